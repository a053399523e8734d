//! Somebody else is in the way.

use crate::scenarios::background::{ADMIN, CLERK, OTHER, ROBOT};
use crate::scenarios::kit::{ROBOT_START, TRANSPORT, minutes};
use crate::scenarios::truth::Word;
use crate::scenarios::world::{LSM_OP, Os, RCM_OP, World, lsm, rcm};

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
            w.now += chrono::TimeDelta::seconds(20);
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
        w.rdp_authenticated(ROBOT, "127.0.0.1", activity);
        let (name, id) = (w.name(ROBOT), w.next_session);
        w.next_session += 1;
        let event = lsm(41).activity(activity).data("User", &name);
        w.log(LSM_OP, 900, event.data("SessionID", id));
        if declined {
            let event = rcm(1151).activity(activity).data("Param1", &w.domain);
            let event = event.data("Param2", w.accounts[ROBOT].name.clone());
            w.log(RCM_OP, 940, event.data("Param3", "127.0.0.1"));
        }
        let event = lsm(40).activity(activity).data("Session", id);
        w.log(LSM_OP, 945, event.data("Reason", 0u32));
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
            w.now += chrono::TimeDelta::seconds(20);
        }
        let id = w.present(ADMIN);
        w.now += chrono::TimeDelta::seconds(40);
        w.close_window(id);
    });
    w.when(at - minutes(30), |w| {
        w.present(CLERK);
    });
    let listed = w.rng.chance(60);
    w.connection_fails(at, TRANSPORT, move |w, activity| {
        w.rdp_authenticated(ROBOT, "127.0.0.1", activity);
        let (name, id) = (w.name(ROBOT), w.next_session);
        w.next_session += 1;
        let event = lsm(41).activity(activity).data("User", &name);
        w.log(LSM_OP, 900, event.data("SessionID", id));
        let event = lsm(40).activity(activity).data("Session", id);
        w.log(LSM_OP, 945, event.data("Reason", 0u32));
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
