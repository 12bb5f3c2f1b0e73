//! `--net-trace`: what the inspector saw, written while it happens, a JSON object a line. docs/reports.md
//! says what each means.
//!
//! A thread writes; when it can't keep up, or the disk is full, lines are left out and counted. The game
//! never waits for it.

use crate::{inspection::SnapshotBits, seat::Seat};
use netcode::inspect::{
    corrections::Correction,
    starvation::{Reason, Spell},
    timeline::Second,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::JoinHandle,
};

/// Lines that may wait for the disk: a second of a thousand seats, and room for their corrections.
const WAITING: usize = 16_384;

/// A line, as it is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Line {
    /// A second of a seat is over.
    Second {
        /// Whose.
        seat: u32,
        /// Which, counted from the welcome.
        second: u32,
        /// Snapshots that came.
        snapshots: u32,
        /// Snapshots that did not come in time.
        lost: u32,
        /// Bytes of their datagrams, without QUIC and below.
        bytes_down: u32,
        /// Bytes of the input datagrams.
        bytes_up: u32,
        /// Wrong predictions.
        corrections: u32,
        /// The farthest that one moved the own pilot.
        farthest_m: f32,
        /// Frames.
        frames: u32,
        /// Frames past the newest snapshot.
        starved_frames: u32,
        /// Frames in which the budget had left something out.
        left_out_frames: u32,
        /// The least margin of inputs.
        margin_ticks: Option<f32>,
        /// Ticks that the server played without an input.
        inputs_missed: u32,
        /// The round trip at its end.
        round_trip_ms: f64,
        /// How far in the past others were drawn.
        delay_ticks: f32,
        /// By how much the clock ran faster than time.
        clock_percent: f32,
    },
    /// The own state was predicted wrongly.
    Correction {
        /// Whose.
        seat: u32,
        /// When, on the seat's clock.
        at_s: f64,
        /// For which tick.
        tick: u32,
        /// By how much it moved the own pilot, if that can be said.
        moved_m: Option<f32>,
        /// Ticks that the server had played without an input.
        inputs_missed: u16,
        /// What the server had less what was predicted, for each field that was wrong.
        fields: BTreeMap<String, f32>,
    },
    /// Others had nothing to be drawn towards, and have again.
    Starved {
        /// Whose.
        seat: u32,
        /// When it began, on the seat's clock.
        at_s: f64,
        /// Until there was something again.
        lasted_ms: f64,
        /// Frames in it.
        frames: u32,
        /// `late`, `lost`, or none if it is not known.
        reason: Option<String>,
    },
    /// It is over; all of the session.
    End {
        /// Whose.
        seat: u32,
        /// Snapshots that came.
        snapshots: u64,
        /// Bytes of their datagrams.
        bytes_down: u64,
        /// Wrong predictions.
        corrections: u64,
        /// Frames.
        frames: u64,
        /// Frames past the newest snapshot.
        starved_frames: u64,
        /// Where the bits went.
        snapshot_bits: SnapshotBits,
    },
}

/// What was written of a seat.
#[derive(Clone, Copy, Debug, Default)]
struct Written {
    seconds: u64,
    corrections: u64,
    spells: u64,
    ended: bool,
}

/// A trace that is being written.
#[derive(Debug)]
pub struct NetTrace {
    lines: SyncSender<String>,
    writer: JoinHandle<std::io::Result<()>>,
    seats: Vec<Written>,
    left_out: u64,
}

impl NetTrace {
    /// Begins a new file.
    ///
    /// # Errors
    /// When the file can't be made or the thread can't be started.
    pub fn create(path: &Path) -> std::io::Result<Self> {
        let file = BufWriter::new(File::create(path)?);
        let (lines, received) = sync_channel(WAITING);
        let thread = std::thread::Builder::new().name("net-trace".to_owned());
        let writer = thread.spawn(move || write(file, &received))?;
        Ok(Self { lines, writer, seats: Vec::new(), left_out: 0 })
    }

