//! What a bare number may mean: one reading per space in which it means something, likeliest first. Knows the
//! tables and the forms; the words around the number are weighed elsewhere.

use serde::Serialize;

use super::form::{self, Form, spell};
use super::{Code, CodeClass, CodeValue, Codes};
use crate::model::{CodeSpace, CodeUse};

/// One meaning of a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Reading {
    /// The space it is read in.
    pub space: CodeSpace,
    /// The value in that space; 0 for a word.
    pub value: u32,
    /// The value as that space prints it.
    pub spelling: String,
    /// Whether a table explains it; if not, only its form is told.
    pub known: bool,
    /// The name in the vendor's headers; empty if it has none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub symbol: String,
    /// What it says.
    pub meaning: String,
    /// What it usually means around robots, tasks and sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual: Option<String>,
    /// Where the plain reading misleads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caution: Option<String>,
    /// How the reading was derived, and the same fault in other spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where numbers of this space stand.
    pub seen_in: String,
    /// The kind of trouble.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<CodeClass>,
    /// Whether it is background noise when nothing else points at a fault.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub quiet: bool,
    /// The ids of causes that it may come from, likeliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// Where the value and its symbol come from.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub defined_in: String,
}

/// Where numbers of a space stand.
const fn seen_in(space: CodeSpace) -> &'static str {
    match space {
        CodeSpace::Win32 => "system errors, Winlogon, service control, RdpCoreTS 142 and 143",
        CodeSpace::Hresult => {
            ".NET and COM errors, Task Scheduler results, LSM event 40 when the transport failed"
        }
        CodeSpace::Ntstatus => "Security 4625 and 4776 (Status, SubStatus), LsaSrv, exit codes of processes",
        CodeSpace::TaskScheduler => {
            "Task Scheduler results: events 101, 103, 104, 201 to 203, Last Run Result"
        }
        CodeSpace::ExtendedDisconnect => {
            "LSM event 40 (Reason), RdpCoreTS event 103 (ReasonCode) on the server"
        }
        CodeSpace::DiscReason => "RDPClient event 1026 and the OnDisconnected callback on the client",
        CodeSpace::LogonError => "the OnLogonError callback of the Remote Desktop client",
        CodeSpace::Freerdp => "\"Last error\" in UiPath robot messages and FreeRDP logs",
        CodeSpace::UipathRdp => "\"err(rdp)\" in traces of UiPath robots before 18.4",
        CodeSpace::Kerberos => "Security 4768, 4769 and 4771 on domain controllers",
        CodeSpace::PowerAutomate => "the error of a Power Automate desktop flow run",
        CodeSpace::ShutdownReason => "User32 event 1074 (reason code)",
        CodeSpace::SessionState => "session lists: WTS states, qwinsta, DumpSessionsInfo",
        CodeSpace::LogonType => "Security 4624, 4625, 4634 (Logon Type)",
        CodeSpace::ExitCode => "exit codes of programs, also as the result of TaskScheduler 201",
    }
}

impl Reading {
    fn of(code: &Code, used: CodeUse, note: Option<String>) -> Self {
        Self {
            space: used.space,
            value: used.value,
            spelling: spell(used.space, used.value),
            known: true,
            symbol: code.symbol.clone(),
            meaning: code.meaning.clone(),
            usual: code.usual.clone(),
            caution: code.caution.clone(),
            note,
            seen_in: seen_in(used.space).to_owned(),
            class: Some(code.class),
            quiet: code.quiet,
            causes: code.causes.clone(),
            defined_in: code.defined_in.clone(),
        }
    }

    /// A reading of which only the form is known.
    fn unknown(used: CodeUse) -> Self {
        Self {
            space: used.space,
            value: used.value,
            spelling: spell(used.space, used.value),
            known: false,
            symbol: String::new(),
            meaning: form_in(used),
            usual: None,
            caution: None,
            note: None,
            seen_in: seen_in(used.space).to_owned(),
            class: None,
            quiet: false,
            causes: Vec::new(),
            defined_in: String::new(),
        }
    }
}

