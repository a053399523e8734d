//! How often the product is right, for people and, as JSON, for programs.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::judge::Outcome;
use crate::scenarios::truth::Word;

/// A part of a whole.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Share {
    pub part: usize,
    pub whole: usize,
}

impl Share {
    fn of<'a>(all: &[&'a Outcome], is: impl Fn(&'a Outcome) -> bool) -> Self {
        Self {
            part: all.iter().filter(|outcome| is(outcome)).count(),
            whole: all.len(),
        }
    }

    /// Rounded down; a part of nothing is nothing.
    pub fn per_cent(self) -> usize {
        (self.part * 100).checked_div(self.whole).unwrap_or(0)
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:>5} of {:>5} = {:>3} %",
            self.part,
            self.whole,
            self.per_cent()
        )
    }
}

/// The numbers of a set. Of those with all evidence, unless said otherwise.
#[derive(Debug, Serialize)]
pub struct Summary {
    pub title: String,
    pub bundles: usize,
    /// The true cause stands first.
    pub first: Share,
    /// Nothing untrue stands above it.
    pub right_first: Share,
    pub in_three: Share,
    /// The same three of all with a fault, those among them whose evidence was taken away.
    pub of_all: [Share; 3],
    /// The same three without the causes that no evidence settles: with all evidence, and of all.
    pub of_settled: [Share; 3],
    pub of_all_settled: [Share; 3],
    /// The verdict is as strong as the evidence.
    pub strong_enough: Share,
    /// Of all with a fault: an untrue cause of it at `likely` or above.
    pub wrong_of_fault: Share,
    /// Of all with a fault: an untrue cause of anything at `likely` or above.
    pub wrong_anywhere: Share,
    /// Of those whose evidence carries only so far: the verdict goes farther.
    pub overclaimed: Share,
    /// Of those where something is missing: nothing is asked for.
    pub asks_too_little: Share,
    /// Of all with a fault that was found: it was laid at the door of somebody else.
    pub wrong_user: Share,
    /// Of the healthy: an untrue cause at `likely` or above.
    pub healthy_wrong: Share,
    /// Of the healthy: an incident that only faults have.
    pub healthy_alarm: Share,
    /// Of the healthy: any incident, restarts and closed windows among them.
    pub healthy_incident: Share,
    /// By word: how often a claim with it was true.
    pub calibration: BTreeMap<&'static str, Share>,
    /// Worst first.
    pub kinds: Vec<Kind>,
    pub misses: Vec<Miss>,
}

/// One kind of fault.
#[derive(Debug, Serialize)]
pub struct Kind {
    pub kind: &'static str,
    pub cause: String,
    pub bundles: usize,
    pub right_first: usize,
    pub first: usize,
    pub in_three: usize,
    pub matched: usize,
    /// What stood first where the true cause did not.
    pub instead: BTreeMap<String, usize>,
}

/// A bundle to look into.
#[derive(Debug, Serialize)]
pub struct Miss {
    pub kind: &'static str,
    pub seed: u64,
    pub what: &'static str,
    pub expected: String,
    pub at_least: Option<Word>,
    pub rank: Option<usize>,
    pub verdict: Option<Word>,
    pub instead: Vec<String>,
    pub notes: Vec<String>,
}

