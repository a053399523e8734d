//! Archives made to hurt: each ends with what could be read and problems that say what could not, within the time and
//! memory stated here.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may panic"
)]

mod make;
#[path = "../support/meter.rs"]
mod meter;

use std::io::Read;
use std::time::Duration;

use logonscope::Limits;
use logonscope::bundle::{Bundle, open_memory};
use logonscope::model::ProblemKind;
use make::{Chance, Entry, body, end, gzip, tar, tar_member, zip};
use meter::{cpu, memory};

/// No case may take more CPU time, in a debug build.
const TIME: Duration = Duration::from_secs(90);
/// The whole process may never take more.
const MEMORY: u64 = 700 << 20;

/// Budgets small enough that a bomb that passes them is seen.
fn tight() -> Limits {
    Limits {
        total_bytes: 128 << 20,
        entry_bytes: 32 << 20,
        ratio: 200,
        memory_bytes: 32 << 20,
        ..Limits::default()
    }
}

/// What came out of every member together.
struct Drained {
    bundle: Bundle,
    bytes: u64,
    errors: usize,
}

impl Drained {
    fn has(&self, kind: ProblemKind) -> bool {
        self.bundle.problems.iter().any(|problem| problem.kind == kind)
    }
}

fn drain(bytes: Vec<u8>, limits: &Limits) -> Drained {
    let start = cpu("thread-self");
    let bundle = open_memory("case.zip", bytes, limits);
    let (mut bytes, mut errors) = (0, 0);
    let mut buffer = vec![0; 64 << 10];
    for member in &bundle.members {
        let Ok(source) = member.open() else {
            errors += 1;
            continue;
        };
        let mut stream = source.into_stream();
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => bytes += count as u64,
                Err(_) => {
                    errors += 1;
                    break;
                }
            }
        }
    }
    let took = cpu("thread-self").saturating_sub(start);
    assert!(took < TIME, "took {took:?}");
    let peak = memory("VmHWM:");
    assert!(peak < MEMORY, "took {} MiB", peak >> 20);
    assert!(bytes <= limits.total_bytes, "gave {bytes} bytes");
    for problem in &bundle.problems {
        assert!(problem.detail.len() < 1000 && problem.count > 0);
    }
    assert!(
        bundle.members.is_sorted_by(|a, b| a.path < b.path),
        "sorted, each path once"
    );
    Drained {
        bundle,
        bytes,
        errors,
    }
}

#[test]
fn a_flat_bomb_is_cut() {
    let zeros = vec![0; 64 << 20];
    let drained = drain(
        zip(&[Entry::deflated("zeros", &zeros), Entry::stored("log", b"text")]),
        &tight(),
    );
    assert!(drained.bytes <= (32 << 20) + 4);
    assert_eq!(drained.errors, 1);
    assert_eq!(drained.bundle.members.len(), 2);
}

#[test]
fn a_bomb_of_many_is_cut_by_the_total() {
    let bomb = Entry::deflated("x", &vec![0; 16 << 20]);
    let entries: Vec<Entry> = (0..200)
        .map(|number| Entry {
            name: format!("{number}").into_bytes(),
            crc: number,
            ..bomb.clone()
        })
        .collect();
    let drained = drain(zip(&entries), &tight());
    assert!(drained.has(ProblemKind::LimitHit));
    assert!(drained.bundle.problems.len() < 100);
}

#[test]
fn nested_copies_are_opened_once() {
    let mut layer = zip(&[Entry::deflated("zeros", &vec![0; 4 << 20])]);
    for _ in 0..4 {
        let copies: Vec<Entry> = (0..16)
            .map(|n| Entry::deflated(&format!("{n}.zip"), &layer))
            .collect();
        layer = zip(&copies);
    }
    let drained = drain(layer, &tight());
    assert!(drained.has(ProblemKind::Duplicate));
    assert_eq!(drained.bundle.members.len(), 1, "of 65,536");
}

