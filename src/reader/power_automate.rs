//! JSON documents that are no events of Windows: run errors of Power Automate, and whatever else of interest a JSON export says.
//!
//! A document is one of Power Automate where it holds such an error or a member that only its exports have; any other is JSON.
//!
//! ```text
//! {"endTime": "2026-05-04T06:00:00Z", "error": {"code": "SessionHasLoggedOff", "message": "..."}}
//! ```
//!
//! The error object stands anywhere: in an export of runs, in a trace of HTTP calls where it is text inside JSON,
//! alone in a file. Its time is that of the nearest object around it that has one, the end before the start. Other
//! texts of interest in the document (a job of Orchestrator with its `Info`) become events as well.
//!
//! Folklore: messages of Power Automate print NTSTATUS codes as signed decimals, `-1073741715` for 0xC000006D.

use serde_json::{Map, Value as Json};

use crate::model::{ArtifactFormat, Event, Findings, ProblemKind, Value};
use crate::source::Source;

use super::Context;
use super::encoding;
use super::json::text_of;
use super::local_time::{self, DateOrder, Stamp};
use super::opened::Failed;
use super::plain_text;
use super::run_outcome;
use super::secrets;
use super::sink::Sink;
use super::wording::Wording;

/// The provider of errors of cloud and desktop flows.
pub(crate) const POWER_AUTOMATE: &str = crate::model::providers::POWER_AUTOMATE.name;

/// A document larger than this is read as plain text, in which single errors are still found: parsed JSON can
/// take sixteen times its size in memory.
const DOCUMENT_BYTES: u64 = 6 << 20;

/// JSON in text in JSON: an HTTP trace that quotes a call that quotes an error.
const NESTED: usize = 4;

/// Members that tell when a thing happened, best first.
const TIMES: [&str; 14] = [
    "endTime",
    "end",
    "completedOn",
    "completionTime",
    "endedDateTime",
    "timeStamp",
    "startedDateTime",
    "startTime",
    "start",
    "creationTime",
    "createdOn",
    "createdDateTime",
    "modifiedOn",
    "time",
];

/// Members that name the machine.
const MACHINES: [&str; 5] = [
    "machineName",
    "hostMachineName",
    "hostIdentityName",
    "computerName",
    "machine",
];

/// Members that only exports of Power Automate have, in lower case.
const ITS_OWN: [&str; 8] = [
    "flowrunid",
    "workflowentityid",
    "desktopflowruns",
    "flowsession",
    "flowsessionid",
    "uiflowid",
    "flowmachineid",
    "hostidentityname",
];

/// Whether a text begins like a JSON document.
pub(crate) fn sniff(head: &str) -> bool {
    let mut bytes = head.bytes().filter(|byte| !byte.is_ascii_whitespace());
    match (bytes.next(), bytes.next()) {
        (Some(b'{'), next) => matches!(next, Some(b'"' | b'}') | None),
        (Some(b'['), next) => matches!(next, Some(b'{' | b'"' | b'[')) && head.contains("\":"),
        _ => false,
    }
}

/// Reads a document, or several one after the other. What does not parse is read as plain text.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    use std::io::Read as _;

    let limit = DOCUMENT_BYTES.min(context.limits.memory_bytes);
    let mut bytes = Vec::new();
    let mut stream = source.into_stream();
    let failure = (&mut stream).take(limit).read_to_end(&mut bytes).err();
    if failure.is_some() || bytes.len() as u64 >= limit {
        let rest: Box<dyn std::io::Read + Send> = match failure {
            Some(error) => Box::new(Failed::new(error)),
            None => stream,
        };
        findings.format = Some(format_of(&bytes));
        let whole = std::io::Cursor::new(bytes).chain(rest);
        return plain_text::read(Source::Stream(Box::new(whole)), context, findings);
    }
    let head = bytes.get(..super::sniff::HEAD_BYTES).unwrap_or(&bytes);
    let (stored, mark) = encoding::detect(head);
    let text = encoding::decode(bytes.get(mark..).unwrap_or_default(), stored);
    let wording = Wording::new(context.interest);
    let mut sink = Sink::new(context, findings);
    let mut document = Document {
        wording: &wording,
        sink: &mut sink,
        line: 1,
        is_flow: false,
    };
    let parsed = document.read(&text);
    let is_flow = document.is_flow;
    findings.format = Some(match (parsed, is_flow) {
        (_, true) => ArtifactFormat::PowerAutomate,
        (true, false) => ArtifactFormat::Json,
        (false, false) => format_of(&bytes),
    });
    if parsed {
        findings.encoding = Some(stored);
        findings.bytes = bytes.len() as u64;
    } else {
        let mut sink = Sink::new(context, findings);
        let origin = sink.artifact();
        sink.problem(
            ProblemKind::Damaged,
            origin,
            "JSON that does not parse; read as plain text",
        );
        plain_text::read(Source::memory(bytes), context, findings);
    }
}

