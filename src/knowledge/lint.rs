//! Finds what is wrong with knowledge that loads: causes nobody can doubt or test, signals nobody uses, causes that no evidence can
//! tell apart. Must not weigh anything.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::codes::{CodeValue, Codes};
use super::derived::derived_event;
use super::events::Events;
use super::schema::CaseKind;
use super::{CauseRule, DERIVED, Item, Knowledge, Signal, Subject, Symptom};

/// One thing to put right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
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
    for (a, b) in shadowed(knowledge) {
        complain(
            &a,
            format!("all that speaks for it speaks for {b} as well, and nothing against {b} lets it pass"),
        );
    }
    for signal in knowledge.signals() {
        for detail in of_signal(signal) {
            complain(signal.id(), detail);
        }
    }
    for id in unused(knowledge) {
        complain(
            &id,
            "no symptom, cause or success looks at this signal".to_owned(),
        );
    }
    for symptom in knowledge.symptoms() {
        for detail in of_symptom(knowledge, symptom) {
            complain(&symptom.id, detail);
        }
    }
    let ids = knowledge.causes().iter().map(|rule| &rule.id);
    let ids = ids.chain(knowledge.symptoms().iter().map(|symptom| &symptom.id));
    for id in ids.chain(knowledge.signals().iter().map(Signal::id)) {
        if !is_kebab(id) {
            complain(
                id,
                "an id is of lower-case letters, digits and single hyphens".to_owned(),
            );
        }
    }
    found.into_iter().collect()
}

/// What is wrong with a signal by itself.
fn of_signal(signal: &Signal) -> Vec<String> {
    let names = signal.derived().iter().map(|name| &**name);
    let mut found: Vec<String> = names.filter_map(underived).collect();
    let missing = never_emitted(signal, signal.asked_fields().chain(slots(signal.summary())));
    found.extend(
        missing
            .into_iter()
            .map(|field| format!("no event that it takes has the field {field}")),
    );
    found
}

/// What is wrong with a symptom.
fn of_symptom(knowledge: &Knowledge, symptom: &Symptom) -> Vec<String> {
    let mut found: Vec<String> = symptom.loss.as_deref().and_then(underived).into_iter().collect();
    let explains = |rule: &CauseRule| rule.def.explains.iter().any(|id| **id == *symptom.id);
    if !knowledge.causes().iter().any(explains) {
        found.push("no cause explains this symptom".to_owned());
    }
    found
}

/// The complaint about the name of a derived event that there is none of.
fn underived(name: &str) -> Option<String> {
    derived_event(name)
        .is_none()
        .then(|| format!("no ledger derives the event {name}"))
}

/// Codes that name causes which are not there.
pub fn lint_codes(knowledge: &Knowledge, codes: &Codes) -> Vec<Complaint> {
    let mut found = BTreeSet::new();
    for code in codes.iter() {
        for id in code.causes.iter().filter(|id| knowledge.cause(id).is_none()) {
            found.insert(Complaint {
                id: match &code.value {
                    CodeValue::Number(number) => format!("{}:{number:#x}", code.space),
                    CodeValue::Word(word) => format!("{}:{word}", code.space),
                },
                detail: format!("it names the cause {id}, which is not there"),
            });
        }
    }
    found.into_iter().collect()
}

/// Events of logs that no `[[source]]` names: nobody could ask for them.
pub fn lint_events(knowledge: &Knowledge, events: &Events) -> Vec<Complaint> {
    let unknown = events
        .iter()
        .filter(|event| knowledge.source(&event.source).is_none());
    unknown
        .map(|event| Complaint {
            id: format!("{} {}", event.source, event.id),
            detail: format!("there is no source {:?}", event.source),
        })
        .collect()
}

/// The signals of an item that lies in the incident itself and can be part of no incident that the cause explains: none of its
/// symptoms shows by an event of that log.
fn unreachable(knowledge: &Knowledge, rule: &CauseRule, item: &Item) -> Option<String> {
    let Subject::Signals(list) = &item.subject else {
        return None;
    };
    if item.window.is_some() {
        return None;
    }
    let signals = |list: &[usize]| -> Vec<&Signal> {
        list.iter()
            .filter_map(|&index| knowledge.signals().get(index))
            .collect()
    };
    let symptoms = rule
        .def
        .explains
        .iter()
        .filter(|id| item.applies_to(id))
        .filter_map(|id| knowledge.symptom(id));
    let anchors: Vec<usize> = symptoms
        .flat_map(|symptom| symptom.anchors.iter().map(|anchor| anchor.signal))
        .collect();
    let logs: BTreeSet<String> = signals(&anchors)
        .into_iter()
        .flat_map(|signal| logs(knowledge, signal))
        .collect();
    let reaches = |signal: &Signal| {
        let own = self::logs(knowledge, signal);
        own.is_empty() || logs.contains(ANY) || own.iter().any(|log| logs.contains(log))
    };
    let signals = signals(list);
    (!signals.iter().any(|signal| reaches(signal))).then(|| {
        let names: Vec<&str> = signals.iter().map(|signal| &**signal.id()).collect();
        names.join(", ")
    })
}

