//! Ties of a machine to its domain, to Entra, to its clock and its services: `nltest`, `Test-ComputerSecureChannel`,
//! `dsregcmd /status`, `w32tm`, `klist`, `sc`, `Get-Service`. Lines are told by the words these tools never translate.

use super::known::SERVICES;
use super::labels::pair;
use super::sink::Sink;
use crate::model::{FactScope, Findings, ProblemKind, ends_like};
use crate::reader::Context;

/// Whether the text holds output of any of them.
pub(super) fn sniff(head: &str) -> bool {
    head.lines().take(1_000).any(|line| {
        connection_status(line).is_some()
            || secure_channel(line).is_some()
            || asks_of_channel(line)
            || stripchart(line).is_some()
            || pair(line).is_some_and(|(label, value)| {
                matches!(label, "AzureAdJoined" | "Current LogonId is 0" | "Phase Offset")
                    || names_service(label, value)
            })
            || stratum(line)
            || tickets(line).is_some()
            || line.contains("Current LogonId is ")
            || service_row(line).is_some()
            || service_asked(line).is_some()
    })
}

/// Reads all of it.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    let mut reader = Reader::default();
    for (number, line) in (1_u64..).zip(text.lines()) {
        reader.line(&mut sink, number, line);
    }
    reader.finish(&mut sink);
}

#[derive(Default)]
struct Reader {
    offset: Option<(u64, String)>,
    entra: Option<(u64, bool)>,
    domain: Option<bool>,
    service: Option<&'static str>,
    time: bool,
    /// Whether the last line with words asked for the state of the secure channel.
    channel_asked: bool,
}

impl Reader {
    fn line(&mut self, sink: &mut Sink<'_, '_>, number: u64, line: &str) {
        let observed = FactScope::Observed;
        let asked = self.channel_asked;
        if !line.trim().is_empty() {
            self.channel_asked = asks_of_channel(line);
        }
        if let Some(state) = bare_answer(line).filter(|_| asked) {
            sink.record();
            sink.fact(number, observed, "trust.secure_channel", state);
        } else if let Some(status) = connection_status(line) {
            sink.record();
            sink.fact(number, observed, "trust.secure_channel", &status);
        } else if let Some(state) = secure_channel(line) {
            sink.record();
            sink.fact(number, observed, "trust.secure_channel", state);
        } else if let Some(offset) = stripchart(line) {
            sink.record();
            self.offset = Some((number, offset));
        } else if let Some(count) = tickets(line) {
            sink.fact(number, observed, "kerberos.tickets", count);
        } else if let Some((name, state)) = service_row(line) {
            sink.fact(number, observed, &format!("service.{name}.State"), state);
        } else if let Some(service) = service_asked(line) {
            self.service = Some(service);
        } else if let Some(what) = damaged(line) {
            let detail = format!("{what} is given by something that is none");
            sink.problem(ProblemKind::Damaged, number, &detail);
        } else if let Some((label, value)) = pair(line) {
            self.pair(sink, number, label, value);
        }
    }

    fn pair(&mut self, sink: &mut Sink<'_, '_>, number: u64, label: &str, value: &str) {
        let observed = FactScope::Observed;
        match label {
            "AzureAdJoined" => self.entra = yes_or_no(value).map(|yes| (number, yes)),
            "DomainJoined" => self.domain = yes_or_no(value),
            "Device Name" if self.entra.is_some() => sink.host(value),
            "DomainName" if self.entra.is_some() => sink.fact(number, observed, "host.domain", value),
            "AzureAdPrt" => {
                if let Some(yes) = yes_or_no(value) {
                    let state = if yes { "yes" } else { "no" };
                    sink.fact(number, observed, "entra.primary_refresh_token", state);
                }
            }
            "Stratum" => self.time = true,
            "Phase Offset" | "Phasenoffset" => {
                let seconds = value.trim_end_matches('s');
                if seconds.parse::<f64>().is_ok() {
                    self.offset = Some((number, seconds.to_owned()));
                }
            }
            "Source" | "Quelle" if self.time => sink.fact(number, observed, "time.source", value),
            _ if names_service(label, value) => self.service = known_service(value),
            _ => self.service_field(sink, number, label, value),
        }
    }

