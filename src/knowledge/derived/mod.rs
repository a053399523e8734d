//! The events that no log has and the engine derives from those that it has: name, fields, and whose silence proves that there was
//! none. They are declared in `declared.rs` and nowhere else: lint, the judging of silence and the page for authors read it, and the engine's
//! own tests refuse what is not declared there. Must not know how they are derived.

mod declared;

pub(crate) use declared::*;

use super::DERIVED;
use crate::model::Event;

/// One kind of derived event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DerivedEvent {
    /// Its name; signals take it with `derived = "NAME"`.
    pub name: &'static str,
    /// When there is one.
    pub when: &'static str,
    /// Its fields; each may be missing.
    pub fields: &'static [DerivedField],
    /// The logs that it is made of, by the aliases of `data/sources.toml`; none for what settings and lists tell.
    pub stands_on: &'static [&'static str],
    /// The log whose silence proves that there was none; none where nobody keeps such a log.
    pub silence: Option<&'static str>,
}

/// A field of a derived event, and what it says where the name does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DerivedField {
    /// Its name.
    pub name: &'static str,
    /// What it says; empty where the name says all.
    pub meaning: &'static str,
}

const fn plain(name: &'static str) -> DerivedField {
    DerivedField { name, meaning: "" }
}

const fn field(name: &'static str, meaning: &'static str) -> DerivedField {
    DerivedField { name, meaning }
}

/// Every kind of derived event.
pub const DERIVED_EVENTS: &[DerivedEvent] = &[
    SESSION_LOGON,
    SESSION_SLOW,
    SESSION_UNFINISHED,
    SESSION_DISCONNECT,
    SESSION_END,
    HOST_RESTART,
    HOST_BOOT,
    TASK_LOGON_FAILED,
    TASK_RUN,
    LEDGER_CONTEXT,
    LIST_CONTEXT,
    LOGON_FLOOD,
    LOGON_STAYS_REFUSED,
    AUTOLOGON_MISSED,
    HOST_SLEPT,
    SCREEN_HIDDEN,
    TASK_START_MISSED,
    REFUSAL_TOLD,
    SETTING_TOLD,
    CLOCK_JUMP,
    TASK_LISTED,
    SESSION_TOLD,
    CODE_TOLD,
    WORDS_TOLD,
    SESSION_LISTED,
    SESSION_PLACES,
];

/// The kind of derived event of that name.
pub fn derived_event(name: &str) -> Option<&'static DerivedEvent> {
    DERIVED_EVENTS.iter().find(|kind| kind.name == name)
}

/// Whether a signal is of words or codes in any text: every cause looks at it, so that it is missing tells none from another.
pub(crate) fn is_of_any_text(signal: &str) -> bool {
    [WORDS_TOLD, CODE_TOLD].iter().any(|kind| kind.name == signal)
}

impl DerivedEvent {
    /// Whether an event is of this kind.
    pub(crate) fn is(&self, event: &Event) -> bool {
        event.provider.strip_prefix(DERIVED) == Some(self.name)
    }

    /// Whether it has a field of that name; case does not count.
    pub fn has(&self, field: &str) -> bool {
        self.fields
            .iter()
            .any(|known| known.name.eq_ignore_ascii_case(field))
    }
}

/// The table of derived events for the page that authors of knowledge read, as Markdown.
pub fn page() -> String {
    let mut page = String::from("| name | when | fields |\n| --- | --- | --- |\n");
    for kind in DERIVED_EVENTS {
        let fields: Vec<String> = kind
            .fields
            .iter()
            .map(|field| match field.meaning {
                "" => format!("`{}`", field.name),
                meaning => format!("`{}` ({meaning})", field.name),
            })
            .collect();
        page.push_str(&format!(
            "| `{}` | {} | {} |\n",
            kind.name,
            kind.when,
            fields.join(", ")
        ));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_fields_are_told_apart() {
        let mut names: Vec<_> = DERIVED_EVENTS.iter().map(|kind| kind.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), DERIVED_EVENTS.len());
        for kind in DERIVED_EVENTS {
            let mut fields: Vec<_> = kind.fields.iter().map(|field| field.name).collect();
            fields.sort_unstable();
            fields.dedup();
            assert_eq!(fields.len(), kind.fields.len(), "{}", kind.name);
        }
    }
}
