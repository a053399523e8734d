//! Runs the cases that knowledge files carry: builds what is given, diagnoses it, compares with what is expected.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use crate::diagnose::Analyzer;
use crate::knowledge::schema::{CaseDef, CauseDef, GivenDef};
use crate::knowledge::{Knowledge, LogSource};
use crate::model::{ChannelSpan, Diagnosis, Event, Fact, FactScope, Findings, Origin, Time, Value, Verdict};
use crate::reader;
use crate::source::Source;

/// The result of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CaseOutcome {
    /// The cause.
    pub cause: Arc<str>,
    /// The case.
    pub name: String,
    /// What went wrong; `None` when the case holds.
    pub failure: Option<String>,
}

/// Runs every case of every cause, or of one.
///
/// # Errors
/// When the knowledge cannot be compiled.
pub fn run_cases(knowledge: &Knowledge, only: Option<&str>) -> crate::Result<Vec<CaseOutcome>> {
    let analyzer = Analyzer::with_knowledge(knowledge.clone())?.every_cause(true);
    let mut outcomes = Vec::new();
    for rule in knowledge
        .causes()
        .iter()
        .filter(|rule| only.is_none_or(|only| *rule.id == *only))
    {
        for case in rule.cases().iter() {
            let failure = run(&analyzer, &rule.def, case).err();
            outcomes.push(CaseOutcome {
                cause: Arc::clone(&rule.id),
                name: case.name.clone(),
                failure,
            });
        }
    }
    Ok(outcomes)
}

fn run(analyzer: &Analyzer, cause: &CauseDef, case: &CaseDef) -> Result<(), String> {
    let expectation = Expectation::parse(&case.expect)?;
    let findings = build(analyzer, case)?;
    let diagnosis = analyzer.diagnose_findings(findings);
    expectation.check(&diagnosis, cause, case)
}

/// What a case expects of its cause.
enum Expectation {
    AtLeast(Verdict),
    AtMost(Verdict),
    Exactly(Verdict),
    None,
}

impl Expectation {
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text == "none" {
            return Ok(Self::None);
        }
        let (operator, verdict) = text
            .split_once(' ')
            .ok_or_else(|| format!("expect {text:?}: write `>= likely`"))?;
        let verdict: Verdict = verdict.trim().parse()?;
        match operator {
            ">=" => Ok(Self::AtLeast(verdict)),
            "<=" => Ok(Self::AtMost(verdict)),
            "=" => Ok(Self::Exactly(verdict)),
            _ => Err(format!("expect {text:?}: it begins with none of >=, <=, =")),
        }
    }

    fn check(&self, diagnosis: &Diagnosis, cause: &CauseDef, case: &CaseDef) -> Result<(), String> {
        let of_symptom: Vec<_> = diagnosis
            .incidents
            .iter()
            .filter(|incident| {
                case.symptom
                    .as_deref()
                    .is_none_or(|symptom| symptom == &*incident.symptom)
            })
            .collect();
        let found = of_symptom.iter().filter_map(|incident| {
            let place = incident
                .causes
                .iter()
                .position(|listed| *listed.id == *cause.id)?;
            Some((place, incident.causes.get(place)?))
        });
        let best = found.max_by_key(|(place, listed)| (listed.verdict, std::cmp::Reverse(*place)));
        let verdict = best.map(|(_, listed)| listed.verdict);
        let holds = match self {
            Self::AtLeast(wanted) => verdict.is_some_and(|verdict| verdict >= *wanted),
            Self::AtMost(wanted) => verdict.is_none_or(|verdict| verdict <= *wanted),
            Self::Exactly(wanted) => verdict == Some(*wanted),
            Self::None => verdict.is_none_or(|verdict| verdict < Verdict::Possible),
        };
        let first = !case.first || best.is_some_and(|(place, _)| place == 0);
        if holds && first {
            return Ok(());
        }
        Err(format!(
            "expected {}{}, found {}",
            case.expect,
            if case.first { " and first" } else { "" },
            tell(diagnosis, cause)
        ))
    }
}

