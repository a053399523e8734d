//! What the knowledge wants to see, in the form the readers need to skip the rest undecoded. Knows no causes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, OnceLock};

use chrono::TimeDelta;

use super::byte_search::{ByteSearch, Clue};
use super::literals::Searcher;
use super::of_traces::OfTraces;
use super::parlance::Parlance;
use super::quick_search::QuickSearch;
use super::{
    Companion, Concepts, Event, Labels, Level, Literals, NamedLog, Pattern, RecordTexts,
    SMALLEST_TELLING_CODE, StringNames, Time, ends_like, host_key,
};
use crate::error::Result;

/// Which events of which provider are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EventFilter {
    /// Every event.
    All,
    /// Those whose provider (in lower case) and id are listed; a provider with an empty set wants all its ids.
    Listed(BTreeMap<Box<str>, BTreeSet<u16>>),
}

/// A sentence that Windows or a product writes, and the event it stands for.
///
/// Text copied out of a log viewer loses its frame; the sentence tells which event it was.
#[derive(Debug, Clone)]
pub(crate) struct MessagePattern {
    /// The pattern; its named groups become the fields of the event.
    pub(crate) pattern: Pattern,
    /// A literal that every match contains, in lower case: searched for first.
    pub(crate) literal: Box<str>,
    /// The provider of the event it stands for.
    pub(crate) provider: Arc<str>,
    /// All names of that provider, in lower case.
    pub(crate) aliases: Arc<[Arc<str>]>,
    /// The channel of the event it stands for.
    pub(crate) channel: Arc<str>,
    /// The id of the event it stands for.
    pub(crate) id: Option<u16>,
}

/// What the `System` part of an event must be besides being of interest. Everything given must hold; what is empty
/// asks for nothing.
///
/// A reader that knows these values of a record before it decodes the rest leaves out what is not admitted; one that
/// does not goes by the rest of the interest, and whoever asked looks again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Narrow {
    /// Providers, in lower case.
    pub(crate) providers: BTreeSet<Box<str>>,
    /// Event ids.
    pub(crate) ids: BTreeSet<u16>,
    /// Channels by name or by the end of it, in lower case.
    pub(crate) channels: BTreeSet<Box<str>>,
    /// Levels.
    pub(crate) levels: BTreeSet<Level>,
    /// The earliest instant.
    pub(crate) since: Option<Time>,
    /// The latest instant.
    pub(crate) until: Option<Time>,
    /// The [key](host_key) of a computer. What names none may be of any.
    pub(crate) host: Option<Box<str>>,
}

impl Narrow {
    /// Whether an event may be among what was asked for. One without a time may be of any.
    pub(crate) fn admits(&self, event: &Event) -> bool {
        self.admits_provider(&event.provider)
            && (self.ids.is_empty() || event.id.is_some_and(|id| self.ids.contains(&id)))
            && self.admits_channel(&event.channel)
            && self.admits_level(event.level)
            && event.time.is_none_or(|time| {
                self.since.is_none_or(|since| time >= since) && self.until.is_none_or(|until| time <= until)
            })
            && self.admits_computer(&event.computer)
    }

    /// Whether a provider of this name is asked for.
    pub(crate) fn admits_provider(&self, provider: &str) -> bool {
        self.providers.is_empty() || self.providers.contains(provider.to_lowercase().as_str())
    }

    /// Whether a channel of this name is asked for.
    pub(crate) fn admits_channel(&self, channel: &str) -> bool {
        self.channels.is_empty() || self.channels.iter().any(|end| ends_like(channel, end))
    }

    /// Whether this level is asked for.
    pub(crate) fn admits_level(&self, level: Level) -> bool {
        self.levels.is_empty() || self.levels.contains(&level)
    }

    /// Whether this computer is asked for.
    pub(crate) fn admits_computer(&self, computer: &str) -> bool {
        computer.is_empty()
            || self
                .host
                .as_deref()
                .is_none_or(|host| *host == *host_key(computer))
    }
}

/// Whether the text of a field is what is asked for; `None` when the field is not there.
pub(crate) type Holds = Arc<dyn Fn(Option<&str>) -> bool + Send + Sync>;

/// What the fields of an event must be for one of those who want it. All of them must hold.
///
/// A reader that can look at single fields of a record before it decodes the rest leaves out an event of which no demand
/// holds; one that cannot goes by the rest of the interest, and whoever asked looks again.
#[derive(Clone)]
pub(crate) struct Demand {
    /// Names of fields and what they must be; case of the names does not count.
    pub(crate) fields: Vec<(Box<str>, Holds)>,
}

