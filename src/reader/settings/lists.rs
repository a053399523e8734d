//! Lists of installed programs and hotfixes: tables and lists of `Get-ItemProperty`, `wmic product`, `Get-HotFix`,
//! `wmic qfe`, their CSV twins. Rows are read by what their cells look like, since columns differ.

use super::labels::{cells, csv, is_rule, is_version, pair};
use super::programs;
use super::sink::Sink;
use crate::model::{FactScope, Findings};
use crate::reader::Context;

/// Whether the text holds such a list.
pub(super) fn sniff(head: &str) -> bool {
    head.lines()
        .take(400)
        .any(|line| is_program_header(line) || is_hotfix_header(line))
}

/// Reads every such list in the text.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    let mut name: Option<(u64, String)> = None;
    for (number, line) in (1_u64..).zip(text.lines()) {
        sink.record();
        if let Some((kb, date)) = hotfix(line) {
            sink.fact(number, FactScope::Observed, &format!("hotfix.{kb}"), date);
            continue;
        }
        match pair(line) {
            Some(("DisplayName", value)) => name = Some((number, value.to_owned())),
            Some(("Name", value)) if !value.is_empty() => name = Some((number, value.to_owned())),
            Some(("DisplayVersion" | "Version", version)) if is_version(version) => {
                if let Some((line, name)) = name.take() {
                    programs::fact(&mut sink, line, &name, version);
                }
            }
            _ if !is_rule(line) => row(&mut sink, number, line),
            _ => {}
        }
    }
}

fn is_program_header(line: &str) -> bool {
    let has = |word: &str| line.contains(word);
    (has("DisplayName") && (has("DisplayVersion") || has("Publisher") || line.contains(':')))
        || (has("Name") && has("Version") && (has("Vendor") || has("IdentifyingNumber") || has("Publisher")))
        || (line.trim_start().starts_with("Name")
            && line.trim_end().ends_with("Version")
            && line.contains("  "))
}

fn is_hotfix_header(line: &str) -> bool {
    line.contains("HotFixID") || line.contains("HotfixId")
}

/// A row of a table: the cell that is a program's name, and the first that is a version.
fn row(sink: &mut Sink<'_, '_>, number: u64, line: &str) {
    let separator = [',', ';'].into_iter().find(|&separator| {
        line.trim_start().starts_with('"') && line.contains(separator) || line.matches(separator).count() >= 2
    });
    let fields: Vec<String> = match separator {
        Some(separator) => csv(line, separator),
        None => cells(line).into_iter().map(str::to_owned).collect(),
    };
    let version = fields.iter().find(|field| is_version(field.trim()));
    let name = fields.iter().find(|field| programs::matters(field));
    if let (Some(name), Some(version)) = (name, version) {
        programs::fact(sink, number, name, version.trim());
    }
}

/// A hotfix in a row of a table, and the date it was installed, as it stands there.
fn hotfix(line: &str) -> Option<(&str, &str)> {
    let kb = line
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| is_kb(word))?;
    let date = line
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"'))
        .rfind(|word| is_date(word))?;
    Some((kb, date))
}

/// A hotfix in the list that ends `systeminfo`: `[01]: KB5041578`.
pub(super) fn hotfix_of_systeminfo(line: &str) -> Option<(&str, &str)> {
    let (number, kb) = line.trim().strip_prefix('[')?.split_once("]:")?;
    let kb = kb.trim();
    (number.bytes().all(|byte| byte.is_ascii_digit()) && is_kb(kb)).then_some((kb, ""))
}

fn is_kb(word: &str) -> bool {
    word.strip_prefix("KB").is_some_and(|digits| {
        (6..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn is_date(word: &str) -> bool {
    let parts: Vec<_> = word.split(['/', '.', '-']).collect();
    parts.len() == 3
        && parts
            .iter()
            .all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, value};
    use super::*;

    #[test]
    fn hotfix_tables() {
        for text in [
            "Source        Description      HotFixID      InstalledBy          InstalledOn\n\
             ------        -----------      --------      -----------          -----------\n\
             RPA-07        Security Update  KB5041578     NT AUTHORITY\\SYSTEM  8/14/2026 12:00:00 AM\n",
            "Node,Description,HotFixID,InstalledBy,InstalledOn\nRPA-07,Update,KB5041578,X,8/14/2026\n",
        ] {
            assert!(sniff(text));
            assert_eq!(value(&facts(read, text), "hotfix.KB5041578"), ["8/14/2026"]);
        }
    }

    #[test]
    fn programs_in_tables_lists_and_csv() {
        for text in [
            "DisplayName                 DisplayVersion Publisher\n-----------                 -------------- ---------\n\
             UiPath Robot                18.3.2         UiPath\n7-Zip                       22.1           Igor\n",
            "DisplayName     : UiPath Robot\nDisplayVersion  : 18.3.2\nPublisher       : UiPath\n\n\
             DisplayName     : 7-Zip\nDisplayVersion  : 22.1\n",
            "\"DisplayName\",\"DisplayVersion\",\"Publisher\"\n\"UiPath Robot\",\"18.3.2\",\"UiPath\"\n",
            "Name                 Version\nUiPath Robot         18.3.2\n7-Zip                22.1\n",
        ] {
            assert!(sniff(text), "{text}");
            let found = facts(read, text);
            assert_eq!(value(&found, "program.UiPath Robot"), ["18.3.2"], "{text}");
            assert_eq!(value(&found, "robot.version"), ["18.3.2"]);
            assert_eq!(found.facts.len(), 2);
        }
    }

    #[test]
    fn other_text() {
        assert!(!sniff("Name: x\nVersion 3\n"));
        assert!(hotfix("installed KB5041578 yesterday").is_none());
        assert!(hotfix_of_systeminfo("[01]: Realtek").is_none());
    }
}
