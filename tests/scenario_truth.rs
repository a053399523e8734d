//! Bundles with a known truth: that they are the same each time, and the fixtures made of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]

mod scenarios;
mod support;

use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn equal_seeds_give_equal_bundles() {
    for seed in [0, 17, 40] {
        let (one, two) = (scenarios::scenario(seed), scenarios::scenario(seed));
        assert!(one.files == two.files, "seed {seed}");
    }
}

/// `LOGONSCOPE_SCENARIO_OUT=DIR [LOGONSCOPE_SCENARIOS=N] cargo test --test scenario_truth dump` writes bundles for
/// people to look at: a folder for each, with `bundle.zip` and `truth.json`.
#[test]
fn dump_bundles_on_request() {
    let Some(folder) = std::env::var_os("LOGONSCOPE_SCENARIO_OUT") else {
        return;
    };
    let count = asked().unwrap_or(20);
    for scenario in (0..count)
        .map(scenarios::scenario)
        .chain((0..count).map(scenarios::more))
    {
        let folder = Path::new(&folder).join(scenario.name());
        let files = vec![
            ("bundle.zip".to_owned(), support::archive::zip(&scenario.files)),
            (
                "truth.json".to_owned(),
                serde_json::to_vec_pretty(&scenario.truth).unwrap(),
            ),
        ];
        support::archive::tree(&folder, &files);
    }
}

/// The files of an archive by name.
fn unzip(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    use std::io::Read as _;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut file = archive.by_index(at).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// `LOGONSCOPE_BLESS=1` writes them anew. Contents are compared, not how they are compressed.
#[test]
fn fixtures_are_what_the_generator_writes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for (name, bytes) in scenarios::fixtures::all() {
        assert!(bytes.len() < 300_000, "{name} has {} bytes", bytes.len());
        let path = folder.join(name);
        if std::env::var_os("LOGONSCOPE_BLESS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &bytes).unwrap();
        }
        let kept = std::fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}; bless it"));
        assert!(
            unzip(&kept) == unzip(&bytes),
            "{name} is not what the generator writes; bless it"
        );
    }
}

fn asked() -> Option<u64> {
    std::env::var("LOGONSCOPE_SCENARIOS")
        .ok()
        .map(|text| text.parse().unwrap())
}
