//! Puts odd records right as they come in, so that nothing later has to know the oddity: swapped fields, codes inside
//! binary data, names with a computer in brackets. Owns this folklore and nothing else.

use chrono::SecondsFormat;

use super::last_alive;
use crate::model::providers::{
    AUDITING, EVENT_LOG, LSA, NETLOGON, Provider, RDP_CORE, TASK_SCHEDULER, USER32,
};
use crate::model::{Event, StringNames, Value, from_systemtime};

/// The names of fields that are added, or filled anew.
pub(crate) const COMPUTED: &[&str] = &[
    "ActionName",
    "Address",
    "Comment",
    "FailureCode",
    "LastAlive",
    "MinutesSinceBoot",
    "Process",
    "ReasonCode",
    "ShutdownType",
    "TaskName",
    "User",
    "UserName",
    "UtcOffsetMinutes",
    "code",
];

/// What puts an event right.
type Mend = fn(&mut Event);

/// Names strings that came without names, and adds the computed fields that `knowledge/README.md` lists. Never removes what was read.
pub(crate) fn normalize(event: &mut Event, strings: &StringNames) {
    strings.name(event);
    if let Some(mend) = mend_of(event) {
        mend(event);
    }
}

/// What puts events of this provider and id right; none when they are left as they are.
pub(crate) fn mend_of(event: &Event) -> Option<Mend> {
    let (provider, mend): (Provider, Mend) = match event.id? {
        4625 => (AUDITING, failure_of_logon),
        4768 | 4771 | 4776 => (AUDITING, |event| copy(event, "Status", "FailureCode")),
        202 => (TASK_SCHEDULER, unswap_task),
        104 => (TASK_SCHEDULER, task_in_user_name),
        5719 => (NETLOGON, binary_status),
        40960 => (LSA, quoted_code),
        1074 => (USER32, shutdown_request),
        6008 => (EVENT_LOG, last_alive),
        6005 | 6006 | 6009 | 6013 => (EVENT_LOG, markers_of_boots),
        131 => (RDP_CORE, client_address),
        _ => return None,
    };
    provider.wrote(event).then_some(mend)
}

/// Texts name the service by its short name, which is also that of its newer provider.
fn markers_of_boots(event: &mut Event) {
    if *event.provider != *EVENT_LOG.name {
        event.provider = EVENT_LOG.name.into();
    }
}

fn copy(event: &mut Event, from: &str, to: &str) {
    if let Some(value) = event.field(from).cloned() {
        event.push(to, value);
    }
}

/// `SubStatus` says more than `Status` unless it is zero: C000006D with C000006A, but C000015B with 0.
fn failure_of_logon(event: &mut Event) {
    let sub = event.field("SubStatus").and_then(Value::as_code).unwrap_or(0);
    copy(
        event,
        if sub == 0 { "Status" } else { "SubStatus" },
        "FailureCode",
    );
}

/// Server 2012 R2 writes the task's path into `ActionName` and the action into `TaskName`. A task's path begins with a
/// backslash.
fn unswap_task(event: &mut Event) {
    let is_path = |value: Option<&Value>| value.is_some_and(|value| value.to_text().starts_with('\\'));
    if !is_path(event.field("TaskName")) && is_path(event.field("ActionName")) {
        for field in &mut event.fields {
            if field.name.eq_ignore_ascii_case("TaskName") {
                field.name = "ActionName".into();
            } else if field.name.eq_ignore_ascii_case("ActionName") {
                field.name = "TaskName".into();
            }
        }
    }
}

/// In practice `UserName` of event 104 can hold the task's path instead of an account.
fn task_in_user_name(event: &mut Event) {
    let name = event.field("UserName").map(|value| value.to_text().into_owned());
    if let Some(name) = name
        && name.starts_with('\\')
        && event.field("TaskName").is_none()
    {
        event.push("TaskName", Value::text(name));
        event
            .fields
            .retain(|field| !field.name.eq_ignore_ascii_case("UserName"));
    }
}

