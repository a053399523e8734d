//! Traces, written as Windows lays them out: buffers of one size, a header record, events, messages of WPP.

pub mod pack;
pub mod program;

/// FILETIME of 2026-05-04T08:00:00Z, when the traces of the tests begin.
pub const START: u64 = 134_223_552_000_000_000;
/// Ticks of the clock of these traces in a second.
pub const FREQUENCY: u64 = 1_000_000;
const FIRST: u64 = 5_000;

/// A record, with its header.
pub type Record = Vec<u8>;

fn put(bytes: &mut [u8], at: usize, part: &[u8]) {
    bytes[at..at + part.len()].copy_from_slice(part);
}

fn stamp(seconds: u64) -> [u8; 8] {
    (FIRST + seconds * FREQUENCY).to_le_bytes()
}

/// The record that every trace begins with.
pub fn header(events_lost: u32) -> Record {
    let mut bytes = vec![0_u8; 32 + 280];
    put(&mut bytes, 2, &[2, 0xC0]);
    put(&mut bytes, 16, &FIRST.to_le_bytes());
    let payload = &mut bytes[32..];
    put(payload, 44, &8_u32.to_le_bytes());
    put(payload, 48, &events_lost.to_le_bytes());
    put(payload, 256, &FREQUENCY.to_le_bytes());
    put(payload, 264, &START.to_le_bytes());
    put(payload, 272, &1_u32.to_le_bytes());
    let size = u16::try_from(bytes.len()).unwrap();
    put(&mut bytes, 4, &size.to_le_bytes());
    bytes
}

/// A header that tells of its machine: Windows 10.0.19045 with 8 processors in the zone of Berlin, booted an hour before.
pub fn full_header(session: &str, file: &str) -> Record {
    let mut bytes = header(0);
    let payload = &mut bytes[32..];
    put(payload, 4, &[10, 0, 1, 5]);
    put(payload, 8, &19_045_u32.to_le_bytes());
    put(payload, 12, &8_u32.to_le_bytes());
    let zone = time_zone(-60, "W. Europe Standard Time", [10, 0, 5, 3], [3, 0, 5, 2], -60);
    put(payload, 72, &zone);
    put(payload, 248, &(START - 36_000_000_000).to_le_bytes());
    bytes.extend(wide(session));
    bytes.extend(wide(file));
    let size = u16::try_from(bytes.len()).unwrap();
    put(&mut bytes, 4, &size.to_le_bytes());
    bytes
}

/// `TIME_ZONE_INFORMATION`: minutes west of UTC, a name, and month, weekday, week and hour at which standard time and daylight
/// saving begin, and the minutes that the latter adds.
pub fn time_zone(bias: i32, name: &str, standard: [u16; 4], daylight: [u16; 4], saving: i32) -> Vec<u8> {
    let mut bytes = vec![0; 172];
    put(&mut bytes, 0, &bias.to_le_bytes());
    put(&mut bytes, 4, &wide(name));
    for (at, [month, weekday, week, hour]) in [(68, standard), (152, daylight)] {
        for (place, part) in [(2, month), (4, weekday), (6, week), (8, hour)] {
            put(&mut bytes, at + place, &part.to_le_bytes());
        }
    }
    put(&mut bytes, 168, &saving.to_le_bytes());
    bytes
}

/// A record of the kernel, so many seconds after the start, with its whole header or the short one.
pub fn kernel(group: u8, kind: u8, version: u16, is_short: bool, seconds: u64, payload: &[u8]) -> Record {
    let mut bytes = version.to_le_bytes().to_vec();
    bytes.extend([if is_short { 0x11 } else { 2 }, 0xC0, 0, 0, kind, group]);
    if !is_short {
        bytes.extend(3172_u32.to_le_bytes());
        bytes.extend(2804_u32.to_le_bytes());
    }
    bytes.extend(stamp(seconds));
    if !is_short {
        bytes.extend([0; 8]);
    }
    bytes.extend(payload);
    let size = u16::try_from(bytes.len()).unwrap();
    put(&mut bytes, 4, &size.to_le_bytes());
    bytes
}

/// An event of a classic provider.
pub fn classic(guid: [u8; 16], kind: u8, version: u8, seconds: u64, payload: &[u8]) -> Record {
    let mut bytes = vec![0; 48];
    put(&mut bytes, 2, &[0x14, 0xC0, kind, 0, version]);
    put(&mut bytes, 8, &3172_u32.to_le_bytes());
    put(&mut bytes, 12, &2804_u32.to_le_bytes());
    put(&mut bytes, 16, &stamp(seconds));
    put(&mut bytes, 24, &guid);
    bytes.extend(payload);
    let size = u16::try_from(bytes.len()).unwrap();
    put(&mut bytes, 0, &size.to_le_bytes());
    bytes
}

