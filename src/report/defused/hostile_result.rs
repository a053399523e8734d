//! A result with text of strangers in every field.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{
    ArtifactFormat, AskItem, Cause, Change, Clock, ClockSkew, CodeCount, CodeSpace, CollectionReport,
    Coverage, Diagnosis, Encoding, Event, Evidence, FactScope, FactSource, Finding, Flip, Happening,
    HostReport, Incident, InputReport, Lane, Level, Missing, Origin, Problem, ProblemKind, QuestionReport,
    RecordField, RecordReport, SCHEMA, SessionReport, Term, Time, TimelineEntry, ToolInfo, Value, Verdict,
    Weight,
};

pub(super) struct Maker(pub(super) String);

/// Every field is named, so that a new one does not compile until it is thought of here.
impl Maker {
    pub(super) fn text(&self) -> String {
        self.0.clone()
    }

    fn shared(&self) -> Arc<str> {
        self.0.as_str().into()
    }

    fn some(&self) -> Option<Arc<str>> {
        Some(self.shared())
    }

    pub(super) fn at() -> Option<Time> {
        "2026-05-04T08:00:00Z".parse().ok()
    }

    fn origin(&self) -> Origin {
        Origin {
            path: self.shared(),
            record: Some(1),
            line: Some(2),
            offset: Some(3),
        }
    }

    fn evidence(&self) -> Evidence {
        Evidence {
            signal: self.shared(),
            summary: self.text(),
            weight: Weight::Strong,
            joined_by: vec![self.shared()],
            at: Self::at(),
            count: 2,
            origin: self.origin(),
        }
    }

    fn cause(&self, verdict: Verdict) -> Cause {
        Cause {
            id: self.shared(),
            title: self.text(),
            verdict,
            score: 0.9,
            capped: Some(self.text()),
            explanation: self.text(),
            supports: vec![self.evidence()],
            against: vec![self.evidence()],
            unknown: vec![Missing {
                signal: self.shared(),
                needs: self.text(),
                covering: Self::at(),
                weight: Weight::Weak,
                against: true,
            }],
            remediation: vec![self.text()],
            risk: self.text(),
            verify: self.text(),
            conflicts: vec![self.text()],
            references: vec![self.text()],
            sum: vec![Term {
                item: self.shared(),
                factor: 4.0,
                note: self.text(),
            }],
            flips: vec![Flip {
                signal: self.shared(),
                needs: self.text(),
                covering: Self::at(),
                if_seen: Verdict::Strong,
                if_absent: Verdict::Unlikely,
            }],
        }
    }

    fn entry(&self) -> TimelineEntry {
        TimelineEntry {
            at: Self::at(),
            summary: self.text(),
            origin: self.origin(),
        }
    }

    fn incident(&self) -> Incident {
        Incident {
            id: self.text(),
            symptom: self.shared(),
            title: self.text(),
            host: self.shared(),
            user: self.some(),
            session: Some(3),
            task: self.some(),
            code: Some(self.text()),
            asked: Some(false),
            first: Self::at(),
            last: Self::at(),
            count: 2,
            times: Self::at().into_iter().collect(),
            worked_until: Self::at(),
            works_again: Self::at(),
            began_after: Self::at()
                .map(|at| Change {
                    at,
                    kind: self.shared(),
                    summary: self.text(),
                    origin: self.origin(),
                })
                .into_iter()
                .collect(),
            part_of: None,
            related: vec![self.text()],
            causes: Verdict::ALL
                .into_iter()
                .rev()
                .map(|verdict| self.cause(verdict))
                .collect(),
            timeline: vec![self.entry()],
        }
    }

    fn skew(&self) -> ClockSkew {
        ClockSkew {
            against: self.shared(),
            milliseconds: 312_000,
            pairs: 4,
        }
    }

    fn host(&self) -> HostReport {
        HostReport {
            name: self.shared(),
            aliases: vec![self.shared()],
            time_zone: Some(self.text()),
            clock_skew: Some(self.skew()),
            os: Some(self.text()),
            facts: BTreeMap::from([(self.shared(), self.text())]),
            fact_sources: vec![FactSource {
                name: self.shared(),
                value: self.shared(),
                scope: FactScope::Inferred,
                beaten: true,
                at: Self::at(),
                origin: self.origin(),
            }],
        }
    }

