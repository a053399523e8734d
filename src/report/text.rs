//! The report for a person at a terminal. The first three paragraphs are for whoever reads no further: what happened, why, what
//! to do. Then what else could be the cause, the other incidents, what could not be judged, and what was read.

use super::page::{Page, Style};
use super::{Clockface, Options, inputs, why, wording};
use crate::model::{AskItem, Cause, Diagnosis, Evidence, Incident, Verdict};

/// Column where text starts behind a label.
const COLUMN: usize = 15;
/// Incidents told one by one unless all are asked for.
const INCIDENTS: usize = 8;
/// Pieces of evidence for each side of a cause unless all are asked for.
const EVIDENCE: usize = 5;
/// The same where the verdict is below possible.
const WEAK_EVIDENCE: usize = 1;
/// Rivals told unless all are asked for.
const RIVALS: usize = 5;
/// Other symptoms of one cause unless all are asked for.
const RELATED: usize = 4;
/// Things to ask for unless all are asked for.
const ASKED: usize = 6;

pub(super) fn render(diagnosis: &Diagnosis, options: &Options) -> String {
    let mut report = Report {
        page: Page::new(options.colour),
        clock: Clockface::new(options.zone, diagnosis),
        diagnosis,
        detail: options.detail,
    };
    match diagnosis.incidents.split_first() {
        Some((top, others)) => {
            report.top(top);
            report.others(others);
        }
        None => {
            let style = if diagnosis.is_incomplete() {
                Style::Yellow
            } else {
                Style::Green
            };
            report
                .page
                .bullet(0, "", None, &wording::nothing_found(diagnosis));
            report.page.emphasize(0, "No fault found", style);
        }
    }
    if let Some(cause) = &options.why {
        why::why(&mut report.page, diagnosis, cause, &report.clock);
    }
    if let Some(cause) = &options.why_not {
        why::why_not(&mut report.page, diagnosis, cause, &report.clock);
    }
    report.ask();
    inputs::summary(&mut report.page, diagnosis, &report.clock, options.detail);
    report.page.finish()
}

struct Report<'a> {
    page: Page,
    clock: Clockface<'a>,
    diagnosis: &'a Diagnosis,
    detail: bool,
}

const fn colour(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Strong | Verdict::Likely => Style::Red,
        Verdict::Possible => Style::Yellow,
        _ => Style::Dim,
    }
}

