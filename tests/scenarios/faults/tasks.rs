//! The task logged on, or was never tried; the fault lies elsewhere.

use crate::scenarios::background::ROBOT;
use crate::scenarios::kit::{TASK_RUN, minutes};
use crate::scenarios::truth::Word;
use crate::scenarios::world::SYSTEM_SID;
use crate::scenarios::world::TASK;
use crate::scenarios::world::{TASK_OP, World};
use crate::support::evtx::Event;
use crate::support::evtx::Value;
use crate::support::exports::task_xml;

pub fn mapped_drive(w: &mut World, days: i64) {
    w.of_task();
    w.tasks[0].program = "Z:\\import\\run.cmd".into();
    w.fault(
        "mapped-drive-or-user-profile-dependency",
        TASK_RUN,
        Word::Possible,
        "The task's program works on a drive letter that exists in the desktop session only.",
    );
    w.also(&["task-program-error-not-logon", "task-definition-error"]);
    w.never(&[
        "password-drift-stored-credential",
        "batch-logon-right-missing",
        "disable-domain-creds-policy",
    ]);
    let code = *w.rng.pick(&[2_147_942_403u32, 2_147_942_453]);
    let at = w.fault_time(days);
    w.repeat(at, 3, minutes(55), move |w| {
        if w.task_runs(0, code) {
            w.shows();
        }
    });
    let user = w.name(ROBOT);
    w.extra_files.push((
        format!("{}/tasks/import.xml", w.host),
        task_xml(
            &user,
            "Password",
            "C:\\Windows\\System32\\cmd.exe",
            "/c Z:\\import\\run.cmd",
        ),
    ));
}

/// The scheduler's own rules keep the task from running.
pub fn blocked(w: &mut World, days: i64) {
    w.of_task();
    w.fault(
        "task-blocked-by-settings",
        &["task-run-failure", "task-logon-failure"],
        Word::Likely,
        "The instance before hangs, or the machine is not as the conditions of the task want it.",
    );
    w.also(&["multi-action-task-stops-early"]);
    w.never(&[
        "password-drift-stored-credential",
        "task-program-error-not-logon",
        "run-only-when-logged-on",
    ]);
    let which = w.rng.range(0, 4);
    let at = w.fault_time(days);
    w.repeat(at, 3, minutes(50), move |w| {
        let instance = Value::Guid(w.rng.guid());
        let event = match which {
            0 => w.of_first_task(322, 3).data("TaskInstanceId", instance),
            1 => w.of_first_task(326, 3),
            2 => w.of_first_task(135, 3),
            _ => w.of_first_task(112, 3),
        };
        w.log(TASK_OP, 0, event);
        w.shows();
    });
}

pub fn multi_action(w: &mut World, days: i64) {
    w.of_task();
    w.fault(
        "multi-action-task-stops-early",
        TASK_RUN,
        Word::Possible,
        "The task may run an hour; its first action takes longer, and the second never starts.",
    );
    w.also(&["task-blocked-by-settings"]);
    w.never(&["password-drift-stored-credential", "forced-by-admin-or-tool"]);
    let at = w.fault_time(days);
    w.repeat(at, 3, minutes(180), |w| {
        let instance = w.rng.guid();
        let guid = Value::Guid(instance.clone());
        let user = w.name(ROBOT);
        let event = w.of_first_task(100, 4).activity(&instance);
        w.log(
            TASK_OP,
            0,
            event.data("UserContext", &user).data("InstanceId", guid.clone()),
        );
        let event = w.of_first_task(200, 4).activity(&instance);
        let event = event.data("ActionName", "C:\\RPA\\collect.exe");
        w.log(TASK_OP, 10, event.data("TaskInstanceId", guid.clone()));
        let event = w.of_first_task(329, 4).activity(&instance);
        w.log(TASK_OP, 3_600_000, event.data("TaskInstanceId", guid.clone()));
        let event = w.of_first_task(111, 4).activity(&instance);
        w.log(TASK_OP, 3_600_020, event.data("InstanceId", guid.clone()));
        let event = w
            .of_first_task(201, 4)
            .activity(&instance)
            .data("TaskInstanceId", guid);
        let event = event.data("ActionName", "C:\\RPA\\collect.exe");
        w.log(TASK_OP, 3_600_040, event.data("ResultCode", 267_014u32));
        w.shows();
        w.shows_at(w.now + minutes(61));
    });
}

