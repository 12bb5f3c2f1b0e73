//! What each hit was judged by: what the shooter saw, where the server had the victim, and where the
//! victim was on its own screen. The last ones are kept, and a thread writes all of them to a file, if
//! one is asked for; when it can't keep up, lines are dropped and counted, and no tick waits.

use game_sim::{Hit, PilotId, TICK_RATE, Weapon, WhyDied, World};
use glam::Vec2;
use serde::Serialize;
use std::{
    collections::VecDeque,
    fs::OpenOptions,
    io::{BufWriter, Write},
    path::Path,
    sync::mpsc::{SyncSender, sync_channel},
};

/// Records that are kept.
const KEPT: usize = 256;
/// Lines that may wait for the disk.
const WAITING: usize = 4_096;

/// One hit, as it is written: positions in metres, times in milliseconds before the tick.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    /// The tick in which it was judged.
    pub tick: u32,
    /// The shooter's slot.
    pub shooter: u16,
    /// The victim's slot.
    pub victim: u16,
    /// `rifle` or `rocket`.
    pub weapon: &'static str,
    /// Health that it took.
    pub damage: u8,
    /// Whether the victim died of it.
    pub killed: bool,
    /// How long ago the shooter saw what it shot at, as it was granted.
    pub seen_ago_ms: f64,
    /// The same as the shooter's client claimed.
    pub claimed_ago_ms: f64,
    /// How long ago the shooter was where its shot began.
    pub own_ago_ms: f64,
    /// Whence the shot came.
    pub from: [f32; 2],
    /// Where the victim was judged to be.
    pub seen: [f32; 2],
    /// Where the server had the victim.
    pub present: [f32; 2],
    /// Where the victim was on its own screen: by its inputs that had come for later ticks. As `present`
    /// for who is flown by the server.
    pub own_screen: [f32; 2],
    /// By how much that screen was ahead of the server.
    pub ahead_ms: f64,
}

/// The last hits, and where they are written.
#[derive(Debug, Default)]
pub struct ShotAudit {
    kept: VecDeque<Record>,
    file: Option<SyncSender<String>>,
    dropped: u64,
}

impl ShotAudit {
    /// From now on everything is written to a file as well, one JSON object a line, after what is there: an arena that
    /// was started anew goes on with the file of the one before.
    ///
    /// # Errors
    /// When the file can't be made or the thread can't be started.
    pub fn write_to(&mut self, path: &Path) -> std::io::Result<()> {
        let mut file = BufWriter::new(OpenOptions::new().create(true).append(true).open(path)?);
        let (sender, lines) = sync_channel::<String>(WAITING);
        std::thread::Builder::new().name("shot-audit".to_owned()).spawn(move || {
            // Until the server is gone, or the disk is full.
            while let Ok(line) = lines.recv() {
                let more = std::iter::once(line).chain(lines.try_iter());
                if more.into_iter().try_for_each(|line| writeln!(file, "{line}")).is_err()
                    || file.flush().is_err()
                {
                    return;
                }
            }
        })?;
        self.file = Some(sender);
        Ok(())
    }

    /// Takes a hit; `ahead` is where the victim is on its own screen and by how many ticks that is
    /// ahead, if somebody sits there.
    pub fn note(&mut self, hit: &Hit, ahead: Option<(Vec2, usize)>) {
        let (own_screen, ahead_ticks) = ahead.unwrap_or((hit.present, 0));
        let record = Record {
            tick: hit.tick.0,
            shooter: hit.shooter.0,
            victim: hit.victim.0,
            weapon: match hit.weapon {
                Weapon::Rifle => "rifle",
                Weapon::Rocket => "rocket",
            },
            damage: hit.damage,
            killed: hit.killed,
            seen_ago_ms: ms(hit.moment.view.ticks_before(hit.tick)),
            claimed_ago_ms: ms(hit.moment.claimed.ticks_before(hit.tick)),
            own_ago_ms: ms(hit.moment.own.ticks_before(hit.tick)),
            from: hit.from.to_array(),
            seen: hit.seen.to_array(),
            present: hit.present.to_array(),
            own_screen: own_screen.to_array(),
            ahead_ms: ms(ahead_ticks as f64),
        };
        if let Some(file) = &self.file
            && let Ok(line) = serde_json::to_string(&record)
        {
            self.dropped += u64::from(file.try_send(line).is_err());
        }
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(record);
    }

    /// The last hits, the oldest first.
    pub fn records(&self) -> impl DoubleEndedIterator<Item = &Record> {
        self.kept.iter()
    }

    /// Lines that the disk was too slow for.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

impl Record {
    /// What victim and killer are told.
    #[must_use]
    pub fn why_died(&self) -> WhyDied {
        let apart_m = Vec2::from(self.seen).distance(Vec2::from(self.own_screen));
        WhyDied {
            killer: PilotId(self.shooter),
            victim: PilotId(self.victim),
            seen_ago_ms: self.seen_ago_ms.round() as u16,
            apart_cm: (apart_m * 100.0).round() as u16,
            bounded: self.claimed_ago_ms > self.seen_ago_ms,
        }
    }
}

/// Where a pilot is on its own screen, given the inputs that it has sent for later ticks, and by how
/// many ticks that is ahead.
pub fn own_screen(
    world: &World,
    pilot: PilotId,
    inputs: impl Iterator<Item = game_sim::PilotInput>,
) -> Option<(Vec2, usize)> {
    let mut own = world.pilot(pilot)?.own;
    // Its screen does not know yet that it died.
    own.alive = true;
    let mut ticks = 0;
    for input in inputs {
        game_sim::predict(&mut own, &input, &world.arena, &world.rules);
        ticks += 1;
    }
    Some((own.body.position, ticks))
}

fn ms(ticks: f64) -> f64 {
    ticks * 1000.0 / f64::from(TICK_RATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arena_that_starts_anew_loses_nothing_of_the_one_before() {
        let path = std::env::temp_dir().join(format!("shot-audit-{}", std::process::id()));
        std::fs::write(&path, "{\"before\":1}\n").unwrap();
        ShotAudit::default().write_to(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(text, "{\"before\":1}\n");
    }
}
