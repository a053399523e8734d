//! One record says one thing, whatever tool wrote it down: the same incident, the same cause, the same verdict.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod support;

use logonscope::diagnose::Analyzer;
use logonscope::{Limits, bundle};
use serde_json::{Map, Value, json};
use support::evtx::{Event, Log};

const HOST: &str = "RPA-07";
const TIME: &str = "2026-05-04T08:00:01.5000000Z";

/// A record, and its fields in the order of its template.
struct Record {
    name: &'static str,
    provider: &'static str,
    channel: &'static str,
    id: u16,
    level: u8,
    fields: &'static [(&'static str, &'static str)],
    in_user_data: bool,
}

const RECORDS: &[Record] = &[
    Record {
        name: "a logon that is refused for a wrong password",
        provider: "Microsoft-Windows-Security-Auditing",
        channel: "Security",
        id: 4625,
        level: 0,
        fields: &[
            ("SubjectUserSid", "S-1-5-18"),
            ("SubjectUserName", "RPA-07$"),
            ("SubjectDomainName", "CORP"),
            ("SubjectLogonId", "0x3e7"),
            ("TargetUserSid", "S-1-0-0"),
            ("TargetUserName", "svc-robot"),
            ("TargetDomainName", "CORP"),
            ("Status", "0xc000006d"),
            ("FailureReason", "%%2313"),
            ("SubStatus", "0xc000006a"),
            ("LogonType", "4"),
            ("LogonProcessName", "Advapi"),
            ("AuthenticationPackageName", "Negotiate"),
            ("WorkstationName", "RPA-07"),
        ],
        in_user_data: false,
    },
    Record {
        name: "a logon that is refused for the right to log on over Remote Desktop",
        provider: "Microsoft-Windows-Security-Auditing",
        channel: "Security",
        id: 4625,
        level: 0,
        fields: &[
            ("SubjectUserSid", "S-1-5-18"),
            ("SubjectUserName", "RPA-07$"),
            ("SubjectDomainName", "CORP"),
            ("SubjectLogonId", "0x3e7"),
            ("TargetUserSid", "S-1-0-0"),
            ("TargetUserName", "anna"),
            ("TargetDomainName", "CORP"),
            ("Status", "0xc000015b"),
            ("FailureReason", "%%2308"),
            ("SubStatus", "0x0"),
            ("LogonType", "10"),
            ("LogonProcessName", "User32"),
            ("AuthenticationPackageName", "Negotiate"),
            ("WorkstationName", "RPA-07"),
        ],
        in_user_data: false,
    },
    Record {
        name: "a task that cannot log on",
        provider: "Microsoft-Windows-TaskScheduler",
        channel: "Microsoft-Windows-TaskScheduler/Operational",
        id: 101,
        level: 2,
        fields: &[
            ("TaskName", r"\Night"),
            ("UserContext", r"CORP\svc-robot"),
            ("ResultCode", "2147943712"),
        ],
        in_user_data: false,
    },
    Record {
        name: "a session that another connection took",
        provider: "Microsoft-Windows-TerminalServices-LocalSessionManager",
        channel: "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
        id: 40,
        level: 4,
        fields: &[("Session", "3"), ("Reason", "5")],
        in_user_data: true,
    },
    Record {
        name: "a host that an installer restarts",
        provider: "User32",
        channel: "System",
        id: 1074,
        level: 4,
        fields: &[
            ("param1", r"C:\Windows\system32\msiexec.exe (RPA-07)"),
            ("param2", "RPA-07"),
            ("param3", "No title for this reason could be found"),
            ("param4", "0x80030002"),
            ("param5", "restart"),
            ("param6", "The Windows Installer initiated a system restart"),
            ("param7", r"NT AUTHORITY\SYSTEM"),
        ],
        in_user_data: false,
    },
];

impl Record {
    fn event(&self) -> Event {
        let event = Event::new(self.provider, self.id).at(TIME).level(self.level);
        let event = if self.in_user_data {
            event.user_data()
        } else {
            event
        };
        self.fields
            .iter()
            .fold(event, |event, (name, value)| event.data(name, *value))
    }

