//! The first seventeen faults, each described by what happens to the machine.
//!
//! No function here may be written after what some rule looks for. It says what a machine or a person does, from the
//! facts of the event catalogue; what is deducible from that is the product's business.

use chrono::TimeDelta;

use super::background::{ADMIN, CLERK, OTHER, ROBOT};
use super::kit::{LISTENER, TS_POLICY};
use super::truth::Word;
use super::work::{BATCH_RIGHT, DISABLED, LOCKED};
use super::world::{
    APPLICATION, LSM_OP, Os, RCM_ADMIN, RDP_OP, Refusal, SECURITY, SYSTEM, SYSTEM_SID, TASK, TASK_OP, World,
    audit, lsm, rcm, rdp, subject,
};
use crate::support::evtx::{Event, Time, Value};
use crate::support::exports::Reg;
use crate::support::trace::{DateForm, line};

/// Consumers of the robot account that a fault of the account stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consumer {
    Task,
    Robot,
}

pub fn consumer(w: &mut World) -> Consumer {
    let consumer = if w.rng.chance(65) {
        Consumer::Task
    } else {
        Consumer::Robot
    };
    w.note(format!("{consumer:?}"));
    if consumer == Consumer::Task {
        w.task_log = true;
    }
    w.truth.user = Some(w.accounts[ROBOT].name.clone());
    consumer
}

pub fn consumer_symptom(consumer: Consumer) -> &'static [&'static str] {
    match consumer {
        Consumer::Task => &["task-logon-failure"],
        Consumer::Robot => &["robot-session-not-created", "rdp-connection-refused"],
    }
}

/// Lets the fault show: tasks run on their own, robots are started; the robot account owns both.
pub fn exercise(w: &mut World, consumer: Consumer, from: Time) {
    match consumer {
        Consumer::Task => {
            let once = from + TimeDelta::minutes(20);
            w.at(once, |w| {
                w.task_runs(0, 0);
            });
        }
        Consumer::Robot => {
            for index in [0, 1] {
                w.tasks[index].user = None;
            }
            let times = w.rng.range(1, 5);
            w.robot_tries(from + TimeDelta::minutes(7), times, 35);
        }
    }
}

pub fn password_drift(w: &mut World, days: i64) {
    let consumer = consumer(w);
    let both = w.has_dc && w.audit;
    let at_least = if both { Word::Likely } else { Word::Possible };
    let story =
        "The password of the robot account is changed in the directory; the stored one stays the old one.";
    w.fault(
        "password-drift-stored-credential",
        consumer_symptom(consumer),
        at_least,
        story,
    );
    w.never(&[
        "account-locked-out",
        "disable-domain-creds-policy",
        "domain-controller-unreachable",
        "machine-trust-broken",
    ]);
    let at = w.fault_time(days);
    let by = if w.rng.chance(70) { ADMIN } else { ROBOT };
    w.at(at, move |w| w.password_changed(ROBOT, by));
    exercise(w, consumer, at);
    if w.rng.chance(40) {
        // Somebody stores the new one later.
        let hours = w.rng.range(5, 20);
        w.note("repaired");
        w.at(at + TimeDelta::hours(hours), |w| {
            w.robot_password = w.accounts[ROBOT].password;
            for index in [0, 1] {
                w.tasks[index].knows_password = w.accounts[ROBOT].password;
                w.task_saved(index, ADMIN, false);
            }
        });
    }
}

/// The directory refuses the account from a moment on.
pub fn account_fault(
    w: &mut World,
    days: i64,
    cause: &str,
    why: Refusal,
    dc_event: Option<u16>,
    story: &str,
) -> (Consumer, Time) {
    let consumer = consumer(w);
    w.fault(cause, consumer_symptom(consumer), Word::Likely, story);
    w.never(&[
        "password-drift-stored-credential",
        "domain-controller-unreachable",
        "disable-domain-creds-policy",
    ]);
    // Without the audit, a robot says too little about some refusals, and so does the code of a task.
    let vague = matches!(why.rdp.1, 131_092 | 131_095);
    if !w.audit && consumer == Consumer::Robot && vague {
        w.truth.at_least = None;
        w.note("not audited");
    }
    let at = w.fault_time(days);
    w.at(at, move |w| {
        w.accounts[ROBOT].refusal = Some(why);
        if let Some(id) = dc_event {
            w.account_changed(id, ROBOT, ADMIN);
        }
    });
    exercise(w, consumer, at);
    (consumer, at)
}

