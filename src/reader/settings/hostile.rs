//! Damaged input for every reader of settings: nothing panics, nothing is invented without end, no secret shows.

use std::sync::Arc;

use super::*;
use crate::limits::Limits;
use crate::model::Interest;

/// One good beginning for each reader.
const SEEDS: &[&str] = &[
    "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\Lsa]\n\"DisableDomainCreds\"=dword:00000001\n\
     \"X\"=hex(7):61,00,\\\n  00,00\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon]\n\"DefaultPassword\"=\"Geheim73\"\n",
    "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon\n    DefaultPassword    REG_SZ    Geheim73\n    AutoAdminLogon    REG_SZ    1\n",
    "[Privilege Rights]\nSeBatchLogonRight = *S-1-5-32-544,CORP\\x\n[Registry Values]\nMACHINE\\System\\CurrentControlSet\\Control\\Lsa\\DisableDomainCreds=4,1\n",
    "Host Name: RPA-07\nOS Name: Microsoft Windows 10 Pro\nOS Version: 10.0.19045 N/A Build 19045\nOS Configuration: Member Workstation\n[01]: KB5041578\n",
    " USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME\n>administrator         rdp-tcp#4           2  Active          .  5/4/2026 9:01 AM\n",
    "HostName:      RPA-07\nTaskName:      \\Nightly\nNext:          N/A\nStatus:        Ready\nMode:          x\nLast:          y\nResult:        -2147023570\n",
    "Alias name     Remote Desktop Users\n\n--------------------------------------\nCORP\\x\nThe command completed successfully.\n",
    "==== ====\ncorp\\x S-1-5-21-1-2-3-1107\n==== ===\nSeImpersonatePrivilege x\n",
    "AzureAdJoined : YES\nDomainJoined : NO\n09:58:01, d:+00.0012s o:-00.0053421s [ *\nSERVICE_NAME: Netlogon\nSTATE : 4 RUNNING\n",
    "HotFixID  InstalledOn\nKB5041578 8/14/2026\nDisplayName  DisplayVersion\nUiPath Robot  18.3.2\n",
    "<?xml version=\"1.0\"?><Task xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\"><Principals><Principal><LogonType>S4U</LogonType></Principal></Principals></Task>",
    "<Rsop><ComputerResults><Name>CORP\\RPA-07$</Name><Policy><Name>Limit number of connections</Name><State>Enabled</State><Numeric><Value>3</Value></Numeric></Policy></ComputerResults></Rsop>",
    "<html class=rsop><td>Log on as a batch job</td><td>CORP\\x, y</td></html>",
    "RSOP data\nKeyName: Software\\Policies\\Microsoft\\Windows NT\\Terminal Services\\MaxIdleTime\nValue: 160, 187, 13, 0\nPolicy: BatchLogonRight\nSetting: CORP\\x\n",
    "\"LevelDisplayName\";\"TimeCreated\";\"ProviderName\";\"ID\";\"Message\"\n\"Fehler\";\"24.05.2026 10:49:19\";\"UiPath\";\"1\";\"a\nb\"\n",
    "Event Name, Type, Event ID, Clock-Time, User Data\nA, B, 1, 134222184000000000, \"x\", 4\n",
    "<Events><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='P'/><EventID>1</EventID></System></Event></Events>",
];

/// A small generator of numbers, always the same.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (end.max(1) as u64)).unwrap_or(0)
    }
}

fn mutate(numbers: &mut Numbers, seed: &[u8], other: &[u8]) -> Vec<u8> {
    const BITS: &[&[u8]] = &[
        b"\"",
        b"\\",
        b"\n",
        b"<",
        b">",
        b"&",
        b"=",
        b":",
        b"\xFF",
        b"\0",
        b"  ",
        b",",
        b"\xE3\x82",
        b"\t",
    ];
    let mut bytes = seed.to_vec();
    for _ in 0..=numbers.below(6) {
        let at = numbers.below(bytes.len().saturating_add(1));
        match numbers.below(5) {
            0 => bytes.truncate(at.max(1)),
            1 => drop(bytes.drain(at..bytes.len().min(at + numbers.below(12)))),
            2 => {
                let bit = BITS[numbers.below(BITS.len())];
                bytes.splice(at..at, bit.iter().copied());
            }
            3 => {
                let from = numbers.below(other.len());
                let part = other[from..other.len().min(from + 40)].to_vec();
                bytes.splice(at..at, part);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = u8::try_from(numbers.below(256)).unwrap_or(0);
                }
            }
        }
    }
    bytes
}

/// Runs each seed with `rounds` mutations through the whole dispatch.
fn storm(rounds: usize) {
    let interest = Interest::everything().unwrap();
    let limits = Limits::default();
    let context = Context {
        path: Arc::from("a.txt"),
        interest: &interest,
        limits: &limits,
        recover: false,
    };
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for round in 0..rounds {
        for seed in SEEDS {
            let other = SEEDS[numbers.below(SEEDS.len())];
            let bytes = mutate(&mut numbers, seed.as_bytes(), other.as_bytes());
            for (at, entry) in ENTRIES.iter().enumerate() {
                // Every reader meets text that is not its own.
                if (round + at) % 3 == 0 {
                    let text = String::from_utf8_lossy(&bytes);
                    let mut findings = Findings::default();
                    (entry.read)(&text, &context, &mut findings);
                    assert!(findings.facts.len() <= bytes.len(), "{text}");
                }
            }
            let findings = crate::reader::read(Source::memory(bytes.clone()), &context);
            assert!(findings.problems.len() <= limits.problems_per_artifact + 16);
        }
    }
}

#[test]
fn damage_of_every_kind() {
    storm(40);
}

/// The same for minutes: `cargo test --release -- --ignored settings`.
#[test]
#[ignore = "takes minutes"]
fn damage_of_every_kind_for_long() {
    storm(20_000);
}
