//! What is fuzzed: for each target its seeds and how an input is run. Shared by the plain fuzzer and by the one that is
//! guided by coverage.

use std::io::Read as _;

use logonscope::bundle::{self, Bundle};
use logonscope::diagnose::Analyzer;
use logonscope::knowledge::Knowledge;
use logonscope::knowledge::codes::Codes;
use logonscope::model::{Companion, Event, EventForm};
use logonscope::parse::Parser;
use logonscope::reader::{self, etl};
use logonscope::report::events::{Jsonl, jsonl};
use logonscope::report::{self, Options};
use logonscope::source::Source;
use logonscope::{Limits, knowledge};

use crate::{mails, seeds, traces};

/// One thing to fuzz.
#[derive(Clone, Copy)]
pub struct Target {
    pub name: &'static str,
    /// Good inputs to start from.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Makes checksums right again after a change.
    pub mend: Option<fn(&mut [u8])>,
    /// How many bytes at the beginning tell the format.
    pub keep: usize,
    pub run: fn(&Lab, &[u8]),
}

const fn reads(name: &'static str, seeds: fn() -> Vec<Vec<u8>>, keep: usize) -> Target {
    Target {
        name,
        seeds,
        mend: None,
        keep,
        run: Lab::read,
    }
}

const fn opens(name: &'static str, seeds: fn() -> Vec<Vec<u8>>, keep: usize) -> Target {
    Target {
        name,
        seeds,
        mend: None,
        keep,
        run: Lab::open,
    }
}

pub const TARGETS: &[Target] = &[
    Target {
        mend: Some(seeds::mend_evtx),
        run: Lab::log,
        ..reads("evtx", seeds::evtx, 8)
    },
    reads("event-xml", seeds::event_xml, 60),
    reads("event-json", seeds::event_json, 60),
    reads("event-list", seeds::event_list, 40),
    reads("event-table", seeds::event_table, 60),
    reads("trace-csv", seeds::trace_csv, 40),
    reads("job-table", seeds::job_table, 60),
    reads("tracerpt", seeds::tracerpt, 250),
    reads("trace-text", seeds::trace_text, 60),
    Target {
        run: Lab::trace,
        ..reads("etl", traces::etl, 80)
    },
    Target {
        run: Lab::formats,
        ..reads("trace-formats", traces::trace_formats, 60)
    },
    Target {
        run: Lab::formats,
        ..reads("programs", traces::programs, 2)
    },
    reads("trace-export", traces::exports, 40),
    reads("robot-log", seeds::robot_log, 60),
    reads("power-automate", seeds::power_automate, 2),
    reads("registry", seeds::registry, 80),
    Target {
        mend: Some(seeds::mend_hive),
        ..reads("hive", seeds::hive, 40)
    },
    reads("policy", seeds::policy, 60),
    reads("commands", seeds::commands, 60),
    reads("session-dump", seeds::session_dump, 0),
    reads("plain-text", seeds::plain_text, 0),
    reads("mail", mails::mail, 60),
    Target {
        name: "explain",
        seeds: seeds::explain,
        mend: None,
        keep: 0,
        run: Lab::explain,
    },
    opens("zip", seeds::zip, 4),
    Target {
        mend: Some(seeds::mend_sevenz),
        ..opens("7z", seeds::sevenz, 8)
    },
    opens("cab", seeds::cab, 4),
    Target {
        mend: Some(seeds::mend_tar),
        ..opens("tar", seeds::tar, 0)
    },
    opens("gz", seeds::gz, 3),
    opens("bz2", seeds::bz2, 4),
    opens("xz", seeds::xz, 12),
    opens("zst", seeds::zst, 4),
    Target {
        name: "knowledge",
        seeds: seeds::knowledge,
        mend: None,
        keep: 0,
        run: Lab::load,
    },
    Target {
        name: "pipeline",
        seeds: seeds::pipeline,
        mend: None,
        keep: 0,
        run: Lab::diagnose,
    },
];

/// What all runs share.
pub struct Lab {
    /// Files that tell how the traces of the seeds read.
    decoding: Vec<Companion>,
    limits: Limits,
    analyzer: Analyzer,
    lister: Parser,
    codes: Codes,
    folder: tempfile::TempDir,
}

