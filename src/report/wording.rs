//! The sentences that several formats share. Plain text in, plain text out: who puts it on a page escapes it.

use super::answer::Teller;
use crate::model::{
    AskItem, Cause, Diagnosis, Evidence, HostReport, Incident, Missing, Time, Verdict, parse_code,
};

/// What failed, and the words of a log or a text that its title quotes.
pub(super) fn title(incident: &Incident) -> (&str, Option<&str>) {
    let title = incident.title.trim_end_matches('.');
    match title.split_once(": ") {
        Some((what, quoted)) => (what, Some(quoted)),
        None => (title, None),
    }
}

/// What failed, for whom, where.
pub(super) fn subject(incident: &Incident, diagnosis: &Diagnosis) -> String {
    let title = title(incident).0;
    let session = incident.session.map(|session| session.to_string());
    let of_session = session.as_ref().zip(title.strip_prefix("The session of "));
    let mut text = of_session.map_or_else(
        || title.to_owned(),
        |(session, whose)| format!("Session {session} of {whose}"),
    );
    let told = text.len();
    if let Some(task) = incident.task.as_deref().filter(|task| !text.contains(*task)) {
        text += &format!(", task {task}");
    }
    if let Some(user) = incident.user.as_deref().filter(|user| !text.contains(*user)) {
        text += &format!(", user {user}");
    }
    if let Some(session) = session.as_ref().filter(|_| of_session.is_none()) {
        text += &format!(", session {session}");
    }
    let shorts = super::places::short_hosts(diagnosis);
    let host = shorts
        .get(&*incident.host)
        .map_or(&*incident.host, |short| *short);
    // One without a name is shown in parentheses in the model, and the header says that it has none.
    if host.starts_with('(') {
        return text;
    }
    let comma = text.len() > told || text.ends_with(" on");
    text + if comma { ", on " } else { " on " } + host
}

/// `once`, `twice`, `3 times`.
pub(super) fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    }
}

/// How the model names words that any log may hold.
const ANY_LOG: &str = "any log of that time that says: ";

/// Whether it could be fetched: nobody can look for a sentence that any log may hold.
pub(super) fn is_to_be_had(missing: &Missing) -> bool {
    !missing.needs.starts_with(ANY_LOG)
}

/// What would tell, as a person would ask for it: the model names logs, settings and messages.
pub(super) fn needed(words: &str) -> String {
    if let Some(message) = words.strip_prefix(ANY_LOG) {
        // What a person would have to tell is in no log.
        if let Some(told) = message.strip_prefix("The text ") {
            return format!("a note that {told}");
        }
        // It is quoted, so that nobody takes it for what is said here.
        return format!("a log of that time with the message \"{message}\"");
    }
    if let Some(log) = words.strip_suffix(" of the time of the failure") {
        return format!(
            "the log {} around the time of the failure",
            super::places::log_name(log)
        );
    }
    words
        .strip_prefix("the setting ")
        .map_or_else(|| words.to_owned(), setting)
}

/// Words that begin a question.
const QUESTIONS: [&str; 6] = ["whether", "which", "who", "what", "how", "under"];

/// Programs whose output is asked for by their command.
const PROGRAMS: [&str; 22] = [
    "certutil",
    "cmdkey",
    "dir",
    "dsregcmd",
    "get-hotfix",
    "get-windowsfeature",
    "gpresult",
    "ipconfig",
    "klist",
    "net",
    "netsh",
    "nltest",
    "quser",
    "qwinsta",
    "reg",
    "sc",
    "schtasks",
    "secedit",
    "set",
    "setspn",
    "tasklist",
    "wevtutil",
];

/// What would tell, behind "ask the customer" or "look": `for the log System`, `whether all dropped`, `for the output of quser`.
pub(super) fn behind(preposition: &str, what: &str) -> String {
    let first = what.split(' ').next().unwrap_or_default();
    let rest = what.get(first.len()..).unwrap_or_default();
    let word = first.to_lowercase();
    if QUESTIONS.contains(&&*word) {
        return format!("{word}{rest}");
    }
    if PROGRAMS.contains(&&*word) {
        return format!("{preposition} the output of {what}");
    }
    let article = matches!(&*word, "the" | "a" | "an");
    format!("{preposition} {}{rest}", if article { &word } else { first })
}

