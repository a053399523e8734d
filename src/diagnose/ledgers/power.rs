//! The power ledger: when a host came up and went down, how, and at whose request.

use chrono::TimeDelta;

use crate::diagnose::timeline::derived_event::Derived;
use crate::diagnose::timeline::host::{Entry, Host, Moment};
use crate::diagnose::timeline::interval_tree::Overlaps;
use crate::model::{Value, parse_rfc3339};

/// How a host went down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::diagnose) enum DownKind {
    /// Windows shut down.
    Planned,
    /// It was gone without shutting down: power, crash, reset.
    Unexpected,
    /// Fast start-up: the users are logged off and the kernel sleeps.
    Hybrid,
}

impl DownKind {
    pub(in crate::diagnose) const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Unexpected => "unexpected",
            Self::Hybrid => "hybrid",
        }
    }
}

/// One going down.
#[derive(Debug, Clone)]
pub(in crate::diagnose) struct Down {
    /// When it began: the request, or the first marker; for an unexpected one the last sign of life.
    pub at: Moment,
    /// When it was over: the last marker.
    pub until: Moment,
    /// How.
    pub kind: DownKind,
    /// The process that asked, as a base name in lower case.
    pub process: Option<String>,
    /// The user who asked.
    pub user: Option<String>,
    /// The index of the entry to cite.
    pub cite: usize,
    /// The index of the request (User32 1074).
    request: Option<usize>,
    /// The code of a blue screen, if not 0.
    bugcheck: Option<u32>,
    /// Whether the kernel said that it stops: then Windows was through with going down.
    stopped: bool,
}

/// All of one host.
#[derive(Debug, Default)]
pub(in crate::diagnose) struct PowerLedger {
    /// Goings down in order.
    pub downs: Vec<Down>,
    /// Boots in order.
    pub boots: Vec<Moment>,
    /// The entry that tells of each boot.
    boot_cites: Vec<usize>,
    /// When the host was joined to a domain, in order.
    joins: Vec<Moment>,
    /// From when to when it slept, in order; an end that nobody wrote is the next sign of life.
    sleeps: Vec<(Moment, Moment)>,
    /// When the goings down were, from the first marker to the last.
    spans: Overlaps,
}

/// A shutdown marker outranks what a session seems to say within this span.
pub(in crate::diagnose) const SHUTDOWN_SPAN: TimeDelta = TimeDelta::seconds(90);
/// What a request does comes after it, but for clocks of two logs.
const ASKED_SPAN: TimeDelta = TimeDelta::seconds(10);
/// A request is followed by the shutdown within this span.
pub(in crate::diagnose) const REQUEST_SPAN: TimeDelta = TimeDelta::minutes(15);
/// Windows lets go of the clients of its sessions in the last moments before it sleeps, or finds them gone soon after it woke up.
const WAKING_SPAN: TimeDelta = TimeDelta::minutes(2);
/// A host that hangs while it goes down is believed to do so for this long.
const HUNG_SPAN: TimeDelta = TimeDelta::hours(2);
/// Markers of one boot lie within this span.
const BOOT_SPAN: TimeDelta = TimeDelta::minutes(5);

impl PowerLedger {
    /// Reads the markers of a host in order.
    pub(in crate::diagnose) fn new(host: &Host) -> Self {
        let mut reading = Reading::default();
        for (index, entry) in host.entries.iter().enumerate() {
            if let (Some(at), Some(id)) = (entry.at, entry.event.id) {
                reading.take(host, index, entry, at, id);
            }
        }
        // The log may end before the next boot, or before anything but the request was written.
        reading.close(host, DownKind::Planned);
        reading.cut_short(host);
        let mut ledger = reading.ledger;
        ledger.downs.sort_by_key(|down| (down.until, down.at));
        let spans = ledger.downs.iter().enumerate();
        ledger.spans = Overlaps::new(spans.map(|(place, down)| (place, down.at, Some(down.until))));
        ledger
    }

