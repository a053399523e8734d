//! What people, tasks and robots do on the machine, and what a domain controller says of it.

use super::kit::{TEXT_1312, TEXT_1312_GERMAN};
use super::life::Stop;
use super::world::{
    APPLICATION, Os, POLICY, RDP_OP, Refusal, SECURITY, SYSTEM, SYSTEM_SID, TASK, TASK_OP, World, audit, rdp,
    subject,
};
use crate::support::evtx::{Event, Value};
use crate::support::robot::{Job, execution_line, execution_name, robot_entry};

/// What a job needs to be found again.
#[derive(Debug, Clone)]
pub struct Running {
    pub user: usize,
    pub logon_id: u64,
    pub session: u32,
    pub job: Job,
}

impl World {
    fn task_event(&self, id: u16, name: &str, level: u8) -> Event {
        Event::new(TASK, id)
            .task(id)
            .level(level)
            .user(SYSTEM_SID)
            .data_name(name)
    }

    /// A trigger fires. Returns whether the task ran.
    pub fn task_runs(&mut self, index: usize, exit: u32) -> bool {
        let task = self.tasks[index].clone();
        if !self.up || !task.enabled {
            return false;
        }
        let instance = self.rng.guid();
        let guid = Value::Guid(instance.clone());
        let event = self.task_event(107, "TimeTriggerEvent", 4).activity(&instance);
        self.log(
            TASK_OP,
            0,
            event
                .data("TaskName", &task.path)
                .data("InstanceId", guid.clone()),
        );
        let mut logon = 0;
        let context = match task.user {
            None => "NT AUTHORITY\\SYSTEM".to_owned(),
            Some(user) => {
                let knows = if task.s4u {
                    self.accounts[user].password
                } else {
                    task.knows_password
                };
                if let Some(why) = self.refuses(user, 4, knows) {
                    self.task_refused(&task.path, user, task.s4u, &why);
                    return false;
                }
                self.ticket(user, 20);
                logon = self.logon_id();
                self.logon_audited(user, 4, logon, "-", 30);
                self.name(user)
            }
        };
        let pid = u32::try_from(self.rng.range(1_000, 9_000)).unwrap();
        let event = self
            .task_event(129, "CreatedTaskProcess", 4)
            .data("TaskName", &task.path)
            .data("Path", &task.program);
        self.log(
            TASK_OP,
            60,
            event.data("ProcessID", pid).data("Priority", 16_384u32),
        );
        let event = self
            .task_event(100, "TaskStartEvent", 4)
            .activity(&instance)
            .opcode(1);
        self.log(
            TASK_OP,
            62,
            event
                .data("TaskName", &task.path)
                .data("UserContext", &context)
                .data("InstanceId", guid.clone()),
        );
        let event = self
            .task_event(200, "ActionStart", 4)
            .activity(&instance)
            .opcode(1)
            .version(1);
        let event = event
            .data("TaskName", &task.path)
            .data("ActionName", &task.program);
        self.log(
            TASK_OP,
            64,
            event.data("TaskInstanceId", guid.clone()).data("EnginePID", pid),
        );
        let took = self.rng.range(800, task.minutes * 60_000 + 900);
        let event = self
            .task_event(201, "ActionSuccess", 4)
            .activity(&instance)
            .opcode(2)
            .version(2);
        let event = event
            .data("TaskName", &task.path)
            .data("TaskInstanceId", guid.clone());
        let event = event.data("ActionName", &task.program).data("ResultCode", exit);
        self.log(TASK_OP, took, event.data("EnginePID", pid));
        let event = self
            .task_event(102, "TaskSuccessEvent", 4)
            .activity(&instance)
            .opcode(2);
        self.log(
            TASK_OP,
            took + 3,
            event
                .data("TaskName", &task.path)
                .data("UserContext", context)
                .data("InstanceId", guid),
        );
        if let Some(user) = task.user {
            let (sid, name) = (self.accounts[user].sid.clone(), self.accounts[user].name.clone());
            self.logon_closed(&sid, &name, logon, 4, took + 40);
        }
        true
    }

