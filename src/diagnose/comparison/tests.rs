//! What became of faults, and what differs, of runs of one task.

use super::*;
use crate::diagnose::Analyzer;
use crate::model::{Event, Findings, Origin, Value, parse_rfc3339};

/// Runs of one task, an hour apart from `hour` on; the codes say how each ends.
fn runs(hour: usize, codes: &[u64]) -> Diagnosis {
    let mut findings = Findings::default();
    let mut record = 0;
    for (index, code) in codes.iter().enumerate() {
        let mut event = |id: u16, second: usize, code: Option<u64>| {
            record += 1;
            let mut event = Event::new(Origin::record(Arc::from("Tasks.evtx"), record, 0));
            event.provider = "Microsoft-Windows-TaskScheduler".into();
            event.channel = "Microsoft-Windows-TaskScheduler/Operational".into();
            event.computer = "RPA-07".into();
            event.id = Some(id);
            event.time = parse_rfc3339(&format!("2026-05-04T{:02}:00:{second:02}Z", hour + index));
            event.push("TaskName", Value::text("\\Nightly"));
            event.push("UserContext", Value::text("CORP\\svc"));
            event.push(
                "InstanceId",
                Value::text(format!(
                    "{{00000000-0000-0000-0000-0000000000{:02}}}",
                    hour + index
                )),
            );
            if let Some(code) = code {
                event.push("ResultCode", Value::Unsigned(code));
            }
            findings.events.push(event);
        };
        if *code == 0 {
            event(100, 0, None);
            event(201, 5, Some(0));
            event(102, 6, None);
        } else {
            event(104, 0, Some(*code));
        }
    }
    findings.spans.push(crate::model::ChannelSpan {
        computer: "RPA-07".into(),
        channel: "Microsoft-Windows-TaskScheduler/Operational".into(),
        records: record,
        first_record: 1,
        last_record: record,
        first: parse_rfc3339(&format!("2026-05-04T{hour:02}:00:00Z")),
        last: parse_rfc3339(&format!("2026-05-04T{:02}:59:00Z", hour + codes.len())),
    });
    Analyzer::new()
        .unwrap()
        .diagnose_findings(vec![(Arc::from("Tasks.evtx"), findings)])
}

const REFUSED: u64 = 0x8007_052E;

#[test]
fn a_fault_is_fixed_where_what_failed_runs_again() {
    let before = runs(1, &[REFUSED, REFUSED]);
    assert_eq!(before.incidents.len(), 1);
    let outcome = |after: &Diagnosis| verify(&before, after).0[0].outcome;
    assert_eq!(outcome(&runs(5, &[0, 0])), Fate::Fixed);
    assert_eq!(outcome(&runs(5, &[REFUSED])), Fate::StillThere);
    assert_eq!(outcome(&runs(5, &[])), Fate::CannotTell);
    assert_eq!(outcome(&before), Fate::CannotTell, "the same logs prove nothing");
    assert_eq!(verify(&runs(1, &[0]), &before).1.len(), 1, "what is new is told");
}

#[test]
fn what_comes_far_more_often_is_told_though_both_have_it() {
    let (good, bad) = (runs(1, &[REFUSED]), runs(1, &[REFUSED; 12]));
    let fault = |good: &Diagnosis, bad: &Diagnosis| {
        let told = differences(good, bad);
        let fault = told.into_iter().find(|difference| difference.kind == "fault");
        fault.and_then(|fault| fault.good.zip(fault.bad))
    };
    // Once in an hour is as often as twelve times in twelve.
    assert_eq!(fault(&good, &bad), None);
    let mut quiet = runs(1, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    quiet.incidents = good.incidents;
    assert_eq!(
        fault(&quiet, &bad),
        Some(("once".to_owned(), "12 times".to_owned()))
    );
}

#[test]
fn what_differs_is_told_once() {
    let (good, bad) = (runs(1, &[0]), runs(1, &[REFUSED]));
    let told = differences(&good, &bad);
    assert!(
        told.iter()
            .any(|difference| difference.kind == "fault" && difference.good.is_none())
    );
    assert!(
        told.iter()
            .any(|difference| difference.kind == "code" && difference.name.contains("ERROR_LOGON_FAILURE"))
    );
    assert_eq!(differences(&good, &good), []);
}