pub fn summary(title: &str, all: &[Outcome]) -> Summary {
    let (healthy, faulty): (Vec<_>, Vec<_>) = all.iter().partition(|outcome| outcome.is_healthy());
    let with =
        |is: fn(&Outcome) -> bool| -> Vec<&Outcome> { faulty.iter().copied().filter(|o| is(o)).collect() };
    let full = with(Outcome::is_full);
    Summary {
        title: title.to_owned(),
        bundles: all.len(),
        first: Share::of(&full, |outcome| outcome.rank == Some(0)),
        right_first: Share::of(&full, Outcome::right_first),
        in_three: Share::of(&full, Outcome::in_three),
        of_all: three(&faulty),
        of_settled: three(&with(|o| o.is_full() && !o.unsettled)),
        of_all_settled: three(&with(|o| !o.unsettled)),
        strong_enough: Share::of(&full, Outcome::strong_enough),
        wrong_of_fault: Share::of(&faulty, Outcome::wrong_of_fault),
        wrong_anywhere: Share::of(&faulty, |outcome| !outcome.wrong.is_empty()),
        overclaimed: Share::of(&with(|o| o.truth.at_most.is_some()), Outcome::overclaimed),
        asks_too_little: Share::of(&with(|o| o.truth.must_ask), Outcome::asks_too_little),
        wrong_user: Share::of(&with(|o| o.matched), |outcome| outcome.wrong_user),
        healthy_wrong: Share::of(&healthy, |outcome| !outcome.wrong.is_empty()),
        healthy_alarm: Share::of(&healthy, |outcome| !outcome.alarms.is_empty()),
        healthy_incident: Share::of(&healthy, |outcome| outcome.incidents > 0),
        calibration: calibration(all),
        kinds: kinds(&faulty),
        misses: all.iter().flat_map(misses).collect(),
    }
}

fn three(all: &[&Outcome]) -> [Share; 3] {
    [
        Share::of(all, |outcome| outcome.rank == Some(0)),
        Share::of(all, Outcome::right_first),
        Share::of(all, Outcome::in_three),
    ]
}

fn calibration(all: &[Outcome]) -> BTreeMap<&'static str, Share> {
    let words = [
        ("possible", Word::Possible),
        ("likely", Word::Likely),
        ("strong", Word::Strong),
    ];
    let share = |word: Word| {
        let said = all.iter().flat_map(|outcome| &outcome.claims);
        let said: Vec<_> = said.filter(|claim| claim.0 == word).collect();
        Share {
            part: said.iter().filter(|claim| claim.1).count(),
            whole: said.len(),
        }
    };
    words
        .into_iter()
        .map(|(name, word)| (name, share(word)))
        .collect()
}

fn shown((cause, word): &(String, Word)) -> String {
    format!("{cause} {word:?}")
}

fn kinds(faulty: &[&Outcome]) -> Vec<Kind> {
    let mut by_kind: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in faulty {
        by_kind.entry(outcome.kind).or_default().push(outcome);
    }
    let mut kinds: Vec<Kind> = by_kind.into_values().map(|all| kind(&all)).collect();
    kinds.sort_by_key(|kind| (kind.right_first * 1_000 / kind.bundles, kind.kind));
    kinds
}

fn kind(all: &[&Outcome]) -> Kind {
    let mut instead = BTreeMap::new();
    for outcome in all.iter().filter(|outcome| outcome.rank != Some(0)) {
        let name = outcome.first.first().map_or("(no incident)".to_owned(), shown);
        *instead.entry(name).or_default() += 1;
    }
    Kind {
        kind: all[0].kind,
        cause: all[0].truth.cause.clone().unwrap(),
        bundles: all.len(),
        right_first: Share::of(all, Outcome::right_first).part,
        first: Share::of(all, |outcome| outcome.rank == Some(0)).part,
        in_three: Share::of(all, Outcome::in_three).part,
        matched: Share::of(all, |outcome| outcome.matched).part,
        instead,
    }
}

