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
        "1 fault, 14 failures; it worked until Sun 3 May 08:00:00, not since."
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
        assert!(text.contains("31 faults, 434 failures. The first"), "{text}");
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
            .contains("a failure may be missing from them.")
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
    assert!(
        text.starts_with("RPA-07: Fri 1 May to Tue 12 May 2026 (UTC+02:00); 1 file, all read.\n"),
        "{text}"
    );
    let options = Options {
        width: 120,
        ..options
    };
    let wide = render(&diagnosis(vec![incident()]), Format::Text, &options);
    assert!(wide.contains("its local time (UTC+02:00)"), "{wide}");
    assert!(
        text.contains("[1] The password of CORP\\svc-robot was changed, Mon 4 May 10:00:00."),
        "{text}"
    );
}

#[test]
fn what_others_tell_of_a_fault_is_counted_with_it() {
    let standing = |diagnosis: &crate::model::Diagnosis| {
        let options = Options {
            width: 160,
            ..Options::default()
        };
        let text = render(diagnosis, Format::Text, &options);
        text.lines().nth(1).unwrap_or_default().to_owned()
    };
    let mut first = incident();
    (first.count, first.worked_until) = (1, None);
    first.times = vec![time("2026-05-04T08:00:00Z")];
    let mut part = first.clone();
    (part.id, part.part_of) = ("part".to_owned(), Some(first.id.clone()));
    let told = standing(&diagnosis(vec![first.clone(), part.clone()]));
    assert_eq!(
        told, "1 fault; it happened once.",
        "the same failure, told by another record"
    );
    part.task = Some(Arc::from("\\Weekly"));
    let told = standing(&diagnosis(vec![first.clone(), part]));
    assert_eq!(
        told,
        "1 fault, 2 failures: 1 as told here, 1 more of the same cause; it did not work at any time in these logs."
    );
    first.works_again = Some(time("2026-05-12T08:00:00Z"));
    let told = standing(&diagnosis(vec![first]));
    assert_eq!(told, "1 fault; it has worked again since Tue 12 May 08:00:00.");
}

#[test]
fn a_day_has_its_year_where_it_could_be_of_several() {
    let mut long = diagnosis(vec![incident()]);
    assert!(text(&long).contains("[1] The password of CORP\\svc-robot was changed, Mon 4 May 08:00:00."));
    let mail = |diagnosis: &crate::model::Diagnosis| render(diagnosis, Format::Mail, &Options::default());
    assert!(mail(&long).contains("(Times are in UTC; the year is 2026.)"));
    long.coverage[0].from = Some(time("2024-05-01T00:00:00Z"));
    let told = text(&long).replace("\n         ", " ");
    assert!(told.contains("was changed, Mon 4 May 2026 08:00:00."), "{told}");
    assert!(mail(&long).contains("(Times are in UTC.)"));
}

#[test]
fn what_was_not_read_is_said_whatever_the_hosts_are_called() {
    let mut many = diagnosis(vec![incident()]);
    many.hosts = (0..9)
        .map(|number| HostReport {
            name: Arc::from(format!("WORKSTATION-OF-THE-LINE-{number}.factory.example")),
            ..Default::default()
        })
        .collect();
    let origin = Origin::record("case.zip", 1, 0);
    many.problems = vec![Problem::new(ProblemKind::Damaged, origin, "cut off".to_owned())];
    let text = text(&many);
    assert!(text.contains("1 file, 1 part not readable."), "{text}");
}

#[test]
fn what_does_not_fit_ends_with_a_whole_word() {
    let cut = |width| crate::report::screen::ended("the policy refuses the other side", width);
    assert_eq!(cut(40), "the policy refuses the other side \u{2026}");
    assert_eq!(cut(33), "the policy refuses the other \u{2026}");
    assert_eq!(cut(27), "the policy refuses the \u{2026}");
    assert_eq!(
        crate::report::screen::ended(&"x".repeat(40), 10),
        "xxxxxxxxx\u{2026}"
    );
}

#[test]
fn a_session_is_told_by_its_number() {
    let mut one = incident();
    one.title = "The session of CORP\\m.ito was disconnected".to_owned();
    (one.task, one.user, one.session) = (None, Some(Arc::from("CORP\\m.ito")), Some(8));
    let told = wording::subject(&one, &diagnosis(vec![one.clone()]));
    assert_eq!(told, "Session 8 of CORP\\m.ito was disconnected on RPA-07");
}

