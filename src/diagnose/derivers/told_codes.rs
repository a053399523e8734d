//! Codes that loose text complains of: what somebody pasted, wrote in a ticket or had on the screen. Derives an event of each, with
//! the causes that the tables name and with the words around it that tell in what it was met. Owns which text is a complaint;
//! codes in it are found by [`told`](crate::knowledge::explain::told). Must not know symptoms.
//!
//! Records of logs are no complaints: many providers write such codes in health.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::diagnose::derivers::Deriver;
use crate::diagnose::derivers::code_lists::{LeftOut, POSSIBILITIES, is_one_of_several, is_reference};
use crate::diagnose::derivers::harmless_refusals::Refusals;
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::accounts::is_handed_over;
use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::knowledge::Knowledge;
use crate::knowledge::codes::{Code, CodeClass, Codes, spell};
use crate::knowledge::derived::{CODE_TOLD, TASK_LISTED};
use crate::knowledge::explain::told::{self, Told};
use crate::knowledge::schema::ContextKind;
use crate::model::providers::{
    AUDITING, EVENT_LOG, KERNEL_GENERAL, POWER_AUTOMATE, Provider, RDP_CLIENT, RDP_CORE, Records, SERVICES,
    TASK_SCHEDULER, UIPATH, is_of_windows,
};
use crate::model::{Clue, CodeSpace, CodeUse, Event, Keyed, Level, QuickSearch, is_note_told, user_key};

pub(super) const DERIVER: Deriver = Deriver {
    reads: &[OF_SERVICES],
    emits: &[CODE_TOLD],
    derive: |on| on.teller.derive(on.host, on.ledgers, on.codes),
};

/// Codes of one machine that are told.
const MOST: usize = 200;
/// The words around a code lie within so many lines of it.
const AROUND: usize = 20;
/// A text that goes on for longer is a log; only the line of the code tells what it was met in.
const LONGEST_NOTE: usize = 400;
/// Letters of a text that a title quotes.
const QUOTED: usize = 120;
/// The products whose messages quote codes of the system.
const PRODUCTS: [Provider; 2] = [UIPATH, POWER_AUTOMATE];
/// A service could not start, or not log on.
const OF_SERVICES: Records = SERVICES.ids(&[7000, 7038, 7041]);

/// Finds codes in loose text. Made once for an analyzer.
#[derive(Debug)]
pub(in crate::diagnose) struct Teller {
    words: QuickSearch,
    all: Vec<String>,
    clues: Vec<Clue>,
    /// The words of contexts, and the place of the context of each.
    contexts: Keyed<usize>,
    names: Vec<(ContextKind, Arc<str>)>,
}

