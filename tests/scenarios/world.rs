//! A small network with a host under watch: who is who, what is set, what is logged.
//!
//! The world runs on an agenda. Each entry is something that a machine or a person does at a moment; what the
//! logs say of it follows from the state of the world then. A fault is a change of that state.

use std::collections::BTreeMap;

use chrono::{Offset, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;

use super::rng::Rng;
use super::truth::Truth;
use crate::support::evtx::{Event, Language, Time, Value};
use crate::support::exports::Reg;

pub const LSM: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";
pub const RCM: &str = "Microsoft-Windows-TerminalServices-RemoteConnectionManager";
pub const RDP: &str = "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS";
pub const TASK: &str = "Microsoft-Windows-TaskScheduler";
pub const AUDIT: &str = "Microsoft-Windows-Security-Auditing";
pub const POLICY: &str = "Microsoft-Windows-GroupPolicy";

pub const LSM_OP: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational";
pub const RCM_OP: &str = "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational";
pub const RCM_ADMIN: &str = "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Admin";
pub const RDP_OP: &str = "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational";
pub const TASK_OP: &str = "Microsoft-Windows-TaskScheduler/Operational";
pub const POLICY_OP: &str = "Microsoft-Windows-GroupPolicy/Operational";
pub const WINLOGON_OP: &str = "Microsoft-Windows-Winlogon/Operational";
pub const PROFILE_OP: &str = "Microsoft-Windows-User Profile Service/Operational";
pub const LSA_OP: &str = "Microsoft-Windows-LSA/Operational";
pub const SYSTEM: &str = "System";
pub const SECURITY: &str = "Security";
pub const APPLICATION: &str = "Application";

pub const SYSTEM_SID: &str = "S-1-5-18";
pub const NETWORK_SID: &str = "S-1-5-20";

/// Windows as the machine runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Os {
    Server2012R2,
    Server2016,
    Server2019,
    Server2022,
    Server2025,
    Win10,
    Win11,
}

impl Os {
    pub const ALL: [Self; 7] = [
        Self::Server2012R2,
        Self::Server2016,
        Self::Server2019,
        Self::Win10,
        Self::Win11,
        Self::Server2022,
        Self::Server2025,
    ];

    pub fn is_server(self) -> bool {
        !matches!(self, Self::Win10 | Self::Win11)
    }

    /// Major, minor, build.
    pub fn version(self) -> (u32, u32, u32) {
        match self {
            Self::Server2012R2 => (6, 3, 9_600),
            Self::Server2016 => (10, 0, 14_393),
            Self::Server2019 => (10, 0, 17_763),
            Self::Server2022 => (10, 0, 20_348),
            Self::Server2025 => (10, 0, 26_100),
            Self::Win10 => (10, 0, 19_045),
            Self::Win11 => (10, 0, 22_631),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Server2012R2 => "Windows Server 2012 R2 Standard",
            Self::Server2016 => "Windows Server 2016 Standard",
            Self::Server2019 => "Windows Server 2019 Datacenter",
            Self::Server2022 => "Windows Server 2022 Standard",
            Self::Server2025 => "Windows Server 2025 Datacenter",
            Self::Win10 => "Windows 10 Enterprise",
            Self::Win11 => "Windows 11 Enterprise",
        }
    }
}

/// How Windows refuses an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Win32 code; as HRESULT in the task scheduler.
    pub win32: u32,
    pub status: u32,
    pub sub_status: u32,
    pub reason: &'static str,
    /// What FreeRDP says, and its number.
    pub rdp: (&'static str, u32),
    /// What a domain controller says with 4771, if it does.
    pub kerberos: Option<u32>,
    /// Only these logon types are refused; empty for all.
    pub types: &'static [u32],
}

/// A person or a service.
#[derive(Debug, Clone)]
pub struct Account {
    pub name: String,
    pub sid: String,
    pub human: bool,
    /// Where the person connects from.
    pub address: String,
    /// Why Windows refuses this account now, if it does.
    pub refusal: Option<Refusal>,
    /// The password was changed this often; consumers remember the number they know.
    pub password: u32,
}

/// A session that exists now.
#[derive(Debug, Clone)]
pub struct Session {
    pub user: usize,
    pub console: bool,
    pub active: bool,
    pub address: String,
    pub activity: String,
    pub connection: u32,
    pub logon_id: u64,
}

