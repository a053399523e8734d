//! English titles of policies and rights, and the facts they set. Must not know how the titles are written down.

use std::cmp::Reverse;
use std::sync::LazyLock;

use crate::model::Keyed;

/// How the value of a fact follows from what a policy says.
#[derive(Debug, Clone, Copy)]
pub(in crate::reader::settings) enum Rule {
    /// Enabled is 1, disabled is 0.
    Switch,
    /// Enabled is 0, disabled is 1.
    Inverse,
    /// A time in words, to milliseconds; never is 0.
    Time,
    /// A number among the options.
    Number,
    /// One of these words among the options.
    Choice(&'static [(&'static str, &'static str)]),
    /// One of these words in the place of enabled and disabled, as security options have it.
    Word(&'static [(&'static str, &'static str)]),
}

/// What may be done to NTLM.
const NTLM: Rule = Rule::Word(&[
    ("Allow all", "0"),
    ("Audit all", "1"),
    ("Deny all domain accounts", "1"),
    ("Deny all accounts", "2"),
    ("Deny all", "2"),
]);

/// Titles as the English ADMX and security templates give them.
///
/// Source: the policy pages at <https://learn.microsoft.com/windows/client-management/mdm/policies-in-policy-csp-admx-backed>;
/// the values of Encryption Oracle Remediation from Microsoft KB 4093492.
const POLICIES: &[(&str, &str, Rule)] = &[
    (
        "Always prompt for password upon connection",
        "rdp.fPromptForPassword",
        Rule::Switch,
    ),
    (
        "Require user authentication for remote connections by using Network Level Authentication",
        "rdp.UserAuthentication",
        Rule::Switch,
    ),
    (
        "Require use of specific security layer for remote (RDP) connections",
        "rdp.SecurityLayer",
        Rule::Choice(&[
            ("RDP", "0"),
            ("Negotiate", "1"),
            ("SSL", "2"),
            ("SSL (TLS 1.0)", "2"),
        ]),
    ),
    (
        "Set client connection encryption level",
        "rdp.MinEncryptionLevel",
        Rule::Choice(&[
            ("Low Level", "1"),
            ("Client Compatible", "2"),
            ("High Level", "3"),
        ]),
    ),
    (
        "Limit number of connections",
        "rdp.MaxInstanceCount",
        Rule::Number,
    ),
    (
        "Restrict Remote Desktop Services users to a single Remote Desktop Services session",
        "rdp.fSingleSessionPerUser",
        Rule::Switch,
    ),
    (
        "Allow users to connect remotely by using Remote Desktop Services",
        "rdp.fDenyTSConnections",
        Rule::Inverse,
    ),
    (
        "Allow users to connect remotely using Remote Desktop Services",
        "rdp.fDenyTSConnections",
        Rule::Inverse,
    ),
    (
        "Set time limit for active but idle Remote Desktop Services sessions",
        "rdp.MaxIdleTime",
        Rule::Time,
    ),
    (
        "Set time limit for active Remote Desktop Services sessions",
        "rdp.MaxConnectionTime",
        Rule::Time,
    ),
    (
        "Set time limit for disconnected sessions",
        "rdp.MaxDisconnectionTime",
        Rule::Time,
    ),
    (
        "Set time limit for logoff of RemoteApp sessions",
        "rdp.RemoteAppLogoffTimeLimit",
        Rule::Time,
    ),
    (
        "End session when time limits are reached",
        "rdp.fResetBroken",
        Rule::Switch,
    ),
    (
        "Set the Remote Desktop licensing mode",
        "rdp.LicensingMode",
        Rule::Choice(&[("Per Device", "2"), ("Per User", "4")]),
    ),
    (
        "Encryption Oracle Remediation",
        "policy.AllowEncryptionOracle",
        Rule::Choice(&[
            ("Force Updated Clients", "0"),
            ("Mitigated", "1"),
            ("Vulnerable", "2"),
        ]),
    ),
    (
        "Network access: Do not allow storage of passwords and credentials for network authentication",
        "policy.DisableDomainCreds",
        Rule::Switch,
    ),
    (
        "Network security: Restrict NTLM: Incoming NTLM traffic",
        "policy.RestrictReceivingNTLMTraffic",
        NTLM,
    ),
    (
        "Network security: Restrict NTLM: Outgoing NTLM traffic to remote servers",
        "policy.RestrictSendingNTLMTraffic",
        NTLM,
    ),
    (
        "Accounts: Limit local account use of blank passwords to console logon only",
        "policy.LimitBlankPasswordUse",
        Rule::Switch,
    ),
];

/// Titles of logon rights.
const RIGHTS: &[(&str, &str)] = &[
    ("Log on as a batch job", "SeBatchLogonRight"),
    ("Deny log on as a batch job", "SeDenyBatchLogonRight"),
    ("Log on as a service", "SeServiceLogonRight"),
    ("Deny log on as a service", "SeDenyServiceLogonRight"),
    (
        "Allow log on through Remote Desktop Services",
        "SeRemoteInteractiveLogonRight",
    ),
    (
        "Allow log on through Terminal Services",
        "SeRemoteInteractiveLogonRight",
    ),
    (
        "Deny log on through Remote Desktop Services",
        "SeDenyRemoteInteractiveLogonRight",
    ),
    (
        "Deny log on through Terminal Services",
        "SeDenyRemoteInteractiveLogonRight",
    ),
    ("Access this computer from the network", "SeNetworkLogonRight"),
    (
        "Deny access to this computer from the network",
        "SeDenyNetworkLogonRight",
    ),
    ("Allow log on locally", "SeInteractiveLogonRight"),
    ("Deny log on locally", "SeDenyInteractiveLogonRight"),
];

/// Titles of options in other languages.
const TRANSLATED: &[(&str, &str, Rule)] = &[
    (
        "Netzwerkzugriff: Speicherung von Kennwörtern und Anmeldeinformationen für die Netzwerkauthentifizierung nicht zulassen",
        "policy.DisableDomainCreds",
        Rule::Switch,
    ),
    (
        "Accès réseau : ne pas autoriser le stockage de mots de passe et d'informations d'identification pour l'authentification du réseau",
        "policy.DisableDomainCreds",
        Rule::Switch,
    ),
];

/// Titles of rights in other languages.
const TRANSLATED_RIGHTS: &[(&str, &str)] = &[
    ("Anmelden als Stapelverarbeitungsauftrag", "SeBatchLogonRight"),
    ("Anmelden als Batchauftrag verweigern", "SeDenyBatchLogonRight"),
    (
        "Anmelden als Stapelverarbeitungsauftrag verweigern",
        "SeDenyBatchLogonRight",
    ),
    ("Anmelden als Dienst", "SeServiceLogonRight"),
    (
        "Anmelden über Remotedesktopdienste zulassen",
        "SeRemoteInteractiveLogonRight",
    ),
    (
        "Anmelden über Remotedesktopdienste verweigern",
        "SeDenyRemoteInteractiveLogonRight",
    ),
    ("Ouvrir une session en tant que tâche", "SeBatchLogonRight"),
    ("Ouvrir une session en tant que service", "SeServiceLogonRight"),
];

/// What a title stands for.
#[derive(Debug, Clone, Copy)]
pub(in crate::reader::settings) enum Title {
    /// A policy: the fact that it sets.
    Policy(&'static str, Rule),
    /// A right.
    Right(&'static str),
}

/// The title that a line begins with, the longest, and what follows it.
pub(in crate::reader::settings) fn at_start(line: &str) -> Option<(Title, &str)> {
    let rest = |title: &str| {
        let head = line.get(..title.len())?;
        head.eq_ignore_ascii_case(title)
            .then(|| line.get(title.len()..))?
    };
    let policies = POLICIES.iter().chain(TRANSLATED);
    let policies =
        policies.filter_map(|(title, fact, rule)| Some((Title::Policy(fact, *rule), rest(title)?)));
    let rights = RIGHTS.iter().chain(TRANSLATED_RIGHTS);
    let rights = rights.filter_map(|(title, right)| Some((Title::Right(right), rest(title)?)));
    policies.chain(rights).min_by_key(|(_, rest)| rest.len())
}

/// Policies with titles that stand in no sentence by chance, and the search for those titles: every line of every text is asked.
static TOLD: LazyLock<Keyed<Title>> = LazyLock::new(|| {
    const SHORTEST: usize = 24;
    let long = POLICIES.iter().filter(|(title, ..)| title.len() >= SHORTEST);
    Keyed::new(long.map(|(title, fact, rule)| (title.to_ascii_lowercase(), Title::Policy(fact, *rule))))
});

/// The policy whose title stands anywhere in a line, the first and of these the longest, and what follows it.
pub(in crate::reader::settings) fn within(line: &str) -> Option<(Title, &str)> {
    let mut found = Vec::new();
    TOLD.each(line, |title, hit| {
        found.push((hit.start, Reverse(hit.end), title));
    });
    let (_, Reverse(end), title) = found.into_iter().min_by_key(|(start, end, _)| (*start, *end))?;
    Some((*title, line.get(end..)?))
}

/// The options that a policy has, in the words of its page.
pub(in crate::reader::settings) fn words(rule: Rule) -> impl Iterator<Item = &'static str> {
    let options = match rule {
        Rule::Choice(options) | Rule::Word(options) => options,
        Rule::Switch | Rule::Inverse | Rule::Time | Rule::Number => &[],
    };
    options.iter().map(|(word, _)| *word)
}

/// The fact that a policy sets.
pub(super) fn policy(title: &str) -> Option<(&'static str, Rule)> {
    let title = title.trim();
    POLICIES
        .iter()
        .find(|(known, _, _)| known.eq_ignore_ascii_case(title))
        .map(|(_, fact, rule)| (*fact, *rule))
}

/// The right that a title stands for.
pub(super) fn right(title: &str) -> Option<&'static str> {
    let title = title.trim();
    RIGHTS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(title))
        .map(|(_, right)| *right)
}

/// The value of the fact, from the state of the policy and the texts of its options. `None` when the policy says
/// nothing about it.
pub(in crate::reader::settings) fn value(rule: Rule, state: &str, options: &[&str]) -> Option<String> {
    let pick = |words: &[(&str, &str)], text: &str| {
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        found.map(|(_, value)| (*value).to_owned())
    };
    if let Rule::Word(words) = rule {
        return pick(words, state.trim());
    }
    let enabled = match state.trim().trim_end_matches('.').to_ascii_lowercase().as_str() {
        "enabled" | "aktiviert" | "activé" | "habilitada" | "habilitado" | "abilitato" | "有効"
        | "включен" => true,
        "disabled" | "deaktiviert" | "désactivé" | "deshabilitada" | "deshabilitado" | "disabilitato"
        | "無効" | "отключен" => false,
        _ => return None,
    };
    let options = || options.iter().map(|option| option.trim());
    match rule {
        Rule::Switch => Some(u8::from(enabled).to_string()),
        Rule::Inverse => Some(u8::from(!enabled).to_string()),
        _ if !enabled => None,
        Rule::Time => options().find_map(milliseconds).map(|time| time.to_string()),
        Rule::Number => options()
            .find_map(|option| option.parse::<u64>().ok())
            .map(|number| number.to_string()),
        Rule::Choice(words) | Rule::Word(words) => options().find_map(|option| pick(words, option)),
    }
}

/// `15 minutes`, `1 hour`, `Never`.
fn milliseconds(text: &str) -> Option<u64> {
    if text.eq_ignore_ascii_case("never") {
        return Some(0);
    }
    let (number, unit) = text.split_once(' ')?;
    let unit: u64 = match unit.trim_end_matches('s').to_ascii_lowercase().as_str() {
        "minute" => 60_000,
        "hour" => 3_600_000,
        "day" => 86_400_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}
