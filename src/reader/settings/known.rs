//! Which registry values are facts, and under which name. One table for every format that shows registry
//! values: `.reg`, `reg query`, `secedit` and the results of group policy.
//!
//! Keys are matched by their end, so that a hive that was loaded under another name is understood too.

use std::collections::BTreeMap;

use super::sink::Sink;
use crate::model::FactScope;

/// Values of keys that end alike.
struct Rule {
    /// The end of the key in lower case, `CurrentControlSet` for every control set, without `WOW6432Node`.
    key: &'static str,
    /// The first part of the fact's name.
    prefix: &'static str,
    /// The values, as Microsoft spells them.
    values: &'static [&'static str],
}

const fn rule(key: &'static str, prefix: &'static str, values: &'static [&'static str]) -> Rule {
    Rule { key, prefix, values }
}

/// Session limits and security of a listener; the policy key has the same names.
/// Source: <https://learn.microsoft.com/windows-server/remote/remote-desktop-services/> and the ADMX of
/// Terminal Services. Times are in milliseconds.
const LISTENER: &[&str] = &[
    "fPromptForPassword",
    "fInheritAutoLogon",
    "fInheritMaxIdleTime",
    "fInheritMaxSessionTime",
    "fInheritMaxDisconnectionTime",
    "fInheritResetBroken",
    "fEnableWinStation",
    "fLogonDisabled",
    "fResetBroken",
    "fSingleSessionPerUser",
    "fDenyTSConnections",
    "SecurityLayer",
    "UserAuthentication",
    "MinEncryptionLevel",
    "MaxInstanceCount",
    "MaxIdleTime",
    "MaxConnectionTime",
    "MaxDisconnectionTime",
    "RemoteAppLogoffTimeLimit",
    "KeepAliveEnable",
    "KeepAliveInterval",
    "PortNumber",
    "LicensingMode",
    "LicenseServers",
    "fEncryptRPCTraffic",
    "SelectTransport",
];

const RULES: &[Rule] = &[
    rule(
        r"\currentcontrolset\control\lsa",
        "policy",
        &[
            "DisableDomainCreds",
            "LmCompatibilityLevel",
            "RunAsPPL",
            "RunAsPPLBoot",
            "LsaCfgFlags",
            "LimitBlankPasswordUse",
            "ForceGuest",
            "EveryoneIncludesAnonymous",
            "NoLMHash",
            "SCENoApplyLegacyAuditPolicy",
        ],
    ),
    rule(
        r"\currentcontrolset\control\lsa\msv1_0",
        "policy",
        &[
            "RestrictSendingNTLMTraffic",
            "RestrictReceivingNTLMTraffic",
            "NtlmMinClientSec",
            "NtlmMinServerSec",
        ],
    ),
    rule(
        r"\currentcontrolset\control\lsa\kerberos\parameters",
        "policy",
        &["MaxTokenSize"],
    ),
    rule(
        r"\currentversion\policies\system\kerberos\parameters",
        "policy",
        &["SupportedEncryptionTypes"],
    ),
    rule(
        r"\currentcontrolset\services\netlogon\parameters",
        "policy",
        &[
            "RestrictNTLMInDomain",
            "DisablePasswordChange",
            "MaximumPasswordAge",
        ],
    ),
    rule(
        r"\currentcontrolset\control\deviceguard",
        "policy",
        &[
            "EnableVirtualizationBasedSecurity",
            "RequirePlatformSecurityFeatures",
        ],
    ),
    rule(
        r"\policies\microsoft\windows\deviceguard",
        "policy",
        &["LsaCfgFlags", "EnableVirtualizationBasedSecurity"],
    ),
    rule(r"\policies\microsoft\windows\system", "policy", &["RunAsPPL"]),
    rule(
        r"\policies\system\credssp\parameters",
        "policy",
        &["AllowEncryptionOracle"],
    ),
    rule(
        r"\policies\microsoft\windows\credentialsdelegation",
        "policy",
        &[
            "AllowDefaultCredentials",
            "AllowSavedCredentials",
            "AllowFreshCredentials",
            "AllowProtectedCreds",
            "RestrictedRemoteAdministration",
        ],
    ),
    rule(
        r"\currentversion\policies\system",
        "winlogon",
        &["legalnoticecaption", "legalnoticetext"],
    ),
    rule(
        r"\currentversion\policies\system",
        "policy",
        &[
            "DisableCAD",
            "InactivityTimeoutSecs",
            "EnableLUA",
            "FilterAdministratorToken",
            "LocalAccountTokenFilterPolicy",
            "scforceoption",
            "DisableAutomaticRestartSignOn",
        ],
    ),
    rule(
        r"\currentcontrolset\control\terminal server\winstations\rdp-tcp",
        "rdp",
        LISTENER,
    ),
    rule(
        r"\policies\microsoft\windows nt\terminal services",
        "rdp",
        LISTENER,
    ),
    rule(
        r"\currentcontrolset\control\terminal server",
        "rdp",
        &[
            "fDenyTSConnections",
            "fSingleSessionPerUser",
            "TSUserEnabled",
            "TSAppCompat",
            "DelayConMgrTimeout",
        ],
    ),
    rule(
        r"\currentcontrolset\control\terminal server\rcm\licensing core",
        "rdp",
        &["LicensingMode"],
    ),
    rule(
        r"\currentversion\winlogon",
        "winlogon",
        &[
            "AutoAdminLogon",
            "ForceAutoLogon",
            "AutoLogonCount",
            "AutoLogonSID",
            "DefaultUserName",
            "DefaultDomainName",
            "legalnoticecaption",
            "legalnoticetext",
            "CachedLogonsCount",
            "ScRemoveOption",
            "DisableCAD",
            "Shell",
        ],
    ),
    rule(
        r"\currentversion\passwordless\device",
        "winlogon",
        &["DevicePasswordLessBuildVersion"],
    ),
    rule(
        r"\currentcontrolset\control\session manager\environment",
        "env",
        &["UIPATH_SESSION_TIMEOUT"],
    ),
    rule(r"\environment", "env", &["UIPATH_SESSION_TIMEOUT"]),
    rule(
        r"\currentcontrolset\control\session manager\power",
        "power",
        &["HiberbootEnabled"],
    ),
    rule(
        r"\policies\microsoft\windows\windowsupdate\au",
        "update",
        &[
            "NoAutoRebootWithLoggedOnUsers",
            "AUOptions",
            "ScheduledInstallDay",
            "ScheduledInstallTime",
        ],
    ),
];

