//! The tables themselves, and every way to look a code up.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::required::{FREERDP, REQUIRED, WORDS};
use super::*;
use crate::model::parse_code;

static CODES: LazyLock<Codes> = LazyLock::new(|| Codes::embedded().unwrap());

fn codes() -> &'static Codes {
    &CODES
}

fn used(space: CodeSpace, value: u32) -> CodeUse {
    CodeUse { space, value }
}

fn symbol(space: CodeSpace, value: u32) -> String {
    codes().resolve(used(space, value)).unwrap().symbol.clone()
}

#[test]
fn every_required_value_is_there() {
    let codes = codes();
    for (space, values) in REQUIRED {
        for &value in values {
            assert!(
                codes.get(space, value).is_some(),
                "{space} {}",
                spell(space, value)
            );
        }
    }
    for value in FREERDP {
        assert!(
            codes.resolve(used(CodeSpace::Freerdp, value)).is_some(),
            "{value}"
        );
    }
    for word in WORDS {
        assert_eq!(codes.named(word).count(), 1, "{word}");
    }
    for space in CodeSpace::ALL {
        assert!(codes.iter().any(|code| code.space == space), "{space}");
    }
}

#[test]
fn entries_are_whole() {
    for code in codes().iter() {
        let name = format!("{} {:?}", code.space, code.value);
        for text in [Some(&code.meaning), code.usual.as_ref(), code.caution.as_ref()]
            .into_iter()
            .flatten()
        {
            assert!(text.ends_with('.'), "{name}: {text}");
            assert!(!text.contains("  ") && text.trim() == text, "{name}: {text}");
        }
        assert!(!code.defined_in.is_empty(), "{name}");
        assert!(
            code.causes.iter().all(|id| !id.is_empty() && !id.contains(' ')),
            "{name}"
        );
        assert!(!(code.notable && code.class == CodeClass::Success), "{name}");
    }
}

#[test]
fn a_value_may_stand_once_only() {
    let file = "space = \"win32\"\ndefined_in = \"mine\"\n[[code]]\nvalue = 5\nclass = \"access\"\nmeaning = \"No.\"\n";
    assert!(Codes::load([("a.toml", file)]).is_ok());
    let twice = Codes::load([("a.toml", file), ("b.toml", file)]);
    assert!(twice.unwrap_err().to_string().contains("b.toml"));
    for broken in [
        "space = \"win32\"",
        "space = \"nowhere\"\ndefined_in = \"x\"\ncode = []",
        "space = \"win32\"\ndefined_in = \"x\"\n[[code]]\nvalue = 5.5\nclass = \"access\"\nmeaning = \"No.\"",
        "space = \"win32\"\ndefined_in = \"x\"\n[[code]]\nvalue = 4294967296\nclass = \"access\"\nmeaning = \"No.\"",
        "space = \"win32\"\ndefined_in = \"x\"\n[[code]]\nvalue = 5\nclass = \"access\"\nmeaning = \" \"",
        "space = \"win32\"\ndefined_in = \"x\"\n[[code]]\nvalue = 5\nclass = \"access\"\nmeaning = \"No.\"\nodd = 1",
    ] {
        assert!(Codes::load([("a.toml", broken)]).is_err(), "{broken}");
    }
}

#[test]
fn own_tables_replace_entries() {
    let mut codes = codes().clone();
    let before = codes.len();
    let own = "space = \"win32\"\ndefined_in = \"mine\"\n[[code]]\nvalue = 5\nsymbol = \"OURS\"\nclass = \"access\"\nmeaning = \"No.\"\n";
    codes.add([("own.toml", own)]).unwrap();
    assert_eq!(codes.len(), before);
    assert_eq!(codes.get(CodeSpace::Win32, 5).unwrap().symbol, "OURS");
    assert_eq!(codes.named("ours").count(), 1);
    assert_eq!(codes.named("ERROR_ACCESS_DENIED").count(), 0);
}

#[test]
fn the_widely_read_article_is_corrected() {
    assert_eq!(symbol(CodeSpace::Win32, 1366), "ERROR_LOGON_SESSION_COLLISION");
    assert_eq!(symbol(CodeSpace::Win32, 87), "ERROR_INVALID_PARAMETER");
    assert_eq!(symbol(CodeSpace::Win32, 160), "ERROR_BAD_ARGUMENTS");
    assert_eq!(symbol(CodeSpace::Win32, 1309), "ERROR_NO_IMPERSONATION_TOKEN");
    assert_eq!(symbol(CodeSpace::Win32, 120), "ERROR_CALL_NOT_IMPLEMENTED");
    assert_eq!(symbol(CodeSpace::Win32, 171), "ERROR_DEVICE_SUPPORT_IN_PROGRESS");
    for value in [1309, 120, 171, 1366, 87, 160] {
        let codes = codes();
        let caution = codes
            .get(CodeSpace::Win32, value)
            .unwrap()
            .caution
            .clone()
            .unwrap();
        assert!(caution.contains("widely read article"), "{value}");
    }
}

