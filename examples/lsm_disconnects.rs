//! Lists who lost a Remote Desktop session when and with which reason, from an event log in memory.
//!
//! `cargo run --example lsm_disconnects -- Sessions.evtx`
#![allow(clippy::print_stdout, reason = "an example prints")]
use logonscope::parse::Parser;
use std::collections::BTreeMap;

/// Reads the log as a server would get it: as bytes. Event 40 has the session and the reason, 21 and 25 say whose it is.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("the path of an event log is needed")?;
    let log = [(path.as_str(), std::fs::read(&path)?)];
    let mut owners = BTreeMap::new();
    for event in Parser::new().ids([21, 25, 40]).buffers(log)? {
        let event = event?;
        let session = event.field_number("Session").or(event.field_number("SessionID"));
        if let Some(user) = event.field_text("User") {
            owners.insert(session, user);
        } else if event.id == Some(40) {
            let owner = owners.get(&session).map_or("an unknown user", String::as_str);
            let reason = event.field_text("Reason").unwrap_or_default();
            println!(
                "{:?}: {owner} lost session {session:?}, reason {reason}",
                event.time
            );
        }
    }
    Ok(())
}
