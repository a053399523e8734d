//! Local times become UTC: by the offset that the artifact or its host's own events reveal, by the zone the user gave, or, said
//! aloud, as if they were UTC.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{FixedOffset, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

use super::zone_names::{iana_zone, named_zone, shown_zone};
use super::{logs_in_utc, shared_moments};
use crate::error::{Error, Result};
use crate::model::providers::{AUDITING, EVENT_LOG, KERNEL_GENERAL, POWER_TROUBLESHOOTER, Records};
use crate::model::{
    Artifact, ArtifactFormat, Clock, Event, FactScope, Origin, Problem, ProblemKind, Time, Value, host_key,
    parse_rfc3339,
};

/// A time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// A fixed offset.
    Fixed(FixedOffset),
    /// A zone with rules.
    Named(Tz),
}

impl Zone {
    /// The zone that somebody asks for.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn asked(zone: &str) -> Result<Self> {
        Self::parse(zone).ok_or_else(|| {
            Error::Usage(format!(
                "{zone:?} is no time zone; write UTC, +02:00, Europe/Berlin or \"W. Europe Standard Time\""
            ))
        })
    }

    /// Reads `UTC`, `+02:00`, an IANA name, the name of a zone of Windows or the one that it shows.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("utc") || text == "Z" {
            return Some(Self::Fixed(Utc.fix()));
        }
        if let Some(zone) = iana_zone(text) {
            return Some(Self::Named(zone));
        }
        // `W. Europe Standard Time (UTC+02:00)`, as the header of a trace tells it.
        if let Some((name, offset)) = text.strip_suffix(')').and_then(|text| text.split_once(" (UTC")) {
            return Self::parse(name).or_else(|| offset.parse().ok().map(Self::Fixed));
        }
        if let Ok(zone) = text.parse::<Tz>() {
            return Some(Self::Named(zone));
        }
        if let Some((minutes, zone)) = shown_zone(text) {
            return zone.map(Self::Named).or_else(|| Self::minutes(minutes));
        }
        text.trim_start_matches("UTC")
            .parse::<FixedOffset>()
            .ok()
            .map(Self::Fixed)
    }

    fn minutes(minutes: i32) -> Option<Self> {
        FixedOffset::east_opt(minutes.checked_mul(60)?).map(Self::Fixed)
    }

    /// The instant of a local time. Of the two that an hour set back offers, the earlier; the hour that is skipped is read with
    /// the offset before it.
    fn utc(self, local: NaiveDateTime) -> Option<Time> {
        match self {
            Self::Fixed(offset) => offset
                .from_local_datetime(&local)
                .earliest()
                .map(|time| time.with_timezone(&Utc)),
            Self::Named(zone) => zone
                .from_local_datetime(&local)
                .earliest()
                .or_else(|| {
                    zone.from_local_datetime(&(local - chrono::TimeDelta::hours(1)))
                        .latest()
                        .map(|t| t + chrono::TimeDelta::hours(1))
                })
                .map(|time| time.with_timezone(&Utc)),
        }
    }

    /// An instant on its clocks.
    #[cfg(feature = "diagnose")]
    pub(crate) fn local(self, time: Time) -> chrono::DateTime<FixedOffset> {
        match self {
            Self::Fixed(offset) => time.with_timezone(&offset),
            Self::Named(zone) => time.with_timezone(&zone).fixed_offset(),
        }
    }

    pub(crate) fn name(self) -> String {
        match self {
            Self::Fixed(offset) if offset.local_minus_utc() == 0 => "UTC".to_owned(),
            Self::Fixed(offset) => format!("UTC{offset}"),
            Self::Named(zone) => zone.name().to_owned(),
        }
    }
}

/// What is known about clocks.
#[derive(Debug, Default)]
pub(crate) struct Clocks {
    zones: BTreeMap<String, Zone>,
    /// How each artifact's local times were placed.
    pub placed: BTreeMap<Arc<str>, Clock>,
}