pub fn account_locked(w: &mut World, days: i64) {
    let story = "Wrong passwords from another machine lock the robot account.";
    let (_, at) = account_fault(w, days, "account-locked-out", LOCKED, None, story);
    w.also(&["lockout-loop"]);
    w.at(at, |w| {
        for n in 0..5 {
            let event =
                audit(4776, 14_336, false).data("PackageName", "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0");
            let event = event
                .data("TargetUserName", w.accounts[ROBOT].name.clone())
                .data("Workstation", "PC-114");
            w.dc_log(
                -60_000 + n * 9_000,
                event.data("Status", Value::Hex32(0xc000_006a)),
            );
        }
        w.account_locked(ROBOT, "PC-114");
    });
    if w.rng.chance(50) {
        let hours = w.rng.range(3, 16);
        w.note("unlocked later");
        w.at(at + TimeDelta::hours(hours), |w| {
            w.account_changed(4767, ROBOT, ADMIN);
            w.accounts[ROBOT].refusal = None;
        });
    }
}

pub fn account_disabled(w: &mut World, days: i64) {
    account_fault(
        w,
        days,
        "account-disabled",
        DISABLED,
        Some(4725),
        "Somebody disables the robot account.",
    );
}

pub fn disable_domain_creds(w: &mut World, days: i64) {
    w.task_log = true;
    let exported = w.rng.chance(75);
    let at_least = if exported { Word::Likely } else { Word::Possible };
    let story = "A policy forbids storing credentials; then an administrator saves a task with a password.";
    w.fault(
        "disable-domain-creds-policy",
        &["task-registration-failure", "no-such-logon-session"],
        at_least,
        story,
    );
    w.never(&[
        "password-drift-stored-credential",
        "transient-rerun",
        "batch-logon-right-missing",
    ]);
    w.truth.task = Some(w.tasks[0].path.clone());
    let at = w.fault_time(days);
    w.at(at - TimeDelta::hours(3), |w| w.policy_refresh(false, true));
    w.at(at - TimeDelta::minutes(4), |w| {
        if w.session_of(ADMIN).is_none() {
            let address = w.accounts[ADMIN].address.clone();
            w.rdp_logon(ADMIN, &address, 0, 4);
        }
    });
    let times = w.rng.range(1, 4);
    for n in 0..times {
        w.at(at + TimeDelta::minutes(n * 3), |w| {
            if !w.up {
                return;
            }
            w.shows();
            let path = w.tasks[0].path.clone();
            let event = Event::new(TASK, 116)
                .task(116)
                .level(3)
                .user(SYSTEM_SID)
                .data("TaskName", path);
            w.log(TASK_OP, 0, event.data("ResultCode", 2_147_943_712u32));
        });
    }
    if exported {
        let lsa = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa";
        w.set_registry(lsa, "DisableDomainCreds", Reg::Dword(1));
        let key = "MACHINE\\System\\CurrentControlSet\\Control\\Lsa\\DisableDomainCreds";
        w.policy_values.retain(|(name, _)| name != key);
        w.policy_values.push((key.to_owned(), "4,1".to_owned()));
        w.note("settings exported");
    } else {
        w.note("settings not exported");
        w.registry.clear();
        w.policy_values.clear();
    }
    if w.rng.chance(40) {
        let text = w.word(
            "A specified logon session does not exist. It may already have been terminated.",
            "Eine angegebene Anmeldesitzung ist nicht vorhanden. Sie wurde gegebenenfalls bereits beendet.",
        );
        let name = w.tasks[0].path.rsplit('\\').next().unwrap().to_owned();
        let text = format!(
            "Task Scheduler\r\n\r\nAn error has occurred for task {name}. Error message: {text} (0x80070520)\r\n"
        );
        w.extra_files
            .push(("screenshot-text.txt".into(), text.into_bytes()));
    }
}

