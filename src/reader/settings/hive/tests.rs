//! Hives of an own writer, whole and damaged.

#[path = "../../../../tests/support/hive.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a writer shared with the tests outside; not all of it is used here"
)]
mod writer;

use super::super::testing::value;
use super::*;
use crate::limits::Limits;
use crate::model::{FactScope, Interest};
use writer::{Hive, Lists, dword, qword, text, texts};

fn read_bytes(bytes: impl Into<Vec<u8>>) -> Findings {
    let interest = Interest::everything().unwrap();
    let limits = Limits::default();
    let context = Context {
        path: Arc::from("case.zip!/config/SYSTEM"),
        interest: &interest,
        limits: &limits,
        recover: false,
    };
    crate::reader::read(Source::memory(bytes), &context)
}

fn system() -> Hive {
    let set = |number: u32, nla: u32| {
        let at = |path: &str| format!(r"ControlSet{number:03}\{path}");
        Hive::new()
            .key(
                &at(r"Control\Lsa"),
                [
                    dword("DisableDomainCreds", 1),
                    dword("LmCompatibilityLevel", 5),
                    texts("Notification Packages", &["scecli", "rassfm"]),
                ],
            )
            .key(
                &at(r"Control\Terminal Server\WinStations\RDP-Tcp"),
                [dword("UserAuthentication", nla), dword("MaxIdleTime", 900_000)],
            )
            .key(
                &at(r"Services\UiRobotSvc"),
                [dword("Start", 4), text("ObjectName", r"CORP\svc-robot")],
            )
            .key(
                &at(r"Control\ComputerName\ComputerName"),
                [text("ComputerName", "RPA-07")],
            )
    };
    let mut hive = set(2, 0);
    for number in 0..40 {
        hive = hive.key(
            &format!(r"ControlSet002\Services\Other{number}"),
            [dword("Start", 3)],
        );
    }
    hive.key(r"ControlSet001\Control\Lsa", [dword("DisableDomainCreds", 0)])
        .key("Select", [dword("Current", 2), dword("Default", 1)])
        .key(
            r"ControlSet002\Control\TimeZoneInformation",
            [
                dword("ActiveTimeBias", 0xFFFF_FF88),
                text("TimeZoneKeyName", "W. Europe Standard Time\0rest"),
            ],
        )
        .key(
            r"ControlSet002\Control\Session Manager\Environment",
            [
                text("UIPATH_SESSION_TIMEOUT", "120"),
                ("Path".to_owned(), 2, vec![65; 20_000]),
            ],
        )
}

fn software() -> Hive {
    Hive::new()
        .key("Classes", [])
        .key(
            r"Microsoft\Windows NT\CurrentVersion",
            [
                text("ProductName", "Windows Server 2019 Standard"),
                text("CurrentBuild", "17763"),
                dword("UBR", 5734),
                qword("InstallTime", 1),
            ],
        )
        .key(
            r"Microsoft\Windows NT\CurrentVersion\Winlogon",
            [
                text("AutoAdminLogon", "1"),
                text("DefaultUserName", "svc-robot"),
                text("DefaultPassword", "Tulpe73 und mehr"),
            ],
        )
        .key(
            r"Microsoft\Windows\CurrentVersion\Policies\System\CredSSP\Parameters",
            [dword("AllowEncryptionOracle", 2)],
        )
        .key(
            r"Policies\Microsoft\Windows NT\Terminal Services",
            [dword("MaxIdleTime", 60_000), dword("fPromptForPassword", 1)],
        )
        .key(
            r"WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall\{1}",
            [
                text("DisplayName", "UiPath Robot"),
                text("DisplayVersion", "18.3.2"),
            ],
        )
}

#[test]
fn the_control_set_in_force_counts_in_every_layout() {
    for lists in [Lists::Lf, Lists::Lh, Lists::Li, Lists::Ri] {
        for wide_names in [false, true] {
            let mut hive = system();
            hive.lists = lists;
            hive.wide_names = wide_names;
            let found = read_bytes(hive.bytes());
            assert_eq!(found.format, Some(crate::model::ArtifactFormat::RegistryHive));
            assert!(found.problems.is_empty(), "{lists:?} {:?}", found.problems);
            assert_eq!(value(&found, "policy.DisableDomainCreds"), ["1"]);
            assert_eq!(value(&found, "rdp.UserAuthentication"), ["0"]);
            assert_eq!(value(&found, "service.UiRobotSvc.Start"), ["4"]);
            assert_eq!(
                value(&found, "service.UiRobotSvc.ObjectName"),
                [r"CORP\svc-robot"]
            );
            assert_eq!(value(&found, "host.time_zone"), ["W. Europe Standard Time"]);
            assert_eq!(value(&found, "host.utc_offset_minutes"), ["120"]);
            assert_eq!(value(&found, "env.UIPATH_SESSION_TIMEOUT"), ["120"]);
            assert!(found.facts.iter().all(|fact| &*fact.host == "RPA-07"));
            let fact = &found.facts[0];
            assert!(fact.origin.offset.is_some_and(|offset| offset > BASE), "{fact:?}");
            assert_eq!(fact.at.unwrap().to_rfc3339(), "2026-05-04T08:00:00+00:00");
        }
    }
}

