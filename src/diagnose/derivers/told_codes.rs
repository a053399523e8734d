//! Codes that loose text complains of: what somebody pasted, wrote in a ticket or had on the screen. Derives an event of each, with
//! the causes that the tables name and with the words around it that tell in what it was met. Owns which text is a complaint;
//! codes in it are found by [`told`](crate::knowledge::explain::told). Must not know symptoms.
//!
//! Records of logs are no complaints: many providers write such codes in health.

use std::sync::Arc;

use crate::diagnose::derivers::Deriver;
use crate::diagnose::derivers::code_contexts::{Contexts, Met, accounts_near};
use crate::diagnose::derivers::code_events::{MOST, is_complaint, tell};
use crate::diagnose::derivers::code_lists::{LeftOut, POSSIBILITIES, is_one_of_several, is_reference};
use crate::diagnose::derivers::loose_text::{AROUND, LONGEST_NOTE, Line, is_loose, is_traced, notes};
use crate::diagnose::derivers::recorded_codes::{OF_SERVICES, of_excerpt, of_services};
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::knowledge::Knowledge;
use crate::knowledge::codes::Codes;
use crate::knowledge::derived::CODE_TOLD;
use crate::knowledge::explain::bare_numbers;
use crate::knowledge::explain::telling_words::{telling_clues, telling_words};
use crate::knowledge::explain::told::{self, Told};
use crate::model::providers::{POWER_AUTOMATE, is_of_windows};
use crate::model::{Clue, CodeSpace, CodeUse, Event, QuickSearch, in_order};

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[OF_SERVICES],
    emits: &[CODE_TOLD],
    derive: |on| on.teller.derive(on.host, on.ledgers, on.codes),
};

/// Finds codes in loose text. Made once for an analyzer.
#[derive(Debug)]
pub(in crate::diagnose) struct Teller {
    words: QuickSearch,
    all: Vec<String>,
    clues: Vec<Clue>,
    contexts: Contexts,
}

impl Teller {
    /// Prepares the search.
    pub(in crate::diagnose) fn new(knowledge: &Knowledge, codes: &Codes) -> Self {
        let contexts = Contexts::new(knowledge);
        let clues = match knowledge.signals().is_empty() {
            true => Vec::new(),
            false => telling_clues(codes),
        };
        let mut all = telling_words(&clues);
        all.extend(contexts.literals().iter().cloned());
        all.extend(POSSIBILITIES.iter().map(|heading| (*heading).to_owned()));
        all.sort_unstable_by(|a, b| in_order(a, b));
        all.dedup();
        debug_assert!(
            all.first().is_none_or(|word| !word.is_empty()),
            "an empty word stands everywhere"
        );
        Self {
            words: QuickSearch::new(all.iter().map(String::as_bytes)),
            contexts,
            all,
            clues,
        }
    }

    /// The words of which loose text must hold one to be looked at.
    pub(in crate::diagnose) fn words(&self) -> &[String] {
        &self.all
    }

    /// What a message of a trace must hold to be looked at: nothing else tells in what its code was met.
    pub(in crate::diagnose) fn clues(&self) -> &[Clue] {
        &self.clues
    }

    /// Whether an event may tell a code, or stands where one may be told: the lines around a code tell in what it was met.
    pub(in crate::diagnose) fn reads(event: &Event) -> bool {
        // Providers of others than Windows write of what the system told them; their traces give everything the same level.
        let foreign = || (event.level.is_error() || is_traced(event)) && !is_of_windows(&event.provider);
        OF_SERVICES.are(event) || is_loose(event) || foreign()
    }

    /// Whether one that is read may tell a code or in what one was met.
    fn may_tell(&self, event: &Event) -> bool {
        let holds = || self.words.is_in(event.text().to_lowercase().bytes());
        OF_SERVICES.are(event) || Self::reads(event) && holds()
    }

    /// The derived events, in the order of the texts.
    pub(in crate::diagnose) fn derive(&self, host: &Host, ledgers: &Ledgers, codes: &Codes) -> Vec<Entry> {
        let notes = notes(host);
        let mut found = of_services(host, codes);
        if host.is_excerpt() {
            found.extend(of_excerpt(host, ledgers, codes, &self.contexts));
        }
        for (path, note) in &notes {
            let others = notes.iter().filter(|(other, _)| *other != path);
            let beside = self.contexts.told_beside(host, others.map(|(_, note)| &**note));
            self.of_note(note, &beside, codes, &mut found);
            found.truncate(MOST);
        }
        found
    }

