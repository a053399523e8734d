//! What is decoded of each kind of record, and that nothing else is left out.

use super::writer::{self, PACKERS, classic, event, header, kernel, message, packed_buffer_by, wide};
use super::{Bytes, GUID, SIZE, all, buffer, driver, named, one_trace, problem, run};
use crate::model::{Decoding, EventFilter, Findings, Interest, ProblemKind, Value};
use crate::reader::etl::{read_by, tdh};
use std::collections::BTreeMap;
use std::sync::Arc;

#[test]
fn every_compression_is_read_as_the_buffer_says() {
    let records: Vec<Bytes> = (1..40).map(driver).collect();
    let mut plain = buffer(SIZE, &[header(0)]);
    plain.extend(buffer(64 << 10, &records));
    let plain = all(plain);
    assert_eq!(plain.events.len(), 39);
    for packer in PACKERS {
        let mut bytes = buffer(SIZE, &[header(0)]);
        bytes.extend(packed_buffer_by(packer, &records));
        let found = all(bytes);
        assert_eq!(
            found.problems,
            plain
                .problems
                .iter()
                .map(|problem| {
                    let mut problem = problem.clone();
                    problem.origin.offset = Some(SIZE as u64);
                    problem
                })
                .collect::<Vec<_>>()
        );
        for (packed, event) in found.events.iter().zip(&plain.events) {
            assert_eq!((&packed.fields, packed.time), (&event.fields, event.time));
        }
        assert_eq!(found.events.len(), 39);
        let trace = found.trace.unwrap();
        assert!(trace.compression.is_some());
    }
}

#[test]
fn the_header_tells_of_the_machine() {
    let found = one_trace(&[named(1)]);
    let fact = |name: &str| {
        let fact = found.facts.iter().find(|fact| &*fact.name == name);
        fact.map(|fact| fact.value.to_string())
    };
    assert_eq!(
        fact("host.time_zone").as_deref(),
        Some("W. Europe Standard Time (UTC+02:00)")
    );
    assert_eq!(fact("host.boot_time").as_deref(), Some("2026-05-04T07:00:00Z"));
    assert_eq!(fact("os.version").as_deref(), Some("10.0.19045"));
    assert_eq!(fact("host.processors").as_deref(), Some("8"));
    let trace = found.trace.unwrap();
    assert_eq!(trace.session.as_deref(), Some("Robot"));
    assert_eq!(trace.file.as_deref(), Some("C:\\Robot\\t.etl"));
    assert_eq!(
        (trace.buffers, trace.clock.as_deref()),
        (2, Some("performance counter"))
    );
    assert_eq!(trace.first, found.events[0].time);
}

#[test]
fn records_of_the_kernel_have_names_and_types() {
    let mut start = 0xFFFF_8000_1234_5678_u64.to_le_bytes().to_vec();
    for number in [4321_u32, 800, 2, 259] {
        start.extend(number.to_le_bytes());
    }
    start.extend(0x1000_u64.to_le_bytes());
    start.extend(0_u32.to_le_bytes());
    // A TOKEN_USER of two pointers, then the SID.
    start.extend([1; 16]);
    start.extend([1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]);
    start.extend(b"UiRobot.exe\0");
    start.extend(wide("UiRobot.exe execute"));
    start.extend(wide(""));
    start.extend(wide(""));
    let mut cpu = [3000_u32, 8, 1024, 4096, 65536].map(u32::to_le_bytes).concat();
    cpu.extend(wide("RPA-07"));
    cpu.resize(20 + 512, 0);
    let found = one_trace(&[
        kernel(0x0B, 10, 2, false, 1, &cpu),
        kernel(3, 1, 4, false, 2, &start),
        kernel(0x1F, 99, 2, true, 3, &[1, 2, 3]),
        kernel(2, 10, 2, true, 4, &[7; 16]),
        // The same, from a classic provider: Process/End of version 4.
        classic(
            crate::model::parse_guid("3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c").unwrap(),
            2,
            4,
            5,
            &start,
        ),
    ]);
    let [_, start, strange, fault, end] = found.events.as_slice() else {
        panic!("{:#?}", found.events)
    };
    assert_eq!((&*start.provider, start.opcode), ("MSNT_SystemTrace", Some(1)));
    assert_eq!(start.field("EventName"), Some(&Value::text("Process/Start")));
    assert_eq!(
        start.field("CommandLine"),
        Some(&Value::text("UiRobot.exe execute"))
    );
    assert_eq!(start.field("UserSID"), Some(&Value::Sid("S-1-5-18".into())));
    assert_eq!(start.field("SessionId"), Some(&Value::Unsigned(2)));
    assert_eq!(end.field("EventName"), Some(&Value::text("Process/End")));
    assert_eq!(
        fault.field("EventName"),
        Some(&Value::text("PageFault/TransitionFault"))
    );
    assert_eq!(strange.field("EventName"), Some(&Value::text("group 0x1f/99")));
    let unknown = problem(&found, "layout is not known");
    assert_eq!((unknown.kind, unknown.count), (ProblemKind::Unsupported, 1));
    // The name of the machine is told for all.
    assert!(found.events.iter().all(|event| &*event.computer == "RPA-07"));
    assert!(found.facts.iter().all(|fact| &*fact.host == "RPA-07"));
}