/// Services whose start type and account matter.
const SERVICES: &[&str] = &[
    "TermService",
    "UmRdpService",
    "SessionEnv",
    "Schedule",
    "Netlogon",
    "seclogon",
    "W32Time",
    "UiRobotSvc",
    "UIFlowService",
    "LSM",
];

/// What a registry value holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Data {
    /// `REG_DWORD`, `REG_QWORD`.
    Number(u64),
    /// `REG_SZ`, `REG_EXPAND_SZ`; the parts of a `REG_MULTI_SZ` joined by commas.
    Text(String),
    /// `REG_BINARY` and the like; its bytes are never a fact.
    Binary,
}

impl Data {
    fn to_text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::Binary => "present".to_owned(),
        }
    }
}

/// Which set of control values a key lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ControlSet {
    /// Not under a control set.
    None,
    /// `CurrentControlSet`.
    Current,
    /// `ControlSet001` and so on.
    Numbered(u16),
}

/// A registry key in one spelling, and what can be known from it alone.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// Lower case, short hive, `currentcontrolset`, without `wow6432node`.
    path: String,
    set: ControlSet,
    scope: FactScope,
}

impl Key {
    /// Brings a key into one spelling: `HKEY_LOCAL_MACHINE`, `HKLM`, `MACHINE` and a leading `Computer\` or
    /// `\\host\` mean the same.
    pub(super) fn new(text: &str) -> Self {
        let mut path = text.trim().trim_end_matches('\\').to_lowercase();
        for (long, short) in [
            ("hkey_local_machine", "hklm"),
            ("hklm:", "hklm"),
            ("machine\\", "hklm\\"),
            ("hkey_current_user", "hkcu"),
            ("hkcu:", "hkcu"),
            ("user\\", "hkcu\\"),
            ("hkey_users", "hku"),
        ] {
            if let Some(rest) = path.strip_prefix(long) {
                path = format!("{short}{rest}");
                break;
            }
        }
        path = path.replace(r"\wow6432node\", r"\");
        let set = control_set(&mut path);
        let user = path.starts_with("hkcu") || path.starts_with("hku");
        let scope = match (path.contains(r"\policies\"), user) {
            (true, true) => FactScope::UserPolicy,
            (true, false) => FactScope::ComputerPolicy,
            (false, _) => FactScope::Plain,
        };
        Self { path, set, scope }
    }

    /// Whether any value of this key can be a fact, so that the rest is skipped unparsed.
    pub(super) fn is_known(&self) -> bool {
        self.special().is_some() || RULES.iter().any(|rule| self.path.ends_with(rule.key))
    }

    fn special(&self) -> Option<Special<'_>> {
        let path = self.path.as_str();
        if path.ends_with(r"\system\select") {
            return Some(Special::Select);
        }
        if path.ends_with(r"\currentcontrolset\control\timezoneinformation") {
            return Some(Special::TimeZone);
        }
        if path.ends_with(r"\control\computername\computername")
            || path.ends_with(r"\control\computername\activecomputername")
            || path.ends_with(r"\services\tcpip\parameters")
        {
            return Some(Special::HostName);
        }
        if path.ends_with(r"\microsoft\windows nt\currentversion") {
            return Some(Special::System);
        }
        if path.ends_with(r"\currentcontrolset\control\productoptions") {
            return Some(Special::Product);
        }
        if path.ends_with(r"\terminal server\rcm\graceperiod") {
            return Some(Special::Grace);
        }
        let (parent, leaf) = path.rsplit_once('\\')?;
        if parent.ends_with(r"\currentversion\uninstall") {
            return Some(Special::Program);
        }
        if parent.ends_with(r"\currentcontrolset\services") {
            let service = SERVICES.iter().find(|name| name.eq_ignore_ascii_case(leaf))?;
            return Some(Special::Service(service));
        }
        None
    }
}

/// Keys whose values need more than a name.
enum Special<'a> {
    Select,
    TimeZone,
    HostName,
    System,
    Product,
    Grace,
    Program,
    Service(&'a str),
}

/// Replaces the name of any control set by `currentcontrolset` and says which it was.
fn control_set(path: &mut String) -> ControlSet {
    if path.contains(r"\currentcontrolset\") {
        return ControlSet::Current;
    }
    let Some(start) = path.find(r"\controlset") else {
        return ControlSet::None;
    };
    let digits: String = path
        .chars()
        .skip(path.get(..start).map_or(0, |head| head.chars().count()) + r"\controlset".len())
        .take_while(char::is_ascii_digit)
        .collect();
    let Ok(number) = digits.parse() else {
        return ControlSet::None;
    };
    *path = path.replacen(&format!(r"\controlset{digits}"), r"\currentcontrolset", 1);
    ControlSet::Numbered(number)
}

/// Whether a value of this name is a secret, wherever it stands.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.trim();
    name.eq_ignore_ascii_case("DefaultPassword") || name.eq_ignore_ascii_case("AltDefaultPassword")
}

