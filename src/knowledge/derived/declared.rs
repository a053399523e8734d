//! The declarations: each kind of derived event with its fields and the logs that it stands on. The one place where they are written down.

use super::{DerivedEvent, DerivedField, field, plain};

const KIND: DerivedField = field("Kind", "console, rdp, vmconnect");

const LIMIT: DerivedField = field("Limit", "which setting fits the time, see below");

const INTERRUPTED: DerivedField = field("Interrupted", "what was going on, see below");
const WHEN: DerivedField = field(
    "When",
    "around the time asked about, or during a task, a job, a session",
);

const CLASS: DerivedField = field("Class", "see below");

const BY_SESSION: DerivedField = field("BySession", "the session that LSM 39 names");

const ACTIVE: DerivedField = field("ActiveMinutes", "since it was connected");

const LAYOUT: DerivedField = field(
    "Layout",
    "published: `quser` and its like; guessed: `DumpSessionsInfo`",
);

pub(crate) const SESSION_LOGON: DerivedEvent = DerivedEvent {
    name: "session-logon",
    when: "LSM 21 or 25",
    fields: &[
        plain("User"),
        plain("SessionID"),
        plain("Address"),
        KIND,
        field("How", "logon, reconnect"),
        field("ArbitrationSeconds", "41 to 21 or 25"),
        field("OtherActive", "how many sessions of other users are active then"),
        plain("OtherUser"),
    ],
    stands_on: &["LSM"],
    silence: Some("LSM"),
};

pub(crate) const SESSION_SLOW: DerivedEvent = DerivedEvent {
    name: "session-slow",
    when: "a stage of a logon took 20 s or more",
    fields: &[
        plain("User"),
        plain("SessionID"),
        field("Stage", "arbitration: 41 to 21; shell: 21 to 22"),
        plain("Seconds"),
    ],
    stands_on: &["LSM"],
    silence: Some("LSM"),
};

pub(crate) const SESSION_UNFINISHED: DerivedEvent = DerivedEvent {
    name: "session-unfinished",
    when: "LSM 41 without 21, 25 or 42 within 5 minutes",
    fields: &[plain("User"), plain("SessionID")],
    stands_on: &["LSM"],
    silence: Some("LSM"),
};

pub(crate) const SESSION_DISCONNECT: DerivedEvent = DerivedEvent {
    name: "session-disconnect",
    when: "LSM 24 or 40, one for each real disconnection",
    fields: &[
        plain("User"),
        plain("SessionID"),
        plain("Address"),
        KIND,
        CLASS,
        plain("Reason"),
        BY_SESSION,
        plain("ByUser"),
        field("Together", "sessions of users that dropped within 10 s"),
        ACTIVE,
        LIMIT,
        field(
            "TakenFrom",
            "the address of the other client that took the session over",
        ),
        INTERRUPTED,
        WHEN,
        field(
            "JobFailed",
            "yes: it was a job, and it wrote an error within 2 minutes",
        ),
        field(
            "Refreshes",
            "after how many refreshes of group policy sessions of the host lost their clients within 15 s and nobody said why; \
             absent where most did so at other times",
        ),
        field(
            "BackAfter",
            "seconds until its user was in it again, up to two minutes; absent where work was cut off, others lost theirs too, or it breaks often",
        ),
        field(
            "Lone",
            "yes: the connection of a person broke who does no work of robots, as it does now and then in a log of many days",
        ),
        field("Excerpt", "yes: no more than a few records of the host were sent"),
    ],
    stands_on: &["LSM"],
    silence: Some("LSM"),
};

pub(crate) const SESSION_END: DerivedEvent = DerivedEvent {
    name: "session-end",
    when: "LSM 23, or the end of the boot that the session lived in",
    fields: &[
        plain("User"),
        plain("SessionID"),
        plain("Address"),
        KIND,
        CLASS,
        field("Reason", "of the disconnection before it"),
        BY_SESSION,
        field("State", "active, disconnected: how it stood before it ended"),
        field("DisconnectedMinutes", "how long it had stood disconnected"),
        ACTIVE,
        LIMIT,
        INTERRUPTED,
        WHEN,
    ],
    stands_on: &["LSM", "User32", "EventLog", "KernelPower", "KernelGeneral"],
    silence: Some("LSM"),
};

