//! The first screen: the answer in at most 22 lines, whatever the width: a screen of 24 has room for the command before it and the prompt
//! behind it. A higher terminal gets more. What does not fit is cut and said to be elsewhere.

use super::answer::{EVIDENCE, Teller};
use super::page::{Page, Style, cut, wrap};
use super::{Options, around, commands, fault_table, shorter, strip, wording};
use crate::model::{Cause, Incident, Verdict};

/// Lines of the answer, at most, where nobody says how high the terminal is.
pub const LINES: usize = 22;
/// Lines of the answer on the highest terminal: more is no answer.
const MOST_LINES: usize = 40;
/// Where text begins behind a label.
const COLUMN: usize = 9;
/// Lines for the hosts, the days and the files, and as many for how it stands.
const HEAD: usize = 2;

/// How many lines each part may take.
#[derive(Debug, Clone, Copy)]
struct Room {
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
const ROOMS: [Room; 14] = [
    room(12, 6, [EVIDENCE, 4], [10, 6, 4], 4, true),
    room(8, 4, [EVIDENCE, 3], [7, 4, 3], 3, true),
    room(8, 4, [EVIDENCE, 3], [6, 3, 3], 3, true),
    room(8, 4, [EVIDENCE, 3], [6, 3, 3], 3, false),
    room(6, 3, [EVIDENCE, 3], [4, 2, 2], 2, true),
    room(5, 3, [EVIDENCE, 2], [4, 2, 2], 2, true),
    room(5, 3, [EVIDENCE, 2], [4, 2, 2], 2, false),
    room(5, 3, [EVIDENCE, 2], [3, 2, 2], 2, false),
    room(4, 3, [2, 2], [3, 2, 1], 2, false),
    room(3, 3, [2, 2], [3, 2, 1], 1, false),
    room(3, 3, [2, 2], [2, 1, 1], 1, false),
    room(2, 3, [2, 1], [2, 1, 1], 1, false),
    room(1, 2, [2, 1], [2, 1, 1], 1, false),
    room(1, 2, [1, 1], [2, 1, 1], 1, false),
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
        if lines <= options.lines.clamp(LINES, MOST_LINES) {
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
            lines: clamp(
                &teller.header_within(HEAD, |text, lines| fit(text, width, lines)),
                width,
                HEAD,
            ),
        },
        Part {
            label: NONE,
            lines: clamp(&teller.standing(incident), width, HEAD),
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
    parts.extend(teller.question().map(|question| Part {
        label: NONE,
        lines: clamp(&question, width, HEAD),
    }));
    let faults = teller.faults();
    if faults.len() > 1 {
        blank(&mut parts);
        parts.push(Part {
            label: NONE,
            lines: fault_table::lines(teller, &faults, width, room.rows),
        });
    }
    blank(&mut parts);
    parts.extend(told(teller, incident, width.saturating_sub(COLUMN), room));
    parts.extend(then(
        teller,
        incident,
        options,
        (width.saturating_sub(COLUMN), room),
    ));
    blank(&mut parts);
    parts.extend(elsewhere(teller, options, width));
    parts
}

/// Where all the rest is.
fn elsewhere(teller: &Teller<'_>, options: &Options, width: usize) -> Vec<Part> {
    let more = if options.detail {
        "Everything else follows."
    } else {
        "All of it: -v."
    };
    let missing = !teller.diagnosis.ask.is_empty();
    let page = format!("{more} As a page: --html FILE.");
    let both = format!("{page} {GATHER}");
    let mut lines = match missing && fit(&both, width, 1) {
        true => clamp(&both, width, 1),
        false => clamp(&page, width, 1),
    };
    if missing {
        if !fit(&both, width, 1) {
            lines.extend(clamp(GATHER, width, 1));
        }
        lines.extend(command(options.source.as_deref(), width));
    }
    vec![Part { label: NONE, lines }]
}

/// What the command behind it is for.
const GATHER: &str = "A script that gathers what is missing:";

/// How to get the script for the customer; a list of files too long to be copied is not repeated.
fn command(source: Option<&str>, width: usize) -> Vec<String> {
    use unicode_width::UnicodeWidthStr as _;
    // What is to be copied stands in one line.
    let line = |case: &str| {
        let command = format!("logonscope collect --for {case}");
        let command = super::escape::terminal(&command).replace(' ', "\u{a0}");
        wrap(&command, width, width)
    };
    let fits = |lines: &Vec<String>| lines.iter().all(|line| line.width() <= width);
    let named = source.map(line).filter(fits);
    named.unwrap_or_else(|| line("CASE"))
}

/// The incident, its cause, and what to make of it.
fn told(teller: &Teller<'_>, incident: &Incident, width: usize, room: Room) -> Vec<Part> {
    let mut parts = vec![Part {
        label: "What",
        lines: clamp(
            &teller.happened_within(incident, |text| fit(text, width, room.happened)),
            width,
            room.happened,
        ),
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
        let (lines, shown) = reasons(teller, cause, &incident.host, width, room);
        records = shown;
        parts.push(Part { label: "Why", lines });
    }
    parts.push(Part {
        label: "Do",
        lines: step(
            &commands::held(&wording::next_step(incident, teller), width),
            width,
            room.step,
        ),
    });
    if let Some(check) = cause.filter(|cause| cause.verdict >= Verdict::Possible && !cause.verify.is_empty())
    {
        parts.push(Part {
            label: "Check",
            lines: clamp_clause(&check.verify, width, room.check),
        });
    }
    for (label, text) in [("Or", teller.rival(incident)), ("Not", teller.not(incident))] {
        let lines = text
            .map(|text| named(&text, width, room.rival))
            .unwrap_or_default();
        parts.push(Part { label, lines });
    }
    parts.push(Part {
        label: "When",
        lines: strip::lines(teller, incident, room.evidence, width),
    });
    if !records.is_empty() {
        parts.push(Part {
            label: "Records",
            lines: clamp(&places_of(&records), width, room.records),
        });
    }
    parts
}

/// What else happened at the time that was asked about: the fault that is told may lie beside it.
fn then(
    teller: &Teller<'_>,
    incident: &Incident,
    options: &Options,
    (width, room): (usize, Room),
) -> Option<Part> {
    let lines = around::besides(teller.diagnosis, options.around?, room.evidence);
    let line = |line: &around::Line<'_>| {
        let show = |at| teller.clock.weekday(line.host, at, teller.said);
        let host = match *line.host == incident.host {
            true => String::new(),
            false => format!(", {}", line.host),
        };
        clamp(
            &format!("{}{host}: {}", show(line.at), line.sentence(show)),
            width,
            2,
        )
    };
    let lines: Vec<String> = lines.iter().flat_map(line).collect();
    (!lines.is_empty()).then_some(Part { label: "Then", lines })
}

/// The evidence in numbered sentences, and the record of each.
fn reasons(
    teller: &Teller<'_>,
    cause: &Cause,
    host: &str,
    width: usize,
    room: Room,
) -> (Vec<String>, Vec<(usize, String)>) {
    let (mut lines, mut records) = (Vec::new(), Vec::new());
    for (number, evidence) in (1..).zip(teller.evidence(cause, room.evidence)) {
        let numbered = |sentence: &str| format!("[{number}]\u{a0}{sentence}");
        let fits = |sentence: &str| fit(&numbered(sentence), width, room.sentence);
        let sentence = teller.sentence_within(evidence, host, fits);
        lines.extend(clamp(&numbered(&sentence), width, room.sentence));
        if !evidence.origin.path.is_empty() {
            records.push((number, teller.places.name(&evidence.origin)));
        }
    }
    (lines, records)
}

/// The records by the numbers of the evidence that they show; a place that shows several is named once.
fn places_of(records: &[(usize, String)]) -> String {
    let mut places: Vec<(String, &str)> = Vec::new();
    for (number, place) in records {
        match places.iter_mut().find(|(_, other)| other == place) {
            Some((numbers, _)) => *numbers += &format!(" [{number}]"),
            None => places.push((format!("[{number}]"), place)),
        }
    }
    let named = places
        .iter()
        .map(|(numbers, place)| format!("{numbers} {place}").replace(' ', "\u{a0}"));
    named.collect::<Vec<_>>().join("  ")
}

/// Whether a text needs no more than so many lines.
fn fit(text: &str, width: usize, most: usize) -> bool {
    wrap(&super::escape::terminal(text), width, width).len() <= most
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
            *last = ended(last, width);
        }
    }
    lines
}

