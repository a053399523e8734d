//! Blocks as they are pasted and exported, with made-up content.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::*;
use crate::limits::Limits;
use crate::model::{Interest, Labels, Level, MessagePattern, RecordTexts, StringNames, Value};
use crate::reader::local_time;

const LSM: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";

fn interest() -> Interest {
    let ids: BTreeSet<u16> = [21, 40, 101, 1500, 1501, 4625, 7022].into();
    let providers = [
        LSM,
        "Microsoft-Windows-TaskScheduler",
        "Microsoft-Windows-Security-Auditing",
    ];
    let list: BTreeMap<Box<str>, BTreeSet<u16>> = providers
        .iter()
        .map(|name| (name.to_lowercase().into(), ids.clone()))
        .collect();
    let pattern = MessagePattern::new(
        r"Session (?<Session>\d+) has been disconnected, reason code (?<Reason>\d+)",
        "has been disconnected, reason code",
        LSM,
        "",
        Some(40),
    );
    let needles = [
        "hung on starting".to_owned(),
        "registry handles leaked".to_owned(),
    ];
    let interest = Interest::new(
        EventFilter::Listed(list),
        needles,
        [0x8007_0569],
        vec![pattern.unwrap()],
    );
    let texts = RecordTexts::new(Vec::new(), Labels::of_audits(), StringNames::default());
    interest.unwrap().with_texts(texts)
}

fn run(text: impl Into<Vec<u8>>, interest: &Interest) -> Findings {
    let limits = Limits::default();
    let context = Context {
        path: Arc::from("event.txt"),
        interest,
        limits: &limits,
        recover: false,
    };
    let mut findings = Findings::default();
    read(Source::memory(text), &context, &mut findings);
    findings
}

fn events(text: &str) -> Vec<Event> {
    assert!(sniff(text), "{text}");
    run(text, &interest()).events
}

fn local(event: &Event) -> String {
    event.local.map(|local| local.to_string()).unwrap_or_default()
}

#[test]
fn a_pasted_event() {
    let text = "Hello,\nwe see this:\n\n\
        Log Name:      Microsoft-Windows-TerminalServices-LocalSessionManager/Operational\n\
        Source:        TerminalServices-LocalSessionManager\n\
        Date:          5/4/2026 10:49:19 AM\n\
        Event ID:      40\n\
        Level:         Information\n\
        User:          S-1-5-18\n\
        Computer:      RPA-07.corp.example\n\
        Description:\n\
        Session 12 has been disconnected, reason code 5\n\
        \n\
        Regards\nhung on starting\n";
    let events = events(text);
    assert_eq!(events.len(), 2);
    let event = &events[0];
    assert_eq!(
        (&*event.provider, event.id, event.level),
        (LSM, Some(40), Level::Information)
    );
    assert_eq!(event.channel.rsplit('/').next(), Some("Operational"));
    assert_eq!(
        (&*event.computer, event.sid.as_deref()),
        ("RPA-07.corp.example", Some("S-1-5-18"))
    );
    assert_eq!(local(event), "2026-05-04 10:49:19");
    assert_eq!(event.field("Reason"), Some(&Value::text("5")));
    assert_eq!(event.origin.line, Some(4));
    assert_eq!(events[1].message.as_deref(), Some("hung on starting"));
}

#[test]
fn fields_of_a_description() {
    let text = "Event ID: 4625\nAn account failed to log on.\n\n\
        Subject:\n\tSecurity ID:\t\tS-1-5-18\n\tAccount Name:\t\tRPA-07$\n\n\
        Account For Which Logon Failed:\n\tAccount Name:\t\tsvc-robot\n\tAccount Domain:\t\tCORP\n\n\
        Failure Information:\n\tFailure Reason:\t\tUnknown user name or bad password.\n\
        \tStatus:\t\t\t0xC000006D\n\tSub Status:\t\t0xC000006A\n";
    let events = events(text);
    let event = &events[0];
    assert_eq!(&*event.provider, "Microsoft-Windows-Security-Auditing");
    for (name, value) in [
        ("SubjectUserName", "RPA-07$"),
        ("TargetUserName", "svc-robot"),
        ("TargetDomainName", "CORP"),
        ("SubStatus", "0xC000006A"),
    ] {
        assert_eq!(event.field(name), Some(&Value::text(value)), "{name}");
    }
}

