//! Code tables as a text file, which is part of the game that they were trained for.
//!
//! ```text
//! runs CONTEXT LENGTHS
//! kind NAME
//! usual FIELD RESIDUAL
//! patterns PATTERN ...
//! masks
//! field NAME
//! ask age|before ABOVE | ask moving | ask wrong FIELD | ask was FIELD ABOVE
//! code LENGTHS
//! ```
//!
//! LENGTHS are those of the symbols' words, a hexadecimal digit for each; what is missing at the end has
//! no word. After `masks` and each `field` stands a tree: a question, then the tree for a no, then the one for a yes;
//! or a code. A question is whether the age of the baseline in ticks, the residual before or the column in the
//! baseline is larger than ABOVE, whether the row moved, or, under `field` only, whether FIELD was guessed wrong.

use super::{
    PrefixCode,
    codes::{Choice, Codes, KindCodes, Patterns, RUN_CONTEXTS, RUN_SYMBOLS, Usual},
    magnitude,
    tree::{Branch, LEAVES, Node, Question, Subject, Tree},
};
use crate::{limits, row::KindTable};
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
        let mut reader = Reader { kinds, codes: &mut codes, kind: None, open: None };
        for (line, text) in (1..).zip(text.lines()) {
            if !text.is_empty() && !text.starts_with('#') {
                reader.line(text).map_err(|what| CodesError { line, what })?;
            }
        }
        let whole = reader.open.is_none() && codes.is_whole(kinds);
        let what = "tables are missing";
        let missing = CodesError { line: text.lines().count(), what };
        if whole { Ok(codes) } else { Err(missing) }
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
        for (context, code) in self.runs.iter().enumerate() {
            let _ = writeln!(text, "runs {context} {}", digits(code));
        }
        for (codes, table) in self.kinds.iter().zip(kinds) {
            if let Some(codes) = codes {
                write_kind(&mut text, table, codes);
            }
        }
        text
    }

    /// Whether each kind with tables has all of them.
    fn is_whole(&self, kinds: &[&KindTable]) -> bool {
        let mut known = self.kinds.iter().zip(kinds).filter_map(|(codes, table)| {
            let codes = codes.as_ref()?;
            Some((codes, table))
        });
        let kinds = known.all(|(codes, table)| {
            let mut fields = table.fields.iter().zip(&codes.fields);
            let fields =
                fields.all(|(field, choice)| field.span() == 2 || !choice.codes.is_empty());
            fields && !codes.masks.codes.is_empty()
        });
        kinds && [0, RUN_CONTEXTS].contains(&self.runs.len())
    }
}

/// Reads a text line by line.
struct Reader<'a> {
    kinds: &'a [&'a KindTable],
    codes: &'a mut Codes,
    /// Which kind the lines are about.
    kind: Option<usize>,
    /// The tree that is read.
    open: Option<Open>,
}

/// A tree that is not whole yet.
struct Open {
    /// Whose residuals it is for; without a field it is for masks.
    field: Option<usize>,
    symbols: usize,
    /// The questions on the way to where it grows, with the tree for a no once there is one.
    way: Vec<(Question, Option<Branch<PrefixCode>>)>,
    leaves: usize,
}

