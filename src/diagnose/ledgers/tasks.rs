//! The task ledger: which scheduled tasks could not log on, which ran, and how each run ended.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::TimeDelta;
use foldhash::fast::RandomState;

use crate::diagnose::ledgers::power::PowerLedger;
use crate::diagnose::ledgers::robot_jobs::{JobLines, Jobs};
use crate::diagnose::timeline::derived_event::{Derived, Words};
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::diagnose::timeline::interval_tree::{Overlaps, Span};
use crate::knowledge::derived::{TASK_LOGON_FAILED, TASK_RUN};
use crate::model::providers::{Records, TASK_SCHEDULER};
use crate::model::{Event, Value, parse_guid, user_key};

/// The records that it is built from.
pub(in crate::diagnose) const READS: &[Records] =
    &[TASK_SCHEDULER.ids(&[100, 101, 102, 103, 104, 111, 129, 200, 201, 202, 203, 329, 330])];

/// 104 and its 101 lie this close.
pub(in crate::diagnose) const PAIR: TimeDelta = TimeDelta::seconds(3);

/// Codes of 101 that mean the logon failed when no 104 says so: the logon, account, right and trust families.
const LOGON_CODES: &[u32] = &[
    1245, 1311, 1312, 1314, 1326, 1327, 1328, 1329, 1330, 1331, 1332, 1351, 1355, 1380, 1384, 1385, 1396,
    1398, 1786, 1787, 1788, 1789, 1790, 1792, 1793, 1907, 1908, 1909,
];

/// Whether a result code says that a logon failed.
pub(in crate::diagnose) fn is_logon_code(code: u32) -> bool {
    let sspi = (0x8009_0300..=0x8009_0370).contains(&code);
    let status = matches!(
        code,
        0xC000_005E..=0xC000_0073 | 0xC000_015B | 0xC000_0193 | 0xC000_0224 | 0xC000_0234 | 0xC000_0133
    );
    // The scheduler's own words: no credentials are stored, the account is not found, the store is damaged or cannot be reached.
    let stored = matches!(code, 0x8004_130F..=0x8004_1312);
    sspi || status || stored || (code >> 16 == 0x8007 && LOGON_CODES.contains(&(code & 0xFFFF)))
}

/// What ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::diagnose) enum Work {
    /// A scheduled task.
    Task,
    /// A job of a robot.
    Job,
}

impl Work {
    /// The word for it in derived events.
    pub(in crate::diagnose) const fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Job => "job",
        }
    }
}

/// One run of one task or job.
#[derive(Debug)]
pub(in crate::diagnose) struct Run {
    /// What it is.
    pub work: Work,
    /// Whether it is one of Windows' own tasks, which run in every session and are not why a session is there.
    pub own: bool,
    /// The account, as first spelled.
    pub user: Option<Arc<str>>,
    /// When it began.
    pub start: Option<Moment>,
    /// When it ended.
    pub end: Option<Moment>,
}

/// A run is not believed to go on for longer.
const LONGEST_RUN: TimeDelta = TimeDelta::days(3);
/// So many failures in one moment are looked through for the other half of a pair.
const MOST_PAIRS: usize = 256;

/// All of one host.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct TaskLedger {
    /// Runs in the order of their beginning.
    pub runs: Vec<Run>,
    /// Derived events.
    pub derived: Vec<Entry>,
    /// What the lines of robots' jobs tell besides.
    pub jobs: JobLines,
    /// When the runs of each user were, but for those of Windows' own tasks.
    spans: BTreeMap<String, Overlaps>,
}

#[derive(Default)]
struct Open {
    task: Option<Arc<str>>,
    user: Option<Arc<str>>,
    start: Option<Moment>,
    result: Option<u32>,
    class: Option<&'static str>,
    program: Option<Arc<str>>,
    cite: usize,
}

/// What is going on while the scheduler's events are read.
#[derive(Default)]
struct Reading<'h> {
    open: BTreeMap<Instance<'h>, Open>,
    words: Words,
    /// Programs by the paths that name them.
    programs: HashMap<Arc<str>, Option<Arc<str>>, RandomState>,
}

impl Reading<'_> {
    /// The file name of a program, without its folder and in lower case.
    fn program_of(&mut self, event: &Event, field: &str) -> Option<Arc<str>> {
        let path = self.words.text_of(event, field)?;
        if let Some(known) = self.programs.get(&path) {
            return known.clone();
        }
        let name = path.rsplit(['\\', '/']).next().unwrap_or_default();
        let name = name.trim().trim_matches('"');
        let program = (!name.is_empty()).then(|| self.words.share(&name.to_lowercase()));
        self.programs.insert(path, program.clone());
        program
    }
}

