//! The rows that one case gives.

use std::borrow::Cow;

use super::{
    CASES, CAUSES, CODES, Cell, EVIDENCE, FACTS, Fingerprint, INCIDENTS, PROBLEMS, SESSIONS, TASK_RUNS, Table,
};
use crate::model::{
    Cause, CodeCount, Diagnosis, Evidence, FactSource, Happening, HostReport, Incident, Lane, Missing,
    Origin, Problem, SessionReport, Time, Weight,
};

/// What a case is called and how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case<'a> {
    /// The name by which its rows are found in every table.
    pub name: &'a str,
    /// Where it came from.
    pub source: &'a str,
    /// How it ended: the name of a [`State`](super::State).
    pub state: &'a str,
    /// Why it has no whole diagnosis; empty if it has.
    pub detail: &'a str,
}

/// Hands out every row of a case, table by table in the order of [`ALL`](super::ALL). A case without a diagnosis gives its row in
/// [`CASES`] only.
///
/// # Errors
/// What the receiver returns ends the work.
pub fn rows<E>(
    case: &Case<'_>,
    diagnosis: Option<&Diagnosis>,
    mut row: impl FnMut(&'static Table, &[Cell<'_>]) -> Result<(), E>,
) -> Result<(), E> {
    row(&CASES, &case_cells(case, diagnosis))?;
    let Some(diagnosis) = diagnosis else { return Ok(()) };
    let name = || text(case.name);
    for incident in &diagnosis.incidents {
        row(&INCIDENTS, &incident_cells(case.name, incident))?;
    }
    for incident in &diagnosis.incidents {
        for (index, cause) in incident.causes.iter().enumerate() {
            row(&CAUSES, &cause_cells(case.name, incident, index, cause))?;
        }
    }
    for incident in &diagnosis.incidents {
        for cause in &incident.causes {
            let start = [name(), text(&incident.id), text(&cause.id)];
            for (side, evidence) in sides(cause) {
                row(&EVIDENCE, &[&start[..], &seen(side, evidence)].concat())?;
            }
            for missing in &cause.unknown {
                row(&EVIDENCE, &[&start[..], &unknown(missing)].concat())?;
            }
        }
    }
    others(name(), diagnosis, row)
}

