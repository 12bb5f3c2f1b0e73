//! All code tables of a protocol: which fields of a row were guessed wrong, and by how much.
//!
//! The tables stand in a text file that `train` writes ([`super::training`]) and that is part of the
//! game: lengths of words, in hexadecimal, one digit for each symbol. A kind without tables falls
//! back to a flag for each field and exponential Golomb codes, so that a game can begin without.
//!
//! ```text
//! runs CONTEXT LENGTHS
//! kind NAME
//! usual FIELD RESIDUAL
//! mask CONTEXT PATTERN:LENGTH ... *:LENGTH
//! field NAME CONTEXT LENGTHS
//! ```
//!
//! What a code's context may depend on, both ends know before they read: how old the baseline is, and
//! how wrong the field before was guessed.

use super::{PrefixCode, magnitude};
use crate::row::KindTable;
use std::{fmt::Write, sync::LazyLock};
use xxhash_rust::xxh3::xxh3_64;

/// Contexts by age, and one for rows that their receiver knows nothing of.
pub(crate) const CONTEXTS: usize = 5;
/// The context of such a row.
pub(crate) const SPAWN: usize = CONTEXTS - 1;
/// Contexts by the size of the residual before.
pub(crate) const SIZES: usize = 3;
/// Contexts of a run: whether the one before was empty.
pub(crate) const RUN_CONTEXTS: usize = 2;
/// Runs that have a word of their own, and one symbol for longer ones.
pub(crate) const RUN_SYMBOLS: usize = 64;

/// The context of a row whose baseline is so many ticks old.
pub(crate) fn age_context(age_ticks: u32) -> usize {
    match age_ticks {
        0..=2 => 0,
        3..=4 => 1,
        5..=8 => 2,
        _ => 3,
    }
}

/// The context of the residual after one with this symbol.
pub(crate) fn size_context(symbol: usize) -> usize {
    if magnitude::class(symbol) < 6 { 1 } else { 2 }
}

/// The context of a run after one of this length.
pub(crate) fn run_context(before: u32) -> usize {
    usize::from(before > 0)
}

/// Which residuals are not zero: bit n for column n. For a field with a usual residual, bit 32 + n says
/// that it is another one, and only then it is told.
pub(crate) fn mask(residuals: &[i32], usual: &[i32]) -> u64 {
    residuals.iter().zip(usual).zip(0..).fold(0, |mask, ((residual, usual), place)| {
        let wrong = u64::from(*residual != 0);
        let unusual = u64::from(*residual != 0 && *usual != 0 && residual != usual);
        mask | wrong << place | unusual << (32 + place)
    })
}

/// Why a text of tables can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the code tables: {what}")]
pub struct CodesError {
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: &'static str,
}

/// The code of one context's masks: words for those that came often, an escape for the rest.
#[derive(Clone, Debug)]
pub(crate) struct MaskCode {
    /// Ascending; a pattern's place is its symbol, the symbol after the last one escapes.
    pub(crate) patterns: Vec<u64>,
    pub(crate) code: PrefixCode,
}

impl MaskCode {
    /// The symbol of a mask; the second part says whether the mask must follow in full.
    pub(crate) fn symbol(&self, mask: u64) -> (usize, bool) {
        match self.patterns.binary_search(&mask) {
            Ok(place) => (place, false),
            Err(_) => (self.patterns.len(), true),
        }
    }
}

/// The codes of one kind's rows.
#[derive(Clone, Debug)]
pub(crate) struct KindCodes {
    /// By field: the residual that it has when it has one, as good as always; 0 where there is none. It
    /// is told by the mask, which costs less than the least word of a code of its own.
    pub(crate) usual: Vec<i32>,
    /// By context.
    pub(crate) masks: Vec<MaskCode>,
    /// By field, then context and size of the residual before. None for a field of two values.
    pub(crate) fields: Vec<Vec<PrefixCode>>,
}

