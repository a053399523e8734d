//! The report as one page for a browser: nothing is loaded, nothing is sent, and only the style and the script of this folder, told
//! by their hashes, take effect. All that a reader needs stands in the page itself; the script draws the lanes and saves steps.
//!
//! Owns the order of the page. Must not know what the sentences say: they are those of the other formats.

mod build;
mod causes;
mod coverage;
mod index;
mod lanes;
mod picture;
mod records;
mod rest;

pub use index::{CaseRow, index};
use sha2::{Digest, Sha256};

use self::build::{Html, base64};
use super::answer::Teller;
use super::places::Places;
use super::{Clockface, Options, escape, reading, wording};
use crate::model::{Diagnosis, Incident, Verdict};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Incidents told with all that is known of them; further ones stand in the table alone.
const IN_FULL: usize = 200;

/// Everything that the parts of the page look at.
pub(super) struct Context<'d> {
    pub(super) teller: &'d Teller<'d>,
    pub(super) records: records::Numbers<'d>,
    pub(super) options: &'d Options,
}

impl Context<'_> {
    pub(super) fn diagnosis(&self) -> &Diagnosis {
        self.teller.diagnosis
    }
}

pub(super) fn render(diagnosis: &Diagnosis, options: &Options) -> String {
    let clock = Clockface::new(options.zone, diagnosis);
    let places = Places::new(diagnosis);
    let teller = Teller::new(diagnosis, &clock, &places);
    let context = Context {
        teller: &teller,
        records: records::Numbers::new(diagnosis),
        options,
    };
    let mut page = Html::default();
    head(&mut page, &context);
    header(&mut page, &context);
    page.raw("<main id=\"main\">");
    verdict(&mut page, &context);
    picture::section(&mut page, &context);
    for (index, incident) in diagnosis.incidents.iter().take(IN_FULL).enumerate() {
        causes::section(&mut page, &context, incident, index);
    }
    rest::ask(&mut page, &context);
    records::section(&mut page, &context);
    rest::read(&mut page, &context);
    page.raw("</main>");
    rest::footer(&mut page, &context);
    page.raw("<script type=\"application/json\" id=\"data\">");
    page.raw(&escape::script_json(&lanes::data(&context)));
    page.raw("</script><script>");
    page.raw(SCRIPT);
    page.raw("</script></body></html>\n");
    page.finish()
}

fn title(context: &Context<'_>) -> String {
    let what = context
        .diagnosis()
        .incidents
        .first()
        .map_or("No fault found", |incident| {
            incident
                .best()
                .map_or(incident.title.as_str(), |cause| cause.title.as_str())
        });
    format!("{} \u{2013} logonscope", what.trim_end_matches('.'))
}

/// What a browser is allowed: our style and our script, known by their hashes, and nothing else.
fn policy() -> String {
    let hash = |text: &str| format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())));
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"referrer\" content=\"no-referrer\"><meta name=\"color-scheme\" content=\"light dark\">"
    )
}

fn head(page: &mut Html, context: &Context<'_>) {
    page.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    page.raw(&policy());
    page.element("title", "", &title(context));
    page.raw("<style>");
    page.raw(STYLE);
    page.raw("</style></head><body>");
}

fn header(page: &mut Html, context: &Context<'_>) {
    page.raw("<a class=\"skip\" href=\"#main\">Skip to the answer</a><header><div class=\"bar\">");
    page.raw("<span class=\"name\">logonscope</span>");
    if let Some(source) = &context.options.source {
        page.element("span", "class=\"case\"", source);
    }
    page.raw("<span class=\"tools\" hidden><label>Times <select id=\"zone\"><option value=\"host\">of the host</option><option value=\"utc\">in UTC</option><option value=\"mine\">of this computer</option></select></label>");
    page.raw("<label class=\"find\">Search <input id=\"search\" type=\"search\" size=\"24\" placeholder=\"user, task, code, record\" autocomplete=\"off\"></label><output id=\"found\"></output></span></div>");
    page.element("p", "class=\"span\"", &context.teller.header());
    if let Some(question) = context.teller.question() {
        page.element("p", "class=\"span\"", &question);
    }
    if context.diagnosis().is_incomplete() {
        page.raw("<p class=\"warn\">Not everything could be read: <a href=\"#read\">what was not</a>. What was not read may hold other faults.</p>");
    }
    page.raw("</header>");
}