    fn happenings(&self) -> Vec<Happening> {
        let happening = |at| Happening {
            at,
            until: Self::at(),
            host: self.shared(),
            lane: Lane::Task,
            subject: self.some(),
            user: self.some(),
            outcome: self.some(),
            code: Some(self.text()),
            failed: true,
            summary: self.text(),
            origin: Some(self.origin()),
            rank: 0,
        };
        Self::at().map(happening).into_iter().collect()
    }

    fn record(&self) -> RecordReport {
        RecordReport {
            origin: self.origin(),
            at: Self::at(),
            computer: self.shared(),
            channel: self.shared(),
            provider: self.shared(),
            id: Some(4625),
            level: self.text(),
            message: Some(self.text()),
            fields: vec![RecordField {
                name: self.shared(),
                value: self.text(),
            }],
        }
    }

    fn input(&self) -> InputReport {
        InputReport {
            path: self.shared(),
            format: ArtifactFormat::Evtx,
            encoding: Some(Encoding::Utf8),
            bytes: 1,
            records: 1,
            events: 1,
            facts: 1,
            host: self.some(),
            first: Self::at(),
            last: Self::at(),
            clock: Some(Clock::Unknown),
            trace: None,
        }
    }

    fn code(&self) -> CodeCount {
        CodeCount {
            space: CodeSpace::Win32,
            value: self.text(),
            symbol: Some(self.text()),
            meaning: self.text(),
            count: 1,
            first: Self::at(),
            last: Self::at(),
        }
    }

    fn session(&self) -> SessionReport {
        SessionReport {
            host: self.shared(),
            session: Some(3),
            user: self.some(),
            kind: self.text(),
            address: self.some(),
            start: Self::at(),
            end: Self::at(),
            end_class: Some(self.text()),
            end_origin: Some(self.origin()),
            states: vec![self.entry()],
        }
    }

    fn ask(&self) -> AskItem {
        AskItem {
            what: self.text(),
            host: self.some(),
            from: Self::at(),
            to: Self::at(),
            sent: Some(self.text()),
            command: Some(self.text()),
            remark: Some(self.text()),
            separates: vec![self.shared()],
        }
    }

    pub(super) fn diagnosis(&self) -> Diagnosis {
        Diagnosis {
            schema: SCHEMA.to_owned(),
            tool: ToolInfo {
                name: self.text(),
                version: self.text(),
                knowledge: self.text(),
            },
            findings: vec![Finding {
                host: self.shared(),
                cause: self.shared(),
                title: self.shared(),
                summary: self.text(),
                count: 2,
                first: Self::at(),
                last: Self::at(),
                origin: self.origin(),
            }],
            inputs: vec![self.input()],
            hosts: vec![self.host()],
            question: Some(QuestionReport {
                notes: vec![self.shared()],
                hosts: vec![self.text()],
                users: vec![self.text()],
                tasks: vec![self.text()],
                found: false,
            }),
            incidents: vec![self.incident()],
            codes: vec![self.code()],
            sessions: vec![self.session()],
            happenings: self.happenings(),
            records: vec![self.record()],
            coverage: vec![Coverage {
                host: self.shared(),
                channel: self.shared(),
                from: Self::at(),
                to: Self::at(),
                records: 1,
                missing_records: 1,
                paths: vec![self.shared()],
            }],
            ask: vec![self.ask()],
            collections: vec![CollectionReport {
                path: self.shared(),
                layout: self.shared(),
                title: self.text(),
                host: self.some(),
                missing: vec![self.text()],
            }],
            problems: vec![Problem {
                kind: ProblemKind::Damaged,
                origin: self.origin(),
                detail: self.text(),
                count: 2,
            }],
        }
    }

    pub(super) fn event(&self) -> Event {
        let mut event = Event::new(self.origin());
        event.provider = self.shared();
        event.channel = self.shared();
        event.computer = self.shared();
        event.activity = self.some();
        event.sid = self.some();
        event.level = Level::Error;
        event.time = Self::at();
        event.message = self.some();
        event.push(&self.0, Value::text(&*self.0));
        event
    }
}
