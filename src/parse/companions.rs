//! The files of a bundle that tell how the records of binary traces read: format files of WPP, manifests, programs that define
//! providers. They are read before the traces. Must not know what they say.

use std::io::Read as _;
use std::sync::Arc;

use crate::bundle::{Bundle, Member};
use crate::model::{Companion, Interest};
use crate::reader::etl;

/// Ends of the names that such files have. A name only says that a file is worth a look before the others: a reader tells by the
/// content whether it is one.
const TEXTS: [&str; 3] = [".tmf", ".man", ".manifest.xml"];
const PROGRAMS: [&str; 4] = [".dll", ".exe", ".sys", ".mui"];
/// Bytes of one file.
const TEXT: u64 = 16 << 20;
const PROGRAM: u64 = 64 << 20;
/// Bytes that are kept of all of them.
const ALL: usize = 128 << 20;
/// Bytes of programs that are looked through: few of them define a provider.
const LOOKED_THROUGH: usize = 1 << 30;

/// The interest with the files that tell how records read: those that were given, and those of the bundle; `None` where
/// there are none.
pub(crate) fn with_companions(bundle: &Bundle, given: &[Companion], interest: &Interest) -> Option<Interest> {
    let mut companions = given.to_vec();
    companions.extend(within(bundle));
    (!companions.is_empty()).then(|| interest.clone().with_companions(companions))
}

/// The files of a bundle that tell how records read. What cannot be read here is met again, and told, when the member is read in
/// its turn.
pub(crate) fn within(bundle: &Bundle) -> Vec<Companion> {
    let mut companions = Vec::new();
    let (mut room, mut look) = (ALL, LOOKED_THROUGH);
    for member in &bundle.members {
        let path = member.path.to_ascii_lowercase();
        let is_one_of = |names: &[&str]| names.iter().any(|end| path.ends_with(end));
        let bytes = if is_one_of(&TEXTS) {
            whole(member, TEXT)
        } else if is_one_of(&PROGRAMS) && look > 0 {
            let program = whole(member, PROGRAM);
            look = look.saturating_sub(program.as_ref().map_or(0, Vec::len));
            program.and_then(|program| etl::only_definitions(&member.path, &program))
        } else {
            None
        };
        if let Some(bytes) = bytes.filter(|bytes| bytes.len() <= room) {
            room -= bytes.len();
            companions.push(Companion {
                path: Arc::clone(&member.path),
                bytes: bytes.into(),
            });
        }
    }
    companions
}

/// All of a member; none where it cannot be read or is larger.
fn whole(member: &Member, most: u64) -> Option<Vec<u8>> {
    if member.size.is_some_and(|size| size > most) {
        return None;
    }
    let mut bytes = Vec::new();
    let stream = member.open().ok()?.into_stream();
    stream.take(most.saturating_add(1)).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= most).then_some(bytes)
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
        let found = with_companions(&bundle, &[], &interest).unwrap();
        assert_eq!(found.companions()[0].bytes.to_vec(), text);
        let bundle = open_memory("Robot.log", text, &limits);
        assert!(with_companions(&bundle, &[], &interest).is_none());
    }
}
