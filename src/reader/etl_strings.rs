//! Binary traces, as far as text in them goes: runs of ASCII and UTF-16 that mention something of interest.
//!
//! The events themselves are not decoded, and compressed buffers not unpacked: that is said as a problem, so that
//! silence is never taken for health. A message that its program had ready as a string is in the file even where the
//! format files are missing, and so is found.

use std::io::Read;

use crate::model::{Event, Findings, Origin, ProblemKind};
use crate::source::Source;

use super::Context;
use super::sink::Sink;
use super::wording::Wording;

/// Characters that make a run of text; shorter ones are chance.
const RUN: usize = 8;

/// Bytes looked at together; a run over the seam is found in the overlap.
const CHUNK: usize = 256 << 10;
const OVERLAP: usize = 4 << 10;

/// Scans a binary trace for text.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let wording = Wording::new(context.interest);
    let mut sink = Sink::new(context, findings);
    let origin = sink.artifact();
    sink.problem(
        ProblemKind::Undecoded,
        origin,
        "a binary trace, searched for text only: convert it with `netsh trace convert` or `tracerpt` and add the result",
    );
    let mut input = source.into_stream();
    let mut buffer = Vec::new();
    let mut base = 0_u64;
    let mut seen = 0_u64;
    loop {
        let kept = buffer.len();
        let count = (&mut input).take(CHUNK as u64).read_to_end(&mut buffer);
        if let Err(error) = &count {
            let origin = Origin::offset(context.path.clone(), base + kept as u64);
            sink.problem(
                ProblemKind::Unreadable,
                origin,
                format!("reading stopped here: {error}"),
            );
        }
        let ended = count.as_ref().map_or(true, |&count| count < CHUNK);
        // A run that reaches into the overlap is left to the next round, where it is whole.
        let settled = if ended {
            buffer.len()
        } else {
            buffer.len().saturating_sub(OVERLAP)
        };
        for run in runs(&buffer) {
            let at = base.saturating_add(run.start as u64);
            if run.start < settled && at >= seen && wording.interest().mentions(&run.text) {
                seen = base.saturating_add(run.end as u64);
                let mut event = Event::new(Origin::offset(context.path.clone(), at));
                event.message = Some(run.text.as_str().into());
                wording.tell(&mut event, &run.text);
                sink.event(event);
            }
        }
        if ended || sink.is_full() {
            break;
        }
        base = base.saturating_add(settled as u64);
        buffer.drain(..settled);
    }
    sink.findings().bytes = base.saturating_add(buffer.len() as u64);
}

/// A run of text.
struct Run {
    start: usize,
    end: usize,
    text: String,
}

/// The runs of ASCII and of UTF-16 in their order, none longer than the overlap.
fn runs(bytes: &[u8]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let narrow = bytes.get(at..).map_or(0, |rest| {
            rest.iter().take(OVERLAP).take_while(|&&b| is_text(b)).count()
        });
        let wide = wide_units(bytes.get(at..).unwrap_or_default());
        let (end, text) = if wide >= RUN {
            let end = at + wide * 2;
            let units = bytes.get(at..end).unwrap_or_default();
            (
                end,
                super::encoding::decode(units, crate::model::Encoding::Utf16Le),
            )
        } else if narrow >= RUN {
            let end = at + narrow;
            let run = bytes.get(at..end).unwrap_or_default();
            (end, String::from_utf8_lossy(run).into_owned())
        } else {
            // Not past the last character: it may begin a run of UTF-16.
            at += narrow.max(1);
            if narrow > 1 {
                at -= 1;
            }
            continue;
        };
        runs.push(Run { start: at, end, text });
        at = end;
    }
    runs
}

const fn is_text(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n')
}

/// How many code units from the beginning are text of the Latin script.
fn wide_units(bytes: &[u8]) -> usize {
    bytes
        .chunks_exact(2)
        .take(OVERLAP / 2)
        .take_while(|pair| match pair {
            [low, 0] => is_text(*low) || *low >= 0xA0,
            _ => false,
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::model::{EventFilter, Interest};
    use std::collections::BTreeMap;
    use std::sync::Arc;

    #[test]
    fn text_in_a_trace_is_found_across_seams() {
        let wide: Vec<u8> = "RdpWrapper: err(rdp):-7"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let mut bytes = vec![1_u8; CHUNK - 10];
        bytes.extend_from_slice(&wide);
        bytes.extend_from_slice(&[0, 2, 0]);
        bytes.extend_from_slice(b"RdpWrapper: Connect");
        bytes.extend_from_slice(&[3; 9000]);
        let filter = EventFilter::Listed(BTreeMap::new());
        let interest = Interest::new(filter, ["rdpwrapper".to_owned()], [], Vec::new()).unwrap();
        let limits = Limits::default();
        let context = Context {
            path: Arc::from("t.etl"),
            interest: &interest,
            limits: &limits,
            recover: false,
        };
        let mut findings = Findings::default();
        let total = bytes.len() as u64;
        read(Source::memory(bytes), &context, &mut findings);
        let texts: Vec<_> = findings
            .events
            .iter()
            .filter_map(|event| event.message.as_deref())
            .collect();
        assert_eq!(texts, ["RdpWrapper: err(rdp):-7", "RdpWrapper: Connect"]);
        assert_eq!(findings.events[0].origin.offset, Some(CHUNK as u64 - 10));
        assert_eq!(findings.bytes, total);
        assert_eq!(findings.problems[0].kind, ProblemKind::Undecoded);
    }
}
