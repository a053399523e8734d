//! What happened on each host, whether or not it failed: restarts, runs of tasks and of jobs, changes. Owns which of it a report
//! gets; the ledgers and the knowledge say what it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;

use crate::diagnose::answer::{records_then, refused_logons};
use crate::diagnose::ledgers::tasks::Work;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::diagnose::weighing::bench::Bench;
use crate::diagnose::weighing::templates;
use crate::knowledge::derived::{
    CLOCK_JUMP, HOST_BOOT, HOST_RESTART, HOST_SLEPT, TASK_LOGON_FAILED, TASK_RUN,
};
use crate::knowledge::{DERIVED, Key};
use crate::model::{Event, Glimpse, Happening, Kept, Lane, Origin, Time, Value};
use crate::parse::Focus;

/// Happenings of one lane of one host.
const MOST: usize = 1_500;
/// Happenings of one diagnosis.
const ALL: usize = 10_000;

/// Everything, by host in order of time.
pub(in crate::diagnose) fn list(bench: &Bench<'_>, focus: &Focus) -> Vec<Happening> {
    let mut all = Vec::new();
    for (number, host) in bench.hosts.iter().enumerate() {
        let name = super::host_reports::shown(&host.name);
        let mut lanes: BTreeMap<Lane, Vec<Found<'_>>> = BTreeMap::new();
        let made = jobs(bench, number, &name)
            .into_iter()
            .chain(sleeps(bench, number, &name))
            .chain(changes(bench, number, &name))
            .chain(refused_logons::list(bench, number, (&name, focus)))
            .chain(records_then::list(bench, number, (&name, focus)));
        for one in derived(host).chain(made.map(Found::made)) {
            lanes.entry(one.lane).or_default().push(one);
        }
        rank(&mut lanes);
        for lane in Lane::ALL {
            let left = ALL.saturating_sub(all.len()).min(MOST);
            let told = thinned(lanes.remove(&lane).unwrap_or_default(), left).into_iter();
            all.extend(told.filter_map(|one| one.told(&name)));
        }
    }
    all.sort_by(|a, b| (&a.host, a.at, a.lane, &a.origin).cmp(&(&b.host, b.at, b.lane, &b.origin)));
    all
}

/// Numbers restarts, sleeps and settings of the clock in the order in which they happened. Of the others nobody asks what came before, and
/// there may be very many.
fn rank(lanes: &mut BTreeMap<Lane, Vec<Found<'_>>>) {
    let asked = |one: &&mut Found<'_>| one.lane == Lane::Power || one.sets_clock();
    let mut all: Vec<&mut Found<'_>> = lanes.values_mut().flatten().filter(asked).collect();
    all.sort_by_key(|one| (one.moment, one.at));
    for (number, one) in all.into_iter().enumerate() {
        one.rank = number;
    }
}

/// What decides whether a happening is told. Of the hundred thousand that a log may tell few are, and only these are put into words.
struct Found<'a> {
    lane: Lane,
    failed: bool,
    at: Time,
    moment: Moment,
    rank: usize,
    of: Of<'a>,
}

/// What a happening is made of.
enum Of<'a> {
    Event(&'a Kept, Kind, Span),
    Made(Box<Happening>),
}

/// When something began, if that is known, and when it ended or was.
type Span = (Option<Time>, Time);

impl Found<'_> {
    fn made((moment, happening): (Moment, Happening)) -> Self {
        Self {
            lane: happening.lane,
            failed: happening.failed,
            at: happening.at,
            moment,
            rank: 0,
            of: Of::Made(Box::new(happening)),
        }
    }

    fn sets_clock(&self) -> bool {
        matches!(&self.of, Of::Made(happening) if happening.sets_clock())
    }

    fn origin(&self) -> Option<Origin> {
        match &self.of {
            Of::Event(event, ..) => Some(event.origin()),
            Of::Made(happening) => happening.origin.clone(),
        }
    }

    /// The same in words.
    fn told(self, host: &Arc<str>) -> Option<Happening> {
        let happening = match self.of {
            Of::Event(event, kind, span) => of_event(event, kind, span, host)?,
            Of::Made(happening) => *happening,
        };
        Some(Happening {
            rank: self.rank,
            ..happening
        })
    }
}

/// All failures, as far as there is room, and of the others some, evenly taken.
fn thinned(mut all: Vec<Found<'_>>, most: usize) -> Vec<Found<'_>> {
    if all.len() <= most {
        return all;
    }
    all.sort_by(|a, b| {
        let order = (!a.failed, a.at).cmp(&(!b.failed, b.at));
        order.then_with(|| a.origin().cmp(&b.origin()))
    });
    let failed = all.iter().take_while(|one| one.failed).count();
    let (mut kept, rest) = (all, most.saturating_sub(failed));
    let others = kept.split_off(failed);
    let step = others.len().div_ceil(rest.max(1)).max(1);
    kept.truncate(most);
    kept.extend(others.into_iter().step_by(step).take(rest));
    kept
}

fn derived(host: &Host) -> impl Iterator<Item = Found<'_>> {
    host.entries.iter().skip(host.raw).filter_map(found)
}

