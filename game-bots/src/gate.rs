//! A gate: bounds that a report must keep to, so that a script need not read it: `--gate
//! "starved_percent<0.5,tick_ms_p99<16"`.
//!
//! A key is a number of a report, one inside of another with a dot between: `spread.rtt_ms.p99`. A key
//! that no report has is an error, never a bound that is kept: a misspelled gate must not be an open one.

use serde::Serialize;
use std::{collections::BTreeMap, fmt, str::FromStr};

/// The numbers of one report or several, by key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers(BTreeMap<String, f64>);

/// What a gate asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate(Vec<Bound>);

/// One bound.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    key: String,
    comparison: Comparison,
    value: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Below,
    AtMost,
    Above,
    AtLeast,
    Equal,
}

/// A bound that was not kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Missed {
    bound: Bound,
    found: f64,
}

/// Why a gate can't be read, or not be held against these reports.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GateError {
    /// There is no bound in it.
    #[error("the gate is empty: give bounds such as starved_percent<0.5,disconnects=0")]
    Empty,
    /// Neither `<` nor `>` nor `=`.
    #[error("`{0}` compares nothing: write KEY<NUMBER, or with <=, >, >= or =")]
    NoComparison(String),
    /// What stands behind the comparison is no number.
    #[error("`{value}` in `{bound}` is no number")]
    NoNumber {
        /// The whole bound.
        bound: String,
        /// What should be a number.
        value: String,
    },
    /// No report has such a number.
    #[error("no report has the number `{key}`{hint}; known are: {known}")]
    UnknownKey {
        /// What was asked for.
        key: String,
        /// What may have been meant.
        hint: String,
        /// All that there are.
        known: String,
    },
}

/// In the order in which they are looked for: the longer ones first.
const COMPARISONS: [(&str, Comparison); 5] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("<", Comparison::Below),
    (">", Comparison::Above),
    ("=", Comparison::Equal),
];

impl Numbers {
    /// All numbers of a report.
    #[must_use]
    pub fn of(report: &impl Serialize) -> Self {
        let mut numbers = Self::default();
        numbers.add(report);
        numbers
    }

    /// The numbers of another report as well. Where both have a key, the first counts.
    pub fn add(&mut self, report: &impl Serialize) {
        if let Ok(value) = serde_json::to_value(report) {
            self.enter(String::new(), &value);
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A number by its key.
    #[must_use]
    pub fn of_key(&self, key: &str) -> Option<f64> {
        self.0.get(key).copied()
    }

    fn enter(&mut self, key: String, value: &serde_json::Value) {
        match value {
            serde_json::Value::Number(number) => {
                self.0.entry(key).or_insert(number.as_f64().unwrap_or(f64::NAN));
            }
            serde_json::Value::Object(object) => {
                for (name, value) in object {
                    let dot = if key.is_empty() { "" } else { "." };
                    self.enter(format!("{key}{dot}{name}"), value);
                }
            }
            _ => {}
        }
    }
}

impl Gate {
    /// Whether all keys are there, before anybody plays for an hour in vain.
    ///
    /// # Errors
    /// The first key that is not.
    pub fn check_keys(&self, numbers: &Numbers) -> Result<(), GateError> {
        self.missed(numbers).map(drop)
    }

    /// The bounds that these numbers do not keep to.
    ///
    /// # Errors
    /// When a key is in no report.
    pub fn missed(&self, numbers: &Numbers) -> Result<Vec<Missed>, GateError> {
        let mut missed = Vec::new();
        for bound in &self.0 {
            let found = numbers.of_key(&bound.key);
            let found = found.ok_or_else(|| unknown(&bound.key, numbers))?;
            if !bound.is_kept(found) {
                missed.push(Missed { bound: bound.clone(), found });
            }
        }
        Ok(missed)
    }
}

impl Bound {
    /// What is not a number keeps no bound.
    fn is_kept(&self, found: f64) -> bool {
        match self.comparison {
            Comparison::Below => found < self.value,
            Comparison::AtMost => found <= self.value,
            Comparison::Above => found > self.value,
            Comparison::AtLeast => found >= self.value,
            Comparison::Equal => found == self.value,
        }
    }
}

impl FromStr for Gate {
    type Err = GateError;

    fn from_str(text: &str) -> Result<Self, GateError> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let bounds: Vec<Bound> = parts.map(str::parse).collect::<Result<_, _>>()?;
        if bounds.is_empty() { Err(GateError::Empty) } else { Ok(Self(bounds)) }
    }
}

impl FromStr for Bound {
    type Err = GateError;

