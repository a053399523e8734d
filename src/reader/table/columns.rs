//! What the columns of a table of events hold. Headings are known in the languages seen; where they are not, the
//! cells tell.

use crate::model::{UNSPACED, providers};
use crate::reader::local_time::{self, DateOrder};
use crate::reader::provider_names;
use crate::reader::record_words::{Header, level};

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

/// Headings in lower case that are those of tables alone; the words that lists have, too, [`Header`] knows.
const HEADINGS: &[(&str, Column)] = &[
    ("timecreated", Column::Date),
    ("timegenerated", Column::Date),
    ("userid", Column::User),
    ("processid", Column::Process),
    ("threadid", Column::Thread),
    ("version", Column::Version),
    ("task", Column::Task),
    ("opcode", Column::Opcode),
    ("keywords", Column::Keywords),
    ("payload", Column::Payload),
    ("channel", Column::Channel),
    ("log", Column::Channel),
    ("provider", Column::Provider),
    ("eventrecordid", Column::Record),
];

/// What a heading says that the column holds.
fn column(heading: &str) -> Column {
    let lower = heading.trim().trim_matches('"').to_lowercase();
    if let Some((_, column)) = HEADINGS.iter().find(|(known, _)| *known == lower) {
        return *column;
    }
    match Header::of(&lower) {
        Some(Header::Channel) => Column::Channel,
        Some(Header::Source) => Column::Provider,
        // What is called so in English holds the values of an event.
        Some(Header::Date) if lower != "data" => Column::Date,
        Some(Header::Id) => Column::Id,
        Some(Header::Level) => Column::Level,
        Some(Header::Computer) => Column::Computer,
        Some(Header::Description) => Column::Message,
        Some(Header::Record) => Column::Record,
        Some(Header::Activity) => Column::Activity,
        _ => Column::Other,
    }
}

/// Reads the headings; `None` when the row is none: too few are known.
pub(crate) fn of_headings<T: AsRef<str>>(cells: &[T]) -> Option<Vec<Column>> {
    let mut columns: Vec<Column> = Vec::new();
    for cell in cells {
        let found = column(cell.as_ref());
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

/// Bytes that what a record says has at least, where only its length tells it from the name of a category.
const SENTENCE: usize = 40;

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
        // Where no cell stands behind the headings, the text has one in a language of which nothing is known.
        let longest = longest_text(columns, row, headings)
            .or_else(|| longest_text(columns, row, 0).filter(|(_, text)| text.len() >= SENTENCE));
        if let Some((at, _)) = longest
            && let Some(column) = columns.get_mut(at)
        {
            *column = Column::Message;
        }
    }
}

/// The longest text among the cells of which nothing is known, from a place on.
fn longest_text<'t, T: AsRef<str>>(
    columns: &[Column],
    row: &'t [T],
    from: usize,
) -> Option<(usize, &'t str)> {
    // Some scripts put no blanks between words.
    let is_text = |cell: &str| cell.contains(' ') || cell.chars().any(|letter| letter >= UNSPACED);
    let cells = row.iter().map(|cell| cell.as_ref().trim());
    cells
        .zip(columns)
        .enumerate()
        .skip(from)
        .filter(|(_, (cell, column))| **column == Column::Other && is_text(cell))
        .map(|(at, (cell, _))| (at, cell))
        .max_by_key(|(_, cell)| cell.len())
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
            "Gabim",
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
        assert!(!headed.contains(&Message), "too short for a sentence");
        let long = [
            "Gabim",
            "2026-05-04 10:00:00",
            "User32",
            "1074",
            "The process msiexec.exe has initiated the restart of computer A.",
        ];
        let mut headed = vec![Other; 5];
        complete(&mut headed, &long, 5, DateOrder::Unknown);
        assert_eq!(headed.last(), Some(&Message));
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
