//! What silence can prove: from when to when a channel of a host is really there. Owns nothing but that question.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::diagnose::timeline::channel_cover::ChannelCover;
use crate::diagnose::timeline::host::Host;
use crate::model::providers::EVENT_LOG;
use crate::model::{Artifact, ArtifactFormat, ChannelSpan, Coverage, Problem, ProblemKind, Time};

/// The cover of a channel as the result lists it.
pub(in crate::diagnose) fn report(cover: &ChannelCover, host: &Host) -> Coverage {
    let beginning = host.span.map(|(first, _)| first);
    Coverage {
        host: Arc::clone(&host.name),
        channel: Arc::clone(&cover.channel),
        // A log that was never cleared covers from the beginning of time: that is no instant to show.
        from: cover.from.max(beginning).filter(|from| *from > Time::MIN_UTC),
        to: cover.to,
        records: cover.records,
        missing_records: cover.missing,
        paths: cover.paths.clone(),
    }
}

/// Whether a channel is written without being told to; the silence of any other from before its first record proves nothing.
pub(in crate::diagnose) type DefaultOn<'a> = dyn Fn(&str) -> bool + 'a;

/// In a file of so many records a channel of three or fewer is what is left of a damaged record.
const ONE_LOG: u64 = 50;

/// Whether a span is what a damaged record seems to say of a channel or a computer. An exported log holds one channel; what
/// collectors gather holds many records of each.
fn is_phantom(artifact: &Artifact, span: &ChannelSpan) -> bool {
    let most = artifact
        .findings
        .spans
        .iter()
        .map(|span| span.records)
        .max()
        .unwrap_or(0);
    artifact.findings.format == Some(ArtifactFormat::Evtx) && most >= ONE_LOG && span.records <= 3
}

/// A span of records, with the host and the folder that it was exported to.
struct Exported<'a> {
    host: usize,
    folder: &'a str,
    path: &'a Arc<str>,
    span: &'a ChannelSpan,
}

/// The last time in all that was exported of a host to one folder.
type Ends<'a> = BTreeMap<(usize, &'a str), Time>;

/// All spans of known hosts, and until when each export goes.
fn spans_of(
    artifacts: &[Artifact],
    host_of: impl Fn(&str) -> Option<usize>,
) -> (Ends<'_>, Vec<Exported<'_>>) {
    let (mut ends, mut spans) = (Ends::new(), Vec::new());
    for artifact in artifacts {
        let path = &artifact.path;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let real = artifact.findings.spans.iter();
        for span in real.filter(|span| !is_phantom(artifact, span)) {
            let Some(host) = host_of(&span.computer) else {
                continue;
            };
            if let Some(last) = span.last {
                let end = ends.entry((host, folder)).or_insert(last);
                *end = (*end).max(last);
            }
            spans.push(Exported {
                host,
                folder,
                path,
                span,
            });
        }
    }
    (ends, spans)
}

/// Fills in the cover of each host.
///
/// A log that still has its first record reaches back to the beginning: silence before that record counts. A log is silent
/// after its last record until it was exported, which was not before the last record of the logs exported with it.
pub(in crate::diagnose) fn assign(
    hosts: &mut [Host],
    artifacts: &[Artifact],
    lead: &dyn Fn(&str) -> String,
    default_on: &DefaultOn<'_>,
) {
    let mut index = BTreeMap::new();
    for (number, host) in hosts.iter().enumerate() {
        index.insert(lead(&host.name), number);
    }
    let (exported, spans) = spans_of(artifacts, |computer| index.get(&lead(computer)).copied());
    let mut numbers: BTreeMap<(usize, Arc<str>), BTreeMap<Arc<str>, Numbers>> = BTreeMap::new();
    let mut covers: BTreeMap<(usize, Arc<str>), ChannelCover> = BTreeMap::new();
    for Exported {
        host,
        folder,
        path,
        span,
    } in spans
    {
        let last = exported.get(&(host, folder)).copied();
        let (from, to) = reach(span, default_on(&span.channel), last);
        let numbers = numbers.entry((host, Arc::clone(&span.channel))).or_default();
        numbers
            .entry(Arc::clone(path))
            .and_modify(|file| *file = joined(*file, span))
            .or_insert((span.first_record, span.last_record, span.records));
        let cover = covers
            .entry((host, Arc::clone(&span.channel)))
            .or_insert_with(|| ChannelCover {
                channel: Arc::clone(&span.channel),
                from,
                to,
                records: 0,
                missing: 0,
                paths: Vec::new(),
            });
        cover.from = cover.from.into_iter().chain(from).min();
        cover.to = cover.to.max(to);
        if !cover.paths.contains(path) {
            cover.paths.push(Arc::clone(path));
        }
    }
    for ((host, channel), mut cover) in covers {
        let numbers = numbers.remove(&(host, channel)).unwrap_or_default();
        (cover.records, cover.missing) = distinct(numbers.into_values().collect());
        if let Some(host) = hosts.get_mut(host) {
            host.cover.push(cover);
        }
    }
}

