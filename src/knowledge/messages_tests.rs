//! The sentences of the built-in knowledge, against the shapes in which Event Viewer shows them and people paste them.

use super::Knowledge;
use crate::model::MessagePattern;

/// The event a text stands for, by the longest sentence that matches, and its fields.
fn read(knowledge: &Knowledge, text: &str) -> Option<(u16, Vec<(String, String)>)> {
    let lower = text.to_lowercase();
    let fits = |message: &&MessagePattern| lower.contains(&*message.literal);
    let (message, groups) = knowledge
        .texts
        .messages()
        .iter()
        .filter(fits)
        .filter_map(|message| Some((message, message.pattern.captures(text)?)))
        .max_by_key(|(_, groups)| groups.get(0).map_or(0, |whole| whole.len()))?;
    let fields = message.pattern.names().filter_map(|name| {
        let value = groups.name(name)?.as_str().trim().to_owned();
        Some((name.to_owned(), value))
    });
    Some((message.id?, fields.collect()))
}

#[track_caller]
fn check(knowledge: &Knowledge, text: &str, id: u16, wanted: &[(&str, &str)]) {
    let (found, fields) = read(knowledge, text).unwrap_or_else(|| panic!("no sentence fits {text:?}"));
    assert_eq!(found, id, "{text}");
    for &(name, value) in wanted {
        let held = fields.iter().find(|(field, _)| field == name);
        assert_eq!(
            held.map(|(_, held)| held.as_str()),
            Some(value),
            "{name} in {text}"
        );
    }
}

const RUN: &str = "{8D2B0B1F-0000-4000-8000-0123456789AB}";

#[test]
fn task_scheduler() {
    let knowledge = Knowledge::embedded().unwrap();
    let k = &knowledge;
    let task = ("TaskName", r"\Nightly job");
    check(
        k,
        r#"Task Scheduler failed to start "\Nightly job" task for user "CORP\svc-robot". Additional Data: Error Value: 2147943726."#,
        101,
        &[
            task,
            ("UserContext", r"CORP\svc-robot"),
            ("ResultCode", "2147943726"),
        ],
    );
    check(
        k,
        "Task Scheduler failed to start “\\Nightly job” task for user “(NONE)”. Additional Data: Error Value: 2147943712.",
        101,
        &[task, ("ResultCode", "2147943712")],
    );
    check(
        k,
        "Task Scheduler failed to log on \"CORP\\svc-robot\" . Failure occurred in \"LogonUserExEx\" . User Action: Ensure the credentials\nfor the task are correctly specified. Additional Data: Error Value: 2147943785.",
        104,
        &[
            ("UserName", r"CORP\svc-robot"),
            ("ErrorDescription", "LogonUserExEx"),
            ("ResultCode", "2147943785"),
        ],
    );
    check(
        k,
        &format!(
            r#"Task Scheduler started "{RUN}" instance of the "\Nightly job" task for user "CORP\svc-robot"."#
        ),
        100,
        &[task, ("InstanceId", RUN), ("UserContext", r"CORP\svc-robot")],
    );
    check(
        k,
        &format!(
            r#"Task Scheduler successfully completed task "\Nightly job" , instance "{RUN}" , action "C:\Windows\SYSTEM32\cmd.exe" with return code 2147942401."#
        ),
        201,
        &[
            task,
            ("ActionName", r"C:\Windows\SYSTEM32\cmd.exe"),
            ("ResultCode", "2147942401"),
        ],
    );
    check(
        k,
        &format!(
            r#"Task Scheduler failed to launch action "robot.exe" in instance "{RUN}" of task "\Nightly job". Additional Data: Error Value: 2147942402."#
        ),
        203,
        &[task, ("ActionName", "robot.exe"), ("ResultCode", "2147942402")],
    );
    check(
        k,
        r#"Task Scheduler validated the configuration for task "\Nightly job" , but credentials could not be stored. User Action: Re-register the task making sure the credentials are valid. Additional Data: Error Value: 2147943712."#,
        116,
        &[task, ("ResultCode", "2147943712")],
    );
}

