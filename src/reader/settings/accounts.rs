//! Names of well-known accounts, groups and rights. Must not know any format.

/// Rights of which each holder is a fact.
pub(super) const RIGHTS: &[&str] = &[
    "SeBatchLogonRight",
    "SeDenyBatchLogonRight",
    "SeRemoteInteractiveLogonRight",
    "SeDenyRemoteInteractiveLogonRight",
    "SeServiceLogonRight",
    "SeDenyServiceLogonRight",
    "SeNetworkLogonRight",
    "SeDenyNetworkLogonRight",
    "SeInteractiveLogonRight",
    "SeDenyInteractiveLogonRight",
];

/// The value of a right that nobody holds.
pub(super) const NOBODY: &str = "(nobody)";

/// Well-known SIDs and their English names.
///
/// Source: <https://learn.microsoft.com/windows-server/identity/ad-ds/manage/understand-security-identifiers>
const SIDS: &[(&str, &str)] = &[
    ("S-1-1-0", "Everyone"),
    ("S-1-5-2", "NETWORK"),
    ("S-1-5-3", "BATCH"),
    ("S-1-5-4", "INTERACTIVE"),
    ("S-1-5-6", "SERVICE"),
    ("S-1-5-7", "ANONYMOUS LOGON"),
    ("S-1-5-9", "ENTERPRISE DOMAIN CONTROLLERS"),
    ("S-1-5-11", "Authenticated Users"),
    ("S-1-5-14", "REMOTE INTERACTIVE LOGON"),
    ("S-1-5-18", "SYSTEM"),
    ("S-1-5-19", "LOCAL SERVICE"),
    ("S-1-5-20", "NETWORK SERVICE"),
    ("S-1-5-32-544", "Administrators"),
    ("S-1-5-32-545", "Users"),
    ("S-1-5-32-546", "Guests"),
    ("S-1-5-32-547", "Power Users"),
    ("S-1-5-32-548", "Account Operators"),
    ("S-1-5-32-549", "Server Operators"),
    ("S-1-5-32-550", "Print Operators"),
    ("S-1-5-32-551", "Backup Operators"),
    ("S-1-5-32-554", "Pre-Windows 2000 Compatible Access"),
    ("S-1-5-32-555", "Remote Desktop Users"),
    ("S-1-5-32-559", "Performance Log Users"),
    ("S-1-5-32-568", "IIS_IUSRS"),
    ("S-1-5-32-580", "Remote Management Users"),
    ("S-1-5-80-0", "ALL SERVICES"),
    ("S-1-5-90-0", "Window Manager Group"),
    ("S-1-5-113", "Local account"),
    ("S-1-5-114", "Local account and member of Administrators group"),
];

/// Accounts of a domain or machine, by the last number of their SID.
const RELATIVE: &[(&str, &str)] = &[
    ("500", "Administrator"),
    ("501", "Guest"),
    ("512", "Domain Admins"),
    ("513", "Domain Users"),
    ("514", "Domain Guests"),
    ("515", "Domain Computers"),
    ("516", "Domain Controllers"),
    ("519", "Enterprise Admins"),
    ("525", "Protected Users"),
];

/// The English name of a well-known SID.
pub(super) fn sid_name(sid: &str) -> Option<&'static str> {
    if let Some((_, name)) = SIDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(sid)) {
        return Some(name);
    }
    let (domain, relative) = sid.rsplit_once('-')?;
    if !domain.to_ascii_uppercase().starts_with("S-1-5-21-") {
        return None;
    }
    RELATIVE
        .iter()
        .find(|(known, _)| *known == relative)
        .map(|(_, name)| *name)
}

/// An account as a fact shows it: a SID with its name behind it where it is well known, else as it stands.
pub(super) fn holder(text: &str) -> String {
    let text = text.trim().trim_start_matches('*').trim_matches('"');
    match sid_name(text) {
        Some(name) => format!("{text} ({name})"),
        None => text.to_owned(),
    }
}

/// The fact's name for a local group, by its SID or its name in the languages we know; `None` for groups that
/// are no fact.
pub(super) fn group_fact(name: &str) -> Option<&'static str> {
    let name = name.trim().trim_start_matches('*').trim_matches('"');
    let name = name.rsplit('\\').next().unwrap_or(name);
    match name.to_lowercase().as_str() {
        "s-1-5-32-555"
        | "remote desktop users"
        | "remotedesktopbenutzer"
        | "utilisateurs du bureau à distance"
        | "usuarios de escritorio remoto"
        | "utenti desktop remoto"
        | "usuários da área de trabalho remota"
        | "utilizadores do ambiente de trabalho remoto"
        | "пользователи удаленного рабочего стола"
        | "użytkownicy pulpitu zdalnego"
        | "gebruikers van extern bureaublad" => Some("group.RemoteDesktopUsers"),
        "s-1-5-32-544"
        | "administrators"
        | "administratoren"
        | "administrateurs"
        | "administradores"
        | "amministratori"
        | "администраторы"
        | "administratorzy" => Some("group.Administrators"),
        "s-1-5-32-545" | "users" | "benutzer" | "utilisateurs" | "usuarios" => Some("group.Users"),
        "protected users" => Some("group.ProtectedUsers"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(holder("*S-1-5-32-555"), "S-1-5-32-555 (Remote Desktop Users)");
        assert_eq!(
            holder("*S-1-5-21-1-2-3-512"),
            "S-1-5-21-1-2-3-512 (Domain Admins)"
        );
        assert_eq!(holder("*S-1-5-21-1-2-3-1107"), "S-1-5-21-1-2-3-1107");
        assert_eq!(holder(r"CORP\svc-robot"), r"CORP\svc-robot");
        assert_eq!(
            group_fact(r"VORDEFINIERT\Remotedesktopbenutzer"),
            Some("group.RemoteDesktopUsers")
        );
        assert_eq!(group_fact("Hyper-V Administrators"), None);
    }
}
