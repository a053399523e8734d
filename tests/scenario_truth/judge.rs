//! What the product made of one bundle, beside what is true of it.
//!
//! What is judged is the diagnosis as JSON, the contract that scripts rely on.

use logonscope::diagnose::Analyzer;
use logonscope::{Limits, bundle};
use serde_json::Value;

use crate::scenarios::truth::{Scenario, Truth, Word};
use crate::support::archive::{Files, zip};

/// What the product made of one bundle.
pub struct Outcome {
    pub seed: u64,
    pub kind: &'static str,
    pub truth: Truth,
    /// The best rank (from 0) and verdict of the true cause over the incidents that show the fault.
    pub rank: Option<usize>,
    /// The same without counting causes that are true as well.
    pub rank_among_wrong: Option<usize>,
    pub verdict: Option<Word>,
    /// What stood first where the fault shows.
    pub first: Vec<(String, Word)>,
    /// Untrue causes at `likely` or above.
    pub wrong: Vec<Wrong>,
    /// Symptoms of faults in a healthy bundle.
    pub alarms: Vec<String>,
    /// How many incidents of any kind.
    pub incidents: usize,
    /// Every claim at `possible` or above, and whether it is true.
    pub claims: Vec<(Word, bool)>,
    pub matched: bool,
    /// The fault was laid at the door of somebody else.
    pub wrong_user: bool,
    /// What the customer is asked for.
    pub ask: Vec<String>,
    /// The cause is one that no evidence settles, and that the product never calls more than possible; or there is none.
    pub unsettled: bool,
}

/// An untrue cause at `likely` or above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub symptom: String,
    pub cause: String,
    pub word: Word,
    /// Claimed of the fault itself, not of something else on the machine.
    pub of_fault: bool,
}

impl Outcome {
    pub fn name(&self) -> String {
        format!("{:05}-{}", self.seed, self.kind)
    }

    pub fn is_healthy(&self) -> bool {
        self.truth.cause.is_none()
    }

    /// Everything that tells the cause is in the bundle.
    pub fn is_full(&self) -> bool {
        self.truth.at_least.is_some()
    }

    /// Nothing untrue stands above the true cause.
    pub fn right_first(&self) -> bool {
        self.rank_among_wrong == Some(0)
    }

    pub fn in_three(&self) -> bool {
        self.rank.is_some_and(|rank| rank < 3)
    }

    pub fn strong_enough(&self) -> bool {
        self.verdict >= self.truth.at_least
    }

    pub fn wrong_of_fault(&self) -> bool {
        self.wrong.iter().any(|wrong| wrong.of_fault)
    }

    /// Surer than the evidence allows.
    pub fn overclaimed(&self) -> bool {
        self.truth.at_most.is_some_and(|most| self.verdict > Some(most))
    }

    pub fn asks_too_little(&self) -> bool {
        self.truth.must_ask && self.ask.is_empty()
    }
}

/// Symptoms that a healthy machine shows, too.
const NEUTRAL: [&str; 5] = [
    "host-restart",
    "session-disconnected",
    "session-logged-off",
    "rdp-connection-refused",
    "task-run-failure",
];

/// The same machine, whatever the spelling.
fn same_host(a: &str, b: &str) -> bool {
    let short = |name: &str| name.split('.').next().unwrap().to_lowercase();
    // A text of nowhere belongs to no host that has a name.
    a.is_empty() || a.starts_with('(') || short(a) == short(b)
}

fn same_user(claimed: Option<&str>, truth: Option<&String>) -> bool {
    match (claimed, truth) {
        (Some(claimed), Some(truth)) => claimed
            .rsplit('\\')
            .next()
            .unwrap()
            .split('@')
            .next()
            .unwrap()
            .eq_ignore_ascii_case(truth),
        _ => true,
    }
}

fn moment(value: &Value) -> Option<chrono::DateTime<chrono::Utc>> {
    chrono::DateTime::parse_from_rfc3339(value.as_str()?)
        .ok()
        .map(|at| at.to_utc())
}

/// Whether an incident is where the fault shows.
fn is_the_fault(incident: &Value, truth: &Truth) -> bool {
    let Some(symptom) = incident["symptom"].as_str() else {
        return false;
    };
    let (Some(first), Some(last)) = (truth.first, truth.last) else {
        return false;
    };
    // Of a crash only the last sign of life is known. Ends of sessions are folded over days, and most of them are the
    // ordinary ones before and after: one of them must have its end at the fault.
    let session = symptom.starts_with("session-");
    let slack = chrono::TimeDelta::minutes(if session { 6 } else { 20 });
    let near = |at: chrono::DateTime<chrono::Utc>| at >= first - slack && at <= last + slack;
    let in_time = match (moment(&incident["first"]), moment(&incident["last"])) {
        (Some(from), Some(to)) if session => near(from) || near(to),
        (Some(from), Some(to)) => from <= last + slack && to >= first - slack,
        _ => true,
    };
    // A fault that shows in a way of its own may be told as any symptom.
    (truth.symptoms.is_empty() || truth.symptoms.contains(symptom))
        && in_time
        && same_host(incident["host"].as_str().unwrap_or(""), &truth.host)
        // A robot's own log names no user; whom the product takes it for is counted apart.
        && (symptom.starts_with("robot-") || same_user(incident["user"].as_str(), truth.user.as_ref()))
}

