//! The words that name secrets, in the languages of customers. Owns these words, as expressions and as what a text must hold for one of them to
//! match; must not know the forms that they stand in.

use std::sync::LazyLock;

/// Words for passwords, in the languages of Windows that customers have, as expressions.
pub(super) const WORDS: &str = "password|passwort|passwd|pass[ -]?phrase|pass[ -]?code|kennwort|contrase(?:ñ|n)a|\
    mot[ _-]?de[ _-]?passe|senha|palavra[- ]passe|parola|has(?:ł|l)o|wachtwoord|l(?:ö|o)senord|adgangskode|\
    heslo|kodeord|parola d['’]ordine|(?:ş|s)ifre|пароль|парола|パスワード|密码|密碼|口令|비밀번호|암호|jelsz(?:ó|o|av)|salasana|passord|mật khẩu|\
    รหัสผ่าน|كلمة (?:ال)?(?:مرور|سر)|סיסמ[הא]|\\bgeslo|lozink[ae]|contrasenya|contrasinal|pasahitz|wagwoord|lykilor(?:ð|d)|cyfrinair|fjal(?:ë|e)kalim|(?:ş|s)ifr(?:ə|e)|құпия сөз|kata sandi|पासवर्ड|الرقم السري|κωδικ(?:ό|ο)ς πρ(?:ό|ο)σβασης|zugangscode|codice di accesso|\
    pwd|\\bpass|_pass|(?-i:[a-z](?:Pass|P[wW])|[A-Z]PASS)\\b|\\bpw|_pw|\\bpsw|\\bmdp|_mdp";

/// Words for tokens and keys, and those that mean a key or a code as often as a password.
pub(super) const KEYS: &str = "(?:secret|api)[-_ ]?key|secret|token|(?:api|access|account|licen[cs]e|subscription|private|encryption|machine|auth|\
    shared|storage|signing|master|app|session|jwt|webhook|deploy|client|validation|decryption|credentials?|crypto|aes|hmac|symmetric)[-_ ]?key|shared[-_ ]?access[-_ ]?(?:key|signature)|connection[-_ ]?key|\\bsig|\\bclave|κωδικ(?:ό|ο)ς";

/// What says behind a name which of several it is, in the order of their letters, as an expression.
const QUALIFIERS: &str = "actual|actuel|alt|alte|altes|ancien|ancienne|anterior|antiga|antigua|atual|backup|bak|current|default|eski|former|gammal|gammel|initial|last|\
    main|neu|neue|neues|new|next|nieuw|nieuwe|nouveau|nova|nowe|nueva|nuevo|nuova|ny|old|oud|oude|precedent|precedente|prev|previous|primary|\
    regi|secondary|stare|temp|tmp|uj|uusi|vanha|vecchia|vorige|yeni";

static EACH_QUALIFIER: LazyLock<Vec<&str>> = LazyLock::new(|| QUALIFIERS.split('|').collect());

/// Whatever [`WORDS`] and [`KEYS`] can match holds one of these.
pub(super) const NAMED: &str = "passw;passphrase;pass-phrase;passcode;pass-code;pass code;kennwort;\
    contrase;de passe;de_passe;de-passe;motdepasse;senha;palavra;parola;hasło;haslo;wachtwoord;senord;adgangskode;heslo;kodeord;\
    ifre;ароль;АРОЛЬ;パスワード;密码;密碼;口令;비밀번호;암호;арола;ПАРОЛА;jelsz;salasana;passord;t khẩu;T KHẨU;รหัสผ่าน;\
    كلمة;סיסמ;geslo;lozink;pasahitz;wagwoord;lykilor;cyfrinair;kalim;ifrə;құпия;kata sandi;पासवर्ड;الرقم;κωδικ;Κωδικ;ΚΩΔΙΚ;zugangscode;di accesso;clave;psw=;psw:;psw ;mdp=;mdp:;mdp ;\
    mdp\";pwd;pass=;pass:;pass\\;pw\\;pass ;pass\";pass';pass>;pw=;pw:;pw ;pw\";secret;token;key=;key:;key\";key';\
    key>;key =;key :;key\\;key&;machinekey;machine-key;machine key;licensekey;license-key;license key;licencekey;licence key;accesskey;access-key;access key;\
    accountkey;account key;encryption key;encryptionkey;apikey;api-key;signature;sig=";

/// An expression for names with what says which of several it is.
pub(super) fn qualified(names: &str) -> String {
    format!("(?:(?:{names})(?:[._-](?:{QUALIFIERS})\\b)?)")
}

/// A name without what says which of several it is: `password.old`, `password_previous`.
pub(super) fn unqualified(name: &str) -> &str {
    let is_qualifier = |word: &str| {
        let letters = || word.bytes().map(|letter| letter.to_ascii_lowercase());
        EACH_QUALIFIER
            .binary_search_by(|known| known.bytes().cmp(letters()))
            .is_ok()
    };
    name.rsplit_once(['.', '_', '-'])
        .filter(|(_, last)| is_qualifier(last))
        .map_or(name, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualifiers_are_found_whatever_their_letters() {
        assert!(EACH_QUALIFIER.is_sorted());
        for qualifier in EACH_QUALIFIER.iter() {
            let name = format!("password_{}", qualifier.to_ascii_uppercase());
            assert_eq!(unqualified(&name), "password", "{qualifier}");
        }
        assert_eq!(unqualified("password_older"), "password_older");
    }
}
