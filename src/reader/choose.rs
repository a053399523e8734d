//! Which reader an artifact gets, by its first bytes. Owns the table of formats of text and the order in which they are asked; must not know how
//! any of them is read.

#[cfg(feature = "etl")]
use super::etl;
use super::sink::Sink;
use super::sniff::Kind;
use super::{
    Context, event_json, event_list, event_xml, loose_xml, own_lines, plain_text, power_automate, robot_log,
    set_aside, settings, table, trace_export, trace_text, wer_report,
};
use crate::model::{ArtifactFormat, Findings, ProblemKind};
use crate::source::Source;

/// Reads one artifact: the whole of it, from its first byte.
type Reader = fn(Source, &Context<'_>, &mut Findings);

/// A format of text: its name, whether a text begins like it, and its reader.
struct TextFormat {
    format: ArtifactFormat,
    sniff: fn(&str) -> bool,
    read: Reader,
}

/// The formats of text that are read as events. The first whose `sniff` says yes to the first 64 KiB reads the
/// artifact, so the strictest come first. What none of them takes is plain text.
const TEXT_FORMATS: &[TextFormat] = &[
    TextFormat {
        format: ArtifactFormat::EventList,
        sniff: wer_report::sniff,
        read: wer_report::read,
    },
    TextFormat {
        format: ArtifactFormat::EventJson,
        sniff: event_json::sniff,
        read: event_json::read,
    },
    TextFormat {
        format: ArtifactFormat::TraceText,
        sniff: trace_text::sniff,
        read: trace_text::read,
    },
    TextFormat {
        format: ArtifactFormat::RobotLog,
        sniff: robot_log::sniff,
        read: robot_log::read,
    },
    TextFormat {
        format: ArtifactFormat::Json,
        sniff: power_automate::sniff,
        read: power_automate::read,
    },
    TextFormat {
        format: ArtifactFormat::TraceText,
        sniff: trace_export::xperf::sniff,
        read: trace_export::xperf::read,
    },
    TextFormat {
        format: ArtifactFormat::TraceText,
        sniff: trace_export::perfview::sniff,
        read: trace_export::perfview::read,
    },
    TextFormat {
        format: ArtifactFormat::TraceText,
        sniff: trace_export::wpa::sniff,
        read: trace_export::wpa::read,
    },
    TextFormat {
        format: ArtifactFormat::TraceText,
        sniff: trace_export::pktmon::sniff,
        read: trace_export::pktmon::read,
    },
    TextFormat {
        format: ArtifactFormat::TracerptCsv,
        sniff: table::tracerpt::sniff,
        read: table::tracerpt::read,
    },
    TextFormat {
        format: ArtifactFormat::TraceText,
        sniff: table::trace_csv::sniff,
        read: table::trace_csv::read,
    },
    TextFormat {
        format: ArtifactFormat::FlowRuns,
        sniff: table::flow_runs::sniff,
        read: table::flow_runs::read,
    },
    TextFormat {
        format: ArtifactFormat::JobTable,
        sniff: table::jobs::sniff,
        read: table::jobs::read,
    },
    TextFormat {
        format: ArtifactFormat::EventTable,
        sniff: table::flattened::sniff,
        read: table::flattened::read,
    },
    TextFormat {
        format: ArtifactFormat::EventTable,
        sniff: table::events::sniff,
        read: table::events::read,
    },
    TextFormat {
        format: ArtifactFormat::EventList,
        sniff: event_list::sniff,
        read: event_list::read,
    },
];

/// Who reads an artifact.
pub(super) enum Choice {
    /// A reader of this format.
    Reader(ArtifactFormat, Reader),
    /// A reader of settings.
    Settings(settings::Kind),
    /// None in this build.
    #[cfg(not(feature = "etl"))]
    LeftOut(ArtifactFormat),
}

/// Tells the format, other than that of event logs, and its reader by the first bytes.
pub(super) fn choose(kind: &Kind, head: &[u8], context: &Context<'_>) -> Choice {
    match kind {
        Kind::Empty => Choice::Reader(ArtifactFormat::Empty, read_empty),
        #[cfg(feature = "etl")]
        Kind::Etl => Choice::Reader(ArtifactFormat::Etl, etl::read_artifact),
        #[cfg(not(feature = "etl"))]
        Kind::Etl => Choice::LeftOut(ArtifactFormat::Etl),
        Kind::Hive => Choice::Reader(ArtifactFormat::RegistryHive, settings::read_hive),
        #[cfg(feature = "etl")]
        Kind::Binary if etl::companion(context).is_some() => {
            Choice::Reader(ArtifactFormat::TraceFormats, etl::read_program)
        }
        Kind::Binary => Choice::Reader(ArtifactFormat::Other, read_nothing),
        #[cfg(feature = "etl")]
        Kind::Text(text) if etl::sniff_formats(&text.text) => {
            Choice::Reader(ArtifactFormat::TraceFormats, etl::read_formats)
        }
        Kind::Text(head) if set_aside::is_own(&head.text) => {
            Choice::Reader(ArtifactFormat::OwnOutput, set_aside::skip)
        }
        Kind::Text(_) if event_xml::sniff(head) => Choice::Reader(ArtifactFormat::EventXml, event_xml::read),
        Kind::Text(head) if own_lines::sniff(&head.text, context.interest) => {
            Choice::Reader(ArtifactFormat::TraceText, own_lines::read)
        }
        Kind::Text(head) => choose_text(&head.text),
    }
}

/// Settings that can stand among other text are looked for only where no log was found: logs quote everything.
fn choose_text(head: &str) -> Choice {
    let settings = settings::sniff(head);
    if let Some(kind) = settings.filter(|kind| !kind.mixes()) {
        return Choice::Settings(kind);
    }
    if let Some(found) = TEXT_FORMATS.iter().find(|candidate| (candidate.sniff)(head)) {
        return Choice::Reader(found.format, found.read);
    }
    let read = if loose_xml::sniff(head) {
        loose_xml::read
    } else {
        plain_text::read
    };
    settings.map_or(Choice::Reader(ArtifactFormat::PlainText, read), Choice::Settings)
}

/// Nothing is in it, unless something follows a long run of zeros.
fn read_empty(source: Source, context: &Context<'_>, findings: &mut Findings) {
    plain_text::read(source, context, findings);
    let mut sink = Sink::new(context, findings);
    if sink.findings().events.is_empty() {
        let origin = sink.artifact();
        sink.problem(ProblemKind::Empty, origin, "nothing in it");
    }
}

/// Not a log: there is nothing to read, and nothing is lost.
fn read_nothing(_source: Source, _context: &Context<'_>, _findings: &mut Findings) {}
