//! Policies by their titles: what `secpol.msc` and `gpedit.msc` write as "Export List", and what people paste of it. English
//! titles are known, and of some rights and options the German and French ones. A line is a title, a sign, and what is set.

use super::accounts::{NOBODY, holder};
use super::group_policy::titles::{self, Title};
use super::sink::Sink;
use crate::model::{FactScope, Findings};
use crate::reader::Context;

/// Whether the text holds such a line.
pub(super) fn sniff(head: &str) -> bool {
    head.lines().take(2_000).any(|line| setting(line).is_some())
}

/// Reads every such line.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    for (number, line) in (1_u64..).zip(text.lines()) {
        let Some((title, value)) = setting(line) else {
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

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, value};
    use super::*;

    const STORAGE: &str =
        "Network access: Do not allow storage of passwords and credentials for network authentication";

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
