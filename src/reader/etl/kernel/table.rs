//! The groups of kernel records and the layouts of their fields, as data.
//!
//! Types of fields: `u8` to `u64`, `i8` to `i64`, `x32` and `x64` for hexadecimal numbers, `ptr` as wide as a pointer, `str` and
//! `wstr` for text up to a zero, `ptrs` for pointers up to the end, `user` for a SID behind a `TOKEN_USER`, `ip4`, `ip6`, `port`, `guid`, `time`.

/// How the fields of some kinds of records lie.
pub(super) struct Layout {
    pub(super) group: u8,
    /// The first version that has it.
    pub(super) version: u8,
    /// Types of records and how they are called.
    pub(super) kinds: &'static [(u8, &'static str)],
    /// Names and types by turns.
    pub(super) fields: &'static str,
}

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

const PROCESSES: &[(u8, &str)] = &[
    (1, "Start"),
    (2, "End"),
    (3, "DCStart"),
    (4, "DCEnd"),
    (39, "Defunct"),
];
const THREADS: &[(u8, &str)] = &[(1, "Start"), (2, "End"), (3, "DCStart"), (4, "DCEnd")];
const IMAGES: &[(u8, &str)] = &[(2, "UnLoad"), (3, "DCStart"), (4, "DCEnd"), (10, "Load")];
/// The loading of an image, in the group of processes.
const IMAGE_LOAD: &[(u8, &str)] = &[(10, "ImageLoad")];
const KEYS: &[(u8, &str)] = &[
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
const FILE_NAMES: &[(u8, &str)] = &[
    (0, "Name"),
    (32, "FileCreate"),
    (35, "FileDelete"),
    (36, "FileRundown"),
];
const FILE_SIMPLE: &[(u8, &str)] = &[(65, "Cleanup"), (66, "Close"), (73, "Flush")];
const FILE_TRANSFER: &[(u8, &str)] = &[(67, "Read"), (68, "Write")];
const FILE_INFO: &[(u8, &str)] = &[
    (69, "SetInfo"),
    (70, "Delete"),
    (71, "Rename"),
    (74, "QueryInfo"),
    (75, "FSControl"),
];
const FILE_FOLDERS: &[(u8, &str)] = &[(72, "DirEnum"), (77, "DirNotify")];
const TCP: &[(u8, &str)] = &[
    (11, "Recv"),
    (13, "Disconnect"),
    (14, "Retransmit"),
    (16, "Reconnect"),
    (18, "TCPCopy"),
];
const TCP_OPENED: &[(u8, &str)] = &[(12, "Connect"), (15, "Accept")];
const TCP6: &[(u8, &str)] = &[
    (27, "RecvIPV6"),
    (29, "DisconnectIPV6"),
    (30, "RetransmitIPV6"),
    (32, "ReconnectIPV6"),
    (34, "TCPCopyIPV6"),
];
const FAULTS: &[(u8, &str)] = &[
    (10, "TransitionFault"),
    (11, "DemandZeroFault"),
    (12, "CopyOnWrite"),
    (13, "GuardPageFault"),
    (14, "HardPageFault"),
    (15, "AccessViolation"),
];

const fn layout(
    group: u8,
    version: u8,
    kinds: &'static [(u8, &'static str)],
    fields: &'static str,
) -> Layout {
    Layout {
        group,
        version,
        kinds,
        fields,
    }
}

