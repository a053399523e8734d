//! The values of a few events by their shape, for texts in a language whose sentences are not known: the path of a task begins
//! with a backslash, an instance is a GUID, an account has a backslash in the middle, the code is the last number. Owns
//! these shapes. Must not know formats; is asked only where provider and id are certain and no sentence was recognised.

use super::strings;
use crate::model::providers::{AUDITING, LSM, RCM, TASK_SCHEDULER, USER32};
use crate::model::{Event, Value, parse_code};

/// Gives an event the values that its text shows by their shape; what it has already stands.
pub(crate) fn tell(event: &mut Event, text: &str) {
    let Some(id) = event.id else { return };
    if event.positional(0).is_none() && strings::tell(event, id, text) {
        return;
    }
    if TASK_SCHEDULER.wrote(event) {
        task(event, id, text);
    } else if LSM.wrote(event) {
        session(event, id, text);
    } else if matches!(id, 20_515..=20_519) && RCM.wrote(event) {
        // A limit of sessions was met; the sentence has one number.
        give(event, "Session", last_number(text));
    } else if id == 4625 && AUDITING.wrote(event) {
        refused_logon(event, text);
    } else if id == 1074 && USER32.wrote(event) {
        restart(event, text);
    }
}

/// Values taken from one text.
const VALUES: usize = 32;

/// Quoted: `"..."` and its kin in German, French, Chinese and Japanese texts.
fn quoted(text: &str) -> Vec<&str> {
    const QUOTES: [char; 9] = ['"', '„', '“', '”', '«', '»', '「', '」', '‟'];
    // Every second piece between quotation marks is inside of them.
    text.split(QUOTES)
        .skip(1)
        .step_by(2)
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
        .collect()
}

fn task(event: &mut Event, id: u16, text: &str) {
    let quoted = quoted(text);
    let first = |fits: fn(&str) -> bool| quoted.iter().copied().find(|piece| fits(piece));
    let account = if id == 104 { "UserName" } else { "UserContext" };
    give(event, "TaskName", first(is_task));
    let instance = if matches!(id, 200..=203 | 304 | 322 | 329 | 330) {
        "TaskInstanceId"
    } else {
        "InstanceId"
    };
    give(event, instance, first(is_instance));
    // These name what is run, and nobody.
    match id {
        129 => give(event, "Path", first(is_action)),
        200..=203 => give(event, "ActionName", first(is_action)),
        _ => give(event, account, first(is_account)),
    }
    if id == 104 {
        give(
            event,
            "ErrorDescription",
            first(|piece| piece.starts_with("LogonUser")),
        );
    }
    if matches!(id, 101 | 103 | 104 | 111 | 116 | 201 | 202 | 203) {
        give(event, "ResultCode", last_number(text));
    }
}

/// The path of a task; two backslashes open the path of a share.
fn is_task(piece: &str) -> bool {
    piece.starts_with('\\') && !piece.starts_with(r"\\")
}

/// A program, where there is nothing else but a task and an instance.
fn is_action(piece: &str) -> bool {
    !is_task(piece) && !is_instance(piece)
}

/// A GUID, or what somebody left of one.
fn is_instance(piece: &str) -> bool {
    piece.starts_with('{') && piece.ends_with('}')
}

fn is_account(piece: &str) -> bool {
    let of_a_domain = !is_task(piece) && !piece.contains(':') && piece.split('\\').count() == 2;
    of_a_domain || piece.starts_with("S-1-") || piece.contains('@')
}

fn give(event: &mut Event, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        event.supply(name, Value::text(value));
    }
}

/// The last number of a text, decimal or hexadecimal.
fn last_number(text: &str) -> Option<&str> {
    let words = text.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.into_iter().find(|word| is_number(word))
}

fn is_number(word: &str) -> bool {
    match word.strip_prefix("0x") {
        Some(digits) => !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => {
            let digits = word.strip_prefix('-').unwrap_or(word);
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        }
    }
}

