//! The own decoder against the `evtx` crate: every record both ways, every part of the event compared.
//!
//! On real logs: `LOGONSCOPE_EVTX_DIR=/logs cargo test --release --lib evtx::tests::differential -- --nocapture`.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;

use super::super::header::{CHUNK_SIZE, FileHeader};
use super::super::wanted::is_hollow;
use super::super::{second_reading, tally};
use super::made::{every_type, forwarded, session_log};
use super::writer::{Event as Made, Log, Value as Typed};
use crate::limits::Limits;
use crate::model::{Event, Findings, Interest, Origin, Value, parse_rfc3339};
use crate::reader::{Context, secrets};
use crate::source::Source;

/// What came of comparing one log.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) records: u64,
    pub(super) by_reference: u64,
    /// Records that the crate decoded and the reader has not, and so on.
    pub(super) differences: Vec<String>,
    pub(super) problems: Vec<String>,
    /// Records that only the own decoder could read.
    pub(super) more: usize,
}

/// Reads a log both ways and compares.
pub(super) fn compare(bytes: &[u8], path: &str) -> Outcome {
    let interest = Interest::everything().unwrap();
    let limits = Limits::default();
    let context = Context {
        path: path.into(),
        interest: &interest,
        limits: &limits,
        recover: false,
    };
    let (total, _) = tally(
        Source::memory(bytes),
        (&context, None),
        |_, _| (),
        |()| ControlFlow::Continue(()),
    );
    let mut outcome = Outcome {
        by_reference: total.by_reference(),
        ..Outcome::default()
    };
    let mut findings = Findings::default();
    total.finish(&mut findings);
    outcome.records = findings.records;
    outcome.problems = findings
        .problems
        .iter()
        .map(|problem| format!("{problem:?}"))
        .collect();
    let mut own: BTreeMap<u64, Event> = BTreeMap::new();
    for event in findings.events {
        let offset = event.origin.offset.unwrap();
        assert!(
            own.insert(offset, event).is_none(),
            "{path}: the record at {offset} came twice"
        );
    }
    let start = usize::try_from(FileHeader::read(bytes).first_chunk_offset()).unwrap();
    for (index, chunk) in bytes
        .get(start..)
        .unwrap_or_default()
        .chunks(CHUNK_SIZE)
        .enumerate()
    {
        let base = start + index * CHUNK_SIZE;
        for (place, theirs) in second_reading::decode(chunk, |_| Some(Origin::artifact(path))) {
            let offset = (base + place) as u64;
            // The crate makes an event of a record whose values were overwritten with zeros; the reader says so.
            let theirs = theirs.and_then(|event| {
                if is_hollow(&event) {
                    return Err(String::new());
                }
                let mut piece = Findings {
                    events: vec![event],
                    ..Findings::default()
                };
                secrets::mask(&context, &mut piece);
                piece.events.pop().ok_or_else(String::new)
            });
            match (own.remove(&offset), theirs) {
                (None, Ok(_)) => outcome
                    .differences
                    .push(format!("{path} {offset}: only the crate reads it")),
                (Some(ours), Ok(theirs)) => {
                    for difference in differences(&ours, &theirs) {
                        outcome.differences.push(format!("{path} {offset}: {difference}"));
                    }
                }
                (Some(_), Err(_)) => outcome.more += 1,
                (None, Err(_)) => {}
            }
        }
    }
    outcome.more += own.len();
    outcome
}

fn differences(ours: &Event, theirs: &Event) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |what: &str, ours: String, theirs: String| {
        if ours != theirs {
            found.push(format!("{what}: {ours:?} against {theirs:?}"));
        }
    };
    check("provider", ours.provider.to_string(), theirs.provider.to_string());
    check("channel", ours.channel.to_string(), theirs.channel.to_string());
    check("computer", ours.computer.to_string(), theirs.computer.to_string());
    check("id", format!("{:?}", ours.id), format!("{:?}", theirs.id));
    check("time", format!("{:?}", ours.time), format!("{:?}", theirs.time));
    check(
        "level",
        format!("{:?}", ours.level),
        format!("{:?}", theirs.level),
    );
    check(
        "activity",
        format!("{:?}", ours.activity),
        format!("{:?}", theirs.activity),
    );
    check(
        "process",
        format!("{:?}", ours.process),
        format!("{:?}", theirs.process),
    );
    check(
        "thread",
        format!("{:?}", ours.thread),
        format!("{:?}", theirs.thread),
    );
    check("sid", format!("{:?}", ours.sid), format!("{:?}", theirs.sid));
    check(
        "version",
        format!("{:?}", ours.version),
        format!("{:?}", theirs.version),
    );
    check("task", format!("{:?}", ours.task), format!("{:?}", theirs.task));
    check(
        "opcode",
        format!("{:?}", ours.opcode),
        format!("{:?}", theirs.opcode),
    );
    check(
        "keywords",
        format!("{:?}", ours.keywords),
        format!("{:?}", theirs.keywords),
    );
    check(
        "message",
        format!("{:?}", ours.message),
        format!("{:?}", theirs.message),
    );
    let names =
        |event: &Event| -> Vec<Arc<str>> { event.fields.iter().map(|field| field.name.clone()).collect() };
    check(
        "names",
        format!("{:?}", names(ours)),
        format!("{:?}", names(theirs)),
    );
    for (a, b) in ours.fields.iter().zip(&theirs.fields) {
        if !is_same(&a.value, &b.value) {
            check(&a.name, format!("{:?}", a.value), format!("{:?}", b.value));
        }
    }
    found
}

