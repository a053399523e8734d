//! No format lets a secret through, and what only looks like one stays.

use std::sync::Arc;

use super::*;
use crate::limits::Limits;
use crate::model::Interest;
use crate::source::Source;

fn all(text: &str) -> String {
    let interest = Interest::everything().unwrap();
    let limits = Limits::default();
    let context = Context {
        path: Arc::from("case.zip!/settings.txt"),
        interest: &interest,
        limits: &limits,
        recover: false,
    };
    let findings = crate::reader::read(Source::memory(text), &context);
    let kinds = findings.problems.iter().map(|problem| problem.kind);
    assert!(
        kinds.into_iter().any(|kind| kind == ProblemKind::SecretMasked),
        "{text}\n{findings:#?}"
    );
    format!("{findings:?}")
}

#[test]
fn no_format_lets_a_password_through() {
    let winlogon = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon";
    let texts = [
        format!("Windows Registry Editor Version 5.00\r\n\r\n[{winlogon}]\r\n\"DefaultPassword\"=\"Geheim73\"\r\n"),
        format!(
            "Windows Registry Editor Version 5.00\n[{winlogon}]\n\"DefaultPassword\"=\"Zeile\nGeheim73\"\n\"AutoAdminLogon\"=\"1\"\n"
        ),
        format!("[{winlogon}]\n\"DefaultPassword\"=\"Geheim73\n\"AutoAdminLogon\"=\"1\"\n"),
        format!("{winlogon}\r\n    DefaultPassword    REG_SZ    Geheim73\r\n"),
        format!("see below\n{winlogon}\n    defaultpassword    REG_SZ    Geheim73\n"),
        format!("{winlogon}\\DefaultPassword = Geheim73\n"),
        format!(
            "DefaultPassword : Geheim73\nPSPath : Microsoft.PowerShell.Core\\Registry::{winlogon}\n"
        ),
        "AutoAdminLogon : 1\nDefaultPassword : Geheim73\n".to_owned(),
        "DefaultPassword\r\n---------------\r\nGeheim73\r\n".to_owned(),
        "\"AutoAdminLogon\",\"DefaultPassword\"\r\n\"1\",\"Geheim73\"\r\n".to_owned(),
        "[Registry Values]\nMACHINE\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon\\DefaultPassword=1,\"Geheim73\"\n"
            .to_owned(),
        "The customer writes: DefaultPassword is Geheim73, what now?\n".to_owned(),
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
         <Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4657</EventID></System><EventData>\
         <Data Name='ObjectName'>\\REGISTRY\\MACHINE\\SOFTWARE\\Winlogon</Data>\
         <Data Name='ObjectValueName'>DefaultPassword</Data><Data Name='NewValue'>Geheim73</Data>\
         </EventData></Event>"
            .to_owned(),
    ];
    for text in texts {
        let out = all(&text);
        assert!(!out.contains("Geheim"), "{text}\n{out}");
        let wide: Vec<u8> = format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let interest = Interest::everything().unwrap();
        let limits = Limits::default();
        let context = Context {
            path: Arc::from("a"),
            interest: &interest,
            limits: &limits,
            recover: false,
        };
        let out = format!("{:?}", crate::reader::read(Source::memory(wide), &context));
        assert!(!out.contains("Geheim"), "UTF-16 of {text}\n{out}");
    }
}

#[test]
fn secret_fields_lose_their_value() {
    let mut event = Event::new(Origin::artifact("a"));
    event.push("DefaultPassword", Value::text("Hunter2"));
    event.push("PasswordLastSet", Value::text("5/4/2026"));
    event.push("SmtpPwd", Value::Unsigned(4_711));
    assert!(mask_event(&mut event));
    assert_eq!(event.field("DefaultPassword"), Some(&Value::text(MASK)));
    assert_eq!(event.field("PasswordLastSet"), Some(&Value::text("5/4/2026")));
    assert_eq!(event.field("SmtpPwd"), Some(&Value::text(MASK)));
    assert!(!mask_event(&mut event));
}

#[expect(unreachable_pub, reason = "the tests of the program share it")]
#[path = "../../../tests/support/planted.rs"]
mod planted;

