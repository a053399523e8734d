//! What the machine is: `systeminfo`, `msinfo32` as text, `Get-ComputerInfo` and `wmic os`. Labels are matched
//! in the languages we know; in others the values tell, as `systeminfo` keeps its order in every language.
//!
//! Folklore: German and Japanese `systeminfo` keep `KB` numbers, versions and `(UTC+01:00)` as they are.

use super::labels::pair;
use super::sink::Sink;
use crate::model::{FactScope, Findings};
use crate::reader::Context;

/// Labels, in lower case, and the facts they stand for.
const LABELS: &[(&str, &str)] = &[
    ("host name", "host.name"),
    ("hostname", "host.name"),
    ("ホスト名", "host.name"),
    ("nom de l'hôte", "host.name"),
    ("csname", "host.name"),
    ("system name", "host.name"),
    ("systemname", "host.name"),
    ("os name", "os.name"),
    ("betriebssystemname", "os.name"),
    ("os 名", "os.name"),
    ("osname", "os.name"),
    ("caption", "os.name"),
    ("os version", "os.build"),
    ("betriebssystemversion", "os.build"),
    ("os バージョン", "os.build"),
    ("osversion", "os.build"),
    ("os configuration", "os.role"),
    ("betriebssystemkonfiguration", "os.role"),
    ("os 構成", "os.role"),
    ("csdomainrole", "os.role"),
    ("domain", "host.domain"),
    ("domäne", "host.domain"),
    ("ドメイン", "host.domain"),
    ("csdomain", "host.domain"),
    ("system boot time", "host.boot_time"),
    ("systemstartzeit", "host.boot_time"),
    ("システム起動時間", "host.boot_time"),
    ("oslastbootuptime", "host.boot_time"),
    ("lastbootuptime", "host.boot_time"),
    ("time zone", "host.time_zone"),
    ("zeitzone", "host.time_zone"),
    ("タイム ゾーン", "host.time_zone"),
    ("timezone", "host.time_zone"),
    ("currenttimezone", "host.utc_offset_minutes"),
    ("oscurrenttimezone", "host.utc_offset_minutes"),
];

/// Words in the configuration that tell the role, the first found counts.
const ROLES: &[(&str, &str)] = &[
    ("domain controller", "dc"),
    ("domaincontroller", "dc"),
    ("domänencontroller", "dc"),
    ("ドメイン コントローラー", "dc"),
    ("contrôleur", "dc"),
    ("controlador de dominio", "dc"),
    ("workstation", "workstation"),
    ("arbeitsstation", "workstation"),
    ("ワークステーション", "workstation"),
    ("station de travail", "workstation"),
    ("estación de trabajo", "workstation"),
    ("server", "server"),
    ("サーバー", "server"),
    ("serveur", "server"),
    ("servidor", "server"),
];

/// Whether the text begins with such a list.
pub(super) fn sniff(head: &str) -> bool {
    let mut names = 0_usize;
    for line in head.lines() {
        let Some((label, value)) = pair(line) else {
            continue;
        };
        if is_os_name(value) && label.chars().count() < 40 {
            names = names.max(1);
        } else if names > 0 && build(value).is_some() {
            return true;
        }
        if matches!(
            label,
            "OsBuildNumber" | "WindowsBuildLabEx" | "CurrentTimeZone" | "BuildNumber"
        ) {
            return true;
        }
    }
    false
}

/// Reads the text.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    let mut reader = Reader::default();
    for (number, line) in (1_u64..).zip(text.lines()) {
        sink.record();
        if let Some((kb, _)) = super::lists::hotfix_of_systeminfo(line) {
            sink.fact(number, FactScope::Observed, &format!("hotfix.{kb}"), "");
        } else if let Some((label, value)) = pair(line) {
            reader.line(&mut sink, number, label, value);
        }
    }
}

/// What came before, for lists in other languages.
#[derive(Default)]
struct Reader {
    previous: Option<(u64, String)>,
    named: bool,
    stated: Vec<&'static str>,
}

