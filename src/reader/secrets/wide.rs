//! Secrets behind a letter that says "is" in scripts without blanks. Must not know those in words.

use std::ops::Range;

use super::words::Words;

/// Letters that say that something is something.
const TOPICS: [char; 10] = ['は', 'が', '是', '为', '為', '는', '은', '가', '：', '了'];
/// Letters of a value that follow such a letter and say when it is one.
static WHENS: Words = Words::new("今 现在 現在 지금 新 前 以前 昔 旧 成");
/// What ends a clause behind a value.
static ENDS: Words = Words::new("でした です だった だ 입니다 이었 였 이에요 예요 이고 인데 的 吧 了");
/// Things that have a number, too.
static OTHERS: Words = Words::new(
    "エラー 错误 錯誤 오류 에러 コード 代码 코드 バージョン 版本 버전 イベント 事件 이벤트 ホスト 主机",
);
/// Parts of sentences, and of what is said of the state of a password.
static SENTENCES: Words = Words::new(
    "が を に で と は から まで ます まし ない する した 無効 有効 期限 切れ 正し 間違 不正 必須 必要 同じ 変更 更新 リセット 忘れ 不明 設定 入力 \
     ロック 错误 正确 过期 无效 有效 必填 必须 一样 相同 修改 更改 重置 忘记 未知 锁定 的 了 被 由 在 不 没 请 会 要 可 与 和 用 管理 系统 策略 规则 \
     만료 틀 잘못 올바 유효 필수 필요 같 변경 초기화 잊 모르 설정 잠 일치 동일 없 있 맞 하 되 습니다 해 에서",
);
/// Letters of a value.
const FEWEST: usize = 4;
const MOST: usize = 40;

/// What opens a value, and what stands around words.
const OPENS: [char; 6] = [' ', '\u{3000}', '「', '『', '“', '"'];
const STOPS: &str = "。、，,」』”\"!！?？<>（(";

/// Finds what stands behind a letter that says "is", and ends with digits or before what ends the clause.
pub(super) fn find(text: &str, above: bool, names: &[Range<usize>], found: &mut Vec<Range<usize>>) {
    if text.is_ascii() {
        return;
    }
    for (place, topic) in text.char_indices().filter(|(_, c)| TOPICS.contains(c)) {
        let at = place.saturating_add(topic.len_utf8());
        if above || names.iter().any(|name| name.end <= at) {
            found.extend(value(text, at, above));
        }
    }
}

/// The secret that begins here.
fn value(text: &str, at: usize, above: bool) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let mut value = rest.trim_start_matches(OPENS);
    for when in WHENS.each() {
        value = value
            .strip_prefix(when)
            .unwrap_or(value)
            .trim_start_matches(OPENS);
    }
    let start = at.saturating_add(rest.len() - value.len());
    let stops = |c: char| c.is_whitespace() || STOPS.contains(c);
    value = value.get(..value.find(stops).unwrap_or(value.len()))?;
    for end in ENDS.each() {
        let head = value.rfind(end).and_then(|cut| value.get(..cut));
        let is_end = |head: &&str| value.ends_with(end) || head.ends_with(char::is_numeric);
        value = head.filter(is_end).unwrap_or(value);
    }
    let behind = text.get(start.saturating_add(value.len())..)?;
    let ends = behind.starts_with(|c| c == ' ' || STOPS.contains(c))
        || ENDS.each().any(|end| behind.starts_with(end));
    let is_word = || !above && (behind.is_empty() || ends) && is_word(value);
    let is = (FEWEST..=MOST).contains(&value.chars().count())
        && (value.ends_with(char::is_numeric) || is_word())
        && !value.starts_with(char::is_numeric)
        && value.contains(|c: char| c >= '\u{2e80}')
        && !value.contains([':', '/', '\\', '='])
        && !OTHERS.each().any(|other| value.contains(other));
    is.then(|| start..start.saturating_add(value.len()))
}

/// Whether letters of a script without blanks are a word and not a sentence, nor what is said of the state of a password.
fn is_word(value: &str) -> bool {
    value.chars().all(|c| c >= '\u{2e80}' && c.is_alphabetic())
        && !SENTENCES.each().any(|part| value.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_and_states_stay() {
        for (text, secret) in [
            ("パスワードは今 梅花茶26 です。", Some("梅花茶26")),
            ("密码是梅花豆腐", Some("梅花豆腐")),
            ("비밀번호는 매화두부입니다", Some("매화두부")),
            ("パスワードは無効です", None),
            ("密码是错误的", None),
            ("비밀번호는 90일마다 변경", None),
        ] {
            let mut found = Vec::new();
            let name = text.char_indices().nth(2).unwrap().0;
            let name = 0..name;
            find(text, false, &[name], &mut found);
            let found = found.first().and_then(|range| text.get(range.clone()));
            assert_eq!(found, secret, "{text}");
        }
    }
}
