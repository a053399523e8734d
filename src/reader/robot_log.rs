//! Logs of UiPath robots: the diagnostic log, the execution log, and those of Studio.
//!
//! ```text
//! 2026-05-04T08:00:38.6516541+02:00 => [WARN] [UiPath.Service.Host] [UiPath.FreeRdpWrapper] [23.12.0.0] [RDP_100_1]
//! Rdp connection failed: Message: Logon failed. Last error: 131092
//!
//! 08:00:22.2997 Info {"message":"Run...","level":"Information","timeStamp":"2026-05-04T08:00:22.2985528+02:00"}
//! 08:00:38.2868 => [WARN] [UiPath.Studio.Project] message
//! ```
//!
//! `Robot.log` has its message on the next lines and its offset in the stamp; the version is that of the robot.
//! `<date>_Execution.log` has its date in the JSON. Studio's log has a time of day and no date, so no time.
//!
//! Folklore: the forwarder of FreeRDP's messages turns its errors into warnings, so that the level proves nothing.

use chrono::DateTime;
use serde_json::{Map, Value as Json};

use crate::model::{Event, Findings, Level, ProblemKind, Time, Value};
use crate::source::Source;

use super::job_lines::JobLines;
use super::json::{json_value, text_of};
use super::lines::{Block, Place, Text};
use super::local_time::{self, DateOrder, Stamp};
use super::plain_text::Prose;
use super::records::{self, Piece};
use super::session_dump::Dumps;
use super::sink::Sink;
use super::wording::{UIPATH, Wording};
use super::{Context, robot_version};

/// Whether a text is such a log: its first line is a record, or a fifth of its lines are.
pub(crate) fn sniff(head: &str) -> bool {
    let mut lines = head
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(200)
        .peekable();
    let first = lines.peek().is_some_and(|line| starts_record(line.as_bytes()));
    let (mut records, mut all) = (0_usize, 0_usize);
    for line in lines {
        all += 1;
        records += usize::from(starts_record(line.as_bytes()));
    }
    first || records * 5 > all
}

/// Whether a line begins a record.
fn starts_record(line: &[u8]) -> bool {
    Header::read(line).is_some()
}

/// What stands before the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header<'a> {
    /// The stamp: RFC 3339, or a time of day.
    stamp: &'a str,
    body: Body<'a>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body<'a> {
    /// `=> [LEVEL] [..]`, from the first bracket to the end of the line.
    Brackets(&'a str),
    /// `Level {json}`.
    Json { level: &'a str, json: &'a str },
}

impl<'a> Header<'a> {
    fn read(line: &'a [u8]) -> Option<Self> {
        // Cheap first: every record begins with a digit and has a colon where a time of day or an hour ends.
        let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        line.first().filter(|byte| byte.is_ascii_digit())?;
        let end = memchr::memchr(b'\n', line).unwrap_or(line.len());
        let line = line.get(..end)?;
        let (stamp, rest) = split_stamp(line)?;
        if let Some(brackets) = rest.strip_prefix(b" => ") {
            let brackets = valid(brackets)?;
            return brackets.starts_with('[').then_some(Self {
                stamp,
                body: Body::Brackets(brackets),
            });
        }
        let rest = rest.strip_prefix(b" ")?;
        let word = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (level, rest) = rest.split_at_checked(word)?;
        let json = rest.strip_prefix(b" ").filter(|json| json.starts_with(b"{"))?;
        (3..=11).contains(&word).then_some(())?;
        Some(Self {
            stamp,
            body: Body::Json {
                level: valid(level)?,
                json: valid(json)?,
            },
        })
    }
}

/// The text as far as it is whole UTF-8; damage ends it.
fn valid(bytes: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?,
    };
    Some(text.trim_end())
}

