//! The words around a number, and the spaces they speak of. Owns that vocabulary; knows no value.

use std::ops::Range;

use super::super::codes::{CodeValue, Codes};
use super::scan::Token;
use crate::model::{CodeSpace, CodeUse};

use CodeSpace::{
    DiscReason, ExitCode, ExtendedDisconnect, Freerdp, Hresult, Kerberos, LogonError, LogonType, Ntstatus,
    PowerAutomate, SessionState, ShutdownReason, TaskScheduler, UipathRdp, Win32,
};

/// No more words before a number are its label.
const LABEL_WORDS: usize = 4;

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
    (
        "error",
        &[Win32, Hresult, Ntstatus, TaskScheduler, Freerdp, DiscReason],
    ),
    (
        "fehler",
        &[Win32, Hresult, Ntstatus, TaskScheduler, Freerdp, DiscReason],
    ),
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

/// Beginnings of the names of functions that log on, ask for accounts, sessions, domains, services and credentials, or use
/// them: they fail with a code of Win32, those of the security packages with an HRESULT or NTSTATUS. Lower case.
pub(super) const FUNCTIONS: &[&str] = &[
    "logonuser",
    "lsalogonuser",
    "lsalookup",
    "lsaopenpolicy",
    "lsaaddaccountrights",
    "lsaenumerateaccount",
    "lsaregisterlogonprocess",
    "lsaconnectuntrusted",
    "lsacallauthenticationpackage",
    "lsaretrieveprivatedata",
    "lsastoreprivatedata",
    "createprocessasuser",
    "createprocesswithlogon",
    "createprocesswithtoken",
    "createenvironmentblock",
    "lookupaccount",
    "lookupprivilege",
    "adjusttokenprivileges",
    "setthreadtoken",
    "settokeninformation",
    "duplicatetoken",
    "impersonateloggedonuser",
    "impersonatenamedpipeclient",
    "impersonateself",
    "loaduserprofile",
    "getuserprofiledirectory",
    "netuser",
    "netlocalgroup",
    "netgroup",
    "netgetjoin",
    "netjoindomain",
    "netunjoin",
    "netvalidatename",
    "netrenamemachine",
    "netrequestofflinedomainjoin",
    "netprovisioncomputeraccount",
    "netgetdcname",
    "netgetanydcname",
    "netwksta",
    "netserverenum",
    "netserverget",
    "netuseadd",
    "netaddserviceaccount",
    "netqueryserviceaccount",
    "netisserviceaccount",
    "netrlogonsamlogon",
    "netrserverauthenticate",
    "dsgetdc",
    "dsbind",
    "dscracknames",
    "dsrolegetprimary",
    "dsgetsitename",
    "i_netlogoncontrol",
    "wtsquery",
    "wtsenumerate",
    "wtsopen",
    "wtsconnectsession",
    "wtsdisconnectsession",
    "wtslogoffsession",
    "wtssendmessage",
    "wtssetuser",
    "wtsstartremotecontrol",
    "wtsvirtualchannel",
    "winstation",
    "openscmanager",
    "openservice",
    "startservice",
    "createservice",
    "controlservice",
    "changeserviceconfig",
    "queryservicestatus",
    "credread",
    "credwrite",
    "credenumerate",
    "creddelete",
    "credgetsessiontypes",
    "credui",
    "credmarshal",
    "credprotect",
    "credunprotect",
    "wnetaddconnection",
    "wnetuseconnection",
    "wnetgetconnection",
    "acquirecredentialshandle",
    "initializesecuritycontext",
    "acceptsecuritycontext",
    "sspi",
    "registertaskdefinition",
];

/// Words between the name of a function and a number, of which one says that the number is what it failed with.
const FAILED: &[&str] = &[
    "failed",
    "fails",
    "failing",
    "fail",
    "failure",
    "error",
    "err",
    "errorcode",
    "lasterror",
    "getlasterror",
    "gle",
    "status",
    "ntstatus",
    "hresult",
    "hr",
    "code",
    "result",
    "rc",
    "ret",
    "retval",
    "returned",
    "returns",
    "return",
    "fehlgeschlagen",
    "fehler",
    "fehlercode",
    "échoué",
    "échec",
    "erreur",
    "falló",
    "fallado",
    "falhou",
    "erro",
    "fallito",
    "errore",
    "ошибка",
    "ошибкой",
];
/// Of those, what may give an amount as well: after them a number that small is none of a failure.
const RETURNED: &[&str] = &[
    "returned", "returns", "return", "status", "code", "result", "rc", "ret", "retval",
];
/// Numbers from here on are no amounts that such functions return.
const SMALLEST_RETURNED: u32 = 50;
/// Words that may follow the number of a failure within its sentence.
const AFTER: &[&str] = &[
    "in", "at", "for", "on", "when", "while", "and", "because", "from", "as", "with", "but", "which", "of",
    "if", "since", "after", "bei", "beim", "für", "und", "pour", "et", "para", "y", "per", "e",
];
/// No more words stand between the name of a function and what it failed with.
const FUNCTION_WORDS: usize = 10;

