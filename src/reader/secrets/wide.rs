//! Secrets behind a letter that says "is" in scripts without blanks. Must not know those in words.

use std::ops::Range;

/// What stands behind a letter that says "is" in scripts without blanks, and ends with digits: before what ends the clause.
pub(super) fn find(text: &str, above: bool, names: &[Range<usize>], found: &mut Vec<Range<usize>>) {
    const TOPICS: [char; 10] = ['は', 'が', '是', '为', '為', '는', '은', '가', '：', '了'];
    const WHENS: [&str; 10] = ["今", "现在", "現在", "지금", "新", "前", "以前", "昔", "旧", "成"];
    const ENDS: [&str; 14] = [
        "でした",
        "です",
        "だった",
        "だ",
        "입니다",
        "이었",
        "였",
        "이에요",
        "예요",
        "이고",
        "인데",
        "的",
        "吧",
        "了",
    ];
    const OTHERS: [&str; 16] = [
        "エラー",
        "错误",
        "錯誤",
        "오류",
        "에러",
        "コード",
        "代码",
        "코드",
        "バージョン",
        "版本",
        "버전",
        "イベント",
        "事件",
        "이벤트",
        "ホスト",
        "主机",
    ];
    if text.is_ascii() {
        return;
    }
    for (place, topic) in text.char_indices().filter(|(_, c)| TOPICS.contains(c)) {
        if !(above
            || names
                .iter()
                .any(|name| name.end <= place.saturating_add(topic.len_utf8())))
        {
            continue;
        }
        let at = place.saturating_add(topic.len_utf8());
        let rest = text.get(at..).unwrap_or_default();
        let mut value = rest.trim_start_matches([' ', '\u{3000}', '「', '『', '“', '"']);
        for when in WHENS {
            value = value
                .strip_prefix(when)
                .unwrap_or(value)
                .trim_start_matches([' ', '\u{3000}', '「', '『']);
        }
        let stops = |c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '。' | '、'
                        | '，'
                        | ','
                        | '」'
                        | '』'
                        | '”'
                        | '"'
                        | '!'
                        | '！'
                        | '?'
                        | '？'
                        | '<'
                        | '>'
                        | '（'
                        | '('
                )
        };
        let start = at.saturating_add(rest.len() - value.len());
        let mut value = value
            .get(..value.find(stops).unwrap_or(value.len()))
            .unwrap_or_default();
        for end in ENDS {
            let is_end = |cut: &usize| {
                value.ends_with(end)
                    || value
                        .get(..*cut)
                        .is_some_and(|head| head.ends_with(char::is_numeric))
            };
            let cut = value.rfind(end).filter(is_end);
            value = cut.and_then(|cut| value.get(..cut)).unwrap_or(value);
        }
        let count = value.chars().count();
        let numbered = value.ends_with(char::is_numeric);
        let behind = text.get(start.saturating_add(value.len())..).unwrap_or_default();
        let ends = behind.is_empty()
            || behind.starts_with(['。', '，', '、', ',', '.', '」', '』', ' '])
            || ENDS.iter().any(|end| behind.starts_with(end));
        let is = (4..=40).contains(&count)
            && (numbered || (ends && !above && is_wide_word(value)))
            && !value.starts_with(char::is_numeric)
            && value.contains(|c: char| c >= '\u{2e80}')
            && !value.contains([':', '/', '\\', '='])
            && !OTHERS.iter().any(|other| value.contains(other));
        if is {
            found.push(start..start.saturating_add(value.len()));
        }
    }
}

/// Whether letters of a script without blanks are a word and not a sentence, nor what is said of the state of a password.
fn is_wide_word(value: &str) -> bool {
    const SENTENCES: [&str; 88] = [
        "が",
        "を",
        "に",
        "で",
        "と",
        "は",
        "から",
        "まで",
        "ます",
        "まし",
        "ない",
        "する",
        "した",
        "無効",
        "有効",
        "期限",
        "切れ",
        "正し",
        "間違",
        "不正",
        "必須",
        "必要",
        "同じ",
        "変更",
        "更新",
        "リセット",
        "忘れ",
        "不明",
        "設定",
        "入力",
        "ロック",
        "错误",
        "正确",
        "过期",
        "无效",
        "有效",
        "必填",
        "必须",
        "一样",
        "相同",
        "修改",
        "更改",
        "重置",
        "忘记",
        "未知",
        "锁定",
        "的",
        "了",
        "被",
        "由",
        "在",
        "不",
        "没",
        "请",
        "会",
        "要",
        "可",
        "与",
        "和",
        "用",
        "管理",
        "系统",
        "策略",
        "规则",
        "만료",
        "틀",
        "잘못",
        "올바",
        "유효",
        "필수",
        "필요",
        "같",
        "변경",
        "초기화",
        "잊",
        "모르",
        "설정",
        "잠",
        "일치",
        "동일",
        "없",
        "있",
        "맞",
        "하",
        "되",
        "습니다",
        "해",
        "에서",
    ];
    value.chars().all(|c| c >= '\u{2e80}' && c.is_alphabetic())
        && !SENTENCES.iter().any(|part| value.contains(part))
}
