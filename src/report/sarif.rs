//! SARIF 2.1.0, for the tools that show such results: one result for each incident, its cause as the rule.
//!
//! Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0". A viewer of code wants errors, not healthy
//! findings, so incidents alone are told.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answer::Teller;
use super::places::Places;
use super::{Clockface, Options, commands, wording};
use crate::model::{Cause, Diagnosis, Incident, Origin, Verdict};

/// Locations of one result.
const LOCATIONS: usize = 20;

pub(super) fn render(diagnosis: &Diagnosis, options: &Options) -> String {
    let clock = Clockface::new(options.zone, diagnosis);
    let places = Places::new(diagnosis);
    let teller = Teller::new(diagnosis, &clock, &places);
    let mut rules: BTreeMap<&str, Value> = BTreeMap::new();
    for incident in &diagnosis.incidents {
        let (id, rule) = rule(incident);
        rules.entry(id).or_insert(rule);
    }
    let places: BTreeMap<&str, usize> = rules.keys().copied().zip(0..).collect();
    let results: Vec<Value> = diagnosis
        .incidents
        .iter()
        .map(|incident| result(&teller, incident, &places))
        .collect();
    super::json::pretty(&json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": diagnosis.tool.name,
                "version": diagnosis.tool.version,
                "rules": rules.into_values().collect::<Vec<_>>(),
                "properties": { "knowledge": diagnosis.tool.knowledge },
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": !diagnosis.is_incomplete(),
                "toolExecutionNotifications": notifications(diagnosis),
            }],
            "results": results,
        }],
    }))
}

/// The leading cause is the rule; where there is none, the symptom.
fn rule(incident: &Incident) -> (&str, Value) {
    match incident.best() {
        Some(cause) => {
            let mut rule = json!({
                "id": &*cause.id,
                "shortDescription": { "text": cause.title },
                "help": { "text": help(cause) },
            });
            if !cause.explanation.is_empty()
                && let Some(fields) = rule.as_object_mut()
            {
                fields.insert("fullDescription".to_owned(), json!({ "text": cause.explanation }));
            }
            (&cause.id, rule)
        }
        None => (
            &incident.symptom,
            json!({ "id": &*incident.symptom, "shortDescription": { "text": "The cause is not known" } }),
        ),
    }
}

fn help(cause: &Cause) -> String {
    match cause.remediation.is_empty() {
        true => "Nothing is known to do.".to_owned(),
        false => commands::plain(&cause.remediation.join("\n")),
    }
}

fn result(teller: &Teller<'_>, incident: &Incident, rules: &BTreeMap<&str, usize>) -> Value {
    let cause = incident.best();
    let id = cause.map_or(&*incident.symptom, |cause| &*cause.id);
    let verdict = cause.map_or(Verdict::NotEvaluated, |cause| cause.verdict);
    let (kind, level) = match verdict {
        Verdict::Strong | Verdict::Likely => ("fail", "error"),
        Verdict::Possible => ("fail", "warning"),
        _ => ("open", "none"),
    };
    let cited = cause
        .map(|cause| wording::distinct(&cause.supports))
        .unwrap_or_default();
    let located = |origin: &Origin, text: Option<String>| {
        let mut location = json!({ "physicalLocation": physical(origin) });
        if let (Some(text), Some(fields)) = (text, location.as_object_mut()) {
            fields.insert("message".to_owned(), json!({ "text": text }));
        }
        location
    };
    let cited = cited
        .into_iter()
        .filter(|evidence| !evidence.origin.path.is_empty())
        .take(LOCATIONS);
    let related: Vec<Value> = cited
        .map(|evidence| located(&evidence.origin, Some(teller.sentence(evidence, &incident.host))))
        .collect();
    let first = incident.timeline.first().map(|entry| &entry.origin);
    let first = cause
        .and_then(|cause| {
            cause
                .supports
                .iter()
                .map(|evidence| &evidence.origin)
                .find(|origin| !origin.path.is_empty())
        })
        .or(first);
    let cause_words = cause.map_or_else(String::new, |cause| {
        format!(
            " Cause: {}: {}.",
            wording::verdict(cause),
            cause.title.trim_end_matches('.')
        )
    });
    json!({
        "ruleId": id,
        "ruleIndex": rules.get(id).copied().unwrap_or_default(),
        "kind": kind,
        "level": level,
        "rank": cause.map_or(0.0, |cause| (cause.score * 1000.0).round() / 10.0),
        "message": { "text": format!("{}{cause_words}", teller.happened(incident)) },
        "locations": first.map(|origin| located(origin, None)).into_iter().collect::<Vec<_>>(),
        "relatedLocations": related,
        "partialFingerprints": { "logonscopeIncident/v1": incident.id },
        "occurrenceCount": incident.count.max(1),
        "properties": { "symptom": &*incident.symptom, "host": &*incident.host, "verdict": verdict.name(),
            "first": incident.first, "last": incident.last },
    })
}

/// A place: records are told by their offset, which every viewer knows, and by their number beside it.
fn physical(origin: &Origin) -> Value {
    let mut place = json!({ "artifactLocation": { "uri": uri(&origin.path) } });
    let region = match (origin.line, origin.offset) {
        (Some(line), _) => Some(json!({ "startLine": line.max(1) })),
        (None, Some(offset)) => Some(json!({ "byteOffset": offset, "byteLength": 0 })),
        (None, None) => None,
    };
    if let Some(fields) = place.as_object_mut() {
        fields.extend(region.map(|region| ("region".to_owned(), region)));
        fields.extend(
            origin
                .record
                .map(|record| ("properties".to_owned(), json!({ "record": record }))),
        );
    }
    place
}

/// A path as a relative reference of RFC 3986: what is not plain is percent-encoded.
pub(super) fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/' | b'!') {
            out.push(char::from(byte));
        } else {
            out += &format!("%{byte:02X}");
        }
    }
    out
}

fn notifications(diagnosis: &Diagnosis) -> Vec<Value> {
    let problems = diagnosis.problems.iter();
    problems
        .map(|problem| {
            let level = if problem.kind.is_incomplete() {
                "warning"
            } else {
                "note"
            };
            let text = format!("{} ({}): {}", problem.kind, problem.count, problem.detail);
            let mut notification = json!({ "level": level, "message": { "text": text } });
            if let Some(fields) = notification
                .as_object_mut()
                .filter(|_| !problem.origin.path.is_empty())
            {
                fields.insert(
                    "locations".to_owned(),
                    json!([{ "physicalLocation": physical(&problem.origin) }]),
                );
            }
            notification
        })
        .collect()
}
