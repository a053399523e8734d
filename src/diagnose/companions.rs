//! The files of a bundle that tell how the records of binary traces read: format files of WPP and manifests. They are read before
//! the traces. Must not know what they say.

use std::io::Read as _;
use std::sync::Arc;

use crate::bundle::Bundle;
use crate::model::{Companion, Interest};

/// Ends of the names that such files have. A name only says that a file is worth a look before the others: a reader tells by the
/// content whether it is one.
const NAMES: [&str; 3] = [".tmf", ".man", ".manifest.xml"];
/// Bytes of one file.
const FILE: u64 = 16 << 20;
/// Bytes of all of them.
const ALL: usize = 128 << 20;

/// The interest with the files of the bundle that tell how records read; `None` where there are none.
pub(super) fn with_companions(bundle: &Bundle, interest: &Interest) -> Option<Interest> {
    let mut companions = Vec::new();
    let mut room = ALL;
    for member in &bundle.members {
        let path = member.path.to_ascii_lowercase();
        if !NAMES.iter().any(|end| path.ends_with(end)) {
            continue;
        }
        let mut bytes = Vec::new();
        // What cannot be read here is met again, and told, when the member is read in its turn.
        let whole = member
            .open()
            .ok()
            .and_then(|source| source.into_stream().take(FILE).read_to_end(&mut bytes).ok());
        if whole.is_some() && bytes.len() <= room {
            room -= bytes.len();
            companions.push(Companion {
                path: Arc::clone(&member.path),
                bytes: bytes.into(),
            });
        }
    }
    (!companions.is_empty()).then(|| interest.clone().with_companions(companions))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::open_memory;
    use crate::limits::Limits;

    #[test]
    fn files_beside_a_trace_are_found_by_name() {
        let interest = Interest::everything().unwrap();
        let limits = Limits::default();
        let text = b"07070707-0707-0707-0707-070707070707 Robot // SRC=rdp.cpp MJ= MN=\n".to_vec();
        let bundle = open_memory("Robot.TMF", text.clone(), &limits);
        let found = with_companions(&bundle, &interest).unwrap();
        assert_eq!(found.companions()[0].bytes.to_vec(), text);
        let bundle = open_memory("Robot.log", text, &limits);
        assert!(with_companions(&bundle, &interest).is_none());
    }
}
