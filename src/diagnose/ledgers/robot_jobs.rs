//! When the jobs of robots ran, by the lines of their execution logs. Must not know how those are read.
//!
//! All lines of a job carry its id and its account, in every language; that it began or ended is told in words, and its last
//! line has fields of its own (<https://docs.uipath.com/studio/standalone/latest/user-guide/types-of-logs>).

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::diagnose::ledgers::program_runs::ProgramRuns;
use crate::diagnose::ledgers::task_logons::PAIR;
use crate::diagnose::ledgers::tasks::{Run, Work, is_nil};
use crate::diagnose::timeline::host::{Host, Moment};
use crate::model::providers::{Records, UIPATH};
use crate::model::run_lines::SILENCE;
use crate::model::{Event, user_key};

/// The records that it is built from.
pub(in crate::diagnose) const READS: &[Records] = &[UIPATH.ids(&[])];

/// A job whose end nobody wrote is not believed to have run for longer.
const LONGEST_JOB: TimeDelta = TimeDelta::hours(12);
/// A job that lost its desktop fails this soon, at its next step.
const FAILS_WITHIN: TimeDelta = TimeDelta::minutes(2);
/// A job that says nothing for so long after an error ended with it; one that then goes on without an error was not cut off meanwhile.
const LONG_SILENCE: TimeDelta = TimeDelta::minutes(10);
/// A job that wrote a line so lately, and not its last one, was still at work.
const AT_WORK: TimeDelta = TimeDelta::minutes(2);

/// The service of a robot tells this soon of a session that it lost.
const TOLD_WITHIN: TimeDelta = TimeDelta::seconds(30);
/// And this early, where stamps differ by what their logs leave out.
const EARLY: TimeDelta = TimeDelta::seconds(2);
/// What the failures of jobs speak of, in lower case.
const OF_JOBS: &[&str] = &["job", "execut", "rdp", "session", "desktop"];

/// The jobs of one host.
pub(in crate::diagnose) struct Jobs {
    /// In no order; one job may be there twice.
    pub runs: Vec<Run>,
    pub lines: JobLines,
}

/// What single lines of jobs tell, by user, in order.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct JobLines {
    /// When errors were written.
    faults: BTreeMap<String, Vec<Moment>>,
    /// When jobs were last heard of that did not end.
    unended: BTreeMap<String, Vec<Moment>>,
    /// When a robot's service told of a failure and not whose it was.
    unnamed: Vec<Moment>,
    /// What the logs of other programs tell, none of which says whose they are.
    pub programs: ProgramRuns,
}

/// A job by its id.
struct Job {
    user: String,
    first: Moment,
    last: Moment,
    ended: bool,
    /// Whether its last line was an error.
    failed: bool,
}

impl Job {
    /// Whether a line at an instant is of another run, or of another stretch of work: logs that are cut or merged give several runs one id,
    /// and what went on in peace after a silence lost nothing in it.
    fn is_over(&self, at: Moment, is_error: bool) -> bool {
        let longest = if self.failed || !is_error {
            LONG_SILENCE
        } else {
            LONGEST_JOB
        };
        at.since(self.last).is_none_or(|silence| silence > longest)
    }
}

impl Jobs {
    /// Reads the execution logs of a host.
    pub(in crate::diagnose) fn new(host: &Host) -> Self {
        let mut stages = Stages::default();
        let mut by_id: BTreeMap<String, Job> = BTreeMap::new();
        let mut lines = JobLines {
            programs: ProgramRuns::new(host),
            ..JobLines::default()
        };
        let mut runs = Vec::new();
        for entry in host.raw_where(|event| event.id.is_none()) {
            let Some(at) = entry.at else { continue };
            if is_of_somebody(&entry.event) {
                lines.unnamed.push(at);
            }
            let stage = stage_of(&entry.event).or_else(|| gave_up(&entry.event));
            let id = entry.event.first_field_text(&["jobId"]).filter(|id| !is_nil(id));
            if stage.is_none() && id.is_none() {
                continue;
            }
            let Some(user) = entry.event.first_field_text(&["windowsIdentity", "user", "User"]) else {
                continue;
            };
            let is_error = entry.event.level.is_error();
            if is_error {
                lines.faults.entry(user_key(&user)).or_default().push(at);
            }
            if let Some(id) = id {
                let new = || Job {
                    user: user.clone(),
                    first: at,
                    last: at,
                    ended: false,
                    failed: false,
                };
                let job = by_id.entry(id).or_insert_with(new);
                if job.is_over(at, is_error) {
                    let over = std::mem::replace(job, new());
                    runs.push(run(over.user, over.first, over.last));
                }
                job.last = at;
                job.failed = is_error;
                job.ended |= stage == Some(Stage::Ended);
            }
            if let Some(stage) = stage {
                stages.step(stage, user, at);
            }
        }
        runs.extend(stages.end());
        for job in by_id.into_values() {
            if !job.ended {
                let unended = lines.unended.entry(user_key(&job.user)).or_default();
                unended.push(job.last);
            }
            runs.push(run(job.user, job.first, job.last));
        }
        lines.unended.values_mut().for_each(|times| times.sort_unstable());
        lines.unnamed.sort_unstable();
        Self { runs, lines }
    }
}

impl JobLines {
    /// Whether a job of this user wrote an error right after an instant.
    ///
    /// An error that came once the session had ended is the end's work, and not that of what happened to it before.
    pub(in crate::diagnose) fn failed_after(&self, user: &str, at: Moment, ended: Option<Moment>) -> bool {
        let until = at.later(FAILS_WITHIN);
        let until = ended.filter(|end| *end > at).map_or(until, |end| until.min(end));
        has_within(&self.faults, user, at, until)
    }

