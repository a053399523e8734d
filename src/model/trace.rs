//! What a binary trace is and what it holds, by provider and by how much of it could be decoded. Knows no bytes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Time;

/// How a record of a trace was decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Decoding {
    /// It is about the trace itself: its header, definitions of other events.
    Trace,
    /// A record of the kernel with the names and types of its fields.
    Kernel,
    /// A record of the kernel of which only the group and the type are known.
    KernelUnknown,
    /// An event that carries the names and types of its fields.
    TraceLogging,
    /// An event whose manifest is in the trace or beside it, or that has no fields.
    Manifest,
    /// An event that is one text.
    Text,
    /// A message of WPP with its text.
    Wpp,
    /// A message of WPP whose format file is missing: only texts among its arguments are known.
    WppUnknown,
    /// An event whose manifest is missing: only texts among its values are known.
    Unknown,
}

impl Decoding {
    /// The stable name, as JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Kernel => "kernel",
            Self::KernelUnknown => "kernel-unknown",
            Self::TraceLogging => "trace-logging",
            Self::Manifest => "manifest",
            Self::Text => "text",
            Self::Wpp => "wpp",
            Self::WppUnknown => "wpp-unknown",
            Self::Unknown => "unknown",
        }
    }
}

/// A file that tells how the records of others read: a format file of WPP, a manifest, a program that defines providers.
#[derive(Debug, Clone)]
pub struct Companion {
    /// The path inside the bundle.
    pub path: Arc<str>,
    /// All of it, or of a program its definitions.
    pub bytes: Arc<[u8]>,
}

/// What the header of a trace tells, and what was found in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TraceReport {
    /// The name of the session that wrote it.
    pub session: Option<String>,
    /// Its path on the machine that wrote it.
    pub file: Option<String>,
    /// What its stamps count: `performance counter`, `system time`, `processor cycles`.
    pub clock: Option<String>,
    /// When it began.
    pub start: Option<Time>,
    /// When it ended; absent where the session was not ended properly.
    pub end: Option<Time>,
    /// When the machine was started.
    pub boot: Option<Time>,
    /// The earliest time of its events.
    pub first: Option<Time>,
    /// The latest time of its events.
    pub last: Option<Time>,
    /// The zone of the machine, by name and offset or by the offset alone.
    pub time_zone: Option<String>,
    /// Version and build of Windows.
    pub os: Option<String>,
    /// Processors of the machine.
    pub processors: Option<u32>,
    /// Bits of a pointer of the machine.
    pub pointer_bits: Option<u32>,
    /// Buffers that were read.
    pub buffers: u64,
    /// How its buffers were compressed: `Xpress`, `Xpress-Huffman`, `LZNT1`; absent where none was.
    pub compression: Option<String>,
    /// Buffers that the session could not write.
    pub buffers_lost: u32,
    /// Events that the session had no room for.
    pub events_lost: u32,
    /// What it holds, in the order of the names.
    pub providers: Vec<TraceProvider>,
}

/// Records of one provider of a trace that were decoded in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TraceProvider {
    /// Its name, or its GUID where nothing tells the name; of messages of WPP the source file's GUID.
    pub name: Arc<str>,
    /// How they were decoded.
    pub decoding: Decoding,
    /// How many they are.
    pub records: u64,
}
