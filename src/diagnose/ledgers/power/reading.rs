//! Reads the records of going down and coming up into the ledger, in order of time. Owns which of them belong together.

use chrono::TimeDelta;

use super::{ASKED_SPAN, Down, DownKind, PowerLedger, REQUEST_SPAN, SHUTDOWN_SPAN};
use crate::diagnose::timeline::accounts::is_of_windows;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::model::parse_rfc3339;
use crate::model::providers::{
    AUDITING, EVENT_LOG, KERNEL_GENERAL, KERNEL_POWER, LSM, NETJOIN, POWER_TROUBLESHOOTER, Provider, USER32,
    WORKSTATION,
};

/// A host that hangs while it goes down is believed to do so for this long.
const HUNG_SPAN: TimeDelta = TimeDelta::hours(2);
/// Markers of one boot lie within this span.
const BOOT_SPAN: TimeDelta = TimeDelta::minutes(5);

/// What each going down writes once, and each start.
#[derive(Clone, Copy)]
enum Mark {
    SessionsTold = 1,
    LogStopped = 1 << 1,
    KernelStopped = 1 << 2,
    FastStartup = 1 << 3,
    KernelStarted = 1 << 4,
    LogStarted = 1 << 5,
    PowerWasLost = 1 << 6,
    StopWasMissed = 1 << 7,
    AuditStopped = 1 << 8,
    AuditStarted = 1 << 9,
}

/// Which marks were seen.
#[derive(Clone, Copy, Default)]
struct Marks(u16);

impl Marks {
    fn have(self, mark: Mark) -> bool {
        self.0 & mark as u16 != 0
    }

    fn add(&mut self, mark: Mark) {
        self.0 |= mark as u16;
    }
}

/// A going down that is not over.
#[derive(Clone, Copy)]
struct Open {
    /// The entry of its first marker.
    cite: usize,
    first: Moment,
    /// The last marker.
    until: Moment,
    marks: Marks,
}

impl Open {
    fn new(cite: usize, at: Moment) -> Self {
        Self {
            cite,
            first: at,
            until: at,
            marks: Marks::default(),
        }
    }

    /// Whether one more mark is of it: what was written already is of the next.
    fn takes(&self, mark: Mark, at: Moment) -> bool {
        let again = self.marks.have(mark) && !self.until.near(at, ASKED_SPAN);
        self.until.near(at, REQUEST_SPAN) && !again
    }

    /// Whether a request can be of it: Windows takes none while it goes down.
    fn may_be_asked_for(&self, at: Moment) -> bool {
        let stops = [Mark::AuditStopped, Mark::LogStopped, Mark::KernelStopped];
        let over = stops.into_iter().any(|mark| self.marks.have(mark));
        self.until.near(at, if over { ASKED_SPAN } else { SHUTDOWN_SPAN })
    }
}

/// One start of the host, and how it went down before.
#[derive(Clone, Copy)]
struct Boot {
    at: Moment,
    marks: Marks,
    /// The last sign of life before, of whatever log.
    alive: Option<Moment>,
    /// The going down before, by its place.
    down: Option<usize>,
}

#[derive(Default)]
pub(super) struct Reading {
    ledger: PowerLedger,
    request: Option<(usize, Moment)>,
    open: Option<Open>,
    last_alive: Option<Moment>,
    last_boot: Option<Boot>,
    /// The record before.
    last: Option<Moment>,
    /// The last record before the clock was set back, and the first one after.
    turn: Option<(Moment, Moment)>,
}

impl Reading {
    /// The ledger of a host.
    pub(super) fn of(host: &Host) -> PowerLedger {
        let mut reading = Self::default();
        for (index, entry) in host.entries.iter().enumerate() {
            if let (Some(at), Some(id)) = (entry.at, entry.event.like().id) {
                let turned = |last: &Moment| last.epoch < at.epoch;
                if let Some(last) = reading.last.filter(turned) {
                    reading.turn = Some((last, at));
                }
                reading.last = Some(at);
                reading.take(host, index, entry, at, id);
            }
        }
        // The log may end before the next boot, or before anything but the request was written.
        reading.close(host, DownKind::Planned);
        reading.cut_short(host);
        reading.ledger
    }

