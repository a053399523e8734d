//! How fast event logs are read, beside the limit and beside another program.
//!
//! ```text
//! cargo bench --bench evtx -- [--megabytes N] [--threads N]... [--rounds N] [--id N] [--zip] [--peer PATH] [--keep FOLDER] [LOG...]
//! ```
//!
//! Without logs it makes two of its own with the writer of the tests, one shaped like Security and System, one like
//! the logs of sessions and tasks, each of N megabytes (default 600): some dozens of different chunks, over and over.
//! `--keep` leaves them in a folder. For each log and number of threads (default 1 and 2) it prints a line for each
//! way, with the processor time, of the program and the system, of the cheapest of the rounds (default 5), which go round the
//! ways so that a busy machine is busy for all, and with the shortest time by the clock:
//!
//! * `headers`: the record headers alone are walked. `checksums`: the file is read into a buffer that begins at a page, and
//!   both checksums of each chunk are computed. These are the limits.
//! * `filter`: the events of one id (default 4625), as JSON lines to nowhere.
//! * `analyze`: the whole diagnosis.
//! * `events`: every event, as JSON lines to nowhere.
//! * `inflate`: the log, deflated, is inflated by the library that reads zips here, to nowhere. `zip`: the filter on a zip of the
//!   log. Only with `--zip`, and not compared with the peer, which reads no zips.
//! * `peer`: `evtx_dump -t THREADS -o jsonl LOG` of the `evtx` crate, whose path is given, to nowhere.
//!
//! and how many times as fast as the peer it is, how many times the checksums it takes, by processor time, and the peak of
//! resident memory. Processor time is counted in hundredths of a second (Linux).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a program for people who develop this one"
)]

use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use logonscope::diagnose::Analyzer;
use logonscope::parse::Parser;
use logonscope::report::events::Jsonl;
use logonscope::{Limits, bundle};
use rayon::prelude::*;

#[path = "../tests/support/evtx/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    clippy::pedantic,
    reason = "shared with tests"
)]
mod writer;

use writer::{Event, Log, Value, time};

const CHUNK: usize = 65_536;

struct Options {
    megabytes: usize,
    threads: Vec<usize>,
    rounds: usize,
    id: u16,
    zip: bool,
    peer: Option<PathBuf>,
    keep: Option<PathBuf>,
    logs: Vec<PathBuf>,
}

fn options() -> Options {
    let mut options = Options {
        megabytes: 600,
        threads: Vec::new(),
        rounds: 5,
        id: 4_625,
        zip: false,
        peer: None,
        keep: None,
        logs: Vec::new(),
    };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut number = || args.next().unwrap().parse().unwrap();
        match arg.as_str() {
            "--megabytes" => options.megabytes = number(),
            "--threads" => options.threads.push(number()),
            "--rounds" => options.rounds = number(),
            "--id" => options.id = u16::try_from(number()).unwrap(),
            "--peer" => options.peer = args.next().map(PathBuf::from),
            "--keep" => options.keep = args.next().map(PathBuf::from),
            "--zip" => options.zip = true,
            "--bench" => {}
            _ => options.logs.push(arg.into()),
        }
    }
    if options.threads.is_empty() {
        options.threads = vec![1, 2];
    }
    options
}

fn main() {
    let mut options = options();
    let folder = tempfile::tempdir().unwrap();
    let place = options.keep.clone().unwrap_or_else(|| folder.path().to_owned());
    if options.logs.is_empty() {
        std::fs::create_dir_all(&place).unwrap();
        for (name, chunks) in [("security-system", security()), ("sessions-tasks", sessions())] {
            let path = place.join(format!("{name}.evtx"));
            make(&path, &chunks, options.megabytes);
            options.logs.push(path);
        }
    }
    for path in &options.logs {
        for &threads in &options.threads {
            measure(path, threads, &options);
        }
    }
}

/// What one run took.
#[derive(Debug, Clone, Default)]
struct Run {
    /// Of the processor.
    seconds: f64,
    /// By the clock.
    clock: f64,
    /// Mebibytes; 0 when it is not known.
    peak: f64,
    result: String,
}

type Way<'a> = (&'static str, Box<dyn Fn() -> String + 'a>);

