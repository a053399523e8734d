//! Which signals an event shows. Owns the quick search for candidates and what is known of contents that came before; what an
//! event must look like is the signal's own matter.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::diagnose::incidents::word_numbers::{WORD_BYTES, Words, put_text};
use crate::knowledge::Knowledge;
use crate::knowledge::signal::searched_text;
use crate::model::{Event, Interest, Literals, Shape, Shapes, Value};

/// Contents that are longer than this are hardly ever the same.
const LONGEST_CONTENT: usize = 2 << 10;
/// What no content begins with that says its head itself.
const OF_SHAPE: u8 = u8::MAX;
/// Bytes of contents that one thread knows at a time.
const KNOWN_BYTES: usize = 1 << 20;

/// The signals that may be known by the events of one provider.
#[derive(Debug, Default)]
struct OfProvider {
    /// Those of any of its events.
    any: Vec<u32>,
    by_id: HashMap<u16, Vec<u32>>,
}

/// Finds the signals that an event may show. Compiled once for an analyzer; it is asked with the knowledge it was made of.
#[derive(Debug)]
pub(in crate::diagnose) struct Matcher {
    by_provider: HashMap<Box<str>, OfProvider>,
    /// Finds the literals of the interest, among which those of the signals are.
    literals: Arc<Literals>,
    by_literal: Vec<Vec<u32>>,
    /// Signals that are known by nothing but codes.
    by_code: HashMap<u32, Vec<u32>>,
    asked: Asked,
    /// Rooms that nobody is in: what they know of the events before helps with the next.
    rooms: Mutex<Vec<Scratch>>,
}

/// Room that is used again for one event after the other, and what was found for contents that came before.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct Scratch {
    provider: String,
    text: String,
    candidates: Vec<u32>,
    content: Vec<u8>,
    words: Words,
    /// The signals of events by their content.
    known: HashMap<Box<[u8]>, Arc<[u32]>, foldhash::quality::RandomState>,
    known_bytes: usize,
    shapes: Shapes,
}

impl Matcher {
    /// Prepares the search. `interest` is what the knowledge wants to see.
    pub(in crate::diagnose) fn new(knowledge: &Knowledge, interest: &Interest) -> Self {
        let mut by_provider: HashMap<Box<str>, OfProvider> = HashMap::new();
        let mut by_literal = vec![Vec::new(); interest.needles().len()];
        let mut by_code: HashMap<u32, Vec<u32>> = HashMap::new();
        let mut literal = |text: &str, index: u32| {
            let place = interest.needles().binary_search_by(|needle| (**needle).cmp(text));
            if let Some(signals) = place.ok().and_then(|place| by_literal.get_mut(place)) {
                signals.push(index);
            }
        };
        for (index, signal) in (0_u32..).zip(knowledge.signals()) {
            if signal.providers().is_empty() {
                for text in signal.texts() {
                    literal(text, index);
                }
                for (code, spellings) in signal.spelled_codes().filter(|_| signal.texts().is_empty()) {
                    by_code.entry(code).or_default().push(index);
                    for spelling in spellings {
                        literal(spelling, index);
                    }
                }
                continue;
            }
            for provider in signal.providers() {
                let of = by_provider.entry(provider.to_lowercase().into()).or_default();
                if signal.ids().is_empty() {
                    of.any.push(index);
                }
                for &id in signal.ids() {
                    of.by_id.entry(id).or_default().push(index);
                }
            }
        }
        Self {
            by_provider,
            literals: Arc::clone(interest.literals()),
            by_literal,
            by_code,
            asked: Asked::new(knowledge),
            rooms: Mutex::default(),
        }
    }

    /// Lends somebody a room for a while; from any thread.
    pub(in crate::diagnose) fn in_room<T>(&self, stay: impl FnOnce(&mut Scratch) -> T) -> T {
        let rooms = || self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let mut room = rooms().pop().unwrap_or_default();
        let result = stay(&mut room);
        rooms().push(room);
        result
    }

