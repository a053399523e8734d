//! What the readers should look for, by all that is known. Owns the way from signals to interest: which events, literals and codes, what is
//! asked of their fields, and which are counted only. Must not know how readers look.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;

use super::Knowledge;
use crate::error::Result;
use crate::model::providers::{self, Records};
use crate::model::{Clue, Demand, EventFilter, Interest, NamedLog, OfTraces, Question, spellings};

/// Events, by provider in lower case and id.
type ById<T> = BTreeMap<(Box<str>, u16), T>;

impl Knowledge {
    /// What the readers should look for. `more` are events the ledgers need besides, as (provider, id), and codes
    /// that are of interest anywhere; `words` are literals that make a text of interest besides, and `clues` a record of a trace.
    ///
    /// # Errors
    /// When the literals are too many to search for at once.
    pub(crate) fn interest(
        &self,
        more: impl Iterator<Item = &'static Records> + Clone,
        codes: impl IntoIterator<Item = u32>,
        words: impl IntoIterator<Item = String>,
        clues: Vec<Clue>,
    ) -> Result<Interest> {
        let mut list: BTreeMap<Box<str>, BTreeSet<u16>> = BTreeMap::new();
        for signal in &self.signals {
            for provider in signal.providers() {
                if !signal.ids().is_empty() {
                    list.entry((&**provider).into()).or_default().extend(signal.ids());
                }
            }
        }
        for records in more.clone() {
            for name in records.provider.names() {
                list.entry(name.to_lowercase().into())
                    .or_default()
                    .extend(records.ids);
            }
        }
        let needles = self
            .signals
            .iter()
            .flat_map(|signal| signal.texts().iter().map(|text| text.to_string()));
        let coded = self
            .signals
            .iter()
            .flat_map(|signal| signal.codes().iter().map(|code| code.value));
        let codes: BTreeSet<u32> = codes.into_iter().chain(coded).collect();
        let interest = Interest::new(
            EventFilter::Listed(list),
            needles.chain(words),
            codes.iter().copied(),
            self.texts.messages().to_vec(),
        )?;
        let logs = self.sources.iter().map(|source| {
            let others = source.providers.iter().skip(1).cloned();
            let providers = std::iter::once(Arc::clone(&source.provider)).chain(others);
            NamedLog::new(&source.alias, providers.collect(), Arc::clone(&source.channel))
        });
        let interest = interest.with_logs(logs.collect()).folded(self.folds(more));
        let interest = interest
            .with_texts(self.texts.clone())
            .with_traces(self.of_traces(&codes, clues));
        Ok(interest.with_concepts(Arc::clone(&self.concepts)))
    }

    /// What is asked of traces: of events of Windows with an id what signals ask of such events of any provider, of all others what
    /// is asked of texts, but for words that only say something in what a person wrote.
    fn of_traces(&self, codes: &BTreeSet<u32>, clues: Vec<Clue>) -> OfTraces {
        let (anywhere, bound): (Vec<_>, Vec<_>) = self
            .signals
            .iter()
            .partition(|signal| signal.providers().is_empty());
        let asking = || anywhere.iter().filter(|signal| !signal.wants_no_id());
        let texts = asking()
            .flat_map(|signal| signal.texts())
            .map(|text| Clue::alone(text));
        // The codes of a signal that has literals decide only once one of these is there.
        let coded = || asking().filter(|signal| signal.texts().is_empty());
        let spelled = coded().flat_map(|signal| signal.spelled_codes());
        let spelled = spelled.flat_map(|(_, spellings)| spellings.iter().map(|text| Clue::alone(text)));
        let own = || providers::UIPATH_SENTENCES.map(Clue::alone).into_iter();
        let framed = Question::new(
            texts.chain(spelled).chain(own()).collect(),
            coded()
                .flat_map(|signal| signal.codes())
                .map(|code| code.value)
                .collect(),
        );
        let texts = self.signals.iter().flat_map(|signal| signal.texts());
        let texts = texts.map(|text| Clue::alone(text));
        let sentences = self
            .texts
            .messages()
            .iter()
            .map(|message| Clue::alone(&message.literal));
        let numbers = spellings(codes).map(|text| Clue::alone(&text));
        let others = texts.chain(sentences).chain(numbers).chain(own()).chain(clues);
        let others = Question::new(others.collect(), codes.clone());
        let by_text = bound.iter().filter(|signal| signal.ids().is_empty());
        let by_text = by_text
            .flat_map(|signal| signal.providers())
            .map(|name| (&**name).into());
        OfTraces::new(framed, others, by_text.collect())
    }

    /// The events of which only those are wanted whose fields are as a signal asks: those where every signal that lists them
    /// asks for some field. `whole` tells events that are wanted whatever they say, and `computed` the fields that an event
    /// has only once it was put right.
    pub(crate) fn demands(&self, whole: impl Fn(&str, u16) -> bool, computed: &[&str]) -> ById<Vec<Demand>> {
        let mut demands: ById<Vec<Demand>> = BTreeMap::new();
        let mut unasked: BTreeSet<(Box<str>, u16)> = BTreeSet::new();
        for signal in &self.signals {
            let demand = signal.demand(computed);
            for provider in signal.providers() {
                for &id in signal.ids() {
                    let key: (Box<str>, u16) = ((&**provider).into(), id);
                    match &demand {
                        Some(demand) if !whole(provider, id) => {
                            demands.entry(key).or_default().push(demand.clone());
                        }
                        _ => drop(unasked.insert(key)),
                    }
                }
            }
        }
        let of_any_id = |provider: &str| {
            let mut signals = self.signals.iter().filter(|signal| signal.ids().is_empty());
            signals.any(|signal| signal.providers().iter().any(|own| **own == *provider))
        };
        demands.retain(|key, _| !unasked.contains(key) && !of_any_id(&key.0));
        demands
    }

    /// The events of which like ones count as one: those where every signal that lists them says so.
    fn folds(&self, more: impl Iterator<Item = &'static Records>) -> ById<TimeDelta> {
        let mut folds: ById<TimeDelta> = BTreeMap::new();
        let mut shorten = |provider: &str, id: u16, span: TimeDelta| {
            let known = folds.entry((provider.to_lowercase().into(), id)).or_insert(span);
            *known = (*known).min(span);
        };
        for signal in &self.signals {
            for provider in signal.providers() {
                for &id in signal.ids() {
                    shorten(provider, id, signal.fold());
                }
            }
        }
        for records in more {
            for name in records.provider.names() {
                for &id in records.ids {
                    shorten(name, id, TimeDelta::zero());
                }
            }
        }
        folds.retain(|_, span| *span > TimeDelta::zero());
        folds
    }
}
