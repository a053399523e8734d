//! What the knowledge says under an id: a cause, a symptom, a signal, a log. Shared by `explain` and `knowledge show`.

use logonscope::diagnose::Analyzer;
use logonscope::knowledge::events::Events;
use logonscope::knowledge::{CauseRule, Item, Knowledge, LogSource, Signal, Subject, Symptom};
use logonscope::report::{Page, Style};

/// Writes the entry of an id; false when there is none.
pub(crate) fn write(page: &mut Page, knowledge: &Knowledge, id: &str) -> bool {
    let id = id.trim();
    if let Some(rule) = knowledge.cause(id) {
        cause(page, knowledge, rule);
    } else if let Some(found) = knowledge.symptom(id) {
        symptom(page, knowledge, found);
    } else if let Some((_, found)) = knowledge.signal(id) {
        signal(page, knowledge, found);
    } else if let Some(found) = knowledge.source(id) {
        source(page, found);
    } else {
        return false;
    }
    true
}

/// Writes what an event means; false when neither we nor the ledgers look at it.
fn meaning(page: &mut Page, events: &Events, log: &LogSource, id: u16) -> bool {
    let entry = events.get(&log.alias, id);
    let read = Analyzer::keeps_every(&log.provider, id);
    if entry.is_none() && !read {
        return false;
    }
    if let Some(entry) = entry {
        page.bullet(2, "", Some(Style::Bold), &entry.meaning);
        page.bullet(2, "Good for:", Some(Style::Bold), &entry.good_for);
        let fields = entry.field_line();
        if !fields.is_empty() {
            page.bullet(2, "Fields:", Some(Style::Bold), &fields);
        }
    }
    if read {
        page.bullet(
            2,
            "",
            None,
            "The story of sessions, tasks and restarts is built from it.",
        );
    }
    true
}

/// Writes what is known of an event: its log and the signals that take it. False when no log has that short name or the
/// knowledge looks at no such event.
pub(crate) fn event(
    page: &mut Page,
    (knowledge, events): (&Knowledge, &Events),
    log: Option<&str>,
    id: u16,
) -> bool {
    let wanted = log.and_then(|log| knowledge.source(log));
    if log.is_some() && wanted.is_none() {
        return false;
    }
    let mut found = wanted.is_some_and(|log| meaning(page, events, log, id));
    for signal in knowledge
        .signals()
        .iter()
        .filter(|signal| signal.ids().contains(&id))
    {
        let sources = signal
            .sources()
            .iter()
            .filter_map(|&index| knowledge.sources().get(index));
        let names: Vec<&LogSource> = sources
            .filter(|source| wanted.is_none_or(|wanted| wanted.alias == source.alias))
            .collect();
        let Some(first) = names.first() else { continue };
        if !found && wanted.is_none() {
            page.bullet(
                2,
                "",
                None,
                &format!("Log: {} (channel {})", first.alias, first.channel),
            );
        }
        found = true;
        page.bullet(2, "*", None, &format!("{}: {}", signal.id(), signal.summary()));
        let users = used_by(knowledge, signal.id());
        if !users.is_empty() {
            page.bullet(
                4,
                "",
                Some(Style::Dim),
                &format!("counts for: {}", users.join(", ")),
            );
        }
    }
    found
}

/// The causes that a signal speaks for.
fn used_by(knowledge: &Knowledge, signal: &str) -> Vec<String> {
    let index = knowledge.signal(signal).map(|(index, _)| index);
    let looks = |item: &Item| matches!(&item.subject, Subject::Signals(list) if index.is_some_and(|index| list.contains(&index)));
    let users = knowledge
        .causes()
        .iter()
        .filter(|rule| rule.supports.iter().any(looks));
    users.map(|rule| rule.id.to_string()).collect()
}

