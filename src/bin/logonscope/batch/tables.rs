//! What is written over all cases: two tables, the manifest and the summary.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

use logonscope::report::{self, Page, Style, csv_row, escape};
use logonscope::tables::State;
use serde_json::json;

use super::cases::Case;
use super::record::Record;
use crate::output::{self, Existing};
use crate::status::Failure;

/// How many of each are shown in the summary.
const SHOWN: usize = 10;

/// What the summary counts.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    states: BTreeMap<State, u64>,
    /// Cause and its title, by the number of cases with it at `possible` or above.
    causes: BTreeMap<(String, String), u64>,
    symptoms: BTreeMap<String, u64>,
    failed: Vec<(String, String)>,
}

const CASE_COLUMNS: [&str; 13] = [
    "case",
    "source",
    "state",
    "incidents",
    "best_verdict",
    "best_cause",
    "hosts",
    "first",
    "last",
    "files",
    "bytes",
    "unread",
    "detail",
];

/// Writes `cases.csv`, `incidents.csv` and `manifest.json` from the records, each of which is read once.
pub(crate) fn write(out: &Path, cases: &[Case], header: &serde_json::Value) -> Result<Summary, Failure> {
    let mut summary = Summary::default();
    let mut rows = csv_row(CASE_COLUMNS);
    let mut listed = Vec::with_capacity(cases.len());
    output::replace(&out.join("incidents.csv"), Existing::Replace, |file| {
        let columns = ["case"].into_iter().chain(report::INCIDENT_COLUMNS);
        file.write_all(csv_row(columns).as_bytes())?;
        for case in cases {
            let record = Record::read(&out.join(&case.name));
            listed.push(entry(case, record.as_ref()));
            if let Some(record) = &record {
                incidents(file, record)?;
                summary.count(record);
                rows.push_str(&csv_row(cells(record)));
            }
        }
        Ok(())
    })?;
    output::replace(&out.join("cases.csv"), Existing::Replace, |file| {
        file.write_all(rows.as_bytes())
    })?;
    manifest(out, listed, header)?;
    Ok(summary)
}

/// Writes the manifest as it is before the work begins: what the batch is of, and how far an earlier run came.
pub(crate) fn begin(out: &Path, cases: &[Case], header: &serde_json::Value) -> Result<(), Failure> {
    let listed = cases.iter().map(|case| {
        let record = Record::read(&out.join(&case.name));
        entry(case, record.as_ref())
    });
    manifest(out, listed.collect(), header)
}

/// A case in the manifest.
fn entry(case: &Case, record: Option<&Record>) -> serde_json::Value {
    match record {
        Some(record) => {
            json!({"case": case.name, "source": record.source, "key": record.key, "state": record.state})
        }
        None => json!({"case": case.name, "source": case.source, "state": "pending"}),
    }
}

fn manifest(out: &Path, cases: Vec<serde_json::Value>, header: &serde_json::Value) -> Result<(), Failure> {
    let mut manifest = header.clone();
    if let Some(fields) = manifest.as_object_mut() {
        fields.insert("cases".to_owned(), cases.into());
    }
    output::replace(&out.join("manifest.json"), Existing::Replace, |file| {
        let text = serde_json::to_string_pretty(&manifest)?;
        writeln!(file, "{}", escape::json(&text))
    })
}

fn incidents(file: &mut dyn Write, record: &Record) -> io::Result<()> {
    for row in &record.incidents {
        let cells = std::iter::once(&record.case).chain(row);
        file.write_all(csv_row(cells).as_bytes())?;
    }
    Ok(())
}

fn cells(record: &Record) -> [String; 13] {
    let first = record.incidents.first();
    let cell = |column| {
        first
            .map(|row| Record::cell(row, column).to_owned())
            .unwrap_or_default()
    };
    let times = |column| {
        record
            .incidents
            .iter()
            .map(move |row| Record::cell(row, column))
            .filter(|time| !time.is_empty())
    };
    [
        record.case.clone(),
        record.source.clone(),
        record.state.name().to_owned(),
        record.incidents.len().to_string(),
        cell("verdict"),
        cell("cause"),
        record.hosts.join(" "),
        times("first").min().unwrap_or_default().to_owned(),
        times("last").max().unwrap_or_default().to_owned(),
        record.files.to_string(),
        record.bytes.to_string(),
        record.unread.to_string(),
        record.detail.clone(),
    ]
}

