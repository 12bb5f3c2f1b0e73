//! The client's frames: which ticks are due, and which moment of the others is drawn.
//!
//! Times that go in and out are the computer's; inside there is only the steady one
//! ([`crate::clock::steady`]), which no setting of the clock disturbs.

use super::Client;
use crate::{
    inspect::Frame,
    interpolate::View,
    protocol::Protocol,
    rewind::moment::Moment,
    tick::{Tick, ViewTime},
};
use std::time::Duration;

impl<P: Protocol> Client<P> {
    /// Lets time pass; returns the ticks that inputs are due for, the oldest first.
    pub fn advance(&mut self, now: Duration) -> impl Iterator<Item = Tick> + use<P> {
        self.advance_game(now).into_iter().flatten()
    }

    /// The same, once there is a game.
    fn advance_game(&mut self, now: Duration) -> Option<impl Iterator<Item = Tick> + use<P>> {
        self.catch_up(now);
        let game = self.game.as_mut().filter(|_| self.session.is_welcomed())?;
        let now = game.steady.frame(now);
        let due = game.clock.advance(now);
        let (tick, fraction) = (game.clock.tick(), game.clock.fraction());
        game.frames.note_clock(now, tick, fraction);
        self.inspector.timeline_mut().note_clock(now, tick, fraction, game.rate);
        Some(due)
    }

    /// When a tick from [`Client::advance`] became due, which lies between the last two frames.
    #[must_use]
    pub fn due(&self, tick: Tick) -> Option<Duration> {
        let game = self.game.as_ref()?;
        Some(game.steady.outside(game.frames.due(tick)?))
    }

    /// The moment at which remote entities are drawn in this frame. Call it once a frame.
    pub fn look(&mut self, now: Duration) -> Option<View> {
        let view = self.look_away(now)?;
        if let Some(game) = self.game.as_mut() {
            game.look_beyond(&view);
        }
        Some(view)
    }

    /// The same for a frame of which nothing is drawn: all is measured, but what would have to be expected
    /// past the newest snapshot is not.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// let (_, _, mut client, now) = played(120);
    /// let frames = client.stats().frames;
    /// let view = client.look_away(now + std::time::Duration::from_millis(17)).expect("snapshots came");
    /// assert_eq!((client.stats().frames, view.starved), (frames + 1, false));
    /// ```
    pub fn look_away(&mut self, now: Duration) -> Option<View> {
        let game = self.game.as_mut().filter(|_| self.session.is_welcomed())?;
        let now = game.steady.frame(now);
        let view = game.playout.advance(now)?;
        let newest = game.ring.newest().map_or(view.time().tick, crate::Snapshot::tick);
        game.frames.note_view(now, view.time(), newest);
        self.stats.frames += 1;
        self.stats.starved_frames += u64::from(view.starved);
        self.stats.interpolation_delay_ticks = game.playout.delay_ticks();
        self.stats.jitter_ticks = game.playout.jitter_ticks();
        let (starved, left_out) = (view.starved, game.left_out(view.time()));
        let delay_ticks = game.playout.delay_ticks();
        self.inspector.note_frame(now, Frame { starved, left_out, delay_ticks });
        Some(view)
    }

    /// From now on [`Client::look`] may run so many ticks past the newest snapshot on purpose: see
    /// [`crate::interpolate::Playout::set_ahead`]. Zero at first. Shots stay exact where the game judges a
    /// [`Moment`] that [is beyond](Moment::is_beyond) by the same movement that it guesses rows with.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// use netcode::client::Client;
    /// use std::time::Duration;
    /// let (_server, _, mut client, mut now) = played(120);
    /// let behind = |client: &Client<Walkers>| {
    ///     let newest = client.snapshots().and_then(|ring| ring.newest()).expect("one came").tick();
    ///     client.view_time().expect("it was looked at").ticks_before(newest)
    /// };
    /// let before = behind(&client);
    /// client.set_view_ahead(1.0);
    /// for _ in 0..8 {
    ///     now += Duration::from_millis(1);
    ///     client.look(now);
    /// }
    /// assert!(behind(&client) < before, "less of what is drawn is past");
    /// ```
    pub fn set_view_ahead(&mut self, ticks: f64) {
        self.view_ahead = ticks;
        if let Some(game) = self.game.as_mut() {
            game.playout.set_ahead(ticks);
        }
    }

    /// The moment that was drawn last.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// let (_server, _, mut client, now) = played(120);
    /// let view = client.look(now).expect("snapshots came");
    /// assert_eq!(client.view_time(), Some(view.time()));
    /// ```
    #[must_use]
    pub fn view_time(&self) -> Option<ViewTime> {
        self.game.as_ref()?.frames.newest_view()
    }

    /// What was to be seen at a time, which may lie between two of the last frames: as the server is
    /// told it with an input of that time.
    #[must_use]
    pub fn moment(&self, at: Duration) -> Option<Moment> {
        let game = self.game.as_ref()?;
        let tick = game.clock.tick();
        let at = game.steady.inside(at);
        Some(Moment::new(tick, &game.frames.glance(tick, at, &game.ring)?))
    }

    /// The newest tick that inputs were due for, and how far time is on the way to the next (0 to 1).
    #[must_use]
    pub fn time(&self) -> Option<(Tick, f32)> {
        self.game.as_ref().map(|game| (game.clock.tick(), game.clock.fraction()))
    }
}