    fn task_refused(&mut self, path: &str, user: usize, s4u: bool, why: &Refusal) {
        self.logon_refused(user, 4, why, "-", 40);
        self.shows();
        let code = 0x8007_0000 | why.win32;
        let shown = self.name(user);
        // In practice the field holds the account or the path of the task.
        let who = if self.rng.chance(70) {
            shown.clone()
        } else {
            path.to_owned()
        };
        let what = if s4u { "LogonUserS4U" } else { "LogonUserExEx" };
        let event = self
            .task_event(104, "LogonFailure", 2)
            .data("UserName", who)
            .data("ErrorDescription", what);
        self.log(TASK_OP, 60, event.data("ResultCode", code));
        let event = self
            .task_event(101, "TaskStartFailedEvent", 2)
            .data("TaskName", path)
            .data("UserContext", shown);
        self.log(TASK_OP, 75, event.data("ResultCode", code));
    }

    /// A task is saved by an administrator.
    pub fn task_saved(&mut self, index: usize, by: usize, new: bool) {
        let path = self.tasks[index].path.clone();
        let by = self.name(by);
        let event = if new {
            self.task_event(106, "TaskRegisteredEvent", 4)
                .data("TaskName", path)
                .data("UserContext", by)
        } else {
            self.task_event(140, "TaskUpdated", 4)
                .data("TaskName", path)
                .data("UserName", by)
        };
        self.log(TASK_OP, 0, event);
    }

    /// An entry in the robot's own log.
    pub fn robot_says(&mut self, ms: i64, level: &str, category: &str, text: &str) {
        let at = self.ms(ms);
        let scope = if category.contains("Rdp") || category.contains("freerdp") {
            "RDP_100_1"
        } else {
            ""
        };
        let entry = robot_entry(
            at,
            self.offset(at),
            level,
            category,
            self.robot_version,
            scope,
            text,
        );
        self.robot_log.push((at, entry));
    }

    /// What the robot reports when a job cannot begin; errors go to the Application log, too.
    pub fn robot_cannot_start(&mut self, ms: i64, text: &str) {
        // .NET speaks the language of the system.
        let text = if self.german {
            text.replace(TEXT_1312, TEXT_1312_GERMAN)
        } else {
            text.to_owned()
        };
        let text = format!("Could not start executor. {text}");
        self.robot_says(ms, "ERROR", "UiPath.Service.Host.JobHandler", &text);
        let full = format!("UiPath Robot {}: {text}", self.robot_version);
        self.log(
            APPLICATION,
            ms,
            Event::new("UiPath", 0).level(2).classic(&[full.as_str()], None),
        );
        self.shows();
    }

    pub fn job_of(&mut self, user: usize, process: &str) -> Job {
        Job {
            process: process.to_owned(),
            machine: self.host.clone(),
            identity: self.name(user),
            robot: format!("{}-unattended", self.accounts[user].name),
            id: self.rng.guid().trim_matches(['{', '}']).to_lowercase(),
        }
    }

    pub fn execution(&mut self, ms: i64, level: &str, text: &str, job: &Job) {
        let at = self.ms(ms);
        let offset = self.offset(at);
        let line = execution_line(at, offset, level, text, job);
        self.execution_log
            .entry(execution_name(at, offset))
            .or_default()
            .push_str(&line);
    }

    /// The robot connects to its own machine and is refused at network level authentication.
    pub fn robot_refused(&mut self, user: usize, why: &Refusal) {
        let (_, activity) = self.rdp_connects("127.0.0.1");
        let early = why.types.is_empty() || why.types.contains(&3);
        if early {
            if why.win32 == 1326 || why.win32 == 1332 {
                self.log(
                    RDP_OP,
                    260,
                    rdp(140)
                        .level(3)
                        .activity(&activity)
                        .data("IPString", "127.0.0.1"),
                );
            }
            self.logon_refused(user, 3, why, "127.0.0.1", 250);
        } else {
            self.rdp_authenticated(user, "127.0.0.1", &activity);
            self.logon_refused(user, 10, why, "127.0.0.1", 800);
        }
        self.connection_ends(&activity, 14, 64, 900);
        let (text, number) = why.rdp;
        let comma = if self.rng.chance(50) { "," } else { "" };
        self.robot_cannot_start(
            1_100,
            &format!("Rdp connection failed: Message: {text}{comma} Last error: {number}"),
        );
    }

