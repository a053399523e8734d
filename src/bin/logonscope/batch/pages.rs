//! Pages for a browser: one for each case, made of its stored diagnosis, and one over all cases.

use std::path::Path;

use logonscope::model::Diagnosis;
use logonscope::report::{self, CaseRow, Format, Options, Zone};

use super::cases::Case;
use super::record::{DIAGNOSIS, Record};
use crate::output::{self, Existing};
use crate::status::Failure;

/// The page of a case, in its folder.
const PAGE: &str = "report.html";

/// Writes them all, one case at a time.
pub(crate) fn write(out: &Path, cases: &[Case]) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for case in cases {
        let folder = out.join(&case.name);
        let Some(record) = Record::read(&folder) else {
            continue;
        };
        let page = page(&folder, &record);
        let has_page = page.is_some();
        if let Some(page) = page {
            output::replace(&folder.join(PAGE), Existing::Replace, |file| {
                file.write_all(page.as_bytes())
            })?;
        }
        rows.push(row(&record, has_page));
    }
    let index = report::html_index(&rows);
    output::replace(&out.join("index.html"), Existing::Replace, |file| {
        file.write_all(index.as_bytes())
    })
}

/// The page of a stored diagnosis; none where there is none.
fn page(folder: &Path, record: &Record) -> Option<String> {
    let bytes = std::fs::read(folder.join(DIAGNOSIS)).ok()?;
    let diagnosis = Diagnosis::from_json(&bytes).ok()?;
    let options = Options {
        zone: Zone::Host,
        source: Some(record.source.clone()),
        ..Options::default()
    };
    Some(report::render(&diagnosis, Format::Html, &options))
}

fn row(record: &Record, has_page: bool) -> CaseRow {
    let first = record.incidents.first();
    let cell = |column| {
        first
            .map(|row| Record::cell(row, column).to_owned())
            .unwrap_or_default()
    };
    CaseRow {
        case: record.case.clone(),
        source: record.source.clone(),
        state: record.state.name().to_owned(),
        verdict: cell("verdict"),
        cause: cell("cause_title"),
        title: cell("title"),
        incidents: record.incidents.len(),
        hosts: record.hosts.join(" "),
        first: cell("first"),
        detail: remark(record),
        has_page,
    }
}

/// What keeps a case from being whole, in one line: how much of it was not read, and why.
fn remark(record: &Record) -> String {
    let unread = match record.unread {
        0 => None,
        1 => Some("1 part not read".to_owned()),
        many => Some(format!("{many} parts not read")),
    };
    let lines = record.detail.lines().map(|line| line.trim().to_owned());
    let told: Vec<String> = unread
        .into_iter()
        .chain(lines.filter(|line| !line.is_empty()))
        .collect();
    told.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_is_one_line_that_says_what_was_not_read() {
        let record = |unread, detail: &str| {
            let mut record = Record::failed("case", "case.zip".to_owned(), String::new(), detail.to_owned());
            record.unread = unread;
            record
        };
        assert_eq!(remark(&record(3, "")), "3 parts not read");
        assert_eq!(
            remark(&record(0, "nothing readable\n  empty: case.zip")),
            "nothing readable; empty: case.zip"
        );
        assert_eq!(remark(&record(0, "")), "");
    }
}
