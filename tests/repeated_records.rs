//! Records that say what others said are known by their content: what becomes of them is what becomes of records that are read one by one.
#![cfg(feature = "diagnose")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod support;

use logonscope::diagnose::Analyzer;
use logonscope::model::Findings;
use logonscope::source::Source;
use logonscope::{Limits, bundle};
use support::evtx::{Event, Log, Value, time};

const TASKS: &str = "Microsoft-Windows-TaskScheduler";

/// Where so few events are wanted, none is known by others.
const FEW: usize = 60_000;

fn id(number: u32) -> Value {
    Value::Guid(format!("{{5D896912-0000-4000-8000-{number:012X}}}"))
}

/// Runs of some tasks that say the same again and again, but for times, ids of runs and what now and then goes wrong.
fn log() -> Vec<u8> {
    let mut log = Log::new(
        "Microsoft-Windows-TaskScheduler/Operational",
        "RPA-07.corp.example",
    );
    for round in 0..240_u32 {
        let at = time("2026-05-04T06:00:00Z") + chrono::TimeDelta::seconds(i64::from(round) * 60);
        for number in [100_u16, 200, 201, 102, 141] {
            let code: u32 = if round % 40 == 7 { 0x8007_0520 } else { 0 };
            let mut event = Event::new(TASKS, number)
                .at(at)
                .data("TaskName", format!("\\Import{}", round % 5))
                .data("InstanceId", id(round / 2))
                .data("RelatedId", id(if round % 7 == 0 { round / 2 } else { 9 }))
                .data("UserContext", "CORP\\svc-robot")
                .data("ResultCode", code);
            if round % 3 == 0 {
                event = event.activity(&format!("{{5D896912-0000-4000-8000-{round:012X}}}"));
            }
            log = log.event(event);
        }
        let secret = if round % 50 == 3 {
            "/pass:Geheim-4711"
        } else {
            "/quiet"
        };
        log = log.event(
            Event::new("Contoso-Robot", 7)
                .at(at)
                .data("Text", format!("0x80070520 run.exe {secret}")),
        );
    }
    log.to_evtx()
}

fn read(events: usize) -> Findings {
    let limits = Limits {
        events,
        ..Limits::default()
    };
    let analyzer = Analyzer::new().unwrap().threads(1).unwrap().limits(limits);
    analyzer.read_artifact("Tasks.evtx", Source::memory(log()))
}

#[test]
fn an_event_is_the_same_whether_others_said_it_before_or_not() {
    let (known, alone) = (read(Limits::default().events), read(FEW));
    assert!(known.events.len() > 900, "{}", known.events.len());
    assert_eq!(known.events, alone.events);
    assert_eq!(known.problems, alone.problems);
    assert_eq!(known.records, alone.records);
}

#[test]
fn the_diagnosis_is_the_same_at_any_number_of_threads() {
    let told = |threads, events| {
        let limits = Limits {
            events,
            ..Limits::default()
        };
        let analyzer = Analyzer::new().unwrap().threads(threads).unwrap();
        let bundle = bundle::open_memory("Tasks.evtx", log(), &limits);
        serde_json::to_string(&analyzer.limits(limits).analyze_bundle(&bundle)).unwrap()
    };
    let all = Limits::default().events;
    assert_eq!(told(1, all), told(1, FEW));
    assert_eq!(told(2, all), told(1, all));
}
