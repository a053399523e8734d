//! Lines to rows, rows to cells. A quoted cell may go on over lines; a quote that never ends must not swallow the
//! rest of the file. Must not know columns.

/// A row that goes on over more lines or bytes than this has lost a quote.
const ROW_LINES: u32 = 400;
const ROW_BYTES: usize = 128 << 10;

/// Some lines that are one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The number of its first line, from 1.
    pub(super) line: u64,
    /// The offset of its first byte.
    pub(super) offset: u64,
    /// Its text without the last line end.
    pub(super) text: String,
    /// Whether its last quote is missing.
    pub(super) damaged: bool,
}

/// Puts lines together.
#[derive(Debug, Default)]
pub(super) struct Rows {
    open: Option<(Row, u32)>,
}

impl Rows {
    /// Takes a line and hands out the rows that are complete with it, at most two. `quoting` splits a text and says
    /// whether it ends inside a quote; `starts` says whether a line must be a row of its own.
    pub(super) fn line(
        &mut self,
        number: u64,
        offset: u64,
        text: &str,
        is_open: impl Fn(&str) -> bool,
        starts: impl Fn(&str) -> bool,
    ) -> Vec<Row> {
        let mut out = Vec::new();
        if let Some((mut row, lines)) = self.open.take() {
            if starts(text) {
                row.damaged = true;
                out.push(row);
            } else {
                row.text.push('\n');
                row.text.push_str(text);
                // Only the line that is new can end the quote: a quote in it must be there at all.
                if text.contains('"') && !is_open(&row.text) {
                    out.push(row);
                } else if lines >= ROW_LINES || row.text.len() > ROW_BYTES {
                    row.damaged = true;
                    out.push(row);
                } else {
                    self.open = Some((row, lines.saturating_add(1)));
                }
                return out;
            }
        }
        let row = Row {
            line: number,
            offset,
            text: text.to_owned(),
            damaged: false,
        };
        if text.contains('"') && is_open(text) {
            self.open = Some((row, 1));
        } else {
            out.push(row);
        }
        out
    }

    /// The row that the end of the file cut off.
    pub(super) fn finish(self) -> Option<Row> {
        self.open.map(|(mut row, _)| {
            row.damaged = true;
            row
        })
    }
}

/// No table of runs or jobs has more columns.
pub(super) const MOST_COLUMNS: usize = 256;

/// What each column is by its heading. A second column of one kind is `other`.
pub(super) fn of_headings<'c, C: Copy + PartialEq>(
    cells: impl Iterator<Item = &'c String>,
    column: impl Fn(&str) -> Option<C>,
    other: C,
) -> Vec<C> {
    let mut columns = Vec::new();
    for cell in cells {
        let found = column(cell).unwrap_or(other);
        columns.push(if columns.contains(&found) { other } else { found });
    }
    columns
}

/// Splits CSV as Microsoft's tools write it: a doubled quote inside quotes is a quote. Also says whether the text
/// ends inside a quote.
pub(in crate::reader) fn split(text: &str, separator: char) -> (Vec<String>, bool) {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut begun = false;
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '"' if quoted && letters.peek() == Some(&'"') => {
                cell.push('"');
                letters.next();
            }
            '"' if quoted => quoted = false,
            '"' if !begun => quoted = true,
            c if c == separator && !quoted => {
                cells.push(std::mem::take(&mut cell));
                begun = false;
                continue;
            }
            c => cell.push(c),
        }
        begun = true;
    }
    cells.push(cell);
    (cells, quoted)
}

/// Whether quotes stand only around cells. In a line that ends the quote of an earlier one the first stands within or behind a
/// cell.
pub(super) fn quotes_fit(text: &str, separator: char) -> bool {
    let mut letters = text.chars().peekable();
    let (mut quoted, mut ended, mut begun) = (false, false, false);
    while let Some(c) = letters.next() {
        match c {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
            }
            '"' if quoted => (quoted, ended) = (false, true),
            '"' if begun => return false,
            '"' => quoted = true,
            c if c == separator && !quoted => {
                (ended, begun) = (false, false);
                continue;
            }
            _ if ended => return false,
            _ => {}
        }
        begun = true;
    }
    true
}

