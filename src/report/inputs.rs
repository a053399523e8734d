//! What was read and what was not: the last part of a report, and all of `inspect`.

use super::page::{Page, Style};
use super::{Clockface, reading, wording};
use std::collections::BTreeMap;

use crate::model::{
    Clock, CollectionReport, Coverage, Diagnosis, FactScope, FactSource, HostReport, InputReport, Time,
};

/// Hosts and channels told by name in the short form.
const SHOWN: usize = 6;

/// A few lines on what was covered and what was not; every problem with `detail`.
pub(super) fn summary(page: &mut Page, diagnosis: &Diagnosis, clock: &Clockface<'_>, detail: bool) {
    page.heading("What was read");
    page.bullet(2, "", None, &reading::read(diagnosis));
    for host in diagnosis
        .hosts
        .iter()
        .take(if detail { usize::MAX } else { SHOWN })
    {
        page.bullet(2, "", None, &covered(host, diagnosis, clock, detail));
        if let Some(text) = wording::skew(host) {
            page.bullet(4, "!", Some(Style::Yellow), &text);
        }
    }
    if !detail && diagnosis.hosts.len() > SHOWN {
        page.bullet(
            2,
            "",
            None,
            &format!(
                "and {} (-v)",
                wording::counted((diagnosis.hosts.len() - SHOWN) as u64, "more host")
            ),
        );
    }
    problems(page, diagnosis, detail);
}

/// Which channels of a host cover which span.
fn covered(host: &HostReport, diagnosis: &Diagnosis, clock: &Clockface<'_>, exactly: bool) -> String {
    let own: Vec<&Coverage> = diagnosis
        .coverage
        .iter()
        .filter(|cover| cover.host == host.name)
        .collect();
    let from = own.iter().filter_map(|cover| cover.from).min();
    let to = own.iter().filter_map(|cover| cover.to).max();
    let Some(to) = to else {
        return excerpts(host, diagnosis, clock);
    };
    let span = match from {
        Some(from) if exactly => clock.span(&host.name, from, to),
        Some(from) => clock.days_and_zone(&host.name, from, to),
        None => format!("up to {}", clock.show(&host.name, to)),
    };
    let mut logs: Vec<&&Coverage> = own.iter().collect();
    logs.sort_by(|a, b| b.records.cmp(&a.records).then_with(|| a.channel.cmp(&b.channel)));
    let mut names: Vec<&str> = logs
        .iter()
        .take(SHOWN)
        .map(|cover| short(&cover.channel))
        .collect();
    let more = format!("{} more", logs.len().saturating_sub(SHOWN));
    names.extend((logs.len() > SHOWN).then_some(&*more));
    format!(
        "{}: {}, in {}",
        wording::host_name(&host.name),
        span,
        names.join(", ")
    )
}

/// What there is of a host of which no log is known to be whole.
fn excerpts(host: &HostReport, diagnosis: &Diagnosis, clock: &Clockface<'_>) -> String {
    let key = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
    let is_of = |input: &&InputReport| {
        let of = input.host.as_deref().filter(|_| input.events > 0);
        of.is_some_and(|of| key(of) == key(&host.name))
    };
    let files: Vec<&InputReport> = diagnosis.inputs.iter().filter(is_of).collect();
    let name = wording::host_name(&host.name);
    let from = files.iter().filter_map(|input| input.first).min();
    let to = files.iter().filter_map(|input| input.last).max();
    let names = || {
        let mut names: Vec<&str> = files
            .iter()
            .take(SHOWN)
            .map(|input| super::places::file_name(&input.path))
            .collect();
        let more = format!("{} more", files.len().saturating_sub(SHOWN));
        names.extend((files.len() > SHOWN).then_some(&*more));
        names.join(", ")
    };
    match (from, to) {
        (Some(from), Some(to)) => format!(
            "{name}: {}, in {}; records may be missing from these",
            clock.days_and_zone(&host.name, from, to),
            names()
        ),
        _ if files.is_empty() => format!("{name}: none of its event logs"),
        _ => format!("{name}: no times, in {}", names()),
    }
}

