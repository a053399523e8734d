//! Ctrl-C: the first one ends the run with what was read until then, the second one ends the program.

use std::sync::LazyLock;
use std::sync::atomic::Ordering;

use logonscope::Stop;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// What a shell shows of a program that Ctrl-C ended.
const KILLED: i32 = 130;

/// Signals are of the process, so is this.
static STOP: LazyLock<Stop> = LazyLock::new(|| {
    let stop = Stop::default();
    for signal in [SIGINT, SIGTERM] {
        // The order counts: at the first signal the flag is not yet set when the end is considered. Without handlers the
        // system's own end the program, which is good too.
        let _ = flag::register_conditional_shutdown(signal, KILLED, stop.flag());
        let _ = flag::register(signal, stop.flag());
    }
    stop
});

/// Watches for Ctrl-C from now on.
pub(crate) fn watch() -> Stop {
    STOP.clone()
}

/// Whether Ctrl-C was pressed.
pub(crate) fn asked() -> bool {
    LazyLock::get(&STOP).is_some_and(|stop| stop.flag().load(Ordering::Relaxed))
}
