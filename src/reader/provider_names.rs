//! The full names of providers behind the names that people and viewers write: Event Viewer leaves `Microsoft-Windows-` out. Must not
//! know what a provider's events mean.

use crate::model::Interest;

/// The provider of audits.
pub(super) const AUDITING: &str = "Microsoft-Windows-Security-Auditing";

/// Providers whose short names Event Viewer shows and people write.
const PROVIDERS: &[&str] = &[
    "Microsoft-Windows-TerminalServices-LocalSessionManager",
    "Microsoft-Windows-TerminalServices-RemoteConnectionManager",
    "Microsoft-Windows-TerminalServices-ClientActiveXCore",
    "Microsoft-Windows-TerminalServices-Gateway",
    "Microsoft-Windows-TerminalServices-Licensing",
    "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS",
    "Microsoft-Windows-RemoteDesktopServices-SessionServices",
    "Microsoft-Windows-TaskScheduler",
    "Microsoft-Windows-Security-Auditing",
    "Microsoft-Windows-Security-Kerberos",
    "Microsoft-Windows-Kernel-General",
    "Microsoft-Windows-Kernel-Power",
    "Microsoft-Windows-Kernel-Boot",
    "Microsoft-Windows-WindowsUpdateClient",
    "Microsoft-Windows-User Profiles Service",
    "Microsoft-Windows-Winlogon",
    "Microsoft-Windows-GroupPolicy",
    "Microsoft-Windows-Time-Service",
    "Microsoft-Windows-DistributedCOM",
    "Microsoft-Windows-NTLM",
    "Microsoft-Windows-WER-SystemErrorReporting",
    "Microsoft-Windows-Resource-Exhaustion-Detector",
    "Microsoft-Windows-LSA",
    "Microsoft-Windows-Eventlog",
];

/// Names that people and viewers write for a provider, in lower case.
const ALIASES: &[(&str, &str)] = &[
    (
        "microsoft windows security auditing.",
        "Microsoft-Windows-Security-Auditing",
    ),
    (
        "microsoft windows security auditing",
        "Microsoft-Windows-Security-Auditing",
    ),
    ("user profile service", "Microsoft-Windows-User Profiles Service"),
    (
        "localsessionmanager",
        "Microsoft-Windows-TerminalServices-LocalSessionManager",
    ),
    (
        "remoteconnectionmanager",
        "Microsoft-Windows-TerminalServices-RemoteConnectionManager",
    ),
    ("rdpcorets", "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"),
    ("task scheduler", "Microsoft-Windows-TaskScheduler"),
    ("windows update agent", "Microsoft-Windows-WindowsUpdateClient"),
    ("lsa (lsasrv)", "LsaSrv"),
];

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
    if let Some((_, name)) = ALIASES.iter().find(|(alias, _)| *alias == short) {
        return name;
    }
    if short.is_empty() || short.starts_with("microsoft-windows-") {
        return source;
    }
    let is_short_for = |name: &&str| {
        let end = name.get("Microsoft-Windows-".len()..);
        end.is_some_and(|end| end.eq_ignore_ascii_case(source)) && name.starts_with("Microsoft-Windows-")
    };
    PROVIDERS
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
    PROVIDERS.iter().any(is_full) || full_among(source, std::iter::empty()) != source
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
