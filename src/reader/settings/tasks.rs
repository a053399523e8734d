//! Lists of scheduled tasks as text: `schtasks /query` with `/v`, as LIST and CSV, and `Get-ScheduledTaskInfo`.
//! The labels are localized, their order is not: fields are taken by their place, where labels are not known. People leave lines out.
//!
//! Tasks below `\Microsoft\` are left out: a machine has two hundred, and none runs for a customer.

use std::collections::BTreeSet;

use super::labels::{csv, pair};
use super::sink::Sink;
use crate::model::{Event, FactScope, Findings, ProblemKind, is_task_of_windows};
use crate::reader::Context;

/// The places of `/v` output that are facts. The host comes first, then the task.
///
/// Source: <https://learn.microsoft.com/windows-server/administration/windows-commands/schtasks-query> and the
/// order of its output.
const PLACES: &[(usize, &str)] = &[
    (3, "Status"),
    (4, "LogonMode"),
    (5, "LastRun"),
    (6, "LastResult"),
    (11, "State"),
    (14, "UserId"),
];

/// The labels of the same in English.
const LABELS: &[(&str, &str)] = &[
    ("Status", "Status"),
    ("Logon Mode", "LogonMode"),
    ("Last Run Time", "LastRun"),
    ("Last Result", "LastResult"),
    ("Scheduled Task State", "State"),
    ("Run As User", "UserId"),
];

/// The label of the last result in other languages: behind lines that were left out it shows where the list is.
const RESULT_LABELS: &[&str] = &[
    "Letztes Ergebnis",
    "Dernier résultat",
    "Último resultado",
    "Último Resultado",
    "Ultimo risultato",
    "Ostatni wynik",
    "Последний результат",
    "Прошлый результат",
    "前回の結果",
    "上次结果",
];

/// Fields of `Get-ScheduledTaskInfo` and `Get-ScheduledTask`, which are not localized.
const NAMED: &[(&str, &str)] = &[
    ("LastTaskResult", "LastResult"),
    ("LastRunTime", "LastRun"),
    ("NumberOfMissedRuns", "MissedRuns"),
    ("State", "State"),
    ("UserId", "UserId"),
    ("LogonType", "LogonType"),
];

/// Whether the text holds such a list.
pub(super) fn sniff(head: &str) -> bool {
    let mut last = "";
    head.lines().take(400).any(|line| {
        let found = csv_row(line).is_some()
            || is_list_task(last, line)
            || pair(line).is_some_and(|(label, _)| matches!(label, "LastTaskResult" | "NumberOfMissedRuns"));
        last = line;
        found
    })
}

/// Reads every such list in the text.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    let mut reader = Reader::default();
    let mut last = "";
    for (number, line) in (1_u64..).zip(text.lines()) {
        if let Some(fields) = csv_row(line) {
            sink.record();
            csv_facts(&mut sink, number, &fields);
        } else {
            reader.line(&mut sink, number, last, line);
        }
        last = line;
    }
    reader.end_named(&mut sink);
}

/// Takes away what the lines of last results say as prose: their facts say more, in every language.
pub(super) fn tell_once(findings: &mut Findings) {
    let results = findings.facts.iter().filter(|fact| {
        let name = fact.name.strip_prefix("task.");
        name.is_some_and(|name| name.ends_with(".LastResult"))
    });
    let lines: BTreeSet<u64> = results.filter_map(|fact| fact.origin.line).collect();
    let told =
        |event: &Event| event.id.is_none() && event.origin.line.is_some_and(|line| lines.contains(&line));
    findings.events.retain(|event| !told(event));
}

/// So many fields has a row of `/v` at least.
const WHOLE_ROW: usize = 20;
/// The place of the last result.
const RESULT: usize = 6;

/// A row of the CSV form with `/v`: many quoted fields, the second of which is a path. People take columns out, most of them
/// after the last result, whose number then still tells what the row is.
fn csv_row(line: &str) -> Option<Vec<String>> {
    if !line.starts_with('"') || !line.contains(r#","\"#) {
        return None;
    }
    let fields = csv(line, ',');
    let is_number = |field: &String| crate::model::parse_code(field.trim()).is_some();
    let known = fields.len() >= WHOLE_ROW || fields.get(RESULT).is_some_and(is_number);
    (known && fields.get(1).is_some_and(|task| task.starts_with('\\'))).then_some(fields)
}

