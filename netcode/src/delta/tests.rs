//! What a row's code promises, with the field table's guess, with a game's guess, and with tables.

use super::*;
use crate::{Replicate, Snapshot, Tick, entropy::training::Training};
use proptest::prelude::*;
use std::sync::LazyLock;

/// Somebody who walks along a line, turns, and is hurt.
#[derive(Clone, Copy, Debug, PartialEq, Replicate)]
#[replicate(name = "walker")]
pub(crate) struct Walker {
    #[replicate(range = -8..=8, motion)]
    stride: i8,
    #[replicate(range = -256.0..=256.0, precision = 0.01, predict = velocity(speed), stage)]
    x: f32,
    #[replicate(range = -32.0..=32.0, precision = 0.25)]
    speed: f32,
    #[replicate(range = 0.0..=360.0, precision = 1.0, wrap)]
    aim: f32,
    #[replicate(range = 0..=100)]
    health: u8,
    alive: bool,
}

pub(crate) const KINDS: &[&KindTable] = &[Walker::TABLE];

/// A game that knows that the speed follows from the stride.
pub(crate) enum Walk {}

impl Protocol for Walk {
    const NAME: &'static str = "walk";
    const VERSION: &'static str = "1";
    const KINDS: &'static [&'static KindTable] = KINDS;

    type Input = Walker;
    type Greeting = ();
    type Event = ();
    type Request = ();
    type Own = ();
    type Scenery = i32;

    fn own(_: &Snapshot, (): &()) -> Option<()> {
        None
    }

    fn step_own(_: &i32, (): &mut (), _: &Walker, _: Tick) {}

    fn guess(factor: &i32, guess: Guess<'_>) {
        if guess.is_in(1) {
            guess.columns[2] = guess.known[0] * factor;
            let from = guess.baseline.map_or(0, |baseline| baseline[1]);
            guess.columns[1] = from + guess.columns[2] * guess.age_ticks as i32;
            if let Some(later) = &guess.later {
                let there = later.columns[1] + guess.columns[2] * later.age_ticks as i32;
                let there = Walker::TABLE.fields[1].admit(there);
                assert_eq!(later.guess.first(), Some(&there), "it is what was guessed from there");
            }
        }
    }

    fn guesses(_: KindId) -> bool {
        true
    }

    fn codes() -> &'static Codes {
        static CODES: LazyLock<Codes> =
            LazyLock::new(|| Codes::parse(KINDS, &trained()).expect("what was written is read"));
        &CODES
    }

    fn distance((): &(), (): &()) -> Option<f32> {
        None
    }
}

impl Default for Walker {
    fn default() -> Self {
        Self::restore(&[0, 0, 0, 0, 100, 1])
    }
}

/// Tables for small changes, made from a few of them.
pub(crate) fn trained() -> String {
    let mut training = Training::new(KINDS).with_usual("walker", "health", -11);
    let walking = [2, 0, 8, 0, 100, 1];
    let known = Known::new(Walker::TABLE, &walking, 6);
    for step in -20..=20 {
        training.note(0, known, &[0, step % 4, 0, step, 0, 0]);
        training.note(0, UNKNOWN, &[step, step * 100, 0, step, 100, 1]);
    }
    training.note_run(0, 3);
    training.codes().text(KINDS)
}

/// Tables that ask for all that is known of a row besides its baseline: which fields are wrong, and by how much the last
/// one was.
fn asking() -> &'static Codes {
    static CODES: LazyLock<Codes> = LazyLock::new(|| {
        // Two codes of 140 words, which differ in which symbols have the longer ones.
        let [one, other] = [("7", 116, "8", 24), ("8", 24, "7", 116)]
            .map(|(some, count, others, rest)| some.repeat(count) + &others.repeat(rest));
        let fields = Walker::TABLE.fields.iter().filter(|field| field.span() > 2);
        let trees = fields.map(|field| {
            let name = field.name;
            format!("field {name}\nask wrong health\nask wrong stride\ncode {one}\ncode {other}\nask before 0\ncode {other}\ncode {one}\n")
        });
        let text = format!("kind walker\npatterns\nmasks\ncode 1\n{}", trees.collect::<String>());
        Codes::parse(KINDS, &text).expect("tables")
    });
    &CODES
}

const KIND: KindId = KindId(0);

/// With tables, and without.
pub(crate) fn both() -> [RowCode; 2] {
    let code = RowCode::new::<Walk>(TickRate::new(60).unwrap(), Arc::new(4));
    let plain = RowCode { codes: Codes::untrained(), ..code.clone() };
    [code, plain]
}

pub(crate) fn row() -> impl Strategy<Value = Vec<i32>> {
    (-8..=8_i32, -25_600..=25_600_i32, -128..=128_i32, 0..=359_i32, 0..=100_i32, 0..=1_i32)
        .prop_map(|(stride, x, speed, aim, health, alive)| {
            vec![stride, x, speed, aim, health, alive]
        })
}

