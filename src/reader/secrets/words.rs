//! What a word is: one of a language, a name, or what neither looks like. Must not know where it stands.

use std::sync::OnceLock;

use foldhash::HashSet;

use super::plain::PLAIN;
use crate::model::ends_like;

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
        || PLAIN.has(&word)
        || word.bytes().all(|byte| matches!(byte, b'*' | b'x' | b'.'))
}

/// Words of a list, found by themselves.
pub(super) struct Words {
    text: &'static str,
    all: OnceLock<HashSet<&'static str>>,
    /// By their last letter, in ASCII whatever the case.
    by_end: OnceLock<[Vec<&'static str>; END_LETTERS]>,
}

/// Letters of either case are the same by their lowest bits.
const END_LETTERS: usize = 32;

/// Where words with the last letter of this one are.
fn end_letter(word: &str) -> usize {
    word.bytes()
        .last()
        .map_or(0, |last| usize::from(last) % END_LETTERS)
}

impl Words {
    pub(super) const fn new(text: &'static str) -> Self {
        Self {
            text,
            all: OnceLock::new(),
            by_end: OnceLock::new(),
        }
    }

    pub(super) fn each(&self) -> impl Iterator<Item = &'static str> {
        self.text.split_whitespace()
    }

    /// Whether a word is one of them.
    pub(super) fn has(&self, word: &str) -> bool {
        self.all.get_or_init(|| self.each().collect()).contains(word)
    }

    /// Whether a name ends with one of them, in ASCII whatever the case.
    pub(super) fn end(&self, name: &str) -> bool {
        let by_end = self.by_end.get_or_init(|| {
            let mut by_end = [const { Vec::new() }; END_LETTERS];
            for word in self.each() {
                if let Some(alike) = by_end.get_mut(end_letter(word)) {
                    alike.push(word);
                }
            }
            by_end
        });
        by_end
            .get(end_letter(name))
            .is_some_and(|alike| alike.iter().any(|end| ends_like(name, end)))
    }
}

/// Whether a sign stands in passwords, and seldom in words, names, paths and sentences.
pub(super) fn is_sign(c: char) -> bool {
    !c.is_alphanumeric() && "!#$%^&*+=~?@§€£°¤！＃＄％＆＊＋＝？＠".contains(c)
}

/// Whether a word has letters of both cases.
fn has_cases(word: &str) -> bool {
    word.contains(char::is_uppercase) && word.contains(char::is_lowercase)
}

/// Whether a word looks like none of a language: letters with digits, signs within, or capitals within.
pub(in crate::reader) fn is_strong(word: &str) -> bool {
    let word = word.trim_matches(['.', ',', ';', ':', '"', '\'', ')', '(', '[', ']']);
    let is_number = word.starts_with("0x") || word.starts_with("S-1-") || !word.contains(char::is_alphabetic);
    let told = |c: char| c.is_ascii_digit() || c == '_' || is_sign(c);
    word.chars().count() >= 6
        && !is_number
        && !word.contains('\\')
        && (word.contains(told) || has_inner_capital(word))
}

/// Whether a word looks like neither a word of a language nor the name of an account, a host, a file or a setting.
pub(super) fn is_sure(word: &str) -> bool {
    is_strong(word)
        && word.contains(|c: char| c.is_ascii_digit())
        && (word.contains(is_sign) || has_cases(word))
        && !word.contains(['=', '(', '{', '/', ':'])
        && !has_extension(word)
}

/// Whether a word looks like no word of a language where something says that it is the secret: letters and a digit, and with them a
/// sign, or letters of both cases. Names of accounts, hosts, files and folders are none, and neither are dates.
pub(super) fn is_odd(word: &str) -> bool {
    let word = word.trim_matches(['.', ',', ';', ':', '"', '\'', '!', '?']);
    let is_date = |day: &str| {
        day.bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'.'))
    };
    let is_address = word.split_once('@').is_some_and(|(_, host)| has_extension(host));
    word.chars().count() >= 6
        && word.contains(char::is_alphabetic)
        && word.contains(char::is_numeric)
        && (word.contains(is_sign) || has_cases(word))
        && !word.contains('\\')
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
    let is_told = |c: char| is_sign(c) || matches!(c, '_' | '-' | '.' | '＿');
    let cases =
        word.contains(|c: char| c.is_ascii_uppercase()) && word.contains(|c: char| c.is_ascii_lowercase());
    word.chars().count() >= 5
        && word.contains(char::is_numeric)
        && word.contains(char::is_alphabetic)
        && (cases || word.contains(is_told))
        && !word.contains(['\\', '/', ':'])
        && !has_extension(word)
}

