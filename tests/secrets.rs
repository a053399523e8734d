//! No output shows the password that an input holds: every kind of input, every kind of output, each with each.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may panic"
)]

mod support;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use support::evtx::{Event, Log, time};
use support::exports::{Reg, reg_file, secedit, utf16_file};
use support::hive::{self, Hive};
use support::planted;

const SECRET: &str = "Geheim73";
const WINLOGON: &str = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon";
/// The same value twice: also where no line of the rest is of interest, these are.
const CODES: &str = "0x80070520 err(rdp):-1073741537";

fn audit() -> Log {
    let event = Event::new("Microsoft-Windows-Security-Auditing", 4657)
        .at(time("2026-05-04T08:00:00Z"))
        .data(
            "ObjectName",
            r"\REGISTRY\MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon",
        )
        .data("ObjectValueName", "DefaultPassword")
        .data("OldValue", "-")
        .data("NewValue", SECRET);
    let line = Event::new("UiPath", 0).at(time("2026-05-04T08:00:01Z")).classic(
        &[&format!(
            "{CODES} reg add Winlogon /v DefaultPassword /t REG_SZ /d {SECRET} /f"
        )],
        None,
    );
    Log::new("Security", "RPA-07").event(event).event(line)
}

/// Each kind of input, with the name of a file.
fn inputs() -> Vec<(&'static str, Vec<u8>)> {
    let mut all = settings();
    all.extend(logs());
    all
}

fn settings() -> Vec<(&'static str, Vec<u8>)> {
    let winlogon = WINLOGON.to_owned();
    let values = vec![
        ("AutoAdminLogon".to_owned(), Reg::Text("1".to_owned())),
        ("DefaultUserName".to_owned(), Reg::Text("svc-robot".to_owned())),
        ("DefaultPassword".to_owned(), Reg::Text(SECRET.to_owned())),
    ];
    let expand = vec![("DefaultPassword".to_owned(), Reg::Expand(SECRET.to_owned()))];
    let hive = Hive::new().key("Classes", []).key(
        r"Microsoft\Windows NT\CurrentVersion\Winlogon",
        [
            hive::text("AutoAdminLogon", "1"),
            hive::text("DefaultPassword", SECRET),
        ],
    );
    let text = |text: String| text.into_bytes();
    vec![
        ("winlogon.reg", reg_file(&[(winlogon.clone(), values)])),
        ("expand.reg", reg_file(&[(winlogon, expand)])),
        (
            "query.txt",
            text(format!(
                "\r\n{WINLOGON}\r\n    AutoAdminLogon    REG_SZ    1\r\n    DefaultPassword    REG_SZ    {SECRET}\r\n"
            )),
        ),
        (
            "properties.txt",
            text(format!(
                "AutoAdminLogon : 1\nDefaultPassword : {SECRET}\nPSPath : Microsoft.PowerShell.Core\\Registry::{WINLOGON}\n"
            )),
        ),
        ("SOFTWARE", hive.bytes()),
        (
            "policy.inf",
            secedit(
                &[("SeBatchLogonRight", &["*S-1-5-32-544"])],
                &[(
                    r"MACHINE\Software\Microsoft\Windows NT\CurrentVersion\Winlogon\DefaultPassword",
                    &format!("1,\"{SECRET}\""),
                )],
            ),
        ),
        (
            "results.xml",
            text(format!(
                "<Collection HRESULT=\"0\"><SasUrl>https://store.example/?sig={SECRET}</SasUrl>\
                 <Command HRESULT=\"0\">reg add Winlogon /v DefaultPassword /d {SECRET}</Command></Collection>\n"
            )),
        ),
        (
            "gpresult.txt",
            text(format!(
                "RSOP data for CORP\\admin on RPA-07 : Logging Mode\n\nCOMPUTER SETTINGS\n    GPO: Baseline\n        \
                 ValueName: MACHINE\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon\\DefaultPassword\n        \
                 Computer Setting: \"{SECRET}\"\n"
            )),
        ),
        (
            "Groups.xml",
            text(format!(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Groups><User name=\"svc-robot\">{CODES}\
                 <Properties action=\"U\" cpassword=\"{SECRET}\" userName=\"svc-robot\"/></User></Groups>\n"
            )),
        ),
        (
            "Registry.xml",
            text(format!(
                "<RegistrySettings><Registry name=\"DefaultPassword\" status=\"DefaultPassword\">{CODES}\
                 <Properties action=\"U\" hive=\"HKEY_LOCAL_MACHINE\" value=\"{SECRET}\" key=\"Winlogon\" \
                 name=\"DefaultPassword\" type=\"REG_SZ\"/></Registry></RegistrySettings>\n"
            )),
        ),
    ]
}

