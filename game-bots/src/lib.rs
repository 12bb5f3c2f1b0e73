//! Everything that sits at the game without a window: the seat, the bots, and their report.
//!
//! `seat` is one place at the game, for a bot as for the windowed client: netcode's client core, the
//! predicted own pilot, everybody else between two snapshots, names and scores. `swarm` runs many seats
//! on a thread, `crew` the swarms of a process, `flyer` is one of their bots, `hand` makes inputs of what a person does on devices, `report` says how it went
//! (`spread` over the seats, and what the `load` test itself cost), `gate` holds it against bounds,
//! `address` reads where a server
//! is and `trust` remembers which one it was.

pub mod address;
pub mod crew;
pub mod flyer;
pub mod gate;
pub mod hand;
pub mod inspection;
pub mod load;
pub mod metrics;
pub mod net_trace;
pub mod options;
pub mod report;
pub mod rockets;
pub mod roster;
pub mod round;
pub mod seat;
mod seen;
pub mod spread;
pub mod standing;
pub mod swarm;
pub mod trust;
