//! What is kept, counted, recovered and reported.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use super::super::chunk::{RECOVERED, REPEATS};
use super::super::header::{CHUNK_SIZE, FILE_HEADER_SIZE};
use super::super::read;
use super::made::{LSM, TASKS, every_type, forwarded, session_log};
use super::writer::{Event as Made, Log, Value as Typed, time};
use crate::limits::Limits;
use crate::model::{Demand, Event, EventFilter, Findings, Interest, Level, Narrow, ProblemKind, Value};
use crate::reader::{Context, read_pieces};
use crate::source::Source;

pub(super) fn read_with(source: Source, interest: &Interest, recover: bool) -> Findings {
    let limits = Limits::default();
    let context = Context {
        path: "System.evtx".into(),
        interest,
        limits: &limits,
        recover,
    };
    let mut findings = Findings::default();
    read(
        source,
        (&context, None),
        &mut findings,
        |_, _| (),
        |()| ControlFlow::Continue(()),
    );
    findings
}

fn read_all(bytes: &[u8]) -> Findings {
    read_with(Source::memory(bytes), &Interest::everything().unwrap(), false)
}

fn interest(list: &[(&str, &[u16])], words: &[&str], codes: &[u32]) -> Interest {
    let list = list
        .iter()
        .map(|(provider, ids)| (provider.to_lowercase().into(), ids.iter().copied().collect()))
        .collect();
    let words = words.iter().map(|word| (*word).to_owned());
    Interest::new(
        EventFilter::Listed(list),
        words,
        codes.iter().copied(),
        Vec::new(),
    )
    .unwrap()
}

#[test]
fn only_what_is_wanted_is_kept_and_all_is_counted() {
    let bytes = session_log(300).to_evtx();
    assert!(bytes.len() > 4096 + 2 * CHUNK_SIZE);
    let findings = read_with(
        Source::memory(bytes.clone()),
        &interest(&[(LSM, &[21, 40])], &[], &[]),
        false,
    );
    assert_eq!((findings.records, findings.events.len()), (2_100, 600));
    assert_eq!(findings.problems, []);
    assert_eq!(findings.bytes, bytes.len() as u64);
    assert!(findings.events.iter().all(|event| &*event.provider == LSM));
    let ids: Vec<_> = findings
        .events
        .iter()
        .map(|event| event.record_id.unwrap())
        .collect();
    assert!(ids.is_sorted());
    let first = &findings.events[0];
    assert_eq!(first.get("SessionID"), Some(&Value::Unsigned(0)));
    assert_eq!(first.get("User"), Some(&Value::text("CORP\\svc-robot")));
    assert_eq!(
        first.activity.as_deref(),
        Some("{f4200002-0000-0000-0000-000000000000}")
    );
    let spans: Vec<_> = findings
        .spans
        .iter()
        .map(|span| (&*span.channel, span.records))
        .collect();
    assert_eq!(
        spans,
        [
            ("Microsoft-Windows-TaskScheduler/Operational", 300),
            ("System", 1_800)
        ]
    );
    let system = &findings.spans[1];
    assert_eq!((system.first_record, system.last_record), (100, 2_199));
    assert_eq!(
        (system.last.unwrap() - system.first.unwrap()).num_seconds(),
        2_990
    );
}