impl Summary {
    fn count(&mut self, record: &Record) {
        *self.states.entry(record.state).or_default() += 1;
        let mut causes = BTreeSet::new();
        let mut symptoms = BTreeSet::new();
        for row in &record.incidents {
            symptoms.insert(Record::cell(row, "symptom").to_owned());
            if matches!(Record::cell(row, "verdict"), "possible" | "likely" | "strong") {
                causes.insert((
                    Record::cell(row, "cause").to_owned(),
                    Record::cell(row, "cause_title").to_owned(),
                ));
            }
        }
        for cause in causes {
            *self.causes.entry(cause).or_default() += 1;
        }
        for symptom in symptoms {
            *self.symptoms.entry(symptom).or_default() += 1;
        }
        if matches!(record.state, State::Failed | State::TimeLimit) {
            self.failed.push((record.case.clone(), record.detail.clone()));
        }
    }

    /// How many ended so.
    pub(crate) fn of(&self, state: State) -> u64 {
        self.states.get(&state).copied().unwrap_or(0)
    }

    /// For a person.
    pub(crate) fn text(&self, all: usize, out: &Path, colour: bool) -> String {
        let mut page = Page::new(colour, output::width());
        let words = [
            (State::Findings, "with findings"),
            (State::NothingFound, "without"),
            (State::NoEvidence, "without a log that would show a failure"),
            (State::Incomplete, "not read completely, nothing found"),
            (State::TimeLimit, "over the time limit"),
            (State::Failed, "failed"),
        ];
        let told: Vec<String> = words
            .iter()
            .filter(|(state, _)| self.of(*state) > 0)
            .map(|(state, words)| format!("{} {words}", self.of(*state)))
            .collect();
        page.bullet(0, &format!("{all} cases:"), Some(Style::Bold), &told.join(", "));
        let done = self.states.values().sum::<u64>();
        if done < all as u64 {
            page.bullet(
                0,
                "Interrupted:",
                Some(Style::Yellow),
                &format!("{} cases wait for the next run", all as u64 - done),
            );
        }
        let causes = self
            .causes
            .iter()
            .map(|((id, title), count)| (*count, vec![id.clone(), title.clone()]));
        ranked(&mut page, "Most common causes", causes);
        ranked(
            &mut page,
            "Most common symptoms",
            self.symptoms.iter().map(|(id, count)| (*count, vec![id.clone()])),
        );
        self.failures(&mut page);
        page.blank();
        page.verbatim(
            0,
            &format!(
                "Tables: {0}/cases.csv, {0}/incidents.csv; diagnoses: {0}/CASE/diagnosis.json",
                out.display()
            ),
        );
        page.finish()
    }

    /// The cases that have no whole diagnosis, and why.
    fn failures(&self, page: &mut Page) {
        if self.failed.is_empty() {
            return;
        }
        page.heading("Without a whole diagnosis");
        for (case, detail) in self.failed.iter().take(SHOWN) {
            let mut lines = detail.lines().map(str::trim);
            let what = lines.next().unwrap_or_default();
            let why = lines.next().map(|why| format!("; {why}")).unwrap_or_default();
            page.bullet(2, case, None, &format!("{what}{why}"));
        }
        if self.failed.len() > SHOWN {
            page.bullet(
                2,
                "",
                Some(Style::Dim),
                &format!("and {} more: cases.csv lists them", self.failed.len() - SHOWN),
            );
        }
    }
}

fn ranked(page: &mut Page, heading: &str, entries: impl Iterator<Item = (u64, Vec<String>)>) {
    let mut entries: Vec<(u64, Vec<String>)> = entries.collect();
    entries.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    if entries.is_empty() {
        return;
    }
    page.heading(heading);
    let rows = entries.into_iter().take(SHOWN).map(|(count, cells)| {
        let cases = if count == 1 {
            "1 case".to_owned()
        } else {
            format!("{count} cases")
        };
        std::iter::once(cases).chain(cells).collect()
    });
    page.table(2, &rows.collect::<Vec<_>>());
}
