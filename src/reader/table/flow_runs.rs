//! Runs of flows as tables: what the portal of Power Automate shows, and rows of Dataverse's table `flowsession`.
//!
//! Headings are told without regard to case, blanks and signs, so that a column of the portal and the field of Dataverse
//! behind it are one. A row becomes what the error object of a run's JSON would: the code, the message, the machine, and the
//! time of its end, where its error belongs; without an end, that of its start and its duration.
//!
//! Sources: <https://learn.microsoft.com/power-automate/desktop-flows/monitor-desktop-flow-queues>,
//! <https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/flowsession>.

use chrono::{FixedOffset, TimeDelta};
use serde_json::Value as Json;

use super::headed::Headed;
use super::layout::{SEPARATORS, is_preface};
use super::rows::{MOST_COLUMNS, Row, of_headings, split};
use super::run_headings::{Column, column, offset, placed};
use crate::model::{Event, Findings, Value};
use crate::reader::lines::Text;
use crate::reader::local_time::{self, DateOrder, Stamp};
use crate::reader::sink::Sink;
use crate::reader::wording::Wording;
use crate::reader::{Context, power_automate};
use crate::source::Source;

/// What a column is, and the offset of the times in it.
type Heading = (Column, Option<FixedOffset>);

/// Whether a text begins with such a table: headings with a code and a time of a run.
pub(crate) fn sniff(head: &str) -> bool {
    layout(head).is_some()
}

/// Where a run took place, and whose it was.
const MACHINE: &[Column] = &[Column::Host, Column::Machine, Column::Computer];
const ACCOUNT: &[Column] = &[Column::Connection, Column::Account];

/// What headings call a flow.
const FLOWS: &[&str] = &[
    "flow",
    "flux",
    "flujo",
    "fluxo",
    "flusso",
    "ablauf",
    "przepływ",
    "stroom",
    "flöde",
    "поток",
    "フロー",
    "流",
    "흐름",
    "akış",
];

/// The separator and the columns, each with the offset that its heading names.
fn layout(head: &str) -> Option<(char, Vec<Heading>)> {
    let first = head
        .lines()
        .map(|line| line.trim_start_matches('\u{feff}').trim())
        .find(|line| !is_preface(line))?;
    SEPARATORS.into_iter().find_map(|separator| {
        let cells = split(first, separator).0;
        let columns = of_headings(cells.iter().take(MOST_COLUMNS), column, Column::Other);
        let has = |wanted: Column| columns.contains(&wanted);
        let has_any = |wanted: &[Column]| wanted.iter().any(|column| columns.contains(column));
        let is_of_flows = has(Column::Message) || has_any(MACHINE) && has_any(ACCOUNT);
        // What a run ended with may stand in its error alone.
        let has_run = has(Column::State) && has(Column::Started) && has(Column::Ended);
        let names_flow = || {
            cells
                .iter()
                .any(|cell| FLOWS.iter().any(|word| cell.to_lowercase().contains(word)))
        };
        let says_code = has(Column::Code) || has_run && has(Column::Message) && names_flow();
        let fits = says_code && is_of_flows && (has(Column::Ended) || has(Column::Started));
        let offsets = cells.iter().map(|cell| offset(cell));
        fits.then(|| (separator, columns.into_iter().zip(offsets).collect()))
    })
}

/// Reads the whole artifact.
pub(crate) fn read(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let wording = Wording::new(context.interest);
    let mut sink = Sink::new(context, findings);
    let mut text = Text::open(source, &sink);
    let make = |_: &mut Sink<'_>, head: &str| {
        let (separator, columns) = layout(head).unwrap_or((',', Vec::new()));
        Table {
            wording: &wording,
            rows: Headed::new(separator, columns.len()),
            columns,
            order: DateOrder::learn(head),
        }
    };
    let table = super::read_lines(&mut text, &mut sink, make, Table::line);
    if let Some(mut table) = table
        && let Some(row) = table.rows.finish()
    {
        table.row(&mut sink, &row);
    }
    text.finish(&mut sink);
}

struct Table<'a> {
    wording: &'a Wording<'a>,
    columns: Vec<Heading>,
    order: DateOrder,
    rows: Headed,
}

