//! Bundles with a known truth: that they are what they claim to be, and how often the product finds it.
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
    let count = std::env::var("LOGONSCOPE_SCENARIOS").map_or(20, |text| text.parse().unwrap());
    for scenario in (0..count)
        .map(scenarios::scenario)
        .chain((0..count).map(scenarios::more))
    {
        let folder = std::path::Path::new(&folder).join(scenario.name());
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
