//! The version of the robot where text states it: in a sentence, or as the version of one of its files. Must not know
//! formats.

use std::sync::LazyLock;

use regex::Regex;

use super::lines::{Block, Place};
use super::sink::Sink;
use crate::model::{Fact, FactScope, Time};

/// Mentions that are looked at in one block.
const MENTIONS: usize = 1_000;

/// How far the version of a file may stand from its name, in lines.
const NEAR: usize = 12;

/// Facts of an artifact past which none is added: each is compared with all.
const FACTS: usize = 10_000;

/// A version behind the product's name.
static STATED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = r"(?i-u)\buipath[ .]?(?:robot|studio|assistant|platform)?(?:[ ,:(]|version|v|is)*(?-i:\b)";
    Regex::new(&format!(r"{words}(\d{{2,4}}\.\d{{1,3}}(?:\.\d{{1,6}}){{0,2}})\b")).ok()
});

/// A version of the product: the year it is of, with or without the century.
const VERSION: &str = r"((?:20)?(?:1[6-9]|2[0-9])\.\d{1,2}\.\d{1,6}(?:\.\d{1,6})?)";

/// The robot's own program.
const PROGRAM: &str = r"(?i:\bUiRobot\.exe)";

/// A row of `(Get-Item ...).VersionInfo`: version, version, path.
static ROW: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"^\s*{VERSION}\s.*{PROGRAM}\s*$")).ok());

/// A line that names the program: of `VersionInfo` as a list, or of `wmic datafile`.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"^\s*(?i:OriginalFilename|InternalName|FileName|Name|File)\s*[:=].*{PROGRAM}\s*$"
    ))
    .ok()
});

/// The line with the version beside it.
static BESIDE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"^\s*(?i:(?:File|Product)?\s?Version)\s*[:=]\s*{VERSION}\s*$"
    ))
    .ok()
});

/// The command that asks for it, at a prompt.
static ASKED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r#"{PROGRAM}["']?\s+(?i:--?version)\s*$"#)).ok());

/// Its answer.
static ALONE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"^\s*{VERSION}\s*$")).ok());

/// States the versions that a block tells.
pub(super) fn search(sink: &mut Sink<'_>, block: &mut Block<'_>) {
    for (mention, version) in [
        (
            "iPath",
            stated as fn(&mut Block<'_>, usize) -> Option<(String, Place)>,
        ),
        ("iRobot.exe", of_file),
    ] {
        let finder = memchr::memmem::find_iter(block.bytes, mention);
        let hits: Vec<usize> = finder.take(MENTIONS).collect();
        for hit in hits {
            if let Some((version, place)) = version(block, hit) {
                state(sink, &version, place, None);
            }
        }
    }
}

fn stated(block: &mut Block<'_>, hit: usize) -> Option<(String, Place)> {
    let (line, _) = block.line_at(block.line_start(hit))?;
    let groups = STATED.as_ref()?.captures(&line.text)?;
    Some((groups.get(1)?.as_str().to_owned(), line.place))
}

/// The version of the program named at `hit`, in its row or in a line near it, no blank line between.
fn of_file(block: &mut Block<'_>, hit: usize) -> Option<(String, Place)> {
    let own = block.line_start(hit);
    let (line, _) = block.line_at(own)?;
    if let Some(groups) = ROW.as_ref()?.captures(&line.text) {
        return Some((groups.get(1)?.as_str().to_owned(), line.place));
    }
    if ASKED.as_ref()?.is_match(&line.text) {
        return answer(block, own);
    }
    if !NAMED.as_ref()?.is_match(&line.text) {
        return None;
    }
    let mut at = own;
    for _ in 0..NEAR {
        let before = block.line_start(at.saturating_sub(1));
        if at == 0 || block.slice(before, at).trim_ascii().is_empty() {
            break;
        }
        at = before;
    }
    for _ in 0..2 * NEAR {
        let (line, next) = block.line_at(at)?;
        if line.text.trim().is_empty() {
            return None;
        }
        if let Some(groups) = BESIDE.as_ref()?.captures(&line.text) {
            return Some((groups.get(1)?.as_str().to_owned(), line.place));
        }
        at = next;
    }
    None
}

/// The version in the first line behind the command that asks for it.
fn answer(block: &mut Block<'_>, command: usize) -> Option<(String, Place)> {
    let (_, mut at) = block.line_at(command)?;
    for _ in 0..NEAR {
        let (line, next) = block.line_at(at)?;
        if !line.text.trim().is_empty() {
            let groups = ALONE.as_ref()?.captures(&line.text)?;
            return Some((groups.get(1)?.as_str().to_owned(), line.place));
        }
        at = next;
    }
    None
}

/// States the version of the robot, once for each version.
pub(super) fn state(sink: &mut Sink<'_>, version: &str, place: Place, at: Option<Time>) {
    let origin = sink.line(place.line, place.offset);
    let facts = &mut sink.findings().facts;
    let known = facts
        .iter()
        .any(|fact| &*fact.name == "robot.version" && &*fact.value == version);
    if !known && facts.len() < FACTS {
        facts.push(Fact {
            host: "".into(),
            name: "robot.version".into(),
            value: version.into(),
            scope: FactScope::Observed,
            at,
            local: None,
            origin,
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::limits::Limits;
    use crate::model::Interest;
    use crate::reader::{self, Context};
    use crate::source::Source;

    fn versions(text: &str) -> Vec<String> {
        let interest = Interest::everything().unwrap();
        let limits = Limits::default();
        let context = Context {
            path: Arc::from("mail.txt"),
            interest: &interest,
            limits: &limits,
            recover: false,
        };
        let findings = reader::read(Source::memory(text), &context);
        let facts = findings
            .facts
            .iter()
            .filter(|fact| &*fact.name == "robot.version");
        facts.map(|fact| fact.value.to_string()).collect()
    }

    #[test]
    fn a_stated_version() {
        assert_eq!(
            versions("We run UiPath Robot 18.3.1 and RPA-07.\nUiPath Robot 18.3.1"),
            ["18.3.1"]
        );
    }

    #[test]
    fn the_version_of_its_program() {
        for text in [
            "ProductVersion   FileVersion      FileName\n--------------   -----------      --------\n\
             23.10.4.0        23.10.4.0        C:\\Program Files\\UiPath\\Studio\\UiRobot.exe\n",
            "OriginalFilename  : UiRobot.exe\nFileDescription   : x\nFileVersion       : 23.10.4.0\n",
            "ProductVersion : 23.10.4.0\nComments :\nInternalName : UiRobot.exe\n",
            "\n\nName=C:\\Program Files\\UiPath\\Studio\\UiRobot.exe\nVersion=23.10.4.0\n\n",
            "C:\\Program Files\\UiPath>UiRobot.exe --version\n23.10.4.0\n",
        ] {
            assert_eq!(versions(text), ["23.10.4.0"], "{text}");
        }
        for text in [
            "Started UiRobot.exe\nVersion: 23.10.4.0\n",
            "Name: UiRobot.exe\n\nVersion: 23.10.4.0\n",
            "10.0.0.17 fetched C:\\x\\UiRobot.exe\n",
            "Name: UiRobot.exe\nVersion: 10.0.17763.1\n",
        ] {
            assert_eq!(versions(text), Vec::<String>::new(), "{text}");
        }
    }
}
