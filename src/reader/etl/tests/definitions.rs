//! Definitions of events: those that a trace carries, those that merged traces share, and format files.

use super::writer::{classic, event, header, message, wide};
use super::{GUID, SIZE, all, buffer, driver, one_trace, problem, run};
use crate::model::{ArtifactFormat, Companion, Decoding, Interest, ProblemKind, Value};
use crate::reader::etl::{read, tdh};
use crate::reader::wording::UIPATH;
use std::sync::Arc;

/// An event of a .NET EventSource, and its manifest in two pieces behind it.
#[test]
fn definitions_count_wherever_they_stand() {
    let manifest = r#"<instrumentationManifest xmlns="http://schemas.microsoft.com/win/2004/08/events"><instrumentation><events>
        <provider name="Robot-Source" guid="{07070707-0707-0707-0707-070707070707}"><tasks><task name="Logon" value="1"/></tasks>
        <events><event value="1" version="2" level="win:Error" task="Logon" template="LogonArgs" message="$(string.event_Logon)"/></events>
        <templates><template tid="LogonArgs"><data name="user" inType="win:UnicodeString"/>
        <data name="count" inType="win:UInt16"/><data name="codes" inType="win:UInt32" outType="win:HResult" count="count"/>
        <data name="kind" inType="win:UInt32" map="Kinds"/></template></templates>
        <maps><valueMap name="Kinds"><map value="2" message="$(string.map_Remote)"/></valueMap></maps></provider></events></instrumentation>
        <localization><resources culture="en-US"><stringTable><string id="event_Logon" value="%1 was refused as %4 &amp; more"/>
        <string id="map_Remote" value="remote"/></stringTable></resources></localization></instrumentationManifest>"#;
    let mut payload = wide("svc-robot");
    payload.extend([2, 0]);
    payload.extend(0x8007_0520_u32.to_le_bytes());
    payload.extend(5_u32.to_le_bytes());
    payload.extend(2_u32.to_le_bytes());
    let mut logon = event(GUID, 1, 1, 0, &[], &payload);
    logon[42] = 2;
    let piece = |place: u16, text: &str| {
        let mut bytes = vec![1, 1, 0, 0x5B, 2, 0];
        bytes.extend(place.to_le_bytes());
        bytes.extend(text.as_bytes());
        event(GUID, 0xFFFE, 3, 0, &[], &bytes)
    };
    let (front, back) = manifest.split_at(200);
    let records = [logon, driver(2), piece(0, front), piece(1, back)];
    let found = one_trace(&records);
    let [logon, driver] = found.events.as_slice() else {
        panic!("{:#?}", found.events)
    };
    // In the order of the trace, though the first was decoded last.
    assert_eq!(&*driver.provider, UIPATH);
    assert_eq!(&*logon.provider, "Robot-Source");
    assert_eq!(
        logon.message.as_deref(),
        Some("svc-robot was refused as remote & more")
    );
    assert_eq!(logon.field("EventName"), Some(&Value::text("Logon")));
    let codes = vec![Value::Unsigned(0x8007_0520), Value::Unsigned(5)];
    assert_eq!(logon.field("codes"), Some(&Value::List(codes)));
    // The same through the front door, and with the manifest beside the trace.
    let mut bytes = buffer(SIZE, &[header(0)]);
    bytes.extend(buffer(64 << 10, &records));
    let decoded: Vec<_> = read(&bytes).map(Result::unwrap).collect();
    assert_eq!(
        decoded[1].event.fields,
        logon.fields[..decoded[1].event.fields.len()]
    );
    assert_eq!(decoded[1].decoding, Decoding::Manifest);
    assert_eq!(decoded[0].decoding, Decoding::Trace);
    bytes.truncate(0);
    bytes.extend(buffer(SIZE, &[header(0)]));
    bytes.extend(buffer(64 << 10, &records[..1]));
    let companion = Companion {
        path: Arc::from("robot.man"),
        bytes: manifest.as_bytes().into(),
    };
    let interest = Interest::everything().unwrap().with_companions(vec![companion]);
    let beside = run(bytes, &interest);
    assert_eq!(
        (&beside.events[0].fields, beside.problems.len()),
        (&logon.fields, 0)
    );
}

