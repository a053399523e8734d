//! Logs, exports and knowledge made to hurt, through the whole way: each ends with a result within the time and the memory
//! stated here, nothing of a log acts on what shows it, and nothing is left behind.
//!
//! `LOGONSCOPE_LONG=1 cargo test --release --test hostile_input -- --nocapture` takes the full sizes and prints what it measured;
//! `LOGONSCOPE_SOAK=2000` is the number of analyses in one process.
//!
//! What is tried, and where:
//!
//! | attack | test |
//! | --- | --- |
//! | zip bombs: flat, nested, quine, ratios of 42.zip in every method | `hostile_bundle`: `a_flat_bomb_is_cut`, `a_bomb_of_many_is_cut_by_the_total`, `nested_*`, `a_zip_that_holds_itself_ends`, `archives_in_archives_*`, `ratio_bombs_*` |
//! | overlapping members, plain and quoted | `hostile_bundle`: `overlapping_members_*`, `quoted_overlaps_*` |
//! | 1,000,000 empty members; 100,000 of one name | `hostile_bundle`: `a_million_empty_members`, `a_hundred_thousand_*` |
//! | paths that lead out, 26 spellings; links | `hostile_bundle`: `no_path_leads_out`, `links_are_not_followed` |
//! | every fixture cut at every KiB | `fixtures_cut_anywhere_end_with_what_is_whole`; `hostile_bundle`: `a_zip_cut_anywhere_*`, `mixed_archives_cut_anywhere_end` |
//! | 10,000 flipped bits a format | `fuzz --flips 10000`, 20 in every run; `hostile_bundle`: `flipped_bits_end`, `a_flipped_bit_costs_one_member_at_most` |
//! | counts and sizes of `u32::MAX`, offsets in circles | `fuzz --lies 1`, one in 997 in every run; `hostile_bundle`: `numbers_that_lie`, `tars_that_lie`, `packed_noise_ends` |
//! | XML 10,000 deep, entity bombs | `xml_ten_thousand_elements_deep`, `entities_are_not_expanded` |
//! | one line of 1 GiB, plain and packed | `one_line_without_end` |
//! | broken UTF-16 | `broken_utf_16` |
//! | lines that regular expressions choke on | `lines_that_regular_expressions_choke_on` |
//! | knowledge with hostile expressions and TOML | `knowledge_with_hostile_regular_expressions` |
//! | text that acts on a terminal, a page, a spreadsheet | `report::defused`, of the library |
//! | 2,000 analyses in one process | `many_analyses_in_one_process_leave_nothing_behind` |
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test may panic, print and read its environment"
)]

#[path = "support/meter.rs"]
mod meter;
#[path = "support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use logonscope::bundle::Bundle;
use logonscope::diagnose::Analyzer;
use logonscope::knowledge::Knowledge;
use logonscope::model::{Diagnosis, ProblemKind};
use logonscope::report::{self, Format, Options};
use logonscope::{Limits, bundle};
use meter::{cpu, memory};
use support::archive;

/// No case may take more CPU time, in a debug build.
const TIME: Duration = Duration::from_secs(120);
/// Nor may the whole process ever take more. CI holds the address space to 1 GiB besides.
const MEMORY: u64 = 700 << 20;

fn long() -> bool {
    std::env::var_os("LOGONSCOPE_LONG").is_some()
}

/// One at a time, so that time and memory are those of the case.
static TURN: Mutex<()> = Mutex::new(());

fn analyze(name: &str, bytes: Vec<u8>) -> Diagnosis {
    let size = bytes.len() as u64;
    analyze_within(name, size, || {
        bundle::open_memory(name, bytes, &Limits::default())
    })
}