#[test]
fn nested_bombs_of_different_bytes_are_cut() {
    let inner = |n: u32| {
        let mut zeros = vec![0; 2 << 20];
        zeros[..4].copy_from_slice(&n.to_le_bytes());
        zip(&[Entry::deflated("zeros", &zeros)])
    };
    let entries: Vec<Entry> = (0..100)
        .map(|n| Entry::deflated(&n.to_string(), &inner(n)))
        .collect();
    let drained = drain(zip(&entries), &tight());
    assert_eq!(drained.errors, 100, "each is cut by its ratio");
    let limits = Limits {
        ratio: 2000,
        ..tight()
    };
    assert!(
        drain(zip(&entries), &limits).has(ProblemKind::LimitHit),
        "and all by the total"
    );
}

/// The same local header again and again: what follows each is a zip with the same directory at its end.
#[test]
fn a_zip_that_holds_itself_ends() {
    let head = Entry {
        packed: 60_000,
        size: 60_000,
        crc: 0,
        data: Vec::new(),
        ..Entry::stored("self.zip", b"")
    };
    let (one, start) = body(std::slice::from_ref(&head));
    let mut doll = one[..start].repeat(1000);
    let directory = doll.len();
    doll.extend(&one[start..]);
    doll.extend(end(1, (one.len() - start) as u32, directory as u32));
    let drained = drain(doll, &tight());
    assert!(
        drained.has(ProblemKind::LimitHit),
        "{:?}",
        drained.bundle.problems
    );
}

#[test]
fn archives_in_archives_without_end_stop_at_the_depth() {
    let mut layer = b"bottom".to_vec();
    for depth in 0..60 {
        layer = match depth % 3 {
            0 => zip(&[Entry::deflated("a", &layer)]),
            1 => tar(&[("a", &layer)]),
            _ => gzip(&layer),
        };
    }
    let drained = drain(layer, &tight());
    assert_eq!(drained.bundle.members.len(), 0);
    assert!(drained.has(ProblemKind::LimitHit));
}

#[test]
fn ratio_bombs_of_every_method_are_cut() {
    use std::io::{Cursor, Write};
    use zip::CompressionMethod::{Bzip2, Deflated, Xz, Zstd};
    let zeros = vec![0; 16 << 20];
    for method in [Deflated, Bzip2, Zstd, Xz] {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        writer.start_file("zeros", options).unwrap();
        writer.write_all(&zeros).unwrap();
        let limits = Limits { ratio: 20, ..tight() };
        let drained = drain(writer.finish().unwrap().into_inner(), &limits);
        assert_eq!(drained.errors, 1, "{method}");
        assert!(drained.bytes < 8 << 20, "{method}: {}", drained.bytes);
    }
    let limits = Limits { ratio: 20, ..tight() };
    let drained = drain(gzip(&zeros), &limits);
    assert!(drained.errors == 1 && drained.bytes < 8 << 20);
}

#[test]
fn overlapping_members_are_unpacked_once() {
    let zeros = vec![0; 8 << 20];
    let mut entries = vec![Entry::deflated("kernel", &zeros)];
    for number in 0..5000 {
        entries.push(Entry {
            name: format!("{number}").into_bytes(),
            offset: Some(0),
            local: false,
            ..entries[0].clone()
        });
    }
    let drained = drain(zip(&entries), &Limits::default());
    assert_eq!(drained.bundle.members.len(), 1);
    assert_eq!(drained.bytes, 8 << 20);
    assert!(drained.has(ProblemKind::Damaged));
}