/// From when to when the silence of a log counts of which a file holds a span, in a folder to which logs were exported until some instant.
fn reach(span: &ChannelSpan, default_on: bool, exported: Option<Time>) -> (Option<Time>, Option<Time>) {
    let from = if span.first_record <= 1 && default_on {
        Some(Time::MIN_UTC)
    } else {
        span.first
    };
    let to = exported.max(span.last);
    // A log that somebody switched on may have been switched off again.
    let until = span
        .last
        .map(|last| last.checked_add_signed(TimeDelta::days(1)).unwrap_or(last));
    (from, if default_on { to } else { to.min(until) })
}

/// The first and the last number of a file's records of one channel, and how many they are.
type Numbers = (u64, u64, u64);

/// A host that got another name writes one log under both: what a file holds under each are records of their own.
fn joined((first, last, records): Numbers, span: &ChannelSpan) -> Numbers {
    (
        first.min(span.first_record),
        last.max(span.last_record),
        records.saturating_add(span.records),
    )
}

/// How many records the files of one log hold together, and how many of the numbers between their first and last are not there. What two files
/// share counts once: the same log is sent twice, and the newer export holds what the older one did.
fn distinct(mut files: Vec<Numbers>) -> (u64, u64) {
    files.sort_unstable();
    let width = |first: u64, last: u64| last.saturating_sub(first).saturating_add(1);
    let mut spans: Vec<Numbers> = Vec::new();
    for (first, last, records) in files {
        match spans.last_mut().filter(|span| first <= span.1) {
            Some(span) if last <= span.1 => span.2 = span.2.max(records),
            Some(span) => {
                // Of the records that lie beyond, no more are known than the numbers between.
                let beyond = width(span.1.saturating_add(1), last);
                let shared = width(first, span.1).min(records);
                span.2 = span.2.saturating_add(records.saturating_sub(shared).min(beyond));
                span.1 = last;
            }
            None => spans.push((first, last, records)),
        }
    }
    spans
        .into_iter()
        .fold((0, 0), |(records, missing), (first, last, held): Numbers| {
            let lacks = width(first, last).saturating_sub(held);
            (held.saturating_add(records), lacks.saturating_add(missing))
        })
}

