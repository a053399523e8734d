//! Folders and zips, whole and broken, through the public interface.

use std::io::{Cursor, Read, Write};

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipWriter};

use super::*;

fn zip_of(members: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in members {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn deflated(members: &[(&str, &[u8])]) -> Vec<u8> {
    zip_of(members, CompressionMethod::Deflated)
}

fn memory(name: &str, bytes: Vec<u8>) -> Bundle {
    open_memory(name, bytes, &Limits::default())
}

fn read(member: &Member) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut stream = member.open().unwrap().into_stream();
    stream.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn paths(bundle: &Bundle) -> Vec<&str> {
    bundle.members.iter().map(|member| &*member.path).collect()
}

fn kinds(bundle: &Bundle) -> Vec<ProblemKind> {
    bundle.problems.iter().map(|problem| problem.kind).collect()
}

fn noise(len: usize, mut seed: u32) -> Vec<u8> {
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        (seed >> 11) as u8
    };
    (0..len).map(|_| next()).collect()
}

#[test]
fn every_zip_method_gives_the_bytes_back() {
    let text = b"RPA-07 svc-robot 0x80070520\r\n".repeat(5000);
    for method in [
        CompressionMethod::Stored,
        CompressionMethod::Deflated,
        CompressionMethod::Bzip2,
        CompressionMethod::Zstd,
        CompressionMethod::Xz,
    ] {
        let bundle = memory("case.zip", zip_of(&[("logs/a.log", &text)], method));
        assert_eq!(paths(&bundle), ["case.zip!/logs/a.log"], "{method}");
        assert!(read(&bundle.members[0]).unwrap() == text, "{method}");
        assert_eq!(bundle.members[0].size, Some(text.len() as u64));
        assert_eq!(bundle.problems, []);
    }
}

#[test]
fn archives_in_archives_are_opened_without_believing_names() {
    let inner = deflated(&[("b.evtx", b"ElfFile\0")]);
    let middle = zip_of(&[("inner.txt", &inner)], CompressionMethod::Stored);
    let outer = deflated(&[("z.log", b"text"), ("middle.log", &middle)]);
    let bundle = memory("case.bin", outer);
    assert_eq!(
        paths(&bundle),
        ["case.bin!/middle.log!/inner.txt!/b.evtx", "case.bin!/z.log"]
    );
    assert_eq!(read(&bundle.members[0]).unwrap(), b"ElfFile\0");
    assert_eq!(bundle.problems, []);
}

#[test]
fn a_cut_zip_gives_what_is_whole_and_the_start_of_the_rest() {
    let first = noise(10_000, 1);
    let second = noise(10_000, 2);
    let zip = deflated(&[("a.log", &first), ("b.log", &second)]);
    let bundle = memory("case.zip", zip[..15_000].to_vec());
    assert_eq!(paths(&bundle), ["case.zip!/a.log", "case.zip!/b.log"]);
    assert_eq!(kinds(&bundle), [ProblemKind::Truncated]);
    assert!(read(&bundle.members[0]).unwrap() == first);
    let mut part = Vec::new();
    let error = bundle.members[1]
        .open()
        .unwrap()
        .into_stream()
        .read_to_end(&mut part)
        .unwrap_err();
    assert!(matches!(
        crate::source::StreamEnd::of(&error),
        Some(crate::source::StreamEnd::Truncated(_))
    ));
    assert!(part.len() > 3000 && second.starts_with(&part), "{}", part.len());
}

#[test]
fn a_wrong_checksum_is_told_after_the_data() {
    let mut zip = zip_of(&[("a.log", b"svc-robot")], CompressionMethod::Deflated);
    let directory = zip.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    zip[directory + 16] ^= 1;
    let bundle = memory("case.zip", zip);
    let mut bytes = Vec::new();
    let mut stream = bundle.members[0].open().unwrap().into_stream();
    let error = stream.read_to_end(&mut bytes).unwrap_err();
    assert_eq!(bytes, b"svc-robot");
    assert!(error.to_string().contains("checksum"), "{error}");
}

#[test]
fn the_same_log_twice_is_read_once() {
    let long = noise(200_000, 3);
    let mut other = long.clone();
    other[199_999] ^= 1;
    let zip = deflated(&[("b.log", &long), ("a.log", &long), ("c.log", &other)]);
    let bundle = memory("case.zip", zip);
    assert_eq!(paths(&bundle), ["case.zip!/a.log", "case.zip!/c.log"]);
    assert_eq!(kinds(&bundle), [ProblemKind::Duplicate]);
    assert_eq!(&*bundle.members[0].duplicates[0], "case.zip!/b.log");
}

#[test]
fn names_that_collide_get_a_suffix() {
    let zip = zip_of(
        &[("a/b.log", b"one"), ("a\\b.log", b"two"), ("/a/b.log", b"three")],
        CompressionMethod::Stored,
    );
    assert_eq!(
        paths(&memory("case.zip", zip)),
        ["case.zip!/a/b.log", "case.zip!/a/b.log~2", "case.zip!/a/b.log~3"]
    );
}

#[test]
fn limits_cut_and_say_so() {
    let zeros = vec![0; 20 << 20];
    let zip = deflated(&[("bomb", &zeros), ("small", b"text")]);
    let limits = Limits {
        ratio: 100,
        ..Limits::default()
    };
    let bundle = open_memory("case.zip", zip.clone(), &limits);
    let mut bytes = Vec::new();
    let mut stream = bundle.members[0].open().unwrap().into_stream();
    let error = stream.read_to_end(&mut bytes).unwrap_err();
    assert!(matches!(
        crate::source::StreamEnd::of(&error),
        Some(crate::source::StreamEnd::Limit(_))
    ));
    assert!(bytes.len() < 3 << 20);
    assert_eq!(read(&bundle.members[1]).unwrap(), b"text");

    let limits = Limits {
        total_bytes: 1 << 20,
        ..Limits::default()
    };
    let bundle = open_memory("case.zip", zip.clone(), &limits);
    assert_eq!(paths(&bundle), ["case.zip!/bomb"]);
    assert_eq!(kinds(&bundle), [ProblemKind::LimitHit]);

    let limits = Limits {
        entries: 1,
        ..Limits::default()
    };
    let bundle = open_memory("case.zip", zip, &limits);
    assert_eq!(paths(&bundle), ["case.zip!/bomb"]);
    assert_eq!(kinds(&bundle), [ProblemKind::LimitHit]);
}

#[test]
fn gzip_keeps_the_path() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"0x80070520").unwrap();
    let bundle = memory("Robot.log.gz", encoder.finish().unwrap());
    assert_eq!(paths(&bundle), ["Robot.log.gz"]);
    assert_eq!(bundle.members[0].size, None);
    assert_eq!(read(&bundle.members[0]).unwrap(), b"0x80070520");
}

