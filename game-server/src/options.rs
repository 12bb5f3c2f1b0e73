//! What an operator can set, where from, and in which range.
//!
//! Each option is a flag, a key of the TOML file and an environment variable `TUMULT_…`; a flag beats
//! the variable, the variable beats the file, and the file beats the default.

mod arenas;

use crate::overload;
use clap::Parser;
use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use game_sim::{Mode, Rules, Skill};
use netcode::{TickRate, limits};
use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, path::PathBuf};

/// The flags. Left out, an option comes from the environment, the file or its default.
#[derive(Debug, Parser, Serialize)]
#[command(name = "game-server", version, about = "The dedicated server of Tumult")]
struct Flags {
    /// The TOML file with options; every flag is a key in it, with _ for -.
    #[arg(long, value_name = "FILE", env = "TUMULT_CONFIG")]
    #[serde(skip)]
    config: Option<PathBuf>,
    /// Where to listen [default: 0.0.0.0:4455]
    #[arg(long, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    bind: Option<SocketAddr>,
    /// The port on which lists of servers are answered; 0 for none [default: the one after --bind's,
    /// and none when that is 0]
    #[arg(long, value_name = "PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    beacon_port: Option<u16>,
    /// What lists of servers call this one, at most 48 bytes [default: Tumult]
    #[arg(long, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    server_name: Option<String>,
    /// The arena: yard, expanse, or the path of a .tmx file [default: yard]
    #[arg(long, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    arena: Option<String>,
    /// What is played: free_for_all or control_points [default: free_for_all]
    #[arg(long, value_name = "MODE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<Mode>,
    /// Arenas to play in, one after the other or as players vote: names as for --arena, each with :MODE
    /// behind it where it is not --mode; separated by commas [default: only --arena]
    #[arg(long, value_name = "ARENA[:MODE],...", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rotation: Vec<String>,
    /// How many may play at once, 1 to 4096 [default: 64]
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    max_players: Option<u16>,
    /// How many connections one address may have, 1 to 8192 [default: 16, and this machine any number]
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    max_per_address: Option<u16>,
    /// Ticks per second, 10 to 240. Each advances the game by a sixtieth of a second, so that any
    /// other value is slow or quick motion [default: 60]
    #[arg(long, value_name = "HZ")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tick_rate: Option<u16>,
    /// Snapshots per second; must divide the tick rate [default: 30]
    #[arg(long, value_name = "HZ")]
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot_rate: Option<u16>,
    /// The most bytes of one snapshot, 500 to 1472 [default: 1472]
    #[arg(long, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot_cap: Option<u16>,
    /// How long a player whose connection broke may come back into the game, in seconds, 0 to 600
    /// [default: 60]
    #[arg(long, value_name = "S")]
    #[serde(skip_serializing_if = "Option::is_none")]
    resume_seconds: Option<u16>,
    /// The part of a player's bytes that the first view of a full arena may take, in per cent, 1 to 90
    /// [default: 50]
    #[arg(long, value_name = "PERCENT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    join_percent: Option<u8>,
    /// Players who get their snapshots on the same tick; beyond it others get theirs on the ticks between,
    /// 1 to 4096 [default: 256]
    #[arg(long, value_name = "PLAYERS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot_turn: Option<u16>,
    /// When ticks would be late, each client gets one of up to so many of its snapshots: 1 to 3, 1 for all whatever
    /// happens [default: 3]
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot_stride: Option<u16>,
    /// Fill the arena with bots up to so many pilots; they make way for people [default: 0]
    #[arg(long, value_name = "N", alias = "stand-ins")]
    #[serde(skip)]
    bots: Option<u16>,
    /// How good the bots are: easy, normal, hard, or mixed for some of each [default: mixed]
    #[arg(long, value_name = "LEVEL")]
    #[serde(skip)]
    bot_skill: Option<String>,
    /// The processor core that the arena's thread is bound to, counted from 0
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    core: Option<u16>,
    /// Where the certificate is kept; made if it is not there
    /// [default: tumult/server.pem in the user's data folder]
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<PathBuf>,
    /// A file of public keys that may not play: 64 hexadecimal digits, a space and the reason in each line
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    bans: Option<PathBuf>,
    /// Where to write what the run cost, at its end, as JSON
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    stats_json: Option<PathBuf>,
    /// Where to write what each hit was judged by, as a line of JSON
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    shot_audit: Option<PathBuf>,
    /// Where to write what players complain of each other, as a line of JSON each
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    complaints: Option<PathBuf>,
    /// What the simulation's chance begins with [default: 1]
    #[arg(long, value_name = "K")]
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
}

