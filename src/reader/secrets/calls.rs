//! Secrets in sources and scripts: what a function that logs on, connects or types is given, and what goes on behind a secret with a
//! sign that joins texts. Must not know commands of a shell.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::layers::JOINTS;
use super::words::{is_account, is_given, is_odd_text, is_plain, is_sign, is_typed};
use super::{text, values};

/// Bytes of a statement before what it calls.
const STATEMENT_BYTES: usize = 200;
/// Bytes of arguments that are looked at.
const ARGUMENT_BYTES: usize = 400;

/// Functions that take the name of an account and its secret, whatever the language, and those that type texts where a line speaks of
/// logging on.
static FUNCTIONS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&text::quick(
        r#"(?i)(?:\b[a-z_.]{0,40}(?:(?<f>set_?passw(?:or)?d|change_?passw(?:or)?d|passw(?:or)?d_?(?:hash|auth)\w{0,20}|decrypt|unprotect)|runas|log_?on|log_?in|sign_?in|connect|drive_?map|map_?network_?drive|map_?drive|credentials?|impersonat|authenticat|basic_?auth|open_?session|open_?database|register_?task|add_?connection|cred_?write|win32_service\b.{0,40}\.change|(?<t>control_?set_?text|control_?send|send_?keys?|type_?into|type_?text|type_?keys|typewrite|set_?text|set_?value|set_?edit_?text|enter_?text|input_?text|send_?input|send_?text|write_?text|fill|\btype|\bsend|\bwrite|\.open))\w{0,24}\]?(?:::new|\.\w{1,24})?(?:[ \t]*\(|[ \t]+(?:\w{1,24}:[ \t]*)?(?<o>[$@]?["',])))"#,
    ))
    .ok()
});

/// Words that say that a line speaks of logging on.
static SPEAKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)passw|kennw|pwd|log_?on|log_?in|anmeld|sign_?in|credential|connexion|contrase|senha|hasł",
    )
    .ok()
});

/// Words for a password, as fields and remarks have them.
static NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)passw|kennw|pwd|contrase|senha|hasł|wachtw|losenord|lösenord|mot de passe|парол|passcode|(?-i:\bpin\b|\bPIN\b|[a-z]Pin\b)|\bpass\b|\bpw\b|_pw\b").ok()
});

/// Texts without any of these are not looked at. Words that every log has stand with their bracket.
pub(super) const CALL_HINTS: &str = "(\";(';logon(;logonuser;login(;log_in(;signin(;sign_in(;connect(;\
    credential(;credentials(;authenticate(;auth(;setpass;set_pass;changepass;change_pass;decrypt(;\
    unprotect(;runas;drivemap;mapnetworkdrive;mapdrive;networkcredential;pscredential;impersonateuser;\
    registertask;addconnection;credwrite;opensession(;open_session(;opendatabase(;password_hash;passwordhash;settext;set_text;controlsend;\
    sendkeys;send_keys;typeinto;type_into;typetext;type_text;type_keys;typekeys;setvalue(;set_value(;set_edit_text;entertext;enter_text;\
    inputtext;input_text;sendtext(;send_text(;sendinput;fill(;.type(;send(\";send('; send \";keyboard.write(;pyautogui.write(;\
    controlsettext;type(\";.open \";.change ;.change(;credentials \";\
    typewrite";

/// Finds what functions are given.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let Some(functions) = FUNCTIONS.as_ref() else {
        return;
    };
    if !text.contains(['"', '\'', '`']) {
        return;
    }
    // What is typed is looked at together: one line may fill two fields.
    let mut typed_to = 0_usize;
    for call in functions.captures_iter(text) {
        let Some(head) = call.get(0) else { continue };
        let from = call.name("o").map_or(head.end(), |open| open.start());
        let limit = text.floor_char_boundary(from.saturating_add(ARGUMENT_BYTES).min(text.len()));
        let rest = text.get(from..limit).unwrap_or_default();
        let types = call.name("t").is_some();
        if types {
            found.extend(typed(
                text,
                typed_to.max(statement(text, head.start())),
                from,
                rest,
            ));
        }
        let speaks = types && SPEAKS.as_ref().is_some_and(|speaks| speaks.is_match(text));
        let alone = types || call.name("f").is_some();
        let (mut account, mut is_domain) = (false, false);
        for (number, (before, literal)) in literals(rest).into_iter().enumerate() {
            let inner = rest.get(literal.clone()).unwrap_or_default();
            let is_secret = if types && !speaks {
                is_signed(inner)
            } else {
                // Behind the name of an account a backslash is a letter.
                is_odd_text(inner) || (account && is_odd_text(&inner.replace('\\', "_")))
            };
            let behind_account = account && is_domain && !types && is_given(inner);
            account = is_account(inner) && !account;
            is_domain = inner.contains('\\');
            let signed = number > 0 && is_typed(inner) && inner.contains(['!', '#', '$', '~', '^', '§', '€']);
            let is_secret = ((is_secret || signed) && !is_plain(inner)) || behind_account;
            if (number > 0 || alone || before > 0) && is_secret {
                let shift = |at: usize| from.saturating_add(at);
                found.push(shift(literal.start)..shift(literal.end));
            }
        }
        if types {
            typed_to = head.end();
        }
    }
}

