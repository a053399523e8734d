//! What a call from Python asks for, and how it is carried out: without the interpreter's lock, and with an ear for Ctrl-C.

use std::path::PathBuf;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use logonscope::bundle::{self, Bundle};
use logonscope::diagnose::{Analyzer, Focus};
use logonscope::knowledge::Knowledge;
use logonscope::limits::Stop;
use logonscope::model::{Diagnosis, Level, parse_rfc3339};
use logonscope::parse::{Events, Parser};
use logonscope::{Error, Limits};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

/// How long Ctrl-C may go unnoticed.
const EAR: Duration = Duration::from_millis(50);

/// Where it is read from: paths, or names and bytes.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Sources {
    paths: Vec<PathBuf>,
    buffers: Vec<(String, PyBackedBytes)>,
}

impl Sources {
    fn buffers(self) -> Vec<(String, Arc<[u8]>)> {
        let buffers = self.buffers.into_iter();
        buffers.map(|(name, bytes)| (name, Arc::from(&*bytes))).collect()
    }

    fn open(self, limits: &Limits, passwords: &[String]) -> logonscope::Result<Bundle> {
        if self.buffers.is_empty() {
            bundle::open_with_passwords(&self.paths, limits, passwords)
        } else {
            Ok(bundle::open_buffers(self.buffers(), limits, passwords))
        }
    }
}

/// How it is read.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Options {
    passwords: Vec<String>,
    assume_tz: Option<String>,
    since: Option<String>,
    until: Option<String>,
    host: Option<String>,
    user: Option<String>,
    knowledge: Option<PathBuf>,
    recover: bool,
    threads: usize,
    time_limit: Option<f64>,
}

/// Which events are wanted.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Filters {
    ids: Vec<u16>,
    providers: Vec<String>,
    channels: Vec<String>,
    levels: Vec<String>,
    texts: Vec<String>,
}

impl Options {
    /// Diagnoses; `read` counts the bytes of the artifacts that are done.
    pub(crate) fn diagnose(
        &self,
        sources: Sources,
        stop: &Stop,
        read: &Arc<AtomicU64>,
    ) -> logonscope::Result<Diagnosis> {
        let limits = limits(stop);
        let ready = match &self.knowledge {
            Some(folder) => Analyzer::with_knowledge(Knowledge::with_folder(folder)?)?,
            None => built_in()?,
        };
        let mut analyzer = ready
            .threads(self.threads)?
            .limits(limits.clone())
            .focus(self.focus()?)
            .recover(self.recover);
        let read = Arc::clone(read);
        analyzer = analyzer.on_progress(move |bytes| {
            read.fetch_add(bytes, Ordering::Relaxed);
        });
        if let Some(zone) = &self.assume_tz {
            analyzer = analyzer.assume_zone(zone)?;
        }
        let bundle = sources.open(&limits, &self.passwords)?;
        Ok(analyzer.analyze_bundle(&bundle))
    }

    pub(crate) fn events(
        &self,
        filters: Filters,
        sources: Sources,
        stop: &Stop,
    ) -> logonscope::Result<Events> {
        let limits = limits(stop);
        let focus = self.focus()?;
        let bundle = sources.open(&limits, &self.passwords)?;
        let mut parser = Parser::new()
            .ids(filters.ids)
            .threads(self.threads)
            .recover(self.recover)
            .limits(limits);
        parser = filters.providers.into_iter().fold(parser, Parser::provider);
        parser = filters.channels.into_iter().fold(parser, Parser::channel);
        parser = filters.texts.into_iter().fold(parser, Parser::text);
        for word in filters.levels {
            let level = Level::from_word(&word).ok_or_else(|| Error::Usage(format!("no level {word:?}")))?;
            parser = parser.level(level);
        }
        parser = focus.since.into_iter().fold(parser, Parser::since);
        parser = focus.until.into_iter().fold(parser, Parser::until);
        parser = focus.host.into_iter().fold(parser, Parser::host);
        parser = focus.user.into_iter().fold(parser, Parser::user);
        parser = self.assume_tz.iter().fold(parser, Parser::assume_zone);
        parser.bundle(bundle)
    }

    /// The end of the run: the one given, or the limit of time from now on.
    pub(crate) fn stop(&self, stop: &Stop) -> logonscope::Result<Stop> {
        let span = self.time_limit.map(Duration::try_from_secs_f64).transpose();
        let span = span.map_err(|error| Error::Usage(format!("time_limit: {error}")))?;
        Ok(span.map_or_else(|| stop.clone(), |span| stop.within(span)))
    }

    fn focus(&self) -> logonscope::Result<Focus> {
        let time = |text: &Option<String>| {
            let read =
                |text: &String| parse_rfc3339(text).ok_or_else(|| Error::Usage(format!("no time: {text}")));
            text.as_ref().map(read).transpose()
        };
        Ok(Focus {
            since: time(&self.since)?,
            until: time(&self.until)?,
            host: self.host.clone(),
            user: self.user.clone(),
            ..Focus::default()
        })
    }
}

/// An analyzer with the built-in knowledge, which is made ready once for all calls.
fn built_in() -> logonscope::Result<Analyzer> {
    static READY: OnceLock<Analyzer> = OnceLock::new();
    if let Some(ready) = READY.get() {
        return Ok(ready.clone());
    }
    let ready = Analyzer::new()?;
    Ok(READY.get_or_init(|| ready).clone())
}

fn limits(stop: &Stop) -> Limits {
    Limits {
        stop: stop.clone(),
        ..Limits::default()
    }
}

/// Wakes the thread that waits, however the work ends.
struct Wake<'a>(&'a AtomicBool, thread::Thread);

impl Drop for Wake<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
        self.1.unpark();
    }
}

/// Does the work in a thread of its own while the interpreter runs on, and asks for signals meanwhile: at Ctrl-C the work is stopped and
/// the interrupt goes on as an exception.
pub(crate) fn watched<T: Send>(py: Python<'_>, stop: &Stop, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    told(py, stop, || Ok(()), work)
}

/// The same, and tells of the work now and then and once more at its end; what that raises stops the work as Ctrl-C does.
pub(crate) fn told<T: Send>(
    py: Python<'_>,
    stop: &Stop,
    mut tell: impl FnMut() -> PyResult<()>,
    work: impl FnOnce() -> T + Send,
) -> PyResult<T> {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let wake = Wake(&done, thread::current());
        let handle = scope.spawn(move || {
            let wake = wake;
            let result = work();
            drop(wake);
            result
        });
        let mut signal = Ok(());
        while !done.load(Ordering::Acquire) {
            py.detach(|| thread::park_timeout(EAR));
            if signal.is_ok() {
                signal = py.check_signals().and_then(|()| tell());
                if signal.is_err() {
                    stop.now();
                }
            }
        }
        let result = py.detach(|| handle.join());
        signal?;
        tell()?;
        result
            .map_err(|_| PyRuntimeError::new_err("an internal error of logonscope, which is a defect of it"))
    })
}