/// NETLOGON keeps the NTSTATUS in its binary data, low byte first: `5E0000C0`.
fn binary_status(event: &mut Event) {
    let status = event.field("Binary").and_then(|value| match value {
        Value::Binary(bytes) => Some(u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?)),
        Value::Text(text) => Some(u32::from_str_radix(text.get(..8)?, 16).ok()?.swap_bytes()),
        _ => None,
    });
    if let Some(status) = status {
        event.push("FailureCode", Value::Hex32(status));
    }
}

/// LsaSrv quotes the code at the end of its sentence: `"The account is locked out. (0xc0000234)"`.
fn quoted_code(event: &mut Event) {
    let code = event.field("Error").and_then(|error| {
        let text = error.to_text();
        let (_, behind) = text.rsplit_once("(0x")?;
        u32::from_str_radix(behind.split(')').next()?, 16).ok()
    });
    if let Some(code) = code.filter(|_| event.field("code").is_none()) {
        event.push("code", Value::Hex32(code));
    }
}

/// 1074 names its values param1 to param7 (Windows 7: not at all) and adds the computer to the process:
/// `C:\Windows\system32\shutdown.exe (RPA-07)`.
fn shutdown_request(event: &mut Event) {
    names_in_text(event);
    let part = |event: &Event, number: usize| {
        let value = event
            .field(&format!("param{number}"))
            .or_else(|| event.positional(number.saturating_sub(1)))?;
        Some(value.to_text().trim().to_owned())
    };
    if event.field("Process").is_none()
        && let Some(process) = part(event, 1)
    {
        let path = match process.rfind(" (") {
            Some(end) => process.get(..end).unwrap_or(&process),
            None => &process,
        };
        let base = path
            .rsplit(['\\', '/'])
            .next()
            .unwrap_or(path)
            .trim()
            .to_lowercase();
        event.push("Process", Value::text(base));
    }
    for (number, name) in [
        (4, "ReasonCode"),
        (5, "ShutdownType"),
        (6, "Comment"),
        (7, "User"),
    ] {
        if event.field(name).is_none()
            && let Some(text) = part(event, number).filter(|text| !text.is_empty())
        {
            event.push(name, Value::text(text));
        }
    }
    reason_of_title(event);
}

/// In any language the sentence of 1074 has the path of the program, the computer in brackets behind it, and the account behind that.
fn names_in_text(event: &mut Event) {
    if event.field("param1").is_some() || event.positional(0).is_some() {
        return;
    }
    let Some(text) = event.message.clone() else { return };
    let line = text.lines().next().unwrap_or_default();
    let lower = line.to_ascii_lowercase();
    let Some(end) = lower.find(".exe").map(|at| at + ".exe".len()) else {
        return;
    };
    let drive = |at: &usize| {
        line.get(..*at)
            .is_none_or(|before| !before.ends_with(char::is_alphanumeric))
    };
    let before = lower.get(..end).unwrap_or_default();
    let drives = before
        .match_indices(":\\")
        .map(|(at, _)| at.saturating_sub(1))
        .filter(drive);
    let start = drives
        .last()
        .or_else(|| before.rfind(char::is_whitespace).map(|at| at + 1));
    let start = start.unwrap_or_default();
    let rest = line.get(end..).unwrap_or_default();
    let computer = rest
        .trim_start()
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'));
    let program = line.get(start..end).unwrap_or_default();
    let program = match computer {
        Some((computer, _)) => format!("{program} ({computer})"),
        None => program.to_owned(),
    };
    event.push("param1", Value::text(program));
    if event.field("param7").is_none()
        && let Some(account) = account_in(rest)
    {
        event.push("param7", Value::text(account));
    }
}

/// The first `DOMAIN\name` of a text; domains of Windows itself have two words.
fn account_in(text: &str) -> Option<String> {
    let at = text.find('\\')?;
    let (before, after) = text.split_at_checked(at)?;
    let letters = |letter: char| letter.is_alphanumeric() || "-_.$".contains(letter);
    let start = before.rfind(|letter| !letters(letter)).map_or(0, |at| at + 1);
    let start = match before.get(..start)?.trim_end() {
        of_windows if of_windows.ends_with("NT") => of_windows.len() - "NT".len(),
        _ => start,
    };
    let name: String = after
        .chars()
        .skip(1)
        .take_while(|letter| letters(*letter))
        .collect();
    let domain = before.get(start..)?;
    (!name.is_empty() && !domain.is_empty()).then(|| format!("{domain}\\{name}"))
}

