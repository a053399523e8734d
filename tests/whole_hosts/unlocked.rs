//! An account that the host locked out, and that somebody unlocked afterwards.

use crate::support::evtx::{Event, Log};
use crate::{HOST, at, diagnose};

const AUDITING: &str = "Microsoft-Windows-Security-Auditing";

fn of_account(id: u16, time: &str) -> Event {
    let event = Event::new(AUDITING, id).at(at(time).as_str());
    event
        .data("TargetUserName", "frontdesk")
        .data("TargetDomainName", HOST)
}

fn refused(time: &str, code: &str) -> Event {
    of_account(4625, time)
        .data("Status", code)
        .data("SubStatus", "0x0")
        .data("LogonType", 3_u32)
        .data("IpAddress", "192.0.2.17")
}

/// How many incidents a day has on which the account was locked out at ten, and what came then.
fn incidents(then: Vec<Event>) -> usize {
    let noise = (0..180).map(|number: u32| {
        let time = format!("0{}:{:02}:30", 3 + number / 60, number % 60);
        let event = Event::new(AUDITING, 4624).at(at(&time).as_str());
        event.data("TargetUserName", "olga").data("LogonType", 3_u32)
    });
    let log = Log::new("Security", HOST)
        .events(noise)
        .event(of_account(4740, "10:00:00"))
        .event(refused("10:00:20", "0xc0000234"))
        .events(then);
    diagnose(&[log]).incidents.len()
}

#[test]
fn who_was_unlocked_has_been_helped() {
    assert_eq!(incidents(vec![]), 1);
    assert_eq!(incidents(vec![of_account(4767, "10:40:00")]), 0);
    let again = vec![of_account(4767, "10:40:00"), refused("11:20:00", "0xc0000234")];
    assert_eq!(incidents(again), 1);
}

#[test]
fn who_is_locked_out_again_and_again_has_not_been_helped() {
    let unlocked = |time: &str| of_account(4767, time);
    let logon = |time: &str| of_account(4624, time).data("LogonType", 3_u32);
    let once = vec![unlocked("10:40:00"), logon("10:41:00")];
    assert_eq!(incidents(once), 0);
    let again = vec![
        unlocked("10:40:00"),
        logon("10:41:00"),
        of_account(4740, "15:00:00"),
        refused("15:00:20", "0xc0000234"),
        unlocked("15:30:00"),
        logon("15:31:00"),
    ];
    assert_eq!(incidents(again), 1);
    // Days later it is another matter.
    let later = |event: Event, time: &str| event.at(format!("2026-05-07T{time}Z").as_str());
    let days = vec![
        unlocked("10:40:00"),
        logon("10:41:00"),
        later(of_account(4740, "09:40:00"), "09:40:00"),
        later(refused("09:40:20", "0xc0000234"), "09:40:20"),
        later(unlocked("10:10:00"), "10:10:00"),
        later(logon("10:11:00"), "10:11:00"),
    ];
    assert_eq!(incidents(days), 0);
    // The second lockout of one storm of wrong passwords is none of its own.
    let storm = vec![
        of_account(4740, "10:02:00"),
        unlocked("10:40:00"),
        logon("10:41:00"),
    ];
    assert_eq!(incidents(storm), 0);
}