    /// `STATE : 4  RUNNING`, `START_TYPE : 4  DISABLED`: the labels are translated, the words behind the number are not.
    fn service_field(&self, sink: &mut Sink<'_, '_>, number: u64, label: &str, value: &str) {
        let Some(service) = self.service else { return };
        let mut words = value.split_whitespace();
        let (first, second) = (words.next().unwrap_or_default(), words.next());
        let numbered = first.len() == 1 && first.bytes().all(|byte| byte.is_ascii_digit());
        let (name, value) = match second {
            Some("BOOT_START" | "SYSTEM_START" | "AUTO_START" | "DEMAND_START" | "DISABLED") if numbered => {
                ("Start", first)
            }
            Some(word) if numbered && (label == "STATE" || is_state(word)) => ("State", word),
            _ if label == "SERVICE_START_NAME" => ("ObjectName", value),
            _ => return,
        };
        sink.fact(
            number,
            FactScope::Observed,
            &format!("service.{service}.{name}"),
            value,
        );
    }

    fn finish(self, sink: &mut Sink<'_, '_>) {
        if let Some((line, offset)) = self.offset {
            sink.fact(line, FactScope::Observed, "time.offset_seconds", &offset);
        }
        if let (Some((line, entra)), Some(domain)) = (self.entra, self.domain) {
            let join = match (entra, domain) {
                (true, true) => "hybrid",
                (true, false) => "entra",
                (false, true) => "domain",
                (false, false) => "workgroup",
            };
            sink.fact(line, FactScope::Observed, "host.join", join);
        }
    }
}

/// What a line was to give, where its mark is there and no value behind it.
fn damaged(line: &str) -> Option<&'static str> {
    if status(line).is_some() {
        Some("the state of the secure channel")
    } else if line.contains(", d:") && line.contains(" o:") {
        Some("the offset of the clock")
    } else if line.contains(CACHED_TICKETS) {
        Some("the number of tickets")
    } else {
        None
    }
}

fn known_service(value: &str) -> Option<&'static str> {
    let known = SERVICES.iter().find(|name| name.eq_ignore_ascii_case(value));
    known.copied()
}

/// The service that a command asks of, `sc qc NAME`: people cut the line of its name from the answer.
fn service_asked(line: &str) -> Option<&'static str> {
    let mut words = line
        .split(['>', ' ', '\t'])
        .skip_while(|word| !matches!(word.to_ascii_lowercase().as_str(), "sc" | "sc.exe"));
    words.next()?;
    let command = words.next()?.to_ascii_lowercase();
    let asks = matches!(command.as_str(), "qc" | "query" | "queryex");
    asks.then(|| words.find(|word| !word.is_empty()))
        .flatten()
        .and_then(|name| known_service(name.trim_matches('"')))
}

/// Whether a line names the service that `sc` tells of. In other languages the label is another, but in capitals too.
fn names_service(label: &str, value: &str) -> bool {
    label == "SERVICE_NAME" || (!label.chars().any(char::is_lowercase) && known_service(value).is_some())
}

/// A state of a service as `sc` writes it in every language.
fn is_state(word: &str) -> bool {
    matches!(
        word,
        "STOPPED"
            | "START_PENDING"
            | "STOP_PENDING"
            | "RUNNING"
            | "CONTINUE_PENDING"
            | "PAUSE_PENDING"
            | "PAUSED"
    )
}

fn yes_or_no(value: &str) -> Option<bool> {
    let is = |word: &str| value.eq_ignore_ascii_case(word);
    (is("YES") || is("NO")).then(|| is("YES"))
}

/// How `w32tm /query /status` begins: `Stratum: 3 (secondary reference - syncd by (S)NTP)`.
fn stratum(line: &str) -> bool {
    pair(line).is_some_and(|(label, value)| {
        label == "Stratum" && value.starts_with(|first: char| first.is_ascii_digit())
    })
}

/// What stands behind `Trusted DC Connection Status Status = `, `Trust Verification Status = ` and
/// `I_NetLogonControl failed: Status = `.
fn status(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("Status = ")?;
    ["Connection", "Verification", "I_NetLogonControl"]
        .iter()
        .any(|word| before.contains(word))
        .then_some(after)
}

