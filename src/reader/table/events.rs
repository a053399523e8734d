//! Tables of events as Event Viewer, PowerShell and collector scripts write them, with commas, semicolons or tabs.
//!
//! Folklore: Event Viewer's CSV has no heading for the message, which comes last. PowerShell 5 puts a `#TYPE` line
//! before the headings. `-UseCulture` takes separator and date order from the customer's locale. All dates are local
//! and say no zone, but for those of `EvtxECmd`, which are UTC.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::columns::{self, Column};
use super::layout::{is_preface, layout, order};
use super::lines_below::LinesBelow;
use super::rows::{Row, Rows, quotes_fit, split};
use super::{snare, task_history};
use crate::model::providers::AUDITING;
use crate::model::{Event, Findings, Level, ProblemKind, Value};
use crate::reader::Context;
use crate::reader::event_json;
use crate::reader::event_list;
use crate::reader::lines::Text;
use crate::reader::local_time::DateOrder;
use crate::reader::provider_names;
use crate::reader::record_words;
use crate::reader::sink::Sink;
use crate::reader::wording::Wording;
use crate::source::Source;

/// Bytes of a message that lines without a row of their own go on with.
const MESSAGE_BYTES: usize = 64 << 10;
/// Providers of one table whose names are remembered.
const PROVIDERS: usize = 256;

/// Whether a text begins with such a table.
pub(crate) fn sniff(head: &str) -> bool {
    layout(head).is_some()
}

/// Reads the whole artifact.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let wording = Wording::new(context.interest);
    let mut sink = Sink::new(context, findings);
    let mut text = Text::open(source, &sink);
    let make = |sink: &mut Sink<'_>, head: &str| {
        let (separator, columns) = layout(head).unwrap_or((',', Vec::new()));
        let order = order(sink, head, separator);
        Table::new(&wording, separator, columns, order)
    };
    let table = super::read_lines(&mut text, &mut sink, make, Table::line);
    let records = table.map_or(0, |table| table.finish(&mut sink));
    text.finish(&mut sink);
    // A row may have many lines, and headings are none.
    sink.findings().records = records;
}

struct Table<'a> {
    wording: &'a Wording<'a>,
    separator: char,
    columns: Vec<Column>,
    /// How many columns have a heading.
    headings: usize,
    headed: bool,
    order: DateOrder,
    rows: Rows,
    /// The last event: lines that are no rows go on with its message.
    pending: Option<Event>,
    undated: u64,
    /// Rows that are events.
    records: u64,
    below: LinesBelow,
    /// Full names of providers, by how the table writes them.
    providers: BTreeMap<Arc<str>, Arc<str>>,
}

impl<'a> Table<'a> {
    fn new(wording: &'a Wording<'a>, separator: char, columns: Vec<Column>, order: DateOrder) -> Self {
        Self {
            wording,
            separator,
            headings: columns.len(),
            headed: columns.is_empty() || snare::is_layout(&columns),
            columns,
            order,
            rows: Rows::default(),
            pending: None,
            undated: 0,
            records: 0,
            below: LinesBelow::default(),
            providers: BTreeMap::new(),
        }
    }

    fn line(&mut self, sink: &mut Sink<'_>, number: u64, offset: u64, text: &str) {
        if !self.headed {
            // The headings, and what stands before them.
            self.headed = !is_preface(text.trim());
            return;
        }
        let (separator, order) = (self.separator, self.order);
        let is_open = |text: &str| split(text, separator).1;
        let starts = |text: &str| is_row(text, separator, order);
        for row in self.rows.line(number, offset, text, is_open, starts) {
            self.row(sink, &row);
        }
    }

    fn row(&mut self, sink: &mut Sink<'_>, row: &Row) {
        let (cells, _) = split(&row.text, self.separator);
        let dated = cells.iter().any(|cell| columns::looks_dated(cell));
        if !dated || cells.len() < 4 {
            if !self.below.take(row) {
                self.go_on(sink, row);
            }
            return;
        }
        if row.damaged {
            let origin = sink.line(row.line, row.offset);
            sink.problem(
                ProblemKind::Damaged,
                origin,
                "a row with a quote that does not end",
            );
        }
        columns::complete(&mut self.columns, &cells, self.headings, self.order);
        let event = self.event(sink, row, &cells);
        self.records = self.records.saturating_add(1);
        self.flush(sink);
        self.pending = Some(event);
    }

