//! The life after the story: the host is switched off, sleeps, takes its updates, and people come and go. None of it has to do with what
//! happened before, and none of it may change what is said of that.

use chrono::TimeDelta;

use super::background::{ADMIN, CLERK};
use super::life::Stop;
use super::rng::Rng;
use super::world::World;

/// Lives on for as many days as are asked for. It has dice of its own, so that what is packed stays what it was.
pub fn goes_on(w: &mut World) {
    if w.later == 0 {
        return;
    }
    let dice = std::mem::replace(&mut w.rng, Rng::new(w.begin.timestamp().unsigned_abs() ^ 0x1a7e));
    w.drop_plans();
    // True of what comes now, and of nothing before.
    w.background("planned-restart-or-shutdown-by-user-or-admin");
    w.background("planned-restart-windows-update");
    let last = w.end;
    w.end += TimeDelta::days(w.later);
    for day in 0..w.later {
        let from = last + TimeDelta::days(day);
        w.at(from + TimeDelta::minutes(20), |w| visit(w, CLERK));
        w.at(from + TimeDelta::minutes(190), move |w| match day % 3 {
            0 => power_off(w),
            1 => w.sleep(TimeDelta::hours(9)),
            _ => update(w),
        });
        w.at(from + TimeDelta::hours(14), |w| visit(w, ADMIN));
    }
    w.run();
    w.rng = dice;
}

/// Somebody works at the console for an hour.
fn visit(w: &mut World, who: usize) {
    if w.up && w.session_of(who).is_none() {
        let id = w.console_logon(who);
        w.after(3_600, move |w| {
            if w.up && w.session_of(who) == Some(id) {
                w.log_off(id, true);
            }
        });
    }
}

/// Off for the night, by a person.
fn power_off(w: &mut World) {
    if w.up {
        let stop = w.user_stop(ADMIN, "power off");
        w.shut_down(&stop);
        w.after(8 * 3_600, |w| w.boot(false, 0));
    }
}

/// Windows Update restarts the host.
fn update(w: &mut World) {
    let stop = Stop {
        process: "C:\\Windows\\system32\\svchost.exe".to_owned(),
        reason: (
            "Operating System: Service pack (Planned)",
            "Betriebssystem: Service Pack (geplant)",
        ),
        code: "0x80020010",
        kind: "restart",
        comment: String::new(),
        by: "NT AUTHORITY\\SYSTEM".to_owned(),
    };
    w.restart(&stop);
}
