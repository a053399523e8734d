//! An event as its provider would report it.

use super::binxml::{Element, Node};
use super::value::{Time, Value, time};

/// What an event carries besides its `System` part.
#[derive(Debug, Clone)]
pub enum Body {
    /// No payload element at all.
    None,
    /// `EventData` with named `Data` (none of them: an empty `EventData`), and the `Name` attribute some providers set.
    Data {
        name: Option<String>,
        fields: Vec<(String, Value)>,
        binary: Option<Vec<u8>>,
    },
    /// `EventData` with unnamed `Data` in order and `Binary`: sources of the old event log.
    Classic {
        strings: Vec<String>,
        binary: Option<Vec<u8>>,
    },
    /// `UserData` with one element in a namespace.
    User {
        element: String,
        namespace: String,
        fields: Vec<(String, Value)>,
    },
    /// `ProcessingErrorData` and the like: any element.
    Other(Element),
}

/// One event.
#[derive(Debug, Clone)]
pub struct Event {
    pub provider: String,
    pub guid: Option<String>,
    pub source_name: Option<String>,
    pub id: u16,
    pub qualifiers: Option<u16>,
    pub version: u8,
    pub level: u8,
    pub task: u16,
    pub opcode: u8,
    pub keywords: u64,
    pub at: Time,
    pub record: Option<u64>,
    pub activity: Option<String>,
    pub process: u32,
    pub thread: u32,
    pub channel: Option<String>,
    pub computer: Option<String>,
    pub user: Option<String>,
    pub body: Body,
    /// The text that Windows renders; only exports as XML or text can carry it.
    pub message: Option<String>,
    /// Written as bare elements, as collectors do.
    pub plain: bool,
}

impl Event {
    /// An event of level 4 (information) with an empty `EventData`.
    pub fn new(provider: &str, id: u16) -> Self {
        Self {
            provider: provider.to_owned(),
            guid: provider_guid(provider).map(str::to_owned),
            source_name: None,
            id,
            qualifiers: None,
            version: 0,
            level: 4,
            task: 0,
            opcode: 0,
            keywords: 0x8000_0000_0000_0000,
            at: time("2026-01-01T00:00:00Z"),
            record: None,
            activity: None,
            process: 900,
            thread: 1204,
            channel: None,
            computer: None,
            user: None,
            body: Body::Data {
                name: None,
                fields: Vec::new(),
                binary: None,
            },
            message: None,
            plain: false,
        }
    }

    pub fn at(mut self, at: impl Into<Stamp>) -> Self {
        self.at = at.into().0;
        self
    }

    pub fn guid(mut self, guid: &str) -> Self {
        self.guid = Some(guid.to_owned());
        self
    }

    pub fn source(mut self, name: &str) -> Self {
        self.source_name = Some(name.to_owned());
        self
    }

    pub fn level(mut self, level: u8) -> Self {
        self.level = level;
        self
    }

    pub fn version(mut self, version: u8) -> Self {
        self.version = version;
        self
    }

    pub fn task(mut self, task: u16) -> Self {
        self.task = task;
        self
    }

    pub fn opcode(mut self, opcode: u8) -> Self {
        self.opcode = opcode;
        self
    }

    pub fn keywords(mut self, keywords: u64) -> Self {
        self.keywords = keywords;
        self
    }

    pub fn qualifiers(mut self, qualifiers: u16) -> Self {
        self.qualifiers = Some(qualifiers);
        self
    }

    pub fn record(mut self, record: u64) -> Self {
        self.record = Some(record);
        self
    }

    pub fn activity(mut self, guid: &str) -> Self {
        self.activity = Some(guid.to_owned());
        self
    }

    pub fn process(mut self, process: u32, thread: u32) -> Self {
        (self.process, self.thread) = (process, thread);
        self
    }

    pub fn computer(mut self, computer: &str) -> Self {
        self.computer = Some(computer.to_owned());
        self
    }

    pub fn channel(mut self, channel: &str) -> Self {
        self.channel = Some(channel.to_owned());
        self
    }

    /// The `UserID` of `Security`, as a SID.
    pub fn user(mut self, sid: &str) -> Self {
        self.user = Some(sid.to_owned());
        self
    }

    pub fn message(mut self, text: &str) -> Self {
        self.message = Some(text.to_owned());
        self
    }

    pub fn plain(mut self) -> Self {
        self.plain = true;
        self
    }

    /// The `Name` attribute of `EventData`.
    pub fn data_name(mut self, text: &str) -> Self {
        if let Body::Data { name, .. } = &mut self.body {
            *name = Some(text.to_owned());
        }
        self
    }