/// A channel without the prefix that all of them share.
fn short(channel: &str) -> &str {
    channel.strip_prefix("Microsoft-Windows-").unwrap_or(channel)
}

fn problems(page: &mut Page, diagnosis: &Diagnosis, detail: bool) {
    if diagnosis.problems.is_empty() {
        return;
    }
    let hint = if detail { "" } else { " (-v lists them)" };
    let mark = if diagnosis.is_incomplete() {
        "Not read, or not for certain:"
    } else {
        "Remarks:"
    };
    page.bullet(
        2,
        mark,
        Some(Style::Yellow),
        &format!("{}{hint}", reading::problems(diagnosis)),
    );
    if detail {
        list_problems(page, diagnosis);
    }
}

fn list_problems(page: &mut Page, diagnosis: &Diagnosis) {
    for problem in &diagnosis.problems {
        let times = if problem.count > 1 {
            format!(" ({} times)", problem.count)
        } else {
            String::new()
        };
        page.bullet(
            4,
            problem.kind.name(),
            Some(Style::Yellow),
            &format!("{}: {}{times}", problem.origin, problem.detail),
        );
    }
}

/// Everything about the inputs: what `inspect` prints.
pub fn text(diagnosis: &Diagnosis, options: &super::Options) -> String {
    let clock = Clockface::new(options.zone, diagnosis);
    let mut page = Page::new(options.colour, options.width);
    page.heading(&format!("Files: {}", reading::read(diagnosis)));
    for input in &diagnosis.inputs {
        file(&mut page, input, &clock);
    }
    if !diagnosis.collections.is_empty() {
        page.heading("Collected with");
        for collection in &diagnosis.collections {
            collected(&mut page, collection);
        }
    }
    page.heading("Hosts");
    for host in &diagnosis.hosts {
        host_lines(&mut page, host, options.detail);
    }
    page.heading("Logs: from when to when silence proves something");
    strips(&mut page, diagnosis, &clock);
    if !diagnosis.problems.is_empty() {
        page.heading("Problems");
        list_problems(&mut page, diagnosis);
    }
    page.finish()
}

fn file(page: &mut Page, input: &InputReport, clock: &Clockface<'_>) {
    page.verbatim(2, &input.path);
    let mut text = format!("{}, {}", input.format.name(), wording::size(input.bytes));
    if let Some(encoding) = input.encoding {
        text += &format!(", {}", encoding_name(encoding));
    }
    if input.records > 0 {
        let records = wording::counted(input.records, "record");
        text += &format!(", {records}, {} of interest", input.events);
    }
    if input.facts > 0 {
        text += &format!(", {}", wording::counted(input.facts, "fact"));
    }
    let host = input.host.as_deref().unwrap_or_default();
    if !host.is_empty() {
        text += &format!(", {host}");
    }
    if let (Some(first), Some(last)) = (input.first, input.last) {
        text += &format!(", {}", clock.span(host, first, last));
    }
    if let Some(placed) = input.clock.and_then(placed) {
        text += &format!(", {placed}");
    }
    page.bullet(6, "", None, &text);
    if let Some(trace) = &input.trace {
        super::trace::lines(page, trace, host, clock);
    }
}

/// How local times were placed, if there were some.
const fn placed(clock: Clock) -> Option<&'static str> {
    match clock {
        Clock::Exact => None,
        Clock::Host => Some("local times, placed by what the host's own files say"),
        Clock::Assumed => Some("local times, placed by --assume-tz"),
        Clock::Unknown => Some("local times of an unknown zone, as they were written"),
    }
}

const fn encoding_name(encoding: crate::model::Encoding) -> &'static str {
    use crate::model::Encoding;
    match encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Utf16Le => "UTF-16LE",
        Encoding::Utf16Be => "UTF-16BE",
        Encoding::Ansi => "ANSI",
    }
}

