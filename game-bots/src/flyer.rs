//! A seat with a mind: what a bot is apart from its connection. Sans IO, as the seat.

use crate::{
    options::Brain,
    seat::{Seat, SeatEvent},
};
use game_sim::{Mind, PilotInput, think};
use netcode::{quic::client::Arrival, server::Action};
use std::time::Duration;

/// A seat and who sits there.
pub struct Flyer {
    seat: Seat,
    /// None only while it thinks.
    mind: Option<Mind>,
    /// What it does until it thinks again.
    input: PilotInput,
    /// From one thought to the next, in turns, and how many are left.
    every: u32,
    left: u32,
}

impl Flyer {
    /// Somebody with a mind of this seed, who thinks first after `wait` turns: not all should in the same.
    #[must_use]
    pub fn new(seat: Seat, seed: u64, brain: Brain, wait: u32) -> Self {
        let every = brain.every_ticks();
        let (mind, input) = (Some(Mind::new(seed)), PilotInput::default());
        Self { seat, mind, input, every, left: wait % every }
    }

    /// The place at the game.
    #[must_use]
    pub fn seat(&self) -> &Seat {
        &self.seat
    }

    /// Takes what came from the server.
    pub fn handle(&mut self, now: Duration, arrival: Arrival) {
        self.seat.handle(now, arrival);
    }

    /// Lets time pass: thinks, if it is its turn to, and plays the ticks that are due.
    pub fn turn(&mut self, now: Duration) {
        let is_due = self.left == 0;
        self.left = if is_due { self.every } else { self.left } - 1;
        let Self { seat, mind, input: held, .. } = self;
        if !is_due {
            return seat.hold(now, *held);
        }
        seat.advance(now, |sight| {
            let Some((input, next)) = mind.take().map(|mind| think(sight, mind)) else {
                return PilotInput::idle(sight.own.aim);
            };
            *mind = Some(next);
            // What is set off once must not be set off again while the controls are held.
            *held = PilotInput { dash: false, rocket: false, reload: false, ..input };
            input
        });
    }

    /// What happened since the last call.
    pub fn poll_event(&mut self) -> Option<SeatEvent> {
        self.seat.poll_event()
    }

    /// The next thing for the connection to do.
    pub fn poll_transmit(&mut self) -> Option<Action> {
        self.seat.poll_transmit()
    }
}
