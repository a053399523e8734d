//! What the customer sends: which logs, from when on, in which folders, with which exports.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::wording::message;
use super::world::{
    APPLICATION, Form, LSM_OP, POLICY_OP, PROFILE_OP, RCM_ADMIN, RCM_OP, RDP_OP, SECURITY, SYSTEM, TASK_OP,
    WINLOGON_OP, World,
};
use crate::support::archive::Files;
use crate::support::evtx::{Event, Language, Log, Time};
use crate::support::exports::{Key, Reg, reg_file, secedit, task_xml, utf16_file};
use crate::support::robot::with_bom;

/// How the files are named and foldered.
#[derive(Debug, Clone, Copy)]
enum Layout {
    /// A copy of the log folder of Windows.
    Raw,
    /// The same names without folders.
    Flat,
    /// MSRD-Collect.
    Msrd,
    /// TSS.
    Tss,
    /// Saved by hand under names of one's own.
    Hand,
}

impl Layout {
    const ALL: [Self; 5] = [Self::Raw, Self::Flat, Self::Msrd, Self::Tss, Self::Hand];

    fn path(self, host: &str, channel: &str) -> String {
        let short = channel.trim_start_matches("Microsoft-Windows-");
        match self {
            Self::Raw => format!(
                "{host}/Windows/System32/winevt/Logs/{}.evtx",
                channel.replace('/', "%4")
            ),
            Self::Flat => format!("{}.evtx", channel.replace('/', "%4")),
            Self::Msrd => {
                let name = short
                    .replacen("TerminalServices-", "TerminalServices", 1)
                    .replacen("Services-Rdp", "ServicesRdp", 1);
                format!(
                    "MSRD-Results-{host}-20260511_101502/{host}_EventLogs/{host}_{}.evtx",
                    name.replace('/', "-")
                )
            }
            Self::Tss => format!("{host}-{}.evtx", channel.replace(['/', ' '], "-")),
            Self::Hand => {
                let name = match channel {
                    LSM_OP => "lsm",
                    RCM_OP => "rcm operational",
                    RCM_ADMIN => "rcm admin",
                    RDP_OP => "rdpcore",
                    TASK_OP => "Task Scheduler",
                    POLICY_OP => "gpo",
                    other => other.split('/').next().unwrap(),
                };
                format!("logs/{name}.evtx")
            }
        }
    }
}

/// Leaves out, cuts off, and packs.
pub fn pack(w: &mut World) -> Files {
    (w.twist)(w);
    let layout = if w.complete {
        Layout::Raw
    } else {
        *w.rng.pick(&Layout::ALL)
    };
    if !w.complete {
        starve(w);
    }
    w.note(format!("{:?}", w.os));
    w.note(format!("{layout:?}"));
    let mut files = Vec::new();
    let computer = if w.rng.chance(80) {
        w.fqdn()
    } else {
        w.host.clone()
    };
    let logs = std::mem::take(&mut w.logs);
    for (channel, events) in logs {
        if w.withheld.contains(&channel) {
            continue;
        }
        let from = w.retention.get(channel).copied();
        let log = finished(w, channel, &computer, events, from);
        let path = layout.path(&w.host, channel);
        let (path, bytes) = written(w, &log, path);
        w.packed.insert(path.clone(), channel);
        files.push((path, bytes));
    }
    if !w.task_log && w.rng.chance(50) {
        files.push((
            layout.path(&w.host, TASK_OP),
            Log::new(TASK_OP, &computer).to_evtx(),
        ));
    }
    if w.has_dc && !w.dc_security.is_empty() {
        let dc = w.dc.clone();
        let name = format!("{dc}.{}.example", w.domain.to_lowercase());
        let events = std::mem::take(&mut w.dc_security);
        let log = finished(w, SECURITY, &name, events, None);
        files.push((format!("{dc}/Security.evtx"), log.to_evtx()));
    } else {
        w.note("no domain controller");
    }
    for (path, channel, computer, events) in std::mem::take(&mut w.neighbours) {
        let log = finished(w, channel, &computer, events, None);
        files.push((path, log.to_evtx()));
    }
    if !w.bare {
        exports(w, &mut files);
    }
    robot_files(w, &mut files);
    files.append(&mut w.extra_files);
    files.sort();
    files
}