    /// Adds a named field, to `EventData` or to the element of `UserData`.
    pub fn data(mut self, name: &str, value: impl Into<Value>) -> Self {
        match &mut self.body {
            Body::Data { fields, .. } | Body::User { fields, .. } => {
                fields.push((name.to_owned(), value.into()));
            }
            _ => panic!("no fields in {:?}", self.body),
        }
        self
    }

    /// Unnamed strings in order.
    pub fn classic<S: AsRef<str>>(mut self, strings: &[S], binary: Option<&[u8]>) -> Self {
        self.body = Body::Classic {
            strings: strings.iter().map(|text| text.as_ref().to_owned()).collect(),
            binary: binary.map(<[u8]>::to_vec),
        };
        self.keywords = 0x0080_0000_0000_0000;
        self
    }

    /// `UserData/EventXML` in the namespace that LSM and RCM use.
    pub fn user_data(self) -> Self {
        self.user_data_in("EventXML", "Event_NS")
    }

    pub fn user_data_in(mut self, element: &str, namespace: &str) -> Self {
        self.body = Body::User {
            element: element.to_owned(),
            namespace: namespace.to_owned(),
            fields: Vec::new(),
        };
        self
    }

    pub fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// How `SystemTime` is spelled: seven digits of a second, and UTC.
    pub fn stamp(at: Time) -> String {
        format!(
            "{}.{:07}Z",
            at.format("%Y-%m-%dT%H:%M:%S"),
            at.timestamp_subsec_nanos() / 100
        )
    }

    /// The whole event as one element. `channel` and `computer` are of the log it is in.
    pub(super) fn element(&self, channel: &str, computer: &str, record: u64) -> Element {
        let event = Element::new("Event")
            .attribute("xmlns", "http://schemas.microsoft.com/win/2004/08/events/event")
            .child(self.system(channel, computer, record));
        match self.payload() {
            None => event,
            // Windows nests what the provider's own template makes into the one of the service.
            Some((payload, true)) => event.child(Value::Xml(Box::new(payload))),
            Some((payload, false)) => event.child(payload),
        }
    }

    fn system(&self, channel: &str, computer: &str, record: u64) -> Element {
        let optional = |kind: u8, value: Option<Value>| Node::Optional(value.unwrap_or(Value::Null), kind);
        let mut provider = Element::new("Provider").attribute("Name", Value::Str(self.provider.clone()));
        if let Some(guid) = &self.guid {
            provider = provider.attribute("Guid", Value::Guid(guid.clone()));
        }
        if let Some(name) = &self.source_name {
            provider = provider.attribute("EventSourceName", Value::Str(name.clone()));
        }
        let element = |name: &str, value: Value| Element::new(name).child(value);
        let mut system = Element::new("System").child(provider).child(
            Element::new("EventID")
                .attribute("Qualifiers", optional(0x06, self.qualifiers.map(Value::U16)))
                .child(Value::U16(self.id)),
        );
        if self.guid.is_some() {
            system = system.child(element("Version", Value::U8(self.version)));
        }
        system = system
            .child(element("Level", Value::U8(self.level)))
            .child(element("Task", Value::U16(self.task)));
        if self.guid.is_some() {
            system = system.child(element("Opcode", Value::U8(self.opcode)));
        }
        system = system
            .child(element("Keywords", Value::Hex64(self.keywords)))
            .child(Element::new("TimeCreated").attribute("SystemTime", Value::FileTime(self.at)))
            .child(element("EventRecordID", Value::U64(record)));
        if self.guid.is_some() {
            system = system
                .child(Element::new("Correlation").attribute(
                    "ActivityID",
                    optional(0x0f, self.activity.clone().map(Value::Guid)),
                ))
                .child(
                    Element::new("Execution")
                        .attribute("ProcessID", Value::U32(self.process))
                        .attribute("ThreadID", Value::U32(self.thread)),
                );
        }
        system
            .child(element(
                "Channel",
                self.channel.as_deref().unwrap_or(channel).into(),
            ))
            // The name of the machine is part of the service's template, not a value.
            .child(Element::new("Computer").child(self.computer.as_deref().unwrap_or(computer)))
            .child(
                Element::new("Security")
                    .attribute("UserID", optional(0x13, self.user.clone().map(Value::Sid))),
            )
    }

