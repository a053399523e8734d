//! Variables of the environment, as `set` and `Get-ChildItem env:` print them, and the zone that `tzutil /g`, `Get-TimeZone` and
//! `w32tm /tz` tell. Names of variables and keys of zones are the same in every language.

use super::labels::pair;
use super::sink::Sink;
use crate::model::{FactScope, Findings};
use crate::reader::Context;

/// Variables that every session of Windows has; three of them make a list.
const KNOWN: [&str; 29] = [
    "allusersprofile",
    "appdata",
    "clientname",
    "commonprogramfiles",
    "homedrive",
    "homepath",
    "localappdata",
    "logonserver",
    "pathext",
    "processor_architecture",
    "processor_identifier",
    "programdata",
    "psmodulepath",
    "public",
    "systemdrive",
    "temp",
    "tmp",
    "computername",
    "username",
    "userprofile",
    "systemroot",
    "windir",
    "os",
    "path",
    "comspec",
    "programfiles",
    "sessionname",
    "number_of_processors",
    "userdomain",
];

/// What the variables of UiPath begin with.
const OWN: &str = "UIPATH_";

/// Lines of a text that is nothing but the answer of `tzutil /g`.
const FEW_LINES: usize = 6;

/// Whether the text holds either.
pub(super) fn sniff(head: &str) -> bool {
    is_list(head) || head.lines().take(400).any(|line| zone(line).is_some()) || alone(head).is_some()
}

/// Whether it is a list of variables: of a session, or of no more than a product's own, as `set UIPATH` prints it.
fn is_list(text: &str) -> bool {
    let mut lines = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(400)
        .peekable();
    let is_own = lines.peek().is_some_and(|line| line.starts_with(OWN));
    if is_own && lines.all(|line| variable(line).is_some()) {
        return true;
    }
    let names = text.lines().take(400).filter_map(variable);
    names
        .filter(|(name, _)| KNOWN.contains(&name.to_lowercase().as_str()))
        .take(3)
        .count()
        == 3
}

/// Reads both.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    let observed = FactScope::Observed;
    if is_list(text) {
        for (number, line) in (1_u64..).zip(text.lines()) {
            let Some((name, value)) = variable(line) else {
                continue;
            };
            sink.record();
            if name.eq_ignore_ascii_case("computername") {
                sink.host(value);
                sink.fact(number, observed, "host.name", value);
            } else if name.starts_with(OWN) && !value.is_empty() {
                sink.fact(number, observed, &format!("env.{name}"), value);
            }
        }
    }
    for (number, line) in (1_u64..).zip(text.lines()) {
        if let Some(key) = zone(line) {
            sink.fact(number, observed, "host.time_zone", key);
            return;
        }
    }
    if let Some((number, key)) = alone(text) {
        sink.fact(number, observed, "host.time_zone", key);
    }
}

/// `NAME=value`, or the columns of PowerShell.
fn variable(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_end();
    let (name, value) = line.split_once('=').or_else(|| line.split_once("  "))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '(' | ')');
    let named = (2..=40).contains(&name.len()) && name.chars().all(plain);
    named.then_some((name, value.trim()))
}

/// The key of a zone behind a label: `Id : W. Europe Standard Time`, `[Standard Name:"W. Europe Standard Time" Bias:0min ...`.
fn zone(line: &str) -> Option<&str> {
    let (label, value) = pair(line.trim().trim_start_matches('['))?;
    let value = value.trim_start_matches('"').split('"').next()?.trim();
    let named = ["id", "standardname", "standard name"]
        .iter()
        .any(|known| label.eq_ignore_ascii_case(known));
    (named && is_key(value)).then_some(value)
}

/// The key of a zone that stands alone in a text of a few lines, with its number.
fn alone(text: &str) -> Option<(u64, &str)> {
    let lines = (1_u64..).zip(
        text.lines()
            .map(|line| line.trim().trim_start_matches('\u{feff}')),
    );
    let lines: Vec<(u64, &str)> = lines
        .filter(|(_, line)| !line.is_empty())
        .take(FEW_LINES + 1)
        .collect();
    if lines.len() > FEW_LINES {
        return None;
    }
    lines.into_iter().find(|(_, line)| is_key(line))
}

/// Whether a text is the key of a zone of Windows.
fn is_key(text: &str) -> bool {
    let text = text.strip_suffix("_dstoff").unwrap_or(text);
    // A sentence about a zone has words that no name has.
    let is_name = text.split(' ').all(|word| !word.starts_with(char::is_lowercase));
    is_name && text.len() <= 48 && (text.ends_with(" Standard Time") || text.ends_with(" Daylight Time"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, value};
    use super::*;

    #[test]
    fn variables_name_the_host() {
        for text in [
            "COMPUTERNAME=RPA-07\nOS=Windows_NT\nPath=C:\\Windows\nUIPATH_SESSION_TIMEOUT=60\n",
            "Name                           Value\n----                           -----\nCOMPUTERNAME                   RPA-07\n\
             OS                             Windows_NT\nUIPATH_SESSION_TIMEOUT         60\nUSERNAME                       svc\n",
        ] {
            assert!(sniff(text), "{text}");
            let found = facts(read, text);
            assert_eq!(value(&found, "env.UIPATH_SESSION_TIMEOUT"), ["60"], "{text}");
            assert!(found.facts.iter().all(|fact| &*fact.host == "RPA-07"));
        }
        assert!(!sniff("path=a\nname=b\nsize=c\n"));
        assert!(sniff(
            "ALLUSERSPROFILE=C:\\ProgramData\nCOMPUTERNAME=RPA-07\nOS=Windows_NT\n"
        ));
        // What `set UIPATH` prints, and a sentence that begins so.
        let own = facts(read, "UIPATH_SESSION_TIMEOUT=20\r\n");
        assert_eq!(value(&own, "env.UIPATH_SESSION_TIMEOUT"), ["20"]);
        assert!(!sniff("UIPATH_SESSION_TIMEOUT is set\nand long\n"));
    }

    #[test]
    fn zones_of_commands() {
        for text in [
            "W. Europe Standard Time",
            "C:\\>tzutil /g\r\nW. Europe Standard Time\r\n",
            "Id                         : W. Europe Standard Time\nDisplayName                : (UTC+01:00) Amsterdam, Berlin\n",
            "Time zone: Current:TIME_ZONE_ID_STANDARD Bias: -60min (UTC=LocalTime+Bias)\n  [Standard Name:\"W. Europe Standard Time\" Bias:0min Date:(M:10 D:5 DoW:0)]\n",
        ] {
            assert!(sniff(text), "{text}");
            assert_eq!(
                value(&facts(read, text), "host.time_zone"),
                ["W. Europe Standard Time"],
                "{text}"
            );
        }
        assert!(!sniff("We run on W. Europe Standard Time"));
    }
}
