//! The connection to the session host, before there is a session.

use crate::scenarios::background::{CLERK, ROBOT};
use crate::scenarios::kit::{
    FLOW_START, ROBOT_1312, ROBOT_START, SERVER, SYSTEM_POLICY, TIMED_OUT, TRANSPORT, WINLOGON, minutes,
    named, old,
};
use crate::scenarios::truth::Word;
use crate::scenarios::world::{LSM_OP, Os, RCM, RDP_OP, SYSTEM, SYSTEM_SID, World, lsm, rdp};
use crate::support::evtx::{Event, Value};
use crate::support::exports::Reg;

pub fn certificate(w: &mut World, days: i64) {
    w.fault(
        "rdp-certificate-or-tls",
        ROBOT_START,
        Word::Likely,
        "Somebody took the rights off the machine's private keys; the listener has no certificate it can use.",
    );
    w.never(&[
        "password-drift-stored-credential",
        "network-loss",
        "encryption-oracle-remediation",
        "nla-required-missing",
    ]);
    w.needs(&[SYSTEM]);
    let at = w.fault_time(days);
    w.when(at - minutes(12), |w| {
        let denied = w.word("Access is denied.", "Zugriff verweigert");
        for (ms, id) in [(0, 1058), (900, 1057)] {
            let event = Event::new(RCM, id)
                .source("TermService")
                .qualifiers(0xc000)
                .level(2)
                .classic(&[denied], Some(&[5, 0, 7, 0x80]));
            w.log(SYSTEM, ms, event);
        }
    });
    let text = "Rdp connection failed: Message: The connection failed at TLS connect. Last error: 131080";
    w.connection_fails(at, text, |w, activity| {
        let event = Event::new("Schannel", 36_870).level(2).user(SYSTEM_SID);
        let event = event
            .data("CallerProcessId", 712u32)
            .data("CallerProcessImageName", "svchost.exe");
        let event = event
            .data("Type", "server")
            .data("ErrorCode", Value::Hex32(0x8009_030d));
        w.log(SYSTEM, 180, event.data("ErrorStatus", 10_001u32));
        let event = rdp(139)
            .level(3)
            .activity(activity)
            .data("ResultCode", Value::Hex32(0x8009_030e));
        w.log(RDP_OP, 200, event.data("IPString", "127.0.0.1"));
    });
}

/// The logon of the robot hangs before its session is there: 41 comes, 21 does not within the time it waits.
fn logon_hangs(w: &mut World) {
    let start = w.robot_start_line(ROBOT);
    w.robot_says(-200, "INFO", "UiPath.FreeRdpWrapper", &start);
    let (_, activity) = w.rdp_connects("127.0.0.1");
    w.rdp_authenticated(ROBOT, "127.0.0.1", &activity);
    let (name, id) = (w.name(ROBOT), w.next_session);
    w.next_session += 1;
    let event = lsm(41).activity(&activity).data("User", &name);
    w.log(LSM_OP, 900, event.data("SessionID", id));
    w.log(
        LSM_OP,
        62_000,
        lsm(40)
            .activity(&activity)
            .data("Session", id)
            .data("Reason", 0u32),
    );
    w.log(RDP_OP, 62_100, rdp(102).activity(&activity));
    w.robot_cannot_start(61_000, TIMED_OUT);
}

pub fn legal_notice(w: &mut World, days: i64) {
    w.fault(
        "legal-notice-or-slow-lock-screen",
        ROBOT_START,
        Word::Possible,
        "The policy shows a notice that somebody has to confirm before a logon goes on; nobody does.",
    );
    w.also(&["session-create-timeout"]);
    w.never(&[
        "password-drift-stored-credential",
        "network-loss",
        "resource-exhaustion",
    ]);
    w.robot_version = *w.rng.pick(&["22.10.5", "23.4.2", "23.10.4"]);
    let (caption, text) = (
        w.word("Notice", "Hinweis").to_owned(),
        w.word("Authorised use only.", "Nur für Befugte.").to_owned(),
    );
    w.set_registry(SYSTEM_POLICY, "legalnoticecaption", Reg::Text(caption));
    w.set_registry(SYSTEM_POLICY, "legalnoticetext", Reg::Text(text));
    w.idle_robot = true;
    let at = w.fault_time(days);
    w.when(at - minutes(40), |w| w.policy_refresh(false, true));
    w.repeat(at, 3, minutes(35), logon_hangs);
}

