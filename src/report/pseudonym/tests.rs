use serde_json::json;

use super::Key;
use crate::model::{Diagnosis, SCHEMA};
use crate::report::{Format, Options, Zone, render, sessions, timeline};

const PEOPLE: usize = 100;

fn guid(number: usize) -> String {
    format!("5b7e{number:04x}-11ab-4c3d-9e8f-00a1b2c3{number:04x}")
}

fn sid(number: usize) -> String {
    format!("S-1-5-21-3623811015-3361044348-30300820-{}", 1100 + number)
}

/// What must not be seen: seven names for each person, 702 in all.
fn planted() -> Vec<String> {
    let mut planted = vec!["musterfirma".to_owned(), "werk.muster.example".to_owned()];
    for number in 0..PEOPLE {
        planted.extend([
            format!("Erika.Muster{number}"),
            format!("KUNDE-PC{number}"),
            format!("10.71.8.{}", number + 1),
            format!("fd12:3456::{number:x}:1"),
            sid(number),
            guid(number),
            format!("Lohnliste{number}"),
        ]);
    }
    planted
}

/// A diagnosis that tells each of them in prose, in fields, in paths, in other case.
fn telling() -> Diagnosis {
    let mut incidents = Vec::new();
    let mut records = Vec::new();
    let mut lasting = Vec::new();
    let mut hosts = Vec::new();
    for number in 0..PEOPLE {
        let (user, host) = (format!("Erika.Muster{number}"), format!("KUNDE-PC{number}"));
        let path = format!("musterfirma.zip!/{host}/Lohnliste{number}.evtx");
        let origin = json!({ "path": path, "record": number });
        let at = "2026-05-04T06:10:04.204Z";
        let summary = format!(
            r"MUSTERFIRMA\{user} ({}) on {} from 10.71.8.{} and fd12:3456::{number:x}:1 ran C:\Users\{user}\Lohnliste{number}.xaml for {}",
            sid(number),
            host.to_lowercase(),
            number + 1,
            guid(number)
        );
        let evidence = json!({ "signal": "s", "summary": summary, "weight": "strong", "at": at, "count": 2, "origin": origin });
        incidents.push(json!({
            "id": format!("i-{number}"), "symptom": "task-failed", "title": format!("A task of {} failed", user.to_uppercase()),
            "host": format!("{host}.werk.muster.example"), "user": format!(r"MUSTERFIRMA\{user}"), "first": at, "last": at, "count": 2,
            "causes": [{ "id": "c", "title": "A cause", "verdict": "strong", "score": 0.93, "for": [evidence], "against": [evidence],
                "remediation": [format!("Ask {user}@werk.muster.example.")] }],
            "timeline": [{ "at": at, "summary": summary, "origin": origin }],
        }));
        records.push(json!({
            "origin": origin, "at": at, "computer": host, "channel": "Security", "provider": "P", "id": 4624, "level": "information",
            "message": summary,
            "fields": [{ "name": "TargetUserName", "value": user }, { "name": "IpAddress", "value": format!("10.71.8.{}", number + 1) },
                { "name": "TargetUserSid", "value": sid(number) }, { "name": "LogonGuid", "value": guid(number).to_uppercase() }],
        }));
        lasting.push(json!({ "host": host, "session": number, "user": user, "kind": "remote", "address": format!("10.71.8.{}", number + 1),
            "start": at, "states": [{ "at": at, "summary": summary, "origin": origin }] }));
        hosts.push(
            json!({ "name": format!("{host}.werk.muster.example"), "facts": { "autologon.user": user } }),
        );
    }
    serde_json::from_value(json!({
        "schema": SCHEMA, "tool": { "name": "logonscope", "version": "1", "knowledge": "k" },
        "hosts": hosts, "incidents": incidents, "records": records, "sessions": lasting,
    }))
    .unwrap()
}

fn options() -> Options {
    Options {
        zone: Zone::Utc,
        detail: true,
        ..Options::default()
    }
}

