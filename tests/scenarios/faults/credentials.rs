//! Credentials that are stored, or cannot be: the family of error 1312.

use chrono::TimeDelta;

use crate::scenarios::background::{ADMIN, CLERK, ROBOT};
use crate::scenarios::kit::{
    NO_LOGON_SESSION, ROBOT_1312, ROBOT_START, TASK_LOGON, TEXT_1312, minutes, named, old,
};
use crate::scenarios::truth::Word;
use crate::scenarios::world::{
    APPLICATION, LSA_OP, Os, SECURITY, SYSTEM, SYSTEM_SID, TASK, TASK_OP, World, audit,
};
use crate::support::evtx::{Event, Time, Value};
use crate::support::exports::{Reg, task_definition, task_xml};

const REGISTRATION: &[&str] = &["task-registration-failure", "no-such-logon-session"];

/// What a transcript of Windows PowerShell opens with.
fn transcript(w: &World, at: Time, body: &str) -> String {
    let local = at + minutes(w.offset(at));
    format!(
        "**********************\r\nWindows PowerShell transcript start\r\nStart time: {}\r\nUsername: {}\r\nMachine: {} (Microsoft Windows NT 10.0.17763.0)\r\nHost Application: wsmprovhost.exe\r\n**********************\r\n{body}**********************\r\nWindows PowerShell transcript end\r\n**********************\r\n",
        local.format("%Y%m%d%H%M%S"),
        w.name(ADMIN),
        w.host
    )
}

pub fn registered_over_network(w: &mut World, days: i64) {
    w.fault(
        "task-registered-from-network-logon",
        REGISTRATION,
        Word::Possible,
        "An administrator registers a task with a password from a remote PowerShell.",
    );
    w.never(&[
        "disable-domain-creds-policy",
        "password-drift-stored-credential",
        "transient-rerun",
    ]);
    w.also(&["credential-store-unavailable-in-network-logon"]);
    let at = w.fault_time(days);
    w.when(at, |w| {
        let logon = w.logon_id();
        w.logon_audited(ADMIN, 3, logon, "10.1.5.9", -1_500);
        let body = format!(
            "PS>Register-ScheduledTask -TaskName 'Nightly Import' -User '{}' -Password '***' -Action $action -Trigger $trigger\r\nRegister-ScheduledTask : {TEXT_1312}\r\n    + CategoryInfo          : NotSpecified: (PS_ScheduledTask:Root/Microsoft/...S_ScheduledTask) [Register-ScheduledTask], CimException\r\n    + FullyQualifiedErrorId : HRESULT 0x80070520,Register-ScheduledTask\r\n",
            w.name(ROBOT)
        );
        let text = transcript(w, w.now, &body);
        w.append("transcripts/PowerShell_transcript.txt", &text);
        let (sid, name) = (w.accounts[ADMIN].sid.clone(), w.accounts[ADMIN].name.clone());
        w.logon_closed(&sid, &name, logon, 3, 40_000);
        w.shows();
    });
}

pub fn store_unavailable(w: &mut World, days: i64) {
    w.fault(
        "credential-store-unavailable-in-network-logon",
        NO_LOGON_SESSION,
        Word::Possible,
        "A script reads the credential manager over SSH; a network logon has none.",
    );
    w.never(&["disable-domain-creds-policy", "password-drift-stored-credential"]);
    w.also(&["task-registered-from-network-logon"]);
    let at = w.fault_time(days);
    let ssh = w.rng.chance(60);
    w.when(at, move |w| {
        let logon = w.logon_id();
        w.logon_audited(ADMIN, if ssh { 8 } else { 3 }, logon, "10.1.5.9", -900);
        let stamp = (w.now + minutes(w.offset(w.now))).format("%Y-%m-%d %H:%M:%S,%3f");
        let how = if ssh {
            "sshd: session opened for adm.keller by password"
        } else {
            "wsmprovhost.exe: remote shell opened"
        };
        let text = format!(
            "{stamp} INFO {how}\r\n{stamp} ERROR git-credential-manager: CredRead failed: error 1312: {TEXT_1312}\r\n"
        );
        w.append("deploy.log", &text);
        w.shows();
    });
}

