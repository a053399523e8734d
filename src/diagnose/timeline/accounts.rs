//! What the name of an account says by itself: that it is none, or that it is a robot's. Knows no host.

use crate::model::user_key;

/// Placeholders that stand where an account would.
pub(in crate::diagnose) fn is_no_user(text: &str) -> bool {
    ["", "-", "(none)", "(default user)", "n/a", "null", "s-1-0-0"]
        .iter()
        .any(|placeholder| text.eq_ignore_ascii_case(placeholder))
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
