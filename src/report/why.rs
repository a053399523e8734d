//! The sum behind a verdict, term by term: what was seen and how heavy it is, what was not, what could not be judged.

use super::page::{Page, Style};
use super::wording;
use crate::model::{Cause, Diagnosis};

/// Writes the sums of one cause over all incidents that it could explain.
pub(super) fn write(page: &mut Page, diagnosis: &Diagnosis, id: &str) {
    page.heading(&format!("The sums of {id}"));
    let mut found = false;
    for incident in &diagnosis.incidents {
        for cause in incident.causes.iter().filter(|cause| *cause.id == *id) {
            found = true;
            page.blank();
            page.bullet(
                2,
                "",
                None,
                &format!(
                    "{} on {}: {}, score {}",
                    incident.title,
                    incident.host,
                    wording::verdict(cause),
                    cause.score
                ),
            );
            sum(page, cause);
        }
    }
    if !found {
        page.bullet(
            2,
            "",
            None,
            "No incident here has a symptom that this cause explains.",
        );
    }
}

fn sum(page: &mut Page, cause: &Cause) {
    for item in &cause.supports {
        let joined = match item.joined_by.as_slice() {
            [] => "close in time only".to_owned(),
            keys => format!("joined by {}", keys.join(", ")),
        };
        page.bullet(
            4,
            "+",
            Some(Style::Green),
            &format!(
                "{}, {}: {joined} {}",
                wording::weight(item.weight),
                item.signal,
                wording::place(&item.origin)
            ),
        );
    }
    for item in &cause.against {
        page.bullet(
            4,
            "-",
            Some(Style::Red),
            &format!(
                "{}, {} {}",
                wording::weight(item.weight),
                item.signal,
                wording::place(&item.origin)
            ),
        );
    }
    for missing in &cause.unknown {
        let side = if missing.against { "against" } else { "for" };
        page.bullet(
            4,
            "?",
            Some(Style::Yellow),
            &format!(
                "{} {side}, {}: unknown without {}",
                wording::weight(missing.weight),
                missing.signal,
                missing.needs
            ),
        );
    }
    if let Some(capped) = &cause.capped {
        page.bullet(
            4,
            "!",
            Some(Style::Yellow),
            &format!("held at {}: {capped}", cause.verdict),
        );
    }
}
