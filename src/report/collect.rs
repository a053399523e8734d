//! One script for the customer: it gathers what a diagnosis lacks, and nothing else, into one zip. The same file runs as a
//! command file (`.cmd`) and in PowerShell; its first lines say what it takes and what it leaves out.
//!
//! The commands are those of the knowledge. All other text of a diagnosis reaches the script only inside quotes or in the comment
//! that neither shell runs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::answer::Teller;
use super::escape;
use super::places::Places;
use super::{Clockface, Options};
use crate::model::{AskItem, Diagnosis};

/// One thing to gather.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The machine it is to be gathered on; empty for any.
    pub host: String,
    /// What it is, for a person.
    pub what: String,
    /// The command, in the words of `cmd`; empty where only a person can do it.
    pub command: String,
}

/// The steps that a diagnosis asks for, each command once for each machine.
pub(super) fn by_worth(teller: &Teller<'_>) -> Vec<Step> {
    let mut seen = BTreeSet::new();
    let step = |item: &AskItem| Step {
        host: item
            .host
            .as_deref()
            .filter(|host| !host.starts_with('('))
            .unwrap_or_default()
            .to_owned(),
        what: gathered(&teller.asked(item), item),
        command: item.command.clone().unwrap_or_default(),
    };
    let steps = teller.diagnosis.ask.iter().map(step);
    steps
        .filter(|step| {
            let key = if step.command.is_empty() {
                step.what.clone()
            } else {
                step.command.clone()
            };
            seen.insert((step.host.clone(), key))
        })
        .collect()
}

/// A log is exported whole, so nobody is promised the span that it is needed for.
fn gathered(what: &str, item: &AskItem) -> String {
    let is_log = item
        .command
        .as_deref()
        .is_some_and(|command| command.starts_with("wevtutil epl "));
    let rest = what
        .strip_prefix("the log ")
        .filter(|_| is_log && item.from.is_some());
    let needed = |mark: &str| {
        let (log, span) = rest?.split_once(mark)?;
        Some(format!(
            "the whole log {log} (what counts: {}{span})",
            mark.trim_start_matches(", ").trim_start()
        ))
    };
    needed(" around ")
        .or_else(|| needed(", "))
        .unwrap_or_else(|| what.to_owned())
}

/// The same host by host, as a script goes through them.
pub(super) fn steps(teller: &Teller<'_>) -> Vec<Step> {
    let mut steps = by_worth(teller);
    steps.sort_by(|a, b| a.host.cmp(&b.host));
    steps
}

/// The script for what a diagnosis lacks.
pub fn script(diagnosis: &Diagnosis, options: &Options) -> String {
    let clock = Clockface::new(options.zone, diagnosis);
    let places = Places::new(diagnosis);
    let teller = Teller::new(diagnosis, &clock, &places);
    of_steps(&steps(&teller))
}

/// The script for these steps.
pub fn of_steps(steps: &[Step]) -> String {
    let mut text = head(steps);
    for step in steps.iter().filter(|step| !step.command.is_empty()) {
        text += &line(step);
        text.push('\n');
    }
    text += TAIL;
    text.replace('\n', "\r\n")
}

/// What stands before the steps: the comment that tells what it does, and how it starts.
pub(super) fn head(steps: &[Step]) -> String {
    let mut text = String::from("<# :\n@goto :run\n");
    text += "  Gathers what a diagnosis of logonscope lacks into one zip on the desktop. Right-click it and choose \"Run as administrator\"";
    let hosts: BTreeSet<&str> = steps
        .iter()
        .map(|step| step.host.as_str())
        .filter(|host| !host.is_empty())
        .collect();
    let hosts: Vec<&str> = hosts.into_iter().collect();
    let _ = writeln!(
        text,
        "{}.",
        if hosts.is_empty() {
            String::new()
        } else {
            comment(&format!(" on {}", hosts.join(", ")))
        }
    );
    text += "  It takes:\n";
    for step in steps.iter().filter(|step| !step.command.is_empty()) {
        let _ = writeln!(text, "    - {}: {}", comment(&on(step)), comment(&step.command));
    }
    text += "  It leaves out everything else: no documents, no passwords, no memory. It changes nothing and sends nothing.\n";
    let by_hand: Vec<&Step> = steps.iter().filter(|step| step.command.is_empty()).collect();
    if !by_hand.is_empty() {
        text += "  Please add by hand, where you have it:\n";
        for step in by_hand {
            let _ = writeln!(text, "    - {}", comment(&on(step)));
        }
    }
    text + START
}

fn on(step: &Step) -> String {
    match step.host.as_str() {
        "" => step.what.clone(),
        host => format!("{} (on {host})", step.what),
    }
}

/// One step in the words of the script.
pub(super) fn line(step: &Step) -> String {
    // Windows cuts the name of a computer behind 15 characters.
    let host: String = step
        .host
        .split('.')
        .next()
        .unwrap_or_default()
        .chars()
        .take(15)
        .collect();
    format!(
        "Take {} {} {}",
        quoted(&host),
        quoted(&step.what),
        quoted(&step.command)
    )
}