    fn take(&mut self, host: &Host, index: usize, entry: &Entry, at: Moment, id: u16) {
        let of = |provider: Provider| provider.wrote(entry.event.like());
        match id {
            1074 if of(USER32) => self.asked(host, index, at),
            1075 if of(USER32) => self.request = None,
            54 if of(LSM) => self.closing(host, index, at, Mark::SessionsTold),
            // Security has marks of its own, which are all there is where System was not sent.
            1100 if of(EVENT_LOG) => self.closing(host, index, at, Mark::AuditStopped),
            4608 if of(AUDITING) => self.booted(host, index, at, Mark::AuditStarted),
            6006 if of(EVENT_LOG) => self.closing(host, index, at, Mark::LogStopped),
            13 if of(KERNEL_GENERAL) => self.closing(host, index, at, Mark::KernelStopped),
            42 | 506 if of(KERNEL_POWER) => self.sleeping(host, index, entry, at),
            107 | 507 if of(KERNEL_POWER) => self.woke(at),
            1 if of(KERNEL_GENERAL) && entry.event.field_number("Reason") == Some(2) => {
                self.woke(at);
            }
            1 if of(POWER_TROUBLESHOOTER) => self.slept_until(entry, at),
            6005 if of(EVENT_LOG) => self.booted(host, index, at, Mark::LogStarted),
            12 if of(KERNEL_GENERAL) => self.booted(host, index, at, Mark::KernelStarted),
            // Nobody logs on to a host that goes down: it has started again.
            21 if of(LSM) => self.close(host, DownKind::Planned),
            4096 if of(NETJOIN) => self.ledger.joins.push(at),
            3260 | 3261 if of(WORKSTATION) => self.ledger.joins.push(at),
            6008 if of(EVENT_LOG) => {
                self.booted(host, index, at, Mark::StopWasMissed);
                self.unexpected(entry, index, at);
            }
            41 if of(KERNEL_POWER) => {
                self.booted(host, index, at, Mark::PowerWasLost);
                self.unexpected(entry, index, at);
            }
            _ => {}
        }
        if ![EVENT_LOG, KERNEL_GENERAL, KERNEL_POWER].into_iter().any(of) {
            self.last_alive = Some(at);
            // What is written in the moment of falling asleep is no sign of waking.
            let asleep = self.ledger.sleeps.last().map(|(from, _)| *from);
            if asleep.is_some_and(|from| at > from.later(ASKED_SPAN)) {
                self.woke(at);
            }
        }
    }

    /// A request. A going down that was told before and never seen to end was another. What Winlogon asks for is the carrying out of what a
    /// program in the session asked for, which alone knows why.
    fn asked(&mut self, host: &Host, index: usize, at: Moment) {
        if self.open.is_some_and(|open| !open.may_be_asked_for(at)) {
            self.close(host, DownKind::Planned);
        }
        let carries_out = |(before, asked): (usize, Moment)| {
            let of = |index: usize, name: &str| host.entries.get(index)?.event.field_text(name);
            asked.near(at, SHUTDOWN_SPAN)
                && of(index, "Process").is_some_and(|process| process == "winlogon.exe")
                && of(index, "User") == of(before, "User")
        };
        if !self.request.is_some_and(carries_out) {
            self.request = Some((index, at));
        }
    }

    /// A marker that Windows is shutting down.
    fn closing(&mut self, host: &Host, index: usize, at: Moment, mark: Mark) {
        match &mut self.open {
            Some(open) if open.takes(mark, at) => open.until = at,
            _ => {
                // Where the System log is missing, no boot tells that the one before is over.
                self.close(host, DownKind::Planned);
                self.open = Some(Open::new(index, at));
            }
        }
        if let Some(open) = &mut self.open {
            open.marks.add(mark);
        }
    }