fn logs() -> Vec<(&'static str, Vec<u8>)> {
    let text = |text: String| text.into_bytes();
    let (first, last) = SECRET.split_at(4);
    vec![
        ("Security.evtx", audit().to_evtx()),
        ("security.xml", audit().to_wevtutil_xml().into_bytes()),
        (
            "ticket.txt",
            utf16_file(&format!(
                "Hello,\nthe DefaultPassword is {SECRET} and we get {CODES}\nkind regards\n"
            )),
        ),
        (
            "broken.eml",
            text(format!(
                "MIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n\
                 we get {CODES} with net use X: /user:anna /p=\nassword:x DefaultPass=\nword=3D{first}=\n{last}\n",
            )),
        ),
        (
            "encoded.eml",
            text(
                "MIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n\
                 MHg4MDA3MDUyMCBEZWZhdWx0UGFzc3dvcmQ9R2VoZWltNzMK\n"
                    .to_owned(),
            ),
        ),
        (
            "Robot.log",
            text(format!(
                "2026-05-04T08:00:38.6516541+02:00 => [WARN] [UiPath.Service.Host] [Rdp] [23.12.0.0] [RDP_100_1]\n\
                 Rdp connection failed: Message: Logon failed. Last error: 131092 DefaultPassword={SECRET} {CODES}\n"
            )),
        ),
        (
            "2026-05-04_Execution.log",
            text(format!(
                "08:00:22.2997 Error {{\"message\":\"{CODES} DefaultPassword={SECRET}\",\"password\":\"{SECRET}\",\
                 \"level\":\"Error\",\"timeStamp\":\"2026-05-04T08:00:22.29+02:00\",\"processName\":\"Nightly\"}}\n"
            )),
        ),
        (
            "trace.txt",
            text(format!(
                "EventTrace\n[0]0AF4.0C64::05/04/2026-08:00:39.998 [MyDriver]read DefaultPassword as '{SECRET}' {CODES}\n"
            )),
        ),
        (
            "run.json",
            text(format!(
                "{{\"endTime\":\"2026-05-04T06:00:00Z\",\"connection\":{{\"password\":\"{SECRET}\"}},\
                 \"error\":{{\"code\":\"SessionHasLoggedOff\",\"message\":\"-1073741715 DefaultPassword: {SECRET}\"}}}}"
            )),
        ),
        (
            "events.csv",
            text(format!(
                "\"Level\",\"Date and Time\",\"Source\",\"Event ID\",\"Task Category\"\r\n\
                 Error,5/4/2026 8:00:00 AM,UiPath,0,None,\"{CODES} DefaultPassword = {SECRET}\"\r\n"
            )),
        ),
        (
            "table.txt",
            text(format!(
                "{CODES}\r\n\r\nDefaultPassword\r\n---------------\r\n{SECRET}\r\n"
            )),
        ),
    ]
}

/// Each kind of output: the arguments that stand before the path.
const OUTPUTS: &[&[&str]] = &[
    &["analyze", "-v", "--format", "text"],
    &["analyze", "--format", "json"],
    &["analyze", "--format", "jsonl"],
    &["analyze", "--format", "csv"],
    &["analyze", "-v", "--format", "markdown"],
    &["analyze", "-v", "--format", "html"],
    &["analyze", "--format", "mail"],
    &["analyze", "--format", "sarif"],
    &["analyze", "--brief"],
    &["events", "--format", "jsonl"],
    &["events", "--format", "csv"],
    &["events", "--format", "text"],
    &["timeline", "--format", "text"],
    &["timeline", "--format", "jsonl"],
    &["timeline", "--format", "csv"],
    &["collect", "--for"],
    &["inspect", "-v", "--format", "text"],
    &["inspect", "--format", "json"],
    &["sessions", "--format", "text"],
    &["sessions", "--format", "json"],
];

/// What a program says, on both ways out.
fn said(arguments: &[&str], input: Option<&[u8]>) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_logonscope"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end without reading all of it.
    let _ = child.stdin.take().unwrap().write_all(input.unwrap_or_default());
    let output = child.wait_with_output().unwrap();
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    said
}

