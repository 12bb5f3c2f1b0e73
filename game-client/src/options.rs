//! The command line.

use std::path::PathBuf;

use bevy::ecs::resource::Resource;
use clap::{ArgGroup, Parser};
use netcode::link::Conditions;

use crate::measure::Measurement;
use crate::moments::Moment;

/// Plays Tumult, an arena shooter for up to a thousand pilots.
#[derive(Parser, Resource, Clone, Debug)]
#[command(version, about)]
#[command(group = ArgGroup::new("drawn").args(["address", "frame_rate"]).multiple(true))]
pub struct Options {
    /// The server: `host`, `host:port`, or `host:port#fingerprint`. Without it, a first screen asks.
    #[arg(value_parser = game_bots::address::check)]
    pub address: Option<String>,

    /// The name that others see; without it the one of the settings.
    #[arg(long, value_parser = name)]
    pub name: Option<String>,

    /// The file of the settings, in place of the one where the platform keeps such things.
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,

    /// Looks on without a pilot.
    #[arg(long)]
    pub watch: bool,

    /// Plays by itself, with the mind of a bot.
    #[arg(long, requires = "address", conflicts_with = "watch")]
    pub autopilot: bool,

    /// Saves what is on screen as a PNG after so many seconds of playing, and exits; with `--frame-rate` what was
    /// drawn last.
    #[arg(long, value_name = "FILE", requires = "drawn", value_parser = picture)]
    pub screenshot: Option<PathBuf>,

    /// When the screenshot is taken, in seconds after the first picture of the game (0 to 3600).
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, value_parser = seconds)]
    pub after: f32,

    /// Plays this file of key presses and waits in place of a player; game-client/src/script.rs has its language.
    #[arg(long, value_name = "FILE")]
    pub script: Option<PathBuf>,

    /// Writes what was measured as JSON when the client ends.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,

    /// Writes what happens on the network while it does: a JSON object a line.
    #[arg(long, value_name = "FILE")]
    pub net_trace: Option<PathBuf>,

    /// How many ticks past the newest snapshot others may be drawn (0 to 2): more shows sooner what a snapshot
    /// tells, and guesses more.
    #[arg(long, value_name = "TICKS", default_value_t = game_bots::seat::VIEW_AHEAD_TICKS, value_parser = game_bots::options::view_ahead)]
    pub view_ahead: f64,

    /// Shows the net graph from the beginning, as F3 does.
    #[arg(long)]
    pub net_graph: bool,

    /// Saves a picture when a moment of the fight has come, and ends when it has all: few, hidden,
    /// blast, hurt, kill, dash, dead, lead, last, over, warm-up, point, point-hurt, vote. May be given several times.
    #[arg(long, value_name = "NAME=FILE", requires = "address")]
    pub moment: Vec<Moment>,

    /// Draws nothing: runs so many frames (1 to 100000) and prints what each costs this program. Without
    /// a server they show a made-up crowd, a thousand in the arena and a hundred in sight.
    #[arg(long, value_name = "FRAMES", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub frame_cost: Option<u32>,

    /// Opens no window: draws so many frames (1 to 100000) into an image as fast as the graphics adapter can, 1920x1080
    /// unless `--width` and `--height` say another size, and prints how many a second. What they show is as with
    /// `--frame-cost`.
    #[arg(long, value_name = "FRAMES", conflicts_with_all = ["frame_cost", "script", "moment", "seconds"], value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub frame_rate: Option<u32>,

    /// Ends by itself after so many seconds of playing (0 to 86400).
    #[arg(long, value_name = "SECONDS", requires = "address", value_parser = long_seconds)]
    pub seconds: Option<f32>,

    /// The port on which servers on the local network are asked what they are (0 to 65535).
    #[arg(long, value_name = "PORT", default_value_t = game_bots::address::DEFAULT_PORT + 1)]
    pub local_port: u16,

    /// A bad network to play through, each way: `delay=50ms,jitter=10ms,loss=2%`.
    #[arg(long, value_name = "CONDITIONS")]
    pub link: Option<Conditions>,

    /// What the autopilot's character and the bad network are made from.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,

    /// Width of the window, or of `--frame-rate`'s image, in pixels (320 to 16384); without it the one of the
    /// settings.
    #[arg(long, value_parser = clap::value_parser!(u32).range(320..=16_384))]
    pub width: Option<u32>,

    /// Height of it in pixels (240 to 16384); without it the one of the settings.
    #[arg(long, value_parser = clap::value_parser!(u32).range(240..=16_384))]
    pub height: Option<u32>,
}

