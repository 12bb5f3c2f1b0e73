//! Everything that spans crates, in one binary: each module names what it holds the project to.

mod audit;
mod bots;
mod build;
mod convergence;
mod corpus;
mod determinism;
mod doc_examples;
mod example;
mod hostile;
mod inspector;
mod invariants;
mod joining;
mod load;
mod network;
mod picture;
mod processes;
mod rebinding;
mod refusals;
mod resuming;
mod screens;
mod shots;
mod tidy;
mod timing;
mod tokens;
mod transport;
mod words;
