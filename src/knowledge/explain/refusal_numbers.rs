//! Small numbers that stand for refused logons behind the word for an error: `error 1385`, `Fehler 1069`. Owns where such a number may be
//! one; the codes themselves are in the tables. Must not know which causes they have.

use super::CodeMention;
use super::told::OF_LOGONS;
use crate::knowledge::codes::{Code, CodeClass, CodeValue};
use crate::model::CodeSpace;

/// Words for an error, in lower case.
pub(super) const ERROR_LABELS: &[&str] = &[
    "error",
    "fehler",
    "erreur",
    "errore",
    "erro",
    "błąd",
    "fout",
    "fel",
    "fejl",
    "feil",
    "virhe",
    "hiba",
    "hata",
    "chyba",
    "ошибка",
    "помилка",
    "エラー",
    "错误",
    "錯誤",
    "오류",
];

/// Numbers of Win32 that stand for refused logons and for services that do not start lie here.
const OF_REFUSALS: std::ops::Range<u32> = 1_000..2_000;

/// Parts of words for what logs on and what it takes, in lower case.
const LOGON_WORDS: &str = "log on;logon;log in;login;sign in;sign-in;password;account;task;service;runas;credential;user;anmeld;kennwort;passwort;konto;dienst;aufgabe;benutzer;\
    connexion;mot de passe;compte;tâche;utilisateur;sesión;contraseña;cuenta;tarea;servicio;usuario;accesso;utente;attività;senha;conta;tarefa;serviço;\
    usuário;wachtwoord;taak;gebruiker;hasł;zadani;usług;użytkown;lösenord;uppgift;tjänst;opgave;tjeneste;парол;учетн;учётн;задани;служб;вход;ログオン;\
    パスワード;タスク;サービス;アカウント;登录;密码;任务;服务;帐户;账户;로그온;암호;작업;서비스;계정;oturum;parola;görev;hizmet;heslo;úloh;služb;jelszó;feladat;szolgáltatás";

/// Parts of words for what has errors of its own with these numbers: installers and databases.
const OTHER_NUMBERS: &str = "msi;install;setup;sql;oracle;odbc;ora-;sap ;backup exec;veeam";

/// Parts of words for what teaches, lists or was mended.
const TEACHES: &str =
    "release note;changelog;fixed;wiki; means ;bedeutet;signifie;significa;oznacza;означает;意味;表示";

/// Whether a text speaks of logons, and neither teaches nor speaks of something else that numbers its errors so.
pub(super) fn is_of_logons(text: &str) -> bool {
    let lower = text.to_lowercase();
    let says = |words: &str| words.split(';').any(|word| lower.contains(word));
    says(LOGON_WORDS) && !says(OTHER_NUMBERS) && !says(TEACHES)
}

/// Whether a number is that of an issue or of a page.
pub(super) fn is_reference(text: &str, mention: &CodeMention) -> bool {
    text.contains(&format!("#{}", mention.text)) || text.contains(&format!("/{}", mention.text))
}

/// Whether a code is a small number that stands for a refused logon or for a service that does not start.
pub(super) fn is_of_refusal(code: &Code) -> bool {
    let value = match code.value {
        CodeValue::Number(value) => value,
        CodeValue::Word(_) => 0,
    };
    let is_of_logons = OF_LOGONS.contains(&code.class) || code.class == CodeClass::Service;
    code.space == CodeSpace::Win32 && OF_REFUSALS.contains(&value) && is_of_logons
}
