//! One record in the formats that tools write. The shapes are those of the tools' documentation and of files they wrote.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::Record;
use super::support::evtx::{Event, Language, Log};

pub(super) const COMPUTER: &str = "RPA-07.corp.example";
pub(super) const NUMBER: u64 = 4711;
/// Minutes east of UTC of the machine that exported local times.
pub(super) const OFFSET: i64 = 120;

/// The log that holds the record alone.
pub(super) fn log(record: &Record) -> Log {
    let mut event = Event::new(&record.provider, record.id)
        .at("2026-05-14T08:00:00Z")
        .level(record.level);
    event = match record.body.as_str() {
        "strings" => {
            let strings: Vec<&str> = record.fields.iter().map(|(_, value)| value.as_str()).collect();
            event.classic(&strings, record.binary().as_deref())
        }
        body => {
            let event = if body == "user" { event.user_data() } else { event };
            let mut fields = record.fields.iter();
            fields
                .try_fold(event, |event, (name, value)| {
                    Some(event.data(name, value.as_str()))
                })
                .unwrap()
        }
    };
    let event = event.message(&record.shown_text("en"));
    Log::new(&record.channel, COMPUTER)
        .first_record(NUMBER)
        .event(event)
}

pub(super) fn wevtutil_text(record: &Record, language: &str) -> Vec<u8> {
    let text = record.shown_text(language);
    log(record)
        .to_wevtutil_text(|_| OFFSET, |_| text.clone())
        .into_bytes()
}

pub(super) fn viewer_csv(record: &Record, language: &str) -> Vec<u8> {
    let text = record.shown_text(language);
    let head = match language {
        "de" => Language::German,
        "ja" => Language::Japanese,
        _ => Language::English,
    };
    log(record)
        .to_viewer_csv(head, |_| OFFSET, |_| text.clone())
        .into_bytes()
}

/// "Copy details as text" of Event Viewer, in English and German.
pub(super) fn viewer_list(record: &Record, language: &str) -> Vec<u8> {
    let english = [
        "Log Name:",
        "Source:",
        "Date:",
        "Event ID:",
        "Task Category:",
        "Level:",
        "Computer:",
        "Description:",
    ];
    let german = [
        "Protokollname:",
        "Quelle:",
        "Datum:",
        "Ereignis-ID:",
        "Aufgabenkategorie:",
        "Ebene:",
        "Computer:",
        "Beschreibung:",
    ];
    let (labels, date) = match language {
        "de" => (german, "14.05.2026 10:00:00"),
        _ => (english, "5/14/2026 10:00:00 AM"),
    };
    let levels = match language {
        "de" => ["Informationen", "Kritisch", "Fehler", "Warnung", "Informationen"],
        _ => ["Information", "Critical", "Error", "Warning", "Information"],
    };
    let source = match record.provider.as_str() {
        "Microsoft-Windows-Security-Auditing" => "Microsoft Windows security auditing.",
        "LsaSrv" => "LSA (LsaSrv)",
        other => other.strip_prefix("Microsoft-Windows-").unwrap_or(other),
    };
    let id = record.id.to_string();
    let level = levels[usize::from(record.level)];
    let values = [
        record.channel.as_str(),
        source,
        date,
        &id,
        "None",
        level,
        COMPUTER,
        "",
    ];
    let mut out = String::new();
    for (label, value) in labels.iter().zip(values) {
        write!(out, "{label:<15}{value}\r\n").unwrap();
    }
    out.push_str(&record.shown_text(language).replace('\n', "\r\n"));
    out.push_str("\r\n");
    out.into_bytes()
}

fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// `Get-WinEvent | Export-Csv`.
pub(super) fn export_csv(record: &Record) -> Vec<u8> {
    let (id, level, number) = (
        record.id.to_string(),
        record.level.to_string(),
        NUMBER.to_string(),
    );
    let text = record.shown_text("en");
    let columns = [
        ("Message", text.as_str()),
        ("Id", &id),
        ("Version", "0"),
        ("Qualifiers", ""),
        ("Level", &level),
        ("Task", "0"),
        ("Opcode", "0"),
        ("Keywords", "-9223372036854775808"),
        ("RecordId", &number),
        ("ProviderName", &record.provider),
        ("ProviderId", ""),
        ("LogName", &record.channel),
        ("ProcessId", "900"),
        ("ThreadId", "1204"),
        ("MachineName", COMPUTER),
        ("UserId", ""),
        ("TimeCreated", "5/14/2026 10:00:00 AM"),
        ("ActivityId", ""),
        ("RelatedActivityId", ""),
        ("LevelDisplayName", level_name(record.level)),
    ];
    let row = |cells: Vec<String>| cells.join(",");
    let heads = row(columns.iter().map(|(name, _)| cell(name)).collect());
    let values = row(columns.iter().map(|(_, value)| cell(value)).collect());
    format!("#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n{heads}\r\n{values}\r\n").into_bytes()
}

