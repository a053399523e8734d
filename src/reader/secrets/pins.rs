//! Numbers that open something: a PIN, a code for once. They look like any number, so that the words around say it: the name, over a few
//! words what says that it is something or nothing, and four to ten digits. Must not know passwords.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::plain::{OF, REFERS, SAID_OF};
use super::spoken::{COPULAS, TYPES};
use super::words::Words;

/// Names of such numbers, and the languages' further words for them.
static NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&super::text::quick(
        r"(?x)
        (?i:\bpins?\b) | PIN | [a-z]Pin\b | (?i:_pin\b) | (?i:пин) | 暗証番号 | (?i:\bunlock[\x20-]?code\b)
        | (?i:\bm?tans?\b) | (?i:\bt?otp\b) | \b(?i:one[\x20-]?time[\x20-]?(?:code|password|passcode|pin)) | (?i:einmal[\x20-]?(?:code|kennwort|passwort|pin))
        | (?i:\b(?:verification|security|authenticator|mfa|2fa|sms|access|door|gate|alarm|login|backup|recovery)[\x20-]code\b)
        | (?i:\b(?:sicherheits|bestätigungs|zugangs|freischalt|tür|alarm|sms)-?code\b)
        | (?i:\bcode\x20(?:de\x20(?:vérification|sécurité|validation|confirmation)|d'accès|secret|sms)\b)
        | (?i:\bcódigo\x20de\x20(?:verificación|seguridad|verificação|segurança|acceso|acesso)\b)
        | (?i:\bcodice\x20(?:di\x20(?:verifica|sicurezza|accesso)|otp|segreto)\b)
        | (?i:\bkod\x20(?:dostępu|weryfikacyjny|jednorazowy|sms)\b) | (?i:(?:verificatie|beveiligings|toegangs)code\b)
        | (?i:\bpin(?:code|kod|kode|nummer|number)[a-z]{0,2}\b) | (?i:\bkapı\x20kodu\b) | (?i:\bkod(?:u)?\x20alarm[a-z]{0,2}\b) | (?i:\bcodice\x20(?:allarme|porta)\b) | (?i:\bengangs?kode[nt]?\b) | (?i:\bpinkod[a-z]{0,2}\b)
        | (?i:\b(?:code|kode?|koden|koodi|código|codice|kód)\x20(?:du|de\x20la|des|pour|del|de\x20el|da|do|para|che|della|per|till|til|fra|från|from|sent|on|z|k|für|fürs|zum|zur|vom|van|voor|for\x20the|to\x20the)\b)
        | (?i:код(?:а|ом)?\x20(?:из|от|для|с|із|зі|від)) | (?i:код(?:а|ом)?\x20(?:подтверждения|доступа|безопасности)) | (?i:\bkenncode\b) | (?i:\btan-?liste\b) | رمز\x20(?:التحقق|الدخول|الأمان) | (?i:doğrulama\x20kodu) | 認証コード | 确认码 | 验证码 | 驗證碼 | 認証番号 | 인증번호 | 핀번호",
    ))
    .ok()
});

/// Texts without any of these are not looked at.
pub(super) const PIN_HINTS: &str = "pin ;pin:;pin=;pin,;pin-;pin);pin(;pin%;pin\";pin';pin?;pin ?;pin!;pin>;pin\t;pin/;pin*;pin`;pin|;pins ;pinc;pinn;pink;pinは;pin码;pin碼;pinコ;pin：;pin为;\
    pin是;pin은;пин;ПИН;Пин;暗証番号; tan ; tan:;tan is;mtan;otp;one-time;one time;onetime;einmalc;einmalp;einmalk;einmal-;unlock code;unlock-code;\
    ation code;rity code;cator code;mfa code;2fa code;sms code;sms-code;access code;door code;gate code;alarm code;login code;backup code;recovery code;itscode;ngscode;\
    chaltcode;türcode;alarmcode;code de ;code d'acc;code secret;code sms;digo de ;codice ;kod dost;kod weryf;kod jedno;kod sms;iecode;gscode;од под;од дос;од без;\
    kenncode;tanliste;tan-liste;رمز ال;од із;од зі;од від;ulama kodu;認証コード;确认码;验证码;驗證碼;認証番号;인증번호;핀번호;\
    engangsk;engångsk;pinkod;koden til;koden fr;kode til;kode fr;kod z ;kod do ;kod till;kod från;codice che;codice del;codice per;code du ;code de la;code des ;code pour;\
    código del;código para;código da;code für;code zum;code zur;code vom;code van;code voor;code for the;code to the;од из;од от;од для;kód k ;kód z ;koodi ;kapı kodu;kod alarm;codice all;codice porta";

