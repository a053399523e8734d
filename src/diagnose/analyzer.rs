//! The analyzer: what the library offers, and the way of the data through the rooms from files to the result. Owns the order
//! of the steps and the options of a run; each step is a room's own matter.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::answer::assemble::{self, Asked};
use super::answer::input_reports;
use super::derivers::{self, Pointed, exported_lists, told_codes};
use super::incidents::fault_lists::FaultLists;
use super::incidents::{find, sightings, signal_matcher};
use super::ledgers::Ledgers;
use super::question::AskedHours;
use super::scan::{self, ledgers_read};
use super::timeline::host::Host;
use super::timeline::{clock_skew, collections, gather, learned_facts, task_definitions, unmatched};
use super::weighing::bench;
use crate::bundle::layout::Layouts;
use crate::bundle::{self, Bundle};
use crate::error::Result;
use crate::knowledge::codes::Codes;
use crate::knowledge::{Knowledge, parlance};
use crate::limits::{Limits, Stop};
use crate::model::{Artifact, Companion, Diagnosis, Findings, Interest, Parlance, Problem};
use crate::parse::{Focus, companions, record_repair, time_zones};
use crate::reader::Context;
use crate::source::Source;

/// Reports how far the reading is; called from several threads with the bytes of each artifact read.
type Progress = dyn Fn(u64) + Send + Sync;

/// Diagnoses bundles. One analyzer serves any number of bundles and of threads; a clone shares what it knows and has its own options.
#[derive(Clone)]
pub struct Analyzer {
    knowledge: Arc<Knowledge>,
    codes: Arc<Codes>,
    pub(super) interest: Arc<Interest>,
    pub(super) layouts: Arc<Layouts>,
    pub(super) matcher: Arc<signal_matcher::Matcher>,
    teller: Arc<told_codes::Teller>,
    pub(super) limits: Limits,
    focus: Focus,
    sought: Option<Focus>,
    pub(super) assume_offset: Option<time_zones::Zone>,
    recover: bool,
    formats: Arc<[Companion]>,
    every_cause: bool,
    pub(super) pool: Option<Arc<rayon::ThreadPool>>,
    progress: Arc<Progress>,
}

impl std::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyzer")
            .field("knowledge", &self.knowledge.hash())
            .finish_non_exhaustive()
    }
}

impl Analyzer {
    /// With the built-in knowledge.
    ///
    /// # Errors
    /// None for a released build: a test loads the built-in knowledge.
    pub fn new() -> Result<Self> {
        Self::with_knowledge(Knowledge::embedded()?)
    }

    /// With knowledge of your own.
    ///
    /// # Errors
    /// When the knowledge has more literals than can be searched for at once.
    pub fn with_knowledge(knowledge: Knowledge) -> Result<Self> {
        Self::with(knowledge, Codes::embedded()?)
    }

    /// For a look at what there is: it knows nothing and finds nothing, and is ready at once. Events alone are
    /// [`parse`](crate::parse)'s matter.
    ///
    /// # Errors
    /// None in practice.
    pub fn without_knowledge() -> Result<Self> {
        Self::with(Knowledge::for_listing()?, Codes::default())
    }

    fn with(knowledge: Knowledge, codes: Codes) -> Result<Self> {
        let teller = told_codes::Teller::new(&knowledge, &codes);
        let notable = codes.notable().map(|code| code.value);
        let words = teller.words().iter().cloned();
        let interest = knowledge.interest(derivers::kept(), notable, words, teller.clues().to_vec())?;
        let whole = |provider: &str, id| ledgers_read(provider, id) || learned_facts::reads(provider);
        let interest = interest.demanding(knowledge.demands(whole, record_repair::COMPUTED));
        let asked = knowledge
            .signals()
            .iter()
            .flat_map(|signal| signal.asked_fields());
        let interest = interest.asking(asked);
        let matcher = signal_matcher::Matcher::new(&knowledge, &interest);
        let (knowledge, codes) = (Arc::new(knowledge), Arc::new(codes));
        let told = (Arc::clone(&knowledge), Arc::clone(&codes));
        let interest = interest.with_parlance(Parlance::new(parlance::pieces(), move || {
            parlance::topics(&told.0, &told.1)
        }));
        Ok(Self {
            knowledge,
            codes,
            interest: Arc::new(interest),
            layouts: Arc::new(Layouts::embedded()?),
            matcher: Arc::new(matcher),
            teller: Arc::new(teller),
            limits: Limits::default(),
            focus: Focus::default(),
            sought: None,
            assume_offset: None,
            recover: false,
            formats: Arc::default(),
            every_cause: false,
            pool: None,
            progress: Arc::new(|_| ()),
        })
    }