#[test]
fn what_nothing_here_unpacks_makes_a_reading_incomplete() {
    let mut strange = zip_of(
        &[("Security.evtx", b"packed by who knows what")],
        CompressionMethod::Stored,
    );
    // The method, in the head of the member and in the directory.
    for (mark, at) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
        let place = strange.windows(4).position(|four| four == mark).unwrap();
        strange[place + at] = 98;
    }
    let rar = [b"Rar!\x1a\x07\x01\x00".as_slice(), &noise(200, 7)].concat();
    for (name, bytes) in [("a.zip", strange), ("a.rar", rar)] {
        let bundle = memory(name, bytes);
        assert!(bundle.members.is_empty(), "{name}");
        assert_eq!(kinds(&bundle), [ProblemKind::Unreadable], "{name}");
        assert!(
            bundle.problems.iter().all(|problem| problem.kind.is_incomplete()),
            "{name}"
        );
    }
}

#[test]
fn a_folder_is_walked_in_order_without_links() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("case");
    std::fs::create_dir_all(root.join("logs")).unwrap();
    std::fs::write(root.join("logs/b.log"), b"b").unwrap();
    std::fs::write(root.join("a.zip"), deflated(&[("x.log", b"x")])).unwrap();
    std::fs::write(root.join("empty.log"), b"").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/", root.join("link")).unwrap();
    let bundle = open(&[root, folder.path().join("case/logs")], &Limits::default()).unwrap();
    assert_eq!(
        paths(&bundle),
        ["case/a.zip!/x.log", "case/empty.log", "case/logs/b.log"]
    );
    assert_eq!(&*bundle.members[2].duplicates[0], "logs/b.log");
    #[cfg(unix)]
    assert_eq!(kinds(&bundle), [ProblemKind::Unsupported, ProblemKind::Duplicate]);
    assert!(open(&["no such path".into()], &Limits::default()).is_err());
}