#[test]
fn a_fault_has_two_lines_where_one_cuts_its_words_off() {
    let mut second = incident();
    second.id = "second".to_owned();
    second.causes[0].title = "A cause whose name is far too long for the last column of a table".to_owned();
    let both = diagnosis(vec![incident(), second]);
    let options = |lines| Options {
        lines,
        ..Options::default()
    };
    let high = render(&both, Format::Text, &options(40));
    assert!(
        high.contains("\n    likely: A cause whose name is far too long for the last column of a table\n"),
        "{high}"
    );
    let low = render(&both, Format::Text, &options(0));
    assert!(low.lines().count() <= SCREEN, "{low}");
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

#[test]
fn what_does_not_fit_loses_words_and_not_its_time() {
    let mut one = incident();
    let evidence = &mut one.causes[0].supports[0];
    evidence.summary = "The password was changed by somebody who gave many reasons for it ".repeat(6);
    evidence.count = 3;
    let text = text(&diagnosis(vec![one])).replace("\n         ", " ");
    assert!(
        text.contains("[1] The password was changed by somebody"),
        "{text}"
    );
    assert!(text.contains(" \u{2026}, 3 times since 4 May 08:00."), "{text}");
}

#[test]
fn a_place_that_shows_two_things_is_named_once() {
    let mut one = incident();
    let place = one.causes[0].supports[0].origin.clone();
    for evidence in &mut one.causes[0].supports {
        evidence.origin = Origin {
            record: None,
            line: Some(7),
            ..place.clone()
        };
    }
    let text = text(&diagnosis(vec![one]));
    assert!(
        text.contains("Records  [1] [2] [3] RPA-07 Security line 7\n"),
        "{text}"
    );
}

#[test]
fn the_command_for_the_script_stands_in_one_line() {
    for source in ["case.zip", "/tmp/the customer/of the long name/case.zip"] {
        let options = Options {
            source: Some(source.to_owned()),
            ..Options::default()
        };
        let text = render(&diagnosis(vec![incident()]), Format::Text, &options);
        let command = format!("logonscope collect --for {source}");
        assert!(text.lines().any(|line| line.ends_with(&command)), "{text}");
    }
}

#[test]
fn what_comes_again_and_again_is_told_once_in_the_story() {
    let mut one = incident();
    let line = |minute: u32| crate::model::TimelineEntry {
        at: Some(time(&format!("2026-05-04T08:{minute:02}:00Z"))),
        summary: "The task was refused".to_owned(),
        origin: Origin::artifact("case.zip!/Security.evtx"),
    };
    one.timeline = (0..9).map(line).collect();
    let text = full(&diagnosis(vec![one])).replace("\n                     ", " ");
    assert!(
        text.contains("The task was refused, and again and again until Mon 4 May 08:08:00"),
        "{text}"
    );
    assert_eq!(text.matches("The task was refused").count(), 1, "{text}");
}

#[test]
fn a_story_that_holds_the_first_failures_says_until_when_they_went_on() {
    let mut one = incident();
    let at = |hour: u32| time(&format!("2026-05-04T{hour:02}:00:00Z"));
    let line = |hour: u32| crate::model::TimelineEntry {
        at: Some(at(hour)),
        summary: "The task was refused".to_owned(),
        origin: Origin::artifact("case.zip!/Security.evtx"),
    };
    one.timeline = (0..5).map(line).collect();
    one.times = (0..20).map(at).collect();
    one.last = Some(at(19));
    let text = full(&diagnosis(vec![one])).replace("\n                     ", " ");
    assert!(
        text.contains("again and again until Mon 4 May 19:00:00"),
        "{text}"
    );
}

#[test]
fn a_code_in_a_sentence_is_told_in_both_spellings() {
    let mut evidence = incident().causes[0].supports[0].clone();
    for (said, told) in [
        (
            "refused (2147943726), twice",
            "refused (2147943726, 0x8007052E), twice",
        ),
        (
            "refused (0x8007052E, 2147943726)",
            "refused (0x8007052E, 2147943726)",
        ),
        (
            "refused (2147943726) by 0x8007052E",
            "refused (2147943726) by 0x8007052E",
        ),
        ("event (4625), reason (12", "event (4625), reason (12"),
    ] {
        evidence.summary = said.to_owned();
        assert_eq!(wording::summary(&evidence), told);
    }
}

#[test]
fn of_a_host_without_a_whole_log_it_is_said_what_there_is() {
    let mut bare = diagnosis(Vec::new());
    bare.ask.clear();
    bare.coverage.clear();
    for input in &mut bare.inputs {
        input.host = Some(Arc::from("RPA-07"));
        input.events = 4;
        input.first = Some(time("2026-05-01T08:00:00Z"));
        input.last = Some(time("2026-05-12T08:00:00Z"));
    }
    let said = text(&bare).replace("\n  ", " ");
    assert!(
        said.contains(
            "RPA-07: Fri 1 May to Tue 12 May 2026 (UTC), in Security.evtx; records may be missing from these"
        ),
        "{said}"
    );
    bare.inputs.clear();
    let said = text(&bare).replace('\n', " ");
    assert!(said.contains("none of these files is an event log"), "{said}");
}

#[test]
fn a_command_of_a_remedy_is_not_broken() {
    let mut one = incident();
    let command = "Test-ComputerSecureChannel -Repair -Credential DOMAIN\\admin";
    one.causes[0].remediation = vec![
        format!("Repair the trust between the computer and its domain: `{command}`; restart."),
        "Else join again.".to_owned(),
    ];
    let all = diagnosis(vec![one]);
    for text in [text(&all), full(&all)] {
        assert!(text.lines().any(|line| line.contains(command)), "{text}");
        assert!(!text.contains('`'), "{text}");
    }
    let page = render(&all, Format::Html, &Options::default());
    assert!(page.contains(&format!("<code>{command}</code>")), "{page}");
    let ticket = render(&all, Format::Markdown, &Options::default());
    assert!(ticket.contains(&format!("`{command}`; restart.")), "{ticket}");
    assert!(!render(&all, Format::Mail, &Options::default()).contains('`'));
}
