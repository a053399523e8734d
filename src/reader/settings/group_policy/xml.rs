//! `gpresult /x` and the reports of the Group Policy console. Elements stand in several namespaces and are compared
//! without them.

use quick_xml::Reader as Xml;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event as Token;

use super::super::accounts::{RIGHTS, group_fact, holder};
use super::super::known::{Data, Key, Values, is_secret};
use super::super::sink::Sink;
use super::titles;
use crate::model::{FactScope, ProblemKind};

/// Elements that are one setting each.
const RECORDS: &[&str] = &[
    "SecurityOptions",
    "UserRightsAssignment",
    "RestrictedGroups",
    "Policy",
    "RegistrySetting",
];
/// Limits of what is held of one setting.
const LEAVES: usize = 2_000;
const TEXT_BYTES: usize = 16 << 10;
const DEPTH: usize = 128;

/// Whether the text is such a result.
pub(super) fn sniff(head: &str) -> bool {
    let head = head.trim_start_matches('\u{feff}').trim_start();
    head.starts_with('<') && (head.contains("<Rsop") || head.contains("GroupPolicy/Rsop"))
}

/// Reads the result.
pub(super) fn read(whole: &str, sink: &mut Sink<'_, '_>) {
    let mut xml = Xml::from_str(whole);
    let mut reader = Reader::default();
    let mut lines = Lines {
        whole,
        line: 1,
        counted: 0,
    };
    loop {
        match xml.read_event() {
            Ok(Token::Start(start)) if reader.path.len() < DEPTH => {
                reader.open(start.local_name().into_inner());
            }
            Ok(Token::End(_)) => reader.close(sink, lines.at(xml.buffer_position())),
            Ok(Token::Text(text)) => reader.push(&text),
            Ok(Token::CData(text)) => reader.push(&text),
            Ok(Token::GeneralRef(name)) => {
                if let Ok(Some(letter)) = name.resolve_char_ref() {
                    reader.push(letter.encode_utf8(&mut [0; 4]));
                } else if let Some(text) = resolve_predefined_entity(&name) {
                    reader.push(text);
                }
            }
            Ok(Token::Eof) if reader.path.is_empty() => break,
            Ok(Token::Eof) => {
                sink.problem(ProblemKind::Truncated, 0, "the result of group policy is cut off");
                break;
            }
            Ok(Token::Start(_)) | Err(_) => {
                let line = lines.at(xml.buffer_position());
                let detail = "the result of group policy is not well-formed here; the rest is not read";
                sink.problem(ProblemKind::Damaged, line, detail);
                break;
            }
            Ok(_) => {}
        }
    }
    reader.values.finish(sink);
}

/// Counts lines as the reading goes on.
struct Lines<'a> {
    whole: &'a str,
    line: u64,
    counted: usize,
}

impl Lines<'_> {
    fn at(&mut self, position: u64) -> u64 {
        let position = usize::try_from(position).unwrap_or(self.counted);
        let between = self
            .whole
            .as_bytes()
            .get(self.counted..position)
            .unwrap_or_default();
        let newlines = memchr::memchr_iter(b'\n', between).count() as u64;
        self.counted = self.counted.max(position);
        self.line = self.line.saturating_add(newlines);
        self.line
    }
}

#[derive(Default)]
struct Reader {
    path: Vec<String>,
    text: String,
    /// Where the path of the open setting begins, and its leaves: path below it and text.
    record: Option<usize>,
    leaves: Vec<(String, String)>,
    values: Values,
}

impl Reader {
    fn open(&mut self, name: &str) {
        if self.record.is_none() && RECORDS.contains(&name) {
            self.record = Some(self.path.len());
            self.leaves.clear();
        }
        self.path.push(name.to_owned());
        self.text.clear();
    }

    fn push(&mut self, text: &str) {
        if self.text.len() < TEXT_BYTES {
            self.text.push_str(text);
        }
    }

    fn is_user(&self) -> bool {
        self.path.iter().any(|name| name == "UserResults")
    }

