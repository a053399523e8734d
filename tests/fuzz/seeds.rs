//! Good input of every kind to start from, made by this project's own writers. Small, because a change in a small input
//! hits something.

use std::io::{Cursor, Write as _};

use crate::support::archive;
use crate::support::evtx::{Body, Event, Log, Value, time};
use crate::support::exports;
use crate::support::hive::{self, Hive, Lists};
use crate::support::robot;
use crate::support::trace::{DateForm, json_line, line};

const LSM: &str = "Microsoft-Windows-TerminalServices-LocalSessionManager";
const TASKS: &str = "Microsoft-Windows-TaskScheduler";

fn events() -> Vec<Event> {
    let at = "2026-05-04T08:00:00Z";
    vec![
        Event::new(LSM, 40)
            .at(time(at))
            .user_data()
            .data("Session", 3_u32)
            .data("Reason", 5_u32),
        Event::new(LSM, 21)
            .at(time(at))
            .user_data()
            .data("User", "CORP\\svc-robot")
            .data("SessionID", 3_u32)
            .data("Address", "10.0.0.7")
            .message("Session logon succeeded"),
        Event::new(TASKS, 101)
            .at(time(at))
            .level(2)
            .data("TaskName", "\\Nightly")
            .data("UserContext", "CORP\\svc-robot")
            .data("ResultCode", 2_147_943_726_u32),
        Event::new("Microsoft-Windows-Security-Auditing", 4625)
            .at(time(at))
            .data("TargetUserName", "svc-robot")
            .data("Status", "0xc000006d")
            .data("SubStatus", "0xc000006a")
            .activity("{11112222-3333-4444-5555-666677778888}")
            .user("S-1-5-18"),
        Event::new("User32", 1074)
            .at(time(at))
            .classic(
                &[
                    "C:\\Windows\\system32\\svchost.exe",
                    "RPA-07",
                    "Operating System: Upgrade",
                ],
                Some(b"\x01\x02"),
            )
            .qualifiers(0x8000),
        Event::new("UiPath", 0)
            .at(time(at))
            .level(2)
            .classic(&["Could not start executor. Rdp connection failed"], None)
            .plain(),
        Event::new("Microsoft-Windows-Kernel-General", 12)
            .at(time(at))
            .data("StartTime", Value::Str(at.to_owned())),
        Event::new("Odd", 7).at(time(at)).body(Body::None),
    ]
}

fn log() -> Log {
    Log::new("Security", "RPA-07.corp.example")
        .first_record(20)
        .events(events())
}

/// One chunk, by itself and in a file, clean and dirty.
pub fn evtx() -> Vec<Vec<u8>> {
    let whole = log().to_evtx();
    let two = log().chunk_events(4).to_evtx();
    let chunk = whole[4096..].to_vec();
    vec![chunk, whole, two, log().dirty().to_evtx()]
}

pub fn event_xml() -> Vec<Vec<u8>> {
    let wide = exports::utf16_file(&log().to_viewer_xml());
    vec![
        log().to_wevtutil_xml().into_bytes(),
        log().to_viewer_xml().into_bytes(),
        wide,
    ]
}

pub fn event_list() -> Vec<Vec<u8>> {
    vec![
        log().to_pasted_text(120).into_bytes(),
        b"Event[0]:\n  Log Name: System\n  Source: User32\n  Date: 2026-05-04T10:49:19.0000000Z\n  Event ID: 1074\n  Task: N/A\n  \
          Level: Information\n  User: S-1-5-18\n  User Name: NT AUTHORITY\\SYSTEM\n  Computer: RPA-07\n  Description:\nThe process \
          has initiated the restart\n\nEvent[1]:\n  Log Name: System\n  Event ID: 6006\n"
            .to_vec(),
        b"\nTimeCreated      : 5/4/2026 10:49:19 AM\nProviderName     : UiPath\nId               : 1\nMessage          : Could not \
          start executor.\n                   Rdp connection failed\n\n"
            .to_vec(),
        exports::utf16_file("Protokollname: System\nQuelle:        User32\nDatum:         04.05.2026 10:49:19\nEreignis-ID:   1074\nBeschreibung:\nx\n"),
    ]
}

