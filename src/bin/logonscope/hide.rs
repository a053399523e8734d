//! `--pseudonymize`, `--key-file` and `logonscope reveal`: names left out of results, and put back.

use std::path::{Path, PathBuf};

use clap::Args;
use logonscope::model::Diagnosis;
use logonscope::report::pseudonym::Key;

use crate::input;
use crate::options::Target;
use crate::output::{Existing, replace};
use crate::status::{Failure, Outcome, Status};

/// A text of more bytes than this is no report.
const MOST: u64 = 1 << 30;

/// How names are left out.
#[derive(Debug, Args)]
pub(crate) struct Hide {
    /// Replace users, hosts, domains, SIDs, addresses, paths and GUIDs by made-up ones, alike everywhere; names of tasks stay
    #[arg(long, requires = "key_file")]
    pub(crate) pseudonymize: bool,
    /// The key that makes the made-up names and puts the real ones back; made where there is none. Keep it secret
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
}

impl Hide {
    /// Complains early of a key that nothing uses or that cannot be read.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        match &self.key_file {
            Some(_) if !self.pseudonymize => Err(Failure::new(
                "--key-file goes with --pseudonymize; `logonscope reveal` puts the names back",
            )),
            Some(path) if path.exists() => stored(path).map(|_| ()),
            _ => Ok(()),
        }
    }

    /// The diagnosis as it may be shown. The key is written first: what is shown can always be put back.
    pub(crate) fn apply(&self, diagnosis: Diagnosis) -> Result<Diagnosis, Failure> {
        let Some(path) = self.key_file.as_deref().filter(|_| self.pseudonymize) else {
            return Ok(diagnosis);
        };
        let mut key = if path.exists() { stored(path)? } else { fresh()? };
        let before = key.clone();
        let concealed = key.conceal(&diagnosis).map_err(Failure::new)?;
        if key != before || !path.exists() {
            keep(path, &key)?;
        }
        Ok(concealed)
    }
}

fn fresh() -> Result<Key, Failure> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| Failure::new(format!("no key can be made: {error}")))?;
    Ok(Key::new(secret))
}

fn stored(path: &Path) -> Result<Key, Failure> {
    let failure = |error: String| Failure::new(format!("{}: {error}", path.display()));
    let bytes = input::read(path, MOST).map_err(|error| failure(error.to_string()))?;
    Key::from_json(&bytes).map_err(failure)
}

/// Nobody but the owner may read it.
fn keep(path: &Path, key: &Key) -> Result<(), Failure> {
    replace(path, Existing::Replace, |file| {
        file.write_all(key.to_json().as_bytes())
    })?;
    #[cfg(unix)]
    {
        let owner = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(path, owner)
            .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    }
    Ok(())
}

/// Puts the real names back into what --pseudonymize wrote
///
/// Takes any text: a report in any format, or a mail in which somebody quotes one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  logonscope analyze case.zip --pseudonymize --key-file case.key --format mail -o mail.txt
  logonscope reveal answer.txt --key-file case.key")]
pub(crate) struct Reveal {
    /// The text; `-` is the standard input
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// The key that --pseudonymize used
    #[arg(long, value_name = "FILE")]
    key_file: PathBuf,
    #[command(flatten)]
    target: Target,
}

impl Reveal {
    pub(crate) fn run(self) -> Outcome {
        self.target.check_beside(std::slice::from_ref(&self.path))?;
        let key = stored(&self.key_file)?;
        let bytes = input::read(&self.path, MOST)
            .map_err(|error| Failure::new(format!("{}: {error}", self.path.display())))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Failure::new(format!("{}: not UTF-8 text", self.path.display())))?;
        self.target.write(&key.reveal(&text))?;
        Ok(Status::Nothing)
    }
}
