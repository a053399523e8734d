//! Security policy as `secedit /export` writes it, and the `GptTmpl.inf` of a group policy object, which is the
//! same. Section names are never localized.
//!
//! Source: [MS-GPSB] 2.2.

use super::accounts::{NOBODY, RIGHTS, group_fact, holder};
use super::known::{Data, Key, Values, is_secret};
use super::sink::Sink;
use crate::model::{FactScope, Findings, ProblemKind};
use crate::reader::Context;

/// Settings of `[System Access]` that are facts: how passwords age and accounts lock.
const ACCESS: &[&str] = &[
    "MinimumPasswordAge",
    "MaximumPasswordAge",
    "LockoutBadCount",
    "ResetLockoutCount",
    "LockoutDuration",
    "ForceLogoffWhenHourExpire",
    "EnableAdminAccount",
    "EnableGuestAccount",
];

/// Logon rights that every computer grants to somebody.
const GRANTED: [&str; 2] = ["SeInteractiveLogonRight", "SeNetworkLogonRight"];
/// Rights that a whole list has at least; Windows grants more than twenty.
const FULL: usize = 12;
/// How the names of the rights begin that take another away: most computers deny nobody anything.
const DENIES: &str = "SeDeny";
/// The parts with which every export begins and ends.
const FRAME: [&str; 2] = ["Unicode", "Version"];

/// Whether the text is one.
pub(super) fn sniff(head: &str) -> bool {
    head.lines().take(400).any(|line| {
        let line = line.trim().trim_start_matches('\u{feff}');
        [
            "[System Access]",
            "[Privilege Rights]",
            "[Registry Values]",
            "[Group Membership]",
        ]
        .iter()
        .any(|name| line.eq_ignore_ascii_case(name))
    })
}

/// Reads the whole text.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    let mut reader = Reader::default();
    for (number, line) in (1_u64..).zip(text.lines()) {
        sink.record();
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() || line.starts_with(';') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            let name = name.trim_end_matches(']');
            reader.section = Section::of(name);
            reader.framed |= FRAME.iter().any(|frame| frame.eq_ignore_ascii_case(name.trim()));
            if reader.section == Section::Rights {
                reader.rights_at = Some(number);
            }
        } else {
            reader.line(&mut sink, number, line);
        }
    }
    reader.finish(&mut sink);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Section {
    Access,
    Registry,
    Rights,
    Groups,
    #[default]
    Other,
}

impl Section {
    fn of(name: &str) -> Self {
        match name.trim().to_ascii_lowercase().as_str() {
            "system access" => Self::Access,
            "registry values" => Self::Registry,
            "privilege rights" => Self::Rights,
            "group membership" => Self::Groups,
            _ => Self::Other,
        }
    }
}

#[derive(Default)]
struct Reader {
    section: Section,
    values: Values,
    rights_at: Option<u64>,
    rights: Vec<&'static str>,
    /// How many rights of any kind it lists.
    listed: usize,
    /// Whether it has the parts with which every export begins and ends.
    framed: bool,
}

impl Reader {
    fn line(&mut self, sink: &mut Sink<'_, '_>, number: u64, line: &str) {
        let Some((name, value)) = line.split_once('=') else {
            if self.section != Section::Other {
                sink.problem(ProblemKind::Damaged, number, "a setting without its value");
            }
            return;
        };
        let (name, value) = (name.trim(), value.trim());
        match self.section {
            Section::Access => {
                if let Some(known) = ACCESS.iter().find(|known| known.eq_ignore_ascii_case(name)) {
                    sink.fact(number, FactScope::Plain, &format!("policy.{known}"), value);
                }
            }
            Section::Registry => self.registry(sink, number, name, value),
            Section::Rights => self.right(sink, number, name, value),
            Section::Groups => groups(sink, number, name, value),
            Section::Other => {}
        }
    }

    /// `MACHINE\...\Lsa\DisableDomainCreds=4,1`: the type of the registry value and its data.
    fn registry(&mut self, sink: &mut Sink<'_, '_>, number: u64, path: &str, value: &str) {
        let Some((key, name)) = path.trim_matches('"').rsplit_once('\\') else {
            sink.problem(ProblemKind::Damaged, number, "a registry value without its key");
            return;
        };
        let key = Key::new(key);
        if !Values::wants(&key, name) {
            return;
        }
        let data = value.split_once(',').and_then(|(kind, data)| {
            let data = data.trim();
            match kind.trim() {
                "4" => data.parse().ok().map(Data::Number),
                "1" | "2" | "7" => Some(Data::Text(data.trim_matches('"').to_owned())),
                "3" => Some(Data::Binary),
                _ => None,
            }
        });
        match data {
            Some(data) => self.values.add(sink, number, &key, name, &data),
            None if is_secret(name) => self.values.add(sink, number, &key, name, &Data::Binary),
            None => {
                sink.problem(
                    ProblemKind::Damaged,
                    number,
                    "the data of a registry value cannot be read",
                );
            }
        }
    }

