//! How each tool writes an event as JSON: which member fills which part of an event. Data only: a new tool is an entry
//! here. Must not know how records are found or read.
//!
//! Where each shape is from: the documentation of its tool, and files that it wrote.
//!
//! A path is names with dots between; an object that was flattened has the whole path as one name. Of several paths the
//! first that is there counts.

use crate::reader::event_xml::Slot;

/// Alternative paths to one value.
pub(super) type Paths = &'static [&'static str];

/// How one tool writes a record.
pub(super) struct Origin {
    /// What tells a record: of each of these one must be there.
    pub(super) marks: &'static [Paths],
    /// The values of `System`.
    pub(super) slots: &'static [(Slot, Paths)],
    /// When it arrived at a collector, by a clock that says its zone.
    pub(super) received: Paths,
    /// The text of the message.
    pub(super) message: Paths,
    /// Objects, or texts that hold one, whose members are the payload.
    pub(super) payload: Paths,
    /// Lists of the payload's values without their names.
    pub(super) strings: Paths,
    /// Whether every member that is nothing else is payload.
    pub(super) rest: bool,
    /// Members of the tool's own that are no payload.
    pub(super) added: Paths,
    /// Whether names of fields are shortened, as [`DETAILS`] tells.
    pub(super) shortens: bool,
    /// Whether times that say no zone are UTC.
    pub(super) utc: bool,
}

/// Nothing is known of it.
const BLANK: Origin = Origin {
    marks: &[],
    slots: &[],
    received: &[],
    message: &[],
    payload: &[],
    strings: &[],
    rest: false,
    added: &[],
    shortens: false,
    utc: false,
};

