//! What stands directly before a number: the words that announce its space, or the symbol that names it. Owns that vocabulary; the rest of
//! the text is looked at in [`context`](super::context).

use std::ops::Range;

use super::context::Context;
use super::functions::failed_function;
use super::scan::Token;
use crate::knowledge::codes::{CodeValue, Codes};
use crate::model::{CodeSpace, CodeUse};

use CodeSpace::{
    DiscReason, ExitCode, ExtendedDisconnect, Freerdp, Hresult, Kerberos, LogonError, LogonType, Ntstatus,
    SessionState, ShutdownReason, TaskScheduler, UipathRdp, Win32,
};

/// No more words before a number are its label.
const LABEL_WORDS: usize = 4;

/// What the word for an error alone may announce.
const PLAIN: &[CodeSpace] = &[Win32, Hresult, Ntstatus, TaskScheduler, Freerdp, DiscReason];

/// Words directly before a number, in lower case and without punctuation, and the spaces they announce. The first
/// that ends the label, or stands in it alone, counts; longer ones come first.
const LABELS: &[(&str, &[CodeSpace])] = &[
    ("err rdp", &[UipathRdp]),
    ("rdpwrapper", &[UipathRdp]),
    ("last error", &[Freerdp, Win32, Hresult]),
    ("getlasterror", &[Win32]),
    ("freerdp", &[Freerdp]),
    ("extendeddisconnectreason", &[ExtendedDisconnect]),
    ("extended disconnect reason", &[ExtendedDisconnect]),
    ("extended reason", &[ExtendedDisconnect]),
    ("discreason", &[DiscReason]),
    ("disconnectreason", &[DiscReason, ExtendedDisconnect]),
    ("errorinfo", &[ExtendedDisconnect]),
    ("error info", &[ExtendedDisconnect]),
    ("onlogonerror", &[LogonError, Ntstatus]),
    ("logonerror", &[LogonError, Ntstatus]),
    ("logon error", &[LogonError, Ntstatus]),
    ("logontype", &[LogonType]),
    ("logon type", &[LogonType]),
    ("anmeldetyp", &[LogonType]),
    ("session state", &[SessionState]),
    ("sessionstate", &[SessionState]),
    ("connectstate", &[SessionState]),
    ("wts state", &[SessionState]),
    ("exit code", &[ExitCode, Ntstatus, Hresult]),
    ("exitcode", &[ExitCode, Ntstatus, Hresult]),
    ("exited with", &[ExitCode, Ntstatus, Hresult]),
    ("return code", &[ExitCode, Hresult, Ntstatus, Win32]),
    ("win32status", &[Win32]),
    ("win32 error", &[Win32]),
    ("win32", &[Win32]),
    ("system error", &[Win32]),
    ("systemfehler", &[Win32]),
    ("erreur système", &[Win32]),
    ("error de sistema", &[Win32]),
    ("error del sistema", &[Win32]),
    ("errore di sistema", &[Win32]),
    ("erro de sistema", &[Win32]),
    ("システム エラー", &[Win32]),
    ("os error", &[Win32]),
    ("winerror", &[Win32]),
    ("win32exception", &[Win32]),
    ("nativeerrorcode", &[Win32]),
    ("helpmsg", &[Win32]),
    ("resultcode", &[TaskScheduler, Hresult, Ntstatus, ExitCode]),
    ("result code", &[TaskScheduler, Hresult, Kerberos, ExitCode]),
    ("lasttaskresult", &[TaskScheduler, Hresult, Ntstatus, ExitCode]),
    ("last run result", &[TaskScheduler, Hresult, Ntstatus, ExitCode]),
    ("last result", &[TaskScheduler, Hresult, Ntstatus, ExitCode]),
    ("error value", &[TaskScheduler, Hresult, Ntstatus]),
    ("failure code", &[Kerberos, Ntstatus]),
    ("failurecode", &[Ntstatus, Kerberos]),
    ("kerberos", &[Kerberos]),
    ("kdc", &[Kerberos]),
    ("substatus", &[Ntstatus]),
    ("sub status", &[Ntstatus]),
    ("ntstatus", &[Ntstatus, Hresult]),
    ("status", &[Ntstatus, Kerberos, Hresult]),
    ("hresult", &[Hresult, TaskScheduler, Ntstatus]),
    ("shutdown reason", &[ShutdownReason]),
    (
        "reason code",
        &[ExtendedDisconnect, DiscReason, Hresult, ShutdownReason],
    ),
    (
        "reasoncode",
        &[ExtendedDisconnect, DiscReason, Hresult, ShutdownReason],
    ),
    ("disconnect", &[ExtendedDisconnect, DiscReason, Hresult]),
    ("disconnected", &[ExtendedDisconnect, DiscReason, Hresult]),
    ("disconnection", &[ExtendedDisconnect, DiscReason, Hresult]),
    (
        "reason",
        &[ExtendedDisconnect, DiscReason, Hresult, ShutdownReason],
    ),
    (
        "errorcode",
        &[Hresult, Win32, Ntstatus, TaskScheduler, DiscReason],
    ),
    (
        "error code",
        &[Hresult, Win32, Ntstatus, TaskScheduler, DiscReason],
    ),
    (
        "fehlercode",
        &[Hresult, Win32, Ntstatus, TaskScheduler, DiscReason],
    ),
    ("error", PLAIN),
    ("fehler", PLAIN),
    ("erreur", PLAIN),
    ("errore", PLAIN),
    ("erro", PLAIN),
    ("błąd", PLAIN),
    ("fout", PLAIN),
    ("fel", PLAIN),
    ("fejl", PLAIN),
    ("feil", PLAIN),
    ("virhe", PLAIN),
    ("hiba", PLAIN),
    ("hata", PLAIN),
    ("chyba", PLAIN),
    ("ошибка", PLAIN),
    ("помилка", PLAIN),
    ("エラー", PLAIN),
    ("错误", PLAIN),
    ("錯誤", PLAIN),
    ("오류", PLAIN),
];

