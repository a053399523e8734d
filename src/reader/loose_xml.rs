//! XML that no reader knows: read as the text that it is, and checked for being whole, since a cut or broken document lost something.
//! Must not know elements.

use std::io::Read as _;

use quick_xml::Reader;
use quick_xml::events::Event as Token;

use crate::model::{Findings, ProblemKind};
use crate::source::Source;

use super::opened::Failed;
use super::sink::Sink;
use super::{Context, encoding, plain_text};

/// A longer document is not checked: what is open in it is remembered.
const DOCUMENT_BYTES: u64 = 8 << 20;

/// Whether a text begins as a document of XML does.
pub(super) fn sniff(head: &str) -> bool {
    head.trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with("<?xml")
}

/// Reads the text, and says what is wrong with the document.
pub(super) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let mut bytes = Vec::new();
    let mut stream = source.into_stream();
    let limit = DOCUMENT_BYTES.min(context.limits.memory_bytes);
    let failure = (&mut stream).take(limit).read_to_end(&mut bytes).err();
    if failure.is_none() && (bytes.len() as u64) < limit {
        let (stored, mark) = encoding::detect(bytes.get(..super::sniff::HEAD_BYTES).unwrap_or(&bytes));
        let text = encoding::decode(bytes.get(mark..).unwrap_or_default(), stored);
        if let Some((kind, detail)) = fault(&text) {
            let mut sink = Sink::new(context, findings);
            let origin = sink.artifact();
            sink.problem(kind, origin, detail);
        }
    }
    let rest: Box<dyn std::io::Read + Send> = match failure {
        Some(error) => Box::new(Failed::new(error)),
        None => stream,
    };
    let whole = std::io::Cursor::new(bytes).chain(rest);
    plain_text::read(Source::Stream(Box::new(whole)), context, findings);
}

/// What is wrong with a document, if anything is.
fn fault(text: &str) -> Option<(ProblemKind, &'static str)> {
    let mut reader = Reader::from_str(text);
    let mut open = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Token::Start(_)) => open = open.saturating_add(1),
            Ok(Token::End(_)) => open = open.saturating_sub(1),
            Ok(Token::Eof) if open > 0 => {
                return Some((ProblemKind::Truncated, "XML that ends inside an element"));
            }
            Ok(Token::Eof) => return None,
            Ok(_) => {}
            Err(_) => return Some((ProblemKind::Damaged, "XML that is not well-formed; read as text")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_cut_and_broken() {
        let deep = format!("<?xml version='1.0'?>{}", "<a>".repeat(100_000));
        assert_eq!(fault(&deep).map(|fault| fault.0), Some(ProblemKind::Truncated));
        let whole = format!("{deep}{}", "</a>".repeat(100_000));
        assert_eq!(fault(&whole), None);
        assert_eq!(
            fault("<?xml version='1.0'?><a><b></a>").map(|fault| fault.0),
            Some(ProblemKind::Damaged)
        );
        assert_eq!(fault("<?xml version='1.0'?><a b='1'/>"), None);
    }
}
