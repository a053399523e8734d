//! What is known of texts that came last, found by their place in memory: events that were read together share their texts, and to look at an
//! address is cheaper than to look at a text. Owns that nothing else can come to lie there; must not know what is known.

use std::sync::Arc;

/// How many texts are remembered.
const REMEMBERED: usize = 128;
/// Texts do not begin closer together in memory.
const APART: usize = 16;

/// Something for each of the texts that came last. They are held, so that no other text takes their place.
#[derive(Debug)]
pub(crate) struct ByPlace<T>(Vec<Option<(Arc<str>, T)>>);

impl<T: Clone> Default for ByPlace<T> {
    fn default() -> Self {
        Self(vec![None; REMEMBERED])
    }
}

impl<T: Copy> ByPlace<T> {
    fn place(text: &Arc<str>) -> usize {
        text.as_ptr().addr() / APART % REMEMBERED
    }

    /// What is known of this very text, if it is still remembered.
    pub(crate) fn get(&self, text: &Arc<str>) -> Option<T> {
        let (known, value) = self.0.get(Self::place(text))?.as_ref()?;
        Arc::ptr_eq(known, text).then_some(*value)
    }

    /// Remembers a text in the place of another.
    pub(crate) fn put(&mut self, text: &Arc<str>, value: T) {
        if let Some(place) = self.0.get_mut(Self::place(text)) {
            *place = Some((Arc::clone(text), value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_text_is_known() {
        let mut known = ByPlace::default();
        let text: Arc<str> = Arc::from("word");
        assert_eq!(known.get(&text), None);
        known.put(&text, 1);
        assert_eq!(known.get(&Arc::clone(&text)), Some(1));
        assert_eq!(known.get(&Arc::from("word")), None);
        // A text that nobody else holds keeps its place.
        let address = text.as_ptr().addr();
        drop(text);
        let others: Vec<Arc<str>> = (0..1_000)
            .map(|number| Arc::from(format!("word {number}")))
            .collect();
        assert!(others.iter().all(|other| other.as_ptr().addr() != address));
    }
}
