//! What a fault is made of: its truth, and the things that faults have in common.

use chrono::TimeDelta;

use super::background::ROBOT;
use super::truth::Word;
use super::work::Running;
use super::world::{
    LSM_OP, RDP_OP, SYSTEM, SYSTEM_SID, TASK, TASK_OP, WINLOGON_OP, World, audit, lsm, rdp, subject,
};
use crate::support::evtx::{Event, Time, Value};
use crate::support::robot::flow_error;

pub const LSA: &str = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa";
pub const LISTENER: &str =
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp";
pub const SERVER: &str = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server";
pub const TS_POLICY: &str =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services";
pub const WINLOGON: &str = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon";
pub const SYSTEM_POLICY: &str =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System";

/// A robot does not get its session.
pub const ROBOT_START: &[&str] = &["robot-session-not-created", "rdp-connection-refused"];
/// The same where the product complains of error 1312.
pub const ROBOT_1312: &[&str] = &[
    "robot-session-not-created",
    "rdp-connection-refused",
    "no-such-logon-session",
];
pub const TASK_LOGON: &[&str] = &["task-logon-failure"];
pub const TASK_RUN: &[&str] = &["task-run-failure"];
pub const NO_LOGON_SESSION: &[&str] = &["no-such-logon-session"];
pub const FLOW_START: &[&str] = &["flow-session-not-created"];

/// The sentence of error 1312.
pub const TEXT_1312: &str = "A specified logon session does not exist. It may already have been terminated.";
pub const TEXT_1312_GERMAN: &str =
    "Eine angegebene Anmeldesitzung ist nicht vorhanden. Sie wurde gegebenenfalls bereits beendet.";
pub const TIMED_OUT: &str = "Creating user session timed out.";
pub const TRANSPORT: &str =
    "Rdp connection failed: Message: The connection transport layer failed., Last error: 131085";

/// A manifest event whose fields are all text.
pub fn named(provider: &str, id: u16, level: u8, fields: &[(&str, &str)]) -> Event {
    let event = Event::new(provider, id).level(level).user(SYSTEM_SID);
    fields
        .iter()
        .fold(event, |event, (name, value)| event.data(name, *value))
}

/// An event of the old kind, with strings in order.
pub fn old(provider: &str, id: u16, level: u8, strings: &[&str]) -> Event {
    Event::new(provider, id).level(level).classic(strings, None)
}

pub fn minutes(n: i64) -> TimeDelta {
    TimeDelta::minutes(n)
}

impl World {
    /// Sets down what is true.
    pub fn fault(&mut self, cause: &str, symptoms: &[&str], at_least: Word, story: &str) {
        self.truth.cause = Some(cause.to_owned());
        self.truth.symptoms = symptoms.iter().map(ToString::to_string).collect();
        self.truth.at_least = Some(at_least);
        self.truth.story = story.to_owned();
    }

    pub fn also(&mut self, causes: &[&str]) {
        self.truth.also.extend(causes.iter().map(ToString::to_string));
    }

    pub fn never(&mut self, causes: &[&str]) {
        self.truth
            .forbidden
            .extend(causes.iter().map(ToString::to_string));
    }

    /// Nothing surer than this can be said of the cause.
    pub fn at_most(&mut self, word: Word) {
        self.truth.at_most = Some(word);
    }

