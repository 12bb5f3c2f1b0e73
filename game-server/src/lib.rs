//! The dedicated server of Tumult.
//!
//! `arena_loop` is its heart: one thread that reads the network, has `host` step the game and answers, at
//! its own pace. `players` knows who sits in which place and `bans` who may not, `interest` what each may see and
//! `relevance` what matters most of it, `shot_audit` what hits were judged by, `options` what
//! the operator wants, `complaints` what players say of each other, `rotation` what is played next and `ballot`
//! who votes for it, `stats` what it cost. `looks` is which names look alike, `names` who has which, `talk` how much
//! one may say. `overload` is what it leaves out when it has not the time for all. `beacon` tells lists of servers of it. `supervisor` runs
//! several arenas in one process.

pub mod arena_loop;
pub mod arenas;
pub mod ballot;
pub mod bans;
pub mod beacon;
pub mod complaints;
pub mod cores;
pub mod host;
pub mod interest;
pub mod log_lines;
pub mod looks;
pub mod names;
mod noises;
pub mod options;
pub mod overload;
pub mod pace;
pub mod players;
pub mod relevance;
pub mod rotation;
pub mod shot_audit;
pub mod stand_ins;
pub mod stats;
pub mod stats_file;
pub mod supervisor;
pub mod talk;
