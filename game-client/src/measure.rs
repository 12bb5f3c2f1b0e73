//! What the client costs, as two measurements that run in place of the game: what a frame costs the client
//! itself (`--frame-cost`, `measure/cost`), and how many frames a second a graphics adapter draws
//! (`--frame-rate`, `measure/rate`). Neither opens a window.
//!
//! With a server's address the frames are those of a real session. Without one they show a crowd that is the same
//! each time (`measure/crowd`): a thousand pilots in the arena, a hundred in sight, all of whom run, aim and shoot
//! as fast as the rules allow.

mod beside;
mod cost;
mod crowd;
mod rate;
mod spread;

pub use self::beside::own;

use std::time::Duration;

use bevy::app::PluginsState;
use bevy::log::LogPlugin;
use bevy::prelude::*;

use crate::options::Options;
use crate::render::Effect;
use crate::scene::Scene;
use crate::state::Stage;

/// Frames before those that count: everything is loaded and every buffer has its size by then.
const WARM_UP: u32 = 120;
/// How long a fight may take to begin.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is measured, and over how many frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measurement {
    /// What a frame costs the client itself.
    Cost(u32),
    /// How many frames a second are drawn.
    Rate(u32),
}

impl Measurement {
    /// Adds bevy's plugins as this needs them.
    ///
    /// # Errors
    /// Why it can't be measured on this machine.
    pub fn add_bevy(
        self,
        app: &mut App,
        window: WindowPlugin,
        log: LogPlugin,
    ) -> Result<(), String> {
        match self {
            Self::Cost(_) => {
                cost::add_bevy(app, window, log);
                Ok(())
            }
            Self::Rate(_) => rate::add_bevy(app, window, log),
        }
    }

    /// Measures, and prints what came out. Everything else has been added.
    pub fn run(self, mut app: App) -> AppExit {
        if app.world().resource::<Options>().address.is_none() {
            app.add_plugins(crowd::plugin);
        }
        match self {
            Self::Cost(frames) => cost::run(&mut app, frames),
            Self::Rate(frames) => rate::run(&mut app, frames),
        }
    }
}

/// Brings all plugins to their end, as bevy's own runners do.
fn settle(app: &mut App) {
    while app.plugins_state() == PluginsState::Adding {
        std::thread::yield_now();
    }
    app.finish();
    app.cleanup();
}

fn plays(app: &App) -> bool {
    app.world().resource::<State<Stage>>().get() == &Stage::Playing
}

/// What there is to draw in a frame.
#[derive(Clone, Copy, Default)]
struct Load {
    in_sight: usize,
    effects: usize,
}

impl Load {
    fn of(scene: &Scene, effects: &Query<(), With<Effect>>) -> Self {
        Self { in_sight: scene.pilots.len(), effects: effects.iter().len() }
    }

    /// The frames' mean in words.
    fn describe(loads: &[Self], scene: &Scene) -> String {
        let mean = |of: fn(&Self) -> usize| {
            loads.iter().map(of).sum::<usize>() as f64 / loads.len().max(1) as f64
        };
        format!(
            "{} frames, {} pilots in the arena, {:.0} in sight, {:.0} flashes, sparks and pieces",
            loads.len(),
            scene.scores.len(),
            mean(|load| load.in_sight),
            mean(|load| load.effects),
        )
    }
}
