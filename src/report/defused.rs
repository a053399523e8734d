//! Text of strangers in every field of a result, and every format searched for what acts. In the library, since only there a result
//! can be made with every field named.

mod hostile_result;

use hostile_result::Maker;

use crate::model::Diagnosis;
use crate::report::timeline::{self, Wanted};
use crate::report::{self, Options, inputs, sessions};

/// Beginnings that a spreadsheet runs, before everything that a terminal, a browser or a ticket system would.
const STARTS: [&str; 8] = ["=", "+", "-", "@", "\t=", "\r=", " =", "\u{ff1d}"];

fn hostile(start: &str) -> String {
    format!(
        "{start}HYPERLINK(\"http://evil.example\",\"x\")\x1b]0;owned\x07\x1b[2J\u{9b}31m\u{202e}\u{2066}\u{200b}\u{2028}\0\n# heading\r\n* item\n\
         <script>alert(1)</script><img src=x onerror=y>|[a](http://evil.example)![b](http://evil.example)`code`**bold** www.evil.example"
    )
}

/// Characters that act on a terminal or reorder what is shown; line breaks are those of the format.
fn acts(character: char) -> bool {
    (character.is_control() && character != '\n' && character != '\r')
        || matches!(character, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn nothing_acts(what: &str, text: &str) {
    assert!(!text.is_empty(), "{what}");
    let found = text.char_indices().find(|(_, character)| acts(*character));
    assert_eq!(found, None, "{what}");
}

/// The cells of CSV as a spreadsheet sees them.
fn cells(text: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cells.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' | '\n' if !quoted => cells.push(String::new()),
            '\r' if !quoted => {}
            character => cells.last_mut().unwrap().push(character),
        }
    }
    assert!(!quoted);
    cells
}

fn no_formula(what: &str, text: &str) {
    nothing_acts(what, text);
    for cell in cells(text) {
        let first = cell.trim_start().chars().next();
        let formula =
            matches!(first, Some('=' | '+' | '-' | '@' | '\u{ff1d}')) && cell.parse::<f64>().is_err();
        assert!(!formula, "{what}: {cell:?}");
        assert!(!cell.contains('\n'), "{what}: {cell:?}");
    }
}

/// The text without its code spans, in which nothing is markup, and without escaped characters.
fn outside_code(text: &str) -> String {
    let (mut outside, mut inside) = (String::new(), false);
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' if !inside => {
                characters.next();
                outside.push('\u{b7}');
            }
            '`' => inside = !inside,
            character if !inside => outside.push(character),
            _ => {}
        }
    }
    assert!(!inside, "a code span without end");
    outside
}

fn no_markup(text: &str) {
    nothing_acts("markdown", text);
    let lower = outside_code(text).to_lowercase();
    for markup in [
        "<script",
        "<img",
        "](http",
        "![b",
        "**bold",
        "www.evil",
        " http://evil",
    ] {
        assert!(!lower.contains(markup), "{markup} in {text}");
    }
    assert!(
        !text
            .lines()
            .any(|line| line == "# heading" || line.starts_with("* item"))
    );
}

fn parses(what: &str, text: &str) {
    nothing_acts(what, text);
    for document in serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>() {
        assert!(document.is_ok(), "{what}");
    }
}

/// A page in which only our own elements stand: every `<` begins one of them.
fn no_element(what: &str, text: &str) {
    nothing_acts(what, text);
    for (at, _) in text.match_indices('<') {
        let rest = text.get(at..).unwrap();
        let strange = ["<script>alert", "<img", "<b>", "<a href=\"http://"]
            .iter()
            .any(|tag| rest.to_lowercase().starts_with(tag));
        assert!(
            !strange || rest.starts_with("<b>"),
            "{what}: {}",
            rest.get(..60).unwrap_or(rest)
        );
    }
    assert!(!text.contains("<img"), "{what}");
    assert_eq!(text.matches("<script").count(), 2, "{what}");
}

/// A script in which texts stand in quotes and in the comment only, and commands in quotes.
fn no_command(what: &str, text: &str, hostile: &str) {
    nothing_acts(what, text);
    assert!(text.is_ascii(), "{what}");
    assert_eq!(text.matches("#>").count(), 1, "{what}: the comment ends once");
    let (comment, body) = text.split_once("#>").unwrap();
    assert!(comment.starts_with("<# :\r\n@goto :run\r\n"), "{what}");
    let labels = comment
        .lines()
        .filter(|line| line.trim_start().starts_with(":run"));
    assert_eq!(labels.count(), 1, "{what}: nothing else can be jumped to");
    for line in body.lines().filter(|line| line.starts_with("Take ")) {
        // Inside single quotes nothing counts but a single quote, which is doubled.
        let parts: Vec<&str> = line.split('\'').collect();
        assert_eq!(parts.len() % 2, 1, "{what}: {line}");
        let outside: String = parts.iter().step_by(2).copied().collect();
        assert_eq!(outside.trim(), "Take", "{what}: {line}");
    }
    assert!(!hostile.is_empty());
}

#[test]
fn text_of_strangers_acts_on_nothing() {
    for start in STARTS {
        let maker = Maker(hostile(start));
        let (diagnosis, event) = (maker.diagnosis(), maker.event());
        for (detail, why) in [(false, None), (true, Some(maker.text()))] {
            let options = Options {
                detail,
                why,
                ..Options::default()
            };
            let render = |format| report::render(&diagnosis, format, &options);
            nothing_acts("text", &render(report::Format::Text));
            no_formula("csv", &render(report::Format::Csv));
            no_markup(&render(report::Format::Markdown));
            parses("json", &render(report::Format::Json));
            parses("jsonl", &render(report::Format::Jsonl));
            parses("sarif", &render(report::Format::Sarif));
            nothing_acts("mail", &render(report::Format::Mail));
            no_element("html", &render(report::Format::Html));
            nothing_acts("brief", &report::brief(&diagnosis, &options));
            nothing_acts(
                "timeline",
                &timeline::text(&diagnosis, &Wanted::default(), &options),
            );
            no_formula(
                "timeline csv",
                &timeline::csv(&diagnosis, &Wanted::default(), &options),
            );
            no_command("script", &report::script(&diagnosis, &options), &maker.text());
            nothing_acts("inspect", &inputs::text(&diagnosis, &options));
            nothing_acts("sessions", &sessions::text(&diagnosis, None, &options));
            nothing_acts("sessions at", &sessions::text(&diagnosis, Maker::at(), &options));
        }
        parses("inspect json", &inputs::json(&diagnosis));
        parses("sessions json", &sessions::json(&diagnosis, None));
        parses("events jsonl", &report::events::jsonl(&event));
        no_formula("events csv", &report::events::csv(&event));
        let rows = report::incident_rows(&diagnosis, &Options::default());
        no_formula("batch", &report::csv_row(rows.concat()));
    }
}

/// Every format there is was looked at above.
#[test]
fn no_format_is_forgotten() {
    assert_eq!(report::Format::ALL.len(), 8);
}

/// Every field has something in it, so every name of the contract is tried, both ways.
#[test]
fn a_result_is_read_back_from_its_json_field_by_field() {
    let diagnosis = Maker(hostile("=")).diagnosis();
    let text = serde_json::to_string(&diagnosis).unwrap();
    let read = Diagnosis::from_json(text.as_bytes()).unwrap();
    assert_eq!(read, diagnosis);
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    let escaped = report::render(&diagnosis, report::Format::Json, &Options::default());
    assert_eq!(Diagnosis::from_json(escaped.as_bytes()).unwrap(), diagnosis);
}