pub fn batch_right(w: &mut World, days: i64) {
    w.task_log = true;
    w.truth.user = Some(w.accounts[ROBOT].name.clone());
    let story = "The robot account loses the right to log on as a batch job.";
    w.fault(
        "batch-logon-right-missing",
        &["task-logon-failure"],
        Word::Likely,
        story,
    );
    w.never(&[
        "rdp-logon-right-missing",
        "password-drift-stored-credential",
        "account-disabled",
        "network-logon-right-missing",
    ]);
    let at = w.fault_time(days);
    let deny = w.rng.chance(40);
    let sid = w.accounts[ROBOT].sid.clone();
    w.at(at, move |w| {
        w.policy_refresh(false, true);
        w.accounts[ROBOT].refusal = Some(BATCH_RIGHT);
        let machine = format!("{}$", w.host);
        let event = audit(if deny { 4717 } else { 4718 }, 13_569, true);
        let event = subject(event, SYSTEM_SID, &machine, &w.domain, 0x3e7);
        let event = event.data("TargetSid", Value::Sid(w.accounts[ROBOT].sid.clone()));
        let event = if deny {
            event.data("AccessGranted", "SeDenyBatchLogonRight")
        } else {
            event.data("AccessRemoved", "SeBatchLogonRight")
        };
        w.log(SECURITY, 700, event);
    });
    if deny {
        w.rights
            .push(("SeDenyBatchLogonRight".into(), vec![format!("*{sid}")]));
    } else {
        for (right, accounts) in &mut w.rights {
            if right == "SeBatchLogonRight" {
                accounts.retain(|account| !account.contains(&sid));
            }
        }
    }
    exercise(w, Consumer::Task, at);
}

pub fn dc_unreachable(w: &mut World, days: i64) {
    let consumer = consumer(w);
    let story = "The network to the domain controllers is down for a while.";
    w.fault(
        "domain-controller-unreachable",
        consumer_symptom(consumer),
        Word::Likely,
        story,
    );
    w.truth.user = None;
    w.never(&[
        "password-drift-stored-credential",
        "machine-trust-broken",
        "time-skew",
    ]);
    let at = w.fault_time(days);
    let minutes = w.rng.range(70, 300);
    w.at(at, |w| w.dc_reachable = false);
    let mut n = at + TimeDelta::seconds(40);
    while n < at + TimeDelta::minutes(minutes) {
        w.at(n, |w| {
            if !w.up {
                return;
            }
            let event = w.no_dc();
            w.log(SYSTEM, 0, event);
            let server = format!("ldap/{}.{}.example", w.dc, w.domain.to_lowercase());
            let text = "There are currently no logon servers available to service the logon request.\r\n (0xc000005e)";
            let event = Event::new("LsaSrv", 40_960).level(3).user(SYSTEM_SID).data("Target", server);
            w.log(SYSTEM, 900, event.data("Protocol", "Kerberos").data("Error", text));
            let id = *w.rng.pick(&[1129, 1054]);
            w.policy_failed(id, 1222);
        });
        n += TimeDelta::minutes(w.rng.range(15, 40));
    }
    w.at(at + TimeDelta::minutes(minutes), |w| {
        w.dc_reachable = true;
        w.policy_refresh(false, false);
    });
    for k in 1..4 {
        let when = at + TimeDelta::seconds(minutes * 60 * k / 4);
        w.at(when, move |w| match consumer {
            Consumer::Task => {
                w.task_runs(0, 0);
            }
            Consumer::Robot => {
                w.robot_job(ROBOT, "InvoiceImport", 12);
            }
        });
    }
    if consumer == Consumer::Robot {
        for index in [0, 1] {
            w.tasks[index].user = None;
        }
    }
}

