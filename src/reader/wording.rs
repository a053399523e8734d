//! What the words of a text tell whatever format they stand in: the event that a known sentence stands for, the
//! codes, and whether the text is UiPath's. Must not know formats.

use aho_corasick::AhoCorasick;

use crate::model::{Event, Interest, MessagePattern, SMALLEST_TELLING_CODE, Value, parse_code, providers};

/// The provider that text of a UiPath robot gets when its frame is lost.
pub(crate) const UIPATH: &str = providers::UIPATH.name;

/// The field that holds a code found in a text.
const CODE: &str = "code";

/// Codes taken from one text at most.
const CODES: usize = 8;

/// Fields of numbers, and the labels in texts behind which these stand.
const NUMBERS: [(&str, &str); 2] = [("err", "err(rdp):"), ("LastError", "last error:")];

/// Reads texts for what is of interest.
#[derive(Debug)]
pub(crate) struct Wording<'a> {
    interest: &'a Interest,
    /// Needle and message, sorted: the messages whose literal the needle is.
    messages: Vec<(usize, usize)>,
    uipath: Option<AhoCorasick>,
    /// The labels of [`NUMBERS`].
    numbers: Option<AhoCorasick>,
}

/// Where a known sentence stands in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sentence<'a> {
    /// The sentence.
    pub(crate) message: &'a MessagePattern,
    /// Its first byte in the text.
    pub(crate) start: usize,
    /// The byte after its last.
    pub(crate) end: usize,
}

impl<'a> Wording<'a> {
    /// Prepares the search for what is of interest.
    pub(crate) fn new(interest: &'a Interest) -> Self {
        let needles = interest.needles();
        let mut messages: Vec<_> = interest
            .messages()
            .iter()
            .enumerate()
            .filter_map(|(index, message)| Some((needles.binary_search(&message.literal).ok()?, index)))
            .collect();
        messages.sort_unstable();
        let scanner = |words: &[&str]| {
            let mut builder = AhoCorasick::builder();
            builder.ascii_case_insensitive(true).build(words).ok()
        };
        Self {
            interest,
            messages,
            uipath: scanner(&providers::UIPATH_SENTENCES),
            numbers: scanner(&NUMBERS.map(|(_, label)| label)),
        }
    }

