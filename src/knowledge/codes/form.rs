//! What the bits of a code say by themselves: severity, facility, what is wrapped inside, and how each space
//! spells its numbers. Knows no table.
//!
//! The layouts are those of winerror.h and ntstatus.h (MS-ERREF 2.1 and 2.3).

use std::fmt;

use serde::Serialize;

use crate::model::{CodeSpace, CodeUse};

/// `FACILITY_WIN32`: the low 16 bits are a Win32 code.
const FACILITY_WIN32: u16 = 7;
/// `FACILITY_NT_BIT`: the HRESULT is an NTSTATUS with this bit set.
const NT_BIT: u32 = 0x1000_0000;

/// The parts of an HRESULT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Hresult {
    /// Whether it stands for a failure.
    pub failure: bool,
    /// Whether it was assigned outside Microsoft.
    pub customer: bool,
    /// The facility, 11 bits.
    pub facility: u16,
    /// The code inside the facility.
    pub code: u16,
}

impl Hresult {
    /// Splits a value.
    pub const fn of(value: u32) -> Self {
        Self {
            failure: value & 0x8000_0000 != 0,
            customer: value & 0x2000_0000 != 0,
            facility: ((value >> 16) & 0x7FF) as u16,
            code: (value & 0xFFFF) as u16,
        }
    }

    /// What the facility is about, for those that occur in this field.
    pub const fn facility_name(self) -> Option<&'static str> {
        Some(match self.facility {
            0 => "general",
            1 => "remote procedure calls",
            2 => "dispatch",
            3 => "storage",
            4 => "interface-defined",
            7 => "Win32",
            8 => "Windows",
            9 => "security",
            10 => "control",
            11 => "certificates",
            13 => "media server",
            16 => "setup",
            19 => ".NET",
            36 => "Windows Update",
            39 => "graphics",
            _ => return None,
        })
    }
}

/// The parts of an NTSTATUS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Ntstatus {
    /// 0 success, 1 information, 2 warning, 3 error.
    pub severity: u8,
    /// Whether it was assigned outside Microsoft.
    pub customer: bool,
    /// The facility, 12 bits.
    pub facility: u16,
    /// The code inside the facility.
    pub code: u16,
}

impl Ntstatus {
    /// Splits a value.
    pub const fn of(value: u32) -> Self {
        Self {
            severity: (value >> 30) as u8,
            customer: value & 0x2000_0000 != 0,
            facility: ((value >> 16) & 0xFFF) as u16,
            code: (value & 0xFFFF) as u16,
        }
    }

    /// The severity in a word.
    pub const fn severity_name(self) -> &'static str {
        match self.severity {
            0 => "success",
            1 => "information",
            2 => "warning",
            _ => "error",
        }
    }
}

/// What the bits of a number say before any table is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// An HRESULT of facility 7 around this Win32 code.
    Win32InHresult(u32),
    /// An HRESULT around this NTSTATUS.
    NtstatusInHresult(u32),
    /// A failed HRESULT.
    Hresult(Hresult),
    /// An NTSTATUS that is no success.
    Ntstatus(Ntstatus),
    /// FreeRDP's last error of class 1: this code of the server.
    ServerReason(u32),
    /// FreeRDP's last error of class 2: this code of connecting.
    Connecting(u32),
    /// A number without structure.
    Plain,
}