fn level_name(level: u8) -> &'static str {
    ["Information", "Critical", "Error", "Warning", "Information"][usize::from(level)]
}

/// `Get-WinEvent | ConvertTo-Json`: the values without their names.
pub(super) fn convert_to_json(record: &Record) -> Vec<u8> {
    let properties: Vec<Json> = record
        .fields
        .iter()
        .map(|(_, value)| json!({ "Value": value }))
        .collect();
    let object = json!({
        "Id": record.id, "Version": 0, "Qualifiers": null, "Level": record.level, "Task": 0, "Opcode": 0,
        "Keywords": -9_223_372_036_854_775_808_i64, "RecordId": NUMBER, "ProviderName": record.provider, "ProviderId": null,
        "LogName": record.channel, "ProcessId": 900, "ThreadId": 1204, "MachineName": COMPUTER, "UserId": null,
        "TimeCreated": "\\/Date(1778745600000)\\/".replace('\\', ""), "ActivityId": null, "RelatedActivityId": null,
        "ContainerLog": record.channel, "MatchedQueryIds": [], "Bookmark": {},
        "LevelDisplayName": level_name(record.level), "OpcodeDisplayName": "Info", "TaskDisplayName": null,
        "KeywordsDisplayNames": [], "Properties": properties, "Message": record.shown_text("en"),
    });
    serde_json::to_vec_pretty(&object).unwrap()
}

/// `evtx_dump -o json`.
pub(super) fn evtx_dump(record: &Record) -> Vec<u8> {
    let data = match record.body.as_str() {
        "strings" => {
            let strings: Vec<&str> = record.fields.iter().map(|(_, value)| value.as_str()).collect();
            let text = match strings.as_slice() {
                [one] => json!(one),
                _ => json!(strings),
            };
            let binary = record.binary.clone();
            json!({ "EventData": { "Data": { "#text": text }, "Binary": binary } })
        }
        "user" => json!({ "UserData": { "EventXML": object(record) } }),
        _ => json!({ "EventData": object(record) }),
    };
    let mut event = json!({
        "#attributes": { "xmlns": "http://schemas.microsoft.com/win/2004/08/events/event" },
        "System": {
            "Provider": { "#attributes": { "Name": record.provider } },
            "EventID": record.id, "Version": 0, "Level": record.level, "Task": 0, "Opcode": 0, "Keywords": "0x8000000000000000",
            "TimeCreated": { "#attributes": { "SystemTime": "2026-05-14T08:00:00.000000Z" } },
            "EventRecordID": NUMBER,
            "Execution": { "#attributes": { "ProcessID": 900, "ThreadID": 1204 } },
            "Channel": record.channel, "Computer": COMPUTER, "Security": null,
        },
    });
    event
        .as_object_mut()
        .unwrap()
        .extend(data.as_object().unwrap().clone());
    serde_json::to_vec(&json!({ "Event": event })).unwrap()
}

fn object(record: &Record) -> Map<String, Json> {
    let fields = record.fields.iter();
    fields.map(|(name, value)| (name.clone(), json!(value))).collect()
}

/// A table of `EvtxECmd --csv`.
pub(super) fn evtxecmd(record: &Record) -> Vec<u8> {
    let payload = match record.body.as_str() {
        "strings" => {
            let strings: Vec<&str> = record.fields.iter().map(|(_, value)| value.as_str()).collect();
            let joined = strings.join(", ");
            json!({ "EventData": { "Data": joined, "Binary": record.binary.clone().unwrap_or_default() } })
        }
        "user" => json!({ "UserData": { "EventXML": object(record) } }),
        _ => {
            let data = record
                .fields
                .iter()
                .map(|(name, value)| json!({ "@Name": name, "#text": value }));
            json!({ "EventData": { "Data": data.collect::<Vec<_>>() } })
        }
    };
    let (id, number) = (record.id.to_string(), NUMBER.to_string());
    let level = ["LogAlways", "Critical", "Error", "Warning", "Info"][usize::from(record.level)];
    let payload = payload.to_string();
    let columns = [
        ("RecordNumber", number.as_str()),
        ("EventRecordId", &number),
        ("TimeCreated", "2026-05-14 08:00:00.0000000"),
        ("EventId", &id),
        ("Level", level),
        ("Provider", &record.provider),
        ("Channel", &record.channel),
        ("ProcessId", "900"),
        ("ThreadId", "1204"),
        ("Computer", COMPUTER),
        ("UserId", ""),
        ("MapDescription", ""),
        ("SourceFile", "C:\\cases\\System.evtx"),
        ("Keywords", "Classic"),
        ("Payload", &payload),
    ];
    let heads: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let values: Vec<String> = columns.iter().map(|(_, value)| cell(value)).collect();
    format!("{}\r\n{}\r\n", heads.join(","), values.join(",")).into_bytes()
}

