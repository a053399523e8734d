//! What an excerpt shows where nothing in it is a complaint by itself: whoever sends a few records means the heaviest evidence among
//! them. In a log the same record has neighbours, and is no complaint. Owns what an excerpt is and which evidence is told.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnose::derivers::harmless_refusals::Refusals;
use crate::diagnose::incidents::folding::{fold_text, record, wanted};
use crate::diagnose::incidents::group::{Group, Occurrence};
use crate::diagnose::incidents::incident_user;
use crate::diagnose::incidents::sightings::{Keys, Sighting, Sightings};
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::accounts::is_handed_over;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::diagnose::timeline::host_starts::HostStarts;
use crate::knowledge::derived::{CODE_TOLD, HOST_RESTART};
use crate::knowledge::signal::field;
use crate::knowledge::{CauseRule, Item, Key, Knowledge, Signal, Subject, Symptom};
use crate::model::providers::{
    AUDITING, EVENT_LOG, GROUP_POLICY, KERNEL_BOOT, KERNEL_GENERAL, KERNEL_POWER, NETLOGON, Records, USER32,
};
use crate::model::{Event, Level, Weight, is_task_of_windows};
use crate::parse::Focus;

/// What takes a host down is told when it is asked for, and the code of a record.
const TOLD: [&str; 2] = [HOST_RESTART.name, CODE_TOLD.name];
/// Logons, log-offs, privileges and processes as they come and go.
const AUDITS_OF_SUCCESS: &[u16] = &[4624, 4634, 4647, 4648, 4672, 4688, 4689, 4768, 4769, 4778, 4779];
/// What administrators do to accounts every day: made, enabled, given a password, switched off, removed, changed, unlocked, renamed.
const ACTS_ON_ACCOUNTS: Records = AUDITING.ids(&[4720, 4722, 4723, 4724, 4725, 4726, 4738, 4767, 4781]);
/// What starts and stops of a host write.
const OF_POWER: &[Records] = &[
    USER32.ids(&[]),
    EVENT_LOG.ids(&[]),
    KERNEL_GENERAL.ids(&[]),
    KERNEL_POWER.ids(&[]),
    KERNEL_BOOT.ids(&[]),
];
/// Refusals of accounts, by a machine or a domain controller.
pub(in crate::diagnose) const REFUSALS: Records = AUDITING.ids(&[4625, 4768, 4771, 4776]);
/// What tells that the domain is not in reach.
const OF_DOMAIN: &[Records] = &[NETLOGON.ids(&[]), GROUP_POLICY.ids(&[])];
/// Nobody has such an account (STATUS_NO_SUCH_USER), which anybody on the network may try.
const NO_SUCH_USER: u32 = 0xC000_0064;
const OVER_NETWORK: u32 = 3;
/// Of so few records each is meant.
const MEANT: usize = 3;

/// The heaviest evidence on each machine of which no more than an excerpt was sent. Beside incidents that are all of texts
/// alone, a record that decides by itself is one more.
pub(super) fn find<'a>(
    knowledge: &'a Knowledge,
    (hosts, ledgers): (&[Host], &[Ledgers]),
    sightings: &Sightings<'_>,
    focus: &Focus,
    beside: &[Group<'_>],
) -> Vec<Group<'a>> {
    // Beside a whole log of another machine they are there for that log, and nothing in it failed.
    if hosts.iter().any(|host| !host.is_excerpt()) {
        return Vec::new();
    }
    let of_record = |incident: &Group<'_>| {
        let host = hosts.get(incident.host);
        let mut own = incident.occurrences.iter();
        host.is_some_and(|host| own.any(|occurrence| is_of_record(host, occurrence.event.entry)))
    };
    if beside.iter().any(of_record) {
        return Vec::new();
    }
    let excerpts = hosts.iter().zip(ledgers).enumerate();
    let found = excerpts.flat_map(|(number, (host, ledgers))| {
        let search = Search {
            alone: hosts.len() == 1,
            ..Search::new(knowledge, (number, host), sightings, focus)
        };
        let best = search
            .candidates(|_, _| true)
            .into_iter()
            .max_by_key(Candidate::rank);
        best.filter(|best| beside.is_empty() || best.decides(host))
            .map(|best| best.groups(knowledge, (number, host, ledgers), sightings))
            .unwrap_or_default()
    });
    found.collect()
}

