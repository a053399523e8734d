//! The report for a ticket or a wiki.

use std::collections::BTreeSet;

use super::answer::Teller;
use super::escape::markdown as safe;
use super::places::Places;
use super::{Clockface, Options, commands, reading, wording};
use crate::model::{Cause, Diagnosis, Evidence, Incident, Verdict};

pub(super) fn render(diagnosis: &Diagnosis, options: &Options) -> String {
    let clock = Clockface::new(options.zone, diagnosis);
    let places = Places::new(diagnosis);
    let teller = &Teller::new(diagnosis, &clock, &places);
    let mut out = String::from("# Diagnosis\n\n");
    if diagnosis.incidents.is_empty() {
        out += &format!("{}\n\n", safe(&reading::nothing_found(diagnosis)));
    } else {
        // The year and the zone are said once, here.
        out += &format!("{}\n\n", safe(&teller.header()));
    }
    if let Some(question) = teller.question() {
        out += &format!("{}\n\n", safe(&question));
    }
    for (index, incident) in diagnosis.incidents.iter().enumerate() {
        out += &format!("## {}. {}\n\n", index + 1, safe(&incident.title));
        out += &incident_lines(incident, teller);
        for cause in causes(incident, options.detail) {
            out += &cause_lines(cause, &incident.host, teller);
        }
    }
    out += &asked(teller);
    out += &inputs(diagnosis, &clock);
    out
}

/// A note for a ticket: one incident in a few lines of plain text that Markdown leaves alone.
pub(super) fn note(teller: &Teller<'_>, incident: &Incident) -> String {
    let mut lines = vec![teller.header(), teller.happened(incident)];
    if let Some(cause) = incident.causes.first() {
        lines.push(format!(
            "Cause: {}: {}.",
            wording::verdict(cause),
            cause.title.trim_end_matches('.')
        ));
        let evidence = wording::distinct(&cause.supports).into_iter().take(3);
        lines.extend(evidence.map(|evidence| {
            format!(
                "- {}",
                teller.cite(evidence, &incident.host).replace('\u{a0}', " ")
            )
        }));
    }
    lines.push(format!("Do: {}", teller.step(incident)));
    lines.extend(teller.not(incident).map(|not| format!("Not: {not}")));
    lines
        .iter()
        .map(|line| super::escape::terminal(line).into_owned() + "\n")
        .collect()
}

fn incident_lines(incident: &Incident, teller: &Teller<'_>) -> String {
    let mut out = format!("**What happened:** {}\n\n", safe(&teller.happened(incident)));
    if let Some(cause) = incident.causes.first() {
        out += &format!(
            "**Cause:** {}\n\n",
            safe(&teller.likely_cause(cause, &incident.host))
        );
    }
    out += &format!("**Next step:** {}\n\n", safe(&teller.step(incident)));
    if let Some(text) = teller.before_and_after(incident) {
        out += &format!("{}\n\n", safe(&text));
    }
    out
}

fn causes(incident: &Incident, detail: bool) -> impl Iterator<Item = &Cause> {
    let told = move |cause: &&Cause| {
        detail
            || cause.verdict >= Verdict::Possible
            || !(cause.supports.is_empty() || cause.against.is_empty())
    };
    incident.causes.iter().filter(told)
}

fn cause_lines(cause: &Cause, host: &str, teller: &Teller<'_>) -> String {
    let mut out = format!(
        "### {}: {}\n\n",
        safe(&wording::verdict(cause)),
        safe(&cause.title)
    );
    if !cause.explanation.is_empty() {
        out += &format!("{}\n\n", safe(&cause.explanation));
    }
    out += &evidence("for", &cause.supports, host, teller);
    out += &evidence("against", &cause.against, host, teller);
    let to_be_had = cause
        .unknown
        .iter()
        .filter(|missing| wording::is_to_be_had(missing));
    let mut needs: Vec<String> = to_be_had.map(|missing| teller.needs(missing, host)).collect();
    // One thing is missing once, whatever it would tell.
    let mut seen = BTreeSet::new();
    needs.retain(|need| seen.insert(need.clone()));
    for need in needs {
        out += &format!("- would tell: {}\n", safe(&need));
    }
    if !cause.unknown.is_empty() || !cause.supports.is_empty() || !cause.against.is_empty() {
        out.push('\n');
    }
    if cause.verdict >= Verdict::Possible {
        for (index, step) in cause.remediation.iter().enumerate() {
            out += &format!("{}. {}\n", index + 1, with_code(step));
        }
        if !cause.remediation.is_empty() {
            out.push('\n');
        }
    }
    out
}

/// A step with its commands as code.
fn with_code(step: &str) -> String {
    let part = |(is_command, part): (bool, &str)| match is_command {
        true => format!("`{part}`"),
        false => safe(part),
    };
    commands::parts(step).map(part).collect()
}

fn evidence(side: &str, evidence: &[Evidence], host: &str, teller: &Teller<'_>) -> String {
    let line = |item: &Evidence| {
        format!(
            "- {side}, {}: {}\n",
            item.weight.words(),
            safe(&teller.cite(item, host))
        )
    };
    wording::distinct(evidence).into_iter().map(line).collect()
}

fn asked(teller: &Teller<'_>) -> String {
    if teller.diagnosis.ask.is_empty() {
        return String::new();
    }
    let mut out = String::from("## To ask the customer for\n\n");
    for item in &teller.diagnosis.ask {
        out += &format!("- {}", safe(&teller.asked(item)));
        if let Some(command) = &item.command {
            // A code span ends at a run of as many backticks; commands of the knowledge have none.
            out += &format!(": `{}`", super::escape::terminal(command).replace('`', "'"));
        }
        out.push('\n');
    }
    out + "\n"
}

fn inputs(diagnosis: &Diagnosis, clock: &Clockface<'_>) -> String {
    let mut out = format!("## What was read\n\n{}\n\n", safe(&reading::read(diagnosis)));
    if !diagnosis.coverage.is_empty() {
        out += "| host | log | covers | records |\n| --- | --- | --- | --- |\n";
    }
    for cover in &diagnosis.coverage {
        let span = match (cover.from, cover.to) {
            (Some(from), Some(to)) => clock.span(&cover.host, from, to),
            _ => String::new(),
        };
        out += &format!(
            "| {} | {} | {} | {} |\n",
            safe(&cover.host),
            safe(&cover.channel),
            safe(&span),
            cover.records
        );
    }
    if !diagnosis.problems.is_empty() {
        out += &format!(
            "\nNot read, or not for certain: {}.\n",
            reading::problems(diagnosis)
        );
    }
    out
}
