//! Objects as PowerShell shows them: rows of a table under a rule of dashes, and JSON. Writes each as the `Name : value` lines of a
//! list, which the other readers know, with the command above it. Must not know what the names mean.

use std::fmt::Write as _;

use serde_json::Value;

use super::labels::is_rule;
use super::{Sink, tasks};
use crate::model::{Findings, ProblemKind};
use crate::reader::Context;
use crate::reader::json::net_millis;

/// Rows of one text that are taken.
const MOST_ROWS: usize = 20_000;
/// Columns of a table.
const MOST_COLUMNS: usize = 64;
/// How far above its headings the command of a table stands.
const COMMAND_LINES: usize = 4;
/// How deep JSON is searched for objects.
const DEPTH: usize = 4;

/// Objects as lists, and for each line of them the line of the text that it was made of; 0 where that is not known.
#[derive(Debug, Default)]
pub(super) struct Unfolded {
    pub(super) text: String,
    pub(super) lines: Vec<u64>,
}

impl Unfolded {
    fn line(&mut self, number: u64, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
        self.lines.push(number);
    }
}

/// The tables of a text as lists.
pub(super) fn tables(text: &str) -> Unfolded {
    let mut found = Unfolded::default();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut rows = 0;
    for (at, pair) in lines.windows(2).enumerate() {
        let &[head, rule] = pair else { continue };
        let Some(columns) = columns(head, rule) else {
            continue;
        };
        let above = lines.iter().take(at).rev().take(COMMAND_LINES);
        let command = above.copied().find(|line| is_command(line));
        let body = (at + 2..).zip(lines.iter().skip(at + 2));
        for (row, line) in body.take_while(|(_, line)| !line.is_empty() && !is_command(line)) {
            rows += 1;
            if rows > MOST_ROWS {
                return found;
            }
            let number = row as u64 + 1;
            if let Some(command) = command {
                found.line(number, command);
            }
            for (name, value) in cells(line, &columns) {
                found.line(number, &format!("{name} : {value}"));
            }
            found.line(number, "");
        }
    }
    found
}

/// A line in which somebody runs a command of PowerShell.
fn is_command(line: &str) -> bool {
    line.contains("Get-") || line.trim_start().starts_with("PS ")
}

/// A column: where its dashes stand, in letters, and its heading.
type Column = (usize, usize, String);

/// The columns of a table: each heading is as wide as the dashes under it.
fn columns(head: &str, rule: &str) -> Option<Vec<Column>> {
    if !is_rule(rule) || rule.contains('=') || head.trim().is_empty() || is_rule(head) {
        return None;
    }
    let letters: Vec<char> = head.chars().collect();
    let mut columns = Vec::new();
    let mut start = None;
    for (at, letter) in rule.chars().chain([' ']).enumerate() {
        match (letter, start) {
            ('-', None) => start = Some(at),
            (' ', Some(from)) => {
                let name: String = letters.get(from..at.min(letters.len()))?.iter().collect();
                columns.push((from, at, name.trim().to_owned()));
                start = None;
            }
            _ => {}
        }
    }
    let named = |(_, _, name): &Column| !name.is_empty() && !name.contains("  ");
    let is_table = (2..=MOST_COLUMNS).contains(&columns.len()) && columns.iter().all(named);
    is_table.then_some(columns)
}

/// The words of a row under the headings they belong to: those whose dashes they touch, else those they stand nearest to.
fn cells<'c>(row: &str, columns: &'c [Column]) -> Vec<(&'c str, String)> {
    let mut cells: Vec<(&str, String)> = columns
        .iter()
        .map(|(_, _, name)| (&**name, String::new()))
        .collect();
    let mut last: Option<(usize, usize)> = None;
    for (from, to, word) in words(row) {
        let touches = columns
            .iter()
            .position(|(start, end, _)| from < *end && to > *start);
        let right = columns.iter().position(|(start, _, _)| *start >= to);
        let column = touches.unwrap_or_else(|| match (last, right) {
            (Some((left, end)), Some(right)) => {
                let gap = columns
                    .get(right)
                    .map_or(usize::MAX, |(start, _, _)| start.saturating_sub(to));
                if from.saturating_sub(end) <= gap {
                    left
                } else {
                    right
                }
            }
            (Some((left, _)), None) => left,
            (None, right) => right.unwrap_or_default(),
        });
        if let Some((_, cell)) = cells.get_mut(column) {
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(&word);
        }
        last = Some((column, to));
    }
    cells
}

/// The words of a row with where they begin and end, in letters.
fn words(row: &str) -> Vec<(usize, usize, String)> {
    let mut words: Vec<(usize, usize, String)> = Vec::new();
    let mut open = false;
    for (at, letter) in row.chars().enumerate() {
        if letter.is_whitespace() {
            open = false;
            continue;
        }
        match words.last_mut().filter(|_| open) {
            Some((_, to, word)) => {
                *to = at + 1;
                word.push(letter);
            }
            None => words.push((at, at + 1, letter.to_string())),
        }
        open = true;
    }
    words
}

