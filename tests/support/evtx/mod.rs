//! Writes `.evtx` files.
//!
//! Written from [MS-EVEN6] 2.2.12 (BinXML) and the public description of the file format by Joachim Metz
//! (libyal/libevtx, "Windows XML Event Log (EVTX)"), not from a reader's code. What it writes is read back field by
//! field with the `evtx` crate on every run (`tests/evtx_writer.rs`). By hand it was read with two more readers that
//! share no code with it: `evtxexport -f xml FILE` of Debian's `libevtx-utils`, which reads everything but a null
//! in a normal substitution (and shows negative numbers wrong: -8 as -120), and python-evtx (`pip install
//! python-evtx`, then `Evtx.Evtx.Evtx(path).records()` and `.xml()`), which verifies both checksums and reads
//! everything but arrays of numbers. To repeat that, run the test with `LOGONSCOPE_EVTX_OUT=DIR`.
//!
//! ```ignore
//! let bytes = Log::new("System", "RPA-07")
//!     .first_record(4_000)
//!     .event(Event::new("EventLog", 6005).at("2026-05-04T06:00:00Z").classic::<&str>(&[], None))
//!     .to_evtx();
//! ```

mod binxml;
mod chunk;
mod event;
mod file;
mod list;
mod value;
mod xml;

pub use binxml::{Element, Node};
pub use event::{Body, Event, provider_guid};
pub use file::Log;
pub use list::Language;
pub use value::{Time, Value, filetime, guid_bytes, system_time, time};