/// All options, each with a value.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Where to listen.
    pub bind: SocketAddr,
    /// Where lists of servers are answered; 0 is nowhere, and nothing the one after `bind`'s.
    pub beacon_port: Option<u16>,
    /// What lists of servers call this one.
    pub server_name: String,
    /// A name or a path.
    pub arena: String,
    /// What is played, where the rotation does not say otherwise.
    pub mode: Mode,
    /// What is played one after the other; without any it is `arena` for ever.
    pub rotation: Vec<String>,
    /// 1 to 4096.
    pub max_players: u16,
    /// 1 to 8192; without it 16, and any number from the server's own machine.
    pub max_per_address: Option<u16>,
    /// 10 to 240.
    pub tick_rate: u16,
    /// Divides the tick rate.
    pub snapshot_rate: u16,
    /// 500 to 1472 bytes.
    pub snapshot_cap: u16,
    /// 0 to 600.
    pub resume_seconds: u16,
    /// 1 to 90.
    pub join_percent: u8,
    /// Players, 1 to 4096.
    pub snapshot_turn: u16,
    /// Snapshots of which a client gets at least one, 1 to 3.
    pub snapshot_stride: u16,
    /// Pilots that the server flies while there are too few people.
    pub bots: Bots,
    /// The core that the arena's thread is bound to.
    pub core: Option<u16>,
    /// The certificate's file.
    pub identity: PathBuf,
    /// The file of banned keys.
    pub bans: Option<PathBuf>,
    /// Where the report goes.
    pub stats_json: Option<PathBuf>,
    /// Where the audit of hits goes.
    pub shot_audit: Option<PathBuf>,
    /// Where complaints go.
    pub complaints: Option<PathBuf>,
    /// Those who only watch.
    pub watching: Watching,
    /// The simulation's seed.
    pub seed: u64,
    /// The numbers of the game.
    pub rules: Rules,
}

/// The server's own pilots: the table `[bots]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bots {
    /// Up to how many pilots, people and bots together, they fill the arena; 0 for no bots.
    pub fill: u16,
    /// How good they are.
    pub skill: Skill,
}

impl Bots {
    /// Of all levels, up to so many pilots.
    #[must_use]
    pub fn fill(fill: u16) -> Self {
        Self { fill, ..Self::default() }
    }
}

/// Those who only watch: the table `[watching]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Watching {
    /// How many may watch at once, 0 to 1024.
    pub places: u16,
    /// Whether they may look from above any place, where walls hide nothing; otherwise only with the
    /// eyes of a pilot.
    pub free_view: bool,
}

impl Default for Watching {
    fn default() -> Self {
        Self { places: 64, free_view: true }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([0, 0, 0, 0], 4455)),
            beacon_port: None,
            server_name: "Tumult".to_owned(),
            arena: "yard".to_owned(),
            mode: Mode::FreeForAll,
            rotation: Vec::new(),
            max_players: 64,
            max_per_address: None,
            tick_rate: game_sim::TICK_RATE as u16,
            snapshot_rate: 30,
            snapshot_cap: limits::DATAGRAM_BYTES as u16,
            resume_seconds: 60,
            join_percent: 50,
            snapshot_turn: 256,
            snapshot_stride: overload::MOST_STRIDE,
            bots: Bots::default(),
            core: None,
            identity: data_folder().join("server.pem"),
            bans: None,
            stats_json: None,
            shot_audit: None,
            complaints: None,
            watching: Watching::default(),
            seed: 1,
            rules: Rules::default(),
        }
    }
}

/// The keys of [`Options`] that an environment variable can set; those of tables come as `rules__KEY`.
const OPTIONS: [&str; 22] = [
    "bans",
    "beacon_port",
    "bind",
    "core",
    "server_name",
    "arena",
    "mode",
    "rotation",
    "max_players",
    "max_per_address",
    "tick_rate",
    "snapshot_rate",
    "snapshot_cap",
    "resume_seconds",
    "join_percent",
    "snapshot_turn",
    "snapshot_stride",
    "identity",
    "stats_json",
    "shot_audit",
    "complaints",
    "seed",
];

