//! Lists events without diagnosing: one artifact after the other, so that memory holds the events of one at a time.

use std::sync::Arc;

use super::Analyzer;
use super::clock;
use super::normalize::normalize;
use crate::bundle::Bundle;
use crate::error::Result;
use crate::model::{Artifact, Event, EventFilter, Interest, Level, Origin, Problem, ProblemKind, user_key};
use crate::reader::{self, Context};

/// Which events to list. Entries of one list are alternatives; an empty list wants everything.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Channels by name or by the end of it; case does not count.
    pub channels: Vec<String>,
    /// Providers by name; case does not count.
    pub providers: Vec<String>,
    /// Event ids.
    pub ids: Vec<u16>,
    /// Levels.
    pub levels: Vec<Level>,
    /// Literals in the message or the values; case does not count.
    pub texts: Vec<String>,
}

impl Selection {
    /// What the readers need to look at. Ids without a provider may be of any, so nothing can be skipped then.
    fn interest(&self) -> Result<Interest> {
        if self.providers.is_empty() {
            return Interest::everything();
        }
        let list = self.providers.iter().map(|provider| {
            let ids = self.ids.iter().copied().collect();
            (provider.to_lowercase().into_boxed_str(), ids)
        });
        // Lines of text have no ids to go by: those that name a provider are looked at.
        Interest::new(
            EventFilter::Listed(list.collect()),
            self.providers.iter().cloned(),
            [],
            Vec::new(),
        )
    }

    fn takes(&self, event: &Event) -> bool {
        let any = |list: &[String], holds: &dyn Fn(&str) -> bool| {
            list.is_empty() || list.iter().any(|wanted| holds(wanted))
        };
        any(&self.channels, &|wanted| ends(&event.channel, wanted))
            && any(&self.providers, &|wanted| {
                wanted.eq_ignore_ascii_case(&event.provider)
            })
            && (self.ids.is_empty() || event.id.is_some_and(|id| self.ids.contains(&id)))
            && (self.levels.is_empty() || self.levels.contains(&event.level))
            && (self.texts.is_empty() || {
                let text = text_of(event);
                any(&self.texts, &|wanted| text.contains(&wanted.to_lowercase()))
            })
    }
}

fn ends(name: &str, end: &str) -> bool {
    let at = name.len().checked_sub(end.len());
    at.and_then(|at| name.get(at..))
        .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

/// The message and the values, in lower case.
fn text_of(event: &Event) -> String {
    let mut text = event.message.as_deref().unwrap_or_default().to_lowercase();
    for field in &event.fields {
        text.push(' ');
        text.push_str(&field.value.to_text().to_lowercase());
    }
    text
}

impl Analyzer {
    /// Hands every selected event to `each`, in the order of the bundle, until it returns false; what could not be read comes
    /// back. Of the focus, the times, the host and the user count. Local times are placed by what their own artifact
    /// reveals, else by the assumed zone.
    ///
    /// # Errors
    /// When the selection has more literals than can be searched for at once.
    pub fn events(
        &self,
        bundle: &Bundle,
        selection: &Selection,
        mut each: impl FnMut(&Event) -> bool,
    ) -> Result<Vec<Problem>> {
        let interest = selection.interest()?;
        let mut problems = bundle.problems.clone();
        for member in &bundle.members {
            if let Some(reason) = self.limits.stop.reason() {
                let detail = format!("{reason}: what follows was not read");
                let origin = Origin::artifact(Arc::clone(&member.path));
                problems.push(Problem::new(ProblemKind::Interrupted, origin, detail));
                break;
            }
            let read = || self.list(member, &interest);
            let (artifact, mut unread) = match &self.pool {
                Some(pool) => pool.install(read),
                None => read(),
            };
            problems.append(&mut unread);
            let wanted = |event: &&Event| selection.takes(event) && self.in_focus(event);
            if !artifact.findings.events.iter().filter(wanted).all(&mut each) {
                break;
            }
        }
        problems.sort_by(|a, b| (a.kind, &a.origin, &a.detail).cmp(&(b.kind, &b.origin, &b.detail)));
        Ok(problems)
    }

    fn list(&self, member: &crate::bundle::Member, interest: &Interest) -> (Artifact, Vec<Problem>) {
        let path = Arc::clone(&member.path);
        let context = Context {
            path: Arc::clone(&path),
            interest,
            limits: &self.limits,
            recover: self.recover,
        };
        let mut findings = match member.open() {
            Ok(source) => reader::read(source, &context),
            Err(problem) => crate::model::Findings {
                problems: vec![problem],
                ..Default::default()
            },
        };
        let mut problems = std::mem::take(&mut findings.problems);
        let mut artifacts = [Artifact { path, findings }];
        clock::resolve(&mut artifacts, self.assume_offset, &mut problems);
        let [mut artifact] = artifacts;
        artifact.findings.events.iter_mut().for_each(normalize);
        (artifact, problems)
    }

    fn in_focus(&self, event: &Event) -> bool {
        let user = self.focus.user.as_deref();
        self.focus.includes(event.time)
            && (event.computer.is_empty() || self.focus.is_on(&event.computer))
            && user.is_none_or(|user| text_of(event).contains(&user_key(user)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use crate::bundle::open_memory;

    const LINES: &str = "\
[0]0B44.0F10::2026/05/04-08:00:00.000000000 [Contoso.Robot] session refused\n\
[0]0B44.0F10::2026/05/04-08:00:01.000000000 [Contoso.Other] all is well\n";

    fn listed(selection: &Selection) -> Vec<String> {
        let bundle = open_memory("trace.txt", LINES.as_bytes().to_vec(), &Limits::default());
        let mut found = Vec::new();
        let analyzer = Analyzer::new().unwrap();
        analyzer
            .events(&bundle, selection, |event| {
                found.push(event.provider.to_string());
                true
            })
            .unwrap();
        found
    }

    #[test]
    fn filters_of_different_kinds_must_all_hold() {
        assert_eq!(listed(&Selection::default()), ["Contoso.Robot", "Contoso.Other"]);
        let robot = Selection {
            providers: vec!["contoso.robot".to_owned()],
            ..Default::default()
        };
        assert_eq!(listed(&robot), ["Contoso.Robot"]);
        let refused = Selection {
            texts: vec!["REFUSED".to_owned()],
            ..Default::default()
        };
        assert_eq!(listed(&refused), ["Contoso.Robot"]);
        let neither = Selection {
            texts: vec!["well".to_owned()],
            ..robot
        };
        assert!(listed(&neither).is_empty());
    }

    #[test]
    fn names_by_their_end() {
        assert!(ends(
            "Microsoft-Windows-TaskScheduler/Operational",
            "taskscheduler/operational"
        ));
        assert!(!ends("Security", "Microsoft-Security"));
    }
}
