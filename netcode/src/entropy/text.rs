//! Code tables as a text file, which is part of the game that they were trained for.
//!
//! ```text
//! runs CONTEXT LENGTHS
//! kind NAME
//! usual FIELD RESIDUAL
//! masks [FIELD ABOVE] [FIELD ABOVE]
//! patterns PATTERN ...
//! mask CONTEXT LENGTHS
//! field NAME [FIELD]
//! ask FIELD ABOVE
//! code CONTEXT LENGTHS
//! ```
//!
//! LENGTHS are those of the symbols' words, a hexadecimal digit for each; what is missing at the end has
//! no word. A table also stands for the contexts after its own, up to the next one that is there. The
//! field behind `field` is the one whose being wrong tells contexts apart. Those behind `masks` and `ask` do, for
//! masks and for the field, by whether their column in the baseline is larger than ABOVE.

use super::{
    PrefixCode,
    codes::{
        Codes, FIELD_CONTEXTS, FieldCodes, KindCodes, MASK_CONTEXTS, RUN_CONTEXTS, RUN_SYMBOLS,
        SPLITS, Split,
    },
    magnitude,
};
use crate::row::KindTable;
use std::fmt::Write;
use xxhash_rust::xxh3::xxh3_64;

/// Why a text of tables can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the code tables: {what}")]
pub struct CodesError {
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: &'static str,
}

impl Codes {
    /// Reads the text that [`Codes::text`] wrote, for rows of these kinds.
    ///
    /// # Errors
    /// When the text is not of these kinds, or its lengths make no code.
    pub fn parse(kinds: &[&KindTable], text: &str) -> Result<Self, CodesError> {
        let mut codes = Self::new(vec![None; kinds.len()], Vec::new());
        codes.fingerprint = xxh3_64(text.as_bytes());
        let mut reader = Reader { kinds, codes: &mut codes, kind: None, field: None };
        for (line, text) in (1..).zip(text.lines()) {
            if !text.is_empty() && !text.starts_with('#') {
                reader.line(text).map_err(|what| CodesError { line, what })?;
            }
        }
        let what = "tables are missing";
        let missing = CodesError { line: text.lines().count(), what };
        if codes.complete(kinds) { Ok(codes) } else { Err(missing) }
    }

    /// The tables as text, for [`Codes::parse`].
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// use netcode::{Protocol, Snapshot, Tick, TickRate, delta::RowCode, entropy::{codes::Codes, training::Training}};
    /// let place = |tick, x_mm| {
    ///     let mut snapshot = Snapshot::new(Tick(tick));
    ///     snapshot.push(netcode::EntityId(0), WALKER, &Walker { x_mm });
    ///     snapshot
    /// };
    /// let mut training = Training::new(Walkers::KINDS);
    /// let rate = TickRate::new(60).expect("it is one");
    /// let mut code = RowCode::new::<Walkers>(rate, std::sync::Arc::new(()));
    /// for tick in 1..1_000 {
    ///     training.see(&mut code, &place(tick, tick as i32 * 100), &place(tick + 2, tick as i32 * 100 + 200));
    /// }
    /// let text = training.codes().text(Walkers::KINDS); // for a file beside the game's sources
    /// assert!(Codes::parse(Walkers::KINDS, &text).is_ok_and(|codes| codes.text(Walkers::KINDS) == text));
    /// ```
    #[must_use]
    pub fn text(&self, kinds: &[&KindTable]) -> String {
        let mut text = String::new();
        write_codes(&mut text, "runs", &self.runs);
        for (codes, table) in self.kinds.iter().zip(kinds) {
            if let Some(codes) = codes {
                write_kind(&mut text, table, codes);
            }
        }
        text
    }

    /// Repeats each table for the contexts that it also stands for; whether there are all then.
    fn complete(&mut self, kinds: &[&KindTable]) -> bool {
        let kinds = self.kinds.iter_mut().zip(kinds).all(|(codes, table)| {
            let Some(codes) = codes else { return true };
            let fields = table.fields.iter().zip(&mut codes.fields).all(|(field, codes)| {
                field.span() == 2 || repeat_last(&mut codes.codes, FIELD_CONTEXTS)
            });
            fields && repeat_last(&mut codes.masks, MASK_CONTEXTS)
        });
        kinds && (self.runs.is_empty() || repeat_last(&mut self.runs, RUN_CONTEXTS))
    }
}

/// Reads a text line by line.
struct Reader<'a> {
    kinds: &'a [&'a KindTable],
    codes: &'a mut Codes,
    /// Which kind, then which field the lines are about.
    kind: Option<usize>,
    field: Option<usize>,
}