/// What is wrong with the options.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// A file or a variable says something that can't be read.
    #[error("{0}")]
    Unreadable(Box<figment::Error>),
    /// The file that was named is not there.
    #[error("there is no configuration file {0}")]
    NoFile(PathBuf),
    /// A value is outside its range.
    #[error("{name} is {value}, but must be {expected}")]
    OutOfRange {
        /// Which option.
        name: &'static str,
        /// What was given.
        value: String,
        /// What would do.
        expected: &'static str,
    },
    /// A rule of the game is outside its range.
    #[error("rules: {0}")]
    Rules(#[from] game_sim::rules::RuleError),
    /// Something is wrong with one of several arenas.
    #[error("arena {of}: {error}")]
    Arena {
        /// Which, from 1.
        of: usize,
        /// What it is.
        error: Box<Self>,
    },
    /// Two arenas have the same of something that each needs for itself.
    #[error("two arenas have the same {name}, {value}: give each its own")]
    Shared {
        /// Which option.
        name: &'static str,
        /// What both have.
        value: String,
    },
}

impl Options {
    /// Of a server with one arena, from given flags; the first is the program's name.
    ///
    /// # Errors
    /// When something can't be read or is out of range, as text.
    pub fn from_arguments(arguments: &[&str]) -> Result<Self, String> {
        let flags = Flags::try_parse_from(arguments).map_err(|error| error.to_string())?;
        let options = Self::figment(&flags).and_then(|figment| Self::extract(&figment));
        options.map_err(|error| error.to_string())
    }

    fn figment(flags: &Flags) -> Result<Figment, OptionsError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(path) = &flags.config {
            if !path.is_file() {
                return Err(OptionsError::NoFile(path.clone()));
            }
            figment = figment.merge(Toml::file_exact(path));
        }
        // Other programs may use the prefix too; only what is an option here counts.
        let tables = ["rules__", "bots__", "watching__"];
        let in_table = move |key: &str| tables.iter().any(|table| key.starts_with(table));
        let known = move |key: &str| OPTIONS.contains(&key) || in_table(key);
        let environment = Env::prefixed("TUMULT_")
            .filter(move |key| known(&key.as_str().to_ascii_lowercase()))
            .split("__");
        figment = figment.merge(environment).merge(Serialized::defaults(flags));
        if let Some(fill) = flags.bots {
            figment = figment.merge(("bots.fill", fill));
        }
        if let Some(skill) = &flags.bot_skill {
            figment = figment.merge(("bots.skill", skill));
        }
        Ok(figment)
    }

    fn extract(figment: &Figment) -> Result<Self, OptionsError> {
        let options: Self =
            figment.extract().map_err(|error| OptionsError::Unreadable(Box::new(error)))?;
        options.check()?;
        Ok(options)
    }

    /// Ticks per second.
    ///
    /// # Panics
    /// Never: zero is refused before.
    #[must_use]
    pub fn rate(&self) -> TickRate {
        TickRate::new(self.tick_rate).expect("checked to be at least 10")
    }

    /// Ticks from one snapshot to the next.
    #[must_use]
    pub fn snapshot_interval(&self) -> u16 {
        self.tick_rate / self.snapshot_rate
    }

    /// Where lists of servers are answered, if anywhere.
    #[must_use]
    pub fn beacon(&self) -> Option<SocketAddr> {
        let beside = || (self.bind.port() != 0).then(|| self.bind.port().wrapping_add(1));
        let port = self.beacon_port.or_else(beside).filter(|port| *port != 0)?;
        Some(SocketAddr::new(self.bind.ip(), port))
    }

    fn check(&self) -> Result<(), OptionsError> {
        let most = game_sim::world::MAX_PILOTS as u16;
        let range = |name, value: u16, low: u16, high: u16, expected| {
            let value_text = value.to_string();
            if (low..=high).contains(&value) {
                return Ok(());
            }
            Err(OptionsError::OutOfRange { name, value: value_text, expected })
        };
        range("max_players", self.max_players, 1, most, "1 to 4096")?;
        range("tick_rate", self.tick_rate, 10, 240, "10 to 240")?;
        range("snapshot_rate", self.snapshot_rate, 1, self.tick_rate, "1 to the tick rate")?;
        range("snapshot_cap", self.snapshot_cap, 500, 1_472, "500 to 1472")?;
        range("max_per_address", self.max_per_address.unwrap_or(1), 1, 8_192, "1 to 8192")?;
        range("resume_seconds", self.resume_seconds, 0, 600, "0 to 600")?;
        range("join_percent", self.join_percent.into(), 1, 90, "1 to 90")?;
        range("snapshot_turn", self.snapshot_turn, 1, most, "1 to 4096")?;
        range("snapshot_stride", self.snapshot_stride, 1, overload::MOST_STRIDE, "1 to 3")?;
        range("bots.fill", self.bots.fill, 0, self.max_players, "at most max_players")?;
        range("watching.places", self.watching.places, 0, 1_024, "0 to 1024")?;
        if !self.tick_rate.is_multiple_of(self.snapshot_rate) {
            return Err(OptionsError::OutOfRange {
                name: "snapshot_rate",
                value: self.snapshot_rate.to_string(),
                expected: "a divisor of the tick rate",
            });
        }
        self.rules.check()?;
        Ok(())
    }
}