/// Each member's packed bytes quote the next member's header as a stored deflate block, so that all run into the
/// same kernel at the end.
#[test]
fn quoted_overlaps_end_where_the_next_member_begins() {
    let kernel = Entry::deflated("kernel", &vec![0; 4 << 20]);
    let mut tail = zip_local(&kernel);
    let mut entries = vec![(kernel, 0_usize)];
    for number in 0..200 {
        let quoted = 30 + entries.last().unwrap().0.name.len();
        let mut block = vec![0, quoted as u8, 0, !(quoted as u8), 0xff];
        block.extend(&tail);
        let entry = Entry {
            name: format!("{number:06}").into_bytes(),
            packed: block.len() as u32,
            size: u32::MAX - 1,
            ..Entry::deflated("x", b"")
        };
        tail = [
            zip_local(&Entry {
                data: Vec::new(),
                ..entry.clone()
            }),
            block,
        ]
        .concat();
        entries.push((entry, tail.len()));
    }
    let total = tail.len();
    let central: Vec<Entry> = entries
        .iter()
        .map(|(entry, len)| Entry {
            offset: Some(if *len == 0 {
                (total - zip_local(entry).len()) as u32
            } else {
                (total - len) as u32
            }),
            local: false,
            data: Vec::new(),
            ..entry.clone()
        })
        .collect();
    let (directory, _) = body(&central);
    let mut bomb = tail;
    let start = bomb.len();
    bomb.extend(&directory);
    bomb.extend(end(central.len() as u16, directory.len() as u32, start as u32));
    let drained = drain(bomb, &Limits::default());
    assert!(drained.bytes < 5 << 20, "{} bytes", drained.bytes);
    assert_eq!(drained.bundle.members.len(), 1);
    assert!(drained.has(ProblemKind::Truncated));
}

fn zip_local(entry: &Entry) -> Vec<u8> {
    let (bytes, start) = body(std::slice::from_ref(entry));
    bytes[..start].to_vec()
}

#[test]
fn a_hundred_thousand_empty_members() {
    let entries: Vec<Entry> = (0..100_000)
        .map(|n| Entry::stored(&format!("{n}"), b""))
        .collect();
    let drained = drain(zip(&entries), &Limits::default());
    assert_eq!(drained.bundle.members.len(), 100_000);
    let limits = Limits {
        entries: 5000,
        ..Limits::default()
    };
    let drained = drain(zip(&entries), &limits);
    assert_eq!(drained.bundle.members.len(), 5000);
    assert!(drained.has(ProblemKind::LimitHit));
}

/// With `LOGONSCOPE_LONG=1` all of them are listed; else as many as the limits of every run let in.
#[test]
fn a_million_empty_members() {
    let bytes = make::empty_members(1_000_000);
    let long = std::env::var_os("LOGONSCOPE_LONG").is_some();
    let limits = Limits {
        entries: if long {
            2_000_000
        } else {
            Limits::default().entries
        },
        ..Limits::default()
    };
    let drained = drain(bytes, &limits);
    if long {
        assert_eq!(drained.bundle.members.len(), 1_000_000);
    } else {
        assert_eq!(drained.bundle.members.len() as u64, limits.entries);
        assert!(drained.has(ProblemKind::LimitHit));
    }
}

#[test]
fn a_hundred_thousand_members_of_one_name() {
    let entries: Vec<Entry> = (0..100_000_u32)
        .map(|n| Entry::stored("same", &n.to_le_bytes()))
        .collect();
    let drained = drain(zip(&entries), &Limits::default());
    assert_eq!(drained.bundle.members.len(), 100_000);
}

/// Names that lead out of a folder where they are believed.
const SPELLINGS: [&[u8]; 26] = [
    b"../a",
    b"..\\a",
    b"a/../../b",
    b"/etc/passwd",
    b"//host/share/a",
    b"\\\\host\\share\\a",
    b"\\\\?\\C:\\a",
    b"\\\\.\\PhysicalDrive0",
    b"C:\\a",
    b"C:a",
    b"c:/a",
    b"./../a",
    b"a/./../../../b",
    b"..",
    b".",
    b"/",
    b"",
    b"a\0/../b",
    b"NUL",
    b"com1.log",
    b"a:stream",
    b"..\xc0\xaf..\xc0\xafa",
    b"\xff\xfe../a",
    b"a/..",
    b"....//....//a",
    b"file:///etc/passwd",
];

