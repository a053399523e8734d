//! Brings bundle and readers together: reads every member in parallel, in the analyzer's own pool.

use std::ops::ControlFlow;
use std::sync::Arc;

use rayon::prelude::*;

use crate::bundle::Bundle;
use crate::diagnose::derivers::{self, told_codes::Teller};
use crate::diagnose::incidents::signal_matcher::{Matcher, Scratch};
use crate::diagnose::timeline::learned_facts;
use crate::knowledge::Knowledge;
use crate::limits::Limits;
use crate::model::{Artifact, ArtifactFormat, Event, Fact, Findings, Interest, Origin, Problem, ProblemKind};
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
        if piece.format == Some(ArtifactFormat::Evtx) {
            return pack(piece, (knowledge, matcher), room);
        }
        piece.events.retain(|event| {
            for_ledgers(event) || matcher.is_seen(knowledge, event, room) || Teller::reads(event)
        });
        for event in &mut piece.events {
            event.fields.shrink_to_fit();
        }
    });
    learnt
}

/// Packs those that are kept of the events of a log, which has its times in UTC: they stay as they are.
fn pack(piece: &mut Findings, (knowledge, matcher): (&Knowledge, &Matcher), room: &mut Scratch) {
    let mut stencils = piece.stencils.take().unwrap_or_default();
    let mut shapes = std::mem::take(room.shapes());
    // What a mask was put on in one record may stand without in the next.
    let is_masked = !piece.problems.is_empty();
    let mut awaited = stencils.take_awaited().into_iter().peekable();
    for (place, event) in piece.events.iter().enumerate() {
        let shape = shapes.of(event);
        let shown = matcher.signals_of(knowledge, (event, &shape), room);
        let is_kept = for_ledgers(event) || !shown.is_empty() || Teller::reads(event);
        if is_kept {
            stencils.packer.take(event, &shape, Some(&shown));
        } else {
            stencils.packer.pass();
        }
        if let Some(own) = awaited.next_if(|awaited| awaited.place == place)
            && !is_masked
            && learned_facts::facts(std::slice::from_ref(event)).is_empty()
        {
            stencils.remember(own, event, is_kept.then_some((&shape, &shown)));
        }
    }
    piece.events.clear();
    piece.kept = stencils.finish();
    piece.stencils = Some(stencils);
    *room.shapes() = shapes;
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
        let left = findings.count().saturating_sub(room);
        findings.events.truncate(room);
        findings.kept.truncate(room.saturating_sub(findings.events.len()));
        room = room.saturating_sub(findings.count());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::Analyzer;
    use crate::model::providers::{LSM, TASK_SCHEDULER};
    use crate::model::{Level, Time, Value};

    const RUNS: u32 = 200;

    fn record(number: u64, provider: &str, id: u16) -> Event {
        let mut event = Event::new(Origin::record("Log.evtx", number, number * 512));
        event.provider = provider.into();
        event.channel = [provider, "/Operational"].concat().into();
        event.computer = "RPA-07".into();
        event.id = Some(id);
        event.level = Level::Information;
        event.record_id = Some(number);
        event.time = Time::from_timestamp(1_777_000_000 + number.cast_signed() * 10, 0);
        event
    }

    /// Runs of a task, and sessions that begin and end.
    fn log() -> Findings {
        let mut findings = Findings {
            format: Some(ArtifactFormat::Evtx),
            ..Findings::default()
        };
        let mut number = 0_u64;
        for run in 0..RUNS {
            for id in [107, 129, 100, 200, 201, 102] {
                number += 1;
                let mut event = record(number, TASK_SCHEDULER.name, id);
                event.push("TaskName", Value::text("\\Import"));
                event.push("InstanceId", Value::Guid(u128::from(run + 1).to_le_bytes()));
                event.push("UserContext", Value::text("CORP\\svc-robot"));
                event.push("ResultCode", Value::Unsigned(0));
                findings.events.push(event);
            }
            for id in [21, 22, 24, 23] {
                number += 1;
                let mut event = record(number, LSM.name, id);
                event.push("User", Value::text("CORP\\svc-robot"));
                event.push("SessionID", Value::Unsigned(u64::from(run % 7 + 1)));
                event.push("Address", Value::text("10.1.2.3"));
                findings.events.push(event);
            }
        }
        findings
    }

    /// As many events as a log has would be made anew otherwise, and memory would hold them all.
    #[test]
    fn nobody_has_all_events_of_a_log_made() {
        let analyzer = Analyzer::new().unwrap();
        let mut findings = log();
        let all = findings.events.len();
        digest(&mut findings, (analyzer.knowledge(), &analyzer.matcher));
        assert!(findings.events.is_empty());
        let kept = findings.kept.clone();
        assert!(kept.len() * 10 > all * 8, "{} of {all}", kept.len());
        let artifact = Artifact {
            path: "Log.evtx".into(),
            findings,
        };
        let told = analyzer.diagnose(vec![artifact], Vec::new(), &Limits::default());
        assert!(!told.happenings.is_empty() && !told.sessions.is_empty());
        let lent: Vec<_> = kept.iter().filter(|event| event.is_lent()).collect();
        assert!(lent.len() < 10, "{} of {all}: {:?}", lent.len(), lent.first());
    }

    #[test]
    fn what_is_packed_shows_what_a_fresh_look_finds() {
        let analyzer = Analyzer::new().unwrap();
        let mut findings = log();
        for (number, code) in (5_000..).zip([0_u64, 1_326, 0x8007_052E, 0x8007_0520]) {
            for id in [101, 103, 104, 203] {
                let mut event = record(number * 10 + u64::from(id % 10), TASK_SCHEDULER.name, id);
                event.push("TaskName", Value::text("\\Import"));
                event.push("ResultCode", Value::Unsigned(code));
                findings.events.push(event);
            }
        }
        digest(&mut findings, (analyzer.knowledge(), &analyzer.matcher));
        let mut seen = 0;
        for kept in &findings.kept {
            let fresh =
                analyzer
                    .matcher
                    .signals(analyzer.knowledge(), &kept.whole(), &mut Scratch::default());
            assert_eq!(kept.shown(), Some(&fresh), "{:?}", kept.whole());
            seen += fresh.len();
        }
        assert!(seen > 8, "{seen}");
    }

    #[test]
    fn what_is_packed_is_diagnosed_like_what_is_not() {
        let analyzer = Analyzer::new().unwrap();
        let told = |is_packed: bool| {
            let mut findings = log();
            digest(&mut findings, (analyzer.knowledge(), &analyzer.matcher));
            if !is_packed {
                findings.unpack();
            }
            let artifact = Artifact {
                path: "Log.evtx".into(),
                findings,
            };
            analyzer.diagnose(vec![artifact], Vec::new(), &Limits::default())
        };
        assert_eq!(told(true), told(false));
    }
}
