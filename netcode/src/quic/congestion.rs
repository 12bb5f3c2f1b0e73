//! A congestion controller that leaves the rate to the game.
//!
//! A game sends a little, at a fixed rate, and what is lost is superseded, not repeated. The window of
//! Cubic or NewReno collapses on random loss: at 5 % and 150 ms it would hold back the very snapshots
//! that mend the loss. Here the window is constant and out of the way, and how large a snapshot may be is
//! measured by the core ([`crate::congestion`]). quinn's pacer rests while the window is above
//! `u32::MAX`, so a datagram never waits for a timer.

use quinn_proto::congestion::{Controller, ControllerFactory};
use std::{any::Any, sync::Arc, time::Instant};

/// Above `u32::MAX`, which switches quinn's pacer off; never filled by a game's traffic.
const WINDOW_BYTES: u64 = 1 << 33;

/// Makes [`SteadyController`]s.
#[derive(Clone, Copy, Debug, Default)]
pub struct SteadyConfig;

impl ControllerFactory for SteadyConfig {
    fn build(self: Arc<Self>, _now: Instant, _current_mtu: u16) -> Box<dyn Controller> {
        Box::new(SteadyController)
    }
}

/// Never slows down and never speeds up.
#[derive(Clone, Copy, Debug)]
pub struct SteadyController;

impl Controller for SteadyController {
    fn on_congestion_event(&mut self, _: Instant, _: Instant, _: bool, _: u64) {}

    fn on_mtu_update(&mut self, _: u16) {}

    fn window(&self) -> u64 {
        WINDOW_BYTES
    }

    fn clone_box(&self) -> Box<dyn Controller> {
        Box::new(*self)
    }

    fn initial_window(&self) -> u64 {
        WINDOW_BYTES
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
