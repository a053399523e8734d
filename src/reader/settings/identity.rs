//! Who somebody is and who is in a group: `whoami /all` and `net localgroup`. Their words are localized; SIDs,
//! names of privileges and rules of dashes are not.

use super::accounts::{NOBODY, group_fact, holder, sid_name};
use super::labels::{cells, is_rule};
use super::sink::Sink;
use crate::model::{FactScope, Findings, ProblemKind};
use crate::reader::Context;

/// How far above the members a group may be named: comments come between.
const NAME_LINES: usize = 8;

/// Whether the text holds either.
pub(super) fn sniff(head: &str) -> bool {
    is_whoami(head) || head.lines().take(400).any(|line| group_name(line).is_some())
}

fn is_whoami(text: &str) -> bool {
    let mut ruled = false;
    text.lines().take(2_000).any(|line| {
        ruled |= line.starts_with("====");
        ruled && (sid(line).is_some() || privilege(line).is_some())
    })
}

/// Reads both.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    if is_whoami(text) {
        whoami(text, &mut sink);
    }
    groups(text, &mut sink);
}

/// Rows below a rule of `=`. The table of the user has two columns, name and SID; that of groups has more, and so
/// has that of privileges.
fn whoami(text: &str, sink: &mut Sink<'_, '_>) {
    let observed = FactScope::Observed;
    let (mut columns, mut width) = (0, 0);
    for (number, line) in (1_u64..).zip(text.lines()) {
        if line.starts_with("====") {
            columns = line.split_whitespace().count();
            width = line.split(' ').next().map_or(0, str::len);
        } else if columns == 0 {
            // No table has begun.
        } else if let Some(sid) = sid(line) {
            let name = name(line, sid, width);
            sink.record();
            if columns == 2 {
                sink.fact(number, observed, "whoami.user", name);
                sink.fact(number, observed, "whoami.sid", sid);
            } else {
                group(sink, number, name, sid);
            }
        } else if let Some(name) = privilege(line) {
            sink.record();
            sink.fact(number, observed, "whoami.privilege", name);
        } else if line.contains(" S-1-") {
            sink.problem(ProblemKind::Damaged, number, "an account whose SID is none");
        }
    }
}

/// The name at the beginning of a row: it ends with its column, or where two blanks or the SID come before that.
fn name<'l>(line: &'l str, sid: &str, width: usize) -> &'l str {
    let cell = cells(line).first().copied().unwrap_or_default();
    let cell = cell.strip_suffix(sid).unwrap_or(cell);
    let end = cell.char_indices().nth(width).map_or(cell.len(), |(at, _)| at);
    cell.get(..end).unwrap_or(cell).trim()
}

/// A group that the user is in; the level of integrity is one of them.
fn group(sink: &mut Sink<'_, '_>, number: u64, name: &str, sid: &str) {
    if let Some(level) = integrity(sid) {
        sink.fact(number, FactScope::Observed, "whoami.integrity", level);
    }
    let group = sid_name(sid).map_or_else(|| format!("{sid} ({name})"), |_| holder(sid));
    sink.fact(number, FactScope::Observed, "whoami.group", &group);
}

fn sid(line: &str) -> Option<&str> {
    line.split_whitespace().find(|word| {
        word.strip_prefix("S-1-").is_some_and(|rest| {
            rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') && rest.len() > 2
        })
    })
}

fn privilege(line: &str) -> Option<&str> {
    let word = line.split_whitespace().next()?;
    (word.starts_with("Se") && word.ends_with("Privilege") && word.is_ascii()).then_some(word)
}

/// Source: [MS-DTYP] 2.4.2.4, the mandatory labels.
fn integrity(sid: &str) -> Option<&'static str> {
    match sid.strip_prefix("S-1-16-")? {
        "4096" => Some("low"),
        "8192" => Some("medium"),
        "8448" => Some("medium-plus"),
        "12288" => Some("high"),
        "16384" => Some("system"),
        _ => None,
    }
}

/// The fact for the group that a line of `net localgroup` names.
fn group_name(line: &str) -> Option<&'static str> {
    let (label, name) = line.split_once("  ")?;
    let label = label.trim().to_lowercase();
    let known = [
        "alias name",
        "aliasname",
        "エイリアス名",
        "nom alias",
        "nombre de alias",
        "nome alias",
        "nome do alias",
        "nazwa aliasu",
        "имя псевдонима",
        "псевдоним",
        "别名",
        "別名",
        "aliasnaam",
    ];
    known
        .iter()
        .any(|word| label == *word)
        .then(|| group_fact(name.trim()))?
}

