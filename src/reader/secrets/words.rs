//! What a word is: one of a language, a name, or what neither looks like. Must not know where it stands.

use super::plain::PLAIN;

/// Whether a name is that of a password and not of a token or a key.
pub(super) fn is_word(name: &str) -> bool {
    const TOKENS: [&str; 6] = ["token", "secret", "key", "sig", "clave", "κωδικός"];
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    !TOKENS.iter().any(|end| name.ends_with(end)) && !name.ends_with("signature")
}

/// A word of many meanings: `pass="specialize"`, "all tests pass: 7", `lowPass=3`.
pub(super) fn is_pass(name: &str) -> bool {
    name.strip_suffix("pass")
        .is_some_and(|before| before.is_empty() || before.ends_with(char::is_alphabetic))
}

/// Whether letters and something else make up a word.
pub(super) fn is_mixed(word: &str) -> bool {
    is_strong(word) && word.contains(|c: char| !c.is_alphabetic())
}

/// Whether a word stands for a secret or for none, or goes on a sentence.
pub(super) fn is_plain(word: &str) -> bool {
    let bare = word.trim_matches([
        '.', ',', ';', ':', '!', '?', ')', '{', '}', '[', ']', '"', '\'', '>',
    ]);
    let word = bare.to_lowercase();
    word.is_empty()
        || is_call(bare)
        || PLAIN.contains(&word.as_str())
        || word.bytes().all(|byte| matches!(byte, b'*' | b'x' | b'.'))
}

/// Whether a word looks like none of a language: letters with digits, signs within, or capitals within.
pub(in crate::reader) fn is_strong(word: &str) -> bool {
    let word = word.trim_matches(['.', ',', ';', ':', '"', '\'', ')', '(', '[', ']']);
    let has = |is: fn(char) -> bool| word.chars().any(is);
    let is_number = word.starts_with("0x") || !has(char::is_alphabetic);
    let signs = word.contains(['!', '#', '$', '%', '^', '&', '*', '+', '=', '~', '?', '@', '_']);
    word.chars().count() >= 6
        && !is_number
        && !word.contains(['\\'])
        && (has(|c| c.is_ascii_digit()) || signs || has_inner_capital(word))
}

/// Whether a word looks like neither a word of a language nor the name of an account, a host, a file or a setting.
pub(super) fn is_sure(word: &str) -> bool {
    let has = |is: fn(char) -> bool| word.chars().any(is);
    let signs = word.contains(['!', '#', '$', '%', '^', '&', '*', '+', '~', '?', '@']);
    let cases = has(char::is_uppercase) && has(char::is_lowercase);
    is_strong(word)
        && has(|c| c.is_ascii_digit())
        && (signs || cases)
        && !word.contains(['=', '(', '{', '/', ':'])
        && !has_extension(word)
}

/// Whether a word looks like no word of a language where something says that it is the secret: letters and a digit, and with them a
/// sign, or letters of both cases. Names of accounts, hosts, files and folders are none, and neither are dates.
pub(super) fn is_odd(word: &str) -> bool {
    let word = word.trim_matches(['.', ',', ';', ':', '"', '\'', '!', '?']);
    let has = |is: fn(char) -> bool| word.chars().any(is);
    let is_sign = |c: char| !c.is_alphanumeric() && !c.is_whitespace() && !"_-.,;:/'\"()[]{}<>|".contains(c);
    let is_date = |day: &str| {
        day.bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'.'))
    };
    let is_address = word.split_once('@').is_some_and(|(_, host)| has_extension(host));
    word.chars().count() >= 6
        && has(char::is_alphabetic)
        && has(char::is_numeric)
        && (word.contains(is_sign) || (has(char::is_uppercase) && has(char::is_lowercase)))
        && !word.contains(['\\'])
        && !word.contains("://")
        && !word.starts_with(['$', '%', '<', '{', '['])
        && !word.starts_with("0x")
        && !word.ends_with("Exception")
        && !is_address
        && !word.get(..10).is_some_and(is_date)
        && !has_extension(word)
}

/// Whether what stands between quotation marks in a script is a secret: one of a few words is odd.
pub(super) fn is_odd_text(text: &str) -> bool {
    let is_place =
        text.starts_with(['/', '[', '{', '<', '#', '.', '$', '%', '(']) || text.contains(['\\', '\r', '\n']);
    !is_place
        && text.len() <= 80
        && !text.contains("://")
        && text.split_whitespace().count() <= 5
        && text.split_whitespace().any(is_odd)
}

/// Whether a word in letters of any script holds a digit, and a sign or Latin letters of both cases.
pub(super) fn is_mixed_wide(word: &str) -> bool {
    let has = |is: fn(char) -> bool| word.chars().any(is);
    let is_sign = |c: char| {
        matches!(
            c,
            '_' | '-'
                | '.'
                | '#'
                | '!'
                | '@'
                | '$'
                | '%'
                | '&'
                | '*'
                | '+'
                | '~'
                | '?'
                | '＃'
                | '！'
                | '＠'
                | '＿'
                | '＆'
        )
    };
    let cases = has(|c| c.is_ascii_uppercase()) && has(|c| c.is_ascii_lowercase());
    word.chars().count() >= 5
        && has(char::is_numeric)
        && has(char::is_alphabetic)
        && (cases || word.contains(is_sign))
        && !word.contains(['\\', '/', ':'])
        && !has_extension(word)
}

/// Letters that a key has at least.
const KEY_LETTERS: usize = 24;

/// Whether a word is a key, as bytes are written: in base64 with letters of both cases and digits, or in hexadecimal and long. The number of
/// a class, a hash of a file and a path are none.
pub(super) fn is_key(word: &str) -> bool {
    let has = |is: fn(char) -> bool| word.chars().any(is);
    let is_letter =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '_' | '-' | '.' | '~');
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let cases = has(|c| c.is_ascii_uppercase()) && has(|c| c.is_ascii_lowercase());
    let pieces = word.split(['/', '.', '-', '_']).map(str::len).max();
    word.len() >= KEY_LETTERS
        && word.chars().all(is_letter)
        && ((cases && digits > 1 && pieces.is_some_and(|longest| longest >= KEY_LETTERS / 3))
            || (word.len() >= 32 && word.chars().all(|c| c.is_ascii_hexdigit()) && digits > 3))
}

/// Whether a word calls a command that gets something: `Read-Host`.
pub(super) fn is_call(word: &str) -> bool {
    const VERBS: [&str; 9] = [
        "read-",
        "get-",
        "new-",
        "convertto-",
        "convertfrom-",
        "import-",
        "request-",
        "invoke-",
        "select-",
    ];
    let lower = word.to_ascii_lowercase();
    VERBS.iter().any(|verb| lower.starts_with(verb))
        && word.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
}

/// Whether a word ends as the names of files do: a sign within, and a few letters behind the last full stop.
fn has_extension(word: &str) -> bool {
    word.trim_end_matches('.')
        .rsplit_once('.')
        .is_some_and(|(_, end)| (2..=4).contains(&end.len()) && end.chars().all(|c| c.is_ascii_lowercase()))
}

fn has_inner_capital(word: &str) -> bool {
    let mut before = None;
    word.chars().any(|c| {
        let inner = c.is_uppercase() && before.is_some_and(char::is_lowercase);
        before = Some(c);
        inner
    })
}

/// Whether a word is encoded bytes.
pub(super) fn is_coded(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit() || matches!(c, '=' | '~' | '+' | '%'))
        || has_inner_capital(word)
}
