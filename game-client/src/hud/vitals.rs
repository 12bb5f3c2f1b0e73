//! Health, ammunition, rockets and dash of the own pilot; score and clock above.

use bevy::prelude::*;

use super::{Hud, bar, panel, text};
use crate::frame::Frame;
use crate::render::palette;
use crate::scene::Scene;

#[derive(Component)]
struct HealthBar;
#[derive(Component)]
struct DashBar;
#[derive(Component)]
struct ReloadBar;

/// One of the changing texts.
#[derive(Component, Clone, Copy)]
enum Reading {
    Health,
    Rounds,
    Rockets,
    Clock,
    Score,
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn).add_systems(Update, (bars, readings).in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands) {
    let corner = |left: Val, right: Val| {
        panel(Node {
            position_type: PositionType::Absolute,
            bottom: px(20),
            left,
            right,
            flex_direction: FlexDirection::Column,
            row_gap: px(6),
            ..default()
        })
    };
    commands.spawn((
        Hud,
        corner(px(20), Val::Auto),
        children![
            (text("100", 34.0, palette::TEXT), Reading::Health),
            bar(260.0, 18.0, palette::HEALTH, HealthBar),
            text("dash  (Space)", 13.0, palette::TEXT_DIM),
            bar(260.0, 8.0, palette::DASH, DashBar),
        ],
    ));
    commands.spawn((
        Hud,
        corner(Val::Auto, px(20)),
        children![
            (text("30", 34.0, palette::ROUNDS), Reading::Rounds),
            bar(200.0, 8.0, palette::ROUNDS, ReloadBar),
            (text("rockets", 20.0, palette::ROCKETS), Reading::Rockets),
        ],
    ));
    let top = Node {
        position_type: PositionType::Absolute,
        top: px(12),
        width: percent(100),
        justify_content: JustifyContent::Center,
        ..default()
    };
    let middle = Node {
        flex_direction: FlexDirection::Column,
        align_items: AlignItems::Center,
        ..default()
    };
    commands.spawn((
        Hud,
        top,
        children![(
            panel(middle),
            children![
                (text("0:00", 26.0, palette::TEXT), Reading::Clock),
                (text("", 15.0, palette::TEXT_DIM), Reading::Score),
            ],
        )],
    ));
}

fn bars(
    scene: Res<Scene>,
    mut health: Single<&mut Node, (With<HealthBar>, Without<DashBar>, Without<ReloadBar>)>,
    mut dash: Single<&mut Node, (With<DashBar>, Without<ReloadBar>)>,
    mut reload: Single<&mut Node, With<ReloadBar>>,
) {
    let Some(own) = scene.own else { return };
    let magazine = f32::from(own.rounds) / f32::from(scene.rules.rifle_magazine.max(1));
    health.width = percent(100.0 * f32::from(own.health) / f32::from(scene.rules.health.max(1)));
    dash.width = percent(100.0 * own.dash_charge);
    reload.width = percent(100.0 * own.reload.unwrap_or(magazine));
}

fn readings(scene: Res<Scene>, mut texts: Query<(&Reading, &mut Text)>) {
    for (reading, mut text) in &mut texts {
        let words = words(*reading, &scene);
        if text.0 != words {
            text.0 = words;
        }
    }
}

fn words(reading: Reading, scene: &Scene) -> String {
    match (reading, scene.own) {
        (Reading::Clock, _) => clock(scene.round.left_s),
        (Reading::Score, _) => standing(scene),
        (_, None) => String::new(),
        (Reading::Health, Some(own)) => own.health.to_string(),
        (Reading::Rounds, Some(own)) if own.reload.is_some() => {
            format!("reloading  {}", own.reserve)
        }
        (Reading::Rounds, Some(own)) => format!("{} / {}", own.rounds, own.reserve),
        (Reading::Rockets, Some(own)) => format!("{} rockets", own.rockets),
    }
}

/// Minutes and seconds.
fn clock(seconds: f32) -> String {
    let seconds = seconds.max(0.0).ceil() as u32;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// The own score and place, and what the best has.
fn standing(scene: &Scene) -> String {
    let pilots = scene.scores.len();
    let own = scene.me.and_then(|me| Some((scene.rank(me)?, scene.line(me)?)));
    let best = scene.scores.first().map_or(0, |line| line.score);
    match own {
        Some((rank, line)) => {
            format!("{} points, place {rank} of {pilots}, best {best}", line.score)
        }
        None => format!("{pilots} pilots, best {best}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_counts_whole_seconds_down_to_nothing() {
        assert_eq!(clock(299.2), "5:00");
        assert_eq!(clock(61.0), "1:01");
        assert_eq!(clock(-3.0), "0:00");
    }
}
