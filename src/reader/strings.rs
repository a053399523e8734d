//! The strings of an event where its text is not installed: Event Viewer and `Get-WinEvent` then say so, in the language of the
//! machine, and list the strings alone. Owns where they begin; what they are called the knowledge tells. Must not know formats.

use crate::model::{Event, Value};

/// Strings taken from one text.
const STRINGS: usize = 32;

/// Gives an event the strings that its text lists, by place. Says whether there are any.
pub(super) fn tell(event: &mut Event, id: u16, text: &str) -> bool {
    let strings = alone(&event.provider, id, text);
    let found = !strings.is_empty();
    for string in strings {
        event.push("", Value::text(string));
    }
    found
}

/// The strings of a text that is only the complaint that there is none: it opens with id and source of the event, and a colon
/// and an empty line stand before them. An empty line among them is an empty string.
fn alone<'t>(provider: &str, id: u16, text: &'t str) -> Vec<&'t str> {
    let head = text.lines().next().unwrap_or_default();
    if provider.is_empty() || !head.contains(provider) || !head.contains(&id.to_string()) {
        return Vec::new();
    }
    let mut rest = text
        .lines()
        .skip_while(|line| !line.trim_end().ends_with([':', '：']))
        .skip(1);
    match rest.next() {
        Some(line) if line.trim().is_empty() => rest.map(str::trim).take(STRINGS).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    fn told(provider: &str, id: u16, text: &str) -> Vec<(String, String)> {
        let mut event = Event::new(Origin::artifact("export.csv"));
        event.provider = provider.into();
        tell(&mut event, id, text);
        let fields = event.fields.iter();
        fields
            .map(|field| (field.name.to_string(), field.value.to_text().into_owned()))
            .collect()
    }

    #[test]
    fn strings_without_their_text() {
        let german = "Die Beschreibung für die Ereignis-ID \"6013\" aus der Quelle \"EventLog\" wurde nicht gefunden.\n\nDie folgenden Informationen wurden mit dem Ereignis gespeichert: \n\n\n\n61490\n60\n-60 W. Europe Standard Time";
        let values: Vec<String> = told("EventLog", 6013, german)
            .into_iter()
            .map(|(name, value)| format!("{name}{value}"))
            .collect();
        assert_eq!(values, ["", "", "61490", "60", "-60 W. Europe Standard Time"]);
        assert!(told("EventLog", 6013, "Die Betriebszeit des Systems: \n\n61490").is_empty());
    }
}