    /// The goings down that touch an instant and `span` around it.
    fn around(&self, at: Moment, span: TimeDelta) -> impl Iterator<Item = usize> {
        self.spans.touching(at.earlier(span), at.later(span))
    }

    /// The last going down around an instant of which something holds.
    pub(in crate::diagnose) fn last_around(
        &self,
        at: Moment,
        span: TimeDelta,
        holds: impl Fn(&Down) -> bool,
    ) -> Option<&Down> {
        let downs = self.around(at, span);
        let place = downs
            .filter(|place| self.downs.get(*place).is_some_and(&holds))
            .max()?;
        self.downs.get(place)
    }

    /// The going down that something that went on at an instant met first.
    pub(in crate::diagnose) fn next_down(&self, at: Moment) -> Option<&Down> {
        let next = self.downs.partition_point(|down| down.until < at);
        self.downs.get(next)
    }

    /// The going down within 90 s of an instant, before or after. Where the request is there nothing before it is its work, and what comes
    /// after the next start is none of it.
    pub(in crate::diagnose) fn near(&self, at: Moment) -> Option<&Down> {
        let is_near = |down: &Down| {
            let before = if down.request.is_some() {
                ASKED_SPAN
            } else {
                SHUTDOWN_SPAN
            };
            let over = self.boot_before(at).is_some_and(|boot| boot > down.until);
            down.kind != DownKind::Unexpected
                && at.since(down.at).is_some_and(|after| after >= -before)
                && down
                    .until
                    .since(at)
                    .is_some_and(|before| before >= -SHUTDOWN_SPAN)
                && !over
        };
        let places = self.around(at, SHUTDOWN_SPAN);
        let first = places
            .filter(|place| self.downs.get(*place).is_some_and(is_near))
            .min()?;
        self.downs.get(first)
    }

    /// By whom the host was taken down around an instant, where what showed then is of a class that says that it was: what two different
    /// requests did is not one story.
    pub(in crate::diagnose) fn taken_down_by(&self, at: Moment, class: &str) -> Option<String> {
        let kinds = [DownKind::Planned, DownKind::Unexpected, DownKind::Hybrid];
        let is_down = class.ends_with("shutdown") || kinds.iter().any(|kind| kind.name() == class);
        let down = self.near(at).filter(|_| is_down)?;
        let process = down.process.as_deref().unwrap_or_default();
        let user = down.user.as_deref().unwrap_or_default().to_lowercase();
        Some(format!("{process} for {user}"))
    }

    /// Whether the host was asleep around an instant.
    pub(in crate::diagnose) fn slept(&self, at: Moment) -> bool {
        let begun = self
            .sleeps
            .partition_point(|(from, _)| *from <= at.later(ASKED_SPAN));
        let last = begun.checked_sub(1).and_then(|place| self.sleeps.get(place));
        last.is_some_and(|(_, until)| at <= until.later(WAKING_SPAN))
    }

    /// The last boot at or before an instant.
    pub(in crate::diagnose) fn boot_before(&self, at: Moment) -> Option<Moment> {
        let known = self.boots.partition_point(|boot| *boot <= at);
        self.boots.get(known.checked_sub(1)?).copied()
    }

    /// Minutes from the last boot before `at` to it.
    pub(in crate::diagnose) fn minutes_up(&self, at: Moment) -> Option<i64> {
        at.since(self.boot_before(at)?).map(|span| span.num_minutes())
    }

    /// The last join to a domain before `at`, if the host has not started since: until then it goes on as what it was.
    pub(in crate::diagnose) fn joined_since_boot(&self, at: Moment) -> Option<Moment> {
        let known = self.joins.partition_point(|join| *join <= at);
        let join = self.joins.get(known.checked_sub(1)?).copied()?;
        self.boot_before(at)
            .is_none_or(|boot| boot < join)
            .then_some(join)
    }

