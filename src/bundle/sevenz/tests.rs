//! 7z archives written by an independent packer, whole, encrypted and broken.

use std::io::{Cursor, Read};

use sevenz_rust2::encoder_options::{AesEncoderOptions, PpmdOptions};
use sevenz_rust2::{ArchiveEntry, ArchiveWriter, EncoderConfiguration, EncoderMethod, Password};

use super::super::{Bundle, open_memory, open_memory_with_passwords};
use crate::Limits;
use crate::model::ProblemKind;

fn texts() -> Vec<(String, Vec<u8>)> {
    (0..6)
        .map(|n| {
            (
                format!("logs/{n}.log"),
                format!("RPA-0{n} svc-robot 0x80070520\r\n")
                    .repeat(500 + n)
                    .into_bytes(),
            )
        })
        .collect()
}

fn pack(methods: Vec<EncoderConfiguration>, solid: bool, encrypt_list: bool) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    writer.set_content_methods(methods);
    writer.set_encrypt_header(encrypt_list);
    let entry = |name: &str| ArchiveEntry::new_file(name);
    if solid {
        let entries = texts().iter().map(|(name, _)| entry(name)).collect();
        let readers = texts()
            .into_iter()
            .map(|(_, text)| Cursor::new(text).into())
            .collect();
        writer.push_archive_entries(entries, readers).unwrap();
    } else {
        for (name, text) in texts() {
            writer
                .push_archive_entry(entry(&name), Some(Cursor::new(text)))
                .unwrap();
        }
    }
    writer
        .push_archive_entry::<&[u8]>(ArchiveEntry::new_directory("folder"), None)
        .unwrap();
    writer
        .push_archive_entry::<&[u8]>(entry("empty.log"), None)
        .unwrap();
    writer.finish().unwrap().into_inner()
}

fn check(bundle: &Bundle) {
    assert_eq!(bundle.problems, []);
    let (empty, others) = bundle.members.split_first().unwrap();
    assert_eq!(&*empty.path, "case.7z!/empty.log");
    assert_eq!(others.len(), 6);
    for (member, (name, text)) in others.iter().zip(texts()) {
        assert_eq!(*member.path, format!("case.7z!/{name}"));
        let mut bytes = Vec::new();
        member
            .open()
            .unwrap()
            .into_stream()
            .read_to_end(&mut bytes)
            .unwrap();
        assert!(bytes == text, "{name}");
    }
}

/// The memory of a model is no more than the plain bytes can fill; what comes out is the same.
#[test]
fn a_model_takes_no_more_memory_than_it_fills() {
    let mut state = 7_u32;
    let mut noise = |size: usize| -> Vec<u8> {
        std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(size)
        .collect()
    };
    for order in [2, 6, 16, 64] {
        for size in [1, 300, 5_000, 60_000] {
            let plain = noise(size);
            let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
            let options = PpmdOptions::from_order_memory_size(order, 64 << 20);
            writer.set_content_methods(vec![options.into()]);
            let entry = ArchiveEntry::new_file("noise.log");
            writer
                .push_archive_entry(entry, Some(Cursor::new(plain.clone())))
                .unwrap();
            let bytes = writer.finish().unwrap().into_inner();
            let bundle = open_memory("case.7z", bytes, &Limits::default());
            assert_eq!(bundle.problems, [], "order {order}, {size} bytes");
            let mut read = Vec::new();
            let stream = bundle.members[0].open().unwrap().into_stream();
            { stream }.read_to_end(&mut read).unwrap();
            assert!(read == plain, "order {order}, {size} bytes");
        }
    }
}

#[test]
fn every_packing_gives_the_bytes_back() {
    for method in [
        EncoderMethod::COPY,
        EncoderMethod::LZMA,
        EncoderMethod::LZMA2,
        EncoderMethod::BZIP2,
    ] {
        for solid in [true, false] {
            let bytes = pack(vec![method.into()], solid, false);
            check(&open_memory("case.7z", bytes, &Limits::default()));
        }
    }
    for filter in [EncoderMethod::BCJ_X86_FILTER, EncoderMethod::DELTA_FILTER] {
        let bytes = pack(vec![EncoderMethod::LZMA2.into(), filter.into()], true, false);
        check(&open_memory("case.7z", bytes, &Limits::default()));
    }
    let ppmd = PpmdOptions::from_level(5).into();
    check(&open_memory(
        "case.7z",
        pack(vec![ppmd], true, false),
        &Limits::default(),
    ));
}

