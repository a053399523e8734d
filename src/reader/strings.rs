//! The strings of an event where its text is not installed: Event Viewer and `Get-WinEvent` then say so, in the language of the
//! machine, and list the strings alone. Owns which of them is which, for the events whose values are asked for by name. Must
//! not know formats.
//!
//! Order: the templates of the providers' manifests, as `<EventData>` and `<UserData>` of their records show them.

use crate::model::{Event, Value};

pub(super) const TASK_SCHEDULER: &str = "Microsoft-Windows-TaskScheduler";
pub(super) const SESSION_MANAGER: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";
pub(super) const CONNECTION_MANAGER: &str = "Microsoft-Windows-TerminalServices-RemoteConnectionManager";

/// Strings taken from one text.
const STRINGS: usize = 32;

/// Ids of a provider and the names of their strings in order.
type Layout = (&'static [u16], &'static [&'static str]);

const RDP_CLIENT: &[Layout] = &[(&[1024, 1026, 1028, 1102], &["Name", "Value", "CustomLevel"])];

const RDP_CORE: &[Layout] = &[
    (&[65], &["ConnectionName"]),
    (&[66], &["ConnectionName", "SessionID"]),
    (&[97], &["ComponentName", "ErrorCode"]),
    (&[103], &["ReasonCode"]),
    (&[131], &["ConnType", "ClientIP"]),
    (&[139], &["ResultCode", "IPString"]),
    (&[140], &["IPString"]),
    (&[142, 143], &["error"]),
    (&[147], &["Error"]),
];

const SESSIONS: &[Layout] = &[
    (&[21, 22, 24, 25], &["User", "SessionID", "Address"]),
    (&[23, 41, 42], &["User", "SessionID"]),
    (&[39], &["TargetSession", "Source"]),
    (&[40], &["Session", "Reason"]),
];

const CONNECTIONS: &[Layout] = &[
    (&[1149], &["Param1", "Param2", "Param3"]),
    (&[20515, 20516, 20517, 20518, 20519], &["Session"]),
    (&[258, 259, 261, 262], &["listenerName"]),
];

const TASKS: &[Layout] = &[
    (&[100, 102], &["TaskName", "UserContext", "InstanceId"]),
    (&[101], &["TaskName", "UserContext", "ResultCode"]),
    (&[103], &["TaskName", "InstanceId", "UserContext", "ResultCode"]),
    (&[104], &["UserName", "ErrorDescription", "ResultCode"]),
    (&[107, 111], &["TaskName", "InstanceId"]),
    (&[129], &["TaskName", "Path", "ProcessID", "Priority"]),
    (&[200], &["TaskName", "ActionName", "TaskInstanceId"]),
    (
        &[201, 202, 203],
        &["TaskName", "TaskInstanceId", "ActionName", "ResultCode"],
    ),
    (&[329], &["TaskName", "TaskInstanceId"]),
    (&[330], &["TaskName", "TaskInstanceId", "UserContext"]),
    (&[332], &["TaskName", "UserName"]),
];

/// Strings of the audit events that ledgers and causes ask for.
///
/// Source: <https://learn.microsoft.com/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4624>
/// and the pages beside it.
const AUDITS: &[Layout] = &[
    (
        &[4624],
        &[
            "SubjectUserSid",
            "SubjectUserName",
            "SubjectDomainName",
            "SubjectLogonId",
            "TargetUserSid",
            "TargetUserName",
            "TargetDomainName",
            "TargetLogonId",
            "LogonType",
            "LogonProcessName",
            "AuthenticationPackageName",
            "WorkstationName",
            "LogonGuid",
            "TransmittedServices",
            "LmPackageName",
            "KeyLength",
            "ProcessId",
            "ProcessName",
            "IpAddress",
            "IpPort",
            "ImpersonationLevel",
            "RestrictedAdminMode",
            "TargetOutboundUserName",
            "TargetOutboundDomainName",
            "VirtualAccount",
            "TargetLinkedLogonId",
            "ElevatedToken",
        ],
    ),
    (
        &[4625],
        &[
            "SubjectUserSid",
            "SubjectUserName",
            "SubjectDomainName",
            "SubjectLogonId",
            "TargetUserSid",
            "TargetUserName",
            "TargetDomainName",
            "Status",
            "FailureReason",
            "SubStatus",
            "LogonType",
            "LogonProcessName",
            "AuthenticationPackageName",
            "WorkstationName",
            "TransmittedServices",
            "LmPackageName",
            "KeyLength",
            "ProcessId",
            "ProcessName",
            "IpAddress",
            "IpPort",
        ],
    ),
    (
        &[4634],
        &[
            "TargetUserSid",
            "TargetUserName",
            "TargetDomainName",
            "TargetLogonId",
            "LogonType",
        ],
    ),
    (
        &[4647],
        &[
            "TargetUserSid",
            "TargetUserName",
            "TargetDomainName",
            "TargetLogonId",
        ],
    ),
    (
        &[4648],
        &[
            "SubjectUserSid",
            "SubjectUserName",
            "SubjectDomainName",
            "SubjectLogonId",
            "LogonGuid",
            "TargetUserName",
            "TargetDomainName",
            "TargetLogonGuid",
            "TargetServerName",
            "TargetInfo",
            "ProcessId",
            "ProcessName",
            "IpAddress",
            "IpPort",
        ],
    ),
    (
        &[4722, 4723, 4724, 4725, 4726, 4740, 4767],
        &[
            "TargetUserName",
            "TargetDomainName",
            "TargetSid",
            "SubjectUserSid",
            "SubjectUserName",
            "SubjectDomainName",
            "SubjectLogonId",
        ],
    ),
    (
        &[4778, 4779],
        &[
            "AccountName",
            "AccountDomain",
            "LogonID",
            "SessionName",
            "ClientName",
            "ClientAddress",
        ],
    ),
    (
        &[4800, 4801],
        &[
            "TargetUserSid",
            "TargetUserName",
            "TargetDomainName",
            "TargetLogonId",
            "SessionId",
        ],
    ),
];

const SERVICES: &[Layout] = &[
    (
        &[7000, 7001, 7023, 7024, 7026, 7031, 7034, 7038, 7041],
        &["param1", "param2", "param3", "param4", "param5"],
    ),
    (&[7036], &["param1", "param2"]),
];

const USER32: &[Layout] = &[(
    &[1074],
    &[
        "param1", "param2", "param3", "param4", "param5", "param6", "param7",
    ],
)];

const PROVIDERS: &[(&str, &[Layout])] = &[
    ("Microsoft-Windows-Security-Auditing", AUDITS),
    ("Service Control Manager", SERVICES),
    ("User32", USER32),
    ("Microsoft-Windows-TerminalServices-ClientActiveXCore", RDP_CLIENT),
    ("Microsoft-Windows-RemoteDesktopServices-RdpCoreTS", RDP_CORE),
    (SESSION_MANAGER, SESSIONS),
    (CONNECTION_MANAGER, CONNECTIONS),
    (TASK_SCHEDULER, TASKS),
];

/// Gives an event the strings that its text lists, by name where the name is known, else by place. Says whether there are any.
pub(super) fn tell(event: &mut Event, id: u16, text: &str) -> bool {
    let strings = alone(&event.provider, id, text);
    let found = !strings.is_empty();
    give(event, id, strings.into_iter().map(Value::text).collect());
    found
}

/// Gives an event values that came without names, by name where the name is known, else by place.
pub(super) fn name(event: &mut Event, values: Vec<Value>) {
    let id = event.id.unwrap_or_default();
    give(event, id, values);
}

fn give(event: &mut Event, id: u16, values: Vec<Value>) {
    let names = names(&event.provider, id);
    // More strings than names is another layout of the event; fewer is one whose last strings are empty.
    let names = if values.len() <= names.len() { names } else { &[] };
    for (place, value) in values.into_iter().enumerate() {
        match names.get(place) {
            Some(name) => event.supply(name, value),
            None => event.push("", value),
        }
    }
}

fn names(provider: &str, id: u16) -> &'static [&'static str] {
    let mut known = PROVIDERS.iter();
    let layouts = known.find(|(name, _)| name.eq_ignore_ascii_case(provider));
    let mut layouts = layouts.map(|(_, layouts)| *layouts).unwrap_or_default().iter();
    layouts
        .find(|(ids, _)| ids.contains(&id))
        .map(|(_, names)| *names)
        .unwrap_or_default()
}

/// The strings of a text that is only the complaint that there is none: it opens with id and source of the event, and a colon
/// and an empty line stand before them. An empty line among them is an empty string.
fn alone<'t>(provider: &str, id: u16, text: &'t str) -> Vec<&'t str> {
    let head = text.lines().next().unwrap_or_default();
    if provider.is_empty() || !head.contains(provider) || !head.contains(&id.to_string()) {
        return Vec::new();
    }
    let mut rest = text
        .lines()
        .skip_while(|line| !line.trim_end().ends_with([':', '：']))
        .skip(1);
    match rest.next() {
        Some(line) if line.trim().is_empty() => rest.map(str::trim).take(STRINGS).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    fn told(provider: &str, id: u16, text: &str) -> Vec<(String, String)> {
        let mut event = Event::new(Origin::artifact("export.csv"));
        event.provider = provider.into();
        tell(&mut event, id, text);
        let fields = event.fields.iter();
        fields
            .map(|field| (field.name.to_string(), field.value.to_text().into_owned()))
            .collect()
    }

    #[test]
    fn strings_without_their_text() {
        let german = "Die Beschreibung für die Ereignis-ID \"6013\" aus der Quelle \"EventLog\" wurde nicht gefunden.\n\nDie folgenden Informationen wurden mit dem Ereignis gespeichert: \n\n\n\n61490\n60\n-60 W. Europe Standard Time";
        let values: Vec<String> = told("EventLog", 6013, german)
            .into_iter()
            .map(|(name, value)| format!("{name}{value}"))
            .collect();
        assert_eq!(values, ["", "", "61490", "60", "-60 W. Europe Standard Time"]);
        assert!(told("EventLog", 6013, "Die Betriebszeit des Systems: \n\n61490").is_empty());
    }

    #[test]
    fn names_where_they_are_known() {
        let client = "Microsoft-Windows-TerminalServices-ClientActiveXCore";
        let text = format!(
            "The description for Event ID 1026 from source {client} cannot be found. The following information was included with the event:\n\nDisconnect Reason\n2825\nInfo"
        );
        let fields = told(client, 1026, &text);
        let value = fields.iter().find(|(name, _)| name == "Value");
        assert_eq!(value.map(|(_, value)| value.as_str()), Some("2825"));
        let more = told(client, 1026, &format!("{text}\nmore"));
        assert!(more.iter().all(|(name, _)| name.is_empty()), "{more:?}");
    }
}