fn others<'a, E>(
    name: Cell<'a>,
    diagnosis: &'a Diagnosis,
    mut row: impl FnMut(&'static Table, &[Cell<'_>]) -> Result<(), E>,
) -> Result<(), E> {
    let mut of_case = |table, cells: &[Cell<'_>]| row(table, &[std::slice::from_ref(&name), cells].concat());
    for session in &diagnosis.sessions {
        of_case(&SESSIONS, &session_cells(session))?;
    }
    let is_run = |happening: &&Happening| matches!(happening.lane, Lane::Task | Lane::Job);
    for run in diagnosis.happenings.iter().filter(is_run) {
        of_case(&TASK_RUNS, &run_cells(run))?;
    }
    for code in &diagnosis.codes {
        of_case(&CODES, &code_cells(code))?;
    }
    for host in &diagnosis.hosts {
        host_facts(host, |cells| of_case(&FACTS, cells))?;
    }
    for problem in &diagnosis.problems {
        of_case(&PROBLEMS, &problem_cells(problem))?;
    }
    Ok(())
}

fn session_cells(session: &SessionReport) -> [Cell<'_>; 9] {
    [
        text(&session.host),
        session.session.map_or(Cell::Absent, |id| Cell::Number(id.into())),
        maybe(session.user.as_deref()),
        text(&session.kind),
        maybe(session.address.as_deref()),
        time(session.start),
        time(session.end),
        maybe(session.end_class.as_deref()),
        count(session.states.len()),
    ]
}

fn code_cells(code: &CodeCount) -> [Cell<'_>; 7] {
    [
        text(code.space.name()),
        text(&code.value),
        maybe(code.symbol.as_deref()),
        text(&code.meaning),
        number(code.count),
        time(code.first),
        time(code.last),
    ]
}

fn problem_cells(problem: &Problem) -> [Cell<'_>; 8] {
    let [path, record, line, offset] = place(Some(&problem.origin));
    [
        text(problem.kind.name()),
        Cell::Flag(problem.kind.is_incomplete()),
        number(problem.count),
        text(&problem.detail),
        path,
        record,
        line,
        offset,
    ]
}

fn case_cells<'a>(case: &Case<'a>, diagnosis: Option<&'a Diagnosis>) -> Vec<Cell<'a>> {
    let incidents = diagnosis
        .map(|diagnosis| &*diagnosis.incidents)
        .unwrap_or_default();
    let inputs = diagnosis.map(|diagnosis| &*diagnosis.inputs).unwrap_or_default();
    let hosts = diagnosis.map(|diagnosis| &*diagnosis.hosts).unwrap_or_default();
    let problems = diagnosis
        .map(|diagnosis| &*diagnosis.problems)
        .unwrap_or_default();
    let first = incidents.first().and_then(|incident| incident.causes.first());
    let names: Vec<&str> = hosts.iter().map(|host| &*host.name).collect();
    let unread = problems.iter().filter(|problem| problem.kind.is_incomplete());
    let tool = diagnosis.map(|diagnosis| &diagnosis.tool);
    vec![
        text(case.name),
        text(case.source),
        text(case.state),
        maybe(Some(case.detail).filter(|detail| !detail.is_empty())),
        count(incidents.len()),
        maybe(first.map(|cause| cause.verdict.name())),
        maybe(first.map(|cause| &*cause.id)),
        Cell::Text(Cow::Owned(names.join(" "))),
        time(incidents.iter().filter_map(|incident| incident.first).min()),
        time(incidents.iter().filter_map(|incident| incident.last).max()),
        count(inputs.len()),
        number(
            inputs
                .iter()
                .map(|input| input.bytes)
                .fold(0, u64::saturating_add),
        ),
        number(unread.map(|problem| problem.count).fold(0, u64::saturating_add)),
        maybe(tool.map(|tool| &*tool.version)),
        maybe(tool.map(|tool| &*tool.knowledge)),
    ]
}

fn incident_cells<'a>(case: &'a str, incident: &'a Incident) -> Vec<Cell<'a>> {
    let Fingerprint { id, shape } = Fingerprint::of(incident);
    let cause = incident.causes.first();
    vec![
        text(case),
        text(&incident.id),
        Cell::Text(Cow::Owned(id)),
        Cell::Text(Cow::Owned(shape)),
        text(&incident.symptom),
        text(&incident.title),
        text(&incident.host),
        maybe(incident.user.as_deref()),
        incident
            .session
            .map_or(Cell::Absent, |session| Cell::Number(session.into())),
        maybe(incident.task.as_deref()),
        maybe(incident.code.as_deref()),
        time(incident.first),
        time(incident.last),
        number(incident.count),
        time(incident.worked_until),
        time(incident.works_again),
        maybe(incident.part_of.as_deref()),
        maybe(cause.map(|cause| cause.verdict.name())),
        cause.map_or(Cell::Absent, |cause| Cell::Real(cause.score)),
        maybe(cause.map(|cause| &*cause.id)),
        maybe(cause.map(|cause| &*cause.title)),
    ]
}

fn cause_cells<'a>(case: &'a str, incident: &'a Incident, index: usize, cause: &'a Cause) -> Vec<Cell<'a>> {
    vec![
        text(case),
        text(&incident.id),
        count(index.saturating_add(1)),
        text(&cause.id),
        text(&cause.title),
        text(cause.verdict.name()),
        Cell::Real(cause.score),
        maybe(cause.capped.as_deref()),
        count(cause.supports.len()),
        count(cause.against.len()),
        count(cause.unknown.len()),
    ]
}

