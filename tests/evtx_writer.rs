//! The event-log writer of the tests against an independent reader.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic"
)]

mod support;

use evtx::EvtxParser;
use logonscope::Limits;
use logonscope::model::EventForm;
use logonscope::parse::Parser;
use logonscope::report::events::{Jsonl, jsonl};
use quick_xml::Reader;
use quick_xml::events::Event as Xml;
use support::evtx::{Element, Event, Log, Node, Value, time};

/// An element as path, attributes and text, in order.
fn flat(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let mut path = Vec::new();
    let mut out = Vec::new();
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap() {
            Xml::Start(start) => {
                path.push(open(&start, &mut out, &path));
                text.clear();
            }
            Xml::Empty(start) => {
                let name = open(&start, &mut out, &path);
                out.push(format!("{}/{name} = ", path.join("/")));
            }
            Xml::Text(part) => text.push_str(&part),
            Xml::GeneralRef(name) => text.push_str(&format!("&{};", &*name)),
            Xml::End(_) => {
                out.push(format!("{} = {}", path.join("/"), same(&text)));
                path.pop();
                text.clear();
            }
            Xml::Eof => return out,
            _ => {}
        }
    }
}

fn open(start: &quick_xml::events::BytesStart<'_>, out: &mut Vec<String>, path: &[String]) -> String {
    let name = start.name().as_ref().to_owned();
    for attribute in start.attributes() {
        let attribute = attribute.unwrap();
        let key = attribute.key.as_ref().to_owned();
        let value = same(&attribute.value);
        // A reader may show an absent attribute as an empty one.
        if !value.is_empty() {
            out.push(format!("{}/{name}@{key} = {value}", path.join("/")));
        }
    }
    name
}

/// What readers spell differently and mean alike.
fn same(text: &str) -> String {
    let text = text.trim().trim_matches(['{', '}']);
    if let Ok(at) = chrono::DateTime::parse_from_rfc3339(text) {
        return format!("time {}", at.timestamp_nanos_opt().unwrap());
    }
    match text.strip_prefix("0x") {
        Some(digits) if !digits.is_empty() => u64::from_str_radix(digits, 16)
            .map_or_else(|_| text.to_owned(), |number| format!("number {number:x}")),
        _ if text.len() == 36 => text.to_lowercase(),
        _ => text.replace("&quot;", "\"").replace("&apos;", "'"),
    }
}

/// Reads with the crate and compares record by record with what the builder says.
fn check(log: &Log) -> usize {
    let bytes = log.to_evtx();
    assert_eq!((bytes.len() - 4096) % 65_536, 0);
    let mut parser = EvtxParser::from_buffer(bytes).unwrap();
    let read: Vec<_> = parser.records().map(|record| record.unwrap()).collect();
    let expected = log.to_wevtutil_xml();
    let expected: Vec<_> = expected.lines().collect();
    assert_eq!(read.len(), expected.len());
    for ((record, xml), (id, event)) in read.iter().zip(&expected).zip(log.numbered()) {
        assert_eq!(record.event_record_id, id);
        assert_eq!(
            record.timestamp.as_nanosecond(),
            i128::from(event.at.timestamp_nanos_opt().unwrap())
        );
        assert_eq!(flat(&record.data), flat(xml), "\n{}\n{xml}", record.data);
    }
    read.len()
}

fn every_type() -> Log {
    let at = time("2026-05-04T06:00:00.1234567Z");
    let nested = Element::new("Inner").attribute("kind", "x").child(Value::U32(7));
    Log::new("Test/Every", "RPA-07.corp.example")
        .first_record(4_711)
        .event(
            Event::new("Test-Types", 1)
                .guid("{11111111-2222-3333-4444-555566667777}")
                .at(at)
                .activity("{F4200001-0000-0000-0000-000000000000}")
                .user("S-1-5-21-1004336348-1177238915-682003330-1105")
                .data("Text", "Grüße & <Käse> \u{1F600}")
                .data("Empty", "")
                .data("Ansi", Value::Ansi(b"plain".to_vec()))
                .data("I8", Value::I8(-8))
                .data("U8", Value::U8(200))
                .data("I16", Value::I16(-16_000))
                .data("U16", Value::U16(65_000))
                .data("I32", Value::I32(-2_000_000_000))
                .data("U32", Value::U32(2_147_943_726))
                .data("I64", Value::I64(i64::MIN))
                .data("U64", Value::U64(u64::MAX))
                .data("F32", Value::F32(1.5))
                .data("F64", Value::F64(-0.25))
                .data("Bool", true)
                .data("Binary", Value::Binary(vec![0x5e, 0, 0, 0xc0]))
                .data(
                    "Guid",
                    Value::Guid("{00112233-4455-6677-8899-AABBCCDDEEFF}".to_owned()),
                )
                .data("Size32", Value::Size(0x1234, false))
                .data("Size64", Value::Size(0x1234_5678_9abc, true))
                .data("FileTime", Value::FileTime(at))
                .data("SystemTime", Value::SystemTime(time("2026-05-04T06:00:00.123Z")))
                .data("Sid", Value::Sid("S-1-5-18".to_owned()))
                .data("Hex32", Value::Hex32(0xc000_006d))
                .data("Hex64", Value::Hex64(0x3e7)),
        )
        .event(
            Event::new("Test-Arrays", 2)
                .guid("{11111111-2222-3333-4444-555566667778}")
                .at(at)
                .body(support::evtx::Body::Other(
                    Element::new("EventData")
                        .child(Element::new("Data").child(Value::Strings(vec!["one".into(), "two".into()])))
                        .child(Element::new("Data").child(Value::U16s(vec![1, 2, 3])))
                        .child(Element::new("Data").child(Value::U32s(vec![10, 20])))
                        .child(Element::new("Data").child(Value::Hex64s(vec![0x10, 0x20])))
                        .child(
                            Element::new("Mixed")
                                .child("a")
                                .child(Node::Entity("amp".into()))
                                .child("b"),
                        )
                        .child(Element::new("Nest").child(Value::Xml(Box::new(nested)))),
                )),
        )
}

