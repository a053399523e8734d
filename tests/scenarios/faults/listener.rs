//! The listener and what it demands of a connection.

use chrono::TimeDelta;

use crate::scenarios::background::{CLERK, OTHER};
use crate::scenarios::kit::{LISTENER, ROBOT_START, TS_POLICY, minutes};
use crate::scenarios::truth::Word;
use crate::scenarios::world::{
    APPLICATION, Os, RCM, RCM_ADMIN, RCM_OP, RDP_OP, SYSTEM, SYSTEM_SID, World, rcm, rdp,
};
use crate::support::evtx::{Event, Value};
use crate::support::exports::Reg;
use crate::support::trace::{DateForm, line};

pub fn encryption_oracle(w: &mut World, days: i64) {
    let story = "After a security update the loopback client refuses the CredSSP of its own, unpatched host.";
    w.fault("encryption-oracle-remediation", ROBOT_START, Word::Likely, story);
    w.never(&[
        "password-drift-stored-credential",
        "transient-rerun",
        "network-loss",
    ]);
    w.also(&["outdated-robot-version"]);
    w.robot_version = *w.rng.pick(&["18.3.0", "18.2.4", "18.1.9"]);
    let key = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters";
    if w.rng.chance(70) {
        w.set_registry(key, "AllowEncryptionOracle", Reg::Dword(0));
    }
    let at = w.fault_time(days);
    let times = w.rng.range(1, 6);
    w.repeat(at, times, minutes(25), |w| {
            let target = format!("TERMSRV/{}", w.fqdn());
            let event = Event::new("LsaSrv", 6041).level(2).user(SYSTEM_SID).source("LsaSrv");
            w.log(SYSTEM, 180, event.classic(&[target.as_str(), "4"], None));
            let (_, activity) = w.rdp_connects("127.0.0.1");
            let event = rdp(139).level(3).activity(&activity).data("ResultCode", Value::Hex32(0x8009_0304));
            w.log(RDP_OP, 200, event.data("IPString", "127.0.0.1"));
            w.log(RDP_OP, 210, rdp(102).activity(&activity));
            w.log(RDP_OP, 215, rdp(103).activity(&activity).data("ReasonCode", 0u32));
            w.robot_cannot_start(600, "RDP connection failed with error: An authentication failure aborted the connection. Last error: 131081");
        });
    w.no_own_jobs();
}

pub fn nla_without_credssp(w: &mut World, days: i64) {
    let story = "A robot too old for CredSSP meets a listener that requires network level authentication.";
    w.fault("nla-without-credssp", ROBOT_START, Word::Possible, story);
    w.also(&["outdated-robot-version"]);
    w.never(&[
        "encryption-oracle-remediation",
        "password-drift-stored-credential",
        "resource-exhaustion",
    ]);
    w.robot_version = *w.rng.pick(&["18.3.0", "18.2.4", "18.1.9"]);
    w.set_registry(LISTENER, "UserAuthentication", Reg::Dword(1));
    let at = w.fault_time(days);
    let form = *w.rng.pick(&[
        DateForm::American,
        DateForm::Iso,
        DateForm::IsoNanos,
        DateForm::Slashes,
    ]);
    let times = w.rng.range(1, 5);
    let dump = w.rng.chance(80);
    w.truth.at_least = Some(if dump { Word::Likely } else { Word::Possible });
    w.note(if dump { "trace dump" } else { "no trace dump" });
    w.repeat(at, times, minutes(25), move |w| {
        let (_, activity) = w.rdp_connects("127.0.0.1");
        w.log(
            RDP_OP,
            190,
            rdp(97)
                .level(3)
                .activity(&activity)
                .data("ComponentName", "NLA")
                .data("ErrorCode", Value::Hex32(0x8007_0005)),
        );
        w.log(RDP_OP, 210, rdp(102).activity(&activity));
        w.log(RDP_OP, 215, rdp(103).activity(&activity).data("ReasonCode", 0u32));
        if dump {
            let mut text = String::new();
            for (ms, words) in [
                (230, "rdp.cpp 34 RdpWrapper: Connect: Connection failed"),
                (
                    231,
                    "rdp.cpp 34 RdpWrapper: Log on Wrapper: exiting connection loop, err(rdp):-1073741537",
                ),
            ] {
                let when = w.ms(ms);
                text.push_str(&line(
                    form,
                    when,
                    w.offset(when),
                    (0x1a4c, 0x2210),
                    "UiPath-RdpWrapper",
                    words,
                ));
            }
            w.append("UiPathTrace-3f2a91c0.etl.txt", &text);
        }
        let text = "Executor start process failed, reason System.Exception: RDP connection failed";
        w.robot_says(700, "ERROR", "UiPath.Service.Host.JobHandler", text);
        let full = format!("UiPath Robot {}: {text}", w.robot_version);
        w.log(
            APPLICATION,
            700,
            Event::new("UiPath", 0).level(2).classic(&[full.as_str()], None),
        );
        w.shows();
    });
    w.no_own_jobs();
}

