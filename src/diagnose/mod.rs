//! Events and knowledge to a diagnosis: scan, timeline by host, ledgers of power, sessions and tasks, incidents, causes
//! weighed. Owns the reasoning. Must not know formats, and renders nothing.
//!
//! ```no_run
//! use logonscope::diagnose::Analyzer;
//!
//! let diagnosis = Analyzer::new()?.analyze(["case.zip"])?;
//! for incident in &diagnosis.incidents {
//!     println!("{}: {:?}", incident.title, incident.best().map(|cause| &cause.title));
//! }
//! # Ok::<(), logonscope::Error>(())
//! ```

mod analyzer;
mod answer;
mod capsule;
mod comparison;
mod derivers;
mod incidents;
mod knowledge_cases;
mod ledgers;
mod question;
mod scan;
mod timeline;
mod weighing;

pub use analyzer::Analyzer;
pub use answer::symptom_list::asks_for_symptom;
pub use capsule::{Capsule, Reading};
pub use comparison::{Difference, Fate, Verified, differences, verify};
pub use knowledge_cases::{CaseOutcome, run_cases};

pub use crate::parse::Focus;
