//! Which names a player may have: what others can read, and nothing that plays tricks on them.

use netcode::limits;

/// The name as it is used, or which rule it breaks.
///
/// # Errors
/// The rule, in words for the player.
pub fn clean(name: &str) -> Result<String, &'static str> {
    let name = name.trim();
    if name.is_empty() {
        return Err("it is empty");
    }
    if name.len() > limits::NAME_BYTES || name.chars().count() > limits::NAME_CHARACTERS {
        return Err("it is longer than 16 characters");
    }
    if name.chars().any(char::is_control) {
        return Err("it holds a control character");
    }
    if name.chars().any(is_invisible) {
        return Err("it holds an invisible character");
    }
    Ok(name.to_owned())
}

/// A line of chat as others see it: without anything that isn't text, and not longer than a line.
#[must_use]
pub fn clean_chat(text: &str) -> String {
    let visible = text.chars().filter(|c| !c.is_control() && !is_invisible(*c));
    visible.take(120).collect::<String>().trim().to_owned()
}

/// Characters that reorder, join or hide others: marks of direction, of zero width, of formatting,
/// variation and tags (Unicode Standard Annex 9; UTS 39).
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_of_any_script_pass() {
        for name in ["Ann", " Bo ", "Zoë", "Жук", "日本", "o_O"] {
            assert_eq!(clean(name), Ok(name.trim().to_owned()));
        }
    }

    #[test]
    fn tricks_are_refused_with_the_rule() {
        for (name, rule) in [
            ("", "empty"),
            ("   ", "empty"),
            ("seventeen letters", "16 characters"),
            ("a\u{202e}b", "invisible"),
            ("a\u{200b}b", "invisible"),
            ("a\nb", "control"),
            ("a\u{1b}[31m", "control"),
        ] {
            assert!(clean(name).unwrap_err().contains(rule), "{name:?}");
        }
    }

    #[test]
    fn chat_loses_what_is_not_text() {
        assert_eq!(clean_chat(" hi\u{202e}\u{7} there "), "hi there");
        assert_eq!(clean_chat(&"x".repeat(500)).len(), 120);
    }
}
