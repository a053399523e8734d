//! Sessions that were there when the log begins: from when on they were. Owns nothing else.

use std::collections::BTreeMap;

use super::Stay;
use crate::diagnose::ledgers::power::PowerLedger;
use crate::diagnose::timeline::host::Host;
use crate::model::Time;
use crate::model::providers::SESSIONS_LOG;

/// A session whose logon is not in the log, though the log lacks no record, was there from its beginning on; from the start
/// of the host on, or since another had its id, if that came later. Sets when such sessions were seen first.
pub(super) fn reach_back(stays: &mut [Stay], host: &Host, power: &PowerLedger) {
    let log = host
        .cover
        .iter()
        .find(|cover| cover.channel.eq_ignore_ascii_case(SESSIONS_LOG));
    let Some(begin) = log.filter(|log| !log.is_filtered()).and_then(|log| log.from) else {
        return;
    };
    let mut taken: BTreeMap<u32, Time> = BTreeMap::new();
    for stay in stays {
        let boot = power.boot_before(stay.seen).map(|boot| boot.time);
        let former = taken.get(&stay.session).copied();
        let from = begin.max(boot.unwrap_or(begin)).max(former.unwrap_or(begin));
        // A log from the beginning of time would know the logon: this one was lost.
        if stay.start.is_none() && from > Time::MIN_UTC && from < stay.seen.time {
            stay.seen.time = from;
        }
        let states = stay.states.iter().map(|(when, ..)| *when);
        if let Some(last) = states.chain([stay.seen]).chain(stay.end).max() {
            taken.insert(stay.session, last.time);
        }
    }
}
