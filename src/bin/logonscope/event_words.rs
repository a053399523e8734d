//! What the events mean that an analysis cites most, for `explain`: what Windows says by them, in which fields, and what they are
//! good for. Source: Microsoft's pages on the audit events and the manifests of the providers.

/// One event: the short name of its log, its id, what it means, its fields, what it is good for.
type Words = (&'static str, u16, &'static str, &'static str, &'static str);

const WORDS: &[Words] = &[
    (
        "LSM",
        21,
        "A user logged on to a session.",
        "User, SessionID, Address (LOCAL for the console)",
        "who owns a session, and from which client",
    ),
    (
        "LSM",
        22,
        "The shell of a session started.",
        "User, SessionID, Address",
        "a logon that got as far as the desktop",
    ),
    (
        "LSM",
        23,
        "The user of a session logged off.",
        "User, SessionID",
        "the end of a session; what came just before tells why",
    ),
    (
        "LSM",
        24,
        "A session lost its client and stays as disconnected.",
        "User, SessionID, Address",
        "when a robot lost its desktop; 40 tells the reason",
    ),
    (
        "LSM",
        25,
        "A client was connected to a session that was there already.",
        "User, SessionID, Address",
        "who came back, or took a session over",
    ),
    (
        "LSM",
        39,
        "One session was disconnected by another.",
        "TargetSession, Source",
        "which session took the place: the taker",
    ),
    (
        "LSM",
        40,
        "A session was disconnected, with a reason code.",
        "Session, Reason",
        "why it was disconnected: 3 is the idle limit, 5 another connection, 11 the user, 12 a logoff; `explain disconnect N` tells the others",
    ),
    (
        "LSM",
        41,
        "Windows begins to choose the session for a logon.",
        "User, SessionID",
        "a logon that hangs: 42 must follow",
    ),
    (
        "LSM",
        42,
        "Windows has chosen the session for a logon.",
        "User, SessionID",
        "the end of what 41 began",
    ),
    (
        "RCM",
        1149,
        "A client was authenticated on the network. It is no logon yet: LSM 21 or 25 must follow.",
        "Param1 (user), Param2 (domain), Param3 (client)",
        "whether a connection got past Network Level Authentication",
    ),
    (
        "RdpCoreTS",
        103,
        "A Remote Desktop connection ended, with a reason code.",
        "ReasonCode",
        "the reason of a disconnect where LSM 40 is not at hand",
    ),
    (
        "RdpCoreTS",
        131,
        "A client opened a connection.",
        "ConnType, ClientIP",
        "whether a client reached the machine at all, and from where",
    ),
    (
        "TaskScheduler",
        100,
        "A task started.",
        "TaskName, UserContext, InstanceId",
        "when it worked: the start that a failure lacks",
    ),
    (
        "TaskScheduler",
        101,
        "A task could not be started.",
        "TaskName, UserContext, ResultCode",
        "the code of the failure; with 104 beside it the logon failed",
    ),
    (
        "TaskScheduler",
        102,
        "A task ended.",
        "TaskName, UserContext, InstanceId",
        "the end of a run",
    ),
    (
        "TaskScheduler",
        103,
        "An action of a task could not be started.",
        "TaskName, ActionName, ResultCode",
        "a program that is not there or may not be run",
    ),
    (
        "TaskScheduler",
        104,
        "The account of a task could not be logged on.",
        "UserContext, TaskName, ResultCode",
        "a wrong or missing stored password, or a right that is missing: the code tells which",
    ),
    (
        "TaskScheduler",
        106,
        "A task was registered.",
        "TaskName, UserContext",
        "when the task came to be, and for whom",
    ),
    (
        "TaskScheduler",
        111,
        "A task was ended before it was done.",
        "TaskName, InstanceId",
        "a limit on the run time, or somebody who ended it",
    ),
    (
        "TaskScheduler",
        140,
        "A task was changed.",
        "TaskName, UserName",
        "whether a failure began with a change of the task",
    ),
    (
        "TaskScheduler",
        201,
        "An action of a task ended, with the result of its program.",
        "TaskName, ActionName, ResultCode",
        "whether the program itself failed",
    ),
    (
        "TaskScheduler",
        203,
        "An action of a task could not be launched.",
        "TaskName, ActionName, ResultCode",
        "a path, a folder or a right that is missing",
    ),
    (
        "TaskScheduler",
        322,
        "A start was skipped because the task still ran.",
        "TaskName, TaskInstanceId",
        "a run that hangs and blocks the next ones",
    ),
    (
        "Security",
        4624,
        "An account logged on.",
        "TargetUserName, LogonType, TargetLogonId, IpAddress",
        "that a password is right; type 4 is a task, 10 Remote Desktop, 5 a service",
    ),
    (
        "Security",
        4625,
        "A logon was refused.",
        "TargetUserName, LogonType, Status, SubStatus, IpAddress",
        "why: SubStatus 0xC000006A is a wrong password, 0xC0000234 a locked account, 0xC0000071 an expired password",
    ),
    (
        "Security",
        4634,
        "A logon session ended.",
        "TargetUserName, TargetLogonId, LogonType",
        "how long a logon lasted",
    ),
    (
        "Security",
        4647,
        "A user logged off by hand.",
        "TargetUserName, TargetLogonId",
        "a logoff that a person or a program asked for",
    ),
    (
        "Security",
        4648,
        "A process logged on with a password that was given to it.",
        "SubjectUserName, TargetUserName, ProcessName",
        "who used the credentials of a robot",
    ),
    (
        "Security",
        4723,
        "A user tried to change the own password.",
        "TargetUserName, SubjectUserName",
        "when a password changed; domain accounts: on a domain controller",
    ),
    (
        "Security",
        4724,
        "Somebody tried to reset a password.",
        "TargetUserName, SubjectUserName",
        "when a password was reset, and by whom",
    ),
    (
        "Security",
        4738,
        "An account was changed.",
        "TargetUserName, PasswordLastSet, UserAccountControl",
        "password, expiry and flags that changed",
    ),
    (
        "Security",
        4740,
        "An account was locked.",
        "TargetUserName, TargetDomainName (the calling computer)",
        "which machine still sends the old password",
    ),
    (
        "Security",
        4771,
        "Kerberos refused a password.",
        "TargetUserName, Status, IpAddress",
        "0x18 is a wrong password; on a domain controller",
    ),
    (
        "Security",
        4776,
        "A password was checked by NTLM.",
        "TargetUserName, Workstation, Status",
        "which machine asked, and what came of it",
    ),
    (
        "Security",
        4778,
        "A session was connected again.",
        "AccountName, SessionName, ClientAddress",
        "who came back to a session",
    ),
    (
        "Security",
        4779,
        "A session was disconnected.",
        "AccountName, SessionName, ClientAddress",
        "when a session lost its client",
    ),
];

/// What an event means: its meaning, its fields, what it is good for.
pub(crate) fn of(log: &str, id: u16) -> Option<[&'static str; 3]> {
    let mut found = WORDS
        .iter()
        .filter(|words| words.0.eq_ignore_ascii_case(log) && words.1 == id);
    found.next().map(|words| [words.2, words.3, words.4])
}

#[cfg(test)]
mod tests {
    use logonscope::knowledge::Knowledge;

    use super::WORDS;

    #[test]
    fn every_event_is_told_once_and_of_a_log_that_is_known() {
        let knowledge = Knowledge::embedded().unwrap();
        for pair in WORDS.windows(2) {
            assert!(
                (pair[0].0, pair[0].1) < (pair[1].0, pair[1].1) || pair[0].0 != pair[1].0,
                "{pair:?}"
            );
        }
        for words in WORDS {
            assert!(knowledge.source(words.0).is_some(), "{words:?}");
        }
    }
}