/// All tables of a protocol.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::{Protocol, entropy::codes::Codes};
/// let codes: &Codes = Walkers::codes(); // nobody trained any for this game
/// assert_eq!(codes.fingerprint(), Codes::untrained().fingerprint());
/// assert!(Codes::parse(Walkers::KINDS, "kind horse").is_err(), "tables of another game");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Codes {
    pub(crate) kinds: Vec<Option<KindCodes>>,
    pub(crate) runs: Vec<PrefixCode>,
    fingerprint: u64,
}

impl Codes {
    pub(super) fn new(kinds: Vec<Option<KindCodes>>, runs: Vec<PrefixCode>) -> Self {
        Self { kinds, runs, fingerprint: 0 }
    }

    /// No tables at all: what a protocol has before it was trained.
    #[must_use]
    pub fn untrained() -> &'static Self {
        static NONE: LazyLock<Codes> = LazyLock::new(Codes::default);
        &NONE
    }

    /// Reads the text that [`Codes::text`] wrote, for rows of these kinds.
    ///
    /// # Errors
    /// When the text is not of these kinds, or its lengths make no code.
    pub fn parse(kinds: &[&KindTable], text: &str) -> Result<Self, CodesError> {
        let mut codes = Self {
            kinds: vec![None; kinds.len()],
            runs: Vec::new(),
            fingerprint: xxh3_64(text.as_bytes()),
        };
        let mut kind = None;
        for (line, text) in (1..).zip(text.lines()) {
            if !text.is_empty() && !text.starts_with('#') {
                codes
                    .read_line(kinds, &mut kind, text)
                    .map_err(|what| CodesError { line, what })?;
            }
        }
        let whole = |(codes, table): (&KindCodes, &&KindTable)| {
            let field = |(field, codes): (&crate::row::Field, &Vec<PrefixCode>)| {
                codes.len() == if field.span() == 2 { 0 } else { CONTEXTS * SIZES }
            };
            codes.masks.len() == CONTEXTS && table.fields.iter().zip(&codes.fields).all(field)
        };
        let kinds_whole = codes
            .kinds
            .iter()
            .zip(kinds)
            .all(|(codes, table)| codes.as_ref().is_none_or(|codes| whole((codes, table))));
        if !kinds_whole || !(codes.runs.is_empty() || codes.runs.len() == RUN_CONTEXTS) {
            return Err(CodesError { line: text.lines().count(), what: "tables are missing" });
        }
        Ok(codes)
    }

    /// Stands for the tables in the protocol's hash.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The tables as text, for [`Codes::parse`].
    #[must_use]
    pub fn text(&self, kinds: &[&KindTable]) -> String {
        let mut text = String::new();
        for (context, code) in self.runs.iter().enumerate() {
            let _ = writeln!(text, "runs {context} {}", digits(code));
        }
        for (codes, table) in self.kinds.iter().zip(kinds) {
            let Some(codes) = codes else { continue };
            let _ = writeln!(text, "kind {}", table.name);
            for (field, usual) in table.fields.iter().zip(&codes.usual).filter(|(_, u)| **u != 0) {
                let _ = writeln!(text, "usual {} {usual}", field.name);
            }
            for (context, mask) in codes.masks.iter().enumerate() {
                let _ = write!(text, "mask {context}");
                let names = mask.patterns.iter().map(|pattern| format!("{pattern:x}"));
                for (name, length) in names.chain(["*".to_owned()]).zip(mask.code.lengths()) {
                    let _ = write!(text, " {name}:{length}");
                }
                text.push('\n');
            }
            for (field, codes) in table.fields.iter().zip(&codes.fields) {
                for (context, code) in codes.iter().enumerate() {
                    let _ = writeln!(text, "field {} {context} {}", field.name, digits(code));
                }
            }
        }
        text
    }

    fn read_line(
        &mut self,
        kinds: &[&KindTable],
        kind: &mut Option<usize>,
        text: &str,
    ) -> Result<(), &'static str> {
        let mut words = text.split(' ');
        let sort = words.next().unwrap_or("");
        if sort == "runs" {
            let code = code_of(&mut words, self.runs.len(), RUN_SYMBOLS)?;
            self.runs.push(code);
            return Ok(());
        }
        if sort == "kind" {
            let name = words.next().unwrap_or("");
            let place = kinds.iter().position(|table| table.name == name);
            *kind = Some(place.ok_or("there is no such kind")?);
            let fields = place.and_then(|place| kinds.get(place)).map_or(0, |t| t.fields.len());
            let fields = vec![Vec::new(); fields];
            let codes = KindCodes { usual: vec![0; fields.len()], masks: Vec::new(), fields };
            place.and_then(|place| self.kinds.get_mut(place)).map(|slot| slot.insert(codes));
            return Ok(());
        }
        let place = kind.ok_or("a table belongs to a kind")?;
        let table = kinds.get(place).ok_or("there is no such kind")?;
        let codes =
            self.kinds.get_mut(place).and_then(Option::as_mut).ok_or("there is no such kind")?;
        match sort {
            "usual" => {
                let name = words.next().unwrap_or("");
                let field = table.fields.iter().position(|field| field.name == name);
                let usual = field.and_then(|field| codes.usual.get_mut(field));
                let value = words.next().and_then(|word| word.parse().ok());
                *usual.ok_or("there is no such field")? = value.ok_or("a residual is a number")?;
            }
            "mask" => {
                let context = words.next().and_then(|word| word.parse().ok());
                if context != Some(codes.masks.len()) {
                    return Err("contexts come in order");
                }
                codes.masks.push(mask_of(words)?);
            }
            "field" => {
                let name = words.next().unwrap_or("");
                let field = table.fields.iter().position(|field| field.name == name);
                let field = field.and_then(|field| codes.fields.get_mut(field));
                let field = field.ok_or("there is no such field")?;
                let code = code_of(&mut words, field.len(), magnitude::SYMBOLS)?;
                field.push(code);
            }
            _ => return Err("a line says runs, kind, usual, mask or field"),
        }
        Ok(())
    }
}

