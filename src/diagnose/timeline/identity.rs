//! Who is who on a machine: the account behind a SID, and whether a group that holds a right contains an account. Owns what
//! the exports can prove of membership, and what they leave open.

use crate::diagnose::timeline::host::Host;
use crate::model::{same_user, user_key};

/// Whether an account is, or is in, the holder of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::diagnose) enum Belongs {
    Yes,
    No,
    /// A group of which nobody told the members.
    Unknown,
}

/// Groups that every account of a domain or a machine is in once it is logged on: Everyone, Authenticated Users, Users.
const ALL: [&str; 3] = ["s-1-1-0", "s-1-5-11", "s-1-5-32-545"];
/// Local groups of which an export names the members, by the SID and the English name.
const LISTED: [(&str, &str, &str); 4] = [
    ("s-1-5-32-544", "administrators", "group.Administrators"),
    ("s-1-5-32-545", "users", "group.Users"),
    ("s-1-5-32-555", "remote desktop users", "group.RemoteDesktopUsers"),
    ("", "protected users", "group.ProtectedUsers"),
];

/// `S-1-5-32-555 (Remote Desktop Users)` is a SID and a name; all else is a name or a SID alone.
fn parts(holder: &str) -> (String, String) {
    let holder = holder.trim();
    match holder.split_once(" (") {
        Some((sid, name)) => (sid.to_lowercase(), name.trim_end_matches(')').to_lowercase()),
        None => (holder.to_lowercase(), holder.to_lowercase()),
    }
}

/// Whether `user` is the holder, or in it.
pub(in crate::diagnose) fn belongs(host: &Host, holder: &str, user: &str) -> Belongs {
    let (sid, name) = parts(holder);
    if is_same(host, &sid, user) || is_same(host, &name, user) || ALL.contains(&sid.as_str()) {
        return Belongs::Yes;
    }
    if name == "(nobody)" || host.accounts.contains_key(&sid) {
        return Belongs::No;
    }
    if let Some(own) = whoami(host, user) {
        let groups = own.iter().map(|group| parts(group));
        let mut found =
            groups.filter(|(own_sid, own_name)| *own_sid == sid || user_key(own_name) == user_key(&name));
        return if found.next().is_some() {
            Belongs::Yes
        } else {
            Belongs::No
        };
    }
    match members(host, &sid, &name) {
        Some(members) if members.iter().any(|member| is_same(host, member, user)) => Belongs::Yes,
        Some(members) if members.iter().all(|member| is_local_account(member)) => Belongs::No,
        _ => Belongs::Unknown,
    }
}

/// The groups that `whoami /all` lists, if it was run by this account.
fn whoami<'h>(host: &'h Host, user: &str) -> Option<Vec<&'h str>> {
    let is_own = |name: &str| {
        host.fact(name)
            .is_some_and(|fact| is_same(host, &fact.value, user))
    };
    if !is_own("whoami.user") && !is_own("whoami.sid") {
        return None;
    }
    let groups = host.facts.get("whoami.group")?;
    Some(groups.iter().map(|fact| &*fact.value).collect())
}

/// The members of a group that the bundle lists.
fn members<'h>(host: &'h Host, sid: &str, name: &str) -> Option<Vec<&'h str>> {
    let bare = user_key(name);
    let (.., fact) = LISTED
        .iter()
        .find(|(known, english, _)| *known == sid || *english == bare)?;
    let members = host.facts.get(*fact)?;
    Some(members.iter().map(|fact| &*fact.value).collect())
}

/// Whether a member of a local group has no members itself: a local group takes no local groups, and who is not local is named
/// with a domain.
fn is_local_account(member: &str) -> bool {
    !member.contains(['\\', '@']) && !member.starts_with("S-1-")
}

/// Whether a SID or a name in any spelling is this account.
fn is_same(host: &Host, text: &str, user: &str) -> bool {
    same_user(text, user)
        || host
            .accounts
            .get(&text.to_lowercase())
            .is_some_and(|name| same_user(name, user))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Fact, FactScope, Origin};

    fn host(facts: &[(&str, &str)]) -> Host {
        let mut host = Host::default();
        host.accounts
            .insert("s-1-5-21-1-2-3-1107".to_owned(), Arc::from("svc-robot"));
        for (name, value) in facts {
            host.facts.entry(Arc::from(*name)).or_default().push(Fact {
                host: Arc::from("RPA-07"),
                name: Arc::from(*name),
                value: Arc::from(*value),
                scope: FactScope::Plain,
                at: None,
                local: None,
                origin: Origin::artifact("rights.inf"),
            });
        }
        host
    }

    #[test]
    fn accounts_in_every_spelling() {
        let host = host(&[]);
        for holder in [
            "S-1-5-21-1-2-3-1107",
            r"CORP\svc-robot",
            "svc-robot@corp.example",
            "S-1-5-11",
        ] {
            assert_eq!(
                belongs(&host, holder, r"CORP\Svc-Robot"),
                Belongs::Yes,
                "{holder}"
            );
        }
        assert_eq!(belongs(&host, "(nobody)", "svc-robot"), Belongs::No);
        assert_eq!(
            belongs(&host, "S-1-5-32-551 (Backup Operators)", "svc-robot"),
            Belongs::Unknown
        );
    }

    #[test]
    fn members_of_listed_groups() {
        let host = host(&[("group.RemoteDesktopUsers", "S-1-5-21-1-2-3-1107")]);
        let group = "S-1-5-32-555 (Remote Desktop Users)";
        assert_eq!(belongs(&host, group, r"CORP\svc-robot"), Belongs::Yes);
        // A member may be a group.
        assert_eq!(belongs(&host, group, r"CORP\anna"), Belongs::Unknown);
    }

    #[test]
    fn a_group_of_local_accounts_or_of_nobody_is_known_whole() {
        for members in ["Administrator", "(nobody)"] {
            let host = host(&[("group.Administrators", members)]);
            let group = "S-1-5-32-544 (Administrators)";
            assert_eq!(belongs(&host, group, r"CORP\svc-robot"), Belongs::No, "{members}");
        }
    }

    #[test]
    fn whoami_knows_all_groups_of_its_own_account() {
        let host = host(&[
            ("whoami.user", r"corp\svc-robot"),
            ("whoami.group", r"S-1-5-21-1-2-3-1200 (CORP\Robots)"),
        ]);
        assert_eq!(belongs(&host, r"CORP\Robots", "svc-robot"), Belongs::Yes);
        assert_eq!(
            belongs(&host, "S-1-5-32-551 (Backup Operators)", "svc-robot"),
            Belongs::No
        );
        assert_eq!(belongs(&host, r"CORP\Robots", "anna"), Belongs::Unknown);
    }
}
