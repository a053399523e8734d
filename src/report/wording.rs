//! The sentences that several formats share. Plain text in, plain text out: who puts it on a page escapes it.

use std::collections::BTreeMap;

use super::Clockface;
use crate::model::{
    AskItem, Cause, Change, Diagnosis, Evidence, Flip, Format, HostReport, Incident, Missing, Origin,
    ProblemKind, Time, Verdict, parse_code,
};

/// Who, where, when, how often.
pub(super) fn what_happened(incident: &Incident, diagnosis: &Diagnosis, clock: &Clockface<'_>) -> String {
    let mut text = incident.title.trim_end_matches('.').to_owned();
    if let Some(task) = incident.task.as_deref().filter(|task| !text.contains(*task)) {
        text += &format!(", task {task}");
    }
    if let Some(user) = incident.user.as_deref().filter(|user| !text.contains(*user)) {
        text += &format!(", user {user}");
    }
    if let Some(session) = incident.session {
        text += &format!(", session {session}");
    }
    if let Some(code) = incident.code.as_deref().filter(|code| !text.contains(*code)) {
        text += &format!(", code {code}");
        if let Some(symbol) = symbol(code, diagnosis) {
            text += &format!(" ({symbol})");
        }
    }
    text + &format!(
        ", on {}: {}.",
        host_name(&incident.host),
        how_often(incident, clock)
    )
}

/// A host in a sentence; one without a name is shown in parentheses in the model.
fn host_name(name: &str) -> &str {
    if name.starts_with('(') {
        "a host that is not named"
    } else {
        name
    }
}

/// `once, at T`; `14 times, T to T`.
pub(super) fn how_often(incident: &Incident, clock: &Clockface<'_>) -> String {
    let host = &incident.host;
    match (incident.count, incident.first, incident.last) {
        (0 | 1, Some(first), _) => format!("once, at {}", clock.show(host, first)),
        (0 | 1, None, _) => "once, at a time that the log does not tell".to_owned(),
        (count, Some(first), Some(last)) if first != last => {
            format!("{count} times, {}", clock.span(host, first, last))
        }
        (count, Some(first), _) => format!("{count} times at {}", clock.show(host, first)),
        (count, None, _) => format!("{count} times, at times that the log does not tell"),
    }
}

/// Since when and until when it worked, and what changed in between, where the logs tell.
pub(super) fn before_and_after(incident: &Incident, clock: &Clockface<'_>) -> Option<String> {
    let show = |time| clock.show(&incident.host, time);
    let mut text = match (incident.worked_until.map(show), incident.works_again.map(show)) {
        (Some(before), Some(after)) => {
            format!("It last worked at {before}, and works again since {after}.")
        }
        (Some(before), None) => format!("It last worked at {before}, and not since."),
        (None, Some(after)) => format!("It works again since {after}."),
        (None, None) => return None,
    };
    let change = |change: &Change| {
        let summary = change.summary.trim_end_matches('.');
        format!(
            "{}, {} ({summary}) {}",
            change.kind,
            show(change.at),
            place(&change.origin)
        )
    };
    let changes: Vec<String> = incident.began_after.iter().map(change).collect();
    if !changes.is_empty() {
        text += &format!(" The failures began after: {}.", changes.join("; "));
    }
    Some(text)
}

/// The verdict as a person says it, with the probability behind it.
pub(super) fn verdict(cause: &Cause) -> String {
    match cause.verdict {
        Verdict::NotEvaluated => "not known".to_owned(),
        Verdict::RuledOut => "ruled out".to_owned(),
        // What is held back is not as sure as its sum.
        verdict if cause.capped.is_some() => verdict.to_string(),
        // Evidence never makes certain.
        verdict => format!("{verdict} ({:.0} %)", (cause.score * 100.0).min(99.0)),
    }
}

/// The cause and the two heaviest pieces of evidence with their places.
pub(super) fn likely_cause(cause: &Cause, clock: &Clockface<'_>, host: &str) -> String {
    let mut text = format!("{}: {}", verdict(cause), cause.title.trim_end_matches('.'));
    let cited: Vec<String> = distinct(&cause.supports)
        .into_iter()
        .take(2)
        .map(|evidence| cite(evidence, clock, host))
        .collect();
    if !cited.is_empty() {
        text += ", because: ";
        text += &cited.join("; ");
    }
    text + "."
}