impl Options {
    /// The size of the window in pixels, if the command line says one: a measurement's does not hang on settings.
    pub fn size(&self) -> Option<(u32, u32)> {
        let given = self.width.is_some() || self.height.is_some() || self.frame_rate.is_some();
        given.then(|| self.size_or_default())
    }

    /// The size of the window or the image in pixels unless somebody chooses another.
    pub fn size_or_default(&self) -> (u32, u32) {
        let (width, height) = if self.frame_rate.is_some() { MEASURED } else { (WIDTH, HEIGHT) };
        (self.width.unwrap_or(width), self.height.unwrap_or(height))
    }

    /// What is to be measured in place of the game.
    pub fn measurement(&self) -> Option<Measurement> {
        let rate = self.frame_rate.map(Measurement::Rate);
        rate.or_else(|| self.frame_cost.map(Measurement::Cost))
    }

    /// Whether nobody sits in front of the screen: then problems end the program with a sentence on
    /// standard error instead of waiting for a key.
    pub fn is_unattended(&self) -> bool {
        self.autopilot
            || !self.moment.is_empty()
            || self.screenshot.is_some()
            || self.measurement().is_some()
            || self.seconds.is_some()
    }
}

/// The window's size unless somebody says another one, in pixels.
pub const WIDTH: u32 = 1280;
/// See [`WIDTH`].
pub const HEIGHT: u32 = 720;
/// The image's size in pixels when the frame rate is measured.
const MEASURED: (u32, u32) = (1920, 1080);

/// The most letters of a name.
pub const NAME_LETTERS: usize = netcode::limits::NAME_CHARACTERS;

/// The name as it is used, by the rules of every server, or what is wrong with it.
pub fn name(text: &str) -> Result<String, String> {
    game_sim::name::clean(text).map_err(|rule| {
        format!("a name has 1 to {NAME_LETTERS} letters that others can read: {rule}")
    })
}

fn picture(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let is_png = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png"));
    is_png.then_some(path).ok_or_else(|| "the file must end in .png".to_owned())
}

fn seconds(text: &str) -> Result<f32, String> {
    up_to(text, 3600.0)
}

fn long_seconds(text: &str) -> Result<f32, String> {
    up_to(text, 86_400.0)
}

fn up_to(text: &str, most: f32) -> Result<f32, String> {
    let seconds: Option<f32> = text.parse().ok();
    seconds
        .filter(|seconds| (0.0..=most).contains(seconds))
        .ok_or_else(|| format!("a number of seconds from 0 to {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        Options::try_parse_from(line.split(' ')).map_err(|error| error.to_string())
    }

    #[test]
    fn a_bare_start_asks_for_the_address() {
        let options = parse("game-client").unwrap();
        assert_eq!(options.address, None);
        assert!(!options.is_unattended());
    }

    #[test]
    fn bad_values_are_refused_with_what_would_be_right() {
        assert!(parse("game-client a:1 --after soon").unwrap_err().contains("0 to 3600"));
        assert!(parse("game-client a:1 --after NaN").unwrap_err().contains("0 to 3600"));
        assert!(parse("game-client a:1 --screenshot a.gif").unwrap_err().contains(".png"));
        assert!(parse("game-client a:1 --name ").unwrap_err().contains("1 to 16 letters"));
        assert!(parse("game-client a:1 --link loss").unwrap_err().contains("name=value"));
        assert!(parse("game-client --autopilot").unwrap_err().contains("ADDRESS"));
        assert!(parse("game-client a:port").unwrap_err().contains("port"));
    }

    #[test]
    fn a_picture_needs_a_server_or_a_measurement_that_draws() {
        assert!(parse("game-client --screenshot a.png").unwrap_err().contains("ADDRESS"));
        assert!(parse("game-client --frame-cost 9 --screenshot a.png").is_err());
        let options = parse("game-client --frame-rate 9 --screenshot a.png").unwrap();
        assert_eq!(options.measurement(), Some(Measurement::Rate(9)));
        assert_eq!(options.size(), Some((1920, 1080)));
        let options = parse("game-client --frame-rate 9 --width 640 --height 360").unwrap();
        assert_eq!(options.size(), Some((640, 360)));
        assert!(parse("game-client --frame-rate 9 --frame-cost 9").is_err());
    }

    #[test]
    fn whoever_takes_a_picture_needs_nobody_at_the_keyboard() {
        let options = parse("game-client a:1 --screenshot a.png --after 3").unwrap();
        assert!(options.is_unattended());
        assert_eq!(options.after, 3.0);
    }
}
