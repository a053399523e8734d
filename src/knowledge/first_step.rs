//! Which step of a remedy is told first: a stored password is put right in the task for a task and in the service for a
//! service. Must not know how anything is seen or shown.

use std::sync::Arc;

use super::Item;

/// A step of a remedy, and what it is the first for.
#[derive(Debug, Clone)]
pub struct FirstStep {
    /// Its place among the steps.
    pub step: usize,
    /// It is for these symptoms; none: for any.
    pub symptoms: Vec<Arc<str>>,
    /// Where this is seen; none: wherever the symptom is.
    pub item: Option<Item>,
}

/// The steps with this one first.
pub(crate) fn led_by(steps: &[String], first: Option<usize>) -> Vec<String> {
    let mut led = steps.to_vec();
    if let Some(turned) = first.and_then(|first| led.get_mut(..=first)) {
        turned.rotate_right(1);
    }
    led
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_others_keep_their_order() {
        let steps: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        assert_eq!(led_by(&steps, Some(2)), ["c", "a", "b"]);
        assert_eq!(led_by(&steps, Some(1)), ["b", "a", "c"]);
        assert_eq!(led_by(&steps, None), steps);
        assert_eq!(led_by(&steps, Some(7)), steps);
    }
}