    fn right(&mut self, sink: &mut Sink<'_, '_>, number: u64, name: &str, value: &str) {
        self.listed += 1;
        let Some(right) = RIGHTS.iter().find(|right| right.eq_ignore_ascii_case(name)) else {
            return;
        };
        let fact = format!("right.{right}");
        for account in value
            .split(',')
            .map(str::trim)
            .filter(|account| !account.is_empty())
        {
            if !self.rights.contains(right) {
                self.rights.push(right);
            }
            sink.fact(number, FactScope::Plain, &fact, &holder(account));
        }
    }

    /// The whole section lists every right that anybody holds, so a right it lacks is held by nobody. An excerpt, or a
    /// template of a policy, lacks even the rights that every computer grants.
    fn finish(self, sink: &mut Sink<'_, '_>) {
        self.values.finish(sink);
        let mut granted = GRANTED.iter().map(|right| self.rights.contains(right));
        let is_whole = if self.framed {
            granted.any(|there| there)
        } else {
            granted.all(|there| there)
        };
        let Some(line) = self.rights_at.filter(|_| is_whole) else {
            return;
        };
        // Every computer grants some rights of use; a list of a few lines was shortened, whatever stands around it.
        let is_full = self.listed >= FULL;
        let lacks = |right: &&&str| !self.rights.contains(right) && (is_full || right.starts_with(DENIES));
        for right in RIGHTS.iter().filter(lacks) {
            sink.fact(line, FactScope::Plain, &format!("right.{right}"), NOBODY);
        }
    }
}

/// `*S-1-5-32-555__Members = *S-1-5-21-...,CORP\svc-robot`: a restricted group.
fn groups(sink: &mut Sink<'_, '_>, number: u64, name: &str, value: &str) {
    let Some(group) = name.strip_suffix("__Members") else {
        return;
    };
    let Some(fact) = group_fact(group) else {
        return;
    };
    for member in value
        .split(',')
        .map(str::trim)
        .filter(|member| !member.is_empty())
    {
        sink.fact(number, FactScope::ComputerPolicy, fact, &holder(member));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, value};
    use super::*;

    const INF: &str = "\u{feff}[Unicode]\r\nUnicode=yes\r\n[System Access]\r\nLockoutBadCount = 5\r\n\
        [Registry Values]\r\n\
        MACHINE\\System\\CurrentControlSet\\Control\\Lsa\\DisableDomainCreds=4,1\r\n\
        MACHINE\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon\\DefaultPassword=1,\"Geheim73\"\r\n\
        MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\LegalNoticeCaption=1,\"Hinweis\"\r\n\
        [Privilege Rights]\r\n\
        SeBatchLogonRight = *S-1-5-32-544,CORP\\svc-robot\r\n\
        SeDenyBatchLogonRight = *S-1-5-32-546\r\n\
        SeNetworkLogonRight = *S-1-1-0\r\n\
        [Group Membership]\r\n\
        *S-1-5-32-555__Memberof =\r\n\
        *S-1-5-32-555__Members = *S-1-5-21-1-2-3-1107\r\n\
        [Version]\r\nsignature=\"$CHICAGO$\"\r\n";

    #[test]
    fn export() {
        assert!(sniff(INF));
        let found = facts(read, INF);
        assert_eq!(value(&found, "policy.DisableDomainCreds"), ["1"]);
        assert_eq!(value(&found, "policy.LockoutBadCount"), ["5"]);
        assert_eq!(value(&found, "winlogon.legalnoticecaption"), ["Hinweis"]);
        assert_eq!(value(&found, "winlogon.DefaultPassword"), ["present"]);
        assert_eq!(
            value(&found, "right.SeBatchLogonRight"),
            ["S-1-5-32-544 (Administrators)", r"CORP\svc-robot"]
        );
        assert_eq!(value(&found, "right.SeDenyServiceLogonRight"), [NOBODY]);
        assert_eq!(value(&found, "group.RemoteDesktopUsers"), ["S-1-5-21-1-2-3-1107"]);
        assert!(!format!("{found:?}").contains("Geheim"));
        assert_eq!(found.problems.len(), 1);
    }

    #[test]
    fn an_excerpt_says_nothing_of_other_rights() {
        let found = facts(read, &INF.replace("SeNetworkLogonRight = *S-1-1-0\r\n", ""));
        assert_eq!(value(&found, "right.SeBatchLogonRight").len(), 2);
        assert!(value(&found, "right.SeDenyServiceLogonRight").is_empty());
        let few = "[Privilege Rights]\r\nSeServiceLogonRight = *S-1-5-80-0\r\nSeInteractiveLogonRight = *S-1-5-32-544\r\n";
        let found = facts(read, few);
        assert_eq!(value(&found, "right.SeInteractiveLogonRight").len(), 1);
        assert!(value(&found, "right.SeNetworkLogonRight").is_empty());
    }

    #[test]
    fn a_damaged_export_gives_the_rest() {
        let found = facts(
            read,
            &INF.replace("DisableDomainCreds=4,1", "DisableDomainCreds=4,\u{fffd}"),
        );
        assert!(value(&found, "policy.DisableDomainCreds").is_empty());
        assert_eq!(value(&found, "winlogon.DefaultPassword"), ["present"]);
        assert_eq!(value(&found, "right.SeBatchLogonRight").len(), 2);
        assert!(
            found
                .problems
                .iter()
                .any(|problem| problem.kind == ProblemKind::Damaged)
        );
    }
}
