//! Code pages of one byte a character, or two, that command windows write: told by what makes words of the bytes. Must not know
//! formats.
//!
//! A command whose output is redirected writes the code page of the console, which is that of DOS: 850 in western Europe, 437
//! in the United States, 852, 866, 932 elsewhere. Programs with windows write that of Windows, and nothing says which.

use std::io::{self, Read};

use encoding_rs::{Decoder, EUC_KR, GBK, IBM866, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

/// The upper half of code page 850; what people write with 437 is the same.
///
/// Source: <https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/PC/CP850.TXT>
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// The upper half of code page 852.
///
/// Source: <https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/PC/CP852.TXT>
const CP852: &str = "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";

/// Points that tell a code page; a few damaged bytes give fewer.
const ENOUGH: i64 = 4;

/// Bytes taken from the source at once.
const CHUNK_BYTES: usize = 32 << 10;

/// How bytes become letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodePage {
    /// As the crate has it.
    Known(&'static encoding_rs::Encoding),
    /// The upper half of a table.
    Table(&'static str),
}

/// The code pages, those that most machines have first.
const PAGES: [CodePage; 9] = [
    CodePage::Known(WINDOWS_1252),
    CodePage::Table(CP850),
    CodePage::Known(SHIFT_JIS),
    CodePage::Known(IBM866),
    CodePage::Known(WINDOWS_1251),
    CodePage::Table(CP852),
    CodePage::Known(WINDOWS_1250),
    CodePage::Known(GBK),
    CodePage::Known(EUC_KR),
];

impl CodePage {
    /// The code page of a text that is neither UTF-8 nor UTF-16, by its first bytes; `None` where it is Windows-1252, as which
    /// all readers read it.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        let mut best = (i64::MIN, None);
        for page in PAGES {
            let points = points(&page.decode(head));
            if points > best.0 {
                best = (points, Some(page));
            }
        }
        let is_told = best.0 >= ENOUGH;
        best.1
            .filter(|page| is_told && *page != CodePage::Known(WINDOWS_1252))
    }

    /// The text that bytes are.
    pub(crate) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Known(page) => page.decode_without_bom_handling(bytes).0.into_owned(),
            Self::Table(table) => {
                let upper: Vec<char> = table.chars().collect();
                bytes.iter().map(|byte| letter(&upper, *byte)).collect()
            }
        }
    }

    /// The bytes of a stream as UTF-8.
    pub(crate) fn recode(self, input: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        let coder = match self {
            Self::Known(page) => Coder::Known(page.new_decoder_without_bom_handling()),
            Self::Table(table) => Coder::Table(table.chars().collect()),
        };
        Box::new(Recoded {
            input,
            coder,
            ready: Vec::new(),
            at: 0,
            done: false,
        })
    }
}

fn letter(upper: &[char], byte: u8) -> char {
    let place = usize::from(byte).checked_sub(128);
    place.map_or(char::from(byte), |place| {
        upper.get(place).copied().unwrap_or('\u{fffd}')
    })
}

/// How well letters make words: those of one script that stand together speak for a code page, signs among letters, letters of
/// two scripts in a word and capitals in the middle of one against it.
fn points(text: &str) -> i64 {
    let mut points = 0;
    let mut run = 0_u32;
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let after = letters.peek().copied().unwrap_or(' ');
        if !c.is_ascii() {
            points += of_letter(before, c, after);
            // Latin words have one or two accents, and not in a row.
            run = if Script::of(c) == Script::Latin {
                run + 1
            } else {
                0
            };
            points -= i64::from(run >= 3) * 3;
        } else {
            run = 0;
        }
        before = c;
    }
    points
}

fn of_letter(before: char, c: char, after: char) -> i64 {
    let script = Script::of(c);
    let neighbours = [before, after].map(Script::of);
    let joins = neighbours.iter().filter(|other| **other == script).count();
    let clashes = neighbours
        .iter()
        .filter(|other| **other != script && !matches!(other, Script::None))
        .count();
    let inner_capital = before.is_lowercase() && c.is_uppercase();
    match script {
        Script::None if c == '\u{fffd}' || c.is_control() => -6,
        // A no-break space, a dash, a quotation mark stand anywhere.
        Script::None if clashes == 2 && !matches!(c, '’' | '·') => -3,
        Script::None => -1,
        Script::Rare => -3,
        Script::Asian | Script::Hangul if clashes > 0 => -2,
        // Kana tell more than what Chinese and Japanese share.
        Script::Asian if matches!(u32::from(c), 0x3040..=0x30FF) => 4,
        Script::Asian => 3,
        // Chinese that is read as Korean mixes both; Japanese that is gives syllables that no word has.
        Script::Hangul if !is_common(c) => -1,
        Script::Hangul => 4,
        _ if inner_capital => -2,
        _ if clashes > 0 => -2,
        _ if joins > 0 => 2,
        _ => 0,
    }
}

/// Whether a syllable is one of those that Korean is written with: the code page has them where the older set of letters had them.
fn is_common(syllable: char) -> bool {
    let mut buffer = [0; 4];
    let (bytes, ..) = EUC_KR.encode(syllable.encode_utf8(&mut buffer));
    bytes.iter().all(|byte| *byte >= 0xA1)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Asian,
    Hangul,
    /// Half-width kana, letters of other scripts: seldom written, often what wrong decoding gives.
    Rare,
    None,
}

