//! How events and messages read: what the files beside a trace and the trace itself tell. Must not know records.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::manifest::{self, Manifest, Pieces};
use super::program;
use super::record::Guid;
use super::tdh::{self, Key, Maps};
use super::template::Template;
use super::tracelogging;
use super::wpp::{self, Message};
use crate::model::Companion;
use crate::reader::encoding;

/// Bytes of definitions that one trace may carry.
const CARRIED: usize = 32 << 20;
/// Layouts of TraceLogging that are remembered, and their bytes.
const LAYOUTS: usize = 4096;
const LAYOUT_BYTES: usize = 4 << 20;
/// Definitions that are remembered in all.
const DEFINITIONS: usize = 200_000;

/// Definitions of events and messages.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    /// Names of providers that are told.
    pub(super) providers: BTreeMap<Guid, Arc<str>>,
    /// Definitions that the trace carried and nobody asked for yet.
    carried: HashMap<Key, Box<[u8]>, foldhash::fast::RandomState>,
    carried_bytes: usize,
    maps: Maps,
    events: HashMap<Key, Option<Arc<Template>>, foldhash::fast::RandomState>,
    messages: HashMap<(Guid, u16), Arc<Message>, foldhash::fast::RandomState>,
    layouts: HashMap<Box<[u8]>, Option<Arc<Template>>, foldhash::fast::RandomState>,
    layout_bytes: usize,
    pieces: Pieces,
}

impl Definitions {
    /// What the files beside a trace tell. Of two that define the same, the first counts, and those in a program last: what
    /// somebody wrote down is more likely meant for this trace.
    pub(super) fn of(companions: &[Companion]) -> Self {
        let mut definitions = Self::default();
        let (programs, texts): (Vec<_>, Vec<_>) = companions
            .iter()
            .map(|companion| (&*companion.path, &*companion.bytes))
            .partition(|(_, bytes)| program::sniff(bytes));
        for (_, bytes) in texts {
            let (coding, mark) = encoding::detect(bytes);
            let body = bytes.get(mark..).unwrap_or_default();
            definitions.text(&encoding::decode(body, coding));
        }
        for manifest in program::read(&programs) {
            definitions.manifest(manifest, false);
        }
        definitions
    }

    /// How many events and messages are defined.
    pub(super) fn count(&self) -> usize {
        self.events.len().saturating_add(self.messages.len())
    }

    /// Takes a format file or a manifest. Says how many definitions it has.
    pub(super) fn text(&mut self, text: &str) -> usize {
        if wpp::sniff(text) {
            let messages = wpp::read(text);
            let count = messages.len();
            for message in messages {
                if self.messages.len() < DEFINITIONS {
                    let key = (message.guid, message.number);
                    self.messages.entry(key).or_insert_with(|| Arc::new(message));
                }
            }
            return count;
        }
        if manifest::sniff(text) {
            return self.manifest(manifest::read(text), false);
        }
        0
    }

    /// Takes a manifest; whether it replaces what is known, as one does that the trace itself carries.
    fn manifest(&mut self, manifest: Manifest, replaces: bool) -> usize {
        let count = manifest.events.len();
        for (guid, name) in manifest.providers {
            self.providers.entry(guid).or_insert(name);
        }
        for (key, template) in manifest.events {
            if (replaces || !self.events.contains_key(&key)) && self.events.len() < DEFINITIONS {
                self.events.insert(key, Some(Arc::new(template)));
            }
        }
        count
    }

    /// Takes a definition that the trace carries.
    pub(super) fn carried(&mut self, kind: u8, payload: &[u8]) {
        if self.carried_bytes.saturating_add(payload.len()) > CARRIED {
            return;
        }
        self.carried_bytes += payload.len();
        match kind {
            tdh::EVENT => {
                if let Some((key, template)) = tdh::event(payload, &self.maps) {
                    if let Some(name) = template.provider {
                        self.providers.entry(key.0).or_insert(name);
                    }
                    self.events.remove(&key);
                    self.carried.insert(key, payload.into());
                }
            }
            tdh::MAP => {
                if let Some((key, meanings)) = tdh::map(payload) {
                    self.maps.insert(key, Arc::new(meanings));
                }
            }
            _ => {}
        }
    }

    /// Takes a piece of the manifest that an EventSource writes into the trace. Says whether it is one.
    pub(super) fn piece(&mut self, provider: Guid, process: Option<u32>, payload: &[u8]) -> bool {
        if let Some(text) = self.pieces.add(provider, process, payload) {
            self.manifest(manifest::read(&text), true);
        }
        manifest::is_piece(payload)
    }

    /// The definition of an event.
    pub(super) fn event(&mut self, key: &Key) -> Option<Arc<Template>> {
        if let Some(known) = self.events.get(key) {
            return known.clone();
        }
        let payload = self.carried.get(key)?;
        let template = tdh::event(payload, &self.maps).map(|(_, template)| Arc::new(template));
        self.events.insert(*key, template.clone());
        template
    }

    /// The definition of a message.
    pub(super) fn message(&self, guid: &Guid, number: u16) -> Option<&Arc<Message>> {
        self.messages.get(&(*guid, number))
    }

    /// The definition that a TraceLogging event carries.
    pub(super) fn layout(&mut self, schema: &[u8]) -> Option<Arc<Template>> {
        if let Some(known) = self.layouts.get(schema) {
            return known.clone();
        }
        let template = tracelogging::template(schema).map(Arc::new);
        self.layout_bytes = self.layout_bytes.saturating_add(schema.len());
        if self.layouts.len() < LAYOUTS && self.layout_bytes < LAYOUT_BYTES {
            self.layouts.insert(schema.into(), template.clone());
        }
        template
    }
}
