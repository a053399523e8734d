//! Text in bytes of which nothing else is known: runs of ASCII and of UTF-16. Knows no traces.

use crate::model::Encoding;
use crate::reader::encoding;

/// Bytes of one run; a longer one goes on in the next.
pub(super) const LONGEST: usize = 4 << 10;

/// The runs of ASCII and of UTF-16 in their order, of at least `least` characters and none longer than [`LONGEST`].
pub(super) fn runs(bytes: &[u8], least: usize) -> Vec<String> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let narrow = bytes.get(at..).map_or(0, |rest| {
            rest.iter().take(LONGEST).take_while(|&&b| is_text(b)).count()
        });
        let wide = wide_units(bytes.get(at..).unwrap_or_default());
        let (end, run) = if wide >= least {
            let end = at + wide * 2;
            let units = bytes.get(at..end).unwrap_or_default();
            (end, encoding::decode(units, Encoding::Utf16Le))
        } else if narrow >= least {
            let end = at + narrow;
            let run = bytes.get(at..end).unwrap_or_default();
            (end, String::from_utf8_lossy(run).into_owned())
        } else {
            // Not past the last character: it may begin a run of UTF-16.
            at += narrow.max(1);
            if narrow > 1 {
                at -= 1;
            }
            continue;
        };
        runs.push(run);
        at = end;
    }
    runs
}

const fn is_text(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n')
}

/// How many code units from the beginning are text of the Latin script.
fn wide_units(bytes: &[u8]) -> usize {
    bytes
        .chunks_exact(2)
        .take(LONGEST / 2)
        .take_while(|pair| match pair {
            [low, 0] => is_text(*low) || *low >= 0xA0,
            _ => false,
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_both_kinds() {
        let mut bytes = vec![1_u8, 2, 0];
        bytes.extend("rdp.cpp".encode_utf16().flat_map(u16::to_le_bytes));
        bytes.extend([0, 0, 34, 0, 0, 0]);
        bytes.extend(b"RdpWrapper: err(rdp):-7\0ab\0");
        let found = runs(&bytes, 4);
        assert_eq!(found, ["rdp.cpp", "RdpWrapper: err(rdp):-7"]);
    }
}
