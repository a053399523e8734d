//! How fast text is read, beside programs that do less.
//!
//! ```text
//! cargo bench --bench text -- [--megabytes N] [--rounds N] [--keep FOLDER]
//! ```
//!
//! It makes three files of its own: a trace as `tracefmt` writes it, of N megabytes (default 2000); events as
//! `wevtutil qe /f:xml /e:Events` writes them, of half of that; and one line of 100 megabytes that mentions something
//! of interest every 3 KB. One line in 500 of the trace and one event in 100 is of interest. The files hold one block of
//! some megabytes over and over. `--keep` leaves them in a folder. Then, in one run and by turns:
//!
//! * `read`: the reader with what the built-in knowledge wants, on one thread; events are kept as in an analysis.
//! * `rg`: `rg -c -i -F -f NEEDLES` with the same literals, when it is installed.
//! * `quick-xml`: the bare loop over the events of that parser, which keeps nothing.
//! * `needles`: the search for the literals alone, with the automaton of the reader.
//!
//! The numbers are the best of the rounds (default 3), of the processor time where the system tells it, so that they hold
//! on a busy machine; each way takes one processor. The peak of resident memory is that of the readers alone: they go
//! first.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a program for people who develop this one"
)]

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use logonscope::diagnose::Analyzer;
use logonscope::source::{FileAt, Source};

struct Options {
    megabytes: usize,
    rounds: usize,
    keep: Option<PathBuf>,
}

fn options() -> Options {
    let mut options = Options {
        megabytes: 2000,
        rounds: 3,
        keep: None,
    };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--megabytes" => options.megabytes = args.next().unwrap().parse().unwrap(),
            "--rounds" => options.rounds = args.next().unwrap().parse().unwrap(),
            "--keep" => options.keep = args.next().map(PathBuf::from),
            _ => {}
        }
    }
    options
}

fn main() {
    let options = options();
    let folder = tempfile::tempdir().unwrap();
    let place = options.keep.clone().unwrap_or_else(|| folder.path().to_owned());
    std::fs::create_dir_all(&place).unwrap();
    let analyzer = Analyzer::new().unwrap();
    let searcher = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(analyzer.literals().iter().map(|literal| literal.as_bytes()))
        .unwrap();
    let trace = fill(
        &place.join("trace.txt"),
        options.megabytes,
        "EventTrace\n",
        &trace_block(),
        "",
    );
    let xml = fill(
        &place.join("events.xml"),
        options.megabytes / 2,
        "<Events>",
        &xml_block(),
        "</Events>",
    );
    let line = fill(&place.join("line.txt"), 100, "", &line_block(), "\n");
    let needles = place.join("needles.txt");
    std::fs::write(&needles, analyzer.literals().join("\n")).unwrap();
    println!("{} literals", analyzer.literals().len());

    for file in [&line, &trace, &xml] {
        show(file, "read", best(options.rounds, || read(file, &analyzer)));
        println!("{:12} peak of memory {} MiB", "", peak_mib());
    }
    for file in [&trace, &xml] {
        show(file, "rg", best(options.rounds, || rg(file, &needles)));
        show(file, "needles", best(options.rounds, || search(file, &searcher)));
    }
    show(&xml, "quick-xml", best(options.rounds, || quick_xml_loop(&xml)));
}

/// The shortest time, and what was counted.
fn best(rounds: usize, mut run: impl FnMut() -> Option<u64>) -> Option<(Duration, u64)> {
    (0..rounds.max(1))
        .filter_map(|_| {
            let (start, used) = (Instant::now(), cpu());
            let count = run()?;
            let time = match (used, cpu()) {
                (Some(before), Some(after)) => after.saturating_sub(before),
                _ => start.elapsed(),
            };
            Some((time, count))
        })
        .min()
}

fn show(file: &Path, way: &str, result: Option<(Duration, u64)>) {
    let name = file.file_name().unwrap().to_string_lossy();
    match result {
        Some((time, count)) => {
            let size = std::fs::metadata(file).unwrap().len() as f64 / 1e6;
            let speed = size / time.as_secs_f64().max(1e-3);
            println!(
                "{name:12} {way:10} {speed:7.0} MB/s {:7.2} s, {count} counted",
                time.as_secs_f64()
            );
        }
        None => println!("{name:12} {way:10} not installed"),
    }
}

fn read(file: &Path, analyzer: &Analyzer) -> Option<u64> {
    let file = FileAt::new(File::open(file).ok()?).ok()?;
    let findings = analyzer.read_artifact("bench.txt", Source::At(Arc::new(file)));
    Some(findings.events.len() as u64)
}

