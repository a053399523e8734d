use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::limits::Limits;
use crate::model::{Event, Interest, Labels, Level, RecordTexts, StringNames, parse_rfc3339};

fn run(bytes: impl Into<Vec<u8>>) -> Findings {
    let mut strings = StringNames::default();
    let names = ["User", "SessionID", "Address"].map(Arc::from);
    strings.add(
        "microsoft-windows-terminalservices-localsessionmanager",
        24,
        names.into(),
    );
    let interest = Interest::everything().unwrap();
    let interest = interest.with_texts(RecordTexts::new(Vec::new(), Labels::of_audits(), strings));
    let limits = Limits::default();
    let context = Context {
        path: Arc::from("events"),
        interest: &interest,
        limits: &limits,
        recover: false,
    };
    crate::reader::read(Source::memory(bytes), &context)
}

/// What an event says, whatever it was read from: fields in the order of their names.
fn essence(event: &Event) -> String {
    let mut fields: Vec<String> = event
        .fields
        .iter()
        .filter(|field| !field.value.to_text().is_empty())
        .map(|field| format!("{}={}", field.name, field.value.to_text()))
        .collect();
    fields.sort();
    format!(
        "{} {:?} {} {} {:?} {:?} {}",
        event.provider,
        event.id,
        event.channel,
        event.computer,
        event.record_id,
        event.time,
        fields.join(" ")
    )
}

const LSM: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";

fn xml() -> String {
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{LSM}'/>\
         <EventID>24</EventID><Level>4</Level><TimeCreated SystemTime='2026-05-04T08:00:00.123Z'/>\
         <EventRecordID>77</EventRecordID><Channel>{LSM}/Operational</Channel><Computer>RPA-07</Computer>\
         <Security UserID='S-1-5-18'/></System><UserData><EventXML><User>CORP\\svc-robot</User><SessionID>3</SessionID>\
         <Address>10.9.9.4</Address></EventXML></UserData></Event>"
    )
}

/// The same record as many tools write it.
fn of_tools() -> Vec<(&'static str, String)> {
    let mut all = of_dumpers();
    all.extend(of_collectors());
    all
}

fn of_dumpers() -> Vec<(&'static str, String)> {
    let user = json!({"User": "CORP\\svc-robot", "SessionID": 3, "Address": "10.9.9.4"});
    let channel = format!("{LSM}/Operational");
    let time = "2026-05-04T08:00:00.123Z";
    let dump = json!({"Event": {"#attributes": {"xmlns": "x"}, "System": {
        "Provider": {"#attributes": {"Name": LSM, "Guid": "{5d896912-022d-40aa-a3a8-4fa5515c76d7}"}},
        "EventID": 24, "Level": 4, "TimeCreated": {"#attributes": {"SystemTime": time}}, "EventRecordID": 77,
        "Channel": channel, "Computer": "RPA-07", "Security": {"#attributes": {"UserID": "S-1-5-18"}},
        "Correlation": null}, "UserData": {"EventXML": {"#attributes": {"xmlns": "Event_NS"},
        "User": "CORP\\svc-robot", "SessionID": 3, "Address": "10.9.9.4"}}}});
    let split = json!({"Event_attributes": {"xmlns": "x"}, "Event": {"System": {
        "Provider_attributes": {"Name": LSM}, "EventID": 24, "Level": 4,
        "TimeCreated_attributes": {"SystemTime": time}, "EventRecordID": 77, "Channel": channel, "Computer": "RPA-07"},
        "UserData": {"EventXML_attributes": {"xmlns": "Event_NS"}, "EventXML": user}}});
    let strict = |value: &serde_json::Value| value.to_string();
    vec![
        ("evtx_dump -o jsonl", strict(&dump)),
        ("evtx_dump -o json", format!("Record 77\n{dump:#}\n")),
        (
            "evtx_dump at a prompt",
            format!("PS C:\\temp> .\\evtx_dump.exe -o json LSM.evtx\nRecord 77\n{dump:#}\n"),
        ),
        (
            "chainsaw",
            strict(
                &json!([{"group": "Sigma", "kind": "individual", "name": "x", "timestamp": time,
                "document": {"kind": "evtx", "path": "a.evtx", "data": split}}]),
            ),
        ),
        (
            "Velociraptor",
            strict(
                &json!({"System": {"Provider": {"Name": LSM, "Guid": "5d89"}, "EventID": {"Value": 24}, "Level": 4,
                "TimeCreated": {"SystemTime": 1_777_881_600.123_f64}, "EventRecordID": 77, "Channel": channel,
                "Computer": "RPA-07", "Security": {"UserID": "S-1-5-18"}}, "UserData": {"EventXML": user}}),
            ),
        ),
        (
            "Velociraptor's rows",
            strict(
                &json!({"EventTime": "2026-05-04T08:00:00.123Z", "Computer": "RPA-07", "Channel": channel,
                "Provider": LSM, "EventID": 24, "EventRecordID": 77, "UserData": {"EventXML": user}}),
            ),
        ),
        (
            "an XML converter",
            strict(
                &json!({"Event": {"@xmlns": "x", "System": {"Provider": {"@Name": LSM}, "EventID": {"@Qualifiers": "0",
                "#text": "24"}, "TimeCreated": {"@SystemTime": time}, "EventRecordID": "77", "Channel": channel,
                "Computer": "RPA-07"}, "UserData": {"EventXML": user}}}),
            ),
        ),
    ]
}