impl Reader<'_> {
    fn line(&mut self, text: &str) -> Result<(), &'static str> {
        let (sort, rest) = text.split_once(' ').unwrap_or((text, ""));
        match sort {
            "runs" => return read_code(rest, &mut self.codes.runs, RUN_CONTEXTS, RUN_SYMBOLS),
            "kind" => return self.begin_kind(rest),
            _ => {}
        }
        let place = self.kind.ok_or("a table belongs to a kind")?;
        let table = self.kinds.get(place).ok_or("there is no such kind")?;
        let codes = self.codes.kinds.get_mut(place).and_then(Option::as_mut);
        let codes = codes.ok_or("there is no such kind")?;
        let find = |name: &str| {
            let place = table.fields.iter().position(|field| field.name == name);
            place.ok_or("there is no such field")
        };
        let maybe = |name: &str| if name.is_empty() { Ok(None) } else { find(name).map(Some) };
        match sort {
            "usual" => {
                let (name, value) = rest.split_once(' ').ok_or("a usual is FIELD RESIDUAL")?;
                let usual = codes.usual.get_mut(find(name)?).ok_or("there is no such field")?;
                *usual = value.parse().map_err(|_| "a residual is a number")?;
            }
            "masks" => {
                let words: Vec<&str> = rest.split_whitespace().collect();
                if words.len() > SPLITS * 2 || !words.len().is_multiple_of(2) {
                    return Err("masks are told apart by FIELD ABOVE, at most two");
                }
                for pair in words.chunks_exact(2) {
                    let above = pair[1].parse().map_err(|_| "a column is a number")?;
                    codes.masks_by.push(Split { field: find(pair[0])?, above });
                }
            }
            "patterns" => codes.patterns = read_patterns(rest)?,
            "mask" => {
                read_code(rest, &mut codes.masks, MASK_CONTEXTS, codes.patterns.len() + 1)?;
                let escapes = codes.masks.last().is_some_and(|code| code.has(codes.patterns.len()));
                escapes.then_some(()).ok_or("the escape is missing")?;
            }
            "field" => {
                let (name, by) = rest.split_once(' ').unwrap_or((rest, ""));
                let field = find(name)?;
                let fields = codes.fields.get_mut(field).ok_or("there is no such field")?;
                fields.by = maybe(by)?;
                self.field = Some(field);
            }
            "ask" => {
                let (name, above) = rest.split_once(' ').ok_or("a question is FIELD ABOVE")?;
                let above = above.parse().map_err(|_| "a column is a number")?;
                let field = self.field.ok_or("a question belongs to a field")?;
                let field = codes.fields.get_mut(field).ok_or("there is no such field")?;
                field.asks = Some(Split { field: find(name)?, above });
            }
            "code" => {
                let field = self.field.ok_or("a code belongs to a field")?;
                let field = codes.fields.get_mut(field).ok_or("there is no such field")?;
                read_code(rest, &mut field.codes, FIELD_CONTEXTS, magnitude::SYMBOLS)?;
            }
            _ => return Err("a line begins with a word that is not known"),
        }
        Ok(())
    }

    fn begin_kind(&mut self, name: &str) -> Result<(), &'static str> {
        let place = self.kinds.iter().position(|table| table.name == name);
        let place = place.ok_or("there is no such kind")?;
        let fields = self.kinds.get(place).map_or(0, |table| table.fields.len());
        let codes = KindCodes {
            usual: vec![0; fields],
            masks_by: Vec::new(),
            patterns: Vec::new(),
            masks: Vec::new(),
            fields: vec![FieldCodes::default(); fields],
        };
        self.codes.kinds.get_mut(place).map(|slot| slot.insert(codes));
        (self.kind, self.field) = (Some(place), None);
        Ok(())
    }
}

/// Reads `CONTEXT LENGTHS`; the code before stands for all contexts that were left out.
fn read_code(
    text: &str,
    codes: &mut Vec<PrefixCode>,
    contexts: usize,
    symbols: usize,
) -> Result<(), &'static str> {
    let (context, lengths) = text.split_once(' ').ok_or("a table is CONTEXT LENGTHS")?;
    let context: usize = context.parse().map_err(|_| "a context is a number")?;
    if context >= contexts || context < codes.len() || !repeat_last(codes, context) {
        return Err("contexts come in order");
    }
    let digit = |digit: char| digit.to_digit(16).map(|length| length as u8);
    let lengths: Option<Vec<u8>> = lengths.chars().map(digit).collect();
    let mut lengths = lengths.ok_or("a length is a hexadecimal digit")?;
    if lengths.len() > symbols {
        return Err("there are too many symbols");
    }
    lengths.resize(symbols, 0);
    codes.push(PrefixCode::new(&lengths).ok_or("these lengths make no code")?);
    Ok(())
}

