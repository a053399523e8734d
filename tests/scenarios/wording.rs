//! What Windows says of an event, in its own words, for exports as text.
//!
//! Where we know no wording, the export says what Event Viewer says of an event whose texts are not installed: the
//! values alone.

use crate::support::evtx::{Event, Language};

/// The rendered text of an event.
pub fn message(event: &Event, language: Language) -> String {
    let provider = event
        .provider
        .strip_prefix("Microsoft-Windows-")
        .unwrap_or(&event.provider);
    let text = match provider {
        "TaskScheduler" => task(event, language),
        "TerminalServices-LocalSessionManager" => session(event, language),
        "Security-Auditing" => audit(event, language),
        "User32" | "USER32" if event.id == 1074 => Some(stop(event, language)),
        _ => None,
    };
    text.unwrap_or_else(|| values(event, language))
}

fn values(event: &Event, language: Language) -> String {
    let (id, source) = (event.id, &event.provider);
    let head = match language {
        Language::English => format!(
            "The description for Event ID {id} from source {source} cannot be found. Either the component that raises this event is not installed on your local computer or the installation is corrupted.\r\n\r\nThe following information was included with the event: \r\n"
        ),
        Language::German => format!(
            "Die Beschreibung für die Ereignis-ID \"{id}\" aus der Quelle \"{source}\" wurde nicht gefunden.\r\n\r\nDie folgenden Informationen wurden mit dem Ereignis gespeichert: \r\n"
        ),
        Language::Japanese => format!(
            "ソース \"{source}\" からのイベント ID {id} の説明が見つかりません。\r\n\r\nイベントには次の情報が含まれています: \r\n"
        ),
    };
    format!("{head}\r\n{}\r\n", event.all_texts().join("\r\n"))
}

fn task(event: &Event, language: Language) -> Option<String> {
    let f = |name: &str| event.text_of(name);
    let (name, user, code) = (f("TaskName"), f("UserContext"), f("ResultCode"));
    let (who, what) = (f("UserName"), f("ErrorDescription"));
    Some(match (event.id, language) {
        (104, Language::English) => format!(
            "Task Scheduler failed to log on \"{who}\" . Failure occurred in \"{what}\" . User Action: Ensure the credentials for the task are correctly specified. Additional Data: Error Value: {code}."
        ),
        (104, Language::German) => format!(
            "Die Aufgabenplanung konnte \"{who}\" nicht anmelden. Fehler in \"{what}\". Benutzeraktion: Stellen Sie sicher, dass die Anmeldeinformationen für die Aufgabe richtig angegeben sind. Zusätzliche Daten: Fehlerwert: {code}."
        ),
        (104, Language::Japanese) => format!(
            "タスク スケジューラは \"{who}\" のログオンに失敗しました。\"{what}\" でエラーが発生しました。ユーザー操作: タスクの資格情報が正しく指定されていることを確認してください。追加データ: エラー値: {code}。"
        ),
        (101, Language::English) => format!(
            "Task Scheduler failed to start \"{name}\" task for user \"{user}\". Additional Data: Error Value: {code}."
        ),
        (101, Language::German) => format!(
            "Die Aufgabenplanung konnte die Aufgabe \"{name}\" für den Benutzer \"{user}\" nicht starten. Zusätzliche Daten: Fehlerwert: {code}."
        ),
        (101, Language::Japanese) => format!(
            "タスク スケジューラは、ユーザー \"{user}\" のタスク \"{name}\" を開始できませんでした。追加データ: エラー値: {code}。"
        ),
        (100, Language::English) => format!(
            "Task Scheduler started \"{}\" instance of the \"{name}\" task for user \"{user}\".",
            f("InstanceId")
        ),
        (102, Language::English) => format!(
            "Task Scheduler successfully finished \"{}\" instance of the \"{name}\" task for user \"{user}\".",
            f("InstanceId")
        ),
        (106, Language::English) => format!("User \"{user}\"  registered Task Scheduler task \"{name}\""),
        (107, Language::English) => format!(
            "Task Scheduler launched \"{}\"  instance of task \"{name}\" due to a time trigger condition.",
            f("InstanceId")
        ),
        (129, Language::English) => format!(
            "Task Scheduler launch task \"{name}\" , instance \"{}\"  with process ID {}.",
            f("Path"),
            f("ProcessID")
        ),
        (140, Language::English) => format!("User \"{who}\"  updated Task Scheduler task \"{name}\""),
        (200, Language::English) => format!(
            "Task Scheduler launched action \"{}\" in instance \"{}\" of task \"{name}\".",
            f("ActionName"),
            f("TaskInstanceId")
        ),
        (201, Language::English) => format!(
            "Task Scheduler successfully completed task \"{name}\" , instance \"{}\" , action \"{}\" with return code {code}.",
            f("TaskInstanceId"),
            f("ActionName")
        ),
        _ => return None,
    })
}

