//! The menu over the fight, which goes on meanwhile.

use bevy::prelude::*;
use bevy::ui_widgets::Activate;
use leafwing_input_manager::prelude::ActionState;

use crate::frame::Frame;
use crate::input::action::Action;
use crate::language::Say;
use crate::menu::theme::{self, bold, text};
use crate::menu::widget::wide_button;
use crate::scene::Scene;
use crate::state::{Door, Page, settled};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Page::Pause), spawn).add_systems(
        Update,
        open.in_set(Frame::Input).run_if(in_state(Page::Fight)).run_if(settled),
    );
}

/// Escape opens it whatever else is bound: nobody can lock themselves out.
fn open(keys: Res<ButtonInput<KeyCode>>, actions: Single<&ActionState<Action>>, mut door: Door) {
    if keys.just_pressed(KeyCode::Escape) || actions.just_pressed(&Action::Pause) {
        door.open(Page::Pause);
    }
}

fn spawn(mut commands: Commands, scene: Res<Scene>) {
    let watches = scene.me.is_none();
    commands.spawn(theme::veil(Page::Pause)).with_children(|screen| {
        let node =
            Node { align_items: AlignItems::Center, padding: UiRect::all(px(28)), ..default() };
        screen.spawn(theme::panel(node)).with_children(|panel| {
            panel.spawn((bold("", 40.0, theme::TEXT), Say("pause-title")));
            panel.spawn((text("", 17.0, theme::DOUBT), Say("pause-note")));
            panel
                .spawn(wide_button(if watches { "pause-look-on" } else { "pause-resume" }))
                .observe(|_: On<Activate>, mut door: Door| door.open(Page::Fight));
            if watches {
                panel
                    .spawn(wide_button("pause-play"))
                    .observe(|_: On<Activate>, mut door: Door| door.change_sides(false));
            }
            panel
                .spawn(wide_button("pause-players"))
                .observe(|_: On<Activate>, mut door: Door| door.open(Page::Players));
            panel
                .spawn(wide_button("menu-settings"))
                .observe(|_: On<Activate>, mut door: Door| door.open(Page::Settings));
            if !watches {
                panel
                    .spawn(wide_button("pause-watch"))
                    .observe(|_: On<Activate>, mut door: Door| door.change_sides(true));
            }
            panel
                .spawn(wide_button("pause-leave"))
                .observe(|_: On<Activate>, mut door: Door| door.leave());
        });
    });
}
