use super::*;
use crate::limits::Limits;
use crate::model::Interest;
use crate::reader;
use crate::source::Source;

fn run(text: &str) -> Findings {
    let interest = Interest::everything().unwrap();
    let limits = Limits::default();
    let context = Context {
        path: Arc::from("dump.txt"),
        interest: &interest,
        limits: &limits,
        recover: false,
    };
    reader::read(Source::memory(text), &context)
}

fn values<'a>(findings: &'a Findings, name: &str) -> Vec<&'a str> {
    let facts = findings.facts.iter().filter(|fact| &*fact.name == name);
    facts.map(|fact| &*fact.value).collect()
}

/// Sessions of the list that all good forms below show.
const LIST: [&str; 5] = [
    "id=0 state=Disc",
    "id=1 state=Conn",
    r"id=2 user=CORP\svc-robot state=Disc",
    r"id=6 user=CORP\anna state=Active station=Console",
    "id=65536 state=Listen station=RDP-Tcp",
];

fn assert_list(text: &str) -> Findings {
    let found = run(text);
    assert_eq!(values(&found, "session.list"), LIST, "{text}");
    assert_eq!(
        values(&found, "session.disconnected"),
        [r"CORP\svc-robot"],
        "{text}"
    );
    assert_eq!(values(&found, "session.user_count"), ["2"], "{text}");
    assert_eq!(values(&found, "session.place_count"), ["1"], "{text}");
    // Where states have names, no number is taken for one.
    let scope = if text.contains("WTS") {
        FactScope::Observed
    } else {
        FactScope::Inferred
    };
    let of_list = |fact: &&Fact| &*fact.name != "robot.version";
    assert!(
        found.facts.iter().filter(of_list).all(|fact| fact.scope == scope),
        "{text}"
    );
    let guessed = found
        .problems
        .iter()
        .filter(|problem| problem.kind == ProblemKind::Guessed);
    assert_eq!(guessed.count(), 1, "{text}");
    found
}

#[test]
fn a_row_to_a_line() {
    assert_list(
        "DumpSessionsInfo:\n\
         SessionID: 0, State: 4, User: , WinStation:\n\
         SessionID: 1, State: 1, User: , WinStation:\n\
         SessionID: 2, State: 4, User: CORP\\svc-robot, WinStation:\n\
         SessionID: 6, State: 0, User: CORP\\anna, WinStation: Console\n\
         SessionID: 65536, State: 6, User: , WinStation: RDP-Tcp\n",
    );
}

#[test]
fn in_another_order_and_by_names() {
    assert_list(
        "rdp.cpp 210 DumpSessionsInfo User= Status=WTSDisconnected SessionId=0\n\
         rdp.cpp 210 DumpSessionsInfo User= Status=1 - WTSConnected SessionId=1\n\
         rdp.cpp 210 DumpSessionsInfo User=CORP\\svc-robot Status=WTSDisconnected(4) SessionId=2\n\
         rdp.cpp 210 DumpSessionsInfo WinStation=Console User=CORP\\anna Status=WTSActive SessionId=6\n\
         rdp.cpp 210 DumpSessionsInfo WinStation=RDP-Tcp User= Status=WTSListen SessionId=65536\n",
    );
}

#[test]
fn a_label_to_a_line() {
    assert_list(
        "DumpSessionsInfo\n\
         SessionID: 0\n  State: 4\n  UserName: \n\
         SessionID: 1\n  State: 1\n\
         SessionID: 2\n  State: 4\n  UserName: svc-robot\n  Domain: CORP\n\
         SessionID: 6\n  State: 0\n  UserName: anna\n  Domain: CORP\n  WinStationName: Console\n\
         SessionID: 65536\n  State: 6\n  WinStationName: RDP-Tcp\n",
    );
}

#[test]
fn a_table_without_labels() {
    assert_list(
        "14:02:11 DumpSessionsInfo\n\
         0 4\n1 1\n2\t4\tCORP\\svc-robot\n6, 0, Console, CORP\\anna\n65536 | 6 | RDP-Tcp\n",
    );
    let one = run("DumpSessionsInfo\n3 4 files were left\nso what\n");
    assert_eq!(one.facts, []);
}