/// Where the statement begins that goes on here.
fn statement(text: &str, at: usize) -> usize {
    let from = text.ceil_char_boundary(at.saturating_sub(STATEMENT_BYTES));
    let head = text.get(from..at).unwrap_or_default();
    head.rfind([';', '\n', '{', '}'])
        .map_or(from, |end| from.saturating_add(end).saturating_add(1))
}

/// What a function types, where the statement or the remark behind it speaks of a password: the last text that can be one. `from` is where
/// the arguments begin, which `rest` has.
fn typed(text: &str, begun: usize, from: usize, rest: &str) -> Option<Range<usize>> {
    let all = literals(rest);
    let end = all.last().map(|(_, literal)| literal.end)?;
    let line = rest.find(['\r', '\n']).unwrap_or(rest.len());
    let behind = rest.get(end..line.max(end)).unwrap_or_default();
    let before = text.get(begun..from.saturating_add(end))?;
    let speaks = |said: &str| NAMES.as_ref().is_some_and(|names| names.is_match(said));
    // Other statements of the line are none of this one.
    let quote = behind.chars().next().map_or(0, char::len_utf8);
    let tail = behind.get(quote..).unwrap_or_default();
    let tail = tail.trim_start_matches([')', ']', '"', ' ', '\t']);
    let remark = [";", "//", "#", "--", "/*", "'", "rem "]
        .iter()
        .any(|mark| tail.starts_with(mark))
        || ["; ", " # ", " // "].iter().any(|mark| behind.contains(mark));
    let is_call = behind.contains('(');
    let is_remarked = remark && !is_call && speaks(behind);
    if !is_remarked && !speaks(before) {
        return None;
    }
    let is = |(_, literal): &&(usize, Range<usize>)| {
        let inner = rest.get((*literal).clone()).unwrap_or_default();
        // What is pressed behind it.
        let shown = inner.split(['{', '\\']).next().unwrap_or_default();
        let is_pressed = inner.ends_with('}') || inner.len() - shown.len() == 2;
        is_given(inner) || (shown.len() < inner.len() && is_pressed && is_given(shown))
    };
    let (_, literal) = all.iter().rev().find(is)?;
    let shift = |at: usize| from.saturating_add(at);
    Some(shift(literal.start)..shift(literal.end))
}

/// Whether a typed text is a secret wherever it is typed: letters of both cases, a digit and a sign.
fn is_signed(text: &str) -> bool {
    is_odd_text(text)
        && text.contains(char::is_uppercase)
        && text.contains(char::is_lowercase)
        && text.contains(|c| c != '=' && is_sign(c))
}

/// The texts between quotation marks up to the end of the call: how many commas stand before each, and where.
fn literals(rest: &str) -> Vec<(usize, Range<usize>)> {
    let mut all = Vec::new();
    let (mut at, mut depth, mut commas) = (0_usize, 1_usize, 0_usize);
    while let Some(c) = rest.get(at..).and_then(|rest| rest.chars().next()) {
        at = at.saturating_add(c.len_utf8());
        match c {
            '"' | '\'' | '`' => {
                let Some(found) = values::quoted(rest, at.saturating_sub(1)) else {
                    if c == '`' {
                        continue;
                    }
                    break;
                };
                all.push((commas, found.inner));
                at = found.end;
            }
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            ',' => commas = commas.saturating_add(1),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    all
}

/// Whether a line ends with a sign that joins texts.
pub(super) fn ends_with_sign(line: &str) -> bool {
    line.trim_end().ends_with(JOINTS)
}

/// Where a line ends with a secret between quotation marks, whether a sign that joins texts stands behind it.
pub(super) fn ends_with_secret(line: &str) -> Option<bool> {
    let is_joint = |c: char| JOINTS.contains(&c) || matches!(c, ' ' | '\t');
    let head = line.trim_end().trim_end_matches(is_joint);
    let quote = head.strip_suffix(['"', '\''])?;
    let is_last = |range: &Range<usize>| range.end == quote.len();
    // What stands in a bracket goes on without a sign.
    let is_open = line.contains("(\"") || line.contains("('");
    text::find(line)
        .iter()
        .any(is_last)
        .then(|| is_open || ends_with_sign(line))
}

/// The texts between quotation marks that a line begins with, where it goes on with the one before it.
pub(super) fn texts_of_joint(line: &str, signed: bool) -> Vec<Range<usize>> {
    let is_between = |c: char| JOINTS.contains(&c) || c.is_whitespace();
    let mut all = Vec::new();
    let mut at = 0_usize;
    while let Some(rest) = line.get(at..) {
        let next = rest.trim_start_matches(is_between);
        let between = rest.get(..rest.len() - next.len()).unwrap_or_default();
        let is_joined = between.contains(JOINTS) || (at == 0 && signed);
        at = at.saturating_add(between.len());
        let found = values::quoted(line, at).filter(|_| is_joined && next.starts_with(['"', '\'']));
        let Some(found) = found else { break };
        all.push(found.inner);
        at = found.end;
    }
    all
}

/// The texts between quotation marks in a line that no word looks like.
pub(super) fn odd_texts(line: &str) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = literals(line).into_iter().map(|(_, literal)| literal).collect();
    all.retain(|literal| line.get(literal.clone()).is_some_and(is_odd_text));
    all
}
