//! The small finished bundles of `fixtures/`, for the README and for people who try the program out.

use chrono::TimeDelta;

use super::background::{ADMIN, ROBOT};
use super::faults;
use super::world::{APPLICATION, Os, World};
use crate::support::archive::{Files, zip};
use crate::support::evtx::{Event, Log, time};
use crate::support::exports::{Reg, reg_file};
use crate::support::trace::{DateForm, line};

/// Names and bytes of all fixtures.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let idle = bundle(12, faults::sessions::idle_limit);
    vec![
        ("damaged.zip", zip(&damaged(&idle))),
        ("healthy-week.zip", zip(&bundle(3, faults::product::healthy))),
        ("rdp-idle-limit.zip", zip(&idle)),
        ("robot-credssp-18.3.zip", zip(&robot_credssp())),
        ("task-password-drift.zip", zip(&bundle(7, password_drift))),
    ]
}

/// The same network in every fixture: RPA-07 in CORP, with DC-01 as the second host.
fn bundle(seed: u64, inject: super::Inject) -> Files {
    super::build(seed, "fixture", inject, |w| {
        w.host = "RPA-07".to_owned();
        w.domain = "CORP".to_owned();
        w.dc = "DC-01".to_owned();
        w.os = Os::Server2019;
        w.zone = chrono_tz::Tz::Europe__Berlin;
        w.zone_key = "W. Europe Standard Time";
        w.german = false;
        (w.audit, w.has_dc, w.complete) = (true, true, true);
    })
    .files
}

/// One task, one user, one reset password; found again three days later.
fn password_drift(w: &mut World, _days: i64) {
    w.task_log = true;
    w.accounts[ROBOT].name = "svc-robot".to_owned();
    w.truth.cause = Some("password-drift-stored-credential".to_owned());
    w.tasks[0].path = "\\RPA\\Nightly Import".to_owned();
    w.idle_robot = true;
    let at = w.local(1, 14, 12);
    w.at(at, |w| w.password_changed(ROBOT, ADMIN));
}

/// The trace of a robot that cannot do CredSSP, and the log that tells its version.
fn robot_credssp() -> Files {
    let at = time("2026-05-04T06:10:03.204Z");
    let text =
        "UiPath Robot 18.3.0: Executor start process failed, reason System.Exception: RDP connection failed";
    let mut log = Log::new(APPLICATION, "RPA-07.corp.example").first_record(8_114);
    let mut trace = String::new();
    for n in 0..3 {
        let at = at + TimeDelta::minutes(n * 25);
        for (ms, words) in [
            (0, "rdp.cpp 34 RdpWrapper: Connect: Connection failed"),
            (
                1,
                "rdp.cpp 34 RdpWrapper: Log on Wrapper: exiting connection loop, err(rdp):-1073741537",
            ),
        ] {
            let at = at + TimeDelta::milliseconds(ms);
            trace.push_str(&line(
                DateForm::Slashes,
                at,
                120,
                (0x1a4c, 0x2210),
                "UiPath-RdpWrapper",
                words,
            ));
        }
        log = log.event(
            Event::new("UiPath", 0)
                .level(2)
                .at(at + TimeDelta::seconds(1))
                .classic(&[text], None),
        );
    }
    let listener = (
        super::kit::LISTENER.to_owned(),
        vec![("UserAuthentication".to_owned(), Reg::Dword(1))],
    );
    vec![
        ("Application.evtx".to_owned(), log.to_evtx()),
        ("UiPathTrace-3f2a91c0.etl.txt".to_owned(), trace.into_bytes()),
        ("rdp-tcp.reg".to_owned(), reg_file(&[listener])),
    ]
}

/// What goes wrong on the way from the customer to the engineer.
fn damaged(from: &Files) -> Files {
    let find = |part: &str| {
        let (_, bytes) = from
            .iter()
            .find(|(path, _)| path.contains(part))
            .expect("in the bundle");
        bytes.clone()
    };
    let sessions = find("LocalSessionManager");
    let system = find("System.evtx");
    let mut holed = find("RdpCoreTS");
    // A page of the disk was lost in the first chunk.
    let hole = 4_096 + 0x2_000;
    holed[hole..hole + 4_096].fill(0);
    vec![
        ("copy of lsm.evtx".to_owned(), sessions.clone()),
        ("empty.evtx".to_owned(), Vec::new()),
        ("lsm.evtx".to_owned(), sessions),
        (
            "photo.jpg".to_owned(),
            (0..=255u8).cycle().skip(7).take(3_000).collect(),
        ),
        ("rdpcore.evtx".to_owned(), holed),
        ("system.log".to_owned(), system.clone()),
        (
            "truncated.evtx".to_owned(),
            system[..system.len() * 2 / 3].to_vec(),
        ),
    ]
}
