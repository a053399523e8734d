//! How a sentence is made to fit: it is cut at a clause, and where no clause ends in time, behind a word that can end one. It loses
//! when it was before it loses what it is about. Must not know what is shown where.

/// Words of a sentence that say something at least.
const FEWEST: usize = 3;

/// Where a clause ends, and what follows may be left out.
const ENDS: &[&str] = &[
    ": ",
    "; ",
    ", ",
    " (",
    " because ",
    " while ",
    " when ",
    " which ",
    " that ",
    " and ",
    " although ",
    " so that ",
    " before ",
    " after ",
    " with ",
    " from ",
    " within ",
    " during ",
];

/// Words that nothing ends with: what they are about would be gone.
const OPEN: &[&str] = &[
    "a", "an", "the", "its", "his", "their", "that", "which", "who", "of", "to", "for", "in", "on", "at",
    "by", "from", "with", "as", "or", "and", "was", "were", "is", "are", "be", "been", "has", "had", "have",
    "not", "no", "may", "could", "cannot", "says", "lost", "exceeded",
];

/// What is said, with how often and when it was, in as many of its words as fit; nothing where not even the fewest do. The first of
/// the ways to tell when is the fullest.
pub(super) fn sentence(said: &str, whens: &[&str], fits: impl Fn(&str) -> bool) -> Option<String> {
    let plain = without_asides(said);
    let clauses = clauses(&plain);
    let cut = |text: &str, when: &str| format!("{text}\u{a0}\u{2026}{when}");
    let timed = whens.iter().map(|when| format!("{plain}{when}"));
    let timed_clauses = clauses
        .iter()
        .flat_map(|clause| whens.iter().map(|when| cut(clause, when)));
    let mut candidates = timed
        .chain(timed_clauses)
        .chain(std::iter::once(format!("{plain}.")));
    if let Some(found) = candidates.find(|text| fits(text)) {
        return Some(found);
    }
    let when = whens.last().copied().unwrap_or_default();
    let longest = |when: &str| words(&plain).find(|text| fits(&cut(text, when)));
    // Nearly all that was said is worth more than when it was.
    let is_whole = |text: &&str| text.len() * 5 >= plain.len() * 4;
    match (longest(when), longest("")) {
        (Some(timed), Some(bare)) if is_whole(&timed) || !is_whole(&bare) => Some(cut(timed, when)),
        (_, Some(bare)) => Some(cut(bare, "")),
        (Some(timed), None) => Some(cut(timed, when)),
        (None, None) => None,
    }
}

/// The text without what stands in parentheses.
fn without_asides(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(" (") {
        let Some((_, behind)) = after.split_once(')') else {
            break;
        };
        plain.push_str(before);
        rest = behind;
    }
    plain.push_str(rest);
    plain
}

/// The beginnings of a text that end with a clause, the longest first. What has no verb yet is none: half of it must be there.
fn clauses(text: &str) -> Vec<&str> {
    let mut ends: Vec<usize> = ENDS
        .iter()
        .flat_map(|end| text.match_indices(end))
        .map(|(at, _)| at)
        .collect();
    ends.sort_unstable();
    ends.dedup();
    let beginnings = ends.into_iter().rev().filter_map(|end| text.get(..end));
    beginnings
        .filter(|clause| clause.len() * 2 >= text.len() && is_closed(clause))
        .collect()
}

/// The beginnings of a text that end with a word that can end one, the longest first.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let ends: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
    let beginnings = ends.into_iter().rev().filter_map(|end| text.get(..end));
    beginnings
        .map(|text| text.trim_end_matches([',', ':', ';', '(', '\u{2026}', ' ']))
        .filter(|text| is_closed(text))
}

fn is_closed(text: &str) -> bool {
    let last = text.split(' ').next_back().unwrap_or_default().to_lowercase();
    text.split(' ').count() >= FEWEST && !last.ends_with("'s") && !OPEN.contains(&last.as_str())
}

/// A step with its ways through menus short: where one begins and where it ends is what somebody needs.
pub(super) fn ways(text: &str) -> String {
    let parts: Vec<&str> = text.split(" > ").collect();
    let mut kept = String::new();
    for (at, part) in parts.iter().enumerate() {
        // Only what has a menu before and behind it is one itself; a sentence that ends in between is not.
        let is_inner = at > 0 && at.saturating_add(1) < parts.len() && !part.contains(['.', ';', ':', ',']);
        match is_inner {
            true if kept.ends_with('\u{2026}') => {}
            true => kept.push_str(" > \u{2026}"),
            false if at == 0 => kept.push_str(part),
            false => {
                kept.push_str(" > ");
                kept.push_str(part);
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(said: &str, when: &str, most: usize) -> String {
        sentence(said, &[when, ", 25 Feb 11:27."], |text| {
            text.chars().count() <= most
        })
        .unwrap_or_default()
    }

    #[test]
    fn a_sentence_is_cut_at_a_clause_and_keeps_what_it_is_about() {
        let said = "Session 10 of MEDI\\tgarcia was disconnected (reason 4) because the time limit for active sessions was reached";
        let when = ", twice since Tue 25 Feb 11:27:22.";
        assert_eq!(within(said, when, 200), said.replace(" (reason 4)", "") + when);
        assert_eq!(
            within(said, when, 125),
            "Session 10 of MEDI\\tgarcia was disconnected because the time limit for active sessions was reached, 25 Feb 11:27."
        );
        let said = "Windows says that session 10 exceeded its time limit";
        assert_eq!(within(said, when, 60), format!("{said}."));
        assert_eq!(
            within(said, when, 44),
            "Windows says that session\u{a0}\u{2026}, 25 Feb 11:27."
        );
        let said = "A network adapter lost its connection";
        assert_eq!(within(said, when, 40), format!("{said}."));
        assert_eq!(within(said, when, 30), "A network adapter\u{a0}\u{2026}");
    }

    #[test]
    fn a_way_through_menus_keeps_its_ends() {
        assert_eq!(
            ways(
                "Lift it: gpedit.msc > Computer Configuration > Administrative Templates > Set time limit for active sessions. Then wait."
            ),
            "Lift it: gpedit.msc > \u{2026} > Set time limit for active sessions. Then wait."
        );
        assert_eq!(
            ways("Settings > Accounts, and task > Settings."),
            "Settings > Accounts, and task > Settings."
        );
        assert_eq!(ways("no way"), "no way");
    }
}