impl TaskLedger {
    /// Reads the scheduler's events of a host in order.
    pub(in crate::diagnose) fn new(host: &Host, power: &PowerLedger) -> Self {
        let mut ledger = Self::default();
        let mut reading = Reading::default();
        let entries: Vec<(usize, &Entry)> = host.each(READS).collect();
        ledger.logon_failures(host, &entries);
        for &(index, entry) in &entries {
            ledger.step(host, index, entry, &mut reading);
        }
        for run in std::mem::take(&mut reading.open).into_values() {
            let down = Self::cut(host, power, &run);
            let class = if down.is_some() {
                "cut-by-shutdown"
            } else {
                "unfinished"
            };
            ledger.finish(host, run, (down, class), &mut reading.words);
        }
        let jobs = Jobs::new(host);
        ledger.runs.extend(jobs.runs);
        ledger.jobs = jobs.lines;
        ledger.runs.sort_by_key(|run| run.start);
        ledger.index();
        ledger
    }

    /// When the host went down under a run that no record ends: it was the first time since the run's last sign.
    fn cut(host: &Host, power: &PowerLedger, run: &Open) -> Option<Moment> {
        let seen = host.entries.get(run.cite)?.at?;
        let down = power.next_down(seen)?;
        let lasted = down.until.since(run.start?)?;
        (lasted <= LONGEST_RUN).then_some(down.until)
    }

    fn index(&mut self) {
        let mut spelled: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
        for (place, run) in self.runs.iter().enumerate().filter(|(_, run)| !run.own) {
            let (Some(start), Some(user)) = (run.start, run.user.as_deref()) else {
                continue;
            };
            let longest = start.later(LONGEST_RUN);
            let end = run.end.map_or(longest, |end| end.min(longest));
            spelled.entry(user).or_default().push((place, start, Some(end)));
        }
        let mut owned: BTreeMap<String, Vec<Span>> = BTreeMap::new();
        for (user, mut spans) in spelled {
            owned.entry(user_key(user)).or_default().append(&mut spans);
        }
        self.spans = owned
            .into_iter()
            .map(|(user, spans)| (user, Overlaps::new(spans)))
            .collect();
    }

