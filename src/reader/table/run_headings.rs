//! What the columns of a table of jobs or of runs of flows are called, and the labels of a job that somebody copied from a page: the
//! same words. Owns which column a heading means and the zone that it names; must not know how tables are cut into cells.
//!
//! A heading is told by its letters and digits alone; if that is none, without what stands in brackets, and if that is none, without the
//! words that every heading may have: `Run start (UTC)` and `Start time` are both the start. Headings in other languages than English are
//! translations, not seen.

use chrono::FixedOffset;

use crate::model::Level;
use crate::reader::local_time::Stamp;

/// A column that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    State,
    Level,
    /// When a line was logged.
    Time,
    Ended,
    Started,
    Created,
    Duration,
    /// The code of an error.
    Code,
    Message,
    Process,
    Robot,
    /// What a robot is connected as: often, but not always, the name of a computer.
    Machine,
    Host,
    /// A machine by the word that every program has for it.
    Computer,
    Account,
    /// The connection of a flow, which is often named after the account it logs on with, or somebody who is called by a word that every
    /// program has for that.
    Connection,
    Job,
    /// Something that tables of events have and these do not.
    Foreign,
    Other,
}

/// Headings in lower case, letters and digits alone, with blanks between them.
const HEADINGS: &[(Column, &str)] = &[
    (
        Column::State,
        "state status jobstate jobstatus runstatus zustand état etat statut estado stato situação tillstånd tilstand tila stav \
         állapot durum stan состояние статус 状態 ステータス 状态 狀態 상태",
    ),
    (
        Column::Level,
        "level loglevel severity ebene stufe niveau nivel nível livello nivå poziom úroveň szint düzey уровень レベル ログレベル 级别 \
         等級 수준",
    ),
    (
        Column::Time,
        "time timestamp logtime datetime zeit zeitstempel uhrzeit heure horodatage hora fecha ora tid tidpunkt aika čas idő zaman \
         czas время 時間 時刻 日時 タイムスタンプ 时间 시간",
    ),
    (
        Column::Ended,
        "ended end fim konec koniec vége son конец кінець endtime endedat endedon enddate runend completed completedon completedat completiontime finished finishedon \
         finishedat beendet ende endzeit abgeschlossen terminé fin heuredefin finalizado horadefinalización fineesecuzione oradifine \
         fimdaexecução horadetérmino término einde eindtijd godzinazakończenia zakończono slut sluttid avslutad avsluttet afsluttet \
         päättyi konec ukončeno befejezés bitiş времяокончания окончание 终了 結束 结束 结束时间 結束時間 終了 終了日時 終了時刻 終了時間 \
         종료 종료시간",
    ),
    (
        Column::Started,
        "started start starttime startedat startedon startdate runstart began begin gestartet startzeit beginn démarré début \
         heurededébut iniciado inicio horadeinicio inizioesecuzione oradiinizio iníciodaexecução horadeinício início begintijd \
         godzinarozpoczęcia rozpoczęto startad startet alkoi začátek zahájeno kezdés başlangıç времяначала начало 开始 开始时间 開始 開始日時 \
         開始時刻 開始時間 시작 시작시간",
    ),
    (
        Column::Created,
        "created creationtime createdat createdon creationdate erstellt erstellungszeit créé creado 作成 作成日時",
    ),
    (
        Column::Duration,
        "duration runduration elapsed runtime dauer laufzeit durée duración durata duração duur varaktighet varighed varighet kesto \
         trvání időtartam süre czastrwania длительность продолжительность 期間 所要時間 持续时间 소요시간",
    ),
    (
        Column::Code,
        "errorcode errortype failurecode fehlercode codederreur codedeerror códigodeerror codiceerrore códigodoerro códigodeerro \
         foutcode kodbłędu felkod fejlkode feilkode virhekoodi kódchyby hibakód hatakodu кодошибки 错误代码 錯誤碼 エラーコード 오류코드",
    ),
    (
        Column::Message,
        "info information informações informação informazioni informatie informasjon informacje информация 信息 資訊 정보 message details detail jobinfo joberror error errormessage errordetails exception reason informationen \
         nachricht meldung fehlermeldung mensaje información messagederreur mensajedeerror messaggiodierrore messaggioerrore \
         mensagemdeerro foutbericht felmeddelande fejlmeddelelse feilmelding virheilmoitus chybovázpráva hibaüzenet hatailetisi \
         komunikatobłędzie сообщениеобошибке 错误消息 錯誤訊息 エラーメッセージ メッセージ 情報 詳細 오류메시지",
    ),
    (
        Column::Process,
        "process processname releasename prozess prozessname processus proceso processo proces procesnaam prosess proces folyamat işlem процесс процес プロセス \
         プロセス名 流程 工作流程 프로세스",
    ),
    (
        Column::Robot,
        "robot robotname roboter robô robotti робот ロボット ロボット名 机器人 機器人 로봇",
    ),
    (
        Column::Machine,
        "machine machinename maschine ordinateur máquina macchina maszyna マシン マシン名",
    ),
    (
        Column::Host,
        "hostname hostmachinename hostmachine host nomdhôte nombredehost ホスト名",
    ),
    (
        Column::Computer,
        "computer computername computadora dator tietokone počítač számítógép bilgisayar komputer компьютер 计算机 電腦 コンピューター 컴퓨터",
    ),
    (
        Column::Account,
        "hostidentity windowsidentity localsystemaccount identity account robotuser robotaccount windowsuser windowsaccount runas runsas \
         robotbenutzer roboterkonto hostidentität identitédelhôte identidaddehost ホストid",
    ),
    (
        Column::Connection,
        "connection connectionname user username verbindung benutzer connexion utilisateur conexión usuario connessione utente conexão \
         usuário verbinding połączenie подключение 连接 接続",
    ),
    (Column::Job, "jobid jobkey auftragsid"),
    (
        Column::Foreign,
        "eventid ereignisid イベントid providername logname recordid eventrecordid timecreated taskcategory eventname",
    ),
];