fn misses(outcome: &Outcome) -> Vec<Miss> {
    let truth = &outcome.truth;
    let miss = |what: &'static str, instead: Vec<String>| Miss {
        kind: outcome.kind,
        seed: outcome.seed,
        what,
        expected: truth.cause.clone().unwrap_or("nothing".to_owned()),
        at_least: truth.at_least,
        rank: outcome.rank,
        verdict: outcome.verdict,
        instead,
        notes: truth.notes.clone(),
    };
    let first = || outcome.first.iter().map(shown).collect();
    let mut all = Vec::new();
    if outcome.is_full() && !(outcome.right_first() && outcome.strong_enough()) {
        all.push(miss("MISS", first()));
    } else if !outcome.is_full() && !outcome.is_healthy() && !outcome.right_first() {
        all.push(miss("TOO LITTLE", first()));
    }
    if outcome.overclaimed() {
        all.push(miss("OVERCLAIMED", first()));
    }
    if outcome.asks_too_little() {
        all.push(miss("ASKS NOTHING", first()));
    }
    for wrong in &outcome.wrong {
        let what = match (truth.forbidden.contains(&wrong.cause), wrong.of_fault) {
            (true, true) => "SEVERE",
            (_, true) => "WRONG",
            (_, false) => "WRONG ELSEWHERE",
        };
        let text = format!("{} says {} {:?}", wrong.symptom, wrong.cause, wrong.word);
        all.push(miss(what, vec![text]));
    }
    if !outcome.alarms.is_empty() {
        all.push(miss("ALARM", outcome.alarms.clone()));
    }
    all
}

/// Prints it, and appends a line of JSON to `LOGONSCOPE_SCENARIO_SUMMARY=FILE`.
pub fn report(title: &str, all: &[Outcome]) -> Summary {
    use std::io::Write as _;
    let summary = summary(title, all);
    print(&summary);
    if let Some(path) = std::env::var_os("LOGONSCOPE_SCENARIO_SUMMARY") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        writeln!(file.unwrap(), "{}", serde_json::to_string(&summary).unwrap()).unwrap();
    }
    summary
}

fn print(summary: &Summary) {
    println!("== {}: {} bundles", summary.title, summary.bundles);
    for (name, share) in [
        ("true cause first", summary.first),
        ("nothing untrue above it", summary.right_first),
        ("among the first three", summary.in_three),
        ("settled causes: true cause first", summary.of_settled[0]),
        ("settled causes: nothing untrue above it", summary.of_settled[1]),
        ("settled causes: among the first three", summary.of_settled[2]),
        ("of all faults: true cause first", summary.of_all[0]),
        ("of all faults: nothing untrue above it", summary.of_all[1]),
        ("of all faults: among the first three", summary.of_all[2]),
        ("of all settled: true cause first", summary.of_all_settled[0]),
        (
            "of all settled: nothing untrue above it",
            summary.of_all_settled[1],
        ),
        ("of all settled: among the first three", summary.of_all_settled[2]),
        ("verdict as strong as the evidence", summary.strong_enough),
        ("wrong cause of the fault at likely+", summary.wrong_of_fault),
        ("wrong cause of anything at likely+", summary.wrong_anywhere),
        ("surer than the evidence allows", summary.overclaimed),
        ("asks for nothing where much is missing", summary.asks_too_little),
        ("laid at the door of somebody else", summary.wrong_user),
        ("healthy: wrong cause at likely+", summary.healthy_wrong),
        ("healthy: incident that only faults have", summary.healthy_alarm),
        ("healthy: any incident", summary.healthy_incident),
    ] {
        println!("{name:<42}{share}");
    }
    for (word, share) in &summary.calibration {
        println!("said {word:<37}{share} true");
    }
    println!(
        "{:<24}{:>4}{:>7}{:>7}{:>7}{:>9}  first instead (worst kinds first)",
        "kind", "n", "right", "first", "three", "matched"
    );
    for kind in &summary.kinds {
        println!(
            "{:<24}{:>4}{:>7}{:>7}{:>7}{:>9}  {:?}",
            kind.kind, kind.bundles, kind.right_first, kind.first, kind.in_three, kind.matched, kind.instead
        );
    }
    for miss in &summary.misses {
        println!(
            "{} {:05}-{} expected {} {:?}, got rank {:?} {:?}; instead {:?}; notes {:?}",
            miss.what,
            miss.seed,
            miss.kind,
            miss.expected,
            miss.at_least,
            miss.rank,
            miss.verdict,
            miss.instead,
            miss.notes
        );
    }
}
