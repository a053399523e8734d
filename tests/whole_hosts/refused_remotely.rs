//! People whom a server of Remote Desktop refuses before they have a session: the audit writes such a logon as one of the network.

use crate::support::evtx::{Event, Log};
use crate::{HOST, at, diagnose};

const AUDITING: &str = "Microsoft-Windows-Security-Auditing";
const RCM: &str = "Microsoft-Windows-TerminalServices-RemoteConnectionManager";

fn logon(id: u16, time: &str, user: &str) -> Event {
    let event = Event::new(AUDITING, id).at(at(time).as_str());
    event
        .data("TargetUserName", user)
        .data("TargetDomainName", "CORP")
        .data("LogonType", 3_u32)
        .data("IpAddress", "192.0.2.40")
}

fn refused(time: &str, code: &str) -> Event {
    let event = logon(4625, time, "b.night");
    event.data("Status", "0xc000006e").data("SubStatus", code)
}

/// The first causes of a day on which `b.night` logged on at noon, with these refusals, and with connections to the listener at these times.
fn causes(refusals: Vec<Event>, connections: &[&str]) -> Vec<String> {
    let noise = (0..180).map(|number: u32| {
        let time = format!("0{}:{:02}:30", 3 + number / 60, number % 60);
        logon(4624, &time, "olga")
    });
    let security = Log::new("Security", HOST)
        .events(noise)
        .event(logon(4624, "12:00:01", "b.night"))
        .events(refusals);
    let connected = connections
        .iter()
        .map(|time| Event::new(RCM, 261).at(at(time).as_str()));
    let listener = Log::new(&format!("{RCM}/Operational"), HOST).events(connected);
    let incidents = diagnose(&[security, listener]).incidents;
    let best = incidents.iter().filter_map(|incident| incident.best());
    best.map(|cause| cause.id.to_string()).collect()
}

#[test]
fn who_is_kept_out_of_remote_desktop_is_told() {
    let expired = || {
        vec![
            refused("14:00:02", "0xc0000193"),
            refused("14:20:02", "0xc0000193"),
        ]
    };
    assert_eq!(causes(expired(), &["14:00:00", "14:20:00"]), ["account-expired"]);
    // Over the network somebody only asks for a share.
    assert!(causes(expired(), &["10:00:00"]).is_empty());
    // Who mistypes is no fault.
    let mistyped = vec![
        refused("14:00:02", "0xc000006a"),
        refused("14:20:02", "0xc000006a"),
    ];
    assert!(causes(mistyped, &["14:00:00", "14:20:00"]).is_empty());
}

#[test]
fn who_may_log_on_by_day_is_kept_out_at_night_all_the_same() {
    let nights = vec![
        refused("02:10:02", "0xc000006f"),
        refused("02:40:02", "0xc000006f"),
    ];
    assert_eq!(
        causes(nights, &["02:10:00", "02:40:00"]),
        ["logon-hours-or-workstation-restriction"]
    );
}