/// Splits the CSV of `tracerpt`: cells are padded with blanks, quotes come behind blanks and are not doubled, so a
/// quote ends a cell only before a comma or the end. Also says whether the text ends inside a quote.
pub(super) fn split_padded(text: &str) -> (Vec<&str>, bool) {
    let mut cells = Vec::new();
    let mut rest = text;
    loop {
        let cell = rest.trim_start_matches([' ', '\t']);
        let Some(inner) = cell.strip_prefix('"') else {
            match cell.split_once(',') {
                Some((value, after)) => {
                    cells.push(value.trim());
                    rest = after;
                    continue;
                }
                None => {
                    cells.push(cell.trim());
                    return (cells, false);
                }
            }
        };
        match quoted_end(inner) {
            Some((value, Some(after))) => {
                cells.push(value);
                rest = after;
            }
            Some((value, None)) => {
                cells.push(value);
                return (cells, false);
            }
            None => {
                cells.push(inner);
                return (cells, true);
            }
        }
    }
}

/// The content up to the quote that ends it, and what follows the comma behind, if one does.
fn quoted_end(inner: &str) -> Option<(&str, Option<&str>)> {
    for (at, _) in inner.match_indices('"') {
        let (value, after) = inner.split_at_checked(at)?;
        let after = after.strip_prefix('"')?.trim_start_matches([' ', '\t']);
        if after.is_empty() {
            return Some((value, None));
        }
        if let Some(rest) = after.strip_prefix(',') {
            return Some((value, Some(rest)));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells() {
        assert_eq!(
            split(r#"a,"b ""c"", d",,"e"#, ','),
            (
                vec!["a".into(), r#"b "c", d"#.into(), String::new(), "e".into()],
                true
            )
        );
        assert_eq!(split("5\" disk;x", ';').0, ["5\" disk", "x"]);
        assert_eq!(
            split_padded(r#" DsDirSearch,  0, , "CN=a,CN=b", "", "say "hi" now",  0x16"#),
            (
                vec!["DsDirSearch", "0", "", "CN=a,CN=b", "", r#"say "hi" now"#, "0x16"],
                false
            )
        );
        assert!(split_padded(r#"a, "b"#).1);
        assert_eq!(split_padded("").0, [""]);
    }

    #[test]
    fn quotes_of_rows_and_of_their_ends() {
        for row in ["a,b,c", "a,\"b \"\"c\"\", d\",e", "a,b,\"open", "\"\",a"] {
            assert!(quotes_fit(row, ','), "{row}");
        }
        for end in ["ID: 46\",\"42\",\"0\"", "\",\"42\",\"0\"", "text\"", "\"a\"b,c"] {
            assert!(!quotes_fit(end, ','), "{end}");
        }
    }

    #[test]
    fn rows_over_lines_and_a_lost_quote() {
        let open = |text: &str| split(text, ',').1;
        let starts = |text: &str| text.starts_with("row");
        let mut rows = Rows::default();
        let mut out = Vec::new();
        for (number, line) in (1..).zip(["row 1,\"a", "b\"", "row 2,\"lost", "row 3,c", "row 4,\"cut"]) {
            out.extend(rows.line(number, 0, line, open, starts));
        }
        out.extend(rows.finish());
        let texts: Vec<_> = out.iter().map(|row| (row.text.as_str(), row.damaged)).collect();
        assert_eq!(
            texts,
            [
                ("row 1,\"a\nb\"", false),
                ("row 2,\"lost", true),
                ("row 3,c", false),
                ("row 4,\"cut", true)
            ]
        );
    }
}