pub fn encryption_oracle(w: &mut World, days: i64) {
    let story = "After a security update the loopback client refuses the CredSSP of its own, unpatched host.";
    w.fault(
        "encryption-oracle-remediation",
        &["robot-session-not-created", "rdp-connection-refused"],
        Word::Likely,
        story,
    );
    w.never(&[
        "password-drift-stored-credential",
        "transient-rerun",
        "network-loss",
    ]);
    w.also(&["outdated-robot-version"]);
    w.robot_version = *w.rng.pick(&["18.3.0", "18.2.4", "18.1.9"]);
    let key = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters";
    if w.rng.chance(70) {
        w.set_registry(key, "AllowEncryptionOracle", Reg::Dword(0));
    }
    let at = w.fault_time(days);
    let times = w.rng.range(1, 6);
    for n in 0..times {
        w.at(at + TimeDelta::minutes(n * 25), |w| {
            if !w.up {
                return;
            }
            let target = format!("TERMSRV/{}", w.fqdn());
            let event = Event::new("LsaSrv", 6041).level(2).user(SYSTEM_SID).source("LsaSrv");
            w.log(SYSTEM, 180, event.classic(&[target.as_str(), "4"], None));
            let (_, activity) = w.rdp_connects("127.0.0.1");
            let event = rdp(139).level(3).activity(&activity).data("ResultCode", Value::Hex32(0x8009_0304));
            w.log(RDP_OP, 200, event.data("IPString", "127.0.0.1"));
            w.log(RDP_OP, 210, rdp(102).activity(&activity));
            w.log(RDP_OP, 215, rdp(103).activity(&activity).data("ReasonCode", 0u32));
            w.robot_cannot_start(600, "RDP connection failed with error: An authentication failure aborted the connection. Last error: 131081");
        });
    }
    w.no_own_jobs();
}

