//! Two diagnoses beside each other, for a terminal: what became of each fault, and what differs.

use super::answer::Teller;
use super::page::{Page, Style};
use super::places::Places;
use super::{Clockface, Options, wording};
use crate::model::{Diagnosis, Incident};

/// One fault of the earlier diagnosis: what came of it in words, whether that is good, bad or neither, and why it is said.
#[derive(Debug, Clone)]
pub struct Became<'a> {
    /// The fault.
    pub incident: &'a Incident,
    /// What came of it.
    pub outcome: &'a str,
    /// How to show it.
    pub style: Style,
    /// Why it is said.
    pub reason: &'a str,
}

/// What became of each fault, and which are new.
pub fn verified(
    (before, after): (&Diagnosis, &Diagnosis),
    faults: &[Became<'_>],
    new: &[Incident],
    options: &Options,
) -> String {
    let clock = Clockface::new(options.zone, before);
    let places = Places::new(before);
    let teller = Teller::new(before, &clock, &places);
    let mut page = Page::new(options.colour, options.width);
    heads(&mut page, [("Before:", before), ("After:", after)], options);
    if faults.is_empty() {
        page.blank();
        page.bullet(
            0,
            "",
            None,
            "The earlier logs show no fault; there is nothing to verify.",
        );
    }
    for fault in faults {
        page.blank();
        page.bullet(
            0,
            &format!("{}:", fault.outcome),
            Some(fault.style),
            &teller.happened(fault.incident),
        );
        page.bullet(2, "Because", None, &format!("{}.", fault.reason));
        let Some(cause) = fault.incident.best() else {
            continue;
        };
        let text = format!(
            "{}: {}.",
            wording::verdict(cause),
            cause.title.trim_end_matches('.')
        );
        page.bullet(2, "Cause:", None, &text);
        if !cause.verify.is_empty() {
            page.bullet(2, "To check:", None, &cause.verify);
        }
    }
    if !new.is_empty() {
        page.heading("New in the later logs");
        // The later case knows the zones of its own hosts.
        let clock = Clockface::new(options.zone, after);
        let places = Places::new(after);
        let teller = Teller::new(after, &clock, &places);
        for incident in new {
            page.bullet(2, "*", Some(Style::Red), &teller.happened(incident));
        }
    }
    page.finish()
}

/// One thing that is not the same in both.
#[derive(Debug, Clone)]
pub struct Differs<'a> {
    /// Whether a cause looks at it.
    pub matters: bool,
    /// What kind of thing it is.
    pub kind: &'a str,
    /// Its name.
    pub name: &'a str,
    /// How it is where it works.
    pub good: Option<&'a str>,
    /// How it is where it does not.
    pub bad: Option<&'a str>,
}

/// What differs: of what the two cases are, then what matters, then the rest.
pub fn differences((good, bad): (&Diagnosis, &Diagnosis), list: &[Differs<'_>], options: &Options) -> String {
    let mut page = Page::new(options.colour, options.width);
    heads(&mut page, [("It works:", good), ("It fails:", bad)], options);
    page.blank();
    if list.is_empty() {
        page.bullet(0, "", None, "These logs and settings do not differ.");
    }
    for (matters, title) in [
        (true, "What differs and may matter to a cause"),
        (false, "What else differs"),
    ] {
        let rows: Vec<&Differs<'_>> = list.iter().filter(|differs| differs.matters == matters).collect();
        if rows.is_empty() {
            continue;
        }
        page.heading(title);
        for differs in rows {
            let style = if matters { Style::Yellow } else { Style::Dim };
            page.bullet(
                2,
                &format!("{}:", differs.kind),
                Some(style),
                &difference(differs),
            );
        }
    }
    page.finish()
}

/// Of which hosts and days the two cases are.
fn heads(page: &mut Page, cases: [(&str, &Diagnosis); 2], options: &Options) {
    for (which, diagnosis) in cases {
        let clock = Clockface::new(options.zone, diagnosis);
        let places = Places::new(diagnosis);
        let teller = Teller::new(diagnosis, &clock, &places);
        page.bullet(0, which, Some(Style::Bold), &teller.header());
    }
}

/// One thing that differs, in words.
fn difference(differs: &Differs<'_>) -> String {
    let name = match differs.kind {
        "setting" | "right" | "version" => wording::setting(differs.name),
        _ => differs.name.to_owned(),
    };
    match (differs.good, differs.bad) {
        (Some("there"), None) => format!("{name}: only where it works"),
        (None, Some("there")) => format!("{name}: only where it fails"),
        // What is counted and is not there came never; of a setting nothing may have been sent.
        (Some(good), None) if is_counted(differs) => {
            format!("{name}: {good} where it works, never where it fails")
        }
        (None, Some(bad)) if is_counted(differs) => {
            format!("{name}: {bad} where it fails, never where it works")
        }
        (good, bad) => format!(
            "{name}: {} where it works, {} where it fails",
            good.unwrap_or("not told"),
            bad.unwrap_or("not told")
        ),
    }
}

fn is_counted(differs: &Differs<'_>) -> bool {
    matches!(differs.kind, "fault" | "code" | "log")
}
