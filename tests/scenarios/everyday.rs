//! What goes on beside the week of the main characters: power buttons, lunch, updates, neighbours. None of it is a
//! fault, and all of it looks like one to somebody.

use chrono::TimeDelta;

use super::background::{ADMIN, CLERK, OTHER, ROBOT};
use super::kit::{minutes, named, old};
use super::life::Stop;
use super::rng::Rng;
use super::world::{
    APPLICATION, LSM_OP, Os, RDP_OP, SECURITY, SYSTEM, SYSTEM_SID, TASK, TASK_OP, World, audit, lsm, rdp,
    subject,
};
use crate::support::evtx::{Event, Time, Value};

impl World {
    /// Somebody switches a client off. With fast start-up it only hibernates, for some hours.
    pub fn hybrid_shut_down(&mut self, id: u32, hours: i64) {
        let who = self.sessions[&id].user;
        let stop = self.user_stop(who, "power off");
        let event = self.asked_to_stop(&stop);
        self.log(SYSTEM, 0, event);
        self.log_off(id, true);
        let others: Vec<u32> = self.sessions.keys().copied().collect();
        for other in others {
            self.log_off(other, false);
        }
        self.sleeps((6, 5, 4), TimeDelta::hours(hours), 1);
    }

    /// Sleep for lack of work: sessions survive it.
    pub fn sleep(&mut self, span: TimeDelta) {
        if self.up {
            self.sleeps((4, 4, 7), span, 0);
        }
    }

    /// Kernel-Power 42 with target, effective state and reason; then nothing, then the resume.
    fn sleeps(&mut self, (target, effective, reason): (u32, u32, u32), span: TimeDelta, boot: u32) {
        let event = Event::new("Microsoft-Windows-Kernel-Power", 42).task(64);
        let event = event
            .data("TargetState", target)
            .data("EffectiveState", effective)
            .data("Reason", reason)
            .data("Flags", 0u32);
        self.log(SYSTEM, 4_500, event.data("TransitionsToOn", 1u32));
        let (old, new) = (self.now + TimeDelta::seconds(9), self.now + span);
        self.up = false;
        self.at(new, move |w| {
            w.up = true;
            if boot == 0 {
                w.uptime(0);
                // The kernel wakes with the time of falling asleep.
                let woken = Event::new("Microsoft-Windows-Kernel-Power", 107).task(102);
                let woken = woken
                    .data("TargetState", target)
                    .data("EffectiveState", effective);
                w.log_at(SYSTEM, old + TimeDelta::milliseconds(2), woken);
            }
            let event = Event::new("Microsoft-Windows-Kernel-General", 1)
                .version(1)
                .user(SYSTEM_SID)
                .process(4, 8);
            let event = event
                .data("NewTime", Value::FileTime(new))
                .data("OldTime", Value::FileTime(old));
            w.log(SYSTEM, 10, event.data("Reason", 2u32));
            if boot == 1 {
                let event = Event::new("Microsoft-Windows-Kernel-Boot", 27)
                    .user(SYSTEM_SID)
                    .process(4, 8);
                w.log(SYSTEM, 60, event.data("BootType", boot).data("LoadOptions", ""));
            }
        });
    }
}

/// Plans what goes on. It has dice of its own, so that the main story stays what it was.
pub fn goes_on(w: &mut World, days: i64) {
    let mut rng = Rng::new(w.rng.clone().next() ^ 0x00e7_e27d);
    for (chance, plan) in [
        (25, power_button as fn(&mut World, Time)),
        (20, nap),
        (30, scanner_burst),
        (30, policy_change),
        (35, task_results),
        (25, missed_task),
        (20, planned_by_script),
        (25, own_password),
        (20, locked_screen),
        (25, boot_noise),
        (20, shared_server),
        (15, service_restarted),
        (20, installer),
        (30, neighbour),
        (15, human_locked_out),
    ] {
        if rng.chance(chance) {
            let day = rng.range(0, days - 1);
            let at = w.local(
                day,
                u32::try_from(rng.range(7, 23)).unwrap(),
                u32::try_from(rng.range(0, 59)).unwrap(),
            );
            plan(w, at);
        }
    }
}