/// The only field of a row without all columns that can be the account it runs as: a name with its domain, and not that of
/// the author, which stands right behind the result.
fn account(fields: &[String]) -> Option<&str> {
    let is_program = |name: &str| {
        let kind = name.rsplit_once('.').map(|(_, kind)| kind.to_ascii_lowercase());
        kind.is_some_and(|kind| matches!(&*kind, "exe" | "com" | "cmd" | "bat" | "ps1" | "vbs" | "js"))
    };
    let is_account = |field: &&String| {
        let halves = field.trim().split_once('\\');
        halves.is_some_and(|(domain, name)| {
            let plain = |half: &str| !half.is_empty() && !half.contains(['\\', '/', ':', '%', '"']);
            plain(domain) && plain(name) && !is_program(name)
        })
    };
    let mut accounts = fields.iter().skip(RESULT + 2).filter(is_account);
    accounts
        .next()
        .filter(|_| accounts.next().is_none())
        .map(String::as_str)
}

fn csv_facts(sink: &mut Sink<'_, '_>, line: u64, fields: &[String]) {
    let Some(task) = fields.get(1) else { return };
    if let Some(host) = fields.first() {
        sink.host(host);
    }
    if is_task_of_windows(task) {
        return;
    }
    let whole = fields.len() >= WHOLE_ROW;
    for (place, name) in PLACES.iter().filter(|(place, _)| whole || *place <= RESULT) {
        if let Some(value) = fields.get(*place) {
            state(sink, line, task, name, value);
        }
    }
    if let Some(user) = account(fields).filter(|_| !whole) {
        state(sink, line, task, "UserId", user);
    }
}

/// Whether a line of the LIST form is that of the task, which follows that of the host: the value is a path.
fn is_list_task(last: &str, line: &str) -> bool {
    let (Some((_, host)), Some((label, task))) = (pair(last), pair(line)) else {
        return false;
    };
    task.starts_with('\\')
        && !task.starts_with(r"\\")
        && !host.is_empty()
        && !host.contains(['\\', ' '])
        && label.chars().count() < 30
        && line.contains(":  ")
}

#[derive(Default)]
struct Reader {
    /// The task of the LIST form and the place of its next field; none where labels tell.
    task: Option<(String, Option<usize>)>,
    /// Fields of the PowerShell form, until its block ends.
    named: Vec<(u64, &'static str, String)>,
    name: Option<String>,
    folder: Option<String>,
    host: Option<String>,
}

impl Reader {
    fn line(&mut self, sink: &mut Sink<'_, '_>, number: u64, last: &str, line: &str) {
        if line.trim().is_empty() {
            self.task = None;
            if !self.named.is_empty() {
                self.end_named(sink);
            }
            return;
        }
        if is_list_task(last, line) {
            sink.record();
            if let (Some((_, host)), Some((label, task))) = (pair(last), pair(line)) {
                sink.host(host);
                self.task = Some((task.to_owned(), (label != "TaskName").then_some(2)));
            }
            return;
        }
        if let Some((task, place)) = &mut self.task {
            // A field that goes on in the next line has no label at its beginning.
            if !line.starts_with([' ', '\t'])
                && let Some((label, value)) = pair(line)
            {
                let found = field_of(label, place);
                if let Some(name) = found.filter(|_| !is_task_of_windows(task)) {
                    state(sink, number, task, name, value);
                }
            }
            return;
        }
        self.named_line(number, line);
    }

    fn named_line(&mut self, number: u64, line: &str) {
        let Some((label, value)) = pair(line) else { return };
        match label {
            "TaskName" => self.name = Some(value.to_owned()),
            "TaskPath" => self.folder = Some(value.to_owned()),
            "PSComputerName" if !value.is_empty() => self.host = Some(value.to_owned()),
            _ => {
                if let Some((_, name)) = NAMED.iter().find(|(known, _)| *known == label) {
                    self.named.push((number, name, value.to_owned()));
                    self.named.truncate(64);
                }
            }
        }
    }

