//! Each reader on files of its format: what it makes of a whole one, and that damage costs the damaged part alone.
//!
//! `fixtures/readers/CASE/` holds `whole.*`, its twin `malformed.*`, and `expected.txt`, what is read of the whole one.
//! A case is three files and no code; `LOGONSCOPE_BLESS=1` writes what is read as what is expected.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may panic, and is told by its environment to bless"
)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use logonscope::Limits;
use logonscope::diagnose::Analyzer;
use logonscope::model::{Diagnosis, Event, FactScope, Findings, ProblemKind, Verdict};
use logonscope::reader;
use logonscope::report::{self, Format, Options};
use logonscope::source::Source;
use support::etl;
use support::hive::{self, Hive};

fn read(bytes: Vec<u8>) -> Findings {
    reader::read_everything(Source::memory(bytes), "fixture", &Limits::default()).unwrap()
}

/// One line for each event and each fact, without places: a twin has them elsewhere.
fn lines(findings: &Findings) -> Vec<String> {
    let events = findings.events.iter().map(event);
    let facts = findings.facts.iter().map(|fact| {
        let scope = match fact.scope {
            FactScope::Inferred => "inferred",
            FactScope::Observed => "observed",
            FactScope::Plain => "plain",
            FactScope::UserPolicy => "user policy",
            FactScope::ComputerPolicy => "computer policy",
        };
        format!("fact {scope} {} {}={}", fact.host, fact.name, fact.value)
    });
    events.chain(facts).collect()
}

fn event(event: &Event) -> String {
    let mut line = format!("event {}", event.provider);
    if let Some(id) = event.id {
        write!(line, " {id}").unwrap();
    }
    if let Some(time) = event.time {
        write!(line, " {}", time.to_rfc3339()).unwrap();
    }
    if let Some(local) = event.local {
        write!(line, " local {local}").unwrap();
    }
    write!(line, " {} {}", event.level, event.computer).unwrap();
    for field in &event.fields {
        write!(line, " {}={:?}", field.name, field.value.to_text()).unwrap();
    }
    if let Some(message) = &event.message {
        let cut: String = message.chars().take(200).collect();
        write!(line, " {cut:?}").unwrap();
    }
    line
}

fn summary(findings: &Findings) -> String {
    let mut text = String::new();
    writeln!(text, "format {}", findings.format.unwrap().name()).unwrap();
    if let Some(encoding) = findings.encoding {
        writeln!(text, "encoding {encoding:?}").unwrap();
    }
    for line in lines(findings) {
        writeln!(text, "{line}").unwrap();
    }
    for problem in &findings.problems {
        writeln!(
            text,
            "problem {} {}x {}",
            problem.kind.name(),
            problem.count,
            problem.detail
        )
        .unwrap();
    }
    text
}

