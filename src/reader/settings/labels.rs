//! Lines of the form `label : value`, and tables whose columns stand under dashes or are set apart by blanks.
//! Must not know what the labels mean.

/// The label and the value of a line: set apart by a colon (also the wide one of Japanese), `=` or a tab.
pub(super) fn pair(line: &str) -> Option<(&str, &str)> {
    let at = line.find([':', '\u{ff1a}', '\t', '='])?;
    let (label, rest) = line.split_at_checked(at)?;
    let mut rest = rest.chars();
    rest.next();
    let label = label.trim();
    (!label.is_empty()).then_some((label, rest.as_str().trim_matches([' ', '\t', ':'])))
}

/// The cells of a row that are set apart by two blanks or more, or by tabs.
pub(super) fn cells(row: &str) -> Vec<&str> {
    row.split('\t')
        .flat_map(|part| part.split("  "))
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .collect()
}

/// Whether a line is a rule of dashes or the like.
pub(super) fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 4 && line.chars().all(|c| matches!(c, '-' | '=' | ' ')) && line.contains(['-', '='])
}

/// Whether a text reads as a version: numbers with dots between.
pub(super) fn is_version(text: &str) -> bool {
    let mut parts = text.split('.').peekable();
    let mut count = 0_usize;
    let digits =
        |part: &str| !part.is_empty() && part.len() <= 10 && part.bytes().all(|b| b.is_ascii_digit());
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        let part = if last {
            part.split('-').next().unwrap_or(part)
        } else {
            part
        };
        if !digits(part) {
            return false;
        }
        count = count.saturating_add(1);
    }
    count >= 2
}

/// The fields of a CSV line; `""` inside quotes is a quote.
pub(super) fn csv(line: &str, separator: char) -> Vec<String> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '"' if quoted && letters.peek() == Some(&'"') => {
                field.push('"');
                letters.next();
            }
            '"' => quoted = !quoted,
            c if c == separator && !quoted => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    fields.push(field);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_rows() {
        assert_eq!(
            pair("Host Name:                 RPA-07"),
            Some(("Host Name", "RPA-07"))
        );
        assert_eq!(pair("   AzureAdJoined : YES"), Some(("AzureAdJoined", "YES")));
        assert_eq!(pair("ホスト名：RPA-07"), Some(("ホスト名", "RPA-07")));
        assert_eq!(pair("BuildNumber=17763"), Some(("BuildNumber", "17763")));
        assert_eq!(pair(": x"), None);
        assert_eq!(pair("no label"), None);
        assert_eq!(cells("UiPath Robot   18.3.2  "), ["UiPath Robot", "18.3.2"]);
        assert!(is_rule("----------- ----"));
        assert!(!is_rule("--- x"));
        assert!(
            is_version("23.10.4") && is_version("2023.10.4-beta") && !is_version("RPA.1") && !is_version("7")
        );
        assert_eq!(csv(r#""a ""b""",c,,"d,e""#, ','), [r#"a "b""#, "c", "", "d,e"]);
    }
}
