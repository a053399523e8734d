//! The values of `<System>` that decide whether an event is wanted, read without building anything. Gives up
//! where it is not sure; the whole element is then parsed.

use memchr::{memchr, memmem};

use crate::model::{Time, parse_rfc3339};

/// What `<System>` says, borrowed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Header<'a> {
    pub(super) provider: &'a str,
    pub(super) id: u16,
    pub(super) record: Option<u64>,
    pub(super) time: Option<Time>,
    pub(super) channel: &'a str,
    pub(super) computer: &'a str,
}

impl<'a> Header<'a> {
    /// Reads the header of one `<Event>` element. `None` when something about it is unusual.
    pub(super) fn scan(element: &'a [u8]) -> Option<Self> {
        let end = memmem::find(element, b"</System>")?;
        let begin = memmem::find(element.get(..end)?, b"<System>")?.checked_add(8)?;
        let system = std::str::from_utf8(element.get(begin..end)?).ok()?;
        if system.contains(['&', '!']) {
            return None;
        }
        let mut header = Self::default();
        let (mut has_provider, mut has_id) = (false, false);
        let mut rest = system;
        while let Some(at) = memchr(b'<', rest.as_bytes()) {
            let tag = rest.get(at.checked_add(1)?..)?;
            let close = memchr(b'>', tag.as_bytes())?;
            let inner = tag.get(..close)?;
            rest = tag.get(close.checked_add(1)?..)?;
            let text = rest
                .get(..memchr(b'<', rest.as_bytes()).unwrap_or(rest.len()))?
                .trim();
            let (name, attributes) = inner
                .split_once(|c: char| c.is_ascii_whitespace() || c == '/')
                .unwrap_or((inner, ""));
            match name {
                "Provider" => {
                    header.provider = attribute(attributes, "Name")?;
                    has_provider = !header.provider.is_empty();
                }
                "EventID" => {
                    let id: u64 = text.parse().ok()?;
                    header.id = u16::try_from(id & 0xFFFF).ok()?;
                    has_id = true;
                }
                "EventRecordID" => header.record = text.parse().ok(),
                "TimeCreated" => header.time = attribute(attributes, "SystemTime").and_then(parse_rfc3339),
                "Channel" => header.channel = text,
                "Computer" => header.computer = text,
                _ => {}
            }
        }
        (has_provider && has_id).then_some(header)
    }
}

/// The value of an attribute in the inside of a tag.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        let (before, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let value = after.get(1..)?;
        let end = value.find(quote)?;
        if before.trim() == name {
            return value.get(..end).map(str::trim);
        }
        rest = value.get(end.checked_add(1)?..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_event_viewer_writes() {
        let header = Header::scan(
            b"<Event xmlns='x'><System><Provider Guid='{1}' Name='Microsoft-Windows-TaskScheduler' />\
              <EventID Qualifiers=\"16384\">101</EventID><TimeCreated SystemTime=\"2026-05-04T08:00:00.5Z\"/>\
              <EventRecordID>732</EventRecordID><Correlation /><Channel>C</Channel><Computer>RPA-07</Computer>\
              </System><EventData/></Event>",
        )
        .unwrap();
        assert_eq!(header.provider, "Microsoft-Windows-TaskScheduler");
        assert_eq!((header.id, header.record), (101, Some(732)));
        assert_eq!((header.channel, header.computer), ("C", "RPA-07"));
        assert_eq!(header.time, parse_rfc3339("2026-05-04T08:00:00.5Z"));
    }

    #[test]
    fn gives_up_where_it_is_unsure() {
        for element in [
            "<Event/>",
            "<Event><System><EventID>1</EventID></System></Event>",
            "<Event><System><Provider Name='A&amp;B'/><EventID>1</EventID></System></Event>",
            "<Event><System><Provider Guid='{1}'/><EventID>1</EventID></System></Event>",
            "<Event><System><Provider Name='A'/><EventID>one</EventID></System></Event>",
            "<Event><System><Provider Name='A'/><EventID",
        ] {
            assert_eq!(Header::scan(element.as_bytes()), None, "{element}");
        }
    }
}
