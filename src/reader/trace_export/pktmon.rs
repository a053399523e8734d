//! The packets that `pktmon` prints: `pktmon etl2txt` in the frame of a dump of traces, `pktmon start --log-mode real-time` with the
//! time of the day alone.
//!
//! ```text
//! 23:02:26.539704700 PktGroupId 562949953421500, PktNumber 1, Appearance 1, Direction Tx , Type Ethernet , Component 78, OriginalSize 66
//!         40-EC-99-B9-17-25 > F0-B4-D2-5A-D3-E2, ethertype IPv4 (0x0800), length 66: 192.168.0.62.65066 > 172.217.2.115.443: Flags [S]
//! ```
//!
//! Sources: <https://learn.microsoft.com/windows-server/networking/technologies/pktmon/pktmon-syntax>, and lines that public programs
//! read. Folklore: the names are in the language of the machine, but for those of the packet; so any name is taken.

use super::{Form, Line, SAMPLE, value};
use crate::model::providers::PACKET_MONITOR;
use crate::model::{Event, Findings, Interest, ProblemKind, Value};
use crate::reader::Context;
use crate::source::Source;

/// What the description of every packet begins with, or a word like `Drop:` before it.
const MARK: &str = "PktGroupId ";
/// Values of a packet that are taken.
const VALUES: usize = 32;

/// Whether a text has lines of packets without a frame.
pub(crate) fn sniff(head: &str) -> bool {
    let lines = || head.lines().filter(|line| !line.trim().is_empty()).take(SAMPLE);
    lines().any(|line| packet(line).is_some())
        && lines().all(|line| packet(line).is_some() || line.starts_with([' ', '\t']) || !line.contains("::"))
}

/// Reads the whole artifact.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    super::read_by(|_| Packets::default(), source, context, findings);
}

/// The time and the description of a packet.
fn packet(line: &str) -> Option<(&str, &str)> {
    let (time, rest) = line.split_once(' ')?;
    let (clock, fraction) = time.split_once('.')?;
    let is_clock = clock.len() == 8
        && clock.bytes().enumerate().all(|(at, byte)| {
            if at % 3 == 2 {
                byte == b':'
            } else {
                byte.is_ascii_digit()
            }
        });
    let is_time = is_clock && fraction.bytes().all(|byte| byte.is_ascii_digit());
    (is_time && describes(rest).is_some()).then_some((time, rest))
}

/// The values of a description, from the first on.
fn describes(text: &str) -> Option<&str> {
    let at = text.find(MARK).filter(|&at| at < 32)?;
    text.get(at..)
}

/// Gives an event the values that describe its packet, if its message is such a description.
pub(crate) fn tell(event: &mut Event, message: &str) {
    let line = message.lines().next().unwrap_or_default();
    let Some(values) = describes(line) else {
        return;
    };
    for pair in values.split(", ").take(VALUES) {
        if let Some((name, text)) = pair.trim().rsplit_once(' ') {
            event.push(name.trim(), value(text));
        }
    }
}

#[derive(Debug, Default)]
struct Packets {
    without_time: u64,
}

impl Form for Packets {
    fn line(&mut self, text: &str, event: &mut Event, _: &Interest) -> Line {
        let Some((time, rest)) = packet(text) else {
            return Line::More;
        };
        event.provider = PACKET_MONITOR.name.into();
        event.push("Time", Value::text(time));
        event.message = Some(rest.into());
        tell(event, rest);
        self.without_time = self.without_time.saturating_add(1);
        Line::Event
    }

    fn problem(&self) -> Option<(ProblemKind, String, u64)> {
        let detail = "a packet with the time of the day alone: nothing tells the day";
        (self.without_time > 0).then(|| (ProblemKind::Undecoded, detail.to_owned(), self.without_time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::table::testing::run;

    #[test]
    fn packets_with_and_without_a_frame() {
        let text = "Processing...\n\n\
            16:30:50.127593800 PktGroupId 1407374883558202, PktNumber 1, Appearance 1, Direction Tx , Type Ethernet , Component 494, OriginalSize 55\n\
            \t40-EC-99-B9-17-25 > F0-B4-D2-5A-D3-E2, length 55: 10.0.0.7.3389 > 10.0.0.9.50123: Flags [R]\n\
            16:30:51.000000100 Drop: PktGroupId 1407374883558203, PktNumber 2, \u{ad6c}\u{c131} \u{c694}\u{c18c} 80, DropReason Filtered\n";
        assert!(sniff(text));
        let found = run(text);
        let [sent, dropped] = found.events.as_slice() else {
            panic!("{:#?}", found.events)
        };
        assert_eq!(&*sent.provider, PACKET_MONITOR.name);
        assert_eq!(sent.field("Component"), Some(&Value::Signed(494)));
        assert_eq!(sent.field("Direction"), Some(&Value::text("Tx")));
        assert!(sent.message.as_deref().unwrap().contains("10.0.0.7.3389"));
        assert_eq!(dropped.field("DropReason"), Some(&Value::text("Filtered")));
        assert_eq!(found.problems[0].count, 2);
        let framed = "[00]0AAA.0BBB::2026-08-14 19:09:36.000000000 [Microsoft-Windows-PktMon] PktGroupId 1, PktNumber 7, Component 3\n\
            \tip: 127.0.0.1.50001 > 127.0.0.1.22: Flags [P.]\n";
        assert!(!sniff(framed));
        let found = run(framed);
        assert_eq!(found.events[0].field("PktNumber"), Some(&Value::Signed(7)));
        assert!(
            found.events[0]
                .message
                .as_deref()
                .unwrap()
                .contains("127.0.0.1.22")
        );
    }
}
