//! The server's buffer of one client's inputs: takes them as they come, gives out exactly one a tick.

use super::{
    InputBatch, TICK_BITS,
    report::{MARGIN_STEPS, MISSED_TOLD, REPORT_TICKS, Report, WORST_OF, is_usual},
};
use crate::{
    limits,
    rewind::moment::{Glance, Moment},
    tick::Tick,
};

/// Ticks ahead that there is room for at first. A client whose clock is right stays within them, and a
/// thousand buffers of [`limits::INPUTS_AHEAD`] are two megabytes. A power of two, as the limit is.
const USUAL_AHEAD: usize = 16;
const _: () = assert!(limits::INPUTS_AHEAD.is_power_of_two() && USUAL_AHEAD.is_power_of_two());

/// What a client's body does in one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Command<I> {
    /// The input; the previous one again when none came.
    pub input: I,
    /// When the player acted and what it saw, if it can be told, bounded by what the server measured.
    /// Where the input does not say it, it lies as far behind as it did the last time.
    pub view: Option<Moment>,
    /// The earliest that a player with this connection can have been seeing then, as the server
    /// measured it: not a claim.
    pub earliest: Option<Tick>,
    /// Whether this tick's input really came.
    pub came: bool,
}

/// Inputs for the next ticks, by tick.
#[derive(Clone, Debug)]
pub struct InputBuffer<I> {
    slots: Vec<Option<Slot<I>>>,
    /// The tick whose input was handed out last.
    taken: Tick,
    last: I,
    last_glance: Option<Glance>,
    floor: Option<Tick>,
    newest: Option<Tick>,
    /// The first tick that an input came for: there is nothing to miss before it.
    first: Option<Tick>,
    /// How long before the next tick what comes now comes, in ticks.
    early_ticks: f32,
    least_margin: Option<i8>,
    received: u32,
    missed: u32,
    /// Reports since then, up to [`MISSED_TOLD`].
    missed_told: u8,
    /// Ticks from the newest input of the datagram before the last one to that of the last; 0 while there are none.
    gap: i32,
    /// Snapshots since something was not as it should be, or since the first input came, up to [`MISSED_TOLD`].
    usual: u8,
    /// The tick that was simulated last when the last report was made.
    reported: Tick,
    /// The least margin that was told of late, and how many reports came after that one.
    least_told: (i8, u8),
    late: u32,
    early: u32,
}

#[derive(Clone, Copy, Debug)]
struct Slot<I> {
    tick: Tick,
    input: I,
    glance: Option<Glance>,
    floor: Option<Tick>,
}

impl<I: Copy + Default> InputBuffer<I> {
    /// For a client that joined when `tick` was the last one simulated.
    #[must_use]
    pub fn new(tick: Tick) -> Self {
        Self {
            slots: vec![None; USUAL_AHEAD],
            taken: tick,
            last: I::default(),
            last_glance: None,
            floor: None,
            newest: None,
            first: None,
            early_ticks: 0.0,
            least_margin: None,
            received: 0,
            missed: 0,
            missed_told: 0,
            gap: 0,
            usual: 0,
            reported: tick,
            least_told: (i8::MAX, 0),
            late: 0,
            early: 0,
        }
    }

