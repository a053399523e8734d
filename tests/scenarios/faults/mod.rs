//! Faults, each described by what happens to the machine.
//!
//! No function here may be written after what some rule looks for. It says what a machine or a person does, from the
//! facts of the event catalogue; what is deducible from that is the product's business.

pub mod accounts;
pub mod connections;
pub mod contention;
pub mod credentials;
pub mod directory;
pub mod endings;
pub mod listener;
pub mod product;
pub mod rights;
pub mod sessions;
pub mod stops;
pub mod tasks;
