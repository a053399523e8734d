//! `logonscope verify` and `logonscope diff`: two cases beside each other.

use std::path::PathBuf;

use clap::Args;
use logonscope::diagnose::{self, Fate, Focus};
use logonscope::model::Diagnosis;
use logonscope::report::Style;
use logonscope::report::comparison::{self, Became, Differs};

use crate::collect::is_stored;
use crate::hide::Hide;
use crate::options::{Look, Reading};
use crate::status::{Failure, Outcome, Status};
use crate::{input, show};

/// Shows whether what failed in an earlier case still fails in a later one
///
/// A fault is fixed where the later logs show that it was tried again and worked. Where they show neither a failure nor a success,
/// that is said, and why.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  logonscope verify before.zip after.zip

Exit status: 0 all fixed, 1 something still fails or is new, 2 usage or nothing readable, 3 it cannot be told.")]
pub(crate) struct Verify {
    /// What the customer sent first, or a stored diagnosis of it
    before: PathBuf,
    /// What the customer sent after the remedy, or a stored diagnosis of it
    after: PathBuf,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    look: Look,
    #[command(flatten)]
    hide: Hide,
}

/// Shows what differs between a machine that works and one that does not: settings, rights, versions, codes, faults
#[derive(Debug, Args)]
#[command(after_help = "Example:
  logonscope diff good.zip bad.zip")]
pub(crate) struct Diff {
    /// The case that works, or a stored diagnosis of it
    good: PathBuf,
    /// The case that does not, or a stored diagnosis of it
    bad: PathBuf,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    look: Look,
    #[command(flatten)]
    hide: Hide,
}

fn diagnosis(path: &PathBuf, reading: &Reading) -> Result<Diagnosis, Failure> {
    if is_stored(path) {
        return show::stored(path);
    }
    input::diagnose(
        std::slice::from_ref(path),
        input::analyzer(reading, Focus::default())?,
        reading,
    )
}

impl Verify {
    pub(crate) fn run(self) -> Outcome {
        self.look.target.check()?;
        self.hide.check()?;
        let before = diagnosis(&self.before, &self.reading)?;
        let after = diagnosis(&self.after, &self.reading)?;
        let [before, after] = self.hide.apply_to([before, after])?;
        let (faults, new) = diagnose::verify(&before, &after);
        let told: Vec<Became<'_>> = faults
            .iter()
            .map(|fault| Became {
                incident: &fault.incident,
                outcome: fault.outcome.words(),
                style: match fault.outcome {
                    Fate::Fixed => Style::Green,
                    Fate::CannotTell => Style::Yellow,
                    Fate::StillThere => Style::Red,
                },
                reason: &fault.reason,
            })
            .collect();
        self.look.target.write(&comparison::verified(
            (&before, &after),
            &told,
            &new,
            &self.look.options(),
        ))?;
        let worst = faults.iter().map(|fault| fault.outcome).max();
        Ok(match worst {
            Some(Fate::StillThere) => Status::Found,
            _ if !new.is_empty() => Status::Found,
            Some(Fate::CannotTell) => Status::Incomplete,
            _ => Status::of_reading(&after),
        })
    }
}

impl Diff {
    pub(crate) fn run(self) -> Outcome {
        self.look.target.check()?;
        self.hide.check()?;
        let good = diagnosis(&self.good, &self.reading)?;
        let bad = diagnosis(&self.bad, &self.reading)?;
        let [good, bad] = self.hide.apply_to([good, bad])?;
        let list = diagnose::differences(&good, &bad);
        let told: Vec<Differs<'_>> = list
            .iter()
            .map(|differs| Differs {
                matters: differs.matters,
                kind: differs.kind,
                name: &differs.name,
                good: differs.good.as_deref(),
                bad: differs.bad.as_deref(),
            })
            .collect();
        self.look.target.write(&comparison::differences(
            (&good, &bad),
            &told,
            &self.look.options(),
        ))?;
        Ok(Status::Nothing)
    }
}
