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
    &["events", "--format", "jsonl"],
    &["events", "--format", "csv"],
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