/// Whether a typed value and the text of it say the same.
fn is_same(ours: &Value, theirs: &Value) -> bool {
    let text = theirs.to_text();
    match ours {
        Value::Time(time) => parse_rfc3339(&text) == Some(*time),
        // Halfway between two shortest texts, the two sides round a 32-bit float differently: 3101463.25 is .2 and .3.
        Value::Float(number) => text.parse() == Ok(*number) || text.parse::<f32>() == Ok(*number as f32),
        // Windows, and the crate with it, shows what XML does not allow as an underscore.
        Value::Text(ours) => **ours == *text || ours.replace(is_not_xml, "_") == text,
        ours => ours.to_text() == text || ours.to_text().eq_ignore_ascii_case(&text),
    }
}

fn is_not_xml(letter: char) -> bool {
    matches!(letter, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

#[test]
fn made_logs() {
    for log in [every_type(), session_log(150), forwarded(30)] {
        let outcome = compare(&log.to_evtx(), &log.channel);
        assert_eq!(outcome.records, log.events.len() as u64);
        assert_eq!((outcome.problems, outcome.differences), (Vec::new(), Vec::new()));
        assert_eq!((outcome.by_reference, outcome.more), (0, 0));
    }
}

fn any_value() -> impl Strategy<Value = Typed> {
    let listed = prop::sample::select(super::made::values());
    prop_oneof![
        listed,
        "[ -~]{0,30}".prop_map(Typed::Str),
        "\\PC{0,20}".prop_map(Typed::Str),
        any::<u32>().prop_map(Typed::U32),
        any::<i32>().prop_map(Typed::I32),
        any::<u64>().prop_map(Typed::Hex64),
        any::<f32>()
            .prop_filter("a number", |number| number.is_finite())
            .prop_map(Typed::F32),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(Typed::Binary),
        prop::collection::vec("[a-z]{0,8}", 0..5).prop_map(Typed::Strings),
        prop::collection::vec(any::<u32>(), 0..5).prop_map(Typed::U32s),
    ]
}

fn any_event() -> impl Strategy<Value = Made> {
    let fields = prop::collection::vec(("[A-Z][a-z]{0,12}", any_value()), 0..12);
    (fields, any::<u64>(), any::<bool>()).prop_map(|(fields, guid, user)| {
        let guid = format!("{{11111111-2222-3333-4444-{:012X}}}", guid >> 16);
        let mut event = Made::new("Test-Any", 7).guid(&guid);
        if user {
            event = event.user_data();
        }
        for (name, value) in fields {
            event = event.data(&name, value);
        }
        event
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    /// Any values in any number, each event with a template of its own.
    #[test]
    fn any_log(events in prop::collection::vec(any_event(), 1..12)) {
        let log = Log::new("Test/Any", "RPA-07").events(events);
        let outcome = compare(&log.to_evtx(), "any");
        prop_assert_eq!(outcome.records, log.events.len() as u64);
        prop_assert_eq!(outcome.differences, Vec::<String>::new());
        // A field may by chance have the name of a secret; that it was masked, on both sides, is no fault.
        let problems = outcome.problems.into_iter().filter(|problem| !problem.contains("SecretMasked"));
        prop_assert_eq!(problems.collect::<Vec<_>>(), Vec::<String>::new());
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the variable is how a person hands logs to this test"
)]
fn folder() -> Option<PathBuf> {
    std::env::var("LOGONSCOPE_EVTX_DIR").ok().map(PathBuf::from)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn real_logs() {
    let Some(folder) = folder() else { return };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let (mut records, mut by_reference, mut more, mut different) = (0, 0, 0, 0);
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        if !super::super::sniff(bytes.get(..4104).unwrap_or(&bytes)) {
            continue;
        }
        let outcome = compare(&bytes, &path.display().to_string());
        records += outcome.records;
        by_reference += outcome.by_reference;
        more += outcome.more;
        different += outcome.differences.len();
        for line in outcome.problems.iter().chain(outcome.differences.iter().take(20)) {
            println!("{line}");
        }
    }
    println!(
        "{records} records, {by_reference} left to the crate, {more} read by the reader alone, {different} differences"
    );
    assert_eq!(different, 0);
}
