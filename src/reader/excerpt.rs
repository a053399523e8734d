//! Lines taken out of a text as they stand, with its secrets masked as in what readers give. Must not know formats.

use std::collections::BTreeSet;

use super::lines::{Text, for_each_line};
use super::{Context, open, recoded, secrets, unmailed};
use crate::model::{Event, Findings, Origin};
use crate::source::Source;

/// The most that an excerpt takes.
const MOST_BYTES: usize = 4 << 20;

/// The lines of these numbers, from 1, or all of them.
pub(crate) fn lines(source: Source, context: &Context<'_>, wanted: Option<&BTreeSet<u64>>) -> Option<String> {
    let (head, source, _) = open(source.until(&context.limits.stop)).ok()?;
    let (head, source, places) = unmailed(head, source);
    let (_, source, _) = recoded(head, source);
    let mut text = Text::new(source.into_stream(), context.limits.line_bytes);
    let mut findings = Findings::default();
    let mut bytes = 0_usize;
    for_each_line(&mut text, |line| {
        let number = match &places {
            Some(places) => places.of(line.place.line).unwrap_or_default(),
            None => line.place.line,
        };
        if wanted.is_none_or(|wanted| wanted.contains(&number)) {
            bytes = bytes.saturating_add(line.text.len());
            let mut event = Event::new(Origin::line(
                context.path.clone(),
                line.place.line,
                line.place.offset,
            ));
            event.message = Some(line.text.into());
            findings.events.push(event);
        }
        bytes <= MOST_BYTES
    });
    if bytes > MOST_BYTES {
        return None;
    }
    // What goes over several lines is masked by the same step as in events.
    secrets::mask(context, &mut findings);
    let mut out = String::with_capacity(bytes);
    for event in &findings.events {
        out.push_str(event.message.as_deref().unwrap_or_default());
        out.push('\n');
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::limits::Limits;
    use crate::model::Interest;

    #[test]
    fn lines_are_as_they_stand_but_for_their_secrets() {
        let (interest, limits) = (Interest::everything().unwrap(), Limits::default());
        let context = Context {
            path: Arc::from("note.txt"),
            interest: &interest,
            limits: &limits,
            recover: false,
        };
        let text = b"one\r\n  two  \nnet use /user:anna password=Geheim73\nfour".to_vec();
        let take = |wanted: Option<&[u64]>| {
            let wanted = wanted.map(|lines| lines.iter().copied().collect());
            lines(Source::memory(text.clone()), &context, wanted.as_ref()).unwrap()
        };
        assert_eq!(take(Some(&[2, 4])), "  two  \nfour\n");
        let all = take(None);
        assert!(
            all.starts_with("one\n  two  \nnet use") && !all.contains("Geheim73"),
            "{all}"
        );
    }
}
