//! `gpresult /v` and `/z`: blocks that name a registry value and its data, or a right and its holders. The labels are
//! localized; keys and rights are not.
//!
//! Folklore: the data of administrative templates is printed as decimal bytes, `160, 187, 13, 0`.

use super::super::accounts::{RIGHTS, holder};
use super::super::known::{Data, Key, Values};
use super::super::labels::pair;
use super::super::sink::Sink;
use crate::model::{FactScope, ProblemKind};

/// Whether the text holds such a result, or a block of one: the path of a value, and its data in the next line.
pub(super) fn sniff(head: &str) -> bool {
    let reader = Reader::default();
    let mut is_path = false;
    head.lines().take(400).any(|line| {
        let text = line.trim();
        let value = pair(text).map(|(_, value)| value);
        let found =
            text.to_ascii_uppercase().starts_with("RSOP") || (is_path && value.and_then(data).is_some());
        let path = value.and_then(|value| reader.registry_path(value));
        is_path = path.is_some_and(|(key, name)| Values::wants(&key, &name));
        found
    })
}

/// Reads the text.
pub(super) fn read(whole: &str, sink: &mut Sink<'_, '_>) {
    let mut reader = Reader::default();
    for (number, line) in (1_u64..).zip(whole.lines()) {
        reader.line(sink, number, line);
    }
    reader.values.finish(sink);
}

#[derive(Default)]
struct Reader {
    user: bool,
    /// A registry value whose data comes next.
    value: Option<(u64, Key, String)>,
    /// A right whose holders come next, and whether they have begun.
    right: Option<(&'static str, bool)>,
    values: Values,
}

impl Reader {
    fn line(&mut self, sink: &mut Sink<'_, '_>, number: u64, line: &str) {
        let text = line.trim();
        if text.is_empty() {
            self.right = None;
            return;
        }
        let upper = text.to_uppercase();
        if let Some(name) = host(text).filter(|_| upper.starts_with("RSOP")) {
            sink.host(name);
            return;
        }
        if line.starts_with(text)
            && (upper.starts_with("USER SETTINGS") || upper.starts_with("BENUTZEREINSTELL"))
        {
            self.user = true;
        } else if line.starts_with(text) && upper.starts_with("COMPUTER") && !text.contains(':') {
            self.user = false;
        }
        match pair(text) {
            Some((_, value)) => self.pair(sink, number, value),
            None => self.holder(sink, number, text),
        }
    }

    /// Takes the value of a line; what its label says does not matter.
    fn pair(&mut self, sink: &mut Sink<'_, '_>, number: u64, value: &str) {
        if let Some(right) = RIGHTS
            .iter()
            .find(|right| right.strip_prefix("Se") == Some(value))
        {
            sink.record();
            self.right = Some((right, false));
        } else if let Some((key, name)) = self.registry_path(value) {
            sink.record();
            self.value = Some((number, key, name));
        } else if let Some((line, key, name)) = self.value.take() {
            match data(value) {
                Some(data) => self.values.add(sink, line, &key, &name, &data),
                None if is_cut(value) => {
                    sink.problem(ProblemKind::Damaged, number, "the bytes of a value are none");
                }
                None => {}
            }
        } else if let Some((right, _)) = self.right {
            self.right = Some((right, true));
            self.holder(sink, number, value);
        }
    }

    fn registry_path(&self, value: &str) -> Option<(Key, String)> {
        let lower = value.to_ascii_lowercase();
        let (key, name) = value.rsplit_once('\\')?;
        if lower.starts_with(r"machine\") {
            return Some((Key::new(key), name.to_owned()));
        }
        if lower.starts_with(r"software\") || lower.starts_with(r"system\") {
            let hive = if self.user { "HKCU" } else { "HKLM" };
            return Some((Key::new(&format!(r"{hive}\{key}")), name.to_owned()));
        }
        None
    }