/// Evidence without what says the same of the same place in other weight; the heaviest comes first already.
pub(super) fn distinct(evidence: &[Evidence]) -> Vec<&Evidence> {
    let mut seen = std::collections::BTreeSet::new();
    evidence
        .iter()
        .filter(|item| seen.insert((item.summary.as_str(), &item.origin)))
        .collect()
}

/// The symbol of a code of this diagnosis, where all that is known of the number agrees on one.
fn symbol<'a>(code: &str, diagnosis: &'a Diagnosis) -> Option<&'a str> {
    let value = parse_code(code)?;
    let known = diagnosis
        .codes
        .iter()
        .filter(|seen| parse_code(&seen.value) == Some(value));
    let mut symbols = known.map(|seen| seen.symbol.as_deref());
    let first = symbols.next()??;
    symbols.all(|other| other == Some(first)).then_some(first)
}

/// One piece of evidence with its place.
pub(super) fn cite(evidence: &Evidence, clock: &Clockface<'_>, host: &str) -> String {
    let mut text = evidence.summary.trim_end_matches('.').to_owned();
    match (evidence.count, evidence.at) {
        (0 | 1, Some(at)) => text += &format!(", {}", clock.show(host, at)),
        (count, Some(at)) if count > 1 => text += &format!(", {count} times since {}", clock.show(host, at)),
        (count, None) if count > 1 => text += &format!(", {count} times"),
        _ => {}
    }
    // Evidence that is an absence has no place of its own.
    if !evidence.origin.path.is_empty() {
        text.push(' ');
        text += &place(&evidence.origin);
    }
    text
}

/// A place in brackets. It is one word, so that it can be found and copied: a page breaks no line at its blanks.
pub(super) fn place(origin: &Origin) -> String {
    format!("[{origin}]").replace(' ', "\u{a0}")
}

/// What would tell, its time in the zone of the report.
pub(super) fn needs(missing: &Missing, clock: &Clockface<'_>, host: &str) -> String {
    timed(
        &missing.needs,
        missing.covering.zip(missing.covering),
        clock,
        host,
    )
}

/// What a verdict hangs on, its time in the zone of the report.
pub(super) fn flip_needs(flip: &Flip, clock: &Clockface<'_>, host: &str) -> String {
    timed(&flip.needs, flip.covering.zip(flip.covering), clock, host)
}

/// What to ask for, its times in the zone of the report.
pub(super) fn asked(item: &AskItem, clock: &Clockface<'_>) -> String {
    let host = item.host.as_deref().unwrap_or_default();
    timed(&item.what, item.from.zip(item.to), clock, host)
}

/// The model's words end in times in UTC; here they are told like all others.
fn timed(words: &str, span: Option<(Time, Time)>, clock: &Clockface<'_>, host: &str) -> String {
    let words = words.trim_end_matches('.');
    match (span, words.rsplit_once(" covering ")) {
        (Some((from, to)), Some((what, _))) if from == to => {
            format!("{what} covering {}", clock.show(host, from))
        }
        (Some((from, to)), Some((what, _))) => format!("{what} covering {}", clock.span(host, from, to)),
        _ => words.to_owned(),
    }
}

