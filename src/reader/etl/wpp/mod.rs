//! Messages of WPP: their texts are in format files, `.tmf`, and their arguments in the trace. Must not know traces.
//!
//! Sources: <https://learn.microsoft.com/windows-hardware/drivers/devtest/trace-message-format-file> says what a format file
//! holds, <https://learn.microsoft.com/windows-hardware/drivers/devtest/what-are-the-wpp-extended-format-specification-strings->
//! what the types print. How the arguments lie in the trace follows the macros of `defaultwpp.ini` of the Windows Driver Kit as
//! public readers of such traces describe them. No public trace with messages and their format file was at hand.

mod argument;
mod print;
mod tmf;

pub(super) use tmf::{Message, read, sniff};

use super::payload::Payload;
use crate::model::{Event, Level, Value};

/// Fills an event with the text of a message and with its arguments; false, and nothing filled, where the arguments are others
/// than the format file says.
pub(super) fn fill(event: &mut Event, message: &Message, payload: Payload<'_>) -> bool {
    let Some(arguments) = argument::all(&message.arguments, payload) else {
        return false;
    };
    event.message = Some(print::text(message, &arguments).into());
    event.provider = std::sync::Arc::clone(&message.component);
    if let Some(level) = message.level.as_deref() {
        event.level = Level::from_trace(level);
        if event.level == Level::None && level != "0" {
            event.push("Level", Value::text(level));
        }
    }
    let texts = [
        ("Function", message.function.as_deref()),
        ("File", message.file.as_deref()),
        ("Flags", message.flags.as_deref()),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            event.push(name, Value::text(text));
        }
    }
    if let Some(line) = message.line {
        event.push("Line", Value::Unsigned(u64::from(line)));
    }
    for argument in arguments {
        event.push(&argument.name, argument.value);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    const TMF: &str = "// PDB:  rdpwrapper.pdb\n\
        // PDB:  Last Updated :2026-5-4:8:0:0:0 (UTC) [tracepdb]\n\
        0dc1a2b3-1122-3344-5566-778899aabbcc RdpWrapper // SRC=rdp.cpp MJ= MN=\n\
        #typev rdp_cpp34 10 \"%0RdpWrapper: Log on Wrapper: exiting connection loop, err(rdp):%10!d!\" //   LEVEL=TRACE_LEVEL_ERROR FLAGS=RDP FUNC=CRdp::Connect\n\
        {\n\
        err, ItemLong -- 10\n\
        }\n\
        #typev rdp_cpp51 11 \"%0 user %11!s! on %10!s!: %12!s! %13!04X! %14!p! %15!-6s!| 100%% %!FUNC!\" //   LEVEL=4 FUNC=CRdp::Start\n\
        {\n\
        GetHost(a, b), ItemString -- 10\n\
        user, ItemPWString -- 11\n\
        st, ItemNTSTATUS -- 12\n\
        Arg, ItemShort -- 13\n\
        Arg, ItemPtr -- 14\n\
        kind, ItemListByte(Low=1, High) -- 15\n\
        }\n";

    fn messages() -> Vec<Message> {
        read(TMF)
    }

    #[test]
    fn a_message_with_one_argument() {
        assert!(sniff(TMF));
        let messages = messages();
        assert_eq!(messages.len(), 2);
        let mut event = Event::new(Origin::artifact("a.etl"));
        let bytes = (-1_073_741_537_i32).to_le_bytes();
        let payload = Payload {
            bytes: &bytes,
            pointer: 8,
        };
        assert!(fill(&mut event, &messages[0], payload));
        assert_eq!(
            event.message.as_deref(),
            Some("RdpWrapper: Log on Wrapper: exiting connection loop, err(rdp):-1073741537")
        );
        assert_eq!((&*event.provider, event.level), ("RdpWrapper", Level::Error));
        assert_eq!(event.field("File"), Some(&Value::text("rdp.cpp")));
        assert_eq!(event.field("Line"), Some(&Value::Unsigned(34)));
        assert_eq!(event.field("Function"), Some(&Value::text("CRdp::Connect")));
        assert_eq!(event.field("err"), Some(&Value::Signed(-1_073_741_537)));
        let short = Payload {
            bytes: &bytes[..3],
            pointer: 8,
        };
        assert!(!fill(&mut event, &messages[0], short));
    }

    #[test]
    fn a_message_with_arguments_of_many_types() {
        let mut bytes = b"RPA-07\0".to_vec();
        let user: Vec<u8> = "svc".encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.extend([6, 0]);
        bytes.extend(user);
        bytes.extend(0xC000_006D_u32.to_le_bytes());
        bytes.extend([0x2A, 0]);
        bytes.extend(0x7FF6_1234_u64.to_le_bytes());
        bytes.push(2);
        let mut event = Event::new(Origin::artifact("a.etl"));
        let payload = Payload {
            bytes: &bytes,
            pointer: 8,
        };
        assert!(fill(&mut event, &messages()[1], payload));
        assert_eq!(
            event.message.as_deref(),
            Some("user svc on RPA-07: 0xC000006D 002A 000000007FF61234 High  | 100% CRdp::Start")
        );
        assert_eq!(event.level, Level::Information);
        assert_eq!(event.field("st"), Some(&Value::Hex32(0xC000_006D)));
        assert_eq!(event.field("GetHost(a, b)"), Some(&Value::text("RPA-07")));
        for cut in 0..bytes.len() {
            let payload = Payload {
                bytes: &bytes[..cut],
                pointer: 8,
            };
            let mut event = Event::new(Origin::artifact("a.etl"));
            // The last text and the last value alone may lack their end.
            let _ = fill(&mut event, &messages()[1], payload);
        }
    }
}
