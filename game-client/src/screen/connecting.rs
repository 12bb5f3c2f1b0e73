//! On the way to a server: what is being waited for, for how long, and a way back.

use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use crate::input::action::Action;
use crate::input::names::first;
use crate::language::{Say, Words};
use crate::link::Link;
use crate::menu::theme::{self, bold, text};
use crate::menu::widget::button;
use crate::servers::short;
use crate::settings::Settings;
use crate::state::{Door, Page, Place};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Page::Connecting), spawn)
        .add_systems(Update, write.run_if(in_state(Page::Connecting)));
}

#[derive(Component)]
enum Line {
    Server,
    Waiting,
    Time,
    Keys(Action),
}

/// What a newcomer must know before the first fight.
const HELP: [Action; 8] = [
    Action::MoveUp,
    Action::MoveLeft,
    Action::MoveDown,
    Action::MoveRight,
    Action::Fire,
    Action::Rocket,
    Action::Dash,
    Action::Reload,
];

/// The part of the bar that moves: it shows that nothing stands still.
#[derive(Component)]
struct Runner;

fn spawn(mut commands: Commands) {
    commands.spawn(theme::screen(Page::Connecting)).with_children(|screen| {
        screen.spawn((bold("", 40.0, theme::TEXT), Say("connecting-title")));
        let node = Node { width: px(620), align_items: AlignItems::Center, ..default() };
        screen.spawn(theme::panel(node)).with_children(|panel| {
            panel.spawn((text("", 24.0, theme::ACCENT), Line::Server));
            panel.spawn((text("", 19.0, theme::TEXT), Line::Waiting));
            let track = Node {
                width: percent(100),
                height: px(6),
                overflow: Overflow::clip(),
                margin: UiRect::vertical(px(8)),
                ..default()
            };
            let ground = BackgroundColor(crate::render::palette::color(theme::GROUND));
            panel.spawn((track, ground)).with_children(|track| {
                let node = Node {
                    position_type: PositionType::Absolute,
                    width: percent(22),
                    height: percent(100),
                    ..default()
                };
                let colour = BackgroundColor(crate::render::palette::color(theme::ACCENT));
                track.spawn((node, colour, Runner));
            });
            panel.spawn((text("", 17.0, theme::DIM), Line::Time));
        });
        let node = Node { width: px(620), row_gap: px(3), ..default() };
        screen.spawn(theme::panel(node)).with_children(|panel| {
            for action in HELP {
                let node = Node { justify_content: JustifyContent::SpaceBetween, ..default() };
                panel.spawn(node).with_children(|line| {
                    line.spawn((text("", 17.0, theme::DIM), Say(action.key())));
                    line.spawn((text("", 17.0, theme::TEXT), Line::Keys(action)));
                });
            }
        });
        screen.spawn(button("menu-cancel")).observe(|_: On<Activate>, mut door: Door| door.back());
    });
}

fn write(
    words: Res<Words>,
    link: Res<Link>,
    place: Res<Place>,
    settings: Res<Settings>,
    pads: Query<(), With<Gamepad>>,
    mut lines: Query<(&Line, &mut Text)>,
    mut runner: Single<&mut Node, With<Runner>>,
) {
    for (line, mut text) in &mut lines {
        let said = match line {
            Line::Server => {
                words.say_with("connecting-to", &[("server", short(&place.address).into())])
            }
            Line::Waiting if link.welcomed => match link.percent() {
                Some(percent) => words.say_with("connecting-view", &[("percent", percent.into())]),
                None => words.say("connecting-first").into_owned(),
            },
            Line::Waiting if link.reached => words.say("connecting-welcome").into_owned(),
            Line::Waiting => words.say("connecting-lookup").into_owned(),
            Line::Keys(action) => first(&words, &settings.bindings, *action, !pads.is_empty()),
            Line::Time => {
                words.say_with("connecting-seconds", &[("seconds", (link.waited_s as u32).into())])
            }
        };
        if text.0 != said {
            text.0 = said;
        }
    }
    runner.left = percent(122.0 * (link.waited_s * 0.6).fract() - 22.0);
}
