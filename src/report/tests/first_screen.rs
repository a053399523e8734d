//! What a person reads first, and what follows when it is asked for.

use super::{diagnosis, full, incident, text, time};
use crate::model::{HostReport, Origin, Problem, ProblemKind, Verdict};
use crate::report::{Format, Options, SCREEN, Zone, brief, render, wording};
use std::sync::Arc;

#[test]
fn the_first_screen_tells_what_why_and_what_to_do() {
    let text = text(&diagnosis(vec![incident()]));
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.len() <= SCREEN, "{text}");
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
        assert!(text.lines().count() <= SCREEN, "{text}");
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
        assert!(text.lines().count() <= SCREEN, "{width}:\n{text}");
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
fn the_answer_of_one_case_fits_in_one_line() {
    let one = diagnosis(vec![incident()]);
    let line = brief(&one, &Options::default());
    assert_eq!(line.lines().count(), 1);
    assert!(
        line.starts_with("likely: The title of password-drift; Scheduled task"),
        "{line}"
    );
    assert!(brief(&diagnosis(Vec::new()), &Options::default()).starts_with("No fault found"));
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
    let text = super::text(&diagnosis(vec![first]));
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
        assert_eq!(wording::behind("for", what), said);
    }
}
