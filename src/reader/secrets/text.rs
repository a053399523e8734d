//! Secrets in one piece of text. Must not know events.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::AhoCorasick;
use regex::{Captures, Match, Regex};

use super::checks::Found;
use super::gates::Gates;
use super::hints::{BESIDE, CALLS, COMMANDS, PINS, PROSE, TABLES, Wanted, is_hinted, rules};
use super::letters::has_mark;
use super::names::{self, Named};
use super::plain::{HARMLESS, SAID_OF, WHOSE};
use super::rules::{Check, GROUPS, Rule, SIGN};
use super::secret_names::{KEYS, WORDS, qualified, unqualified};
use super::values::{self, Value};
use super::words::{Words, is_expression};
use super::{MASK, announced, calls, commands, layers, pages, pairs, pins, prose, tables, topics};
use crate::model::ends_like;

/// The registry value that holds a password in clear text. A line that names it is not trusted at all: what follows
/// the name goes, whatever the form.
pub(super) const CLEAR_TEXT: &str = "DefaultPassword";

/// The expression of each rule, made when a text first needs it.
static FORMS: LazyLock<Vec<OnceLock<Option<Form>>>> =
    LazyLock::new(|| rules().map(|_| OnceLock::new()).collect());

/// Data that stands before the name it belongs to, as attributes and members of objects do in any order.
static DATA: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)(\b(?:new|old)?(?:value|data)\\?["']?\s*[:=]\s*)(?:\\?"[^"\r\n]*|'[^'\r\n]*)"#).ok()
});

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build([CLEAR_TEXT])
        .ok()
});

/// Whether a text names the registry value that holds a password.
pub(super) fn names_password(text: &str) -> bool {
    FINDER.as_ref().is_none_or(|finder| finder.is_match(text))
}

/// Whether the data stands beside the name where a text names it last, so that no row below holds it.
pub(super) fn is_assigned(text: &str) -> bool {
    let hits = FINDER.as_ref().and_then(|finder| finder.find_iter(text).last());
    let rest = hits.and_then(|hit| text.get(hit.end()..)).unwrap_or_default();
    let (line, more) = rest.split_once('\n').unwrap_or((rest, ""));
    let data = line
        .trim_start()
        .strip_prefix([':', '='])
        .or_else(|| line.trim_start().strip_prefix("REG_SZ"));
    more.trim().is_empty() && data.is_some_and(|data| !data.trim().is_empty() && !data.contains('"'))
}

/// Whether a text is that name, or ends with it.
pub(in crate::reader) fn is_the_name(text: &str) -> bool {
    let text = text.trim_end().trim_end_matches(['"', '\'', ')', ']']);
    ends_like(text, CLEAR_TEXT)
}

/// Ends of names of fields that hold a secret and nothing else, in lower case.
static NAME_ENDS: Words = Words::new(
    "password passwort kennwort passwd pwd secret token wifi_key wifikey wlan_key apikey api_key licensekey license_key accountkey \
     account_key accesskey access_key privatekey private_key passphrase contraseña senha wachtwoord \
     пароль passe motdepasse passord lösenord losenord adgangskode kodeord hasło haslo heslo geslo lozinka parola parolă jelszó jelszo \
     contrasenya contrasinal pasahitza wagwoord lykilorð salasana şifre パスワード 密码 密碼 口令 비밀번호 암호 暗証番号 סיסמה",
);

/// Whether a field of this name holds a secret and nothing else: `DefaultPassword`, `access_token`.
pub(in crate::reader) fn is_secret_name(name: &str) -> bool {
    if name.eq_ignore_ascii_case("pin") {
        return true;
    }
    let name = unqualified(name);
    // Nearly every name is let go by its last letter.
    if !matches!(
        name.as_bytes().last(),
        Some(
            b'd' | b't'
                | b'n'
                | b'y'
                | b'e'
                | b'a'
                | b'o'
                | b'D'
                | b'T'
                | b'N'
                | b'Y'
                | b'E'
                | b'A'
                | b'O'
                | 0x80..
        )
    ) {
        return false;
    }
    NAME_ENDS.end(name) && !HARMLESS.end(name)
}

/// Whether a text may hold a secret: a quick look.
pub(in crate::reader) fn may_hold(text: &str) -> bool {
    // A secret stands behind a mark, or it is told by the longest of the names or its own shape alone.
    (text.len() >= CLEAR_TEXT.len() || has_mark(text)) && is_hinted(text.as_bytes())
}