    /// The end of a connection that never became a session.
    pub fn connection_ends(&mut self, activity: &str, reason: u32, error: u32, ms: i64) {
        self.log(
            RDP_OP,
            ms,
            rdp(143).level(3).activity(activity).data("error", error),
        );
        let event = rdp(226)
            .level(3)
            .activity(activity)
            .data("StateTransition", "RDP_TCP")
            .data("PreviousState", 23u32);
        let event = event
            .data("PreviousStateName", "StateUnknown")
            .data("NewState", 21u32);
        let event = event
            .data("NewStateName", "StateDisconnected")
            .data("Event", 43u32)
            .data("EventName", "Event_Disconnect");
        self.log(
            RDP_OP,
            ms + 3,
            event.data("ErrorCode", Value::Hex32(0x8007_0000 | error)),
        );
        self.log(RDP_OP, ms + 6, rdp(102).activity(activity));
        self.log(
            RDP_OP,
            ms + 8,
            rdp(103).activity(activity).data("ReasonCode", reason),
        );
    }

    /// What the robot's RDP client says when it begins.
    pub fn robot_start_line(&self, user: usize) -> String {
        let name = &self.accounts[user].name;
        format!(
            "Start for user: [{name}], domain: [{}], scopeName: [RDP_100_1]",
            self.domain
        )
    }

    /// An unattended job: connect, log on, work, log off. Returns what runs.
    pub fn robot_job(&mut self, user: usize, process: &str, minutes: i64) -> Option<Running> {
        if !self.up {
            return None;
        }
        let start = self.robot_start_line(user);
        self.robot_says(-200, "INFO", "UiPath.FreeRdpWrapper", &start);
        for kind in [3, 10] {
            if let Some(why) = self.refuses(user, kind, self.robot_password) {
                self.robot_refused(user, &why);
                return None;
            }
        }
        let session = match self.session_of(user) {
            Some(id) => {
                self.reconnect(id, "127.0.0.1");
                id
            }
            None => self.rdp_logon(user, "127.0.0.1", 0, 3),
        };
        self.robot_says(1_400, "INFO", "UiPath.FreeRdpWrapper", "Connection succeeded");
        let job = self.job_of(user, process);
        self.execution(6_000, "Info", &format!("{process} execution started"), &job);
        let logon_id = self.sessions[&session].logon_id;
        let running = Running {
            user,
            logon_id,
            session,
            job,
        };
        let ending = running.clone();
        self.after(minutes * 60, move |w| w.robot_job_ends(&ending));
        Some(running)
    }

    fn robot_job_ends(&mut self, running: &Running) {
        let alive = self.sessions.get(&running.session).is_some_and(|session| {
            session.logon_id == running.logon_id && session.active && session.address == "127.0.0.1"
        });
        if self.up && alive {
            self.execution(
                -900,
                "Info",
                &format!("{} execution ended", running.job.process),
                &running.job,
            );
            self.log_off(running.session, false);
        }
    }

    /// A job that was running is lost with its session.
    pub fn robot_job_lost(&mut self, running: &Running, ms: i64, rdp_text: Option<(&str, u32)>) {
        if let Some((text, number)) = rdp_text {
            let text = format!("Rdp connection failed: Message: {text} Last error: {number}");
            self.robot_says(ms, "WARN", "UiPath.FreeRdpWrapper", &text);
        }
        self.robot_says(
            ms + 900,
            "ERROR",
            "UiPath.Service.Host.JobHandler",
            "Job stopped with an unexpected exit code: 0x40010004",
        );
        self.execution(
            ms + 1_000,
            "Error",
            "Job stopped with an unexpected exit code: 0x40010004",
            &running.job,
        );
    }

