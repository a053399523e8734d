//! The directory or a policy refuses the account.

use crate::scenarios::background::{ADMIN, ROBOT};
use crate::scenarios::faults::directory::account_fault;
use crate::scenarios::faults::rights::right_of_robot;
use crate::scenarios::kit::{FLOW_START, LSA, ROBOT_1312, ROBOT_START, TASK_LOGON, minutes, named, old};
use crate::scenarios::refusals::{BAD_BINDINGS, NO_NETLOGON, NTLM_BLOCKED, RESTRICTED};
use crate::scenarios::truth::Word;
use crate::scenarios::world::{LSA_OP, Os, Refusal, SECURITY, SYSTEM, World, audit, subject};
use crate::support::evtx::{Event, Value};
use crate::support::exports::Reg;

const NTLM_OP: &str = "Microsoft-Windows-NTLM/Operational";

pub fn blank_password(w: &mut World, days: i64) {
    let story =
        "The password of the account was emptied; the policy lets blank passwords in at the console only.";
    account_fault(
        w,
        days,
        "blank-password-or-restriction-1327",
        RESTRICTED,
        None,
        story,
    );
    w.needs(&[SECURITY]);
    w.truth.at_least = w.truth.at_least.map(|_| Word::Possible);
    w.also(&["protected-users-or-no-cached-sign-on"]);
    w.set_registry(LSA, "LimitBlankPasswordUse", Reg::Dword(1));
}

pub fn protected_users(w: &mut World, days: i64) {
    w.audit = true;
    w.fault(
        "protected-users-or-no-cached-sign-on",
        ROBOT_1312,
        Word::Possible,
        "The robot account becomes a member of Protected Users: no NTLM, nothing cached, nothing to delegate.",
    );
    w.also(&["blank-password-or-restriction-1327"]);
    w.never(&[
        "password-drift-stored-credential",
        "account-disabled",
        "logon-hours-or-workstation-restriction",
    ]);
    w.needs(&[LSA_OP]);
    let at = right_of_robot(w, days, RESTRICTED);
    w.at(at - minutes(3), |w| {
        let (sid, by) = (w.accounts[ROBOT].sid.clone(), w.accounts[ADMIN].clone());
        let member = format!(
            "CN={},OU=Service,DC={},DC=example",
            w.accounts[ROBOT].name,
            w.domain.to_lowercase()
        );
        let event = audit(4728, 13_826, true)
            .data("MemberName", member)
            .data("MemberSid", Value::Sid(sid));
        let event = event
            .data("TargetUserName", "Protected Users")
            .data("TargetDomainName", &w.domain);
        let event = event.data(
            "TargetSid",
            Value::Sid("S-1-5-21-1004336348-1177238915-682003330-525".into()),
        );
        let event = subject(event, &by.sid, &by.name, &w.domain, 0x5_13da).data("PrivilegeList", "-");
        w.dc_log(0, event);
    });
    w.repeat(at + minutes(7), 5, minutes(35), |w| {
        let event = Event::new("LsaSrv", 100)
            .level(2)
            .user("S-1-5-18")
            .data("PackageName", "CREDSSP");
        let event = event
            .data("UserName", w.accounts[ROBOT].name.clone())
            .data("DomainName", w.domain.clone());
        let event = event
            .data("ServerName", format!("TERMSRV/{}", w.fqdn()))
            .data("ProtectedUser", 1u32);
        w.log(LSA_OP, 240, event.data("ErrorCode", Value::Hex32(0x8009_030e)));
    });
}

pub fn ntlm_blocked(w: &mut World, days: i64) {
    w.fault(
        "ntlm-or-kerberos-restriction",
        ROBOT_START,
        Word::Likely,
        "A new policy denies NTLM; the robot's connection to its own address cannot use anything else.",
    );
    w.also(&["security-hardening-change"]);
    w.never(&[
        "password-drift-stored-credential",
        "rdp-certificate-or-tls",
        "encryption-oracle-remediation",
        "account-disabled",
    ]);
    w.needs(&[SECURITY, NTLM_OP]);
    let at = right_of_robot(w, days, NTLM_BLOCKED);
    w.when(at - minutes(2), |w| w.policy_refresh(false, true));
    w.set_registry(
        &format!("{LSA}\\MSV1_0"),
        "RestrictReceivingNTLMTraffic",
        Reg::Dword(2),
    );
    w.repeat(at + minutes(7), 5, minutes(35), |w| {
        let event = Event::new("Microsoft-Windows-NTLM", 4003)
            .level(3)
            .user("S-1-5-18");
        let event = event
            .data("UserName", w.accounts[ROBOT].name.clone())
            .data("DomainName", w.domain.clone());
        let event = event
            .data("Workstation", w.host.clone())
            .data("CallerPID", 0u32)
            .data("ProcessName", "");
        let event = event.data("LogonType", 3u32).data("InProc", false);
        w.log(NTLM_OP, 245, event.data("MechanismOID", "1.3.6.1.4.1.311.2.2.10"));
    });
}

