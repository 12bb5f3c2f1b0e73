//! What the net graph shows beyond single numbers, as plain data: where the bytes go, what was predicted
//! wrongly, when others starved, the last minute. Made anew four times a second, since nobody reads faster.

use std::collections::VecDeque;
use std::time::Duration;

use game_bots::seat::Seat;
use netcode::inspect::Inspector;
use netcode::inspect::bits::{Bits, KindBits};
use netcode::inspect::timeline::Second;

/// How often it is made anew.
const PERIOD: Duration = Duration::from_millis(250);
/// Over how many of these periods rates are taken: four seconds.
const PERIODS: usize = 16;

/// What is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inspection {
    /// What the bytes of snapshots were for, in the last seconds, the most first.
    pub parts: Vec<Part>,
    /// Fields that were predicted wrongly, the most frequent first.
    pub causes: Vec<Cause>,
    /// The last wrong prediction.
    pub last: Option<Last>,
    /// Of a hundred frames, those that starved because a snapshot was late, because one was lost, and
    /// those in which the budget had left somebody out.
    pub starved_percent: [f64; 3],
    /// The least margin of inputs, the one that one of a hundred was below, and the median, in ticks.
    pub margins: Option<[f64; 3]>,
    /// The last minute, the oldest first.
    pub seconds: Vec<Second>,
    /// Another one for each that is made.
    pub number: u32,
}

/// A kind of row, or what stands around the rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// Its bytes in snapshots.
    pub bytes_per_second: f32,
    /// The field that took most, and its bytes.
    pub field: Option<(&'static str, f32)>,
}

/// A field that was predicted wrongly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cause {
    /// Its name.
    pub field: &'static str,
    /// How often.
    pub corrections: u64,
    /// By how much at most, in the field's unit.
    pub largest: f32,
}

/// The last wrong prediction.
#[derive(Clone, Debug, PartialEq)]
pub struct Last {
    /// By how much it moved the own pilot, in centimetres, if that can be said.
    pub moved_cm: Option<f32>,
    /// The fields that were wrong.
    pub fields: Vec<&'static str>,
    /// Whether the server had missed inputs.
    pub missed: bool,
}

/// Makes [`Inspection`] now and then.
#[derive(Debug, Default)]
pub struct Observer {
    /// What was counted at the last few times.
    earlier: VecDeque<(Duration, Bits)>,
    made: u32,
}

impl Observer {
    /// What is to be shown now, if it is time, and anybody looks: nothing is made for nobody.
    pub fn observe(&mut self, now: Duration, seat: &Seat, looks: bool) -> Option<Inspection> {
        if !looks {
            self.earlier.clear();
            return None;
        }
        let newest = self.earlier.back().map(|(at, _)| *at);
        if newest.is_some_and(|newest| now.saturating_sub(newest) < PERIOD) {
            return None;
        }
        let inspector = seat.inspector();
        if self.earlier.len() > PERIODS {
            self.earlier.pop_front();
        }
        self.earlier.push_back((now, inspector.bits().clone()));
        let (since, before) = self.earlier.front()?;
        let seconds = now.saturating_sub(*since).as_secs_f32();
        let mut inspection = Inspection::of(inspector);
        inspection.parts = parts(before, inspector.bits(), seconds);
        self.made = self.made.wrapping_add(1);
        inspection.number = self.made;
        Some(inspection)
    }
}

impl Inspection {
    fn of(inspector: &Inspector) -> Self {
        let corrections = inspector.corrections();
        let mut causes: Vec<Cause> = corrections
            .causes()
            .iter()
            .map(|cause| Cause {
                field: cause.field,
                corrections: cause.corrections,
                largest: cause.largest,
            })
            .collect();
        causes.sort_by_key(|cause| std::cmp::Reverse(cause.corrections));
        let last = corrections.recent().newest().map(|last| Last {
            moved_cm: last.distance.map(|metres| metres * 100.0),
            fields: last.differences.iter().map(|difference| difference.field).collect(),
            missed: last.inputs_missed > 0,
        });
        let starvation = inspector.starvation();
        let percent = |frames: u64| 100.0 * frames as f64 / starvation.frames.max(1) as f64;
        let quantile = |part| inspector.margins().quantile_ticks(part);
        let margins = || Some([quantile(0.0)?, quantile(0.01)?, quantile(0.5)?]);
        Self {
            parts: Vec::new(),
            causes,
            last,
            starved_percent: [starvation.late, starvation.lost, starvation.left_out].map(percent),
            margins: margins(),
            seconds: inspector.timeline().seconds().iter().copied().collect(),
            number: 0,
        }
    }
}

/// What was counted between two times.
fn parts(before: &Bits, after: &Bits, seconds: f32) -> Vec<Part> {
    let rate = |bits: u64| bits as f32 / 8.0 / seconds.max(0.001);
    let kind = |(before, after): (&KindBits, &KindBits)| {
        let fields = after.table().fields.iter().zip(after.fields.iter().zip(&before.fields));
        let fields = fields.map(|(field, (after, before))| (field.name, after - before));
        let worst = fields.max_by_key(|(_, bits)| *bits).filter(|(_, bits)| *bits > 0);
        Part {
            name: after.table().name,
            bytes_per_second: rate(after.total() - before.total()),
            field: worst.map(|(name, bits)| (name, rate(bits))),
        }
    };
    let mut parts: Vec<Part> = before.kinds().iter().zip(after.kinds()).map(kind).collect();
    let framing = rate(after.framing() - before.framing());
    parts.push(Part { name: "framing", bytes_per_second: framing, field: None });
    parts.sort_by(|a, b| b.bytes_per_second.total_cmp(&a.bytes_per_second));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use game_sim::Tumult;
    use netcode::Protocol;

    #[test]
    fn rates_are_of_what_came_since_and_the_most_stands_first() {
        let before = Bits::new(Tumult::KINDS);
        let mut after = before.clone();
        after.header = 800;
        let parts = parts(&before, &after, 2.0);
        assert_eq!((parts[0].name, parts[0].bytes_per_second), ("framing", 50.0));
        assert_eq!(parts.len(), Tumult::KINDS.len() + 1);
    }
}
