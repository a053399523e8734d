//! Registry values as text: `.reg` exports, the output of `reg query`, of `Get-ItemProperty`, and single lines
//! like `HKLM\...\Lsa\DisableDomainCreds = 1` as people paste them. Owns how lines belong together; the shape of one is in [`registry_lines`](super::registry_lines), and which values matter is
//! known by [`known`](super::known).
//!
//! Folklore: `reg export` writes UTF-16 with a mark, collectors rename it `.txt`; XP's `reg query` puts tabs
//! between the columns, later ones four blanks; `Get-ItemProperty` names the key only after the values.
//!
//! No problem ever quotes the input: any line may hold a secret.

use super::known::{Data, Key, Values, is_secret};
use super::registry_lines::{
    clean, closing_quote, is_plain_name, key_header, loose, number, plain_data, ps_command, ps_key,
    query_key, query_value, reg_data, reg_value, unescape,
};
use super::sink::Sink;
use crate::model::{Findings, ProblemKind};
use crate::reader::Context;
use crate::reader::lines::{Text, for_each_line};
use crate::source::Source;

/// A value that goes over more lines than this is given up: the quote that ends it is missing.
const VALUE_LINES: u32 = 500;
/// Bytes of one value that are looked at.
const VALUE_BYTES: usize = 16 << 10;
/// `Name : value` lines held until the key is named.
const BLOCK_LINES: usize = 500;

/// Whether the text holds such pieces.
pub(super) fn sniff(head: &str) -> bool {
    let mut keys = false;
    for line in head.lines().take(200) {
        let line = clean(line);
        if line.starts_with("Windows Registry Editor Version") || line == "REGEDIT4" {
            return true;
        }
        if key_header(line).is_some() || query_key(line).is_some() {
            keys = true;
        } else if (keys && (query_value(line).is_some() || reg_value(line).is_some()))
            || ps_key(line).is_some()
            || ps_command(line).is_some()
            || loose(line).is_some()
        {
            return true;
        }
    }
    false
}

/// Whether the text is a `.reg` file from its first line on.
pub(super) fn sniff_file(head: &str) -> bool {
    let first = head.lines().map(clean).find(|line| !line.is_empty());
    first.is_some_and(|line| {
        line.starts_with("Windows Registry Editor Version")
            || line == "REGEDIT4"
            || key_header(line).is_some()
    })
}

/// Reads a `.reg` file line by line: exports of whole hives have hundreds of megabytes.
pub(super) fn read_file(source: Source, context: &Context<'_>, findings: &mut Findings) {
    let mut text = Text::new(source.into_stream(), context.limits.line_bytes);
    let mut sink = Sink::new(context, findings);
    let mut reader = Reader {
        strict: true,
        ..Reader::default()
    };
    for_each_line(&mut text, |line| {
        reader.line(&mut sink, line.place.line, &line.text);
        true
    });
    reader.finish(&mut sink);
    text.finish(&mut crate::reader::sink::Sink::new(context, findings));
}

/// Reads such pieces in any text.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    let mut reader = Reader::default();
    for (number, line) in (1_u64..).zip(text.lines()) {
        sink.record();
        reader.line(&mut sink, number, line);
    }
    reader.finish(&mut sink);
}

/// How the data of a `.reg` value ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// At a quote.
    Text,
    /// At a line without a backslash at its end.
    Hex,
}

/// A `.reg` value whose data goes on in the next line.
struct Open {
    line: u64,
    lines: u32,
    form: Form,
    name: String,
    wanted: bool,
    data: String,
}

/// Takes line after line, so that an export of any size is read in bounded memory.
#[derive(Default)]
pub(super) struct Reader {
    key: Option<Key>,
    open: Option<Open>,
    ansi: bool,
    /// Whether every line has to be a key or a value.
    strict: bool,
    block: Vec<(u64, String, String)>,
    /// The key that a command asked for whose answer follows.
    asked: Option<Key>,
    values: Values,
}

impl Reader {
    /// Takes one line, without its end; `number` counts from 1.
    pub(super) fn line(&mut self, sink: &mut Sink<'_, '_>, number: u64, line: &str) {
        let line = clean(line);
        if let Some(open) = self.open.take() {
            if goes_on(&open, line) {
                self.more(sink, open, line);
                return;
            }
            self.give_up(sink, &open);
        }
        if let Some((key, deleted)) = key_header(line) {
            self.key = (!deleted).then(|| Key::new(key));
        } else if let Some(key) = query_key(line) {
            self.key = Some(Key::new(key));
        } else if let Some((name, data)) = reg_value(line) {
            self.start(sink, number, name, data);
        } else if let Some((name, kind, data)) = query_value(line) {
            self.query(sink, number, name, kind, data);
        } else if let Some((key, name, data)) = loose(line) {
            let data = plain_data(data);
            self.values.add(sink, number, &Key::new(key), name, &data);
        } else {
            self.listed(sink, number, line);
        }
    }

