//! Every number of the engine: priors, factors, thresholds. Additive log-odds: each item of evidence multiplies the odds.

use crate::knowledge::schema::Prior;
use crate::model::{Verdict, Weight};

/// The probability before any evidence. One decisive item, which identifies a cause by itself, makes an occasional cause strong and a
/// rare one likely.
pub(in crate::diagnose) const fn prior(prior: Prior) -> f64 {
    match prior {
        Prior::Common => 0.20,
        Prior::Occasional => 0.085,
        Prior::Rare => 0.02,
    }
}

/// What one item multiplies the odds by; evidence against divides.
pub(in crate::diagnose) const fn factor(weight: Weight) -> f64 {
    match weight {
        Weight::Weak => 1.6,
        Weight::Moderate => 4.0,
        Weight::Strong => 15.0,
        Weight::Decisive => 100.0,
        Weight::Veto => 1e9,
    }
}

/// What one unit of likeness of people's words adds to the log odds of a cause against another, where nothing is more than possible. Likenesses
/// are sums over words, each of which is rarer the more it says, so they add up as evidence does; of 305 notes of known cause this much put
/// the most in order.
pub(in crate::diagnose) const LIKENESS: f64 = 0.04;

/// The word for a probability, before any cap.
pub(in crate::diagnose) fn verdict(score: f64) -> Verdict {
    if score >= 0.90 {
        Verdict::Strong
    } else if score >= 0.60 {
        Verdict::Likely
    } else if score >= 0.20 {
        Verdict::Possible
    } else {
        Verdict::Unlikely
    }
}

/// The log odds after evidence of these factors.
pub(in crate::diagnose) fn log_odds(
    start: Prior,
    supports: impl IntoIterator<Item = Weight>,
    against: impl IntoIterator<Item = Weight>,
) -> f64 {
    let start = prior(start);
    let sum =
        |weights: &mut dyn Iterator<Item = Weight>| weights.map(|weight| factor(weight).ln()).sum::<f64>();
    (start / (1.0 - start)).ln() + sum(&mut supports.into_iter()) - sum(&mut against.into_iter())
}

/// The same as a probability.
pub(in crate::diagnose) fn posterior(
    start: Prior,
    supports: impl IntoIterator<Item = Weight>,
    against: impl IntoIterator<Item = Weight>,
) -> f64 {
    let probability = 1.0 / (1.0 + (-log_odds(start, supports, against)).exp());
    (probability * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_evidence() {
        let score = |prior, supports: &[Weight]| posterior(prior, supports.iter().copied(), []);
        assert_eq!(
            verdict(score(Prior::Occasional, &[Weight::Decisive])),
            Verdict::Strong
        );
        assert_eq!(verdict(score(Prior::Rare, &[Weight::Decisive])), Verdict::Likely);
        assert_eq!(
            verdict(score(Prior::Common, &[Weight::Decisive])),
            Verdict::Strong
        );
        assert_eq!(verdict(score(Prior::Common, &[Weight::Strong])), Verdict::Likely);
        assert_eq!(
            verdict(score(Prior::Occasional, &[Weight::Moderate])),
            Verdict::Possible
        );
        assert_eq!(
            verdict(score(Prior::Rare, &[Weight::Moderate])),
            Verdict::Unlikely
        );
    }

    #[test]
    fn evidence_against_takes_back_what_evidence_for_gave() {
        let with = posterior(Prior::Common, [Weight::Strong], [Weight::Strong]);
        assert!((with - 0.2).abs() < 0.001);
    }
}
