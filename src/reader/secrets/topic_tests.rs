//! What is said of a password further on in a text, in several languages, and what else is said.

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
