//! Parsing without diagnosing: an iterator over the events of files, bundles and bytes in memory, for tools that embed the readers.
//! Owns the way in and out; how formats are read is [`reader`](crate::reader)'s matter.
//!
//! ```no_run
//! for event in logonscope::parse::Parser::new().ids([40]).open(["Sessions.evtx"])? {
//!     let event = event?;
//!     println!("{:?} {} {:?}", event.time, event.computer, event.field_text("Reason"));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Event logs, binary traces, their text dumps, tables, robot logs and archives of all that go through the same door; what a thing is, is
//! told by its content. Values keep their types ([`Value`](crate::model::Value)). What could not be read comes as `Err` items behind the
//! events, and loses nothing else.

#[cfg(feature = "etl")]
pub(crate) mod companions;
mod focus;
mod last_alive;
mod list_events;
mod logs_in_utc;
pub(crate) mod record_repair;
mod shared_moments;
#[cfg(test)]
mod test_inputs;
pub(crate) mod time_zones;
mod zone_names;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::bundle::{self, Bundle};
use crate::error::{Error, Result};
use crate::limits::{Limits, Stop};
use crate::model::{Event, EventForm, Level, Problem, RecordTexts, Time};
use list_events::{Lister, Selection};

pub use focus::Focus;

/// A time zone in any spelling that is read, such as `W. Europe Standard Time`, by its name in the tables of IANA or its offset;
/// nothing for what is none.
pub fn zone_name(text: &str) -> Option<String> {
    time_zones::Zone::parse(text).map(time_zones::Zone::name)
}

/// How many pieces of events may wait to be taken: reading stops there until somebody takes.
const PIECES_WAITING: usize = 4;

/// What to parse and how. Every filter is optional; the values of one filter are alternatives, different filters hold together.
#[derive(Debug, Clone)]
#[must_use]
pub struct Parser {
    selection: Selection,
    focus: Focus,
    limits: Limits,
    passwords: Vec<String>,
    #[cfg(feature = "etl")]
    formats: Vec<PathBuf>,
    zone: Option<String>,
    texts: RecordTexts,
    recover: bool,
    threads: usize,
}

impl Default for Parser {
    fn default() -> Self {
        Self {
            selection: Selection::default(),
            focus: Focus::default(),
            limits: Limits::default(),
            passwords: Vec::new(),
            #[cfg(feature = "etl")]
            formats: Vec::new(),
            zone: None,
            texts: RecordTexts::default(),
            recover: false,
            threads: 1,
        }
    }
}

impl Parser {
    /// Everything, with the usual limits, on one thread.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only events of these ids.
    pub fn ids(mut self, ids: impl IntoIterator<Item = u16>) -> Self {
        self.selection.ids.extend(ids);
        self
    }

    /// Only events of this provider; case does not count. May be said again for another.
    pub fn provider(mut self, name: impl Into<String>) -> Self {
        self.selection.providers.push(name.into());
        self
    }

    /// Only events of this channel, by its name or the end of it; case does not count. May be said again.
    pub fn channel(mut self, name: impl Into<String>) -> Self {
        self.selection.channels.push(name.into());
        self
    }

    /// Only events of this level. May be said again.
    pub fn level(mut self, level: Level) -> Self {
        self.selection.levels.push(level);
        self
    }

    /// Only events with this text in the message or in a value; case does not count. May be said again.
    pub fn text(mut self, literal: impl Into<String>) -> Self {
        self.selection.texts.push(literal.into());
        self
    }

    /// Only events of this computer, by its name or its name with the domain.
    pub fn host(mut self, name: impl Into<String>) -> Self {
        self.focus.host = Some(name.into());
        self
    }

    /// Only events that name this user.
    pub fn user(mut self, name: impl Into<String>) -> Self {
        self.focus.user = Some(name.into());
        self
    }

    /// Nothing before this instant. What has no time is left out.
    pub const fn since(mut self, time: Time) -> Self {
        self.focus.since = Some(time);
        self
    }

    /// Nothing after this instant. What has no time is left out.
    pub const fn until(mut self, time: Time) -> Self {
        self.focus.until = Some(time);
        self
    }

    /// Only what this points at, in place of what was said of host, user and times before.
    pub fn focus(mut self, focus: Focus) -> Self {
        self.focus = focus;
        self
    }

