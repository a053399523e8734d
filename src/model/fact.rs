//! A state read from a config export: a policy, a registry value, a version, a member of a group.

use std::sync::Arc;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::{Origin, Time};

/// Where a setting was made. The order is that of precedence, the strongest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FactScope {
    /// Read by a guess at a layout that nobody published: worth less than anything else.
    Inferred,
    /// Seen in passing: a version in a log line, a state in a list.
    Observed,
    /// The plain value.
    Plain,
    /// A policy for the user.
    UserPolicy,
    /// A policy for the computer; it beats all others.
    ComputerPolicy,
}

/// One state of one host.
///
/// Names are stable and dotted: `policy.DisableDomainCreds`, `rdp.UserAuthentication`, `robot.version`,
/// `os.build`, `host.time_zone`, `right.SeBatchLogonRight` (once for each holder), `winlogon.DefaultPassword`
/// (its value is always `present`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The host, if the source says; empty otherwise.
    pub host: Arc<str>,
    /// The name.
    pub name: Arc<str>,
    /// The value as text. Secrets never get this far.
    pub value: Arc<str>,
    /// Where the setting was made.
    pub scope: FactScope,
    /// When it was so, if the source says.
    pub at: Option<Time>,
    /// When it was so, in the local time of its host, while the offset is not known yet.
    pub local: Option<NaiveDateTime>,
    /// Where it was read.
    pub origin: Origin,
}
