//! What the Security log called its records before Windows Vista: the numbers of today are those of then with 4096 added, and the reasons
//! why a logon was refused, which had a number each, are one record with a status
//! (<https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2003/cc787567(v=ws.10)>). People still quote them. Must
//! not know what the records mean.

use crate::model::providers::AUDITING;
use crate::model::{Event, Value};

/// The source of these records.
const SOURCE: &str = "Security";
/// What was added to the numbers.
const ADDED: u16 = 4096;
/// The numbers that were in use: logons, their use and end, accounts, Kerberos and sessions.
const NUMBERS: std::ops::RangeInclusive<u16> = 512..=698;
const REFUSED: u16 = 4625;
/// The number of each refusal and the NTSTATUS that says the same. 537 has its status in its text.
const REFUSALS: &[(u16, u32)] = &[
    (529, 0xC000_006D),
    (530, 0xC000_006F),
    (531, 0xC000_0072),
    (532, 0xC000_0193),
    (533, 0xC000_0070),
    (534, 0xC000_015B),
    (535, 0xC000_0071),
    (536, 0xC000_0192),
    (537, 0),
    (539, 0xC000_0234),
];

/// Names a record of that log as it is named today.
pub(super) fn rename(event: &mut Event) {
    let Some(number) = event.id.filter(|id| NUMBERS.contains(id)) else {
        return;
    };
    if !event.provider.eq_ignore_ascii_case(SOURCE) {
        return;
    }
    event.provider = AUDITING.name.into();
    let refusal = REFUSALS.iter().find(|(refused, _)| *refused == number);
    event.id = Some(match (refusal, number) {
        (Some(_), _) => REFUSED,
        // A logon over the network had a number of its own.
        (None, 540) => 528 + ADDED,
        (None, _) => number + ADDED,
    });
    if let Some((_, status)) = refusal.filter(|(_, status)| *status != 0) {
        event.push("Status", Value::Hex32(*status));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    fn renamed(provider: &str, id: u16) -> (String, Option<u16>, Option<String>) {
        let mut event = Event::new(Origin::artifact("a.txt"));
        (event.provider, event.id) = (provider.into(), Some(id));
        rename(&mut event);
        let status = event.field_text("Status");
        (event.provider.to_string(), event.id, status)
    }

    #[test]
    fn numbers_of_then_and_of_today() {
        let today =
            |id, status: Option<&str>| (AUDITING.name.to_owned(), Some(id), status.map(str::to_owned));
        assert_eq!(renamed("Security", 531), today(4625, Some("0xc0000072")));
        assert_eq!(renamed("security", 537), today(4625, None));
        assert_eq!(renamed("Security", 540), today(4624, None));
        assert_eq!(renamed("Security", 644), today(4740, None));
        assert_eq!(renamed("Acme", 531).1, Some(531));
        assert_eq!(renamed("Security", 4625).1, Some(4625));
    }
}