/// Some bundles lack what matters; then nothing certain may be asked of the product.
fn starve(w: &mut World) {
    if w.form == Form::Mixed {
        as_text(w);
    }
    if w.truth.cause.is_some() && !w.robot_log.is_empty() && w.rng.chance(7) {
        words_alone(w);
    }
    for channel in [WINLOGON_OP, PROFILE_OP, POLICY_OP, RCM_OP] {
        if w.rng.chance(25) {
            w.withheld.push(channel);
        }
    }
    if w.truth.cause.is_some() && w.rng.chance(12) {
        let key = *w.rng.pick(&[SECURITY, SYSTEM, LSM_OP, APPLICATION, RDP_OP]);
        w.withheld.push(key);
        w.truth.at_least = None;
        w.note(format!("without {key}"));
    }
    let there = |channel: &&str| {
        !w.withheld.contains(channel)
            && match *channel {
                SECURITY => w.audit,
                TASK_OP => w.task_log,
                _ => true,
            }
    };
    let enough = w.needed.iter().all(|any_of| any_of.iter().any(there));
    if !enough {
        w.truth.at_least = None;
        w.note("without what would tell");
    }
    // Ring buffers forget, at times too soon.
    if let Some(last) = w
        .truth
        .last
        .filter(|_| w.truth.cause.is_some() && w.rng.chance(5))
    {
        let channel = *w.rng.pick(&[SECURITY, TASK_OP, RDP_OP, LSM_OP, SYSTEM]);
        w.retention.insert(channel, last + TimeDelta::minutes(30));
        w.truth.at_least = None;
        w.note(format!("{channel} starts too late"));
        return;
    }
    // The fault itself is still in them.
    if w.rng.chance(30) {
        let end = w.end;
        let until = w.truth.first.unwrap_or(end).min(end) - TimeDelta::hours(7);
        let channel = *w.rng.pick(&[SECURITY, TASK_OP, RDP_OP, LSM_OP]);
        if until > w.begin {
            w.retention.insert(channel, until);
            w.note(format!("{channel} starts late"));
        }
    }
}

/// A log in the form of the bundle.
fn written(w: &mut World, log: &Log, path: String) -> (String, Vec<u8>) {
    let as_xml = w.rng.chance(4) && log.channel != SECURITY;
    let offset = |at| w.offset(at);
    match w.form {
        Form::Mixed if as_xml => (path.replace(".evtx", ".xml"), log.to_viewer_xml().into_bytes()),
        Form::Mixed | Form::Evtx => (path, log.to_evtx()),
        Form::Xml => (path.replace(".evtx", ".xml"), log.to_wevtutil_xml().into_bytes()),
        Form::Text => {
            let text = log.to_wevtutil_text(offset, |event| message(event, Language::English));
            (path.replace(".evtx", ".txt"), text.into_bytes())
        }
        Form::Csv(language) => {
            let text = log.to_viewer_csv(language, offset, |event| message(event, language));
            let bytes = match language {
                Language::Japanese => utf16_file(&text),
                _ => with_bom(&text),
            };
            (path.replace(".evtx", ".csv"), bytes)
        }
    }
}

/// Some customers export text. Event Viewer's tables name neither host nor zone, and Windows words what it says in its
/// own language: how much of the evidence is left then is not for this code to say.
fn as_text(w: &mut World) {
    w.form = match w.rng.range(0, 100) {
        0..3 => Form::Text,
        3..6 if w.german => Form::Csv(Language::German),
        3..6 if w.zone == chrono_tz::Tz::Asia__Tokyo => Form::Csv(Language::Japanese),
        3..6 => Form::Csv(Language::English),
        6..9 => Form::Xml,
        _ => Form::Mixed,
    };
    if matches!(w.form, Form::Text | Form::Csv(_)) {
        w.truth.at_least = None;
        w.note(format!("{:?}", w.form));
    }
}

/// The robot's logs and nothing else.
fn words_alone(w: &mut World) {
    w.withheld.extend(w.logs.keys());
    w.bare = true;
    w.has_dc = false;
    w.neighbours.clear();
    w.note("the robot's words alone");
    if !w.words_tell {
        w.truth.at_least = None;
    }
}

fn finished(w: &mut World, channel: &str, computer: &str, mut events: Vec<Event>, from: Option<Time>) -> Log {
    if !w.in_order {
        events.sort_by_key(|event| event.at);
    }
    if channel == SYSTEM {
        events = as_written(events);
    }
    let before = events
        .iter()
        .filter(|event| event.at <= w.end - TimeDelta::days(w.later))
        .count();
    events.retain(|event| event.at <= w.end && from.is_none_or(|from| event.at >= from));
    let first = if from.is_some() {
        20_000 + before as u64
    } else {
        u64::try_from(w.rng.range(1, 9_000)).unwrap()
    };
    let first = part(w, channel, first, &mut events);
    let mut log = Log::new(channel, computer).first_record(first).events(events);
    if w.rng.chance(25) {
        log = log.dirty();
    }
    if w.rng.chance(30) {
        log = log.empty_chunks(usize::try_from(w.rng.range(1, 4)).unwrap());
    }
    log
}