    /// Reads with so many threads; 0 is one for each core. Without this, the threads of the caller's pool are used.
    ///
    /// # Errors
    /// When the operating system gives no threads.
    pub fn threads(mut self, threads: usize) -> Result<Self> {
        self.pool = Some(Arc::new(crate::parse::pool(threads)?));
        Ok(self)
    }

    /// With these budgets.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Looks only at a time, a user or a host.
    #[must_use]
    pub fn focus(mut self, focus: Focus) -> Self {
        self.focus = focus;
        self
    }

    /// Tells where what was sent holds no such host, user or time, in the place of the focus: for whoever shows a part of a diagnosis
    /// of everything.
    #[must_use]
    pub fn seeking(mut self, sought: Focus) -> Self {
        self.sought = Some(sought);
        self
    }

    /// Takes local times of unknown offset as of this zone: `+02:00`, `UTC`, `Europe/Berlin`, or a Windows zone name.
    ///
    /// # Errors
    /// When the zone is none of these.
    pub fn assume_zone(mut self, zone: &str) -> Result<Self> {
        self.assume_offset = Some(time_zones::Zone::asked(zone)?);
        Ok(self)
    }

    /// Also reads stale records from the slack of event logs.
    #[must_use]
    pub const fn recover(mut self, recover: bool) -> Self {
        self.recover = recover;
        self
    }

    /// Knows these layouts of collections.
    #[must_use]
    pub fn layouts(mut self, layouts: Layouts) -> Self {
        let forms = layouts.line_forms().to_vec();
        self.interest = Arc::new(Arc::unwrap_or_clone(self.interest).with_line_forms(forms));
        self.layouts = Arc::new(layouts);
        self
    }

    /// Decodes binary traces with the files of this bundle, too: format files of WPP (`.tmf`), manifests (`.man`), and programs that
    /// define providers (`.dll`, `.exe`, `.sys`, with texts in `.mui`). Those that lie beside the traces are used anyway.
    #[must_use]
    pub fn trace_formats(mut self, bundle: &Bundle) -> Self {
        self.formats = companions::within(bundle).into();
        self
    }

    /// Lists every cause of a symptom, also those that nothing was seen of.
    #[must_use]
    pub const fn every_cause(mut self, every: bool) -> Self {
        self.every_cause = every;
        self
    }

    /// Is told the bytes of each artifact once it is read, from any thread.
    #[must_use]
    pub fn on_progress(mut self, progress: impl Fn(u64) + Send + Sync + 'static) -> Self {
        self.progress = Arc::new(progress);
        self
    }

    /// The knowledge.
    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// The code tables.
    pub fn codes(&self) -> &Codes {
        &self.codes
    }

    /// The literals that make a piece of text worth a look, in lower case and sorted.
    pub fn literals(&self) -> &[Box<str>] {
        self.interest.needles()
    }

    /// Whether every event of this provider and id is kept, whatever the knowledge says of it: sessions, runs of tasks and restarts are put
    /// together from these. Case does not count.
    pub fn keeps_every(provider: &str, id: u16) -> bool {
        ledgers_read(provider, id)
    }

    /// Reads one artifact that lies in no bundle: those of its events that a diagnosis looks at, and its settings.
    /// [`diagnose_findings`](Self::diagnose_findings) goes on from there.
    pub fn read_artifact(&self, path: &str, source: Source) -> Findings {
        let context = Context {
            path: path.into(),
            interest: &self.interest,
            limits: &self.limits,
            recover: self.recover,
        };
        let read = || {
            let mut findings = scan::read(source, &context, (&self.knowledge, &self.matcher));
            findings.unpack();
            findings
        };
        match &self.pool {
            Some(pool) => pool.install(read),
            None => read(),
        }
    }

    /// Diagnoses folders, archives and files as one case.
    ///
    /// # Errors
    /// A path that cannot be read at all, or nothing readable in any of them.
    pub fn analyze<P: AsRef<Path>>(&self, paths: impl IntoIterator<Item = P>) -> Result<Diagnosis> {
        let paths: Vec<PathBuf> = paths
            .into_iter()
            .map(|path| path.as_ref().to_path_buf())
            .collect();
        let run = || Ok(self.analyze_bundle(&bundle::open(&paths, &self.limits)?));
        match &self.pool {
            Some(pool) => pool.install(run),
            None => run(),
        }
    }

    /// Diagnoses an open bundle.
    pub fn analyze_bundle(&self, bundle: &Bundle) -> Diagnosis {
        self.analyze_bundle_until(bundle, &self.limits.stop)
    }

    /// Diagnoses an open bundle, ended by a stop of its own instead of that of the limits: what was read until then is
    /// diagnosed, and a problem of kind `interrupted` says that there is more.
    pub fn analyze_bundle_until(&self, bundle: &Bundle, stop: &Stop) -> Diagnosis {
        let limits = Limits {
            stop: stop.clone(),
            ..self.limits.clone()
        };
        let run = || {
            let artifacts = self.read(bundle, &limits);
            let mut problems = bundle.problems.clone();
            problems.extend(scan::interrupted(bundle, &artifacts, &limits));
            self.diagnose(artifacts, problems, &limits)
        };
        match &self.pool {
            Some(pool) => pool.install(run),
            None => run(),
        }
    }

