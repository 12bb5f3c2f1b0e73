//! Everything that spans crates, in one binary: each module names what it holds the project to.

mod build;
mod convergence;
mod determinism;
mod hostile;
mod invariants;
mod network;
mod picture;
mod processes;
mod refusals;
mod shots;
mod tidy;
mod transport;