#[test]
fn no_path_leads_out() {
    let mut entries: Vec<Entry> = SPELLINGS
        .iter()
        .enumerate()
        .map(|(number, name)| Entry {
            name: name.to_vec(),
            ..Entry::stored("", &[number as u8 + 1])
        })
        .collect();
    entries.push(Entry::stored(&"../".repeat(20_000), b"long"));
    let drained = drain(zip(&entries), &Limits::default());
    stays_inside(&drained.bundle);
    assert_eq!(drained.bundle.members.len(), 27);
    let mut members = Vec::new();
    for (number, name) in SPELLINGS
        .iter()
        .enumerate()
        .filter(|(_, name)| !name.is_empty() && !name.ends_with(b"/"))
    {
        let name = String::from_utf8_lossy(name).replace('\0', "\u{1}");
        members.extend(tar_member(&name, b'0', b"00000000001", &[number as u8 + 1]));
    }
    members.extend(tar_member(
        "././@LongLink",
        b'L',
        b"00000060000",
        &b"../".repeat(8192),
    ));
    members.extend(tar_member("long", b'0', b"00000000004", b"long"));
    members.extend([0; 1024]);
    let drained = drain(members, &Limits::default());
    stays_inside(&drained.bundle);
    assert_eq!(drained.bundle.members.len(), 25);
}

fn stays_inside(bundle: &Bundle) {
    for member in &bundle.members {
        let inside = member.path.strip_prefix("case.zip!/").unwrap();
        assert!(!inside.starts_with('/') && inside.len() <= 4200, "{inside}");
        for component in inside.split('/') {
            assert!(!matches!(component, "" | "." | ".."), "{inside}");
            assert!(!component.contains('\0'), "{inside}");
            assert!(!component.contains(':') || component.contains("\\:"), "{inside}");
        }
    }
}

#[test]
fn links_are_not_followed() {
    let link = Entry {
        attributes: 0o120_777 << 16,
        ..Entry::stored("link", b"/etc/passwd")
    };
    let drained = drain(zip(&[link]), &Limits::default());
    assert!(drained.bundle.members.is_empty() && drained.has(ProblemKind::Unsupported));
    let mut links = Vec::new();
    for kind in *b"12346" {
        links.extend(tar_member("link", kind, b"00000000000", b""));
    }
    let drained = drain(links, &Limits::default());
    assert!(drained.bundle.members.is_empty() && drained.has(ProblemKind::Unsupported));
}

/// Some of everything, about 100 KiB.
fn mixed(chance: &mut Chance) -> Vec<u8> {
    let text = b"[0]1234.5678::2024-05-01 10:42:07.123 [Robot] svc-robot 0x80070520\r\n".repeat(400);
    let inner = zip(&[
        Entry::deflated("text", &text),
        Entry::stored("noise", &chance.bytes(9000)),
    ]);
    let inner_tar = tar(&[("a", &chance.bytes(3000)), ("b", &text)]);
    zip(&[
        Entry::stored("noise.bin", &chance.bytes(20_000)),
        Entry::deflated("text.log", &text),
        Entry::deflated("inner.zip", &inner),
        Entry::stored("stored.zip", &inner),
        Entry::stored("logs.tar.gz", &gzip(&inner_tar)),
        Entry::deflated("logs.tar", &inner_tar),
        Entry::deflated("noise2.bin", &chance.bytes(20_000)),
    ])
}

