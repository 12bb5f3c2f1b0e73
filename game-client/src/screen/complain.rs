//! What somebody did, to be told to whoever runs the server. The reasons are few and ready-made, so that
//! a gamepad reaches them, and that nobody must type in the middle of a fight.

use bevy::prelude::*;
use bevy::ui_widgets::Activate;
use game_sim::Misdeed;

use crate::complaints::Complaints;
use crate::language::{Say, Words};
use crate::menu::theme::{self, bold, text};
use crate::menu::widget::{button, wide_button};
use crate::scene::Scene;
use crate::state::{Door, Page};

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Complaints>().add_systems(OnEnter(Page::Complain), spawn);
}

const fn key(misdeed: Misdeed) -> &'static str {
    match misdeed {
        Misdeed::Cheating => "complain-cheating",
        Misdeed::Insults => "complain-insults",
        Misdeed::Spam => "complain-spam",
        Misdeed::Name => "complain-name",
        Misdeed::Sabotage => "complain-sabotage",
    }
}

fn spawn(mut commands: Commands, words: Res<Words>, complaints: Res<Complaints>) {
    let name = complaints.about.as_ref().map_or("", |(_, name)| name.as_str());
    let title = words.say_with("complain-title", &[("name", name.into())]);
    commands.spawn(theme::veil(Page::Complain)).with_children(|screen| {
        let node =
            Node { align_items: AlignItems::Center, padding: UiRect::all(px(28)), ..default() };
        screen.spawn(theme::panel(node)).with_children(|panel| {
            panel.spawn(bold(&title, 32.0, theme::TEXT));
            panel.spawn((text("", 17.0, theme::DIM), Say("complain-note")));
            // As wide as the longest of them.
            let node = Node { flex_direction: FlexDirection::Column, row_gap: px(8), ..default() };
            panel.spawn(node).with_children(|list| {
                for misdeed in Misdeed::ALL {
                    list.spawn(wide_button(key(misdeed))).observe(
                        move |_: On<Activate>,
                              mut door: Door,
                              scene: Res<Scene>,
                              mut complaints: ResMut<Complaints>| {
                            complaints.send(misdeed, &scene);
                            door.back();
                        },
                    );
                }
            });
            panel
                .spawn(button("menu-cancel"))
                .observe(|_: On<Activate>, mut door: Door| door.back());
        });
    });
}