impl fmt::Debug for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.fields.iter().map(|(name, _)| name))
            .finish()
    }
}

/// Letters that tell something: fewer stand in any text.
const SHORTEST_RUN: usize = 4;

/// The longest run of ASCII in a literal.
fn longest_run(word: &str) -> &str {
    let runs = word.split(|letter: char| !letter.is_ascii());
    runs.max_by_key(|run| run.len()).unwrap_or_default()
}

/// How codes that tell something wherever they stand are written.
pub(crate) fn spellings(codes: &BTreeSet<u32>) -> impl Iterator<Item = String> {
    let telling = codes.iter().filter(|&&code| code >= SMALLEST_TELLING_CODE);
    telling.flat_map(|&code| {
        let signed = (code >= 0x8000_0000).then(|| code.cast_signed().to_string());
        [format!("{code:08x}"), code.to_string()]
            .into_iter()
            .chain(signed)
    })
}

/// Everything of interest to the loaded knowledge.
#[derive(Debug, Clone)]
pub(crate) struct Interest {
    events: EventFilter,
    literals: Arc<Literals>,
    codes: BTreeSet<u32>,
    messages: Vec<MessagePattern>,
    narrow: Narrow,
    is_listing: bool,
    folds: BTreeMap<(Box<str>, u16), TimeDelta>,
    /// Places in the lists of demands.
    demands: BTreeMap<(Box<str>, u16), usize>,
    demand_lists: Vec<Vec<Demand>>,
    /// Names of the fields that demands ask for, in lower case and sorted.
    demanded_names: Vec<Box<str>>,
    /// For each field of each demand of the lists the place of its name.
    demanded_places: Vec<Vec<Vec<u16>>>,
    /// Names of the fields that signals ask for, in lower case and sorted; nothing where it is not known who asks.
    asked_names: Option<Vec<Box<str>>>,
    ascii_words: OnceLock<Option<QuickSearch>>,
    bytes: OnceLock<ByteSearch>,
    of_traces: Option<Arc<OfTraces>>,
    line_forms: Vec<Pattern>,
    companions: Arc<[Companion]>,
    logs: Arc<[NamedLog]>,
    log_names: OnceLock<QuickSearch>,
    texts: RecordTexts,
    concepts: Arc<Concepts>,
    parlance: Arc<Parlance>,
}

impl Interest {
    /// Compiles what is wanted. `needles` are literals whose presence makes a piece of text of interest; case
    /// of ASCII letters does not count. `codes` are values that are of interest wherever they stand.
    ///
    /// # Errors
    /// When the needles are too many to search for at once.
    pub(crate) fn new(
        events: EventFilter,
        needles: impl IntoIterator<Item = String>,
        codes: impl IntoIterator<Item = u32>,
        messages: Vec<MessagePattern>,
    ) -> Result<Self> {
        let codes: BTreeSet<u32> = codes.into_iter().collect();
        let mut all: BTreeSet<Box<str>> = needles
            .into_iter()
            .filter(|needle| !needle.is_empty())
            .map(|needle| needle.to_lowercase().into())
            .collect();
        all.extend(messages.iter().map(|message| message.literal.clone()));
        all.extend(spellings(&codes).map(Box::from));
        Ok(Self {
            events,
            literals: Arc::new(Literals::new(all.into_iter().collect())?),
            codes,
            messages,
            narrow: Narrow::default(),
            is_listing: false,
            folds: BTreeMap::new(),
            demands: BTreeMap::new(),
            demand_lists: Vec::new(),
            demanded_names: Vec::new(),
            demanded_places: Vec::new(),
            asked_names: None,
            ascii_words: OnceLock::new(),
            bytes: OnceLock::new(),
            of_traces: None,
            line_forms: Vec::new(),
            companions: Arc::default(),
            logs: Arc::default(),
            log_names: OnceLock::new(),
            texts: RecordTexts::default(),
            concepts: Arc::default(),
            parlance: Arc::default(),
        })
    }

    /// The same, where like records of these events, by provider in lower case and id, may count as one within a span:
    /// those of floods, whose number says nothing.
    #[must_use]
    pub(crate) fn folded(mut self, folds: BTreeMap<(Box<str>, u16), TimeDelta>) -> Self {
        self.folds = folds;
        self
    }

    /// The ids of a provider, in lower case, of which like records may count as one, and within which span.
    pub(crate) fn folds_of(&self, provider: &str) -> impl Iterator<Item = (u16, TimeDelta)> {
        let range = (provider.into(), 0)..=(provider.into(), u16::MAX);
        self.folds.range(range).map(|((_, id), span)| (*id, *span))
    }

