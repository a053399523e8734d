//! The sum behind a verdict, term by term: what was seen and how heavy it is, what was not, what could not be judged, and which
//! single missing thing would change it.

use super::answer::Teller;
use super::page::{Page, Style};
use super::wording;
use crate::model::{Cause, Diagnosis, Flip, Incident, Term, Verdict};

/// Missing things told of one cause.
const FLIPS: usize = 8;

/// Writes the sums of one cause over all incidents that it could explain.
pub(super) fn why(page: &mut Page, teller: &Teller<'_>, id: &str) {
    page.heading(&format!("The sums of {id}"));
    let found = each(teller.diagnosis, id, |incident, cause| {
        headline(page, incident, cause);
        sum(page, cause, teller);
        capped(page, cause);
        unknown(page, cause, teller, &incident.host);
        let would = |flip: &Flip| flip.if_seen.min(flip.if_absent) < cause.verdict;
        flips(
            page,
            cause,
            teller,
            &incident.host,
            "What would lower it by itself:",
            &would,
        );
    });
    nothing(page, found);
}

/// Writes why one cause does not lead its incidents, and what would bring it up.
pub(super) fn why_not(page: &mut Page, teller: &Teller<'_>, id: &str) {
    page.heading(&format!("Why not {id}"));
    let found = each(teller.diagnosis, id, |incident, cause| {
        headline(page, incident, cause);
        let leader = incident.causes.first().filter(|leader| *leader.id != *cause.id);
        match leader.filter(|leader| leader.verdict >= Verdict::Possible) {
            Some(leader) => {
                let text = format!("{} is {}", leader.id, wording::verdict(leader));
                page.bullet(4, "", None, &text);
            }
            None if cause.verdict >= Verdict::Possible => {
                page.bullet(4, "", None, "It is the leading cause.");
            }
            None => page.bullet(4, "", None, "No other cause is supported either."),
        }
        sum(page, cause, teller);
        capped(page, cause);
        let would = |flip: &Flip| flip.if_seen.max(flip.if_absent) > cause.verdict.max(Verdict::Unlikely);
        let any = flips(
            page,
            cause,
            teller,
            &incident.host,
            "One of these alone would bring it up:",
            &would,
        );
        if !any && cause.verdict < Verdict::Strong {
            page.bullet(4, "", None, "No single missing thing would bring it up.");
        }
    });
    nothing(page, found);
}

fn each<'d>(diagnosis: &'d Diagnosis, id: &str, mut tell: impl FnMut(&'d Incident, &'d Cause)) -> bool {
    let mut found = false;
    for incident in &diagnosis.incidents {
        for cause in incident.causes.iter().filter(|cause| *cause.id == *id) {
            found = true;
            tell(incident, cause);
        }
    }
    found
}

fn nothing(page: &mut Page, found: bool) {
    if !found {
        page.bullet(
            2,
            "",
            None,
            "No incident here has a symptom that this cause explains.",
        );
    }
}

fn headline(page: &mut Page, incident: &Incident, cause: &Cause) {
    let verdict = wording::verdict(cause);
    let text = format!(
        "{}, on {}: {verdict}, score {}",
        incident.title.trim_end_matches('.'),
        wording::host_name(&incident.host),
        cause.score
    );
    page.blank();
    page.bullet(2, "", None, &text);
}

/// Each term with what it multiplies the odds by, and where it was seen.
fn sum(page: &mut Page, cause: &Cause, teller: &Teller<'_>) {
    for term in &cause.sum {
        let (mark, style) = match term.factor {
            factor if factor > 1.0 => ("+", Some(Style::Green)),
            factor if factor < 1.0 && &*term.item != "prior" => ("-", Some(Style::Red)),
            _ => ("*", None),
        };
        let seen = cause.supports.iter().chain(&cause.against);
        let mut seen = seen.filter(|evidence| evidence.signal == term.item);
        let place = seen.next().map(|evidence| {
            let joined = match evidence.joined_by.as_slice() {
                [] => "close in time only".to_owned(),
                [key] if **key == *"itself" => "the failure itself".to_owned(),
                [key] if **key == *"fact" => "a setting of the host".to_owned(),
                keys => format!("the same {}", keys.join(", ")),
            };
            format!(" ({joined}) {}", teller.places.bracketed(&evidence.origin))
        });
        let text = format!(
            "{} {}: {}{}",
            odds(term),
            term.item,
            term.note.trim_end_matches('.'),
            place.unwrap_or_default()
        );
        page.bullet(4, mark, style, &text);
    }
}

/// `x15`, `/4`, `=` for what does not count, and the odds themselves for the prior.
fn odds(term: &Term) -> String {
    match term.factor {
        factor if &*term.item == "prior" => format!("{factor:.2}"),
        0.0 => "rules out".to_owned(),
        factor if factor > 1.0 => format!("x{factor}"),
        factor if factor < 1.0 => format!("/{}", ((1.0 / factor) * 10.0).round() / 10.0),
        _ => "x1".to_owned(),
    }
}

fn capped(page: &mut Page, cause: &Cause) {
    if let Some(capped) = &cause.capped {
        let text = format!("held at {}: {capped}", cause.verdict);
        page.bullet(4, "!", Some(Style::Yellow), &text);
    }
}

fn unknown(page: &mut Page, cause: &Cause, teller: &Teller<'_>, host: &str) {
    for missing in &cause.unknown {
        let side = if missing.against { "against" } else { "for" };
        let text = format!(
            "{} {side}, {}: unknown without {}",
            missing.weight.words(),
            missing.signal,
            teller.needs(missing, host)
        );
        page.bullet(4, "?", Some(Style::Yellow), &text);
    }
}

/// Tells the missing things for which `would` holds; whether there are any.
fn flips(
    page: &mut Page,
    cause: &Cause,
    teller: &Teller<'_>,
    host: &str,
    title: &str,
    would: &dyn Fn(&Flip) -> bool,
) -> bool {
    let flips: Vec<&Flip> = cause.flips.iter().filter(|flip| would(flip)).collect();
    if flips.is_empty() {
        return false;
    }
    page.bullet(4, "", None, title);
    for flip in flips.iter().take(FLIPS) {
        let mut ways = Vec::new();
        for (word, verdict) in [("seen", flip.if_seen), ("absent", flip.if_absent)] {
            if verdict != cause.verdict {
                ways.push(format!("{verdict} if {word}"));
            }
        }
        let needs = teller.flip_needs(flip, host);
        page.bullet(
            6,
            "?",
            Some(Style::Yellow),
            &format!("{}: {}; it takes {needs}", flip.signal, ways.join(", ")),
        );
    }
    if flips.len() > FLIPS {
        page.bullet(6, "?", None, &format!("and {} more", flips.len() - FLIPS));
    }
    true
}