    /// Reason 4 is a shutdown with fast start-up; all other reasons are sleep, which sessions survive.
    fn sleeping(&mut self, host: &Host, index: usize, entry: &Entry, at: Moment) {
        let by_program = || {
            // Texts have words in the place of the number.
            let text = entry.event.text();
            ["Application API", "Anwendungs-API"]
                .iter()
                .any(|words| text.contains(words))
        };
        let reason = entry.event.field_number("Reason");
        if reason.map_or_else(by_program, |reason| reason == 4) {
            self.closing(host, index, at, Mark::FastStartup);
            self.close(host, DownKind::Hybrid);
        } else {
            self.ledger.sleeps.push((at, at));
            self.ledger.sleep_cites.push(index);
        }
    }

    /// The host is awake again: by the marker that says so, or since something else was written long after it fell asleep.
    fn woke(&mut self, at: Moment) {
        if let Some((from, until)) = self.ledger.sleeps.last_mut()
            && *from == *until
        {
            *until = at;
        }
    }

    /// What Windows itself says of the sleep that is over: a host may have been woken by its hardware meanwhile, and nothing ran on it.
    fn slept_until(&mut self, entry: &Entry, at: Moment) {
        let told = |name: &str| {
            let text = entry.event.field_text(name)?;
            parse_rfc3339(&text).map(|time| at.with_time(time))
        };
        let Some((from, until)) = self.ledger.sleeps.last_mut() else {
            return;
        };
        if let Some((asleep, woke)) = told("SleepTime").zip(told("WakeTime"))
            && asleep.near(*from, SHUTDOWN_SPAN)
        {
            *until = woke.min(at).max(*until);
        }
    }

    fn close(&mut self, host: &Host, kind: DownKind) {
        let Some(open) = self.open.take() else {
            return;
        };
        let Open { first, until, .. } = open;
        let asked_for = |asked: Moment| {
            let began = first.since(asked);
            began.is_some_and(|span| span.abs() <= REQUEST_SPAN) || (asked >= first && asked <= until)
        };
        let request = self.request.filter(|(_, asked)| asked_for(*asked));
        if request.is_some() {
            self.request = None;
        }
        self.ledger.downs.push(Down {
            until,
            kind,
            stopped: open.marks.have(Mark::KernelStopped),
            ..down(host, request, &open)
        });
    }

    /// A request with which the log ends: what would follow it was not sent.
    fn cut_short(&mut self, host: &Host) {
        let last = host.entries.iter().filter_map(|entry| entry.at).max();
        let ends = |asked: Moment| {
            last.and_then(|last| last.since(asked))
                .is_some_and(|rest| rest <= REQUEST_SPAN)
        };
        if let Some((index, asked)) = self.request.filter(|(_, asked)| ends(*asked)) {
            self.open = Some(Open::new(index, asked));
            self.close(host, DownKind::Planned);
        }
    }

    /// A start; another mark of one within minutes is of the same, unless the host went down between them or that mark was there.
    fn booted(&mut self, host: &Host, index: usize, at: Moment, mark: Mark) {
        let asked = self.request.map(|(_, asked)| asked);
        let went_down = |boot: &Boot| self.open.is_some() || asked.is_some_and(|asked| asked > boot.at);
        let turn = self.turn;
        let near = |boot: &Boot, span| passed(turn, boot.at, at).is_some_and(|gap| gap.abs() <= span);
        let again = |boot: &Boot| boot.marks.have(mark) && !near(boot, ASKED_SPAN);
        let same = |boot: &&mut Boot| near(boot, BOOT_SPAN) && !went_down(boot) && !again(boot);
        if let Some(boot) = self.last_boot.as_mut().filter(same) {
            boot.marks.add(mark);
            return;
        }
        self.begun_at_least(at);
        self.close(host, DownKind::Planned);
        let before = self.last_boot.map(|boot| boot.at);
        let down = self.ledger.downs.len().checked_sub(1).filter(|place| {
            let down = self.ledger.downs.get(*place);
            down.is_some_and(|down| before.is_none_or(|boot| down.until >= boot))
        });
        self.ledger.boots.push(at);
        self.ledger.boot_cites.push(index);
        self.last_boot = Some(Boot {
            at,
            marks: Marks(mark as u16),
            alive: self.last_alive.filter(|alive| *alive <= at),
            down,
        });
    }