/// Names that a host had before. The name without its domain, as other programs write it, is none.
fn former_names(host: &HostReport) -> impl Iterator<Item = &str> {
    let short = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
    let own = short(&host.name);
    let is_full = |name: &str| name.contains('.');
    host.aliases
        .iter()
        .map(|alias| &**alias)
        .filter(move |alias| short(alias) != own || (is_full(alias) && is_full(&host.name)))
}

fn host_lines(page: &mut Page, host: &HostReport, detail: bool) {
    let mut text = String::new();
    let before: Vec<&str> = former_names(host).collect();
    if !before.is_empty() {
        text += &format!("before: {}; ", before.join(", "));
    }
    text += &format!("{}; ", host.os.as_deref().unwrap_or("operating system not known"));
    text += &format!("time zone {}; ", host.time_zone.as_deref().unwrap_or("not known"));
    text += &wording::counted(host.facts.len() as u64, "fact");
    page.bullet(2, &host.name, Some(Style::Bold), &text);
    if !detail {
        return;
    }
    let mut sources: BTreeMap<&str, Vec<&FactSource>> = BTreeMap::new();
    for source in &host.fact_sources {
        sources.entry(&source.name).or_default().push(source);
    }
    for (name, value) in &host.facts {
        let sources = sources.get(&**name).map(Vec::as_slice).unwrap_or_default();
        page.bullet(6, name, None, &fact(value, sources));
    }
}

/// Sources of one fact that are named.
const SOURCES: usize = 6;

/// A fact with the place of each of its values; of many values only the first place.
fn fact(value: &str, sources: &[&FactSource]) -> String {
    match sources {
        [] => value.to_owned(),
        [first, .., _] if sources.len() > SOURCES => {
            let more = wording::counted(sources.len() as u64 - 1, "other place");
            format!("{value} [{}, and {more}]", first.origin)
        }
        _ => {
            let each = sources.iter().map(|source| {
                let beaten = if source.beaten { "not in force: " } else { "" };
                let scope = match source.scope {
                    FactScope::Inferred => " (a guess)",
                    FactScope::UserPolicy => " (user policy)",
                    FactScope::ComputerPolicy => " (computer policy)",
                    FactScope::Observed | FactScope::Plain => "",
                };
                format!("{beaten}{}{scope} [{}]", source.value, source.origin)
            });
            each.collect::<Vec<_>>().join("; ")
        }
    }
}

/// Per host, its channels one below the other with the span that each covers, and the incidents above them.
fn strips(page: &mut Page, diagnosis: &Diagnosis, clock: &Clockface<'_>) {
    for host in &diagnosis.hosts {
        let own: Vec<&Coverage> = diagnosis
            .coverage
            .iter()
            .filter(|cover| cover.host == host.name)
            .collect();
        if own.is_empty() {
            continue;
        }
        let incidents: Vec<(Time, Time)> = diagnosis
            .incidents
            .iter()
            .filter(|incident| incident.host == host.name)
            .filter_map(|incident| Some((incident.first?, incident.last?)))
            .collect();
        let scale = Scale::new(&own, &incidents);
        // The zone and the year of the last day hold for all that does not say otherwise.
        let last = own.iter().filter_map(|cover| cover.to).max();
        let said = last.map(|last| clock.said(&host.name, last));
        let days = last.map(|last| {
            let from = own.iter().filter_map(|cover| cover.from).min();
            clock.days_and_zone(&host.name, from.unwrap_or(last), last)
        });
        page.bullet(2, &host.name, Some(Style::Bold), &days.unwrap_or_default());
        if let Some(scale) = scale.as_ref().filter(|_| !incidents.is_empty()) {
            page.verbatim(4, &format!("{}  incidents", scale.marks(&incidents)));
        }
        for cover in own {
            let bar = scale.as_ref().map(|scale| scale.bar(cover));
            strip(page, cover, bar, |first, last| match (first, said) {
                (Some(first), Some(said)) => clock.weekday_span(&host.name, first, last, said),
                _ => format!("up to {}", clock.show(&host.name, last)),
            });
        }
    }
}