pub(crate) const HOST_RESTART: DerivedEvent = DerivedEvent {
    name: "host-restart",
    when: "the host goes down",
    fields: &[
        field("Class", "planned, unexpected, hybrid"),
        plain("Process"),
        plain("ReasonCode"),
        plain("ShutdownType"),
        field("Did", "restarted the host, shut the host down"),
        field(
            "Was",
            "was restarted, was shut down, went down unexpectedly, went down into fast startup",
        ),
        plain("User"),
        field("By", "windows, user: what kind of account that is"),
        plain("Comment"),
        field("ByTask", "the task whose run gave the command"),
        plain("BugcheckCode"),
        field("ActiveSessions", "how many sessions were active"),
        field("Interrupted", "task, job: work that it cut off"),
        field("TaskName", "of the task that it cut off"),
        field("Owner", "whose work that was"),
        field(
            "EndOfDay",
            "yes: somebody switched it off for hours, and that cut nothing",
        ),
        field("Asked", "yes: what the user of the tool points at"),
    ],
    stands_on: &["LSM", "User32", "EventLog", "KernelPower", "KernelGeneral"],
    silence: Some("EventLog"),
};

pub(crate) const HOST_BOOT: DerivedEvent = DerivedEvent {
    name: "host-boot",
    when: "the host comes up",
    fields: &[field("Class", "as of the going down before it")],
    stands_on: &["EventLog", "KernelGeneral"],
    silence: Some("EventLog"),
};

pub(crate) const TASK_LOGON_FAILED: DerivedEvent = DerivedEvent {
    name: "task-logon-failed",
    when: "104, or 101 with a code of the logon family; a pair is one",
    fields: &[
        plain("TaskName"),
        plain("User"),
        plain("ResultCode"),
        field("Method", "LogonUserExEx, LogonUserS4U"),
        field("Status", "of the 4625 type 4 in the same 2 s"),
    ],
    stands_on: &["TaskScheduler"],
    silence: Some("TaskScheduler"),
};

pub(crate) const TASK_RUN: DerivedEvent = DerivedEvent {
    name: "task-run",
    when: "a run ended",
    fields: &[
        plain("TaskName"),
        plain("InstanceId"),
        plain("User"),
        field(
            "Class",
            "completed, failed-start, failed-action, stopped, cut-by-shutdown",
        ),
        field(
            "Exit",
            "file name of what ran, in lower case, and its exit code: `robocopy.exe:3`",
        ),
        plain("ResultCode"),
        plain("Seconds"),
        field("Began", "when it began"),
    ],
    stands_on: &["TaskScheduler"],
    silence: Some("TaskScheduler"),
};

pub(crate) const LEDGER_CONTEXT: DerivedEvent = DerivedEvent {
    name: "ledger-context",
    when: "beside each occurrence of an incident",
    fields: &[
        field(
            "ServerSide",
            "yes when LSM covers the time since the host started, and whose the sessions are is known",
        ),
        field(
            "OwnState",
            "none, active, disconnected: the state of the user's own session then",
        ),
        plain("OwnSession"),
        plain("OwnKind"),
        plain("OwnAddress"),
        plain("DisconnectedMinutes"),
        field("OwnSessions", "how many at once"),
        field(
            "LeftBehind",
            "yes: another session of the user was logged off when this one was disconnected",
        ),
        field("FromItself", "yes: its client is the host itself"),
        field(
            "AnyActive",
            "where the user is not known: how many sessions were active",
        ),
        plain("AnyDisconnected"),
        plain("AnyHeld"),
        plain("ActiveUser"),
        plain("DisconnectedUser"),
        plain("OtherActive"),
        plain("OtherDisconnected"),
        plain("OtherUser"),
        plain("MinutesSinceBoot"),
        field(
            "MinutesSinceJoin",
            "NetJoin 4096, where the host has not started since",
        ),
        plain("User"),
    ],
    stands_on: &[],
    silence: Some("LSM"),
};

