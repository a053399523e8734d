//! The second and the fourth article: tasks and 1312, and what is nobody's complaint.

use logonscope::model::Verdict;

use super::kit::*;
use super::support::evtx::{Event, Log};

#[test]
fn d1_any_provider_that_met_1312_is_heard_and_the_noise_of_health_is_not() {
    let text =
        "System.Runtime.InteropServices.COMException (0x80070520): A specified logon session does not exist.";
    let of = |provider: &str, channel: &str, level: u8| Sent {
        logs: vec![
            Log::new(channel, HOST).event(
                Event::new(provider, 17)
                    .at(day("10:00:00").as_str())
                    .level(level)
                    .classic(&["Unhandled exception in job 77", text], None),
            ),
        ],
        texts: Vec::new(),
    };
    for (provider, channel, level) in [
        ("ASP.NET 4.0.30319.0", "Application", 3),
        ("AcmeReports", "Application", 2),
        ("AcmeService", "System", 2),
    ] {
        for (causes, _) in of(provider, channel, level).causes("no-such-logon-session") {
            assert!(
                causes.first().unwrap().verdict >= Verdict::Possible,
                "{provider}: {:?}",
                summary(&causes)
            );
        }
    }
    let mut noise = of(
        "Microsoft-Windows-CloudStore",
        "Microsoft-Windows-CloudStore/Operational",
        2,
    );
    let everyday = |_| Event::new("Microsoft-Windows-CloudStore", 2).at(day("09:00:00").as_str());
    noise.logs = noise
        .logs
        .into_iter()
        .map(|log| log.events((0..100).map(everyday)))
        .collect();
    for form in FORMS {
        let noise = noise.diagnose(form);
        assert!(noise.incidents.is_empty(), "{form}: {:?}", titles(&noise));
    }
}

#[test]
fn sessions_end_with_the_boot_before_which_they_were() {
    let sent = Sent {
        logs: vec![
            sessions([
                session("07:00:00", 21, FLOW, 2, Some("10.0.0.5")),
                dropped("10:00:00", 2, 3),
            ]),
            Log::new("System", HOST).event(
                Event::new("Microsoft-Windows-Kernel-General", 12)
                    .at(day("08:00:00").as_str())
                    .data("MajorVersion", 10_u32),
            ),
        ],
        texts: Vec::new(),
    };
    for form in FORMS {
        let diagnosis = sent.diagnose(form);
        assert!(
            diagnosis.sessions.iter().all(|one| one.end.is_some()),
            "{form}: {:?}",
            diagnosis.sessions
        );
        assert!(diagnosis.incidents.iter().all(|one| one.user.is_none()), "{form}");
    }
}

#[test]
fn a_reason_that_says_logoff_is_told_where_the_logoff_was_not_sent() {
    let of = |last: Option<Event>| Sent {
        logs: vec![sessions(
            [
                session("07:00:00", 21, ROBOT, 2, Some("10.0.0.5")),
                dropped("08:00:00", 2, 12),
                session("08:00:00", 24, ROBOT, 2, Some("10.0.0.5")),
            ]
            .into_iter()
            .chain(last),
        )],
        texts: Vec::new(),
    };
    of(None).leads("session-logged-off", "user-logoff", Verdict::Possible);
    // With its record it is an everyday logoff, and nobody complained of it.
    let logoff = session("08:00:00", 23, ROBOT, 2, None);
    for form in FORMS {
        assert_eq!(
            titles(&of(Some(logoff.clone())).diagnose(form)),
            Vec::<&str>::new()
        );
    }
}

#[test]
fn codes_of_texts_are_counted_beside_those_of_fields_and_no_reason_is_one() {
    let exception =
        "System.Runtime.InteropServices.COMException (0x80070520): A specified logon session does not exist.";
    let fault = Event::new("AcmeReports", 0)
        .at(day("09:00:00").as_str())
        .level(2)
        .classic(&[exception], None);
    let sent = Sent {
        logs: vec![
            Log::new("Application", HOST).event(fault),
            sessions([
                session("07:00:00", 21, ROBOT, 2, Some("10.0.0.5")),
                dropped("08:00:00", 2, 0),
            ]),
        ],
        texts: Vec::new(),
    };
    for form in FORMS {
        let codes = sent.diagnose(form).codes;
        let counted: Vec<(&str, u64)> = codes
            .iter()
            .map(|code| (code.value.as_str(), code.count))
            .collect();
        assert_eq!(counted, [("0x80070520", 1), ("0", 1)], "{form}");
    }
}

