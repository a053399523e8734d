//! Text dumps of traces: the `[cpu]pid.tid::time [provider] message` family.

use super::evtx::Time;

/// How a dump spells a time. All are local to some machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateForm {
    /// `05/04/2026-08:00:00.125`: tracefmt.
    American,
    /// `2026-05-04 08:00:00.125`.
    Iso,
    /// `2026-05-04 08:00:00.125000000`.
    IsoNanos,
    /// `2026/05/04-08:00:00.125000000`: netsh trace convert.
    Slashes,
    /// `00/00/0000-00:00:00.000`: no clock.
    Zero,
}

impl DateForm {
    pub const ALL: [Self; 5] = [
        Self::American,
        Self::Iso,
        Self::IsoNanos,
        Self::Slashes,
        Self::Zero,
    ];

    fn format(self, at: Time, offset: i64) -> String {
        let at = at + chrono::TimeDelta::minutes(offset);
        let form = match self {
            Self::American => "%m/%d/%Y-%H:%M:%S%.3f",
            Self::Iso => "%Y-%m-%d %H:%M:%S%.3f",
            Self::IsoNanos => "%Y-%m-%d %H:%M:%S%.9f",
            Self::Slashes => "%Y/%m/%d-%H:%M:%S%.9f",
            Self::Zero => return "00/00/0000-00:00:00.000".to_owned(),
        };
        at.format(form).to_string()
    }
}

/// One line of a dump.
pub fn line(
    form: DateForm,
    at: Time,
    offset: i64,
    thread: (u32, u32),
    provider: &str,
    message: &str,
) -> String {
    let (process, thread) = thread;
    let at = form.format(at, offset);
    format!("[0]{process:04X}.{thread:04X}::{at} [{provider}]{message}\r\n")
}

/// A TraceLogging event: JSON whose `meta` holds the time in UTC.
pub fn json_line(
    form: DateForm,
    at: Time,
    offset: i64,
    provider: &str,
    event: &str,
    field: (&str, &str),
) -> String {
    let json = serde_json::json!({
        field.0: field.1,
        "meta": {
            "provider": provider,
            "event": event,
            "time": super::evtx::Event::stamp(at),
            "cpu": 0,
            "pid": 2_104,
            "tid": 6_012,
            "channel": 11,
            "level": 5,
        },
    });
    line(form, at, offset, (2_104, 6_012), provider, &json.to_string())
}
