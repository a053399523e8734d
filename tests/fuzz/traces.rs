//! Seeds of traces and of what tells how they read.

use std::sync::Arc;

use logonscope::model::Companion;

use crate::support::etl;
use crate::support::etl::program::{Item, Provider, item};

pub fn etl() -> Vec<Vec<u8>> {
    let text = etl::wide("RdpWrapper: err(rdp):-1073741537");
    let traits = b"\x0f\0Robot.Driver\0".to_vec();
    let schema = b"\0\0\0LogonEnd\0User\0\x01Status\0\x94\x05Ids\0\x48Ok\0\x84\x03".to_vec();
    let mut payload = etl::wide("svc-robot");
    payload.extend([0x6D, 0, 0, 0xC0, 2, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1]);
    let records = [
        etl::event([7; 16], 1, 1, 0, &[(12, traits), (11, schema)], &payload),
        etl::event([7; 16], 1, 2, 4, &[], &text),
        etl::message([9; 16], 17, 3, b"C:\\Robot\\run.exe\0"),
    ];
    let plain = [etl::buffer(512, &[etl::header(0)]), etl::buffer(1024, &records)].concat();
    let mut seeds = vec![plain];
    for packer in etl::PACKERS {
        let packed = etl::packed_buffer_by(packer, &records);
        seeds.push([etl::buffer(512, &[etl::header(0)]), packed].concat());
    }
    let piece = [&[1, 1, 0, 0x5B, 1, 0, 0, 0], MANIFEST.as_bytes()].concat();
    let mut process = vec![0; 40];
    process.extend([1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]);
    process.extend(b"UiRobot.exe\0");
    process.extend(etl::wide("UiRobot.exe execute"));
    let definition = [&[7; 16][..], &[0; 16], &[1, 0], &[0; 94]].concat();
    let metadata = [
        0xc1, 0xf6, 0xcc, 0xbb, 0xd1, 0x6c, 0xc4, 0x48, 0x80, 0xff, 0x83, 0x94, 0x82, 0xe3, 0x76, 0x71,
    ];
    let records = [
        etl::event([7; 16], 1, 1, 0, &[], &etl::wide("svc-robot")),
        etl::event([7; 16], 0xFFFE, 2, 0, &[], &piece),
        etl::kernel(3, 1, 4, false, 3, &process),
        etl::kernel(0x18, 32, 2, true, 4, &[1; 40]),
        etl::classic(metadata, 32, 0, 5, &definition),
        etl::message([7; 16], 17, 6, b"\x6d\0\0\xC0\x01"),
        etl::event([7; 16], 40, 7, 0, &[], &refused()),
    ];
    let header = etl::full_header("Robot", "C:\\Robot\\t.etl");
    seeds.push([etl::buffer(1024, &[header]), etl::buffer(4096, &records)].concat());
    seeds
}

const MANIFEST: &str = r#"<instrumentationManifest><instrumentation><events><provider name="Robot" guid="{07070707-0707-0707-0707-070707070707}">
<events><event value="1" task="Logon" template="A" message="$(string.m)"/></events><templates><template tid="A">
<data name="user" inType="win:UnicodeString"/><struct name="s" count="2"><data name="n" inType="win:UInt32" map="K"/></struct></template></templates>
<maps><bitMap name="K"><map value="0x1" message="$(string.k)"/></bitMap></maps></provider></events></instrumentation><localization><resources>
<stringTable><string id="m" value="%1 said %2!x!"/><string id="k" value="yes"/></stringTable></resources></localization></instrumentationManifest>"#;

const TMF: &str = "07070707-0707-0707-0707-070707070707 RdpWrapper // SRC=rdp.cpp MJ= MN=\n\
               #typev rdp_cpp34 17 \"%0RdpWrapper: err(rdp):%10!d! %11!-8s! %!FUNC!\" // LEVEL=TRACE_LEVEL_ERROR FUNC=Connect\n\
               {\nerr, ItemLong -- 10\nkind, ItemListByte(a,b=5) -- 11\n}\n";

pub fn trace_formats() -> Vec<Vec<u8>> {
    vec![TMF.as_bytes().to_vec(), MANIFEST.as_bytes().to_vec()]
}

