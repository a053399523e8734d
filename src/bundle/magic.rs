//! What a container is, told by its first bytes. Must not know how to read it.

/// How many first bytes [`Kind::of`] wants: a tar header.
pub(super) const HEAD: usize = 512;

/// A container, or a stream in one coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// PKWARE APPNOTE 4.3.
    Zip,
    /// POSIX ustar, GNU and the old tar before them.
    Tar,
    /// 7z.
    SevenZip,
    /// Microsoft cabinet.
    Cabinet,
    /// One coded stream.
    Coded(Coding),
    /// A container that is known and not read.
    Unread(&'static str),
}

/// A coding of a whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// RFC 1952.
    Gzip,
    /// The .xz file format.
    Xz,
    /// bzip2.
    Bzip2,
    /// RFC 8878.
    Zstd,
}

impl Kind {
    /// The container that starts with `head`.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let coded = |coding| Some(Self::Coded(coding));
        match head {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            // a split or spanned set of one part keeps its marker
            [b'P', b'K', 7, 8, b'P', b'K', 3, 4, ..] | [b'P', b'K', b'0', b'0', b'P', b'K', 3, 4, ..] => {
                Some(Self::Zip)
            }
            [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => Some(Self::SevenZip),
            [b'M', b'S', b'C', b'F', 0, 0, 0, 0, ..] => Some(Self::Cabinet),
            [0x1f, 0x8b, 8, flags, ..] if flags & 0xe0 == 0 => coded(Coding::Gzip),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => coded(Coding::Xz),
            [
                b'B',
                b'Z',
                b'h',
                b'1'..=b'9',
                0x31,
                0x41,
                0x59,
                0x26,
                0x53,
                0x59,
                ..,
            ]
            | [
                b'B',
                b'Z',
                b'h',
                b'1'..=b'9',
                0x17,
                0x72,
                0x45,
                0x38,
                0x50,
                0x90,
                ..,
            ] => coded(Coding::Bzip2),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => coded(Coding::Zstd),
            [b'R', b'a', b'r', b'!', 0x1a, 7, ..] => Some(Self::Unread("RAR archive")),
            [b'M', b'S', b'W', b'I', b'M', 0, 0, 0, ..] => Some(Self::Unread("Windows image (WIM)")),
            [b'v', b'h', b'd', b'x', b'f', b'i', b'l', b'e', ..] => Some(Self::Unread("disk image (VHDX)")),
            [b'Q', b'F', b'I', 0xfb, ..] => Some(Self::Unread("disk image (QCOW)")),
            [b'K', b'D', b'M', b'V', ..] => Some(Self::Unread("disk image (VMDK)")),
            [0x04, 0x22, 0x4d, 0x18, ..] => Some(Self::Unread("lz4 stream")),
            [b'L', b'Z', b'I', b'P', 1, ..] => Some(Self::Unread("lzip stream")),
            _ if is_tar(head) => Some(Self::Tar),
            _ => None,
        }
    }
}

/// How many last bytes [`ends_as_zip`] wants.
pub(super) const TAIL: u64 = 22;

/// Whether bytes end as a zip does: an unpacker before it, or damage at its very start, hide its first magic.
pub(super) fn ends_as_zip(tail: &[u8]) -> bool {
    matches!(tail, [b'P', b'K', 5, 6, 0, 0, 0, 0, .., 0, 0]) && tail.len() as u64 == TAIL
}

/// Whether `head` is a tar header: its checksum fits. The old format has no other mark.
pub(super) fn is_tar(head: &[u8]) -> bool {
    let (Some(header), Some(stated)) = (head.get(..512), head.get(148..156)) else {
        return false;
    };
    let digits: Vec<u8> = stated
        .iter()
        .copied()
        .skip_while(|byte| *byte == b' ')
        .take_while(u8::is_ascii_digit)
        .collect();
    let Some(stated) = std::str::from_utf8(&digits)
        .ok()
        .and_then(|digits| u32::from_str_radix(digits, 8).ok())
    else {
        return false;
    };
    let sum = |signed: bool| -> i64 {
        header
            .iter()
            .enumerate()
            .map(|(index, byte)| match (index, signed) {
                (148..156, _) => i64::from(b' '),
                (_, true) => i64::from(byte.cast_signed()),
                (_, false) => i64::from(*byte),
            })
            .sum()
    };
    // folklore: some old tars summed signed bytes
    i64::from(stated) == sum(false) || i64::from(stated) == sum(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_logs_are_no_containers() {
        for head in [
            &b"ElfFile\0"[..],
            b"PK are two letters",
            b"BZhello",
            b"",
            &[0; 512],
            &[b' '; 512],
        ] {
            assert_eq!(Kind::of(head), None);
        }
        assert_eq!(Kind::of(b"PK\x05\x06"), Some(Kind::Zip));
        assert_eq!(Kind::of(b"\x1f\x8b\x08\x00"), Some(Kind::Coded(Coding::Gzip)));
    }

    #[test]
    fn a_tar_is_told_by_its_checksum() {
        let mut head = [0u8; 512];
        head[..5].copy_from_slice(b"a.log");
        head[148..156].fill(b' ');
        let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
        head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        assert_eq!(Kind::of(&head), Some(Kind::Tar));
        head[0] = b'b';
        assert_eq!(Kind::of(&head), None);
    }
}
