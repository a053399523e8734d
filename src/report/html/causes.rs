//! One incident of the page: what speaks for and against its cause, what else it could be, what to do, the story.

use super::Context;
use super::build::Html;
use crate::model::{Cause, Evidence, Incident, Term, Verdict, Weight};
use crate::report::{commands, escape, wording};

/// The odds of the heaviest evidence; its bar has the full length.
const FULL: f64 = 100.0;

pub(super) fn section(page: &mut Html, context: &Context<'_>, incident: &Incident, index: usize) {
    let teller = context.teller;
    page.raw(&format!(
        "<section class=\"incident\" id=\"incident-{}\"><details{}><summary><h2>",
        escape::html(&incident.id),
        if index == 0 { " open" } else { "" }
    ));
    page.text(&format!(
        "{}. {}",
        index.saturating_add(1),
        incident.title.trim_end_matches('.')
    ));
    page.raw("</h2></summary>");
    page.element("p", "", &teller.happened(incident));
    if let Some(text) = teller.before_and_after(incident) {
        page.element("p", "", &text.replace('\u{a0}', " "));
    }
    belongs(page, context, incident);
    if let Some((cause, rivals)) = incident.causes.split_first() {
        if cause.verdict >= Verdict::Possible {
            why(page, context, cause, &incident.host);
            remedy(page, cause);
        } else {
            page.element("p", "class=\"note\"", &cause.title);
            page.element("p", "", &cause.explanation);
        }
        others(page, context, rivals, &incident.host);
    }
    story(page, context, incident);
    page.raw("</details></section>");
}

/// The incidents that this one tells, or the one that tells it.
fn belongs(page: &mut Html, context: &Context<'_>, incident: &Incident) {
    let all = &context.diagnosis().incidents;
    let link = |page: &mut Html, other: &Incident| {
        page.raw(&format!("<a href=\"#incident-{}\">", escape::html(&other.id)));
        page.text(&context.teller.happened(other));
        page.raw("</a>");
    };
    if let Some(other) = all
        .iter()
        .find(|other| incident.part_of.as_ref() == Some(&other.id))
    {
        page.raw("<p>It is one more sign of the fault ");
        link(page, other);
        page.raw("</p>");
    }
    if !incident.related.is_empty() {
        page.raw("<p>The same cause shows as:</p><ul>");
        for other in all.iter().filter(|other| incident.related.contains(&other.id)) {
            page.raw("<li>");
            link(page, other);
            page.raw("</li>");
        }
        page.raw("</ul>");
    }
}

fn why(page: &mut Html, context: &Context<'_>, cause: &Cause, host: &str) {
    page.raw("<h3>Why: ");
    page.text(&cause.title);
    page.raw("</h3>");
    if !cause.explanation.is_empty() {
        page.element("p", "", &cause.explanation);
    }
    page.raw("<div class=\"sides\">");
    side(
        page,
        context,
        cause,
        (&cause.supports, "What speaks for it", "for"),
        host,
    );
    side(
        page,
        context,
        cause,
        (&cause.against, "What speaks against it", "against"),
        host,
    );
    page.raw("</div>");
    page.element("p", "class=\"total\"", &total(cause));
    if let Some(capped) = &cause.capped {
        page.element(
            "p",
            "class=\"note\"",
            &format!("Held at {}: {capped}.", cause.verdict),
        );
    }
    if !cause.unknown.is_empty() {
        page.raw(
            "<details class=\"unknown\"><summary>What could not be judged, and would change it</summary><ul>",
        );
        for missing in &cause.unknown {
            let way = if missing.against { "against it" } else { "for it" };
            let text = format!(
                "{}: would speak {way} ({})",
                context.teller.needs(missing, host),
                missing.weight.words()
            );
            page.element("li", "", &text);
        }
        page.raw("</ul></details>");
    }
    for conflict in &cause.conflicts {
        page.element("p", "class=\"note\"", conflict);
    }
}

/// How the parts make the verdict.
fn total(cause: &Cause) -> String {
    let prior = cause.sum.iter().find(|term| &*term.item == "prior");
    let verdict = wording::verdict_word(cause);
    match prior.filter(|_| cause.capped.is_none() && cause.verdict > Verdict::RuledOut) {
        Some(prior) => format!(
            "Before any evidence the odds of this cause are {}; each bar multiplies or divides them. Together: {verdict} (score {:.3}).",
            odds(prior.factor),
            cause.score
        ),
        None => format!("Together: {verdict}."),
    }
}

fn odds(factor: f64) -> String {
    if factor > 0.0 && factor < 1.0 {
        format!("1 to {:.0}", 1.0 / factor)
    } else {
        format!("{factor:.0} to 1")
    }
}