/// Words before a number that is no code.
const OTHER_COUNTS: &[&str] = &[
    "session",
    "sessionid",
    "sitzung",
    "pid",
    "tid",
    "process",
    "processid",
    "thread",
    "threadid",
    "line",
    "port",
    "record",
    "recordid",
    "version",
    "build",
    "after",
    "before",
    "robot",
    "server",
    "windows",
    "keywords",
    "task",
    "opcode",
    "level",
    "bytes",
    "user",
    "slot",
    "cpu",
];

/// What stands directly before a number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Label {
    /// The spaces it announces.
    pub(super) context: Context,
    /// Those words, as they stand.
    pub(super) words: String,
    /// Whether it says that the number is an id or an amount.
    pub(super) counts_something_else: bool,
}

/// The label of the number at this place.
pub(super) fn label(at: usize, tokens: &[Token<'_>]) -> Label {
    let mut words: Vec<&str> = Vec::new();
    let mut opened = tokens.get(at).is_some_and(|token| token.opens);
    for token in tokens
        .get(..at)
        .unwrap_or_default()
        .iter()
        .rev()
        .take(LABEL_WORDS)
    {
        if opened || token.value.is_some() {
            break;
        }
        words.push(token.text);
        opened = token.opens;
    }
    words.reverse();
    let text = words.join(" ").to_ascii_lowercase();
    let found = LABELS
        .iter()
        .filter_map(|(name, spaces)| Some((last_place(&text, name)?, *spaces)));
    // the words nearest to the number win; of equals the first of the list, which is the longer
    let nearest = found.rev().max_by_key(|(place, _)| place.end);
    let mut context = Context::default();
    let mut said = String::new();
    if let Some((place, spaces)) = nearest {
        said = words.join(" ").get(place).unwrap_or_default().to_owned();
        spaces.iter().for_each(|&space| context.prefer(space));
    }
    let last = words
        .last()
        .map(|word| word.to_ascii_lowercase())
        .unwrap_or_default();
    let counts_something_else = OTHER_COUNTS.contains(&last.as_str());
    if let Some(function) = failed_function(at, tokens).filter(|_| !counts_something_else) {
        function.clone_into(&mut said);
        context = Context::default();
        for space in [Win32, Hresult, Ntstatus] {
            context.prefer(space);
        }
    }
    Label {
        context,
        words: said,
        counts_something_else,
    }
}

/// Where a name stands in a label for the last time, as whole words.
fn last_place(label: &str, name: &str) -> Option<Range<usize>> {
    let start = label.rfind(name)?;
    let end = start + name.len();
    let before = label.get(..start)?.chars().next_back();
    let after = label.get(end..)?.chars().next();
    // Scripts without blanks go on from the word before.
    let is_wide = name.starts_with(|letter: char| letter >= '\u{2e80}');
    let edge = |letter: Option<char>| is_wide || letter.is_none_or(|letter| letter == ' ');
    (edge(before) && edge(after)).then_some(start..end)
}

/// The symbol that stands just before a number, and what it says of it.
pub(super) struct NamedNumber<'a> {
    /// The symbol.
    pub(super) name: &'a str,
    /// The space in which the number is to be read.
    pub(super) space: CodeSpace,
    /// Where the name belongs, if the number is not its own.
    pub(super) belongs_to: Option<CodeUse>,
}

/// The symbol that names a number: `ERROR_LOGON_FAILURE=0x52E`, `STATUS_LOGON_FAILURE (0xC000006D)`. Without such
/// punctuation it counts only if it is right.
pub(super) fn symbol_before<'a>(at: usize, tokens: &[Token<'a>], codes: &Codes) -> Option<NamedNumber<'a>> {
    let token = tokens.get(at)?;
    let value = token.value?;
    let before = tokens.get(at.checked_sub(1)?).filter(|token| token.is_symbol())?;
    let named = |space, belongs_to| NamedNumber {
        name: before.text,
        space,
        belongs_to,
    };
    let mut wrong = None;
    for code in codes.named(before.text) {
        let CodeValue::Number(own) = code.value else {
            continue;
        };
        if own == value {
            return Some(named(code.space, None));
        }
        let wrapped = codes.resolve(CodeUse {
            space: Hresult,
            value,
        });
        if wrapped.is_some_and(|wrapped| wrapped.symbol == code.symbol) {
            return Some(named(Hresult, None));
        }
        wrong = wrong.or(Some(CodeUse {
            space: code.space,
            value: own,
        }));
    }
    wrong
        .filter(|_| token.adjoins)
        .map(|own| named(own.space, Some(own)))
}