    fn step<'h>(&mut self, host: &Host, index: usize, entry: &'h Entry, reading: &mut Reading<'h>) {
        let event = &entry.event;
        let Some(id) = event.id else { return };
        if !matches!(id, 100 | 102 | 103 | 111 | 129 | 200..=203 | 329 | 330) {
            return;
        }
        let Some(instance) = instance_of(event).map(Instance::of).or_else(|| unnumbered(event)) else {
            return;
        };
        // 129 names the process; 200 to 203 the action, which is what the result is of.
        let program = match id {
            129 => reading.program_of(event, "Path"),
            200..=203 => reading.program_of(event, "ActionName"),
            _ => None,
        };
        let Reading { open, words, .. } = reading;
        let run = open.entry(instance.clone()).or_default();
        run.cite = index;
        if let Some(task) = words.text_of(event, "TaskName") {
            run.task = Some(task);
        }
        if run.user.is_none() {
            let mut names = ["UserContext", "UserName"].into_iter();
            run.user = names.find_map(|name| words.text_of(event, name));
        }
        if id != 129 || run.program.is_none() {
            run.program = program.or(run.program.take());
        }
        match id {
            100 | 129 | 200 => run.start = run.start.or(entry.at),
            201 => {
                run.result = event.field_number("ResultCode").or(run.result);
                run.class = run.class.or(Some("completed"));
            }
            202 | 203 | 103 => {
                run.result = event.field_number("ResultCode").or(run.result);
                run.class = Some(if id == 202 {
                    "failed-action"
                } else {
                    "failed-start"
                });
            }
            102 => run.class = run.class.or(Some("completed")),
            _ => run.class = Some("stopped"),
        }
        // 102 and 103 close the run. 201 and 202 come before 102; where that is missing the run is closed at the end.
        if matches!(id, 102 | 103 | 111)
            && let Some(run) = open.remove(&instance)
        {
            let class = run.class.unwrap_or("completed");
            self.finish(host, run, (entry.at, class), words);
        }
    }

    /// Closes a run that ended then and so, for all that is known otherwise.
    fn finish(
        &mut self,
        host: &Host,
        run: Open,
        (end, class): (Option<Moment>, &'static str),
        words: &mut Words,
    ) {
        let class = run.class.unwrap_or(class);
        let Some(base) = host.entries.get(run.cite) else {
            return;
        };
        let end = end.or(base.at);
        let seconds = run
            .start
            .zip(end)
            .and_then(|(start, end)| end.since(start))
            .map(|span| span.num_seconds());
        // Only what ran has a result.
        let started =
            run.start.is_some() || run.result.is_some() || matches!(class, "failed-start" | "failed-action");
        if class != "unfinished" && started {
            let at = if class == "cut-by-shutdown" { end } else { base.at };
            self.derived.push(
                Derived::new(&TASK_RUN, base)
                    .at(at)
                    .with_shared("TaskName", run.task.clone())
                    .with_some_value("InstanceId", instance_of(&base.event))
                    .with_shared("User", run.user.clone())
                    .with_shared("Class", Some(words.share(class)))
                    .with_shared(
                        "Exit",
                        run.program.zip(run.result).map(|exit| exit_of(exit, words)),
                    )
                    .with_shared("ResultCode", run.result.map(|result| words.spell(result)))
                    .with_shared("Seconds", seconds.map(|seconds| words.spell(seconds)))
                    .with_some_value("Began", run.start.map(|start| Value::Time(start.time)).as_ref())
                    .build(),
            );
        }
        let end = end.filter(|_| class != "unfinished");
        self.runs.push(Run {
            work: Work::Task,
            own: run.task.as_deref().is_some_and(is_of_windows),
            user: run.user,
            start: run.start,
            end,
        });
    }

    /// 104 comes up to a second before its 101; the pair is one failure. 101 alone counts when its code is of the logon
    /// family: 104 may be filtered out of what the customer sent.
    fn logon_failures(&mut self, host: &Host, entries: &[(usize, &Entry)]) {
        let of = |id: u16| {
            entries
                .iter()
                .filter(move |(_, entry)| entry.event.id == Some(id))
                .map(|(_, entry)| *entry)
        };
        let starts: Vec<&Entry> = of(101).collect();
        let mut paired = vec![false; starts.len()];
        for logon in of(104) {
            let near = match logon.at {
                Some(at) => {
                    starts.partition_point(|start| start.at.is_some_and(|other| other < at.earlier(PAIR)))
                }
                None => starts.partition_point(|start| start.at.is_some()),
            };
            let close =
                starts
                    .iter()
                    .enumerate()
                    .skip(near)
                    .take_while(|(_, start)| match (start.at, logon.at) {
                        (Some(a), Some(b)) => a.near(b, PAIR),
                        (None, None) => true,
                        _ => false,
                    });
            let partner = close
                .take(MOST_PAIRS)
                .filter(|&(index, start)| {
                    !paired.get(index).copied().unwrap_or(true) && is_pair(logon, start)
                })
                .map(|(index, start)| (index, *start))
                .next();
            if let Some(flag) = partner.and_then(|(index, _)| paired.get_mut(index)) {
                *flag = true;
            }
            self.derived
                .push(failure(host, logon, partner.map(|(_, start)| start)));
        }
        for (start, paired) in starts.into_iter().zip(paired) {
            if !paired && start.event.field_number("ResultCode").is_some_and(is_logon_code) {
                self.derived.push(failure(host, start, None));
            }
        }
    }

    /// What the scheduler's log tells results of: tasks in lower case, each with a code.
    pub(in crate::diagnose) fn results(&self) -> BTreeSet<(String, u32)> {
        let result = |entry: &Entry| {
            let task = entry.event.field_text("TaskName")?;
            Some((task.to_ascii_lowercase(), entry.event.field_number("ResultCode")?))
        };
        self.derived.iter().filter_map(result).collect()
    }

    /// The accounts whose jobs were going on at an instant.
    pub(in crate::diagnose) fn users_of_jobs(&self, at: Moment) -> impl Iterator<Item = &str> {
        self.spans.values().filter_map(move |spans| {
            let mut runs = spans.touching(at, at).filter_map(|place| self.runs.get(place));
            let is_going = |run: &&Run| run.work == Work::Job && run.end.is_some_and(|end| end > at);
            runs.find(is_going)?.user.as_deref()
        })
    }

    /// Whether a run of this user was going on at an instant.
    pub(in crate::diagnose) fn running(&self, user: &str, at: Moment) -> Option<&Run> {
        let going = |run: &Run| {
            let age = run.start.and_then(|start| at.since(start));
            age.is_some_and(|age| age < LONGEST_RUN) && run.end.is_none_or(|end| end > at)
        };
        let places = self.spans.get(&user_key(user))?.touching(at, at);
        let first = places
            .filter(|place| self.runs.get(*place).is_some_and(going))
            .min()?;
        self.runs.get(first)
    }
}

/// Whether a 104 and a 101 that lie close together can tell of one failure.
fn is_pair(logon: &Entry, start: &Entry) -> bool {
    let agree = |name: &str| {
        let (a, b) = (logon.event.field_text(name), start.event.field_text(name));
        a.is_none() || b.is_none() || a == b
    };
    let code = |entry: &Entry| entry.event.field_number("ResultCode");
    let same_place = logon.at.is_some() || logon.event.origin.path == start.event.origin.path;
    same_place
        && agree("TaskName")
        && (code(logon).is_none() || code(start).is_none() || code(logon) == code(start))
}

