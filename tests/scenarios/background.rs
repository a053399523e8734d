//! A healthy week: nothing here is a fault, and much of it looks like one.

use chrono::TimeDelta;

use super::world::{APPLICATION, Account, Os, SYSTEM, SYSTEM_SID, Task, World};
use crate::support::evtx::{Event, Value};
use crate::support::exports::Reg;

/// Who is who in every scenario.
pub const ROBOT: usize = 0;
pub const ADMIN: usize = 1;
pub const CLERK: usize = 2;
pub const OTHER: usize = 3;

pub fn people(w: &mut World) {
    let robot = w
        .rng
        .pick(&["svc-robot", "rpa_svc01", "SVC.Bot", "robot07", "sa-uipath"])
        .to_string();
    let names = [
        robot,
        "adm.keller".into(),
        "j.weber".into(),
        "m.ito".into(),
        "svc-backup".into(),
    ];
    for (n, name) in names.into_iter().enumerate() {
        let account = Account {
            name,
            sid: format!("S-1-5-21-1004336348-1177238915-682003330-{}", 1_105 + n),
            human: (1..=3).contains(&n),
            address: format!("10.1.{}.{}", 4 + n, w.rng.range(10, 250)),
            refusal: None,
            password: 0,
        };
        w.accounts.push(account);
    }
}

pub fn tasks(w: &mut World) {
    let robot = Some(ROBOT);
    let own: &str = w.rng.pick::<&str>(&[
        "\\RPA\\Nightly Import",
        "\\Invoices",
        "\\Kunden\\Abgleich Täglich",
        "\\Reports\\Send 06-00",
    ]);
    for (path, user, minutes, program) in [
        (own, robot, 10, "C:\\RPA\\run.cmd"),
        ("\\RPA\\Hourly Poll", robot, 2, "C:\\RPA\\poll.exe"),
        (
            "\\Backup\\Copy Logs",
            Some(4),
            4,
            "C:\\Windows\\System32\\robocopy.exe",
        ),
        (
            "\\Microsoft\\Windows\\Defrag\\ScheduledDefrag",
            None,
            5,
            "C:\\Windows\\system32\\defrag.exe",
        ),
        (
            "\\Microsoft\\Windows\\UpdateOrchestrator\\Schedule Scan",
            None,
            1,
            "%systemroot%\\system32\\usoclient.exe",
        ),
        (
            "\\Microsoft\\Windows\\Workplace Join\\Automatic-Device-Join",
            None,
            1,
            "%SystemRoot%\\System32\\dsregcmd.exe",
        ),
    ] {
        w.tasks.push(Task {
            path: path.to_owned(),
            user,
            knows_password: 0,
            s4u: false,
            program: program.to_owned(),
            minutes,
            enabled: true,
        });
    }
}

/// A machine with its people, its settings and its week.
pub fn healthy_week(w: &mut World, days: i64) {
    people(w);
    tasks(w);
    settings(w);
    w.task_log = w.os == Os::Server2012R2 || w.rng.chance(75);
    // Some robots stay away from the clock of the people.
    w.robot_version = *w.rng.pick(&["22.10.5", "23.4.11", "23.10.10", "24.10.7"]);
    let hour = w.rng.range(0, 3);
    for day in 0..days {
        run_tasks(w, day);
        run_people(w, day);
        let at = w.local(day, 12, 0);
        w.at(at, |w| {
            if w.up {
                w.uptime(0);
            }
        });
        let job = w.local(day, u32::try_from(3 + hour).unwrap(), 10);
        w.at(job, |w| {
            if !w.idle_robot {
                w.robot_job(ROBOT, "InvoiceImport", 22);
            }
        });
        for _ in 0..w.rng.range(0, 5) {
            let at = w.begin + TimeDelta::days(day) + TimeDelta::seconds(w.rng.range(0, 86_000));
            let name = *w
                .rng
                .pick(&[None, Some("administrator"), Some("admin"), Some("test")]);
            w.at(at, move |w| w.scanner(name));
        }
    }
    policy_rounds(w, days);
    if w.rng.chance(45) {
        let day = w.rng.range(0, days - 1);
        let at = w.local(day, 23, 40);
        w.at(at, |w| w.update_installed(5_037_771));
        w.at(at + TimeDelta::minutes(12), |w| {
            if w.up {
                w.background("planned-restart-windows-update");
                let stop = w.update_stop();
                w.restart(&stop);
            }
        });
    }
    if w.rng.chance(20) {
        let at = w.local(w.rng.clone().range(0, days - 1), 18, 52);
        w.at(at, |w| {
            if w.up {
                w.background("planned-restart-or-shutdown-by-user-or-admin");
                let stop = w.user_stop(ADMIN, "restart");
                w.restart(&stop);
            }
        });
    }
    noise(w, days);
}

