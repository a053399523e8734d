//! The machine stops.

use chrono::TimeDelta;

use crate::scenarios::background::{ADMIN, CLERK, ROBOT};
use crate::scenarios::kit::minutes;
use crate::scenarios::life::Stop;
use crate::scenarios::truth::Word;
use crate::scenarios::world::{Os, World};
use crate::support::evtx::Time;

/// A run of the robot or of a flow is under way when the machine stops.
fn stopped_under_way(w: &mut World, at: Time, stop: impl FnOnce(&mut World) + 'static) {
    let flow = w.rng.chance(40);
    w.note(if flow { "flow" } else { "robot" });
    w.during_job(at, move |w, running| {
        if !w.up {
            return;
        }
        w.shows();
        if flow {
            w.flow_failed(
                "SessionHasLoggedOff",
                "The session logged off during run execution.",
            );
        } else if w.rng.chance(60) {
            w.robot_job_lost(&running, 1_500, None);
        }
        stop(w);
        w.shows_at(w.now + minutes(8));
    });
}

pub fn update_restart(w: &mut World, days: i64) {
    let story = "Windows Update restarts the machine while a job runs.";
    let symptoms = [
        "host-restart",
        "robot-job-ended",
        "session-logged-off",
        "flow-session-logged-off",
    ];
    w.fault("planned-restart-windows-update", &symptoms, Word::Likely, story);
    w.also(&["executor-terminated-0x40010004", "robot-service-stopped"]);
    w.never(&[
        "user-logoff",
        "unexpected-restart",
        "planned-restart-or-shutdown-by-user-or-admin",
        "scripted-logoff-or-restart",
    ]);
    let at = w.fault_time(days);
    w.when(at - minutes(15), |w| {
        w.update_installed(5_037_782);
    });
    stopped_under_way(w, at, |w| {
        let stop = w.update_stop();
        w.restart(&stop);
    });
}

pub fn unexpected_restart(w: &mut World, days: i64) {
    let story = "The machine loses power or crashes.";
    let symptoms = [
        "host-restart",
        "robot-job-ended",
        "session-logged-off",
        "flow-session-logged-off",
        "session-disconnected",
    ];
    w.fault("unexpected-restart", &symptoms, Word::Likely, story);
    w.also(&["executor-terminated-0x40010004", "robot-service-stopped"]);
    w.never(&[
        "user-logoff",
        "planned-restart-windows-update",
        "planned-restart-or-shutdown-by-user-or-admin",
        "hybrid-shutdown-or-sleep",
    ]);
    let at = w.fault_time(days);
    let code = *w.rng.pick(&[0, 0, 0x9f, 0x133]);
    let lead = w.rng.range(120, 900);
    w.at(at - TimeDelta::seconds(lead), |w| {
        w.robot_job(ROBOT, "OrderSync", 90);
    });
    w.when(at, move |w| {
        // Nobody writes down when the power went; the last trace of a session may be minutes older.
        w.shows_at(w.now - minutes(15));
        w.power_loss(code);
        w.shows_at(w.now + minutes(20));
    });
}

/// The machine stops in an orderly way while the robot works.
fn stops(w: &mut World, days: i64, cause: &str, story: &str, stop: impl Fn(&World) -> Stop + 'static) {
    w.fault(
        cause,
        &["host-restart", "robot-job-ended", "session-logged-off"],
        Word::Likely,
        story,
    );
    w.also(&["executor-terminated-0x40010004", "robot-service-stopped"]);
    w.never(&[
        "user-logoff",
        "unexpected-restart",
        "planned-restart-windows-update",
    ]);
    let at = w.fault_time(days);
    w.during_job(at, move |w, running| {
        if !w.up {
            return;
        }
        w.shows();
        if w.rng.chance(60) {
            w.robot_job_lost(&running, 1_500, None);
        }
        let stop = stop(w);
        w.restart(&stop);
        w.shows_at(w.now + minutes(8));
    });
}

pub fn user_restart(w: &mut World, days: i64) {
    let story = "An administrator restarts the machine from the Start menu.";
    stops(
        w,
        days,
        "planned-restart-or-shutdown-by-user-or-admin",
        story,
        |w| w.user_stop(ADMIN, "restart"),
    );
}

pub fn scripted_restart(w: &mut World, days: i64) {
    let story = "The robot's own script restarts the machine.";
    stops(w, days, "scripted-logoff-or-restart", story, |w| Stop {
        process: "C:\\Windows\\system32\\shutdown.exe".into(),
        reason: ("Other (Planned)", "Anderer Grund (geplant)"),
        code: "0x800000ff",
        kind: "restart",
        comment: "nightly cleanup".into(),
        by: w.name(ROBOT),
    });
    w.also(&["planned-restart-or-shutdown-by-user-or-admin"]);
}

pub fn remote_restart(w: &mut World, days: i64) {
    let installer = w.rng.chance(50);
    let story = "An installer or a remote administrator restarts the machine.";
    stops(w, days, "remote-or-installer-restart", story, move |w| Stop {
        process: if installer {
            "msiexec.exe".into()
        } else {
            "C:\\Windows\\system32\\wsmprovhost.exe".into()
        },
        reason: (
            "No title for this reason could be found",
            "Für diesen Grund wurde kein Titel gefunden",
        ),
        code: if installer { "0x80030002" } else { "0x80020021" },
        kind: "restart",
        comment: String::new(),
        by: if installer {
            "NT AUTHORITY\\SYSTEM".into()
        } else {
            w.name(ADMIN)
        },
    });
}

pub fn evaluation(w: &mut World, days: i64) {
    w.os = Os::Server2012R2;
    let story = "The evaluation licence of Windows has run out; the machine shuts itself down.";
    stops(w, days, "evaluation-license-shutdown", story, |_| {
        Stop {
        process: "C:\\Windows\\system32\\wlms\\wlms.exe".into(),
        reason: ("Other (Planned)", "Anderer Grund (geplant)"),
        code: "0x80000000",
        kind: "shutdown",
        comment: "The license period for this installation of Windows has expired. The operating system is shutting down.".into(),
        by: "NT AUTHORITY\\SYSTEM".into(),
    }
    });
}

pub fn hybrid_shutdown(w: &mut World, days: i64) {
    w.os = *w.rng.pick(&[Os::Win10, Os::Win11]);
    let story = "A person switches a client off; with fast start-up it only hibernates.";
    w.fault(
        "hybrid-shutdown-or-sleep",
        &[
            "host-restart",
            "session-disconnected",
            "session-logged-off",
            "robot-job-ended",
        ],
        Word::Likely,
        story,
    );
    w.also(&["planned-restart-or-shutdown-by-user-or-admin", "user-logoff"]);
    w.never(&[
        "unexpected-restart",
        "network-loss",
        "planned-restart-windows-update",
    ]);
    // A person switches off what is his: no fault, but it must not be taken for a crash.
    w.truth.at_least = None;
    let at = w.fault_time(days);
    w.at(at - minutes(40), |w| {
        if w.up && w.session_of(CLERK).is_none() {
            w.console_logon(CLERK);
        }
    });
    w.at(at, |w| {
        let Some(id) = w.session_of(CLERK).filter(|_| w.up) else {
            return;
        };
        w.shows();
        w.hybrid_shut_down(id, 3);
    });
}
