//! Which registry values are facts, as data: keys and the values that matter in them.

/// Values of keys that end alike.
pub(super) struct Rule {
    /// Where the key is at home, in lower case and without the name of the hive's root: what stands before `key`.
    home: &'static str,
    /// The end of the key in lower case, `CurrentControlSet` for every control set, without `WOW6432Node`.
    pub(super) key: &'static str,
    /// The first part of the fact's name.
    pub(super) prefix: &'static str,
    /// The values, as Microsoft spells them.
    pub(super) values: &'static [&'static str],
}

impl Rule {
    /// The whole key below `HKEY_LOCAL_MACHINE` or below the key of a user.
    pub(super) fn path(&self) -> String {
        format!("{}{}", self.home, self.key)
    }
}

const fn rule(
    home: &'static str,
    key: &'static str,
    prefix: &'static str,
    values: &'static [&'static str],
) -> Rule {
    Rule {
        home,
        key,
        prefix,
        values,
    }
}

/// Control sets.
const SYSTEM: &str = "system";
/// Policies.
const SOFTWARE: &str = "software";
/// What Explorer and logon share.
const WINDOWS: &str = r"software\microsoft\windows";
/// What came with Windows NT.
const WINDOWS_NT: &str = r"software\microsoft\windows nt";
/// The user's own key.
const USER: &str = "";

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