/// The tools, those with the most telling marks first.
pub(super) const ORIGINS: &[Origin] = &[
    // <https://www.elastic.co/docs/reference/beats/winlogbeat/exported-fields-winlog>
    // Winlogbeat 7 and later, Elastic Agent.
    Origin {
        marks: &[
            &["winlog.event_id", "event.code"],
            &["winlog.provider_name", "event.provider"],
            &[
                "winlog.channel",
                "winlog.record_id",
                "winlog.api",
                "winlog.computer_name",
            ],
        ],
        slots: &[
            (Slot::Id, &["winlog.event_id", "event.code"]),
            (Slot::Provider, &["winlog.provider_name", "event.provider"]),
            (Slot::Channel, &["winlog.channel"]),
            (Slot::Computer, &["winlog.computer_name", "host.name"]),
            (Slot::RecordId, &["winlog.record_id"]),
            (Slot::Level, &["log.level", "winlog.level"]),
            (
                Slot::Time,
                &["winlog.time_created", "@timestamp", "event.created"],
            ),
            (Slot::Activity, &["winlog.activity_id"]),
            (Slot::Process, &["winlog.process.pid"]),
            (Slot::Thread, &["winlog.process.thread.id"]),
            (Slot::Sid, &["winlog.user.identifier"]),
            (Slot::Version, &["winlog.version"]),
        ],
        message: &["message"],
        payload: &["winlog.event_data", "winlog.user_data"],
        utc: true,
        ..BLANK
    },
    // Winlogbeat 5 and 6.
    Origin {
        marks: &[&["event_id"], &["source_name"], &["log_name", "record_number"]],
        slots: &[
            (Slot::Id, &["event_id"]),
            (Slot::Provider, &["source_name"]),
            (Slot::Channel, &["log_name"]),
            (Slot::Computer, &["computer_name"]),
            (Slot::RecordId, &["record_number"]),
            (Slot::Level, &["level"]),
            (Slot::Time, &["@timestamp"]),
            (Slot::Activity, &["activity_id"]),
            (Slot::Process, &["process_id"]),
            (Slot::Thread, &["thread_id"]),
            (Slot::Sid, &["user.identifier"]),
            (Slot::Version, &["version"]),
        ],
        message: &["message"],
        payload: &["event_data", "user_data"],
        utc: true,
        ..BLANK
    },
    // <https://documentation.wazuh.com/current/user-manual/capabilities/log-data-collection/index.html>
    // Wazuh.
    Origin {
        marks: &[
            &["win.system.eventID"],
            &["win.system.channel", "win.system.providerName"],
        ],
        slots: &[
            (Slot::Id, &["win.system.eventID"]),
            (Slot::Provider, &["win.system.providerName"]),
            (Slot::Channel, &["win.system.channel"]),
            (Slot::Computer, &["win.system.computer"]),
            (Slot::RecordId, &["win.system.eventRecordID"]),
            (Slot::Level, &["win.system.level"]),
            (Slot::Time, &["win.system.systemTime"]),
            (Slot::Process, &["win.system.processID"]),
            (Slot::Thread, &["win.system.threadID"]),
            (Slot::Keywords, &["win.system.keywords"]),
            (Slot::Version, &["win.system.version"]),
            (Slot::Task, &["win.system.task"]),
            (Slot::Opcode, &["win.system.opcode"]),
        ],
        message: &["win.system.message"],
        payload: &["win.eventdata", "win.userdata"],
        utc: true,
        ..BLANK
    },
    // <https://github.com/EricZimmerman/evtx>
    // EvtxECmd --json.
    Origin {
        marks: &[
            &["EventId"],
            &["Provider"],
            &["EventRecordId", "RecordNumber"],
            &["Channel"],
        ],
        slots: &[
            (Slot::Id, &["EventId"]),
            (Slot::Provider, &["Provider"]),
            (Slot::Channel, &["Channel"]),
            (Slot::Computer, &["Computer"]),
            (Slot::RecordId, &["EventRecordId"]),
            (Slot::Level, &["Level"]),
            (Slot::Time, &["TimeCreated"]),
            (Slot::Process, &["ProcessId"]),
            (Slot::Thread, &["ThreadId"]),
            (Slot::Sid, &["UserId"]),
            (Slot::Keywords, &["Keywords"]),
        ],
        payload: &["Payload"],
        utc: true,
        ..BLANK
    },
    // <https://learn.microsoft.com/dotnet/api/system.diagnostics.eventing.reader.eventlogrecord>
    // Get-WinEvent | ConvertTo-Json.
    Origin {
        marks: &[
            &["Id"],
            &["ProviderName"],
            &["LogName", "MachineName", "RecordId"],
        ],
        slots: &[
            (Slot::Id, &["Id"]),
            (Slot::Provider, &["ProviderName"]),
            (Slot::Channel, &["LogName"]),
            (Slot::Computer, &["MachineName"]),
            (Slot::RecordId, &["RecordId"]),
            (Slot::Level, &["Level", "LevelDisplayName"]),
            (Slot::Time, &["TimeCreated"]),
            (Slot::Activity, &["ActivityId"]),
            (Slot::Process, &["ProcessId"]),
            (Slot::Thread, &["ThreadId"]),
            (Slot::Sid, &["UserId"]),
            (Slot::Keywords, &["Keywords"]),
            (Slot::Version, &["Version"]),
            (Slot::Task, &["Task"]),
            (Slot::Opcode, &["Opcode"]),
        ],
        message: &["Message"],
        strings: &["Properties"],
        ..BLANK
    },
    // <https://learn.microsoft.com/dotnet/api/system.diagnostics.eventlogentry>
    // Get-EventLog | ConvertTo-Json.
    Origin {
        marks: &[
            &["EventID", "InstanceId"],
            &["Source"],
            &["EntryType"],
            &["TimeGenerated"],
        ],
        slots: &[
            (Slot::Id, &["EventID", "InstanceId"]),
            (Slot::Provider, &["Source"]),
            (Slot::Channel, &["Log", "LogName"]),
            (Slot::Computer, &["MachineName"]),
            (Slot::RecordId, &["Index"]),
            (Slot::Level, &["EntryType"]),
            (Slot::Time, &["TimeGenerated"]),
        ],
        message: &["Message"],
        strings: &["ReplacementStrings"],
        ..BLANK
    },
    // <https://docs.fluentbit.io/manual/pipeline/inputs/windows-event-log-winevtlog>
    // Fluent Bit.
    Origin {
        marks: &[&["EventID"], &["ProviderName"], &["Channel"], &["EventRecordID"]],
        slots: &[
            (Slot::Id, &["EventID"]),
            (Slot::Provider, &["ProviderName"]),
            (Slot::Channel, &["Channel"]),
            (Slot::Computer, &["Computer"]),
            (Slot::RecordId, &["EventRecordID"]),
            (Slot::Level, &["Level"]),
            (Slot::Time, &["TimeCreated"]),
            (Slot::Activity, &["ActivityID"]),
            (Slot::Process, &["ProcessID"]),
            (Slot::Thread, &["ThreadID"]),
            (Slot::Sid, &["UserID"]),
            (Slot::Keywords, &["Keywords"]),
            (Slot::Version, &["Version"]),
        ],
        message: &["Message"],
        payload: &["EventData"],
        strings: &["StringInserts"],
        ..BLANK
    },
    // <https://docs.velociraptor.app/artifact_references/pages/windows.eventlogs.evtx/>
    // Velociraptor, Windows.EventLogs.Evtx.
    Origin {
        marks: &[
            &["EventID"],
            &["Provider"],
            &["Channel"],
            &["EventTime", "EventData", "EventRecordID"],
        ],
        slots: &[
            (Slot::Id, &["EventID"]),
            (Slot::Provider, &["Provider"]),
            (Slot::Channel, &["Channel"]),
            (Slot::Computer, &["Computer"]),
            (Slot::RecordId, &["EventRecordID"]),
            (Slot::Level, &["Level"]),
            (Slot::Time, &["EventTime", "TimeCreated", "Timestamp"]),
            (Slot::Sid, &["UserSID"]),
        ],
        message: &["Message"],
        payload: &["EventData", "UserData"],
        utc: true,
        ..BLANK
    },
    // <https://github.com/Yamato-Security/hayabusa#output-profiles>
    // hayabusa json-timeline.
    Origin {
        marks: &[&["RuleTitle"], &["EventID"], &["Channel"], &["Computer"]],
        slots: &[
            (Slot::Id, &["EventID"]),
            (Slot::Provider, &["Provider"]),
            (Slot::Channel, &["Channel"]),
            (Slot::Computer, &["Computer"]),
            (Slot::RecordId, &["RecordID"]),
            (Slot::Time, &["Timestamp"]),
        ],
        payload: &["AllFieldInfo", "Details", "ExtraFieldInfo"],
        shortens: true,
        ..BLANK
    },
    // <https://docs.nxlog.co/refman/current/im/msvistalog.html>
    // NXLog, and the Mordor data sets written with it.
    Origin {
        marks: &[&["EventID"], &["SourceName"], &["Channel", "RecordNumber"]],
        slots: &[
            (Slot::Id, &["EventID"]),
            (Slot::Provider, &["SourceName"]),
            (Slot::Channel, &["Channel"]),
            (Slot::Computer, &["Hostname"]),
            (Slot::RecordId, &["RecordNumber"]),
            (Slot::Level, &["Severity", "Level"]),
            (Slot::Time, &["UTCTimestamp", "TimeCreated", "EventTime"]),
            (Slot::Activity, &["ActivityID"]),
            (Slot::Process, &["ExecutionProcessID", "ProcessID"]),
            (Slot::Thread, &["ExecutionThreadID", "ThreadID"]),
            (Slot::Sid, &["UserID"]),
            (Slot::Keywords, &["Keywords"]),
            (Slot::Version, &["Version"]),
            (Slot::Task, &["TaskValue", "Task"]),
            (Slot::Opcode, &["OpcodeValue"]),
        ],
        received: &["@timestamp"],
        message: &["Message"],
        rest: true,
        ..BLANK
    },
    // <https://learn.microsoft.com/azure/azure-monitor/reference/tables/event>
    // Azure Monitor, tables Event and SecurityEvent.
    Origin {
        marks: &[
            &["EventID"],
            &["Source", "EventSourceName"],
            &["EventLog", "Channel"],
            &["TimeGenerated"],
        ],
        slots: &[
            (Slot::Id, &["EventID"]),
            (Slot::Provider, &["Source", "EventSourceName"]),
            (Slot::Channel, &["EventLog", "Channel"]),
            (Slot::Computer, &["Computer"]),
            (Slot::RecordId, &["EventRecordId"]),
            (Slot::Level, &["EventLevel", "Level", "EventLevelName"]),
            (Slot::Time, &["TimeGenerated"]),
            (Slot::Task, &["Task"]),
        ],
        message: &["RenderedDescription"],
        rest: true,
        added: &[
            "AccountType",
            "TenantId",
            "SourceSystem",
            "MG",
            "ManagementGroupName",
            "Type",
            "_ResourceId",
            "_SubscriptionId",
            "AzureDeploymentID",
            "EventLevelName",
            "EventLevel",
            "Level",
            "EventSourceName",
            "Channel",
            "ParameterXml",
            "TimeCollected",
            "SourceComputerId",
            "EventOriginId",
            "Activity",
            "Account",
            "EventData",
        ],
        utc: true,
        ..BLANK
    },
    // <https://docs.splunk.com/Documentation/AddOns/released/Windows/SourcetypesandCIMdatamodelinfo>
    // Splunk.
    Origin {
        marks: &[&["EventCode"], &["SourceName"], &["LogName"]],
        slots: &[
            (Slot::Id, &["EventCode"]),
            (Slot::Provider, &["SourceName"]),
            (Slot::Channel, &["LogName"]),
            (Slot::Computer, &["ComputerName", "host"]),
            (Slot::RecordId, &["RecordNumber"]),
            (Slot::Level, &["Type"]),
            (Slot::Time, &["_time"]),
            (Slot::Sid, &["Sid"]),
        ],
        message: &["Message"],
        ..BLANK
    },
];

