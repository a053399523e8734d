//! From files to [`Knowledge`]: parses, resolves references, and says where a file is wrong.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::{DeTable, Deserializer};

use super::condition::Compile;
use super::record_fields;
use super::schema::{
    CauseDef, Conditions, DefinitionsFile, FirstStepDef, ItemDef, MessageDef, OneOrMany, SignalDef,
    SourceDef, SymptomDef, Tone,
};
use super::sentence_form::SentenceForm;
use super::signal::code_spellings;
use super::told;
use super::{
    AnchorKind, Apart, BuiltIn, CauseRule, Condition, DERIVED, FieldConditions, FirstStep, Item, Key,
    Knowledge, LogSource, Signal, Stored, Subject, Symptom, Window, bad, parse_duration,
};
use crate::error::{Error, Result};
use crate::model::{CodeUse, Concept, Concepts, MessagePattern, NOTE_TOLD, RecordTexts, Weight, parse_code};

/// A folder of knowledge that is larger than this is not one.
const MAX_FILES: usize = 10_000;
const MAX_FILE_BYTES: u64 = 4 << 20;

/// Adds the TOML files below `folder`, by their path under `root`.
pub(super) fn collect(
    root: &Path,
    folder: &Path,
    depth: u32,
    files: &mut Vec<(String, String)>,
) -> Result<()> {
    let name = |path: &Path| path.display().to_string();
    let listing = std::fs::read_dir(folder).map_err(|error| Error::io(name(folder), error))?;
    let mut paths: Vec<_> = listing
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && depth < 8 {
            collect(root, &path, depth + 1, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let size = std::fs::metadata(&path)
                .map_err(|error| Error::io(name(&path), error))?
                .len();
            if size > MAX_FILE_BYTES || files.len() >= MAX_FILES {
                return Err(bad(&name(&path), "too large to be knowledge"));
            }
            let text = std::fs::read_to_string(&path).map_err(|error| Error::io(name(&path), error))?;
            let relative = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            files.push((relative, text));
        }
    }
    Ok(())
}

#[derive(Default)]
struct Parts {
    sources: BTreeMap<String, (Arc<str>, SourceDef)>,
    settings: BTreeMap<String, super::SettingGroup>,
    changes: Vec<(Arc<str>, super::schema::ChangeDef)>,
    signals: BTreeMap<String, (Arc<str>, SignalDef)>,
    messages: Vec<(Arc<str>, MessageDef)>,
    fields: record_fields::Definitions,
    contexts: Vec<super::schema::ContextDef>,
    /// Concepts by their names: several files may add to one.
    concepts: BTreeMap<String, Concept>,
    symptoms: BTreeMap<String, (Arc<str>, SymptomDef)>,
    causes: BTreeMap<String, (Arc<str>, CauseDef, Apart)>,
}

/// Loads files in order; later entries replace earlier ones of the same id. Expressions are taken in the way given.
pub(super) fn load(files: &[(&str, &str)], compile: Compile) -> Result<Knowledge> {
    let mut parts = Parts::default();
    for &(path, text) in files {
        let table = DeTable::parse(text).map_err(|error| bad(path, error))?;
        let kind = Kind::of(
            path,
            |key| table.get_ref().contains_key(key),
            table.get_ref().is_empty(),
        )?;
        let origin: Arc<str> = Arc::from(path);
        match kind {
            Kind::Cause => {
                let mut cause: CauseDef = typed(path, text, table)?;
                let apart = Apart {
                    cases: Stored::Read(std::mem::take(&mut cause.case)),
                    heard: Stored::Read(std::mem::take(&mut cause.heard)),
                    heard_terms: &[],
                };
                parts.cause(origin, cause, apart);
            }
            Kind::Symptom => parts.symptom(origin, typed(path, text, table)?),
            Kind::Definitions => parts.definitions(&origin, typed(path, text, table)?)?,
            Kind::Other => {}
        }
    }
    resolve(parts, OnceLock::from(hash(files.iter().copied())), compile)
}

/// Loads the files that are built in, from their images.
pub(super) fn load_built_in<'a>(
    files: impl IntoIterator<Item = &'a BuiltIn>,
    compile: Compile,
) -> Result<Knowledge> {
    let mut parts = Parts::default();
    for &BuiltIn {
        path,
        image,
        cases,
        heard,
        heard_terms,
        ..
    } in files
    {
        let origin: Arc<str> = Arc::from(path);
        let wrong = |error| bad(path, error);
        match path.split_once('/') {
            Some(("causes", _)) => {
                let cause = serde_json::from_str(image).map_err(wrong)?;
                let apart = Apart {
                    cases: Stored::Image(cases),
                    heard: Stored::Image(heard),
                    heard_terms,
                };
                parts.cause(origin, cause, apart);
            }
            Some(("symptoms", _)) => parts.symptom(origin, serde_json::from_str(image).map_err(wrong)?),
            Some(("codes" | "events", _)) => {}
            _ => parts.definitions(&origin, serde_json::from_str(image).map_err(wrong)?)?,
        }
    }
    resolve(parts, OnceLock::new(), compile)
}