impl Table<'_> {
    fn line(&mut self, sink: &mut Sink<'_>, number: u64, offset: u64, text: &str) {
        for row in self.rows.line(number, offset, text, |_| true) {
            self.row(sink, &row);
        }
    }

    fn row(&self, sink: &mut Sink<'_>, row: &Row) {
        let Some((cells, origin)) = self.rows.cells(sink, row) else {
            return;
        };
        let cell = |wanted: Column| {
            let at = self.columns.iter().position(|(column, _)| *column == wanted);
            at.and_then(|at| cells.get(at)).map_or("", |cell| cell.trim())
        };
        let first_of = |wanted: &[Column]| {
            let mut cells = wanted.iter().map(|column| cell(*column));
            cells.find(|cell| !cell.is_empty()).unwrap_or_default()
        };
        let within = match cell(Column::Code) {
            "" => told(cell(Column::Message)),
            code => Some((code.to_owned(), cell(Column::Message).to_owned())),
        };
        let Some((code, message)) = within else { return };
        let mut event = Event::new(origin);
        event.computer = first_of(MACHINE).into();
        let account = first_of(ACCOUNT);
        // A connection may bear any name; an account is told by its form.
        if account.contains(['\\', '@']) && !account.contains(' ') {
            event.push("User", Value::text(account));
        }
        let stamp = |wanted: Column| {
            let (_, offset) = self.columns.iter().find(|(column, _)| *column == wanted)?;
            local_time::whole(cell(wanted), self.order).map(|stamp| placed(stamp, *offset))
        };
        let started = stamp(Column::Started);
        let end = stamp(Column::Ended)
            .or_else(|| after(started?, cell(Column::Duration)))
            .or(started);
        if let Some(stamp) = end {
            stamp.apply(&mut event);
        }
        if let Some(event) = power_automate::run_error(self.wording, event, &code, &message) {
            sink.event(event);
        }
    }
}

/// The code and the message in the error of a run: its JSON, or a sentence behind the code.
fn told(error: &str) -> Option<(String, String)> {
    if let Ok(error) = serde_json::from_str::<Json>(error) {
        let error = error.get("error").unwrap_or(&error);
        let text = |name: &str| error.get(name).and_then(Json::as_str);
        return Some((
            text("code")?.to_owned(),
            text("message").unwrap_or_default().to_owned(),
        ));
    }
    let (code, message) = error.split_once(": ")?;
    let is_code = code.chars().all(|letter| letter.is_ascii_alphanumeric())
        && code.chars().filter(char::is_ascii_uppercase).count() > 1
        && code.contains(|letter: char| letter.is_ascii_lowercase());
    is_code.then(|| (code.to_owned(), message.to_owned()))
}

/// The end of a run that began then and took that long: `00:14:30`, `PT14M30S` or seconds.
fn after(start: Stamp, duration: &str) -> Option<Stamp> {
    let seconds = seconds(duration)?;
    let span = TimeDelta::try_seconds(seconds)?;
    Some(match start {
        Stamp::Exact(time) => Stamp::Exact(time.checked_add_signed(span)?),
        Stamp::Local(local) => Stamp::Local(local.checked_add_signed(span)?),
    })
}

