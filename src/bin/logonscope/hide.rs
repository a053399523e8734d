//! `--pseudonymize`, `--key-file` and `logonscope reveal`: names left out of results, and put back.

use std::path::{Path, PathBuf};

use clap::Args;
use logonscope::model::Diagnosis;
use logonscope::report::pseudonym::{Key, Names, Veil};

use crate::input;
use crate::options::Target;
use crate::output::{Existing, replace};
use crate::status::{Failure, Outcome, Status};

/// A text of more bytes than this is no report.
const MOST: u64 = 1 << 30;

/// How names are left out.
#[derive(Debug, Args)]
#[command(next_help_heading = "Names")]
pub(crate) struct Hide {
    /// Replace users, hosts, domains, SIDs, addresses, paths and GUIDs by made-up ones, alike everywhere; names of tasks stay
    #[arg(long, requires = "key_file")]
    pub(crate) pseudonymize: bool,
    /// The file with the key to the made-up names, made if it does not exist. Keep it secret: with it, `logonscope reveal` puts the
    /// real names back
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

    /// The same, and of a filter that would tell whose lines the result holds.
    pub(crate) fn check_filters(&self, user: Option<&str>) -> Result<(), Failure> {
        self.check()?;
        if self.pseudonymize && user.is_some() {
            return Err(Failure::new(
                "--user and --pseudonymize do not go together here: the result would show whose lines they are",
            ));
        }
        Ok(())
    }

    /// The diagnosis as it may be shown.
    pub(crate) fn apply(&self, diagnosis: Diagnosis) -> Result<Diagnosis, Failure> {
        let [concealed] = self.apply_to([diagnosis])?;
        Ok(concealed)
    }

    /// Several diagnoses as they may be shown beside each other: what one of them tells as a name is one in all.
    pub(crate) fn apply_to<const N: usize>(
        &self,
        diagnoses: [Diagnosis; N],
    ) -> Result<[Diagnosis; N], Failure> {
        let Some(mut vault) = self.vault()? else {
            return Ok(diagnoses);
        };
        let mut names = Names::new();
        diagnoses
            .iter()
            .for_each(|diagnosis| names.of_diagnosis(diagnosis));
        vault.with(&names, |veil| {
            let mut concealed = Vec::with_capacity(N);
            for diagnosis in &diagnoses {
                concealed.push(veil.diagnosis(diagnosis)?);
            }
            concealed
                .try_into()
                .map_err(|_| "a diagnosis was lost".to_owned())
        })
    }

    /// The key, where names are to be left out.
    pub(crate) fn vault(&self) -> Result<Option<Vault>, Failure> {
        let Some(path) = self.key_file.as_deref().filter(|_| self.pseudonymize) else {
            return Ok(None);
        };
        let is_there = path.exists();
        let key = if is_there { stored(path)? } else { fresh()? };
        Ok(Some(Vault {
            path: path.to_owned(),
            kept: is_there.then(|| key.clone()),
            key,
        }))
    }
}

/// The key and the file that keeps it.
#[derive(Debug)]
pub(crate) struct Vault {
    path: PathBuf,
    key: Key,
    /// What the file holds.
    kept: Option<Key>,
}

impl Vault {
    /// Replaces names. The key is written before the result is handed out: what is shown can always be put back.
    pub(crate) fn with<T>(
        &mut self,
        names: &Names,
        replace: impl FnOnce(&mut Veil<'_>) -> Result<T, String>,
    ) -> Result<T, Failure> {
        let mut veil = self.key.veil(names).map_err(Failure::new)?;
        let replaced = replace(&mut veil).map_err(Failure::new)?;
        self.keep()?;
        Ok(replaced)
    }

    /// What replaces names in what is written while it is read; [`keep`](Self::keep) comes after it.
    pub(crate) fn veil(&mut self, names: &Names) -> Result<Veil<'_>, Failure> {
        self.key.veil(names).map_err(Failure::new)
    }

    /// Writes the key where it has grown.
    pub(crate) fn keep(&mut self) -> Result<(), Failure> {
        if self.kept.as_ref() != Some(&self.key) {
            keep(&self.path, &self.key)?;
            self.kept = Some(self.key.clone());
        }
        Ok(())
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