pub fn security_layer(w: &mut World, days: i64) {
    let story = "The listener is set to the old RDP security layer.";
    w.fault("security-layer-rdp", ROBOT_START, Word::Possible, story);
    w.never(&[
        "password-drift-stored-credential",
        "encryption-oracle-remediation",
        "network-loss",
    ]);
    w.also(&["nla-required-missing", "nla-without-credssp"]);
    w.set_registry(LISTENER, "SecurityLayer", Reg::Dword(0));
    let at = w.fault_time(days);
    let text = "Rdp connection failed: Message: The connection failed at negotiating security settings. Last error: 131084";
    w.connection_fails(at, text, |w, activity| {
        let event = rdp(139)
            .level(3)
            .activity(activity)
            .data("ResultCode", Value::Hex32(0x8009_0302));
        w.log(RDP_OP, 300, event.data("IPString", "127.0.0.1"));
    });
}

pub fn nla_required(w: &mut World, days: i64) {
    let story = "Network level authentication is switched off; the robot demands it.";
    w.fault("nla-required-missing", ROBOT_START, Word::Possible, story);
    w.also(&["security-layer-rdp"]);
    w.never(&[
        "nla-without-credssp",
        "encryption-oracle-remediation",
        "password-drift-stored-credential",
    ]);
    w.set_registry(LISTENER, "UserAuthentication", Reg::Dword(0));
    let at = w.fault_time(days);
    let text = "Rdp connection failed: Message: The connection failed at negotiating security settings. Last error: 131084";
    w.connection_fails(at, text, |_, _| {});
}

pub fn prompt_for_password(w: &mut World, days: i64) {
    let story = "The policy makes everybody enter the password at each connection.";
    w.fault(
        "prompt-for-password",
        &[
            "robot-session-not-created",
            "session-disconnected",
            "rdp-connection-refused",
        ],
        Word::Possible,
        story,
    );
    w.never(&[
        "password-drift-stored-credential",
        "user-disconnect-or-window-closed",
    ]);
    w.also(&["legal-notice-or-slow-lock-screen"]);
    w.set_registry(TS_POLICY, "fPromptForPassword", Reg::Dword(1));
    let at = w.fault_time(days);
    let text = "Rdp connection failed: Message: The server does not accept saved user credentials and requires that the user enter their credentials for each connection. Last error: 65546";
    w.connection_fails(at, text, |w, activity| w.refused_session(activity, 10));
}