fn analyze_within(name: &str, size: u64, open: impl FnOnce() -> Bundle) -> Diagnosis {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let analyzer = Analyzer::new().unwrap().threads(2).unwrap();
    let start = cpu("self");
    let diagnosis = analyzer.analyze_bundle(&open());
    let took = cpu("self").saturating_sub(start);
    if long() {
        println!(
            "{name}: {size} bytes, {took:.1?}, peak {} MiB",
            memory("VmHWM:") >> 20
        );
    }
    assert!(took < TIME, "{name} took {took:?}");
    assert!(
        memory("VmHWM:") < MEMORY,
        "{name}: {} MiB",
        memory("VmHWM:") >> 20
    );
    diagnosis
}

fn has(diagnosis: &Diagnosis, kind: ProblemKind) -> bool {
    diagnosis.problems.iter().any(|problem| problem.kind == kind)
}

const EVENT: &str = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='User32'/>\
    <EventID>1074</EventID><TimeCreated SystemTime='2026-05-04T08:00:00Z'/><Computer>RPA-07</Computer></System><EventData>";

#[test]
fn xml_ten_thousand_elements_deep() {
    let deep = |open: &str, close: &str| open.repeat(10_000) + "x" + &close.repeat(10_000);
    let event = format!(
        "<Events>{EVENT}{}</EventData></Event>{EVENT}<Data>y</Data></EventData></Event></Events>",
        deep("<a>", "</a>")
    );
    let read = analyze("deep-event.xml", event.into_bytes());
    assert_eq!(read.inputs.len(), 1);
    analyze(
        "unclosed-event.xml",
        format!("<Events>{EVENT}{}", "<a b='c'>".repeat(10_000)).into_bytes(),
    );
    let task = support::exports::task_definition("CORP\\svc-robot", "Password", &deep("<x>", "</x>"), "");
    analyze("deep-task.xml", task.into_bytes());
    analyze(
        "deep-policy.xml",
        format!("<Rsop xmlns='x'>{}</Rsop>", deep("<q1:Policy>", "</q1:Policy>")).into_bytes(),
    );
    analyze(
        "deep-page.html",
        format!(
            "<html xmlns=rsop>{}</html>",
            deep("<table><tr><td>", "</td></tr></table>")
        )
        .into_bytes(),
    );
    analyze("deep.json", deep("[{\"error\":", "}]").into_bytes());
}

#[test]
fn entities_are_not_expanded() {
    let mut bomb = String::from("<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY l0 \"lol\">");
    for level in 1..30 {
        write!(
            bomb,
            "<!ENTITY l{level} \"{}\">",
            format!("&l{};", level - 1).repeat(10)
        )
        .unwrap();
    }
    bomb.push_str("<!ENTITY file SYSTEM \"file:///etc/passwd\">]>");
    for body in [
        format!("<Events>{EVENT}<Data>&l29;&file;</Data></EventData></Event></Events>"),
        support::exports::task_definition("&l29;", "Password", "&file;", "&l29;").replace("<?xml version=\"1.0\" encoding=\"UTF-16\"?>", ""),
        "<Rsop xmlns='http://www.microsoft.com/GroupPolicy/Rsop'><ComputerResults><Name>&l29;&file;</Name></ComputerResults></Rsop>".to_owned(),
    ] {
        let diagnosis = analyze("entities.xml", format!("{bomb}{body}").into_bytes());
        let text = report::render(&diagnosis, Format::Json, &Options::default());
        assert!(!text.contains("root:") && text.len() < 1 << 20);
    }
}

