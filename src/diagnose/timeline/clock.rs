//! The clock of a host: when it was set back, and which records were written before and after. Owns the numbering of the epochs between.
//!
//! Logs are not written in order of time. At every start the Event Log service writes its own records (6005, 6009, 6013) before those that the
//! kernel kept for it since the shutdown (Kernel-Power 109, Kernel-General 13 and 12); after sleep it writes 6013 with the new time before
//! Kernel-Power 107 with that of falling asleep. A step back in one log therefore is no clock that was set. Believed are who sets the clock
//! (Kernel-General 1 and Security 4616, which give the old time and the new), and steps that several logs of the host made at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::diagnose::timeline::host::{Entry, Moment};
use crate::model::providers::{
    AUDITING, EVENT_LOG, KERNEL_BOOT, KERNEL_GENERAL, KERNEL_POWER, Provider, Records,
};
use crate::model::{Event, Kept, Origin, Time, parse_rfc3339};

/// A step back of more than this is a clock that was set.
const JUMP: TimeDelta = TimeDelta::seconds(60);
/// So much earlier or later than the old and the new time a record may be stamped that lies beside the step.
const SLACK: TimeDelta = TimeDelta::seconds(30);
/// The kernel writes of its own wake-up with the time of falling asleep; the setting of the clock follows within this span.
const WAKES: TimeDelta = TimeDelta::seconds(10);

/// The markers of one start, and of the stop before it, are written within this span.
const START: TimeDelta = TimeDelta::minutes(10);

/// So many settings of one log are looked at, the last of them: a machine whose clock is set back more often has no order to be found.
const MOST: usize = 200;

/// Who writes records of a start and of a stop out of turn.
const OUT_OF_TURN: [Provider; 4] = [KERNEL_GENERAL, KERNEL_POWER, EVENT_LOG, KERNEL_BOOT];

/// The records of one channel: with a number, or without.
pub(super) type Channels = BTreeMap<(Arc<str>, bool), Vec<Entry>>;

/// The clock was set back.
#[derive(Debug, Clone)]
pub(super) struct SetBack {
    /// The last time on the old setting.
    pub old: Time,
    /// The first on the new.
    pub new: Time,
    /// The record that tells of it.
    pub origin: Origin,
    /// Where it is told: the channel, and the number of the first record after it.
    at: Vec<(Arc<str>, u64)>,
    /// By how much, where a record says so: of a step in the logs nobody knows how long it took.
    by: Option<TimeDelta>,
}

impl SetBack {
    /// Whether a step between two records can be this one.
    fn explains(&self, before: Time, after: Time) -> bool {
        let (from, to) = (near(self.new, -SLACK), near(self.old, SLACK));
        before - after > JUMP && before <= to && after >= from
    }

    /// Whether two logs tell of one and the same setting: the spans of time that they say were lived twice are nearly the same.
    fn is(&self, other: &Self) -> bool {
        let (from, to) = (self.new.max(other.new), self.old.min(other.old));
        let longest = (self.old - self.new).max(other.old - other.new);
        (to - from) * 2 > longest
    }
}

fn near(time: Time, span: TimeDelta) -> Time {
    time.checked_add_signed(span).unwrap_or(time)
}

/// Records of the clock being set.
pub(in crate::diagnose) const SETTINGS: &[Records] = &[KERNEL_GENERAL.ids(&[1]), AUDITING.ids(&[4616])];

/// The old time and the new, of a record of the clock being set, by whatever log.
pub(in crate::diagnose) fn setting(event: &Event) -> Option<(Time, Time)> {
    let old = match event.id? {
        1 if KERNEL_GENERAL.wrote(event) => "OldTime",
        4616 if AUDITING.wrote(event) => "PreviousTime",
        _ => return None,
    };
    let time = |name: &str| parse_rfc3339(&event.field_text(name)?);
    Some((time(old)?, time("NewTime")?))
}

/// The same, of an event that is kept.
fn set(event: &Kept) -> Option<(Time, Time)> {
    let is_one = matches!(event.like().id, Some(1 | 4616));
    is_one.then(|| setting(event)).flatten()
}

