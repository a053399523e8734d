//! The words in which each cause is told: its own sentences, those of its signals and codes, and above all what is heard of it. Owns
//! how much each of them counts; must not know how words are compared.

use std::sync::Arc;

use super::codes::Codes;
use super::{CauseRule, Item, Knowledge, Subject};
use crate::model::Topic;

/// What a line counts that people write.
const HEARD: f32 = 1.5;
/// What the title and the sentences of a cause count.
const TITLE: f32 = 3.0;
const EXPLANATION: f32 = 2.0;
const REMEDY: f32 = 1.0;
const BY_THE_WAY: f32 = 0.6;
/// What the literals and the sentence of a signal count.
const SIGNAL: f32 = 1.0;
/// What the name and the sentences of a code count that means one cause; one that means several counts a part of it for each.
const CODE: f32 = 2.0;
/// Literals of one signal that count.
const LITERALS: usize = 40;

/// Every cause with its words.
pub(crate) fn topics(knowledge: &Knowledge, codes: &Codes) -> Vec<Topic> {
    let causes = knowledge.causes().iter();
    causes
        .map(|cause| {
            let mut topic = Topic {
                name: Arc::clone(&cause.id),
                phrases: Vec::new(),
            };
            of_cause(cause, &mut topic.phrases);
            for item in &cause.supports {
                of_item(knowledge, item, &mut topic.phrases);
            }
            of_codes(codes, &cause.id, &mut topic.phrases);
            topic
        })
        .collect()
}

fn of_cause(cause: &CauseRule, phrases: &mut Vec<(f32, String)>) {
    let def = &cause.def;
    phrases.push((TITLE, def.title.clone()));
    phrases.push((EXPLANATION, def.explanation.clone()));
    phrases.push((EXPLANATION, def.id.replace('-', " ")));
    phrases.push((REMEDY, def.remediation.join(" ")));
    let others = def.ask.iter().chain(&def.conflicts);
    phrases.extend(others.chain([&def.verify]).map(|text| (BY_THE_WAY, text.clone())));
    phrases.extend(cause.heard().iter().map(|line| (HEARD, line.clone())));
}

fn of_item(knowledge: &Knowledge, item: &Item, phrases: &mut Vec<(f32, String)>) {
    phrases.extend(item.say.iter().map(|say| (SIGNAL, say.to_string())));
    match &item.subject {
        Subject::Fact(name, _) => phrases.push((SIGNAL, name.to_string())),
        Subject::Signals(signals) => {
            for signal in signals
                .iter()
                .filter_map(|&signal| knowledge.signals().get(signal))
            {
                phrases.push((SIGNAL, signal.summary().to_string()));
                let literals = signal.texts().iter().take(LITERALS);
                phrases.extend(literals.map(|text| (SIGNAL, text.to_string())));
            }
        }
    }
}

fn of_codes(codes: &Codes, cause: &str, phrases: &mut Vec<(f32, String)>) {
    let named = codes
        .iter()
        .filter(|code| code.causes.iter().any(|id| id == cause));
    for code in named {
        let weight = CODE / code.causes.len() as f32;
        phrases.push((weight, code.symbol.clone()));
        let usual = code.usual.as_deref().unwrap_or_default();
        phrases.push((weight, [&code.meaning, " ", usual].concat()));
        phrases.extend(code.said.iter().map(|said| (weight, said.clone())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Parlance;

    /// Lines that nobody has compared with: each sixth is kept back, and the rest must tell whose it is.
    #[test]
    fn a_line_that_was_kept_back_finds_its_cause() {
        const KEPT_BACK: usize = 6;
        let (knowledge, codes) = (Knowledge::embedded().unwrap(), Codes::embedded().unwrap());
        let mut asked = Vec::new();
        let mut all = topics(&knowledge, &codes);
        for (topic, cause) in all.iter_mut().zip(knowledge.causes()) {
            let heard = cause.heard();
            assert!(
                heard.len() >= KEPT_BACK,
                "{} says hardly how it is told",
                cause.id
            );
            let lines = heard.iter().step_by(KEPT_BACK);
            asked.extend(lines.map(|line| (Arc::clone(&cause.id), line.clone())));
            topic
                .phrases
                .retain(|(_, phrase)| !heard.iter().step_by(KEPT_BACK).any(|line| line == phrase));
        }
        let parlance = Parlance::new(move || all.clone());
        let finds = |(cause, line): &&(Arc<str>, String)| {
            let likest = parlance.likest(line, 3, 0);
            likest.iter().any(|like| like.topic == *cause)
        };
        let found = asked.iter().filter(finds).count();
        assert!(
            found * 10 >= asked.len() * 6,
            "{found} of {} lines are like their cause",
            asked.len()
        );
    }
}
