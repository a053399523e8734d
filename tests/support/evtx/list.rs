//! Events as text: what Event Viewer saves as CSV, and what `wevtutil qe /f:text` prints.
//!
//! Both hold the text that Windows renders in its own language, and local times without a zone. CSV does not even name
//! the computer.

use std::fmt::Write as _;

use chrono::NaiveDateTime;

use super::event::{Body, Event};
use super::file::Log;
use super::value::Time;

/// The language of Windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    German,
    Japanese,
}

impl Language {
    fn head(self) -> &'static str {
        match self {
            Self::English => "Level,Date and Time,Source,Event ID,Task Category",
            Self::German => "Ebene,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabenkategorie",
            Self::Japanese => "レベル,日付と時刻,ソース,イベント ID,タスクのカテゴリ",
        }
    }

    fn level(self, level: u8) -> &'static str {
        let names = match self {
            Self::English => ["Critical", "Error", "Warning", "Verbose", "Information"],
            Self::German => ["Kritisch", "Fehler", "Warnung", "Ausführlich", "Informationen"],
            Self::Japanese => ["重大", "エラー", "警告", "詳細", "情報"],
        };
        names[match level {
            1 => 0,
            2 => 1,
            3 => 2,
            5 => 3,
            _ => 4,
        }]
    }

    fn none(self) -> &'static str {
        match self {
            Self::English => "None",
            Self::German => "Keine",
            Self::Japanese => "なし",
        }
    }

    fn date(self, at: NaiveDateTime) -> String {
        let form = match self {
            Self::English => "%-m/%-d/%Y %-I:%M:%S %p",
            Self::German => "%d.%m.%Y %H:%M:%S",
            Self::Japanese => "%Y/%m/%d %-H:%M:%S",
        };
        at.format(form).to_string()
    }
}

impl Event {
    /// The text of a field by its name; of a classic event, by its place.
    pub fn text_of(&self, name: &str) -> String {
        match &self.body {
            Body::Data { fields, .. } | Body::User { fields, .. } => fields
                .iter()
                .find(|(field, _)| field == name)
                .map(|(_, value)| value.texts().concat())
                .unwrap_or_default(),
            Body::Classic { strings, .. } => name
                .parse::<usize>()
                .ok()
                .and_then(|at| strings.get(at).cloned())
                .unwrap_or_default(),
            Body::None | Body::Other(_) => String::new(),
        }
    }

    /// Every field, in order.
    pub fn all_texts(&self) -> Vec<String> {
        match &self.body {
            Body::Data { fields, .. } | Body::User { fields, .. } => {
                fields.iter().map(|(_, value)| value.texts().concat()).collect()
            }
            Body::Classic { strings, .. } => strings.clone(),
            Body::None | Body::Other(_) => Vec::new(),
        }
    }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

impl Log {
    /// Event Viewer, "Save All Events As", CSV: the newest first. `offset` gives minutes east of UTC at a moment.
    pub fn to_viewer_csv(
        &self,
        language: Language,
        offset: impl Fn(Time) -> i64,
        message: impl Fn(&Event) -> String,
    ) -> String {
        let mut out = format!("{}\r\n", language.head());
        for (_, event) in self.numbered().iter().rev() {
            let local = (event.at + chrono::TimeDelta::minutes(offset(event.at))).naive_utc();
            let _ = write!(
                out,
                "{},{},{},{},{},{}\r\n",
                language.level(event.level),
                language.date(local),
                event.provider,
                event.id,
                language.none(),
                quoted(&message(event))
            );
        }
        out
    }

    /// `wevtutil qe CHANNEL /f:text`: the oldest first.
    pub fn to_wevtutil_text(
        &self,
        offset: impl Fn(Time) -> i64,
        message: impl Fn(&Event) -> String,
    ) -> String {
        let mut out = String::new();
        for (at, (_, event)) in self.numbered().iter().enumerate() {
            let local = (event.at + chrono::TimeDelta::minutes(offset(event.at))).naive_utc();
            let _ = write!(
                out,
                "Event[{at}]:\r\n  Log Name: {}\r\n  Source: {}\r\n  Date: {}\r\n  Event ID: {}\r\n  Task: N/A\r\n  Level: {}\r\n  Opcode: Info\r\n  Keyword: N/A\r\n  User: {}\r\n  User Name: N/A\r\n  Computer: {}\r\n  Description: \r\n{}\r\n\r\n",
                event.channel.as_deref().unwrap_or(&self.channel),
                event.provider,
                local.format("%Y-%m-%dT%H:%M:%S%.3f"),
                event.id,
                Language::English.level(event.level),
                event.user.as_deref().unwrap_or("N/A"),
                event.computer.as_deref().unwrap_or(&self.computer),
                message(event)
            );
        }
        out
    }
}