#[test]
fn d_what_stands_beside_1312_in_a_text_decides() {
    const FAILS: &str = "mailer: opening the archive: A specified logon session does not exist. It may already have been terminated.\r\n";
    for (beside, cause) in [
        (
            "mailer: ResumeToken(token=0x0) -> GetLastError 87\r\n",
            "session-id-or-parameter-bug",
        ),
        (
            "mailer: EnterSession sessionId=-1: Falscher Parameter.\r\n",
            "session-id-or-parameter-bug",
        ),
        (
            "<identity impersonate=\"true\" /> and no delegation for the pool's account\r\n",
            "impersonation-1312-service-app",
        ),
        (
            "mailer: got CTRL_LOGOFF_EVENT, working on\r\n",
            "process-outlived-logon-session",
        ),
    ] {
        let text = [beside, FAILS].concat();
        told("note.txt", &text).leads(GONE_1312, cause, Verdict::Possible);
    }
    told("note.txt", FAILS).does_not_say(GONE_1312, "session-id-or-parameter-bug");
    told("note.txt", FAILS).does_not_say(GONE_1312, "process-outlived-logon-session");
}

#[test]
fn d_the_definition_that_was_sent_says_that_no_password_is_stored() {
    let of = |logon: &str| {
        Sent {
        logs: Vec::new(),
        texts: vec![
            (
                "copy.log",
                "copy.ps1: A specified logon session does not exist. It may already have been terminated.\r\n".to_owned(),
            ),
            (
                "task.xml",
                format!(
                    "<?xml version=\"1.0\"?>\r\n<Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\r\n\
                     <RegistrationInfo><URI>\\Copies\\Evening</URI></RegistrationInfo>\r\n\
                     <Principals><Principal id=\"Author\"><UserId>S-1-5-21-1-2-3-1107</UserId><LogonType>{logon}</LogonType></Principal></Principals>\r\n\
                     <Actions Context=\"Author\"><Exec><Command>copy.cmd</Command></Exec></Actions>\r\n</Task>\r\n"
                ),
            ),
        ],
    }
    };
    of("S4U").leads(GONE_1312, "task-do-not-store-password-s4u", Verdict::Likely);
    of("Password").does_not_say(GONE_1312, "task-do-not-store-password-s4u");
}

#[test]
fn d_a_task_saved_over_a_remote_shell_has_no_place_for_its_password() {
    const SAVED: &str = "task-registration-failure";
    for text in [
        "PLAY [nodes]\r\nconnection: winrm\r\nTASK [win_scheduled_task : evening copy]\r\nfatal: [rpa-07]: FAILED! => {\"msg\": \"A specified logon session does not exist. It may already have been terminated.\"}\r\n",
        "ops@jump:~$ ssh ops@rpa-07\r\nC:\\Users\\ops>schtasks /create /tn Evening /tr C:\\x\\copy.cmd /sc daily /ru CORP\\svc /rp *\r\nERROR: A specified logon session does not exist. It may already have been terminated.\r\n",
    ] {
        told("shell.txt", text).leads(SAVED, "task-registered-from-network-logon", Verdict::Likely);
    }
    // At the console the policy is the first thing to look at.
    let console = "Beim Speichern der Aufgabe: Eine angegebene Anmeldesitzung ist nicht vorhanden. Sie wurde gegebenenfalls bereits beendet.\r\n";
    told("dialog.txt", console).leads(SAVED, "disable-domain-creds-policy", Verdict::Possible);
}

#[test]
fn b3_a_changed_password_beside_a_log_in_which_nothing_failed_is_no_complaint() {
    let tasks = (0..100).map(|run| {
        Event::new("Microsoft-Windows-TaskScheduler", 107)
            .at(day(&format!("{:02}:{:02}:00", run / 60, run % 60)).as_str())
            .data("TaskName", r"\Copies\Evening")
            .data("InstanceId", "{11111111-0000-0000-0000-000000000001}")
    });
    let reset = Event::new("Microsoft-Windows-Security-Auditing", 4724)
        .at(day("00:30:00").as_str())
        .data("TargetUserName", "svc-other")
        .data("TargetDomainName", "CORP")
        .data("SubjectUserName", "adm");
    let sent = Sent {
        logs: vec![
            Log::new("Microsoft-Windows-TaskScheduler/Operational", HOST).events(tasks),
            Log::new("Security", "DC-01").event(reset),
        ],
        texts: Vec::new(),
    };
    for form in FORMS {
        assert_eq!(titles(&sent.diagnose(form)), Vec::<&str>::new(), "{form}");
    }
}