impl Form {
    /// Tells the form of a number.
    pub const fn of(value: u32) -> Self {
        let hresult = Hresult::of(value);
        match value >> 28 {
            // A failure that wraps a success is nothing but a failure.
            0x8 if hresult.facility == FACILITY_WIN32 && value & 0xFFFF != 0 => {
                Self::Win32InHresult(value & 0xFFFF)
            }
            0x8 | 0xA => Self::Hresult(hresult),
            0xD => Self::NtstatusInHresult(value & !NT_BIT),
            0xC | 0xE => Self::Ntstatus(Ntstatus::of(value)),
            0x4 => Self::Ntstatus(Ntstatus::of(value)),
            _ => match value >> 16 {
                1 => Self::ServerReason(value & 0xFFFF),
                2 => Self::Connecting(value & 0xFFFF),
                _ => Self::Plain,
            },
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Win32InHresult(code) => {
                write!(
                    f,
                    "HRESULT, failure, facility 7 (Win32): it wraps Win32 error {code}"
                )
            }
            Self::NtstatusInHresult(status) => {
                write!(f, "HRESULT with bit 28 set: it wraps NTSTATUS 0x{status:08X}")
            }
            Self::Hresult(parts) => {
                write!(f, "HRESULT, failure, facility {}", parts.facility)?;
                if let Some(name) = parts.facility_name() {
                    write!(f, " ({name})")?;
                }
                write!(f, ", code {} (0x{:X})", parts.code, parts.code)?;
                if parts.facility == 0 {
                    f.write_str("; or an NTSTATUS warning")?;
                }
                f.write_str(if parts.customer {
                    ", not assigned by Microsoft"
                } else {
                    ""
                })
            }
            Self::Ntstatus(parts) => {
                let Ntstatus { facility, code, .. } = *parts;
                write!(
                    f,
                    "NTSTATUS, {}, facility {facility}, code 0x{code:X}",
                    parts.severity_name()
                )?;
                f.write_str(if parts.customer {
                    ", not assigned by Microsoft"
                } else {
                    ""
                })
            }
            Self::ServerReason(code) => {
                write!(
                    f,
                    "as a FreeRDP last error: class 1, the server's reason {code} (0x{code:X})"
                )
            }
            Self::Connecting(code) => {
                write!(
                    f,
                    "as a FreeRDP last error: class 2 (connecting), code {code} (0x{code:X})"
                )
            }
            Self::Plain => f.write_str("a plain number: only the place it stands in tells what it counts"),
        }
    }
}

/// The code that another one wraps, in the space that it then belongs to.
pub(super) const fn unwrapped(space: CodeSpace, value: u32) -> Option<CodeUse> {
    let (space, value) = match (space, Form::of(value)) {
        (CodeSpace::Hresult, Form::Win32InHresult(code)) => (CodeSpace::Win32, code),
        (CodeSpace::Hresult, Form::NtstatusInHresult(status)) => (CodeSpace::Ntstatus, status),
        // 0xC.... where an HRESULT was expected is an NTSTATUS that nobody converted.
        (CodeSpace::Hresult, Form::Ntstatus(_)) => (CodeSpace::Ntstatus, value),
        (CodeSpace::Freerdp, Form::ServerReason(code)) => (CodeSpace::ExtendedDisconnect, code),
        (CodeSpace::TaskScheduler | CodeSpace::ExtendedDisconnect, form) if !matches!(form, Form::Plain) => {
            (CodeSpace::Hresult, value)
        }
        (CodeSpace::ExitCode | CodeSpace::LogonError | CodeSpace::PowerAutomate, Form::Ntstatus(_)) => {
            (CodeSpace::Ntstatus, value)
        }
        (CodeSpace::ExitCode | CodeSpace::Win32, Form::Win32InHresult(_) | Form::Hresult(_)) => {
            (CodeSpace::Hresult, value)
        }
        _ => return None,
    };
    Some(CodeUse { space, value })
}

/// `HRESULT_FROM_WIN32` for codes that fit; 0 has no failing form.
pub(super) const fn hresult_of_win32(code: u32) -> Option<u32> {
    if code == 0 || code > 0xFFFF {
        None
    } else {
        Some(0x8007_0000 | code)
    }
}

/// A code as its space usually prints it: `0x80070520`, `1312`, `-1073741537`, `0x18`.
pub fn spell(space: CodeSpace, value: u32) -> String {
    match space {
        CodeSpace::Hresult | CodeSpace::Ntstatus | CodeSpace::ShutdownReason => format!("0x{value:08X}"),
        CodeSpace::TaskScheduler if value >= 0x1_0000 => format!("0x{value:X}"),
        CodeSpace::ExitCode if value >= 0x1_0000 => format!("0x{value:08X}"),
        CodeSpace::ExtendedDisconnect | CodeSpace::Win32 if value >= 0x8000_0000 => format!("0x{value:08X}"),
        CodeSpace::Kerberos => format!("0x{value:X}"),
        CodeSpace::LogonError | CodeSpace::UipathRdp | CodeSpace::PowerAutomate => {
            value.cast_signed().to_string()
        }
        _ => value.to_string(),
    }
}