#[test]
fn a_zip_cut_anywhere_gives_what_is_whole() {
    let mut chance = Chance(7);
    let bytes: Vec<Vec<u8>> = (0..8).map(|n| chance.bytes(5000 + n * 1300)).collect();
    let entries: Vec<Entry> = bytes
        .iter()
        .enumerate()
        .map(|(n, bytes)| {
            if n % 2 == 0 {
                Entry::deflated(&n.to_string(), bytes)
            } else {
                Entry::stored(&n.to_string(), bytes)
            }
        })
        .collect();
    let whole = zip(&entries);
    let mut ends = vec![0];
    for entry in &entries {
        ends.push(ends.last().unwrap() + zip_local(entry).len());
    }
    for cut in (1024..whole.len()).step_by(1024) {
        let bundle = open_memory("case.zip", whole[..cut].to_vec(), &Limits::default());
        assert!(!bundle.problems.is_empty(), "{cut}");
        for (n, bytes) in bytes.iter().enumerate().filter(|(n, _)| ends[n + 1] <= cut) {
            let path = format!("case.zip!/{n}");
            let member = bundle
                .members
                .iter()
                .find(|member| *member.path == *path)
                .expect("found");
            let mut read = Vec::new();
            member
                .open()
                .unwrap()
                .into_stream()
                .read_to_end(&mut read)
                .expect("whole");
            assert!(read == *bytes, "{cut}: {n}");
        }
    }
}

#[test]
fn mixed_archives_cut_anywhere_end() {
    let whole = mixed(&mut Chance(8));
    for cut in (0..whole.len()).step_by(1024) {
        drain(whole[..cut].to_vec(), &tight());
    }
}

/// Flips single bits of an archive in many runs.
fn flip(whole: &[u8], runs: usize, seed: u64) {
    let mut chance = Chance(seed);
    for _ in 0..runs {
        let mut bytes = whole.to_vec();
        let at = chance.below(bytes.len());
        bytes[at] ^= 1 << chance.below(8);
        drain(bytes, &tight());
    }
}

#[test]
fn flipped_bits_end() {
    let small = zip(&[
        Entry::deflated("a.log", &b"RPA-07 svc-robot ".repeat(20)),
        Entry::stored("b.zip", &zip(&[Entry::deflated("c", b"text text text text")])),
        Entry::stored("d.tar", &tar(&[("e", b"text"), ("f", b"more")])),
    ]);
    flip(&small, 2000, 11);
    flip(&mixed(&mut Chance(12)), 100, 13);
}

#[test]
fn a_flipped_bit_costs_one_member_at_most() {
    let entries: Vec<Entry> = (0..20_u32)
        .map(|n| Entry::deflated(&format!("{n:02}"), &n.to_le_bytes().repeat(300)))
        .collect();
    let whole = zip(&entries);
    let (_, directory) = body(&entries);
    let mut chance = Chance(17);
    for _ in 0..400 {
        let mut bytes = whole.clone();
        let at = chance.below(directory);
        bytes[at] ^= 1 << chance.below(8);
        let bundle = open_memory("case.zip", bytes, &Limits::default());
        let good = bundle.members.iter().filter(|member| {
            let mut sink = Vec::new();
            member
                .open()
                .is_ok_and(|source| source.into_stream().read_to_end(&mut sink).is_ok())
        });
        assert!(good.count() >= 19, "byte {at}");
    }
}

#[test]
fn numbers_that_lie() {
    let max = Entry {
        packed: u32::MAX,
        size: u32::MAX,
        ..Entry::deflated("a", b"text")
    };
    for values in [
        [u64::MAX; 3],
        [0; 3],
        [1 << 40, 4, 0],
        [4, 1 << 63, 0],
        [4, 4, u64::MAX - 30],
    ] {
        let mut extra = vec![1, 0, 24, 0];
        extra.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        let lying = Entry {
            extra,
            offset: Some(u32::MAX),
            ..max.clone()
        };
        drain(zip(&[lying.clone(), Entry::stored("b", b"b")]), &tight());
        drain(
            zip(&[
                Entry {
                    local: false,
                    ..lying
                },
                Entry::stored("b", b"b"),
            ]),
            &tight(),
        );
    }
    let (members, start) = body(&[Entry::stored("a", b"a"), Entry::deflated("b", b"b")]);
    for (count, size, offset) in [
        (u16::MAX, u32::MAX, u32::MAX),
        (0, 0, 0),
        (u16::MAX, (members.len() - start) as u32, start as u32),
        (2, u32::MAX, start as u32),
        (2, 46, u32::MAX),
        (2, 0, u32::MAX),
    ] {
        let mut bytes = members.clone();
        bytes.extend(end(count, size, offset));
        let drained = drain(bytes, &tight());
        assert_eq!(drained.bundle.members.len(), 2, "{count} {size} {offset}");
    }
    // a wide end record that promises everything
    let mut bytes = members.clone();
    let wide_at = bytes.len() as u64;
    bytes.extend(b"PK\x06\x06");
    bytes.extend([0xff; 52]);
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend(wide_at.to_le_bytes());
    bytes.extend([0xff; 4]);
    bytes.extend(end(u16::MAX, u32::MAX, u32::MAX));
    assert_eq!(drain(bytes, &tight()).bundle.members.len(), 2);
}

