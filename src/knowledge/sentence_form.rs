//! How sentences of events are written in the knowledge: telling words, what stands between them, and which of it is a field.
//! Owns that little language and turns it into an expression with the literal that is searched for first. Knows no events.
//!
//! ```text
//! The {param1} service entered the {param2} state     words, and two fields
//! ... user name: {UserName:line} … code {ResultCode:code}     … is anything; a field may say what it looks like
//! Session {Session:number} was lost[, reason {Reason:number}]     what stands in brackets may be missing
//! domain {#0} due to: {#1:line}                       the strings of an event that names none, by place
//! ```
//!
//! Blanks may be line ends, quotation marks around a field may have any look or be gone, a colon may be wide or have a blank before it.

use std::borrow::Cow;

/// A sentence, ready to be searched for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SentenceForm {
    /// The expression; its named groups are fields, `_0` the first string without a name.
    pub(super) pattern: String,
    /// What every match contains, in lower case.
    pub(super) literal: String,
}

/// Fewer letters stand in any text.
const LITERAL_LETTERS: usize = 4;

/// Marks that texts set around values, in any language.
const QUOTES: &str = r#""“”„«»「」『』"#;

/// What a field looks like where the form says it.
const KINDS: &[(&str, &str)] = &[
    ("number", r"-?\d+"),
    ("code", r"-?(?:0x)?[0-9a-f]+"),
    ("path", r"(?:%|\\|[a-z]:)[^\r\n]*?"),
    ("run", r"[{]?[0-9a-f.…-]{2,38}[}]?"),
];

/// Where a field ends that nothing follows.
const END: &str = r#"(?:["“”»」』]|[.。]?\s*$|[.。]\s|[\r\n])"#;

impl SentenceForm {
    /// Reads a form.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(form: &str) -> Result<Self, String> {
        let mut writer = Writer::default();
        let mut rest = form.trim();
        while let Some(next) = rest.chars().next() {
            rest = writer.take(next, rest)?;
        }
        writer.finish()
    }
}

#[derive(Default)]
struct Writer {
    pattern: String,
    /// The fixed words since the last thing that is not fixed.
    words: String,
    longest: String,
    /// How many brackets are open.
    optional: usize,
}