fn everything(diagnosis: &Diagnosis) -> Vec<(String, String)> {
    let options = options();
    let wanted = timeline::Wanted::default();
    let mut all: Vec<_> = Format::ALL
        .iter()
        .map(|&format| (format.to_string(), render(diagnosis, format, &options)))
        .collect();
    all.push(("timeline".into(), timeline::text(diagnosis, &wanted, &options)));
    all.push(("timeline jsonl".into(), timeline::jsonl(diagnosis, &wanted)));
    all.push(("timeline csv".into(), timeline::csv(diagnosis, &wanted, &options)));
    all.push(("sessions".into(), sessions::text(diagnosis, None, &options)));
    all.push(("sessions json".into(), sessions::json(diagnosis, None)));
    all
}

#[test]
fn no_output_of_a_concealed_diagnosis_tells_a_planted_name() {
    let told = telling();
    let concealed = Key::new([7; 32]).conceal(&told).unwrap();
    let before: String = everything(&told)
        .into_iter()
        .map(|(_, text)| text.to_lowercase())
        .collect();
    let after = everything(&concealed);
    for name in planted() {
        let name = name.to_lowercase();
        assert!(before.contains(&name), "{name} is planted nowhere");
        for (format, text) in &after {
            assert!(!text.to_lowercase().contains(&name), "{format} tells {name}");
        }
    }
}

#[test]
fn who_has_the_key_gets_the_same_report_back() {
    let told = telling();
    let mut key = Key::new([7; 32]);
    let concealed = key.conceal(&told).unwrap();
    let key = Key::from_json(key.to_json().as_bytes()).unwrap();
    assert_eq!(key.reveal_diagnosis(&concealed).unwrap(), told);
    for format in [Format::Json, Format::Jsonl] {
        let (real, made_up) = (
            render(&told, format, &options()),
            render(&concealed, format, &options()),
        );
        assert_eq!(key.reveal(&made_up), real, "{format}");
    }
    for (format, text) in everything(&concealed) {
        let revealed = key.reveal(&text);
        for pseudonym in key.names.keys() {
            assert!(
                !revealed.contains(pseudonym.as_str()),
                "{format} keeps {pseudonym}"
            );
        }
    }
}

#[test]
fn pseudonyms_depend_on_the_key_and_on_nothing_else() {
    let told = telling();
    let with = |secret: u8| Key::new([secret; 32]).conceal(&told).unwrap();
    assert_eq!(with(7), with(7));
    assert_ne!(with(7).incidents[0].host, with(8).incidents[0].host);
    // A second case under the same key speaks of the same people.
    let mut key = Key::new([7; 32]);
    let first = key.conceal(&told).unwrap();
    assert_eq!(key.conceal(&told).unwrap(), first);
}

#[test]
fn spellings_of_a_name_stay_one_name_and_known_words_stay() {
    let concealed = Key::new([7; 32]).conceal(&telling()).unwrap();
    let user = concealed.incidents[3].user.clone().unwrap();
    let user = user.rsplit('\\').next().unwrap();
    assert!(user.to_lowercase().starts_with("user"), "{user}");
    assert!(
        concealed.incidents[3]
            .title
            .to_lowercase()
            .contains(&user.to_lowercase())
    );
    assert_eq!(concealed.records[3].channel, "Security".into());
    assert!(
        concealed.incidents[3].timeline[0]
            .summary
            .contains(r"C:\Users\user")
    );
}

#[test]
fn what_is_no_key_is_refused_without_telling_it() {
    for text in [
        "",
        "{}",
        r#"{"schema":"logonscope.key/1","secret":"topsecret"}"#,
        r#"{"schema":5,"secret":"topsecret"}"#,
    ] {
        let error = Key::from_json(text.as_bytes()).unwrap_err();
        assert!(!error.contains("topsecret"), "{error}");
    }
}
