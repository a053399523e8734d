//! Where readers put what they find, so that every budget is kept in one place. Must not know formats.

use crate::model::{Event, Findings, Origin, Problem, ProblemKind};

use super::Context;
use super::room::Room;

/// What is said of a text that was cut for want of room.
pub(crate) const CUT: &str = "a long text; an excerpt is kept";

/// Collects the findings of one artifact within the limits.
#[derive(Debug)]
pub(crate) struct Sink<'a> {
    context: &'a Context<'a>,
    findings: &'a mut Findings,
    room: Room,
    full: bool,
}

impl<'a> Sink<'a> {
    /// Collects into `findings`.
    pub(crate) fn new(context: &'a Context<'a>, findings: &'a mut Findings) -> Self {
        Self {
            context,
            findings,
            room: Room::new(context.limits),
            full: false,
        }
    }

    /// The context of the reading.
    pub(crate) const fn context(&self) -> &'a Context<'a> {
        self.context
    }

    /// What was collected so far.
    pub(crate) const fn findings(&mut self) -> &mut Findings {
        self.findings
    }

    /// Takes out what events there are, which somebody takes over: there is room for as many again.
    #[cfg(feature = "etl")]
    pub(crate) fn take_events(&mut self) -> Vec<Event> {
        self.room = Room::new(self.context.limits);
        std::mem::take(&mut self.findings.events)
    }

    /// Whether the budget of events is used up, so that reading on is in vain.
    pub(crate) const fn is_full(&self) -> bool {
        self.full
    }

    /// Keeps an event, or says once that the budget is used up.
    pub(crate) fn event(&mut self, mut event: Event) {
        if self.full {
            return;
        }
        let limits = self.context.limits;
        let cut = self.room.cut();
        let fits = self.room.fit(&mut event, self.context.interest);
        if self.room.cut() > cut {
            self.problem(ProblemKind::LimitHit, event.origin.clone(), CUT);
        }
        if fits && self.findings.events.len() < limits.events {
            self.findings.events.push(event);
        } else {
            self.full = true;
            let detail = if fits {
                format!("more than {} events of interest", limits.events)
            } else {
                format!("events of interest of more than {} bytes", limits.event_bytes)
            };
            self.problem(ProblemKind::LimitHit, event.origin, detail);
        }
    }

    /// The place of a line.
    pub(crate) fn line(&self, number: u64, offset: u64) -> Origin {
        Origin::line(self.context.path.clone(), number, offset)
    }

    /// The artifact as a whole.
    pub(crate) fn artifact(&self) -> Origin {
        Origin::artifact(self.context.path.clone())
    }

    /// Notes a problem; the same kind of problem in the same words is counted, not repeated.
    pub(crate) fn problem(&mut self, kind: ProblemKind, origin: Origin, detail: impl Into<String>) {
        self.problems(kind, origin, detail, 1);
    }

    /// Notes `count` like problems, of which `origin` is the first.
    pub(crate) fn problems(
        &mut self,
        kind: ProblemKind,
        origin: Origin,
        detail: impl Into<String>,
        count: u64,
    ) {
        let problem = Problem {
            count,
            ..Problem::new(kind, origin, detail)
        };
        add_problem(self.findings, problem, self.context.limits.problems_per_artifact);
    }
}

/// Adds a problem to an artifact: one that repeats another in kind and words is counted there; past `limit`
/// entries it is counted with the last of its kind, which is listed once even then.
pub(crate) fn add_problem(findings: &mut Findings, problem: Problem, limit: usize) {
    let full = findings.problems.len() >= limit;
    let alike = findings
        .problems
        .iter_mut()
        .rev()
        .find(|other| other.kind == problem.kind && (full || other.detail == problem.detail));
    match alike {
        Some(other) => other.count = other.count.saturating_add(problem.count),
        None => findings.problems.push(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_folded_and_never_lost() {
        let mut findings = Findings::default();
        for number in 0..100_u32 {
            let problem = Problem::new(
                ProblemKind::Damaged,
                Origin::artifact("a.log"),
                format!("line {number}"),
            );
            add_problem(&mut findings, problem, 20);
        }
        let late = Problem::new(ProblemKind::LimitHit, Origin::artifact("a.log"), "too long");
        add_problem(&mut findings, late, 20);
        assert_eq!(findings.problems.len(), 21);
        assert_eq!(
            findings.problems.iter().map(|problem| problem.count).sum::<u64>(),
            101
        );
    }
}
