//! Definitions in short form, names and types by turns, as the tables of the kernel have them; [`table`](super::table) tells the types.

use super::super::payload::{Show, kind};
use super::super::template::{Property, Size};

/// The properties of a definition in short form.
pub(super) fn of_table(layout: &str) -> Vec<Property> {
    let mut words = layout.split_whitespace();
    let mut properties = Vec::new();
    while let (Some(name), Some(typed)) = (words.next(), words.next()) {
        let units = typed.strip_prefix('w').and_then(|units| units.parse().ok());
        let (kind, show) = match units {
            Some(_) => (kind::WIDE, Show::Plain),
            None => typed_by(typed.trim_end_matches('s')),
        };
        let count = if typed == "ptrs" { Size::Rest } else { Size::Open };
        properties.push(Property {
            name: name.into(),
            kind,
            show,
            count,
            length: units.map_or(Size::Open, Size::Fixed),
            number: u16::try_from(properties.len()).unwrap_or(u16::MAX),
            ..Property::default()
        });
    }
    properties
}

fn typed_by(typed: &str) -> (u16, Show) {
    match typed {
        "i8" => (kind::INT8, Show::Plain),
        "u8" => (kind::UINT8, Show::Plain),
        "i16" => (kind::INT16, Show::Plain),
        "u16" => (kind::UINT16, Show::Plain),
        "i32" => (kind::INT32, Show::Plain),
        "u32" => (kind::UINT32, Show::Plain),
        "x32" => (kind::HEX32, Show::Plain),
        "i64" => (kind::INT64, Show::Plain),
        "u64" => (kind::UINT64, Show::Plain),
        "x64" => (kind::HEX64, Show::Plain),
        "ptr" => (kind::POINTER, Show::Plain),
        "time" => (kind::FILETIME, Show::Plain),
        "guid" => (kind::GUID, Show::Plain),
        "port" => (kind::UINT16, Show::Port),
        "ip4" => (kind::UINT32, Show::IpV4),
        "ip6" => (kind::BINARY, Show::IpV6),
        "str" => (kind::NARROW, Show::Plain),
        "wstr" => (kind::WIDE, Show::Plain),
        "user" => (310, Show::Plain),
        // A type that the tables do not have reads nothing.
        _ => (u16::MAX, Show::Plain),
    }
}