/// Text may stand in any event.
const ANY: &str = "*";

/// The logs that an event which shows a signal is of; none for what is there beside every incident.
fn logs(knowledge: &Knowledge, signal: &Signal) -> Vec<String> {
    let beside = |provider: &str| {
        matches!(
            provider.strip_prefix(DERIVED),
            Some("ledger-context" | "list-context")
        )
    };
    if signal.providers().iter().any(|provider| beside(provider)) {
        return Vec::new();
    }
    if signal.providers().is_empty() {
        return vec![ANY.to_owned()];
    }
    let derived = signal.derived().iter().flat_map(|name| {
        let known = derived_event(name).map(|kind| kind.stands_on);
        known.unwrap_or_default().iter().copied()
    });
    let written = signal
        .sources()
        .iter()
        .filter_map(|&index| knowledge.sources().get(index))
        .map(|source| &*source.alias);
    derived.chain(written).map(str::to_lowercase).collect()
}

/// The names in braces that a template fills: of keys in lower case, of fields otherwise.
fn slots(template: &str) -> impl Iterator<Item = &str> {
    let parts = template.split('{').skip(1);
    parts
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
}

/// Fields that are asked of a signal and that none of its events has. Only derived events are declared field by field, so only a
/// signal that takes nothing else can be judged.
fn never_emitted<'a>(signal: &'a Signal, asked: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let is_derived = |provider: &Arc<str>| provider.starts_with(DERIVED);
    if signal.derived().is_empty() || !signal.providers().iter().all(is_derived) {
        return Vec::new();
    }
    let emitted = |field: &str| {
        let kinds = signal.derived().iter().filter_map(|name| derived_event(name));
        kinds.into_iter().any(|kind| kind.has(field))
    };
    let is_key = |name: &str| name.starts_with(char::is_lowercase) || name.starts_with('#');
    asked.filter(|name| !is_key(name) && !emitted(name)).collect()
}

/// Fields that an item asks of its signals and that none of them has.
fn asked_in_vain<'a>(knowledge: &'a Knowledge, item: &'a Item) -> Vec<&'a str> {
    let Subject::Signals(signals) = &item.subject else {
        return Vec::new();
    };
    let mut fields = item
        .conditions
        .iter()
        .map(|(field, _)| &**field)
        .collect::<Vec<_>>();
    fields.extend(item.distinct.as_deref());
    fields.extend(item.say.iter().flat_map(|say| slots(say)));
    let signals = || signals.iter().filter_map(|&index| knowledge.signals().get(index));
    let in_vain =
        |field: &&str| signals().all(|signal| !never_emitted(signal, [*field].into_iter()).is_empty());
    fields.into_iter().filter(in_vain).collect()
}

/// All items of a cause, those of its first steps with them.
fn items(rule: &CauseRule) -> impl Iterator<Item = &Item> {
    let of_steps = rule.first_steps.iter().filter_map(|first| first.item.as_ref());
    rule.supports.iter().chain(&rule.against).chain(of_steps)
}

