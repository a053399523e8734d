//! The registry values of one artifact on their way to facts.

use std::collections::BTreeMap;

use super::key::{ControlSet, Key};
use super::rules::{RULES, Special};
use super::{Data, is_secret};
use crate::model::FactScope;
use crate::reader::settings::programs;
use crate::reader::settings::sink::Sink;

struct Pending {
    set: ControlSet,
    scope: FactScope,
    line: u64,
    name: String,
    value: String,
}

/// Collects the registry values of one artifact and makes facts of them at its end, when it is known which
/// control set counts.
#[derive(Default)]
pub(in crate::reader::settings) struct Values {
    pending: Vec<Pending>,
    current: Option<u16>,
    system: BTreeMap<&'static str, (u64, String)>,
    program: Option<(String, Program)>,
    host: Option<String>,
    /// The name that the host goes by, and the one it takes when it starts.
    active: Option<(u64, String)>,
    configured: Option<(u64, String)>,
}

#[derive(Default)]
struct Program {
    line: u64,
    name: Option<String>,
    version: Option<String>,
}

/// No more values than this are held; a real export has a few hundred.
const HELD: usize = 20_000;

impl Values {
    /// Takes a value; those that are no facts are let go. Secrets are gone when this returns.
    pub(in crate::reader::settings) fn add(
        &mut self,
        sink: &mut Sink<'_, '_>,
        line: u64,
        key: &Key,
        name: &str,
        data: &Data,
    ) {
        if is_secret(name) {
            sink.masked(line, "DefaultPassword");
            self.push(
                key,
                line,
                "winlogon.DefaultPassword".to_owned(),
                "present".to_owned(),
            );
            return;
        }
        if let Some(special) = key.special() {
            self.special(sink, line, key, special, name, data);
        }
        let found = RULES
            .iter()
            .filter(|rule| key.path.ends_with(rule.key))
            .find_map(|rule| {
                let value = rule
                    .values
                    .iter()
                    .find(|value| value.eq_ignore_ascii_case(name))?;
                Some(format!("{}.{value}", rule.prefix))
            });
        if let Some(fact) = found {
            self.push(key, line, fact, data.to_text());
        }
    }

    /// Whether a value is worth parsing.
    pub(in crate::reader::settings) fn wants(key: &Key, name: &str) -> bool {
        is_secret(name) || key.is_known()
    }

    fn push(&mut self, key: &Key, line: u64, name: String, value: String) {
        if self.pending.len() < HELD {
            self.pending.push(Pending {
                set: key.set,
                scope: key.scope,
                line,
                name,
                value,
            });
        }
    }

    fn special(
        &mut self,
        sink: &mut Sink<'_, '_>,
        line: u64,
        key: &Key,
        special: Special,
        name: &str,
        data: &Data,
    ) {
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        match special {
            Special::Select if is("Current") => {
                if let Data::Number(number) = data {
                    self.current = u16::try_from(*number).ok();
                }
            }
            Special::TimeZone if is("TimeZoneKeyName") => {
                self.push(key, line, "host.time_zone".to_owned(), data.to_text());
            }
            Special::TimeZone if is("ActiveTimeBias") => {
                if let Some(minutes) = bias(data) {
                    self.push(
                        key,
                        line,
                        "host.utc_offset_minutes".to_owned(),
                        minutes.to_string(),
                    );
                }
            }
            Special::HostName if is("ComputerName") || is("Hostname") => {
                self.host_name(line, key, is("ComputerName"), data);
            }
            Special::HostName if is("Domain") && !data.to_text().is_empty() => {
                self.push(key, line, "host.domain".to_owned(), data.to_text());
            }
            Special::System => self.system(line, name, data),
            Special::Product if is("ProductType") => {
                if let Some(role) = product_role(&data.to_text()) {
                    self.push(key, line, "os.role".to_owned(), role.to_owned());
                }
            }
            Special::Grace => {
                self.push(key, line, "rdp.GracePeriod".to_owned(), "present".to_owned());
            }
            Special::Program => self.program(sink, line, key, name, data),
            Special::Service(service) => {
                if let Some(part) = ["Start", "ObjectName"].iter().find(|part| is(part)) {
                    self.push(key, line, format!("service.{service}.{part}"), data.to_text());
                }
            }
            _ => {}
        }
    }