/// Whether a word can be a password at all where a sentence gives one: letters with digits and signs, or a number.
pub(super) fn could_be(word: &str) -> bool {
    let bare = word.trim_end_matches([',', ';', '.', ':', '!', ')']);
    let is_letter = |c: char| {
        c.is_alphanumeric() || is_sign(c) || matches!(c, '-' | '_' | '.' | '\'' | '’' | '\u{300}'..='\u{36f}')
    };
    let alone = bare.chars().all(|c| c.is_ascii_digit());
    bare.chars().count() >= 4
        && bare.chars().all(is_letter)
        && bare.contains(char::is_alphanumeric)
        && !bare.contains('=')
        && !is_plain(bare)
        && !is_account(bare)
        && !is_file(bare)
        && (!alone || bare.len() <= 12)
}

/// Whether a word has letters, and a digit, a sign or a mark among them, as names of hosts in capitals, of files and of classes do not.
pub(super) fn is_typed(word: &str) -> bool {
    let bare = word.trim_matches(['.', ',', ';', ':', '"', '\'', '!', '?', ')', '(']);
    let is_date = || {
        bare.chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.'))
    };
    could_be(bare)
        && bare.chars().count() >= 6
        && bare.contains(char::is_lowercase)
        && !is_date()
        && (bare.contains(|c: char| c.is_ascii_digit() || is_sign(c))
            || is_dotted(bare)
            || has_inner_capital(bare))
}

/// Whether a word is made of words with a full stop, a line or a sign between them, and is no file, no class and no path.
pub(super) fn is_dotted(word: &str) -> bool {
    let mut parts = word.split(|c: char| matches!(c, '.' | '_' | '-') || is_sign(c));
    let is_part = |part: &str| part.chars().count() >= 2 && part.chars().all(char::is_alphanumeric);
    word.chars().count() >= 6
        && word.contains(|c: char| matches!(c, '.' | '_' | '-') || is_sign(c))
        && (2..=4).contains(&parts.clone().count())
        && parts.all(is_part)
        && !is_file(word)
}

/// Whether a text is one that a field for a secret is given: it stands between quotation marks in a script, and is neither a label, a
/// place, a variable nor a word of a sentence.
pub(super) fn is_given(text: &str) -> bool {
    const NAMES: [&str; 8] = [
        "passw",
        "kennw",
        "pwd",
        "contrase",
        "senha",
        "mot de passe",
        "hasł",
        "парол",
    ];
    let said = text.trim();
    let first = said.split_whitespace().next().unwrap_or_default();
    if is_odd_text(said) {
        return !is_plain(first);
    }
    let lower = said.to_lowercase();
    let is_place = said.starts_with(['/', '[', '{', '<', '#', '.', '$', '%', '(', '@', '*', '-'])
        || said.contains(['\\', '\r', '\n', '=', '>', '\t'])
        || said.contains("://");
    !is_place
        && said.chars().count() >= 4
        && said.len() <= 80
        && said.split_whitespace().count() <= 5
        && !said.ends_with([':', '?', '…'])
        && !is_plain(first)
        && !super::states::is_state(&lower)
        && !is_expression(said)
        && !NAMES.iter().any(|name| lower.contains(name))
        && !super::is_secret_name(said)
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
    let longest = word.split(['/', '.', '-', '_']).max_by_key(|piece| piece.len());
    let longest = longest.unwrap_or_default();
    // How often letters and digits change: names have their digits at their ends.
    let kinds = || longest.bytes().map(|byte| byte.is_ascii_digit());
    let changes = kinds()
        .zip(kinds().skip(1))
        .filter(|(one, next)| one != next)
        .count();
    word.len() >= KEY_LETTERS
        && word.chars().all(is_letter)
        && ((cases && digits > 1 && longest.len() >= KEY_LETTERS / 3)
            || (longest.len() > KEY_LETTERS / 2 && changes > 3)
            || (word.len() >= 32 && word.chars().all(|c| c.is_ascii_hexdigit()) && digits > 3))
}