/// A logger of 32 bits may write what a machine of 64 bits has, and the other way round.
#[test]
fn pointers_of_the_kernel_are_as_wide_as_the_payload_says() {
    let thread = |pointer: usize| {
        let mut payload = [4321_u32, 17].map(u32::to_le_bytes).concat();
        for address in 1..=7_u8 {
            payload.extend([address; 8].get(..pointer).unwrap());
        }
        payload.extend(0x2A_u32.to_le_bytes());
        payload.extend([9, 5, 2, 0]);
        payload
    };
    for pointer in [4, 8] {
        // `SYSTEM_TRACE_HEADER` of 32 bits and of 64.
        for kind in [1, 2] {
            let mut record = kernel(5, 1, 3, false, 1, &thread(pointer));
            record[2] = kind;
            let found = one_trace(&[record]);
            let event = &found.events[0];
            assert_eq!(event.field("EventName"), Some(&Value::text("Thread/Start")));
            assert_eq!(
                event.field("SubProcessTag"),
                Some(&Value::Unsigned(0x2A)),
                "{event:#?}"
            );
            let wide = u64::from_le_bytes([7; 8]) >> (64 - 8 * pointer);
            assert_eq!(event.field("TebBase"), Some(&Value::Hex64(wide)));
        }
    }
}

/// Records of the kernel that nobody asked for are counted all the same, and apart where nobody could decode them.
#[test]
fn records_of_the_kernel_are_counted_by_what_is_known_of_them() {
    let mut bytes = buffer(SIZE, &[header(0)]);
    bytes.extend(buffer(
        SIZE,
        &[
            kernel(3, 11, 2, false, 1, &[1, 0, 0, 0]),
            kernel(3, 11, 2, false, 1, &[2, 0, 0, 0]),
            kernel(0x1F, 99, 2, true, 3, &[1, 2, 3]),
        ],
    ));
    let interest = Interest::new(EventFilter::Listed(BTreeMap::new()), [], [], Vec::new()).unwrap();
    let found = run(bytes, &interest);
    let rows = found.trace.unwrap().providers;
    let counts: Vec<_> = rows.iter().map(|row| (row.decoding, row.records)).collect();
    assert_eq!(
        counts,
        [
            (Decoding::Trace, 1),
            (Decoding::Kernel, 2),
            (Decoding::KernelUnknown, 1)
        ]
    );
}

#[test]
fn extended_data_and_parts_of_appended_traces() {
    let mut stack = vec![0; 8];
    stack.extend(0x7FF6_0000_1000_u64.to_le_bytes());
    stack.extend(0x7FF6_0000_2000_u64.to_le_bytes());
    let items = [(1, vec![3; 16]), (3, vec![2, 0, 0, 0]), (6, stack)];
    let found = one_trace(&[event(GUID, 9, 1, 4, &items, &wide("Session failed"))]);
    let event = &found.events[0];
    assert_eq!(event.field("RelatedActivityID"), Some(&Value::Guid([3; 16])));
    assert_eq!(event.field("SessionId"), Some(&Value::Unsigned(2)));
    let stack = vec![Value::Hex64(0x7FF6_0000_1000), Value::Hex64(0x7FF6_0000_2000)];
    assert_eq!(event.field("Stack"), Some(&Value::List(stack)));
    // A second header, an hour later by its own clock.
    let mut later = header(0);
    let start = 32 + 248 + 16;
    later[start..start + 8].copy_from_slice(&(writer::START + 36_000_000_000).to_le_bytes());
    let mut bytes = buffer(SIZE, &[header(0)]);
    bytes.extend(buffer(SIZE, &[driver(1)]));
    bytes.extend(buffer(SIZE, &[later]));
    bytes.extend(buffer(SIZE, &[driver(1)]));
    let times: Vec<_> = all(bytes)
        .events
        .iter()
        .map(|event| event.time.unwrap().to_rfc3339())
        .collect();
    assert_eq!(times, ["2026-05-04T08:00:01+00:00", "2026-05-04T09:00:01+00:00"]);
}