/// What can be said of a number that no table of its space explains.
fn form_in(used: CodeUse) -> String {
    let CodeUse { space, value } = used;
    match space {
        CodeSpace::ShutdownReason => shutdown_parts(value),
        CodeSpace::ExtendedDisconnect if (0x1000..=0x7FFF).contains(&value) => {
            "A fault of the Remote Desktop protocol that the tables do not list.".to_owned()
        }
        CodeSpace::DiscReason if value >> 16 == 0x300 => {
            "A message of the RD Gateway that the tables do not list.".to_owned()
        }
        CodeSpace::DiscReason if (0x100..=0xFFFF).contains(&value) => {
            // The class is inferred from the documented neighbours, which share their low byte.
            let class = match value & 0xFF {
                4 => "network",
                6 => "memory or security data",
                7 => "authentication (TLS, CredSSP)",
                _ => "other",
            };
            format!("Not in the tables; codes that end like this one are of the class: {class}.")
        }
        _ => match Form::of(value) {
            Form::Plain => "Not in the tables.".to_owned(),
            form => format!("Not in the tables. Its form: {form}."),
        },
    }
}

/// The parts of a shutdown reason (winuser.h, `SHTDN_REASON_*`).
fn shutdown_parts(value: u32) -> String {
    let planned = if value & 0x8000_0000 == 0 {
        "not announced as planned"
    } else {
        "planned"
    };
    let major = match (value >> 16) & 0xFF {
        0 => "other",
        1 => "hardware",
        2 => "operating system",
        3 => "software",
        4 => "application",
        5 => "system",
        6 => "power",
        7 => "old programming call",
        _ => "unknown",
    };
    let minor = match value & 0xFFFF {
        0 => "other",
        1 => "maintenance",
        2 => "installation",
        3 => "upgrade",
        4 => "reconfiguration",
        5 => "hung",
        6 => "unstable",
        0xB => "power cord",
        0xC => "surroundings",
        0xF => "blue screen",
        0x10 => "service pack",
        0x11 => "hotfix",
        0x12 => "security fix",
        0x13 => "security matter",
        0x14 => "network connectivity",
        0x16 => "removal of a service pack",
        0x17 => "removal of a hotfix",
        0x20 => "Remote Desktop Services",
        _ => "not listed",
    };
    format!(
        "A shutdown reason, {planned}; major reason: {major}; minor reason 0x{:X}: {minor}.",
        value & 0xFFFF
    )
}

impl Codes {
    /// What a number means, each space in which it means something once, likeliest first.
    ///
    /// A number with a structure is read by it: HRESULT, NTSTATUS, FreeRDP class. Small numbers are read in
    /// every space that lists them. A number nobody knows gives one reading that tells its form, or none if it
    /// has no form either.
    pub fn readings(&self, value: u32) -> Vec<Reading> {
        let mut readings: Vec<Reading> = order(value)
            .into_iter()
            .filter_map(|space| self.reading(CodeUse { space, value }))
            .collect();
        if readings.is_empty() {
            let space = match Form::of(value) {
                Form::Win32InHresult(_) | Form::NtstatusInHresult(_) | Form::Hresult(_) => CodeSpace::Hresult,
                Form::Ntstatus(_) => CodeSpace::Ntstatus,
                Form::Connecting(_) | Form::ServerReason(_) => CodeSpace::Freerdp,
                Form::Plain => return readings,
            };
            readings.push(Reading::unknown(CodeUse { space, value }));
        }
        readings
    }

    /// What a number means in one space; its form if no table says.
    pub fn reading_in(&self, used: CodeUse) -> Reading {
        if let Some(reading) = self.reading(used) {
            return reading;
        }
        match self.resolve(used) {
            Some(code) => Reading::of(code, used, self.derivation(used)),
            None => Reading::unknown(used),
        }
    }