    /// The same, where of these events, by provider in lower case and id, only those are wanted of which one of the demands
    /// holds.
    #[must_use]
    pub(crate) fn demanding(mut self, demands: BTreeMap<(Box<str>, u16), Vec<Demand>>) -> Self {
        let (keys, lists): (Vec<_>, Vec<_>) = demands.into_iter().unzip();
        self.demands = keys.into_iter().zip(0..).collect();
        let fields = lists.iter().flatten().flat_map(|demand: &Demand| &demand.fields);
        let names: BTreeSet<Box<str>> = fields.map(|(name, _)| name.to_ascii_lowercase().into()).collect();
        self.demanded_names = names.into_iter().collect();
        let places = |demand: &Demand| {
            let names = demand.fields.iter();
            names
                .map(|(name, _)| self.demanded_place(name).unwrap_or(u16::MAX))
                .collect()
        };
        self.demanded_places = lists
            .iter()
            .map(|list| list.iter().map(places).collect())
            .collect();
        self.demand_lists = lists;
        self
    }

    /// The place of a name among those of the fields that demands ask for; case does not count.
    pub(crate) fn demanded_place(&self, name: &str) -> Option<u16> {
        let name = name.to_ascii_lowercase();
        let place = self.demanded_names.binary_search_by(|known| (**known).cmp(&name));
        u16::try_from(place.ok()?).ok()
    }

    /// The ids of a provider, in lower case, that are wanted only where one of the demands holds, and under which number
    /// the interest keeps them.
    pub(crate) fn demands_of(&self, provider: &str) -> impl Iterator<Item = (u16, usize)> {
        let range = (provider.into(), 0)..=(provider.into(), u16::MAX);
        self.demands.range(range).map(|((_, id), number)| (*id, *number))
    }

    /// The demands of that number, each with the places of the names of its fields.
    pub(crate) fn demand(&self, number: usize) -> impl Iterator<Item = (&Demand, &[u16])> {
        let demands = self.demand_lists.get(number).into_iter().flatten();
        let places = self.demanded_places.get(number).into_iter().flatten();
        demands.zip(places.map(Vec::as_slice))
    }

    /// The same, where nobody who decides over an event asks for other fields than these: ids and times in others decide nothing, so that
    /// events that say the same but for these need not be looked at one by one.
    #[must_use]
    pub(crate) fn asking<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Self {
        let names: BTreeSet<Box<str>> = names
            .into_iter()
            .map(|name| name.to_ascii_lowercase().into())
            .collect();
        self.asked_names = Some(names.into_iter().collect());
        self
    }

    /// Whether somebody may ask for the field of that name, which may be one of those that every event has. Those without a name are asked
    /// for by their place.
    pub(crate) fn asks(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let is_asked = |names: &Vec<Box<str>>| names.binary_search_by(|known| (**known).cmp(&name)).is_ok();
        name.is_empty() || self.asked_names.as_ref().is_none_or(is_asked)
    }

    /// Whether it is known which fields are asked for.
    pub(crate) const fn knows_asked(&self) -> bool {
        self.asked_names.is_some()
    }

    /// The same, of such events only, and for listing: nobody wants them all at once.
    #[must_use]
    pub(crate) fn narrowed(mut self, narrow: Narrow) -> Self {
        self.narrow = narrow;
        self.is_listing = true;
        self
    }

    /// Whether events are listed, so that as many as there are records may be wanted.
    pub(crate) const fn is_listing(&self) -> bool {
        self.is_listing
    }

    /// What events must be besides.
    pub(crate) const fn narrow(&self) -> &Narrow {
        &self.narrow
    }

    /// Wants every event and every line: for listing, not for diagnosis.
    ///
    /// # Errors
    /// None in practice; the empty set of literals always compiles.
    pub(crate) fn everything() -> Result<Self> {
        Self::new(EventFilter::All, [], [], Vec::new())
    }

    /// The same, read with what is known of how records read.
    ///
    /// # Errors
    /// When the sentences are too many to search for at once.
    pub(crate) fn all_of(texts: &RecordTexts) -> Result<Self> {
        let interest = Self::new(EventFilter::All, [], [], texts.messages().to_vec())?;
        Ok(interest.with_texts(texts.clone()))
    }

    /// Adds forms in which lines of logs begin that no reader knows. The named groups `time`, `level`, `provider`,
    /// `computer`, `process`, `thread`, `hex_process`, `hex_thread` and `message` fill the event, others become fields.
    #[must_use]
    pub(crate) fn with_line_forms(mut self, forms: Vec<Pattern>) -> Self {
        self.line_forms = forms;
        self
    }

