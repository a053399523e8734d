//! Dates that name their month: `14 Jul 2025 02:00`, `July 14, 2025, 2:00 AM`, `Mon Jul 14 02:00:01 2025`, in some languages.

use super::numbered::Half;
use super::scan::{Scan, WrittenDate};
use chrono::NaiveTime;

/// The beginnings of the names of months, in lower case, as far as they tell them apart; those of a language that are spelled like
/// English ones are left out.
const MONTHS: [&[&str]; 12] = [
    &[
        "jan", "ene", "gen", "янв", "sty", "led", "oca", "ian", "січ", "ιαν",
    ],
    &["feb", "fév", "fev", "фев", "lut", "úno", "şub", "лют", "φεβ"],
    &["mar", "mär", "мар", "már", "bře", "бер", "μαρ"],
    &[
        "apr", "avr", "abr", "апр", "kwi", "ápr", "dub", "nis", "кві", "απρ",
    ],
    &[
        "may", "mai", "mag", "мая", "maj", "mei", "máj", "kvě", "тра", "μαΐ", "μαϊ",
    ],
    &[
        "jun", "juin", "giu", "июн", "cze", "jún", "červn", "haz", "iun", "чер", "ιουν",
    ],
    &[
        "jul", "juil", "lug", "июл", "lip", "júl", "červe", "tem", "iul", "лип", "ιουλ",
    ],
    &["aug", "aoû", "ago", "авг", "sie", "srp", "ağu", "сер", "αυγ"],
    &["sep", "set", "сен", "wrz", "szep", "zář", "eyl", "вер", "σεπ"],
    &[
        "oct", "okt", "ott", "out", "окт", "paź", "říj", "eki", "жов", "οκτ",
    ],
    &["nov", "ноя", "lis", "kas", "noi", "νοε"],
    &[
        "dec", "dez", "déc", "dic", "дек", "gru", "prosin", "ara", "гру", "δεκ",
    ],
];

/// Letters of a name at most.
const NAME: usize = 12;

impl<'a> Scan<'a> {
    /// The date and the time behind it, of a text that begins with a number or a name.
    pub(super) fn named_stamp(&mut self) -> Option<(WrittenDate, NaiveTime, Half)> {
        let whole = self.rest;
        let found = self.named_date_and_time();
        if found.is_none() {
            self.rest = whole;
        }
        found
    }

    fn named_date_and_time(&mut self) -> Option<(WrittenDate, NaiveTime, Half)> {
        let first = self.rest;
        let mut forms = [Self::year_first, Self::day_first, Self::month_first].into_iter();
        let written = forms.find_map(|form| {
            self.rest = first;
            form(self)
        });
        match written? {
            (month, day, Some(year)) => {
                // `17/Apr/2024:07:24:46` of web servers.
                let _ = self.take(":");
                self.before_time();
                let (time, half) = self.time()?;
                Some((WrittenDate::Known(year, month, day), time, half))
            }
            (month, day, None) => {
                let (time, half) = self.time()?;
                self.gap();
                let (year, _) = self.digits(4, 4)?;
                Some((WrittenDate::Known(year, month, day), time, half))
            }
        }
    }

    /// `2025-Jul-14`.
    fn year_first(&mut self) -> Option<(u32, u32, Option<u32>)> {
        let (year, _) = self.digits(4, 4)?;
        self.gap();
        let month = month(self.word(3)?)?;
        self.gap();
        let (day, _) = self.digits(1, 2)?;
        Some((month, day, Some(year)))
    }

    /// `14 Jul 2025`, `14-Jul-2025`, `14. Juli 2025`, `14 de julio de 2025`.
    fn day_first(&mut self) -> Option<(u32, u32, Option<u32>)> {
        let (day, _) = self.digits(1, 2)?;
        self.gap();
        let _ = self.take("de ");
        let month = month(self.word(3)?)?;
        self.gap();
        let _ = self.take("de ");
        let (year, _) = self.digits(4, 4)?;
        // "7 марта 2025 г.": the word for a year, in Russian and Ukrainian.
        let _ = [" г.", " р.", " года", " року", "г.", "р."]
            .iter()
            .any(|word| self.take(word));
        Some((month, day, Some(year)))
    }