#[test]
fn every_value_type_reads_back() {
    let log = every_type();
    assert_eq!(check(&log), 2);
    if let Some(folder) = std::env::var_os("LOGONSCOPE_EVTX_OUT") {
        let folder = std::path::PathBuf::from(folder);
        std::fs::write(folder.join("every-type.evtx"), log.to_evtx()).unwrap();
        std::fs::write(folder.join("every-type.xml"), log.to_viewer_xml()).unwrap();
        std::fs::write(folder.join("shapes.evtx"), shapes().to_evtx()).unwrap();
        std::fs::write(folder.join("long.evtx"), long().to_evtx()).unwrap();
    }
}

/// The payload shapes that real logs have.
fn shapes() -> Log {
    const LSM: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";
    let at = time("2026-05-04T06:00:00Z");
    Log::new("System", "RPA-07")
        .event(
            Event::new("EventLog", 6005)
                .qualifiers(0x8000)
                .at(at)
                .classic::<&str>(&[], Some(&[0xe4, 7])),
        )
        .event(
            Event::new("NETLOGON", 5719)
                .level(2)
                .at(at)
                .classic(&["CORP", "%%1311"], Some(&[0x5e, 0, 0, 0xc0])),
        )
        .event(
            Event::new("LsaSrv", 6041)
                .source("LsaSrv")
                .at(at)
                .classic(&["TERMSRV/rpa-07", "4"], None),
        )
        .event(
            Event::new("EventLog", 6013)
                .at(at)
                .classic(&["", "", "", "", "20", "60", "-60 W. Europe"], None),
        )
        .event(Event::new(LSM, 54).at(at).user("S-1-5-18"))
        .event(
            Event::new(LSM, 21)
                .at(at)
                .activity("{F4200002-0000-0000-0000-000000000000}")
                .user_data()
                .data("User", "CORP\\svc-robot")
                .data("SessionID", 3u32)
                .data("Address", "10.1.2.3"),
        )
        .event(
            Event::new(LSM, 40)
                .at(at)
                .user_data()
                .data("Session", 3u32)
                .data("Reason", 12u32),
        )
        .event(Event::new(LSM, 24).at(at).body(support::evtx::Body::None))
}

#[test]
fn payload_shapes_read_back() {
    assert_eq!(check(&shapes()), 8);
}

#[test]
fn forwarded_events_read_back() {
    let mut log = shapes();
    for event in &mut log.events {
        event.plain = true;
        event.computer = Some("RPA-08".to_owned());
    }
    // Without templates an absent attribute is an empty one, and an array is one text: compare times and ids only.
    let mut parser = EvtxParser::from_buffer(log.to_evtx()).unwrap();
    let read: Vec<_> = parser.records().map(|record| record.unwrap().data).collect();
    assert_eq!(read.len(), 8);
    assert!(read[6].contains("<Reason>12</Reason>"), "{}", read[6]);
    assert!(read[6].contains("<Computer>RPA-08</Computer>"), "{}", read[6]);
}

/// Enough events for several chunks.
fn long() -> Log {
    let start = time("2026-05-04T06:00:00Z");
    let mut log = Log::new("Microsoft-Windows-TaskScheduler/Operational", "RPA-07").first_record(90_000);
    for run in 0..700i64 {
        let instance = format!("{{00000000-0000-4000-8000-{run:012X}}}");
        let at = start + chrono::TimeDelta::seconds(run * 60);
        let event = Event::new("Microsoft-Windows-TaskScheduler", 107)
            .at(at)
            .activity(&instance);
        let event = event.data_name("TimeTriggerEvent").data("TaskName", "\\Nightly");
        log = log.event(event.data("InstanceId", Value::Guid(instance)));
    }
    log
}

