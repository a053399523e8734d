//! Definitions of scheduled tasks: one file of `System32\Tasks`, an export, or `schtasks /query /xml` with all of
//! them. Must not take credentials: a definition names an account and never holds its password.
//!
//! Schema: [MS-TSCH] 2.5.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event as Token;

use super::sink::Sink;
use crate::model::{FactScope, Findings, ProblemKind, is_task_of_windows};
use crate::reader::Context;

/// Elements that become facts: the end of their path below `Task`, and the last part of the fact's name.
const ELEMENTS: &[(&str, &str)] = &[
    ("Principal/LogonType", "LogonType"),
    ("Principal/UserId", "UserId"),
    ("Principal/GroupId", "GroupId"),
    ("Principal/RunLevel", "RunLevel"),
    ("Settings/Enabled", "Enabled"),
    ("Settings/MultipleInstancesPolicy", "MultipleInstancesPolicy"),
    ("Settings/ExecutionTimeLimit", "ExecutionTimeLimit"),
    (
        "Settings/DisallowStartIfOnBatteries",
        "DisallowStartIfOnBatteries",
    ),
    ("Settings/RunOnlyIfNetworkAvailable", "RunOnlyIfNetworkAvailable"),
    ("Settings/RunOnlyIfIdle", "RunOnlyIfIdle"),
    ("Settings/StopIfGoingOnBatteries", "StopIfGoingOnBatteries"),
    ("Exec/Command", "Command"),
    ("Exec/WorkingDirectory", "WorkingDirectory"),
];

/// No definition nests deeper.
const DEPTH: usize = 64;
/// Bytes of one value that are looked at.
const TEXT_BYTES: usize = 4 << 10;

/// Whether the text begins with a definition.
pub(super) fn sniff(head: &str) -> bool {
    let head = head.trim_start_matches('\u{feff}').trim_start();
    head.starts_with('<')
        && head.contains("<Task")
        && (head.contains("/windows/2004/02/mit/task") || head.contains("<RegistrationInfo"))
}

/// Reads every definition in the text. A damaged one costs itself.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    let fallback = format!(r"\{}", file_name(&context.path));
    let mut from = 0_usize;
    while let Some(start) = text
        .get(from..)
        .and_then(find_task)
        .and_then(|at| at.checked_add(from))
    {
        let rest = text.get(start..).unwrap_or_default();
        let end = rest.find("</Task>").and_then(|at| at.checked_add(7));
        // A definition that does not end reaches to the next one.
        let limit = rest
            .get(5..)
            .and_then(find_task)
            .and_then(|at| at.checked_add(5))
            .unwrap_or(rest.len());
        let length = end.filter(|end| *end <= limit).unwrap_or(limit);
        let before = text.get(from..start).unwrap_or_default();
        let line = (text.get(..start).unwrap_or_default().matches('\n').count() as u64).saturating_add(1);
        sink.record();
        let named = comment(before).unwrap_or(&fallback);
        if !one(rest.get(..length).unwrap_or_default(), named, line, &mut sink) {
            sink.problem(
                ProblemKind::Damaged,
                line,
                "a task definition that is not well-formed",
            );
        }
        from = start.saturating_add(length.max(1));
    }
}

/// The start of the next `<Task>`, which is not `<Tasks>`.
fn find_task(text: &str) -> Option<usize> {
    text.match_indices("<Task")
        .find(|(at, found)| {
            let after = at.saturating_add(found.len());
            matches!(
                text.as_bytes().get(after),
                Some(b' ' | b'>' | b'\r' | b'\n' | b'\t')
            )
        })
        .map(|(at, _)| at)
}

/// `schtasks /query /xml` names a task in a comment before it.
fn comment(before: &str) -> Option<&str> {
    let (_, rest) = before.rsplit_once("<!--")?;
    let (name, _) = rest.split_once("-->")?;
    let name = name.trim();
    name.starts_with('\\').then_some(name)
}

