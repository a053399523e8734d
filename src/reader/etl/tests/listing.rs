//! Traces that are listed.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::writer::{classic, event, header, wide};
use super::{Bytes, GUID, SIZE, buffer, run};
use crate::limits::Limits;
use crate::model::{Interest, Narrow};
use crate::reader::etl::tdh;
use crate::reader::{Context, read_pieces};
use crate::source::Source;

/// A provider whose events are defined at the end of the trace.
const LATE: [u8; 16] = [7; 16];

/// The definition of event 3 of that provider: one number.
fn definition() -> Bytes {
    let mut info = LATE.to_vec();
    info.resize(112 + 24, 0);
    info[32] = 3;
    info[100] = 1;
    info[104] = 1;
    info[112 + 4] = 112 + 24;
    info[112 + 8] = 8;
    info[112 + 16] = 1;
    info.extend(wide("Status"));
    classic(tdh::PROVIDER, tdh::EVENT, 0, 2, &info)
}

/// Whoever lists a trace gets its events piece by piece, those with definitions that come last among them.
#[test]
fn a_listing_goes_piece_by_piece() {
    let mut parts = vec![buffer(SIZE, &[header(0)])];
    for start in (0..10_000_u32).step_by(200) {
        let records = (start..start + 200).map(|place| {
            let text = format!("part {place}");
            event(GUID, 1, u64::from(place), 4, &[], &wide(&text))
        });
        parts.push(buffer(64 << 10, &records.collect::<Vec<_>>()));
    }
    parts.push(buffer(SIZE, &[event(LATE, 3, 1, 0, &[], &[5, 0, 0, 0])]));
    parts.push(buffer(SIZE, &[definition()]));
    let bytes = parts.concat();
    let interest = Interest::everything().unwrap();
    let whole = run(bytes.clone(), &interest);
    let listing = interest.narrowed(Narrow::default());
    let limits = Limits::default();
    let context = Context {
        path: Arc::from("UiPathTrace.etl"),
        interest: &listing,
        limits: &limits,
        recover: false,
    };
    for source in [
        Source::memory(bytes.clone()),
        Source::Stream(Box::new(std::io::Cursor::new(bytes.clone()))),
    ] {
        let (mut events, mut most) = (Vec::new(), 0);
        let findings = read_pieces(
            source,
            &context,
            |piece| std::mem::take(&mut piece.events),
            |mut piece| {
                most = most.max(piece.len());
                events.append(&mut piece);
                ControlFlow::Continue(())
            },
        );
        assert!(events == whole.events);
        let late = events.last().and_then(|event| event.field("Status"));
        assert_eq!(late, Some(&crate::model::Value::Unsigned(5)));
        assert_eq!(findings.trace, whole.trace);
        assert_eq!(findings.records, whole.records);
        assert!(most < 5000, "{most}");
    }
    let mut pieces = 0;
    let stopped = read_pieces(
        Source::memory(bytes),
        &context,
        |piece| std::mem::take(&mut piece.events),
        |_| {
            pieces += 1;
            ControlFlow::Break(())
        },
    );
    assert_eq!(pieces, 1);
    assert!(stopped.events.is_empty() && stopped.records < 5000);
}
