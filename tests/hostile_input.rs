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
//! | text that acts on a terminal, a page, a spreadsheet | `defused` |
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
use std::sync::{Arc, Mutex, PoisonError};
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
                || diagnosis.inputs.len() <= 1;
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

mod defused {
    //! Text of strangers in every field of a result, and every format searched for what acts.

    use std::collections::BTreeMap;

    use logonscope::model::{
        AskItem, Cause, Change, Clock, ClockSkew, CodeCount, CodeSpace, CollectionReport, Coverage,
        Diagnosis, Encoding, Event, Evidence, FactScope, FactSource, Flip, Format, Happening, HostReport,
        Incident, InputReport, Lane, Level, Missing, Origin, Problem, ProblemKind, RecordField, RecordReport,
        SCHEMA, SessionReport, Term, Time, TimelineEntry, ToolInfo, Value, Verdict, Weight,
    };
    use logonscope::report::timeline::{self, Wanted};
    use logonscope::report::{self, Options, inputs, sessions};

    use super::Arc;

    /// Beginnings that a spreadsheet runs, before everything that a terminal, a browser or a ticket system would.
    const STARTS: [&str; 8] = ["=", "+", "-", "@", "\t=", "\r=", " =", "\u{ff1d}"];

    fn hostile(start: &str) -> String {
        format!(
            "{start}HYPERLINK(\"http://evil.example\",\"x\")\x1b]0;owned\x07\x1b[2J\u{9b}31m\u{202e}\u{2066}\u{200b}\u{2028}\0\n# heading\r\n* item\n\
             <script>alert(1)</script><img src=x onerror=y>|[a](http://evil.example)![b](http://evil.example)`code`**bold** www.evil.example"
        )
    }

    struct Maker(String);

    /// Every field is named, so that a new one does not compile until it is thought of here.
    impl Maker {
        fn text(&self) -> String {
            self.0.clone()
        }

        fn shared(&self) -> Arc<str> {
            self.0.as_str().into()
        }

        fn some(&self) -> Option<Arc<str>> {
            Some(self.shared())
        }

        fn at() -> Option<Time> {
            "2026-05-04T08:00:00Z".parse().ok()
        }

        fn origin(&self) -> Origin {
            Origin {
                path: self.shared(),
                record: Some(1),
                line: Some(2),
                offset: Some(3),
            }
        }

        fn evidence(&self) -> Evidence {
            Evidence {
                signal: self.shared(),
                summary: self.text(),
                weight: Weight::Strong,
                joined_by: vec![self.shared()],
                at: Self::at(),
                count: 2,
                origin: self.origin(),
            }
        }

        fn cause(&self, verdict: Verdict) -> Cause {
            Cause {
                id: self.shared(),
                title: self.text(),
                verdict,
                score: 0.9,
                capped: Some(self.text()),
                explanation: self.text(),
                supports: vec![self.evidence()],
                against: vec![self.evidence()],
                unknown: vec![Missing {
                    signal: self.shared(),
                    needs: self.text(),
                    covering: Self::at(),
                    weight: Weight::Weak,
                    against: true,
                }],
                remediation: vec![self.text()],
                risk: self.text(),
                verify: self.text(),
                conflicts: vec![self.text()],
                references: vec![self.text()],
                sum: vec![Term {
                    item: self.shared(),
                    factor: 4.0,
                    note: self.text(),
                }],
                flips: vec![Flip {
                    signal: self.shared(),
                    needs: self.text(),
                    covering: Self::at(),
                    if_seen: Verdict::Strong,
                    if_absent: Verdict::Unlikely,
                }],
            }
        }

        fn entry(&self) -> TimelineEntry {
            TimelineEntry {
                at: Self::at(),
                summary: self.text(),
                origin: self.origin(),
            }
        }

        fn incident(&self) -> Incident {
            Incident {
                id: self.text(),
                symptom: self.shared(),
                title: self.text(),
                host: self.shared(),
                user: self.some(),
                session: Some(3),
                task: self.some(),
                code: Some(self.text()),
                first: Self::at(),
                last: Self::at(),
                count: 2,
                times: Self::at().into_iter().collect(),
                worked_until: Self::at(),
                works_again: Self::at(),
                began_after: Self::at()
                    .map(|at| Change {
                        at,
                        kind: self.shared(),
                        summary: self.text(),
                        origin: self.origin(),
                    })
                    .into_iter()
                    .collect(),
                part_of: None,
                related: vec![self.text()],
                causes: Verdict::ALL
                    .into_iter()
                    .rev()
                    .map(|verdict| self.cause(verdict))
                    .collect(),
                timeline: vec![self.entry()],
            }
        }

        fn skew(&self) -> ClockSkew {
            ClockSkew {
                against: self.shared(),
                milliseconds: 312_000,
                pairs: 4,
            }
        }

