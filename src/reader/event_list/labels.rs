//! The words that stand before values in events written as text: of the header in many languages, of the
//! description in English. Must not know how blocks are told apart.
//!
//! Header labels are those of Event Viewer's "copy details as text" and of `wevtutil /f:text` in the language of the
//! machine, and the property names of PowerShell's event objects, which are English everywhere.

use crate::model::Level;
use crate::model::providers::{AUDITING, OF_WINDOWS};
use crate::reader::table::columns;

/// What a header line tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Label {
    /// The channel.
    Channel,
    /// The provider, by its full or its short name.
    Source,
    /// When.
    Date,
    /// The time of day, where it stands apart from the date, as events were copied until Windows 2003.
    Time,
    /// The event id.
    Id,
    /// The severity.
    Level,
    /// The account the event was logged for.
    User,
    /// The machine.
    Computer,
    /// The message, which goes on on the next lines.
    Description,
    /// The record id.
    Record,
    /// The activity id.
    Activity,
    /// Known, and of no use here.
    Other,
}

/// Labels in lower case.
const LABELS: &[(Label, &[&str])] = &[
    (
        Label::Channel,
        &[
            "log name",
            "logname",
            "protokollname",
            "nom du journal",
            "nombre de registro",
            "nome registro",
            "nome do log",
            "logboeknaam",
            "ログの名前",
            "日志名称",
            "имя журнала",
            "로그 이름",
            "nazwa dziennika",
            "günlük adı",
            "loggnamn",
            "název protokolu",
            "記錄檔名稱",
        ],
    ),
    (
        Label::Source,
        &[
            "source",
            "event source",
            "providername",
            "quelle",
            "origen",
            "origine",
            "fonte",
            "bron",
            "ソース",
            "来源",
            "источник",
            "원본",
            "źródło",
            "kaynak",
            "källa",
            "zdroj",
            "來源",
        ],
    ),
    (
        Label::Date,
        &[
            "date",
            "date and time",
            "timecreated",
            "timegenerated",
            "logged",
            "datum",
            "fecha",
            "data",
            "日付",
            "日期",
            "дата",
            "дата и время",
            "날짜",
            "tarih",
            "datum och tid",
            "fecha y hora",
            "date et heure",
            "datum und uhrzeit",
            "日付と時刻",
            "protokolliert",
        ],
    ),
    (
        Label::Id,
        &[
            "event id",
            "eventid",
            "event-id",
            "id",
            "ereignis-id",
            "ereigniskennung",
            "id de l'événement",
            "id. del evento",
            "id. de evento",
            "id. evento",
            "id evento",
            "identificação do evento",
            "gebeurtenis-id",
            "イベント id",
            "イベントid",
            "事件 id",
            "код события",
            "이벤트 id",
            "identyfikator zdarzenia",
            "olay kimliği",
            "händelse-id",
            "id události",
            "事件識別碼",
        ],
    ),
    (
        Label::Level,
        &[
            "level",
            "leveldisplayname",
            "entrytype",
            "ebene",
            "niveau",
            "nivel",
            "livello",
            "nível",
            "レベル",
            "级别",
            "уровень",
            "수준",
            "poziom",
            "düzey",
            "nivå",
            "úroveň",
            "層級",
            "event type",
        ],
    ),
    (
        Label::User,
        &[
            "user",
            "userid",
            "benutzer",
            "utilisateur",
            "usuario",
            "utente",
            "usuário",
            "gebruiker",
            "ユーザー",
            "用户",
            "пользователь",
            "사용자",
            "użytkownik",
            "kullanıcı",
            "användare",
            "uživatel",
        ],
    ),
    (
        Label::Computer,
        &[
            "computer",
            "machinename",
            "ordinateur",
            "equipo",
            "computador",
            "コンピューター",
            "计算机",
            "компьютер",
            "컴퓨터",
            "komputer",
            "bilgisayar",
            "dator",
            "počítač",
            "電腦",
        ],
    ),
    (
        Label::Description,
        &[
            "description",
            "message",
            "beschreibung",
            "descripción",
            "descrizione",
            "descrição",
            "beschrijving",
            "説明",
            "描述",
            "описание",
            "설명",
            "opis",
            "açıklama",
            "beskrivning",
            "popis",
            "說明",
        ],
    ),
    (
        Label::Time,
        &["time", "uhrzeit", "heure", "hora", "ora", "時刻", "время"],
    ),
    (
        Label::Record,
        &["recordid", "event record id", "record number", "index"],
    ),
    (Label::Activity, &["activityid", "activity id"]),
    (
        Label::Other,
        &[
            "task category",
            "keywords",
            // `wevtutil` writes it so.
            "keyword",
            "opcode",
            "task",
            "version",
            "qualifiers",
            "processid",
            "threadid",
            "relatedactivityid",
            "containerlog",
            "matchedqueryids",
            "bookmark",
            "opcodedisplayname",
            "taskdisplayname",
            "keywordsdisplaynames",
            "properties",
            "providerid",
            "user name",
            "aufgabenkategorie",
            "schlüsselwörter",
            "catégorie de la tâche",
            "mots clés",
            "categoría de la tarea",
            "palabras clave",
            "categoria attività",
            "parole chiave",
            "categoria da tarefa",
            "palavras-chave",
            "タスクのカテゴリ",
            "キーワード",
            "opコード",
            "任务类别",
            "关键字",
            "event category",
            "категория задачи",
            "ключевые слова",
            "kategoria zadania",
            "작업 범주",
            "키워드",
            "słowa kluczowe",
            "kod operacji",
            "taakcategorie",
            "trefwoorden",
            "görev kategorisi",
            "anahtar sözcükler",
            "aktivitetskategori",
            "nyckelord",
            "kategorie úlohy",
            "klíčová slova",
            "工作類別",
            "關鍵字",
        ],
    ),
];