    /// The signals an event may show, in their order; leaves the text of the event in the scratch.
    fn candidates(&self, event: &Event, scratch: &mut Scratch) {
        let Scratch {
            provider,
            text,
            candidates,
            ..
        } = scratch;
        candidates.clear();
        provider.clear();
        provider.push_str(&event.provider);
        provider.make_ascii_lowercase();
        if let Some(of) = self.by_provider.get(provider.as_str()) {
            candidates.extend(&of.any);
            candidates.extend(event.id.and_then(|id| of.by_id.get(&id)).into_iter().flatten());
        }
        searched_text(event, text);
        self.literals.searcher(0).each(text.as_bytes(), |hit| {
            candidates.extend(self.by_literal.get(hit.literal).into_iter().flatten());
        });
        for code in event.fields.iter().filter_map(|field| field.value.as_code()) {
            candidates.extend(self.by_code.get(&code).into_iter().flatten());
        }
        candidates.sort_unstable();
        candidates.dedup();
    }

    /// The signals an event shows, by index and in their order.
    ///
    /// Most events of a log say what others said before but for times and ids of runs; those are looked up.
    pub(in crate::diagnose) fn signals(
        &self,
        knowledge: &Knowledge,
        event: &Event,
        scratch: &mut Scratch,
    ) -> Arc<[u32]> {
        scratch.make_room();
        let content = (&mut scratch.words, &mut scratch.content);
        self.asked.content((event, None), content);
        self.shown(knowledge, event, scratch)
    }

    /// The same, of an event whose shape is known among those of the room.
    pub(in crate::diagnose) fn signals_of(
        &self,
        knowledge: &Knowledge,
        (event, shape): (&Event, &Shape),
        scratch: &mut Scratch,
    ) -> Arc<[u32]> {
        scratch.make_room();
        let content = (&mut scratch.words, &mut scratch.content);
        self.asked.content((event, Some(shape)), content);
        self.shown(knowledge, event, scratch)
    }

    /// The signals of an event whose content is at hand.
    fn shown(&self, knowledge: &Knowledge, event: &Event, scratch: &mut Scratch) -> Arc<[u32]> {
        if let Some(known) = scratch.known.get(&*scratch.content) {
            return Arc::clone(known);
        }
        self.candidates(event, scratch);
        let Scratch { text, candidates, .. } = scratch;
        let shows = |index: &u32| {
            let signal = knowledge.signals().get(*index as usize);
            signal.is_some_and(|signal| signal.matches(event, text))
        };
        let shown: Arc<[u32]> = candidates.iter().copied().filter(shows).collect();
        scratch.keep(&shown);
        shown
    }

    /// Whether any signal looks at this event: else it need not be kept.
    pub(in crate::diagnose) fn is_seen(
        &self,
        knowledge: &Knowledge,
        event: &Event,
        scratch: &mut Scratch,
    ) -> bool {
        !self.signals(knowledge, event, scratch).is_empty()
    }
}

impl Scratch {
    /// The shapes of the events before.
    pub(in crate::diagnose) const fn shapes(&mut self) -> &mut Shapes {
        &mut self.shapes
    }

    /// Forgets everything once it is too much. Contents are made of the numbers of words, so they go together.
    fn make_room(&mut self) {
        if self.known_bytes.saturating_add(self.words.bytes) > KNOWN_BYTES {
            self.known.clear();
            self.known_bytes = 0;
            self.words = Words::default();
        }
    }

    /// Keeps what the content shows that was looked at last.
    fn keep(&mut self, shown: &Arc<[u32]>) {
        let size = self.content.len();
        if size > LONGEST_CONTENT {
            return;
        }
        self.known_bytes = self.known_bytes.saturating_add(size).saturating_add(WORD_BYTES);
        self.known
            .insert(self.content.as_slice().into(), Arc::clone(shown));
    }
}

/// What of events signals ask for, so that two events of the same content show the same signals.
#[derive(Debug, Default)]
struct Asked {
    /// Names of fields by their length.
    names: Vec<Vec<Box<str>>>,
    /// Which of the values that every event has are asked for: channel, computer, SID, process.
    own: [bool; 4],
}

impl Asked {
    fn new(knowledge: &Knowledge) -> Self {
        let mut asked = Self::default();
        for name in knowledge
            .signals()
            .iter()
            .flat_map(|signal| signal.asked_fields())
        {
            if asked.names.len() <= name.len() {
                asked.names.resize(name.len().saturating_add(1), Vec::new());
            }
            if let Some(names) = asked.names.get_mut(name.len())
                && !names.iter().any(|known| known.eq_ignore_ascii_case(name))
            {
                names.push(name.into());
            }
        }
        asked.own = ["channel", "computer", "sid", "process"].map(|name| asked.asks(name));
        asked
    }