    pub(super) fn read(&self, bundle: &Bundle, limits: &Limits) -> Vec<Artifact> {
        let with_companions = companions::with_companions(bundle, &self.formats, &self.interest);
        scan::scan(
            bundle,
            with_companions.as_ref().unwrap_or(&self.interest),
            (&self.knowledge, &self.matcher),
            limits,
            self.recover,
            &*self.progress,
        )
    }

    /// Diagnoses what was read elsewhere: events and facts of the caller's own making, of which no more is looked at than if they stood in
    /// a log.
    pub fn diagnose_findings(&self, findings: Vec<(Arc<str>, Findings)>) -> Diagnosis {
        let mut artifacts: Vec<Artifact> = findings
            .into_iter()
            .map(|(path, findings)| Artifact { path, findings })
            .collect();
        let lookers = (&*self.knowledge, &*self.matcher);
        for artifact in &mut artifacts {
            scan::take(&mut artifact.findings, &self.interest, lookers);
        }
        self.diagnose(artifacts, Vec::new(), &self.limits)
    }

    pub(super) fn diagnose(
        &self,
        mut artifacts: Vec<Artifact>,
        mut problems: Vec<Problem>,
        limits: &Limits,
    ) -> Diagnosis {
        let mut inputs = input_reports::read(&artifacts);
        for artifact in &mut artifacts {
            problems.append(&mut artifact.findings.problems);
        }
        let paths: Vec<&str> = artifacts.iter().map(|artifact| &*artifact.path).collect();
        let found = self.layouts.find(paths);
        collections::name_hosts(&mut artifacts, &found);
        let clocks = self.place_times(&mut artifacts, &mut problems);
        input_reports::finish(&mut inputs, &artifacts, &clocks);
        let mut hosts = gather::gather(&mut artifacts, &mut problems, &|channel| {
            let mut sources = self.knowledge.sources().iter();
            sources.all(|source| source.default_on || !source.channel.eq_ignore_ascii_case(channel))
        });
        problems.extend(unmatched::host(&self.focus, &hosts));
        hosts.retain(|host| unmatched::is_on(&self.focus, host));
        for host in &mut hosts {
            learned_facts::accounts(host);
            learned_facts::role(host);
            task_definitions::name(host);
            problems.extend(exported_lists::conflicts(host));
            host.zone = clocks.zone_of(&host.name);
        }
        problems.extend(unmatched::within(
            self.sought.as_ref().unwrap_or(&self.focus),
            &hosts,
        ));
        learned_facts::share(&mut hosts);
        let skews = clock_skew::Skews::new(&hosts);
        skews.tell(&mut hosts);
        let ledgers = self.derive(&mut hosts);
        let sightings = sightings::Sightings::new(&self.matcher, &self.knowledge, &hosts, &ledgers);
        let groups = find::incidents(&self.knowledge, &hosts, &ledgers, &sightings, &self.focus);
        let lists = FaultLists::new(&self.knowledge, &hosts, &sightings);
        let bench = bench::Bench {
            knowledge: &self.knowledge,
            matcher: &self.matcher,
            codes: &self.codes,
            hosts: &hosts,
            ledgers: &ledgers,
            sightings: &sightings,
            skews: &skews,
            lists: &lists,
        };
        let asked = Asked {
            codes: &self.codes,
            every_cause: self.every_cause,
            focus: &self.focus,
        };
        Diagnosis {
            collections: collections::report(found),
            ..assemble::diagnosis(asked, &bench, (groups, limits), inputs, problems)
        }
    }

    /// Places the local times of what was read; what names no machine has the zone of the one that it is of.
    pub(super) fn place_times(
        &self,
        artifacts: &mut [Artifact],
        problems: &mut Vec<Problem>,
    ) -> time_zones::Clocks {
        let homes = gather::homes(artifacts);
        time_zones::resolve(artifacts, self.assume_offset, &|path| homes.of(path), problems)
    }

    /// The ledgers of the hosts, whose timelines get what is derived.
    fn derive(&self, hosts: &mut [Host]) -> Vec<Ledgers> {
        let asked = AskedHours::of(&self.knowledge, hosts);
        let build = |host: &mut Host| {
            let on_host = asked.on(host);
            let pointed = Pointed {
                focus: &self.focus,
                asked: &|time| on_host.points_at(time),
            };
            derivers::build(host, pointed, (&self.teller, &self.codes))
        };
        hosts.iter_mut().map(build).collect()
    }
}