#[test]
fn many_false_headers_stay_fast() {
    let false_header = zip_local(&Entry {
        flags: 8,
        packed: 0,
        size: 0,
        ..Entry::deflated("x", b"")
    });
    drain(false_header.repeat(100_000), &tight());
    drain(b"PK\x07\x08".repeat(1_000_000), &tight());
    drain(b"PK\x03\x04".repeat(1_000_000), &tight());
    drain(
        [b"PK\x03\x04".to_vec(), b"PK\x05\x06".repeat(200_000)].concat(),
        &tight(),
    );
    drain(
        [
            b"PK\x03\x04".to_vec(),
            b"PK\x01\x02".repeat(1_000_000),
            end(1, 4_000_000, 4),
        ]
        .concat(),
        &tight(),
    );
}

#[test]
fn tars_that_lie() {
    let sizes: [&[u8]; 5] = [
        b"77777777777",
        &[0x80, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255],
        &[0xff; 12],
        b"-0000000001",
        b"99999999999",
    ];
    for size in sizes {
        for kind in *b"0xgLKS5" {
            let mut bytes = tar_member("a", kind, size, b"text");
            bytes.extend(tar(&[("b", b"b")]));
            drain(bytes.clone(), &tight());
            drain(gzip(&bytes), &tight());
        }
    }
    let whole = tar(&[("a", &Chance(3).bytes(3000)), ("b", b"b"), ("c", &[0; 9000])]);
    for cut in (0..whole.len()).step_by(256) {
        drain(whole[..cut].to_vec(), &tight());
        drain(gzip(&whole[..cut]), &tight());
    }
    flip(&whole, 500, 21);
    flip(&gzip(&whole), 500, 22);
    drain(tar_member("", b'0', b"0", b"").repeat(50_000), &tight());
}

#[test]
fn packed_noise_ends() {
    let mut chance = Chance(31);
    for method in [8, 9, 12, 14, 20, 93, 95] {
        for _ in 0..100 {
            let data = chance.bytes(2000);
            let noise = Entry {
                method,
                size: u32::MAX - 1,
                ..Entry::stored("a", &data)
            };
            drain(zip(&[noise]), &tight());
        }
    }
    // LZMA that asks for a dictionary of 4 GiB
    let mut data = vec![9, 20, 5, 0, 0x5d, 0xff, 0xff, 0xff, 0xff];
    data.extend(chance.bytes(2000));
    drain(
        zip(&[Entry {
            method: 14,
            ..Entry::stored("a", &data)
        }]),
        &tight(),
    );
    for magic in [
        &b"\xfd7zXZ\0"[..],
        b"BZh91AY&SY",
        b"\x28\xb5\x2f\xfd",
        b"\x1f\x8b\x08\0",
        b"7z\xbc\xaf\x27\x1c",
        b"MSCF\0\0\0\0",
    ] {
        for _ in 0..200 {
            drain([magic.to_vec(), chance.bytes(500)].concat(), &tight());
        }
    }
}
