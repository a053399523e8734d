//! Bundles with a known truth, made from a seed.
//!
//! Every bundle is a healthy week of a small network with at most one fault in it. The fault is a change of the
//! simulated world; the logs follow. Equal seeds give equal bytes, on every machine.
//!
//! | file | what is in it |
//! | --- | --- |
//! | `world` | the network, the agenda, the logs as they grow |
//! | `life`, `sessions`, `work`, `refusals` | what machines, sessions, tasks, robots and the directory do and write |
//! | `background`, `everyday` | a healthy week, and what goes on beside it and beside the fault |
//! | `faults`, `kit` | the faults, a file a family, and the steps they share |
//! | `later` | the life after the story: power-off, sleep, updates |
//! | `pack`, `wording` | what the customer sends of it, in which form and language |
//! | `truth` | what is true of a bundle, and how far its evidence carries |
//!
//! To add a fault: a function in the file of its family that says what is true (`fault`, `also`, `never`, `needs`) and
//! what happens (`when`, `repeat`, `robot_fails`, `during_job`), and a line in one of the tables below.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "shared by several test programs; a test may panic; a scenario reads best in one piece"
)]

pub mod background;
pub mod everyday;
pub mod faults;
pub mod fixtures;
pub mod kit;
pub mod later;
pub mod life;
pub mod pack;
pub mod refusals;
pub mod rng;
pub mod sessions;
pub mod truth;
pub mod wording;
pub mod work;
pub mod world;

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use crate::support::archive::Files;
use crate::support::evtx::time;
use rng::Rng;
use truth::{Scenario, Truth};
use world::World;

pub type Inject = fn(&mut World, i64);

/// What can be made, in the order in which seeds walk through it.
pub const KINDS: &[(&str, Inject)] = &[
    ("password-drift", faults::directory::password_drift),
    ("account-locked", faults::directory::account_locked),
    ("account-disabled", faults::directory::account_disabled),
    ("disable-domain-creds", faults::credentials::disable_domain_creds),
    ("batch-right", faults::rights::batch_right),
    ("dc-unreachable", faults::directory::dc_unreachable),
    ("encryption-oracle", faults::listener::encryption_oracle),
    ("nla-without-credssp", faults::listener::nla_without_credssp),
    ("user-logoff", faults::sessions::user_logoff),
    ("update-restart", faults::stops::update_restart),
    ("unexpected-restart", faults::stops::unexpected_restart),
    ("replaced", faults::contention::replaced),
    ("idle-limit", faults::sessions::idle_limit),
    ("network-loss", faults::sessions::network_loss),
    ("session-create-timeout", faults::product::session_create_timeout),
    ("stale-session", faults::contention::stale_session),
    ("transient", faults::product::transient),
    ("healthy", faults::product::healthy),
    ("healthy", faults::product::healthy),
    ("healthy", faults::product::healthy),
];

/// More of them, in a series of their own.
pub const MORE: &[(&str, Inject)] = &[
    ("account-expired", faults::directory::account_expired),
    ("password-expired", faults::directory::password_expired),
    ("account-deleted", faults::directory::account_deleted),
    ("logon-hours", faults::directory::logon_hours),
    ("smart-card", faults::rights::smart_card),
    ("too-many-sids", faults::directory::too_many_sids),
    (
        "authentication-firewall",
        faults::directory::authentication_firewall,
    ),
    ("trust-broken", faults::directory::trust_broken),
    ("time-skew", faults::directory::time_skew),
    ("lockout-loop", faults::directory::lockout_loop),
    ("rdp-right", faults::rights::rdp_right),
    ("network-right", faults::rights::network_right),
    ("program-error", faults::tasks::program_error),
    ("definition-error", faults::tasks::definition_error),
    ("only-when-logged-on", faults::tasks::only_when_logged_on),
    ("outlived", faults::credentials::outlived),
    ("security-layer", faults::listener::security_layer),
    ("nla-required", faults::listener::nla_required),
    ("prompt-for-password", faults::listener::prompt_for_password),
    ("rds-licensing", faults::listener::rds_licensing),
    ("connection-limit", faults::listener::connection_limit),
    ("listener-down", faults::listener::listener_down),
    ("active-limit", faults::sessions::active_limit),
    ("disconnected-limit", faults::sessions::disconnected_limit),
    ("forced", faults::sessions::forced),
    ("window-closed", faults::sessions::window_closed),
    ("graphics-crash", faults::sessions::graphics_crash),
    ("user-restart", faults::stops::user_restart),
    ("scripted-restart", faults::stops::scripted_restart),
    ("remote-restart", faults::stops::remote_restart),
    ("evaluation", faults::stops::evaluation),
    ("hybrid-shutdown", faults::stops::hybrid_shutdown),
    ("gpo-drops", faults::sessions::gpo_drops),
    ("user-busy", faults::contention::user_busy),
    ("console-conflict", faults::contention::console_conflict),
    ("known-defect", faults::product::known_defect),
    ("pad-conflict", faults::contention::pad_conflict),
    ("brute-force", faults::listener::brute_force),
];

