//! What the machine itself does: starting, stopping, and sessions coming and going.

use chrono::TimeDelta;

use super::world::{
    LSM, LSM_OP, Os, POLICY, POLICY_OP, RCM, RCM_ADMIN, RCM_OP, RDP_OP, SECURITY, SYSTEM, SYSTEM_SID, World,
    audit, lsm, rcm, rdp,
};
use crate::support::evtx::{Event, Time, Value};

/// Who stops the machine, and how User32 names it.
#[derive(Debug, Clone)]
pub struct Stop {
    pub process: String,
    pub reason: (&'static str, &'static str),
    pub code: &'static str,
    /// `restart`, `power off`, `shutdown`.
    pub kind: &'static str,
    pub comment: String,
    pub by: String,
}

impl World {
    /// The machine starts. `crashed`: it had no time to say goodbye.
    pub fn boot(&mut self, crashed: bool, bugcheck: u32) {
        let last_sign = self.up_since;
        self.up = true;
        self.up_since = self.now;
        self.sessions.clear();
        self.next_session = 2;
        let (major, minor, build) = self.os.version();
        let start = self.ms(0);
        let kernel = Event::new("Microsoft-Windows-Kernel-General", 12)
            .user(SYSTEM_SID)
            .process(4, 8);
        let kernel = kernel
            .data("MajorVersion", major)
            .data("MinorVersion", minor)
            .data("BuildVersion", build);
        let kernel = kernel
            .data("QfeVersion", 1_500u32)
            .data("ServiceVersion", 0u32)
            .data("BootMode", 0u32);
        self.log(SYSTEM, 300, kernel.data("StartTime", Value::FileTime(start)));
        let boot = Event::new("Microsoft-Windows-Kernel-Boot", 27)
            .user(SYSTEM_SID)
            .process(4, 8);
        self.log(
            SYSTEM,
            310,
            boot.data("BootType", 0u32)
                .data("LoadOptions", " NOEXECUTE=OPTOUT"),
        );
        if crashed {
            let mut event = Event::new("Microsoft-Windows-Kernel-Power", 41)
                .level(1)
                .task(63)
                .user(SYSTEM_SID)
                .process(4, 8);
            event = event.version(8).data("BugcheckCode", bugcheck);
            for n in 1..=4 {
                event = event.data(
                    &format!("BugcheckParameter{n}"),
                    Value::Hex64(if bugcheck == 0 { 0 } else { n }),
                );
            }
            event = event
                .data("SleepInProgress", 0u32)
                .data("PowerButtonTimestamp", 0u64)
                .data("BootAppStatus", 0u32);
            self.log(SYSTEM, 4_100, event.data("Checkpoint", 0u32));
            self.log(SYSTEM, 9_000, self.unexpected(last_sign));
        }
        let (suite, kind) = ("Multiprocessor Free", "16384");
        let version = format!("{major}.{minor:02}.");
        let event = Event::new("EventLog", 6009).qualifiers(0x8000);
        let build = build.to_string();
        self.log(
            SYSTEM,
            9_000,
            event.classic(&[version.as_str(), &build, "", suite, kind], None),
        );
        self.log(
            SYSTEM,
            9_000,
            Event::new("EventLog", 6005)
                .qualifiers(0x8000)
                .classic::<&str>(&[], Some(&[0; 16])),
        );
        self.uptime(9_000);
        self.log(SECURITY, 8_000, audit(4608, 12_288, true));
        self.log(LSM_OP, 11_000, lsm(32).data("messageName", "RDSAppXPlugin"));
        self.log(RCM_OP, 14_000, rcm(258).data("listenerName", "RDP-Tcp"));
        if self.os == Os::Server2016 || self.single_session() {
            self.log(RCM_OP, 14_050, Event::new(RCM, 1136).level(4).user("S-1-5-20"));
        }
        self.log(RCM_ADMIN, 14_100, rcm(20_521).data("Param1", "RDP-Tcp"));
        for (at, service) in [
            (16_000, "Remote Desktop Services"),
            (17_000, "Task Scheduler"),
            (21_000, "UiPath Robot"),
        ] {
            self.service(at, service, true);
        }
        if self.rng.chance(60) {
            // Before the network is there. Every second member does it.
            self.log(SYSTEM, 22_000, self.no_dc());
        }
        let time = Event::new("Microsoft-Windows-Time-Service", 37).user("S-1-5-19");
        let source = format!(
            "{}.{}.example (ntp.d|0x0|10.1.0.7:123->10.1.0.10:123)",
            self.dc,
            self.domain.to_lowercase()
        );
        self.log(
            SYSTEM,
            31_000,
            time.data_name("TMP_EVENT_TIME_SOURCE_REACHABLE")
                .data("TimeSource", source),
        );
        self.now += TimeDelta::seconds(40);
        self.policy_refresh(true, false);
        self.now -= TimeDelta::seconds(40);
    }

