//! What a trace holds, counted: by provider and way of decoding, and what could not be decoded. Must not know payloads.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::header::Header;
use super::kernel;
use super::record::{Guid, Record};
use super::unpack::Packing;
use crate::model::{Decoding, ProblemKind, TraceProvider, TraceReport, guid_text};

/// Providers and kinds of records that are counted apart; what is beyond is counted together.
const KINDS: usize = 4096;
/// Names that one problem lists.
const LISTED: usize = 8;

/// Like things, counted, and where the first was.
#[derive(Debug, Default)]
struct Tally {
    count: u64,
    first: Option<u64>,
}

impl Tally {
    fn add(&mut self, at: u64) {
        self.count = self.count.saturating_add(1);
        self.first.get_or_insert(at);
    }
}

/// Counts.
#[derive(Debug, Default)]
pub(super) struct Census {
    buffers: u64,
    packing: Option<Packing>,
    kinds: HashMap<(Guid, Decoding), (Arc<str>, u64), foldhash::fast::RandomState>,
    about_trace: u64,
    /// Records of the kernel that nobody asked for: those of a known layout, and the others.
    kernel: u64,
    kernel_unknown: u64,
    /// Messages of WPP without a format file.
    messages: Tally,
    /// Events whose fields have no names here.
    unnamed: Tally,
    /// Records of the kernel that the table lacks, by group and type.
    strange: Tally,
    strange_kinds: BTreeMap<(u8, u8), u64>,
    stamps: Option<(u64, u64)>,
}

impl Census {
    pub(super) fn buffer(&mut self, packing: Option<Packing>) {
        self.buffers = self.buffers.saturating_add(1);
        self.packing = self.packing.or(packing);
    }

    /// A record about the trace.
    pub(super) fn trace(&mut self) {
        self.about_trace = self.about_trace.saturating_add(1);
    }

    /// A record of the kernel that nobody asked for, and whether its layout is known.
    pub(super) const fn kernel(&mut self, is_known: bool) {
        let count = if is_known {
            &mut self.kernel
        } else {
            &mut self.kernel_unknown
        };
        *count = count.saturating_add(1);
    }

    /// The stamp of a record; some have none.
    pub(super) fn time(&mut self, stamp: u64) {
        if stamp == 0 {
            return;
        }
        self.stamps = Some(match self.stamps {
            Some((first, last)) => (first.min(stamp), last.max(stamp)),
            None => (stamp, stamp),
        });
    }

    /// A record that was decoded, or would be so.
    pub(super) fn event(&mut self, at: u64, record: &Record<'_>, decoding: Decoding, provider: &Arc<str>) {
        match decoding {
            Decoding::WppUnknown => self.messages.add(at),
            Decoding::Unknown => self.unnamed.add(at),
            Decoding::KernelUnknown => {
                self.strange.add(at);
                let place = kernel::place(record).unwrap_or_default();
                let count = self.strange_kinds.entry(place).or_default();
                *count = count.saturating_add(1);
            }
            _ => {}
        }
        let key = (record.provider, decoding);
        if let Some((_, count)) = self.kinds.get_mut(&key) {
            *count = count.saturating_add(1);
        } else if self.kinds.len() < KINDS {
            self.kinds.insert(key, (Arc::clone(provider), 1));
        }
    }

    /// Names the providers that were counted before their names were told; says which: name by the text of the GUID.
    pub(super) fn rename(
        &mut self,
        name: impl Fn(&Guid) -> Option<Arc<str>>,
    ) -> BTreeMap<Arc<str>, Arc<str>> {
        let mut renamed = BTreeMap::new();
        #[expect(clippy::iter_over_hash_type, reason = "each is changed by itself")]
        for ((guid, _), (known, _)) in &mut self.kinds {
            if known.starts_with('{')
                && let Some(name) = name(guid)
            {
                renamed.insert(std::mem::replace(known, Arc::clone(&name)), name);
            }
        }
        renamed
    }

    /// The providers of records that were decoded so, each once: their GUIDs and names.
    fn providers_of(&self, wanted: Decoding) -> BTreeMap<Guid, &str> {
        let mut found = BTreeMap::new();
        // The order of the map is none; that of the result is.
        #[expect(clippy::iter_over_hash_type, reason = "what is found is sorted")]
        for ((guid, decoding), (name, _)) in &self.kinds {
            if *decoding == wanted {
                found.insert(*guid, &**name);
            }
        }
        found
    }

