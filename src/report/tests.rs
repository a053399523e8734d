//! Reports of a diagnosis built by hand.

use std::sync::Arc;

use super::{Format, Options, Zone, render};
use crate::model::{
    AskItem, Cause, Coverage, Diagnosis, Evidence, HostReport, Incident, InputReport, Missing, Origin,
    Problem, ProblemKind, SCHEMA, Time, ToolInfo, Verdict, Weight,
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
        capped: None,
        explanation: String::new(),
        supports: Vec::new(),
        against: Vec::new(),
        unknown: Vec::new(),
        remediation: vec![format!("Do what {id} needs.")],
        risk: String::new(),
        verify: String::new(),
        conflicts: Vec::new(),
        references: Vec::new(),
        sum: Vec::new(),
        flips: Vec::new(),
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
        session: None,
        task: Some(Arc::from("\\Nightly")),
        code: Some("0x8007052E".to_owned()),
        first: Some(time("2026-05-04T08:00:00Z")),
        last: Some(time("2026-05-11T08:00:03Z")),
        count: 14,
        worked_until: Some(time("2026-05-03T08:00:00Z")),
        works_again: None,
        began_after: Vec::new(),
        part_of: None,
        related: Vec::new(),
        causes: vec![drift, other, locked],
        timeline: Vec::new(),
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
            format: crate::model::Format::Evtx,
            encoding: None,
            bytes: 69_632,
            records: 100,
            events: 20,
            facts: 0,
            host: Some(Arc::from("RPA-07")),
            first: None,
            last: None,
            clock: None,
        }],
        hosts: vec![HostReport {
            name: Arc::from("RPA-07"),
            time_zone: Some("Europe/Berlin".to_owned()),
            ..Default::default()
        }],
        incidents,
        codes: Vec::new(),
        sessions: Vec::new(),
        coverage: vec![Coverage {
            host: Arc::from("RPA-07"),
            channel: Arc::from("Security"),
            from: Some(time("2026-05-01T00:00:00Z")),
            to: Some(time("2026-05-12T00:00:00Z")),
            records: 100,
            missing_records: 0,
            paths: Vec::new(),
        }],
        ask: vec![AskItem {
            what: "System covering 2026-05-04 08:00 UTC".to_owned(),
            host: Some(Arc::from("RPA-07")),
            from: Some(time("2026-05-04T08:00:00Z")),
            to: Some(time("2026-05-04T08:00:00Z")),
            command: Some("wevtutil epl System System.evtx".to_owned()),
            separates: vec![Arc::from("domain-gone")],
        }],
        collections: Vec::new(),
        problems: Vec::new(),
    }
}

fn text(diagnosis: &Diagnosis) -> String {
    render(diagnosis, Format::Text, &Options::default())
}

#[test]
fn the_text_opens_with_three_labelled_lines() {
    let text = text(&diagnosis(vec![incident()]));
    let labels: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with(' '))
        .take(3)
        .collect();
    assert!(
        labels[0]
            .starts_with("What happened  Scheduled task \\Nightly could not log on, user CORP\\svc-robot")
    );
    assert!(
        labels[1]
            .starts_with("Likely cause   likely (83 %): The title of password-drift, because: The password")
    );
    assert!(
        labels[2].starts_with("Next step      Do what password-drift needs."),
        "{text}"
    );
    let opening = text
        .split("\n\n")
        .next()
        .unwrap()
        .replace("\n               ", " ");
    assert!(opening.contains("14 times, 2026-05-04 08:00:00Z to 2026-05-11 08:00:03Z"));
    assert!(opening.contains("[case.zip!/Security.evtx record 732]"));
    assert!(opening.contains("[case.zip!/Security.evtx record 740]"));
    assert!(!opening.contains("A third thing"));
}

#[test]
fn rivals_and_what_to_ask_for_follow() {
    let text = text(&diagnosis(vec![incident()]));
    let at = |part: &str| {
        text.find(part)
            .unwrap_or_else(|| panic!("{part:?} is not in\n{text}"))
    };
    assert!(
        at("It last worked at 2026-05-03 08:00:00Z, and not since.")
            < at("possible (25 %): The title of domain-gone")
    );
    assert!(
        at("ruled out: The title of account-locked")
            < at("- rules out: The account logged on a minute before")
    );
    assert!(at("What could not be judged") < at("      wevtutil epl System System.evtx\n"));
    assert!(at("wevtutil") < at("What was read"));
    assert!(text.ends_with('\n'));
}

