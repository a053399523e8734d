//! Whole artifacts, made up, as each tool writes them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::*;
use crate::limits::Limits;
use crate::model::{Encoding, EventFilter, Interest};

fn event(record: u64, id: u16, data: &str) -> String {
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
         <Provider Name='Microsoft-Windows-TaskScheduler' Guid='{{de7b24ea-73c8-4a09-985d-5bdadcfa9017}}'/>\
         <EventID>{id}</EventID><Level>2</Level><TimeCreated SystemTime='2026-05-04T10:00:{:02}.0+02:00'/>\
         <EventRecordID>{record}</EventRecordID>\
         <Channel>Microsoft-Windows-TaskScheduler/Operational</Channel><Computer>RPA-07</Computer></System>\
         <EventData><Data Name='TaskName'>{data}</Data></EventData></Event>",
        record % 60
    )
}

fn interest() -> Interest {
    let ids = BTreeMap::from([(
        Box::from("microsoft-windows-taskscheduler"),
        BTreeSet::from([101_u16]),
    )]);
    Interest::new(
        EventFilter::Listed(ids),
        ["RdpWrapper:".to_owned()],
        [],
        Vec::new(),
    )
    .unwrap()
}

fn read_with(interest: &Interest, bytes: impl Into<Vec<u8>>) -> Findings {
    let limits = Limits::default();
    let context = Context {
        path: Arc::from("a.xml"),
        interest,
        limits: &limits,
        recover: false,
    };
    let mut findings = Findings::default();
    read(Source::memory(bytes), &context, &mut findings);
    findings
}

fn records(findings: &Findings) -> Vec<u64> {
    findings
        .events
        .iter()
        .filter_map(|event| event.record_id)
        .collect()
}

#[test]
fn without_a_root_and_with_one() {
    let bare = format!(
        "{}{}{}",
        event(1, 101, "a"),
        event(2, 140, "b"),
        event(3, 101, "c")
    );
    let rooted = format!("\u{feff}<?xml version=\"1.0\"?>\r\n<Events>\r\n{bare}\r\n</Events>");
    for text in [bare, rooted] {
        assert!(sniff(text.as_bytes()));
        let found = read_with(&interest(), text);
        assert_eq!(records(&found), [1, 3]);
        assert_eq!(found.records, 3);
        assert!(found.problems.is_empty());
        let [span] = &found.spans[..] else {
            panic!("{:?}", found.spans)
        };
        assert_eq!((span.records, span.first_record, span.last_record), (3, 1, 3));
        assert_eq!(span.first.unwrap().to_rfc3339(), "2026-05-04T08:00:01+00:00");
    }
}

#[test]
fn everything_is_delivered_when_everything_is_wanted() {
    let text = format!("<Events>{}{}</Events>", event(1, 1, "a"), event(2, 2, "b"));
    assert_eq!(
        records(&read_with(&Interest::everything().unwrap(), text)),
        [1, 2]
    );
}

#[test]
fn utf16_and_offsets() {
    let text = format!(
        "\u{feff}<Events>\r\n{}\r\n{}</Events>",
        event(1, 101, "Ä"),
        event(2, 101, "b")
    );
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let found = read_with(&interest(), bytes.clone());
    assert_eq!(found.encoding, Some(Encoding::Utf16Le));
    assert_eq!(records(&found), [1, 2]);
    for event in &found.events {
        let at = usize::try_from(event.origin.offset.unwrap()).unwrap();
        assert_eq!(&bytes[at..at + 4], &[b'<', 0, b'E', 0]);
    }
}

#[test]
fn damage_costs_one_event() {
    let cut = event(2, 101, "b");
    let text = format!(
        "<Events>{}{}{}{}<Event><System><EventID>",
        event(1, 101, "a"),
        cut.get(..cut.len() / 2).unwrap(),
        event(3, 101, "c"),
        event(4, 101, "<Oops>")
    );
    let found = read_with(&interest(), text);
    assert_eq!(records(&found), [1, 3]);
    let kinds: Vec<_> = found.problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(
        kinds,
        [ProblemKind::Damaged, ProblemKind::Damaged, ProblemKind::Truncated]
    );
}

