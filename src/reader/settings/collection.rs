//! `results.xml` of Intune's device diagnostics: what each numbered folder beside it was to hold, and what of that could
//! not be gathered. Must not open the folders: their files are read by content like all others.
//!
//! Directives are numbered in their order from 1; elements that are none, such as `ID`, have no `HRESULT`.
//! Source: <https://learn.microsoft.com/windows/client-management/mdm/diagnosticlog-csp>

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event as Token};

use super::sink::Sink;
use crate::model::{FactScope, Findings, ProblemKind};
use crate::reader::{Context, secrets};

/// Directives of one collection; Intune asks for some two hundred.
const DIRECTIVES: u32 = 5_000;
/// Bytes of one directive that are looked at.
const TEXT_BYTES: usize = 4 << 10;
/// `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND` as `HRESULT`: there was nothing to gather.
const NOTHING_THERE: [u32; 2] = [0x8007_0002, 0x8007_0003];

/// Whether the text is such a map.
pub(super) fn sniff(head: &str) -> bool {
    let head = head.trim_start_matches('\u{feff}').trim_start();
    head.starts_with('<')
        && head.contains("<Collection ")
        && head.contains("HRESULT=")
        && ["RegistryKey", "Command", "Events", "FoldersFiles"]
            .iter()
            .any(|kind| head.contains(&format!("<{kind} ")))
}

/// What one folder holds, while its element is read.
struct Directive {
    folder: u32,
    kind: String,
    result: Option<u32>,
    text: String,
    line: u64,
}

/// Reads the map.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    let mut reader = Reader::from_str(text);
    let mut lines = Lines { text, at: 0, line: 1 };
    let mut open: Option<Directive> = None;
    let mut folder = 0_u32;
    let mut ended = false;
    while folder <= DIRECTIVES {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        match reader.read_event() {
            Ok(Token::Start(start)) if start.local_name().into_inner() != "Collection" => {
                if let Some(result) = result(&start) {
                    folder = folder.saturating_add(1);
                    open = Some(Directive {
                        folder,
                        kind: start.local_name().into_inner().chars().take(40).collect(),
                        result,
                        text: String::new(),
                        line: lines.at(at),
                    });
                }
            }
            Ok(Token::Text(part)) => push(&mut open, &part),
            Ok(Token::GeneralRef(name)) => {
                if let Some(letters) = resolve_predefined_entity(&name) {
                    push(&mut open, letters);
                }
            }
            Ok(Token::End(end)) => {
                ended |= end.local_name().into_inner() == "Collection";
                if let Some(directive) = open.take() {
                    directive.tell(&mut sink);
                }
            }
            Ok(Token::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    if !ended {
        let detail = "the map of the collection ends before its end";
        sink.problem(ProblemKind::Truncated, lines.at(text.len()), detail);
    }
}

/// The result of a directive: nothing for an element that is none, `Some(None)` where it is no number.
fn result(start: &BytesStart<'_>) -> Option<Option<u32>> {
    let attribute = start.try_get_attribute("HRESULT").ok().flatten()?;
    let value: &str = &attribute.value;
    Some(crate::model::parse_code(value))
}

fn push(open: &mut Option<Directive>, part: &str) {
    if let Some(directive) = open.as_mut().filter(|one| one.text.len() < TEXT_BYTES) {
        directive.text.push_str(part);
    }
}

impl Directive {
    fn tell(self, sink: &mut Sink<'_, '_>) {
        sink.record();
        let Self { folder, kind, .. } = &self;
        let text = self.text.trim();
        let told = secrets::mask_text(text);
        if told != text {
            sink.masked(self.line, "secret in what was asked for");
        }
        let value = format!("{kind} {told}");
        sink.fact(
            self.line,
            FactScope::Observed,
            &format!("collection.{folder}"),
            &value,
        );
        let problem = match self.result {
            Some(0) => return,
            Some(code) => {
                // A command that fails says so in its own output, and files that are not there hold nothing.
                let lost = kind != "Command" && !NOTHING_THERE.contains(&code);
                let kind_of = if lost {
                    ProblemKind::Unreadable
                } else {
                    ProblemKind::Empty
                };
                (
                    kind_of,
                    format!("folder {folder} ({kind}) could not be gathered: {code:#010x}"),
                )
            }
            None => (
                ProblemKind::Damaged,
                format!("whether folder {folder} ({kind}) could be gathered is not told by a number"),
            ),
        };
        sink.problem(problem.0, self.line, &problem.1);
    }
}

/// Lines of places that only grow.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn at(&mut self, at: usize) -> u64 {
        let passed = self.text.get(self.at..at).unwrap_or_default();
        self.line = self.line.saturating_add(passed.matches('\n').count() as u64);
        self.at = self.at.max(at);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, value};
    use super::*;

    const MAP: &str = "<?xml version=\"1.0\"?>\n<Collection HRESULT=\"0\">\n  <ID>11112222</ID>\n\
        <SasUrl>https://store.example/x?sig=Geheim73</SasUrl>\n\
        <RegistryKey HRESULT=\"0\">HKLM\\Software\\Policies</RegistryKey>\n\
        <Events HRESULT=\"-2147024891\">Security</Events>\n\
        <FoldersFiles HRESULT=\"-2147024893\">C:\\A &amp; B\\*.log</FoldersFiles>\n\
        <Command HRESULT=\"-2147024895\">netsh.exe wlan show profiles</Command>\n</Collection>\n";

    #[test]
    fn folders_and_what_they_lack() {
        assert!(sniff(MAP));
        let found = facts(read, MAP);
        assert_eq!(
            value(&found, "collection.1"),
            [r"RegistryKey HKLM\Software\Policies"]
        );
        assert_eq!(value(&found, "collection.3"), [r"FoldersFiles C:\A & B\*.log"]);
        let problems: Vec<(ProblemKind, Option<u64>)> = found
            .problems
            .iter()
            .map(|problem| (problem.kind, problem.origin.line))
            .collect();
        assert_eq!(
            problems,
            [
                (ProblemKind::Unreadable, Some(6)),
                (ProblemKind::Empty, Some(7)),
                (ProblemKind::Empty, Some(8)),
            ]
        );
        assert!(!format!("{found:?}").contains("Geheim73"));
    }

    #[test]
    fn damage_costs_itself() {
        let cut = MAP.split("<Command").next().unwrap();
        let found = facts(read, &cut.replace("-2147024891", "-2147?24891"));
        assert_eq!(found.facts.len(), 3);
        let kinds: Vec<ProblemKind> = found.problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(
            kinds,
            [ProblemKind::Damaged, ProblemKind::Empty, ProblemKind::Truncated]
        );
        assert!(!sniff("<Collection><a/></Collection>"));
    }
}