/// A line with the sign that something is left out, behind a whole word where one ends in time.
pub(super) fn ended(line: &str, width: usize) -> String {
    let whole = format!("{line} \u{2026}");
    let short = cut(&whole, width);
    if short == whole || short.ends_with(" \u{2026}") {
        return short;
    }
    match short.rsplit_once(' ') {
        Some((words, _)) if words.len() * 2 > short.len() => format!("{words} \u{2026}"),
        _ => short,
    }
}

/// A step of a remedy: where it does not fit, its ways through menus are told by their ends, and then it is cut.
fn step(text: &str, width: usize, most: usize) -> Vec<String> {
    if fit(text, width, most) {
        return clamp(text, width, most);
    }
    clamp_clause(&shorter::ways(text), width, most)
}

/// Another cause with what is said of it; where that does not fit, the cause alone.
fn named(text: &str, width: usize, most: usize) -> Vec<String> {
    let short = text
        .split_once("; to find out")
        .or_else(|| text.split_once("): "));
    match short.filter(|_| !fit(text, width, most)) {
        Some((cause, _)) if cause.contains(" (") && !cause.ends_with(')') => {
            clamp(&format!("{cause})."), width, most)
        }
        Some((cause, _)) => clamp(&format!("{cause}."), width, most),
        None => clamp(text, width, most),
    }
}

/// Text wrapped; where it must be cut, behind a sentence, or else behind a clause, so that what is left can be done.
fn clamp_clause(text: &str, width: usize, most: usize) -> Vec<String> {
    let all = wrap(&super::escape::terminal(text), width, width);
    if all.len() <= most {
        return clamp(text, width, most);
    }
    let room: usize = all.iter().take(most).map(|line| line.chars().count() + 1).sum();
    let shown: String = text.chars().take(room.saturating_sub(ELLIPSIS)).collect();
    let behind = |stops: &[&str], least: usize| {
        let end = stops.iter().filter_map(|stop| shown.rfind(stop)).max()?;
        let whole = shown.get(..=end)?;
        (whole.len() * least > shown.len())
            .then(|| clamp(&format!("{}\u{a0}\u{2026}", whole.trim_end()), width, most))
    };
    behind(&[". ", "; "], 3)
        .or_else(|| behind(&[": ", ", "], 2))
        .or_else(|| {
            let short = shorter::sentence(text, &[""], |text| fit(text, width, most))?;
            Some(clamp(&short, width, most))
        })
        .unwrap_or_else(|| clamp(text, width, most))
}

/// Columns of the sign for what is left out, with the blank before it.
const ELLIPSIS: usize = 2;