    /// Tells the events for which it decides how long after the boot they came: what needs the network fails before that is up.
    pub(in crate::diagnose) fn date_by_boot(&self, host: &mut Host) {
        const NEED_THE_NETWORK: [&str; 2] = ["NETLOGON", "Microsoft-Windows-GroupPolicy"];
        for entry in &mut host.entries {
            let needs = |name: &&str| entry.event.provider.eq_ignore_ascii_case(name);
            if let Some(at) = entry.at
                && NEED_THE_NETWORK.iter().any(needs)
                && let Some(minutes) = self.minutes_up(at)
            {
                entry.event.supply("MinutesSinceBoot", Value::Signed(minutes));
            }
        }
    }

    /// The boots, each with the entry that tells of it.
    pub(in crate::diagnose) fn cited_boots(&self) -> impl Iterator<Item = (Moment, usize)> {
        self.boots.iter().copied().zip(self.boot_cites.iter().copied())
    }

    /// Each boot, with the class of the going down before it.
    fn derive_boots(&self, host: &Host) -> Vec<Entry> {
        let boot = |(at, cite): (Moment, usize)| {
            let base = host.entries.get(cite)?;
            let down = self.spans.begun_by(at).and_then(|place| self.downs.get(place));
            Some(
                Derived::new("host-boot", base)
                    .with_some("Class", down.map(|down| down.kind.name()))
                    .build(),
            )
        };
        self.cited_boots().filter_map(boot).collect()
    }

    /// Derived events: each going down and each boot.
    pub(in crate::diagnose) fn derive(&self, host: &Host, active: impl Fn(&Down) -> usize) -> Vec<Entry> {
        let mut events = self.derive_boots(host);
        for down in &self.downs {
            let Some(base) = host.entries.get(down.cite) else {
                continue;
            };
            let request = down
                .request
                .and_then(|index| host.entries.get(index))
                .map(|entry| &entry.event);
            let from = |name: &str| request.and_then(|event| event.field_text(name));
            events.push(
                Derived::new("host-restart", base)
                    .at(Some(down.at))
                    .with("Class", down.kind.name())
                    .with_some("Process", down.process.as_deref())
                    .with_some("User", down.user.as_deref())
                    .with_some("ReasonCode", from("ReasonCode"))
                    .with_some("ShutdownType", from("ShutdownType"))
                    .with_some("Comment", from("Comment"))
                    .with_some("BugcheckCode", down.bugcheck)
                    .with("ActiveSessions", active(down))
                    .build(),
            );
        }
        events
    }
}

/// One start of the host, and how it went down before.
#[derive(Clone, Copy)]
struct Boot {
    at: Moment,
    /// The last sign of life before, of whatever log.
    alive: Option<Moment>,
    /// The going down before, by its place.
    down: Option<usize>,
}

#[derive(Default)]
struct Reading {
    ledger: PowerLedger,
    request: Option<(usize, Moment)>,
    /// The going down that is not over: the entry of its first marker, the first and the last marker, and whether the kernel stopped.
    open: Option<(usize, Moment, Moment, bool)>,
    last_alive: Option<Moment>,
    last_boot: Option<Boot>,
}

const LSM: &str = "microsoft-windows-terminalservices-localsessionmanager";