impl Clocks {
    /// The zone of a machine. One that only files without the name of a machine tell is that of any.
    pub(crate) fn zone_of(&self, host: &str) -> Option<String> {
        let of_any = || self.zones.get("").filter(|_| self.zones.len() == 1);
        let zone = self.zones.get(&host_key(host)).or_else(of_any);
        zone.map(|zone| zone.name())
    }

    /// The zone of a machine, or of what names none and is at home at one.
    fn zone(&self, host: &str, home: &str) -> Option<Zone> {
        let of_home = self.zones.get(home).filter(|_| host.is_empty());
        of_home.or_else(|| self.zones.get(&host_key(host))).copied()
    }
}

/// Places every local time. `home` tells the machine that what lies at a path and names none is of, if anybody knows.
pub(crate) fn resolve(
    artifacts: &mut [Artifact],
    assumed: Option<Zone>,
    home: &dyn Fn(&str) -> String,
    problems: &mut Vec<Problem>,
) -> Clocks {
    let mut clocks = Clocks {
        zones: zones(artifacts),
        placed: BTreeMap::new(),
    };
    let mut inferred = BTreeMap::new();
    if assumed.is_none() {
        let is_known = |host: &str| clocks.zones.contains_key(host) || clocks.zones.len() == 1;
        inferred = shared_moments::offsets(artifacts, is_known);
        let zones = inferred.iter();
        let zones = zones.filter_map(|(host, minutes)| Some((host.clone(), Zone::minutes(*minutes)?)));
        clocks.zones.extend(zones);
    }
    let only = if clocks.zones.len() == 1 {
        clocks.zones.values().next().copied()
    } else {
        None
    };
    let in_utc = match only {
        Some(zone) if assumed.is_none() => logs_in_utc::find(artifacts, |local| zone.utc(local)),
        _ => BTreeSet::new(),
    };
    for artifact in artifacts {
        let is_in_utc = in_utc.contains(&artifact.path);
        if is_in_utc {
            artifact.findings.utc_offset = Some(0);
        }
        let home = home(&artifact.path);
        let zones = |host: &str| clocks.zone(host, &home).or(only);
        let (placed, by_moments) = place(artifact, &zones, assumed, &inferred);
        if let Some(clock) = placed {
            clocks.placed.insert(Arc::clone(&artifact.path), clock);
            warn(&artifact.path, clock, assumed, problems);
        }
        if is_in_utc {
            problems.push(Problem::new(
                ProblemKind::TimeZoneAssumed,
                Origin::artifact(Arc::clone(&artifact.path)),
                "its times were read as UTC since its errors go with the logs of the machine only so; --assume-tz says otherwise",
            ));
        }
        if by_moments {
            problems.push(Problem::new(
                ProblemKind::TimeZoneAssumed,
                Origin::artifact(Arc::clone(&artifact.path)),
                "its local times were moved so that ends and beginnings of sessions meet what other files tell of them in UTC; --assume-tz says otherwise",
            ));
        }
    }
    clocks
}

/// Places the local times of one artifact: by its own offset, by the zone of the host or of the only host, by what is assumed. Says how,
/// and whether a zone was that of moments which other files tell, too.
fn place(
    artifact: &mut Artifact,
    zone_of: &dyn Fn(&str) -> Option<Zone>,
    assumed: Option<Zone>,
    inferred: &BTreeMap<String, i32>,
) -> (Option<Clock>, bool) {
    let own = artifact.findings.utc_offset.and_then(Zone::minutes);
    let (mut placed, mut by_moments) = (None, false);
    let events = artifact.findings.events.iter_mut();
    for event in events.filter(|event| event.time.is_none()) {
        let Some(local) = event.local else { continue };
        let (zone, clock) = match (own, zone_of(&event.computer), assumed) {
            (Some(zone), _, _) => (zone, Clock::Exact),
            (None, Some(zone), _) => (zone, Clock::Host),
            (None, None, Some(zone)) => (zone, Clock::Assumed),
            (None, None, None) => (Zone::Fixed(Utc.fix()), Clock::Unknown),
        };
        event.time = zone.utc(local);
        event.clock = clock;
        placed = Some(clock);
        by_moments |= clock == Clock::Host && inferred.contains_key(&host_key(&event.computer));
    }
    for fact in &mut artifact.findings.facts {
        let Some(local) = fact.local.filter(|_| fact.at.is_none()) else {
            continue;
        };
        let zone = own.or(zone_of(&fact.host)).or(assumed);
        fact.at = zone.unwrap_or(Zone::Fixed(Utc.fix())).utc(local);
    }
    (placed, by_moments)
}

