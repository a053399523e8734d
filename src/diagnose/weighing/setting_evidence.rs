//! Looks for one item of evidence among the settings of the incident's host. Owns which value is effective and who holds a right
//! through a group. What the finding weighs is [`bench`](crate::diagnose::weighing::bench)'s.

use std::sync::Arc;

use crate::diagnose::timeline::host::is_list;
use crate::diagnose::timeline::identity;
use crate::diagnose::weighing::bench::Trial;
use crate::diagnose::weighing::event_evidence::Outcome;
use crate::knowledge::{Condition, Item, Key};
use crate::model::{Evidence, Fact, Missing, parse_code};

/// What a list of holders tells of an account.
enum Through<'f> {
    Yes(&'f Fact),
    No,
    /// A group of which nobody told the members.
    Unknown(&'f str),
}

/// Facts that list accounts and groups.
fn holds_a_right(name: &str) -> bool {
    name.starts_with("right.") || name.starts_with("group.")
}

impl Trial<'_> {
    /// The name of a fact, with the incident's keys in the place of `$task` and the like.
    fn fact_name(&self, template: &str) -> String {
        Key::ALL.iter().fold(template.to_owned(), |name, key| {
            let variable = format!("${}", key.name());
            match self.group.keys.get(*key) {
                Some(value) if name.contains(&variable) => name.replace(&variable, value),
                _ => name,
            }
        })
    }

    /// The facts of that name. The definition of a task that does not say its folder goes by its own name.
    fn facts_of(&self, name: &str) -> &[Fact] {
        let facts = &self.host().facts;
        let without_folder = || {
            let task = name.strip_prefix("task.\\")?;
            facts.get(&*format!("task.\\{}", task.rsplit_once('\\')?.1))
        };
        let found = facts.get(name).or_else(without_folder);
        found.map(Vec::as_slice).unwrap_or_default()
    }

    /// Looks for a setting.
    pub(in crate::diagnose) fn fact(&self, item: &Item, name: &str, condition: &Condition) -> Outcome {
        let name = self.fact_name(name);
        let code = self.group.keys.get(Key::Code).and_then(|code| parse_code(code));
        let name = self.host().with_meant_task(&name, code);
        let facts = self.facts_of(&name);
        let lookup = |name: &str| self.lookup(name);
        // Whether somebody unnamed is in a list, nobody can tell.
        if condition.variables().any(|name| lookup(name).is_none()) {
            return Outcome::Moot;
        }
        let effective = if is_list(&name) {
            facts
        } else {
            facts.get(..1).unwrap_or_default()
        };
        let unknown = |needs: String| {
            Outcome::Unknown(Missing {
                signal: Arc::from(&*name),
                needs,
                covering: None,
                weight: item.weight,
                against: false,
            })
        };
        if effective.is_empty() {
            return unknown(format!("the setting {name}"));
        }
        let direct = effective
            .iter()
            .find(|fact| condition.holds(Some(&fact.value), &lookup));
        let found = match direct {
            None if holds_a_right(&name) => match self.through_a_group(effective, condition) {
                Through::Yes(fact) => Some(fact),
                Through::No => None,
                Through::Unknown(group) => return unknown(format!("the members of {group}")),
            },
            direct => direct,
        };
        let shown = match (item.missing, found) {
            (true, Some(_)) | (false, None) => None,
            (true, None) => effective.first(),
            (false, found) => found,
        };
        shown.map_or(Outcome::Absent, |fact| {
            Outcome::Seen(Box::new(self.setting(item, &name, fact)))
        })
    }

    fn setting(&self, item: &Item, name: &str, fact: &Fact) -> Evidence {
        Evidence {
            signal: Arc::from(name),
            summary: item.say.as_deref().map_or_else(
                || format!("{name} is {}", fact.value),
                |say| self.fill(&say.replace("{value}", &fact.value)),
            ),
            weight: item.weight,
            joined_by: vec![Arc::from("fact")],
            at: fact.at,
            count: 1,
            origin: fact.origin.clone(),
        }
    }

    /// Rights are given to groups: whether a holder contains the incident's user, where the condition is about that user.
    fn through_a_group<'f>(&self, holders: &'f [Fact], condition: &Condition) -> Through<'f> {
        let lookup = |name: &str| self.lookup(name);
        let Some(user) = self.group.keys.get(Key::User) else {
            return Through::No;
        };
        if !condition.holds(Some(user), &lookup) || condition.holds(Some("nobody of that name"), &lookup) {
            return Through::No;
        }
        let mut open = None;
        for fact in holders {
            match identity::belongs(self.host(), &fact.value, user) {
                identity::Belongs::Yes => return Through::Yes(fact),
                identity::Belongs::Unknown => open = open.or(Some(&*fact.value)),
                identity::Belongs::No => {}
            }
        }
        open.map_or(Through::No, Through::Unknown)
    }
}
