//! What the tables know, the diagnosis says: a code with causes that somebody quotes in a few words, by its symbol, its number or the
//! system's sentence, is an incident with those causes. The texts are made from the tables, so that a new entry is tried as it is added.

use logonscope::diagnose::Analyzer;
use logonscope::knowledge::codes::{Code, CodeClass, CodeValue, Codes};
use logonscope::model::{CodeSpace, Diagnosis, Verdict};
use logonscope::{Limits, bundle};

/// Classes of codes that mean something wherever they are quoted. Others need to be met in something: a task, a service.
const PLAIN: &[CodeClass] = &[
    CodeClass::Account,
    CodeClass::Password,
    CodeClass::LogonRight,
    CodeClass::Domain,
    CodeClass::Time,
    CodeClass::CredentialStore,
];
const SPACES: &[CodeSpace] = &[
    CodeSpace::Win32,
    CodeSpace::Ntstatus,
    CodeSpace::Hresult,
    CodeSpace::Freerdp,
    CodeSpace::DiscReason,
    CodeSpace::ExtendedDisconnect,
];

fn diagnose(analyzer: &Analyzer, text: &str) -> Diagnosis {
    let bundle = bundle::open_memory("note.txt", text.as_bytes().to_vec(), &Limits::default());
    analyzer.analyze_bundle(&bundle)
}

/// Whether one of the causes of a code is among the first three of an incident.
fn names_a_cause(diagnosis: &Diagnosis, code: &Code) -> bool {
    let mut incidents = diagnosis.incidents.iter();
    incidents.any(|incident| {
        let mut first = incident.causes.iter().take(3);
        first.any(|cause| code.causes.iter().any(|id| **id == *cause.id))
    })
}

/// How people quote the number of a code: those that are told by their form, and those that need the name of what writes them.
fn quotes(code: &Code) -> Vec<String> {
    let CodeValue::Number(value) = code.value else {
        return Vec::new();
    };
    match code.space {
        CodeSpace::Win32 => bare(0x8007_0000 | value),
        CodeSpace::Freerdp => vec![
            format!("FreeRDP says, last error: {value}"),
            format!("xfreerdp ends with freerdp error [{value:#010x}]"),
        ],
        CodeSpace::DiscReason => vec![
            format!("The Remote Desktop client (mstsc) shows error code: {value:#x}"),
            format!("mstsc was disconnected, discReason {value}"),
        ],
        _ if value >= 0x1_0000 => bare(value),
        _ => Vec::new(),
    }
}

fn bare(value: u32) -> Vec<String> {
    vec![
        format!("it fails with {value:#010x} since Monday"),
        format!(
            "Support,\nwe see this error:\n\n    error {}\n\nWhat is it?",
            value.cast_signed()
        ),
        format!("result {value} of the call"),
    ]
}

/// A symptom that shows by one code in several ways is called by the way that fits.
#[test]
fn what_a_code_was_met_in_gives_the_incident_its_name() {
    let analyzer = Analyzer::new().unwrap();
    let bound = |text: &str| {
        let found = diagnose(&analyzer, text);
        let titles: Vec<String> = found.incidents.iter().map(|one| one.title.clone()).collect();
        assert!(!titles.is_empty(), "{text}");
        titles.iter().any(|title| title.contains("certificate"))
    };
    assert!(bound(
        "netsh http add sslcert ipport=0.0.0.0:443 fails:\nSSL Certificate add failed, Error: 1312\nA specified logon session does not exist."
    ));
    assert!(!bound(
        "The bot fails at its start each night:\nException: A specified logon session does not exist. (0x80070520)"
    ));
}

#[test]
fn a_code_that_is_quoted_opens_an_incident_with_its_causes() {
    let analyzer = Analyzer::new().unwrap();
    let codes = Codes::embedded().unwrap();
    let mut tried = 0;
    let mut silent = Vec::new();
    let asked =
        |code: &&Code| !code.causes.is_empty() && PLAIN.contains(&code.class) && SPACES.contains(&code.space);
    for code in codes.iter().filter(asked) {
        let symbol = Some(&code.symbol).filter(|symbol| symbol.contains('_'));
        let named = symbol.map(|symbol| format!("The call came back with {symbol}."));
        for text in quotes(code).into_iter().chain(named) {
            tried += 1;
            if !names_a_cause(&diagnose(&analyzer, &text), code) {
                silent.push(text);
            }
        }
    }
    assert!(tried > 200, "only {tried} texts");
    assert!(silent.is_empty(), "{} of {tried}: {silent:#?}", silent.len());
}

/// Every so many sentences are tried in a whole analysis: that each tells its code, the tables' own tests hold.
const OF_SO_MANY: usize = 8;

#[test]
fn a_sentence_of_the_system_opens_an_incident_in_every_language() {
    let analyzer = Analyzer::new().unwrap();
    let codes = Codes::embedded().unwrap();
    let mut tried = 0;
    let mut silent = Vec::new();
    let is_plain = |code: &Code| PLAIN.contains(&code.class) && code.said_in.is_empty();
    let plain = codes.sentences().filter(|(code, _)| is_plain(code));
    for (code, words) in plain.step_by(OF_SO_MANY) {
        tried += 1;
        let text = format!("On the screen: {words}.");
        if !names_a_cause(&diagnose(&analyzer, &text), code) {
            silent.push(text);
        }
    }
    assert!(tried > 100, "only {tried} sentences");
    assert!(silent.is_empty(), "{} of {tried}: {silent:#?}", silent.len());
}

