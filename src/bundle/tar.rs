//! Tar: ustar and pax (POSIX.1-2017, pax), the GNU extensions for long names and large numbers, and the old format
//! before them. Members lie in it as they are, so each is a part of the tar's own bytes.

use std::io;
use std::sync::Arc;

use super::content::Content;
use super::magic::is_tar;
use super::path::{From, clean};
use super::walk::Walk;
use crate::model::ProblemKind;
use crate::source::{ReadAt, Region, read_range};

/// The unit of a tar.
const BLOCK: u64 = 512;

/// Records of the pax format longer than this are not read: they hold names and numbers.
const RECORD: u64 = 1 << 20;

/// What a header says, with what extended headers before it said.
#[derive(Debug, Default)]
struct Header {
    name: Vec<u8>,
    kind: u8,
    size: u64,
}

/// What an extended header says of the member after it.
#[derive(Debug, Default)]
struct Extended {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    sparse: bool,
}

/// Takes all members of a tar.
pub(super) fn take(walk: &mut Walk<'_>, tar: &Arc<str>, bytes: &Arc<dyn ReadAt>, depth: u32) {
    if let Err(error) = members(walk, tar, bytes, depth) {
        walk.problem(tar, tar, ProblemKind::Unreadable, error.to_string());
    }
}

fn members(walk: &mut Walk<'_>, tar: &Arc<str>, bytes: &Arc<dyn ReadAt>, depth: u32) -> io::Result<()> {
    let mut position = 0;
    let mut extended = Extended::default();
    loop {
        let block = read_range(bytes.as_ref(), position, BLOCK as usize)?;
        let at_end = block.iter().all(|byte| *byte == 0);
        if at_end {
            // a tar ends with blocks of zeros; one that was cut between members ends without
            if block.is_empty() {
                walk.problem(
                    tar,
                    tar,
                    ProblemKind::Truncated,
                    "it has no end mark: more may be missing",
                );
            }
            return Ok(());
        }
        if !is_tar(&block) {
            let text =
                format!("at byte {position} there is no member where one should be; the rest is not read");
            walk.problem(tar, tar, ProblemKind::Damaged, text);
            return Ok(());
        }
        let header = header(&block, &mut extended);
        let start = position.saturating_add(BLOCK);
        position = start.saturating_add(header.size.div_ceil(BLOCK).saturating_mul(BLOCK));
        if matches!(header.kind, b'x' | b'g' | b'L' | b'K') {
            let record = read_range(bytes.as_ref(), start, header.size.min(RECORD) as usize)?;
            extend(&mut extended, header.kind, &record);
            continue;
        }
        let sparse = std::mem::take(&mut extended).sparse || header.kind == b'S';
        if walk.is_full() {
            walk.problem(tar, tar, ProblemKind::LimitHit, walk.full_text());
            return Ok(());
        }
        walk.count();
        member(walk, tar, bytes, depth, &header, start, sparse);
    }
}

fn member(
    walk: &mut Walk<'_>,
    tar: &Arc<str>,
    bytes: &Arc<dyn ReadAt>,
    depth: u32,
    header: &Header,
    start: u64,
    sparse: bool,
) {
    if header.kind == b'5' || (header.name.ends_with(b"/") && header.size == 0) {
        return;
    }
    let path = walk.name(format!("{tar}!/{}", clean(&header.name, From::Archive)));
    let unread = match header.kind {
        _ if sparse => Some((
            ProblemKind::Unreadable,
            "a file with holes, stored in a way that is not read",
        )),
        b'1' | b'2' => Some((ProblemKind::Unsupported, "a link, which is not followed")),
        b'3' | b'4' | b'6' => Some((ProblemKind::Unsupported, "neither a file nor a folder")),
        _ => None,
    };
    if let Some((kind, what)) = unread {
        walk.problem(tar, &path, kind, what);
        return;
    }
    let region = Region::new(bytes.clone(), start, header.size);
    if region.len() < header.size {
        let text = format!("ends after {} bytes of {}", region.len(), header.size);
        walk.problem(tar, &path, ProblemKind::Truncated, text);
    }
    let bytes = Arc::new(region);
    walk.take(tar, &path, Content::Plain { bytes, crc: None }, depth);
}

/// The fields of a header block.
fn header(block: &[u8], extended: &mut Extended) -> Header {
    let field = |start: usize, end: usize| block.get(start..end).unwrap_or_default();
    let kind = field(156, 157).first().copied().unwrap_or(0);
    let mut name = until_nul(field(0, 100)).to_vec();
    // only POSIX has the prefix; GNU keeps times there
    if field(257, 263) == b"ustar\0" {
        let prefix = until_nul(field(345, 500));
        if !prefix.is_empty() {
            name = [prefix, b"/", &name].concat();
        }
    }
    let mut size = number(field(124, 136));
    let is_member = !matches!(kind, b'x' | b'g' | b'L' | b'K');
    if is_member {
        name = extended.name.take().unwrap_or(name);
        size = extended.size.take().unwrap_or(size);
    }
    // links and folders have no data whatever their size field says (POSIX: typeflag)
    if matches!(kind, b'1'..=b'6') {
        size = 0;
    }
    Header { name, kind, size }
}