/// Whether a record of a host, with its keys, is one that somebody points at.
pub(in crate::diagnose) type Points<'p> = &'p dyn Fn(&Host, &Entry, &Keys) -> bool;

/// The heaviest evidence among what somebody points at: those records are meant, as the few of an excerpt are, however whole the log is.
pub(in crate::diagnose) fn pointed_at<'a>(
    knowledge: &'a Knowledge,
    (hosts, ledgers): (&[Host], &[Ledgers]),
    sightings: &Sightings<'_>,
    (focus, points): (&Focus, Points<'_>),
) -> Vec<Group<'a>> {
    let found = hosts.iter().enumerate().flat_map(|(number, host)| {
        let search = Search {
            points: Some(points),
            ..Search::new(knowledge, (number, host), sightings, focus)
        };
        let found = search.candidates(|_, _| true);
        found.into_iter().map(move |candidate| (candidate, number))
    });
    // Of equals the first.
    let best = found.reduce(|best, next| match next.0.rank() > best.0.rank() {
        true => next,
        false => best,
    });
    let groups = best.and_then(|(best, number)| {
        let of = (number, hosts.get(number)?, ledgers.get(number)?);
        Some(best.groups(knowledge, of, sightings))
    });
    groups.unwrap_or_default()
}

/// Evidence in a whole log that identifies a cause by itself.
pub(in crate::diagnose) struct Standing<'s> {
    /// The place of the cause.
    pub cause: usize,
    pub signal: usize,
    pub shown: Vec<&'s Sighting>,
}

/// What identifies a cause by itself among the records of trouble of a whole log, one for each signal.
pub(in crate::diagnose) fn standing<'s>(
    knowledge: &Knowledge,
    (number, host): (usize, &Host),
    sightings: &'s Sightings<'_>,
) -> Vec<Standing<'s>> {
    if host.is_excerpt() {
        return Vec::new();
    }
    let focus = Focus::default();
    let search = Search::new(knowledge, (number, host), sightings, &focus);
    // A number that any record may hold says little in a log; a record that was written for this says it.
    let decides = |item: &Item, signal: &Signal| {
        item.weight >= Weight::Decisive && item.window.is_none() && !signal.ids().is_empty()
    };
    let of_windows = |event: &Event| {
        let task = event.first_field_text(&["TaskName"]);
        task.is_some_and(|task| is_task_of_windows(&task))
    };
    let troubles = |sighting: &&Sighting| {
        let entry = host.entries.get(sighting.event.entry);
        entry.is_some_and(|entry| tells_of_trouble(&entry.event) && !of_windows(&entry.event))
    };
    let mut standing: Vec<Standing<'s>> = Vec::new();
    for mut found in search.candidates(decides) {
        found.shown.retain(troubles);
        if !found.shown.is_empty() && !standing.iter().any(|other| other.signal == found.signal) {
            standing.push(Standing {
                cause: found.order,
                signal: found.signal,
                shown: found.shown,
            });
        }
    }
    standing
}

/// One item of a cause that was seen.
pub(super) struct Candidate<'a, 's> {
    weight: Weight,
    /// Whether it needs nothing else beside it.
    itself: bool,
    /// The place of the cause; of equals the first counts.
    pub(super) order: usize,
    signal: usize,
    symptom: &'a Symptom,
    pub(super) shown: Vec<&'s Sighting>,
}