#[test]
fn wrapped_codes_are_followed() {
    assert_eq!(
        symbol(CodeSpace::Hresult, 0x8007_0520),
        "ERROR_NO_SUCH_LOGON_SESSION"
    );
    assert_eq!(
        symbol(CodeSpace::TaskScheduler, 2_147_943_726),
        "ERROR_LOGON_FAILURE"
    );
    assert_eq!(
        symbol(CodeSpace::ExtendedDisconnect, 2_147_942_521),
        "ERROR_SEM_TIMEOUT"
    );
    assert_eq!(
        symbol(CodeSpace::ExtendedDisconnect, 3_489_660_929),
        "STATUS_UNSUCCESSFUL"
    );
    assert_eq!(symbol(CodeSpace::Freerdp, 65_548), "ERRINFO_LOGOFF_BY_USER");
    assert_eq!(symbol(CodeSpace::Freerdp, 131_092), "ERRCONNECT_LOGON_FAILURE");
    assert_eq!(
        symbol(CodeSpace::ExitCode, 0xC000_026B),
        "STATUS_DLL_INIT_FAILED_LOGOFF"
    );
    // 0x80070003 is not 3 in any other space
    let reading = codes().readings(0x8007_0003);
    assert_eq!(reading.len(), 1, "{reading:?}");
    assert_eq!(reading[0].symbol, "ERROR_PATH_NOT_FOUND");
    assert!(
        codes()
            .resolve(used(CodeSpace::DiscReason, 0x8007_0003))
            .is_none()
    );
}

#[test]
fn small_numbers_are_read_in_each_space() {
    let spaces = |value| {
        codes()
            .readings(value)
            .iter()
            .map(|reading| reading.space)
            .collect::<Vec<_>>()
    };
    assert_eq!(spaces(1312), [CodeSpace::Win32]);
    for value in [260, 262, 1028] {
        assert_eq!(
            spaces(value),
            [CodeSpace::ExtendedDisconnect, CodeSpace::DiscReason],
            "{value}"
        );
    }
    let three = spaces(3);
    for space in [
        CodeSpace::Win32,
        CodeSpace::ExtendedDisconnect,
        CodeSpace::DiscReason,
        CodeSpace::LogonType,
    ] {
        assert!(three.contains(&space), "{space}");
    }
    assert_eq!(
        spaces(0xC000_011F)[..2],
        [CodeSpace::UipathRdp, CodeSpace::Ntstatus]
    );
    assert_eq!(spaces(0x2_0004), [CodeSpace::Freerdp, CodeSpace::ShutdownReason]);
    assert_eq!(spaces(54_321), []);
}

#[test]
fn unknown_numbers_tell_their_form() {
    let one = |value| {
        let readings = codes().readings(value);
        assert_eq!(readings.len(), 1, "{readings:?}");
        assert!(!readings[0].known);
        readings[0].meaning.clone()
    };
    assert!(one(0x8007_FFF0).contains("Win32 error 65520"));
    assert!(one(0xD000_0BAD).contains("NTSTATUS 0xC0000BAD"));
    assert!(one(0x8009_0ABC).contains("security"));
    assert!(one(0xC0AB_0001).contains("facility 171"));
    assert!(one(0x1_0099).contains("reason 153"));
    let reading = codes().reading_in(used(CodeSpace::ShutdownReason, 0x8002_0014));
    assert!(reading.meaning.contains("operating system") && reading.meaning.contains("planned"));
}

#[test]
fn notable_values_keep_to_their_forms() {
    let notable: Vec<_> = codes().notable().collect();
    assert!(notable.contains(&used(CodeSpace::Hresult, 0x8007_0520)));
    assert!(notable.contains(&used(CodeSpace::Ntstatus, 0xC000_006A)));
    assert!(
        notable.iter().all(|code| code.value >= 0x8000_0000),
        "a bare number is no sign"
    );
    let quiet: Vec<_> = codes()
        .iter()
        .filter(|code| code.quiet)
        .map(|code| code.symbol.clone())
        .collect();
    assert_eq!(quiet, ["ERROR_NO_SUCH_LOGON_SESSION"]);
}

#[test]
fn spellings_round_trip() {
    for code in codes().iter() {
        let CodeValue::Number(value) = code.value else {
            continue;
        };
        for text in [
            spell(code.space, value),
            format!("0x{value:X}"),
            format!("0x{value:08x}"),
            value.to_string(),
            value.cast_signed().to_string(),
        ] {
            assert_eq!(parse_code(&text), Some(value), "{text}");
        }
        if !code.symbol.is_empty() {
            assert!(
                codes().named(&code.symbol).any(|found| found == code),
                "{}",
                code.symbol
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_number_can_be_read(value: u32) {
        // Eight digits that begin with 800 are read as a bare HRESULT.
        prop_assume!(!(80_000_000..80_100_000).contains(&value));
        let codes = codes();
        for reading in codes.readings(value) {
            prop_assert!(!reading.meaning.is_empty());
            prop_assert_eq!(reading.value, value);
        }
        for space in CodeSpace::ALL {
            let reading = codes.reading_in(used(space, value));
            prop_assert_eq!(parse_code(&reading.spelling), Some(value));
        }
    }
}