/// What was found, for an author who wonders.
fn tell(diagnosis: &Diagnosis, cause: &CauseDef) -> String {
    if diagnosis.incidents.is_empty() {
        return "no incident".to_owned();
    }
    let mut lines = Vec::new();
    for incident in &diagnosis.incidents {
        let ranking: Vec<String> = incident
            .causes
            .iter()
            .take(4)
            .map(|cause| format!("{} {} {:.3}", cause.id, cause.verdict, cause.score))
            .collect();
        lines.push(format!("{}: {}", incident.symptom, ranking.join(", ")));
        if let Some(own) = incident.causes.iter().find(|listed| *listed.id == *cause.id) {
            let list = |items: &[crate::model::Evidence]| {
                items
                    .iter()
                    .map(|item| format!("{} ({:?})", item.signal, item.weight))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            let unknown: Vec<&str> = own.unknown.iter().map(|missing| &*missing.signal).collect();
            lines.push(format!(
                "  for: {}; against: {}; unknown: {}{}",
                list(&own.supports),
                list(&own.against),
                unknown.join(", "),
                own.capped
                    .as_ref()
                    .map(|why| format!("; held because {why}"))
                    .unwrap_or_default()
            ));
        }
    }
    lines.join("\n    ")
}

fn build(analyzer: &Analyzer, case: &CaseDef) -> Result<Vec<(Arc<str>, Findings)>, String> {
    let mut all = Vec::new();
    let mut records: BTreeMap<(String, Arc<str>), u64> = BTreeMap::new();
    let mut hosts: BTreeSet<String> = BTreeSet::new();
    let mut times = Vec::new();
    for (number, given) in case.given.iter().enumerate() {
        let path: Arc<str> = Arc::from(format!("case/{number}"));
        let host = given.host.clone().unwrap_or_else(|| "RPA-07".to_owned());
        let at = given.at.as_deref().map(when).transpose()?;
        times.extend(at);
        let mut findings = Findings::default();
        if let Some(name) = &given.event {
            findings.events.push(event(
                analyzer.knowledge(),
                given,
                name,
                &host,
                at,
                &path,
                &mut records,
            )?);
        } else if let Some(text) = &given.text {
            findings = read_text(analyzer, text, &path);
            for event in &mut findings.events {
                event.time = event.time.or(at);
                event.computer = Arc::from(host.as_str());
                for (name, value) in &given.fields {
                    event.push(name, Value::text(value.as_str().unwrap_or_default()));
                }
            }
        } else if let Some(name) = &given.fact {
            findings.facts.push(Fact {
                host: Arc::from(host.as_str()),
                name: Arc::from(name.as_str()),
                value: Arc::from(given.value.as_deref().unwrap_or_default()),
                scope: FactScope::Plain,
                at,
                local: None,
                origin: Origin::artifact(Arc::clone(&path)),
            });
        } else {
            return Err(format!("given item {}: needs event, text or fact", number + 1));
        }
        hosts.insert(host);
        all.push((path, findings));
    }
    all.push((
        Arc::from("case/cover"),
        cover(analyzer.knowledge(), case, &hosts, &times)?,
    ));
    Ok(all)
}

/// `10:00:00` of day 1, or `d2 10:00:00`; day 1 is 2026-05-04, and days before it are `d-3`.
fn when(text: &str) -> Result<Time, String> {
    let complain = || format!("at {text:?}: write 10:00:00 or d2 10:00:00");
    let (day, time) = match text.strip_prefix('d') {
        Some(rest) => rest.split_once(' ').ok_or_else(complain)?,
        None => ("1", text),
    };
    let day: i64 = day.parse().map_err(|_| complain())?;
    let time = NaiveTime::parse_from_str(time.trim(), "%H:%M:%S%.f").map_err(|_| complain())?;
    let date = NaiveDate::from_ymd_opt(2026, 5, 4).ok_or_else(complain)?;
    let start = date.and_time(time).and_utc();
    start
        .checked_add_signed(TimeDelta::days(day.clamp(-4000, 4000) - 1))
        .ok_or_else(complain)
}

fn source<'k>(knowledge: &'k Knowledge, alias: &str) -> Result<&'k LogSource, String> {
    knowledge
        .source(alias)
        .ok_or_else(|| format!("there is no source {alias:?}"))
}

