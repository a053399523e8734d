//! One case: made, run, judged, and made small when it fails.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::meter::{cpu, memory};
use crate::mutate::{Chance, mutate};
use crate::targets::{Lab, Target};

/// What went wrong.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Where, and what it said.
    Panic(String, String),
    /// Seconds of CPU time.
    Slow(f64),
    /// MiB more than before.
    Hungry(u64),
    /// The process died or hung: how.
    Died(String),
}

impl Fault {
    /// Faults of one key are one fault.
    fn key(&self) -> String {
        match self {
            Self::Panic(place, _) => format!("panic {place}"),
            Self::Slow(_) => "slow".to_owned(),
            Self::Hungry(_) => "hungry".to_owned(),
            Self::Died(how) => format!("died {how}"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panic(place, text) => write!(f, "panicked at {place}: {text}"),
            Self::Slow(seconds) => write!(f, "took {seconds:.2} s of CPU time"),
            Self::Hungry(mib) => write!(f, "took {mib} MiB"),
            Self::Died(how) => f.write_str(how),
        }
    }
}

static LAST_PANIC: Mutex<(String, String)> = Mutex::new((String::new(), String::new()));

/// Remembers panics in place of printing them.
fn hook() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let place = info
                .location()
                .map(|place| format!("{}:{}", place.file(), place.line()))
                .unwrap_or_default();
            if place.contains("tests/fuzz/main.rs") {
                before(info);
            }
            let text = info.payload_as_str().unwrap_or_default().to_owned();
            *LAST_PANIC.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = (place, text);
        }));
    });
}

/// The numbers a case may not pass.
pub struct Meter;

impl Meter {
    /// CPU time of an input of so many bytes; ten times as much without optimization.
    pub fn time(len: usize) -> Duration {
        let blocks = 1 + len as u32 / (64 << 10);
        Duration::from_secs(1) * blocks * if cfg!(debug_assertions) { 10 } else { 1 }
    }

    /// Bytes above the highest mark so far.
    pub const fn memory(len: usize) -> u64 {
        (96 << 20) + len as u64 * 64
    }
}

/// Runs one input and says what was wrong with that.
pub fn run(lab: &Lab, target: Target, bytes: &[u8]) -> Option<Fault> {
    hook();
    let high = memory("VmHWM:");
    let start = Instant::now();
    if catch_unwind(AssertUnwindSafe(|| (target.run)(lab, bytes))).is_err() {
        let (place, text) = LAST_PANIC
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .clone();
        return Some(Fault::Panic(place, text));
    }
    // On a busy machine the clock proves nothing.
    if start.elapsed() > Meter::time(bytes.len()) {
        let before = cpu("self");
        (target.run)(lab, bytes);
        let took = cpu("self") - before;
        if took > Meter::time(bytes.len()) {
            return Some(Fault::Slow(took.as_secs_f64()));
        }
    }
    let grown = memory("VmHWM:").saturating_sub(high);
    (grown > Meter::memory(bytes.len())).then_some(Fault::Hungry(grown >> 20))
}

/// The cases of one target and one seed, one after the other.
pub struct Trial {
    target: Target,
    seeds: Vec<Vec<u8>>,
    seed: u64,
    next: u64,
    seen: BTreeMap<String, u32>,
    /// Name of the kept file and what was wrong.
    pub faults: Vec<(String, Fault)>,
}

impl Trial {
    pub fn new(target: Target, seed: u64) -> Self {
        let mut seeds = (target.seeds)();
        seeds.extend(finds(target.name).into_iter().map(|(_, bytes)| bytes));
        Self {
            target,
            seeds,
            seed,
            next: 0,
            seen: BTreeMap::new(),
            faults: Vec::new(),
        }
    }

    /// The input of a number.
    pub fn case(&self, number: u64) -> Vec<u8> {
        let mut chance = Chance::new(self.seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ number);
        let seed = chance.pick(&self.seeds).clone();
        let other = chance.pick(&self.seeds).clone();
        let mut bytes = mutate(&mut chance, &seed, &other, self.target.keep, 256 << 10);
        if let Some(mend) = self.target.mend.filter(|_| !chance.one_in(8)) {
            mend(&mut bytes);
        }
        bytes
    }

