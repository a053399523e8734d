//! Events that are kept until the end of a run, by the hundred thousand. Owns how they lie in memory: those of one piece of a log together,
//! a few dozen bytes each, until somebody looks at one as a whole. Must not know what events mean.

mod glimpse;
mod pack;
mod packer;
mod stencil;

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, LazyLock};

use super::{Event, Origin, Time};
pub(crate) use glimpse::Glimpse;
use pack::Pack;
pub(crate) use pack::Shape;
#[cfg(feature = "diagnose")]
pub(crate) use packer::Shapes;
pub(crate) use packer::{Packer, Taken};
use stencil::Stencil;
pub(crate) use stencil::{Awaited, Own, Recalled, Stencils};

/// The signals that an event shows.
pub(crate) type Shown = Arc<[u32]>;

/// What an event is that was given away.
static NONE: LazyLock<Event> = LazyLock::new(|| Event::new(Origin::artifact("")));

/// An event that is kept. It is an [`Event`] to whoever asks for one; what can be told of it without making one is told by its methods.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    packed: Option<Packed>,
    /// The event where it lies in no pack, or was changed since.
    own: Option<Box<Event>>,
}

/// Where an event lies.
#[derive(Debug, Clone)]
struct Packed {
    pack: Arc<Pack>,
    /// Its place in the pack.
    number: u32,
    /// The pack has it, too; all who go through the events ask for it.
    shape: Arc<Shape>,
}

impl From<Event> for Kept {
    fn from(event: Event) -> Self {
        Self::from(Box::new(event))
    }
}

impl From<Box<Event>> for Kept {
    fn from(event: Box<Event>) -> Self {
        Self {
            packed: None,
            own: Some(event),
        }
    }
}

impl Deref for Kept {
    type Target = Event;

    fn deref(&self) -> &Event {
        match (&self.own, &self.packed) {
            (Some(event), _) => event,
            (None, Some(packed)) => packed.pack.lend(packed.number),
            (None, None) => &NONE,
        }
    }
}

impl DerefMut for Kept {
    fn deref_mut(&mut self) -> &mut Event {
        let packed = self.packed.take();
        self.own.get_or_insert_with(|| match packed {
            Some(Packed { pack, number, .. }) => Box::new(pack.unpack(number)),
            None => Box::new(NONE.clone()),
        })
    }
}

impl Kept {
    fn packed(&self) -> Option<(&Pack, u32)> {
        let packed = self.packed.as_ref()?;
        Some((&packed.pack, packed.number))
    }

    /// An event with the same provider, channel, computer, SID, id, version, level, clock, path and names of fields, which has a message if
    /// this one has; nothing else of it counts. Many events share it, so it is at hand.
    pub(crate) fn like(&self) -> &Event {
        match &self.packed {
            Some(packed) => &packed.shape.head,
            None => self,
        }
    }

    /// Whether two events are like the very same one.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        std::ptr::eq(self.like(), other.like())
    }

    /// When it happened.
    pub(crate) fn time(&self) -> Option<Time> {
        match self.packed() {
            Some((pack, number)) => pack.time(number),
            None => self.time,
        }
    }

    /// The record id inside its channel.
    pub(crate) fn record_id(&self) -> Option<u64> {
        match self.packed() {
            Some((pack, number)) => pack.record_id(number),
            None => self.record_id,
        }
    }

    /// Where it was read.
    pub(crate) fn origin(&self) -> Origin {
        match self.packed() {
            Some((pack, number)) => pack.origin(number),
            None => self.origin.clone(),
        }
    }

    /// The activity that it is of.
    pub(crate) fn activity(&self) -> Option<Arc<str>> {
        match self.packed() {
            Some((pack, number)) => pack.activity(number).map(Arc::from),
            None => self.activity.clone(),
        }
    }

    /// A value, as [`Event::field`] finds it.
    pub(crate) fn glimpse(&self, name: &str) -> Option<Glimpse<'_>> {
        match &self.packed {
            Some(packed) => {
                let place = packed.shape.head.place_of(name)?;
                Some(packed.pack.glimpse(packed.number, place))
            }
            None => self.field(name).map(Glimpse::of),
        }
    }

    /// What [`Event::field_str`] gives, without making the event.
    pub(crate) fn field_str(&self, name: &str) -> Option<Cow<'_, str>> {
        match name.starts_with('#') {
            true => (**self).field_str(name),
            false => self.glimpse(name)?.into_told(),
        }
    }

    /// What [`Event::field_text`] gives, without making the event.
    pub(crate) fn field_text(&self, name: &str) -> Option<String> {
        self.field_str(name).map(Cow::into_owned)
    }

    /// What [`Event::first_field_text`] gives, without making the event.
    pub(crate) fn first_field_text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.field_text(name))
    }

    /// What [`Event::field_number`] gives, without making the event.
    pub(crate) fn field_number(&self, name: &str) -> Option<u32> {
        match name.starts_with('#') {
            true => (**self).field_number(name),
            false => self.glimpse(name)?.as_code(),
        }
    }

    /// The event as a whole, not to be kept: where nobody looked at it before, nobody will again.
    pub(crate) fn whole(&self) -> Cow<'_, Event> {
        match self.packed() {
            Some((pack, number)) => Cow::Owned(pack.unpack(number)),
            None => Cow::Borrowed(self),
        }
    }

    /// The signals that it was found to show, unless it was changed since.
    pub(crate) fn shown(&self) -> Option<&Shown> {
        let (pack, number) = self.packed()?;
        pack.shown(number)
    }

    /// Whether somebody had the event made that is packed.
    #[cfg(test)]
    pub(crate) fn is_lent(&self) -> bool {
        self.packed().is_some_and(|(pack, number)| pack.is_lent(number))
    }

    /// The event, taken out.
    pub(crate) fn into_event(mut self) -> Event {
        let _ = &mut *self;
        self.own.map_or_else(|| NONE.clone(), |event| *event)
    }
}

#[cfg(test)]
mod tests;