    /// Takes the inputs of one datagram. Those whose tick is over are late, those too far ahead are
    /// dropped; both are counted. One that is known already changes nothing.
    ///
    /// `floor` is the earliest moment that the client can have seen when it sent the datagram, by what
    /// the server knows; what it claims to have seen before that, it is not granted. `None` when the
    /// server knows of nothing that the client saw: then no moment counts.
    pub fn insert(&mut self, batch: &InputBatch<I>, floor: Option<Tick>) {
        let newest = self.taken.nearest_of(batch.newest, TICK_BITS);
        let before = self.newest;
        if before.is_none_or(|known| newest.is_after(known)) {
            self.received = self.received.wrapping_add(1);
        }
        let gap = before.map_or(0, |known| newest.since(known));
        if gap > 0 {
            // A gap wider than the one before: what was between may be lost, of which the client hears by `received`.
            let is_wider = self.gap > 0 && gap > self.gap;
            (self.gap, self.usual) = (gap, if is_wider { 0 } else { self.usual });
        }
        self.floor = floor;
        for (age, stamped) in (0_u32..).zip(&batch.inputs) {
            let tick = newest - age;
            let ahead = tick.since(self.taken);
            if ahead > limits::INPUTS_AHEAD as i32 {
                self.early = self.early.saturating_add(1);
                continue;
            }
            if before.is_none_or(|known| tick.is_after(known)) {
                self.note_margin(ahead - 1);
                self.first.get_or_insert(tick);
                self.newest = Some(self.newest.map_or(tick, |newest| newest.max(tick)));
            }
            if ahead <= 0 {
                // Repeated inputs are late by design; only a first arrival counts.
                self.late = self.late.saturating_add(u32::from(age == 0));
                continue;
            }
            self.make_room(ahead as usize);
            let place = self.place(tick);
            let Some(slot) = self.slots.get_mut(place) else { continue };
            if slot.is_none_or(|held| held.tick != tick) {
                // An earlier input was made while the player saw what was earlier, too.
                let floor = floor.map(|floor| floor - age);
                *slot = Some(Slot { tick, input: stamped.input, glance: stamped.glance, floor });
            }
        }
    }

    /// Where the input of a tick is kept.
    fn place(&self, tick: Tick) -> usize {
        tick.0 as usize % self.slots.len().max(1)
    }

    /// Makes room for an input that is so many ticks ahead.
    fn make_room(&mut self, ahead: usize) {
        if ahead <= self.slots.len() {
            return;
        }
        let room = vec![None; ahead.next_power_of_two()];
        for slot in std::mem::replace(&mut self.slots, room).into_iter().flatten() {
            let place = self.place(slot.tick);
            self.slots[place] = Some(slot);
        }
    }

    /// The tick whose input is needed next.
    #[must_use]
    pub(crate) fn next_tick(&self) -> Tick {
        self.taken.next()
    }

    /// The input for `tick`, which must follow the tick asked for last.
    pub fn take(&mut self, tick: Tick) -> Command<I> {
        self.taken = tick;
        self.early_ticks = 0.0;
        let place = self.place(tick);
        let slot =
            self.slots.get_mut(place).and_then(Option::take).filter(|held| held.tick == tick);
        let Some(slot) = slot else {
            let begun = self.first.is_some_and(|first| !first.is_after(tick));
            self.missed = self.missed.wrapping_add(u32::from(begun));
            self.missed_told = if begun { 0 } else { self.missed_told };
            let view = self.moment(tick, self.floor);
            return Command { input: self.last, view, earliest: self.floor, came: false };
        };
        self.last = slot.input;
        if let Some(glance) = slot.glance {
            self.last_glance = Some(glance);
        }
        let exact = slot.glance.zip(slot.floor);
        let view = match exact {
            Some((glance, floor)) => Some(Moment::new(tick, &glance).not_before(floor)),
            None => self.moment(tick, slot.floor),
        };
        Command { input: slot.input, view, earliest: slot.floor, came: true }
    }

    /// The best guess of what a player saw who did not say it.
    fn moment(&self, tick: Tick, floor: Option<Tick>) -> Option<Moment> {
        let glance = Glance::at_tick(self.last_glance?.view_lag);
        Some(Moment::new(tick, &glance).not_before(floor?))
    }

    /// The inputs that have come for the ticks after the one taken last, up to the first gap: what the
    /// client's own prediction is ahead by.
    pub fn waiting(&self) -> impl Iterator<Item = I> {
        (1..=self.slots.len() as u32).map_while(|ahead| {
            let tick = self.taken + ahead;
            let slot = self.slots.get(self.place(tick))?.as_ref()?;
            (slot.tick == tick).then_some(slot.input)
        })
    }