    /// The reading of an entry itself, as when it was found by its symbol or is a word.
    pub fn reading_of(&self, code: &Code) -> Reading {
        match &code.value {
            CodeValue::Number(value) => {
                let used = CodeUse {
                    space: code.space,
                    value: *value,
                };
                Reading::of(code, used, self.derivation(used))
            }
            CodeValue::Word(word) => {
                let used = CodeUse {
                    space: code.space,
                    value: 0,
                };
                Reading {
                    spelling: word.clone(),
                    ..Reading::of(code, used, None)
                }
            }
        }
    }

    /// The reading of a number in a space of its own right: listed there, or wrapped by the space's own rule.
    pub(in crate::knowledge) fn reading(&self, used: CodeUse) -> Option<Reading> {
        let wraps = matches!(
            (used.space, Form::of(used.value)),
            (
                CodeSpace::Hresult,
                Form::Win32InHresult(_) | Form::NtstatusInHresult(_)
            ) | (CodeSpace::Freerdp, Form::ServerReason(_))
        );
        let code = match self.get(used.space, used.value) {
            Some(code) => code,
            None if wraps => self.resolve(used)?,
            None => return None,
        };
        Some(Reading::of(code, used, self.derivation(used)))
    }

    /// How a value leads to its meaning, and what the same fault is called elsewhere.
    fn derivation(&self, used: CodeUse) -> Option<String> {
        let CodeUse { space, value } = used;
        if let Some(code) = self.get(space, value) {
            return match (space, code.win32) {
                (CodeSpace::Win32, _) => form::hresult_of_win32(value)
                    .map(|whole| format!("As an HRESULT it is 0x{whole:08X} ({whole}).")),
                (_, Some(0) | None) => None,
                (_, Some(win32)) => Some(match self.get(CodeSpace::Win32, win32) {
                    Some(known) => format!("Windows turns it into Win32 {win32} ({}).", known.symbol),
                    None => format!("Windows turns it into Win32 {win32}."),
                }),
            };
        }
        match (space, Form::of(value)) {
            (CodeSpace::Freerdp, Form::ServerReason(code)) => Some(format!(
                "Class 1: the server's own reason {code}, the number that LSM event 40 would carry."
            )),
            (_, Form::Plain) => None,
            (_, form) => Some(format!("{form}.")),
        }
    }
}

/// The order in which the spaces are shown for a number of this form, without a word of context.
fn order(value: u32) -> Vec<CodeSpace> {
    use CodeSpace::{
        DiscReason, ExitCode, ExtendedDisconnect, Freerdp, Hresult, Kerberos, LogonError, LogonType,
        Ntstatus, PowerAutomate, SessionState, ShutdownReason, TaskScheduler, UipathRdp, Win32,
    };
    match Form::of(value) {
        // Severity "information" is what a debugger or a log-off leaves as exit code.
        Form::Ntstatus(parts) if parts.severity == 1 => vec![ExitCode, Ntstatus],
        // Listed in one product's own space only, and there opaque: that goes before the general reading.
        Form::Ntstatus(_) => vec![
            UipathRdp,
            Ntstatus,
            ExitCode,
            LogonError,
            PowerAutomate,
            ShutdownReason,
        ],
        Form::Win32InHresult(_) | Form::Hresult(_) | Form::NtstatusInHresult(_) => {
            vec![TaskScheduler, ShutdownReason, Hresult, Ntstatus, ExitCode]
        }
        Form::ServerReason(_) | Form::Connecting(_) => {
            vec![Freerdp, ShutdownReason, TaskScheduler, DiscReason]
        }
        Form::Plain if value >= 0x1_0000 => {
            vec![
                TaskScheduler,
                LogonError,
                DiscReason,
                ShutdownReason,
                ExitCode,
                Ntstatus,
            ]
        }
        Form::Plain => vec![
            Win32,
            ExtendedDisconnect,
            DiscReason,
            Kerberos,
            LogonType,
            SessionState,
            LogonError,
            TaskScheduler,
            ExitCode,
            Hresult,
            Ntstatus,
            ShutdownReason,
        ],
    }
}