/// Something else happens at nearly the same time, and has nothing to do with it.
pub fn tempts(w: &mut World, at: Time) {
    let mut rng = Rng::new(w.rng.clone().next() ^ 0x7e3f_7a11);
    for (chance, plan) in [
        (20, other_account as fn(&mut World, Time)),
        (20, update_without_restart),
        (20, guessed_name),
        (15, policy_change),
        (20, other_program),
        (15, neighbour),
        (12, short_silence),
    ] {
        if rng.chance(chance) {
            plan(w, at + TimeDelta::seconds(rng.range(-900, 600)));
        }
    }
}

/// Somebody leaves the company, on the same morning.
fn other_account(w: &mut World, at: Time) {
    w.at(at, |w| {
        let by = w.accounts[ADMIN].clone();
        let event = audit(4725, 13_824, true).data("TargetUserName", "tmp.intern");
        let event = event.data("TargetDomainName", &w.domain).data(
            "TargetSid",
            Value::Sid("S-1-5-21-1004336348-1177238915-682003330-2207".into()),
        );
        w.dc_log(0, subject(event, &by.sid, &by.name, &w.domain, 0x5_13da));
    });
}

fn update_without_restart(w: &mut World, at: Time) {
    w.when(at, |w| w.update_installed(5_037_779));
}

/// Somebody on the internet has found out what the robot is called.
fn guessed_name(w: &mut World, at: Time) {
    for n in 0..3 {
        w.when(at + TimeDelta::seconds(n * 37), |w| {
            w.background("brute-force-attack-on-rdp");
            let name = w.accounts[ROBOT].name.clone();
            w.scanner(Some(&name));
        });
    }
}

fn other_program(w: &mut World, at: Time) {
    w.when(at, |w| {
        let fields = [
            "EXCEL.EXE",
            "16.0.1",
            "63f5",
            "mso20win32client.dll",
            "16.0.1",
            "7a1",
            "c0000005",
            "0010",
            "1f4",
            "01d9",
        ];
        w.log(APPLICATION, 0, old("Application Error", 1000, 2, &fields));
    });
}

/// One packet to the directory is lost; the next one is not.
fn short_silence(w: &mut World, at: Time) {
    w.when(at, |w| {
        let event = w.no_dc();
        w.log(SYSTEM, 0, event);
        w.now += TimeDelta::seconds(20);
        w.policy_refresh(false, false);
    });
}

/// A client is switched off in the evening and on in the morning.
fn power_button(w: &mut World, at: Time) {
    if w.os.is_server() {
        return;
    }
    w.when(at, |w| {
        let id = w
            .session_of(CLERK)
            .or_else(|| w.session_of(OTHER))
            .filter(|id| w.sessions[id].active);
        // Nobody switches a machine off on which somebody else works.
        if let Some(id) = id.filter(|_| w.sessions.len() == 1) {
            w.background("hybrid-shutdown-or-sleep");
            w.background("planned-restart-or-shutdown-by-user-or-admin");
            w.background("user-logoff");
            w.hybrid_shut_down(id, 9);
        }
    });
}

/// The lid is closed for an hour.
fn nap(w: &mut World, at: Time) {
    if w.os.is_server() {
        return;
    }
    w.when(at, |w| {
        if w.sessions.values().all(|session| session.console) {
            w.background("hybrid-shutdown-or-sleep");
            w.sleeps((4, 4, 0), minutes(65), 0);
        }
    });
}

fn scanner_burst(w: &mut World, at: Time) {
    for n in 0..14 {
        let name = ["administrator", "admin", "guest", "test", "user1"][n % 5];
        let n = i64::try_from(n).unwrap();
        w.when(at + TimeDelta::seconds(n * 41), move |w| {
            w.background("brute-force-attack-on-rdp");
            w.scanner((n % 3 > 0).then_some(name));
        });
    }
}

fn policy_change(w: &mut World, at: Time) {
    w.when(at, |w| w.policy_refresh(false, true));
}

/// Numbers that look like errors and say that a task runs, has not run yet, or is already in the queue.
fn task_results(w: &mut World, at: Time) {
    w.when(at, |w| {
        let code = *w.rng.pick(&[267_009u32, 267_011, 267_045, 267_008]);
        w.task_runs(4, code);
        let path = "\\Microsoft\\Windows\\Flighting\\FeatureConfig\\UsageDataReporting";
        let event = Event::new(TASK, 101).task(101).level(2).user(SYSTEM_SID);
        let event = event
            .data("TaskName", path)
            .data("UserContext", "NT AUTHORITY\\SYSTEM");
        w.log(TASK_OP, 9_000, event.data("ResultCode", 2_148_007_944u32));
        let event = Event::new(TASK, 127).task(127).level(4).user(SYSTEM_SID);
        w.log(
            TASK_OP,
            9_010,
            event.data("TaskName", path).data("ResultCode", 2_148_007_944u32),
        );
    });
}

