//! Records of the kernel that tell of the machine, and of processes by a logger whose pointers are not those of the machine.

use super::writer::{classic, full_header, kernel, wide};
use super::{Bytes, SIZE, all, buffer};
use crate::model::{Event, Value};

fn events(records: &[Bytes]) -> Vec<Event> {
    let mut bytes = buffer(SIZE, &[full_header("Robot", "C:\\Robot\\t.etl")]);
    bytes.extend(buffer(64 << 10, records));
    all(bytes).events
}

/// UTF-16 in a place of so many units.
fn placed(text: &str, units: usize) -> Vec<u8> {
    let mut bytes = wide(text);
    bytes.resize(units * 2, 0);
    bytes
}

#[test]
fn what_the_machine_is_made_of_has_names_and_types() {
    let mut disk = [0_u32, 512, 63, 255].map(u32::to_le_bytes).concat();
    disk.extend(16_578_u64.to_le_bytes());
    disk.extend([0; 16]);
    disk.extend(placed("Virtual Disk", 256));
    disk.extend([2, 0, 0, 0, 1, 0]);
    disk.extend(placed("C", 3));
    disk.extend([0; 4]);
    let mut card = 0x0600_5D7C_5828_1500_u64.to_le_bytes().to_vec();
    card.extend([6_u32, 12, 12].map(u32::to_le_bytes).concat());
    for text in ["Network Adapter", "10.0.0.7", "10.0.0.1;10.0.0.2"] {
        card.extend(wide(text));
    }
    let mut device = vec![7; 16];
    device.extend([0; 8]);
    for text in [
        "ACPI\\PNP0C01\\1",
        "System board",
        "",
        "\\Device\\00000018",
        "acpi",
    ] {
        device.extend(wide(text));
    }
    let mut newer = device.clone();
    newer.splice(24..24, [1, 0, 0, 0, 0x16, 0, 0, 0]);
    let found = events(&[
        kernel(0x0B, 11, 2, false, 1, &disk),
        kernel(0x0B, 13, 2, false, 1, &card),
        kernel(0x0B, 22, 4, false, 1, &device),
        kernel(0x0B, 22, 5, false, 1, &newer),
    ]);
    let [disk, card, device, newer] = found.as_slice() else {
        panic!("{found:#?}")
    };
    let names: Vec<String> = found
        .iter()
        .filter_map(|event| event.field_text("EventName"))
        .collect();
    assert_eq!(
        names,
        [
            "SystemConfig/PhyDisk",
            "SystemConfig/NIC",
            "SystemConfig/PnP",
            "SystemConfig/PnP"
        ]
    );
    assert_eq!(disk.field("Manufacturer"), Some(&Value::text("Virtual Disk")));
    assert_eq!(disk.field("PartitionCount"), Some(&Value::Unsigned(2)));
    assert_eq!(disk.field("BootDriveLetter"), Some(&Value::text("C")));
    assert_eq!(
        card.field("DnsServerAddresses"),
        Some(&Value::text("10.0.0.1;10.0.0.2"))
    );
    for event in [device, newer] {
        assert_eq!(
            event.field("DeviceDescription"),
            Some(&Value::text("System board"))
        );
        assert_eq!(event.field("ServiceName"), Some(&Value::text("acpi")));
    }
    assert_eq!(newer.field("DevProblem"), Some(&Value::Unsigned(0x16)));
}

/// Who writes a record again on another machine may make its pointers zero, and is of 32 bits where the record is of 64.
#[test]
fn a_user_without_pointers_is_still_read() {
    for pointer in [4_usize, 8] {
        let mut process = vec![0; pointer];
        process.extend([264_u32, 4, 1, 259].map(u32::to_le_bytes).concat());
        process.resize(process.len() + pointer, 0);
        process.resize(process.len() + 2 * pointer, 0);
        process.extend([1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]);
        process.extend(b"smss.exe\0");
        process.extend(wide("\\SystemRoot\\System32\\smss.exe"));
        let guid = crate::model::parse_guid("3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c").unwrap();
        // `EVENT_TRACE_HEADER` of 32 bits and of 64.
        for kind in [0x0A, 0x14] {
            let mut record = classic(guid, 3, 3, 1, &process);
            record[2] = kind;
            let found = events(&[record]);
            let event = &found[0];
            assert_eq!(
                event.field("UserSID"),
                Some(&Value::Sid("S-1-5-18".into())),
                "{event:#?}"
            );
            assert_eq!(event.field("ImageFileName"), Some(&Value::text("smss.exe")));
            assert_eq!(event.field("ProcessId"), Some(&Value::Unsigned(264)));
        }
    }
}
