//! How Windows refuses a logon, what it writes of that, and what the directory does to accounts.

use chrono::TimeDelta;

use super::world::{Refusal, SECURITY, SYSTEM_SID, World, audit, subject};
use crate::support::evtx::{Event, Value};

const fn refusal(win32: u32, status: u32, sub_status: u32, reason: &'static str) -> Refusal {
    Refusal {
        win32,
        status,
        sub_status,
        reason,
        rdp: ("Logon failed.", 131_092),
        kerberos: None,
        types: &[],
    }
}

pub const WRONG_PASSWORD: Refusal = Refusal {
    kerberos: Some(0x18),
    ..refusal(1326, 0xc000_006d, 0xc000_006a, "%%2313")
};
pub const UNKNOWN_USER: Refusal = Refusal {
    kerberos: Some(0x6),
    ..refusal(1332, 0xc000_006d, 0xc000_0064, "%%2313")
};
pub const DISABLED: Refusal = Refusal {
    rdp: ("The account is disabled.", 131_090),
    kerberos: Some(0x12),
    ..refusal(1331, 0xc000_006e, 0xc000_0072, "%%2310")
};
pub const LOCKED: Refusal = Refusal {
    rdp: ("Account locked out.", 131_096),
    kerberos: Some(0x12),
    ..refusal(1909, 0xc000_0234, 0, "%%2307")
};
pub const EXPIRED: Refusal = Refusal {
    rdp: ("Account expired.", 131_097),
    kerberos: Some(0x12),
    ..refusal(1793, 0xc000_006e, 0xc000_0193, "%%2305")
};
pub const PASSWORD_EXPIRED: Refusal = Refusal {
    rdp: ("The password has expired and must be changed.", 131_086),
    kerberos: Some(0x17),
    ..refusal(1330, 0xc000_006e, 0xc000_0071, "%%2309")
};
pub const MUST_CHANGE: Refusal = Refusal {
    rdp: ("The password must be changed.", 131_091),
    kerberos: Some(0x17),
    ..refusal(1907, 0xc000_0224, 0, "%%2309")
};
pub const HOURS: Refusal = Refusal {
    rdp: ("Account restriction.", 131_095),
    kerberos: Some(0x12),
    ..refusal(1328, 0xc000_006e, 0xc000_006f, "%%2311")
};
pub const BATCH_RIGHT: Refusal = Refusal {
    types: &[4],
    ..refusal(1385, 0xc000_015b, 0, "%%2308")
};
pub const RDP_RIGHT: Refusal = Refusal {
    rdp: ("Logon type not granted.", 131_098),
    types: &[10],
    ..refusal(1385, 0xc000_015b, 0, "%%2308")
};
pub const NETWORK_RIGHT: Refusal = Refusal {
    rdp: ("Logon type not granted.", 131_098),
    types: &[3],
    ..refusal(1385, 0xc000_015b, 0, "%%2308")
};
pub const NO_DC: Refusal = Refusal {
    rdp: ("The KDC is unreachable.", 131_089),
    ..refusal(1311, 0xc000_005e, 0, "%%2304")
};
pub const NO_TRUST: Refusal = refusal(1789, 0xc000_018d, 0, "%%2304");
pub const SKEW: Refusal = Refusal {
    kerberos: Some(0x25),
    ..refusal(1398, 0xc000_0133, 0, "%%2304")
};
pub const FIREWALL: Refusal = refusal(1935, 0xc000_0413, 0, "%%2304");
pub const TOO_MANY_SIDS: Refusal = refusal(1384, 0xc000_015a, 0, "%%2304");
pub const SMART_CARD: Refusal = refusal(1327, 0xc000_02fa, 0, "%%2304");

