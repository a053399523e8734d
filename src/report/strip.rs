//! The time around an incident as one line of plain characters: when it failed, when the evidence was seen, when it worked.

use chrono::TimeDelta;

use super::answer::Teller;
use crate::model::{Incident, Time};

/// The least span that a strip shows.
const LEAST: TimeDelta = TimeDelta::minutes(20);
/// The widest strip.
const WIDEST: usize = 72;

/// The strip and what its marks mean, with so many pieces of evidence; nothing where no time is known.
pub(super) fn lines(teller: &Teller<'_>, incident: &Incident, told: usize, width: usize) -> Vec<String> {
    let marks = marks(incident, told);
    let (Some(from), Some(to)) = (
        marks.iter().map(|(time, _)| *time).min(),
        marks.iter().map(|(time, _)| *time).max(),
    ) else {
        return Vec::new();
    };
    let (from, to) = widened(from, to);
    let show = |time| teller.clock.short(&incident.host, time, teller.said);
    let (left, right) = (show(from), show(to));
    let used = left.len().saturating_add(right.len()).saturating_add(2);
    let cells = width.saturating_sub(used).min(WIDEST);
    if cells < 16 {
        return Vec::new();
    }
    let mut strip = vec!['.'; cells];
    for (time, mark) in &marks {
        let whole = (to - from).num_milliseconds().max(1);
        let part = (*time - from).num_milliseconds().clamp(0, whole);
        let cell = i128::from(part) * cells as i128 / i128::from(whole);
        let cell = usize::try_from(cell)
            .unwrap_or_default()
            .min(cells.saturating_sub(1));
        if let Some(place) = strip.get_mut(cell)
            && weight(*mark) > weight(*place)
        {
            *place = *mark;
        }
    }
    let strip: String = strip.into_iter().collect();
    vec![format!("{left} {strip} {right}"), legend(&strip)]
}

/// What of two marks in one place is shown: the evidence, then the failure, then the success.
const fn weight(mark: char) -> u8 {
    match mark {
        '1'..='9' => 4,
        'x' => 3,
        'o' => 2,
        _ => 0,
    }
}

fn marks(incident: &Incident, told: usize) -> Vec<(Time, char)> {
    let failed = incident
        .times
        .iter()
        .copied()
        .chain(incident.first)
        .chain(incident.last);
    let worked = incident.worked_until.into_iter().chain(incident.works_again);
    let mut marks: Vec<(Time, char)> = failed
        .map(|time| (time, 'x'))
        .chain(worked.map(|time| (time, 'o')))
        .collect();
    // Of evidence that lies days before, the strip would show nothing else.
    if let Some(cause) = incident.causes.first() {
        let cited = super::wording::distinct(&cause.supports).into_iter().take(told);
        for (number, evidence) in (1_u8..).zip(cited) {
            marks.extend(
                evidence
                    .at
                    .map(|at| (at, char::from(b'0'.saturating_add(number)))),
            );
        }
    }
    marks
}

fn widened(from: Time, to: Time) -> (Time, Time) {
    let span = to - from;
    let more = ((LEAST - span) / 2).max(span / 20);
    (
        from.checked_sub_signed(more).unwrap_or(from),
        to.checked_add_signed(more).unwrap_or(to),
    )
}

fn legend(strip: &str) -> String {
    let numbers: Vec<char> = strip.chars().filter(char::is_ascii_digit).collect();
    let mut parts = Vec::new();
    if strip.contains('x') {
        parts.push("x: failed".to_owned());
    }
    if strip.contains('o') {
        parts.push("o: worked".to_owned());
    }
    match (numbers.iter().min(), numbers.iter().max()) {
        (Some(first), Some(last)) if u32::from(*last) - u32::from(*first) == 1 => {
            parts.push(format!("{first} and {last}: the evidence above"));
        }
        (Some(first), Some(last)) if first != last => {
            parts.push(format!("{first} to {last}: the evidence above"));
        }
        (Some(only), _) => parts.push(format!("{only}: the evidence above")),
        _ => {}
    }
    parts.join(", ")
}