    fn close(&mut self, sink: &mut Sink<'_, '_>, line: u64) {
        let text = self.text.trim().to_owned();
        self.text.clear();
        if let Some(start) = self.record {
            if self.path.len() == start.saturating_add(1) {
                sink.record();
                self.setting(sink, line);
                self.record = None;
            } else if !text.is_empty() && self.leaves.len() < LEAVES {
                let below = self.path.get(start.saturating_add(1)..).unwrap_or_default();
                self.leaves.push((below.join("/"), text));
            }
        } else if let [.., parent, name] = self.path.as_slice()
            && parent == "ComputerResults"
            && !text.is_empty()
        {
            match name.as_str() {
                "Name" => {
                    let host = text.rsplit('\\').next().unwrap_or(&text).trim_end_matches('$');
                    sink.host(host);
                }
                "Domain" => sink.fact(line, FactScope::Observed, "host.domain", &text),
                _ => {}
            }
        }
        self.path.pop();
    }

    fn leaf(&self, path: &str) -> Option<&str> {
        self.leaves
            .iter()
            .find(|(known, _)| known == path)
            .map(|(_, text)| text.as_str())
    }

    fn setting(&mut self, sink: &mut Sink<'_, '_>, line: u64) {
        let scope = if self.is_user() {
            FactScope::UserPolicy
        } else {
            FactScope::ComputerPolicy
        };
        match self.path.last().map_or("", String::as_str) {
            "SecurityOptions" => {
                let Some(path) = self.leaf("KeyName").map(str::to_owned) else {
                    return;
                };
                let data = self.data("SettingNumber", &["SettingString", "SettingStrings/Value"]);
                self.registry(sink, line, &path, data);
            }
            "RegistrySetting" => {
                let hive = if self.is_user() { "HKCU" } else { "HKLM" };
                let (Some(key), Some(name)) = (self.leaf("KeyPath"), self.leaf("Value/Name")) else {
                    return;
                };
                let path = format!(r"{hive}\{key}\{name}");
                let data = self.data("Value/Number", &["Value/String"]);
                self.registry(sink, line, &path, data);
            }
            "UserRightsAssignment" => {
                let right = self
                    .leaf("Name")
                    .and_then(|name| RIGHTS.iter().find(|known| **known == name));
                if let Some(right) = right {
                    self.members(sink, line, scope, &format!("right.{right}"));
                }
            }
            "RestrictedGroups" => {
                let group = self.leaf("GroupName/SID").and_then(group_fact);
                if let Some(fact) = group.or_else(|| self.leaf("GroupName/Name").and_then(group_fact)) {
                    self.members(sink, line, scope, fact);
                }
            }
            _ => self.policy(sink, line, scope),
        }
    }

    fn data(&self, number: &str, texts: &[&str]) -> Option<Data> {
        if let Some(number) = self.leaf(number).and_then(|text| text.parse().ok()) {
            return Some(Data::Number(number));
        }
        texts
            .iter()
            .find_map(|path| self.leaf(path))
            .map(|text| Data::Text(text.trim_matches('"').to_owned()))
    }

    fn registry(&mut self, sink: &mut Sink<'_, '_>, line: u64, path: &str, data: Option<Data>) {
        let Some((key, name)) = path.rsplit_once('\\') else {
            return;
        };
        let key = Key::new(key);
        let data = data.or_else(|| is_secret(name).then_some(Data::Binary));
        if let Some(data) = data.filter(|_| Values::wants(&key, name)) {
            self.values.add(sink, line, &key, name, &data);
        }
    }

    /// A member has a SID and a name; the SID is the same in every language.
    fn members(&self, sink: &mut Sink<'_, '_>, line: u64, scope: FactScope, fact: &str) {
        let mut sids = 0_usize;
        for (path, sid) in &self.leaves {
            if path == "Member/SID" {
                sids = sids.saturating_add(1);
                sink.fact(line, scope, fact, &holder(sid));
            }
        }
        for (path, name) in &self.leaves {
            if path == "Member/Name" && (sids == 0 || name.contains('\\')) {
                sink.fact(line, scope, fact, &holder(name));
            }
        }
    }

