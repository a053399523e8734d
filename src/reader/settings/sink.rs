//! Where the settings readers put what they find, within the budgets. Must not know any format.

use std::sync::Arc;

use crate::model::{Fact, FactScope, Findings, Origin, Problem, ProblemKind, Time};
use crate::reader::Context;
use crate::reader::sink::add_problem;

/// A value longer than this is cut: no setting that matters is longer, a pasted legal notice is.
const VALUE_CHARS: usize = 256;

/// Takes facts and problems of one artifact.
pub(super) struct Sink<'a, 'c> {
    context: &'a Context<'c>,
    findings: &'a mut Findings,
    host: Arc<str>,
    first_fact: usize,
    full: bool,
    places: Places,
    at: Option<Time>,
}

/// What the numbers of places count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Places {
    /// Lines, from 1.
    Lines,
    /// Bytes, from the beginning.
    Bytes,
}

impl<'a, 'c> Sink<'a, 'c> {
    /// A sink for the artifact of that context.
    pub(super) fn new(context: &'a Context<'c>, findings: &'a mut Findings) -> Self {
        let first_fact = findings.facts.len();
        Self {
            context,
            findings,
            host: Arc::from(""),
            first_fact,
            full: false,
            places: Places::Lines,
            at: None,
        }
    }

    /// A sink for an artifact without lines: places are byte offsets, and all facts were so at `at`.
    pub(super) fn of_bytes(context: &'a Context<'c>, findings: &'a mut Findings, at: Option<Time>) -> Self {
        Self {
            places: Places::Bytes,
            at,
            ..Self::new(context, findings)
        }
    }

    /// The host that the artifact itself names. Facts found before get it too.
    pub(super) fn host(&mut self, name: &str) {
        let name = name.trim().trim_start_matches('\\');
        if name.is_empty() || !self.host.is_empty() {
            return;
        }
        self.host = Arc::from(cut(name));
        for fact in self.findings.facts.iter_mut().skip(self.first_fact) {
            if fact.host.is_empty() {
                fact.host = Arc::clone(&self.host);
            }
        }
    }

    /// The host that what follows is of, in a list of several hosts.
    pub(super) fn host_from_here(&mut self, name: &str) {
        self.host = Arc::from(cut(name.trim()));
    }

    /// A place in this artifact; lines count from 1, 0 means the artifact as a whole.
    pub(super) fn origin(&self, place: u64) -> Origin {
        let place = (place > 0).then_some(place);
        let (line, offset) = match self.places {
            Places::Lines => (place, None),
            Places::Bytes => (None, place),
        };
        Origin {
            path: Arc::clone(&self.context.path),
            record: None,
            line,
            offset,
        }
    }

    /// One fact. The value is trimmed and cut; the very same fact is not taken twice.
    pub(super) fn fact(&mut self, line: u64, scope: FactScope, name: &str, value: &str) {
        let value = cut(value.trim());
        let seen = self.findings.facts.iter().skip(self.first_fact);
        if seen
            .rev()
            .take(64)
            .any(|fact| &*fact.name == name && &*fact.value == value && fact.scope == scope)
        {
            return;
        }
        if self.findings.facts.len() >= self.context.limits.facts {
            if !self.full {
                self.full = true;
                let detail = format!(
                    "more than {} facts; the rest is left out",
                    self.context.limits.facts
                );
                self.problem(ProblemKind::LimitHit, line, &detail);
            }
            return;
        }
        let origin = self.origin(line);
        self.findings.facts.push(Fact {
            host: Arc::clone(&self.host),
            name: Arc::from(name),
            value: Arc::from(value),
            scope,
            at: self.at,
            local: None,
            origin,
        });
    }

    /// Something unread. `detail` must not repeat the input: it may be a secret.
    pub(super) fn problem(&mut self, kind: ProblemKind, line: u64, detail: &str) {
        let problem = Problem::new(kind, self.origin(line), detail);
        add_problem(self.findings, problem, self.context.limits.problems_per_artifact);
    }

    /// A secret that was dropped.
    pub(super) fn masked(&mut self, line: u64, what: &str) {
        let detail = format!("a clear-text {what}; its value was dropped while reading");
        self.problem(ProblemKind::SecretMasked, line, &detail);
    }

    /// Counts one line or record looked at.
    pub(super) fn record(&mut self) {
        self.findings.records = self.findings.records.saturating_add(1);
    }
}

/// The first [`VALUE_CHARS`] characters.
fn cut(value: &str) -> &str {
    match value.char_indices().nth(VALUE_CHARS) {
        Some((end, _)) => value.get(..end).unwrap_or(value),
        None => value,
    }
}
