//! What befalls logs before they are read: clocks that are set, logs that are cleared, copies, and neighbours in time and place.

use std::cell::RefCell;
use std::collections::BTreeSet;

use chrono::TimeDelta;
use logonscope::diagnose::Analyzer;
use serde_json::Value;

use crate::judge::{Outcome, diagnose, judge};
use crate::scenarios::truth::{Scenario, Word};
use crate::scenarios::world::{Form, LSM_OP, Os, SECURITY, SYSTEM, World};
use crate::scenarios::{self, SERIES};
use crate::support::archive::{Files, zip};
use crate::support::evtx::{Body, Event, Language, Time};
use crate::support::robot::stamp;

/// Of so many kinds of scenarios one is always tried.
pub const EVERY: usize = 12;

const KERNEL: &str = "Microsoft-Windows-Kernel-General";

/// What is done to a bundle.
struct Twist {
    name: &'static str,
    make: fn(&'static str, u64) -> Made,
    /// Whether something is taken away: then less may be said, but nothing else.
    less: bool,
    /// Whether every failure must be counted as often as before.
    same_count: bool,
    /// What it is compared with, if not with the bundle as it comes.
    base: Option<fn(&mut World, u64)>,
}

/// A bundle to be judged, and what is true of what lies beside it.
struct Made {
    scenario: Scenario,
    beside: Option<Scenario>,
}

const TWISTS: &[Twist] = &[
    Twist {
        name: "the clock is set back by an hour after the fault",
        make: |kind, seed| of_twist(kind, seed, |w| set_back(w, true)),
        less: false,
        same_count: true,
        base: None,
    },
    Twist {
        name: "the clock is set back by an hour before the fault",
        make: |kind, seed| of_twist(kind, seed, |w| set_back(w, false)),
        less: false,
        same_count: true,
        base: None,
    },
    Twist {
        name: "Security and System are cleared before the fault",
        make: |kind, seed| of_twist(kind, seed, |w| clear(w, -1)),
        less: true,
        same_count: false,
        base: None,
    },
    Twist {
        name: "Security and System are cleared after the fault",
        make: |kind, seed| of_twist(kind, seed, |w| clear(w, 1)),
        less: true,
        same_count: false,
        base: None,
    },
    Twist {
        name: "the same logs again as tables in local time",
        make: |kind, seed| twice(kind, seed, Form::Csv(Language::English)),
        less: false,
        same_count: true,
        base: None,
    },
    Twist {
        name: "the same logs again as text in local time",
        make: |kind, seed| twice(kind, seed, Form::Text),
        less: false,
        same_count: true,
        base: None,
    },
    Twist {
        name: "the same bundle again, in an archive in an archive",
        make: |kind, seed| {
            let mut scenario = plain(kind, seed, |_| ());
            let inner = zip(&vec![("copy/again.zip".to_owned(), zip(&scenario.files))]);
            scenario.files.push(("old/sent-before.zip".to_owned(), inner));
            Made {
                scenario,
                beside: None,
            }
        },
        less: false,
        same_count: true,
        base: None,
    },
    Twist {
        name: "another fault of the same host, a year before",
        make: |kind, seed| {
            with_other(kind, seed, |w, machine| {
                machine.become_of(w);
                let year = TimeDelta::days(364);
                for time in [&mut w.now, &mut w.begin, &mut w.end, &mut w.up_since] {
                    *time -= year;
                }
            })
        },
        less: false,
        same_count: false,
        base: None,
    },
    Twist {
        name: "another fault of another host in another zone",
        make: |kind, seed| {
            with_other(kind, seed, |w, _| {
                w.host = "KIOSK-4".to_owned();
                let tokyo = chrono_tz::Tz::Asia__Tokyo;
                (w.zone, w.zone_key) = if w.zone == tokyo {
                    (chrono_tz::Tz::America__New_York, "Eastern Standard Time")
                } else {
                    (tokyo, "Tokyo Standard Time")
                };
            })
        },
        less: false,
        same_count: false,
        base: None,
    },
    Twist {
        name: "summer time begins or ends within the logs",
        make: |kind, seed| Made {
            scenario: plain(kind, seed, |w| {
                w.complete = true;
                clocks_change(w, seed);
            }),
            beside: None,
        },
        less: false,
        same_count: false,
        // What a customer leaves out is chosen by dice, which fall otherwise in another week.
        base: Some(|w, _| w.complete = true),
    },
    Twist {
        name: "summer time begins or ends within the logs, which are there again as tables in local time",
        make: |kind, seed| twice_in(kind, seed, Form::Csv(Language::English), clocks_change),
        less: false,
        same_count: true,
        base: Some(clocks_change),
    },
    Twist {
        name: "the log of sessions begins right before the fault",
        make: |kind, seed| of_twist(kind, seed, |w| wrap(w, LSM_OP)),
        less: true,
        same_count: false,
        base: None,
    },
    Twist {
        name: "Security begins right before the fault",
        make: |kind, seed| of_twist(kind, seed, |w| wrap(w, SECURITY)),
        less: true,
        same_count: false,
        base: None,
    },
];

/// The scenario with everything of its host in it.
fn plain(kind: &'static str, seed: u64, set_up: impl Fn(&mut World)) -> Scenario {
    scenarios::build(seed, kind, scenarios::inject_of(kind), |w| {
        w.form = Form::Evtx;
        set_up(w);
    })
}

fn of_twist(kind: &'static str, seed: u64, twist: fn(&mut World)) -> Made {
    Made {
        scenario: plain(kind, seed, |w| w.twist = twist),
        beside: None,
    }
}

fn twice(kind: &'static str, seed: u64, form: Form) -> Made {
    twice_in(kind, seed, form, |_, _| ())
}

fn twice_in(kind: &'static str, seed: u64, form: Form, set_up: fn(&mut World, u64)) -> Made {
    let mut scenario = plain(kind, seed, |w| set_up(w, seed));
    let again = plain(kind, seed, |w| {
        set_up(w, seed);
        w.form = form;
    });
    let logs = again
        .files
        .into_iter()
        .filter(|(path, _)| again.channels.contains_key(path));
    let logs: Files = logs
        .map(|(path, bytes)| (format!("as exported/{path}"), bytes))
        .collect();
    scenario.files.extend(logs);
    Made {
        scenario,
        beside: None,
    }
}

/// What stays of a machine over the years.
#[derive(Clone)]
struct Machine {
    host: String,
    domain: String,
    os: Os,
    zone: (chrono_tz::Tz, &'static str),
    german: bool,
}

impl Machine {
    fn of(w: &World) -> Self {
        Self {
            host: w.host.clone(),
            domain: w.domain.clone(),
            os: w.os,
            zone: (w.zone, w.zone_key),
            german: w.german,
        }
    }

