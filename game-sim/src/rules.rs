//! Every number of the game that a person may want to change, in one place, each with its unit and
//! the reason for its default.
//!
//! The server sends its [`Rules`] to each client, because prediction must compute with the same
//! numbers. Nothing else in the crate may contain a number that balances the game.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Steps of the simulation per second. It is a constant, not a rule: all times count in ticks.
pub const TICK_RATE: u32 = 60;

/// Seconds per step.
pub const TICK_S: f32 = 1.0 / TICK_RATE as f32;

/// Metres from the centre of the plane to its farthest edge, the range of a position on the wire.
pub const MAX_HALF_EXTENT_M: f32 = 256.0;

/// The numbers of one arena. They are part of the world and never change while it lives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Radius of a pilot, for walls and for shots. Range 0.2 to 0.8.
    pub radius_m: f32,
    /// Running speed: a 48 m arena is crossed in six seconds. Range 1 to 20.
    pub top_speed_m_s: f32,
    /// How fast a pilot reaches running speed (0.13 s by default, so it feels immediate). Range 5 to 500.
    pub acceleration_m_s2: f32,
    /// How fast a pilot stops, and how knock-back wears off. Range 5 to 500.
    pub friction_m_s2: f32,
    /// Speed of a dash, and the most that knock-back can give. Range 1 to 30.
    pub dash_speed_m_s: f32,
    /// Length of a dash: nine ticks at 20 m/s are three metres, enough to leave a splash. Range 1 to 60.
    pub dash_ticks: u16,
    /// From the start of one dash to the next. Range 1 to 600.
    pub dash_cooldown_ticks: u16,

    /// Health at spawn, and the most anyone can have. Range 1 to 100.
    pub health: u8,
    /// From death to respawn: long enough to see who did it. Range 1 to 600.
    pub respawn_ticks: u16,
    /// Nobody can hurt a pilot this long after a spawn, unless the pilot shoots first. Range 0 to 600.
    pub protection_ticks: u16,

    /// Between two rifle shots; with eleven damage, 1.05 s of perfect aim kill. Range 1 to 600.
    pub rifle_interval_ticks: u16,
    /// Health that a rifle hit takes. Range 1 to 100.
    pub rifle_damage: u8,
    /// How far a rifle shot flies. Range 1 to 512.
    pub rifle_range_m: f32,
    /// Rounds in a full magazine: enough for three kills of a good shot. Range 1 to 250.
    pub rifle_magazine: u8,
    /// Rounds in reserve at spawn. Range 0 to 1000.
    pub rifle_reserve_start: u16,
    /// The most rounds in reserve. Range 0 to 1000.
    pub rifle_reserve_max: u16,
    /// Time to change the magazine. Range 1 to 600.
    pub reload_ticks: u16,

    /// Speed of a rocket: three times a runner's, so it can be dodged. Range 1 to 31.
    pub rocket_speed_m_s: f32,
    /// Radius of a rocket when it meets a pilot, which forgives a near miss. Range 0 to 1.
    pub rocket_radius_m: f32,
    /// From the centre of an explosion to where it hurts nobody. Range 0.5 to 8.
    pub splash_radius_m: f32,
    /// Health taken at the centre, falling linearly to nothing at the splash radius. Range 1 to 100.
    pub rocket_damage: u8,
    /// What of the damage a pilot takes from an own rocket: half, so that rocket jumps pay. Range 0 to 1.
    pub rocket_self_factor: f32,
    /// Speed that an explosion gives at its centre, falling linearly like the damage. Range 0 to 30.
    pub knock_back_m_s: f32,
    /// Between two rockets. Range 1 to 600.
    pub rocket_interval_ticks: u16,
    /// Rockets at spawn. Range 0 to 250.
    pub rocket_start: u8,
    /// The most rockets that a pilot carries. Range 0 to 250.
    pub rocket_max: u8,
    /// A rocket that hit nothing for so long explodes: 100 m. Range 1 to 1200.
    pub rocket_life_ticks: u16,

    /// How near a pilot must come to a pickup, from centre to centre. Range 0.3 to 3.
    pub pickup_radius_m: f32,
    /// Health in a health pickup. Range 1 to 100.
    pub pickup_health: u8,
    /// Rounds in a rifle pickup. Range 1 to 1000.
    pub pickup_rounds: u16,
    /// Rockets in a rocket pickup. Range 1 to 250.
    pub pickup_rockets: u8,
    /// From taking a pickup to its return: 20 s, so that a known place is worth a walk. Range 1 to 36000.
    pub pickup_respawn_ticks: u16,

    /// How far back in time a shot may be judged: 200 ms. A larger cap favours those with a bad
    /// connection over those they shoot. Range 0 to 30.
    pub rewind_cap_ticks: u16,
    /// How far a pilot sees. Range 5 to 128.
    pub sight_m: f32,
    /// How far shots and explosions are heard of which nothing is seen; 0 for not at all. Two thirds of
    /// sight: who fights is found by those near, and no map of all fights is sent. Range 0 to `sight_m`.
    pub hearing_m: f32,
    /// For how long ahead the server tells what a pilot might see by then: its view's delay, but no
    /// more than this, 200 ms. A larger cap spares those with a bad connection enemies who pop up
    /// late, and tells those who read the bytes more of what walls hide. Range 0 to 30.
    pub look_ahead_cap_ticks: u16,

    /// Length of a round: five minutes. Range 60 to 432000.
    pub round_ticks: u32,
    /// The round also ends when somebody has this score; 0 means never. Range 0 to 30000.
    pub score_limit: i16,
    /// From the end of a round to the next: eight seconds for the table of scores. Range 1 to 36000.
    pub intermission_ticks: u32,

    /// Whether shots hurt the own team, where there are teams. In a crowd nobody can always help it.
    pub friendly_fire: bool,
    /// From nobody's to a team's, and from a team's to nobody's: long enough for the others to come.
    /// Range 30 to 3600.
    pub capture_ticks: u16,
    /// The round also ends when a team has so many points, one for each second for which it holds one;
    /// 0 means never. With three points, of which two are held, 100 s. Range 0 to 30000.
    pub team_score_limit: i16,
    /// How long a match with teams waits for people before its first round; everybody may move and
    /// shoot, and nothing counts. 0 waits for nobody. Range 0 to 36000.
    pub warm_up_ticks: u32,
    /// With so many people the wait ends sooner. Range 1 to 4096.
    pub warm_up_players: u16,
    /// How long before the first round everybody is told that it begins. Range 0 to 3600.
    pub countdown_ticks: u32,
    /// The same wait in a match of all against all. Usually there is none: who comes first need not wait for
    /// others to fight with bots, and nobody is made poorer by coming late. Range 0 to 36000.
    pub free_for_all_warm_up_ticks: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            radius_m: 0.5,
            top_speed_m_s: 8.0,
            acceleration_m_s2: 60.0,
            friction_m_s2: 45.0,
            dash_speed_m_s: 20.0,
            dash_ticks: 9,
            dash_cooldown_ticks: 90,
            health: 100,
            respawn_ticks: 120,
            protection_ticks: 60,
            rifle_interval_ticks: 7,
            rifle_damage: 11,
            rifle_range_m: 60.0,
            rifle_magazine: 30,
            rifle_reserve_start: 90,
            rifle_reserve_max: 180,
            reload_ticks: 72,
            rocket_speed_m_s: 25.0,
            rocket_radius_m: 0.15,
            splash_radius_m: 3.5,
            rocket_damage: 70,
            rocket_self_factor: 0.5,
            knock_back_m_s: 12.0,
            rocket_interval_ticks: 45,
            rocket_start: 3,
            rocket_max: 6,
            rocket_life_ticks: 240,
            pickup_radius_m: 1.0,
            pickup_health: 40,
            pickup_rounds: 60,
            pickup_rockets: 2,
            pickup_respawn_ticks: 1200,
            rewind_cap_ticks: 12,
            sight_m: 60.0,
            hearing_m: 40.0,
            look_ahead_cap_ticks: 12,
            round_ticks: 18_000,
            score_limit: 50,
            intermission_ticks: 480,
            friendly_fire: false,
            capture_ticks: 300,
            team_score_limit: 200,
            warm_up_ticks: 1800,
            warm_up_players: 4,
            countdown_ticks: 300,
            free_for_all_warm_up_ticks: 0,
        }
    }
}

