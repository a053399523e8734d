//! Sessions: how they come, are left, taken up again and end, in every log that tells of it.

use super::world::{
    APPLICATION, LSM_OP, Os, POLICY, POLICY_OP, PROFILE_OP, RCM_OP, RDP_OP, SECURITY, SYSTEM, SYSTEM_SID,
    Session, WINLOGON_OP, World, audit, lsm, rcm, rdp, subject,
};
use crate::support::evtx::{Event, Value};

impl World {
    /// Logoff as LSM, Security, Winlogon and the profile service see it.
    pub(super) fn session_gone(&mut self, id: u32, session: &Session, ms: i64, voluntary: bool) {
        let name = self.name(session.user);
        let account = self.accounts[session.user].clone();
        if voluntary {
            let event = audit(4647, 12_545, true).data("TargetUserSid", Value::Sid(account.sid.clone()));
            let event = event
                .data("TargetUserName", &account.name)
                .data("TargetDomainName", &self.domain);
            self.log(
                SECURITY,
                ms - 600,
                event.data("TargetLogonId", Value::Hex64(session.logon_id)),
            );
        }
        self.log(
            LSM_OP,
            ms,
            lsm(23)
                .activity(&session.activity)
                .data("User", name)
                .data("SessionID", id),
        );
        let profile = Event::new("Microsoft-Windows-User Profiles Service", 3).user(&account.sid);
        self.log(PROFILE_OP, ms - 300, profile.data("Session", id));
        let profile = Event::new("Microsoft-Windows-User Profiles Service", 4).user(&account.sid);
        self.log(PROFILE_OP, ms - 100, profile.data("Session", id));
        let event = Event::new("Microsoft-Windows-Winlogon", 7002)
            .task(1102)
            .user(SYSTEM_SID);
        self.log(
            SYSTEM,
            ms - 50,
            event
                .data("TSId", id)
                .data("UserSid", Value::Sid(account.sid.clone())),
        );
        let kind = if session.console { 2 } else { 10 };
        self.logon_closed(&account.sid, &account.name, session.logon_id, kind, ms + 80);
    }

    pub fn logon_closed(&mut self, sid: &str, name: &str, logon: u64, kind: u32, ms: i64) {
        let event = audit(4634, 12_545, true).data("TargetUserSid", Value::Sid(sid.to_owned()));
        let event = event
            .data("TargetUserName", name)
            .data("TargetDomainName", &self.domain);
        self.log(
            SECURITY,
            ms,
            event
                .data("TargetLogonId", Value::Hex64(logon))
                .data("LogonType", kind),
        );
    }

    /// 4624. The address is `-` for what is not a remote logon.
    pub fn logon_audited(&mut self, user: usize, kind: u32, logon: u64, address: &str, ms: i64) {
        let account = self.accounts[user].clone();
        let machine = format!("{}$", self.host);
        let (process, package, program) = match kind {
            3 => ("NtLmSsp ", "NTLM", "-"),
            4 => ("Advapi  ", "Negotiate", "C:\\Windows\\System32\\svchost.exe"),
            5 => ("Advapi  ", "Negotiate", "C:\\Windows\\System32\\services.exe"),
            _ => ("User32 ", "Negotiate", "C:\\Windows\\System32\\winlogon.exe"),
        };
        let event = audit(4624, 12_544, true).version(if self.os == Os::Server2012R2 { 1 } else { 2 });
        let event = if kind == 3 {
            subject(event, "S-1-0-0", "-", "-", 0)
        } else {
            subject(event, SYSTEM_SID, &machine, &self.domain, 0x3e7)
        };
        let event = event
            .data("TargetUserSid", Value::Sid(account.sid))
            .data("TargetUserName", account.name)
            .data("TargetDomainName", &self.domain)
            .data("TargetLogonId", Value::Hex64(logon))
            .data("LogonType", kind)
            .data("LogonProcessName", process)
            .data("AuthenticationPackageName", package)
            .data(
                "WorkstationName",
                if kind == 3 { "-" } else { self.host.as_str() },
            )
            .data(
                "LogonGuid",
                Value::Guid("{00000000-0000-0000-0000-000000000000}".to_owned()),
            )
            .data("TransmittedServices", "-")
            .data("LmPackageName", "-")
            .data("KeyLength", 0u32)
            .data("ProcessId", Value::Size(0x3a4, true))
            .data("ProcessName", program)
            .data("IpAddress", address)
            .data("IpPort", "0")
            .data("ImpersonationLevel", "%%1833");
        self.log(SECURITY, ms, event);
    }