#[test]
fn a_huge_event_is_skipped() {
    let text = format!(
        "{}{}{}",
        event(1, 101, "a"),
        event(2, 101, &"x".repeat(EVENT_BYTES + 10)),
        event(3, 101, "c")
    );
    let found = read_with(&interest(), text);
    assert_eq!(records(&found), [1, 3]);
    assert_eq!(found.problems.len(), 1);
}

#[test]
fn prefixes_and_undecoded_payloads() {
    let digits: String = "RdpWrapper: Connect: Connection failed"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let text = format!(
        "<e:Events xmlns:e='x'><e:Event><e:System><e:Provider Guid='{{1}}'/><e:EventID>0</e:EventID></e:System>\
         <e:ProcessingErrorData><e:ErrorCode>15003</e:ErrorCode><e:EventPayload>{digits}</e:EventPayload>\
         </e:ProcessingErrorData></e:Event><e:Event/></e:Events>"
    );
    let found = read_with(&interest(), text);
    let [event] = &found.events[..] else {
        panic!("{:?}", found.events)
    };
    assert_eq!(
        event.message.as_deref(),
        Some("RdpWrapper: Connect: Connection failed")
    );
}

#[test]
fn a_long_prefix_is_read_and_never_met_twice() {
    let long = event(1, 101, "a")
        .replace("<Event ", "<Events.:Event ")
        .replace("</Event>", "</Events.:Event>");
    let found = read_with(&interest(), format!("{long}{}", event(2, 101, "b")));
    assert_eq!(records(&found), [1, 2]);
    // The end is missing: the next start ends it, or the end of the file.
    let found = read_with(
        &interest(),
        format!("<Events.:Event x><System>{}", event(2, 101, "b")),
    );
    assert_eq!((records(&found), found.problems.len()), (vec![2], 1));
    let found = read_with(&interest(), "<Events.:Event x><System>".to_owned());
    assert_eq!(found.problems.len(), 1);
}

#[test]
fn other_xml_is_not_taken() {
    assert!(!sniff(
        b"<Task xmlns='x'><Triggers><EventTrigger/></Triggers></Task>"
    ));
    assert!(!sniff(b"<html><body>Event <Event> nothing</body></html>"));
    assert!(!sniff(b"Event 101 <Event"));
    assert!(sniff(
        b"<!-- saved --><Events><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>"
    ));
}

#[test]
fn a_dump_announces_each_record_with_a_line() {
    let text = format!(
        "Record 1\r\n<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n{}\r\n\r\nRecord 2\r\n<?xml version=\"1.0\"?>\r\n{}\r\n",
        event(1, 101, "a"),
        event(2, 101, "b")
    );
    assert!(sniff(text.as_bytes()));
    let found = read_with(&interest(), text);
    assert_eq!(records(&found), [1, 2]);
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert!(!sniff(b"Record sales: <Event><System></System></Event>"));
}

#[test]
fn what_there_is_of_a_cut_event_is_read() {
    let whole = event(2, 101, "\\Nightly");
    let cut = whole.find("</EventData>").unwrap();
    let half = whole.find("ightly").unwrap();
    for (text, kind, name) in [
        (
            format!("{}{}", event(1, 101, "a"), whole.get(..cut).unwrap()),
            ProblemKind::Truncated,
            Some("\\Nightly"),
        ),
        // Half of a value may mean something else.
        (
            format!("{}{}", event(1, 101, "a"), whole.get(..half).unwrap()),
            ProblemKind::Truncated,
            None,
        ),
        (
            format!("{}{}", whole.get(..cut).unwrap(), event(1, 101, "a")),
            ProblemKind::Damaged,
            Some("\\Nightly"),
        ),
    ] {
        let found = read_with(&interest(), text);
        let event = found
            .events
            .iter()
            .find(|event| event.record_id == Some(2))
            .unwrap();
        assert_eq!(found.events.len(), 2);
        assert_eq!(
            event
                .field("TaskName")
                .map(|value| value.to_text().into_owned())
                .as_deref(),
            name
        );
        assert_eq!(
            found
                .problems
                .iter()
                .map(|problem| problem.kind)
                .collect::<Vec<_>>(),
            [kind]
        );
    }
    let nothing = read_with(
        &interest(),
        "<Event><System><Provider Name='Microsoft-Windows-TaskScheduler'/>",
    );
    assert!(nothing.events.is_empty());
}
