//! The work of a batch: cases in lanes, one lane for each thread, all in one pool.
//!
//! The first lane takes the largest case that waits, the others the smallest: neither waits for the other. A lane that has
//! nothing left to take ends, and its thread helps with what the others still work on. Only one large case is worked on at
//! a time, so that memory does not grow with their number.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use logonscope::diagnose::Analyzer;
use logonscope::limits::StopReason;
use logonscope::model::{Diagnosis, Verdict};
use logonscope::report::pseudonym::Names;
use logonscope::report::{self, Format, escape};
use logonscope::tables::{self, State};
use logonscope::{Limits, bundle};
use rayon::ThreadPool;

use super::cases::Case;
#[cfg(feature = "parquet")]
use super::kept::{self, Kept};
use super::record::{DIAGNOSIS, FILE, Record};
use crate::hide::Vault;
use crate::interrupt;
use crate::output;
use crate::status::Failure;

/// Bytes on disk from which on a case is large.
const LARGE: u64 = 256 << 20;

/// Which finished cases are done again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Again {
    pub(crate) done: bool,
    pub(crate) failed: bool,
}

/// What all cases share.
pub(crate) struct Shop<'a> {
    pub(crate) out: &'a Path,
    pub(crate) analyzer: &'a Analyzer,
    pub(crate) limits: &'a Limits,
    /// Where rows wait for the tables.
    #[cfg(feature = "parquet")]
    pub(crate) kept: Option<&'a Kept>,
    pub(crate) passwords: Vec<String>,
    /// The key, where names are left out.
    pub(crate) vault: Option<Mutex<Vault>>,
    pub(crate) time_limit: Option<Duration>,
    /// What the result of every case depends on besides its content.
    pub(crate) key: String,
    pub(crate) fail_on: Verdict,
    pub(crate) again: Again,
    pub(crate) quiet: bool,
}

/// Cases that wait, smallest first.
struct Queue<'a> {
    waiting: Mutex<VecDeque<&'a Case>>,
    done: AtomicUsize,
    all: usize,
    failure: Mutex<Option<Failure>>,
}

impl<'a> Queue<'a> {
    fn next(&self, first: bool) -> Option<&'a Case> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let broken = self
            .failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some();
        if broken || interrupt::asked() {
            return None;
        }
        if first {
            return waiting.pop_back();
        }
        let large = waiting.front().is_some_and(|case| case.bytes >= LARGE);
        if large { None } else { waiting.pop_front() }
    }
}

/// The threads of a batch.
pub(crate) fn pool(lanes: usize) -> Result<ThreadPool, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(lanes).build();
    pool.map_err(|error| Failure::new(format!("no threads: {error}")))
}

/// Works through all cases.
pub(crate) fn run(shop: &Shop<'_>, cases: &[Case], pool: &ThreadPool) -> Result<(), Failure> {
    let mut waiting: Vec<&Case> = cases.iter().collect();
    waiting.sort_by_key(|case| case.bytes);
    let queue = Queue {
        waiting: Mutex::new(waiting.into()),
        done: AtomicUsize::new(0),
        all: cases.len(),
        failure: Mutex::new(None),
    };
    pool.scope(|scope| {
        for lane in 0..pool.current_num_threads() {
            let queue = &queue;
            scope.spawn(move |_| {
                while let Some(case) = queue.next(lane == 0) {
                    if let Err(failure) = one(shop, case) {
                        queue
                            .failure
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .get_or_insert(failure);
                    }
                    let done = queue.done.fetch_add(1, Ordering::Relaxed) + 1;
                    if !shop.quiet && (done.is_multiple_of(100) || done == queue.all) {
                        output::warn(&format!("{done} of {} cases", queue.all));
                    }
                }
            });
        }
    });
    let failure = queue.failure.into_inner().unwrap_or_else(PoisonError::into_inner);
    failure.map_or(Ok(()), Err)
}

