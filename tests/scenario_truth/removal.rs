//! Each file of a bundle is taken away in turn: the product may know less then, and must not know better.

use logonscope::diagnose::Analyzer;

use crate::judge::{Outcome, Wrong, diagnose, judge};
use crate::scenarios::truth::{Scenario, Word};

/// What came of taking one file away.
pub struct Loss {
    pub bundle: String,
    pub path: String,
    pub before: Option<Word>,
    pub after: Option<Word>,
    /// The true cause lost its verdict, and the file that would bring it back is not asked for.
    pub not_asked: bool,
    /// Untrue causes at `likely` or above that were not there before.
    pub flips: Vec<Wrong>,
}

/// Everything that can be taken away from one bundle.
pub fn losses(scenario: &Scenario, analyzer: &Analyzer) -> Vec<Loss> {
    let whole = judge(scenario, &diagnose(&scenario.name(), &scenario.files, analyzer));
    scenario
        .files
        .iter()
        .enumerate()
        .map(|(at, (path, _))| {
            let mut less = scenario.clone();
            less.files.remove(at);
            let outcome = judge(&less, &diagnose(&less.name(), &less.files, analyzer));
            loss(&whole, &outcome, path, scenario.channels.get(path))
        })
        .collect()
}

fn loss(whole: &Outcome, outcome: &Outcome, path: &str, channel: Option<&&str>) -> Loss {
    let fell = outcome.verdict < whole.verdict && whole.verdict >= Some(Word::Possible);
    let asked = channel.is_none_or(|name| outcome.ask.iter().any(|ask| ask.contains(*name)));
    let known = |wrong: &Wrong| whole.wrong.iter().any(|was| was.cause == wrong.cause);
    Loss {
        bundle: whole.name(),
        path: path.to_owned(),
        before: whole.verdict,
        after: outcome.verdict,
        // Without the incident there is nothing to ask for.
        not_asked: fell && outcome.matched && !asked,
        flips: outcome
            .wrong
            .iter()
            .filter(|wrong| !known(wrong))
            .cloned()
            .collect(),
    }
}

/// The numbers, and what to look into.
pub struct Losses {
    pub taken: usize,
    pub fell: usize,
    pub not_asked: usize,
    pub flipped: usize,
    pub flipped_elsewhere: usize,
}

pub fn report(all: &[Loss]) -> Losses {
    let count = |is: &dyn Fn(&Loss) -> bool| all.iter().filter(|loss| is(loss)).count();
    let losses = Losses {
        taken: all.len(),
        fell: count(&|loss| loss.after < loss.before),
        not_asked: count(&|loss| loss.not_asked),
        flipped: count(&|loss| loss.flips.iter().any(|wrong| wrong.of_fault)),
        flipped_elsewhere: count(&|loss| loss.flips.iter().any(|wrong| !wrong.of_fault)),
    };
    println!(
        "== one file less: {} times, the verdict fell {} times; not asked for {}; flipped to a wrong cause of the fault {}, of something else {}",
        losses.taken, losses.fell, losses.not_asked, losses.flipped, losses.flipped_elsewhere
    );
    for loss in all {
        if loss.not_asked {
            println!(
                "NOT ASKED {} without {}: {:?} -> {:?}",
                loss.bundle, loss.path, loss.before, loss.after
            );
        }
        for wrong in &loss.flips {
            let what = if wrong.of_fault { "FLIP" } else { "FLIP ELSEWHERE" };
            println!(
                "{what} {} without {}: {} says {} {:?}",
                loss.bundle, loss.path, wrong.symptom, wrong.cause, wrong.word
            );
        }
    }
    losses
}