    /// Ends a block of the PowerShell form. One without a name is a pasted piece: its result is read as an event.
    fn end_named(&mut self, sink: &mut Sink<'_, '_>) {
        let named = std::mem::take(&mut self.named);
        let (name, folder, host) = (self.name.take(), self.folder.take(), self.host.take());
        let is_task = named
            .iter()
            .any(|(_, name, _)| matches!(*name, "LastResult" | "MissedRuns"));
        let Some(name) = name.filter(|_| is_task) else {
            return;
        };
        let task = format!("{}{name}", folder.as_deref().unwrap_or(r"\"));
        if is_task_of_windows(&task) {
            return;
        }
        if let Some(host) = host {
            sink.host_from_here(&host);
        }
        for (line, name, value) in named {
            state(sink, line, &task, name, &value);
        }
    }
}

/// The fact that a line of the LIST form is: by its label, or by its place, which is that of the next line then.
fn field_of(label: &str, place: &mut Option<usize>) -> Option<&'static str> {
    let Some(place) = place else {
        let known = LABELS.iter().find(|(known, _)| label.eq_ignore_ascii_case(known));
        return known.map(|(_, name)| *name);
    };
    if RESULT_LABELS.contains(&label) {
        *place = RESULT;
    }
    let known = PLACES.iter().find(|(known, _)| known == place);
    *place = place.saturating_add(1);
    known.map(|(_, name)| *name)
}

/// One field. Whether a task is enabled is told in words that we know in a few languages.
/// How a task logs on, as its XML spells it: PowerShell prints the names of its own enumeration, or their numbers.
///
/// Source: <https://learn.microsoft.com/windows/win32/taskschd/principal-logontype>.
fn logon_type(value: &str) -> &str {
    match value {
        "Interactive" | "3" => "InteractiveToken",
        "1" => "Password",
        "2" => "S4U",
        "4" => "Group",
        "5" => "ServiceAccount",
        "InteractiveOrPassword" | "6" => "InteractiveTokenOrPassword",
        other => other,
    }
}

fn state(sink: &mut Sink<'_, '_>, line: u64, task: &str, name: &str, value: &str) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    if name == "State" {
        let enabled = match value.to_lowercase().as_str() {
            "enabled" | "aktiviert" | "有効" | "activé" | "habilitado" | "ready" | "running" => "true",
            "disabled" | "deaktiviert" | "無効" | "désactivé" | "deshabilitado" => "false",
            _ => return,
        };
        sink.fact(
            line,
            FactScope::Observed,
            &format!("task.{task}.Enabled"),
            enabled,
        );
        return;
    }
    let value = match (name, crate::model::parse_code(value)) {
        ("LastResult", Some(code)) => code.to_string(),
        ("LastResult", None) => {
            sink.problem(
                ProblemKind::Damaged,
                line,
                "a task's last result that is no number",
            );
            return;
        }
        ("LogonType", _) => logon_type(value).to_owned(),
        _ => value.to_owned(),
    };
    sink.fact(line, FactScope::Observed, &format!("task.{task}.{name}"), &value);
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, value};
    use super::*;

    const GERMAN: &str = "\nOrdner: \\\n\
        Hostname:                                 RPA-07\n\
        Aufgabenname:                             \\Nightly\n\
        Nächste Laufzeit:                         05.05.2026 02:00:00\n\
        Status:                                   Bereit\n\
        Anmeldemodus:                             Interaktiv/Hintergrund\n\
        Letzte Laufzeit:                          04.05.2026 02:00:00\n\
        Letztes Ergebnis:                         -2147023570\n\
        Autor:                                    CORP\\admin\n\
        Auszuführende Aufgabe:                    C:\\robot.exe\n\
        Starten in:                               N/A\n\
        Kommentar:                                eins\n\
        \x20                                         zwei\n\
        Status der geplanten Aufgabe:             Aktiviert\n\
        Leerlaufzeit:                             Deaktiviert\n\
        Energieverwaltung:                        \n\
        Als Benutzer ausführen:                   CORP\\svc-robot\n\n\
        Hostname:                                 RPA-07\n\
        Aufgabenname:                             \\Microsoft\\Windows\\Defrag\\ScheduledDefrag\n\
        Nächste Laufzeit:                         N/A\n\
        Status:                                   Bereit\n";

