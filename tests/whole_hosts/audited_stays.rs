//! Stays of a host whose log of sessions was not sent.

use logonscope::model::parse_rfc3339;

use crate::support::evtx::{Event, Log};
use crate::{HOST, at, diagnose};

#[test]
fn stays_that_only_audits_tell_of_are_listed() {
    let record = |time: &str, id: u16, names: [&str; 3]| {
        let event = Event::new("Microsoft-Windows-Security-Auditing", id).at(at(time).as_str());
        event
            .data(names[0], "anna")
            .data(names[1], "CORP")
            .data(names[2], "0x7a21f")
    };
    let of_logon = ["TargetUserName", "TargetDomainName", "TargetLogonId"];
    let of_client = ["AccountName", "AccountDomain", "LogonID"];
    let security = Log::new("Security", HOST)
        .event(
            record("08:00:00", 4624, of_logon)
                .data("LogonType", 10_u32)
                .data("IpAddress", "192.0.2.9"),
        )
        .event(record("08:30:00", 4779, of_client))
        .event(record("09:00:00", 4778, of_client))
        .event(record("10:00:00", 4634, of_logon).data("LogonType", 10_u32));
    let found = diagnose(&[security]);
    let stays: Vec<_> = found.sessions.iter().collect();
    let [stay] = stays.as_slice() else {
        panic!("{stays:?}")
    };
    assert_eq!((stay.session, stay.user.as_deref()), (None, Some(r"CORP\anna")));
    assert_eq!(stay.start, parse_rfc3339(&at("08:00:00")));
    assert_eq!(stay.end, parse_rfc3339(&at("10:00:00")));
    let states: Vec<_> = stay.states.iter().map(|state| &*state.summary).collect();
    assert_eq!(states, ["active", "disconnected", "active"]);
}

/// A logon at the machine has its own address in the audit, and is none over Remote Desktop.
#[test]
fn a_logon_at_the_machine_is_at_the_console() {
    let logon = |time: &str, logon_type: u32, id: &str, address: &str| {
        Event::new("Microsoft-Windows-Security-Auditing", 4624)
            .at(at(time).as_str())
            .data("TargetUserName", if logon_type == 10 { "berta" } else { "anna" })
            .data("TargetDomainName", "CORP")
            .data("TargetLogonId", id)
            .data("LogonType", logon_type)
            .data("IpAddress", address)
    };
    let security = Log::new("Security", HOST)
        .event(logon("08:00:00", 2, "0x7a21f", "127.0.0.1"))
        .event(logon("09:00:00", 10, "0x8b32a", "127.0.0.1"));
    let found = diagnose(&[security]);
    let kinds: Vec<_> = found
        .sessions
        .iter()
        .map(|stay| {
            (
                stay.user.as_deref().unwrap_or_default(),
                &*stay.kind,
                stay.address.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        kinds,
        [
            (r"CORP\anna", "console", None),
            (r"CORP\berta", "rdp", Some("127.0.0.1"))
        ]
    );
}
