//! From the time-zone names of Windows to IANA zones: EventLog 6013 and registry exports name a host's zone by its
//! Windows key, and only rules with daylight saving turn local text times into UTC. Owns that table, knows no event.
//!
//! `zone` in `zone_names.json` has the names of Windows (registry keys under Time Zones) and the IANA zone of each, for territory 001 where
//! one key covers several. Facts from CLDR windowsZones; IANA names in their present spelling. Keys that Windows has withdrawn stay: old
//! machines write them. `shown` has the names that Windows shows, as systeminfo, Get-TimeZone and the settings print them in the language
//! of the machine: standard minutes east of UTC, words that tell the zone among those of that offset (names of cities are alike in many
//! languages), and the zone. The first that fits counts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono_tz::Tz;
use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::character::complete::{char, digit1, one_of, space0};
use nom::combinator::{map_opt, map_res, opt, value};
use nom::sequence::delimited;
use nom::{IResult, Parser};
use serde::Deserialize;

#[derive(Deserialize)]
struct ZoneFile {
    zone: BTreeMap<String, String>,
    shown: Vec<Shown>,
}

/// A zone by the name that Windows shows.
#[derive(Deserialize)]
struct Shown {
    minutes: i32,
    words: Vec<String>,
    zone: String,
}

/// The zones by the names that Windows shows.
static SHOWN: LazyLock<Vec<Shown>> = LazyLock::new(|| {
    let file: Option<ZoneFile> = serde_json::from_str(include_str!("zone_names.json")).ok();
    file.map(|file| file.shown).unwrap_or_default()
});

/// The zones by their Windows key in lower case.
static ZONES: LazyLock<BTreeMap<String, Tz>> = LazyLock::new(|| {
    // A table that did not load would be empty here; a test holds it to load.
    let file: Option<ZoneFile> = serde_json::from_str(include_str!("zone_names.json")).ok();
    let rows = file.into_iter().flat_map(|file| file.zone);
    rows.filter_map(|(key, name)| Some((key.to_ascii_lowercase(), name.parse().ok()?)))
        .collect()
});

/// The IANA zone of a Windows time-zone key, as `W. Europe Standard Time`; case and blanks around it do not count.
///
/// The daylight name of a zone (`W. Europe Daylight Time`), which some logs print in summer, names the same zone.
pub(crate) fn iana_zone(windows_key: &str) -> Option<Tz> {
    let key = windows_key.trim().to_ascii_lowercase();
    ZONES
        .get(&key)
        .or_else(|| ZONES.get(&key.replacen("daylight time", "standard time", 1)))
        .copied()
}

/// What a name of a zone tells that Windows shows in the language of the machine, as `(UTC+09:00) Osaka, Sapporo, Tokyo`: its standard
/// offset in minutes east of UTC, and the IANA zone where a word of the name tells it.
pub(crate) fn shown_zone(name: &str) -> Option<(i32, Option<Tz>)> {
    let (words, minutes) = shown_offset(name.trim()).ok()?;
    (minutes.abs() <= 15 * 60).then(|| (minutes, named_zone(minutes, words)))
}

/// The zone of a standard offset, in minutes east of UTC, that a word of its name in the language of the machine tells.
pub(crate) fn named_zone(minutes: i32, name: &str) -> Option<Tz> {
    let told = SHOWN.iter().find(|shown| {
        shown.minutes == minutes && shown.words.iter().any(|word| name.contains(word.as_str()))
    });
    told.and_then(|shown| shown.zone.parse().ok())
}

/// `(UTC+09:00)` in minutes, `(UTC)` as none.
fn shown_offset(input: &str) -> IResult<&str, i32> {
    let name = alt((tag("UTC"), tag("GMT")));
    let offset = delimited(space0, opt(hours_and_minutes), space0);
    let (rest, offset) = delimited((char('('), name), offset, char(')')).parse(input)?;
    Ok((rest, offset.unwrap_or_default()))
}

