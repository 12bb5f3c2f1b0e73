//! The connection is over, or there was none: why, and what next. What may pass by itself is tried again by itself, ever
//! more rarely, until the player does something else.

use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use crate::language::{Say, Words};
use crate::link::Link;
use crate::menu::theme::{self, bold, text};
use crate::menu::widget::wide_button;
use crate::options::Options;
use crate::reason::{is_full, is_of_the_name, may_pass, reason};
use crate::servers::short;
use crate::state::{Door, Page, Place};

/// The first wait, and the longest, in seconds.
const FIRST_S: f32 = 5.0;
const LONGEST_S: f32 = 60.0;

/// How long until it is tried again; nothing when it is no use.
#[derive(Resource, Debug, Default)]
struct Retry(Option<f32>);

#[derive(Component)]
enum Line {
    Server,
    Reason,
    Retry,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Retry>()
        .add_systems(OnEnter(Page::Lost), spawn)
        .add_systems(Update, (wait, write).chain().run_if(in_state(Page::Lost)));
}

fn spawn(
    place: Res<Place>,
    options: Res<Options>,
    mut link: ResMut<Link>,
    mut retry: ResMut<Retry>,
    mut commands: Commands,
) {
    let again = place.trouble.as_deref().is_none_or(may_pass) && !options.is_unattended();
    retry.0 = again.then(|| (FIRST_S * 2.0_f32.powi(link.tries.min(10) as i32)).min(LONGEST_S));
    link.tries = link.tries.saturating_add(1);
    commands.spawn(theme::screen(Page::Lost)).with_children(|screen| {
        // Nobody is told of the end of what never began.
        let title = if link.welcomed { "lost-title" } else { "lost-title-never" };
        screen.spawn((bold("", 40.0, theme::TEXT), Say(title)));
        let node = Node { width: px(680), align_items: AlignItems::Center, ..default() };
        screen.spawn(theme::panel(node)).with_children(|panel| {
            panel.spawn((text("", 19.0, theme::DIM), Line::Server));
            panel.spawn((
                text("", 23.0, theme::WRONG),
                TextLayout::justify(Justify::Center),
                Line::Reason,
            ));
            panel.spawn((text("", 18.0, theme::DIM), Line::Retry));
        });
        if place.trouble.as_deref().is_some_and(is_of_the_name) {
            screen.spawn(wide_button("lost-rename")).observe(
                |_: On<Activate>, mut door: Door, mut link: ResMut<Link>| {
                    link.tries = 0;
                    door.rename();
                },
            );
        }
        screen.spawn(wide_button("lost-again")).observe(
            |_: On<Activate>, mut door: Door, mut link: ResMut<Link>| {
                link.tries = 0;
                door.again();
            },
        );
        if !place.watch && place.trouble.as_deref().is_some_and(is_full) {
            screen.spawn(wide_button("lost-watch")).observe(
                |_: On<Activate>, mut door: Door, mut link: ResMut<Link>| {
                    link.tries = 0;
                    door.change_sides(true);
                },
            );
        }
        screen.spawn(wide_button("lost-other")).observe(
            |_: On<Activate>, mut door: Door, mut link: ResMut<Link>| {
                link.tries = 0;
                door.back();
            },
        );
    });
}

fn wait(time: Res<Time<Real>>, mut retry: ResMut<Retry>, mut door: Door) {
    let Some(left_s) = &mut retry.0 else { return };
    *left_s -= time.delta_secs();
    if *left_s <= 0.0 {
        retry.0 = None;
        door.again();
    }
}

fn write(
    words: Res<Words>,
    place: Res<Place>,
    retry: Res<Retry>,
    mut lines: Query<(&Line, &mut Text)>,
) {
    for (line, mut text) in &mut lines {
        let said = match line {
            Line::Server => short(&place.address).to_owned(),
            Line::Reason => {
                let trouble = place.trouble.as_deref().unwrap_or_default();
                reason(&words, trouble, &place.address)
            }
            Line::Retry => retry.0.map_or_else(String::new, |left_s| {
                let seconds = left_s.ceil().max(0.0) as u32;
                words.say_with("lost-retry-in", &[("seconds", seconds.into())])
            }),
        };
        if text.0 != said {
            text.0 = said;
        }
    }
}