fn rg(file: &Path, needles: &Path) -> Option<u64> {
    let output = Command::new("rg")
        .args(["-c", "-i", "-F", "-f"])
        .arg(needles)
        .arg(file)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

/// Blocks of whole lines, each searched for all literals.
fn search(file: &Path, searcher: &AhoCorasick) -> Option<u64> {
    let mut file = File::open(file).ok()?;
    let mut block = vec![0_u8; 512 << 10];
    let mut hits = 0;
    loop {
        let count = file.read(&mut block).ok()?;
        if count == 0 {
            return Some(hits);
        }
        hits += searcher.find_iter(&block[..count]).count() as u64;
    }
}

fn quick_xml_loop(file: &Path) -> Option<u64> {
    let file = BufReader::with_capacity(256 << 10, File::open(file).ok()?);
    let mut reader = quick_xml::Reader::from_reader(file);
    let mut buffer = Vec::new();
    let mut count = 0;
    loop {
        match reader.read_event_into(&mut buffer).unwrap() {
            quick_xml::events::Event::Eof => return Some(count),
            _ => count += 1,
        }
        buffer.clear();
    }
}

/// A file of that many megabytes.
fn fill(path: &Path, megabytes: usize, head: &str, block: &str, tail: &str) -> PathBuf {
    let mut out = BufWriter::new(File::create(path).unwrap());
    out.write_all(head.as_bytes()).unwrap();
    for _ in 0..(megabytes * 1_000_000).div_ceil(block.len()) {
        out.write_all(block.as_bytes()).unwrap();
    }
    out.write_all(tail.as_bytes()).unwrap();
    out.flush().unwrap();
    path.to_owned()
}

/// Numbers that look like chance and are always the same.
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn trace_block() -> String {
    const QUIET: [&str; 6] = [
        "CRdpSettings::GetProperty - name=AudioCaptureRedirectionMode, value=0, flags=0x10",
        "Enter: CChannelManager::OnDataReceived cbData=1460 channel=3 priority=2",
        "Packet 17 of 204 queued, 1460 bytes, window 65535, rtt 12 ms, retransmits 0",
        "State machine: from WAIT_FOR_INPUT to PROCESSING by EVENT_DATA, context=0x000001F2A5C0",
        "Timer 0x2F fired after 15 ms, next due in 985 ms, queue length 4, coalesced",
        "Surface 12 mapped to output 0, 1920x1080, format BGRA, dirty rectangles 3",
    ];
    const LOUD: [&str; 3] = [
        "RdpWrapper: Log on Wrapper: exiting connection loop, err(rdp):-1073741537",
        "LogonUser failed, status 0xC000006D",
        "Session 3 has been disconnected, reason code 12",
    ];
    let mut chance = Chance(1);
    let mut text = String::new();
    for line in 0..40_000 {
        let message = match chance.next(500) {
            0 => LOUD[chance.next(3) as usize],
            _ => QUIET[chance.next(6) as usize],
        };
        let seconds = line / 200;
        writeln!(
            text,
            "[{}]{:04X}.{:04X}::05/04/2026-08:{:02}:{:02}.{:03} [Microsoft-Windows-TerminalServices-ClientActiveXCore]{message} ({line})",
            chance.next(8),
            0x0AF4 + chance.next(20),
            0x0C64 + chance.next(200),
            (seconds / 60) % 60,
            seconds % 60,
            (line * 5) % 1000,
        )
        .unwrap();
    }
    text
}

fn xml_block() -> String {
    let mut chance = Chance(2);
    let mut text = String::new();
    for record in 0..4_000 {
        let (provider, channel, id, data) = match chance.next(100) {
            0 => (
                "Microsoft-Windows-TerminalServices-LocalSessionManager",
                "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
                40,
                "<UserData><EventXML xmlns='Event_NS'><Session>3</Session><Reason>12</Reason></EventXML></UserData>"
                    .to_owned(),
            ),
            _ => (
                "Microsoft-Windows-Security-Auditing",
                "Security",
                4703,
                format!(
                    "<EventData><Data Name='SubjectUserSid'>S-1-5-18</Data><Data Name='SubjectUserName'>RPA-07$</Data>\
                     <Data Name='SubjectDomainName'>CORP</Data><Data Name='SubjectLogonId'>0x3e7</Data>\
                     <Data Name='TargetUserSid'>S-1-0-0</Data><Data Name='TargetUserName'>RPA-07$</Data>\
                     <Data Name='TargetLogonId'>0x3e7</Data><Data Name='ProcessName'>C:\\Windows\\System32\\svchost.exe</Data>\
                     <Data Name='ProcessId'>0x{:x}</Data><Data Name='EnabledPrivilegeList'>SeTcbPrivilege</Data>\
                     <Data Name='DisabledPrivilegeList'>-</Data></EventData>",
                    chance.next(20_000)
                ),
            ),
        };
        write!(
            text,
            "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{provider}' \
             Guid='{{54849625-5478-4994-a5ba-3e3b0328c30d}}'/><EventID>{id}</EventID><Version>0</Version><Level>0</Level>\
             <Task>13317</Task><Opcode>0</Opcode><Keywords>0x8020000000000000</Keywords>\
             <TimeCreated SystemTime='2026-05-04T08:{:02}:{:02}.{:07}Z'/><EventRecordID>{}</EventRecordID><Correlation/>\
             <Execution ProcessID='4' ThreadID='{}'/><Channel>{channel}</Channel><Computer>RPA-07.corp.example</Computer>\
             <Security/></System>{data}</Event>\r\n",
            (record / 60) % 60,
            record % 60,
            chance.next(10_000_000),
            1_000_000 + record,
            chance.next(5_000),
        )
        .unwrap();
    }
    text
}

fn line_block() -> String {
    let mut text = "x".repeat(1_500);
    text.push_str(" err(rdp):-1073741537 0x80070520 ");
    text.push_str(&"y ".repeat(700));
    text
}

/// Processor time of this process and of the programs it ran.
fn cpu() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let fields = fields.split_whitespace().skip(11).take(4);
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
