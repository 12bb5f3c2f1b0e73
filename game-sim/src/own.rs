//! A pilot as its owner knows it, and the tick that owner and server compute alike.
//!
//! [`predict`] does to movement, aim, weapons and timers exactly what the server's step does, so a
//! client is corrected only by what others did: damage, knock-back, respawns and pickups.

use crate::angle;
use crate::arena::Arena;
use crate::input::PilotInput;
use crate::movement::{self, Body};
use crate::rules::Rules;

/// The state of a pilot that only its owner gets, exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Own {
    /// Position, velocity and dash.
    pub body: Body,
    /// In 4096ths of a turn.
    pub aim: u16,
    /// 0 to the rules' health.
    pub health: u8,
    /// A dead pilot neither moves nor shoots.
    pub alive: bool,
    /// Until the respawn of a dead pilot.
    pub respawn_ticks: u16,
    /// How much longer nobody can hurt this pilot.
    pub protection_ticks: u16,
    /// False between two rounds.
    pub weapons_free: bool,
    /// Rounds in the magazine.
    pub rifle_rounds: u8,
    /// Rounds beside the magazine.
    pub rifle_reserve: u16,
    /// Until the next rifle shot.
    pub rifle_cooldown_ticks: u16,
    /// How much longer the change of the magazine takes; 0 when there is none.
    pub reload_ticks: u16,
    /// Rockets left.
    pub rockets: u8,
    /// Until the next rocket.
    pub rocket_cooldown_ticks: u16,
    /// Counts the own rifle shots, wrapping.
    pub shots: u8,
    /// Counts the own hits on others, wrapping: the hit marker.
    pub hits: u8,
    /// Counts the hits taken, wrapping.
    pub hurt: u8,
    /// Whence the last hit came, in 4096ths of a turn as seen from this pilot.
    pub hurt_from: u16,
}

/// What a pilot set off in one tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fired {
    /// A rifle shot, from the body's new position along the new aim.
    pub rifle: bool,
    /// A rocket, likewise.
    pub rocket: bool,
}

impl Own {
    /// A pilot who has just spawned at a place, with full health and the first weapons. The
    /// counters go on, so that nobody sees a difference as a shot or a hit.
    pub fn spawned(self, position: glam::Vec2, aim: u16, rules: &Rules) -> Self {
        Self {
            body: Body::at(position),
            aim: aim % angle::TURN,
            health: rules.health,
            alive: true,
            protection_ticks: rules.protection_ticks,
            weapons_free: true,
            rifle_rounds: rules.rifle_magazine,
            rifle_reserve: rules.rifle_reserve_start,
            rockets: rules.rocket_start,
            shots: self.shots,
            hits: self.hits,
            hurt: self.hurt,
            ..Self::default()
        }
    }
}

/// Advances `own` by one tick as the server does in the absence of others. Says what it fired.
pub fn predict(own: &mut Own, input: &PilotInput, arena: &Arena, rules: &Rules) -> Fired {
    if !own.alive {
        own.respawn_ticks = own.respawn_ticks.saturating_sub(1);
        return Fired::default();
    }
    own.aim = input.aim % angle::TURN;
    own.protection_ticks = own.protection_ticks.saturating_sub(1);
    movement::advance(&mut own.body, input, arena, rules);
    let fired = Fired { rifle: rifle(own, input, rules), rocket: rocket(own, input, rules) };
    if fired.rifle || fired.rocket {
        // Who shoots can be shot: protection is for those who have not found their feet yet.
        own.protection_ticks = 0;
    }
    fired
}

fn rifle(own: &mut Own, input: &PilotInput, rules: &Rules) -> bool {
    own.rifle_cooldown_ticks = own.rifle_cooldown_ticks.saturating_sub(1);
    if own.reload_ticks > 0 {
        own.reload_ticks -= 1;
        if own.reload_ticks == 0 {
            fill_magazine(own, rules);
        }
        return false;
    }
    let shoots =
        input.fire && own.weapons_free && own.rifle_cooldown_ticks == 0 && own.rifle_rounds > 0;
    if shoots {
        own.rifle_rounds -= 1;
        own.rifle_cooldown_ticks = rules.rifle_interval_ticks;
        own.shots = own.shots.wrapping_add(1);
    }
    // An empty magazine is changed unasked: nobody wants to be reminded in a fight.
    let wants_reload =
        own.rifle_rounds == 0 || (input.reload && own.rifle_rounds < rules.rifle_magazine);
    if wants_reload && own.rifle_reserve > 0 {
        own.reload_ticks = rules.reload_ticks;
    }
    shoots
}

fn fill_magazine(own: &mut Own, rules: &Rules) {
    let wanted = rules.rifle_magazine.saturating_sub(own.rifle_rounds);
    let taken = own.rifle_reserve.min(u16::from(wanted));
    own.rifle_reserve -= taken;
    own.rifle_rounds += taken as u8;
}

fn rocket(own: &mut Own, input: &PilotInput, rules: &Rules) -> bool {
    own.rocket_cooldown_ticks = own.rocket_cooldown_ticks.saturating_sub(1);
    let shoots =
        input.rocket && own.weapons_free && own.rocket_cooldown_ticks == 0 && own.rockets > 0;
    if shoots {
        own.rockets -= 1;
        own.rocket_cooldown_ticks = rules.rocket_interval_ticks;
    }
    shoots
}
