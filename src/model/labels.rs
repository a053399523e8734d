//! Labels in the descriptions of events: `Account Name: svc-robot` under the heading `Subject`. Which field each stands for is told
//! by the knowledge; here they are found in a text, whether it has its lines or was run together. Knows no events and no formats.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Letters that a label has at most.
const LABEL_LETTERS: usize = 64;
/// Labels looked at in one text.
const MARKS: usize = 128;

/// The labels of some events of one provider.
#[derive(Debug, Clone, Default)]
pub(crate) struct LabelSet {
    /// The names of the provider, in lower case.
    pub(crate) providers: Arc<[Arc<str>]>,
    /// The events; none: all events of the provider.
    pub(crate) ids: BTreeSet<u16>,
    /// Fields by label, or by heading and label with a slash between, in lower case.
    pub(crate) fields: BTreeMap<Box<str>, Box<str>>,
    /// Headings that group labels, in lower case.
    pub(crate) headings: BTreeSet<Box<str>>,
}

/// All labels that are known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Labels {
    sets: Vec<LabelSet>,
    /// Labels and headings as other languages write them, in lower case, and what they are in English.
    words: BTreeMap<Box<str>, Box<str>>,
    /// The parts of all keys of the sets.
    names: BTreeSet<Box<str>>,
}

/// The labels of one event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventLabels<'a> {
    own: Option<&'a LabelSet>,
    common: Option<&'a LabelSet>,
    all: &'a Labels,
}

/// Where a label stands.
struct Mark<'a> {
    start: usize,
    end: usize,
    name: &'a str,
}

impl Labels {
    /// Of these sets, with what labels and headings are called in other languages.
    pub(crate) fn new(sets: Vec<LabelSet>, words: BTreeMap<Box<str>, Box<str>>) -> Self {
        let keys = sets.iter().flat_map(|set| set.fields.keys());
        let headings = sets
            .iter()
            .flat_map(|set| &set.headings)
            .map(|heading| &**heading);
        let names = keys
            .flat_map(|key| key.split('/'))
            .chain(headings)
            .map(Box::from)
            .collect();
        Self { sets, words, names }
    }

    /// A few labels of audit events, for tests of readers.
    #[cfg(test)]
    pub(crate) fn of_audits() -> Self {
        let fields = [
            ("subject/account name", "SubjectUserName"),
            ("account name", "TargetUserName"),
            ("account domain", "TargetDomainName"),
            ("logon type", "LogonType"),
            ("status", "Status"),
            ("sub status", "SubStatus"),
        ];
        let set = LabelSet {
            providers: [Arc::from(super::providers::AUDITING.name)].into(),
            fields: fields.map(|(label, field)| (label.into(), field.into())).into(),
            ..LabelSet::default()
        };
        Self::new(vec![set], BTreeMap::new())
    }

    /// The labels of an event; `None` where none are known.
    pub(crate) fn of(&self, provider: &str, id: u16) -> Option<EventLabels<'_>> {
        let is_of = |set: &&LabelSet| {
            set.providers
                .iter()
                .any(|name| name.eq_ignore_ascii_case(provider))
        };
        let mut sets = self.sets.iter().filter(is_of);
        let own = sets.clone().find(|set| set.ids.contains(&id));
        let common = sets.find(|set| set.ids.is_empty());
        (own.is_some() || common.is_some()).then_some(EventLabels {
            own,
            common,
            all: self,
        })
    }

    /// A label or heading in English, in whatever language it is written; `None` where it is none.
    fn name(&self, written: &str) -> Option<&str> {
        let lower = written.replace('\u{2019}', "'").to_lowercase();
        let lower = lower.split_whitespace().collect::<Vec<_>>().join(" ");
        let english = self.words.get(lower.as_str()).map(|word| &**word);
        english.or_else(|| self.names.get(lower.as_str()).map(|name| &**name))
    }
}