impl Label {
    /// The label of a name in any of the languages.
    pub(super) fn of(name: &str) -> Option<Self> {
        let name = name.trim().replace('\u{2019}', "'").to_lowercase();
        let name = name.as_str();
        let found = LABELS.iter().find(|(_, names)| names.contains(&name));
        found.map(|&(label, _)| label)
    }
}

/// Labels that English systems and PowerShell write. Dates beside any other are not in the order of the United
/// States.
const ENGLISH: &[&str] = &[
    "log name",
    "logname",
    "source",
    "event source",
    "event type",
    "providername",
    "date",
    "time",
    "date and time",
    "timecreated",
    "timegenerated",
    "logged",
    "event id",
    "eventid",
    "event-id",
    "id",
    "level",
    "leveldisplayname",
    "entrytype",
    "user",
    "userid",
    "computer",
    "machinename",
    "description",
    "message",
];

/// Whether a header label is English, or the same in English.
pub(super) fn is_english(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    ENGLISH.contains(&&*name)
        || matches!(
            Label::of(&name),
            Some(Label::Other | Label::Record | Label::Activity)
        )
}

/// `Name: value` of a line: the name, the value, and the column of the colon if blanks stand before it.
///
/// French writes a blank before the colon, Japanese may write a wide colon.
pub(super) fn split_label(line: &str) -> Option<(&str, &str, Option<usize>)> {
    let (at, colon) = line.char_indices().find(|&(_, c)| c == ':' || c == '：')?;
    let (name, rest) = line.split_at_checked(at)?;
    let value = rest.strip_prefix(colon)?;
    let spaced = name.ends_with([' ', '\u{a0}', '\t']).then_some(at);
    let name = name.trim();
    let is_drive = rest
        .get(colon.len_utf8()..)
        .is_some_and(|rest| rest.starts_with(['\\', '/']))
        && name
            .split_whitespace()
            .next_back()
            .is_some_and(|word| word.len() == 1);
    let named = !is_drive
        && !name.is_empty()
        && name.chars().count() <= 40
        && !name.contains(['\\', '/', '"', '{', '<', '=']);
    named.then_some((name, value.trim(), spaced))
}

/// The level of a word in the language of the machine.
pub(super) fn level(word: &str) -> Level {
    let word = word.trim();
    columns::level(word).unwrap_or_else(|| match word.to_lowercase().as_str() {
        "kritisch" | "critique" | "crítico" | "critico" | "重大" | "关键" => Level::Critical,
        "fehler" | "erreur" | "errore" | "erro" | "fout" | "エラー" | "错误" => Level::Error,
        "warnung" | "avertissement" | "advertencia" | "avviso" | "aviso" | "waarschuwing" | "警告" => {
            Level::Warning
        }
        "informationen" | "información" | "informazioni" | "informações" | "informatie" | "情報" | "信息" => {
            Level::Information
        }
        "ausführlich" | "commentaires" | "detallado" | "dettagliato" | "uitgebreid" | "詳細" | "详细" => {
            Level::Verbose
        }
        _ => Level::None,
    })
}

/// The provider that a channel belongs to; the logs that many write to have none, but for the Security log.
pub(super) fn provider_of_channel(channel: &str, id: u16) -> &str {
    match channel.split_once('/') {
        Some((provider, _)) if provider.starts_with(OF_WINDOWS) => provider,
        _ if channel.eq_ignore_ascii_case("Security") && is_audit(id) => AUDITING.name,
        _ => "",
    }
}

/// Whether an id is one of the audit events, which everybody names by number alone.
pub(super) const fn is_audit(id: u16) -> bool {
    matches!(id, 4608..=5159 | 5376..=5378 | 5632..=5633 | 6272..=6281)
}

/// The field that a label in a description stands for which nothing more is known of.
pub(super) fn field(label: &str) -> String {
    match label.to_lowercase().as_str() {
        "source network address"
        | "quellnetzwerkadresse"
        | "adresse réseau source"
        | "dirección de red de origen"
        | "ソース ネットワーク アドレス" => "Address".to_owned(),
        "sitzungs-id" | "id de session" | "id. de sesión" | "セッション id" => "SessionID".to_owned(),
        _ if Label::of(label) == Some(Label::User) => "User".to_owned(),
        _ => label.split_whitespace().collect(),
    }
}
