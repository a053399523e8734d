//! Seeds of mails: as they are sent, pasted, in a box of several, and with attachments that are text.

use std::fmt::Write as _;

/// Base64 in lines, as mails have it.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for (place, three) in bytes.chunks(3).enumerate() {
        let number = (0..3).fold(0_usize, |number, at| {
            number << 8 | usize::from(three.get(at).copied().unwrap_or(0))
        });
        for at in 0..4 {
            let letter = LETTERS[number >> (18 - 6 * at) & 63];
            text.push(if at > three.len() { '=' } else { char::from(letter) });
        }
        if place % 19 == 18 {
            text.push_str("\r\n");
        }
    }
    text
}

const LOG: &str = "Last run result: 2147943712\r\n2026-05-04 08:00:01 svc-robot: A specified logon session does not exist. It may \
                   already have been terminated. (0x80070520)\r\n";

const QUOTED: &str = "Hallo, beim Start der geplanten Aufgabe f=C3=BCr den Roboter kommt: A specifi=\r\ned logon session does \
                      not exist (0x8007=\r\n0520).\r\n=46rom =E2=82=AC=20\r\n";

pub fn mail() -> Vec<Vec<u8>> {
    let head = "Received: from mail.example.org by mx.example.org; Mon, 4 May 2026 08:20:11 +0200\r\nFrom: Anna <anna@example.org>\r\n\
                Subject: =?utf-8?Q?Sitzung_f=C3=A4llt_aus?= =?iso-8859-1?B?/OTf?=\r\nMIME-Version: 1.0\r\n";
    let quoted = format!(
        "{head}Content-Type: text/plain; charset=\"windows-1252\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{QUOTED}"
    );
    let wide: Vec<u8> = LOG.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let whole = format!(
        "{head}Content-Type: text/plain;\r\n charset=utf-8\r\nContent-Transfer-Encoding: BASE64\r\n\r\n{}\r\n",
        base64(LOG.as_bytes())
    );
    let mut parts = format!("{head}Content-Type: multipart/mixed; boundary=\"=_b1\"\r\n\r\nPreamble\r\n");
    for (kind, coding, body) in [
        ("text/plain; charset=utf-8", "quoted-printable", QUOTED.to_owned()),
        (
            "text/plain; charset=utf-16le; name=\"last.txt\"",
            "base64",
            base64(&wide),
        ),
        (
            "image/png; name=\"screen.png\"",
            "base64",
            base64(&[0x89, 0x50, 0x4E, 0x47, 0, 1, 2]),
        ),
        ("message/rfc822", "7bit", quoted.clone()),
        (
            "multipart/alternative; boundary=inner",
            "8bit",
            format!("--inner\r\n\r\n{LOG}\r\n--inner--\r\n"),
        ),
    ] {
        write!(
            parts,
            "--=_b1\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {coding}\r\n\r\n{body}\r\n"
        )
        .unwrap();
    }
    parts.push_str("--=_b1--\r\n");
    let pasted = "the planned job of the robot on the host RPA-07 ends since monday with a =\nspecified logon session does not exist=2E =C3=A4=C3=B6\n";
    let boxed = format!(
        "From anna@example.org Mon May  4 08:20:11 2026\n{quoted}\nFrom x@example.org Mon May  4 09:00:00 2026\n{whole}"
    );
    let embedded = format!("He wrote:\n\nContent-Transfer-Encoding: quoted-printable\n\n{QUOTED}");
    [quoted, whole, parts, pasted.to_owned(), boxed, embedded]
        .map(String::into_bytes)
        .to_vec()
}
