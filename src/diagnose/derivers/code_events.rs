//! The event that is derived of a code which was told. Owns its fields, how a code is spelled and what of a text is quoted; must not know
//! where codes are looked for.

use std::sync::Arc;

use crate::diagnose::derivers::code_contexts::{Met, account};
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::Entry;
use crate::knowledge::codes::{Code, CodeClass, spell};
use crate::knowledge::derived::CODE_TOLD;
use crate::knowledge::explain::told::{self, Told};
use crate::model::providers::{Records, SERVICES};
use crate::model::{CodeSpace, CodeUse};

/// Codes of one machine that are told.
pub(super) const MOST: usize = 200;

/// Letters of a text that a title quotes.
const QUOTED: usize = 120;

/// The records of services whose second parameter is an account.
const NAME_AN_ACCOUNT: Records = SERVICES.ids(&[7038, 7041]);

/// The event of a code that an entry tells, with the beginning of its text and in what it was met.
pub(super) fn tell(entry: &Entry, text: &str, told: &Told<'_>, met: &Met) -> Entry {
    let Told {
        code,
        used,
        text: written,
    } = told;
    let win32 = told::win32_of(code);
    let is_certificate = met.operation.as_deref() == Some("certificate-binding");
    // A missing private key is told by the code of a missing logon session, and no cause of that is meant.
    let is_of_key = is_certificate && matches!(code.class, CodeClass::Session | CodeClass::CredentialStore);
    let causes = if is_of_key { &[] } else { &*code.causes };
    let listed = |from: usize, to: usize| -> String {
        let ids = causes.iter().take(to).skip(from);
        ids.map(|id| format!("|{id}|")).collect()
    };
    let first = if causes.len() == 1 { "Only" } else { "First" };
    let value = match (used.space, win32) {
        (CodeSpace::Win32, Some(value)) if value < 0x1_0000 => 0x8007_0000 | value,
        _ => used.value,
    };
    // A last result is a code of the scheduler, and within it that of the program.
    let space = match code.space {
        CodeSpace::ExitCode => code.space,
        _ => used.space,
    };
    let spelling = match used.space {
        CodeSpace::PowerAutomate => written.clone(),
        _ => format!("{value:#010x}"),
    };
    let user = entry.event.first_field_text(&["param2"]);
    let user = user.filter(|_| NAME_AN_ACCOUNT.are(&entry.event));
    Derived::new(&CODE_TOLD, entry)
        .with("Space", space)
        .with("From", &entry.event.provider)
        .with("code", spelling)
        .with("Said", quoted(text))
        .with("Spelling", spelled(code, *used, written))
        .with("Symbol", &code.symbol)
        .with("Topic", class_name(code.class))
        .with_some("Win32", win32)
        .with(first, listed(0, 1))
        .with("Second", listed(1, 2))
        .with("Further", listed(2, usize::MAX))
        .with_some("Operation", met.operation.as_deref())
        .with("Logon", met.logons.join(" "))
        .with("Accounts", met.accounts.join(" "))
        .with_some("User", user.or_else(|| account(text)))
        .build()
}

/// The beginning of a text, up to the end of a word.
fn quoted(text: &str) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(QUOTED) else {
        return text.to_owned();
    };
    let start = text.get(..end).unwrap_or(text);
    let whole = start
        .rsplit_once(char::is_whitespace)
        .map_or(start, |(whole, _)| whole);
    format!("{}\u{2026}", whole.trim_end())
}

/// A code as a person knows it: its name with the number behind it. Power Automate has names and no numbers.
fn spelled(code: &Code, used: CodeUse, written: &str) -> String {
    let number = spell(used.space, used.value);
    match code.symbol.as_str() {
        _ if used.space == CodeSpace::PowerAutomate && !written.is_empty() => written.to_owned(),
        "" => number,
        symbol => format!("{symbol} ({number})"),
    }
}

/// The name of a class, as knowledge files spell it.
fn class_name(class: CodeClass) -> String {
    let name = serde_json::to_value(class).ok();
    name.and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// Whether a code that is told counts where it was met: a sentence that is told of other things, too, needs one of its operations.
pub(super) fn is_complaint(told: &Told<'_>, met: &Met) -> bool {
    let wanted = &told.code.said_in;
    let is_sentence = told.text.is_empty();
    let is_met = |operation: &Arc<str>| wanted.iter().any(|name| **name == **operation);
    !is_sentence || wanted.is_empty() || met.operation.as_ref().is_some_and(is_met)
}