#[test]
fn one_line_without_end() {
    let mebibytes = if long() { 1024 } else { 8 };
    let folder = tempfile::tempdir().unwrap();
    for (name, piece) in [
        ("a", "a".repeat(1 << 20)),
        ("error", "0x80070520 ".repeat(95_325)),
    ] {
        let plain = folder.path().join(format!("line-{name}.log"));
        let packed = folder.path().join(format!("line-{name}.zip"));
        let pieces = std::iter::repeat_n(piece.as_bytes(), mebibytes);
        archive::zip_file(&packed, "line.log", pieces.clone());
        let mut file = std::fs::File::create(&plain).unwrap();
        pieces.for_each(|piece| file.write_all(piece).unwrap());
        for path in [plain, packed] {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let size = path.metadata().unwrap().len();
            let diagnosis = analyze_within(&name, size, || {
                bundle::open(std::slice::from_ref(&path), &Limits::default()).unwrap()
            });
            assert!(has(&diagnosis, ProblemKind::LimitHit), "{:?}", diagnosis.problems);
            std::fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn lines_that_regular_expressions_choke_on() {
    for (name, line) in [
        ("brackets", "[0]1A4C.2210::".repeat(4000)),
        ("blanks", format!("2026-05-04 10:49:19{}x", " ".repeat(60_000))),
        ("digits", "9".repeat(60_000)),
        ("quotes", "\"\",".repeat(20_000)),
        (
            "pairs",
            "Session 1 has been disconnected, reason code ".repeat(1300),
        ),
        ("braces", "{\"a\":".repeat(12_000)),
        ("entities", "&#x41;".repeat(10_000)),
        ("backslashes", "\\".repeat(60_000)),
        ("sids", "S-1-5-21-".repeat(6000)),
    ] {
        let text = format!("Level,Date and Time,Source,Event ID,Task Category\n{line}\n").repeat(20);
        analyze(&format!("{name}.csv"), text.into_bytes());
        analyze(
            &format!("{name}.log"),
            format!("{line}\n").repeat(20).into_bytes(),
        );
        analyze(
            &format!("{name}.txt"),
            format!("Log Name: System\nEvent ID: 1074\nSource: User32\n{line}\n")
                .repeat(20)
                .into_bytes(),
        );
    }
}

#[test]
fn broken_utf_16() {
    let mut lone: Vec<u8> = vec![0xff, 0xfe];
    for unit in [0xd800_u16, 0xdfff, 0xdbff, 0x0041, 0xffff, 0xfffe, 0x0000, 0x000a].repeat(10_000) {
        lone.extend(unit.to_le_bytes());
    }
    analyze("lone.txt", lone.clone());
    lone.push(0x41);
    analyze("odd.txt", lone);
    for text in [
        "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SYSTEM]\n",
        "Log Name: System\nEvent ID: 1074\n",
    ] {
        let mut wide = support::exports::utf16_file(text);
        wide.extend([0x00, 0xd8].repeat(500));
        analyze("settings.reg", wide);
    }
}

#[test]
fn knowledge_with_hostile_regular_expressions() {
    let folder = tempfile::tempdir().unwrap();
    let load = |text: String| {
        std::fs::write(folder.path().join("own.toml"), text).unwrap();
        Knowledge::with_folder(folder.path())
    };
    for pattern in [
        "(?:(?:(?:x{100}){100}){100}){100}",
        "(?:\\w{1000}){1000}",
        "(a",
        "(?P<n>a)(?P<n>b)",
        "a{99999999999}",
        &"(".repeat(100_000),
        &"a|".repeat(3_000_000),
    ] {
        let start = cpu("self");
        let signal =
            format!("[[signal]]\nid = \"own\"\nsummary = \"own\"\nsource = [\"lsm\"]\nregex = '{pattern}'\n");
        assert!(
            load(signal).is_err(),
            "{}",
            pattern.chars().take(40).collect::<String>()
        );
        let message =
            format!("[[message]]\nsource = \"lsm\"\nid = 40\nliteral = \"x\"\npattern = '{pattern}'\n");
        assert!(load(message).is_err());
        assert!(
            cpu("self").saturating_sub(start) < Duration::from_secs(20),
            "{pattern:.40}"
        );
    }
    // what makes others backtrack for ever is harmless
    for pattern in ["(a*)*b", "(a|a)*b", "(a+)+$", "(.*)(.*)(.*)(.*)(.*)x"] {
        let text = format!(
            "[[signal]]\nid = \"own\"\nsummary = \"own\"\ntext = [\"session\"]\nregex = '{pattern}'\n"
        );
        let Ok(knowledge) = load(text) else {
            panic!("{pattern} is fine")
        };
        let start = cpu("self");
        let analyzer = Analyzer::with_knowledge(knowledge).unwrap().threads(2).unwrap();
        let lines = format!("2026-05-04 10:49:19 session {}\n", "a".repeat(4000)).repeat(50);
        let bundle = bundle::open_memory("a.log", lines.into_bytes(), &Limits::default());
        analyzer.analyze_bundle(&bundle);
        assert!(cpu("self").saturating_sub(start) < TIME, "{pattern}");
    }
    for text in [
        "a = [".repeat(50_000),
        "[a.".repeat(50_000),
        "[[case]]\n".repeat(100_000),
        "\u{0}".to_owned(),
        "a".repeat(5 << 20),
    ] {
        assert!(load(text).is_err());
    }
}

/// Every file below `fixtures`, sorted.
fn fixtures() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { &mut folders } else { &mut files }.push(path);
        }
    }
    files.sort();
    files
}

