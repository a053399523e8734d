//! What is recognised and not read: formats whose content may matter to the customer's case and that no reader decodes, and
//! what this program wrote itself. Must not know what is in them.

use crate::model::{ArtifactFormat, CAPSULE_SCHEMA, ProblemKind};
use crate::source::Source;

use super::Context;
use super::sink::Sink;
use crate::model::Findings;

/// A format that is told by bytes at a place, and what is said of it.
type Magic = (usize, &'static [u8], &'static str);

/// Formats that may hold evidence and are not read.
///
/// Sources: [MS-EVEN] and the `ELF_LOGFILE_HEADER` of the Windows SDK, [MS-CFB] 2.2, [MS-PST] 2.2.2.6, the headers of
/// `minidumpapiset.h`, and of kernel dumps as WinDbg writes them.
const MAGIC: [Magic; 8] = [
    (
        4,
        b"LfLe",
        "an event log of Windows XP or 2003 (.evt); open it in Event Viewer and save it as .evtx",
    ),
    (
        0,
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "a compound file (.msg, .doc, .xls); save what it says as text",
    ),
    (0, b"!BDN", "a mailbox of Outlook (.pst); save the mails as text"),
    (0, b"MDMP", "a dump of a process"),
    (0, b"PAGEDU64", "a dump of the kernel"),
    (0, b"PAGEDUMP", "a dump of the kernel"),
    (0, b"%PDF-", "a document (.pdf); save what it says as text"),
    (0, b"{\\rtf", "a document (.rtf); save what it says as text"),
];

/// What to say of bytes that no reader decodes; `None` where they are something else.
pub(super) fn unread(head: &[u8]) -> Option<&'static str> {
    MAGIC
        .iter()
        .find(|(at, magic, _)| head.get(*at..).is_some_and(|rest| rest.starts_with(magic)))
        .map(|(.., what)| *what)
}

/// Says that an artifact is not read.
pub(super) fn note(what: &str, context: &Context<'_>, findings: &mut Findings) {
    findings.format = Some(ArtifactFormat::Other);
    let mut sink = Sink::new(context, findings);
    let origin = sink.artifact();
    sink.problem(ProblemKind::Unsupported, origin, format!("{what}: not read"));
}

/// First lines of tables that this program writes.
const TABLES: [&str; 4] = [
    "id,symptom,title,host,user,",
    "case,id,symptom,title,",
    "case,source,state,incidents,",
    "time,computer,channel,provider,id,level,fields,message,path,",
];

/// Whether a text is one that this program wrote: a report, a listing, a table of a batch. It tells of evidence, and is none.
pub(super) fn is_own(head: &str) -> bool {
    let text = head.trim_start_matches('\u{feff}').trim_start();
    let line = text.lines().next().unwrap_or_default();
    let near = text.get(..text.floor_char_boundary(4 << 10)).unwrap_or(text);
    if TABLES.iter().any(|table| line.starts_with(table)) {
        return true;
    }
    if text.starts_with('{') {
        let start = near.get(..near.floor_char_boundary(200)).unwrap_or(near);
        return (start.contains("\"logonscope.") && !start.contains(CAPSULE_SCHEMA))
            || (near.contains("sarif") && near.contains("\"name\": \"logonscope\""))
            || (line.contains("\"origin\":{\"path\":") && line.contains("\"provider\":"))
            || (line.starts_with("{\"id\":")
                && line.contains("\"symptom\":")
                && line.contains("\"causes\":["));
    }
    if text.starts_with('<') {
        return near.contains("– logonscope</title>");
    }
    line.starts_with("# Diagnosis") && near.contains("**What happened:**")
        || near.contains("\nWhat     ") && near.contains("\nCause    ")
        || ["No fault found in ", "No fault found from "]
            .iter()
            .any(|head| line.starts_with(head))
        || (line.starts_with("Files: ") && near.contains("\nHosts\n"))
}

/// Leaves out what this program wrote.
pub(super) fn skip(_source: Source, _context: &Context<'_>, _findings: &mut Findings) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_that_may_matter_are_named() {
        let log = b"\x30\0\0\0LfLe\x01\0\0\0";
        assert!(unread(log).is_some_and(|what| what.contains(".evt")));
        assert!(unread(b"%PDF-1.7").is_some());
        assert_eq!(unread(b"\x89PNG"), None);
        assert_eq!(unread(b""), None);
    }

    #[test]
    fn texts_of_others_are_not_taken_for_our_own() {
        for text in [
            "Hello,\nWhat     happened?\nregards",
            "{\"id\":5,\"symptom\":\"x\"}",
            "No fault was found in the log",
            "# Diagnosis\n\nThe customer says",
            "<html><head><meta name=\"generator\" content=\"Word\"></head>",
            "Level,Date and Time,Source,Event ID,Task Category",
        ] {
            assert!(!is_own(text), "{text}");
        }
        assert!(is_own("\u{feff}{\n  \"schema\": \"logonscope.diagnosis/1\","));
    }
}
