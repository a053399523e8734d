//! Somebody else is in the way.

use crate::scenarios::background::{ADMIN, CLERK, OTHER, ROBOT};
use crate::scenarios::kit::{ROBOT_START, TRANSPORT, minutes};
use crate::scenarios::truth::Word;
use crate::scenarios::world::RDP_OP;
use crate::scenarios::world::rdp;
use crate::scenarios::world::{LSM_OP, Os, RCM_OP, World, lsm, rcm};
use chrono::TimeDelta;

/// Another user's session is open, and Windows asks him; he does not answer, or says no.
pub fn other_user(w: &mut World, days: i64) {
    w.os = *w.rng.pick(&[Os::Win10, Os::Win11]);
    w.fault(
        "other-user-session-active",
        ROBOT_START,
        Word::Possible,
        "A person works on the client system that the robot needs, and declines to leave.",
    );
    w.also(&[
        "rdp-slot-held-by-human",
        "slots-exceed-os-sessions",
        "stuck-session-arbitration",
    ]);
    w.never(&[
        "password-drift-stored-credential",
        "network-loss",
        "rds-licensing",
        "stale-disconnected-session",
    ]);
    w.needs(&[LSM_OP]);
    let at = w.fault_time(days);
    let console = w.rng.chance(50);
    w.when(at - minutes(45), move |w| {
        if let Some(id) = w.session_of(ROBOT) {
            w.log_off(id, false);
            w.now += TimeDelta::seconds(20);
        }
        if w.session_of(OTHER).is_none() {
            if console {
                w.console_logon(OTHER);
            } else {
                w.present(OTHER);
            }
        }
    });
    let declined = w.rng.chance(50);
    w.connection_fails(at, TRANSPORT, move |w, activity| {
        let id = w.arbitrated(activity);
        if declined {
            let event = rcm(1151).activity(activity).data("Param1", &w.domain);
            let event = event.data("Param2", w.accounts[ROBOT].name.clone());
            w.log(RCM_OP, 940, event.data("Param3", "127.0.0.1"));
        }
        w.arbitration_lost(id, activity, 945);
    });
}

/// Two jobs at once for a system that has one seat.
pub fn too_many_slots(w: &mut World, days: i64) {
    w.os = *w.rng.pick(&[Os::Win10, Os::Win11]);
    w.fault(
        "slots-exceed-os-sessions",
        ROBOT_START,
        Word::Possible,
        "The machine template offers two runtimes on a client system; the second job finds the seat taken by the first.",
    );
    w.also(&["other-user-session-active", "robot-user-busy"]);
    w.never(&[
        "password-drift-stored-credential",
        "network-loss",
        "rdp-slot-held-by-human",
    ]);
    let at = w.fault_time(days);
    w.during_job(at, |w, running| {
        w.execution(0, "Info", "InvoiceImport waits for a machine", &running.job);
        for n in 0..2 {
            w.after(120 + n * 400, |w| {
                if w.up && w.session_of(ROBOT).is_some() {
                    let start =
                        format!("Start for user: [svc-backup], domain: [{}], scopeName: [RDP_100_2]", w.domain);
                    w.robot_says(-200, "INFO", "UiPath.FreeRdpWrapper", &start);
                    w.robot_cannot_start(
                        900,
                        "The workstation is in use by another user. The machine runs 2 jobs at the same time and allows 1 interactive session.",
                    );
                }
            });
        }
    });
}

