//! The lines that registry values stand in: keys, values and their data, as `.reg` files, `reg query`, `Get-ItemProperty` and people write them.
//! Owns the shape of one line; must not know how lines belong together.

use super::known::Data;
use crate::reader::little_endian;

pub(super) fn clean(line: &str) -> &str {
    line.trim_start_matches('\u{feff}')
        .trim_end_matches(['\r', '\n', '\0', ' ', '\t'])
}

/// `[HKEY_...\...]`, and whether it is to be deleted.
pub(super) fn key_header(line: &str) -> Option<(&str, bool)> {
    let inner = line.trim().strip_prefix('[')?.strip_suffix(']')?;
    let (inner, deleted) = match inner.strip_prefix('-') {
        Some(inner) => (inner, true),
        None => (inner, false),
    };
    is_key(inner).then_some((inner, deleted))
}

/// A line that is a key and nothing else, as `reg query` heads its values.
pub(super) fn query_key(line: &str) -> Option<&str> {
    let key = line.trim_end();
    (is_key(key) && !key.contains('=') && !key.contains("REG_")).then_some(key)
}

/// Whether the text begins like a registry key.
fn is_key(text: &str) -> bool {
    let hive = text.split('\\').next().unwrap_or_default();
    let hive = hive.trim_end_matches(':');
    hive.len() < text.len()
        && [
            "HKEY_LOCAL_MACHINE",
            "HKEY_CURRENT_USER",
            "HKEY_USERS",
            "HKEY_CLASSES_ROOT",
            "HKEY_CURRENT_CONFIG",
            "HKLM",
            "HKCU",
            "HKU",
            "HKCR",
        ]
        .iter()
        .any(|name| hive.eq_ignore_ascii_case(name))
}

/// `"name"=data` or `@=data`.
pub(super) fn reg_value(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    if let Some(data) = line.strip_prefix("@=") {
        return Some(("", data));
    }
    let rest = line.strip_prefix('"')?;
    let end = closing_quote(rest)?;
    let name = rest.get(..end)?;
    let data = rest
        .get(end..)?
        .strip_prefix('"')?
        .trim_start()
        .strip_prefix('=')?;
    Some((name, data.trim_start()))
}

/// `    name    REG_DWORD    0x1`; the blanks may be tabs and, in pasted text, fewer.
pub(super) fn query_value(line: &str) -> Option<(&str, &str, &str)> {
    if !line.starts_with([' ', '\t']) {
        return None;
    }
    let start = line.find(" REG_").or_else(|| line.find("\tREG_"))?;
    let name = line.get(..start)?.trim();
    let rest = line.get(start..)?.trim_start();
    let (kind, data) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
    (!name.is_empty()).then_some((name, kind.trim(), data.trim()))
}

/// The key in `PSPath : Microsoft.PowerShell.Core\Registry::HKEY_LOCAL_MACHINE\...`.
pub(super) fn ps_key(line: &str) -> Option<&str> {
    let (name, value) = line.split_once(':')?;
    if !name.trim().eq_ignore_ascii_case("PSPath") {
        return None;
    }
    let (_, key) = value.split_once("Registry::")?;
    Some(key.trim())
}

/// The key in a line that runs `Get-ItemProperty`, in full or by its alias.
pub(super) fn ps_command(line: &str) -> Option<&str> {
    const COMMANDS: [&str; 3] = ["get-itemproperty ", "get-itempropertyvalue ", "gp "];
    let lower = line.to_ascii_lowercase();
    let found = COMMANDS.iter().find_map(|name| {
        let at = lower.find(name)?;
        let alone = at == 0
            || lower
                .get(..at)
                .is_some_and(|before| before.ends_with([' ', '(', '|', '>']));
        alone.then(|| at + name.len())
    })?;
    let rest = line.get(found..)?.trim_start();
    let rest = rest.strip_prefix("-Path ").unwrap_or(rest).trim_start();
    let key = match rest.strip_prefix(['\'', '"']) {
        Some(quoted) => quoted.split(['\'', '"']).next()?,
        None => rest.split([' ', '|', ')']).next()?,
    };
    let key = key.strip_prefix("Registry::").unwrap_or(key);
    is_key(key).then_some(key)
}

/// `HKLM\...\name = value`, with `:` for `=` too.
pub(super) fn loose(line: &str) -> Option<(&str, &str, &str)> {
    let line = line.trim();
    if !is_key(line) {
        return None;
    }
    let (path, data) = line.split_once('=').or_else(|| line.split_once(": "))?;
    let (key, name) = path.trim_end().rsplit_once('\\')?;
    (!name.is_empty()).then_some((key, name.trim_matches('"'), data.trim()))
}

pub(super) fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && name.len() < 80 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Data without a type: a number where it reads as one.
pub(super) fn plain_data(text: &str) -> Data {
    let text = text.trim();
    let text = text
        .strip_prefix('"')
        .map_or(text, |rest| rest.strip_suffix('"').unwrap_or(rest));
    let number = text
        .strip_prefix("dword:")
        .and_then(|digits| u64::from_str_radix(digits, 16).ok())
        .or_else(|| number(text));
    number.map_or_else(|| Data::Text(text.to_owned()), Data::Number)
}

/// A decimal number or one in hexadecimal with `0x`; what stands after a blank, such as `(1)`, is a comment.
pub(super) fn number(text: &str) -> Option<u64> {
    let text = text.split_whitespace().next()?;
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// The data of a `.reg` value that is no quoted string.
pub(super) fn reg_data(text: &str, ansi: bool) -> Option<Data> {
    let text = text.trim();
    let (kind, rest) = text.split_once(':')?;
    let kind = kind.trim().to_ascii_lowercase();
    if kind == "dword" {
        return u32::from_str_radix(rest.trim(), 16)
            .ok()
            .map(|number| Data::Number(u64::from(number)));
    }
    let kind = kind.strip_prefix("hex")?;
    let bytes = hex_bytes(rest)?;
    match kind {
        "(1)" | "(2)" => Some(Data::Text(hex_text(&bytes, ansi))),
        "(7)" => Some(Data::Text(
            hex_text(&bytes, ansi).trim_end_matches('\0').replace('\0', ","),
        )),
        "(4)" => Some(Data::Number(u64::from(u32::from_le_bytes(
            bytes.get(..4)?.try_into().ok()?,
        )))),
        "(5)" => Some(Data::Number(u64::from(u32::from_be_bytes(
            bytes.get(..4)?.try_into().ok()?,
        )))),
        "(b)" => Some(Data::Number(u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?))),
        _ => Some(Data::Binary),
    }
}

/// Comma-separated bytes in hexadecimal.
fn hex_bytes(text: &str) -> Option<Vec<u8>> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| u8::from_str_radix(part, 16).ok())
        .collect()
}

/// The text of a `hex(1)`, `hex(2)` or `hex(7)` value: UTF-16, or one byte a character in `REGEDIT4` files.
fn hex_text(bytes: &[u8], ansi: bool) -> String {
    little_endian::text(bytes, ansi).trim_end_matches('\0').to_owned()
}

/// The byte offset of the first quote that no backslash escapes.
pub(super) fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at),
            _ => {}
        }
    }
    None
}

/// Takes the backslashes of `\\` and `\"` away.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            out.push(c);
            escaped = false;
        }
    }
    out
}