pub fn event_table() -> Vec<Vec<u8>> {
    let cases: [&str; 4] = [
        "Level,Date and Time,Source,Event ID,Task Category\r\nError,5/4/2026 10:49:19 AM,UiPath,1,None,\"Could not start executor.\nRdp connection failed: 0x80070520\"\r\nInformation,5/4/2026 10:50:00 AM,User32,1074,None,restart\r\n",
        "\"LevelDisplayName\";\"TimeCreated\";\"ProviderName\";\"ID\";\"UserId\";\"Message\"\n\"Fehler\";\"24.05.2026 10:49:19\";\"UiPath\";\"1\";;\"a \"\"quoted\"\" b\nc\"\n",
        "#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\n\"Message\",\"Id\",\"Version\",\"Level\",\"Keywords\",\"RecordId\",\"ProviderName\",\"LogName\",\"ProcessId\",\"MachineName\",\"TimeCreated\",\"ActivityId\",\"LevelDisplayName\"\n\"x\",\"1074\",,\"4\",\"0x8080000000000000\",\"12\",\"User32\",\"System\",\"4\",\"RPA-07\",\"5/4/2026 10:49:19 AM\",,\"Information\"\n",
        "Level\tDate and Time\tSource\tEvent ID\tTask Category\nError\t5/4/2026 10:49:19 AM\tTaskScheduler\t101\tNone\tTask Scheduler failed to start \"\\Nightly\"\n",
    ];
    cases.map(|text| text.as_bytes().to_vec()).to_vec()
}

pub fn tracerpt() -> Vec<Vec<u8>> {
    let head = "Event Name,       Type,   Event ID, Version, Channel, Level, Opcode, Task, Keyword, PID, TID, Processor Number, Instance ID, Parent Instance ID, Activity ID, Related Activity ID, Clock-Time, Kernel(ms), User(ms), User Data\n";
    let row = |data: &str| {
        format!(
            "RpaTrace,  Info,  7, 0, 0, 4, 0, 0, 0x0000000000000001, 0x000001D8, 0x000004EC, 0, , , {{00000000-0000-0000-0000-000000000000}}, ,   134222184000000000, 0, 0, {data}\n"
        )
    };
    let text = format!(
        "{head}{}{}{}",
        row("\"rdp.cpp\", 34, \"RdpWrapper: Connect, failed\""),
        row("\"other\", 4"),
        row("\"RdpWrapper: over\nlines\"")
    );
    vec![text.clone().into_bytes(), exports::utf16_file(&text)]
}

pub fn trace_text() -> Vec<Vec<u8>> {
    let at = time("2026-05-04T08:00:00.125Z");
    let mut seeds: Vec<Vec<u8>> = DateForm::ALL
        .into_iter()
        .map(|form| {
            let one = line(
                form,
                at,
                120,
                (0x1a4c, 0x2210),
                "UiPath-RdpWrapper",
                "rdp.cpp 34 RdpWrapper: err(rdp):-1073741537",
            );
            let two = json_line(
                form,
                at,
                120,
                "Microsoft.Windows.RPA",
                "SessionLost",
                ("error", "0x80070520"),
            );
            format!("EventTrace\r\n{one}{two}{one}continued\r\n").into_bytes()
        })
        .collect();
    seeds.push(exports::utf16_file(&String::from_utf8_lossy(&seeds[0].clone())));
    seeds
}

pub fn hive() -> Vec<Vec<u8>> {
    let system = Hive::new()
        .key("Select", [hive::dword("Current", 1)])
        .key(
            r"ControlSet001\Control\Lsa",
            [hive::dword("DisableDomainCreds", 1)],
        )
        .key(r"ControlSet001\Services\UiRobotSvc", [hive::dword("Start", 2)]);
    let software = Hive::new()
        .key("Classes", [])
        .key(
            r"Microsoft\Windows NT\CurrentVersion\Winlogon",
            [
                hive::text("DefaultUserName", "svc-robot"),
                hive::text("Shell", &"x".repeat(9_000)),
            ],
        )
        .key(
            r"Microsoft\Windows\CurrentVersion\Uninstall\{1}",
            [
                hive::text("DisplayName", "UiPath Robot"),
                hive::text("DisplayVersion", "18.3.2"),
            ],
        );
    let mut lists = software.clone();
    lists.lists = Lists::Ri;
    [system, software, lists].iter().map(Hive::bytes).collect()
}

/// Makes the checksum of a hive's base block right again.
pub fn mend_hive(bytes: &mut [u8]) {
    let Some((block, rest)) = bytes.split_at_mut_checked(508) else {
        return;
    };
    let words = block.chunks_exact(4);
    let sum = words.fold(0_u32, |sum, four| {
        sum ^ u32::from_le_bytes(four.try_into().unwrap())
    });
    if let Some(place) = rest.get_mut(..4) {
        place.copy_from_slice(&sum.to_le_bytes());
    }
}