/// The text with its secrets replaced; borrowed when there is none.
pub(in crate::reader) fn mask(text: &str) -> Cow<'_, str> {
    if !may_hold(text) {
        return Cow::Borrowed(text);
    }
    let mut masked = Cow::Borrowed(text);
    if names_password(text) {
        masked = Cow::Owned(mask_lines(text));
    }
    if let Some(changed) = mask_ranges(&masked, find(&masked)) {
        masked = Cow::Owned(changed);
    }
    match masked {
        Cow::Owned(changed) if changed == text => Cow::Borrowed(text),
        other => other,
    }
}

/// The secrets of a text.
pub(super) fn secrets(text: &str) -> Vec<&str> {
    find(text)
        .into_iter()
        .filter_map(|range| text.get(range))
        .collect()
}

/// Where the secrets of a text stand, and of the texts within it.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let flat = pages::flat(text);
    let mut found = Vec::new();
    find_in(&flat, &mut found);
    if flat.contains('\n') {
        announced::find(&flat, &mut found);
    }
    if let Some(lined) = pages::lined(&flat) {
        find_in(&lined, &mut found);
        announced::find(&lined, &mut found);
    }
    let mut within: Vec<layers::Inner> = Vec::new();
    for _ in 0..layers::DEPTH {
        let outer = within.last().map_or(&*flat, |layer| &*layer.text);
        let Some(layer) = layers::inner(outer) else { break };
        let mut inner = Vec::new();
        find_in(&layer.text, &mut inner);
        within.push(layer);
        let place = |range| {
            let mut layers = within.iter().rev();
            layers.try_fold(range, |range, layer| layer.outer(&range))
        };
        found.extend(inner.into_iter().filter_map(place));
    }
    found
}

fn find_in(text: &str, found: &mut Vec<Range<usize>>) {
    let (wanted, names) = Wanted::of(text);
    let gates = Gates::of(text, names);
    let named = OnceCell::new();
    for (number, (rule, form)) in rules().zip(FORMS.iter()).enumerate() {
        if wanted.has(number)
            && gates.lets(number, rule)
            && let Some(form) = form.get_or_init(|| expression(rule.form))
        {
            let named = form.signed.then(|| named.get_or_init(|| Named::of(text)));
            apply(rule, form, text, named, found);
        }
    }
    if wanted.has(COMMANDS) {
        commands::find(text, found);
    }
    if wanted.has(PROSE) {
        prose::find(text, found);
        // Of several lines, a conversation is made.
        if !text.contains('\n') {
            found.extend(topics::find(text, false));
        }
    }
    if wanted.has(PINS) {
        pins::find(text, found);
    }
    if wanted.has(BESIDE) {
        pairs::find(text, found);
    }
    if wanted.has(CALLS) {
        calls::find(text, found);
    }
    if wanted.has(TABLES) && (text.contains("<tr") || text.contains("<TR")) {
        tables::find(text, found);
    }
}

/// Finds the secrets of one rule. What a value holds is not looked at again: a text of nothing but names takes no longer than others.
fn apply(rule: &Rule, form: &Form, text: &str, named: Option<&Named<'_>>, found: &mut Vec<Range<usize>>) {
    let searched = named.map_or(text, Named::signed);
    let mut at = 0_usize;
    while let Some(groups) = form.expression.captures_at(searched, at) {
        let place = |group: Match<'_>| match named {
            Some(named) => named.in_text(&group.range()),
            None => group.range(),
        };
        let groups = Groups::of(&groups, place);
        let value = value(text, rule, &groups);
        let end = value.as_ref().map_or(0, |value| value.range.end);
        found.extend(value.and_then(|value| secret(text, rule, &groups, value)));
        let whole = &groups.whole;
        let next = whole.end.max(end).max(whole.start.saturating_add(1));
        if next > text.len() {
            break;
        }
        let next = text.ceil_char_boundary(next);
        at = named.map_or(next, |named| named.in_signed(next));
    }
}

/// What a form matched, in places of the text.
struct Groups {
    whole: Range<usize>,
    name: Option<Range<usize>>,
    between: Option<Range<usize>>,
    value: Option<Range<usize>>,
    bare: bool,
}

