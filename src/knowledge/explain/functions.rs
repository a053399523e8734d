//! Functions of Windows by their names, and what a text says that they failed with. Owns these names and the words of failing; knows no value.

use super::scan::Token;

/// Beginnings of the names of functions that log on, ask for accounts, sessions, domains, services and credentials, or use
/// them: they fail with a code of Win32, those of the security packages with an HRESULT or NTSTATUS. Lower case.
pub(super) const FUNCTIONS: &[&str] = &[
    "logonuser",
    "lsalogonuser",
    "lsalookup",
    "lsaopenpolicy",
    "lsaaddaccountrights",
    "lsaenumerateaccount",
    "lsaregisterlogonprocess",
    "lsaconnectuntrusted",
    "lsacallauthenticationpackage",
    "lsaretrieveprivatedata",
    "lsastoreprivatedata",
    "createprocessasuser",
    "createprocesswithlogon",
    "createprocesswithtoken",
    "createenvironmentblock",
    "lookupaccount",
    "lookupprivilege",
    "adjusttokenprivileges",
    "setthreadtoken",
    "settokeninformation",
    "duplicatetoken",
    "impersonateloggedonuser",
    "impersonatenamedpipeclient",
    "impersonateself",
    "loaduserprofile",
    "getuserprofiledirectory",
    "netuser",
    "netlocalgroup",
    "netgroup",
    "netgetjoin",
    "netjoindomain",
    "netunjoin",
    "netvalidatename",
    "netrenamemachine",
    "netrequestofflinedomainjoin",
    "netprovisioncomputeraccount",
    "netgetdcname",
    "netgetanydcname",
    "netwksta",
    "netserverenum",
    "netserverget",
    "netuseadd",
    "netaddserviceaccount",
    "netqueryserviceaccount",
    "netisserviceaccount",
    "netrlogonsamlogon",
    "netrserverauthenticate",
    "dsgetdc",
    "dsbind",
    "dscracknames",
    "dsrolegetprimary",
    "dsgetsitename",
    "i_netlogoncontrol",
    "wtsquery",
    "wtsenumerate",
    "wtsopen",
    "wtsconnectsession",
    "wtsdisconnectsession",
    "wtslogoffsession",
    "wtssendmessage",
    "wtssetuser",
    "wtsstartremotecontrol",
    "wtsvirtualchannel",
    "winstation",
    "openscmanager",
    "openservice",
    "startservice",
    "createservice",
    "controlservice",
    "changeserviceconfig",
    "queryservicestatus",
    "credread",
    "credwrite",
    "credenumerate",
    "creddelete",
    "credgetsessiontypes",
    "credui",
    "credmarshal",
    "credprotect",
    "credunprotect",
    "wnetaddconnection",
    "wnetuseconnection",
    "wnetgetconnection",
    "acquirecredentialshandle",
    "initializesecuritycontext",
    "acceptsecuritycontext",
    "sspi",
    "registertaskdefinition",
];

/// Words between the name of a function and a number, of which one says that the number is what it failed with.
const FAILED: &[&str] = &[
    "failed",
    "fails",
    "failing",
    "fail",
    "failure",
    "error",
    "err",
    "errorcode",
    "lasterror",
    "getlasterror",
    "gle",
    "status",
    "ntstatus",
    "hresult",
    "hr",
    "code",
    "result",
    "rc",
    "ret",
    "retval",
    "returned",
    "returns",
    "return",
    "fehlgeschlagen",
    "fehler",
    "fehlercode",
    "échoué",
    "échec",
    "erreur",
    "falló",
    "fallado",
    "falhou",
    "erro",
    "fallito",
    "errore",
    "ошибка",
    "ошибкой",
];

/// Of those, what may give an amount as well: after them a number that small is none of a failure.
const RETURNED: &[&str] = &[
    "returned", "returns", "return", "status", "code", "result", "rc", "ret", "retval",
];

/// Numbers from here on are no amounts that such functions return.
const SMALLEST_RETURNED: u32 = 50;

/// Words that may follow the number of a failure within its sentence.
const AFTER: &[&str] = &[
    "in", "at", "for", "on", "when", "while", "and", "because", "from", "as", "with", "but", "which", "of",
    "if", "since", "after", "bei", "beim", "für", "und", "pour", "et", "para", "y", "per", "e",
];

/// No more words stand between the name of a function and what it failed with.
const FUNCTION_WORDS: usize = 10;

/// Whether a word, in any case, is the name of such a function.
pub(super) fn is_function(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    FUNCTIONS.iter().any(|name| lower.starts_with(name))
}

/// The function that the number at this place is a failure of: `LogonUser failed: 1385`.
pub(super) fn failed_function<'a>(at: usize, tokens: &[Token<'a>]) -> Option<&'a str> {
    let number = tokens.get(at)?;
    let value = number.value.filter(|value| *value != 0)?;
    let amount = |next: &Token<'_>| {
        next.follows && !next.opens && next.value.is_none() && !AFTER.contains(&&*next.text.to_lowercase())
    };
    if tokens.get(at + 1).is_some_and(amount) {
        return None;
    }
    let mut opened = number.opens;
    let mut said_so = false;
    for token in tokens.get(..at)?.iter().rev().take(FUNCTION_WORDS) {
        // A number in between, but for the truth value that such functions return, is what failed.
        if opened || token.value.is_some_and(|value| value > 0) {
            return None;
        }
        if said_so && token.is_symbol() && is_function(token.text) {
            return Some(token.text);
        }
        let word = token.text.to_lowercase();
        if word == "http" || word == "https" {
            return None;
        }
        let tells = FAILED.contains(&&*word);
        said_so |= tells && (value >= SMALLEST_RETURNED || !RETURNED.contains(&&*word));
        opened = token.opens;
    }
    None
}