fn run_tasks(w: &mut World, day: i64) {
    for (index, hour) in [(0usize, 2u32), (2, 1), (3, 4)] {
        let minute = u32::try_from(w.rng.range(0, 59)).unwrap();
        let at = w.local(day, hour, minute);
        w.at(at, move |w| {
            w.task_runs(index, 0);
        });
    }
    for hour in 0..24 {
        let at = w.local(day, hour, 15);
        w.at(at, |w| {
            w.task_runs(1, 0);
        });
    }
    for hour in [0, 6, 12, 18] {
        let at = w.local(day, hour, 31);
        w.at(at, |w| {
            w.task_runs(4, 0);
        });
    }
    // dsregcmd on a machine that is not to be registered: exit code 1, wrapped, and nobody minds.
    let at = w.local(day, 9, 3);
    w.at(at, |w| {
        if w.task_runs(5, 2_147_942_401) {
            w.background("task-program-error-not-logon");
        }
    });
}

/// A person works: logs on in the morning, perhaps leaves for lunch, logs off in the evening.
fn run_people(w: &mut World, day: i64) {
    let who = if w.rng.chance(60) { CLERK } else { ADMIN };
    if w.rng.chance(20) {
        return;
    }
    let remote = w.os.is_server() || w.rng.chance(60);
    let start = w.about(day, 8);
    w.at(start, move |w| {
        if !w.up || w.session_of(who).is_some() {
            return;
        }
        if w.rng.chance(15) {
            // Mistyped, then right.
            let why = super::refusals::WRONG_PASSWORD;
            w.logon_refused(
                who,
                if remote { 3 } else { 2 },
                &why,
                &w.accounts[who].address.clone(),
                0,
            );
            w.now += TimeDelta::seconds(9);
        }
        if remote {
            let address = w.accounts[who].address.clone();
            w.rdp_logon(who, &address, 0, 4);
        } else {
            w.console_logon(who);
        }
    });
    let lunch = w.about(day, 12);
    let plan = w.rng.range(0, 5);
    w.at(lunch, move |w| {
        let Some(id) = w.session_of(who).filter(|_| w.up) else {
            return;
        };
        match plan {
            0 => w.close_window(id),
            1 => w.disconnect(id),
            2 => {
                // Comes in from another place without leaving the first.
                w.reconnect(id, "10.9.0.77");
                return;
            }
            _ => return,
        }
        let wait = w.rng.range(1_200, 4_000);
        w.after(wait, move |w| {
            if w.up
                && w.sessions
                    .get(&id)
                    .is_some_and(|session| session.user == who && !session.active)
            {
                let address = w.accounts[who].address.clone();
                w.reconnect(id, &address);
            }
        });
    });
    let evening = w.about(day, 17);
    w.at(evening, move |w| {
        if let Some(id) = w.session_of(who).filter(|_| w.up) {
            w.background("user-logoff");
            w.log_off(id, true);
        }
    });
}

fn policy_rounds(w: &mut World, days: i64) {
    let mut at = w.begin + TimeDelta::minutes(17);
    while at < w.begin + TimeDelta::days(days) {
        w.at(at, |w| w.policy_refresh(false, false));
        at += TimeDelta::minutes(w.rng.range(90, 120));
    }
}

/// Alarming and benign.
fn noise(w: &mut World, days: i64) {
    for _ in 0..w.rng.range(2, 8) {
        let at = w.begin + TimeDelta::seconds(w.rng.range(0, days * 86_000));
        let what = w.rng.range(0, 7);
        w.at(at, move |w| {
            if w.up {
                one_noise(w, what);
            }
        });
    }
    if w.rng.chance(15) {
        let at = w.begin + TimeDelta::seconds(w.rng.range(0, days * 86_000));
        w.at(at, |w| {
            let (new, old) = (w.now, w.now - TimeDelta::milliseconds(412));
            let event = Event::new("Microsoft-Windows-Kernel-General", 1)
                .version(1)
                .user(SYSTEM_SID)
                .process(4, 8);
            let event = event
                .data("NewTime", Value::FileTime(new))
                .data("OldTime", Value::FileTime(old));
            w.log(SYSTEM, 0, event.data("Reason", 2u32));
        });
    }
}

