//! The crate as a parser alone, `cargo test --no-default-features --test parser_alone`: what is left out is told, and the rest is read.
#![cfg(not(feature = "etl"))]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/etl/mod.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "a writer shared with other tests"
)]
mod writer;

use logonscope::model::ProblemKind;
use logonscope::parse::Parser;

const TEXT: &str = "\
[0]0B44.0F10::2026/05/04-08:10:03.120000000 [Contoso.Robot] asking for a session of CORP\\svc-robot\n\
[0]0B44.0F10::2026/05/04-08:10:09.870000000 [Contoso.Robot] refused: 0x80070520\n";

#[test]
fn what_is_left_out_is_a_problem_and_the_rest_is_read() {
    let trace = writer::buffer(64 << 10, &[writer::full_header("Robot", "C:\\robot.etl")]);
    let files = [("robot.etl", trace), ("robot.txt", TEXT.as_bytes().to_vec())];
    let items: Vec<_> = Parser::new().buffers(files).unwrap().collect();
    let events: Vec<_> = items.iter().filter_map(|item| item.as_ref().ok()).collect();
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|event| &*event.origin.path == "robot.txt"));
    let problems = items.iter().filter_map(|item| item.as_ref().err());
    let left: Vec<_> = problems
        .filter(|problem| &*problem.origin.path == "robot.etl")
        .collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!((left[0].kind, left[0].count), (ProblemKind::Unreadable, 1));
    assert!(left[0].detail.contains("`etl`"), "{}", left[0].detail);
    assert!(left[0].kind.is_incomplete());
}
