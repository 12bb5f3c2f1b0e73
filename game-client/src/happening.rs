//! What happens in the fight, as messages of one frame: the picture flashes, the sound plays and the
//! camera shakes by them, and none of these looks at the others.
//!
//! Nobody tells a client of most of it. It follows from two scenes in a row: a counter that went on, a
//! rocket that is gone, a pilot who was elsewhere. So nothing here can know more than what is drawn.

mod news;
mod pilots;
mod rockets;
mod round;
mod shots;

use bevy::prelude::*;
use game_sim::{HeardNoise, NoiseKind, PickupKind};
use std::collections::HashMap;

use crate::chat::Chat;
use crate::frame::Frame;
use crate::link::Link;
use crate::render::palette::Side;
use crate::scene::{PilotView, Scene};
use crate::state::Stage;

pub use shots::End;

/// One thing that happened since the last frame.
#[derive(Message, Clone, Copy, Debug, PartialEq)]
pub struct Happening {
    /// What.
    pub what: What,
    /// Whose doing it was, or whom it befell.
    pub side: Side,
    /// Where, in the plane.
    pub point: Vec2,
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What {
    /// A rifle fired along an angle, and met something so far away.
    Shot { aim_radians: f32, end: End },
    /// A rocket left a launcher.
    Launch,
    /// A rocket exploded, hurting so far around.
    Blast { radius_m: f32 },
    /// A dash began.
    Dash,
    /// A foot met the floor.
    Step,
    /// Somebody was hurt.
    Struck,
    /// Somebody died.
    Fell,
    /// Somebody is here again.
    Appeared,
    /// A pickup was taken; `own` when by the player.
    Taken { kind: PickupKind, own: bool },
    /// A pickup is back.
    Returned,
    /// Something is heard that is not seen.
    Noise(HeardNoise),
    /// An own shot hit.
    Hit,
    /// A hit was taken, from there.
    Hurt { from_radians: f32 },
    /// The own magazine is being changed.
    Reload,
    /// The player killed somebody, the so-manieth in this life.
    Kill { streak: u16 },
    /// Nobody is ahead of the player any more.
    Lead,
    /// A team has taken a point, or lost it: whether that is good for the player.
    PointTurned { good: bool },
    /// A round begins.
    RoundBegan,
    /// A round is over; whether the player won it, if it won or lost it at all.
    RoundOver { won: Option<bool> },
    /// So many seconds are left.
    Seconds(u8),
    /// The vote for what comes next has begun.
    VoteBegan,
    /// Somebody else wrote a line.
    Said,
    /// The connection is lost, and looked for.
    ConnectionLost,
    /// It is there again.
    ConnectionBack,
}

/// Finds out what happened.
pub fn plugin(app: &mut App) {
    app.add_message::<Happening>()
        .init_resource::<Seen>()
        .add_systems(Update, notice.in_set(Frame::Notice).run_if(in_state(Stage::Playing)));
}

/// What the last scene had.
#[derive(Resource, Default)]
pub struct Seen {
    pilots: pilots::Pilots,
    rockets: rockets::Rockets,
    round: round::Round,
    news: news::News,
    pickups: HashMap<u16, (bool, bool)>,
    noises: HashMap<u16, (NoiseKind, u8, bool)>,
    arena: Option<usize>,
}

fn notice(
    (scene, chat, link): (Res<Scene>, Res<Chat>, Res<Link>),
    mut seen: ResMut<Seen>,
    mut happenings: MessageWriter<Happening>,
) {
    let seen = &mut *seen;
    // Another arena is another world: nothing of the last one ended there.
    let arena = scene.arena.as_ref().map(|arena| std::sync::Arc::as_ptr(arena) as usize);
    if seen.arena != arena {
        let news = std::mem::take(&mut seen.news);
        *seen = Seen { arena, news, ..Seen::default() };
    }
    let mut tell = |happening| {
        happenings.write(happening);
    };
    seen.pilots.notice(&scene, &mut tell);
    seen.rockets.notice(&scene, &mut tell);
    seen.round.notice(&scene, &mut tell);
    seen.news.notice(&chat, &link, &mut tell);
    pickups(&scene, &mut seen.pickups, &mut tell);
    noises(&scene, &mut seen.noises, &mut tell);
}

/// Somebody who can be looked at: the own pilot or another, told alike.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Whose it is.
    pub side: Side,
    /// What can be seen of it.
    pub pilot: PilotView,
}

/// Everybody in the picture, and oneself first. Who has faded out of it is not: neither does anything there shoot,
/// smoke or wear a crown.
pub fn figures(scene: &Scene) -> impl Iterator<Item = Figure> {
    let own =
        scene.own.zip(scene.me).map(|(own, id)| Figure { side: Side::Own, pilot: own.seen(id) });
    let is_other = |pilot: &&PilotView| Some(pilot.id) != scene.me && pilot.opacity > 0.0;
    let others = scene.pilots.iter().filter(is_other);
    let figure = |pilot: &PilotView| Figure { side: scene.side(pilot.id), pilot: *pilot };
    own.into_iter().chain(others.map(figure))
}

