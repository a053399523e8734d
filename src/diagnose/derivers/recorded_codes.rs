//! Codes that records complain of: of services that could not start or log on, of the few records of an excerpt, of a short list of tasks.
//! Owns which records are a complaint and in which field each has its code. In a whole log records are none: many providers write such codes
//! in health.

use std::sync::Arc;

use crate::diagnose::derivers::code_contexts::{Contexts, Met};
use crate::diagnose::derivers::code_events::{MOST, is_complaint, tell};
use crate::diagnose::derivers::harmless_refusals::Refusals;
use crate::diagnose::derivers::loose_text::{is_loose, is_traced_by_robot};
use crate::diagnose::ledgers::Ledgers;
use crate::diagnose::timeline::accounts::is_handed_over;
use crate::diagnose::timeline::host::{Entry, Host};
use crate::diagnose::timeline::host_starts::HostStarts;
use crate::knowledge::codes::{CodeClass, Codes, spell};
use crate::knowledge::derived::TASK_LISTED;
use crate::knowledge::explain::told::{self, Told};
use crate::model::providers::{AUDITING, RDP_CLIENT, RDP_CORE, Records, SCHANNEL, SERVICES, TASK_SCHEDULER};
use crate::model::{CodeSpace, CodeUse, Event, Level, is_note_told};

/// A service could not start, or not log on: each record is a complaint, with the code in a parameter or its sentence.
pub(super) const OF_SERVICES: Records = SERVICES.ids(&[7000, 7038, 7041]);

/// What the records of an excerpt tell: in a log, many write such codes in health, but a few records were chosen by somebody.
pub(super) fn of_excerpt(host: &Host, ledgers: &Ledgers, codes: &Codes, contexts: &Contexts) -> Vec<Entry> {
    let raw = host.entries.get(..host.raw).unwrap_or_default().iter();
    // What a note tells as a whole repeats words of its lines, which are there themselves.
    let is_other = |event: &Event| is_loose(event) || OF_SERVICES.are(event) || is_note_told(event);
    let records = raw.filter(|entry| !is_other(&entry.event));
    let mut found = Vec::new();
    let starts = HostStarts::new(host);
    let refusals = Refusals::new(host);
    for entry in records.take(MOST) {
        let event = &entry.event;
        let is_healed =
            || OF_CONNECTIONS.are(event) && entry.at.is_some_and(|at| ledgers.sessions.healed_near(at));
        if is_nobody(event) || refusals.is_mistyped(entry) || is_healed() {
            continue;
        }
        let text = match &event.message {
            None if AUDITING.wrote(event) => of_audit(event),
            _ => service_text(event),
        };
        let field = field_code(event, codes).filter(|_| event.id != Some(4625) || !refusals.are_guesses());
        let by_text = || {
            let speaks =
                !matches!(event.level, Level::Information | Level::Verbose) || is_traced_by_robot(event);
            let all = if speaks {
                told::told(&text, codes)
            } else {
                Vec::new()
            };
            let met = contexts.met_by(event);
            let strings = event.full_text();
            let counts = |told: &Told<'_>| {
                is_complaint(told, &met) && (!is_string(told, &strings) || !told.code.said.is_empty())
            };
            all.into_iter().find(counts)
        };
        let passes = |told: &Told<'_>| told.code.class == CodeClass::Domain && starts.since(entry);
        if let Some(told) = field.or_else(by_text).filter(|told| !passes(told)) {
            found.push(tell(entry, &text, &told, &contexts.met_by(event)));
        }
    }
    found
}

/// Whether a code is a string of its record: whoever reads `%%5` there reads a sentence, which says no more than it does in a text.
fn is_string(told: &Told<'_>, strings: &str) -> bool {
    let number = format!("%%{}", told.used.value);
    strings.match_indices(&number).any(|(at, _)| {
        let behind = strings.get(at + number.len()..).unwrap_or_default();
        !behind.starts_with(|letter: char| letter.is_ascii_digit())
    })
}

/// The last results in a short list of tasks.
pub(super) fn of_results(host: &Host, listed: &[Entry], codes: &Codes) -> Vec<Entry> {
    const TASKS: usize = 5;
    let is_result = |entry: &&Entry| TASK_LISTED.is(&entry.event);
    let listed: Vec<&Entry> = listed.iter().filter(is_result).collect();
    if !host.is_excerpt() || listed.len() > TASKS {
        return Vec::new();
    }
    let tell_one = |entry: &&Entry| {
        let event = &entry.event;
        let value = event.field_number("ResultCode")?;
        let of_program = CodeUse {
            space: CodeSpace::ExitCode,
            value,
        };
        let of_scheduler = CodeUse {
            space: CodeSpace::TaskScheduler,
            value,
        };
        // What a program ends with is no code of the scheduler, whatever else the number means elsewhere.
        let program = codes.get(of_program.space, value).map(|code| (of_program, code));
        let known = [of_scheduler, of_program].map(|used| codes.resolve(used).map(|code| (used, code)));
        let mut found = program.into_iter().chain(known.into_iter().flatten());
        let (used, code) = found.find(|(_, code)| !code.causes.is_empty())?;
        let task = event.field_text("TaskName").unwrap_or_default();
        let told = Told {
            code,
            used,
            text: String::new(),
        };
        let met = Met {
            operation: Some(Arc::from("task-start")),
            ..Met::default()
        };
        let text = format!("{task}: {}", spell(used.space, value));
        Some(tell(entry, &text, &told, &met))
    };
    listed.iter().filter_map(tell_one).collect()
}