#[test]
fn the_text_of_wevtutil() {
    let block = |index: u32, session: u32| {
        format!(
            "Event[{index}]:\r\n  Log Name: {LSM}/Operational\r\n  Source: {LSM}\r\n  \
             Date: 2026-05-04T08:00:0{index}.123\r\n  Event ID: 21\r\n  Task: N/A\r\n  Level: Information\r\n  \
             Opcode: Info\r\n  User: S-1-5-18\r\n  User Name: NT AUTHORITY\\SYSTEM\r\n  Computer: RPA-07\r\n  \
             Description: \r\nRemote Desktop Services: Session logon succeeded:\r\n\r\n\
             User: CORP\\svc-robot\r\nSession ID: {session}\r\nSource Network Address: 10.0.0.5\r\n\r\n"
        )
    };
    let events = events(&(block(0, 3) + &block(1, 4)));
    assert_eq!(events.len(), 2);
    let event = &events[1];
    assert_eq!(local(event), "2026-05-04 08:00:01.123");
    for (name, value) in [
        ("User", "CORP\\svc-robot"),
        ("SessionID", "4"),
        ("Address", "10.0.0.5"),
    ] {
        assert_eq!(event.field(name), Some(&Value::text(value)), "{name}");
    }
}

#[test]
fn lists_of_powershell() {
    let short = "TimeCreated  : 5/4/2026 8:00:01 PM\nProviderName : Microsoft-Windows-TaskScheduler\nId           : 101\n\
        Message      : Task Scheduler failed to start it. Additional\n               Data: Error Value: 2147943785.\n\n\
        TimeCreated  : 5/4/2026 8:01:01 PM\nProviderName : Microsoft-Windows-TaskScheduler\nId           : 101\n\
        Message      : Again.\n";
    let found = events(short);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].field_number("ResultCode"), Some(0x8007_0569));
    assert_eq!(local(&found[1]), "2026-05-04 20:01:01");
    let full = "Message              : Session 3 has been disconnected, reason code 5\nId                   : 40\n\
        Version              : 0\nLevel                : 4\nRecordId             : 415\n\
        ProviderName         : Microsoft-Windows-TerminalServices-LocalSessionManager\n\
        ActivityId           : f4204a84-0fbc-4c56-820e-9469a7650000\nMachineName          : RPA-07\n\
        LevelDisplayName     : Information\nTaskDisplayName      : \nKeywordsDisplayNames : {}\n\n";
    let found = events(&full.repeat(2));
    assert_eq!(found.len(), 2);
    let event = &found[1];
    assert_eq!(
        (event.id, event.record_id, &*event.computer, event.level),
        (Some(40), Some(415), "RPA-07", Level::Information)
    );
    assert_eq!(
        event.activity.as_deref(),
        Some("{f4204a84-0fbc-4c56-820e-9469a7650000}")
    );
}

#[test]
fn blocks_in_other_languages() {
    let german = "Protokollname: System\nQuelle:        TaskScheduler\nDatum:         04.05.2026 08:00:01\n\
        Ereignis-ID:   101\nEbene:         Fehler\nBenutzer:      SYSTEM\nComputer:      RPA-07\n\
        Beschreibung:\nDie Aufgabe wurde nicht gestartet. Fehlerwert: 2147943785.\n";
    let events_found = events(german);
    let event = &events_found[0];
    assert_eq!(
        (&*event.provider, event.level),
        ("Microsoft-Windows-TaskScheduler", Level::Error)
    );
    assert_eq!(local(event), "2026-05-04 08:00:01");
    assert_eq!(event.field_number("ResultCode"), Some(0x8007_0569));
    let french = "Nom du journal :Security\nDate :         04/05/2026 08:00:01\nID de l\u{2019}événement :4625\n\
        Ordinateur :   RPA-07\nDescription :\nÉchec.\n";
    let event = &events(french)[0];
    assert_eq!(
        (event.id, local(event).as_str()),
        (Some(4625), "2026-05-04 08:00:01")
    );
    let japanese = "イベント ID: 101\r\nエラー値: 2147943785\r\n";
    let wide: Vec<u8> = japanese.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let event = &run(wide, &interest()).events[0];
    assert_eq!(
        (event.id, event.field("code")),
        (Some(101), Some(&Value::Hex32(0x8007_0569)))
    );
}