#[test]
fn encrypted_members_open_with_a_password() {
    let aes = SimpleFileOptions::default().with_aes_encryption(::zip::AesMode::Aes256, "right");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("aes.log", aes).unwrap();
    writer.write_all(&b"svc-robot ".repeat(100)).unwrap();
    writer
        .start_file("plain.log", SimpleFileOptions::default())
        .unwrap();
    writer.write_all(b"plain").unwrap();
    let zip = writer.finish().unwrap().into_inner();
    let bundle = memory("case.zip", zip.clone());
    assert_eq!(paths(&bundle), ["case.zip!/plain.log"]);
    assert_eq!(kinds(&bundle), [ProblemKind::Encrypted]);
    let passwords = ["wrong".to_owned(), "right".to_owned()];
    let bundle = open_memory_with_passwords("case.zip", zip.clone(), &Limits::default(), &passwords);
    assert_eq!(bundle.problems, []);
    assert!(read(&bundle.members[0]).unwrap() == b"svc-robot ".repeat(100));
    let bundle = open_memory_with_passwords("case.zip", zip, &Limits::default(), &passwords[..1]);
    assert_eq!(kinds(&bundle), [ProblemKind::Encrypted]);
}

/// Written by Info-ZIP 3.0: `printf '0x80070520 svc-robot\n' > a.log; zip -P secret a.zip a.log`.
#[test]
fn the_traditional_encryption_opens_with_its_password() {
    let zip: &[u8] = &SEALED;
    let passwords = ["wrong".to_owned(), "secret".to_owned()];
    let bundle = open_memory_with_passwords("case.zip", zip.to_vec(), &Limits::default(), &passwords);
    assert_eq!(bundle.problems, []);
    assert_eq!(read(&bundle.members[0]).unwrap(), b"0x80070520 svc-robot\n");
}

const SEALED: [u8; 157] = [
    0x50, 0x4b, 0x03, 0x04, 0x0a, 0x00, 0x09, 0x00, 0x00, 0x00, 0x4d, 0x50, 0x76, 0x5d, 0xc7, 0x66, 0x81,
    0xe9, 0x21, 0x00, 0x00, 0x00, 0x15, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x61, 0x2e, 0x6c, 0x6f,
    0x67, 0x3c, 0x9f, 0x04, 0xb2, 0xeb, 0xf9, 0x49, 0x5a, 0x6b, 0xdc, 0xf7, 0x1b, 0x4d, 0x45, 0x3c, 0xd0,
    0x6c, 0x7b, 0x6d, 0x73, 0xab, 0x30, 0x80, 0xbb, 0x02, 0x29, 0x0c, 0x85, 0x16, 0x0d, 0x49, 0x16, 0x13,
    0x50, 0x4b, 0x07, 0x08, 0xc7, 0x66, 0x81, 0xe9, 0x21, 0x00, 0x00, 0x00, 0x15, 0x00, 0x00, 0x00, 0x50,
    0x4b, 0x01, 0x02, 0x1e, 0x03, 0x0a, 0x00, 0x09, 0x00, 0x00, 0x00, 0x4d, 0x50, 0x76, 0x5d, 0xc7, 0x66,
    0x81, 0xe9, 0x21, 0x00, 0x00, 0x00, 0x15, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x01, 0x00, 0x00, 0x00, 0xa4, 0x81, 0x00, 0x00, 0x00, 0x00, 0x61, 0x2e, 0x6c, 0x6f, 0x67, 0x50,
    0x4b, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x33, 0x00, 0x00, 0x00, 0x54, 0x00,
    0x00, 0x00, 0x00, 0x00,
];

