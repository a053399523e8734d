//! Settings and states: exports and command output that say how a machine is set up, read into [`Fact`]s. One
//! file for each format. Must not know what a setting is good or bad for.
//!
//! [`Fact`]: crate::model::Fact
//!
//! # The facts
//!
//! Names are stable. Numbers are decimal, times are in the unit given. A registry value keeps its Microsoft
//! name. The scope says where it was made: `ComputerPolicy` and `UserPolicy` for keys under `Policies`,
//! `Plain` for other values, `Observed` for what a list or a log shows in passing, `Inferred` for what is read by a guess
//! at a layout that nobody published.
//!
//! | name | meaning | value | from |
//! | --- | --- | --- | --- |
//! | `policy.DisableDomainCreds` | credentials of tasks may not be stored | 0, 1 | registry `Lsa`, secedit |
//! | `policy.LmCompatibilityLevel`, `.RunAsPPL`, `.LsaCfgFlags`, `.LimitBlankPasswordUse`, ... | other values of `Lsa`, Device Guard and Netlogon | number | registry, secedit |
//! | `policy.AllowEncryptionOracle` | Encryption Oracle Remediation | 0, 1, 2 | registry `CredSSP\Parameters` |
//! | `policy.LockoutBadCount`, `.MaximumPasswordAge`, ... | account policy; counts, days, minutes | number | secedit |
//! | `policy.InactivityTimeoutSecs`, `.scforceoption`, ... | security options | number | registry, secedit |
//! | `rdp.fPromptForPassword`, `.fInheritAutoLogon`, `.SecurityLayer`, `.UserAuthentication`, `.MinEncryptionLevel`, `.fDenyTSConnections`, `.fSingleSessionPerUser`, `.fResetBroken`, `.MaxInstanceCount`, `.LicensingMode`, `.PortNumber`, ... | the RDP listener and its policies | number | registry, group policy |
//! | `rdp.MaxIdleTime`, `.MaxConnectionTime`, `.MaxDisconnectionTime`, `.RemoteAppLogoffTimeLimit` | session limits | milliseconds | registry, group policy |
//! | `rdp.GracePeriod` | a licensing grace period was begun | `present` | registry |
//! | `winlogon.AutoAdminLogon`, `.DefaultUserName`, `.DefaultDomainName`, `.legalnoticecaption`, `.DevicePasswordLessBuildVersion`, ... | automatic logon and what stands before the desktop | text | registry, secedit |
//! | `winlogon.DefaultPassword` | a clear-text password is stored | always `present` | registry, secedit, group policy |
//! | `env.UIPATH_SESSION_TIMEOUT` | how long a robot waits for a session | seconds | registry, `set` |
//! | `power.HiberbootEnabled`, `update.AUOptions`, ... | hybrid shutdown, automatic updates | number | registry |
//! | `service.<name>.Start`, `.ObjectName` | start type (2 automatic, 3 manual, 4 disabled) and account | number, text | registry |
//! | `right.<SeRight>` | one for each holder of a logon right; `(nobody)` when the list of rights lacks it | SID with its well-known name in brackets, or account | secedit, group policy |
//! | `group.RemoteDesktopUsers`, `.Administrators`, `.Users` | one for each member | account or SID | net localgroup, secedit |
//! | `session.list` | one for each session in a list | `id= user= state= station= idle=` | quser, qwinsta, `DumpSessionsInfo` |
//! | `session.disconnected`, `session.active` | one for each user with such a session | account | the same |
//! | `session.user_count` | sessions of users in a list; services and listeners do not count | number | the same |
//! | `session.place_count` | those of them that are Remote Desktop connections, connected or not: all but the one at the console | number | the same |
//! | `task.<path>.LogonType`, `.UserId`, `.GroupId`, `.RunLevel`, `.Enabled`, `.MultipleInstancesPolicy`, `.ExecutionTimeLimit`, `.Command`, `.WorkingDirectory`, ... | a task's definition; a file without a name in it gives the name of the file | text | task XML |
//! | `task.<path>.LastResult`, `.LastRun`, `.LogonMode`, `.Status`, `.UserId`, `.Enabled` | a task's state; the result in decimal, times as printed | number, text | schtasks, PowerShell |
//! | `whoami.user`, `.sid`, `.group`, `.privilege`, `.integrity` | the account that ran the command | text | whoami |
//! | `trust.secure_channel` | the machine's tie to its domain | `ok`, `broken`, or code and symbol | nltest, PowerShell |
//! | `host.join` | what the machine belongs to | `workgroup`, `domain`, `entra`, `hybrid` | dsregcmd, systeminfo |
//! | `entra.primary_refresh_token` | single sign-on to Entra | `yes`, `no` | dsregcmd |
//! | `time.offset_seconds`, `time.source` | how far the clock is off, and whom it follows | seconds, text | w32tm |
//! | `kerberos.tickets` | cached tickets | number | klist |
//! | `hotfix.<KB>` | an installed update | the date as printed, or empty | systeminfo, lists |
//! | `os.CredentialGuard.running`, `.configured` | Credential Guard | 1 | systeminfo |
//! | `host.boot_time` | when it started | UTC where the source says, else as printed | systeminfo, wmic |
//! | `os.name`, `os.version`, `os.edition`, `os.build` | the system | text, `build.revision` | registry, systeminfo |
//! | `os.role` | kind of machine | `workstation`, `server`, `dc` | registry, systeminfo |
//! | `account.disabled`, `.locked`, `.enabled` | one for each account whose state is told | account | net user |
//! | `host.address` | an address of the machine itself | IP address | ipconfig |
//! | `host.name`, `host.domain` | the machine | text | registry, systeminfo |
//! | `host.rename_pending` | the name it takes when it starts, where that is another | text | registry |
//! | `host.time_zone`, `host.utc_offset_minutes` | zone; minutes east of UTC now in force | text, number | registry, systeminfo, `tzutil`, `Get-TimeZone` |
//! | `program.<name>` | version of an installed program that matters to sessions | text | registry, lists |
//! | `robot.version` | version of the UiPath robot | text | registry, lists |
//! | `collection.<n>` | what folder `n` of a collection holds | kind and what was asked for | `results.xml` of Intune |
mod accounts;
mod addresses;
mod capsule_part;
mod collection;
mod console_objects;
mod domain;
mod environment;
mod group_policy;
mod hive;
mod identity;
mod known;
mod labels;
mod lists;
mod net_user;
mod policy_list;
mod programs;
mod registry;
mod registry_lines;
mod secedit;
pub(crate) mod sessions;
mod sink;
mod system;
mod task_xml;
mod tasks;