/// Where the user's programs keep their data, by the XDG convention.
fn data_folder() -> PathBuf {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    let base = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).or_else(home);
    base.unwrap_or_else(|| PathBuf::from(".")).join("tumult")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_beats_the_file_and_the_file_beats_the_default() {
        let path = std::env::temp_dir().join(format!("tumult-options-{}.toml", std::process::id()));
        std::fs::write(&path, "arena = \"expanse\"\nmax_players = 9\n[rules]\nscore_limit = 7\n")
            .unwrap();
        let file = path.to_str().unwrap();
        let options =
            Options::from_arguments(&["game-server", "--config", file, "--max-players", "12"])
                .unwrap();
        assert_eq!((options.arena.as_str(), options.max_players), ("expanse", 12));
        assert_eq!((options.rules.score_limit, options.tick_rate), (7, 60));
        std::fs::write(&path, "arenas = \"expanse\"").unwrap();
        let said = Options::from_arguments(&["game-server", "--config", file]).unwrap_err();
        assert!(said.contains("arenas"), "{said}");
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn bots_come_from_the_file_and_a_flag_changes_one_thing_of_them() {
        let path = std::env::temp_dir().join(format!("tumult-bots-{}.toml", std::process::id()));
        std::fs::write(&path, "[bots]\nfill = 8\nskill = \"hard\"\n").unwrap();
        let of = |more: &[&str]| {
            let all = [&["game-server", "--config", path.to_str().unwrap()], more].concat();
            Options::from_arguments(&all).unwrap().bots
        };
        assert_eq!(of(&[]), Bots { fill: 8, skill: Skill::Hard });
        assert_eq!(of(&["--bots", "3"]), Bots { fill: 3, skill: Skill::Hard });
        assert_eq!(of(&["--bot-skill", "easy"]), Bots { fill: 8, skill: Skill::Easy });
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn lists_are_answered_beside_the_game_unless_somebody_says_otherwise() {
        let port = |arguments: &[&str]| {
            let all = [&["game-server"], arguments].concat();
            Options::from_arguments(&all).unwrap().beacon().map(|address| address.port())
        };
        assert_eq!(port(&[]), Some(4_456));
        assert_eq!(port(&["--bind", "127.0.0.1:0"]), None);
        assert_eq!(port(&["--bind", "127.0.0.1:0", "--beacon-port", "9"]), Some(9));
        assert_eq!(port(&["--beacon-port", "0"]), None);
    }

    #[test]
    fn values_out_of_range_are_named_with_the_range() {
        for (arguments, words) in [
            (["--tick-rate", "5"], "10 to 240"),
            (["--snapshot-rate", "25"], "divisor of the tick rate"),
            (["--max-players", "5000"], "1 to 4096"),
            (["--resume-seconds", "601"], "0 to 600"),
            (["--join-percent", "0"], "1 to 90"),
            (["--bots", "65"], "at most max_players"),
            (["--bot-skill", "perfect"], "unknown variant"),
            (["--bind", "nonsense"], "invalid socket address"),
            (["--config", "/no/such/file.toml"], "no configuration file"),
        ] {
            let said =
                Options::from_arguments(&["game-server", arguments[0], arguments[1]]).unwrap_err();
            assert!(said.contains(words), "{said}");
        }
    }
}