/// The causes that are seen more rarely, in a third.
pub const RARE: &[(&str, Inject)] = &[
    ("blank-password", faults::accounts::blank_password),
    ("protected-users", faults::accounts::protected_users),
    ("ntlm-blocked", faults::accounts::ntlm_blocked),
    ("rc4-removed", faults::accounts::rc4_removed),
    ("channel-binding", faults::accounts::channel_binding),
    ("netlogon-stopped", faults::accounts::netlogon_stopped),
    ("service-right", faults::accounts::service_right),
    ("mfa", faults::accounts::mfa),
    ("cloud-account", faults::accounts::cloud_account),
    ("pending-reboot", faults::accounts::pending_reboot),
    ("lsa-protection", faults::accounts::lsa_protection),
    (
        "network-registration",
        faults::credentials::registered_over_network,
    ),
    ("store-unavailable", faults::credentials::store_unavailable),
    ("split-token", faults::credentials::split_token),
    ("wam-broker", faults::credentials::wam_broker),
    (
        "service-impersonation",
        faults::credentials::service_impersonation,
    ),
    ("s4u", faults::credentials::s4u),
    ("s4u-on-entra", faults::credentials::s4u_on_entra),
    ("credential-guard", faults::credentials::credential_guard),
    ("gmsa", faults::credentials::gmsa),
    ("store-corrupt", faults::credentials::store_corrupt),
    ("smart-card-session", faults::credentials::smart_card_session),
    ("secondary-logon", faults::credentials::secondary_logon),
    ("parameter-bug", faults::credentials::parameter_bug),
    ("mapped-drive", faults::tasks::mapped_drive),
    ("task-blocked", faults::tasks::blocked),
    ("multi-action", faults::tasks::multi_action),
    ("certificate", faults::connections::certificate),
    ("legal-notice", faults::connections::legal_notice),
    ("stuck-arbitration", faults::connections::stuck_arbitration),
    ("autologon-password", faults::connections::autologon_password),
    ("passwordless-device", faults::connections::passwordless_device),
    ("farm-member", faults::connections::farm_member),
    ("broker-database", faults::connections::broker_database),
    ("gateway-policy", faults::connections::gateway_policy),
    ("termserv-hook", faults::connections::termserv_hook),
    ("rdweb-loopback", faults::connections::rdweb_loopback),
    ("other-user", faults::contention::other_user),
    ("too-many-slots", faults::contention::too_many_slots),
    ("slot-held", faults::contention::slot_held),
    ("user-mismatch", faults::contention::user_mismatch),
    ("config-mismatch", faults::contention::config_mismatch),
    ("remoteapp-limit", faults::endings::remoteapp_limit),
    ("third-party-logoff", faults::endings::third_party_logoff),
    ("kb-regression", faults::endings::kb_regression),
    ("hung-child", faults::endings::hung_child),
    ("executor-killed", faults::endings::executor_killed),
    ("logging-off-already", faults::endings::logging_off_already),
    ("gpo-denies", faults::endings::gpo_denies),
    ("low-memory", faults::endings::low_memory),
    ("slow-policy", faults::product::slow_policy),
    ("network-provider", faults::product::network_provider),
    ("temporary-profile", faults::product::temporary_profile),
    ("outdated-robot", faults::product::outdated_robot),
    ("service-stopped", faults::product::service_stopped),
    ("hardening", faults::product::hardening),
    ("too-little", faults::product::too_little),
    ("clock-apart", faults::directory::clock_apart),
];