pub fn causes(incident: &Value) -> Vec<(String, Word)> {
    let all = incident["causes"]
        .as_array()
        .map_or(&[] as &[Value], Vec::as_slice);
    all.iter()
        .map(|cause| {
            (
                cause["id"].as_str().unwrap().to_owned(),
                Word::parse(cause["verdict"].as_str().unwrap()),
            )
        })
        .collect()
}

/// What the product says of these files.
pub fn diagnose(name: &str, files: &Files, analyzer: &Analyzer) -> Value {
    let bundle = bundle::open_memory(&format!("{name}.zip"), zip(files), &Limits::default());
    serde_json::to_value(analyzer.analyze_bundle(&bundle)).unwrap()
}

/// `LOGONSCOPE_SCENARIO_JSON=DIR` keeps the diagnosis of each bundle.
pub fn run(scenario: Scenario, analyzer: &Analyzer) -> Outcome {
    let diagnosis = diagnose(&scenario.name(), &scenario.files, analyzer);
    if let Some(folder) = std::env::var_os("LOGONSCOPE_SCENARIO_JSON") {
        let path = std::path::Path::new(&folder).join(format!("{}.json", scenario.name()));
        std::fs::write(path, serde_json::to_vec_pretty(&diagnosis).unwrap()).unwrap();
    }
    let mut outcome = judge(&scenario, &diagnosis);
    let rule = scenario
        .truth
        .cause
        .as_ref()
        .and_then(|id| analyzer.knowledge().cause(id));
    outcome.unsettled = rule.is_none_or(|rule| rule.def.experimental);
    outcome
}

pub fn judge(scenario: &Scenario, diagnosis: &Value) -> Outcome {
    let empty = Vec::new();
    let incidents = diagnosis["incidents"].as_array().unwrap();
    let ask = diagnosis["ask"].as_array().unwrap_or(&empty);
    let mut outcome = Outcome {
        seed: scenario.seed,
        kind: scenario.kind,
        truth: scenario.truth.clone(),
        rank: None,
        rank_among_wrong: None,
        verdict: None,
        first: Vec::new(),
        wrong: Vec::new(),
        alarms: Vec::new(),
        incidents: incidents.len(),
        claims: Vec::new(),
        matched: false,
        wrong_user: false,
        ask: ask
            .iter()
            .map(|item| format!("{} {}", item["what"], item["command"]))
            .collect(),
        unsettled: false,
    };
    for incident in incidents {
        outcome.weigh(incident);
    }
    outcome
}

impl Outcome {
    fn weigh(&mut self, incident: &Value) {
        let symptom = incident["symptom"].as_str().unwrap().to_owned();
        let here = is_the_fault(incident, &self.truth);
        let all = causes(incident);
        self.matched |= here;
        self.wrong_user |= here && !same_user(incident["user"].as_str(), self.truth.user.as_ref());
        if self.is_healthy() && !NEUTRAL.contains(&symptom.as_str()) {
            self.alarms.push(symptom.clone());
        }
        for (at, (cause, word)) in all.iter().enumerate() {
            let right = self.truth.cause.as_ref() == Some(cause);
            if here && right {
                let untrue = all[..at]
                    .iter()
                    .filter(|(above, _)| !self.truth.also.contains(above))
                    .count();
                self.rank = Some(self.rank.map_or(at, |rank| rank.min(at)));
                self.rank_among_wrong = Some(self.rank_among_wrong.map_or(untrue, |rank| rank.min(untrue)));
                self.verdict = self.verdict.max(Some(*word));
            }
            let also = self.truth.also.contains(cause);
            let allowed = right || also || (!here && self.truth.background.contains(cause));
            if *word >= Word::Possible {
                self.claims.push((*word, allowed));
            }
            if *word >= Word::Likely && !allowed {
                self.wrong.push(Wrong {
                    symptom: symptom.clone(),
                    cause: cause.clone(),
                    word: *word,
                    of_fault: here,
                });
            }
        }
        if here && let Some(best) = all.first() {
            self.first.push(best.clone());
        }
    }
}