    /// The budgets of the run, and with [`Limits::stop`] its end from outside: at a word from another thread or after a time.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// A password for encrypted archives. May be said again.
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.passwords.push(password.into());
        self
    }

    /// Decodes binary traces with this file, or with those of this folder, too: format files of WPP (`.tmf`), manifests (`.man`), programs
    /// that define providers (`.dll`). May be said again. Those that lie beside the traces are used anyway.
    #[cfg(feature = "etl")]
    pub fn trace_formats(mut self, path: impl Into<PathBuf>) -> Self {
        self.formats.push(path.into());
        self
    }

    /// Takes local times of unknown offset as of this zone: `+02:00`, `UTC`, `Europe/Berlin`, or a Windows zone name.
    pub fn assume_zone(mut self, zone: impl Into<String>) -> Self {
        self.zone = Some(zone.into());
        self
    }

    /// Gives records in texts the fields that their sentences and labels tell, as the knowledge knows them.
    pub fn record_texts(mut self, texts: RecordTexts) -> Self {
        self.texts = texts;
        self
    }

    /// Also reads stale records from the slack of event logs.
    pub const fn recover(mut self, recover: bool) -> Self {
        self.recover = recover;
        self
    }

    /// Reads event logs with so many threads (from 1; 0 is one for each core). The order of the events does not depend on it.
    pub const fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// The events of files, folders and archives, as one bundle.
    ///
    /// # Errors
    /// A path that cannot be read at all, a zone that is none, or no thread to read with.
    pub fn open<P: AsRef<Path>>(self, paths: impl IntoIterator<Item = P>) -> Result<Events> {
        let paths: Vec<PathBuf> = paths
            .into_iter()
            .map(|path| path.as_ref().to_path_buf())
            .collect();
        let bundle = bundle::open_with_passwords(&paths, &self.limits, &self.passwords)?;
        self.bundle(bundle)
    }

    /// The events of bytes in memory, each with the name it goes by in origins. `Vec<u8>`, `Box<[u8]>` and `Arc<[u8]>` will do; what is
    /// shared already is not copied.
    ///
    /// # Errors
    /// A zone that is none, or no thread to read with.
    pub fn buffers<N: AsRef<str>, B: Into<Arc<[u8]>>>(
        self,
        buffers: impl IntoIterator<Item = (N, B)>,
    ) -> Result<Events> {
        let bundle = bundle::open_buffers(buffers, &self.limits, &self.passwords);
        self.bundle(bundle)
    }

    /// The events of an open bundle.
    ///
    /// # Errors
    /// A zone that is none, or no thread to read with.
    pub fn bundle(self, bundle: Bundle) -> Result<Events> {
        let stop = self.limits.stop.inner();
        let mut lister = self.lister()?;
        lister.limits.stop = stop.clone();
        let (sender, receiver) = sync_channel(PIECES_WAITING);
        std::thread::Builder::new()
            .name("logonscope-parse".to_owned())
            .spawn(move || send_all(&lister, &bundle, &sender))
            .map_err(|error| Error::Usage(format!("no thread to read with: {error}")))?;
        Ok(Events {
            piece: Vec::new().into_iter(),
            receiver,
            stop,
        })
    }

    /// Hands every event of an open bundle to `each`, in order, until it returns false; what could not be read comes back. Local times are
    /// placed by what their own artifact reveals, else by the assumed zone.
    ///
    /// # Errors
    /// A zone that is none, or no thread to read with.
    pub fn each(&self, bundle: &Bundle, mut each: impl FnMut(&Event) -> bool + Send) -> Result<Vec<Problem>> {
        self.lister()?
            .pieces(bundle, |events| events.iter().all(&mut each))
    }

    /// Like [`each`](Self::each), for output: `form` writes events as bytes, several at once in different threads, and those of
    /// event logs part by part if it can; `out` gets the bytes of many events at a time, in order, until it returns false.
    ///
    /// # Errors
    /// A zone that is none, or no thread to read with.
    pub fn write(
        &self,
        bundle: &Bundle,
        form: impl Into<EventForm>,
        out: impl FnMut(&[u8]) -> bool + Send,
    ) -> Result<Vec<Problem>> {
        self.lister()?.write(bundle, form.into().form(), out)
    }

    fn lister(&self) -> Result<Lister> {
        let zone = self.zone.as_deref().map(time_zones::Zone::asked);
        Ok(Lister {
            selection: self.selection.clone(),
            focus: self.focus.clone(),
            limits: self.limits.clone(),
            zone: zone.transpose()?,
            texts: self.texts.clone(),
            recover: self.recover,
            #[cfg(feature = "etl")]
            formats: match self.formats.as_slice() {
                [] => Vec::new(),
                given => companions::within(&bundle::open(given, &Limits::default())?),
            },
            pool: pool(self.threads)?,
        })
    }
}