/// A zip of one member by hand: methods that the writer of the tests does not know.
fn zip_by_hand(method: u16, packed: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut fields = Vec::new();
    for number in [20, 0, method, 0, 0] {
        fields.extend(number.to_le_bytes());
    }
    for number in [crc32fast::hash(plain), packed.len() as u32, plain.len() as u32] {
        fields.extend(number.to_le_bytes());
    }
    fields.extend([1, 0, 0, 0]);
    let local = [b"PK\x03\x04", fields.as_slice(), b"a", packed].concat();
    let mut zip = local.clone();
    zip.extend([b"PK\x01\x02\x14\0", fields.as_slice(), &[0; 14], b"a"].concat());
    let size = (zip.len() - local.len()) as u32;
    zip.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    zip.extend([size.to_le_bytes(), (local.len() as u32).to_le_bytes()].concat());
    zip.extend([0, 0]);
    zip
}

/// Bits as deflate wants them, lowest first; Huffman codes highest first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for bit in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if value >> bit & 1 == 1 {
                *self.bytes.last_mut().unwrap() |= 1 << (self.used % 8);
            }
            self.used += 1;
        }
    }

    fn code(&mut self, value: u32, count: u32) {
        self.put(value.reverse_bits() >> (32 - count), count);
    }
}

/// What deflate64 has and deflate has not: symbol 285 with 16 bits of length.
#[test]
fn deflate64_gives_the_bytes_back() {
    let mut bits = Bits::default();
    bits.put(0b011, 3); // the last block, fixed codes
    bits.code(0x30 + u32::from(b'a'), 8);
    bits.code(0xC0 + 285 - 280, 8);
    bits.put(60_000 - 3, 16);
    bits.code(0, 5); // from one byte before
    bits.code(0, 7); // the end
    let text = [b'a'; 60_001];
    let bundle = memory("case.zip", zip_by_hand(9, &bits.bytes, &text));
    assert_eq!(bundle.problems, []);
    assert!(read(&bundle.members[0]).unwrap() == text);
}

#[test]
fn lzma_in_a_zip_gives_the_bytes_back() {
    let text = b"RPA-07 svc-robot 0x80070520\r\n".repeat(5000);
    let options = lzma_rust2::LzmaOptions::default();
    let mut packed = Vec::new();
    let mut writer = lzma_rust2::LzmaWriter::new_no_header(&mut packed, &options, false).unwrap();
    let properties = writer.props();
    writer.write_all(&text).unwrap();
    writer.finish().unwrap();
    let mut head = vec![9, 20, 5, 0, properties];
    head.extend(options.dict_size.to_le_bytes());
    let bundle = memory("case.zip", zip_by_hand(14, &[head, packed].concat(), &text));
    assert_eq!(bundle.problems, []);
    assert!(read(&bundle.members[0]).unwrap() == text);
}

#[test]
fn zip64_gives_the_bytes_back() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().large_file(true);
    for name in ["a.log", "b.log"] {
        writer.start_file(name, options).unwrap();
        writer.write_all(name.as_bytes()).unwrap();
    }
    let bundle = memory("case.zip", writer.finish().unwrap().into_inner());
    assert_eq!(paths(&bundle), ["case.zip!/a.log", "case.zip!/b.log"]);
    assert_eq!(
        (read(&bundle.members[1]).unwrap(), bundle.problems),
        (b"b.log".to_vec(), vec![])
    );
}

