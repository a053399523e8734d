//! The table of faults of the first screen: when, where, whom or what, how sure, why. Each has a line; where that cuts words off and there
//! is room, two.

use std::collections::BTreeSet;

use super::answer::Teller;
use super::page::{cut, wrap};
use super::{places, wording};
use crate::model::Incident;

/// Columns of `27 Jan 2021 11:32`.
const DAY_AND_TIME: usize = 17;
/// Columns between two cells.
const GAP: usize = 2;
/// The sign that something was cut off.
const CUT: char = '\u{2026}';

/// The faults in so many lines at most, but for their heading and the line that says that there are more.
pub(super) fn lines(teller: &Teller<'_>, faults: &[&Incident], width: usize, most: usize) -> Vec<String> {
    let one = in_one_line(teller, faults, width, most);
    if faults.len().saturating_mul(2) <= most && one.iter().any(|line| line.contains(CUT)) {
        return in_two_lines(teller, faults, width);
    }
    one
}

/// A column that says nothing is left out.
fn in_one_line(teller: &Teller<'_>, faults: &[&Incident], width: usize, most: usize) -> Vec<String> {
    // The line that says that there is one more has room for it.
    let most = if faults.len() == most.saturating_add(1) {
        faults.len()
    } else {
        most
    };
    let mut rows = vec![["When", "Host", "Who or what", "Verdict", "Cause"].map(str::to_owned)];
    rows.extend(faults.iter().take(most).map(|fault| row(teller, fault)));
    let columns = told(&rows);
    // The fewer columns there are, the more of them this one may have.
    let who = width * (10 - columns.len()) / 20;
    let limits = [DAY_AND_TIME, width / 7, who, 12, usize::MAX];
    let mut lines = aligned(&rows, &columns, &limits, width);
    if faults.len() > most {
        lines.push(format!(
            "and {} (-v)",
            wording::counted((faults.len() - most) as u64, "more fault")
        ));
    }
    lines
}

/// What failed in one line, and below it why.
fn in_two_lines(teller: &Teller<'_>, faults: &[&Incident], width: usize) -> Vec<String> {
    let mut rows = vec![["When", "Host", "What failed"].map(str::to_owned)];
    rows.extend(faults.iter().map(|fault| {
        let [when, host, ..] = row(teller, fault);
        [when, host, wording::title(fault).0.to_owned()]
    }));
    let columns = told(&rows);
    let limits = [DAY_AND_TIME, width / 5, usize::MAX];
    let mut first = aligned(&rows, &columns, &limits, width).into_iter();
    let mut lines: Vec<String> = first.next().into_iter().collect();
    for (line, fault) in first.zip(faults) {
        lines.push(line);
        let [.., verdict, cause] = row(teller, fault);
        let why = super::escape::terminal(&format!("{verdict}: {cause}")).into_owned();
        let room = width.saturating_sub(INDENT);
        let mut wrapped = wrap(&why, room, room).into_iter();
        let shown = wrapped.next().unwrap_or_default();
        let shown = match wrapped.next() {
            Some(_) => super::screen::ended(&shown, room),
            None => cut(&shown, room),
        };
        lines.push(format!("{}{shown}", " ".repeat(INDENT)));
    }
    lines
}

/// How far the line below is set in.
const INDENT: usize = 4;

/// The columns that say something: without times there is no "when", and one host stands in the header already.
fn told<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> Vec<usize> {
    let cells = |column: usize| -> BTreeSet<&str> {
        let cells = rows.iter().skip(1).filter_map(|row| row.get(column));
        cells.map(String::as_str).collect()
    };
    let is_told = |column: &usize| match column {
        0 => cells(0).iter().any(|when| !when.is_empty()),
        1 => cells(1).len() > 1,
        _ => true,
    };
    (0..COLUMNS).filter(is_told).collect()
}

/// The cells of one fault.
fn row(teller: &Teller<'_>, incident: &Incident) -> [String; 5] {
    // One clock for all rows: an offset in some of them would not fit.
    let clock_of = teller.reference().unwrap_or(&incident.host);
    let when = incident
        .first
        .map(|time| teller.clock.short(clock_of, time, teller.said));
    let shorts = places::short_hosts(teller.diagnosis);
    let host = shorts
        .get(&*incident.host)
        .map_or(&*incident.host, |short| *short);
    let cause = incident.best();
    [
        when.unwrap_or_default(),
        wording::named_host(host).to_owned(),
        wording::whose(incident),
        cause.map_or_else(|| wording::NO_CAUSE.to_owned(), wording::verdict),
        cause
            .map_or(&incident.title, |cause| &cause.title)
            .trim_end_matches('.')
            .to_owned(),
    ]
}

/// Rows with some of their columns below each other, each no wider than its limit; the last takes what is left.
fn aligned<const COLUMNS: usize>(
    rows: &[[String; COLUMNS]],
    columns: &[usize],
    limits: &[usize],
    width: usize,
) -> Vec<String> {
    use unicode_width::UnicodeWidthStr as _;
    let shown = |row: &[String; COLUMNS]| -> Vec<String> {
        let cells = columns.iter().filter_map(|column| row.get(*column));
        cells
            .map(|cell| super::escape::terminal(cell).into_owned())
            .collect()
    };
    let rows: Vec<Vec<String>> = rows.iter().map(shown).collect();
    let limits = columns.iter().filter_map(|column| limits.get(*column));
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.width()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..)
        .zip(limits)
        .map(|(column, limit)| widest(column).min(*limit))
        .collect();
    let line = |row: &Vec<String>| {
        let mut text = String::new();
        for (cell, room) in row.iter().zip(&widths) {
            let left = width.saturating_sub(text.width());
            let cell = cut(cell, left.min(*room));
            text += &cell;
            text += &" ".repeat(room.saturating_sub(cell.width()).saturating_add(GAP));
        }
        text.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}