pub fn stuck_arbitration(w: &mut World, days: i64) {
    w.fault(
        "stuck-session-arbitration",
        ROBOT_START,
        Word::Possible,
        "The session manager waits for a directory that answers slowly; arbitrations begin and do not end.",
    );
    w.also(&["session-create-timeout", "slow-logon-policy-or-profile"]);
    w.never(&[
        "password-drift-stored-credential",
        "network-loss",
        "rds-licensing",
    ]);
    w.needs(&[LSM_OP]);
    w.idle_robot = true;
    let at = w.fault_time(days);
    w.repeat(at, 3, minutes(35), |w| {
        let id = w.next_session;
        logon_hangs(w);
        w.log(LSM_OP, 31_000, lsm(49).level(3).data("Session", id));
        let names = [
            ("ServerName", w.fqdn()),
            ("UserName", w.accounts[ROBOT].name.clone()),
        ];
        let event = crate::scenarios::world::rcm(20_499)
            .level(3)
            .data("UserName", &names[0].1)
            .data("ServerName", &names[1].1);
        w.log(crate::scenarios::world::RCM_ADMIN, 33_000, event);
    });
}

pub fn autologon_password(w: &mut World, days: i64) {
    w.fault(
        "autologon-default-password",
        ROBOT_1312,
        Word::Possible,
        "The machine logs a kiosk user on by itself, with the password in the registry; an old robot wants the console.",
    );
    w.also(&[
        "outdated-robot-version",
        "other-user-session-active",
        "nla-without-credssp",
    ]);
    w.never(&["password-drift-stored-credential", "disable-domain-creds-policy"]);
    w.robot_version = *w.rng.pick(&["18.3.0", "18.2.4", "18.1.9"]);
    let domain = w.domain.clone();
    for (name, value) in [
        ("AutoAdminLogon", "1"),
        ("DefaultUserName", "j.weber"),
        ("DefaultPassword", "not-a-real-one"),
        ("DefaultDomainName", domain.as_str()),
    ] {
        w.set_registry(WINLOGON, name, Reg::Text(value.to_owned()));
    }
    let at = w.fault_time(days);
    w.when(at - minutes(100), |w| {
        if w.session_of(CLERK).is_none() {
            w.console_logon(CLERK);
        }
    });
    let text = "Executor start process failed, reason System.Runtime.InteropServices.COMException (0x80070520): A specified logon session does not exist. It may already have been terminated. (Exception from HRESULT: 0x80070520)";
    w.robot_fails(at, text, |_| {});
}

pub fn passwordless_device(w: &mut World, days: i64) {
    w.os = *w.rng.pick(&[Os::Win10, Os::Win11]);
    w.fault(
        "autologon-blocked-by-passwordless-device",
        FLOW_START,
        Word::Possible,
        "Windows Hello only: the automatic logon after a restart is refused, and attended flows find nobody.",
    );
    w.also(&["pad-session-conflict"]);
    w.never(&["password-drift-stored-credential", "user-logoff"]);
    w.set_registry(WINLOGON, "AutoAdminLogon", Reg::Text("1".into()));
    w.set_registry(
        "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\PasswordLess\\Device",
        "DevicePasswordLessBuildVersion",
        Reg::Dword(2),
    );
    let at = w.fault_time(days);
    w.at(at - minutes(30), |w| {
        w.background("planned-restart-windows-update");
        let stop = w.update_stop();
        w.restart(&stop);
    });
    w.when(at, |w| {
        w.flow_failed(
            "NoUnlockedActiveSessionForAttended",
            "There is no unlocked active user session on the target machine. Cannot execute attended desktop flow.",
        );
    });
}

