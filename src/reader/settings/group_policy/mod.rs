//! The result of group policy: `gpresult` as XML (`/x`), HTML (`/h`) and text (`/v`, `/z`).
//!
//! XML and text name registry keys and rights, which no language changes. Where only the title of a policy is given
//! (administrative templates in XML, everything in HTML), English titles are known; others are left out, not guessed.

mod html;
mod text;
pub(super) mod titles;
mod xml;

use super::sink::Sink;
use crate::model::Findings;
use crate::reader::Context;

/// Whether the text is any of them.
pub(super) fn sniff(head: &str) -> bool {
    xml::sniff(head) || html::sniff(head)
}

/// Reads XML or HTML.
pub(super) fn read(whole: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    if xml::sniff(whole) {
        xml::read(whole, &mut sink);
    } else {
        html::read(whole, &mut sink);
    }
}

/// Whether the text holds the text form.
pub(super) fn sniff_text(head: &str) -> bool {
    text::sniff(head)
}

/// Reads the text form.
pub(super) fn read_text(whole: &str, context: &Context<'_>, findings: &mut Findings) {
    text::read(whole, &mut Sink::new(context, findings));
}