/// The format of a document that was not parsed, by what stands at its beginning.
fn format_of(bytes: &[u8]) -> ArtifactFormat {
    let head = bytes.get(..super::sniff::HEAD_BYTES).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let is_flow = ITS_OWN.iter().any(|name| head.contains(name))
        || (head.contains("\"error\"") && head.contains("\"code\""));
    if is_flow {
        ArtifactFormat::PowerAutomate
    } else {
        ArtifactFormat::Json
    }
}

struct Document<'a, 'b> {
    wording: &'a Wording<'a>,
    sink: &'a mut Sink<'b>,
    line: u64,
    /// Whether it is one of Power Automate.
    is_flow: bool,
}

/// What the objects around a place say.
#[derive(Clone, Copy, Default)]
struct Around<'a> {
    stamp: Option<Stamp>,
    machine: &'a str,
    nested: usize,
    /// Whether an object or a list around it has the name of a secret.
    secret: bool,
    /// Whether the object itself has it, or that of an account with one, so that its data is the secret.
    data: bool,
}

impl Around<'_> {
    /// The same for what stands under a name.
    fn within(self, name: &str) -> Self {
        let secret = secrets::is_secret_name(name.trim_end_matches(['s', 'S']));
        Self {
            secret: self.secret || secret,
            data: secret || secrets::is_account(name),
            ..self
        }
    }
}

impl Document<'_, '_> {
    /// Reads the values one after the other; false when nothing parsed.
    fn read(&mut self, text: &str) -> bool {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Json>();
        let mut done = 0;
        let mut any = false;
        while let Some(value) = values.next() {
            let Ok(value) = value else {
                if any {
                    let origin = self.origin();
                    let detail = "JSON that does not parse from here on";
                    self.sink.problem(ProblemKind::Damaged, origin, detail);
                }
                return any;
            };
            any = true;
            let before = text.get(done..values.byte_offset()).unwrap_or_default();
            let blank = before.len() - before.trim_start().len();
            self.line += count_lines(before.get(..blank).unwrap_or_default());
            self.sink.findings().records += 1;
            self.value(&value, Around::default());
            self.line += count_lines(before.get(blank..).unwrap_or_default());
            done = values.byte_offset();
        }
        any
    }

    /// The place of the value that is being read: the line where the outermost value begins.
    fn origin(&self) -> crate::model::Origin {
        let mut origin = self.sink.artifact();
        origin.line = Some(self.line);
        origin
    }

    fn value(&mut self, value: &Json, around: Around<'_>) {
        match value {
            Json::Array(items) => items.iter().for_each(|item| self.value(item, around)),
            Json::Object(object) => self.object(object, around),
            Json::String(text) if around.secret && secrets::is_strong(text) => self.dropped(),
            Json::String(text) => self.text(text, around),
            _ => {}
        }
    }

    fn dropped(&mut self) {
        let origin = self.origin();
        let detail = "a password or a token; its value was dropped while reading";
        self.sink.problem(ProblemKind::SecretMasked, origin, detail);
    }

    fn object(&mut self, object: &Map<String, Json>, around: Around<'_>) {
        // A resource of Azure keeps what it is in `properties`, and an action of a flow in `inputs`, also of an error beside them.
        let beside = || {
            ["properties", "inputs"]
                .into_iter()
                .filter_map(|name| object.get(name)?.as_object())
        };
        let told = || std::iter::once(object).chain(beside());
        // Some exports have an id or a sentence under such a name.
        let is_name = |name: &&str| {
            let is_id = name.len() == 36 && name.bytes().filter(|byte| *byte == b'-').count() == 4;
            !is_id && !name.contains(char::is_whitespace)
        };
        let machine = |object| {
            MACHINES
                .iter()
                .find_map(|name| text_of(object, name).filter(is_name))
        };
        // What a flow keeps as a secret says so itself.
        let is_secure = |value: &Json| value.as_str().is_some_and(secrets::is_secure);
        let data = around.data || object.values().any(is_secure);
        let around = Around {
            stamp: told().find_map(stamp_of).or(around.stamp),
            machine: told().find_map(machine).unwrap_or(around.machine),
            nested: around.nested,
            secret: around.secret,
            data: false,
        };
        let is_called = |value: &Json| value.as_str().is_some_and(secrets::is_secret_name);
        let called = object.values().any(is_called);
        let is_password = |value: &Json| value.as_str().is_some_and(secrets::is_the_name);
        let named = object.values().any(is_password);
        let well = run_outcome::ended_well(object);
        for (name, value) in object {
            self.is_flow |= ITS_OWN.iter().any(|own| name.eq_ignore_ascii_case(own));
            match value {
                Json::String(text)
                    if secrets::is_secret_member(name, text) || (named && secrets::is_data_name(name)) =>
                {
                    self.dropped();
                }
                Json::String(text) if data && secrets::is_secret_data(name, text) => self.dropped(),
                Json::String(text) if called && secrets::is_data_name(name) && secrets::is_strong(text) => {
                    self.dropped();
                }
                Json::Object(error) if name.eq_ignore_ascii_case("error") && error.contains_key("code") => {
                    self.error(error, around);
                }
                Json::String(_) | Json::Bool(_) | Json::Number(_) if well => {}
                Json::Bool(_) | Json::Number(_) => self.text(&format!("\"{name}\": {value}"), around),
                other => self.value(other, around.within(name)),
            }
        }
    }