    /// Unless one of these logs is in the bundle, nothing is asked of the product.
    pub fn needs(&mut self, any_of: &[&'static str]) {
        self.needed.push(any_of.to_vec());
    }

    /// The fault is the robot account's.
    pub fn of_robot(&mut self) {
        self.truth.user = Some(self.accounts[ROBOT].name.clone());
    }

    /// The fault is the first task's.
    pub fn of_task(&mut self) {
        self.task_log = true;
        self.truth.task = Some(self.tasks[0].path.clone());
    }

    /// A moment in the middle of the watched time, by day.
    pub fn fault_time(&mut self, days: i64) -> Time {
        let (day, hour, minute) = (
            self.rng.range(1, days - 1),
            self.rng.range(9, 21),
            self.rng.range(0, 59),
        );
        let at = self.local(day, u32::try_from(hour).unwrap(), u32::try_from(minute).unwrap());
        self.fault_at = Some(at);
        at
    }

    /// The robot's own words are enough.
    pub fn words_tell(&mut self) {
        self.words_tell = true;
    }

    /// On the agenda; nothing happens if the machine is down then.
    pub fn when(&mut self, at: Time, deed: impl FnOnce(&mut Self) + 'static) {
        self.at(at, |w| {
            if w.up {
                deed(w);
            }
        });
    }

    /// The same again and again.
    pub fn repeat(
        &mut self,
        from: Time,
        times: i64,
        every: TimeDelta,
        deed: impl Fn(&mut Self) + Clone + 'static,
    ) {
        let mut at = from;
        for _ in 0..times {
            self.when(at, deed.clone());
            at += every;
        }
    }

    /// The robot tries again and again.
    pub fn robot_tries(&mut self, from: Time, times: i64, every_minutes: i64) {
        for n in 0..times {
            self.at(from + minutes(n * every_minutes), |w| {
                w.robot_job(ROBOT, "InvoiceImport", 12);
            });
        }
    }

    /// The robot fails with these words, some times, after `deed` has happened.
    pub fn robot_fails(&mut self, at: Time, text: &'static str, deed: impl Fn(&mut Self) + Clone + 'static) {
        self.idle_robot = true;
        let times = self.rng.range(2, 5);
        self.repeat(at, times, minutes(30), move |w| {
            deed(w);
            w.robot_cannot_start(1_200, text);
        });
    }

    /// The robot's connection is answered and then ended before it is a session.
    pub fn connection_fails(
        &mut self,
        at: Time,
        text: &'static str,
        deed: impl Fn(&mut Self, &str) + Clone + 'static,
    ) {
        self.robot_fails(at, text, move |w| {
            let (_, activity) = w.rdp_connects("127.0.0.1");
            deed(w, &activity);
            w.log(RDP_OP, 950, rdp(102).activity(&activity));
        });
    }

    /// A session that is arbitrated for the robot and ended with a reason before anybody is in it.
    pub fn refused_session(&mut self, activity: &str, reason: u32) {
        self.rdp_authenticated(ROBOT, "127.0.0.1", activity);
        let session = self.next_session;
        self.next_session += 1;
        let event = lsm(40).activity(activity).data("Session", session);
        self.log(LSM_OP, 800, event.data("Reason", reason));
        self.log(
            RDP_OP,
            820,
            rdp(103).activity(activity).data("ReasonCode", reason),
        );
    }

    /// A session that Windows arbitrates for the robot, LSM 41; its number.
    pub fn arbitrated(&mut self, activity: &str) -> u32 {
        self.rdp_authenticated(ROBOT, "127.0.0.1", activity);
        let (name, id) = (self.name(ROBOT), self.next_session);
        self.next_session += 1;
        let event = lsm(41).activity(activity).data("User", &name);
        self.log(LSM_OP, 900, event.data("SessionID", id));
        id
    }

    /// The end of it, LSM 40 without a reason: somebody else keeps the seat.
    pub fn arbitration_lost(&mut self, id: u32, activity: &str, ms: i64) {
        let event = lsm(40).activity(activity).data("Session", id);
        self.log(LSM_OP, ms, event.data("Reason", 0u32));
    }

    /// Winlogon asks who it is, from one time to the other, and what came of it as a Win32 code.
    pub fn winlogon_asks(&mut self, (begun, ended): (i64, i64), status: u32) {
        let event = |id: u16, opcode| {
            Event::new("Microsoft-Windows-Winlogon", id)
                .task(1)
                .opcode(opcode)
                .user(SYSTEM_SID)
        };
        self.log(WINLOGON_OP, begun, event(1, 1));
        self.log(WINLOGON_OP, ended, event(2, 2).data("Win32Status", status));
    }

    /// A job runs in the robot's own session when `deed` happens.
    pub fn during_job(&mut self, at: Time, deed: impl FnOnce(&mut Self, Running) + 'static) {
        let lead = self.rng.range(120, 900);
        self.at(at - TimeDelta::seconds(lead), move |w| {
            if let Some(id) = w.session_of(ROBOT) {
                w.log_off(id, false);
                w.now += TimeDelta::seconds(20);
            }
            if let Some(running) = w.robot_job(ROBOT, "OrderSync", 90) {
                w.at(at, move |w| deed(w, running));
            }
        });
    }

    /// A Power Automate run failed; the maker copied the error.
    pub fn flow_failed(&mut self, code: &str, message: &str) {
        self.extra_files
            .push(("PAD/flow-run-error.json".to_owned(), flow_error(code, message)));
        self.shows();
    }

    /// Adds to a text file of the bundle.
    pub fn append(&mut self, path: &str, text: &str) {
        match self.extra_files.iter_mut().find(|(name, _)| name == path) {
            Some((_, bytes)) => bytes.extend_from_slice(text.as_bytes()),
            None => self.extra_files.push((path.to_owned(), text.as_bytes().to_vec())),
        }
    }

    /// The robot does not run on its own: one that cannot connect now could not before, either.
    pub fn no_own_jobs(&mut self) {
        self.idle_robot = true;
    }

    /// Somebody is in a session of his own, by RDP from his place.
    pub fn present(&mut self, user: usize) -> u32 {
        match self.session_of(user) {
            Some(id) => id,
            None => {
                let address = self.accounts[user].address.clone();
                self.rdp_logon(user, &address, 0, 4)
            }
        }
    }

    /// An event of the service control manager.
    pub fn scm(&mut self, ms: i64, id: u16, level: u8, fields: &[&str]) {
        let event = Event::new("Service Control Manager", id)
            .source("Service Control Manager")
            .qualifiers(if level == 2 { 0xc000 } else { 0x4000 })
            .level(level)
            .keywords(0x8080_0000_0000_0000);
        let event = fields.iter().enumerate().fold(event, |event, (n, field)| {
            event.data(&format!("param{}", n + 1), *field)
        });
        self.log(SYSTEM, ms, event);
    }

    /// An event of the task scheduler about the first task.
    pub fn of_first_task(&self, id: u16, level: u8) -> Event {
        Event::new(TASK, id)
            .task(id)
            .level(level)
            .user(SYSTEM_SID)
            .data("TaskName", self.tasks[0].path.clone())
    }

    /// The scheduler cannot log on for the first task: 104 and 101, nothing else of it.
    pub fn task_cannot_log_on(&mut self, user: &str, function: &str, code: u32) {
        let event = Event::new(TASK, 104).task(104).level(2).user(SYSTEM_SID);
        let event = event.data("UserName", user).data("ErrorDescription", function);
        self.log(TASK_OP, 60, event.data("ResultCode", code));
        let event = self.of_first_task(101, 2).data("UserContext", user);
        self.log(TASK_OP, 75, event.data("ResultCode", code));
        self.shows();
    }

    /// 4625 of a name of one's own choice.
    pub fn stranger_refused(
        &mut self,
        ms: i64,
        (name, domain): (&str, &str),
        kind: u32,
        codes: (u32, u32),
        address: &str,
    ) {
        let machine = format!("{}$", self.host);
        let event = subject(
            audit(4625, 12_544, false),
            SYSTEM_SID,
            &machine,
            &self.domain,
            0x3e7,
        );
        let program = if kind == 4 {
            "C:\\Windows\\System32\\svchost.exe"
        } else {
            "-"
        };
        let event = event
            .data("TargetUserSid", Value::Sid("S-1-0-0".into()))
            .data("TargetUserName", name)
            .data("TargetDomainName", domain)
            .data("Status", Value::Hex32(codes.0))
            .data("FailureReason", "%%2313")
            .data("SubStatus", Value::Hex32(codes.1))
            .data("LogonType", kind)
            .data(
                "LogonProcessName",
                if kind == 3 { "NtLmSsp " } else { "Advapi  " },
            )
            .data(
                "AuthenticationPackageName",
                if kind == 3 { "NTLM" } else { "Negotiate" },
            )
            .data("WorkstationName", self.host.clone())
            .data("TransmittedServices", "-")
            .data("LmPackageName", "-")
            .data("KeyLength", 0u32)
            .data("ProcessId", Value::Size(0x3a4, true))
            .data("ProcessName", program)
            .data("IpAddress", address)
            .data("IpPort", "0");
        self.log(super::world::SECURITY, ms, event);
    }
}
