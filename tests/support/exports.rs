//! Exports of settings: registry, security policy, system information, task definitions.

use super::evtx::Value;

/// UTF-16LE with a byte order mark and CRLF, as `reg export`, `secedit` and `schtasks` write.
pub fn utf16_file(text: &str) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(Value::Str(text.replace("\r\n", "\n").replace('\n', "\r\n")).bytes());
    bytes
}

/// A value of a registry key.
#[derive(Debug, Clone)]
pub enum Reg {
    Dword(u32),
    Text(String),
    /// REG_MULTI_SZ.
    Multi(Vec<String>),
    /// REG_EXPAND_SZ.
    Expand(String),
    Binary(Vec<u8>),
}

/// A key with its values; the empty value name is the default value.
pub type Key = (String, Vec<(String, Reg)>);

/// The text of a `reg export` of these keys.
pub fn reg_text(keys: &[Key]) -> String {
    let mut out = String::from("Windows Registry Editor Version 5.00\n");
    for (key, values) in keys {
        out.push_str(&format!("\n[{key}]\n"));
        for (name, value) in values {
            let name = if name.is_empty() {
                "@".to_owned()
            } else {
                format!("\"{}\"", escape(name))
            };
            out.push_str(&format!("{name}={}\n", reg_value(value, name.len() + 1)));
        }
    }
    out.push('\n');
    out
}

/// A `.reg` file as `reg export` writes it.
pub fn reg_file(keys: &[Key]) -> Vec<u8> {
    utf16_file(&reg_text(keys))
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn reg_value(value: &Reg, column: usize) -> String {
    let terminated = |text: &str| Value::Str(format!("{text}\0")).bytes();
    match value {
        Reg::Dword(number) => format!("dword:{number:08x}"),
        Reg::Text(text) => format!("\"{}\"", escape(text)),
        Reg::Binary(bytes) => hex("hex:", bytes, column),
        Reg::Expand(text) => hex("hex(2):", &terminated(text), column),
        Reg::Multi(texts) => {
            let mut bytes: Vec<u8> = texts.iter().flat_map(|text| terminated(text)).collect();
            bytes.extend_from_slice(&[0, 0]);
            hex("hex(7):", &bytes, column)
        }
    }
}

/// Bytes in hexadecimal, broken with `\` before column 80 as regedit does.
fn hex(prefix: &str, bytes: &[u8], column: usize) -> String {
    let mut out = prefix.to_owned();
    let mut width = column + prefix.len();
    for (at, byte) in bytes.iter().enumerate() {
        if width > 76 {
            out.push_str("\\\n  ");
            width = 2;
        }
        out.push_str(&format!("{byte:02x}"));
        width += 2;
        if at + 1 < bytes.len() {
            out.push(',');
            width += 1;
        }
    }
    out
}

/// What `secedit /export` writes: user rights and security-option registry values.
pub fn secedit(rights: &[(&str, &[&str])], values: &[(&str, &str)]) -> Vec<u8> {
    let mut out = String::from("[Unicode]\nUnicode=yes\n[System Access]\nMinimumPasswordAge = 1\n");
    out.push_str(
        "MaximumPasswordAge = 90\nMinimumPasswordLength = 12\nLockoutBadCount = 5\n[Registry Values]\n",
    );
    for (name, value) in values {
        out.push_str(&format!("{name}={value}\n"));
    }
    out.push_str("[Privilege Rights]\n");
    for (right, accounts) in rights {
        out.push_str(&format!("{right} = {}\n", accounts.join(",")));
    }
    out.push_str("[Version]\nsignature=\"$CHICAGO$\"\nRevision=1\n");
    utf16_file(&out)
}

/// The definition of a task as `schtasks /query /xml` or an export writes it.
pub fn task_xml(user: &str, logon_type: &str, command: &str, arguments: &str) -> Vec<u8> {
    utf16_file(&task_definition(user, logon_type, command, arguments))
}

/// The text of a task definition; event 4698 carries the same.
pub fn task_definition(user: &str, logon_type: &str, command: &str, arguments: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Author>{user}</Author>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2026-01-05T02:00:00</StartBoundary>
      <Enabled>true</Enabled>
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{user}</UserId>
      <LogonType>{logon_type}</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <ExecutionTimeLimit>PT72H</ExecutionTimeLimit>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{command}</Command>
      <Arguments>{arguments}</Arguments>
    </Exec>
  </Actions>
</Task>
"#
    )
}