    /// An object with `code` and `message`.
    fn error(&mut self, error: &Map<String, Json>, around: Around<'_>) {
        let (Some(code), message) = (text_of(error, "code"), text_of(error, "message")) else {
            // A numeric code is no run error of a flow.
            return error.values().for_each(|value| self.value(value, around));
        };
        self.is_flow = true;
        let message = message.unwrap_or_default();
        if let Some(event) = run_error(self.wording, self.event(around), code, message) {
            self.sink.event(event);
        }
        // An outer error often only wraps the one that counts.
        for (name, value) in error {
            if !["code", "message"].contains(&name.as_str()) {
                self.value(value, around);
            }
        }
        if message.trim_start().starts_with('{') {
            self.nested(message, around);
        }
    }

    fn event(&self, around: Around<'_>) -> Event {
        let mut event = Event::new(self.origin());
        event.computer = around.machine.into();
        if let Some(stamp) = around.stamp {
            stamp.apply(&mut event);
        }
        event
    }

    /// A text anywhere: JSON again, or words.
    fn text(&mut self, text: &str, around: Around<'_>) {
        if !self.nested(text, around) && self.wording.interest().mentions(text) && !text.trim().is_empty() {
            let mut event = self.event(around);
            event.message = Some(text.into());
            self.wording.tell(&mut event, text);
            self.sink.event(event);
        }
    }

    /// Reads a text that is JSON; false when it is none.
    fn nested(&mut self, text: &str, around: Around<'_>) -> bool {
        let text = text.trim();
        if around.nested >= NESTED || !text.starts_with(['{', '[']) || text.len() < 8 {
            return false;
        }
        let Ok(value) = serde_json::from_str::<Json>(text) else {
            return false;
        };
        let nested = around.nested + 1;
        self.value(&value, Around { nested, ..around });
        true
    }
}

/// Makes an event the error of a run, if that is of interest.
pub(crate) fn run_error(wording: &Wording<'_>, mut event: Event, code: &str, message: &str) -> Option<Event> {
    let interest = wording.interest();
    event.provider = POWER_AUTOMATE.into();
    event.push("code", Value::text(code));
    if let Some(status) = signed_status(message) {
        event.push("status", Value::Hex32(status));
    }
    // The code is what tells errors apart, so it stands in the text that is shown and searched.
    let text = match (message.is_empty(), message.contains(code)) {
        (true, _) => code.to_owned(),
        (false, true) => message.to_owned(),
        (false, false) => format!("{message} ({code})"),
    };
    event.message = Some(text.into());
    // An error has no event id: a provider of which all is wanted is one that wants any.
    let wanted = interest.wants(POWER_AUTOMATE, 0) || interest.mentions(code) || interest.mentions(message);
    wanted.then(|| {
        wording.tell(&mut event, message);
        event
    })
}

fn count_lines(text: &str) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64
}

fn stamp_of(object: &Map<String, Json>) -> Option<Stamp> {
    TIMES
        .iter()
        .find_map(|name| local_time::whole(text_of(object, name)?, DateOrder::Unknown))
}

/// The first NTSTATUS of an error that a message prints as a signed decimal.
fn signed_status(message: &str) -> Option<u32> {
    message
        .split(|c: char| !c.is_ascii_digit() && c != '-')
        .filter_map(|word| word.parse::<i32>().ok())
        .map(i32::cast_unsigned)
        .find(|status| status >> 30 == 3)
}