#[test]
fn a_possible_cause_asks_for_what_would_tell() {
    let mut one = incident();
    one.causes.remove(0);
    let text = text(&diagnosis(vec![one]));
    assert!(
        text.contains(
            "Next step      To be surer, ask the customer for System covering 2026-05-04 08:00:00Z."
        ),
        "{text}"
    );
}

#[test]
fn what_is_held_back_shows_no_number_and_why() {
    let mut one = incident();
    one.causes[0].verdict = Verdict::Possible;
    one.causes[0].capped = Some("nothing joins it to the incident".to_owned());
    let text = text(&diagnosis(vec![one]));
    assert!(
        text.contains("Likely cause   possible: The title of password-drift"),
        "{text}"
    );
    assert!(
        text.contains("! held at possible: nothing joins it to the incident"),
        "{text}"
    );
}

#[test]
fn nothing_found_is_said_and_an_incomplete_reading_is_no_clean_bill() {
    let mut healthy = diagnosis(Vec::new());
    healthy.ask.clear();
    assert!(
        text(&healthy).starts_with("No fault found in 1 file, 68.0 KiB (1 evtx) of RPA-07.\n"),
        "{}",
        text(&healthy)
    );
    let mut bare = healthy.clone();
    bare.coverage.clear();
    assert!(text(&bare).contains("None of it is a log whose"));
    healthy.problems = vec![Problem::new(
        ProblemKind::Truncated,
        Origin::artifact("a.evtx"),
        "cut",
    )];
    assert!(text(&healthy).contains("but not everything could be read"));
    assert!(text(&healthy).contains("1 truncated"));
}

#[test]
fn times_are_shown_in_the_zone_asked_for() {
    let options = Options {
        zone: Zone::Host,
        ..Default::default()
    };
    let text = render(&diagnosis(vec![incident()]), Format::Text, &options);
    assert!(text.contains("2026-05-04 10:00:00+02:00"), "{text}");
    assert!(
        text.contains("* System covering 2026-05-04 10:00:00+02:00"),
        "{text}"
    );
}

#[test]
fn log_text_acts_on_no_format() {
    let mut evil = incident();
    evil.user = Some(Arc::from("=cmd\x1b[2J\u{202e}|<script>\n# x"));
    let evil = diagnosis(vec![evil]);
    for format in Format::ALL {
        let text = render(&evil, format, &Options::default());
        assert!(!text.contains(['\x1b', '\u{202e}']), "{format}: {text}");
    }
    assert!(!render(&evil, Format::Markdown, &Options::default()).contains("<script>"));
    assert!(!render(&evil, Format::Markdown, &Options::default()).contains("\n# x"));
    let csv = render(&evil, Format::Csv, &Options::default());
    assert_eq!(csv.lines().count(), 2);
    assert!(csv.contains(",'=cmd"), "{csv}");
}

#[test]
fn json_and_json_lines_are_what_they_say() {
    let diagnosis = diagnosis(vec![incident(), incident()]);
    let json: serde_json::Value =
        serde_json::from_str(&render(&diagnosis, Format::Json, &Options::default())).unwrap();
    assert_eq!(json["schema"], SCHEMA);
    assert_eq!(
        json["incidents"][0]["causes"][0]["for"][0]["origin"]["record"],
        732
    );
    let lines = render(&diagnosis, Format::Jsonl, &Options::default());
    let symptoms: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["symptom"].clone())
        .collect();
    assert_eq!(symptoms, ["task-logon-failure", "task-logon-failure"]);
}

#[test]
fn colours_are_only_ours_and_only_when_asked_for() {
    let diagnosis = diagnosis(vec![incident()]);
    assert!(!text(&diagnosis).contains('\x1b'));
    let options = Options {
        colour: true,
        ..Default::default()
    };
    let coloured = render(&diagnosis, Format::Text, &options);
    assert!(coloured.contains("\x1b[1;31mlikely\x1b[0m"), "{coloured}");
}

#[test]
fn lines_fit_a_hundred_columns_unless_a_word_does_not() {
    for line in text(&diagnosis(vec![incident(), incident()])).lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn the_schema_names_every_part() {
    let schema: serde_json::Value = serde_json::from_str(&super::json_schema()).unwrap();
    for part in [
        "inputs",
        "hosts",
        "incidents",
        "codes",
        "sessions",
        "coverage",
        "ask",
        "problems",
    ] {
        assert!(schema["properties"][part].is_object(), "{part}");
    }
}
