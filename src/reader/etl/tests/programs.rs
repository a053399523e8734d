//! Programs beside a trace that define its events.

use super::writer::event;
use super::writer::program::{Item, Provider, item, messages, program, templates};
use super::{Bytes, GUID, SIZE, buffer, header, run, wide};
use crate::model::{ArtifactFormat, Companion, Decoding, Findings, Interest, Value};
use crate::reader::etl::{Trace, only_definitions};

/// Flags of a field.
const STRUCT: u32 = 1;
const LENGTH: u32 = 2;
const LENGTH_IN_PROPERTY: u32 = 4;
const COUNT: u32 = 8;
const COUNT_IN_PROPERTY: u32 = 16;

const ITEMS: &[Item] = &[
    item("User", 1, 1),
    Item {
        map: Some(0),
        ..item("State", 4, 3)
    },
    Item {
        map: Some(1),
        ..item("Flags", 8, 18)
    },
    item("Size", 6, 6),
    Item {
        flags: LENGTH_IN_PROPERTY,
        length: 3,
        ..item("Data", 14, 15)
    },
    Item {
        flags: COUNT,
        count: 2,
        ..item("Codes", 8, 18)
    },
    Item {
        flags: LENGTH,
        length: 2,
        ..item("Mark", 2, 1)
    },
    Item {
        flags: STRUCT | COUNT_IN_PROPERTY,
        types: [8, 2],
        count: 3,
        ..item("Pairs", 0, 0)
    },
    item("Id", 4, 4),
    item("Value", 6, 6),
];

const PROVIDER: Provider<'_> = Provider {
    guid: GUID,
    name: "Contoso-Robot-Driver",
    channel: (16, "Contoso-Robot-Driver/Operational"),
    maps: &[
        (false, &[(2, 0xD000_0002)]),
        (true, &[(1, 0xF000_0001), (4, 0xF000_0004)]),
    ],
    templates: &[(ITEMS, 8)],
    events: &[(40, 16, "Session", 1, "Refused", 0xB000_0028, 0)],
};

const MESSAGES: &[(u32, &str)] = &[
    (0xB000_0028, "%1 was refused in state %2 (%3)\r\n"),
    (0xD000_0002, "locked"),
    (0xF000_0001, "remote"),
    (0xF000_0004, "hidden"),
];

fn dll() -> Vec<u8> {
    program(&[
        (Err("WEVT_TEMPLATE"), templates(&PROVIDER)),
        (Ok(16), vec![1; 64]),
    ])
}

fn mui() -> Vec<u8> {
    program(&[(Ok(11), messages(MESSAGES))])
}

fn refused() -> Bytes {
    let mut payload = wide("svc-robot");
    payload.push(2);
    payload.extend(5_u32.to_le_bytes());
    payload.extend(2_u16.to_le_bytes());
    payload.extend([0xAB, 0xCD]);
    payload.extend([0xC000_006D_u32, 0xC000_0064].map(u32::to_le_bytes).concat());
    payload.extend(b"ok");
    payload.extend([7, 1, 0, 8, 2, 0]);
    let mut record = event(GUID, 40, 1, 0, &[], &payload);
    record[43] = 16;
    record
}

fn read_with(companions: Vec<Companion>) -> Findings {
    let mut bytes = buffer(SIZE, &[header(0)]);
    bytes.extend(buffer(64 << 10, &[refused()]));
    run(
        bytes,
        &Interest::everything().unwrap().with_companions(companions),
    )
}

fn companion(path: &str, bytes: &[u8]) -> Companion {
    Companion {
        path: path.into(),
        bytes: bytes.into(),
    }
}