    /// What is of interest.
    pub(crate) const fn interest(&self) -> &'a Interest {
        self.interest
    }

    /// The known sentence in a text that says most: the one of which most words stand there beside the fields, of equals the first
    /// listed. With `provider` known, and `id` perhaps, only sentences of that very event.
    pub(crate) fn sentence(&self, text: &str, provider: &str, id: Option<u16>) -> Option<Sentence<'a>> {
        if self.messages.is_empty() {
            return None;
        }
        let mut found: Vec<usize> = Vec::new();
        let scanner = self.interest.scanner(text.len());
        scanner.each(text.as_bytes(), |hit| found.extend(self.messages_of(hit.literal)));
        found.sort_unstable();
        found.dedup();
        let mut best: Option<(usize, Sentence<'a>)> = None;
        for message in found
            .iter()
            .filter_map(|&index| self.interest.messages().get(index))
        {
            let is_other = id.is_some() && message.id.is_some() && message.id != id;
            if !provider.is_empty() && (is_other || !message.is_of(provider)) {
                continue;
            }
            let Some(groups) = message.pattern.captures(text) else {
                continue;
            };
            let Some(hit) = groups.get(0) else { continue };
            let fields = groups.iter().skip(1).flatten().map(|field| field.len());
            let rank = hit.len().saturating_sub(fields.sum());
            if best.as_ref().is_none_or(|(other, _)| rank > *other) {
                let sentence = Sentence {
                    message,
                    start: hit.start(),
                    end: hit.end(),
                };
                best = Some((rank, sentence));
            }
        }
        best.map(|(_, sentence)| sentence)
    }

    /// Whether a text may open a description that goes on for some lines, since it holds words of a known sentence: `Some`; and whether
    /// the values of such an event stand behind labels.
    pub(crate) fn opens_description(&self, text: &str) -> Option<bool> {
        if self.messages.is_empty() {
            return None;
        }
        let is_labelled = |index: usize| {
            let message = self.interest.messages().get(index)?;
            Some(
                self.interest
                    .labels()
                    .of(&message.provider, message.id?)
                    .is_some(),
            )
        };
        let mut opens = None;
        let scanner = self.interest.scanner(text.len());
        scanner.each(text.as_bytes(), |hit| {
            opens = self
                .messages_of(hit.literal)
                .filter_map(is_labelled)
                .max()
                .max(opens);
        });
        opens
    }

    /// Whether what an event of this provider and id says is known from its text.
    pub(crate) fn knows(&self, event: &Event, text: &str) -> bool {
        let labels = event
            .id
            .and_then(|id| self.interest.labels().of(&event.provider, id));
        labels.is_some_and(|labels| !labels.read(text).is_empty())
            || self.sentence(text, &event.provider, event.id).is_some()
    }

    fn messages_of(&self, needle: usize) -> impl Iterator<Item = usize> {
        let start = self.messages.partition_point(|&(other, _)| other < needle);
        self.messages
            .iter()
            .skip(start)
            .take_while(move |&&(other, _)| other == needle)
            .map(|&(_, message)| message)
    }

    /// Gives an event what its text tells. What its frame told already stands: a sentence names provider, channel
    /// and id only where they are missing, and fields are not given twice. Says whether the event is one of those whose text is known.
    pub(crate) fn tell(&self, event: &mut Event, text: &str) -> bool {
        let sentence = self.sentence(text, &event.provider, event.id);
        if let Some(sentence) = sentence {
            name_event(event, sentence.message);
        }
        // Labels end a value where the next begins, which a sentence that was run together may miss.
        let is_known = self.tell_labels(event, text) || sentence.is_some();
        if let Some(sentence) = sentence {
            tell_sentence(event, text, sentence.message);
        }
        if !is_known {
            super::shapes::tell(event, text);
            self.interest.strings().name(event);
        }
        if event.provider.is_empty() && self.is_uipath(text) {
            event.provider = UIPATH.into();
        }
        // Nearly no text has one of them.
        if self
            .numbers
            .as_ref()
            .is_some_and(|scanner| scanner.is_match(text))
        {
            for (field, label) in NUMBERS {
                tell_number(event, field, text, label);
            }
        }
        self.tell_codes(event, text);
        is_known
    }

    /// Gives an event the labelled values of its text that are known to be fields. Says whether there are any.
    fn tell_labels(&self, event: &mut Event, text: &str) -> bool {
        let labels = event
            .id
            .and_then(|id| self.interest.labels().of(&event.provider, id));
        let values = labels.map(|labels| labels.read(text)).unwrap_or_default();
        for (field, value) in &values {
            event.supply(field, Value::text(*value));
        }
        !values.is_empty()
    }

    /// Gives an event the codes in its text. Those of a record that are a field of it already are not told twice.
    fn tell_codes(&self, event: &mut Event, text: &str) {
        let is_record = !event.provider.is_empty() && event.id.is_some();
        for code in self.codes(text) {
            let mut fields = event.fields.iter();
            if !(is_record && fields.any(|field| is_code(&field.value, code))) {
                event.push(CODE, Value::Hex32(code));
            }
        }
    }

    /// Gives a record of a trace to UiPath where its text says so, whatever name the component traces under: that name becomes a
    /// field. An id is one of the component's, which nobody published.
    pub(crate) fn name_tracer(&self, event: &mut Event, text: &str) {
        if &*event.provider != UIPATH && self.is_uipath(text) {
            let component = std::mem::replace(&mut event.provider, UIPATH.into());
            event.push("TraceProvider", Value::text(&*component));
            event.id = None;
        }
    }

    /// Whether only UiPath writes so.
    pub(crate) fn is_uipath(&self, text: &str) -> bool {
        self.uipath.as_ref().is_some_and(|scanner| scanner.is_match(text))
    }

    /// The codes in a text in their order, each once: `0x` numbers of 32 bits, and numbers in another spelling
    /// that are of interest wherever they stand.
    pub(crate) fn codes(&self, text: &str) -> Vec<u32> {
        let mut codes = Vec::new();
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        for word in words {
            if codes.len() == CODES {
                break;
            }
            if let Some(code) = self.code(word)
                && !codes.contains(&code)
            {
                codes.push(code);
            }
        }
        codes
    }

    fn code(&self, word: &str) -> Option<u32> {
        let plain = word.trim_start_matches('-');
        let minus = word.len() > plain.len();
        let lower = plain.as_bytes();
        if matches!(lower, [b'0', b'x' | b'X', _, ..]) {
            return parse_code(plain.split('-').next()?);
        }
        // A short number is a code only in its place, which the fields know.
        if !(6..=16).contains(&plain.len()) || !plain.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let readings = if minus {
            [parse_code(&format!("-{plain}")), None]
        } else {
            [parse_code(plain), parse_code(&format!("0x{plain}"))]
        };
        let known = |code: &u32| *code >= SMALLEST_TELLING_CODE && self.interest.codes().contains(code);
        readings.into_iter().flatten().find(known)
    }
}

