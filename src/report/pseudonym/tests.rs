use serde_json::json;

use super::{Key, Names};
use crate::model::{CapsulePart, Diagnosis, Event, Form, Origin, SCHEMA};
use crate::report::{
    Format, Options, Zone, brief, capsule, events, inputs, render, script, sessions, timeline,
};

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
    all.push(("inspect".into(), inputs::text(diagnosis, &options)));
    all.push(("inspect json".into(), inputs::json(diagnosis)));
    all.push(("one line".into(), brief(diagnosis, &options)));
    all.push(("script".into(), script(diagnosis, &options)));
    let asked = Options {
        why: Some("c".into()),
        why_not: Some("c".into()),
        ..options
    };
    all.push(("why".into(), render(diagnosis, Format::Text, &asked)));
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

/// Events that tell every planted name, as fields, in a message and in other case.
fn telling_events() -> Vec<Event> {
    let of = |number: usize| {
        let (user, host) = (format!("Erika.Muster{number}"), format!("KUNDE-PC{number}"));
        let origin = Origin::record(format!("musterfirma.zip!/{host}/Lohnliste{number}.evtx"), 7, 512);
        let mut event = Event::new(origin);
        event.provider = "Microsoft-Windows-Security-Auditing".into();
        event.channel = "Security".into();
        event.id = Some(4625);
        event.record_id = Some(7);
        event.time = "2026-05-04T06:10:04.204Z".parse().ok();
        event.computer = format!("{host}.werk.muster.example").into();
        event.sid = Some(sid(number).into());
        event.activity = Some(format!("{{{}}}", guid(number)).into());
        let address = format!("10.71.8.{}", number + 1);
        for (name, value) in [
            ("TargetUserName", user.clone()),
            ("TargetDomainName", "MUSTERFIRMA".to_owned()),
            ("IpAddress", address.clone()),
            ("TargetUserSid", sid(number)),
            ("Address6", format!("fd12:3456::{number:x}:1")),
            ("Command", format!(r"C:\Users\{user}\Lohnliste{number}.xaml")),
        ] {
            event.push(name, crate::model::Value::text(value));
        }
        let message = format!(
            "{} of {} from {address}",
            user.to_uppercase(),
            host.to_lowercase()
        );
        event.message = Some(message.into());
        event
    };
    (0..PEOPLE).map(of).collect()
}

/// Events in every form of theirs, and the files of a capsule.
fn forms_of(events: &[Event]) -> Vec<(String, String)> {
    let text = events::Text { zone: Zone::Utc };
    let forms: [(&str, &dyn Form); 3] = [("jsonl", &events::Jsonl), ("csv", &events::Csv), ("text", &text)];
    let write = |(name, form): (&str, &dyn Form)| {
        let mut out = Vec::new();
        events.iter().for_each(|event| form.event(event, &mut out));
        (format!("events as {name}"), String::from_utf8(out).unwrap())
    };
    let mut all: Vec<_> = forms.into_iter().map(write).collect();
    let part = CapsulePart {
        path: "Security.evtx".into(),
        events: events.to_vec(),
        text: None,
        facts: Vec::new(),
        spans: Vec::new(),
    };
    for (name, bytes) in capsule::files(&[part], true) {
        all.push((format!("capsule {name}"), String::from_utf8(bytes).unwrap()));
    }
    all
}

#[test]
fn no_form_of_events_without_names_tells_one_and_all_come_back() {
    let told = telling_events();
    let mut names = Names::new();
    told.iter().for_each(|event| names.of_event(event));
    let mut key = Key::new([7; 32]);
    let mut veil = key.veil(&names).unwrap();
    let mut concealed = told.clone();
    concealed.iter_mut().for_each(|event| veil.event(event));
    let (before, after) = (forms_of(&told), forms_of(&concealed));
    for name in planted() {
        let name = name.to_lowercase();
        assert!(
            before.iter().any(|(_, text)| text.to_lowercase().contains(&name)),
            "{name} is planted nowhere"
        );
        for (form, text) in &after {
            assert!(!text.to_lowercase().contains(&name), "{form} tells {name}");
        }
    }
    for ((form, real), (_, made_up)) in before.iter().zip(&after).take(3) {
        assert_eq!(&key.reveal(made_up), real, "{form}");
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

fn told_as(text: &str, names: &[(&str, &str)]) -> String {
    let facts: serde_json::Map<String, serde_json::Value> = names
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    let told: Diagnosis = serde_json::from_value(json!({
        "schema": SCHEMA, "tool": { "name": "logonscope", "version": "1", "knowledge": "k" },
        "hosts": [{ "name": "RPA-07", "facts": facts }],
        "incidents": [{
            "id": "i", "symptom": "task-failed", "title": text, "host": "RPA-07", "task": r"\Jobs\Lohn.xaml", "count": 1,
            "causes": [], "timeline": [{ "summary": "s", "origin": { "path": "case.zip!/Lohn.xaml" } }],
        }],
    }))
    .unwrap();
    Key::new([7; 32]).conceal(&told).unwrap().incidents[0]
        .title
        .clone()
}

#[test]
fn a_task_that_is_called_as_a_file_stays() {
    let told = told_as(r"Scheduled task \Jobs\Lohn.xaml could not log on", &[]);
    assert_eq!(told, r"Scheduled task \Jobs\Lohn.xaml could not log on");
}

#[test]
fn the_version_of_a_program_is_no_address() {
    let told = told_as(
        "the robot 21.10.4.0 asked 10.71.8.3 for 1.2.3.4",
        &[("robot.version", "21.10.4.0")],
    );
    assert!(told.starts_with("the robot 21.10.4.0 asked 2"), "{told}");
    assert!(!told.contains("10.71.8.3") && !told.contains("1.2.3.4"), "{told}");
}

#[test]
fn names_of_two_letters_are_left_out_of_sentences() {
    let told = told_as(
        r"jw of CORP\an had an error; JW stays a word",
        &[("autologon.user", "jw"), ("whoami.user", r"CORP\an")],
    );
    assert!(!told.contains("jw") && !told.contains(r"\an"), "{told}");
    assert!(told.contains(" had an error; JW stays"), "{told}");
}

#[test]
fn a_program_of_windows_stays() {
    let told = told_as(
        r"C:\Windows\System32\inetsrv\w3wp.exe and C:\Windows\Temp\Lohn7.exe and D:\Kunde\w3wp.exe",
        &[],
    );
    assert!(
        told.starts_with(r"C:\Windows\System32\inetsrv\w3wp.exe and "),
        "{told}"
    );
    assert!(!told.contains("Lohn7") && !told.contains("Kunde"), "{told}");
}
