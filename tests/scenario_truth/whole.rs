//! The same story in the whole log and in parts of it, and with more life behind it: cause and verdict stay.

use logonscope::diagnose::Analyzer;

use crate::judge::{Outcome, diagnose, judge};
use crate::scenarios::truth::{Scenario, Word};
use crate::scenarios::world::World;
use crate::scenarios::{self, SERIES};

/// A form of a story.
pub struct Form {
    name: &'static str,
    set_up: fn(&mut World),
    /// Evidence is cut off: the verdict may fall, never rise or go to another cause.
    less: bool,
}

/// What is done to the logs.
const FORMS: &[Form] = &[
    Form {
        name: "a week later",
        set_up: |w| w.later = 7,
        less: false,
    },
    Form {
        name: "an excerpt of two days around",
        set_up: |w| w.excerpt = Some(2),
        less: true,
    },
    Form {
        name: "an excerpt of the whole a week later",
        set_up: |w| {
            w.later = 7;
            w.excerpt = Some(2);
        },
        less: true,
    },
    Form {
        name: "filtered, a week later",
        set_up: |w| {
            w.later = 7;
            w.filtered = true;
        },
        less: true,
    },
    Form {
        name: "System begins later than the others",
        set_up: |w| {
            w.later = 2;
            w.system_late = true;
        },
        less: true,
    },
];

/// All forms, or only the one with which nothing is taken away: a week of later life.
pub fn forms(all: bool) -> &'static [Form] {
    let count = if all { FORMS.len() } else { 1 };
    &FORMS[..count]
}

/// A scenario whose logs are cut or go on as the form of that name tells.
pub fn in_form(name: &str, kind: &'static str, seed: u64) -> Scenario {
    let form = FORMS.iter().find(|form| form.name == name).unwrap();
    scenarios::build(seed, kind, scenarios::inject_of(kind), form.set_up)
}

/// Kinds of which restarts, sleep and the order of records decide.
pub const DECIDED_BY_TIME: &[&str] = &[
    "user-logoff",
    "update-restart",
    "unexpected-restart",
    "replaced",
    "idle-limit",
    "network-loss",
    "stale-session",
    "disconnected-limit",
    "user-restart",
    "scripted-restart",
    "evaluation",
    "hybrid-shutdown",
    "stuck-arbitration",
];

fn outcome(kind: &'static str, seed: u64, analyzer: &Analyzer, set_up: fn(&mut World)) -> Outcome {
    let scenario = scenarios::build(seed, kind, scenarios::inject_of(kind), set_up);
    judge(&scenario, &diagnose(&scenario.name(), &scenario.files, analyzer))
}

/// What changes when the logs are cut or go on.
pub fn changes(kind: &'static str, seed: u64, forms: &[Form], analyzer: &Analyzer) -> Vec<String> {
    let whole = outcome(kind, seed, analyzer, |_| ());
    let of = |form: &Form| {
        let part = outcome(kind, seed, analyzer, form.set_up);
        let lost = part.verdict < whole.verdict
            && (!form.less || part.verdict < Some(Word::Possible) && whole.verdict >= Some(Word::Likely));
        let behind = whole.right_first() && !part.right_first();
        let known = |cause: &str| whole.wrong.iter().any(|was| was.cause == cause);
        let wrong: Vec<&str> = part
            .wrong
            .iter()
            .map(|wrong| wrong.cause.as_str())
            .filter(|cause| !known(cause))
            .collect();
        (lost || behind || !wrong.is_empty()).then(|| {
            let (before, after) = (whole.verdict, part.verdict);
            format!(
                "{seed}-{kind}, {}: {before:?} -> {after:?}, first {:?}, wrong {wrong:?}",
                form.name, part.first
            )
        })
    };
    forms.iter().filter_map(of).collect()
}

/// A fault of any series on a host that lives on for days; what was sent of it differs from seed to seed.
pub fn host(seed: u64) -> Scenario {
    const FORMS: [fn(&mut World); 5] = [
        |w| (w.later, w.complete) = (7, true),
        |w| (w.later, w.complete, w.system_late) = (5, true, true),
        |w| (w.later, w.filtered) = (4, true),
        |w| (w.later, w.complete) = (1, true),
        |w| (w.later, w.excerpt) = (6, Some(3)),
    ];
    let faulty = SERIES.iter().flat_map(|series| series.kinds);
    let kinds: Vec<_> = faulty.filter(|(kind, _)| *kind != "healthy").collect();
    // A step that has no divisor in common with the number of kinds meets every one of them.
    let place = usize::try_from(seed * 41).unwrap() % kinds.len();
    let (kind, inject) = kinds[place];
    let form = FORMS[usize::try_from(seed).unwrap() % FORMS.len()];
    scenarios::build(seed + 7_000, kind, *inject, form)
}
