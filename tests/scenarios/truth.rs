//! What is true of a bundle, known because this code made it so.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::support::archive::Files;
use crate::support::evtx::Time;

/// A verdict, weakest first. Spelled as the product spells them; kept apart from its type on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    NotEvaluated,
    RuledOut,
    Unlikely,
    Possible,
    Likely,
    Strong,
}

impl Word {
    pub fn parse(text: &str) -> Self {
        match text {
            "not-evaluated" => Self::NotEvaluated,
            "ruled-out" => Self::RuledOut,
            "unlikely" => Self::Unlikely,
            "possible" => Self::Possible,
            "likely" => Self::Likely,
            "strong" => Self::Strong,
            other => panic!("no verdict {other}"),
        }
    }
}

/// The truth about one bundle.
#[derive(Debug, Clone, Serialize)]
pub struct Truth {
    /// What was done to the machine, for people.
    pub story: String,
    /// The cause; none in a healthy bundle.
    pub cause: Option<String>,
    /// The injected fault shows as one of these; none in a healthy bundle.
    pub symptoms: BTreeSet<String>,
    pub host: String,
    /// Without the domain; compared without case.
    pub user: Option<String>,
    pub task: Option<String>,
    pub session: Option<u32>,
    /// The first and the last moment at which the fault showed.
    pub first: Option<Time>,
    pub last: Option<Time>,
    /// How far the evidence in this bundle carries.
    pub at_least: Option<Word>,
    /// The evidence carries no further than this.
    pub at_most: Option<Word>,
    /// What is missing must be asked for.
    pub must_ask: bool,
    /// Other causes that may rightly be claimed for the same incident.
    pub also: BTreeSet<String>,
    /// Causes that truly occur in the healthy background.
    pub background: BTreeSet<String>,
    /// Look-alikes that the noise invites and that must not reach `likely` for the injected fault.
    pub forbidden: BTreeSet<String>,
    /// What the bundle is about, for a table: evidence that was left out, the system, the layout.
    pub notes: Vec<String>,
}

/// A bundle and its truth.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub seed: u64,
    pub kind: &'static str,
    pub files: Files,
    /// Which of the files are event logs, and of which channel.
    pub channels: BTreeMap<String, &'static str>,
    pub truth: Truth,
}

impl Scenario {
    pub fn name(&self) -> String {
        format!("{:05}-{}", self.seed, self.kind)
    }
}