    #[test]
    fn lines_that_were_left_out_shift_nothing() {
        let english = "HostName:      RPA-07\nTaskName:      \\Nightly\nLast Run Time: 5/4/2026 2:00:00 AM\n\
                       Last Result:   -196608\nStart In:      D:\\jobs\nRun As User:   SYSTEM\n";
        let german = "Hostname:      RPA-07\nAufgabenname:  \\Nightly\nLetzte Laufzeit:  04.05.2026 02:00:00\n\
                      Letztes Ergebnis: -196608\n";
        for list in [english, german] {
            let found = facts(read, list);
            assert_eq!(
                value(&found, r"task.\Nightly.LastResult"),
                ["4294770688"],
                "{list}"
            );
            assert!(value(&found, r"task.\Nightly.Status").is_empty(), "{list}");
        }
        let found = facts(read, english);
        assert_eq!(value(&found, r"task.\Nightly.UserId"), ["SYSTEM"]);
    }

    #[test]
    fn list_in_german() {
        assert!(sniff(GERMAN));
        let found = facts(read, GERMAN);
        assert_eq!(value(&found, r"task.\Nightly.LastResult"), ["2147943726"]);
        assert_eq!(value(&found, r"task.\Nightly.UserId"), [r"CORP\svc-robot"]);
        assert_eq!(value(&found, r"task.\Nightly.Enabled"), ["true"]);
        assert!(
            found
                .facts
                .iter()
                .all(|fact| fact.name.contains("Nightly") && &*fact.host == "RPA-07")
        );
    }

    #[test]
    fn csv_rows() {
        let header = "\"HostName\",\"TaskName\",\"Next Run Time\"\n";
        let rest = ",\"\"".repeat(13);
        let text = format!(
            "{header}\"RPA-07\",\"\\Nightly\",\"N/A\",\"Ready\",\"Interactive only\",\"5/4/2026\",\"2147943712\",\"\",\"c,d\",\"\",\
             \"\",\"Disabled\",\"\",\"\",\"svc-robot\"{rest}\n"
        );
        assert!(sniff(&text));
        let found = facts(read, &text);
        assert_eq!(value(&found, r"task.\Nightly.LastResult"), ["2147943712"]);
        assert_eq!(value(&found, r"task.\Nightly.Enabled"), ["false"]);
        assert_eq!(value(&found, r"task.\Nightly.UserId"), ["svc-robot"]);
    }

    #[test]
    fn csv_rows_without_all_columns() {
        let text = "\"RPA-07\",\"\\Nightly\",\"07/02/2026\",\"Prêt\",\"\",\"06/02/2026\",\"-2147023511\",\"CORP\\anna\",\"tools\\run.cmd\",\
            \"N/A\",\"Activé\",\"CORP\\svc.robot\"\n\"RPA-07\",\"\\Share\",\"free text\"\n";
        assert!(sniff(text));
        let found = facts(read, text);
        assert_eq!(value(&found, r"task.\Nightly.LastResult"), ["2147943785"]);
        assert_eq!(value(&found, r"task.\Nightly.UserId"), [r"CORP\svc.robot"]);
        assert!(found.facts.iter().all(|fact| fact.name.contains("Nightly")));
    }

    #[test]
    fn powershell_and_a_damaged_list() {
        let text = "LastRunTime        : 5/4/2026 2:00:00 AM\nLastTaskResult     : 2147943785\n\
            TaskName           : Nightly\nTaskPath           : \\Robots\\\n\nLastTaskResult: 0x8004131F\n";
        assert!(sniff(text));
        let found = facts(read, text);
        assert_eq!(value(&found, r"task.\Robots\Nightly.LastResult"), ["2147943785"]);
        assert_eq!(found.facts.len(), 2);
        let cut = GERMAN.split("Status der").next().unwrap();
        let found = facts(read, cut);
        assert_eq!(value(&found, r"task.\Nightly.LastResult"), ["2147943726"]);
    }
}