impl Script {
    fn of(c: char) -> Self {
        match u32::from(c) {
            0x41..=0x5A | 0x61..=0x7A | 0xC0..=0xD6 | 0xD8..=0xF6 | 0xF8..=0x17F => Self::Latin,
            0x410..=0x44F | 0x401 | 0x451 => Self::Cyrillic,
            0x3040..=0x30FF | 0x4E00..=0x9FFF => Self::Asian,
            0xAC00..=0xD7AF => Self::Hangul,
            0x3000..=0x303F | 0xFF01..=0xFF60 => Self::None,
            _ if c.is_alphabetic() => Self::Rare,
            _ => Self::None,
        }
    }
}

enum Coder {
    Known(Decoder),
    Table(Vec<char>),
}

/// A stream that is decoded while it is read.
struct Recoded {
    input: Box<dyn Read + Send>,
    coder: Coder,
    ready: Vec<u8>,
    at: usize,
    done: bool,
}

impl Recoded {
    fn fill(&mut self) -> io::Result<()> {
        let mut chunk = vec![0; CHUNK_BYTES];
        let count = self.input.read(&mut chunk)?;
        chunk.truncate(count);
        self.done = count == 0;
        let mut text = String::new();
        match &mut self.coder {
            Coder::Known(decoder) => {
                let room = decoder.max_utf8_buffer_length(count);
                text.reserve(room.unwrap_or(CHUNK_BYTES * 3));
                let _ = decoder.decode_to_string(&chunk, &mut text, self.done);
            }
            Coder::Table(upper) => text.extend(chunk.iter().map(|byte| letter(upper, *byte))),
        }
        self.ready = text.into_bytes();
        self.at = 0;
        Ok(())
    }
}

impl Read for Recoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.ready.len() && !self.done {
            self.fill()?;
        }
        let ready = self.ready.get(self.at..).unwrap_or_default();
        let count = ready.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(ready) {
            *to = *from;
        }
        self.at = self.at.saturating_add(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of a text in a code page.
    fn bytes(text: &str, page: CodePage) -> Vec<u8> {
        match page {
            CodePage::Known(page) => page.encode(text).0.into_owned(),
            CodePage::Table(table) => text
                .chars()
                .map(|c| match table.chars().position(|other| other == c) {
                    Some(place) => u8::try_from(place + 128).unwrap(),
                    None => u8::try_from(u32::from(c)).unwrap(),
                })
                .collect(),
        }
    }

    const SAMPLES: &[(&str, CodePage)] = &[
        (
            " SESSION  UTILISATEUR  ID  ÉTAT  PÉRIPHÉRIQUE\n services  0  Déco\n console  1  Conn\n",
            CodePage::Table(CP850),
        ),
        (
            "Der Benutzer wurde für die Sitzung geprüft: Zugriff verweigert, Gerät gelöscht\n",
            CodePage::Table(CP850),
        ),
        (
            "El usuario inició la sesión, contraseña no válida, última conexión\n",
            CodePage::Table(CP850),
        ),
        (
            " ユーザー名            セッション名       ID  状態    アイドル時間  ログオン時刻\n",
            CodePage::Known(SHIFT_JIS),
        ),
        (
            "10:01 山田: 新しい画面は何でしたっけ?\n10:04 林: すみません、今は別のものです\n",
            CodePage::Known(SHIFT_JIS),
        ),
        (
            "Имя пользователя: svc-robot\nСеанс: 3 Активно\nИстек срок действия\n",
            CodePage::Known(IBM866),
        ),
        (
            "Имя пользователя: svc-robot\nСеанс: 3 Активно\nИстек срок действия\n",
            CodePage::Known(WINDOWS_1251),
        ),
        (
            "Nazwa użytkownika  Stan  Rozłączono  połączenie wygasło, hasło użytkownika\n",
            CodePage::Table(CP852),
        ),
        (
            "Nazwa użytkownika  Stan  Rozłączono  połączenie wygasło, hasło użytkownika\n",
            CodePage::Known(WINDOWS_1250),
        ),
        (
            "用户名  会话名  状态  空闲时间  登录时间\n 运行中\n",
            CodePage::Known(GBK),
        ),
        (
            "사용자 이름  세션 이름  상태  유휴 시간  로그온 시간\n",
            CodePage::Known(EUC_KR),
        ),
    ];

    #[test]
    fn words_tell_the_code_page() {
        for (text, page) in SAMPLES {
            let bytes = bytes(text, *page);
            let found = CodePage::of(&bytes).unwrap_or(CodePage::Known(WINDOWS_1252));
            assert_eq!(found.decode(&bytes), *text, "{found:?}");
        }
        for text in [
            "Der Benutzer wurde für die Sitzung geprüft",
            "La session a été déconnectée",
            "Caf\u{e9} \u{2013} 5 \u{20ac}",
        ] {
            let bytes = bytes(text, CodePage::Known(WINDOWS_1252));
            assert_eq!(CodePage::of(&bytes), None, "{text}");
        }
    }

    #[test]
    fn streams_are_decoded_in_pieces() {
        let (text, page) = SAMPLES[3];
        let text = text.repeat(5_000);
        let mut out = String::new();
        let input = Box::new(io::Cursor::new(bytes(&text, page)));
        page.recode(input).read_to_string(&mut out).unwrap();
        assert!(out == text);
    }
}