/// The answer, and all faults where there are several.
fn verdict(page: &mut Html, context: &Context<'_>) {
    page.raw("<section id=\"answer\" aria-labelledby=\"answer-title\">");
    match context.diagnosis().incidents.first() {
        None => {
            page.raw("<div class=\"card healthy\">");
            page.element("h1", "id=\"answer-title\"", "No fault found");
            page.element("p", "", &reading::nothing_found(context.diagnosis()));
            page.raw("</div>");
        }
        Some(incident) => {
            card(page, context, incident);
            faults(page, context);
        }
    }
    page.raw("</section>");
}

fn card(page: &mut Html, context: &Context<'_>, incident: &Incident) {
    let teller = context.teller;
    let cause = incident.causes.first();
    let verdict = cause.map_or(Verdict::NotEvaluated, |cause| cause.verdict);
    page.raw(&format!("<div class=\"card {}\">", verdict.name()));
    page.element("p", "class=\"standing\"", &teller.standing(incident));
    page.raw("<h1 id=\"answer-title\">");
    page.element(
        "span",
        &format!("class=\"verdict {}\"", verdict.name()),
        cause.map_or(wording::NO_CAUSE, |cause| wording::verdict_word(cause)),
    );
    page.text(" ");
    page.text(
        cause
            .map_or(incident.title.as_str(), |cause| cause.title.as_str())
            .trim_end_matches('.'),
    );
    page.raw("</h1>");
    page.element("p", "class=\"happened\"", &teller.happened(incident));
    if let Some(cause) = cause {
        page.raw("<ol class=\"why\">");
        for evidence in teller.evidence(cause, super::answer::EVIDENCE) {
            page.raw("<li>");
            page.text(&teller.sentence(evidence, &incident.host));
            context.records.link(page, context, &evidence.origin);
            page.raw("</li>");
        }
        page.raw("</ol>");
    }
    page.raw("<dl class=\"next\">");
    page.pair("Do", &teller.step(incident));
    if let Some(cause) = cause.filter(|cause| cause.verdict >= Verdict::Possible) {
        page.pair("Mind", &cause.risk);
        page.pair("Check", &cause.verify);
    }
    page.pair("Or", &teller.rival(incident).unwrap_or_default());
    page.pair("Not", &teller.not(incident).unwrap_or_default());
    page.raw("</dl><p class=\"copy\" hidden>");
    for (what, label) in [
        ("mail", "Copy as mail to the customer"),
        ("note", "Copy as ticket note"),
        ("remedy", "Copy what to do"),
    ] {
        page.raw(&format!(
            "<button type=\"button\" data-copy=\"{what}\">{label}</button> "
        ));
    }
    page.raw("</p></div>");
}

/// One line for each fault.
fn faults(page: &mut Html, context: &Context<'_>) {
    let faults = context.teller.faults();
    if faults.len() < 2 {
        return;
    }
    // What nobody is named in says what failed, and that stands beside it.
    let whose = faults.iter().any(|fault| wording::who(fault).is_some());
    page.raw("<h2>All faults</h2><div class=\"scroll\" tabindex=\"0\"><table class=\"sortable faults\"><thead><tr><th>When</th><th>Host</th>");
    page.raw(if whose { "<th>Who or what</th>" } else { "" });
    page.raw("<th>What failed</th><th>Times</th><th>Verdict</th><th>Cause</th></tr></thead><tbody>");
    for incident in faults {
        let cause = incident.best();
        page.raw("<tr><td>");
        page.time(context, &incident.host, incident.first);
        page.raw("</td>");
        page.element("td", "", wording::named_host(&incident.host));
        if whose {
            page.element("td", "", &wording::who(incident).unwrap_or_default());
        }
        page.raw(&format!(
            "<td><a href=\"#incident-{}\">",
            escape::html(&incident.id)
        ));
        page.text(incident.title.trim_end_matches('.'));
        page.raw(&format!(
            "</a></td><td class=\"times\">{}</td>",
            incident.count.max(1)
        ));
        let verdict = cause.map_or(Verdict::NotEvaluated, |cause| cause.verdict);
        page.raw(&format!("<td><span class=\"verdict {}\">", verdict.name()));
        page.text(cause.map_or(wording::NO_CAUSE, |cause| wording::verdict_word(cause)));
        page.raw("</span></td>");
        page.element("td", "", cause.map_or("", |cause| cause.title.as_str()));
        page.raw("</tr>");
    }
    page.raw("</tbody></table></div>");
}
