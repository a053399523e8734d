use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{ALL, Case, Cell, Fingerprint, Kind, rows};
use crate::model::{
    Cause, CodeCount, CodeSpace, Diagnosis, Evidence, FactScope, FactSource, Happening, HostReport, Incident,
    Lane, Missing, Origin, Problem, ProblemKind, SessionReport, Time, ToolInfo, Verdict, Weight,
    parse_rfc3339,
};

fn at(text: &str) -> Option<Time> {
    parse_rfc3339(text)
}

fn evidence(signal: &str, weight: Weight, joined_by: &[&str], summary: &str) -> Evidence {
    Evidence {
        signal: signal.into(),
        summary: summary.into(),
        weight,
        joined_by: joined_by.iter().map(|key| Arc::from(*key)).collect(),
        at: at("2026-05-04T08:00:00.1234567Z"),
        count: 3,
        origin: Origin::record("case.zip!/Security.evtx", 732, 8192),
    }
}

fn cause(id: &str, verdict: Verdict, supports: Vec<Evidence>) -> Cause {
    Cause {
        id: id.into(),
        title: format!("the cause {id}"),
        verdict,
        score: 0.83,
        supports,
        against: vec![evidence(
            "logon-succeeded",
            Weight::Veto,
            &["user"],
            "ANNA logged on",
        )],
        unknown: vec![Missing {
            signal: "password-changed".into(),
            needs: "Security of DC-01".into(),
            covering: None,
            weight: Weight::Strong,
            against: false,
        }],
        ..Cause::default()
    }
}

/// An incident of somebody; nothing of the name may show in its fingerprint.
pub(super) fn incident(who: &str, verdict: Verdict) -> Incident {
    let supports = vec![
        evidence(
            "logon-refused",
            Weight::Strong,
            &["user"],
            &format!("{who} was refused"),
        ),
        evidence("agent-busy", Weight::Weak, &[], "the agent was busy"),
    ];
    Incident {
        id: format!("i-{who}"),
        symptom: "task-logon-failure".into(),
        title: format!("{who} could not log on"),
        host: format!("PC-{who}").into(),
        user: Some(who.into()),
        session: Some(3),
        task: Some(format!("\\{who}\\Nightly").into()),
        code: Some("2147943726".into()),
        first: at("2026-05-04T08:00:00Z"),
        last: at("2026-05-05T08:00:00Z"),
        count: who.len() as u64,
        causes: vec![
            cause("password-drift", verdict, supports),
            cause("lockout", Verdict::Unlikely, Vec::new()),
        ],
        ..Incident::default()
    }
}

fn fact(value: &str, beaten: bool) -> FactSource {
    FactSource {
        name: "policy.X".into(),
        value: value.into(),
        scope: FactScope::Plain,
        beaten,
        at: None,
        origin: Origin::line("case.zip!/a.reg", 7, 99),
    }
}

fn happening(lane: Lane, subject: &str, outcome: Option<&str>) -> Happening {
    Happening {
        at: at("2026-05-04T08:00:00Z").unwrap_or_default(),
        until: at("2026-05-04T08:10:00Z"),
        host: "RPA-07".into(),
        lane,
        subject: Some(subject.into()),
        user: Some("bob".into()),
        outcome: outcome.map(Arc::from),
        code: outcome.map(|_| "2147942402".to_owned()),
        failed: lane == Lane::Task,
        summary: format!("{subject} happened"),
        origin: Some(Origin::record("case.zip!/Tasks.evtx", 9, 4096)),
        rank: 0,
    }
}

pub(super) fn diagnosis() -> Diagnosis {
    Diagnosis {
        schema: crate::model::SCHEMA.to_owned(),
        tool: ToolInfo {
            name: "logonscope".into(),
            version: "1".into(),
            knowledge: "ab".into(),
        },
        inputs: Vec::new(),
        hosts: vec![HostReport {
            name: "RPA-07".into(),
            facts: BTreeMap::from([("policy.X".into(), "1".to_owned())]),
            fact_sources: vec![fact("1", false), fact("0", true)],
            ..Default::default()
        }],
        findings: Vec::new(),
        question: None,
        incidents: vec![
            incident("anna", Verdict::Likely),
            incident("bob", Verdict::Unlikely),
        ],
        codes: vec![CodeCount {
            space: CodeSpace::Win32,
            value: "1326".into(),
            symbol: None,
            meaning: "refused".into(),
            count: 2,
            first: at("2026-05-04T08:00:00Z"),
            last: None,
        }],
        happenings: vec![
            happening(Lane::Change, "update", None),
            happening(Lane::Task, "\\Nightly", Some("failed-action")),
            happening(Lane::Job, "bob", Some("ended")),
        ],
        records: Vec::new(),
        sessions: vec![SessionReport {
            host: "RPA-07".into(),
            session: Some(3),
            user: None,
            kind: "rdp".into(),
            address: None,
            start: at("2026-05-04T08:00:00Z"),
            end: None,
            end_class: None,
            end_origin: None,
            states: Vec::new(),
        }],
        coverage: Vec::new(),
        ask: Vec::new(),
        collections: Vec::new(),
        problems: vec![Problem::new(
            ProblemKind::Damaged,
            Origin::offset("case.zip!/x", 5),
            "cut off",
        )],
    }
}

