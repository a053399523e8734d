//! The layouts of the records that tell of the machine, as data.
//!
//! Sources: the classes of `SystemConfig` and its `EVENT_TRACE_TYPE_CONFIG_*`, <https://learn.microsoft.com/windows/win32/etw/systemconfig>;
//! the structures of the kernel that it fills, in headers of the debugging tools. All but those of video cards and interrupts, and
//! devices of any version but the fourth, were checked against a public trace.

use super::table::{Layout, layout};

/// All layouts that are known.
pub(super) const OF_MACHINES: &[Layout] = &[
    layout(
        0x0B,
        2,
        &[(10, "CPU")],
        "MHz u32 NumberOfProcessors u32 MemSize u32 PageSize u32 AllocationGranularity u32 ComputerName w256 DomainName w134 \
         HyperThreadingFlag ptr HighestUserAddress ptr ProcessorArchitecture u16 ProcessorLevel u16 ProcessorRevision u16 \
         NxEnabled u8 PaeEnabled u8 MemorySpeed u32",
    ),
    layout(
        0x0B,
        2,
        &[(11, "PhyDisk")],
        "DiskNumber u32 BytesPerSector u32 SectorsPerTrack u32 TracksPerCylinder u32 Cylinders u64 SCSIPort u32 SCSIPath u32 \
         SCSITarget u32 SCSILun u32 Manufacturer w256 PartitionCount u32 WriteCacheEnabled u8 Pad u8 BootDriveLetter w3",
    ),
    layout(
        0x0B,
        2,
        &[(12, "LogDisk")],
        "StartOffset u64 PartitionSize u64 DiskNumber u32 Size u32 DriveType u32 DriveLetterString w4 Pad1 u32 \
         PartitionNumber u32 SectorsPerCluster u32 BytesPerSector u32 Pad2 u32 NumberOfFreeClusters i64 \
         TotalNumberOfClusters i64 FileSystem w16 VolumeExt u32 Pad3 u32",
    ),
    layout(
        0x0B,
        2,
        &[(13, "NIC")],
        "PhysicalAddr x64 PhysicalAddrLen u32 Ipv4Index u32 Ipv6Index u32 NICDescription wstr IpAddresses wstr \
         DnsServerAddresses wstr",
    ),
    layout(
        0x0B,
        2,
        &[(14, "Video")],
        "MemorySize u32 XResolution u32 YResolution u32 BitsPerPixel u32 VRefresh u32 ChipType w256 DACType w256 \
         AdapterString w256 BiosString w256 DeviceId w256 StateFlags u32",
    ),
    layout(
        0x0B,
        2,
        &[(15, "Services")],
        "ProcessId u32 ServiceState x32 SubProcessTag u32 ServiceName wstr DisplayName wstr ProcessName wstr \
         LoadOrderGroup wstr SvchostGroup wstr",
    ),
    layout(
        0x0B,
        2,
        &[(16, "Power")],
        "S1 u8 S2 u8 S3 u8 S4 u8 S5 u8 AoAc u8 Pad2 u8 Pad3 u8",
    ),
    layout(
        0x0B,
        2,
        &[(17, "Network")],
        "TcbTablePartitions u32 MaxHashTableSize u32 MaxUserPort u32 TcpTimedWaitDelay u32",
    ),
    layout(
        0x0B,
        2,
        &[(18, "OpticalMedia")],
        "DiskNumber u16 BusType u16 DeviceType u16 MediaType u16 StartingOffset u64 Size u64 NumberOfFreeBlocks u64 \
         TotalNumberOfBlocks u64 NextWritableAddress u64 NumberOfSessions u32 NumberOfTracks u32 BytesPerSector u32 \
         DiscStatus u16 LastSessionStatus u16 DriveLetter wstr FileSystemName wstr DeviceName str ManufacturerName str",
    ),
    layout(
        0x0B,
        2,
        &[(21, "IRQ")],
        "IRQAffinity x64 IRQNum u32 DeviceDescriptionLen u32 DeviceDescription wstr",
    ),
    layout(
        0x0B,
        3,
        &[(21, "IRQ")],
        "IRQAffinity x64 IRQGroup u16 Reserved u16 IRQNum u32 DeviceDescriptionLen u32 DeviceDescription wstr",
    ),
    layout(
        0x0B,
        2,
        &[(22, "PnP")],
        "IDLength u32 DescriptionLength u32 FriendlyNameLength u32 DeviceID wstr DeviceDescription wstr FriendlyName wstr",
    ),
    layout(
        0x0B,
        4,
        &[(22, "PnP")],
        "ClassGuid guid UpperFiltersCount u32 LowerFiltersCount u32 DeviceID wstr DeviceDescription wstr FriendlyName wstr \
         PdoName wstr ServiceName wstr",
    ),
    layout(
        0x0B,
        5,
        &[(22, "PnP")],
        "ClassGuid guid UpperFiltersCount u32 LowerFiltersCount u32 DevStatus u32 DevProblem u32 DeviceID wstr \
         DeviceDescription wstr FriendlyName wstr PdoName wstr ServiceName wstr",
    ),
    layout(
        0x0B,
        2,
        &[(23, "IDEChannel")],
        "TargetId u32 DeviceType u32 DeviceTimingMode u32 LocationInformationLen u32 LocationInformation wstr",
    ),
    layout(
        0x0B,
        2,
        &[(25, "Platform")],
        "SystemManufacturer wstr SystemProductName wstr BiosDate wstr BiosVersion wstr",
    ),
    layout(0x0B, 2, &[(28, "DPI")], "MachineDPI u32 UserDPI u32"),
];