/// The machine was busy when a task was due; it was caught up on.
fn missed_task(w: &mut World, at: Time) {
    w.when(at, |w| {
        let event = Event::new(TASK, 153).task(153).level(3).user(SYSTEM_SID);
        let path = w.tasks[3].path.clone();
        w.log(TASK_OP, 0, event.data("TaskName", path));
        w.after(60, |w| {
            w.task_runs(3, 0);
        });
    });
}

fn planned_by_script(w: &mut World, at: Time) {
    w.at(at, |w| {
        // At the end of the day, when nobody is there.
        if w.up && w.sessions.is_empty() {
            w.background("planned-restart-or-shutdown-by-user-or-admin");
            w.background("scripted-logoff-or-restart");
            let stop = Stop {
                process: "C:\\Windows\\system32\\shutdown.exe".into(),
                reason: ("Other (Planned)", "Anderer Grund (geplant)"),
                code: "0x800000ff",
                kind: "restart",
                comment: "maintenance".into(),
                by: w.name(ADMIN),
            };
            w.restart(&stop);
        }
    });
}

fn own_password(w: &mut World, at: Time) {
    w.when(at, |w| {
        // A person changes it and knows it from then on; nothing has it stored.
        w.password_changed(CLERK, CLERK);
        w.ticket(CLERK, 4_000);
    });
}

fn locked_screen(w: &mut World, at: Time) {
    w.when(at, |w| {
        let Some(id) = w.session_of(CLERK) else { return };
        for (ms, event_id) in [(0, 4800u16), (1_500_000, 4801)] {
            let (session, account) = (w.sessions[&id].clone(), w.accounts[CLERK].clone());
            let event = audit(event_id, 12_551, true).data("TargetUserSid", Value::Sid(account.sid));
            let event = event
                .data("TargetUserName", account.name)
                .data("TargetDomainName", &w.domain);
            let event = event.data("TargetLogonId", Value::Hex64(session.logon_id));
            w.log(SECURITY, ms, event.data("SessionId", id));
        }
    });
}

/// What newer systems write while they start, and nobody needs to read.
fn boot_noise(w: &mut World, at: Time) {
    w.when(at, |w| {
        let event = old("NETLOGON", 5719, 2, &[w.domain.as_str(), "%%1311"]);
        let crate::support::evtx::Body::Classic { strings, .. } = event.body.clone() else {
            return;
        };
        let event = event.classic(&strings, Some(&[0xe5, 0, 0, 0xc0]));
        if matches!(w.os, Os::Server2022 | Os::Server2025 | Os::Win11) {
            w.log(SYSTEM, 0, event);
        }
        w.log(
            SYSTEM,
            800,
            named("LsaSrv", 6155, 3, &[("PackageName", "msv1_0")]),
        );
        let event = Event::new("Microsoft-Windows-Security-Netlogon", 9005)
            .level(3)
            .user(SYSTEM_SID);
        w.log(
            "Microsoft-Windows-Security-Netlogon/Operational",
            900,
            event.data("Status", 0u32),
        );
        // A probe of the load balancer: connected, gone.
        let (_, activity) = w.rdp_connects("10.1.0.3");
        let event = rdp(226)
            .level(3)
            .activity(&activity)
            .data("StateTransition", "RDP_TCP");
        let event = event
            .data("PreviousStateName", "StateUnknown")
            .data("NewStateName", "StateDisconnected");
        w.log(
            RDP_OP,
            30,
            event
                .data("EventName", "Event_Disconnect")
                .data("ErrorCode", Value::Hex32(0x8007_0040)),
        );
        w.log(RDP_OP, 40, rdp(102).activity(&activity));
        w.log(RDP_OP, 45, rdp(103).activity(&activity).data("ReasonCode", 14u32));
    });
}