fn one_noise(w: &mut World, what: i64) {
    match what {
        0 => {
            let event = Event::new("Schannel", 36_874).level(2).user(SYSTEM_SID);
            w.log(SYSTEM, 0, event.data("Protocol", "TLS 1.2"));
        }
        1 => {
            let event = Event::new("Microsoft-Windows-User Profiles Service", 1530)
                .level(3)
                .user(SYSTEM_SID);
            w.log(
                APPLICATION,
                0,
                event.data(
                    "Detail",
                    "1 user registry handles leaked from \\Registry\\User\\S-1-5-21",
                ),
            );
        }
        2 => {
            // The Store fails with 1312 on healthy machines.
            let event = Event::new("Microsoft-Windows-Store", 8001)
                .guid("9c2a37f3-e5fd-5cae-bcd1-43dafeee1ff0")
                .level(2);
            let event = event
                .data("Message", "Failed to get token")
                .data("HResult", Value::Hex32(0x8007_0520));
            w.log("Microsoft-Windows-Store/Operational", 0, event);
        }
        3 => w.service(0, "Windows Update", w.now.timestamp() % 2 == 0),
        4 => {
            let event = Event::new("Microsoft-Windows-DistributedCOM", 10_016)
                .guid("1b562e86-b7aa-4131-badc-b6f3a001407e");
            w.log(
                SYSTEM,
                0,
                event
                    .level(3)
                    .user("S-1-5-19")
                    .data("param1", "application-specific"),
            );
        }
        5 => {
            let event = Event::new("Desktop Window Manager", 9009).classic(&["0xd00002fe"], None);
            w.log(APPLICATION, 0, event);
        }
        _ => {
            let event = Event::new("Application Error", 1000).level(2);
            let fields = [
                "Teams.exe",
                "1.6.0.1381",
                "63f5",
                "ntdll.dll",
                "10.0.1",
                "7a1",
                "c0000374",
                "0010",
                "1f4",
                "01d9",
            ];
            w.log(APPLICATION, 0, event.classic(&fields, None));
        }
    }
}

/// Settings as they come out of the box, for the exports.
fn settings(w: &mut World) {
    const LSA: &str = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa";
    w.set_registry(LSA, "DisableDomainCreds", Reg::Dword(0));
    w.set_registry(LSA, "LimitBlankPasswordUse", Reg::Dword(1));
    w.set_registry(LSA, "RunAsPPL", Reg::Dword(u32::from(w.rng.clone().chance(30))));
    let server = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server";
    w.set_registry(server, "fDenyTSConnections", Reg::Dword(0));
    w.set_registry(server, "fSingleSessionPerUser", Reg::Dword(1));
    let listener = format!("{server}\\WinStations\\RDP-Tcp");
    w.set_registry(&listener, "UserAuthentication", Reg::Dword(1));
    w.set_registry(&listener, "SecurityLayer", Reg::Dword(2));
    w.set_registry(&listener, "fPromptForPassword", Reg::Dword(0));
    w.set_registry(&listener, "MaxIdleTime", Reg::Dword(0));
    w.set_registry(&listener, "MaxDisconnectionTime", Reg::Dword(0));
    w.set_registry(&listener, "PortNumber", Reg::Dword(3389));
    w.rights = vec![
        (
            "SeBatchLogonRight".into(),
            vec![
                "*S-1-5-32-544".into(),
                "*S-1-5-32-551".into(),
                format!("*{}", w.accounts[ROBOT].sid),
                format!("*{}", w.accounts[4].sid),
            ],
        ),
        (
            "SeRemoteInteractiveLogonRight".into(),
            vec!["*S-1-5-32-544".into(), "*S-1-5-32-555".into()],
        ),
        (
            "SeNetworkLogonRight".into(),
            vec!["*S-1-1-0".into(), "*S-1-5-32-544".into()],
        ),
    ];
    w.policy_values = vec![
        (
            "MACHINE\\System\\CurrentControlSet\\Control\\Lsa\\DisableDomainCreds".into(),
            "4,0".into(),
        ),
        (
            "MACHINE\\System\\CurrentControlSet\\Control\\Lsa\\LmCompatibilityLevel".into(),
            "4,5".into(),
        ),
    ];
}
