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
    text += &others(teller, incident);
    let more = teller.faults().len().saturating_sub(1) as u64;
    if more > 0 {
        text += &format!(
            " The logs show {} beside it.",
            wording::counted(more, "more fault")
        );
    }
    if incident.first.is_some() {
        // No header says the year.
        let year = teller.said.year();
        let year = year.map(|year| format!("; the year is {year}"));
        let zone = teller.zone_words(incident);
        text += &format!(" (Times are {zone}{}.)", year.unwrap_or_default());
    }
    text
}

/// Whom or what else the same cause hit, most often first: a customer whose colleagues are not named takes them for forgotten.
fn others(teller: &Teller<'_>, incident: &Incident) -> String {
    const SHOWN: usize = 6;
    let parts = teller
        .diagnosis
        .incidents
        .iter()
        .filter(|other| other.part_of.as_ref() == Some(&incident.id));
    let mut counted: Vec<(String, u64)> = Vec::new();
    for other in parts.filter(|other| other.symptom == incident.symptom) {
        let whose = match (other.task.as_deref(), other.user.as_deref()) {
            (Some(task), _) => format!("the task {task}"),
            (None, Some(user)) => user.rsplit('\\').next().unwrap_or(user).to_owned(),
            (None, None) => continue,
        };
        match counted.iter_mut().find(|(known, _)| *known == whose) {
            Some((_, count)) => *count = count.saturating_add(other.count.max(1)),
            None => counted.push((whose, other.count.max(1))),
        }
    }
    counted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let rest = counted.len().saturating_sub(SHOWN) as u64;
    let mut told: Vec<String> = counted
        .iter()
        .take(SHOWN)
        .map(|(whose, count)| format!("{whose} ({})", wording::times(*count)))
        .collect();
    if rest > 0 {
        told.push(wording::counted(rest, "other"));
    }
    let Some((last, before)) = told.split_last() else {
        return String::new();
    };
    let list = match before {
        [] => last.clone(),
        before => format!("{} and {last}", before.join(", ")),
    };
    format!(" The same happened to {list}.")
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
