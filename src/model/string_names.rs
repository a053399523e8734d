//! The names of the strings of events whose values came in order and without names: objects of PowerShell, texts whose message is
//! not installed, old providers. The knowledge tells them. Knows no events and no formats.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Event;

/// The names of the strings of one event, in order.
pub(crate) type Names = Arc<[Arc<str>]>;

/// The names of the strings of events.
#[derive(Debug, Clone, Default)]
pub(crate) struct StringNames {
    /// By provider in lower case and id; several where versions of the event differ, the shortest first.
    layouts: BTreeMap<(Box<str>, u16), Vec<Names>>,
}

impl StringNames {
    /// Adds the names of the strings of an event of a provider, in lower case.
    pub(crate) fn add(&mut self, provider: &str, id: u16, names: Names) {
        let layouts = self.layouts.entry((provider.into(), id)).or_default();
        layouts.push(names);
        layouts.sort_by_key(|names| names.len());
    }

    /// Names the values of an event that has none with a name. Fewer values than names are those of an older version, or the last are
    /// empty; more are another event.
    pub(crate) fn name(&self, event: &mut Event) {
        let is_nameless = |event: &Event| event.fields.first().is_some_and(|field| field.name.is_empty());
        let Some(id) = event
            .id
            .filter(|_| !self.layouts.is_empty() && is_nameless(event))
        else {
            return;
        };
        let strings = event.fields.iter().filter(|field| field.name.is_empty()).count();
        let key = (event.provider.to_lowercase().into_boxed_str(), id);
        let mut layouts = self.layouts.get(&key).into_iter().flatten();
        let Some(names) = layouts.find(|names| names.len() >= strings) else {
            return;
        };
        if event.fields.iter().any(|field| names.contains(&field.name)) {
            return;
        }
        let nameless = event.fields.iter_mut().filter(|field| field.name.is_empty());
        for (field, name) in nameless.zip(names.iter()) {
            field.name = Arc::clone(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Origin, Value};

    fn named(id: u16, values: &[&str]) -> Vec<String> {
        let mut names = StringNames::default();
        names.add("user32", 1074, ["param1", "param2"].map(Arc::from).into());
        names.add("user32", 1074, ["first", "second", "third"].map(Arc::from).into());
        let mut event = Event::new(Origin::artifact("t"));
        event.provider = "USER32".into();
        event.id = Some(id);
        for value in values {
            event.push("", Value::text(*value));
        }
        event.push("Binary", Value::text("00"));
        names.name(&mut event);
        event.fields.iter().map(|field| field.name.to_string()).collect()
    }

    #[test]
    fn by_the_version_that_has_as_many() {
        assert_eq!(named(1074, &["a"]), ["param1", "Binary"]);
        assert_eq!(named(1074, &["a", "b"]), ["param1", "param2", "Binary"]);
        assert_eq!(
            named(1074, &["a", "b", "c"]),
            ["first", "second", "third", "Binary"]
        );
        assert_eq!(named(1074, &["a", "b", "c", "d"]), ["", "", "", "", "Binary"]);
        assert_eq!(named(1, &["a"]), ["", "Binary"]);
    }
}