/// A setting by the name of its fact, as a person calls it.
pub(super) fn setting(name: &str) -> String {
    let (kind, rest) = name.split_once('.').unwrap_or(("", name));
    let (of, field) = rest.rsplit_once('.').unwrap_or((rest, ""));
    match (kind, field) {
        ("service", "Start") => format!("the start type of the service {of}"),
        ("service", field) if !field.is_empty() => format!("the setting {field} of the service {of}"),
        ("task", field) if of == "$task" => format!("the definition of the task ({field})"),
        ("task", field) if !field.is_empty() => format!("the definition of the task {of} ({field})"),
        ("right", _) => format!("the holders of the right {rest}"),
        ("policy", _) => format!("the policy setting {rest}"),
        ("rdp", _) => format!("the Remote Desktop setting {rest}"),
        ("winlogon", _) => format!("the Winlogon setting {rest}"),
        ("group", _) => format!("the members of the group {rest}"),
        ("program", _) => format!("the version of {rest}"),
        ("hotfix", _) => format!("whether the update {rest} is installed"),
        ("session", _) => "a list of the sessions (quser)".to_owned(),
        ("account", _) => {
            "the state of the account (net user NAME, with /domain for one of the domain)".to_owned()
        }
        _ => match name {
            "trust.secure_channel" => {
                "the state of the trust with the domain (nltest /sc_query:DOMAIN)".to_owned()
            }
            "host.rename_pending" => "whether a new name of the computer waits for a restart".to_owned(),
            "power.HiberbootEnabled" => "whether Windows shuts down with fast start-up".to_owned(),
            "robot.version" => "the version of the robot".to_owned(),
            "robot.user" => "the account of the robot".to_owned(),
            "os.build" | "os.version" | "os.name" => "the version of Windows (systeminfo)".to_owned(),
            "host.join" => "how the host is joined to a domain (dsregcmd /status)".to_owned(),
            name => format!("the setting {name}"),
        },
    }
}

/// The code that it ended with, in both spellings and with its name where names are asked for, unless the title has it.
pub(super) fn code(incident: &Incident, symbols: Option<&Diagnosis>) -> Option<String> {
    let code = incident.code.as_deref();
    let code = code.filter(|code| !incident.title.contains(*code))?;
    let told: Vec<String> = other_spelling(code)
        .into_iter()
        .chain(
            symbols
                .and_then(|diagnosis| symbol(code, diagnosis))
                .map(str::to_owned),
        )
        .collect();
    Some(if told.is_empty() {
        format!("Code {code}.")
    } else {
        format!("Code {code} ({}).", told.join(", "))
    })
}

/// A large code is known to some by its hexadecimal and to others by its decimal form; a small one only by its decimal form.
pub(super) fn other_spelling(code: &str) -> Option<String> {
    let value = parse_code(code)?;
    let is_hexadecimal = code.starts_with("0x") || code.starts_with("0X");
    match is_hexadecimal {
        true if value >= 10 => Some(value.to_string()),
        false if value >= 0x1_0000 => Some(format!("0x{value:08X}")),
        _ => None,
    }
}

/// Whom or what an incident is about, in a few words; where it names nobody, what failed.
pub(super) fn whose(incident: &Incident) -> String {
    who(incident).unwrap_or_else(|| incident.title.trim_end_matches('.').to_owned())
}

/// The task or session and the user of an incident.
pub(super) fn who(incident: &Incident) -> Option<String> {
    let user = incident.user.as_deref();
    let session = incident.session.map(|session| format!("session {session}"));
    let thing = incident.task.as_deref().map(str::to_owned).or(session);
    match (thing, user) {
        (Some(thing), Some(user)) => Some(format!("{thing}, {}", user.rsplit('\\').next().unwrap_or(user))),
        (thing, user) => thing.or_else(|| user.map(str::to_owned)),
    }
}

/// Settings of sessions that count milliseconds.
const LIMITS: [&str; 3] = ["MaxIdleTime", "MaxDisconnectionTime", "MaxConnectionTime"];

