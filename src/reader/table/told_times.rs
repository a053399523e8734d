//! When a job or a run began and ended and whose it was, as the labels beside it tell: somebody copied the row of a page into a note.
//! Must not know what a note is about.

use super::run_headings::{Column, column};
use crate::reader::local_time::{self, DateOrder, Stamp};

/// Words of a label before its time, at most: `Heure de fin`.
const LABEL_WORDS: usize = 3;
/// Times of one line that are looked at.
const TIMES: usize = 8;

/// The time that a line's labels give to what it tells: that of the end, where an error belongs; else of the beginning. The
/// first says whether it is the end.
pub(crate) fn find(line: &str, order: DateOrder) -> Option<(bool, Stamp)> {
    let mut best: Option<(usize, Stamp)> = None;
    for at in local_time::number_starts(line).take(TIMES * 8) {
        let (before, rest) = line.split_at_checked(at)?;
        let Some(rank) = rank(before) else {
            continue;
        };
        if let Some(stamp) = local_time::leading(rest, order)
            && best.is_none_or(|(other, _)| rank < other)
        {
            best = Some((rank, stamp));
        }
    }
    best.map(|(rank, stamp)| (rank == 0, stamp))
}

/// How much the label behind which a time stands says about when something failed; the smaller the more.
fn rank(before: &str) -> Option<usize> {
    let label = before.trim_end_matches(|letter: char| !letter.is_alphanumeric());
    let words = label.char_indices().rev();
    let begins = words.filter(|(at, letter)| {
        let previous = label.get(..*at).and_then(|text| text.chars().next_back());
        letter.is_alphanumeric() && !previous.is_some_and(char::is_alphanumeric)
    });
    let found = begins
        .take(LABEL_WORDS)
        .find_map(|(at, _)| column(label.get(at..)?))?;
    [Column::Ended, Column::Started, Column::Created]
        .iter()
        .position(|wanted| *wanted == found)
}

/// The account that a label names: that of the robot, or of the host's user.
pub(crate) fn account(line: &str) -> Option<&str> {
    let labels = line.match_indices([':', '=', '：']);
    labels.take(TIMES * 8).find_map(|(at, sign)| {
        let (before, rest) = (line.get(..at)?, line.get(at + sign.len()..)?);
        let begin = before.rfind(|letter: char| !letter.is_alphanumeric() && letter != ' ');
        let label = before.get(begin.map_or(0, |begin| begin + 1)..)?.trim();
        let label = label.rsplit("  ").next()?;
        if !matches!(column(label)?, Column::Robot | Column::Account) {
            return None;
        }
        let value = rest.trim_start();
        let end = value
            .find([' ', '|', ',', ';', '\t', ')', '"'])
            .unwrap_or(value.len());
        let value = value.get(..end)?;
        let (domain, name) = value.split_once('\\')?;
        (!domain.is_empty() && !name.is_empty() && !name.contains('\\')).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> Option<(bool, String)> {
        let (end, stamp) = find(line, DateOrder::DayFirst)?;
        let Stamp::Local(local) = stamp else {
            return None;
        };
        Some((end, local.to_string()))
    }

    #[test]
    fn the_end_comes_first() {
        let end = Some((true, "2025-03-25 13:23:40".to_owned()));
        for line in [
            "Robot: CORP\\r1 | Inicio: 25/03/2025 12:45:00 | Fin: 25/03/2025 13:23:40 | Estado: Con errores",
            "Created 2025-03-25 12:30:00  Ended 2025-03-25 13:23:40",
            "Heure de fin : 25/03/2025 13:23:40",
            "終了日時: 2025/03/25 13:23:40",
        ] {
            assert_eq!(told(line), end, "{line}");
        }
        assert_eq!(
            told("Started: 25/03/2025 12:45:00"),
            Some((false, "2025-03-25 12:45:00".to_owned()))
        );
    }

    #[test]
    fn whose_it_was() {
        assert_eq!(
            account(r"Process: Billing | Robot: CORP\svc-1 | Host: RPA-07"),
            Some(r"CORP\svc-1")
        );
        assert_eq!(account(r"Host identity: CORP\svc-1"), Some(r"CORP\svc-1"));
        for line in ["Robot: R-07", r"Path: C:\robots\a.exe", r"Robot: C:\a\b", ""] {
            assert_eq!(account(line), None, "{line}");
        }
    }

    #[test]
    fn a_number_behind_other_words_is_no_time() {
        for line in [
            "weekend 25/03/2025 13:23:40",
            "Ended with 3 errors",
            "seen 25/03/2025 13:23:40",
            "",
        ] {
            assert_eq!(told(line), None, "{line}");
        }
    }
}
