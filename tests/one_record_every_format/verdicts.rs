//! What is said of a record that was sent alone: the same failure, of the same user and task, with the same cause and verdict, in whatever format
//! it comes.

use logonscope::diagnose::Analyzer;
use logonscope::model::Incident;
use logonscope::{Limits, bundle};

use super::{FORMATS, Format, Part, Record, records};

/// What is said of one file, an incident a line, as far as its format carries what it is told of.
fn said(bytes: Vec<u8>, lacks: &[Part], analyzer: &Analyzer) -> Vec<String> {
    let bundle = bundle::open_memory("export", bytes, &Limits::default());
    let found = analyzer.analyze_bundle(&bundle);
    let line = |one: &Incident| {
        let cause = one.best().map(|cause| (&*cause.id, cause.verdict));
        let host = Some(&one.host).filter(|_| !lacks.contains(&Part::Computer));
        let first = one.first.filter(|_| !lacks.contains(&Part::Time));
        format!(
            "{} {host:?} {:?} {:?} {:?} {}x: {cause:?}",
            one.symptom,
            one.user,
            one.task,
            first.map(|at| at.timestamp()),
            one.count
        )
    };
    found.incidents.iter().map(line).collect()
}

/// What a record says otherwise in some format, and why: everything else is the same.
const OTHERWISE: &[(&str, u16, &[&str])] = &[
    // A sentence without the log that it stands in, without a time, and not known for one of that record.
    ("Microsoft-Windows-Kernel-Power", 42, &["pasted sentence"]),
    ("LocalSessionManager", 39, &["pasted sentence"]),
    ("RemoteConnectionManager", 259, &["pasted sentence"]),
    ("RdpCoreTS", 139, &["pasted sentence"]),
    ("RdpCoreTS", 140, &["pasted sentence"]),
    // The account stands in the record only.
    (
        "Security-Auditing",
        4825,
        &["Event Viewer list", "pasted sentence"],
    ),
    // NXLog writes the account of the service that wrote the record among its values.
    ("User Profiles Service", 1511, &["NXLog"]),
    ("User Profiles Service", 1500, &["NXLog"]),
];

fn is_otherwise(record: &Record, format: &Format) -> bool {
    OTHERWISE.iter().any(|(provider, id, formats)| {
        record.provider.ends_with(provider) && record.id == *id && formats.contains(&format.name)
    })
}

#[test]
fn a_record_has_one_verdict_in_every_format() {
    let analyzer = Analyzer::new().unwrap().assume_zone("+02:00").unwrap();
    let (mut differences, mut told) = (Vec::new(), 0);
    for record in &records() {
        let of = |format: &Format| said((format.render)(record), format.lacks, &analyzer);
        let whole = &FORMATS[0];
        for format in &FORMATS[1..] {
            let own = said((whole.render)(record), format.lacks, &analyzer);
            told += usize::from(!own.is_empty());
            let other = of(format);
            if (other != own) != is_otherwise(record, format) {
                differences.push(format!(
                    "{} {} as {}:\n  {own:#?}\n  {other:#?}",
                    record.provider, record.id, format.name
                ));
            }
        }
    }
    assert!(told > 100, "{told}");
    assert!(
        differences.is_empty(),
        "{} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
}