/// What a piece of evidence says, with durations in words.
pub(super) fn summary(evidence: &Evidence) -> std::borrow::Cow<'_, str> {
    let name = evidence.signal.rsplit('.').next().unwrap_or_default();
    let value = LIMITS.contains(&name).then(|| {
        let (_, value) = evidence.summary.rsplit_once(' ')?;
        let milliseconds: u64 = value.trim_end_matches('.').parse().ok()?;
        Some(format!(
            "{name} is {} ({milliseconds} milliseconds)",
            limit(milliseconds)
        ))
    });
    let text = match value.flatten().or_else(|| named_setting(evidence)) {
        Some(text) => return text.into(),
        None => evidence.summary.as_str(),
    };
    both_spellings(text).map_or(text.into(), Into::into)
}

/// A code that stands in parentheses in its decimal form only is told in the other one, too: `(2147943726, 0x8007052E)`.
fn both_spellings(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('(') {
        let (before, behind) = rest.split_at(open.saturating_add(1));
        out += before;
        rest = behind;
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let other = other_spelling(number).filter(|other| number.len() > 9 && !text.contains(&**other));
        if let Some(other) = other.filter(|_| after.starts_with(')')) {
            out += &format!("{number}, {other}");
            rest = after;
        }
    }
    (!out.is_empty()).then(|| out + rest).filter(|out| out != text)
}

/// What is said of a setting under the name of its fact, with what a person calls it: `the Remote Desktop setting X is 1`.
fn named_setting(evidence: &Evidence) -> Option<String> {
    let rest = evidence.summary.strip_prefix(&*evidence.signal)?;
    let rest = rest
        .strip_prefix(" is ")
        .filter(|_| evidence.signal.contains('.'))?;
    let text = format!("{} is {rest}", setting(&evidence.signal));
    let mut letters = text.chars();
    let first = letters.next()?.to_uppercase();
    Some(first.chain(letters).collect())
}

/// A limit as a person says it: `69 minutes`, `no limit`.
fn limit(milliseconds: u64) -> String {
    let seconds = milliseconds / 1_000;
    match (seconds / 60, seconds % 60) {
        (0, 0) if milliseconds == 0 => "no limit".to_owned(),
        (0, _) => counted(seconds, "second"),
        (minutes, 0) if minutes % 60 == 0 && minutes >= 120 => counted(minutes / 60, "hour"),
        (minutes, 0) => counted(minutes, "minute"),
        (minutes, seconds) => format!("{} {}", counted(minutes, "minute"), counted(seconds, "second")),
    }
}

/// A host in a sentence; one without a name is shown in parentheses in the model.
pub(super) fn host_name(name: &str) -> &str {
    if name.starts_with('(') {
        "a host that is not named"
    } else {
        name
    }
}

/// A host in a table; one without a name is shown in parentheses in the model.
pub(super) fn named_host(name: &str) -> &str {
    if name.starts_with('(') { "not named" } else { name }
}

/// What stands in place of a verdict where no cause was weighed.
pub(super) const NO_CAUSE: &str = "no cause";

/// The word for a verdict: in every output the one of JSON and CSV, its hyphen a blank.
pub(super) fn verdict_word(cause: &Cause) -> &'static str {
    match cause.verdict {
        Verdict::NotEvaluated => "not evaluated",
        Verdict::RuledOut => "ruled out",
        verdict => verdict.name(),
    }
}

/// The verdict as a person says it. The number behind it is for whoever asks why: beside a word it only contradicts.
pub(super) fn verdict(cause: &Cause) -> String {
    verdict_word(cause).to_owned()
}

/// Evidence without what says the same of the same place in other weight, and each record of a log once: what else it shows is the same thing
/// in lighter words. The heaviest comes first already.
pub(super) fn distinct(evidence: &[Evidence]) -> Vec<&Evidence> {
    let mut seen = std::collections::BTreeSet::new();
    let place = |item: &Evidence| {
        (
            item.origin.record.is_none().then(|| item.summary.clone()),
            item.origin.clone(),
        )
    };
    evidence.iter().filter(|item| seen.insert(place(item))).collect()
}

/// The symbol of a code of this diagnosis, where all that is known of the number agrees on one.
fn symbol<'a>(code: &str, diagnosis: &'a Diagnosis) -> Option<&'a str> {
    let value = parse_code(code)?;
    let known = diagnosis
        .codes
        .iter()
        .filter(|seen| parse_code(&seen.value) == Some(value))
        // A space that knows nothing of the number contradicts nobody.
        .filter(|seen| seen.symbol.is_some() || !seen.meaning.is_empty());
    let mut symbols = known.map(|seen| seen.symbol.as_deref());
    let first = symbols.next()??;
    symbols.all(|other| other == Some(first)).then_some(first)
}

