//! The inspector: what a client's session costs and where it goes wrong, counted all the time.
//!
//! It answers what a graph of sums can't: which field of which kind fills the datagrams, which field of
//! the own state was predicted wrongly, how late inputs are, why there was nothing to draw towards.
//! [`crate::client::Client::inspector`] gives it. It only counts: it never changes what is sent or drawn,
//! and in steady state it takes no memory.

pub mod bits;
pub mod corrections;
pub mod margins;
pub mod recent;
pub mod starvation;
pub(crate) mod tally;
pub mod timeline;

use crate::{
    input::report::{MARGIN_STEPS, Report},
    protocol::Protocol,
    tick::Tick,
};
use bits::Bits;
use corrections::{Correction, Corrections, Difference};
use margins::Margins;
use starvation::Starvation;
use std::time::Duration;
use timeline::Timeline;

/// Everything that is counted of one session, since it began.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// let (_, _, client, _) = played(120);
/// let inspector = client.inspector();
/// assert_eq!(inspector.bits().total(), client.stats().snapshot_bytes * 8);
/// assert_eq!(inspector.corrections().count, client.stats().corrections);
/// assert_eq!(inspector.corrections().recent().after(0).count(), 0, "nothing was corrected");
/// assert_eq!(inspector.starvation().starved(), client.stats().starved_frames);
/// let margins = inspector.margins();
/// assert!(margins.late() == 0 && margins.quantile_ticks(0.01) >= Some(0.0), "no input was late");
///
/// let mut both = inspector.clone(); // of several clients, a load test's say
/// both.add(inspector);
/// assert_eq!(both.margins().count(), 2 * margins.count());
/// ```
#[derive(Clone, Debug)]
pub struct Inspector {
    bits: Bits,
    corrections: Corrections,
    margins: Margins,
    starvation: Starvation,
    timeline: Timeline,
    /// When the last snapshot came, and the ticks that it was the first to say were played without an
    /// input.
    newest: (Duration, u16),
    /// The margin that was told last, in steps.
    margin: Option<i8>,
}

/// A snapshot, as far as the inspector asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrived<'a> {
    pub(crate) bits: &'a Bits,
    /// How many snapshots before it have not come; `None` when it came after a later one.
    pub(crate) lost: Option<u16>,
    pub(crate) report: Option<&'a Report>,
    pub(crate) inputs_missed: u16,
    pub(crate) round_trip: Duration,
}

/// A frame, as far as the inspector asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) starved: bool,
    /// Entities whose row waited in the snapshot that the frame runs towards.
    pub(crate) left_out: usize,
    pub(crate) delay_ticks: f64,
}

impl Inspector {
    /// Nothing was counted yet.
    #[must_use]
    pub fn new<P: Protocol>() -> Self {
        Self {
            bits: Bits::new(P::KINDS),
            corrections: Corrections::default(),
            margins: Margins::default(),
            starvation: Starvation::default(),
            timeline: Timeline::default(),
            newest: (Duration::ZERO, 0),
            margin: None,
        }
    }

    /// What the bits of all snapshot datagrams were spent on.
    #[must_use]
    pub fn bits(&self) -> &Bits {
        &self.bits
    }

    /// When the own state was predicted wrongly, and in what.
    #[must_use]
    pub fn corrections(&self) -> &Corrections {
        &self.corrections
    }

    /// How early or late inputs reached the server.
    #[must_use]
    pub fn margins(&self) -> &Margins {
        &self.margins
    }

    /// When there was nothing to draw others towards.
    #[must_use]
    pub fn starvation(&self) -> &Starvation {
        &self.starvation
    }

    /// The last minute.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Adds the sums of another client's; the last minute and the last events stay one's own.
    pub fn add(&mut self, other: &Self) {
        self.bits.add(&other.bits);
        self.corrections.add(&other.corrections);
        self.margins.add(&other.margins);
        self.starvation.add(&other.starvation);
    }

    pub(crate) fn timeline_mut(&mut self) -> &mut Timeline {
        &mut self.timeline
    }

    pub(crate) fn note_snapshot(&mut self, now: Duration, arrived: &Arrived<'_>) {
        self.bits.add(arrived.bits);
        self.newest = (now, arrived.inputs_missed);
        let second = self.timeline.at(now);
        second.snapshots += 1;
        second.bytes_down += (arrived.bits.total() / 8) as u32;
        second.inputs_missed += u32::from(arrived.inputs_missed);
        second.round_trip = arrived.round_trip;
        second.lost += u32::from(arrived.lost.unwrap_or(0));
        if let Some(report) = arrived.report {
            self.margin = report.margin;
        }
        // What told nothing counts as what told last: else the unusual ones, which are all told, would weigh too much.
        if let Some(steps) = self.margin {
            self.margins.note(steps);
            let ticks = f32::from(steps) / MARGIN_STEPS;
            second.margin_ticks = Some(second.margin_ticks.map_or(ticks, |least| least.min(ticks)));
        }
        if let Some(lost) = arrived.lost {
            self.starvation.note_newer(lost > 0);
        }
    }

    /// The snapshot that came last showed that the own state was predicted wrongly.
    pub(crate) fn note_correction(
        &mut self,
        tick: Tick,
        distance: Option<f32>,
        differences: Vec<Difference>,
    ) {
        let (at, inputs_missed) = self.newest;
        let second = self.timeline.at(at);
        second.corrections += 1;
        second.farthest_correction = second.farthest_correction.max(distance.unwrap_or(0.0));
        let correction = Correction { at, tick, distance, differences, inputs_missed };
        self.corrections.note(correction);
    }

    pub(crate) fn note_frame(&mut self, now: Duration, frame: Frame) {
        self.starvation.note_frame(now, frame.starved, frame.left_out);
        let second = self.timeline.at(now);
        second.frames += 1;
        second.starved_frames += u32::from(frame.starved);
        second.left_out_frames += u32::from(!frame.starved && frame.left_out > 0);
        second.delay_ticks = frame.delay_ticks as f32;
    }

    /// The connection is a new one: what passed without one is nobody's starvation.
    pub(crate) fn note_connection(&mut self) {
        self.starvation.pause();
        self.timeline.pause();
        self.margin = None;
    }
}
