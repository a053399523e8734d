//! How work under way ends, for reasons that are seldom.

use chrono::TimeDelta;

use crate::scenarios::background::{CLERK, OTHER, ROBOT};
use crate::scenarios::kit::{SERVER, TS_POLICY, minutes, old};
use crate::scenarios::truth::Word;
use crate::scenarios::world::{APPLICATION, LSM, LSM_OP, Os, RDP_OP, World, lsm};
use crate::support::evtx::{Event, Value};
use crate::support::exports::Reg;

const JOB_ENDED: &[&str] = &["robot-job-ended"];

pub fn remoteapp_limit(w: &mut World, days: i64) {
    w.os = *w.rng.pick(&[Os::Server2016, Os::Server2019]);
    w.session_host_role = true;
    w.fault(
        "remoteapp-logoff-limit",
        &["session-logged-off", "session-disconnected"],
        Word::Possible,
        "A RemoteApp session is logged off some minutes after its last window was closed.",
    );
    w.also(&["disconnected-session-limit", "user-disconnect-or-window-closed"]);
    w.never(&["user-logoff", "network-loss", "idle-session-limit"]);
    w.truth.user = Some(w.accounts[OTHER].name.clone());
    w.set_registry(TS_POLICY, "RemoteAppLogoffTimeLimit", Reg::Dword(900_000));
    let at = w.fault_time(days);
    w.when(at - minutes(50), |w| {
        if w.session_of(OTHER).is_none() {
            let id = w.present(OTHER);
            // The first program of a RemoteApp session is no shell: there is no 22.
            if let Some(events) = w.logs.get_mut(LSM_OP) {
                events.pop();
            }
            w.truth.session = Some(id);
        }
    });
    w.when(at, |w| {
        if let Some(id) = w.session_of(OTHER) {
            w.close_window(id);
            w.shows();
            w.after(900, move |w| {
                if w.up && w.sessions.contains_key(&id) {
                    w.shows();
                    w.log_off(id, false);
                }
            });
        }
    });
}

pub fn third_party_logoff(w: &mut World, days: i64) {
    let newer = w.rng.chance(60);
    w.os = if newer {
        *w.rng.pick(&[Os::Win11, Os::Server2019])
    } else {
        Os::Server2016
    };
    w.fault(
        "third-party-software-logoff",
        &["session-logged-off", "session-disconnected", "robot-job-ended"],
        Word::Possible,
        "An idle-logoff agent signs the robot out while it works.",
    );
    w.also(&["forced-by-admin-or-tool", "executor-terminated-0x40010004"]);
    w.never(&[
        "user-logoff",
        "network-loss",
        "idle-session-limit",
        "planned-restart-windows-update",
    ]);
    w.of_robot();
    let at = w.fault_time(days);
    w.during_job(at, move |w, running| {
        w.truth.session = Some(running.session);
        let text = format!(
            "IdleGuard Agent: session {} of {} is idle for 15 minutes, action: logoff",
            running.session,
            w.name(ROBOT)
        );
        w.log(
            APPLICATION,
            -900,
            old("IdleGuardAgent", 4100, 4, &[text.as_str()]),
        );
        if newer {
            let event = Event::new(LSM, 59)
                .user("S-1-5-18")
                .data("Function", "RpcWinStationReset");
            let event = event
                .data("CallerImageName", "IdleGuardAgent.exe")
                .data("SessionId", 0u32);
            w.log(LSM_OP, -700, event.data("ClientProcessId", 3_912u32));
        }
        let Some(session) = w.sessions.get(&running.session).cloned() else {
            return;
        };
        let event = lsm(39)
            .activity(&session.activity)
            .data("TargetSession", running.session);
        w.log(LSM_OP, -60, event.data("Source", 0u32));
        w.drop_session(running.session, 2, 2);
        w.now += TimeDelta::milliseconds(900);
        w.log_off(running.session, false);
        w.robot_job_lost(&running, 1_200, None);
        w.shows();
    });
}

pub fn kb_regression(w: &mut World, days: i64) {
    w.os = Os::Server2019;
    w.session_host_role = true;
    w.fault(
        "windows-kb-regression",
        &["session-disconnected"],
        Word::Possible,
        "Since an update, all remote sessions of the host break off in the same second, again and again.",
    );
    w.also(&["network-loss"]);
    w.at_most(Word::Likely);
    w.never(&[
        "user-disconnect-or-window-closed",
        "idle-session-limit",
        "forced-by-admin-or-tool",
    ]);
    w.background("planned-restart-windows-update");
    let at = w.fault_time(days);
    w.when(at - minutes(240), |w| w.update_installed(5_041_578));
    w.at(at - minutes(230), |w| {
        let stop = w.update_stop();
        w.restart(&stop);
    });
    for round in 0..3 {
        let start = at + minutes(round * 70);
        w.when(start - minutes(30), |w| {
            for user in [OTHER, CLERK] {
                match w.session_of(user) {
                    Some(id) if w.sessions[&id].active => {}
                    Some(id) => w.reconnect(id, "10.1.7.20"),
                    None => {
                        w.present(user);
                    }
                }
                w.now += TimeDelta::seconds(45);
            }
        });
        w.when(start, |w| {
            for user in [OTHER, CLERK] {
                let Some(id) = w.session_of(user) else { continue };
                let Some(session) = w.sessions.get(&id).filter(|s| s.active).cloned() else {
                    continue;
                };
                w.connection_ends(&session.activity, 14, 64, -30);
                let event = lsm(40).activity(&session.activity).data("Session", id);
                w.log(LSM_OP, 40, event.data("Reason", 3_489_660_929u32));
                w.disconnected(id, &session, 140);
                w.sessions.get_mut(&id).unwrap().active = false;
                w.shows();
            }
        });
    }
}

