//! One message of a driver as a binary trace with its format file and as a text dump is the same event, and the header of the trace
//! tells the zone of the text beside it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod support;

use logonscope::diagnose::Analyzer;
use logonscope::model::{Clock, Event, Value};
use logonscope::parse::Parser;
use logonscope::{Limits, bundle};
use support::etl;

const GUID: [u8; 16] = [7; 16];
const MESSAGE: &str = "RdpWrapper: Log on Wrapper: exiting connection loop, err(rdp):-1073741537";

fn trace() -> Vec<u8> {
    let code = (-1_073_741_537_i32).to_le_bytes();
    let mut bytes = etl::buffer(4096, &[etl::full_header("UiPathTrace", "C:\\UiPathTrace.etl")]);
    bytes.extend(etl::packed_buffer(&[etl::message(GUID, 17, 3, &code)]));
    bytes
}

fn format_file() -> Vec<u8> {
    b"// PDB:  rdpwrapper.pdb\n\
      07070707-0707-0707-0707-070707070707 RdpWrapper // SRC=rdp.cpp MJ= MN=\n\
      #typev rdp_cpp34 17 \"%0RdpWrapper: Log on Wrapper: exiting connection loop, err(rdp):%10!d!\" // LEVEL=TRACE_LEVEL_ERROR\n\
      {\nerr, ItemLong -- 10\n}\n"
        .to_vec()
}

/// As `tracefmt` prints it, in the local time of the machine.
fn dump() -> Vec<u8> {
    format!("[0]0AF4.0C64::05/04/2026-10:00:03.000 [RdpWrapper]{MESSAGE}\r\n").into_bytes()
}

/// As `tracerpt -of XML` writes it: the element `<DebugData>` of the event schema.
fn report() -> Vec<u8> {
    format!(
        "<Events>\r\n<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\">\r\n\
         <System><Provider Guid=\"{{07070707-0707-0707-0707-070707070707}}\" /><EventID>0</EventID><Version>0</Version>\
         <Level>0</Level><Task>0</Task><Opcode>0</Opcode><Keywords>0x0</Keywords>\
         <TimeCreated SystemTime=\"2026-05-04T10:00:03.000000000+02:00\" />\
         <Correlation ActivityID=\"{{00000000-0000-0000-0000-000000000000}}\" />\
         <Execution ProcessID=\"2804\" ThreadID=\"3172\" ProcessorID=\"0\" KernelTime=\"0\" UserTime=\"0\" /><Channel />\
         <Computer /></System>\r\n<DebugData><SequenceNumber>0</SequenceNumber><LevelName>TRACE_LEVEL_ERROR</LevelName>\
         <Component>RdpWrapper</Component><FileLine>rdp_cpp34</FileLine><Message>{MESSAGE}</Message></DebugData>\r\n\
         <RenderingInfo Culture=\"en-US\"><Opcode>Info</Opcode></RenderingInfo></Event>\r\n</Events>\r\n"
    )
    .into_bytes()
}

/// As `tracerpt -of CSV` writes it.
fn rows() -> Vec<u8> {
    let filetime = 134_223_552_030_000_000_u64;
    format!(
        "Event Name,       Type,   Event ID, Version, Channel, Level, Opcode, Task, Keyword, PID, TID, Processor Number, \
         Instance ID, Parent Instance ID, Activity ID, Related Activity ID, Clock-Time, Kernel(ms), User(ms), User Data\r\n\
         RdpWrapper,  Info,  0, 0, 0, 2, 0, 0, 0x0000000000000000, 0x00000AF4, 0x00000C64, 0, , , \
         {{00000000-0000-0000-0000-000000000000}}, ,   {filetime}, 0, 0, \"{MESSAGE}\"\r\n"
    )
    .into_bytes()
}

/// The event of one file.
fn event(files: Vec<(&str, Vec<u8>)>) -> Event {
    let bundle = bundle::open_buffers(files, &Limits::default(), &[]);
    let mut found = Vec::new();
    let each = |event: &Event| {
        found.push(event.clone());
        true
    };
    let parser = Parser::new().text("exiting connection loop");
    parser.each(&bundle, each).unwrap();
    let [event] = found.as_slice() else {
        panic!("{found:#?}")
    };
    event.clone()
}