/// Whether a text is JSON of such objects.
pub(super) fn sniff(head: &str) -> bool {
    head.trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with(['[', '{'])
        && head.contains("\"LastTaskResult\"")
}

/// Reads JSON of such objects.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let Ok(json) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else {
        Sink::new(context, findings).problem(
            ProblemKind::Damaged,
            0,
            "JSON that does not end or does not read",
        );
        return;
    };
    let mut lists = String::new();
    let mut rows = 0;
    write_lists(&json, DEPTH, &mut rows, &mut lists);
    tasks::read(&lists, context, findings);
    for fact in &mut findings.facts {
        fact.origin.line = None;
    }
}

fn write_lists(json: &Value, depth: usize, rows: &mut usize, lists: &mut String) {
    let inner: Box<dyn Iterator<Item = &Value>> = match json {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(fields) => {
            *rows += 1;
            for (name, value) in fields {
                let text = match value {
                    Value::String(text) => instant(text).unwrap_or_else(|| text.replace(['\r', '\n'], " ")),
                    Value::Number(_) | Value::Bool(_) => value.to_string(),
                    _ => continue,
                };
                let _ = writeln!(lists, "{} : {text}", name.replace(['\r', '\n'], " "));
            }
            lists.push('\n');
            Box::new(fields.values())
        }
        _ => return,
    };
    if depth == 0 {
        return;
    }
    for value in inner {
        if *rows >= MOST_ROWS {
            return;
        }
        write_lists(value, depth - 1, rows, lists);
    }
}

/// A time as the older ConvertTo-Json writes it, `/Date(1777881600000)/`, as a person reads it.
fn instant(text: &str) -> Option<String> {
    let milliseconds = net_millis(text).filter(|_| text.ends_with(")/"))?;
    let time = chrono::DateTime::from_timestamp_millis(milliseconds)?;
    Some(time.format("%Y-%m-%d %H:%M:%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_to_the_heading_they_touch_or_stand_next_to() {
        let text = "PS C:\\> Get-ScheduledTaskInfo | ft\n\n\
            TaskName             LastRunTime          LastTaskResult Missed\n\
            --------             -----------          -------------- ------\n\
            A long name of task  18/11/2026 09:12:00      2147943726      0\n\
            Short                                             267011\n\nno row\n";
        let found = tables(text);
        let lines: Vec<&str> = found.text.lines().collect();
        assert_eq!(
            lines,
            [
                "PS C:\\> Get-ScheduledTaskInfo | ft",
                "TaskName : A long name of task",
                "LastRunTime : 18/11/2026 09:12:00",
                "LastTaskResult : 2147943726",
                "Missed : 0",
                "",
                "PS C:\\> Get-ScheduledTaskInfo | ft",
                "TaskName : Short",
                "LastRunTime : ",
                "LastTaskResult : 267011",
                "Missed : ",
                ""
            ]
        );
        assert_eq!(found.lines.iter().max(), Some(&6));
        assert_eq!(found.lines.len(), lines.len());
    }

    #[test]
    fn a_rule_under_a_title_is_no_table() {
        for text in [
            "Title\n-----\ntext\n",
            "a  b\n=  =\n1  2\n",
            "\n-- --\nx y\n",
            "ab\n-- --\nx y\n",
        ] {
            assert_eq!(tables(text).text, "", "{text}");
        }
    }

    #[test]
    fn hostile_tables_end() {
        let wide = format!(
            "{}\n{}\n{}\n",
            "a ".repeat(5_000),
            "- ".repeat(5_000),
            "x ".repeat(5_000)
        );
        assert_eq!(tables(&wide).text, "");
        let rows = format!("a1 b1\n-- --\n{}", "x y\n".repeat(MOST_ROWS + 10));
        assert_eq!(tables(&rows).lines.len(), MOST_ROWS * 3);
        let deep = format!("{}1{}", "[".repeat(50), "]".repeat(50));
        let mut lists = String::new();
        write_lists(&serde_json::from_str(&deep).unwrap(), DEPTH, &mut 0, &mut lists);
        assert_eq!(lists, "");
    }

    #[test]
    fn times_of_the_older_shell_are_readable() {
        for (text, told) in [
            ("/Date(1777881600000)/", Some("2026-05-04 08:00:00Z")),
            ("/Date(1777881600000+0200)/", Some("2026-05-04 08:00:00Z")),
            ("/Date(-62135596800000)/", Some("0001-01-01 00:00:00Z")),
            ("/Date()/", None),
            ("/Date(x)/", None),
            ("2026-05-04", None),
        ] {
            assert_eq!(instant(text).as_deref(), told, "{text}");
        }
    }
}
