//! What to ask the customer for, over all incidents: ordered by how much each thing would move the leading causes, one entry
//! for each export. Owns the order; what is missing is found by [`event_evidence`](crate::diagnose::weighing::event_evidence).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;

use super::exports::Export;
use crate::diagnose::timeline::host::Host;
use crate::diagnose::weighing::absent_evidence::ANY_LOG;
use crate::diagnose::weighing::score;
use crate::diagnose::weighing::templates::covering;
use crate::knowledge::derived::WORDS_TOLD;
use crate::knowledge::{Knowledge, LogSource};
use crate::model::{AskItem, Cause, Coverage, Incident, Missing, Time, Verdict, Weight};

/// Causes of an incident that are worth telling apart.
const LEADING: usize = 8;
/// Entries of the list.
const MOST: usize = 15;
/// What a cause that nothing speaks for yet is taken to be worth.
const LEAST: f64 = 0.02;

/// One thing to ask for, as it is put together.
#[derive(Default)]
struct Wanted {
    gain: f64,
    span: Option<(Time, Time)>,
    causes: BTreeMap<Arc<str>, f64>,
    export: Export,
}

/// What was sent.
pub(in crate::diagnose) struct Sent<'s> {
    pub coverage: &'s [Coverage],
    /// Logs of which only lists came that do not name them: host and channel.
    pub lists: BTreeSet<(Arc<str>, Arc<str>)>,
}

/// The logs that lists are of which name a provider and no log: each of them may leave records out.
pub(in crate::diagnose) fn lists(knowledge: &Knowledge, hosts: &[Host]) -> BTreeSet<(Arc<str>, Arc<str>)> {
    let mut found = BTreeSet::new();
    for host in hosts {
        let of_lists = host.raw_where(|event| event.channel.is_empty() && event.id.is_some());
        let providers: BTreeSet<String> = of_lists
            .map(|entry| entry.event.provider.to_lowercase())
            .collect();
        let is_of = |source: &&LogSource| source.providers.iter().any(|name| providers.contains(&**name));
        let sources = knowledge.sources().iter().filter(is_of);
        found.extend(sources.map(|source| (Arc::clone(&host.name), Arc::clone(&source.channel))));
    }
    found
}

/// What to ask for, most telling first; never what was sent, unless it was not enough of it: then the item says why.
pub(in crate::diagnose) fn list(
    knowledge: &Knowledge,
    incidents: &[Incident],
    sent: &Sent<'_>,
) -> Vec<AskItem> {
    let mut wanted: BTreeMap<(Arc<str>, String), Wanted> = BTreeMap::new();
    for incident in incidents {
        let open = openness(incident);
        let judged = incident
            .causes
            .iter()
            .filter(|cause| cause.verdict != Verdict::RuledOut);
        let leading: Vec<&Cause> = judged.take(LEADING).collect();
        let all: f64 = leading.iter().map(|cause| odds(cause)).sum();
        for cause in &leading {
            for missing in cause.unknown.iter().filter(|missing| is_to_be_had(missing)) {
                let gain = open * gain(cause, missing, all);
                let entry = entry(&mut wanted, incident, export(knowledge, missing));
                entry.add(cause, gain, missing.covering);
            }
            for words in more(knowledge, cause) {
                let entry = entry(&mut wanted, incident, Export::asked(knowledge, &words));
                entry.add(cause, open * LEAST, None);
            }
        }
    }
    let mut list: Vec<_> = wanted.into_iter().collect();
    list.sort_by(|a, b| b.1.gain.total_cmp(&a.1.gain).then_with(|| a.0.cmp(&b.0)));
    let list = list
        .into_iter()
        .filter_map(|(key, wanted)| beside_what_was_sent(wanted.item(key), sent));
    let mut list: Vec<AskItem> = list.take(MOST).collect();
    list.extend(
        incidents
            .iter()
            .find_map(|incident| its_words(knowledge, incident)),
    );
    list
}

