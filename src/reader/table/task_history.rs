//! The history of a task, as Task Scheduler shows it and people copy it: a table of events that has no column for their source. Owns how a row
//! of it is told; must not know what the records mean.

use crate::model::Event;
use crate::model::providers::TASK_SCHEDULER;

/// Gives a row of such a history its source.
pub(super) fn name(event: &mut Event) {
    if is_of_one(event) {
        event.provider = TASK_SCHEDULER.name.into();
    }
}

/// Whether a row that names no source is of the history that Task Scheduler shows of a task, the only list of Windows without a column for it:
/// the path of the task stands in quotes in every sentence of it.
fn is_of_one(event: &Event) -> bool {
    const IDS: std::ops::RangeInclusive<u16> = 100..=799;
    const QUOTES: [char; 7] = ['"', '\'', '“', '„', '«', '「', '‘'];
    let in_quotes = |text: &str| {
        let mut paths = text.match_indices('\\');
        paths.any(|(at, _)| text.get(..at).is_some_and(|before| before.ends_with(QUOTES)))
    };
    let names_a_task = || event.message.as_deref().is_some_and(in_quotes);
    event.provider.is_empty()
        && event.channel.is_empty()
        && event.id.is_some_and(|id| IDS.contains(&id))
        && names_a_task()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    #[test]
    fn a_list_without_sources_is_the_history_of_a_task() {
        let row = |id: u16, message: &str| {
            let mut event = Event::new(Origin::artifact("t"));
            event.id = Some(id);
            event.message = Some(message.into());
            event
        };
        let stopped = row(
            329,
            r#"Aktivitetsschemaläggaren avslutade aktivitet "\Energi\Nattjobb" på grund av tidsgränsen"#,
        );
        assert!(is_of_one(&stopped));
        assert!(is_of_one(&row(
            100,
            r"タスク スケジューラはタスク「\Energi\Night」を開始しました"
        )));
        // Another list of ids; a path that is none of a task; a source that is told.
        assert!(!is_of_one(&row(4625, r#"task "\Energi""#)));
        assert!(!is_of_one(&row(100, r"C:\Energi\x.exe started")));
        let told = Event {
            provider: "Microsoft-Windows-TerminalServices-LocalSessionManager".into(),
            ..stopped
        };
        assert!(!is_of_one(&told));
    }
}