impl Groups {
    fn of(groups: &Captures<'_>, place: impl Fn(Match<'_>) -> Range<usize>) -> Self {
        let named = |name: &str| groups.name(name).map(&place);
        Self {
            whole: groups.get(0).map_or(0..0, &place),
            name: named("n"),
            between: named("w"),
            value: GROUPS.iter().find_map(|name| named(name)),
            bare: groups.name("b").is_some(),
        }
    }
}

/// The expression of a rule.
struct Form {
    expression: Regex,
    /// It is one for texts with signs for names.
    signed: bool,
}

fn expression(written: &str) -> Option<Form> {
    let signed = names::signed_form(written);
    let form = match &signed {
        Some(form) => form.clone(),
        None => written
            .replace("{NAMES}", &qualified(&format!("{WORDS}|{KEYS}")))
            .replace("{WORDS}", &qualified(WORDS))
            .replace("{KEYS}", &qualified(KEYS)),
    };
    let form = form.replace("{SIGN}", SIGN);
    let mut form = form
        .trim_end_matches("{VALUE}")
        .trim_end_matches("{QUOTED}")
        .to_owned();
    if written.is_ascii() {
        form = quick(&form);
    }
    let expression = Regex::new(&format!("(?i){form}")).ok()?;
    let signed = signed.is_some();
    Some(Form { expression, signed })
}

/// An expression whose ends of words are those of ASCII: the others are looked for letter by letter in texts that have more than that.
pub(super) fn quick(form: &str) -> String {
    form.replace(r"\b", r"(?-u:\b)")
}

/// The value of a match: what a group has, or what begins where the match ends.
fn value(text: &str, rule: &Rule, groups: &Groups) -> Option<Value> {
    let whole = &groups.whole;
    let name = groups.name.as_ref().map_or(whole.start, |name| name.start);
    if rule.form.ends_with("{VALUE}") {
        return values::read(text, name, whole.end);
    }
    if rule.form.ends_with("{QUOTED}") {
        let range = values::quoted(text, whole.end)?.inner;
        return Some(Value { range, bare: false });
    }
    Some(Value {
        range: groups.value.as_ref().unwrap_or(whole).clone(),
        bare: groups.bare,
    })
}

/// The secret of a match, unless it is none.
fn secret(all: &str, rule: &Rule, groups: &Groups, value: Value) -> Option<Range<usize>> {
    let Value { range, bare } = value;
    let text = all.get(range.clone())?;
    let said = |place: &Option<Range<usize>>| {
        let place = place.as_ref().and_then(|place| all.get(place.clone()));
        place.unwrap_or_default().to_lowercase()
    };
    let name = said(&groups.name);
    let name = unqualified(&name);
    if text.is_empty() || text == MASK || HARMLESS.end(name) {
        return None;
    }
    if rule.check == Check::Odd && SAID_OF.end(name) {
        return None;
    }
    // Variables, what a program is told to ask for, and what it calls.
    let is_told = text.starts_with(['$', '%', '(', '*', '@']) || is_expression(text);
    if bare && is_told && rule.check != Check::Shape {
        return None;
    }
    // A heading of an account and its password: the account stands first, as `pairs` reads it.
    let is_second = || {
        let head = groups.name.as_ref().and_then(|name| all.get(..name.start));
        head.is_some_and(|head| head.ends_with('/') && !head.ends_with("//"))
    };
    if bare && all.get(range.end..).is_some_and(|rest| rest.starts_with(" / ")) && is_second() {
        return None;
    }
    // What somebody is asked.
    if !bare
        && text
            .trim_end()
            .strip_suffix([':', '?'])
            .is_some_and(is_secret_name)
    {
        return None;
    }
    if is_place(text) && rule.check != Check::Shape {
        return None;
    }
    let between = said(&groups.between);
    let tells = |word: &str| SAID_OF.has(word) && !WHOSE.has(word);
    if between.split_whitespace().any(tells) {
        return None;
    }
    let before = all.get(..range.start)?.trim_end_matches(['"', '\'', ' ']);
    let found = Found {
        text,
        name,
        between: &between,
        bare,
        assigned: before.ends_with('='),
    };
    found.holds(rule.check).then_some(range)
}