/// Two people work on a server at once, each in peace; one of them leaves the window open over night.
fn shared_server(w: &mut World, at: Time) {
    if !w.os.is_server() {
        return;
    }
    w.when(at, |w| {
        if w.session_of(OTHER).is_some() {
            return;
        }
        w.background("user-disconnect-or-window-closed");
        w.background("user-logoff");
        let address = w.accounts[OTHER].address.clone();
        let id = w.rdp_logon(OTHER, &address, 0, 4);
        w.after(5_000, move |w| {
            if w.up && w.sessions.get(&id).is_some_and(|session| session.user == OTHER) {
                w.close_window(id);
            }
        });
        w.after(40_000, move |w| {
            if w.up
                && w.sessions
                    .get(&id)
                    .is_some_and(|session| session.user == OTHER && !session.active)
            {
                let address = w.accounts[OTHER].address.clone();
                w.reconnect(id, &address);
                w.now += TimeDelta::seconds(500);
                w.log_off(id, true);
            }
        });
    });
}

/// An update of the robot stops its service for a minute, between jobs.
fn service_restarted(w: &mut World, at: Time) {
    w.when(at, |w| {
        if w.session_of(ROBOT).is_none() {
            w.background("robot-service-stopped");
            w.service(0, "UiPath Robot", false);
            w.service(48_000, "UiPath Robot", true);
        }
    });
}

fn installer(w: &mut World, at: Time) {
    w.when(at, |w| {
        let fields = ["Office Language Pack", "16.0.1", "1033", "0", "Contoso"];
        w.log(APPLICATION, 0, old("MsiInstaller", 1033, 4, &fields));
        w.scm(
            500,
            7045,
            4,
            &[
                "OfficeSvcHelper",
                "C:\\Program Files\\Helper\\h.exe",
                "user mode service",
                "demand start",
                "LocalSystem",
            ],
        );
    });
}

/// A person mistypes often enough, and is let in again by the help desk.
fn human_locked_out(w: &mut World, at: Time) {
    w.when(at, |w| {
        for user in [
            "account-locked-out",
            "lockout-loop",
            "password-drift-stored-credential",
        ] {
            w.background(user);
        }
        w.account_locked(OTHER, "PC-114");
        w.after(600, |w| {
            w.account_changed(4767, OTHER, ADMIN);
            w.accounts[OTHER].refusal = None;
        });
    });
}

/// Logs of another machine came along. It has troubles of its own.
fn neighbour(w: &mut World, at: Time) {
    w.at(at, |w| {
        if !w.neighbours.is_empty() {
            return;
        }
        let computer = format!("{}-B.{}.example", w.host, w.domain.to_lowercase());
        let mut system = vec![
            Event::new("EventLog", 6005)
                .qualifiers(0x8000)
                .classic::<&str>(&[], Some(&[0; 16]))
                .at(w.now - TimeDelta::hours(30)),
        ];
        let mut sessions = Vec::new();
        let name = w.name(OTHER);
        for (seconds, id) in [(-7_200i64, 21u16), (-3_600, 23)] {
            let event = lsm(id).data("User", &name).data("SessionID", 4u32);
            let event = if id == 21 {
                event.data("Address", "10.1.7.20")
            } else {
                event
            };
            sessions.push(event.at(w.now + TimeDelta::seconds(seconds)));
        }
        let (host, user) = (format!("{}-B", w.host), w.name(ADMIN));
        let fields = [
            format!("C:\\Windows\\Explorer.EXE ({host})"),
            host,
            "Other (Planned)".into(),
            "0x85000000".into(),
            "restart".into(),
            String::new(),
            user,
        ];
        let event = Event::new("User32", 1074)
            .user(SYSTEM_SID)
            .source("User32")
            .qualifiers(0x8000);
        let event = fields.iter().enumerate().fold(event, |event, (n, field)| {
            event.data(&format!("param{}", n + 1), field.as_str())
        });
        system.push(event.at(w.now));
        sessions.push(
            Event::new(super::world::LSM, 54)
                .user(SYSTEM_SID)
                .at(w.now + TimeDelta::seconds(2)),
        );
        w.background("planned-restart-or-shutdown-by-user-or-admin");
        w.background("user-logoff");
        for (channel, events) in [(SYSTEM, system), (LSM_OP, sessions)] {
            let path = format!("{}-B/{}.evtx", w.host, channel.replace('/', "%4"));
            w.neighbours.push((path, channel, computer.clone(), events));
        }
    });
}
