//! More faults, for the other causes that can be described truthfully.

use chrono::TimeDelta;

use super::background::{ADMIN, CLERK, OTHER, ROBOT};
use super::inject::{Consumer, account_fault, exercise};
use super::kit::{LISTENER, TS_POLICY};
use super::life::Stop;
use super::truth::Word;
use super::work::{
    EXPIRED, FIREWALL, HOURS, MUST_CHANGE, NETWORK_RIGHT, NO_TRUST, PASSWORD_EXPIRED, RDP_RIGHT, SKEW,
    SMART_CARD, TOO_MANY_SIDS, UNKNOWN_USER,
};
use super::world::{
    APPLICATION, LSA_OP, LSM_OP, Os, RCM, RCM_ADMIN, RCM_OP, RDP_OP, SYSTEM, SYSTEM_SID, TASK, TASK_OP,
    World, lsm, rcm, rdp,
};
use crate::support::evtx::{Event, Value};
use crate::support::exports::Reg;

pub fn account_expired(w: &mut World, days: i64) {
    account_fault(
        w,
        days,
        "account-expired",
        EXPIRED,
        None,
        "The account reaches its expiry date.",
    );
}

pub fn password_expired(w: &mut World, days: i64) {
    let why = if w.rng.chance(50) {
        PASSWORD_EXPIRED
    } else {
        MUST_CHANGE
    };
    account_fault(
        w,
        days,
        "password-expired-or-must-change",
        why,
        None,
        "The password of the account expires.",
    );
}

pub fn account_deleted(w: &mut World, days: i64) {
    account_fault(
        w,
        days,
        "account-deleted-or-renamed",
        UNKNOWN_USER,
        Some(4726),
        "The account is deleted.",
    );
}

pub fn logon_hours(w: &mut World, days: i64) {
    let story = "The account may log on at certain hours only, and these are others.";
    account_fault(
        w,
        days,
        "logon-hours-or-workstation-restriction",
        HOURS,
        Some(4738),
        story,
    );
}

pub fn smart_card(w: &mut World, days: i64) {
    w.audit = true;
    let story = "The account must use a smart card from now on.";
    let symptoms = ["robot-session-not-created", "rdp-connection-refused"];
    w.fault("smart-card-required", &symptoms, Word::Likely, story);
    w.never(&[
        "password-drift-stored-credential",
        "blank-password-or-restriction-1327",
    ]);
    right_of_robot(w, days, SMART_CARD);
}

pub fn too_many_sids(w: &mut World, days: i64) {
    account_fault(
        w,
        days,
        "too-many-group-sids",
        TOO_MANY_SIDS,
        None,
        "The account is in more groups than a token holds.",
    );
}

pub fn authentication_firewall(w: &mut World, days: i64) {
    let story = "Selective authentication of a forest trust leaves the account out.";
    account_fault(w, days, "authentication-firewall", FIREWALL, None, story);
}

pub fn trust_broken(w: &mut World, days: i64) {
    let story = "The machine account's secret no longer matches the directory.";
    let (_, at) = account_fault(w, days, "machine-trust-broken", NO_TRUST, None, story);
    w.also(&["pending-reboot-after-join-or-rename"]);
    w.truth.user = None;
    for n in 0..4 {
        w.at(at + TimeDelta::hours(n * 2), |w| {
            if w.up {
                let dc = format!("\\\\{}.{}.example", w.dc, w.domain.to_lowercase());
                let event = Event::new("NETLOGON", 3210).level(2);
                let event = event.classic(&[w.domain.as_str(), &dc, "%%5"], Some(&[0x22, 0, 0, 0xc0]));
                w.log(SYSTEM, 0, event);
            }
        });
    }
}