/// A scheduled task.
#[derive(Debug, Clone)]
pub struct Task {
    pub path: String,
    /// None for a task of the system account.
    pub user: Option<usize>,
    pub knows_password: u32,
    pub s4u: bool,
    pub program: String,
    pub minutes: i64,
    pub enabled: bool,
}

/// How the logs are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// EVTX, now and then one as XML.
    Mixed,
    Evtx,
    /// `wevtutil qe /f:xml`
    Xml,
    /// `wevtutil qe /f:text`
    Text,
    /// Event Viewer; UTF-16 in Japan, UTF-8 elsewhere.
    Csv(Language),
}

/// What somebody does at a moment.
type Deed = Box<dyn FnOnce(&mut World)>;

/// Everything.
pub struct World {
    pub rng: Rng,
    pub now: Time,
    pub begin: Time,
    pub end: Time,
    pace: i64,
    agenda: BTreeMap<(Time, u64), Deed>,
    count: u64,
    // the machine
    pub host: String,
    pub domain: String,
    pub os: Os,
    pub zone: Tz,
    pub zone_key: &'static str,
    pub german: bool,
    pub up: bool,
    pub up_since: Time,
    pub sessions: BTreeMap<u32, Session>,
    pub next_session: u32,
    pub next_connection: u32,
    pub next_logon: u64,
    pub dc_reachable: bool,
    pub session_host_role: bool,
    pub robot_version: &'static str,
    pub accounts: Vec<Account>,
    pub tasks: Vec<Task>,
    pub robot_password: u32,
    /// The robot has no jobs of its own this week.
    pub idle_robot: bool,
    pub form: Form,
    /// The customer exports no settings and no tasks.
    pub bare: bool,
    /// The customer sends everything.
    pub complete: bool,
    // what is kept
    pub audit: bool,
    pub audit_sessions: bool,
    pub task_log: bool,
    pub logs: BTreeMap<&'static str, Vec<Event>>,
    pub dc: String,
    pub dc_security: Vec<Event>,
    /// From when on the clock of the domain controller is ahead of the host's, and by how much.
    pub dc_ahead: Option<(Time, TimeDelta)>,
    pub has_dc: bool,
    /// Whether the host is a member of a domain.
    pub joined: bool,
    pub robot_log: Vec<(Time, String)>,
    pub execution_log: BTreeMap<String, String>,
    pub registry: Vec<(String, String, Reg)>,
    pub rights: Vec<(String, Vec<String>)>,
    pub policy_values: Vec<(String, String)>,
    pub extra_files: Vec<(String, Vec<u8>)>,
    /// When the fault begins, as planned.
    pub fault_at: Option<Time>,
    /// The robot's own words name the fault; no event log is needed.
    pub words_tell: bool,
    /// Of each of these sets, one log at least must be there for the truth to be asked for.
    pub needed: Vec<Vec<&'static str>>,
    /// Channels that the customer did not send.
    pub withheld: Vec<&'static str>,
    /// A log that starts late.
    pub retention: BTreeMap<&'static str, Time>,
    /// Logs of other machines that came along: path, channel, computer, events.
    pub neighbours: Vec<(String, &'static str, String, Vec<Event>)>,
    /// For how many days the host lives on after the story.
    pub later: i64,
    /// Of each log only the days around the fault are sent: so many before and after.
    pub excerpt: Option<i64>,
    /// What befalls the logs before they are sent.
    pub twist: fn(&mut World),
    /// The logs are in the order in which they were written, whatever their times say.
    pub in_order: bool,
    /// System was full, and begins three hours before the fault.
    pub system_late: bool,
    /// Only what filters let through is sent, with the numbers that it had.
    pub filtered: bool,
    /// Where the event logs lie in the bundle.
    pub packed: BTreeMap<String, &'static str>,
    pub truth: Truth,
}

impl World {
    /// Adds to the agenda.
    pub fn at(&mut self, when: Time, deed: impl FnOnce(&mut Self) + 'static) {
        self.count += 1;
        self.agenda.insert((when, self.count), Box::new(deed));
    }

    pub fn after(&mut self, seconds: i64, deed: impl FnOnce(&mut Self) + 'static) {
        self.at(self.now + TimeDelta::seconds(seconds), deed);
    }

    /// What was planned for after the end does not happen.
    pub fn drop_plans(&mut self) {
        self.agenda.clear();
    }