    fn policy(&self, sink: &mut Sink<'_, '_>, line: u64, scope: FactScope) {
        let (Some(title), Some(state)) = (self.leaf("Name"), self.leaf("State")) else {
            return;
        };
        let Some((fact, rule)) = titles::policy(title) else {
            return;
        };
        let options: Vec<&str> = self
            .leaves
            .iter()
            .filter(|(path, _)| path.contains('/'))
            .map(|(_, text)| text.as_str())
            .collect();
        if let Some(value) = titles::value(rule, state, &options) {
            sink.fact(line, scope, fact, &value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{facts, value};
    use crate::model::ProblemKind;

    const XML: &str = r#"<?xml version="1.0" encoding="utf-16"?>
<Rsop xmlns="http://www.microsoft.com/GroupPolicy/Rsop"><ComputerResults><Name>CORP\RPA-07$</Name><Domain>corp.example</Domain>
<ExtensionData><Extension xmlns:q1="http://www.microsoft.com/GroupPolicy/Settings/Security">
<q1:SecurityOptions><q1:KeyName>MACHINE\System\CurrentControlSet\Control\Lsa\DisableDomainCreds</q1:KeyName>
<q1:SettingNumber>1</q1:SettingNumber><q1:Display><q1:Name>x</q1:Name></q1:Display></q1:SecurityOptions>
<q1:SecurityOptions><q1:KeyName>MACHINE\Software\Microsoft\Windows NT\CurrentVersion\Winlogon\DefaultPassword</q1:KeyName>
<q1:SettingString>"Geheim73"</q1:SettingString></q1:SecurityOptions>
<q1:UserRightsAssignment><q1:Name>SeDenyBatchLogonRight</q1:Name><q1:Member><Name>VORDEFINIERT\Gäste</Name>
<SID>S-1-5-32-546</SID></q1:Member></q1:UserRightsAssignment></Extension>
<Extension xmlns:q2="http://www.microsoft.com/GroupPolicy/Settings/Registry"><q2:Policy>
<q2:Name>Set time limit for active but idle Remote Desktop Services sessions</q2:Name><q2:State>Enabled</q2:State>
<q2:DropDownList><q2:Name>Idle session limit:</q2:Name><q2:Value><q2:Name>15 minutes</q2:Name></q2:Value></q2:DropDownList>
</q2:Policy><q2:RegistrySetting><q2:KeyPath>Software\Policies\Microsoft\Windows NT\Terminal Services</q2:KeyPath>
<q2:Value><q2:Name>fPromptForPassword</q2:Name><q2:Number>1</q2:Number></q2:Value></q2:RegistrySetting>
</Extension></ExtensionData></ComputerResults></Rsop>"#;

    #[test]
    fn settings_of_all_kinds() {
        assert!(super::sniff(XML));
        let found = facts(super::super::read, XML);
        for (name, expected) in [
            ("policy.DisableDomainCreds", "1"),
            ("winlogon.DefaultPassword", "present"),
            ("rdp.MaxIdleTime", "900000"),
            ("rdp.fPromptForPassword", "1"),
            ("host.domain", "corp.example"),
        ] {
            assert_eq!(value(&found, name), [expected], "{name}");
        }
        assert_eq!(
            value(&found, "right.SeDenyBatchLogonRight"),
            ["S-1-5-32-546 (Guests)", r"VORDEFINIERT\Gäste"]
        );
        assert!(found.facts.iter().all(|fact| &*fact.host == "RPA-07"));
        assert!(!format!("{found:?}").contains("Geheim"));
    }

    #[test]
    fn a_cut_result_keeps_what_came() {
        let (half, _) = XML.split_once("<q2:RegistrySetting>").unwrap();
        let found = facts(super::super::read, half);
        assert_eq!(value(&found, "policy.DisableDomainCreds"), ["1"]);
        assert!(
            found
                .problems
                .iter()
                .any(|problem| problem.kind == ProblemKind::Truncated)
        );
    }
}