/// Whether a text stands for a value that a program puts there: `{message}`.
fn is_place(text: &str) -> bool {
    let inner = text.trim_end_matches(['"', '\'', '.', ',', ')']);
    let name = [('{', '}'), ('<', '>')]
        .iter()
        .find_map(|(open, close)| inner.strip_prefix(*open)?.strip_suffix(*close));
    name.is_some_and(|name| name.chars().all(|c| c.is_ascii_alphabetic() || c == '_'))
}

/// The text with these places replaced; none where there are none.
pub(super) fn mask_ranges(text: &str, mut ranges: Vec<Range<usize>>) -> Option<String> {
    if ranges.is_empty() {
        return None;
    }
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for range in ranges {
        if range.end <= done {
            continue;
        }
        if range.start >= done {
            out.push_str(text.get(done..range.start)?);
            out.push_str(MASK);
        }
        done = range.end;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

/// Masks what stands behind the name, to the end of the line, and in the line below when the name ends its line or
/// heads a column of a table.
fn mask_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut below = false;
    for line in text.split_inclusive('\n') {
        let found = FINDER.as_ref().and_then(|finder| finder.find(line));
        let Some(found) = found else {
            let rule = line.trim().chars().all(|c| matches!(c, '-' | '='));
            if below && !rule {
                out.push_str(MASK);
                out.push_str(end_of(line));
                below = false;
            } else {
                out.push_str(line);
            }
            continue;
        };
        let (head, rest) = line.split_at_checked(found.end()).unwrap_or((line, ""));
        let head = match DATA.as_ref() {
            Some(data) => data.replace_all(head, format!("${{1}}{MASK}")),
            None => Cow::Borrowed(MASK),
        };
        out.push_str(&head);
        let data = rest.trim_matches(['"', '\'', ' ', '\t', '\r', '\n', '=', ':', ']', ')', '.']);
        if data.is_empty() {
            out.push_str(rest);
            below = true;
        } else {
            out.push(' ');
            out.push_str(MASK);
            out.push_str(end_of(rest));
            below = rest.starts_with(['"', ',', ';', '\t']);
        }
    }
    out
}

fn end_of(line: &str) -> &'static str {
    if line.ends_with('\n') { "\n" } else { "" }
}

/// Fails where a form is no expression.
#[cfg(test)]
pub(super) fn check_rules() {
    super::hints::check_count();
    for rule in rules() {
        assert!(expression(rule.form).is_some(), "{}", rule.form);
        assert!(!rule.hints.is_empty(), "{}", rule.form);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_every_dress_are_replaced() {
        for text in [
            r#""DefaultPassword"="Hunter2-tail""#,
            "    DefaultPassword    REG_SZ    Hunter2 tail",
            "DefaultPassword : Hunter2 tail",
            r#"{"password":"Hunter2\"tail","user":"svc"}"#,
            r#"{\"password\":\"Hunter2\\tail\",\"user\":\"svc\"}"#,
            "Server=db;Password=Hunter2,tail;User=svc",
            "<Password>Hunter2tail</Password>",
            "xfreerdp /v:RPA-07 /u:svc /p:Hunter2tail",
            "Authorization: Bearer Hunter2.tail.tail",
            "access_token=Hunter2tail&x=1",
            "Kennwort: Hunter2 tail",
            r#"<Properties cpassword="Hunter2tail" userName="svc"/>"#,
        ] {
            let masked = mask(text);
            assert!(
                !masked.contains("Hunter2") && !masked.contains("tail"),
                "{text} -> {masked}"
            );
            assert!(masked.contains(MASK), "{text}");
        }
    }

    #[test]
    fn sentences_about_passwords_stay() {
        for text in [
            "The user name or password is incorrect.",
            "The specified network password is not correct. (0x80070056)",
            "Password Last Set: 5/4/2026",
            "Token Elevation Type: %%1936",
            "Session 3 has been disconnected, reason code 5",
        ] {
            assert!(matches!(mask(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn text_around_the_secret_stays() {
        let text = mask("before\nx DefaultPassword REG_SZ Geheim73\nafter");
        assert_eq!(text, "before\nx DefaultPassword ***\nafter");
    }

    #[test]
    fn data_may_stand_before_its_name() {
        let text = mask(r#"<Properties type="REG_SZ" value="Geheim73" name="DefaultPassword"/>"#);
        assert!(!text.contains("Geheim"), "{text}");
        let text = mask(r#"{"value": "Geheim73", "name": "DefaultPassword"}"#);
        assert!(!text.contains("Geheim"), "{text}");
    }
}