#[test]
fn without_its_name() {
    assert_list(
        "[SessionID: 0] [State: WTSDisconnected] [User: ]\n\
         [SessionID: 1] [State: WTSConnected] [User: ]\n\
         [SessionID: 2] [State: WTSDisconnected] [User: CORP\\svc-robot]\n\
         [SessionID: 6] [State: WTSActive] [User: CORP\\anna] [Station: Console]\n\
         [SessionID: 65536] [State: WTSListen] [User: ] [Station: RDP-Tcp]\n",
    );
}

#[test]
fn between_the_lines_of_a_trace() {
    let found = assert_list(
        "[0]0AF4.0C64::05/04/2026-08:00:39.998 [UiPath]RdpWrapper: DumpSessionsInfo\n\
         [0]0AF4.0C64::05/04/2026-08:00:39.999 [UiPath]SessionID: 0 State: 4\n\
         [1]0AF4.1111::05/04/2026-08:00:39.999 [Other]State machine entered, user: bob\n\
         [0]0AF4.0C64::05/04/2026-08:00:40.000 [UiPath]SessionID: 1 State: 1\n\
         [0]0AF4.0C64::05/04/2026-08:00:40.000 [UiPath]SessionID: 2 State: 4 User: CORP\\svc-robot\n\
         [0]0AF4.0C64::05/04/2026-08:00:40.001 [UiPath]SessionID: 6 State: 0 User: CORP\\anna WinStation: Console\n\
         [0]0AF4.0C64::05/04/2026-08:00:40.002 [UiPath]SessionID: 65536 State: 6 WinStation: RDP-Tcp\n\
         [1]0AF4.1111::05/04/2026-08:00:41.000 [Other]User: carl\n",
    );
    let count = found
        .facts
        .iter()
        .find(|fact| &*fact.name == "session.user_count")
        .unwrap();
    assert_eq!(count.local.unwrap().to_string(), "2026-05-04 08:00:39.998");
    assert_eq!((count.at, count.origin.line), (None, Some(1)));
}

#[test]
fn behind_a_record_of_the_robots_log() {
    let found = assert_list(
        "2026-05-04T08:00:38.6516541+02:00 => [INFO] [UiPath.Service.Host] [RdpWrapper] [23.12.0.0] [RDP_100_1]\n\
         DumpSessionsInfo\n\
         SessionID: 0 State: 4\nSessionID: 1 State: 1\nSessionID: 2 State: 4 User: CORP\\svc-robot\n\
         SessionID: 6 State: 0 User: CORP\\anna WinStation: Console\nSessionID: 65536 State: 6 WinStation: RDP-Tcp\n\
         2026-05-04T08:00:39.0000000+02:00 => [INFO] [UiPath.Service.Host] [Pipes] [23.12.0.0] [x]\nConnection closed\n",
    );
    let count = found
        .facts
        .iter()
        .find(|fact| &*fact.name == "session.user_count")
        .unwrap();
    assert_eq!(count.at, local_time::exact("2026-05-04T06:00:38.6516541Z"));
}