/// The records that carry a code in a field, and its space.
const FIELDS: &[(Records, &[&str], CodeSpace)] = &[
    (RDP_CLIENT.ids(&[1026]), &["Value"], CodeSpace::DiscReason),
    (
        RDP_CORE.ids(&[103]),
        &["ReasonCode"],
        CodeSpace::ExtendedDisconnect,
    ),
    (SCHANNEL.ids(&[36870]), &["ErrorCode"], CodeSpace::Hresult),
    (AUDITING.ids(&[4625, 4776]), &["FailureCode"], CodeSpace::Ntstatus),
    (
        AUDITING.ids(&[4768, 4769, 4771]),
        &["FailureCode", "Status"],
        CodeSpace::Kerberos,
    ),
    (
        TASK_SCHEDULER.ids(&[101, 103, 104, 116, 202, 203]),
        &["ResultCode"],
        CodeSpace::TaskScheduler,
    ),
];

/// The code in the field of a record that always has one.
fn field_code<'c>(event: &Event, codes: &'c Codes) -> Option<Told<'c>> {
    let &(_, names, space) = FIELDS.iter().find(|(records, ..)| records.are(event))?;
    let value = names.iter().find_map(|name| event.field_number(name))?;
    let used = CodeUse { space, value };
    let code = codes.resolve(used).filter(|code| !code.causes.is_empty())?;
    Some(Told {
        code,
        used,
        text: String::new(),
    })
}

/// What Credential Guard hands over in the place of a name, and computers that ask for tickets: nobody's logon.
fn is_nobody(event: &Event) -> bool {
    let of_machine = |user: &str| user.ends_with('$') && TICKETS.are(event);
    let user = event.field_text("TargetUserName");
    user.is_some_and(|user| is_handed_over(&user) || of_machine(&user))
}

/// What the transport writes of connections.
const OF_CONNECTIONS: Records = RDP_CORE.ids(&[103]);

/// Tickets that a domain controller gave or refused.
const TICKETS: Records = AUDITING.ids(&[4768, 4769, 4771]);

/// An audit that came without its sentence, in the words that matter.
fn of_audit(event: &Event) -> String {
    let fields = [
        ("", &["TargetUserName"][..]),
        ("logon type ", &["LogonType"]),
        ("from ", &["IpAddress", "Workstation", "WorkstationName"]),
    ];
    let told = fields.iter().filter_map(|(label, names)| {
        let value = event.first_field_text(names)?;
        Some(format!("{label}{value}")).filter(|_| !value.is_empty() && *value != *"-")
    });
    told.collect::<Vec<_>>().join(", ")
}

/// The text of a record of a service, with `%%1331` as the system error that it is.
fn service_text(event: &Event) -> String {
    let mut text = event.full_text().into_owned();
    if event.id == Some(7041) {
        // The record itself says it: the account lacks the right.
        text.push_str(" %%1385");
    }
    text.replace("%%", " system error ")
}

/// What records of services tell. That a service could not start for its logon says little beside the record that says why.
pub(super) fn of_services(host: &Host, codes: &Codes) -> Vec<Entry> {
    let mut records: Vec<&Entry> = host.each(&[OF_SERVICES]).map(|(_, entry)| entry).collect();
    if records.iter().any(|entry| entry.event.id != Some(7000)) {
        records.retain(|entry| entry.event.id != Some(7000));
    }
    let met = Met {
        operation: Some(Arc::from("service-start")),
        logons: vec![Arc::from("service")],
        ..Met::default()
    };
    let of_record = |entry: &&Entry| {
        let text = service_text(&entry.event);
        let all = told::told(&text, codes);
        // That the logon failed says less than why.
        const LOGON_FAILED: u32 = 1069;
        let mut logons = all.iter().filter(|told| of_logons(told.code.class));
        let why = logons
            .clone()
            .find(|told| told::win32_of(told.code) != Some(LOGON_FAILED));
        let told = why.or_else(|| logons.next())?;
        Some(tell(entry, &text, told, &met))
    };
    records.iter().filter_map(of_record).take(MOST).collect()
}

/// Whether a service with such a code could not log on.
const fn of_logons(class: CodeClass) -> bool {
    matches!(
        class,
        CodeClass::Account
            | CodeClass::Password
            | CodeClass::LogonRight
            | CodeClass::Domain
            | CodeClass::Time
            | CodeClass::Service
    )
}
