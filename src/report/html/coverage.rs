//! What each log covers, for the picture: the logs that matter in a row each, the others in one. The table of logs has them all.

use std::collections::BTreeSet;

use super::Context;
use super::lanes::{Item, Row, bar, row};
use crate::model::{Coverage, Diagnosis};
use crate::report::{places, wording};

/// Logs with a row of their own.
const MOST: usize = 12;

/// Logs of sessions, tasks and machines: what is in them is what this is about, and their silence counts most.
const OF_SESSIONS: [&str; 9] = [
    "Security",
    "System",
    "Application",
    "TaskScheduler",
    "TerminalServices-LocalSessionManager",
    "TerminalServices-RemoteConnectionManager",
    "RemoteDesktopServices-RdpCoreTS",
    "GroupPolicy",
    "Winlogon",
];

pub(super) fn rows<'d>(context: &'d Context<'_>, host: &str) -> Vec<Row<'d>> {
    let cited = cited(context.diagnosis());
    let all = context.diagnosis().coverage.iter();
    let mut own: Vec<&Coverage> = all.filter(|cover| *cover.host == *host).collect();
    // What the diagnosis stands on, then logs of sessions, then the fullest.
    own.sort_by_key(|cover| {
        let is_cited = cover.paths.iter().any(|path| cited.contains(&**path));
        let is_of_sessions = OF_SESSIONS.contains(&places::log_name(&cover.channel));
        (
            !is_cited,
            !is_of_sessions,
            std::cmp::Reverse(cover.records),
            &cover.channel,
        )
    });
    let shown = if own.len() > MOST.saturating_add(1) {
        MOST
    } else {
        own.len()
    };
    let (shown, others) = own.split_at(shown);
    let mut rows: Vec<Row<'d>> = shown
        .iter()
        .filter_map(|cover| row(places::log_name(&cover.channel), "coverage", vec![band(cover)?]))
        .collect();
    rows.extend(row(
        &wording::counted(others.len() as u64, "other log"),
        "coverage",
        others.iter().filter_map(|cover| band(cover)).collect(),
    ));
    rows
}

/// The files that evidence for or against any cause is from.
fn cited(diagnosis: &Diagnosis) -> BTreeSet<&str> {
    let causes = diagnosis.incidents.iter().flat_map(|incident| &incident.causes);
    let evidence = causes.flat_map(|cause| cause.supports.iter().chain(&cause.against));
    evidence.map(|evidence| &*evidence.origin.path).collect()
}

fn band<'d>(cover: &Coverage) -> Option<Item<'d>> {
    let (from, to) = (cover.from?, cover.to?);
    let missing = match cover.missing_records {
        0 => String::new(),
        count => format!("; {} of the span are missing", wording::counted(count, "record")),
    };
    let text = format!(
        "{} covers this, {}{missing}",
        places::log_name(&cover.channel),
        wording::counted(cover.records, "record")
    );
    let class = if cover.missing_records > 0 {
        "covered gaps"
    } else {
        "covered"
    };
    Some(bar(from, to, class, text))
}
