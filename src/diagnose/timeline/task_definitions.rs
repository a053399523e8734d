//! Definitions of tasks that do not say whose they are: an export of Task Scheduler often lacks the task's path, and lies under any name.
//! Owns which task of the records such a definition is of; must not know what a definition means.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::host::Host;
use crate::model::is_task_of_windows;
use crate::model::providers::TASK_SCHEDULER;

const PREFIX: &str = "task.";
const COMMAND: &str = "Command";

/// What each task of the records ran, by its name in lower case.
type Actions = BTreeMap<String, (Arc<str>, BTreeSet<String>)>;

/// Names the definitions that bear the name of no task of the records: by the only task that runs the same program, else, of one
/// definition, by the only task there is.
pub(in crate::diagnose) fn name(host: &mut Host) {
    let defined = defined(host);
    if defined.is_empty() {
        return;
    }
    let actions = actions(host);
    let is_unknown = |task: &&String| !actions.contains_key(&task.to_lowercase());
    let unknown: Vec<&String> = defined.keys().filter(is_unknown).collect();
    let mut renamed = Vec::new();
    for task in &unknown {
        let command = defined.get(*task).cloned().flatten();
        let runs_it = |ran: &BTreeSet<String>| command.as_ref().is_some_and(|command| ran.contains(command));
        let mut fitting = actions.values().filter(|(_, ran)| runs_it(ran));
        let by_command = fitting.next().filter(|_| fitting.next().is_none());
        let alone = || {
            actions
                .values()
                .next()
                .filter(|_| actions.len() == 1 && unknown.len() == 1)
        };
        if let Some((name, _)) = by_command.or_else(alone)
            && !defined.contains_key(&**name)
        {
            renamed.push(((*task).clone(), Arc::clone(name)));
        }
    }
    for (from, to) in renamed {
        rename(host, &from, &to);
    }
}

/// The tasks that the facts of a host define, with the program of each.
fn defined(host: &Host) -> BTreeMap<String, Option<String>> {
    let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
    for (name, facts) in &host.facts {
        if let Some((task, field)) = name.strip_prefix(PREFIX).and_then(|rest| rest.rsplit_once('.')) {
            let command = found.entry(task.to_owned()).or_default();
            if field == COMMAND {
                *command = facts.first().map(|fact| program(&fact.value));
            }
        }
    }
    found
}

fn actions(host: &Host) -> Actions {
    let mut actions = Actions::new();
    for entry in host.raw_where(|event| TASK_SCHEDULER.wrote(event)) {
        let Some(task) = entry.event.field_text("TaskName") else {
            continue;
        };
        if is_task_of_windows(&task) {
            continue;
        }
        let (_, ran) = actions
            .entry(task.to_lowercase())
            .or_insert_with(|| (task.into(), BTreeSet::new()));
        ran.extend(
            entry
                .event
                .first_field_text(&["ActionName", "Path"])
                .map(|ran| program(&ran)),
        );
    }
    actions
}

/// A program as definitions and records both write it.
fn program(command: &str) -> String {
    command.trim().trim_matches('"').to_lowercase()
}

fn rename(host: &mut Host, from: &str, to: &str) {
    let start = format!("{PREFIX}{from}.");
    let names: Vec<Arc<str>> = host
        .facts
        .keys()
        .filter(|name| name.starts_with(&start))
        .cloned()
        .collect();
    for name in names {
        let Some(mut facts) = host.facts.remove(&name) else {
            continue;
        };
        let field = name.rsplit('.').next().unwrap_or_default();
        let renamed: Arc<str> = format!("{PREFIX}{to}.{field}").into();
        for fact in &mut facts {
            fact.name = Arc::clone(&renamed);
        }
        host.facts.entry(renamed).or_default().extend(facts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::timeline::host::{Entry, Moment};
    use crate::model::{Event, Fact, FactScope, Origin, Value};

    fn host(tasks: &[(&str, &str)], definitions: &[(&str, &str)]) -> Host {
        let mut host = Host::default();
        for (task, action) in tasks {
            let mut event = Event::new(Origin::artifact("tasks.evtx"));
            event.provider = "Microsoft-Windows-TaskScheduler".into();
            event.id = Some(200);
            event.push("TaskName", Value::text(*task));
            event.push("ActionName", Value::text(*action));
            let at = Some(Moment::at("2026-05-04T08:00:00Z".parse().unwrap()));
            host.entries.push(Entry {
                event: event.into(),
                at,
            });
        }
        host.raw = host.entries.len();
        for (task, command) in definitions {
            for (field, value) in [("Command", *command), ("LogonType", "S4U")] {
                let name: Arc<str> = format!("task.{task}.{field}").into();
                let fact = Fact {
                    name: Arc::clone(&name),
                    value: value.into(),
                    host: "".into(),
                    scope: FactScope::Observed,
                    at: None,
                    local: None,
                    origin: Origin::artifact("export.xml"),
                };
                host.facts.entry(name).or_default().push(fact);
            }
        }
        host
    }

    fn names(mut host: Host) -> Vec<String> {
        name(&mut host);
        let kinds = host.facts.keys().filter(|name| name.ends_with(".LogonType"));
        kinds.map(|name| (*name).to_string()).collect()
    }

    #[test]
    fn a_definition_is_of_the_task_that_runs_its_program() {
        let tasks = [
            (r"\Nightly", r"C:\jobs\run.cmd"),
            (r"\Other", r"C:\jobs\other.cmd"),
        ];
        let found = names(host(&tasks, &[(r"\export", r#""C:\Jobs\run.cmd""#)]));
        assert_eq!(found, [r"task.\Nightly.LogonType"]);
        let two = [
            (r"\Nightly", r"C:\jobs\run.cmd"),
            (r"\Weekly", r"C:\jobs\run.cmd"),
        ];
        let found = names(host(&two, &[(r"\export", r"C:\jobs\run.cmd")]));
        assert_eq!(found, [r"task.\export.LogonType"], "it may be of either");
    }

    #[test]
    fn the_only_definition_is_of_the_only_task() {
        let found = names(host(&[(r"\Nightly", "powershell.exe")], &[(r"\task", "pwsh")]));
        assert_eq!(found, [r"task.\Nightly.LogonType"]);
        let found = names(host(&[(r"\Nightly", "a.exe")], &[(r"\NIGHTLY", "b.exe")]));
        assert_eq!(found, [r"task.\NIGHTLY.LogonType"], "it says whose it is");
    }
}