/// ASCII on one line: consoles read such files in code pages of their own.
fn ascii(text: &str) -> String {
    let text = escape::terminal(text);
    let plain = text.chars().map(|c| match c {
        '\u{2026}' => "...".to_owned(),
        '\u{2018}' | '\u{2019}' => "'".to_owned(),
        '\u{201c}' | '\u{201d}' => "\"".to_owned(),
        c if c.is_ascii() => c.to_string(),
        _ => "?".to_owned(),
    });
    plain.collect()
}

/// Text inside single quotes, in which PowerShell expands nothing.
fn quoted(text: &str) -> String {
    format!("'{}'", ascii(text).replace('\'', "''"))
}

/// Text inside the comment: it cannot end it, and no line of it can be the label that is jumped to.
fn comment(text: &str) -> String {
    ascii(text).replace("#>", "# >").replace("<#", "< #")
}

/// From the end of the comment for people on: how each shell starts.
const START: &str = r#":run
@echo off
setlocal
set "LOGONSCOPE_SELF=%~f0"
powershell.exe -NoProfile -ExecutionPolicy Bypass -Command "& ([scriptblock]::Create([IO.File]::ReadAllText($env:LOGONSCOPE_SELF)))"
pause
exit /b %ERRORLEVEL%
#>
$ErrorActionPreference = 'Continue'
$me = [Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()
if (-not $me.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
    Write-Host 'Please start this file as administrator: right-click it and choose "Run as administrator".'
    exit 1
}
$name = 'logonscope-' + $env:COMPUTERNAME + '-' + (Get-Date -Format 'yyyyMMdd-HHmmss')
$folder = Join-Path $env:TEMP $name
New-Item -ItemType Directory -Path $folder -Force | Out-Null
Set-Location -LiteralPath $folder
$notes = Join-Path $folder 'collect-notes.txt'
$taken = 0
$others = @()
function Take([string]$on, [string]$what, [string]$command) {
    if ($on -and ($on -ne $env:COMPUTERNAME)) {
        if ($script:others -notcontains $on) { $script:others += $on }
        return
    }
    $script:taken++
    Write-Host ('- ' + $what)
    Add-Content -LiteralPath $notes -Value ($what + ' : ' + $command)
    $said = & cmd.exe /d /s /c $command 2>&1 | Out-String
    if ($LASTEXITCODE -ne 0) {
        Write-Host ('  not there, or not readable: ' + $said.Trim())
        Add-Content -LiteralPath $notes -Value ('  failed with ' + $LASTEXITCODE + ': ' + $said.Trim())
    }
}
"#;

/// After the steps: the zip, or on which computer the file should have been started.
pub(super) const TAIL: &str = r"if ($taken -eq 0) {
    Write-Host ('Nothing was gathered: this computer is ' + $env:COMPUTERNAME + ', and this file is for ' + ($others -join ', ') + '. Please start it there.')
    Set-Location -LiteralPath $env:TEMP
    Remove-Item -LiteralPath $folder -Recurse -Force
    exit 1
}
if ($others) {
    Write-Host ('The rest has to be gathered on ' + ($others -join ', ') + ': please start this file there, too.')
}
$zip = Join-Path ([Environment]::GetFolderPath('Desktop')) ($name + '.zip')
Set-Location -LiteralPath $env:TEMP
Compress-Archive -Path (Join-Path $folder '*') -DestinationPath $zip -Force
if (Test-Path -LiteralPath $zip) {
    Remove-Item -LiteralPath $folder -Recurse -Force
    Write-Host ('Done. Please send this file: ' + $zip)
} else {
    Write-Host ('The zip could not be written; please send the folder ' + $folder)
}
";

#[cfg(test)]
mod tests {
    use super::*;

    fn step(host: &str, command: &str) -> Step {
        Step {
            host: host.to_owned(),
            what: "a log".to_owned(),
            command: command.to_owned(),
        }
    }

    #[test]
    fn a_script_on_another_computer_says_so() {
        let text = of_steps(&[step("RPA-07.corp.example", "wevtutil epl System System.evtx")]);
        assert!(
            text.contains("Take 'RPA-07' 'a log' 'wevtutil epl System System.evtx'\r\n"),
            "{text}"
        );
        let nothing = text.find("if ($taken -eq 0) {").unwrap();
        let packed = text.find("Compress-Archive").unwrap();
        assert!(nothing < packed, "{text}");
        assert!(text.contains("this file is for"), "{text}");
    }

    #[test]
    fn a_log_is_promised_whole() {
        let mut item = crate::report::tests::asked();
        assert_eq!(
            gathered("the log System around Mon 4 May", &item),
            "the whole log System (what counts: around Mon 4 May)"
        );
        assert_eq!(
            gathered("the log System, Mon to Tue", &item),
            "the whole log System (what counts: Mon to Tue)"
        );
        item.command = Some("systeminfo > systeminfo.txt".to_owned());
        assert_eq!(gathered("what the host is", &item), "what the host is");
    }
}
