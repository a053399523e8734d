//! The programs that write the records which the code itself looks for, by every name that logs and people have for them: the one
//! place where such a name stands in Rust, which `tests/architecture.rs` holds. Knows no more of a record than who wrote it.

use super::Event;

/// Who writes records.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Provider {
    /// The name that most of its records have.
    pub(crate) name: &'static str,
    /// Names that it has besides: in other versions of Windows, in viewers.
    others: &'static [&'static str],
}

/// Records of a provider, by their ids; all of it where there are none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Records {
    pub(crate) provider: Provider,
    pub(crate) ids: &'static [u16],
}

impl Provider {
    const fn new(name: &'static str) -> Self {
        Self { name, others: &[] }
    }

    const fn or(name: &'static str, others: &'static [&'static str]) -> Self {
        Self { name, others }
    }

    /// All its names.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.others.iter().copied())
    }

    /// Whether that is a name of it; case does not count.
    pub(crate) fn is(self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
            || self.others.iter().any(|other| other.eq_ignore_ascii_case(name))
    }

    /// Whether it wrote a record.
    pub(crate) fn wrote(self, event: &Event) -> bool {
        self.is(&event.provider)
    }

    /// Its records with one of these ids.
    pub(crate) const fn ids(self, ids: &'static [u16]) -> Records {
        Records { provider: self, ids }
    }
}

impl Records {
    /// Whether a record of that provider and id is one of them.
    pub(crate) fn have(&self, provider: &str, id: u16) -> bool {
        (self.ids.is_empty() || self.ids.contains(&id)) && self.provider.is(provider)
    }

    /// Whether a record is one of them.
    pub(crate) fn are(&self, event: &Event) -> bool {
        event.id.is_some_and(|id| self.have(&event.provider, id))
    }
}

pub(crate) const LSM: Provider = Provider::new("Microsoft-Windows-TerminalServices-LocalSessionManager");
pub(crate) const RCM: Provider = Provider::new("Microsoft-Windows-TerminalServices-RemoteConnectionManager");
pub(crate) const RDP_CORE: Provider = Provider::or(
    "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS",
    &["Microsoft-Windows-RdpCoreTS"],
);
pub(crate) const RDP_CLIENT: Provider = Provider::new("Microsoft-Windows-TerminalServices-ClientActiveXCore");
pub(crate) const TASK_SCHEDULER: Provider = Provider::new("Microsoft-Windows-TaskScheduler");
pub(crate) const AUDITING: Provider = Provider::new("Microsoft-Windows-Security-Auditing");
pub(crate) const LSA: Provider = Provider::or(
    "LsaSrv",
    &[
        "Microsoft-Windows-LSA",
        "Microsoft-Windows-LsaSrv",
        "LSA (LsaSrv)",
    ],
);
pub(crate) const NETLOGON: Provider = Provider::new("NETLOGON");
pub(crate) const NETJOIN: Provider = Provider::new("NetJoin");
pub(crate) const WORKSTATION: Provider = Provider::or("Workstation", &["LanmanWorkstation"]);
pub(crate) const GROUP_POLICY: Provider = Provider::new("Microsoft-Windows-GroupPolicy");
pub(crate) const WINLOGON: Provider = Provider::new("Microsoft-Windows-Winlogon");
pub(crate) const USER32: Provider = Provider::or("User32", &["Microsoft-Windows-User32"]);
/// The service of event logs, which writes its starts and stops under its short name and what it does to logs under the long one.
pub(crate) const EVENT_LOG: Provider = Provider::or("EventLog", &["Microsoft-Windows-Eventlog"]);
pub(crate) const KERNEL_GENERAL: Provider = Provider::new("Microsoft-Windows-Kernel-General");
pub(crate) const KERNEL_POWER: Provider = Provider::new("Microsoft-Windows-Kernel-Power");
pub(crate) const POWER_TROUBLESHOOTER: Provider = Provider::new("Microsoft-Windows-Power-Troubleshooter");
pub(crate) const KERNEL_BOOT: Provider = Provider::new("Microsoft-Windows-Kernel-Boot");
pub(crate) const SCHANNEL: Provider = Provider::new("Schannel");
pub(crate) const SERVICES: Provider = Provider::new("Service Control Manager");
pub(crate) const APPLICATION_ERROR: Provider = Provider::new("Application Error");
pub(crate) const INSTALLER: Provider = Provider::new("MsiInstaller");
pub(crate) const UIPATH: Provider = Provider::or("UiPath", &["UiRobotSvc"]);
pub(crate) const POWER_AUTOMATE: Provider = Provider::new("Microsoft Power Automate");
pub(crate) const PACKET_MONITOR: Provider = Provider::new("Microsoft-Windows-PktMon");
const UPDATES: Provider = Provider::new("Microsoft-Windows-WindowsUpdateClient");
const PROFILES: Provider = Provider::new("Microsoft-Windows-User Profiles Service");
const NTLM: Provider = Provider::new("Microsoft-Windows-NTLM");
const POWERSHELL: Provider = Provider::new("Microsoft-Windows-PowerShell");