impl Reader<'_> {
    fn line(&mut self, text: &str) -> Result<(), &'static str> {
        let (sort, rest) = text.split_once(' ').unwrap_or((text, ""));
        if self.open.is_some() != ["ask", "code"].contains(&sort) {
            return Err("a tree has questions and codes until it is whole");
        }
        match sort {
            "runs" => return self.read_runs(rest),
            "kind" => return self.begin_kind(rest),
            _ => {}
        }
        let place = self.kind.ok_or("a table belongs to a kind")?;
        let table = self.kinds.get(place).ok_or("there is no such kind")?;
        let codes = self.codes.kinds.get_mut(place).and_then(Option::as_mut);
        let codes = codes.ok_or("there is no such kind")?;
        match sort {
            "usual" => {
                let (name, value) = rest.split_once(' ').ok_or("a usual is FIELD RESIDUAL")?;
                let residual = value.parse().map_err(|_| "a residual is a number")?;
                let set = codes.usual.set(find(table, name)?, residual);
                set.ok_or("there is no such field")?;
            }
            "patterns" => codes.patterns = Patterns::new(read_patterns(table, rest)?),
            "masks" => self.open = Some(Open::new(None, codes.patterns.len() + 1)),
            "field" => self.open = Some(Open::new(Some(find(table, rest)?), magnitude::SYMBOLS)),
            "ask" => {
                let open = self.open.as_mut().ok_or("a question belongs to a tree")?;
                let question = read_question(table, rest)?;
                if open.field.is_none() && matches!(question.of, Subject::Wrong(_)) {
                    return Err("which fields are wrong is known only after the mask");
                }
                open.way.push((question, None));
            }
            "code" => {
                let open = self.open.as_mut().ok_or("a code belongs to a tree")?;
                let code = read_code(rest, open.symbols)?;
                let escapes = open.field.is_some() || code.has(codes.patterns.len());
                escapes.then_some(()).ok_or("the escape is missing")?;
                let Some(whole) = open.add(code)? else { return Ok(()) };
                let (tree, made) = Tree::of(whole);
                let slot = match open.field {
                    None => Some(&mut codes.masks),
                    Some(field) => codes.fields.get_mut(field),
                };
                *slot.ok_or("there is no such field")? = Choice { tree, codes: made };
                self.open = None;
            }
            _ => return Err("a line begins with a word that is not known"),
        }
        Ok(())
    }

    fn read_runs(&mut self, text: &str) -> Result<(), &'static str> {
        let (context, lengths) = text.split_once(' ').ok_or("a run's table is CONTEXT LENGTHS")?;
        let next = self.codes.runs.len();
        if context.parse() != Ok(next) || next >= RUN_CONTEXTS {
            return Err("contexts come in order");
        }
        self.codes.runs.push(read_code(lengths, RUN_SYMBOLS)?);
        Ok(())
    }

    fn begin_kind(&mut self, name: &str) -> Result<(), &'static str> {
        let place = self.kinds.iter().position(|table| table.name == name);
        let place = place.ok_or("there is no such kind")?;
        let table = self.kinds.get(place).ok_or("there is no such kind")?;
        if table.fields.len() > limits::FIELDS {
            return Err("the kind has too many fields");
        }
        let codes = KindCodes {
            usual: Usual::new(table),
            patterns: Patterns::default(),
            masks: Choice::default(),
            fields: vec![Choice::default(); table.fields.len()],
        };
        self.codes.kinds.get_mut(place).map(|slot| slot.insert(codes));
        self.kind = Some(place);
        Ok(())
    }
}

impl Open {
    fn new(field: Option<usize>, symbols: usize) -> Self {
        Self { field, symbols, way: Vec::new(), leaves: 0 }
    }

    /// Takes the next code; the tree, if it is whole by it.
    fn add(&mut self, code: PrefixCode) -> Result<Option<Branch<PrefixCode>>, &'static str> {
        self.leaves += 1;
        if self.leaves + self.way.len() > LEAVES {
            return Err("the tree is too large");
        }
        let mut branch = Branch::Leaf(code);
        while let Some((question, no)) = self.way.pop() {
            match no {
                None => {
                    self.way.push((question, Some(branch)));
                    return Ok(None);
                }
                Some(no) => branch = Branch::Ask(question, Box::new([no, branch])),
            }
        }
        Ok(Some(branch))
    }
}

fn find(table: &KindTable, name: &str) -> Result<usize, &'static str> {
    table.fields.iter().position(|field| field.name == name).ok_or("there is no such field")
}

fn read_question(table: &KindTable, text: &str) -> Result<Question, &'static str> {
    let words: Vec<&str> = text.split(' ').collect();
    let number = |text: &str| text.parse().map_err(|_| "a question ends with a number");
    let (of, above) = match words.as_slice() {
        ["moving"] => (Subject::Moving, 0),
        ["age", above] => (Subject::Age, number(above)?),
        ["before", above] => (Subject::Before, number(above)?),
        ["wrong", name] => (Subject::Wrong(find(table, name)? as u8), 0),
        ["was", name, above] => (Subject::Was(find(table, name)? as u8), number(above)?),
        _ => return Err("that is no question"),
    };
    Ok(Question { of, above })
}

fn read_code(text: &str, symbols: usize) -> Result<PrefixCode, &'static str> {
    let digit = |digit: char| digit.to_digit(16).map(|length| length as u8);
    let lengths: Option<Vec<u8>> = text.chars().map(digit).collect();
    let mut lengths = lengths.ok_or("a length is a hexadecimal digit")?;
    if lengths.len() > symbols {
        return Err("there are too many symbols");
    }
    lengths.resize(symbols, 0);
    PrefixCode::new(&lengths).ok_or("these lengths make no code")
}

