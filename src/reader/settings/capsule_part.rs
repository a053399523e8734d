//! The settings of a capsule, and what the artifact it was made from covered. A capsule holds few records of a log; without the
//! second, it would look like a log from which most was taken out, and its silence would prove nothing.
//!
//! Must not know how a capsule is chosen.

use serde::Deserialize;

use crate::model::{CAPSULE_SCHEMA, ChannelSpan, Fact, FactScope, Findings, Origin, ProblemKind, Time};
use crate::reader::Context;

use super::sink::Sink;

/// Spans of one artifact: a collector's log holds some tens of channels.
const SPANS: usize = 2_000;

#[derive(Deserialize)]
struct Span {
    #[serde(default)]
    computer: String,
    #[serde(default)]
    channel: String,
    records: u64,
    first_record: u64,
    last_record: u64,
    first: Option<Time>,
    last: Option<Time>,
}

#[derive(Deserialize)]
struct Setting {
    #[serde(default)]
    host: String,
    name: String,
    value: String,
    scope: FactScope,
    at: Option<Time>,
}

/// Whether the text is such a part.
pub(super) fn sniff(head: &str) -> bool {
    let head = head.trim_start_matches('\u{feff}').trim_start();
    head.strip_prefix('{').is_some_and(|rest| {
        let start = rest.get(..rest.floor_char_boundary(80)).unwrap_or(rest);
        start.trim_start().starts_with("\"schema\"") && start.contains(CAPSULE_SCHEMA)
    })
}

/// Reads the part. Each span and each setting stands on a line, so damage costs its own line.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut left = 0_u64;
    let mut ended = false;
    for (number, line) in (1_u64..).zip(text.lines()) {
        let line = line.trim();
        ended |= line == "]}";
        let Some(row) = line.strip_prefix('{').map(|_| line.trim_end_matches(',')) else {
            continue;
        };
        if number == 1 {
            continue;
        }
        if let Ok(setting) = serde_json::from_str::<Setting>(row) {
            findings.records = findings.records.saturating_add(1);
            match findings.facts.len() < context.limits.facts {
                true => findings.facts.push(fact(setting, context, number)),
                false => left = left.saturating_add(1),
            }
        } else if let Some(span) = serde_json::from_str(row).ok().and_then(span) {
            match findings.spans.len() < SPANS {
                true => findings.spans.push(span),
                false => left = left.saturating_add(1),
            }
        } else {
            let detail = "neither a setting nor what a log covered";
            Sink::new(context, findings).problem(ProblemKind::Damaged, number, detail);
        }
    }
    if left > 0 {
        let detail = format!("{left} spans and settings left out");
        Sink::new(context, findings).problem(ProblemKind::LimitHit, 0, &detail);
    }
    if !ended {
        let detail = "the settings of the capsule end before their end";
        Sink::new(context, findings).problem(ProblemKind::Truncated, 0, detail);
    }
}

/// A log that numbers its records cannot hold more of them than it has numbers for.
fn span(span: Span) -> Option<ChannelSpan> {
    let numbers = span.last_record.checked_sub(span.first_record)?;
    (numbers == 0 || span.records <= numbers.saturating_add(1)).then(|| ChannelSpan {
        computer: span.computer.into(),
        channel: span.channel.into(),
        records: span.records,
        first_record: span.first_record,
        last_record: span.last_record,
        first: span.first,
        last: span.last,
    })
}

fn fact(setting: Setting, context: &Context<'_>, line: u64) -> Fact {
    Fact {
        host: setting.host.into(),
        name: setting.name.into(),
        value: setting.value.into(),
        scope: setting.scope,
        at: setting.at,
        local: None,
        origin: Origin {
            line: Some(line),
            ..Origin::artifact(context.path.clone())
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, value};
    use super::*;

    const PART: &str = r#"{"schema":"logonscope.capsule/1","path":"Security.evtx","spans":[
{"computer":"RPA-07","channel":"Security","records":90,"first_record":1,"last_record":90,"first":"2026-05-04T08:00:00Z","last":null},
{"computer":"RPA-07","channel":"System","records":91,"first_record":1,"last_record":90,"first":null,"last":null}
],"facts":[
{"host":"RPA-07","name":"os.build","value":"20348.1","scope":"plain","at":null},
{"host":"RPA-07","name":"account.disabled","value":"anna","scope":"observed","at":"2026-05-04T08:00:00Z"}
]}"#;

    #[test]
    fn settings_and_coverage_come_back() {
        assert!(sniff(PART));
        let found = facts(read, PART);
        assert_eq!(value(&found, "os.build"), ["20348.1"]);
        assert_eq!(found.facts[1].origin.line, Some(6));
        assert_eq!(found.facts[1].scope, FactScope::Observed);
        assert_eq!(found.spans.len(), 1, "91 records have no room in 90 numbers");
        assert_eq!(&*found.spans[0].channel, "Security");
    }

    #[test]
    fn damage_costs_its_own_line() {
        let found = facts(read, &PART.replace("\"observed\"", "\"seen\""));
        assert_eq!((found.facts.len(), found.spans.len()), (1, 1));
        // Problems of one kind are counted at the first place.
        let told = (found.problems[0].origin.line, found.problems[0].count);
        assert_eq!(told, (Some(3), 2));
        let cut = facts(read, PART.split("account").next().unwrap());
        assert_eq!(cut.facts.len(), 1);
        assert!(
            cut.problems
                .iter()
                .any(|problem| problem.kind == ProblemKind::Truncated)
        );
        assert!(!sniff("{\"schema\":\"logonscope.diagnosis/1\"}"));
    }
}