/// The log of the sessions.
pub(crate) const SESSIONS_LOG: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational";

/// What Windows' own providers are called before what they are.
pub(crate) const OF_WINDOWS: &str = "Microsoft-Windows-";

/// Whether a provider is one of Windows' own.
pub(crate) fn is_of_windows(name: &str) -> bool {
    let start = name.as_bytes().get(..OF_WINDOWS.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(OF_WINDOWS.as_bytes()))
}

/// What only UiPath writes; see the message catalogue of its robot and Orchestrator.
pub(crate) const UIPATH_SENTENCES: [&str; 7] = [
    "could not start executor",
    "executor start process failed",
    "rdpwrapper:",
    "rdp connection failed: message:",
    "stopped with an unexpected exit code",
    "job faulted due to service shutdown",
    "uipath.freerdpwrapper",
];

/// Names that Event Viewer shows, and people write, without what all providers of Windows begin with.
pub(crate) const SHORTENED: &[&str] = &[
    LSM.name,
    RCM.name,
    RDP_CLIENT.name,
    "Microsoft-Windows-TerminalServices-Gateway",
    "Microsoft-Windows-TerminalServices-Licensing",
    RDP_CORE.name,
    "Microsoft-Windows-RemoteDesktopServices-SessionServices",
    TASK_SCHEDULER.name,
    AUDITING.name,
    "Microsoft-Windows-Security-Kerberos",
    KERNEL_GENERAL.name,
    KERNEL_POWER.name,
    KERNEL_BOOT.name,
    UPDATES.name,
    PROFILES.name,
    WINLOGON.name,
    GROUP_POLICY.name,
    "Microsoft-Windows-Time-Service",
    "Microsoft-Windows-DistributedCOM",
    NTLM.name,
    "Microsoft-Windows-WER-SystemErrorReporting",
    "Microsoft-Windows-Resource-Exhaustion-Detector",
    "Microsoft-Windows-LSA",
    "Microsoft-Windows-Eventlog",
];

/// Names that people and viewers write for a provider, in lower case.
pub(crate) const NICKNAMES: &[(&str, Provider)] = &[
    ("microsoft windows security auditing.", AUDITING),
    ("microsoft windows security auditing", AUDITING),
    ("user profile service", PROFILES),
    ("localsessionmanager", LSM),
    ("remoteconnectionmanager", RCM),
    ("rdpcorets", RDP_CORE),
    ("task scheduler", TASK_SCHEDULER),
    ("windows update agent", UPDATES),
    ("lsa (lsasrv)", LSA),
];

/// Names by which a column of a table is told to be that of providers, besides those of Windows, in lower case.
pub(crate) const IN_TABLES: &[&str] = &[
    "service control manager",
    "eventlog",
    "user32",
    "application error",
    "application popup",
    "windows error reporting",
    "msiinstaller",
    "schannel",
    "termdd",
    "termservice",
    "netlogon",
    "lsasrv",
    "uipath",
    "uirobotsvc",
    ".net runtime",
    "wininit",
    "winlogon",
    "desktop window manager",
    "citrix desktop service",
];