pub fn nla_without_credssp(w: &mut World, days: i64) {
    let story = "A robot too old for CredSSP meets a listener that requires network level authentication.";
    w.fault(
        "nla-without-credssp",
        &["robot-session-not-created", "rdp-connection-refused"],
        Word::Possible,
        story,
    );
    w.also(&["outdated-robot-version"]);
    w.never(&[
        "encryption-oracle-remediation",
        "password-drift-stored-credential",
        "resource-exhaustion",
    ]);
    w.robot_version = *w.rng.pick(&["18.3.0", "18.2.4", "18.1.9"]);
    w.set_registry(LISTENER, "UserAuthentication", Reg::Dword(1));
    let at = w.fault_time(days);
    let form = *w.rng.pick(&[
        DateForm::American,
        DateForm::Iso,
        DateForm::IsoNanos,
        DateForm::Slashes,
    ]);
    let times = w.rng.range(1, 5);
    let dump = w.rng.chance(80);
    w.truth.at_least = Some(if dump { Word::Likely } else { Word::Possible });
    w.note(if dump { "trace dump" } else { "no trace dump" });
    for n in 0..times {
        w.at(at + TimeDelta::minutes(n * 25), move |w| {
            if !w.up {
                return;
            }
            let (_, activity) = w.rdp_connects("127.0.0.1");
            w.log(RDP_OP, 190, rdp(97).level(3).activity(&activity).data("ComponentName", "NLA").data("ErrorCode", Value::Hex32(0x8007_0005)));
            w.log(RDP_OP, 210, rdp(102).activity(&activity));
            w.log(RDP_OP, 215, rdp(103).activity(&activity).data("ReasonCode", 0u32));
            if dump {
                let mut text = String::new();
                for (ms, words) in [
                    (230, "rdp.cpp 34 RdpWrapper: Connect: Connection failed"),
                    (231, "rdp.cpp 34 RdpWrapper: Log on Wrapper: exiting connection loop, err(rdp):-1073741537"),
                ] {
                    let when = w.ms(ms);
                    text.push_str(&line(form, when, w.offset(when), (0x1a4c, 0x2210), "UiPath-RdpWrapper", words));
                }
                w.append("UiPathTrace-3f2a91c0.etl.txt", &text);
            }
            let text = "Executor start process failed, reason System.Exception: RDP connection failed";
            w.robot_says(700, "ERROR", "UiPath.Service.Host.JobHandler", text);
            let full = format!("UiPath Robot {}: {text}", w.robot_version);
            w.log(APPLICATION, 700, Event::new("UiPath", 0).level(2).classic(&[full.as_str()], None));
            w.shows();
        });
    }
    w.no_own_jobs();
}

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
        w.at(at - TimeDelta::minutes(25), |w| {
            if w.up {
                if let Some(id) = w.session_of(ROBOT) {
                    w.log_off(id, false);
                    w.now += TimeDelta::seconds(30);
                }
                w.rdp_logon(ROBOT, "10.1.4.20", 0, 4);
            }
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
        w.shows_at(w.now + TimeDelta::minutes(8));
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
    w.at(at - TimeDelta::minutes(15), |w| {
        if w.up {
            w.update_installed(5_037_782);
        }
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
    w.at(at, move |w| {
        if w.up {
            // Nobody writes down when the power went; the last trace of a session may be minutes older.
            w.shows_at(w.now - TimeDelta::minutes(15));
            w.power_loss(code);
            w.shows_at(w.now + TimeDelta::minutes(20));
        }
    });
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
    let end = at + TimeDelta::minutes(50);
    w.at(end, |w| {
        if let Some(id) = w.session_of(OTHER).filter(|_| w.up) {
            w.background("user-logoff");
            w.log_off(id, true);
        }
    });
}

/// A remote session of a person or a robot that a limit or the network ends. Returns when it is there.
fn remote_session(w: &mut World, at: Time, user: usize) -> Time {
    let start = at - TimeDelta::minutes(w.rng.range(50, 110));
    w.at(start, move |w| {
        if !w.up {
            return;
        }
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
        let Some(id) = w.session_of(OTHER).filter(|_| w.up) else {
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
        remote_session(w, at - TimeDelta::minutes(i64::try_from(user).unwrap()), user);
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
    let back = at + TimeDelta::minutes(6);
    w.at(back, |w| {
        if let Some(id) = w.session_of(OTHER).filter(|_| w.up) {
            let address = w.accounts[OTHER].address.clone();
            w.reconnect(id, &address);
        }
    });
}

pub fn session_create_timeout(w: &mut World, days: i64) {
    let story = "The logon of the robot takes longer than the robot waits for its session.";
    w.fault(
        "session-create-timeout",
        &["robot-session-not-created"],
        Word::Likely,
        story,
    );
    w.also(&["slow-logon-policy-or-profile", "network-provider-logon-timeout"]);
    w.never(&[
        "password-drift-stored-credential",
        "transient-rerun",
        "stale-disconnected-session",
    ]);
    w.truth.user = Some(w.accounts[ROBOT].name.clone());
    let at = w.fault_time(days);
    let times = w.rng.range(1, 4);
    for n in 0..times {
        w.at(at + TimeDelta::minutes(n * 40), |w| {
            if !w.up {
                return;
            }
            if let Some(id) = w.session_of(ROBOT) {
                w.log_off(id, false);
                w.now += TimeDelta::seconds(20);
            }
            let seconds = w.rng.range(95, 260);
            let start = w.robot_start_line(ROBOT);
            w.robot_says(-200, "INFO", "UiPath.FreeRdpWrapper", &start);
            w.rdp_logon(ROBOT, "127.0.0.1", seconds, 8);
            w.robot_cannot_start(61_000, "Creating user session timed out.");
            w.after(seconds + 60, |w| {
                if let Some(id) = w.session_of(ROBOT) {
                    w.log_off(id, false);
                }
            });
        });
    }
}

pub fn stale_session(w: &mut World, days: i64) {
    let story = "The robot account's session was left disconnected; the robot cannot attach to it.";
    w.fault(
        "stale-disconnected-session",
        &["robot-session-not-created", "rdp-connection-refused"],
        Word::Possible,
        story,
    );
    w.also(&["rdp-slot-held-by-human"]);
    w.never(&[
        "password-drift-stored-credential",
        "connection-limit",
        "network-loss",
    ]);
    w.truth.user = Some(w.accounts[ROBOT].name.clone());
    w.idle_robot = true;
    let at = w.fault_time(days);
    w.at(at - TimeDelta::hours(9), |w| {
        if w.up {
            w.rdp_logon(ROBOT, "10.1.4.31", 0, 4);
        }
    });
    w.at(at - TimeDelta::hours(8), |w| {
        if let Some(id) = w.session_of(ROBOT).filter(|_| w.up) {
            w.truth.session = Some(id);
            w.close_window(id);
        }
    });
    let listed = w.rng.chance(60);
    for n in 0..w.rng.range(2, 5) {
        w.at(at + TimeDelta::minutes(n * 30), move |w| {
            let Some(id) = w.session_of(ROBOT).filter(|_| w.up) else {
                return;
            };
            let (_, activity) = w.rdp_connects("127.0.0.1");
            w.rdp_authenticated(ROBOT, "127.0.0.1", &activity);
            let name = w.name(ROBOT);
            let temporary = w.next_session;
            w.next_session += 1;
            w.log(
                LSM_OP,
                900,
                lsm(41)
                    .activity(&activity)
                    .data("User", name)
                    .data("SessionID", temporary),
            );
            w.log(
                LSM_OP,
                2_900,
                lsm(40)
                    .activity(&activity)
                    .data("Session", temporary)
                    .data("Reason", 0u32),
            );
            w.connection_ends(&activity, 14, 64, 3_000);
            w.robot_cannot_start(
                3_300,
                "Rdp connection failed: Message: The connection transport layer failed., Last error: 131085",
            );
            if listed && n == 0 {
                let (name, logon) = (w.accounts[ROBOT].name.clone(), w.now - TimeDelta::hours(9));
                let logon = (logon + TimeDelta::minutes(w.offset(logon))).format("%-m/%-d/%Y %-I:%M %p");
                let head = " USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME";
                w.append(
                    "quser.txt",
                    &format!(
                        "{head}\r\n {name:<22}                   {id:>3}  Disc          8:00  {logon}\r\n"
                    ),
                );
            }
        });
    }
}

pub fn transient(w: &mut World, days: i64) {
    let story = "One start of the robot fails for a reason that does not stay; the next works.";
    w.fault(
        "transient-rerun",
        &[
            "robot-session-not-created",
            "no-such-logon-session",
            "rdp-connection-refused",
        ],
        Word::Possible,
        story,
    );
    w.truth.at_most = Some(Word::Likely);
    w.never(&[
        "password-drift-stored-credential",
        "disable-domain-creds-policy",
        "network-loss",
        "connection-limit",
        "rdp-listener-or-service-down",
        "session-create-timeout",
    ]);
    let at = w.fault_time(days);
    w.robot_tries(at - TimeDelta::minutes(50), 1, 30);
    w.robot_tries(at + TimeDelta::minutes(30), 2, 40);
    let text = *w.rng.pick(&[
        "A specified logon session does not exist. It may already have been terminated. (0x80070520)",
        "Rdp connection failed: Message: The connection transport layer failed., Last error: 131085",
    ]);
    w.at(at, move |w| {
        if w.up {
            let (_, activity) = w.rdp_connects("127.0.0.1");
            w.connection_ends(&activity, 14, 64, 800);
            w.robot_cannot_start(1_000, text);
        }
    });
}

/// Nothing.
pub fn healthy(w: &mut World, _days: i64) {
    w.truth.story = "A healthy machine.".to_owned();
}