pub fn time_skew(w: &mut World, days: i64) {
    let story = "The clock of the host leaves the one of the directory by more than five minutes.";
    let (_, at) = account_fault(w, days, "time-skew", SKEW, None, story);
    w.truth.user = None;
    w.at(at, |w| {
        let event = Event::new("Microsoft-Windows-Time-Service", 36)
            .level(3)
            .user("S-1-5-19");
        w.log(
            SYSTEM,
            0,
            event
                .data_name("TMP_EVENT_TIME_SERVICE_UNSYNC")
                .data("UnsynchronizedTimeSeconds", "86400"),
        );
        let event = Event::new("Microsoft-Windows-Time-Service", 50)
            .level(3)
            .user("S-1-5-19");
        let event = event
            .data("TimeDifferenceMilliseconds", "5000")
            .data("TimeSampleSeconds", "900");
        w.log(SYSTEM, 900, event);
        w.policy_failed(1126, 2_148_074_276);
    });
}

pub fn lockout_loop(w: &mut World, days: i64) {
    w.audit = true;
    w.has_dc = true;
    w.task_log = true;
    w.truth.user = Some(w.accounts[ROBOT].name.clone());
    let story = "A task with the old password locks the account again each time somebody unlocks it.";
    w.fault("lockout-loop", &["task-logon-failure"], Word::Likely, story);
    w.also(&["account-locked-out", "password-drift-stored-credential"]);
    w.never(&[
        "account-disabled",
        "domain-controller-unreachable",
        "brute-force-attack-on-rdp",
    ]);
    w.idle_robot = true;
    let at = w.fault_time(days.min(4));
    w.at(at, |w| w.password_changed(ROBOT, ADMIN));
    for round in 0..3 {
        let start = at + TimeDelta::minutes(11 + round * 200);
        for n in 0..5 {
            w.at(start + TimeDelta::minutes(n * 5), move |w| {
                w.task_runs(1, 0);
                if n == 4 {
                    let host = w.host.clone();
                    w.account_locked(ROBOT, &host);
                }
            });
        }
        w.at(start + TimeDelta::minutes(35), |w| {
            w.task_runs(0, 0);
        });
        w.at(start + TimeDelta::minutes(170), |w| {
            w.account_changed(4767, ROBOT, ADMIN);
            w.accounts[ROBOT].refusal = None;
        });
    }
}

pub fn rdp_right(w: &mut World, days: i64) {
    let story = "The robot account leaves the group of those who may log on by Remote Desktop.";
    w.fault(
        "rdp-logon-right-missing",
        &["robot-session-not-created", "rdp-connection-refused"],
        Word::Likely,
        story,
    );
    w.never(&[
        "batch-logon-right-missing",
        "password-drift-stored-credential",
        "rds-licensing",
    ]);
    right_of_robot(w, days, RDP_RIGHT);
}

pub fn network_right(w: &mut World, days: i64) {
    let story = "A hardening baseline denies the account access from the network.";
    w.fault(
        "network-logon-right-missing",
        &["robot-session-not-created", "rdp-connection-refused"],
        Word::Likely,
        story,
    );
    w.never(&["batch-logon-right-missing", "password-drift-stored-credential"]);
    w.also(&["rdp-logon-right-missing"]);
    w.audit = true;
    right_of_robot(w, days, NETWORK_RIGHT);
}

fn right_of_robot(w: &mut World, days: i64, why: super::world::Refusal) {
    w.truth.user = Some(w.accounts[ROBOT].name.clone());
    let at = w.fault_time(days);
    w.at(at, move |w| w.accounts[ROBOT].refusal = Some(why));
    exercise(w, Consumer::Robot, at);
    for index in [0, 1] {
        w.tasks[index].user = None;
    }
}

pub fn program_error(w: &mut World, days: i64) {
    w.task_log = true;
    let story = "The task starts its program; the program fails on its own.";
    w.fault(
        "task-program-error-not-logon",
        &["task-run-failure", "no-such-logon-session"],
        Word::Likely,
        story,
    );
    w.never(&[
        "password-drift-stored-credential",
        "disable-domain-creds-policy",
        "process-outlived-logon-session",
        "batch-logon-right-missing",
    ]);
    w.truth.task = Some(w.tasks[0].path.clone());
    let at = w.fault_time(days);
    let code = *w.rng.pick(&[2_147_943_712u32, 2_147_942_401, 1, 0xe043_4352]);
    for n in 0..3 {
        w.at(at + TimeDelta::minutes(n * 55), move |w| {
            if w.task_runs(0, code) {
                w.shows();
            }
        });
    }
}

