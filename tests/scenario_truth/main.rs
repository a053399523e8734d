//! Bundles with a known truth: that they are what they claim to be, and how often the product finds it.
//!
//! The product is the library's `Analyzer` over the zipped bundle, and what is judged is the diagnosis as JSON, the
//! contract that scripts rely on. A small fixed set runs always;
//! `LOGONSCOPE_SCENARIOS=2000 cargo test --release --test scenario_truth -- --nocapture` runs as many seeds of every
//! series and prints every number and every miss; `LOGONSCOPE_SCENARIO_SERIES=rare` limits that to one series,
//! `LOGONSCOPE_SCENARIO_FROM=10000` begins with a seed that nobody has looked at yet, and `LOGONSCOPE_SCENARIO_KNOWLEDGE=DIR`
//! judges the knowledge of that folder in the place of the built-in one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a test may panic and print"
)]

mod capsule;
mod forms;
mod judge;
mod raw;
mod reach;
mod recount;
mod removal;
#[path = "../scenarios/mod.rs"]
mod scenarios;
mod screen;
mod summary;
#[path = "../support/mod.rs"]
mod support;
mod twists;
mod whole;

use std::collections::BTreeMap;
use std::path::Path;

use judge::run;
use logonscope::diagnose::Analyzer;
use logonscope::knowledge::Knowledge;
use logonscope::{Limits, bundle};
use scenarios::truth::Scenario;
use scenarios::{SERIES, Series};
use summary::{Summary, report};

/// What a series must reach, in per cent over the bundles that run always: a little under what the product reaches, so
/// that a step back shows. Raise them with the product.
struct Bar {
    /// How many bundles run always.
    bundles: u64,
    /// At least so many have the true cause first, but for others that are true as well.
    right_first: usize,
    in_three: usize,
    /// At most so many faulty bundles carry a wrong cause of the fault at `likely` or above.
    wrong: usize,
}

const BARS: [Bar; SERIES.len()] = [
    Bar {
        bundles: 20,
        right_first: 91,
        in_three: 91,
        wrong: 1,
    },
    Bar {
        bundles: 38,
        right_first: 92,
        in_three: 92,
        wrong: 1,
    },
    Bar {
        bundles: 58,
        right_first: 90,
        in_three: 90,
        wrong: 1,
    },
    // The healthy.
    Bar {
        bundles: 12,
        right_first: 0,
        in_three: 0,
        wrong: 0,
    },
];
/// At most this per cent of healthy bundles may carry any untrue cause at `likely` or above.
const HEALTHY_WRONG: usize = 1;

#[test]
fn equal_seeds_give_equal_bundles() {
    for seed in [0, 17, 40] {
        let (one, two) = (scenarios::scenario(seed), scenarios::scenario(seed));
        assert!(one.files == two.files, "seed {seed}");
    }
}

/// `LOGONSCOPE_SCENARIO_OUT=DIR [LOGONSCOPE_SCENARIOS=N] cargo test --test scenario_truth dump` writes bundles for
/// people to look at: a folder for each, with `bundle.zip` and `truth.json`. Series and first seed as for the measure.
#[test]
fn dump_bundles_on_request() {
    let Some(folder) = std::env::var_os("LOGONSCOPE_SCENARIO_OUT") else {
        return;
    };
    let (from, count) = (first_seed(), asked().unwrap_or(20));
    let every = chosen_series()
        .flat_map(|(series, _)| (from..from + count).map(|seed| scenarios::of_series(series, seed)));
    for scenario in only().into_iter().chain(every) {
        let folder = Path::new(&folder).join(scenario.name());
        let files = vec![
            ("bundle.zip".to_owned(), support::archive::zip(&scenario.files)),
            (
                "truth.json".to_owned(),
                serde_json::to_vec_pretty(&scenario.truth).unwrap(),
            ),
        ];
        support::archive::tree(&folder, &files);
    }
}