/// What to do next: the first remedy where the cause is likely, what would tell where it is not.
pub(super) fn next_step(incident: &Incident, diagnosis: &Diagnosis, clock: &Clockface<'_>) -> String {
    let leading = incident.causes.first();
    let sure = leading.filter(|cause| cause.verdict >= Verdict::Likely);
    if let Some(step) = sure.and_then(|cause| cause.remediation.first()) {
        return step.clone();
    }
    let own_host = |item: &&AskItem| item.host.as_ref().is_none_or(|host| *host == incident.host);
    let telling = diagnosis
        .ask
        .iter()
        .filter(own_host)
        .find(|item| leading.is_some_and(|cause| item.separates.contains(&cause.id)));
    let any = || {
        let causes: Vec<_> = incident.causes.iter().map(|cause| &cause.id).collect();
        diagnosis
            .ask
            .iter()
            .filter(own_host)
            .find(|item| item.separates.iter().any(|id| causes.contains(&id)))
    };
    match (
        telling.or_else(any),
        leading.and_then(|cause| cause.remediation.first()),
    ) {
        (Some(item), Some(step)) if incident.best().is_some() => {
            format!(
                "To be surer, ask the customer for {}. Otherwise: {step}",
                asked(item, clock)
            )
        }
        (Some(item), _) => format!("Ask the customer for {}.", asked(item, clock)),
        (None, Some(step)) if incident.best().is_some() => step.clone(),
        (None, _) => "Read the records around it: -v tells the story. Nothing is known that would tell more."
            .to_owned(),
    }
}

/// How far the clock of a host is off, where it matters: what two machines write of one thing lies a second apart at most.
pub(super) fn skew(host: &HostReport) -> Option<String> {
    let skew = host
        .clock_skew
        .as_ref()
        .filter(|skew| skew.milliseconds.abs() >= 2_000)?;
    let seconds = skew.milliseconds.abs() / 1_000;
    let way = if skew.milliseconds > 0 {
        "ahead of"
    } else {
        "behind"
    };
    Some(format!(
        "its clock is {seconds} s {way} that of {}, by {}; times are shown as each machine wrote them",
        skew.against,
        counted(skew.pairs, "pair") + " of events"
    ))
}

/// `12 files (7 evtx, 2 registry, 3 not logs)`.
pub(super) fn read(diagnosis: &Diagnosis) -> String {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut empty = 0_usize;
    let mut other = 0_usize;
    for input in &diagnosis.inputs {
        match input.format {
            Format::Empty => empty += 1,
            Format::Other => other += 1,
            format => *kinds.entry(format.name()).or_default() += 1,
        }
    }
    let mut parts: Vec<(usize, String)> = kinds
        .into_iter()
        .map(|(kind, count)| (count, format!("{count} {kind}")))
        .collect();
    parts.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let mut parts: Vec<String> = parts.into_iter().map(|(_, text)| text).collect();
    parts.extend((other > 0).then(|| format!("{other} not logs")));
    parts.extend((empty > 0).then(|| format!("{empty} empty")));
    let bytes = diagnosis.inputs.iter().map(|input| input.bytes).sum();
    let files = counted(diagnosis.inputs.len() as u64, "file");
    format!("{files}, {} ({})", size(bytes), parts.join(", "))
}

/// `1 file`, `2 files`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}

/// Bytes in the unit a person would choose.
pub(super) fn size(bytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} bytes");
    }
    let mut size = bytes as f64;
    let mut unit = "";
    for next in units {
        if size < 1024.0 {
            break;
        }
        size /= 1024.0;
        unit = next;
    }
    format!("{size:.1} {unit}")
}

/// How many problems there are of each kind.
pub(super) fn problem_counts(diagnosis: &Diagnosis) -> BTreeMap<ProblemKind, u64> {
    let mut counts = BTreeMap::new();
    for problem in &diagnosis.problems {
        let count: &mut u64 = counts.entry(problem.kind).or_default();
        *count = count.saturating_add(problem.count);
    }
    counts
}

/// The headline where there is no incident.
pub(super) fn nothing_found(diagnosis: &Diagnosis) -> String {
    let hosts = match diagnosis.hosts.as_slice() {
        [] => String::new(),
        [one] => format!(" of {}", host_name(&one.name)),
        many => format!(" of {} hosts", many.len()),
    };
    let read = read(diagnosis);
    if diagnosis.is_incomplete() {
        format!("No fault found in {read}{hosts}, but not everything could be read: that is no clean bill.")
    } else if diagnosis.coverage.is_empty() {
        format!(
            "No fault found in {read}{hosts}. None of it is a log whose silence would prove that there is none."
        )
    } else {
        format!("No fault found in {read}{hosts}.")
    }
}
