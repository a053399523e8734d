//! How sessions end in the usual ways.

use chrono::TimeDelta;

use crate::scenarios::background::{CLERK, OTHER, ROBOT};
use crate::scenarios::kit::{TS_POLICY, minutes};
use crate::scenarios::truth::Word;
use crate::scenarios::world::{APPLICATION, LSM_OP, Os, RCM_ADMIN, RCM_OP, RDP_OP, World, lsm, rcm, rdp};
use crate::support::evtx::{Event, Time};
use crate::support::exports::Reg;

pub fn user_logoff(w: &mut World, days: i64) {
    let story = "Somebody signs the robot's session out while work is going on in it.";
    w.fault(
        "user-logoff",
        &[
            "session-logged-off",
            "robot-job-ended",
            "flow-session-logged-off",
            "session-disconnected",
        ],
        Word::Likely,
        story,
    );
    w.also(&[
        "user-disconnect-or-window-closed",
        "executor-terminated-0x40010004",
    ]);
    w.never(&[
        "planned-restart-windows-update",
        "idle-session-limit",
        "network-loss",
        "forced-by-admin-or-tool",
        "unexpected-restart",
    ]);
    w.truth.at_least = Some(if w.audit { Word::Likely } else { Word::Possible });
    w.truth.user = Some(w.accounts[ROBOT].name.clone());
    let at = w.fault_time(days);
    let flow = w.rng.chance(50);
    w.note(if flow { "flow" } else { "robot" });
    if flow {
        // The error of the run names no time, no host and no user: nothing joins it to the session.
        w.truth.at_least = None;
        // An attended run: a person works in the session of the flow's account.
        w.when(at - minutes(25), |w| {
            if let Some(id) = w.session_of(ROBOT) {
                w.log_off(id, false);
                w.now += TimeDelta::seconds(30);
            }
            w.rdp_logon(ROBOT, "10.1.4.20", 0, 4);
        });
        w.at(at, |w| {
            let Some(id) = w.session_of(ROBOT) else { return };
            w.truth.session = Some(id);
            w.log_off(id, true);
            w.now += TimeDelta::seconds(2);
            w.flow_failed(
                "SessionHasLoggedOff",
                "The session logged off during run execution.",
            );
        });
    } else {
        w.during_job(at, |w, running| {
            w.truth.session = Some(running.session);
            // The person takes the session over first, then signs out.
            w.reconnect(running.session, "10.1.6.33");
            w.now += TimeDelta::seconds(95);
            w.log_off(running.session, true);
            w.robot_job_lost(&running, 1_000, None);
            w.shows();
        });
    }
}

/// A remote session of a person or a robot that a limit or the network ends. Returns when it is there.
fn remote_session(w: &mut World, at: Time, user: usize) -> Time {
    let start = at - minutes(w.rng.range(50, 110));
    w.when(start, move |w| {
        if let Some(id) = w.session_of(user) {
            w.log_off(id, true);
            w.now += TimeDelta::seconds(30);
        }
        let address = w.accounts[user].address.clone();
        w.rdp_logon(user, &address, 0, 4);
    });
    start
}

pub fn idle_limit(w: &mut World, days: i64) {
    let story = "A session limit of the policy disconnects an idle session.";
    w.fault(
        "idle-session-limit",
        &[
            "session-disconnected",
            "flow-session-logged-off",
            "robot-job-ended",
        ],
        Word::Likely,
        story,
    );
    w.never(&[
        "network-loss",
        "user-logoff",
        "active-session-limit",
        "user-disconnect-or-window-closed",
        "forced-by-admin-or-tool",
    ]);
    let at = w.fault_time(days);
    let start = remote_session(w, at, OTHER);
    let minutes = (at - start).num_minutes();
    w.truth.user = Some(w.accounts[OTHER].name.clone());
    if w.rng.chance(70) {
        w.set_registry(
            TS_POLICY,
            "MaxIdleTime",
            Reg::Dword(u32::try_from(minutes * 60_000).unwrap()),
        );
    }
    let flow = w.rng.chance(30);
    w.at(at, move |w| {
        let Some(id) = w.session_of(OTHER).filter(|id| w.up && w.sessions[id].active) else {
            return;
        };
        w.truth.session = Some(id);
        w.shows();
        if w.os != Os::Server2012R2 {
            w.log(RCM_ADMIN, 0, rcm(20_516).data("Session", id));
        }
        w.drop_session(id, 3, 3);
        if flow {
            w.flow_failed(
                "SessionHasLoggedOff",
                "The session logged off during run execution.",
            );
        }
    });
}

