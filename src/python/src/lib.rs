//! The native half of the Python package: diagnoses and events out, Arrow tables through the Arrow C interface, Ctrl-C in. What a caller
//! sees is in `package/logonscope/__init__.py`.

mod arrow;
mod call;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use logonscope::limits::Stop;
use logonscope::model::{Diagnosis, Verdict};
use logonscope::{Error, parse, report, tables};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::arrow::{EventColumns, TableColumns};
use crate::call::{Filters, Options, Sources, told, watched};

/// Rows of one batch of events.
const BATCH: usize = 8_192;

#[pymodule]
mod _native {
    #[pymodule_export]
    use super::{ArrowBatch, EventReader, NativeDiagnosis, case_tables, diagnose, read_events};

    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}

/// One batch of rows, for whatever takes the Arrow C stream interface.
#[pyclass(frozen)]
struct ArrowBatch(RecordBatch);

#[pymethods]
impl ArrowBatch {
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface lets a producer give its own schema whatever is asked for.
        drop(requested_schema);
        PyCapsule::new_with_value(py, arrow::stream(self.0.clone()), c"arrow_array_stream")
    }
}

/// A finished diagnosis.
#[pyclass(frozen)]
struct NativeDiagnosis(Diagnosis);

#[pymethods]
impl NativeDiagnosis {
    /// What `analyze --format json` prints.
    fn json(&self, py: Python<'_>) -> String {
        py.detach(|| report::render(&self.0, report::Format::Json, &report::Options::default()))
    }
}

/// Reads and diagnoses. The interpreter runs on meanwhile; Ctrl-C ends it.
#[pyfunction]
#[pyo3(signature = (sources, options, progress=None))]
fn diagnose(
    py: Python<'_>,
    sources: Sources,
    options: Options,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<NativeDiagnosis> {
    let stop = Stop::default();
    let read = Arc::new(AtomicU64::new(0));
    let mut last = 0;
    let tell = || {
        let now = read.load(Ordering::Relaxed);
        let is_news = std::mem::replace(&mut last, now) != now;
        match progress.as_ref().filter(|_| is_news) {
            Some(progress) => progress.call1((now,)).map(|_| ()),
            None => Ok(()),
        }
    };
    let diagnosis = told(py, &stop, tell, || {
        options.diagnose(sources, &options.stop(&stop)?, &read)
    })?;
    let diagnosis = diagnosis.map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(NativeDiagnosis(diagnosis))
}

/// The rows of every table, with its name. A case that cannot be read is a row that says so, as in a batch.
#[pyfunction]
fn case_tables(
    py: Python<'_>,
    sources: Sources,
    options: Options,
    case: String,
    source: String,
) -> PyResult<Vec<(&'static str, ArrowBatch)>> {
    let stop = Stop::default();
    let batches = watched(py, &stop, || {
        let stop = options.stop(&stop)?;
        let done = match options.diagnose(sources, &stop, &Arc::default()) {
            Err(error @ Error::Usage(_)) => return Err(error),
            Err(error) => Ended::failed(error.to_string()),
            Ok(diagnosis) => Ended::of(diagnosis, stop.reason().map(|reason| reason.to_string())),
        };
        Ok(done.batches(&case, &source))
    })?;
    let batches = batches.map_err(|error| PyValueError::new_err(error.to_string()))?;
    let batches = batches.map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(batches
        .into_iter()
        .map(|(name, batch)| (name, ArrowBatch(batch)))
        .collect())
}

/// How a case ended, in the words of a batch.
struct Ended {
    state: &'static str,
    detail: String,
    diagnosis: Option<Diagnosis>,
}

impl Ended {
    fn failed(detail: String) -> Self {
        Self {
            state: "failed",
            detail,
            diagnosis: None,
        }
    }

    fn of(diagnosis: Diagnosis, stopped: Option<String>) -> Self {
        if let Some(why) = tables::why_failed(&diagnosis).filter(|_| stopped.is_none()) {
            return Self::failed(why);
        }
        Self {
            state: if stopped.is_some() {
                "time-limit"
            } else {
                tables::State::of(&diagnosis, Verdict::Possible).name()
            },
            detail: stopped.unwrap_or_default(),
            diagnosis: Some(diagnosis),
        }
    }

    fn batches(&self, name: &str, source: &str) -> Result<Vec<(&'static str, RecordBatch)>, ArrowError> {
        let case = tables::Case {
            name,
            source,
            state: self.state,
            detail: &self.detail,
        };
        let mut all: Vec<TableColumns> = tables::ALL.into_iter().map(TableColumns::new).collect();
        let done: Result<(), std::convert::Infallible> =
            tables::rows(&case, self.diagnosis.as_ref(), |table, cells| {
                if let Some(columns) = all.iter_mut().find(|columns| columns.table.name == table.name) {
                    columns.push(cells);
                }
                Ok(())
            });
        let Ok(()) = done;
        all.into_iter().map(TableColumns::finish).collect()
    }
}

/// Begins to read events.
#[pyfunction]
fn read_events(
    py: Python<'_>,
    sources: Sources,
    options: Options,
    filters: Filters,
) -> PyResult<EventReader> {
    let stop = Stop::default();
    let events = watched(py, &stop, || {
        options.events(filters, sources, &options.stop(&stop)?)
    })?;
    let events = events.map_err(|error| PyValueError::new_err(error.to_string()))?;
    let state = Mutex::new((events, Vec::new()));
    Ok(EventReader { state, stop })
}

/// Events while they are read, batch by batch.
#[pyclass(frozen)]
struct EventReader {
    state: Mutex<(parse::Events, Vec<String>)>,
    stop: Stop,
}

#[pymethods]
impl EventReader {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<ArrowBatch>> {
        let batch = watched(py, &self.stop, || self.next_batch())?;
        let batch = batch.map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(batch.map(ArrowBatch))
    }

    /// A batch without rows, for its columns.
    fn empty(&self) -> PyResult<ArrowBatch> {
        let batch = EventColumns::default().finish();
        Ok(ArrowBatch(
            batch.map_err(|error| PyValueError::new_err(error.to_string()))?,
        ))
    }

    /// What was not read until now, for a person.
    fn problems(&self) -> Vec<String> {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .1
            .clone()
    }
}

impl EventReader {
    fn next_batch(&self) -> Result<Option<RecordBatch>, ArrowError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (events, problems) = &mut *state;
        let mut columns = EventColumns::default();
        for item in events.by_ref() {
            match item {
                Ok(event) => columns.push(&event)?,
                Err(problem) => problems.push(problem.to_string()),
            }
            if columns.rows() >= BATCH {
                break;
            }
        }
        if columns.rows() == 0 {
            Ok(None)
        } else {
            columns.finish().map(Some)
        }
    }
}
