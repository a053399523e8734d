//! Logs of every shape that real ones have, made here.

use super::writer::{Body, Element, Event, Log, Node, Value, time};

pub(super) const LSM: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";
pub(super) const TASKS: &str = "Microsoft-Windows-TaskScheduler";

/// One value of every type.
pub(super) fn values() -> Vec<Value> {
    let at = time("2026-05-04T06:00:00.1234567Z");
    let nested = Element::new("Inner").attribute("kind", "x").child(Value::U32(7));
    vec![
        Value::Null,
        "Gr\u{fc}\u{df}e & <K\u{e4}se> \u{1F600}".into(),
        "".into(),
        Value::Ansi(b"caf\xE9".to_vec()),
        Value::I8(-8),
        Value::U8(200),
        Value::I16(-16_000),
        Value::U16(65_000),
        Value::I32(-2_147_023_584),
        Value::U32(2_147_943_726),
        Value::I64(i64::MIN),
        Value::U64(u64::MAX),
        Value::F32(0.1),
        Value::F64(-0.25),
        Value::Bool(true),
        Value::Binary(vec![0x5e, 0, 0, 0xc0]),
        Value::Guid("{00112233-4455-6677-8899-AABBCCDDEEFF}".to_owned()),
        Value::Size(0x1234, false),
        Value::Size(0x1234_5678_9abc, true),
        Value::FileTime(at),
        Value::SystemTime(time("2026-05-04T06:00:00.123Z")),
        Value::Sid("S-1-5-21-1004336348-1177238915-682003330-1105".to_owned()),
        Value::Hex32(0xc000_006d),
        Value::Hex64(0x3e7),
        Value::Strings(vec!["one".into(), "".into(), "two".into()]),
        Value::Strings(vec!["one".into()]),
        Value::Strings(Vec::new()),
        Value::U16s(vec![1, 2, 3]),
        Value::U32s(vec![10, 20]),
        Value::Hex64s(vec![0x10]),
        Value::Guids(vec!["{00112233-4455-6677-8899-AABBCCDDEEFF}".to_owned(); 2]),
        Value::Times(vec![at, at]),
        Value::Xml(Box::new(nested)),
    ]
}

/// Every type in named and unnamed data, in user data and in attributes.
pub(super) fn every_type() -> Log {
    let base = || Event::new("Test-Types", 1).guid("{11111111-2222-3333-4444-555566667777}");
    let mut data = base()
        .activity("{F4200001-0000-0000-0000-000000000000}")
        .user("S-1-5-18");
    let mut user = base().user_data();
    let mut loose = Element::new("EventData");
    for (index, value) in values().into_iter().enumerate() {
        data = data.data(&format!("Field{index}"), value.clone());
        user = user.data(&format!("Field{index}"), value.clone());
        loose = loose.child(Element::new("Data").child(value));
    }
    let mixed = Element::new("EventData")
        .child(
            Element::new("Mixed")
                .child("a")
                .child(Node::Entity("amp".into()))
                .child(Value::U32(5))
                .child("b"),
        )
        .child(
            Element::new("Marked")
                .attribute("value", Value::Hex32(7))
                .attribute("empty", "")
                .child("x"),
        )
        .child(
            Element::new("Data")
                .attribute("Name", "Gone")
                .child(Node::Optional(Value::Null, 1)),
        )
        .child(
            Element::new("Data")
                .attribute("Name", "There")
                .child(Node::Optional("yes".into(), 1)),
        );
    Log::new("Test/Every", "RPA-07.corp.example")
        .first_record(4_711)
        .event(data)
        .event(user)
        .event(base().body(Body::Other(loose)))
        .event(base().body(Body::Other(mixed)))
}

/// The payload shapes of the logs that matter here, `rounds` times over.
pub(super) fn session_log(rounds: u32) -> Log {
    let mut log = Log::new("System", "RPA-07").first_record(100);
    for round in 0..rounds {
        let at = time("2026-05-04T06:00:00Z") + chrono::TimeDelta::seconds(i64::from(round) * 10);
        log = log
            .event(
                Event::new("EventLog", 6013)
                    .at(at)
                    .classic(&["", "", "20", "60", "-60 W. Europe"], Some(&[1, 2])),
            )
            .event(
                Event::new("EventLog", 6005)
                    .qualifiers(0x8000)
                    .at(at)
                    .classic::<&str>(&[], None),
            )
            .event(Event::new(LSM, 54).at(at).user("S-1-5-18"))
            .event(
                Event::new(LSM, 21)
                    .at(at)
                    .activity("{F4200002-0000-0000-0000-000000000000}")
                    .user_data()
                    .data("User", "CORP\\svc-robot")
                    .data("SessionID", round)
                    .data("Address", "10.1.2.3"),
            )
            .event(
                Event::new(LSM, 40)
                    .at(at)
                    .user_data()
                    .data("Session", round)
                    .data("Reason", 12_u32),
            )
            .event(
                Event::new(TASKS, 101)
                    .channel("Microsoft-Windows-TaskScheduler/Operational")
                    .at(at)
                    .level(2)
                    .data_name("JobStartFailedEvent")
                    .data("TaskName", "\\Nightly")
                    .data("ResultCode", Value::U32(2_147_943_726)),
            )
            .event(Event::new(LSM, 24).at(at).body(Body::None));
    }
    log
}

/// The same as a collector stores them: text only, without templates.
pub(super) fn forwarded(rounds: u32) -> Log {
    let mut log = session_log(rounds);
    for (index, event) in log.events.iter_mut().enumerate() {
        event.plain = true;
        event.computer = Some(format!("RPA-0{}", index % 3));
    }
    log
}