pub fn split_token(w: &mut World, days: i64) {
    w.fault(
        "uac-split-token-and-credential-manager",
        NO_LOGON_SESSION,
        Word::Possible,
        "An elevated process asks the credential manager of the other half of a split token.",
    );
    w.at_most(Word::Likely);
    w.never(&["disable-domain-creds-policy", "process-outlived-logon-session"]);
    let policy = crate::scenarios::kit::SYSTEM_POLICY;
    w.set_registry(policy, "EnableLUA", Reg::Dword(1));
    w.set_registry(policy, "FilterAdministratorToken", Reg::Dword(0));
    let at = w.fault_time(days);
    w.when(at, |w| {
        let stamp = (w.now + minutes(w.offset(w.now))).format("%Y-%m-%d %H:%M:%S");
        let text = format!(
            "{stamp} vaultsync (plain, not elevated): CredRead ok\r\n{stamp} vaultsync (elevated, Run as administrator): CredRead failed with 1312 (0x520): {TEXT_1312}\r\n"
        );
        w.append("vaultsync.log", &text);
        w.shows();
    });
}

pub fn wam_broker(w: &mut World, days: i64) {
    w.fault(
        "wam-broker-in-noninteractive-or-runas-session",
        NO_LOGON_SESSION,
        Word::Likely,
        "A service asks the sign-in broker, which works in interactive sessions only.",
    );
    w.never(&[
        "disable-domain-creds-policy",
        "password-drift-stored-credential",
        "impersonation-1312-service-app",
        "process-outlived-logon-session",
    ]);
    let at = w.fault_time(days);
    w.repeat(at, 3, minutes(15), |w| {
        let stamp = w.now.format("%Y-%m-%dT%H:%M:%S%.3fZ");
        let text = format!(
            "{stamp} [ERR] MSAL.NetCore: MsalServiceException: unknown_broker_error: WAM Error 0xffffffff80070520: {TEXT_1312} Tag: 0x21420087\r\n"
        );
        w.append("service.log", &text);
        w.shows();
    });
}

pub fn service_impersonation(w: &mut World, days: i64) {
    w.fault(
        "impersonation-1312-service-app",
        NO_LOGON_SESSION,
        Word::Possible,
        "A web application impersonates a caller whose session is gone.",
    );
    w.also(&["process-outlived-logon-session"]);
    w.never(&["disable-domain-creds-policy", "password-drift-stored-credential"]);
    w.at_most(Word::Likely);
    let at = w.fault_time(days);
    w.repeat(at, 3, minutes(9), |w| {
        let event = Event::new("LsaSrv", 200).level(3).user(SYSTEM_SID);
        let event = event
            .data("UserName", w.accounts[CLERK].name.clone())
            .data("DomainName", w.domain.clone());
        let event = event
            .data("LogonId", Value::Hex64(0x6_12f1))
            .data("LogoffTime", Value::FileTime(w.now - minutes(2)));
        let event = event
            .data("PID", 5_120u32)
            .data("Program", "C:\\Windows\\System32\\inetsrv\\w3wp.exe");
        let event = event
            .data("PrincipalName", "")
            .data("ServerName", "HTTP/portal")
            .data("PackageName", "Negotiate");
        w.log(
            LSA_OP,
            0,
            event
                .data("CallType", "3")
                .data("ErrorCode", Value::Hex32(0xc000_005f)),
        );
        let text = format!(
            "Event code: 3005. Event message: An unhandled exception has occurred. Process name: w3wp.exe. Exception type: COMException (0x80070520): {TEXT_1312} while impersonating the client"
        );
        w.log(APPLICATION, 30, old("ASP.NET 4.0.30319.0", 1309, 3, &[text.as_str()]));
        w.shows();
    });
}

pub fn s4u(w: &mut World, days: i64) {
    w.of_task();
    w.audit = true;
    w.tasks[0].s4u = true;
    w.fault(
        "task-do-not-store-password-s4u",
        &["task-run-failure", "no-such-logon-session"],
        Word::Possible,
        "The box 'Do not store password' was set; the task still runs, and its program cannot reach the share.",
    );
    w.also(&[
        "mapped-drive-or-user-profile-dependency",
        "task-program-error-not-logon",
    ]);
    w.never(&[
        "password-drift-stored-credential",
        "batch-logon-right-missing",
        "disable-domain-creds-policy",
    ]);
    let at = w.fault_time(days);
    let code = *w.rng.pick(&[2_147_942_405u32, 2_147_943_712, 2_147_942_453]);
    w.when(at, |w| {
        w.task_saved(0, ADMIN, false);
        let user = w.name(ROBOT);
        let by = w.accounts[ADMIN].clone();
        let content = task_definition(&user, "S4U", "C:\\RPA\\run.cmd", "\\\\files\\in");
        let event = crate::scenarios::world::subject(
            audit(4702, 12_804, true),
            &by.sid,
            &by.name,
            &w.domain,
            0x5_13da,
        );
        let event = event.data("TaskName", w.tasks[0].path.clone());
        w.log(SECURITY, 40, event.data("TaskContentNew", content));
    });
    w.repeat(at + minutes(30), 3, minutes(55), move |w| {
        if w.task_runs(0, code) {
            w.shows();
        }
    });
    let user = w.name(ROBOT);
    w.extra_files.push((
        format!("{}/Nightly Import.xml", w.host),
        task_xml(&user, "S4U", "C:\\RPA\\run.cmd", "\\\\files\\in"),
    ));
}