fn groups(text: &str, sink: &mut Sink<'_, '_>) {
    let mut group: Option<(&'static str, usize)> = None;
    let (mut open, mut none) = (None, true);
    for (number, line) in (1_u64..).zip(text.lines()) {
        if let Some(name) = group_name(line) {
            group = Some((name, NAME_LINES));
            open = None;
        } else if let Some(name) = open {
            let member = line.trim();
            let sentence = member.ends_with(['.', '。']) && (member.contains(' ') || !member.is_ascii());
            if member.is_empty() || sentence {
                if none {
                    sink.fact(number, FactScope::Observed, name, NOBODY);
                }
                open = None;
            } else {
                none = false;
                sink.record();
                sink.fact(number, FactScope::Observed, name, &holder(member));
            }
        } else if let Some((name, left)) = group {
            group = left.checked_sub(1).map(|left| (name, left));
            if is_rule(line) && !line.contains(' ') {
                open = Some(name);
                none = true;
                group = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, value};
    use super::*;

    #[test]
    fn whoami_in_german() {
        let text = "\nBENUTZERINFORMATIONEN\n---------------------\n\n\
            Benutzername   SID\n============== ==============================================\n\
            corp\\svc-robot S-1-5-21-1111111111-2222222222-3333333333-1107\n\n\
            GRUPPENINFORMATIONEN\n--------------------\n\n\
            Gruppenname                            Typ              SID          Attribute\n\
            ====================================== ================ ============ =========\n\
            VORDEFINIERT\\Remotedesktopbenutzer     Alias            S-1-5-32-555 Verbindliche Gruppe\n\
            CORP\\Robots                            Gruppe           S-1-5-21-1-2-3-1200 Gruppe\n\
            Verbindliche Beschriftung\\Hoch         Bezeichnung      S-1-16-12288\n\n\
            Berechtigungsname             Beschreibung   Status\n\
            ============================= ============== =========\n\
            SeImpersonatePrivilege        Annehmen       Aktiviert\n";
        assert!(sniff(text));
        let found = facts(read, text);
        assert_eq!(value(&found, "whoami.user"), [r"corp\svc-robot"]);
        assert_eq!(
            value(&found, "whoami.sid"),
            ["S-1-5-21-1111111111-2222222222-3333333333-1107"]
        );
        assert_eq!(
            value(&found, "whoami.group"),
            [
                "S-1-5-32-555 (Remote Desktop Users)",
                r"S-1-5-21-1-2-3-1200 (CORP\Robots)",
                r"S-1-16-12288 (Verbindliche Beschriftung\Hoch)",
            ]
        );
        assert_eq!(value(&found, "whoami.integrity"), ["high"]);
        assert_eq!(value(&found, "whoami.privilege"), ["SeImpersonatePrivilege"]);
    }

    #[test]
    fn groups_without_the_user() {
        let text = "GROUP INFORMATION\n-----------------\n\n\
            Group Name       Type             SID          Attributes\n\
            ================ ================ ============ ==========\n\
            Everyone         Well-known group S-1-1-0      Mandatory group\n\
            CORP\\Robots      Group            S-1-5-2x-1   Mandatory group\n";
        let found = facts(read, text);
        assert!(value(&found, "whoami.user").is_empty());
        assert_eq!(value(&found, "whoami.group"), ["S-1-1-0 (Everyone)"]);
        assert_eq!(found.problems.len(), 1);
    }

    #[test]
    fn members_of_groups() {
        let text = "Alias name     Remote Desktop Users\nComment        May log on remotely\n\nMembers\n\n\
            -------------------------------------------------------------------------------\n\
            CORP\\svc-robot\nAdministrator\nThe command completed successfully.\n\n\
            Aliasname      Administratoren\nBeschreibung   Alles\n\nMitglieder\n\n\
            -------------------------------------------------------------------------------\n\
            CORP\\Domänen-Admins\nDer Befehl wurde erfolgreich ausgeführt.\n";
        assert!(sniff(text));
        let found = facts(read, text);
        assert_eq!(
            value(&found, "group.RemoteDesktopUsers"),
            [r"CORP\svc-robot", "Administrator"]
        );
        assert_eq!(value(&found, "group.Administrators"), [r"CORP\Domänen-Admins"]);
    }

    #[test]
    fn an_empty_group_has_nobody() {
        let text = "Alias name     Remote Desktop Users\nComment        x\n\nMembers\n\n\
            -------------------------------------------------------------------------------\n\
            The command completed successfully.\n\n";
        let found = facts(read, text);
        assert_eq!(value(&found, "group.RemoteDesktopUsers"), ["(nobody)"]);
    }

    #[test]
    fn damaged_and_foreign_text() {
        let text = "Alias name     Remote Desktop Users\nCom\u{fffd}\n";
        assert!(facts(read, text).facts.is_empty());
        assert!(!sniff("==== S-1\nnothing"));
        assert!(!sniff("Alias name  Chess Club\n"));
    }
}