/// A channel: what it is and holds, and below it its strip and its span.
fn strip(
    page: &mut Page,
    cover: &Coverage,
    bar: Option<String>,
    span: impl Fn(Option<Time>, Time) -> String,
) {
    let mut text = format!(
        "{}, {}",
        short(&cover.channel),
        wording::counted(cover.records, "record")
    );
    if cover.missing_records > 0 {
        let missing = wording::counted(cover.missing_records, "record");
        text += &format!("; {missing} of the span missing");
    }
    page.bullet(4, "", None, &text);
    let span = cover
        .to
        .map_or_else(|| "no span".to_owned(), |to| span(cover.from, to));
    match bar {
        Some(bar) => page.bullet(6, &bar, None, &span),
        None => page.bullet(6, "", None, &span),
    }
}

/// The span that the strips of one host show.
struct Scale {
    from: Time,
    to: Time,
}

/// Characters of a strip: the span stands beside it in 80 columns.
const STRIP: usize = 28;

impl Scale {
    fn new(covers: &[&Coverage], incidents: &[(Time, Time)]) -> Option<Self> {
        let ends = covers.iter().flat_map(|cover| [cover.from, cover.to]).flatten();
        let times: Vec<Time> = ends
            .chain(incidents.iter().flat_map(|&(first, last)| [first, last]))
            .collect();
        let (from, to) = (*times.iter().min()?, *times.iter().max()?);
        (from < to).then_some(Self { from, to })
    }

    /// In which character of a strip an instant is.
    fn cell(&self, time: Time) -> usize {
        let whole = (self.to - self.from).num_milliseconds().max(1);
        let part = (time - self.from).num_milliseconds().clamp(0, whole);
        let cell = i128::from(part) * STRIP as i128 / i128::from(whole);
        usize::try_from(cell).unwrap_or_default().min(STRIP - 1)
    }

    fn bar(&self, cover: &Coverage) -> String {
        let first = cover.from.map_or(0, |from| self.cell(from));
        let last = cover.to.map(|to| self.cell(to));
        self.draw(
            |cell| last.is_some_and(|last| (first..=last).contains(&cell)),
            '=',
        )
    }

    fn marks(&self, incidents: &[(Time, Time)]) -> String {
        let inside = |cell: usize| {
            incidents
                .iter()
                .any(|&(first, last)| (self.cell(first)..=self.cell(last)).contains(&cell))
        };
        self.draw(inside, '!')
    }

    fn draw(&self, inside: impl Fn(usize) -> bool, mark: char) -> String {
        (0..STRIP)
            .map(|cell| if inside(cell) { mark } else { '.' })
            .collect()
    }
}

fn collected(page: &mut Page, collection: &CollectionReport) {
    page.verbatim(
        2,
        if collection.path.is_empty() {
            "."
        } else {
            &collection.path
        },
    );
    let host = collection.host.as_deref().map(|host| format!(", {host}"));
    let text = format!("{}{}", collection.title, host.unwrap_or_default());
    page.bullet(6, "", None, &text);
    for missing in &collection.missing {
        page.bullet(6, "not in it:", Some(Style::Yellow), missing);
    }
}

/// The same as one JSON object: `inputs`, `hosts`, `coverage`, `problems`.
pub fn json(diagnosis: &Diagnosis) -> String {
    #[derive(serde::Serialize)]
    struct Inspection<'a> {
        schema: &'static str,
        inputs: &'a [InputReport],
        hosts: &'a [HostReport],
        coverage: &'a [Coverage],
        collections: &'a [CollectionReport],
        problems: &'a [crate::model::Problem],
    }
    let inspection = Inspection {
        schema: "logonscope.inspection/1",
        inputs: &diagnosis.inputs,
        hosts: &diagnosis.hosts,
        coverage: &diagnosis.coverage,
        collections: &diagnosis.collections,
        problems: &diagnosis.problems,
    };
    super::json::part(&inspection, diagnosis)
}
