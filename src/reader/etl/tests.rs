//! Traces of an own writer, whole and damaged.

#[path = "../../../tests/support/etl/mod.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a writer shared with the tests outside; not all of it is used here"
)]
pub(super) mod writer;

use std::collections::BTreeMap;

mod decoding;
mod definitions;
mod listing;
mod machine;
mod programs;

use super::*;
use crate::limits::Limits;
use crate::model::{ArtifactFormat, EventFilter, Interest, Level, Problem};
use writer::{
    PACKERS, Record as Bytes, buffer, event, full_header, header, message, packed_buffer, packed_buffer_by,
    wide,
};

const GUID: [u8; 16] = [7; 16];
const LSM: [u8; 16] = [
    0x12, 0x69, 0x89, 0x5d, 0x2d, 0x02, 0xaa, 0x40, 0xa3, 0xa8, 0x4f, 0xa5, 0x51, 0x5c, 0x76, 0xd7,
];
const SIZE: usize = 4096;

fn run(bytes: impl Into<Vec<u8>>, interest: &Interest) -> Findings {
    let limits = Limits::default();
    let context = Context {
        path: Arc::from("UiPathTrace.etl"),
        interest,
        limits: &limits,
        recover: false,
    };
    crate::reader::read(Source::memory(bytes), &context)
}

fn all(bytes: impl Into<Vec<u8>>) -> Findings {
    run(bytes, &Interest::everything().unwrap())
}

/// A TraceLogging event of the provider `Robot.Driver`.
fn named(seconds: u64) -> Bytes {
    let mut traits = vec![15, 0];
    traits.extend(b"Robot.Driver\0");
    let mut schema = vec![0, 0, 0];
    schema.extend(b"LogonEnd\0");
    schema.extend(b"User\0\x01");
    schema.extend(b"Status\0\x94\x05");
    schema.extend(b"Ids\0\x48");
    schema.extend(b"Ok\0\x84\x03");
    let mut payload = wide("svc-robot");
    payload.extend(0xC000_006D_u32.to_le_bytes());
    payload.extend([2, 0, 1, 0, 0, 0, 2, 0, 0, 0]);
    payload.push(1);
    event(GUID, 0, seconds, 0, &[(12, traits), (11, schema)], &payload)
}

fn driver(seconds: u64) -> Bytes {
    let mut payload = wide("rdp.cpp");
    payload.extend(34_u32.to_le_bytes());
    payload.extend(wide(
        "RdpWrapper: Log on Wrapper: exiting connection loop, err(rdp):-1073741537",
    ));
    event([9; 16], 1, seconds, 0, &[], &payload)
}

fn trace() -> Vec<u8> {
    let text = wide("Session failed 0x80070520");
    let mut bytes = buffer(SIZE, &[header(0)]);
    bytes.extend(buffer(
        SIZE,
        &[
            named(1),
            event(LSM, 40, 2, 4, &[], &text),
            driver(3),
            message(GUID, 17, 4, b"\x05\0\0\0C:\\Robot\\run.exe\0"),
        ],
    ));
    bytes
}

#[test]
fn what_carries_its_names_or_is_text_is_decoded() {
    let found = all(trace());
    assert_eq!(found.format, Some(ArtifactFormat::Etl));
    let [named, text, driver, message] = found.events.as_slice() else {
        panic!("{:#?}", found.events);
    };
    assert_eq!(&*named.provider, "Robot.Driver");
    assert_eq!(named.time.unwrap().to_rfc3339(), "2026-05-04T08:00:01+00:00");
    assert_eq!(
        (named.process, named.thread, named.level),
        (Some(2804), Some(3172), Level::Warning)
    );
    assert_eq!(named.field("EventName"), Some(&Value::text("LogonEnd")));
    assert_eq!(named.field("User"), Some(&Value::text("svc-robot")));
    assert_eq!(named.field("Status"), Some(&Value::Hex32(0xC000_006D)));
    let ids = Value::List(vec![Value::Unsigned(1), Value::Unsigned(2)]);
    assert_eq!(named.field("Ids"), Some(&ids));
    assert_eq!(named.field("Ok"), Some(&Value::Bool(true)));

    assert_eq!(
        &*text.provider,
        "Microsoft-Windows-TerminalServices-LocalSessionManager"
    );
    assert_eq!(
        (text.id, text.message.as_deref()),
        (Some(40), Some("Session failed 0x80070520"))
    );

    assert_eq!(&*driver.provider, crate::reader::wording::UIPATH);
    assert!(
        driver
            .message
            .as_deref()
            .unwrap()
            .starts_with("rdp.cpp RdpWrapper: Log on")
    );
    assert_eq!(driver.field("err"), Some(&Value::Signed(-1_073_741_537)));

    assert_eq!(message.message.as_deref(), Some("C:\\Robot\\run.exe"));
    assert_eq!(message.time.unwrap().to_rfc3339(), "2026-05-04T08:00:04+00:00");
    let undecoded: Vec<_> = found
        .problems
        .iter()
        .map(|problem| (problem.kind, problem.count))
        .collect();
    assert_eq!(
        undecoded,
        [(ProblemKind::Undecoded, 1), (ProblemKind::Undecoded, 1)]
    );
    assert_eq!((found.records, found.bytes), (5, 2 * SIZE as u64));
}