#[test]
fn encrypted_archives_open_with_a_password() {
    for list in [false, true] {
        let aes = AesEncoderOptions::new(Password::from("right")).into();
        let bytes = pack(vec![aes, EncoderMethod::LZMA2.into()], true, list);
        let bundle = open_memory("case.7z", bytes.clone(), &Limits::default());
        assert!(
            bundle
                .problems
                .iter()
                .any(|problem| problem.kind == ProblemKind::Encrypted)
        );
        let passwords = ["wrong".to_owned(), "right".to_owned()];
        check(&open_memory_with_passwords(
            "case.7z",
            bytes,
            &Limits::default(),
            &passwords,
        ));
    }
}

/// Noise reads as an LZMA2 stream that ends at once one time in 256: many wrong passwords, and the right one last.
#[test]
fn no_wrong_password_stands_in_the_way() {
    let aes = AesEncoderOptions::new(Password::from("right")).into();
    let bytes = pack(vec![aes, EncoderMethod::LZMA2.into()], true, false);
    let mut passwords: Vec<String> = (0..1500).map(|number| format!("wrong {number}")).collect();
    passwords.push("right".to_owned());
    check(&open_memory_with_passwords(
        "case.7z",
        bytes,
        &Limits::default(),
        &passwords,
    ));
}

#[test]
fn a_cut_archive_says_that_its_list_is_missing() {
    let bytes = pack(vec![EncoderMethod::LZMA2.into()], true, false);
    for cut in [8, 20, 31, 32, 100, bytes.len() - 1] {
        let bundle = open_memory("case.7z", bytes[..cut].to_vec(), &Limits::default());
        assert_eq!(bundle.members.len(), 0);
        assert_eq!(bundle.problems[0].kind, ProblemKind::Truncated, "{cut}");
    }
}

/// Flips bits and makes the checksums of the list right again, so that the flips reach the reader of the list.
#[test]
fn flipped_bits_end() {
    let mut seed = 5_u64;
    for bytes in [
        pack(vec![EncoderMethod::COPY.into()], false, false),
        pack(vec![EncoderMethod::LZMA2.into()], true, false),
        pack(vec![EncoderMethod::BZIP2.into()], true, false),
    ] {
        for _ in 0..700 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let mut bytes = bytes.clone();
            let offset = u64::from_le_bytes(bytes[12..20].try_into().unwrap()) as usize;
            let size = u64::from_le_bytes(bytes[20..28].try_into().unwrap()) as usize;
            let at = match seed >> 60 {
                0..12 => 32 + offset + (seed >> 20) as usize % size,
                _ => (seed >> 20) as usize % bytes.len(),
            };
            bytes[at] ^= 1 << (seed >> 57 & 7);
            let list = crc32fast::hash(&bytes[32 + offset..32 + offset + size]);
            bytes[28..32].copy_from_slice(&list.to_le_bytes());
            let bundle = open_memory("case.7z", bytes, &Limits::default());
            for member in &bundle.members {
                let mut sink = Vec::new();
                let _ = member.open().unwrap().into_stream().read_to_end(&mut sink);
                assert!(sink.len() < 1 << 20);
            }
        }
    }
}

#[test]
fn claims_of_the_list_are_not_believed() {
    // a list of one file in one folder that claims to be as large as can be
    for claim in [
        vec![0xff; 9],
        vec![0xfe, 255, 255, 255, 255, 255, 255, 255],
        vec![0xc0, 0, 0],
    ] {
        for place in 0..8 {
            let number = |own: usize, value: u8| if own == place { claim.clone() } else { vec![value] };
            let list = [
                vec![1, 4, 6],
                number(0, 0),
                number(1, 1),
                vec![9],
                number(2, 4),
                vec![0, 7, 11],
                number(3, 1),
                vec![0],
                number(4, 1),
                vec![1, 0, 12],
                number(5, 4),
                vec![0, 8, 13],
                number(6, 1),
                vec![0, 0, 5],
                number(7, 1),
                vec![17, 5, 0, b'a', 0, 0, 0, 0, 0],
            ]
            .concat();
            let mut bytes = b"7z\xbc\xaf\x27\x1c\0\x04\0\0\0\0".to_vec();
            bytes.extend(4_u64.to_le_bytes());
            bytes.extend((list.len() as u64).to_le_bytes());
            bytes.extend(crc32fast::hash(&list).to_le_bytes());
            bytes.extend(b"text");
            bytes.extend(list);
            let bundle = open_memory("case.7z", bytes, &Limits::default());
            assert!(!bundle.problems.is_empty() || bundle.members.len() == 1);
        }
    }
}