#[test]
fn secrets_in_every_shape_are_masked() {
    let secrets = planted::secrets(300);
    let mut shown = Vec::new();
    for (number, shape) in planted::SHAPES.iter().enumerate() {
        for secret in secrets.iter().skip(number % 7).step_by(7) {
            let secret = if planted::is_alphanumeric(shape) {
                secret.replace(|c: char| !c.is_ascii_alphanumeric(), "0")
            } else {
                secret.clone()
            };
            let line = shape.replace("SECRET", &secret);
            let masked = mask_text(&line);
            if masked.contains(&secret) {
                shown.push(format!("{line}\n    {masked}"));
                break;
            }
        }
    }
    assert!(
        shown.is_empty(),
        "{} of {}:\n{}",
        shown.len(),
        planted::SHAPES.len(),
        shown.join("\n")
    );
}

#[test]
fn what_tells_itself_is_masked() {
    let shown: Vec<String> = planted::SELF_TOLD
        .iter()
        .map(|(line, secret)| (mask_text(line), secret))
        .filter(|(masked, secret)| masked.contains(**secret))
        .map(|(masked, _)| masked.into_owned())
        .collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

/// A script whose lines are events of their own.
#[test]
fn a_text_over_lines_of_a_script_is_masked() {
    for (open, close) in [("@'", "'@"), ("@\"", "\"@")] {
        for name in ["$pw", "$svcPassword", "$env:DB_PWD", "Password"] {
            let text = format!("{name} = {open}\nhunter-green\nsecond line\n{close}\nGet-Service\n");
            let out = all(&text);
            assert!(
                !out.contains("hunter-green") && !out.contains("second line"),
                "{text}\n{out}"
            );
            assert!(out.contains("Get-Service"), "{out}");
        }
    }
}

/// What must not show, a text whose lines are events of their own, and what of it stays.
const OVER_LINES: &[(&str, &str, &str)] = &[
    (
        "blau wiese",
        "x:\n  password: |\n    blau wiese\n    zwei\n  user: svc-robot\n",
        "svc-robot",
    ),
    (
        "3334353637383930",
        "db_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  33373134363233656530303031313131\n  3334353637383930\nuser: svc-robot\n",
        "svc-robot",
    ),
    (
        "0W1e2R3t4Y5u6I7o8",
        "Public-Lines: 1\nAAAAB3NzaC1yc2E0001\nPrivate-Lines: 2\nAAABAQCq0W1e2R3t4Y5u6I7o8\nP9a0S1d2==\nUser: svc-robot\n",
        "AAAAB3NzaC1yc2E0001",
    ),
    (
        "geheim",
        "schtasks /create /tn Night ^\n /ru svc /rp ^\n geheim\nlogoff 3\n",
        "logoff 3",
    ),
    (
        "wiese+77",
        "db.password=Blau\\\n  wiese+77\nuser=svc-robot\n",
        "svc-robot",
    ),
    (
        "Wiese+77",
        "sPassword = \"Blau\" & _\n  \"Wiese+77\" & _\n  \"drei\"\nx = \"drei\"\n",
        "x = ",
    ),
    (
        "Wiese+77",
        "password = (\"Blau\"\n  \"Wiese+77\")\nlogoff 3\n",
        "logoff 3",
    ),
    (
        "Wiese+77",
        "PS C:\\x> $c.GetNetworkCredential().Password\nWiese+77\nPS C:\\x> logoff 3\n",
        "logoff 3",
    ),
    (
        "Wiese+77",
        "; Passwortfeld\nEnter(\"Feld\", \"Wiese+77\")\nlogoff 3\n",
        "logoff 3",
    ),
    (
        "blau wiese",
        "password = <<EOT\nblau wiese\nEOT\nlogoff 3\n",
        "logoff 3",
    ),
    (
        "blau wiese",
        "password = \"\"\"\nblau wiese\n\"\"\"\nlogoff 3\n",
        "logoff 3",
    ),
    (
        "Wiese(7)",
        "{\"assets\": [{\n\"Name\": \"SmtpSecret\",\n\"StringValue\": \"Wiese(7)\"\n}]}\n",
        "Smtp",
    ),
    (
        "Wald!Linde",
        "<AutoLogon><Password><Value>\n  Wald!Linde7\n</Value></Password></AutoLogon>\nlogoff 3\n",
        "logoff 3",
    ),
    (
        "Wald(Linde)7",
        "variable \"db_password\" {\n  default = \"Wald(Linde)7\"\n}\nlogoff 3\n",
        "logoff 3",
    ),
    (
        "444444-222222",
        "BitLocker Wiederherstellungsschlüssel:\n444444-222222-333333-444444-555555-666666-777777-888888\nlogoff 3\n",
        "logoff 3",
    ),
    (
        "Wald{Linde}7",
        "Computer Site     Password     Expires\n-------- ----     --------     -------\nRPA-07   Berlin   Wald{Linde}7 5/4/2026\nlogoff 3\n",
        "logoff 3",
    ),
    (
        "Wald*Linde",
        "- name: SVC_PASSWORD\n  value: Wald*Linde7\nlogoff 3\n",
        "logoff 3",
    ),
    (
        "<b>839224",
        "<table><tr><td>PIN</td><td><b>839224</b></td></tr></table>\nlogoff 3\n",
        "logoff 3",
    ),
];

#[test]
fn what_goes_on_over_lines_is_masked() {
    for (secret, text, stays) in OVER_LINES {
        let out = all(text);
        assert!(!out.contains(secret), "{text}\n{out}");
        assert!(out.contains(stays), "{text}\n{out}");
    }
}

/// What a line says of those below it counts within one text, too: the message of a record has lines.
#[test]
fn what_goes_on_over_the_lines_of_one_text_is_masked() {
    for (secret, text, stays) in OVER_LINES {
        let out = mask_text(text);
        assert!(!out.contains(secret), "{text}\n{out}");
        assert!(out.contains(stays), "{text}\n{out}");
    }
}

/// Readers of JSON hand out a name and its value one after the other.
#[test]
fn a_value_behind_a_short_name_of_its_own_is_masked() {
    let out = all(
        "{\"Smtp\": {\"Pass\": \"Wald&Linde_Ost\"}, \"Jwt\": {\"Key\": \"wald-und-linde-idzfx05yvv75ty9p1qbn\", \"Issuer\": \"corp\"}}\n",
    );
    assert!(!out.contains("Linde_Ost") && !out.contains("idzfx05"), "{out}");
}

/// Below the name of the value that holds a password, a line of a log is no row of a table.
#[test]
fn lines_of_a_log_below_the_name_stay() {
    let out = all(
        "2026-05-04 08:00:00 DefaultPassword read: Geheim73\n2026-05-04 08:00:01 logon of svc-robot failed with 1326\n",
    );
    assert!(
        !out.contains("Geheim73") && out.contains("logon of svc-robot failed"),
        "{out}"
    );
}

#[test]
fn what_only_looks_like_a_secret_stays() {
    let changed: Vec<String> = planted::LOOK_ALIKES
        .iter()
        .filter_map(|line| match mask_text(line) {
            Cow::Owned(masked) => Some(format!("{line}\n    {masked}")),
            Cow::Borrowed(_) => None,
        })
        .collect();
    assert!(
        changed.is_empty(),
        "{} of {}:\n{}",
        changed.len(),
        planted::LOOK_ALIKES.len(),
        changed.join("\n")
    );
}

/// Each of these begins a value that goes on to the end.
#[test]
fn a_text_of_nothing_but_names_is_looked_at_once() {
    for piece in [
        "password=",
        "password={",
        "pwd=$",
        "pw=a;",
        "pw=a&",
        "pw=<",
        "password=\\\"",
        "token: '",
    ] {
        let begun = std::time::Instant::now();
        let text = piece.repeat(50_000 / piece.len());
        assert!(!mask_text(&text).is_empty());
        let taken = begun.elapsed();
        assert!(taken < std::time::Duration::from_secs(20), "{piece}: {taken:?}");
    }
}

#[test]
fn every_form_is_an_expression_and_can_be_hinted() {
    text::check_rules();
}

#[test]
fn a_number_is_a_password_and_no_token() {
    let masked = |name: &str, value: Value| {
        let mut event = Event::new(Origin::artifact("a.etl"));
        event.push(name, value);
        mask_event(&mut event)
    };
    assert!(!masked("MethodToken", Value::Hex32(0x0600_06D9)));
    assert!(!masked("AccessKey", Value::Unsigned(7)));
    assert!(masked("DefaultPassword", Value::Unsigned(20_260_504)));
    assert!(masked("access_token", Value::text("Hunter2tail9182736455")));
}

#[test]
fn a_column_below_the_name_of_a_secret_is_masked_whatever_stands_in_it() {
    for table in [
        "Machine;User;Passwort;Letzter Fehler\nRPA-01;svc_r1;akelei;1326\nRPA-02;svc_r2;20394857;password wrong\nRPA-03;svc_r3;heide;0",
        "Host | User | Password | Error\n-----|-----|-----|-----\nRPA-01 | svc_r1 | akelei | wrong password\nRPA-02 | svc_r2 | 20394857 | 1909\nRPA-03 | svc_r3 | heide | 0",
        "Account\tMot de passe\tPIN\nsvc_r1\takelei\t4711\nsvc_r2\theide\t20394857",
    ] {
        let shown = mask_text(table);
        for secret in ["akelei", "20394857", "heide", "4711"] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
        assert!(shown.contains("svc_r2"), "{shown}");
    }
    let below = "| field | value |\n|---|---|\n| password | akelei |\n| **Password:** | heide7!x |";
    assert!(!mask_text(below).contains("heide7!x"));
    let settings = "Account,Password,Enabled\nsvc_r1,True,True\nsvc_r2,-,False";
    assert_eq!(mask_text(settings), settings);
}

#[test]
fn a_name_may_say_which_of_several_it_is() {
    for line in [
        "password.old=sardine",
        "password_previous=lighthouse",
        "passwort.alt=Laubfrosch",
        "senha.anterior=burrito",
        "palavra-passe.anterior=sardinha",
        "mot_de_passe.ancien=pissenlit",
        "db.password.backup=hedgehog",
    ] {
        let (name, secret) = line.split_once('=').unwrap();
        let masked = mask_text(line);
        assert!(masked.starts_with(name) && !masked.contains(secret), "{masked}");
    }
    for line in [
        "password.minLength=12",
        "password.expires=never",
        "password.policy=strict",
    ] {
        assert_eq!(mask_text(line), line);
    }
}

#[test]
fn what_is_printed_for_signs_and_what_logs_on_by_itself_is_masked() {
    for (text, secret) in [
        ("password\u{a0}=\u{a0}Sand.birke7", "Sand.birke7"),
        ("Password \u{279c} Rot.buche7", "Rot.buche7"),
        (
            "sekurlsa::pth /user:anna /ntlm:e19ccf75ee54e06b06a5907af13cef42",
            "e19ccf75ee54e06b06a5907af13cef42",
        ),
        (
            "$krb5tgs$23$*svc$CORP$sql*$9a8b7c6d5e4f30211203f4e5d6c7b8a9",
            "9a8b7c6d5e4f30211203f4e5d6c7b8a9",
        ),
        (
            "PROPERTY CHANGE: Modifying DB_PWD property. Its current value is 'Raps'. Its new value: 'Flachs'.",
            "Flachs",
        ),
        (
            "{\"credentialAttributeName\":\"password\",\"value\":\"falter\"}",
            "falter",
        ),
        ("Heslo k účtu svc_r1 je Chrpa_polní", "Chrpa_polní"),
    ] {
        let shown = mask_text(text);
        assert!(!shown.contains(secret), "{shown}");
    }
    let hash = "SHA256 of setup.exe: 0f4d3a2b1c9e8d7f6a5b4c3d2e1f00112233445566778899aabbccddeeff0a1b";
    assert_eq!(mask_text(hash), hash);
}

/// In a note of which one line speaks of a password, another may hold one, and one that was found may stand again.
#[test]
fn a_note_that_speaks_of_passwords_shows_none_further_on() {
    let note = "Hi Tom,\n\nthe robot's password does not work any more.\nIf that fails, try the one from before: Herbst#2023.\n\
        On RPA-07 it was Mantel77x, our password of last year.\nMantel77x is on the sticky note, too. Event 4625, build 19045.3930+2, ticket#4711.\n";
    let out = all(note);
    for secret in ["Herbst#2023", "Mantel77x"] {
        assert!(!out.contains(secret), "{secret}: {out}");
    }
    for stays in ["RPA-07", "19045.3930+2", "ticket#4711"] {
        assert!(out.contains(stays), "{stays}: {out}");
    }
}

/// What only the owner of an account can answer opens it as a password does.
#[test]
fn answers_and_seeds_are_secrets_of_their_objects() {
    let text = r#"{"recovery": [{"question": "First pet", "answer": "Bruno"}], "mfa": {"totp_seed": "JBSWY3DPEHPK3PXP", "issuer": "Corp"},
        "faq": [{"question": "Why 1312?", "answer": "The session ended"}]}"#;
    let out = all(text);
    assert!(
        !out.contains("Bruno") && !out.contains("JBSWY3DPEHPK3PXP"),
        "{out}"
    );
    assert!(out.contains("The session ended"), "{out}");
}