impl<'a> EventLabels<'a> {
    /// The labelled values of a text that are fields. A dash, which Windows writes for nothing, is no value.
    pub(crate) fn read<'t>(&self, text: &'t str) -> Vec<(&'a str, &'t str)> {
        let marks = self.marks(text);
        let is_run_together = !text.trim().contains('\n');
        let mut heading = "";
        let mut found = Vec::new();
        for (at, mark) in marks.iter().enumerate() {
            let next = marks.get(at.saturating_add(1)).map(|next| next.start);
            let value = text.get(mark.end..next.unwrap_or(text.len())).unwrap_or_default();
            let value = match (is_run_together, next) {
                (true, None) => value.split_whitespace().next().unwrap_or_default(),
                (true, Some(_)) => value.trim(),
                (false, _) => paragraph(value),
            };
            match (value, self.field(heading, mark.name)) {
                ("", None) => heading = mark.name,
                ("", Some(_)) if self.is_heading(mark.name) => heading = mark.name,
                ("" | "-", _) | (_, None) => {}
                (value, Some(field)) => found.push((field, value)),
            }
        }
        found
    }

    fn field(&self, heading: &str, label: &str) -> Option<&'a str> {
        let under = format!("{heading}/{label}");
        let find = |set: Option<&'a LabelSet>, key: &str| set?.fields.get(key).map(|field| &**field);
        find(self.own, &under)
            .or_else(|| find(self.common, &under))
            .or_else(|| find(self.own, label))
            .or_else(|| find(self.common, label))
    }

    fn is_heading(&self, name: &str) -> bool {
        let sets = || [self.own, self.common].into_iter().flatten();
        let mut keys = sets().flat_map(|set| set.fields.keys());
        sets().any(|set| set.headings.contains(name))
            || keys.any(|key| key.strip_prefix(name).is_some_and(|rest| rest.starts_with('/')))
    }

    /// The known labels and headings of a text, in its order.
    fn marks(&self, text: &str) -> Vec<Mark<'a>> {
        let mut marks: Vec<Mark<'a>> = Vec::new();
        // Where the next label may begin, and where the next colon may stand.
        let (mut from, mut next) = (0, 0);
        for (at, colon) in text.char_indices().filter(|(_, c)| matches!(c, ':' | '：')) {
            if at < next {
                continue;
            }
            // Some texts have a second colon.
            let rest = text.get(at..).unwrap_or_default();
            let colons = rest
                .chars()
                .take_while(|c| *c == colon)
                .count()
                .saturating_mul(colon.len_utf8());
            next = at.saturating_add(colons);
            let line = line_start(text, from, at);
            let name = match self.label_before(text, line, at) {
                Some((start, name)) => Some((start, name)),
                None if text.get(line..at).is_some_and(is_heading) => {
                    let behind = text.get(next..).and_then(|rest| rest.lines().next());
                    behind.is_some_and(is_blank).then_some((line, ""))
                }
                None => None,
            };
            if let Some((start, name)) = name {
                from = next;
                marks.push(Mark {
                    start,
                    end: next,
                    name,
                });
            }
            if marks.len() == MARKS {
                break;
            }
        }
        marks
    }

    /// The longest label that ends at `end`, on the line that begins at `line`.
    fn label_before(&self, text: &str, line: usize, end: usize) -> Option<(usize, &'a str)> {
        let head = text.get(line..end)?;
        let long = head
            .char_indices()
            .rev()
            .nth(LABEL_LETTERS)
            .map_or(0, |(at, _)| at);
        let mut at_word = true;
        for (at, letter) in head.char_indices().skip_while(|(at, _)| *at < long) {
            if letter.is_whitespace() {
                at_word = true;
            } else if std::mem::take(&mut at_word)
                && let Some(name) = self.all.name(head.get(at..).unwrap_or_default())
            {
                return Some((line.saturating_add(at), name));
            }
        }
        None
    }
}

/// Where the line of a place begins, no earlier than `from` and no farther away than a label is long.
fn line_start(text: &str, from: usize, at: usize) -> usize {
    let mut start = at.saturating_sub(LABEL_LETTERS.saturating_mul(4)).max(from);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let head = text.get(start..at).unwrap_or_default();
    head.rfind('\n')
        .map_or(start, |end| start.saturating_add(end).saturating_add(1))
}

/// Whether the words before a colon that nothing follows may be a heading: it begins its line.
fn is_heading(line: &str) -> bool {
    !line.starts_with([' ', '\t']) && !line.contains(['.', '。'])
}

