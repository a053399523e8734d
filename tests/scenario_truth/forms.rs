//! One case, written in several ways, is one case: the same kind of incident and the same cause first.

use logonscope::diagnose::Analyzer;
use serde_json::Value;

use crate::judge::{causes, diagnose};
use crate::scenarios::truth::{Scenario, Word};
use crate::scenarios::world::{Form, Os};
use crate::scenarios::{Inject, build};
use crate::support::evtx::Language;

/// A case in one form: a server in a zone, everything of the host in the bundle, nothing of a domain controller, no
/// second file that would tell the same.
fn case(
    seed: u64,
    kind: &'static str,
    inject: Inject,
    form: Form,
    zone: (chrono_tz::Tz, &'static str),
) -> Scenario {
    build(seed, kind, inject, |w| {
        (w.os, w.form) = (Os::Server2019, form);
        (w.zone, w.zone_key) = zone;
        w.german = form == Form::Csv(Language::German);
        (w.audit, w.has_dc, w.complete) = (true, false, true);
    })
}

/// The best cause of the incidents that the fault can show as.
fn best(scenario: &Scenario, diagnosis: &Value) -> Option<(String, String, Word)> {
    let symptoms = &scenario.truth.symptoms;
    diagnosis["incidents"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|incident| {
            let symptom = incident["symptom"].as_str().unwrap();
            let (cause, word) = causes(incident).into_iter().next()?;
            (symptoms.contains(symptom) && word >= Word::Possible).then(|| (symptom.to_owned(), cause, word))
        })
        .max_by_key(|(_, cause, word)| (Some(cause) == scenario.truth.cause.as_ref(), *word))
}

fn said(scenario: &Scenario, analyzer: &Analyzer) -> Option<(String, String, Word)> {
    best(scenario, &diagnose(&scenario.name(), &scenario.files, analyzer))
}

/// Every form of a case gives what the event logs give, perhaps less surely.
pub fn same_in_every_form(seed: u64, kind: &'static str, inject: Inject, analyzer: &Analyzer) {
    let zone = (chrono_tz::Tz::UTC, "UTC");
    let first = case(seed, kind, inject, Form::Evtx, zone);
    let (symptom, cause, word) = said(&first, analyzer).unwrap_or_else(|| panic!("{kind}: nothing found"));
    assert_eq!(Some(&cause), first.truth.cause.as_ref(), "{kind}");
    for form in [Form::Xml, Form::Text, Form::Csv(Language::English)] {
        let other = said(&case(seed, kind, inject, form, zone), analyzer);
        let (kept, same, weaker) = other.unwrap_or_else(|| panic!("{kind} as {form:?}: nothing found"));
        assert_eq!((&kept, &same), (&symptom, &cause), "{kind} as {form:?}");
        assert!(
            weaker <= word,
            "{kind} as {form:?} is surer: {weaker:?} for {word:?}"
        );
        assert!(
            form != Form::Xml || weaker == word,
            "{kind} as {form:?}: {weaker:?} for {word:?}"
        );
    }
}

/// German and Japanese exports with local dates name the cause, too. What they name instead, where they do not.
pub fn lost_in_a_language(seed: u64, kind: &'static str, inject: Inject, analyzer: &Analyzer) -> Vec<String> {
    let zones = [
        (
            Language::German,
            (chrono_tz::Tz::Europe__Berlin, "W. Europe Standard Time"),
        ),
        (
            Language::Japanese,
            (chrono_tz::Tz::Asia__Tokyo, "Tokyo Standard Time"),
        ),
    ];
    let mut lost = Vec::new();
    for (language, zone) in zones {
        let scenario = case(seed, kind, inject, Form::Csv(language), zone);
        let found = said(&scenario, analyzer);
        if found.as_ref().map(|(_, cause, _)| cause) != scenario.truth.cause.as_ref() {
            lost.push(format!("{kind} in {language:?}: {found:?}"));
        }
    }
    lost
}
