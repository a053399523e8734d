//! Whole artifacts through the dispatch: each format is told by its content, and no damage stops the reading.

use super::*;
use crate::model::{ArtifactFormat, EventFilter, MessagePattern};
use std::collections::BTreeMap;
use std::io::{self, Read};

/// A short artifact of each text format, with the format it is.
const SAMPLES: &[(ArtifactFormat, &str)] = &[
    (
        ArtifactFormat::TraceText,
        "EventTrace\n[0]0AF4.0C64::05/04/2026-08:00:39.998 [MyDriver]Session failed 0x80070520\nmore\n\
         [1]48D498.48D750::2026/05/04-08:00:41.123456789 [P]{\"Status\":\"0xC000006D(NT=x)\",\"meta\":\
         {\"provider\":\"P\",\"time\":\"2026-05-04T06:00:41.1234567Z\",\"level\":2}}\n\
         Unknown( 10): GUID=37753236-0000-0000-0000-000000000000 (No Format Information found).\n",
    ),
    (
        ArtifactFormat::RobotLog,
        "2026-05-04T08:00:38.6516541+02:00 => [WARN] [UiPath.Service.Host] [Rdp] [23.12.0.0] [RDP_100_1]\n\
         Rdp connection failed: Message: Logon failed. Last error: 131092\n\n\
         08:00:22.2997 Info {\"message\":\"Session ended\",\"timeStamp\":\"2026-05-04T08:00:22.29+02:00\"}\n",
    ),
    (
        ArtifactFormat::PowerAutomate,
        "{\"endTime\":\"2026-05-04T06:00:00Z\",\"error\":{\"code\":\"SessionHasLoggedOff\",\"message\":\"-1073741715\"},\
         \"text\":\"{\\\"error\\\":{\\\"code\\\":\\\"Session\\\",\\\"message\\\":\\\"\\\"}}\"}",
    ),
    (
        ArtifactFormat::EventList,
        "Event[0]:\n  Log Name: System\n  Source: TaskScheduler\n  Date: 2026-05-04T08:00:00.1\n  Event ID: 101\n\
         Level: Error\n  Description:\nSession 3 has been disconnected, reason code 5\n\tStatus: 0x80070520\n\n\
         TimeCreated : 04.05.2026 08:00:00\nId : 40\nMessage : x\n",
    ),
    (
        ArtifactFormat::PlainText,
        "Hello,\n> 5/14/2026 8:00:00 AM a specified logon\n> session does not exist (0x80070520)\n\
         Result: 2147943712\npassword=Hunter2\nUiPath Robot 18.3.1 rdp.cpp 34 RdpWrapper: err(rdp):-5\n",
    ),
];

fn interest() -> Interest {
    let pattern = MessagePattern::new(
        r"Session (?<Session>\d+) has been disconnected, reason code (?<Reason>\d+)",
        "has been disconnected, reason code",
        "Microsoft-Windows-TerminalServices-LocalSessionManager",
        "",
        Some(40),
    );
    let needles = [
        "session".to_owned(),
        "logon failed".to_owned(),
        "rdpwrapper".to_owned(),
    ];
    let filter = EventFilter::Listed(BTreeMap::new());
    Interest::new(filter, needles, [0x8007_0520], vec![pattern.unwrap()]).unwrap()
}

fn run(source: Source, interest: &Interest, limits: &Limits) -> Findings {
    let context = Context {
        path: Arc::from("case.zip!/a"),
        interest,
        limits,
        recover: false,
    };
    read(source, &context)
}

fn read_bytes(bytes: impl Into<Vec<u8>>) -> Findings {
    run(Source::memory(bytes), &interest(), &Limits::default())
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn formats_are_told_by_content_in_every_encoding() {
    for &(format, text) in SAMPLES {
        let marked = ["\u{feff}", text].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            marked.as_bytes().to_vec(),
            utf16(text),
            utf16(&marked),
        ] {
            let findings = read_bytes(bytes);
            assert_eq!(findings.format, Some(format), "{text}");
            assert!(!findings.events.is_empty(), "{text}");
        }
    }
}

#[test]
fn a_stream_reads_like_a_file() {
    for &(_, text) in SAMPLES {
        let file = read_bytes(text);
        let stream = Source::Stream(Box::new(io::Cursor::new(text.as_bytes())));
        let streamed = run(stream, &interest(), &Limits::default());
        assert_eq!(file.events, streamed.events);
        assert_eq!((file.format, file.bytes), (streamed.format, streamed.bytes));
        assert_eq!(file.bytes, text.len() as u64);
    }
}

