use super::*;
use crate::model::{Field, Level, Value};

fn time(nanos: u32) -> Time {
    Time::from_timestamp(1_777_000_000, nanos).unwrap()
}

/// Events that have everything and events that have nothing.
fn events() -> Vec<Event> {
    let values = [
        Value::Null,
        Value::text("CORP\\svc-robot"),
        Value::text(""),
        Value::Unsigned(u64::MAX),
        Value::Signed(-7),
        Value::Hex32(0x8007_052E),
        Value::Hex64(0x3E7),
        Value::Float(-0.5),
        Value::Bool(true),
        Value::Bool(false),
        Value::Binary(Box::from([1, 2, 3])),
        Value::Guid([7; 16]),
        Value::Time(time(1)),
        Value::Sid(Arc::from("S-1-5-18")),
        Value::text("CORP\\svc-robot"),
        Value::Unsigned(1_326),
    ];
    let mut full = Event::new(Origin::record("a.evtx", 12, 4_096));
    full.provider = Arc::from("Provider");
    full.channel = Arc::from("Channel");
    full.id = Some(201);
    full.record_id = Some(12);
    full.time = Some(time(123_456_700));
    full.level = Level::Error;
    full.computer = Arc::from("RPA-07");
    full.activity = Some(Arc::from("{5d896912-022d-40aa-a3a8-4fa5515c76d7}"));
    full.process = Some(4);
    full.thread = Some(8);
    full.sid = Some(Arc::from("S-1-5-18"));
    full.version = Some(1);
    full.task = Some(2);
    full.opcode = Some(3);
    full.keywords = Some(1 << 63);
    full.message = Some(Arc::from("says"));
    let named = |(number, value): (usize, Value)| Field {
        name: Arc::from(format!("Field{number}")),
        value,
    };
    full.fields = values.into_iter().enumerate().map(named).collect();
    let mut other = full.clone();
    other.origin = Origin::record("a.evtx", 13, 9_000);
    other.message = Some(Arc::from("says more"));
    let mut elsewhere = full.clone();
    elsewhere.origin = Origin::line("a.evtx", 3, 70);
    let mut listed = full.clone();
    listed.push("List", Value::List(vec![Value::Null, Value::text("x")]));
    let mut local = full.clone();
    local.local = Some(time(0).naive_utc());
    vec![
        full,
        Event::new(Origin::artifact("")),
        other,
        elsewhere,
        listed,
        local,
    ]
}

fn packed(events: &[Event]) -> Vec<Kept> {
    let (mut packer, mut shapes) = (Packer::default(), Shapes::default());
    for (number, event) in (0..).zip(events) {
        let shape = shapes.of(event);
        packer.take(event, &shape, Some(&Arc::from([number])));
    }
    packer.finish()
}

#[test]
fn what_is_packed_comes_out_as_it_was() {
    let events = events();
    for (number, (kept, event)) in (0..).zip(packed(&events).into_iter().zip(&events)) {
        assert_eq!(kept.origin(), event.origin);
        assert_eq!(kept.time(), event.time);
        assert_eq!(kept.record_id(), event.record_id);
        assert_eq!(kept.activity(), event.activity);
        for field in &event.fields {
            let glimpse = kept.glimpse(&field.name.to_uppercase()).unwrap();
            assert_eq!(glimpse.clone().into_value(), field.value);
            assert_eq!(glimpse.to_text(), field.value.to_text());
            assert_eq!(kept.field_number(&field.name), event.field_number(&field.name));
            assert_eq!(kept.field_text(&field.name), event.field_text(&field.name));
        }
        assert_eq!(kept.glimpse("Nothing"), None);
        let is_packed = event.local.is_none() && event.field("List").is_none();
        assert_eq!(kept.shown().is_some(), is_packed);
        assert!(kept.shown().is_none_or(|shown| **shown == [number]));
        assert_eq!(*kept.whole(), *event, "lent for once");
        assert_eq!(*kept, *event, "lent");
        assert_eq!(kept.into_event(), *event, "taken");
    }
}

#[test]
fn events_of_one_shape_are_alike() {
    let events = events();
    let kept = packed(&events);
    let [full, nothing, other, ..] = &kept[..] else {
        panic!("too few");
    };
    assert!(full.is_like(other) && !full.is_like(nothing));
    let like = full.like();
    assert_eq!((&like.provider, like.id), (&events[0].provider, Some(201)));
    assert!(like.field("Field3").is_some() && like.message.is_some());
    assert_eq!(nothing.like().id, None);
}

#[test]
fn a_changed_event_is_what_it_was_changed_to() {
    let mut kept = packed(&events());
    let copy = kept[0].clone();
    kept[0].push("More", Value::Null);
    assert_eq!(kept[0].fields.len(), copy.fields.len() + 1);
    assert!(kept[0].shown().is_none(), "what it shows now nobody looked at");
    assert!(kept[0].glimpse("More").is_some() && copy.glimpse("More").is_none());
    let taken = std::mem::take(&mut kept[1]);
    assert_eq!(*taken, Event::new(Origin::artifact("")));
}
