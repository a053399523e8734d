//! What the user of the tool points at: a time, a user, a host. Owns the test whether something lies within it.

use chrono::TimeDelta;

use crate::model::{Time, host_key, same_user};

/// What the user of the tool points at.
#[derive(Debug, Clone, Default)]
pub struct Focus {
    /// Nothing before this instant is an incident; it still counts as evidence.
    pub since: Option<Time>,
    /// Nothing after this instant is an incident.
    pub until: Option<Time>,
    /// The complaint is about this instant, give or take this span: what is normal otherwise is explained here too.
    pub around: Option<(Time, TimeDelta)>,
    /// Only this user.
    pub user: Option<String>,
    /// Only this host.
    pub host: Option<String>,
}

impl Focus {
    pub(crate) fn includes(&self, time: Option<Time>) -> bool {
        let Some(time) = time else { return true };
        self.since.is_none_or(|since| time >= since)
            && self.until.is_none_or(|until| time <= until)
            && self.around.is_none_or(|(at, span)| (time - at).abs() <= span)
    }

    /// Whether the complaint is about this instant.
    pub(crate) fn points_at(&self, time: Time) -> bool {
        self.around.is_some_and(|(at, span)| (time - at).abs() <= span)
    }

    pub(crate) fn is_of(&self, user: &str) -> bool {
        self.user.as_deref().is_none_or(|wanted| same_user(wanted, user))
    }

    pub(crate) fn is_on(&self, host: &str) -> bool {
        self.host
            .as_deref()
            .is_none_or(|wanted| host_key(wanted) == host_key(host))
    }
}
