//! The layouts of the fields of kernel records, as data.
//!
//! Types of fields: `u8` to `u64`, `i8` to `i64`, `x32` and `x64` for hexadecimal numbers, `ptr` as wide as a pointer, `str` and
//! `wstr` for text up to a zero, `w` and a number for UTF-16 of so many units, `ptrs` for pointers up to the end, `user` for a SID behind a `TOKEN_USER`, `ip4`, `ip6`, `port`, `guid`, `time`.

use super::names::{
    FAULTS, FILE_FOLDERS, FILE_INFO, FILE_NAMES, FILE_SIMPLE, FILE_TRANSFER, IMAGE_LOAD, IMAGES, KEYS,
    PROCESSES, TCP, TCP_OPENED, TCP6, THREADS,
};

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

pub(super) const fn layout(
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