    fn log(&self) -> Log {
        Log::new(self.channel, HOST).first_record(77).event(self.event())
    }

    fn data(&self) -> Map<String, Value> {
        let pairs = self.fields.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect()
    }

    /// As `evtx_dump` writes it.
    fn dumped(&self) -> Value {
        let mut event = json!({"System": {
            "Provider": {"#attributes": {"Name": self.provider}},
            "EventID": self.id,
            "Level": self.level,
            "TimeCreated": {"#attributes": {"SystemTime": TIME}},
            "EventRecordID": 77,
            "Channel": self.channel,
            "Computer": HOST,
        }});
        if self.in_user_data {
            event["UserData"] = json!({"EventXML": self.data()});
        } else {
            event["EventData"] = json!(self.data());
        }
        json!({"Event": event})
    }

    fn winlogbeat(&self) -> Value {
        let place = if self.in_user_data {
            "user_data"
        } else {
            "event_data"
        };
        json!({"@timestamp": TIME, "event": {"code": self.id.to_string(), "provider": self.provider},
            "winlog": {"channel": self.channel, "computer_name": HOST, "event_id": self.id.to_string(),
                "provider_name": self.provider, "record_id": 77, place: self.data(), "api": "wineventlog"}})
    }

    fn nxlog(&self) -> Value {
        let mut event = self.data();
        let own = json!({"EventID": self.id, "SourceName": self.provider, "Channel": self.channel, "RecordNumber": 77,
            "Hostname": HOST, "EventTime": "2026-05-04T08:00:01.500000Z", "Severity": "INFO"});
        event.extend(own.as_object().unwrap().clone());
        Value::Object(event)
    }

    fn velociraptor(&self) -> Value {
        let place = if self.in_user_data {
            "UserData"
        } else {
            "EventData"
        };
        json!({"EventTime": TIME, "Computer": HOST, "Channel": self.channel, "Provider": self.provider, "EventID": self.id,
            "EventRecordID": 77, place: self.data()})
    }

    fn wazuh(&self) -> Value {
        json!({"win": {"system": {"providerName": self.provider, "eventID": self.id.to_string(), "level": self.level.to_string(),
            "systemTime": TIME, "eventRecordID": "77", "channel": self.channel, "computer": HOST}, "eventdata": self.data()}})
    }

    /// The payload as `EvtxECmd` keeps it in one cell.
    fn payload(&self) -> String {
        let list: Vec<Value> = self
            .fields
            .iter()
            .map(|(name, value)| json!({"@Name": name, "#text": value}))
            .collect();
        if self.in_user_data {
            json!({"UserData": {"EventXML": self.data()}}).to_string()
        } else {
            json!({"EventData": {"Data": list}}).to_string()
        }
    }

    fn evtx_e_cmd_csv(&self) -> String {
        let head = "RecordNumber,EventRecordId,TimeCreated,EventId,Level,Provider,Channel,ProcessId,ThreadId,Computer,ChunkNumber,\
            UserId,MapDescription,UserName,RemoteHost,PayloadData1,PayloadData2,PayloadData3,PayloadData4,PayloadData5,PayloadData6,\
            ExecutableInfo,HiddenRecord,SourceFile,Keywords,ExtraDataOffset,Payload";
        let payload = self.payload().replace('"', "\"\"");
        let (id, provider, channel) = (self.id, self.provider, self.channel);
        format!(
            "\u{feff}{head}\r\n77,77,2026-05-04 08:00:01.5000000,{id},Info,{provider},{channel},1,2,{HOST},0,,,,,,,,,,,,False,\
            C:\\x.evtx,0x0,0,\"{payload}\"\r\n"
        )
    }

    fn evtx_e_cmd_json(&self) -> Value {
        json!({"RecordNumber": 77, "EventRecordId": "77", "TimeCreated": "2026-05-04T08:00:01.5000000+00:00", "EventId": self.id,
            "Level": "Info", "Provider": self.provider, "Channel": self.channel, "Computer": HOST, "Payload": self.payload()})
    }