fn seconds(duration: &str) -> Option<i64> {
    let duration = duration.trim();
    if let Some(parts) = duration.strip_prefix("PT") {
        let mut total = 0_i64;
        let mut digits = String::new();
        for c in parts.chars() {
            let unit = match c {
                'H' => 3_600,
                'M' => 60,
                'S' => 1,
                _ => {
                    digits.push(c);
                    continue;
                }
            };
            let count: i64 = digits.split('.').next()?.parse().ok()?;
            total = total.checked_add(count.checked_mul(unit)?)?;
            digits.clear();
        }
        return Some(total);
    }
    let parts: Vec<i64> = duration
        .split(':')
        .map(|part| part.split('.').next().unwrap_or(part).parse().ok())
        .collect::<Option<_>>()?;
    match *parts.as_slice() {
        [hours, minutes, seconds] => Some(
            hours
                .checked_mul(3_600)?
                .checked_add(minutes.checked_mul(60)?)?
                .checked_add(seconds)?,
        ),
        [minutes, seconds] => Some(minutes.checked_mul(60)?.checked_add(seconds)?),
        [seconds] => Some(seconds),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::run;
    use super::*;
    use crate::model::{ArtifactFormat, parse_rfc3339};

    #[test]
    fn the_portal_and_dataverse_stamp_a_run_with_its_end() {
        for text in [
            "Run start,Run end,Status,Error code,Error message,Machine\n2026-08-19T06:46:30Z,2026-08-19T07:01:00Z,Failed,SessionHasLoggedOff,The session logged off.,RPA-07\n",
            "flowsessionid,startedon,completedon,statuscode,errorcode,errormessage,machine\n1,2026-08-19T06:46:30Z,2026-08-19T07:01:00Z,8,SessionHasLoggedOff,The session logged off.,RPA-07\n",
            "Flow,Host machine,Run start (UTC),Time taken,Duration,Error code,Error message\nA,RPA-07,2026-08-19 06:46:30,,00:14:30,SessionHasLoggedOff,The session logged off.\n",
            "Desktop flow,Run start,Run end,Status,Machine,Error\nA,2026-08-19T06:46:30Z,2026-08-19T07:01:00Z,Failed,RPA-07,\"{\"\"error\"\":{\"\"code\"\":\"\"SessionHasLoggedOff\"\",\"\"message\"\":\"\"gone\"\"}}\"\nA,2026-08-19T07:46:30Z,2026-08-19T08:01:00Z,Succeeded,RPA-07,\n",
            "Ablauf;Gestartet;Beendet;Zustand;Fehlermeldung;Maschine\nA;2026-08-19T06:46:30Z;2026-08-19T07:01:00Z;Fehler;SessionHasLoggedOff: weg;RPA-07\n",
            "\"Start time\";\"Duration\";\"Run status\";\"Error code\";\"Error message\";\"Machine name\"\n\"2026-08-19T06:46:30Z\";\"00:14:30\";\"Failed\";\"SessionHasLoggedOff\";\"The session\nlogged off.\";\"RPA-07\"\n",
        ] {
            let found = run(text);
            assert_eq!(found.format, Some(ArtifactFormat::FlowRuns), "{text}");
            let [event] = &found.events[..] else {
                panic!("{:?}", found.events)
            };
            assert_eq!(event.time, parse_rfc3339("2026-08-19T07:01:00Z"), "{text}");
            assert_eq!(
                (&*event.provider, &*event.computer),
                (power_automate::POWER_AUTOMATE, "RPA-07")
            );
            assert_eq!(event.field("code"), Some(&Value::text("SessionHasLoggedOff")));
            assert!(found.problems.is_empty(), "{:?}", found.problems);
        }
    }

    #[test]
    fn a_connection_that_is_an_account_is_the_user() {
        let table = |heads: &str, connection: &str| {
            run(&format!(
                "{heads}\n2026-08-19T07:01:00Z,Abgleich,Fehler,RPA-07,{connection},SessionHasLoggedOff\n"
            ))
        };
        let heads = "Fim da execução,Fluxo,Estado,Máquina,Conexão,Código do erro";
        let user = |found: &Findings| found.events.first().and_then(|event| event.field_text("User"));
        let found = table(heads, r"CORP\svc-flow");
        assert_eq!(user(&found).as_deref(), Some(r"CORP\svc-flow"));
        assert_eq!(user(&table(heads, "Produktion Nord")), None);
        let other = table("Ende,Name,Status,Rechner,Verbindung,Fehlercode", r"CORP\svc-flow");
        assert_ne!(
            other.format,
            Some(ArtifactFormat::FlowRuns),
            "nothing says that it is of a flow"
        );
    }

    #[test]
    fn durations() {
        assert_eq!(seconds("PT1H14M30.5S"), Some(4_470));
        assert_eq!(seconds("14:30"), Some(870));
        assert_eq!(seconds("long"), None);
    }

    #[test]
    fn damage_costs_one_row() {
        let found = run(
            "Run start,Run end,Status,Error code,Error message\n2026-08-19T06:46:30Z,2026-08-19T07:01:00Z,Failed,A,\"lost\n\
             2026-08-19T06:46:30Z,2026-08-19T07:01:00Z,Failed,SessionHasLoggedOff,gone\n",
        );
        assert!(
            found
                .events
                .iter()
                .any(|event| event.field("code") == Some(&Value::text("SessionHasLoggedOff")))
        );
        assert_eq!(found.problems.iter().map(|problem| problem.count).sum::<u64>(), 1);
    }
}