pub fn definition_error(w: &mut World, days: i64) {
    w.task_log = true;
    let story = "The program of the task was moved away.";
    w.fault(
        "task-definition-error",
        &["task-run-failure"],
        Word::Likely,
        story,
    );
    w.also(&["mapped-drive-or-user-profile-dependency"]);
    w.never(&["password-drift-stored-credential", "task-program-error-not-logon"]);
    w.truth.task = Some(w.tasks[0].path.clone());
    let at = w.fault_time(days);
    let code = *w.rng.pick(&[2_147_942_402u32, 2_147_942_667]);
    for n in 0..3 {
        w.at(at + TimeDelta::minutes(n * 55), move |w| {
            if !w.up {
                return;
            }
            w.shows();
            let (path, program) = (w.tasks[0].path.clone(), w.tasks[0].program.clone());
            let instance = w.rng.guid();
            let guid = Value::Guid(instance.clone());
            let event = |id: u16, level: u8| {
                Event::new(TASK, id)
                    .task(id)
                    .level(level)
                    .user(SYSTEM_SID)
                    .activity(&instance)
            };
            w.log(
                TASK_OP,
                0,
                event(107, 4)
                    .data("TaskName", &path)
                    .data("InstanceId", guid.clone()),
            );
            let start = event(100, 4)
                .data("TaskName", &path)
                .data("UserContext", w.name(ROBOT));
            w.log(TASK_OP, 60, start.data("InstanceId", guid.clone()));
            w.log(
                TASK_OP,
                62,
                event(200, 4)
                    .data("TaskName", &path)
                    .data("ActionName", &program)
                    .data("TaskInstanceId", guid.clone()),
            );
            let failed = event(203, 2)
                .data("TaskName", &path)
                .data("TaskInstanceId", guid.clone());
            w.log(
                TASK_OP,
                80,
                failed.data("ActionName", program).data("ResultCode", code),
            );
            let failed = event(103, 2)
                .data("TaskName", &path)
                .data("InstanceId", guid)
                .data("UserContext", w.name(ROBOT));
            w.log(TASK_OP, 84, failed.data("ResultCode", code));
        });
    }
}

pub fn only_when_logged_on(w: &mut World, days: i64) {
    w.task_log = true;
    let story = "The task is set to run only when its user is logged on, and he is not.";
    w.fault(
        "run-only-when-logged-on",
        &["task-run-failure", "task-logon-failure"],
        Word::Likely,
        story,
    );
    w.never(&["password-drift-stored-credential", "batch-logon-right-missing"]);
    w.truth.task = Some(w.tasks[0].path.clone());
    let at = w.fault_time(days);
    for n in 0..3 {
        w.at(at + TimeDelta::hours(n), |w| {
            if !w.up {
                return;
            }
            w.shows();
            let event = Event::new(TASK, 332).task(332).level(3).user(SYSTEM_SID);
            let event = event
                .data("TaskName", w.tasks[0].path.clone())
                .data("UserName", w.name(ROBOT));
            w.log(TASK_OP, 0, event);
        });
    }
}

