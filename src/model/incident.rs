//! An incident with its causes, the evidence of each and the verdict on it, as the result tells them. Owns these words of the JSON contract;
//! what else a case has is in [`diagnosis`](super::diagnosis).
//!
//! Consumers treat every field as optional: absent means absent.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Origin, Time};

/// How well a cause explains an incident.
#[cfg_attr(test, derive(Default))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The inputs that could tell are missing, and nothing was seen.
    #[cfg_attr(test, default)]
    NotEvaluated,
    /// Something seen cannot be if this were the cause.
    RuledOut,
    /// Below 0.20.
    Unlikely,
    /// From 0.20.
    Possible,
    /// From 0.60, and joined by a key or a fact.
    Likely,
    /// From 0.90, and joined by a key or a fact.
    Strong,
}

impl Verdict {
    /// Every verdict, weakest first.
    pub const ALL: [Self; 6] = [
        Self::NotEvaluated,
        Self::RuledOut,
        Self::Unlikely,
        Self::Possible,
        Self::Likely,
        Self::Strong,
    ];

    /// The word, as JSON and the command line spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotEvaluated => "not-evaluated",
            Self::RuledOut => "ruled-out",
            Self::Unlikely => "unlikely",
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Strong => "strong",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Verdict {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|verdict| verdict.name() == text)
            .ok_or_else(|| {
                let names: Vec<_> = Self::ALL.iter().map(|verdict| verdict.name()).collect();
                format!("no verdict {text:?}; there are {}", names.join(", "))
            })
    }
}

/// How much one piece of evidence moves a verdict. The factors are in `diagnose/weighing/score.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Circumstantial.
    Weak,
    /// Worth something beside other evidence.
    Moderate,
    /// Points at this cause and few others.
    Strong,
    /// Identifies the cause by itself.
    Decisive,
    /// Rules the cause out.
    Veto,
}

impl Weight {
    /// The word for it, for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::Moderate => "moderate",
            Self::Strong => "strong",
            Self::Decisive => "decisive",
            Self::Veto => "rules out",
        }
    }
}

/// Something that was seen, and what it says about a cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Evidence {
    /// The id of the signal, or the name of the fact.
    pub signal: Arc<str>,
    /// What was seen, for a person.
    pub summary: String,
    /// How much it moves the verdict.
    pub weight: Weight,
    /// What joined it to the incident: a key such as `user`, `task` or `session`, `fact`, `host` for what takes the whole host
    /// down, `itself` for what lies in the incident; empty for closeness in time alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joined_by: Vec<Arc<str>>,
    /// When it was seen first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
    /// How often it was seen.
    pub count: u64,
    /// Where it was seen first.
    pub origin: Origin,
}

/// One term of the sum behind a verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Term {
    /// The id of the signal, the name of the fact, or `prior`.
    pub item: Arc<str>,
    /// What the odds are multiplied by; 1 where it does not count.
    pub factor: f64,
    /// Why it counts as it does.
    pub note: String,
}

/// A missing thing that would change a verdict by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Flip {
    /// The id of the signal, or the name of the fact.
    pub signal: Arc<str>,
    /// What would tell.
    pub needs: String,
    /// The instant that the words name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covering: Option<Time>,
    /// The verdict if it were seen.
    pub if_seen: Verdict,
    /// The verdict if it were proven absent.
    pub if_absent: Verdict,
}

/// Something that could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Missing {
    /// The id of the signal, or the name of the fact.
    pub signal: Arc<str>,
    /// What would tell, in words for the customer. The words end in ` covering TIME UTC` where they are about an instant.
    pub needs: String,
    /// That instant, for whoever shows it in another zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covering: Option<Time>,
    /// What it would have weighed.
    pub weight: Weight,
    /// Whether it would have spoken against the cause.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub against: bool,
}

/// One possible cause of one incident.
#[cfg_attr(test, derive(Default))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Cause {
    /// The stable id.
    pub id: Arc<str>,
    /// One line.
    pub title: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The probability behind the verdict, from 0 to 1, to three digits.
    pub score: f64,
    /// Why the verdict is held below what the score says, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capped: Option<String>,
    /// What it is, in a sentence or two.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub explanation: String,
    /// What speaks for it, heaviest first.
    #[serde(default, rename = "for")]
    pub supports: Vec<Evidence>,
    /// What speaks against it, heaviest first.
    #[serde(default)]
    pub against: Vec<Evidence>,
    /// What could not be judged.
    #[serde(default)]
    pub unknown: Vec<Missing>,
    /// The sum behind the score, term by term: of causes that are at least possible, and of all where they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sum: Vec<Term>,
    /// Which single missing thing would change the verdict; only where it was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flips: Vec<Flip>,
    /// What to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remediation: Vec<String>,
    /// What the remedy may break.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub risk: String,
    /// How a later bundle shows that the remedy worked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub verify: String,
    /// Where sources disagree about this cause.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<String>,
    /// Pages to read on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
}

/// Something that changed after the last success and before the first failure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Change {
    /// When.
    pub at: Time,
    /// What kind of change: `password change`, `restart`, `update`.
    pub kind: Arc<str>,
    /// What changed.
    pub summary: String,
    /// Where it was read.
    pub origin: Origin,
}

/// A line in the story of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TimelineEntry {
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
    /// What.
    pub summary: String,
    /// Where it was read.
    pub origin: Origin,
}

/// One symptom on one host for one user, session or task; bursts are folded.
#[cfg_attr(test, derive(Default))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Incident {
    /// A fingerprint that stays the same for the same input.
    pub id: String,
    /// The stable id of the symptom.
    pub symptom: Arc<str>,
    /// One line.
    pub title: String,
    /// The host.
    pub host: Arc<str>,
    /// The user, as first spelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Arc<str>>,
    /// The session id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<u32>,
    /// The path of the task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<Arc<str>>,
    /// The code that the symptom carried, in the spelling of its space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Whether it is what the customer's own words ask about: a note beside the logs names its user, task, session, host or time. `false`
    /// where they name another, or wave it aside; absent where they say neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<bool>,
    /// The first occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Time>,
    /// The last occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Time>,
    /// How many occurrences.
    pub count: u64,
    /// When they were, in order; of many, some from the first to the last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<Time>,
    /// The last success of the same kind before the first occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worked_until: Option<Time>,
    /// The first success of the same kind after the last occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub works_again: Option<Time>,
    /// What changed after the last success and before the first failure, the latest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub began_after: Vec<Change>,
    /// The incident that tells the same cause better, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_of: Option<String>,
    /// The incidents that are told by this one, by their ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// Causes, best first.
    #[serde(default)]
    pub causes: Vec<Cause>,
    /// The story around it.
    #[serde(default)]
    pub timeline: Vec<TimelineEntry>,
}

impl Incident {
    /// The best verdict any cause reaches.
    pub fn best(&self) -> Option<&Cause> {
        self.causes
            .first()
            .filter(|cause| cause.verdict >= Verdict::Possible)
    }
}
