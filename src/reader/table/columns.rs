//! What the columns of a table of events hold. Headings are known in the languages seen; where they are not, the
//! cells tell.

use crate::model::{Level, UNSPACED, providers};
use crate::reader::local_time::{self, DateOrder};
use crate::reader::provider_names;

/// A column that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Level,
    Date,
    Provider,
    Id,
    Channel,
    Computer,
    Record,
    User,
    Process,
    Thread,
    Activity,
    Version,
    Task,
    Opcode,
    Keywords,
    Message,
    /// The payload as JSON, as `EvtxECmd` writes it; the times of such a table are UTC.
    Payload,
    /// A value of the event under the name that its records have.
    Field(&'static str),
    /// None of the above.
    Other,
}

/// Headings in lower case. PowerShell's are the same in every language.
const HEADINGS: &[(&str, Column)] = &[
    ("level", Column::Level),
    ("leveldisplayname", Column::Level),
    ("entrytype", Column::Level),
    ("ebene", Column::Level),
    ("レベル", Column::Level),
    ("niveau", Column::Level),
    ("nivel", Column::Level),
    ("livello", Column::Level),
    ("nível", Column::Level),
    ("poziom", Column::Level),
    ("nivå", Column::Level),
    ("уровень", Column::Level),
    ("级别", Column::Level),
    ("수준", Column::Level),
    ("date and time", Column::Date),
    ("timecreated", Column::Date),
    ("timegenerated", Column::Date),
    ("date", Column::Date),
    ("datum und uhrzeit", Column::Date),
    ("日付と時刻", Column::Date),
    ("date et heure", Column::Date),
    ("fecha y hora", Column::Date),
    ("data e ora", Column::Date),
    ("data e hora", Column::Date),
    ("datum en tijd", Column::Date),
    ("data i godzina", Column::Date),
    ("datum och tid", Column::Date),
    ("дата и время", Column::Date),
    ("日期和时间", Column::Date),
    ("날짜 및 시간", Column::Date),
    ("source", Column::Provider),
    ("providername", Column::Provider),
    ("provider", Column::Provider),
    ("quelle", Column::Provider),
    ("ソース", Column::Provider),
    ("origen", Column::Provider),
    ("origine", Column::Provider),
    ("fonte", Column::Provider),
    ("origem", Column::Provider),
    ("bron", Column::Provider),
    ("źródło", Column::Provider),
    ("källa", Column::Provider),
    ("источник", Column::Provider),
    ("来源", Column::Provider),
    ("원본", Column::Provider),
    ("event id", Column::Id),
    ("eventid", Column::Id),
    ("id", Column::Id),
    ("ereignis-id", Column::Id),
    ("イベント id", Column::Id),
    ("id. de evento", Column::Id),
    ("id de l'événement", Column::Id),
    ("id evento", Column::Id),
    ("id. del evento", Column::Id),
    ("identificação do evento", Column::Id),
    ("id do evento", Column::Id),
    ("gebeurtenis-id", Column::Id),
    ("identyfikator zdarzenia", Column::Id),
    ("händelse-id", Column::Id),
    ("код события", Column::Id),
    ("事件 id", Column::Id),
    ("이벤트 id", Column::Id),
    ("logname", Column::Channel),
    ("log", Column::Channel),
    ("channel", Column::Channel),
    ("machinename", Column::Computer),
    ("computer", Column::Computer),
    ("recordid", Column::Record),
    ("eventrecordid", Column::Record),
    ("userid", Column::User),
    ("processid", Column::Process),
    ("threadid", Column::Thread),
    ("activityid", Column::Activity),
    ("version", Column::Version),
    ("task", Column::Task),
    ("opcode", Column::Opcode),
    ("keywords", Column::Keywords),
    ("message", Column::Message),
    ("description", Column::Message),
    ("beschreibung", Column::Message),
    ("説明", Column::Message),
    ("payload", Column::Payload),
];

/// Words for levels, in lower case.
const LEVELS: &[(&str, Level)] = &[
    ("informationen", Level::Information),
    ("情報", Level::Information),
    ("informations", Level::Information),
    ("información", Level::Information),
    ("informazioni", Level::Information),
    ("informações", Level::Information),
    ("informação", Level::Information),
    ("informatie", Level::Information),
    ("informacje", Level::Information),
    ("сведения", Level::Information),
    ("信息", Level::Information),
    ("warnung", Level::Warning),
    ("警告", Level::Warning),
    ("avertissement", Level::Warning),
    ("advertencia", Level::Warning),
    ("avviso", Level::Warning),
    ("aviso", Level::Warning),
    ("waarschuwing", Level::Warning),
    ("ostrzeżenie", Level::Warning),
    ("предупреждение", Level::Warning),
    ("fehler", Level::Error),
    ("エラー", Level::Error),
    ("erreur", Level::Error),
    ("errore", Level::Error),
    ("erro", Level::Error),
    ("fout", Level::Error),
    ("błąd", Level::Error),
    ("ошибка", Level::Error),
    ("错误", Level::Error),
    ("kritisch", Level::Critical),
    ("重大", Level::Critical),
    ("critique", Level::Critical),
    ("crítico", Level::Critical),
    ("ausführlich", Level::Verbose),
    ("詳細", Level::Verbose),
];

