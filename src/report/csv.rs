//! One incident a row, for a spreadsheet: the leading cause with its first two pieces of evidence.

use super::answer::Teller;
use super::places::Places;
use super::{Clockface, Options, escape, wording};
use crate::model::{Diagnosis, Evidence, Incident, Time};

/// What the columns are.
pub(super) const HEADER: [&str; 21] = [
    "id",
    "symptom",
    "title",
    "host",
    "user",
    "session",
    "task",
    "code",
    "first",
    "last",
    "count",
    "worked_until",
    "works_again",
    "verdict",
    "score",
    "cause",
    "cause_title",
    "evidence",
    "against",
    "next_step",
    "other_causes",
];

pub(super) fn render(diagnosis: &Diagnosis, options: &Options) -> String {
    let mut text = row(HEADER);
    for incident in rows(diagnosis, options) {
        text.push_str(&row(incident));
    }
    text
}

/// The cells of each incident, not yet escaped.
pub(super) fn rows(diagnosis: &Diagnosis, options: &Options) -> Vec<[String; 21]> {
    let clock = Clockface::new(options.zone, diagnosis);
    let places = Places::new(diagnosis);
    let teller = Teller::new(diagnosis, &clock, &places);
    let incidents = diagnosis.incidents.iter();
    incidents.map(|incident| cells(incident, &teller)).collect()
}

fn cells(incident: &Incident, teller: &Teller<'_>) -> [String; 21] {
    let time = |time: Option<Time>| {
        time.map(|time| teller.clock.exact(&incident.host, time))
            .unwrap_or_default()
    };
    let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().unwrap_or_default().to_owned();
    let cause = incident.causes.first();
    let others = incident
        .causes
        .iter()
        .skip(1)
        .map(|cause| format!("{} {}", cause.verdict, cause.id));
    [
        incident.id.clone(),
        incident.symptom.to_string(),
        incident.title.clone(),
        incident.host.to_string(),
        text(&incident.user),
        incident
            .session
            .map(|session| session.to_string())
            .unwrap_or_default(),
        text(&incident.task),
        incident.code.clone().unwrap_or_default(),
        time(incident.first),
        time(incident.last),
        incident.count.to_string(),
        time(incident.worked_until),
        time(incident.works_again),
        cause.map(|cause| cause.verdict.to_string()).unwrap_or_default(),
        cause.map(|cause| cause.score.to_string()).unwrap_or_default(),
        cause.map(|cause| cause.id.to_string()).unwrap_or_default(),
        cause.map(|cause| cause.title.clone()).unwrap_or_default(),
        cause.map(|cause| cited(&cause.supports)).unwrap_or_default(),
        cause.map(|cause| cited(&cause.against)).unwrap_or_default(),
        wording::next_step(incident, teller),
        others.collect::<Vec<_>>().join("; "),
    ]
}

fn cited(evidence: &[Evidence]) -> String {
    let cited = evidence.iter().take(2);
    let cited = cited.map(|evidence| format!("{} [{}]", evidence.summary, evidence.origin));
    cited.collect::<Vec<_>>().join("; ")
}

/// One row.
pub(super) fn row(cells: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|cell| escape::csv(cell.as_ref())).collect();
    cells.join(",") + "\r\n"
}
