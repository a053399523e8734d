//! Which installed programs are facts. Must not know how their lists look.

use super::sink::Sink;
use crate::model::FactScope;

/// Parts of names, in lower case, of programs that start, hold or end sessions.
const NAMES: &[&str] = &[
    "uipath",
    "power automate",
    "citrix",
    "vmware horizon",
    "omnissa",
    "blue prism",
    "automation anywhere",
    "rdp wrapper",
    "fslogix",
    "lithnet",
    "remote desktop services infrastructure",
    "credential provider",
    "duo authentication",
    "okta",
    "cyberark",
    "beyondtrust",
    "wallix",
    "parallels ras",
];

/// Whether a text is the name of a program that matters.
pub(super) fn matters(name: &str) -> bool {
    let lower = name.to_lowercase();
    NAMES.iter().any(|part| lower.contains(part))
}

/// States the program's version if the program matters; a robot's version is a fact of its own.
pub(super) fn fact(sink: &mut Sink<'_, '_>, line: u64, name: &str, version: &str) {
    let name = name.trim();
    if !matters(name) {
        return;
    }
    let lower = name.to_lowercase();
    sink.fact(line, FactScope::Observed, &format!("program.{name}"), version);
    if is_robot(&lower) && version.starts_with(|c: char| c.is_ascii_digit()) {
        sink.fact(line, FactScope::Observed, "robot.version", version);
    }
}

/// The products whose version is the robot's: the robot itself, Studio and the common installer.
fn is_robot(lower: &str) -> bool {
    lower == "uipath"
        || lower.strip_prefix("uipath").is_some_and(|rest| {
            ["robot", "studio", "platform"]
                .iter()
                .any(|part| rest.trim_start().starts_with(part))
        })
}
