//! The robot itself, its session that comes too slowly, and bundles that say too little.

use chrono::TimeDelta;

use crate::scenarios::background::{ADMIN, ROBOT};
use crate::scenarios::faults::contention::said;
use crate::scenarios::kit::{ROBOT_1312, ROBOT_START, TIMED_OUT, minutes, old};
use crate::scenarios::truth::Word;
use crate::scenarios::world::{
    APPLICATION, LSM_OP, Os, POLICY_OP, PROFILE_OP, RCM_OP, RDP_OP, SECURITY, SYSTEM, SYSTEM_SID, TASK_OP,
    WINLOGON_OP, World,
};
use crate::support::evtx::Event;

/// The logon of the robot takes its time, each time as long; then the robot has given up.
fn slow_logons(w: &mut World, at: chrono::DateTime<chrono::Utc>, slow: i64, shell: i64) {
    w.idle_robot = true;
    w.repeat(at, 3, minutes(45), move |w| {
        if let Some(id) = w.session_of(ROBOT) {
            w.log_off(id, false);
            w.now += TimeDelta::seconds(20);
        }
        let start = w.robot_start_line(ROBOT);
        w.robot_says(-200, "INFO", "UiPath.FreeRdpWrapper", &start);
        w.rdp_logon(ROBOT, "127.0.0.1", slow, shell);
        w.robot_cannot_start(61_000, TIMED_OUT);
        w.after(slow + shell + 60, |w| {
            if let Some(id) = w.session_of(ROBOT) {
                w.log_off(id, false);
            }
        });
    });
}

pub fn slow_policy(w: &mut World, days: i64) {
    w.fault(
        "slow-logon-policy-or-profile",
        ROBOT_START,
        Word::Possible,
        "A logon script waits for a server that is gone; every logon takes minutes.",
    );
    w.also(&["session-create-timeout", "network-provider-logon-timeout"]);
    w.never(&[
        "password-drift-stored-credential",
        "network-loss",
        "resource-exhaustion",
    ]);
    w.needs(&[APPLICATION, WINLOGON_OP, POLICY_OP]);
    w.of_robot();
    let (at, slow) = (w.fault_time(days), w.rng.range(120, 320));
    slow_logons(w, at, slow, 6);
}

pub fn network_provider(w: &mut World, days: i64) {
    w.fault(
        "network-provider-logon-timeout",
        ROBOT_START,
        Word::Possible,
        "The network provider of an old client software delays each desktop by the same two minutes.",
    );
    w.also(&["session-create-timeout", "slow-logon-policy-or-profile"]);
    w.never(&[
        "password-drift-stored-credential",
        "network-loss",
        "resource-exhaustion",
    ]);
    w.needs(&[LSM_OP]);
    w.of_robot();
    w.set_registry(
        "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\NetworkProvider\\Order",
        "ProviderOrder",
        crate::support::exports::Reg::Text("OldClientNP,RDPNP,LanmanWorkstation,webclient".into()),
    );
    let at = w.fault_time(days);
    slow_logons(w, at, 0, 120);
}

pub fn temporary_profile(w: &mut World, days: i64) {
    w.fault(
        "broken-or-temporary-profile",
        &["robot-session-not-created", "rdp-connection-refused", "robot-job-ended", "session-logged-off"],
        Word::Likely,
        "The robot's profile is damaged; Windows logs it on with a temporary one, and the executor finds nothing.",
    );
    w.also(&["session-create-timeout"]);
    w.never(&[
        "password-drift-stored-credential",
        "disable-domain-creds-policy",
        "network-loss",
    ]);
    w.needs(&[APPLICATION, PROFILE_OP]);
    w.of_robot();
    w.idle_robot = true;
    let at = w.fault_time(days);
    w.repeat(at, 3, minutes(45), |w| {
        if let Some(id) = w.session_of(ROBOT) {
            w.log_off(id, false);
            w.now += TimeDelta::seconds(20);
        }
        let start = w.robot_start_line(ROBOT);
        w.robot_says(-200, "INFO", "UiPath.FreeRdpWrapper", &start);
        w.rdp_logon(ROBOT, "127.0.0.1", 2, 6);
        let sid = w.accounts[ROBOT].sid.clone();
        for (ms, id) in [(1_400, 1515u16), (1_900, 1511)] {
            let event = Event::new("Microsoft-Windows-User Profiles Service", id).level(2).user(&sid);
            w.log(APPLICATION, ms, event);
        }
        let event = Event::new("Microsoft-Windows-User Profiles Service", 67).user(&sid);
        let event = event.data("LogonType", "Regular").data("LocalPath", "C:\\Users\\TEMP");
        w.log(PROFILE_OP, 2_000, event.data("ProfileType", "Temporary"));
        w.robot_cannot_start(
            9_000,
            "Executor start process failed, reason System.IO.FileNotFoundException: The user profile could not be loaded.",
        );
        w.after(60, |w| {
            if let Some(id) = w.session_of(ROBOT) {
                w.log_off(id, false);
            }
        });
    });
}

