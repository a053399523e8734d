//! Which registry values are facts, and under which name. One table for every format that shows registry
//! values: hives, `.reg`, `reg query`, `secedit` and the results of group policy.
//!
//! Keys are matched by their end, so that a hive that was loaded under another name is understood too.

mod key;
mod rules;
mod values;

pub(super) use key::Key;
pub(super) use rules::{SERVICES, WantedKey, wanted_keys};
pub(super) use values::Values;

/// What a registry value holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Data {
    /// `REG_DWORD`, `REG_QWORD`.
    Number(u64),
    /// `REG_SZ`, `REG_EXPAND_SZ`; the parts of a `REG_MULTI_SZ` joined by commas.
    Text(String),
    /// `REG_BINARY` and the like; its bytes are never a fact.
    Binary,
}

impl Data {
    pub(super) fn to_text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::Binary => "present".to_owned(),
        }
    }
}

/// Whether a value of this name is a secret, wherever it stands.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.trim();
    name.eq_ignore_ascii_case("DefaultPassword") || name.eq_ignore_ascii_case("AltDefaultPassword")
}
