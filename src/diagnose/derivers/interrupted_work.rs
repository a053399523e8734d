//! What a host going down cut off: runs of scheduled tasks and jobs of robots that were at work then. Adds to each restart what it
//! interrupted and whose it was.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use crate::diagnose::derivers::{Deriver, Pointed};
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::ledgers::power::{REQUEST_SPAN, SHUTDOWN_SPAN};
use crate::diagnose::ledgers::tasks::Work;
use crate::diagnose::timeline::accounts::is_of_windows;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::derived::{HOST_BOOT, HOST_RESTART, TASK_RUN};
use crate::model::{Value, is_task_of_windows, same_user};

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[],
    emits: &[HOST_RESTART, HOST_BOOT],
    derive: |on| {
        let sessions = &on.ledgers.sessions;
        let mut restarts = on.ledgers.power.derive(on.host, |down| {
            let before = down.at.just_before();
            sessions.alive(before).filter(|stay| stay.active(before)).count()
        });
        mark(&mut restarts, on.host, on.ledgers, on.pointed);
        restarts
    },
};

/// Work that was cut off.
struct Cut {
    at: Moment,
    work: Work,
    task: Option<String>,
    user: Option<String>,
}

/// Tells of each restart among these events whether it interrupted work, and which. Must be asked before the events of the task
/// ledger are taken out of it.
fn mark(restarts: &mut [Entry], host: &Host, ledgers: &Ledgers, pointed: Pointed<'_>) {
    let cuts = cut_tasks(ledgers);
    for restart in restarts.iter_mut().filter(|entry| is_restart(entry)) {
        let Some(at) = restart.at else { continue };
        if pointed.is_at(at.time) {
            restart.event.push("Asked", Value::text("yes"));
        }
        if let Some(task) = commanding_task(restart, ledgers, at) {
            restart.event.push("ByTask", Value::text(task));
        }
        let Some(cut) = cut_job(ledgers, at)
            .or_else(|| cut_near(&cuts, at))
            .or_else(|| cut_program(ledgers, at))
        else {
            if ends_a_day(restart, (host, ledgers), at) {
                restart.event.push("EndOfDay", Value::text("yes"));
            }
            continue;
        };
        restart.event.push("Interrupted", Value::text(cut.work.name()));
        for (field, value) in [("TaskName", cut.task), ("Owner", cut.user)] {
            if let Some(value) = value {
                restart.event.push(field, Value::text(value));
            }
        }
    }
}

/// The task whose run gave the command: its program is the one that asked for the restart, or it ran under the account in whose name a
/// command line asked.
fn commanding_task(restart: &Entry, ledgers: &Ledgers, at: Moment) -> Option<String> {
    const SHUTDOWN: &str = "shutdown.exe";
    const COMMANDS: [&str; 3] = [SHUTDOWN, "powershell.exe", "pwsh.exe"];
    /// `shutdown /t 600` is over long before the host goes down.
    const DELAY: TimeDelta = TimeDelta::minutes(10);
    let text = |entry: &Entry, name: &str| entry.event.field_text(name);
    let process = text(restart, "Process").filter(|process| COMMANDS.contains(&&**process))?;
    let user = text(restart, "User").filter(|user| is_of_windows(Some(user), None) != Some(true));
    let gave = |run: &&Entry| {
        let (Some(end), Some(task)) = (run.at, text(run, "TaskName")) else {
            return false;
        };
        let exit = text(run, "Exit").unwrap_or_default();
        let is_program = exit.split(':').next() == Some(&*process);
        let lasted = run.event.field_number("Seconds").map_or(0, i64::from);
        let began = end.earlier(TimeDelta::seconds(lasted));
        let goes_on = began <= at && end.later(TimeDelta::seconds(1)) >= at;
        let gap = at.since(end).filter(|_| process == SHUTDOWN);
        let is_just_over = gap.is_some_and(|gap| gap >= TimeDelta::zero() && gap <= DELAY);
        let is_own = || {
            let owner = text(run, "User");
            owner
                .zip(user.as_deref())
                .is_some_and(|(owner, user)| same_user(&owner, user))
        };
        !is_task_of_windows(&task) && (is_program && (goes_on || is_just_over) || goes_on && is_own())
    };
    let mut runs = ledgers.tasks.derived.iter();
    text(
        runs.find(|run| TASK_RUN.is(run.event.like()) && gave(run))?,
        "TaskName",
    )
}

