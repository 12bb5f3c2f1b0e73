//! On the way to a server: what is being waited for, for how long, and a way back.

use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use crate::input::action::Action;
use crate::input::binding::Bindings;
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
    Keys(Help),
}

/// What a newcomer must know before the first fight.
#[derive(Clone, Copy)]
enum Help {
    Move,
    Aim,
    Do(Action),
}

const HELP: [Help; 6] = [
    Help::Move,
    Help::Aim,
    Help::Do(Action::Fire),
    Help::Do(Action::Rocket),
    Help::Do(Action::Dash),
    Help::Do(Action::Reload),
];

impl Help {
    const fn key(self) -> &'static str {
        match self {
            Self::Move => "action-move",
            Self::Aim => "action-aim",
            Self::Do(action) => action.key(),
        }
    }

    /// With what it is done, on a gamepad if there is one.
    fn with(self, words: &Words, bindings: &Bindings, pad: bool) -> String {
        const WAYS: [Action; 4] =
            [Action::MoveUp, Action::MoveLeft, Action::MoveDown, Action::MoveRight];
        match (self, pad) {
            (Self::Move, true) => words.say("pad-left-stick").into_owned(),
            (Self::Move, false) => WAYS.map(|way| first(words, bindings, way, false)).join(" "),
            (Self::Aim, true) => words.say("pad-right-stick").into_owned(),
            (Self::Aim, false) => words.say("mouse-aim").into_owned(),
            (Self::Do(action), _) => first(words, bindings, action, pad),
        }
    }
}

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
            for help in HELP {
                let node = Node { justify_content: JustifyContent::SpaceBetween, ..default() };
                panel.spawn(node).with_children(|line| {
                    line.spawn((text("", 17.0, theme::DIM), Say(help.key())));
                    line.spawn((text("", 17.0, theme::TEXT), Line::Keys(help)));
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
            Line::Keys(help) => help.with(&words, &settings.bindings, !pads.is_empty()),
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