pub(super) const RULES: &[Rule] = &[
    rule(
        SYSTEM,
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
        SYSTEM,
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
        SYSTEM,
        r"\currentcontrolset\control\lsa\kerberos\parameters",
        "policy",
        &["MaxTokenSize"],
    ),
    rule(
        WINDOWS,
        r"\currentversion\policies\system\kerberos\parameters",
        "policy",
        &["SupportedEncryptionTypes"],
    ),
    rule(
        SYSTEM,
        r"\currentcontrolset\services\netlogon\parameters",
        "policy",
        &[
            "RestrictNTLMInDomain",
            "DisablePasswordChange",
            "MaximumPasswordAge",
        ],
    ),
    rule(
        SYSTEM,
        r"\currentcontrolset\control\deviceguard",
        "policy",
        &[
            "EnableVirtualizationBasedSecurity",
            "RequirePlatformSecurityFeatures",
        ],
    ),
    rule(
        SOFTWARE,
        r"\policies\microsoft\windows\deviceguard",
        "policy",
        &["LsaCfgFlags", "EnableVirtualizationBasedSecurity"],
    ),
    rule(
        SOFTWARE,
        r"\policies\microsoft\windows\system",
        "policy",
        &["RunAsPPL"],
    ),
    rule(
        WINDOWS,
        r"\currentversion\policies\system\credssp\parameters",
        "policy",
        &["AllowEncryptionOracle"],
    ),
    rule(
        SOFTWARE,
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
        WINDOWS,
        r"\currentversion\policies\system",
        "winlogon",
        &["legalnoticecaption", "legalnoticetext"],
    ),
    rule(
        WINDOWS,
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
        SYSTEM,
        r"\currentcontrolset\control\terminal server\winstations\rdp-tcp",
        "rdp",
        LISTENER,
    ),
    rule(
        SOFTWARE,
        r"\policies\microsoft\windows nt\terminal services",
        "rdp",
        LISTENER,
    ),
    rule(
        SYSTEM,
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
        SYSTEM,
        r"\currentcontrolset\control\terminal server\rcm\licensing core",
        "rdp",
        &["LicensingMode"],
    ),
    rule(
        WINDOWS_NT,
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
        WINDOWS_NT,
        r"\currentversion\passwordless\device",
        "winlogon",
        &["DevicePasswordLessBuildVersion"],
    ),
    rule(
        SYSTEM,
        r"\currentcontrolset\control\session manager\environment",
        "env",
        &["UIPATH_SESSION_TIMEOUT"],
    ),
    rule(USER, r"\environment", "env", &["UIPATH_SESSION_TIMEOUT"]),
    rule(
        SYSTEM,
        r"\currentcontrolset\control\session manager\power",
        "power",
        &["HiberbootEnabled"],
    ),
    rule(
        SOFTWARE,
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

/// Services whose state, start type and account matter.
pub(in crate::reader::settings) const SERVICES: &[&str] = &[
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

/// Keys whose values need more than a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    /// Which control set is in force.
    Select,
    /// The zone of the clock.
    TimeZone,
    /// The machine's name and domain.
    HostName,
    /// What system it is.
    System,
    /// Workstation, server or domain controller.
    Product,
    /// The licensing grace period of a session host.
    Grace,
    /// One key for each installed program.
    Program,
    /// One key for each service.
    Service(&'static str),
}

/// A special key: its end in lower case, its home, and what it is.
type SpecialKey = (&'static str, &'static str, Special);

/// The special keys that stand alone.
const SPECIALS: &[SpecialKey] = &[
    (USER, r"\system\select", Special::Select),
    (
        SYSTEM,
        r"\currentcontrolset\control\timezoneinformation",
        Special::TimeZone,
    ),
    (
        r"system\currentcontrolset",
        r"\control\computername\computername",
        Special::HostName,
    ),
    (
        r"system\currentcontrolset",
        r"\control\computername\activecomputername",
        Special::HostName,
    ),
    (
        r"system\currentcontrolset",
        r"\services\tcpip\parameters",
        Special::HostName,
    ),
    (SOFTWARE, r"\microsoft\windows nt\currentversion", Special::System),
    (
        SYSTEM,
        r"\currentcontrolset\control\productoptions",
        Special::Product,
    ),
    (
        r"system\currentcontrolset\control",
        r"\terminal server\rcm\graceperiod",
        Special::Grace,
    ),
];

/// What is special about a key, given in one spelling.
pub(super) fn special(path: &str) -> Option<Special> {
    let alone = SPECIALS.iter().find(|(_, end, _)| path.ends_with(end));
    if let Some((_, _, special)) = alone {
        return Some(*special);
    }
    let (parent, leaf) = path.rsplit_once('\\')?;
    if parent.ends_with(UNINSTALL_END) {
        return Some(Special::Program);
    }
    if parent.ends_with(SERVICES_END) {
        let service = SERVICES.iter().find(|name| name.eq_ignore_ascii_case(leaf))?;
        return Some(Special::Service(service));
    }
    None
}

const UNINSTALL_END: &str = r"\currentversion\uninstall";
const SERVICES_END: &str = r"\currentcontrolset\services";

/// A key that is worth opening in a hive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::reader::settings) struct WantedKey {
    /// The whole key in lower case, below `HKEY_LOCAL_MACHINE` or the key of a user.
    pub(in crate::reader::settings) path: String,
    /// Whether the values are in the keys below it.
    pub(in crate::reader::settings) children: bool,
}

/// All keys whose values can be facts. A hive is opened at these and nowhere else, so that what lies beside them, such
/// as the secrets of the LSA, is never looked at.
pub(in crate::reader::settings) fn wanted_keys() -> Vec<WantedKey> {
    let one = |path: String| WantedKey {
        path,
        children: false,
    };
    let mut keys: Vec<WantedKey> = RULES.iter().map(|rule| one(rule.path())).collect();
    keys.extend(SPECIALS.iter().map(|(home, end, _)| one(format!("{home}{end}"))));
    keys.extend(
        SERVICES
            .iter()
            .map(|name| one(format!(r"{SYSTEM}{SERVICES_END}\{}", name.to_lowercase()))),
    );
    for home in [WINDOWS, r"software\wow6432node\microsoft\windows"] {
        keys.push(WantedKey {
            path: format!("{home}{UNINSTALL_END}"),
            children: true,
        });
    }
    for key in &mut keys {
        key.path = key.path.trim_start_matches('\\').to_owned();
    }
    keys.sort();
    keys.dedup();
    keys
}
