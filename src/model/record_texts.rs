//! What is known of how records read where they are told in texts, tables and lists: the knowledge makes it, the readers go by it. Knows no
//! formats and no causes.

use std::sync::Arc;

use super::{Labels, MessagePattern, StringNames};

/// What is known of how records read: their sentences, the labels of their values, the names of their strings. Nothing at first; the
/// knowledge has it.
#[derive(Debug, Clone, Default)]
pub struct RecordTexts {
    messages: Arc<[MessagePattern]>,
    labels: Arc<Labels>,
    strings: Arc<StringNames>,
}

impl RecordTexts {
    /// Of these.
    pub(crate) fn new(messages: Vec<MessagePattern>, labels: Labels, strings: StringNames) -> Self {
        Self {
            messages: messages.into(),
            labels: Arc::new(labels),
            strings: Arc::new(strings),
        }
    }

    /// The sentences that stand for events.
    pub(crate) fn messages(&self) -> &[MessagePattern] {
        &self.messages
    }

    /// Which fields the labels in descriptions are.
    pub(crate) fn labels(&self) -> &Labels {
        &self.labels
    }

    /// Which fields strings without names are.
    pub(crate) fn strings(&self) -> &StringNames {
        &self.strings
    }
}