fn event(
    knowledge: &Knowledge,
    given: &GivenDef,
    name: &str,
    host: &str,
    at: Option<Time>,
    path: &Arc<str>,
    records: &mut BTreeMap<(String, Arc<str>), u64>,
) -> Result<Event, String> {
    let (alias, id) = name
        .split_once('/')
        .ok_or_else(|| format!("event {name:?}: write TaskScheduler/104"))?;
    let source = source(knowledge, alias)?;
    let record = records
        .entry((host.to_owned(), Arc::clone(&source.channel)))
        .or_insert(0);
    *record += 1;
    let mut event = Event::new(Origin::record(Arc::clone(path), *record, 0));
    event.provider = Arc::clone(&source.provider);
    event.channel = Arc::clone(&source.channel);
    event.id = Some(
        id.parse()
            .map_err(|_| format!("event {name:?}: {id:?} is no event id"))?,
    );
    event.record_id = Some(*record);
    event.time = at;
    event.computer = Arc::from(host);
    event.activity = given.activity.as_deref().map(Arc::from);
    event.message = given.message.as_deref().map(Arc::from);
    for text in &given.data {
        event.push("", Value::text(text.as_str()));
    }
    for (name, value) in &given.fields {
        let value = match value {
            serde_json::Value::String(text) => Value::text(text.as_str()),
            serde_json::Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => Value::Unsigned(number),
                (None, Some(number)) => Value::Signed(number),
                (None, None) => Value::text(number.to_string()),
            },
            other => Value::text(other.to_string()),
        };
        event.push(name, value);
    }
    Ok(event)
}

fn read_text(analyzer: &Analyzer, text: &str, path: &Arc<str>) -> Findings {
    let context = reader::Context {
        path: Arc::clone(path),
        interest: &analyzer.interest,
        limits: &analyzer.limits,
        recover: false,
    };
    reader::read(Source::memory(text.as_bytes()), &context)
}

/// The logon of the system that every boot writes: a log with it audits logons.
fn audited(source: &LogSource, host: &str, at: Option<Time>) -> Event {
    let mut event = Event::new(Origin::artifact("case/cover"));
    event.provider = Arc::clone(&source.provider);
    event.channel = Arc::clone(&source.channel);
    event.computer = Arc::from(host);
    event.id = Some(4624);
    event.time = at;
    event.push("TargetUserName", Value::text("SYSTEM"));
    event.push("LogonType", Value::Unsigned(0));
    event
}

/// Spans that cover everything with 60 days to spare, for the sources the case says are there.
fn cover(
    knowledge: &Knowledge,
    case: &CaseDef,
    hosts: &BTreeSet<String>,
    times: &[Time],
) -> Result<Findings, String> {
    let mut findings = Findings::default();
    let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) else {
        return Ok(findings);
    };
    let spare = TimeDelta::days(60);
    for alias in &case.covered {
        let source = source(knowledge, alias)?;
        for host in hosts {
            if &*source.channel == "Security" {
                findings
                    .events
                    .push(audited(source, host, first.checked_sub_signed(spare)));
            }
            findings.spans.push(ChannelSpan {
                computer: Arc::from(host.as_str()),
                channel: Arc::clone(&source.channel),
                records: 10_000,
                first_record: 1,
                last_record: 10_000,
                first: first.checked_sub_signed(spare),
                last: last.checked_add_signed(spare),
            });
        }
    }
    Ok(findings)
}
