//! Lists events without diagnosing: one artifact after the other, and piece by piece, so that memory holds the events of
//! a few pieces at a time.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

#[cfg(feature = "etl")]
use super::companions;
use super::record_repair::{mend_of, normalize};
use super::{Focus, time_zones};
use crate::bundle::Bundle;
use crate::error::Result;
use crate::limits::Limits;
use crate::model::{
    Artifact, Event, EventFilter, Findings, Form, Interest, Level, Narrow, Origin, Problem, ProblemKind,
    RecordTexts, StringNames, host_key, user_key,
};
use crate::reader::{self, Context, Course, Writer};

/// Which events to list. Entries of one list are alternatives; an empty list wants everything.
#[derive(Debug, Clone, Default)]
pub(super) struct Selection {
    /// Channels by name or by the end of it; case does not count.
    pub(super) channels: Vec<String>,
    /// Providers by name; case does not count.
    pub(super) providers: Vec<String>,
    /// Event ids.
    pub(super) ids: Vec<u16>,
    /// Levels.
    pub(super) levels: Vec<Level>,
    /// Literals in the message or the values; case does not count.
    pub(super) texts: Vec<String>,
}

impl Selection {
    /// What the readers need to look at.
    fn interest(&self, focus: &Focus, texts: &RecordTexts) -> Result<Interest> {
        let lower = |names: &[String]| names.iter().map(|name| name.to_lowercase().into()).collect();
        let around = focus
            .around
            .map(|(at, span)| (at.checked_sub_signed(span), at.checked_add_signed(span)));
        let (from, to) = around.unwrap_or_default();
        let narrow = Narrow {
            providers: lower(&self.providers),
            ids: self.ids.iter().copied().collect(),
            channels: lower(&self.channels),
            levels: self.levels.iter().copied().collect(),
            since: focus.since.max(from),
            until: [focus.until, to].into_iter().flatten().min(),
            host: focus.host.as_deref().map(|host| host_key(host).into()),
        };
        if self.providers.is_empty() {
            return Ok(Interest::all_of(texts)?.narrowed(narrow));
        }
        let ids = || self.ids.iter().copied().collect();
        let list = narrow.providers.iter().map(|provider| (provider.clone(), ids()));
        // Lines of text have no ids to go by: those that name a provider are looked at.
        let interest = Interest::new(
            EventFilter::Listed(list.collect()),
            self.providers.iter().cloned(),
            [],
            texts.messages().to_vec(),
        )?;
        Ok(interest.with_texts(texts.clone()).narrowed(narrow))
    }

    fn has_text(&self, event: &Event) -> bool {
        self.texts.is_empty() || {
            let text = text_of(event);
            self.texts
                .iter()
                .any(|wanted| text.contains(&wanted.to_lowercase()))
        }
    }
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

/// Lists the events of bundles.
#[derive(Debug)]
pub(super) struct Lister {
    pub(super) selection: Selection,
    pub(super) focus: Focus,
    pub(super) limits: Limits,
    /// What is known of how records read in texts.
    pub(super) texts: RecordTexts,
    /// The zone of local times that nothing places.
    pub(super) zone: Option<time_zones::Zone>,
    pub(super) recover: bool,
    /// What binary traces are decoded with besides what lies beside them.
    #[cfg(feature = "etl")]
    pub(super) formats: Vec<crate::model::Companion>,
    pub(super) pool: rayon::ThreadPool,
}

impl Lister {
    /// Hands on the selected events of a piece of an artifact at a time.
    pub(super) fn pieces(
        &self,
        bundle: &Bundle,
        take: impl FnMut(Vec<Event>) -> bool + Send,
    ) -> Result<Vec<Problem>> {
        self.stream(bundle, None, |events, _| events, take)
    }

    /// Has `form` write them, those of event logs part by part if it can.
    pub(super) fn write(
        &self,
        bundle: &Bundle,
        form: &dyn Form,
        mut out: impl FnMut(&[u8]) -> bool + Send,
    ) -> Result<Vec<Problem>> {
        let spare = Spare::default();
        self.stream(
            bundle,
            Some((form, &spare)),
            |events, mut bytes| {
                if bytes.capacity() == 0 && !events.is_empty() {
                    bytes = spare.take();
                }
                for event in &events {
                    form.event(event, &mut bytes);
                }
                bytes
            },
            |bytes| {
                let go_on = bytes.is_empty() || out(&bytes);
                spare.put(bytes);
                go_on
            },
        )
    }

