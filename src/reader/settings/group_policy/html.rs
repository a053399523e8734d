//! `gpresult /h`: tables of title, setting and winning policy object; options stand in cells behind. Markup is
//! stripped, not understood: browsers save such pages in many ways.

use super::super::accounts::holder;
use super::super::sink::Sink;
use super::titles;
use crate::model::{FactScope, ProblemKind};

/// Cells behind a title in which its options are looked for.
const OPTION_CELLS: usize = 16;
/// Bytes of one cell that are looked at.
const CELL_BYTES: usize = 16 << 10;

/// Whether the text is such a page.
pub(super) fn sniff(head: &str) -> bool {
    let lower = head.to_ascii_lowercase();
    lower.contains("<html") && lower.contains("rsop")
}

/// Reads the page.
pub(super) fn read(page: &str, sink: &mut Sink<'_, '_>) {
    let cells = cells(page);
    if let Some((line, _)) = cells.last()
        && !page.to_ascii_lowercase().contains("</html")
    {
        sink.problem(ProblemKind::Truncated, *line, "the page ends before its end");
    }
    let mut scope = FactScope::ComputerPolicy;
    for (at, (line, cell)) in cells.iter().enumerate() {
        match cell.as_str() {
            "User Details" | "User Configuration" | "User Settings" => scope = FactScope::UserPolicy,
            "Computer Details" | "Computer Configuration" | "Computer Settings" => {
                scope = FactScope::ComputerPolicy;
            }
            _ => {}
        }
        let behind = cells.get(at.saturating_add(1)..).unwrap_or_default();
        let Some((_, setting)) = behind.first() else { break };
        if let Some(right) = titles::right(cell) {
            sink.record();
            for account in setting.split(',').filter(|account| !account.trim().is_empty()) {
                sink.fact(*line, scope, &format!("right.{right}"), &holder(account));
            }
        } else if let Some((fact, rule)) = titles::policy(cell) {
            sink.record();
            let options: Vec<&str> = behind
                .iter()
                .skip(1)
                .take(OPTION_CELLS)
                .map(|(_, option)| option.as_str())
                .take_while(|option| titles::policy(option).is_none() && titles::right(option).is_none())
                .collect();
            if let Some(value) = titles::value(rule, setting, &options) {
                sink.fact(*line, scope, fact, &value);
            }
        } else if cell == "Computer name" {
            sink.host(
                setting
                    .rsplit('\\')
                    .next()
                    .unwrap_or(setting)
                    .trim_end_matches('$'),
            );
        }
    }
}

/// The texts between tags that end a cell or a block, each with its line.
fn cells(page: &str) -> Vec<(u64, String)> {
    let mut cells: Vec<(u64, String)> = Vec::new();
    let mut text = String::new();
    let mut line = 1_u64;
    let mut rest = page;
    loop {
        let (before, tail) = rest.split_once('<').unwrap_or((rest, ""));
        if text.len() < CELL_BYTES {
            text.push_str(before);
        }
        line = line.saturating_add(before.matches('\n').count() as u64);
        if tail.is_empty() {
            break;
        }
        let (tag, after) = tail.split_once('>').unwrap_or((tail, ""));
        line = line.saturating_add(tag.matches('\n').count() as u64);
        let name = tag
            .trim_start_matches('/')
            .split([' ', '\t', '\r', '\n', '/'])
            .next();
        let name = name.unwrap_or_default().to_ascii_lowercase();
        if name == "br" {
            text.push(' ');
        } else if !matches!(name.as_str(), "b" | "i" | "a" | "span" | "strong" | "font" | "em") {
            keep(&mut cells, line, &mut text);
        }
        rest = after;
    }
    keep(&mut cells, line, &mut text);
    cells
}

fn keep(cells: &mut Vec<(u64, String)>, line: u64, text: &mut String) {
    let cell = unescape(text);
    text.clear();
    if !cell.is_empty() {
        cells.push((line, cell));
    }
}

/// Resolves the entities that these pages use, and folds blanks.
fn unescape(text: &str) -> String {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !folded.contains('&') {
        return folded;
    }
    let plain = folded.replace("&nbsp;", " ");
    let plain =
        quick_xml::escape::unescape(&plain).map_or_else(|_| plain.clone(), std::borrow::Cow::into_owned);
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{facts, value};

    const PAGE: &str = "<html><head><style>.rsopheader{}</style></head><body><div>Computer Details</div>\
        <table><tr><td>Computer name</td><td>CORP\\RPA-07</td></tr></table>\n\
        <table><tr><th>Policy</th><th>Setting</th><th>Winning GPO</th></tr>\n\
        <tr><td>Network access: Do not allow storage of passwords and credentials for network authentication</td>\
        <td>Enabled</td><td>Baseline</td></tr>\n\
        <tr><td><a href='x'>Set time limit for active but idle Remote Desktop Services sessions</a></td>\
        <td>Enabled</td><td>Base &amp; line</td></tr><tr><td colspan=3><table><tr><td>Idle session limit:</td>\
        <td>15 minutes</td></tr></table></td></tr>\n\
        <tr><td>Log on as a batch job</td><td>CORP\\svc-robot, BUILTIN\\Administrators</td><td>X</td></tr></table>\n\
        <div>User Details</div><table><tr><td>Set time limit for disconnected sessions</td><td>Enabled</td><td>U</td></tr>\
        <tr><td>End a disconnected session</td><td>1 hour</td></tr></table></body></html>";

    #[test]
    fn a_page_and_half_of_it() {
        assert!(super::sniff(PAGE));
        let found = facts(super::super::read, PAGE);
        assert_eq!(value(&found, "policy.DisableDomainCreds"), ["1"]);
        assert_eq!(value(&found, "rdp.MaxIdleTime"), ["900000"]);
        assert_eq!(
            value(&found, "right.SeBatchLogonRight"),
            [r"CORP\svc-robot", r"BUILTIN\Administrators"]
        );
        assert_eq!(value(&found, "rdp.MaxDisconnectionTime"), ["3600000"]);
        assert!(found.facts.iter().all(|fact| &*fact.host == "RPA-07"));
        let user = found.facts.last().unwrap();
        assert_eq!(user.scope, crate::model::FactScope::UserPolicy);
        let (half, _) = PAGE.split_once("<td colspan").unwrap();
        let found = facts(super::super::read, half);
        assert_eq!(value(&found, "policy.DisableDomainCreds"), ["1"]);
        assert!(value(&found, "rdp.MaxIdleTime").is_empty());
    }
}
