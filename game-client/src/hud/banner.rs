//! Large words in the middle: dead and when not any more, the end of a round, watching, a lost connection.

use bevy::prelude::*;

use super::{Hud, text};
use crate::frame::Frame;
use crate::render::palette;
use crate::scene::Scene;

#[derive(Component)]
struct Banner;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn).add_systems(Update, say.in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands) {
    let line = Node {
        position_type: PositionType::Absolute,
        top: percent(14),
        width: percent(100),
        justify_content: JustifyContent::Center,
        ..default()
    };
    commands.spawn((
        Hud,
        line,
        children![(text("", 36.0, palette::TEXT), TextShadow::default(), Banner)],
    ));
}

fn say(scene: Res<Scene>, mut banner: Single<&mut Text, With<Banner>>) {
    let words = words(&scene);
    if banner.0 != words {
        banner.0 = words;
    }
}

fn words(scene: &Scene) -> String {
    if let Some(notice) = &scene.notice {
        return notice.clone();
    }
    if scene.round.over {
        let winner = scene.round.winner;
        return match winner {
            Some(winner) if Some(winner) == scene.me => "You won the round".to_owned(),
            Some(winner) => format!("{} won the round", scene.name(winner)),
            None => "The round is a draw".to_owned(),
        };
    }
    match scene.own {
        Some(own) if !own.alive => {
            let back = format!("You died. Back in {:.0}", own.respawn_s.ceil());
            scene.why_died.iter().fold(back, |back, why| format!("{back}\n{why}"))
        }
        Some(_) => String::new(),
        None if scene.me.is_none() => "Watching".to_owned(),
        None => "Waiting for the first picture".to_owned(),
    }
}