    /// Somebody on the network pokes the listener.
    pub fn scanner(&mut self, with_name: Option<&str>) {
        if !self.up {
            return;
        }
        let address = format!(
            "185.{}.{}.{}",
            self.rng.range(1, 250),
            self.rng.range(1, 250),
            self.rng.range(1, 250)
        );
        let (_, activity) = self.rdp_connects(&address);
        if let Some(name) = with_name {
            self.log(
                RDP_OP,
                260,
                rdp(140).level(3).activity(&activity).data("IPString", &address),
            );
            let event = subject(audit(4625, 12_544, false), "S-1-0-0", "-", "-", 0);
            let event = event
                .data("TargetUserSid", Value::Sid("S-1-0-0".into()))
                .data("TargetUserName", name);
            let event = event
                .data("TargetDomainName", "")
                .data("Status", Value::Hex32(0xc000_006d));
            let event = event
                .data("FailureReason", "%%2313")
                .data("SubStatus", Value::Hex32(0xc000_0064));
            let event = event.data("LogonType", 3u32).data("LogonProcessName", "NtLmSsp ");
            let event = event
                .data("AuthenticationPackageName", "NTLM")
                .data("WorkstationName", "-");
            let event = event
                .data("TransmittedServices", "-")
                .data("LmPackageName", "-")
                .data("KeyLength", 0u32);
            let event = event
                .data("ProcessId", Value::Size(0, true))
                .data("ProcessName", "-");
            self.log(
                SECURITY,
                250,
                event.data("IpAddress", &address).data("IpPort", "0"),
            );
            self.connection_ends(&activity, 14, 64, 700);
        } else {
            let event = rdp(139)
                .level(3)
                .activity(&activity)
                .data("ResultCode", Value::Hex32(0x8009_0304));
            self.log(RDP_OP, 400, event.data("IPString", &address));
            self.log(RDP_OP, 405, rdp(102).activity(&activity));
            self.log(RDP_OP, 410, rdp(103).activity(&activity).data("ReasonCode", 0u32));
        }
    }

    /// Windows installs an update. The restart is another matter.
    pub fn update_installed(&mut self, kb: u32) {
        let title = format!("2026-05 Cumulative Update for x64-based Systems (KB{kb})");
        let guid = self.rng.guid();
        for (id, opcode, ms) in [(44u16, 12, -900_000), (43, 13, -600_000), (19, 13, 0)] {
            let event = Event::new("Microsoft-Windows-WindowsUpdateClient", id)
                .version(1)
                .task(1)
                .opcode(opcode)
                .user(SYSTEM_SID);
            let event = event
                .data("updateTitle", &title)
                .data("updateGuid", Value::Guid(guid.clone()));
            self.log(SYSTEM, ms, event.data("updateRevisionNumber", 200u32));
        }
    }

    pub fn update_stop(&self) -> Stop {
        let process = match self.os {
            Os::Win10 | Os::Win11 => "C:\\Windows\\System32\\MoUsoCoreWorker.exe",
            _ => "C:\\Windows\\system32\\svchost.exe",
        };
        Stop {
            process: process.to_owned(),
            reason: (
                "Operating System: Service pack (Planned)",
                "Betriebssystem: Service Pack (geplant)",
            ),
            code: "0x80020010",
            kind: "restart",
            comment: String::new(),
            by: "NT AUTHORITY\\SYSTEM".to_owned(),
        }
    }

    /// Somebody restarts from the Start menu.
    pub fn user_stop(&self, user: usize, kind: &'static str) -> Stop {
        let (process, code) = if self.os == Os::Server2012R2 {
            ("Explorer.EXE", "0x85000000")
        } else {
            ("C:\\Windows\\System32\\RuntimeBroker.exe", "0x0")
        };
        Stop {
            process: process.to_owned(),
            reason: ("Other (Unplanned)", "Anderer Grund (nicht geplant)"),
            code,
            kind,
            comment: String::new(),
            by: self.name(user),
        }
    }

    /// A group policy error in System.
    pub fn policy_failed(&mut self, id: u16, code: u32) {
        let event = Event::new(POLICY, id)
            .level(2)
            .opcode(1)
            .user(SYSTEM_SID)
            .activity(&self.rng.guid());
        let event = event
            .data("SupportInfo1", 1u32)
            .data("SupportInfo2", 1_632u32)
            .data("ProcessingMode", 0u32);
        let event = event
            .data("ProcessingTimeInMilliseconds", 1_203u32)
            .data("ErrorCode", code);
        self.log(
            SYSTEM,
            0,
            event
                .data(
                    "ErrorDescription",
                    "The specified domain either does not exist or could not be contacted. ",
                )
                .data("DCName", ""),
        );
    }
}