/// The search for evidence that would do alone on one machine.
pub(super) struct Search<'a, 's, 'f> {
    knowledge: &'a Knowledge,
    number: usize,
    host: &'f Host,
    sightings: &'s Sightings<'s>,
    focus: &'f Focus,
    refusals: Refusals,
    starts: HostStarts,
    /// Whether nothing of another machine was sent.
    alone: bool,
    /// Which records are meant, where somebody points at some.
    points: Option<Points<'f>>,
}

impl<'a, 's, 'f> Search<'a, 's, 'f> {
    pub(super) fn new(
        knowledge: &'a Knowledge,
        (number, host): (usize, &'f Host),
        sightings: &'s Sightings<'s>,
        focus: &'f Focus,
    ) -> Self {
        let refusals = Refusals::new(host);
        Self {
            knowledge,
            number,
            host,
            sightings,
            focus,
            refusals,
            starts: HostStarts::new(host),
            alone: false,
            points: None,
        }
    }

    /// All items that would do alone, with what shows them; of those only what fits.
    pub(super) fn candidates(&self, fits: impl Fn(&Item, &Signal) -> bool) -> Vec<Candidate<'a, 's>> {
        let causes = self.knowledge.causes().iter().enumerate();
        let items = causes.flat_map(|(order, cause)| {
            let alone = cause.supports.iter().filter(|item| does_alone(item));
            alone.map(move |item| (order, cause, item))
        });
        let mut found = Vec::new();
        for (order, cause, item) in items {
            let Subject::Signals(signals) = &item.subject else {
                continue;
            };
            let fitting = |signal: &&usize| {
                let known = self.knowledge.signals().get(**signal);
                known.is_some_and(|known| fits(item, known)) && is_telling(self.knowledge, **signal)
            };
            for &signal in signals.iter().filter(fitting) {
                let symptom = symptom_of(self.knowledge, cause, item, signal);
                let shown = self.shown(item, signal);
                if let (Some(symptom), false) = (symptom, shown.is_empty()) {
                    found.push(Candidate {
                        weight: item.weight,
                        itself: item.window.is_none(),
                        order,
                        signal,
                        symptom,
                        shown,
                    });
                }
            }
        }
        found
    }

    /// What shows an item by one of its signals; nothing where the item wants more of it.
    fn shown(&self, item: &Item, signal: usize) -> Vec<&'s Sighting> {
        let seen = self.sightings.on_host(signal, self.number).iter();
        let shown: Vec<&Sighting> = seen.filter(|sighting| self.shows(item, sighting)).collect();
        if count(item, self.host, &shown) >= item.at_least {
            shown
        } else {
            Vec::new()
        }
    }

    fn shows(&self, item: &Item, sighting: &Sighting) -> bool {
        let keys = self.sightings.keys(sighting);
        let entry = self.host.entries.get(sighting.event.entry);
        let is_asked = self.focus.includes(sighting.at.map(|at| at.time)) && wanted(self.focus, keys);
        let is_meant = |entry: &Entry| self.points.is_none_or(|points| points(self.host, entry, keys));
        is_asked && entry.is_some_and(|entry| is_meant(entry) && self.speaks(item, entry, keys))
    }

    fn speaks(&self, item: &Item, entry: &Entry, keys: &Keys) -> bool {
        let event = &entry.event;
        if !self.is_meant(event) {
            return false;
        }
        // What Credential Guard hands over in the place of a name is nobody's.
        let user = event.field_text("TargetUserName");
        let is_nobody = user.is_some_and(|user| is_handed_over(&user));
        let is_everyday = event.field("EndOfDay").is_some();
        // Where names are guessed, one refusal says nothing of an account; how many there are does.
        let is_guessed = item.distinct.is_none() && REFUSALS.are(event) && self.refusals.are_guesses();
        // In the first minutes nothing of the domain is in reach, and that passes by itself.
        let passes = OF_DOMAIN.iter().any(|records| records.are(event)) && self.starts.since(entry);
        if is_nobody || is_everyday || is_guessed || passes || self.refusals.is_mistyped(entry) {
            return false;
        }
        let does_alone = item.window.is_none() || item.weight >= Weight::Decisive;
        // Going to sleep is no trouble, unless somebody asks what was then.
        let is_asked = || self.points.is_some() && is_of_power(event);
        (does_alone || tells_of_trouble(event) || is_asked()) && meets(item, event, keys)
    }
}