/// What the sieve passes over would not have been kept either.
#[test]
fn the_sieve_loses_nothing() {
    const OTHER: [u8; 16] = [5; 16];
    let schema = |name: &str, fields: &[u8]| [&[0, 0, 0], name.as_bytes(), &[0], fields].concat();
    let number = |code: u32| {
        event(
            OTHER,
            0,
            1,
            0,
            &[(11, schema("Ended", b"Status\0\x08"))],
            &code.to_le_bytes(),
        )
    };
    let text = |text: &str| event(OTHER, 0, 1, 4, &[], &wide(text));
    let narrow = |text: &str| message(OTHER, 17, 1, text.as_bytes());
    let records = [
        named(1),
        driver(2),
        number(0x8007_0520),
        number(5),
        text("Session failed 2147943712"),
        text("all is well"),
        text("\u{30ed}\u{30b0}\u{30aa}\u{30f3}\u{306b}\u{5931}\u{6557}"),
        text("Die Anmeldung wurde verweigert: KONTO GESPERRT"),
        narrow("C:\\Robot\\run.exe DumpSessionsInfo SessionID 3 State 0"),
        narrow("nothing"),
        event(OTHER, 3, 1, 0, &[(11, schema("LogonRefused", b""))], &[]),
        kernel(3, 1, 2, true, 1, &[0; 40]),
    ];
    let mut bytes = buffer(SIZE, &[header(0)]);
    bytes.extend(buffer(64 << 10, &records));
    let needles = [
        "rdpwrapper",
        "logonrefused",
        "\u{30ed}\u{30b0}\u{30aa}\u{30f3}",
        "konto gesperrt",
        "run.exe",
    ];
    let interest = Interest::new(
        EventFilter::Listed(BTreeMap::from([("robot.driver".into(), [0].into())])),
        needles.map(str::to_owned),
        [0x8007_0520],
        Vec::new(),
    )
    .unwrap();
    let limits = crate::limits::Limits::default();
    let context = crate::reader::Context {
        path: Arc::from("a.etl"),
        interest: &interest,
        limits: &limits,
        recover: false,
    };
    let mut whole = Findings::default();
    read_by(
        crate::source::Source::memory(bytes.clone()),
        &context,
        &mut whole,
        None,
    );
    let sieved = run(bytes, &interest);
    assert_eq!(whole.events.len(), 8, "{:#?}", whole.events);
    let told = |found: &Findings| {
        let events = found.events.iter();
        events
            .map(|event| (event.origin.offset, event.fields.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&sieved), told(&whole));
    assert_eq!(sieved.facts.len(), whole.facts.len());
    assert_eq!(sieved.trace, whole.trace);
}

/// Few bytes that say that they are many.
#[test]
fn nothing_grows_out_of_little() {
    // Buffers of a match that repeats one byte for 16 MiB.
    let mut packed = vec![0xFF, 0xFF, 0xFF, 0x7F, 0, 7, 0, 0x0F, 0xFF, 0, 0];
    packed.extend((16_u32 << 20).to_le_bytes());
    let mut one = vec![0; 72];
    one[0..4].copy_from_slice(&u32::try_from(72 + packed.len()).unwrap().to_le_bytes());
    one[0x2C] = 3;
    one[0x30..0x34].copy_from_slice(&(16_u32 << 20).to_le_bytes());
    one[0x34] = 0x40;
    one.extend(packed);
    let mut bytes = buffer(SIZE, &[header(0)]);
    bytes.extend(one.repeat(100));
    let found = all(bytes);
    assert_eq!(problem(&found, "times its size").kind, ProblemKind::LimitHit);
    // Structures of structures, each of all that follow.
    let mut info = GUID.to_vec();
    info.resize(112 + 400 * 24, 0);
    info[32] = 1;
    info[100..104].copy_from_slice(&400_u32.to_le_bytes());
    info[104..108].copy_from_slice(&400_u32.to_le_bytes());
    for place in 0..399_u16 {
        let at = 112 + usize::from(place) * 24;
        info[at] = 1;
        info[at + 8..at + 10].copy_from_slice(&(place + 1).to_le_bytes());
        info[at + 10..at + 12].copy_from_slice(&(399 - place).to_le_bytes());
        info[at + 16] = 1;
    }
    let records = [
        classic(tdh::PROVIDER, tdh::EVENT, 0, 2, &info),
        event(GUID, 1, 1, 0, &[], &[1; 100]),
    ];
    let found = one_trace(&records);
    assert_eq!(problem(&found, "manifest").count, 1);
    // Arrays of values that take no bytes, in an array of structures.
    let schema = b"\0\0\0A\0S\0\xD8\x02N\0\x20\xFF\xFFB\0\x04".to_vec();
    let found = one_trace(&[event(GUID, 1, 1, 0, &[(11, schema)], &[0xFF; 1000])]);
    assert_eq!(found.records, 2);
}