/// Derived events that are happenings.
#[derive(Clone, Copy)]
enum Kind {
    Run,
    LogonFailed,
    Restart,
    Boot,
}

impl Kind {
    fn of(event: &Event) -> Option<Self> {
        let name = event.provider.strip_prefix(DERIVED)?;
        let kinds = [
            (TASK_RUN, Self::Run),
            (TASK_LOGON_FAILED, Self::LogonFailed),
            (HOST_RESTART, Self::Restart),
            (HOST_BOOT, Self::Boot),
        ];
        let known = kinds.into_iter().find(|(kind, _)| kind.name == name);
        known.map(|(_, kind)| kind)
    }

    const fn lane(self) -> Lane {
        match self {
            Self::Run | Self::LogonFailed => Lane::Task,
            Self::Restart | Self::Boot => Lane::Power,
        }
    }

    /// Whether it is of a task whose name nobody knows.
    fn is_nameless(self, event: &Kept) -> bool {
        self.lane() == Lane::Task && event.field_str("TaskName").is_none()
    }

    fn failed(self, event: &Kept) -> bool {
        match self {
            Self::Run => event.field_str("Class").as_deref() != Some(COMPLETED) || code_of(event).is_some(),
            Self::LogonFailed => true,
            Self::Restart => event.field_str("Class").as_deref() == Some("unexpected"),
            Self::Boot => false,
        }
    }
}

/// How a run ended that did what it should, if its result says nothing else.
const COMPLETED: &str = "completed";

/// The code that says that a run failed.
fn code_of(event: &Kept) -> Option<u32> {
    event.field_number("ResultCode").filter(|code| *code != 0)
}

/// What decides whether a derived event is told.
fn found(entry: &Entry) -> Option<Found<'_>> {
    let event = &entry.event;
    let at = entry.at?.time;
    let kind = Kind::of(event.like()).filter(|kind| !kind.is_nameless(event))?;
    let seconds = event
        .field_str("Seconds")
        .and_then(|text| text.parse::<i64>().ok())
        .filter(|seconds| *seconds > 0);
    let begun = match event.glimpse("Began").map(Glimpse::into_value) {
        Some(Value::Time(begun)) => Some(begun),
        _ => None,
    };
    let before = |seconds| begun.or_else(|| at.checked_sub_signed(TimeDelta::try_seconds(seconds)?));
    let start = seconds.and_then(before);
    Some(Found {
        lane: kind.lane(),
        failed: kind.failed(event),
        at: start.unwrap_or(at),
        moment: entry.at?,
        rank: 0,
        of: Of::Event(event, kind, (start, at)),
    })
}

/// What a derived event says, without its time and place.
struct Told {
    subject: Option<String>,
    outcome: Option<String>,
    summary: String,
}

impl Told {
    fn of_power(outcome: &str, summary: String) -> Self {
        Self {
            subject: None,
            outcome: Some(outcome.to_owned()),
            summary,
        }
    }
}

/// A derived event as one line.
fn of_event(event: &Kept, kind: Kind, (start, at): Span, host: &Arc<str>) -> Option<Happening> {
    let text = |name: &str| event.field_text(name);
    let told = told(event, kind)?;
    let of_run = |name: &str| text(name).filter(|_| kind.lane() == Lane::Task);
    Some(Happening {
        at: start.unwrap_or(at),
        until: start.map(|_| at),
        host: Arc::clone(host),
        lane: kind.lane(),
        user: of_run("User").map(Arc::from),
        code: of_run("ResultCode"),
        subject: told.subject.map(Arc::from),
        outcome: told.outcome.map(Arc::from),
        failed: kind.failed(event),
        summary: told.summary,
        origin: Some(event.origin()),
        rank: 0,
    })
}

fn told(event: &Kept, kind: Kind) -> Option<Told> {
    let with = |name: &str, before: &str| with(event, name, before);
    Some(match kind {
        Kind::Run => task_run(event)?,
        Kind::LogonFailed => {
            let task = event.field_text("TaskName")?;
            let summary = format!(
                "{task} could not log on{}{}",
                with("User", " as "),
                with("ResultCode", ": result ")
            );
            Told {
                subject: Some(task),
                outcome: Some("logon-failed".to_owned()),
                summary,
            }
        }
        Kind::Restart => Told::of_power("down", went_down(event)),
        Kind::Boot => Told::of_power("started", "The host started".to_owned()),
    })
}

fn went_down(event: &Kept) -> String {
    let was = event.field_text("Was");
    format!(
        "The host {}{}{}",
        was.as_deref().unwrap_or("went down"),
        with(event, "Process", ", by "),
        with(event, "User", ", for ")
    )
}

/// A field of an event with what stands before it in a sentence; nothing where there is none.
fn with(event: &Kept, name: &str, before: &str) -> String {
    let value = event.field_text(name);
    value.map_or_else(String::new, |value| format!("{before}{value}"))
}