impl Report<'_> {
    const fn at_most(&self, count: usize) -> usize {
        if self.detail { usize::MAX } else { count }
    }

    fn three_lines(&mut self, incident: &Incident) {
        let happened = wording::what_happened(incident, self.diagnosis, &self.clock);
        self.page
            .labelled("What happened", COLUMN, Some(Style::Bold), &happened);
        if let Some(cause) = incident.causes.first() {
            let mark = self.page.mark();
            let text = wording::likely_cause(cause, &self.clock, &incident.host);
            self.page
                .labelled("Likely cause", COLUMN, Some(Style::Bold), &text);
            self.page
                .emphasize(mark, cause.verdict.name(), colour(cause.verdict));
        }
        let next = wording::next_step(incident, self.diagnosis, &self.clock);
        self.page.labelled("Next step", COLUMN, Some(Style::Bold), &next);
    }

    fn top(&mut self, incident: &Incident) {
        self.three_lines(incident);
        if let Some(text) = wording::before_and_after(incident, &self.clock) {
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
        if self.detail {
            self.story(incident);
        }
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
        for conflict in cause.conflicts.iter().filter(|_| self.detail) {
            self.page.bullet(indent, "!", Some(Style::Yellow), conflict);
        }
    }

    /// Both sides of a cause that can be the one; of any other only what speaks against it, unless all is asked for.
    fn evidence(&mut self, cause: &Cause, indent: usize, host: &str) {
        let worth = cause.verdict >= Verdict::Possible;
        let most = self.at_most(if worth { EVIDENCE } else { WEAK_EVIDENCE });
        if worth || self.detail || cause.against.is_empty() {
            self.side(&cause.supports, ("+", Style::Green), most, indent, host);
        }
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
            let text = format!(
                "{}: {}",
                item.weight.words(),
                wording::cite(item, &self.clock, host)
            );
            self.page.bullet(indent, mark, Some(style), &text);
        }
        if evidence.len() > most {
            let more = evidence.len() - most;
            self.page
                .bullet(indent, mark, Some(style), &format!("and {more} more (-v)"));
        }
    }

    fn remedy(&mut self, cause: &Cause) {
        if cause.remediation.len() > 1 {
            self.page.heading("What to do, in this order");
            for (index, step) in cause.remediation.iter().enumerate() {
                self.page.bullet(2, &format!("{}.", index + 1), None, step);
            }
        }
        for (label, text) in [("Mind:", &cause.risk), ("It worked when:", &cause.verify)] {
            if !text.is_empty() {
                self.page.bullet(2, label, Some(Style::Bold), text);
            }
        }
        if self.detail {
            for page in &cause.references {
                self.page.verbatim(2, page);
            }
        }
    }

    fn rivals(&mut self, rivals: &[Cause], incident: &Incident) {
        if rivals.is_empty() {
            return;
        }
        self.page
            .heading("What else it could be, and what speaks against it");
        let most = self.at_most(RIVALS);
        for rival in rivals.iter().take(most) {
            let mark = self.page.mark();
            let unseen = rival.verdict == Verdict::NotEvaluated;
            let verdict = if unseen {
                "not judged".to_owned()
            } else {
                wording::verdict(rival)
            };
            self.page.bullet(
                2,
                "*",
                None,
                &format!("{verdict}: {} ({})", rival.title, rival.id),
            );
            self.page
                .emphasize(mark, rival.verdict.name(), colour(rival.verdict));
            self.evidence(rival, 4, &incident.host);
            let missing = rival.unknown.iter().max_by_key(|missing| missing.weight);
            if let Some(missing) = missing.filter(|_| self.worth_asking(rival)) {
                self.page.bullet(
                    4,
                    "?",
                    Some(Style::Yellow),
                    &format!(
                        "would tell: {}",
                        wording::needs(missing, &self.clock, &incident.host)
                    ),
                );
            }
        }
        if rivals.len() > most {
            self.page
                .bullet(2, "*", None, &format!("and {} more (-v)", rivals.len() - most));
        }
    }

    /// Whether what is missing could still bring a rival up.
    fn worth_asking(&self, rival: &Cause) -> bool {
        self.detail
            || matches!(
                rival.verdict,
                Verdict::NotEvaluated | Verdict::Possible | Verdict::Likely | Verdict::Strong
            )
    }

    fn story(&mut self, incident: &Incident) {
        if incident.timeline.is_empty() {
            return;
        }
        self.page.heading("The story");
        for entry in &incident.timeline {
            let at = entry
                .at
                .map(|at| self.clock.show(&incident.host, at))
                .unwrap_or_default();
            self.page.bullet(
                2,
                &at,
                None,
                &format!("{} {}", entry.summary, wording::place(&entry.origin)),
            );
        }
    }

    /// The other symptoms of the same cause, in a line each.
    fn shows_as(&mut self, incident: &Incident, indent: usize) {
        if incident.related.is_empty() {
            return;
        }
        self.page.blank();
        self.page.bullet(indent, "", None, "The same cause shows as:");
        let most = self.at_most(RELATED);
        let all = self.diagnosis.incidents.iter();
        let related: Vec<&Incident> = all.filter(|other| incident.related.contains(&other.id)).collect();
        for other in related.iter().take(most) {
            let text = wording::what_happened(other, self.diagnosis, &self.clock);
            self.page.bullet(indent + 2, "*", None, &text);
        }
        if related.len() > most {
            let more = format!("and {} more (-v)", related.len() - most);
            self.page.bullet(indent + 2, "*", None, &more);
        }
    }

    /// The incidents after the first, without those that another one tells.
    fn others(&mut self, others: &[Incident]) {
        let told = |incident: &&Incident| self.detail || incident.part_of.is_none();
        let others: Vec<&Incident> = others.iter().filter(told).collect();
        if others.is_empty() {
            return;
        }
        let all = wording::counted(others.len() as u64, "more incident");
        self.page.heading(&all);
        let most = self.at_most(INCIDENTS);
        for (index, incident) in others.iter().take(most).enumerate() {
            self.page.blank();
            self.page.bullet(
                0,
                &format!("{}.", index + 2),
                Some(Style::Bold),
                &wording::what_happened(incident, self.diagnosis, &self.clock),
            );
            self.short(incident);
            self.shows_as(incident, 3);
        }
        self.rest(others.get(most..).unwrap_or_default());
    }

    fn short(&mut self, incident: &Incident) {
        let Some((cause, rivals)) = incident.causes.split_first() else {
            return;
        };
        let mark = self.page.mark();
        let text = wording::likely_cause(cause, &self.clock, &incident.host);
        self.page.bullet(3, "Cause:", None, &text);
        self.page
            .emphasize(mark, cause.verdict.name(), colour(cause.verdict));
        let most = self.at_most(WEAK_EVIDENCE);
        self.side(&cause.against, ("-", Style::Red), most, 3, &incident.host);
        let next = wording::next_step(incident, self.diagnosis, &self.clock);
        self.page.bullet(3, "Next:", None, &next);
        let rivals: Vec<String> = rivals
            .iter()
            .filter(|rival| rival.verdict >= Verdict::Possible)
            .map(|rival| format!("{} {}", wording::verdict(rival), rival.id))
            .collect();
        if !rivals.is_empty() {
            self.page.bullet(3, "Or:", None, &rivals.join(", "));
        }
        if self.detail {
            self.story(incident);
        }
    }

    /// What is not told one by one, counted by symptom and cause.
    fn rest(&mut self, rest: &[&Incident]) {
        if rest.is_empty() {
            return;
        }
        let mut counts: std::collections::BTreeMap<(&str, String), u64> = std::collections::BTreeMap::new();
        for incident in rest {
            let cause = incident.best().map_or_else(
                || "cause not known".to_owned(),
                |cause| format!("{} {}", cause.verdict, cause.id),
            );
            *counts.entry((&*incident.symptom, cause)).or_default() += 1;
        }
        self.page.blank();
        self.page.bullet(
            0,
            "",
            None,
            &format!(
                "And {}, told in full by -v:",
                wording::counted(rest.len() as u64, "more incident")
            ),
        );
        let rows: Vec<Vec<String>> = counts
            .into_iter()
            .map(|((symptom, cause), count)| vec![count.to_string(), symptom.to_owned(), cause])
            .collect();
        self.page.table(2, &rows);
    }

    fn ask(&mut self) {
        let mut commands = std::collections::BTreeSet::new();
        // One export serves every time that is asked for.
        let fresh = self.diagnosis.ask.iter().filter(|item| {
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
        let most = self.at_most(ASKED);
        for item in asked.iter().take(most) {
            let tells: Vec<&str> = item.separates.iter().take(4).map(|id| &**id).collect();
            let dots = if item.separates.len() > tells.len() {
                ", ..."
            } else {
                ""
            };
            self.page.bullet(
                2,
                "*",
                None,
                &format!(
                    "{} (tells {}{dots})",
                    wording::asked(item, &self.clock),
                    tells.join(", ")
                ),
            );
            if let Some(command) = &item.command {
                self.page.verbatim(6, command);
            }
        }
        if asked.len() > most {
            self.page
                .bullet(2, "*", None, &format!("and {} more (-v)", asked.len() - most));
        }
    }
}