fn warn(path: &Arc<str>, clock: Clock, assumed: Option<Zone>, problems: &mut Vec<Problem>) {
    let detail = match (clock, assumed) {
        (Clock::Assumed, Some(zone)) => format!("its local times were read as {}, as asked", zone.name()),
        (Clock::Unknown, _) => {
            "its local times were read as UTC because their time zone is not known; --assume-tz sets it"
                .to_owned()
        }
        _ => return,
    };
    problems.push(Problem::new(
        ProblemKind::TimeZoneAssumed,
        Origin::artifact(Arc::clone(path)),
        detail,
    ));
}

/// The zone of each host: the name in EventLog 6013 with the zone's rules, else the offset that 6008 reveals, else what a settings export says,
/// else how far the local time of a record lies from the UTC that its text names, else the offset in the stamps of its robot's log, else the
/// number in 6013, which ignores daylight saving, else what the header of a trace tells.
fn zones(artifacts: &[Artifact]) -> BTreeMap<String, Zone> {
    let mut zones = BTreeMap::new();
    for artifact in artifacts {
        for fact in artifact
            .findings
            .facts
            .iter()
            .filter(|fact| &*fact.name == "host.time_zone" && fact.scope > FactScope::Observed)
        {
            if let Some(zone) = Zone::parse(&fact.value) {
                zones.insert(host_key(&fact.host), zone);
            }
        }
    }
    let is_telling = |event: &Event| matches!(event.id, Some(1 | 12 | 13 | 4616 | 6008 | 6013));
    let telling: Vec<&Event> = artifacts
        .iter()
        .flat_map(|artifact| artifact.findings.events_where(is_telling))
        .collect();
    for (wanted, read) in [(6008, stopped as fn(&Event) -> Option<Zone>), (6013, uptime)] {
        for event in &telling {
            if event.id == Some(wanted)
                && EVENT_LOG.wrote(event)
                && let Some(zone) = read(event)
            {
                zones.insert(host_key(&event.computer), zone);
            }
        }
    }
    for event in &telling {
        if let Some(zone) = power(event) {
            zones.entry(host_key(&event.computer)).or_insert(zone);
        }
    }
    for (host, zone) in robots(artifacts) {
        zones.entry(host).or_insert(zone);
    }
    for event in &telling {
        if let Some(zone) = standard(event) {
            zones.entry(host_key(&event.computer)).or_insert(zone);
        }
    }
    for (host, zone) in traces(artifacts) {
        // A trace without the name of its machine is of any, and must not stand beside one that is known.
        if !host.is_empty() || zones.is_empty() {
            zones.entry(host).or_insert(zone);
        }
    }
    // Where the zone of one machine is known by its name, what names no machine is of that one: an offset that it tells of one half of the
    // year is none for the other.
    let mut others = zones.iter().filter(|(host, _)| !host.is_empty());
    if let (Some((_, Zone::Named(_))), None) = (others.next(), others.next()) {
        zones.remove("");
    }
    zones
}

/// The zone that traces tell of each machine, by name or by the offset at their time. Traces that disagree tell nothing.
fn traces(artifacts: &[Artifact]) -> Vec<(String, Zone)> {
    let mut told: BTreeMap<String, Option<Zone>> = BTreeMap::new();
    let facts = artifacts.iter().flat_map(|artifact| &artifact.findings.facts);
    for fact in facts.filter(|fact| &*fact.name == "host.time_zone" && fact.scope <= FactScope::Observed) {
        if let Some(zone) = Zone::parse(&fact.value) {
            told.entry(host_key(&fact.host))
                .and_modify(|known| *known = known.filter(|known| *known == zone))
                .or_insert(Some(zone));
        }
    }
    told.into_iter()
        .filter_map(|(host, zone)| Some((host, zone?)))
        .collect()
}