use std::io::Read;

use super::encoding;
use super::plain_text;
use super::session_dump;
use super::sniff::HEAD_BYTES;
use crate::model::{ArtifactFormat, Findings, Origin, ProblemKind};
use crate::reader::Context;
use crate::reader::opened::Failed;
use crate::source::Source;
pub(crate) use hive::read as read_hive;
use sink::Sink;

/// One of the formats read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A task definition.
    TaskXml,
    /// Settings and coverage in a capsule.
    CapsulePart,
    /// The map of a collection.
    Collection,
    /// `gpresult` as XML or HTML.
    GroupPolicy,
    /// `gpresult` as text.
    GroupPolicyText,
    /// `secedit /export`.
    Secedit,
    /// A `.reg` file.
    RegFile,
    /// `reg query`, `Get-ItemProperty`, pasted keys and values.
    Registry,
    /// `systeminfo` and the like.
    System,
    /// `quser` and the like.
    Sessions,
    /// `DumpSessionsInfo`.
    SessionDump,
    /// `schtasks` and the like.
    Tasks,
    /// What PowerShell tells of tasks, as JSON.
    TaskJson,
    /// `whoami`, `net localgroup`.
    Identity,
    /// `nltest`, `dsregcmd`, `w32tm`, `klist`, `sc`.
    Domain,
    /// Installed programs and hotfixes.
    Lists,
    /// Policies by their titles.
    PolicyList,
    /// `set`, `tzutil`.
    Environment,
    /// `ipconfig`.
    Addresses,
    /// `net user NAME`.
    NetUser,
}

