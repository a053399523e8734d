//! Registry keys in one spelling.

use super::rules::{self, RULES, Special};
use crate::model::FactScope;

/// Which set of control values a key lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ControlSet {
    /// Not under a control set.
    None,
    /// `CurrentControlSet`.
    Current,
    /// `ControlSet001` and so on.
    Numbered(u16),
}

/// A registry key in one spelling, and what can be known from it alone.
#[derive(Debug, Clone)]
pub(in crate::reader::settings) struct Key {
    /// Lower case, short hive, `currentcontrolset`, without `wow6432node`.
    pub(super) path: String,
    pub(super) set: ControlSet,
    pub(super) scope: FactScope,
}

impl Key {
    /// Brings a key into one spelling: `HKEY_LOCAL_MACHINE`, `HKLM`, `MACHINE` and a leading `Computer\` or
    /// `\\host\` mean the same.
    pub(in crate::reader::settings) fn new(text: &str) -> Self {
        let mut path = text.trim().trim_end_matches('\\').to_lowercase();
        for (long, short) in [
            ("hkey_local_machine", "hklm"),
            ("hklm:", "hklm"),
            ("machine\\", "hklm\\"),
            ("hkey_current_user", "hkcu"),
            ("hkcu:", "hkcu"),
            ("user\\", "hkcu\\"),
            ("hkey_users", "hku"),
        ] {
            if let Some(rest) = path.strip_prefix(long) {
                path = format!("{short}{rest}");
                break;
            }
        }
        path = path.replace(r"\wow6432node\", r"\");
        let set = control_set(&mut path);
        let user = path.starts_with("hkcu") || path.starts_with("hku");
        let scope = match (path.contains(r"\policies\"), user) {
            (true, true) => FactScope::UserPolicy,
            (true, false) => FactScope::ComputerPolicy,
            (false, _) => FactScope::Plain,
        };
        Self { path, set, scope }
    }

    /// Whether any value of this key can be a fact, so that the rest is skipped unparsed.
    pub(in crate::reader::settings) fn is_known(&self) -> bool {
        self.special().is_some() || RULES.iter().any(|rule| self.path.ends_with(rule.key))
    }

    /// What is special about the key.
    pub(super) fn special(&self) -> Option<Special> {
        rules::special(&self.path)
    }
}

/// Replaces the name of any control set by `currentcontrolset` and says which it was.
fn control_set(path: &mut String) -> ControlSet {
    if path.contains(r"\currentcontrolset\") {
        return ControlSet::Current;
    }
    let Some(start) = path.find(r"\controlset") else {
        return ControlSet::None;
    };
    let digits: String = path
        .chars()
        .skip(path.get(..start).map_or(0, |head| head.chars().count()) + r"\controlset".len())
        .take_while(char::is_ascii_digit)
        .collect();
    let Ok(number) = digits.parse() else {
        return ControlSet::None;
    };
    *path = path.replacen(&format!(r"\controlset{digits}"), r"\currentcontrolset", 1);
    ControlSet::Numbered(number)
}
