//! What would tell and what to ask for, in words, their times as on the page. Plain text out, as in [`answer`](super::answer).

use super::answer::Teller;
use super::{places, wording};
use crate::model::{AskItem, Flip, Missing, Time};

impl Teller<'_> {
    /// What would tell, its time as on this page.
    pub(super) fn needs(&self, missing: &Missing, host: &str) -> String {
        self.timed(&missing.needs, missing.covering, host)
    }

    /// What a verdict hangs on, its time as on this page.
    pub(super) fn flip_needs(&self, flip: &Flip, host: &str) -> String {
        self.timed(&flip.needs, flip.covering, host)
    }

    /// The model's words end in times in UTC; here they are told like all others.
    fn timed(&self, words: &str, covering: Option<Time>, host: &str) -> String {
        let words = words.trim_end_matches('.');
        match (covering, words.rsplit_once(" covering ")) {
            (Some(at), Some((what, _))) => format!(
                "the log {} around {}",
                places::log_name(what),
                self.clock.weekday(host, at, self.said)
            ),
            _ => wording::needed(words),
        }
    }

    /// What to ask for, its times as on this page.
    pub(super) fn asked(&self, item: &AskItem) -> String {
        let mut text = self.asked_log(item);
        if let Some(sent) = &item.sent {
            text += &format!(", exported again: {sent}");
        }
        if let Some(remark) = &item.remark {
            text += &format!(" ({remark})");
        }
        text
    }

    fn asked_log(&self, item: &AskItem) -> String {
        let host = item.host.as_deref().unwrap_or_default();
        let words = item.what.trim_end_matches('.');
        match (item.from.zip(item.to), words.rsplit_once(" covering ")) {
            (Some((from, to)), Some((what, _))) if from == to => {
                format!(
                    "the log {what} around {}",
                    self.clock.weekday(host, from, self.said)
                )
            }
            (Some((from, to)), Some((what, _))) => {
                format!(
                    "the log {what}, {}",
                    self.clock.weekday_span(host, from, to, self.said)
                )
            }
            _ => wording::needed(words),
        }
    }
}