/// The titles that Windows gives reasons of shutdowns, in lower case, and what they stand for (reason codes of `ExitWindowsEx`).
const REASON_TITLES: &[(&str, u32)] = &[
    ("operating system: recovery (planned)", 0x8002_0002),
    ("operating system: recovery (unplanned)", 0x0002_0002),
    ("operating system: upgrade (planned)", 0x8002_0003),
    ("operating system: upgrade (unplanned)", 0x0002_0003),
    ("operating system: reconfiguration (planned)", 0x8002_0004),
    ("operating system: reconfiguration (unplanned)", 0x0002_0004),
    ("operating system: service pack (planned)", 0x8002_0010),
    ("operating system: service pack (unplanned)", 0x0002_0010),
    ("operating system: hot fix (planned)", 0x8002_0011),
    ("operating system: hot fix (unplanned)", 0x0002_0011),
    ("operating system: security fix (planned)", 0x8002_0012),
    ("operating system: security fix (unplanned)", 0x0002_0012),
    ("application: maintenance (planned)", 0x8004_0001),
    ("application: maintenance (unplanned)", 0x0004_0001),
    ("application: installation (planned)", 0x8004_0002),
    ("application: installation (unplanned)", 0x0004_0002),
    ("legacy api shutdown", 0x8007_0000),
];

/// Whoever quotes a record in one line leaves the number out; its title says the same.
fn reason_of_title(event: &mut Event) {
    if event.field("ReasonCode").is_some() {
        return;
    }
    let Some(title) = event.field_text("param3") else {
        return;
    };
    let title = title.trim().trim_end_matches('.').to_lowercase();
    if let Some((_, code)) = REASON_TITLES.iter().find(|(known, _)| *known == title) {
        event.push("ReasonCode", Value::text(format!("{code:#010x}")));
    }
}

/// The text of 6008 is local, localized and sprinkled with direction marks; its binary data holds two SYSTEMTIMEs, local
/// and then UTC.
fn last_alive(event: &mut Event) {
    markers_of_boots(event);
    let Some(bytes) = binary(event) else {
        let gap = event
            .local
            .and_then(|written| last_alive::seconds_before(&event.full_text(), written));
        if let Some(gap) = gap {
            event.push("SecondsSinceAlive", Value::Signed(gap));
        }
        return;
    };
    let (Some(local), Some(utc)) = (from_systemtime(&bytes), bytes.get(16..).and_then(from_systemtime))
    else {
        return;
    };
    let minutes = (local - utc).num_minutes();
    event.push(
        "LastAlive",
        Value::text(utc.to_rfc3339_opts(SecondsFormat::Millis, true)),
    );
    event.push("UtcOffsetMinutes", Value::Signed(minutes));
}