pub fn network_loss(w: &mut World, days: i64) {
    let story = "The network between client and host breaks.";
    w.fault("network-loss", &["session-disconnected"], Word::Likely, story);
    w.never(&[
        "user-disconnect-or-window-closed",
        "idle-session-limit",
        "user-logoff",
        "replaced-by-other-connection",
    ]);
    let at = w.fault_time(days);
    let several = w.os.is_server() && w.rng.chance(50);
    let users: Vec<usize> = if several { vec![OTHER, CLERK] } else { vec![OTHER] };
    for &user in &users {
        remote_session(w, at - minutes(i64::try_from(user).unwrap()), user);
    }
    if !several {
        w.truth.user = Some(w.accounts[OTHER].name.clone());
    }
    let (error, reason) = *w.rng.pick(&[
        (64u32, 2_147_942_464u32),
        (121, 2_147_942_521),
        (64, 3_489_660_929),
    ]);
    w.at(at, move |w| {
        for &user in &users {
            let Some(id) = w.session_of(user).filter(|_| w.up) else {
                continue;
            };
            let Some(session) = w.sessions.get(&id).filter(|session| session.active).cloned() else {
                continue;
            };
            w.truth.session = (!several).then_some(id);
            w.shows();
            w.log(
                RDP_OP,
                -40,
                rdp(142).level(3).activity(&session.activity).data("error", error),
            );
            w.connection_ends(&session.activity, 14, error, -30);
            w.log(
                LSM_OP,
                40,
                lsm(40)
                    .activity(&session.activity)
                    .data("Session", id)
                    .data("Reason", reason),
            );
            w.disconnected(id, &session, 140);
            if let Some(session) = w.sessions.get_mut(&id) {
                session.active = false;
            }
        }
    });
    let back = at + minutes(6);
    w.at(back, |w| {
        if let Some(id) = w.session_of(OTHER).filter(|_| w.up) {
            let address = w.accounts[OTHER].address.clone();
            w.reconnect(id, &address);
        }
    });
}

/// A person's remote session that something ends after an hour.
fn ends(w: &mut World, days: i64, deed: impl FnOnce(&mut World, u32) + 'static) {
    w.truth.user = Some(w.accounts[OTHER].name.clone());
    let at = w.fault_time(days);
    w.at(at - minutes(60), |w| {
        if w.up && w.session_of(OTHER).is_none() {
            let address = w.accounts[OTHER].address.clone();
            w.rdp_logon(OTHER, &address, 0, 4);
        }
    });
    w.at(at, move |w| {
        // Nobody can end what he has left already.
        let active = w.session_of(OTHER).filter(|id| w.sessions[id].active);
        if let Some(id) = active.filter(|_| w.up) {
            w.truth.session = Some(id);
            w.shows();
            deed(w, id);
        }
    });
}

pub fn active_limit(w: &mut World, days: i64) {
    let story = "The policy limits how long a session may be active.";
    w.fault(
        "active-session-limit",
        &["session-disconnected"],
        Word::Likely,
        story,
    );
    w.never(&[
        "idle-session-limit",
        "network-loss",
        "user-disconnect-or-window-closed",
    ]);
    w.set_registry(TS_POLICY, "MaxConnectionTime", Reg::Dword(3_600_000));
    ends(w, days, |w, id| {
        if w.os != Os::Server2012R2 {
            w.log(RCM_ADMIN, 0, rcm(20_518).data("Session", id));
        }
        w.drop_session(id, 4, 4);
    });
}

pub fn disconnected_limit(w: &mut World, days: i64) {
    w.os = *w.rng.pick(&[Os::Server2016, Os::Server2019, Os::Win10]);
    let story = "The policy logs a session off some time after it was disconnected.";
    w.fault(
        "disconnected-session-limit",
        &["session-logged-off", "session-disconnected"],
        Word::Likely,
        story,
    );
    w.also(&["user-disconnect-or-window-closed"]);
    w.never(&["user-logoff", "idle-session-limit", "network-loss"]);
    w.set_registry(TS_POLICY, "MaxDisconnectionTime", Reg::Dword(1_800_000));
    ends(w, days, |w, id| {
        w.close_window(id);
        w.after(1_800, move |w| {
            if w.up && w.sessions.contains_key(&id) {
                w.shows();
                w.log(RCM_ADMIN, 0, rcm(20_519).data("Session", id));
                w.log_off(id, false);
            }
        });
    });
}