/// Lines of base64, as mails have them.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for (number, piece) in bytes.chunks(3).enumerate() {
        let value = piece.iter().enumerate().fold(0_u32, |value, (at, byte)| {
            value | u32::from(*byte) << (16 - 8 * at)
        });
        for at in 0..4 {
            let letter = LETTERS[(value >> (18 - 6 * at) & 63) as usize] as char;
            text.push(if at <= piece.len() { letter } else { '=' });
        }
        if number % 19 == 18 {
            text.push_str("\r\n");
        }
    }
    text + "\r\n"
}

fn attached(name: &str, bytes: &[u8]) -> String {
    format!(
        "Content-Type: application/octet-stream;\r\n\tname=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{}",
        base64(bytes)
    )
}

#[test]
fn what_is_attached_to_a_mail_is_opened() {
    let zip = deflated(&[("logs/a.log", b"one"), ("logs/b.log", b"two")]);
    let forwarded = format!(
        "From: c@d\r\nContent-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\n{}--in--\r\n",
        attached("c.evtx", b"three")
    );
    let mail = format!(
        "Received: by mx\r\nSubject: logs\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=\"=_out\"\r\n\r\n\
         --=_out\r\nContent-Type: text/plain\r\n\r\nsee below\r\n--=_out\r\n{}--=_out\r\nContent-Type: message/rfc822\r\n\r\n\
         {forwarded}--=_out\r\n{}--=_out--\r\n",
        attached("logs.zip", &zip),
        attached("../../evil.txt", b"four"),
    );
    let bundle = memory("help.eml", mail.into_bytes());
    assert_eq!(
        paths(&bundle),
        [
            "help.eml",
            "help.eml!/c.evtx",
            "help.eml!/evil.txt",
            "help.eml!/logs.zip!/logs/a.log",
            "help.eml!/logs.zip!/logs/b.log"
        ]
    );
    let bytes: Vec<Vec<u8>> = bundle
        .members
        .iter()
        .skip(1)
        .map(|member| read(member).unwrap())
        .collect();
    assert_eq!(bytes, [&b"three"[..], b"four", b"one", b"two"]);
    assert!(bundle.problems.is_empty(), "{:?}", bundle.problems);
}

#[test]
fn a_mail_that_is_cut_or_lies_is_said_to_be() {
    let zip = deflated(&[("a.log", &noise(3_000, 7))]);
    let head = "From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n";
    let part = attached("logs.zip", &zip);
    let (half, _) = part.split_at(part.len() / 2);
    let cut = format!("{head}{half}");
    assert!(!memory("cut.eml", cut.into_bytes()).problems.is_empty());
    // Also between two parts, where what is there is whole.
    let first = attached("a.log", b"whole");
    let kinds_of = |mail: String| kinds(&memory("parts.eml", mail.into_bytes()));
    assert_eq!(kinds_of(format!("{head}{first}--x\n")), [ProblemKind::Truncated]);
    assert!(kinds_of(format!("{head}{first}--x--\n")).is_empty());
    let lie = format!(
        "{head}{}",
        attached("logs.zip", b"x").replace("eA==", "PK(no base64)")
    );
    let bundle = memory("lie.eml", lie.into_bytes());
    assert!(paths(&bundle).contains(&"lie.eml"));
    let broken = bundle.members.iter().any(|member| read(member).is_err());
    assert!(broken || !bundle.problems.is_empty());
}

#[test]
fn attachments_count_as_members() {
    let part = attached("a.bin", b"x");
    let mail = format!(
        "From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n{}--x--\n",
        vec![part; 20].join("--x\n")
    );
    let limits = Limits {
        entries: 5,
        ..Limits::default()
    };
    let bundle = open_memory("many.eml", mail.into_bytes(), &limits);
    assert!(bundle.members.len() <= 6, "{:?}", paths(&bundle));
    assert!(kinds(&bundle).contains(&ProblemKind::LimitHit));
}
