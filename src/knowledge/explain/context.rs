//! What the words of a whole text speak for, and in which order the spaces of a number come by them. Owns the words that hint at spaces;
//! knows no value.

use super::scan::Token;
use crate::model::CodeSpace;

use CodeSpace::{
    DiscReason, ExitCode, ExtendedDisconnect, Freerdp, Hresult, Kerberos, Ntstatus, PowerAutomate,
    ShutdownReason, TaskScheduler, UipathRdp, Win32,
};

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

/// Spaces in the order in which the text speaks for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Context {
    spaces: Vec<CodeSpace>,
    /// So many of them, the first, come from words that name one space.
    certain: usize,
    finished_action: bool,
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