/// Whoever goes on in a session from elsewhere, or has it back after a hiccup of the network, lost nothing.
#[test]
fn a_session_that_its_user_has_back_at_once_is_no_fault() {
    let best = |reason: u32, back: &str| -> Vec<Verdict> {
        let sent = Sent {
            logs: vec![sessions([
                session("08:00:00", 21, ROBOT, 2, Some("10.0.0.8")),
                session("09:00:00", 24, ROBOT, 2, Some("10.0.0.8")),
                dropped("09:00:00", 2, reason),
                session(back, 25, ROBOT, 2, Some("10.0.0.9")),
            ])],
            texts: Vec::new(),
        };
        let best = |form: &&str| {
            let diagnosis = sent.diagnose(form);
            let verdicts = diagnosis.incidents.iter().filter_map(|one| one.best());
            verdicts
                .map(|cause| cause.verdict)
                .max()
                .unwrap_or(Verdict::RuledOut)
        };
        FORMS.iter().map(best).collect()
    };
    assert!(
        best(5, "09:00:03")
            .iter()
            .all(|verdict| *verdict <= Verdict::Possible)
    );
    assert!(
        best(5, "09:40:00")
            .iter()
            .all(|verdict| *verdict >= Verdict::Likely)
    );
}

/// The history of a task as it is copied out of the Task Scheduler, rows first and the records below, beside a refusal of somebody else.
#[test]
fn b12_the_history_of_a_task_counts_before_a_strangers_logon() {
    let of = |code: u32| {
        let history = format!(
            "Information\t3/10/2026 3:16:01 AM\tTaskScheduler\t102\tNone\r\n\
             Information\t3/10/2026 3:16:01 AM\tTaskScheduler\t201\tNone\r\n\
             Information\t3/10/2026 3:15:01 AM\tTaskScheduler\t100\tNone\r\n\r\n\
             3/10/2026 3:15:01 AM  TaskScheduler 100  Task Scheduler started \"{{11111111-0000-0000-0000-000000000001}}\" instance of the \
             \"\\Gather\" task for user \"LAB\\nightly\".\r\n\
             3/10/2026 3:16:01 AM  TaskScheduler 201  Task Scheduler successfully completed task \"\\Gather\" , instance \
             \"{{11111111-0000-0000-0000-000000000001}}\" , action \"C:\\lab\\gather.exe\" with return code {code}.\r\n"
        );
        let refused = Event::new("Microsoft-Windows-Security-Auditing", 4625)
            .at(day("03:15:00").as_str())
            .data("TargetUserName", "trainee")
            .data("LogonType", "2")
            .data("Status", "0xC000006E")
            .data("SubStatus", "0xC0000071");
        Sent {
            logs: vec![Log::new("Security", HOST).event(refused)],
            texts: vec![("history.txt", history)],
        }
    };
    const FAILED: &str = "task-run-failure";
    of(2_147_942_403).leads(FAILED, "task-program-error-not-logon", Verdict::Possible);
    of(2_147_942_403).does_not_say(FAILED, "password-expired-or-must-change");
    for form in FORMS {
        let ended_well = of(0).diagnose(form);
        assert!(!titles(&ended_well).contains(&FAILED), "{form}");
    }
}

/// A stored password is put right where it is stored: for a service not in the task scheduler.
#[test]
fn the_first_step_is_for_what_failed() {
    let refused = |logon_type: u32| {
        Event::new("Microsoft-Windows-Security-Auditing", 4625)
            .at(day("10:00:00").as_str())
            .data("TargetUserName", "svc_erp")
            .data("TargetDomainName", "CORP")
            .data("Status", "0xc000006d")
            .data("SubStatus", "0xc000006a")
            .data("LogonType", logon_type)
            .data("WorkstationName", HOST)
    };
    let service = Event::new("Service Control Manager", 7038)
        .at(day("10:00:01").as_str())
        .level(2)
        .data("param1", "ErpServer")
        .data("param2", r"CORP\svc_erp")
        .data("param3", "%%1326");
    let of_service = Sent {
        logs: vec![
            Log::new("Security", HOST).event(refused(5)),
            Log::new("System", HOST).event(service),
        ],
        texts: Vec::new(),
    };
    let of_task = Sent {
        logs: vec![
            Log::new("Security", HOST).event(refused(4)),
            Log::new("Microsoft-Windows-TaskScheduler/Operational", HOST).event(
                Event::new("Microsoft-Windows-TaskScheduler", 104)
                    .at(day("10:00:01").as_str())
                    .level(2)
                    .data("TaskName", r"\Nightly")
                    .data("Name", "LogonUserExEx")
                    .data("UserContext", r"CORP\svc_erp")
                    .data("ResultCode", 2_147_943_726_u32),
            ),
        ],
        texts: Vec::new(),
    };
    for (sent, step) in [(of_service, "Service:"), (of_task, "Task:")] {
        for form in FORMS {
            let diagnosis = sent.diagnose(form);
            let cause = diagnosis
                .incidents
                .iter()
                .flat_map(|incident| &incident.causes)
                .find(|cause| &*cause.id == "password-drift-stored-credential")
                .unwrap();
            let first = cause.remediation.first().unwrap();
            assert!(
                first.starts_with(step),
                "{form}: {first}, {:?}",
                titles(&diagnosis)
            );
            assert_eq!(cause.remediation.len(), 5, "the others stay");
        }
    }
}