/// SHA-256 over paths and texts, in hexadecimal.
pub(super) fn hash<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files {
        for bytes in [path.as_bytes(), b"\0", text.as_bytes(), b"\0"] {
            hash.update(bytes);
        }
    }
    hash.finalize()
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// What a file holds.
enum Kind {
    Cause,
    Symptom,
    Definitions,
    /// Codes and events lie in files of their own, under `codes/` and `events/` or with nothing but `[[code]]` or `[[event]]` in
    /// them; they are loaded elsewhere, as are zones.
    Other,
}

impl Kind {
    fn of(path: &str, has: impl Fn(&str) -> bool, is_empty: bool) -> Result<Self> {
        let definitions = [
            "signal",
            "source",
            "message",
            "setting",
            "change",
            "context",
            "concept",
            "labels",
            "label_words",
            "strings",
        ];
        Ok(if has("explains") {
            Self::Cause
        } else if has("anchor") {
            Self::Symptom
        } else if definitions.into_iter().any(&has) {
            Self::Definitions
        } else if has("code") || has("event") || has("zone") || is_empty {
            Self::Other
        } else {
            return Err(bad(
                path,
                "neither a cause (explains), a symptom (anchor), nor [[signal]], [[source]], [[setting]], [[change]], [[message]], [[context]], [[concept]], [[event]] or [[code]]",
            ));
        })
    }
}

impl Parts {
    fn cause(&mut self, origin: Arc<str>, cause: CauseDef, apart: Apart) {
        self.causes.insert(cause.id.clone(), (origin, cause, apart));
    }

    fn symptom(&mut self, origin: Arc<str>, symptom: SymptomDef) {
        self.symptoms.insert(symptom.id.clone(), (origin, symptom));
    }

    fn definitions(&mut self, origin: &Arc<str>, file: DefinitionsFile) -> Result<()> {
        for source in file.source {
            self.sources
                .insert(source.alias.clone(), (Arc::clone(origin), source));
        }
        for setting in file.setting {
            for prefix in setting.prefix.as_slice() {
                let group = super::SettingGroup {
                    prefix: Arc::from(prefix.as_str()),
                    title: Arc::from(setting.title.as_str()),
                    export: Arc::from(setting.export.as_str()),
                };
                self.settings.insert(prefix.clone(), group);
            }
        }
        let changes = file.change.into_iter();
        self.changes
            .extend(changes.map(|change| (Arc::clone(origin), change)));
        for signal in file.signal {
            let id = signal.id.clone();
            if let Some((other, _)) = self.signals.insert(id.clone(), (Arc::clone(origin), signal))
                && Arc::ptr_eq(&other, origin)
            {
                return Err(bad(origin, format!("signal {id} is defined twice")));
            }
        }
        self.contexts.extend(file.context);
        for concept in file.concept {
            let known = self.concepts.entry(concept.name).or_default();
            known.words.extend(concept.words);
            known.tone = concept.tone.map(Tone::field).or(known.tone);
        }
        self.fields.labels.extend(file.labels);
        self.fields.words.extend(file.label_words);
        self.fields.strings.extend(file.strings);
        let messages = file.message.into_iter();
        self.messages
            .extend(messages.map(|message| (Arc::clone(origin), message)));
        Ok(())
    }
}

/// What a file says, in its form; `text` shows the place of a mistake.
fn typed<T: DeserializeOwned>(path: &str, text: &str, table: Spanned<DeTable<'_>>) -> Result<T> {
    T::deserialize(Deserializer::from(table)).map_err(|mut error| {
        error.set_input(Some(text));
        bad(path, error)
    })
}

/// What entries refer to, and how their expressions are taken.
struct Lookup<'a> {
    signals: &'a BTreeMap<Arc<str>, usize>,
    compile: Compile,
}

impl Lookup<'_> {
    fn find(&self, id: &str) -> Result<usize, String> {
        let place = self.signals.get(id).copied();
        place.ok_or_else(|| format!("there is no signal {id:?}"))
    }
}

fn resolve(parts: Parts, hash: OnceLock<String>, compile: Compile) -> Result<Knowledge> {
    let sources: Vec<LogSource> = parts
        .sources
        .into_values()
        .map(|(_, def)| log_source(def))
        .collect();
    let mut signals = Vec::with_capacity(parts.signals.len());
    let mut signal_index = BTreeMap::new();
    for (path, def) in parts.signals.into_values() {
        for concept in &def.told {
            let name = concept.strip_prefix('!').unwrap_or(concept);
            if !parts.concepts.contains_key(name) {
                return Err(bad(
                    &path,
                    format!("signal {}: there is no concept {name:?}", def.id),
                ));
            }
        }
        let signal = signal(def, &sources, compile)
            .map_err(|(id, detail)| bad(&path, format!("signal {id}: {detail}")))?;
        signal_index.insert(Arc::clone(&signal.id), signals.len());
        signals.push(signal);
    }
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
    let mut causes = Vec::new();
    for (path, def, apart) in parts.causes.into_values() {
        let id = def.id.clone();
        let items = def.supports.iter().chain(&def.against);
        let of_steps = def.first_step.iter().flat_map(|first| &first.symptoms);
        let named = items.flat_map(|item| &item.symptoms).chain(of_steps);
        for symptom in def.explains.iter().chain(named) {
            if !symptoms.iter().any(|known: &Symptom| *known.id == **symptom) {
                return Err(bad(&path, format!("cause {id}: there is no symptom {symptom:?}")));
            }
        }
        let cause = cause(Arc::clone(&path), (def, apart), &lookup)
            .map_err(|detail| bad(&path, format!("cause {id}: {detail}")))?;
        causes.push(cause);
    }
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
        default_on: def.default_on,
    }
}