/// Words that say what a table is of, or that a column is of times.
const FILLERS: &[&str] = &[
    "run",
    "job",
    "flow",
    "desktop",
    "execution",
    "the",
    "of",
    "time",
    "date",
    "at",
    "on",
    "utc",
    "gmt",
    "local",
];

/// States of jobs. <https://docs.uipath.com/orchestrator/standalone/2023.4/user-guide/job-states>
pub(super) const STATES: &[(&str, Level)] = &[
    ("faulted", Level::Error),
    ("stopped", Level::Warning),
    ("successful", Level::Information),
    ("pending", Level::Information),
    ("running", Level::Information),
    ("stopping", Level::Information),
    ("terminating", Level::Information),
    ("suspended", Level::Information),
    ("resumed", Level::Information),
    ("fehlgeschlagen", Level::Error),
    ("erfolgreich", Level::Information),
    ("échoué", Level::Error),
    ("échec", Level::Error),
    ("en échec", Level::Error),
    ("fallido", Level::Error),
    ("con errores", Level::Error),
    ("com falha", Level::Error),
    ("falha", Level::Error),
    ("falhou", Level::Error),
    ("non riuscito", Level::Error),
    ("mislukt", Level::Error),
    ("misslyckades", Level::Error),
    ("mislyktes", Level::Error),
    ("mislykket", Level::Error),
    ("epäonnistui", Level::Error),
    ("niepowodzenie", Level::Error),
    ("selhalo", Level::Error),
    ("sikertelen", Level::Error),
    ("başarısız", Level::Error),
    ("сбой", Level::Error),
    ("ошибка", Level::Error),
    ("失敗", Level::Error),
    ("失败", Level::Error),
    ("실패", Level::Error),
    ("gestoppt", Level::Warning),
    ("angehalten", Level::Warning),
    ("arrêté", Level::Warning),
    ("detenido", Level::Warning),
    ("parado", Level::Warning),
    ("interrompido", Level::Warning),
    ("arrestato", Level::Warning),
    ("interrotto", Level::Warning),
    ("gestopt", Level::Warning),
    ("stoppad", Level::Warning),
    ("stoppet", Level::Warning),
    ("pysäytetty", Level::Warning),
    ("zatrzymano", Level::Warning),
    ("zatrzymane", Level::Warning),
    ("zastaveno", Level::Warning),
    ("leállítva", Level::Warning),
    ("durduruldu", Level::Warning),
    ("остановлено", Level::Warning),
    ("停止", Level::Warning),
    ("已停止", Level::Warning),
    ("중지됨", Level::Warning),
    ("réussi", Level::Information),
    ("correcto", Level::Information),
    ("finalizado", Level::Information),
    ("êxito", Level::Information),
    ("sucesso", Level::Information),
    ("bem-sucedido", Level::Information),
    ("concluído", Level::Information),
    ("riuscito", Level::Information),
    ("completato", Level::Information),
    ("geslaagd", Level::Information),
    ("voltooid", Level::Information),
    ("slutförd", Level::Information),
    ("lyckades", Level::Information),
    ("fullført", Level::Information),
    ("gennemført", Level::Information),
    ("onnistui", Level::Information),
    ("powodzenie", Level::Information),
    ("ukończono", Level::Information),
    ("úspěch", Level::Information),
    ("dokončeno", Level::Information),
    ("sikeres", Level::Information),
    ("başarılı", Level::Information),
    ("успешно", Level::Information),
    ("成功", Level::Information),
    ("성공", Level::Information),
];