/// What may stand behind the name in one word with it: `PIN-Codes`, `PINkodu`.
const COMPOUNDS: &[&str] = &[
    "",
    "code",
    "codes",
    "kod",
    "kodu",
    "kodun",
    "koden",
    "kodi",
    "koodi",
    "kode",
    "koda",
    "kodem",
    "nummer",
    "number",
    "numer",
    "número",
    "numara",
    "numarası",
    "код",
    "кода",
    "кодом",
    "码",
    "碼",
    "コード",
    "番号",
    "번호",
    "코드",
    "s",
    "i",
    "in",
    "u",
    "ie",
    "en",
    "et",
    "om",
    "a",
];

/// Words that say that something became something.
static TOWARDS: Words =
    Words::new("to auf zu à a para na naar til till su на continua continue bleibt blijft pozostaje");

/// Words that are looked at behind a name.
const WORDS: usize = 12;
/// Words between a name and a number that nothing announces.
const NEAR: usize = 4;
/// Bytes that are looked at.
const BYTES: usize = 160;

/// Finds the numbers.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let Some(names) = NAMES.as_ref() else { return };
    for name in names.find_iter(text) {
        let before = text.get(..name.start()).unwrap_or_default();
        if name.as_str().starts_with("PIN") && before.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            continue;
        }
        // The code of an error is none.
        let last = before
            .split_whitespace()
            .next_back()
            .unwrap_or_default()
            .to_lowercase();
        let last = last.trim_matches(|c: char| !c.is_alphanumeric());
        if REFERS.has(last) && !last.starts_with("cod") {
            continue;
        }
        if let Some(number) = behind(text, name.end()) {
            found.push(number);
        }
    }
}

/// The number behind a name that ends here.
fn behind(text: &str, end: usize) -> Option<Range<usize>> {
    let rest = text.get(end..)?;
    let rest = rest.get(..rest.floor_char_boundary(BYTES))?;
    let line = rest.get(..rest.find(['\r', '\n']).unwrap_or(rest.len()))?;
    let (mut at, mut announced) = compound(line)?;
    let mut last = String::new();
    let mut number = 0_usize;
    // "the code for the server room".
    let mut is_of_something = false;
    for _ in 0..WORDS {
        let rest = line.get(at..)?;
        let start = at.saturating_add(rest.len() - rest.trim_start_matches(is_between).len());
        announced |= line
            .get(at..start)?
            .contains([':', '=', '：', '>', '→', '|', '–', '—', '「']);
        let digits = digits(line, start).or_else(|| announced.then(|| lettered(line, start))?);
        if let Some(digits) = digits {
            let value = line.get(digits.clone())?;
            let is_year = value.len() == 4 && (value.starts_with("19") || value.starts_with("20"));
            let behind = line.get(digits.end..)?.trim_start();
            let is_over = number == 0
                || behind.is_empty()
                || behind.starts_with(['.', ',', ';', '!', ')', '(', '。'])
                || behind.starts_with(|c| c >= '\u{2e80}');
            // "as it was, 4711."
            let is_beside = last.is_empty() || line.get(..digits.start)?.trim_end().ends_with(',');
            let ends = behind.trim_start_matches(['.', '!', ')']).trim().is_empty();
            announced |= is_beside && ends && !is_year && number > 0;
            let near = number < NEAR && !is_year && is_over && !REFERS.has(&last);
            return (announced || near)
                .then(|| end.saturating_add(digits.start)..end.saturating_add(digits.end));
        }
        let rest = line.get(start..)?;
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let word = rest.get(..length).filter(|word| !word.is_empty())?;
        let lower = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        is_of_something |= OF.has(&lower);
        if (SAID_OF.has(&lower) && !is_of_something)
            || word.contains("://")
            || word.ends_with(['.', '!', '?', ';', '。']) && lower.len() > 2
        {
            return None;
        }
        announced = word.ends_with([':', '=', '：', '>'])
            || word.starts_with("REG_")
            || COPULAS.has(&lower)
            || TOWARDS.has(&lower)
            || TYPES.has(&lower)
            || (announced && (lower.len() <= 3 || is_when(&lower)));
        // A word that only ends the name.
        let is_compound = number == 0 && lower.len() > 2 && COMPOUNDS.contains(&&*lower);
        number = number.saturating_add(usize::from(!is_compound));
        last = if is_compound { String::new() } else { lower };
        at = start.saturating_add(length);
    }
    None
}

