//! One incident a line, each as it stands in the JSON object.

use super::escape;
use crate::model::Diagnosis;

pub(super) fn render(diagnosis: &Diagnosis) -> String {
    diagnosis.incidents.iter().map(line).collect()
}

/// One value as one line of JSON.
pub(super) fn line(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    escape::json(&text).into_owned() + "\n"
}