impl Teller {
    /// Prepares the search.
    pub(in crate::diagnose) fn new(knowledge: &Knowledge, codes: &Codes) -> Self {
        let mut contexts = Vec::new();
        let mut names = Vec::new();
        let mut labels = Vec::new();
        for context in knowledge.contexts() {
            let name: Arc<str> = Arc::from(context.name.as_str());
            for word in &context.words {
                contexts.push((word.to_lowercase(), names.len()));
                // Between a label and its value stands any number of blanks; the line is kept for its label.
                labels.extend(label_of(word));
            }
            names.push((context.kind, name));
        }
        let (mut all, clues) = if knowledge.signals().is_empty() {
            Default::default()
        } else {
            (told::telling_words(codes), told::telling_clues(codes))
        };
        all.extend(contexts.iter().map(|(word, _)| word.clone()));
        all.extend(labels);
        all.extend(POSSIBILITIES.iter().map(|heading| (*heading).to_owned()));
        all.sort_unstable();
        all.dedup();
        debug_assert!(
            all.first().is_none_or(|word| !word.is_empty()),
            "an empty word stands everywhere"
        );
        Self {
            words: QuickSearch::new(all.iter().map(String::as_bytes)),
            contexts: Keyed::new(contexts),
            all,
            clues,
            names,
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
        is_of_service(event) || is_loose(event) || foreign()
    }

    /// Whether one that is read may tell a code or in what one was met.
    fn may_tell(&self, event: &Event) -> bool {
        let holds = || self.words.is_in(event.text().to_lowercase().bytes());
        is_of_service(event) || Self::reads(event) && holds()
    }

    /// The derived events, in the order of the texts.
    pub(in crate::diagnose) fn derive(&self, host: &Host, ledgers: &Ledgers, codes: &Codes) -> Vec<Entry> {
        let notes = notes(host);
        let mut found = of_services(host, codes);
        if host.is_excerpt() {
            found.extend(self.of_records(host, ledgers, codes));
        }
        for (path, note) in &notes {
            let others = notes.iter().filter(|(other, _)| *other != path);
            let beside = self.told_beside(host, others.map(|(_, note)| &**note));
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

    fn is_reference(&self, note: &[(&Entry, String)], codes: &Codes) -> bool {
        let mut told = Vec::new();
        self.of_note(note, &Met::default(), codes, &mut told);
        is_reference(&told)
    }

    /// What the other notes of an excerpt tell: the message stands in one file, and what was done in the next.
    fn told_beside<'n>(&self, host: &Host, others: impl Iterator<Item = &'n [(&'n Entry, String)]>) -> Met {
        const NOTES: usize = 6;
        let mut met = Met::default();
        if !host.is_excerpt() {
            return met;
        }
        for note in others.filter(|note| note.len() <= LONGEST_NOTE).take(NOTES) {
            for (_, text) in note {
                self.words_of(text, &mut met);
            }
            met.accounts.extend(accounts_near(note, 0));
        }
        met
    }

    fn of_note(&self, note: &[(&Entry, String)], beside: &Met, codes: &Codes, found: &mut Vec<Entry>) {
        for (place, (entry, _)) in note.iter().enumerate() {
            if found.len() >= MOST {
                return;
            }
            if !self.may_tell(&entry.event) || is_one_of_several(note, place) {
                continue;
            }
            let text = entry.event.text();
            let mut all = told::told(&text, codes);
            let mut met = self.met_in(note, place);
            if all.is_empty() && met.operation.as_deref() == Some("remote-desktop") {
                all.extend(told::of_client(&text, codes));
            }
            if all.is_empty() {
                all.extend(told::of_result(&text, codes));
            }
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
            found.extend(kept.filter_map(|told| match of_program(told, &met, codes) {
                Some(program) => tell(entry, &text, &program, &met),
                None => tell(entry, &text, told, &met),
            }));
        }
    }

    /// What the records of an excerpt tell: in a log, many write such codes in health, but a few records were chosen by somebody.
    fn of_records(&self, host: &Host, ledgers: &Ledgers, codes: &Codes) -> Vec<Entry> {
        let raw = host.entries.get(..host.raw).unwrap_or_default().iter();
        // What a note tells as a whole repeats words of its lines, which are there themselves.
        let is_other = |event: &Event| is_loose(event) || is_of_service(event) || is_note_told(event);
        let records = raw.filter(|entry| !is_other(&entry.event));
        let mut found = Vec::new();
        let boots = Boots::new(host);
        let refusals = Refusals::new(host);
        for entry in records.take(MOST) {
            let event = &entry.event;
            let is_healed =
                || OF_CONNECTIONS.are(event) && entry.at.is_some_and(|at| ledgers.sessions.healed_near(at));
            if is_nobody(event) || refusals.is_mistyped(entry) || is_healed() {
                continue;
            }
            let text = match &event.message {
                None if AUDITING.wrote(event) => of_audit(event),
                _ => service_text(event),
            };
            let field =
                field_code(event, codes).filter(|_| event.id != Some(4625) || !refusals.are_guesses());
            let by_text = || {
                let speaks =
                    !matches!(event.level, Level::Information | Level::Verbose) || is_traced_by_robot(event);
                let all = if speaks {
                    told::told(&text, codes)
                } else {
                    Vec::new()
                };
                let met = self.met_by(event);
                all.into_iter().find(|told| is_complaint(told, &met))
            };
            let passes = |told: &Told<'_>| told.code.class == CodeClass::Domain && boots.since(entry);
            if let Some(told) = field.or_else(by_text).filter(|told| !passes(told)) {
                found.extend(tell(entry, &text, &told, &self.met_by(event)));
            }
        }
        found
    }

    /// The last results in a short list of tasks.
    pub(in crate::diagnose) fn of_results(host: &Host, listed: &[Entry], codes: &Codes) -> Vec<Entry> {
        const TASKS: usize = 5;
        let is_result = |entry: &&Entry| TASK_LISTED.is(&entry.event);
        let listed: Vec<&Entry> = listed.iter().filter(is_result).collect();
        if !host.is_excerpt() || listed.len() > TASKS {
            return Vec::new();
        }
        let tell_one = |entry: &&Entry| {
            let event = &entry.event;
            let value = event.field_number("ResultCode")?;
            let of_program = CodeUse {
                space: CodeSpace::ExitCode,
                value,
            };
            let of_scheduler = CodeUse {
                space: CodeSpace::TaskScheduler,
                value,
            };
            // What a program ends with is no code of the scheduler, whatever else the number means elsewhere.
            let program = codes.get(of_program.space, value).map(|code| (of_program, code));
            let known = [of_scheduler, of_program].map(|used| codes.resolve(used).map(|code| (used, code)));
            let mut found = program.into_iter().chain(known.into_iter().flatten());
            let (used, code) = found.find(|(_, code)| !code.causes.is_empty())?;
            let task = event.field_text("TaskName").unwrap_or_default();
            let told = Told {
                code,
                used,
                text: String::new(),
            };
            let met = Met {
                operation: Some(Arc::from("task-start")),
                ..Met::default()
            };
            tell(
                entry,
                &format!("{task}: {}", spell(used.space, value)),
                &told,
                &met,
            )
        };
        listed.iter().filter_map(tell_one).collect()
    }

    /// Whether a line nearby tells a code of the system.
    fn has_system_code(&self, note: &[(&Entry, String)], place: usize, codes: &Codes) -> bool {
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

    /// What the words nearest to a line tell: the line itself, then those before and after it.
    fn met_in(&self, note: &[(&Entry, String)], place: usize) -> Met {
        let reach = if note.len() > LONGEST_NOTE { 0 } else { AROUND };
        let mut met = Met::default();
        let mut look = |at: Option<usize>| {
            let line = at.and_then(|at| note.get(at));
            if let Some((_, text)) = line {
                self.words_of(text, &mut met);
            }
        };
        look(Some(place));
        for far in 1..=reach {
            look(place.checked_sub(far));
            look(place.checked_add(far));
        }
        met.operation = met.operation.or(met.background.take());
        met
    }

    /// What the message of a product's trace was met in.
    fn met_by(&self, event: &Event) -> Met {
        let mut met = Met::default();
        if is_traced(event) {
            self.words_of(&in_one_line(&event.provider), &mut met);
        }
        Met {
            operation: met.background,
            ..Met::default()
        }
    }

    fn words_of(&self, text: &str, met: &mut Met) {
        let mut places: Vec<usize> = Vec::new();
        self.contexts.each(text, |place, _| places.push(*place));
        places.sort_unstable();
        places.dedup();
        for (kind, name) in places.into_iter().filter_map(|place| self.names.get(place)) {
            match kind {
                ContextKind::Operation if met.operation.is_none() => met.operation = Some(Arc::clone(name)),
                ContextKind::Background if met.background.is_none() => {
                    met.background = Some(Arc::clone(name));
                }
                ContextKind::Logon if !met.logons.contains(name) => met.logons.push(Arc::clone(name)),
                _ => {}
            }
        }
    }
}

/// Whether a code that is told counts where it was met: a sentence that is told of other things, too, needs one of its operations.
fn is_complaint(told: &Told<'_>, met: &Met) -> bool {
    let wanted = &told.code.said_in;
    let is_sentence = told.text.is_empty();
    let is_met = |operation: &Arc<str>| wanted.iter().any(|name| **name == **operation);
    !is_sentence || wanted.is_empty() || met.operation.as_ref().is_some_and(is_met)
}

/// The loose lines of a host by their texts, in order, each with itself in lower case.
fn notes(host: &Host) -> BTreeMap<&str, Vec<(&Entry, String)>> {
    let mut notes: BTreeMap<&str, Vec<(&Entry, String)>> = BTreeMap::new();
    for entry in host.entries.get(..host.raw).unwrap_or_default() {
        if is_loose(&entry.event) {
            let note = notes.entry(&entry.event.origin.path).or_default();
            note.push((entry, in_one_line(&entry.event.text())));
        }
    }
    for note in notes.values_mut() {
        note.sort_by_key(|(entry, _)| &entry.event.origin);
    }
    notes
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

/// In what a code was met.
#[derive(Debug, Default)]
struct Met {
    operation: Option<Arc<str>>,
    /// What stands for the operation where none is named.
    background: Option<Arc<str>>,
    /// Every kind of logon that was named, the nearest first.
    logons: Vec<Arc<str>>,
    /// The accounts that are named around it.
    accounts: Vec<String>,
}

impl Met {
    /// Takes from other notes what its own does not tell.
    fn or_beside(&mut self, beside: &Self) {
        if self.operation.is_none() {
            self.operation.clone_from(&beside.operation);
        }
        if self.logons.is_empty() {
            self.logons.clone_from(&beside.logons);
        }
        if self.accounts.is_empty() {
            self.accounts.clone_from(&beside.accounts);
        }
    }
}

/// When a host started. In the first minutes nothing of the domain is in reach, and that passes by itself.
pub(in crate::diagnose) struct Boots(Vec<Moment>);

/// What is written when a host starts.
const STARTS: &[Records] = &[EVENT_LOG.ids(&[6005, 6009]), KERNEL_GENERAL.ids(&[12])];
/// How long after a start.
const BOOTING: TimeDelta = TimeDelta::minutes(5);

impl Boots {
    pub(in crate::diagnose) fn new(host: &Host) -> Self {
        Self(host.each(STARTS).filter_map(|(_, entry)| entry.at).collect())
    }

    /// Whether a record was written so soon after a start.
    pub(in crate::diagnose) fn since(&self, entry: &Entry) -> bool {
        let near = |at: Moment| self.0.iter().any(|boot| at.near(*boot, BOOTING));
        entry.at.is_some_and(near)
    }
}

/// The records that carry a code in a field, and its space.
const FIELDS: &[(Records, &[&str], CodeSpace)] = &[
    (RDP_CLIENT.ids(&[1026]), &["Value"], CodeSpace::DiscReason),
    (
        RDP_CORE.ids(&[103]),
        &["ReasonCode"],
        CodeSpace::ExtendedDisconnect,
    ),
    (AUDITING.ids(&[4625, 4776]), &["FailureCode"], CodeSpace::Ntstatus),
    (
        AUDITING.ids(&[4768, 4769, 4771]),
        &["FailureCode", "Status"],
        CodeSpace::Kerberos,
    ),
    (
        TASK_SCHEDULER.ids(&[101, 103, 104, 116, 202, 203]),
        &["ResultCode"],
        CodeSpace::TaskScheduler,
    ),
];

/// The code in the field of a record that always has one.
fn field_code<'c>(event: &Event, codes: &'c Codes) -> Option<Told<'c>> {
    let &(_, names, space) = FIELDS.iter().find(|(records, ..)| records.are(event))?;
    let value = names.iter().find_map(|name| event.field_number(name))?;
    let used = CodeUse { space, value };
    let code = codes.resolve(used).filter(|code| !code.causes.is_empty())?;
    Some(Told {
        code,
        used,
        text: String::new(),
    })
}

/// Whether an event is text of which nobody knows the log, or a product's message of a failure.
fn is_loose(event: &Event) -> bool {
    let of_product = || PRODUCTS.iter().any(|product| product.wrote(event));
    event.id.is_none() && event.message.is_some() && (event.provider.is_empty() || of_product())
}

/// Whether it is a message of a trace, which has a provider and no number.
fn is_traced(event: &Event) -> bool {
    event.id.is_none_or(|id| id == 0) && !event.provider.is_empty()
}

/// Whether it is a message in the trace of the robot, whose parts have names that begin alike.
fn is_traced_by_robot(event: &Event) -> bool {
    let name = event.provider.get(..UIPATH.name.len());
    is_traced(event) && name.is_some_and(|name| UIPATH.is(name))
}

/// A service that could not start, or not log on: each record is a complaint, with the code in a parameter or its sentence.
fn is_of_service(event: &Event) -> bool {
    OF_SERVICES.are(event)
}

/// What Credential Guard hands over in the place of a name, and computers that ask for tickets: nobody's logon.
fn is_nobody(event: &Event) -> bool {
    let of_machine = |user: &str| user.ends_with('$') && TICKETS.are(event);
    let user = event.field_text("TargetUserName");
    user.is_some_and(|user| is_handed_over(&user) || of_machine(&user))
}

/// What the transport writes of connections.
const OF_CONNECTIONS: Records = RDP_CORE.ids(&[103]);
/// Tickets that a domain controller gave or refused.
const TICKETS: Records = AUDITING.ids(&[4768, 4769, 4771]);

/// An audit that came without its sentence, in the words that matter.
fn of_audit(event: &Event) -> String {
    let fields = [
        ("", &["TargetUserName"][..]),
        ("logon type ", &["LogonType"]),
        ("from ", &["IpAddress", "Workstation", "WorkstationName"]),
    ];
    let told = fields.iter().filter_map(|(label, names)| {
        let value = event.first_field_text(names)?;
        Some(format!("{label}{value}")).filter(|_| !value.is_empty() && *value != *"-")
    });
    told.collect::<Vec<_>>().join(", ")
}

/// The text of a record of a service, with `%%1331` as the system error that it is.
fn service_text(event: &Event) -> String {
    let mut text = event.full_text().into_owned();
    if event.id == Some(7041) {
        // The record itself says it: the account lacks the right.
        text.push_str(" %%1385");
    }
    text.replace("%%", " system error ")
}

/// What records of services tell. That a service could not start for its logon says little beside the record that says why.
fn of_services(host: &Host, codes: &Codes) -> Vec<Entry> {
    let mut records: Vec<&Entry> = host.each(&[OF_SERVICES]).map(|(_, entry)| entry).collect();
    if records.iter().any(|entry| entry.event.id != Some(7000)) {
        records.retain(|entry| entry.event.id != Some(7000));
    }
    let met = Met {
        operation: Some(Arc::from("service-start")),
        logons: vec![Arc::from("service")],
        ..Met::default()
    };
    let of_record = |entry: &&Entry| {
        let text = service_text(&entry.event);
        let all = told::told(&text, codes);
        // That the logon failed says less than why.
        const LOGON_FAILED: u32 = 1069;
        let mut logons = all.iter().filter(|told| of_logons(told.code.class));
        let why = logons
            .clone()
            .find(|told| told::win32_of(told.code) != Some(LOGON_FAILED));
        tell(entry, &text, why.or_else(|| logons.next())?, &met)
    };
    records.iter().filter_map(of_record).take(MOST).collect()
}

/// Whether a service with such a code could not log on.
const fn of_logons(class: CodeClass) -> bool {
    matches!(
        class,
        CodeClass::Account
            | CodeClass::Password
            | CodeClass::LogonRight
            | CodeClass::Domain
            | CodeClass::Time
            | CodeClass::Service
    )
}

fn tell(entry: &Entry, text: &str, told: &Told<'_>, met: &Met) -> Option<Entry> {
    let Told {
        code,
        used,
        text: written,
    } = told;
    let win32 = told::win32_of(code);
    let is_certificate = met.operation.as_deref() == Some("certificate-binding");
    // A missing private key is told by the code of a missing logon session, and no cause of that is meant.
    let is_of_key = is_certificate && matches!(code.class, CodeClass::Session | CodeClass::CredentialStore);
    let quoted = quoted(text);
    let listed = |from: usize, to: usize| {
        let ids = code.causes.iter().take(to).skip(from).filter(|_| !is_of_key);
        let list: String = ids.map(|id| format!("|{id}|")).collect();
        Some(list).filter(|list| !list.is_empty())
    };
    let only = code.causes.len() == 1 && !is_of_key;
    let value = match (used.space, win32) {
        (CodeSpace::Win32, Some(value)) if value < 0x1_0000 => 0x8007_0000 | value,
        _ => used.value,
    };
    // A last result is a code of the scheduler, and within it that of the program.
    let space = match code.space {
        CodeSpace::ExitCode => code.space,
        _ => used.space,
    };
    let event = Derived::new(&CODE_TOLD, entry)
        .with("Space", space)
        .with("From", &entry.event.provider)
        .with(
            "code",
            if used.space == CodeSpace::PowerAutomate {
                written.clone()
            } else {
                format!("{value:#010x}")
            },
        )
        .with("Said", quoted)
        .with("Spelling", spelled(code, *used, written))
        .with("Symbol", &code.symbol)
        .with("Topic", class_name(code.class))
        .with_some("Win32", win32)
        .with_some("Only", listed(0, 1).filter(|_| only))
        .with_some("First", listed(0, 1).filter(|_| !only))
        .with_some("Second", listed(1, 2))
        .with_some("Further", listed(2, usize::MAX))
        .with_some("Operation", met.operation.as_deref())
        .with("Logon", met.logons.join(" "))
        .with_some(
            "Accounts",
            Some(met.accounts.join(" ")).filter(|all| !all.is_empty()),
        )
        .with_some(
            "User",
            entry
                .event
                .first_field_text(&["param2"])
                .or_else(|| account(text)),
        )
        .build();
    Some(event)
}

/// The beginning of a text, up to the end of a word.
fn quoted(text: &str) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(QUOTED) else {
        return text.to_owned();
    };
    let start = text.get(..end).unwrap_or(text);
    let whole = start
        .rsplit_once(char::is_whitespace)
        .map_or(start, |(whole, _)| whole);
    format!("{}\u{2026}", whole.trim_end())
}

/// A code as a person knows it: its name with the number behind it. Power Automate has names and no numbers.
fn spelled(code: &Code, used: CodeUse, written: &str) -> String {
    let number = spell(used.space, used.value);
    match code.symbol.as_str() {
        _ if used.space == CodeSpace::PowerAutomate && !written.is_empty() => written.to_owned(),
        "" => number,
        symbol => format!("{symbol} ({number})"),
    }
}

/// The name of a class, as knowledge files spell it.
fn class_name(class: CodeClass) -> String {
    let name = serde_json::to_value(class).ok();
    name.and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// The label of a word such as `logon type: 3`.
fn label_of(word: &str) -> Option<String> {
    let (label, value) = word.split_once(':')?;
    let is_value = value.trim().bytes().all(|byte| byte.is_ascii_digit()) && !value.trim().is_empty();
    (is_value && !label.trim().is_empty()).then(|| label.trim().to_lowercase())
}

/// A text in lower case, with single blanks in the place of wider gaps.
fn in_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word.to_lowercase());
    }
    line
}

/// The accounts in the lines around a place.
fn accounts_near(note: &[(&Entry, String)], place: usize) -> Vec<String> {
    const ACCOUNTS: usize = 4;
    let lines = note.iter().skip(place.saturating_sub(AROUND)).take(AROUND * 2);
    let named = lines.filter_map(|(entry, _)| account(&entry.event.text()));
    named.take(ACCOUNTS).collect()
}

/// The first `DOMAIN\name` of a text that is no path.
fn account(text: &str) -> Option<String> {
    let edges = |letter: char| letter.is_whitespace() || "\"'„“”«»()<>,;:=".contains(letter);
    text.split(edges).find_map(|word| {
        let word = word.trim_end_matches(['.', '?', '!']);
        let (domain, name) = word.split_once('\\')?;
        let plain = |part: &str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|letter| letter.is_alphanumeric() || "-_.$ ".contains(letter))
        };
        let is_account = plain(domain) && plain(name) && !name.contains(".exe") && domain.len() > 1;
        (is_account && !user_key(word).is_empty()).then(|| word.to_owned())
    })
}