pub fn outlived(w: &mut World, days: i64) {
    let story = "A process goes on after the session it was born in was logged off.";
    w.fault(
        "process-outlived-logon-session",
        &["no-such-logon-session", "robot-session-not-created"],
        Word::Likely,
        story,
    );
    w.never(&[
        "disable-domain-creds-policy",
        "transient-rerun",
        "password-drift-stored-credential",
    ]);
    let at = w.fault_time(days);
    w.at(at - TimeDelta::hours(2), |w| {
        if w.up && w.session_of(CLERK).is_none() {
            let address = w.accounts[CLERK].address.clone();
            w.rdp_logon(CLERK, &address, 0, 4);
        }
    });
    w.at(at - TimeDelta::minutes(30), |w| {
        if let Some(id) = w.session_of(CLERK) {
            w.background("user-logoff");
            let logon = w.sessions[&id].logon_id;
            w.log_off(id, true);
            w.next_logon = w.next_logon.max(logon);
        }
    });
    for n in 0..3 {
        w.at(at + TimeDelta::minutes(n * 4), |w| {
            if !w.up {
                return;
            }
            w.shows();
            let event = Event::new("LsaSrv", 200).level(3).user(SYSTEM_SID);
            let event = event.data("UserName", w.accounts[CLERK].name.clone()).data("DomainName", w.domain.clone());
            let event = event.data("LogonId", Value::Hex64(0x4_2f10));
            let event = event.data("LogoffTime", Value::FileTime(w.now - TimeDelta::minutes(30))).data("PID", 4_812u32);
            let event = event.data("Program", "C:\\Program Files\\Batch\\agent.exe").data("PrincipalName", "");
            let event = event.data("ServerName", "cifs/files.corp.example").data("PackageName", "Negotiate");
            w.log(LSA_OP, 0, event.data("CallType", 1u32).data("ErrorCode", Value::Hex32(0xc000_005f)));
            let text = "agent.exe: copy failed: A specified logon session does not exist. It may already have been terminated. (0x80070520)";
            w.log(APPLICATION, 20, Event::new("BatchAgent", 100).level(2).classic(&[text], None));
        });
    }
}

pub fn security_layer(w: &mut World, days: i64) {
    let story = "The listener is set to the old RDP security layer.";
    w.fault(
        "security-layer-rdp",
        &["robot-session-not-created", "rdp-connection-refused"],
        Word::Possible,
        story,
    );
    w.never(&[
        "password-drift-stored-credential",
        "encryption-oracle-remediation",
        "network-loss",
    ]);
    w.also(&["nla-required-missing", "nla-without-credssp"]);
    w.set_registry(LISTENER, "SecurityLayer", Reg::Dword(0));
    let at = w.fault_time(days);
    let text = "Rdp connection failed: Message: The connection failed at negotiating security settings. Last error: 131084";
    w.connection_fails(at, text, |w, activity| {
        let event = rdp(139)
            .level(3)
            .activity(activity)
            .data("ResultCode", Value::Hex32(0x8009_0302));
        w.log(RDP_OP, 300, event.data("IPString", "127.0.0.1"));
    });
}

pub fn nla_required(w: &mut World, days: i64) {
    let story = "Network level authentication is switched off; the robot demands it.";
    w.fault(
        "nla-required-missing",
        &["robot-session-not-created", "rdp-connection-refused"],
        Word::Possible,
        story,
    );
    w.also(&["security-layer-rdp"]);
    w.never(&[
        "nla-without-credssp",
        "encryption-oracle-remediation",
        "password-drift-stored-credential",
    ]);
    w.set_registry(LISTENER, "UserAuthentication", Reg::Dword(0));
    let at = w.fault_time(days);
    let text = "Rdp connection failed: Message: The connection failed at negotiating security settings. Last error: 131084";
    w.connection_fails(at, text, |_, _| {});
}

pub fn prompt_for_password(w: &mut World, days: i64) {
    let story = "The policy makes everybody enter the password at each connection.";
    w.fault(
        "prompt-for-password",
        &[
            "robot-session-not-created",
            "session-disconnected",
            "rdp-connection-refused",
        ],
        Word::Possible,
        story,
    );
    w.never(&[
        "password-drift-stored-credential",
        "user-disconnect-or-window-closed",
    ]);
    w.also(&["legal-notice-or-slow-lock-screen"]);
    w.set_registry(TS_POLICY, "fPromptForPassword", Reg::Dword(1));
    let at = w.fault_time(days);
    let text = "Rdp connection failed: Message: The server does not accept saved user credentials and requires that the user enter their credentials for each connection. Last error: 65546";
    w.connection_fails(at, text, |w, activity| {
        w.rdp_authenticated(ROBOT, "127.0.0.1", activity);
        let session = w.next_session;
        w.next_session += 1;
        w.log(
            LSM_OP,
            800,
            lsm(40)
                .activity(activity)
                .data("Session", session)
                .data("Reason", 10u32),
        );
        w.log(RDP_OP, 820, rdp(103).activity(activity).data("ReasonCode", 10u32));
    });
}

