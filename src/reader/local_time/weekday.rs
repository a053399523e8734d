//! Names of days that stand beside a date: `Wed 04/17/2024`, as `echo %date%` writes it, `2024/04/17(水)`, `17.04.2024 Çar`. Must not know
//! dates; what a day is good for is to tell which of two numbers is the month.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::Weekday;

use super::scan::Scan;

/// The beginnings of the names of days, in lower case: as far as they tell them apart, or whole, where a name has no more than two letters.
const NAMES: [(Weekday, &str); 7] = [
    (
        Weekday::Mon,
        "mon mo lun lu seg maa mån må man pon pn po пон пн pzt pazartesi hét δευ 周一 週一 星期一 月 월",
    ),
    (
        Weekday::Tue,
        "tue die di mar ter din tis tir ti wt wto út ut úte вто вт вів sal ked τρι 周二 週二 星期二 火 화",
    ),
    (
        Weekday::Wed,
        "wed mit mi mer mié mie qua woe wo ons śr śro st stř str сре ср сер çar sze ke kes τετ 周三 週三 星期三 水 수",
    ),
    (
        Weekday::Thu,
        "thu don jeu jue qui gio joi tor czw cz čt čtv št štv чет чт per csü πεμ 周四 週四 星期四 木 목",
    ),
    (
        Weekday::Fri,
        "fri fre fr ven vie sex vri vr pią pt pá pát pi pia пят пт пʼя cum pén perj παρ 周五 週五 星期五 金 금",
    ),
    (
        Weekday::Sat,
        "sat sam sa sáb sab sâm zat za lör lö lør lø sob суб сб cmt cumartesi szo lau σαβ 周六 週六 星期六 土 토",
    ),
    (
        Weekday::Sun,
        "sun son dim dom dum zon zo sön sö søn sø nie nd ned ne вос вс нед нд paz vas su κυρ 周日 週日 星期日 星期天 日 \
         일",
    ),
];

/// The same by their first letters: most words of a text begin like none.
static BY_LETTER: LazyLock<HashMap<char, Vec<(Weekday, &str)>>> = LazyLock::new(|| {
    let mut table: HashMap<char, Vec<(Weekday, &str)>> = HashMap::new();
    for (day, names) in NAMES {
        for name in names.split_whitespace() {
            let first = name.chars().next();
            table
                .entry(first.unwrap_or_default())
                .or_default()
                .push((day, name));
        }
    }
    table
});

/// Names that mean another day in another language, and so tell none.
const OF_SEVERAL: &[&str] = &[
    "so", "do", "ma", "me", "je", "ve", "ju", "vi", "on", "to", "pe", "la",
];

/// What a word says of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    Known(Weekday),
    /// A day of the week; which, depends on the language.
    Some,
}

impl Day {
    pub(super) const fn known(self) -> Option<Weekday> {
        match self {
            Self::Known(day) => Some(day),
            Self::Some => None,
        }
    }
}

/// The day that a word names.
fn day(word: &str) -> Option<Day> {
    /// Letters from here on are words by themselves.
    const WORDS: char = '\u{2E80}';
    if OF_SEVERAL.iter().any(|name| word.eq_ignore_ascii_case(name)) {
        return Some(Day::Some);
    }
    let first = word.chars().next()?.to_lowercase().next()?;
    let names = BY_LETTER.get(&first)?;
    let lower = word.to_lowercase();
    let is_beginning = |name: &str| name.chars().count() > 2 || name.starts_with(|letter| letter >= WORDS);
    let fits = |name: &str| lower == name || is_beginning(name) && lower.starts_with(name);
    // The longest tells: `pazartesi` is no `paz`.
    let (day, _) = names
        .iter()
        .filter(|(_, name)| fits(name))
        .max_by_key(|(_, name)| name.len())?;
    Some(Day::Known(*day))
}

impl Scan<'_> {
    /// The name of a day, with the marks around it and the blank behind it; nothing is taken where there is none.
    pub(super) fn weekday(&mut self) -> Option<Day> {
        let before = self.rest;
        let found = self.marked_weekday();
        if found.is_none() {
            self.rest = before;
        }
        found
    }

    fn marked_weekday(&mut self) -> Option<Day> {
        let bracket = self.take("(");
        let day = day(self.word(1)?)?;
        (!bracket || self.take(")")).then_some(())?;
        self.skip(b" \t.,");
        Some(day)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DateOrder, Stamp, leading};
    use super::*;

    #[test]
    fn days_in_many_languages() {
        for (word, wanted) in [
            ("Wed", Some(Weekday::Wed)),
            ("Mittwoch", Some(Weekday::Wed)),
            ("Mi", Some(Weekday::Wed)),
            ("mié", Some(Weekday::Wed)),
            ("水", Some(Weekday::Wed)),
            ("수요일", Some(Weekday::Wed)),
            ("星期三", Some(Weekday::Wed)),
            ("Çar", Some(Weekday::Wed)),
            ("Pazartesi", Some(Weekday::Mon)),
            ("Paz", Some(Weekday::Sun)),
            ("ср", Some(Weekday::Wed)),
        ] {
            assert_eq!(day(word).and_then(Day::known), wanted, "{word}");
        }
        assert_eq!(day("so"), Some(Day::Some));
        for word in ["in", "ERROR", "w", "at"] {
            assert_eq!(day(word), None, "{word}");
        }
    }

    /// 17 April 2024 was a Wednesday, the 5th of that month a Friday.
    #[test]
    fn a_day_beside_a_date() {
        for (text, wanted) in [
            ("Wed 04/17/2024  7:24:46.09 failed", "2024-04-17 07:24:46.090"),
            ("Mi 17.04.2024  7:24:46,09 failed", "2024-04-17 07:24:46.090"),
            ("2024-04-17 Wed 07:24:46 failed", "2024-04-17 07:24:46"),
            ("2024/04/17(水) 07:24:46 failed", "2024-04-17 07:24:46"),
            (
                "2024-Apr-17 Wed 07:24:46.096 [ERROR] failed",
                "2024-04-17 07:24:46.096",
            ),
            ("Fri 04/05/2024  7:24:46.00 failed", "2024-04-05 07:24:46"),
            ("Fri 05/04/2024  7:24:46.00 failed", "2024-04-05 07:24:46"),
        ] {
            let Some(Stamp::Local(local)) = leading(text, DateOrder::Unknown) else {
                panic!("{text}");
            };
            assert_eq!(local.to_string(), wanted, "{text}");
        }
        // Both readings are no Monday.
        assert_eq!(leading("Mon 04/05/2024 7:24:46", DateOrder::Unknown), None);
    }
}