/// An administrative server has two seats; two people hold them, one of them long gone.
pub fn slot_held(w: &mut World, days: i64) {
    w.os = Os::Server2016;
    w.session_host_role = false;
    w.fault(
        "rdp-slot-held-by-human",
        ROBOT_START,
        Word::Possible,
        "Both administrative sessions of a server are held by people, one of them disconnected since yesterday.",
    );
    w.also(&["connection-limit", "other-user-session-active"]);
    w.never(&[
        "password-drift-stored-credential",
        "rds-licensing",
        "network-loss",
        "stale-disconnected-session",
    ]);
    w.needs(&[LSM_OP]);
    let at = w.fault_time(days);
    w.when(at - minutes(150), |w| {
        if let Some(id) = w.session_of(ROBOT) {
            w.log_off(id, false);
            w.now += TimeDelta::seconds(20);
        }
        let id = w.present(ADMIN);
        w.now += TimeDelta::seconds(40);
        w.close_window(id);
    });
    w.when(at - minutes(30), |w| {
        w.present(CLERK);
    });
    let listed = w.rng.chance(60);
    w.connection_fails(at, TRANSPORT, move |w, activity| {
        let id = w.arbitrated(activity);
        w.arbitration_lost(id, activity, 945);
        if listed {
            let rows: Vec<String> = w
                .sessions
                .iter()
                .map(|(id, s)| {
                    let name = &w.accounts[s.user].name;
                    let (station, state) = if s.active {
                        ("rdp-tcp#3", "Active")
                    } else {
                        ("", "Disc")
                    };
                    format!(" {name:<22} {station:<17} {id:>3}  {state:<6}      1:02  5/11/2026 8:02 AM\r\n")
                })
                .collect();
            let head = " USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME\r\n";
            w.extra_files.retain(|(name, _)| name != "quser.txt");
            w.append("quser.txt", &format!("{head}{}", rows.concat()));
        }
    });
}

pub fn user_mismatch(w: &mut World, days: i64) {
    w.words_tell();
    w.fault(
        "robot-machine-user-mismatch",
        ROBOT_START,
        Word::Likely,
        "The robot is set up with a Windows user that this machine does not have.",
    );
    w.never(&["password-drift-stored-credential", "account-deleted-or-renamed"]);
    let at = w.fault_time(days);
    let text = "RobotNoMatchingUsernames: The Windows user configured for the robot does not match a user of this machine.";
    w.robot_fails(at, text, |_| {});
}

pub fn config_mismatch(w: &mut World, days: i64) {
    w.words_tell();
    w.fault(
        "session-config-mismatch",
        ROBOT_START,
        Word::Possible,
        "The process needs a desktop; nobody is logged on, and Login to Console is off.",
    );
    w.never(&[
        "password-drift-stored-credential",
        "network-loss",
        "stale-disconnected-session",
    ]);
    let at = w.fault_time(days);
    let text = "The process requires user interaction. There is no session for the user and Login To Console is set to false.";
    w.robot_fails(at, text, |_| {});
}

pub fn replaced(w: &mut World, days: i64) {
    // One interactive session on a client system: who comes second sends the first away.
    w.os = *w.rng.pick(&[Os::Win10, Os::Win11]);
    let story = "Another user logs on to a client system; Windows takes the session away from the robot.";
    w.fault(
        "replaced-by-other-connection",
        &["session-disconnected", "robot-job-ended"],
        Word::Likely,
        story,
    );
    w.also(&[
        "other-user-session-active",
        "rdp-slot-held-by-human",
        "executor-terminated-0x40010004",
    ]);
    w.never(&[
        "network-loss",
        "user-logoff",
        "idle-session-limit",
        "user-disconnect-or-window-closed",
    ]);
    w.truth.user = Some(w.accounts[ROBOT].name.clone());
    let at = w.fault_time(days);
    w.during_job(at, |w, running| {
        let Some(old) = w.sessions.get(&running.session).cloned() else {
            return;
        };
        w.truth.session = Some(running.session);
        w.shows();
        if let Some(id) = w.session_of(OTHER) {
            w.log_off(id, true);
            w.now += TimeDelta::seconds(40);
        }
        let address = w.accounts[OTHER].address.clone();
        w.rdp_logon(OTHER, &address, 2, 4);
        // Between arbitration and logon the other one has to go.
        w.log(
            LSM_OP,
            1_400,
            lsm(40).data("Session", running.session).data("Reason", 5u32),
        );
        w.log(
            RDP_OP,
            1_450,
            rdp(103).activity(&old.activity).data("ReasonCode", 5u32),
        );
        w.disconnected(running.session, &old, 1_500);
        if let Some(session) = w.sessions.get_mut(&running.session) {
            session.active = false;
        }
        w.robot_job_lost(
            &running,
            1_600,
            Some((
                "Another user connected to the server, forcing the disconnection of the current connection.",
                65_541,
            )),
        );
    });
    let end = at + minutes(50);
    w.at(end, |w| {
        if let Some(id) = w.session_of(OTHER).filter(|_| w.up) {
            w.background("user-logoff");
            w.log_off(id, true);
        }
    });
}