pub fn rds_licensing(w: &mut World, days: i64) {
    w.os = *w.rng.pick(&[Os::Server2012R2, Os::Server2019]);
    w.session_host_role = true;
    let story = "The session host has no licence server and its grace period is over.";
    w.fault(
        "rds-licensing",
        &[
            "robot-session-not-created",
            "rdp-connection-refused",
            "session-disconnected",
        ],
        Word::Likely,
        story,
    );
    w.never(&[
        "connection-limit",
        "network-loss",
        "password-drift-stored-credential",
    ]);
    let at = w.fault_time(days);
    w.at(at - TimeDelta::hours(5), |w| {
        if w.up {
            w.log(RCM_ADMIN, 0, Event::new(RCM, 1069).level(2).user("S-1-5-20"));
            let event = Event::new(RCM, 1128)
                .source("TermService")
                .level(2)
                .classic(&[] as &[&str], None);
            w.log(SYSTEM, 20, event);
        }
    });
    let text = "Rdp connection failed: Message: The connection transport layer failed., Last error: 131085";
    w.connection_fails(at, text, |w, activity| {
        w.rdp_authenticated(ROBOT, "127.0.0.1", activity);
        let session = w.next_session;
        w.next_session += 1;
        w.log(
            LSM_OP,
            800,
            lsm(40)
                .activity(activity)
                .data("Session", session)
                .data("Reason", 257u32),
        );
        w.log(
            RDP_OP,
            820,
            rdp(103).activity(activity).data("ReasonCode", 257u32),
        );
    });
}

pub fn connection_limit(w: &mut World, days: i64) {
    let story = "All connections the host allows are taken.";
    w.fault(
        "connection-limit",
        &[
            "robot-session-not-created",
            "rdp-connection-refused",
            "session-disconnected",
        ],
        Word::Possible,
        story,
    );
    w.never(&[
        "rds-licensing",
        "network-loss",
        "password-drift-stored-credential",
    ]);
    w.also(&[
        "rdp-slot-held-by-human",
        "other-user-session-active",
        "slots-exceed-os-sessions",
    ]);
    w.set_registry(TS_POLICY, "MaxInstanceCount", Reg::Dword(2));
    let at = w.fault_time(days);
    w.at(at - TimeDelta::minutes(20), |w| {
        for user in [CLERK, OTHER] {
            if w.up && w.session_of(user).is_none() {
                let address = w.accounts[user].address.clone();
                w.rdp_logon(user, &address, 0, 4);
                w.now += TimeDelta::seconds(50);
            }
        }
    });
    let text = "Rdp connection failed: Message: The server denied the connection. Last error: 65543";
    w.connection_fails(at, text, |w, activity| {
        w.rdp_authenticated(ROBOT, "127.0.0.1", activity);
        let session = w.next_session;
        w.next_session += 1;
        w.log(
            LSM_OP,
            800,
            lsm(40)
                .activity(activity)
                .data("Session", session)
                .data("Reason", 7u32),
        );
        w.log(RDP_OP, 820, rdp(103).activity(activity).data("ReasonCode", 7u32));
    });
}

pub fn listener_down(w: &mut World, days: i64) {
    let story = "The service of Remote Desktop stops for a while.";
    w.fault(
        "rdp-listener-or-service-down",
        &["robot-session-not-created", "rdp-connection-refused"],
        Word::Likely,
        story,
    );
    w.never(&[
        "network-loss",
        "transient-rerun",
        "connection-limit",
        "stale-disconnected-session",
    ]);
    w.also(&["third-party-termserv-hook"]);
    if w.os == Os::Win11 {
        w.os = Os::Server2019;
    }
    w.idle_robot = true;
    let at = w.fault_time(days);
    w.at(at - TimeDelta::minutes(3), |w| {
        if w.up {
            let ids: Vec<u32> = w.sessions.keys().copied().collect();
            for id in ids {
                w.drop_session(id, 0, 0);
            }
            w.log(RCM_OP, 300, rcm(259).data("listenerName", "RDP-Tcp"));
            w.service(500, "Remote Desktop Services", false);
        }
    });
    for n in 0..3 {
        w.at(at + TimeDelta::minutes(n * 12), |w| {
            if w.up {
                w.robot_cannot_start(
                    400,
                    "Rdp connection failed: Message: The connection failed. Last error: 131078",
                );
            }
        });
    }
    w.at(at + TimeDelta::minutes(55), |w| {
        if w.up {
            w.service(0, "Remote Desktop Services", true);
            w.log(RCM_OP, 400, rcm(258).data("listenerName", "RDP-Tcp"));
        }
    });
}