/// So many threads; 0 is one for each core.
pub(crate) fn pool(threads: usize) -> Result<rayon::ThreadPool> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| Error::Usage(format!("no threads: {error}")))
}

/// A piece of what is read: events in order, or what was not read.
type Piece = Vec<std::result::Result<Event, Problem>>;

/// Reads until the end, or until nobody takes any more.
fn send_all(lister: &Lister, bundle: &Bundle, sender: &SyncSender<Piece>) {
    let send =
        |events: Vec<Event>| events.is_empty() || sender.send(events.into_iter().map(Ok).collect()).is_ok();
    let problems = lister.pieces(bundle, send);
    let problems = problems.unwrap_or_else(|error| {
        let origin = crate::model::Origin::artifact("");
        vec![Problem::new(
            crate::model::ProblemKind::Unsupported,
            origin,
            error.to_string(),
        )]
    });
    // Whoever has gone does not want to know.
    let _ = sender.send(problems.into_iter().map(Err).collect());
}

/// The events in the order of the bundle, then what was not read, as errors. Reading goes on in a thread of its own, a few pieces ahead;
/// dropping this ends it.
#[derive(Debug)]
pub struct Events {
    piece: std::vec::IntoIter<std::result::Result<Event, Problem>>,
    receiver: Receiver<Piece>,
    stop: Stop,
}

impl Iterator for Events {
    type Item = std::result::Result<Event, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.piece.next() {
                return Some(item);
            }
            self.piece = self.receiver.recv().ok()?.into_iter();
        }
    }
}

impl std::iter::FusedIterator for Events {}

impl Drop for Events {
    fn drop(&mut self) {
        self.stop.now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "\
[0]0B44.0F10::2026/05/04-08:10:03.120000000 [Contoso.Robot] asking for a session of CORP\\svc-robot\n\
[0]0B44.0F10::2026/05/04-08:10:09.870000000 [Contoso.Robot] refused: 0x80070520\n";

    #[test]
    fn buffers_are_one_bundle_and_come_in_order() {
        let shared: Arc<[u8]> = Arc::from(TRACE.as_bytes());
        let events = Parser::new().buffers([("b.txt", shared.clone()), ("a.txt", shared)]);
        let items: Vec<_> = events.unwrap().collect();
        let paths: Vec<String> = items
            .iter()
            .map(|item| match item {
                Ok(event) => event.origin.path.to_string(),
                Err(problem) => problem.kind.to_string(),
            })
            .collect();
        // The same bytes are read once, and that is said.
        assert_eq!(paths, ["a.txt", "a.txt", "duplicate", "time-zone-assumed"]);
    }

    #[test]
    fn filters_hold_together() {
        let parser = Parser::new().text("0x80070520").provider("Contoso.Robot");
        let mut events = parser.buffers([("a.txt", TRACE.as_bytes().to_vec())]).unwrap();
        let event = events.next().unwrap().unwrap();
        assert!(event.text().contains("refused"));
        assert!(events.all(|item| item.is_err()));
        let none = Parser::new().text("0x80070520").provider("Fabrikam");
        let mut events = none.buffers([("a.txt", TRACE.as_bytes().to_vec())]).unwrap();
        assert!(events.all(|item| item.is_err()));
    }

    #[test]
    fn dropping_ends_the_reading_and_a_stop_is_a_problem() {
        let many = TRACE.repeat(50_000);
        let mut events = Parser::new()
            .buffers([("a.txt", many.clone().into_bytes())])
            .unwrap();
        assert!(events.next().unwrap().is_ok());
        drop(events);
        let limits = Limits::default();
        limits.stop.now();
        let events = Parser::new()
            .limits(limits)
            .buffers([("a.txt", many.into_bytes())]);
        let kinds: Vec<_> = events.unwrap().filter_map(std::result::Result::err).collect();
        assert!(!kinds.is_empty());
        assert!(
            kinds
                .iter()
                .all(|problem| problem.kind == crate::model::ProblemKind::Interrupted)
        );
    }
}