fn measure(path: &Path, threads: usize, options: &Options) {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    let analyzer = Analyzer::new().unwrap().threads(threads).unwrap();
    let all = Parser::new().threads(threads);
    let one = all.clone().ids([options.id]);
    let zipped = options.zip.then(|| Zipped::new(path));
    let mut ways: Vec<Way<'_>> = vec![
        ("headers", Box::new(|| pool.install(|| headers(path)))),
        ("checksums", Box::new(|| pool.install(|| checksums(path)))),
        ("filter", Box::new(|| list(path, &one))),
        ("analyze", Box::new(|| diagnose(path, &analyzer))),
        ("events", Box::new(|| list(path, &all))),
    ];
    if let Some(zipped) = &zipped {
        ways.push(("inflate", Box::new(|| zipped.inflate())));
        ways.push(("zip", Box::new(|| zipped.list(&one))));
    }
    if let Some(peer) = &options.peer {
        ways.push(("peer", Box::new(|| run_peer(peer, path, threads))));
    }
    let mut runs: Vec<Vec<Run>> = vec![Vec::new(); ways.len()];
    for _ in 0..options.rounds.max(1) {
        for ((_, way), runs) in ways.iter().zip(&mut runs) {
            runs.push(timed(way));
        }
    }
    let best: Vec<Run> = runs.into_iter().map(best).collect();
    let of = |name: &str| {
        let index = ways.iter().position(|(way, _)| *way == name)?;
        best.get(index).map(|run| run.seconds)
    };
    let megabytes = std::fs::metadata(path).unwrap().len() as f64 / 1e6;
    let file = path.file_stem().unwrap_or_default().display();
    for ((name, _), run) in ways.iter().zip(&best) {
        let ratio = |above: Option<f64>, below: Option<f64>| match (above, below) {
            (Some(above), Some(below)) => format!("{:.2}", above / below.max(0.01)),
            _ => "-".to_owned(),
        };
        println!(
            "{file} {threads} {name:10} {:7.0} MB/s {:7.2} s ({:7.3} s by the clock) {:5.0} MiB {:>7} x peer, {:>6} checksums  {}",
            megabytes / run.seconds.max(0.01),
            run.seconds,
            run.clock,
            run.peak,
            ratio(of("peer"), Some(run.seconds)),
            ratio(Some(run.seconds), of("checksums")),
            run.result
        );
    }
}

/// Processor time of this process and of those it waited for, in seconds. Linux counts it in hundredths.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    let ticks: f64 = fields
        .skip(11)
        .take(4)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}

fn timed(way: impl Fn() -> String) -> Run {
    // Linux: forget the peak so far.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let (start, before) = (Instant::now(), processor());
    let result = way();
    let (clock, seconds) = (start.elapsed().as_secs_f64(), processor() - before);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = peak.and_then(|text| text.trim().trim_end_matches(" kB").parse::<f64>().ok());
    Run {
        seconds,
        clock,
        peak: kibibytes.unwrap_or(0.0) / 1024.0,
        result,
    }
}

/// The least of all runs.
fn best(mut runs: Vec<Run>) -> Run {
    let least = |of: fn(&Run) -> f64| runs.iter().map(of).fold(f64::INFINITY, f64::min);
    let (seconds, clock, peak) = (
        least(|run| run.seconds),
        least(|run| run.clock),
        least(|run| run.peak),
    );
    Run {
        seconds,
        clock,
        peak,
        result: runs.swap_remove(0).result,
    }
}

/// A zip of a log, in memory.
struct Zipped {
    bytes: Vec<u8>,
    /// Where the deflated log lies.
    data: std::ops::Range<usize>,
}

impl Zipped {
    fn new(path: &Path) -> Self {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("Log.evtx", zip::write::SimpleFileOptions::default())
            .unwrap();
        std::io::copy(&mut File::open(path).unwrap(), &mut zip).unwrap();
        let bytes = zip.finish().unwrap().into_inner();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
        let member = archive.by_index(0).unwrap();
        let start = usize::try_from(member.data_start().unwrap()).unwrap();
        let data = start..start + usize::try_from(member.compressed_size()).unwrap();
        drop(member);
        Self { bytes, data }
    }

