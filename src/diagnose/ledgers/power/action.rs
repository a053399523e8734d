//! What somebody did who took a host down, in words: restarted it, or shut it down. Owns the words in which Windows writes the kind of a
//! shutdown into 1074, in its languages.

use super::DownKind;

/// Beginnings of the words for a restart, in lower case.
const RESTART: &[&str] = &[
    "restart",
    "reboot",
    "neu",
    "redémarr",
    "reinici",
    "reinício",
    "riavvi",
    "opnieuw",
    "herstart",
    "uruchom",
    "ponown",
    "znovu",
    "reštart",
    "перезапуск",
    "перезагруз",
    "перезавантаж",
    "再起動",
    "重新启动",
    "重启",
    "重新啟動",
    "重新開機",
    "다시",
    "yeniden",
    "újraind",
    "omstart",
    "starta om",
    "genstart",
    "start på nytt",
    "käynnistä",
    "uudelleen",
    "reporni",
    "επανεκκίνηση",
    "khởi động lại",
    "mulai ulang",
    "ponovn",
];

/// What was done, by the kind that the request names; where it names none, by whether the host was up again soon.
pub(in crate::diagnose) fn did(kind: Option<&str>, is_soon_back: bool) -> &'static str {
    let kind = kind
        .map(|kind| kind.trim().to_lowercase())
        .filter(|kind| !kind.is_empty());
    let restarted = kind.map_or(is_soon_back, |kind| {
        RESTART.iter().any(|word| kind.starts_with(word))
    });
    if restarted {
        "restarted the host"
    } else {
        "shut the host down"
    }
}

/// How it went down, in words. That it did so in an orderly way does not mean that somebody had planned it.
pub(in crate::diagnose) fn was(kind: DownKind, did: &str) -> &'static str {
    match kind {
        DownKind::Unexpected => "went down unexpectedly",
        DownKind::Hybrid => "went down into fast startup",
        DownKind::Planned if did.starts_with("restarted") => "was restarted",
        DownKind::Planned => "was shut down",
    }
}

#[cfg(test)]
mod tests {
    use super::did;

    #[test]
    fn a_restart_and_a_shutdown_in_some_languages() {
        for kind in ["restart", "Neustart", "Redémarrer", "再起動", "Riavvia"] {
            assert_eq!(did(Some(kind), false), "restarted the host", "{kind}");
        }
        for kind in ["power off", "shutdown", "Herunterfahren", "arrêter"] {
            assert_eq!(did(Some(kind), true), "shut the host down", "{kind}");
        }
        assert_eq!(did(None, true), "restarted the host");
        assert_eq!(did(Some(""), false), "shut the host down");
    }
}
