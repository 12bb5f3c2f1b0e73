//! The decoders of the wire for themselves: bits, acknowledgements, frames, rows.

use super::{Pieces, session::assert_legal_input};
use game_sim::{OwnRow, PickupRow, PilotInput, PilotRow, RocketRow, RoundRow, Tumult};
use netcode::{
    Protocol, Replicate,
    ack::Acks,
    beacon::{Answer, Question},
    input::InputBatch,
    limits,
    wire::{
        bits::{BitReader, BitWriter},
        frame::FrameReader,
        message::{ToClient, ToServer},
    },
};

type Down = ToClient<<Tumult as Protocol>::Greeting, <Tumult as Protocol>::Event>;
type Up = ToServer<<Tumult as Protocol>::Request>;

/// What a server and who looks for one say to each other, to anybody who asks: a question is answered by
/// no more than its own length, and an answer that is read can be written again.
pub fn beacons(bytes: &[u8]) {
    if let Some(question) = Question::decode(bytes) {
        let answer = Answer { name: String::from_utf8_lossy(bytes).into(), ..Answer::to(question) };
        assert!(answer.encode().len() <= bytes.len());
    }
    if let Some(answer) = Answer::decode(bytes) {
        assert_eq!(Answer::decode(&answer.encode()), Some(answer));
    }
}

/// A stream of messages, cut into pieces: what comes out does not depend on where it was cut, and the
/// buffer never holds more than it was given.
pub fn frames(bytes: &[u8]) {
    let (mut pieces, mut whole) = (Pieces(bytes), Vec::new());
    let (mut cut_down, mut cut_up) = (FrameReader::new(512), FrameReader::new(512));
    let (mut down, mut up) = (Vec::new(), Vec::new());
    let (mut down_ends, mut up_ends) = (None, None);
    while let Some(piece) = pieces.piece() {
        whole.extend_from_slice(piece);
        cut_down.push(piece);
        cut_up.push(piece);
        down_ends = down_ends.or_else(|| read_all::<Down>(&mut cut_down, &mut down));
        up_ends = up_ends.or_else(|| read_all::<Up>(&mut cut_up, &mut up));
    }
    let (mut at_once_down, mut at_once_up) = (FrameReader::new(512), FrameReader::new(512));
    at_once_down.push(&whole);
    at_once_up.push(&whole);
    let (mut again_down, mut again_up) = (Vec::new(), Vec::new());
    assert_eq!(read_all::<Down>(&mut at_once_down, &mut again_down), down_ends);
    assert_eq!(read_all::<Up>(&mut at_once_up, &mut again_up), up_ends);
    assert_eq!((again_down, again_up), (down, up), "the cut decides what is read");
}

/// Reads messages until there is none; how it ended, if with an error. Messages are kept as text,
/// since a number that is not one differs from itself.
fn read_all<T: serde::de::DeserializeOwned + std::fmt::Debug>(
    reader: &mut FrameReader,
    messages: &mut Vec<String>,
) -> Option<String> {
    loop {
        match reader.pop::<T>() {
            Ok(Some(message)) => messages.push(format!("{message:?}")),
            Ok(None) => return None,
            Err(error) => return Some(error.to_string()),
        }
    }
}

/// Acknowledgements: what is read is written as it was read, and recording keeps to the history.
pub fn acks(bytes: &[u8]) {
    let mut reader = BitReader::new(bytes);
    let Ok(mut acks) = Acks::read(&mut reader) else { return };
    let mut writer = BitWriter::default();
    acks.write(&mut writer);
    let written = writer.finish();
    assert_eq!(Acks::read(&mut BitReader::new(&written)), Ok(acks));
    while let Ok(sequence) = reader.bits(16) {
        let sequence = sequence as u16;
        let (before, newest) = (acks.contains(sequence), acks.newest());
        let fresh = acks.record(sequence);
        assert!(!(fresh && before), "{sequence} is news twice");
        if fresh {
            assert!(acks.contains(sequence));
        } else {
            assert_eq!(acks.newest(), newest, "an old number became the newest");
        }
    }
}

/// Bits: each operation gives a value in its range or an error, and never reads past the end.
pub fn bits(bytes: &[u8]) {
    let mut pieces = Pieces(bytes);
    let count = usize::from(pieces.byte());
    let operations = pieces.take(count);
    let mut reader = BitReader::new(pieces.0);
    for operation in operations {
        let argument = u32::from(operation >> 3);
        let read = match operation & 7 {
            0 | 1 => reader.bits(argument).map(|value| u64::from(value) >> argument),
            2 => reader.bits(32).map(|_| 0),
            3 => reader.golomb(argument % 9).map(|_| 0),
            4 => reader.signed_golomb(argument % 9).map(|_| 0),
            _ => reader.bit().map(|_| 0),
        };
        match read {
            Ok(above) => assert_eq!(above, 0, "more bits than were asked for"),
            Err(_) => break,
        }
    }
    let _ = reader.finish();
}

/// Rows and inputs: whatever columns the bytes make, the structs of the game take them and give back
/// the same.
pub fn rows(bytes: &[u8]) {
    fn row<T: Replicate>(pieces: &mut Pieces<'_>) {
        let value =
            |pieces: &mut Pieces<'_>| i32::from(pieces.word() as i16) << (pieces.byte() % 17);
        let columns: Vec<i32> = T::TABLE
            .fields
            .iter()
            .map(|field| field.quantise_integer(i64::from(value(pieces))))
            .collect();
        assert!(T::TABLE.admits(&columns));
        let restored = T::restore(&columns);
        let mut again = Vec::new();
        restored.quantise(&mut again);
        assert_eq!(again, columns, "{} does not come back as it went", T::TABLE.name);
        let other: Vec<i32> = T::TABLE
            .fields
            .iter()
            .map(|field| field.quantise(f32::from_bits(u32::from(pieces.word()) << 16)))
            .collect();
        let mut blended = Vec::new();
        let alpha = f32::from_bits(u32::from(pieces.word()) << 16);
        T::blend(&restored, &T::restore(&other), alpha).quantise(&mut blended);
        assert!(T::TABLE.admits(&blended), "{}: a blend is out of range", T::TABLE.name);
    }
    let mut pieces = Pieces(bytes);
    match pieces.byte() % 6 {
        0 => row::<PilotRow>(&mut pieces),
        1 => row::<RocketRow>(&mut pieces),
        2 => row::<PickupRow>(&mut pieces),
        3 => row::<OwnRow>(&mut pieces),
        4 => row::<RoundRow>(&mut pieces),
        _ => {
            let mut reader = BitReader::new(pieces.0);
            if let Ok(batch) = InputBatch::<PilotInput>::read(&mut reader) {
                assert!((1..=limits::INPUTS_PER_DATAGRAM).contains(&batch.inputs.len()));
                batch.inputs.iter().for_each(|stamped| assert_legal_input(&stamped.input));
                let mut writer = BitWriter::default();
                batch.write(&mut writer);
                let written = writer.finish();
                assert_eq!(InputBatch::read(&mut BitReader::new(&written)), Ok(batch));
            }
        }
    }
}
