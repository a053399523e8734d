//! The account may not log on in this way.

use crate::scenarios::background::ROBOT;
use crate::scenarios::faults::directory::{Consumer, exercise};
use crate::scenarios::kit::{ROBOT_START, TASK_LOGON};
use crate::scenarios::refusals::{BATCH_RIGHT, NETWORK_RIGHT, RDP_RIGHT, SMART_CARD};
use crate::scenarios::truth::Word;
use crate::scenarios::world::{Refusal, SECURITY, SYSTEM_SID, World, audit, subject};
use crate::support::evtx::{Time, Value};

pub fn batch_right(w: &mut World, days: i64) {
    w.task_log = true;
    w.truth.user = Some(w.accounts[ROBOT].name.clone());
    let story = "The robot account loses the right to log on as a batch job.";
    w.fault("batch-logon-right-missing", TASK_LOGON, Word::Likely, story);
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

/// The robot's own logons are refused from a moment on, and nothing else of its account runs.
pub fn right_of_robot(w: &mut World, days: i64, why: Refusal) -> Time {
    w.of_robot();
    let at = w.fault_time(days);
    w.at(at, move |w| w.accounts[ROBOT].refusal = Some(why));
    exercise(w, Consumer::Robot, at);
    at
}

pub fn rdp_right(w: &mut World, days: i64) {
    let story = "The robot account leaves the group of those who may log on by Remote Desktop.";
    w.fault("rdp-logon-right-missing", ROBOT_START, Word::Likely, story);
    w.never(&[
        "batch-logon-right-missing",
        "password-drift-stored-credential",
        "rds-licensing",
    ]);
    right_of_robot(w, days, RDP_RIGHT);
}

pub fn network_right(w: &mut World, days: i64) {
    let story = "A hardening baseline denies the account access from the network.";
    w.fault("network-logon-right-missing", ROBOT_START, Word::Likely, story);
    w.never(&["batch-logon-right-missing", "password-drift-stored-credential"]);
    w.also(&["rdp-logon-right-missing"]);
    w.audit = true;
    right_of_robot(w, days, NETWORK_RIGHT);
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
