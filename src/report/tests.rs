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
        times: Vec::new(),
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
        ask: vec![AskItem {
            what: "System covering 2026-05-04 08:00 UTC".to_owned(),
            host: Some(Arc::from("RPA-07")),
            from: Some(time("2026-05-04T08:00:00Z")),
            to: Some(time("2026-05-04T08:00:00Z")),
            sent: None,
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

fn full(diagnosis: &Diagnosis) -> String {
    let options = Options {
        detail: true,
        ..Default::default()
    };
    render(diagnosis, Format::Text, &options)
}

#[test]
fn the_first_screen_tells_what_why_and_what_to_do() {
    let text = text(&diagnosis(vec![incident()]));
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.len() <= super::SCREEN, "{text}");
    assert_eq!(
        lines[0],
        "RPA-07: Fri 1 May to Tue 12 May 2026, times in UTC; 1 file, all read."
    );
    assert_eq!(
        lines[1],
        "1 fault, 14 failures; it worked until Sun 3 May 08:00:00 and not since."
    );
    let unfolded = text.replace("\n         ", " ");
    for part in [
        "What     Scheduled task \\Nightly could not log on, user CORP\\svc-robot, on RPA-07: 14 times, Mon 4 May 08:00:00 to Mon 11 May 08:00:03. Code 0x8007052E (2147943726).",
        "Cause    likely: The title of password-drift.",
        "Why      [1] The password of CORP\\svc-robot was changed, Mon 4 May 08:00:00. [2] Task Scheduler",
        "Do       Do what password-drift needs.",
        "Or       possible: The title of domain-gone; to find out, look at the log System around Mon 4 May 08:00:00.",
        "Not      The title of account-locked (ruled out): The account logged on a minute before",
        "Records  [1] RPA-07 Security #732 [2] RPA-07 Security #740",
    ] {
        assert!(unfolded.contains(part), "{part:?} is not in\n{unfolded}");
    }
    assert!(!text.contains('%'), "no number contradicts the word:\n{text}");
}

#[test]
fn everything_else_follows_when_it_is_asked_for() {
    let text = full(&diagnosis(vec![incident()]));
    let at = |part: &str| {
        text.find(part)
            .unwrap_or_else(|| panic!("{part:?} is not in\n{text}"))
    };
    assert!(
        at("It last worked Sun 3 May 08:00:00, and not since.") < at("possible: The title of domain-gone (")
    );
    assert!(
        at("ruled out: The title of account-locked")
            < at("- rules out: The account logged on a minute before")
    );
    assert!(at("What could not be judged") < at("      wevtutil epl System System.evtx\n"));
    assert!(at("wevtutil") < at("What was read"));
    assert!(at("What was read") < at("RPA-07 Security = case.zip!/Security.evtx"));
    assert!(text.ends_with('\n'));
}

#[test]
fn a_possible_cause_asks_for_what_would_tell() {
    let mut one = incident();
    one.causes.remove(0);
    let text = text(&diagnosis(vec![one])).replace("\n         ", " ");
    assert!(
        text.contains("Do       To be surer, ask the customer for the log System around Mon 4 May 08:00:00."),
        "{text}"
    );
}

#[test]
fn what_is_held_back_says_why() {
    let mut one = incident();
    one.causes[0].verdict = Verdict::Possible;
    one.causes[0].capped = Some("nothing joins it to the incident".to_owned());
    let text = full(&diagnosis(vec![one]));
    assert!(
        text.contains("Cause    possible: The title of password-drift"),
        "{text}"
    );
    assert!(
        text.contains("! held at possible: nothing joins it to the incident"),
        "{text}"
    );
}

#[test]
fn several_faults_stand_in_a_table_and_the_first_is_told() {
    let mut second = incident();
    second.id = "second".to_owned();
    second.causes.clear();
    second.title = "A robot lost its session".to_owned();
    let all = std::iter::once(incident()).chain(std::iter::repeat_n(second, 30));
    let diagnosis = diagnosis(all.collect());
    for width in [0, 40, 120, 500] {
        let options = Options {
            width,
            ..Default::default()
        };
        let text = render(&diagnosis, Format::Text, &options);
        assert!(text.lines().count() <= super::SCREEN, "{text}");
        assert!(text.contains("31 faults, 434 failures; the first"), "{text}");
        assert!(text.contains("more faults (-v)"), "{text}");
        assert!(text.contains("  likely"), "{text}");
        for line in text.lines() {
            assert!(
                line.chars().count() <= (if width == 0 { 80 } else { width }).min(160),
                "{line}"
            );
        }
    }
}

#[test]
fn long_texts_do_not_push_the_answer_off_the_screen() {
    let mut one = incident();
    let long = "many words of a log ".repeat(60);
    one.title = long.clone();
    one.user = Some(Arc::from(long.as_str()));
    for cause in &mut one.causes {
        cause.title = long.clone();
        cause.verify = long.clone();
        cause.remediation = vec![long.clone()];
        for evidence in cause.supports.iter_mut().chain(&mut cause.against) {
            evidence.summary = long.clone();
        }
    }
    let mut many = diagnosis(vec![one.clone(), one]);
    many.hosts = (0..40)
        .map(|number| HostReport {
            name: Arc::from(format!("{number}-{}", "x".repeat(60))),
            ..Default::default()
        })
        .collect();
    for width in [1, 40, 80, 100] {
        let options = Options {
            width,
            ..Default::default()
        };
        let text = render(&many, Format::Text, &options);
        assert!(text.lines().count() <= super::SCREEN, "{width}:\n{text}");
    }
}

#[test]
fn limits_are_told_in_words() {
    let mut one = incident();
    one.causes[0].supports[0].signal = Arc::from("rdp.MaxIdleTime");
    one.causes[0].supports[0].summary = "rdp.MaxIdleTime is 4140000".to_owned();
    let text = text(&diagnosis(vec![one]));
    assert!(
        text.contains("MaxIdleTime is 69 minutes (4140000 milliseconds)"),
        "{text}"
    );
}

#[test]
fn a_stored_diagnosis_is_the_same_again() {
    let before = diagnosis(vec![incident()]);
    let json = render(&before, Format::Json, &Options::default());
    assert_eq!(Diagnosis::from_json(json.as_bytes()), Ok(before));
    for bad in [
        "",
        "[]",
        "{}",
        r#"{"schema":"logonscope.diagnosis/2"}"#,
        r#"{"schema":"logonscope.diagnosis/1","hosts":3}"#,
    ] {
        assert!(Diagnosis::from_json(bad.as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn the_answer_of_one_case_fits_in_one_line() {
    let one = diagnosis(vec![incident()]);
    let line = super::brief(&one, &Options::default());
    assert_eq!(line.lines().count(), 1);
    assert!(
        line.starts_with("likely: The title of password-drift; Scheduled task"),
        "{line}"
    );
    assert!(super::brief(&diagnosis(Vec::new()), &Options::default()).starts_with("No fault found"));
}

#[test]
fn nothing_found_is_said_and_an_incomplete_reading_is_no_clean_bill() {
    let mut healthy = diagnosis(Vec::new());
    healthy.ask.clear();
    assert!(
        text(&healthy).starts_with("No fault found in 1 file, 68.0 KiB (1 event log) of RPA-07.\n"),
        "{}",
        text(&healthy)
    );
    let mut bare = healthy.clone();
    bare.coverage.clear();
    assert!(
        text(&bare)
            .replace('\n', " ")
            .contains("one may have gone unseen")
    );
    healthy.problems = vec![Problem::new(
        ProblemKind::Truncated,
        Origin::artifact("a.evtx"),
        "cut",
    )];
    assert!(
        text(&healthy)
            .replace('\n', " ")
            .contains("but not everything could be read")
    );
    assert!(text(&healthy).contains("1 part cut off"));
}

#[test]
fn times_are_shown_in_the_zone_asked_for() {
    let options = Options {
        zone: Zone::Host,
        ..Default::default()
    };
    let text = render(&diagnosis(vec![incident()]), Format::Text, &options);
    assert!(text.contains("its local time (UTC+02:00)"), "{text}");
    assert!(
        text.contains("[1] The password of CORP\\svc-robot was changed, Mon 4 May 10:00:00."),
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
    assert!(coloured.contains("\x1b[1;31mlikely:\x1b[0m"), "{coloured}");
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

/// A page without what is the same on all of them; the policy names what is left out by its hashes.
fn without_style_and_script(page: &str) -> String {
    let mut text = page.to_owned();
    for (open, close) in [("<style>", "</style>"), ("<script>", "</script>")] {
        while let Some(start) = text.find(open) {
            let length = text.get(start..).unwrap().find(close).unwrap() + close.len();
            text.replace_range(start..start + length, "");
        }
    }
    let policy = text.find("default-src").unwrap();
    let end = policy + text.get(policy..).unwrap().find('"').unwrap();
    text.replace_range(policy..end, "");
    text
}

/// What each format makes of one diagnosis, at two widths: `fixtures/reports`. `LOGONSCOPE_BLESS=1` writes the files anew; read them
/// before they are kept.
#[test]
fn every_format_is_as_it_was_read_and_kept() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/reports");
    let mut second = incident();
    second.id = "ba9876543210".to_owned();
    second.title = "The robot could not get a Windows session".to_owned();
    second.task = None;
    second.causes.truncate(1);
    let both = diagnosis(vec![incident(), second]);
    let one = diagnosis(vec![incident()]);
    let mut differ = Vec::new();
    for (name, diagnosis) in [("one", &one), ("two", &both)] {
        for (format, detail, ending) in [
            (Format::Text, false, "screen.txt"),
            (Format::Text, true, "full.txt"),
            (Format::Mail, false, "mail.txt"),
            (Format::Markdown, false, "md"),
            (Format::Csv, false, "csv"),
            (Format::Sarif, false, "sarif"),
            (Format::Json, false, "json"),
            (Format::Jsonl, false, "jsonl"),
            (Format::Html, false, "html"),
        ] {
            for width in [80, 120] {
                let wide = if format == Format::Text {
                    format!("{width}.")
                } else {
                    String::new()
                };
                let options = Options {
                    zone: Zone::Host,
                    detail,
                    width,
                    ..Options::default()
                };
                let mut text = render(diagnosis, format, &options);
                if format == Format::Html {
                    text = without_style_and_script(&text);
                }
                let path = folder.join(format!("{name}.{wide}{ending}"));
                if std::env::var_os("LOGONSCOPE_BLESS").is_some() {
                    std::fs::create_dir_all(&folder).unwrap();
                    std::fs::write(&path, &text).unwrap();
                }
                if std::fs::read_to_string(&path).unwrap_or_default() != text {
                    differ.push(path);
                }
            }
        }
    }
    assert!(differ.is_empty(), "not as they were kept: {differ:?}");
}

#[test]
fn sarif_is_what_its_standard_asks_for() {
    let text = render(&diagnosis(vec![incident()]), Format::Sarif, &Options::default());
    let log: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["fail", "open"].contains(&result["kind"].as_str().unwrap()));
        assert!(
            result["kind"] == "fail" || result["level"] == "none",
            "3.27.10: what is no failure has no level"
        );
        let rank = result["rank"].as_f64().unwrap();
        assert!((0.0..=100.0).contains(&rank));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "case.zip!/Security.evtx");
        assert_eq!(place["region"]["byteOffset"], 4096);
    }
}

#[test]
fn the_mail_asks_and_tells_no_record() {
    let text = render(&diagnosis(vec![incident()]), Format::Mail, &Options::default());
    assert!(
        text.starts_with("Hello,\n\nScheduled task \\Nightly could not log on"),
        "{text}"
    );
    assert!(
        text.contains("The cause is most likely this: The title of password-drift."),
        "{text}"
    );
    assert!(text.contains("Please send us:\n  - the log System around Mon 4 May 08:00:00, on RPA-07\n    wevtutil epl System System.evtx\n"), "{text}");
    assert!(!text.contains('#'), "{text}");
    assert!(!text.contains("[1]"), "{text}");
}

/// Who gets a long list does nothing.
#[test]
fn the_mail_asks_for_little() {
    let mut diagnosis = diagnosis(vec![incident()]);
    let item = diagnosis.ask.first().unwrap().clone();
    for number in 0..7 {
        let mut other = item.clone();
        other.what = format!("the list {number}");
        other.command = Some(format!("list {number}"));
        diagnosis.ask.push(other);
    }
    let text = render(&diagnosis, Format::Mail, &Options::default());
    assert_eq!(text.matches("\n  - ").count(), 4, "{text}");
    assert!(text.contains("gathers all of this and 4 things more"), "{text}");
    diagnosis.ask.truncate(5);
    let text = render(&diagnosis, Format::Mail, &Options::default());
    assert!(text.contains("and 1 thing more"), "{text}");
}

#[test]
fn what_others_tell_of_a_fault_is_counted_with_it() {
    let mut first = incident();
    (first.count, first.worked_until) = (1, None);
    let mut part = incident();
    (part.id, part.part_of) = ("part".to_owned(), Some(first.id.clone()));
    part.count = 3;
    let text = text(&diagnosis(vec![first.clone(), part]));
    assert!(
        text.contains("1 fault, 4 failures; it never worked in these logs."),
        "{text}"
    );
    first.works_again = Some(time("2026-05-12T08:00:00Z"));
    let text = super::tests::text(&diagnosis(vec![first]));
    assert!(
        text.contains("it has worked again since Tue 12 May 08:00:00."),
        "{text}"
    );
}

#[test]
fn what_is_asked_for_is_said_as_a_sentence() {
    for (what, said) in [
        ("the log System", "for the log System"),
        ("The version of the robot", "for the version of the robot"),
        ("Whether all sessions dropped", "whether all sessions dropped"),
        (
            "quser and qwinsta of the host",
            "for the output of quser and qwinsta of the host",
        ),
        (
            "LSM/Operational around the failure",
            "for LSM/Operational around the failure",
        ),
    ] {
        assert_eq!(super::wording::behind("for", what), said);
    }
}

/// A page without a time has no empty picture.
#[test]
fn the_picture_is_left_out_where_nothing_has_a_time() {
    let html = |diagnosis: &Diagnosis| render(diagnosis, Format::Html, &Options::default());
    let mut diagnosis = diagnosis(vec![incident()]);
    const NONE: &str = "Nothing that was read says when it happened.";
    assert!(!html(&diagnosis).contains(NONE));
    diagnosis.coverage.clear();
    (diagnosis.incidents[0].first, diagnosis.incidents[0].last) = (None, None);
    assert!(html(&diagnosis).contains(NONE));
}