pub(super) const CASE: Case<'static> = Case {
    name: "case.zip",
    source: "in/case.zip",
    state: "findings",
    detail: "",
};

/// What every table got, each row as name and cell.
fn gathered(diagnosis: Option<&Diagnosis>) -> Vec<(&'static str, Vec<(&'static str, Cell<'static>)>)> {
    let mut all = Vec::new();
    let done: Result<(), std::convert::Infallible> = rows(&CASE, diagnosis, |table, cells| {
        assert_eq!(table.columns.len(), cells.len(), "{}", table.name);
        let row = table.columns.iter().zip(cells).map(|(column, cell)| {
            let kind = match cell {
                Cell::Absent => {
                    assert!(column.optional, "{}.{} is absent", table.name, column.name);
                    column.kind
                }
                Cell::Text(_) => Kind::Text,
                Cell::Number(_) => Kind::Number,
                Cell::Real(_) => Kind::Real,
                Cell::Flag(_) => Kind::Flag,
                Cell::Time(_) => Kind::Time,
            };
            assert_eq!(kind, column.kind, "{}.{}", table.name, column.name);
            let owned = match cell {
                Cell::Text(text) => Cell::Text(text.to_string().into()),
                Cell::Absent => Cell::Absent,
                Cell::Number(number) => Cell::Number(*number),
                Cell::Real(number) => Cell::Real(*number),
                Cell::Flag(flag) => Cell::Flag(*flag),
                Cell::Time(time) => Cell::Time(*time),
            };
            (column.name, owned)
        });
        all.push((table.name, row.collect()));
        Ok(())
    });
    done.unwrap();
    all
}

#[test]
fn every_row_has_the_cells_of_its_table() {
    let rows = gathered(Some(&diagnosis()));
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for (table, _) in &rows {
        *count.entry(table).or_default() += 1;
    }
    let told: Vec<_> = count.into_iter().collect();
    assert_eq!(
        told,
        [
            ("cases", 1),
            ("causes", 4),
            ("codes", 1),
            ("evidence", 12),
            ("facts", 2),
            ("incidents", 2),
            ("problems", 1),
            ("sessions", 1),
            ("task_runs", 2)
        ]
    );
    let names: BTreeSet<&str> = ALL.iter().map(|table| table.name).collect();
    assert!(rows.iter().all(|(table, _)| names.contains(table)) && names.len() == ALL.len());
}

#[test]
fn rows_tell_the_diagnosis() {
    let rows = gathered(Some(&diagnosis()));
    let cell = |table: &str, row: usize, column: &str| {
        let mut rows = rows.iter().filter(|(name, _)| *name == table);
        let (_, cells) = rows.nth(row).unwrap();
        cells.iter().find(|(name, _)| *name == column).unwrap().1.clone()
    };
    let text = |text: &'static str| Cell::Text(text.into());
    assert_eq!(cell("cases", 0, "best_cause"), text("password-drift"));
    assert_eq!(cell("cases", 0, "unread"), Cell::Number(1));
    assert_eq!(cell("incidents", 1, "user"), text("bob"));
    assert_eq!(cell("causes", 1, "rank"), Cell::Number(2));
    assert_eq!(cell("evidence", 0, "record"), Cell::Number(732));
    assert_eq!(cell("evidence", 2, "side"), text("against"));
    assert_eq!(cell("evidence", 2, "weight"), text("veto"));
    assert_eq!(cell("evidence", 3, "side"), text("unknown"));
    assert_eq!(cell("task_runs", 0, "task"), text("\\Nightly"));
    assert_eq!(cell("task_runs", 0, "outcome"), text("failed-action"));
    assert_eq!(cell("task_runs", 0, "code"), text("2147942402"));
    assert_eq!(cell("task_runs", 0, "failed"), Cell::Flag(true));
    assert_eq!(cell("task_runs", 0, "record"), Cell::Number(9));
    // What a job is called is whose it is.
    assert_eq!(cell("task_runs", 1, "task"), Cell::Absent);
    assert_eq!(cell("task_runs", 1, "user"), text("bob"));
    assert_eq!(cell("facts", 0, "in_force"), Cell::Flag(true));
    assert_eq!(cell("facts", 0, "line"), Cell::Number(7));
    assert_eq!(cell("facts", 1, "value"), text("0"));
    assert_eq!(cell("problems", 0, "incomplete"), Cell::Flag(true));
}

