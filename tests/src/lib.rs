//! The harness that all tests share: a whole game on a simulated network in virtual time
//! ([`simulated`]), the grid of networks that it must get through ([`grid`]), the same game with every
//! moment measured ([`timed`]), connections that end and come back ([`comeback`]), a shooting range
//! ([`range`]), real processes on loopback ([`processes`]), the windowed client among them ([`client`]), load as a curve
//! ([`curve`]), a bare client over real QUIC
//! ([`visitor`]), a server full of clients that are hardly
//! there ([`throng`]), a server that lies ([`impostor`]), and what is fuzzed ([`fuzz`]).

pub mod client;
pub mod comeback;
pub mod company;
pub mod curve;
pub mod fuzz;
pub mod grid;
pub mod impostor;
pub mod processes;
pub mod range;
pub mod simulated;
pub mod throng;
pub mod timed;
pub mod visitor;
