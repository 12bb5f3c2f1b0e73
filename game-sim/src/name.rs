//! Which names a player may have, and what of a line or a reason others read: nothing that plays tricks on them. The
//! server says no by it, and a client shows nothing else whatever a server tells it.

use crate::text::{self, Fault};
use netcode::limits;

/// Characters that a line of chat may have.
pub const LINE: usize = 120;
/// Characters that a reason may have: more than any that we give ourselves.
const REASON: usize = 300;
/// Characters of what a client sent as a line that are looked at. Nobody types what is dropped behind
/// them, and a message may have many more.
const LOOKED_AT: usize = 2 * LINE;

/// The name as it is used, or which rule it breaks.
///
/// # Errors
/// The rule, in words for the player.
pub fn clean(name: &str) -> Result<String, &'static str> {
    let name = text::normal(name.trim());
    if name.is_empty() {
        return Err("it is empty");
    }
    if name.len() > limits::NAME_BYTES || text::graphemes(&name) > limits::NAME_CHARACTERS {
        return Err("it is longer than 16 characters");
    }
    match text::fault(&name) {
        None => Ok(name),
        Some(Fault::Control) => Err("it holds a control character"),
        Some(Fault::Invisible) => Err("it holds an invisible character"),
        Some(Fault::Unknown) => Err("it holds an unknown character"),
        Some(Fault::Marks) => Err("it holds a letter with more than two marks"),
    }
}

/// A line of chat as others see it: without anything that isn't text, and not longer than a line.
#[must_use]
pub fn clean_chat(text: &str) -> String {
    let looked_at = text.char_indices().nth(LOOKED_AT).map_or(text, |(end, _)| &text[..end]);
    text::mended(looked_at, LINE)
}

/// Why something is over, as the other side says it, for a terminal or a log: without anything that isn't text, and of
/// bounded length.
#[must_use]
pub fn clean_reason(text: &str) -> String {
    let looked_at = text.char_indices().nth(2 * REASON).map_or(text, |(end, _)| &text[..end]);
    text::mended(looked_at, REASON)
}

/// A name as it may be shown, whoever says that it is somebody's: a server may be anybody's.
#[must_use]
pub fn shown(name: &str) -> String {
    let looked_at = name.char_indices().nth(LOOKED_AT).map_or(name, |(end, _)| &name[..end]);
    let mended = text::mended(looked_at, limits::NAME_BYTES);
    let beginnings = (1..=limits::NAME_CHARACTERS).rev().map(|most| text::beginning(&mended, most));
    let fits = |name: &&str| name.len() <= limits::NAME_BYTES;
    let shown = beginnings.map(str::trim_end).find(fits).filter(|name| !name.is_empty());
    // Nobody is without a name.
    shown.unwrap_or("?").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_of_any_script_pass() {
        for name in ["Ann", " Bo ", "Zoë", "Жук", "日本", "o_O", "ณัฐ", "सूर्य", "Nguyễn", "x 😀"]
        {
            assert_eq!(clean(name), Ok(name.trim().to_owned()));
        }
    }

    #[test]
    fn tricks_are_refused_with_the_rule() {
        for (name, rule) in [
            ("", "empty"),
            ("   ", "empty"),
            ("\u{3000}\u{a0}", "empty"),
            ("seventeen letters", "16 characters"),
            ("a\u{202e}b", "invisible"),
            ("a\u{200b}b", "invisible"),
            ("a\u{fe0f}", "invisible"),
            ("a\nb", "control"),
            ("a\u{1b}[31m", "control"),
            ("a\u{378}", "unknown"),
            ("a\u{301}\u{301}\u{301}", "marks"),
        ] {
            assert!(clean(name).unwrap_err().contains(rule), "{name:?}");
        }
    }

    #[test]
    fn a_name_is_used_in_its_normal_form_with_single_spaces() {
        assert_eq!(clean("Zoe\u{308}"), Ok("Zo\u{eb}".to_owned()));
        assert_eq!(clean("Ann\u{2003}\u{a0} Bo"), Ok("Ann Bo".to_owned()));
    }

    #[test]
    fn what_a_name_becomes_by_normalising_is_judged_and_not_what_came() {
        // 48 bytes of 16 letters become 96 bytes.
        assert!(clean(&"\u{fb2c}".repeat(16)).unwrap_err().contains("16 characters"));
        // Two marks become three.
        assert!(clean("x\u{344}\u{301}").unwrap_err().contains("marks"));
        // 32 characters become 16.
        assert_eq!(clean(&"e\u{301}".repeat(16)), Ok("\u{e9}".repeat(16)));
    }

    #[test]
    fn a_name_is_counted_in_graphemes_and_bounded_in_bytes() {
        assert!(clean(&"ที่".repeat(7)).is_ok(), "7 graphemes of 9 bytes");
        assert!(clean(&"ที่".repeat(8)).is_err(), "72 bytes");
        assert!(clean(&"x\u{323}".repeat(16)).is_ok(), "16 graphemes of 32 characters");
        assert!(clean(&"x\u{323}".repeat(17)).is_err());
    }

    #[test]
    fn chat_loses_what_is_not_text() {
        assert_eq!(clean_chat(" hi\u{202e}\u{7} there "), "hi there");
        assert_eq!(clean_chat(&"x".repeat(500)).len(), LINE);
        assert_eq!(clean_chat("z\u{300}\u{301}\u{302}\u{303}ok"), "z\u{300}\u{301}ok");
        assert_eq!(clean_chat("\u{200b}\u{2800} \u{301}"), "");
        assert_eq!(clean_chat("e\u{200b}\u{301}"), "\u{e9}", "and is normal without it");
    }

    #[test]
    fn a_reason_commands_no_terminal_and_one_of_ours_stays_as_it_is() {
        let said = "kicked: \u{1b}]0;mine\u{7}\u{1b}[2Jno\r\n\u{202e}more\u{85}";
        assert_eq!(clean_reason(said), "kicked: ]0;mine[2Jnomore");
        assert_eq!(clean_reason(&"x".repeat(70_000)).len(), REASON);
        let ours = "can't connect to 127.0.0.1:9: no answer for 20 s";
        assert_eq!(clean_reason(ours), ours);
    }

    #[test]
    fn whatever_is_said_to_be_a_name_can_be_shown_and_one_that_is_allowed_is_shown_as_it_is() {
        for (name, as_shown) in [
            ("Ann", "Ann"),
            ("x 😀", "x 😀"),
            ("a\u{202e}b\u{61c}\n", "ab"),
            ("a\u{180e}\u{3164}\u{fff9}\u{e0041}\u{e0100}b", "ab"),
            ("z\u{300}\u{301}\u{302}\u{303}", "z\u{300}\u{301}"),
            ("\u{200b}\u{301}", "?"),
            ("", "?"),
            ("eighteen letters!!", "eighteen letters"),
            ("fifteen letters and more", "fifteen letters"),
        ] {
            assert_eq!(shown(name), as_shown, "{name:?}");
        }
        let long = "x\u{323}".repeat(limits::NAME_CHARACTERS);
        assert_eq!(clean(&long), Ok(shown(&long)));
        assert_eq!(shown(&"ที่".repeat(1000)), "ที่".repeat(7), "63 bytes")
    }
}