pub(crate) const LIST_CONTEXT: DerivedEvent = DerivedEvent {
    name: "list-context",
    when: "beside each occurrence of an incident: what the list of sessions shows that is nearest in time, or has none",
    fields: &[
        LAYOUT,
        field("Timed", "yes when the time of the list is known"),
        field("OwnState", "none, active, disconnected"),
        plain("OtherActive"),
        plain("OtherDisconnected"),
        plain("OtherUser"),
        field("AnyActive", "where the user is not known: how many are active"),
        plain("AnyDisconnected"),
        plain("AnyHeld"),
        plain("ActiveUser"),
        plain("DisconnectedUser"),
        plain("User"),
    ],
    stands_on: &[],
    silence: None,
};

pub(crate) const LOGON_FLOOD: DerivedEvent = DerivedEvent {
    name: "logon-flood",
    when: "100 or more logons over the network were refused within an hour, or 30 within five minutes, under five or more names or from five or more \
           addresses, or 30 within a minute for a name that people guess, such as Administrator",
    fields: &[
        plain("Count"),
        plain("Minutes"),
        field(
            "Whence",
            "an address, the name of a machine, or how many addresses",
        ),
        plain("Names"),
        plain("Addresses"),
    ],
    stands_on: &["Security", "RdpCoreTS"],
    silence: Some("Security"),
};

pub(crate) const LOGON_STAYS_REFUSED: DerivedEvent = DerivedEvent {
    name: "logon-stays-refused",
    when: "Security 4625, or 4768 and 4771 with 0x12 again and again (no `LogonType` then), for an account of robots or tasks, one that \
           the host itself locked out, or where a few refusals are all that was sent: none succeeded afterwards. Also Security 4625 of \
           type 10 with 0xC000015B, or 4825: whoever lacks the right to use Remote Desktop",
    fields: &[
        plain("User"),
        plain("LogonType"),
        plain("FailureCode"),
        field("Times", "how many"),
        field("Granted", "yes: the right was given later"),
        plain("Address"),
    ],
    stands_on: &["Security"],
    silence: Some("Security"),
};

pub(crate) const AUTOLOGON_MISSED: DerivedEvent = DerivedEvent {
    name: "autologon-missed",
    when: "a boot that the log of sessions covers, after which nobody was logged on at the console within 10 minutes although \
           `winlogon.AutoAdminLogon` is 1",
    fields: &[field("User", "`winlogon.DefaultUserName`")],
    stands_on: &["EventLog", "KernelGeneral"],
    silence: Some("LSM"),
};

pub(crate) const HOST_SLEPT: DerivedEvent = DerivedEvent {
    name: "host-slept",
    when: "the host went to sleep while a job of a robot was going on, or when the user of the tool points at it",
    fields: &[
        field("User", "whose job"),
        field(
            "Work",
            "program: the log of a program shows that it was at work, and not whose it is",
        ),
        field("Asked", "yes: what the user of the tool points at"),
    ],
    stands_on: &["KernelPower"],
    silence: Some("EventLog"),
};

pub(crate) const SCREEN_HIDDEN: DerivedEvent = DerivedEvent {
    name: "screen-hidden",
    when: "a line of a robot's job or of a program's own log tells of an error while the session that it works in shows nothing: that of the job's user, or where that is not known, every session of the host",
    fields: &[
        field("User", "whose session that is"),
        field("State", "locked, or disconnected: without a client"),
        field("Minutes", "for how long it had been so"),
        field("Said", "what the line says"),
    ],
    stands_on: &[],
    silence: None,
};

pub(crate) const TASK_START_MISSED: DerivedEvent = DerivedEvent {
    name: "task-start-missed",
    when: "TaskScheduler 153 within 30 minutes after the host came up or woke up: it was down or asleep when the task should have started; or, at a \
           time that somebody asks about, a task did not start that does so every day",
    fields: &[
        plain("TaskName"),
        field("Class", "planned, unexpected, hybrid, asleep: what it was then"),
        field("Process", "that took the host down"),
        field("User", "for whom it did"),
        field("By", "windows, user: what kind of account that is"),
        plain("ReasonCode"),
        field("Minutes", "how long the host was away"),
        field(
            "Habit",
            "that it starts at that time every day, where the scheduler notes nothing",
        ),
    ],
    stands_on: &["TaskScheduler"],
    silence: Some("TaskScheduler"),
};

