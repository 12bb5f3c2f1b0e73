//! A crowd that is the same each time: the worst that a picture of the game may have to show.

use std::f32::consts::TAU;
use std::sync::Arc;
use std::time::Duration;

use bevy::prelude::*;
use bevy::time::TimeUpdateStrategy;
use game_sim::{
    Arena, HeardNoise, NoiseKind, Own, PickupKind, PilotId, SeenPickup, SeenRocket, Weapon, noise,
};

use crate::feed::{self, News};
use crate::frame::Frame;
use crate::scene::{OwnView, PilotView, RoundView, Scene, ScoreLine};

/// Pilots in the arena, and in sight.
const ARENA: u16 = 1000;
const IN_SIGHT: u16 = 100;
/// Rockets in flight, pickups in sight, squares that are heard.
const ROCKETS: u16 = 12;
const PICKUPS: u16 = 12;
const NOISES: u16 = 24;
/// Where the own pilot runs around, and how fast, in radians a second.
const MIDDLE: Vec2 = Vec2::new(6.0, -4.0);
const PACE: f32 = 1.1;

/// Time of a frame, however long it takes: the crowd is the same on every machine.
const FRAME: Duration = Duration::from_micros(16_667);

/// How many frames there were.
#[derive(Resource, Default)]
struct Count(u32);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Count>()
        .insert_resource(TimeUpdateStrategy::ManualDuration(FRAME))
        .add_systems(Startup, begin)
        // Behind the eyes, which look at the crowd of the frame before: whom they hide costs less to draw.
        .add_systems(Update, go_on.in_set(Frame::See).after(crate::eyes::look));
}

fn begin(mut scene: ResMut<Scene>) {
    let arena = Arena::builtin("expanse").and_then(Result::ok);
    let line = |number: u16| ScoreLine {
        id: PilotId(number),
        name: format!("Pilot {number}"),
        bot: true,
        score: (ARENA - number) as i16 / 20,
        kills: (ARENA - number) / 20,
        deaths: number / 20,
        team: None,
    };
    scene.arena = arena.or_else(|| Some(Arc::new(empty())));
    scene.me = Some(PilotId(0));
    scene.scores = (0..ARENA).map(line).collect();
    scene.round = RoundView { number: 1, left_s: 250.0, ..RoundView::default() };
    scene.own = Some(OwnView::new(
        &Own { alive: true, health: 80, rockets: 3, rifle_rounds: 30, ..Own::default() },
        MIDDLE,
        &scene.rules,
    ));
}

fn empty() -> Arena {
    Arena::new("empty", Vec2::splat(120.0), Vec::new(), Vec::new(), Vec::new(), 0)
}

/// Everything moves on by a frame.
fn go_on(mut scene: ResMut<Scene>, mut count: ResMut<Count>) {
    let frame = count.0;
    count.0 += 1;
    let seconds = frame as f32 / 60.0;
    let scene = &mut *scene;
    scene.round.left_s = 250.0 - seconds;
    if let Some(own) = &mut scene.own {
        own.position = MIDDLE + Vec2::from_angle(seconds * PACE) * 6.0;
        own.aim_radians = seconds * 2.0;
        own.shots = (frame / 7) as u8;
        own.rounds = 30 - (frame / 7 % 30) as u8;
        own.hurt = (frame / 40) as u8;
        own.hits = (frame / 20) as u8;
        own.health = 100 - (frame / 40 % 8 * 11) as u8;
    }
    scene.pilots.clear();
    scene.pilots.extend((1..=IN_SIGHT).map(|number| pilot(number, frame, seconds)));
    scene.rockets.clear();
    scene.rockets.extend((0..ROCKETS).map(|number| rocket(number, frame)));
    scene.pickups.clear();
    scene.pickups.extend((0..PICKUPS).map(|number| SeenPickup {
        index: number,
        kind: PickupKind::from_number((number % 3) as u8),
        position: MIDDLE + Vec2::from_angle(f32::from(number)) * 14.0,
        available: !(frame / 120 + u32::from(number)).is_multiple_of(4),
    }));
    scene.noises.clear();
    scene.noises.extend((0..NOISES).map(|number| HeardNoise {
        cell: noise::cell_at(MIDDLE + Vec2::from_angle(f32::from(number) * 0.26) * 38.0),
        kind: if number % 5 == 0 { NoiseKind::Blast } else { NoiseKind::Shot },
        beat: ((frame / 16 + u32::from(number)) % 16) as u8,
    }));
    // Two kills a second among those whom one sees.
    if frame.is_multiple_of(30) {
        let name = |number: u16| (PilotId(number), format!("Pilot {number}"));
        let (killer, victim) = ((frame / 30 % 90) as u16 + 1, (frame / 30 % 70) as u16 + 20);
        let news = News::Killed {
            killer: Some(name(killer)),
            victim: name(victim),
            weapon: Weapon::Rifle,
        };
        feed::push(&mut scene.feed, news);
    }
    feed::age(&mut scene.feed, 1.0 / 60.0);
}

/// Somebody who runs in a circle, shoots all the time, and now and then dashes, is hurt, or dies.
fn pilot(number: u16, frame: u32, seconds: f32) -> PilotView {
    let own_time = frame + u32::from(number) * 37;
    let ring = 6.0 + f32::from(number % 10) * 2.4;
    let way = f32::from(number) * TAU * 0.618 + seconds * 7.0 / ring;
    let alive = own_time % 600 > 120;
    PilotView {
        id: PilotId(number),
        position: MIDDLE + Vec2::from_angle(way) * ring,
        aim_radians: way * 1.7,
        health: 100 - (own_time / 30 % 9 * 11) as u8,
        alive,
        protected: own_time % 600 < 180,
        dashing: own_time % 90 < 9,
        shots: (own_time / 7) as u8,
        opacity: 1.0,
        hidden: false,
    }
}

/// A rocket that flies outwards for a second, and is then another one.
fn rocket(number: u16, frame: u32) -> SeenRocket {
    let own_time = frame + u32::from(number) * 5;
    let (flight, age) = (own_time / 60, own_time % 60);
    let velocity = Vec2::from_angle(f32::from(number) * 0.52 + flight as f32) * 25.0;
    SeenRocket {
        id: (flight % 500) as u16 * ROCKETS + number,
        owner: PilotId(number + 1),
        position: MIDDLE + velocity * (age as f32 / 60.0),
        velocity,
    }
}
