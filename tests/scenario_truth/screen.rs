//! The first screen of scenarios: whatever happened, the answer fits a terminal of 24 lines, and its lines the width.

use logonscope::Limits;
use logonscope::bundle::open_memory;
use logonscope::diagnose::Analyzer;
use logonscope::report::{Format, Options, Zone, render};
use unicode_width::UnicodeWidthStr as _;

use crate::scenarios;
use crate::support::archive;

/// Lines of a terminal.
const LINES: usize = 24;

/// What does not fit of the report on a scenario, at each width.
pub fn of_scenario(kind: &'static str, seed: u64, analyzer: &Analyzer) -> Vec<String> {
    let scenario = scenarios::of_kind(kind, seed);
    faults(&scenario.name(), archive::zip(&scenario.files), analyzer)
}

/// The same of the bundles in `fixtures`.
pub fn of_fixtures(analyzer: &Analyzer) -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let bundles: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "zip"))
        .collect();
    assert!(bundles.len() >= 5, "{bundles:?}");
    bundles
        .iter()
        .flat_map(|path| {
            faults(
                &path.display().to_string(),
                std::fs::read(path).unwrap(),
                analyzer,
            )
        })
        .collect()
}

fn faults(name: &str, zip: Vec<u8>, analyzer: &Analyzer) -> Vec<String> {
    let bundle = open_memory("case.zip", zip, &Limits::default());
    let diagnosis = analyzer.analyze_bundle(&bundle);
    let mut faults = Vec::new();
    for width in [80, 120] {
        let options = Options {
            zone: Zone::Host,
            width,
            source: Some("case.zip".to_owned()),
            ..Options::default()
        };
        let screen = render(&diagnosis, Format::Text, &options);
        // A path or a key of the registry is there to be copied, and stays whole.
        let is_long =
            |line: &&str| line.width() > width && line.split(' ').all(|word| word.width() < width / 2);
        let long: Vec<&str> = screen.lines().filter(is_long).collect();
        if screen.lines().count() > LINES || !long.is_empty() {
            faults.push(format!("{name} at {width} columns, {long:?}:\n{screen}"));
        }
    }
    faults
}