/// A line of Winlogbeat, which calls strings without a name `param1` and so on.
pub(super) fn winlogbeat(record: &Record) -> Vec<u8> {
    let mut data = Map::new();
    for (at, (name, value)) in record.fields.iter().enumerate() {
        let name = if name.is_empty() {
            format!("param{}", at + 1)
        } else {
            name.clone()
        };
        data.insert(name, json!(value));
    }
    if let Some(binary) = &record.binary {
        data.insert("Binary".to_owned(), json!(binary));
    }
    let payload = if record.body == "user" {
        "user_data"
    } else {
        "event_data"
    };
    let level = ["information", "critical", "error", "warning", "information"][usize::from(record.level)];
    let object = json!({
        "@timestamp": "2026-05-14T08:00:00.000Z",
        "event": { "code": record.id.to_string(), "provider": record.provider, "kind": "event", "created": "2026-05-14T08:00:02.100Z" },
        "host": { "name": COMPUTER },
        "log": { "level": level },
        "message": record.shown_text("en"),
        "winlog": {
            "api": "wineventlog", "channel": record.channel, "computer_name": COMPUTER, "event_id": record.id.to_string(),
            payload: data, "opcode": "Info", "process": { "pid": 900, "thread": { "id": 1204 } },
            "provider_name": record.provider, "record_id": NUMBER,
        },
    });
    format!("{object}\n").into_bytes()
}

/// A line of NXLog, which leaves strings without a name to the message.
pub(super) fn nxlog(record: &Record) -> Vec<u8> {
    let (kind, value) = match record.level {
        1 => ("CRITICAL", 5),
        2 => ("ERROR", 4),
        3 => ("WARNING", 3),
        _ => ("INFO", 2),
    };
    let mut object = json!({
        "EventTime": "2026-05-14T10:00:00.000000+02:00", "Hostname": COMPUTER, "Keywords": "9223372036854775808", "EventType": kind,
        "SeverityValue": value, "Severity": kind, "EventID": record.id, "SourceName": record.provider,
        "ProviderGuid": "{00000000-0000-0000-0000-000000000001}", "Version": 0, "TaskValue": 0, "OpcodeValue": 0,
        "RecordNumber": NUMBER, "ExecutionProcessID": 900, "ExecutionThreadID": 1204, "Channel": record.channel,
        "Domain": "NT AUTHORITY", "UserID": "S-1-5-18", "AccountType": "User", "Message": record.shown_text("en"), "Opcode": "Info",
    });
    let members = object.as_object_mut().unwrap();
    let named = record.fields.iter().filter(|(name, _)| !name.is_empty());
    members.extend(named.map(|(name, value)| (name.clone(), json!(value))));
    if !members.contains_key("AccountName") {
        members.insert("AccountName".to_owned(), json!("SYSTEM"));
    } else {
        for name in ["Domain", "UserID", "AccountType"] {
            members.remove(name);
        }
    }
    members.extend([
        (
            "EventReceivedTime".to_owned(),
            json!("2026-05-14T10:00:01.000000+02:00"),
        ),
        ("SourceModuleName".to_owned(), json!("eventlog")),
        ("SourceModuleType".to_owned(), json!("im_msvistalog")),
    ]);
    format!("{object}\n").into_bytes()
}

/// The sentence alone, in a note.
pub(super) fn sentence(record: &Record) -> Vec<u8> {
    format!("{}\n", record.shown_text("en")).into_bytes()
}

impl Record {
    /// The binary data, where the record has some.
    fn binary(&self) -> Option<Vec<u8>> {
        let text = self.binary.as_deref()?;
        let pairs = text.as_bytes().chunks_exact(2);
        pairs
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).ok())
            .collect()
    }

    /// What Windows shows for the record.
    pub(super) fn shown_text(&self, language: &str) -> String {
        let mut text = self.texts.get(language).unwrap_or(&self.text).clone();
        for (at, (name, value)) in self.fields.iter().enumerate() {
            let key = self.key(at, name);
            let shown = self.shown.get(&key).unwrap_or(value);
            text = text.replace(&format!("{{{key}}}"), shown);
        }
        text
    }

    /// How the text refers to a field: by its name, or its place.
    pub(super) fn key(&self, at: usize, name: &str) -> String {
        if name.is_empty() {
            at.to_string()
        } else {
            name.to_owned()
        }
    }
}