fn task_run(event: &Kept) -> Option<Told> {
    let task = event.field_text("TaskName")?;
    let class = event.field_text("Class").unwrap_or_default();
    let result = code_of(event)
        .map(|code| format!(" with result {code:#x}"))
        .unwrap_or_default();
    Some(Told {
        summary: match class.as_str() {
            COMPLETED => format!("{task} completed{result}"),
            other => format!("{task} ended: {}{result}", other.replace('-', " ")),
        },
        subject: Some(task),
        outcome: Some(class),
    })
}

fn jobs(bench: &Bench<'_>, number: usize, host: &Arc<str>) -> Vec<(Moment, Happening)> {
    let runs = bench
        .ledgers
        .get(number)
        .map(|ledgers| ledgers.tasks.runs.as_slice());
    let jobs = runs
        .unwrap_or_default()
        .iter()
        .filter(|run| run.work == Work::Job);
    let mut seen = BTreeSet::new();
    let once = |at: Time, user: &Option<Arc<str>>| (at, user.clone());
    let mut found = Vec::new();
    for run in jobs {
        let Some(moment) = run.start.or(run.end) else {
            continue;
        };
        let at = moment.time;
        if !seen.insert(once(at, &run.user)) {
            continue;
        }
        let whose = run
            .user
            .as_deref()
            .map(|user| format!(" of {user}"))
            .unwrap_or_default();
        let (outcome, end) = match run.end {
            Some(_) => ("ended", ""),
            None => ("unfinished", "; its end is not in the logs"),
        };
        let happening = Happening {
            at,
            until: run.end.map(|end| end.time).filter(|end| *end > at),
            host: Arc::clone(host),
            lane: Lane::Job,
            subject: run.user.clone(),
            user: run.user.clone(),
            outcome: Some(outcome.into()),
            code: None,
            failed: false,
            summary: format!("A robot job{whose} ran{end}"),
            origin: None,
            rank: 0,
        };
        found.push((moment, happening));
    }
    found
}

/// Each sleep, from falling asleep to the first sign of waking.
fn sleeps(bench: &Bench<'_>, number: usize, name: &Arc<str>) -> Vec<(Moment, Happening)> {
    let Some((host, ledgers)) = bench.hosts.get(number).zip(bench.ledgers.get(number)) else {
        return Vec::new();
    };
    let derived = host.entries.iter().skip(host.raw);
    let under_job: BTreeSet<Time> = derived
        .filter(|entry| HOST_SLEPT.is(entry.event.like()) && entry.event.field_str("User").is_some())
        .filter_map(|entry| Some(entry.at?.time))
        .collect();
    let told = |(from, until, cite): (Moment, Moment, usize)| {
        let failed = under_job.contains(&from.time);
        let at_work = if failed { " while a job was running" } else { "" };
        let happening = Happening {
            at: from.time,
            until: Some(until.time).filter(|until| *until > from.time),
            host: Arc::clone(name),
            lane: Lane::Power,
            subject: None,
            user: None,
            outcome: Some("slept".into()),
            code: None,
            failed,
            summary: format!("The host slept{at_work}"),
            origin: host.entries.get(cite).map(|entry| entry.event.origin()),
            rank: 0,
        };
        (from, happening)
    };
    ledgers.power.cited_sleeps().map(told).collect()
}

/// Since when a clock that was set forward leaves time out, of which nothing can be recorded.
fn left_out_since(event: &Kept, at: Time) -> Option<Time> {
    let seconds = event.field_str("Seconds").filter(|_| CLOCK_JUMP.is(event))?;
    let span = TimeDelta::try_seconds(seconds.parse().ok()?)?;
    at.checked_sub_signed(span).filter(|since| *since < at)
}

/// What the knowledge calls a change.
fn changes(bench: &Bench<'_>, number: usize, name: &Arc<str>) -> Vec<(Moment, Happening)> {
    let Some(host) = bench.hosts.get(number) else {
        return Vec::new();
    };
    let (mut seen, mut told_of) = (BTreeSet::new(), BTreeSet::new());
    let mut found = Vec::new();
    for change in bench.knowledge.changes() {
        let Some(signal) = bench.knowledge.signals().get(change.signal) else {
            continue;
        };
        for sighting in bench.sightings.on_host(change.signal, number) {
            let (Some(at), Some(entry)) = (sighting.at, host.entries.get(sighting.event.entry)) else {
                continue;
            };
            // Restarts have a lane of their own.
            if HOST_RESTART.is(&entry.event) || !seen.insert(sighting.event.entry) {
                continue;
            }
            let keys = bench.sightings.keys(sighting);
            let told = templates::fill(signal.summary(), Some(&entry.event), keys, &host.name);
            // One reset of a password is 4724 and 4738.
            let of = keys
                .get(Key::User)
                .map_or_else(|| told.clone(), |user| user.to_string());
            if !told_of.insert((Arc::clone(&change.kind), of, at.time.timestamp())) {
                continue;
            }
            let begun = left_out_since(&entry.event, at.time);
            let said = Happening::said((at.time, name, Lane::Change), told, entry.event.origin.clone());
            let happening = Happening {
                at: begun.unwrap_or(at.time),
                until: begun.map(|_| at.time),
                subject: Some(Arc::clone(&change.kind)),
                ..said
            };
            found.push((at, happening));
        }
    }
    found
}
