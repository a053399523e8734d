//! The text of a message: its format with the arguments put in. Must not know traces.
//!
//! `%10!04X!` is the argument with that number in the notation of `printf`, `%!FUNC!` what the format file says of the place,
//! `%0` the prefix that tools put there. Formats are those of `FormatMessage`:
//! <https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-formatmessagew>.

use super::argument::{Found, sign};
use super::tmf::Message;

/// Characters of a text.
const LONGEST: usize = 16 << 10;
/// Characters that a value is filled up to.
const WIDEST: usize = 256;

/// The text of a message.
pub(super) fn text(message: &Message, arguments: &[Found]) -> String {
    let mut text = String::new();
    let mut rest = message.format.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        rest = insert(message, arguments, after, &mut text);
        if text.len() > LONGEST {
            break;
        }
    }
    text.push_str(rest);
    text.trim().to_owned()
}

/// Puts in what stands behind a percent sign, and returns what follows.
fn insert<'t>(message: &Message, arguments: &[Found], after: &'t str, text: &mut String) -> &'t str {
    if let Some((name, rest)) = after.strip_prefix('!').and_then(|name| name.split_once('!')) {
        let told = match name {
            "FUNC" => message.function.as_deref(),
            "FILE" => message.file.as_deref(),
            "LEVEL" => message.level.as_deref(),
            "FLAGS" => message.flags.as_deref(),
            "COMPNAME" => Some(&*message.component),
            "LINE" => {
                text.push_str(&message.line.map(|line| line.to_string()).unwrap_or_default());
                None
            }
            _ => None,
        };
        text.push_str(told.unwrap_or_default());
        return rest;
    }
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = after.split_at_checked(digits).unwrap_or(("", after));
    if digits == 0 {
        let mut letters = rest.chars();
        match letters.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some(letter) => text.push(letter),
            None => {}
        }
        return letters.as_str();
    }
    let (form, rest) = match rest.strip_prefix('!').and_then(|form| form.split_once('!')) {
        Some(split) => split,
        None => ("s", rest),
    };
    let number = number.parse::<u16>().unwrap_or(u16::MAX);
    if let Some(argument) = arguments.iter().find(|argument| argument.number == number) {
        show(argument, &Form::parse(form), text);
    } else if number != 0 {
        // A number that nothing has: the format as it stands.
        text.push('%');
        text.push_str(after.get(..after.len() - rest.len()).unwrap_or_default());
    }
    rest
}

/// A format in the notation of `printf`: flags, width, precision, size, letter.
#[derive(Debug, Default)]
struct Form {
    is_left: bool,
    is_signed: bool,
    is_marked: bool,
    is_zero: bool,
    width: usize,
    precision: Option<usize>,
    letter: char,
}

impl Form {
    fn parse(text: &str) -> Self {
        let mut form = Self::default();
        let flags = text.len() - text.trim_start_matches(['-', '+', ' ', '#', '0']).len();
        let (flags, rest) = text.split_at_checked(flags).unwrap_or(("", text));
        form.is_left = flags.contains('-');
        form.is_signed = flags.contains('+');
        form.is_marked = flags.contains('#');
        form.is_zero = flags.contains('0');
        let number = |text: &str| text.parse::<usize>().unwrap_or(0).min(WIDEST);
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (width, rest) = rest.split_at_checked(digits(rest)).unwrap_or(("", rest));
        form.width = number(width);
        let mut size = rest;
        if let Some(rest) = rest.strip_prefix('.') {
            let (precision, rest) = rest.split_at_checked(digits(rest)).unwrap_or(("", rest));
            form.precision = Some(number(precision));
            size = rest;
        }
        // The sizes (`l`, `I64`, `w`) say what the argument's own type says better.
        form.letter = size.chars().next_back().unwrap_or('s');
        form
    }

    fn fill(&self, body: &str, text: &mut String) {
        let fill = self.width.saturating_sub(body.chars().count());
        let blanks = std::iter::repeat_n(' ', fill);
        if self.is_left {
            text.push_str(body);
            text.extend(blanks);
        } else {
            text.extend(blanks);
            text.push_str(body);
        }
    }
}

fn show(argument: &Found, form: &Form, text: &mut String) {
    let Some((bits, size)) = argument.bits.filter(|_| !matches!(form.letter, 's' | 'S')) else {
        let body = match form.precision {
            Some(precision) => argument.text.chars().take(precision).collect(),
            None => argument.text.clone(),
        };
        return form.fill(&body, text);
    };
    let mark = if form.is_marked && bits != 0 { "0x" } else { "" };
    let (sign, digits) = match form.letter {
        'x' => (mark, format!("{bits:x}")),
        'X' => (mark, format!("{bits:X}")),
        'o' => ("", format!("{bits:o}")),
        'p' => ("", format!("{bits:0width$X}", width = size * 2)),
        'u' => ("", bits.to_string()),
        'c' | 'C' => {
            let letter = u32::try_from(bits).ok().and_then(char::from_u32);
            return form.fill(&letter.unwrap_or(char::REPLACEMENT_CHARACTER).to_string(), text);
        }
        // `d`, `i`, and letters of other types.
        _ => {
            let number = sign(bits, size);
            let sign = match number {
                ..0 => "-",
                _ if form.is_signed => "+",
                _ => "",
            };
            (sign, number.unsigned_abs().to_string())
        }
    };
    let least = match form.precision {
        Some(precision) => precision,
        None if form.is_zero && !form.is_left => form.width.saturating_sub(sign.len()),
        None => 0,
    };
    form.fill(&format!("{sign}{digits:0>least$}"), text);
}