/// Fails when the secret shows, as text or as the hexadecimal digits of its UTF-16.
fn silent(said: &str, of: &str) {
    let units = SECRET.encode_utf16().flat_map(u16::to_le_bytes);
    let digits: String = units.map(|byte| format!("{byte:02X}")).collect();
    assert!(!said.contains(SECRET), "{of} shows the secret:\n{said}");
    assert!(
        !said.to_uppercase().contains(&digits),
        "{of} shows its bytes:\n{said}"
    );
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn no_output_shows_the_password_of_any_input() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in inputs() {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    for output in OUTPUTS {
        let arguments: Vec<&str> = output.iter().copied().chain([path(folder.path())]).collect();
        let said = said(&arguments, None);
        assert!(!said.is_empty(), "{arguments:?}");
        silent(&said, &format!("{arguments:?}"));
    }
}

/// Everything that a batch writes and prints, with each input as a case and all of them as one.
#[test]
fn no_file_of_a_batch_shows_it() {
    let folder = tempfile::tempdir().unwrap();
    let incoming = folder.path().join("in");
    let all = incoming.join("all of them");
    fs::create_dir_all(&all).unwrap();
    for (name, bytes) in inputs() {
        fs::write(incoming.join(name), &bytes).unwrap();
        fs::write(all.join(name), &bytes).unwrap();
    }
    let out = folder.path().join("out");
    let printed = said(&["batch", path(&incoming), "-o", path(&out)], None);
    silent(&printed, "what a batch prints");
    let mut pending = vec![out];
    let mut files = 0;
    while let Some(place) = pending.pop() {
        if place.is_dir() {
            pending.extend(fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            silent(&String::from_utf8_lossy(&fs::read(&place).unwrap()), path(&place));
            files += 1;
        }
    }
    assert!(files > 2 * inputs().len(), "{files} files");
}

#[test]
fn each_input_says_that_a_secret_was_masked() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in inputs() {
        let file = folder.path().join(name);
        fs::write(&file, &bytes).unwrap();
        let inspected = said(&["inspect", "--format", "json", path(&file)], None);
        silent(&inspected, name);
        let listed = said(&["events", path(&file)], None);
        silent(&listed, name);
        // A file whose secret nothing is interested in shows it in its events alone.
        let told = inspected.contains("secret-masked") || listed.contains("***");
        assert!(told, "{name}: {inspected}\n{listed}");
    }
}

#[test]
fn errors_and_explanations_are_silent_too() {
    for (name, bytes) in inputs() {
        for arguments in [
            &["analyze", "-"][..],
            &["explain", "-"],
            &["analyze", "--knowledge", "/nonexistent", "-"],
        ] {
            silent(&said(arguments, Some(&bytes)), &format!("{arguments:?} {name}"));
        }
    }
    let cut = audit().to_evtx();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cut.evtx");
    fs::write(&file, &cut[..cut.len() / 2]).unwrap();
    silent(&said(&["analyze", "-v", path(&file)], None), "a cut log");
}

/// What is made of a diagnosis that was stored, of two cases, and the capsule of each incident.
#[test]
fn nothing_made_of_a_case_shows_it() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    fs::create_dir_all(&case).unwrap();
    for (name, bytes) in inputs() {
        fs::write(case.join(name), bytes).unwrap();
    }
    let stored = folder.path().join("stored.json");
    let written = said(
        &["analyze", "--format", "json", "-o", path(&stored), path(&case)],
        None,
    );
    silent(&written, "what is said of a stored diagnosis");
    for format in ["text", "json", "html", "markdown", "mail", "sarif", "csv"] {
        silent(
            &said(&["show", "-v", "--format", format, path(&stored)], None),
            format,
        );
    }
    for command in ["diff", "verify"] {
        silent(&said(&[command, path(&case), path(&case)], None), command);
    }
    let diagnosis: serde_json::Value = serde_json::from_slice(&fs::read(&stored).unwrap()).unwrap();
    let incidents = diagnosis["incidents"].as_array().unwrap().len();
    assert!(incidents > 0);
    for incident in 1..=incidents {
        let capsule = folder.path().join(format!("{incident}.zip"));
        let number = incident.to_string();
        silent(
            &said(&["capsule", path(&case), &number, "-o", path(&capsule)], None),
            "a capsule",
        );
        let mut archive = zip::ZipArchive::new(fs::File::open(&capsule).unwrap()).unwrap();
        for at in 0..archive.len() {
            let mut bytes = Vec::new();
            let mut member = archive.by_index(at).unwrap();
            std::io::Read::read_to_end(&mut member, &mut bytes).unwrap();
            silent(&String::from_utf8_lossy(&bytes), "a file of a capsule");
        }
    }
}

