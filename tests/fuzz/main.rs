//! Fuzzing of every reader, every container, the knowledge loader and the whole way.
//!
//! `cargo test` replays what was ever found (`fixtures/finds/TARGET/`) and tries each target for a second. To go on:
//!
//! ```sh
//! cargo test --release --test fuzz -- --target all --minutes 60          # or one target by name
//! cargo test --release --test fuzz -- --target all --flips 10000         # single bits of every seed
//! cargo test --release --test fuzz -- --target all --lies 1              # u32::MAX and own places at every place of every seed
//! cargo test --test fuzz -- --replay evtx fixtures/finds/evtx/panic-1f.bin
//! ```
//!
//! A case is a seed of our own writers after a few hostile changes; it follows from target, run seed and number alone. A
//! case fails by a panic, by more than a second of CPU time for each begun 64 KiB, or by more memory than [`Meter`] says.
//! Finds are made small and written to `fixtures/finds`. A long run works in a child process, so that an abort, an
//! overflowing stack or a hang is a find like any other.
#![allow(
    dead_code,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    reason = "a test may panic and print"
)]

mod mails;
#[path = "../support/meter.rs"]
mod meter;
mod mutate;
mod seeds;
mod supervise;
#[path = "../support/mod.rs"]
mod support;
mod targets;
mod traces;
mod trial;

use std::path::PathBuf;
use std::time::Duration;

use targets::{Lab, TARGETS, Target};
use trial::{Trial, run};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let seed = value("--seed").map_or(1, |text| text.parse().expect("--seed takes a number"));
    if arguments.iter().any(|argument| argument == "--list") {
        // what a test runner asks for
    } else if let Some(name) = value("--replay") {
        let at = arguments.iter().position(|argument| *argument == name).unwrap();
        let file = arguments.get(at + 1).expect("--replay TARGET FILE");
        replay(target(&name), &std::fs::read(file).expect("the file"));
    } else if let Some(name) = value("--work") {
        let seconds = value("--seconds")
            .and_then(|text| text.parse().ok())
            .unwrap_or(30);
        let wall = value("--wall").and_then(|text| text.parse().ok()).unwrap_or(600);
        supervise::work(
            target(&name),
            seed,
            Duration::from_secs(seconds),
            Duration::from_secs(wall),
        );
    } else if let Some(folder) = value("--seeds") {
        write_seeds(&PathBuf::from(folder));
    } else if let Some(count) = value("--flips") {
        let count = count.parse().expect("--flips takes a number");
        let lab = Lab::new();
        for target in chosen(value("--target").as_deref()) {
            let faults = trial::flips(&lab, target, seed, count);
            println!("{:16} {count} bits flipped, {} faults", target.name, faults.len());
            assert!(faults.is_empty(), "{faults:?}");
        }
    } else if let Some(stride) = value("--lies") {
        let stride = stride.parse().expect("--lies takes a number: 1 for all");
        let lab = Lab::new();
        for target in chosen(value("--target").as_deref()) {
            let (count, faults) = trial::lies(&lab, target, stride);
            println!("{:16} {count} numbers lied, {} faults", target.name, faults.len());
            assert!(faults.is_empty(), "{faults:?}");
        }
    } else if let Some(name) = value("--target") {
        let minutes =
            value("--minutes").map_or(1.0, |text| text.parse::<f64>().expect("--minutes takes a number"));
        supervise::run(
            &chosen(Some(&name)),
            seed,
            Duration::from_secs_f64(minutes * 60.0),
        );
    } else {
        short(seed);
    }
}

/// The target of that name; all of them by the name `all` or none.
fn chosen(name: Option<&str>) -> Vec<Target> {
    match name {
        None | Some("all") => TARGETS.to_vec(),
        Some(name) => vec![target(name)],
    }
}

fn target(name: &str) -> Target {
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    *TARGETS
        .iter()
        .find(|target| target.name == name)
        .unwrap_or_else(|| panic!("no target {name:?}; there are all, {}", names.join(", ")))
}

fn replay(target: Target, bytes: &[u8]) {
    let lab = Lab::new();
    match run(&lab, target, bytes) {
        Some(fault) => panic!("{}: {fault}", target.name),
        None => println!("{}: {} bytes, nothing wrong", target.name, bytes.len()),
    }
}

fn write_seeds(folder: &std::path::Path) {
    for target in TARGETS {
        let folder = folder.join(target.name);
        std::fs::create_dir_all(&folder).expect("a folder for seeds");
        for (number, seed) in (target.seeds)().iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number}")), seed).expect("a seed");
        }
    }
}

/// The part of `cargo test`: every find of the past, then a second for each target.
fn short(seed: u64) {
    let lab = Lab::new();
    let mut faults = Vec::new();
    let mut replayed = 0;
    for target in TARGETS {
        for (name, bytes) in trial::finds(target.name) {
            replayed += 1;
            faults.extend(run(&lab, *target, &bytes).map(|fault| format!("{name}: {fault}")));
        }
        faults.extend(trial::flips(&lab, *target, seed, 20));
        faults.extend(trial::lies(&lab, *target, 997).1);
        let mut trial = Trial::new(*target, seed);
        let count = trial.run_for(&lab, Duration::from_secs(1), Duration::from_secs(20), |_, _| ());
        faults.extend(
            trial
                .faults
                .iter()
                .map(|(name, fault)| format!("{}: {fault}; kept as {name}", target.name)),
        );
        assert!(count > 0);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    println!("fuzz: {replayed} finds replayed, {} targets tried", TARGETS.len());
}