/// What hayabusa writes for a channel, the channel, and the provider of the channels that have one only.
///
/// Source: <https://github.com/Yamato-Security/hayabusa-rules>, `config/channel_abbreviations.txt`.
pub(crate) const HAYABUSA_CHANNELS: &[(&str, &str, Option<Provider>)] = &[
    ("Sec", "Security", Some(AUDITING)),
    ("Sys", "System", None),
    ("App", "Application", None),
    (
        "TaskSch",
        "Microsoft-Windows-TaskScheduler/Operational",
        Some(TASK_SCHEDULER),
    ),
    ("RDS-LSM", SESSIONS_LOG, Some(LSM)),
    (
        "RDS-RCM",
        "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
        Some(RCM),
    ),
    (
        "RDP-Cli",
        "Microsoft-Windows-TerminalServices-RDPClient/Operational",
        Some(RDP_CLIENT),
    ),
    (
        "RDP-CoreTS",
        "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational",
        Some(RDP_CORE),
    ),
    (
        "GroupPolicy",
        "Microsoft-Windows-GroupPolicy/Operational",
        Some(GROUP_POLICY),
    ),
    (
        "UserProfileSvc",
        "Microsoft-Windows-User Profile Service/Operational",
        Some(PROFILES),
    ),
    ("NTLM", "Microsoft-Windows-NTLM/Operational", Some(NTLM)),
    (
        "PwSh",
        "Microsoft-Windows-PowerShell/Operational",
        Some(POWERSHELL),
    ),
];

/// What hayabusa writes for a provider.
///
/// Source: the same, `config/provider_abbreviations.txt`.
pub(crate) const HAYABUSA_PROVIDERS: &[(&str, Provider)] = &[
    ("Sec", AUDITING),
    ("TaskScheduler", TASK_SCHEDULER),
    ("RDS-LSM", LSM),
    ("RDS-RCM", RCM),
    ("WinUpdate", UPDATES),
    ("SCM", SERVICES),
];

/// The GUIDs under which providers register, in the form of [`guid_text`](super::guid_text), and their names. Traces have no more
/// of a provider, unless it carries its name.
///
/// Source: `Provider@Guid` beside `Provider@Name` in event logs of these providers.
const GUIDS: &[(&str, &str)] = &[
    ("{5d896912-022d-40aa-a3a8-4fa5515c76d7}", LSM.name),
    ("{c76baa63-ae81-421c-b425-340b4b24157f}", RCM.name),
    ("{1139c61b-b549-4251-8ed3-27250a1edec8}", RDP_CORE.name),
    ("{28aa95bb-d444-4719-a36f-40462168127e}", RDP_CLIENT.name),
    ("{de7b24ea-73c8-4a09-985d-5bdadcfa9017}", TASK_SCHEDULER.name),
    ("{54849625-5478-4994-a5ba-3e3b0328c30d}", AUDITING.name),
    ("{dbe9b383-7cf3-4331-91cc-a3cb16a3b538}", WINLOGON.name),
    ("{ac43300d-5fcc-4800-8e99-1bd3f85f0320}", NTLM.name),
    (
        "{98e6cfcb-ee0a-41e0-a57b-622d4e1b30b1}",
        "Microsoft-Windows-Security-Kerberos",
    ),
    ("{89b1e9f0-5aff-44a6-9b44-0a07a7ce5845}", PROFILES.name),
    ("{a0c1853b-5c40-4b15-8766-3cf1c58f985a}", POWERSHELL.name),
    (
        "{e13c0d23-ccbc-4e12-931b-d9cc2eee27e4}",
        "Microsoft-Windows-DotNETRuntime",
    ),
    (
        "{763fd754-7086-4dfe-95eb-c01a46faf4ca}",
        "Microsoft-Windows-DotNETRuntimePrivate",
    ),
    (
        "{a669021c-c450-4609-a035-5af59af4df18}",
        "Microsoft-Windows-DotNETRuntimeRundown",
    ),
    ("{1f678132-5938-4686-9fdc-c8ff68f15c85}", "Schannel"),
    ("{199fe037-2b82-40a9-82ac-e1d46c792b99}", LSA.name),
];

/// The name of the provider with this GUID.
pub(crate) fn name_of_guid(guid: &str) -> Option<&'static str> {
    let found = GUIDS.iter().find(|(known, _)| *known == guid);
    found.map(|(_, name)| *name)
}
