//! Policies by their titles: what `secpol.msc` and `gpedit.msc` write as "Export List", and what people paste of it. English
//! titles are known, and of some rights and options the German and French ones. A line is a title, a sign, and what is set; or a
//! sentence of somebody that says to what a policy is set.

use super::accounts::{NOBODY, holder};
use super::group_policy::titles::{self, Title};
use super::sink::Sink;
use crate::model::{FactScope, Findings};
use crate::reader::Context;

/// Whether the text holds such a line.
pub(super) fn sniff(head: &str) -> bool {
    let mut lines = head.lines().take(2_000);
    lines.any(|line| setting(line).is_some() || told(line).is_some())
}

/// Reads every such line.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    for (number, line) in (1_u64..).zip(text.lines()) {
        let Some((title, value)) = setting(line) else {
            if let Some((fact, value)) = told(line) {
                sink.fact(number, FactScope::Plain, fact, &value);
            }
            continue;
        };
        sink.record();
        match title {
            Title::Right(right) => {
                let name = format!("right.{right}");
                let holders: Vec<&str> = value
                    .split(',')
                    .map(str::trim)
                    .filter(|holder| !holder.is_empty())
                    .collect();
                for account in &holders {
                    sink.fact(number, FactScope::Plain, &name, &holder(account));
                }
                if holders.is_empty() {
                    sink.fact(number, FactScope::Plain, &name, NOBODY);
                }
            }
            Title::Policy(fact, rule) => {
                let (state, option) = value.split_once(['\t', ',']).unwrap_or((value, ""));
                if let Some(value) = titles::value(rule, state, &[option]) {
                    sink.fact(number, FactScope::Plain, fact, &value);
                }
            }
        }
    }
}

/// The title at the beginning of a line, and what is set behind it.
fn setting(line: &str) -> Option<(Title, &str)> {
    let line = line.trim_end_matches(['\r', ' ']).trim_start().trim_matches('"');
    let (title, rest) = titles::at_start(line)?;
    let rest = rest.trim_start_matches(['"', ' ']);
    let sign = rest
        .chars()
        .next()
        .filter(|sign| matches!(sign, '\t' | ',' | ';' | '=' | ':'))?;
    let value = rest.strip_prefix(sign)?.trim().trim_matches('"');
    // An empty cell is nobody; a label without a value may have it on the next line.
    if value.is_empty() && sign != '\t' {
        return None;
    }
    let is_set = !value.eq_ignore_ascii_case("not defined")
        && !value.eq_ignore_ascii_case("nicht definiert")
        && !value.eq_ignore_ascii_case("non défini");
    // A sentence that begins like a title sets nothing.
    let is_short = value.len() <= 512 && (value.contains(',') || value.split(' ').count() <= 6);
    (is_set && is_short).then_some((title, value))
}

/// Words of advice, doubt and conditions, in lower case: such a sentence sets nothing.
const NO_STATEMENT: &[&str] = &[
    "should",
    "would",
    "could",
    "try ",
    "tried",
    "must be",
    "needs to be",
    "need to",
    "recommend",
    "make sure",
    "ensure",
    " if ",
    "?",
    "instead of",
    "sollte",
    "falls",
    "empfohlen",
];
/// What stands between a title and what it is set to.
const BETWEEN: &[&str] = &[
    "policy", "setting", "option", "is", "was", "are", "set", "to", "now", "as", "at", "on", "=", ":", "-",
    "->", "→",
];

