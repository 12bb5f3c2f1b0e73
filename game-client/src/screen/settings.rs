//! What can be set: a tab for each kind, a row for each setting. Whatever is changed counts at once and
//! is kept.

mod rows;

use bevy::prelude::*;
use bevy::text::EditableText;
use bevy::ui_widgets::Activate;

use super::controls;
use crate::language::Say;
use crate::menu::field::content;
use crate::menu::scroll;
use crate::menu::theme::{self, bold};
use crate::menu::widget::{Picked, button};
use crate::options::{self, Options};
use crate::settings::Settings;
use crate::state::{Door, Page, Place};

/// The tabs.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    #[default]
    Game,
    Picture,
    Sound,
    Controls,
}

impl Tab {
    const ALL: [(Self, &str); 4] = [
        (Self::Game, "settings-game"),
        (Self::Picture, "settings-video"),
        (Self::Sound, "settings-sound"),
        (Self::Controls, "settings-controls"),
    ];
}

/// The tab that is open.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Open(Tab);

/// What a tab shows.
#[derive(Component)]
struct Body;

/// The field of the player's name.
#[derive(Component)]
struct NameField;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Open>().add_systems(OnEnter(Page::Settings), spawn).add_systems(
        Update,
        fill.run_if(in_state(Page::Settings)).run_if(resource_changed::<Open>),
    );
    app.add_systems(Update, name.run_if(in_state(Page::Settings)));
}

fn spawn(mut commands: Commands, mut open: ResMut<Open>, place: Res<Place>) {
    // The body is filled because of this.
    open.set_changed();
    if place.rename {
        open.0 = Tab::Game;
    }
    commands.spawn(theme::screen(Page::Settings)).with_children(|screen| {
        screen.spawn((bold("", 36.0, theme::TEXT), Say("settings-title")));
        screen.spawn(theme::line(10.0)).with_children(|tabs| {
            for (tab, key) in Tab::ALL {
                tabs.spawn((button(key), tab))
                    .observe(move |_: On<Activate>, mut open: ResMut<Open>| open.0 = tab);
            }
        });
        let node = Node { width: percent(78), max_width: px(980), height: vh(68), ..default() };
        screen.spawn(theme::panel(node)).with_children(|panel| {
            scroll::column(panel, Node::default(), Body);
            controls::spawn_hint(panel);
        });
        screen.spawn(button("menu-back")).observe(|_: On<Activate>, mut door: Door| door.back());
    });
}

/// Fills the body anew, and marks the tab that is open.
fn fill(
    open: Res<Open>,
    (settings, options): (Res<Settings>, Res<Options>),
    mut place: ResMut<Place>,
    mut body: Single<(Entity, &mut ScrollPosition), With<Body>>,
    tabs: Query<(Entity, &Tab)>,
    mut hint: Single<&mut Node, With<controls::HintLine>>,
    mut commands: Commands,
) {
    let is_bound = open.0 == Tab::Controls;
    hint.display = if is_bound { Display::Flex } else { Display::None };
    for (entity, of) in &tabs {
        if *of == open.0 {
            commands.entity(entity).insert(Picked);
        } else {
            commands.entity(entity).remove::<Picked>();
        }
    }
    body.1.0 = Vec2::ZERO;
    let mut body = commands.entity(body.0);
    body.despawn_children();
    body.with_children(|list| match open.0 {
        Tab::Game => {
            let name = options.name.as_ref().unwrap_or(&settings.name);
            rows::game(list, name, std::mem::take(&mut place.rename));
        }
        Tab::Picture => rows::picture(list),
        Tab::Sound => rows::sound(list),
        Tab::Controls => {
            rows::mouse(list);
            controls::spawn(list);
            rows::sticks(list);
        }
    });
}

/// The name counts as it is typed, as long as it is one.
fn name(
    fields: Query<&EditableText, (With<NameField>, Changed<EditableText>)>,
    mut settings: ResMut<Settings>,
    mut options: ResMut<Options>,
) {
    for text in &fields {
        let now = options.name.as_ref().unwrap_or(&settings.name);
        if let Ok(name) = options::name(&content(text))
            && *now != name
        {
            settings.name = name;
            // The command line's counts until the player chooses another one.
            options.name = None;
        }
    }
}