/// Spaces whose codes are complaints by themselves, whatever their class.
const OWN_SPACES: &[CodeSpace] = &[
    CodeSpace::TaskScheduler,
    CodeSpace::DiscReason,
    CodeSpace::ExtendedDisconnect,
    CodeSpace::Freerdp,
];

/// Where a code of a class is met.
fn places(code: &Code) -> &'static [&'static str] {
    match code.class {
        _ if OWN_SPACES.contains(&code.space) => &["It says"],
        CodeClass::RdpSecurity | CodeClass::Licensing => &["mstsc (Remote Desktop) says"],
        CodeClass::Task | CodeClass::Access | CodeClass::Resources => &["Last Run Result"],
        _ => &["It says", "Last Run Result", "mstsc (Remote Desktop) says"],
    }
}

#[test]
fn a_sentence_of_another_class_speaks_where_it_was_met() {
    let analyzer = Analyzer::new().unwrap();
    let codes = Codes::embedded().unwrap();
    let mut tried = 0;
    let mut silent = Vec::new();
    let others =
        |code: &Code| !code.causes.is_empty() && (!PLAIN.contains(&code.class) || !code.said_in.is_empty());
    for code in codes.iter().filter(|code| others(code)) {
        // What is short of memory has a signal of its own.
        let needs_more = !code.said_in.is_empty() && code.class != CodeClass::Resources;
        if let Some(words) = code.said.first().filter(|_| needs_more) {
            let alone = diagnose(&analyzer, &format!("It says: {words}."));
            // What its words are like may be said, and no more.
            let mut causes = alone.incidents.iter().flat_map(|incident| &incident.causes);
            let is_sure = causes.any(|cause| cause.verdict > Verdict::Possible);
            assert!(!is_sure, "{words} complains of itself");
        }
    }
    for (code, words) in codes
        .sentences()
        .filter(|(code, _)| others(code))
        .step_by(OF_SO_MANY)
    {
        tried += 1;
        let mut texts = places(code).iter().map(|place| format!("{place}: {words}."));
        if !texts.any(|text| names_a_cause(&diagnose(&analyzer, &text), code)) {
            silent.push(format!("{} {words}", code.symbol));
        }
    }
    assert!(tried > 300, "only {tried} sentences");
    assert!(silent.is_empty(), "{} of {tried}: {silent:#?}", silent.len());
}