struct Pending {
    set: ControlSet,
    scope: FactScope,
    line: u64,
    name: String,
    value: String,
}

/// Collects the registry values of one artifact and makes facts of them at its end, when it is known which
/// control set counts.
#[derive(Default)]
pub(super) struct Values {
    pending: Vec<Pending>,
    current: Option<u16>,
    system: BTreeMap<&'static str, (u64, String)>,
    program: Option<(String, Program)>,
    host: Option<String>,
}

#[derive(Default)]
struct Program {
    line: u64,
    name: Option<String>,
    version: Option<String>,
}

/// No more values than this are held; a real export has a few hundred.
const HELD: usize = 20_000;

impl Values {
    /// Takes a value; those that are no facts are let go. Secrets are gone when this returns.
    pub(super) fn add(&mut self, sink: &mut Sink<'_, '_>, line: u64, key: &Key, name: &str, data: &Data) {
        if is_secret(name) {
            sink.masked(line, "DefaultPassword");
            self.push(
                key,
                line,
                "winlogon.DefaultPassword".to_owned(),
                "present".to_owned(),
            );
            return;
        }
        if let Some(special) = key.special() {
            self.special(sink, line, key, &special, name, data);
        }
        let found = RULES
            .iter()
            .filter(|rule| key.path.ends_with(rule.key))
            .find_map(|rule| {
                let value = rule
                    .values
                    .iter()
                    .find(|value| value.eq_ignore_ascii_case(name))?;
                Some(format!("{}.{value}", rule.prefix))
            });
        if let Some(fact) = found {
            self.push(key, line, fact, data.to_text());
        }
    }

    /// Whether a value is worth parsing.
    pub(super) fn wants(key: &Key, name: &str) -> bool {
        is_secret(name) || key.is_known()
    }

    fn push(&mut self, key: &Key, line: u64, name: String, value: String) {
        if self.pending.len() < HELD {
            self.pending.push(Pending {
                set: key.set,
                scope: key.scope,
                line,
                name,
                value,
            });
        }
    }