/// The severity that a word in any of the languages means.
pub(crate) fn level(word: &str) -> Option<Level> {
    let word = word.trim();
    Level::from_word(word).or_else(|| {
        let lower = word.to_lowercase();
        LEVELS
            .iter()
            .find(|(known, _)| *known == lower)
            .map(|(_, level)| *level)
    })
}

/// Reads the headings; `None` when the row is none: too few are known.
pub(crate) fn of_headings<T: AsRef<str>>(cells: &[T]) -> Option<Vec<Column>> {
    let mut columns: Vec<Column> = Vec::new();
    for cell in cells {
        let lower = cell
            .as_ref()
            .trim()
            .trim_matches('"')
            .replace('’', "'")
            .to_lowercase();
        let found = HEADINGS
            .iter()
            .find(|(heading, _)| *heading == lower)
            .map_or(Column::Other, |(_, column)| *column);
        // A second column of one kind is something else: `Id` beside `EventID`.
        let column = if columns.contains(&found) {
            Column::Other
        } else {
            found
        };
        columns.push(column);
    }
    let known = columns.iter().filter(|column| **column != Column::Other).count();
    (known >= 3 && columns.contains(&Column::Date)).then_some(columns)
}

/// The headings of dates in languages whose countries write the day before the month. English is one of both kinds.
const DAY_FIRST: &[&str] = &[
    "datum und uhrzeit",
    "date et heure",
    "fecha y hora",
    "data e ora",
    "data e hora",
    "datum en tijd",
    "data i godzina",
    "дата и время",
];

/// The order in which the language of the headings writes dates; a guess, since a region can be set by itself.
pub(crate) fn order_of_headings<T: AsRef<str>>(row: &[T]) -> DateOrder {
    let is_day_first = |cell: &T| DAY_FIRST.contains(&cell.as_ref().trim().to_lowercase().as_str());
    if row.iter().any(is_day_first) {
        DateOrder::DayFirst
    } else {
        DateOrder::Unknown
    }
}

/// The words for levels in languages whose countries write the day before the month.
const LEVELS_OF_DAY_FIRST: &[&str] = &[
    "warnung",
    "fehler",
    "avertissement",
    "erreur",
    "advertencia",
    "información",
    "avviso",
    "errore",
    "informazioni",
    "aviso",
    "erro",
    "informações",
    "informação",
    "waarschuwing",
    "fout",
    "ostrzeżenie",
    "błąd",
    "предупреждение",
    "ошибка",
    "сведения",
];

/// The order in which the language of the levels writes dates, where the headings are the names of properties.
pub(crate) fn order_of_levels<T: AsRef<str>>(rows: impl Iterator<Item = Vec<T>>) -> DateOrder {
    let is_day_first = |cell: &T| LEVELS_OF_DAY_FIRST.contains(&cell.as_ref().trim().to_lowercase().as_str());
    let mut rows = rows;
    if rows.any(|row| row.iter().any(is_day_first)) {
        DateOrder::DayFirst
    } else {
        DateOrder::Unknown
    }
}

/// Finds the columns that headings did not tell, from a row of data. A table has one date, then a provider and a
/// small number; the message is the longest text behind the `headings` columns that have one, since Event Viewer
/// gives it none.
pub(crate) fn complete<T: AsRef<str>>(
    columns: &mut Vec<Column>,
    row: &[T],
    headings: usize,
    order: DateOrder,
) {
    while columns.len() < row.len() {
        columns.push(Column::Other);
    }
    find(columns, row, Column::Date, |cell| date(cell, order).is_some());
    find(columns, row, Column::Provider, is_provider);
    find(columns, row, Column::Level, |cell| level(cell).is_some());
    find(columns, row, Column::Id, |cell| {
        cell.trim().parse::<u16>().is_ok()
    });
    if headings == 0 {
        provider_before_id(columns, row);
    }
    if !columns.contains(&Column::Message) {
        // Some scripts put no blanks between words.
        let is_text = |cell: &str| cell.contains(' ') || cell.chars().any(|letter| letter >= UNSPACED);
        let longest = row
            .iter()
            .zip(columns.iter())
            .enumerate()
            .skip(headings)
            .filter(|(_, (cell, column))| **column == Column::Other && is_text(cell.as_ref().trim()))
            .max_by_key(|(_, (cell, _))| cell.as_ref().len());
        if let Some((at, _)) = longest
            && let Some(column) = columns.get_mut(at)
        {
            *column = Column::Message;
        }
    }
}