proptest! {
    #[test]
    fn an_update_gives_back_the_row(base in row(), next in row(), age in 0_u32..200) {
        for mut code in both() {
            let mut writer = BitWriter::default();
            let told = code.encode_update(KIND, (&base, age), None, &next, &mut writer);
            let bytes = writer.finish();
            let mut reader = BitReader::new(&bytes);
            let columns = match told {
                Told::Word { .. } => code.decode_update(KIND, &base, age, &mut reader).unwrap().to_vec(),
                Told::Rests => code.expected(KIND, &base, age).to_vec(),
            };
            prop_assert_eq!(columns, next.clone());
            prop_assert_eq!(reader.finish(), Ok(()));
        }
    }

    #[test]
    fn a_spawn_gives_back_the_row(next in row()) {
        for mut code in both() {
            let mut writer = BitWriter::default();
            code.encode_spawn(KIND, &next, &mut writer);
            let bytes = writer.finish();
            let mut reader = BitReader::new(&bytes);
            prop_assert_eq!(code.decode_spawn(KIND, &mut reader).unwrap(), &next);
            prop_assert_eq!(reader.finish(), Ok(()));
        }
    }

    #[test]
    fn what_was_known_of_a_row_says_nothing_of_the_next(
        rows in prop::collection::vec((prop::option::of(row()), row(), any::<u8>(), 0_u32..20), 1..12),
    ) {
        let asking = RowCode { codes: asking(), ..both()[0].clone() };
        let (mut writes, mut reads) = (asking.clone(), asking.clone());
        for (base, mut next, stays, age) in rows {
            for (place, column) in base.iter().flatten().enumerate().filter(|(place, _)| stays >> place & 1 == 1) {
                next[place] = *column;
            }
            let told = [&mut writes, &mut asking.clone()].map(|code| {
                let mut writer = BitWriter::default();
                let told = match &base {
                    Some(base) => code.encode_update(KIND, (base, age), None, &next, &mut writer),
                    None => {
                        code.encode_spawn(KIND, &next, &mut writer);
                        Told::Word { moving: true }
                    }
                };
                (told, writer.finish())
            });
            prop_assert_eq!(&told[0], &told[1]);
            let (Told::Word { .. }, bytes) = &told[0] else { continue };
            let mut reader = BitReader::new(bytes);
            let read = match &base {
                Some(base) => reads.decode_update(KIND, base, age, &mut reader),
                None => reads.decode_spawn(KIND, &mut reader),
            };
            prop_assert_eq!(read, Ok(&next[..]));
        }
    }

    #[test]
    fn a_run_comes_through(before in 0_u32..3, run in prop_oneof![0_u32..80, any::<u32>().prop_map(|r| r / 2)]) {
        for code in both() {
            let mut writer = BitWriter::default();
            code.write_run(before, run, &mut writer);
            let bytes = writer.finish();
            prop_assert_eq!(code.read_run(before, &mut BitReader::new(&bytes)), Ok(run));
        }
    }

    #[test]
    fn hostile_bits_give_a_legal_row_or_an_error(base in row(), bytes in prop::collection::vec(any::<u8>(), 0..32)) {
        for mut code in both() {
            if let Ok(columns) = code.decode_update(KIND, &base, 6, &mut BitReader::new(&bytes)) {
                prop_assert!(Walker::TABLE.admits(columns));
            }
            if let Ok(columns) = code.decode_spawn(KIND, &mut BitReader::new(&bytes)) {
                prop_assert!(Walker::TABLE.admits(columns));
            }
        }
    }

    #[test]
    fn no_text_of_tables_panics(text in "(kind walker\n|masks (alive)?\n|patterns [0-9a-f]{1,3}\n|mask [0-5] [0-3]{1,2}\n|field (x|aim) (x|aim)?\n|code [0-9] [0-9a-g]{0,9}\n|runs 0 11\n|\\PC{0,9}\n){0,8}") {
        let _ = Codes::parse(KINDS, &text);
    }
}

#[test]
fn what_goes_as_guessed_costs_nothing_at_rest_and_little_in_motion() {
    for mut code in both() {
        let mut writer = BitWriter::default();
        let rest = [0, 100, 0, 0, 50, 1];
        assert_eq!(code.encode_update(KIND, (&rest, 6), None, &rest, &mut writer), Told::Rests);
        assert_eq!(writer.bit_length(), 0);
        let (base, next) = ([2, 100, 8, 0, 50, 1], [2, 148, 8, 0, 50, 1]);
        let told = code.encode_update(KIND, (&base, 6), None, &next, &mut writer);
        assert!(matches!(told, Told::Word { .. }));
        assert!(writer.bit_length() <= Walker::TABLE.fields.len());
    }
}

#[test]
fn a_later_stage_is_guessed_from_the_truth_of_the_earlier_one() {
    let [mut code, _] = both();
    // The stride changed; speed and place follow from it, so nothing else is wrong.
    let residuals = code.residuals(KIND, Some(&[2, 100, 8, 0, 50, 1]), 6, &[3, 172, 12, 0, 50, 1]);
    assert_eq!(residuals, [1, 0, 0, 0, 0, 0]);
}

#[test]
fn tables_of_other_rows_are_refused_with_the_line() {
    let text = trained();
    for (from, to, what) in [
        ("kind walker", "kind runner", "there is no such kind"),
        ("field aim", "field nose", "there is no such field"),
        ("masks\n", "masks\nask nose\n", "that is no question"),
        ("runs 0", "runs 1", "contexts come in order"),
        ("runs 1", "jogs 1", "a table belongs to a kind"),
    ] {
        let said = Codes::parse(KINDS, &text.replacen(from, to, 1)).unwrap_err();
        assert_eq!(said.what, what, "{to}");
    }
    let half: String = text.lines().take(5).map(|line| format!("{line}\n")).collect();
    assert_eq!(Codes::parse(KINDS, &half).unwrap_err().what, "tables are missing");
}