#[test]
fn a_task_whose_result_is_quoted_is_a_task_that_failed() {
    let analyzer = Analyzer::new().unwrap();
    let codes = Codes::embedded().unwrap();
    let mut silent = Vec::new();
    let asked = |code: &&Code| {
        code.space == CodeSpace::TaskScheduler
            && !code.causes.is_empty()
            && !matches!(code.class, CodeClass::Success | CodeClass::Service)
    };
    for code in codes.iter().filter(asked) {
        let CodeValue::Number(value) = code.value else {
            continue;
        };
        let text = format!("The task \"Night run\" does not do its work. Last Run Result: {value:#x}");
        if !names_a_cause(&diagnose(&analyzer, &text), code) {
            silent.push(text);
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn numbers_and_words_of_everyday_are_no_complaint() {
    let analyzer = Analyzer::new().unwrap();
    for text in [
        "The backup took 1326 seconds and wrote 1331 files.",
        "Room 1385, phone 1909, extension 1312.",
        "We moved the account of the printer to another floor.",
        "Installed KB5034441 (0x0), build 20348.2322, GUID 8007052e-1111-2222-3333-444455556666",
        "The operation completed successfully.",
        "exit code 5, then exit code 8, then exit code 0",
    ] {
        let diagnosis = diagnose(&analyzer, text);
        let told: Vec<_> = diagnosis
            .incidents
            .iter()
            .map(|incident| &incident.title)
            .collect();
        assert!(told.is_empty(), "{text}: {told:?}");
    }
}

/// 1312 beside a certificate is the certificate's, whatever its sentence says of logon sessions.
#[test]
fn a_certificate_that_cannot_be_bound_is_no_logon() {
    let analyzer = Analyzer::new().unwrap();
    let text = "netsh http add sslcert ipport=0.0.0.0:8443\nSSL Certificate add failed, Error: 1312\nA specified logon session does not exist.";
    let diagnosis = diagnose(&analyzer, text);
    let [incident] = diagnosis.incidents.as_slice() else {
        panic!("{:?}", diagnosis.incidents);
    };
    let told = incident
        .causes
        .iter()
        .filter(|cause| cause.verdict >= Verdict::Possible);
    let told: Vec<(&str, Verdict)> = told.map(|cause| (&*cause.id, cause.verdict)).collect();
    assert_eq!(told, [("certificate-private-key-not-usable", Verdict::Possible)]);
}

/// The text of a 4625 without its head: which right is missing, the type of the logon says.
#[test]
fn the_type_of_a_logon_tells_which_right_is_missing() {
    let analyzer = Analyzer::new().unwrap();
    for (kind, cause) in [
        (3, "network-logon-right-missing"),
        (4, "batch-logon-right-missing"),
        (5, "service-logon-right-missing"),
        (10, "rdp-logon-right-missing"),
    ] {
        let text = format!(
            "An account failed to log on.\n\nLogon Type:\t\t\t{kind}\n\nAccount For Which Logon Failed:\n\tAccount Name:\t\tsvc-a\n\n\
             Failure Information:\n\tFailure Reason:\t\tThe user has not been granted the requested logon type at this machine.\n\
             \tStatus:\t\t\t0xC000015B\n"
        );
        let bundle = bundle::open_memory("note.txt", text.into_bytes(), &Limits::default());
        let found = analyzer.analyze_bundle(&bundle);
        let first = found.incidents.first().and_then(|incident| incident.best());
        assert_eq!(first.map(|first| &*first.id), Some(cause), "{kind}");
    }
}

/// Somebody who has a fault does not have so many, of so many kinds, at no time.
#[test]
fn a_list_of_codes_with_their_meanings_is_no_complaint() {
    let analyzer = Analyzer::new().unwrap();
    let page = "What our installer may end with\n\n\
        | code | meaning | do |\n\
        | 0x8007052E | The user name or password is incorrect | enter it again |\n\
        | 0x80070520 | A specified logon session does not exist | look at the policy |\n\
        | 0x80070569 | the logon type is not granted | secpol.msc |\n\
        | 0x8007051F | There are currently no logon servers available | network |\n\
        | 0x80070775 | The account is locked out | unlock it |\n";
    let diagnosis = diagnose(&analyzer, page);
    assert!(diagnosis.incidents.is_empty(), "{:?}", diagnosis.incidents);
    let two = "A column for each reason why a logon failed:\n- 0xC000006A -> wrong password\n- 0xC0000064 -> user does not exist\n";
    assert!(diagnose(&analyzer, two).incidents.is_empty());
    let one = "Since Monday the import ends with 0x80070775 | The account is locked out |\n";
    assert!(!diagnose(&analyzer, one).incidents.is_empty());
}

#[test]
fn a_table_of_numbers_with_their_meanings_is_no_complaint() {
    let analyzer = Analyzer::new().unwrap();
    let table = "What the reasons mean\n\
        3 The session was idle for too long.\n5 Another connection took the session.\n\
        257 No license server was available.\n258 No valid software license was available.\n\
        262 Network problems occurred during the licensing protocol.\n";
    assert!(diagnose(&analyzer, table).incidents.is_empty());
    let jobs = "90112 Import Running 06:00:03 FIRMA\\rpa-fi\n90115 Masters Faulted 06:02:00 Another interactive job is using the \
        machine's console. Only one interactive job can use the console at a time.\n90121 Masters Faulted 06:32:00 Another interactive \
        job is using the machine's console. Only one interactive job can use the console at a time.\n";
    assert!(!diagnose(&analyzer, jobs).incidents.is_empty());
    let dialog = "The connection fails on one client only:\n262 Network problems occurred during the licensing protocol.\n";
    assert!(!diagnose(&analyzer, dialog).incidents.is_empty());
}

#[test]
fn a_record_without_a_time_is_a_failure_all_the_same() {
    let analyzer = Analyzer::new().unwrap();
    let records = [
        "Event ID: 6008\nThe previous system shutdown at 10:11:12 AM on 8/9/2010 was unexpected.\n",
        "Event ID: 41\nThe system has rebooted without cleanly shutting down first. This error could be caused if the system \
         stopped responding, crashed, or lost power unexpectedly.\n",
    ];
    for record in records {
        let diagnosis = diagnose(&analyzer, record);
        let first = diagnosis
            .incidents
            .first()
            .and_then(|incident| incident.best())
            .unwrap();
        assert_eq!(&*first.id, "unexpected-restart", "{record}");
        assert!(
            !first.supports.iter().any(|item| item.summary.contains('?')),
            "{record}"
        );
    }
}

#[test]
fn what_was_done_may_stand_in_another_file() {
    let analyzer = Analyzer::new().unwrap();
    let first = |name: &str, account: &str| {
        let folder = tempfile::tempdir().unwrap();
        let program =
            format!("schtasks /create /tn Night /tr C:\\\\ops\\\\night.cmd /sc daily /ru {account}\n");
        std::fs::write(folder.path().join(name), program).unwrap();
        std::fs::write(folder.path().join("console.txt"), "it says 0x8007052E\n").unwrap();
        let diagnosis = analyzer.analyze([folder.path()]).unwrap();
        diagnosis.incidents[0].best().map(|cause| cause.id.to_string())
    };
    assert_eq!(
        first("call.txt", r"CORP\gmsa-night$").as_deref(),
        Some("gmsa-misregistered")
    );
    assert_ne!(
        first("call.txt", r"CORP\svc-night").as_deref(),
        Some("gmsa-misregistered")
    );
}