impl Reader {
    fn line(&mut self, sink: &mut Sink<'_, '_>, number: u64, label: &str, value: &str) {
        let value = value.trim();
        let lower = label.to_lowercase();
        let known = LABELS
            .iter()
            .find(|(known, _)| *known == lower)
            .map(|(_, fact)| *fact);
        if let Some(fact) = known {
            self.state(sink, number, fact, value);
        } else if is_os_name(value) {
            if let Some((line, host)) = self.previous.clone().filter(|_| !self.named) {
                self.state(sink, line, "host.name", &host);
            }
            self.state(sink, number, "os.name", value);
        } else if value.starts_with("(UTC") || value.starts_with("(GMT") {
            self.state(sink, number, "host.time_zone", value);
        } else if value.starts_with(r"\\")
            && !value.contains(' ')
            && let Some((line, domain)) = self.previous.clone()
        {
            self.state(sink, line, "host.domain", &domain);
        } else if self.stated.contains(&"os.name") && build(value).is_some() {
            self.state(sink, number, "os.build", value);
        } else if self.stated.contains(&"os.build")
            && !self.stated.contains(&"os.role")
            && role(value).is_some()
        {
            self.state(sink, number, "os.role", value);
        } else if value.to_lowercase().contains("credential guard") {
            let running = is_running(&lower);
            let fact = if running {
                "os.CredentialGuard.running"
            } else {
                "os.CredentialGuard.configured"
            };
            self.state(sink, number, fact, "1");
        }
        self.previous = Some((number, value.to_owned()));
    }

    /// States a fact once; the first place in the list counts.
    fn state(&mut self, sink: &mut Sink<'_, '_>, line: u64, fact: &'static str, value: &str) {
        if self.stated.contains(&fact) || value.is_empty() {
            return;
        }
        let stated = match fact {
            "os.build" => build(value),
            "os.role" => {
                if is_alone(value) {
                    sink.fact(line, FactScope::Observed, "host.join", "workgroup");
                }
                role(value).map(str::to_owned)
            }
            "host.utc_offset_minutes" => value.parse::<i32>().ok().map(|minutes| minutes.to_string()),
            "os.name" if !is_os_name(value) => None,
            "host.boot_time" => Some(boot_time(sink, line, value)),
            _ => Some(value.to_owned()),
        };
        let Some(value) = stated else { return };
        self.stated.push(fact);
        if fact == "host.name" {
            self.named = true;
            sink.host(&value);
        }
        sink.fact(line, FactScope::Observed, fact, &value);
    }
}

fn is_os_name(value: &str) -> bool {
    value.starts_with("Microsoft") && value.contains("Windows")
}

/// The build number in `10.0.17763 N/A Build 17763`.
fn build(value: &str) -> Option<String> {
    let version = value.split_whitespace().next()?;
    let mut parts = version.split('.');
    let major: u32 = parts.next()?.parse().ok()?;
    let minor: u32 = parts.next()?.parse().ok()?;
    let build: u32 = parts.next()?.parse().ok()?;
    ((major == 10 || major == 6) && minor <= 4 && build > 1000).then(|| build.to_string())
}

fn role(value: &str) -> Option<&'static str> {
    let lower = value.to_lowercase();
    ROLES
        .iter()
        .find(|(word, _)| lower.contains(word))
        .map(|(_, role)| *role)
}

