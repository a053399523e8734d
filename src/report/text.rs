//! The report for a person at a terminal. Its first screen is the answer; with all detail follow why, what else it could be, the
//! other faults, what could not be judged, what was read, and the paths behind the short names of places.

use super::answer::Teller;
use super::around;
use super::page::{Page, Style};
use super::places::Places;
use super::screen::{self, colour};
use super::{Clockface, Options, commands, inputs, reading, why, wording};
use crate::model::{AskItem, Cause, Diagnosis, Evidence, Incident, Time, TimelineEntry, Verdict};

/// Pieces of evidence for each side of a cause below possible.
const WEAK_EVIDENCE: usize = 3;

pub(super) fn render(diagnosis: &Diagnosis, options: &Options) -> String {
    let clock = Clockface::new(options.zone, diagnosis);
    let places = Places::new(diagnosis);
    let teller = Teller::new(diagnosis, &clock, &places);
    let mut report = Report {
        page: Page::new(options.colour, options.width),
        teller: &teller,
    };
    report.asked_for(options);
    match diagnosis.incidents.first() {
        Some(_) => screen::write(&mut report.page, &teller, options),
        None => report.healthy(options),
    }
    if options.detail {
        report.in_full();
    }
    report.page.finish()
}

/// The answer in one line.
pub(super) fn brief(diagnosis: &Diagnosis, options: &Options) -> String {
    let clock = Clockface::new(options.zone, diagnosis);
    let places = Places::new(diagnosis);
    let mut teller = Teller::new(diagnosis, &clock, &places);
    // No header says it.
    teller.said = teller.said.without_year();
    let text = match diagnosis.incidents.first() {
        None => reading::nothing_found(diagnosis),
        Some(incident) => {
            let cause = incident.causes.first();
            let cause = cause.map(|cause| {
                format!(
                    "{}: {}; ",
                    wording::verdict(cause),
                    cause.title.trim_end_matches('.')
                )
            });
            let more = match teller.faults().len() as u64 {
                0 | 1 => String::new(),
                faults => format!(" And {}.", wording::counted(faults - 1, "more fault")),
            };
            let of_others = match teller.question().filter(|_| incident.asked == Some(false)) {
                Some(question) => format!("{question} "),
                None => String::new(),
            };
            format!(
                "{of_others}{}{}{more}",
                cause.unwrap_or_default(),
                teller.happened(incident)
            )
        }
    };
    super::escape::terminal(&text).into_owned() + "\n"
}

struct Report<'a> {
    page: Page,
    teller: &'a Teller<'a>,
}

