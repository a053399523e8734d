//! Short names for places in logs: host, log, record. The paths behind them are told once, at the end of a page.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Diagnosis, Origin};

/// Names the artifacts of one diagnosis, and remembers which were cited.
#[derive(Debug)]
pub(super) struct Places<'d> {
    names: BTreeMap<&'d str, String>,
    cited: RefCell<BTreeSet<&'d str>>,
}

impl<'d> Places<'d> {
    /// The same diagnosis gives the same names.
    pub(super) fn new(diagnosis: &'d Diagnosis) -> Self {
        let hosts = short_hosts(diagnosis);
        let of_host = |host: &str| hosts.get(host).map_or(host, |short| *short).to_owned();
        let mut logs: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
        for cover in &diagnosis.coverage {
            for path in &cover.paths {
                logs.entry(path).or_default().push((&cover.host, &cover.channel));
            }
        }
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        let mut names = BTreeMap::new();
        for input in &diagnosis.inputs {
            let log = match logs.get(&*input.path).map(Vec::as_slice) {
                Some([(host, channel)]) => format!("{} {}", of_host(host), log_name(channel)),
                _ => match input.host.as_deref() {
                    Some(host) => format!("{} {}", of_host(host), file_name(&input.path)),
                    None => file_name(&input.path).to_owned(),
                },
            };
            let count = taken.entry(log.clone()).or_default();
            *count = count.saturating_add(1);
            let name = if *count > 1 {
                format!("{log} ({count})")
            } else {
                log
            };
            names.insert(&*input.path, name);
        }
        Self {
            names,
            cited: RefCell::default(),
        }
    }

    /// `RPA-07 Security #7808`, `RPA-07 Robot.log line 12`.
    pub(super) fn name(&self, origin: &Origin) -> String {
        let known = self.names.get_key_value(&*origin.path);
        if let Some((path, _)) = known {
            self.cited.borrow_mut().insert(path);
        }
        let mut text = known.map_or_else(|| file_name(&origin.path).to_owned(), |(_, name)| name.clone());
        if let Some(record) = origin.record {
            text += &format!(" #{record}");
        } else if let Some(line) = origin.line {
            text += &format!(" line {line}");
        } else if let Some(offset) = origin.offset {
            text += &format!(" byte {offset}");
        }
        text
    }

    /// The same in brackets and as one word, so that it can be found and copied: a page breaks no line at its blanks.
    pub(super) fn bracketed(&self, origin: &Origin) -> String {
        format!("[{}]", self.name(origin)).replace(' ', "\u{a0}")
    }

    /// What was cited so far: its short name and its path.
    pub(super) fn cited(&self) -> Vec<(&str, &'d str)> {
        let cited = self.cited.borrow();
        let named = cited.iter();
        named
            .filter_map(|path| Some((self.names.get(path)?.as_str(), *path)))
            .collect()
    }
}

/// The first label of each host's name, where no two hosts share it.
pub(super) fn short_hosts(diagnosis: &Diagnosis) -> BTreeMap<&str, &str> {
    let first = |name: &'_ str| name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for host in &diagnosis.hosts {
        let count = count.entry(first(&host.name)).or_default();
        *count = count.saturating_add(1);
    }
    let hosts = diagnosis.hosts.iter().map(|host| {
        let alone = count.get(&first(&host.name)) == Some(&1);
        let address = host.name.split('.').all(|part| part.parse::<u8>().is_ok());
        let short = host
            .name
            .split('.')
            .next()
            .filter(|short| alone && !address && !short.is_empty());
        (&*host.name, short.unwrap_or(&host.name))
    });
    hosts.collect()
}

/// A channel without what all of them share.
pub(super) fn log_name(channel: &str) -> &str {
    if channel.is_empty() {
        return "a log without a name";
    }
    let name = channel.strip_prefix("Microsoft-Windows-").unwrap_or(channel);
    name.strip_suffix("/Operational").unwrap_or(name)
}

/// The last part of a path inside a bundle.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
