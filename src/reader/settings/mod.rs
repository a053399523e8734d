//! Settings and states: exports and command output that say how a machine is set up, read into [`Fact`]s. One
//! file for each format. Must not know what a setting is good or bad for.
//!
//! [`Fact`]: crate::model::Fact
//!
//! # The facts
//!
//! Names are stable. Numbers are decimal, times are in the unit given. A registry value keeps its Microsoft
//! name. The scope says where it was made: `ComputerPolicy` and `UserPolicy` for keys under `Policies`,
//! `Plain` for other values, `Observed` for what a list or a log shows in passing.
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
//! | `env.UIPATH_SESSION_TIMEOUT` | how long a robot waits for a session | seconds | registry |
//! | `power.HiberbootEnabled`, `update.AUOptions`, ... | hybrid shutdown, automatic updates | number | registry |
//! | `service.<name>.Start`, `.ObjectName` | start type (2 automatic, 3 manual, 4 disabled) and account | number, text | registry |
//! | `right.<SeRight>` | one for each holder of a logon right; `(nobody)` when the list of rights lacks it | SID with its well-known name in brackets, or account | secedit, group policy |
//! | `group.RemoteDesktopUsers`, `.Administrators`, `.Users` | one for each member | account or SID | net localgroup, secedit |
//! | `os.name`, `os.version`, `os.edition`, `os.build` | the system | text, `build.revision` | registry, systeminfo |
//! | `os.role` | kind of machine | `workstation`, `server`, `dc` | registry, systeminfo |
//! | `host.name`, `host.domain` | the machine | text | registry, systeminfo |
//! | `host.time_zone`, `host.utc_offset_minutes` | zone; minutes east of UTC now in force | text, number | registry, systeminfo |
//! | `program.<name>` | version of an installed program that matters to sessions | text | registry, lists |
//! | `robot.version` | version of the UiPath robot | text | registry, lists |
#![allow(dead_code, reason = "the dispatch of the formats is being put in place")]

mod accounts;
mod known;
mod programs;
mod registry;
mod secedit;
mod sink;

use crate::model::{Findings, Format};
use crate::reader::Context;

/// One of the formats read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `.reg`, `reg query`, `Get-ItemProperty`.
    Registry,
    /// `secedit /export`.
    Secedit,
}

/// A reader: its format, how it is told, and how it is read.
struct Entry {
    kind: Kind,
    format: Format,
    sniff: fn(&str) -> bool,
    read: fn(&str, &Context<'_>, &mut Findings),
}

/// All readers, those with the plainest marks first.
const ENTRIES: &[Entry] = &[
    Entry {
        kind: Kind::Secedit,
        format: Format::SecurityPolicy,
        sniff: secedit::sniff,
        read: secedit::read,
    },
    Entry {
        kind: Kind::Registry,
        format: Format::Registry,
        sniff: registry::sniff,
        read: registry::read,
    },
];

/// Which of these formats a text begins with, judged by its first few kilobytes.
pub(crate) fn sniff(head: &str) -> Option<Kind> {
    ENTRIES
        .iter()
        .find(|entry| (entry.sniff)(head))
        .map(|entry| entry.kind)
}

/// Reads the whole text of one artifact.
pub(crate) fn read(kind: Kind, text: &str, context: &Context<'_>, findings: &mut Findings) {
    if let Some(entry) = ENTRIES.iter().find(|entry| entry.kind == kind) {
        findings.format.get_or_insert(entry.format);
        (entry.read)(text, context, findings);
    }
}

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
