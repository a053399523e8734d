//! What a console shows around what a program prints. Must not know formats.

/// Whether a line is a command that somebody typed at a prompt: `C:\>wevtutil qe System`, `PS C:\Users\anna> Get-WinEvent`, `$ evtx_dump x.evtx`.
pub(super) fn is_command(line: &str) -> bool {
    let line = line.trim();
    let Some((prompt, command)) = line.split_once(['>', '$']) else {
        return false;
    };
    let bare = prompt.strip_prefix("PS ").unwrap_or(prompt);
    let of_windows = matches!(bare.as_bytes(), [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic());
    let of_unix = line.starts_with(&format!("{prompt}$ ")) && !prompt.contains([' ', '"', '{', '<']);
    !command.trim().is_empty() && (of_windows && !prompt.contains(['"', '{', '<']) || of_unix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_at_a_prompt() {
        for line in [
            r"C:\>wevtutil qe System /f:text",
            r"PS C:\Users\anna> Get-WinEvent -LogName System",
            "$ evtx_dump -o json System.evtx",
            "anna@host:~$ evtx_dump System.evtx",
        ] {
            assert!(is_command(line), "{line}");
        }
        for line in [
            r"C:\>",
            "it cost 5 $ more",
            "<Event>",
            "{\"a\": \"x > y\"}",
            "Level,Date and Time,Source",
            "> quoted by a mail",
        ] {
            assert!(!is_command(line), "{line}");
        }
    }
}
