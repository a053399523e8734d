//! Finds what is wrong with knowledge that loads: causes nobody can doubt or test, signals nobody uses, causes that no evidence can
//! tell apart. Must not weigh anything.

use std::collections::{BTreeMap, BTreeSet};

use super::schema::CaseKind;
use super::{CauseRule, Item, Knowledge, Subject};

/// One thing to put right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// The id of the cause, symptom or signal.
    pub id: String,
    /// What is wrong with it.
    pub detail: String,
}

/// Everything that is wrong, by id.
pub fn lint(knowledge: &Knowledge) -> Vec<Complaint> {
    let mut found = BTreeSet::new();
    let mut complain = |id: &str, detail: String| {
        found.insert(Complaint {
            id: id.to_owned(),
            detail,
        });
    };
    for rule in knowledge.causes() {
        for detail in of_cause(knowledge, rule) {
            complain(&rule.id, detail);
        }
    }
    for (a, b) in twins(knowledge) {
        complain(&a, format!("no evidence can tell it from {b}"));
    }
    for id in unused(knowledge) {
        complain(
            &id,
            "no symptom, cause or success looks at this signal".to_owned(),
        );
    }
    for symptom in knowledge.symptoms() {
        let explained = knowledge
            .causes()
            .iter()
            .any(|rule| rule.def.explains.iter().any(|id| **id == *symptom.id));
        if !explained {
            complain(&symptom.id, "no cause explains this symptom".to_owned());
        }
    }
    let ids = knowledge.causes().iter().map(|rule| &rule.id);
    let ids = ids.chain(knowledge.symptoms().iter().map(|symptom| &symptom.id));
    for id in ids.chain(knowledge.signals().iter().map(super::Signal::id)) {
        if !is_kebab(id) {
            complain(
                id,
                "an id is of lower-case letters, digits and single hyphens".to_owned(),
            );
        }
    }
    found.into_iter().collect()
}

fn of_cause(knowledge: &Knowledge, rule: &CauseRule) -> Vec<String> {
    let mut details = Vec::new();
    if rule.supports.is_empty() {
        details.push("nothing speaks for it".to_owned());
    }
    if rule.against.is_empty() && !rule.supports.iter().any(|item| item.if_absent.is_some()) {
        details.push("nothing speaks against it".to_owned());
    }
    for (kind, name) in [(CaseKind::Hit, "hit"), (CaseKind::NearMiss, "near miss")] {
        if !rule.def.case.iter().any(|case| case.kind == kind) {
            details.push(format!("it has no {name} case"));
        }
    }
    if rule.def.remediation.is_empty() {
        details.push("it has no remedy".to_owned());
    }
    for id in rule
        .def
        .explains
        .iter()
        .filter(|id| knowledge.symptom(id).is_none())
    {
        details.push(format!("there is no symptom {id}"));
    }
    for id in rule.def.refines.iter().filter(|id| knowledge.cause(id).is_none()) {
        details.push(format!("there is no cause {id} that it could refine"));
    }
    details
}

/// Pairs of causes of one symptom whose evidence is the same on both sides.
fn twins(knowledge: &Knowledge) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for symptom in knowledge.symptoms() {
        let mut seen: BTreeMap<(Vec<String>, Vec<String>), &str> = BTreeMap::new();
        let rules = knowledge
            .causes()
            .iter()
            .filter(|rule| rule.def.explains.iter().any(|id| **id == *symptom.id));
        for rule in rules {
            let side = |items: &[Item]| {
                let mut shapes: Vec<String> = items
                    .iter()
                    .filter(|item| item.applies_to(&symptom.id))
                    .map(shape)
                    .collect();
                shapes.sort();
                shapes
            };
            let key = (side(&rule.supports), side(&rule.against));
            match seen.get(&key) {
                Some(other) => pairs.push(((*other).to_owned(), rule.id.to_string())),
                None => {
                    seen.insert(key, &rule.id);
                }
            }
        }
    }
    pairs
}

/// What an item looks at and when it holds, whatever it weighs.
fn shape(item: &Item) -> String {
    let subject = match &item.subject {
        Subject::Signals(list) => format!("{list:?}"),
        Subject::Fact(name, condition) => format!("{name} {condition}"),
    };
    let conditions: Vec<String> = item
        .conditions
        .iter()
        .map(|(field, condition)| format!("{field} {condition}"))
        .collect();
    format!(
        "{subject} {conditions:?} {:?} {:?} {} {} {:?}",
        item.join, item.window, item.at_least, item.missing, item.unless
    )
}

fn unused(knowledge: &Knowledge) -> Vec<String> {
    let mut used: BTreeSet<usize> = BTreeSet::new();
    for symptom in knowledge.symptoms() {
        used.extend(symptom.anchors.iter().map(|anchor| anchor.signal));
        used.extend(&symptom.success);
    }
    used.extend(knowledge.changes().iter().map(|change| change.signal));
    let items = knowledge
        .causes()
        .iter()
        .flat_map(|rule| rule.supports.iter().chain(&rule.against));
    for item in items {
        if let Subject::Signals(list) = &item.subject {
            used.extend(list);
        }
        used.extend(&item.unless);
    }
    let signals = knowledge.signals().iter().enumerate();
    signals
        .filter(|(index, _)| !used.contains(index))
        .map(|(_, signal)| signal.id().to_string())
        .collect()
}

fn is_kebab(id: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    id.split('-').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{EMBEDDED, load};

    #[test]
    fn a_cause_that_nothing_speaks_against_and_nothing_tests() {
        let mut files: Vec<(String, String)> = EMBEDDED
            .iter()
            .map(|&(path, text)| (path.to_owned(), text.to_owned()))
            .collect();
        let signal = Knowledge::embedded().unwrap().signals()[0].id().to_string();
        for id in ["Bad_Id", "twin"] {
            files.push((
                format!("causes/{id}.toml"),
                format!(
                    "id = \"{id}\"\ntitle = \"t\"\nexplanation = \"e\"\nexplains = [\"host-restart\"]\nprior = \"rare\"\n\
                     remediation = [\"r\"]\n[[for]]\nsignal = \"{signal}\"\nweight = \"weak\"\nwithin = {{ before = \"1m\" }}\n"
                ),
            ));
        }
        let complaints = lint(&load::load(files).unwrap());
        let of = |id: &str| -> Vec<&str> {
            complaints
                .iter()
                .filter(|complaint| complaint.id == id)
                .map(|complaint| complaint.detail.as_str())
                .collect()
        };
        let bad = of("Bad_Id");
        for part in [
            "nothing speaks against it",
            "it has no hit case",
            "it has no near miss case",
            "lower-case",
            "no evidence can tell it from twin",
        ] {
            assert!(bad.iter().any(|detail| detail.contains(part)), "{part}: {bad:?}");
        }
    }

    #[test]
    fn ids() {
        assert!(is_kebab("err-rdp-2") && !is_kebab("a--b") && !is_kebab("A") && !is_kebab(""));
    }
}
