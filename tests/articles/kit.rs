//! What a customer sends, in the forms in which it comes, and what is said of it.

use logonscope::diagnose::Analyzer;
use logonscope::model::{Cause, Diagnosis, Verdict};
use logonscope::{Limits, bundle};

use super::support::archive::zip;
use super::support::evtx::{Event, Log};

pub(super) const LSM: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";
pub(super) const LSM_LOG: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational";
pub(super) const HOST: &str = "RPA-07";
pub(super) const ROBOT: &str = r"CORP\rpa.one";
pub(super) const FLOW: &str = r"CORP\flow.one";

/// What a customer sends: logs, and text files beside them.
pub(super) struct Sent {
    pub(super) logs: Vec<Log>,
    pub(super) texts: Vec<(&'static str, String)>,
}

/// Logs as Windows keeps them, and as `wevtutil /f:xml` writes them.
pub(super) const FORMS: [&str; 2] = ["evtx", "xml"];

impl Sent {
    pub(super) fn diagnose(&self, form: &str) -> Diagnosis {
        let log = |(number, log): (usize, &Log)| match form {
            "evtx" => (format!("case/{number}.evtx"), log.to_evtx()),
            _ => (format!("case/{number}.xml"), log.to_wevtutil_xml().into_bytes()),
        };
        let mut files: Vec<(String, Vec<u8>)> = self.logs.iter().enumerate().map(log).collect();
        for (name, text) in &self.texts {
            files.push((format!("case/{name}"), text.clone().into_bytes()));
        }
        let opened = bundle::open_memory("case.zip", zip(&files), &Limits::default());
        Analyzer::new().unwrap().analyze_bundle(&opened)
    }

    /// The causes of the only incident with this symptom, in each form.
    pub(super) fn causes(&self, symptom: &str) -> Vec<(Vec<Cause>, Diagnosis)> {
        FORMS
            .iter()
            .map(|form| {
                let diagnosis = self.diagnose(form);
                let mut found = diagnosis.incidents.iter().filter(|one| &*one.symptom == symptom);
                let causes = found.next().map(|one| one.causes.clone());
                let causes =
                    causes.unwrap_or_else(|| panic!("{form}: no {symptom} in {:?}", titles(&diagnosis)));
                assert!(found.next().is_none(), "{form}: {symptom} twice");
                (causes, diagnosis)
            })
            .collect()
    }

    #[track_caller]
    pub(super) fn leads(&self, symptom: &str, cause: &str, verdict: Verdict) {
        for (causes, _) in self.causes(symptom) {
            let first = causes.first().unwrap();
            assert_eq!(&*first.id, cause, "{:?}", summary(&causes));
            assert!(first.verdict >= verdict, "{:?}", summary(&causes));
        }
    }

    #[track_caller]
    pub(super) fn does_not_say(&self, symptom: &str, cause: &str) {
        for (causes, _) in self.causes(symptom) {
            let said = causes.iter().find(|one| &*one.id == cause);
            assert!(
                said.is_none_or(|one| one.verdict <= Verdict::Unlikely),
                "{:?}",
                summary(&causes)
            );
        }
    }
}

pub(super) fn titles(diagnosis: &Diagnosis) -> Vec<&str> {
    diagnosis.incidents.iter().map(|one| &*one.symptom).collect()
}

pub(super) fn summary(causes: &[Cause]) -> Vec<String> {
    causes
        .iter()
        .take(3)
        .map(|one| format!("{} {} {}", one.id, one.verdict, one.score))
        .collect()
}

pub(super) fn session(at: &str, id: u16, user: &str, session: u32, address: Option<&str>) -> Event {
    let event = Event::new(LSM, id)
        .at(day(at).as_str())
        .user_data()
        .data("User", user)
        .data("SessionID", session);
    match address {
        Some(address) => event.data("Address", address),
        None => event,
    }
}

pub(super) fn dropped(at: &str, session: u32, reason: u32) -> Event {
    Event::new(LSM, 40)
        .at(day(at).as_str())
        .user_data()
        .data("Session", session)
        .data("Reason", reason)
}

pub(super) fn day(at: &str) -> String {
    format!("2026-03-10T{at}Z")
}

pub(super) fn sessions(events: impl IntoIterator<Item = Event>) -> Log {
    // A log that still has its first record knows every session.
    Log::new(LSM_LOG, HOST).events(events)
}

pub(super) fn robot_log(user: &str) -> (&'static str, String) {
    let text = format!(
        "2026-03-10T10:00:00.0000000Z => [ERROR] [UiPath.Service.Host] [UiPath.Service.Impl.SessionService] [20.10.4] [0]\r\n\
         Executor start process failed, reason System.Runtime.InteropServices.COMException (0x80070520): A specified logon session \
         does not exist. It may already have been terminated. (Exception from HRESULT: 0x80070520){user}\r\n"
    );
    ("UiPath/Logs/internal/Robot.log", text)
}

pub(super) fn flow_run() -> (&'static str, String) {
    let error =
        r#"{"code": "SessionHasLoggedOff", "message": "The session logged off during run execution."}"#;
    (
        "flow/run.json",
        format!(r#"{{"error": {error}, "endTime": "2026-03-10T10:01:30Z"}}"#),
    )
}

pub(super) const CREATED: &str = "robot-session-not-created";
pub(super) const GONE: &str = "flow-session-logged-off";

/// A run as the portal lists it: the error stands beside the properties that have its times.
pub(super) fn listed_run() -> (&'static str, String) {
    let error =
        r#"{"code": "SessionHasLoggedOff", "message": "The session logged off during run execution."}"#;
    let times =
        r#"{"startTime": "2026-03-10T09:00:00Z", "endTime": "2026-03-10T10:01:30Z", "status": "Failed"}"#;
    (
        "flow/run.json",
        format!(r#"{{"name": "08585", "properties": {times}, "error": {error}}}"#),
    )
}

pub(super) const GONE_1312: &str = "no-such-logon-session";

pub(super) fn told(name: &'static str, text: &str) -> Sent {
    Sent {
        logs: Vec::new(),
        texts: vec![(name, text.to_owned())],
    }
}
