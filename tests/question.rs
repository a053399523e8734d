//! A customer sends the logs of a machine on which several things failed, and asks about one of them: that one comes first, and where
//! nothing befell the one who is asked about, the report says so.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use logonscope::Limits;
use logonscope::bundle::open_buffers;
use logonscope::diagnose::Analyzer;
use logonscope::model::Diagnosis;
use logonscope::parse::Focus;
use logonscope::report::{Format, Options, render};

/// Two tasks that cannot log on for different reasons, and one that runs.
fn log() -> String {
    let record = |id: u16, minute: u32, data: &str| {
        format!(
            "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
             <Provider Name='Microsoft-Windows-TaskScheduler' Guid='{{de7b24ea-73c8-4a09-985d-5bdadcfa9017}}'/><EventID>{id}</EventID>\
             <Level>2</Level><TimeCreated SystemTime='2026-03-04T02:{minute:02}:00.000Z'/><EventRecordID>{minute}</EventRecordID>\
             <Channel>Microsoft-Windows-TaskScheduler/Operational</Channel><Computer>APP-3.corp.example</Computer></System>\
             <EventData>{data}</EventData></Event>"
        )
    };
    let failed = |task: &str, user: &str, code: u32| {
        format!(
            "<Data Name='TaskName'>\\Ops\\{task}</Data><Data Name='UserContext'>CORP\\{user}</Data><Data Name='ResultCode'>{code}</Data>"
        )
    };
    let ran = "<Data Name='TaskName'>\\Ops\\Archive Mails</Data><Data Name='UserContext'>CORP\\svc_archive</Data>\
               <Data Name='InstanceId'>{5ba5c5c1-0000-4000-8000-000000000001}</Data>";
    let records = [
        record(101, 1, &failed("Sort Orders", "svc_orders", 2_147_943_726)),
        record(101, 20, &failed("Send Invoices", "svc_invoices", 2_147_943_785)),
        record(100, 40, ran),
        record(102, 41, ran),
    ];
    format!("<Events>{}</Events>", records.concat())
}

fn diagnose(note: &str) -> Diagnosis {
    let files = [
        ("TaskScheduler.xml", log().into_bytes()),
        ("mail.txt", note.as_bytes().to_vec()),
    ];
    let bundle = open_buffers(files, &Limits::default(), &[]);
    Analyzer::new().unwrap().analyze_bundle(&bundle)
}

/// The first incident's task, and whether it is the one that is asked about.
fn first(note: &str) -> (String, Option<bool>) {
    let diagnosis = diagnose(note);
    let incident = &diagnosis.incidents[0];
    (
        incident.task.as_deref().unwrap_or_default().to_owned(),
        incident.asked,
    )
}

#[test]
fn the_one_that_is_asked_about_comes_first() {
    let invoices = [
        "Hello, our Send Invoices did not go out last night. Sort Orders has its own ticket.",
        r"Guten Morgen, CORP\svc_invoices startet seit heute Nacht nichts mehr auf APP-3. Was ist mit dem Konto?",
        "La tâche ne part plus, code 2147943785. Celle des commandes a un autre souci, voir son propre ticket.",
        "svc_orders is known already, please look only at svc_invoices.",
    ];
    for note in invoices {
        assert_eq!(
            first(note),
            (r"\Ops\Send Invoices".to_owned(), Some(true)),
            "{note}"
        );
    }
    let orders = [
        "The sort orders of this night are missing, why?",
        "注文の件。svc_orders が動きません。svc_invoices は対象外です。",
    ];
    for note in orders {
        assert_eq!(
            first(note),
            (r"\Ops\Sort Orders".to_owned(), Some(true)),
            "{note}"
        );
    }
}

#[test]
fn where_nothing_befell_it_the_report_says_so() {
    let diagnosis = diagnose("Did svc_archive have any trouble with its logon tonight? Yes or no is enough.");
    assert!(!diagnosis.question.as_ref().unwrap().found);
    assert!(
        diagnosis
            .incidents
            .iter()
            .all(|incident| incident.asked == Some(false))
    );
    for format in [Format::Text, Format::Markdown, Format::Html, Format::Mail] {
        let page = render(&diagnosis, format, &Options::default())
            .replace('\n', " ")
            .replace('\\', "");
        assert!(page.contains("mail.txt asks about svc_archive"), "{page}");
    }
}

#[test]
fn a_note_that_names_nobody_changes_nothing() {
    let diagnosis = diagnose("Please see the attached log.");
    assert!(diagnosis.question.is_none());
    assert!(
        diagnosis
            .incidents
            .iter()
            .all(|incident| incident.asked.is_none())
    );
}

/// One record as event XML.
fn record(provider: &str, channel: &str, id: u16, (day, time): (u8, &str), data: &[(&str, &str)]) -> String {
    let data: Vec<String> = data
        .iter()
        .map(|(name, value)| format!("<Data Name='{name}'>{value}</Data>"))
        .collect();
    // In order of time, as a log numbers them.
    let number: String = time.chars().filter(char::is_ascii_digit).take(6).collect();
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{provider}'/>\
         <EventID>{id}</EventID><Level>2</Level><TimeCreated SystemTime='2026-03-{day:02}T{time}Z'/>\
         <EventRecordID>{day}{number}</EventRecordID><Channel>{channel}</Channel><Computer>VDI-12.corp.example</Computer></System>\
         <EventData>{}</EventData></Event>",
        data.concat()
    )
}