pub fn farm_member(w: &mut World, days: i64) {
    w.os = *w.rng.pick(&[Os::Server2012R2, Os::Server2019]);
    w.session_host_role = true;
    w.fault(
        "rds-farm-connection-without-collection",
        &[
            "robot-session-not-created",
            "rdp-connection-refused",
            "session-disconnected",
        ],
        Word::Possible,
        "The host is a member of a farm; a connection that names no collection is turned away.",
    );
    w.never(&[
        "batch-logon-right-missing",
        "password-drift-stored-credential",
        "rds-licensing",
    ]);
    let broker = "Microsoft-Windows-TerminalServices-SessionBroker-Client/Operational";
    w.needs(&[broker]);
    w.extra_files.push((
        "group.txt".into(),
        format!(
            "Alias name     Remote Desktop Users\r\n\r\nMembers\r\n\r\n-------------------------------------------------------------------------------\r\n{}\r\nThe command completed successfully.\r\n",
            w.name(ROBOT)
        )
        .into_bytes(),
    ));
    let at = w.fault_time(days);
    let text = "Rdp connection failed: Message: The user cannot connect to the server due to insufficient access privileges. Last error: 65545";
    w.connection_fails(at, text, move |w, activity| {
        w.refused_session(activity, 9);
        let user = w.name(ROBOT);
        let event = named(
            "Microsoft-Windows-TerminalServices-SessionBroker-Client",
            1301,
            4,
            &[("param1", &user)],
        );
        w.log(broker, 500, event);
        let event = named(
            "Microsoft-Windows-TerminalServices-SessionBroker-Client",
            1306,
            2,
            &[("param1", &user), ("param2", "NULL")],
        );
        w.log(broker, 640, event);
    });
}

pub fn broker_database(w: &mut World, days: i64) {
    w.os = *w.rng.pick(&[Os::Server2012R2, Os::Server2019]);
    w.session_host_role = true;
    w.fault(
        "connection-broker-database-broken",
        ROBOT_START,
        Word::Possible,
        "The connection broker was renamed and cannot open its database; nobody is sent to a session any more.",
    );
    w.never(&[
        "network-loss",
        "password-drift-stored-credential",
        "rds-licensing",
    ]);
    let at = w.fault_time(days);
    w.when(at - minutes(9), |w| {
        let event = named(
            "Microsoft-Windows-TerminalServices-SessionBroker",
            2056,
            2,
            &[("param1", "RDCms"), ("param2", "Logon to the database failed.")],
        );
        w.log(
            "Microsoft-Windows-TerminalServices-SessionBroker/Operational",
            0,
            event,
        );
    });
    w.connection_fails(at, TRANSPORT, |w, _| {
        let user = w.name(ROBOT);
        let event = named(
            "Microsoft-Windows-TerminalServices-SessionBroker-Client",
            1296,
            2,
            &[
                ("param1", &user),
                (
                    "param2",
                    "Remote Desktop Connection Broker is not ready for RPC communication.",
                ),
            ],
        );
        w.log(
            "Microsoft-Windows-TerminalServices-SessionBroker-Client/Operational",
            400,
            event,
        );
    });
}

pub fn gateway_policy(w: &mut World, days: i64) {
    w.fault(
        "rd-gateway-authorization-policy",
        &["rdp-connection-refused", "robot-session-not-created"],
        Word::Likely,
        "The gateway allows the name of the host; the client asks for its address.",
    );
    w.never(&[
        "rdp-logon-right-missing",
        "password-drift-stored-credential",
        "network-loss",
    ]);
    let log = w.rng.chance(60);
    let at = w.fault_time(days);
    w.repeat(at, 3, minutes(11), move |w| {
        let user = w.name(CLERK);
        if log {
            let event = Event::new("Microsoft-Windows-TerminalServices-Gateway", 301)
                .level(2)
                .user("S-1-5-20")
                .user_data_in("EventInfo", "aag");
            let event = event.data("Username", &user).data("IpAddress", "192.168.0.44");
            let event = event.data("AuthType", "").data("Resource", "10.0.0.66");
            w.log(
                "Microsoft-Windows-TerminalServices-Gateway/Operational",
                0,
                event.data("ErrorCode", 23_002u32),
            );
        } else {
            let text = format!(
                "The user \"{user}\", on client computer \"192.168.0.44\", did not meet resource authorization policy requirements and was therefore not authorized to resource \"10.0.0.66\". The following error occurred: \"23002\".\r\n"
            );
            w.append("gateway.txt", &text);
        }
        w.shows();
    });
}

