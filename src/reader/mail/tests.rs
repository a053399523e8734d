//! What mails say once they are decoded, and in which lines it stands.

use super::*;

/// The text, and the line of the file that each line of it begins in.
fn text_of(mail: &[u8]) -> Option<(String, Vec<u64>)> {
    let (source, places) = decoded(mail, Source::memory(mail.to_vec()));
    let places = places?;
    let mut bytes = Vec::new();
    source.into_stream().read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let count = text.lines().count() as u64;
    let lines = (1..=count).map(|line| places.of(line).unwrap()).collect();
    Some((text, lines))
}

fn mail(kind: &str, how: &str, body: &str) -> Vec<u8> {
    format!("MIME-Version: 1.0\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {how}\r\n\r\n{body}")
        .into_bytes()
}

#[test]
fn soft_breaks_and_escapes_are_gone_and_lines_stay() {
    let body = "Der Roboter f=C3=A4llt aus: Error cod=\r\ne 0x80070520 at the l=\r\nogon.\r\nEnde=20\r\n";
    let (text, lines) = text_of(&mail("text/plain; charset=utf-8", "quoted-printable", body)).unwrap();
    assert!(
        text.ends_with("\r\n\r\nDer Roboter fällt aus: Error code 0x80070520 at the logon.\r\nEnde \r\n"),
        "{text}"
    );
    assert!(text.contains("Content-Transfer-Encoding: 8bit\r\n"), "{text}");
    assert_eq!(lines, [1, 2, 3, 4, 5, 8]);
}

#[test]
fn letters_are_those_of_the_charset() {
    let body = "Geb=FChr f=FCr Zugriff\n";
    let (text, _) = text_of(&mail(
        "text/plain; charset=\"iso-8859-1\"",
        "Quoted-Printable",
        body,
    ))
    .unwrap();
    assert!(text.ends_with("Gebühr für Zugriff\n"), "{text}");
    let (text, _) = text_of(&mail("text/plain", "quoted-printable", body)).unwrap();
    assert!(text.ends_with("Gebühr für Zugriff\n"), "{text}");
}

#[test]
fn base64_is_text_over_lines() {
    let body = "U2Vzc2lvbiA0IHdhcyBkaXNjb25uZWN0ZWQs\nIHJlYXNvbiBjb2RlIDMKU2Vjb25kIGxpbmUK\n";
    let (text, lines) = text_of(&mail("text/plain", "base64", body)).unwrap();
    assert!(
        text.ends_with("\n\r\nSession 4 was disconnected, reason code 3\nSecond line\n"),
        "{text}"
    );
    assert_eq!(lines, [1, 2, 3, 4, 5, 6]);
}

/// All bytes of it are ASCII, and its mail says that nothing is encoded.
#[test]
fn japanese_of_seven_bits_is_read() {
    let body = "\u{1b}$B0E>ZHV9f\u{1b}(B: 7\nline 2\n";
    let (text, lines) = text_of(&mail("text/plain; charset=ISO-2022-JP", "7bit", body)).unwrap();
    assert!(text.ends_with("暗証番号: 7\nline 2\n"), "{text}");
    assert_eq!(lines.len(), 6);
}

#[test]
fn a_file_of_windows_in_base64_is_text() {
    let (text, _) = text_of(&mail("text/plain; name=a.txt", "base64", "//5yAGQAcAAKAA==\n")).unwrap();
    assert!(text.ends_with("\r\n\r\nrdp\n"), "{text}");
}

#[test]
fn parts_have_encodings_of_their_own() {
    let parts = "--b1\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\na=3Db\n--b1\nContent-Type: text/plain\n\nid=40\n--b1\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0K\n--b1--\nend=40\n";
    let (text, lines) = text_of(&mail("multipart/mixed; boundary=\"b1\"", "7bit", parts)).unwrap();
    assert!(
        text.contains("\na=b\n") && text.contains("\nid=40\n") && !text.contains("iVBORw0K"),
        "{text}"
    );
    assert!(text.ends_with("--b1--\nend=40\n"), "{text}");
    assert_eq!(
        lines.last(),
        Some(&(lines.len() as u64 + 1)),
        "the line of the picture is left out"
    );
}

#[test]
fn what_is_not_as_its_header_says_stays() {
    for how in ["quoted-printable", "base64"] {
        let body = "Logon failure 0x8007052E =ZZ = =00 x=\n";
        let (text, _) = text_of(&mail("text/plain", how, body)).unwrap();
        assert!(text.contains("Logon failure 0x8007052E =ZZ = =00 x"), "{text}");
    }
    let (text, _) = text_of(&mail("text/plain", "base64", "AAECAwQF\nSGk\n")).unwrap();
    assert!(text.ends_with("AAECAwQF\nSGk\n"), "{text}");
}

#[test]
fn pasted_text_is_told_by_all_its_marks() {
    let pasted = b"The scheduled task of our robot fails with the code 0x80070=\n520 since monday\n";
    let (text, lines) = text_of(pasted).unwrap();
    assert!(text.contains("the code 0x80070520 since monday"), "{text}");
    assert_eq!(lines, [1]);
    for plain in [
        "password=\nGeheim73\n",
        "id=40 and id = 41\n",
        "The task fails since monday, see the settings of the host, user=\nanna, x=y\n",
        "MIIC0DCCAbigAwIBAgIQFQdHr7H5aXcBhz7bJc1vBTANBgkqhkiG9w0BAQUFADA=\n",
    ] {
        assert!(text_of(plain.as_bytes()).is_none(), "{plain}");
    }
}

#[test]
fn words_of_headers_are_read() {
    let mail = b"MIME-Version: 1.0\nSubject: =?utf-8?Q?Sitzung_f=C3=A4llt?= =?UTF-8?B?IGF1cw==?= =?x?\n\n";
    let (text, _) = text_of(mail).unwrap();
    assert!(text.contains("Subject: Sitzung fällt aus =?x?\n"), "{text}");
}

#[test]
fn a_long_line_is_decoded_in_pieces() {
    let mut body = "a=C3=A4 ".repeat(200_000);
    body.push_str("\nlast=20line\n");
    let (text, lines) = text_of(&mail("text/plain; charset=utf-8", "quoted-printable", &body)).unwrap();
    assert!(text.ends_with("\nlast line\n"));
    assert_eq!(lines.last(), Some(&6));
}

/// What is attached is a file of its own and no text; what is no base64 there stays.
#[test]
fn what_is_attached_is_no_text() {
    let mail = "Received: by mx\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nsee below\n--x\n\
                Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\nUEsDBBQAAAAIAA==\n0x80070520 was here\n--x--\n";
    let (text, _) = text_of(mail.as_bytes()).unwrap();
    assert!(
        text.contains("see below") && text.contains("0x80070520 was here"),
        "{text}"
    );
    assert!(!text.contains("UEsDBBQ"), "{text}");
}