    /// Has `make` make something of the selected events of each piece that is read, and hands it to `take` in order.
    fn stream<T: Send>(
        &self,
        bundle: &Bundle,
        form: Option<(&dyn Form, &Spare)>,
        make: impl Fn(Vec<Event>, Vec<u8>) -> T + Sync,
        mut take: impl FnMut(T) -> bool + Send,
    ) -> Result<Vec<Problem>> {
        let interest = self.selection.interest(&self.focus, &self.texts)?;
        #[cfg(feature = "etl")]
        let interest = companions::with_companions(bundle, &self.formats, &interest).unwrap_or(interest);
        // Words are searched for in the whole event.
        let is_searched = !self.selection.texts.is_empty() || self.focus.user.is_some();
        let writing = form
            .filter(|(form, _)| form.takes_parts() && !is_searched)
            .map(|(form, spare)| Writing {
                narrow: interest.narrow(),
                form,
                spare,
            });
        let writer = writing.as_ref().map(|writing| -> &dyn Writer { writing });
        let mut problems = bundle.problems.clone();
        let read = || {
            for member in &bundle.members {
                if let Some(reason) = self.limits.stop.reason() {
                    let detail = format!("{reason}: what follows was not read");
                    let origin = Origin::artifact(Arc::clone(&member.path));
                    problems.push(Problem::new(ProblemKind::Interrupted, origin, detail));
                    break;
                }
                let context = self.context(&member.path, &interest);
                let mut flow = ControlFlow::Continue(());
                match member.open() {
                    Ok(source) => problems.extend(
                        reader::write_pieces(
                            source,
                            &context,
                            writer,
                            |piece, written| make(self.select(piece, &context), written),
                            |made| {
                                flow = if take(made) {
                                    ControlFlow::Continue(())
                                } else {
                                    ControlFlow::Break(())
                                };
                                flow
                            },
                        )
                        .problems,
                    ),
                    Err(problem) => problems.push(problem),
                }
                if flow.is_break() {
                    break;
                }
            }
        };
        self.pool.install(read);
        problems.sort_by(|a, b| (a.kind, &a.origin, &a.detail).cmp(&(b.kind, &b.origin, &b.detail)));
        Ok(problems)
    }

    /// What the reader of a member needs.
    fn context<'c>(&'c self, path: &Arc<str>, interest: &'c Interest) -> Context<'c> {
        Context {
            path: Arc::clone(path),
            interest,
            limits: &self.limits,
            recover: self.recover,
        }
    }

    /// Takes the selected events out of a piece.
    fn select(&self, piece: &mut Findings, context: &Context<'_>) -> Vec<Event> {
        if piece.events.iter().any(|event| event.time.is_none()) {
            let mut artifacts = [Artifact {
                path: Arc::clone(&context.path),
                findings: std::mem::take(piece),
            }];
            let mut problems = Vec::new();
            time_zones::resolve(&mut artifacts, self.zone, &|_| String::new(), &mut problems);
            let [artifact] = artifacts;
            *piece = artifact.findings;
            piece.problems.append(&mut problems);
        }
        let mut events = std::mem::take(&mut piece.events);
        events.retain_mut(|event| {
            normalize(event, &StringNames::default());
            context.interest.narrow().admits(event)
                && self.selection.has_text(event)
                && self.is_of_user(event)
        });
        events
    }

    fn is_of_user(&self, event: &Event) -> bool {
        let user = self.focus.user.as_deref();
        user.is_none_or(|user| text_of(event).contains(&user_key(user)))
    }
}

/// Buffers that were used and are to be used again.
#[derive(Default)]
struct Spare(Mutex<Vec<Vec<u8>>>);

impl Spare {
    fn take(&self) -> Vec<u8> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
            .unwrap_or_default()
    }

    fn put(&self, mut bytes: Vec<u8>) {
        if bytes.capacity() > 0 {
            bytes.clear();
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(bytes);
        }
    }
}

/// Has events written while they are read.
struct Writing<'a> {
    narrow: &'a Narrow,
    form: &'a dyn Form,
    spare: &'a Spare,
}

impl Writer for Writing<'_> {
    fn course(&self, head: &Event) -> Course {
        if !self.narrow.admits(head) {
            Course::Skip
        } else if head.time.is_none() || mend_of(head).is_some() {
            Course::Whole
        } else {
            Course::Parts
        }
    }

    fn form(&self) -> &dyn Form {
        self.form
    }

    fn whole(&self, mut event: Event, out: &mut Vec<u8>) {
        normalize(&mut event, &StringNames::default());
        if self.narrow.admits(&event) {
            self.form.event(&event, out);
        }
    }

    fn buffer(&self) -> Vec<u8> {
        self.spare.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::open_memory;
    use crate::parse::Parser;

    const LINES: &str = "\
[0]0B44.0F10::2026/05/04-08:00:00.000000000 [Contoso.Robot] session refused\n\
[0]0B44.0F10::2026/05/04-08:00:01.000000000 [Contoso.Other] all is well\n";

    fn listed(parser: Parser) -> Vec<String> {
        let bundle = open_memory("trace.txt", LINES.as_bytes().to_vec(), &Limits::default());
        let mut found = Vec::new();
        let each = |event: &Event| {
            found.push(event.provider.to_string());
            true
        };
        parser.each(&bundle, each).unwrap();
        found
    }

    #[test]
    fn filters_of_different_kinds_must_all_hold() {
        let robot = || Parser::new().provider("contoso.robot");
        assert_eq!(listed(Parser::new()), ["Contoso.Robot", "Contoso.Other"]);
        assert_eq!(listed(robot()), ["Contoso.Robot"]);
        assert_eq!(listed(Parser::new().text("REFUSED")), ["Contoso.Robot"]);
        assert!(listed(robot().text("well")).is_empty());
    }
}