/// The definitions that merged traces carry are those structures that the decoder of Windows hands out.
#[test]
fn definitions_of_merged_traces() {
    let mut info = GUID.to_vec();
    info.resize(112, 0);
    info[32..34].copy_from_slice(&7_u16.to_le_bytes());
    let text = |info: &mut Vec<u8>, at: usize, text: &str| {
        let offset = u32::try_from(info.len()).unwrap();
        info[at..at + 4].copy_from_slice(&offset.to_le_bytes());
        info.extend(wide(text));
    };
    info[100..104].copy_from_slice(&2_u32.to_le_bytes());
    info[104..108].copy_from_slice(&2_u32.to_le_bytes());
    info.resize(112 + 48, 0);
    for (place, name, kind, show) in [(0, "User", 1_u16, 1_u16), (1, "Status", 8, 31)] {
        let at = 112 + place * 24;
        text(&mut info, at + 4, name);
        info[at + 8..at + 10].copy_from_slice(&kind.to_le_bytes());
        info[at + 10..at + 12].copy_from_slice(&show.to_le_bytes());
        info[at + 16..at + 18].copy_from_slice(&1_u16.to_le_bytes());
    }
    text(&mut info, 52, "Robot-Provider");
    text(&mut info, 60, "Robot-Provider/Operational");
    text(&mut info, 68, "Logon");
    text(&mut info, 72, "win:Stop");
    text(&mut info, 76, "%1 ended with %2");
    let mut payload = wide("svc-robot");
    payload.extend(0xC000_006D_u32.to_le_bytes());
    let records = [
        event(
            GUID,
            7,
            1,
            0,
            &[(2, vec![1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0])],
            &payload,
        ),
        classic(tdh::PROVIDER, tdh::EVENT, 0, 2, &info),
    ];
    let found = one_trace(&records);
    let logon = &found.events[0];
    assert_eq!(found.events.len(), 1);
    assert_eq!(
        (&*logon.provider, &*logon.channel),
        ("Robot-Provider", "Robot-Provider/Operational")
    );
    assert_eq!(logon.message.as_deref(), Some("svc-robot ended with 0xc000006d"));
    assert_eq!(logon.field("Status"), Some(&Value::Hex32(0xC000_006D)));
    assert_eq!(logon.field("EventName"), Some(&Value::text("Logon/Stop")));
    assert_eq!(logon.sid.as_deref(), Some("S-1-5-18"));
    // No number of a definition is believed.
    for at in (0..info.len()).step_by(if cfg!(debug_assertions) { 3 } else { 1 }) {
        for byte in [0, 1, 0x7F, 0xFF] {
            let mut info = info.clone();
            info[at] = byte;
            let _ = one_trace(&[
                records[0].clone(),
                classic(tdh::PROVIDER, tdh::EVENT, 0, 2, &info),
            ]);
        }
    }
}

#[test]
fn messages_with_their_format_file() {
    let tmf = "07070707-0707-0707-0707-070707070707 RdpWrapper // SRC=rdp.cpp MJ= MN=\n\
        #typev rdp_cpp34 17 \"%0RdpWrapper: exiting connection loop, err(rdp):%10!d!\" // LEVEL=TRACE_LEVEL_ERROR FUNC=Connect\n\
        {\nerr, ItemLong -- 10\n}\n";
    let companion = Companion {
        path: Arc::from("a.tmf"),
        bytes: tmf.as_bytes().into(),
    };
    let mut bytes = buffer(SIZE, &[header(0)]);
    let code = (-1_073_741_537_i32).to_le_bytes();
    bytes.extend(buffer(
        SIZE,
        &[
            message(GUID, 17, 1, &code),
            message(GUID, 18, 2, &code),
            message([8; 16], 17, 3, &code),
        ],
    ));
    let interest = Interest::everything()
        .unwrap()
        .with_companions(vec![companion.clone()]);
    let found = run(bytes, &interest);
    let [event] = found.events.as_slice() else {
        panic!("{:#?}", found.events)
    };
    assert_eq!(&*event.provider, UIPATH);
    assert_eq!(event.field("TraceProvider"), Some(&Value::text("RdpWrapper")));
    assert_eq!(
        event.message.as_deref(),
        Some("RdpWrapper: exiting connection loop, err(rdp):-1073741537")
    );
    assert_eq!(event.field("err"), Some(&Value::Signed(-1_073_741_537)));
    let missing = problem(&found, "WPP message without its format file");
    assert_eq!((missing.count, missing.kind), (2, ProblemKind::Undecoded));
    assert!(missing.detail.contains("2 message GUIDs"), "{}", missing.detail);
    assert!(missing.detail.contains("{08080808-0808-0808-0808-080808080808}"));
    // The format file itself is told as what it is.
    let found = all(companion.bytes.to_vec());
    assert_eq!(
        (found.format, found.records, found.events.len()),
        (Some(ArtifactFormat::TraceFormats), 1, 0)
    );
}
