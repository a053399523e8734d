//! Status codes and the spaces they live in. A number means nothing outside its space: 3 is an idle limit
//! in one and "disconnected by the server" in another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A set of numbers that were assigned together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CodeSpace {
    /// `ERROR_*` of winerror.h.
    Win32,
    /// `HRESULT`s; those of facility 7 wrap a Win32 code, those with bit 28 an NTSTATUS.
    Hresult,
    /// `STATUS_*` of ntstatus.h.
    Ntstatus,
    /// `ExtendedDisconnectReasonCode` and the RDP error info of the server: LSM event 40, RdpCoreTS 103.
    ExtendedDisconnect,
    /// `discReason` of the Remote Desktop client control: RDPClient event 1026.
    DiscReason,
    /// `OnLogonError` of the Remote Desktop client control.
    LogonError,
    /// FreeRDP's last error, class in the high and code in the low 16 bits; UiPath prints it as `Last error`.
    Freerdp,
    /// `SCHED_S_*` and `SCHED_E_*` of the Task Scheduler.
    TaskScheduler,
    /// `err(rdp)` of old UiPath robots: opaque, not an NTSTATUS in spite of its looks.
    UipathRdp,
    /// Kerberos error codes as the Security log shows them.
    Kerberos,
    /// Error codes of Power Automate desktop flows, which are words.
    PowerAutomate,
    /// Reason codes of a shutdown: User32 event 1074.
    ShutdownReason,
    /// States of a session: `WTS_CONNECTSTATE_CLASS`.
    SessionState,
    /// Logon types of the Security log.
    LogonType,
    /// Exit codes of processes that carry a meaning here.
    ExitCode,
}

impl CodeSpace {
    /// Every space, in the order in which readings of one number are shown.
    pub const ALL: [Self; 15] = [
        Self::Hresult,
        Self::Win32,
        Self::Ntstatus,
        Self::TaskScheduler,
        Self::ExtendedDisconnect,
        Self::DiscReason,
        Self::LogonError,
        Self::Freerdp,
        Self::UipathRdp,
        Self::Kerberos,
        Self::PowerAutomate,
        Self::ShutdownReason,
        Self::SessionState,
        Self::LogonType,
        Self::ExitCode,
    ];

    /// The stable name, as JSON and knowledge files spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Win32 => "win32",
            Self::Hresult => "hresult",
            Self::Ntstatus => "ntstatus",
            Self::ExtendedDisconnect => "extended-disconnect",
            Self::DiscReason => "disc-reason",
            Self::LogonError => "logon-error",
            Self::Freerdp => "freerdp",
            Self::TaskScheduler => "task-scheduler",
            Self::UipathRdp => "uipath-rdp",
            Self::Kerberos => "kerberos",
            Self::PowerAutomate => "power-automate",
            Self::ShutdownReason => "shutdown-reason",
            Self::SessionState => "session-state",
            Self::LogonType => "logon-type",
            Self::ExitCode => "exit-code",
        }
    }
}

impl fmt::Display for CodeSpace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for CodeSpace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|space| space.name() == text);
        found.ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|space| space.name()).collect();
            format!("no code space {text:?}; there are {}", names.join(", "))
        })
    }
}

/// A code that was seen, in the space that its place says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeUse {
    /// The space.
    pub space: CodeSpace,
    /// The value, as the 32 bits it was stored in.
    pub value: u32,
}

/// Codes below this are too common as plain numbers to mean anything outside the fields that hold codes.
pub const SMALLEST_TELLING_CODE: u32 = 0x1_0000;

/// Reads a 32-bit code in any spelling: `1312`, `2147943712`, `-2147023584`, `0x80070520`, `80070520h`,
/// `FFFFFFFF80070520` (sign-extended), with blanks around it. Says nothing about its space.
pub fn parse_code(text: &str) -> Option<u32> {
    let text = text.trim().trim_end_matches([',', '.', ';', ')']);
    let wide = if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        u64::from_str_radix(digits.trim_end_matches(['L', 'l', 'u', 'U']), 16).ok()?
    } else if let Some(digits) = text.strip_suffix(['h', 'H'])
        && has_digit(digits)
    {
        u64::from_str_radix(digits, 16).ok()?
    } else if text.len() == 8 && text.starts_with("800") {
        // An HRESULT without its prefix and, by chance, without letters. Decimal codes of that size do not exist.
        u64::from_str_radix(text, 16).ok()?
    } else if let Ok(number) = text.parse::<i64>() {
        return u32::try_from(number)
            .ok()
            .or_else(|| i32::try_from(number).ok().map(i32::cast_unsigned));
    } else if (text.len() == 8 || text.len() == 16) && has_digit(text) {
        u64::from_str_radix(text, 16).ok()?
    } else {
        return None;
    };
    let high = wide >> 32;
    let low = u32::try_from(wide & 0xFFFF_FFFF).ok()?;
    (high == 0 || (high == 0xFFFF_FFFF && low & 0x8000_0000 != 0)).then_some(low)
}

/// Words such as `each` and `deadbeef` are made of hexadecimal letters alone; a bare code always has a digit.
fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        for text in [
            "0x80070520",
            "2147943712",
            "-2147023584",
            "80070520",
            "0xffffffff80070520",
            " 0x80070520. ",
            "80070520h",
        ] {
            assert_eq!(parse_code(text), Some(0x8007_0520), "{text}");
        }
        assert_eq!(parse_code("1312"), Some(1312));
        assert_eq!(parse_code("0x1234567880070520"), None);
        assert_eq!(parse_code("session"), None);
        assert_eq!(parse_code("each"), None);
        assert_eq!(parse_code("4294967296"), None);
    }

    #[test]
    fn names_round_trip() {
        for space in CodeSpace::ALL {
            assert_eq!(space.name().parse(), Ok(space));
        }
    }
}
