//! A mail to the customer: two paragraphs in plain words, and what is asked for. No record numbers, no weights: whoever reads it does
//! not have the report.

use super::answer::Teller;
use super::places::Places;
use super::{Clockface, Options, collect, commands, escape, reading, wording};
use crate::model::{Diagnosis, Incident, Verdict};

pub(super) fn render(diagnosis: &Diagnosis, options: &Options) -> String {
    let clock = Clockface::new(options.zone, diagnosis);
    let places = Places::new(diagnosis);
    of(&Teller::new(diagnosis, &clock, &places))
}

/// The mail for a diagnosis.
pub(super) fn of(teller: &Teller<'_>) -> String {
    let mut parts = vec!["Hello,".to_owned()];
    match teller.diagnosis.incidents.first() {
        None => parts.push(format!(
            "{} If something failed all the same, please tell us when, on which computer and for which user.",
            reading::nothing_found(teller.diagnosis)
        )),
        Some(incident) => {
            parts.extend(teller.question().filter(|_| incident.asked == Some(false)));
            parts.push(what(teller, incident));
            parts.push(todo(incident));
        }
    }
    if let Some(asked) = asked(teller) {
        parts.push(asked);
    }
    parts.push("Kind regards".to_owned());
    let lines: Vec<String> = parts
        .iter()
        .flat_map(|part| part.split('\n'))
        .map(|line| escape::terminal(line).into_owned())
        .collect();
    // One empty line between the parts, none inside of lists.
    let mut text = String::new();
    for line in lines {
        if !text.is_empty() && !line.starts_with("  ") {
            text.push('\n');
        }
        text += &line;
        text.push('\n');
    }
    text
}

/// What failed and why.
fn what(teller: &Teller<'_>, incident: &Incident) -> String {
    let mut text = teller.happened(incident);
    let Some(cause) = incident
        .causes
        .first()
        .filter(|cause| cause.verdict >= Verdict::Possible)
    else {
        return text + " What we have does not show the cause yet.";
    };
    let sure = match cause.verdict {
        Verdict::Strong => "The logs show the cause",
        Verdict::Likely => "The cause is most likely this",
        _ => "One possible cause is this",
    };
    text += &format!(" {sure}: {}.", cause.title.trim_end_matches('.'));
    for evidence in teller.evidence(cause, 2) {
        text += &format!(" {}", teller.sentence(evidence, &incident.host));
    }
    let more = teller.faults().len().saturating_sub(1) as u64;
    if more > 0 {
        text += &format!(
            " The logs show {} beside it.",
            wording::counted(more, "more fault")
        );
    }
    if incident.first.is_some() {
        text += &format!(" (Times are {}.)", teller.zone_words(incident));
    }
    text
}

/// What to do, and how to see that it worked.
fn todo(incident: &Incident) -> String {
    let cause = incident
        .causes
        .first()
        .filter(|cause| cause.verdict >= Verdict::Possible);
    let Some(cause) = cause.filter(|cause| !cause.remediation.is_empty()) else {
        return "To find it we need what is listed below.".to_owned();
    };
    let mut text = if cause.verdict >= Verdict::Likely {
        "Please do this:".to_owned()
    } else {
        "You may try this:".to_owned()
    };
    text += &format!(
        " {}",
        cause
            .remediation
            .first()
            .map(|step| commands::plain(step))
            .unwrap_or_default()
    );
    if !cause.risk.is_empty() {
        text += &format!(" Please mind: {}", cause.risk);
    }
    if !cause.verify.is_empty() {
        text += &format!(" It worked when you see this: {}", cause.verify);
    }
    text
}

/// What a mail asks for at most: who gets a longer list does nothing.
const MOST: usize = 4;

/// The list of what is missing, what tells most first.
fn asked(teller: &Teller<'_>) -> Option<String> {
    let steps = collect::by_worth(teller);
    if steps.is_empty() {
        return None;
    }
    let sure = teller.diagnosis.best_verdict() >= Some(Verdict::Strong);
    let mut text = if sure {
        "If it goes on after that, please send us:".to_owned()
    } else {
        "Please send us:".to_owned()
    };
    for step in steps.iter().take(MOST) {
        text += &format!("\n  - {}", step.what);
        if !step.host.is_empty() {
            text += &format!(", on {}", step.host);
        }
        if !step.command.is_empty() {
            text += &format!("\n    {}", step.command);
        }
    }
    let (shown, more) = steps.split_at(steps.len().min(MOST));
    let is_made = |step: &&collect::Step| !step.command.is_empty();
    let (here, more) = (
        shown.iter().filter(is_made).count(),
        more.iter().filter(is_made).count() as u64,
    );
    if more > 0 {
        let all = if here == shown.len() {
            "all of this and "
        } else if here > 0 {
            "what has a command here and "
        } else {
            ""
        };
        text += &format!(
            "\nWe can also send one script that gathers {all}{} more.",
            wording::counted(more, "thing")
        );
    }
    Some(text)
}
