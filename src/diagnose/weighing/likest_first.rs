//! Which cause comes first where none is more than possible and people wrote of the fault: what was found for each, and how much their words
//! are like those in which it is told, added up on one scale. Owns that order; how words are compared, [`told_words`] knows.

use std::cmp::Ordering;

use crate::diagnose::derivers::told_words;
use crate::diagnose::timeline::host::Host;
use crate::diagnose::weighing::bench::Trial;
use crate::diagnose::weighing::judge::Judged;
use crate::diagnose::weighing::score;
use crate::diagnose::weighing::side::is_of_words;
use crate::knowledge::derived::WORDS_TOLD;
use crate::model::Verdict;

/// What is not among the causes that a text is most like is less like it than they are.
const NOT_AMONG: f64 = 0.8;

/// Words so much like those of a cause are about that one.
const NO_DOUBT: f64 = 56.0;

/// The causes that the words of a host's notes are like.
pub(super) struct Likest<'h>(Vec<(&'h str, f64)>);

impl<'h> Likest<'h> {
    /// None where nobody's words say what they complain of.
    pub(super) fn of(host: &'h Host) -> Option<Self> {
        let derived = host.entries.get(host.raw..)?;
        let is_told = derived.iter().any(|entry| WORDS_TOLD.is(&entry.event));
        is_told.then(|| Self(told_words::likest(host)))
    }

    /// The two that they are most like.
    pub(super) fn leading(&self) -> impl Iterator<Item = &'h str> {
        self.0.iter().take(2).map(|(name, _)| *name)
    }

    /// Puts the causes in order, the surest of which is possible and no more; where none is even that, words that leave no doubt make the
    /// likest so.
    pub(super) fn order(&self, trial: &Trial<'_>, causes: &mut [Judged]) {
        let leaves_no_doubt = self.0.first().is_some_and(|(_, likeness)| *likeness >= NO_DOUBT);
        let may_lead = |first: &Judged| match first.cause.verdict {
            Verdict::Possible => true,
            verdict => verdict < Verdict::Possible && leaves_no_doubt,
        };
        if !causes.first().is_some_and(may_lead) {
            return;
        }
        self.sort(causes);
        let Some(first) = causes
            .first_mut()
            .filter(|first| first.cause.verdict < Verdict::Possible && can_lead(first))
        else {
            return;
        };
        if let Some(rule) = trial.bench.knowledge.cause(&first.cause.id) {
            *first = trial.judge_as_likest(rule);
        }
    }

    /// The likest first; behind them what cannot lead.
    fn sort(&self, causes: &mut [Judged]) {
        let words_alone = causes
            .iter()
            .filter(|judged| can_lead(judged))
            .all(says_nothing_else);
        let lean = |judged: &Judged| {
            let log_odds = judged.log_odds.filter(|_| can_lead(judged))?;
            let start = if words_alone { 0.0 } else { log_odds };
            Some(start + self.likeness(&judged.cause.id) * score::LIKENESS)
        };
        causes.sort_by(|a, b| lean(b).partial_cmp(&lean(a)).unwrap_or(Ordering::Equal));
    }

    fn likeness(&self, cause: &str) -> f64 {
        let own = self.0.iter().find(|(name, _)| *name == cause);
        let least = self.0.last().map_or(0.0, |(_, least)| least * NOT_AMONG);
        own.map_or(least, |(_, likeness)| *likeness)
    }
}

/// What is not possible can lead where somebody's words say so.
fn can_lead(judged: &Judged) -> bool {
    judged.cause.verdict == Verdict::Possible || judged.cause.supports.iter().any(is_of_words)
}

/// Where nothing but words speaks for any, how common a cause is otherwise counts nothing: they say which one it is.
fn says_nothing_else(judged: &Judged) -> bool {
    judged.cause.supports.iter().all(is_of_words)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn judged(id: &str, verdict: &str, (log_odds, signals): (Option<f64>, &[&str])) -> Judged {
        let evidence = |signal: &&str| {
            json!({ "signal": signal, "summary": "It was so", "weight": "weak", "joined_by": [], "count": 1,
                    "origin": { "path": "mail.txt", "line": 1, "offset": 0 } })
        };
        let supports: Vec<_> = signals.iter().map(evidence).collect();
        let cause = json!({ "id": id, "title": id, "verdict": verdict, "score": 0.3, "explanation": "", "for": supports,
                            "against": [], "unknown": [], "remediation": [], "verify": "" });
        Judged {
            cause: serde_json::from_value(cause).unwrap(),
            log_odds,
        }
    }

    fn order(likest: &[(&str, f64)], mut causes: Vec<Judged>) -> Vec<String> {
        Likest(likest.to_vec()).sort(&mut causes);
        causes
            .into_iter()
            .map(|judged| judged.cause.id.to_string())
            .collect()
    }

    #[test]
    fn evidence_and_words_add_up() {
        let causes = |log_odds| {
            vec![
                judged("locked", "possible", (Some(log_odds), &["account-locked"])),
                judged("expired", "unlikely", (Some(-2.4), &[WORDS_TOLD.name])),
                judged("asleep", "unlikely", (Some(3.0), &["host-sleeps"])),
                judged("ruled-out", "possible", (None, &["account-locked"])),
            ]
        };
        let likest = [("expired", 90.0), ("locked", 20.0)];
        // What nobody's words tell does not lead, whatever else was seen, and what cannot have been so does not either.
        assert_eq!(
            order(&likest, causes(0.3)),
            ["expired", "locked", "asleep", "ruled-out"]
        );
        assert_eq!(order(&likest, causes(1.0))[..2], ["locked", "expired"]);
    }

    #[test]
    fn where_words_are_all_they_decide() {
        let causes = vec![
            judged("common", "possible", (Some(-1.4), &[WORDS_TOLD.name])),
            judged("rare", "possible", (Some(-3.9), &[WORDS_TOLD.name])),
        ];
        assert_eq!(
            order(&[("rare", 50.0), ("common", 40.0)], causes),
            ["rare", "common"]
        );
    }
}
