//! Spans of time as people write them: `30s`, `5m`, `2h`, `30d`.

use chrono::TimeDelta;

/// Reads a span: a whole number and one of `ms`, `s`, `m`, `h`, `d`, `w`; several may follow each other (`1h30m`). Empty is
/// zero. At most 100 years.
///
/// # Errors
/// What was written and which units there are.
pub fn parse_duration(text: &str) -> Result<TimeDelta, String> {
    let complain = || {
        format!("{text:?} is no span of time; write a number and ms, s, m, h, d or w, such as 15m or 1h30m")
    };
    let mut total = TimeDelta::zero();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .filter(|&end| end > 0)
            .ok_or_else(complain)?;
        let (number, tail) = rest.split_at(digits);
        let unit_end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_end);
        let milliseconds: i64 = match unit.trim() {
            "ms" => 1,
            "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 604_800_000,
            _ => return Err(complain()),
        };
        let span = number
            .parse::<i64>()
            .ok()
            .and_then(|number| number.checked_mul(milliseconds))
            .ok_or_else(complain)?;
        total = total
            .checked_add(&TimeDelta::milliseconds(span))
            .ok_or_else(complain)?;
        rest = tail;
    }
    if total > TimeDelta::days(36_525) {
        return Err(complain());
    }
    Ok(total)
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