/// What of the whole file is there in the twin, and what the twin has besides. Text that damage turned into loose lines
/// may show as further events; facts must not be invented.
fn compare(case: &str, whole: &Findings, twin: &Findings) -> Vec<String> {
    let mut faults = Vec::new();
    let (expected, found) = (lines(whole), lines(twin));
    if expected.is_empty() {
        faults.push(format!("{case}: nothing is read of the whole file"));
    }
    for line in expected.iter().filter(|line| !found.contains(line)) {
        faults.push(format!("{case}: the twin lacks {line}"));
    }
    for line in found
        .iter()
        .filter(|line| line.starts_with("fact") && !expected.contains(line))
    {
        faults.push(format!("{case}: the twin invents {line}"));
    }
    let problems = |findings: &Findings| findings.problems.iter().map(|problem| problem.count).sum::<u64>();
    if problems(twin) <= problems(whole) {
        faults.push(format!("{case}: the damage of the twin is silent"));
    }
    if twin.format != whole.format {
        faults.push(format!("{case}: the twin is told as {:?}", twin.format));
    }
    faults
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/readers");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

fn file(case: &Path, stem: &str) -> Vec<u8> {
    let entries = fs::read_dir(case).unwrap().map(|entry| entry.unwrap().path());
    let found = entries
        .into_iter()
        .find(|path| path.file_stem().is_some_and(|name| name == stem));
    fs::read(found.unwrap_or_else(|| panic!("{} has no {stem}", case.display()))).unwrap()
}

#[test]
fn each_format_is_read_and_damage_costs_itself_alone() {
    let mut faults = Vec::new();
    for case in cases() {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let whole = read(file(&case, "whole"));
        let summary = summary(&whole);
        let expected = case.join("expected.txt");
        if std::env::var_os("LOGONSCOPE_BLESS").is_some() {
            fs::write(&expected, &summary).unwrap();
        }
        let expected = fs::read_to_string(expected).unwrap_or_default();
        if summary != expected {
            faults.push(format!("{name} is not read as expected:\n{summary}"));
        }
        faults.extend(compare(&name, &whole, &read(file(&case, "malformed"))));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The binary formats have writers, and so no files.
#[test]
fn binary_formats_too() {
    let hive = Hive::new()
        .key("Select", [hive::dword("Current", 1)])
        .key(
            r"ControlSet001\Control\Lsa",
            [hive::dword("DisableDomainCreds", 1)],
        )
        .key(r"ControlSet001\Services\Other", [hive::dword("Start", 1)])
        .key(r"ControlSet001\Services\UiRobotSvc", [hive::dword("Start", 2)])
        .bytes();
    let mut twin = hive.clone();
    let at = twin.windows(5).position(|window| window == b"Other").unwrap() - 76;
    twin[at] = b'?';
    let mut faults = compare("registry-hive", &read(hive), &read(twin));

    let text = etl::wide("RdpWrapper: Connect: Connection failed");
    let events = [
        etl::event([7; 16], 1, 1, 4, &[], &text),
        etl::event([7; 16], 1, 2, 4, &[], &text),
    ];
    let trace = |middle: Vec<u8>| {
        let parts = [
            etl::buffer(4096, &[etl::header(0)]),
            middle,
            etl::buffer(4096, &events),
        ];
        parts.concat()
    };
    let whole = trace(Vec::new());
    let mut broken = etl::buffer(4096, &events);
    broken[..4].copy_from_slice(&[0xFF; 4]);
    faults.extend(compare("etl", &read(whole), &read(trace(broken))));

    let rows = [
        "DumpSessionsInfo",
        "SessionID: 0 State: 4",
        "SessionID: 2 State: 4 User: svc-robot",
    ];
    let rows = rows.map(|row| etl::event([7; 16], 1, 1, 4, &[], &etl::wide(row)));
    let found = read(trace(etl::buffer(4096, &rows)));
    let has = |fact: &&logonscope::model::Fact| {
        &*fact.name == "session.disconnected" && &*fact.value == "svc-robot"
    };
    assert!(
        found.facts.iter().any(|fact| has(&fact) && fact.at.is_some()),
        "{found:#?}"
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

const LSA: &str = r"SYSTEM\CurrentControlSet\Control\Lsa";
const LISTENER: &str = r"SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp";
const TERMINAL: &str = r"SYSTEM\CurrentControlSet\Control\Terminal Server";
const TS_POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services";
const WINLOGON: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon";

/// Registry values that causes ask for: key, name, and the fact.
const VALUES: &[(&str, &str, &str)] = &[
    (LSA, "DisableDomainCreds", "policy.DisableDomainCreds"),
    (LSA, "LmCompatibilityLevel", "policy.LmCompatibilityLevel"),
    (LSA, "RunAsPPL", "policy.RunAsPPL"),
    (LSA, "LsaCfgFlags", "policy.LsaCfgFlags"),
    (LISTENER, "fInheritAutoLogon", "rdp.fInheritAutoLogon"),
    (LISTENER, "SecurityLayer", "rdp.SecurityLayer"),
    (LISTENER, "UserAuthentication", "rdp.UserAuthentication"),
    (LISTENER, "MinEncryptionLevel", "rdp.MinEncryptionLevel"),
    (TERMINAL, "fDenyTSConnections", "rdp.fDenyTSConnections"),
    (TERMINAL, "fSingleSessionPerUser", "rdp.fSingleSessionPerUser"),
    (TS_POLICY, "fPromptForPassword", "rdp.fPromptForPassword"),
    (TS_POLICY, "MaxInstanceCount", "rdp.MaxInstanceCount"),
    (TS_POLICY, "MaxIdleTime", "rdp.MaxIdleTime"),
    (TS_POLICY, "MaxConnectionTime", "rdp.MaxConnectionTime"),
    (TS_POLICY, "MaxDisconnectionTime", "rdp.MaxDisconnectionTime"),
    (TS_POLICY, "fResetBroken", "rdp.fResetBroken"),
    (
        r"SYSTEM\CurrentControlSet\Control\Terminal Server\RCM\Licensing Core",
        "LicensingMode",
        "rdp.LicensingMode",
    ),
    (
        r"SYSTEM\CurrentControlSet\Control\Terminal Server\RCM\GracePeriod",
        "L$RTMTIMEBOMB",
        "rdp.GracePeriod",
    ),
    (
        r"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\CredSSP\Parameters",
        "AllowEncryptionOracle",
        "policy.AllowEncryptionOracle",
    ),
    (WINLOGON, "AutoAdminLogon", "winlogon.AutoAdminLogon"),
    (WINLOGON, "DefaultUserName", "winlogon.DefaultUserName"),
    (WINLOGON, "DefaultPassword", "winlogon.DefaultPassword"),
    (
        r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment",
        "UIPATH_SESSION_TIMEOUT",
        "env.UIPATH_SESSION_TIMEOUT",
    ),
    (
        r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation",
        "TimeZoneKeyName",
        "host.time_zone",
    ),
    (
        r"SOFTWARE\Microsoft\Windows NT\CurrentVersion",
        "CurrentBuild",
        "os.build",
    ),
];

/// Facts that come from what commands print, with what they print.
const COMMANDS: &[(&str, &str)] = &[
    (
        "right.SeBatchLogonRight",
        "[Privilege Rights]\r\nSeBatchLogonRight = *S-1-5-32-544\r\n",
    ),
    (
        "right.SeDenyBatchLogonRight",
        "[Privilege Rights]\r\nSeDenyBatchLogonRight = *S-1-5-32-546\r\n",
    ),
    (
        "right.SeRemoteInteractiveLogonRight",
        "[Privilege Rights]\r\nSeRemoteInteractiveLogonRight = *S-1-5-32-555\r\n",
    ),
    (
        "right.SeDenyRemoteInteractiveLogonRight",
        "[Privilege Rights]\r\nSeDenyRemoteInteractiveLogonRight = *S-1-5-32-546\r\n",
    ),
    (
        "group.RemoteDesktopUsers",
        "Alias name     Remote Desktop Users\n\n-----------------------------------\nCORP\\svc-robot\nThe command completed successfully.\n",
    ),
    (
        "os.role",
        "Host Name: RPA-07\nOS Name: Microsoft Windows 10 Pro\nOS Version: 10.0.19045 N/A Build 19045\nOS Configuration: Member Workstation\n",
    ),
    (
        "os.build",
        "Host Name: RPA-07\nOS Name: Microsoft Windows 10 Pro\nOS Version: 10.0.19045 N/A Build 19045\nOS Configuration: Member Workstation\n",
    ),
    (
        "host.boot_time",
        "Host Name: RPA-07\nOS Name: Microsoft Windows 10 Pro\nOS Version: 10.0.19045 N/A Build 19045\nSystem Boot Time: 5/4/2026, 7:58:01 AM\n",
    ),
    (
        "os.CredentialGuard.running",
        "Host Name: RPA-07\nOS Name: Microsoft Windows 10 Pro\nOS Version: 10.0.19045 N/A Build 19045\n\
         Virtualization-based security: Status: Running\n                           Services Running: Credential Guard\n",
    ),
    (
        "robot.version",
        "DisplayName  DisplayVersion\n-----------  --------------\nUiPath Robot  18.3.2\n",
    ),
    (
        "session.disconnected",
        " SESSIONNAME       USERNAME                 ID  STATE   TYPE        DEVICE\n                   svc-robot                 3  Disc\n",
    ),
];

#[test]
fn every_fact_that_causes_need_comes_from_exports_and_from_hives() {
    for (key, name, fact) in VALUES {
        let text = format!(
            "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\{key}]\r\n\"{name}\"=\"1\"\r\n"
        );
        let found = read(text.into_bytes());
        assert!(
            found.facts.iter().any(|one| &*one.name == *fact),
            "{fact} of an export: {found:#?}"
        );
        let bytes = match key.strip_prefix(r"SYSTEM\CurrentControlSet\") {
            Some(rest) => Hive::new()
                .key("Select", [hive::dword("Current", 1)])
                .key(&format!(r"ControlSet001\{rest}"), [hive::text(name, "1")]),
            None => Hive::new()
                .key("Classes", [])
                .key("Microsoft", [])
                .key(key.strip_prefix(r"SOFTWARE\").unwrap(), [hive::text(name, "1")]),
        };
        let found = read(bytes.bytes());
        assert!(
            found.facts.iter().any(|one| &*one.name == *fact),
            "{fact} of a hive: {found:#?}"
        );
    }
    for (fact, text) in COMMANDS {
        let found = read(text.as_bytes().to_vec());
        assert!(
            found.facts.iter().any(|one| &*one.name == *fact),
            "{fact}: {found:#?}"
        );
    }
}

#[test]
fn policies_beat_values_and_contradictions_are_shown() {
    let export = |key: &str, minutes: u32| {
        format!(
            "Windows Registry Editor Version 5.00\r\n\r\n[{key}]\r\n\"MaxIdleTime\"=dword:{minutes:08x}\r\n"
        )
        .into_bytes()
    };
    let analyze = |files: &[(&str, Vec<u8>)]| {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        Analyzer::new().unwrap().analyze([folder.path()]).unwrap()
    };
    let plain = ("plain.reg", export(&format!(r"HKEY_LOCAL_MACHINE\{LISTENER}"), 1));
    let user = (
        "user.reg",
        export(
            r"HKEY_CURRENT_USER\Software\Policies\Microsoft\Windows NT\Terminal Services",
            2,
        ),
    );
    let computer = (
        "computer.reg",
        export(&format!(r"HKEY_LOCAL_MACHINE\{TS_POLICY}"), 3),
    );
    let other = (
        "other.reg",
        export(&format!(r"HKEY_LOCAL_MACHINE\{TS_POLICY}"), 4),
    );
    let value = |diagnosis: &Diagnosis| diagnosis.hosts[0].facts["rdp.MaxIdleTime"].clone();
    let conflicts = |diagnosis: &Diagnosis| {
        let problems = diagnosis.problems.iter();
        problems
            .filter(|problem| problem.kind == ProblemKind::Conflict)
            .count()
    };
    let diagnosis = analyze(&[plain.clone(), user.clone()]);
    assert_eq!((value(&diagnosis).as_str(), conflicts(&diagnosis)), ("2", 0));
    let diagnosis = analyze(&[plain.clone(), user.clone(), computer.clone()]);
    assert_eq!((value(&diagnosis).as_str(), conflicts(&diagnosis)), ("3", 0));
    let text = report::inputs::text(
        &diagnosis,
        &Options {
            detail: true,
            ..Options::default()
        },
    );
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for source in [
        "3 (computer policy) [",
        "computer.reg line 4]; not in force: 2 (user policy) [",
        "user.reg line 4]; not in force: 1 [",
        "plain.reg line 4]",
    ] {
        assert!(text.contains(source), "{source}: {text}");
    }
    let diagnosis = analyze(&[plain, user, computer, other]);
    assert_eq!(conflicts(&diagnosis), 1);
}

/// Both places are held by others: what `quser` shows supports the cause, and so, less and said to be a guess, does what the
/// robot's own list shows. Where the two disagree, that is said.
#[test]
fn a_guess_at_a_layout_is_weighed_and_shown_as_one() {
    let refused = "2026-05-04T10:00:00.0000000+02:00 => [WARN] [UiPath.Service.Host] [RdpWrapper] [23.12.0.0] [RDP_100_1]\n\
                   Could not start executor. Rdp connection failed: Message: The server denied the connection. Last error: 65543\n";
    let limit = format!(
        "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\{TS_POLICY}]\r\n\"MaxInstanceCount\"=dword:00000002\r\n"
    );
    let heading = " USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME\n";
    let anna = " anna                  rdp-tcp#4           2  Active          .  5/4/2026 9:01 AM\n";
    let bob = " bob                                       3  Disc         1:02  5/4/2026 8:00 AM\n";
    let frame = "[0]0AF4.0C64::05/04/2026-09:59:58.998 [UiPath]";
    let dump = format!(
        "{frame}DumpSessionsInfo\n{frame}SessionID: 0 State: 4\n{frame}SessionID: 1 State: 1\n\
         {frame}SessionID: 2 State: 0 User: CORP\\anna\n{frame}SessionID: 3 State: 4 User: CORP\\bob\n\
         {frame}SessionID: 65536 State: 6\n"
    );
    let in_full = Options {
        detail: true,
        ..Options::default()
    };
    let analyze = |files: &[(&str, &str)]| {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("Robot.log", refused), ("limit.reg", &limit)]
            .iter()
            .chain(files)
        {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let diagnosis = Analyzer::new().unwrap().analyze([folder.path()]).unwrap();
        let best = diagnosis.incidents[0].best().unwrap();
        assert_eq!(&*best.id, "connection-limit");
        (
            best.score,
            best.verdict,
            report::render(&diagnosis, Format::Text, &in_full),
            diagnosis,
        )
    };
    let (without, ..) = analyze(&[]);
    let (known, verdict, text, _) = analyze(&[("quser.txt", &format!("{heading}{anna}{bob}"))]);
    assert!(verdict >= Verdict::Likely && !text.contains("guess"), "{text}");
    let (guessed, _, text, diagnosis) = analyze(&[("trace.txt", &dump)]);
    assert!(
        without < guessed && guessed < known,
        "{without} {guessed} {known}"
    );
    assert!(text.contains("guess"), "{text}");
    let has = |diagnosis: &Diagnosis, kind| diagnosis.problems.iter().any(|problem| problem.kind == kind);
    assert!(has(&diagnosis, ProblemKind::Guessed) && !has(&diagnosis, ProblemKind::Conflict));
    let (.., diagnosis) = analyze(&[("trace.txt", &dump), ("quser.txt", &format!("{heading}{bob}"))]);
    assert!(has(&diagnosis, ProblemKind::Conflict));
}

/// A list of sessions with an old session of the incident's user speaks for that session being in the way; one that shows somebody
/// else's and not the user's speaks against it, and what is read by a guess counts for less.
#[test]
fn a_listed_session_of_the_user_is_evidence() {
    let refused = r#"10:00:00.0000 Error {"message":"Executor start process failed, reason System.Runtime.InteropServices.COMException (0x80070520): A specified logon session does not exist. It may already have been terminated.","level":"Error","timeStamp":"2026-05-04T10:00:00.0+02:00","windowsIdentity":"CORP\\svc-robot","machineName":"RPA-07","processName":"Nightly"}"#;
    let score = |list: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Execution.log"), refused).unwrap();
        fs::write(folder.path().join("list.txt"), list).unwrap();
        let diagnosis = Analyzer::new().unwrap().analyze([folder.path()]).unwrap();
        let causes = diagnosis.incidents[0].causes.iter();
        let cause = causes
            .into_iter()
            .find(|cause| &*cause.id == "stale-disconnected-session");
        cause.unwrap().score
    };
    let quser = |user: &str| {
        format!(
            " USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME\n {user:12}                              3  Disc         1:02  5/4/2026 8:00 AM\n"
        )
    };
    let none = score("nothing to see here");
    let guessed = score("DumpSessionsInfo\nSessionID: 3 State: 4 User: CORP\\svc-robot\n");
    let known = score(&quser("svc-robot"));
    assert!(none < guessed && guessed < known, "{none} {guessed} {known}");
    let without = score(&quser("anna"));
    assert!(without < none, "{without} {none}");
}

#[test]
fn what_the_program_wrote_is_known_as_its_own() {
    let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rdp-idle-limit.zip");
    let diagnosis = Analyzer::new().unwrap().analyze([bundle]).unwrap();
    for format in ["text", "json", "jsonl", "csv", "markdown", "html"] {
        let format: Format = format.parse().unwrap();
        let text = report::render(&diagnosis, format, &Options::default());
        assert!(reader::is_own_output(text.as_bytes()), "{format:?}");
        let read = read(text.into_bytes());
        assert_eq!(
            read.format.map(|format| format.name()),
            Some("own-output"),
            "{format:?}"
        );
        assert!(read.events.is_empty());
    }
}

/// What the labels of an audit are called differs from language to language; whose logon it was does not.
#[test]
fn an_audit_tells_the_same_in_every_language() {
    let labels = [
        (
            "Tipo de logon",
            "Conta cujo logon falhou",
            "Nome da conta",
            "Substatus",
        ),
        (
            "Tipo di accesso",
            "Account il cui accesso non è riuscito",
            "Nome account",
            "Stato secondario",
        ),
        (
            "Typ logowania",
            "Konto, którego logowanie nie powiodło się",
            "Nazwa konta",
            "Stan podrzędny",
        ),
        (
            "Тип входа",
            "Учетная запись, которой не удалось выполнить вход",
            "Имя учетной записи",
            "Подсостояние",
        ),
        (
            "Aanmeldingstype",
            "Account waarvoor het aanmelden is mislukt",
            "Accountnaam",
            "Substatus",
        ),
        ("登录类型", "登录失败的帐户", "帐户名", "子状态"),
        ("로그온 유형", "로그온을 실패한 계정", "계정 이름", "하위 상태"),
        (
            "Oturum Açma Türü",
            "Oturum açılamayan hesap",
            "Hesap Adı",
            "Alt Durum",
        ),
    ];
    let texts = logonscope::knowledge::Knowledge::for_listing()
        .unwrap()
        .record_texts()
        .clone();
    for (kind, failed, name, sub_status) in labels {
        let text = format!(
            "Level,Date and Time,Source,Event ID,Task Category\r\n\
             Information,5/4/2026 8:00:00 AM,Microsoft-Windows-Security-Auditing,4625,Logon,\"x.\r\n\r\n{kind}:\t\t3\r\n\r\n\
             {failed}:\r\n\t{name}:\t\tanna\r\n\r\nInfo:\r\n\t{sub_status}:\t\t0xC0000193\r\n\"\r\n"
        );
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Security.csv");
        fs::write(&path, text).unwrap();
        let events: Vec<_> = logonscope::parse::Parser::new()
            .record_texts(texts.clone())
            .open([path])
            .unwrap()
            .filter_map(Result::ok)
            .collect();
        let told = |field: &str| events[0].field_text(field);
        assert_eq!(told("TargetUserName").as_deref(), Some("anna"), "{kind}");
        assert_eq!(told("LogonType").as_deref(), Some("3"), "{kind}");
        assert_eq!(told("SubStatus").as_deref(), Some("0xC0000193"), "{kind}");
    }
}