impl Search<'_, '_, '_> {
    /// What people and machines do every day is a complaint only where nothing else was sent.
    fn is_meant(&self, event: &Event) -> bool {
        if self.points.is_some() && HOST_RESTART.is(event) {
            return true;
        }
        let raw = || self.host.entries.iter().take(self.host.raw);
        let is_act = ACTS_ON_ACCOUNTS.are(event);
        let is_planned = HOST_RESTART.is(event) && event.field_str("Class").as_deref() == Some("planned");
        let nobody_lost = || {
            event
                .field_number("ActiveSessions")
                .is_none_or(|sessions| sessions == 0)
        };
        let of_power = |entry: &Entry| entry.event.id.is_none() || is_of_power(&entry.event);
        let is_stray = REFUSALS.are(event)
            && event.field_number("FailureCode") == Some(NO_SUCH_USER)
            && event
                .field_number("LogonType")
                .is_none_or(|kind| kind == OVER_NETWORK);
        match (is_act || is_stray, is_planned) {
            (true, _) => raw().count() <= MEANT && self.alone,
            (_, true) => !nobody_lost() || event.field("Interrupted").is_some() || raw().all(of_power),
            _ => true,
        }
    }
}

/// How many sightings there are, or how many values of the field that an item counts.
fn count(item: &Item, host: &Host, shown: &[&Sighting]) -> u64 {
    let Some(name) = &item.distinct else {
        return shown.len() as u64;
    };
    let value = |sighting: &&Sighting| {
        let entry = host.entries.get(sighting.event.entry)?;
        Some(field(&entry.event, name)?.to_lowercase())
    };
    shown.iter().filter_map(value).collect::<BTreeSet<String>>().len() as u64
}

/// Whether an item points at its cause without anything beside it.
fn does_alone(item: &Item) -> bool {
    item.weight >= Weight::Strong && !item.missing
}

/// Whether a signal is no success, and nothing that the ledgers make of the everyday of sessions: what of that is a complaint, the
/// symptoms say themselves.
fn is_telling(knowledge: &Knowledge, signal: usize) -> bool {
    let succeeds = |symptom: &Symptom| symptom.success.contains(&signal);
    let everyday = |signal: &Signal| signal.derived().iter().any(|name| !TOLD.contains(&&**name));
    !knowledge.symptoms().iter().any(succeeds)
        && knowledge
            .signals()
            .get(signal)
            .is_some_and(|signal| !everyday(signal) && !signal.is_circumstance())
}

/// Whether a record tells of trouble by itself: by its level, where it has one, or as an audit that is none of success.
fn tells_of_trouble(event: &Event) -> bool {
    let succeeded = event.id.is_some_and(|id| AUDITS_OF_SUCCESS.contains(&id));
    let is_audit = AUDITING.wrote(event);
    if is_audit {
        return !succeeded;
    }
    event.level != Level::Information && event.level != Level::Verbose
}

/// The symptom of a cause in which an item has a say: one that shows in the same log, else the first.
fn symptom_of<'a>(
    knowledge: &'a Knowledge,
    cause: &CauseRule,
    item: &Item,
    signal: usize,
) -> Option<&'a Symptom> {
    let signal = knowledge.signals().get(signal)?;
    let ids = cause.def.explains.iter().filter(|id| item.applies_to(id));
    let symptoms: Vec<&Symptom> = ids.filter_map(|id| knowledge.symptom(id)).collect();
    let shows = |symptom: &&&Symptom| {
        let anchors = symptom.anchors.iter().filter(|anchor| !anchor.alone);
        let mut signals = anchors.filter_map(|anchor| knowledge.signals().get(anchor.signal));
        signals.any(|anchor| {
            anchor
                .providers()
                .iter()
                .any(|name| signal.providers().contains(name))
        })
    };
    let general = || symptoms.iter().find(|symptom| symptom.general);
    symptoms
        .iter()
        .find(shows)
        .or_else(general)
        .or(symptoms.first())
        .copied()
}

