//! A long run: a child process works through the cases, this one watches it, so that nothing an input does to a process
//! ends the run.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::meter::cpu;
use crate::targets::{Lab, Target};
use crate::trial::{Fault, Trial, save};

/// CPU time that one child has for one target.
const SLICE: Duration = Duration::from_secs(30);
/// A case that is not over by then hangs.
const HANG: Duration = Duration::from_secs(300);

fn state() -> PathBuf {
    std::env::temp_dir().join(format!("logonscope-fuzz-{}", std::process::id()))
}

/// The child: cases for so long, the number of each told before it runs.
pub fn work(target: Target, seed: u64, time: Duration, wall: Duration) {
    let path = std::env::var_os("LOGONSCOPE_FUZZ_STATE").map_or_else(state, PathBuf::from);
    let file = std::fs::File::create(path).expect("the state");
    let lab = Lab::new();
    let mut trial = Trial::new(target, seed);
    let count = trial.run_for(&lab, time, wall, |number, _| {
        file.write_all_at(&(number + 1).to_le_bytes(), 0)
            .expect("the state");
    });
    for (name, fault) in &trial.faults {
        println!("find {name}: {fault}");
    }
    println!("done {count} {}", cpu("self").as_millis());
}

#[derive(Default)]
struct Tally {
    cases: u64,
    cpu: Duration,
    finds: u64,
}

/// The parent: slices over all targets in turn until the time is over. Event logs are what strangers send most and what
/// is hardest to read, so they get every third slice.
pub fn run(targets: &[Target], seed: u64, time: Duration) {
    let start = Instant::now();
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    let evtx = targets.iter().position(|target| target.name == "evtx");
    let mut slice = 0_u64;
    let mut turn = 0;
    while start.elapsed() < time {
        let target = match evtx {
            Some(at) if slice.is_multiple_of(3) => targets[at],
            _ => {
                turn += 1;
                targets[turn % targets.len()]
            }
        };
        slice += 1;
        let left = time.saturating_sub(start.elapsed()).max(Duration::from_secs(1));
        one(
            target,
            seed.wrapping_mul(1_000_003).wrapping_add(slice),
            left,
            tallies.entry(target.name).or_default(),
        );
        if slice.is_multiple_of(20) || start.elapsed() >= time {
            report(&tallies);
        }
    }
}

fn report(tallies: &BTreeMap<&str, Tally>) {
    let total: Duration = tallies.values().map(|tally| tally.cpu).sum();
    println!("-- {:.1} CPU minutes", total.as_secs_f64() / 60.0);
    for (name, tally) in tallies {
        let minutes = tally.cpu.as_secs_f64() / 60.0;
        println!(
            "{name:16} {:>10} cases {minutes:>7.1} CPU min {:>3} finds",
            tally.cases, tally.finds
        );
    }
    let _ = std::io::stdout().flush();
}

fn one(target: Target, seed: u64, time: Duration, tally: &mut Tally) {
    let state = state();
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--work", target.name, "--seed", &seed.to_string()])
        .args([
            "--seconds",
            &SLICE.as_secs().to_string(),
            "--wall",
            &time.as_secs().max(1).to_string(),
        ])
        .env("LOGONSCOPE_FUZZ_STATE", &state)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child");
    let died = watch(&mut child, &state);
    let mut text = String::new();
    if let Some(mut out) = child.stdout.take() {
        let _ = std::io::Read::read_to_string(&mut out, &mut text);
    }
    for line in text.lines() {
        if let Some(find) = line.strip_prefix("find ") {
            tally.finds += 1;
            println!("{} seed {seed}: {find}", target.name);
        } else if let Some(done) = line.strip_prefix("done ") {
            let mut numbers = done.split(' ').filter_map(|number| number.parse::<u64>().ok());
            tally.cases += numbers.next().unwrap_or(0);
            tally.cpu += Duration::from_millis(numbers.next().unwrap_or(0));
        }
    }
    if let Some(how) = died {
        tally.finds += 1;
        let number = told(&state).saturating_sub(1);
        let bytes = Trial::new(target, seed).case(number);
        let name = save(target.name, &Fault::Died(how.clone()), &bytes);
        println!("{} seed {seed} case {number}: {how}; kept as {name}", target.name);
    }
    let _ = std::fs::remove_file(&state);
}

fn told(state: &PathBuf) -> u64 {
    let bytes = std::fs::read(state).unwrap_or_default();
    bytes
        .get(..8)
        .map_or(0, |bytes| u64::from_le_bytes(std::array::from_fn(|n| bytes[n])))
}

/// Waits for the end; says how it ended when that was no good end.
fn watch(child: &mut Child, state: &PathBuf) -> Option<String> {
    let mut last = (0, Instant::now());
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            return (!status.success()).then(|| format!("ended with {status}"));
        }
        let number = told(state);
        if number != last.0 {
            last = (number, Instant::now());
        } else if number > 0 && last.1.elapsed() > HANG {
            let _ = child.kill();
            let _ = child.wait();
            return Some("hangs".to_owned());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}
