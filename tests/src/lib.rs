//! The harness that all tests share: a whole game on a simulated network in virtual time
//! ([`simulated`]), the grid of networks that it must get through ([`grid`]), a shooting range in the
//! same ([`range`]), real processes on loopback ([`processes`]), and a bare client over real QUIC
//! ([`visitor`]).

pub mod grid;
pub mod processes;
pub mod range;
pub mod simulated;
pub mod visitor;