    /// What comes from now on comes so long before the next tick, 0 to 1. [`InputBuffer::take`] sets
    /// it back to zero: who drains once a tick need not call it.
    pub fn set_early(&mut self, ticks: f32) {
        self.early_ticks = ticks;
    }

    /// What the client is told with the next snapshot, if anything is. Margins are of the inputs that came since the
    /// last call: by how much each was there before it was needed, negative when it came too late. An
    /// input that was lost says nothing, and comes with a later datagram, so that loss shows as a
    /// margin too.
    ///
    /// It is told each time in the first [`MISSED_TOLD`] snapshots after the first input, and in as many after a margin that
    /// [is not usual](is_usual), an input that was missed, or a gap between the newest inputs of two datagrams that is
    /// wider than the one before, as after a loss; otherwise every [`REPORT_TICKS`] ticks, and when a margin is less than the least
    /// that was told, which is forgotten after [`WORST_OF`] reports: by the least ones the clock steers. Where none came
    /// there is nothing to tell but what was missed.
    pub fn take_report(&mut self) -> Option<Report> {
        let margin = self.least_margin.take();
        let missed = (self.missed_told < MISSED_TOLD).then_some(self.missed as u16);
        self.missed_told = MISSED_TOLD.min(self.missed_told + 1);
        let is_usual = margin.is_none_or(is_usual);
        self.usual = if is_usual { self.usual } else { 0 };
        let is_worse = |margin| margin < self.least_told.0;
        let is_due = self.usual < MISSED_TOLD
            || self.taken.since(self.reported) >= REPORT_TICKS
            || margin.is_some_and(is_worse);
        self.usual = if self.first.is_some() { MISSED_TOLD.min(self.usual + 1) } else { 0 };
        if missed.is_none() && !(is_due && margin.is_some()) {
            return None;
        }
        self.reported = self.taken;
        if let Some(margin) = margin {
            let (least, since) = self.least_told;
            let is_least = margin <= least || since >= WORST_OF;
            self.least_told = if is_least { (margin, 0) } else { (least, since + 1) };
        }
        Some(Report { margin, missed, received: self.received as u8 })
    }

    /// An input came that was not known before, so many ticks before it is needed.
    fn note_margin(&mut self, margin_ticks: i32) {
        let steps = (margin_ticks as f32 + self.early_ticks) * MARGIN_STEPS;
        // The lowest value stands for "none came" on the wire.
        let margin = steps.floor().clamp(-127.0, 127.0) as i8;
        self.least_margin = Some(self.least_margin.map_or(margin, |least| least.min(margin)));
    }

    /// How many ticks went without their input, since the first input came; wraps.
    #[must_use]
    pub fn missed(&self) -> u32 {
        self.missed
    }

    /// How many datagrams' newest inputs came after their tick.
    #[must_use]
    pub fn late(&self) -> u32 {
        self.late
    }

