//! Over the fight while it waits for the network: how much of the arena is here when one joins, and that
//! the connection broke, why, for how long it is looked for, and how to leave meanwhile.

use bevy::prelude::*;
use netcode::quic::reconnect::PATIENCE;

use crate::frame::Frame;
use crate::input::action::Action;
use crate::input::names::first;
use crate::language::{Say, Words};
use crate::link::Link;
use crate::menu::theme::{self, bold, text};
use crate::reason::reason;
use crate::screen::standings::Covers;
use crate::settings::Settings;
use crate::state::{Place, Stage};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Stage::Playing), spawn)
        .add_systems(Update, write.in_set(Frame::Overlay).run_if(in_state(Stage::Playing)));
}

/// The whole of it, and what it says.
#[derive(Component)]
enum Part {
    Whole,
    Head,
    Line,
    Way,
}

/// Where it stands, from the top and from the bottom: that the game moves on is told below the standings.
const UPPER: (Val, Val) = (Val::Percent(24.0), Val::Auto);
const FOOT: (Val, Val) = (Val::Auto, Val::Px(20.0));

fn spawn(mut commands: Commands) {
    let node = Node {
        position_type: PositionType::Absolute,
        top: UPPER.0,
        width: percent(100),
        justify_content: JustifyContent::Center,
        ..default()
    };
    let whole = (node, GlobalZIndex(15), DespawnOnExit(Stage::Playing), Visibility::Hidden);
    commands.spawn((whole, Part::Whole)).with_children(|whole| {
        let node = Node { align_items: AlignItems::Center, max_width: percent(70), ..default() };
        whole.spawn(theme::panel(node)).with_children(|panel| {
            panel.spawn((bold("", 28.0, theme::DOUBT), Say("lost-coming-back"), Part::Head));
            panel.spawn((text("", 19.0, theme::TEXT), Part::Line));
            panel.spawn((text("", 17.0, theme::DIM), Part::Way));
        });
    });
}

/// What the words depend on: the parts of a connection that is broken, on its way, or elsewhere.
#[derive(Clone, Copy, Default, PartialEq)]
struct Said {
    broken: Option<(usize, u32)>,
    percent: Option<u64>,
    moving: bool,
    pad: bool,
}

impl Said {
    fn anything(self) -> bool {
        self.broken.is_some() || self.percent.is_some() || self.moving
    }
}

fn write(
    (words, link, table): (Res<Words>, Res<Link>, Res<Covers>),
    place: Res<Place>,
    settings: Res<Settings>,
    pads: Query<(), With<Gamepad>>,
    mut before: Local<Said>,
    mut parts: Query<(Ref<Part>, &mut Visibility, Option<&mut Text>, &mut Node)>,
) {
    let broken = link.broken.as_ref();
    let now = Said {
        broken: broken.map(|(why, seconds)| (why.len(), *seconds as u32)),
        percent: link.percent(),
        moving: link.moving.is_some(),
        pad: !pads.is_empty(),
    };
    // Words take memory anew each time: they are made when they are others.
    let fresh = parts.iter().any(|(part, ..)| part.is_added());
    let same = *before == now && !words.is_changed() && !settings.is_changed() && !fresh;
    *before = now;
    let said = || match (&link.broken, link.percent()) {
        (None, None) => link.moving.as_ref().map(|choice| {
            words.say_with("moving-to", &[("arena", words.arena(&choice.arena).into())])
        }),
        (Some((why, seconds)), _) => {
            let why = reason(&words, why, &place.address);
            let why = why.trim_end_matches('.').to_owned();
            let arguments = [
                ("reason", why.into()),
                ("seconds", (*seconds as u32).into()),
                ("patience", PATIENCE.as_secs().into()),
            ];
            Some(words.say_with("lost-coming-back-more", &arguments))
        }
        (None, Some(percent)) => {
            Some(words.say_with("connecting-view", &[("percent", percent.into())]))
        }
    };
    let said = if same { None } else { said() };
    for (part, mut visibility, text, mut node) in &mut parts {
        match *part {
            Part::Whole => {
                let shown = if now.anything() { Visibility::Inherited } else { Visibility::Hidden };
                visibility.set_if_neq(shown);
                let at = if table.0 && link.broken.is_none() { FOOT } else { UPPER };
                if (node.top, node.bottom) != at {
                    (node.top, node.bottom) = at;
                }
            }
            Part::Head | Part::Way => {
                let display = if link.broken.is_some() { Display::Flex } else { Display::None };
                if node.display != display {
                    node.display = display;
                }
                if matches!(*part, Part::Way)
                    && link.broken.is_some()
                    && !same
                    && let Some(mut text) = text
                {
                    let key = first(&words, &settings.bindings, Action::Pause, !pads.is_empty());
                    let said = words.say_with("lost-coming-back-way", &[("key", key.into())]);
                    text.set_if_neq(Text(said));
                }
            }
            Part::Line => {
                if let (Some(said), Some(mut text)) = (&said, text) {
                    text.0.clone_from(said);
                }
            }
        }
    }
}