/// Fields are looked at where they lie as the decoder would read them: nothing that meets a demand is lost, and of plain
/// events nothing else is kept.
#[test]
fn demands_keep_what_meets_them() {
    for (log, is_plain) in [
        (session_log(20), true),
        (every_type(), false),
        (forwarded(10), false),
    ] {
        let bytes = log.to_evtx();
        let all = read_all(&bytes).events;
        let keys: BTreeSet<(Box<str>, u16)> = all
            .iter()
            .map(|event| (event.provider.to_lowercase().into(), event.id.unwrap()))
            .collect();
        let mut list: BTreeMap<Box<str>, BTreeSet<u16>> = BTreeMap::new();
        for (provider, id) in &keys {
            list.entry(provider.clone()).or_default().insert(*id);
        }
        let listed = Interest::new(EventFilter::Listed(list), [], [], Vec::new()).unwrap();
        let fields = all.iter().flat_map(|event| &event.fields);
        let named: BTreeSet<(String, String)> = fields
            .filter(|field| !field.name.is_empty())
            .map(|field| (field.name.to_string(), field.value.to_text().into_owned()))
            .collect();
        let text = |event: &Event, name: &str| {
            let value = event.field(name);
            value
                .map(|value| value.to_text().into_owned())
                .unwrap_or_default()
        };
        let mut exact = 0;
        for (name, wanted) in named.iter().step_by(3) {
            let own = wanted.clone();
            let demand = Demand {
                fields: vec![(
                    name.to_uppercase().into(),
                    Arc::new(move |text: Option<&str>| text.unwrap_or_default() == own),
                )],
            };
            let demands = keys.iter().map(|key| (key.clone(), vec![demand.clone()]));
            let interest = listed.clone().demanding(demands.collect());
            let kept = read_with(Source::memory(bytes.clone()), &interest, false);
            assert_eq!(kept.records, all.len() as u64, "all are counted");
            let meets = all
                .iter()
                .filter(|event| text(event, name) == *wanted)
                .collect::<Vec<_>>();
            for event in &meets {
                assert!(kept.events.contains(event), "{name} = {wanted:?} lost {event:?}");
            }
            if is_plain {
                assert_eq!(kept.events.len(), meets.len(), "{name} = {wanted:?}");
                exact += usize::from(meets.len() < all.len());
            }
        }
        assert!(exact > 10 || !is_plain);
    }
}

#[test]
fn a_code_is_found_where_no_demand_holds() {
    let event = |kind: &str, text: &str| {
        Made::new("Made-Up", 7)
            .at(time("2026-05-04T08:00:00Z"))
            .data("Kind", kind)
            .data("Text", text)
    };
    let log = Log::new("System", "RPA-07").events([
        event("a", "nothing"),
        event("a", "it ended with 0x80070520"),
        event("b", "nothing"),
    ]);
    let demand = Demand {
        fields: vec![("Kind".into(), Arc::new(|text: Option<&str>| text == Some("b")))],
    };
    let interest = interest(&[("Made-Up", &[7])], &[], &[0x8007_0520])
        .demanding([(("made-up".into(), 7), vec![demand])].into());
    let kept = read_with(Source::memory(log.to_evtx()), &interest, false);
    let records: Vec<_> = kept.events.iter().map(|event| text_of(event, "Kind")).collect();
    assert_eq!(records, ["a", "b"]);
    assert_eq!(kept.records, 3);
}

fn text_of(event: &Event, name: &str) -> String {
    let value = event.field(name).expect("the field");
    value.to_text().into_owned()
}

#[test]
fn a_stream_gives_the_same_as_positioned_bytes() {
    let bytes = session_log(2_500).to_evtx();
    let wanted = interest(&[(LSM, &[40])], &[], &[]);
    let at = read_with(Source::memory(bytes.clone()), &wanted, false);
    let stream = Source::Stream(Box::new(std::io::Cursor::new(bytes)));
    let streamed = read_with(stream, &wanted, false);
    assert_eq!(at.events, streamed.events);
    assert_eq!(
        (at.records, &at.spans, at.bytes),
        (streamed.records, &streamed.spans, streamed.bytes)
    );
}

#[test]
fn codes_and_words_surface_wherever_they_stand() {
    let store = "Microsoft-Windows-Store";
    let log = Log::new("Application", "RPA-07")
        .event(
            Made::new(store, 1)
                .guid("{11111111-2222-3333-4444-000000000001}")
                .data("Hr", Typed::Hex32(0x8007_0520)),
        )
        .event(
            Made::new(store, 2)
                .guid("{11111111-2222-3333-4444-000000000001}")
                .data("Hr", Typed::I32(-2_147_023_584)),
        )
        .event(
            Made::new(store, 3)
                .guid("{11111111-2222-3333-4444-000000000001}")
                .data("Text", "failed: 0x80070520"),
        )
        .event(
            Made::new(store, 4)
                .guid("{11111111-2222-3333-4444-000000000001}")
                .data("Text", "2147943712"),
        )
        .event(
            Made::new(store, 5)
                .guid("{11111111-2222-3333-4444-000000000001}")
                .data("Hr", Typed::Hex32(0x8007_0521)),
        )
        .event(
            Made::new(store, 6)
                .guid("{11111111-2222-3333-4444-000000000001}")
                .data("Hr", Typed::U32s(vec![1, 0x8007_0520])),
        )
        .event(Made::new("Robot", 7).classic(&["It said: No Such Logon session"], None))
        .event(Made::new("Robot", 8).classic(&["all is well"], None))
        .event(Made::new("Robot", 9).classic(&["all is well with 80070520"], None));
    let wanted = interest(&[], &["no such logon"], &[0x8007_0520]);
    let found = read_with(Source::memory(log.to_evtx()), &wanted, false);
    let ids: Vec<_> = found.events.iter().map(|event| event.id.unwrap()).collect();
    assert_eq!(ids, [1, 2, 3, 4, 6, 7, 9]);
    assert_eq!(found.records, 9);
}