/// The first incident of event XML and notes: its first cause, and whether it is the one that is asked about.
fn first_cause(records: &[String], notes: &[(&'static str, &str)]) -> Option<(String, Option<bool>)> {
    let log = format!("<Events>{}</Events>", records.concat()).into_bytes();
    let notes = notes.iter().map(|(name, text)| (*name, text.as_bytes().to_vec()));
    let files = [("events.xml", log)].into_iter().chain(notes);
    let bundle = open_buffers(files, &Limits::default(), &[]);
    let diagnosis = Analyzer::new().unwrap().analyze_bundle(&bundle);
    let incident = diagnosis.incidents.into_iter().next()?;
    let cause = incident.best().map(|cause| cause.id.to_string())?;
    Some((cause, incident.asked))
}

/// A machine on which people log on, and one of them is kept from a program: in a log of that length that is nobody's complaint.
fn whole_log() -> Vec<String> {
    let logon = |number: u8| {
        let time = format!("{:02}:{:02}:00.0000000", 6 + number / 60, number % 60);
        let user = format!("user{number}");
        let data = [("TargetUserName", &*user), ("LogonType", "3")];
        record(
            "Microsoft-Windows-Security-Auditing",
            "Security",
            4624,
            (4, &time),
            &data,
        )
    };
    let mut records: Vec<String> = (0..110).map(logon).collect();
    records.push(record(
        "Microsoft-Windows-AppLocker",
        "Microsoft-Windows-AppLocker/EXE and DLL",
        8004,
        (4, "08:12:03.0000000"),
        &[(
            "FilePath",
            r"%OSDRIVE%\USERS\NINA.FALK\APPDATA\LOCAL\TOOL\TOOL.EXE",
        )],
    ));
    records
}

#[test]
fn what_befell_who_is_asked_about_is_looked_for_in_a_whole_log() {
    let records = whole_log();
    assert_eq!(first_cause(&records, &[]), None);
    let asked = "Nina Falk cannot start her tool any more since this morning, on VDI-12. Others there had trouble, too.";
    let (cause, _) = first_cause(&records, &[("ticket.txt", asked)]).unwrap();
    assert_eq!(cause, "program-blocked-by-policy");
    let other = "Jonas Reuter cannot start his tool any more since this morning, on VDI-12.";
    assert_eq!(first_cause(&records, &[("ticket.txt", other)]), None);
}

#[test]
fn who_only_sits_at_the_machine_is_not_who_is_asked_about() {
    let lsm = "Microsoft-Windows-TerminalServices-LocalSessionManager";
    let channel = "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational";
    let tasks = "Microsoft-Windows-TaskScheduler";
    let session = [("User", r"CORP\ivana.m"), ("SessionID", "1")];
    let failed = [
        ("TaskName", r"\Nightly"),
        ("UserContext", r"CORP\svc-night"),
        ("ResultCode", "2147943785"),
    ];
    let records = [
        record(lsm, channel, 21, (4, "06:00:00.0000000"), &session),
        record(
            tasks,
            "Microsoft-Windows-TaskScheduler/Operational",
            101,
            (4, "07:00:00.0000000"),
            &failed,
        ),
    ];
    let note = "Nothing starts on VDI-12 in the night. My colleague Ivana sits at it by day.";
    let (_, asked) = first_cause(&records, &[("ticket.txt", note)]).unwrap();
    assert_ne!(asked, Some(false));
    let of_her = "ivana.m cannot work on VDI-12.";
    let (_, asked) = first_cause(&records, &[("ticket.txt", of_her)]).unwrap();
    assert_eq!(asked, Some(false), "she is named, and nothing befell her");
}

#[test]
fn a_time_that_is_complained_of_is_looked_at() {
    let lsm = "Microsoft-Windows-TerminalServices-LocalSessionManager";
    let channel = "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational";
    let session = [("User", r"CORP\rpa_orders"), ("SessionID", "3")];
    let records = [
        record(lsm, channel, 21, (4, "06:00:00.0000000"), &session),
        record(lsm, channel, 22, (4, "06:00:05.0000000"), &session),
        record(
            lsm,
            channel,
            40,
            (4, "14:21:39.0000000"),
            &[("Session", "3"), ("Reason", "12")],
        ),
        record(lsm, channel, 23, (4, "14:21:40.0000000"), &session),
    ];
    let zone = (
        "systeminfo.txt",
        "Host Name:                 VDI-12\nOS Name:                   Microsoft Windows 11 Enterprise\n\
         OS Version:                10.0.22631 N/A Build 22631\nTime Zone:                 (UTC+01:00) Amsterdam, Berlin, Bern\n",
    );
    let first = |note: &str| first_cause(&records, &[zone, ("ticket.txt", note)]);
    let asked = "At 15:21 the flow on VDI-12 stopped with an error, its session was gone.";
    assert_eq!(first(asked).unwrap().0, "user-logoff");
    let another = "At 11:05 the flow on VDI-12 stopped with an error, its session was gone.";
    assert!(first(another).is_none_or(|(cause, _)| cause != "user-logoff"));
}

#[test]
fn who_is_asked_about_is_not_looked_for_outside_the_span_that_was_given() {
    let log = format!("<Events>{}</Events>", whole_log().concat()).into_bytes();
    let asked = b"Nina Falk cannot start her tool any more since this morning, on VDI-12. Others there had trouble, too.";
    let found = |since: &str| {
        let files = [("events.xml", log.clone()), ("ticket.txt", asked.to_vec())];
        let bundle = open_buffers(files, &Limits::default(), &[]);
        let focus = Focus {
            since: Some(since.parse().unwrap()),
            ..Focus::default()
        };
        let analyzer = Analyzer::new().unwrap().focus(focus);
        analyzer.analyze_bundle(&bundle).incidents.len()
    };
    assert_eq!(found("2026-03-04T00:00:00Z"), 1);
    assert_eq!(found("2026-03-05T00:00:00Z"), 0);
}