    /// A host that was asked to go down and started again went down, also where it left no marker of it.
    fn begun_at_least(&mut self, boot: Moment) {
        let last = self.last_alive.unwrap_or(boot);
        let asked = self
            .request
            .filter(|(_, asked)| last.since(*asked).is_some_and(|span| span <= HUNG_SPAN));
        if let (None, Some((index, at))) = (self.open, asked) {
            self.open = Some(Open::new(index, at));
        }
    }

    /// 6008 and Kernel-Power 41 are written at the next boot. The time in 6008 is only a lower bound of the end: events of
    /// an hour later were seen.
    fn unexpected(&mut self, entry: &Entry, index: usize, at: Moment) {
        let Some(boot) = self.last_boot else { return };
        let code = entry.event.field_number("BugcheckCode").filter(|&code| code != 0);
        let stated = entry
            .event
            .field_text("LastAlive")
            .and_then(|text| parse_rfc3339(&text));
        let before = entry.event.field_number("SecondsSinceAlive");
        let before = before.and_then(|seconds| TimeDelta::try_seconds(i64::from(seconds)));
        let stated = stated
            .map(|time| at.with_time(time))
            .or_else(|| before.map(|gap| at.earlier(gap)))
            .filter(|alive| *alive < at);
        let before = boot.down.and_then(|place| self.ledger.downs.get_mut(place));
        let down = before.filter(|down| at.since(down.until).is_some_and(|gap| gap < TimeDelta::days(30)));
        if let Some(last) = down {
            if last.kind == DownKind::Unexpected {
                last.bugcheck = last.bugcheck.or(code);
                // Kernel-Power 41 is written first, and only EventLog 6008 knows the last sign of life.
                if let Some(alive) = stated.filter(|alive| *alive > last.at) {
                    last.at = alive;
                    last.until = alive;
                }
                return;
            }
            // No boot is written after fast start-up: what comes up unexpectedly went down later than that.
            let came_up = last.kind == DownKind::Hybrid
                && boot
                    .alive
                    .is_some_and(|alive| alive > last.until.later(SHUTDOWN_SPAN));
            // Windows was asked to go down, began to, and never was through with it.
            let hung = last.kind == DownKind::Planned && !last.stopped;
            if !came_up && !hung {
                return;
            }
        }
        let earliest = boot
            .down
            .and_then(|place| self.ledger.downs.get(place))
            .map(|down| down.until);
        let down = stated.max(boot.alive).max(earliest).unwrap_or(boot.at);
        if let Some(known) = &mut self.last_boot {
            known.down = Some(self.ledger.downs.len());
        }
        self.ledger.downs.push(Down {
            at: down,
            until: down,
            kind: DownKind::Unexpected,
            process: None,
            user: None,
            by_windows: None,
            comment: None,
            cite: index,
            request: None,
            bugcheck: code,
            stopped: false,
        });
    }
}

/// How long it was from one instant to another, also where the clock was set back between them: at a first start it often is.
fn passed(turn: Option<(Moment, Moment)>, from: Moment, to: Moment) -> Option<TimeDelta> {
    to.since(from).or_else(|| {
        let (last, first) = turn?;
        Some(last.since(from)? + to.since(first)?)
    })
}

/// A going down at a request, if there was one, since the first marker.
fn down(host: &Host, request: Option<(usize, Moment)>, &Open { cite, first, .. }: &Open) -> Down {
    let index = request.map(|(index, _)| index);
    let event = index
        .and_then(|index| host.entries.get(index))
        .map(|entry| &entry.event);
    let user = event.and_then(|event| event.first_field_text(&["User", "param7"]));
    let sid = event.and_then(|event| event.sid.as_deref());
    Down {
        at: request.map_or(first, |(_, asked)| asked.min(first)),
        until: first,
        kind: DownKind::Planned,
        process: event.and_then(|event| event.field_text("Process")),
        by_windows: is_of_windows(user.as_deref(), sid),
        comment: event.and_then(|event| event.field_text("Comment")),
        user,
        cite: index.unwrap_or(cite),
        request: index,
        bugcheck: None,
        stopped: false,
    }
}
