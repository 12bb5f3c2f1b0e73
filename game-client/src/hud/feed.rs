//! Who did what to whom, at the upper right.

use bevy::prelude::*;

use super::{Hud, text};
use crate::feed::{FeedLine, LINE_S, LINES, News};
use crate::frame::Frame;
use crate::render::palette::{self, Rgb};
use crate::scene::{Scene, weapon_name};

/// The line with this number, the newest being 0.
#[derive(Component)]
struct Line(usize);

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn).add_systems(Update, tell.in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands) {
    let column = Node {
        position_type: PositionType::Absolute,
        top: px(16),
        right: px(20),
        flex_direction: FlexDirection::Column,
        align_items: AlignItems::End,
        row_gap: px(4),
        ..default()
    };
    commands.spawn((Hud, column)).with_children(|lines| {
        for number in 0..LINES {
            let node = Node { padding: UiRect::axes(px(8), px(2)), ..default() };
            lines.spawn((
                node,
                BackgroundColor(Color::NONE),
                children![(text("", 16.0, palette::TEXT), Line(number))],
            ));
        }
    });
}

fn tell(
    scene: Res<Scene>,
    mut lines: Query<(&Line, &mut Text, &mut TextColor, &ChildOf)>,
    mut grounds: Query<&mut BackgroundColor>,
) {
    for (Line(number), mut text, mut colour, parent) in &mut lines {
        let line = scene.feed.iter().rev().nth(*number);
        let (words, of, alpha) = line.map_or((String::new(), palette::TEXT, 0.0), |line| {
            let (words, of) = words(line, &scene);
            (words, of, (LINE_S - line.age_s).clamp(0.0, 1.0))
        });
        if text.0 != words {
            text.0 = words;
        }
        colour.0 = palette::translucent(of, alpha);
        if let Ok(mut ground) = grounds.get_mut(parent.parent()) {
            ground.0 = palette::translucent(palette::PANEL, 0.6 * alpha);
        }
    }
}

/// A line's words, and its colour: what the player did or suffered stands out.
fn words(line: &FeedLine, scene: &Scene) -> (String, Rgb) {
    match &line.news {
        News::Killed { killer: Some(killer), victim, weapon } if killer.0 != victim.0 => {
            let colour = if Some(killer.0) == scene.me {
                palette::OWN
            } else if Some(victim.0) == scene.me {
                palette::DANGER
            } else {
                palette::TEXT
            };
            (format!("{}  >{}>  {}", killer.1, weapon_name(*weapon), victim.1), colour)
        }
        News::Killed { victim, .. } => (format!("{} died", victim.1), palette::TEXT_DIM),
        News::Joined(name) => (format!("{name} came"), palette::TEXT_DIM),
        News::Left(name) => (format!("{name} left"), palette::TEXT_DIM),
        News::Said { name, text } => (format!("{name}: {text}"), palette::ROUNDS),
    }
}