#[test]
fn messages_without_any_text_are_no_health() {
    let bytes = [
        buffer(SIZE, &[header(7)]),
        buffer(SIZE, &[message(GUID, 1, 1, &[1, 2, 3])]),
    ]
    .concat();
    let interest = Interest::new(
        EventFilter::Listed(BTreeMap::new()),
        ["session".to_owned()],
        [],
        Vec::new(),
    );
    let found = run(bytes, &interest.unwrap());
    assert!(found.events.is_empty());
    let kinds: Vec<_> = found.problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [ProblemKind::Undecoded, ProblemKind::Truncated]);
    assert!(found.problems[1].detail.contains("lost 7 events"));
}

/// The type in byte 2 is not there in messages of older systems: bits of byte 3 tell.
#[test]
fn messages_are_told_by_their_marks() {
    let mut one = message(GUID, 1, 1, b"C:\\Robot\\run.exe\0");
    one[2] = 0;
    let found = all([buffer(SIZE, &[header(0)]), buffer(SIZE, &[one])].concat());
    assert_eq!(found.events[0].message.as_deref(), Some("C:\\Robot\\run.exe"));
    assert_eq!(found.problems[0].kind, ProblemKind::Undecoded);
}

#[test]
fn compressed_buffers_are_unpacked() {
    let packed = packed_buffer(&[named(1), driver(3)]);
    let found = all([
        buffer(SIZE, &[header(0)]),
        packed.clone(),
        packed_buffer(&[driver(5)]),
    ]
    .concat());
    assert_eq!(found.events.len(), 3);
    // The place of a packed event is that of its buffer.
    assert_eq!(found.events[1].origin.offset, Some(SIZE as u64));
    let mut broken = packed;
    let middle = broken.len() / 2;
    broken.truncate(middle);
    let found = all([buffer(SIZE, &[header(0)]), broken].concat());
    assert!(
        found
            .problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Truncated)
    );
}

#[test]
fn a_damaged_buffer_costs_itself() {
    let mut bytes = buffer(SIZE, &[header(0)]);
    bytes.extend(buffer(SIZE, &[named(1)]));
    bytes.extend(buffer(SIZE, &[driver(2)]));
    let whole = all(bytes.clone());
    let mut damaged = bytes.clone();
    damaged[SIZE..SIZE + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    let found = all(damaged);
    assert_eq!(found.events, whole.events[1..]);
    assert_eq!(found.problems[0].kind, ProblemKind::Damaged);
    // A record of no size, and a buffer that was never written.
    let mut damaged = bytes.clone();
    damaged[SIZE + 72..SIZE + 74].fill(0);
    assert_eq!(all(damaged).events, whole.events[1..]);
    let mut damaged = bytes.clone();
    damaged[SIZE..2 * SIZE].fill(0);
    assert_eq!(all(damaged).events, whole.events[1..]);
    let cut = all(&bytes[..bytes.len() - 100]);
    assert_eq!(cut.events, whole.events);
    assert!(
        cut.problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Truncated)
    );
}

#[test]
fn a_damaged_header_of_a_compressed_buffer_costs_itself() {
    let head = buffer(SIZE, &[header(0)]);
    let parts = [
        packed_buffer(&[named(1), driver(2)]),
        packed_buffer(&[named(3), driver(4), driver(5)]),
        packed_buffer(&[driver(6)]),
        packed_buffer(&[named(7), driver(8)]),
    ];
    let whole = all([head.clone(), parts.concat()].concat());
    assert_eq!(whole.events.len(), 8);
    // A size that cannot be, one that may be and is not so, and zeros.
    for damage in [u32::MAX, 100, 0] {
        let mut damaged = parts.clone();
        damaged[1][..4].copy_from_slice(&damage.to_le_bytes());
        let found = all([head.clone(), damaged.concat()].concat());
        let kept = |found: &Findings| {
            let times = found.events.iter().map(|event| event.time);
            times.collect::<Vec<_>>()
        };
        let wanted = [kept(&whole)[..2].to_vec(), kept(&whole)[5..].to_vec()].concat();
        assert_eq!(kept(&found), wanted, "{damage}");
        let is_told = |problem: &Problem| problem.kind == ProblemKind::Damaged;
        assert!(found.problems.iter().any(is_told));
    }
}

fn damages(found: &Findings) -> u64 {
    let damages = found.problems.iter();
    damages
        .filter(|problem| problem.kind == ProblemKind::Damaged)
        .map(|problem| problem.count)
        .sum()
}