/// Names the event that a sentence stands for, as far as its frame does not.
fn name_event(event: &mut Event, message: &MessagePattern) {
    let same_id = event.id.is_none() || event.id == message.id;
    if event.provider.is_empty() && same_id {
        event.provider = message.provider.clone();
    }
    if message.is_of(&event.provider) && same_id {
        event.id = message.id;
        if event.channel.is_empty() {
            event.channel = message.channel.clone();
        }
    }
}

/// Gives an event the fields of a sentence in its text.
fn tell_sentence(event: &mut Event, text: &str, message: &MessagePattern) {
    let Some(groups) = message.pattern.captures(text) else {
        return;
    };
    let mut strings = Vec::new();
    for name in message.pattern.names() {
        let text = groups.name(name).map(|group| Value::text(group.as_str().trim()));
        match (
            name.strip_prefix('_').and_then(|place| place.parse::<u8>().ok()),
            text,
        ) {
            (Some(place), text) => strings.push((place, text)),
            (None, Some(text)) => event.supply(name, text),
            (None, None) => {}
        }
    }
    tell_strings(event, strings);
}

/// Gives an event that names none of its strings those that its text shows; places between them stay empty.
fn tell_strings(event: &mut Event, mut strings: Vec<(u8, Option<Value>)>) {
    if event.positional(0).is_some() {
        return;
    }
    strings.retain(|(_, text)| text.is_some());
    strings.sort_by_key(|(place, _)| *place);
    let mut next = 0;
    for (place, text) in strings {
        for _ in next..place {
            event.push("", Value::Null);
        }
        event.push("", text.unwrap_or(Value::Null));
        next = place.saturating_add(1);
    }
}

/// Whether a value is a code, which may be written in hexadecimal without its `0x`.
fn is_code(value: &Value, code: u32) -> bool {
    let bare = || {
        let text = value.to_text();
        let digits = text.trim_start_matches('0');
        !digits.is_empty() && digits.eq_ignore_ascii_case(&format!("{code:x}"))
    };
    value.as_code() == Some(code) || bare()
}

/// Takes the whole number behind a label whose case does not count.
fn tell_number(event: &mut Event, field: &str, text: &str, label: &str) {
    if event.field(field).is_some() {
        return;
    }
    let Some(after) = after_label(text, label) else {
        return;
    };
    let after = after.trim_start();
    let end = after
        .char_indices()
        .find(|&(at, c)| !(c.is_ascii_digit() || (at == 0 && c == '-')))
        .map_or(after.len(), |(at, _)| at);
    let number = after.get(..end).and_then(|digits| digits.parse::<i64>().ok());
    match number.map(|number| (number, u64::try_from(number))) {
        Some((_, Ok(number))) => event.push(field, Value::Unsigned(number)),
        Some((number, Err(_))) => event.push(field, Value::Signed(number)),
        None => {}
    }
}