pub fn program_error(w: &mut World, days: i64) {
    w.task_log = true;
    let story = "The task starts its program; the program fails on its own.";
    w.fault(
        "task-program-error-not-logon",
        &["task-run-failure", "no-such-logon-session"],
        Word::Likely,
        story,
    );
    w.never(&[
        "password-drift-stored-credential",
        "disable-domain-creds-policy",
        "process-outlived-logon-session",
        "batch-logon-right-missing",
    ]);
    w.truth.task = Some(w.tasks[0].path.clone());
    let at = w.fault_time(days);
    let code = *w.rng.pick(&[2_147_943_712u32, 2_147_942_401, 1, 0xe043_4352]);
    w.repeat(at, 3, minutes(55), move |w| {
        if w.task_runs(0, code) {
            w.shows();
        }
    });
}

pub fn definition_error(w: &mut World, days: i64) {
    w.task_log = true;
    let story = "The program of the task was moved away.";
    w.fault("task-definition-error", TASK_RUN, Word::Likely, story);
    w.also(&["mapped-drive-or-user-profile-dependency"]);
    w.never(&["password-drift-stored-credential", "task-program-error-not-logon"]);
    w.truth.task = Some(w.tasks[0].path.clone());
    let at = w.fault_time(days);
    let code = *w.rng.pick(&[2_147_942_402u32, 2_147_942_667]);
    w.repeat(at, 3, minutes(55), move |w| {
        w.shows();
        let (path, program) = (w.tasks[0].path.clone(), w.tasks[0].program.clone());
        let instance = w.rng.guid();
        let guid = Value::Guid(instance.clone());
        let event = |id: u16, level: u8| {
            Event::new(TASK, id)
                .task(id)
                .level(level)
                .user(SYSTEM_SID)
                .activity(&instance)
        };
        w.log(
            TASK_OP,
            0,
            event(107, 4)
                .data("TaskName", &path)
                .data("InstanceId", guid.clone()),
        );
        let start = event(100, 4)
            .data("TaskName", &path)
            .data("UserContext", w.name(ROBOT));
        w.log(TASK_OP, 60, start.data("InstanceId", guid.clone()));
        w.log(
            TASK_OP,
            62,
            event(200, 4)
                .data("TaskName", &path)
                .data("ActionName", &program)
                .data("TaskInstanceId", guid.clone()),
        );
        let failed = event(203, 2)
            .data("TaskName", &path)
            .data("TaskInstanceId", guid.clone());
        w.log(
            TASK_OP,
            80,
            failed.data("ActionName", program).data("ResultCode", code),
        );
        let failed = event(103, 2)
            .data("TaskName", &path)
            .data("InstanceId", guid)
            .data("UserContext", w.name(ROBOT));
        w.log(TASK_OP, 84, failed.data("ResultCode", code));
    });
}

pub fn only_when_logged_on(w: &mut World, days: i64) {
    w.task_log = true;
    let story = "The task is set to run only when its user is logged on, and he is not.";
    w.fault(
        "run-only-when-logged-on",
        &["task-run-failure", "task-logon-failure"],
        Word::Likely,
        story,
    );
    w.never(&["password-drift-stored-credential", "batch-logon-right-missing"]);
    w.truth.task = Some(w.tasks[0].path.clone());
    let at = w.fault_time(days);
    w.repeat(at, 3, minutes(60), |w| {
        w.shows();
        let event = Event::new(TASK, 332).task(332).level(3).user(SYSTEM_SID);
        let event = event
            .data("TaskName", w.tasks[0].path.clone())
            .data("UserName", w.name(ROBOT));
        w.log(TASK_OP, 0, event);
    });
}