#[test]
fn what_is_not_asked_for_is_counted_and_left() {
    let bytes = session_log(40).to_evtx();
    let all = read_all(&bytes);
    let narrows: [fn(&mut Narrow); 6] = [
        |narrow| narrow.ids = [21, 101].into(),
        |narrow| narrow.providers = [LSM.to_lowercase().into()].into(),
        |narrow| narrow.channels = ["taskscheduler/operational".into()].into(),
        |narrow| narrow.levels = [Level::Error].into(),
        |narrow| narrow.host = Some("rpa-08".into()),
        |narrow| narrow.since = "2026-05-04T06:03:00Z".parse().ok(),
    ];
    for change in narrows {
        let mut narrow = Narrow::default();
        change(&mut narrow);
        let wanted: Vec<_> = all
            .events
            .iter()
            .filter(|event| narrow.admits(event))
            .cloned()
            .collect();
        let interest = Interest::everything().unwrap().narrowed(narrow.clone());
        let found = read_with(Source::memory(bytes.clone()), &interest, false);
        assert_eq!(found.events, wanted, "{narrow:?}");
        assert!(wanted.len() < all.events.len(), "{narrow:?}");
        assert_eq!((found.records, &found.spans), (all.records, &all.spans));
    }
}

#[test]
fn like_records_of_a_flood_count_as_one_where_they_may() {
    let mut log = Log::new("System", "RPA-07");
    let start = time("2026-05-04T06:00:00Z");
    for second in 0..100_u32 {
        let at = start + chrono::TimeDelta::seconds(second.into());
        let alert = |code: u32| Made::new("Schannel", 36_888).at(at).data("AlertDesc", code);
        // Two kinds by turns, one record that says something else, and one of an event that does not fold.
        log = log.event(alert(40)).event(alert(70));
        if second == 55 {
            log = log.event(alert(80));
        }
        if second % 50 == 0 {
            log = log.event(Made::new("Schannel", 36_870).at(at).data("AlertDesc", 40_u32));
        }
    }
    let bytes = log.to_evtx();
    assert!(bytes.len() <= 4096 + CHUNK_SIZE, "one chunk");
    let list: &[(&str, &[u16])] = &[("Schannel", &[36_870, 36_888])];
    let plain = read_with(Source::memory(bytes.clone()), &interest(list, &[], &[]), false);
    assert_eq!(plain.events.len(), 203);
    let span = chrono::TimeDelta::seconds(10);
    let folding = interest(list, &[], &[]).folded([(("schannel".into(), 36_888), span)].into());
    let found = read_with(Source::memory(bytes), &folding, false);
    assert_eq!((found.records, &found.spans), (plain.records, &plain.spans));
    let of = |id: u16, code: u64| -> Vec<Option<u64>> {
        let events = found
            .events
            .iter()
            .filter(|event| event.id == Some(id) && event.field("AlertDesc") == Some(&Value::Unsigned(code)));
        events
            .map(|event| event.field(REPEATS).and_then(Value::as_u64))
            .collect()
    };
    assert_eq!(of(36_888, 40), [Some(9); 10]);
    assert_eq!(of(36_888, 70), [Some(9); 10]);
    assert_eq!(of(36_888, 80), [None]);
    assert_eq!(of(36_870, 40), [None; 2]);
}

