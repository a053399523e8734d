//! The budgets of a run and the passwords of archives, as options.

use std::path::PathBuf;

use chrono::TimeDelta;
use clap::Args;
use logonscope::Limits;

use crate::interrupt;
use crate::options::duration;
use crate::status::Failure;

/// Budgets of a run; what one cuts off is told among the problems, the rest is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct Budget {
    /// End after this time with the result of what was read until then: 90s, 15m, 2h
    #[arg(long, value_name = "SPAN", value_parser = duration)]
    pub(crate) time_limit: Option<TimeDelta>,
    /// Bytes that come out of archives, over the whole case
    #[arg(long, value_name = "SIZE", default_value = "256GiB", value_parser = size, hide_short_help = true)]
    max_total: u64,
    /// Bytes of one member of an archive, unpacked
    #[arg(long, value_name = "SIZE", default_value = "64GiB", value_parser = size, hide_short_help = true)]
    max_entry: u64,
    /// Unpacked bytes for each packed byte of one member, from its first mebibyte on
    #[arg(long, value_name = "N", default_value_t = 2_000, hide_short_help = true)]
    max_ratio: u64,
    /// Files and archive members looked at
    #[arg(long, value_name = "N", default_value_t = 200_000, hide_short_help = true)]
    max_entries: u64,
    /// How deep archives may lie in archives
    #[arg(long, value_name = "N", default_value_t = 5, hide_short_help = true)]
    max_depth: u32,
    /// Bytes of nested archives held in memory; more go to a temporary file without a name
    #[arg(long, value_name = "SIZE", default_value = "512MiB", value_parser = size, hide_short_help = true)]
    max_memory: u64,
    /// Bytes of a path inside an archive; longer ones are cut for display
    #[arg(long, value_name = "N", default_value_t = 4_096, hide_short_help = true)]
    max_path: usize,
    /// Bytes of one line of text; longer ones are searched in pieces
    #[arg(long, value_name = "SIZE", default_value = "64KiB", value_parser = size, hide_short_help = true)]
    max_line: u64,
    /// Events of interest kept
    #[arg(long, value_name = "N", default_value_t = 2_000_000, hide_short_help = true)]
    max_events: usize,
    /// Bytes that the kept events of one file take
    #[arg(long, value_name = "SIZE", default_value = "2GiB", value_parser = size, hide_short_help = true)]
    max_event_bytes: u64,
    /// Bytes of long texts in the events of one file; past it, texts are cut to an excerpt of 512 bytes
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = size, hide_short_help = true)]
    max_long_text: u64,
    /// Settings kept
    #[arg(long, value_name = "N", default_value_t = 200_000, hide_short_help = true)]
    max_facts: usize,
    /// Incidents weighed and shown: those with the most occurrences
    #[arg(long, value_name = "N", default_value_t = 5_000, hide_short_help = true)]
    max_incidents: usize,
    /// Problems listed for each file; further ones are counted
    #[arg(long, value_name = "N", default_value_t = 20, hide_short_help = true)]
    max_problems: usize,
}

impl Budget {
    /// The limits, without the one on time; Ctrl-C ends what runs under them.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            total_bytes: self.max_total,
            entry_bytes: self.max_entry,
            ratio: self.max_ratio,
            entries: self.max_entries,
            archive_depth: self.max_depth,
            memory_bytes: self.max_memory,
            path_bytes: self.max_path,
            events: self.max_events,
            event_bytes: self.max_event_bytes,
            long_text_bytes: self.max_long_text,
            facts: self.max_facts,
            incidents: self.max_incidents,
            problems_per_artifact: self.max_problems,
            line_bytes: usize::try_from(self.max_line).unwrap_or(usize::MAX),
            stop: interrupt::watch(),
        }
    }

    /// The numbers, for the manifest of a batch.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "time_seconds": self.time_limit.map(|time| time.as_seconds_f64()),
            "total_bytes": self.max_total,
            "entry_bytes": self.max_entry,
            "ratio": self.max_ratio,
            "entries": self.max_entries,
            "archive_depth": self.max_depth,
            "memory_bytes": self.max_memory,
            "path_bytes": self.max_path,
            "line_bytes": self.max_line,
            "events": self.max_events,
            "event_bytes": self.max_event_bytes,
            "long_text_bytes": self.max_long_text,
            "facts": self.max_facts,
            "incidents": self.max_incidents,
            "problems_per_artifact": self.max_problems,
        })
    }

    /// The limits; the time runs from now on.
    pub(crate) fn limits_from_now(&self) -> Limits {
        let mut limits = self.limits();
        if let Some(time) = self.time_limit.and_then(|time| time.to_std().ok()) {
            limits.stop = limits.stop.within(time);
        }
        limits
    }
}

/// Reads `512MiB`, `2GiB`, `4096`.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|character: char| !character.is_ascii_digit());
    let shift = match text
        .strip_prefix(digits)
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
        .as_str()
    {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => 64,
    };
    let bytes = digits
        .parse::<u64>()
        .ok()
        .and_then(|count| count.checked_mul(1_u64.checked_shl(shift)?));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| {
        format!("{text:?} is no size; write a number of bytes, or one with KiB, MiB, GiB or TiB")
    })
}

/// What opens encrypted archives.
#[derive(Debug, Args)]
pub(crate) struct Passwords {
    /// A password to try on everything that is encrypted; may be given again. Other users of this machine may see it in the
    /// list of processes: --password-file keeps it out of there
    #[arg(long = "password", value_name = "TEXT")]
    given: Vec<String>,
    /// A file of passwords to try, one on each line
    #[arg(long = "password-file", value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Passwords {
    /// All of them, each once.
    pub(crate) fn read(&self) -> Result<Vec<String>, Failure> {
        let mut all = self.given.clone();
        if let Some(path) = &self.file {
            let text = std::fs::read_to_string(path)
                .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
            let lines = text.strip_prefix('\u{feff}').unwrap_or(&text).lines();
            all.extend(lines.filter(|line| !line.is_empty()).map(str::to_owned));
        }
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|password| seen.insert(password.clone()));
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        budget: Budget,
    }

    #[test]
    fn what_help_shows_is_what_holds() {
        let shown = Line::try_parse_from(["x"]).unwrap().budget.limits();
        let held = Limits::default();
        assert_eq!(
            format!(
                "{:?}",
                Limits {
                    stop: held.stop.clone(),
                    ..shown
                }
            ),
            format!("{held:?}")
        );
    }

    #[test]
    fn sizes() {
        for (text, bytes) in [("1", 1), ("64KiB", 65_536), ("2g", 2 << 30), ("3 MB", 3 << 20)] {
            assert_eq!(size(text), Ok(bytes));
        }
        for text in ["", "0", "-1", "MiB", "1.5GiB", "9999999999TiB", "5x"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