fn of_collectors() -> Vec<(&'static str, String)> {
    let user = json!({"User": "CORP\\svc-robot", "SessionID": 3, "Address": "10.9.9.4"});
    let channel = format!("{LSM}/Operational");
    let time = "2026-05-04T08:00:00.123Z";
    let strict = |value: &serde_json::Value| value.to_string();
    vec![
        (
            "Winlogbeat, from a search",
            strict(&json!({"took": 3, "hits": {"total": 1, "hits": [{"_index": "w", "_source": {"@timestamp": time,
                "event": {"code": "24", "provider": LSM}, "host": {"name": "rpa-07"}, "log": {"level": "information"},
                "winlog": {"channel": channel, "computer_name": "RPA-07", "event_id": "24", "provider_name": LSM,
                "record_id": 77, "user_data": {"xml_name": "EventXML", "User": "CORP\\svc-robot", "SessionID": "3",
                "Address": "10.9.9.4"}}}}]}}))
            .replace("\"xml_name\":\"EventXML\",", ""),
        ),
        (
            "Winlogbeat 6",
            strict(&json!({"@timestamp": time, "event_id": 24, "source_name": LSM, "log_name": channel,
                "computer_name": "RPA-07", "record_number": "77", "level": "Information", "user_data": user})),
        ),
        (
            "flattened fields",
            strict(&json!({"fields": {"@timestamp": [time], "winlog.event_id": ["24"], "winlog.provider_name": [LSM],
                "winlog.channel": [channel], "winlog.computer_name": ["RPA-07"], "winlog.record_id": ["77"],
                "winlog.user_data": user}})),
        ),
        (
            "NXLog",
            strict(&json!({"EventTime": "2026-05-04 10:00:00.123", "Hostname": "RPA-07", "EventID": 24, "SourceName": LSM,
                "Channel": channel, "RecordNumber": 77, "Severity": "INFO", "SeverityValue": 2,
                "@timestamp": "2026-05-04T08:00:02.000Z", "SourceModuleName": "eventlog", "User": "CORP\\svc-robot",
                "SessionID": "3", "Address": "10.9.9.4"})),
        ),
        (
            "EvtxECmd",
            strict(&json!({"PayloadData1": "Session ID: 3", "Payload": json!({"UserData": {"EventXML": user}}).to_string(),
                "EventRecordId": "77", "EventId": 24, "Level": "Info", "Provider": LSM, "Channel": channel,
                "Computer": "RPA-07", "TimeCreated": "2026-05-04T08:00:00.1230000+00:00", "ChunkNumber": 0})),
        ),
        (
            "EvtxECmd's table",
            format!(
                "RecordNumber,EventRecordId,TimeCreated,EventId,Level,Provider,Channel,ProcessId,ThreadId,Computer,ChunkNumber,UserId,PayloadData1,Keywords,Payload\n\
                 9,77,2026-05-04 08:00:00.1230000,24,Info,{LSM},{channel},1,2,RPA-07,0,S-1-5-18,Session ID: 3,0x1000000000000000,\"{}\"\n",
                json!({"UserData": {"EventXML": user}}).to_string().replace('"', "\"\"")
            ),
        ),
        (
            "ConvertTo-Json",
            strict(&json!([{"Id": 24, "Level": 4, "ProviderName": LSM, "LogName": channel, "MachineName": "RPA-07",
                "RecordId": 77, "UserId": {"BinaryLength": 12, "Value": "S-1-5-18"},
                "TimeCreated": "/Date(1777881600123)/", "Keywords": -9_223_372_036_854_775_808_i64,
                "Properties": [{"Value": "CORP\\svc-robot"}, {"Value": 3}, {"Value": "10.9.9.4"}]}])),
        ),
        (
            "Fluent Bit",
            strict(&json!({"ProviderName": LSM, "EventID": 24, "Channel": channel, "EventRecordID": 77, "Computer": "RPA-07",
                "TimeCreated": "2026-05-04 10:00:00.123 +0200", "StringInserts": ["CORP\\svc-robot", "3", "10.9.9.4"]})),
        ),
        (
            "Wazuh",
            strict(&json!({"timestamp": time, "data": {"win": {"system": {"providerName": LSM, "eventID": "24",
                "systemTime": "2026-05-04T08:00:00.1230000Z", "eventRecordID": "77", "channel": channel,
                "computer": "RPA-07"}, "eventdata": user}}})),
        ),
        (
            "hayabusa",
            strict(&json!({"Timestamp": "2026-05-04 10:00:00.123 +02:00", "RuleTitle": "RDP disconnect", "Level": "high",
                "Computer": "RPA-07", "Channel": "RDS-LSM", "EventID": 24, "RecordID": 77, "Provider": LSM,
                "AllFieldInfo": user})),
        ),
    ]
}