pub fn outdated_robot(w: &mut World, days: i64) {
    w.fault(
        "outdated-robot-version",
        ROBOT_1312,
        Word::Possible,
        "A robot of 2018 on a system of today; its sessions fail now and then.",
    );
    w.at_most(Word::Likely);
    w.also(&["transient-rerun", "nla-without-credssp"]);
    w.never(&[
        "password-drift-stored-credential",
        "disable-domain-creds-policy",
        "network-loss",
    ]);
    w.robot_version = *w.rng.pick(&["17.1.6435", "18.2.4", "18.3.0", "16.2.5844"]);
    let at = w.fault_time(days);
    let text = "Executor start process failed, reason System.Runtime.InteropServices.COMException (0x80070520): A specified logon session does not exist. It may already have been terminated. (Exception from HRESULT: 0x80070520)";
    w.robot_fails(at, text, |_| {});
}

pub fn service_stopped(w: &mut World, days: i64) {
    if w.os == Os::Win11 {
        w.os = Os::Win10;
    }
    w.fault(
        "robot-service-stopped",
        &[
            "robot-job-ended",
            "robot-session-not-created",
            "flow-session-not-created",
        ],
        Word::Likely,
        "The robot's service crashes while a job runs.",
    );
    w.also(&["executor-terminated-0x40010004"]);
    w.never(&[
        "user-logoff",
        "network-loss",
        "planned-restart-windows-update",
        "unexpected-restart",
    ]);
    let at = w.fault_time(days);
    w.during_job(at, |w, running| {
        if !w.up {
            return;
        }
        let fields = [
            "UiPath.Service.Host.exe",
            "23.10.4.0",
            "63f5",
            "coreclr.dll",
            "6.0.2",
            "7a1",
            "c0000005",
            "0010",
            "1f4",
            "01d9",
        ];
        w.log(APPLICATION, -300, old("Application Error", 1000, 2, &fields));
        w.scm(
            0,
            7031,
            2,
            &["UiPath Robot", "1", "60000", "1", "Restart the service"],
        );
        let text = "Job faulted due to service shutdown or disconnect.";
        w.robot_says(62_000, "ERROR", "UiPath.Service.Host.JobHandler", text);
        w.execution(400, "Error", text, &running.job);
        w.scm(61_000, 7036, 4, &["UiPath Robot", "running"]);
        w.shows();
        w.shows_at(w.now + minutes(1));
    });
}

pub fn hardening(w: &mut World, days: i64) {
    w.audit = true;
    w.fault(
        "security-hardening-change",
        ROBOT_1312,
        Word::Possible,
        "A security agent and a baseline were rolled out an hour ago; since then several things fail.",
    );
    // A change near in time is never a proof.
    w.truth.at_least = None;
    w.at_most(Word::Possible);
    w.also(&["transient-rerun"]);
    w.never(&["password-drift-stored-credential", "disable-domain-creds-policy"]);
    let at = w.fault_time(days);
    w.when(at - minutes(55), |w| {
        w.policy_refresh(false, true);
        w.scm(
            9_000,
            7045,
            4,
            &[
                "SecureAgent",
                "C:\\Program Files\\SecureAgent\\agent.exe",
                "user mode service",
                "auto start",
                "LocalSystem",
            ],
        );
        let by = w.accounts[ADMIN].clone();
        let event = Event::new("MsiInstaller", 1033).level(4).user(SYSTEM_SID);
        w.log(
            APPLICATION,
            9_500,
            event.classic(&["SecureAgent", "4.2.0", "1033", "0", by.name.as_str()], None),
        );
    });
    let text = "Executor start process failed, reason System.Runtime.InteropServices.COMException (0x80070520): A specified logon session does not exist. It may already have been terminated. (Exception from HRESULT: 0x80070520)";
    w.robot_fails(at, text, |_| {});
}