/// What is wanted of this export; what another machine writes is not asked of the one that fails.
fn entry<'w>(
    wanted: &'w mut BTreeMap<(Arc<str>, String), Wanted>,
    incident: &Incident,
    export: Export,
) -> &'w mut Wanted {
    let host = match export.is_elsewhere {
        true => Arc::from(""),
        false => Arc::clone(&incident.host),
    };
    let entry = wanted.entry((host, export.what.clone())).or_default();
    entry.export = export;
    entry
}

/// Where nobody quoted what the program said, and nothing else is likely, its words would tell most; once, behind all that can be fetched.
fn its_words(knowledge: &Knowledge, incident: &Incident) -> Option<AskItem> {
    let is_open =
        incident.code.is_none() && incident.best().is_none_or(|best| best.verdict < Verdict::Likely);
    let (_, signal) = knowledge.signal(WORDS_TOLD.name).filter(|_| is_open)?;
    let leading = incident.causes.iter().take(LEADING);
    Some(AskItem {
        what: signal.ask().to_string(),
        host: Some(Arc::clone(&incident.host)),
        from: None,
        to: None,
        sent: None,
        command: None,
        remark: None,
        separates: leading.map(|cause| Arc::clone(&cause.id)).collect(),
    })
}

/// An item with what is wrong with what was sent of it; none where nothing is.
fn beside_what_was_sent(item: AskItem, all: &Sent<'_>) -> Option<AskItem> {
    let (Some(from), Some(to)) = (item.from, item.to) else {
        return Some(item);
    };
    let is_wanted = |host: &Arc<str>, channel: &str| {
        let rest = item.what.strip_prefix(channel);
        rest.is_some_and(|rest| rest.starts_with(" covering ")) && item.host.as_ref() == Some(host)
    };
    let of_log = all.coverage.iter();
    let sent: Vec<&Coverage> = of_log
        .filter(|cover| is_wanted(&cover.host, &cover.channel))
        .collect();
    if sent.is_empty() {
        let is_listed = all.lists.iter().any(|(host, channel)| is_wanted(host, channel));
        let what = "what was sent of it is a list, which may leave records out";
        let sent = is_listed.then(|| what.to_owned());
        return Some(AskItem { sent, ..item });
    }
    let covers = |cover: &&Coverage| {
        cover.missing_records == 0
            && cover.from.is_some_and(|first| first <= from)
            && cover.to.is_some_and(|last| last >= to)
    };
    if sent.iter().any(covers) {
        return None;
    }
    let first = sent.iter().filter_map(|cover| cover.from).min();
    let last = sent.iter().filter_map(|cover| cover.to).max();
    let what = match (first, last) {
        (_, Some(last)) if last < to => format!("ends {} earlier", how_long(to - last)),
        (Some(first), _) if first > from => format!("begins {} later", how_long(first - from)),
        _ => "is a selection of its records, whose silence proves nothing".to_owned(),
    };
    Some(AskItem {
        sent: Some(format!("what was sent of it {what}")),
        ..item
    })
}