/// A rule outside its range.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("rule {name} is {value}, but must be {least} to {most}")]
pub struct RuleError {
    /// Name of the field in [`Rules`].
    pub name: &'static str,
    /// What it was.
    pub value: f64,
    /// The least it may be.
    pub least: f64,
    /// The most it may be.
    pub most: f64,
}

impl Rules {
    /// Checks every rule against its documented range. The simulation relies on it: a dash that is
    /// faster than the range allows would not fit into the columns of a row.
    ///
    /// # Errors
    /// The first rule that is out of range, or not a number.
    pub fn check(&self) -> Result<(), RuleError> {
        for (name, value, least, most) in self.ranges() {
            // Written so that a value that is not a number fails too.
            if !(value >= least && value <= most) {
                return Err(RuleError { name, value, least, most });
            }
        }
        Ok(())
    }

    fn ranges(&self) -> [(&'static str, f64, f64, f64); 46] {
        macro_rules! range {
            ($field:ident, $least:expr, $most:expr) => {
                (stringify!($field), f64::from(self.$field), f64::from($least), f64::from($most))
            };
        }
        [
            range!(radius_m, 0.2, 0.8),
            range!(top_speed_m_s, 1, 20),
            range!(acceleration_m_s2, 5, 500),
            range!(friction_m_s2, 5, 500),
            range!(dash_speed_m_s, self.top_speed_m_s, 30),
            range!(dash_ticks, 1, 60),
            range!(dash_cooldown_ticks, 1, 600),
            range!(health, 1, 100),
            // A pilot must stay dead for longer than shots are judged back in time, or a shot could
            // hit where somebody died although that pilot lives again elsewhere.
            range!(respawn_ticks, self.rewind_cap_ticks + 1, 600),
            range!(protection_ticks, 0, 600),
            range!(rifle_interval_ticks, 1, 600),
            range!(rifle_damage, 1, 100),
            range!(rifle_range_m, 1, 512),
            range!(rifle_magazine, 1, 250),
            range!(rifle_reserve_start, 0, self.rifle_reserve_max),
            range!(rifle_reserve_max, 0, 1000),
            range!(reload_ticks, 1, 600),
            range!(rocket_speed_m_s, 1, 31),
            range!(rocket_radius_m, 0, 1),
            range!(splash_radius_m, 0.5, 8),
            range!(rocket_damage, 1, 100),
            range!(rocket_self_factor, 0, 1),
            range!(knock_back_m_s, 0, 30),
            range!(rocket_interval_ticks, 1, 600),
            range!(rocket_start, 0, self.rocket_max),
            range!(rocket_max, 0, 250),
            range!(rocket_life_ticks, 1, 1200),
            range!(pickup_radius_m, 0.3, 3),
            range!(pickup_health, 1, 100),
            range!(pickup_rounds, 1, 1000),
            range!(pickup_rockets, 1, 250),
            range!(pickup_respawn_ticks, 1, 36_000),
            range!(rewind_cap_ticks, 0, 30),
            range!(sight_m, 5, 128),
            range!(hearing_m, 0, self.sight_m),
            range!(look_ahead_cap_ticks, 0, 30),
            range!(round_ticks, 60, 432_000),
            range!(score_limit, 0, 30_000),
            range!(intermission_ticks, 1, 36_000),
            range!(friendly_fire, 0, 1),
            range!(capture_ticks, 30, 3600),
            range!(team_score_limit, 0, 30_000),
            range!(warm_up_ticks, 0, 36_000),
            range!(warm_up_players, 1, 4096),
            range!(countdown_ticks, 0, 3600),
            range!(free_for_all_warm_up_ticks, 0, 36_000),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_within_their_own_ranges() {
        assert_eq!(Rules::default().check(), Ok(()));
    }

    #[test]
    fn a_rule_out_of_range_is_named() {
        let rules = Rules { dash_speed_m_s: 31.0, ..Rules::default() };
        assert_eq!(rules.check().unwrap_err().name, "dash_speed_m_s");
        let rules = Rules { sight_m: f32::NAN, ..Rules::default() };
        assert_eq!(rules.check().unwrap_err().name, "sight_m");
    }
}
