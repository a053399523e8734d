//! Which of several faults a customer asks about, with notes in several languages beside made-up incidents.

use super::hours::{self, Hour};
use super::names::{Kind, Mention, Name};
use super::note::{self, Clause, Manners};
use crate::knowledge::Knowledge;

fn clauses(text: &str) -> Vec<Clause> {
    let knowledge = Knowledge::embedded().unwrap();
    note::clauses(text, &Manners::new(knowledge.contexts()))
}

fn mention(kind: Kind, name: &str, text: &str) -> Mention {
    Name::new(kind, name).unwrap().mention(&clauses(text))
}

fn is_asked(kind: Kind, name: &str, text: &str) -> bool {
    mention(kind, name, text).counts() > 0
}

#[test]
fn accounts_are_called_by_what_people_call_them() {
    let told = [
        (r"CORP\robot07", "Our robot 7 did nothing tonight."),
        (r"CORP\svc-rpa07", "Bot 7 stands still since Monday"),
        (r"CORP\karin.holm", "Betrifft die Sitzung von Frau Karin Holm"),
        (r"CORP\j.becker", "pour M. Becker la session a été coupée"),
        (r"CORP\pâté", "the account pate@corp.example is refused"),
        (r"CORP\svc_billing", r"since then CORP\svc_billing cannot log on"),
        ("robot.zoll", "Roboter Zoll fiel aus der Sitzung"),
    ];
    for (name, text) in told {
        assert!(is_asked(Kind::User, name, text), "{name}: {text}");
    }
    let others = [
        (r"CORP\robot70", "Our robot 7 did nothing tonight."),
        (r"CORP\svc_rpa1", "svc_rpa10 fails"),
        (r"CORP\service", "the service was slow"),
    ];
    for (name, text) in others {
        assert!(mention(Kind::User, name, text).asked < 2, "{name}: {text}");
    }
}

/// That another one works says nothing of the one named before.
#[test]
fn who_works_is_no_bystander_of_the_one_who_does_not() {
    let text = "(Robot 3 on RPA-07 not working since Monday, robot 5 under the same account is OK.)";
    assert!(is_asked(Kind::User, "robot3", text));
    assert!(!is_asked(Kind::User, "robot5", text));
    // Scripts that write vowels as signs of their own.
    assert!(is_asked(
        Kind::Task,
        "GarmentFeed",
        "GarmentFeed කාර්යය පෙබරවාරි 14 සිට ක්‍රියා නොකරයි."
    ));
}

#[test]
fn what_is_waved_aside_is_not_asked() {
    let aside = [
        "robot 3 is known, security is on that one",
        "Robot 3 und 5 hatten auch etwas, das ist aber ein anderes Thema.",
        "(robot 3 a son propre ticket)",
        "El robot 3 también paró, pero ese está en otro ticket.",
        "ロボットの件。robot 3 は対象外です。",
        "Robot 3 prosím neřešte",
        "Robot 3 is not affected.",
        "Robot 3 ile ilgisi yok.",
        "robot 3 lost its certificate last week and got a new one, ignore that",
    ];
    for text in aside {
        let told = mention(Kind::User, "robot3", text);
        assert!(told.counts() < 0, "{text}: {told:?}");
    }
    assert!(is_asked(
        Kind::User,
        "robot7",
        "robot 3 is known, please look only at robot 7"
    ));
    assert!(is_asked(
        Kind::User,
        "svc_b1",
        "svc_b10 and svc_b11 show errors too, I work on these, please only svc_b1"
    ));
}

#[test]
fn who_has_no_trouble_is_not_asked_about() {
    let fine = [
        "The bot gets no session any more; robot 3 works fine.",
        "El robot no entra. Robot 3 puede trabajar en el equipo sin problema.",
        "Der Bot kommt nicht mehr rein, robot 3 läuft problemlos.",
    ];
    for text in fine {
        assert!(mention(Kind::User, "robot3", text).counts() < 0, "{text}");
    }
    let not_any_more = [
        "robot 3 worked without problems until Friday",
        "Robot 3 lief bis Freitag problemlos",
    ];
    for text in not_any_more {
        assert!(is_asked(Kind::User, "robot3", text), "{text}");
    }
}