/// The order in which the Event Log service writes: at a start its own records before those that the kernel kept for it since the stop, and
/// what the kernel says of waking up right before it sets its clock.
fn as_written(events: Vec<Event>) -> Vec<Event> {
    let kernel = |event: &Event, ids: &[u16]| {
        event.provider.starts_with("Microsoft-Windows-Kernel-") && ids.contains(&event.id)
    };
    let mut written: Vec<Event> = Vec::with_capacity(events.len());
    let (mut kept, mut asleep): (Vec<Event>, Vec<Event>) = (Vec::new(), Vec::new());
    for event in events {
        let own = event.provider == "EventLog" && matches!(event.id, 6008 | 6009 | 6005 | 6013);
        if kernel(&event, &[107]) {
            asleep.push(event);
        } else if kernel(&event, &[109, 13, 12]) || (!kept.is_empty() && kernel(&event, &[27, 41])) {
            kept.push(event);
        } else {
            let sets = kernel(&event, &[1]);
            if !own && !kept.is_empty() && kept.iter().any(|event| event.id == 12) {
                written.append(&mut kept);
            }
            if sets {
                written.append(&mut asleep);
            }
            written.push(event);
        }
    }
    written.append(&mut kept);
    written.append(&mut asleep);
    written
}

/// Leaves of a log what the customer cut out or filtered; the number of the first record that is left. The numbers of the others are theirs.
fn part(w: &World, channel: &str, first: u64, events: &mut Vec<Event>) -> u64 {
    let around = w.excerpt.and_then(|days| {
        let span = TimeDelta::days(days);
        Some((w.truth.first? - span, w.truth.last? + span))
    });
    let told = |event: &Event| match channel {
        SYSTEM => {
            !event.provider.starts_with("Service Control")
                && event.provider != "Microsoft-Windows-Time-Service"
        }
        SECURITY => !matches!(event.id, 4672 | 5379 | 4799),
        LSM_OP => event.id != 32,
        _ => true,
    };
    let late = w.truth.first.filter(|_| w.system_late && channel == SYSTEM);
    let late = late.map(|first| first - TimeDelta::hours(3));
    if around.is_none() && !w.filtered && late.is_none() {
        return first;
    }
    let numbered = std::mem::take(events).into_iter().zip(first..);
    let left = numbered.filter(|(event, _)| {
        around.is_none_or(|(from, to)| event.at >= from && event.at <= to)
            && late.is_none_or(|from| event.at >= from)
            && (!w.filtered || told(event))
    });
    events.extend(left.map(|(event, number)| event.record(number)));
    events.first().and_then(|event| event.record).unwrap_or(first)
}

fn exports(w: &mut World, files: &mut Files) {
    if !w.registry.is_empty() {
        let version = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
        w.set_registry(version, "ProductName", Reg::Text(w.os.name().to_owned()));
        w.set_registry(version, "CurrentBuild", Reg::Text(w.os.version().2.to_string()));
        let mut keys: BTreeMap<String, Key> = BTreeMap::new();
        for (key, name, value) in std::mem::take(&mut w.registry) {
            let entry = keys.entry(key.clone()).or_insert_with(|| (key, Vec::new()));
            entry.1.push((name, value));
        }
        let keys: Vec<Key> = keys.into_values().collect();
        files.push((format!("{}/settings.reg", w.host), reg_file(&keys)));
    }
    if !w.policy_values.is_empty() {
        let rights: Vec<(&str, Vec<&str>)> = w
            .rights
            .iter()
            .map(|(right, accounts)| (right.as_str(), accounts.iter().map(String::as_str).collect()))
            .collect();
        let rights: Vec<(&str, &[&str])> = rights
            .iter()
            .map(|(right, all)| (*right, all.as_slice()))
            .collect();
        let values: Vec<(&str, &str)> = w
            .policy_values
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        files.push((format!("{}/secpol.inf", w.host), secedit(&rights, &values)));
    }
    if w.rng.chance(40) {
        let task = w.tasks[0].clone();
        let (user, kind) = match (task.user, task.s4u) {
            (Some(user), true) => (w.name(user), "S4U"),
            (Some(user), false) => (w.name(user), "Password"),
            (None, _) => ("S-1-5-18".to_owned(), "Password"),
        };
        let name = task.path.trim_start_matches('\\').replace('\\', "_");
        files.push((
            format!("{}/tasks/{name}.xml", w.host),
            task_xml(&user, kind, &task.program, ""),
        ));
    }
}

fn robot_files(w: &mut World, files: &mut Files) {
    let mut entries = std::mem::take(&mut w.robot_log);
    entries.sort_by_key(|(at, _)| *at);
    if !entries.is_empty() {
        let text: String = entries.into_iter().map(|(_, entry)| entry).collect();
        files.push((
            format!("{}/UiPath/Logs/internal/Robot.log", w.host),
            text.into_bytes(),
        ));
    }
    for (name, text) in std::mem::take(&mut w.execution_log) {
        files.push((format!("{}/UiPath/Logs/{name}", w.host), with_bom(&text)));
    }
}