/// All layouts that are known.
pub(super) const LAYOUTS: &[Layout] = &[
    // Of the trace itself.
    layout(
        0x00,
        2,
        &[(5, "Extension"), (32, "EndExtension")],
        "GroupMask1 x32 GroupMask2 x32 GroupMask3 x32 GroupMask4 x32 GroupMask5 x32 GroupMask6 x32 GroupMask7 x32 \
         GroupMask8 x32 KernelEventVersion u32",
    ),
    layout(0x00, 2, &[(8, "RDComplete")], ""),
    // Processes.
    layout(
        0x03,
        0,
        PROCESSES,
        "ProcessId ptr ParentId ptr UserSID user ImageFileName str",
    ),
    layout(
        0x03,
        1,
        PROCESSES,
        "PageDirectoryBase ptr ProcessId u32 ParentId u32 SessionId u32 ExitStatus i32 UserSID user ImageFileName str",
    ),
    layout(
        0x03,
        2,
        PROCESSES,
        "UniqueProcessKey ptr ProcessId u32 ParentId u32 SessionId u32 ExitStatus i32 UserSID user ImageFileName str \
         CommandLine wstr",
    ),
    layout(
        0x03,
        3,
        PROCESSES,
        "UniqueProcessKey ptr ProcessId u32 ParentId u32 SessionId u32 ExitStatus i32 DirectoryTableBase ptr UserSID user \
         ImageFileName str CommandLine wstr",
    ),
    layout(
        0x03,
        4,
        PROCESSES,
        "UniqueProcessKey ptr ProcessId u32 ParentId u32 SessionId u32 ExitStatus i32 DirectoryTableBase ptr Flags x32 \
         UserSID user ImageFileName str CommandLine wstr PackageFullName wstr ApplicationId wstr",
    ),
    layout(0x03, 2, &[(11, "Terminate")], "ProcessId u32"),
    layout(
        0x03,
        2,
        IMAGE_LOAD,
        "ImageBase ptr ImageSize ptr ProcessId u32 ImageCheckSum u32 TimeDateStamp u32 Reserved0 u32 DefaultBase ptr \
         Reserved1 u32 Reserved2 u32 Reserved3 u32 Reserved4 u32 FileName wstr",
    ),
    layout(
        0x03,
        2,
        &[(32, "PerfCtr"), (33, "PerfCtrRundown")],
        "ProcessId u32 PageFaultCount u32 HandleCount u32 Reserved u32 PeakVirtualSize ptr PeakWorkingSetSize ptr \
         PeakPagefileUsage ptr QuotaPeakPagedPoolUsage ptr QuotaPeakNonPagedPoolUsage ptr VirtualSize ptr WorkingSetSize ptr \
         PagefileUsage ptr QuotaPagedPoolUsage ptr QuotaNonPagedPoolUsage ptr PrivatePageCount ptr",
    ),
    // Threads.
    layout(0x05, 0, THREADS, "TThreadId u32 ProcessId u32"),
    layout(
        0x05,
        1,
        THREADS,
        "ProcessId u32 TThreadId u32 StackBase ptr StackLimit ptr UserStackBase ptr UserStackLimit ptr StartAddr ptr \
         Win32StartAddr ptr WaitMode i8",
    ),
    layout(
        0x05,
        2,
        THREADS,
        "ProcessId u32 TThreadId u32 StackBase ptr StackLimit ptr UserStackBase ptr UserStackLimit ptr StartAddr ptr \
         Win32StartAddr ptr TebBase ptr SubProcessTag u32",
    ),
    layout(
        0x05,
        3,
        THREADS,
        "ProcessId u32 TThreadId u32 StackBase ptr StackLimit ptr UserStackBase ptr UserStackLimit ptr Affinity ptr \
         Win32StartAddr ptr TebBase ptr SubProcessTag u32 BasePriority u8 PagePriority u8 IoPriority u8 ThreadFlags u8 \
         ThreadName wstr",
    ),
    layout(
        0x05,
        2,
        &[(36, "CSwitch")],
        "NewThreadId u32 OldThreadId u32 NewThreadPriority i8 OldThreadPriority i8 PreviousCState u8 SpareByte i8 \
         OldThreadWaitReason i8 OldThreadWaitMode i8 OldThreadState i8 OldThreadWaitIdealProcessor i8 NewThreadWaitTime u32 \
         Reserved u32",
    ),
    layout(
        0x05,
        2,
        &[(50, "ReadyThread")],
        "TThreadId u32 AdjustReason i8 AdjustIncrement i8 Flag i8 Reserved i8",
    ),
    // Images.
    layout(0x14, 0, IMAGES, "ImageBase ptr ImageSize u32 FileName wstr"),
    layout(
        0x14,
        1,
        IMAGES,
        "ImageBase ptr ImageSize ptr ProcessId u32 FileName wstr",
    ),
    layout(
        0x14,
        2,
        IMAGES,
        "ImageBase ptr ImageSize ptr ProcessId u32 ImageCheckSum u32 TimeDateStamp u32 Reserved0 u32 DefaultBase ptr \
         Reserved1 u32 Reserved2 u32 Reserved3 u32 Reserved4 u32 FileName wstr",
    ),
    layout(
        0x14,
        3,
        IMAGES,
        "ImageBase ptr ImageSize ptr ProcessId u32 ImageCheckSum u32 TimeDateStamp u32 SignatureLevel u8 SignatureType u8 \
         Reserved0 u16 DefaultBase ptr Reserved1 u32 Reserved2 u32 Reserved3 u32 Reserved4 u32 FileName wstr",
    ),
    layout(0x14, 2, &[(33, "KernelBase")], "ImageBase ptr"),
    layout(0x14, 2, &[(34, "HypercallPage")], "HypercallPageVa ptr"),
    // Disks.
    layout(
        0x01,
        2,
        &[(10, "Read"), (11, "Write")],
        "DiskNumber u32 IrpFlags x32 TransferSize u32 Reserved u32 ByteOffset i64 FileObject ptr Irp ptr \
         HighResResponseTime u64 IssuingThreadId u32",
    ),
    layout(
        0x01,
        2,
        &[(12, "ReadInit"), (13, "WriteInit"), (15, "FlushInit")],
        "Irp ptr IssuingThreadId u32",
    ),
    layout(
        0x01,
        2,
        &[(14, "FlushBuffers")],
        "DiskNumber u32 IrpFlags x32 HighResResponseTime u64 Irp ptr IssuingThreadId u32",
    ),
    // The registry.
    layout(
        0x09,
        0,
        KEYS,
        "Status ptr KeyHandle ptr ElapsedTime i64 KeyName wstr",
    ),
    layout(
        0x09,
        1,
        KEYS,
        "Status ptr KeyHandle ptr ElapsedTime i64 Index u32 KeyName wstr",
    ),
    layout(
        0x09,
        2,
        KEYS,
        "InitialTime i64 Status x32 Index u32 KeyHandle ptr KeyName wstr",
    ),
    // Files.
    layout(0x04, 2, FILE_NAMES, "FileObject ptr FileName wstr"),
    layout(
        0x04,
        2,
        &[(64, "Create")],
        "IrpPtr ptr TTID ptr FileObject ptr CreateOptions x32 FileAttributes x32 ShareAccess x32 OpenPath wstr",
    ),
    layout(
        0x04,
        3,
        &[(64, "Create")],
        "IrpPtr ptr FileObject ptr TTID u32 CreateOptions x32 FileAttributes x32 ShareAccess x32 OpenPath wstr",
    ),
    layout(
        0x04,
        2,
        FILE_SIMPLE,
        "IrpPtr ptr TTID ptr FileObject ptr FileKey ptr",
    ),
    layout(
        0x04,
        3,
        FILE_SIMPLE,
        "IrpPtr ptr FileObject ptr FileKey ptr TTID u32",
    ),
    layout(
        0x04,
        2,
        FILE_TRANSFER,
        "Offset u64 IrpPtr ptr TTID ptr FileObject ptr FileKey ptr IoSize u32 IoFlags x32",
    ),
    layout(
        0x04,
        3,
        FILE_TRANSFER,
        "Offset u64 IrpPtr ptr FileObject ptr FileKey ptr TTID u32 IoSize u32 IoFlags x32",
    ),
    layout(
        0x04,
        2,
        FILE_INFO,
        "IrpPtr ptr TTID ptr FileObject ptr FileKey ptr ExtraInfo ptr InfoClass u32",
    ),
    layout(
        0x04,
        3,
        FILE_INFO,
        "IrpPtr ptr FileObject ptr FileKey ptr ExtraInfo ptr TTID u32 InfoClass u32",
    ),
    layout(
        0x04,
        2,
        FILE_FOLDERS,
        "IrpPtr ptr TTID ptr FileObject ptr FileKey ptr Length u32 InfoClass u32 FileIndex u32 FileName wstr",
    ),
    layout(
        0x04,
        3,
        FILE_FOLDERS,
        "IrpPtr ptr FileObject ptr FileKey ptr TTID u32 Length u32 InfoClass u32 FileIndex u32 FileName wstr",
    ),
    layout(
        0x04,
        2,
        &[(76, "OperationEnd")],
        "IrpPtr ptr ExtraInfo ptr NtStatus x32",
    ),
    // The network.
    layout(
        0x06,
        2,
        &[(10, "Send")],
        "PID u32 size u32 daddr ip4 saddr ip4 dport port sport port startime u32 endtime u32 seqnum u32 connid ptr",
    ),
    layout(
        0x06,
        2,
        TCP,
        "PID u32 size u32 daddr ip4 saddr ip4 dport port sport port seqnum u32 connid ptr",
    ),
    layout(
        0x06,
        2,
        TCP_OPENED,
        "PID u32 size u32 daddr ip4 saddr ip4 dport port sport port mss u16 sackopt u16 tsopt u16 wsopt u16 rcvwin u32 \
         rcvwinscale i16 sndwinscale i16 seqnum u32 connid ptr",
    ),
    layout(0x06, 2, &[(17, "Fail")], "Proto u16 FailureCode u16"),
    layout(
        0x06,
        2,
        &[(26, "SendIPV6")],
        "PID u32 size u32 daddr ip6 saddr ip6 dport port sport port startime u32 endtime u32 seqnum u32 connid ptr",
    ),
    layout(
        0x06,
        2,
        TCP6,
        "PID u32 size u32 daddr ip6 saddr ip6 dport port sport port seqnum u32 connid ptr",
    ),
    layout(
        0x06,
        2,
        &[(28, "ConnectIPV6"), (31, "AcceptIPV6")],
        "PID u32 size u32 daddr ip6 saddr ip6 dport port sport port mss u16 sackopt u16 tsopt u16 wsopt u16 rcvwin u32 \
         rcvwinscale i16 sndwinscale i16 seqnum u32 connid ptr",
    ),
    layout(
        0x08,
        2,
        &[(10, "Send"), (11, "Recv")],
        "PID u32 size u32 daddr ip4 saddr ip4 dport port sport port seqnum u32 connid ptr",
    ),
    layout(
        0x08,
        2,
        &[(26, "SendIPV6"), (27, "RecvIPV6")],
        "PID u32 size u32 daddr ip6 saddr ip6 dport port sport port seqnum u32 connid ptr",
    ),
    layout(0x08, 2, &[(17, "Fail")], "Proto u16 FailureCode u16"),
    // Memory.
    layout(0x02, 2, FAULTS, "VirtualAddress ptr ProgramCounter ptr"),
    layout(
        0x02,
        2,
        &[(32, "HardFault")],
        "InitialTime u64 ReadOffset u64 VirtualAddress ptr FileObject ptr TThreadId u32 ByteCount u32",
    ),
    layout(
        0x02,
        2,
        &[(98, "VirtualAlloc"), (99, "VirtualFree")],
        "BaseAddress ptr RegionSize ptr ProcessId u32 Flags x32",
    ),
    // Processors.
    layout(
        0x0F,
        2,
        &[(46, "SampleProf")],
        "InstructionPointer ptr ThreadId u32 Count u16 Reserved u16",
    ),
    layout(
        0x0F,
        2,
        &[(66, "ThreadDPC"), (68, "DPC"), (69, "TimerDPC")],
        "InitialTime u64 Routine ptr",
    ),
    layout(
        0x0F,
        2,
        &[(67, "ISR")],
        "InitialTime u64 Routine ptr ReturnValue u8 Vector u16 Reserved u8",
    ),
    layout(0x0F, 2, &[(51, "SysClEnter")], "SysCallAddress ptr"),
    layout(0x0F, 2, &[(52, "SysClExit")], "SysCallNtStatus x32"),
    layout(
        0x0F,
        3,
        &[
            (72, "SetInterval"),
            (73, "CollectionStart"),
            (74, "CollectionEnd"),
        ],
        "Source u32 NewInterval u32 OldInterval u32 SourceName wstr",
    ),
    // Call stacks: whole, and by a key under which each is stored once.
    layout(
        0x18,
        2,
        &[(32, "Stack")],
        "EventTimeStamp u64 StackProcess u32 StackThread u32 Stack ptrs",
    ),
    layout(
        0x18,
        2,
        &[(35, "KeyDelete"), (36, "KeyRundown")],
        "StackKey ptr Stack ptrs",
    ),
    layout(
        0x18,
        2,
        &[(37, "KeyKernel"), (38, "KeyUser")],
        "EventTimeStamp u64 StackProcess u32 StackThread u32 StackKey ptr",
    ),
    // Messages between processes.
    layout(0x1A, 2, &[(33, "Send"), (34, "Receive")], "MessageID u32"),
    layout(0x1A, 2, &[(35, "WaitForReply")], "MessageID u32"),
    layout(
        0x1A,
        2,
        &[(36, "WaitForNewMessage")],
        "IsServerPort u32 PortName str",
    ),
    layout(0x1A, 2, &[(37, "UnWait")], "Status x32"),
    // The machine.
    layout(
        0x0B,
        2,
        &[(10, "CPU")],
        "MHz u32 NumberOfProcessors u32 MemSize u32 PageSize u32 AllocationGranularity u32",
    ),
    layout(
        0x0B,
        2,
        &[(15, "Services")],
        "ProcessId u32 ServiceState x32 SubProcessTag u32 ServiceName wstr DisplayName wstr ProcessName wstr \
         LoadOrderGroup wstr SvchostGroup wstr",
    ),
    // What the tools of Windows add when they merge traces.
    layout(
        0xF0,
        0,
        &[(0, "Info")],
        "ImageBase ptr ImageSize ptr ProcessId u32 TimeDateStamp u32 OriginalFileName wstr",
    ),
    layout(0xF0, 0, &[(32, "None")], "ImageBase ptr ProcessId u32"),
    layout(
        0xF0,
        0,
        &[(36, "DbgID_RSDS"), (37, "DbgID_ILRSDS")],
        "ImageBase ptr ProcessId u32 GuidSig guid Age u32 PdbFileName str",
    ),
    layout(
        0xF0,
        0,
        &[(64, "FileVersion")],
        "ImageSize u32 TimeDateStamp u32 OriginalFileName wstr FileDescription wstr FileVersion wstr BinFileVersion wstr \
         VerLanguage wstr ProductName wstr CompanyName wstr ProductVersion wstr",
    ),
    layout(
        0xF1,
        0,
        &[(32, "BuildInfo")],
        "InstallDate time BuildLab wstr ProductName wstr",
    ),
    layout(
        0xF1,
        0,
        &[(33, "SystemPaths")],
        "SystemDirectory wstr SystemWindowsDirectory wstr",
    ),
    layout(0xF1, 0, &[(34, "Volume")], "NtPath wstr"),
    layout(0xF1, 0, &[(35, "VolumeMapping")], "NtPath wstr DosPath wstr"),
];
