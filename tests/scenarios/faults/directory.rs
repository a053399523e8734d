//! The directory: the account and its password, the way there, the trust.

use chrono::TimeDelta;

use crate::scenarios::background::{ADMIN, ROBOT};
use crate::scenarios::kit::{ROBOT_START, TASK_LOGON, minutes};
use crate::scenarios::refusals::{
    DISABLED, EXPIRED, FIREWALL, HOURS, LOCKED, MUST_CHANGE, NO_TRUST, PASSWORD_EXPIRED, SKEW, TOO_MANY_SIDS,
    UNKNOWN_USER,
};
use crate::scenarios::truth::Word;
use crate::scenarios::world::{Refusal, SYSTEM, SYSTEM_SID, World, audit};
use crate::support::evtx::{Event, Time, Value};

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
        Consumer::Task => TASK_LOGON,
        Consumer::Robot => ROBOT_START,
    }
}

/// Lets the fault show: tasks run on their own, robots are started; the robot account owns both.
pub fn exercise(w: &mut World, consumer: Consumer, from: Time) {
    match consumer {
        Consumer::Task => {
            let once = from + minutes(20);
            w.at(once, |w| {
                w.task_runs(0, 0);
            });
        }
        Consumer::Robot => {
            for index in [0, 1] {
                w.tasks[index].user = None;
            }
            let times = w.rng.range(1, 5);
            w.robot_tries(from + minutes(7), times, 35);
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
    w.repeat(at, 4, minutes(120), |w| {
        let dc = format!("\\\\{}.{}.example", w.dc, w.domain.to_lowercase());
        let event = Event::new("NETLOGON", 3210).level(2);
        let event = event.classic(&[w.domain.as_str(), &dc, "%%5"], Some(&[0x22, 0, 0, 0xc0]));
        w.log(SYSTEM, 0, event);
    });
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

/// Nothing on the host tells: it does not know that it stood still.
pub fn clock_apart(w: &mut World, days: i64) {
    w.has_dc = true;
    let story = "The virtual machine was suspended for a while; its clock goes on where it stood, and nothing sets it.";
    let (_, at) = account_fault(w, days, "time-skew", SKEW, None, story);
    w.truth.user = None;
    w.never(&["machine-trust-broken", "transient-rerun"]);
    w.dc_ahead = Some((at - minutes(1), minutes(w.rng.range(8, 50))));
}

pub fn lockout_loop(w: &mut World, days: i64) {
    w.audit = true;
    w.has_dc = true;
    w.task_log = true;
    w.truth.user = Some(w.accounts[ROBOT].name.clone());
    let story = "A task with the old password locks the account again each time somebody unlocks it.";
    w.fault("lockout-loop", TASK_LOGON, Word::Likely, story);
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
        let start = at + minutes(11 + round * 200);
        for n in 0..5 {
            w.at(start + minutes(n * 5), move |w| {
                w.task_runs(1, 0);
                if n == 4 {
                    let host = w.host.clone();
                    w.account_locked(ROBOT, &host);
                }
            });
        }
        w.at(start + minutes(35), |w| {
            w.task_runs(0, 0);
        });
        w.at(start + minutes(170), |w| {
            w.account_changed(4767, ROBOT, ADMIN);
            w.accounts[ROBOT].refusal = None;
        });
    }
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
    let span = w.rng.range(70, 300);
    w.at(at, |w| w.dc_reachable = false);
    let mut n = at + TimeDelta::seconds(40);
    while n < at + minutes(span) {
        w.when(n, |w| {
            let event = w.no_dc();
            w.log(SYSTEM, 0, event);
            let server = format!("ldap/{}.{}.example", w.dc, w.domain.to_lowercase());
            let text = "There are currently no logon servers available to service the logon request.\r\n (0xc000005e)";
            let event = Event::new("LsaSrv", 40_960).level(3).user(SYSTEM_SID).data("Target", server);
            w.log(SYSTEM, 900, event.data("Protocol", "Kerberos").data("Error", text));
            let id = *w.rng.pick(&[1129, 1054]);
            w.policy_failed(id, 1222);
        });
        n += minutes(w.rng.range(15, 40));
    }
    w.at(at + minutes(span), |w| {
        w.dc_reachable = true;
        w.policy_refresh(false, false);
    });
    for k in 1..4 {
        let when = at + TimeDelta::seconds(span * 60 * k / 4);
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
