//! Lists who lost a Remote Desktop session when and for which reason, from an event log in memory.
//!
//! `cargo run --example lsm_disconnects -- Sessions.evtx`
#![allow(clippy::print_stdout, reason = "an example prints")]
use logonscope::{model::time_text, parse::Parser};
use std::collections::BTreeMap;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which event log?")?;
    let log = [(path.as_str(), std::fs::read(&path)?)];
    let mut owners = BTreeMap::new();
    let parser = Parser::new().channel("LocalSessionManager/Operational");
    // 40 has the session and the reason; 21 and 25 say whose the session is.
    for event in parser.ids([21, 25, 40]).buffers(log)? {
        let event = event?;
        let session = event.field_text("Session").or(event.field_text("SessionID"));
        if let Some(user) = event.field_text("User") {
            owners.insert(session, user);
        } else if event.id == Some(40) {
            let at = event.time.map(time_text).unwrap_or_default();
            let owner = owners.get(&session).map_or("somebody", String::as_str);
            let reason = event.field_text("Reason").unwrap_or_default();
            println!("{at} {owner}: {reason}");
        }
    }
    Ok(())
}