/// `+09:00`, `-03:30`, with any of the dashes.
fn hours_and_minutes(input: &str) -> IResult<&str, i32> {
    let sign = alt((value(1, char('+')), value(-1, one_of("-\u{2212}\u{2013}"))));
    let number = || map_res(delimited(space0, digit1, space0), str::parse::<i32>);
    let minutes = |(sign, hours, _, minutes): (i32, i32, char, i32)| {
        hours.checked_mul(60)?.checked_add(minutes)?.checked_mul(sign)
    };
    map_opt((sign, number(), char(':'), number()), minutes).parse(input)
}

#[cfg(test)]
mod tests {
    use chrono::{Offset, TimeZone, Utc};

    use super::*;

    #[test]
    fn every_row_is_a_zone() {
        let file: ZoneFile = serde_json::from_str(include_str!("zone_names.json")).unwrap();
        assert!(file.zone.len() >= 140);
        for (key, name) in &file.zone {
            let zone: Tz = name.parse().unwrap_or_else(|_| panic!("{key}: {name}"));
            assert_eq!(iana_zone(key), Some(zone));
        }
    }

    #[test]
    fn zones_have_their_offsets() {
        let minutes = |key: &str, month: u32| {
            let zone = iana_zone(key).unwrap();
            let at = Utc.with_ymd_and_hms(2023, month, 15, 12, 0, 0).unwrap();
            zone.offset_from_utc_datetime(&at.naive_utc())
                .fix()
                .local_minus_utc()
                / 60
        };
        for (key, january, july) in [
            ("W. Europe Standard Time", 60, 120),
            ("GMT Standard Time", 0, 60),
            ("UTC", 0, 0),
            ("Eastern Standard Time", -300, -240),
            ("Pacific Standard Time", -480, -420),
            ("US Mountain Standard Time", -420, -420),
            ("India Standard Time", 330, 330),
            ("Tokyo Standard Time", 540, 540),
            ("AUS Eastern Standard Time", 660, 600),
            ("Newfoundland Standard Time", -210, -150),
            ("Nepal Standard Time", 345, 345),
            ("E. South America Standard Time", -180, -180),
            ("Dateline Standard Time", -720, -720),
            ("UTC+12", 720, 720),
            ("Easter Island Standard Time", -300, -360),
        ] {
            assert_eq!((minutes(key, 1), minutes(key, 7)), (january, july), "{key}");
        }
    }

    #[test]
    fn names_that_windows_shows() {
        for (name, minutes, zone) in [
            (
                "(UTC-05:00) Eastern Time (US & Canada)",
                -300,
                Some(Tz::America__New_York),
            ),
            (
                "(UTC-05:00) Est (États-Unis et Canada)",
                -300,
                Some(Tz::America__New_York),
            ),
            (
                "(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien",
                60,
                Some(Tz::Europe__Berlin),
            ),
            ("(UTC+09:00) 大阪、札幌、東京", 540, Some(Tz::Asia__Tokyo)),
            ("(UTC) Coordinated Universal Time", 0, None),
            ("(UTC+03:30) Teheran", 210, None),
        ] {
            assert_eq!(shown_zone(name), Some((minutes, zone)), "{name}");
        }
        for name in ["", "UTC+01:00", "(UTC+99:00) Nowhere", "(UTC+x:y)", "(one) two"] {
            assert_eq!(shown_zone(name), None, "{name}");
        }
        assert!(SHOWN.len() > 50 && SHOWN.iter().all(|shown| shown.zone.parse::<Tz>().is_ok()));
    }

    #[test]
    fn spelling_is_forgiven_and_strangers_are_not() {
        assert_eq!(iana_zone("  w. europe standard TIME "), Some(Tz::Europe__Berlin));
        assert_eq!(iana_zone("W. Europe Daylight Time"), Some(Tz::Europe__Berlin));
        for key in ["", "Standard Time", "Moon Standard Time", "Europe/Berlin"] {
            assert_eq!(iana_zone(key), None, "{key}");
        }
    }
}