    /// Ends the artifact.
    pub(super) fn finish(mut self, sink: &mut Sink<'_, '_>) {
        if let Some(open) = self.open.take() {
            self.give_up(sink, &open);
        }
        let asked = self.asked.take();
        self.end_block(sink, asked.as_ref());
        self.values.finish(sink);
    }

    fn start(&mut self, sink: &mut Sink<'_, '_>, line: u64, name: &str, data: &str) {
        let name = unescape(name);
        let wanted = self.key.as_ref().is_some_and(|key| Values::wants(key, &name)) || is_secret(&name);
        let (form, data) = match data.strip_prefix('"') {
            Some(text) => (Form::Text, text),
            None => (Form::Hex, data),
        };
        let open = Open {
            line,
            lines: 0,
            form,
            name,
            wanted,
            data: String::new(),
        };
        self.more(sink, open, data);
    }

    fn more(&mut self, sink: &mut Sink<'_, '_>, mut open: Open, piece: &str) {
        let (piece, ended) = match open.form {
            Form::Text => match closing_quote(piece) {
                Some(end) => (piece.get(..end).unwrap_or(piece), true),
                None => (piece, false),
            },
            Form::Hex => match piece.trim_end().strip_suffix('\\') {
                Some(part) => (part, false),
                None => (piece, true),
            },
        };
        open.lines = open.lines.saturating_add(1);
        if open.wanted && open.data.len() < VALUE_BYTES {
            if open.form == Form::Text && open.lines > 1 {
                open.data.push('\n');
            }
            let room = VALUE_BYTES.saturating_sub(open.data.len());
            open.data.extend(piece.chars().take(room));
        }
        if ended {
            self.close(sink, &open);
        } else if open.lines < VALUE_LINES {
            self.open = Some(open);
        } else {
            self.give_up(sink, &open);
        }
    }

    fn close(&mut self, sink: &mut Sink<'_, '_>, open: &Open) {
        let Some(key) = self.key.clone().filter(|_| open.wanted) else {
            return;
        };
        let data = match open.form {
            Form::Text => Some(Data::Text(unescape(&open.data))),
            Form::Hex => reg_data(&open.data, self.ansi),
        };
        match data {
            Some(data) => self.values.add(sink, open.line, &key, &open.name, &data),
            None if open.data.trim() == "-" => {}
            None => self.give_up(sink, open),
        }
    }

    /// A value that does not end, or whose data does not read. A secret is still known to be there.
    fn give_up(&mut self, sink: &mut Sink<'_, '_>, open: &Open) {
        sink.problem(
            ProblemKind::Damaged,
            open.line,
            "the data of a registry value cannot be read",
        );
        if is_secret(&open.name)
            && let Some(key) = self.key.clone()
        {
            self.values.add(sink, open.line, &key, &open.name, &Data::Binary);
        }
    }

    fn query(&mut self, sink: &mut Sink<'_, '_>, line: u64, name: &str, kind: &str, data: &str) {
        let Some(key) = self.key.clone() else {
            sink.problem(ProblemKind::Damaged, line, "a registry value without its key");
            return;
        };
        if !Values::wants(&key, name) {
            return;
        }
        let data = match kind {
            "REG_DWORD" | "REG_QWORD" | "REG_DWORD_BIG_ENDIAN" => number(data).map(Data::Number),
            "REG_MULTI_SZ" => Some(Data::Text(data.trim_end_matches(r"\0").replace(r"\0", ","))),
            "REG_SZ" | "REG_EXPAND_SZ" => Some(Data::Text(data.to_owned())),
            _ => Some(Data::Binary),
        };
        match data {
            Some(data) => self.values.add(sink, line, &key, name, &data),
            None => {
                sink.problem(
                    ProblemKind::Damaged,
                    line,
                    "the data of a registry value cannot be read",
                );
            }
        }
    }