fn until_nul(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// A number in octal digits or, with the highest bit of its first byte set, in base 256 (GNU).
fn number(field: &[u8]) -> u64 {
    if field.first().is_some_and(|first| *first == 0x80) {
        let value = field.iter().skip(1).try_fold(0_u64, |value, byte| {
            value.checked_mul(256)?.checked_add(u64::from(*byte))
        });
        return value.unwrap_or(u64::MAX);
    }
    field
        .iter()
        .skip_while(|byte| **byte == b' ')
        .take_while(|byte| matches!(byte, b'0'..=b'7'))
        .fold(0_u64, |value, digit| {
            value.saturating_mul(8).saturating_add(u64::from(digit - b'0'))
        })
}

/// Takes in what an extended header says: GNU long name (`L`), pax records of the next member (`x`). Records for all
/// members (`g`) and long link targets (`K`) say nothing we need.
fn extend(extended: &mut Extended, kind: u8, record: &[u8]) {
    match kind {
        b'L' => extended.name = Some(until_nul(record).to_vec()),
        b'x' => {
            for (key, value) in pax(record) {
                match key {
                    b"path" => extended.name = Some(value.to_vec()),
                    b"size" => extended.size = Some(number_decimal(value)),
                    _ if key.starts_with(b"GNU.sparse.") => extended.sparse = true,
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn number_decimal(value: &[u8]) -> u64 {
    std::str::from_utf8(value)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(0)
}

/// The records of a pax header: `length key=value\n`.
fn pax(mut record: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut pairs = Vec::new();
    while let Some(blank) = record.iter().position(|byte| *byte == b' ') {
        let len = number_decimal(record.get(..blank).unwrap_or_default());
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        let Some(pair) = record.get(blank.saturating_add(1)..len.saturating_sub(1)) else {
            break;
        };
        if let Some(equals) = pair.iter().position(|byte| *byte == b'=') {
            let (key, value) = pair.split_at(equals);
            pairs.push((key, value.get(1..).unwrap_or_default()));
        }
        record = record.get(len..).unwrap_or_default();
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::super::open_memory;
    use super::*;
    use crate::Limits;

    fn block(name: &str, kind: u8, data: &[u8]) -> Vec<u8> {
        let mut head = vec![0; 512];
        head[..name.len()].copy_from_slice(name.as_bytes());
        head[124..135].copy_from_slice(format!("{:011o}", data.len()).as_bytes());
        head[156] = kind;
        head[257..263].copy_from_slice(b"ustar\0");
        head[148..156].fill(b' ');
        let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
        head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        head.extend_from_slice(data);
        head.resize(head.len().next_multiple_of(512), 0);
        head
    }

    #[test]
    fn names_of_every_kind_and_links() {
        let long = format!("{}/a.log", "d".repeat(120));
        let pax = format!("{} path=pax/ü.log\n", 19);
        let tar = [
            block("plain.log", b'0', b"plain"),
            block("././@LongLink", b'L', format!("{long}\0").as_bytes()),
            block("short", 0, b"long"),
            block("pax", b'x', pax.as_bytes()),
            block("short", b'0', b"pax"),
            block("link", b'2', b""),
            block("folder/", b'5', b""),
            block("../up", b'0', b"up"),
            vec![0; 1024],
        ]
        .concat();
        let bundle = open_memory("case.tar", tar.clone(), &Limits::default());
        let paths: Vec<&str> = bundle.members.iter().map(|member| &*member.path).collect();
        let long = format!("case.tar!/{long}");
        assert_eq!(
            paths,
            [
                "case.tar!/\\../up",
                long.as_str(),
                "case.tar!/pax/ü.log",
                "case.tar!/plain.log"
            ]
        );
        assert_eq!(bundle.problems.len(), 1, "{:?}", bundle.problems);
        let bundle = open_memory("case.tar", tar[..1536].to_vec(), &Limits::default());
        assert_eq!(bundle.members.len(), 1);
        assert_eq!(bundle.problems[0].kind, ProblemKind::Truncated);
    }

    #[test]
    fn numbers() {
        assert_eq!(number(b"00000000017\0"), 15);
        assert_eq!(number(b"   17 "), 15);
        assert_eq!(number(&[0x80, 0, 0, 1, 0]), 256);
        assert_eq!(
            number(&[0x80, 255, 255, 255, 255, 255, 255, 255, 255, 255]),
            u64::MAX
        );
    }
}