/// The files of an archive by name.
fn unzip(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    use std::io::Read as _;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut file = archive.by_index(at).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// `LOGONSCOPE_BLESS=1` writes them anew. Contents are compared, not how they are compressed.
#[test]
fn fixtures_are_what_the_generator_writes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for (name, bytes) in scenarios::fixtures::all() {
        assert!(bytes.len() < 300_000, "{name} has {} bytes", bytes.len());
        let path = folder.join(name);
        if std::env::var_os("LOGONSCOPE_BLESS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &bytes).unwrap();
        }
        let kept = std::fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}; bless it"));
        assert!(
            unzip(&kept) == unzip(&bytes),
            "{name} is not what the generator writes; bless it"
        );
    }
}

/// `LOGONSCOPE_SCENARIO_SEED=54 LOGONSCOPE_SCENARIO_KIND=idle-limit` limits a run to one bundle, to look into a miss; with
/// `LOGONSCOPE_SCENARIO_FORM='a week later'` its logs are cut or go on as in the test of excerpts.
fn only() -> Option<Scenario> {
    let kind: &'static str = std::env::var("LOGONSCOPE_SCENARIO_KIND").ok()?.leak();
    let seed = std::env::var("LOGONSCOPE_SCENARIO_SEED").ok()?.parse().unwrap();
    let form = std::env::var("LOGONSCOPE_SCENARIO_FORM");
    Some(form.map_or_else(
        |_| scenarios::of_kind(kind, seed),
        |name| whole::in_form(&name, kind, seed),
    ))
}

fn asked() -> Option<u64> {
    std::env::var("LOGONSCOPE_SCENARIOS")
        .ok()
        .map(|text| text.parse().unwrap())
}

fn first_seed() -> u64 {
    std::env::var("LOGONSCOPE_SCENARIO_FROM").map_or(0, |text| text.parse().unwrap())
}

/// The series asked for, or all of them.
fn chosen_series() -> impl Iterator<Item = (&'static Series, &'static Bar)> {
    let chosen = std::env::var("LOGONSCOPE_SCENARIO_SERIES").ok();
    SERIES
        .iter()
        .zip(&BARS)
        .filter(move |(series, _)| chosen.as_deref().is_none_or(|name| name == series.name))
}

fn analyzer() -> Analyzer {
    match std::env::var_os("LOGONSCOPE_SCENARIO_KNOWLEDGE") {
        Some(folder) => Analyzer::with_knowledge(Knowledge::with_folder(Path::new(&folder)).unwrap()),
        None => Analyzer::new(),
    }
    .unwrap()
}