pub fn robot_log() -> Vec<Vec<u8>> {
    let at = time("2026-05-04T08:00:00.125Z");
    let entry = |text: &str| robot::robot_entry(at, 120, "Error", "Executor", "23.10.4", "job", text);
    let job = robot::Job {
        process: "Invoices".into(),
        machine: "RPA-07".into(),
        identity: "CORP\\svc-robot".into(),
        robot: "robot-7".into(),
        id: "11112222-3333-4444-5555-666677778888".into(),
    };
    let lines = robot::execution_line(
        at,
        120,
        "Error",
        "Job stopped with an unexpected exit code: 0xC000006D",
        &job,
    );
    vec![
        (entry("Could not start executor. Rdp connection failed: Message: x, Last error: 131085")
            + &entry("UiPath.Core.BusinessException\n  at a.b()"))
            .into_bytes(),
        robot::with_bom(&lines.repeat(3)),
    ]
}

pub fn power_automate() -> Vec<Vec<u8>> {
    let nested = br#"{"startTime":"2026-05-04T05:00:00Z","endTime":"2026-05-04T06:00:00Z","machineName":"RPA-07","properties":{"error":{"code":"SessionHasLoggedOff","message":"Ended with -1073741715.","details":[{"code":"x","inner":"{\"a\":\"\\u0041\"}"}]}}}"#;
    vec![
        robot::flow_error("SessionCreationFailed", "0x80070520"),
        nested.to_vec(),
    ]
}

pub fn event_json() -> Vec<Vec<u8>> {
    let lines = include_bytes!("../../fixtures/readers/event-json/whole.jsonl");
    let shell = br#"[{"Id":24,"ProviderName":"P","LogName":"L","RecordId":7,"TimeCreated":"/Date(1777881600123)/","Properties":[{"Value":"a"},{"Value":3}],"Message":"Status:\t0xC000006D"}]"#;
    let search = br#"{"hits":{"hits":[{"_source":{"winlog.event_id":["24"],"winlog.provider_name":["P"],"winlog.channel":["C"],"@timestamp":1777881600.5,"winlog":{"event_data":{"a":{"b":[1]}}}}}]}}"#;
    vec![lines.to_vec(), shell.to_vec(), search.to_vec()]
}

pub fn registry() -> Vec<Vec<u8>> {
    let key = "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\Lsa".to_owned();
    let logon = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon".to_owned();
    let keys = [
        (
            key,
            vec![
                ("DisableDomainCreds".to_owned(), exports::Reg::Dword(1)),
                (
                    "Packages".to_owned(),
                    exports::Reg::Multi(vec!["kerberos".into(), "msv1_0".into()]),
                ),
            ],
        ),
        (
            logon,
            vec![
                (
                    "DefaultPassword".to_owned(),
                    exports::Reg::Text("Made-Up-73".into()),
                ),
                (
                    "Userinit".to_owned(),
                    exports::Reg::Expand("%SystemRoot%\\system32\\userinit.exe,".into()),
                ),
                ("Odd".to_owned(), exports::Reg::Binary(vec![1; 60])),
            ],
        ),
    ];
    vec![
        exports::reg_file(&keys),
        exports::reg_text(&keys).into_bytes(),
        b"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon\r\n    DefaultPassword    REG_SZ    Made-Up-73\r\n    AutoAdminLogon    REG_SZ    1\r\n    x    REG_MULTI_SZ    a\\0b\r\n".to_vec(),
    ]
}