impl Reading {
    fn take(&mut self, host: &Host, index: usize, entry: &Entry, at: Moment, id: u16) {
        let provider = entry.event.provider.to_ascii_lowercase();
        match (provider.as_str(), id) {
            ("user32" | "microsoft-windows-user32", 1074) => self.asked(host, index, at),
            ("user32" | "microsoft-windows-user32", 1075) => self.request = None,
            (LSM, 54) | ("eventlog", 6006) => self.closing(host, index, at, false),
            ("microsoft-windows-kernel-general", 13) => self.closing(host, index, at, true),
            ("microsoft-windows-kernel-power", 42 | 506) => self.sleeping(host, index, entry, at),
            ("microsoft-windows-kernel-power", 107 | 507) => self.woke(at),
            ("microsoft-windows-kernel-general", 1) if entry.event.field_number("Reason") == Some(2) => {
                self.woke(at);
            }
            ("eventlog", 6005) | ("microsoft-windows-kernel-general", 12) => self.booted(host, index, at),
            // Nobody logs on to a host that goes down: it has started again.
            (LSM, 21) => self.close(host, DownKind::Planned),
            ("netjoin", 4096) | ("workstation" | "lanmanworkstation", 3260 | 3261) => {
                self.ledger.joins.push(at)
            }
            ("eventlog", 6008) | ("microsoft-windows-kernel-power", 41) => {
                self.booted(host, index, at);
                self.unexpected(entry, index, at);
            }
            _ => {}
        }
        let of_start = matches!(
            provider.as_str(),
            "eventlog" | "microsoft-windows-kernel-general" | "microsoft-windows-kernel-power"
        );
        if !of_start {
            self.last_alive = Some(at);
            // What is written in the moment of falling asleep is no sign of waking.
            let asleep = self.ledger.sleeps.last().map(|(from, _)| *from);
            if asleep.is_some_and(|from| at > from.later(ASKED_SPAN)) {
                self.woke(at);
            }
        }
    }

    /// A request. A going down that was told long ago and never seen to end was another.
    fn asked(&mut self, host: &Host, index: usize, at: Moment) {
        let other = self
            .open
            .is_some_and(|(_, _, until, _)| !until.near(at, REQUEST_SPAN));
        if other {
            self.close(host, DownKind::Planned);
        }
        self.request = Some((index, at));
    }

    /// A marker that Windows is shutting down.
    fn closing(&mut self, host: &Host, index: usize, at: Moment, stops: bool) {
        if let Some((_, _, until, stopped)) = &mut self.open
            && until.near(at, REQUEST_SPAN)
        {
            *until = at;
            *stopped |= stops;
            return;
        }
        // Where the System log is missing, no boot tells that the one before is over.
        self.close(host, DownKind::Planned);
        self.open = Some((index, at, at, stops));
    }

    /// Reason 4 is a shutdown with fast start-up; all other reasons are sleep, which sessions survive.
    fn sleeping(&mut self, host: &Host, index: usize, entry: &Entry, at: Moment) {
        if entry.event.field_number("Reason") == Some(4) {
            self.closing(host, index, at, false);
            self.close(host, DownKind::Hybrid);
        } else {
            self.ledger.sleeps.push((at, at));
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

    fn close(&mut self, host: &Host, kind: DownKind) {
        let Some((cite, first, until, stopped)) = self.open.take() else {
            return;
        };
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
            stopped,
            ..down(host, request, (cite, first))
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
            self.open = Some((index, asked, asked, false));
            self.close(host, DownKind::Planned);
        }
    }

    /// A start; what tells of it again within minutes is the same.
    fn booted(&mut self, host: &Host, index: usize, at: Moment) {
        if self.last_boot.is_some_and(|boot| at.near(boot.at, BOOT_SPAN)) {
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
            self.open = Some((index, at, at, false));
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
        let stated = stated
            .map(|time| Moment { time, ..at })
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
            cite: index,
            request: None,
            bugcheck: code,
            stopped: false,
        });
    }
}

/// A going down at a request, if there was one, since the first marker.
fn down(host: &Host, request: Option<(usize, Moment)>, (cite, first): (usize, Moment)) -> Down {
    let index = request.map(|(index, _)| index);
    let event = index
        .and_then(|index| host.entries.get(index))
        .map(|entry| &entry.event);
    Down {
        at: request.map_or(first, |(_, asked)| asked.min(first)),
        until: first,
        kind: DownKind::Planned,
        process: event.and_then(|event| event.field_text("Process")),
        user: event.and_then(|event| event.first_field_text(&["User", "param7"])),
        cite: index.unwrap_or(cite),
        request: index,
        bugcheck: None,
        stopped: false,
    }
}