/// The offset that robots stamp their logs with is that of their machine. Logs that disagree, of both halves of a year or of two
/// machines without a name, tell nothing.
fn robots(artifacts: &[Artifact]) -> BTreeMap<String, Zone> {
    let mut offsets: BTreeMap<String, Option<i32>> = BTreeMap::new();
    for Artifact { findings, .. } in artifacts {
        let (Some(ArtifactFormat::RobotLog), Some(offset)) = (findings.format, findings.utc_offset) else {
            continue;
        };
        let named = findings.events.iter().find(|event| !event.computer.is_empty());
        let host = named.map_or_else(String::new, |event| host_key(&event.computer));
        offsets
            .entry(host)
            .and_modify(|known| *known = known.filter(|known| *known == offset))
            .or_insert(Some(offset));
    }
    offsets
        .into_iter()
        .filter_map(|(host, offset)| Some((host, Zone::minutes(offset?)?)))
        .collect()
}

/// Records that name the UTC of the moment in which they are written, in every language: Kernel-General of a start, of a stop and of a setting
/// of the clock, Power-Troubleshooter of waking up, Security of a setting.
const NAMING_UTC: &[Records] = &[
    KERNEL_GENERAL.ids(&[1, 12, 13]),
    POWER_TROUBLESHOOTER.ids(&[1]),
    AUDITING.ids(&[4616]),
];

/// The offset between the local time of such a record and the UTC that it names, sprinkled with direction marks. An offset is a multiple of a
/// quarter of an hour; of several times that a record names only one lies so.
fn power(event: &Event) -> Option<Zone> {
    let names_utc = NAMING_UTC.iter().any(|records| records.are(event));
    let local = event.local.filter(|_| names_utc)?;
    let text: String = event
        .full_text()
        .chars()
        .filter(|c| !matches!(c, '\u{200e}' | '\u{200f}'))
        .collect();
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '(' | ')'));
    let times = words.filter_map(|word| parse_rfc3339(word.trim_end_matches(['.', '。', ','])));
    let offsets: BTreeSet<i64> = times.filter_map(|utc| offset(local, utc)).collect();
    let mut offsets = offsets.into_iter();
    let only = offsets.next().filter(|_| offsets.next().is_none())?;
    Zone::minutes(i32::try_from(only).ok()?)
}

/// Minutes east of UTC, if a local time and an instant are one moment.
fn offset(local: NaiveDateTime, utc: Time) -> Option<i64> {
    let seconds = (local - utc.naive_utc()).num_seconds();
    let quarters = (seconds + seconds.signum() * 450) / 900;
    let near = (seconds - quarters * 900).abs() <= 120 && quarters.abs() <= 14 * 4;
    near.then_some(quarters * 15)
}

fn stopped(event: &Event) -> Option<Zone> {
    let Value::Signed(minutes) = event.field("UtcOffsetMinutes")? else {
        return None;
    };
    Zone::minutes(i32::try_from(*minutes).ok()?)
}

/// `300 Eastern Standard Time`: standard minutes west of UTC and the zone's name, which a Windows of another language writes in that.
fn uptime(event: &Event) -> Option<Zone> {
    let (bias, name) = bias(event)?;
    let of_words = || named_zone(bias.checked_neg()?, &name);
    let zone = iana_zone(&name).or_else(of_words);
    zone.map(Zone::Named)
}

/// The offset of such a record alone, which says nothing of summer.
fn standard(event: &Event) -> Option<Zone> {
    let of_uptime = event.id == Some(6013) && EVENT_LOG.wrote(event);
    let (bias, _) = of_uptime.then(|| bias(event)).flatten()?;
    Zone::minutes(bias.checked_neg()?)
}

fn bias(event: &Event) -> Option<(i32, String)> {
    let text = event.field_text("#6")?;
    let (bias, name) = text.split_once(' ')?;
    Some((bias.parse().ok()?, name.trim().to_owned()))
}

#[cfg(test)]
mod tests;
