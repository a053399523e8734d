//! The words that stand before values in events written as text: of the header in many languages, of the
//! description in English. Must not know how blocks are told apart.
//!
//! Header labels are those of Event Viewer's "copy details as text" and of `wevtutil /f:text` in the language of the
//! machine, and the property names of PowerShell's event objects, which are English everywhere.

use crate::model::Level;
use crate::model::providers::{AUDITING, OF_WINDOWS};
use crate::reader::record_words;
pub(super) use crate::reader::record_words::Header as Label;

/// Labels that English systems and PowerShell write. Dates beside any other are not in the order of the United
/// States.
const ENGLISH: &[&str] = &[
    "log name",
    "logname",
    "source",
    "event source",
    "event type",
    "providername",
    "date",
    "time",
    "date and time",
    "timecreated",
    "timegenerated",
    "logged",
    "event id",
    "eventid",
    "event-id",
    "id",
    "level",
    "leveldisplayname",
    "entrytype",
    "user",
    "userid",
    "computer",
    "machinename",
    "description",
    "message",
];

/// Whether a header label is English, or the same in English.
pub(super) fn is_english(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    ENGLISH.contains(&&*name)
        || matches!(
            Label::of(&name),
            Some(Label::Other | Label::Record | Label::Activity)
        )
}

/// `Name: value` of a line: the name, the value, and the column of the colon if blanks stand before it.
///
/// French writes a blank before the colon, Japanese may write a wide colon.
pub(super) fn split_label(line: &str) -> Option<(&str, &str, Option<usize>)> {
    let (at, colon) = line.char_indices().find(|&(_, c)| c == ':' || c == '：')?;
    let (name, rest) = line.split_at_checked(at)?;
    let value = rest.strip_prefix(colon)?;
    let spaced = name.ends_with([' ', '\u{a0}', '\t']).then_some(at);
    let name = name.trim();
    let is_drive = rest
        .get(colon.len_utf8()..)
        .is_some_and(|rest| rest.starts_with(['\\', '/']))
        && name
            .split_whitespace()
            .next_back()
            .is_some_and(|word| word.len() == 1);
    let named = !is_drive
        && !name.is_empty()
        && name.chars().count() <= 40
        && !name.contains(['\\', '/', '"', '{', '<', '=']);
    named.then_some((name, value.trim(), spaced))
}

/// The level of a word in the language of the machine.
pub(super) fn level(word: &str) -> Level {
    record_words::level(word).unwrap_or_default()
}

/// The provider that a channel belongs to; the logs that many write to have none, but for the Security log.
pub(super) fn provider_of_channel(channel: &str, id: u16) -> &str {
    match channel.split_once('/') {
        Some((provider, _)) if provider.starts_with(OF_WINDOWS) => provider,
        _ if channel.eq_ignore_ascii_case("Security") && is_audit(id) => AUDITING.name,
        _ => "",
    }
}

/// Whether an id is one of the audit events, which everybody names by number alone.
pub(super) const fn is_audit(id: u16) -> bool {
    matches!(id, 4608..=5159 | 5376..=5378 | 5632..=5633 | 6272..=6281)
}

/// The field that a label in a description stands for which nothing more is known of.
pub(super) fn field(label: &str) -> String {
    match label.to_lowercase().as_str() {
        "source network address"
        | "quellnetzwerkadresse"
        | "adresse réseau source"
        | "dirección de red de origen"
        | "ソース ネットワーク アドレス" => "Address".to_owned(),
        "sitzungs-id" | "id de session" | "id. de sesión" | "セッション id" => "SessionID".to_owned(),
        _ if Label::of(label) == Some(Label::User) => "User".to_owned(),
        _ => label.split_whitespace().collect(),
    }
}
