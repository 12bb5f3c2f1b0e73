//! What is drawn at one moment: every remote entity between the two states that it has around it.
//!
//! An entity whose newest state is older than the moment goes on as the game expects it to (or along
//! its line, where that is not known) for a bounded time, then it stands and fades: nobody should be shot at where nobody knows them to be.

use super::EXTRAPOLATE_TICKS;
use crate::{
    row::{EntityId, KindId, Replicate},
    snapshot::{Row, Snapshot, SnapshotRing},
    tick::{Tick, ViewTime},
};

/// Ticks in which an entity fades that nothing is known of any more.
const FADE_TICKS: f64 = 24.0;

/// One moment at which remote entities are drawn.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// let (_, _, mut client, now) = played(120);
/// let view = client.look(now).expect("there is something to see");
/// let ring = client.snapshots().expect("snapshots came");
/// let newest = ring.newest().expect("one of them is the newest").tick();
/// assert!(view.time().ticks_before(newest) > 0.0, "others are drawn a little in the past");
/// assert_eq!(view.entities::<Walker>(ring, WALKER).count(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    epoch: Tick,
    position: f64,
    /// Ticks that the moment has been standing for because nothing newer came.
    standing: f64,
    /// Whether nothing newer than the moment is there, so that remotes are extrapolated or stand.
    pub starved: bool,
}

/// A remote entity between two states.
///
/// ```
/// use netcode::{EntityId, Replicate, interpolate::Sample};
/// #[derive(Replicate)]
/// struct Kite {
///     #[replicate(range = 0.0..=100.0, precision = 0.01)]
///     height: f32,
/// }
/// let (from, to) = (Kite { height: 10.0 }, Kite { height: 30.0 });
/// let sample = Sample { id: EntityId(1), from, to, alpha: 0.25, opacity: 1.0 };
/// assert_eq!(sample.blend().height, 15.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample<T> {
    /// Whose state it is.
    pub id: EntityId,
    /// The state at or before the moment.
    pub from: T,
    /// The state after it; the same as `from` when there is none yet.
    pub to: T,
    /// How far the moment is on the way: 0 to 1, more when extrapolated.
    pub alpha: f32,
    /// How much of it to draw: 1 while it is known where it is, down to 0 when nothing has been heard
    /// of it for long.
    pub opacity: f32,
}

impl<T: Replicate> Sample<T> {
    /// The state at the moment.
    #[must_use]
    pub fn blend(&self) -> T {
        T::blend(&self.from, &self.to, self.alpha)
    }
}

impl View {
    pub(super) fn new(epoch: Tick, position: f64, standing: f64, starved: bool) -> Self {
        Self { epoch, position, standing, starved }
    }

    /// The moment in the game's time.
    #[must_use]
    pub fn time(&self) -> ViewTime {
        let whole = self.position.floor();
        let tick = Tick(self.epoch.0.wrapping_add_signed(whole as i32));
        ViewTime { tick, fraction: ((self.position - whole) as f32).min(0.999_999) }
    }

    /// All entities of one kind at this moment, in their order.
    pub fn entities<'a, T: Replicate + 'a>(
        &self,
        ring: &'a SnapshotRing,
        kind: KindId,
    ) -> impl Iterator<Item = Sample<T>> + use<'a, T> {
        let view = *self;
        let (from, to) = self.around(ring);
        let rows = from.into_iter().flat_map(Snapshot::rows).filter(move |row| row.kind == kind);
        rows.map(move |row: Row<'a>| {
            let later = to.and_then(|to| to.find(row.id)).filter(|later| later.kind == kind);
            view.sample(row, later.unwrap_or(row))
        })
    }

    fn sample<T: Replicate>(&self, row: Row<'_>, later: Row<'_>) -> Sample<T> {
        let (from, to) = (self.at(row.as_of), self.at(later.as_of));
        let moment = self.position.min(to + EXTRAPOLATE_TICKS);
        let alpha = if to > from { (moment - from) / (to - from) } else { 0.0 };
        Sample {
            id: row.id,
            from: row.restore(),
            to: later.restore(),
            alpha: alpha as f32,
            opacity: self.opacity(to),
        }
    }

    /// How visible something is whose newest state is of a time, in ticks since the epoch.
    pub(super) fn opacity(&self, newest: f64) -> f32 {
        let unknown = (self.position - newest - EXTRAPOLATE_TICKS).max(0.0) + self.standing;
        (1.0 - unknown / FADE_TICKS).clamp(0.0, 1.0) as f32
    }

    fn at(&self, tick: Tick) -> f64 {
        f64::from(tick.since(self.epoch))
    }

    /// The snapshots before and after the moment. When there is none after it, what is expected to
    /// follow; without that the last two, so that movement goes on along its line.
    fn around<'a>(&self, ring: &'a SnapshotRing) -> (Option<&'a Snapshot>, Option<&'a Snapshot>) {
        let mut to = None;
        for snapshot in ring.iter().rev() {
            if self.at(snapshot.tick()) <= self.position {
                if to.is_none() && !ring.beyond().is_empty() {
                    let expected = || std::iter::once(snapshot).chain(ring.beyond());
                    let before = expected().rfind(|known| self.at(known.tick()) <= self.position);
                    let after = expected().find(|known| self.at(known.tick()) > self.position);
                    return (before, after.or(before));
                }
                if to.is_none() {
                    let before = ring.iter().rev().nth(1);
                    return (before.or(Some(snapshot)), Some(snapshot));
                }
                return (Some(snapshot), to);
            }
            to = Some(snapshot);
        }
        (to, to)
    }
}