/// `yyyy-MM-ddTHH:mm:ss.fffffff+hh:mm` or `HH:mm:ss.ffff`, and what follows.
fn split_stamp(line: &[u8]) -> Option<(&str, &[u8])> {
    let end = memchr::memchr(b' ', line.get(..40).unwrap_or(line))?;
    let (stamp, rest) = line.split_at_checked(end)?;
    let is_part =
        |byte: &u8| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'-' | b'+' | b'T' | b'Z');
    let of_day = stamp.get(2) == Some(&b':') && stamp.get(5) == Some(&b':');
    let dated = stamp.get(4) == Some(&b'-') && stamp.get(10) == Some(&b'T');
    let fits = stamp.len() >= 8 && stamp.iter().all(is_part) && (of_day || dated);
    fits.then_some((std::str::from_utf8(stamp).ok()?, rest))
}

/// Reads a log of a robot.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let wording = Wording::new(context.interest);
    let mut sink = Sink::new(context, findings);
    let mut text = Text::open(source, &sink);
    let mut log = RobotLog {
        wording: &wording,
        prose: Prose::new(&wording, DateOrder::Unknown),
        jobs: JobLines::new(context.interest),
    };
    let mut dumps = Dumps::of_log(context);
    while !sink.is_full()
        && let Some(mut block) = text.next_block(starts_record)
    {
        log.version_of(&mut sink, &mut block);
        let mut from = 0;
        while !sink.is_full()
            && let Some(piece) = records::next(&block, context.interest, from, starts_record)
        {
            match piece {
                Piece::Record {
                    start,
                    first_end,
                    end,
                } => {
                    log.record(&mut sink, &mut block, (start, first_end, end));
                }
                Piece::Loose { start, end } => {
                    let lines = records::lines(&mut block, start, end);
                    log.prose.lines(&mut sink, &lines);
                }
            }
            from = piece.end();
        }
        dumps.block(&mut block, &context.path, starts_record, says);
    }
    log.jobs.finish(&mut sink);
    text.finish(&mut sink);
    dumps.finish(context, findings);
}

struct RobotLog<'a> {
    wording: &'a Wording<'a>,
    prose: Prose<'a>,
    jobs: JobLines,
}

impl RobotLog<'_> {
    /// States the version in the first record of a block, so that it is known even where nothing is of interest.
    fn version_of(&mut self, sink: &mut Sink<'_>, block: &mut Block<'_>) {
        let Some(Header { stamp, body }) = Header::read(block.bytes) else {
            return;
        };
        let place = block.place(0);
        let time = apply_stamp(sink, stamp);
        if let Body::Brackets(brackets) = body {
            let (groups, _) = groups_of(brackets);
            if let Some(version) = groups.iter().find(|group| is_version(group)) {
                robot_version::state(sink, version, place, time);
            }
        }
    }

    fn record(
        &mut self,
        sink: &mut Sink<'_>,
        block: &mut Block<'_>,
        (start, first_end, end): (usize, usize, usize),
    ) {
        let Some(header) = Header::read(block.slice(start, first_end)) else {
            return;
        };
        let place = block.place(start);
        let mut event = Event::new(sink.line(place.line, place.offset));
        event.provider = UIPATH.into();
        event.time = apply_stamp(sink, header.stamp);
        let more = block.decode(block.slice(first_end, end));
        match header.body {
            Body::Brackets(brackets) => {
                let first = tell_brackets(sink, &mut event, brackets, place);
                let message = [first, more.trim()].join("\n");
                event.message = Some(message.trim().into());
            }
            Body::Json { level, json } => {
                event.level = Level::from_word(level).unwrap_or_default();
                match serde_json::from_str(json) {
                    Ok(Json::Object(fields)) => tell_json(sink, &mut event, fields),
                    _ => {
                        let origin = event.origin.clone();
                        sink.problem(
                            ProblemKind::Damaged,
                            origin,
                            "JSON that does not parse; kept as text",
                        );
                        event.message = Some(json.into());
                    }
                }
                append(&mut event, more.trim());
            }
        }
        if let Some(message) = event.message.clone().filter(|message| !message.is_empty()) {
            self.wording.tell(&mut event, &message);
            self.jobs.line(sink, event);
        }
    }
}

