//! Secrets that look like words are masked where something says that they are secrets, and words for what a password is stay.

use std::sync::Arc;

use super::*;
use crate::limits::Limits;
use crate::model::{EventFilter, Interest};
use crate::source::Source;

#[expect(unreachable_pub, reason = "the tests of the program share such lists")]
#[path = "../../../tests/support/given.rs"]
mod given;

use given::{GIVEN, SAID};

#[test]
fn what_looks_like_a_word_is_masked_where_it_is_given() {
    let lines = GIVEN.lines().filter_map(|line| line.rsplit_once('|'));
    let shown: Vec<String> = lines
        .filter(|(line, secret)| mask_text(line).contains(secret))
        .map(|(line, _)| format!("{line}\n    {}", mask_text(line)))
        .collect();
    assert!(shown.is_empty(), "{}:\n{}", shown.len(), shown.join("\n"));
}

#[test]
fn what_is_said_of_a_password_stays() {
    let changed: Vec<String> = SAID
        .lines()
        .filter_map(|line| match mask_text(line) {
            Cow::Owned(masked) => Some(format!("{line}\n    {masked}")),
            Cow::Borrowed(_) => None,
        })
        .collect();
    assert!(changed.is_empty(), "{}:\n{}", changed.len(), changed.join("\n"));
}

#[test]
fn labels_that_do_not_show_are_read() {
    for (line, secret) in [
        ("Kenn\u{ad}wort: wildmint", "wildmint"),
        ("pass\u{200b}word=wildmint", "wildmint"),
        ("Pass\u{2060}word : wildmint", "wildmint"),
        ("Passordet er Bl\u{e5}veis.", "veis"),
        ("Nytt lo\u{308}senord: wildmint", "wildmint"),
    ] {
        let shown = mask_text(line);
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// The rest of a line is what a fault is told by.
#[test]
fn what_stands_around_a_given_secret_stays() {
    for (line, masked) in [
        (
            "the password is marmalade, I changed it this morning because of the audit.",
            "the password is ***, I changed it this morning because of the audit.",
        ),
        (
            "Login with svc_sap / Gras#blume failed: 0x8007052E",
            "Login with svc_sap / *** failed: 0x8007052E",
        ),
        (
            "Wir haben das Kennwort von \"Alt_Moor\" auf \"Neu_Moor\" umgestellt, seitdem 1326.",
            "Wir haben das Kennwort von \"***\" auf \"***\" umgestellt, seitdem 1326.",
        ),
        (
            "cs1Label=cmd cs1=net use \\\\\\\\fs\\\\x wildmint dst=10.0.0.1",
            "cs1Label=cmd cs1=net use \\\\\\\\fs\\\\x *** dst=10.0.0.1",
        ),
    ] {
        assert_eq!(mask_text(line), masked);
    }
}

/// Readers of JSON hand out the items of a list one after the other.
#[test]
fn items_of_a_list_and_answers_are_masked() {
    let place = |line: u64, text: &str| {
        let mut event = Event::new(Origin::line("a.json", line, 0));
        event.message = Some(text.into());
        event
    };
    let context_of = |events: Vec<Event>| Findings {
        events,
        ..Findings::default()
    };
    let (interest, limits) = (Interest::everything().unwrap(), Limits::default());
    let context = Context {
        path: Arc::from("a.json"),
        interest: &interest,
        limits: &limits,
        recover: false,
    };
    for (texts, secret, stays) in [
        (
            &["psexec", "-u", "svc", "-p", "Frau.mantel", "cmd"][..],
            "mantel",
            "cmd",
        ),
        (
            &["sc", "password=", "Berg feld drei", "start=auto"],
            "Berg",
            "start=auto",
        ),
        (&["ssh", "-p", "2222", "svc@host"], "none of them", "2222"),
        (&["job", "/rp", "wildmint", "/f"], "wildmint", "/f"),
    ] {
        let mut findings = context_of(texts.iter().map(|text| place(1, text)).collect());
        mask(&context, &mut findings);
        let out = format!("{:?}", findings.events);
        assert!(!out.contains(secret) && out.contains(stays), "{out}");
    }
    let mut findings = context_of(vec![
        place(1, "[07:04] tom: pw pls?"),
        place(2, "[07:04] lena: Berg_feld"),
        place(3, "[07:05] tom: thanks, Berg_bahn"),
    ]);
    mask(&context, &mut findings);
    let out = format!("{:?}", findings.events);
    assert!(!out.contains("Berg_feld") && out.contains("Berg_bahn"), "{out}");
}

/// Readers of JSON drop what an object says to be a secret, and nothing else of it.
#[test]
fn members_that_are_secrets_are_dropped() {
    let (interest, limits) = (Interest::everything().unwrap(), Limits::default());
    let context = Context {
        path: Arc::from("a.json"),
        interest: &interest,
        limits: &limits,
        recover: false,
    };
    let text = "{\"parameters\": {\"RobotUser\": \"CORP\\\\svc\", \"RobotPwd\": {\"value\": \"Berg.feld\"}, \"sapPin\": \
        {\"type\": \"SecureString\", \"defaultValue\": \"550913\"}, \"credential\": {\"user\": \"svc_rpa\", \"value\": \
        \"wildmint\"}, \"Smtp\": {\"Pass\": \"Teich.rose\"}, \"mode\": {\"type\": \"String\", \"value\": \"attended\"}}}\n";
    let out = format!("{:?}", crate::reader::read(Source::memory(text), &context));
    for secret in ["Berg.feld", "550913", "wildmint", "Teich.rose"] {
        assert!(!out.contains(secret), "{secret}: {out}");
    }
    assert!(out.contains("svc_rpa") && out.contains("attended"), "{out}");
}

/// Where only some lines become events, a heading is none.
#[test]
fn a_heading_that_is_no_event_tells_what_is_secret_below() {
    let listed = EventFilter::Listed(std::collections::BTreeMap::new());
    let texts = ["specified logon session does not exist".to_owned()];
    let (interest, limits) = (
        Interest::new(listed, texts, [0x8007_0520], Vec::new()).unwrap(),
        Limits::default(),
    );
    let context = Context {
        path: Arc::from("a.md"),
        interest: &interest,
        limits: &limits,
        recover: false,
    };
    let text = "| Host | Password | Error |\n|---|---|---|\n| A | heide | 0x80070520 |\n";
    let out = format!("{:?}", crate::reader::read(Source::memory(text), &context));
    assert!(!out.contains("heide") && out.contains("| 0x80070520"), "{out}");
}

/// Each of these begins something that goes on to the end.
#[test]
fn hostile_lines_are_looked_at_once() {
    for piece in [
        "password is ",
        "password changed from 'a' to ",
        "p a s s w ",
        "<b>password</b> ",
        "$p,",
        "send(\"password",
        "log in with a_b / ",
        "password (",
        "\"\"password",
        "pw.cmd ",
    ] {
        let begun = std::time::Instant::now();
        let text = piece.repeat((1 << 18) / piece.len());
        assert!(!mask_text(&text).is_empty());
        let taken = begun.elapsed();
        assert!(taken < std::time::Duration::from_secs(60), "{piece}: {taken:?}");
    }
}
