//! How fast binary traces are read.
//!
//! ```text
//! cargo bench --bench etl -- [--megabytes N] [--rounds N] [--file TRACE]...
//! ```
//!
//! It makes a trace of N megabytes (default 500) of plain buffers, and the same in each of the three compressions, whose size is
//! that of the plain data: a third of the records are of the kernel, a third TraceLogging, the rest events of manifests that are not
//! there, events that are one string, messages of WPP. One in 500 is of interest. The trace is one block of 16 buffers over and
//! over, and comes as a stream. `diagnosis` reads with what the built-in knowledge wants, `listing` makes an event of every record
//! and drops it. `--file` reads a trace from the disk instead, and gives the speed for the bytes of the file.
//!
//! The numbers are the best of the rounds (default 3), of the processor time where the system tells it, on one thread. The peak of
//! resident memory is that of all rounds so far.
//!
//! Beside dissect.etl 3.14, the only other reader of such traces that takes compressed ones on Linux, on PerfView's public sample
//! `net.4.5.2.x64.etl` (4.9 MB, 359 of its 360 buffers compressed, 179,474 records), one machine, processor time: it needs 12.7 s
//! to hand out time, provider and values of each (and fails in 103,346), `diagnosis` 0.05 s (1/250), `listing` 0.13 s (1/98).
//! To repeat it, run this bench with `--file` and
//!
//! ```python
//! import sys, time; from dissect.etl import ETL
//! for record in ETL(open(sys.argv[1], "rb")):
//!     try: event = record.event; event.ts(); event.provider_name(); event.event_values()
//!     except Exception: pass
//! print(time.process_time())
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a program for people who develop this one"
)]

#[path = "../tests/support/etl/mod.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "a writer shared with the tests"
)]
mod writer;

use std::io::Read;
use std::sync::Arc;
use std::time::{Duration, Instant};

use logonscope::diagnose::Analyzer;
use logonscope::reader::etl;
use logonscope::source::Source;
use writer::{PACKERS, Record, buffer, event, full_header, kernel, message, packed_buffer_by, wide};

/// Bytes of a buffer.
const BUFFER: usize = 64 << 10;

fn main() {
    let (mut megabytes, mut rounds, mut files) = (500_usize, 3_usize, Vec::new());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--megabytes" => megabytes = args.next().unwrap().parse().unwrap(),
            "--rounds" => rounds = args.next().unwrap().parse().unwrap(),
            "--file" => files.push(args.next().unwrap()),
            _ => {}
        }
    }
    let analyzer = Analyzer::new().unwrap();
    if files.is_empty() {
        generated(megabytes, rounds, &analyzer);
    }
    for file in files {
        let bytes: Arc<[u8]> = std::fs::read(&file).unwrap().into();
        let size = bytes.len() as f64 / 1e6;
        let stream = || Box::new(std::io::Cursor::new(Arc::clone(&bytes)));
        show(
            &file,
            "diagnosis",
            size,
            best(rounds, || diagnose(stream(), &analyzer)),
        );
        show(&file, "listing", size, best(rounds, || list(stream())));
    }
}

fn generated(megabytes: usize, rounds: usize, analyzer: &Analyzer) {
    let blocks = block();
    let plain: Vec<u8> = blocks
        .iter()
        .flat_map(|records| buffer(BUFFER, records))
        .collect();
    let times = (megabytes * 1_000_000).div_ceil(plain.len());
    let size = (plain.len() * times) as f64 / 1e6;
    let stream = |block: &Arc<[u8]>| -> Box<dyn Read + Send> {
        Box::new(Again {
            head: buffer(BUFFER, &[full_header("Bench", "C:\\bench.etl")]),
            block: Arc::clone(block),
            at: 0,
            left: times,
        })
    };
    let plain: Arc<[u8]> = plain.into();
    show(
        "plain",
        "diagnosis",
        size,
        best(rounds, || diagnose(stream(&plain), analyzer)),
    );
    show("plain", "listing", size, best(rounds, || list(stream(&plain))));
    for (packer, name) in PACKERS.into_iter().zip(["xpress", "xpress-huff", "lznt1"]) {
        let packed: Vec<u8> = blocks
            .iter()
            .flat_map(|records| packed_buffer_by(packer, records))
            .collect();
        let packed: Arc<[u8]> = packed.into();
        show(
            name,
            "diagnosis",
            size,
            best(rounds, || diagnose(stream(&packed), analyzer)),
        );
    }
}