/// What would tell was not sent, or the audit was off, or a log was cleared after the fault.
pub fn too_little(w: &mut World, days: i64) {
    let way = w.rng.range(0, 3);
    w.fault(
        "insufficient-evidence",
        &[],
        Word::NotEvaluated,
        "The robot fails, and the bundle holds nothing but its own complaint.",
    );
    w.truth.at_least = None;
    w.truth.must_ask = true;
    w.also(&["transient-rerun", "outdated-robot-version"]);
    w.never(&[
        "password-drift-stored-credential",
        "disable-domain-creds-policy",
        "network-loss",
        "account-disabled",
        "other-user-session-active",
    ]);
    w.no_own_jobs();
    let at = w.fault_time(days);
    let text = *w.rng.pick(&[
        "A specified logon session does not exist. It may already have been terminated. (0x80070520)",
        "Rdp connection failed: Message: The connection transport layer failed., Last error: 131085",
    ]);
    w.robot_fails(at, text, |_| {});
    w.extra_files.clear();
    match way {
        0 => {
            w.withheld.extend([
                SECURITY,
                SYSTEM,
                APPLICATION,
                LSM_OP,
                RCM_OP,
                RDP_OP,
                WINLOGON_OP,
                PROFILE_OP,
                POLICY_OP,
                TASK_OP,
            ]);
            w.withheld.push(crate::scenarios::world::RCM_ADMIN);
            w.withheld.push("Microsoft-Windows-Store/Operational");
            (w.has_dc, w.bare) = (false, true);
        }
        1 => w.withheld.extend([SECURITY, LSM_OP, RCM_OP, RDP_OP, WINLOGON_OP]),
        _ => {
            // The logs begin after the fault: somebody cleared them.
            let cleared = at + minutes(200);
            for channel in [SECURITY, LSM_OP, RDP_OP, RCM_OP, SYSTEM] {
                w.retention.insert(channel, cleared);
            }
            w.has_dc = false;
            w.when(cleared, |w| {
                let by = w.accounts[ADMIN].clone();
                let event = Event::new("Microsoft-Windows-Eventlog", 1102)
                    .guid("fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148")
                    .user_data_in(
                        "LogFileCleared",
                        "http://manifests.microsoft.com/win/2004/08/windows/eventlog",
                    );
                let event = event
                    .data("SubjectUserSid", crate::support::evtx::Value::Sid(by.sid))
                    .data("SubjectUserName", by.name)
                    .data("SubjectDomainName", w.domain.clone());
                w.log(SECURITY, 100, event);
            });
        }
    }
}

pub fn session_create_timeout(w: &mut World, days: i64) {
    let story = "The logon of the robot takes longer than the robot waits for its session.";
    w.fault("session-create-timeout", ROBOT_START, Word::Likely, story);
    w.also(&["slow-logon-policy-or-profile", "network-provider-logon-timeout"]);
    w.never(&[
        "password-drift-stored-credential",
        "transient-rerun",
        "stale-disconnected-session",
    ]);
    w.truth.user = Some(w.accounts[ROBOT].name.clone());
    let at = w.fault_time(days);
    let times = w.rng.range(1, 4);
    w.repeat(at, times, minutes(40), |w| {
        if let Some(id) = w.session_of(ROBOT) {
            w.log_off(id, false);
            w.now += TimeDelta::seconds(20);
        }
        let seconds = w.rng.range(95, 260);
        let start = w.robot_start_line(ROBOT);
        w.robot_says(-200, "INFO", "UiPath.FreeRdpWrapper", &start);
        w.rdp_logon(ROBOT, "127.0.0.1", seconds, 8);
        w.robot_cannot_start(61_000, "Creating user session timed out.");
        w.after(seconds + 60, |w| {
            if let Some(id) = w.session_of(ROBOT) {
                w.log_off(id, false);
            }
        });
    });
}

pub fn transient(w: &mut World, days: i64) {
    let story = "One start of the robot fails for a reason that does not stay; the next works.";
    w.fault(
        "transient-rerun",
        &[
            "robot-session-not-created",
            "no-such-logon-session",
            "rdp-connection-refused",
        ],
        Word::Possible,
        story,
    );
    w.truth.at_most = Some(Word::Likely);
    w.never(&[
        "password-drift-stored-credential",
        "disable-domain-creds-policy",
        "network-loss",
        "connection-limit",
        "rdp-listener-or-service-down",
        "session-create-timeout",
    ]);
    let at = w.fault_time(days);
    w.robot_tries(at - minutes(50), 1, 30);
    w.robot_tries(at + minutes(30), 2, 40);
    let text = *w.rng.pick(&[
        "A specified logon session does not exist. It may already have been terminated. (0x80070520)",
        "Rdp connection failed: Message: The connection transport layer failed., Last error: 131085",
    ]);
    w.when(at, move |w| {
        let (_, activity) = w.rdp_connects("127.0.0.1");
        w.connection_ends(&activity, 14, 64, 800);
        w.robot_cannot_start(1_000, text);
    });
}

pub fn known_defect(w: &mut World, days: i64) {
    w.robot_version = *w.rng.pick(&["23.4.9", "23.10.8", "24.10.4"]);
    let text = "Could not find a part of the path 'C:\\Windows\\TEMP\\UiPath\\CredProvider'.";
    said(w, days, "known-robot-defect", ROBOT_START, text);
}

/// Nothing.
pub fn healthy(w: &mut World, _days: i64) {
    w.truth.story = "A healthy machine.".to_owned();
}
