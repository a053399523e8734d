//! What the columns of a table of jobs are called, and the labels of a job that somebody copied from a page: the same words. Must not
//! know how tables are cut into cells.

use crate::model::Level;

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
    Message,
    Process,
    Robot,
    /// What a robot is connected as: often, but not always, the name of a computer.
    Machine,
    Host,
    Account,
    Job,
    /// Something that tables of events have and these do not.
    Foreign,
    Other,
}

/// Headings in lower case, letters and digits alone.
pub(super) const HEADINGS: &[(Column, &[&str])] = &[
    (
        Column::State,
        &[
            "state",
            "status",
            "jobstate",
            "jobstatus",
            "zustand",
            "état",
            "etat",
            "statut",
            "estado",
            "stato",
            "状態",
            "ステータス",
        ],
    ),
    (
        Column::Level,
        &[
            "level",
            "loglevel",
            "severity",
            "ebene",
            "stufe",
            "niveau",
            "nivel",
            "livello",
            "レベル",
            "ログレベル",
        ],
    ),
    (
        Column::Time,
        &[
            "time",
            "timestamp",
            "logtime",
            "datetime",
            "zeit",
            "zeitstempel",
            "uhrzeit",
            "heure",
            "horodatage",
            "hora",
            "fecha",
            "ora",
            "時間",
            "時刻",
            "日時",
            "タイムスタンプ",
        ],
    ),
    (
        Column::Ended,
        &[
            "ended",
            "endtime",
            "endedat",
            "enddate",
            "end",
            "finished",
            "beendet",
            "endzeit",
            "ende",
            "terminé",
            "fin",
            "heuredefin",
            "finalizado",
            "horadefinalización",
            "終了",
            "終了日時",
            "終了時刻",
            "終了時間",
        ],
    ),
    (
        Column::Started,
        &[
            "started",
            "starttime",
            "startedat",
            "startdate",
            "start",
            "gestartet",
            "startzeit",
            "démarré",
            "début",
            "heurededébut",
            "iniciado",
            "inicio",
            "horadeinicio",
            "開始",
            "開始日時",
            "開始時刻",
            "開始時間",
        ],
    ),
    (
        Column::Created,
        &[
            "created",
            "creationtime",
            "createdat",
            "creationdate",
            "erstellt",
            "erstellungszeit",
            "créé",
            "creado",
            "作成",
            "作成日時",
        ],
    ),
    (
        Column::Message,
        &[
            "info",
            "information",
            "message",
            "details",
            "detail",
            "jobinfo",
            "joberror",
            "error",
            "errormessage",
            "exception",
            "reason",
            "informationen",
            "nachricht",
            "meldung",
            "mensaje",
            "información",
            "メッセージ",
            "情報",
            "詳細",
        ],
    ),
    (
        Column::Process,
        &[
            "process",
            "processname",
            "releasename",
            "prozess",
            "prozessname",
            "processus",
            "proceso",
            "プロセス",
            "プロセス名",
        ],
    ),
    (
        Column::Robot,
        &["robot", "robotname", "roboter", "ロボット", "ロボット名"],
    ),
    (
        Column::Machine,
        &[
            "machine",
            "machinename",
            "maschine",
            "ordinateur",
            "máquina",
            "macchina",
            "マシン",
            "マシン名",
        ],
    ),
    (
        Column::Host,
        &[
            "hostname",
            "hostmachinename",
            "host",
            "nomdhôte",
            "nombredehost",
            "ホスト名",
        ],
    ),
    (
        Column::Account,
        &[
            "hostidentity",
            "windowsidentity",
            "localsystemaccount",
            "identity",
            "account",
            "hostidentität",
            "identitédelhôte",
            "identidaddehost",
            "ホストid",
        ],
    ),
    (Column::Job, &["jobid", "jobkey", "auftragsid"]),
    (
        Column::Foreign,
        &[
            "eventid",
            "ereignisid",
            "イベントid",
            "providername",
            "logname",
            "recordid",
            "eventrecordid",
            "timecreated",
            "taskcategory",
            "eventname",
        ],
    ),
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
];

/// Which column a heading or a label means, without regard to case, blanks and signs.
pub(super) fn column(label: &str) -> Option<Column> {
    let bare: String = label
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let named = HEADINGS.iter().find(|(_, names)| names.contains(&bare.as_str()));
    named.map(|(column, _)| *column)
}
