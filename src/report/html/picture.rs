//! The place of the picture on the page: its buttons, what its looks mean, and the list that says the same in words. What it shows is in
//! [`lanes`](super::lanes).

use super::Context;
use super::build::Html;
use crate::model::{Diagnosis, SessionReport};

/// The place of the picture. Without the script nothing can be drawn, and that is said.
pub(super) fn section(page: &mut Html, context: &Context<'_>) {
    if context.diagnosis().inputs.is_empty() {
        return;
    }
    page.raw("<section id=\"lanes\" aria-labelledby=\"lanes-title\"><h2 id=\"lanes-title\">When</h2>");
    // The script finds its places in any case.
    page.raw(match has_times(context.diagnosis()) {
        true => "<div>",
        false => "<p>Nothing that was read says when it happened.</p><div hidden>",
    });
    page.raw("<noscript><p>The picture needs the script of this page.</p></noscript>");
    page.raw("<div class=\"lanes-tools\" hidden><button type=\"button\" data-zoom=\"in\">Zoom in</button> <button type=\"button\" data-zoom=\"out\">Zoom out</button> <button type=\"button\" data-zoom=\"all\">All</button> <button type=\"button\" data-zoom=\"incident\">The fault</button> <span class=\"hint\">Drag to zoom, wheel with Ctrl; arrow keys, + and - when the picture has the focus; two taps on a touch screen.</span></div>");
    legend(page);
    page.raw("<div id=\"picture\"></div><div id=\"tip\" role=\"status\" hidden></div><details id=\"list\"><summary>What is in view, as a list</summary><ol tabindex=\"0\" aria-label=\"What is in view\"></ol></details></div></section>");
}

/// Whether anything has a time, so that there is something to draw.
fn has_times(diagnosis: &Diagnosis) -> bool {
    let timed = diagnosis
        .incidents
        .iter()
        .any(|incident| incident.first.is_some());
    let covered = diagnosis.coverage.iter().any(|cover| cover.to.is_some());
    let stayed = |session: &SessionReport| session.start.is_some() || session.end.is_some();
    timed || covered || diagnosis.sessions.iter().any(stayed) || !diagnosis.happenings.is_empty()
}

/// What the looks of the picture mean, each with a piece of it.
fn legend(page: &mut Html) {
    page.raw("<ul class=\"legend hint\" aria-label=\"What the picture shows\">");
    let looks = [
        ("fine", "ran or worked"),
        ("failed", "failed"),
        ("stay", "session"),
        ("away", "session without its client"),
        ("change", "change"),
        ("covered", "what a log covers"),
    ];
    for (class, words) in looks {
        page.raw(&format!("<li><svg viewBox=\"0 0 18 12\" aria-hidden=\"true\"><rect class=\"{class}\" width=\"18\" height=\"12\" stroke-width=\"0\"/></svg>{words}</li>"));
    }
    page.raw("<li><svg viewBox=\"0 0 18 12\" aria-hidden=\"true\"><path class=\"hatchline\" d=\"M0 12L12 0M6 12L18 0M0 6L6 0M12 12L18 6\" fill=\"none\"/></svg>not covered: silence proves nothing there</li></ul>");
}
