//! The marks of lines that tell how a run ended, of a robot's job or of a program with a log of its own: readers set them, so that such lines
//! are kept whatever they say and in whatever language. Owns the names of the marks; must not know what makes a line one of these.

use super::Event;

/// The field that marks a line. Its value says whose line it is; signals look for it.
pub(crate) const RUN_LINE: &str = "logonscope.job";
/// A line of a robot's job.
pub(crate) const OF_JOB: &str = "line-of-job";
/// A line of a program with a log of its own.
pub(crate) const OF_PROGRAM: &str = "line-of-program";
/// The field that says for how many seconds nothing came after the line.
pub(crate) const SILENCE: &str = "logonscope.silence";
/// The field for what a last line says, without the numbers that differ from run to run.
pub(crate) const SHAPE: &str = "logonscope.shape";

/// Whether an event is a marked line of a program.
pub(crate) fn is_of_program(event: &Event) -> bool {
    event.id.is_none() && event.field_str(RUN_LINE).as_deref() == Some(OF_PROGRAM)
}