    /// Adds files beside the artifacts that tell how their records read.
    #[must_use]
    pub(crate) fn with_companions(mut self, companions: Vec<Companion>) -> Self {
        self.companions = companions.into();
        self
    }

    /// Files that tell how the records of others read.
    pub(crate) fn companions(&self) -> &[Companion] {
        &self.companions
    }

    /// The same, where text may mean records of these logs by their names.
    #[must_use]
    pub(crate) fn with_logs(mut self, logs: Vec<NamedLog>) -> Self {
        self.logs = logs.into();
        self.log_names = OnceLock::new();
        self
    }

    /// The same, with what is known of how records read. Its sentences are those that the interest was made with.
    #[must_use]
    pub(crate) fn with_texts(mut self, texts: RecordTexts) -> Self {
        self.texts = texts;
        self
    }

    /// The same, where notes that people write may tell these concepts.
    #[must_use]
    pub(crate) fn with_concepts(mut self, concepts: Arc<Concepts>) -> Self {
        self.concepts = concepts;
        self
    }

    /// The same, where notes that people write are compared with these topics.
    #[cfg(feature = "diagnose")]
    #[must_use]
    pub(crate) fn with_parlance(mut self, parlance: Parlance) -> Self {
        self.parlance = Arc::new(parlance);
        self
    }

    /// What notes that people write are compared with.
    pub(crate) fn parlance(&self) -> &Parlance {
        &self.parlance
    }

    /// What notes that people write may tell.
    pub(crate) fn concepts(&self) -> &Concepts {
        &self.concepts
    }

    /// Which fields the labels in descriptions are.
    pub(crate) fn labels(&self) -> &Labels {
        self.texts.labels()
    }

    /// Which fields strings without names are.
    pub(crate) fn strings(&self) -> &StringNames {
        self.texts.strings()
    }

    /// The logs that text may name.
    pub(crate) fn logs(&self) -> &[NamedLog] {
        &self.logs
    }

    /// Whether an event of this provider is wanted for its id, and not for its provider alone.
    pub(crate) fn lists(&self, provider: &str, id: u16) -> bool {
        match &self.events {
            EventFilter::All => false,
            EventFilter::Listed(list) => list
                .get(provider.to_ascii_lowercase().as_str())
                .is_some_and(|ids| ids.contains(&id)),
        }
    }

    /// Whether a text has a name of a log: a quick look before each log is tried.
    pub(crate) fn names_a_log(&self, text: &str) -> bool {
        let make = || {
            let names = self.logs.iter().flat_map(|log| &log.names);
            let names: BTreeSet<&[u8]> = names.map(|name| name.as_bytes()).collect();
            QuickSearch::new(names.into_iter().filter(|name| !name.is_empty()))
        };
        let search = self.log_names.get_or_init(make);
        search.is_in(text.bytes())
    }

    /// Forms in which lines of logs begin that no reader knows.
    pub(crate) fn line_forms(&self) -> &[Pattern] {
        &self.line_forms
    }

    /// Whether an event of this provider and id is wanted.
    pub(crate) fn wants(&self, provider: &str, id: u16) -> bool {
        match &self.events {
            EventFilter::All => true,
            EventFilter::Listed(list) => {
                let ids = if provider.bytes().any(|byte| byte.is_ascii_uppercase()) {
                    list.get(provider.to_ascii_lowercase().as_str())
                } else {
                    list.get(provider)
                };
                ids.is_some_and(|ids| ids.is_empty() || ids.contains(&id))
            }
        }
    }

    /// Which events are wanted.
    pub(crate) const fn events(&self) -> &EventFilter {
        &self.events
    }

    /// Whether every event and every line is wanted.
    pub(crate) const fn is_everything(&self) -> bool {
        matches!(self.events, EventFilter::All)
    }

    /// The literals, in lower case and sorted.
    pub(crate) fn needles(&self) -> &[Box<str>] {
        self.literals.all()
    }