/// Numbers the epochs between settings of the clock of a host, the same in all its channels, and tells of each setting back.
/// The records of each channel must be in the order of their numbers.
pub(super) fn number(channels: &mut Channels) -> Vec<SetBack> {
    let jumps = set_backs(channels);
    for ((channel, numbered), entries) in channels.iter_mut() {
        wake(entries);
        if jumps.is_empty() {
            continue;
        }
        if *numbered {
            number_in_order(channel, entries, &jumps);
        } else {
            for at in entries.iter_mut().filter_map(|entry| entry.at.as_mut()) {
                // A ring buffer may have lost the first settings of the clock, never the last.
                let after = jumps.iter().rposition(|jump| at.time >= jump.new);
                let before = jumps.iter().take(after.map_or(0, |last| last + 1));
                *at = before.fold(Moment::at(at.time), |at, jump| at.set_back(jump.by));
            }
        }
    }
    jumps
}

/// After sleep the kernel writes with the time of falling asleep until its clock is set: what it says of waking up is put where that was.
fn wake(entries: &mut [Entry]) {
    let mut woken: Vec<(usize, Time)> = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        let Some((old, new)) = set(&entry.event).filter(|(old, new)| *new - *old > JUMP) else {
            continue;
        };
        let earlier = entries.iter().enumerate().take(place).rev().take(8);
        let stale = earlier.filter(|(_, entry)| {
            let event = entry.event.like();
            let power = event.id == Some(107) && KERNEL_POWER.wrote(event);
            power && entry.at.is_some_and(|at| (old - at.time).abs() <= WAKES)
        });
        woken.extend(stale.map(|(place, _)| (place, new)));
    }
    for (place, new) in woken {
        if let Some(at) = entries.get_mut(place).and_then(|entry| entry.at.as_mut()) {
            at.time = new;
        }
    }
}

/// Every setting back that is believed, in the order in which they happened.
fn set_backs(channels: &Channels) -> Vec<SetBack> {
    let mut jumps: Vec<SetBack> = Vec::new();
    for ((channel, numbered), entries) in channels {
        let told = entries.iter().filter_map(|entry| told(channel, entry));
        if *numbered {
            join(&mut jumps, told.collect());
        }
    }
    let steps: Vec<Vec<SetBack>> = channels
        .iter()
        .filter(|((_, numbered), entries)| *numbered && entries.len() > 1)
        .map(|((channel, _), entries)| steps(channel, entries))
        .collect();
    let alone = steps.len() == 1;
    for (own, list) in steps.iter().enumerate() {
        let others = || steps.iter().enumerate().filter(|(other, _)| *other != own);
        let seen =
            |jump: &SetBack| alone || others().any(|(_, list)| list.iter().any(|other| other.is(jump)));
        let known = |jump: &SetBack| jumps.iter().any(|known| known.explains(jump.old, jump.new));
        let news: Vec<SetBack> = list
            .iter()
            .filter(|jump| seen(jump) && !known(jump))
            .cloned()
            .collect();
        join(&mut jumps, news);
    }
    jumps
}

/// What a record says of a setting back.
fn told(channel: &Arc<str>, entry: &Entry) -> Option<SetBack> {
    let (old, new) = set(&entry.event).filter(|(old, new)| *old - *new > JUMP)?;
    Some(SetBack {
        old,
        new,
        origin: entry.event.origin(),
        at: vec![(Arc::clone(channel), entry.event.record_id()?)],
        by: Some(old - new),
    })
}

fn last(mut list: Vec<SetBack>) -> Vec<SetBack> {
    list.split_off(list.len().saturating_sub(MOST))
}

/// Adds what one more channel tells, in its order: what is known already is one, and what is new comes after what it followed.
fn join(jumps: &mut Vec<SetBack>, news: Vec<SetBack>) {
    let mut next = 0;
    for mut jump in last(news) {
        let known = jumps.iter().skip(next).position(|known| known.is(&jump));
        if let Some(known) = known.and_then(|place| jumps.get_mut(next + place)) {
            known.old = known.old.max(jump.old);
            known.new = known.new.min(jump.new);
            known.at.append(&mut jump.at);
            next += jumps
                .iter()
                .skip(next)
                .position(|known| known.is(&jump))
                .unwrap_or(0)
                + 1;
        } else {
            jumps.insert(next, jump);
            next += 1;
        }
    }
}

/// Whether a record may be written out of turn.
fn in_turn(entry: &&Entry) -> bool {
    !OUT_OF_TURN
        .iter()
        .any(|provider| provider.wrote(entry.event.like()))
}