    /// Whether a signal looks at the field of that name. Those without a name are found by their place.
    fn asks(&self, name: &str) -> bool {
        let names = self.names.get(name.len()).map(Vec::as_slice).unwrap_or_default();
        name.is_empty() || names.iter().any(|asked| asked.eq_ignore_ascii_case(name))
    }

    /// Everything that decides which signals an event shows, as bytes: no two events differ in it whose bytes are the same.
    fn content(&self, (event, shape): (&Event, Option<&Shape>), (words, out): (&mut Words, &mut Vec<u8>)) {
        out.clear();
        match shape {
            // It says the names, and all that is no value of a field.
            Some(shape) => {
                out.push(OF_SHAPE);
                out.extend_from_slice(&shape.number().to_le_bytes());
                if let Some(message) = &event.message {
                    put_text(message, out);
                }
            }
            None => self.put_head(event, words, out),
        }
        if self.own[3] {
            out.extend(event.process.map_or(u64::MAX, u64::from).to_le_bytes());
        }
        for field in &event.fields {
            if shape.is_none() {
                words.put(&field.name, out);
            }
            match &field.value {
                // No search looks into these.
                Value::Guid(_) | Value::Time(_) | Value::Bool(_) | Value::Float(_)
                    if !self.asks(&field.name) =>
                {
                    out.push(u8::MAX);
                }
                Value::Text(text) => {
                    out.push(1);
                    words.put(text, out);
                }
                value => put_value(value, out),
            }
        }
    }

    /// What is no value of a field.
    fn put_head(&self, event: &Event, words: &mut Words, out: &mut Vec<u8>) {
        words.put(&event.provider, out);
        out.extend(event.id.map_or([0; 3], |id| {
            let [low, high] = id.to_le_bytes();
            [1, low, high]
        }));
        out.push(event.level as u8);
        let [channel, computer, sid, _] = self.own;
        // Hardly any message comes again.
        out.push(u8::from(event.message.is_some()));
        put_text(event.message.as_deref().unwrap_or_default(), out);
        let texts = [
            (channel, Some(&event.channel)),
            (computer, Some(&event.computer)),
            (sid, event.sid.as_ref()),
        ];
        for (_, text) in texts.into_iter().filter(|(asked, _)| *asked) {
            match text {
                Some(text) => words.put(text, out),
                None => out.push(2),
            }
        }
    }
}

fn put_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.push(0),
        Value::Text(text) => {
            out.push(1);
            put_text(text, out);
        }
        Value::Sid(text) => {
            out.push(2);
            put_text(text, out);
        }
        Value::Unsigned(number) => put_number(3, *number, out),
        Value::Signed(number) => put_number(4, number.cast_unsigned(), out),
        Value::Hex32(number) => put_number(5, u64::from(*number), out),
        Value::Hex64(number) => put_number(6, *number, out),
        Value::Float(number) => put_number(7, number.to_bits(), out),
        Value::Bool(flag) => put_number(8, u64::from(*flag), out),
        Value::Time(time) => {
            put_number(9, time.timestamp().cast_unsigned(), out);
            out.extend(time.timestamp_subsec_nanos().to_le_bytes());
        }
        Value::Guid(bytes) => {
            out.push(10);
            out.extend_from_slice(bytes);
        }
        Value::Binary(bytes) => {
            put_number(11, bytes.len() as u64, out);
            out.extend_from_slice(bytes);
        }
        Value::List(values) => {
            put_number(12, values.len() as u64, out);
            for value in values {
                put_value(value, out);
            }
        }
    }
}

