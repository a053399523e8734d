//! What is typed and pasted, and what comes of it.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

static CODES: LazyLock<Codes> = LazyLock::new(|| Codes::embedded().unwrap());

fn ask(text: &str) -> Explanation {
    explain(text, &CODES)
}

/// The space and symbol of the first reading of the only code.
fn first(text: &str) -> (CodeSpace, String) {
    let explanation = ask(text);
    assert_eq!(explanation.codes.len(), 1, "{text}: {explanation:#?}");
    let reading = &explanation.codes[0].readings[0];
    assert!(reading.known, "{text}");
    (reading.space, reading.symbol.clone())
}

#[test]
fn acceptance() {
    let cases = [
        ("0x80070520", CodeSpace::Hresult, "ERROR_NO_SUCH_LOGON_SESSION"),
        ("1312", CodeSpace::Win32, "ERROR_NO_SUCH_LOGON_SESSION"),
        ("2147943712", CodeSpace::Hresult, "ERROR_NO_SUCH_LOGON_SESSION"),
        ("-2147023584", CodeSpace::Hresult, "ERROR_NO_SUCH_LOGON_SESSION"),
        ("0x520", CodeSpace::Win32, "ERROR_NO_SUCH_LOGON_SESSION"),
        (
            "0xffffffff80070520",
            CodeSpace::Hresult,
            "ERROR_NO_SUCH_LOGON_SESSION",
        ),
        ("2147943726", CodeSpace::Hresult, "ERROR_LOGON_FAILURE"),
        ("131092", CodeSpace::Freerdp, "ERRCONNECT_LOGON_FAILURE"),
        ("0x20014", CodeSpace::Freerdp, "ERRCONNECT_LOGON_FAILURE"),
        ("0xC000006D", CodeSpace::Ntstatus, "STATUS_LOGON_FAILURE"),
        ("2147942521", CodeSpace::Hresult, "ERROR_SEM_TIMEOUT"),
        (
            "disconnect 5",
            CodeSpace::ExtendedDisconnect,
            "ERRINFO_DISCONNECTED_BY_OTHER_CONNECTION",
        ),
        (
            "reason 12",
            CodeSpace::ExtendedDisconnect,
            "ERRINFO_LOGOFF_BY_USER",
        ),
        ("SessionHasLoggedOff", CodeSpace::PowerAutomate, ""),
        (
            "Last error: 131085",
            CodeSpace::Freerdp,
            "ERRCONNECT_CONNECT_TRANSPORT_FAILED",
        ),
        ("discReason 2825", CodeSpace::DiscReason, ""),
        (
            "ERROR_NO_SUCH_LOGON_SESSION",
            CodeSpace::Win32,
            "ERROR_NO_SUCH_LOGON_SESSION",
        ),
        (
            "status_logon_failure",
            CodeSpace::Ntstatus,
            "STATUS_LOGON_FAILURE",
        ),
        ("1309", CodeSpace::Win32, "ERROR_NO_IMPERSONATION_TOKEN"),
        ("120", CodeSpace::Win32, "ERROR_CALL_NOT_IMPLEMENTED"),
        ("171", CodeSpace::Win32, "ERROR_DEVICE_SUPPORT_IN_PROGRESS"),
        ("3489660929", CodeSpace::Hresult, "STATUS_UNSUCCESSFUL"),
        ("1073807364", CodeSpace::ExitCode, "DBG_TERMINATE_PROCESS"),
    ];
    for (text, space, symbol) in cases {
        assert_eq!(first(text), (space, symbol.to_owned()), "{text}");
    }
    for text in ["1309", "120", "171"] {
        let caution = ask(text).codes[0].readings[0].caution.clone().unwrap();
        assert!(caution.contains("article"), "{text}");
    }
}

#[test]
fn the_robots_opaque_code_is_not_read_as_a_status() {
    for text in ["err(rdp):-1073741537", "\"err(rdp):-1073741537\""] {
        let explanation = ask(text);
        let code = &explanation.codes[0];
        assert_eq!(code.readings.len(), 1, "{code:#?}");
        assert_eq!(code.readings[0].space, CodeSpace::UipathRdp);
        assert!(!code.ambiguous);
        assert_eq!(code.elsewhere[0].symbol, "STATUS_TOO_MANY_OPENED_FILES");
    }
    let bare = &ask("-1073741537").codes[0];
    assert!(bare.ambiguous);
    assert_eq!(bare.readings[0].space, CodeSpace::UipathRdp);
    let hex = &ask("0xC000011F").codes[0];
    assert_eq!(hex.readings[0].space, CodeSpace::Ntstatus);
}