    /// `EventLog` 6008: two SYSTEMTIMEs, local and UTC, of the last sign of life.
    pub fn unexpected(&self, last: Time) -> Event {
        let local = last + TimeDelta::minutes(self.offset(last));
        let binary = [
            crate::support::evtx::system_time(local),
            crate::support::evtx::system_time(last),
        ]
        .concat();
        let (time, date) = if self.german {
            (
                local.format("%H:%M:%S").to_string(),
                local.format("\u{200e}%d.\u{200e}%m.\u{200e}%Y").to_string(),
            )
        } else {
            (
                local.format("%-I:%M:%S %p").to_string(),
                local.format("\u{200e}%-m/\u{200e}%-d/\u{200e}%Y").to_string(),
            )
        };
        let fields = [time.as_str(), &date, "", "", "84211", "", ""];
        Event::new("EventLog", 6008)
            .qualifiers(0x8000)
            .level(2)
            .classic(&fields, Some(&binary))
    }

    /// `EventLog` 6013.
    pub fn uptime(&mut self, milliseconds: i64) {
        let seconds = (self.now - self.up_since).num_seconds().max(20).to_string();
        // The number is the standard bias, whatever the season.
        let winter = super::super::support::evtx::time("2026-01-15T12:00:00Z");
        let zone = format!("{} {}", -self.offset(winter), self.zone_key);
        let fields = ["", "", "", "", seconds.as_str(), "60", &zone];
        let binary = Value::Str(format!("1.1\0000\0{}\0", self.os.name())).bytes();
        self.log(
            SYSTEM,
            milliseconds,
            Event::new("EventLog", 6013)
                .qualifiers(0x8000)
                .classic(&fields, Some(&binary)),
        );
    }

    pub fn no_dc(&self) -> Event {
        let event = Event::new("NETLOGON", 5719).level(2);
        event.classic(&[self.domain.as_str(), "%%1311"], Some(&[0x5e, 0, 0, 0xc0]))
    }

    pub fn service(&mut self, milliseconds: i64, name: &str, running: bool) {
        // Newer clients do not log this by default.
        if self.os == Os::Win11 {
            return;
        }
        let state = if running {
            self.word("running", "ausgeführt")
        } else {
            self.word("stopped", "beendet")
        };
        let event = Event::new("Service Control Manager", 7036)
            .source("Service Control Manager")
            .qualifiers(0x4000);
        let event = event
            .keywords(0x8080_0000_0000_0000)
            .data("param1", name)
            .data("param2", state);
        self.log(SYSTEM, milliseconds, event);
    }

    /// Computer policy, at start or in the background; `changed` if something new came.
    pub fn policy_refresh(&mut self, boot: bool, changed: bool) {
        if !self.up || !self.dc_reachable {
            return;
        }
        let activity = self.rng.guid();
        let start = Event::new(POLICY, if boot { 4000 } else { 4004 })
            .opcode(1)
            .user(SYSTEM_SID)
            .activity(&activity);
        let machine = format!("{}\\{}$", self.domain, self.host);
        let start = start
            .data("PolicyActivityId", Value::Guid(activity.clone()))
            .data("PrincipalSamName", &machine);
        let start = start
            .data("IsMachine", 1u32)
            .data("IsDomainJoined", self.joined)
            .data("IsBackgroundProcessing", !boot);
        self.log(POLICY_OP, 0, start.data("IsAsyncProcessing", false));
        let (list, names) = if self.joined {
            (
                "<GPO ID=\"{31B2F340-016D-11D2-945F-00C04FB984F9}\"><Name>Default Domain Policy</Name></GPO>",
                "Default Domain Policy\r\n",
            )
        } else {
            (
                "<GPO ID=\"Local Group Policy\"><Name>Local Group Policy</Name></GPO>",
                "Local Group Policy\r\n",
            )
        };
        let event = Event::new(POLICY, 5312).user(SYSTEM_SID).activity(&activity);
        self.log(
            POLICY_OP,
            400,
            event.data("DescriptionString", names).data("GPOInfoList", list),
        );
        let end = Event::new(POLICY, if boot { 8000 } else { 8004 })
            .opcode(2)
            .user(SYSTEM_SID)
            .activity(&activity);
        let end = end
            .data("PolicyElaspedTimeInSeconds", 1u32)
            .data("ErrorCode", 0u32)
            .data("PrincipalSamName", machine);
        self.log(
            POLICY_OP,
            900,
            end.data("IsMachine", 1u32).data("IsConnectivityFailure", false),
        );
        if boot || changed {
            let event = Event::new(POLICY, if changed { 1502 } else { 1500 })
                .opcode(1)
                .user(SYSTEM_SID)
                .activity(&activity);
            let event = event
                .data("SupportInfo1", 1u32)
                .data("SupportInfo2", 3_639u32)
                .data("ProcessingMode", 1u32);
            let event = event.data("ProcessingTimeInMilliseconds", 880u32);
            // Without a domain it is the local policy that is processed, and no controller is named.
            let dc = self
                .joined
                .then(|| format!("\\\\{}.{}.example", self.dc, self.domain.to_lowercase()));
            let dc = dc.unwrap_or_default();
            let event = event.data("DCName", dc);
            let event = if changed {
                event.data("NumberOfGroupPolicyObjects", 2u32)
            } else {
                event
            };
            self.log(SYSTEM, 950, event);
        }
    }