fn put_number(kind: u8, number: u64, out: &mut Vec<u8>) {
    let [a, b, c, d, e, f, g, h] = number.to_le_bytes();
    out.extend_from_slice(&[kind, a, b, c, d, e, f, g, h]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::Analyzer;
    use crate::model::Origin;

    #[test]
    fn every_literal_and_code_is_found_wherever_it_stands() {
        let analyzer = Analyzer::new().unwrap();
        let knowledge = analyzer.knowledge();
        let mut scratch = Scratch::default();
        let mut candidates = |value: Value| {
            let mut event = Event::new(Origin::artifact("t"));
            event.push("Text", value);
            analyzer.matcher.candidates(&event, &mut scratch);
            scratch.candidates.clone()
        };
        let anywhere = (0_u32..).zip(knowledge.signals());
        for (index, signal) in anywhere.filter(|(_, signal)| signal.providers().is_empty()) {
            for text in signal.texts() {
                assert!(candidates(Value::text(&**text)).contains(&index), "{text}");
            }
            for code in signal.codes().iter().filter(|_| signal.texts().is_empty()) {
                assert!(candidates(Value::Hex32(code.value)).contains(&index), "{code:?}");
            }
        }
        assert!(candidates(Value::text("all is well")).is_empty());
    }

    /// Less is asked of events of Windows with an id, but nothing less than what signals see in them.
    #[test]
    fn what_an_event_of_windows_shows_is_asked_of_it() {
        let analyzer = Analyzer::new().unwrap();
        let questions = analyzer.interest.of_traces().unwrap();
        let framed = questions.framed();
        let mut seen = 0;
        let mut event = Event::new(Origin::artifact("t"));
        event.provider = "Microsoft-Windows-DotNETRuntimeRundown".into();
        event.id = Some(144);
        assert!(questions.is_framed(&event.provider) && !questions.is_framed("Contoso-Robot"));
        for needle in analyzer.interest.needles() {
            event.message = Some((&**needle).into());
            let mut scratch = Scratch::default();
            if analyzer
                .matcher
                .is_seen(analyzer.knowledge(), &event, &mut scratch)
            {
                seen += 1;
                assert!(framed.is_in(needle), "{needle}");
                assert!(
                    framed.in_bytes().is_said(needle.as_bytes(), needle.as_bytes()),
                    "{needle}"
                );
            }
        }
        assert!(seen > 300, "{seen}");
        assert!(framed.is_in("RdpWrapper: exiting"), "this is nobody else's");
        assert!(!framed.is_in("System.Threading.CancellationToken signed int32 Microsoft.Win32"));
    }

    #[test]
    fn what_was_found_for_a_content_is_what_a_fresh_look_finds() {
        let analyzer = Analyzer::new().unwrap();
        let knowledge = analyzer.knowledge();
        let event = |id: u16, fields: &[(&str, Value)]| {
            let mut event = Event::new(Origin::artifact("t"));
            event.provider = "Microsoft-Windows-TaskScheduler".into();
            event.id = Some(id);
            for (name, value) in fields {
                event.push(name, value.clone());
            }
            event
        };
        let mut events = Vec::new();
        for code in [0_u32, 1326, 0x8007_052E, 0x8007_0520] {
            for run in 0..3 {
                let run = ("InstanceId", Value::Guid([run; 16]));
                for id in [101, 102, 104, 201] {
                    events.push(event(id, &[run.clone(), ("ResultCode", Value::Hex32(code))]));
                    events.push(event(
                        id,
                        &[run.clone(), ("ResultCode", Value::text(code.to_string()))],
                    ));
                    events.push(event(id, &[run.clone(), ("Other", Value::Hex32(code))]));
                }
            }
        }
        let mut scratch = Scratch::default();
        let mut seen = 0;
        for event in &events {
            let fresh = analyzer
                .matcher
                .signals(knowledge, event, &mut Scratch::default());
            assert_eq!(
                analyzer.matcher.signals(knowledge, event, &mut scratch),
                fresh,
                "{event:?}"
            );
            seen += fresh.len();
        }
        assert!(
            seen > 0 && scratch.known.len() * 3 == events.len(),
            "the ids of runs decide nothing"
        );
    }

    #[test]
    fn contents_differ_where_what_decides_does() {
        let asked = Asked {
            names: vec![Vec::new(), Vec::new(), vec!["at".into()]],
            own: [false; 4],
        };
        let mut words = Words::default();
        let mut content = |name: &str, value: Value| {
            let mut event = Event::new(Origin::artifact("t"));
            event.push(name, value);
            let mut out = Vec::new();
            asked.content((&event, None), (&mut words, &mut out));
            out
        };
        let mut flags = |name| {
            (
                content(name, Value::Bool(true)),
                content(name, Value::Bool(false)),
            )
        };
        let of = |(a, b): (Vec<u8>, Vec<u8>)| a == b;
        assert!(of(flags("Other")) && !of(flags("At")) && !of(flags("")));
        assert_ne!(content("x", Value::Null), content("x", Value::text("")));
        assert_ne!(content("x", Value::Signed(1)), content("x", Value::Unsigned(1)));
        assert_ne!(content("xy", Value::text("z")), content("x", Value::text("yz")));
    }
}