impl Kind {
    /// Whether such text can stand in one file with other text: output of commands, what people paste. Such a file
    /// is worth reading for events too.
    pub(crate) fn mixes(self) -> bool {
        ENTRIES.iter().any(|entry| entry.kind == self && entry.mixes)
    }
}

/// A reader: its format, how it is told, and how it is read.
struct Entry {
    kind: Kind,
    format: ArtifactFormat,
    /// Whether such text can stand in one file with other text.
    mixes: bool,
    sniff: fn(&str) -> bool,
    read: fn(&str, &Context<'_>, &mut Findings),
}

impl Entry {
    /// Whether it reads the rows of PowerShell's tables as lists. The others know tables of their own.
    fn in_tables(&self) -> bool {
        matches!(self.kind, Kind::Registry | Kind::Tasks)
    }
}

macro_rules! entry {
    ($kind:ident, $format:ident, $module:ident, $mixes:literal) => {
        Entry {
            kind: Kind::$kind,
            format: ArtifactFormat::$format,
            mixes: $mixes,
            sniff: $module::sniff,
            read: $module::read,
        }
    };
}

/// All readers, those with the plainest marks first.
const ENTRIES: &[Entry] = &[
    entry!(TaskXml, TaskXml, task_xml, false),
    entry!(CapsulePart, CapsulePart, capsule_part, false),
    entry!(Collection, CollectionMap, collection, false),
    entry!(TaskJson, CommandOutput, console_objects, false),
    entry!(GroupPolicy, GroupPolicyResult, group_policy, false),
    Entry {
        sniff: registry::sniff_file,
        ..entry!(RegFile, Registry, registry, false)
    },
    entry!(Secedit, SecurityPolicy, secedit, false),
    entry!(Registry, Registry, registry, true),
    Entry {
        sniff: group_policy::sniff_text,
        read: group_policy::read_text,
        ..entry!(GroupPolicyText, GroupPolicyResult, group_policy, true)
    },
    entry!(System, SystemInfo, system, true),
    entry!(Sessions, SessionList, sessions, true),
    entry!(SessionDump, SessionList, session_dump, true),
    entry!(Tasks, CommandOutput, tasks, true),
    entry!(Identity, CommandOutput, identity, true),
    entry!(Domain, CommandOutput, domain, true),
    entry!(Lists, SystemInfo, lists, true),
    entry!(PolicyList, SecurityPolicy, policy_list, true),
    entry!(Environment, SystemInfo, environment, true),
    entry!(Addresses, CommandOutput, addresses, true),
    entry!(NetUser, CommandOutput, net_user, true),
];

/// Which of these formats a text begins with, judged by its first few kilobytes.
pub(crate) fn sniff(head: &str) -> Option<Kind> {
    let tables = console_objects::tables(head).text;
    ENTRIES
        .iter()
        .find(|entry| (entry.sniff)(head) || (entry.in_tables() && (entry.sniff)(&tables)))
        .map(|entry| entry.kind)
}

/// The format of that kind of settings.
pub(crate) fn format(kind: Kind) -> ArtifactFormat {
    ENTRIES
        .iter()
        .find(|entry| entry.kind == kind)
        .map_or(ArtifactFormat::CommandOutput, |entry| entry.format)
}

/// Settings larger than this are none: collectors write a few megabytes.
const TEXT_BYTES: u64 = 24 << 20;

/// Reads one artifact.
pub(crate) fn read(kind: Kind, source: Source, context: &Context<'_>, findings: &mut Findings) {
    findings.format = Some(format(kind));
    if kind == Kind::RegFile {
        registry::read_file(source, context, findings);
        return;
    }
    let limit = TEXT_BYTES.min(context.limits.memory_bytes);
    let mut bytes = Vec::new();
    let mut stream = source.into_stream();
    let failure = (&mut stream).take(limit).read_to_end(&mut bytes).err();
    let known = bytes.len();
    let more = failure.is_none()
        && (&mut stream)
            .take(1)
            .read_to_end(&mut bytes)
            .is_ok_and(|count| count > 0);
    let begun = bytes.get(..known).unwrap_or_default();
    let (encoding, mark) = encoding::detect(begun.get(..HEAD_BYTES).unwrap_or(begun));
    findings.encoding = Some(encoding);
    findings.bytes = known as u64;
    let text = encoding::decode(begun.get(mark..).unwrap_or_default(), encoding);
    read_text(kind, &text, context, findings);
    drop(text);
    if more {
        let detail = format!("only the first {limit} bytes were searched for settings");
        Sink::new(context, findings).problem(ProblemKind::LimitHit, 0, &detail);
    }
    if kind.mixes() {
        // Whatever else is in it is read to its end: a log that quotes a setting may have any size.
        let rest: Box<dyn Read + Send> = match failure {
            Some(error) => Box::new(Failed::new(error)),
            None => stream,
        };
        let whole = std::io::Cursor::new(bytes).chain(rest);
        plain_text::read_rest(Source::Stream(Box::new(whole)), context, findings);
        if !context.interest.is_everything() {
            tasks::tell_once(findings);
        }
    } else if let Some(error) = failure {
        let detail = format!("reading stopped: {error}");
        Sink::new(context, findings).problem(ProblemKind::of(&error), 0, &detail);
    }
}

/// Reads the whole text of one artifact. People and collectors put the output of several commands into one file,
/// so every other reader that finds its marks there reads it too.
fn read_text(kind: Kind, text: &str, context: &Context<'_>, findings: &mut Findings) {
    let wanted = |entry: &&Entry| entry.kind == kind || (kind.mixes() && entry.mixes && (entry.sniff)(text));
    for entry in ENTRIES.iter().filter(wanted) {
        (entry.read)(text, context, findings);
    }
    if kind.mixes() {
        read_tables(text, context, findings);
    }
    name_host(findings);
}

/// Reads the tables of a text as the lists that they show.
fn read_tables(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let tables = console_objects::tables(text);
    let (facts, problems) = (findings.facts.len(), findings.problems.len());
    for entry in ENTRIES
        .iter()
        .filter(|entry| entry.in_tables() && (entry.sniff)(&tables.text))
    {
        (entry.read)(&tables.text, context, findings);
    }
    let place = |origin: &mut Origin| {
        let line = origin
            .line
            .and_then(|line| tables.lines.get(usize::try_from(line).ok()?.checked_sub(1)?));
        origin.line = line.copied();
    };
    findings
        .facts
        .iter_mut()
        .skip(facts)
        .for_each(|fact| place(&mut fact.origin));
    findings
        .problems
        .iter_mut()
        .skip(problems)
        .for_each(|problem| place(&mut problem.origin));
}

/// One file comes from one host: what one of several readers learned of it counts for all facts of the file.
fn name_host(findings: &mut Findings) {
    let mut hosts = findings
        .facts
        .iter()
        .map(|fact| &fact.host)
        .filter(|host| !host.is_empty());
    let Some(host) = hosts.next().cloned() else { return };
    if hosts.all(|other| *other == host) {
        for fact in &mut findings.facts {
            fact.host = host.clone();
        }
    }
}

#[cfg(test)]
mod hostile;

#[cfg(test)]
mod testing {
    //! What the tests of the readers share.

    use std::sync::Arc;

    use super::*;
    use crate::limits::Limits;
    use crate::model::Interest;

    /// Runs one reader over a text.
    pub(super) fn facts(read: fn(&str, &Context<'_>, &mut Findings), text: &str) -> Findings {
        let interest = Interest::everything().unwrap();
        let limits = Limits::default();
        let context = Context {
            path: Arc::from("case.zip!/settings.txt"),
            interest: &interest,
            limits: &limits,
            recover: false,
        };
        let mut findings = Findings::default();
        read(text, &context, &mut findings);
        findings
    }

    /// The values of all facts of that name.
    pub(super) fn value<'a>(findings: &'a Findings, name: &str) -> Vec<&'a str> {
        findings
            .facts
            .iter()
            .filter(|fact| &*fact.name == name)
            .map(|fact| &*fact.value)
            .collect()
    }
}