/// Whether a line begins with what may be a label: a few words, the first with a capital letter, and a colon behind them.
fn has_label(line: &str) -> bool {
    const WORDS: usize = 5;
    let Some((head, behind)) = line.split_once([':', '：']) else {
        return false;
    };
    let head = head.trim();
    let is_label = head.chars().next().is_some_and(char::is_uppercase)
        && head.chars().count() > 1
        && head.split_whitespace().count() <= WORDS
        && !head.contains(['.', '\\', '/', '"', '(']);
    is_label && (behind.is_empty() || behind.starts_with(char::is_whitespace) || line.contains('：'))
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// The first lines of a text up to an empty one, or to one with a label of its own, known or not; nothing where the first is empty.
fn paragraph(text: &str) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() || end > 0 && has_label(line) {
            break;
        }
        end += line.len();
    }
    text.get(..end).unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Labels {
        let set = |ids: &[u16], fields: &[(&str, &str)]| LabelSet {
            providers: [Arc::from("audits")].into(),
            ids: ids.iter().copied().collect(),
            fields: fields
                .iter()
                .map(|(label, field)| (Box::from(*label), Box::from(*field)))
                .collect(),
            headings: [Box::from("note")].into(),
        };
        let common = [
            ("subject/account name", "SubjectUserName"),
            ("account name", "TargetUserName"),
            ("logon type", "LogonType"),
            ("status", "Status"),
            ("sub status", "SubStatus"),
            ("privileges", "PrivilegeList"),
        ];
        let words = [
            ("antragsteller", "subject"),
            ("kontoname", "account name"),
            ("unterstatus", "sub status"),
        ];
        let words = words.map(|(word, english)| (Box::from(word), Box::from(english)));
        Labels::new(
            vec![
                set(&[], &common),
                set(&[4634], &[("subject/account name", "TargetUserName")]),
            ],
            words.into(),
        )
    }

    fn read(id: u16, text: &str) -> Vec<(String, String)> {
        let labels = labels();
        let found = labels.of("Audits", id).unwrap().read(text);
        let owned = |(field, value): (&str, &str)| (field.to_owned(), value.to_owned());
        found.into_iter().map(owned).collect()
    }

    fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        fields.iter().map(owned).collect()
    }

    #[test]
    fn headings_tell_whose_a_label_is() {
        let text = "It failed.\n\nSubject:\n\tAccount Name:\t\tRPA-07$\n\nLogon Type:\t\t4\n\nWho:\n\tAccount Name:\t\tsvc\n\nStatus:\t0xC000006D\n\tSub Status:\t-\n\nNote: this is told";
        let wanted = [
            ("SubjectUserName", "RPA-07$"),
            ("LogonType", "4"),
            ("TargetUserName", "svc"),
            ("Status", "0xC000006D"),
        ];
        assert_eq!(read(4625, text), owned(&wanted));
        assert_eq!(
            read(4634, "Subject:\n\tAccount Name: svc"),
            owned(&[("TargetUserName", "svc")])
        );
    }

    #[test]
    fn lines_that_were_run_together() {
        let text = "Failed. Antragsteller: Kontoname: RPA-07$ Status: 0xC000006E Unterstatus:: 0xC0000193 Dieses Ereignis";
        let wanted = [
            ("SubjectUserName", "RPA-07$"),
            ("Status", "0xC000006E"),
            ("SubStatus", "0xC0000193"),
        ];
        assert_eq!(read(4625, text), owned(&wanted));
    }

    #[test]
    fn a_value_may_have_lines_and_none_may_be_there() {
        let text = "Privileges:\t\tSeSecurityPrivilege\n\t\t\tSeBackupPrivilege\n\nThis is told: C:\\x\nAccount Name:\n\nAccount Name: C:\\y";
        let wanted = [
            ("PrivilegeList", "SeSecurityPrivilege\n\t\t\tSeBackupPrivilege"),
            ("TargetUserName", "C:\\y"),
        ];
        assert_eq!(read(4672, text), owned(&wanted));
        assert!(labels().of("Others", 1).is_none());
        assert!(read(1, &":".repeat(100_000)).is_empty());
    }

    #[test]
    fn a_value_ends_where_a_label_that_nobody_knows_begins() {
        let labels = Labels::of_audits();
        let of = labels.of(crate::model::providers::AUDITING.name, 4625).unwrap();
        let text = "An account failed.\n\nLogon Type:\t3\nClasse d\u{2019}origine : reprise\nAccount Name:\tanna\n bert\n";
        assert_eq!(
            of.read(text),
            [("LogonType", "3"), ("TargetUserName", "anna\n bert")]
        );
    }
}