pub fn s4u_on_entra(w: &mut World, days: i64) {
    w.of_task();
    w.os = *w.rng.pick(&[Os::Win10, Os::Win11]);
    (w.has_dc, w.joined) = (false, false);
    w.fault(
        "s4u-on-entra-joined",
        &["task-logon-failure", "no-such-logon-session"],
        Word::Possible,
        "On a machine joined to Entra only, a task without a stored password cannot log on.",
    );
    w.also(&["task-do-not-store-password-s4u"]);
    w.never(&[
        "password-drift-stored-credential",
        "disable-domain-creds-policy",
        "transient-rerun",
    ]);
    let exported = w.rng.chance(60);
    if exported {
        w.truth.at_least = Some(Word::Likely);
        w.extra_files.push((
            "dsregcmd_status.txt".into(),
            b"+----------------------------------------------------------------------+\r\n| Device State                                                         |\r\n+----------------------------------------------------------------------+\r\n\r\n             AzureAdJoined : YES\r\n          EnterpriseJoined : NO\r\n              DomainJoined : NO\r\n".to_vec(),
        ));
    }
    let at = w.fault_time(days);
    w.tasks[0].enabled = false;
    w.repeat(at, 3, minutes(60), |w| {
        w.task_cannot_log_on("AzureAD\\RobotSeven", "LogonUserS4U", 2_147_943_712);
    });
}

pub fn credential_guard(w: &mut World, days: i64) {
    w.of_task();
    w.audit = true;
    w.os = Os::Win10;
    w.tasks[0].enabled = false;
    w.fault(
        "credential-guard-blocks-saved-credentials",
        TASK_LOGON,
        Word::Possible,
        "Credential Guard came with a policy; the stored password of a task cannot be used any more.",
    );
    w.never(&[
        "account-deleted-or-renamed",
        "domain-controller-unreachable",
        "batch-logon-right-missing",
    ]);
    let at = w.fault_time(days);
    w.needs(&[SYSTEM]);
    w.at(at - minutes(90), |w| {
        w.background("planned-restart-or-shutdown-by-user-or-admin");
        let stop = w.user_stop(ADMIN, "restart");
        w.restart(&stop);
    });
    w.when(at - minutes(70), |w| {
        let event = Event::new("LsaSrv", 6166)
            .user(SYSTEM_SID)
            .data("CredGuardRunning", 1u32);
        let event = event
            .data("GroupPolicyStatus", 0u32)
            .data("MachineSecretSource", 1u32);
        w.log(SYSTEM, 0, event.data("VbsSecretValidity", 1u32));
    });
    w.repeat(at, 3, minutes(60), |w| {
        w.stranger_refused(
            40,
            ("@@CyBAAAAUBQYAMHArBwUAMGAoBQZAQGA1BAbAUGAyBgO", ""),
            4,
            (0xc000_006d, 0xc000_0064),
            "-",
        );
        let user = w.name(ROBOT);
        w.task_cannot_log_on(&user, "LogonUserExEx", 2_147_943_726);
    });
}

pub fn gmsa(w: &mut World, days: i64) {
    w.of_task();
    w.tasks[0].enabled = false;
    let account = format!("{}\\gmsa-rpa$", w.domain);
    w.fault(
        "gmsa-misregistered",
        TASK_LOGON,
        Word::Possible,
        "A task with a managed service account was registered as if it had a password.",
    );
    w.never(&["account-locked-out", "batch-logon-right-missing"]);
    w.also(&["password-drift-stored-credential"]);
    let xml = w.rng.chance(70);
    if xml {
        w.extra_files.push((
            format!("{}/tasks/nightly.xml", w.host),
            task_xml(&account, "Password", "C:\\RPA\\run.cmd", ""),
        ));
    }
    let at = w.fault_time(days);
    w.repeat(at, 3, minutes(60), move |w| {
        let domain = w.domain.clone();
        w.stranger_refused(40, ("gmsa-rpa$", &domain), 4, (0xc000_006d, 0xc000_006a), "-");
        w.task_cannot_log_on(&account, "LogonUserExEx", 2_147_943_726);
        let event = Event::new("Microsoft-Windows-Security-Netlogon", 9002)
            .level(2)
            .user(SYSTEM_SID);
        let event = event.data("Account", "gmsa-rpa$");
        w.log(
            "Microsoft-Windows-Security-Netlogon/Operational",
            30,
            event.data("Status", 0xc000_0022u32),
        );
    });
}

