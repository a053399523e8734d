//! What each format is, and what log text does in none of them.

use super::{diagnosis, incident, text};
use crate::model::{Diagnosis, SCHEMA};
use crate::report::{Format, Options, Zone, render};
use std::sync::Arc;

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
    let schema: serde_json::Value = serde_json::from_str(&crate::report::json_schema()).unwrap();
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
    assert!(text.contains("Please send us:\n  - the whole log System (what counts: around Mon 4 May 08:00:00), on RPA-07\n    wevtutil epl System System.evtx\n"), "{text}");
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
