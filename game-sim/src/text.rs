//! What players write, as others may see it: the rules that names and chat have in common.
//!
//! A text is normalised (NFC) and judged as it is afterwards: normalising makes two characters of some
//! and one of others, so whoever judges before lets through what is then too long or piled too high.

use unicode_normalization::{UnicodeNormalization, char::decompose_canonical};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_segmentation::UnicodeSegmentation;

/// Marks above, below and around one letter, those included that it has in its normal form. Thai and
/// Vietnamese need two; what has more climbs over the lines around it.
pub const MARKS: usize = 2;

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A character that commands a terminal.
    Control,
    /// One that reorders, joins or hides others, or looks like nothing (UAX 9, UTS 39).
    Invisible,
    /// One without a meaning that all have agreed on.
    Unknown,
    /// More than [`MARKS`] on one letter, or some on none.
    Marks,
}

/// A text in its normal form, with single plain spaces only, and none at its ends (RFC 8266).
#[must_use]
pub fn normal(text: &str) -> String {
    spaced(text.nfc())
}

/// What is wrong with a normalised text, if anything is.
#[must_use]
pub fn fault(text: &str) -> Option<Fault> {
    let mut pile = Pile::default();
    text.chars().find_map(|c| fault_of(c).or_else(|| Some(Fault::Marks).filter(|_| !pile.bears(c))))
}

/// What is left of a text without what is wrong with it: normalised, and whole graphemes of at most so
/// many characters together.
#[must_use]
pub fn mended(text: &str, most: usize) -> String {
    let mut pile = Pile::default();
    let plain = text.chars().filter(|c| fault_of(*c).is_none());
    // What was not normal before may be too much on one letter now, and without that there may be new neighbours.
    let borne = plain.nfc().filter(|c| fault_of(*c).is_none() && pile.bears(*c));
    let mut text = spaced(borne.nfc());
    let whole = text.grapheme_indices(true).map(|(start, grapheme)| start + grapheme.len());
    let fits = |end: &usize| text[..*end].chars().nth(most).is_none();
    let end = whole.take_while(fits).last().unwrap_or(0);
    text.truncate(end);
    text.truncate(text.trim_end().len());
    text
}

/// How long a text is as people count.
#[must_use]
pub fn graphemes(text: &str) -> usize {
    text.graphemes(true).count()
}

/// The beginning of a text, at most so many graphemes.
#[must_use]
pub fn beginning(text: &str, most: usize) -> &str {
    text.grapheme_indices(true).nth(most).map_or(text, |(end, _)| &text[..end])
}

fn spaced(text: impl Iterator<Item = char>) -> String {
    let mut spaced = String::new();
    for c in text {
        let is_space = c.general_category() == GeneralCategory::SpaceSeparator;
        if !is_space {
            spaced.push(c);
        } else if !spaced.is_empty() && !spaced.ends_with(' ') {
            spaced.push(' ');
        }
    }
    spaced.truncate(spaced.trim_end_matches(' ').len());
    spaced
}

/// Counts the marks on a letter.
struct Pile(usize);

impl Default for Pile {
    /// Where there is no letter there is nothing that bears a mark.
    fn default() -> Self {
        Self(MARKS)
    }
}

impl Pile {
    /// Takes the next character, and says whether it is not one mark too many.
    fn bears(&mut self, c: char) -> bool {
        use GeneralCategory::{SpaceSeparator, SpacingMark};
        match c.general_category() {
            _ if is_mark(c) && self.0 == MARKS => return false,
            _ if is_mark(c) => self.0 += 1,
            // It stands beside its letter, as vowels of Hindi do, and piles nothing up.
            SpacingMark => {}
            SpaceSeparator => self.0 = MARKS,
            _ => {
                let mut own = 0;
                decompose_canonical(c, |part| own += usize::from(is_mark(part)));
                self.0 = own.min(MARKS);
            }
        }
        true
    }
}

