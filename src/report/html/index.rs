//! The page over many cases: which causes are common, in which cases, and what could not be told.

use std::collections::BTreeMap;

use super::build::Html;
use super::{SCRIPT, policy};
use crate::model::Time;
use crate::report::sarif::uri;
use crate::report::{escape, wording};

/// One case of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseRow {
    /// The name of its folder.
    pub case: String,
    /// Where it came from.
    pub source: String,
    /// How its reading ended.
    pub state: String,
    /// The best verdict, if an incident has one.
    pub verdict: String,
    /// The title of the best cause.
    pub cause: String,
    /// What failed.
    pub title: String,
    /// How many incidents it has.
    pub incidents: usize,
    /// The machines.
    pub hosts: String,
    /// The first failure.
    pub first: String,
    /// What keeps it from being whole.
    pub detail: String,
    /// Whether a page of it lies in its folder.
    pub has_page: bool,
}

impl CaseRow {
    fn is_explained(&self) -> bool {
        matches!(self.verdict.as_str(), "possible" | "likely" | "strong")
    }
}

/// The page.
pub fn index(cases: &[CaseRow]) -> String {
    let mut page = Html::default();
    page.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    page.raw(&policy());
    page.element(
        "title",
        "",
        &format!(
            "{} \u{2013} logonscope",
            wording::counted(cases.len() as u64, "case")
        ),
    );
    page.raw("<style>");
    page.raw(super::STYLE);
    page.raw("</style></head><body><header><div class=\"bar\"><span class=\"name\">logonscope</span>");
    page.element(
        "span",
        "class=\"case\"",
        &wording::counted(cases.len() as u64, "case"),
    );
    page.raw("<span class=\"tools\" hidden><label class=\"find\">Search <input id=\"search\" type=\"search\" autocomplete=\"off\"></label><output id=\"found\"></output></span></div></header><main id=\"main\">");
    causes(&mut page, cases);
    let explained = |row: &&CaseRow| row.is_explained();
    let silent = |row: &&CaseRow| row.state == "no-evidence";
    let unread = |row: &&CaseRow| !silent(row) && !matches!(row.state.as_str(), "findings" | "nothing-found");
    let open = |row: &&CaseRow| !row.is_explained() && !unread(row) && row.incidents > 0;
    let healthy = |row: &&CaseRow| !row.is_explained() && !unread(row) && !silent(row) && row.incidents == 0;
    table(&mut page, "Explained", cases.iter().filter(explained).collect());
    table(
        &mut page,
        "Failed, and the logs do not show why",
        cases.iter().filter(open).collect(),
    );
    let broken = |row: &&CaseRow| unread(row) && !row.is_explained();
    table(
        &mut page,
        "Not read completely, and not explained",
        cases.iter().filter(broken).collect(),
    );
    table(
        &mut page,
        "No evidence: none of what was sent is a log that would show a failure",
        cases.iter().filter(silent).collect(),
    );
    table(&mut page, "Healthy", cases.iter().filter(healthy).collect());
    page.raw("</main><script type=\"application/json\" id=\"data\">{\"hosts\":[],\"copy\":{},\"steps\":[]}</script><script>");
    page.raw(SCRIPT);
    page.raw("</script></body></html>\n");
    page.finish()
}

/// Causes by the number of their cases.
fn causes(page: &mut Html, cases: &[CaseRow]) {
    let mut by_cause: BTreeMap<&str, Vec<&CaseRow>> = BTreeMap::new();
    for row in cases.iter().filter(|row| row.is_explained()) {
        by_cause.entry(&row.cause).or_default().push(row);
    }
    let mut by_cause: Vec<(&str, Vec<&CaseRow>)> = by_cause.into_iter().collect();
    by_cause.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(b.0)));
    if by_cause.is_empty() {
        return;
    }
    page.raw("<h1>Causes</h1><div class=\"scroll\" tabindex=\"0\"><table class=\"sortable\"><thead><tr><th>Cases</th><th>Cause</th><th>Where</th></tr></thead><tbody>");
    for (cause, rows) in by_cause {
        page.raw(&format!("<tr><td>{}</td>", rows.len()));
        page.element("td", "", cause);
        page.raw("<td>");
        for row in rows {
            link(page, row);
            page.text(" ");
        }
        page.raw("</td></tr>");
    }
    page.raw("</tbody></table></div>");
}

fn link(page: &mut Html, row: &CaseRow) {
    if row.has_page {
        page.raw(&format!(
            "<a href=\"{}/report.html\">",
            escape::html(&uri(&row.case))
        ));
        page.text(&row.case);
        page.raw("</a>");
    } else {
        page.text(&row.case);
    }
}

fn table(page: &mut Html, title: &str, rows: Vec<&CaseRow>) {
    if rows.is_empty() {
        return;
    }
    page.raw("<h2>");
    page.text(&format!(
        "{title}: {}",
        wording::counted(rows.len() as u64, "case")
    ));
    page.raw("</h2><div class=\"scroll\" tabindex=\"0\"><table class=\"sortable\"><thead><tr><th>Case</th><th>Verdict</th><th>Cause</th><th>What failed</th><th>Incidents</th><th>Hosts</th><th>First failure</th><th>Remarks</th></tr></thead><tbody>");
    for row in rows {
        page.raw("<tr><td>");
        link(page, row);
        page.raw("</td><td>");
        if row.is_explained() {
            let class = format!("class=\"verdict {}\"", escape::html(&row.verdict));
            page.element("span", &class, &row.verdict);
        }
        page.raw("</td>");
        for text in [if row.is_explained() { &row.cause } else { "" }, &row.title] {
            page.element("td", "", text);
        }
        page.raw(&format!("<td>{}</td>", row.incidents));
        let remark = if row.state == "findings" || row.state == "nothing-found" {
            row.detail.clone()
        } else {
            format!("{} {}", row.state, row.detail)
        };
        page.element("td", "", wording::named_host(&row.hosts));
        page.raw("<td>");
        first_failure(page, &row.first);
        page.raw("</td>");
        page.element("td", "", remark.trim());
        page.raw("</tr>");
    }
    page.raw("</tbody></table></div>");
}

/// Cases have many zones, so all of them are in one.
fn first_failure(page: &mut Html, text: &str) {
    match text.parse::<Time>() {
        Ok(time) => {
            page.raw(&format!(
                "<time datetime=\"{}\" data-offset=\"0\">",
                time.format("%Y-%m-%dT%H:%M:%S%.3fZ")
            ));
            page.text(&time.format("%a %-d %b %Y, %H:%M UTC").to_string());
            page.raw("</time>");
        }
        Err(_) => page.text(text),
    }
}