    /// A line that is no row goes on with the message before it.
    fn go_on(&mut self, sink: &mut Sink<'_>, row: &Row) {
        let text = row.text.trim_end();
        match &mut self.pending {
            Some(event) if event.message.as_deref().map_or(0, str::len) < MESSAGE_BYTES => {
                let before = event.message.as_deref().unwrap_or_default();
                event.message = Some(format!("{before}\n{text}").trim().into());
            }
            Some(_) => {}
            None if text.is_empty() => {}
            None => {
                let origin = sink.line(row.line, row.offset);
                sink.problem(ProblemKind::Damaged, origin, "a line that is no row of the table");
            }
        }
    }

    fn event(&mut self, sink: &Sink<'_>, row: &Row, cells: &[String]) -> Event {
        let mut event = Event::new(sink.line(row.line, row.offset));
        let utc = self.columns.contains(&Column::Payload);
        for (column, cell) in self.columns.iter().zip(cells) {
            let cell = cell.trim();
            if !cell.is_empty() {
                set(&mut event, *column, cell, self.order);
            }
        }
        if self
            .columns
            .iter()
            .any(|column| matches!(column, Column::Field(_)))
        {
            event.provider = AUDITING.name.into();
            event.channel = "Security".into();
        }
        task_history::name(&mut event);
        self.name_provider(&mut event);
        if let Some(local) = event.local.take_if(|_| utc) {
            event.time = Some(local.and_utc());
        }
        if event.time.is_none() && event.local.is_none() {
            self.undated = self.undated.saturating_add(1);
        }
        event
    }

    fn flush(&mut self, sink: &mut Sink<'_>) {
        let Some(mut event) = self.pending.take() else {
            return;
        };
        let interest = self.wording.interest();
        let wanted = event.id.is_some_and(|id| interest.wants(&event.provider, id));
        if !wanted && !interest.mentions(&event.text()) {
            return;
        }
        if let Some(message) = event.message.clone() {
            event_list::tell_description(&mut event, &message, self.wording);
        }
        sink.event(event);
    }

    /// Gives an event the full name of its provider; tables name few providers many times.
    fn name_provider(&mut self, event: &mut Event) {
        if let Some(name) = self.providers.get(&event.provider) {
            event.provider = Arc::clone(name);
            return;
        }
        let written = Arc::clone(&event.provider);
        event.provider = provider_names::full(&written, self.wording.interest()).into();
        if self.providers.len() < PROVIDERS {
            self.providers.insert(written, Arc::clone(&event.provider));
        }
    }

    /// Ends the last row, and says how many there were.
    fn finish(mut self, sink: &mut Sink<'_>) -> u64 {
        if let Some(row) = std::mem::take(&mut self.rows).finish() {
            self.row(sink, &row);
        }
        self.flush(sink);
        self.below.read(sink, self.wording, self.order);
        if self.undated > 0 {
            let origin = sink.artifact();
            let detail = "rows whose date can be read two ways, day or month first, have no time";
            sink.problems(ProblemKind::Undecoded, origin, detail, self.undated);
        }
        self.records
    }
}

/// Whether a line is the beginning of a row, even where the row before did not end.
fn is_row(text: &str, separator: char, order: DateOrder) -> bool {
    if text.matches(separator).count() < 3 || !quotes_fit(text, separator) {
        return false;
    }
    let (cells, _) = split(text, separator);
    columns::is_data(&cells, order)
}