#[test]
fn a_program_names_the_fields_of_its_events() {
    let found = read_with(vec![
        companion("case/driver.dll", &dll()),
        companion("case/en-US/Driver.dll.mui", &mui()),
    ]);
    let [event] = found.events.as_slice() else {
        panic!("{found:#?}")
    };
    assert_eq!(&*event.provider, "Contoso-Robot-Driver");
    assert_eq!(&*event.channel, "Contoso-Robot-Driver/Operational");
    assert_eq!(
        event.message.as_deref(),
        Some("svc-robot was refused in state locked (remote|hidden)")
    );
    let codes = [0xC000_006D, 0xC000_0064].map(Value::Hex32).to_vec();
    let list = |one, other| Value::List(vec![Value::Unsigned(one), Value::Unsigned(other)]);
    for (name, value) in [
        ("EventName", Value::text("Session/Refused")),
        ("User", Value::text("svc-robot")),
        ("State", Value::Unsigned(2)),
        ("Flags", Value::Hex32(5)),
        ("Data", Value::Binary([0xAB, 0xCD].as_slice().into())),
        ("Codes", Value::List(codes)),
        ("Mark", Value::text("ok")),
        ("Id", list(7, 8)),
        ("Value", list(1, 2)),
    ] {
        assert_eq!(event.field(name), Some(&value), "{name}");
    }
    let trace = found.trace.unwrap();
    let own = trace
        .providers
        .iter()
        .find(|provider| *provider.name == *PROVIDER.name);
    assert_eq!(
        own.map(|own| own.decoding),
        Some(Decoding::Manifest),
        "{trace:#?}"
    );
    assert!(found.problems.is_empty(), "{:#?}", found.problems);
}

#[test]
fn texts_of_another_program_are_not_its_own() {
    let found = read_with(vec![
        companion("driver.dll", &dll()),
        companion("other.dll.mui", &mui()),
    ]);
    let [event] = found.events.as_slice() else {
        panic!("{found:#?}")
    };
    assert_eq!(event.message, None);
    assert_eq!(event.field("User"), Some(&Value::text("svc-robot")));
}

#[test]
fn of_a_program_only_the_definitions_are_kept() {
    let mut large = dll();
    large.extend(vec![0x90; 100_000]);
    let kept = only_definitions("driver.dll", &large).unwrap();
    assert!(kept.len() < 5000, "{}", kept.len());
    let [whole, kept] = [&large, &kept].map(|bytes| {
        let found = read_with(vec![companion("driver.dll", bytes)]);
        format!("{:?}", found.events)
    });
    assert_eq!(whole, kept);
    // What has texts only is kept where its name says whose they are.
    assert!(only_definitions("de-DE/driver.dll.mui", &mui()).is_some());
    assert!(only_definitions("driver.dll", &mui()).is_none());
    assert!(only_definitions("a.dll", &program(&[(Ok(16), vec![1; 64])])).is_none());
    for end in 0..dll().len() {
        let _ = only_definitions("driver.dll", &dll()[..end]);
    }
}

#[test]
fn a_program_that_is_used_is_named_and_counted() {
    let (dll, limits) = (dll(), crate::Limits::default());
    let interest = Interest::everything().unwrap();
    let interest = interest.with_companions(vec![companion("driver.dll", &dll)]);
    let read = |path: &str| {
        let context = crate::reader::Context {
            path: path.into(),
            interest: &interest,
            limits: &limits,
            recover: false,
        };
        crate::reader::read(crate::source::Source::memory(dll.clone()), &context)
    };
    let found = read("driver.dll");
    assert_eq!(
        (found.format, found.records),
        (Some(ArtifactFormat::TraceFormats), 1)
    );
    assert_eq!(read("other.dll").format, Some(ArtifactFormat::Other));
}

#[test]
fn the_door_takes_programs_too() {
    let mut bytes = buffer(SIZE, &[header(0)]);
    bytes.extend(buffer(64 << 10, &[refused()]));
    let trace = Trace::new(std::io::Cursor::new(bytes)).with(&[companion("driver.dll", &dll())]);
    let records: Vec<_> = trace.map(Result::unwrap).collect();
    assert_eq!(records[1].event.field("User"), Some(&Value::text("svc-robot")));
}