pub(crate) const REFUSAL_TOLD: DerivedEvent = DerivedEvent {
    name: "refusal-told",
    when: "LsaSrv 40960 with the code of an account's state or right, or of clocks that differ, where a few such records are all that was sent, or where they go on for hours",
    fields: &[plain("Code")],
    stands_on: &["LSA"],
    silence: None,
};

pub(crate) const SETTING_TOLD: DerivedEvent = DerivedEvent {
    name: "setting-told",
    when: "for each setting or result of a test of a host of which no more than an excerpt was sent",
    fields: &[
        field("Fact", "its name; `rdp.listener` where `qwinsta` shows none"),
        plain("Value"),
    ],
    stands_on: &[],
    silence: None,
};

pub(crate) const CLOCK_JUMP: DerivedEvent = DerivedEvent {
    name: "clock-jump",
    when: "the clock was set by more than 60 s",
    fields: &[
        plain("Seconds"),
        field(
            "How",
            "forward or back, by how much, and by which program, in words",
        ),
    ],
    stands_on: &["KernelGeneral"],
    silence: Some("EventLog"),
};

pub(crate) const TASK_LISTED: DerivedEvent = DerivedEvent {
    name: "task-listed",
    when: "for each task of a list whose last result is an error; a refused logon is a `task-logon-failed` instead; neither has a time",
    fields: &[plain("TaskName"), plain("User"), plain("ResultCode")],
    stands_on: &[],
    silence: None,
};

pub(crate) const SESSION_TOLD: DerivedEvent = DerivedEvent {
    name: "session-told",
    when: "LSM 40 of reason 0, 5, 11 or 12, where up to four of them are all that a host told",
    fields: &[plain("SessionID"), plain("Reason")],
    stands_on: &["LSM"],
    silence: None,
};

pub(crate) const CODE_TOLD: DerivedEvent = DerivedEvent {
    name: "code-told",
    when: "loose text, a product's message or a service that could not log on tells a code that causes are known of, by number, \
           symbol or sentence",
    fields: &[
        field("Space", "the code space"),
        field("From", "the provider; absent for loose text"),
        field("code", "the code, Win32 as HRESULT"),
        field("Said", "the text"),
        field("Spelling", "the code as its space prints it"),
        plain("Symbol"),
        field("Topic", "the class of its entry in `data/codes`"),
        field("Win32", "the Win32 code of the same fault"),
        field("Only", "the one cause that the table names, as `|id|`"),
        field("First", "the likeliest of several"),
        field("Second", "the next"),
        field("Further", "the others"),
        field("Operation", "what it was met in, see `data/contexts.toml`"),
        field("Logon", "the kinds of logon named around it"),
        field("Accounts", "up to four accounts that are named around it"),
        plain("User"),
    ],
    stands_on: &[],
    silence: None,
};

pub(crate) const WORDS_TOLD: DerivedEvent = DerivedEvent {
    name: "words-told",
    when: "notes of a host of which no more than an excerpt was sent complain, and their words are those in which people tell a cause \
           (`heard`)",
    fields: &[
        field("First", "the cause that they are most like, as `|id|`"),
        field("Clear", "the same, where it is far ahead of the next"),
        field("Second", "the next"),
        field("Third", "the one after that"),
        field("Words", "the words that say most for the first"),
        field("SecondWords", "those that say most for the second"),
        field("ThirdWords", "those that say most for the third"),
    ],
    stands_on: &[],
    silence: None,
};

pub(crate) const SESSION_LISTED: DerivedEvent = DerivedEvent {
    name: "session-listed",
    when: "for each user in a list of sessions, at the time of the list if that is known",
    fields: &[plain("User"), field("State", "active, disconnected"), LAYOUT],
    stands_on: &[],
    silence: None,
};

pub(crate) const SESSION_PLACES: DerivedEvent = DerivedEvent {
    name: "session-places",
    when: "for each list of sessions, where `rdp.MaxInstanceCount` is known",
    fields: &[
        field("Held", "sessions of users but the one at the console"),
        plain("Limit"),
        plain("Free"),
        LAYOUT,
    ],
    stands_on: &[],
    silence: None,
};