pub fn store_corrupt(w: &mut World, days: i64) {
    w.of_task();
    w.fault(
        "credential-store-corrupt",
        &["task-logon-failure", "task-registration-failure"],
        Word::Possible,
        "The scheduler's store of credentials is damaged; passwords are neither found nor saved.",
    );
    w.never(&[
        "disable-domain-creds-policy",
        "password-drift-stored-credential",
        "task-registered-from-network-logon",
    ]);
    w.tasks[0].enabled = false;
    let at = w.fault_time(days);
    w.when(at - minutes(20), |w| {
        let event = Event::new(TASK, 406).level(1).user(SYSTEM_SID);
        w.log(SYSTEM, 0, event.data("ResultCode", 2_147_750_673u32));
    });
    let code = *w.rng.pick(&[2_147_750_671u32, 2_147_750_673]);
    w.repeat(at, 3, minutes(60), move |w| {
        let user = w.name(ROBOT);
        let event = w.of_first_task(101, 2).data("UserContext", user);
        w.log(TASK_OP, 75, event.data("ResultCode", code));
        w.shows();
    });
    w.when(at + TimeDelta::minutes(25), |w| {
        let event = w.of_first_task(116, 3);
        w.log(TASK_OP, 0, event.data("ResultCode", 2_147_750_673u32));
    });
}

pub fn smart_card_session(w: &mut World, days: i64) {
    w.of_task();
    w.fault(
        "task-mapped-to-smartcard-session",
        &["task-run-failure", "no-such-logon-session"],
        Word::Possible,
        "The task borrows the session that its user opened with a smart card, and cannot go on to the network.",
    );
    w.also(&[
        "task-program-error-not-logon",
        "mapped-drive-or-user-profile-dependency",
    ]);
    w.never(&[
        "password-drift-stored-credential",
        "domain-controller-unreachable",
    ]);
    w.needs(&[SYSTEM]);
    let at = w.fault_time(days);
    w.when(at - minutes(30), |w| {
        w.present(ROBOT);
    });
    w.repeat(at, 3, minutes(45), |w| {
        let server = format!("cifs/files.{}.example", w.domain.to_lowercase());
        let text = "The smartcard certificate used for authentication was not trusted or no PIN was given.\r\n (0xc0000382)";
        let event = named(
            "LsaSrv",
            40_960,
            3,
            &[("Target", &server), ("Protocol", "Kerberos"), ("Error", text)],
        );
        w.log(SYSTEM, 500, event);
        if w.task_runs(0, 2_147_943_712) {
            w.shows();
        }
    });
}

pub fn secondary_logon(w: &mut World, days: i64) {
    if w.os == Os::Win11 {
        w.os = Os::Win10;
    }
    w.fault(
        "secondary-logon-service-disabled",
        ROBOT_START,
        Word::Possible,
        "A hardening script disables the Secondary Logon service; the robot starts its executor as another user.",
    );
    w.never(&["password-drift-stored-credential", "robot-service-stopped"]);
    let at = w.fault_time(days);
    w.when(at - minutes(50), |w| {
        w.scm(
            0,
            7040,
            4,
            &["Secondary Logon", "demand start", "disabled", "seclogon"],
        );
        w.scm(900, 7036, 4, &["Secondary Logon", "stopped"]);
    });
    let text = "Executor start process failed, reason System.ComponentModel.Win32Exception (1058): The service cannot be started, either because it is disabled or because it has no enabled devices associated with it.";
    w.robot_fails(at, text, |_| {});
}

pub fn parameter_bug(w: &mut World, days: i64) {
    w.fault(
        "session-id-or-parameter-bug",
        ROBOT_1312,
        Word::Possible,
        "A program of the customer passes a logon id that was never handed out.",
    );
    w.at_most(Word::Possible);
    w.truth.at_least = None;
    w.never(&["disable-domain-creds-policy", "process-outlived-logon-session"]);
    let at = w.fault_time(days);
    w.repeat(at, 3, minutes(9), |w| {
        let stamp = (w.now + minutes(w.offset(w.now))).format("%Y-%m-%d %H:%M:%S");
        let text = format!(
            "{stamp} launcher.exe LsaGetLogonSessionData(luid=0:0) failed, LsaNtStatusToWinError=1312 (0x80070520)\r\n"
        );
        w.append("launcher.log", &text);
        w.shows();
    });
}