#[test]
fn one_message_in_both_forms() {
    let binary = event(vec![("t.etl", trace()), ("rdp.tmf", format_file())]);
    assert_eq!(binary.message.as_deref(), Some(MESSAGE));
    assert_eq!(binary.time.unwrap().to_rfc3339(), "2026-05-04T08:00:03+00:00");
    assert_eq!((binary.process, binary.thread), (Some(0xAF4), Some(0xC64)));
    let text = event(vec![("t.txt", dump())]);
    let xml = event(vec![("t.xml", report())]);
    let csv = event(vec![("t.csv", rows())]);
    assert_eq!((xml.time, xml.level), (binary.time, binary.level));
    assert_eq!((csv.time, csv.level), (binary.time, binary.level));
    for other in [&text, &xml, &csv] {
        assert_eq!(other.provider, binary.provider);
        assert!(other.message.as_deref().unwrap().ends_with(MESSAGE), "{other:?}");
        assert_eq!(other.field("err"), Some(&Value::Signed(-1_073_741_537)));
        assert_eq!((other.process, other.thread), (binary.process, binary.thread));
    }
    // Alone, nothing tells the zone of the dump.
    assert_eq!(text.clock, Clock::Unknown);
}

#[test]
fn the_trace_tells_the_zone_of_the_text_beside_it() {
    let files = [
        ("case/t.etl", trace()),
        ("case/rdp.tmf", format_file()),
        ("case/t.txt", dump()),
    ];
    let bundle = bundle::open_buffers(files, &Limits::default(), &[]);
    let diagnosis = Analyzer::new().unwrap().analyze_bundle(&bundle);
    let input = |name: &str| {
        let found = diagnosis.inputs.iter().find(|input| input.path.ends_with(name));
        found.unwrap_or_else(|| panic!("{name}: {:#?}", diagnosis.inputs))
    };
    let (binary, text) = (input(".etl"), input(".txt"));
    assert_eq!(text.clock, Some(Clock::Host), "{text:#?}");
    assert_eq!(text.first, binary.first);
    assert_eq!(binary.first.unwrap().to_rfc3339(), "2026-05-04T08:00:03+00:00");
    assert_eq!(
        binary.trace.as_ref().unwrap().time_zone.as_deref(),
        Some("W. Europe Standard Time (UTC+02:00)")
    );
}

/// What the incidents of a case are and what caused them, in short.
fn answer(files: Vec<(&str, Vec<u8>)>) -> Vec<String> {
    let bundle = bundle::open_buffers(files, &Limits::default(), &[]);
    let diagnosis = Analyzer::new().unwrap().analyze_bundle(&bundle);
    let told = diagnosis.incidents.iter().map(|incident| {
        let best = incident.best().unwrap();
        format!("{} {} {}", incident.symptom, best.id, best.verdict)
    });
    told.collect()
}

#[test]
fn one_trace_is_one_diagnosis_in_every_form() {
    let binary = answer(vec![("t.etl", trace()), ("rdp.tmf", format_file())]);
    assert_eq!(binary.len(), 1, "{binary:?}");
    assert_eq!(answer(vec![("t.xml", report())]), binary);
    assert_eq!(answer(vec![("t.csv", rows())]), binary);
    assert_eq!(answer(vec![("t.txt", dump())]), binary);
    // All of them at once are still one failure.
    let all = vec![
        ("t.etl", trace()),
        ("rdp.tmf", format_file()),
        ("t.xml", report()),
        ("t.csv", rows()),
        ("t.txt", dump()),
    ];
    assert_eq!(answer(all), binary);
}

/// What the article has people look for in the robot's trace: as text they begin with the file and the line.
const LINES: [&str; 2] = [
    "RdpWrapper: Connect: Connection failed",
    "RdpWrapper: Log on Wrapper: exiting connection loop, err(rdp):-1073741537",
];
const FROM: &str = "rdp.cpp 34 ";

