//! What a code of the system in the place of a disconnect reason says. From 0x80000000 on the number is an HRESULT, an NTSTATUS, or
//! an NTSTATUS in an HRESULT (0xD....), each in its own space. Owns these families; a small number is
//! [`classify`](super::classify)'s.
//!
//! Sources: <https://learn.microsoft.com/openspecs/windows_protocols/ms-erref/>.

use super::classify::DropClass;

/// Win32 errors of the network and of waiting for it: the peer or the way to it is gone.
const NETWORK: &[u32] = &[
    51, 52, 53, 54, 55, 59, 64, 67, 71, 109, 121, 232, 233, 240, 258, 995, 1223, 1225, 1226, 1227, 1229,
    1231, 1232, 1233, 1234, 1235, 1236, 1237, 1460,
];
/// Win32 errors of an account, its password or its rights.
const ACCOUNT: &[u32] = &[
    86, 1311, 1312, 1317, 1323, 1326, 1327, 1328, 1329, 1330, 1331, 1355, 1384, 1385, 1397, 1398, 1787, 1789,
    1792, 1793, 1907, 1909,
];
/// Statuses of an account, its password, its rights or those who vouch for it.
const ACCOUNT_STATUS: &[u32] = &[
    0xC000_005E,
    0xC000_005F,
    0xC000_0064,
    0xC000_006A,
    0xC000_006D,
    0xC000_006E,
    0xC000_006F,
    0xC000_0070,
    0xC000_0071,
    0xC000_0072,
    0xC000_0133,
    0xC000_015B,
    0xC000_018B,
    0xC000_018D,
    0xC000_0192,
    0xC000_0193,
    0xC000_0224,
    0xC000_0234,
    0xC000_02FA,
    0xC000_035B,
    0xC000_0380,
    0xC000_0381,
    0xC000_0382,
    0xC000_0388,
    0xC000_0413,
    0xC000_0418,
];
/// Codes of the security packages that are of a logon; the others are of its messages.
const LOGON_PACKAGE: &[u32] = &[
    0x8009_030C,
    0x8009_030D,
    0x8009_030E,
    0x8009_0311,
    0x8009_0313,
    0x8009_0322,
    0x8009_0324,
    0x8009_0342,
];

/// What a Win32 error says.
fn of_win32(code: u32) -> DropClass {
    match code {
        8 | 14 | 1450 | 1453 | 1455 => DropClass::Memory,
        5 | 1314 => DropClass::Denied,
        1115 | 1190 | 1255 | 1717 => DropClass::ServerShutdown,
        10_004..=12_175 => DropClass::Transport,
        _ if NETWORK.contains(&code) => DropClass::Transport,
        _ if ACCOUNT.contains(&code) => DropClass::InvalidCredentials,
        _ => DropClass::SystemError,
    }
}

/// What an NTSTATUS says.
fn of_status(status: u32) -> DropClass {
    match status {
        0xC000_0017 | 0xC000_009A | 0xC000_012D => DropClass::Memory,
        0xC000_0022 | 0xC000_0061 => DropClass::Denied,
        0xC000_02FE => DropClass::ServerShutdown,
        // Disconnected, timed out, aborted, reset, refused, unreachable, port and path gone. C0000001 is any failure.
        0xC000_0001
        | 0xC000_0037
        | 0xC000_00B5
        | 0xC000_00B0
        | 0xC000_00BE..=0xC000_00CC
        | 0xC000_013B..=0xC000_0141
        | 0xC000_014B
        | 0xC000_020A..=0xC000_0211
        | 0xC000_0235..=0xC000_0245
        | 0xC00A_0000..=0xC00A_FFFF => DropClass::Transport,
        _ if ACCOUNT_STATUS.contains(&status) => DropClass::InvalidCredentials,
        _ => DropClass::SystemError,
    }
}

impl DropClass {
    /// What a reason from 0x80000000 on says; nothing where it wraps a success.
    pub(super) fn of_system_code(reason: u32) -> Option<Self> {
        // Success in the facility of Win32, and in that of NTSTATUS.
        if matches!(reason, 0x8007_0000 | 0xC007_0000 | 0xD000_0000) {
            return None;
        }
        Some(match reason >> 16 {
            0x8007 | 0xC007 => of_win32(reason & 0xFFFF),
            0x8009 if LOGON_PACKAGE.contains(&reason) => Self::InvalidCredentials,
            0x8009 | 0x800B => Self::Protocol,
            0xD000..=0xDFFF => of_status(reason & !0x1000_0000),
            0xC000..=0xCFFF => of_status(reason),
            _ => Self::SystemError,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(reason: u32) -> Option<&'static str> {
        DropClass::of_system_code(reason).map(DropClass::name)
    }

    #[test]
    fn each_code_is_read_in_its_space() {
        for lost in [
            0x8007_0040,
            0x8007_0079,
            0x8007_2746,
            0x8007_2745,
            0x8007_274C,
            0x8007_04D3,
            0xC000_020D,
            0xC000_00B5,
            0xD000_00B5,
            0xD000_0001,
            0xD00A_0032,
        ] {
            assert_eq!(class(lost), Some("transport"), "{lost:#x}");
        }
        for refused in [
            0x8009_030C,
            0x8009_030E,
            0x8007_052E,
            0x8007_0520,
            0x8007_0569,
            0xC000_006D,
            0xD000_006D,
            0xC000_0234,
        ] {
            assert_eq!(class(refused), Some("invalid-credentials"), "{refused:#x}");
        }
        assert_eq!(class(0x8007_000E), Some("memory"));
        assert_eq!(class(0xD000_009A), Some("memory"));
        assert_eq!(class(0x8007_0005), Some("denied"));
        assert_eq!(class(0x8007_045B), Some("server-shutdown"));
        assert_eq!(class(0x8009_0330), Some("protocol"));
        assert_eq!(class(0x800B_0109), Some("protocol"));
        assert_eq!(class(0x8000_4005), Some("system-error"));
        assert_eq!(class(0x8007_0002), Some("system-error"));
    }

    #[test]
    fn a_wrapped_success_says_nothing() {
        assert_eq!(class(0x8007_0000), None);
        assert_eq!(class(0xD000_0000), None);
    }
}