#[test]
fn titles_and_lists_of_ids() {
    let event = &events("Event 101, TaskScheduler\nError Value: 2147943785\n")[0];
    assert_eq!(
        (&*event.provider, event.id),
        ("Microsoft-Windows-TaskScheduler", Some(101))
    );
    let found = run(
        "Source: User Profile Service\nEvent ID: 1500\nEvent ID: 1501\nElement not found\n",
        &Interest::everything().unwrap(),
    );
    let ids: Vec<_> = found
        .events
        .iter()
        .map(|event| (event.id, &*event.provider))
        .collect();
    let profiles = "Microsoft-Windows-User Profiles Service";
    assert_eq!(ids, [(Some(1500), profiles), (Some(1501), profiles)]);
}

#[test]
fn xml_among_other_text() {
    let xml = format!(
        "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\">\n<System><Provider Name=\"{LSM}\"/>\n\
         <EventID>40</EventID><Computer>RPA-07</Computer></System>\n<EventData></EventData></Event>"
    );
    let found = events(&format!("Hello, see\n{xml}\nand hung on starting\n"));
    assert_eq!(
        (found[0].id, &*found[0].computer, found[0].origin.line),
        (Some(40), "RPA-07", Some(2))
    );
    assert_eq!(found[1].message.as_deref(), Some("and hung on starting"));
    let cut = events("see\n<Event xmlns=\"x\"><System><EventID>40</Even\nhung on starting");
    assert_eq!(cut.len(), 1);
}

#[test]
fn what_is_no_event_stays_text() {
    for text in [
        "Date: Monday\nSubject: hello",
        "Id : 1234\nHandles : 5",
        "Event horizon, a film",
        "Message: x",
    ] {
        assert!(!sniff(text), "{text}");
    }
    let mail = "Date: Mon, 4 May 2026\nSubject: hung on starting\nEvent ID: none\n";
    let found = run(mail, &interest()).events;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id, None);
}

#[test]
fn damage_costs_only_itself() {
    let good = "Event ID: 40\nSession 3 has been disconnected, reason code 5\n\n";
    let bytes = [
        good.as_bytes(),
        b"Event ID: \xFF\xFE\0\nDate: 99/99/9999\nEvent ID: 99999999999\n\n",
        good.as_bytes(),
    ]
    .concat();
    let found = run(bytes, &interest());
    let good = found.events.iter().filter(|event| event.id == Some(40)).count();
    assert_eq!(good, 2);
    assert_eq!(local_time::exact("x"), None);
}

#[test]
fn wevtutil_names_the_computer_below_a_keyword() {
    let text = "Event[0]:\n  Log Name: System\n  Source: Microsoft-Windows-TerminalServices-LocalSessionManager\n  Date: 2026-05-04T10:00:00.000\n  Event ID: 40\n  Task: N/A\n  Level: Information\n  Opcode: Info\n  Keyword: N/A\n  Contoso Extra: 5\n  User: S-1-5-18\n  User Name: NT AUTHORITY\\SYSTEM\n  Computer: RPA-07.corp.example\n  Description: \nSession 3 has been disconnected, reason code 5\n";
    let events = events(text);
    assert_eq!(&*events[0].computer, "RPA-07.corp.example");
    assert_eq!(
        events[0].field("Reason").map(|v| v.to_text().into_owned()),
        Some("5".to_owned())
    );
    assert!(!events[0].message.as_deref().unwrap().contains("Keyword"));
}
