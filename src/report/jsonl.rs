//! One incident a line, each as it stands in the JSON object.

use super::{escape, zone};
use crate::model::Diagnosis;

pub(super) fn render(diagnosis: &Diagnosis) -> String {
    lines(&diagnosis.incidents, diagnosis)
}

/// Parts of a diagnosis, one a line; times of which nobody knows the zone are as they were read.
pub(super) fn lines(values: &[impl serde::Serialize], diagnosis: &Diagnosis) -> String {
    let unzoned = zone::unzoned(diagnosis);
    let line = |value| {
        let text = serde_json::to_string(value).unwrap_or_default();
        escape::json(&unzoned.strip(text)).into_owned() + "\n"
    };
    values.iter().map(line).collect()
}