pub fn policy() -> Vec<Vec<u8>> {
    vec![
        exports::secedit(
            &[("SeBatchLogonRight", &["*S-1-5-32-544", "CORP\\svc-robot"])],
            &[("MACHINE\\System\\CurrentControlSet\\Control\\Lsa\\DisableDomainCreds", "4,1")],
        ),
        b"<?xml version=\"1.0\" encoding=\"utf-16\"?><Rsop xmlns=\"http://www.microsoft.com/GroupPolicy/Rsop\"><ComputerResults><Name>CORP\\RPA-07$</Name><ExtensionData><Extension><q1:Policy><q1:Name>Limit number of connections</q1:Name><q1:State>Enabled</q1:State><q1:Numeric><q1:Value>3</q1:Value></q1:Numeric></q1:Policy></Extension></ExtensionData></ComputerResults></Rsop>".to_vec(),
        b"<html xmlns=rsop><table><tr><td>Log on as a batch job</td><td>CORP\\svc-robot, BUILTIN\\Administrators</td></tr></table></html>".to_vec(),
        b"RSOP data for CORP\\svc-robot on RPA-07 : Logging Mode\n    GPO: Default\n        KeyName:     Software\\Policies\\Microsoft\\Windows NT\\Terminal Services\\MaxIdleTime\n        Value:       160, 187, 13, 0\n        Policy: BatchLogonRight\n        Computer Setting: CORP\\svc-robot\n".to_vec(),
        exports::task_xml("CORP\\svc-robot", "Password", "C:\\robot.exe", "--now"),
        exports::task_definition("CORP\\svc-robot", "S4U", "C:\\robot.exe", "&lt;").into_bytes(),
        include_bytes!("../../fixtures/readers/capsule-part/whole.json").to_vec(),
        b"<?xml version=\"1.0\"?><Collection HRESULT=\"0\"><ID>1</ID><RegistryKey HRESULT=\"0\">HKLM\\Software</RegistryKey><Events HRESULT=\"-2147024891\">Security</Events></Collection>".to_vec(),
    ]
}

/// What commands print, alone and pasted together.
pub fn commands() -> Vec<Vec<u8>> {
    let all: [&str; 12] = [
        "Host Name:                 RPA-07\nOS Name:                   Microsoft Windows Server 2019 Standard\nOS Version:                10.0.17763 N/A Build 17763\nOS Configuration:          Member Server\nSystem Boot Time:          5/4/2026, 7:58:01 AM\nTime Zone:                 (UTC+01:00) Amsterdam, Berlin\nDomain:                    corp.example\nHotfix(s):                 2 Hotfix(s) Installed.\n                           [01]: KB5041578\n",
        " USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME\n>administrator         rdp-tcp#4           2  Active          .  5/4/2026 9:01 AM\n svc-robot                                 3  Disc         2+03:14  5/3/2026 9:01 AM\n",
        " SESSIONNAME       USERNAME                 ID  STATE   TYPE        DEVICE \n services                                    0  Disc                        \n>console           Administrator             1  Active                      \n                   svc-robot                 3  Disc                        \n rdp-tcp                                 65536  Listen                      \n",
        "\nFolder: \\\nHostName:                             RPA-07\nTaskName:                             \\Nightly\nNext Run Time:                        N/A\nStatus:                               Ready\nLogon Mode:                           Interactive/Background\nLast Run Time:                        5/4/2026 2:00:00 AM\nLast Result:                          -2147023570\nAuthor:                               CORP\\admin\nRun As User:                          CORP\\svc-robot\n",
        "\"HostName\",\"TaskName\",\"Next Run Time\",\"Status\",\"Logon Mode\",\"Last Run Time\",\"Last Result\",\"Author\",\"Task To Run\",\"Start In\",\"Comment\",\"Scheduled Task State\",\"Idle Time\",\"Power Management\",\"Run As User\"\n\"RPA-07\",\"\\Nightly\",\"N/A\",\"Ready\",\"x\",\"y\",\"-2147023570\",\"a\",\"b\",\"c\",\"d\",\"Enabled\",\"\",\"\",\"CORP\\svc-robot\"\n",
        "Alias name     Remote Desktop Users\nComment\n\nMembers\n\n-------------------------------------------------------------------------------\nCORP\\svc-robot\nThe command completed successfully.\n",
        "\nUSER INFORMATION\n----------------\n\nUser Name      SID\n============== ==============================================\ncorp\\svc-robot S-1-5-21-1111111111-2222222222-3333333333-1107\n\nPRIVILEGES INFORMATION\n\nPrivilege Name          Description  State\n======================= ============ ========\nSeImpersonatePrivilege  x            Enabled\n",
        "Flags: 30 HAS_IP  HAS_TIMESERV\nTrusted DC Name \\\\DC01.corp.example\nTrusted DC Connection Status Status = 1311 0x51f ERROR_NO_LOGON_SERVERS\n",
        "             AzureAdJoined : YES\n              DomainJoined : NO\n                AzureAdPrt : YES\n",
        "09:58:01, d:+00.0012000s o:-00.0053421s  [                  *                  ]\nSource: DC-01.corp.example\nSERVICE_NAME: Netlogon\n        STATE              : 4  RUNNING\nCurrent LogonId is 0:0x3e7\nCached Tickets: (2)\n",
        "Source        Description      HotFixID      InstalledBy          InstalledOn\n------        -----------      --------      -----------          -----------\nRPA-07        Security Update  KB5041578     NT AUTHORITY\\SYSTEM  8/14/2026 12:00:00 AM\n",
        "DisplayName  DisplayVersion Publisher\n-----------  -------------- ---------\nUiPath Robot 18.3.2         UiPath\n",
    ];
    let mut seeds: Vec<Vec<u8>> = all.iter().map(|text| text.as_bytes().to_vec()).collect();
    seeds.push(exports::utf16_file(&all.concat()));
    seeds
}

