//! What is said of names: setup gives every group the name that it has in the language of the host.

use crate::support::evtx::{Event, Log};
use crate::{HOST, at, diagnose};

fn renamed(time: &str, from: &str, to: &str, sid: &str) -> Event {
    Event::new("Microsoft-Windows-Security-Auditing", 4781)
        .at(at(time).as_str())
        .data("OldTargetUserName", from)
        .data("NewTargetUserName", to)
        .data("TargetDomainName", HOST)
        .data("TargetSid", sid)
        .data("SubjectUserName", "RPA-07$")
}

#[test]
fn only_an_account_with_another_name_was_renamed() {
    let of_host = |rid: u32| format!("S-1-5-21-1004336348-1177238915-682003330-{rid}");
    let log = Log::new("Security", HOST)
        .event(renamed(
            "08:00:00",
            "Administrators",
            "Administrators",
            "S-1-5-32-544",
        ))
        .event(renamed("08:00:01", "Users", "Benutzer", "S-1-5-32-545"))
        .event(renamed("08:00:02", "None", "none", &of_host(513)))
        .event(renamed("08:00:03", "robot", "robot-old", &of_host(1001)));
    let happenings = diagnose(&[log]).happenings;
    let told: Vec<&str> = happenings
        .iter()
        .map(|happening| happening.summary.as_str())
        .filter(|summary| summary.contains("renamed"))
        .collect();
    assert_eq!(told, ["The account robot was renamed to robot-old"]);
}
