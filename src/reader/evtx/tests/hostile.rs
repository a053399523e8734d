//! Logs that were tampered with: the reader must come back, quickly, whatever it is given.
//!
//! By hand, for longer: `LOGONSCOPE_FUZZ_CASES=1000000 cargo test --release --lib evtx::tests::hostile -- --nocapture`.

use std::time::{Duration, Instant};

use super::behaviour::read_with;
use super::made::{every_type, forwarded, session_log};
use crate::model::{EventFilter, Interest};
use crate::source::Source;

/// The generator of Marsaglia's xorshift: the same cases on every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }
}

/// Changes a few places of the used part of the first chunk: bits, bytes, words, copies of other places.
fn tamper(bytes: &mut [u8], random: &mut Random) {
    let start = if random.below(8) == 0 { 0 } else { 4096 + 512 };
    let used = bytes
        .iter()
        .rposition(|&byte| byte != 0)
        .unwrap_or(0)
        .min(4096 + 65_535);
    let span = used.saturating_sub(start).max(8);
    for _ in 0..=random.below(6) {
        let at = (start + random.below(span)).min(bytes.len() - 8);
        match random.below(6) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = u8::try_from(random.below(256)).unwrap(),
            2 => {
                let words = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF];
                bytes[at..at + 2].copy_from_slice(&u16::to_le_bytes(words[random.below(words.len())]));
            }
            3 => {
                let words = [
                    0,
                    1,
                    24,
                    28,
                    0x200,
                    0xFFFF,
                    0x1_0000,
                    0x7FFF_FFFF,
                    u32::MAX,
                    u32::MAX - 3,
                ];
                bytes[at..at + 4].copy_from_slice(&u32::to_le_bytes(words[random.below(words.len())]));
            }
            4 => {
                // The tokens of binary XML, and the types of values.
                let tokens = [
                    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xA, 0xB, 0xC, 0xD, 0xE, 0xF, 0x21, 0x41, 0x46, 0x81, 0x8E,
                ];
                bytes[at] = tokens[random.below(tokens.len())];
            }
            _ => {
                let from = (start + random.below(span)).min(bytes.len() - 8);
                let size = 1 + random.below(64);
                let piece = bytes[from..(from + size).min(bytes.len())].to_vec();
                let end = (at + piece.len()).min(bytes.len());
                bytes[at..end].copy_from_slice(&piece[..end - at]);
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the variable is how a person asks for a longer run"
)]
fn cases() -> u64 {
    std::env::var("LOGONSCOPE_FUZZ_CASES").map_or(400, |text| text.parse().unwrap())
}

#[test]
fn tampered_logs_come_back() {
    let logs = [
        every_type().to_evtx(),
        session_log(8).to_evtx(),
        forwarded(6).to_evtx(),
    ];
    let everything = Interest::everything().unwrap();
    let words = ["no such logon".to_owned()];
    let some = Interest::new(
        EventFilter::Listed([].into()),
        words,
        [0x8007_0520, 131_085],
        Vec::new(),
    )
    .unwrap();
    let mut slowest = (Duration::ZERO, 0);
    let mut events = 0;
    for case in 0..cases() {
        let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ (case + 1).wrapping_mul(0xD134_2543_DE82_EF95));
        let mut bytes = logs[random.below(logs.len())].clone();
        if random.below(10) == 0 {
            // No structure at all behind the headers.
            for byte in &mut bytes[4096 + 512 + 24..4096 + 8_192] {
                *byte = u8::try_from(random.below(256)).unwrap();
            }
        }
        tamper(&mut bytes, &mut random);
        let interest = if random.below(2) == 0 { &everything } else { &some };
        let recover = random.below(3) == 0;
        let start = Instant::now();
        let findings = read_with(Source::memory(bytes), interest, recover);
        slowest = slowest.max((start.elapsed(), case));
        events += findings.events.len();
    }
    println!(
        "{} cases, {events} events, the slowest took {:?} (case {})",
        cases(),
        slowest.0,
        slowest.1
    );
    assert!(events > 0);
    assert!(
        slowest.0 < Duration::from_secs(5),
        "case {} took {:?}",
        slowest.1,
        slowest.0
    );
}
