//! What a customer is told to run, and a script runs as administrator: commands and nothing else, and of the programs of Windows those
//! uses that only read. Owns what a command may look like; a remark about it has a place of its own.

/// Programs of Windows, and how they are called to read; without a word every call of theirs does.
const READING: &[(&str, &[&str])] = &[
    ("certutil", &["-store"]),
    ("copy", &[]),
    ("dir", &[]),
    ("dsregcmd", &["/status"]),
    ("gpresult", &["/h", "/r", "/x"]),
    ("ipconfig", &["/all"]),
    ("klist", &["sessions", "tickets"]),
    ("net", &["accounts", "group", "localgroup", "user"]),
    ("netdom", &["query"]),
    ("nltest", &["/sc_query", "/dsgetdc", "/dclist", "/query"]),
    ("qwinsta", &[]),
    ("quser", &[]),
    ("reg", &["export", "query"]),
    ("sc", &["qc", "query", "queryex"]),
    ("schtasks", &["/query"]),
    ("secedit", &["/export"]),
    ("systeminfo", &[]),
    ("tasklist", &[]),
    ("type", &[]),
    ("w32tm", &["/query", "/stripchart"]),
    ("wevtutil", &["epl", "gl", "qe"]),
    ("whoami", &[]),
];

/// Words behind which `net` and its like change what they else show.
const CHANGING: &[&str] = &["/add", "/delete", "/active", "/set", "/change", "*"];

/// Complains of whatever is more than commands, and of commands that change what they look at.
pub(super) fn check(text: &str) -> Result<(), String> {
    if text.chars().any(char::is_control) {
        return Err("a command stands on one line".to_owned());
    }
    for command in split(text)? {
        one(command.trim())?;
    }
    Ok(())
}

/// The commands of a line, which `&` joins outside of quotes.
fn split(text: &str) -> Result<Vec<&str>, String> {
    let mut commands = Vec::new();
    let (mut from, mut quoted) = (0, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '&' if !quoted => {
                commands.push(text.get(from..at).unwrap_or_default());
                from = at.saturating_add(1);
            }
            _ => {}
        }
    }
    if quoted {
        return Err("a quote is open at its end".to_owned());
    }
    commands.push(text.get(from..).unwrap_or_default());
    commands.retain(|command| !(command.trim().is_empty() && text.trim().is_empty()));
    Ok(commands)
}

fn one(command: &str) -> Result<(), String> {
    // A loop is its body: what stands in the brackets is the list that it goes through.
    if let Some((_, rest)) = command
        .strip_prefix("for ")
        .and_then(|rest| rest.split_once(" in ("))
    {
        let body = rest.split_once(") do ").map(|(_, body)| body);
        return one(body.ok_or("a loop without `) do `")?);
    }
    let bare = outside_quotes(command);
    if bare.contains(['(', ')', ';']) || bare.contains(", ") {
        return Err(format!(
            "{command:?} holds a remark; `remark` is the place for it"
        ));
    }
    let mut words = bare.split_whitespace();
    let program = words.next().unwrap_or_default().to_lowercase();
    if program == "powershell" {
        // What it runs stands in quotes.
        let inner = command
            .split_once("-Command \"")
            .and_then(|(_, rest)| rest.split_once('"'));
        let (inner, _) = inner.ok_or("PowerShell without `-Command \"...\"`")?;
        let plain = inner.replace("$((Get-WmiObject Win32_ComputerSystem).Domain)", "DOMAIN");
        return one(&plain);
    }
    let program = program.trim_end_matches(".exe");
    let Some((_, verbs)) = READING.iter().find(|(known, _)| *known == program) else {
        let is_path = program.contains(['\\', '%']) || command.starts_with('"');
        let is_file = [".cmd", ".bat", ".ps1"]
            .iter()
            .any(|ending| program.ends_with(ending));
        return match is_path || is_file {
            true => Ok(()),
            false => Err(format!("{program:?} is no program that is known to read only")),
        };
    };
    let verb = words.next().unwrap_or_default().to_lowercase();
    let reads = verbs.is_empty()
        || verbs
            .iter()
            .any(|known| verb == *known || is_with_value(&verb, known));
    let changes = words.any(|word| {
        CHANGING
            .iter()
            .any(|known| word.to_lowercase().starts_with(known))
    });
    match reads && !changes {
        true => Ok(()),
        false => Err(format!("{command:?} may change what it looks at")),
    }
}

/// `/sc_query:CORP`.
fn is_with_value(verb: &str, known: &str) -> bool {
    verb.strip_prefix(known).is_some_and(|rest| rest.starts_with(':'))
}

/// A command with what stands in quotes left out.
fn outside_quotes(command: &str) -> String {
    command.split('"').step_by(2).collect::<Vec<_>>().join("\"\"")
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::knowledge::Knowledge;

    #[test]
    fn what_every_export_of_the_knowledge_holds_is_a_command() {
        let knowledge = Knowledge::embedded().unwrap();
        let of_logs = knowledge.sources().iter().map(|source| &source.export);
        let of_settings = knowledge.settings().iter().map(|group| &group.export);
        let exports: Vec<_> = of_logs.chain(of_settings).collect();
        assert!(exports.len() > 60);
        for export in exports {
            assert_eq!(check(export), Ok(()), "{export}");
            assert!(
                !export.contains("%USERDNSDOMAIN%"),
                "not set for a local account: {export}"
            );
        }
    }

    #[test]
    fn a_remark_and_a_change_are_no_commands() {
        for text in [
            "wevtutil epl A A.evtx   (switch it on first: wevtutil sl A /e:true)",
            "wevtutil epl A A.evtx, and the robot's log",
            "wevtutil sl A /e:true",
            "the run details of the flow as JSON",
            "nltest /sc_verify:CORP",
            "net user anna new /add",
            "reg export A a.reg & reg delete A",
            "for %V in (a b) do reg add %V",
            "powershell -NoProfile -Command \"Restart-Computer\"",
            "reg query \"A",
            "reg query A\nreg delete A",
        ] {
            assert!(check(text).is_err(), "{text}");
        }
        for text in [
            "",
            "\"C:\\Program Files\\Robot\\status.exe\" > robot.txt",
            "%ProgramData%\\a.cmd",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }
}
