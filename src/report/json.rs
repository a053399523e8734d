//! One object, indented: the contract for programs.

use super::{escape, zone};
use crate::model::Diagnosis;

pub(super) fn render(diagnosis: &Diagnosis) -> String {
    part(diagnosis, diagnosis)
}

/// A part of a diagnosis; times of which nobody knows the zone are as they were read.
pub(super) fn part(value: &impl serde::Serialize, diagnosis: &Diagnosis) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    escape::json(&zone::unzoned(diagnosis).strip(text)).into_owned() + "\n"
}

/// Any value of the contract as indented JSON with a newline at its end.
pub(super) fn pretty(value: &impl serde::Serialize) -> String {
    // Plain structures with text for keys: nothing in them can fail to be written.
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    escape::json(&text).into_owned() + "\n"
}

#[cfg(feature = "schema")]
pub(super) fn schema() -> String {
    pretty(&schemars::schema_for!(Diagnosis))
}
