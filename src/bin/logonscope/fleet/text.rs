//! The fleet for a terminal.

use logonscope::report::{Page, Style};
use logonscope::tables::fleet::{Cluster, Common, FleetReport};

/// For a person, so many of each kind.
pub(super) fn render(report: &FleetReport, top: usize, colour: bool, width: usize) -> String {
    let mut page = Page::new(colour, width);
    page.bullet(
        0,
        &format!("{}:", cases(total(report))),
        Some(Style::Bold),
        &states(report),
    );
    rising(&mut page, report, top);
    common(&mut page, "Most common causes", &report.causes, top);
    common(&mut page, "Most common symptoms", &report.symptoms, top);
    unexplained(&mut page, report, top);
    if !report.hosts.is_empty() {
        page.heading("Hosts with the most incidents");
        let rows = report.hosts.iter().take(top).map(|host| {
            let causes: Vec<&str> = host.causes.iter().map(|cause| &**cause).collect();
            vec![
                counted(host.incidents, "incident"),
                cases(host.cases),
                host.host.to_string(),
                causes.join(", "),
            ]
        });
        page.table(2, &rows.collect::<Vec<_>>());
        more(&mut page, report.hosts.len(), top);
    }
    if !report.unread.is_empty() {
        page.heading("Without a whole diagnosis");
        for case in report.unread.iter().take(top) {
            let why = case.detail.lines().next().unwrap_or_default();
            page.bullet(2, &case.case, None, &format!("{}: {}", case.state, why.trim()));
        }
        more(&mut page, report.unread.len(), top);
    }
    page.finish()
}

fn rising(page: &mut Page, report: &FleetReport, top: usize) {
    page.heading("Rising: more cases in the last week than the weeks before let expect");
    for rising in report.rising.iter().take(top) {
        let told = format!(
            "{} since {}, {} a week before: {}",
            cases(rising.cases),
            rising.from,
            rising.before,
            rising.title
        );
        page.bullet(2, &rising.id, Some(Style::Red), &told);
    }
    if report.rising.is_empty() {
        page.bullet(2, "", None, "none");
    }
}

fn common(page: &mut Page, heading: &str, all: &[Common], top: usize) {
    if all.is_empty() {
        return;
    }
    page.heading(heading);
    let rows = all.iter().take(top).map(|common| {
        vec![
            cases(common.cases),
            counted(common.hosts, "host"),
            counted(common.incidents, "incident"),
            common.id.to_string(),
            common.title.clone(),
        ]
    });
    page.table(2, &rows.collect::<Vec<_>>());
    more(page, all.len(), top);
}

fn unexplained(page: &mut Page, report: &FleetReport, top: usize) {
    if report.unexplained.is_empty() {
        return;
    }
    page.heading("Unexplained, by what they have in common");
    for cluster in report.unexplained.iter().take(top) {
        page.bullet(2, &cluster.fingerprint, Some(Style::Yellow), &told(cluster));
    }
    more(page, report.unexplained.len(), top);
}

fn told(cluster: &Cluster) -> String {
    format!(
        "{}, {}, {}: {} (such as {} in {})",
        cases(cluster.cases),
        counted(cluster.hosts, "host"),
        counted(cluster.incidents, "incident"),
        cluster.shape,
        cluster.incident,
        cluster.case
    )
}

fn more(page: &mut Page, all: usize, top: usize) {
    if all > top {
        page.bullet(
            2,
            "",
            Some(Style::Dim),
            &format!("and {} more: --top N", all.saturating_sub(top)),
        );
    }
}

pub(super) fn total(report: &FleetReport) -> u64 {
    report.states.values().copied().fold(0, u64::saturating_add)
}

pub(super) fn states(report: &FleetReport) -> String {
    let states = report
        .states
        .iter()
        .map(|(state, count)| format!("{count} {state}"));
    states.collect::<Vec<_>>().join(", ")
}

pub(super) fn cases(count: u64) -> String {
    counted(count, "case")
}

fn counted(count: u64, what: &str) -> String {
    let more = if count == 1 { "" } else { "s" };
    format!("{count} {what}{more}")
}