#[test]
fn in_what_tracerpt_makes_of_a_trace() {
    let rows = [
        "DumpSessionsInfo SessionID: 0 State: 4",
        "DumpSessionsInfo SessionID: 1 State: 1",
        "DumpSessionsInfo SessionID: 2 State: 4 User: CORP\\svc-robot",
        "DumpSessionsInfo SessionID: 6 State: 0 User: CORP\\anna WinStation: Console",
        "DumpSessionsInfo SessionID: 65536 State: 6 WinStation: RDP-Tcp",
    ];
    let xml = rows.map(|row| {
        format!(
            "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System><Provider Guid=\"{{00000000-0000-0000-0000-000000000001}}\"/>\
             <EventID>0</EventID><TimeCreated SystemTime=\"2026-05-04T06:00:39.998Z\"/><Computer>RPA-07</Computer></System>\
             <DebugData><Message>{row}</Message></DebugData></Event>\n"
        )
    });
    let csv = rows.map(|row| {
        format!("UiPath, Info, 0, 0, 0, 4, 0, 0, 0x0, 0x0AF4, 0x0C64, 0, , , , , 134223552399980000, 0, 0, \"{row}\"\n")
    });
    let head = "Event Name, Type, Event ID, Version, Channel, Level, Opcode, Task, Keyword, PID, TID, Processor Number, \
                Instance ID, Parent Instance ID, Activity ID, Related Activity ID, Clock-Time, Kernel(ms), User(ms), User Data\n";
    for text in [
        format!("<Events>{}</Events>", xml.concat()),
        format!("{head}{}", csv.concat()),
    ] {
        let found = assert_list(&text);
        let count = found
            .facts
            .iter()
            .find(|fact| &*fact.name == "session.user_count")
            .unwrap();
        assert!(count.at.is_some(), "{text}");
    }
}

#[test]
fn each_list_has_its_time() {
    let list = |time: &str, rows: &str| {
        format!("2026-05-04 {time}Z DumpSessionsInfo\nSessionID: 0 State: 4\n{rows}")
    };
    let text = list("08:00:00", "SessionID: 2 State: 0 User: anna\n") + &list("09:00:00", "");
    let found = run(&text);
    let counts: Vec<_> = found
        .facts
        .iter()
        .filter(|fact| &*fact.name == "session.place_count")
        .map(|fact| (&*fact.value, fact.at))
        .collect();
    assert_eq!(
        counts,
        [
            ("1", local_time::exact("2026-05-04T08:00:00Z")),
            ("0", local_time::exact("2026-05-04T09:00:00Z"))
        ]
    );
}

#[test]
fn where_no_user_is_told_states_are_counted() {
    let found = run(
        "DumpSessionsInfo\nSessionID=0 State=4\nSessionID=1 State=4\nSessionID=2 State=0\n\
         SessionID=3 State=4\nSessionID=4 State=5\nSessionID=65536 State=6\n",
    );
    assert_eq!(values(&found, "session.user_count"), ["2"]);
    assert_eq!(values(&found, "session.active"), Vec::<&str>::new());
}

#[test]
fn ordinary_text_is_no_list() {
    for text in [
        // What an article says of the list.
        "The DumpSessionsInfo shows how many sessions were open then:\nSessionID 1 will be opened for arbitration\n\
         SessionID 0 is that of the services and always has a status of 4 - WTSDisconnected\n\
         SessionID 65536 is the listener and should have a status of 6 - WTSListen\n",
        // Sessions of a web server.
        "sessionId: 17, state: Active, user: anna\nsessionId: 18, state: Idle, user: bob\n",
        "{\"SessionId\": 2, \"State\": 0}\n{\"SessionId\": 3, \"State\": 4}\n",
        "Session ID: 3\nStatus: 4\nConnected over RDP-Tcp\n",
        "Session 3 has been disconnected, reason code 5\nState: WTSActive\n",
        "Session: started\nState: 4\nSession: ended\nState: 0 WTS\n",
        "DumpSessionsInfo",
        "",
    ] {
        let found = run(text);
        assert_eq!(found.facts, [], "{text}");
        assert_eq!(
            found
                .problems
                .iter()
                .filter(|problem| problem.kind != ProblemKind::Empty)
                .count(),
            0,
            "{text}"
        );
    }
}

#[test]
fn damage_costs_a_row() {
    let found = run(
        "DumpSessionsInfo\nSessionID: 2, State: 4, User: anna\nSessionID: \u{fffd}, State: 0, User: bob\nSessionID: 4, State: 44, User: carl\n",
    );
    assert_eq!(values(&found, "session.list"), ["id=2 user=anna state=Disc"]);
    let damaged = found
        .problems
        .iter()
        .find(|problem| problem.kind == ProblemKind::Damaged)
        .unwrap();
    assert_eq!((damaged.count, damaged.origin.line), (2, Some(3)));
}