#[test]
fn task_scheduler_decides() {
    let knowledge = Knowledge::embedded().unwrap();
    let k = &knowledge;
    let task = ("TaskName", r"\Nightly job");
    check(
        k,
        r#"User "CORP\anna"  updated Task Scheduler task "\Nightly job""#,
        140,
        &[task, ("UserName", r"CORP\anna")],
    );
    check(
        k,
        &format!(
            r#"Task Scheduler launched "{RUN}"  instance of task "\Nightly job"  for user "CORP\anna" ."#
        ),
        110,
        &[task, ("UserContext", r"CORP\anna")],
    );
    check(
        k,
        &format!(
            r#"Task Scheduler did not launch task "\Nightly job"  because instance "{RUN}"  of the same task is already running."#
        ),
        322,
        &[task],
    );
    check(
        k,
        r#"Task Scheduler did not launch task "\Nightly job"  because user "CORP\svc-robot"  was not logged on when the launching conditions were met."#,
        332,
        &[task, ("UserName", r"CORP\svc-robot")],
    );
    check(
        k,
        &format!(
            r#"Task Scheduler terminated "{RUN}"  instance of the "\Nightly job"  task due to exceeding the time allocated for execution, as configured in the task definition."#
        ),
        329,
        &[task, ("TaskInstanceId", RUN)],
    );
    check(
        k,
        &format!(r#"Task Scheduler terminated "{RUN}"  instance of the "\Nightly job"  task."#),
        111,
        &[task],
    );
}

#[test]
fn names_with_dots_and_without_quotes() {
    let knowledge = Knowledge::embedded().unwrap();
    check(
        &knowledge,
        r#"Task Scheduler failed to start "\Acme v1.2\Nightly" task for user "corp.example\svc.robot". Additional Data: Error Value: 2147943726."#,
        101,
        &[
            ("TaskName", r"\Acme v1.2\Nightly"),
            ("UserContext", r"corp.example\svc.robot"),
            ("ResultCode", "2147943726"),
        ],
    );
    check(
        &knowledge,
        r"Task Scheduler failed to start \Nightly task for user corp.example\svc.robot. Additional Data: Error Value: 2147943726.",
        101,
        &[
            ("UserContext", r"corp.example\svc.robot"),
            ("ResultCode", "2147943726"),
        ],
    );
}

const REFUSED: &str = "An account failed to log on.\n\nSubject:\n\tSecurity ID:\t\tSYSTEM\n\tAccount Name:\t\tRPA-07$\n\tAccount Domain:\t\tCORP\n\tLogon ID:\t\t0x3E7\n\nLogon Type:\t\t\t4\n\nAccount For Which Logon Failed:\n\tSecurity ID:\t\tNULL SID\n\tAccount Name:\t\tsvc-robot\n\tAccount Domain:\t\tCORP\n\nFailure Information:\n\tFailure Reason:\t\tUnknown user name or bad password.\n\tStatus:\t\t\t0xC000006D\n\tSub Status:\t\t0xC000006A\n";

#[test]
fn security() {
    let knowledge = Knowledge::embedded().unwrap();
    let k = &knowledge;
    check(
        k,
        REFUSED,
        4625,
        &[
            ("TargetUserName", "svc-robot"),
            ("TargetDomainName", "CORP"),
            ("LogonType", "4"),
            ("Status", "0xC000006D"),
            ("SubStatus", "0xC000006A"),
        ],
    );
    check(
        k,
        "\tFailure Reason:\t\tAn Error occured during Logon.\n\tStatus:\t\t\t0x80090302\n\tSub Status:\t\t0xC0000418",
        4625,
        &[("SubStatus", "0xC0000418")],
    );
    check(
        k,
        "An account was successfully logged on.\n\nSubject:\n\tAccount Name:\t\tRPA-07$\n\nLogon Information:\n\tLogon Type:\t\t4\n\nNew Logon:\n\tSecurity ID:\t\tCORP\\svc-robot\n\tAccount Name:\t\tsvc-robot\n\tAccount Domain:\t\tCORP\n\tLogon ID:\t\t0x1A2B3C\n",
        4624,
        &[
            ("TargetUserName", "svc-robot"),
            ("LogonType", "4"),
            ("TargetLogonId", "0x1A2B3C"),
        ],
    );
    check(
        k,
        "A user account was locked out.\n\nSubject:\n\tAccount Name:\t\tDC-01$\n\nAccount That Was Locked Out:\n\tSecurity ID:\t\tCORP\\svc-robot\n\tAccount Name:\t\tsvc-robot\n\nAdditional Information:\n\tCaller Computer Name:\tRPA-07\n",
        4740,
        &[("TargetUserName", "svc-robot"), ("TargetDomainName", "RPA-07")],
    );
    check(
        k,
        "An attempt was made to reset an account's password.\n\nSubject:\n\tAccount Name:\t\tanna\n\nTarget Account:\n\tSecurity ID:\t\tCORP\\svc-robot\n\tAccount Name:\t\tsvc-robot\n\tAccount Domain:\t\tCORP\n",
        4724,
        &[("TargetUserName", "svc-robot")],
    );
    check(
        k,
        "Kerberos pre-authentication failed.\n\nAccount Information:\n\tSecurity ID:\t\tCORP\\svc-robot\n\tAccount Name:\t\tsvc-robot\n\nNetwork Information:\n\tClient Address:\t\t::ffff:10.0.0.7\n\tClient Port:\t\t50123\n\nAdditional Information:\n\tTicket Options:\t\t0x40810010\n\tFailure Code:\t\t0x18\n",
        4771,
        &[
            ("TargetUserName", "svc-robot"),
            ("Status", "0x18"),
            ("IpAddress", "::ffff:10.0.0.7"),
        ],
    );
    check(
        k,
        "The computer attempted to validate the credentials for an account.\n\nAuthentication Package:\tMICROSOFT_AUTHENTICATION_PACKAGE_V1_0\nLogon Account:\tsvc-robot\nSource Workstation:\tRPA-07\nError Code:\t0xC000006A\n",
        4776,
        &[
            ("TargetUserName", "svc-robot"),
            ("Workstation", "RPA-07"),
            ("Status", "0xC000006A"),
        ],
    );
}