fn signal(def: SignalDef, sources: &[LogSource], compile: Compile) -> Result<Signal, (String, String)> {
    let id = def.id.clone();
    let fail = |detail: String| (id.clone(), detail);
    let mut own = Vec::new();
    for alias in def.source.as_slice() {
        let index = sources.iter().position(|source| *source.alias == **alias);
        own.push(index.ok_or_else(|| fail(format!("there is no source {alias:?}")))?);
    }
    let written = own
        .iter()
        .filter_map(|&index| sources.get(index))
        .flat_map(|source| source.providers.iter().cloned());
    let derived = def
        .derived
        .as_slice()
        .iter()
        .map(|name| Arc::from(format!("{DERIVED}{name}")));
    let note = def.told.iter().take(1).map(|_| Arc::from(NOTE_TOLD));
    let providers: Vec<Arc<str>> = written.chain(derived).chain(note).collect();
    let mut codes = Vec::new();
    for code in def.code.as_slice() {
        codes.push(code_use(code).map_err(&fail)?);
    }
    let mut wanted = def.conditions;
    wanted.extend(def.told.iter().map(|concept| match concept.strip_prefix('!') {
        Some(concept) => (concept.to_owned(), OneOrMany::One("absent".to_owned())),
        None => (concept.clone(), OneOrMany::One("exists".to_owned())),
    }));
    let mut keys = Vec::new();
    for (name, fields) in &def.keys {
        let key = name.parse::<Key>().map_err(&fail)?;
        keys.push((
            key,
            fields
                .as_slice()
                .iter()
                .map(|field| Arc::from(field.as_str()))
                .collect(),
        ));
    }
    let lower = |list: &OneOrMany| {
        list.as_slice()
            .iter()
            .map(|text| Arc::from(text.to_lowercase()))
            .collect::<Vec<_>>()
    };
    let signal = Signal {
        id: Arc::from(def.id.as_str()),
        summary: Arc::from(def.summary.as_str()),
        sources: own,
        providers,
        ids: def.ids,
        derived: def
            .derived
            .as_slice()
            .iter()
            .map(|name| Arc::from(name.as_str()))
            .collect(),
        texts: lower(&def.text),
        regex: def.regex.as_deref().map(compile).transpose().map_err(&fail)?,
        spellings: codes.iter().map(spellings).collect(),
        codes,
        conditions: conditions(&wanted, compile).map_err(&fail)?,
        keys,
        ask: Arc::from(def.ask.as_str()),
        ledger: def.ledger,
        circumstance: def.circumstance,
        fold: parse_duration(&def.fold).map_err(&fail)?,
    };
    if signal.derived.is_empty()
        && signal.providers.is_empty()
        && signal.texts.is_empty()
        && signal.codes.is_empty()
    {
        return Err(fail(
            "nothing can show it: it needs a source, a derived event, a text or a code".to_owned(),
        ));
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
        anchors.push(super::Anchor {
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
        success: def
            .success
            .iter()
            .map(|id| lookup.find(id))
            .collect::<Result<_, _>>()?,
        success_join: keys(&def.success_join)?,
        general: def.general,
        work: def.work,
        of_a_session: def.of_a_session,
        loss: def.loss.as_deref().map(Arc::from),
        yields_to: def.yields_to.iter().map(|id| Arc::from(id.as_str())).collect(),
        yields_within: parse_duration(&def.yields_within)?,
    })
}

fn change(def: &super::schema::ChangeDef, lookup: &Lookup<'_>) -> Result<Vec<super::ChangeKind>, String> {
    let join = def.join.as_deref().unwrap_or_default();
    let one = |id: &String| {
        Ok(super::ChangeKind {
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
        symptoms: def.symptoms.iter().map(|id| Arc::from(id.as_str())).collect(),
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
        (None, [_, ..]) => Subject::Signals(
            signals
                .iter()
                .map(|id| lookup.find(id))
                .collect::<Result<_, _>>()?,
        ),
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
        unless: def
            .unless
            .as_slice()
            .iter()
            .map(|id| lookup.find(id))
            .collect::<Result<_, _>>()?,
        symptoms: def.symptoms.iter().map(|id| Arc::from(id.as_str())).collect(),
    })
}