/// What to do next: the first remedy where the cause is likely, what would tell where it is not.
pub(super) fn next_step(incident: &Incident, teller: &Teller<'_>) -> String {
    let diagnosis = teller.diagnosis;
    let leading = incident.causes.first();
    let sure = leading.filter(|cause| cause.verdict >= Verdict::Likely);
    if let Some(cause) = sure.filter(|cause| !cause.remediation.is_empty()) {
        return first_steps(&cause.remediation);
    }
    let own_host = |item: &&AskItem| item.host.as_ref().is_none_or(|host| *host == incident.host);
    let telling = diagnosis
        .ask
        .iter()
        .filter(own_host)
        .find(|item| leading.is_some_and(|cause| item.separates.contains(&cause.id)));
    let any = || {
        let causes: Vec<_> = incident.causes.iter().map(|cause| &cause.id).collect();
        diagnosis
            .ask
            .iter()
            .filter(own_host)
            .find(|item| item.separates.iter().any(|id| causes.contains(&id)))
    };
    match (
        telling.or_else(any),
        leading.and_then(|cause| cause.remediation.first()),
    ) {
        (Some(item), Some(step)) if incident.best().is_some() => {
            format!(
                "To be surer, ask the customer {}. Otherwise: {step}",
                behind("for", &teller.asked(item))
            )
        }
        (Some(item), _) => format!("Ask the customer {}.", behind("for", &teller.asked(item))),
        (None, Some(step)) if incident.best().is_some() => step.clone(),
        (None, _) => {
            "Read the records around it (-v lists them). Nothing else is known that would help.".to_owned()
        }
    }
}

/// A first step that is said in a line leaves room for the next one.
const SHORT: usize = 90;

fn first_steps(steps: &[String]) -> String {
    // What is for one product alone is not followed by what is for another.
    let is_labelled = |step: &str| step.split(' ').take(2).any(|word| word.ends_with(':'));
    match steps {
        [first, next, ..] if first.len() < SHORT && !is_labelled(first) && !is_labelled(next) => {
            format!("{first} {next}")
        }
        [first, ..] => first.clone(),
        [] => String::new(),
    }
}

/// How far the clock of a host is off, where it matters: what two machines write of one thing lies a second apart at most.
pub(super) fn skew(host: &HostReport) -> Option<String> {
    let skew = host
        .clock_skew
        .as_ref()
        .filter(|skew| skew.milliseconds.abs() >= 2_000)?;
    let seconds = skew.milliseconds.abs() / 1_000;
    let way = if skew.milliseconds > 0 {
        "ahead of"
    } else {
        "behind"
    };
    Some(format!(
        "its clock is {seconds} s {way} that of {}, by {}; times are shown as each machine wrote them",
        skew.against,
        counted(skew.pairs, "pair") + " of events"
    ))
}

/// `1 file`, `2 files`, `2 security policies`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        count => match (noun.strip_suffix("cy"), noun.split_once(" of ")) {
            (Some(stem), _) => format!("{count} {stem}cies"),
            (None, Some((thing, of))) => format!("{count} {thing}s of {of}"),
            (None, None) => format!("{count} {noun}s"),
        },
    }
}

/// Bytes in the unit a person would choose.
pub(super) fn size(bytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} bytes");
    }
    let mut size = bytes as f64;
    let mut unit = "";
    for next in units {
        if size < 1024.0 {
            break;
        }
        size /= 1024.0;
        unit = next;
    }
    format!("{size:.1} {unit}")
}

/// How an incident of so many failures went on; `when` writes a time.
pub(super) fn course(incident: &Incident, failures: u64, when: impl Fn(Time) -> String) -> String {
    match (incident.works_again, incident.worked_until) {
        (Some(again), _) => format!("has worked again since {}.", when(again)),
        (None, Some(before)) => format!("worked until {}, not since.", when(before)),
        (None, None) if failures == 1 => "happened once.".to_owned(),
        // A task is tried again and again; a session that ends is no attempt at anything.
        (None, None) if incident.task.is_some() => "did not work at any time in these logs.".to_owned(),
        (None, None) => match incident.last {
            Some(last) => format!("happened last on {}.", when(last)),
            None => "happened at times that are not given.".to_owned(),
        },
    }
}