/// A span in the largest unit that it fills.
fn how_long(span: TimeDelta) -> String {
    let (count, unit) = match span.num_seconds() {
        seconds @ 0..120 => (seconds.max(1), "second"),
        seconds @ 120..7_200 => (seconds / 60, "minute"),
        seconds @ 7_200..172_800 => (seconds / 3_600, "hour"),
        seconds => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

impl Wanted {
    fn add(&mut self, cause: &Cause, gain: f64, at: Option<Time>) {
        self.gain += gain;
        *self.causes.entry(Arc::clone(&cause.id)).or_default() += gain;
        if let Some(at) = at {
            let (from, to) = self.span.unwrap_or((at, at));
            self.span = Some((from.min(at), to.max(at)));
        }
    }

    fn item(self, (host, what): (Arc<str>, String)) -> AskItem {
        let mut causes: Vec<(Arc<str>, f64)> = self.causes.into_iter().collect();
        causes.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        AskItem {
            what: match self.span {
                Some((from, to)) => covering(&what, from, to),
                None => what,
            },
            host: Some(host).filter(|host| !host.is_empty()),
            from: self.span.map(|(from, _)| from),
            to: self.span.map(|(_, to)| to),
            sent: None,
            command: self.export.command.map(|command| command.to_string()),
            remark: self.export.remark.map(|remark| remark.to_string()),
            separates: causes.into_iter().map(|(id, _)| id).collect(),
        }
    }
}

/// Whether somebody could go and fetch it: no customer can look for a sentence that any log may hold.
fn is_to_be_had(missing: &Missing) -> bool {
    !missing.needs.starts_with(ANY_LOG)
}

/// An incident whose cause is all but certain needs little more.
fn openness(incident: &Incident) -> f64 {
    match incident.best().map(|cause| cause.verdict) {
        Some(Verdict::Strong) => 0.2,
        Some(Verdict::Likely) => 0.6,
        _ => 1.0,
    }
}

fn odds(cause: &Cause) -> f64 {
    let score = cause.score.clamp(LEAST, 0.995);
    score / (1.0 - score)
}

/// How far this one thing would move its cause among its rivals, times how probable it is that it turns up. `all` is the sum
/// of the odds of the leading causes; "something else" has odds of one.
fn gain(cause: &Cause, missing: &Missing, all: f64) -> f64 {
    let own = odds(cause);
    let factor = score::factor(missing.weight.min(Weight::Decisive));
    let share = |odds: f64| odds / (1.0 + all - own + odds);
    let now = share(own);
    if missing.against {
        (1.0 - now) * (now - share(own / factor))
    } else {
        now * (share(own * factor) - now)
    }
}

/// What is missing without the time it must cover, and how it is got.
fn export(knowledge: &Knowledge, missing: &Missing) -> Export {
    if let Some(fact) = missing.needs.strip_prefix("the setting ") {
        return match knowledge.setting(fact) {
            Some(group) => Export::of_setting(group),
            None => Export::of_words(missing.needs.clone()),
        };
    }
    let what = match (missing.covering, missing.needs.rsplit_once(" covering ")) {
        (Some(_), Some((what, _))) => what,
        _ => &missing.needs,
    };
    let mut sources = knowledge.sources().iter();
    match sources.find(|source| !source.export.is_empty() && what.starts_with(&*source.channel)) {
        Some(source) => Export::of_source(what.to_owned(), source),
        None => Export::asked(knowledge, what),
    }
}

/// What the author of a cause would ask for besides, while the cause is open.
fn more(knowledge: &Knowledge, cause: &Cause) -> Vec<String> {
    let open = matches!(cause.verdict, Verdict::Possible);
    let rule = knowledge.cause(&cause.id).filter(|_| open);
    rule.map(|rule| rule.def.ask.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(id: &str, score: f64, unknown: &[(&str, Weight)]) -> Cause {
        let missing = |&(needs, weight): &(&str, Weight)| Missing {
            signal: Arc::from(needs),
            needs: format!("{needs} covering 2026-05-04 10:00 UTC"),
            covering: "2026-05-04T10:00:00Z".parse().ok(),
            weight,
            against: false,
        };
        Cause {
            id: Arc::from(id),
            score,
            unknown: unknown.iter().map(missing).collect(),
            verdict: Verdict::Possible,
            ..Cause::default()
        }
    }

    fn incident(causes: Vec<Cause>) -> Incident {
        Incident {
            causes,
            symptom: Arc::from("task-logon-failure"),
            host: Arc::from("RPA-07"),
            code: Some("0x8007052E".to_owned()),
            count: 1,
            ..Incident::default()
        }
    }

    fn of_logs(coverage: &[Coverage]) -> Sent<'_> {
        Sent {
            coverage,
            lists: BTreeSet::new(),
        }
    }

    #[test]
    fn what_came_as_a_list_is_asked_for_as_a_log() {
        let knowledge = Knowledge::embedded().unwrap();
        let open = incident(vec![cause("a", 0.4, &[("Security", Weight::Strong)])]);
        let lists = [(Arc::from("RPA-07"), Arc::from("Security"))]
            .into_iter()
            .collect();
        let sent = Sent { coverage: &[], lists };
        let asked = list(&knowledge, &[open], &sent);
        let said = asked.first().and_then(|item| item.sent.clone());
        assert_eq!(
            said.as_deref(),
            Some("what was sent of it is a list, which may leave records out")
        );
    }

    #[test]
    fn what_would_move_a_leading_cause_comes_before_what_would_move_an_unlikely_one() {
        let knowledge = Knowledge::embedded().unwrap();
        let leading = cause("a", 0.4, &[("Security", Weight::Strong)]);
        let unlikely = cause(
            "b",
            0.03,
            &[("System", Weight::Decisive), ("Security", Weight::Weak)],
        );
        let list = list(&knowledge, &[incident(vec![leading, unlikely])], &of_logs(&[]));
        let what: Vec<&str> = list.iter().map(|item| item.what.as_str()).collect();
        assert_eq!(
            what,
            [
                "Security covering 2026-05-04 10:00 UTC",
                "System covering 2026-05-04 10:00 UTC"
            ]
        );
        assert_eq!(
            list[0].command.as_deref(),
            Some("wevtutil epl Security Security.evtx")
        );
        assert_eq!(&*list[0].separates[0], "a");
    }

    #[test]
    fn what_is_asked_for_in_the_words_of_its_command_has_that_command() {
        let knowledge = Knowledge::embedded().unwrap();
        let rights = "secedit /export /cfg rights.inf /areas USER_RIGHTS";
        let mut open = cause("a", 0.4, &[(rights, Weight::Strong)]);
        open.unknown[0].needs = rights.to_owned();
        open.unknown[0].covering = None;
        let list = list(&knowledge, &[incident(vec![open])], &of_logs(&[]));
        assert_eq!(list[0].what, "the user rights of the host");
        assert_eq!(list[0].command.as_deref(), Some(rights));
        let of_log = Export::asked(&knowledge, "wevtutil epl System System.evtx (LsaSrv 40960)");
        assert_eq!(of_log.what, "the log System (LsaSrv 40960)");
        assert_eq!(of_log.command.as_deref(), Some("wevtutil epl System System.evtx"));
        let of_session = Export::asked(&knowledge, "quser at the time of the failure");
        assert_eq!(of_session.command, None);
    }

    #[test]
    fn the_words_of_the_error_are_asked_for_once_and_last_where_nobody_gave_them() {
        let knowledge = Knowledge::embedded().unwrap();
        let open = || Incident {
            code: None,
            ..incident(vec![cause("a", 0.4, &[("Security", Weight::Strong)])])
        };
        let words = |incidents: &[Incident]| {
            let list = list(&knowledge, incidents, &of_logs(&[]));
            let are = |item: &AskItem| item.what.starts_with("the exact text of the error");
            list.iter().map(are).collect::<Vec<bool>>()
        };
        assert_eq!(words(&[open(), open()]), [false, true]);
        let mut quoted = open();
        quoted.code = Some("0x80070520".to_owned());
        assert_eq!(words(&[quoted]), [false]);
        let mut clear = open();
        clear.causes[0].verdict = Verdict::Likely;
        assert_eq!(words(&[clear]), [false]);
    }

    #[test]
    fn what_was_sent_is_asked_for_only_with_what_is_wrong_with_it() {
        let knowledge = Knowledge::embedded().unwrap();
        let asked = |from: &str, to: &str, missing_records| {
            let cover = Coverage {
                host: Arc::from("RPA-07"),
                channel: Arc::from("Security"),
                from: from.parse().ok(),
                to: to.parse().ok(),
                records: 9,
                missing_records,
                paths: Vec::new(),
            };
            let open = incident(vec![cause("a", 0.4, &[("Security", Weight::Strong)])]);
            let list = list(&knowledge, &[open], &of_logs(&[cover]));
            list.into_iter().next().map(|item| item.sent.unwrap_or_default())
        };
        let (early, late) = ("2026-05-04T09:00:00Z", "2026-05-04T11:00:00Z");
        assert_eq!(asked(early, late, 0), None);
        let said = |text: &str| Some(format!("what was sent of it {text}"));
        assert_eq!(
            asked(early, "2026-05-04T09:59:40Z", 0),
            said("ends 20 seconds earlier")
        );
        assert_eq!(
            asked("2026-05-04T10:30:00Z", late, 0),
            said("begins 30 minutes later")
        );
        assert_eq!(
            asked(early, late, 5),
            said("is a selection of its records, whose silence proves nothing")
        );
    }
}