fn sides(cause: &Cause) -> impl Iterator<Item = (&'static str, &Evidence)> {
    let supports = cause.supports.iter().map(|evidence| ("for", evidence));
    supports.chain(cause.against.iter().map(|evidence| ("against", evidence)))
}

fn seen<'a>(side: &'static str, evidence: &'a Evidence) -> Vec<Cell<'a>> {
    let joined: Vec<&str> = evidence.joined_by.iter().map(|key| &**key).collect();
    let mut cells = vec![
        text(side),
        text(&evidence.signal),
        text(&evidence.summary),
        text(weight(evidence.weight)),
        Some(joined.join(" "))
            .filter(|keys| !keys.is_empty())
            .map_or(Cell::Absent, |keys| Cell::Text(keys.into())),
        time(evidence.at),
        number(evidence.count),
    ];
    cells.extend(place(Some(&evidence.origin)));
    cells
}

fn unknown(missing: &Missing) -> Vec<Cell<'_>> {
    let mut cells = vec![
        text("unknown"),
        text(&missing.signal),
        text(&missing.needs),
        text(weight(missing.weight)),
        Cell::Absent,
        time(missing.covering),
        Cell::Absent,
    ];
    cells.extend(place(None));
    cells
}

fn run_cells(run: &Happening) -> Vec<Cell<'_>> {
    let task = run.subject.as_deref().filter(|_| run.lane == Lane::Task);
    let mut cells = vec![
        text(&run.host),
        text(run.lane.name()),
        maybe(task),
        maybe(run.user.as_deref()),
        Cell::Time(run.at),
        time(run.until),
        Cell::Flag(run.failed),
        maybe(run.outcome.as_deref()),
        maybe(run.code.as_deref()),
        text(&run.summary),
    ];
    cells.extend(place(run.origin.as_ref()));
    cells
}

/// The effective value of each name where it was read, then what something else has replaced.
fn host_facts<'a, E>(
    host: &'a HostReport,
    mut row: impl FnMut(&[Cell<'a>]) -> Result<(), E>,
) -> Result<(), E> {
    let mut cells = |name: &'a str, value: &'a str, force: bool, source: Option<&'a FactSource>| {
        let start = [
            text(&host.name),
            text(name),
            text(value),
            Cell::Flag(force),
            time(source.and_then(|source| source.at)),
        ];
        row(&[&start[..], &place(source.map(|source| &source.origin))].concat())
    };
    for (name, value) in &host.facts {
        let source = host
            .fact_sources
            .iter()
            .find(|source| source.name == *name && !source.beaten);
        cells(name, value, true, source)?;
    }
    for source in host.fact_sources.iter().filter(|source| source.beaten) {
        cells(&source.name, &source.value, false, Some(source))?;
    }
    Ok(())
}

/// The words of JSON.
const fn weight(weight: Weight) -> &'static str {
    match weight {
        Weight::Veto => "veto",
        other => other.words(),
    }
}

fn place(origin: Option<&Origin>) -> [Cell<'_>; 4] {
    let maybe_number = |value: Option<u64>| value.map_or(Cell::Absent, number);
    [
        maybe(origin.map(|origin| &*origin.path)),
        maybe_number(origin.and_then(|origin| origin.record)),
        maybe_number(origin.and_then(|origin| origin.line)),
        maybe_number(origin.and_then(|origin| origin.offset)),
    ]
}

fn text<'a>(text: &'a (impl AsRef<str> + ?Sized)) -> Cell<'a> {
    Cell::Text(Cow::Borrowed(text.as_ref()))
}

fn maybe(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::Absent, |text| Cell::Text(Cow::Borrowed(text)))
}

fn time(time: Option<Time>) -> Cell<'static> {
    time.map_or(Cell::Absent, Cell::Time)
}

/// Numbers of files are smaller; what a broken log claims to be more is the largest there is.
fn number(number: u64) -> Cell<'static> {
    Cell::Number(i64::try_from(number).unwrap_or(i64::MAX))
}

fn count(count: usize) -> Cell<'static> {
    number(count as u64)
}
