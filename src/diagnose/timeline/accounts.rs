//! What the name of an account says by itself: that it is none, or that it is a robot's. Knows no host.

use crate::model::user_key;

/// What stands where an account would; Event Viewer writes it in the language of who looks.
const PLACEHOLDERS: [&str; 24] = [
    "",
    "-",
    "(none)",
    "(default user)",
    "n/a",
    "null",
    "s-1-0-0",
    "nicht zutreffend",
    "nicht verfügbar",
    "non disponible",
    "s/o",
    "no disponible",
    "no aplicable",
    "n/d",
    "não disponível",
    "não aplicável",
    "n.v.t.",
    "nie dotyczy",
    "není k dispozici",
    "н/д",
    "yok",
    "暂缺",
    "不适用",
    "해당 없음",
];

/// Whether it only says that there is none.
pub(in crate::diagnose) fn is_no_user(text: &str) -> bool {
    let of = |placeholder: &&str| text.eq_ignore_ascii_case(placeholder);
    // Few texts are this short, and nearly all are ASCII.
    PLACEHOLDERS.iter().any(of) || !text.is_ascii() && PLACEHOLDERS.contains(&&*text.to_lowercase())
}

/// Whether it is what Credential Guard hands over in the place of a name, which is nobody's.
pub(in crate::diagnose) fn is_handed_over(name: &str) -> bool {
    name.starts_with("@@")
}

/// Whether an account is one of Windows itself or of a machine: by its SID, else by its name. Unknown where there is neither.
pub(in crate::diagnose) fn is_of_windows(user: Option<&str>, sid: Option<&str>) -> Option<bool> {
    const SERVICES: [&str; 3] = ["S-1-5-18", "S-1-5-19", "S-1-5-20"];
    /// The name of the local system in the languages of Windows.
    const SYSTEM: &[&str] = &[
        "system",
        "localsystem",
        "système",
        "sistema",
        "systém",
        "rendszer",
    ];
    let is_service = sid.is_some_and(|sid| SERVICES.contains(&sid));
    match user.filter(|user| !is_no_user(user)) {
        Some(user) => {
            let name = user_key(user);
            let system = SYSTEM.contains(&name.as_str());
            let service = SERVICES.iter().any(|known| name.eq_ignore_ascii_case(known));
            // NT AUTHORITY in every language; who wrote the record need not be who asked.
            let domain = user.split_once('\\').map_or("", |(domain, _)| domain);
            let mut words = domain.split(|letter: char| !letter.is_alphabetic());
            let of_windows = is_service && words.any(|word| word.eq_ignore_ascii_case("nt"));
            Some(name.ends_with('$') || system || service || of_windows)
        }
        None => sid.map(|_| is_service),
    }
}

/// Words by which the accounts of robots are called.
const ROBOTS: &[&str] = &["rpa", "bot", "robo", "uipath", "svc", "unattended"];

/// Whether a word of the name begins with one of them.
pub(in crate::diagnose) fn is_named_for_robots(user: &str) -> bool {
    has_word(user, |_| true)
}

/// Whether a word of the name says robot; `svc` is any service.
pub(in crate::diagnose) fn is_robot_by_name(user: &str) -> bool {
    has_word(user, |word| word != "svc")
}

/// Whether a word of the name begins with one that is wanted.
fn has_word(user: &str, wanted: impl Fn(&str) -> bool) -> bool {
    let name = user_key(user);
    let mut words = name.split(|letter: char| !letter.is_alphabetic());
    words.any(|word| {
        ROBOTS
            .iter()
            .any(|robot| wanted(robot) && word.starts_with(robot))
    })
}

#[cfg(test)]
mod tests {
    use super::is_no_user;

    #[test]
    fn what_stands_for_nobody_is_no_account_in_any_language() {
        for text in [
            "",
            "N/A",
            "Nicht zutreffend",
            "Nie dotyczy",
            "Н/Д",
            "暂缺",
            "NON DISPONIBLE",
        ] {
            assert!(is_no_user(text), "{text}");
        }
        for text in ["CORP\\svc-robot", "Nie", "müller"] {
            assert!(!is_no_user(text), "{text}");
        }
    }
}