/// What the first line of a record says behind its frame, and when.
fn says(line: &str) -> (String, Option<Stamp>) {
    let Some(header) = Header::read(line.as_bytes()) else {
        return (line.to_owned(), None);
    };
    let instant = |stamp: &str| local_time::exact(stamp).map(Stamp::Exact);
    match header.body {
        Body::Brackets(brackets) => (groups_of(brackets).1.to_owned(), instant(header.stamp)),
        Body::Json { json, .. } => match serde_json::from_str(json) {
            Ok(Json::Object(fields)) => (
                text_of(&fields, "message").unwrap_or_default().to_owned(),
                text_of(&fields, "timeStamp").and_then(instant),
            ),
            _ => (json.to_owned(), None),
        },
    }
}

fn append(event: &mut Event, more: &str) {
    if !more.is_empty() {
        let message = event.message.as_deref().unwrap_or_default();
        event.message = Some(format!("{message}\n{more}").into());
    }
}

/// The instant of a stamp with an offset. The first offset is that of the machine.
fn apply_stamp(sink: &mut Sink<'_>, stamp: &str) -> Option<Time> {
    let time = DateTime::parse_from_rfc3339(stamp).ok()?;
    sink.findings()
        .utc_offset
        .get_or_insert(time.offset().local_minus_utc() / 60);
    Some(time.with_timezone(&chrono::Utc))
}

/// Takes `[LEVEL] [host] [category] [version] [scope]`; returns what follows the brackets.
fn tell_brackets<'a>(sink: &mut Sink<'_>, event: &mut Event, brackets: &'a str, place: Place) -> &'a str {
    let (groups, rest) = groups_of(brackets);
    let mut names = ["Host", "Category"].into_iter();
    let mut versioned = false;
    for (index, group) in groups.into_iter().enumerate() {
        if let (0, Some(level)) = (index, Level::from_word(group)) {
            event.level = level;
        } else if is_version(group) {
            versioned = true;
            event.push("Version", Value::text(group));
            robot_version::state(sink, group, place, event.time);
        } else if versioned {
            event.push("Scope", Value::text(group));
        } else if let Some(name) = names.next() {
            event.push(name, Value::text(group));
        }
    }
    rest
}

