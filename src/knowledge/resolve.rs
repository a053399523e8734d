//! From what files say to what it means: definitions become signals, symptoms and causes that refer to each other by index. Owns every
//! reference that can be wrong and how it is told; must not know where the text came from.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::condition::{Compile, Condition};
use super::duration::parse_duration;
use super::first_step::FirstStep;
use super::parts::Parts;
use super::rules::{
    Anchor, AnchorKind, Apart, CauseRule, ChangeKind, FieldConditions, Item, LogSource, Subject, Symptom,
    Window,
};
use super::schema::{
    CauseDef, ChangeDef, Conditions, FirstStepDef, ItemDef, MessageDef, OneOrMany, SignalDef, SourceDef,
    SymptomDef,
};
use super::sentence_form::SentenceForm;
use super::signal::{Key, Signal, code_spellings};
use super::{DERIVED, Knowledge, bad, record_fields, told};
use crate::error::Result;
use crate::model::{CodeUse, Concept, Concepts, MessagePattern, NOTE_TOLD, RecordTexts, Weight, parse_code};

/// The place of each signal, by id.
type Places = BTreeMap<Arc<str>, usize>;

/// What entries refer to, and how their expressions are taken.
struct Lookup<'a> {
    signals: &'a Places,
    compile: Compile,
}

impl Lookup<'_> {
    fn all(&self, ids: &[String]) -> Result<Vec<usize>, String> {
        ids.iter().map(|id| self.find(id)).collect()
    }

    fn find(&self, id: &str) -> Result<usize, String> {
        let place = self.signals.get(id).copied();
        place.ok_or_else(|| format!("there is no signal {id:?}"))
    }
}

pub(super) fn resolve(parts: Parts, hash: String, compile: Compile) -> Result<Knowledge> {
    let sources: Vec<LogSource> = parts
        .sources
        .into_values()
        .map(|(_, def)| log_source(def))
        .collect();
    let (signals, signal_index) = signals(parts.signals, &parts.concepts, &sources, compile)?;
    let lookup = Lookup {
        signals: &signal_index,
        compile,
    };
    let mut messages = Vec::with_capacity(parts.messages.len());
    for (path, def) in parts.messages {
        let told = message(&def, &sources, compile);
        messages.push(told.map_err(|detail| {
            let id = def.id.map(|id| format!(" {id}")).unwrap_or_default();
            bad(&path, format!("message {}{id}: {detail}", def.source))
        })?);
    }
    let mut symptoms = Vec::new();
    for (path, def) in parts.symptoms.into_values() {
        let id = def.id.clone();
        symptoms.push(symptom(def, &lookup).map_err(|detail| bad(&path, format!("symptom {id}: {detail}")))?);
    }
    let causes = causes(parts.causes, &symptoms, &lookup)?;
    let mut changes = Vec::new();
    for (path, def) in parts.changes {
        changes.extend(
            change(&def, &lookup).map_err(|detail| bad(&path, format!("change {}: {detail}", def.kind)))?,
        );
    }
    let concepts = parts.concepts.into_iter();
    let concepts = concepts
        .map(|(name, concept)| (Arc::from(name), concept))
        .collect();
    let wrong = |detail| bad("records", detail);
    let labels = parts.fields.labels(&sources).map_err(wrong)?;
    let strings = parts.fields.strings(&sources).map_err(wrong)?;
    Ok(Knowledge {
        texts: RecordTexts::new(messages, labels, strings),
        sources,
        changes,
        settings: parts.settings.into_values().collect(),
        signals,
        signal_index,
        contexts: parts.contexts,
        concepts: Arc::new(Concepts::new(concepts)?),
        symptoms,
        causes,
        hash,
    })
}

