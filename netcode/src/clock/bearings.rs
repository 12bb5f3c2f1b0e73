//! Whether the clock is where reports could still put it right.
//!
//! The clock steers by reports of inputs that came somewhat early or late. Inputs that are a second too
//! early are not kept by the server, and of those that are far too late it can't be said by how much: a
//! computer that slept while its clock stood, or a server that stood still, leaves a clock that hears
//! nothing useful ever again. The snapshots' own ticks say that, and where to start anew.

use std::collections::VecDeque;

/// A clock that is so many ticks behind the newest snapshot is lost: no input can come in time, and no
/// path explains it.
const BEHIND_TICKS: f64 = 2.0;
/// A clock that is so many ticks further ahead than usual is lost if no input is heard of.
const AHEAD_TICKS: f64 = 20.0;
/// A margin from which on a report means that, or more: it has no room for it.
const NO_ROOM_TICKS: f64 = 15.5;
/// How long that takes to be sure, in ticks.
const SILENCE_TICKS: f64 = 30.0;

/// Snapshots whose leads are remembered.
const LEADS: usize = 60;

/// What the snapshots say of the clock.
#[derive(Clone, Debug)]
pub(super) struct Bearings {
    /// The newest snapshot's tick, and when it came, both in ticks since anything.
    newest: Option<(f64, f64)>,
    /// By how much the clock would have been ahead of each of the last snapshots if inputs had come
    /// just in time, in ticks. The most counts: what waited while a computer slept seems to come early.
    leads: VecDeque<f64>,
    /// The most of them, which is asked for in each frame.
    usual: f64,
    /// When an input was heard of last, in ticks.
    heard: f64,
}

impl Bearings {
    /// For a path with this round trip, in ticks: the best guess of the usual lead.
    pub(super) fn new(round_trip: f64) -> Self {
        let leads = VecDeque::from([round_trip]);
        Self { newest: None, leads, usual: round_trip.max(0.0), heard: 0.0 }
    }

    /// The snapshot of `tick` came at `time`, when the clock was at `position`; inputs came with this
    /// margin, if any came and it was told.
    pub(super) fn note(&mut self, tick: f64, time: f64, position: f64, margin: Option<f64>) {
        if self.newest.is_none_or(|(newest, _)| tick >= newest) {
            self.newest = Some((tick, time));
        }
        if let Some(margin) = margin.filter(|margin| margin.abs() < NO_ROOM_TICKS) {
            self.heard = time;
            let over = if self.leads.len() == LEADS { self.leads.pop_front() } else { None };
            let lead = position - tick - margin;
            self.leads.push_back(lead);
            // The most changes only when it leaves, or a larger one comes.
            if over.is_some_and(|over| over >= self.usual) {
                self.usual = self.leads.iter().copied().fold(0.0, f64::max);
            } else {
                self.usual = self.usual.max(lead);
            }
        }
    }

    /// By how much a clock at `position` is to be shifted, at `time`, for inputs to come just in time
    /// again. `None` while reports can do that.
    pub(super) fn lost(&self, time: f64, position: f64) -> Option<f64> {
        let (tick, came) = self.newest?;
        let lead = position - (time - came) - tick;
        let usual = self.usual;
        let behind = lead < -BEHIND_TICKS;
        let ahead = lead - usual > AHEAD_TICKS && time - self.heard > SILENCE_TICKS;
        (behind || ahead).then_some(usual - lead)
    }

    /// The clock starts anew, at `time`.
    pub(super) fn restart(&mut self, time: f64) {
        self.newest = None;
        self.heard = time;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_usual_lead_is_the_most_of_those_remembered(
            round_trip in -3.0..30.0_f64,
            leads in prop::collection::vec((-4_i8..20, any::<bool>()), 0..200),
        ) {
            let mut bearings = Bearings::new(round_trip);
            for (time, (lead, is_told)) in leads.into_iter().enumerate() {
                bearings.note(0.0, time as f64, f64::from(lead), is_told.then_some(0.0));
                let most = bearings.leads.iter().copied().fold(0.0, f64::max);
                prop_assert_eq!(bearings.usual, most);
            }
        }
    }
}
