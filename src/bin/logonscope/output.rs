//! Results to standard output or, atomically, to a file; messages to the error stream.

use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use logonscope::report::escape;

use crate::options::{Color, Target};
use crate::status::Failure;

impl Target {
    /// Whether what is written may hold colours.
    pub(crate) fn colours(&self) -> bool {
        self.output.is_none() && colours(self.color)
    }

    /// The columns of the terminal that it goes to; 0 where it goes elsewhere.
    pub(crate) fn width(&self) -> usize {
        match self.output {
            Some(_) => 0,
            None => width(),
        }
    }

    /// Complains early, before hours of reading.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        match &self.output {
            Some(path) if !self.force && path.exists() => Err(exists(path)),
            _ => Ok(()),
        }
    }

    /// The same, and, whatever is forced, of a file that is evidence.
    pub(crate) fn check_beside(&self, inputs: &[PathBuf]) -> Result<(), Failure> {
        self.check()?;
        match &self.output {
            Some(path) if path.exists() && is_evidence(path, inputs) => Err(Failure::new(format!(
                "{} is part of the input and would be lost; write the result somewhere else",
                path.display()
            ))),
            _ => Ok(()),
        }
    }

    /// Writes the result.
    pub(crate) fn write(&self, text: &str) -> Result<(), Failure> {
        match &self.output {
            Some(path) => replace(path, self.existing(), |file| file.write_all(text.as_bytes())),
            None => print(text, self.color),
        }
    }

    /// Writes the result piece by piece.
    pub(crate) fn stream(
        &self,
        write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    ) -> Result<(), Failure> {
        match &self.output {
            Some(path) => replace(path, self.existing(), write),
            None => {
                let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout());
                forgive(write(&mut out).and_then(|()| out.flush()))
            }
        }
    }

    const fn existing(&self) -> Existing {
        if self.force {
            Existing::Replace
        } else {
            Existing::Keep
        }
    }
}

/// The columns of the terminal on standard output, or else what `COLUMNS` asks for; 0 where nobody says it.
pub(crate) fn width() -> usize {
    let asked = || std::env::var_os("COLUMNS")?.to_str()?.trim().parse().ok();
    let shown = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    shown.or_else(asked).unwrap_or(0)
}

/// The lines of the terminal on standard output that are left beside the command and the prompt; 0 where it is none.
pub(crate) fn lines() -> usize {
    terminal_size::terminal_size_of(io::stdout())
        .map_or(0, |(_, height)| usize::from(height.0).saturating_sub(2))
}

/// Whether a file is an input or lies in one, and is not what an earlier run wrote there.
fn is_evidence(path: &Path, inputs: &[PathBuf]) -> bool {
    let Ok(path) = path.canonicalize() else {
        return false;
    };
    let within = inputs
        .iter()
        .any(|input| input.canonicalize().is_ok_and(|input| path.starts_with(input)));
    within && !is_own_output(&path)
}

/// Whether a file is what an earlier run wrote.
fn is_own_output(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(4 << 10).read_to_end(&mut head));
    read.is_ok() && logonscope::reader::is_own_output(&head)
}

/// Whether standard output takes colours.
pub(crate) fn colours(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never && io::stdout().is_terminal(),
    }
}

/// What happens to a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    /// It stays, and that is an error.
    Keep,
    Replace,
}

/// How the names of files begin that are still being written.
const UNFINISHED: &str = ".logonscope-";

/// Whether a folder holds nothing, or nothing but what a killed run left half-written.
pub(crate) fn is_blank(folder: &Path) -> io::Result<bool> {
    let mut entries = std::fs::read_dir(folder)?;
    Ok(entries.all(|entry| entry.is_ok_and(|entry| is_unfinished(&entry))))
}

/// Takes away what a killed run left half-written in a folder.
pub(crate) fn clean(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if is_unfinished(&entry) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn is_unfinished(entry: &std::fs::DirEntry) -> bool {
    let name = entry.file_name();
    let ours = name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes());
    ours && entry.file_type().is_ok_and(|kind| kind.is_file())
}

/// Writes into a temporary file beside the target, which then takes its name: all of it or nothing.
pub(crate) fn replace(
    path: &Path,
    existing: Existing,
    write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> Result<(), Failure> {
    place(path, existing, true, write)
}

/// The same for one of many files, without waiting until the disk has it. Another process sees all of it or nothing, but of what was written in the
/// last seconds before the power failed there may be less, so whoever reads it must be able to tell.
pub(crate) fn replace_soon(
    path: &Path,
    write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> Result<(), Failure> {
    place(path, Existing::Replace, false, write)
}

fn place(
    path: &Path,
    existing: Existing,
    wait: bool,
    write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> Result<(), Failure> {
    let failure = |error: io::Error| Failure::new(format!("{}: {error}", path.display()));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(missing) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Failure::new(format!(
            "{}: {} is no folder",
            path.display(),
            missing.display()
        )));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .map_err(failure)?;
    let mut buffer = io::BufWriter::with_capacity(1 << 16, file.as_file_mut());
    write(&mut buffer)
        .and_then(|()| buffer.flush())
        .map_err(failure)?;
    drop(buffer);
    if wait {
        file.as_file().sync_all().map_err(failure)?;
    }
    let done = if existing == Existing::Replace {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    match done {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(exists(path)),
        Err(error) => Err(failure(error.error)),
    }
}

fn exists(path: &Path) -> Failure {
    Failure::new(format!("{} exists; --force replaces it", path.display()))
}

/// Prints to standard output; a reader that went away is no error.
pub(crate) fn print(text: &str, color: Color) -> Result<(), Failure> {
    // Where there is nothing to strip, nobody need look at letter by letter.
    let is_plain = |byte: u8| matches!(byte, b'\n' | b'\t' | b' '..=b'~');
    if text.bytes().all(is_plain) {
        let mut out = io::stdout().lock();
        return forgive(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
    }
    let choice = match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    let mut out = AutoStream::new(io::stdout(), choice);
    forgive(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

fn forgive(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// A message on the error stream, safe for a terminal, line by line.
pub(crate) fn warn(text: &str) {
    let mut out = io::stderr().lock();
    for (index, line) in text.lines().enumerate() {
        let lead = if index == 0 { "logonscope: " } else { "" };
        let _ = writeln!(out, "{lead}{}", escape::terminal(line));
    }
}