    /// `Jul 14, 2025`, and `Jul 14 02:00:01 2025`, where the year comes last.
    fn month_first(&mut self) -> Option<(u32, u32, Option<u32>)> {
        let month = month(self.word(3)?)?;
        self.gap();
        let (day, _) = self.digits(1, 2)?;
        self.gap();
        let before = self.rest;
        let year = self
            .digits(4, 4)
            .map(|(year, _)| year)
            .filter(|_| !self.rest.starts_with(b":"));
        if year.is_none() {
            self.rest = before;
        }
        Some((month, day, year))
    }

    /// What stands between the parts of such a date.
    fn gap(&mut self) {
        self.skip(b" \t.,-/");
    }

    /// A word that is long enough for a name, of so many letters at least.
    pub(super) fn word(&mut self, shortest: usize) -> Option<&'a str> {
        let bytes = self.rest;
        // Bytes beyond a name are not looked at: a line may be long.
        let near = bytes.get(..NAME * 4).unwrap_or(bytes);
        let text = near.utf8_chunks().next()?.valid();
        let end = text
            .find(|letter: char| !letter.is_alphabetic())
            .unwrap_or(text.len());
        let (word, _) = text.split_at_checked(end)?;
        if !(shortest..=NAME).contains(&word.chars().count()) {
            return None;
        }
        self.rest = bytes.get(end..)?;
        Some(word)
    }
}

fn month(word: &str) -> Option<u32> {
    let place = MONTHS.iter().position(|names| starts_with_any(word, names))?;
    u32::try_from(place + 1).ok()
}

/// Whether a word begins with one of some names; case does not count.
fn starts_with_any(word: &str, names: &[&str]) -> bool {
    let begins = |name: &&str| {
        let mut letters = word.chars().flat_map(char::to_lowercase);
        name.chars().all(|wanted| letters.next() == Some(wanted))
    };
    names.iter().any(begins)
}

#[cfg(test)]
mod tests {
    use super::super::{DateOrder, Stamp, leading, whole};

    #[test]
    fn months_by_name() {
        for text in [
            "14 Jul 2025 02:00:01",
            "14-Jul-2025 02:00:01",
            "Jul 14, 2025 2:00:01 AM",
            "July 14, 2025, 2:00:01 AM",
            "Mon Jul 14 02:00:01 2025",
            "Monday, July 14, 2025 2:00:01 AM",
            "Montag, 14. Juli 2025 02:00:01",
            "14 juillet 2025 02:00:01",
            "14 de julio de 2025 2:00:01",
            "lundi 14 juillet 2025 02:00:01",
            "14 июля 2025 02:00:01",
            "2025-Jul-14 02:00:01",
            "14/Jul/2025:02:00:01",
        ] {
            let Some(Stamp::Local(local)) = whole(text, DateOrder::Unknown) else {
                panic!("{text}");
            };
            assert_eq!(local.to_string(), "2025-07-14 02:00:01", "{text}");
        }
        let zoned = whole("Mon, 14 Jul 2025 02:00:01 +0200", DateOrder::Unknown);
        assert!(
            matches!(zoned, Some(Stamp::Exact(time)) if time.to_rfc3339() == "2025-07-14T00:00:01+00:00")
        );
    }

    #[test]
    fn words_that_begin_like_a_month_or_a_day_are_no_date() {
        for text in [
            "Marker 14 is set",
            "May 2025",
            "Monday",
            "decide 3 2025",
            "Jul 14 02:00:01",
            "mar 99, 2025 10:00",
            "sat",
        ] {
            assert_eq!(leading(text, DateOrder::Unknown), None, "{text}");
        }
    }
}
