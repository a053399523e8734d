//! The fleet as one page that needs no other file and runs nothing: an index of a batch, to be kept in its folder.

use std::fmt::Write as _;

use logonscope::report::escape::html as escaped;
use logonscope::tables::fleet::{Common, FleetReport, Week};

use super::is_plain;
use super::text::{cases, states, total};

const STYLE: &str = "\
:root{color-scheme:light dark;--soft:#57606a;--line:#d0d7de;--bar:#3d6aa3;--rise:#b3261e}\
@media(prefers-color-scheme:dark){:root{--soft:#a3adb8;--line:#3a434d;--bar:#8bb4e8;--rise:#ff8a80}}\
body{font:16px/1.5 system-ui,sans-serif;max-width:76rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}\
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}p,caption{color:var(--soft);text-align:left}\
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92rem}\
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line)}\
thead th,code{white-space:nowrap}td.n{text-align:right;font-variant-numeric:tabular-nums}code{font-size:.9em}\
svg{width:8rem;height:1.6rem;fill:var(--bar)}.rise{color:var(--rise);font-weight:600}";

/// The page, so many of each kind.
pub(super) fn render(report: &FleetReport, top: usize) -> String {
    let mut page = String::from("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
    page.push_str("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
    let all = cases(total(report));
    let _ = write!(
        page,
        "<title>logonscope: {all}</title><style>{STYLE}</style></head><body><main>"
    );
    let _ = write!(page, "<h1>{all}</h1><p>{}</p>", escaped(&states(report)));
    rising(&mut page, report, top);
    common(&mut page, "Most common causes", &report.causes, top);
    common(&mut page, "Most common symptoms", &report.symptoms, top);
    unexplained(&mut page, report, top);
    hosts(&mut page, report, top);
    let unread = report.unread.iter().map(|case| {
        // A failed case has no diagnosis to lead to.
        let name = if case.state == "failed" {
            escaped(&case.case)
        } else {
            link(&case.case)
        };
        [name, escaped(&case.state), escaped(&case.detail)]
    });
    table(
        &mut page,
        "Without a whole diagnosis",
        ["Case", "State", "Why"],
        unread,
        report.unread.len(),
        top,
    );
    page.push_str("</main></body></html>\n");
    page
}

fn rising(page: &mut String, report: &FleetReport, top: usize) {
    let rows = report.rising.iter().map(|rising| {
        [
            format!("<span class=\"rise\">{}</span>", rising.cases),
            rising.before.to_string(),
            rising.from.to_string(),
            named(&rising.id, &rising.title),
        ]
    });
    if report.rising.is_empty() {
        page.push_str("<h2>Rising</h2><p>No cause has more cases in the last week than the weeks before let expect.</p>");
    }
    let columns = ["Cases in the last week", "a week before", "since", "Cause"];
    table(page, "Rising", columns, rows, report.rising.len(), top);
}

fn common(page: &mut String, heading: &str, all: &[Common], top: usize) {
    let rows = all.iter().map(|common| {
        [
            common.cases.to_string(),
            common.hosts.to_string(),
            common.incidents.to_string(),
            weeks(&common.weeks),
            named(&common.id, &common.title),
        ]
    });
    let columns = ["Cases", "Hosts", "Incidents", "Cases by week", "What"];
    table(page, heading, columns, rows, all.len(), top);
}

fn unexplained(page: &mut String, report: &FleetReport, top: usize) {
    let rows = report.unexplained.iter().map(|cluster| {
        [
            cluster.cases.to_string(),
            cluster.hosts.to_string(),
            cluster.incidents.to_string(),
            format!("<code>{}</code>", escaped(&cluster.fingerprint)),
            escaped(&cluster.shape),
            format!("{}: {}", link(&cluster.case), escaped(&cluster.title)),
        ]
    });
    let columns = [
        "Cases",
        "Hosts",
        "Incidents",
        "Fingerprint",
        "What they have in common",
        "Such as",
    ];
    table(page, "Unexplained", columns, rows, report.unexplained.len(), top);
}

fn hosts(page: &mut String, report: &FleetReport, top: usize) {
    let rows = report.hosts.iter().map(|host| {
        let causes: Vec<&str> = host.causes.iter().map(|cause| &**cause).collect();
        [
            host.incidents.to_string(),
            host.cases.to_string(),
            escaped(&host.host),
            escaped(&causes.join(", ")),
        ]
    });
    let columns = ["Incidents", "Cases", "Host", "Causes"];
    table(
        page,
        "Hosts with the most incidents",
        columns,
        rows,
        report.hosts.len(),
        top,
    );
}

/// A table of finished cells; nothing where there are no rows.
fn table<const N: usize>(
    page: &mut String,
    heading: &str,
    columns: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
    all: usize,
    top: usize,
) {
    if all == 0 {
        return;
    }
    let _ = write!(page, "<h2>{heading}</h2><div class=\"scroll\"><table><thead><tr>");
    for column in columns {
        let _ = write!(page, "<th scope=\"col\">{column}</th>");
    }
    page.push_str("</tr></thead><tbody>");
    for row in rows.take(top) {
        page.push_str("<tr>");
        for cell in row {
            let number = !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit());
            let class = if number { " class=\"n\"" } else { "" };
            let _ = write!(page, "<td{class}>{cell}</td>");
        }
        page.push_str("</tr>");
    }
    page.push_str("</tbody></table></div>");
    if all > top {
        let _ = write!(page, "<p>and {} more</p>", all.saturating_sub(top));
    }
}

fn named(id: &str, title: &str) -> String {
    let id = escaped(id);
    if title.is_empty() {
        return format!("<code>{id}</code>");
    }
    format!("{} <code>{id}</code>", escaped(title))
}

/// The name of a case, leading to its diagnosis beside the page.
fn link(case: &str) -> String {
    let name = escaped(case);
    if is_plain(case) {
        format!("<a href=\"{name}/diagnosis.json\">{name}</a>")
    } else {
        name
    }
}

/// Bars, one a week.
fn weeks(weeks: &[Week]) -> String {
    let most = weeks.iter().map(|week| week.cases).max().unwrap_or(0).max(1);
    let told: Vec<String> = weeks.iter().map(|week| week.cases.to_string()).collect();
    let mut picture = format!(
        "<svg viewBox=\"0 0 {} 20\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"by week: {}\">",
        weeks.len().saturating_mul(10).max(10),
        told.join(", ")
    );
    for (index, week) in weeks.iter().enumerate() {
        let height = week.cases.saturating_mul(20).div_ceil(most);
        let _ = write!(
            picture,
            "<rect x=\"{}\" y=\"{}\" width=\"8\" height=\"{height}\"><title>{}: {}</title></rect>",
            index.saturating_mul(10),
            20_u64.saturating_sub(height),
            week.from,
            cases(week.cases)
        );
    }
    picture.push_str("</svg>");
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_logs_say_is_no_markup_and_names_lead_nowhere_else() {
        let report: FleetReport = serde_json::from_str(
            r#"{"schema": "logonscope.fleet/1", "states": {"findings": 2}, "causes": [], "symptoms": [], "rising": [],
            "hosts": [{"host": "<script>alert(1)</script>", "cases": 1, "incidents": 1, "causes": []}],
            "unexplained": [
                {"fingerprint": "ab", "shape": "s", "cases": 1, "hosts": 1, "incidents": 1, "occurrences": 1,
                 "case": "a.zip", "incident": "i", "title": "<img src=x onerror=alert(1)>"},
                {"fingerprint": "cd", "shape": "s", "cases": 1, "hosts": 1, "incidents": 1, "occurrences": 1,
                 "case": "../b", "incident": "i", "title": "t"}],
            "unread": [{"case": "c.zip", "state": "failed", "detail": "no archive"}]}"#,
        )
        .unwrap();
        let page = render(&report, 20);
        assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
        assert!(page.contains("<a href=\"a.zip/diagnosis.json\">"));
        assert!(page.contains("../b") && !page.contains("href=\"../b"));
        assert!(page.contains("c.zip") && !page.contains("href=\"c.zip"));
        assert!(render(&report, 1).contains("and 1 more"));
    }
}