fn set(event: &mut Event, column: Column, cell: &str, order: DateOrder) {
    let number = || cell.parse::<u64>().ok();
    match column {
        Column::Level => {
            let level = number()
                .and_then(|level| u8::try_from(level).ok())
                .map(Level::from_number);
            event.level = level.or_else(|| record_words::level(cell)).unwrap_or(event.level);
        }
        Column::Date => {
            if let Some(stamp) = columns::date(cell, order) {
                stamp.apply(event);
            }
        }
        Column::Provider => event.provider = cell.into(),
        Column::Id => event.id = number().and_then(|id| u16::try_from(id & 0xFFFF).ok()),
        Column::Channel => event.channel = cell.into(),
        Column::Field(name) => event.push(name, Value::text(cell)),
        Column::Computer => event.computer = cell.into(),
        Column::Record => {
            event.record_id = number();
            event.origin.record = event.record_id;
        }
        Column::User => event.sid = cell.starts_with("S-1-").then(|| cell.into()),
        Column::Process => event.process = number().and_then(|id| u32::try_from(id).ok()),
        Column::Thread => event.thread = number().and_then(|id| u32::try_from(id).ok()),
        Column::Activity => {
            let bare = cell.trim_matches(['{', '}']).to_ascii_lowercase();
            event.activity = (bare.len() == 36).then(|| format!("{{{bare}}}").into());
        }
        Column::Version => event.version = number().and_then(|id| u8::try_from(id).ok()),
        Column::Task => event.task = number().and_then(|id| u16::try_from(id).ok()),
        Column::Opcode => event.opcode = number().and_then(|id| u8::try_from(id).ok()),
        // Masks are signed in PowerShell's output.
        Column::Keywords => {
            let mask = cell.parse::<i64>().ok().map(i64::cast_unsigned);
            event.keywords = mask.or_else(|| Value::text(cell).as_u64());
        }
        Column::Payload => event_json::tell_payload(event, cell),
        Column::Message => event.message = Some(cell.into()),
        Column::Other => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::model::{EventFilter, Interest, MessagePattern};

    fn interest() -> Interest {
        let pattern = MessagePattern::new(
            "Session (?<Session>[0-9]+) has been disconnected, reason code (?<Reason>[0-9]+)",
            "has been disconnected, reason code",
            "Microsoft-Windows-TerminalServices-LocalSessionManager",
            "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
            Some(40),
        );
        let wanted = BTreeMap::from([(
            Box::from("microsoft-windows-terminalservices-localsessionmanager"),
            [40_u16, 24].into(),
        )]);
        Interest::new(EventFilter::Listed(wanted), [], [], vec![pattern.unwrap()]).unwrap()
    }

    fn run(text: &str) -> Findings {
        let interest = interest();
        let limits = Limits::default();
        let context = Context {
            path: Arc::from("a.csv"),
            interest: &interest,
            limits: &limits,
            recover: false,
        };
        let mut findings = Findings::default();
        read(Source::memory(text), &context, &mut findings);
        findings
    }

    const LSM: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";

    #[test]
    fn the_language_of_the_headings_tells_the_order_of_a_date_that_has_two() {
        let row = format!("Information,11/07/2024 11:05:12,{LSM},24,Aucun,fin\r\n");
        let french = run(&format!(
            "Niveau,Date et heure,Source,ID de l’événement,Catégorie\r\n{row}"
        ));
        let local = french.events.first().and_then(|event| event.local).unwrap();
        assert_eq!(local.to_string(), "2024-07-11 11:05:12");
        assert!(
            french
                .problems
                .iter()
                .any(|problem| problem.kind == ProblemKind::Guessed)
        );
        let english = run(&format!(
            "Level,Date and Time,Source,Event ID,Task Category\r\n{row}"
        ));
        assert_eq!(english.events.first().unwrap().local, None);
    }

    #[test]
    fn the_words_for_levels_tell_it_where_headings_are_names_of_properties() {
        let table = |level: &str| {
            let heads = "\"TimeCreated\";\"Id\";\"LevelDisplayName\";\"ProviderName\";\"Message\"";
            run(&format!(
                "{heads}\r\n\"11/07/2024 11:05:12\";\"24\";\"{level}\";\"{LSM}\";\"fine\"\r\n"
            ))
        };
        let local = |found: &Findings| found.events.first().and_then(|event| event.local);
        let italian = local(&table("Informazioni")).unwrap();
        assert_eq!(italian.to_string(), "2024-07-11 11:05:12");
        assert_eq!(local(&table("Information")), None);
    }

    #[test]
    fn event_viewer_csv_with_a_message_over_lines() {
        let text = format!(
            "Level,Date and Time,Source,Event ID,Task Category\r\n\
             Information,5/24/2026 10:49:19 AM,{LSM},40,None,\"Session 12 has been disconnected, reason code 5\r\n\r\nmore, text\"\r\n\
             Information,5/24/2026 10:49:20 AM,Other,1,None,nothing\r\n"
        );
        assert!(sniff(&text));
        let found = run(&text);
        let [event] = &found.events[..] else {
            panic!("{:?}", found.events)
        };
        assert_eq!((event.id, event.level), (Some(40), Level::Information));
        assert_eq!(event.local.unwrap().to_string(), "2026-05-24 10:49:19");
        assert_eq!(event.get("Reason").unwrap().as_u64(), Some(5));
        assert!(event.message.as_deref().unwrap().ends_with("more, text"));
        assert!(found.problems.is_empty(), "{:?}", found.problems);
    }

    #[test]
    fn localized_twins_with_semicolons_and_tabs() {
        let german = format!(
            "\"LevelDisplayName\";\"TimeCreated\";\"ProviderName\";\"ID\";\"UserId\";\"Message\"\n\
             \"Informationen\";\"24.05.2026 10:49:19\";\"{LSM}\";\"40\";\"S-1-5-18\";\"Session 3 has been disconnected, reason code 0\"\n"
        );
        let japanese = format!(
            "レベル\t日付と時刻\tソース\tイベント ID\tタスクのカテゴリ\n情報\t2026/05/24 10:49:19\t{LSM}\t40\tなし\tセッション 3\n続き\n"
        );
        for text in [german, japanese] {
            assert!(sniff(&text), "{text}");
            let found = run(&text);
            assert_eq!(found.events.len(), 1, "{text}");
            assert_eq!(found.events[0].local.unwrap().to_string(), "2026-05-24 10:49:19");
            assert_eq!(found.events[0].level, Level::Information);
        }
    }

    #[test]
    fn get_winevent_with_all_columns() {
        let text = format!(
            "#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\n\
             \"Message\",\"Id\",\"Version\",\"Level\",\"Keywords\",\"RecordId\",\"ProviderName\",\"LogName\",\"ProcessId\",\"MachineName\",\"TimeCreated\",\"ActivityId\",\"LevelDisplayName\"\n\
             \"Session 3 has been disconnected, reason code 12\",\"40\",\"0\",\"4\",\"1152921504606846976\",\"415\",\"{LSM}\",\"{LSM}/Operational\",\"1076\",\"RPA-07\",\"5/24/2026 10:49:19 AM\",\"f4204a84-0fbc-4c56-820e-9469a7650000\",\"Information\"\n"
        );
        assert!(sniff(&text));
        let found = run(&text);
        let event = &found.events[0];
        assert_eq!((event.record_id, event.process), (Some(415), Some(1076)));
        assert_eq!(&*event.computer, "RPA-07");
        assert_eq!(
            event.activity.as_deref(),
            Some("{f4204a84-0fbc-4c56-820e-9469a7650000}")
        );
    }

    #[test]
    fn messages_of_several_lines_that_come_first() {
        let row = |user: &str, session: u32, record: u32| {
            format!(
                "\"Remote Desktop Services:\r\n\r\nUser: {user}\r\nSession {session} has been disconnected, reason code 0\",\"40\",\"0\",\"\",\"4\",\"{record}\",\"{LSM}\",\"{LSM}/Operational\",\"1076\",\"RPA-07\",\"5/24/2026 10:49:19 AM\",\"Information\"\r\n"
            )
        };
        let text = format!(
            "#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n\
             \"Message\",\"Id\",\"Version\",\"Qualifiers\",\"Level\",\"RecordId\",\"ProviderName\",\"LogName\",\"ProcessId\",\"MachineName\",\"TimeCreated\",\"LevelDisplayName\"\r\n{}{}",
            row("CORP\\anna", 46, 31_751),
            row("CORP\\bert", 9, 31_750)
        );
        let found = run(&text);
        assert!(
            found
                .problems
                .iter()
                .all(|problem| problem.kind != ProblemKind::Damaged),
            "{:?}",
            found.problems
        );
        let told: Vec<_> = found
            .events
            .iter()
            .map(|event| (event.record_id, event.get("Session").and_then(Value::as_u64)))
            .collect();
        assert_eq!(told, [(Some(31_751), Some(46)), (Some(31_750), Some(9))]);
    }

    #[test]
    fn damage_costs_one_row_and_doubtful_dates_are_told() {
        let text = format!(
            "Level,Date and Time,Source,Event ID,Task Category\n\
             Information,5/4/2026 10:49:18 am,{LSM},40,None,\"lost\n\
             Information,5/4/2026 10:49:19 am,{LSM},40,None,\"Session 12 has been disconnected, reason code 5\"\n\
             Information,5/4/2026 10:49:20 am,{LSM},24,None,gone\n"
        );
        let found = run(&text);
        assert_eq!(found.events.len(), 3);
        assert_eq!(found.events[1].get("Session").unwrap().as_u64(), Some(12));
        let kinds: Vec<_> = found.problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [ProblemKind::Damaged, ProblemKind::Undecoded]);
    }

    #[test]
    fn headings_of_a_language_that_is_not_known() {
        let text = format!(
            "Taso,Päivämäärä ja aika,Lähde,Tapahtumatunnus,Tehtäväluokka\r\n\
             Tietoja,24.5.2026 10:49:19,{LSM},40,Ei mitään,Session 3 has been disconnected, reason code 0\r\n"
        );
        assert!(sniff(&text));
        let found = run(&text);
        assert_eq!(found.events.len(), 1);
        assert_eq!(found.events[0].id, Some(40));
        assert_eq!(found.events[0].local.unwrap().to_string(), "2026-05-24 10:49:19");
    }

    #[test]
    fn other_tables_are_not_taken() {
        assert!(!sniff("name,size,date,owner\na,1,2026-05-04,me\n"));
        assert!(!sniff("just text, with commas, and more, of them\n"));
    }
}
