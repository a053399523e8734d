//! Logs of robots: UiPath Robot.log and Execution.log, and the error object of a Power Automate run.

use super::evtx::Time;

/// A moment at a place: `offset` minutes east of UTC.
fn local(at: Time, offset: i64) -> chrono::NaiveDateTime {
    (at + chrono::TimeDelta::minutes(offset)).naive_utc()
}

/// `+02:00`.
fn zone(offset: i64) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60)
}

pub fn stamp(at: Time, offset: i64) -> String {
    let at = local(at, offset);
    let ticks = at.and_utc().timestamp_subsec_nanos() / 100;
    format!("{}.{ticks:07}{}", at.format("%Y-%m-%dT%H:%M:%S"), zone(offset))
}

/// One entry of `Robot.log`: a header line, then the message on its own lines.
pub fn robot_entry(
    at: Time,
    offset: i64,
    level: &str,
    category: &str,
    version: &str,
    scope: &str,
    text: &str,
) -> String {
    let stamp = stamp(at, offset);
    let scope = if scope.is_empty() {
        String::new()
    } else {
        format!(" [{scope}]")
    };
    format!("{stamp} => [{level}] [UiPath.Service.Host] [{category}] [{version}]{scope}\r\n{text}\r\n\r\n")
}

/// What identifies a job in an execution log.
#[derive(Debug, Clone)]
pub struct Job {
    pub process: String,
    pub machine: String,
    pub identity: String,
    pub robot: String,
    pub id: String,
}

/// One line of `<date>_Execution.log`: local time, level, JSON with the full time.
pub fn execution_line(at: Time, offset: i64, level: &str, text: &str, job: &Job) -> String {
    let clock = local(at, offset);
    let json = serde_json::json!({
        "message": text,
        "level": if level == "Info" { "Information" } else { level },
        "logType": "Default",
        "timeStamp": stamp(at, offset),
        "fingerprint": format!("{:08x}-0000-4000-8000-{:012x}", at.timestamp() as u32, at.timestamp_subsec_nanos()),
        "windowsIdentity": job.identity,
        "machineName": job.machine,
        "fileName": "Main",
        "initiatedBy": "Orchestrator",
        "processName": job.process,
        "processVersion": "1.0.4",
        "jobId": job.id,
        "robotName": job.robot,
        "machineId": 41_207,
        "organizationUnitId": 310,
    });
    format!(
        "{}.{:04} {level} {json}\r\n",
        clock.format("%H:%M:%S"),
        clock.and_utc().timestamp_subsec_micros() / 100
    )
}

/// The name of the execution log of a local day.
pub fn execution_name(at: Time, offset: i64) -> String {
    local(at, offset).format("%Y-%m-%d_Execution.log").to_string()
}

/// Puts the byte order mark in front that NLog writes.
pub fn with_bom(text: &str) -> Vec<u8> {
    [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat()
}

/// The error object of a Power Automate desktop run.
pub fn flow_error(code: &str, message: &str) -> Vec<u8> {
    let error = serde_json::json!({"error": {"code": code, "message": message}});
    serde_json::to_vec_pretty(&error).unwrap()
}
