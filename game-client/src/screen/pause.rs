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
use crate::settings::Settings;
use crate::state::{Door, Page, settled};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Page::Pause), spawn)
        .add_systems(
            Update,
            open.in_set(Frame::Input).run_if(in_state(Page::Fight)).run_if(settled),
        )
        .add_systems(Update, renew.in_set(Frame::Overlay).run_if(in_state(Page::Pause)));
}

/// Escape opens it whatever else is bound, and a gamepad's Start as long as no other button does: nobody can lock
/// themselves out.
fn open(
    keys: Res<ButtonInput<KeyCode>>,
    pads: Query<&Gamepad>,
    settings: Res<Settings>,
    actions: Single<&ActionState<Action>>,
    mut door: Door,
) {
    let start = pads.iter().any(|pad| pad.just_pressed(GamepadButton::Start));
    if keys.just_pressed(KeyCode::Escape)
        || actions.just_pressed(&Action::Pause)
        || start && settings.bindings.pads(Action::Pause) == 0
    {
        door.open(Page::Pause);
    }
}

/// The whole menu, and whether it leads to a vote.
#[derive(Component)]
struct Menu(bool);

/// A vote that begins or ends meanwhile brings its line, or takes it away.
fn renew(mut commands: Commands, scene: Res<Scene>, menu: Single<(Entity, &Menu)>) {
    let (entity, Menu(votes)) = *menu;
    if *votes != scene.standing.ballot.is_some() {
        commands.entity(entity).despawn();
        commands.run_system_cached(spawn);
    }
}

fn spawn(mut commands: Commands, scene: Res<Scene>) {
    let watches = scene.me.is_none();
    let votes = scene.standing.ballot.is_some();
    commands.spawn((theme::veil(Page::Pause), Menu(votes))).with_children(|screen| {
        let node =
            Node { align_items: AlignItems::Center, padding: UiRect::all(px(28)), ..default() };
        screen.spawn(theme::panel(node)).with_children(|panel| {
            panel.spawn((bold("", 40.0, theme::TEXT), Say("pause-title")));
            panel.spawn((text("", 17.0, theme::DOUBT), Say("pause-note")));
            panel
                .spawn(wide_button(if watches { "pause-look-on" } else { "pause-resume" }))
                .observe(|_: On<Activate>, mut door: Door| door.open(Page::Fight));
            if votes {
                panel
                    .spawn(wide_button("pause-vote"))
                    .observe(|_: On<Activate>, mut door: Door| door.open(Page::Vote));
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Place, Stage};
    use bevy::state::app::StatesPlugin;

    #[test]
    fn who_has_unbound_every_button_still_gets_out_of_the_fight() {
        let mut app = App::new();
        app.add_plugins(StatesPlugin)
            .init_resource::<ButtonInput<KeyCode>>()
            .init_resource::<Settings>()
            .init_resource::<Place>()
            .insert_state(Stage::Playing)
            .insert_state(Page::Fight)
            .add_systems(Update, open);
        app.world_mut().spawn(ActionState::<Action>::default());
        let pad = app.world_mut().spawn(Gamepad::default()).id();
        let mut press = |button: GamepadButton| {
            let mut pad = app.world_mut().get_mut::<Gamepad>(pad).unwrap();
            pad.digital_mut().reset_all();
            pad.digital_mut().press(button);
            app.world_mut().resource_mut::<NextState<Page>>().set(Page::Fight);
            app.update();
            app.update();
            let page = *app.world().resource::<State<Page>>().get();
            app.world_mut().resource_mut::<Settings>().bindings.set(Action::Pause, true, 0, None);
            page
        };
        assert_eq!(press(GamepadButton::Start), Page::Fight, "what is bound is the action's");
        assert_eq!(press(GamepadButton::Start), Page::Pause);
        assert_eq!(press(GamepadButton::Select), Page::Fight);
    }
}