pub fn rc4_removed(w: &mut World, days: i64) {
    w.has_dc = true;
    w.audit = true;
    w.fault(
        "ntlm-or-kerberos-restriction",
        ROBOT_START,
        Word::Possible,
        "The directory no longer issues RC4 tickets, and the account has no other keys.",
    );
    w.never(&[
        "password-drift-stored-credential",
        "domain-controller-unreachable",
        "machine-trust-broken",
    ]);
    let at = w.fault_time(days);
    let text = "Executor start process failed, reason System.ComponentModel.Win32Exception (0x80090342): The encryption type requested is not supported by the KDC.";
    w.robot_fails(at, text, |w| {
        let event = audit(4768, 14_339, false).data("TargetUserName", w.accounts[ROBOT].name.clone());
        let event = event
            .data("TargetDomainName", &w.domain)
            .data("TargetSid", Value::Sid(w.accounts[ROBOT].sid.clone()));
        let event = event
            .data("ServiceName", "krbtgt")
            .data("ServiceSid", Value::Sid("S-1-0-0".into()));
        let event = event
            .data("TicketOptions", Value::Hex32(0x4081_0010))
            .data("Status", Value::Hex32(0xe));
        let event = event
            .data("TicketEncryptionType", Value::Hex32(0xffff_ffff))
            .data("PreAuthType", "-");
        w.dc_log(
            200,
            event.data("IpAddress", "::ffff:10.1.0.7").data("IpPort", "52011"),
        );
    });
}

pub fn channel_binding(w: &mut World, days: i64) {
    w.audit = true;
    w.fault(
        "channel-binding-or-ntlmv1",
        ROBOT_START,
        Word::Likely,
        "Extended protection is enforced and the client sends no channel bindings.",
    );
    w.never(&[
        "password-drift-stored-credential",
        "account-deleted-or-renamed",
        "rdp-logon-right-missing",
    ]);
    w.needs(&[SECURITY]);
    right_of_robot(w, days, BAD_BINDINGS);
}

pub fn netlogon_stopped(w: &mut World, days: i64) {
    if w.os == Os::Win11 {
        w.os = Os::Server2016;
    }
    let story = "Somebody disables the Netlogon service; the machine cannot ask its domain any more.";
    let (_, at) = account_fault(w, days, "netlogon-service-not-started", NO_NETLOGON, None, story);
    w.truth.user = None;
    w.also(&["domain-controller-unreachable"]);
    w.needs(&[SYSTEM]);
    w.when(at, |w| {
        w.scm(0, 7040, 4, &["Netlogon", "auto start", "disabled", "Netlogon"]);
        w.scm(900, 7036, 4, &["Netlogon", "stopped"]);
    });
}

pub fn service_right(w: &mut World, days: i64) {
    w.of_robot();
    w.fault(
        "service-logon-right-missing",
        &[],
        Word::Likely,
        "The account of a service loses the right to log on as a service.",
    );
    w.never(&[
        "batch-logon-right-missing",
        "rdp-logon-right-missing",
        "network-logon-right-missing",
        "password-drift-stored-credential",
    ]);
    w.also(&["robot-service-stopped"]);
    w.needs(&[SECURITY, SYSTEM]);
    let at = w.fault_time(days);
    let flow = w.rng.chance(50);
    let (short, shown) = if flow {
        ("UIFlowService", "Power Automate Service")
    } else {
        ("BatchAgent", "Batch Agent")
    };
    w.idle_robot = true;
    w.when(at - minutes(4), |w| {
        w.policy_refresh(false, true);
        let machine = format!("{}$", w.host);
        let event = subject(audit(4718, 13_569, true), "S-1-5-18", &machine, &w.domain, 0x3e7);
        let event = event.data("TargetSid", Value::Sid(w.accounts[ROBOT].sid.clone()));
        w.log(SECURITY, 700, event.data("AccessRemoved", "SeServiceLogonRight"));
    });
    w.repeat(at, 3, minutes(20), move |w| {
        let why = Refusal {
            types: &[5],
            ..crate::scenarios::refusals::BATCH_RIGHT
        };
        w.logon_refused(ROBOT, 5, &why, "-", 0);
        let account = w.name(ROBOT);
        w.scm(10, 7041, 2, &[short, &account]);
        w.scm(20, 7000, 2, &[shown, "%%1069"]);
        w.shows();
    });
    if flow {
        w.when(at + minutes(9), |w| {
            w.flow_failed(
                "UIFlowAgentNotAvailable",
                "The machine is offline or its agent is not running.",
            );
        });
    }
}

pub fn mfa(w: &mut World, days: i64) {
    w.fault(
        "mfa-or-conditional-access",
        FLOW_START,
        Word::Possible,
        "Conditional access demands a second factor of the account that runs flows unattended.",
    );
    w.never(&[
        "password-drift-stored-credential",
        "account-locked-out",
        "pad-session-conflict",
    ]);
    let at = w.fault_time(days);
    w.when(at, |w| {
        w.flow_failed(
            "AadLogonFailure",
            "Microsoft Entra sign-in failed: AADSTS50076: Due to a configuration change made by your administrator, you must use multi-factor authentication to access this resource.",
        );
    });
}

