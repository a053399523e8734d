//! Where objects of JSON begin and end in bytes. Parses nothing.

/// Objects and lists in an object that is looked at as a whole; events have few.
const DEPTH: usize = 32;

/// Where an object ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// After so many bytes.
    At(usize),
    /// Not within these bytes.
    Open,
    /// It holds more than an event does.
    Beyond,
    /// A text in it goes over the end of a line, which no JSON does; the line ends after so many bytes.
    Broken(usize),
}

/// What a place in the bytes lies in.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Inside {
    /// A text.
    quoted: bool,
    /// So many objects that were entered and have not ended.
    pub(super) objects: usize,
}

/// The beginning of the next object outside of texts, or how many bytes hold none.
pub(super) fn seek(bytes: &[u8], inside: &mut Inside) -> Result<usize, usize> {
    let quoted = &mut inside.quoted;
    let mut escaped = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if *quoted => escaped = true,
            b'"' => *quoted = !*quoted,
            // No text goes over the end of a line, so a lost quote costs one line.
            b'\n' => *quoted = false,
            b'{' if !*quoted => return Ok(at),
            b'}' if !*quoted => inside.objects = inside.objects.saturating_sub(1),
            _ => {}
        }
    }
    Err(bytes.len())
}

/// The end of the object that bytes begin with.
pub(super) fn end(bytes: &[u8]) -> End {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'\n' if quoted => return End::Broken(at.saturating_add(1)),
            _ if quoted => {}
            b'{' | b'[' if depth >= DEPTH => return End::Beyond,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return End::At(at.saturating_add(1));
                }
            }
            _ => {}
        }
    }
    End::Open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_objects() {
        assert_eq!(end(br#"{"a":{"b":"}"}} "#), End::At(15));
        assert_eq!(end(br#"{"a":"\"}"#), End::Open);
        assert_eq!(end(b"{\"a\n\":1}"), End::Broken(4));
        assert_eq!(end(&[b'{'; 99]), End::Beyond);
    }

    #[test]
    fn objects_in_texts_are_none() {
        let mut inside = Inside::default();
        assert_eq!(seek(br#"[ "{", {"#, &mut inside), Ok(7));
        assert_eq!(seek(br#"["{\"{"#, &mut inside), Err(6));
        assert!(inside.quoted);
        assert_eq!(seek(b"x\n{", &mut inside), Ok(2));
        inside.objects = 2;
        assert_eq!(seek(b"]}\"}\"", &mut inside), Err(5));
        assert_eq!(inside.objects, 1);
    }
}