/// Whether it is drawn above, below or around the letter before it.
fn is_mark(c: char) -> bool {
    use GeneralCategory::{EnclosingMark, NonspacingMark};
    matches!(c.general_category(), EnclosingMark | NonspacingMark)
}

fn fault_of(c: char) -> Option<Fault> {
    use GeneralCategory::{
        Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, Surrogate, Unassigned,
    };
    match c.general_category() {
        Control => Some(Fault::Control),
        Format | LineSeparator | ParagraphSeparator => Some(Fault::Invisible),
        PrivateUse | Surrogate | Unassigned => Some(Fault::Unknown),
        _ if looks_like_nothing(c) => Some(Fault::Invisible),
        _ => None,
    }
}

/// Letters, marks and symbols that are drawn as nothing: joiners of graphemes, fillers of Hangul,
/// variation selectors, vowels of Khmer that are never written, the empty pattern of Braille, and what
/// stands for an object.
fn looks_like_nothing(c: char) -> bool {
    matches!(c,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fffc}'
        | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_bears_two_marks_and_nothing_bears_none() {
        for text in ["q\u{323}\u{301}", "\u{e9}\u{323}", "ᾧ", "ที่", "घोड़ों", "Việt", "é", "한국어"]
        {
            assert_eq!(fault(&normal(text)), None, "{text}");
        }
        for text in [
            "\u{301}",
            "a \u{301}",
            "\u{1eb7}\u{301}",
            "x\u{301}\u{301}\u{301}",
            "x\u{20dd}\u{20dd}\u{20dd}",
        ] {
            assert_eq!(fault(&normal(text)), Some(Fault::Marks), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, wrong) in [
            ("a\u{7}", Fault::Control),
            ("a\u{85}", Fault::Control),
            ("a\u{202e}b", Fault::Invisible),
            ("a\u{2066}b", Fault::Invisible),
            ("a\u{200d}b", Fault::Invisible),
            ("a\u{ad}b", Fault::Invisible),
            ("a\u{2028}b", Fault::Invisible),
            ("\u{3164}", Fault::Invisible),
            ("\u{2800}", Fault::Invisible),
            ("a\u{e0041}", Fault::Invisible),
            ("a\u{378}", Fault::Unknown),
            ("a\u{e000}", Fault::Unknown),
            ("a\u{ffff}", Fault::Unknown),
        ] {
            assert_eq!(fault(text), Some(wrong), "{text:?}");
        }
    }

    #[test]
    fn what_is_mended_is_normal_short_and_without_fault_and_stays_as_it_is() {
        // Everything that plays tricks, beside what it plays them on.
        let alphabet = [
            "a",
            "e",
            "\u{301}",
            "\u{344}",
            "\u{323}",
            "\u{20dd}",
            " ",
            "\u{a0}",
            "\u{3000}",
            "\u{202e}",
            "\u{200b}",
            "\n",
            "\u{fb2c}",
            "\u{bc6}",
            "\u{bbe}",
            "\u{93c}",
            "\u{1100}",
            "\u{1161}",
            "\u{11a8}",
            "\u{e000}",
            "\u{1f468}",
            "\u{200d}",
            "\u{212b}",
            "\u{fe0f}",
        ];
        let mut random = 1_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..12 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
                text.push_str(alphabet[(random >> 33) as usize % alphabet.len()]);
            }
            let line = mended(&text, 8);
            assert!(line.chars().count() <= 8, "{text:?} gives {line:?}");
            assert_eq!(fault(&line), None, "{text:?} gives {line:?}");
            assert_eq!(normal(&line), line, "{text:?}");
            assert_eq!(mended(&line, 8), line, "{text:?}");
        }
    }

    #[test]
    fn a_line_is_cut_between_graphemes() {
        assert_eq!(mended("abc\u{1f1ea}\u{1f1f8}", 4), "abc");
        assert_eq!(mended("abc\u{1f1ea}\u{1f1f8}", 5), "abc\u{1f1ea}\u{1f1f8}");
        assert_eq!(beginning("abx\u{301}d", 3), "abx\u{301}");
    }
}