fn read_patterns(table: &KindTable, text: &str) -> Result<Vec<u64>, &'static str> {
    let patterns: Result<Vec<u64>, _> =
        text.split_whitespace().map(|word| u64::from_str_radix(word, 16)).collect();
    let patterns = patterns.map_err(|_| "a pattern is hexadecimal")?;
    if patterns.len() >= usize::from(u16::MAX) {
        return Err("there are too many patterns");
    }
    // Which fields are wrong, and 32 bits above that which residuals are not the usual ones.
    let fields = (1_u64 << table.fields.len()) - 1;
    if patterns.iter().any(|pattern| pattern & !(fields | fields << 32) != 0) {
        return Err("a pattern names a field that there is not");
    }
    patterns.is_sorted_by(|one, next| one < next).then_some(patterns).ok_or("patterns ascend")
}

fn write_kind(text: &mut String, table: &KindTable, codes: &KindCodes) {
    let _ = writeln!(text, "kind {}", table.name);
    for (field, usual) in table.fields.iter().zip(codes.usual.residuals()).filter(|(_, u)| **u != 0)
    {
        let _ = writeln!(text, "usual {} {usual}", field.name);
    }
    let patterns = codes.patterns.iter().map(|pattern| format!(" {pattern:x}"));
    let _ = writeln!(text, "patterns{}", patterns.collect::<String>());
    let _ = writeln!(text, "masks");
    write_choice(text, table, &codes.masks);
    for (field, choice) in table.fields.iter().zip(&codes.fields) {
        if !choice.codes.is_empty() {
            let _ = writeln!(text, "field {}", field.name);
            write_choice(text, table, choice);
        }
    }
}

/// A line for each step of the tree.
fn write_choice(text: &mut String, table: &KindTable, choice: &Choice) {
    for node in choice.tree.nodes() {
        let _ = match node {
            Node::Code(code) => {
                writeln!(text, "code {}", digits(&choice.codes[usize::from(*code)]))
            }
            Node::Ask(Question { of, above }, _) => match of {
                Subject::Moving => writeln!(text, "ask moving"),
                Subject::Age => writeln!(text, "ask age {above}"),
                Subject::Before => writeln!(text, "ask before {above}"),
                Subject::Wrong(field) => {
                    writeln!(text, "ask wrong {}", table.fields[usize::from(*field)].name)
                }
                Subject::Was(field) => {
                    writeln!(text, "ask was {} {above}", table.fields[usize::from(*field)].name)
                }
            },
        };
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
        assert!(codes.kinds[0].as_ref().is_some_and(|codes| !codes.masks.codes.is_empty()));
    }

    #[test]
    fn a_text_that_lacks_a_line_is_not_taken() {
        let text = trained();
        for (place, line) in text.lines().enumerate() {
            // What is usual saves bits only.
            let optional = line.starts_with("usual");
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
            ("masks", "a table belongs to a kind"),
            ("code 11", "a tree has questions and codes until it is whole"),
            ("runs 0 12", "these lengths make no code"),
            ("runs 1 11", "contexts come in order"),
            ("runs 0 zz", "a length is a hexadecimal digit"),
            ("hello", "a table belongs to a kind"),
            ("kind walker\nfield nothing", "there is no such field"),
            ("kind walker\npatterns 2 1", "patterns ascend"),
            ("kind walker\npatterns 1 80", "a pattern names a field that there is not"),
            ("kind walker\npatterns 1 8000000000", "a pattern names a field that there is not"),
            ("kind walker\npatterns 1\nmasks\ncode 1", "the escape is missing"),
            ("kind walker\nmasks\nask nothing", "that is no question"),
            (
                "kind walker\nmasks\nask wrong x",
                "which fields are wrong is known only after the mask",
            ),
            ("kind walker\nmasks\nkind walker", "a tree has questions and codes until it is whole"),
            ("kind walker\nhello", "a line begins with a word that is not known"),
        ] {
            let error = Codes::parse(KINDS, line).unwrap_err();
            assert_eq!((error.line, error.what), (line.lines().count(), what), "{line}");
        }
        let many: String = (0..1 << 16).map(|pattern| format!(" {pattern:x}")).collect();
        let error = Codes::parse(KINDS, &format!("kind walker\npatterns{many}")).unwrap_err();
        assert_eq!((error.line, error.what), (2, "there are too many patterns"));
    }
}