#[test]
fn tasks_sessions_and_codes_are_named_too() {
    assert!(is_asked(
        Kind::Task,
        r"\Finance\PDF Merge",
        "the PDF merge did not run"
    ));
    assert!(is_asked(
        Kind::Task,
        r"\Ops\Start Shift Report",
        "Our shift report is missing"
    ));
    assert!(!is_asked(Kind::Task, r"\Ops\Backup", "we have a backup of it"));
    assert!(is_asked(
        Kind::Task,
        r"\Lager\Tagesabschluss",
        "seit Montag keine Tagesabschluss-Berichte mehr"
    ));
    assert!(!is_asked(Kind::Task, r"\Ops\Backup", "the backup-2 host is slow"));
    assert!(!is_asked(
        Kind::Task,
        r"\Lager\Abgleich",
        "Der Abgleich um 3:15 geht weiterhin"
    ));
    assert!(is_asked(Kind::Session, "5", "a sessão com o ID 5 desapareceu"));
    assert!(is_asked(Kind::Session, "4", "セッション ID 4 について"));
    assert!(!is_asked(Kind::Session, "5", "robot 5 lost its session"));
    assert!(is_asked(
        Kind::Code,
        "0x80070569",
        "Die Aufgabe zeigt 2147943785 im Verlauf"
    ));
    assert!(is_asked(Kind::Code, "0x80070569", "it says error 1385"));
    assert!(!is_asked(Kind::Code, "0x80070005", "5 of them"));
}

#[test]
fn who_writes_is_not_whom_it_is_about() {
    let text = "From: Erika Holm <e.holm@corp.example>\nSubject: robot_a\n\nrobot_a does not start.\n";
    assert!(!mention(Kind::User, "e.holm", text).in_body);
    assert!(mention(Kind::User, "robot_a", text).in_body);
}

fn minutes(text: &str) -> Vec<u32> {
    hours::told(&clauses(text))
        .into_iter()
        .map(|hour| hour.minute)
        .collect()
}

#[test]
fn times_of_day_are_read_and_stamps_are_not() {
    assert_eq!(
        minutes("hier soir vers 21h30 la session est tombée"),
        [21 * 60 + 30]
    );
    assert_eq!(minutes("this morning at 7:15 it froze"), [7 * 60 + 15]);
    assert_eq!(minutes("it stopped at 10 pm"), [22 * 60]);
    assert_eq!(minutes("昨日の夜10時ごろ落ちました"), [10 * 60]);
    assert_eq!(
        minutes("gegen 4 Uhr früh, um 22.10 Uhr noch einmal"),
        [4 * 60, 22 * 60 + 10]
    );
    assert!(minutes("[30/01/2024 11:41] Ann: it stopped").is_empty());
    assert!(minutes("Ann 09:45: only this one").is_empty());
    assert!(minutes("Opened 02/27/2024 10:40 AM").is_empty());
    assert!(minutes("version 23.10.6 on 10.20.4.17").is_empty());
}

#[test]
fn near_is_as_near_as_people_say() {
    let at = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap();
    let hour = |minute, rough, either| Hour {
        minute,
        rough,
        either,
        aside: false,
    };
    assert!(hour(21 * 60 + 30, false, false).is_near(at("2024-11-05T21:38:00+01:00")));
    assert!(!hour(21 * 60 + 30, false, false).is_near(at("2024-11-05T22:38:00+01:00")));
    assert!(hour(10 * 60, true, true).is_near(at("2024-11-05T22:20:00+01:00")));
    assert!(hour(23 * 60 + 58, false, false).is_near(at("2024-11-05T00:03:00+01:00")));
    assert!(hour(21 * 60 + 30, false, false).may_be_near(at("2024-11-05T20:31:00+00:00")));
}

#[test]
fn rows_of_a_table_are_nobodys_words() {
    let list = " USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME\n \
                 robot07               rdp-tcp#4           8  Disc        8:41  7/16/2026 11:02 AM\n";
    assert_eq!(mention(Kind::User, "robot07", list), Mention::default());
}

#[test]
fn a_folder_tells_whose_it_is() {
    let owner = |path: &str| super::names::owner_of_folder(path).map(|name| name.key);
    assert_eq!(
        owner(r"%OSDRIVE%\USERS\NINA.FALK\APPDATA\TOOL.EXE").as_deref(),
        Some("nina.falk")
    );
    assert_eq!(owner(r"C:\Windows\System32\cmd.exe"), None);
}
