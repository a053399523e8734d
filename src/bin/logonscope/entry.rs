//! What the knowledge says under an id: a cause, a symptom, a signal, a log. Shared by `explain` and `knowledge show`.

use logonscope::diagnose::Analyzer;
use logonscope::knowledge::events::Events;
use logonscope::knowledge::{CauseRule, Item, Knowledge, LogSource, Signal, Subject, Symptom};
use logonscope::report::{Page, Style};

/// Signs that an event may be, told with it.
const MOST: usize = 6;

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
    let mut shown = 0_usize;
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
        shown += 1;
        if shown > MOST {
            continue;
        }
        sign(page, knowledge, signal);
    }
    if shown > MOST {
        let more = shown.saturating_sub(MOST);
        page.bullet(
            2,
            "*",
            None,
            &format!("and {more} more signs; `logonscope knowledge list signals` names them"),
        );
    }
    found
}

/// One sign that an event may be, and what it counts for.
fn sign(page: &mut Page, knowledge: &Knowledge, signal: &Signal) {
    let text = format!("{}: {}", signal.id(), plain(signal.summary()));
    page.bullet(2, "*", None, &text);
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

/// Writes what an event of this number means in each log that is known to have it.
pub(crate) fn in_any_log(page: &mut Page, known: (&Knowledge, &Events), id: u16) -> bool {
    let (knowledge, events) = known;
    let logs = knowledge
        .sources()
        .iter()
        .filter(|log| events.get(&log.alias, id).is_some());
    let mut found = false;
    for log in logs {
        page.bullet(
            2,
            "Log:",
            Some(Style::Bold),
            &format!("{} ({})", log.alias, log.channel),
        );
        found |= meaning(page, events, log, id);
    }
    found || event(page, known, None, id)
}

/// Writes of which causes an update is a sign; false when the knowledge names no such update.
pub(crate) fn update(page: &mut Page, knowledge: &Knowledge, text: &str) -> bool {
    let name = text.trim().to_lowercase();
    if !name
        .strip_prefix("kb")
        .is_some_and(|digits| digits.len() >= 6 && digits.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return false;
    }
    let names = |signal: &&Signal| signal.texts().iter().any(|known| known.to_lowercase() == name);
    let signals: Vec<&Signal> = knowledge.signals().iter().filter(names).collect();
    for signal in &signals {
        page.heading(&format!(
            "{}, an update of Windows that the knowledge names",
            name.to_uppercase()
        ));
        page.bullet(2, "", None, &plain(signal.summary()));
        for id in used_by(knowledge, signal.id()) {
            let title = knowledge.cause(&id).map(|rule| format!(": {}", rule.def.title));
            page.bullet(
                2,
                "may lead to",
                None,
                &format!("{id}{}", title.unwrap_or_default()),
            );
        }
    }
    !signals.is_empty()
}

/// A summary with its gaps open, for people.
fn plain(summary: &str) -> String {
    let mut text = String::with_capacity(summary.len());
    let mut rest = summary;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        text.push('…');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    text + rest
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
    let mut told = std::collections::BTreeSet::new();
    for (mark, style, item) in items.chain(rule.against.iter().map(|item| ("-", Style::Red, item))) {
        let text = item_text(knowledge, item);
        if told.insert((mark, text.clone())) {
            page.bullet(2, mark, Some(style), &text);
        }
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
        Subject::Fact(name, condition) => {
            format!(
                "the setting {} {}",
                compared(name),
                compared(&condition.to_string())
            )
        }
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
    let conditions = item.conditions.iter();
    let conditions: Vec<String> = conditions
        .filter_map(|(field, condition)| condition_text(field, &condition.to_string()))
        .collect();
    let conditions = if conditions.is_empty() {
        String::new()
    } else {
        format!(" with {}", conditions.join(", "))
    };
    let say = item
        .say
        .as_deref()
        .map(|say| format!(" ({})", plain(say)))
        .unwrap_or_default();
    format!("{weight}: {subject}{conditions}{missing}{required}{say}")
}

/// A condition for people: what it compares with, and nothing of what names of ours stand in a field of ours.
fn condition_text(field: &str, condition: &str) -> Option<String> {
    if condition.starts_with("contains |") {
        return None;
    }
    Some(format!("{field} {}", compared(condition)))
}

/// `$user` in words.
fn compared(condition: &str) -> String {
    let mut text = String::new();
    let mut rest = condition;
    while let Some((before, after)) = rest.split_once('$') {
        let end = after
            .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .unwrap_or(after.len());
        let (name, behind) = after.split_at(end);
        text.push_str(before);
        text.push_str(&format!("the {} of what failed", name.replace('_', " ")));
        rest = behind;
    }
    text + rest
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
            &format!("{}: {}", signal.id(), plain(signal.summary())),
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
    page.heading(&format!("Signal {}: {}", signal.id(), plain(signal.summary())));
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
