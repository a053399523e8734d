//! What a user would type again and again: zones, knowledge and layouts, from the environment or from a file. Flags win over the
//! environment, the environment over the file; `--help` shows what is in force.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Command;
use logonscope::parse;

use crate::nearest;
use crate::options::zone;
use crate::status::Failure;

/// The options that have a default of the user's own, as they are spelled on the command line, and whether they are paths.
const OPTIONS: [(&str, bool); 4] = [
    ("tz", false),
    ("assume-tz", false),
    ("knowledge", true),
    ("layouts", true),
];

/// What `--help` says of it.
pub(crate) const HELP: &str = "Defaults of your own: LOGONSCOPE_TZ, LOGONSCOPE_ASSUME_TZ, LOGONSCOPE_KNOWLEDGE and LOGONSCOPE_LAYOUTS, or tz, \
assume-tz, knowledge and layouts in logonscope/config.toml below the folder of your settings (~/.config, %APPDATA%), or \
in the file that LOGONSCOPE_CONFIG names. Options win over the environment, the environment over the file.";

/// A file of more bytes is none of settings.
const MOST: u64 = 1 << 20;

/// The command with the user's defaults.
pub(crate) fn apply(command: Command) -> Result<Command, Failure> {
    let values = values(&|name| std::env::var_os(name).filter(|value| !value.is_empty()))?;
    Ok(with(command, &values))
}

/// The defaults by the name of their option.
fn values(
    environment: &dyn Fn(&str) -> Option<std::ffi::OsString>,
) -> Result<BTreeMap<&'static str, String>, Failure> {
    let mut values = match file(environment)? {
        Some((path, text)) => in_file(&path, &text)?,
        None => BTreeMap::new(),
    };
    for (option, _) in OPTIONS {
        let name = format!("LOGONSCOPE_{}", option.replace('-', "_").to_uppercase());
        if let Some(value) = environment(&name) {
            let value = value.to_string_lossy().into_owned();
            check(&name, option, &value)?;
            values.insert(option, value);
        }
    }
    Ok(values)
}

/// The file of settings, where there is one; one that is named must be there.
fn file(
    environment: &dyn Fn(&str) -> Option<std::ffi::OsString>,
) -> Result<Option<(PathBuf, String)>, Failure> {
    let named = environment("LOGONSCOPE_CONFIG").map(PathBuf::from);
    let folder = || {
        let home = environment("HOME").map(|home| Path::new(&home).join(".config"));
        let folder = environment("XDG_CONFIG_HOME").or_else(|| environment("APPDATA"));
        folder.map(PathBuf::from).or(home)
    };
    let usual = || Some(folder()?.join("logonscope").join("config.toml"));
    let Some(path) = named.clone().or_else(usual) else {
        return Ok(None);
    };
    match crate::input::read(&path, MOST) {
        Ok(bytes) => String::from_utf8(bytes)
            .map(|text| Some((path.clone(), text)))
            .map_err(|_| Failure::new(format!("{}: not UTF-8 text", path.display()))),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::new(format!("{}: {error}", path.display()))),
    }
}

/// What a file sets. Paths in it are taken from where it lies.
fn in_file(path: &Path, text: &str) -> Result<BTreeMap<&'static str, String>, Failure> {
    let failed = |what: String| Failure::new(format!("{}: {what}", path.display()));
    let table: BTreeMap<String, String> = toml::from_str(text).map_err(|error| failed(error.to_string()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut values = BTreeMap::new();
    for (name, value) in table {
        let Some(&(option, is_path)) = OPTIONS.iter().find(|(option, _)| *option == name) else {
            let question = nearest::question(&name, OPTIONS.iter().map(|(option, _)| *option));
            return Err(failed(format!("there is no setting {name:?}{question}")));
        };
        let value = if is_path {
            folder.join(value).to_string_lossy().into_owned()
        } else {
            value
        };
        check(&format!("{}: {name}", path.display()), option, &value)?;
        values.insert(option, value);
    }
    Ok(values)
}

/// Complains of a zone that is none, and of a path that is not there, with the place where it is written.
fn check(place: &str, option: &str, value: &str) -> Result<(), Failure> {
    let failed = |error: String| Failure::new(format!("{place}: {error}"));
    match option {
        "tz" => zone(value).map(|_| ()).map_err(failed),
        "assume-tz" if parse::zone_name(value).is_none() => Err(failed(format!(
            "{value:?} is no time zone; write UTC, +02:00, Europe/Berlin or \"W. Europe Standard Time\""
        ))),
        _ if OPTIONS.contains(&(option, true)) => match std::fs::metadata(value) {
            Ok(_) => Ok(()),
            Err(error) => Err(failed(format!("{value}: {error}"))),
        },
        _ => Ok(()),
    }
}

/// The same for each subcommand that has such an option.
fn with(mut command: Command, values: &BTreeMap<&'static str, String>) -> Command {
    for (option, value) in values {
        let id = command
            .get_arguments()
            .find(|argument| argument.get_long() == Some(option))
            .map(|argument| argument.get_id().clone());
        if let Some(id) = id {
            // Once for each run, and needed to its end.
            let value: &'static str = value.clone().leak();
            command = command.mut_arg(id, |argument| argument.default_value(value));
        }
    }
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    for name in names {
        command = command.mut_subcommand(name, |sub| with(sub, values));
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_wins_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, "tz = \"Europe/Berlin\"\nknowledge = \"mine\"\n").unwrap();
        std::fs::create_dir(folder.path().join("mine")).unwrap();
        let environment = |name: &str| match name {
            "LOGONSCOPE_CONFIG" => Some(path.clone().into_os_string()),
            "LOGONSCOPE_TZ" => Some("utc".into()),
            _ => None,
        };
        let found = values(&environment).unwrap();
        assert_eq!(found["tz"], "utc");
        assert_eq!(Path::new(&found["knowledge"]), folder.path().join("mine"));
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let path = Path::new("config.toml");
        let told = |text: &str| in_file(path, text).unwrap_err().to_string();
        assert!(told("knowlege = \"x\"").contains("did you mean knowledge?"));
        assert!(told("tz = \"Berlin\"").starts_with("config.toml: tz: "));
        assert!(told("tz = 5").starts_with("config.toml: "));
        assert!(told("knowledge = \"nowhere\"").starts_with("config.toml: knowledge: "));
        assert!(told("assume-tz = \"Berlin\"").starts_with("config.toml: assume-tz: "));
    }
}
