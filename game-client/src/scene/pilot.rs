//! The own pilot and the others, as they are drawn.

use game_sim::{Own, PilotId, Rules, TICK_RATE};
use glam::Vec2;

use super::radians;

/// The own pilot as the screen shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OwnView {
    /// Between two ticks, in metres.
    pub position: Vec2,
    /// Counter-clockwise from x.
    pub aim_radians: f32,
    /// 0 to the rules' health.
    pub health: u8,
    /// False between death and respawn.
    pub alive: bool,
    /// Until the respawn.
    pub respawn_s: f32,
    /// Whether nobody can hurt it.
    pub protected: bool,
    /// Whether it is in a dash.
    pub dashing: bool,
    /// How far the dash is charged, 0 to 1.
    pub dash_charge: f32,
    /// Rounds in the magazine.
    pub rounds: u8,
    /// Rounds beside it.
    pub reserve: u16,
    /// How far a change of the magazine is, 0 to 1.
    pub reload: Option<f32>,
    /// Rockets left.
    pub rockets: u8,
    /// Counts own rifle shots, wrapping.
    pub shots: u8,
    /// Counts own hits, wrapping.
    pub hits: u8,
    /// Counts hits taken, wrapping.
    pub hurt: u8,
    /// Whence the last one came, counter-clockwise from x.
    pub hurt_from_radians: f32,
}

/// A pilot as everybody sees it who sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PilotView {
    /// Its slot.
    pub id: PilotId,
    /// In metres.
    pub position: Vec2,
    /// Counter-clockwise from x.
    pub aim_radians: f32,
    /// 0 to the rules' health.
    pub health: u8,
    /// The dead are not drawn.
    pub alive: bool,
    /// Whether nobody can hurt it.
    pub protected: bool,
    /// Whether it is in a dash.
    pub dashing: bool,
    /// Counts its rifle shots, wrapping.
    pub shots: u8,
    /// 1, or less when nothing has been heard of it for a while, or the eyes lose it.
    pub opacity: f32,
    /// Whether the player's eyes can't see it, for a wall or the distance (`eyes`).
    pub hidden: bool,
}

impl OwnView {
    /// The view of the predicted state, drawn at `position`.
    pub fn new(own: &Own, position: Vec2, rules: &Rules) -> Self {
        // A server may tell more than its own rules allow; no bar is longer than its track for that.
        let part_done = |left: u16, whole: u16| {
            (1.0 - f32::from(left) / f32::from(whole.max(1))).clamp(0.0, 1.0)
        };
        Self {
            position,
            aim_radians: radians(own.aim),
            health: own.health.min(rules.health),
            alive: own.alive,
            respawn_s: f32::from(own.respawn_ticks) / TICK_RATE as f32,
            protected: own.protection_ticks > 0,
            dashing: own.body.dash_ticks > 0,
            dash_charge: part_done(own.body.dash_cooldown_ticks, rules.dash_cooldown_ticks),
            rounds: own.rifle_rounds,
            reserve: own.rifle_reserve,
            reload: (own.reload_ticks > 0).then(|| part_done(own.reload_ticks, rules.reload_ticks)),
            rockets: own.rockets,
            shots: own.shots,
            hits: own.hits,
            hurt: own.hurt,
            hurt_from_radians: radians(own.hurt_from),
        }
    }

    /// What others would see of it, in the slot `id`.
    pub fn seen(&self, id: PilotId) -> PilotView {
        PilotView {
            id,
            position: self.position,
            aim_radians: self.aim_radians,
            health: self.health,
            alive: self.alive,
            protected: self.protected,
            dashing: self.dashing,
            shots: self.shots,
            opacity: 1.0,
            hidden: false,
        }
    }
}

impl PilotView {
    /// Whether it is in the picture. Who faded stays in the list: nobody may know where it is by now.
    pub fn is_seen(&self) -> bool {
        self.alive && self.opacity > 0.0
    }
}

#[cfg(test)]
impl PilotView {
    /// Somebody who stands in the middle and does nothing.
    pub fn still(id: PilotId) -> Self {
        Self {
            id,
            position: Vec2::ZERO,
            aim_radians: 0.0,
            health: 100,
            alive: true,
            protected: false,
            dashing: false,
            shots: 0,
            opacity: 1.0,
            hidden: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_run_from_empty_to_full() {
        let rules = Rules::default();
        let mut own = Own { reload_ticks: rules.reload_ticks, ..Own::default() };
        own.body.dash_cooldown_ticks = rules.dash_cooldown_ticks;
        let view = OwnView::new(&own, Vec2::ZERO, &rules);
        assert_eq!((view.reload, view.dash_charge), (Some(0.0), 0.0));
        let view = OwnView::new(&Own::default(), Vec2::ZERO, &rules);
        assert_eq!((view.reload, view.dash_charge), (None, 1.0));
    }

    #[test]
    fn what_a_server_tells_beyond_its_own_rules_fills_no_more_than_is_there() {
        let rules =
            Rules { health: 1, dash_cooldown_ticks: 1, reload_ticks: 1, ..Rules::default() };
        let mut own = Own { health: 100, reload_ticks: 600, ..Own::default() };
        own.body.dash_cooldown_ticks = 600;
        let view = OwnView::new(&own, Vec2::ZERO, &rules);
        assert_eq!((view.health, view.reload, view.dash_charge), (1, Some(0.0), 0.0));
    }
}