#[test]
fn pieces_come_in_order_and_what_they_give_up_is_not_kept() {
    let bytes = session_log(2_500).to_evtx();
    let everything = Interest::everything().unwrap();
    let all = read_with(Source::memory(bytes.clone()), &everything, false).events;
    let limits = Limits::default();
    let context = Context {
        path: "System.evtx".into(),
        interest: &everything,
        limits: &limits,
        recover: false,
    };
    let mut handed = Vec::new();
    let found = read_pieces(
        Source::memory(bytes),
        &context,
        |piece| std::mem::take(&mut piece.events),
        |events| {
            handed.extend(events);
            if handed.len() < 9_000 {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        },
    );
    assert!(found.events.is_empty());
    assert!(handed.len() >= 9_000 && handed.len() < all.len());
    assert_eq!(handed, all.get(..handed.len()).unwrap());
}

#[test]
fn forwarded_events_are_read_with_their_own_computer() {
    let found = read_with(
        Source::memory(forwarded(4).to_evtx()),
        &interest(&[(TASKS, &[101])], &[], &[]),
        false,
    );
    assert_eq!((found.records, found.events.len()), (28, 4));
    assert_eq!(found.problems, []);
    // Without a template every value is text.
    assert_eq!(
        found.events[0].get("ResultCode"),
        Some(&Value::text("2147943726"))
    );
    let computers: Vec<_> = found.spans.iter().map(|span| &*span.computer).collect();
    assert_eq!(
        computers,
        ["RPA-00", "RPA-00", "RPA-01", "RPA-01", "RPA-02", "RPA-02"]
    );
}

#[test]
fn damage_costs_what_it_hits() {
    let whole = session_log(40).to_evtx();
    let count = read_all(&whole).records;
    // The first record loses its magic; the template it defines is still there.
    let mut bytes = whole.clone();
    let record = usize::try_from(FILE_HEADER_SIZE).unwrap() + 512;
    bytes[record] = 0;
    let found = read_all(&bytes);
    assert_eq!(found.records, count - 1);
    let kinds: Vec<_> = found.problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [ProblemKind::Damaged, ProblemKind::Damaged]);
    assert!(
        found.problems[1].detail.contains("no record"),
        "{}",
        found.problems[1].detail
    );
    // The chunk loses its magic, the file its header.
    let mut bytes = whole.clone();
    bytes[0] = 0;
    bytes[4096] = 0;
    let found = read_all(&bytes);
    assert_eq!(found.records, count);
    assert_eq!(found.problems.len(), 2);
    // The file is cut.
    let found = read_all(&whole[..4096 + 20_000]);
    assert!(found.records > 20 && found.records < count);
    assert!(
        found
            .problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Truncated)
    );
    assert_eq!(read_all(&whole[..100]).problems[0].kind, ProblemKind::Truncated);
    // A chunk without the file around it.
    assert_eq!(read_all(&whole[4096..]).records, count);
}

#[test]
fn a_damaged_id_does_not_stretch_a_log() {
    let whole = session_log(40).to_evtx();
    let last = |bytes: &[u8]| read_all(bytes).spans.iter().map(|span| span.last_record).max();
    let mut bytes = whole.clone();
    // The record id of the first record, after its magic and size.
    let id = usize::try_from(FILE_HEADER_SIZE).unwrap() + 512 + 8;
    bytes[id + 5] = 0x7f;
    assert_eq!(last(&bytes), last(&whole));
}

#[test]
fn empty_and_dirty_logs_are_no_problem() {
    let log = session_log(3);
    for bytes in [
        log.clone().dirty().to_evtx(),
        log.clone().empty_chunks(5).to_evtx(),
        log.to_evtx(),
    ] {
        let found = read_all(&bytes);
        assert_eq!((found.records, found.problems.len()), (21, 0));
    }
    let found = read_all(&Log::new("System", "RPA-07").to_evtx());
    assert_eq!((found.records, found.problems.len()), (0, 0));
}

#[test]
fn stale_records_are_recovered_on_request_and_marked() {
    let mut bytes = session_log(3).to_evtx();
    // The header is set back by one record, as if the log had been cleared and begun anew in the old space.
    let last = 4096
        + usize::try_from(u32::from_le_bytes(
            bytes[4096 + 44..4096 + 48].try_into().unwrap(),
        ))
        .unwrap();
    let offset = u32::try_from(last - 4096).unwrap();
    bytes[4096 + 48..4096 + 52].copy_from_slice(&offset.to_le_bytes());
    bytes[4096 + 32..4096 + 40].copy_from_slice(&119_u64.to_le_bytes());
    let all = Interest::everything().unwrap();
    let plain = read_with(Source::memory(bytes.clone()), &all, false);
    assert_eq!((plain.records, plain.events.len()), (20, 20));
    let found = read_with(Source::memory(bytes), &all, true);
    assert_eq!((found.records, found.events.len()), (20, 21));
    let stale = found.events.last().unwrap();
    assert_eq!(stale.field(RECOVERED), Some(&Value::Bool(true)));
    assert_eq!((stale.record_id, stale.id), (Some(120), Some(24)));
}