/// A format of text: the name of a file, what stands before the first record, and how a line stands in one.
type Frame = (&'static str, &'static str, fn(&str) -> String);

const FRAMES: &[Frame] = &[
    ("events.xml", "", in_xml),
    ("events.jsonl", "", |line| {
        let event = serde_json::json!({"EventID": 0, "SourceName": "UiPath", "Channel": "Application",
            "Hostname": "RPA-07", "EventTime": "2026-05-04 08:00:00", "Message": format!("{CODES} {line}")});
        format!("{event}\n")
    }),
    ("Robot.log", "", |line| {
        format!(
            "2026-05-04T08:00:38.6516541+02:00 => [WARN] [UiPath.Service.Host] [Rdp] [23.12.0.0] [RDP_100_1]\n{CODES}\n{line}\n\n"
        )
    }),
    ("trace.txt", "", |line| {
        format!("[0]0AF4.0C64::05/04/2026-08:00:39.998 [UiPathTrace]{CODES} {line}\n")
    }),
    ("list.txt", "", |line| {
        format!(
            "Log Name: Application\nSource: UiPath\nDate: 2026-05-04T08:00:00\nEvent ID: 0\nLevel: Error\nComputer: RPA-07\n\
             Description:\n{CODES}\n{line}\n\n"
        )
    }),
    (
        "viewer.csv",
        "Level,Date and Time,Source,Event ID,Task Category\r\n",
        |line| {
            let cell = line.replace('"', "\"\"");
            format!("Error,2026-05-04 08:00:00,UiPath,0,None,\"{CODES} {cell}\"\r\n")
        },
    ),
    ("jobs.csv", "Process,State,Robot,Info,Started,Ended\n", |line| {
        let cell = line.replace('"', "\"\"");
        format!("P,Faulted,R1,\"{CODES} {cell}\",2026-05-04T08:00:00Z,2026-05-04T08:00:05Z\n")
    }),
    ("runs.json", "", |line| {
        let text = serde_json::Value::from(format!("{CODES} {line}"));
        format!("{{\"endTime\":\"2026-05-04T06:00:00Z\",\"flowRunId\":\"x\",\"note\":{text}}}\n")
    }),
    ("app.log", "", |line| format!("{line} {CODES}\n")),
    ("mail.txt", "", |line| format!("{CODES}\n{line}\n\n")),
];

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn in_xml(line: &str) -> String {
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='UiPath'/><EventID>0\
         </EventID><TimeCreated SystemTime='2026-05-04T08:00:00Z'/><Channel>Application</Channel><Computer>RPA-07\
         </Computer></System><EventData><Data>{CODES}</Data><Data>{}</Data></EventData></Event>\n",
        escaped(line)
    )
}

/// Each shape once in each format, each time with a secret of its own.
fn planted_inputs(secrets: &[String]) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut secrets = secrets.iter().cycle();
    let mut lines = || -> Vec<String> {
        let plant = |(shape, secret): (&&str, &String)| match planted::is_alphanumeric(shape) {
            true => shape.replace("SECRET", &plain(secret)),
            false => shape.replace("SECRET", secret),
        };
        let told = planted::SELF_TOLD.iter().map(|(line, _)| (*line).to_owned());
        planted::SHAPES
            .iter()
            .zip(&mut secrets)
            .map(plant)
            .chain(told)
            .collect()
    };
    for (name, head, frame) in FRAMES {
        let body: String = lines().iter().map(|line| frame(line)).collect();
        all.push(((*name).to_owned(), format!("{head}{body}").into_bytes()));
    }
    let audits = lines().into_iter().map(|line| {
        let event = Event::new("Microsoft-Windows-Security-Auditing", 4688).at(time("2026-05-04T08:00:00Z"));
        event.data("CommandLine", line.as_str()).data("Note", CODES)
    });
    let log = Log::new("Security", "RPA-07").events(audits);
    all.push(("Security.evtx".to_owned(), log.to_evtx()));
    for (number, line) in lines().iter().enumerate() {
        let (command, arguments) = line.split_once(' ').unwrap_or((line, ""));
        let bytes =
            support::exports::task_xml("CORP\\svc", "Password", &escaped(command), &escaped(arguments));
        all.push((format!("task{number}.xml"), bytes));
    }
    all
}