/// What stands behind a label in lower-case ASCII, whatever the case in the text.
pub(crate) fn after_label<'t>(text: &'t str, label: &str) -> Option<&'t str> {
    let at = text
        .as_bytes()
        .windows(label.len().max(1))
        .position(|window| window.eq_ignore_ascii_case(label.as_bytes()))?;
    text.get(at.checked_add(label.len())?..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EventFilter, Origin};
    use std::collections::BTreeMap;

    const TASKS: &str = "Microsoft-Windows-TaskScheduler";

    fn interest() -> Interest {
        let message = |pattern, literal, id| {
            MessagePattern::new(
                pattern,
                literal,
                TASKS,
                "Microsoft-Windows-TaskScheduler/Operational",
                Some(id),
            )
            .unwrap()
        };
        Interest::new(
            EventFilter::Listed(BTreeMap::new()),
            ["rdpwrapper".to_owned()],
            [0x8007_0520],
            vec![
                message(r"Task Scheduler failed", "task scheduler failed", 1),
                message(
                    r#"Task Scheduler failed to start "(?<TaskName>[^"]+)" task for user "(?<UserContext>[^"]*)""#,
                    "task scheduler failed to start",
                    101,
                ),
            ],
        )
        .unwrap()
    }

    fn tell(text: &str, provider: &str) -> Event {
        let interest = interest();
        let mut event = Event::new(Origin::artifact("a.txt"));
        event.provider = provider.into();
        Wording::new(&interest).tell(&mut event, text);
        event
    }

    #[test]
    fn the_longest_sentence_names_the_event() {
        let text =
            r#"Task Scheduler failed to start "\Nightly" task for user "CORP\svc". Error Value: 2147943712."#;
        let event = tell(text, "");
        assert_eq!((&*event.provider, event.id), (TASKS, Some(101)));
        assert_eq!(event.field("TaskName"), Some(&Value::text(r"\Nightly")));
        assert_eq!(event.field("code"), Some(&Value::Hex32(0x8007_0520)));
    }

    #[test]
    fn the_frame_beats_the_sentence() {
        let event = tell(
            "Task Scheduler failed to start \"\\N\" task for user \"x\"",
            "MyTool",
        );
        assert_eq!(
            (&*event.provider, event.id, event.fields.len()),
            ("MyTool", None, 0)
        );
    }

    #[test]
    fn rdp_numbers_of_uipath() {
        let event = tell(
            "rdp.cpp 34 RdpWrapper: exiting connection loop, err(rdp):-1073741537",
            "",
        );
        assert_eq!(&*event.provider, UIPATH);
        assert_eq!(event.field("err"), Some(&Value::Signed(-1_073_741_537)));
        for text in [
            "Rdp connection failed: Message: Logon failed. Last error: 131092",
            "Rdp connection failed: Message: Logon failed., LAST ERROR:131092x",
        ] {
            let event = tell(text, "");
            assert_eq!(
                event.field("LastError"),
                Some(&Value::Unsigned(131_092)),
                "{text}"
            );
        }
    }

    #[test]
    fn codes_in_a_text() {
        let interest = interest();
        let wording = Wording::new(&interest);
        let codes = |text: &str| wording.codes(text);
        assert_eq!(
            codes("(0x80070520), then 0xC000006D."),
            [0x8007_0520, 0xC000_006D]
        );
        assert_eq!(codes("value -2147023584 or 2147943712"), [0x8007_0520]);
        assert_eq!(codes("80070520 and FFFFFFFF80070520"), [0x8007_0520]);
        assert_eq!(codes("0xffffffff80070520"), [0x8007_0520]);
        assert!(codes("12345678 1312 0x 0x1234567890ab deadbeef").is_empty());
        let many: String = (1..20).map(|number| format!("0x{number:x} ")).collect();
        assert_eq!(codes(&many).len(), CODES);
    }
}