impl Writer {
    /// Takes what the form begins with, and returns what is left.
    fn take<'f>(&mut self, next: char, form: &'f str) -> Result<&'f str, String> {
        let rest = form.get(next.len_utf8()..).unwrap_or_default();
        match next {
            '{' => {
                let (inside, rest) = rest.split_once('}').ok_or("a { that does not end")?;
                return self.field(inside, rest);
            }
            '…' => {
                self.between(r".*?", true);
                return Ok(rest.trim_start());
            }
            '[' => {
                self.between("(?:", false);
                self.optional += 1;
            }
            ']' => {
                self.between(")?", false);
                self.optional = self.optional.checked_sub(1).ok_or("a ] without its [")?;
            }
            ':' | '：' => {
                self.between(r"\s*[:：]\s*", false);
                return Ok(rest.trim_start());
            }
            '.' | ',' | ';' | '(' => self.between(&format!(r"\s*{}", literally(next)), true),
            '\'' | '’' => self.between("['’]", false),
            _ if next.is_whitespace() => {
                self.pattern.push_str(r"\s+");
                self.words.push(' ');
                return Ok(rest.trim_start());
            }
            _ if QUOTES.contains(next) => self.end_words(),
            _ => {
                match next.is_ascii_alphanumeric() {
                    true => self.pattern.push(next),
                    false => self.pattern.push_str(&literally(next)),
                }
                self.words.push(next);
            }
        }
        Ok(rest)
    }

    /// Ends the words and writes what stands between them and the next, which may take the place of the blank before it.
    fn between(&mut self, pattern: &str, takes_blank: bool) {
        self.end_words();
        if takes_blank {
            let kept = self.pattern.trim_end_matches(r"\s+").len();
            self.pattern.truncate(kept);
        }
        self.pattern.push_str(pattern);
    }

    /// Writes a field, and returns what is left behind it.
    fn field<'f>(&mut self, inside: &str, rest: &'f str) -> Result<&'f str, String> {
        self.end_words();
        let (name, kind) = inside.split_once(':').unwrap_or((inside, ""));
        let name = name.trim();
        let group = match name.strip_prefix('#') {
            Some(place) => format!("_{place}"),
            None => name.to_owned(),
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !group.chars().all(is_name) {
            return Err(format!("{inside:?} is no name of a field"));
        }
        let group = match group.as_str() {
            "" => "?:".to_owned(),
            name => format!("?<{name}>"),
        };
        let is_last = rest.is_empty() || rest.starts_with(['[', ']']);
        let looks = looks(kind, is_last)?;
        let quote = format!("[{QUOTES}]?");
        let (before, after) = match kind {
            "line" | "quoted" => (String::new(), String::new()),
            "" | "word" if is_last => (format!(r"{quote}\s*"), format!(r"\s*{END}")),
            _ => (format!(r"{quote}\s*"), format!(r"\s*{quote}")),
        };
        let field = format!("{before}({group}{looks}){after}");
        let stands_between_words = self.pattern.ends_with(r"\s+") && rest.starts_with(char::is_whitespace);
        if matches!(kind, "" | "word" | "run") && stands_between_words {
            // People take names out of what they show to others.
            self.pattern
                .push_str(&format!(r"(?:{field}\s+|[{QUOTES}]{{2}}\s+)?"));
            return Ok(rest.trim_start());
        }
        self.pattern.push_str(&field);
        Ok(rest)
    }

    /// Words that must stand there are what a text is searched for; those in brackets need not.
    fn end_words(&mut self) {
        let words = std::mem::take(&mut self.words);
        let words = words.trim();
        if self.optional == 0 && words.chars().count() > self.longest.chars().count() {
            words.clone_into(&mut self.longest);
        }
    }

    fn finish(mut self) -> Result<SentenceForm, String> {
        self.end_words();
        if self.optional > 0 {
            return Err("a [ that does not end".to_owned());
        }
        if self.longest.chars().count() < LITERAL_LETTERS {
            return Err("too few words in a row to search for".to_owned());
        }
        Ok(SentenceForm {
            pattern: self.pattern,
            literal: self.longest.to_lowercase(),
        })
    }
}

/// The expression for a letter that stands for itself.
fn literally(letter: char) -> String {
    regex_syntax::escape(letter.encode_utf8(&mut [0; 4]))
}