    fn from_str(text: &str) -> Result<Self, GateError> {
        let split = COMPARISONS.iter().find_map(|(sign, comparison)| {
            let (key, value) = text.split_once(sign)?;
            Some((key.trim(), *comparison, value.trim()))
        });
        let split = split.filter(|(key, ..)| !key.is_empty());
        let (key, comparison, number) =
            split.ok_or_else(|| GateError::NoComparison(text.to_owned()))?;
        let value: f64 = number.parse().unwrap_or(f64::NAN);
        if value.is_nan() {
            let (bound, value) = (text.to_owned(), number.to_owned());
            return Err(GateError::NoNumber { bound, value });
        }
        Ok(Self { key: key.to_owned(), comparison, value })
    }
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Bound { key, comparison, value } = &self.bound;
        let sign = COMPARISONS.iter().find(|(_, of)| of == comparison).map_or("", |(sign, _)| sign);
        write!(f, "{key} is {}, but the gate asks for {sign} {value}", self.found)
    }
}

fn unknown(key: &str, numbers: &Numbers) -> GateError {
    let alike = numbers.0.keys().min_by_key(|known| distance(known, key));
    let hint = alike.filter(|known| distance(known, key) <= key.len() / 3);
    GateError::UnknownKey {
        key: key.to_owned(),
        hint: hint.map_or_else(String::new, |hint| format!(" (is it {hint}?)")),
        known: numbers.0.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
    }
}

/// How many letters must be changed, added or taken away to make one word of another (Levenshtein 1966).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.bytes().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], line + 1);
        for (place, with) in other.bytes().enumerate() {
            let change = corner + usize::from(letter != with);
            corner = row[place + 1];
            row[place + 1] = change.min(corner + 1).min(row[place] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;

    fn missed(gate: &str, report: &Report) -> Vec<String> {
        let gate: Gate = gate.parse().unwrap();
        let missed = gate.missed(&Numbers::of(report)).unwrap();
        missed.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_gate_holds_exactly_what_its_comparisons_say() {
        let report = Report { kills: 5, starved_percent: 0.5, ..Report::default() };
        for kept in ["kills<6", "kills <= 5", "kills>=5,kills=5", " starved_percent>0.49, kills>4,"]
        {
            assert_eq!(missed(kept, &report), Vec::<String>::new(), "{kept}");
        }
        for broken in ["kills<5", "kills<=4.9", "kills>=6", "kills=4", "kills>5"] {
            assert_eq!(missed(broken, &report).len(), 1, "{broken}");
        }
        let said = missed("kills=5,starved_percent<0.5", &report);
        assert_eq!(said, ["starved_percent is 0.5, but the gate asks for < 0.5"]);
    }

    #[test]
    fn what_is_not_a_number_keeps_no_bound() {
        let bound: Bound = "kills<5".parse().unwrap();
        assert!(!bound.is_kept(f64::NAN));
    }

    #[test]
    fn a_number_inside_of_another_part_has_a_dotted_key() {
        assert!(
            missed("inspection.starvation.late=0,spread.rtt_ms.p99<1", &Report::default())
                .is_empty()
        );
    }

    #[test]
    fn an_unknown_key_is_named_with_those_that_are_known() {
        let gate: Gate = "starve_percent<1".parse().unwrap();
        let said = gate.check_keys(&Numbers::of(&Report::default())).unwrap_err().to_string();
        for words in ["`starve_percent`", "is it starved_percent?", "disconnects", "rtt_ms_p50"] {
            assert!(said.contains(words), "{said}");
        }
    }

    #[test]
    fn what_can_not_be_read_is_quoted() {
        for (text, words) in [
            ("", "empty"),
            (" , ", "empty"),
            ("kills", "`kills` compares nothing"),
            ("<5", "`<5` compares nothing"),
            ("kills<many", "`many` in `kills<many`"),
            ("kills<NaN", "`NaN`"),
            ("kills<<5", "`<5`"),
        ] {
            let said = text.parse::<Gate>().unwrap_err().to_string();
            assert!(said.contains(words), "{text}: {said}");
        }
    }
}