    /// `User32` 1074.
    pub fn asked_to_stop(&self, stop: &Stop) -> Event {
        let mut event =
            Event::new(if self.os == Os::Win11 { "User32" } else { "USER32" }, 1074).user(SYSTEM_SID);
        event = event
            .source("User32")
            .qualifiers(0x8000)
            .keywords(0x8080_0000_0000_0000);
        let kind = match stop.kind {
            "restart" => self.word("restart", "Neu starten"),
            "power off" => self.word("power off", "Ausschalten"),
            _ => self.word("shutdown", "Herunterfahren"),
        };
        let fields = [
            format!("{} ({})", stop.process, self.host),
            self.host.clone(),
            self.word(stop.reason.0, stop.reason.1).to_owned(),
            stop.code.to_owned(),
            kind.to_owned(),
            stop.comment.clone(),
            stop.by.clone(),
        ];
        for (n, field) in fields.into_iter().enumerate() {
            event = event.data(&format!("param{}", n + 1), field);
        }
        event
    }

    /// An orderly stop. The machine is down afterwards.
    pub fn shut_down(&mut self, stop: &Stop) {
        if !self.up {
            return;
        }
        let event = self.asked_to_stop(stop);
        self.log(SYSTEM, 0, event);
        let power = Event::new("Microsoft-Windows-Kernel-Power", 109).task(103);
        self.log(
            SYSTEM,
            8_400,
            power
                .data("ShutdownActionType", 5u32)
                .data("ShutdownEventCode", 0u32)
                .data("ShutdownReason", 5u32),
        );
        self.log(LSM_OP, 1_600, Event::new(LSM, 54).user(SYSTEM_SID));
        self.end_all_sessions(&stop.by);
        self.log(
            SECURITY,
            6_000,
            Event::new("Microsoft-Windows-Eventlog", 1100)
                .guid("fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148")
                .task(103),
        );
        self.log(
            SYSTEM,
            7_000,
            Event::new("EventLog", 6006)
                .qualifiers(0x8000)
                .classic::<&str>(&[], Some(&[1, 0, 0, 0, 0, 0, 0, 0])),
        );
        let at = self.ms(8_900);
        self.log(
            SYSTEM,
            9_000,
            Event::new("Microsoft-Windows-Kernel-General", 13)
                .process(4, 1_392)
                .data("StopTime", at),
        );
        self.up = false;
    }

    /// A stop and a start some minutes later.
    pub fn restart(&mut self, stop: &Stop) {
        if !self.up {
            return;
        }
        self.shut_down(stop);
        let wait = self.rng.range(70, 400);
        self.after(wait, |w| w.boot(false, 0));
    }

    /// The power goes, or the kernel.
    pub fn power_loss(&mut self, bugcheck: u32) {
        if !self.up {
            return;
        }
        self.up = false;
        // What 6008 will tell: the last heartbeat, up to a few minutes before.
        self.up_since = self.now - TimeDelta::seconds(self.rng.range(5, 240));
        self.sessions.clear();
        let wait = self.rng.range(90, 900);
        self.after(wait, move |w| w.boot(true, bugcheck));
    }

    fn end_all_sessions(&mut self, by: &str) {
        let ids: Vec<u32> = self.sessions.keys().copied().collect();
        for id in ids {
            let session = self.sessions.remove(&id).unwrap();
            // Whoever clicked counts as having logged off.
            let own = by.eq_ignore_ascii_case(&self.name(session.user));
            self.session_gone(id, &session, 1_200, own);
            if !session.console && session.active {
                let event = lsm(40)
                    .activity(&session.activity)
                    .data("Session", id)
                    .data("Reason", 12u32);
                self.log(LSM_OP, 1_700, event);
                self.log(
                    RDP_OP,
                    1_800,
                    rdp(103).activity(&session.activity).data("ReasonCode", 12u32),
                );
            }
        }
    }
}