/// Whether a word says when or how something is, and stands between that and what it is.
fn is_when(word: &str) -> bool {
    super::spoken::FILLERS.has(word)
}

/// What stands between words and is none of them.
fn is_between(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            ':' | '='
                | '：'
                | '>'
                | '→'
                | '|'
                | '–'
                | '—'
                | '「'
                | '*'
                | '_'
                | '`'
                | '%'
                | ','
                | '['
                | ']'
                | '('
                | ')'
                | '"'
                | '\''
                | '„'
                | '“'
                | '«'
        )
}

/// Where a name ends with what is joined to it, and whether a letter of a script without spaces says that it is something; none where the
/// name is a part of another word.
fn compound(line: &str) -> Option<(usize, bool)> {
    let mut at = 0_usize;
    for _ in 0..2 {
        let rest = line.get(at..)?;
        let bare = rest.trim_start_matches(['-', '_', '\'', '’']);
        let from = at.saturating_add(rest.len() - bare.len());
        let length = bare.find(|c: char| !c.is_alphabetic()).unwrap_or(bare.len());
        let word = bare.get(..length)?.to_lowercase();
        let known = COMPOUNDS.iter().find(|known| **known == word);
        if known.is_some() {
            at = from.saturating_add(length);
            if length == 0 {
                return Some((from, false));
            }
            continue;
        }
        let letters = word.chars().next()?;
        // Scripts without spaces go on with other words.
        if letters >= '\u{2e80}' {
            let is = ["は", "が", "是", "为", "為", "은", "는", "を"];
            let wide = COMPOUNDS
                .iter()
                .filter(|known| !known.is_empty() && !known.is_ascii());
            let skipped = wide
                .filter(|known| bare.starts_with(**known))
                .map(|known| known.len())
                .max();
            let bare = bare.get(skipped.unwrap_or(0)..)?;
            let told = is.iter().find(|is| bare.starts_with(**is));
            let at = from.saturating_add(skipped.unwrap_or(0));
            return Some((at.saturating_add(told.map_or(0, |is| is.len())), told.is_some()));
        }
        return (at > 0 && from > at).then_some((at, false));
    }
    Some((at, false))
}