fn diagnose(stream: Box<dyn Read + Send>, analyzer: &Analyzer) -> u64 {
    let found = analyzer.read_artifact("bench.etl", Source::Stream(stream));
    assert!(found.problems.iter().all(|problem| problem.count > 0));
    found.events.len() as u64
}

fn list(stream: Box<dyn Read + Send>) -> u64 {
    etl::Trace::new(stream).filter(Result::is_ok).count() as u64
}

/// A head, then a block so many times.
struct Again {
    head: Vec<u8>,
    block: Arc<[u8]>,
    at: usize,
    left: usize,
}

impl Read for Again {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if !self.head.is_empty() {
            let count = self.head.len().min(buffer.len());
            buffer[..count].copy_from_slice(&self.head[..count]);
            self.head.drain(..count);
            return Ok(count);
        }
        if self.left == 0 {
            return Ok(0);
        }
        let count = buffer.len().min(self.block.len() - self.at);
        buffer[..count].copy_from_slice(&self.block[self.at..self.at + count]);
        self.at += count;
        if self.at == self.block.len() {
            (self.at, self.left) = (0, self.left - 1);
        }
        Ok(count)
    }
}

/// The records of 16 buffers.
fn block() -> Vec<Vec<Record>> {
    let mut chance = 1_u64;
    let mut next = |below: u64| {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) % below
    };
    let mut buffers = Vec::new();
    for number in 0..16 {
        let (mut records, mut size) = (Vec::new(), 72);
        loop {
            let record = record(&mut next, number);
            size += record.len().next_multiple_of(8);
            if size > BUFFER {
                break;
            }
            records.push(record);
        }
        buffers.push(records);
    }
    buffers
}

fn record(next: &mut impl FnMut(u64) -> u64, seconds: u64) -> Record {
    let loud = next(500) == 0;
    let text = if loud {
        "RdpWrapper: Log on Wrapper: exiting connection loop, err(rdp):-1073741537"
    } else {
        "Surface 12 mapped to output 0, 1920x1080, format BGRA, dirty rectangles 3"
    };
    match next(12) {
        0..=3 => {
            let numbers: Vec<u8> = (0..6)
                .flat_map(|_| (next(1 << 32) as u32).to_le_bytes())
                .collect();
            kernel(5, 36, 2, true, seconds, &numbers)
        }
        4..=7 => {
            let mut traits = vec![24, 0];
            traits.extend(b"Contoso.Robot.Driver\0");
            let mut schema = vec![0, 0, 0];
            schema.extend(b"ChannelData\0Message\0\x01Bytes\0\x08Status\0\x94\x0eHandle\0\x15");
            let mut payload = wide(text);
            payload.extend((next(4096) as u32).to_le_bytes());
            payload.extend([0; 4]);
            payload.extend((0xFFFF_8000_0000_0000 + next(1 << 40)).to_le_bytes());
            event([7; 16], 0, seconds, 0, &[(12, traits), (11, schema)], &payload)
        }
        8 | 9 => {
            let mut payload = (next(1 << 32) as u32).to_le_bytes().to_vec();
            payload.extend(wide(text));
            payload.extend(wide("rdpclient"));
            payload.extend((next(1 << 40)).to_le_bytes());
            event([9; 16], 17, seconds, 0, &[], &payload)
        }
        10 => event([11; 16], 1, seconds, 4, &[], &wide(text)),
        _ => message([13; 16], 11, seconds, text.as_bytes()),
    }
}

/// The shortest time, and what was counted.
fn best(rounds: usize, mut run: impl FnMut() -> u64) -> (Duration, u64) {
    (0..rounds.max(1))
        .map(|_| {
            let (start, used) = (Instant::now(), cpu());
            let count = run();
            let time = match (used, cpu()) {
                (Some(before), Some(after)) => after.saturating_sub(before),
                _ => start.elapsed(),
            };
            (time, count)
        })
        .min()
        .unwrap()
}

fn show(name: &str, way: &str, megabytes: f64, (time, count): (Duration, u64)) {
    let seconds = time.as_secs_f64();
    println!(
        "{name:12} {way:10} {:7.0} MB/s {seconds:7.2} s, {count} counted, peak {} MiB",
        megabytes / seconds.max(1e-3),
        peak_mib()
    );
}

/// Processor time of this process.
fn cpu() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let fields = fields.split_whitespace().skip(11).take(2);
    let ticks: Option<u64> = fields.map(|field| field.parse::<u64>().ok()).sum();
    // A tick is a hundredth of a second on every Linux of today.
    ticks.map(|ticks| Duration::from_millis(ticks * 10))
}

/// The most memory this process ever held, in MiB; 0 where the system does not tell.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}