/// A pickup that lay there and does not any more was taken; by the player, if that is who stands there.
fn pickups(scene: &Scene, seen: &mut HashMap<u16, (bool, bool)>, tell: &mut impl FnMut(Happening)) {
    seen.values_mut().for_each(|(_, fresh)| *fresh = false);
    for pickup in &scene.pickups {
        let before = seen.insert(pickup.index, (pickup.available, true));
        let point = pickup.position;
        match (before, pickup.available) {
            (Some((true, _)), false) => {
                // The server's word is some ticks old: whoever runs has gone on by then.
                let reach_m = scene.rules.pickup_radius_m + 2.0;
                let own = scene.own.is_some_and(|own| own.position.distance(point) < reach_m);
                let side = if own { Side::Own } else { Side::Enemy };
                tell(Happening { what: What::Taken { kind: pickup.kind, own }, side, point });
            }
            (Some((false, _)), true) => {
                tell(Happening { what: What::Returned, side: Side::Friend, point });
            }
            _ => {}
        }
    }
    seen.retain(|_, (_, fresh)| *fresh);
}

/// Noises that were not there before, or are in another beat.
fn noises(
    scene: &Scene,
    seen: &mut HashMap<u16, (NoiseKind, u8, bool)>,
    tell: &mut impl FnMut(Happening),
) {
    seen.values_mut().for_each(|(_, _, fresh)| *fresh = false);
    for noise in &scene.noises {
        let before = seen.insert(noise.cell, (noise.kind, noise.beat, true));
        if before.is_none_or(|(kind, beat, _)| (kind, beat) != (noise.kind, noise.beat)) {
            let (what, point) = (What::Noise(*noise), noise.place());
            tell(Happening { what, side: Side::Enemy, point });
        }
    }
    seen.retain(|_, (_, _, fresh)| *fresh);
}

#[cfg(test)]
mod tests {
    use super::*;
    use game_sim::{PilotId, SeenPickup};

    #[test]
    fn who_has_faded_does_nothing_and_comes_back_as_somebody_new() {
        let mut pilots = pilots::Pilots::default();
        let mut look = |opacity, shots| {
            let pilot = PilotView { opacity, shots, ..PilotView::still(PilotId(3)) };
            let scene = Scene { pilots: vec![pilot], ..Scene::default() };
            let mut told = 0;
            pilots.notice(&scene, &mut |_| told += 1);
            (figures(&scene).count(), told)
        };
        assert_eq!(look(1.0, 1), (1, 0));
        assert_eq!(look(0.1, 2), (1, 1));
        assert_eq!(look(0.0, 3), (0, 0));
        assert_eq!(look(1.0, 4), (1, 0));
    }

    #[test]
    fn each_beat_of_a_square_is_told_once() {
        let noise = |cell, beat| HeardNoise { cell, kind: NoiseKind::Shot, beat };
        let mut heard = HashMap::new();
        let mut count = |all: &[HeardNoise]| {
            let mut told = 0;
            let scene = Scene { noises: all.to_vec(), ..Scene::default() };
            noises(&scene, &mut heard, &mut |_| told += 1);
            told
        };
        assert_eq!(count(&[noise(1, 3), noise(2, 3)]), 2);
        assert_eq!(count(&[noise(1, 3), noise(2, 3)]), 0);
        assert_eq!(count(&[noise(1, 4), noise(2, 3)]), 1);
        assert_eq!(count(&[noise(2, 3)]), 0);
        assert_eq!(count(&[noise(1, 4), noise(2, 3)]), 1, "it comes anew");
    }

    #[test]
    fn a_pickup_is_taken_when_it_was_there_before() {
        let mut seen = HashMap::new();
        let mut look = |available: &[bool]| {
            let mut told = Vec::new();
            let pickups = available.iter().map(|&available| SeenPickup {
                index: 4,
                kind: PickupKind::Health,
                position: Vec2::X,
                available,
            });
            let scene = Scene { pickups: pickups.collect(), ..Scene::default() };
            super::pickups(&scene, &mut seen, &mut |happening| told.push(happening.what));
            told
        };
        assert_eq!(look(&[false]), [], "it was empty before it came into sight");
        assert_eq!(look(&[true]), [What::Returned]);
        let taken = What::Taken { kind: PickupKind::Health, own: false };
        assert_eq!(look(&[false]), [taken]);
        assert_eq!((look(&[]), look(&[true])), (vec![], vec![]), "out of sight is not taken");
    }
}