/// The fact that a sentence tells: a policy by its title, and behind it what it is set to.
fn told(line: &str) -> Option<(&'static str, String)> {
    const LONGEST: usize = 1_000;
    if line.len() > LONGEST {
        return None;
    }
    let (Title::Policy(fact, rule), rest) = titles::within(line)? else {
        return None;
    };
    let lower = line.to_lowercase();
    if NO_STATEMENT.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let marks = |letter: char| {
        matches!(letter, '"' | '\'' | '“' | '”' | '„' | '»' | '«' | '*' | '`') || letter.is_whitespace()
    };
    let mut rest = rest.trim_start_matches(marks);
    while let Some(word) = rest.split_whitespace().next()
        && BETWEEN.contains(&&*word.to_lowercase())
    {
        rest = rest.get(word.len()..)?.trim_start_matches(marks);
    }
    let begins = |word: &&str| {
        let head = rest.get(..word.len());
        let next = rest.get(word.len()..).and_then(|rest| rest.chars().next());
        head.is_some_and(|head| head.eq_ignore_ascii_case(word)) && !next.is_some_and(char::is_alphanumeric)
    };
    let option = titles::words(rule).filter(begins).max_by_key(|word| word.len());
    if let Some(option) = option {
        let direct = titles::value(rule, option, &[]);
        return Some((
            fact,
            direct.or_else(|| titles::value(rule, "enabled", &[option]))?,
        ));
    }
    let state = ["enabled", "disabled"].into_iter().find(begins)?;
    Some((fact, titles::value(rule, state, &[])?))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, value};
    use super::*;

    const STORAGE: &str =
        "Network access: Do not allow storage of passwords and credentials for network authentication";

    #[test]
    fn a_sentence_that_says_what_is_set() {
        let found = facts(
            read,
            "For the audit I set \"Network Security: Restrict NTLM: Incoming NTLM traffic\" to \"Deny all accounts\".\n\
             The policy Always prompt for password upon connection is Enabled here.\n\
             On the server Encryption Oracle Remediation was set to Mitigated, says our IT.\n",
        );
        assert_eq!(value(&found, "policy.RestrictReceivingNTLMTraffic"), ["2"]);
        assert_eq!(value(&found, "rdp.fPromptForPassword"), ["1"]);
        assert_eq!(value(&found, "policy.AllowEncryptionOracle"), ["1"]);
        let advice = "You should set Always prompt for password upon connection to Disabled.\n\
                      What does Always prompt for password upon connection do?\n\
                      Always prompt for password upon connection enabledness\n";
        assert!(facts(read, advice).facts.is_empty());
        assert!(!sniff(advice));
    }

    #[test]
    fn an_exported_list() {
        let text = format!(
            "Policy\tSecurity Setting\nNetwork access: Allow anonymous SID/Name translation\tDisabled\n{STORAGE}\tEnabled\n\
             Log on as a batch job\tAdministrators,Backup Operators\nDeny log on as a batch job\t\nLog on as a service\tNot Defined\n"
        );
        assert!(sniff(&text));
        let found = facts(read, &text);
        assert_eq!(value(&found, "policy.DisableDomainCreds"), ["1"]);
        assert_eq!(value(&found, "right.SeBatchLogonRight").len(), 2);
        assert_eq!(value(&found, "right.SeDenyBatchLogonRight"), [NOBODY]);
        assert!(value(&found, "right.SeServiceLogonRight").is_empty());
    }

    #[test]
    fn pasted_and_in_other_languages() {
        for text in [
            format!("{STORAGE}: Enabled"),
            format!("\"{STORAGE}\",\"Enabled\""),
            "Netzwerkzugriff: Speicherung von Kennwörtern und Anmeldeinformationen für die Netzwerkauthentifizierung nicht zulassen\tAktiviert"
                .to_owned(),
        ] {
            assert!(sniff(&text), "{text}");
            assert_eq!(value(&facts(read, &text), "policy.DisableDomainCreds"), ["1"], "{text}");
        }
        let german = "Anmelden als Stapelverarbeitungsauftrag\tAdministratoren,CORP\\svc-robot";
        assert_eq!(value(&facts(read, german), "right.SeBatchLogonRight").len(), 2);
    }

    #[test]
    fn sentences_set_nothing() {
        for text in [
            "Log on as a batch job is missing for the account, what now and where do I set it",
            "Log on as a service: the account of the robot needs this right on every machine",
            "Log on as a batch job",
        ] {
            assert!(!sniff(text), "{text}");
        }
    }
}
