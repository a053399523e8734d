//! Tasks that could not log on, by the records that tell it. Owns which records tell of one failure; what ran is [`tasks`](super::tasks)' matter.

use chrono::TimeDelta;

use super::tasks::is_logon_code;
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::diagnose::timeline::packing::Packing;
use crate::knowledge::derived::TASK_LOGON_FAILED;
use crate::model::{Event, user_key};

/// 104 and its 101 lie this close.
pub(in crate::diagnose) const PAIR: TimeDelta = TimeDelta::seconds(3);

/// So many failures in one moment are looked through for the other half of a pair.
const MOST_PAIRS: usize = 256;

/// 104 comes up to a second before its 101; the pair is one failure. 101 alone counts when its code is of the logon
/// family: 104 may be filtered out of what the customer sent.
pub(super) fn logon_failures(host: &Host, entries: &[(usize, &Entry)], packing: &mut Packing) {
    let of = |id: u16| {
        entries
            .iter()
            .filter(move |(_, entry)| entry.event.like().id == Some(id))
            .map(|(_, entry)| *entry)
    };
    let starts: Vec<&Entry> = of(101).collect();
    let mut paired = vec![false; starts.len()];
    for logon in of(104) {
        let near = match logon.at {
            Some(at) => {
                starts.partition_point(|start| start.at.is_some_and(|other| other < at.earlier(PAIR)))
            }
            None => starts.partition_point(|start| start.at.is_some()),
        };
        let close =
            starts
                .iter()
                .enumerate()
                .skip(near)
                .take_while(|(_, start)| match (start.at, logon.at) {
                    (Some(a), Some(b)) => a.near(b, PAIR),
                    (None, None) => true,
                    _ => false,
                });
        let partner = close
            .take(MOST_PAIRS)
            .filter(|&(index, start)| !paired.get(index).copied().unwrap_or(true) && is_pair(logon, start))
            .map(|(index, start)| (index, *start))
            .next();
        if let Some(flag) = partner.and_then(|(index, _)| paired.get_mut(index)) {
            *flag = true;
        }
        packing.push(failure(host, logon, partner.map(|(_, start)| start)));
    }
    for (start, paired) in starts.into_iter().zip(paired) {
        if !paired && start.event.field_number("ResultCode").is_some_and(is_logon_code) {
            packing.push(failure(host, start, None));
        }
    }
}

/// Whether a 104 and a 101 that lie close together can tell of one failure.
fn is_pair(logon: &Entry, start: &Entry) -> bool {
    let agree = |name: &str| {
        let (a, b) = (logon.event.field_text(name), start.event.field_text(name));
        a.is_none() || b.is_none() || a == b
    };
    let code = |entry: &Entry| entry.event.field_number("ResultCode");
    let same_place = logon.at.is_some() || logon.event.origin.path == start.event.origin.path;
    same_place
        && agree("TaskName")
        && (code(logon).is_none() || code(start).is_none() || code(logon) == code(start))
}

/// The derived event of one failure. `(NONE)` and `(default user)` are no accounts.
fn failure(host: &Host, logon: &Entry, start: Option<&Entry>) -> Derived {
    let events = [Some(&logon.event), start.map(|entry| &entry.event)];
    let any = |names: &[&str]| {
        events
            .into_iter()
            .flatten()
            .find_map(|event| event.first_field_text(names))
    };
    let user =
        any(&["UserName", "UserContext"]).filter(|name| !name.starts_with('(') && !name.starts_with('\\'));
    let code = logon
        .event
        .get("ResultCode")
        .map(|value| value.to_text().into_owned());
    let twin = logon.at.and_then(|at| batch_failure(host, at, user.as_deref()));
    let status = twin.and_then(|event| event.field_text("FailureCode"));
    let user = user.or_else(|| twin.and_then(|event| event.field_text("TargetUserName")));
    Derived::new(
        &TASK_LOGON_FAILED,
        start.filter(|_| logon.event.id != Some(104)).unwrap_or(logon),
    )
    .with_some("TaskName", any(&["TaskName"]))
    .with_some("User", user)
    .with_some("ResultCode", code)
    .with_some("Method", logon.event.field_text("ErrorDescription"))
    .with_some("Status", status)
}

/// The failed batch logon that the Security log shows within two seconds.
fn batch_failure<'a>(host: &'a Host, at: Moment, user: Option<&str>) -> Option<&'a Event> {
    let span = TimeDelta::seconds(2);
    let from = at.earlier(span);
    let start = host
        .entries
        .partition_point(|entry| entry.at.is_some_and(|other| other < from));
    let close = host
        .entries
        .iter()
        .skip(start)
        .take_while(|entry| entry.at.is_some_and(|other| other.near(at, span)));
    close.map(|entry| &*entry.event).find(|event| {
        event.id == Some(4625)
            && event.field_number("LogonType") == Some(4)
            && user.is_none_or(|user| {
                event
                    .field_text("TargetUserName")
                    .is_some_and(|name| user_key(&name) == user_key(user))
            })
    })
}