/// A person's remote session that something ends after an hour.
fn ends(w: &mut World, days: i64, deed: impl FnOnce(&mut World, u32) + 'static) {
    w.truth.user = Some(w.accounts[OTHER].name.clone());
    let at = w.fault_time(days);
    w.at(at - TimeDelta::minutes(60), |w| {
        if w.up && w.session_of(OTHER).is_none() {
            let address = w.accounts[OTHER].address.clone();
            w.rdp_logon(OTHER, &address, 0, 4);
        }
    });
    w.at(at, move |w| {
        if let Some(id) = w.session_of(OTHER).filter(|_| w.up) {
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
        w.shows_at(w.now + TimeDelta::minutes(8));
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
    w.at(at - TimeDelta::minutes(40), |w| {
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
        w.at(at + TimeDelta::minutes(n * 95 - 40), |w| {
            if w.up {
                match w.session_of(OTHER) {
                    Some(id) if !w.sessions[&id].active => w.reconnect(id, "10.1.7.20"),
                    None => {
                        w.rdp_logon(OTHER, "10.1.7.20", 0, 4);
                    }
                    _ => {}
                }
            }
        });
        w.at(at + TimeDelta::minutes(n * 95), |w| {
            if !w.up {
                return;
            }
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

/// The product says by itself what is wrong.
fn said(w: &mut World, days: i64, cause: &str, symptoms: &[&str], text: &'static str) {
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
    for n in 0..times {
        w.at(at + TimeDelta::minutes(n * 20), move |w| {
            if w.up {
                w.robot_cannot_start(300, text);
            }
        });
    }
}

pub fn user_busy(w: &mut World, days: i64) {
    let text = "User is running another job. Waiting for the job to finish timed out.";
    said(w, days, "robot-user-busy", &["robot-session-not-created"], text);
}

pub fn console_conflict(w: &mut World, days: i64) {
    let text = "Another interactive job is using the machine's console.";
    said(
        w,
        days,
        "login-to-console-conflict",
        &["robot-session-not-created"],
        text,
    );
}

pub fn known_defect(w: &mut World, days: i64) {
    w.robot_version = *w.rng.pick(&["23.4.9", "23.10.8", "24.10.4"]);
    let text = "Could not find a part of the path 'C:\\Windows\\TEMP\\UiPath\\CredProvider'.";
    said(
        w,
        days,
        "known-robot-defect",
        &["robot-session-not-created"],
        text,
    );
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

pub fn brute_force(w: &mut World, days: i64) {
    w.audit = true;
    let story = "Somebody on the internet tries names and passwords by the hundred.";
    w.fault(
        "brute-force-attack-on-rdp",
        &["rdp-connection-refused"],
        Word::Possible,
        story,
    );
    w.never(&[
        "password-drift-stored-credential",
        "account-deleted-or-renamed",
        "network-loss",
        "rdp-certificate-or-tls",
    ]);
    let at = w.fault_time(days);
    for n in 0..160 {
        let name = *w.rng.pick(&[
            "administrator",
            "admin",
            "test",
            "user",
            "scan",
            "backup",
            "sql",
            "guest",
            "root",
        ]);
        w.at(at + TimeDelta::seconds(n * 23), move |w| {
            if w.up {
                w.shows();
                w.scanner(Some(name));
            }
        });
    }
}