        fn host(&self) -> HostReport {
            HostReport {
                name: self.shared(),
                aliases: vec![self.shared()],
                time_zone: Some(self.text()),
                clock_skew: Some(self.skew()),
                os: Some(self.text()),
                facts: BTreeMap::from([(self.shared(), self.text())]),
                fact_sources: vec![FactSource {
                    name: self.shared(),
                    value: self.shared(),
                    scope: FactScope::Inferred,
                    beaten: true,
                    at: Self::at(),
                    origin: self.origin(),
                }],
            }
        }

        fn happenings(&self) -> Vec<Happening> {
            let happening = |at| Happening {
                at,
                until: Self::at(),
                host: self.shared(),
                lane: Lane::Task,
                subject: self.some(),
                user: self.some(),
                outcome: self.some(),
                code: Some(self.text()),
                failed: true,
                summary: self.text(),
                origin: Some(self.origin()),
            };
            Self::at().map(happening).into_iter().collect()
        }

        fn record(&self) -> RecordReport {
            RecordReport {
                origin: self.origin(),
                at: Self::at(),
                computer: self.shared(),
                channel: self.shared(),
                provider: self.shared(),
                id: Some(4625),
                level: self.text(),
                message: Some(self.text()),
                fields: vec![RecordField {
                    name: self.shared(),
                    value: self.text(),
                }],
            }
        }

        fn diagnosis(&self) -> Diagnosis {
            Diagnosis {
                schema: SCHEMA.to_owned(),
                tool: ToolInfo {
                    name: self.text(),
                    version: self.text(),
                    knowledge: self.text(),
                },
                findings: Vec::new(),
                inputs: vec![InputReport {
                    path: self.shared(),
                    format: Format::Evtx,
                    encoding: Some(Encoding::Utf8),
                    bytes: 1,
                    records: 1,
                    events: 1,
                    facts: 1,
                    host: self.some(),
                    first: Self::at(),
                    last: Self::at(),
                    clock: Some(Clock::Unknown),
                    trace: None,
                }],
                hosts: vec![self.host()],
                incidents: vec![self.incident()],
                codes: vec![CodeCount {
                    space: CodeSpace::Win32,
                    value: self.text(),
                    symbol: Some(self.text()),
                    meaning: self.text(),
                    count: 1,
                    first: Self::at(),
                    last: Self::at(),
                }],
                sessions: vec![SessionReport {
                    host: self.shared(),
                    session: 3,
                    user: self.some(),
                    kind: self.text(),
                    address: self.some(),
                    start: Self::at(),
                    end: Self::at(),
                    end_class: Some(self.text()),
                    states: vec![self.entry()],
                }],
                happenings: self.happenings(),
                records: vec![self.record()],
                coverage: vec![Coverage {
                    host: self.shared(),
                    channel: self.shared(),
                    from: Self::at(),
                    to: Self::at(),
                    records: 1,
                    missing_records: 1,
                    paths: vec![self.shared()],
                }],
                ask: vec![AskItem {
                    what: self.text(),
                    host: self.some(),
                    from: Self::at(),
                    to: Self::at(),
                    sent: Some(self.text()),
                    command: Some(self.text()),
                    separates: vec![self.shared()],
                }],
                collections: vec![CollectionReport {
                    path: self.shared(),
                    layout: self.shared(),
                    title: self.text(),
                    host: self.some(),
                    missing: vec![self.text()],
                }],
                problems: vec![Problem {
                    kind: ProblemKind::Damaged,
                    origin: self.origin(),
                    detail: self.text(),
                    count: 2,
                }],
            }
        }

        fn event(&self) -> Event {
            let mut event = Event::new(self.origin());
            event.provider = self.shared();
            event.channel = self.shared();
            event.computer = self.shared();
            event.activity = self.some();
            event.sid = self.some();
            event.level = Level::Error;
            event.time = Self::at();
            event.message = self.some();
            event.push(&self.0, Value::text(&*self.0));
            event
        }
    }