/// Whether a task is one of Windows' own.
fn is_of_windows(task: &str) -> bool {
    const FOLDER: &[u8] = br"\microsoft\";
    let start = task.as_bytes().get(..FOLDER.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(FOLDER))
}

/// What a program ended with, as `robocopy.exe:3`: the scheduler wraps an exit code into an HRESULT.
fn exit_of((program, result): (Arc<str>, u32), words: &mut Words) -> Arc<str> {
    let code = if result >> 16 == 0x8007 {
        result & 0xFFFF
    } else {
        result
    };
    words.spell(format_args!("{program}:{code}"))
}

/// The id of a run. One and the same, whether a log gave it as a value or an export as text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Instance<'e> {
    Guid([u8; 16]),
    Text(Cow<'e, str>),
}

impl<'e> Instance<'e> {
    fn of(value: &'e Value) -> Self {
        if let Value::Guid(bytes) = value {
            return Self::Guid(*bytes);
        }
        let text = value.to_text();
        parse_guid(&text).map_or(Self::Text(text), Self::Guid)
    }
}

/// Where somebody left the ids of runs out of what was sent, a task has one run at a time. 129 has none by itself.
fn unnumbered(event: &Event) -> Option<Instance<'_>> {
    if event.id == Some(129) {
        return None;
    }
    let names = ["InstanceId", "TaskInstanceId"];
    let numbered = names.iter().any(|name| event.get(name).is_some());
    let task = event.field_str("TaskName").filter(|_| !numbered)?;
    Some(Instance::Text(task))
}

/// The id of the run that an event is of; the nil id is none.
fn instance_of(event: &Event) -> Option<&Value> {
    let says =
        |value: &&Value| matches!(value, Value::Guid(_)) || !matches!(value.to_text().trim(), "" | "-");
    let mut names = ["InstanceId", "TaskInstanceId"].into_iter();
    let value = names.find_map(|name| event.get(name).filter(says))?;
    let nil = match value {
        Value::Guid(bytes) => *bytes == [0; 16],
        value => is_nil(&value.to_text()),
    };
    (!nil).then_some(value)
}

/// Whether the text of an id is that of none.
pub(in crate::diagnose) fn is_nil(id: &str) -> bool {
    id.trim()
        .bytes()
        .all(|byte| matches!(byte, b'0' | b'-' | b'{' | b'}'))
}

/// The derived event of one failure. `(NONE)` and `(default user)` are no accounts.
fn failure(host: &Host, logon: &Entry, start: Option<&Entry>) -> Entry {
    let events = [Some(&logon.event), start.map(|entry| &entry.event)];
    let any = |names: &[&str]| {
        events
            .into_iter()
            .flatten()
            .find_map(|event| event.first_field_text(names))
    };
    let user =
        any(&["UserName", "UserContext"]).filter(|name| !name.starts_with('(') && !name.starts_with('\\'));
    let code = logon
        .event
        .get("ResultCode")
        .map(|value| value.to_text().into_owned());
    let twin = logon.at.and_then(|at| batch_failure(host, at, user.as_deref()));
    let status = twin.and_then(|event| event.field_text("FailureCode"));
    let user = user.or_else(|| twin.and_then(|event| event.field_text("TargetUserName")));
    Derived::new(
        &TASK_LOGON_FAILED,
        start.filter(|_| logon.event.id != Some(104)).unwrap_or(logon),
    )
    .with_some("TaskName", any(&["TaskName"]))
    .with_some("User", user)
    .with_some("ResultCode", code)
    .with_some("Method", logon.event.field_text("ErrorDescription"))
    .with_some("Status", status)
    .build()
}

/// The failed batch logon that the Security log shows within two seconds.
fn batch_failure<'a>(host: &'a Host, at: Moment, user: Option<&str>) -> Option<&'a Event> {
    let span = TimeDelta::seconds(2);
    let from = at.earlier(span);
    let start = host
        .entries
        .partition_point(|entry| entry.at.is_some_and(|other| other < from));
    let close = host
        .entries
        .iter()
        .skip(start)
        .take_while(|entry| entry.at.is_some_and(|other| other.near(at, span)));
    close.map(|entry| &*entry.event).find(|event| {
        event.id == Some(4625)
            && event.field_number("LogonType") == Some(4)
            && user.is_none_or(|user| {
                event
                    .field_text("TargetUserName")
                    .is_some_and(|name| user_key(&name) == user_key(user))
            })
    })
}