fn cause(page: &mut Page, knowledge: &Knowledge, rule: &CauseRule) {
    let def = &rule.def;
    page.heading(&format!("Cause {}: {}", rule.id, def.title));
    page.bullet(2, "", None, &def.explanation);
    page.bullet(2, "Explains:", Some(Style::Bold), &def.explains.join(", "));
    let items = rule.supports.iter().map(|item| ("+", Style::Green, item));
    for (mark, style, item) in items.chain(rule.against.iter().map(|item| ("-", Style::Red, item))) {
        page.bullet(2, mark, Some(style), &item_text(knowledge, item));
    }
    for (index, step) in def.remediation.iter().enumerate() {
        page.bullet(2, &format!("{}.", index + 1), None, step);
    }
    for (label, text) in [("Mind:", &def.risk), ("It worked when:", &def.verify)] {
        if !text.is_empty() {
            page.bullet(2, label, Some(Style::Bold), text);
        }
    }
    for text in &def.conflicts {
        page.bullet(2, "!", Some(Style::Yellow), text);
    }
    for reference in &def.references {
        page.verbatim(2, reference);
    }
}

fn item_text(knowledge: &Knowledge, item: &Item) -> String {
    let weight = item.weight.words();
    let subject = match &item.subject {
        Subject::Fact(name, condition) => format!("the setting {name} {condition}"),
        Subject::Signals(list) => {
            let signals = list.iter().filter_map(|&index| knowledge.signals().get(index));
            signals
                .map(|signal| signal.id().to_string())
                .collect::<Vec<_>>()
                .join(" or ")
        }
    };
    let missing = if item.missing { ", proven absent" } else { "" };
    let required = if item.required { ", required" } else { "" };
    let conditions: Vec<String> = item
        .conditions
        .iter()
        .map(|(field, condition)| format!("{field} {condition}"))
        .collect();
    let conditions = if conditions.is_empty() {
        String::new()
    } else {
        format!(" with {}", conditions.join(", "))
    };
    let say = item
        .say
        .as_deref()
        .map(|say| format!(" ({say})"))
        .unwrap_or_default();
    format!("{weight}: {subject}{conditions}{missing}{required}{say}")
}

fn symptom(page: &mut Page, knowledge: &Knowledge, symptom: &Symptom) {
    page.heading(&format!("Symptom {}: {}", symptom.id, symptom.title));
    let anchors = symptom
        .anchors
        .iter()
        .filter_map(|anchor| knowledge.signals().get(anchor.signal));
    for signal in anchors {
        page.bullet(
            2,
            "shown by",
            None,
            &format!("{}: {}", signal.id(), signal.summary()),
        );
    }
    for rule in knowledge
        .causes()
        .iter()
        .filter(|rule| rule.def.explains.iter().any(|id| *id == *symptom.id))
    {
        page.bullet(2, "cause", None, &format!("{}: {}", rule.id, rule.def.title));
    }
}

fn signal(page: &mut Page, knowledge: &Knowledge, signal: &Signal) {
    page.heading(&format!("Signal {}: {}", signal.id(), signal.summary()));
    for source in signal
        .sources()
        .iter()
        .filter_map(|&index| knowledge.sources().get(index))
    {
        let ids: Vec<String> = signal.ids().iter().map(u16::to_string).collect();
        page.bullet(
            2,
            "",
            None,
            &format!(
                "{} event {} (channel {})",
                source.alias,
                ids.join(", "),
                source.channel
            ),
        );
    }
    for name in signal.derived() {
        page.bullet(
            2,
            "",
            None,
            &format!("{name}, which the ledgers make of several events"),
        );
    }
    if !signal.texts().is_empty() {
        page.bullet(2, "text:", None, &signal.texts().join(" | "));
    }
    let users = used_by(knowledge, signal.id());
    if !users.is_empty() {
        page.bullet(2, "counts for:", None, &users.join(", "));
    }
    if !signal.ask().is_empty() {
        page.bullet(2, "ask for:", None, signal.ask());
    }
}

fn source(page: &mut Page, source: &LogSource) {
    page.heading(&format!("Log {}: {}", source.alias, source.channel));
    page.bullet(2, "provider:", None, &source.provider);
    if !source.default_on {
        page.bullet(2, "", None, "Windows does not write it unless it is switched on.");
    }
    if !source.export.is_empty() {
        page.verbatim(2, &source.export);
    }
}