pub fn hung_child(w: &mut World, days: i64) {
    w.os = *w.rng.pick(&[Os::Server2012R2, Os::Server2016, Os::Server2019]);
    w.session_host_role = true;
    w.fault(
        "splwow64-or-hung-child-keeps-session",
        &["session-disconnected", "session-logged-off"],
        Word::Possible,
        "The print helper of a RemoteApp session does not end, and the session does not end for it.",
    );
    // A process list without a time is all that tells of it.
    w.truth.at_least = None;
    w.at_most(Word::Likely);
    w.also(&["user-disconnect-or-window-closed"]);
    w.never(&["network-loss", "idle-session-limit", "forced-by-admin-or-tool"]);
    w.truth.user = Some(w.accounts[OTHER].name.clone());
    let at = w.fault_time(days);
    w.when(at - minutes(50), |w| {
        w.present(OTHER);
    });
    w.when(at, |w| {
        if let Some(id) = w.session_of(OTHER) {
            w.close_window(id);
            w.truth.session = Some(id);
            w.shows();
            let head = "Image Name                     PID Session Name        Session#    Mem Usage\r\n========================= ======== ================ =========== ============\r\n";
            let row = format!("splwow64.exe                  4412                  {id:>11}      9,104 K\r\n");
            w.append("tasklist.txt", &format!("{head}{row}"));
        }
    });
}

pub fn executor_killed(w: &mut World, days: i64) {
    w.fault(
        "executor-terminated-0x40010004",
        JOB_ENDED,
        Word::Possible,
        "Somebody or something ends the executor; its session goes on.",
    );
    w.at_most(Word::Likely);
    w.never(&[
        "user-logoff",
        "network-loss",
        "planned-restart-windows-update",
        "unexpected-restart",
    ]);
    let at = w.fault_time(days);
    w.during_job(at, |w, running| {
        let alive = w.sessions.get(&running.session).is_some_and(|s| s.active);
        if w.up && alive {
            w.robot_job_lost(&running, 0, None);
            w.shows();
        }
    });
}

pub fn logging_off_already(w: &mut World, days: i64) {
    w.fault(
        "dll-init-failed-logoff",
        &[
            "robot-job-ended",
            "robot-session-not-created",
            "session-logged-off",
        ],
        Word::Possible,
        "The next job is put into a session that is just being logged off.",
    );
    w.also(&["user-logoff", "executor-terminated-0x40010004", "robot-user-busy"]);
    w.never(&[
        "network-loss",
        "password-drift-stored-credential",
        "planned-restart-windows-update",
    ]);
    w.of_robot();
    let at = w.fault_time(days);
    w.during_job(at, |w, running| {
        if !w.up || !w.sessions.contains_key(&running.session) {
            return;
        }
        w.truth.session = Some(running.session);
        w.log_off(running.session, false);
        let text = "Job stopped with an unexpected exit code: 0xC000026B";
        w.robot_says(1_900, "ERROR", "UiPath.Service.Host.JobHandler", text);
        w.execution(2_000, "Error", text, &running.job);
        w.shows();
    });
}

/// A policy that takes Remote Desktop back at each refresh shows in the settings, too.
pub fn gpo_denies(w: &mut World, days: i64) {
    super::sessions::gpo_drops(w, days);
    w.set_registry(SERVER, "fDenyTSConnections", Reg::Dword(1));
    w.set_registry(TS_POLICY, "fDenyTSConnections", Reg::Dword(0));
    w.needs(&[crate::scenarios::world::RCM_OP, crate::scenarios::world::SYSTEM]);
}

pub fn low_memory(w: &mut World, days: i64) {
    w.fault(
        "resource-exhaustion",
        &[
            "robot-session-not-created",
            "rdp-connection-refused",
            "robot-job-ended",
            "session-disconnected",
        ],
        Word::Possible,
        "Programs of many sessions eat the memory; some logons work and some do not.",
    );
    w.also(&["session-create-timeout"]);
    w.never(&[
        "password-drift-stored-credential",
        "network-loss",
        "robot-machine-user-mismatch",
    ]);
    w.needs(&[crate::scenarios::world::SYSTEM]);
    let at = w.fault_time(days);
    let timed_out = w.rng.chance(50);
    let text = if timed_out {
        "Creating user session timed out."
    } else {
        "Executor start process failed, reason System.ComponentModel.Win32Exception (1455): The paging file is too small for this operation to complete."
    };
    w.robot_fails(at, text, move |w| {
        let event = Event::new("Microsoft-Windows-Resource-Exhaustion-Detector", 2004)
            .level(3)
            .user("S-1-5-18")
            .user_data_in(
                "MemoryExhaustionInfo",
                "http://www.microsoft.com/Windows/Resource/Exhaustion/Detector/Events",
            );
        let event = event
            .data("SystemCommitLimit", Value::U64(17_179_869_184))
            .data("SystemCommitCharge", Value::U64(17_100_000_000));
        w.log(crate::scenarios::world::SYSTEM, -20_000, event);
        let id = w.next_session;
        w.log(LSM_OP, -9_000, lsm(43).level(3).data("Session", id));
        w.log(LSM_OP, -4_000, lsm(48).level(3).data("Session", id));
        let (_, activity) = w.rdp_connects("127.0.0.1");
        w.log(RDP_OP, 900, crate::scenarios::world::rdp(102).activity(&activity));
    });
}