    /// The payload, and whether it comes from the provider's own template.
    fn payload(&self) -> Option<(Element, bool)> {
        match &self.body {
            Body::None => None,
            Body::Data { name, fields, binary } => {
                let mut data = Element::new("EventData");
                if let Some(name) = name {
                    data = data.attribute("Name", name.as_str());
                }
                for (name, value) in fields {
                    data = data.child(
                        Element::new("Data")
                            .attribute("Name", name.as_str())
                            .child(value.clone()),
                    );
                }
                if let Some(binary) = binary {
                    data = data.child(Element::new("Binary").child(Value::Binary(binary.clone())));
                }
                Some((data, true))
            }
            Body::Classic { strings, binary } => {
                let strings = match strings.len() {
                    0 => Value::Null,
                    _ => Value::Strings(strings.clone()),
                };
                let mut data = Element::new("EventData")
                    .child(Element::new("Data").child(Node::Optional(strings, 0x81)));
                if let Some(binary) = binary {
                    data = data.child(Element::new("Binary").child(Value::Binary(binary.clone())));
                }
                Some((data, false))
            }
            Body::User {
                element,
                namespace,
                fields,
            } => {
                let mut inner = Element::new(element).attribute("xmlns", namespace.as_str());
                for (name, value) in fields {
                    inner = inner.child(Element::new(name).child(value.clone()));
                }
                Some((Element::new("UserData").child(inner), true))
            }
            Body::Other(element) => Some((element.clone(), true)),
        }
    }
}

/// A moment given as text or as a value.
pub struct Stamp(Time);

impl From<&str> for Stamp {
    fn from(text: &str) -> Self {
        Self(time(text))
    }
}

impl From<Time> for Stamp {
    fn from(at: Time) -> Self {
        Self(at)
    }
}

/// The GUID of a provider that registers one.
pub fn provider_guid(provider: &str) -> Option<&'static str> {
    Some(match provider {
        "Microsoft-Windows-TerminalServices-LocalSessionManager" => "5d896912-022d-40aa-a3a8-4fa5515c76d7",
        "Microsoft-Windows-TerminalServices-RemoteConnectionManager" => {
            "c76baa63-ae81-421c-b425-340b4b24157f"
        }
        "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS" => "1139c61b-b549-4251-8ed3-27250a1edec8",
        "Microsoft-Windows-TerminalServices-ClientActiveXCore" => "28aa95bb-d444-4719-a36f-40462168127e",
        "Microsoft-Windows-TaskScheduler" => "de7b24ea-73c8-4a09-985d-5bdadcfa9017",
        "Microsoft-Windows-Security-Auditing" => "54849625-5478-4994-a5ba-3e3b0328c30d",
        "User32" | "USER32" => "b0aa8734-56f7-41cc-b2f4-de228e98b946",
        "Microsoft-Windows-Kernel-General" => "a68ca8b7-004f-d7b6-a698-07e2de0f1f5d",
        "Microsoft-Windows-Kernel-Power" => "331c3b3a-2005-44c2-ac5e-77220c37d6b4",
        "Microsoft-Windows-Kernel-Boot" => "15ca44ff-4d7a-4baa-bba5-0998955e531e",
        "Microsoft-Windows-Winlogon" => "dbe9b383-7cf3-4331-91cc-a3cb16a3b538",
        "Microsoft-Windows-GroupPolicy" => "aea1b4fa-97d1-45f2-a64c-4d69fffd92c9",
        "Microsoft-Windows-Time-Service" => "06edcfeb-0fd0-4e53-acca-a6f8bbf81bcb",
        "Microsoft-Windows-WindowsUpdateClient" => "945a8954-c147-4acd-923f-40c45405a658",
        "Microsoft-Windows-User Profiles Service" => "89b1e9f0-5aff-44a6-9b44-0a07a7ce5845",
        "Microsoft-Windows-Resource-Exhaustion-Detector" => "9988748e-c2e8-4054-85f6-0c3e1cad2470",
        "Service Control Manager" => "555908d1-a6d7-4695-8e1e-26931d2012f4",
        "Schannel" => "1f678132-5938-4686-9fdc-c8ff68f15c85",
        "LsaSrv" => "199fe037-2b82-40a9-82ac-e1d46c792b99",
        "Microsoft-Windows-DNS-Client" => "1c95126e-7eea-49a9-a3fe-a378b03ddb4d",
        "Microsoft-Windows-NTLM" => "ac43300d-5fcc-4800-8e99-1bd3f85f0320",
        "Microsoft-Windows-Security-Netlogon" => "e5ba83f6-07d0-46b1-8bc7-7e669a1d31dc",
        "Microsoft-Windows-Security-Kerberos" => "98e6cfcb-ee0a-41e0-a57b-622d4e1b30b1",
        "Microsoft-Windows-CodeIntegrity" => "4ee76bd8-3cf4-44a0-a0ac-3937643e37a3",
        "Microsoft-Windows-Wininit" => "206f6dea-d3c5-4d10-bc72-989f03c8b84b",
        "Microsoft-Windows-TerminalServices-SessionBroker-Client" => "2184b5c9-1c83-4304-9c58-a9e76f718993",
        "Microsoft-Windows-TerminalServices-SessionBroker" => "d1737620-6a25-4bef-b07b-aac3df44efc9",
        "Microsoft-Windows-TerminalServices-Gateway" => "4d5ae6a1-c7c8-4e6d-b840-4d8080b42e1b",
        _ => return None,
    })
}
