//! Names of providers whose events matter here, by the GUID under which they register. Events of other providers keep
//! the GUID for a name, unless they carry their name.
//!
//! Source: `Provider@Guid` beside `Provider@Name` in event logs of these providers.

/// GUID in the form of [`guid_text`](crate::model::guid_text), and name.
const PROVIDERS: &[(&str, &str)] = &[
    (
        "{5d896912-022d-40aa-a3a8-4fa5515c76d7}",
        "Microsoft-Windows-TerminalServices-LocalSessionManager",
    ),
    (
        "{c76baa63-ae81-421c-b425-340b4b24157f}",
        "Microsoft-Windows-TerminalServices-RemoteConnectionManager",
    ),
    (
        "{1139c61b-b549-4251-8ed3-27250a1edec8}",
        "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS",
    ),
    (
        "{28aa95bb-d444-4719-a36f-40462168127e}",
        "Microsoft-Windows-TerminalServices-ClientActiveXCore",
    ),
    (
        "{de7b24ea-73c8-4a09-985d-5bdadcfa9017}",
        "Microsoft-Windows-TaskScheduler",
    ),
    (
        "{54849625-5478-4994-a5ba-3e3b0328c30d}",
        "Microsoft-Windows-Security-Auditing",
    ),
    (
        "{dbe9b383-7cf3-4331-91cc-a3cb16a3b538}",
        "Microsoft-Windows-Winlogon",
    ),
    ("{ac43300d-5fcc-4800-8e99-1bd3f85f0320}", "Microsoft-Windows-NTLM"),
    (
        "{98e6cfcb-ee0a-41e0-a57b-622d4e1b30b1}",
        "Microsoft-Windows-Security-Kerberos",
    ),
    (
        "{89b1e9f0-5aff-44a6-9b44-0a07a7ce5845}",
        "Microsoft-Windows-User Profiles Service",
    ),
    (
        "{a0c1853b-5c40-4b15-8766-3cf1c58f985a}",
        "Microsoft-Windows-PowerShell",
    ),
    (
        "{e13c0d23-ccbc-4e12-931b-d9cc2eee27e4}",
        "Microsoft-Windows-DotNETRuntime",
    ),
    (
        "{763fd754-7086-4dfe-95eb-c01a46faf4ca}",
        "Microsoft-Windows-DotNETRuntimePrivate",
    ),
    (
        "{a669021c-c450-4609-a035-5af59af4df18}",
        "Microsoft-Windows-DotNETRuntimeRundown",
    ),
    ("{1f678132-5938-4686-9fdc-c8ff68f15c85}", "Schannel"),
    ("{199fe037-2b82-40a9-82ac-e1d46c792b99}", "LsaSrv"),
];

/// The name of the provider with this GUID.
pub(super) fn name(guid: &str) -> Option<&'static str> {
    let found = PROVIDERS.iter().find(|(known, _)| *known == guid);
    found.map(|(_, name)| *name)
}
