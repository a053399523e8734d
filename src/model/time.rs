//! Instants. All are UTC; text without a zone stays a local time until its host's offset is known.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};

/// An instant in UTC.
pub type Time = DateTime<Utc>;

/// 100 ns ticks between 1601-01-01 and 1970-01-01.
const UNIX_EPOCH_AS_FILETIME: u64 = 116_444_736_000_000_000;

/// Reads a FILETIME: 100 ns ticks since 1601-01-01 UTC. Zero and values before 1601 or past the year 9999
/// are no time.
///
/// Spec: <https://learn.microsoft.com/windows/win32/api/minwinbase/ns-minwinbase-filetime>
pub fn from_filetime(ticks: u64) -> Option<Time> {
    if ticks == 0 {
        return None;
    }
    let ticks = i64::try_from(ticks)
        .ok()?
        .checked_sub(i64::try_from(UNIX_EPOCH_AS_FILETIME).ok()?)?;
    let seconds = ticks.div_euclid(10_000_000);
    let nanos = u32::try_from(ticks.rem_euclid(10_000_000))
        .ok()?
        .checked_mul(100)?;
    DateTime::from_timestamp(seconds, nanos).filter(|time| time.timestamp() < 253_402_300_800)
}

/// Reads a SYSTEMTIME of 16 bytes as if it were UTC: year, month, day of week, day, hour, minute, second,
/// millisecond, each a little-endian `u16`.
///
/// Spec: <https://learn.microsoft.com/windows/win32/api/minwinbase/ns-minwinbase-systemtime>
pub fn from_systemtime(bytes: &[u8]) -> Option<Time> {
    let mut parts = [0_u16; 8];
    for (part, pair) in parts.iter_mut().zip(bytes.get(..16)?.chunks_exact(2)) {
        *part = u16::from_le_bytes(pair.try_into().ok()?);
    }
    let [year, month, _, day, hour, minute, second, milli] = parts;
    let date = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))?;
    let time = date.and_hms_milli_opt(hour.into(), minute.into(), second.into(), milli.into())?;
    Some(time.and_utc())
}

/// Writes an instant as RFC 3339 with `Z`, and with as many of the groups of three digits behind the point as it has.
pub fn time_text(time: Time) -> String {
    let mut text = Vec::with_capacity(30);
    write_time(time, &mut text);
    // It is made of digits.
    String::from_utf8(text).unwrap_or_default()
}

/// Appends what [`time_text`] makes of an instant.
pub fn write_time(time: Time, out: &mut Vec<u8>) {
    let naive = time.naive_utc();
    let (date, clock) = (naive.date(), naive.time());
    let nanos = clock.nanosecond();
    let Some(year) = u32::try_from(date.year())
        .ok()
        .filter(|&year| year < 10_000 && nanos < 1_000_000_000)
    else {
        // A year of other than four digits, or a leap second.
        let text = time.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string();
        return out.extend_from_slice(text.as_bytes());
    };
    let seconds = clock.num_seconds_from_midnight();
    let mut text = *b"0000-00-00T00:00:00.000000000Z";
    let mut put = |place: usize, number: u32| {
        [text[place], text[place + 1]] = PAIRS[(number % 100) as usize];
    };
    put(0, year / 100);
    put(2, year);
    put(5, date.month());
    put(8, date.day());
    put(11, seconds / 3_600);
    put(14, seconds / 60 % 60);
    put(17, seconds % 60);
    put(20, nanos / 10_000_000);
    put(22, nanos / 100_000);
    put(24, nanos / 1_000);
    put(26, nanos / 10);
    text[28] = b'0' + (nanos % 10) as u8;
    let length = match (nanos, nanos % 1_000_000, nanos % 1_000) {
        (0, ..) => 19,
        (_, 0, _) => 23,
        (_, _, 0) => 26,
        _ => 29,
    };
    out.extend_from_slice(text.get(..length).unwrap_or_default());
    out.push(b'Z');
}

/// The two digits of each number below a hundred.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut number = 0;
    while number < 100 {
        pairs[number] = [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        number += 1;
    }
    pairs
};

/// Reads an ISO 8601 stamp. One without an offset is taken as UTC, as `SystemTime` attributes are.
pub fn parse_rfc3339(text: &str) -> Option<Time> {
    let text = text.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.with_timezone(&Utc));
    }
    let naive = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M:%S%.fZ",
    ]
    .iter()
    .find_map(|form| chrono::NaiveDateTime::parse_from_str(text, form).ok())?;
    naive.and_utc().checked_add_signed(TimeDelta::zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filetime_of_a_real_tracerpt_row() {
        let time = from_filetime(131_644_278_080_567_528).unwrap();
        assert_eq!(time.to_rfc3339(), "2018-03-02T01:30:08.056752800+00:00");
        assert_eq!(from_filetime(0), None);
        assert_eq!(from_filetime(u64::MAX), None);
    }

    #[test]
    fn systemtime_of_a_real_6008() {
        let bytes = [
            0xE4, 0x07, 0x08, 0, 5, 0, 7, 0, 0x14, 0, 0x0B, 0, 0x25, 0, 0x76, 0x01,
        ];
        assert_eq!(
            from_systemtime(&bytes).unwrap().to_rfc3339(),
            "2020-08-07T20:11:37.374+00:00"
        );
        assert_eq!(from_systemtime(&bytes[..15]), None);
    }

    #[test]
    fn stamps_with_and_without_an_offset() {
        let utc = parse_rfc3339("2026-05-04T08:00:00.1234567Z").unwrap();
        assert_eq!(parse_rfc3339("2026-05-04T10:00:00.1234567+02:00"), Some(utc));
        assert_eq!(parse_rfc3339("2026-05-04T08:00:00.1234567"), Some(utc));
        assert_eq!(parse_rfc3339("yesterday"), None);
    }

    #[test]
    fn text_is_that_of_the_calendar() {
        for text in [
            "2026-05-04T08:00:00Z",
            "1601-01-01T00:00:00.001Z",
            "2026-12-31T23:59:59.000001Z",
            "0001-02-03T04:05:06.000000100Z",
            "9999-12-31T23:59:59.999999999Z",
        ] {
            let time = parse_rfc3339(text).unwrap();
            assert_eq!(time_text(time), text);
            assert_eq!(time.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string(), text);
        }
        assert_eq!(
            time_text(Time::MAX_UTC),
            Time::MAX_UTC.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string()
        );
    }
}