    fn inflate(&self) -> String {
        let mut inflated = flate2::read::DeflateDecoder::new(&self.bytes[self.data.clone()]);
        let bytes = std::io::copy(&mut inflated, &mut std::io::sink()).unwrap();
        format!("{bytes} bytes of {}", self.data.len())
    }

    fn list(&self, parser: &Parser) -> String {
        let bundle = bundle::open_memory("Case.zip", self.bytes.clone(), &Limits::default());
        list_bundle(&bundle, parser)
    }
}

/// Lists events as the program does.
fn list(path: &Path, parser: &Parser) -> String {
    let bundle = bundle::open(&[path.to_owned()], &Limits::default()).unwrap();
    list_bundle(&bundle, parser)
}

fn list_bundle(bundle: &bundle::Bundle, parser: &Parser) -> String {
    let mut bytes = 0;
    let problems = parser
        .write(bundle, Jsonl, |part| {
            bytes += part.len();
            black_box(part);
            true
        })
        .unwrap();
    format!("{bytes} bytes, {} problems", problems.len())
}

fn diagnose(path: &Path, analyzer: &Analyzer) -> String {
    let diagnosis = analyzer.analyze([path]).unwrap();
    let events: u64 = diagnosis.inputs.iter().map(|input| input.events).sum();
    format!("{} incidents, {events} events", diagnosis.incidents.len())
}

