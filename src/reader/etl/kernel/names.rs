//! The groups of kernel records, and what types of records are called where several share a layout, as data.

/// Groups with their names and, where classic events have one, the GUID.
pub(super) const GROUPS: &[(u8, &str, &str)] = &[
    (0x00, "EventTrace", "68fdd900-4a3e-11d1-84f4-0000f80464e3"),
    (0x01, "DiskIo", "3d6fa8d4-fe05-11d0-9dda-00c04fd7ba7c"),
    (0x02, "PageFault", "3d6fa8d3-fe05-11d0-9dda-00c04fd7ba7c"),
    (0x03, "Process", "3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c"),
    (0x04, "FileIo", "90cbdc39-4a3e-11d1-84f4-0000f80464e3"),
    (0x05, "Thread", "3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c"),
    (0x06, "TcpIp", "9a280ac0-c8e0-11d1-84e2-00c04fb998a2"),
    (0x07, "Job", "3282fc76-feed-498e-8aa7-e70f459d430e"),
    (0x08, "UdpIp", "bf3a50c5-a9c9-4988-a005-2df0b7c80f80"),
    (0x09, "Registry", "ae53722e-c863-11d2-8659-00c04fa321a1"),
    (0x0A, "DbgPrint", "13976d09-a327-438c-950b-7f03192815c7"),
    (0x0B, "SystemConfig", "01853a65-418f-4f36-aefc-dc0f1d2fd235"),
    (0x0E, "Pool", "0268a8b6-74fd-4302-9dd0-6e8f1795c0cf"),
    (0x0F, "PerfInfo", "ce1dbfb4-137e-4da6-87b0-3f59aa102cbc"),
    (0x10, "Heap", "222962ab-6180-4b88-a825-346b75f2a24a"),
    (0x11, "Object", "89497f50-effe-4440-8cf2-ce6b1cdcaca7"),
    (0x12, "Power", "e43445e0-0903-48c3-b878-ff0fccebdd04"),
    (0x14, "Image", "2cb15d1d-5fc1-11d2-abe1-00a0c911f518"),
    (0x17, "CritSec", "3ac66736-cc59-4cff-8115-8df50e39816b"),
    (0x18, "StackWalk", "def2fe46-7bd6-4b80-bd94-f57fe20d0ce3"),
    (0x1A, "ALPC", "45d8cccd-539f-4b72-a8b7-5c683142609a"),
    (0x1B, "SplitIo", "d837ca92-12b9-44a5-ad6a-3a65b3578aa8"),
    (0x1C, "ThreadPool", "c861d0e2-a2c1-4d36-9f9c-970bab943a12"),
    // Not of the kernel, and so without a number of its own: what the tools of Windows add to traces.
    (0xF0, "ImageID", "b3e675d7-2554-4f18-830b-2762732560de"),
    (0xF1, "SystemConfigEx", "9b79ee91-b5fd-41c0-a243-4248e266e9d0"),
    (0xF2, "WinSAT", "ed54dff8-c409-4cf6-bf83-05e1e61a09c4"),
];

pub(super) const PROCESSES: &[(u8, &str)] = &[
    (1, "Start"),
    (2, "End"),
    (3, "DCStart"),
    (4, "DCEnd"),
    (39, "Defunct"),
];
pub(super) const THREADS: &[(u8, &str)] = &[(1, "Start"), (2, "End"), (3, "DCStart"), (4, "DCEnd")];
pub(super) const IMAGES: &[(u8, &str)] = &[(2, "UnLoad"), (3, "DCStart"), (4, "DCEnd"), (10, "Load")];
/// The loading of an image, in the group of processes.
pub(super) const IMAGE_LOAD: &[(u8, &str)] = &[(10, "ImageLoad")];
pub(super) const KEYS: &[(u8, &str)] = &[
    (10, "Create"),
    (11, "Open"),
    (12, "Delete"),
    (13, "Query"),
    (14, "SetValue"),
    (15, "DeleteValue"),
    (16, "QueryValue"),
    (17, "EnumerateKey"),
    (18, "EnumerateValueKey"),
    (19, "QueryMultipleValue"),
    (20, "SetInformation"),
    (21, "Flush"),
    (22, "KCBCreate"),
    (23, "KCBDelete"),
    (24, "KCBRundownBegin"),
    (25, "KCBRundownEnd"),
    (26, "Virtualize"),
    (27, "Close"),
];
pub(super) const FILE_NAMES: &[(u8, &str)] = &[
    (0, "Name"),
    (32, "FileCreate"),
    (35, "FileDelete"),
    (36, "FileRundown"),
];
pub(super) const FILE_SIMPLE: &[(u8, &str)] = &[(65, "Cleanup"), (66, "Close"), (73, "Flush")];
pub(super) const FILE_TRANSFER: &[(u8, &str)] = &[(67, "Read"), (68, "Write")];
pub(super) const FILE_INFO: &[(u8, &str)] = &[
    (69, "SetInfo"),
    (70, "Delete"),
    (71, "Rename"),
    (74, "QueryInfo"),
    (75, "FSControl"),
];
pub(super) const FILE_FOLDERS: &[(u8, &str)] = &[(72, "DirEnum"), (77, "DirNotify")];
pub(super) const TCP: &[(u8, &str)] = &[
    (11, "Recv"),
    (13, "Disconnect"),
    (14, "Retransmit"),
    (16, "Reconnect"),
    (18, "TCPCopy"),
];
pub(super) const TCP_OPENED: &[(u8, &str)] = &[(12, "Connect"), (15, "Accept")];
pub(super) const TCP6: &[(u8, &str)] = &[
    (27, "RecvIPV6"),
    (29, "DisconnectIPV6"),
    (30, "RetransmitIPV6"),
    (32, "ReconnectIPV6"),
    (34, "TCPCopyIPV6"),
];
pub(super) const FAULTS: &[(u8, &str)] = &[
    (10, "TransitionFault"),
    (11, "DemandZeroFault"),
    (12, "CopyOnWrite"),
    (13, "GuardPageFault"),
    (14, "HardPageFault"),
    (15, "AccessViolation"),
];
