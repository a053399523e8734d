//! Traces record by record beside dissect.etl, a reader of others in Python: the same records in the same order, each with the same class,
//! provider, id, stamp, process and thread, and the same payload.
//!
//! The traces are of our own writer: every head that there is in 32 and in 64 bits, every kind of extended data, messages with every set of
//! flags, plain and compressed. `LOGONSCOPE_TRACES` names a folder of further ones. Where there is no Python with dissect.etl
//! (`LOGONSCOPE_PYTHON` names one, otherwise it is `python3`), the test says so and leaves all out.
//!
//! What dissect.etl 3.14 does not read, and so is not compared: buffers in Xpress-Huffman and LZNT1, messages with a component
//! instead of a GUID, and what payloads hold; the last it knows for few providers, by tables of its own.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, print, and is told by its environment where Python is"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use logonscope::reader::etl::{self, Record, RecordClass};
use serde_json::Value;
use support::etl as writer;
use writer::Record as Bytes;

const GUID: [u8; 16] = [7; 16];

/// The Python that has dissect.etl.
fn python() -> Option<String> {
    let python = std::env::var("LOGONSCOPE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(&python).args(["-c", "import dissect.etl"]).output();
    found
        .is_ok_and(|output| output.status.success())
        .then_some(python)
}

/// The rows that the script makes of traces, by path.
fn reference(python: &str, traces: &[PathBuf]) -> BTreeMap<PathBuf, Vec<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trace_reference/records.py");
    let mut rows = BTreeMap::new();
    for trace in traces {
        let output = Command::new(python).arg(&script).arg(trace).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {error}", trace.display());
        let text = String::from_utf8(output.stdout).unwrap();
        let lines = text
            .lines()
            .skip(1)
            .map(|line| serde_json::from_str(line).unwrap());
        rows.insert(trace.clone(), lines.collect());
    }
    rows
}

/// A record of the kernel with its type of head, which is as long as those of its kind.
fn kernel(kind: u8, flags: u16) -> Bytes {
    let is_short = matches!(kind, 0x10 | 0x11);
    let mut extra = vec![0xEE; 8 * usize::from(flags >> 8 & 7)];
    extra.extend([0xEE; 8].iter().filter(|_| flags & 0x8000 != 0));
    extra.extend([1, 2, 3, 4]);
    let mut bytes = writer::kernel(3, 1, flags | 4, is_short, 2, &extra);
    if matches!(kind, 3 | 4) {
        // Without the times of the processor.
        bytes.drain(24..32);
        let size = u16::try_from(bytes.len()).unwrap();
        bytes[4..6].copy_from_slice(&size.to_le_bytes());
    }
    bytes[2] = kind;
    bytes
}

/// The same record under another type of head.
fn of_kind(mut bytes: Bytes, kind: u8) -> Bytes {
    bytes[2] = kind;
    bytes
}

/// A message with these flags of sequence, GUID, time and ids.
fn message(flags: u16) -> Bytes {
    let mut body = Vec::new();
    for (flag, part) in [
        (1, vec![9; 4]),
        (2, GUID.to_vec()),
        (8, 6000_u64.to_le_bytes().to_vec()),
        (0x20, vec![3; 8]),
    ] {
        if flags & flag != 0 {
            body.extend(part);
        }
    }
    body.extend(b"argument\0");
    let mut bytes = u16::try_from(body.len() + 8).unwrap().to_le_bytes().to_vec();
    bytes.extend([0x0F, 0x90, 17, 0]);
    bytes.extend(flags.to_le_bytes());
    bytes.extend(body);
    bytes
}

/// Extended data of every kind.
fn items() -> Vec<(u16, Vec<u8>)> {
    let mut instance = vec![1; 8];
    instance.extend(GUID);
    let mut stack = 5_u64.to_le_bytes().to_vec();
    stack.extend(0x7FF6_0000_1000_u64.to_le_bytes());
    vec![
        (1, GUID.to_vec()),
        (2, vec![1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]),
        (3, 2_u32.to_le_bytes().to_vec()),
        (4, instance),
        (6, stack),
        (7, vec![1; 4]),
        (8, vec![1; 16]),
        (9, vec![1; 8]),
        (10, vec![1; 8]),
        (11, b"\x0c\0\0Event\0A\0\x04".to_vec()),
        (13, vec![1; 8]),
    ]
}