/// The signals by id, and the place of each.
fn signals(
    defs: BTreeMap<String, (Arc<str>, SignalDef)>,
    concepts: &BTreeMap<String, Concept>,
    sources: &[LogSource],
    compile: Compile,
) -> Result<(Vec<Signal>, Places)> {
    let mut signals = Vec::with_capacity(defs.len());
    let mut index = BTreeMap::new();
    for (path, def) in defs.into_values() {
        let id = def.id.clone();
        let wrong = |detail: String| bad(&path, format!("signal {id}: {detail}"));
        let mut told = def
            .told
            .iter()
            .map(|concept| concept.strip_prefix('!').unwrap_or(concept));
        if let Some(name) = told.find(|name| !concepts.contains_key(*name)) {
            return Err(wrong(format!("there is no concept {name:?}")));
        }
        let signal = signal(def, sources, compile).map_err(wrong)?;
        index.insert(Arc::clone(&signal.id), signals.len());
        signals.push(signal);
    }
    Ok((signals, index))
}

/// The causes by id; each names symptoms that are there.
fn causes(
    defs: BTreeMap<String, (Arc<str>, CauseDef, Apart)>,
    symptoms: &[Symptom],
    lookup: &Lookup<'_>,
) -> Result<Vec<CauseRule>> {
    let mut causes = Vec::with_capacity(defs.len());
    for (path, def, apart) in defs.into_values() {
        let id = def.id.clone();
        let wrong = |detail: String| bad(&path, format!("cause {id}: {detail}"));
        let items = def.supports.iter().chain(&def.against);
        let of_steps = def.first_step.iter().flat_map(|first| &first.symptoms);
        let named = items.flat_map(|item| &item.symptoms).chain(of_steps);
        for symptom in def.explains.iter().chain(named) {
            if !symptoms.iter().any(|known| *known.id == **symptom) {
                return Err(wrong(format!("there is no symptom {symptom:?}")));
            }
        }
        causes.push(cause(Arc::clone(&path), (def, apart), lookup).map_err(wrong)?);
    }
    Ok(causes)
}

/// Names as the parts share them.
fn shared(names: &[String]) -> Vec<Arc<str>> {
    names.iter().map(|name| Arc::from(name.as_str())).collect()
}

fn message(def: &MessageDef, sources: &[LogSource], compile: Compile) -> Result<MessagePattern, String> {
    let source = record_fields::find(sources, &def.source)?;
    let form = match (&def.form, &def.pattern, &def.literal) {
        (Some(form), None, None) => SentenceForm::read(form)?,
        (None, Some(pattern), Some(literal)) => SentenceForm {
            pattern: pattern.clone(),
            literal: literal.to_lowercase(),
        },
        _ => return Err("it has either a form, or a pattern and its literal".to_owned()),
    };
    let (aliases, provider) = source.provider(def.provider.as_deref())?;
    Ok(MessagePattern {
        pattern: compile(&form.pattern)?,
        literal: form.literal.into(),
        provider,
        aliases: aliases.into(),
        channel: Arc::clone(&source.channel),
        id: def.id,
    })
}

fn log_source(def: SourceDef) -> LogSource {
    let names = def.provider.as_slice();
    LogSource {
        alias: def.alias.into(),
        providers: names.iter().map(|name| name.to_lowercase().into()).collect(),
        provider: names
            .first()
            .map(|name| Arc::from(name.as_str()))
            .unwrap_or_default(),
        channel: def.channel.into(),
        export: def.export.into(),
        remark: def.remark.into(),
        elsewhere: def.elsewhere.into(),
        default_on: def.default_on,
    }
}

