//! The codes that a text complains of: those it names by symbol, by a number that can be no other, by a number whose label says its
//! space, or by the sentence of the system. Owns what is plain enough to be taken for a complaint; where a text is a complaint,
//! others know.

use super::{CodeMention, explain, functions, refusal_numbers};
use crate::knowledge::codes::{Code, CodeClass, CodeValue, Codes};
use crate::model::{CodeSpace, CodeUse, SMALLEST_TELLING_CODE};

/// Labels after which even a small number can be nothing but a code; a text is looked at for them, too.
pub(super) const TELLING_LABELS: &[&str] = &[
    "system error",
    "systemfehler",
    "erreur système",
    "error de sistema",
    "error del sistema",
    "errore di sistema",
    "erro de sistema",
    "システム エラー",
    "getlasterror",
    "win32 error",
    "os error",
    "winerror",
    "win32exception",
    "nativeerrorcode",
    "helpmsg",
    "discreason",
    "disconnectreason",
    "disconnect reason",
    "extended reason",
];

/// More of them, which hold one of those or stand in records alone.
const OTHER_SURE_LABELS: &[&str] = &[
    "win32status",
    "extendeddisconnectreason",
    "extended disconnect reason",
];

/// Labels after which a number of four digits that stands for a refused logon is one: products number their own errors otherwise.
const CODE_LABELS: &[&str] = &["error code", "errorcode", "fehlercode"];

/// Labels after which a small number is the Remote Desktop client's, where the text is about it.
const CLIENT_LABELS: &[&str] = &["error code", "errorcode", "fehlercode", "reason", "error"];

/// A code that a text complains of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told<'c> {
    /// The entry of the table.
    pub(crate) code: &'c Code,
    /// The value as the text's space has it; 0 for a word.
    pub(crate) used: CodeUse,
    /// How it is written there; empty for a sentence.
    pub(crate) text: String,
}

/// The codes that a text complains of, each once, in the order of their places; sentences last. Only those that causes are known
/// of. A sentence beside a code restates it and is not told.
pub(crate) fn told<'c>(text: &str, codes: &'c Codes) -> Vec<Told<'c>> {
    let mut found: Vec<Told<'c>> = Vec::new();
    for mention in explain(text, codes).codes {
        if let Some(told) = plain_mention(&mention, codes, text)
            && !found.iter().any(|known| same_fault(known.code, told.code))
        {
            found.push(told);
        }
    }
    if found.is_empty() {
        let said = codes.said_in(text).into_iter();
        let told = said.filter_map(|said| {
            let value = match said.code.value {
                CodeValue::Number(value) => value,
                CodeValue::Word(_) => return None,
            };
            Some(Told {
                code: said.code,
                used: CodeUse {
                    space: said.code.space,
                    value,
                },
                text: String::new(),
            })
        });
        for told in told {
            if !found.iter().any(|known| same_fault(known.code, told.code)) {
                found.push(told);
            }
        }
    }
    found
}

/// The Win32 code of an entry, by which codes of several spaces are one fault.
pub(crate) fn win32_of(code: &Code) -> Option<u32> {
    match (&code.value, code.space) {
        (CodeValue::Number(value), CodeSpace::Win32) => Some(*value),
        _ => code.win32,
    }
}

fn same_fault(one: &Code, other: &Code) -> bool {
    one == other || win32_of(one).is_some_and(|own| win32_of(other) == Some(own))
}

/// A mention that leaves no doubt of its space, with the entry that explains it.
fn plain_mention<'c>(mention: &CodeMention, codes: &'c Codes, text: &str) -> Option<Told<'c>> {
    let reading = mention.readings.first().filter(|reading| reading.known)?;
    let used = CodeUse {
        space: reading.space,
        value: reading.value,
    };
    let number = mention.spellings.is_some() && mention.form.is_some();
    let code = if number {
        codes
            .resolve(used)
            .filter(|code| is_plain_number(mention, used, code, text))?
    } else {
        codes.named(&mention.text).find(|code| !code.causes.is_empty())?
    };
    let speaks = !code.causes.is_empty() && code.class != CodeClass::Success;
    speaks.then(|| Told {
        code,
        used,
        text: mention.text.clone(),
    })
}