/// A row that Event Viewer copied without headings has the source right before the id.
fn provider_before_id<T: AsRef<str>>(columns: &mut [Column], row: &[T]) {
    let id = columns.iter().position(|column| *column == Column::Id);
    let before = id.and_then(|id| id.checked_sub(1));
    let knows = |wanted| columns.contains(&wanted);
    if !knows(Column::Date) || !knows(Column::Level) || knows(Column::Provider) {
        return;
    }
    let name = before.and_then(|at| row.get(at)).map(|cell| cell.as_ref().trim());
    let is_name = name.is_some_and(|name| name.starts_with(char::is_alphabetic));
    if let Some(column) = before.filter(|_| is_name).and_then(|at| columns.get_mut(at))
        && *column == Column::Other
    {
        *column = Column::Provider;
    }
}

fn find<T: AsRef<str>>(columns: &mut [Column], row: &[T], wanted: Column, fits: impl Fn(&str) -> bool) {
    if columns.contains(&wanted) {
        return;
    }
    let found = row
        .iter()
        .zip(columns.iter_mut())
        .find(|(cell, column)| **column == Column::Other && fits(cell.as_ref()));
    if let Some((_, column)) = found {
        *column = wanted;
    }
}

/// Whether a row without headings is one of a table of events.
pub(crate) fn is_data<T: AsRef<str>>(row: &[T], order: DateOrder) -> bool {
    let has = |fits: &dyn Fn(&str) -> bool| row.iter().any(|cell| fits(cell.as_ref()));
    (4..=64).contains(&row.len())
        && has(&|cell| date(cell, order).is_some() || looks_dated(cell))
        && has(&|cell| cell.trim().parse::<u16>().is_ok())
        && (has(&is_provider) || has(&|cell| level(cell).is_some()))
}

/// Whether a row without headings can be nothing but one of a table of events.
pub(crate) fn is_surely_data<T: AsRef<str>>(row: &[T], order: DateOrder) -> bool {
    is_data(row, order) && row.iter().any(|cell| is_provider(cell.as_ref()))
}

/// A date, in whatever order.
pub(crate) fn date(cell: &str, order: DateOrder) -> Option<local_time::Stamp> {
    let cell = cell.trim();
    if !(8..=40).contains(&cell.len()) || !cell.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    local_time::whole(cell, order)
}

/// A date that cannot be read for certain, but is one.
pub(crate) fn looks_dated(cell: &str) -> bool {
    date(cell, DateOrder::MonthFirst).is_some() || date(cell, DateOrder::DayFirst).is_some()
}

fn is_provider(cell: &str) -> bool {
    let lower = cell.trim().to_lowercase();
    providers::is_of_windows(&lower)
        || providers::IN_TABLES.contains(&lower.as_str())
        || provider_names::is_known(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_in_some_languages() {
        use Column::{Date, Id, Level, Other, Provider};
        for row in [
            ["Level", "Date and Time", "Source", "Event ID", "Task Category"],
            [
                "Ebene",
                "Datum und Uhrzeit",
                "Quelle",
                "Ereignis-ID",
                "Aufgabenkategorie",
            ],
            [
                "Nível",
                "Data e Hora",
                "Fonte",
                "Identificação do Evento",
                "Categoria da Tarefa",
            ],
            [
                "レベル",
                "日付と時刻",
                "ソース",
                "イベント ID",
                "タスクのカテゴリ",
            ],
        ] {
            assert_eq!(of_headings(&row), Some(vec![Level, Date, Provider, Id, Other]));
        }
        assert_eq!(of_headings(&["Name", "Id", "Date"]), None);
    }

    #[test]
    fn columns_by_their_cells() {
        use Column::{Date, Id, Message, Other, Provider};
        let row = [
            "Virhe",
            "2026-05-04 10:00:00",
            "Microsoft-Windows-TaskScheduler",
            "101",
            "(1)",
            "Task failed to start",
        ];
        let mut columns = Vec::new();
        complete(&mut columns, &row, 0, DateOrder::Unknown);
        assert_eq!(columns, [Other, Date, Provider, Id, Other, Message]);
        let mut headed = vec![Other; 6];
        complete(&mut headed, &row, 6, DateOrder::Unknown);
        assert!(!headed.contains(&Message));
        assert!(is_data(&row, DateOrder::Unknown));
        let row = [
            "Warning",
            "2026-05-04 10:00:00",
            "srv",
            "2013",
            "None",
            "The C: disk is at or near capacity.",
        ];
        let mut columns = Vec::new();
        complete(&mut columns, &row, 0, DateOrder::Unknown);
        assert_eq!(columns[2..4], [Provider, Id]);
        assert!(!is_data(&["a", "b", "c", "d", "7"], DateOrder::Unknown));
    }
}
