//! The full names of providers behind the names that people and viewers write: Event Viewer leaves `Microsoft-Windows-` out. Must not
//! know what a provider's events mean.

use crate::model::Interest;
use crate::model::providers::{NICKNAMES, OF_WINDOWS, SHORTENED, is_of_windows};

/// The full name of a provider, also of those that the sentences of interest are of.
pub(super) fn full<'a>(source: &'a str, interest: &'a Interest) -> &'a str {
    full_among(
        source,
        interest.messages().iter().map(|message| &*message.provider),
    )
}

fn full_among<'a>(source: &'a str, known: impl Iterator<Item = &'a str>) -> &'a str {
    let source = source.trim();
    let short = source.to_lowercase();
    if let Some((_, provider)) = NICKNAMES.iter().find(|(nickname, _)| *nickname == short) {
        return provider.name;
    }
    if short.is_empty() || is_of_windows(source) {
        return source;
    }
    let is_short_for = |name: &&str| {
        let end = name.get(OF_WINDOWS.len()..);
        end.is_some_and(|end| end.eq_ignore_ascii_case(source)) && name.starts_with(OF_WINDOWS)
    };
    SHORTENED
        .iter()
        .copied()
        .chain(known)
        .find(is_short_for)
        .unwrap_or(source)
}

/// Whether a text is such a name of a provider that this crate knows.
pub(super) fn is_known(source: &str) -> bool {
    let source = source.trim();
    let is_full = |name: &&str| name.eq_ignore_ascii_case(source);
    SHORTENED.iter().any(is_full) || full_among(source, std::iter::empty()) != source
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_and_others() {
        let full = |source| full_among(source, std::iter::empty());
        assert_eq!(
            full("TerminalServices-LocalSessionManager"),
            "Microsoft-Windows-TerminalServices-LocalSessionManager"
        );
        assert_eq!(full("Acme"), "Acme");
        assert!(is_known("Kernel-Power") && is_known("Microsoft-Windows-TaskScheduler"));
        assert!(!is_known("Information") && !is_known("Acme"));
    }
}