fn session(event: &Event, language: Language) -> Option<String> {
    let f = |name: &str| event.text_of(name);
    let head = match (event.id, language) {
        (21, Language::English) => "Remote Desktop Services: Session logon succeeded:",
        (22, Language::English) => "Remote Desktop Services: Shell start notification received:",
        (23, Language::English) => "Remote Desktop Services: Session logoff succeeded:",
        (24, Language::English) => "Remote Desktop Services: Session has been disconnected:",
        (25, Language::English) => "Remote Desktop Services: Session reconnection succeeded:",
        (21, Language::German) => "Remotedesktopdienste: Sitzungsanmeldung erfolgreich:",
        (23, Language::German) => "Remotedesktopdienste: Sitzungsabmeldung erfolgreich:",
        (24, Language::German) => "Remotedesktopdienste: Die Sitzung wurde getrennt:",
        (21, Language::Japanese) => "リモート デスクトップ サービス: セッション ログオンに成功しました:",
        (23, Language::Japanese) => "リモート デスクトップ サービス: セッション ログオフに成功しました:",
        (24, Language::Japanese) => "リモート デスクトップ サービス: セッションは切断されました:",
        (39, Language::English) => {
            return Some(format!(
                "Session {} has been disconnected by session {}",
                f("TargetSession"),
                f("Source")
            ));
        }
        (40, Language::English) => {
            return Some(format!(
                "Session {} has been disconnected, reason code {}",
                f("Session"),
                f("Reason")
            ));
        }
        _ => return None,
    };
    let (user, id, address) = match language {
        Language::English => ("User", "Session ID", "Source Network Address"),
        Language::German => ("Benutzer", "Sitzungs-ID", "Quellnetzwerkadresse"),
        Language::Japanese => ("ユーザー", "セッション ID", "ソース ネットワーク アドレス"),
    };
    let mut out = format!("{head}\r\n\r\n{user}: {}\r\n{id}: {}", f("User"), f("SessionID"));
    if event.id != 23 {
        out.push_str(&format!("\r\n{address}: {}", f("Address")));
    }
    Some(out)
}

fn audit(event: &Event, language: Language) -> Option<String> {
    if event.id != 4625 || language != Language::English {
        return None;
    }
    let f = |name: &str| event.text_of(name);
    let reason = match f("FailureReason").as_str() {
        "%%2305" => "The specified user account has expired.",
        "%%2307" => "Account locked out.",
        "%%2308" => "The user has not been granted the requested logon type at this machine.",
        "%%2309" => "The specified account's password has expired.",
        "%%2310" => "Account currently disabled.",
        "%%2313" => "Unknown user name or bad password.",
        _ => "An Error occured during Logon.",
    }
    .to_owned();
    Some(format!(
        "An account failed to log on.\r\n\r\nSubject:\r\n\tSecurity ID:\t\t{}\r\n\tAccount Name:\t\t{}\r\n\tAccount Domain:\t\t{}\r\n\tLogon ID:\t\t{}\r\n\r\nLogon Type:\t\t\t{}\r\n\r\nAccount For Which Logon Failed:\r\n\tSecurity ID:\t\tNULL SID\r\n\tAccount Name:\t\t{}\r\n\tAccount Domain:\t\t{}\r\n\r\nFailure Information:\r\n\tFailure Reason:\t\t{reason}\r\n\tStatus:\t\t\t{}\r\n\tSub Status:\t\t{}\r\n\r\nProcess Information:\r\n\tCaller Process ID:\t{}\r\n\tCaller Process Name:\t{}\r\n\r\nNetwork Information:\r\n\tWorkstation Name:\t{}\r\n\tSource Network Address:\t{}\r\n\tSource Port:\t\t{}\r\n",
        f("SubjectUserSid"),
        f("SubjectUserName"),
        f("SubjectDomainName"),
        f("SubjectLogonId"),
        f("LogonType"),
        f("TargetUserName"),
        f("TargetDomainName"),
        f("Status"),
        f("SubStatus"),
        f("ProcessId"),
        f("ProcessName"),
        f("WorkstationName"),
        f("IpAddress"),
        f("IpPort"),
    ))
}

fn stop(event: &Event, language: Language) -> String {
    let p = |n: u32| event.text_of(&format!("param{n}"));
    let (process, host, reason, code, kind, comment, user) = (p(1), p(2), p(3), p(4), p(5), p(6), p(7));
    match language {
        Language::English => format!(
            "The process {process} has initiated the {kind} of computer {host} on behalf of user {user} for the following reason: {reason}\r\n Reason Code: {code}\r\n Shutdown Type: {kind}\r\n Comment: {comment}"
        ),
        Language::German => format!(
            "Der Prozess {process} hat den/das {kind} von Computer {host} für Benutzer {user} aus folgendem Grund initiiert: {reason}\r\n Begründungscode: {code}\r\n Herunterfahrtyp: {kind}\r\n Kommentar: {comment}"
        ),
        Language::Japanese => format!(
            "次の理由で、プロセス {process} は、ユーザー {user} の代わりに、コンピューター {host} の {kind} を始めました: {reason}\r\n 理由コード: {code}\r\n シャットダウンの種類: {kind}\r\n コメント: {comment}"
        ),
    }
}