/// Which column a heading or a label means.
pub(super) fn column(label: &str) -> Option<Column> {
    let whole = named(words(label));
    let outside = || named(words(label.split(['(', '[']).next()?));
    let telling = || {
        let words = words(label).filter(|word| !FILLERS.contains(&&**word));
        named(words)
    };
    whole.or_else(outside).or_else(telling)
}

fn named(words: impl Iterator<Item = String>) -> Option<Column> {
    let bare: String = words.collect();
    let is_it = |names: &&str| names.split(' ').any(|name| name == bare);
    let found = HEADINGS.iter().find(|(_, names)| is_it(names));
    found.map(|(column, _)| *column)
}

fn words(label: &str) -> impl Iterator<Item = String> {
    let words = label.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// The offset that a heading names for the times below it: `Start (UTC)`, `Ended [GMT+2]`.
pub(super) fn offset(label: &str) -> Option<FixedOffset> {
    let lower = label.to_lowercase();
    let (_, behind) = lower.split_once("utc").or_else(|| lower.split_once("gmt"))?;
    let signed = behind.trim_start().trim_end_matches([')', ']', ' ']);
    if signed.is_empty() {
        return FixedOffset::east_opt(0);
    }
    let hours = signed.strip_prefix(['+', '-', '\u{2212}'])?;
    let (hours, minutes) = hours.split_once(':').unwrap_or((hours, "0"));
    let minutes = hours
        .parse::<i32>()
        .ok()?
        .checked_mul(60)?
        .checked_add(minutes.parse().ok()?)?;
    let seconds = minutes.checked_mul(if signed.starts_with('+') { 60 } else { -60 })?;
    FixedOffset::east_opt(seconds)
}

/// A time below a heading that names an offset.
pub(super) fn placed(stamp: Stamp, offset: Option<FixedOffset>) -> Stamp {
    match (stamp, offset) {
        (Stamp::Local(local), Some(offset)) => local
            .and_local_timezone(offset)
            .single()
            .map_or(stamp, |time| Stamp::Exact(time.to_utc())),
        _ => stamp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_told_with_what_tools_add_to_them() {
        for (heading, wanted) in [
            ("Run start (UTC)", Some(Column::Started)),
            ("End (UTC)", Some(Column::Ended)),
            ("Job end time", Some(Column::Ended)),
            ("execution_started_at", Some(Column::Started)),
            ("Duration (hh:mm:ss)", Some(Column::Duration)),
            ("Heure de fin", Some(Column::Ended)),
            ("Time", Some(Column::Time)),
            ("Fim", Some(Column::Ended)),
            ("Robô", Some(Column::Robot)),
            ("Informações", Some(Column::Message)),
            ("Процесс", Some(Column::Process)),
            ("Run", None),
            ("Flow name", None),
            ("Weekend", None),
        ] {
            assert_eq!(column(heading), wanted, "{heading}");
        }
    }

    #[test]
    fn a_heading_may_name_an_offset() {
        let hours = |label: &str| offset(label).map(|offset| offset.local_minus_utc() / 60);
        assert_eq!(hours("Ended (UTC)"), Some(0));
        assert_eq!(hours("Ended [GMT+5:30]"), Some(330));
        assert_eq!(hours("Start UTC-6"), Some(-360));
        assert_eq!(hours("Start (local)"), None);
        assert_eq!(hours("Outcut"), None);
    }
}