pub fn stale_session(w: &mut World, days: i64) {
    let story = "The robot account's session was left disconnected; the robot cannot attach to it.";
    w.fault("stale-disconnected-session", ROBOT_START, Word::Possible, story);
    w.also(&["rdp-slot-held-by-human"]);
    w.never(&[
        "password-drift-stored-credential",
        "connection-limit",
        "network-loss",
    ]);
    w.truth.user = Some(w.accounts[ROBOT].name.clone());
    w.idle_robot = true;
    w.needs(&[LSM_OP]);
    let at = w.fault_time(days);
    w.when(at - TimeDelta::hours(6), |w| {
        w.rdp_logon(ROBOT, "10.1.4.31", 0, 4);
    });
    w.at(at - TimeDelta::hours(5), |w| {
        if let Some(id) = w.session_of(ROBOT).filter(|_| w.up) {
            w.truth.session = Some(id);
            w.close_window(id);
        }
    });
    let listed = w.rng.chance(60);
    for n in 0..w.rng.range(2, 5) {
        w.at(at + minutes(n * 30), move |w| {
            let Some(id) = w.session_of(ROBOT).filter(|_| w.up) else {
                return;
            };
            let (_, activity) = w.rdp_connects("127.0.0.1");
            let temporary = w.arbitrated(&activity);
            w.arbitration_lost(temporary, &activity, 2_900);
            w.connection_ends(&activity, 14, 64, 3_000);
            w.robot_cannot_start(
                3_300,
                "Rdp connection failed: Message: The connection transport layer failed., Last error: 131085",
            );
            if listed && n == 0 {
                let (name, logon) = (w.accounts[ROBOT].name.clone(), w.now - TimeDelta::hours(6));
                let logon = (logon + minutes(w.offset(logon))).format("%-m/%-d/%Y %-I:%M %p");
                let head = " USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME";
                w.append(
                    "quser.txt",
                    &format!(
                        "{head}\r\n {name:<22}                   {id:>3}  Disc          5:00  {logon}\r\n"
                    ),
                );
            }
        });
    }
}

/// The product says by itself what is wrong.
pub fn said(w: &mut World, days: i64, cause: &str, symptoms: &[&str], text: &'static str) {
    w.words_tell();
    w.fault(
        cause,
        symptoms,
        Word::Likely,
        "The product names the fault in its own words.",
    );
    w.never(&[
        "password-drift-stored-credential",
        "transient-rerun",
        "network-loss",
    ]);
    let at = w.fault_time(days);
    let times = w.rng.range(1, 4);
    w.repeat(at, times, minutes(20), move |w| {
        w.robot_cannot_start(300, text);
    });
}

pub fn user_busy(w: &mut World, days: i64) {
    let text = "User is running another job. Waiting for the job to finish timed out.";
    said(w, days, "robot-user-busy", ROBOT_START, text);
}

pub fn console_conflict(w: &mut World, days: i64) {
    let text = "Another interactive job is using the machine's console.";
    said(w, days, "login-to-console-conflict", ROBOT_START, text);
}

pub fn pad_conflict(w: &mut World, days: i64) {
    let (code, text) = *w.rng.pick(&[
        (
            "SessionExistsForTheUserWhenUnattended",
            "There is a user session on the target machine. Cannot execute unattended desktop flow.",
        ),
        (
            "Win10AlreadyHasActiveSession",
            "There is already an active session on the machine.",
        ),
        (
            "TooManyActiveSessions",
            "There are too many active sessions on the machine.",
        ),
    ]);
    w.fault(
        "pad-session-conflict",
        &["flow-session-not-created", "flow-session-logged-off"],
        Word::Likely,
        "Power Automate meets a session that is in its way.",
    );
    w.also(&[
        "other-user-session-active",
        "connection-limit",
        "stale-disconnected-session",
    ]);
    w.never(&["password-drift-stored-credential", "user-logoff"]);
    let at = w.fault_time(days);
    w.at(at, move |w| w.flow_failed(code, text));
}
