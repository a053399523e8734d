//! How pseudonyms look: a made-up thing of the same kind, so that a report stays readable.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    User,
    Host,
    Domain,
    Folder,
    File,
    Sid,
    Ipv4,
    Ipv6,
    Guid,
    Phone,
    /// `DOMAIN\account`: its parts have pseudonyms.
    Account,
    /// A path inside the bundle: its parts have pseudonyms.
    Path,
}

/// The pseudonym of a name; another one with each attempt.
pub(super) fn make(secret: &[u8], kind: Kind, name: &str, attempt: u32) -> String {
    let folded = name.to_lowercase();
    let bytes = mac(secret, &folded, attempt);
    match kind {
        Kind::User | Kind::Account => word("user", &bytes, secret, name, &folded),
        Kind::Host => word("host", &bytes, secret, name, &folded),
        Kind::Domain => word("domain", &bytes, secret, name, &folded),
        Kind::Folder => word("folder", &bytes, secret, name, &folded),
        Kind::Phone => word("phone", &bytes, secret, name, &folded),
        Kind::File | Kind::Path => word("file", &bytes, secret, name, &folded),
        Kind::Sid => sid(&bytes, secret, &folded, attempt),
        // Class E: no machine has such an address.
        Kind::Ipv4 => format!("{}.{}.{}.{}", 240 + bytes[0] % 15, bytes[1], bytes[2], bytes[3]),
        // RFC 3849: for documentation only.
        Kind::Ipv6 => {
            let groups: Vec<String> = bytes[..12]
                .chunks(2)
                .map(|pair| format!("{:x}", u16::from_be_bytes([pair[0], pair[1]])))
                .collect();
            format!("2001:db8:{}", groups.join(":"))
        }
        Kind::Guid => guid(&bytes, name),
    }
}

fn mac(secret: &[u8], text: &str, attempt: u32) -> [u8; 32] {
    // A key of any length will do for an HMAC, so there is no error to tell.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        return [0; 32];
    };
    mac.update(&attempt.to_le_bytes());
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// Letters only: neither a line break nor the escaping of any format cuts them.
fn word(kind: &str, bytes: &[u8; 32], secret: &[u8], name: &str, folded: &str) -> String {
    let spelling = mac(secret, name, u32::MAX);
    let upper = name == name.to_uppercase();
    let letters = bytes[..5].iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let mut word = kind.to_owned();
    for (index, nibble) in letters.enumerate() {
        let letter = char::from(b'a' + nibble);
        let raised = name != folded && (upper || spelling[index] & 1 == 1);
        word.push(if raised {
            letter.to_ascii_uppercase()
        } else {
            letter
        });
    }
    word
}

/// The domain's part and the account's part by themselves: accounts of one domain stay so. Built-in accounts keep their number.
fn sid(bytes: &[u8; 32], secret: &[u8], folded: &str, attempt: u32) -> String {
    let number = |at: usize, bytes: &[u8; 32]| {
        u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
    };
    let parts: Vec<&str> = folded.split('-').collect();
    let (domain, account) = match parts.as_slice() {
        ["s", "1", "5", "21", a, b, c, rest @ ..] => (format!("{a}-{b}-{c}"), rest.first().copied()),
        _ => (folded.to_owned(), None),
    };
    let domain = mac(secret, &domain, attempt);
    let (a, b, c) = (number(0, &domain), number(4, &domain), number(8, &domain));
    let account = account.map(|account| match account.parse::<u32>() {
        Ok(number) if number < 1000 => number,
        _ => 1000 + number(0, bytes) % 1_000_000_000,
    });
    let account = account.map(|number| format!("-{number}")).unwrap_or_default();
    format!("S-1-5-21-{a}-{b}-{c}{account}")
}

fn guid(bytes: &[u8; 32], name: &str) -> String {
    let hex: String = bytes[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let mut guid = String::new();
    for (index, digit) in hex.chars().enumerate() {
        if [8, 12, 16, 20].contains(&index) {
            guid.push('-');
        }
        guid.push(digit);
    }
    if name.chars().any(|letter| letter.is_ascii_uppercase()) {
        guid.to_uppercase()
    } else {
        guid
    }
}
