//! Logons that were refused at the time that somebody asks about, as happenings: a single one is no fault, and whoever asks wants to know of
//! it all the same. Owns their words; must not know whether anything failed because of them.

use std::sync::Arc;

use crate::diagnose::timeline::host::Moment;
use crate::diagnose::weighing::bench::Bench;
use crate::model::providers::{AUDITING, Records};
use crate::model::{CodeSpace, CodeUse, Event, Happening, Lane};
use crate::parse::Focus;

/// A logon was refused.
const REFUSED: &[Records] = &[AUDITING.ids(&[4625])];
/// Of a flood of refused logons the first ones show what it is.
const MOST: usize = 100;

/// The refused logons of a host that lie where the focus points at, in order.
pub(super) fn list(
    bench: &Bench<'_>,
    number: usize,
    (name, focus): (&Arc<str>, &Focus),
) -> Vec<(Moment, Happening)> {
    let Some(host) = bench.hosts.get(number).filter(|_| focus.around.is_some()) else {
        return Vec::new();
    };
    let refused = host.each(REFUSED).filter_map(|(_, entry)| {
        let at = entry.at.filter(|at| focus.points_at(at.time))?;
        let event = &*entry.event;
        let said = Happening::said(
            (at.time, name, Lane::Logon),
            summary(bench, event),
            event.origin.clone(),
        );
        let happening = Happening {
            user: event.field_text("TargetUserName").map(Arc::from),
            outcome: Some("refused".into()),
            code: event.field_text("FailureCode"),
            failed: true,
            ..said
        };
        Some((at, happening))
    });
    refused.take(MOST).collect()
}

/// Who wanted what, whence, and why they did not get it.
fn summary(bench: &Bench<'_>, event: &Event) -> String {
    let text = |name: &str| event.field_text(name).filter(|text| text != "-");
    let whose = text("TargetUserName").map_or_else(String::new, |user| format!(" of {user}"));
    let kind = match event.field_number("LogonType") {
        Some(7) => " to unlock a session".to_owned(),
        Some(kind) => format!(" of type {kind}"),
        None => String::new(),
    };
    let from = ["IpAddress", "WorkstationName"]
        .iter()
        .find_map(|name| text(name));
    let from = from.map_or_else(String::new, |from| format!(" from {from}"));
    let code = event.field_number("FailureCode").map(|value| {
        let space = CodeSpace::Ntstatus;
        let meant = bench.codes.resolve(CodeUse { space, value });
        let meaning = meant.map(|code| format!("{}, ", code.meaning.trim_end_matches('.')));
        format!(": {}{value:#x}", meaning.unwrap_or_default())
    });
    format!(
        "A logon{whose}{kind}{from} was refused{}",
        code.unwrap_or_default()
    )
}