    fn special(
        &mut self,
        sink: &mut Sink<'_, '_>,
        line: u64,
        key: &Key,
        special: &Special<'_>,
        name: &str,
        data: &Data,
    ) {
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        match special {
            Special::Select if is("Current") => {
                if let Data::Number(number) = data {
                    self.current = u16::try_from(*number).ok();
                }
            }
            Special::TimeZone if is("TimeZoneKeyName") => {
                self.push(key, line, "host.time_zone".to_owned(), data.to_text());
            }
            Special::TimeZone if is("ActiveTimeBias") => {
                if let Some(minutes) = bias(data) {
                    self.push(
                        key,
                        line,
                        "host.utc_offset_minutes".to_owned(),
                        minutes.to_string(),
                    );
                }
            }
            Special::HostName if is("ComputerName") || is("Hostname") => {
                self.host.get_or_insert(data.to_text());
                self.push(key, line, "host.name".to_owned(), data.to_text());
            }
            Special::HostName if is("Domain") && !data.to_text().is_empty() => {
                self.push(key, line, "host.domain".to_owned(), data.to_text());
            }
            Special::System => self.system(line, name, data),
            Special::Product if is("ProductType") => {
                if let Some(role) = product_role(&data.to_text()) {
                    self.push(key, line, "os.role".to_owned(), role.to_owned());
                }
            }
            Special::Grace => {
                self.push(key, line, "rdp.GracePeriod".to_owned(), "present".to_owned());
            }
            Special::Program => self.program(sink, line, key, name, data),
            Special::Service(service) => {
                if let Some(part) = ["Start", "ObjectName"].iter().find(|part| is(part)) {
                    self.push(key, line, format!("service.{service}.{part}"), data.to_text());
                }
            }
            _ => {}
        }
    }

    fn system(&mut self, line: u64, name: &str, data: &Data) {
        const PARTS: [&str; 6] = [
            "ProductName",
            "CurrentBuild",
            "CurrentBuildNumber",
            "UBR",
            "DisplayVersion",
            "EditionID",
        ];
        if let Some(part) = PARTS.iter().find(|part| part.eq_ignore_ascii_case(name)) {
            self.system.insert(part, (line, data.to_text()));
        }
    }

    fn program(&mut self, sink: &mut Sink<'_, '_>, line: u64, key: &Key, name: &str, data: &Data) {
        if self.program.as_ref().is_none_or(|(path, _)| *path != key.path) {
            self.end_program(sink);
            self.program = Some((key.path.clone(), Program::default()));
        }
        let Some((_, program)) = &mut self.program else {
            return;
        };
        if name.eq_ignore_ascii_case("DisplayName") {
            program.line = line;
            program.name = Some(data.to_text());
        } else if name.eq_ignore_ascii_case("DisplayVersion") {
            program.version = Some(data.to_text());
        }
    }

    fn end_program(&mut self, sink: &mut Sink<'_, '_>) {
        if let Some((_, program)) = self.program.take()
            && let Some(name) = program.name
        {
            super::programs::fact(
                sink,
                program.line,
                &name,
                program.version.as_deref().unwrap_or(""),
            );
        }
    }

    /// Makes the facts. Of several control sets only the current one counts: that named `CurrentControlSet`,
    /// else the one `Select` names, else the lowest.
    pub(super) fn finish(mut self, sink: &mut Sink<'_, '_>) {
        if let Some(host) = self.host.take() {
            sink.host(&host);
        }
        self.end_program(sink);
        let sets = || self.pending.iter().map(|one| one.set);
        let chosen = if sets().any(|set| set == ControlSet::Current) {
            ControlSet::Current
        } else if let Some(current) = self.current {
            ControlSet::Numbered(current)
        } else {
            sets()
                .filter(|set| *set != ControlSet::None)
                .min()
                .unwrap_or(ControlSet::None)
        };
        for one in &self.pending {
            if one.set == ControlSet::None || one.set == chosen {
                sink.fact(one.line, one.scope, &one.name, &one.value);
            }
        }
        self.finish_system(sink);
    }

    fn finish_system(&self, sink: &mut Sink<'_, '_>) {
        let plain = FactScope::Plain;
        let build = self
            .system
            .get("CurrentBuild")
            .or_else(|| self.system.get("CurrentBuildNumber"));
        if let Some((line, build)) = build {
            let build = match self.system.get("UBR") {
                Some((_, revision)) => format!("{build}.{revision}"),
                None => build.clone(),
            };
            sink.fact(*line, plain, "os.build", &build);
        }
        for (part, name) in [
            ("ProductName", "os.name"),
            ("DisplayVersion", "os.version"),
            ("EditionID", "os.edition"),
        ] {
            if let Some((line, value)) = self.system.get(part) {
                sink.fact(*line, plain, name, value);
            }
        }
    }
}

/// Minutes east of UTC. The bias counts west and is a signed 32-bit number stored as an unsigned one.
fn bias(data: &Data) -> Option<i32> {
    let Data::Number(number) = data else {
        return None;
    };
    let west = u32::try_from(*number).ok()?.cast_signed();
    (-900..=900).contains(&west).then_some(-west)
}

/// Source: <https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-osversioninfoexw> names the same
/// three; `LanmanNT` is a domain controller.
fn product_role(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "winnt" => Some("workstation"),
        "servernt" => Some("server"),
        "lanmannt" => Some("dc"),
        _ => None,
    }
}