/// Labels of what a program returned: what the number says of the system is that program's own affair.
const RESULT_LABELS: &[&str] = &["return code", "exit code", "exitcode", "exited with"];
/// What a program may return of a failed logon all the same.
pub(super) const OF_LOGONS: &[CodeClass] = &[
    CodeClass::Account,
    CodeClass::Password,
    CodeClass::LogonRight,
    CodeClass::Domain,
    CodeClass::Time,
    CodeClass::CredentialStore,
];

/// What a function of Windows may fail with that says by itself what is wrong; others need to be met in something.
const OF_FUNCTIONS: &[CodeClass] = &[
    CodeClass::Session,
    CodeClass::Access,
    CodeClass::Service,
    CodeClass::Contention,
    CodeClass::Licensing,
    CodeClass::RdpSecurity,
];

/// Whether it is a decimal number without a label that many things have: ids of listeners, sizes, exponents of keys.
fn is_everyday_size(mention: &CodeMention) -> bool {
    const EVERYDAY: std::ops::Range<u32> = SMALLEST_TELLING_CODE..0x4_0000;
    let value = crate::model::parse_code(&mention.text);
    mention.context.is_none()
        && value.is_some_and(|value| EVERYDAY.contains(&value))
        && mention.text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_plain_number(mention: &CodeMention, used: CodeUse, code: &Code, text: &str) -> bool {
    let label = mention
        .context
        .as_deref()
        .map(str::to_lowercase)
        .unwrap_or_default();
    if RESULT_LABELS.contains(&&*label) && !OF_LOGONS.contains(&code.class) {
        return false;
    }
    if is_everyday_size(mention) {
        return false;
    }
    match used.space {
        // Opaque, small or of everyday: a product's own reader knows where they stand.
        CodeSpace::UipathRdp | CodeSpace::ShutdownReason | CodeSpace::LogonType | CodeSpace::SessionState => {
            false
        }
        _ if used.value >= SMALLEST_TELLING_CODE => true,
        CodeSpace::DiscReason => is_sure(&label) || CLIENT_LABELS.contains(&&*label) && used.value > 0xFF,
        CodeSpace::Win32 => {
            let of_logons = OF_LOGONS.contains(&code.class) || code.class == CodeClass::Session;
            is_sure(&label)
                || functions::is_function(&label) && (of_logons || OF_FUNCTIONS.contains(&code.class))
                || CODE_LABELS.contains(&&*label) && of_logons && used.value >= 1000
                || refusal_numbers::ERROR_LABELS.contains(&&*label)
                    && refusal_numbers::is_of_refusal(code)
                    && refusal_numbers::is_of_logons(text)
                    && !refusal_numbers::is_reference(text, mention)
        }
        CodeSpace::ExtendedDisconnect => is_sure(&label),
        _ => false,
    }
}

/// Whether even a small number after a label can be nothing but a code.
fn is_sure(label: &str) -> bool {
    TELLING_LABELS.contains(&label) || OTHER_SURE_LABELS.contains(&label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn causes(text: &str) -> Vec<String> {
        let codes = Codes::embedded().unwrap();
        let told = told(text, &codes);
        told.iter().map(|told| told.code.causes[0].clone()).collect()
    }

    #[test]
    fn symbols_numbers_labels_and_sentences_tell() {
        for (text, cause) in [
            (
                "STATUS_ACCOUNT_DISABLED while opening the share",
                "account-disabled",
            ),
            ("the call came back with 0xC0000072", "account-disabled"),
            ("result -2147023565", "account-disabled"),
            ("the logon failed (error code: 1331)", "account-disabled"),
            ("Systemfehler 1331 aufgetreten.", "account-disabled"),
            ("ERRCONNECT_ACCOUNT_DISABLED [0x00020012]", "account-disabled"),
            (
                "Error code: 0xb07 of the Remote Desktop client (mstsc)",
                "account-disabled",
            ),
            (
                "RUNAS: this user can't sign in because this account is currently disabled",
                "account-disabled",
            ),
        ] {
            assert_eq!(causes(text), [cause], "{text}");
        }
    }

    #[test]
    fn a_small_number_of_refused_logons_tells_where_the_text_speaks_of_them() {
        for (text, cause) in [
            (
                "The task fails with error 1909 since Monday",
                "account-locked-out",
            ),
            ("Fehler 1331 beim Start des Dienstes", "account-disabled"),
            (
                "la tâche s'arrête avec l'erreur 1326",
                "password-drift-stored-credential",
            ),
            (
                "служба не запускается, ошибка 1069",
                "password-drift-stored-credential",
            ),
            (
                "タスクがエラー 1326 で失敗します",
                "password-drift-stored-credential",
            ),
        ] {
            assert_eq!(causes(text).first().map(String::as_str), Some(cause), "{text}");
        }
    }

    #[test]
    fn a_function_of_windows_that_failed_tells() {
        for (text, cause) in [
            ("LookupAccountName failed with 1789", "machine-trust-broken"),
            ("LogonUser failed: 1385", "batch-logon-right-missing"),
            (
                "[2026-05-04 08:00:01] ERROR LogonUserW() returned FALSE, GetLastError()=1331",
                "account-disabled",
            ),
            ("NetUserGetInfo returned 2202", "account-deleted-or-renamed"),
            (
                "call to advapi32!LogonUserExExW failed (1909)",
                "account-locked-out",
            ),
            (
                "DsGetDcName(corp.example) failed, status = 1355 0x54b ERROR_NO_SUCH_DOMAIN",
                "domain-controller-unreachable",
            ),
            (
                "NetJoinDomain fehlgeschlagen: 1355",
                "domain-controller-unreachable",
            ),
            (
                "System.ComponentModel.Win32Exception (1326): x",
                "password-drift-stored-credential",
            ),
            (
                "OSError: [WinError 1326] 'mount'",
                "password-drift-stored-credential",
            ),
            (
                "LogonUser for CORP\\svc-a failed with error code 1907 at line 20",
                "password-expired-or-must-change",
            ),
        ] {
            assert_eq!(causes(text).first().map(String::as_str), Some(cause), "{text}");
        }
        for text in [
            "LogonUser took 1326 ms",
            "LogonUser failed after 1326 ms",
            "LogonUser failed 1326 times",
            "LogonUser failed at line 1326",
            "LogonUser failed on port 1331",
            "LogonUser failed. 1331 files were copied",
            "LogonUser failed in thread 1385",
            "NetUserEnum returned 1331 users",
            "WTSEnumerateSessions returned 8",
            "WTSQueryUserToken succeeded; pid 1331",
            "OpenSCManager failed: 1722",
            "LogonUser failed: 0",
            "GetUserName failed: 1331",
            "LogonUser result in 8 of 10 cases",
            "fixed the LogonUser error ([#1331](https://example.org/1331))",
            "logonuser: error page 404, 1331",
        ] {
            assert_eq!(causes(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_lone_small_number_tells_nothing() {
        for text in [
            "it took 1331 ms",
            "exit code 5",
            "error 1331",
            "error code 5",
            "error 1327 while the setup of the service runs as user svc",
            "SQL error 1326, login of the account",
            "Release notes: error 1331 of the service account is reported now",
            "session 3 of 1326",
            "0x0",
            "0x80070000",
        ] {
            assert_eq!(causes(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn what_is_told_holds_one_of_the_words() {
        let codes = Codes::embedded().unwrap();
        use crate::knowledge::explain::telling_words;
        let words = telling_words::telling_words(&telling_words::telling_clues(&codes));
        for code in codes.iter().filter(|code| !code.causes.is_empty()) {
            for text in code
                .said
                .iter()
                .chain([&code.symbol])
                .filter(|text| !text.is_empty())
            {
                let lower = text.to_lowercase();
                assert!(
                    told(text, &codes).is_empty() || words.iter().any(|word| lower.contains(word.as_str())),
                    "{text}"
                );
            }
        }
    }
}