    /// A connection reaches the listener and speaks RDP. Returns its number and activity.
    pub fn rdp_connects(&mut self, address: &str) -> (u32, String) {
        let number = self.next_connection;
        self.next_connection += 1;
        let activity = format!(
            "{{F420{:04X}-{:04X}-47F2-9A3B-{:08X}0000}}",
            self.rng.next() & 0xffff,
            number & 0xffff,
            self.rng.next() & 0xffff_ffff
        );
        let port = self.rng.range(49_200, 65_000);
        self.log(
            RDP_OP,
            0,
            rdp(131)
                .activity(&activity)
                .data("ConnType", "TCP")
                .data("ClientIP", format!("{address}:{port}")),
        );
        let name = format!("RDP-Tcp#{number}");
        self.log(
            RDP_OP,
            12,
            rdp(65).activity(&activity).data("ConnectionName", name),
        );
        self.log(
            RCM_OP,
            14,
            rcm(261).activity(&activity).data("listenerName", "RDP-Tcp"),
        );
        self.log(
            RDP_OP,
            20,
            rdp(141).activity(&activity).data("InstanceID", number),
        );
        (number, activity)
    }

    /// The password was right (network level authentication).
    pub fn rdp_authenticated(&mut self, user: usize, address: &str, activity: &str) {
        let logon = self.logon_id();
        self.logon_audited(user, 3, logon, address, 240);
        let (sid, name) = (self.accounts[user].sid.clone(), self.accounts[user].name.clone());
        self.logon_closed(&sid, &name, logon, 3, 1_900);
        let event = rcm(1149)
            .activity(activity)
            .data("Param1", name)
            .data("Param2", &self.domain);
        self.log(RCM_OP, 300, event.data("Param3", address));
        self.log(RDP_OP, 330, rdp(98).activity(activity));
        self.ticket(user, 150);
    }

    /// The domain controller issues a ticket.
    pub fn ticket(&mut self, user: usize, ms: i64) {
        let account = &self.accounts[user];
        let event = audit(4768, 14_339, true).data("TargetUserName", &account.name);
        let event = event.data("TargetDomainName", format!("{}.EXAMPLE", self.domain));
        let event = event
            .data("TargetSid", Value::Sid(account.sid.clone()))
            .data("ServiceName", "krbtgt");
        let event = event.data(
            "ServiceSid",
            Value::Sid("S-1-5-21-1004336348-1177238915-682003330-502".into()),
        );
        let event = event
            .data("TicketOptions", Value::Hex32(0x4081_0010))
            .data("Status", Value::Hex32(0));
        let event = event
            .data("TicketEncryptionType", Value::Hex32(0x12))
            .data("PreAuthType", "2");
        self.dc_log(
            ms,
            event.data("IpAddress", "::ffff:10.1.0.7").data("IpPort", "52011"),
        );
    }

    /// A new session by RDP. `slow` seconds pass until it is there, `shell` more until the desktop is.
    pub fn rdp_logon(&mut self, user: usize, address: &str, slow: i64, shell: i64) -> u32 {
        let (connection, activity) = self.rdp_connects(address);
        self.rdp_authenticated(user, address, &activity);
        let id = self.next_session;
        self.next_session += 1;
        let connection_name = format!("RDP-Tcp#{connection}");
        self.log(
            RDP_OP,
            700,
            rdp(66)
                .activity(&activity)
                .data("ConnectionName", connection_name)
                .data("SessionID", id),
        );
        self.new_session(
            id,
            user,
            address,
            &activity,
            slow * 1_000,
            shell * 1_000,
            connection,
            false,
        );
        id
    }