fn records() -> Vec<Bytes> {
    let mut records = Vec::new();
    for kind in [1, 2, 3, 4, 0x10, 0x11] {
        for flags in [0, 0x100, 0x700, 0x8000, 0x8300] {
            records.push(kernel(kind, flags));
        }
    }
    for kind in [0x0A, 0x14] {
        records.push(of_kind(writer::classic(GUID, 1, 2, 3, b"payload"), kind));
    }
    for kind in [0x0B, 0x15] {
        // The rest of the head of an instance stands where a plain event has its payload.
        records.push(of_kind(writer::classic(GUID, 1, 2, 4, &[5; 40]), kind));
    }
    for kind in [0x12, 0x13] {
        records.push(of_kind(writer::event(GUID, 40, 5, 0, &[], b"payload"), kind));
        records.push(of_kind(
            writer::event(GUID, 41, 5, 4, &[], &writer::wide("text")),
            kind,
        ));
        records.push(of_kind(writer::event(GUID, 42, 6, 0, &items(), &[7]), kind));
        for item in items() {
            records.push(of_kind(writer::event(GUID, 43, 6, 0, &[item], &[7]), kind));
        }
    }
    let flags = (0..16_u16).map(|bits| (bits & 3) | (bits & 4) << 1 | (bits & 8) << 2);
    records.extend(flags.map(message));
    records
}

/// A trace of these buffers; its header says how many there are.
fn trace(buffers: &[Vec<u8>]) -> Vec<u8> {
    let mut header = writer::full_header("Reference", "C:\\reference.etl");
    let count = u32::try_from(buffers.len() + 1).unwrap();
    header[32 + 36..32 + 40].copy_from_slice(&count.to_le_bytes());
    // The speed of the processor in MHz, by which the other reader divides.
    header[32 + 52..32 + 56].copy_from_slice(&3000_u32.to_le_bytes());
    let mut bytes = writer::buffer(4096, &[header]);
    buffers.iter().for_each(|buffer| bytes.extend(buffer));
    bytes
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is different of a record, if anything is.
fn difference(own: &Record, other: &Value) -> Option<String> {
    let class = format!("{:?}", own.raw.class);
    if other["class"] != class.as_str() {
        return Some(format!("class {class}"));
    }
    let number = |name: &str| other[name].as_u64();
    let is = |name: &str, own: Option<u64>| number(name).is_none_or(|other| Some(other) == own);
    if number("stamp") != Some(own.raw.stamp) {
        return Some(format!("stamp {}", own.raw.stamp));
    }
    if !is("id", Some(own.raw.id.into())) {
        return Some(format!("id {}", own.raw.id));
    }
    if !is("process", own.event.process.map(u64::from)) || !is("thread", own.event.thread.map(u64::from)) {
        return Some(format!(
            "process {:?}, thread {:?}",
            own.event.process, own.event.thread
        ));
    }
    if other["provider"]
        .as_str()
        .is_some_and(|guid| guid != hex(&own.raw.provider))
    {
        return Some(format!("provider {}", hex(&own.raw.provider)));
    }
    let (payload, own_payload) = (other["payload"].as_str().unwrap(), hex(&own.raw.payload));
    let items: u64 = other["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|item| item[1].as_u64())
        .sum();
    let same = match own.raw.class {
        RecordClass::Message => payload.ends_with(&own_payload),
        // It takes what follows the last item for one more where that looks like it.
        RecordClass::Event if items > 0 => payload.ends_with(&own_payload),
        _ => payload == own_payload,
    };
    (!same).then(|| format!("payload {own_payload}"))
}

fn compare(path: &Path, rows: &[Value]) {
    let bytes = fs::read(path).unwrap();
    let own: Vec<Record> = etl::read(&bytes).filter_map(Result::ok).collect();
    let mut classes: BTreeMap<String, u64> = BTreeMap::new();
    for (place, (own, other)) in own.iter().zip(rows).enumerate() {
        if let Some(what) = difference(own, other) {
            panic!("{}, record {place}: {what} beside {other}", path.display());
        }
        *classes.entry(format!("{:?}", own.raw.class)).or_default() += 1;
    }
    assert_eq!(own.len(), rows.len(), "{}", path.display());
    println!("{}: {} records alike, {classes:?}", path.display(), rows.len());
}

/// The traces in a folder and in those below it.
fn traces_in(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            traces_in(&path, found);
        } else if path.extension().is_some_and(|end| end == "etl") {
            found.push(path);
        }
    }
}

#[test]
fn every_record_as_another_reader_has_it() {
    let Some(python) = python() else {
        println!("left out: there is no Python with dissect.etl; LOGONSCOPE_PYTHON names one");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let records = records();
    let plain: Vec<Vec<u8>> = records
        .chunks(20)
        .map(|part| writer::buffer(8192, part))
        .collect();
    let packed: Vec<Vec<u8>> = records.chunks(20).map(writer::packed_buffer).collect();
    let mut traces = Vec::new();
    for (name, buffers) in [("plain.etl", &plain), ("packed.etl", &packed)] {
        let path = folder.path().join(name);
        fs::write(&path, trace(buffers)).unwrap();
        traces.push(path);
    }
    if let Ok(folder) = std::env::var("LOGONSCOPE_TRACES") {
        traces_in(Path::new(&folder), &mut traces);
    }
    for (path, rows) in reference(&python, &traces) {
        compare(&path, &rows);
    }
}
