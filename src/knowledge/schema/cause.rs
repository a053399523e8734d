//! The shape of a file of a cause: evidence, remedy, and the cases that test it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Conditions, OneOrMany};
use crate::model::Weight;

/// A cause.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CauseDef {
    /// The stable id.
    pub id: String,
    /// One line.
    pub title: String,
    /// What it is and how it leads to the symptom, in a sentence or two.
    pub explanation: String,
    /// The symptoms it explains.
    pub explains: Vec<String>,
    /// How often it is the cause among all causes of its symptoms.
    pub prior: Prior,
    /// More general causes of which this is one form: where this one is likely, or as well supported, it is told first.
    #[serde(default)]
    pub refines: Vec<String>,
    /// It says that something failed, and not why: what came with each failure and tells a cause is told first.
    #[serde(default)]
    pub residual: bool,
    /// Whether the evidence cannot carry more than `possible`.
    #[serde(default)]
    pub experimental: bool,
    /// It is what happens every day: it explains what somebody complains of, and is no complaint by itself.
    #[serde(default)]
    pub everyday: bool,
    /// It befalls anybody now and then: where it befell one person alone, in a log of many days, it is no more than `possible`.
    #[serde(default)]
    pub passing: bool,
    /// What speaks for it.
    #[serde(default, rename = "for")]
    pub supports: Vec<ItemDef>,
    /// What speaks against it.
    #[serde(default)]
    pub against: Vec<ItemDef>,
    /// What to do, in the order to try.
    pub remediation: Vec<String>,
    /// Which step of it comes first for what failed: the first of these that fits says so.
    #[serde(default)]
    pub first_step: Vec<FirstStepDef>,
    /// What the remedy may break.
    #[serde(default)]
    pub risk: String,
    /// How a later bundle shows that the remedy worked.
    #[serde(default)]
    pub verify: String,
    /// Where sources disagree.
    #[serde(default)]
    pub conflicts: Vec<String>,
    /// What to ask the customer for besides what the items name.
    #[serde(default)]
    pub ask: Vec<String>,
    /// Pages to read on.
    #[serde(default)]
    pub references: Vec<String>,
    /// How people tell it who do not know yet what it is: sentences of tickets and threads, in several languages. A text is compared
    /// with them by its words.
    #[serde(default)]
    pub heard: Vec<String>,
    /// Tests.
    #[serde(default)]
    pub case: Vec<CaseDef>,
}

/// A step of a remedy, and what it is the first for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FirstStepDef {
    /// How the step begins.
    pub step: String,
    /// The symptoms that it is for; empty: all.
    #[serde(default)]
    pub symptoms: Vec<String>,
    /// What must be seen, as in an item of evidence; it weighs nothing.
    #[serde(default)]
    pub seen: Option<ItemDef>,
}

/// How often a cause is the one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Prior {
    /// One in fifty.
    Rare,
    /// One in twelve.
    Occasional,
    /// One in five.
    Common,
}

/// One item of evidence.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ItemDef {
    /// Signals, any of which is it.
    #[serde(default)]
    pub signal: OneOrMany,
    /// A fact instead.
    #[serde(default)]
    pub fact: Option<String>,
    /// What the fact's value must be; any of these.
    #[serde(default)]
    pub is: OneOrMany,
    /// Further conditions on the signal's fields.
    #[serde(default, rename = "where")]
    pub conditions: Conditions,
    /// Keys in which it must agree with the incident. `host` unless said otherwise; `none` for any host.
    #[serde(default)]
    pub join: Option<Vec<String>>,
    /// How far from an occurrence it may lie. Without it: the occurrence itself.
    #[serde(default)]
    pub within: Option<WindowDef>,
    /// At least so many, in the window.
    #[serde(default)]
    pub at_least: Option<u64>,
    /// At least so many different values of this field, in the window.
    #[serde(default)]
    pub distinct: Option<String>,
    /// It concerns everything on its host at that time, so that closeness in time joins it.
    #[serde(default)]
    pub of_the_host: bool,
    /// The item is that it is not there; counts only where a log covers the window.
    #[serde(default)]
    pub missing: bool,
    /// How much it weighs.
    #[serde(default)]
    pub weight: Option<Weight>,
    /// What its proven absence weighs against the cause.
    #[serde(default)]
    pub if_absent: Option<Weight>,
    /// Without it the cause is not supported.
    #[serde(default)]
    pub required: bool,
    /// Items of one group restate one thing: only the heaviest counts.
    #[serde(default)]
    pub group: Option<String>,
    /// Replaces the signal's summary.
    #[serde(default)]
    pub say: Option<String>,
    /// The item is void where one of these signals is seen in the same window, joined in the same way.
    #[serde(default)]
    pub unless: OneOrMany,
    /// It lasts until one of these is seen on its host: what was switched off is off until somebody switches it on.
    #[serde(default)]
    pub until: OneOrMany,
    /// The item counts only where one of these symptoms is explained; empty: for all that the cause explains.
    #[serde(default)]
    pub symptoms: Vec<String>,
}

/// A span of time around an occurrence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WindowDef {
    /// How long before: `30s`, `5m`, `2h`, `30d`.
    #[serde(default)]
    pub before: String,
    /// How long after.
    #[serde(default)]
    pub after: String,
    /// Only around the first occurrence.
    #[serde(default)]
    pub first: bool,
    /// Nothing from before the last success, where there was one: what it outlived did not break it.
    #[serde(default)]
    pub since_success: bool,
}

/// A test of a cause: what is given, and what must come of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CaseDef {
    /// What it shows.
    pub name: String,
    /// Whether the cause is there or only seems to be.
    pub kind: CaseKind,
    /// Events, lines and facts.
    pub given: Vec<GivenDef>,
    /// Sources that cover the whole time, by alias; silence in them counts.
    #[serde(default)]
    pub covered: Vec<String>,
    /// The symptom that must be found; empty: any.
    #[serde(default)]
    pub symptom: Option<String>,
    /// The verdict of this cause: `>= likely`, `<= possible`, `= ruled-out`, `none` (not listed or no incident).
    pub expect: String,
    /// Whether this cause must come first.
    #[serde(default)]
    pub first: bool,
}

/// Hit or near miss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CaseKind {
    /// The cause is there.
    Hit,
    /// It looks alike and is not.
    NearMiss,
}

/// One thing given in a test.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct GivenDef {
    /// When, as `10:00:00` or `d2 10:00:00` (day 2); day 1 is 2026-05-04, UTC.
    #[serde(default)]
    pub at: Option<String>,
    /// An event as `alias/id`: `TaskScheduler/104`.
    #[serde(default)]
    pub event: Option<String>,
    /// A line of text instead.
    #[serde(default)]
    pub text: Option<String>,
    /// A fact instead.
    #[serde(default)]
    pub fact: Option<String>,
    /// The fact's value.
    #[serde(default)]
    pub value: Option<String>,
    /// The host; `RPA-07` otherwise.
    #[serde(default)]
    pub host: Option<String>,
    /// The message.
    #[serde(default)]
    pub message: Option<String>,
    /// `Correlation@ActivityID`.
    #[serde(default)]
    pub activity: Option<String>,
    /// Unnamed strings of a classic event, in order.
    #[serde(default)]
    pub data: Vec<String>,
    /// The fields of the event by name.
    #[serde(flatten)]
    pub fields: BTreeMap<String, serde_json::Value>,
}
