//! What stands before the message of a line of a trace: processor, process, thread, time and provider. Owns that frame as `tracefmt` and its
//! like write it; must not know messages.

use std::ops::RangeInclusive;

use chrono::{NaiveDate, NaiveDateTime};
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while_m_n};
use nom::character::complete::{char, space0, space1};
use nom::combinator::{map, opt};
use nom::error::Error;
use nom::sequence::{delimited, preceded, separated_pair, terminated};
use nom::{IResult, Parser};

/// What stands before the message of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prefix<'a> {
    /// The process.
    pub(crate) process: u32,
    /// The thread.
    pub(crate) thread: u32,
    /// The local time; zeros are none.
    pub(crate) local: Option<NaiveDateTime>,
    /// The provider, as raw bytes.
    pub(crate) provider: &'a [u8],
    /// Where the message begins.
    pub(crate) message: usize,
}

/// Reads the prefix of a line.
pub(crate) fn prefix(line: &[u8]) -> Option<Prefix<'_>> {
    let viewer = (number(10, 1..=20), space1);
    let processor = delimited(char('['), number(10, 1..=5), char(']'));
    let ids = separated_pair(number(16, 4..=8), char('.'), number(16, 4..=8));
    let sequence = (number(16, 8..=8), space0);
    let provider = delimited(char('['), take_while(|byte| byte != b']'), char(']'));
    let before = (space0, opt(viewer), processor);
    let (rest, (_, (process, thread), _, local, _, _, provider)) = (
        before,
        ids,
        tag(&b"::"[..]),
        time,
        space0,
        opt(sequence),
        provider,
    )
        .parse_complete(line)
        .ok()?;
    let message = line.len().checked_sub(rest.len())?;
    Some(Prefix {
        process,
        thread,
        local,
        provider,
        message: message + usize::from(rest.first() == Some(&b' ')),
    })
}

/// A number of so many digits to a base; what does not fit 32 bits is all ones.
fn number<'a>(
    base: u32,
    digits: RangeInclusive<usize>,
) -> impl Parser<&'a [u8], Output = u32, Error = Error<&'a [u8]>> {
    let (least, most) = digits.into_inner();
    let text = take_while_m_n(least, most, move |byte| char::from(byte).is_digit(base));
    map(text, move |text: &[u8]| {
        let digits = text.iter().filter_map(|&byte| char::from(byte).to_digit(base));
        digits.fold(0_u32, |number, digit| {
            number.saturating_mul(base).saturating_add(digit)
        })
    })
}

/// `MM/dd/yyyy-` or `yyyy/MM/dd-` or `yyyy-MM-dd `, then `HH:mm:ss.` and 3 to 9 digits. `None` is a date of zeros or one
/// that no calendar has.
fn time(line: &[u8]) -> IResult<&[u8], Option<NaiveDateTime>> {
    let two = || number(10, 2..=2);
    let four = || number(10, 4..=4);
    let between = || alt((char('/'), char('-')));
    let year_first = (four(), preceded(between(), two()), preceded(between(), two()));
    let year_last = map(
        (two(), preceded(between(), two()), preceded(between(), four())),
        |(month, day, year)| (year, month, day),
    );
    let join = alt((char('-'), char(' '), char('T')));
    let clock = (two(), preceded(char(':'), two()), preceded(char(':'), two()));
    let fraction = preceded(char('.'), take_while_m_n(3, 9, |byte: u8| byte.is_ascii_digit()));
    let date = terminated(alt((year_first, year_last)), join);
    map(
        (date, clock, fraction),
        |((year, month, day), (hour, minute, second), fraction)| {
            let nanos = (0..9).fold(0_u32, |nanos, place| {
                let digit = fraction
                    .get(place)
                    .map_or(0, |digit: &u8| u32::from(digit.wrapping_sub(b'0')));
                nanos.saturating_mul(10).saturating_add(digit)
            });
            let year = i32::try_from(year).ok().filter(|&year| year > 0)?;
            NaiveDate::from_ymd_opt(year, month, day)?.and_hms_nano_opt(hour, minute, second, nanos)
        },
    )
    .parse_complete(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_date_form_of_the_prefix() {
        for (line, expected) in [
            (
                "[0]0338.0E40::06/10/2026-14:25:43.968 [drv]x",
                "2026-06-10 14:25:43.968",
            ),
            (
                "[0]02CC.0CD0::2026-01-04 09:22:26.567 [P]x",
                "2026-01-04 09:22:26.567",
            ),
            (
                "10409 [0]0370.0434::2026-03-06 01:16:13.118424000 [P] x",
                "2026-03-06 01:16:13.118424",
            ),
            (
                "  1619 [5]6C6C.0824::2026/03/27-12:48:40.926143200 [P]x",
                "2026-03-27 12:48:40.926143200",
            ),
        ] {
            let prefix = prefix(line.as_bytes()).expect(line);
            let wanted = NaiveDateTime::parse_from_str(expected, "%Y-%m-%d %H:%M:%S%.f").unwrap();
            assert_eq!(prefix.local, Some(wanted), "{line}");
            assert_eq!(line.get(prefix.message..), Some("x"));
        }
        for line in [
            "[0]338.0E40::06/10/2026-14:25:43.968 [drv]x",
            "[0]0338.0E40::06/10/2026-14:25:43 [drv]x",
            "[0]0338.0E40::06/10/2026-14:25:43.968 drv x",
            "[0]0338.0E40::06/10/2026-14:25:43.968 [drv",
            "[0]0338.0E40:06/10/2026-14:25:43.968 [drv]x",
            "[999999]0338.0E40::06/10/2026-14:25:43.968 [drv]x",
            "",
        ] {
            assert_eq!(prefix(line.as_bytes()), None, "{line}");
        }
    }
}