/// Members that collectors add to a record: of no payload.
pub(super) const ADDED: &[&str] = &[
    "@timestamp",
    "@version",
    "host",
    "port",
    "tags",
    "type",
    "EventReceivedTime",
    "SourceModuleName",
    "SourceModuleType",
    "EventTime",
    "EventTimeWritten",
    "EventType",
    "SeverityValue",
    "Severity",
    "Category",
    "Opcode",
    "ProviderGuid",
    "RelatedActivityID",
    "AccountType",
    "TimeGenerated",
];

/// What hayabusa calls a field, and the names that templates have for it: the first in the Security log, the second in
/// the logs of Remote Desktop.
///
/// Source: <https://github.com/Yamato-Security/hayabusa-rules>, `config/default_details.txt`.
pub(super) const DETAILS: &[(&str, &str, &str)] = &[
    ("TgtUser", "TargetUserName", "User"),
    ("SrcUser", "SubjectUserName", "User"),
    ("SrcComp", "WorkstationName", "ClientName"),
    ("SrcIP", "IpAddress", "Address"),
    ("Type", "LogonType", "Type"),
    ("LID", "TargetLogonId", "LogonID"),
    ("SessID", "SessionID", "SessionID"),
    ("SessionID", "SessionID", "SessionID"),
];