/// Archives and logs at every KiB boundary; what is smaller than that in sixteen places.
#[test]
fn fixtures_cut_anywhere_end_with_what_is_whole() {
    let step = if long() { 1 << 10 } else { 48 << 10 };
    let analyzer = Analyzer::new().unwrap().threads(2).unwrap();
    let mut cuts = 0;
    for path in fixtures() {
        let whole = std::fs::read(&path).unwrap();
        let archive = path.extension().is_some_and(|extension| extension == "zip");
        let step = if archive {
            step
        } else {
            (whole.len() / 16).clamp(1, step)
        };
        for cut in (0..whole.len()).step_by(step) {
            let bundle = bundle::open_memory("case.zip", whole[..cut].to_vec(), &Limits::default());
            let diagnosis = analyzer.analyze_bundle(&bundle);
            let told = diagnosis.is_incomplete()
                || has(&diagnosis, ProblemKind::Empty)
                || diagnosis.inputs.len() <= 1
                // What stands behind the last part of a mail is no part of it.
                || whole[..cut].windows(8).any(|mark| mark == b"--=_b1--");
            assert!(told, "{} cut at {cut}", path.display());
            cuts += 1;
        }
    }
    if long() {
        println!(
            "fixtures cut in {cuts} places, peak {} MiB",
            memory("VmHWM:") >> 20
        );
    }
}

/// `LOGONSCOPE_SOAK` analyses in one process: neither memory nor open files grow.
#[test]
fn many_analyses_in_one_process_leave_nothing_behind() {
    let count: u32 = std::env::var("LOGONSCOPE_SOAK").map_or(12, |text| text.parse().unwrap());
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let paths = [
        "task-password-drift.zip",
        "rdp-idle-limit.zip",
        "damaged.zip",
        "robot-credssp-18.3.zip",
    ]
    .map(|name| fixtures.join(name));
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let analyzer = Analyzer::new().unwrap().threads(2).unwrap();
    let handles = || std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    let mut curve = Vec::new();
    for number in 0..count {
        let diagnosis = analyzer.analyze([&paths[number as usize % paths.len()]]).unwrap();
        assert!(!diagnosis.inputs.is_empty());
        drop(report::render(&diagnosis, Format::Text, &Options::default()));
        if number % (count / 12).max(1) == 0 {
            curve.push((number, memory("VmRSS:") >> 10, handles()));
        }
    }
    if count > 12 {
        println!("analyses, KiB resident, open files: {curve:?}");
    }
    let (_, settled, open) = curve[curve.len() / 3];
    let (_, last, open_at_end) = curve[curve.len() - 1];
    assert!(last < settled + settled / 10 + (8 << 10), "{curve:?}");
    assert!(open_at_end <= open + 4, "{curve:?}");
}