    /// What could not be decoded: of which kind, where first, in words, how often.
    pub(super) fn problems(&self) -> Vec<(ProblemKind, u64, String, u64)> {
        let mut problems = Vec::new();
        if let Some(first) = self.messages.first {
            let guids = self.providers_of(Decoding::WppUnknown);
            let guids: Vec<String> = guids.keys().map(guid_text).collect();
            let detail = format!(
                "a WPP message without its format file; add the TMF files of {} to the bundle: {}; only texts in it were read",
                counted(guids.len(), "message GUID"),
                listed(&guids)
            );
            problems.push((ProblemKind::Undecoded, first, detail, self.messages.count));
        }
        if let Some(first) = self.unnamed.first {
            let names = self.providers_of(Decoding::Unknown);
            let mut names: Vec<String> = names.values().map(|name| (*name).to_owned()).collect();
            names.sort_unstable();
            names.dedup();
            let detail = format!(
                "an event whose fields are named in its provider's manifest: {}; add the manifest to the bundle, or convert the \
                 trace with `tracerpt` on a machine that has the provider; only texts in it were read",
                listed(&names)
            );
            problems.push((ProblemKind::Undecoded, first, detail, self.unnamed.count));
        }
        if let Some(first) = self.strange.first {
            let mut kinds: Vec<_> = self.strange_kinds.iter().collect();
            kinds.sort_by_key(|(place, count)| (std::cmp::Reverse(**count), **place));
            let names: Vec<String> = kinds
                .iter()
                .map(|((group, kind), count)| format!("{}/{kind} ({count})", kernel::group_name(*group)))
                .collect();
            let detail = format!(
                "a record of the kernel whose layout is not known: {}",
                listed(&names)
            );
            problems.push((ProblemKind::Unsupported, first, detail, self.strange.count));
        }
        problems
    }

    /// The whole, with what the header tells.
    pub(super) fn report(&self, header: Option<&Header>) -> TraceReport {
        let mut kinds: BTreeMap<(&str, Decoding), u64> = BTreeMap::new();
        #[expect(clippy::iter_over_hash_type, reason = "what is counted is sorted")]
        for ((_, decoding), (name, records)) in &self.kinds {
            *kinds.entry((name, *decoding)).or_default() += records;
        }
        let mut providers: Vec<TraceProvider> = kinds
            .into_iter()
            .map(|((name, decoding), records)| TraceProvider {
                name: name.into(),
                decoding,
                records,
            })
            .collect();
        let passed = [
            (Decoding::Trace, "EventTrace", self.about_trace),
            (Decoding::Kernel, kernel::PROVIDER, self.kernel),
            (Decoding::KernelUnknown, kernel::PROVIDER, self.kernel_unknown),
        ];
        for (decoding, name, records) in passed.into_iter().filter(|(.., records)| *records > 0) {
            providers.push(TraceProvider {
                name: name.into(),
                decoding,
                records,
            });
        }
        providers.sort_by(|a, b| (&a.name, a.decoding).cmp(&(&b.name, b.decoding)));
        let mut report = TraceReport {
            buffers: self.buffers,
            compression: self.packing.map(|packing| packing.name().to_owned()),
            providers,
            ..TraceReport::default()
        };
        let Some(header) = header else {
            return report;
        };
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        report.session = text(&header.session);
        report.file = text(&header.file);
        report.clock = text(header.counts);
        (report.start, report.end, report.boot) = (header.start, header.end, header.boot);
        report.first = self.stamps.and_then(|(first, _)| header.clock.time(first));
        report.last = self.stamps.and_then(|(_, last)| header.clock.time(last));
        report.time_zone = time_zone(header);
        report.os = os(header);
        report.processors = Some(header.processors);
        report.pointer_bits = Some(if header.pointer == 4 { 32 } else { 64 });
        (report.buffers_lost, report.events_lost) = (header.buffers_lost, header.events_lost);
        report
    }
}

/// The zone by its name and offset, or by the offset alone: newer systems write a reference to a resource for the name.
pub(super) fn time_zone(header: &Header) -> Option<String> {
    let minutes = header.offset()?;
    let (sign, rest) = (if minutes < 0 { '-' } else { '+' }, minutes.unsigned_abs());
    let offset = format!("UTC{sign}{:02}:{:02}", rest / 60, rest % 60);
    let name = header.zone.as_ref().and_then(|zone| zone.name.as_deref());
    Some(match name {
        Some(name) => format!("{name} ({offset})"),
        None => offset,
    })
}

/// Version and build of Windows, `10.0.19045`.
pub(super) fn os(header: &Header) -> Option<String> {
    let (major, minor) = header.version;
    (major > 0).then(|| format!("{major}.{minor}.{}", header.build))
}

fn counted(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}

fn listed(names: &[String]) -> String {
    let mut text = names.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > LISTED {
        text.push_str(&format!(", and {} more", names.len() - LISTED));
    }
    text
}