/// A state by its number, `0 0x0 NERR_Success`, `1355 0x54b ERROR_NO_SUCH_DOMAIN`.
fn connection_status(line: &str) -> Option<String> {
    let after = status(line)?;
    let mut words = after.split_whitespace();
    let code = words.next()?;
    let value: u32 = code.parse().ok()?;
    let symbol = words.find(|word| !word.starts_with("0x")).unwrap_or_default();
    Some(if value == 0 {
        "ok".to_owned()
    } else {
        format!("{value} {symbol}").trim_end().to_owned()
    })
}

/// What `Test-ComputerSecureChannel -Verbose` says in English.
fn secure_channel(line: &str) -> Option<&'static str> {
    let line = line.trim();
    if !line.contains("secure channel between the local computer and the domain") {
        return None;
    }
    if line.contains("in good condition") || line.contains("is alive") {
        Some("ok")
    } else if line.contains("broken") || line.contains("failed") {
        Some("broken")
    } else {
        None
    }
}

/// Whether a line is the command that tells the state of the secure channel by one word.
fn asks_of_channel(line: &str) -> bool {
    ends_like(line.trim_end(), "Test-ComputerSecureChannel")
}

/// The answer that `Test-ComputerSecureChannel` gives without `-Verbose`.
fn bare_answer(line: &str) -> Option<&'static str> {
    match line.trim() {
        "True" => Some("ok"),
        "False" => Some("broken"),
        _ => None,
    }
}

/// The offset in a line of `w32tm /stripchart`: `09:58:01, d:+00.0012s o:-00.0053421s [ ...`.
fn stripchart(line: &str) -> Option<String> {
    let (_, rest) = line.split_once(" o:")?;
    let (number, _) = rest.split_once('s')?;
    let seconds: f64 = number.parse().ok()?;
    (line.contains("d:") && seconds.is_finite()).then(|| seconds.to_string())
}

const CACHED_TICKETS: &str = "Cached Tickets: (";

/// The count in `Cached Tickets: (2)`.
fn tickets(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once(CACHED_TICKETS)?;
    let (count, _) = rest.split_once(')')?;
    count.bytes().all(|byte| byte.is_ascii_digit()).then_some(count)
}