/// `DumpSessionsInfo` in every dress and frame that is read.
pub fn session_dump() -> Vec<Vec<u8>> {
    let rows = "SessionID: 0, State: 4, User: , WinStation: Services\nSessionID: 2, State: WTSDisconnected, User: CORP\\svc-robot\nSessionID: 65536, State: 6, WinStation: RDP-Tcp\n";
    let labels = "SessionID: 0\nState: 4\n\nSessionID: 2\nState: 0\nUserName: anna\nDomain: CORP\n";
    let framed: String = rows
        .lines()
        .map(|row| format!("[0]0AF4.0C64::05/04/2026-08:00:40.000 [UiPath]{row}\n"))
        .collect();
    let texts = [
        format!("2026-05-04T08:00:39Z DumpSessionsInfo\n{rows}"),
        format!("DumpSessionsInfo\n{labels}DumpSessionsInfo\n{labels}"),
        "DumpSessionsInfo\nID State Name\n0 4\n2\t4\tCORP\\svc-robot\n3, 0, RDP-Tcp#4, anna\n65536 | 6 | RDP-Tcp\n".to_owned(),
        rows.replace("State: 4", "State: WTSDisconnected").replace(": ", "="),
        format!("[0]0AF4.0C64::05/04/2026-08:00:39.998 [UiPath]rdp.cpp 34 DumpSessionsInfo\n{framed}"),
        format!("2026-05-04T08:00:38.6516541+02:00 => [INFO] [UiPath.Service.Host] [Rdp] [23.12.0.0] [x]\nDumpSessionsInfo\n{labels}"),
        "08:00:22.2997 Info {\"message\":\"DumpSessionsInfo [SessionID] 2 [State] 4\\nSessionID 3 State 0\",\"timeStamp\":\"2026-05-04T08:00:22.2985528+02:00\"}\n".to_owned(),
    ];
    let xml = "<Events><Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System><EventID>0</EventID><TimeCreated SystemTime=\"2026-05-04T06:00:39.998Z\"/></System><DebugData><Message>DumpSessionsInfo\nSessionID: 2 State: 4 User: anna</Message></DebugData></Event></Events>";
    let mut seeds: Vec<Vec<u8>> = texts.iter().map(|text| text.clone().into_bytes()).collect();
    seeds.push(exports::utf16_file(&texts.concat()));
    seeds.push(xml.as_bytes().to_vec());
    seeds
}

/// CSV of tracefmt, with and without headings.
pub fn trace_csv() -> Vec<Vec<u8>> {
    let rows = "0,0AF4,0C64,05/04/2026-08:00:39.998,00000001,[UiPath],rdp.cpp 34 RdpWrapper: Connect: Connection failed, err(rdp):-1073741537\n\
                1,07C8,14F8,05/04/2026-08:00:40.998,00000002,My-Provider,\"a, \"\"b\"\"\n0xC000006D\"\n\
                0,0AF4,0C64,05/04/2026-08:00:41.000,00000003,UiPath,DumpSessionsInfo\nSessionID: 2, State: 4, User: anna\n\
                0,0AF4,0C64,05/04/2026-08:00:42.000,00000004,UiPath,Unknown( 10): GUID=1 (No Format Information found).\n";
    let texts = [
        format!("CPU,PID,TID,Time,Sequence,Provider,Message\n{rows}"),
        rows.to_owned(),
        "Date,Clock-Time,ProcessId,ThreadId,Level,Msg\n05/04/2026,08:00:39.998,2804,3172,Error,{\"Status\":5,\"meta\":{\"time\":\"2026-05-04T06:00:40.9261432Z\"}}\n".replace("Clock-Time", "Time"),
    ];
    let mut seeds: Vec<Vec<u8>> = texts.iter().map(|text| text.clone().into_bytes()).collect();
    seeds.push(exports::utf16_file(&texts[0]));
    seeds
}

