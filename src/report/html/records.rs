//! The cited records, decoded, each with an anchor of its own; codes in them are explained where they stand.

use std::collections::BTreeMap;

use super::Context;
use super::build::Html;
use crate::model::{Diagnosis, Origin, RecordReport, parse_code};
use crate::report::wording;

/// Numbers the records of a page.
#[derive(Debug)]
pub(crate) struct Numbers<'d> {
    numbers: BTreeMap<&'d Origin, usize>,
}

impl<'d> Numbers<'d> {
    pub(super) fn new(diagnosis: &'d Diagnosis) -> Self {
        let origins = diagnosis.records.iter().map(|record| &record.origin);
        Self {
            numbers: origins.zip(1..).collect(),
        }
    }

    /// The number of the record that lies there.
    pub(super) fn of(&self, origin: &Origin) -> Option<usize> {
        self.numbers.get(origin).copied()
    }

    /// The place as a link to its record, or as text where the record is not in the page.
    pub(super) fn link(&self, page: &mut Html, context: &Context<'_>, origin: &Origin) {
        if origin.path.is_empty() {
            return;
        }
        let name = context.teller.places.name(origin);
        page.text(" ");
        match self.of(origin) {
            Some(number) => {
                page.raw(&format!("<a class=\"cite\" href=\"#record-{number}\">"));
                page.text(&name);
                page.raw("</a>");
            }
            None => page.element("span", "class=\"cite\"", &name),
        }
    }
}

pub(super) fn section(page: &mut Html, context: &Context<'_>) {
    let records = &context.diagnosis().records;
    if records.is_empty() {
        return;
    }
    page.raw("<section id=\"records\"><h2>The records behind it</h2><p>Each with its fields, as Windows wrote them. A long value is cut.</p>");
    for (number, record) in (1..).zip(records) {
        one(page, context, number, record);
    }
    page.raw("</section>");
}

fn one(page: &mut Html, context: &Context<'_>, number: usize, record: &RecordReport) {
    page.raw(&format!(
        "<details class=\"record\" id=\"record-{number}\"><summary>"
    ));
    page.element("b", "", &context.teller.places.name(&record.origin));
    page.text(" ");
    page.time(context, &record.computer, record.at);
    if let Some(id) = record.id {
        page.text(&format!(" event {id}"));
    }
    page.raw("</summary><table><tbody>");
    let place = record.origin.to_string();
    let rows = [
        ("Computer", &*record.computer),
        ("Channel", &*record.channel),
        ("Provider", &*record.provider),
        ("Level", record.level.as_str()),
        ("Message", record.message.as_deref().unwrap_or_default()),
    ];
    for (name, value) in rows
        .iter()
        .filter(|(_, value)| !value.is_empty() && *value != "none")
    {
        row(page, name, value, None);
    }
    for field in &record.fields {
        let name = if field.name.is_empty() {
            "(no name)"
        } else {
            &*field.name
        };
        row(page, name, &field.value, code(context, &field.value).as_deref());
    }
    row(page, "Where", &place, None);
    page.raw("</tbody></table></details>");
}

fn row(page: &mut Html, name: &str, value: &str, code: Option<&str>) {
    page.raw("<tr>");
    page.element("th", "scope=\"row\"", name);
    page.raw("<td>");
    page.text(value);
    if let Some(code) = code {
        page.raw("<span class=\"code\">");
        page.text(code);
        page.raw("</span>");
    }
    page.raw("</td></tr>");
}

/// What a code of this diagnosis says, where all that is known of the number agrees.
fn code(context: &Context<'_>, value: &str) -> Option<String> {
    let number = parse_code(value).filter(|number| *number > 9)?;
    let known = context.diagnosis().codes.iter();
    let mut known = known.filter(|code| parse_code(&code.value) == Some(number));
    let first = known.next()?;
    let same = known.all(|other| other.symbol == first.symbol);
    let words = [
        first.symbol.as_deref().unwrap_or_default(),
        first.meaning.as_str(),
    ];
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let spelled = wording::other_spelling(value)
        .map(|other| format!("{other}: "))
        .unwrap_or_default();
    (same && !words.is_empty()).then(|| format!("{spelled}{}", words.join(": ")))
}