pub fn disable_domain_creds(w: &mut World, days: i64) {
    w.task_log = true;
    let exported = w.rng.chance(75);
    let at_least = if exported { Word::Likely } else { Word::Possible };
    let story = "A policy forbids storing credentials; then an administrator saves a task with a password.";
    w.fault(
        "disable-domain-creds-policy",
        &["task-registration-failure", "no-such-logon-session"],
        at_least,
        story,
    );
    w.never(&[
        "password-drift-stored-credential",
        "transient-rerun",
        "batch-logon-right-missing",
    ]);
    w.truth.task = Some(w.tasks[0].path.clone());
    let at = w.fault_time(days);
    w.at(at - TimeDelta::hours(3), |w| w.policy_refresh(false, true));
    w.at(at - minutes(4), |w| {
        if w.session_of(ADMIN).is_none() {
            let address = w.accounts[ADMIN].address.clone();
            w.rdp_logon(ADMIN, &address, 0, 4);
        }
    });
    let times = w.rng.range(1, 4);
    w.repeat(at, times, minutes(3), |w| {
        w.shows();
        let path = w.tasks[0].path.clone();
        let event = Event::new(TASK, 116)
            .task(116)
            .level(3)
            .user(SYSTEM_SID)
            .data("TaskName", path);
        w.log(TASK_OP, 0, event.data("ResultCode", 2_147_943_712u32));
    });
    if exported {
        let lsa = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa";
        w.set_registry(lsa, "DisableDomainCreds", Reg::Dword(1));
        let key = "MACHINE\\System\\CurrentControlSet\\Control\\Lsa\\DisableDomainCreds";
        w.policy_values.retain(|(name, _)| name != key);
        w.policy_values.push((key.to_owned(), "4,1".to_owned()));
        w.note("settings exported");
    } else {
        w.note("settings not exported");
        w.registry.clear();
        w.policy_values.clear();
    }
    if w.rng.chance(40) {
        let text = w.word(
            "A specified logon session does not exist. It may already have been terminated.",
            "Eine angegebene Anmeldesitzung ist nicht vorhanden. Sie wurde gegebenenfalls bereits beendet.",
        );
        let name = w.tasks[0].path.rsplit('\\').next().unwrap().to_owned();
        let text = format!(
            "Task Scheduler\r\n\r\nAn error has occurred for task {name}. Error message: {text} (0x80070520)\r\n"
        );
        w.extra_files
            .push(("screenshot-text.txt".into(), text.into_bytes()));
    }
}

pub fn outlived(w: &mut World, days: i64) {
    let story = "A process goes on after the session it was born in was logged off.";
    w.fault(
        "process-outlived-logon-session",
        &["no-such-logon-session", "robot-session-not-created"],
        Word::Likely,
        story,
    );
    w.never(&[
        "disable-domain-creds-policy",
        "transient-rerun",
        "password-drift-stored-credential",
    ]);
    let at = w.fault_time(days);
    w.at(at - TimeDelta::hours(2), |w| {
        if w.up && w.session_of(CLERK).is_none() {
            let address = w.accounts[CLERK].address.clone();
            w.rdp_logon(CLERK, &address, 0, 4);
        }
    });
    w.at(at - minutes(30), |w| {
        if let Some(id) = w.session_of(CLERK) {
            w.background("user-logoff");
            let logon = w.sessions[&id].logon_id;
            w.log_off(id, true);
            w.next_logon = w.next_logon.max(logon);
        }
    });
    w.repeat(at, 3, minutes(4), |w| {
            w.shows();
            let event = Event::new("LsaSrv", 200).level(3).user(SYSTEM_SID);
            let event = event.data("UserName", w.accounts[CLERK].name.clone()).data("DomainName", w.domain.clone());
            let event = event.data("LogonId", Value::Hex64(0x4_2f10));
            let event = event.data("LogoffTime", Value::FileTime(w.now - minutes(30))).data("PID", 4_812u32);
            let event = event.data("Program", "C:\\Program Files\\Batch\\agent.exe").data("PrincipalName", "");
            let event = event.data("ServerName", "cifs/files.corp.example").data("PackageName", "Negotiate");
            w.log(LSA_OP, 0, event.data("CallType", 1u32).data("ErrorCode", Value::Hex32(0xc000_005f)));
            let text = "agent.exe: copy failed: A specified logon session does not exist. It may already have been terminated. (0x80070520)";
            w.log(APPLICATION, 20, Event::new("BatchAgent", 100).level(2).classic(&[text], None));
        });
}