/// The run error that stands in a text among other things, for what is pasted into prose: code and message.
pub(crate) fn error_in(text: &str) -> Option<(String, String)> {
    let at = text.find("\"error\"").or_else(|| text.find("\"code\""))?;
    let start = text.get(..at)?.rfind('{')?;
    let mut values = serde_json::Deserializer::from_str(text.get(start..)?).into_iter::<Json>();
    let Some(Ok(Json::Object(object))) = values.next() else {
        return None;
    };
    let error = object.get("error").and_then(Json::as_object).unwrap_or(&object);
    let code = text_of(error, "code")?;
    let message = text_of(error, "message").unwrap_or_default();
    Some((code.to_owned(), message.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::model::{EventFilter, Interest};
    use std::collections::BTreeMap;
    use std::sync::Arc;

    fn run(text: impl Into<Vec<u8>>) -> Findings {
        let needles = ["sessionhasloggedoff", "could not start executor"].map(str::to_owned);
        let filter = EventFilter::Listed(BTreeMap::new());
        let interest = Interest::new(filter, needles, [], Vec::new()).unwrap();
        let limits = Limits::default();
        let context = Context {
            path: Arc::from("run.json"),
            interest: &interest,
            limits: &limits,
            recover: false,
        };
        let mut findings = Findings::default();
        read(Source::memory(text), &context, &mut findings);
        findings
    }

    fn check(event: &Event) {
        assert_eq!(&*event.provider, POWER_AUTOMATE);
        assert_eq!(event.field("code"), Some(&Value::text("SessionHasLoggedOff")));
        assert_eq!(event.time, local_time::exact("2026-05-04T06:00:00Z"));
    }

    #[test]
    fn an_error_and_its_time() {
        let text = r#"{"startTime":"2026-05-04T05:00:00Z","endTime":"2026-05-04T06:00:00Z","machineName":"RPA-07",
            "properties":{"error":{"code":"SessionHasLoggedOff","message":"Ended with -1073741715."}}}"#;
        assert!(sniff(text));
        let findings = run(text);
        assert_eq!(findings.events.len(), 1);
        let event = &findings.events[0];
        check(event);
        assert_eq!(event.field("status"), Some(&Value::Hex32(0xC000_006D)));
        assert_eq!(
            event.message.as_deref(),
            Some("Ended with -1073741715. (SessionHasLoggedOff)")
        );
        assert_eq!(&*event.computer, "RPA-07");
    }

    #[test]
    fn the_machine_stands_in_the_inputs_of_the_action() {
        let text = r#"{"properties":{"startTime":"2026-05-04T05:00:00Z","actions":{"Run":{"inputs":{"runMode":"unattended",
            "machineName":"RPA-07"},"error":{"code":"SessionHasLoggedOff","message":"The session logged off."}}}}}"#;
        assert_eq!(&*run(text).events[0].computer, "RPA-07");
    }

    #[test]
    fn errors_inside_text_inside_json() {
        let inner = r#"{"error":{"code":"SessionHasLoggedOff","message":""}}"#;
        let text = serde_json::json!({"log": {"entries": [
            {"startedDateTime": "2026-05-04T08:00:00+02:00", "response": {"content": {"text": inner}}}
        ]}});
        let findings = run(text.to_string());
        assert_eq!(findings.events.len(), 1);
        check(&findings.events[0]);
    }

    #[test]
    fn jobs_and_lines_of_json() {
        let text = "{\"x\":1}\n{\"EndTime\":\"2026-05-04T06:00:00Z\",\"HostMachineName\":\"RPA-07\",\
            \"Info\":\"Could not start executor. Logon failed. Last error: 131092\"}\n";
        let findings = run(text);
        let event = &findings.events[0];
        assert_eq!((&*event.provider, &*event.computer), ("UiPath", "RPA-07"));
        assert_eq!(event.field("LastError"), Some(&Value::Unsigned(131_092)));
        assert_eq!((event.origin.line, findings.records), (Some(2), 2));
    }

    #[test]
    fn a_cut_document_is_still_searched() {
        let findings = run("{\"endTime\":\"2026\",\"error\":{\"code\":\"SessionHasLoggedOff\",\"mess");
        assert_eq!(findings.events.len(), 1);
        assert_eq!(findings.problems[0].kind, ProblemKind::Damaged);
        let findings = run("{\"error\":{\"code\":\"SessionHasLoggedOff\"}}\n{\"cut");
        assert_eq!((findings.events.len(), findings.problems.len()), (1, 1));
        run("[".repeat(100_000));
        run(r#"{"error":{"code":5,"message":"x"}}"#);
    }

    #[test]
    fn an_error_pasted_into_prose() {
        let text = r#"The run said {"error":{"code":"SessionHasLoggedOff","message":"gone"}} at night"#;
        let expected = ("SessionHasLoggedOff".to_owned(), "gone".to_owned());
        assert_eq!(error_in(text), Some(expected));
        assert_eq!(error_in("code: 5"), None);
    }
}