impl Report<'_> {
    /// Whoever asks why has the answer first.
    fn asked_for(&mut self, options: &Options) {
        if let Some(cause) = &options.why {
            why::why(&mut self.page, self.teller, cause);
        }
        if let Some(cause) = &options.why_not {
            why::why_not(&mut self.page, self.teller, cause);
        }
        self.page.blank();
    }

    fn healthy(&mut self, options: &Options) {
        let diagnosis = self.teller.diagnosis;
        let style = if diagnosis.is_incomplete() {
            Style::Yellow
        } else {
            Style::Green
        };
        let mark = self.page.mark();
        if let Some((faults, least)) = options.left_out {
            let text = format!(
                "No fault has a cause that is {least} or more; {} with less {} left out (--min-verdict).",
                wording::counted(faults as u64, "fault"),
                if faults == 1 { "is" } else { "are" }
            );
            self.page.bullet(0, "", Some(Style::Yellow), &text);
            return;
        }
        let found = reading::nothing_found_in(diagnosis, &self.asked(options));
        self.page.bullet(0, "", None, &found);
        self.page.emphasize(mark, "No fault found", style);
        if let Some((from, until)) = options.around {
            self.around(from, until);
        }
        if !options.detail {
            inputs::summary(&mut self.page, diagnosis, self.teller.clock, false);
        }
    }

    /// The span of time that was asked about, as it stands in a sentence.
    fn asked(&self, options: &Options) -> String {
        let Some((from, until)) = options.around else {
            return String::new();
        };
        let clock = self.teller.clock;
        let host = self.teller.reference().unwrap_or_default();
        let span = clock.weekday_span(host, from, until, clock.said(host, from).without_year());
        format!(" from {span}")
    }

    /// What happened to the hosts in the span of time that was asked about, and how each host that started had gone down.
    fn around(&mut self, from: Time, until: Time) {
        let told = around::told(self.teller.diagnosis, (from, until));
        if told.is_empty() {
            return;
        }
        self.page.heading("Then, and before that");
        for one in told {
            let clock = self.teller.clock;
            // Whoever asks knows the year they ask about.
            let show = |at: Time| clock.weekday(one.host, at, clock.said(one.host, from));
            let place = one
                .origin
                .map(|origin| format!(" {}", self.teller.places.bracketed(origin)));
            let text = format!(
                "{}, {}: {}{}",
                show(one.at),
                one.host,
                one.sentence(show),
                place.unwrap_or_default()
            );
            self.page.bullet(2, "", None, &text);
        }
    }

    /// Everything else, in the order in which it is asked for.
    fn in_full(&mut self) {
        let diagnosis = self.teller.diagnosis;
        if let Some((top, others)) = diagnosis.incidents.split_first() {
            self.top(top);
            self.others(others);
        }
        self.findings();
        self.ask();
        inputs::summary(&mut self.page, diagnosis, self.teller.clock, true);
        self.paths();
    }

    /// What the logs show besides, of which nothing and nobody complains.
    fn findings(&mut self) {
        let diagnosis = self.teller.diagnosis;
        if diagnosis.findings.is_empty() {
            return;
        }
        self.page
            .heading("Also in the logs, though nothing complains of it");
        for finding in &diagnosis.findings {
            let times = match finding.count {
                0 | 1 => String::new(),
                count => format!(", {}", wording::counted(count, "time")),
            };
            let text = format!(
                "{}: {}{times} [{}] ({})",
                finding.title, finding.summary, finding.origin, finding.cause
            );
            self.page.bullet(2, "* ", None, &text);
        }
    }

    /// The paths behind the short names.
    fn paths(&mut self) {
        let cited = self.teller.places.cited();
        if cited.is_empty() {
            return;
        }
        self.page.heading("Where the records are");
        for (name, path) in cited {
            self.page.verbatim(2, &format!("{name} = {path}"));
        }
    }

    fn top(&mut self, incident: &Incident) {
        if let Some(text) = self.teller.before_and_after(incident) {
            self.page.blank();
            self.page.bullet(0, "", None, &text);
        }
        self.shows_as(incident, 0);
        if let Some((cause, rivals)) = incident.causes.split_first() {
            if cause.verdict >= Verdict::Possible {
                self.page.heading(&format!("Why: {} ({})", cause.title, cause.id));
                self.cause(cause, 2, &incident.host);
                self.remedy(cause);
            }
            self.rivals(rivals, incident);
        }
        self.story(incident);
    }

    fn cause(&mut self, cause: &Cause, indent: usize, host: &str) {
        if !cause.explanation.is_empty() {
            self.page.bullet(indent, "", None, &cause.explanation);
        }
        self.evidence(cause, indent, host);
        if let Some(capped) = &cause.capped {
            self.page.bullet(
                indent,
                "!",
                Some(Style::Yellow),
                &format!("held at {}: {capped}", cause.verdict),
            );
        }
        for conflict in &cause.conflicts {
            self.page.bullet(indent, "!", Some(Style::Yellow), conflict);
        }
    }

    /// Both sides of a cause; of one that cannot be it, the heaviest of each.
    fn evidence(&mut self, cause: &Cause, indent: usize, host: &str) {
        let worth = cause.verdict >= Verdict::Possible;
        let most = if worth { usize::MAX } else { WEAK_EVIDENCE };
        self.side(&cause.supports, ("+", Style::Green), most, indent, host);
        self.side(&cause.against, ("-", Style::Red), most, indent, host);
    }

    fn side(
        &mut self,
        evidence: &[Evidence],
        (mark, style): (&str, Style),
        most: usize,
        indent: usize,
        host: &str,
    ) {
        let evidence = wording::distinct(evidence);
        for item in evidence.iter().take(most) {
            let text = format!("{}: {}", item.weight.words(), self.teller.cite(item, host));
            self.page.bullet(indent, mark, Some(style), &text);
        }
        if evidence.len() > most {
            let more = format!("and {} more", evidence.len() - most);
            self.page.bullet(indent, mark, Some(style), &more);
        }
    }

    fn remedy(&mut self, cause: &Cause) {
        if cause.remediation.len() > 1 {
            self.page.heading("What to do, in this order");
            for (index, step) in cause.remediation.iter().enumerate() {
                // One that no line could hold stands in one all the same.
                let step = commands::held(step, usize::MAX);
                self.page.bullet(2, &format!("{}.", index + 1), None, &step);
            }
        }
        for (label, text) in [("Mind:", &cause.risk), ("It worked when:", &cause.verify)] {
            if !text.is_empty() {
                self.page.bullet(2, label, Some(Style::Bold), text);
            }
        }
        for page in &cause.references {
            self.page.verbatim(2, page);
        }
    }

    fn rivals(&mut self, rivals: &[Cause], incident: &Incident) {
        if rivals.is_empty() {
            return;
        }
        self.page
            .heading("What else it could be, and what speaks against it");
        for rival in rivals {
            let mark = self.page.mark();
            let verdict = wording::verdict(rival);
            self.page.bullet(
                2,
                "*",
                None,
                &format!("{verdict}: {} ({})", rival.title, rival.id),
            );
            self.page
                .emphasize(mark, rival.verdict.name(), colour(rival.verdict));
            self.evidence(rival, 4, &incident.host);
            if let Some(needs) = self.teller.heaviest_unknown(rival, &incident.host) {
                self.page
                    .bullet(4, "?", Some(Style::Yellow), &format!("to find out: {needs}"));
            }
        }
    }

    fn story(&mut self, incident: &Incident) {
        if incident.timeline.is_empty() {
            return;
        }
        self.page.heading("The story");
        // What comes again and again in a row is told once, with the time of the last.
        let rows = incident
            .timeline
            .chunk_by(|entry, next| entry.summary == next.summary);
        for row in rows {
            match row {
                [first, .., last] if row.len() > 2 => {
                    // The story holds the first of many failures; that they went on is known all the same.
                    let is_failure = last.at.is_some_and(|at| incident.times.contains(&at));
                    let last = last.at.max(incident.last.filter(|_| is_failure));
                    self.told(incident, first, last);
                }
                few => few.iter().for_each(|entry| self.told(incident, entry, None)),
            }
        }
    }

    fn told(&mut self, incident: &Incident, entry: &TimelineEntry, until: Option<Time>) {
        let teller = self.teller;
        let show = |at| teller.clock.weekday(&incident.host, at, teller.said);
        let again = until.map(|until| format!(", and again and again until {}", show(until)));
        let at = entry.at.map(show).unwrap_or_default();
        let text = format!(
            "{}{} {}",
            entry.summary,
            again.unwrap_or_default(),
            teller.places.bracketed(&entry.origin)
        );
        self.page.bullet(2, &at, None, &text);
    }

    /// The other symptoms of the same cause, in a line each.
    fn shows_as(&mut self, incident: &Incident, indent: usize) {
        if incident.related.is_empty() {
            return;
        }
        self.page.blank();
        self.page.bullet(indent, "", None, "The same cause shows as:");
        let all = self.teller.diagnosis.incidents.iter();
        for other in all.filter(|other| incident.related.contains(&other.id)) {
            let text = self.teller.happened(other);
            self.page.bullet(indent + 2, "*", None, &text);
        }
    }

    /// The incidents after the first, without those that another one tells.
    fn others(&mut self, others: &[Incident]) {
        let others: Vec<&Incident> = others
            .iter()
            .filter(|incident| incident.part_of.is_none())
            .collect();
        if others.is_empty() {
            return;
        }
        let all = wording::counted(others.len() as u64, "more fault");
        self.page.heading(&all);
        for (index, incident) in others.iter().enumerate() {
            self.page.blank();
            let text = self.teller.happened(incident);
            self.page
                .bullet(0, &format!("{}.", index + 2), Some(Style::Bold), &text);
            self.short(incident);
            self.shows_as(incident, 3);
        }
    }

    fn short(&mut self, incident: &Incident) {
        let Some((cause, rivals)) = incident.causes.split_first() else {
            return;
        };
        let mark = self.page.mark();
        let text = self.teller.likely_cause(cause, &incident.host);
        self.page.bullet(3, "Cause:", None, &text);
        self.page
            .emphasize(mark, cause.verdict.name(), colour(cause.verdict));
        self.side(
            &cause.against,
            ("-", Style::Red),
            WEAK_EVIDENCE,
            3,
            &incident.host,
        );
        let next = self.teller.step(incident);
        self.page.bullet(3, "Do:", None, &next);
        let rivals: Vec<String> = rivals
            .iter()
            .filter(|rival| rival.verdict >= Verdict::Possible)
            .map(|rival| format!("{} {}", wording::verdict(rival), rival.id))
            .collect();
        if !rivals.is_empty() {
            self.page.bullet(3, "Or:", None, &rivals.join(", "));
        }
        self.story(incident);
    }

    fn ask(&mut self) {
        let mut commands = std::collections::BTreeSet::new();
        // One export serves every time that is asked for.
        let fresh = self.teller.diagnosis.ask.iter().filter(|item| {
            item.command
                .as_ref()
                .is_none_or(|command| commands.insert(command))
        });
        let asked: Vec<&AskItem> = fresh.collect();
        if asked.is_empty() {
            return;
        }
        self.page
            .heading("What could not be judged: ask the customer for");
        for item in asked {
            let tells: Vec<&str> = item.separates.iter().take(4).map(|id| &**id).collect();
            let dots = if item.separates.len() > tells.len() {
                ", ..."
            } else {
                ""
            };
            let text = format!(
                "{} (it helps to judge {}{dots})",
                self.teller.asked(item),
                tells.join(", ")
            );
            self.page.bullet(2, "*", None, &text);
            if let Some(command) = &item.command {
                self.page.verbatim(6, command);
            }
        }
    }
}