/// The steps back between neighbours of one channel, but for those of records that come out of turn. A record that came late is no step: the
/// time goes on behind it where it was before.
fn steps(channel: &Arc<str>, entries: &[Entry]) -> Vec<SetBack> {
    // In nearly every log time only goes on.
    let stamped = entries.iter().filter_map(|entry| entry.at);
    if stamped.is_sorted_by_key(|at| at.time) {
        return Vec::new();
    }
    let times: Vec<(Time, &Entry)> = entries
        .iter()
        .filter(in_turn)
        .filter_map(|entry| Some((entry.at?.time, entry)))
        .collect();
    let mut steps = Vec::new();
    for (place, pair) in times.windows(2).enumerate() {
        let [(before, _), (after, entry)] = pair else {
            continue;
        };
        let stays = times
            .get(place + 2)
            .is_none_or(|(next, _)| *before - *next > JUMP);
        if *before - *after > JUMP && stays {
            let record = entry.event.record_id().unwrap_or(0);
            steps.push(SetBack {
                old: *before,
                new: *after,
                origin: entry.event.origin(),
                at: vec![(Arc::clone(channel), record)],
                by: None,
            });
        }
    }
    last(steps)
}

/// Numbers the epochs of a channel with numbered records: each setting back falls between two of them.
fn number_in_order(channel: &Arc<str>, entries: &mut [Entry], jumps: &[SetBack]) {
    let mut from = 0;
    for jump in jumps {
        let began = from;
        from = boundary(channel, entries, jump, from);
        let mut swapped = out_of_turn(entries, jump, began, from).into_iter().peekable();
        for (place, entry) in entries.iter_mut().enumerate().skip(began) {
            let is_swapped = swapped.next_if_eq(&place).is_some();
            if let Some(at) = entry.at.as_mut().filter(|_| (place >= from) != is_swapped) {
                *at = at.set_back(jump.by);
            }
        }
    }
}

/// The places of records of a start that stand on the wrong side of a setting back at `boundary`. The Event Log service writes with the new time
/// before the record of the setting, which the kernel kept for it; what the kernel kept may be of the old time and come after it. Such a record
/// lies at the other side of the setting, and its neighbours at this one: that no restart makes, which steps back for as long as it took.
fn out_of_turn(entries: &[Entry], jump: &SetBack, began: usize, boundary: usize) -> Vec<usize> {
    let is_old = |time: Time| (time - jump.old).abs() <= START && jump.explains(time, jump.new);
    let is_new = |time: Time| (time - jump.new).abs() <= START && jump.explains(jump.old, time);
    let times = || {
        let times = entries.iter().enumerate().skip(began);
        times.filter_map(|(place, entry)| Some((place, entry, entry.at?.time)))
    };
    let mut latest: Option<Time> = None;
    let mut swapped = Vec::new();
    for (place, entry, time) in times().take_while(|(place, ..)| *place < boundary) {
        let stepped = latest.is_some_and(|latest| is_old(latest) && latest - time > JUMP);
        if stepped && is_new(time) && !in_turn(&entry) {
            swapped.push(place);
        } else {
            latest = latest.max(Some(time));
        }
    }
    let kept = times().filter(|(place, entry, time)| *place >= boundary && is_old(*time) && !in_turn(entry));
    swapped.extend(kept.filter_map(|(place, _, time)| {
        let next = entries.iter().skip(place + 1).filter(in_turn);
        let next = next.filter_map(|entry| entry.at).next()?.time;
        (is_new(next) && time - next > JUMP).then_some(place)
    }));
    swapped
}

/// The place of the first record after a setting back, not before `from`: where it is told, else at the widest step that it explains, else at
/// the first record that can be of the new setting.
fn boundary(channel: &Arc<str>, entries: &[Entry], jump: &SetBack, from: usize) -> usize {
    let told = jump
        .at
        .iter()
        .filter(|(of, _)| of == channel)
        .map(|(_, record)| *record)
        .min();
    let number = |entry: &Entry| entry.event.record_id().unwrap_or(0);
    if let Some(record) = told {
        return entries.partition_point(|entry| number(entry) < record).max(from);
    }
    let later = || {
        let later = entries
            .iter()
            .enumerate()
            .skip(from)
            .filter(|(_, entry)| in_turn(entry));
        later.filter_map(|(place, entry)| Some((place, entry.at?.time)))
    };
    let steps = later().zip(later().skip(1));
    let widest = steps
        .filter(|((_, before), (_, after))| jump.explains(*before, *after))
        .max_by_key(|((_, before), (place, after))| (*before - *after, std::cmp::Reverse(*place)));
    if let Some((_, (place, _))) = widest {
        return place;
    }
    let first = later().find(|(_, time)| *time >= jump.new);
    first.map_or(entries.len(), |(place, _)| place)
}

#[cfg(test)]
mod tests;