fn run_peer(peer: &Path, path: &Path, threads: usize) -> String {
    let status = Command::new(peer)
        .args(["-t", &threads.to_string(), "-o", "jsonl"])
        .arg(path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    status.to_string()
}

/// Hands every chunk of a file to `work`, in parallel, and adds up.
fn each_chunk(path: &Path, work: impl Fn(&[u8]) -> u64 + Sync) -> u64 {
    let file = File::open(path).unwrap();
    let blocks = (file.metadata().unwrap().len() - 4096).div_ceil(4 * CHUNK as u64);
    (0..blocks)
        .into_par_iter()
        .map_init(
            || vec![0; 4 * CHUNK + 4096],
            |buffer, block| {
                let start = buffer.as_ptr().align_offset(4096);
                let buffer = &mut buffer[start..start + 4 * CHUNK];
                let count = file.read_at(buffer, 4096 + block * 4 * CHUNK as u64).unwrap();
                buffer[..count].chunks_exact(CHUNK).map(&work).sum::<u64>()
            },
        )
        .sum()
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

fn headers(path: &Path) -> String {
    let records = each_chunk(path, |chunk| {
        let free = (word(chunk, 48) as usize).min(CHUNK);
        let (mut at, mut records) = (512, 0);
        while at + 28 <= free && word(chunk, at) == 0x2A2A {
            at += (word(chunk, at + 4) as usize).max(28);
            records += 1;
        }
        records
    });
    format!("{records} records")
}

fn checksums(path: &Path) -> String {
    let fitting = each_chunk(path, |chunk| {
        let mut header = crc32fast::Hasher::new();
        header.update(&chunk[..120]);
        header.update(&chunk[128..512]);
        let free = (word(chunk, 48) as usize).clamp(512, CHUNK);
        u64::from(
            header.finalize() == word(chunk, 124) && crc32fast::hash(&chunk[512..free]) == word(chunk, 52),
        )
    });
    format!("{fitting} chunks")
}

/// Repeats the chunks of a log until the file is large enough.
fn make(path: &Path, log: &[u8], megabytes: usize) {
    let (header, chunks) = log.split_at(4096);
    let mut file = std::io::BufWriter::new(File::create(path).unwrap());
    file.write_all(header).unwrap();
    for _ in 0..(megabytes * 1_000_000).div_ceil(chunks.len()) {
        file.write_all(chunks).unwrap();
    }
    file.flush().unwrap();
}

const AUDIT: &str = "Microsoft-Windows-Security-Auditing";

/// Logons and the noise of services, as Security and System have them.
fn security() -> Vec<u8> {
    let mut log = Log::new("Security", "RPA-07.corp.example").first_record(100_000);
    for round in 0..400_u32 {
        let at = time("2026-05-04T06:00:00Z") + chrono::TimeDelta::seconds(i64::from(round));
        let logon = Value::Hex64(0x3E7_0000 + u64::from(round));
        let sid = || Value::Sid("S-1-5-21-1004336348-1177238915-682003330-1105".to_owned());
        let connection = |port: u32| {
            Event::new(AUDIT, 5_156)
                .at(at)
                .data("ProcessID", Value::U64(1_092))
                .data(
                    "Application",
                    "\\device\\harddiskvolume2\\windows\\system32\\svchost.exe",
                )
                .data("Direction", "%%14592")
                .data("SourceAddress", "10.1.2.3")
                .data("SourcePort", "3389")
                .data("DestAddress", "10.1.2.4")
                .data("DestPort", port.to_string())
                .data("Protocol", 6_u32)
        };
        // One record in twenty is of interest, as in real logs.
        log = log.events((50_000..50_018).map(connection));
        log = log
            .event(
                Event::new(AUDIT, if round % 20 == 0 { 4_625 } else { 4_624 })
                    .at(at)
                    .data("SubjectUserSid", Value::Sid("S-1-5-18".to_owned()))
                    .data("SubjectUserName", "RPA-07$")
                    .data("SubjectDomainName", "CORP")
                    .data("SubjectLogonId", Value::Hex64(0x3E7))
                    .data("TargetUserSid", sid())
                    .data("TargetUserName", "svc-robot")
                    .data("TargetDomainName", "CORP")
                    .data("TargetLogonId", logon.clone())
                    .data("LogonType", 5 + round % 6)
                    .data("LogonProcessName", "Advapi  ")
                    .data("AuthenticationPackageName", "Negotiate")
                    .data("WorkstationName", "-")
                    .data(
                        "LogonGuid",
                        Value::Guid("{00000000-0000-0000-0000-000000000000}".to_owned()),
                    )
                    .data("KeyLength", 0_u32)
                    .data("ProcessId", Value::Hex64(0x2F4))
                    .data("ProcessName", "C:\\Windows\\System32\\services.exe")
                    .data("IpAddress", "-")
                    .data("IpPort", "-"),
            )
            .event(
                Event::new(AUDIT, 4_672)
                    .at(at)
                    .data("SubjectUserSid", sid())
                    .data("SubjectUserName", "svc-robot")
                    .data("SubjectDomainName", "CORP")
                    .data("SubjectLogonId", logon)
                    .data(
                        "PrivilegeList",
                        "SeSecurityPrivilege\r\n\t\t\tSeBackupPrivilege\r\n\t\t\tSeRestorePrivilege",
                    ),
            );
        if round % 4 == 0 {
            log = log.event(
                Event::new("Service Control Manager", 7_036)
                    .channel("System")
                    .at(at)
                    .data("param1", "Windows Update")
                    .data("param2", "running"),
            );
        }
    }
    log.to_evtx()
}

/// Sessions and task runs, of which much is of interest.
fn sessions() -> Vec<u8> {
    const LSM: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";
    const TASKS: &str = "Microsoft-Windows-TaskScheduler";
    let mut log = Log::new(
        "Microsoft-Windows-TaskScheduler/Operational",
        "RPA-07.corp.example",
    );
    for round in 0..2_000_u32 {
        let at = time("2026-05-04T06:00:00Z") + chrono::TimeDelta::seconds(i64::from(round) * 60);
        let instance = Value::Guid(format!("{{00000000-0000-4000-8000-{round:012X}}}"));
        let task = format!("\\Microsoft\\Windows\\Task{}", round % 50);
        for id in [107, 129, 100, 200, 201, 102] {
            log = log.event(
                Event::new(TASKS, id)
                    .at(at)
                    .data("TaskName", &task)
                    .data("InstanceId", instance.clone())
                    .data("UserContext", "CORP\\svc-robot")
                    .data("ActionName", "C:\\Program Files\\Robot\\run.exe")
                    .data("ResultCode", 0_u32),
            );
        }
        if round % 10 == 0 {
            for id in [21, 22, 24, 23] {
                let event = Event::new(LSM, id)
                    .channel("Microsoft-Windows-TerminalServices-LocalSessionManager/Operational");
                let event = event
                    .at(at)
                    .user_data()
                    .data("User", "CORP\\svc-robot")
                    .data("SessionID", round % 7);
                log = log.event(event.data("Address", "10.1.2.3"));
            }
        }
    }
    log.to_evtx()
}
