//! How people name the logs of Windows when they write about a record: `TaskScheduler 104`, `SCM 7031`. Owns the names; where a text
//! means a record by them, readers know.

use std::sync::Arc;

use super::providers::{OF_WINDOWS, is_of_windows};

/// A log and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedLog {
    /// Its names, in lower case: the short one, its providers and the ends of those, its channel.
    pub(crate) names: Vec<Box<str>>,
    /// Its providers as Windows spells them, the usual one first.
    pub(crate) providers: Vec<Arc<str>>,
    /// Its channel.
    pub(crate) channel: Arc<str>,
}

impl NamedLog {
    /// A log with every name that its short name, providers and channel give.
    pub(crate) fn new(alias: &str, providers: Vec<Arc<str>>, channel: Arc<str>) -> Self {
        // `System` and `Security` are everyday words and logs of many providers.
        let of_channel = channel.contains('/').then_some(&*channel);
        let long = providers
            .iter()
            .map(|name| &**name)
            .chain([alias])
            .chain(of_channel);
        let mut names: Vec<Box<str>> = long.flat_map(spellings).collect();
        names.sort_unstable();
        names.dedup();
        Self {
            names,
            providers,
            channel,
        }
    }

    /// Whether a text in lower case ends with one of its names, as a word of its own; the length of the longest.
    pub(crate) fn ends(&self, text: &str) -> Option<usize> {
        self.longest(|name| {
            text.strip_suffix(name)
                .is_some_and(|before| !before.ends_with(joins))
        })
    }

    /// Whether a text in lower case begins with one of its names, as a word of its own; the length of the longest.
    pub(crate) fn begins(&self, text: &str) -> Option<usize> {
        self.longest(|name| {
            text.strip_prefix(name)
                .is_some_and(|after| !after.starts_with(joins))
        })
    }

    /// The length of the longest name that fits.
    fn longest(&self, fits: impl Fn(&str) -> bool) -> Option<usize> {
        let names = self.names.iter().map(|name| &**name);
        names.filter(|name| fits(name)).map(str::len).max()
    }
}

/// Whether a letter goes on with a word.
fn joins(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '-'
}

/// A name whole, without the maker's, and without its group: `microsoft-windows-terminalservices-localsessionmanager`,
/// `terminalservices-localsessionmanager` and `localsessionmanager`.
fn spellings(name: &str) -> Vec<Box<str>> {
    const SHORTEST: usize = 3;
    const GROUPS: &[&str] = &["terminalservices-", "remotedesktopservices-", "security-"];
    let whole = name.to_lowercase();
    let short = whole.get(OF_WINDOWS.len()..).filter(|_| is_of_windows(name));
    let own = short.and_then(|short| GROUPS.iter().find_map(|group| short.strip_prefix(group)));
    let all = [Some(&*whole), short, own].into_iter().flatten();
    let told = all.flat_map(|name| [Some(name), name.split_once('/').map(|(head, _)| head)]);
    told.flatten()
        .filter(|name| name.len() >= SHORTEST)
        .map(Into::into)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_goes_by_all_its_names() {
        let log = NamedLog::new(
            "LSM",
            vec!["Microsoft-Windows-TerminalServices-LocalSessionManager".into()],
            "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational".into(),
        );
        for text in [
            "lsm",
            "the localsessionmanager",
            "localsessionmanager/operational",
            "[terminalservices-localsessionmanager",
        ] {
            assert!(log.ends(text).is_some(), "{text}");
        }
        assert_eq!(log.ends("palsm"), None);
        assert_eq!(log.begins("lsm: x"), Some(3));
        assert_eq!(log.begins("lsms"), None);
    }
}