/// `CONTEXT LENGTHS`, the rest of the symbols without a word.
fn code_of<'a>(
    words: &mut impl Iterator<Item = &'a str>,
    context: usize,
    symbols: usize,
) -> Result<PrefixCode, &'static str> {
    if words.next().and_then(|word| word.parse().ok()) != Some(context) {
        return Err("contexts come in order");
    }
    let digit = |digit: char| digit.to_digit(16).map(|length| length as u8);
    let lengths: Option<Vec<u8>> = words.next().unwrap_or("").chars().map(digit).collect();
    let mut lengths = lengths.ok_or("a length is a hexadecimal digit")?;
    if lengths.len() > symbols {
        return Err("there are too many symbols");
    }
    lengths.resize(symbols, 0);
    PrefixCode::new(&lengths).ok_or("these lengths make no code")
}

fn mask_of<'a>(words: impl Iterator<Item = &'a str>) -> Result<MaskCode, &'static str> {
    let (mut patterns, mut lengths, mut escaped) = (Vec::new(), Vec::new(), false);
    for word in words {
        let (name, length) = word.split_once(':').ok_or("a mask is PATTERN:LENGTH")?;
        lengths.push(length.parse().map_err(|_| "a length is a number")?);
        if name == "*" {
            escaped = true;
            break;
        }
        let pattern = u64::from_str_radix(name, 16).map_err(|_| "a pattern is hexadecimal")?;
        if patterns.last().is_some_and(|last| *last >= pattern) {
            return Err("patterns ascend");
        }
        patterns.push(pattern);
    }
    if !escaped {
        return Err("the escape is missing");
    }
    let code = PrefixCode::new(&lengths).ok_or("these lengths make no code")?;
    Ok(MaskCode { patterns, code })
}

fn digits(code: &PrefixCode) -> String {
    let digits: String =
        code.lengths().filter_map(|length| char::from_digit(u32::from(length), 16)).collect();
    digits.trim_end_matches('0').to_owned()
}