pub const RESTRICTED: Refusal = Refusal {
    rdp: ("Account restriction.", 131_095),
    ..refusal(1327, 0xc000_006e, 0xc000_006e, "%%2304")
};
pub const NTLM_BLOCKED: Refusal = Refusal {
    types: &[3],
    rdp: ("An authentication failure aborted the connection.", 131_081),
    ..refusal(1937, 0x8009_0302, 0xc000_0418, "%%2304")
};
pub const BAD_BINDINGS: Refusal = Refusal {
    types: &[3],
    ..refusal(5, 0xc000_035b, 0, "%%2304")
};
pub const NO_NETLOGON: Refusal = refusal(1792, 0xc000_0192, 0, "%%2304");

impl World {
    /// Why a logon of this type would fail now; `knows` is the password the consumer has.
    pub fn refuses(&self, user: usize, kind: u32, knows: u32) -> Option<Refusal> {
        if !self.dc_reachable {
            return Some(NO_DC);
        }
        let account = &self.accounts[user];
        match account.refusal {
            Some(refusal) if refusal.types.is_empty() || refusal.types.contains(&kind) => Some(refusal),
            _ if knows != account.password => Some(WRONG_PASSWORD),
            _ => None,
        }
    }

    /// 4625 and its twins.
    pub fn logon_refused(&mut self, user: usize, kind: u32, why: &Refusal, address: &str, ms: i64) {
        let account = self.accounts[user].clone();
        let machine = format!("{}$", self.host);
        let (process, package, program, workstation) = match kind {
            3 => (
                "NtLmSsp ",
                "NTLM",
                "-",
                if address.starts_with("127.") {
                    self.host.clone()
                } else {
                    "PC-114".into()
                },
            ),
            4 => (
                "Advapi  ",
                "Negotiate",
                "C:\\Windows\\System32\\svchost.exe",
                self.host.clone(),
            ),
            5 => (
                "Advapi  ",
                "Negotiate",
                "C:\\Windows\\System32\\services.exe",
                self.host.clone(),
            ),
            _ => (
                "User32 ",
                "Negotiate",
                "C:\\Windows\\System32\\svchost.exe",
                self.host.clone(),
            ),
        };
        let event = audit(4625, 12_544, false);
        let event = if kind == 3 {
            subject(event, "S-1-0-0", "-", "-", 0)
        } else {
            subject(event, SYSTEM_SID, &machine, &self.domain, 0x3e7)
        };
        let event = event
            .data("TargetUserSid", Value::Sid("S-1-0-0".to_owned()))
            .data("TargetUserName", &account.name)
            .data("TargetDomainName", &self.domain)
            .data("Status", Value::Hex32(why.status))
            .data("FailureReason", why.reason)
            .data("SubStatus", Value::Hex32(why.sub_status))
            .data("LogonType", kind)
            .data("LogonProcessName", process)
            .data("AuthenticationPackageName", package)
            .data("WorkstationName", &workstation)
            .data("TransmittedServices", "-")
            .data("LmPackageName", "-")
            .data("KeyLength", 0u32)
            .data("ProcessId", Value::Size(if kind == 3 { 0 } else { 0x3a4 }, true))
            .data("ProcessName", program)
            .data("IpAddress", address)
            .data("IpPort", "0");
        self.log(SECURITY, ms, event);
        if matches!(kind, 2 | 10) {
            self.winlogon_asks((ms - 40, ms), why.win32);
        }
        if self.dc_reachable {
            self.refused_by_dc(user, kind, why, &workstation, ms - 20);
        }
    }