/// Whether somebody switched the host off for the night: it was down for hours, and nobody else was logged on to it.
fn ends_a_day(restart: &Entry, (host, ledgers): (&Host, &Ledgers), at: Moment) -> bool {
    const NIGHT: TimeDelta = TimeDelta::hours(4);
    let by_person = restart.event.field_str("By").as_deref() == Some("user");
    let user = restart.event.field_text("User").unwrap_or_default();
    let rested = ledgers.power.down_for(at).is_some_and(|(off, on)| {
        // Where anything was written in between, a start is missing.
        let (off, on) = (off.later(SHUTDOWN_SPAN), on.earlier(SHUTDOWN_SPAN));
        let next = host
            .entries
            .partition_point(|entry| entry.at.is_some_and(|at| at <= off));
        let written = host.entries.get(next).and_then(|entry| entry.at);
        on.since(off).is_some_and(|span| span >= NIGHT) && written.is_some_and(|at| at >= on)
    });
    let before = at.just_before();
    let mut others = ledgers
        .sessions
        .alive(before)
        .filter_map(|stay| stay.user.as_deref());
    by_person && rested && others.all(|other| same_user(other, &user))
}

fn is_restart(entry: &Entry) -> bool {
    HOST_RESTART.is(entry.event.like())
}

/// Runs of tasks that the scheduler's log shows cut off. Windows' own tasks do not count, nor does what runs for as long as the host
/// is up: a task that was cut off twice and never ended by itself.
fn cut_tasks(ledgers: &Ledgers) -> Vec<Cut> {
    let mut cuts = Vec::new();
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let mut ended = BTreeSet::new();
    let runs = ledgers.tasks.derived.iter();
    for run in runs.filter(|entry| TASK_RUN.is(entry.event.like())) {
        let Some(task) = run.event.field_text("TaskName") else {
            continue;
        };
        if is_task_of_windows(&task) {
            continue;
        }
        let key = task.to_lowercase();
        if run.event.field_str("Class").as_deref() != Some("cut-by-shutdown") {
            ended.insert(key);
        } else if let Some(at) = run.at {
            *times.entry(key).or_default() += 1;
            let user = run.event.field_text("User");
            let work = Work::Task;
            cuts.push(Cut {
                at,
                work,
                task: Some(task),
                user,
            });
        }
    }
    let always_on = |task: &str| times.get(task).is_some_and(|times| *times > 1) && !ended.contains(task);
    cuts.retain(|cut| {
        !cut.task
            .as_ref()
            .is_some_and(|task| always_on(&task.to_lowercase()))
    });
    cuts
}

fn cut_near(cuts: &[Cut], at: Moment) -> Option<Cut> {
    // A run that was cut off lasted until the host was down, which takes its time from the request on.
    let by = |cut: &&Cut| {
        let after = cut.at.since(at);
        after.is_some_and(|after| after >= -SHUTDOWN_SPAN && after <= REQUEST_SPAN)
    };
    let cut = cuts.iter().find(by)?;
    Some(Cut {
        task: cut.task.clone(),
        user: cut.user.clone(),
        ..*cut
    })
}

/// A job of a robot that was at work the moment before.
fn cut_job(ledgers: &Ledgers, at: Moment) -> Option<Cut> {
    let before = at.just_before();
    let user = ledgers.tasks.users_of_jobs(before).next()?;
    Some(Cut {
        at,
        work: Work::Job,
        task: None,
        user: Some(user.to_owned()),
    })
}

/// A program whose own log shows that it was at work then; nobody knows whose.
fn cut_program(ledgers: &Ledgers, at: Moment) -> Option<Cut> {
    ledgers.tasks.jobs.programs.cut_at(at).then_some(Cut {
        at,
        work: Work::Job,
        task: None,
        user: None,
    })
}
