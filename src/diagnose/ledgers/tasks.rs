//! The task ledger: which scheduled tasks could not log on, which ran, and how each run ended.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::TimeDelta;
use foldhash::fast::RandomState;

use crate::diagnose::ledgers::power::PowerLedger;
use crate::diagnose::ledgers::robot_jobs::{JobLines, Jobs};
use crate::diagnose::ledgers::task_logons::logon_failures;
use crate::diagnose::timeline::derived_event::{Derived, Words};
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::diagnose::timeline::interval_tree::{Overlaps, Span};
use crate::diagnose::timeline::packing::Packing;
use crate::knowledge::derived::TASK_RUN;
use crate::model::providers::{Records, TASK_SCHEDULER};
use crate::model::{Glimpse, Kept, Value, parse_guid, user_key};

/// The records that it is built from.
pub(in crate::diagnose) const READS: &[Records] =
    &[TASK_SCHEDULER.ids(&[100, 101, 102, 103, 104, 111, 129, 200, 201, 202, 203, 329, 330])];

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
    /// Whether its program said that all went well.
    pub worked: bool,
}

/// A run is not believed to go on for longer.
const LONGEST_RUN: TimeDelta = TimeDelta::days(3);
/// What a lost session cuts off ends within this time.
const CUT_WITHIN: TimeDelta = TimeDelta::seconds(30);
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

impl Open {
    /// What a record of it tells of its beginning and of how it ended.
    fn go_on(&mut self, entry: &Entry, id: u16) {
        match id {
            100 | 129 | 200 => self.start = self.start.or(entry.at),
            201 => {
                self.result = entry.event.field_number("ResultCode").or(self.result);
                self.class = self.class.or(Some("completed"));
            }
            202 | 203 | 103 => {
                self.result = entry.event.field_number("ResultCode").or(self.result);
                self.class = Some(if id == 202 {
                    "failed-action"
                } else {
                    "failed-start"
                });
            }
            102 => self.class = self.class.or(Some("completed")),
            _ => self.class = Some("stopped"),
        }
    }
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
    fn program_of(&mut self, event: &Kept, field: &str) -> Option<Arc<str>> {
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
        let mut packing = Packing::default();
        let entries: Vec<(usize, &Entry)> = host.each(READS).collect();
        logon_failures(host, &entries, &mut packing);
        for &(index, entry) in &entries {
            ledger.step(host, index, entry, (&mut reading, &mut packing));
        }
        for run in std::mem::take(&mut reading.open).into_values() {
            let down = Self::cut(host, power, &run);
            let class = if down.is_some() {
                "cut-by-shutdown"
            } else {
                "unfinished"
            };
            ledger.finish(host, run, (down, class), (&mut reading.words, &mut packing));
        }
        ledger.derived = packing.finish();
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

    fn step<'h>(
        &mut self,
        host: &Host,
        index: usize,
        entry: &'h Entry,
        (reading, packing): (&mut Reading<'h>, &mut Packing),
    ) {
        let event = &entry.event;
        let Some(id) = event.like().id else { return };
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
        if let Some(task) = event.field_str("TaskName")
            && run.task.as_deref() != Some(&*task)
        {
            run.task = Some(words.share(&task));
        }
        if run.user.is_none() {
            let mut names = ["UserContext", "UserName"].into_iter();
            run.user = names.find_map(|name| words.text_of(event, name));
        }
        if id != 129 || run.program.is_none() {
            run.program = program.or(run.program.take());
        }
        run.go_on(entry, id);
        // 102 and 103 close the run. 201 and 202 come before 102; where that is missing the run is closed at the end.
        if matches!(id, 102 | 103 | 111)
            && let Some(run) = open.remove(&instance)
        {
            let class = run.class.unwrap_or("completed");
            self.finish(host, run, (entry.at, class), (words, packing));
        }
    }

    /// Closes a run that ended then and so, for all that is known otherwise.
    fn finish(
        &mut self,
        host: &Host,
        run: Open,
        (end, class): (Option<Moment>, &'static str),
        (words, packing): (&mut Words, &mut Packing),
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
            packing.push(
                Derived::new(&TASK_RUN, base)
                    .at(at)
                    .with_shared("TaskName", run.task.clone())
                    .with_some_value(
                        "InstanceId",
                        instance_of(&base.event).map(Glimpse::into_value).as_ref(),
                    )
                    .with_shared("User", run.user.clone())
                    .with_shared("Class", Some(words.share(class)))
                    .with_shared(
                        "Exit",
                        run.program.zip(run.result).map(|exit| exit_of(exit, words)),
                    )
                    .with_shared("ResultCode", run.result.map(|result| words.spell(result)))
                    .with_shared("Seconds", seconds.map(|seconds| words.spell(seconds)))
                    .with_some_value("Began", run.start.map(|start| Value::Time(start.time)).as_ref()),
            );
        }
        let end = end.filter(|_| class != "unfinished");
        self.runs.push(Run {
            work: Work::Task,
            own: run.task.as_deref().is_some_and(is_of_windows),
            user: run.user,
            start: run.start,
            end,
            worked: run.result == Some(0) && class == "completed",
        });
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

    /// Whether tasks or jobs ever ran under this account.
    pub(in crate::diagnose) fn ever_ran(&self, user: &str) -> bool {
        self.spans.contains_key(&user_key(user))
    }

    /// The run of this user that was going on at an instant and did not go on for all that.
    pub(in crate::diagnose) fn running(&self, user: &str, at: Moment) -> Option<&Run> {
        let going = |run: &Run| {
            let age = run.start.and_then(|start| at.since(start));
            // What went on without the session and ended well was not in it.
            let survived = run.worked && run.end.is_some_and(|end| end > at.later(CUT_WITHIN));
            age.is_some_and(|age| age < LONGEST_RUN) && run.end.is_none_or(|end| end > at) && !survived
        };
        let places = self.spans.get(&user_key(user))?.touching(at, at);
        let first = places
            .filter(|place| self.runs.get(*place).is_some_and(going))
            .min()?;
        self.runs.get(first)
    }
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
    fn of(value: Glimpse<'e>) -> Self {
        if let Some(bytes) = value.guid() {
            return Self::Guid(bytes);
        }
        let text = value.into_text();
        parse_guid(&text).map_or(Self::Text(text), Self::Guid)
    }
}

/// Where somebody left the ids of runs out of what was sent, a task has one run at a time. 129 has none by itself.
fn unnumbered(event: &Kept) -> Option<Instance<'_>> {
    if event.like().id == Some(129) {
        return None;
    }
    let names = ["InstanceId", "TaskInstanceId"];
    let numbered = names.iter().any(|name| event.like().field(name).is_some());
    let task = event.field_str("TaskName").filter(|_| !numbered)?;
    Some(Instance::Text(task))
}

/// The id of the run that an event is of; the nil id is none.
fn instance_of(event: &Kept) -> Option<Glimpse<'_>> {
    let says = |value: &Glimpse<'_>| value.guid().is_some() || !matches!(value.to_text().trim(), "" | "-");
    let mut names = ["InstanceId", "TaskInstanceId"].into_iter();
    let value = names.find_map(|name| event.glimpse(name).filter(says))?;
    let nil = match value.guid() {
        Some(bytes) => bytes == [0; 16],
        None => is_nil(&value.to_text()),
    };
    (!nil).then_some(value)
}

/// Whether the text of an id is that of none.
pub(in crate::diagnose) fn is_nil(id: &str) -> bool {
    id.trim()
        .bytes()
        .all(|byte| matches!(byte, b'0' | b'-' | b'{' | b'}'))
}
