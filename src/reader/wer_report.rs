//! Reports of Windows Error Reporting, `Report.wer`: what crashed, told as the event that Windows writes of it. Must not know what a crash
//! means.
//!
//! Folklore: UTF-16 text of `Name=value` lines; the values of the signature are numbered, their names are localized, their order is not:
//! program, its version and time stamp, module, its version and time stamp, exception, offset. `EventTime` is a FILETIME.

use crate::model::providers::APPLICATION_ERROR;
use crate::model::{Event, Findings, Level, Value, from_filetime};
use crate::source::Source;

use super::Context;
use super::lines::{Text, for_each_line};
use super::sink::Sink;

/// Lines of a report; more are no report.
const MOST_LINES: usize = 4_000;
/// The id of the event that Windows writes of a crash.
const ID: u16 = 1000;

/// Whether a text is such a report.
pub(super) fn sniff(head: &str) -> bool {
    let mut lines = head
        .lines()
        .map(|line| line.trim_start_matches('\u{feff}').trim());
    lines.next().is_some_and(|line| line.starts_with("Version="))
        && lines.next().is_some_and(|line| line.starts_with("EventType="))
        && head.contains("EventTime=")
}

#[derive(Default)]
struct Report {
    kind: String,
    time: Option<u64>,
    values: Vec<(usize, String)>,
    program: String,
}

impl Report {
    fn line(&mut self, name: &str, value: &str) {
        let number = |text: &str| text.split(']').next().and_then(|number| number.parse().ok());
        match name {
            "EventType" => value.clone_into(&mut self.kind),
            "EventTime" => self.time = value.parse().ok(),
            "NsAppName" => value.clone_into(&mut self.program),
            _ => {
                let place = name
                    .strip_prefix("Sig[")
                    .filter(|_| name.ends_with("].Value"))
                    .and_then(number);
                if let Some(place) = place {
                    self.values.push((place, value.to_owned()));
                }
            }
        }
    }

    fn value(&self, place: usize) -> &str {
        let found = self.values.iter().find(|(number, _)| *number == place);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The event of a crash; none of another kind of report.
    fn event(&self, mut event: Event) -> Option<Event> {
        if !matches!(
            self.kind.as_str(),
            "APPCRASH" | "BEX" | "BEX64" | "CriticalProcessFault2" | "InPageError"
        ) {
            return None;
        }
        let program = if self.value(0).is_empty() {
            &self.program
        } else {
            self.value(0)
        };
        event.provider = APPLICATION_ERROR.name.into();
        event.channel = "Application".into();
        event.id = Some(ID);
        event.level = Level::Error;
        event.time = self.time.and_then(from_filetime);
        for (name, place) in [
            ("AppName", 0),
            ("AppVersion", 1),
            ("ModuleName", 3),
            ("ModuleVersion", 4),
            ("ExceptionCode", 6),
            ("FaultingOffset", 7),
        ] {
            let value = if place == 0 { program } else { self.value(place) };
            if !value.is_empty() {
                event.push(name, Value::text(value));
            }
        }
        let (module, exception) = (self.value(3), self.value(6));
        event.message = Some(format!("Faulting application name: {program}, faulting module name: {module}, exception code: 0x{exception}").into());
        Some(event)
    }
}

/// Reads a report.
pub(super) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    let mut text = Text::open(source, &sink);
    let mut report = Report::default();
    let mut lines = 0;
    for_each_line(&mut text, |line| {
        lines += 1;
        if let Some((name, value)) = line.text.trim_start_matches('\u{feff}').trim().split_once('=') {
            report.line(name, value.trim());
        }
        lines < MOST_LINES
    });
    sink.findings().records += 1;
    if let Some(event) = report.event(Event::new(sink.artifact())) {
        let wanted = event
            .id
            .is_some_and(|id| context.interest.wants(&event.provider, id));
        if wanted || context.interest.mentions(&event.text()) {
            sink.event(event);
        }
    }
    text.finish(&mut sink);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::limits::Limits;
    use crate::model::Interest;

    const REPORT: &str = "Version=1\r\nEventType=APPCRASH\r\nEventTime=133000000000000000\r\nNsAppName=winlogon.exe\r\nSig[0].Name=Anwendungsname\r\n\
        Sig[0].Value=winlogon.exe\r\nSig[3].Name=Fehlermodulname\r\nSig[3].Value=UxTheme.dll\r\nSig[6].Value=c0000005\r\n";

    fn read_text(text: &str) -> Findings {
        let interest = Interest::everything().unwrap();
        let limits = Limits::default();
        let context = Context {
            path: Arc::from("Report.wer"),
            interest: &interest,
            limits: &limits,
            recover: false,
        };
        crate::reader::read(Source::memory(text.as_bytes().to_vec()), &context)
    }

    #[test]
    fn a_crash_is_the_event_of_one() {
        let found = read_text(REPORT);
        let event = &found.events[0];
        assert_eq!((&*event.provider, event.id), (APPLICATION_ERROR.name, Some(1000)));
        assert_eq!(event.field_text("ModuleName").as_deref(), Some("UxTheme.dll"));
        assert!(event.time.is_some());
    }

    #[test]
    fn other_reports_and_damage() {
        assert!(
            read_text(&REPORT.replace("APPCRASH", "WindowsUpdateFailure3"))
                .events
                .is_empty()
        );
        let cut = REPORT.get(..60).unwrap();
        assert!(!sniff(cut) || read_text(cut).events.len() <= 1);
        assert!(!sniff("Version=1\nName=x\n"));
    }
}