fn plain(secret: &str) -> String {
    secret.replace(|c: char| !c.is_ascii_alphanumeric(), "0")
}

#[test]
fn no_planted_secret_shows_in_any_output() {
    let secrets = planted::secrets(1_000);
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in planted_inputs(&secrets) {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let needles: Vec<String> = secrets
        .iter()
        .flat_map(|secret| [secret.clone(), plain(secret)])
        .chain(planted::SELF_TOLD.iter().map(|(_, secret)| (*secret).to_owned()))
        .collect();
    let scanner = aho_corasick::AhoCorasick::new(&needles).unwrap();
    let mut shown = Vec::new();
    for output in OUTPUTS {
        let arguments: Vec<&str> = output.iter().copied().chain([path(folder.path())]).collect();
        let said = said(&arguments, None);
        assert!(!said.is_empty(), "{arguments:?}");
        for line in said.lines().filter(|line| scanner.is_match(line)) {
            shown.push(format!(
                "{output:?}: {}",
                line.chars().take(600).collect::<String>()
            ));
        }
    }
    shown.sort();
    shown.dedup();
    assert!(shown.is_empty(), "{}:\n{}", shown.len(), shown.join("\n"));
}

#[test]
fn what_only_looks_like_a_secret_is_listed_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.log");
    let text: String = planted::LOOK_ALIKES
        .iter()
        .map(|line| format!("2026-05-04 08:00:00 {line}\n"))
        .collect();
    fs::write(&file, text).unwrap();
    let listed = said(&["events", "--format", "jsonl", path(&file)], None);
    let hidden: Vec<&str> = listed
        .lines()
        .filter(|line| line.contains("***") && !line.contains("password=***"))
        .collect();
    assert!(hidden.is_empty(), "{}", hidden.join("\n"));
}

/// What tables, mails, scripts and pages hold, mostly over lines.
fn over_lines() -> Vec<(&'static str, String)> {
    vec![
        (
            "hosts.csv",
            format!("Host,User,Password,Note\r\nRPA-07,svc,{SECRET},x\r\n"),
        ),
        (
            "assets.csv",
            format!("\"Asset\";\"User\";\"Password\"\r\n\"Prod, old\";\"svc\";\"{SECRET}\"\r\n"),
        ),
        (
            "columns.txt",
            format!(
                "Name     UserName  Password\r\n-------  --------  --------\r\nProd     svc       {SECRET}\r\n{CODES}\r\n"
            ),
        ),
        (
            "mail.txt",
            format!("{CODES}\nplease use these:\n\nUser: svc\nPassword:\n  {SECRET}\n\nregards\n"),
        ),
        (
            "robot.yml",
            format!("robot:\n  user: svc\n  pass: |\n    {SECRET}\n"),
        ),
        (
            "nested.json",
            format!(
                "{{\"note\": \"{CODES}\",\n \"password\": {{\n  \"value\": \"{SECRET}\"\n }},\n \"secrets\": [\n  \"{SECRET}\"\n ],\n                  \"asset\": {{\"Name\": \"OrchestratorPassword\", \"Value\": \"{SECRET}\"}}}}"
            ),
        ),
        (
            "user.config",
            format!(
                "<x>{CODES}</x><setting name=\"Password\" serializeAs=\"String\">\n<value>{SECRET}</value>\n</setting>\n"
            ),
        ),
        (
            "page.html",
            format!(
                "<p>{CODES}</p><table><tr><td>Password</td><td>{SECRET}</td></tr><tr><th>Kennwort:</th><td><b>{SECRET}</b></td></tr></table>\n"
            ),
        ),
        (
            "notes.md",
            format!(
                "| field | value |\n|---|---|\n| password | `{SECRET}` |\n| **Password:** | {SECRET} |\n"
            ),
        ),
        (
            "viewer.csv",
            format!(
                "Level,Date and Time,Source,Event ID,Task Category\r\n                 Error,2026-05-04 08:00:00,UiPath,0,None,\"{CODES}\nuser: svc\npassword:\n{SECRET}\"\r\n"
            ),
        ),
        (
            "events.xml",
            in_xml("x").replace(
                "<Data>x</Data>",
                &format!("<Data>Password</Data><Data>{SECRET}</Data>"),
            ) + &in_xml("x").replace(
                "<Data>x</Data>",
                &format!(
                    "<Data Name='ObjectValueName'>SmtpPassword</Data><Data Name='NewValue'>{SECRET}</Data>"
                ),
            ),
        ),
        (
            "map.vbs",
            format!(
                "objUser.SetPassword \"{SECRET}\"\nnet.MapNetworkDrive \"Z:\", \"\\\\fs\\s\", False, \"svc\", \"{SECRET}\"\n'{CODES}\n"
            ),
        ),
    ]
}