#[test]
fn several_chunks_dirty_and_preallocated() {
    let log = long();
    assert!(log.to_evtx().len() > 4096 + 2 * 65_536);
    assert_eq!(check(&log), 700);
    assert_eq!(check(&log.clone().chunk_events(50)), 700);
    assert_eq!(check(&log.clone().dirty()), 700);
    let mut parser = EvtxParser::from_buffer(log.clone().empty_chunks(3).to_evtx()).unwrap();
    assert_eq!(parser.records().filter(Result::is_ok).count(), 700);
    // An empty log still is a file.
    let empty = Log::new("Security", "RPA-07").to_evtx();
    assert_eq!(EvtxParser::from_buffer(empty).unwrap().records().count(), 0);
}

#[test]
fn null_reads_back_as_empty() {
    let event = Event::new("Test-Types", 3).guid("{11111111-2222-3333-4444-555566667779}");
    check(&Log::new("Test/Null", "RPA-07").event(event.data("Null", Value::Null).data("Next", 7u32)));
}

/// What is written of a log part by part, and event by event.
fn listed(bytes: &[u8]) -> [(String, Vec<logonscope::model::Problem>); 2] {
    let bundle = logonscope::bundle::open_memory("made.evtx", bytes.to_vec(), &Limits::default());
    let list = |form: EventForm| {
        let mut lines = Vec::new();
        let problems = Parser::new().write(&bundle, form, |part| {
            lines.extend_from_slice(part);
            true
        });
        (String::from_utf8(lines).unwrap(), problems.unwrap())
    };
    let whole = |event: &logonscope::model::Event, out: &mut Vec<u8>| out.extend(jsonl(event).into_bytes());
    [list(Jsonl.into()), list(EventForm::of(whole))]
}

/// Records that lie alike, in which each value of the head changes, is absent and comes back.
fn heads() -> Log {
    let start = time("2026-05-04T06:00:00Z");
    let mut log = Log::new("Security", "RPA-07").first_record(500);
    for number in 0..900_u32 {
        let every = |round: u32| number % round == round - 1;
        let mut event = Event::new("Contoso-Robot", 20 + u16::try_from(number % 40).unwrap())
            .at(start + chrono::TimeDelta::milliseconds(i64::from(number) * 1_001))
            .level(u8::try_from(number % 6).unwrap())
            .process(number, number.rotate_left(9))
            .data("Run", number)
            .data("Said", "x".repeat(usize::try_from(number % 7).unwrap()));
        if every(3) {
            event = event.activity(&format!("{{00000000-0000-4000-8000-{number:012X}}}"));
        }
        if every(4) {
            event = event.user(if every(8) {
                "S-1-5-18"
            } else {
                "S-1-5-21-1004336348-1177238915-682003330-1105"
            });
        }
        if every(5) {
            event = event.computer(&format!("RPA-{:02}", number % 3));
        }
        if every(7) {
            event = event.channel("Application").source("Robot");
        }
        if every(11) {
            event = event.record(u64::from(number) + 70_000);
        }
        if every(13) {
            event = event.message("all is well");
        }
        log = log.event(event);
    }
    log
}

#[test]
fn events_written_part_by_part_are_those_written_whole() {
    let start = time("2026-05-04T06:00:00Z");
    let mut mixed = Log::new("Security", "RPA-07");
    for number in 0..600_i64 {
        let event = match number % 5 {
            // Put right before it is written.
            0 => Event::new("Microsoft-Windows-Security-Auditing", 4_625)
                .data("TargetUserName", "svc-robot")
                .data("Status", Value::Hex32(0xC000_006D))
                .data("SubStatus", Value::Hex32(0xC000_006A)),
            1 => Event::new("Contoso-Robot", 7)
                .data("Path", "C:\\Robots\\\"new\"\\run.exe")
                .data("Note", "Gr\u{fc}\u{df}e\u{202e} \u{1f600}\u{7}"),
            // Masked before it is written.
            2 => Event::new("Contoso-Robot", 8).data("Line", "login /user:x password=Hunter2 now"),
            3 => Event::new("Contoso-Robot", 9).data("DefaultPassword", "Hunter2"),
            _ => Event::new("Contoso-Robot", 10)
                .data("", "unnamed")
                .data("", 5_u32),
        };
        mixed = mixed.event(event.at(start + chrono::TimeDelta::seconds(number)));
    }
    for log in [
        mixed,
        heads(),
        heads().renumbered(),
        every_type(),
        shapes(),
        long(),
        long().chunk_events(50).dirty(),
    ] {
        let [parts, whole] = listed(&log.to_evtx());
        assert!(!whole.0.is_empty() && !whole.0.contains("Hunter2"));
        assert_eq!(parts, whole);
    }
}

#[test]
fn same_log_same_bytes() {
    assert_eq!(long().to_evtx(), long().to_evtx());
}