pub fn forced(w: &mut World, days: i64) {
    let story = "An administrator disconnects or signs out the session from his own.";
    w.fault(
        "forced-by-admin-or-tool",
        &["session-disconnected", "session-logged-off"],
        Word::Possible,
        story,
    );
    w.never(&[
        "idle-session-limit",
        "network-loss",
        "user-disconnect-or-window-closed",
        "user-logoff",
    ]);
    let off = w.rng.chance(50);
    ends(w, days, move |w, id| {
        let activity = w.sessions[&id].activity.clone();
        let source = *w.rng.pick(&[0u32, 1, 97]);
        w.log(
            LSM_OP,
            -60,
            lsm(39)
                .activity(&activity)
                .data("TargetSession", id)
                .data("Source", source),
        );
        if off {
            // The reason comes first, the logoff follows.
            w.drop_session(id, 2, 2);
            w.now += TimeDelta::milliseconds(900);
            w.log_off(id, false);
        } else {
            w.drop_session(id, 1, 1);
        }
    });
}

pub fn window_closed(w: &mut World, days: i64) {
    let story = "The person closes the window or disconnects.";
    w.fault(
        "user-disconnect-or-window-closed",
        &["session-disconnected"],
        Word::Likely,
        story,
    );
    w.never(&[
        "network-loss",
        "idle-session-limit",
        "replaced-by-other-connection",
        "forced-by-admin-or-tool",
    ]);
    // Nothing is wrong with that: whether it is worth an incident is the product's choice.
    w.truth.at_least = None;
    let menu = w.rng.chance(50);
    ends(w, days, move |w, id| {
        if menu {
            w.disconnect(id);
        } else {
            w.close_window(id);
        }
    });
}

pub fn graphics_crash(w: &mut World, days: i64) {
    let story = "The window manager of the session crashes.";
    w.fault(
        "graphics-or-session-process-crash",
        &["session-disconnected"],
        Word::Likely,
        story,
    );
    w.never(&[
        "network-loss",
        "user-disconnect-or-window-closed",
        "idle-session-limit",
    ]);
    ends(w, days, |w, id| {
        let fields = [
            "dwm.exe",
            "10.0.19041.1",
            "3a4",
            "dwmcore.dll",
            "10.0.19041.1",
            "77",
            "c0000005",
            "1a0",
            "5c8",
            "01d9",
        ];
        w.log(
            APPLICATION,
            -900,
            Event::new("Application Error", 1000)
                .level(2)
                .classic(&fields, None),
        );
        w.log(
            APPLICATION,
            -700,
            Event::new("Desktop Window Manager", 9009).classic(&["0x8898008d"], None),
        );
        w.drop_session(id, 16, 16);
    });
}

pub fn gpo_drops(w: &mut World, days: i64) {
    w.os = *w.rng.pick(&[Os::Server2016, Os::Server2019]);
    let story = "Each refresh of the policy switches the listener off and on again.";
    w.fault(
        "gpo-refresh-drops-rdp",
        &["session-disconnected"],
        Word::Possible,
        story,
    );
    w.never(&[
        "idle-session-limit",
        "user-logoff",
        "user-disconnect-or-window-closed",
    ]);
    w.also(&["network-loss", "rdp-listener-or-service-down"]);
    let at = w.fault_time(days);
    for n in 0..3 {
        w.when(at + minutes(n * 95 - 40), |w| match w.session_of(OTHER) {
            Some(id) if !w.sessions[&id].active => w.reconnect(id, "10.1.7.20"),
            None => {
                w.rdp_logon(OTHER, "10.1.7.20", 0, 4);
            }
            _ => {}
        });
        w.when(at + minutes(n * 95), |w| {
            w.policy_refresh(false, true);
            w.now += TimeDelta::seconds(6);
            w.log(RCM_OP, 0, rcm(259).data("listenerName", "RDP-Tcp"));
            let ids: Vec<u32> = w
                .sessions
                .iter()
                .filter(|(_, s)| s.active && !s.console)
                .map(|(&id, _)| id)
                .collect();
            for id in ids {
                w.shows();
                w.drop_session(id, 0, 0);
            }
            w.log(RCM_OP, 2_000, rcm(258).data("listenerName", "RDP-Tcp"));
        });
    }
}
