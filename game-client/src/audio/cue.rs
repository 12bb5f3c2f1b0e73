//! What each happening sounds like.

use game_sim::{NoiseKind, PickupKind};

use crate::happening::{End, Happening, What};
use crate::render::palette::Side;

/// Every sound, in the order of the sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    Shot,
    ShotOwn,
    ShotFar,
    Launch,
    Blast,
    BlastFar,
    Hit,
    Kill,
    Hurt,
    Wall,
    Fall,
    Appear,
    Dash,
    StepOne,
    StepTwo,
    Reload,
    Health,
    Rounds,
    Rockets,
    Begin,
    Won,
    Lost,
    Lead,
    Taken,
    Given,
    Over,
    Streak,
    Tick,
    Last,
    Click,
    Move,
    Message,
    Vote,
    Away,
    Back,
    Ambience,
    Music,
}

impl Sound {
    /// All of them, in order.
    pub const ALL: [Self; 37] = [
        Self::Shot,
        Self::ShotOwn,
        Self::ShotFar,
        Self::Launch,
        Self::Blast,
        Self::BlastFar,
        Self::Hit,
        Self::Kill,
        Self::Hurt,
        Self::Wall,
        Self::Fall,
        Self::Appear,
        Self::Dash,
        Self::StepOne,
        Self::StepTwo,
        Self::Reload,
        Self::Health,
        Self::Rounds,
        Self::Rockets,
        Self::Begin,
        Self::Won,
        Self::Lost,
        Self::Lead,
        Self::Taken,
        Self::Given,
        Self::Over,
        Self::Streak,
        Self::Tick,
        Self::Last,
        Self::Click,
        Self::Move,
        Self::Message,
        Self::Vote,
        Self::Away,
        Self::Back,
        Self::Ambience,
        Self::Music,
    ];

    /// The name of its file.
    pub fn file(self) -> &'static str {
        const FILES: [&str; Sound::ALL.len()] = [
            "shot",
            "shot-own",
            "shot-far",
            "launch",
            "blast",
            "blast-far",
            "hit",
            "kill",
            "hurt",
            "wall",
            "fall",
            "appear",
            "dash",
            "step-1",
            "step-2",
            "reload",
            "health",
            "rounds",
            "rockets",
            "begin",
            "won",
            "lost",
            "lead",
            "taken",
            "given",
            "over",
            "streak",
            "tick",
            "last",
            "click",
            "move",
            "message",
            "vote",
            "away",
            "back",
            "ambience",
            "music",
        ];
        FILES[self as usize]
    }

    /// The least time between two of them, in seconds: more at once are only louder, not more.
    pub fn gap_s(self) -> f32 {
        match self {
            Self::Shot | Self::ShotFar | Self::Wall => 0.03,
            Self::StepOne | Self::StepTwo => 0.06,
            Self::BlastFar | Self::Appear => 0.12,
            _ => 0.02,
        }
    }
}

/// Which volume it follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bus {
    Effects,
    Announcer,
    Interface,
}

/// A sound as it is to be played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cue {
    /// Which.
    pub sound: Sound,
    /// On which bus.
    pub bus: Bus,
    /// How much louder than recorded, in decibels.
    pub gain_db: f32,
    /// Whether it comes from a place, or is in the player's head.
    pub placed: bool,
}

impl Cue {
    fn placed(sound: Sound, gain_db: f32) -> Self {
        Self { sound, bus: Bus::Effects, gain_db, placed: true }
    }

    fn close(sound: Sound) -> Self {
        Self { sound, bus: Bus::Effects, gain_db: 0.0, placed: false }
    }

    fn announced(sound: Sound) -> Self {
        Self { sound, bus: Bus::Announcer, gain_db: 0.0, placed: false }
    }

    /// A sound of a menu.
    pub fn interface(sound: Sound) -> Self {
        Self { sound, bus: Bus::Interface, gain_db: 0.0, placed: false }
    }
}