#[test]
fn one_record_is_one_event_whatever_tool_wrote_it() {
    let whole = run(xml());
    let expected = essence(&whole.events[0]);
    for (tool, text) in of_tools() {
        let mut found = run(text.clone());
        assert_eq!(found.events.len(), 1, "{tool}: {:?}", found.problems);
        let event = &mut found.events[0];
        if let Some(offset) = found.utc_offset {
            crate::reader::local_time::resolve(event, offset);
        }
        assert_eq!(essence(event), expected, "{tool}");
        assert!(found.problems.is_empty(), "{tool}: {:?}", found.problems);
    }
}

#[test]
fn many_in_a_row_in_utf_16_and_with_one_damaged() {
    let line = &of_tools()[0].1;
    let text = format!(
        "{line}\r\n{}\r\n{line}\r\n",
        line.replace("\"EventID\":24", "\"EventID:24")
    );
    let wide: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for bytes in [text.into_bytes(), wide] {
        let found = run(bytes);
        assert_eq!(found.format, Some(ArtifactFormat::EventJson));
        assert_eq!(found.events.len(), 2, "{:?}", found.problems);
        assert_eq!(found.problems.len(), 1, "{:?}", found.problems);
        assert_eq!(found.events[1].origin.line, Some(3));
        assert_eq!(found.spans.len(), 1);
    }
}

#[test]
fn a_search_of_megabytes_and_its_cut_end() {
    let source = &of_tools()[7].1;
    let mut text = String::from("{\"hits\":{\"hits\":[");
    for _ in 0..5_000 {
        text.push_str(&format!("{{\"_source\":{source}}},\n"));
    }
    assert!(text.len() > EVENT_BYTES);
    let found = run(text);
    assert_eq!(found.events.len(), 5_000);
    assert!(
        found
            .problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Truncated),
        "{:?}",
        found.problems
    );
}

#[test]
fn classic_strings_and_a_message_in_words() {
    let dump = json!({"Event": {"System": {"Provider": {"#attributes": {"Name": "EventLog"}}, "EventID": {"#attributes":
        {"Qualifiers": 32768}, "#text": 6008}, "Channel": "System", "Computer": "RPA-07"},
        "EventData": {"Data": {"#text": ["08:00:00", "5/4/2026"]}, "Binary": null}}});
    let found = run(dump.to_string());
    assert_eq!(
        found.events[0]
            .positional(1)
            .map(|value| value.to_text().into_owned())
            .as_deref(),
        Some("5/4/2026")
    );
    let shell = json!({"Id": 4625, "Level": 0, "ProviderName": "Microsoft-Windows-Security-Auditing", "LogName": "Security",
        "MachineName": "RPA-07", "RecordId": 5, "LevelDisplayName": "Information",
        "TimeCreated": {"value": "/Date(1777881600000)/", "DateTime": "Monday, May 4, 2026 10:00:00 AM"},
        "Message": "An account failed to log on.\r\n\r\nSubject:\r\n\tAccount Name:\t\tRPA-07$\r\n\r\nLogon Type:\t\t\t4\r\n\r\n\
        Account For Which Logon Failed:\r\n\tAccount Name:\t\tsvc-robot\r\n\r\nFailure Information:\r\n\t\
        Status:\t\t\t0xC000015B\r\n\tSub Status:\t\t0x0\r\n"});
    let found = run(shell.to_string());
    let event = &found.events[0];
    assert_eq!(event.time, parse_rfc3339("2026-05-04T08:00:00Z"));
    for (name, value) in [
        ("TargetUserName", "svc-robot"),
        ("LogonType", "4"),
        ("Status", "0xC000015B"),
    ] {
        assert_eq!(
            event
                .field(name)
                .map(|value| value.to_text().into_owned())
                .as_deref(),
            Some(value),
            "{name}"
        );
    }
    assert_eq!(event.level, Level::None);
}

#[test]
fn other_json_is_left_to_others() {
    for text in [
        "{\"Id\": 5, \"Name\": \"svchost\"}",
        "[{\"EventID\": 5}]",
        "{\"settings\": {\"Channel\": \"beta\"}}",
        "[[[[",
        "{",
    ] {
        let found = run(text);
        assert_ne!(found.format, Some(ArtifactFormat::EventJson), "{text}");
        assert_ne!(found.format, Some(ArtifactFormat::PowerAutomate), "{text}");
    }
}

#[test]
fn hostile_nesting_ends() {
    for piece in ["{", "{\"a\":[", "{\"{", "\"{", "{}"] {
        let mut text = of_tools()[0].1.clone();
        text.push_str(&piece.repeat(200_000));
        assert_eq!(run(text).events.len(), 1, "{piece}");
    }
}