    fn host_name(&mut self, line: u64, key: &Key, is_of_netbios: bool, data: &Data) {
        if is_of_netbios {
            let active = key.path.ends_with(r"\activecomputername");
            let name = if active {
                &mut self.active
            } else {
                &mut self.configured
            };
            name.get_or_insert((line, data.to_text()));
        }
        self.host.get_or_insert(data.to_text());
        self.push(key, line, "host.name".to_owned(), data.to_text());
    }

    fn system(&mut self, line: u64, name: &str, data: &Data) {
        const PARTS: [&str; 6] = [
            "ProductName",
            "CurrentBuild",
            "CurrentBuildNumber",
            "UBR",
            "DisplayVersion",
            "EditionID",
        ];
        if let Some(part) = PARTS.iter().find(|part| part.eq_ignore_ascii_case(name)) {
            self.system.insert(part, (line, data.to_text()));
        }
    }

    fn program(&mut self, sink: &mut Sink<'_, '_>, line: u64, key: &Key, name: &str, data: &Data) {
        if self.program.as_ref().is_none_or(|(path, _)| *path != key.path) {
            self.end_program(sink);
            self.program = Some((key.path.clone(), Program::default()));
        }
        let Some((_, program)) = &mut self.program else {
            return;
        };
        if name.eq_ignore_ascii_case("DisplayName") {
            program.line = line;
            program.name = Some(data.to_text());
        } else if name.eq_ignore_ascii_case("DisplayVersion") {
            program.version = Some(data.to_text());
        }
    }

    fn end_program(&mut self, sink: &mut Sink<'_, '_>) {
        if let Some((_, program)) = self.program.take()
            && let Some(name) = program.name
        {
            programs::fact(
                sink,
                program.line,
                &name,
                program.version.as_deref().unwrap_or(""),
            );
        }
    }

    /// Makes the facts. Of several control sets only the current one counts: that named `CurrentControlSet`,
    /// else the one `Select` names, else the lowest.
    pub(in crate::reader::settings) fn finish(mut self, sink: &mut Sink<'_, '_>) {
        let active = self.active.take();
        let host = active.as_ref().map(|(_, name)| name.clone());
        if let Some(host) = host.or_else(|| self.host.take()) {
            sink.host(&host);
        }
        // A new name is taken at the next start; until then the host goes by the old one.
        if let (Some((_, active)), Some((line, configured))) = (active, &self.configured)
            && !active.eq_ignore_ascii_case(configured)
        {
            sink.fact(*line, FactScope::Observed, "host.rename_pending", configured);
        }
        self.end_program(sink);
        let sets = || self.pending.iter().map(|one| one.set);
        let chosen = if sets().any(|set| set == ControlSet::Current) {
            ControlSet::Current
        } else if let Some(current) = self.current {
            ControlSet::Numbered(current)
        } else {
            sets()
                .filter(|set| *set != ControlSet::None)
                .min()
                .unwrap_or(ControlSet::None)
        };
        for one in &self.pending {
            if one.set == ControlSet::None || one.set == chosen {
                sink.fact(one.line, one.scope, &one.name, &one.value);
            }
        }
        self.finish_system(sink);
    }

    fn finish_system(&self, sink: &mut Sink<'_, '_>) {
        let plain = FactScope::Plain;
        let build = self
            .system
            .get("CurrentBuild")
            .or_else(|| self.system.get("CurrentBuildNumber"));
        if let Some((line, build)) = build {
            let build = match self.system.get("UBR") {
                Some((_, revision)) => format!("{build}.{revision}"),
                None => build.clone(),
            };
            sink.fact(*line, plain, "os.build", &build);
        }
        for (part, name) in [
            ("ProductName", "os.name"),
            ("DisplayVersion", "os.version"),
            ("EditionID", "os.edition"),
        ] {
            if let Some((line, value)) = self.system.get(part) {
                sink.fact(*line, plain, name, value);
            }
        }
    }
}

/// Minutes east of UTC. The bias counts west and is a signed 32-bit number stored as an unsigned one.
fn bias(data: &Data) -> Option<i32> {
    let Data::Number(number) = data else {
        return None;
    };
    let west = u32::try_from(*number).ok()?.cast_signed();
    (-900..=900).contains(&west).then_some(-west)
}

/// Source: <https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-osversioninfoexw> names the same
/// three; `LanmanNT` is a domain controller.
fn product_role(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "winnt" => Some("workstation"),
        "servernt" => Some("server"),
        "lanmannt" => Some("dc"),
        _ => None,
    }
}
