//! The first screen: the answer in at most 24 lines, whatever the width. What does not fit is cut and said to be elsewhere.

use super::answer::{EVIDENCE, Teller};
use super::page::{Page, Style, cut, wrap};
use super::places;
use super::{Options, strip, wording};
use crate::model::{Incident, Verdict};

/// Lines of the answer, at most.
pub const LINES: usize = 24;
/// Where text begins behind a label.
const COLUMN: usize = 9;

/// How many lines each part may take.
#[derive(Debug, Clone, Copy)]
struct Room {
    head: usize,
    rows: usize,
    happened: usize,
    evidence: usize,
    sentence: usize,
    step: usize,
    check: usize,
    rival: usize,
    records: usize,
    blanks: bool,
}

/// From generous to tight; the last one always fits.
const ROOMS: [Room; 9] = [
    room(8, 3, [EVIDENCE, 3], [6, 3, 3], 3, true),
    room(6, 3, [EVIDENCE, 3], [4, 2, 2], 2, true),
    room(5, 3, [EVIDENCE, 2], [4, 2, 2], 2, true),
    room(5, 3, [EVIDENCE, 2], [4, 2, 2], 2, false),
    room(5, 3, [EVIDENCE, 2], [3, 2, 2], 2, false),
    room(4, 3, [2, 2], [3, 2, 2], 2, false),
    room(4, 2, [2, 2], [3, 1, 2], 1, false),
    room(3, 2, [2, 2], [2, 1, 1], 1, false),
    room(2, 2, [2, 1], [2, 1, 1], 1, false),
];

const fn room(
    rows: usize,
    happened: usize,
    [evidence, sentence]: [usize; 2],
    [step, check, rival]: [usize; 3],
    records: usize,
    blanks: bool,
) -> Room {
    Room {
        head: if sentence > 1 { 2 } else { 1 },
        rows,
        happened,
        evidence,
        sentence,
        step,
        check,
        rival,
        records,
        blanks,
    }
}

/// One part of the screen: its label and its lines.
struct Part {
    label: &'static str,
    lines: Vec<String>,
}

/// Writes the answer of a diagnosis with incidents.
pub(super) fn write(page: &mut Page, teller: &Teller<'_>, options: &Options) {
    let Some(incident) = teller.diagnosis.incidents.first() else {
        return;
    };
    let mut parts = Vec::new();
    for room in ROOMS {
        parts = lay_out(teller, incident, options, page.width(), room);
        let lines: usize = parts.iter().map(|part| part.lines.len()).sum();
        if lines <= LINES {
            break;
        }
    }
    let mark = page.mark();
    for part in &parts {
        page.lines(
            part.label,
            if part.label == NONE { 0 } else { COLUMN },
            &part.lines,
        );
    }
    if let Some(cause) = incident.causes.first() {
        page.emphasize(
            mark,
            &format!("{}:", wording::verdict(cause)),
            colour(cause.verdict),
        );
    }
}

/// The label of what stands at the left edge.
const NONE: &str = "";

/// The colour of a verdict.
pub(super) const fn colour(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Strong | Verdict::Likely => Style::Red,
        Verdict::Possible => Style::Yellow,
        _ => Style::Dim,
    }
}

fn lay_out(
    teller: &Teller<'_>,
    incident: &Incident,
    options: &Options,
    width: usize,
    room: Room,
) -> Vec<Part> {
    let mut parts = vec![
        Part {
            label: NONE,
            lines: clamp(&teller.header(), width, room.head),
        },
        Part {
            label: NONE,
            lines: clamp(&teller.standing(incident), width, room.head),
        },
    ];
    let blank = |parts: &mut Vec<Part>| {
        if room.blanks {
            parts.push(Part {
                label: NONE,
                lines: vec![String::new()],
            });
        }
    };
    let faults = teller.faults();
    if faults.len() > 1 {
        blank(&mut parts);
        parts.push(Part {
            label: NONE,
            lines: table(teller, &faults, width, room.rows),
        });
    }
    blank(&mut parts);
    parts.extend(told(teller, incident, width.saturating_sub(COLUMN), room));
    blank(&mut parts);
    parts.push(Part {
        label: NONE,
        lines: clamp("Everything: -v. As a page to look at: --html FILE.", width, 1),
    });
    if !teller.diagnosis.ask.is_empty() {
        let case = options.source.as_deref().unwrap_or("CASE");
        let command =
            format!("Script for the customer to send what is missing: logonscope collect --for {case}");
        parts.push(Part {
            label: NONE,
            lines: pieces(&command, width),
        });
    }
    parts
}