/// What an Orchestrator exports.
pub fn job_table() -> Vec<Vec<u8>> {
    let info = "\"Could not start executor. A \"\"logon\"\" session does not exist,\nreally (0x80070520). Last error: 131092\"";
    let texts = [
        format!(
            "Process,Machine,Hostname,Host Identity,State,Started,Ended,Info\nNightly,Pool-A,RPA-07,CORP\\svc-robot,Faulted,2026-05-04 08:00:01,2026-05-04 08:00:39,{info}\nDaily,Pool-A,RPA-08,x,Successful,5/24/2026 10:49:19 AM,,Job completed\n"
        ),
        format!(
            "sep=;\nProzess;Hostname;Hostidentität;Zustand;Gestartet;Beendet;Informationen\nNightly;RPA-07;CORP\\svc-robot;Fehlgeschlagen;04.05.2026 08:00;2026-05-04T08:00:39+02:00;{info}\n"
        ),
        format!(
            "Time\tLevel\tProcess\tHostname\tHost identity\tMessage\n2026-05-04T06:00:39.5Z\tError\tNightly\tRPA-07\tCORP\\svc-robot\t{info}\n"
        ),
    ];
    let mut seeds: Vec<Vec<u8>> = texts.iter().map(|text| text.clone().into_bytes()).collect();
    seeds.push(exports::utf16_file(&texts[0]));
    seeds
}

pub fn plain_text() -> Vec<Vec<u8>> {
    vec![
        b"2026-05-04 10:49:19,123 ERROR Rdp connection failed: 0x80070520 for CORP\\svc-robot on RPA-07\n04.05.2026 10:49 Anmeldung fehlgeschlagen (1326)\nMay  4 10:49:19 host proc[12]: A specified logon session does not exist\n".to_vec(),
        "Die angegebene Anmeldesitzung ist nicht vorhanden. HRESULT: 0x80070520\r\n".repeat(20).into_bytes(),
        exports::utf16_file("[10:49:19] STATUS_LOGON_FAILURE 0xc000006d session 12 reason code 5\n"),
    ]
}

