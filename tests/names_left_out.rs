//! `--pseudonymize`, over every format: names that stand in sentences alone are found, and no word of the fixed sentences is taken for a
//! name, whatever accounts are called.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may panic"
)]

#[path = "support/fixed_sentences.rs"]
mod fixed_sentences;

use fixed_sentences::fixed_sentences;
use logonscope::knowledge::Knowledge;
use logonscope::model::{Diagnosis, Event, Origin, SCHEMA, Value};
use logonscope::report::pseudonym::{Key, Names};
use logonscope::report::{Format, Options, Zone, render, script, timeline};
use serde_json::json;

/// Planted names of each kind; five kinds are 500 names.
const EACH: usize = 100;

/// A word of letters that no dictionary has.
fn odd(number: usize) -> String {
    let letter = |at: usize| char::from(b'a' + u8::try_from(at % 26).unwrap_or_default());
    format!("zq{}{}v", letter(number / 26), letter(number))
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// Names of two kinds of computers, of accounts in two spellings and of domains.
fn planted() -> Vec<[String; 5]> {
    let of = |number: usize| {
        let odd = odd(number);
        [
            format!("WKS-{}{number}", odd[..4].to_uppercase()),
            format!("DESKTOP-{}", odd.to_uppercase()),
            format!("{odd}.{odd}x"),
            format!("sa-{odd}"),
            format!("{}HOLD", odd.to_uppercase()),
        ]
    };
    (0..EACH).map(of).collect()
}

/// A diagnosis that tells each of them in a sentence and nowhere else.
fn in_sentences() -> Diagnosis {
    let told = |[first, second, person, account, domain]: &[String; 5]| {
        let at = "2026-05-04T06:10:04Z";
        let summary = format!(
            "Logon of {domain}\\{account} from {first}, then on {second}. Account Name: {person}. {} said so, {domain}\\{account} did not",
            person.split('.').map(capital).collect::<Vec<_>>().join(" ")
        );
        let origin = json!({ "path": "notes.txt", "line": 3 });
        json!({
            "id": format!("i{}", account.len()), "symptom": "task-failed", "title": format!("The task failed on {first}"), "host": "RPA-07",
            "first": at, "last": at, "count": 2,
            "causes": [{ "id": "c", "title": "A cause", "verdict": "strong", "score": 0.93,
                "for": [{ "signal": "s", "summary": summary, "weight": "strong", "at": at, "count": 2, "origin": origin }] }],
            "timeline": [{ "at": at, "summary": summary, "origin": origin }],
        })
    };
    let incidents: Vec<_> = planted().iter().map(told).collect();
    serde_json::from_value(json!({
        "schema": SCHEMA, "tool": { "name": "logonscope", "version": "1", "knowledge": "k" },
        "hosts": [{ "name": "RPA-07" }], "incidents": incidents,
    }))
    .unwrap()
}

fn everything(diagnosis: &Diagnosis) -> Vec<(String, String)> {
    let options = Options {
        zone: Zone::Utc,
        detail: true,
        ..Options::default()
    };
    let formats = Format::ALL.iter();
    let mut all: Vec<_> = formats
        .map(|&format| (format.to_string(), render(diagnosis, format, &options)))
        .collect();
    let wanted = timeline::Wanted::default();
    all.push((
        "timeline".to_owned(),
        timeline::text(diagnosis, &wanted, &options),
    ));
    all.push(("script".to_owned(), script(diagnosis, &options)));
    all
}

#[test]
fn five_hundred_names_in_sentences_are_in_no_format() {
    let told = in_sentences();
    let mut key = Key::new([7; 32]);
    let concealed = key.conceal(&told).unwrap();
    let before: String = everything(&told)
        .into_iter()
        .map(|(_, text)| text.to_lowercase())
        .collect();
    let after = everything(&concealed);
    for name in planted().into_iter().flatten() {
        let name = name.to_lowercase();
        assert!(before.contains(&name), "{name} is planted nowhere");
        for (format, text) in &after {
            assert!(!text.to_lowercase().contains(&name), "{format} tells {name}");
        }
    }
    assert_eq!(key.reveal_diagnosis(&concealed).unwrap(), told);
}

#[test]
fn notes_and_messages_lose_their_persons_computers_and_telephones() {
    let mut event = Event::new(Origin::artifact("note.txt"));
    event.message = Some(
        "Hello, the task failed again. Caller computer: LAPTOP-OTTOKAR. Kind regards, Heike Zwingenberger, +49 89 1234567-0".into(),
    );
    let mut of_windows = Event::new(Origin::artifact("Security.evtx"));
    of_windows.id = Some(4625);
    of_windows.push("TargetUserName", Value::text("robot"));
    of_windows.message =
        Some("An account failed to log on. The robot was refused by Contoso Unbekannt".into());
    let mut events = [event, of_windows];
    let mut names = Names::new();
    events.iter().for_each(|event| names.of_event(event));
    let mut key = Key::new([7; 32]);
    let mut veil = key.veil(&names).unwrap();
    events.iter_mut().for_each(|event| veil.event(event));
    let note = events[0].message.as_deref().unwrap();
    for name in ["OTTOKAR", "Heike", "Zwingenberger", "1234567"] {
        assert!(!note.contains(name), "{note}");
    }
    assert!(
        note.starts_with("Hello, the task failed again. Caller computer: "),
        "{note}"
    );
    // An account called by an ordinary word has another name in its field, and the word stays a word.
    assert!(
        events[1]
            .field_text("TargetUserName")
            .is_some_and(|name| name.starts_with("user"))
    );
    let message = events[1].message.as_deref().unwrap();
    assert_eq!(
        message,
        "An account failed to log on. The robot was refused by Contoso Unbekannt"
    );
}

#[test]
fn fixed_sentences_stay_as_they_are_whatever_accounts_are_called() {
    let called = [
        "account", "user", "domain", "program", "admin", "security", "server", "files", "true", "NT",
        "Terminal", "Services", "robot", "task", "session", "Windows", "Policies", "logon", "password",
        "host",
    ];
    let facts: serde_json::Map<String, serde_json::Value> = called
        .iter()
        .enumerate()
        .flat_map(|(at, word)| {
            [
                (format!("autologon{at}.user"), json!(word)),
                (format!("whoami{at}.user"), json!(format!("CORP\\{word}"))),
                (format!("list{at}.host"), json!(word)),
            ]
        })
        .collect();
    let knowledge = Knowledge::embedded().unwrap();
    let causes: Vec<_> = knowledge
        .causes()
        .iter()
        .map(|rule| {
            json!({ "id": &*rule.id, "title": rule.def.title, "verdict": "possible", "score": 0.3, "explanation": rule.def.explanation,
                "remediation": rule.def.remediation, "risk": rule.def.risk, "verify": rule.def.verify, "conflicts": rule.def.conflicts })
        })
        .collect();
    let exports = knowledge
        .sources()
        .iter()
        .map(|source| json!({ "what": format!("the log {}", source.channel), "command": &*source.export }));
    let settings = knowledge
        .settings()
        .iter()
        .map(|group| json!({ "what": &*group.title, "command": &*group.export }));
    // Folders of users, servers and numbers with points look like what is to be left out. They stand in members that are left alone.
    let typed = ["C:\\Users\\NAME", "2.3.10.4", "\\\\server\\share", "\\\\root\\"];
    let is_typed = |text: &&String| typed.iter().any(|typed| text.contains(typed));
    let sentences = fixed_sentences();
    let told: Vec<_> = sentences
        .iter()
        .filter(|text| !is_typed(text))
        .map(|text| json!({ "summary": text, "origin": { "path": "a" } }))
        .collect();
    let before: Diagnosis = serde_json::from_value(json!({
        "schema": SCHEMA, "tool": { "name": "logonscope", "version": "1", "knowledge": "k" },
        "hosts": [{ "name": "RPA-07", "facts": facts }], "ask": exports.chain(settings).collect::<Vec<_>>(),
        "incidents": [{ "id": "i", "symptom": "task-failed", "title": "t", "host": "RPA-07", "user": "CORP\\robot", "count": 1, "causes": causes,
            "timeline": told }],
    }))
    .unwrap();
    let after = Key::new([7; 32]).conceal(&before).unwrap();
    assert_eq!(after.incidents[0].causes, before.incidents[0].causes);
    assert_eq!(after.ask, before.ask);
    let changed: Vec<_> = before.incidents[0]
        .timeline
        .iter()
        .zip(&after.incidents[0].timeline)
        .filter(|(before, after)| before.summary != after.summary)
        .map(|(before, after)| (&before.summary, &after.summary))
        .collect();
    assert!(changed.is_empty(), "{changed:#?}");
    // The account itself is told by another name.
    let user = after.incidents[0].user.as_deref().unwrap();
    assert!(!user.contains("CORP") && !user.contains("robot"), "{user}");
}