    /// Runs cases until so much CPU time is used up, however little of it a busy machine gives, telling the number and the input of each beforehand; returns how many.
    /// After `wall` it ends all the same.
    pub fn run_for(
        &mut self,
        lab: &Lab,
        time: Duration,
        wall: Duration,
        mut tell: impl FnMut(u64, &[u8]),
    ) -> u64 {
        let (start, clock) = (cpu("self"), Instant::now());
        let first = self.next;
        // asking costs as much as a short case
        while !self.next.is_multiple_of(8)
            || (cpu("self").saturating_sub(start) < time && clock.elapsed() < wall)
        {
            let bytes = self.case(self.next);
            tell(self.next, &bytes);
            self.next += 1;
            if let Some(fault) = run(lab, self.target, &bytes) {
                self.keep(lab, bytes, fault);
            }
        }
        self.next - first
    }

    /// Writes a find of a new kind, as small as it gets in some seconds.
    fn keep(&mut self, lab: &Lab, bytes: Vec<u8>, fault: Fault) {
        let count = self.seen.entry(fault.key()).or_default();
        *count += 1;
        if *count > 1 {
            return;
        }
        let small = if matches!(fault, Fault::Panic(..)) {
            shrink(lab, self.target, bytes, &fault)
        } else {
            bytes
        };
        let name = save(self.target.name, &fault, &small);
        self.faults.push((name, fault));
    }
}

/// Flips one bit of a seed, so many times.
pub fn flips(lab: &Lab, target: Target, seed: u64, count: u64) -> Vec<String> {
    let seeds = (target.seeds)();
    let mut chance = Chance::new(seed);
    let flipped = (0..count).filter_map(|_| {
        let mut bytes = chance.pick(&seeds).clone();
        let at = chance.below(bytes.len());
        *bytes.get_mut(at)? ^= 1 << chance.below(8);
        let fault = run(lab, target, &bytes)?;
        let name = save(target.name, &fault, &bytes);
        Some(format!("{}: {fault}; kept as {name}", target.name))
    });
    flipped.collect()
}

/// Puts numbers that lie at the places of every seed, one at a time: the greatest there is, and the place itself as files,
/// chunks and hives count it, so that offsets lead in circles. Of all cases, one in `stride`.
pub fn lies(lab: &Lab, target: Target, stride: usize) -> (u64, Vec<String>) {
    let (mut count, mut faults) = (0, Vec::new());
    for seed in (target.seeds)() {
        let in_use = |at: usize| {
            seed[at.saturating_sub(8)..]
                .iter()
                .take(16)
                .any(|byte| *byte != 0)
        };
        let places = (0..seed.len().saturating_sub(3))
            .step_by(2)
            .filter(|at| in_use(*at));
        let cases = places.flat_map(|at| {
            let place = at as u32;
            [u32::MAX, place, place.wrapping_sub(4), place.wrapping_sub(4096)].map(|number| (at, number))
        });
        for (at, number) in cases.step_by(stride) {
            let mut bytes = seed.clone();
            bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
            if let Some(mend) = target.mend {
                mend(&mut bytes);
            }
            count += 1;
            if let Some(fault) = run(lab, target, &bytes) {
                let name = save(target.name, &fault, &bytes);
                faults.push(format!("{}: {fault}; kept as {name}", target.name));
            }
        }
    }
    (count, faults)
}

/// Takes out what can go while the same thing happens.
fn shrink(lab: &Lab, target: Target, mut bytes: Vec<u8>, fault: &Fault) -> Vec<u8> {
    let start = Instant::now();
    let mut width = bytes.len() / 2;
    while width > 0 {
        let mut at = 0;
        while at < bytes.len() && start.elapsed() < Duration::from_secs(30) {
            let mut less = bytes.clone();
            less.drain(at..(at + width).min(less.len()));
            if run(lab, target, &less).is_some_and(|other| other.key() == fault.key()) {
                bytes = less;
            } else {
                at += width;
            }
        }
        width /= 2;
    }
    bytes
}

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/finds")
        .join(target)
}

/// Keeps an input; its name says what happened and is the same for the same bytes.
pub fn save(target: &str, fault: &Fault, bytes: &[u8]) -> String {
    let kind = fault.key();
    let kind = kind.split(' ').next().unwrap_or_default();
    let name = format!("{kind}-{:08x}.bin", crc32fast::hash(bytes));
    let folder = folder(target);
    std::fs::create_dir_all(&folder).expect("fixtures/finds");
    std::fs::write(folder.join(&name), bytes).expect("a find");
    name
}

/// What was kept of a target, by name.
pub fn finds(target: &str) -> Vec<(String, Vec<u8>)> {
    let Ok(listing) = std::fs::read_dir(folder(target)) else {
        return Vec::new();
    };
    let mut found: Vec<(String, Vec<u8>)> = listing
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((
                entry.file_name().to_string_lossy().into_owned(),
                std::fs::read(entry.path()).ok()?,
            ))
        })
        .collect();
    found.sort();
    found
}