pub fn explain() -> Vec<Vec<u8>> {
    [
        "0x80070520",
        "-2147023584",
        "reason code 5",
        "ERROR_NO_SUCH_LOGON_SESSION",
        "err(rdp):-1073741537",
        "TaskScheduler/101 0x8007052e",
        "131085",
        "LSM 40 5",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

fn files() -> archive::Files {
    vec![
        ("logs/Security.evtx".to_owned(), log().to_evtx()),
        ("Robot.log".to_owned(), robot_log()[0].clone()),
        ("Prüfung/empty.txt".to_owned(), Vec::new()),
        ("settings.reg".to_owned(), registry()[0].clone()),
        ("trace.txt".to_owned(), trace_text()[0].clone()),
    ]
}

/// Small ones, so that changes hit the structure and not the payload.
fn small() -> archive::Files {
    vec![
        ("a/Robot.log".to_owned(), robot_log()[0].clone()),
        ("b.txt".to_owned(), b"0x80070520".to_vec()),
        ("c".to_owned(), Vec::new()),
    ]
}

pub fn zip() -> Vec<Vec<u8>> {
    use zip::CompressionMethod as Method;
    let mut seeds: Vec<Vec<u8>> = [
        Method::Stored,
        Method::Deflated,
        Method::Bzip2,
        Method::Zstd,
        Method::Lzma,
        Method::Xz,
    ]
    .into_iter()
    .filter_map(|method| std::panic::catch_unwind(|| archive::zip_as(&small(), method)).ok())
    .collect();
    seeds.push(archive::zip(&vec![
        ("in.zip".to_owned(), archive::zip(&small())),
        ("in.tar".to_owned(), tar()[0].clone()),
    ]));
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .large_file(true)
        .with_aes_encryption(zip::AesMode::Aes256, "secret");
    writer.start_file("sealed", options).unwrap();
    writer.write_all(b"0x80070520").unwrap();
    seeds.push(writer.finish().unwrap().into_inner());
    seeds
}

pub fn sevenz() -> Vec<Vec<u8>> {
    use sevenz_rust2::encoder_options::{AesEncoderOptions, PpmdOptions};
    use sevenz_rust2::{ArchiveEntry, ArchiveWriter, EncoderConfiguration, EncoderMethod, Password};
    let pack = |methods: Vec<EncoderConfiguration>, sealed: bool| {
        let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
        writer.set_content_methods(methods);
        writer.set_encrypt_header(sealed);
        let (entries, readers) = small()
            .into_iter()
            .filter(|(_, bytes)| !bytes.is_empty())
            .map(|(name, bytes)| (ArchiveEntry::new_file(&name), Cursor::new(bytes).into()))
            .unzip();
        writer.push_archive_entries(entries, readers).unwrap();
        writer
            .push_archive_entry::<&[u8]>(ArchiveEntry::new_directory("folder"), None)
            .unwrap();
        writer.finish().unwrap().into_inner()
    };
    let method = |method| vec![EncoderConfiguration::new(method)];
    vec![
        pack(method(EncoderMethod::COPY), false),
        pack(method(EncoderMethod::LZMA), false),
        pack(method(EncoderMethod::LZMA2), false),
        pack(method(EncoderMethod::BZIP2), false),
        pack(vec![PpmdOptions::from_level(1).into()], false),
        pack(
            vec![
                EncoderConfiguration::new(EncoderMethod::BCJ_X86_FILTER),
                EncoderConfiguration::new(EncoderMethod::LZMA2),
            ],
            false,
        ),
        pack(
            vec![
                AesEncoderOptions::new(Password::from("secret")).into(),
                EncoderConfiguration::new(EncoderMethod::LZMA2),
            ],
            true,
        ),
    ]
}

/// A cabinet of one folder in one block: stored (0), MSZIP (1) or LZX of a 32 KiB window (0x0f03), the latter with a
/// block that is stored inside.
pub fn cab() -> Vec<Vec<u8>> {
    let plain = b"RPA-07 svc-robot 0x80070520\r\n".repeat(60);
    let mut deflated = b"CK".to_vec();
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(&plain).unwrap();
    deflated.extend(encoder.finish().unwrap());
    // no E8 translation, kind 3, 24 bits of length, up to the next 16 bits; then R0..R2 and the bytes
    let head: u32 = (3 << 28) | ((plain.len() as u32) << 4);
    let mut lzx = Vec::new();
    lzx.extend(((head >> 16) as u16).to_le_bytes());
    lzx.extend((head as u16).to_le_bytes());
    lzx.extend([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
    lzx.extend(&plain);
    vec![
        cabinet(0, &plain, &plain),
        cabinet(1, &plain, &deflated),
        cabinet(0x0f03, &plain, &lzx),
    ]
}

fn cabinet(packing: u16, plain: &[u8], packed: &[u8]) -> Vec<u8> {
    let mut out = b"MSCF\0\0\0\0".to_vec();
    out.extend([0; 8]);
    out.extend(44_u32.to_le_bytes());
    out.extend([0, 0, 0, 0, 3, 1, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
    let names = [("a.log", 0, 100), ("b.log", 100, plain.len() - 100)];
    let listed: Vec<u8> = names
        .iter()
        .flat_map(|(name, start, len)| {
            let mut entry = (*len as u32).to_le_bytes().to_vec();
            entry.extend((*start as u32).to_le_bytes());
            entry.extend([0; 8]);
            entry.extend(name.as_bytes());
            entry.push(0);
            entry
        })
        .collect();
    out.extend((44 + listed.len() as u32).to_le_bytes());
    out.extend(1_u16.to_le_bytes());
    out.extend(packing.to_le_bytes());
    out.extend(listed);
    // a checksum of zero is not compared
    out.extend(0_u32.to_le_bytes());
    out.extend((packed.len() as u16).to_le_bytes());
    out.extend((plain.len() as u16).to_le_bytes());
    out.extend(packed);
    out
}

fn block(name: &str, kind: u8, data: &[u8]) -> Vec<u8> {
    let mut head = vec![0; 512];
    head[..name.len()].copy_from_slice(name.as_bytes());
    head[124..135].copy_from_slice(format!("{:011o}", data.len()).as_bytes());
    head[156] = kind;
    head[257..263].copy_from_slice(b"ustar\0");
    head.extend_from_slice(data);
    head.resize(head.len().next_multiple_of(512), 0);
    head
}

pub fn tar() -> Vec<Vec<u8>> {
    let text = &robot_log()[0];
    let plain = [
        block("a.log", b'0', text),
        block("b/", b'5', b""),
        block("c", b'2', b""),
        vec![0; 1024],
    ]
    .concat();
    let long = [
        block(
            "././@LongLink",
            b'L',
            &[b"x/".repeat(80), b"\0".to_vec()].concat(),
        ),
        block("short", b'0', text),
        block("pax", b'x', b"22 path=somewhere/else\n17 size=000000012\n"),
        block("d", b'0', b"0123456789ab"),
        block("e", b'S', b""),
        vec![0; 1024],
    ]
    .concat();
    let mut seeds = vec![plain, long];
    for seed in &mut seeds {
        mend_tar(seed);
    }
    seeds
}

fn payload() -> Vec<u8> {
    robot_log()[0].repeat(3)
}

pub fn gz() -> Vec<Vec<u8>> {
    let gzip = |bytes: &[u8]| {
        let mut encoder = flate2::GzBuilder::new()
            .filename("Robot.log")
            .comment("c")
            .extra("e")
            .write(Vec::new(), flate2::Compression::new(6));
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let one = gzip(&payload());
    vec![one.clone(), [one.clone(), one].concat(), gzip(&tar()[0])]
}

pub fn bz2() -> Vec<Vec<u8>> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::new(1));
    encoder.write_all(&payload()).unwrap();
    vec![encoder.finish().unwrap()]
}

pub fn xz() -> Vec<Vec<u8>> {
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::default()).unwrap();
    encoder.write_all(&payload()).unwrap();
    vec![encoder.finish().unwrap()]
}

pub fn zst() -> Vec<Vec<u8>> {
    vec![zstd::encode_all(payload().as_slice(), 3).unwrap()]
}

pub fn knowledge() -> Vec<Vec<u8>> {
    const FILES: [&str; 4] = [
        include_str!("../../src/knowledge/data/causes/password-drift-stored-credential.toml"),
        include_str!("../../src/knowledge/data/causes/lockout-loop.toml"),
        "[[signal]]\nid = \"own\"\nsummary = \"Own {Reason}\"\nsource = [\"lsm\"]\nids = [40]\nwhere = { Reason = \"5\" }\ntext = [\"over the hill\"]\n",
        "[[message]]\npattern = 'Session (?<Session>\\d+) has (been )*gone, code (?<Reason>-?\\d+)'\nliteral = \"has been gone\"\nsource = \"lsm\"\nid = 40\n",
    ];
    FILES.map(|text| text.as_bytes().to_vec()).to_vec()
}

/// Whole bundles; stored, so that changes reach the logs.
pub fn pipeline() -> Vec<Vec<u8>> {
    let mut seeds = vec![
        archive::zip_as(&files(), zip::CompressionMethod::Stored),
        archive::zip(&files()),
    ];
    for texts in [
        event_xml(),
        event_list(),
        event_table(),
        trace_text(),
        robot_log(),
        commands(),
        registry(),
        policy(),
    ] {
        seeds.extend(texts);
    }
    seeds.push(evtx()[0].clone());
    seeds
}

/// Makes the checksums of an event log right again, so that what was changed is believed.
pub fn mend_evtx(bytes: &mut [u8]) {
    let start = if bytes.starts_with(b"ElfFile\0") { 4096 } else { 0 };
    if let Some(head) = bytes.get(..128).filter(|_| start > 0) {
        let sum = crc32fast::hash(&head[..120]);
        bytes[124..128].copy_from_slice(&sum.to_le_bytes());
    }
    let Some(chunks) = bytes.get_mut(start..) else {
        return;
    };
    for chunk in chunks.chunks_mut(65536).filter(|chunk| chunk.len() >= 512) {
        let free = u32::from_le_bytes([chunk[48], chunk[49], chunk[50], chunk[51]]) as usize;
        if let Some(records) = chunk.get(512..free) {
            let sum = crc32fast::hash(records);
            chunk[52..56].copy_from_slice(&sum.to_le_bytes());
        }
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&chunk[..120]);
        hasher.update(&chunk[128..512]);
        let sum = hasher.finalize();
        chunk[124..128].copy_from_slice(&sum.to_le_bytes());
    }
}

/// The checksums of the two heads of a 7z archive.
pub fn mend_sevenz(bytes: &mut [u8]) {
    let Some(head) = bytes.get(12..32) else { return };
    let field = |at: usize| u64::from_le_bytes(std::array::from_fn(|n| head[at + n])) as usize;
    let (offset, len) = (field(0), field(8));
    let start = offset.saturating_add(32);
    if let Some(list) = bytes.get(start..start.saturating_add(len)) {
        let sum = crc32fast::hash(list);
        bytes[28..32].copy_from_slice(&sum.to_le_bytes());
    }
    let sum = crc32fast::hash(&bytes[12..32]);
    bytes[8..12].copy_from_slice(&sum.to_le_bytes());
}

/// The checksum of every tar header.
pub fn mend_tar(bytes: &mut [u8]) {
    for head in bytes
        .chunks_exact_mut(512)
        .filter(|head| &head[257..262] == b"ustar")
    {
        head[148..156].fill(b' ');
        let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
        head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    }
}