fn of_cause(knowledge: &Knowledge, rule: &CauseRule) -> Vec<String> {
    let mut details = Vec::new();
    for item in items(rule) {
        for field in asked_in_vain(knowledge, item) {
            details.push(format!(
                "an item asks for the field {field}, which none of its events has"
            ));
        }
        if let Some(names) = unreachable(knowledge, rule, item) {
            details.push(format!(
                "{names} can be no part of an incident that it explains: give the item a window"
            ));
        }
    }
    if !rule.supports.iter().any(is_written) {
        details.push("nothing speaks for it".to_owned());
    }
    if rule.against.is_empty() && !rule.supports.iter().any(|item| item.if_absent.is_some()) {
        details.push("nothing speaks against it".to_owned());
    }
    for (kind, name) in [(CaseKind::Hit, "hit"), (CaseKind::NearMiss, "near miss")] {
        if !rule.cases().iter().any(|case| case.kind == kind) {
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
                    .filter(|item| is_written(item) && item.applies_to(&symptom.id))
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

/// Pairs of causes of one symptom of which the second gains from all that the first does, and loses by nothing that the first
/// does not lose by: the first can never lead.
fn shadowed(knowledge: &Knowledge) -> Vec<(String, String)> {
    let mut pairs = BTreeSet::new();
    for symptom in knowledge.symptoms() {
        let of = |items: &[Item]| -> BTreeSet<String> {
            items
                .iter()
                .filter(|item| is_written(item) && item.applies_to(&symptom.id))
                .map(|item| format!("{} {:?}", shape(item), item.weight))
                .collect()
        };
        let explains = |rule: &&CauseRule| rule.def.explains.iter().any(|id| **id == *symptom.id);
        let rules: Vec<_> = knowledge
            .causes()
            .iter()
            .filter(explains)
            .map(|rule| (rule, of(&rule.supports), of(&rule.against)))
            .collect();
        for (own, supports, against) in &rules {
            for (other, more, less) in &rules {
                let hidden = own.id != other.id
                    && supports.is_subset(more)
                    && less.is_subset(against)
                    && own.def.prior <= other.def.prior
                    && (supports, against) != (more, less);
                if hidden {
                    pairs.insert((own.id.to_string(), other.id.to_string()));
                }
            }
        }
    }
    pairs.into_iter().collect()
}

/// Whether the cause's own file has the item. What the loader adds for codes and words names the cause by its id: with it,
/// no two causes would ever look alike.
fn is_written(item: &Item) -> bool {
    !super::is_made(item)
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
        "{subject} {conditions:?} {:?} {:?} {} {} {:?} {:?}",
        item.join, item.window, item.at_least, item.missing, item.unless, item.until
    )
}

fn unused(knowledge: &Knowledge) -> Vec<String> {
    let mut used: BTreeSet<usize> = BTreeSet::new();
    for symptom in knowledge.symptoms() {
        used.extend(symptom.anchors.iter().map(|anchor| anchor.signal));
        used.extend(&symptom.success);
    }
    used.extend(knowledge.changes().iter().map(|change| change.signal));
    for item in knowledge.causes().iter().flat_map(items) {
        if let Subject::Signals(list) = &item.subject {
            used.extend(list);
        }
        used.extend(item.unless.iter().chain(&item.until));
    }
    let signals = knowledge.signals().iter().enumerate();
    signals
        .filter(|(index, signal)| !used.contains(index) && !signal.is_for_ledgers())
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
    use crate::knowledge::{condition, embedded_texts, load};

    /// The built-in knowledge with files of a user.
    fn with(own: &[(String, String)]) -> Knowledge {
        let own = own.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        let files: Vec<_> = embedded_texts().chain(own).collect();
        load::load(&files, condition::compile).unwrap()
    }

    #[test]
    fn a_cause_that_nothing_speaks_against_and_nothing_tests() {
        let mut own: Vec<(String, String)> = Vec::new();
        let signal = Knowledge::embedded().unwrap().signals()[0].id().to_string();
        for id in ["Bad_Id", "twin"] {
            own.push((
                format!("causes/{id}.toml"),
                format!(
                    "id = \"{id}\"\ntitle = \"t\"\nexplanation = \"e\"\nexplains = [\"host-restart\"]\nprior = \"rare\"\n\
                     remediation = [\"r\"]\n[[for]]\nsignal = \"{signal}\"\nweight = \"weak\"\nwithin = {{ before = \"1m\" }}\n"
                ),
            ));
        }
        let complaints = lint(&with(&own));
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
    fn evidence_that_no_incident_can_hold_and_events_that_nobody_derives() {
        let own = [
            (
            "causes/far.toml".to_owned(),
            "id = \"far\"\ntitle = \"t\"\nexplanation = \"e\"\nexplains = [\"host-restart\"]\nprior = \"rare\"\n\
             remediation = [\"r\"]\n[[for]]\nsignal = \"task-run-failed\"\nweight = \"weak\"\n"
                .to_owned(),
            ),
            (
            "signals/ghost.toml".to_owned(),
            "[[signal]]\nid = \"ghost\"\nsummary = \"s\"\nderived = \"never-derived\"\n".to_owned(),
            ),
        ];
        let complaints = lint(&with(&own));
        let has = |id: &str, part: &str| {
            complaints
                .iter()
                .any(|complaint| complaint.id == id && complaint.detail.contains(part))
        };
        assert!(has("far", "can be no part of an incident"), "{complaints:?}");
        assert!(has("ghost", "no ledger derives"), "{complaints:?}");
    }

    #[test]
    fn the_built_in_knowledge_has_nothing_to_complain_of() {
        let knowledge = Knowledge::embedded().unwrap();
        assert_eq!(lint(&knowledge), []);
        assert_eq!(lint_codes(&knowledge, &Codes::embedded().unwrap()), []);
    }

    #[test]
    fn ids() {
        assert!(is_kebab("err-rdp-2") && !is_kebab("a--b") && !is_kebab("A") && !is_kebab(""));
    }
}
