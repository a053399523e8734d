//! Lists who lost a Remote Desktop session when and with which reason, from an event log in memory.
//!
//! `cargo run --example lsm_disconnects -- Sessions.evtx`
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::collections::BTreeMap;
use std::sync::Arc;

use logonscope::parse::Parser;

/// Reads the log as a server would get it: as bytes. Event 40 has the session and the reason, 21 and 25 say whose it is.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("the path of an event log is needed")?;
    let bytes: Arc<[u8]> = std::fs::read(&path)?.into();
    let mut owners = BTreeMap::new();
    for event in Parser::new()
        .ids([21, 25, 40])
        .buffers([(path.as_str(), bytes)])?
    {
        let event = event?;
        if event.id == Some(40) {
            let session = event.field_number("Session").unwrap_or_default();
            let owner = owners.get(&session).map_or("nobody", String::as_str);
            println!(
                "{:?} session {session} of {owner}: reason {:?}",
                event.time,
                event.field_text("Reason")
            );
        } else if let (Some(session), Some(user)) =
            (event.field_number("SessionID"), event.field_text("User"))
        {
            owners.insert(session, user);
        }
    }
    Ok(())
}
