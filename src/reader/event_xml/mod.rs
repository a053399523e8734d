//! Events as XML. Owns the `<Event>` element; must not know who wrote the file around it.

mod one;

pub(crate) use one::parse_event;