/// The contents of the brackets that a text begins with, and what follows them.
fn groups_of(text: &str) -> (Vec<&str>, &str) {
    let mut groups = Vec::new();
    let mut rest = text;
    while groups.len() < 8
        && let Some((group, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'))
    {
        groups.push(group.trim());
        rest = after.trim_start();
    }
    (groups, rest)
}

/// `23.12.0.0`: two to four numbers.
fn is_version(group: &str) -> bool {
    let parts: Vec<&str> = group.split('.').collect();
    let number =
        |part: &&str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (2..=4).contains(&parts.len()) && parts.iter().all(number)
}

/// Takes the fields of the execution log.
fn tell_json(sink: &mut Sink<'_>, event: &mut Event, fields: Map<String, Json>) {
    let text = |name: &str| text_of(&fields, name);
    if let Some(time) = text("timeStamp").and_then(|stamp| apply_stamp(sink, stamp)) {
        event.time = Some(time);
    }
    if let Some(level) = text("level").and_then(Level::from_word) {
        event.level = level;
    }
    event.computer = text("machineName").unwrap_or_default().into();
    event.message = text("message").map(Into::into);
    for (name, value) in fields {
        match name.as_str() {
            "message" | "level" | "timeStamp" | "machineName" | "fingerprint" => {}
            "windowsIdentity" => event.push("User", json_value(value)),
            _ => event.push(&name, json_value(value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::model::{EventFilter, Interest};
    use std::collections::BTreeMap;
    use std::sync::Arc;

    const ROBOT: &str = "2026-05-04T08:00:38.6516541+02:00 => [WARN] [UiPath.Service.Host] \
        [UiPath.FreeRdpWrapper] [23.12.0.0] [RDP_100_1]\n\
        Rdp connection failed: Message: Logon failed. Last error: 131092\n\
        \n\
        2026-05-04T08:00:39.0000000+02:00 => [INFO] [UiPath.Service.Host] [Pipes] [23.12.0.0] [x]\n\
        Connection closed\n";

    const EXECUTION: &str = "\u{feff}08:00:22.2997 Error {\"message\":\"Login screen did not appear\",\
        \"level\":\"Error\",\"timeStamp\":\"2026-05-04T08:00:22.2985528+02:00\",\
        \"windowsIdentity\":\"CORP\\\\svc-robot\",\"machineName\":\"RPA-07\",\"processName\":\"Nightly\",\
        \"apiVersion\":\"2\",\"machineId\":21}\n";

    fn run(text: impl Into<Vec<u8>>, interest: &Interest) -> Findings {
        let limits = Limits::default();
        let context = Context {
            path: Arc::from("Robot.log"),
            interest,
            limits: &limits,
            recover: false,
        };
        let mut findings = Findings::default();
        read(Source::memory(text), &context, &mut findings);
        findings
    }

    fn looking_for(needle: &str) -> Interest {
        let filter = EventFilter::Listed(BTreeMap::new());
        Interest::new(filter, [needle.to_owned()], [], Vec::new()).unwrap()
    }

    #[test]
    fn the_diagnostic_log() {
        assert!(sniff(ROBOT));
        let findings = run(ROBOT, &looking_for("rdp connection failed"));
        assert_eq!((findings.events.len(), findings.utc_offset), (1, Some(120)));
        let event = &findings.events[0];
        assert_eq!((&*event.provider, event.level), (UIPATH, Level::Warning));
        assert_eq!(
            event.message.as_deref(),
            Some("Rdp connection failed: Message: Logon failed. Last error: 131092")
        );
        assert_eq!(
            event.field("Category"),
            Some(&Value::text("UiPath.FreeRdpWrapper"))
        );
        assert_eq!(event.field("Scope"), Some(&Value::text("RDP_100_1")));
        assert_eq!(event.field("LastError"), Some(&Value::Unsigned(131_092)));
        assert_eq!(
            event.time,
            crate::model::parse_rfc3339("2026-05-04T06:00:38.6516541Z")
        );
    }

    #[test]
    fn the_version_is_a_fact_even_where_nothing_is_of_interest() {
        let findings = run(ROBOT, &looking_for("nothing of the kind"));
        assert_eq!(findings.events, []);
        let fact = &findings.facts[0];
        assert_eq!((&*fact.name, &*fact.value), ("robot.version", "23.12.0.0"));
    }

    #[test]
    fn the_execution_log() {
        assert!(sniff(EXECUTION));
        let findings = run(EXECUTION, &looking_for("login screen"));
        let event = &findings.events[0];
        assert_eq!((&*event.computer, event.level), ("RPA-07", Level::Error));
        assert_eq!(event.message.as_deref(), Some("Login screen did not appear"));
        assert_eq!(event.field("User"), Some(&Value::text("CORP\\svc-robot")));
        assert_eq!(event.field("machineId"), Some(&Value::Unsigned(21)));
        assert_eq!(
            event.time,
            crate::model::parse_rfc3339("2026-05-04T06:00:22.2985528Z")
        );
    }

    #[test]
    fn a_studio_log_has_no_date() {
        let text = "08:00:38.2868 => [ERROR] [UiPath.Studio.Project] Could not open\n  at line 1\n";
        let findings = run(text, &Interest::everything().unwrap());
        let event = &findings.events[0];
        assert_eq!((event.time, event.local, event.level), (None, None, Level::Error));
        assert_eq!(event.message.as_deref(), Some("Could not open\nat line 1"));
    }

    #[test]
    fn damage_costs_only_itself() {
        let cut = EXECUTION.get(..EXECUTION.len() - 40).unwrap();
        let findings = run(
            [cut.as_bytes(), b"\n\xFF\xFE\0", ROBOT.as_bytes()].concat(),
            &Interest::everything().unwrap(),
        );
        assert!(
            findings
                .problems
                .iter()
                .any(|problem| problem.kind == ProblemKind::Damaged)
        );
        assert!(
            findings
                .events
                .iter()
                .any(|event| event.field("LastError").is_some())
        );
        for text in [
            "",
            "2026-05-04",
            "08:00:38.2868 => ",
            "08:00:38 Info {",
            "5 => [x]",
        ] {
            run(text, &Interest::everything().unwrap());
        }
        assert!(!sniff("Session 3\nended"));
    }
}
