//! A page of plain text: paragraphs wrapped to the width, labels, bullets, colours. Every word goes through
//! [`escape::terminal`] here, so that no caller can forget it.

use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::escape;

/// Columns of a page where nobody says how wide it is.
pub const WIDTH: usize = 80;
/// The narrowest page: what is narrower is written as if it were so wide.
const NARROWEST: usize = 40;
/// The widest page: longer lines are hard to read.
const WIDEST: usize = 160;

/// How a piece is emphasised, as parameters of the terminal's "select graphic rendition".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Style {
    /// Headings.
    Bold,
    /// What speaks for, and healthy.
    Green,
    /// What is uncertain.
    Yellow,
    /// What is wrong.
    Red,
    /// What can be skipped.
    Dim,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Bold => "1",
            Self::Green => "32",
            Self::Yellow => "33",
            Self::Red => "1;31",
            Self::Dim => "2",
        }
    }
}

/// A page that is being written.
#[derive(Debug)]
pub struct Page {
    text: String,
    colour: bool,
    width: usize,
}

impl Page {
    /// An empty page of so many columns; 0 is [`WIDTH`].
    pub fn new(colour: bool, width: usize) -> Self {
        let width = if width == 0 { WIDTH } else { width };
        Self {
            text: String::new(),
            colour,
            width: width.clamp(NARROWEST, WIDEST),
        }
    }

    /// Its columns.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// What was written.
    pub fn finish(self) -> String {
        self.text
    }

    fn paint(&mut self, text: &str, style: Option<Style>) {
        match style.filter(|_| self.colour && !text.is_empty()) {
            Some(style) => {
                let _ = write!(self.text, "\x1b[{}m{text}\x1b[0m", style.code());
            }
            None => self.text.push_str(text),
        }
    }

    /// An empty line, unless one is there or the page is empty.
    pub fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A heading after an empty line.
    pub fn heading(&mut self, text: &str) {
        self.blank();
        for line in wrap(&escape::terminal(text), self.width, self.width) {
            self.paint(&line, Some(Style::Bold));
            self.text.push('\n');
        }
    }

    /// A paragraph behind a label; further lines stand below its beginning.
    pub fn labelled(&mut self, label: &str, column: usize, style: Option<Style>, text: &str) {
        let label = escape::terminal(label).into_owned();
        let used = label.width();
        self.paint(&label, style);
        self.text
            .extend(std::iter::repeat_n(' ', column.saturating_sub(used)));
        self.flow(column.max(used), column, text);
    }

    /// A paragraph with everything indented, a mark before its first line.
    pub fn bullet(&mut self, indent: usize, mark: &str, style: Option<Style>, text: &str) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        // a host's name may stand here
        let mark = &escape::terminal(mark);
        self.paint(mark, style);
        let column = indent.saturating_add(mark.width());
        self.text.push_str(if mark.is_empty() { "" } else { " " });
        let column = column.saturating_add(usize::from(!mark.is_empty()));
        self.flow(column, column, text);
    }

    /// A line behind a mark of its own length; further lines are indented a little.
    pub(super) fn hanging(&mut self, mark: &str, style: Option<Style>, text: &str) {
        let mark = escape::terminal(mark).into_owned();
        self.paint(&mark, style);
        self.text.push(' ');
        self.flow(mark.width().saturating_add(1), 4, text);
    }

    /// Lines behind a label, as they are, below each other: what was wrapped before.
    pub(super) fn lines(&mut self, label: &str, column: usize, lines: &[String]) {
        for (index, line) in lines.iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            let mark = self.text.len();
            self.paint(label, Some(Style::Bold));
            if !line.is_empty() || !label.is_empty() {
                self.text
                    .extend(std::iter::repeat_n(' ', column.saturating_sub(label.width())));
            }
            self.text.push_str(&escape::terminal(line));
            let end = self.text.trim_end_matches(' ').len().max(mark);
            self.text.truncate(end);
            self.text.push('\n');
        }
    }

    /// A line that is to be copied: never wrapped.
    pub fn verbatim(&mut self, indent: usize, text: &str) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.text.push_str(&escape::terminal(text));
        self.text.push('\n');
    }

    /// A table: columns as wide as their widest cell, the last one open.
    pub fn table(&mut self, indent: usize, rows: &[Vec<String>]) {
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                row.iter()
                    .map(|cell| escape::terminal(cell).into_owned())
                    .collect()
            })
            .collect();
        let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let cells = rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| cell.width()).max().unwrap_or_default()
            })
            .collect();
        for row in &rows {
            let mut line = " ".repeat(indent);
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.extend(std::iter::repeat_n(
                    ' ',
                    width.saturating_sub(cell.width()).saturating_add(2),
                ));
            }
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }

    /// Colours the first appearance of a word in what was written since `mark`.
    pub fn emphasize(&mut self, since: usize, word: &str, style: Style) {
        if !self.colour || word.is_empty() {
            return;
        }
        let found = self.text.get(since..).and_then(|text| text.find(word));
        if let Some(at) = found.map(|at| at.saturating_add(since)) {
            let painted = format!("\x1b[{}m{word}\x1b[0m", style.code());
            self.text
                .replace_range(at..at.saturating_add(word.len()), &painted);
        }
    }

    /// Takes back what was written since `mark`.
    pub fn back_to(&mut self, mark: usize) {
        self.text.truncate(mark);
    }

    /// How far the page is written, for [`Page::emphasize`].
    pub const fn mark(&self) -> usize {
        self.text.len()
    }

    fn flow(&mut self, first: usize, column: usize, text: &str) {
        let text = escape::terminal(text);
        let lines = wrap(
            &text,
            self.width.saturating_sub(first),
            self.width.saturating_sub(column),
        );
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                self.text.extend(std::iter::repeat_n(' ', column));
            }
            self.text.push_str(line);
            self.text.push('\n');
        }
    }
}

/// Text cut to so many columns, with an ellipsis where something was cut.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0_usize;
    for c in text.chars() {
        let size = c.width().unwrap_or_default();
        if used.saturating_add(size).saturating_add(1) > columns {
            break;
        }
        out.push(c);
        used = used.saturating_add(size);
    }
    out.truncate(out.trim_end().len());
    out.push('\u{2026}');
    out
}

/// Breaks text at blanks into lines of at most so many columns. A longer word, such as a path, stays whole: it is
/// there to be copied; blanks that do not break (U+00A0) hold words together.
pub(super) fn wrap(text: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0_usize;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let size = word.width();
        let width = if lines.is_empty() { first } else { rest };
        if used > 0 && used.saturating_add(size).saturating_add(1) > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used = used.saturating_add(1);
        }
        line.push_str(&word.replace('\u{a0}', " "));
        used = used.saturating_add(size);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_words_stay_whole() {
        let long = "x".repeat(120);
        let mut page = Page::new(false, 0);
        page.labelled("Label", 10, None, &format!("{} {long} end", "word ".repeat(40)));
        for line in page.finish().lines() {
            assert!(line.width() <= WIDTH || line.trim() == long, "{line}");
        }
    }

    #[test]
    fn log_text_cannot_colour_the_page() {
        let mut page = Page::new(false, 0);
        page.bullet(2, "\x1b-", None, "a\x1b[31mred");
        assert_eq!(page.finish(), "  \\x1b- a\\x1b[31mred\n");
    }
}