    /// `Name : value` lines; the key stands in the line `PSPath` of the same block.
    fn listed(&mut self, sink: &mut Sink<'_, '_>, number: u64, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        if line.trim() == "REGEDIT4" {
            self.ansi = true;
            return;
        }
        if let Some(key) = ps_command(line) {
            let asked = self.asked.replace(Key::new(key));
            self.end_block(sink, asked.as_ref());
            return;
        }
        if let Some(key) = ps_key(line) {
            let key = Key::new(key);
            self.end_block(sink, Some(&key));
            return;
        }
        match line.split_once(':') {
            Some((name, value)) if is_plain_name(name.trim()) => {
                if self.block.len() < BLOCK_LINES {
                    self.block
                        .push((number, name.trim().to_owned(), value.trim().to_owned()));
                }
            }
            _ if !self.strict || self.key.is_none() || line.starts_with("Windows Registry Editor") => {}
            _ => sink.problem(
                ProblemKind::Damaged,
                number,
                "a line that is neither a key nor a value",
            ),
        }
    }

    fn end_block(&mut self, sink: &mut Sink<'_, '_>, key: Option<&Key>) {
        for (line, name, value) in std::mem::take(&mut self.block) {
            match key {
                Some(key) if Values::wants(key, &name) => {
                    self.values.add(sink, line, key, &name, &plain_data(&value));
                }
                None if is_secret(&name) && !value.is_empty() => sink.masked(line, "DefaultPassword"),
                _ => {}
            }
        }
    }
}

