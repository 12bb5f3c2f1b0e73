//! Who is here, whom the player does not want to read, and of whom to complain. Muting is the player's own
//! affair: nobody else hears of it, and it ends with the program, because a name is all that a client knows
//! of others (docs/decisions/0044-mutes-go-by-name.md).

use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use crate::chat::Muted;
use crate::complaints::Complaints;
use crate::language::{Say, Words};
use crate::menu::theme::{self, bold, text};
use crate::menu::widget::button;
use crate::scene::{Scene, ScoreLine};
use crate::state::{Door, Page};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Page::Players), spawn)
        .add_systems(OnExit(Page::Players), |mut complaints: ResMut<Complaints>| {
            complaints.answer = None;
        })
        .add_systems(Update, (fill, answer).run_if(in_state(Page::Players)));
}

/// Where the lines go.
#[derive(Component)]
struct Body;

/// The player of a line.
#[derive(Component)]
struct Player(String);

/// What became of a complaint.
#[derive(Component)]
struct Answer;

fn spawn(mut commands: Commands) {
    commands.spawn(theme::veil(Page::Players)).with_children(|screen| {
        let node = Node { width: px(680), align_items: AlignItems::Center, ..default() };
        screen.spawn(theme::panel(node)).with_children(|panel| {
            panel.spawn((bold("", 32.0, theme::TEXT), Say("players-title")));
            let node = Node { width: percent(100), max_height: vh(56), ..default() };
            theme::scroll(panel, node, Body);
            panel.spawn((text("", 18.0, theme::ACCENT), Answer));
            panel.spawn(button("menu-back")).observe(|_: On<Activate>, mut door: Door| door.back());
        });
    });
}

/// Fills the list, and anew when somebody comes or goes.
fn fill(
    scene: Res<Scene>,
    muted: Res<Muted>,
    words: Res<Words>,
    body: Single<(Entity, Ref<Body>)>,
    mut shown: Local<Vec<String>>,
    mut commands: Commands,
) {
    let (entity, body) = &*body;
    let mut names: Vec<_> = scene.scores.iter().map(|line| line.name.clone()).collect();
    names.sort();
    if !body.is_added() && *shown == names {
        return;
    }
    *shown = names;
    let mut body = commands.entity(*entity);
    body.despawn_children();
    body.with_children(|list| {
        if scene.scores.iter().all(|line| Some(line.id) == scene.me) {
            list.spawn((text("", 18.0, theme::DIM), Say("players-none")));
        }
        // People first: they are whom one may want to mute.
        let (bots, people): (Vec<_>, Vec<_>) = scene.scores.iter().partition(|line| line.bot);
        for line in people.into_iter().chain(bots) {
            player(list, line, &scene, &muted, &words);
        }
    });
}

fn player(
    list: &mut ChildSpawnerCommands,
    line: &ScoreLine,
    scene: &Scene,
    muted: &Muted,
    words: &Words,
) {
    let node = Node {
        justify_content: JustifyContent::SpaceBetween,
        align_items: AlignItems::Center,
        padding: UiRect::horizontal(px(12)),
        min_height: px(48),
        ..default()
    };
    let own = Some(line.id) == scene.me;
    let colour = if own { theme::ACCENT } else { theme::TEXT };
    let name = text(&line.name, 19.0, colour);
    if own || line.bot {
        let what = words.say(if own { "players-you" } else { "players-bot" });
        list.spawn(node).with_children(|row| {
            row.spawn(name);
            row.spawn(text(&what, 18.0, theme::DIM));
        });
        return;
    }
    list.spawn(node).with_children(|row| {
        row.spawn(name);
        row.spawn(theme::line(8.0)).with_children(|buttons| {
            let player = Player(line.name.clone());
            buttons.spawn((button(said(muted.contains(&line.name))), player)).observe(mute);
            let (id, name) = (line.id, line.name.clone());
            buttons.spawn(button("players-complain")).observe(
                move |_: On<Activate>, mut door: Door, mut complaints: ResMut<Complaints>| {
                    complaints.about = Some((id, name.clone()));
                    door.open(Page::Complain);
                },
            );
        });
    });
}

/// Says what became of the last complaint.
fn answer(
    words: Res<Words>,
    complaints: Res<Complaints>,
    mut line: Single<&mut Text, With<Answer>>,
) {
    let said = complaints.key().map_or_else(String::new, |key| words.say(key).into_owned());
    if line.0 != said {
        line.0 = said;
    }
}

fn said(muted: bool) -> &'static str {
    if muted { "players-unmute" } else { "players-mute" }
}

fn mute(
    activate: On<Activate>,
    players: Query<(&Player, &Children)>,
    mut says: Query<&mut Say>,
    mut muted: ResMut<Muted>,
) {
    let Ok((player, parts)) = players.get(activate.entity) else { return };
    let now = muted.toggle(&player.0);
    for part in parts {
        if let Ok(mut say) = says.get_mut(*part) {
            *say = Say(said(now));
        }
    }
}
