//! What would tell and what to ask for, in words, their times as on the page. Plain text out, as in [`answer`](super::answer).

use super::answer::Teller;
use super::{places, wording};
use crate::model::{AskItem, Coverage, Flip, Missing, Time};

/// The log whose records depend on what its host audits.
const SECURITY: &str = "Security";

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
            (Some(at), Some((what, _))) => {
                let name = places::log_name(what);
                let show = |at| self.clock.weekday(host, at, self.said);
                match self.begins(host, what, at) {
                    Some(from) => format!("older records of the log {name}, which begins {}", show(from)),
                    None => format!("the log {name} around {}", show(at)),
                }
            }
            _ => wording::needed(words),
        }
    }

    /// Where a log begins that was sent and reaches over an instant: what would tell is older than that. Security may reach over it
    /// and still lack what nobody had it audit.
    fn begins(&self, host: &str, channel: &str, at: Time) -> Option<Time> {
        let covers = |cover: &&Coverage| *cover.host == *host && cover.channel.eq_ignore_ascii_case(channel);
        let cover = self.diagnosis.coverage.iter().find(covers)?;
        let from = cover.from.filter(|from| *from <= at && channel != SECURITY)?;
        cover.to.is_some_and(|to| at <= to).then_some(from)
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