pub fn termserv_hook(w: &mut World, days: i64) {
    w.os = *w.rng.pick(&[Os::Win10, Os::Server2016]);
    w.fault(
        "third-party-termserv-hook",
        &[
            "robot-session-not-created",
            "rdp-connection-refused",
            "session-disconnected",
        ],
        Word::Possible,
        "A wrapper around the terminal service, put there for more sessions, crashes it after an update.",
    );
    w.also(&["rdp-listener-or-service-down"]);
    w.never(&[
        "network-loss",
        "password-drift-stored-credential",
        "transient-rerun",
    ]);
    w.idle_robot = true;
    w.set_registry(
        "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\TermService\\Parameters",
        "ServiceDll",
        Reg::Expand("%ProgramFiles%\\RDP Wrapper\\rdpwrap.dll".into()),
    );
    let at = w.fault_time(days);
    w.when(at - minutes(200), |w| w.update_installed(5_037_790));
    w.repeat(at, 3, minutes(25), |w| {
        let fields = [
            "svchost.exe_TermService",
            "10.0.19041.1",
            "3a4",
            "rdpwrap.dll",
            "1.6.0.0",
            "54a",
            "c0000005",
            "71a0",
            "4c8",
            "01d9",
        ];
        w.log(
            crate::scenarios::world::APPLICATION,
            -600,
            old("Application Error", 1000, 2, &fields),
        );
        w.scm(
            0,
            7031,
            2,
            &[
                "Remote Desktop Services",
                "1",
                "60000",
                "1",
                "Restart the service",
            ],
        );
        let ids: Vec<u32> = w.sessions.keys().copied().collect();
        for id in ids {
            w.drop_session(id, 0, 0);
        }
        w.robot_cannot_start(
            8_000,
            "Rdp connection failed: Message: The connection failed. Last error: 131078",
        );
        w.log(
            crate::scenarios::world::RCM_OP,
            61_000,
            crate::scenarios::world::rcm(258).data("listenerName", "RDP-Tcp"),
        );
    });
}

/// Not a fault of the connection itself: two sessions of one user, the second through the machine's own web page.
pub fn rdweb_loopback(w: &mut World, days: i64) {
    w.os = *w.rng.pick(&[Os::Server2012R2, Os::Server2016, Os::Server2019]);
    w.fault(
        "rdweb-loopback-double-session",
        &[
            "session-disconnected",
            "robot-session-not-created",
            "session-logged-off",
        ],
        Word::Possible,
        "RD Web on the host publishes the host itself; every user gets a second session, and it stays.",
    );
    w.never(&["network-loss", "idle-session-limit", "forced-by-admin-or-tool"]);
    w.also(&["stale-disconnected-session", "user-disconnect-or-window-closed"]);
    w.truth.user = Some(w.accounts[CLERK].name.clone());
    w.set_registry(SERVER, "fSingleSessionPerUser", Reg::Dword(0));
    let at = w.fault_time(days);
    w.when(at - minutes(60), |w| {
        let first = w.present(CLERK);
        w.now += chrono::TimeDelta::seconds(50);
        let host = w.fqdn();
        for (id, name) in [(1024u16, "Server Name"), (1102, "Server Name")] {
            let event = named(
                "Microsoft-Windows-TerminalServices-ClientActiveXCore",
                id,
                4,
                &[("Name", name), ("Value", &host), ("CustomLevel", "Info")],
            );
            w.log(
                "Microsoft-Windows-TerminalServices-RDPClient/Operational",
                0,
                event,
            );
        }
        let second = w.rdp_logon(CLERK, "127.0.0.1", 0, 4);
        w.after(3_600, move |w| {
            if w.up && w.sessions.contains_key(&second) && w.sessions.contains_key(&first) {
                w.truth.session = Some(second);
                w.log_off(first, true);
                w.now += chrono::TimeDelta::seconds(1);
                w.drop_session(second, 0, 14);
                w.shows();
            }
        });
    });
    w.background("user-logoff");
}
