//! Which names look alike: one could be taken for the other.

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

/// Whether two names have the same letters, be they large or small (RFC 8266).
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    letters(one) == letters(other)
}

/// What a name looks like (the skeleton of UTS 39), as it is written and in small letters. Who shares
/// one of the two with somebody could be taken for them: `AIice` for Alice, and alice as well.
#[must_use]
pub fn of(name: &str) -> [String; 2] {
    let written: String = skeleton(name).collect();
    [skeleton(&folded(&written)).collect(), skeleton(&letters(name)).collect()]
}

fn letters(name: &str) -> String {
    folded(&name.nfkc().collect::<String>())
}

/// Without the difference between large and small letters. By way of the large ones, since some small
/// ones (ß, ſ, ς) have no other way to what they are the same as.
fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look_alike(one: &str, other: &str) -> bool {
        let (one, other) = (of(one), of(other));
        one.iter().any(|look| other.contains(look))
    }

    #[test]
    fn names_that_look_the_same_look_alike() {
        for (one, other) in [
            ("Ann", "ann"),
            ("Ann", "\u{410}nn"),
            ("Alice", "AIice"),
            ("alice", "AIice"),
            ("ALICE", "AIice"),
            ("Mom", "Morn"),
            ("Zero", "Zer0"),
            ("ILL", "ill"),
            ("straße", "STRASSE"),
            ("\u{397}\u{391}", "\u{3b7}\u{3b1}"),
            ("Ann", "\u{ff21}\u{ff4e}\u{ff4e}"),
        ] {
            assert!(look_alike(one, other), "{one} and {other}");
        }
        for (one, other) in
            [("Ann", "Anna"), ("Bot 1", "Bot 2"), ("Bot 10", "Bot 11"), ("Bo", "Zoe")]
        {
            assert!(!look_alike(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn names_of_the_same_letters_are_the_same_and_those_that_look_like_them_are_not() {
        assert!(is_same("Ann", "aNN") && is_same("Ann", "\u{ff21}nn") && is_same("ς", "Σ"));
        assert!(!is_same("Ann", "\u{410}nn") && !is_same("Alice", "AIice"));
    }
}
