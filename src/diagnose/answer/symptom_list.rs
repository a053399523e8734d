//! What to ask a customer for who has sent nothing yet, by the symptom alone: the logs and settings that weigh most over all of its
//! causes. Owns the order; what was sent already is the matter of [`ask_list`](super::ask_list).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::exports::Export;
use crate::diagnose::weighing::score;
use crate::knowledge::{CauseRule, Item, Knowledge, LogSource, Subject, Symptom};
use crate::model::{AskItem, Weight};

/// Entries of the list.
const MOST: usize = 12;

/// One export: what it would tell, over all causes.
#[derive(Default)]
struct Worth {
    weight: f64,
    causes: BTreeMap<Arc<str>, f64>,
}

/// The exports that would tell the causes of a symptom apart, most telling first.
pub fn asks_for_symptom(knowledge: &Knowledge, symptom: &Symptom) -> Vec<AskItem> {
    let mut found: BTreeMap<Export, Worth> = BTreeMap::new();
    let explains = |cause: &&CauseRule| cause.def.explains.iter().any(|id| **id == *symptom.id);
    for cause in knowledge.causes().iter().filter(explains) {
        let mut told: BTreeMap<Export, f64> = BTreeMap::new();
        for item in cause.supports.iter().chain(&cause.against) {
            let worth = score::factor(item.weight.min(Weight::Decisive)).ln();
            for export in exports(knowledge, item) {
                let most = told.entry(export).or_default();
                *most = most.max(worth);
            }
        }
        for (export, worth) in told {
            let entry = found.entry(export).or_default();
            entry.weight += worth;
            *entry.causes.entry(Arc::clone(&cause.id)).or_default() += worth;
        }
    }
    let mut list: Vec<(Export, Worth)> = found.into_iter().collect();
    list.sort_by(|a, b| b.1.weight.total_cmp(&a.1.weight).then_with(|| a.0.cmp(&b.0)));
    list.truncate(MOST);
    list.into_iter()
        .map(|(export, worth)| item(export, worth))
        .collect()
}

/// What shows an item, and the commands that export it.
fn exports(knowledge: &Knowledge, item: &Item) -> Vec<Export> {
    match &item.subject {
        Subject::Fact(name, _) => {
            let group = knowledge.setting(name).into_iter();
            group.map(Export::of_setting).collect()
        }
        Subject::Signals(signals) => {
            let signals = signals
                .iter()
                .filter_map(|&signal| knowledge.signals().get(signal));
            let sources = signals.flat_map(|signal| signal.sources());
            let sources = sources.filter_map(|&source| knowledge.sources().get(source));
            let asked = |source: &LogSource| match (source.export.is_empty(), source.remark.is_empty()) {
                (false, _) => Some(Export::of_source(format!("the log {}", source.channel), source)),
                (true, false) => Some(Export::of_words(source.remark.to_string())),
                (true, true) => None,
            };
            sources.filter_map(asked).collect()
        }
    }
}

fn item(export: Export, worth: Worth) -> AskItem {
    let mut causes: Vec<(Arc<str>, f64)> = worth.causes.into_iter().collect();
    causes.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    AskItem {
        what: export.what,
        host: None,
        from: None,
        to: None,
        sent: None,
        command: export.command.map(|command| command.to_string()),
        remark: export.remark.map(|remark| remark.to_string()),
        separates: causes.into_iter().map(|(id, _)| id).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_cannot_log_on_asks_for_its_own_log_and_for_security() {
        let knowledge = Knowledge::embedded().unwrap();
        let list = asks_for_symptom(&knowledge, knowledge.symptom("task-logon-failure").unwrap());
        let commands: Vec<&str> = list.iter().filter_map(|item| item.command.as_deref()).collect();
        for wanted in ["wevtutil epl Security Security.evtx", "TaskScheduler.evtx"] {
            assert!(
                commands.iter().any(|command| command.contains(wanted)),
                "{wanted}: {commands:?}"
            );
        }
    }

    #[test]
    fn every_symptom_asks_for_something() {
        let knowledge = Knowledge::embedded().unwrap();
        for symptom in knowledge.symptoms() {
            assert!(
                !asks_for_symptom(&knowledge, symptom).is_empty(),
                "{}",
                symptom.id
            );
        }
    }
}