    /// Characters that act on a terminal or reorder what is shown; line breaks are those of the format.
    fn acts(character: char) -> bool {
        (character.is_control() && character != '\n' && character != '\r')
            || matches!(character, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    }

    fn nothing_acts(what: &str, text: &str) {
        assert!(!text.is_empty(), "{what}");
        let found = text.char_indices().find(|(_, character)| acts(*character));
        assert_eq!(found, None, "{what}");
    }

    /// The cells of CSV as a spreadsheet sees them.
    fn cells(text: &str) -> Vec<String> {
        let mut cells = vec![String::new()];
        let mut quoted = false;
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '"' if quoted && characters.peek() == Some(&'"') => {
                    characters.next();
                    cells.last_mut().unwrap().push('"');
                }
                '"' => quoted = !quoted,
                ',' | '\n' if !quoted => cells.push(String::new()),
                '\r' if !quoted => {}
                character => cells.last_mut().unwrap().push(character),
            }
        }
        assert!(!quoted);
        cells
    }

    fn no_formula(what: &str, text: &str) {
        nothing_acts(what, text);
        for cell in cells(text) {
            let first = cell.trim_start().chars().next();
            let formula =
                matches!(first, Some('=' | '+' | '-' | '@' | '\u{ff1d}')) && cell.parse::<f64>().is_err();
            assert!(!formula, "{what}: {cell:?}");
            assert!(!cell.contains('\n'), "{what}: {cell:?}");
        }
    }

    /// The text without its code spans, in which nothing is markup, and without escaped characters.
    fn outside_code(text: &str) -> String {
        let (mut outside, mut inside) = (String::new(), false);
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' if !inside => {
                    characters.next();
                    outside.push('\u{b7}');
                }
                '`' => inside = !inside,
                character if !inside => outside.push(character),
                _ => {}
            }
        }
        assert!(!inside, "a code span without end");
        outside
    }

    fn no_markup(text: &str) {
        nothing_acts("markdown", text);
        let lower = outside_code(text).to_lowercase();
        for markup in [
            "<script",
            "<img",
            "](http",
            "![b",
            "**bold",
            "www.evil",
            " http://evil",
        ] {
            assert!(!lower.contains(markup), "{markup} in {text}");
        }
        assert!(
            !text
                .lines()
                .any(|line| line == "# heading" || line.starts_with("* item"))
        );
    }

    fn parses(what: &str, text: &str) {
        nothing_acts(what, text);
        for document in serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>() {
            assert!(document.is_ok(), "{what}");
        }
    }

    /// A page in which only our own elements stand: every `<` begins one of them.
    fn no_element(what: &str, text: &str) {
        nothing_acts(what, text);
        for (at, _) in text.match_indices('<') {
            let rest = text.get(at..).unwrap();
            let strange = ["<script>alert", "<img", "<b>", "<a href=\"http://"]
                .iter()
                .any(|tag| rest.to_lowercase().starts_with(tag));
            assert!(
                !strange || rest.starts_with("<b>"),
                "{what}: {}",
                rest.get(..60).unwrap_or(rest)
            );
        }
        assert!(!text.contains("<img"), "{what}");
        assert_eq!(text.matches("<script").count(), 2, "{what}");
    }

    /// A script in which texts stand in quotes and in the comment only, and commands in quotes.
    fn no_command(what: &str, text: &str, hostile: &str) {
        nothing_acts(what, text);
        assert!(text.is_ascii(), "{what}");
        assert_eq!(text.matches("#>").count(), 1, "{what}: the comment ends once");
        let (comment, body) = text.split_once("#>").unwrap();
        assert!(comment.starts_with("<# :\r\n@goto :run\r\n"), "{what}");
        let labels = comment
            .lines()
            .filter(|line| line.trim_start().starts_with(":run"));
        assert_eq!(labels.count(), 1, "{what}: nothing else can be jumped to");
        for line in body.lines().filter(|line| line.starts_with("Take ")) {
            // Inside single quotes nothing counts but a single quote, which is doubled.
            let parts: Vec<&str> = line.split('\'').collect();
            assert_eq!(parts.len() % 2, 1, "{what}: {line}");
            let outside: String = parts.iter().step_by(2).copied().collect();
            assert_eq!(outside.trim(), "Take", "{what}: {line}");
        }
        assert!(!hostile.is_empty());
    }

    #[test]
    fn text_of_strangers_acts_on_nothing() {
        for start in STARTS {
            let maker = Maker(hostile(start));
            let (diagnosis, event) = (maker.diagnosis(), maker.event());
            for (detail, why) in [(false, None), (true, Some(maker.text()))] {
                let options = Options {
                    detail,
                    why,
                    ..Options::default()
                };
                let render = |format| report::render(&diagnosis, format, &options);
                nothing_acts("text", &render(report::Format::Text));
                no_formula("csv", &render(report::Format::Csv));
                no_markup(&render(report::Format::Markdown));
                parses("json", &render(report::Format::Json));
                parses("jsonl", &render(report::Format::Jsonl));
                parses("sarif", &render(report::Format::Sarif));
                nothing_acts("mail", &render(report::Format::Mail));
                no_element("html", &render(report::Format::Html));
                nothing_acts("brief", &report::brief(&diagnosis, &options));
                nothing_acts(
                    "timeline",
                    &timeline::text(&diagnosis, &Wanted::default(), &options),
                );
                no_formula(
                    "timeline csv",
                    &timeline::csv(&diagnosis, &Wanted::default(), &options),
                );
                no_command("script", &report::script(&diagnosis, &options), &maker.text());
                nothing_acts("inspect", &inputs::text(&diagnosis, &options));
                nothing_acts("sessions", &sessions::text(&diagnosis, None, &options));
                nothing_acts("sessions at", &sessions::text(&diagnosis, Maker::at(), &options));
            }
            parses("inspect json", &inputs::json(&diagnosis));
            parses("sessions json", &sessions::json(&diagnosis, None));
            parses("events jsonl", &report::events::jsonl(&event));
            no_formula("events csv", &report::events::csv(&event));
            let rows = report::incident_rows(&diagnosis, &Options::default());
            no_formula("batch", &report::csv_row(rows.concat()));
        }
    }

    /// Every format there is was looked at above.
    #[test]
    fn no_format_is_forgotten() {
        assert_eq!(report::Format::ALL.len(), 8);
    }
}
