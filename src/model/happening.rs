//! What happened on a host as a result tells it: the stays in its sessions, and whatever else has a place on a line of time. Owns their words;
//! must not know what failed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Origin, Time, TimelineEntry};

/// One stay of one user in one session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SessionReport {
    /// The host.
    pub host: Arc<str>,
    /// The session id; Windows uses ids again. Absent where only the audits of the Security log tell of the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<u32>,
    /// The user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Arc<str>>,
    /// `console`, `rdp`, `vmconnect`, `unknown`.
    pub kind: String,
    /// The client's address, for RDP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Arc<str>>,
    /// When it began; absent if it began before the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Time>,
    /// When it ended; absent if it had not when the log ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<Time>,
    /// How it ended: the class of the ledger, such as `logoff`, `logoff-shutdown`, `crash`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_class: Option<String>,
    /// The record that tells of its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_origin: Option<Origin>,
    /// Its states in order.
    #[serde(default)]
    pub states: Vec<TimelineEntry>,
}

impl SessionReport {
    /// The session by its id, where that is known.
    pub(crate) fn named(&self) -> String {
        self.session
            .map_or_else(|| "A session".to_owned(), |id| format!("Session {id}"))
    }

    /// That it ended: whose it was, whence its client came, and how it ended.
    pub(crate) fn ending(&self) -> String {
        let how = self.end_class.as_deref().map(|class| class.replace('-', " "));
        let how = how.map_or_else(String::new, |how| format!(": {how}"));
        format!("{} ended{how}", self.whose())
    }

    /// That it began.
    pub(crate) fn beginning(&self) -> String {
        format!("{} began", self.whose())
    }

    /// That it was there.
    pub(crate) fn opening(&self) -> String {
        format!("{} was there", self.whose())
    }

    fn whose(&self) -> String {
        let of = self.user.as_deref().map(|user| format!(" of {user}"));
        let from = self.address.as_deref().map(|from| format!(", from {from},"));
        format!(
            "{}{}{}",
            self.named(),
            of.unwrap_or_default(),
            from.unwrap_or_default()
        )
    }
}

/// Which line of a picture something belongs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Lane {
    /// The host went down, came up or slept.
    Power,
    /// A run of a scheduled task.
    Task,
    /// A run of a robot's job.
    Job,
    /// A change: of a password, a policy, the clock, an update.
    Change,
    /// A logon that was refused, at a time that was asked about.
    Logon,
    /// What else a record of a time that was asked about says.
    Record,
}

impl Lane {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [
        Self::Power,
        Self::Task,
        Self::Job,
        Self::Change,
        Self::Logon,
        Self::Record,
    ];

    /// The stable name, as JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Power => "power",
            Self::Task => "task",
            Self::Job => "job",
            Self::Change => "change",
            Self::Logon => "logon",
            Self::Record => "record",
        }
    }
}

/// Something that happened on a host, whether or not anything failed: one line for whoever looks at all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Happening {
    /// When, or when it began.
    pub at: Time,
    /// When it ended, for what takes time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// The host.
    pub host: Arc<str>,
    /// Where it belongs.
    pub lane: Lane,
    /// The task, or whose job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Arc<str>>,
    /// The account, where it ran as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Arc<str>>,
    /// How a run ended: `completed`, `failed-action`, `failed-start`, `stopped`, `cut-by-shutdown` or `logon-failed` for a task, `ended` or
    /// `unfinished` for a job, `down`, `started` or `slept` for a host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Arc<str>>,
    /// The code that a run ended with, as its log spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Whether it is a failure.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub failed: bool,
    /// What happened.
    pub summary: String,
    /// Where it was read, if one record tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Of what took a host down or brought it up, and of settings of its clock: the how manieth it is in the order in which they happened.
    #[serde(skip)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub(crate) rank: usize,
}

impl Happening {
    /// What a record says, of which nothing more is known.
    pub(crate) fn said((at, host, lane): (Time, &Arc<str>, Lane), summary: String, origin: Origin) -> Self {
        Self {
            at,
            until: None,
            host: Arc::clone(host),
            lane,
            subject: None,
            user: None,
            outcome: None,
            code: None,
            failed: false,
            summary,
            origin: Some(origin),
            rank: 0,
        }
    }

    /// Whether the clock of the host was set.
    pub(crate) fn sets_clock(&self) -> bool {
        let of_clock = |kind: &str| kind.contains("clock");
        self.lane == Lane::Change && self.subject.as_deref().is_some_and(of_clock)
    }
}