/// Cuts the cover of logs that were cleared: what was in them before is gone. Security tells it by 1102 in the log itself, all
/// others by 104 in System.
pub(in crate::diagnose) fn cut_cleared(host: &mut Host, problems: &mut Vec<Problem>) {
    for entry in &host.entries {
        let event = &entry.event;
        if !EVENT_LOG.wrote(event.like()) {
            continue;
        }
        let channel = match event.id {
            Some(1102) => Some("Security".to_owned()),
            Some(104) => event.field_text("Channel"),
            _ => None,
        };
        let (Some(channel), Some(at)) = (channel, entry.at) else {
            continue;
        };
        let cut = host
            .cover
            .iter_mut()
            .filter(|cover| cover.channel.eq_ignore_ascii_case(&channel));
        for cover in cut {
            cover.from = cover.from.max(Some(at.time));
        }
        let detail = format!(
            "{channel} of {} was cleared; its silence before proves nothing",
            host.name
        );
        problems.push(Problem::new(
            ProblemKind::LogCleared,
            event.origin.clone(),
            detail,
        ));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnose::timeline::host::{Entry, Moment};
    use crate::model::{Event, Findings, Origin, Value};

    fn time(text: &str) -> Time {
        text.parse().unwrap()
    }

    fn span(channel: &str, records: u64, first: u64, last: u64) -> ChannelSpan {
        ChannelSpan {
            computer: Arc::from("RPA-07"),
            channel: Arc::from(channel),
            records,
            first_record: first,
            last_record: last,
            first: Some(time("2026-05-04T08:00:00Z")),
            last: Some(time("2026-05-05T08:00:00Z")),
        }
    }

    fn covered(spans: Vec<ChannelSpan>) -> Host {
        let artifact = Artifact {
            path: Arc::from("Security.evtx"),
            findings: Findings {
                format: Some(ArtifactFormat::Evtx),
                spans,
                ..Findings::default()
            },
        };
        let mut hosts = [Host {
            name: Arc::from("RPA-07"),
            ..Host::default()
        }];
        assign(&mut hosts, &[artifact], &|name| name.to_lowercase(), &|channel| {
            channel != "Tasks"
        });
        let [host] = hosts;
        host
    }

    #[test]
    fn what_two_files_of_one_log_share_counts_once() {
        assert_eq!(distinct(vec![(1, 90, 90), (1, 90, 90)]), (90, 0));
        assert_eq!(distinct(vec![(1, 90, 90), (50, 120, 71)]), (120, 0));
        assert_eq!(distinct(vec![(1, 90, 90), (200, 210, 11)]), (101, 0));
        assert_eq!(distinct(vec![(100, 500, 20)]), (20, 381));
    }

    #[test]
    fn a_log_that_was_written_under_two_names_lacks_nothing() {
        let of = |computer: &str, records, first, last| ChannelSpan {
            computer: Arc::from(computer),
            ..span("Security", records, first, last)
        };
        let artifact = Artifact {
            path: Arc::from("Security.evtx"),
            findings: Findings {
                format: Some(ArtifactFormat::Evtx),
                spans: vec![of("RPA-07", 60, 1, 100), of("WIN-SETUP", 40, 20, 90)],
                ..Findings::default()
            },
        };
        let mut hosts = [Host {
            name: Arc::from("RPA-07"),
            ..Host::default()
        }];
        assign(&mut hosts, &[artifact], &|_| "rpa-07".to_owned(), &|_| true);
        let [host] = hosts;
        assert_eq!((host.cover[0].records, host.cover[0].missing), (100, 0));
    }

    #[test]
    fn what_a_damaged_record_says_is_no_channel() {
        let host = covered(vec![
            span("Security", 900, 1, 900),
            span("Sec\u{0}rity", 2, 5, 88_000_000),
        ]);
        assert_eq!(host.cover.len(), 1);
        assert!(!host.cover[0].is_filtered());
    }

    #[test]
    fn the_silence_before_a_log_was_switched_on_proves_nothing() {
        let host = covered(vec![span("Security", 90, 1, 90), span("Tasks", 90, 1, 90)]);
        let week_before = time("2026-04-28T08:00:00Z");
        let of = |channel: &str| {
            host.cover
                .iter()
                .find(|cover| &*cover.channel == channel)
                .unwrap()
        };
        assert!(of("Security").covers(week_before, time("2026-05-05T08:00:00Z")));
        assert!(!of("Tasks").covers(week_before, time("2026-05-05T08:00:00Z")));
        assert!(of("Tasks").covers(time("2026-05-04T09:00:00Z"), time("2026-05-05T08:00:00Z")));
    }

    #[test]
    fn a_cleared_log_covers_only_what_came_after() {
        let mut host = covered(vec![span("Security", 90, 1, 90)]);
        let mut event = Event::new(Origin::artifact("Security.evtx"));
        event.provider = Arc::from("Microsoft-Windows-Eventlog");
        event.id = Some(1102);
        event.push("SubjectUserName", Value::text("anna"));
        let cleared = time("2026-05-04T20:00:00Z");
        host.entries.push(Entry {
            event: event.into(),
            at: Some(Moment::at(cleared)),
        });
        let mut problems = Vec::new();
        cut_cleared(&mut host, &mut problems);
        assert!(!host.cover[0].covers(time("2026-05-04T19:00:00Z"), time("2026-05-04T21:00:00Z")));
        assert!(host.cover[0].covers(cleared, time("2026-05-04T21:00:00Z")));
        assert_eq!(problems[0].kind, ProblemKind::LogCleared);
    }
}