/// What is heard of something that happened: nothing, one sound, or two.
pub fn cues(happening: &Happening) -> impl Iterator<Item = Cue> + use<> {
    let own = happening.side == Side::Own;
    let two = |one: Cue, other: Cue| [Some(one), Some(other)];
    let one = |cue: Cue| [Some(cue), None];
    let cues = match happening.what {
        What::Shot { .. } if own => one(Cue::close(Sound::ShotOwn)),
        What::Shot { end: End::Wall(_), .. } => {
            two(Cue::placed(Sound::Shot, 0.0), Cue::placed(Sound::Wall, -6.0))
        }
        What::Shot { .. } => one(Cue::placed(Sound::Shot, 0.0)),
        What::Launch => one(Cue::placed(Sound::Launch, 2.0)),
        What::Blast { .. } => one(Cue::placed(Sound::Blast, 4.0)),
        What::Dash => one(Cue::placed(Sound::Dash, 0.0)),
        What::Step => one(step(happening)),
        What::Fell => one(Cue::placed(Sound::Fall, 0.0)),
        What::Appeared => one(Cue::placed(Sound::Appear, -4.0)),
        What::Taken { kind, own: true } => one(Cue::close(match kind {
            PickupKind::Health => Sound::Health,
            PickupKind::Rifle => Sound::Rounds,
            PickupKind::Rockets => Sound::Rockets,
        })),
        What::Noise(noise) => one(match noise.kind {
            NoiseKind::Shot => Cue::placed(Sound::ShotFar, 3.0),
            NoiseKind::Blast => Cue::placed(Sound::BlastFar, 6.0),
        }),
        What::Hit => one(Cue::close(Sound::Hit)),
        What::Hurt { .. } => one(Cue::close(Sound::Hurt)),
        What::Reload => one(Cue::close(Sound::Reload)),
        What::Kill { streak } if streak > 1 && streak % 3 == 0 => {
            two(Cue::close(Sound::Kill), Cue::announced(Sound::Streak))
        }
        What::Kill { .. } => one(Cue::close(Sound::Kill)),
        What::Lead => one(Cue::announced(Sound::Lead)),
        What::PointTurned { good: true } => one(Cue::announced(Sound::Taken)),
        What::PointTurned { good: false } => one(Cue::announced(Sound::Given)),
        What::RoundBegan => one(Cue::announced(Sound::Begin)),
        What::RoundOver { won } => one(Cue::announced(match won {
            Some(true) => Sound::Won,
            Some(false) => Sound::Lost,
            None => Sound::Over,
        })),
        What::Seconds(1) => one(Cue::announced(Sound::Last)),
        What::Seconds(_) => one(Cue::announced(Sound::Tick)),
        What::Said => one(Cue::interface(Sound::Message)),
        What::VoteBegan => one(Cue::interface(Sound::Vote)),
        What::ConnectionLost => one(Cue::interface(Sound::Away)),
        What::ConnectionBack => one(Cue::interface(Sound::Back)),
        What::Struck | What::Taken { own: false, .. } | What::Returned => [None, None],
    };
    cues.into_iter().flatten()
}

/// Left and right by turns, roughly: by where the foot is. The own steps are quieter.
fn step(happening: &Happening) -> Cue {
    let even = (happening.point.x + happening.point.y).rem_euclid(4.0) < 2.0;
    let sound = if even { Sound::StepOne } else { Sound::StepTwo };
    Cue::placed(sound, if happening.side == Side::Own { -10.0 } else { -2.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets;
    use bevy::math::Vec2;

    #[test]
    fn every_sound_has_its_file_in_its_place() {
        for (index, sound) in Sound::ALL.into_iter().enumerate() {
            assert_eq!(sound as usize, index);
            let file = assets::bytes(&format!("sounds/{}.wav", sound.file()));
            assert!(file.starts_with(b"RIFF"), "{sound:?}");
        }
    }

    #[test]
    fn what_is_hidden_sounds_dull_and_the_own_shot_is_in_the_head() {
        let shot = What::Shot { aim_radians: 0.0, end: End::Air(60.0) };
        let hear = |what, side| {
            let happening = Happening { what, side, point: Vec2::ZERO };
            cues(&happening).collect::<Vec<_>>()
        };
        assert!(!hear(shot, Side::Own)[0].placed);
        assert!(hear(shot, Side::Enemy)[0].placed);
        assert_eq!(hear(What::Kill { streak: 3 }, Side::Own).len(), 2);
        assert_eq!(hear(What::Kill { streak: 1 }, Side::Own).len(), 1);
    }

    /// All that is told to the player in words, on the bus whose volume that is.
    #[test]
    fn each_word_of_the_announcer_and_of_the_menus_has_a_sound_of_its_own() {
        let told = [
            (What::RoundBegan, Bus::Announcer),
            (What::RoundOver { won: Some(true) }, Bus::Announcer),
            (What::RoundOver { won: Some(false) }, Bus::Announcer),
            (What::RoundOver { won: None }, Bus::Announcer),
            (What::Lead, Bus::Announcer),
            (What::PointTurned { good: true }, Bus::Announcer),
            (What::PointTurned { good: false }, Bus::Announcer),
            (What::Seconds(1), Bus::Announcer),
            (What::Seconds(2), Bus::Announcer),
            (What::Said, Bus::Interface),
            (What::VoteBegan, Bus::Interface),
            (What::ConnectionLost, Bus::Interface),
            (What::ConnectionBack, Bus::Interface),
        ];
        let mut heard = Vec::new();
        for (what, bus) in told {
            let all: Vec<_> =
                cues(&Happening { what, side: Side::Own, point: Vec2::ZERO }).collect();
            let [cue] = all[..] else { panic!("{what:?}: {all:?}") };
            assert_eq!((cue.bus, cue.placed), (bus, false), "{what:?}");
            assert!(!heard.contains(&cue.sound), "{what:?} sounds as another: {:?}", cue.sound);
            heard.push(cue.sound);
        }
    }
}