/// Whether a start or a stop of the host writes such records.
fn is_of_power(event: &Event) -> bool {
    OF_POWER.iter().any(|records| records.are(event))
}

fn meets(item: &Item, event: &Event, keys: &Keys) -> bool {
    let lookup = |name: &str| {
        let key = name.parse::<Key>().ok()?;
        keys.get(key).map(|value| value.to_string())
    };
    let mut conditions = item.conditions.iter();
    conditions.all(|(name, condition)| condition.holds(field(event, name).as_deref(), &lookup))
}

/// Whether an entry is a record, or was derived of one, whose place it has then.
fn is_of_record(host: &Host, entry: usize) -> bool {
    let own = host.entries.get(entry).map(|entry| &entry.event.origin);
    let mut records = host.raw_where(|event| event.id.is_some());
    records.any(|entry| Some(&entry.event.origin) == own)
}

impl Candidate<'_, '_> {
    /// The heaviest first; of equals the one that needs nothing else, then the first.
    const fn rank(&self) -> (Weight, bool, Reverse<usize>) {
        (self.weight, self.itself, Reverse(self.order))
    }

    /// Whether it decides by itself and is of a record.
    fn decides(&self, host: &Host) -> bool {
        let mut shown = self.shown.iter();
        self.itself
            && self.weight >= Weight::Decisive
            && shown.all(|sighting| is_of_record(host, sighting.event.entry))
    }

    /// The incident: everything that shows the signal as the first does. Each going down of the host is one by itself.
    fn groups<'k>(
        &self,
        knowledge: &'k Knowledge,
        (number, host, ledgers): (usize, &Host, &Ledgers),
        sightings: &Sightings<'_>,
    ) -> Vec<Group<'k>> {
        let symptom = knowledge.symptom(&self.symptom.id);
        let signal = knowledge.signals().get(self.signal);
        let (Some(symptom), Some(signal), Some(first)) = (symptom, signal, self.shown.first()) else {
            return Vec::new();
        };
        let folds = |sighting: &Sighting| -> Vec<String> {
            let keys = sightings.keys(sighting);
            let all = symptom.fold_by.iter();
            all.map(|key| fold_text(*key, keys)).collect()
        };
        let own = folds(first);
        let mut stories: Vec<(Option<String>, Group<'k>)> = Vec::new();
        let mut records = BTreeSet::new();
        for sighting in self.shown.iter().filter(|sighting| folds(sighting) == own) {
            let keys = sightings.keys(sighting);
            let class = keys.get(Key::Class).zip(sighting.at);
            let story = class.and_then(|(class, at)| ledgers.power.taken_down_by(at, class));
            let occurrence = Occurrence {
                at: sighting.at,
                signal: self.signal,
                title: None,
                event: sighting.event,
                again: record(Some(host), sighting).is_some_and(|record| !records.insert(record)),
            };
            match stories.iter_mut().find(|(known, _)| *known == story) {
                Some((_, group)) => group.occurrences.push(occurrence),
                None => stories.push((
                    story,
                    Group {
                        named: Some(Arc::clone(signal.summary())),
                        ..Group::new(symptom, number, keys.clone(), occurrence)
                    },
                )),
            }
        }
        let groups = stories.into_iter().map(|(_, mut group)| {
            incident_user::complete(&mut group, host, ledgers);
            group
        });
        groups.collect()
    }
}