    fn become_of(&self, w: &mut World) {
        (w.host, w.domain) = (self.host.clone(), self.domain.clone());
        (w.os, w.german) = (self.os, self.german);
        (w.zone, w.zone_key) = self.zone;
    }
}

/// A bundle with that of another fault beside it.
fn with_other(kind: &'static str, seed: u64, set_up: fn(&mut World, &Machine)) -> Made {
    let machine = RefCell::new(None);
    let mut scenario = plain(kind, seed, |w| *machine.borrow_mut() = Some(Machine::of(w)));
    let machine = machine.into_inner().unwrap();
    let faulty = SERIES.iter().flat_map(|series| series.kinds);
    let kinds: Vec<_> = faulty
        .map(|(kind, _)| *kind)
        .filter(|kind| *kind != "healthy")
        .collect();
    let other = kinds[usize::try_from(seed * 29 + 7).unwrap() % kinds.len()];
    let other = plain(other, seed + 400, |w| set_up(w, &machine));
    let theirs = other
        .files
        .iter()
        .map(|(path, bytes)| (format!("other/{path}"), bytes.clone()));
    scenario.files.extend(theirs);
    Made {
        scenario,
        beside: Some(other),
    }
}

/// All of it happens in the week in which the clocks of a country go forward or back.
fn clocks_change(w: &mut World, seed: u64) {
    let has_summer_time = |w: &World| {
        let half_a_year = TimeDelta::days(182);
        w.offset(w.begin) != w.offset(w.begin + half_a_year)
    };
    if !has_summer_time(w) {
        (w.zone, w.zone_key) = (chrono_tz::Tz::Europe__Berlin, "W. Europe Standard Time");
    }
    let changes = |w: &World, days: i64| {
        let day = w.begin + TimeDelta::days(days);
        w.offset(day) - w.offset(day + TimeDelta::days(1))
    };
    // The second night of the logs is the one.
    let wanted = |by: i64| if seed.is_multiple_of(2) { by < 0 } else { by > 0 };
    let days = (0..370).find(|days| wanted(changes(w, *days))).unwrap() - 1;
    for time in [&mut w.now, &mut w.begin, &mut w.end, &mut w.up_since] {
        *time += TimeDelta::days(days);
    }
}

/// A log was full, and what stood in it until right before the fault is gone.
fn wrap(w: &mut World, channel: &'static str) {
    if let Some(first) = w.truth.first {
        w.retention.insert(channel, first - TimeDelta::seconds(40));
    }
}

/// The last sign of life before a crash, as the record of the next start states it in UTC.
fn last_sign(event: &Event) -> Option<Time> {
    let Body::Classic {
        binary: Some(bytes), ..
    } = &event.body
    else {
        return None;
    };
    let utc = bytes.get(16..32).filter(|_| event.id == 6008)?;
    let fields = utc
        .chunks_exact(2)
        .map(|pair| u32::from(u16::from_le_bytes([pair[0], pair[1]])));
    let [year, month, _, day, hour, minute, second, _] = fields.collect::<Vec<u32>>().try_into().ok()?;
    let date = chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    Some(date.and_hms_opt(hour, minute, second)?.and_utc())
}

/// The hypervisor sets the clock back by an hour, some hours before or after the fault, and Windows writes it down.
fn set_back(w: &mut World, after: bool) {
    let hour = TimeDelta::hours(1);
    let Some((first, last)) = w.truth.first.zip(w.truth.last) else {
        return;
    };
    // What a program wrote in a form of its own is not written anew here.
    if !after && w.extra_files.iter().any(|(path, _)| path.ends_with(".log")) {
        return;
    }
    let at = if after { last + hour * 3 } else { first - hour * 3 };
    let text = |at: Time| at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    let set = Event::new(KERNEL, 1)
        .at((at - hour).to_rfc3339().as_str())
        .data("NewTime", text(at - hour))
        .data("OldTime", text(at))
        .data("Reason", 1u32);
    let mut crashes: Vec<Event> = Vec::new();
    for event in w.logs.get(SYSTEM).into_iter().flatten() {
        let last = last_sign(event).filter(|last| *last >= at);
        crashes.extend(last.map(|last| w.unexpected(last - hour).at(event.at)));
    }
    let shifted = |events: &mut Vec<Event>, marker: Option<&Event>| {
        events.sort_by_key(|event| event.at);
        let mut later = events.split_off(events.partition_point(|event| event.at < at));
        for event in &mut later {
            let told = crashes
                .iter()
                .find(|told| told.id == event.id && told.at == event.at);
            if let Some(told) = told {
                *event = told.clone();
            }
            event.at -= hour;
        }
        events.extend(marker.cloned());
        events.append(&mut later);
    };
    for (channel, events) in &mut w.logs {
        shifted(events, Some(&set).filter(|_| *channel == SYSTEM));
    }
    // So are those of all its guests, and what programs write has the time of the host.
    shifted(&mut w.dc_security, None);
    for (.., events) in &mut w.neighbours {
        shifted(events, None);
    }
    let mut said = std::mem::take(&mut w.robot_log);
    for (time, entry) in said.iter_mut().filter(|(time, _)| *time >= at) {
        let (old, new) = (
            stamp(*time, w.offset(*time)),
            stamp(*time - hour, w.offset(*time - hour)),
        );
        *entry = entry.replacen(&old, &new, 1);
        *time -= hour;
    }
    w.robot_log = said;
    for text in w.execution_log.values_mut() {
        *text = text
            .split_inclusive('\n')
            .map(|line| line_set_back(line, at))
            .collect();
    }
    w.in_order = true;
    w.end -= hour;
    if !after {
        (w.truth.first, w.truth.last) = (Some(first - hour), Some(last - hour));
    }
}

/// A line of a job's log: a time of day, a level, and an object with the whole stamp.
fn line_set_back(line: &str, from: Time) -> String {
    let parsed = line
        .find('{')
        .and_then(|start| serde_json::from_str::<Value>(line.get(start..)?).ok());
    let old = parsed.and_then(|object| Some(object["timeStamp"].as_str()?.to_owned()));
    let Some(old) = old else {
        return line.to_owned();
    };
    let time = chrono::DateTime::parse_from_rfc3339(&old).unwrap();
    if time < from {
        return line.to_owned();
    }
    let offset = i64::from(time.offset().local_minus_utc() / 60);
    let new = stamp(time.to_utc() - TimeDelta::hours(1), offset);
    let clock = |stamp: &str| stamp.get(11..19).unwrap_or_default().to_owned();
    line.replace(&old, &new).replacen(&clock(&old), &clock(&new), 1)
}

/// Somebody clears two logs some hours before or after the fault.
fn clear(w: &mut World, side: i32) {
    let Some((first, last)) = w.truth.first.zip(w.truth.last) else {
        return;
    };
    let at = if side < 0 { first } else { last } + TimeDelta::hours(2) * side;
    let cleared = |provider: &str, id: u16| {
        let event = Event::new(provider, id).at(at.to_rfc3339().as_str());
        event.user_data_in(
            "LogFileCleared",
            "http://manifests.microsoft.com/win/2004/08/windows/eventlog",
        )
    };
    for (channel, id) in [(SECURITY, 1102), (SYSTEM, 104)] {
        if let Some(events) = w.logs.get_mut(channel) {
            events.retain(|event| event.at >= at);
            let event = cleared("Microsoft-Windows-Eventlog", id).data("SubjectUserName", "adm.keller");
            events.push(event.data("Channel", channel));
        }
    }
}

/// How many failures the incidents of a host are, by what they are and whom they befell.
fn counted(diagnosis: &Value) -> Vec<String> {
    let incidents = diagnosis["incidents"].as_array().unwrap();
    let mut told: Vec<String> = incidents
        .iter()
        .map(|incident| {
            let (symptom, count) = (&incident["symptom"], &incident["count"]);
            let (user, task) = (&incident["user"], &incident["task"]);
            format!("{symptom} {user} {task} {count}").to_lowercase()
        })
        .collect();
    told.sort();
    told
}

fn wrong(outcome: &Outcome) -> BTreeSet<&str> {
    outcome.wrong.iter().map(|wrong| wrong.cause.as_str()).collect()
}

/// What is said otherwise than of the plain bundle.
pub fn changes(kind: &'static str, seed: u64, analyzer: &Analyzer) -> Vec<String> {
    let base = |set_up: Option<fn(&mut World, u64)>| {
        let first = plain(kind, seed, |w| {
            if let Some(set_up) = set_up {
                set_up(w, seed);
            }
        });
        let said = diagnose(&first.name(), &first.files, analyzer);
        (judge(&first, &said), said)
    };
    let plainly = base(None);
    let only = std::env::var("LOGONSCOPE_SCENARIO_FORM").ok();
    let chosen = TWISTS
        .iter()
        .filter(|twist| only.as_deref().is_none_or(|only| only == twist.name));
    let changed = chosen.filter_map(|twist| {
        let own = twist.base.map(|set_up| base(Some(set_up)));
        let (before, first_said) = own.as_ref().unwrap_or(&plainly);
        let Made { scenario, beside } = (twist.make)(kind, seed);
        if let Some(folder) = std::env::var_os("LOGONSCOPE_SCENARIO_OUT") {
            let path = std::path::Path::new(&folder).join(format!("{}-{}.zip", scenario.name(), twist.name));
            std::fs::write(path, zip(&scenario.files)).unwrap();
        }
        let said = diagnose(&scenario.name(), &scenario.files, analyzer);
        let after = judge(&scenario, &said);
        let mut known: BTreeSet<String> = wrong(before).into_iter().map(str::to_owned).collect();
        if let Some(beside) = &beside {
            let alone = judge(beside, &diagnose(&beside.name(), &beside.files, analyzer));
            known.extend(wrong(&alone).into_iter().map(str::to_owned));
            known.extend(beside.truth.cause.clone());
            known.extend(beside.truth.also.iter().chain(&beside.truth.background).cloned());
        }
        let wrong: Vec<&str> = wrong(&after)
            .into_iter()
            .filter(|cause| !known.contains(*cause))
            .collect();
        let lost = !twist.less && after.verdict < before.verdict.min(Some(Word::Likely));
        let behind = !twist.less && before.right_first() && !after.right_first();
        let (old, new) = (counted(first_said), counted(&said));
        let recounted = twist.same_count && old != new;
        (lost || behind || recounted || !wrong.is_empty()).then(|| {
            let counts = if recounted {
                format!(", counts {old:#?} -> {new:#?}")
            } else {
                String::new()
            };
            format!(
                "{seed}-{kind}, {}: {:?} -> {:?}, first {:?}, wrong {wrong:?}{counts}",
                twist.name, before.verdict, after.verdict, after.first
            )
        })
    });
    changed.collect()
}