/// Does one case, unless it is done. An error is one of writing: it ends the batch.
fn one(shop: &Shop<'_>, case: &Case) -> Result<(), Failure> {
    let folder = shop.out.join(&case.name);
    let source = case.source.clone();
    let content = match bundle::fingerprint(&case.path, &shop.limits.stop) {
        Ok(content) => content.to_string(),
        Err(_) if interrupt::asked() => return Ok(()),
        Err(error) => format!("unreadable: {error}"),
    };
    let key = super::sha256(&format!("{content} {}", shop.key));
    let before = Record::read(&folder).filter(|record| record.key == key && !shop.again.done);
    if before.is_some_and(|record| {
        !(shop.again.failed && matches!(record.state, State::Failed | State::TimeLimit))
    }) {
        return Ok(());
    }
    let failed = |error: io::Error| Failure::new(format!("{}: {error}", folder.display()));
    if !is_new(&folder).map_err(failed)? {
        output::clean(&folder);
        // From here on the case is not done until its record is written again.
        match std::fs::remove_file(folder.join(FILE)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    let result = catch_unwind(AssertUnwindSafe(|| diagnose(shop, case, &source, &key)));
    let done = result.unwrap_or_else(|_| {
        let detail = "an internal error, which is a defect of this program".to_owned();
        Some(Done::failed(Record::failed(&case.name, source, key, detail)))
    });
    let Some(done) = done else { return Ok(()) };
    if let Some(json) = &done.json {
        output::replace_soon(&folder.join(DIAGNOSIS), |file| file.write_all(json.as_bytes()))?;
    }
    output::replace_soon(&folder.join(FILE), |file| {
        let text = serde_json::to_string(&done.record)?;
        writeln!(file, "{}", escape::json(&text))
    })?;
    #[cfg(feature = "parquet")]
    if let Some((kept, rows)) = shop.kept.zip(done.rows) {
        kept.keep(&case.name, &rows);
    }
    Ok(())
}

/// Makes the folder of a case; whether it was not there.
fn is_new(folder: &Path) -> io::Result<bool> {
    match std::fs::create_dir(folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(_) => std::fs::create_dir_all(folder).map(|()| true),
    }
}

/// What came out of a case.
struct Done {
    record: Record,
    /// The diagnosis.
    json: Option<String>,
    /// Its rows, where they are kept for the tables.
    #[cfg(feature = "parquet")]
    rows: Option<Vec<u8>>,
}

impl Done {
    const fn failed(record: Record) -> Self {
        Self {
            record,
            json: None,
            #[cfg(feature = "parquet")]
            rows: None,
        }
    }
}

/// The diagnosis without its names; the key is kept before.
fn conceal(vault: &Mutex<Vault>, diagnosis: &Diagnosis) -> Result<Diagnosis, Failure> {
    let mut names = Names::new();
    names.of_diagnosis(diagnosis);
    let mut vault = vault.lock().unwrap_or_else(PoisonError::into_inner);
    vault.with(&names, |veil| veil.diagnosis(diagnosis))
}

/// What comes out of a case; nothing when Ctrl-C ended it.
fn diagnose(shop: &Shop<'_>, case: &Case, source: &str, key: &str) -> Option<Done> {
    let outer = &shop.limits.stop;
    let stop = shop
        .time_limit
        .map_or_else(|| outer.clone(), |time| outer.within(time));
    let limits = Limits {
        stop: stop.clone(),
        ..shop.limits.clone()
    };
    let failed = |detail: String| {
        let (source, key) = (source.to_owned(), key.to_owned());
        Some(Done::failed(Record::failed(&case.name, source, key, detail)))
    };
    let bundle = match bundle::open_with_passwords(std::slice::from_ref(&case.path), &limits, &shop.passwords)
    {
        Ok(bundle) => bundle,
        // What is wrong with a file is told with its name.
        Err(_) if shop.vault.is_some() => return failed("it cannot be opened".to_owned()),
        Err(error) => return failed(error.to_string()),
    };
    let mut diagnosis = shop.analyzer.analyze_bundle_until(&bundle, &stop);
    drop(bundle);
    if let Some(vault) = &shop.vault {
        match conceal(vault, &diagnosis) {
            Ok(concealed) => diagnosis = concealed,
            Err(error) => return failed(error.to_string()),
        }
    }
    let timed_out = match stop.reason() {
        Some(StopReason::Asked) => return None,
        reason => reason.map(|reason| reason.to_string()),
    };
    if let Some(why) = tables::why_failed(&diagnosis) {
        return failed(why);
    }
    let json = report::render(&diagnosis, Format::Json, &report::Options::default());
    let mut record = Record::of(
        &case.name,
        source.to_owned(),
        key.to_owned(),
        &diagnosis,
        shop.fail_on,
        timed_out,
    );
    record.diagnosis_bytes = json.len() as u64;
    Some(Done {
        #[cfg(feature = "parquet")]
        rows: shop.kept.and_then(|_| kept::pack(&record.as_case(), &diagnosis)),
        json: Some(json),
        record,
    })
}