    /// Lives until the end.
    pub fn run(&mut self) {
        while let Some(((when, _), deed)) = self.agenda.pop_first() {
            if when > self.end {
                break;
            }
            self.now = when + TimeDelta::milliseconds(self.rng.range(0, 999));
            self.pace = self.rng.range(60, 180);
            deed(self);
        }
    }

    /// Milliseconds after the moment the deed began. Machines differ in speed: a short time is stretched by the
    /// pace of the deed, which keeps the order.
    pub fn ms(&mut self, milliseconds: i64) -> Time {
        let milliseconds = if milliseconds.abs() < 5_000 {
            milliseconds * self.pace / 100
        } else {
            milliseconds
        };
        let ticks = self.rng.range(0, 9_999) * 100;
        self.now + TimeDelta::milliseconds(milliseconds) + TimeDelta::nanoseconds(ticks)
    }

    /// Writes to a log of the host.
    pub fn log(&mut self, channel: &'static str, milliseconds: i64, event: Event) {
        let at = self.ms(milliseconds);
        self.log_at(channel, at, event);
    }

    pub fn log_at(&mut self, channel: &'static str, at: Time, event: Event) {
        let kept = match channel {
            SECURITY => self.audit,
            TASK_OP => self.task_log,
            _ => true,
        };
        if kept {
            let classic = event.guid.is_none();
            // The old interface stores whole seconds.
            let at = if classic {
                at.with_nanosecond(0).unwrap()
            } else {
                at
            };
            self.logs.entry(channel).or_default().push(event.at(at));
        }
    }

    /// Writes to the Security log of the domain controller.
    pub fn dc_log(&mut self, milliseconds: i64, event: Event) {
        let at = self.ms(milliseconds);
        let ahead = self.dc_ahead.filter(|(from, _)| at >= *from);
        let at = at + ahead.map_or(TimeDelta::zero(), |(_, by)| by);
        self.dc_security.push(event.at(at));
    }

    /// Minutes east of UTC at a moment.
    pub fn offset(&self, at: Time) -> i64 {
        i64::from(
            self.zone
                .offset_from_utc_datetime(&at.naive_utc())
                .fix()
                .local_minus_utc(),
        ) / 60
    }

    /// A moment in the host's local time of the day that is `day` days after the begin.
    pub fn local(&self, day: i64, hour: u32, minute: u32) -> Time {
        let date =
            (self.begin + TimeDelta::minutes(self.offset(self.begin))).date_naive() + TimeDelta::days(day);
        let naive = date.and_hms_opt(hour, minute, 0).unwrap();
        self.zone
            .from_local_datetime(&naive)
            .earliest()
            .unwrap_or_else(|| self.zone.from_utc_datetime(&naive))
            .to_utc()
    }

    /// Some minute of an hour of the local day.
    pub fn about(&mut self, day: i64, hour: u32) -> Time {
        let minute = u32::try_from(self.rng.range(0, 55)).unwrap();
        self.local(day, hour, minute)
    }

    pub fn fqdn(&self) -> String {
        format!("{}.{}.example", self.host, self.domain.to_lowercase())
    }

    pub fn name(&self, user: usize) -> String {
        format!("{}\\{}", self.domain, self.accounts[user].name)
    }

    pub fn logon_id(&mut self) -> u64 {
        self.next_logon += u64::try_from(self.rng.range(0x1000, 0x2_0000)).unwrap();
        self.next_logon
    }

    /// Says in German what Windows says, on German machines.
    pub fn word(&self, english: &'static str, german: &'static str) -> &'static str {
        if self.german { german } else { english }
    }

    pub fn set_registry(&mut self, key: &str, name: &str, value: Reg) {
        self.registry.retain(|(k, n, _)| !(k == key && n == name));
        self.registry.push((key.to_owned(), name.to_owned(), value));
    }

    pub fn note(&mut self, text: impl Into<String>) {
        self.truth.notes.push(text.into());
    }

    pub fn background(&mut self, cause: &str) {
        self.truth.background.insert(cause.to_owned());
    }

    /// The injected fault shows now.
    pub fn shows(&mut self) {
        self.shows_at(self.now);
    }

    pub fn shows_at(&mut self, at: Time) {
        self.truth.first = Some(self.truth.first.map_or(at, |first| first.min(at)));
        self.truth.last = Some(self.truth.last.map_or(at, |last| last.max(at)));
    }