/// Whether a word calls a command that gets something: `Read-Host`.
pub(super) fn is_call(word: &str) -> bool {
    const VERBS: &str = "read get new convertto convertfrom import request invoke select";
    let verb = word.split_once('-').map(|(verb, _)| verb.to_ascii_lowercase());
    verb.is_some_and(|verb| VERBS.split(' ').any(|known| known == verb))
        && word.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
}

/// Whether a word ends as the names of files, hosts and pages do that customers have: those of a secret end as they like.
pub(super) fn is_file(word: &str) -> bool {
    static ENDS: Words = Words::new(
        "exe dll sys com bat cmd ps1 psm1 psd1 vbs js ts py au3 ahk jar msi msu cab zip rar 7z log txt csv tsv xml json jsonl ini inf \
         cfg conf config yml yaml toml reg evtx evt etl dmp pdf doc docx xls xlsx xlsm ppt pptx html htm php asp aspx png jpg jpeg gif \
         ico svg eml msg pst bak tmp old dat db mdb sql pem pfx cer crt key ppk rdp lnk xaml nupkg robin mui ocx drv chm md tar gz iso \
         vhd vhdx vmdk local lan corp internal intra net org de eu info example test biz io gov edu",
    );
    let end = word.trim_end_matches('.').rsplit_once('.');
    end.is_some_and(|(_, end)| ENDS.has(&end.to_lowercase()))
}

/// Whether a word ends as the names of files do: a sign within, and a few letters behind the last full stop.
fn has_extension(word: &str) -> bool {
    word.trim_end_matches('.')
        .rsplit_once('.')
        .is_some_and(|(_, end)| (2..=4).contains(&end.len()) && end.chars().all(|c| c.is_ascii_lowercase()))
}

pub(super) fn has_inner_capital(word: &str) -> bool {
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

/// Whether a bare word is what a program works out: `os.environ[`, `getpass()`, `self.password`.
pub(super) fn is_expression(word: &str) -> bool {
    let bare = word.trim_end_matches([',', ';', ')', ']', '}']);
    let is_path = |path: &str| {
        path.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && path
                .chars()
                .all(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '.' | ':'))
    };
    if is_variable(bare) {
        return true;
    }
    match word.split_once(['(', '[']) {
        Some((path, rest)) => is_path(path) && (rest.is_empty() || rest.starts_with(['"', '\'', ')', ']'])),
        None => (bare.contains('.') || bare.starts_with('_')) && is_path(bare) && super::is_secret_name(bare),
    }
}

/// Whether a bare word is the name of a variable for a secret, as Basic and C have them: `strPassword`, `m_pwd`.
fn is_variable(word: &str) -> bool {
    const KINDS: [&str; 9] = ["str", "sz", "psz", "obj", "var", "m_", "g_", "p_", "txt"];
    const NAMES: [&str; 5] = ["Pass", "pass", "Pwd", "pwd", "Kennwort"];
    let named = KINDS.iter().find_map(|kind| word.strip_prefix(kind));
    named.is_some_and(|name| NAMES.iter().any(|word| name.starts_with(word)))
        && word.chars().all(|c| c.is_ascii_alphabetic() || c == '_')
}

/// Whether a text is the name of an account: with its domain, or as an address of a mail.
pub(super) fn is_account(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$'))
    };
    let parts = text.split_once('\\').or_else(|| text.split_once('@'));
    parts.is_some_and(|(before, name)| is_name(before) && is_name(name.trim_start_matches('\\')))
}
