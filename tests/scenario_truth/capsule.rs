//! Capsules of scenarios: each shows its incident with the same cause and verdict, by itself and without names, and is small.

use logonscope::Limits;
use logonscope::bundle::open_memory;
use logonscope::diagnose::{Analyzer, Capsule};
use logonscope::model::{Diagnosis, Incident, Verdict};
use logonscope::report::capsule;
use logonscope::report::pseudonym::{Key, Names};

use crate::scenarios;
use crate::support::archive;

/// Bytes of a capsule.
const LARGEST: usize = 200_000;

type Told = (String, Option<(String, Verdict)>, Option<logonscope::model::Time>);

fn told(incident: &Incident) -> Told {
    let first = incident.causes.first();
    let cause = first.map(|cause| (cause.id.to_string(), cause.verdict));
    (incident.symptom.to_string(), cause, incident.first)
}

fn analyzed(bytes: Vec<u8>, analyzer: &Analyzer) -> Diagnosis {
    analyzer.analyze_bundle(&open_memory("mini.zip", bytes, &Limits::default()))
}

/// What is wrong with the capsules of a scenario's first incident; nothing where it has none.
pub fn faults(kind: &'static str, seed: u64, analyzer: &Analyzer) -> Option<Vec<String>> {
    let scenario = scenarios::of_kind(kind, seed);
    let bundle = open_memory("case.zip", archive::zip(&scenario.files), &Limits::default());
    let case = analyzer.reading(&bundle);
    let incident = case.diagnosis().incidents.first()?;
    let (wanted, mut made) = (told(incident), case.capsule(incident));
    let mut faults = Vec::new();
    let mut check = |what: &str, made: &Capsule| {
        let mut shows = false;
        for lines in [true, false] {
            let bytes = archive::zip(&capsule::files(&made.parts, lines));
            if bytes.len() > LARGEST {
                faults.push(format!("{}, {what}: {} bytes", scenario.name(), bytes.len()));
            }
            let diagnosis = analyzed(bytes, analyzer);
            shows |= diagnosis
                .incidents
                .iter()
                .any(|incident| told(incident) == wanted);
        }
        if !shows {
            faults.push(format!("{}, {what}: not {wanted:?}", scenario.name()));
        }
    };
    check("with names", &made);
    let mut names = Names::new();
    names.of_diagnosis(case.diagnosis());
    made.parts.iter().for_each(|part| names.of_part(part));
    let mut key = Key::new([7; 32]);
    let mut veil = key.veil(&names).unwrap();
    made.parts.iter_mut().for_each(|part| veil.part(part));
    check("without names", &made);
    let files = capsule::files(&made.parts, true);
    let text: String = files
        .iter()
        .flat_map(|(name, bytes)| [name.to_lowercase(), String::from_utf8_lossy(bytes).to_lowercase()])
        .collect();
    let lead = incident.host.split('.').next().unwrap_or_default().to_lowercase();
    if !lead.is_empty() && text.contains(&lead) {
        faults.push(format!("{}: {lead} is told", scenario.name()));
    }
    Some(faults)
}