    /// A robot's session host, or a client system: one interactive session, two for administrators on a server.
    pub fn single_session(&self) -> bool {
        !self.os.is_server()
    }

    pub fn new(mut rng: Rng, begin: Time, days: i64, truth: Truth) -> Self {
        const ZONES: [(Tz, &str); 6] = [
            (Tz::UTC, "UTC"),
            (Tz::Europe__Berlin, "W. Europe Standard Time"),
            (Tz::Europe__London, "GMT Standard Time"),
            (Tz::America__New_York, "Eastern Standard Time"),
            (Tz::Asia__Tokyo, "Tokyo Standard Time"),
            (Tz::Asia__Kolkata, "India Standard Time"),
        ];
        let (zone, zone_key) = *rng.pick(&ZONES);
        let german = zone == Tz::Europe__Berlin && rng.chance(50);
        let os = *rng.pick(&Os::ALL);
        let host = rng
            .pick(&["RPA-07", "ROBOT-12", "VMBOT03", "FIN-RPA-1", "APPSRV22"])
            .to_string();
        let domain = rng.pick(&["CORP", "CONTOSO", "NORDWIND"]).to_string();
        let dc = rng.pick(&["DC-01", "DC02", "ADSRV1"]).to_string();
        Self {
            now: begin,
            begin,
            end: begin + TimeDelta::days(days),
            pace: 100,
            agenda: BTreeMap::new(),
            count: 0,
            host,
            domain,
            os,
            zone,
            zone_key,
            german,
            up: true,
            up_since: begin - TimeDelta::days(2),
            sessions: BTreeMap::new(),
            next_session: 2,
            next_connection: u32::try_from(rng.range(0, 60)).unwrap(),
            next_logon: 0x4_0000,
            dc_reachable: true,
            session_host_role: false,
            robot_version: "23.10.4",
            accounts: Vec::new(),
            tasks: Vec::new(),
            robot_password: 0,
            idle_robot: false,
            form: Form::Mixed,
            bare: false,
            complete: false,
            audit: rng.chance(85),
            audit_sessions: rng.chance(35),
            task_log: true,
            logs: BTreeMap::new(),
            dc,
            dc_security: Vec::new(),
            dc_ahead: None,
            has_dc: rng.chance(60),
            joined: true,
            robot_log: Vec::new(),
            execution_log: BTreeMap::new(),
            registry: Vec::new(),
            rights: Vec::new(),
            policy_values: Vec::new(),
            extra_files: Vec::new(),
            fault_at: None,
            words_tell: false,
            needed: Vec::new(),
            withheld: Vec::new(),
            retention: BTreeMap::new(),
            neighbours: Vec::new(),
            later: 0,
            excerpt: None,
            twist: |_| (),
            in_order: false,
            system_late: false,
            filtered: false,
            packed: BTreeMap::new(),
            truth,
            rng,
        }
    }
}

/// `UserData` events of LSM and RCM.
pub fn lsm(id: u16) -> Event {
    Event::new(LSM, id)
        .keywords(0x1000_0000_0000_0000)
        .user(SYSTEM_SID)
        .user_data()
}

pub fn rcm(id: u16) -> Event {
    Event::new(RCM, id)
        .keywords(0x1000_0000_0000_0000)
        .user(NETWORK_SID)
        .user_data()
}

pub fn rdp(id: u16) -> Event {
    Event::new(RDP, id)
        .keywords(0x4000_0000_0000_0000)
        .task(4)
        .user(NETWORK_SID)
}

/// An audit event; `good` tells success from failure.
pub fn audit(id: u16, task: u16, good: bool) -> Event {
    let keywords = if good {
        0x8020_0000_0000_0000
    } else {
        0x8010_0000_0000_0000
    };
    Event::new(AUDIT, id)
        .level(0)
        .task(task)
        .keywords(keywords)
        .process(680, 1_020)
}

/// The four fields of who did it.
pub fn subject(event: Event, sid: &str, name: &str, domain: &str, logon: u64) -> Event {
    event
        .data("SubjectUserSid", Value::Sid(sid.to_owned()))
        .data("SubjectUserName", name)
        .data("SubjectDomainName", domain)
        .data("SubjectLogonId", Value::Hex64(logon))
}