    fn refused_by_dc(&mut self, user: usize, kind: u32, why: &Refusal, workstation: &str, ms: i64) {
        let account = self.accounts[user].clone();
        let Some(code) = why.kerberos else { return };
        if kind == 3 {
            let status = if why.sub_status == 0 {
                why.status
            } else {
                why.sub_status
            };
            let event =
                audit(4776, 14_336, false).data("PackageName", "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0");
            let event = event
                .data("TargetUserName", account.name)
                .data("Workstation", workstation);
            self.dc_log(ms, event.data("Status", Value::Hex32(status)));
        } else if code == 6 {
            // An unknown name never gets as far as a pre-authentication.
            let event = audit(4768, 14_339, false).data("TargetUserName", account.name);
            let event = event
                .data("TargetDomainName", &self.domain)
                .data("TargetSid", Value::Sid("S-1-0-0".into()));
            let event = event
                .data("ServiceName", "krbtgt")
                .data("ServiceSid", Value::Sid("S-1-0-0".into()));
            let event = event
                .data("TicketOptions", Value::Hex32(0x4081_0010))
                .data("Status", Value::Hex32(6));
            let event = event
                .data("TicketEncryptionType", Value::Hex32(0xffff_ffff))
                .data("PreAuthType", "-");
            self.dc_log(
                ms,
                event.data("IpAddress", "::ffff:10.1.0.7").data("IpPort", "52011"),
            );
        } else {
            let event = audit(4771, 14_339, false).data("TargetUserName", account.name);
            let event = event
                .data("TargetSid", Value::Sid(account.sid))
                .data("ServiceName", format!("krbtgt/{}", self.domain));
            let event = event
                .data("TicketOptions", Value::Hex32(0x4081_0010))
                .data("Status", Value::Hex32(code));
            let event = event
                .data("PreAuthType", "2")
                .data("IpAddress", "::ffff:10.1.0.7")
                .data("IpPort", "52014");
            let event = event.data("CertIssuerName", "").data("CertSerialNumber", "");
            self.dc_log(ms, event.data("CertThumbprint", ""));
        }
    }

    fn account_event(&self, id: u16, user: usize, by: usize) -> Event {
        let (account, admin) = (&self.accounts[user], &self.accounts[by]);
        let event = audit(id, 13_824, true).data("TargetUserName", &account.name);
        let event = event
            .data("TargetDomainName", &self.domain)
            .data("TargetSid", Value::Sid(account.sid.clone()));
        subject(event, &admin.sid, &admin.name, &self.domain, 0x5_13da)
    }

    /// The password changes in the directory; those who stored the old one do not learn of it.
    pub fn password_changed(&mut self, user: usize, by: usize) {
        self.accounts[user].password += 1;
        if user == by {
            let event = self.account_event(4723, user, by).data("PrivilegeList", "-");
            self.dc_log(0, event);
        } else {
            let event = self.account_event(4724, user, by);
            self.dc_log(0, event);
        }
        let account = self.accounts[user].clone();
        let admin = self.accounts[by].clone();
        let set = (self.now + TimeDelta::minutes(self.offset(self.now)))
            .format("%-m/%-d/%Y %-I:%M:%S %p")
            .to_string();
        let event = audit(4738, 13_824, true)
            .data("Dummy", "-")
            .data("TargetUserName", &account.name);
        let event = event
            .data("TargetDomainName", &self.domain)
            .data("TargetSid", Value::Sid(account.sid));
        let event =
            subject(event, &admin.sid, &admin.name, &self.domain, 0x5_13da).data("PrivilegeList", "-");
        let event = event
            .data("SamAccountName", "-")
            .data("PasswordLastSet", set)
            .data("AccountExpires", "-");
        let event = event
            .data("OldUacValue", "-")
            .data("NewUacValue", "-")
            .data("UserAccountControl", "-");
        self.dc_log(4, event);
    }

    /// 4722, 4725, 4726, 4767.
    pub fn account_changed(&mut self, id: u16, user: usize, by: usize) {
        let event = self.account_event(id, user, by);
        self.dc_log(0, event);
    }

    /// The directory locks the account; `caller` is the machine the wrong passwords came from.
    pub fn account_locked(&mut self, user: usize, caller: &str) {
        let account = self.accounts[user].clone();
        let event = audit(4740, 13_824, true)
            .data("TargetUserName", account.name)
            .data("TargetDomainName", caller);
        let event = event.data("TargetSid", Value::Sid(account.sid));
        let machine = format!("{}$", self.dc);
        self.dc_log(0, subject(event, SYSTEM_SID, &machine, &self.domain, 0x3e7));
        self.accounts[user].refusal = Some(LOCKED);
    }
}
