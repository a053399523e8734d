//! What is said of a password further on in a text, in several languages, and what else is said.

use std::borrow::Cow;

use super::topics::find;

fn secrets(text: &str) -> Vec<&str> {
    let found = find(text, false);
    found.into_iter().map(|range| text.get(range).unwrap()).collect()
}

#[test]
fn what_is_said_of_a_password_further_on_is_found() {
    for (text, secret) in [
        (
            "We changed the password. Before it was Plumtree 25, as ever",
            "Plumtree 25",
        ),
        (
            "Das Kennwort wurde geändert, vorher war es Pflaumenbaum 25. Seitdem",
            "Pflaumenbaum 25",
        ),
        (
            "La contraseña de bot_uno ahora es Ciruela con nata, la cambié ayer",
            "Ciruela con nata",
        ),
        (
            "cambié la contraseña porque la anterior (Ciruela vieja) había caducado",
            "Ciruela vieja",
        ),
        (
            "Bytte lösenord i tisdags. Det gamla hette Plommon&Dill och ligger kvar",
            "Plommon&Dill",
        ),
        (
            "Adgangskoden er ændret til Blomme m fløde (mellemrum og det hele).",
            "Blomme m fløde",
        ),
        ("Adgangskoden er ny. Før det var den Blomme0707.", "Blomme0707"),
        ("Parola veche era prunișor, am schimbat-o luni.", "prunișor"),
        ("Stara lozinka bila je šljivica. Nova je u sefu.", "šljivica"),
        ("Il server: la vecchia password era susina.", "susina"),
        (
            "L'ancien mot de passe, Prune simple 28, ne marche plus",
            "Prune simple 28",
        ),
        (
            "zmienił hasło wczoraj, a w planie zostało stare Sliwka_biala43.",
            "Sliwka_biala43",
        ),
        (
            "Passwort steht nicht mehr im Tresor, lautet jetzt pflaumenBaum-süd",
            "pflaumenBaum-süd",
        ),
    ] {
        assert_eq!(secrets(text), [secret], "{text}");
    }
}

#[test]
fn what_else_is_said_stays() {
    for text in [
        "The password was changed. Before it was Monday, and the new one is in the vault.",
        "La contraseña es la misma, la nueva es igual. El host es bil-rds-09",
        "Das Kennwort ist Teil der Richtlinie. Der neue Rechner ist RPA-07, das alte Konto svc_bot1.",
        "The password expired. The old one (see ticket 4711) is gone. The new host (RPA-07) is up.",
        "The password is wrong, it is the new robot svc_bot17",
        "Il a changé le mot de passe, le nouveau est dans le coffre",
        "the new password is Active Directory policy based",
        "The old password was expired. The old password was wrong, too.",
        "Das alte Kennwort war abgelaufen, das neue ist gesetzt",
        "La contraseña anterior era correcta. La vieja contraseña era segura.",
        "Stare hasło było nieprawidłowe.",
    ] {
        assert!(secrets(text).is_empty(), "{text}: {:?}", secrets(text));
    }
}

#[test]
fn a_verb_gives_a_secret_wherever_its_language_puts_it() {
    for (text, secret) in [
        (
            "log in with ann and use seven-red-Plums for the pw, please",
            "seven-red-Plums",
        ),
        (
            "Ich habe dem Roboter jetzt Eiche,Linde&Ulme als Kennwort gegeben",
            "Eiche,Linde&Ulme",
        ),
        ("para la cuenta usad pera&uva7 como clave.", "pera&uva7"),
        ("we gave the robot Plum & pear 7 as password", "Plum & pear 7"),
        (
            "Dort haben wir pflaumig als Passwort genommen, glaube ich",
            "pflaumig",
        ),
        ("His own account uses plumtree as pw.", "plumtree"),
        ("A régi jelszó szilvafa volt, már nem él.", "szilvafa"),
        ("A tárhely új jelszava Szilva-Fa.7 lett.", "Szilva-Fa.7"),
        ("Раньше был пароль сливка, его сменили", "сливка"),
        ("Старий пароль сливянка більше не діє", "сливянка"),
        ("Loni platilo heslo svestka, pak ne", "svestka"),
        (
            "Je se přihlašujeme pod heslem Svestka/Strom/71.",
            "Svestka/Strom/71",
        ),
        ("z powodu starego hasła, czyli sliweczki, konto", "sliweczki"),
        ("La contrasenya ha caducat. Abans era prunera.", "prunera"),
        ("كلمة السر القديمة كانت برقوقة وتم تغييرها", "برقوقة"),
        ("rb1 ... plum-tree-Hill (pw!!)", "plum-tree-Hill"),
        ("sql şifresi ise erikagaci, aynı kaldı", "erikagaci"),
        (
            "ask for the new password, previously Plum-Tree7, at the desk",
            "Plum-Tree7",
        ),
    ] {
        let masked = super::mask_text(text);
        assert!(!masked.contains(secret), "{masked}");
    }
    for text in [
        "use the same for the password",
        "we use CyberArk as password vault",
        "the account is used with LAPS for the password",
        "enter svc\\bot1 for the password reset",
        "We had password problems, then none",
        "Le mot de passe a expiré, c'est-à-dire hier",
        "Раньше был пароль просрочен, его сменили",
        "A jelszó rossz volt, már jó.",
        "the old one, i.e. the robot, is gone; the password stays",
        "Before it was slow. The password is in the vault",
    ] {
        assert!(
            matches!(super::mask_text(text), Cow::Borrowed(_)),
            "{}",
            super::mask_text(text)
        );
    }
}
