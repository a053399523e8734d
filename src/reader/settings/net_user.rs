//! The state of one account: `net user NAME`, in the languages that Windows speaks most.

use super::labels::cells;
use super::sink::Sink;
use crate::model::{FactScope, Findings};
use crate::reader::Context;

/// How the row of the account's name begins.
const NAMES: &[&str] = &[
    "user name",
    "benutzername",
    "nom d’utilisateur",
    "nom d'utilisateur",
    "nom de l'utilisateur",
    "nombre de usuario",
    "nome utente",
    "nome de usuário",
    "nome de utilizador",
    "ユーザー名",
    "用户名",
    "使用者名稱",
    "имя пользователя",
    "nazwa użytkownika",
    "gebruikersnaam",
];
/// How the row begins that says whether the account may be used.
const ACTIVE: &[&str] = &[
    "account active",
    "konto aktiv",
    "compte : actif",
    "compte actif",
    "cuenta activa",
    "account attivo",
    "conta ativa",
    "conta activa",
    "アカウント有効",
    "帐户启用",
    "帳戶使用中",
    "учетная запись активна",
    "konto jest aktywne",
    "account actief",
];
const YES: &[&str] = &[
    "yes", "ja", "oui", "sí", "si", "sì", "sim", "はい", "是", "да", "tak",
];
const NO: &[&str] = &["no", "nein", "non", "não", "いいえ", "否", "нет", "nie", "nee"];
const LOCKED: &[&str] = &[
    "locked",
    "gesperrt",
    "verrouillé",
    "bloqueada",
    "bloccato",
    "bloqueado",
    "ロック済み",
    "已锁定",
    "заблокирована",
    "zablokowane",
];
/// The rows of one account.
const ROWS: usize = 12;

/// Whether the text holds such an account.
pub(super) fn sniff(head: &str) -> bool {
    let lines: Vec<&str> = head.lines().take(2_000).collect();
    accounts(&lines).next().is_some()
}

/// Reads every such account in the text.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    let lines: Vec<&str> = text.lines().collect();
    for (number, state, name) in accounts(&lines) {
        sink.record();
        sink.fact(number, FactScope::Observed, &format!("account.{state}"), name);
    }
}

/// Each account whose state is told: the line of the state, from 1, the state, and the name.
fn accounts<'l>(lines: &'l [&'l str]) -> impl Iterator<Item = (u64, &'static str, &'l str)> {
    let named = lines.iter().enumerate();
    let named = named.filter_map(|(place, line)| Some((place, row(line, NAMES)?)));
    named.filter_map(move |(place, name)| {
        let rows = lines.iter().enumerate().skip(place + 1).take(ROWS);
        let mut states = rows.filter_map(|(at, line)| Some((at, row(line, ACTIVE)?)));
        let (at, value) = states.next()?;
        let value = value.to_lowercase();
        let is = |words: &[&str]| words.contains(&value.as_str());
        let state = match () {
            () if is(NO) => "disabled",
            () if is(LOCKED) => "locked",
            () if is(YES) => "enabled",
            () => return None,
        };
        Some((u64::try_from(at).unwrap_or(0) + 1, state, name))
    })
}

/// The value of a row with one of these labels; blanks set the two apart.
fn row<'l>(line: &'l str, labels: &[&str]) -> Option<&'l str> {
    let cells = cells(line);
    let [label, value] = cells.as_slice() else {
        return None;
    };
    labels.contains(&label.to_lowercase().as_str()).then_some(*value)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, value};
    use super::*;

    #[test]
    fn a_disabled_account_in_four_languages() {
        for (name, active, no) in [
            ("User name", "Account active", "No"),
            ("Benutzername", "Konto aktiv", "Nein"),
            ("ユーザー名", "アカウント有効", "いいえ"),
            ("Nom d’utilisateur", "Compte : actif", "Non"),
        ] {
            let text = format!(
                "{name}                    svc_export\nX                            Export\n\n{active}               {no}\n"
            );
            assert!(sniff(&text), "{text}");
            assert_eq!(
                value(&facts(read, &text), "account.disabled"),
                ["svc_export"],
                "{text}"
            );
        }
    }

    #[test]
    fn the_other_states() {
        let text = "User name                    a\nAccount active               Yes\nUser name                    b\nAccount active               Locked\n";
        let found = facts(read, text);
        assert_eq!(value(&found, "account.enabled"), ["a"]);
        assert_eq!(value(&found, "account.locked"), ["b"]);
        assert!(!sniff("User name        a\nFull name        b\n"));
        assert!(!sniff("Account active   No\n"));
    }
}
