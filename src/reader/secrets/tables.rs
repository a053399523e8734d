//! Tables of pages that stand in one text: below the name of a secret, every cell of the column is one. Must not know tables in lines.

use std::ops::Range;

use super::columns::{is_held, is_label};

/// Cells of a row that are looked at.
const CELLS: usize = 60;

/// Finds the cells below the names of secrets.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let mut columns: Vec<usize> = Vec::new();
    let mut rest = 0..text.len();
    while let Some(row) = element(text, rest.clone(), "tr") {
        let cells = cells(text, &row);
        let text_of = |cell: &Range<usize>| text.get(cell.clone()).unwrap_or_default();
        let named = cells
            .iter()
            .enumerate()
            .filter(|(_, cell)| is_label(text_of(cell)));
        let named: Vec<usize> = named.map(|(number, _)| number).collect();
        // A name with its value beside it is no heading.
        if !named.is_empty() {
            columns = if cells.len() > 2 { named } else { Vec::new() };
        } else {
            let below = columns.iter().filter_map(|number| cells.get(*number));
            found.extend(below.filter(|cell| is_cell(text_of(cell))).cloned());
        }
        rest.start = row.end;
    }
}

/// The numbers of the columns whose cells the last heading in a text names as secrets, where no row stands below it.
pub(super) fn columns(text: &str) -> Vec<usize> {
    let mut columns = Vec::new();
    let mut rest = 0..text.len();
    while let Some(row) = element(text, rest.clone(), "tr") {
        let cells = cells(text, &row);
        let is_named =
            |(_, cell): &(usize, &Range<usize>)| is_label(text.get((*cell).clone()).unwrap_or_default());
        let named: Vec<usize> = cells
            .iter()
            .enumerate()
            .filter(is_named)
            .map(|(number, _)| number)
            .collect();
        if !named.is_empty() && cells.len() > 2 {
            columns = named;
        }
        rest.start = row.end;
    }
    columns
}

/// The secrets in the rows of a text, in columns of these numbers.
pub(super) fn below(text: &str, numbers: &[usize]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut rest = 0..text.len();
    while let Some(row) = element(text, rest.clone(), "tr") {
        let cells = cells(text, &row);
        let below = numbers.iter().filter_map(|number| cells.get(*number));
        found.extend(
            below
                .filter(|cell| is_cell(text.get((*cell).clone()).unwrap_or_default()))
                .cloned(),
        );
        rest.start = row.end;
    }
    found
}

/// Whether a cell below the name holds a secret: nothing in brackets.
fn is_cell(cell: &str) -> bool {
    is_held(cell) && !cell.starts_with(['(', '<', '['])
}

/// What stands in the next element of this name.
fn element(text: &str, within: Range<usize>, name: &str) -> Option<Range<usize>> {
    let said = text.get(within.clone())?;
    let mut at = 0_usize;
    loop {
        let open = at.saturating_add(said.get(at..)?.find('<')?);
        at = open.saturating_add(1);
        let tag = said.get(at..)?;
        let is_tag = tag
            .get(..name.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(name))
            && tag.get(name.len()..)?.starts_with(['>', ' ', '\t']);
        if is_tag {
            break;
        }
    }
    let start = at.saturating_add(said.get(at..)?.find('>')?).saturating_add(1);
    let mut end = start;
    loop {
        end = end.saturating_add(said.get(end..)?.find("</")?);
        let tag = said.get(end.saturating_add(2)..)?;
        if tag
            .get(..name.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(name))
        {
            break;
        }
        end = end.saturating_add(2);
    }
    Some(within.start.saturating_add(start)..within.start.saturating_add(end))
}

/// Where the texts of the cells of a row stand, without elements around them.
fn cells(text: &str, row: &Range<usize>) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut rest = row.clone();
    while all.len() < CELLS
        && let Some(cell) = ["td", "th"]
            .iter()
            .filter_map(|name| element(text, rest.clone(), name))
            .min_by_key(|cell| cell.start)
    {
        rest.start = cell.end;
        all.push(bare(text, cell, &[]));
    }
    all
}

/// A cell without blanks, elements and what else is no part of it at its ends.
pub(super) fn bare(text: &str, mut cell: Range<usize>, marks: &[char]) -> Range<usize> {
    let is_margin = |c: char| c.is_whitespace() || marks.contains(&c);
    while let Some(said) = text.get(cell.clone()) {
        let left = said.trim_start_matches(is_margin);
        let inner = left.trim_end_matches(is_margin);
        cell.start = cell.start.saturating_add(said.len() - left.len());
        cell.end = cell.start.saturating_add(inner.len());
        let opened = inner.strip_prefix('<').and_then(|tag| tag.find('>'));
        let closed = inner.strip_suffix('>').and_then(|tag| tag.rfind('<'));
        match (opened, closed) {
            (Some(end), _) => cell.start = cell.start.saturating_add(end).saturating_add(2),
            (None, Some(start)) => cell.end = cell.start.saturating_add(start),
            (None, None) => break,
        }
        if cell.start >= cell.end {
            return cell.end..cell.end;
        }
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_below_a_name_are_found() {
        let page = "<table><TR><th>Host</th><th>User</th><th><b>Password</b></th></TR><tr><td>A</td><td>svc</td><td>\
            <code>begonie</code></td></tr><tr><td>B</td><td>svc</td><td>(unknown)</td></tr></table>";
        let mut found = Vec::new();
        find(page, &mut found);
        let found: Vec<&str> = found.into_iter().map(|range| page.get(range).unwrap()).collect();
        assert_eq!(found, ["begonie"]);
    }

    #[test]
    fn a_page_of_nothing_but_rows_is_looked_at_once() {
        for piece in ["<tr>", "<tr><td>password", "<tr><td>password</td></tr>", "<td>"] {
            let page = piece.repeat((1 << 20) / piece.len());
            let begun = std::time::Instant::now();
            let mut found = Vec::new();
            find(&page, &mut found);
            assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{piece}");
        }
    }
}
