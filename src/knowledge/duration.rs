//! Spans of time as people write them: `30s`, `5m`, `2h`, `30d`.

use chrono::TimeDelta;
use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::character::complete::{digit1, multispace0};
use nom::combinator::{all_consuming, map_opt, value};
use nom::multi::many0;
use nom::{IResult, Parser};

/// Reads a span: a whole number and one of `ms`, `s`, `m`, `min`, `h`, `d`, `w`; several may follow each other (`1h30m`).
/// Empty is zero. At most 100 years.
///
/// # Errors
/// What was written and which units there are.
pub fn parse_duration(text: &str) -> Result<TimeDelta, String> {
    let complain = || {
        format!("{text:?} is no span of time; write a number and ms, s, m, h, d or w, such as 15m or 1h30m")
    };
    let (_, parts) = all_consuming(many0(part))
        .parse(text.trim())
        .map_err(|_| complain())?;
    let total = parts
        .iter()
        .try_fold(TimeDelta::zero(), |total, part| total.checked_add(part));
    total
        .filter(|total| *total <= TimeDelta::days(36_525))
        .ok_or_else(complain)
}

/// A number and its unit.
fn part(input: &str) -> IResult<&str, TimeDelta> {
    let span = |(number, _, milliseconds, _): (&str, &str, i64, &str)| {
        TimeDelta::try_milliseconds(number.parse::<i64>().ok()?.checked_mul(milliseconds)?)
    };
    map_opt((digit1, multispace0, unit, multispace0), span).parse(input)
}

/// The milliseconds of a unit; the longer spelling comes first.
fn unit(input: &str) -> IResult<&str, i64> {
    alt((
        value(1, tag("ms")),
        value(60_000, tag("min")),
        value(1_000, tag("s")),
        value(60_000, tag("m")),
        value(3_600_000, tag("h")),
        value(86_400_000, tag("d")),
        value(604_800_000, tag("w")),
    ))
    .parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans() {
        assert_eq!(parse_duration("15m"), Ok(TimeDelta::minutes(15)));
        assert_eq!(parse_duration("1h30m"), Ok(TimeDelta::minutes(90)));
        assert_eq!(parse_duration("500ms"), Ok(TimeDelta::milliseconds(500)));
        assert_eq!(parse_duration(""), Ok(TimeDelta::zero()));
        for bad in ["15", "m", "15 fortnights", "9999999999999999d", "-5m", "200000d"] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
    }
}