pub fn cloud_account(w: &mut World, days: i64) {
    w.os = *w.rng.pick(&[Os::Win10, Os::Win11]);
    w.audit = true;
    let entra = w.rng.chance(50);
    let (name, domain): (&str, &str) = if entra {
        ("robot.seven@nordwind.example", "AzureAD")
    } else {
        ("robot.seven@mail.example", "MicrosoftAccount")
    };
    w.fault(
        "cloud-account-not-usable-for-ntlm",
        ROBOT_START,
        Word::Possible,
        "The robot runs with a cloud account, and its loopback connection offers NTLM only.",
    );
    w.never(&[
        "account-deleted-or-renamed",
        "disable-domain-creds-policy",
        "account-locked-out",
    ]);
    w.needs(&[SECURITY]);
    let at = w.fault_time(days);
    let text = "Rdp connection failed: Message: Logon failed. Last error: 131092";
    w.connection_fails(at, text, move |w, _| {
        w.stranger_refused(250, (name, domain), 3, (0xc000_006d, 0xc000_0064), "127.0.0.1");
        let start = format!("Start for user: [{name}], domain: [{domain}], scopeName: [RDP_100_1]");
        w.robot_says(-200, "INFO", "UiPath.FreeRdpWrapper", &start);
    });
}

pub fn pending_reboot(w: &mut World, days: i64) {
    w.task_log = true;
    w.has_dc = true;
    w.fault(
        "pending-reboot-after-join-or-rename",
        TASK_LOGON,
        Word::Possible,
        "The machine was renamed in its domain and not restarted yet; after the restart all is well.",
    );
    w.never(&[
        "password-drift-stored-credential",
        "domain-controller-unreachable",
    ]);
    let at = w.fault_time(days.min(5));
    w.when(at, |w| {
        let (was, will) = (w.host.clone(), format!("{}-NEW", w.host));
        let event = audit(4742, 13_825, true).data("ComputerAccountChange", "-");
        let event = event
            .data("TargetUserName", format!("{will}$"))
            .data("TargetDomainName", &w.domain);
        let event = event.data(
            "TargetSid",
            Value::Sid("S-1-5-21-1004336348-1177238915-682003330-4107".into()),
        );
        let by = w.accounts[ADMIN].clone();
        let event = subject(event, &by.sid, &by.name, &w.domain, 0x5_13da)
            .data("PrivilegeList", "-")
            .data("SamAccountName", format!("{will}$"));
        w.dc_log(0, event);
        w.log(
            SYSTEM,
            400,
            old("EventLog", 6011, 4, &[was.as_str(), &will]).qualifiers(0x8000),
        );
        let control = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\ComputerName";
        w.set_registry(
            &format!("{control}\\ActiveComputerName"),
            "ComputerName",
            Reg::Text(was),
        );
        w.set_registry(
            &format!("{control}\\ComputerName"),
            "ComputerName",
            Reg::Text(will),
        );
        w.accounts[ROBOT].refusal = Some(crate::scenarios::refusals::NO_TRUST);
    });
    w.repeat(at + minutes(25), 2, minutes(70), |w| {
        w.task_runs(0, 0);
    });
    w.at(at + minutes(240), |w| {
        w.background("planned-restart-or-shutdown-by-user-or-admin");
        let stop = w.user_stop(ADMIN, "restart");
        w.restart(&stop);
        w.accounts[ROBOT].refusal = None;
    });
    w.background("machine-trust-broken");
}

pub fn lsa_protection(w: &mut World, days: i64) {
    w.fault(
        "lsa-protection-blocks-plugin",
        ROBOT_1312,
        Word::Possible,
        "LSA protection was switched on; the sign-on package of the robot's login agent is not loaded any more.",
    );
    w.at_most(Word::Likely);
    w.never(&["password-drift-stored-credential", "disable-domain-creds-policy"]);
    w.set_registry(LSA, "RunAsPPL", Reg::Dword(1));
    let at = w.fault_time(days);
    w.at(at - minutes(90), |w| {
        w.background("planned-restart-or-shutdown-by-user-or-admin");
        let stop = w.user_stop(ADMIN, "restart");
        w.restart(&stop);
    });
    w.when(at - minutes(70), |w| {
        w.log(
            SYSTEM,
            0,
            named("LsaSrv", 6155, 3, &[("PackageName", "agentlogon.dll")]),
        );
        let event = named(
            "Microsoft-Windows-CodeIntegrity",
            3033,
            2,
            &[
                (
                    "FileNameBuffer",
                    "\\Device\\HarddiskVolume3\\Windows\\System32\\agentlogon.dll",
                ),
                (
                    "ProcessNameBuffer",
                    "\\Device\\HarddiskVolume3\\Windows\\System32\\lsass.exe",
                ),
            ],
        );
        w.log("Microsoft-Windows-CodeIntegrity/Operational", 20, event);
    });
    let text = "Executor start process failed, reason System.Runtime.InteropServices.COMException (0x80070520): A specified logon session does not exist. It may already have been terminated. (Exception from HRESULT: 0x80070520)";
    w.robot_fails(at, text, |_| {});
}
