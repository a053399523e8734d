//! Plain values that every other part speaks in: what was read (events, facts, problems), what is of
//! interest, and what came of it (the diagnosis). Owns no file access and knows no format and no cause.

mod artifact;
mod by_place;
#[cfg_attr(not(feature = "etl"), allow(dead_code, reason = "binary traces ask"))]
mod byte_search;
mod capsule;
mod code;
mod concepts;
mod diagnosis;
mod event;
mod fact;
mod finding;
mod form;
mod happening;
mod incident;
mod interest;
#[cfg_attr(
    not(feature = "diagnose"),
    allow(dead_code, reason = "the diagnosis keeps events")
)]
mod kept;
mod labels;
mod letter_pieces;
mod literals;
pub(crate) mod local_times;
mod log_names;
mod names;
#[cfg_attr(not(feature = "etl"), allow(dead_code, reason = "binary traces ask"))]
mod of_traces;
mod origin;
mod parlance;
mod parlance_words;
mod pattern;
mod piece_table;
mod problem;
#[cfg_attr(
    not(feature = "diagnose"),
    allow(dead_code, reason = "the diagnosis looks for more of them")
)]
pub(crate) mod providers;
mod quick_search;
mod record_texts;
pub(crate) mod run_lines;
#[cfg(feature = "diagnose")]
pub(crate) mod sentence_words;
mod string_names;
mod time;
mod trace;
mod value;

pub use artifact::{Artifact, ArtifactFormat, ChannelSpan, Encoding, Findings};
pub(crate) use by_place::ByPlace;
#[cfg(feature = "diagnose")]
pub(crate) use byte_search::Clue;
pub use capsule::{CAPSULE_SCHEMA, CapsulePart};
pub use code::{CodeSpace, CodeUse, SMALLEST_TELLING_CODE, parse_code};
#[cfg(feature = "diagnose")]
pub(crate) use concepts::{COMPLAINS, CONTENT, Concept, DOCUMENT, ELSEWHERE, HARMLESS};
pub(crate) use concepts::{Concepts, NOTE_TEXT, NOTE_TOLD};
#[cfg(feature = "diagnose")]
pub(crate) use concepts::{is_note_told, sentence_at};
pub use diagnosis::{
    AskItem, ClockSkew, CodeCount, CollectionReport, Coverage, Diagnosis, FactSource, HostReport,
    InputReport, QuestionReport, RecordField, RecordReport, SCHEMA, ToolInfo,
};
pub use event::{Clock, Event, Field, Level};
pub use fact::{Fact, FactScope};
pub use finding::Finding;
pub use form::EventForm;
pub(crate) use form::{Form, Part, PartName};
pub use happening::{Happening, Lane, SessionReport};
pub use incident::{Cause, Change, Evidence, Flip, Incident, Missing, Term, TimelineEntry, Verdict, Weight};
#[cfg(feature = "diagnose")]
pub(crate) use interest::Demand;
#[cfg(feature = "diagnose")]
pub(crate) use interest::spellings;
pub(crate) use interest::{EventFilter, Holds, Interest, MessagePattern, Narrow};
pub(crate) use kept::{Awaited, Kept, Own, Recalled, Stencils, Taken};
#[cfg(feature = "diagnose")]
pub(crate) use kept::{Glimpse, Packer, Shape, Shapes};
#[cfg(feature = "diagnose")]
pub(crate) use labels::LabelSet;
pub(crate) use labels::Labels;
pub(crate) use literals::Literals;
pub(crate) use log_names::NamedLog;
pub(crate) use names::ends_like;
pub(crate) use names::is_task_of_windows;
pub use names::{host_key, same_user, user_key};
#[cfg(feature = "diagnose")]
pub(crate) use of_traces::OfTraces;
#[cfg(any(feature = "diagnose", feature = "etl"))]
pub(crate) use of_traces::Question;
pub use origin::Origin;
pub(crate) use parlance::{LIKE, LIKE_WORDS};
#[cfg(feature = "diagnose")]
pub(crate) use parlance::{Parlance, Phrase, Topic};
pub(crate) use parlance_words::UNSPACED;
#[cfg(all(test, feature = "diagnose"))]
pub(crate) use parlance_words::terms;
pub(crate) use pattern::Pattern;
#[cfg(feature = "diagnose")]
pub(crate) use piece_table::{Letters, PieceTable};
pub use problem::{Problem, ProblemKind};
pub(crate) use quick_search::Keyed;
#[cfg(feature = "diagnose")]
pub(crate) use quick_search::{QuickSearch, in_order};
pub use record_texts::RecordTexts;
pub(crate) use string_names::StringNames;
pub use time::{Time, from_filetime, from_systemtime, parse_rfc3339, time_text, write_time};
pub use trace::{Companion, Decoding, TraceProvider, TraceReport};
pub use value::{Value, guid_text, parse_guid, sid_text};
#[cfg(feature = "diagnose")]
pub(crate) use value::{guid_letters, hex_text};
