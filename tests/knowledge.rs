//! Every cause of the built-in knowledge has a hit and a near miss, and both hold.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use logonscope::diagnose::run_cases;
use logonscope::knowledge::Knowledge;
use logonscope::knowledge::schema::CaseKind;

#[test]
fn every_case_holds() {
    let knowledge = Knowledge::embedded().unwrap();
    let only = option_env!("LOGONSCOPE_CAUSE");
    let outcomes = run_cases(&knowledge, only).unwrap();
    let failures: Vec<String> = outcomes
        .iter()
        .filter_map(|case| {
            case.failure
                .as_ref()
                .map(|why| format!("{}: {}\n    {why}", case.cause, case.name))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {} cases fail:\n{}",
        failures.len(),
        outcomes.len(),
        failures.join("\n")
    );
}

#[test]
fn every_cause_has_a_hit_and_a_near_miss() {
    let knowledge = Knowledge::embedded().unwrap();
    for cause in knowledge.causes() {
        for kind in [CaseKind::Hit, CaseKind::NearMiss] {
            assert!(
                cause.def.case.iter().any(|case| case.kind == kind),
                "{} has no {kind:?} case",
                cause.id
            );
        }
    }
}