/// Whether the configuration says that the machine is in no domain.
fn is_alone(value: &str) -> bool {
    let lower = value.to_lowercase();
    [
        "standalone",
        "eigenständig",
        "スタンドアロン",
        "autonome",
        "independiente",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

fn is_running(label: &str) -> bool {
    ["running", "ausgeführt", "実行"]
        .iter()
        .any(|word| label.contains(word))
}

/// The boot time as the list prints it. The form of WMI carries its offset in minutes, which is a fact too.
fn boot_time(sink: &mut Sink<'_, '_>, line: u64, value: &str) -> String {
    let Some((local, offset)) = wmi_time(value) else {
        return value.to_owned();
    };
    sink.fact(
        line,
        FactScope::Observed,
        "host.utc_offset_minutes",
        &offset.to_string(),
    );
    let utc = local.checked_sub_signed(chrono::TimeDelta::minutes(i64::from(offset)));
    utc.map_or_else(
        || value.to_owned(),
        |time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
    )
}

/// `20260504095801.500000+120`.
///
/// Source: <https://learn.microsoft.com/windows/win32/wmisdk/cim-datetime>
fn wmi_time(value: &str) -> Option<(chrono::NaiveDateTime, i32)> {
    let (stamp, rest) = value.split_once('.')?;
    let local = chrono::NaiveDateTime::parse_from_str(stamp, "%Y%m%d%H%M%S").ok()?;
    let sign = rest.find(['+', '-'])?;
    let offset: i32 = rest.get(sign..)?.trim_start_matches('+').parse().ok()?;
    (-900..=900).contains(&offset).then_some((local, offset))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, value};
    use super::*;

    const ENGLISH: &str = "\nHost Name:                 RPA-07\n\
        OS Name:                   Microsoft Windows Server 2019 Standard\n\
        OS Version:                10.0.17763 N/A Build 17763\n\
        OS Manufacturer:           Microsoft Corporation\n\
        OS Configuration:          Member Server\n\
        Original Install Date:     1/7/2024, 9:12:44 AM\n\
        System Boot Time:          5/4/2026, 7:58:01 AM\n\
        Time Zone:                 (UTC+01:00) Amsterdam, Berlin\n\
        Domain:                    corp.example\n\
        Logon Server:              \\\\DC01\n\
        Hotfix(s):                 2 Hotfix(s) Installed.\n\
        \x20                          [01]: KB5041578\n\
        \x20                          [02]: KB4589208\n\
        Virtualization-based security: Status: Running\n\
        \x20                          Services Running: Credential Guard\n";

    #[test]
    fn systeminfo_in_english() {
        assert!(sniff(ENGLISH));
        let found = facts(read, ENGLISH);
        for (name, expected) in [
            ("host.name", "RPA-07"),
            ("os.name", "Microsoft Windows Server 2019 Standard"),
            ("os.build", "17763"),
            ("os.role", "server"),
            ("host.domain", "corp.example"),
            ("host.time_zone", "(UTC+01:00) Amsterdam, Berlin"),
            ("host.boot_time", "5/4/2026, 7:58:01 AM"),
            ("hotfix.KB5041578", ""),
            ("os.CredentialGuard.running", "1"),
        ] {
            assert_eq!(value(&found, name), [expected], "{name}");
        }
        assert!(found.facts.iter().all(|fact| &*fact.host == "RPA-07"));
    }

    #[test]
    fn systeminfo_in_other_languages() {
        let german = "Hostname:                          RPA-07\n\
            Betriebssystemname:                Microsoft Windows 10 Pro\n\
            Betriebssystemversion:             10.0.19045 Nicht zutreffend Build 19045\n\
            Betriebssystemkonfiguration:       Eigenständige Arbeitsstation\n\
            Systemstartzeit:                   04.05.2026, 07:58:01\n\
            Domäne:                            WORKGROUP\n";
        let japanese = "ホスト名:                   RPA-07\n\
            OS 名:                      Microsoft Windows 10 Pro\n\
            OS バージョン:              10.0.19045 N/A ビルド 19045\n\
            OS 構成:                    スタンドアロン ワークステーション\n\
            ドメイン:                   WORKGROUP\n";
        let italian = "Nome host:                                   RPA-07\n\
            Nome SO:                                     Microsoft Windows 10 Pro\n\
            Versione SO:                                 10.0.19045 N/D build 19045\n\
            Configurazione SO:                           Workstation autonoma\n\
            Dominio:                                     WORKGROUP\n\
            Server di accesso:                           \\\\RPA-07\n";
        for text in [german, japanese, italian] {
            assert!(sniff(text), "{text}");
            let found = facts(read, text);
            assert_eq!(value(&found, "host.name"), ["RPA-07"]);
            assert_eq!(value(&found, "os.build"), ["19045"]);
            assert_eq!(value(&found, "os.role"), ["workstation"]);
            assert_eq!(value(&found, "host.domain"), ["WORKGROUP"]);
        }
    }

    #[test]
    fn wmi_and_powershell() {
        let text = "BuildNumber=17763\nCaption=Microsoft Windows Server 2019 Standard\nCSName=RPA-07\n\
            CurrentTimeZone=120\nLastBootUpTime=20260504095801.500000+120\n";
        assert!(sniff(text));
        let found = facts(read, text);
        assert_eq!(value(&found, "host.boot_time"), ["2026-05-04T07:58:01Z"]);
        assert_eq!(value(&found, "host.utc_offset_minutes"), ["120"]);
        let text = "CsName : RPA-07\nOsName : Microsoft Windows 11 Pro\nOsVersion : 10.0.22631\n\
            OsBuildNumber : 22631\nCsDomainRole : MemberWorkstation\n";
        assert!(sniff(text));
        let found = facts(read, text);
        assert_eq!(value(&found, "os.role"), ["workstation"]);
        assert_eq!(value(&found, "os.build"), ["22631"]);
    }

    #[test]
    fn damage_costs_one_line() {
        let damaged = ENGLISH.replace("10.0.17763 N/A", "10.\u{fffd}");
        let found = facts(read, &damaged);
        assert!(value(&found, "os.build").is_empty());
        assert_eq!(value(&found, "os.role"), ["server"]);
        assert!(!sniff("Name: Microsoft Windows\n"));
    }
}