    /// Whether a robot's service, or a program's own log, told around an instant of a failure that may be anybody's.
    pub(in crate::diagnose) fn somebody_failed_around(&self, at: Moment) -> bool {
        let next = self.unnamed.partition_point(|time| *time < at.earlier(EARLY));
        let told = self.unnamed.get(next);
        told.is_some_and(|time| *time <= at.later(TOLD_WITHIN)) || self.programs.failed_after(at)
    }

    /// Whether a job of this user was heard of right before an instant, and not of its end.
    pub(in crate::diagnose) fn at_work_before(&self, user: &str, at: Moment) -> bool {
        has_within(&self.unended, user, at.earlier(AT_WORK), at)
    }
}

fn has_within(times: &BTreeMap<String, Vec<Moment>>, user: &str, from: Moment, to: Moment) -> bool {
    times.get(&user_key(user)).is_some_and(|times| {
        let next = times.partition_point(|time| *time < from);
        times.get(next).is_some_and(|time| *time <= to)
    })
}

fn run(user: String, start: Moment, end: Moment) -> Run {
    Run {
        work: Work::Job,
        own: false,
        worked: false,
        user: Some(user.into()),
        start: Some(start),
        end: Some(end),
    }
}

/// Whether a line of a robot's own log tells of a failure of a job, and neither its id nor its account.
fn is_of_somebody(event: &Event) -> bool {
    let is_named = || {
        event
            .first_field_text(&["jobId", "windowsIdentity", "user", "User"])
            .is_some()
    };
    let of_jobs = |text: &str| {
        let text = text.to_lowercase();
        OF_JOBS.iter().any(|word| text.contains(word))
    };
    event.level.is_error()
        && &*event.provider == UIPATH.name
        && !is_named()
        && event.message.as_deref().is_some_and(of_jobs)
}

/// Jobs by the words of their beginning and end: one of which no end was written ends with the next job of its user at the
/// latest, and is not believed to run for longer than half a day.
#[derive(Default)]
struct Stages {
    open: BTreeMap<String, (String, Moment)>,
    runs: Vec<Run>,
}

impl Stages {
    fn step(&mut self, stage: Stage, user: String, at: Moment) {
        // The lines of one start come in two logs.
        let known = self.open.get(&user_key(&user)).map(|(_, start)| *start);
        if stage == Stage::Started && known.is_some_and(|start| start.near(at, PAIR)) {
            return;
        }
        if let Some((user, start)) = self.open.remove(&user_key(&user)) {
            self.runs.push(run(user, start, at.min(start.later(LONGEST_JOB))));
        }
        if stage == Stage::Started {
            self.open.insert(user_key(&user), (user, at));
        }
    }

    fn end(mut self) -> Vec<Run> {
        let open = std::mem::take(&mut self.open);
        let unended = open
            .into_values()
            .map(|(user, start)| run(user, start, start.later(LONGEST_JOB)));
        self.runs.extend(unended);
        self.runs
    }
}

/// What a line of the execution log says of its job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Started,
    Ended,
}

/// An error that names no job, and after which the log was silent, is the last word of its run.
fn gave_up(event: &Event) -> Option<Stage> {
    let silence = event.field_number(SILENCE).map(i64::from)?;
    let is_last = event.level.is_error() && silence >= LONG_SILENCE.num_seconds();
    (is_last && &*event.provider == UIPATH.name).then_some(Stage::Ended)
}

fn stage_of(event: &Event) -> Option<Stage> {
    let message = event.message.as_deref()?;
    if message.contains("execution started") {
        Some(Stage::Started)
    } else if message.contains("execution ended")
        || message.contains("stopped with an unexpected exit code")
        || event.field("totalExecutionTimeInSeconds").is_some()
        || event.field("totalExecutionTime").is_some()
    {
        Some(Stage::Ended)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::timeline::host::Entry;
    use crate::model::{Level, Origin, Value};

    fn line(minute: i64, level: Level, job: &str) -> Entry {
        let mut event = Event::new(Origin::artifact("Execution.log"));
        event.level = level;
        event.message = Some("a line".into());
        event.push("jobId", Value::text(job));
        event.push("User", Value::text(r"CORP\svc-robot"));
        let time = chrono::DateTime::UNIX_EPOCH + TimeDelta::minutes(minute);
        Entry {
            event: event.into(),
            at: Some(Moment::at(time)),
        }
    }

    fn spans(lines: Vec<Entry>) -> Vec<(i64, i64)> {
        let host = Host {
            raw: lines.len(),
            entries: lines,
            ..Host::default()
        };
        let minute = |at: Option<Moment>| at.map_or(-1, |at| at.time.timestamp() / 60);
        let runs = Jobs::new(&host).runs;
        runs.iter()
            .map(|run| (minute(run.start), minute(run.end)))
            .collect()
    }

    #[test]
    fn a_silence_from_which_a_job_went_on_in_peace_cut_nothing_off() {
        let id = "8a3c5d10-0000-4000-8000-000000000001";
        let quiet = vec![
            line(0, Level::Information, id),
            line(90, Level::Information, id),
            line(180, Level::Error, id),
            line(181, Level::Critical, id),
        ];
        // What came to an error after its silence may have been cut off in it; what went on was not.
        assert_eq!(spans(quiet), [(0, 0), (90, 181)]);
    }

    #[test]
    fn silence_after_an_error_is_its_end() {
        let id = "8a3c5d10-0000-4000-8000-000000000001";
        let twice = vec![
            line(0, Level::Information, id),
            line(5, Level::Error, id),
            line(180, Level::Information, id),
            line(185, Level::Information, id),
        ];
        assert_eq!(spans(twice), [(0, 5), (180, 185)]);
    }
}