fn signal(def: SignalDef, sources: &[LogSource], compile: Compile) -> Result<Signal, String> {
    let mut own = Vec::new();
    for alias in def.source.as_slice() {
        let index = sources.iter().position(|source| *source.alias == **alias);
        own.push(index.ok_or_else(|| format!("there is no source {alias:?}"))?);
    }
    let written = own
        .iter()
        .filter_map(|&index| sources.get(index))
        .flat_map(|source| source.providers.iter().cloned());
    let derived = shared(def.derived.as_slice());
    let of_derived = derived.iter().map(|name| Arc::from(format!("{DERIVED}{name}")));
    let note = def.told.iter().take(1).map(|_| Arc::from(NOTE_TOLD));
    let providers: Vec<Arc<str>> = written.chain(of_derived).chain(note).collect();
    let codes: Vec<CodeUse> = def
        .code
        .as_slice()
        .iter()
        .map(|code| code_use(code))
        .collect::<Result<_, _>>()?;
    let mut wanted = def.conditions;
    wanted.extend(def.told.iter().map(|concept| match concept.strip_prefix('!') {
        Some(concept) => (concept.to_owned(), OneOrMany::One("absent".to_owned())),
        None => (concept.clone(), OneOrMany::One("exists".to_owned())),
    }));
    let mut keys = Vec::new();
    for (name, fields) in &def.keys {
        keys.push((name.parse::<Key>()?, shared(fields.as_slice())));
    }
    let texts = def.text.as_slice().iter();
    let signal = Signal {
        id: Arc::from(def.id.as_str()),
        summary: Arc::from(def.summary.as_str()),
        sources: own,
        providers,
        ids: def.ids,
        derived,
        texts: texts.map(|text| Arc::from(text.to_lowercase())).collect(),
        regex: def.regex.as_deref().map(compile).transpose()?,
        spellings: codes.iter().map(spellings).collect(),
        codes,
        conditions: conditions(&wanted, compile)?,
        keys,
        ask: Arc::from(def.ask.as_str()),
        ledger: def.ledger,
        circumstance: def.circumstance,
        fold: parse_duration(&def.fold)?,
    };
    // A derived event has a provider, too.
    if signal.providers.is_empty() && signal.texts.is_empty() && signal.codes.is_empty() {
        return Err("nothing can show it: it needs a source, a derived event, a text or a code".to_owned());
    }
    Ok(signal)
}

fn code_use(text: &str) -> Result<CodeUse, String> {
    let (space, value) = text
        .split_once(':')
        .ok_or_else(|| format!("code {text:?} is not space:value"))?;
    let value = parse_code(value).ok_or_else(|| format!("code {text:?} has no 32-bit value"))?;
    Ok(CodeUse {
        space: space.parse()?,
        value,
    })
}

fn spellings(code: &CodeUse) -> Box<[Box<str>]> {
    code_spellings(code.value).map(String::into_boxed_str).collect()
}

fn conditions(defs: &Conditions, compile: Compile) -> Result<FieldConditions, String> {
    defs.iter()
        .map(|(name, forms)| {
            let condition =
                Condition::parse_with(forms, compile).map_err(|detail| format!("{name}: {detail}"))?;
            Ok((Arc::from(name.as_str()), condition))
        })
        .collect()
}

fn keys(names: &[String]) -> Result<Vec<Key>, String> {
    names
        .iter()
        .filter(|name| !matches!(name.as_str(), "host" | "none"))
        .map(|name| name.parse())
        .collect()
}

fn symptom(def: SymptomDef, lookup: &Lookup<'_>) -> Result<Symptom, String> {
    let mut anchors = Vec::new();
    for anchor in &def.anchor {
        anchors.push(Anchor {
            signal: lookup.find(&anchor.signal)?,
            conditions: conditions(&anchor.conditions, lookup.compile)?,
            title: anchor.title.as_deref().map(Arc::from),
            kind: match (anchor.chosen, anchor.explained) {
                (false, false) => AnchorKind::Plain,
                (true, false) => AnchorKind::Chosen,
                (false, true) => AnchorKind::Explained,
                (true, true) => return Err("an anchor is either chosen or explained".to_owned()),
            },
            alone: anchor.alone,
        });
    }
    Ok(Symptom {
        id: Arc::from(def.id.as_str()),
        title: Arc::from(def.title.as_str()),
        anchors,
        fold_by: keys(&def.fold_by)?,
        fold_within: parse_duration(&def.fold_within)?,
        success: lookup.all(&def.success)?,
        success_join: keys(&def.success_join)?,
        general: def.general,
        work: def.work,
        of_a_session: def.of_a_session,
        loss: def.loss.as_deref().map(Arc::from),
        yields_to: shared(&def.yields_to),
        yields_within: parse_duration(&def.yields_within)?,
    })
}