    pub fn console_logon(&mut self, user: usize) -> u32 {
        let id = if self.sessions.contains_key(&1) {
            self.next_session
        } else {
            1
        };
        if id != 1 {
            self.next_session += 1;
        }
        self.winlogon_asks((0, 500), 0);
        self.ticket(user, 150);
        self.new_session(
            id,
            user,
            "LOCAL",
            "{61A55000-55E5-1017-0000-000000000000}",
            0,
            2_000,
            0,
            true,
        );
        id
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one place where all facts of a session meet"
    )]
    fn new_session(
        &mut self,
        id: u32,
        user: usize,
        address: &str,
        activity: &str,
        slow: i64,
        shell: i64,
        connection: u32,
        console: bool,
    ) {
        let name = self.name(user);
        let account = self.accounts[user].clone();
        let logon_id = self.logon_id();
        self.log(
            LSM_OP,
            900,
            lsm(41)
                .activity(activity)
                .data("User", &name)
                .data("SessionID", id),
        );
        let kind = if console { 2 } else { 10 };
        self.logon_audited(
            user,
            kind,
            logon_id,
            if console { "127.0.0.1" } else { address },
            920,
        );
        self.log(
            LSM_OP,
            960,
            lsm(42)
                .activity(activity)
                .data("User", &name)
                .data("SessionID", id),
        );
        let event = Event::new("Microsoft-Windows-Winlogon", 7001)
            .task(1101)
            .user(SYSTEM_SID);
        self.log(
            SYSTEM,
            1_000,
            event
                .data("TSId", id)
                .data("UserSid", Value::Sid(account.sid.clone())),
        );
        for (event_id, ms) in [(1, 1_010), (2, 1_100 + slow)] {
            let event = Event::new("Microsoft-Windows-User Profiles Service", event_id).user(&account.sid);
            self.log(PROFILE_OP, ms, event.data("Session", id));
        }
        for (event_id, opcode, ms) in [(811, 1, 1_050), (812, 2, 1_150 + slow)] {
            let event = Event::new("Microsoft-Windows-Winlogon", event_id)
                .task(811)
                .opcode(opcode)
                .user(SYSTEM_SID);
            self.log(
                WINLOGON_OP,
                ms,
                event.data("Event", 2u32).data("SubscriberName", "GPClient"),
            );
        }
        if slow >= 60_000 {
            let seconds = (slow / 1_000).to_string();
            let event = Event::new("Microsoft-Windows-Winlogon", 6005)
                .level(3)
                .classic(&["GPClient", "Logon"], None);
            self.log(APPLICATION, 61_000, event);
            let event = Event::new("Microsoft-Windows-Winlogon", 6006).level(3);
            self.log(
                APPLICATION,
                1_200 + slow,
                event.classic(&["GPClient", seconds.as_str(), "Logon"], None),
            );
        }
        let policy = Event::new(POLICY, 8001)
            .opcode(2)
            .user(SYSTEM_SID)
            .activity(&self.rng.guid());
        let policy = policy
            .data("PolicyElaspedTimeInSeconds", u32::try_from(slow / 1_000).unwrap())
            .data("ErrorCode", 0u32);
        let policy = policy.data("PrincipalSamName", &name).data("IsMachine", 0u32);
        self.log(
            POLICY_OP,
            1_150 + slow,
            policy.data("IsConnectivityFailure", false),
        );
        let shown = address.to_owned();
        let event = lsm(21)
            .activity(activity)
            .data("User", &name)
            .data("SessionID", id);
        self.log(LSM_OP, 1_200 + slow, event.data("Address", &shown));
        let event = lsm(22)
            .activity(activity)
            .data("User", &name)
            .data("SessionID", id);
        self.log(LSM_OP, 1_300 + slow + shell, event.data("Address", &shown));
        let session = Session {
            user,
            console,
            active: true,
            address: shown,
            activity: activity.to_owned(),
            connection,
            logon_id,
        };
        self.sessions.insert(id, session);
    }

    /// An orderly logoff; `voluntary` if somebody in the session asked for it.
    pub fn log_off(&mut self, id: u32, voluntary: bool) {
        let Some(session) = self.sessions.remove(&id) else {
            return;
        };
        self.session_gone(id, &session, 900, voluntary);
        if session.console {
            let event = lsm(39)
                .activity(&session.activity)
                .data("TargetSession", id)
                .data("Source", id);
            self.log(LSM_OP, 1_050, event);
            self.log(
                LSM_OP,
                1_060,
                lsm(40)
                    .activity(&session.activity)
                    .data("Session", id)
                    .data("Reason", 11u32),
            );
        } else if session.active {
            self.log(
                LSM_OP,
                1_050,
                lsm(40)
                    .activity(&session.activity)
                    .data("Session", id)
                    .data("Reason", 12u32),
            );
            self.log(
                RDP_OP,
                1_060,
                rdp(103).activity(&session.activity).data("ReasonCode", 12u32),
            );
        }
        if session.active {
            self.disconnected(id, &session, 1_100);
        }
        if !session.console {
            self.log(RDP_OP, 1_160, rdp(102).activity(&session.activity));
        }
    }

    /// LSM 24 and its twin in Security.
    pub fn disconnected(&mut self, id: u32, session: &Session, ms: i64) {
        let name = self.name(session.user);
        let event = lsm(24)
            .activity(&session.activity)
            .data("User", name)
            .data("SessionID", id);
        self.log(LSM_OP, ms, event.data("Address", &session.address));
        if self.audit_sessions {
            let event = self.session_audit(4779, session);
            self.log(SECURITY, ms + 10, event);
        }
    }

    fn session_audit(&self, id: u16, session: &Session) -> Event {
        let station = if session.console {
            "Console".to_owned()
        } else {
            format!("RDP-Tcp#{}", session.connection)
        };
        audit(id, 12_551, true)
            .data("AccountName", &self.accounts[session.user].name)
            .data("AccountDomain", &self.domain)
            .data("LogonID", Value::Hex64(session.logon_id))
            .data("SessionName", station)
            .data("ClientName", "PC-114")
            .data("ClientAddress", &session.address)
    }

    /// LSM 40 with a reason, then the session stays without a screen.
    pub fn drop_session(&mut self, id: u32, reason: u32, rdp_reason: u32) {
        let Some(mut session) = self.sessions.get(&id).cloned() else {
            return;
        };
        if !session.active {
            return;
        }
        self.log(
            LSM_OP,
            40,
            lsm(40)
                .activity(&session.activity)
                .data("Session", id)
                .data("Reason", reason),
        );
        self.log(
            RDP_OP,
            90,
            rdp(103)
                .activity(&session.activity)
                .data("ReasonCode", rdp_reason),
        );
        self.disconnected(id, &session, 160);
        self.log(RDP_OP, 10, rdp(102).activity(&session.activity));
        session.active = false;
        self.sessions.insert(id, session);
    }

    /// Somebody closes the window of the RDP client.
    pub fn close_window(&mut self, id: u32) {
        if let Some(session) = self
            .sessions
            .get(&id)
            .filter(|session| session.active && !session.console)
            .cloned()
        {
            self.log(RDP_OP, 0, rdp(107).activity(&session.activity));
            self.drop_session(id, 0, 13);
            self.background("user-disconnect-or-window-closed");
        }
    }

    /// Start menu, Disconnect.
    pub fn disconnect(&mut self, id: u32) {
        if let Some(session) = self
            .sessions
            .get(&id)
            .filter(|session| session.active && !session.console)
            .cloned()
        {
            let event = lsm(39)
                .activity(&session.activity)
                .data("TargetSession", id)
                .data("Source", id);
            self.log(LSM_OP, 10, event);
            self.drop_session(id, 11, 11);
            self.background("user-disconnect-or-window-closed");
        }
    }

    /// The same user comes back, from the same or another place.
    pub fn reconnect(&mut self, id: u32, address: &str) {
        let Some(mut session) = self.sessions.get(&id).cloned() else {
            return;
        };
        let (connection, activity) = self.rdp_connects(address);
        self.rdp_authenticated(session.user, address, &activity);
        let name = self.name(session.user);
        let temporary = self.next_session;
        self.next_session += 1;
        let connection_name = format!("RDP-Tcp#{connection}");
        let bound = |id: u32| {
            rdp(66)
                .activity(&activity)
                .data("ConnectionName", connection_name.clone())
                .data("SessionID", id)
        };
        self.log(RDP_OP, 700, bound(temporary));
        self.log(
            LSM_OP,
            900,
            lsm(41)
                .activity(&activity)
                .data("User", &name)
                .data("SessionID", temporary),
        );
        if session.active {
            self.log(LSM_OP, 960, lsm(40).data("Session", id).data("Reason", 5u32));
            self.disconnected(id, &session, 980);
            self.log(
                RDP_OP,
                985,
                rdp(103).activity(&session.activity).data("ReasonCode", 5u32),
            );
        }
        self.log(
            LSM_OP,
            1_000,
            lsm(40).data("Session", temporary).data("Reason", 0u32),
        );
        if session.active {
            self.log(LSM_OP, 1_010, lsm(40).data("Session", id).data("Reason", 5u32));
        }
        self.log(RDP_OP, 1_050, bound(id));
        session.active = true;
        session.console = false;
        session.address = address.to_owned();
        session.connection = connection;
        let event = lsm(25)
            .activity(&activity)
            .data("User", &name)
            .data("SessionID", id);
        self.log(LSM_OP, 1_300, event.data("Address", address));
        self.log(
            LSM_OP,
            1_320,
            lsm(42)
                .activity(&activity)
                .data("User", &name)
                .data("SessionID", temporary),
        );
        let logon = self.logon_id();
        self.logon_audited(session.user, 7, logon, address, 1_280);
        session.activity = activity;
        if self.audit_sessions {
            let event = self.session_audit(4778, &session);
            self.log(SECURITY, 1_310, event);
        }
        self.sessions.insert(id, session);
    }

    /// The session of a user, if there is one.
    pub fn session_of(&self, user: usize) -> Option<u32> {
        self.sessions
            .iter()
            .find(|(_, session)| session.user == user)
            .map(|(&id, _)| id)
    }
}