fn side(
    page: &mut Html,
    context: &Context<'_>,
    cause: &Cause,
    (evidence, title, class): (&[Evidence], &str, &str),
    host: &str,
) {
    page.raw(&format!("<div class=\"side {class}\"><h4>{title}</h4>"));
    if evidence.is_empty() {
        page.raw("<p class=\"none\">Nothing was seen.</p>");
    }
    page.raw("<ul>");
    for item in wording::distinct(evidence) {
        let term = cause.sum.iter().find(|term| term.item == item.signal);
        page.raw("<li>");
        bar(page, item, term);
        page.text(&context.teller.sentence(item, host));
        context.records.link(page, context, &item.origin);
        page.raw("</li>");
    }
    page.raw("</ul></div>");
}

/// How heavy it is, as a bar and in words.
fn bar(page: &mut Html, item: &Evidence, term: Option<&Term>) {
    let factor = term.map_or_else(
        || usual(item.weight),
        |term| {
            if term.factor > 0.0 {
                term.factor.max(1.0 / term.factor)
            } else {
                FULL
            }
        },
    );
    let length = (factor.ln() / FULL.ln() * 100.0).clamp(1.0, 100.0).round();
    let counts = factor > 1.0;
    let words = if counts {
        item.weight.words()
    } else {
        "already counted"
    };
    page.raw(&format!(
        "<svg class=\"bar\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"rail\" width=\"100\" height=\"6\"/><rect class=\"fill\" width=\"{}\" height=\"6\"/></svg><span class=\"weight\">",
        if counts { length } else { 0.0 }
    ));
    page.text(words);
    page.raw("</span> ");
}

/// How long the bar of a weight is where the sum is not stored.
const fn usual(weight: Weight) -> f64 {
    match weight {
        Weight::Weak => 1.6,
        Weight::Moderate => 4.0,
        Weight::Strong => 15.0,
        Weight::Decisive | Weight::Veto => FULL,
    }
}

fn remedy(page: &mut Html, cause: &Cause) {
    if cause.remediation.is_empty() {
        return;
    }
    page.raw("<h3>What to do, in this order</h3><ol>");
    for step in &cause.remediation {
        page.raw("<li>");
        for (is_command, part) in commands::parts(step) {
            if is_command {
                page.element("code", "", part);
            } else {
                page.text(part);
            }
        }
        page.raw("</li>");
    }
    page.raw("</ol><dl class=\"next\">");
    page.pair("Mind", &cause.risk);
    page.pair("It worked when", &cause.verify);
    page.raw("</dl>");
    if !cause.references.is_empty() {
        page.raw("<p class=\"pages\">Further reading: ");
        for reference in &cause.references {
            link(page, reference);
            page.text(" ");
        }
        page.raw("</p>");
    }
}

/// A page of the knowledge is a link; anything else that stands there is text.
fn link(page: &mut Html, reference: &str) {
    if reference.starts_with("https://") {
        page.raw(&format!(
            "<a rel=\"noreferrer noopener\" href=\"{}\">",
            escape::html(reference)
        ));
        page.text(reference.trim_start_matches("https://"));
        page.raw("</a>");
    } else {
        page.text(reference);
    }
}

fn others(page: &mut Html, context: &Context<'_>, rivals: &[Cause], host: &str) {
    if rivals.is_empty() {
        return;
    }
    page.raw("<h3>What else it could be</h3><ul class=\"rivals\">");
    for rival in rivals {
        page.raw(&format!("<li><span class=\"verdict {}\">", rival.verdict.name()));
        page.text(wording::verdict_word(rival));
        page.raw("</span> ");
        page.element("b", "", rival.title.trim_end_matches('.'));
        let reason = rival.against.iter().max_by_key(|evidence| evidence.weight);
        match (reason, context.teller.heaviest_unknown(rival, host)) {
            (Some(reason), _) => {
                page.text(". Against it: ");
                page.text(&context.teller.sentence(reason, host));
                context.records.link(page, context, &reason.origin);
            }
            (None, Some(needs)) => page.text(&format!(". To find out: {needs}.")),
            (None, None) => page.text("."),
        }
        page.raw(" <code>");
        page.text(&rival.id);
        page.raw("</code></li>");
    }
    page.raw("</ul>");
}

fn story(page: &mut Html, context: &Context<'_>, incident: &Incident) {
    if incident.timeline.is_empty() {
        return;
    }
    page.raw("<details class=\"story\"><summary>The story, line by line</summary><table><tbody>");
    for entry in &incident.timeline {
        page.raw("<tr><td>");
        page.time(context, &incident.host, entry.at);
        page.raw("</td><td>");
        page.text(&entry.summary);
        context.records.link(page, context, &entry.origin);
        page.raw("</td></tr>");
    }
    page.raw("</tbody></table></details>");
}
