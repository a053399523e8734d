//! Brings bundle and readers together: reads every member in parallel, in the analyzer's own pool.

use std::ops::ControlFlow;
use std::sync::Arc;

use rayon::prelude::*;

use crate::bundle::Bundle;
use crate::diagnose::derivers::{self, told_codes::Teller};
use crate::diagnose::incidents::signal_matcher::Matcher;
use crate::diagnose::timeline::learned_facts;
use crate::knowledge::Knowledge;
use crate::limits::Limits;
use crate::model::{Artifact, Event, Fact, Findings, Interest, Origin, Problem, ProblemKind};
use crate::parse::record_repair::normalize;
use crate::reader::{self, Context};
use crate::source::Source;

/// Reads every member of a bundle. The result is in the order of the bundle, whatever the threads did.
pub(super) fn scan(
    bundle: &Bundle,
    interest: &Interest,
    lookers: (&Knowledge, &Matcher),
    limits: &Limits,
    recover: bool,
    progress: &(dyn Fn(u64) + Sync),
) -> Vec<Artifact> {
    let mut artifacts: Vec<Artifact> = bundle
        .members
        .par_iter()
        .filter(|_| limits.stop.reason().is_none())
        .map(|member| {
            let findings = match member.open() {
                Ok(source) => {
                    let context = Context {
                        path: Arc::clone(&member.path),
                        interest,
                        limits,
                        recover,
                    };
                    read(source, &context, lookers)
                }
                Err(problem) => Findings {
                    problems: vec![problem],
                    ..Default::default()
                },
            };
            progress(member.size.unwrap_or(findings.bytes));
            Artifact {
                path: Arc::clone(&member.path),
                findings,
            }
        })
        .collect();
    limit_events(&mut artifacts, limits);
    artifacts
}

/// Reads one artifact, and keeps what the diagnosis looks at.
pub(super) fn read(source: Source, context: &Context<'_>, lookers: (&Knowledge, &Matcher)) -> Findings {
    let mut learnt = Vec::new();
    let mut findings = reader::read_pieces(
        source,
        context,
        |piece| digest(piece, lookers),
        |facts| {
            learned_facts::add(&mut learnt, facts);
            ControlFlow::Continue(())
        },
    );
    findings.facts.append(&mut learnt);
    findings
}

/// Keeps of events that nobody read from a file what would be kept of a log with them.
pub(super) fn take(findings: &mut Findings, interest: &Interest, lookers: (&Knowledge, &Matcher)) {
    let is_read = |event: &Event| {
        event.id.is_none_or(|id| interest.wants(&event.provider, id)) || interest.mentions(&event.text())
    };
    findings.events.retain(is_read);
    let mut learnt = digest(findings, lookers);
    findings.facts.append(&mut learnt);
}

/// What is said when the run ended early: how much of the bundle was not opened at all.
pub(super) fn interrupted(bundle: &Bundle, artifacts: &[Artifact], limits: &Limits) -> Option<Problem> {
    let reason = limits.stop.reason()?;
    let all = bundle.members.len();
    let left = all.saturating_sub(artifacts.len());
    Some(Problem::new(
        ProblemKind::Interrupted,
        Origin::artifact(""),
        format!("{reason}: this result is partial; {left} of {all} files were not opened"),
    ))
}

/// Keeps the events that ledgers or signals look at; says what the others gave away.
fn digest(piece: &mut Findings, (knowledge, matcher): (&Knowledge, &Matcher)) -> Vec<Fact> {
    let strings = knowledge.strings();
    piece
        .events
        .iter_mut()
        .for_each(|event| normalize(event, strings));
    let learnt = learned_facts::facts(&piece.events);
    matcher.in_room(|room| {
        piece.events.retain(|event| {
            for_ledgers(event) || matcher.is_seen(knowledge, event, room) || Teller::reads(event)
        });
    });
    for event in &mut piece.events {
        event.fields.shrink_to_fit();
    }
    learnt
}

fn for_ledgers(event: &Event) -> bool {
    event.id.is_some_and(|id| ledgers_read(&event.provider, id))
}

/// Whether the ledgers of sessions, tasks and boots are built from this event of this provider; case does not count.
pub(super) fn ledgers_read(provider: &str, id: u16) -> bool {
    derivers::keep(provider, id)
}

/// Past the limit, further events are dropped, in the order of the bundle, and that is said.
fn limit_events(artifacts: &mut [Artifact], limits: &Limits) {
    let mut room = limits.events;
    for Artifact { path, findings } in artifacts {
        let left = findings.events.len().saturating_sub(room);
        findings.events.truncate(room);
        room -= findings.events.len();
        if left > 0 {
            let detail = format!(
                "the limit of {} events of interest was reached; {left} more were left out",
                limits.events
            );
            findings.problems.push(Problem::new(
                ProblemKind::LimitHit,
                Origin::artifact(Arc::clone(path)),
                detail,
            ));
        }
    }
}