/// The robot's trace of the article in four forms: of WPP, where the place is of the format file, or an event of three values.
fn forms() -> [Vec<(&'static str, Vec<u8>)>; 4] {
    let code = (-1_073_741_537_i32).to_le_bytes();
    let mut bytes = etl::buffer(4096, &[etl::full_header("UiPathTrace", "C:\\UiPathTrace.etl")]);
    let records = [etl::message(GUID, 10, 3, &[]), etl::message(GUID, 11, 4, &code)];
    bytes.extend(etl::packed_buffer(&records));
    let formats = format!(
        "07070707-0707-0707-0707-070707070707 UiPathTrace // SRC=rdp.cpp MJ= MN=\n\
         #typev rdp_cpp34 10 \"%0{}\" // LEVEL=TRACE_LEVEL_ERROR\n{{\n}}\n\
         #typev rdp_cpp34 11 \"%0{}\" // LEVEL=TRACE_LEVEL_ERROR\n{{\nerr, ItemLong -- 10\n}}\n",
        LINES[0],
        LINES[1].replace("-1073741537", "%10!d!")
    );
    let seconds = [3_u64, 4];
    let text: String = seconds
        .iter()
        .zip(LINES)
        .map(|(second, line)| {
            format!("[0]0AF4.0C64::05/04/2026-10:00:0{second}.000 [UiPathTrace]{FROM}{line}\r\n")
        })
        .collect();
    let xml: String = seconds
        .iter()
        .zip(LINES)
        .map(|(second, line)| {
            let one = String::from_utf8(report()).unwrap();
            let one = one.replace("10:00:03", &format!("10:00:0{second}"));
            let one = one
                .replace(">RdpWrapper<", ">UiPathTrace<")
                .replace(MESSAGE, line);
            let (_, one) = one.split_once("<Events>").unwrap();
            one.replace("</Events>", "")
        })
        .collect();
    let csv: String = seconds
        .iter()
        .zip(LINES)
        .map(|(second, line)| {
            let one = String::from_utf8(rows()).unwrap();
            let one = one.replace("134223552030000000", &format!("1342235520{second}0000000"));
            let row = one.split_once("\r\n").unwrap().1;
            row.replace("RdpWrapper,", "UiPathTrace,")
                .replace(&format!("\"{MESSAGE}\""), &format!("\"rdp.cpp\", 34, \"{line}\""))
        })
        .collect();
    let head = String::from_utf8(rows()).unwrap();
    let head = head.split_once("\r\n").unwrap().0;
    [
        vec![("t.etl", bytes), ("uipath.tmf", formats.into_bytes())],
        vec![("t.xml", format!("<Events>{xml}</Events>\r\n").into_bytes())],
        vec![("t.csv", format!("{head}\r\n{csv}").into_bytes())],
        vec![("t.txt", text.into_bytes())],
    ]
}

#[test]
fn a_trace_of_the_robot_with_its_format_file_gives_the_lines_of_the_article() {
    let [binary, ..] = forms();
    let bundle = bundle::open_buffers(binary, &Limits::default(), &[]);
    let mut lines = Vec::new();
    let each = |event: &Event| {
        let field = |name: &str| event.field_text(name).unwrap_or_default();
        let message = event.message.as_deref().unwrap_or_default();
        lines.push(format!("{} {} {message}", field("File"), field("Line")));
        true
    };
    Parser::new().each(&bundle, each).unwrap();
    assert_eq!(lines, LINES.map(|line| format!("{FROM}{line}")));
}

#[test]
fn the_case_of_the_article_has_one_diagnosis_whatever_form_its_trace_has() {
    let policy = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\\
                  Policies\\System\\CredSSP\\Parameters]\r\n\"AllowEncryptionOracle\"=dword:00000000\r\n";
    let log = "2026-05-04T10:00:05.0000000+02:00 => [ERROR] [UiPath.Service.Host] [UiPath.Service.Impl.SessionService] [18.3.2] [0]\r\n\
               Executor start process failed, reason System.Runtime.InteropServices.COMException (0x80070520): A specified logon \
               session does not exist. It may already have been terminated. (Exception from HRESULT: 0x80070520)\r\n";
    let answers = forms().map(|mut files| {
        files.push(("policy.reg", policy.as_bytes().to_vec()));
        files.push(("Robot.log", log.as_bytes().to_vec()));
        answer(files)
    });
    let [binary, others @ ..] = &answers;
    assert_eq!(binary.len(), 1, "{binary:?}");
    assert!(binary[0].contains("encryption-oracle-remediation"), "{binary:?}");
    for other in others {
        assert_eq!(other, binary);
    }
}