    fn forms(&self) -> Vec<(&'static str, Vec<u8>)> {
        let line = |value: Value| (value.to_string() + "\n").into_bytes();
        vec![
            ("a.xml", self.log().to_wevtutil_xml().into_bytes()),
            ("viewer.xml", self.log().to_viewer_xml().into_bytes()),
            ("evtx_dump.jsonl", line(self.dumped())),
            ("array.json", line(json!([self.dumped()]))),
            ("winlogbeat.ndjson", line(self.winlogbeat())),
            ("nxlog.json", line(self.nxlog())),
            ("velociraptor.json", line(self.velociraptor())),
            ("wazuh.json", line(self.wazuh())),
            ("evtxecmd.csv", self.evtx_e_cmd_csv().into_bytes()),
            ("evtxecmd.json", line(self.evtx_e_cmd_json())),
        ]
    }
}

/// What is said of a file: each incident with its best cause.
fn said(name: &str, bytes: Vec<u8>, analyzer: &Analyzer) -> Vec<String> {
    let bundle = bundle::open_memory(name, bytes, &Limits::default());
    let found = analyzer.analyze_bundle(&bundle);
    let line = |one: &logonscope::model::Incident| {
        let cause = one.best();
        format!(
            "{} on {} of {:?} task {:?} session {:?} at {:?}, {} times: {:?}",
            one.symptom,
            one.host,
            one.user,
            one.task,
            one.session,
            one.first,
            one.count,
            cause.map(|cause| (&cause.id, cause.verdict))
        )
    };
    found.incidents.iter().map(line).collect()
}

#[test]
fn a_record_says_the_same_in_every_form() {
    let analyzer = Analyzer::new().unwrap();
    let mut differences = Vec::new();
    for record in RECORDS {
        let own = said("a.evtx", record.log().to_evtx(), &analyzer);
        assert!(!own.is_empty(), "{}: nothing is said", record.name);
        for (name, bytes) in record.forms() {
            let other = said(name, bytes, &analyzer);
            if other != own {
                differences.push(format!("{}, {name}:\n  {own:?}\n  {other:?}", record.name));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What several signals and the events that are derived of a record say of it is one failure.
#[test]
fn a_record_that_shows_its_failure_in_several_ways_is_one_failure() {
    let analyzer = Analyzer::new().unwrap();
    let refused = |kind: &str, status: &str| {
        Event::new("Microsoft-Windows-Security-Auditing", 4625)
            .at(TIME)
            .data("TargetUserName", "svc-robot")
            .data("TargetDomainName", "CORP")
            .data("Status", status)
            .data("SubStatus", "0x0")
            .data("LogonType", kind)
    };
    let lsa = |id: u16, status: &str| {
        Event::new("LsaSrv", id)
            .at(TIME)
            .level(3)
            .data("Target", "cifs/fs01.corp.example")
            .data("Protocol", "Kerberos")
            .data(
                "Error",
                format!("The user's account is of no use. ({status})").as_str(),
            )
    };
    let service = Event::new("Service Control Manager", 7041)
        .at(TIME)
        .level(2)
        .data("param1", "UiRobotSvc")
        .data("param2", r"CORP\svc-robot");
    let records = [
        ("Security", refused("5", "0xc000015b")),
        ("Security", refused("3", "0xc000015b")),
        ("Security", refused("5", "0xc0000072")),
        ("System", lsa(40960, "0xc0000064")),
        ("System", lsa(40961, "0xc0000234")),
        ("System", service),
    ];
    for (channel, record) in records {
        let id = record.id;
        let log = Log::new(channel, HOST).first_record(77).event(record);
        let bundle = bundle::open_memory("a.evtx", log.to_evtx(), &Limits::default());
        let found = analyzer.analyze_bundle(&bundle);
        let counts: Vec<u64> = found.incidents.iter().map(|one| one.count).collect();
        assert_eq!(counts, [1], "{id} {:?}", found.incidents);
    }
}