/// A row of `Get-Service`: `Running  TermService        Remote Desktop Services`.
fn service_row(line: &str) -> Option<(&'static str, &str)> {
    let mut words = line.split_whitespace();
    let state = words.next().filter(|word| {
        matches!(
            *word,
            "Running" | "Stopped" | "StartPending" | "StopPending" | "Paused"
        )
    })?;
    let name = words.next()?;
    let known = SERVICES.iter().find(|known| known.eq_ignore_ascii_case(name))?;
    Some((known, state))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, value};
    use super::*;

    #[test]
    fn the_bare_answer_about_the_secure_channel() {
        for (answer, state) in [("True", "ok"), ("False", "broken")] {
            let found = facts(
                read,
                &format!("  PS C:\\> Test-ComputerSecureChannel\n\n  {answer}\n"),
            );
            assert_eq!(value(&found, "trust.secure_channel"), [state]);
        }
        assert!(facts(read, "PS> Test-Path x\nTrue\n").facts.is_empty());
    }

    #[test]
    fn secure_channels() {
        for (text, expected) in [
            (
                "Flags: 30 HAS_IP  HAS_TIMESERV\nTrusted DC Name \\\\DC01.corp.example\n\
                 Trusted DC Connection Status Status = 0 0x0 NERR_Success\n",
                "ok",
            ),
            (
                "Trusted DC Connection Status Status = 1311 0x51f ERROR_NO_LOGON_SERVERS\n",
                "1311 ERROR_NO_LOGON_SERVERS",
            ),
            (
                "I_NetLogonControl failed: Status = 1355 0x54b ERROR_NO_SUCH_DOMAIN\n",
                "1355 ERROR_NO_SUCH_DOMAIN",
            ),
            (
                "VERBOSE: The secure channel between the local computer and the domain corp.example is broken.\n",
                "broken",
            ),
        ] {
            assert!(sniff(text), "{text}");
            assert_eq!(value(&facts(read, text), "trust.secure_channel"), [expected]);
        }
        assert!(!sniff("Status = 5\n"));
    }

    #[test]
    fn joins() {
        for (entra, domain, join) in [
            ("YES", "NO", "entra"),
            ("YES", "YES", "hybrid"),
            ("NO", "YES", "domain"),
            ("NO", "NO", "workgroup"),
        ] {
            let text = format!(
                "+---+\n| Device State |\n+---+\n\n             AzureAdJoined : {entra}\n          \
                 EnterpriseJoined : NO\n              DomainJoined : {domain}\n               \
                 Device Name : RPA-07.corp.example\n                AzureAdPrt : NO\n"
            );
            assert!(sniff(&text));
            let found = facts(read, &text);
            assert_eq!(value(&found, "host.join"), [join]);
            assert_eq!(value(&found, "entra.primary_refresh_token"), ["no"]);
            assert!(
                found
                    .facts
                    .iter()
                    .all(|fact| &*fact.host == "RPA-07.corp.example")
            );
        }
    }

    #[test]
    fn clocks_tickets_and_services() {
        let text = "Tracking DC01 [10.0.0.5:123].\n09:58:01, d:+00.0012000s o:+00.0100000s  [   *   ]\n\
            09:58:03, d:+00.0011000s o:-301.5000000s  [   *   ]\n\nCached Tickets: (2)\n\n\
            SERVICE_NAME: termservice\n        TYPE               : 30  WIN32\n        STATE              : 4  RUNNING\n\
            \nStopped  seclogon           Secondary Logon\n";
        assert!(sniff(text));
        let found = facts(read, text);
        assert_eq!(value(&found, "time.offset_seconds"), ["-301.5"]);
        assert_eq!(value(&found, "kerberos.tickets"), ["2"]);
        assert_eq!(value(&found, "service.TermService.State"), ["RUNNING"]);
        assert_eq!(value(&found, "service.seclogon.State"), ["Stopped"]);
        let status =
            "Leap Indicator: 0\nStratum: 3 (x)\nPhase Offset: -0.0012345s\nSource: DC01.corp.example\n";
        let found = facts(read, status);
        assert_eq!(value(&found, "time.offset_seconds"), ["-0.0012345"]);
        assert_eq!(value(&found, "time.source"), ["DC01.corp.example"]);
    }

    #[test]
    fn services_in_other_languages() {
        let text = "[SC] QueryServiceConfig ÊXITO\n\nNOME_DO_SERVIÇO: seclogon\n        TIPO                       : 20  WIN32_SHARE_PROCESS\n        \
            TIPO_DE_INÍCIO             : 4   DISABLED\n        CONTROLE_DE_ERROS : 1   NORMAL\n        ESTADO : 1  STOPPED\n";
        assert!(sniff(text));
        let found = facts(read, text);
        assert_eq!(value(&found, "service.seclogon.Start"), ["4"]);
        assert_eq!(value(&found, "service.seclogon.State"), ["STOPPED"]);
        assert!(!sniff("Dienst: seclogon\n"), "prose");
        let cut = "C:\\>sc query netlogon\n        STATE              : 1  STOPPED\n\nC:\\>sc qc netlogon\n        START_TYPE         : 4   DISABLED\n";
        assert!(sniff(cut));
        let found = facts(read, cut);
        assert_eq!(value(&found, "service.Netlogon.Start"), ["4"]);
        assert_eq!(value(&found, "service.Netlogon.State"), ["STOPPED"]);
    }

    #[test]
    fn damaged_lines_cost_themselves() {
        let text = "09:58:01, d:+00.0012000s o:\u{fffd}s\nAzureAdJoined : \u{fffd}\nCached Tickets: (x)\n\
            Trusted DC Connection Status Status = x\nSERVICE_NAME: Netlogon\nSTATE : 1\nSTART_TYPE : 4 DISABLED\n";
        let found = facts(read, text);
        assert_eq!(value(&found, "service.Netlogon.Start"), ["4"]);
        assert_eq!(found.facts.len(), 1);
    }
}