pub fn rds_licensing(w: &mut World, days: i64) {
    w.os = *w.rng.pick(&[Os::Server2012R2, Os::Server2019]);
    w.session_host_role = true;
    let story = "The session host has no licence server and its grace period is over.";
    w.fault(
        "rds-licensing",
        &[
            "robot-session-not-created",
            "rdp-connection-refused",
            "session-disconnected",
        ],
        Word::Likely,
        story,
    );
    w.never(&[
        "connection-limit",
        "network-loss",
        "password-drift-stored-credential",
    ]);
    let at = w.fault_time(days);
    w.when(at - TimeDelta::hours(5), |w| {
        w.log(RCM_ADMIN, 0, Event::new(RCM, 1069).level(2).user("S-1-5-20"));
        let event = Event::new(RCM, 1128)
            .source("TermService")
            .level(2)
            .classic(&[] as &[&str], None);
        w.log(SYSTEM, 20, event);
    });
    let text = "Rdp connection failed: Message: The connection transport layer failed., Last error: 131085";
    w.connection_fails(at, text, |w, activity| w.refused_session(activity, 257));
}

pub fn connection_limit(w: &mut World, days: i64) {
    let story = "All connections the host allows are taken.";
    w.fault(
        "connection-limit",
        &[
            "robot-session-not-created",
            "rdp-connection-refused",
            "session-disconnected",
        ],
        Word::Possible,
        story,
    );
    w.never(&[
        "rds-licensing",
        "network-loss",
        "password-drift-stored-credential",
    ]);
    w.also(&[
        "rdp-slot-held-by-human",
        "other-user-session-active",
        "slots-exceed-os-sessions",
    ]);
    w.set_registry(TS_POLICY, "MaxInstanceCount", Reg::Dword(2));
    let at = w.fault_time(days);
    w.at(at - minutes(20), |w| {
        for user in [CLERK, OTHER] {
            if w.up && w.session_of(user).is_none() {
                let address = w.accounts[user].address.clone();
                w.rdp_logon(user, &address, 0, 4);
                w.now += TimeDelta::seconds(50);
            }
        }
    });
    let text = "Rdp connection failed: Message: The server denied the connection. Last error: 65543";
    w.connection_fails(at, text, |w, activity| w.refused_session(activity, 7));
}

pub fn listener_down(w: &mut World, days: i64) {
    let story = "The service of Remote Desktop stops for a while.";
    w.fault("rdp-listener-or-service-down", ROBOT_START, Word::Likely, story);
    w.never(&[
        "network-loss",
        "transient-rerun",
        "connection-limit",
        "stale-disconnected-session",
    ]);
    w.also(&["third-party-termserv-hook"]);
    if w.os == Os::Win11 {
        w.os = Os::Server2019;
    }
    w.idle_robot = true;
    let at = w.fault_time(days);
    w.when(at - minutes(3), |w| {
        let ids: Vec<u32> = w.sessions.keys().copied().collect();
        for id in ids {
            w.drop_session(id, 0, 0);
        }
        w.log(RCM_OP, 300, rcm(259).data("listenerName", "RDP-Tcp"));
        w.service(500, "Remote Desktop Services", false);
    });
    w.repeat(at, 3, minutes(12), |w| {
        w.robot_cannot_start(
            400,
            "Rdp connection failed: Message: The connection failed. Last error: 131078",
        );
    });
    w.when(at + minutes(55), |w| {
        w.service(0, "Remote Desktop Services", true);
        w.log(RCM_OP, 400, rcm(258).data("listenerName", "RDP-Tcp"));
    });
}

pub fn brute_force(w: &mut World, days: i64) {
    w.audit = true;
    let story = "Somebody on the internet tries names and passwords by the hundred.";
    w.fault(
        "brute-force-attack-on-rdp",
        &["rdp-connection-refused"],
        Word::Possible,
        story,
    );
    w.never(&[
        "password-drift-stored-credential",
        "account-deleted-or-renamed",
        "network-loss",
        "rdp-certificate-or-tls",
    ]);
    let at = w.fault_time(days);
    for n in 0..160 {
        let name = *w.rng.pick(&[
            "administrator",
            "admin",
            "test",
            "user",
            "scan",
            "backup",
            "sql",
            "guest",
            "root",
        ]);
        w.when(at + TimeDelta::seconds(n * 23), move |w| {
            w.shows();
            w.scanner(Some(name));
        });
    }
}
