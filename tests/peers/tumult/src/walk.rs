//! The game, for netcode: rows of walkers, and nobody who steers.

use netcode::{
    EntityId, KindId, KindTable, Protocol, Replicate, Snapshot, Tick, delta::Guess,
    entropy::codes::Codes,
};
use std::marker::PhantomData;
use trace::walk::{Trace, Walker};

/// The only kind of row.
pub const WALKER: KindId = KindId(0);

/// What is told of a walker, and what both ends expect of one.
pub trait Row: Replicate + 'static {
    const GUESSED: bool;

    /// The row of a walker, and of where the same one was a tick before.
    fn of(before: Walker, now: Walker) -> Self;

    fn walker(&self) -> Walker;

    /// See [`Protocol::guess`]; where nothing is guessed it is never called.
    fn guess(_rate_hz: u32, _guess: Guess<'_>) {}

    /// The tables trained for these rows ([`crate::tables`]).
    fn codes() -> &'static Codes;
}

/// Nobody steers here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
pub struct Nothing {
    #[replicate(range = 0..=1)]
    nothing: u8,
}

/// The game of walkers with these rows.
pub struct Walk<R>(PhantomData<R>);

impl<R: Row> Protocol for Walk<R> {
    const NAME: &'static str = "walk";
    const VERSION: &'static str = "1";
    const KINDS: &'static [&'static KindTable] = &[R::TABLE];
    type Input = Nothing;
    type Greeting = ();
    type Event = ();
    type Request = ();
    type Own = ();
    /// Ticks a second.
    type Scenery = u32;

    fn guesses(_: KindId) -> bool {
        R::GUESSED
    }

    fn guess(rate_hz: &u32, guess: Guess<'_>) {
        R::guess(*rate_hz, guess);
    }

    fn codes() -> &'static Codes {
        R::codes()
    }

    fn own(_: &Snapshot, (): &()) -> Option<()> {
        None
    }

    fn step_own(_: &u32, (): &mut (), _: &Nothing, _: Tick) {}

    fn distance((): &(), (): &()) -> Option<f32> {
        None
    }
}

/// All walkers of the trace's tick of this number, in a snapshot of `tick`.
pub fn snapshot<R: Row>(tick: Tick, trace: &Trace, number: usize) -> Snapshot {
    let mut snapshot = Snapshot::new(tick);
    let (before, now) = (trace.at(number.saturating_sub(1)), trace.at(number));
    for ((before, now), entity) in before.iter().zip(now).zip(0..) {
        snapshot.push(EntityId(entity), WALKER, &R::of(*before, *now));
    }
    snapshot
}