/// Four to ten digits that stand here, in groups or not, and nothing with them that makes them a time, a version or a name.
fn digits(line: &str, at: usize) -> Option<Range<usize>> {
    let rest = line.get(at..)?;
    let mut end = 0_usize;
    let mut count = 0_usize;
    loop {
        let group = rest.get(end..)?;
        let blank = group.len() - group.trim_start_matches([' ', '-']).len();
        let length = group.get(blank..)?.bytes().take_while(u8::is_ascii_digit).count();
        let is_group = count == 0
            || (blank == 1 && is_next_group(count, end, length) && count.saturating_add(length) <= 10);
        if length == 0 || !is_group || (count == 0 && blank > 0) {
            break;
        }
        // Further groups belong to one that is short itself.
        if count > 4 && end <= count {
            break;
        }
        let behind = group.get(blank.saturating_add(length)..)?;
        // Groups of three with lines between them are no day.
        let is_dashed = length == 3
            && behind
                .strip_prefix('-')
                .is_some_and(|rest| rest.bytes().take_while(u8::is_ascii_digit).count() == 3);
        if !ends(behind) && !is_dashed {
            if count >= 4 {
                break;
            }
            return None;
        }
        count = count.saturating_add(length);
        end = end.saturating_add(blank).saturating_add(length);
    }
    ((4..=10).contains(&count)).then(|| at..at.saturating_add(end))
}

/// Whether so many digits are the next group of a number, of which so many take so many bytes: they are read out alone or in groups.
const fn is_next_group(count: usize, bytes: usize, length: usize) -> bool {
    let is_spelled = bytes.saturating_add(1) == count.saturating_mul(2);
    matches!(length, 2..=4) || (length == 1 && is_spelled)
}

/// Digits with a letter behind them, as those have them that open a door.
fn lettered(line: &str, at: usize) -> Option<Range<usize>> {
    let rest = line.get(at..)?;
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    let behind = rest.get(count..)?;
    let is = (4..=8).contains(&count)
        && behind.starts_with(|c: char| c.is_ascii_uppercase())
        && behind.get(1..).is_some_and(ends);
    is.then(|| at..at.saturating_add(count).saturating_add(1))
}

/// Whether a number ends before this.
fn ends(behind: &str) -> bool {
    let mut letters = behind.chars();
    match (letters.next(), letters.next()) {
        (Some('.' | ',' | ':' | '-' | '/'), Some(next)) => !next.is_alphanumeric() || next >= '\u{2e80}',
        (Some(c), _) => !(c.is_alphanumeric() || matches!(c, '_' | '\\' | '@')) || c >= '\u{2e80}',
        (None, _) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, &mut found);
        found.into_iter().map(|range| text.get(range).unwrap()).collect()
    }

    #[test]
    fn a_number_is_found_over_words_in_any_language() {
        for text in [
            "the PIN on the token is 40 71 93",
            "Die PIN für die Karte von Frau Beispiel ist übrigens 407193.",
            "Le code PIN du lecteur : 407193.",
            "el PIN que pide la tarjeta es el 407193",
            "o PIN do cartão continua 407193",
            "PIN do karty 407193",
            "kod PIN: 407193",
            "PIN kodu 407193 .",
            "kartın PIN'i 407193",
            "カードのPINコード:407193",
            "卡的PIN码为407193。",
            "카드 PIN은 407193 입니다",
            "ПИН-код карты: 407193",
            "Falls die PIN verlangt wird: 407 193.",
            "Set variable %DoorPin% to 407193",
            "    DoorPin    REG_SZ    407193",
            "PIN, 407193",
            "PIN is now 407193",
            "OTP: 407193",
            "your one-time code is 407193",
            "TAN: 407193",
            "the door code is 407193",
        ] {
            let found = numbers(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].replace(' ', ""), "407193", "{text}");
        }
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "PIN: not configured on RPA-0001",
            "the PIN was refused, event 4625",
            "PIN sign-in failed with error 1326",
            "PIN changed in 2024",
            "PIN expires 2026-05-01 10:00",
            "PIN length: 12345",
            "the PIN was wrong. 4625 followed",
            "pinging 10.0.0.1 with 1024 bytes",
            "Spin 4711",
            "OPINION 4711",
            "PING 4711",
            "pinned 4711",
            "PIN policy GPO 4711",
        ] {
            assert!(numbers(text).is_empty(), "{text}: {:?}", numbers(text));
        }
    }
}