    /// Writes what is new of a seat. Call it once a frame.
    pub fn note(&mut self, number: usize, seat: &Seat) {
        let inspector = seat.inspector();
        let (seconds, corrections, spells) = (
            inspector.timeline().seconds(),
            inspector.corrections().recent(),
            inspector.starvation().recent(),
        );
        let written = self.written(number);
        let new = Written {
            seconds: seconds.count(),
            corrections: corrections.count(),
            spells: spells.count(),
            ended: written.ended,
        };
        if let Some(seat) = self.seats.get_mut(number) {
            *seat = new;
        }
        let number = number as u32;
        for correction in corrections.after(written.corrections) {
            self.write(&Line::correction(number, correction));
        }
        for spell in spells.after(written.spells) {
            self.write(&Line::starved(number, spell));
        }
        for second in seconds.after(written.seconds) {
            self.write(&Line::second(number, second));
        }
    }

    /// Writes what is left of a seat, and its sums. Later calls for it do nothing.
    pub fn end(&mut self, number: usize, seat: &Seat) {
        if self.written(number).ended {
            return;
        }
        self.note(number, seat);
        self.seats[number].ended = true;
        let (inspector, stats) = (seat.inspector(), seat.stats());
        let number = number as u32;
        self.write(&Line::second(number, inspector.timeline().current()));
        self.write(&Line::End {
            seat: number,
            snapshots: stats.snapshots,
            bytes_down: stats.snapshot_bytes,
            corrections: inspector.corrections().count,
            frames: stats.frames,
            starved_frames: stats.starved_frames,
            snapshot_bits: SnapshotBits::of(inspector),
        });
    }

    /// Waits until everything is on the disk.
    ///
    /// # Errors
    /// What is missing, and why, in words.
    pub fn finish(self) -> Result<(), String> {
        drop(self.lines);
        match (self.writer.join(), self.left_out) {
            (Ok(Ok(())), 0) => Ok(()),
            (Ok(Ok(())), lines) => Err(format!("the disk was too slow for {lines} lines")),
            (Ok(Err(error)), lines) => Err(format!("{error}; {lines} more lines were left out")),
            (Err(_), _) => Err("the thread that wrote it failed".to_owned()),
        }
    }

    fn written(&mut self, number: usize) -> Written {
        if self.seats.len() <= number {
            self.seats.resize(number + 1, Written::default());
        }
        self.seats[number]
    }

    fn write(&mut self, line: &Line) {
        let sent = serde_json::to_string(line).is_ok_and(|line| self.lines.try_send(line).is_ok());
        self.left_out += u64::from(!sent);
    }
}

/// Until the game is over, or the disk is full.
fn write(mut file: impl Write, lines: &Receiver<String>) -> std::io::Result<()> {
    while let Ok(line) = lines.recv() {
        for line in std::iter::once(line).chain(lines.try_iter()) {
            writeln!(file, "{line}")?;
        }
        file.flush()?;
    }
    Ok(())
}

impl Line {
    fn second(seat: u32, second: &Second) -> Self {
        Self::Second {
            seat,
            second: second.number,
            snapshots: second.snapshots,
            lost: second.lost,
            bytes_down: second.bytes_down,
            bytes_up: second.bytes_up,
            corrections: second.corrections,
            farthest_m: second.farthest_correction,
            frames: second.frames,
            starved_frames: second.starved_frames,
            left_out_frames: second.left_out_frames,
            margin_ticks: second.margin_ticks,
            inputs_missed: second.inputs_missed,
            round_trip_ms: second.round_trip.as_secs_f64() * 1000.0,
            delay_ticks: second.delay_ticks,
            clock_percent: second.clock_percent,
        }
    }

    fn correction(seat: u32, correction: &Correction) -> Self {
        let wrong = correction.differences.iter();
        Self::Correction {
            seat,
            at_s: correction.at.as_secs_f64(),
            tick: correction.tick.0,
            moved_m: correction.distance,
            inputs_missed: correction.inputs_missed,
            fields: wrong.map(|wrong| (wrong.field.to_owned(), wrong.by)).collect(),
        }
    }

    fn starved(seat: u32, spell: &Spell) -> Self {
        let reason = spell.reason.map(|reason| match reason {
            Reason::Late => "late".to_owned(),
            Reason::Lost => "lost".to_owned(),
        });
        Self::Starved {
            seat,
            at_s: spell.at.as_secs_f64(),
            lasted_ms: spell.lasted.as_secs_f64() * 1000.0,
            frames: spell.frames,
            reason,
        }
    }
}