    fn holder(&self, sink: &mut Sink<'_, '_>, number: u64, account: &str) {
        if let Some((right, true)) = self.right
            && !account.is_empty()
            && account.len() < 256
        {
            let fact = format!("right.{right}");
            sink.fact(number, FactScope::ComputerPolicy, &fact, &holder(account));
        }
    }
}

/// The machine in `RSOP data for CORP\svc-robot on RPA-07 : Logging Mode`: the last word before the colon, whatever the
/// language.
fn host(title: &str) -> Option<&str> {
    let (title, _) = title.rsplit_once(':')?;
    let name = title.split_whitespace().next_back()?;
    (!name.contains('\\')).then_some(name)
}

/// Whether a value that is neither number, text nor bytes began as bytes.
fn is_cut(value: &str) -> bool {
    value.contains(',') && value.split(',').any(|part| part.trim().parse::<u8>().is_ok())
}

/// A number, bytes in decimal, or text in quotes.
fn data(text: &str) -> Option<Data> {
    if let Ok(number) = text.parse::<u64>() {
        return Some(Data::Number(number));
    }
    if let Some(quoted) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        return Some(Data::Text(quoted.to_owned()));
    }
    let bytes: Option<Vec<u8>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
    let bytes = bytes?;
    match <[u8; 4]>::try_from(bytes.as_slice()) {
        Ok(bytes) => Some(Data::Number(u64::from(u32::from_le_bytes(bytes)))),
        Err(_) => {
            let units = bytes
                .chunks_exact(2)
                .map(|pair| u16::from_le_bytes(pair.try_into().unwrap_or_default()));
            let text: String = char::decode_utf16(units).filter_map(Result::ok).collect();
            Some(Data::Text(text.trim_end_matches('\0').to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{facts, value};

    const TEXT: &str = "RSOP data for CORP\\svc-robot on RPA-07 : Logging Mode\n\nCOMPUTER SETTINGS\n------------------\n\
        \x20       User Rights\n        -----------\n            GPO: Baseline\n                Policy:            BatchLogonRight\n\
        \x20               Computer Setting:  CORP\\svc-robot\n                                   Administrators\n\n\
        \x20       Security Options\n            GPO: Baseline\n                Policy:            @wsecedit.dll,-59058\n\
        \x20               ValueName:         MACHINE\\System\\CurrentControlSet\\Control\\Lsa\\DisableDomainCreds\n\
        \x20               Computer Setting:  1\n\n        Administrative Templates\n            GPO: Baseline\n\
        \x20               KeyName:     Software\\Policies\\Microsoft\\Windows NT\\Terminal Services\\MaxIdleTime\n\
        \x20               Value:       160, 187, 13, 0\n                State:       Enabled\n\nUSER SETTINGS\n--------------\n\
        \x20               KeyName:     Software\\Policies\\Microsoft\\Windows NT\\Terminal Services\\MaxDisconnectionTime\n\
        \x20               Value:       96, 234, 0, 0\n";

    #[test]
    fn english_and_german_labels() {
        let german = TEXT
            .replace("COMPUTER SETTINGS", "COMPUTEREINSTELLUNGEN")
            .replace("USER SETTINGS", "BENUTZEREINSTELLUNGEN")
            .replace("KeyName:", "Ordner-ID:")
            .replace("Value:", "Wert:")
            .replace("Policy:", "Richtlinie:");
        for text in [TEXT, &german] {
            assert!(super::sniff(text));
            let found = facts(super::super::read_text, text);
            assert_eq!(value(&found, "policy.DisableDomainCreds"), ["1"]);
            assert_eq!(value(&found, "rdp.MaxIdleTime"), ["900000"]);
            assert_eq!(value(&found, "rdp.MaxDisconnectionTime"), ["60000"]);
            assert_eq!(
                value(&found, "right.SeBatchLogonRight"),
                [r"CORP\svc-robot", "Administrators"]
            );
            let user = found
                .facts
                .iter()
                .find(|fact| fact.name.contains("Disconn"))
                .unwrap();
            assert_eq!(user.scope, crate::model::FactScope::UserPolicy);
            assert!(found.facts.iter().all(|fact| &*fact.host == "RPA-07"));
        }
    }

    #[test]
    fn a_block_without_its_head() {
        let text = "GPO: Sessions\n    Folder Id: SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services\\MaxIdleTime\n    \
            Value:       96, 234, 0, 0\n";
        assert!(super::sniff(text));
        assert_eq!(
            value(&facts(super::super::read_text, text), "rdp.MaxIdleTime"),
            ["60000"]
        );
        assert!(!super::sniff(
            "Folder: SOFTWARE\\Policies\\Other\\Thing\nValue: 1, 2, 3, 4\n"
        ));
    }

    #[test]
    fn damage_costs_one_value() {
        let found = facts(super::super::read_text, &TEXT.replace("160, 187", "160, x"));
        assert!(value(&found, "rdp.MaxIdleTime").is_empty());
        assert_eq!(found.problems.len(), 1);
        assert_eq!(value(&found, "rdp.MaxDisconnectionTime"), ["60000"]);
    }
}