/// The expression for a field of a kind; one that is the last of a line goes to its end.
fn looks(kind: &str, is_last: bool) -> Result<Cow<'static, str>, String> {
    Ok(match kind {
        "" => format!(r"[^\r\n{QUOTES}]+?").into(),
        "word" if is_last => format!(r"[^\s{QUOTES}]+?").into(),
        "word" => format!(r"[^\s{QUOTES}]+").into(),
        "line" if is_last => r"[^\r\n]+".into(),
        "line" => r"[^\r\n]+?".into(),
        "quoted" => r#"["“”][^"“”]*["“”]"#.into(),
        _ => {
            let known = KINDS.iter().find(|(known, _)| *known == kind);
            known
                .map(|(_, looks)| (*looks).into())
                .ok_or_else(|| format!("{kind:?} is no look of a field"))?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Pattern;

    /// What the fields hold that a form finds in a text.
    #[track_caller]
    fn found(form: &str, text: &str) -> Vec<(String, String)> {
        let form = SentenceForm::read(form).unwrap();
        assert!(
            text.to_lowercase().contains(&form.literal),
            "{form:?} in {text:?}"
        );
        let pattern = Pattern::new(&form.pattern).unwrap();
        let groups = pattern
            .captures(text)
            .unwrap_or_else(|| panic!("{form:?} does not fit {text:?}"));
        let value = |name: &str| Some((name.to_owned(), groups.name(name)?.as_str().to_owned()));
        pattern.names().filter_map(value).collect()
    }

    fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        fields.iter().map(owned).collect()
    }

    #[test]
    fn words_around_fields() {
        let form = "The {param1} service entered the {param2} state";
        let fields = [("param1", "Print Spooler"), ("param2", "stopped")];
        for text in [
            "The Print Spooler service entered the stopped state.",
            "the \"Print Spooler\" service entered the “stopped”  state",
            "We saw: The Print Spooler service entered the stopped\r\nstate.",
        ] {
            assert_eq!(found(form, text), owned(&fields), "{text}");
        }
    }

    #[test]
    fn quotation_marks_of_any_language_and_wide_colons() {
        let form = "a lancé l’instance {InstanceId:run} de la tâche {TaskName}";
        let text = "Le Planificateur a lancé l'instance « {8D2B0B1F-0000-4000-8000-0123456789AB} » de la tâche « \\RPA\\Nuit ».";
        let fields = [
            ("InstanceId", "{8D2B0B1F-0000-4000-8000-0123456789AB}"),
            ("TaskName", r"\RPA\Nuit"),
        ];
        assert_eq!(found(form, text), owned(&fields));
        let form = "セッション ID: {SessionID:number}";
        for text in ["セッション ID：3", "セッション ID : 3"] {
            assert_eq!(found(form, text), owned(&[("SessionID", "3")]));
        }
    }

    #[test]
    fn what_may_be_missing_and_what_lies_between() {
        let form = "failed to start {TaskName} task for user {UserContext}[…Error Value: {ResultCode:code}]";
        let whole = "Task Scheduler failed to start \"\\Night\" task for user \"CORP\\svc.robot\". Additional Data: Error Value: 2147943726.";
        let fields = [
            ("TaskName", r"\Night"),
            ("UserContext", r"CORP\svc.robot"),
            ("ResultCode", "2147943726"),
        ];
        assert_eq!(found(form, whole), owned(&fields));
        let cut = r"Task Scheduler failed to start \Night task for user CORP\svc.robot";
        assert_eq!(found(form, cut), owned(&fields[..2]));
    }

    #[test]
    fn strings_without_a_name_and_values_with_their_marks() {
        let form = "a domain controller in domain {#0} due to … : {#1:line}";
        let text = "set up with a domain controller in domain CORP due to the following: no servers.";
        assert_eq!(found(form, text), owned(&[("_0", "CORP"), ("_1", "no servers.")]));
        let form = "authentication protocol {Protocol} was {Error:quoted}";
        let text = "from authentication protocol Kerberos was \"It is locked. (0xc0000234)\".";
        let fields = [
            ("Protocol", "Kerberos"),
            ("Error", "\"It is locked. (0xc0000234)\""),
        ];
        assert_eq!(found(form, text), owned(&fields));
    }

    #[test]
    fn names_may_be_taken_out() {
        let form = "{param1} has initiated the {param5} of computer {param2} on behalf of user {param7} for the following reason: {param3:line}";
        let text = r"C:\setup.exe has initiated the restart of computer on behalf of user for the following reason: Installation";
        let fields = [
            ("param1", r"C:\setup.exe"),
            ("param5", "restart"),
            ("param3", "Installation"),
        ];
        assert_eq!(found(form, text), owned(&fields));
        let form = "failed to start {TaskName} task for user {UserContext}";
        let text = "failed to start \"\" task for user \"CORP\\svc\"";
        assert_eq!(found(form, text), owned(&[("UserContext", r"CORP\svc")]));
    }

    #[test]
    fn mistakes_are_told() {
        for form in [
            "The {param1 service",
            "a long text {a:moon}",
            "a long text {a-b}",
            "more than one [",
            "more than one ]",
            "{a} is {b}",
        ] {
            assert!(SentenceForm::read(form).is_err(), "{form}");
        }
    }
}