/// The values that stand behind a label and a colon, each on its line, or in a line that a list or a mail has run together: there wide
/// gaps stand for the ends of lines.
fn labelled(text: &str) -> Vec<&str> {
    let pieces = text.lines().flat_map(|line| line.split("  "));
    let value = |piece| {
        let at = str::find(piece, [':', '：'])?;
        Some(piece.get(at..)?.trim_start_matches([':', '：']).trim())
    };
    pieces
        .filter_map(value)
        .filter(|value| !value.is_empty())
        .take(VALUES)
        .collect()
}

/// Words before the code of a reason, in some languages.
const REASONS: &[&str] = &[
    "reason",
    "ursache",
    "grund",
    "raison",
    "motif",
    "motivo",
    "razón",
    "código",
    "причин",
    "理由",
    "reden",
];

/// The number that stands behind one of some words, with nothing but another word or signs between.
fn behind_word<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    const NEAR: usize = 24;
    let lower = text.to_lowercase();
    // The places of both agree where lowering changes no length.
    let at = words
        .iter()
        .filter_map(|word| lower.find(word))
        .min()
        .filter(|_| lower.len() == text.len())?;
    let rest = text.get(at..)?;
    let rest = rest.get(..rest.floor_char_boundary(NEAR)).unwrap_or(rest);
    rest.split(|letter: char| !letter.is_ascii_alphanumeric())
        .find(|word| is_number(word))
}

/// The session manager lists user, session and address in this order; 39 and 40 are a sentence with two numbers: the session,
/// and the one that took it or the reason.
fn session(event: &mut Event, id: u16, text: &str) {
    match id {
        21..=25 | 41 | 42 => {
            let values = labelled(text);
            let at = values.iter().position(|value| is_number(value));
            let (before, after) = values.split_at(at.unwrap_or(values.len()));
            give(
                event,
                "User",
                before.iter().copied().rfind(|value| is_account(value)),
            );
            give(event, "SessionID", after.first().copied());
            give(event, "Address", after.get(1).copied());
        }
        39 | 40 => {
            let words = text.split(|c: char| !c.is_ascii_alphanumeric());
            let numbers: Vec<&str> = words.filter(|word| is_number(word)).take(VALUES).collect();
            if let [session, other] = *numbers.as_slice() {
                let (first, second) = match id {
                    39 => ("TargetSession", "Source"),
                    _ => ("Session", "Reason"),
                };
                give(event, first, Some(session));
                give(event, second, Some(other));
            } else if id == 40 {
                give(event, "Reason", behind_word(text, REASONS));
            }
        }
        _ => {}
    }
}

/// Security 4625: the status is the first NTSTATUS. Before it stand the type of the logon, then SID, name and domain of the account, and
/// the reason in words.
fn refused_logon(event: &mut Event, text: &str) {
    let is_failure =
        |value: &&str| value.starts_with("0x") && parse_code(value).is_some_and(|code| code >= 0xC000_0000);
    let values = labelled(text);
    let Some(at) = values.iter().position(is_failure) else {
        // Lines that a mail or a table ran together.
        let words = text.split(|c: char| !c.is_ascii_alphanumeric());
        let mut codes = words.filter(|word| word.starts_with("0x") && is_number(word));
        give(event, "Status", codes.find(is_failure));
        give(event, "SubStatus", codes.next());
        return;
    };
    let (before, after) = values.split_at(at);
    give(event, "Status", after.first().copied());
    give(
        event,
        "SubStatus",
        after.get(1).copied().filter(|value| value.starts_with("0x")),
    );
    if let [.., kind, sid, user, domain, _reason] = *before
        && is_number(kind)
        && (sid.starts_with("S-1-") || sid.contains("SID"))
    {
        give(event, "LogonType", Some(kind));
        give(event, "TargetUserName", Some(user));
        give(event, "TargetDomainName", Some(domain));
    }
    let is_address = |value: &&str| value.parse::<std::net::IpAddr>().is_ok();
    give(event, "IpAddress", after.iter().copied().find(is_address));
}