/// Whether a line can belong to the data that is open. A line that is a key or a value of its own cannot:
/// quotes inside a string are escaped.
fn goes_on(open: &Open, line: &str) -> bool {
    if key_header(line).is_some() || reg_value(line).is_some() {
        return false;
    }
    match open.form {
        Form::Text => true,
        Form::Hex => line
            .chars()
            .all(|c| c.is_ascii_hexdigit() || matches!(c, ',' | ' ' | '\t' | '\\')),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, value};
    use super::*;
    use crate::model::FactScope;

    fn file(text: &str, context: &Context<'_>, findings: &mut Findings) {
        read_file(Source::memory(text), context, findings);
    }

    const REG: &str = r#"Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Lsa]
"DisableDomainCreds"=dword:00000001
"Notification Packages"=hex(7):73,00,63,00,65,00,63,00,6c,00,69,00,00,00,\
  00,00
"LmCompatibilityLevel"=hex(4):05,00,00,00

[HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Control\Terminal Server\WinStations\RDP-Tcp]
"UserAuthentication"=dword:00000000

[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services]
"MaxIdleTime"=dword:000dbba0
"fPromptForPassword"=-

[HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node\Microsoft\Windows NT\CurrentVersion\Winlogon]
"DefaultUserName"="CORP\\svc-robot"
"DefaultPassword"="Tulpe\"73,
und mehr"
"AutoAdminLogon"="1"
"LegalNoticeCaption"=hex(1):48,00,69,00,00,00
"#;

    #[test]
    fn reg_file() {
        assert!(sniff_file(REG));
        let found = facts(file, REG);
        assert_eq!(value(&found, "policy.DisableDomainCreds"), ["1"]);
        assert_eq!(value(&found, "policy.LmCompatibilityLevel"), ["5"]);
        assert_eq!(value(&found, "rdp.MaxIdleTime"), ["900000"]);
        assert_eq!(value(&found, "winlogon.DefaultUserName"), [r"CORP\svc-robot"]);
        assert_eq!(value(&found, "winlogon.AutoAdminLogon"), ["1"]);
        assert_eq!(value(&found, "winlogon.legalnoticecaption"), ["Hi"]);
        assert_eq!(value(&found, "winlogon.DefaultPassword"), ["present"]);
        assert!(value(&found, "rdp.fPromptForPassword").is_empty());
        // another control set than the current one does not count
        assert!(value(&found, "rdp.UserAuthentication").is_empty());
        let idle = found
            .facts
            .iter()
            .find(|fact| &*fact.name == "rdp.MaxIdleTime")
            .unwrap();
        assert_eq!(idle.scope, FactScope::ComputerPolicy);
        assert_eq!(idle.origin.line, Some(13));
        assert!(!format!("{found:?}").contains("Tulpe"));
        assert!(!format!("{found:?}").contains("und mehr"));
        let kinds: Vec<_> = found.problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [ProblemKind::SecretMasked]);
    }

    #[test]
    fn a_damaged_file_gives_the_rest() {
        let damaged = REG
            .replace(
                r#""DefaultPassword"="Tulpe\"73,"#,
                r#""DefaultPassword"="Tulpe\"73\"#,
            )
            .replace("hex(4):05,00,00,00", "hex(4):05,zz\nNot\u{fffd} a value");
        let found = facts(file, &damaged);
        assert_eq!(value(&found, "policy.DisableDomainCreds"), ["1"]);
        assert!(value(&found, "policy.LmCompatibilityLevel").is_empty());
        assert_eq!(value(&found, "winlogon.AutoAdminLogon"), ["1"]);
        assert_eq!(value(&found, "winlogon.DefaultPassword"), ["present"]);
        assert!(!format!("{found:?}").contains("Tulpe"));
        assert!(
            found
                .problems
                .iter()
                .any(|problem| problem.kind == ProblemKind::Damaged)
        );
    }

    #[test]
    fn reg_query_of_two_ages() {
        let text = "! REG.EXE VERSION 3.0\r\n\r\nHKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\Terminal Server\r\n\
            \tfDenyTSConnections\tREG_DWORD\t0x1\r\n\r\n\
            HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon\r\n\
            \x20   DefaultPassword    REG_SZ    Geheim 73\r\n\
            \x20   DefaultUserName    REG_SZ    svc-robot\r\n\r\n\
            Suche beendet: 3 Übereinstimmungen gefunden.\r\n";
        assert!(sniff(text));
        let found = facts(read, text);
        assert_eq!(value(&found, "rdp.fDenyTSConnections"), ["1"]);
        assert_eq!(value(&found, "winlogon.DefaultUserName"), ["svc-robot"]);
        assert_eq!(value(&found, "winlogon.DefaultPassword"), ["present"]);
        assert!(!format!("{found:?}").contains("Geheim"));
        assert_eq!(found.problems.len(), 1);
    }

    #[test]
    fn powershell_and_loose_lines() {
        let text = "\r\nAutoAdminLogon  : 1\r\nDefaultPassword : Geheim73\r\n\
            PSPath          : Microsoft.PowerShell.Core\\Registry::HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon\r\n\
            PSProvider      : Microsoft.PowerShell.Core\\Registry\r\n\r\n\
            HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\DisableDomainCreds = 1\r\n";
        assert!(sniff(text));
        let found = facts(read, text);
        assert_eq!(value(&found, "winlogon.AutoAdminLogon"), ["1"]);
        assert_eq!(value(&found, "winlogon.DefaultPassword"), ["present"]);
        assert_eq!(value(&found, "policy.DisableDomainCreds"), ["1"]);
        assert!(!format!("{found:?}").contains("Geheim"));
    }

    #[test]
    fn a_new_name_that_waits_for_a_start() {
        let of = |key: &str, name: &str| {
            format!(
                "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\{key}]\n\"ComputerName\"=\"{name}\"\n"
            )
        };
        let text = format!(
            "REGEDIT4\n{}{}",
            of("ComputerName", "RPA-08"),
            of("ActiveComputerName", "RPA-07")
        );
        let found = facts(read, &text);
        assert_eq!(value(&found, "host.rename_pending"), ["RPA-08"]);
        assert!(found.facts.iter().all(|fact| &*fact.host == "RPA-07"));
        let text = format!(
            "{}{}",
            of("ComputerName", "RPA-07"),
            of("ActiveComputerName", "rpa-07")
        );
        assert!(value(&facts(read, &text), "host.rename_pending").is_empty());
    }

    #[test]
    fn host_and_system() {
        let text = r#"REGEDIT4
[HKEY_LOCAL_MACHINE\OFFLINE\ControlSet002\Control\ComputerName\ComputerName]
"ComputerName"="RPA-07"
[HKEY_LOCAL_MACHINE\OFFLINE\ControlSet002\Control\TimeZoneInformation]
"ActiveTimeBias"=dword:ffffff88
"TimeZoneKeyName"="W. Europe Standard Time"
[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion]
"CurrentBuild"="17763"
"UBR"=dword:00001666
"ProductName"="Windows Server 2019 Standard"
[HKEY_LOCAL_MACHINE\SYSTEM\ControlSet002\Services\UiRobotSvc]
"Start"=dword:00000004
[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\{1}]
"DisplayName"="UiPath Robot"
"DisplayVersion"="18.3.2"
"#;
        let found = facts(read, text);
        assert_eq!(value(&found, "host.name"), ["RPA-07"]);
        assert_eq!(value(&found, "host.utc_offset_minutes"), ["120"]);
        assert_eq!(value(&found, "os.build"), ["17763.5734"]);
        assert_eq!(value(&found, "service.UiRobotSvc.Start"), ["4"]);
        assert_eq!(value(&found, "program.UiPath Robot"), ["18.3.2"]);
        assert_eq!(value(&found, "robot.version"), ["18.3.2"]);
        assert!(found.facts.iter().all(|fact| &*fact.host == "RPA-07"));
    }

    #[test]
    fn other_text_is_not_taken() {
        assert!(!sniff("2024-02-22 reading HKLM\nnothing here REG_ at all"));
        assert!(!sniff(""));
    }
}