    /// How many inputs were dropped for being too far ahead.
    #[must_use]
    pub fn early(&self) -> u32 {
        self.early
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Stamped;
    use proptest::prelude::*;

    fn batch(newest: Tick, inputs: &[u32]) -> InputBatch<u32> {
        let glance = Some(Glance::at_tick(6 * 64));
        let inputs = inputs.iter().map(|input| Stamped { input: *input, glance }).collect();
        InputBatch { newest: newest.low_bits(), inputs }
    }

    #[test]
    fn a_missing_input_repeats_the_last_one_and_is_counted() {
        let start = Tick(u32::MAX - 1);
        let mut buffer = InputBuffer::new(start);
        buffer.insert(&batch(start + 1, &[7]), None);
        assert_eq!(buffer.take(start + 1).input, 7);
        let repeated = buffer.take(start + 2);
        assert_eq!((repeated.input, repeated.came, buffer.missed()), (7, false, 1));
        buffer.insert(&batch(start + 2, &[8]), None);
        assert_eq!((buffer.late(), buffer.take(start + 3).input), (1, 7));
    }

    #[test]
    fn the_margin_is_the_least_since_it_was_asked_for() {
        let mut buffer = InputBuffer::new(Tick(10));
        let margin = |buffer: &mut InputBuffer<u32>| buffer.take_report()?.margin_ticks();
        assert_eq!(margin(&mut buffer), None);
        buffer.insert(&batch(Tick(13), &[3]), None);
        assert_eq!(margin(&mut buffer), Some(2.0));
        buffer.take(Tick(11));
        // Repeated inputs were judged when they came first; of the new ones the oldest is the worst.
        buffer.set_early(0.6);
        buffer.insert(&batch(Tick(15), &[5, 4, 3]), None);
        assert_eq!(margin(&mut buffer), Some(2.5), "rounded down to an eighth");
        for tick in 12..=17 {
            buffer.take(Tick(tick));
        }
        assert_eq!(margin(&mut buffer), None);
        buffer.insert(&batch(Tick(16), &[6, 5]), None);
        assert_eq!(margin(&mut buffer), Some(-2.0));
    }

    #[test]
    fn only_datagrams_that_bring_something_newer_count_as_received() {
        let mut buffer = InputBuffer::new(Tick(u32::MAX));
        for newest in [1_u32, 2, 2, 4, 3, 5] {
            buffer.insert(&batch(Tick(u32::MAX) + newest, &[newest]), None);
        }
        assert_eq!(buffer.take_report().map(|report| report.received), Some(4));
    }

    /// In which of sixty snapshots, one every two ticks, something is told of the inputs that come as `newest` says:
    /// by tick, the newest of each datagram, in ticks after the one that is due. Each brings two, so that one may be lost.
    fn told(newest: impl Fn(u32) -> Vec<i32>) -> Vec<u32> {
        let start = Tick(u32::MAX - 60);
        let mut buffer = InputBuffer::new(start);
        let mut told = |snapshot: u32| {
            for tick in [2 * snapshot, 2 * snapshot + 1] {
                let due = start + 1 + tick;
                for ahead in newest(tick) {
                    buffer.insert(&batch(Tick(due.0.wrapping_add_signed(ahead)), &[1, 1]), None);
                }
                buffer.take(due);
            }
            buffer.take_report().is_some()
        };
        (0..60).filter(|snapshot| told(*snapshot)).collect()
    }

    /// Those of a session's beginning, then one every six ticks, but for those of `all`, which all tell; after which it
    /// goes on from the last of them.
    fn expected(all: std::ops::Range<u32>) -> Vec<u32> {
        let calm = (18..all.start).step_by(3).chain((all.end + 2..60).step_by(3));
        let mut told: Vec<_> = (0..16).chain(all).chain(calm).collect();
        told.sort_unstable();
        told
    }

    #[test]
    fn while_all_is_as_it_should_be_a_report_comes_every_six_ticks() {
        assert_eq!(told(|_| vec![1]), expected(60..60));
        // Someone with thirty frames a second sends two inputs at once, always.
        let two_at_once = told(|tick| if tick % 2 == 0 { vec![2] } else { vec![] });
        assert_eq!(two_at_once, expected(60..60));
    }

    #[test]
    fn each_snapshot_reports_for_a_while_after_anything_that_should_not_be() {
        let lost = told(|tick| if tick == 60 { vec![] } else { vec![1] });
        assert_eq!(lost, expected(30..46), "nothing is missing, but a datagram is");
        let overtaken = told(|tick| match tick {
            60 => vec![],
            61 => vec![1, 0],
            _ => vec![1],
        });
        assert_eq!(overtaken, expected(30..46));
        assert_eq!(told(|tick| vec![if tick < 60 { 1 } else { 3 }]), expected(30..60), "too early");
        assert_eq!(
            told(|tick| if tick < 60 { vec![1] } else { vec![] }),
            expected(30..60),
            "silent"
        );
    }

    #[test]
    fn a_margin_that_is_less_than_those_before_is_told_at_once_and_no_other() {
        let told = |margins: &[i8]| {
            let start = Tick(u32::MAX - 60);
            let mut buffer = InputBuffer::new(start);
            let mut told = |snapshot: u32| {
                for tick in [2 * snapshot, 2 * snapshot + 1] {
                    buffer.set_early(f32::from(margins[snapshot as usize]) / MARGIN_STEPS);
                    buffer.insert(&batch(start + 1 + tick, &[1]), None);
                    buffer.take(start + 1 + tick);
                }
                buffer.take_report().is_some()
            };
            (0..margins.len() as u32).filter(|snapshot| told(*snapshot)).collect::<Vec<_>>()
        };
        let mut margins = [5; 60];
        (margins[31], margins[32], margins[33]) = (4, 4, 3);
        let calm = (18..31).step_by(3).chain([31, 33]).chain((36..60).step_by(3));
        assert_eq!(told(&margins), (0..16).chain(calm).collect::<Vec<_>>());
        // The least of all is forgotten after as many reports as take three snapshots each.
        let forgotten = 33 + 3 * (u32::from(WORST_OF) + 1);
        let mut margins = [5; 300];
        margins[33] = 3;
        let place = |snapshot: u32| snapshot as usize;
        (margins[place(forgotten - 2)], margins[place(forgotten + 1)]) = (4, 4);
        let told = told(&margins);
        assert!(!told.contains(&(forgotten - 2)), "less has been told");
        assert!(told.contains(&(forgotten + 1)), "that is forgotten");
    }

    #[test]
    fn a_view_is_granted_only_as_far_back_as_the_server_measured() {
        let start = Tick(u32::MAX - 2);
        let seen = |floor: Option<u32>| {
            let mut buffer = InputBuffer::new(start);
            buffer.insert(&batch(start + 9, &[9, 8]), floor.map(|ticks| start + ticks));
            for step in 1..8 {
                buffer.take(start + step);
            }
            let (earlier, newest) = (buffer.take(start + 8), buffer.take(start + 9));
            let late = buffer.take(start + 10);
            [earlier, newest, late]
                .map(|command| command.view.map(|moment| moment.view.ticks_before(start + 10)))
        };
        // Claimed are six ticks before each input.
        assert_eq!(seen(Some(1)), [Some(8.0), Some(7.0), Some(6.0)]);
        assert_eq!(seen(Some(6)), [Some(5.0), Some(4.0), Some(4.0)]);
        assert_eq!(seen(None), [None, None, None]);
    }

    #[test]
    fn what_is_far_ahead_finds_room_and_displaces_nothing() {
        let start = Tick(u32::MAX - 20);
        let mut buffer = InputBuffer::new(start);
        for ahead in [1, 2, 16, 17, 40, 64] {
            buffer.insert(&batch(start + ahead, &[ahead]), None);
        }
        buffer.insert(&batch(start + 65, &[65]), None);
        let commands = (1..=65).map(|ahead| buffer.take(start + ahead));
        let came: Vec<u32> = commands.filter(|it| it.came).map(|it| it.input).collect();
        assert_eq!((came, buffer.early()), (vec![1, 2, 16, 17, 40, 64], 1));
    }

    proptest! {
        /// However datagrams are lost, doubled, reordered or invented: one input a tick, and only
        /// inputs that were sent for that tick (or the last one again).
        #[test]
        fn exactly_one_input_a_tick(deliveries in prop::collection::vec(0_u32..120, 0..200)) {
            let start = Tick(u32::MAX - 30);
            let mut buffer = InputBuffer::new(start);
            let mut deliveries = deliveries.into_iter();
            let mut last = 0;
            for step in 1..60 {
                for newest in deliveries.by_ref().take(3) {
                    let inputs: Vec<u32> = (0..4).map(|age| newest.saturating_sub(age)).collect();
                    buffer.insert(&batch(start + newest, &inputs), None);
                }
                let command = buffer.take(start + step);
                prop_assert!(command.input == step || command.input == last || (!command.came));
                prop_assert!(!command.came || command.input == step);
                last = command.input;
            }
        }
    }
}