#[test]
fn numbers_with_several_readings_say_so() {
    for text in ["3", "260", "1028", "262", "disconnect 3", "5"] {
        let code = &ask(text).codes[0];
        assert!(code.ambiguous, "{text}");
        assert!(code.readings.len() > 1, "{text}");
    }
    assert_eq!(first("LSM 40 Reason 260").0, CodeSpace::ExtendedDisconnect);
    assert_eq!(first("mstsc error code 260").0, CodeSpace::DiscReason);
    assert!(!ask("1312").codes[0].ambiguous);
    assert!(!ask("0x80070520").codes[0].ambiguous);
    assert!(!ask("disconnect 5").codes[0].ambiguous);
}

#[test]
fn unknown_numbers_tell_their_form() {
    let code = &ask("0x8009ABCD").codes[0];
    assert!(!code.readings[0].known);
    assert!(code.form.as_deref().unwrap().contains("security"));
    let plain = ask("54321");
    assert!(plain.codes[0].readings.is_empty());
    assert!(plain.codes[0].form.as_deref().unwrap().contains("plain number"));
    assert!(!plain.found());
    assert_eq!(plain.codes[0].spellings.as_ref().unwrap().hex, "0xD431");
}

#[test]
fn pasted_lines() {
    let cases: &[(&str, &[(&str, CodeSpace)])] = &[
        (
            "Task Scheduler failed to start \"\\Nightly\" task for user \"CORP\\svc-robot\". Additional Data: Error Value: 2147943726.",
            &[("ERROR_LOGON_FAILURE", CodeSpace::Hresult)],
        ),
        (
            "2026-05-04 08:00:01.123 Session 3 has been disconnected, reason code 12",
            &[("ERRINFO_LOGOFF_BY_USER", CodeSpace::ExtendedDisconnect)],
        ),
        (
            "Could not start executor. A logon session is missing. (0x80070520)",
            &[("ERROR_NO_SUCH_LOGON_SESSION", CodeSpace::Hresult)],
        ),
        (
            "Rdp connection failed: Message: it did not work., Last error: 131085",
            &[("ERRCONNECT_CONNECT_TRANSPORT_FAILED", CodeSpace::Freerdp)],
        ),
        (
            "rdp.cpp 34 RdpWrapper: Log on Wrapper: exiting connection loop, err(rdp):-1073741537",
            &[("", CodeSpace::UipathRdp)],
        ),
        (
            "<Data Name='TaskName'>\\Nightly</Data><Data Name='ResultCode'>2147942667</Data>",
            &[("ERROR_DIRECTORY", CodeSpace::Hresult)],
        ),
        (
            "Logon Type: 4 Status: 0xC000006D Sub Status: 0xC000006A",
            &[
                ("Batch", CodeSpace::LogonType),
                ("STATUS_LOGON_FAILURE", CodeSpace::Ntstatus),
                ("STATUS_WRONG_PASSWORD", CodeSpace::Ntstatus),
            ],
        ),
        (
            "Kerberos pre-authentication failed. Failure Code: 0x18",
            &[("KDC_ERR_PREAUTH_FAILED", CodeSpace::Kerberos)],
        ),
        (
            "Job stopped with an unexpected exit code: 0x40010004",
            &[("DBG_TERMINATE_PROCESS", CodeSpace::ExitCode)],
        ),
        (
            "{\"error\":{\"code\":\"WindowsIdentityIncorrect\",\"message\":\"...\"}}",
            &[("", CodeSpace::PowerAutomate)],
        ),
        (
            "ERROR_INVALID_PARAMETER=0x00000057 : wrong",
            &[("ERROR_INVALID_PARAMETER", CodeSpace::Win32)],
        ),
        (
            "The process initiated the restart of RPA-07, Reason Code: 0x80020010, Shutdown Type: restart",
            &[("", CodeSpace::ShutdownReason)],
        ),
        (
            "it exited at 10.0.17763.1 on 2026-05-04T08:00:00Z with 2,147,943,726 bytes",
            &[],
        ),
        (
            "{80070520-55E5-1017-0000-000000000000} pid 0x1f4 thread 1312",
            &[],
        ),
    ];
    for (text, expected) in cases {
        let explanation = ask(text);
        let found: Vec<_> = explanation
            .codes
            .iter()
            .map(|code| (code.readings[0].symbol.as_str(), code.readings[0].space))
            .collect();
        assert_eq!(&found, expected, "{text}: {explanation:#?}");
    }
}