fn change(def: &ChangeDef, lookup: &Lookup<'_>) -> Result<Vec<ChangeKind>, String> {
    let join = def.join.as_deref().unwrap_or_default();
    let one = |id: &String| {
        Ok(ChangeKind {
            kind: Arc::from(def.kind.as_str()),
            signal: lookup.find(id)?,
            join: keys(join)?,
            same_host: def.join.is_none() || join.iter().any(|name| name == "host"),
        })
    };
    def.signal.as_slice().iter().map(one).collect()
}

fn cause(path: Arc<str>, (def, apart): (CauseDef, Apart), lookup: &Lookup<'_>) -> Result<CauseRule, String> {
    let items = |defs: &[ItemDef], side: &str| -> Result<Vec<Item>, String> {
        let number =
            |(index, def)| item(def, lookup).map_err(|detail| format!("{side} item {}: {detail}", index + 1));
        defs.iter().enumerate().map(number).collect()
    };
    let mut supports = items(&def.supports, "for")?;
    supports.extend(told::items_of_codes(
        &def,
        lookup.signals.get(told::CODE).copied(),
    ));
    supports.extend(told::items_of_words(
        &def,
        lookup.signals.get(told::WORDS).copied(),
    ));
    let first_steps = def
        .first_step
        .iter()
        .map(|first| first_step(first, &def.remediation, lookup))
        .collect::<Result<_, _>>()?;
    Ok(CauseRule {
        id: Arc::from(def.id.as_str()),
        first_steps,
        supports,
        against: items(&def.against, "against")?,
        def,
        apart,
        path,
    })
}

fn first_step(def: &FirstStepDef, steps: &[String], lookup: &Lookup<'_>) -> Result<FirstStep, String> {
    let step = steps.iter().position(|step| step.starts_with(&def.step));
    let bad = |detail: String| format!("first step {:?}: {detail}", def.step);
    Ok(FirstStep {
        step: step.ok_or_else(|| bad("no step of the remedy begins so".to_owned()))?,
        symptoms: shared(&def.symptoms),
        item: match &def.seen {
            Some(seen) => Some(item(seen, lookup).map_err(bad)?),
            None if def.symptoms.is_empty() => {
                return Err(bad("it needs symptoms or what is seen".to_owned()));
            }
            None => None,
        },
    })
}

fn item(def: &ItemDef, lookup: &Lookup<'_>) -> Result<Item, String> {
    let signals = def.signal.as_slice();
    let subject = match (&def.fact, signals) {
        (Some(name), []) => Subject::Fact(
            Arc::from(name.as_str()),
            Condition::parse_with(&def.is, lookup.compile).map_err(|e| format!("is: {e}"))?,
        ),
        (None, [_, ..]) => Subject::Signals(lookup.all(signals)?),
        _ => return Err("needs either signal or fact".to_owned()),
    };
    let window = match &def.within {
        Some(within) => Some(Window {
            before: parse_duration(&within.before)?,
            after: parse_duration(&within.after)?,
            first: within.first,
            since_success: within.since_success,
        }),
        None => None,
    };
    let join = def.join.as_deref().unwrap_or_default();
    Ok(Item {
        subject,
        conditions: conditions(&def.conditions, lookup.compile)?,
        join: keys(join)?,
        same_host: def.join.is_none() || join.iter().any(|name| name == "host"),
        window,
        at_least: def.at_least.unwrap_or(1).max(1),
        distinct: def.distinct.as_deref().map(Arc::from),
        of_the_host: def.of_the_host,
        missing: def.missing,
        weight: def.weight.unwrap_or(Weight::Moderate),
        if_absent: def.if_absent,
        required: def.required,
        group: def.group.as_deref().map(Arc::from),
        say: def.say.as_deref().map(Arc::from),
        unless: lookup.all(def.unless.as_slice())?,
        until: lookup.all(def.until.as_slice())?,
        symptoms: shared(&def.symptoms),
    })
}
