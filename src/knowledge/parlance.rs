//! The words in which each cause is told: its own sentences, those of its signals and codes, and above all what is heard of it. Owns
//! how much each of them counts; must not know how words are compared.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::HashMap;

use super::codes::{Code, Codes};
use super::{CauseRule, Item, Knowledge, Subject, is_made};
use crate::model::{Phrase, PieceTable, Topic};

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

/// The pieces of letters of what is built in.
pub(crate) fn pieces() -> PieceTable {
    PieceTable::new(super::LETTERS)
}

/// Every cause with its words.
pub(crate) fn topics(knowledge: &Knowledge, codes: &Codes) -> Vec<Topic> {
    let mut cut = Cut::default();
    let mut of_codes: BTreeMap<&str, Vec<&Code>> = BTreeMap::new();
    for code in codes.iter() {
        for cause in &code.causes {
            of_codes.entry(cause).or_default().push(code);
        }
    }
    let causes = knowledge.causes().iter();
    causes
        .map(|cause| {
            of_cause(cause, &mut cut);
            for item in &cause.supports {
                of_item(knowledge, item, &mut cut);
            }
            for code in of_codes.get(&*cause.id).into_iter().flatten() {
                of_code(code, &mut cut);
            }
            Topic {
                name: Arc::clone(&cause.id),
                phrases: std::mem::take(&mut cut.phrases),
                letters: cause.letters(pieces()),
            }
        })
        .collect()
}

/// The phrases of one topic, and the terms of all texts of before: many causes share a signal or a code.
#[derive(Default)]
struct Cut<'k> {
    phrases: Vec<(f32, Phrase)>,
    known: HashMap<&'k str, Phrase>,
}

impl<'k> Cut<'k> {
    fn add(&mut self, weight: f32, text: &'k str) {
        let phrase = self.known.entry(text).or_insert_with(|| Phrase::cut(text));
        self.phrases.push((weight, phrase.clone()));
    }
}

fn of_cause<'k>(cause: &'k CauseRule, cut: &mut Cut<'k>) {
    let def = &cause.def;
    cut.add(TITLE, &def.title);
    cut.add(EXPLANATION, &def.explanation);
    let id = Phrase::cut(&def.id.replace('-', " "));
    cut.phrases.push((EXPLANATION, id));
    let remedy = Phrase::cut(&def.remediation.join(" "));
    cut.phrases.push((REMEDY, remedy));
    for other in def.ask.iter().chain(&def.conflicts).chain([&def.verify]) {
        cut.add(BY_THE_WAY, other);
    }
    let heard = cause.heard_phrases().into_iter();
    cut.phrases.extend(heard.map(|line| (HEARD, line)));
}

fn of_item<'k>(knowledge: &'k Knowledge, item: &'k Item, cut: &mut Cut<'k>) {
    // Items that every cause has tell none from another.
    if let Some(say) = item.say.as_ref().filter(|_| !is_made(item)) {
        cut.add(SIGNAL, say);
    }
    match &item.subject {
        Subject::Fact(name, _) => cut.add(SIGNAL, name),
        Subject::Signals(signals) => {
            for signal in signals
                .iter()
                .filter_map(|&signal| knowledge.signals().get(signal))
            {
                cut.add(SIGNAL, signal.summary());
                for literal in signal.texts().iter().take(LITERALS) {
                    cut.add(SIGNAL, literal);
                }
            }
        }
    }
}

fn of_code<'k>(code: &'k Code, cut: &mut Cut<'k>) {
    let weight = CODE / code.causes.len() as f32;
    cut.add(weight, &code.symbol);
    let usual = code.usual.as_deref().unwrap_or_default();
    cut.phrases
        .push((weight, Phrase::cut(&[&code.meaning, " ", usual].concat())));
    for said in &code.said {
        cut.add(weight, said);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::{Letters, Parlance, terms};

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
            let kept_back: BTreeSet<Vec<u32>> =
                heard.iter().step_by(KEPT_BACK).map(|line| terms(line)).collect();
            topic
                .phrases
                .retain(|(_, phrase)| !kept_back.contains(phrase.terms()));
            let rest = heard
                .iter()
                .enumerate()
                .filter(|(place, _)| place % KEPT_BACK != 0);
            topic.letters = pieces().cut(rest.map(|(_, line)| &**line));
        }
        let parlance = Parlance::new(pieces(), move || all.clone());
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

    #[test]
    fn what_is_built_in_was_cut_into_the_same_words() {
        for cause in Knowledge::embedded().unwrap().causes() {
            let phrases = cause.heard_phrases();
            let cut = phrases.iter().map(|phrase| phrase.terms().to_vec());
            let asked = cause.heard().iter().map(|line| terms(line)).collect::<Vec<_>>();
            assert_eq!(cut.collect::<Vec<_>>(), asked, "{}", cause.id);
        }
    }

    #[test]
    fn what_is_built_in_lies_where_it_would_if_a_user_had_written_it() {
        let knowledge = Knowledge::embedded().unwrap();
        let text = "Der geplante Task was locked out, sessão bloqueada: 0x80070520";
        for cause in knowledge.causes().iter().step_by(10) {
            let (built_in, own) = (cause.letters(pieces()), cause.told());
            assert!(matches!(built_in, Letters::BuiltIn(_)), "{}", cause.id);
            let cut = pieces().cut(own.iter().map(|text| &**text));
            let found = pieces().likeness(text, &[built_in, cut]);
            // What is built in is rounded, and has no piece that only one text has.
            assert!(
                found[0] > 0.0 && (found[0] / found[1] - 1.0).abs() < 0.05,
                "{}: {found:?}",
                cause.id
            );
        }
    }
}
