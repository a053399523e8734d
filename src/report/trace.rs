//! What a binary trace is and holds, in words: part of what `inspect` prints. Knows the result alone.

use super::page::Page;
use super::{Clockface, wording};
use crate::model::{Decoding, TraceReport};

/// Rows of providers that are shown.
const ROWS: usize = 20;

/// The header of a trace in a line or two, then its providers by the way they were decoded, those with most records first.
pub(super) fn lines(page: &mut Page, trace: &TraceReport, host: &str, clock: &Clockface<'_>) {
    let mut parts = Vec::new();
    if let Some(session) = &trace.session {
        parts.push(format!("session {session}"));
    }
    parts.extend(trace.os.as_ref().map(|os| format!("Windows {os}")));
    parts.extend(trace.pointer_bits.map(|bits| format!("{bits} bits")));
    parts.extend(
        trace
            .processors
            .map(|count| wording::counted(u64::from(count), "processor")),
    );
    parts.extend(trace.time_zone.as_ref().map(|zone| format!("time zone {zone}")));
    if let (Some(first), Some(last)) = (trace.first, trace.last) {
        parts.push(format!("records {}", clock.span(host, first, last)));
    }
    parts.extend(
        trace
            .boot
            .map(|boot| format!("booted {}", clock.show(host, boot))),
    );
    parts.extend(trace.clock.as_ref().map(|counts| format!("clock: {counts}")));
    parts.push(wording::counted(trace.buffers, "buffer"));
    if let Some(packing) = &trace.compression {
        parts.push(format!("compressed by {packing}"));
    }
    if trace.events_lost > 0 || trace.buffers_lost > 0 {
        parts.push(format!(
            "lost {} and {}",
            wording::counted(u64::from(trace.events_lost), "event"),
            wording::counted(u64::from(trace.buffers_lost), "buffer")
        ));
    }
    if trace.end.is_none() && trace.start.is_some() {
        parts.push("the session was not ended".to_owned());
    }
    page.bullet(6, "trace:", None, &parts.join(", "));
    let mut providers: Vec<_> = trace.providers.iter().collect();
    providers.sort_by(|a, b| b.records.cmp(&a.records).then_with(|| a.name.cmp(&b.name)));
    let rows: Vec<Vec<String>> = providers
        .iter()
        .take(ROWS)
        .map(|provider| {
            vec![
                provider.records.to_string(),
                provider.name.to_string(),
                words(provider.decoding).to_owned(),
            ]
        })
        .collect();
    page.table(8, &rows);
    if providers.len() > ROWS {
        let more = format!(
            "and {} more kinds (--format json lists all)",
            providers.len() - ROWS
        );
        page.bullet(8, "", None, &more);
    }
}

const fn words(decoding: Decoding) -> &'static str {
    match decoding {
        Decoding::Trace => "about the trace itself",
        Decoding::Kernel => "of the kernel: decoded by the table where events are listed",
        Decoding::KernelUnknown => "of the kernel: of an unknown layout",
        Decoding::TraceLogging => "decoded: the events carry their names",
        Decoding::Manifest => "decoded by a manifest",
        Decoding::Text => "text",
        Decoding::Wpp => "decoded by a format file of WPP",
        Decoding::WppUnknown => "not decoded: needs a format file of WPP (.tmf)",
        Decoding::Unknown => "not decoded: needs a manifest",
    }
}