/// A modern event, so many seconds after the start. `flags` 4 says that the payload is one string; `extended` holds
/// items of extended data with their types.
pub fn event(
    provider: [u8; 16],
    id: u16,
    seconds: u64,
    flags: u16,
    extended: &[(u16, Vec<u8>)],
    payload: &[u8],
) -> Record {
    let mut bytes = vec![0_u8; 80];
    put(&mut bytes, 2, &[0x13, 0xC0]);
    let flags = flags | u16::from(!extended.is_empty());
    put(&mut bytes, 4, &flags.to_le_bytes());
    put(&mut bytes, 8, &3172_u32.to_le_bytes());
    put(&mut bytes, 12, &2804_u32.to_le_bytes());
    put(&mut bytes, 16, &stamp(seconds));
    put(&mut bytes, 24, &provider);
    put(&mut bytes, 40, &id.to_le_bytes());
    bytes[44] = 3;
    for (index, (kind, data)) in extended.iter().enumerate() {
        let size = (data.len() + 8).next_multiple_of(8);
        let linked = u16::from(index + 1 < extended.len());
        let length = u16::try_from(data.len()).unwrap();
        let start = bytes.len();
        for number in [u16::try_from(size).unwrap(), *kind, linked, length] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(data);
        bytes.resize(start + size, 0);
    }
    bytes.extend(payload);
    let size = u16::try_from(bytes.len()).unwrap();
    put(&mut bytes, 0, &size.to_le_bytes());
    bytes
}

/// A message of WPP with GUID, time and ids.
pub fn message(guid: [u8; 16], number: u16, seconds: u64, arguments: &[u8]) -> Record {
    let mut bytes = vec![0_u8; 8];
    put(&mut bytes, 2, &[0x0F, 0x90]);
    put(&mut bytes, 4, &number.to_le_bytes());
    put(&mut bytes, 6, &(2_u16 | 8 | 0x20).to_le_bytes());
    bytes.extend(guid);
    bytes.extend(stamp(seconds));
    bytes.extend(3172_u32.to_le_bytes());
    bytes.extend(2804_u32.to_le_bytes());
    bytes.extend(arguments);
    let size = u16::try_from(bytes.len()).unwrap();
    put(&mut bytes, 0, &size.to_le_bytes());
    bytes
}

/// A buffer of that size with these records.
pub fn buffer(size: usize, records: &[Record]) -> Vec<u8> {
    let mut bytes = vec![0_u8; 72];
    for record in records {
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes.extend(record);
    }
    let filled = bytes.len().next_multiple_of(8);
    bytes.resize(filled, 0);
    bytes.resize(size, 0xFF);
    put(&mut bytes, 0, &u32::try_from(size).unwrap().to_le_bytes());
    put(&mut bytes, 0x30, &u32::try_from(filled).unwrap().to_le_bytes());
    bytes
}

/// How the records of a buffer are packed: by the number of the format and a compressor.
pub type Packer = (u32, fn(&[u8]) -> Vec<u8>);

/// The three formats.
pub const PACKERS: [Packer; 3] = [(3, pack::xpress), (4, pack::huffman), (2, pack::lznt1)];

/// A buffer whose records are packed in the format that sessions use.
pub fn packed_buffer(records: &[Record]) -> Vec<u8> {
    packed_buffer_by(PACKERS[0], records)
}

/// A buffer whose records are packed.
pub fn packed_buffer_by((format, pack): Packer, records: &[Record]) -> Vec<u8> {
    let plain = buffer(1 << 20, records);
    let filled = u32::from_le_bytes(plain[0x30..0x34].try_into().unwrap());
    let mut bytes = plain[..72].to_vec();
    bytes.extend(pack(&plain[72..filled as usize]));
    let size = u32::try_from(bytes.len()).unwrap();
    put(&mut bytes, 0, &size.to_le_bytes());
    put(&mut bytes, 0x2C, &format.to_le_bytes());
    put(&mut bytes, 0x34, &0x40_u16.to_le_bytes());
    bytes
}

/// UTF-16 with its final zero.
pub fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16()
        .chain([0])
        .flat_map(u16::to_le_bytes)
        .collect()
}
