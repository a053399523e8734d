//! What somebody writes who quotes no code and no message that is known: the cause that the words are like is possible, and no more than
//! that. Where nobody complains, or a whole log was sent, words alone say nothing.

use logonscope::Limits;
use logonscope::bundle;
use logonscope::diagnose::Analyzer;
use logonscope::model::Verdict;

/// The causes of the first incident that are not unlikely, with their verdicts.
fn causes(analyzer: &Analyzer, text: &str) -> Vec<(std::sync::Arc<str>, Verdict)> {
    let bundle = bundle::open_memory("ticket.txt", text.as_bytes().to_vec(), &Limits::default());
    let diagnosis = analyzer.analyze_bundle(&bundle);
    let causes = diagnosis
        .incidents
        .first()
        .map(|incident| incident.causes.as_slice());
    let causes = causes.unwrap_or_default().iter();
    causes
        .filter(|cause| cause.verdict >= Verdict::Possible)
        .map(|cause| (cause.id.clone(), cause.verdict))
        .collect()
}

#[test]
fn what_the_words_are_like_is_possible() {
    let told = [
        (
            "Since the lab server woke up from its saved state nobody gets a ticket: the guest's clock runs eleven minutes \
             behind the PDC, and kinit says skew. Any idea?",
            "time-skew",
        ),
        (
            "Our VDI machines show as Unavailable in the host pool since they were off for a month. The agent can't register, \
             the registration token is gone.",
            "avd-agent-not-registered",
        ),
        (
            "Unsere Testautomatisierung bleibt hängen, sobald ich das RDP-Fenster minimiere. Solange ich zuschaue, findet WinAppDriver \
             jedes Element.",
            "no-interactive-desktop",
        ),
    ];
    let analyzer = Analyzer::new().unwrap();
    for (text, cause) in told {
        let causes = causes(&analyzer, text);
        let first = causes
            .first()
            .unwrap_or_else(|| panic!("nothing is said of {text:?}"));
        assert_eq!((&*first.0, first.1), (cause, Verdict::Possible), "{text}");
    }
}

#[test]
fn who_does_not_complain_gets_no_cause() {
    let analyzer = Analyzer::new().unwrap();
    for text in [
        "Feature request: it would be great if the clock skew between guest and PDC were shown beside the Kerberos ticket.",
        "Changelog\n- clock skew between guest and PDC is told in minutes\n- kinit is no longer unable to get a ticket",
        "The guest's clock and the PDC agree since we use w32tm. Thank you!",
    ] {
        let causes = causes(&analyzer, text);
        assert!(causes.is_empty(), "{text}: {causes:?}");
    }
}

#[test]
fn who_speaks_of_many_faults_has_none_of_them() {
    let lesson = "Questions for the second evening\n\
                  1. The event log says that the trust relationship between this workstation and the primary domain failed. What do you do?\n\
                  2. A scheduled task stops with 2147943785. Which right is missing?\n\
                  3. The screen says: The referenced account is currently locked out and may not be logged on to.\n\
                  4. A service ends with: This user's account has expired.\n\
                  5. The remote computer disconnected the session because of an error in the licensing protocol. Where do you look?\n\
                  6. Kernel-Power 41, the system has rebooted without cleanly shutting down first: which three causes are there?\n";
    let analyzer = Analyzer::new().unwrap();
    assert!(
        causes(&analyzer, lesson)
            .iter()
            .all(|(_, verdict)| *verdict <= Verdict::Possible)
    );
    let one =
        "The screen says: The referenced account is currently locked out and may not be logged on to.\n";
    assert!(causes(&analyzer, one)[0].1 > Verdict::Possible);
}

#[test]
fn a_document_about_a_fault_reports_none() {
    let analyzer = Analyzer::new().unwrap();
    let says = "The referenced account is currently locked out and may not be logged on to.\n";
    for document in [
        format!("Acceptance test 7, after the second wrong password: {says}Seen as wanted, passed."),
        format!("Testprotokoll 12: Anmeldung mit gesperrtem Konto. Meldung am Schirm: {says}"),
        format!("DRAFT - KB 88, for review\nThe screen says: {says}"),
    ] {
        let causes = causes(&analyzer, &document);
        let most = causes.iter().map(|(_, verdict)| *verdict).max();
        assert!(most <= Some(Verdict::Possible), "{document}: {causes:?}");
    }
}

#[test]
fn a_list_of_possible_causes_states_none() {
    let text = "Enter-PSSession : Connecting to remote server localhost failed. The following error occurred while using Negotiate \
                authentication: A specified logon session does not exist. It may already have been terminated.\n\
                Possible causes are:\n\
                -The user name or password specified are invalid.\n\
                -Kerberos is used when no authentication method and no user name are specified.\n";
    let found = causes(&Analyzer::new().unwrap(), text);
    assert!(found.iter().all(|(id, verdict)| {
        *verdict < Verdict::Likely || !id.contains("password") && !id.contains("deleted")
    }));
}