/// Fields of every kind of size, a map of each kind, a structure.
const FIELDS: &[Item] = &[
    item("User", 1, 1),
    Item {
        map: Some(0),
        ..item("State", 4, 3)
    },
    Item {
        map: Some(1),
        ..item("Flags", 8, 18)
    },
    item("Size", 6, 6),
    Item {
        flags: 4,
        length: 3,
        ..item("Data", 14, 15)
    },
    Item {
        flags: 8,
        count: 2,
        ..item("Codes", 8, 18)
    },
    Item {
        flags: 1 | 16,
        types: [7, 2],
        count: 3,
        ..item("Pairs", 0, 0)
    },
    item("Id", 4, 4),
    item("Value", 6, 6),
];

fn dll() -> Vec<u8> {
    let provider = Provider {
        guid: [7; 16],
        name: "Contoso-Robot-Driver",
        channel: (16, "Contoso-Robot-Driver/Operational"),
        maps: &[(false, &[(2, 2)]), (true, &[(1, 2), (4, 3)])],
        templates: &[(FIELDS, 7)],
        events: &[(40, 16, "Session", 1, "Refused", 1, 0)],
    };
    let texts = etl::program::messages(&[
        (1, "%1 was refused in state %2 (%3)"),
        (2, "locked"),
        (3, "hidden"),
    ]);
    etl::program::program(&[
        (Err("WEVT_TEMPLATE"), etl::program::templates(&provider)),
        (Ok(11), texts),
    ])
}

/// The payload of the event that the program defines.
fn refused() -> Vec<u8> {
    let mut payload = etl::wide("svc-robot");
    payload.extend([2, 5, 0, 0, 0, 2, 0, 0xAB, 0xCD]);
    payload.extend([0x6D, 0, 0, 0xC0, 0x64, 0, 0, 0xC0, 7, 1, 0, 8, 2, 0]);
    payload
}

pub fn programs() -> Vec<Vec<u8>> {
    vec![dll()]
}

/// A file that tells how records read, under a name by which it is looked at.
pub fn companion(name: &str, bytes: &[u8]) -> Companion {
    Companion {
        path: Arc::from(name),
        bytes: bytes.into(),
    }
}

/// Files of all kinds for the traces of the seeds.
pub fn companions() -> Vec<Companion> {
    vec![
        companion("a.tmf", TMF.as_bytes()),
        companion("a.man", MANIFEST.as_bytes()),
        companion("a.dll", &dll()),
    ]
}

/// Exports of viewers: one seed for each form.
pub fn exports() -> Vec<Vec<u8>> {
    let xperf = "BeginHeader\n  P-Start,  TimeStamp,  Process Name ( PID),  ParentPID, Command Line\n\
        UnknownEvent/Crimson, TimeStamp, Process Name ( PID), ThreadID, CPU, ProviderId, Id, Level\nEndHeader\n\
        OS Version: 10.0.19045, Events Lost: 3, Buffers lost: 0, Trace Start: 134223552000000000, Trace Length: 2 sec\n\
        P-Start,  104743,  UiRobot.exe (10612),  480, \"C:\\Robot\\UiRobot.exe\" execute, all\n\
        UnknownEvent/Crimson, 204743, svchost.exe (  96), 7720, 1, {5D896912-022D-40AA-A3A8-4FA5515C76D7}, 40, 4\n";
    let lines = "Contoso-Robot/Session/Refused  1,234.567  UiRobot (3164)  ThreadID=\"4,444\" Text=\"RdpWrapper: err(rdp):-1073741537\"\n";
    let table = "Event Name,Time MSec,Process Name,User,Rest\nRobot/Refused,1234.567,UiRobot (3164),svc,\"Text=\"\"err(rdp):-1073741537\"\"\"\n";
    let xml = "<Events>\n <Event EventName=\"Robot/Refused\" TimeMsec=\"1234.567\" ProcessName=\"UiRobot(3164)\" Text=\"a &amp; b\"/>\n</Events>\n";
    let wpa = "Line #,Provider Name,Task Name,Id,Process,ThreadId,Field 1,Message,Time (s)\n1,Robot,Session,40,UiRobot.exe (10612),\"7,720\",svc,,\"26,420.4\"\n";
    let pktmon = "16:30:50.127593800 PktGroupId 14, PktNumber 1, Direction Tx , Component 494\n\tF0-B4, length 55: 10.0.0.7.3389 > 10.0.0.9.50123\n";
    [xperf, lines, table, xml, wpa, pktmon]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
}