#[test]
fn policies_programs_and_no_password() {
    let bytes = software().bytes();
    let found = read_bytes(bytes.clone());
    assert_eq!(value(&found, "os.build"), ["17763.5734"]);
    assert_eq!(value(&found, "policy.AllowEncryptionOracle"), ["2"]);
    assert_eq!(value(&found, "winlogon.DefaultUserName"), ["svc-robot"]);
    assert_eq!(value(&found, "winlogon.DefaultPassword"), ["present"]);
    assert_eq!(value(&found, "robot.version"), ["18.3.2"]);
    let idle = found.facts.iter().find(|fact| &*fact.name == "rdp.MaxIdleTime");
    assert_eq!(idle.unwrap().scope, FactScope::ComputerPolicy);
    assert!(!format!("{found:?}").contains("Tulpe"));
    let kinds: Vec<_> = found.problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [ProblemKind::SecretMasked]);
    let streamed = Source::Stream(Box::new(std::io::Cursor::new(bytes)));
    let interest = Interest::everything().unwrap();
    let limits = Limits::default();
    let context = Context {
        path: Arc::from("case.zip!/config/SYSTEM"),
        interest: &interest,
        limits: &limits,
        recover: false,
    };
    assert_eq!(crate::reader::read(streamed, &context).facts, found.facts);
}

#[test]
fn settings_of_a_user() {
    let hive = Hive::new()
        .key("Environment", [text("UIPATH_SESSION_TIMEOUT", "60")])
        .key(
            r"Software\Policies\Microsoft\Windows NT\Terminal Services",
            [dword("MaxIdleTime", 1)],
        );
    let found = read_bytes(hive.bytes());
    assert_eq!(value(&found, "env.UIPATH_SESSION_TIMEOUT"), ["60"]);
    let idle = found.facts.iter().find(|fact| &*fact.name == "rdp.MaxIdleTime");
    assert_eq!(idle.unwrap().scope, FactScope::UserPolicy);
}

/// The export and the hive of one key say the same.
#[test]
fn every_wanted_key_is_known_by_its_name() {
    for wanted in wanted_keys() {
        let mut path = wanted.path.clone();
        if wanted.children {
            path.push_str(r"\{1}");
        }
        assert!(Key::new(&format!(r"HKLM\{path}")).is_known(), "{wanted:?}");
        assert!(!path.contains(r"policy\secrets"), "{wanted:?}");
    }
}

#[test]
fn logs_and_dirty_hives_are_told() {
    let mut log = system();
    log.file_type = 6;
    let found = read_bytes(log.bytes());
    assert!(found.facts.is_empty());
    assert_eq!(found.problems[0].kind, ProblemKind::Unsupported);
    let mut dirty = system();
    dirty.dirty = true;
    let found = read_bytes(dirty.bytes());
    assert_eq!(value(&found, "rdp.UserAuthentication"), ["0"]);
    assert!(found.problems[0].detail.contains(".LOG"), "{:?}", found.problems);
}

#[test]
fn damage_costs_its_own_key_and_no_other() {
    let whole = read_bytes(system().bytes());
    let mut bytes = system().bytes();
    let name = b"Other7";
    let at = bytes
        .windows(name.len())
        .position(|window| window == name)
        .unwrap()
        - 76;
    bytes[at..at + 2].copy_from_slice(b"??");
    let damaged = read_bytes(bytes);
    assert_eq!(damaged.facts, whole.facts);
    assert_eq!(damaged.problems.len(), 1);
    assert_eq!(damaged.problems[0].kind, ProblemKind::Damaged);
    assert_eq!(damaged.problems[0].origin.offset, Some(at as u64 - 4));

    let bytes = system().bytes();
    let cut = read_bytes(&bytes[..bytes.len() - 4096]);
    assert!(
        cut.problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Truncated)
    );
    assert!(read_bytes(&b"regf"[..]).problems[0].kind == ProblemKind::Truncated);
}

/// Loops and false numbers end: every 32-bit number of the file is replaced in turn.
#[test]
fn no_number_is_believed() {
    let bytes = system().bytes();
    let step = if cfg!(debug_assertions) { 116 } else { 4 };
    for at in (0..bytes.len()).step_by(step) {
        for number in [0_u32, 32, u32::MAX, 0x8000_0000, 0x7FFF_FFF8] {
            let mut bytes = bytes.clone();
            bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
            let found = read_bytes(bytes);
            assert!(found.facts.len() < 1000);
        }
    }
}

/// A list that names itself for ever, and names that would be read again and again, end at the budget.
#[test]
fn a_hive_of_loops_ends() {
    let mut bytes = vec![0_u8; 4096 + 128 * 1024];
    bytes[..4].copy_from_slice(b"regf");
    bytes[36..40].copy_from_slice(&0x20_u32.to_le_bytes());
    let base = 4096;
    let mut put = |at: usize, part: &[u8]| bytes[base + at..base + at + part.len()].copy_from_slice(part);
    put(0x20, &(-96_i32).to_le_bytes());
    put(0x24, b"nk\x20\0");
    put(0x24 + 20, &u32::MAX.to_le_bytes());
    put(0x24 + 28, &0x80_u32.to_le_bytes());
    put(0x24 + 72, &6_u16.to_le_bytes());
    put(0x24 + 76, b"Select");
    put(0x80, &i32::MIN.to_le_bytes());
    put(0x84, b"ri\xFF\xFF");
    for index in 0..30_000 {
        put(0x88 + index * 4, &0x20_u32.to_le_bytes());
    }
    let found = read_bytes(bytes);
    assert!(found.facts.is_empty());
    assert!(!found.problems.is_empty());
}