/// Reads one definition; false when it is not well-formed. What was read before the damage is kept.
fn one(xml: &str, named: &str, line: u64, sink: &mut Sink<'_, '_>) -> bool {
    let mut reader = Reader::from_str(xml);
    let mut path: Vec<String> = Vec::new();
    let mut text = String::new();
    let mut found: Vec<(&'static str, String)> = Vec::new();
    let mut uri = None;
    let whole = loop {
        match reader.read_event() {
            Ok(Token::Start(start)) if path.len() < DEPTH => {
                path.push(start.local_name().into_inner().to_owned());
                text.clear();
            }
            Ok(Token::End(_)) => {
                value(&path, text.trim(), &mut found, &mut uri);
                path.pop();
                text.clear();
            }
            Ok(Token::Text(part)) => push(&mut text, &part),
            Ok(Token::CData(part)) => push(&mut text, &part),
            Ok(Token::GeneralRef(name)) => {
                if let Ok(Some(letter)) = name.resolve_char_ref() {
                    push(&mut text, letter.encode_utf8(&mut [0; 4]));
                } else if let Some(letters) = resolve_predefined_entity(&name) {
                    push(&mut text, letters);
                }
            }
            Ok(Token::Eof) => break path.is_empty(),
            Ok(Token::Start(_)) | Err(_) => break false,
            Ok(_) => {}
        }
    };
    let task = uri.as_deref().unwrap_or(named);
    if !is_task_of_windows(task) {
        for (name, value) in &found {
            sink.fact(line, FactScope::Observed, &format!("task.{task}.{name}"), value);
        }
    }
    whole
}

fn push(text: &mut String, part: &str) {
    if text.len() < TEXT_BYTES {
        text.push_str(part);
    }
}

fn value(path: &[String], text: &str, found: &mut Vec<(&'static str, String)>, uri: &mut Option<String>) {
    let [.., parent, name] = path else { return };
    if text.is_empty() {
        return;
    }
    if parent == "RegistrationInfo" && name == "URI" {
        *uri = Some(text.to_owned());
        return;
    }
    let full = format!("{parent}/{name}");
    if let Some((_, fact)) = ELEMENTS.iter().find(|(element, _)| *element == full)
        && !found.iter().any(|(known, _)| known == fact)
    {
        found.push((fact, text.to_owned()));
    }
}

/// The name of a file: what `System32\Tasks` calls the task when its definition does not say.
fn file_name(path: &str) -> &str {
    let name = path.rsplit(['/', '\\', '!']).next().unwrap_or(path);
    name.strip_suffix(".xml").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, value};
    use super::*;

    const TASK: &str = r#"<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Author>CORP\admin</Author><URI>\Robots\Nightly &amp; more</URI></RegistrationInfo>
  <Triggers><CalendarTrigger><Enabled>false</Enabled></CalendarTrigger></Triggers>
  <Principals><Principal id="Author"><UserId>CORP\svc-robot</UserId><LogonType>S4U</LogonType>
  <RunLevel>HighestAvailable</RunLevel></Principal></Principals>
  <Settings><Enabled>true</Enabled><ExecutionTimeLimit>PT1H</ExecutionTimeLimit></Settings>
  <Actions Context="Author"><Exec><Command>Z:\run.cmd</Command><Arguments>/p Geheim73</Arguments></Exec></Actions>
</Task>"#;

    #[test]
    fn one_definition() {
        assert!(sniff(TASK));
        let found = facts(read, TASK);
        let name = r"task.\Robots\Nightly & more";
        assert_eq!(value(&found, &format!("{name}.LogonType")), ["S4U"]);
        assert_eq!(value(&found, &format!("{name}.UserId")), [r"CORP\svc-robot"]);
        assert_eq!(value(&found, &format!("{name}.Enabled")), ["true"]);
        assert_eq!(value(&found, &format!("{name}.Command")), [r"Z:\run.cmd"]);
        assert!(!format!("{found:?}").contains("Geheim"));
        assert!(found.problems.is_empty());
    }

    #[test]
    fn all_tasks_of_schtasks() {
        let bare = TASK.replace(r"<URI>\Robots\Nightly &amp; more</URI>", "");
        let bare = bare.split_once('\n').unwrap().1;
        let text = format!(
            "<?xml version=\"1.0\"?>\n<Tasks>\n<!-- \\First -->\n{bare}\n<!-- \\Cut -->\n{}\n<!-- \\Last -->\n{bare}\n\
             <!-- \\Microsoft\\Windows\\Defrag\\ScheduledDefrag -->\n{bare}</Tasks>",
            bare.replace("</Settings>", "</Settigns>")
        );
        let found = facts(read, &text);
        assert_eq!(value(&found, r"task.\First.LogonType"), ["S4U"]);
        assert_eq!(value(&found, r"task.\Cut.LogonType"), ["S4U"]);
        assert_eq!(value(&found, r"task.\Last.Enabled"), ["true"]);
        assert!(!found.facts.iter().any(|fact| fact.name.contains("Defrag")));
        assert_eq!(found.problems.len(), 1);
        assert_eq!(found.records, 4);
    }

    #[test]
    fn without_a_name_and_cut_off() {
        let cut = TASK.replace(r"<URI>\Robots\Nightly &amp; more</URI>", "");
        let cut = cut.split_once("<Settings>").unwrap().0;
        let found = facts(read, cut);
        assert_eq!(value(&found, r"task.\settings.txt.UserId"), [r"CORP\svc-robot"]);
        assert_eq!(found.problems.len(), 1);
    }
}
