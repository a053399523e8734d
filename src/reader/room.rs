//! The room that the events of one artifact have in memory. Must not know formats.
//!
//! A count of events alone bounds nothing: one line of text may have gigabytes, and each piece of it may mention
//! something of interest. So the bytes count too. Long texts share a budget of their own; when that is used up, further
//! ones are cut to the part around what is of interest, and the events stay.

use crate::limits::Limits;
use crate::model::{Event, Interest, Value};

use super::secrets;

/// Texts up to this length are never cut.
const SHORT: usize = 512;

/// Of an excerpt, how much stands before what is of interest.
const BEFORE: usize = SHORT / 4;

/// What is left of the room.
#[derive(Debug)]
pub(crate) struct Room {
    bytes: u64,
    long_bytes: u64,
    cut: u64,
}

impl Room {
    /// All the room that one artifact has.
    pub(crate) const fn new(limits: &Limits) -> Self {
        Self {
            bytes: limits.event_bytes,
            long_bytes: limits.long_text_bytes,
            cut: 0,
        }
    }

    /// Makes an event fit; false when there is no room for it.
    pub(crate) fn fit(&mut self, event: &mut Event, interest: &Interest) -> bool {
        if let Some(message) = event.message.take() {
            let cut = self.text(&message, interest).map(Into::into);
            event.message = Some(cut.unwrap_or(message));
        }
        for field in &mut event.fields {
            if let Value::Text(text) = &field.value
                && let Some(cut) = self.text(text, interest)
            {
                field.value = Value::text(cut);
            }
        }
        let size = size(event);
        let fits = size <= self.bytes;
        self.bytes = self.bytes.saturating_sub(size);
        fits
    }

    /// How many texts were cut.
    pub(crate) const fn cut(&self) -> u64 {
        self.cut
    }

    /// What stays of a text; none when it stays whole.
    fn text(&mut self, text: &str, interest: &Interest) -> Option<String> {
        let long = text.len().saturating_sub(SHORT) as u64;
        if long <= self.long_bytes {
            self.long_bytes -= long;
            return None;
        }
        self.cut = self.cut.saturating_add(1);
        // An excerpt may lack the word that shows what follows it to be a secret.
        let text = secrets::mask_text(text);
        let hit = interest.scanner(text.len()).first(text.as_bytes());
        let hit = hit.map_or(0, |hit| hit.start);
        let latest = text.len().saturating_sub(SHORT);
        let start = text.floor_char_boundary(hit.saturating_sub(BEFORE).min(latest));
        let end = text.floor_char_boundary(start.saturating_add(SHORT));
        text.get(start..end).map(str::to_owned)
    }
}

/// Bytes that an event takes, its own and those of its texts. Texts that events share are counted with each.
fn size(event: &Event) -> u64 {
    let fields = event.fields.iter().map(|field| {
        let value = match &field.value {
            Value::Text(text) | Value::Sid(text) => text.len(),
            Value::Binary(bytes) => bytes.len(),
            Value::List(values) => values.len().saturating_mul(size_of::<Value>()),
            _ => 0,
        };
        value.saturating_add(size_of_val(field))
    });
    let texts = event.message.as_ref().map_or(0, |message| message.len());
    let all = fields.fold(texts.saturating_add(size_of::<Event>()), usize::saturating_add);
    all as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EventFilter, Origin};

    fn event(text: &str) -> Event {
        let mut event = Event::new(Origin::artifact("a.txt"));
        event.message = Some(text.into());
        event
    }

    #[test]
    fn long_texts_are_cut_around_what_matters_once_their_room_is_used_up() {
        let interest = Interest::new(EventFilter::All, ["err(rdp)".to_owned()], [], Vec::new()).unwrap();
        let limits = Limits {
            long_text_bytes: 10_000,
            ..Limits::default()
        };
        let mut room = Room::new(&limits);
        let text = format!("{}err(rdp):-5 {}", "ä".repeat(3_000), "z".repeat(3_000));
        let mut first = event(&text);
        assert!(room.fit(&mut first, &interest));
        assert_eq!(first.message.as_deref(), Some(&*text));
        let mut second = event(&text);
        assert!(room.fit(&mut second, &interest));
        let left = second.message.unwrap();
        assert!(left.len() <= SHORT && left.contains("err(rdp):-5 z"), "{left}");
        assert_eq!(room.cut(), 1);
        let mut short = event("short");
        assert!(room.fit(&mut short, &interest));
        assert_eq!(short.message.as_deref(), Some("short"));
    }

    #[test]
    fn the_bytes_of_all_events_are_bounded() {
        let interest = Interest::everything().unwrap();
        let limits = Limits {
            event_bytes: 10_000,
            ..Limits::default()
        };
        let mut room = Room::new(&limits);
        let kept = (0..1000)
            .take_while(|_| room.fit(&mut event(&"x".repeat(500)), &interest))
            .count();
        assert!((5..20).contains(&kept), "{kept}");
    }
}