    /// What of a host's notes nobody complains of.
    pub(in crate::diagnose) fn left_out(&self, host: &Host, codes: &Codes) -> LeftOut {
        let mut out = LeftOut::default();
        for (path, note) in notes(host).iter().filter(|(_, note)| note.len() <= LONGEST_NOTE) {
            // What has a time in every line is a log.
            if note.iter().any(|(entry, _)| entry.at.is_none()) && self.is_reference(note, codes) {
                out.add_reference(path);
            }
            out.add_lists(note);
        }
        out
    }

    fn is_reference(&self, note: &[Line<'_>], codes: &Codes) -> bool {
        let mut told = Vec::new();
        self.of_note(note, &Met::default(), codes, &mut told);
        is_reference(&told)
    }

    fn of_note(&self, note: &[Line<'_>], beside: &Met, codes: &Codes, found: &mut Vec<Entry>) {
        for (place, (entry, _)) in note.iter().enumerate() {
            if found.len() >= MOST {
                return;
            }
            if !self.may_tell(&entry.event) || is_one_of_several(note, place) {
                continue;
            }
            let text = entry.event.text();
            let mut met = self.contexts.met_in(note, place);
            let mut all = codes_in(&text, &met, codes);
            if all.is_empty() {
                continue;
            }
            all.retain(|told| is_complaint(told, &met));
            met.accounts = accounts_near(note, place);
            met.or_beside(beside);
            // A flow opens a session through Remote Desktop, and tells what Windows answered.
            if met.operation.is_none() && POWER_AUTOMATE.wrote(&entry.event) {
                met.operation = Some(Arc::from("remote-desktop"));
            }
            let is_word = |told: &&Told<'_>| told.used.space == CodeSpace::PowerAutomate;
            // A word of a product only wraps the code of the system that stands beside it.
            let wraps = |told: &&Told<'_>| is_word(told) && self.has_system_code(note, place, codes);
            // What a product's own message says in a word of several meanings, the symptoms of that product know better.
            let of_product = !entry.event.provider.is_empty();
            let vague = |told: &&Told<'_>| is_word(told) && of_product && told.code.causes.len() > 1;
            let kept = all.iter().filter(|told| !(wraps(told) || vague(told)));
            found.extend(kept.map(|told| match of_program(told, &met, codes) {
                Some(program) => tell(entry, &text, &program, &met),
                None => tell(entry, &text, told, &met),
            }));
        }
    }

    /// Whether a line nearby tells a code of the system.
    fn has_system_code(&self, note: &[Line<'_>], place: usize, codes: &Codes) -> bool {
        let near = note
            .iter()
            .skip(place.saturating_sub(AROUND))
            .take(AROUND.saturating_mul(2));
        let tells = |entry: &Entry| {
            let all = told::told(&entry.event.text(), codes);
            all.iter().any(|told| told.used.space != CodeSpace::PowerAutomate)
        };
        near.into_iter()
            .any(|(entry, _)| self.may_tell(&entry.event) && tells(entry))
    }
}

/// The codes of a text; numbers that are codes only where a client of Remote Desktop tells them, or as a result, where there are no others.
fn codes_in<'c>(text: &str, met: &Met, codes: &'c Codes) -> Vec<Told<'c>> {
    let mut all = told::told(text, codes);
    if all.is_empty() && met.operation.as_deref() == Some("remote-desktop") {
        all.extend(bare_numbers::of_client(text, codes));
    }
    if all.is_empty() {
        all.extend(bare_numbers::of_result(text, codes));
    }
    all
}

/// The last result of a task as the exit code of its program, if it is one: the number alone reads as a status of the system, too.
fn of_program<'c>(told: &Told<'_>, met: &Met, codes: &'c Codes) -> Option<Told<'c>> {
    if met.operation.as_deref() != Some("task-start") {
        return None;
    }
    let used = CodeUse {
        space: CodeSpace::ExitCode,
        value: told.used.value,
    };
    let code = codes
        .get(used.space, used.value)
        .filter(|code| !code.causes.is_empty())?;
    let text = told.text.clone();
    Some(Told { code, used, text })
}