#[test]
fn events_are_named_for_the_caller() {
    let event = |text: &str| {
        ask(text)
            .events
            .iter()
            .map(|event| (event.log.clone(), event.id))
            .collect::<Vec<_>>()
    };
    assert_eq!(event("LSM 40"), [(Some("LSM".to_owned()), 40)]);
    assert_eq!(event("event 104"), [(None, 104)]);
    assert_eq!(
        event("TaskScheduler 101"),
        [(Some("TaskScheduler".to_owned()), 101)]
    );
    assert_eq!(event("Event ID: 4625"), [(Some("Security".to_owned()), 4625)]);
    assert_eq!(event("4625"), [(Some("Security".to_owned()), 4625)]);
    assert_eq!(event("reason 12"), []);
    let both = ask("4625 C000006A");
    assert_eq!(both.events[0].id, 4625);
    assert_eq!(both.codes[0].readings[0].symbol, "STATUS_WRONG_PASSWORD");
    assert_eq!(both.codes.len(), 1);
}

#[test]
fn a_finished_action_returned_its_own_code() {
    let note = |text: &str| ask(text).codes[0].readings[0].note.clone().unwrap();
    assert!(note("TaskScheduler 201 ResultCode 2147943712").contains("what the program returned"));
    assert!(!note("TaskScheduler 104 ResultCode 2147943712").contains("what the program returned"));
}

#[test]
fn a_wrong_name_is_noticed() {
    let text = "Related: ERROR_LOGON_SESSION_COLLISION(1309), ERROR_INVALID_PARAMETER (120), ERROR_NO_SUCH_LOGON_SESSION (1312)";
    let explanation = ask(text);
    assert_eq!(explanation.notes.len(), 2, "{explanation:#?}");
    assert!(explanation.notes[0].contains("1309") && explanation.notes[0].contains("1366"));
    assert!(explanation.notes[1].contains("120") && explanation.notes[1].contains("87"));
}

#[test]
fn nothing_to_explain_is_said() {
    for text in ["", "  ", "hello", "\"\""] {
        let explanation = ask(text);
        assert!(!explanation.found() && !explanation.notes.is_empty(), "{text:?}");
    }
    assert!(
        ask("SCHED_E_TASK")
            .notes
            .iter()
            .any(|note| note.contains("SCHED_E_TASK_DISABLED"))
    );
}

#[test]
fn a_code_that_is_filled_up_with_zeros_is_one_behind_any_words() {
    for text in [
        "Logon failed for user CORP\\svc. (0x0000052E)",
        "The operation failed with 0x0000052E",
    ] {
        let explanation = ask(text);
        assert_eq!(
            explanation.codes[0].readings[0].symbol, "ERROR_LOGON_FAILURE",
            "{text}"
        );
    }
    assert!(ask("read 0x00001000 bytes of it").codes.is_empty());
}

#[test]
fn a_log_may_stand_behind_its_event() {
    for text in [
        "Event ID 40 LocalSessionManager",
        "event 40 in the LocalSessionManager log",
    ] {
        let explanation = ask(text);
        assert_eq!(explanation.events[0].log.as_deref(), Some("LSM"), "{text}");
    }
}

#[test]
fn what_is_almost_a_code_is_answered_with_the_code() {
    assert!(
        ask("status_wrong_pasword")
            .notes
            .iter()
            .any(|note| note.contains("STATUS_WRONG_PASSWORD"))
    );
    assert!(ask("520").notes.iter().any(|note| note.contains("explain 0x520")));
    assert!(ask("41").notes.is_empty());
}

#[test]
fn long_texts_are_bounded() {
    let mut text = String::new();
    for code in 0..5000_u32 {
        text.push_str(&format!("error {} ", 0x8007_0000 + code));
    }
    let explanation = ask(&text);
    assert_eq!(explanation.codes.len(), MAX_CODES);
    assert!(explanation.notes.iter().any(|note| note.contains("left out")));
    assert!(explanation.notes.iter().any(|note| note.contains("64 KiB")));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_text_panics(text in "\\PC{0,80}") {
        let explanation = ask(&text);
        prop_assert!(explanation.codes.len() <= MAX_CODES);
    }

    #[test]
    fn nothing_odd_around_numbers_panics(text in "[-0-9a-fA-FxX.:,/()=é€\\n ]{0,60}") {
        ask(&text);
    }

    #[test]
    fn every_spelling_gives_the_same_readings(value: u32) {
        let readings = |text: String| {
            let explanation = ask(&text);
            explanation.codes.first().map(|code| code.readings.clone())
        };
        // Eight digits that begin with 800 are read as a bare HRESULT.
        prop_assume!(!(80_000_000..80_100_000).contains(&value));
        let decimal = readings(value.to_string());
        prop_assert_eq!(&readings(format!("{}", value.cast_signed())), &decimal);
        prop_assert_eq!(&readings(format!("0x{value:08X}")).map(|found| found.len()), &decimal.map(|found| found.len()));
    }
}