/// User32 1074: the program that asked, its reason as a number, and for whom.
fn restart(event: &mut Event, text: &str) {
    let words = || {
        text.split([' ', '\t', '\r', '\n', '。', '、', ',', ';', '"'])
            .map(|word| word.trim_matches(['.', ':', '(', ')']))
    };
    let process = text.find(".exe").or_else(|| text.find(".EXE")).and_then(|end| {
        let head = text.get(..end.saturating_add(4))?;
        // A path with blanks begins at its drive.
        let start = head.rfind(":\\").map_or_else(
            || head.rfind(' ').map_or(0, |at| at.saturating_add(1)),
            |at| at.saturating_sub(1),
        );
        head.get(start..)
    });
    let reason = words().find(|word| word.len() > 2 && word.starts_with("0x") && is_number(word));
    // The one account of Windows with a blank in its name.
    let system = text.find("NT AUTHORITY\\").and_then(|start| {
        let name = text.get(start..)?;
        let end = name.find("\\").map_or(name.len(), |at| {
            let tail = name.get(at.saturating_add(1)..).unwrap_or_default();
            let word = tail
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(tail.len());
            at.saturating_add(1).saturating_add(word)
        });
        name.get(..end)
    });
    let account = system.or_else(|| words().find(|word| {
        let mut parts = word.split('\\');
        matches!((parts.next(), parts.next(), parts.next()), (Some(domain), Some(name), None) if !domain.is_empty() && !name.is_empty() && !domain.contains(':'))
    }));
    give(event, "param1", process);
    give(event, "param4", reason);
    give(event, "param7", account);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    fn told(provider: &str, id: u16, text: &str) -> Vec<(String, String)> {
        let mut event = Event::new(Origin::artifact("export.csv"));
        event.provider = provider.into();
        event.id = Some(id);
        tell(&mut event, text);
        event
            .fields
            .iter()
            .map(|field| (field.name.to_string(), field.value.to_text().to_string()))
            .collect()
    }

    fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        fields.iter().map(owned).collect()
    }

    #[test]
    fn sessions_in_french() {
        let text = "Services Bureau à distance : la session a été déconnectée :\n\nUtilisateur : CORP\\svc-robot\nID de session : 3\nAdresse réseau source : 10.9.9.4";
        let expected = [
            ("User", "CORP\\svc-robot"),
            ("SessionID", "3"),
            ("Address", "10.9.9.4"),
        ];
        assert_eq!(told(LSM.name, 24, text), owned(&expected));
        let text = "La session 3 a été déconnectée, code raison 5";
        assert_eq!(
            told(LSM.name, 40, text),
            owned(&[("Session", "3"), ("Reason", "5")])
        );
        let text = "La session 3 a été déconnectée par la session 4";
        assert_eq!(
            told(LSM.name, 39, text),
            owned(&[("TargetSession", "3"), ("Source", "4")])
        );
        assert!(told(LSM.name, 40, "3 mots").is_empty());
    }

    #[test]
    fn a_refused_logon_in_japanese() {
        let text = "アカウントがログオンに失敗しました。\n\nサブジェクト:\n\tセキュリティ ID:\t\tS-1-5-18\n\tアカウント名:\t\tRPA-07$\n\tアカウント ドメイン:\t\tCORP\n\tログオン ID:\t\t0x3E7\n\n\
            ログオン タイプ:\t\t\t4\n\nログオンを失敗したアカウント:\n\tセキュリティ ID:\t\tNULL SID\n\tアカウント名:\t\tsvc-robot\n\tアカウント ドメイン:\t\tCORP\n\n\
            エラー情報:\n\t失敗の原因:\t\t期限切れです。\n\tステータス:\t\t\t0xC000006E\n\tサブ ステータス:\t\t0xC0000193\n\n\
            ネットワーク情報:\n\tワークステーション名:\tRPA-07\n\tソース ネットワーク アドレス:\t10.31.2.8";
        let expected = [
            ("Status", "0xC000006E"),
            ("SubStatus", "0xC0000193"),
            ("LogonType", "4"),
            ("TargetUserName", "svc-robot"),
            ("TargetDomainName", "CORP"),
            ("IpAddress", "10.31.2.8"),
        ];
        assert_eq!(told(AUDITING.name, 4_625, text), owned(&expected));
        assert!(told(AUDITING.name, 4_625, "ステータス: 0x0").is_empty());
        let line = "Fehlerinformationen: Fehlerursache: abgelaufen. Status: 0xC000006E Unterstatus:: 0xC0000193 Prozess-ID: 0x665";
        assert_eq!(
            told(AUDITING.name, 4_625, line),
            owned(&[("Status", "0xC000006E"), ("SubStatus", "0xC0000193")])
        );
    }

    #[test]
    fn tasks_in_other_languages() {
        let french = "Le Planificateur de tâches n'a pas pu démarrer la tâche « \\RPA\\Nuit » pour l'utilisateur « CORP\\svc-robot ». Valeur d'erreur : 2147943785.";
        let expected = [
            ("TaskName", "\\RPA\\Nuit"),
            ("UserContext", "CORP\\svc-robot"),
            ("ResultCode", "2147943785"),
        ];
        assert_eq!(
            told(TASK_SCHEDULER.name, 101, french),
            expected.map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
    }

    #[test]
    fn what_a_task_ran_in_german() {
        let german = r#"Die Aufgabe "\RPA\Nacht", Instanz "{A48152CE-8434-7D42-B825-56EBB81CC3A3}", Aktion "M:\job\nacht.cmd" wurde von der Aufgabenplanung erfolgreich mit dem Rückgabecode 2147942403 abgeschlossen."#;
        let expected = [
            ("TaskName", r"\RPA\Nacht"),
            ("TaskInstanceId", "{A48152CE-8434-7D42-B825-56EBB81CC3A3}"),
            ("ActionName", r"M:\job\nacht.cmd"),
            ("ResultCode", "2147942403"),
        ];
        assert_eq!(told(TASK_SCHEDULER.name, 201, german), owned(&expected));
        let share = r#"Die Aufgabenplanung hat die Aufgabe "\RPA\Nacht", Instanz "\\fs-01\job.exe" mit der Prozess-ID 3979 gestartet."#;
        assert_eq!(
            told(TASK_SCHEDULER.name, 129, share),
            owned(&[("TaskName", r"\RPA\Nacht"), ("Path", r"\\fs-01\job.exe")])
        );
    }

    #[test]
    fn restarts_in_other_languages() {
        let german = "Der Prozess C:\\Windows\\system32\\svchost.exe (RPA-07) hat das Ereignis Neustart für den Computer RPA-07 im Namen von Benutzer NT-AUTORITÄT\\SYSTEM ausgelöst. Grund: Betriebssystem. Begründungscode: 0x80020010";
        let told = told("User32", 1074, german);
        assert_eq!(
            told.first(),
            Some(&(
                "param1".to_owned(),
                "C:\\Windows\\system32\\svchost.exe".to_owned()
            ))
        );
        assert!(told.contains(&("param4".to_owned(), "0x80020010".to_owned())));
    }

    #[test]
    fn the_system_asks_for_a_restart() {
        let japanese = "次の理由で、プロセス C:\\Windows\\system32\\svchost.exe (RPA-07) は、ユーザー NT AUTHORITY\\SYSTEM の代わりに、コンピューター RPA-07 の再起動を始めました";
        assert!(
            told("User32", 1074, japanese)
                .contains(&("param7".to_owned(), "NT AUTHORITY\\SYSTEM".to_owned()))
        );
    }

    #[test]
    fn other_events_are_left_alone() {
        assert!(told("Contoso", 101, "\"\\a\" \"CORP\\b\" 5").is_empty());
    }
}
