//! What the own decoder does not understand. The record then goes to the `evtx` crate.

use std::fmt;

use super::cursor::Short;

/// Why a record was not decoded here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Odd {
    /// The bytes end early.
    Short(Short),
    /// A byte or word that the format does not have at this place, or that nobody writes there.
    Unknown {
        what: &'static str,
        at: usize,
        value: u32,
    },
    /// A value that does not fit its type.
    Value { what: &'static str, kind: u8 },
    /// More work than a record of this size can stand for.
    TooMuch,
}

impl Odd {
    pub(super) const fn unknown(what: &'static str, at: usize, value: u32) -> Self {
        Self::Unknown { what, at, value }
    }

    pub(super) const fn value(what: &'static str, kind: u8) -> Self {
        Self::Value { what, kind }
    }
}

impl From<Short> for Odd {
    fn from(short: Short) -> Self {
        Self::Short(short)
    }
}

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short(short) => short.fmt(f),
            Self::Unknown { what, at, value } => write!(f, "{what} {value:#x} at {at:#x} of the chunk"),
            Self::Value { what, kind } => write!(f, "{what} of a value of type {kind:#04x}"),
            Self::TooMuch => f.write_str("the record unfolds to more than a chunk can hold"),
        }
    }
}