/// Whether a word, in any case, is the name of such a function.
pub(super) fn is_function(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    FUNCTIONS.iter().any(|name| lower.starts_with(name))
}

/// The function that the number at this place is a failure of: `LogonUser failed: 1385`.
fn failed_function<'a>(at: usize, tokens: &[Token<'a>]) -> Option<&'a str> {
    let number = tokens.get(at)?;
    let value = number.value.filter(|value| *value != 0)?;
    let amount = |next: &Token<'_>| {
        next.follows && !next.opens && next.value.is_none() && !AFTER.contains(&&*next.text.to_lowercase())
    };
    if tokens.get(at + 1).is_some_and(amount) {
        return None;
    }
    let mut opened = number.opens;
    let mut said_so = false;
    for token in tokens.get(..at)?.iter().rev().take(FUNCTION_WORDS) {
        // A number in between, but for the truth value that such functions return, is what failed.
        if opened || token.value.is_some_and(|value| value > 0) {
            return None;
        }
        if said_so && token.is_symbol() && is_function(token.text) {
            return Some(token.text);
        }
        let word = token.text.to_lowercase();
        if word == "http" || word == "https" {
            return None;
        }
        let tells = FAILED.contains(&&*word);
        said_so |= tells && (value >= SMALLEST_RETURNED || !RETURNED.contains(&&*word));
        opened = token.opens;
    }
    None
}

/// Spaces of small numbers that a label may announce, but only if the text speaks of their matter.
const NEED_A_HINT: &[CodeSpace] = &[Kerberos, ShutdownReason];

/// Words anywhere in a text, and the spaces that they make likelier.
const HINTS: &[(&str, &[CodeSpace])] = &[
    ("discreason", &[DiscReason]),
    ("mstsc", &[DiscReason]),
    ("remotedesktopverbindung", &[DiscReason]),
    ("rdpclient", &[DiscReason]),
    ("ondisconnected", &[DiscReason]),
    ("rdpwrapper", &[UipathRdp]),
    ("freerdp", &[Freerdp]),
    ("kerberos", &[Kerberos]),
    ("krbtgt", &[Kerberos]),
    ("preauthentication", &[Kerberos]),
    ("rdp", &[ExtendedDisconnect, DiscReason]),
    ("lsm", &[ExtendedDisconnect]),
    ("localsessionmanager", &[ExtendedDisconnect]),
    ("rdpcorets", &[ExtendedDisconnect]),
    ("taskscheduler", &[TaskScheduler, Hresult]),
    ("schtasks", &[TaskScheduler, Hresult]),
    ("shutdown", &[ShutdownReason]),
    ("user32", &[ShutdownReason]),
    ("substatus", &[Ntstatus]),
];

/// Words that say only that a number may be a code.
const WEAK_HINTS: &[(&str, &[CodeSpace])] = &[
    ("exited", &[ExitCode]),
    ("error", &[Hresult, Win32, Ntstatus, Freerdp, TaskScheduler]),
    ("failed", &[Hresult, Win32, Ntstatus, Freerdp, TaskScheduler]),
    ("failure", &[Hresult, Win32, Ntstatus, Freerdp, TaskScheduler]),
    ("exception", &[Hresult, ExitCode]),
    (
        "code",
        &[Hresult, Ntstatus, TaskScheduler, PowerAutomate, ExitCode, Freerdp],
    ),
];

/// Events whose number in a text makes a space likelier.
const HINTS_BY_EVENT: &[(&[u32], CodeSpace)] = &[
    (&[40, 103], ExtendedDisconnect),
    (&[1026], DiscReason),
    (&[1074], ShutdownReason),
    (&[4625, 4776], Ntstatus),
    (&[4768, 4769, 4771], Kerberos),
];

/// Names of logs as people write them, and the short name of the log.
const LOGS: &[(&str, &str)] = &[
    ("lsm", "LSM"),
    ("localsessionmanager", "LSM"),
    ("rcm", "RCM"),
    ("remoteconnectionmanager", "RCM"),
    ("rdpcorets", "RdpCoreTS"),
    ("rdpclient", "RDPClient"),
    ("clientactivexcore", "RDPClient"),
    ("taskscheduler", "TaskScheduler"),
    ("security", "Security"),
    ("winlogon", "Winlogon"),
    ("user32", "User32"),
    ("eventlog", "EventLog"),
    ("netlogon", "NETLOGON"),
    ("grouppolicy", "GroupPolicy"),
    ("lsasrv", "LsaSrv"),
    ("termdd", "TermDD"),
    ("schannel", "Schannel"),
];

/// Spaces in the order in which the text speaks for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Context {
    spaces: Vec<CodeSpace>,
    /// So many of them, the first, come from words that name one space.
    certain: usize,
    finished_action: bool,
}

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

