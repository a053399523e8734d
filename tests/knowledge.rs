//! Every cause of the built-in knowledge has a hit and a near miss, and both hold.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a test may panic"
)]

#[path = "support/fixed_sentences.rs"]
mod fixed_sentences;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fixed_sentences::fixed_sentences;
use logonscope::diagnose::{Analyzer, run_cases};
use logonscope::knowledge::Knowledge;
use logonscope::knowledge::events::Events;
use logonscope::knowledge::schema::CaseKind;

#[test]
fn every_case_holds() {
    let knowledge = Knowledge::embedded().unwrap();
    let only = option_env!("LOGONSCOPE_CAUSE");
    let outcomes = run_cases(&knowledge, only).unwrap();
    let failures: Vec<String> = outcomes
        .iter()
        .filter_map(|case| {
            case.failure
                .as_ref()
                .map(|why| format!("{}: {}\n    {why}", case.cause, case.name))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {} cases fail:\n{}",
        failures.len(),
        outcomes.len(),
        failures.join("\n")
    );
}

#[test]
fn every_cause_has_a_hit_and_a_near_miss() {
    let knowledge = Knowledge::embedded().unwrap();
    for cause in knowledge.causes() {
        for kind in [CaseKind::Hit, CaseKind::NearMiss] {
            assert!(
                cause.cases().iter().any(|case| case.kind == kind),
                "{} has no {kind:?} case",
                cause.id
            );
        }
    }
}

/// Whatever a diagnosis can cite is what a reader asks `explain` about: what the signals look for, and what the ledgers read.
#[test]
fn every_event_that_can_be_cited_is_explained() {
    let (knowledge, events) = (Knowledge::embedded().unwrap(), Events::embedded().unwrap());
    let mut silent = BTreeSet::new();
    for signal in knowledge.signals() {
        let sources = signal.sources().iter();
        let logs: Vec<_> = sources.map(|&index| &knowledge.sources()[index].alias).collect();
        // A signal looks for its ids in several logs, and each is written to one of them.
        let ids = signal.ids().iter();
        let unknown = ids.filter(|&&id| logs.iter().all(|log| events.get(log, id).is_none()));
        silent.extend(
            unknown
                .filter(|_| !logs.is_empty())
                .map(|id| format!("{} {id}", logs[0])),
        );
    }
    // Of a program that numbers its events as it likes, all are kept: their text tells, their number does not.
    let has_meaning = |provider: &str| !Analyzer::keeps_every(provider, u16::MAX);
    for log in knowledge
        .sources()
        .iter()
        .filter(|log| has_meaning(&log.provider))
    {
        for id in (0..=u16::MAX).filter(|&id| Analyzer::keeps_every(&log.provider, id)) {
            let mut logs = knowledge
                .sources()
                .iter()
                .filter(|other| other.provider == log.provider);
            if !logs.any(|other| events.get(&other.alias, id).is_some()) {
                silent.insert(format!("{} {id}", log.alias));
            }
        }
    }
    let few: Vec<_> = silent.iter().take(20).collect();
    assert!(
        silent.is_empty(),
        "{} have no entry in data/events: {few:?}",
        silent.len()
    );
}

/// The page for authors has the declared events, field by field: `LOGONSCOPE_BLESS=1 cargo test --test knowledge` writes them anew.
/// What `explain` says of a record's fields can be looked up in the record.
#[test]
fn the_fields_of_an_event_are_those_of_its_record() {
    /// Computed on reading (`src/knowledge/README.md`).
    const COMPUTED: [&str; 6] = [
        "Process",
        "User",
        "ReasonCode",
        "ShutdownType",
        "Comment",
        "LastAlive",
    ];
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/knowledge/data");
    let table = |path: PathBuf| -> toml::Table { std::fs::read_to_string(path).unwrap().parse().unwrap() };
    let text = |entry: &toml::Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let mut names: BTreeMap<(String, i64), BTreeSet<String>> = BTreeMap::new();
    for entry in table(data.join("records/strings.toml"))["strings"]
        .as_array()
        .unwrap()
    {
        for id in entry["ids"].as_array().unwrap() {
            let own = names
                .entry((text(entry, "source"), id.as_integer().unwrap()))
                .or_default();
            own.extend(
                entry["names"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|name| name.as_str().unwrap().to_owned()),
            );
        }
    }
    let mut wrong = Vec::new();
    let mut compared = 0;
    for file in std::fs::read_dir(data.join("events")).unwrap() {
        for entry in table(file.unwrap().path())["event"].as_array().unwrap() {
            let event = (text(entry, "source"), entry["id"].as_integer().unwrap());
            let Some(own) = names.get(&event) else { continue };
            for field in entry
                .get("fields")
                .and_then(|fields| fields.as_array())
                .into_iter()
                .flatten()
            {
                let name = text(field, "name");
                compared += 1;
                if !name.starts_with('#') && !COMPUTED.contains(&&*name) && !own.contains(&name) {
                    wrong.push(format!("{event:?} has no {name}: {own:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 100, "{compared}");
}

/// A screen may cut a remedy behind two lines; where to click comes behind what to do.
#[test]
fn a_remedy_begins_with_what_to_do_and_its_check_is_a_sentence() {
    let knowledge = Knowledge::embedded().unwrap();
    let mut wrong = Vec::new();
    for cause in knowledge.causes() {
        let first = cause.def.remediation.first().map_or("", String::as_str);
        // `Task: enter the password: Task Scheduler > ...`
        let label = first
            .split_once(": ")
            .filter(|(label, _)| label.split(' ').count() < 3);
        let said = label.map_or(first, |(_, said)| said);
        let way = said.split(" > ").next().unwrap_or_default();
        let is_told =
            way.len() == said.len() || [": ", "(", ". ", "; ", ", "].iter().any(|end| way.contains(end));
        let word = said.split(' ').next().unwrap_or_default();
        let is_name = word.contains(['.', '\\', '%', '=']) || word.chars().any(|c| c.is_ascii_digit());
        if !is_told || is_name || word.chars().next().is_some_and(char::is_lowercase) && label.is_none() {
            wrong.push(format!("{}: {first}", cause.id));
        }
        let check = &cause.def.verify;
        let is_short = |word: &str| ["LSM", "RCM", "RCM/Admin", "SCM"].contains(&word);
        if check.starts_with("No ") || check.split([' ', ',', '.']).any(is_short) {
            wrong.push(format!("{}: {check}", cause.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_for_authors_tells_the_derived_events_as_declared() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/knowledge/README.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let start = page.find("| name | when | fields |").unwrap();
    let length = page[start..].find("\n\n").unwrap() + 1;
    let declared = logonscope::knowledge::derived::page();
    if std::env::var_os("LOGONSCOPE_BLESS").is_some() {
        let fresh = [&page[..start], &declared, &page[start + length..]].concat();
        std::fs::write(&path, fresh).unwrap();
    } else {
        assert_eq!(&page[start..start + length], declared);
    }
}

/// Whether the article of a statement speaks of a symptom. The first lists what a reason says of any session, too.
fn speaks_of(step: &str, symptom: &str) -> bool {
    match step.chars().next() {
        Some('A') if step.len() == 3 && step.starts_with("A8") => {
            matches!(
                symptom,
                "session-disconnected"
                    | "session-logged-off"
                    | "flow-session-logged-off"
                    | "rdp-connection-refused"
            )
        }
        Some('A') => symptom.starts_with("robot-"),
        Some('B') => symptom.starts_with("task-") || symptom == "rdp-service-fault",
        Some('C') => symptom == "flow-session-logged-off",
        _ => symptom == "no-such-logon-session",
    }
}

/// The reasons of event 40 that a statement speaks of: "reason 3: idle", "reasons 8 and 9", "event 40 of reasons 15 to 24".
fn reasons(says: &str) -> Vec<u64> {
    let Some((_, rest)) = says.split_once("reason") else {
        return Vec::new();
    };
    let rest = rest.split([':', '(']).next().unwrap_or_default();
    let is_span = rest.contains(" to ");
    let numbers: Vec<u64> = rest
        .split([' ', ','])
        .filter_map(|word| word.parse().ok())
        .collect();
    match numbers.as_slice() {
        [first, last] if is_span => (*first..=*last).collect(),
        _ => numbers,
    }
}

/// The tables of the four articles: every cause is there, has the evidence, and the case is one of its hits.
#[test]
fn the_articles_are_answered() {
    let knowledge = Knowledge::embedded().unwrap();
    let text = include_str!("../src/knowledge/ARTICLES.md");
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| ") && line.matches('`').count() >= 4)
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert!(rows.len() >= 60, "{} rows", rows.len());
    for row in rows {
        let [step, says, cause, evidence, case] = row.as_slice() else {
            panic!("{row:?}");
        };
        let id = cause.trim_matches('`');
        let rule = knowledge
            .cause(id)
            .unwrap_or_else(|| panic!("{step}: no cause {id}"));
        let shown: Vec<&str> = rule
            .def
            .supports
            .iter()
            .flat_map(|item| item.signal.as_slice().iter().chain(item.fact.as_ref()))
            .map(String::as_str)
            .collect();
        for item in evidence.split(',').map(|item| item.trim().trim_matches('`')) {
            assert!(shown.contains(&item), "{step}: {id} does not look at {item}");
        }
        let hit = |tested: &&logonscope::knowledge::schema::CaseDef| {
            tested.kind == CaseKind::Hit && tested.name == *case
        };
        let cases = rule.cases();
        let tested = cases.iter().find(hit);
        let tested = tested.unwrap_or_else(|| panic!("{step}: {id} has no hit {case:?}"));
        let symptom = tested.symptom.as_deref().unwrap_or_default();
        assert!(speaks_of(step, symptom), "{step}: {case:?} is of {symptom}");
        let reasons = reasons(says);
        let has_reason = |given: &logonscope::knowledge::schema::GivenDef| {
            let reason = given.fields.get("Reason").and_then(serde_json::Value::as_u64);
            given.event.as_deref() == Some("LSM/40") && reason.is_some_and(|reason| reasons.contains(&reason))
        };
        assert!(
            reasons.is_empty() || tested.given.iter().any(has_reason),
            "{step}: {case:?} has no event 40 of {reasons:?}"
        );
    }
}

/// The words of a text, whole and in their parts, in lower case.
fn words(text: &str) -> BTreeSet<String> {
    let is_inner = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
    let whole = text
        .split(|letter| !is_inner(letter))
        .map(|word| word.trim_matches(['-', '_']));
    whole
        .flat_map(|word| word.split('-').chain([word]))
        .filter(|word| word.chars().count() > 1 && !word.starts_with(|letter: char| letter.is_ascii_digit()))
        .map(str::to_lowercase)
        .collect()
}

/// Accounts may be called by such words; `--pseudonymize` leaves the sentences alone.
#[test]
fn every_word_of_the_fixed_sentences_is_known_as_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/pseudonym/words.txt");
    let text = std::fs::read_to_string(&path).unwrap();
    let known: BTreeSet<String> = text.lines().map(str::to_owned).collect();
    let needed: BTreeSet<String> = fixed_sentences().iter().flat_map(|text| words(text)).collect();
    let lacking: Vec<&String> = needed.difference(&known).collect();
    if std::env::var_os("LOGONSCOPE_BLESS").is_some() && !lacking.is_empty() {
        let all: Vec<String> = known.union(&needed).cloned().collect();
        std::fs::write(&path, all.join("\n") + "\n").unwrap();
        return;
    }
    assert!(
        lacking.is_empty(),
        "no words of the list: {lacking:?}; LOGONSCOPE_BLESS=1 cargo test --test knowledge adds them"
    );
}