/// Whether there are so many codes then. Nothing can be repeated before the first.
fn repeat_last(codes: &mut Vec<PrefixCode>, count: usize) -> bool {
    let Some(last) = codes.last().cloned() else { return count == 0 };
    codes.resize(count, last);
    true
}

fn read_patterns(text: &str) -> Result<Vec<u64>, &'static str> {
    let patterns: Result<Vec<u64>, _> =
        text.split_whitespace().map(|word| u64::from_str_radix(word, 16)).collect();
    let patterns = patterns.map_err(|_| "a pattern is hexadecimal")?;
    patterns.is_sorted_by(|one, next| one < next).then_some(patterns).ok_or("patterns ascend")
}

fn write_kind(text: &mut String, table: &KindTable, codes: &KindCodes) {
    let name = |field: Option<usize>| {
        let field = field.and_then(|field| table.fields.get(field));
        field.map_or(String::new(), |field| format!(" {}", field.name))
    };
    let _ = writeln!(text, "kind {}", table.name);
    for (field, usual) in table.fields.iter().zip(&codes.usual).filter(|(_, u)| **u != 0) {
        let _ = writeln!(text, "usual {} {usual}", field.name);
    }
    let by =
        codes.masks_by.iter().map(|split| format!("{} {}", name(Some(split.field)), split.above));
    let _ = writeln!(text, "masks{}", by.collect::<String>());
    let patterns = codes.patterns.iter().map(|pattern| format!(" {pattern:x}"));
    let _ = writeln!(text, "patterns{}", patterns.collect::<String>());
    write_codes(text, "mask", &codes.masks);
    for (field, codes) in table.fields.iter().zip(&codes.fields) {
        if !codes.codes.is_empty() {
            let _ = writeln!(text, "field {}{}", field.name, name(codes.by));
            if let Some(split) = codes.asks {
                let _ = writeln!(text, "ask{} {}", name(Some(split.field)), split.above);
            }
            write_codes(text, "code", &codes.codes);
        }
    }
}

/// A line for each code that is not the one before it.
fn write_codes(text: &mut String, sort: &str, codes: &[PrefixCode]) {
    let mut before = None;
    for (context, code) in codes.iter().enumerate() {
        if before != Some(code) {
            let _ = writeln!(text, "{sort} {context} {}", digits(code));
        }
        before = Some(code);
    }
}

fn digits(code: &PrefixCode) -> String {
    let digits: String =
        code.lengths().filter_map(|length| char::from_digit(u32::from(length), 16)).collect();
    digits.trim_end_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delta::tests::{KINDS, trained};

    #[test]
    fn what_is_written_is_read() {
        let text = trained();
        let codes = Codes::parse(KINDS, &text).unwrap();
        assert_eq!(codes.text(KINDS), text);
        assert!(codes.kinds[0].as_ref().is_some_and(|codes| codes.masks.len() == MASK_CONTEXTS));
    }

    #[test]
    fn a_text_that_lacks_a_line_is_not_taken() {
        let text = trained();
        for (place, line) in text.lines().enumerate() {
            // These only tell apart what would otherwise be one; and a table may stand for others.
            let optional =
                ["usual", "masks", "patterns", "ask"].iter().any(|word| line.starts_with(word))
                    || ["runs", "mask", "code"].iter().any(|word| {
                        line.starts_with(word) && !line.starts_with(&format!("{word} 0 "))
                    });
            let lines = text.lines().enumerate();
            let rest: String =
                lines.filter(|(n, _)| *n != place).map(|(_, line)| format!("{line}\n")).collect();
            let read = Codes::parse(KINDS, &rest);
            assert!(read.is_err() || optional, "without: {line}");
        }
    }

    #[test]
    fn a_text_that_says_nonsense_says_where() {
        for (line, what) in [
            ("kind nobody", "there is no such kind"),
            ("code 0 11", "a table belongs to a kind"),
            ("runs 0 12", "these lengths make no code"),
            ("runs 1 11", "contexts come in order"),
            ("runs 0 zz", "a length is a hexadecimal digit"),
            ("hello", "a table belongs to a kind"),
            ("kind walker\nfield nothing", "there is no such field"),
            ("kind walker\npatterns 2 1", "patterns ascend"),
            ("kind walker\nhello", "a line begins with a word that is not known"),
        ] {
            let error = Codes::parse(KINDS, line).unwrap_err();
            assert_eq!((error.line, error.what), (line.lines().count(), what), "{line}");
        }
    }
}
