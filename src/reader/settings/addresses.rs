//! The addresses of the host itself: `ipconfig` in any language. A session that comes from one of them was opened on the host.

use std::net::IpAddr;

use super::sink::Sink;
use crate::model::{FactScope, Findings};
use crate::reader::Context;

/// Whether the text holds the output of `ipconfig`.
pub(super) fn sniff(head: &str) -> bool {
    head.lines().any(|line| address(line).is_some())
}

/// Reads every address in the text.
pub(super) fn read(text: &str, context: &Context<'_>, findings: &mut Findings) {
    let mut sink = Sink::new(context, findings);
    for (number, line) in (1_u64..).zip(text.lines()) {
        if let Some(address) = address(line) {
            sink.record();
            sink.fact(number, FactScope::Observed, "host.address", &address.to_string());
        }
    }
}

/// `IPv4 Address. . . . . . . . . . . : 10.0.0.7(Preferred)`: every language leaves the name of the protocol, and the row of
/// dots before the colon, as they are.
fn address(line: &str) -> Option<IpAddr> {
    let (label, value) = line.split_once(" : ").or_else(|| line.split_once(": "))?;
    let named = ["IPv4", "IPv6"].iter().any(|protocol| label.contains(protocol));
    if !named || !label.trim_end().ends_with('.') {
        return None;
    }
    let end = value.find(['(', '%', ' ', '（']).unwrap_or(value.len());
    value.get(..end)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, value};
    use super::*;

    #[test]
    fn addresses_are_read_in_any_language() {
        let text = "\
Windows-IP-Konfiguration

   Verbindungslokale IPv6-Adresse  . : fe80::1c2d:3e4f%12(Bevorzugt)
   IPv4-Adresse  . . . . . . . . . . : 10.4.0.7(Bevorzugt)
   Subnetzmaske  . . . . . . . . . . : 255.255.255.0
   IPv4 アドレス . . . . . . . . . . : 192.0.2.9(優先)
   DNS Servers . . . . . . . . . . . : 10.4.0.2
";
        assert!(sniff(text));
        let found = facts(read, text);
        let addresses = value(&found, "host.address");
        assert_eq!(addresses, ["fe80::1c2d:3e4f", "10.4.0.7", "192.0.2.9"]);
        assert!(!sniff("the IPv4 address of the server: 10.4.0.7"));
    }
}