/// The name of an event in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedEvent {
    /// As it is written.
    pub(super) text: String,
    /// The short name of its log, if it is told.
    pub(super) log: Option<&'static str>,
}

impl Context {
    /// What the words of a whole text speak for.
    pub(super) fn of_text(tokens: &[Token<'_>]) -> Self {
        let mut context = Self::default();
        let words: Vec<String> = tokens
            .iter()
            .map(|token| token.text.to_ascii_lowercase())
            .collect();
        let number = |value: u32| tokens.iter().any(|token| token.value == Some(value));
        let word = |text: &str| words.iter().any(|word| word == text);
        for &(ids, space) in HINTS_BY_EVENT {
            if ids.iter().any(|&id| number(id)) {
                context.prefer(space);
            }
        }
        for (hint, spaces) in HINTS {
            if word(hint) {
                spaces.iter().for_each(|&space| context.prefer(space));
            }
        }
        context.certain = context.spaces.len();
        for (hint, spaces) in WEAK_HINTS {
            if word(hint) {
                spaces.iter().for_each(|&space| context.prefer(space));
            }
        }
        context.finished_action = (number(201) || number(202))
            && (word("taskscheduler") || word("resultcode"))
            || (word("action") && word("return") && word("code"));
        context
    }

    /// Whether the text is about a scheduled action that had started.
    pub(super) const fn finished_action(&self) -> bool {
        self.finished_action
    }

    /// The spaces, most likely first.
    pub(super) fn spaces(&self) -> &[CodeSpace] {
        &self.spaces
    }

    /// Whether nothing is known.
    pub(super) const fn is_empty(&self) -> bool {
        self.spaces.is_empty()
    }

    /// Adds a space at the end.
    pub(super) fn prefer(&mut self, space: CodeSpace) {
        if !self.spaces.contains(&space) {
            self.spaces.push(space);
        }
    }

    /// Adds the spaces of another context at the end.
    pub(super) fn extend(&mut self, other: &Self) {
        other.spaces.iter().for_each(|&space| self.prefer(space));
    }

    /// Lets the whole text order what the label announces, or speak alone where there is no label.
    pub(super) fn extend_within(&mut self, whole: &Self, labelled: bool) {
        if labelled {
            let certain = whole.spaces.get(..whole.certain).unwrap_or_default();
            let named = self.spaces.first().copied();
            self.spaces.retain(|space| {
                Some(*space) == named || !NEED_A_HINT.contains(space) || certain.contains(space)
            });
            let rank = |space: &CodeSpace| certain.iter().position(|other| other == space);
            self.spaces.sort_by_key(|space| rank(space).unwrap_or(usize::MAX));
        } else {
            self.extend(whole);
        }
    }
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
    let edge = |letter: Option<char>| letter.is_none_or(|letter| letter == ' ');
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

/// Whether the number at this place is the id of an event.
pub(super) fn event_at(at: usize, tokens: &[Token<'_>], whole: &Context) -> Option<NamedEvent> {
    let token = tokens.get(at)?;
    let id = token.value.filter(|_| !token.hex)?;
    u16::try_from(id).ok()?;
    let mut index = at;
    let mut word = || {
        index = index.checked_sub(1)?;
        tokens
            .get(index)
            .filter(|token| token.value.is_none())
            .map(|token| token.text.to_ascii_lowercase())
    };
    let mut last = word();
    let mut called_event = matches!(last.as_deref(), Some("eventid" | "ereigniskennung"));
    if called_event {
        last = word();
    } else if last.as_deref() == Some("id") {
        last = word();
        if !last.as_deref().is_some_and(is_event_word) {
            return None;
        }
    }
    if last.as_deref().is_some_and(is_event_word) {
        called_event = true;
        last = word();
    }
    let log = last
        .and_then(|name| LOGS.iter().find(|(word, _)| *word == name))
        .map(|(_, log)| *log);
    if log.is_none() && !called_event {
        let label = label(at, tokens);
        let bare = label.context.is_empty() && !label.counts_something_else && !whole.spaces.is_empty();
        let log = event_by_number(id).filter(|_| bare)?;
        return Some(NamedEvent {
            text: token.text.to_owned(),
            log: Some(log),
        });
    }
    let text = match log {
        Some(log) => format!("{log} {}", token.text),
        None => format!("event {}", token.text),
    };
    Some(NamedEvent {
        text,
        log: log.or_else(|| event_by_number(id)),
    })
}

/// The word for an event in the languages that exports come in.
fn is_event_word(word: &str) -> bool {
    ["event", "ereignis", "イベント", "événement", "evento"].contains(&word)
}

/// The log of events whose number alone is known to everybody in this field.
pub(super) const fn event_by_number(id: u32) -> Option<&'static str> {
    Some(match id {
        1074 => "User32",
        1149 => "RCM",
        4608..=4999 => "Security",
        5719 => "NETLOGON",
        6005 | 6006 | 6008 | 6013 => "EventLog",
        _ => return None,
    })
}