impl Lab {
    pub fn new() -> Self {
        let limits = Limits {
            total_bytes: 4 << 20,
            entry_bytes: 1 << 20,
            memory_bytes: 2 << 20,
            entries: 2_000,
            ..Limits::default()
        };
        let knowledge = Knowledge::embedded().unwrap();
        Self {
            decoding: traces::companions(),
            analyzer: Analyzer::with_knowledge(knowledge)
                .unwrap()
                .threads(1)
                .unwrap()
                .limits(limits.clone())
                .recover(true),
            lister: Parser::new().limits(limits.clone()),
            limits,
            codes: Codes::embedded().unwrap(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A reader: once looking for what the product looks for, once for everything.
    fn read(&self, bytes: &[u8]) {
        let stream: Source = if bytes.len() % 2 == 1 {
            Source::Stream(Box::new(std::io::Cursor::new(bytes.to_vec())))
        } else {
            Source::memory(bytes)
        };
        let everything = reader::read_everything(stream, "input", &self.limits).unwrap();
        let wanted = self.analyzer.read_artifact("input", Source::memory(bytes));
        for found in [wanted, everything] {
            let places = found.problems.iter().filter(|problem| problem.count > 0).count();
            assert_eq!(places, found.problems.len(), "a problem that never was");
            assert!(
                places <= self.limits.problems_per_artifact + 16,
                "{places} problems"
            );
        }
    }

    /// A trace: read without and with what tells how its records read.
    fn trace(&self, bytes: &[u8]) {
        self.read(bytes);
        Self::trace_with(&self.decoding, bytes.to_vec());
    }

    /// A file that tells how records read: read, and used on a trace.
    fn formats(&self, bytes: &[u8]) {
        self.read(bytes);
        let whole = traces::companion("a.dll", bytes);
        let only = etl::only_definitions("a.dll", bytes);
        let only = only.map(|bytes| traces::companion("b.dll", &bytes));
        let companions: Vec<Companion> = [Some(whole), only].into_iter().flatten().collect();
        Self::trace_with(&companions, traces::etl().pop().unwrap());
    }

    fn trace_with(companions: &[Companion], bytes: Vec<u8>) {
        let trace = etl::Trace::new(std::io::Cursor::new(bytes)).with(companions);
        trace.for_each(drop);
    }

    /// An event log: read, and listed in two ways that must say the same.
    fn log(&self, bytes: &[u8]) {
        self.read(bytes);
        let bundle = bundle::open_memory("input", bytes.to_vec(), &self.limits);
        let list = |form: EventForm| {
            let mut lines = Vec::new();
            let problems = self.lister.write(&bundle, form, |part| {
                lines.extend_from_slice(part);
                true
            });
            (lines, problems.unwrap().len())
        };
        let whole = |event: &Event, out: &mut Vec<u8>| out.extend(jsonl(event).into_bytes());
        let (parts, whole) = (list(Jsonl.into()), list(EventForm::of(whole)));
        let at = parts.0.iter().zip(&whole.0).position(|(a, b)| a != b);
        assert!(
            parts == whole,
            "written part by part it differs at {at:?} of {} and {}",
            parts.0.len(),
            whole.0.len()
        );
    }

    /// A container: every member read to its end.
    fn open(&self, bytes: &[u8]) {
        let passwords = [String::from("secret")];
        let bundle = bundle::open_memory_with_passwords("input", bytes.to_vec(), &self.limits, &passwords);
        let total = Self::drain(&bundle);
        assert!(
            total <= self.limits.total_bytes + bytes.len() as u64 * 8,
            "{total} bytes came out"
        );
    }

    fn drain(bundle: &Bundle) -> u64 {
        let mut total = 0;
        let mut buffer = vec![0; 64 << 10];
        for member in &bundle.members {
            let Ok(source) = member.open() else { continue };
            let mut stream = source.into_stream();
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                total += count as u64;
            }
        }
        total
    }

    fn explain(&self, bytes: &[u8]) {
        drop(knowledge::explain::explain(
            &String::from_utf8_lossy(bytes),
            &self.codes,
        ));
    }

    /// A knowledge file: loaded, linted, and used on an event.
    fn load(&self, bytes: &[u8]) {
        let path = self.folder.path().join("own.toml");
        std::fs::write(&path, bytes).unwrap();
        let Ok(knowledge) = Knowledge::with_folder(self.folder.path()) else {
            return;
        };
        let Ok(analyzer) = Analyzer::with_knowledge(knowledge) else {
            return;
        };
        let text = b"2026-05-04 10:49:19 Session 3 has been gone, code 5 over the hill aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n".repeat(8);
        let analyzer = analyzer.threads(1).unwrap();
        let bundle = bundle::open_memory("note.txt", text, &self.limits);
        let diagnosis = analyzer.analyze_bundle(&bundle);
        drop(report::render(
            &diagnosis,
            report::Format::Text,
            &Options::default(),
        ));
    }

    /// Everything: from bytes to every report.
    fn diagnose(&self, bytes: &[u8]) {
        let bundle = bundle::open_memory("input", bytes.to_vec(), &self.limits);
        let diagnosis = self.analyzer.analyze_bundle(&bundle);
        for format in report::Format::ALL {
            let options = Options {
                detail: true,
                ..Options::default()
            };
            let text = report::render(&diagnosis, format, &options);
            assert!(
                !text.contains(['\u{1b}', '\0', '\u{202e}']),
                "{format:?} lets control characters through"
            );
        }
    }
}