/// The bytes of a classic event's binary data, whether it came as bytes or as hexadecimal text.
fn binary(event: &Event) -> Option<Vec<u8>> {
    match event.field("Binary")? {
        Value::Binary(bytes) => Some(bytes.to_vec()),
        Value::Text(text) => text
            .as_bytes()
            .chunks_exact(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect(),
        _ => None,
    }
}

/// `ClientIP` of RdpCoreTS 131 is `address:port`.
fn client_address(event: &mut Event) {
    let address = event.field("ClientIP").map(|value| value.to_text().into_owned());
    if let Some((address, _)) = address.as_deref().and_then(|text| text.rsplit_once(':')) {
        let address = address.trim_matches(['[', ']']).to_owned();
        event.push("Address", Value::text(address));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    fn event(provider: &str, id: u16, fields: &[(&str, &str)]) -> Event {
        let mut event = Event::new(Origin::artifact("t"));
        event.provider = provider.into();
        event.id = Some(id);
        for (name, value) in fields {
            event.push(name, Value::text(*value));
        }
        normalize(&mut event, &StringNames::default());
        event
    }

    #[test]
    fn a_request_to_shut_down_is_read_in_any_language() {
        let told = |message: &str| {
            let mut event = Event::new(Origin::artifact("t"));
            event.provider = "User32".into();
            event.id = Some(1074);
            event.message = Some(message.into());
            normalize(&mut event, &StringNames::default());
            [text(&event, "Process"), text(&event, "User")]
        };
        for message in [
            r"Der Prozess C:\Windows\System32\RuntimeBroker.exe (RPA-07) hat den/das Neustart von Computer RPA-07 für Benutzer CORP\anna aus",
            r"プロセス C:\Windows\System32\RuntimeBroker.exe (RPA-07) は、次の理由で、ユーザー CORP\anna の代わりに",
            r"Process D:\My tools\RuntimeBroker.exe asked for it, for CORP\anna",
        ] {
            assert_eq!(told(message), ["runtimebroker.exe", r"CORP\anna"], "{message}");
        }
        assert_eq!(
            told(r"C:\a.exe for NT AUTHORITY\SYSTEM")[1],
            r"NT AUTHORITY\SYSTEM"
        );
        assert_eq!(told("nobody and nothing"), ["", ""]);
    }

    #[test]
    fn the_title_of_a_reason_stands_for_its_number() {
        let code = |title: &str| text(&event("User32", 1074, &[("param3", title)]), "ReasonCode");
        assert_eq!(code("Application: Installation (Planned)"), "0x80040002");
        assert_eq!(code("Operating System: Service pack (Planned)."), "0x80020010");
        assert_eq!(code("No title for this reason could be found"), "");
    }

    fn text(event: &Event, name: &str) -> String {
        event
            .field(name)
            .map(|value| value.to_text().into_owned())
            .unwrap_or_default()
    }

    #[test]
    fn the_code_of_a_failed_logon() {
        let wrong = [("Status", "0xc000006d"), ("SubStatus", "0xc000006a")];
        assert_eq!(
            text(
                &event("Microsoft-Windows-Security-Auditing", 4625, &wrong),
                "FailureCode"
            ),
            "0xc000006a"
        );
        let denied = [("Status", "0xc000015b"), ("SubStatus", "0x0")];
        assert_eq!(
            text(
                &event("Microsoft-Windows-Security-Auditing", 4625, &denied),
                "FailureCode"
            ),
            "0xc000015b"
        );
    }

    #[test]
    fn a_shutdown_request_with_and_without_names() {
        let named = [
            ("param1", r"C:\Windows\system32\shutdown.exe (RPA-07)"),
            ("param5", "restart"),
            ("param7", r"CORP\anna"),
        ];
        let named = event("User32", 1074, &named);
        assert_eq!(
            (text(&named, "Process"), text(&named, "User")),
            ("shutdown.exe".into(), r"CORP\anna".into())
        );
        let unnamed = event(
            "USER32",
            1074,
            &[
                ("", "Explorer.EXE"),
                ("", "RPA-07"),
                ("", ""),
                ("", "0x0"),
                ("", "power off"),
            ],
        );
        assert_eq!(
            (text(&unnamed, "Process"), text(&unnamed, "ShutdownType")),
            ("explorer.exe".into(), "power off".into())
        );
    }

    #[test]
    fn swapped_names_and_binary_codes() {
        let swapped = event(
            "Microsoft-Windows-TaskScheduler",
            202,
            &[("TaskName", "cmd.exe"), ("ActionName", r"\Nightly")],
        );
        assert_eq!(
            (text(&swapped, "TaskName"), text(&swapped, "ActionName")),
            (r"\Nightly".into(), "cmd.exe".into())
        );
        assert_eq!(
            text(&event("NETLOGON", 5719, &[("Binary", "5E0000C0")]), "FailureCode"),
            "0xc000005e"
        );
        let alive = "E4070800050007000E000B0025007601E40708000500070014000B0025007601";
        let alive = event("EventLog", 6008, &[("Binary", alive)]);
        assert_eq!(text(&alive, "LastAlive"), "2020-08-07T20:11:37.374Z");
        assert_eq!(text(&alive, "UtcOffsetMinutes"), "-360");
    }
}
