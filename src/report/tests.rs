//! Reports of a diagnosis built by hand.

mod around;
mod first_screen;
mod formats;

use std::sync::Arc;

use super::{Format, Options, render};
use crate::model::{
    AskItem, Cause, Coverage, Diagnosis, Evidence, HostReport, Incident, InputReport, Missing, Origin,
    SCHEMA, Time, ToolInfo, Verdict, Weight,
};

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

fn evidence(summary: &str, weight: Weight, record: u64) -> Evidence {
    Evidence {
        signal: Arc::from("a-signal"),
        summary: summary.to_owned(),
        weight,
        joined_by: vec![Arc::from("user")],
        at: Some(time("2026-05-04T08:00:00Z")),
        count: 1,
        origin: Origin::record("case.zip!/Security.evtx", record, 4096),
    }
}

fn cause(id: &str, verdict: Verdict, score: f64) -> Cause {
    Cause {
        id: Arc::from(id),
        title: format!("The title of {id}"),
        verdict,
        score,
        remediation: vec![format!("Do what {id} needs.")],
        ..Cause::default()
    }
}

fn incident() -> Incident {
    let mut drift = cause("password-drift", Verdict::Likely, 0.83);
    drift.supports = vec![
        evidence("The password of CORP\\svc-robot was changed", Weight::Strong, 732),
        evidence(
            "Task Scheduler was told that the password is wrong",
            Weight::Moderate,
            740,
        ),
        evidence("A third thing", Weight::Weak, 741),
    ];
    let mut locked = cause("account-locked", Verdict::RuledOut, 0.0);
    locked.against = vec![evidence(
        "The account logged on a minute before",
        Weight::Veto,
        733,
    )];
    let mut other = cause("domain-gone", Verdict::Possible, 0.25);
    other.unknown = vec![Missing {
        signal: Arc::from("netlogon-5719"),
        needs: "System covering 2026-05-04 08:00 UTC".to_owned(),
        covering: Some(time("2026-05-04T08:00:00Z")),
        weight: Weight::Strong,
        against: false,
    }];
    Incident {
        id: "0123456789ab".to_owned(),
        symptom: Arc::from("task-logon-failure"),
        title: "Scheduled task \\Nightly could not log on".to_owned(),
        host: Arc::from("RPA-07"),
        user: Some(Arc::from("CORP\\svc-robot")),
        task: Some(Arc::from("\\Nightly")),
        code: Some("0x8007052E".to_owned()),
        first: Some(time("2026-05-04T08:00:00Z")),
        last: Some(time("2026-05-11T08:00:03Z")),
        count: 14,
        worked_until: Some(time("2026-05-03T08:00:00Z")),
        causes: vec![drift, other, locked],
        ..Incident::default()
    }
}

fn diagnosis(incidents: Vec<Incident>) -> Diagnosis {
    Diagnosis {
        schema: SCHEMA.to_owned(),
        tool: ToolInfo {
            name: "logonscope".to_owned(),
            version: "0".to_owned(),
            knowledge: "00".to_owned(),
        },
        inputs: vec![InputReport {
            path: Arc::from("case.zip!/Security.evtx"),
            format: crate::model::ArtifactFormat::Evtx,
            encoding: None,
            bytes: 69_632,
            records: 100,
            events: 20,
            facts: 0,
            host: Some(Arc::from("RPA-07")),
            first: None,
            last: None,
            clock: None,
            trace: None,
        }],
        hosts: vec![HostReport {
            name: Arc::from("RPA-07"),
            time_zone: Some("Europe/Berlin".to_owned()),
            ..Default::default()
        }],
        question: None,
        incidents,
        codes: Vec::new(),
        sessions: Vec::new(),
        findings: Vec::new(),
        happenings: Vec::new(),
        records: Vec::new(),
        coverage: vec![Coverage {
            host: Arc::from("RPA-07"),
            channel: Arc::from("Security"),
            from: Some(time("2026-05-01T00:00:00Z")),
            to: Some(time("2026-05-12T00:00:00Z")),
            records: 100,
            missing_records: 0,
            paths: vec![Arc::from("case.zip!/Security.evtx")],
        }],
        ask: vec![asked()],
        collections: Vec::new(),
        problems: Vec::new(),
    }
}

/// A log to ask for.
pub(super) fn asked() -> AskItem {
    AskItem {
        what: "System covering 2026-05-04 08:00 UTC".to_owned(),
        host: Some(Arc::from("RPA-07")),
        from: Some(time("2026-05-04T08:00:00Z")),
        to: Some(time("2026-05-04T08:00:00Z")),
        sent: None,
        command: Some("wevtutil epl System System.evtx".to_owned()),
        remark: None,
        separates: vec![Arc::from("domain-gone")],
    }
}

fn text(diagnosis: &Diagnosis) -> String {
    render(diagnosis, Format::Text, &Options::default())
}

fn full(diagnosis: &Diagnosis) -> String {
    let options = Options {
        detail: true,
        ..Default::default()
    };
    render(diagnosis, Format::Text, &options)
}