#[test]
fn what_is_no_log_is_no_problem() {
    let findings = read_bytes(*b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    assert_eq!(
        (findings.format, findings.problems.len()),
        (Some(ArtifactFormat::Other), 0)
    );
    let findings = read_bytes(*b"");
    assert_eq!(findings.format, Some(ArtifactFormat::Empty));
    assert_eq!(
        findings.problems.first().map(|problem| problem.kind),
        Some(ProblemKind::Empty)
    );
}

#[test]
fn a_stream_that_breaks_off_keeps_what_came() {
    struct Breaks(&'static [u8]);
    impl Read for Breaks {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Err(io::Error::other("the archive is damaged"));
            }
            self.0.read(buffer)
        }
    }
    for &(_, text) in SAMPLES.iter().take(2) {
        let source = Source::Stream(Box::new(Breaks(text.as_bytes())));
        let findings = run(source, &interest(), &Limits::default());
        assert!(!findings.events.is_empty(), "{text}");
        assert!(
            findings
                .problems
                .iter()
                .any(|problem| problem.kind == ProblemKind::Unreadable)
        );
    }
}

#[test]
fn the_budget_of_events_is_kept() {
    let limits = Limits {
        events: 3,
        ..Limits::default()
    };
    for &(_, text) in SAMPLES {
        let findings = run(
            Source::memory(text.repeat(50)),
            &Interest::everything().unwrap(),
            &limits,
        );
        assert!(findings.events.len() <= 3, "{text}");
        let hit = |problem: &crate::model::Problem| problem.kind == ProblemKind::LimitHit;
        assert!(
            findings.problems.iter().any(hit) || findings.events.len() < 3,
            "{text}"
        );
    }
}

#[test]
fn a_long_log_that_quotes_a_setting_is_read_to_its_end() {
    let mut text = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\DisableDomainCreds = 1\n".to_owned();
    text.push_str(&"nothing to see here\n".repeat(20_000));
    text.push_str("at last 0x80070520\n");
    let limits = Limits {
        memory_bytes: 100_000,
        ..Limits::default()
    };
    let findings = run(Source::memory(text.as_str()), &interest(), &limits);
    assert_eq!(&*findings.facts[0].name, "policy.DisableDomainCreds");
    assert_eq!(findings.events.last().unwrap().origin.line, Some(20_002));
    assert_eq!(findings.problems[0].kind, ProblemKind::LimitHit);
    assert_eq!(findings.bytes, text.len() as u64);
}

#[test]
fn secrets_never_leave() {
    for &(_, text) in SAMPLES {
        let text = format!("{text}\n\"DefaultPassword\"=\"Hunter2\" session\nsession Password: Hunter2\n");
        for interest in [interest(), Interest::everything().unwrap()] {
            let findings = run(Source::memory(text.as_str()), &interest, &Limits::default());
            assert!(!format!("{findings:?}").contains("Hunter2"), "{text}");
        }
    }
}

/// A small generator of numbers, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (below.max(1) as u64)).unwrap()
    }

    /// One of: a flipped bit, a cut end, random bytes put in, a piece taken out, a piece twice.
    fn damage(&mut self, bytes: &mut Vec<u8>) {
        let at = self.roll(bytes.len());
        let end = (at + self.roll(40)).min(bytes.len());
        match self.roll(5) {
            0 => {
                let bit = self.roll(8);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << bit;
                }
            }
            1 => bytes.truncate(at),
            2 => {
                let noise: Vec<u8> = (0..self.roll(30))
                    .map(|_| u8::try_from(self.roll(256)).unwrap())
                    .collect();
                bytes.splice(at..at, noise);
            }
            3 => drop(bytes.drain(at..end)),
            _ => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
}

/// What holds for every reading, whatever the bytes.
fn check(findings: &Findings, bytes: &[u8]) {
    assert!(findings.format.is_some());
    for event in &findings.events {
        assert!(
            event
                .origin
                .offset
                .is_none_or(|offset| offset <= bytes.len() as u64),
            "{event:?}"
        );
        let empty = |event: &Event| event.message.is_none() && event.fields.is_empty() && event.id.is_none();
        assert!(!empty(event), "{event:?}");
    }
}

#[test]
fn no_damage_stops_the_reading() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let limits = Limits {
        line_bytes: 256,
        ..Limits::default()
    };
    let everything = Interest::everything().unwrap();
    let some = interest();
    for &(_, text) in SAMPLES {
        for (round, wide) in (0..120).flat_map(|round| [(round, false), (round, true)]) {
            let mut bytes = if wide {
                utf16(text)
            } else {
                text.as_bytes().to_vec()
            };
            for _ in 0..=dice.roll(6) {
                dice.damage(&mut bytes);
            }
            let interest = if round % 2 == 0 { &everything } else { &some };
            let findings = run(Source::memory(bytes.clone()), interest, &limits);
            check(&findings, &bytes);
        }
    }
}