/// Kinds that seeds walk through in order.
#[derive(Debug)]
pub struct Series {
    pub name: &'static str,
    pub kinds: &'static [(&'static str, Inject)],
}

/// All of them.
pub const SERIES: [Series; 4] = [
    Series {
        name: "common",
        kinds: KINDS,
    },
    Series {
        name: "more",
        kinds: MORE,
    },
    Series {
        name: "rare",
        kinds: RARE,
    },
    Series {
        name: "healthy",
        kinds: &[("healthy", faults::product::healthy)],
    },
];

/// The scenario of a seed in a series.
pub fn of_series(series: &Series, seed: u64) -> Scenario {
    let (kind, inject) = series.kinds[usize::try_from(seed % series.kinds.len() as u64).unwrap()];
    make(seed, kind, inject)
}

/// The scenario of a seed of the first series.
pub fn scenario(seed: u64) -> Scenario {
    of_series(&SERIES[0], seed)
}

/// What makes a kind of fault, by its name.
pub fn inject_of(kind: &str) -> Inject {
    let mut all = SERIES.iter().flat_map(|series| series.kinds);
    all.find(|(name, _)| *name == kind)
        .unwrap_or_else(|| panic!("no kind {kind}"))
        .1
}

/// The scenario of a kind by its name.
pub fn of_kind(kind: &'static str, seed: u64) -> Scenario {
    make(seed, kind, inject_of(kind))
}

/// A scenario of a kind, whatever the seed says.
pub fn make(seed: u64, kind: &'static str, inject: Inject) -> Scenario {
    build(seed, kind, inject, |_| {})
}

/// The same, with a world that is set up by hand before its week is planned.
pub fn build(seed: u64, kind: &'static str, inject: Inject, set_up: impl Fn(&mut World)) -> Scenario {
    // In some weeks the machine is down just when the fault would show. Then it is another week.
    (0..9u64)
        .find_map(|week| live(Rng::new(seed ^ (week << 40)), inject, &set_up))
        .map(|(files, channels, truth)| Scenario {
            seed,
            kind,
            files,
            channels,
            truth,
        })
        .unwrap_or_else(|| panic!("seed {seed} ({kind}): the fault never showed"))
}

/// One week, packed; nothing if a fault was injected and never showed.
fn live(
    mut rng: Rng,
    inject: Inject,
    set_up: impl Fn(&mut World),
) -> Option<(Files, BTreeMap<String, &'static str>, Truth)> {
    let days = rng.range(3, 7);
    let begin = time("2026-03-02T00:00:00Z") + TimeDelta::days(rng.range(0, 110));
    let mut w = World::new(rng, begin, days, blank());
    set_up(&mut w);
    background::healthy_week(&mut w, days);
    // The fixtures show one thing at a time.
    if !w.complete {
        everyday::goes_on(&mut w, days);
    }
    inject(&mut w, days);
    if let Some(at) = w.fault_at.filter(|_| !w.complete) {
        everyday::tempts(&mut w, at);
    }
    w.run();
    later::goes_on(&mut w);
    w.truth.host = w.host.clone();
    let files = pack::pack(&mut w);
    let (channels, truth) = (w.packed, w.truth);
    (truth.cause.is_none() || truth.first.is_some()).then_some((files, channels, truth))
}

fn blank() -> Truth {
    Truth {
        story: String::new(),
        cause: None,
        symptoms: BTreeSet::new(),
        host: String::new(),
        user: None,
        task: None,
        session: None,
        first: None,
        last: None,
        at_least: None,
        at_most: None,
        must_ask: false,
        also: BTreeSet::new(),
        background: BTreeSet::new(),
        forbidden: BTreeSet::new(),
        notes: Vec::new(),
    }
}
