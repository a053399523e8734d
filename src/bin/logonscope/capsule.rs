//! `logonscope capsule`: the smallest part of a case that shows one of its incidents.

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use logonscope::bundle;
use logonscope::diagnose::{self, Focus, Reading as Case};
use logonscope::model::{Diagnosis, Incident, Time, Verdict};
use logonscope::report::capsule::{self, Files};
use logonscope::report::pseudonym::Names;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::hide::Hide;
use crate::options::{Reading, Target};
use crate::output::{self, Existing};
use crate::status::{Failure, Outcome, Status};
use crate::{input, nearest};

/// Bytes from which on a capsule is large, which is said.
const LARGE: usize = 200_000;

/// Packs the smallest part of a case that shows one of its incidents into a zip
///
/// It holds the records that the incident cites and their neighbours, all settings, and what the logs covered: records as event
/// XML, lines as text, secrets masked. Analyzed again, it gives the same cause with the same verdict; where it does not, that
/// is said. For a bug report, a test, or a colleague who must not see the rest.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  logonscope capsule case.zip 1 -o mini.zip
  logonscope capsule case.zip 3f2a -o mini.zip --pseudonymize --key-file case.key

Exit status: 0 it shows the same, 1 it does not show the same cause or verdict, 2 usage or nothing readable.")]
pub(crate) struct Capsule {
    /// What the customer sent; `-` is the standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The incident: its number in the order of the report, from 1, or the beginning of its id, which `--format json` shows
    #[arg(value_name = "INCIDENT", required = true)]
    incident: String,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    hide: Hide,
}

/// A capsule, and which incident of its diagnosis is the one that was wanted.
#[derive(Default)]
struct Packed {
    place: Option<usize>,
    bytes: Vec<u8>,
}

/// What an incident comes to: its symptom, its cause with the verdict, and when it was first.
type Told = (String, Option<(String, Verdict)>, Option<Time>);

impl Capsule {
    pub(crate) fn run(self) -> Outcome {
        self.target.check_beside(&self.paths)?;
        self.hide.check()?;
        let Some(path) = self.target.output.as_deref() else {
            return Err(Failure::new("a capsule is a zip: name it with -o mini.zip"));
        };
        let limits = self.reading.budget.limits_from_now();
        let opened = input::open(&self.paths, &self.reading, &limits)?;
        let analyzer = input::analyzer(&self.reading, Focus::default())?.limits(limits.clone());
        let case = analyzer.reading(&opened);
        let incident = find(case.diagnosis(), &self.incident)?;
        let wanted = told(incident);
        let mut capsule = case.capsule(incident);
        self.conceal(&case, &mut capsule)?;
        let mut best: Option<Packed> = None;
        // Lines of text say more to a person; where too few of them are left to be read as what they were, records say the same.
        for lines in [true, false] {
            let bytes = pack(&capsule::files(&capsule.parts, lines))?;
            let bundle = bundle::open_memory("capsule.zip", bytes.clone(), &limits);
            let diagnosis = analyzer.analyze_bundle(&bundle);
            let place = diagnosis
                .incidents
                .iter()
                .position(|incident| told(incident) == wanted);
            if place.is_some() || best.is_none() {
                best = Some(Packed { place, bytes });
            }
            if place.is_some() {
                break;
            }
        }
        let packed = best.unwrap_or_default();
        output::replace(path, self.existing(), |file| file.write_all(&packed.bytes))?;
        Ok(self.report(path, &packed))
    }

    const fn existing(&self) -> Existing {
        if self.target.force {
            Existing::Replace
        } else {
            Existing::Keep
        }
    }

    fn report(&self, path: &Path, packed: &Packed) -> Status {
        let bytes = packed.bytes.len();
        if !self.reading.quiet {
            output::warn(&format!("{}: {} KB", path.display(), bytes.div_ceil(1000)));
            if bytes > LARGE {
                output::warn(
                    "that is much for a capsule: the incident cites very many records, or the case has very many settings",
                );
            }
        }
        if let Some(place) = packed.place {
            if place > 0 && !self.reading.quiet {
                output::warn(&format!(
                    "analyzed by itself, the capsule tells this incident as number {}: what is packed with it shows another one first",
                    place.saturating_add(1)
                ));
            }
            return Status::Nothing;
        }
        output::warn("analyzed by itself, the capsule does not give the same cause with the same verdict");
        Status::Found
    }

    fn conceal(&self, case: &Case<'_>, capsule: &mut diagnose::Capsule) -> Result<(), Failure> {
        let Some(mut vault) = self.hide.vault()? else {
            return Ok(());
        };
        let mut names = Names::new();
        names.of_diagnosis(case.diagnosis());
        capsule.parts.iter().for_each(|part| names.of_part(part));
        vault.with(&names, |veil| {
            capsule.parts.iter_mut().for_each(|part| veil.part(part));
            Ok(())
        })
    }
}

fn told(incident: &Incident) -> Told {
    let cause = incident.causes.first();
    let cause = cause.map(|cause| (cause.id.to_string(), cause.verdict));
    (incident.symptom.to_string(), cause, incident.first)
}

/// The incident of that number or of an id that begins so.
fn find<'d>(diagnosis: &'d Diagnosis, wanted: &str) -> Result<&'d Incident, Failure> {
    let incidents = &diagnosis.incidents;
    if incidents.is_empty() {
        return Err(Failure::new(
            "nothing failed in this case: there is no incident to pack",
        ));
    }
    let number = wanted
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    if let Some(incident) = number.and_then(|number| incidents.get(number)) {
        return Ok(incident);
    }
    let mut alike = incidents
        .iter()
        .filter(|incident| incident.id.starts_with(wanted));
    match (alike.next(), alike.next()) {
        (Some(incident), None) => return Ok(incident),
        (Some(_), Some(_)) => return Err(Failure::new(format!("several ids begin with {wanted:?}"))),
        _ => {}
    }
    // A number is no id that was misspelled.
    let ids = incidents.iter().map(|incident| incident.id.as_str());
    let question = match number {
        Some(_) => String::new(),
        None => nearest::question(wanted, ids),
    };
    let list: Vec<String> = incidents
        .iter()
        .zip(1..)
        .take(20)
        .map(|(incident, number)| format!("\n  {number}. {} {}", incident.id, incident.title))
        .collect();
    Err(Failure::new(format!(
        "no incident {wanted:?}{question}; there are{}",
        list.concat()
    )))
}

/// A zip of these files. Equal files give equal bytes: no clock goes in.
fn pack(files: &Files) -> Result<Vec<u8>, Failure> {
    let failed =
        |error: &dyn std::fmt::Display| Failure::new(format!("the capsule cannot be packed: {error}"));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer
            .start_file(name.as_str(), options)
            .map_err(|error| failed(&error))?;
        writer.write_all(bytes).map_err(|error| failed(&error))?;
    }
    Ok(writer.finish().map_err(|error| failed(&error))?.into_inner())
}