/// What commands, texts and blocks of bytes hold that go on over lines.
fn going_on() -> Vec<(&'static str, String)> {
    vec![
        (
            "vault.yml",
            format!(
                "# {CODES}\nall:\n  db_password: !vault |\n    $ANSIBLE_VAULT;1.1;AES256\n    37313462366265\n  smtp_password: |\n    {SECRET}\n"
            ),
        ),
        (
            "night.cmd",
            format!("rem {CODES}\nschtasks /create /tn Night ^\n  /ru svc ^\n  /rp ^\n  {SECRET}\n"),
        ),
        (
            "login.au3",
            format!(
                "; {CODES}\nRunAsWait(\"svc\", \"CORP\", \"{SECRET}\", 0, \"calc.exe\")\n$sPass = \"Blau#77x\" & _\n  \"{SECRET}\"\n"
            ),
        ),
        (
            "transcript.txt",
            format!(
                "{CODES}\nPS C:\\x> (Get-StoredCredential robot).GetNetworkCredential().Password\n{SECRET}\nPS C:\\x> exit\n"
            ),
        ),
        (
            "robots.json",
            format!(
                "{{\"note\": \"{CODES}\", \"assets\": [\n{{\"Name\": \"SmtpSecret\",\n\"ValueType\": \"Text\",\n\"StringValue\": \"{SECRET}\"}}]}}\n"
            ),
        ),
    ]
}

/// What settings files and answer files hold, over lines too.
#[test]
fn values_of_settings_files_do_not_show_in_events() {
    let files = [
        (
            "unattend.xml",
            format!(
                "<?xml version=\"1.0\"?>\n<unattend>\n<settings pass=\"oobeSystem\">\n<AutoLogon>\n<Password>\n<Value>{SECRET}</Value>\n\
                 <PlainText>true</PlainText>\n</Password>\n</AutoLogon>\n<AdministratorPassword><Value>{SECRET}</Value>\
                 </AdministratorPassword>\n</settings>\n</unattend>\n"
            ),
        ),
        (
            "web.config",
            format!(
                "<configuration>\n<add name=\"d\" connectionString=\"Data Source=x;User ID=sa;Password={SECRET};\"/>\n\
                 <add key=\"ApiKey\" value=\"{SECRET}\"/>\n</configuration>\n"
            ),
        ),
        (
            "UiPath.settings",
            format!(
                "{{\"UserName\":\"svc\",\"LicenseKey\":\"{SECRET}\",\"UnattendedPassword\":\"{SECRET}\",\"note\":\"{CODES}\"}}"
            ),
        ),
        (
            "connection.rdp",
            format!("full address:s:h\npassword 51:b:{SECRET}\ngatewayaccesstoken:s:{SECRET}\n"),
        ),
        (
            "env.txt",
            format!("COMPUTERNAME=RPA-07\nDB_PASSWORD={SECRET}\nAPI_TOKEN={SECRET}\n"),
        ),
        (
            "key.pem",
            format!(
                "{CODES}\n-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n{SECRET}\n-----END RSA PRIVATE KEY-----\nafter\n"
            ),
        ),
        (
            "logoff.bat",
            format!("@echo off\nnet use \\\\fs\\s /user:adm {SECRET}\nset PASSWORD={SECRET}\nlogoff %1\n"),
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files.into_iter().chain(over_lines()).chain(going_on()) {
        fs::write(folder.path().join(name), &text).unwrap();
    }
    for output in OUTPUTS {
        let arguments: Vec<&str> = output.iter().copied().chain([path(folder.path())]).collect();
        silent(&said(&arguments, None), &format!("{output:?}"));
    }
}