#[test]
fn a_case_ends_as_a_batch_says() {
    let mut one = diagnosis();
    let state = |one: &Diagnosis, from| super::State::of(one, from).name();
    assert_eq!(state(&one, Verdict::Likely), "findings");
    assert_eq!(state(&one, Verdict::Strong), "incomplete");
    one.problems.clear();
    assert_eq!(state(&one, Verdict::Strong), "nothing-found");
    one.incidents.clear();
    one.coverage.clear();
    assert_eq!(state(&one, Verdict::Strong), "no-evidence");
}

#[test]
fn a_case_without_a_diagnosis_has_its_row() {
    let rows = gathered(None);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].0, "cases");
}

#[test]
fn fingerprints_hold_no_names_and_tell_shapes_apart() {
    for verdict in [Verdict::Likely, Verdict::Unlikely] {
        let one = Fingerprint::of(&incident("anna", verdict));
        assert_eq!(one, Fingerprint::of(&incident("CORP\\bartholomew", verdict)));
        assert!(!one.shape.contains("anna"), "{}", one.shape);
    }
    let explained = Fingerprint::of(&incident("anna", Verdict::Likely));
    assert_eq!(
        explained.shape,
        "task-logon-failure 2147943726: password-drift +agent-busy:weak +logon-refused:strong -logon-succeeded:rules-out"
    );
    assert_eq!(explained.id.len(), 16);
    let unexplained = Fingerprint::of(&incident("anna", Verdict::Unlikely));
    assert_eq!(
        unexplained.shape,
        "task-logon-failure 2147943726: unexplained +logon-refused:strong"
    );
    let mut other = incident("anna", Verdict::Unlikely);
    other.code = None;
    assert_ne!(unexplained.id, Fingerprint::of(&other).id);
}

/// Read back by the reader of the `parquet` crate: each column as its cells print.
#[cfg(feature = "parquet")]
mod files {
    use ::parquet::file::reader::{FileReader as _, SerializedFileReader};

    use super::super::parquet::Writer;
    use super::*;

    fn read(path: &std::path::Path) -> Vec<String> {
        let reader = SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
        let rows = reader.get_row_iter(None).unwrap();
        rows.map(|row| row.unwrap().to_string()).collect()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::new(folder.path()).unwrap();
        writer.add(&CASE, Some(&diagnosis())).unwrap();
        writer.add(&CASE, None).unwrap();
        let written = writer.finish().unwrap();
        let rows: Vec<_> = written
            .iter()
            .map(|table| (table.table, table.rows, table.files))
            .collect();
        assert_eq!(rows[..2], [("cases", 2, 1), ("incidents", 2, 1)]);
        let read_back = read(&folder.path().join("incidents/part-00000.parquet"));
        assert_eq!(read_back.len(), 2);
        assert!(
            read_back[0].contains("user: \"anna\"") && read_back[0].contains("count: 4"),
            "{}",
            read_back[0]
        );
        assert!(
            read_back[0].contains("first: 2026-05-04 08:00:00") && read_back[0].contains("works_again: null")
        );
        for table in ALL {
            let read_back = read(&folder.path().join(table.name).join("part-00000.parquet"));
            let rows = gathered(Some(&diagnosis()))
                .into_iter()
                .filter(|(name, _)| *name == table.name);
            assert_eq!(
                read_back.len(),
                rows.count() + usize::from(table.name == "cases"),
                "{}",
                table.name
            );
        }
    }

    #[test]
    fn rows_go_to_as_many_files_as_they_need_and_none_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::with_sizes(folder.path(), 2_000, 4_000).unwrap();
        let names: Vec<String> = (0..200).map(|number| format!("case-{number:03}")).collect();
        for name in &names {
            writer.add(&Case { name, ..CASE }, None).unwrap();
        }
        let written = writer.finish().unwrap();
        assert_eq!((written[0].table, written[0].rows), ("cases", 200));
        assert!(written[0].files > 3, "{written:?}");
        let parts =
            (0..written[0].files).map(|number| folder.path().join(format!("cases/part-{number:05}.parquet")));
        let rows: Vec<String> = parts.flat_map(|part| read(&part)).collect();
        assert_eq!(rows.len(), 200);
        for (name, row) in names.iter().zip(&rows) {
            assert!(row.contains(&format!("\"{name}\"")), "{row}");
        }
        // A table without rows has its columns.
        assert!(read(&folder.path().join("codes/part-00000.parquet")).is_empty());
    }
}