/// Whatever size the header of one states, all others are read, and the damage is told.
#[test]
fn a_wrong_size_of_a_buffer_costs_no_other() {
    let head = buffer(SIZE, &[header(0)]);
    for packer in PACKERS {
        let packed = |records: &[Vec<u8>]| packed_buffer_by(packer, records);
        let parts = [
            packed(&[named(1), driver(2)]),
            packed(&[named(3), driver(4), driver(5)]),
            packed(&[driver(6), driver(7)]),
            packed(&[named(8), driver(9)]),
        ];
        let bytes = [head.clone(), parts.concat()].concat();
        let at = head.len() + parts[0].len();
        let whole = all(bytes.clone());
        let own = [2, 3, 4].map(|place| whole.events[place].time);
        // What LZNT1 leaves as it is may look like a header where a buffer is said to end within.
        let least = if packer.0 == 2 { parts[1].len() } else { 72 };
        for size in (least..2 * bytes.len())
            .step_by(13)
            .filter(|&size| size != parts[1].len())
        {
            let mut damaged = bytes.clone();
            damaged[at..at + 4].copy_from_slice(&u32::try_from(size).unwrap().to_le_bytes());
            let found = all(damaged);
            let times: Vec<_> = found.events.iter().map(|event| event.time).collect();
            let others = times.iter().filter(|time| !own.contains(time)).count();
            assert_eq!(others, 6, "{packer:?} {size}: {times:?}");
            // What is left of it is told a second time at most.
            assert!((1..=2).contains(&damages(&found)), "{size}: {:?}", found.problems);
        }
    }
}

#[test]
fn a_buffer_that_is_said_to_be_longer_swallows_no_other() {
    let parts = [1, 2, 3].map(|second| buffer(SIZE, &[driver(second)]));
    let bytes = [buffer(SIZE, &[header(0)]), parts.concat()].concat();
    let whole = all(bytes.clone());
    for size in [2 * SIZE, 2 * SIZE + 8, 3 * SIZE, 1 << 20] {
        let mut damaged = bytes.clone();
        damaged[SIZE..SIZE + 4].copy_from_slice(&u32::try_from(size).unwrap().to_le_bytes());
        let found = all(damaged);
        assert_eq!(found.events, whole.events[1..], "{size}");
        assert_eq!(damages(&found), 1, "{size}: {:?}", found.problems);
    }
}

/// A circular trace holds its buffers in any order, and the first need not be the oldest.
#[test]
fn buffers_come_in_any_order() {
    let head = buffer(SIZE, &[header(0)]);
    let parts = [
        buffer(SIZE, &[driver(4), named(5)]),
        buffer(SIZE, &[driver(1)]),
        buffer(SIZE, &[named(2), driver(3)]),
    ];
    let found = all([head, parts.concat()].concat());
    let mut times: Vec<_> = found.events.iter().filter_map(|event| event.time).collect();
    assert_eq!(times.len(), 5);
    let trace = found.trace.as_ref().unwrap();
    times.sort_unstable();
    assert_eq!(
        (trace.first, trace.last),
        (times.first().copied(), times.last().copied())
    );
}

#[test]
fn a_cut_loses_only_what_is_behind_it() {
    for parts in [
        [buffer(SIZE, &[named(1), driver(2)]), buffer(SIZE, &[driver(3)])],
        [packed_buffer(&[named(1), driver(2)]), packed_buffer(&[driver(3)])],
    ] {
        let bytes = [buffer(SIZE, &[header(0)]), parts.concat()].concat();
        let whole = all(bytes.clone());
        for cut in SIZE..bytes.len() {
            let found = all(&bytes[..cut]);
            assert!(found.events.len() <= whole.events.len(), "{cut}");
            if cut >= SIZE + parts[0].len() {
                assert_eq!(found.events[..2], whole.events[..2], "{cut}");
            }
            let is_between = cut == SIZE || cut == SIZE + parts[0].len();
            let is_told = found
                .problems
                .iter()
                .any(|problem| problem.kind == ProblemKind::Truncated);
            assert!(is_told || is_between, "{cut}");
        }
    }
}

#[test]
fn no_number_is_believed() {
    let bytes = trace();
    let step = if cfg!(debug_assertions) { 7 } else { 1 };
    for at in (0..bytes.len() / 4).step_by(step) {
        for number in [0_u32, 1, 0x7F, 0xFFFF, u32::MAX, 0x8000_0000] {
            let mut bytes = bytes.clone();
            bytes[at * 4..at * 4 + 4].copy_from_slice(&number.to_le_bytes());
            assert!(all(bytes).events.len() < 100);
        }
    }
}

fn one_trace(records: &[Bytes]) -> Findings {
    let mut bytes = buffer(SIZE, &[full_header("Robot", "C:\\Robot\\t.etl")]);
    bytes.extend(buffer(64 << 10, records));
    all(bytes)
}

fn problem<'a>(found: &'a Findings, text: &str) -> &'a Problem {
    let found = found
        .problems
        .iter()
        .find(|problem| problem.detail.contains(text));
    found.unwrap_or_else(|| panic!("no problem says {text}"))
}