/// The incident, its cause, and what to make of it.
fn told(teller: &Teller<'_>, incident: &Incident, width: usize, room: Room) -> Vec<Part> {
    let mut parts = vec![Part {
        label: "What",
        lines: clamp(&teller.happened(incident), width, room.happened),
    }];
    let cause = incident.causes.first();
    let mut records = Vec::new();
    if let Some(cause) = cause {
        let text = format!(
            "{}: {}.",
            wording::verdict(cause),
            cause.title.trim_end_matches('.')
        );
        parts.push(Part {
            label: "Cause",
            lines: clamp(&text, width, 2),
        });
        let mut lines = Vec::new();
        for (number, evidence) in (1..).zip(teller.evidence(cause, room.evidence)) {
            let sentence = format!("[{number}]\u{a0}{}", teller.sentence(evidence, &incident.host));
            lines.extend(clamp(&sentence, width, room.sentence));
            if !evidence.origin.path.is_empty() {
                records.push(
                    format!("[{number}] {}", teller.places.name(&evidence.origin)).replace(' ', "\u{a0}"),
                );
            }
        }
        parts.push(Part { label: "Why", lines });
    }
    parts.push(Part {
        label: "Do",
        lines: clamp(&teller.step(incident), width, room.step),
    });
    if let Some(check) = cause.filter(|cause| cause.verdict >= Verdict::Possible && !cause.verify.is_empty())
    {
        parts.push(Part {
            label: "Check",
            lines: clamp(&check.verify, width, room.check),
        });
    }
    for (label, text) in [("Or", teller.rival(incident)), ("Not", teller.not(incident))] {
        let lines = text
            .map(|text| clamp(&text, width, room.rival))
            .unwrap_or_default();
        parts.push(Part { label, lines });
    }
    parts.push(Part {
        label: "When",
        lines: strip::lines(teller, incident, width),
    });
    if !records.is_empty() {
        parts.push(Part {
            label: "Records",
            lines: clamp(&records.join("  "), width, room.records),
        });
    }
    parts
}

/// A line that is to be copied, broken at blanks only where the terminal would break it anyway.
fn pieces(text: &str, width: usize) -> Vec<String> {
    wrap(&super::escape::terminal(text), width, width)
}

/// Text wrapped, and cut behind so many lines.
fn clamp(text: &str, width: usize, most: usize) -> Vec<String> {
    let text = super::escape::terminal(text);
    let mut lines: Vec<String> = wrap(&text, width, width)
        .into_iter()
        .map(|line| cut(&line, width))
        .collect();
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            let shortened = cut(&format!("{last} \u{2026}"), width);
            *last = if shortened.ends_with('\u{2026}') {
                shortened
            } else {
                format!("{shortened}\u{2026}")
            };
        }
    }
    lines
}

/// The faults in a line each: when, host, whom or what, verdict, cause.
fn table(teller: &Teller<'_>, faults: &[&Incident], width: usize, most: usize) -> Vec<String> {
    let shorts = places::short_hosts(teller.diagnosis);
    let row = |incident: &&Incident| {
        let when = incident
            .first
            .map(|time| teller.clock.short(&incident.host, time, teller.said));
        let host = shorts
            .get(&*incident.host)
            .map_or(&*incident.host, |short| *short);
        let cause = incident.best();
        [
            when.unwrap_or_default(),
            host.to_owned(),
            wording::whose(incident),
            cause.map_or_else(|| "not known".to_owned(), wording::verdict),
            cause
                .map_or(&incident.title, |cause| &cause.title)
                .trim_end_matches('.')
                .to_owned(),
        ]
    };
    let shown: Vec<[String; 5]> = faults.iter().take(most).map(row).collect();
    let head = ["When", "Host", "Who or what", "Verdict", "Cause"].map(str::to_owned);
    let all: Vec<&[String; 5]> = std::iter::once(&head).chain(&shown).collect();
    let limits = [16, width / 7, width / 4, 12];
    let widths = [0, 1, 2, 3].map(|column: usize| {
        let cells = all.iter().filter_map(|row| row.get(column));
        let widest = cells
            .map(|cell| unicode_width::UnicodeWidthStr::width(cell.as_str()))
            .max();
        widest
            .unwrap_or_default()
            .min(limits.get(column).copied().unwrap_or_default())
    });
    let line = |row: &&[String; 5]| {
        let mut text = String::new();
        for (cell, width) in row.iter().zip(widths) {
            let cell = cut(&super::escape::terminal(cell), width);
            let used = unicode_width::UnicodeWidthStr::width(cell.as_str());
            text += &cell;
            text += &" ".repeat(width.saturating_sub(used).saturating_add(2));
        }
        let [.., last] = row;
        let left = width.saturating_sub(unicode_width::UnicodeWidthStr::width(text.as_str()));
        cut(&(text + &cut(&super::escape::terminal(last), left)), width)
    };
    let mut lines: Vec<String> = all.iter().map(line).collect();
    if faults.len() > most {
        lines.push(format!(
            "and {} (-v)",
            wording::counted((faults.len() - most) as u64, "more fault")
        ));
    }
    lines
}