    /// A searcher for all literals at once; literal `n` is `needles()[n]`. `bytes` says how much text is to be searched with it:
    /// for much there is one that takes long to make.
    pub(crate) fn scanner(&self, bytes: usize) -> Searcher<'_> {
        self.literals.searcher(bytes)
    }

    /// The literals and all searchers for them.
    pub(crate) const fn literals(&self) -> &Arc<Literals> {
        &self.literals
    }

    /// The searcher for the longest run of ASCII in each literal, for bytes of which the encoding hides all else; made when
    /// it is first asked for, once for all artifacts. `None` when no literal has a run that is long enough to tell anything.
    pub(crate) fn ascii_words(&self) -> Option<&QuickSearch> {
        let make = || {
            let runs = self.needles().iter().map(|word| longest_run(word));
            let runs: BTreeSet<&str> = runs.filter(|run| run.len() >= SHORTEST_RUN).collect();
            (!runs.is_empty()).then(|| QuickSearch::new(runs.iter().map(|run| run.as_bytes())))
        };
        self.ascii_words.get_or_init(make).as_ref()
    }

    /// The search for all literals and codes in bytes of which nothing is decoded; made when it is first asked for, once for all
    /// artifacts.
    pub(crate) fn in_bytes(&self) -> &ByteSearch {
        let make = || ByteSearch::new(self.needles().iter().map(|word| Clue::alone(word)), &self.codes);
        self.bytes.get_or_init(make)
    }

    /// The same, where less is asked of records of traces.
    #[cfg(feature = "diagnose")]
    #[must_use]
    pub(crate) fn with_traces(mut self, of_traces: OfTraces) -> Self {
        self.of_traces = Some(Arc::new(of_traces));
        self
    }

    /// What is asked of the texts and numbers of records of traces, where that is not everything.
    pub(crate) fn of_traces(&self) -> Option<&OfTraces> {
        self.of_traces.as_deref()
    }

    /// Whether a piece of text holds any of the literals.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        self.is_everything()
            || (!self.needles().is_empty() && self.scanner(text.len()).is_in(text.as_bytes()))
    }

    /// The codes that are of interest wherever they stand.
    pub(crate) const fn codes(&self) -> &BTreeSet<u32> {
        &self.codes
    }

    /// The sentences that stand for events.
    pub(crate) fn messages(&self) -> &[MessagePattern] {
        &self.messages
    }
}

impl MessagePattern {
    /// Whether the event it stands for is of the provider of that name; case does not count.
    pub(crate) fn is_of(&self, provider: &str) -> bool {
        self.provider.eq_ignore_ascii_case(provider)
            || self
                .aliases
                .iter()
                .any(|name| name.eq_ignore_ascii_case(provider))
    }
}

#[cfg(test)]
impl MessagePattern {
    /// Compiles a sentence.
    ///
    /// # Errors
    /// What the regular expression engine says of it.
    pub(crate) fn new(
        pattern: &str,
        literal: &str,
        provider: &str,
        channel: &str,
        id: Option<u16>,
    ) -> Result<Self, regex::Error> {
        Ok(Self {
            pattern: Pattern::new(pattern)?,
            literal: literal.to_lowercase().into(),
            provider: Arc::from(provider),
            aliases: Arc::default(),
            channel: Arc::from(channel),
            id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    #[test]
    fn everything_asked_for_must_hold() {
        let mut event = Event::new(Origin::artifact("t"));
        event.provider = "Microsoft-Windows-TaskScheduler".into();
        event.channel = "Microsoft-Windows-TaskScheduler/Operational".into();
        event.computer = "RPA-07.corp.example".into();
        event.id = Some(101);
        event.level = Level::Error;
        event.time = "2026-05-04T08:00:00Z".parse().ok();
        let at = |text: &str| text.parse::<Time>().ok();
        let whole = Narrow {
            providers: ["microsoft-windows-taskscheduler".into()].into(),
            ids: [100, 101].into(),
            channels: ["security".into(), "taskscheduler/operational".into()].into(),
            levels: [Level::Error].into(),
            since: at("2026-05-04T08:00:00Z"),
            until: at("2026-05-04T08:00:00Z"),
            host: Some("rpa-07".into()),
        };
        assert!(whole.admits(&event));
        assert!(Narrow::default().admits(&event));
        let others: [fn(&mut Narrow); 6] = [
            |narrow| narrow.providers = ["user32".into()].into(),
            |narrow| narrow.ids = [102].into(),
            |narrow| narrow.channels = ["operational2".into()].into(),
            |narrow| narrow.levels = [Level::Warning].into(),
            |narrow| narrow.since = "2026-05-04T08:00:00.1Z".parse().ok(),
            |narrow| narrow.host = Some("rpa-08".into()),
        ];
        for change in others {
            let mut narrow = whole.clone();
            change(&mut narrow);
            assert!(!narrow.admits(&event), "{narrow:?}");
        }
        event.time = None;
        event.computer = "".into();
        assert!(whole.admits(&event), "what is not known may be");
    }
}