/// The same of each of these, over the cores; the answers are in their order.
fn spread<S: Copy + Sync, T: Send>(all: &[S], make: impl Fn(S, &Analyzer) -> T + Sync) -> Vec<T> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(4);
    let analyzer = analyzer().threads(1).unwrap();
    let (analyzer, make) = (&analyzer, &make);
    let mut answers: Vec<(usize, T)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|worker| {
                let mine = all.iter().enumerate().skip(worker).step_by(workers);
                scope.spawn(move || {
                    mine.map(|(at, &one)| (at, make(one, analyzer)))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// What changed of each of some bundles, told as well.
fn changes<S: Copy + Sync>(all: &[S], of: impl Fn(S, &Analyzer) -> Vec<String> + Sync) -> Vec<String> {
    let changes: Vec<String> = spread(all, of).into_iter().flatten().collect();
    for change in &changes {
        println!("{change}");
    }
    changes
}

#[test]
fn the_product_finds_the_truth() {
    let count = asked();
    let from = first_seed();
    if let Some(scenario) = only() {
        report("one", &[run(scenario, &analyzer())]);
        return;
    }
    for (series, bar) in chosen_series() {
        let seeds: Vec<u64> = (from..from + count.unwrap_or(bar.bundles)).collect();
        let outcomes = spread(&seeds, |seed, analyzer| {
            run(scenarios::of_series(series, seed), analyzer)
        });
        let summary = report(series.name, &outcomes);
        // What a person has chosen is for looking at.
        if from == 0 && std::env::var_os("LOGONSCOPE_SCENARIO_SERIES").is_none() {
            hold(series, bar, &summary);
        }
    }
}

fn hold(series: &Series, bar: &Bar, summary: &Summary) {
    let reached = summary.right_first.per_cent();
    assert!(
        reached >= bar.right_first,
        "{}: the true cause stands first in {reached} %",
        series.name
    );
    let reached = summary.in_three.per_cent();
    assert!(
        reached >= bar.in_three,
        "{}: the true cause is among three in {reached} %",
        series.name
    );
    let wrong = summary.wrong_of_fault.per_cent();
    assert!(
        wrong <= bar.wrong,
        "{}: a wrong cause at likely or above in {wrong} %",
        series.name
    );
    let wrong = summary.healthy_wrong.per_cent();
    assert!(
        wrong <= HEALTHY_WRONG,
        "{}: healthy with a wrong cause: {wrong} %",
        series.name
    );
}

/// How many bundles lose a file, unless `LOGONSCOPE_SCENARIO_REMOVE=200` says otherwise. Seeds go through all kinds of
/// faults, and each file of a bundle is one run.
const LOSERS: u64 = 3;
/// At most this per cent of the files taken away may make a wrong cause of the fault `likely` or `strong`.
const FLIPS: usize = 0;
/// At most this per cent of the verdicts that fall may fall without a request for what is missing.
const NOT_ASKED: usize = 10;

#[test]
fn less_evidence_never_makes_another_cause_likely() {
    let count = std::env::var("LOGONSCOPE_SCENARIO_REMOVE").map_or(LOSERS, |text| text.parse().unwrap());
    let kinds: Vec<_> = SERIES.iter().flat_map(|series| series.kinds).collect();
    // A step that has no divisor in common with the number of kinds meets every one of them.
    let seeds: Vec<u64> = (0..count).map(|n| n * 37 + 5).collect();
    let losses = spread(&seeds, |seed, analyzer| {
        let (kind, inject) = kinds[usize::try_from(seed).unwrap() % kinds.len()];
        removal::losses(&scenarios::make(seed, kind, *inject), analyzer)
    });
    let losses = removal::report(&losses.into_iter().flatten().collect::<Vec<_>>());
    assert!(
        losses.flipped * 100 <= FLIPS * losses.taken,
        "{} flips",
        losses.flipped
    );
    assert!(
        losses.not_asked * 100 <= NOT_ASKED * losses.fell,
        "{} not asked for",
        losses.not_asked
    );
}

#[test]
fn one_case_in_every_form() {
    let analyzer = Analyzer::new().unwrap();
    for (seed, kind) in [
        (1, "batch-right"),
        (3, "update-restart"),
        (4, "disable-domain-creds"),
    ] {
        forms::same_in_every_form(seed, kind, scenarios::inject_of(kind), &analyzer);
    }
}

#[test]
fn one_case_in_every_language() {
    let analyzer = Analyzer::new().unwrap();
    for (seed, kind) in [
        (6, "idle-limit"),
        (6, "network-loss"),
        (1, "batch-right"),
        (1, "update-restart"),
    ] {
        let lost = forms::lost_in_a_language(seed, kind, scenarios::inject_of(kind), &analyzer);
        println!("{kind}: {lost:#?}");
        assert!(lost.is_empty(), "{lost:#?}");
    }
}

/// Scenarios of every kind with a week of later life, and in all forms those of every ninth kind and those that a restart, a sleep or a session
/// decides. What is cut off around an incident, and what the host lives through afterwards, changes nothing of what is said of it.
#[test]
fn an_excerpt_says_what_the_whole_log_says() {
    let more = asked().unwrap_or(1);
    let only = std::env::var("LOGONSCOPE_SCENARIO_KIND").ok();
    let kinds: Vec<(&str, u64, &[whole::Form])> = SERIES
        .iter()
        .flat_map(|series| series.kinds)
        .enumerate()
        .filter(|(_, (kind, _))| only.as_deref().is_none_or(|only| only == *kind))
        .map(|(at, (kind, _))| {
            let all = more > 1 || at % 9 == 0 || whole::DECIDED_BY_TIME.contains(kind);
            (at as u64, *kind, whole::forms(all))
        })
        .flat_map(|(at, kind, forms)| (0..more).map(move |seed| (kind, seed * 131 + at, forms)))
        .collect();
    let changes = changes(&kinds, |(kind, seed, forms), analyzer| {
        whole::changes(kind, seed, forms, analyzer)
    });
    println!(
        "== excerpt and whole: {} of {} forms of {} bundles differ",
        changes.len(),
        kinds.iter().map(|(.., forms)| forms.len()).sum::<usize>(),
        kinds.len(),
    );
    assert!(changes.is_empty(), "{changes:#?}");
}

/// What befalls logs on their way: a clock that is set, a log that is cleared, the same log twice, another year or another host beside it.
#[test]
fn what_befalls_the_logs_changes_no_cause_and_no_count() {
    let more = asked().unwrap_or(1);
    let only = std::env::var("LOGONSCOPE_SCENARIO_KIND").ok();
    let kinds: Vec<(&str, u64)> = SERIES
        .iter()
        .flat_map(|series| series.kinds)
        .enumerate()
        .filter(|(at, (kind, _))| {
            only.as_deref()
                .map_or(asked().is_some() || at % twists::EVERY == 0, |only| only == *kind)
        })
        .flat_map(|(at, (kind, _))| (0..more).map(move |seed| (*kind, first_seed() + seed * 131 + at as u64)))
        .collect();
    let changes = changes(&kinds, |(kind, seed), analyzer| {
        twists::changes(kind, seed, analyzer)
    });
    println!(
        "== twists: {} of {} bundles say something else",
        changes.len(),
        kinds.len()
    );
    assert!(changes.is_empty(), "{changes:#?}");
}

/// Each 21 or 25 with its 23, of each start of a host, is in the ledger once and as the records tell it.
#[test]
fn the_ledger_holds_what_the_records_tell() {
    let more = asked().unwrap_or(1);
    let kinds = whole::DECIDED_BY_TIME
        .iter()
        .flat_map(|kind| (0..more).map(move |seed| (*kind, seed)));
    let kinds: Vec<(&'static str, u64)> = kinds.collect();
    let differences = spread(&kinds, |(kind, seed), analyzer| {
        raw::differences(&raw::whole_logs(kind, seed), analyzer)
    });
    let differences: Vec<String> = differences.into_iter().flatten().collect();
    assert!(differences.is_empty(), "{differences:#?}");
}

#[test]
fn the_number_of_a_record_is_the_one_it_states() {
    raw::numbers(&analyzer());
}

/// What the records of real hosts tell, against the ledger: `LOGONSCOPE_REAL_LOGS=DIR` names a folder with a folder of event logs for each.
#[test]
fn the_ledger_holds_what_the_records_of_real_hosts_tell() {
    let Some(folder) = std::env::var_os("LOGONSCOPE_REAL_LOGS") else {
        return;
    };
    let analyzer = analyzer();
    let (mut stays, mut differences) = (0, Vec::new());
    for case in std::fs::read_dir(folder).unwrap() {
        let (count, mut found) = raw::real_differences(&case.unwrap().path(), &analyzer);
        stays += count;
        differences.append(&mut found);
    }
    println!("== stays of real hosts: {stays}, {} differ", differences.len());
    assert!(stays > 0 && differences.is_empty(), "{differences:#?}");
}

/// How many bundles of each series are recounted, unless `LOGONSCOPE_SCENARIOS` says otherwise.
const RECOUNTED: u64 = 50;

#[test]
fn every_number_of_a_report_is_one_of_its_records() {
    let count = asked().unwrap_or(RECOUNTED);
    let seeds: Vec<u64> = (0..count * SERIES.len() as u64).collect();
    let generated = spread(&seeds, |seed, analyzer| {
        let series = &SERIES[usize::try_from(seed).unwrap() % SERIES.len()];
        let scenario = scenarios::of_series(series, seed * 5 + 3);
        let zip = support::archive::zip(&scenario.files);
        let bundle = bundle::open_memory(&scenario.name(), zip, &Limits::default());
        recount::faults(&scenario.name(), &bundle, analyzer)
    });
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let paths = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let cases = paths.filter(|path| path.extension().is_some_and(|end| end == "zip"));
    let fixtures = cases.map(|path| {
        let bundle = bundle::open(std::slice::from_ref(&path), &Limits::default()).unwrap();
        recount::faults(&path.display().to_string(), &bundle, &analyzer())
    });
    let all: Vec<(Vec<String>, usize)> = generated.into_iter().chain(fixtures).collect();
    let checked: usize = all.iter().map(|(_, checked)| checked).sum();
    let faults: Vec<String> = all.into_iter().flat_map(|(faults, _)| faults).collect();
    println!(
        "== recounted: {checked} numbers of {} generated bundles, {} wrong",
        seeds.len(),
        faults.len()
    );
    assert!(checked > 100 && faults.is_empty(), "{faults:#?}");
}

/// What whole hosts must reach, in per cent.
const WHOLE: Bar = Bar {
    bundles: 24,
    right_first: 80,
    in_three: 80,
    wrong: 5,
};

/// The faults of all series on hosts that live on for days, with logs that reach back differently far or are filtered.
#[test]
fn faults_are_found_on_whole_hosts() {
    let count = asked().unwrap_or(WHOLE.bundles);
    let seeds: Vec<u64> = (first_seed()..first_seed() + count).collect();
    let outcomes = spread(&seeds, |seed, analyzer| run(whole::host(seed), analyzer));
    let summary = report("whole hosts", &outcomes);
    if first_seed() == 0 {
        hold(&SERIES[0], &WHOLE, &summary);
    }
}

/// Capsules of so many scenarios are tried always.
const CAPSULES: usize = 30;

/// What goes wrong in the scenarios.
fn kinds() -> Vec<&'static str> {
    let mut kinds: Vec<&'static str> = SERIES
        .iter()
        .flat_map(|series| series.kinds)
        .map(|(kind, _)| *kind)
        .filter(|kind| *kind != "healthy")
        .collect();
    kinds.dedup();
    kinds
}

#[test]
fn the_answer_fits_the_screen_whatever_happened() {
    let kinds: Vec<(u64, &str)> = (5..).zip(kinds()).collect();
    let found = spread(&kinds, |(seed, kind), analyzer| {
        screen::of_scenario(kind, seed, analyzer)
    });
    let mut faults: Vec<String> = found.into_iter().flatten().collect();
    faults.extend(screen::of_fixtures(&analyzer()));
    assert!(
        faults.is_empty(),
        "{} do not fit:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn a_capsule_shows_the_same_cause_and_verdict() {
    let kinds = kinds();
    let count = asked().map_or(CAPSULES, |count| usize::try_from(count).unwrap());
    // More than are needed: some scenarios send too little to show anything.
    let places: Vec<usize> = (0..count + 4).collect();
    let found = spread(&places, |place, analyzer| {
        capsule::faults(kinds[place * 7 % kinds.len()], place as u64 * 11 + 3, analyzer)
    });
    let tried = found.iter().flatten().count();
    let faults: Vec<String> = found.into_iter().flatten().flatten().collect();
    println!("== capsules: {tried} scenarios, {} faults", faults.len());
    assert!(tried >= count, "only {tried} scenarios show an incident");
    assert!(faults.is_empty(), "{faults:#?}");
}
