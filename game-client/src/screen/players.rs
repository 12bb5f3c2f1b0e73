//! Who is here, whom the player does not want to read, and of whom to complain. Muting is the player's own
//! affair: nobody else hears of it, and it ends with the program, because a name is all that a client knows
//! of others (docs/decisions/0044-mutes-go-by-name.md).

use std::collections::{HashMap, HashSet};

use bevy::prelude::*;
use bevy::ui_widgets::Activate;
use game_sim::PilotId;

use crate::chat::Muted;
use crate::complaints::Complaints;
use crate::language::{Say, Words};
use crate::menu::scroll;
use crate::menu::theme::{self, bold, text};
use crate::menu::widget::button;
use crate::scene::{Scene, ScoreLine};
use crate::state::{Door, Page};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Page::Players), spawn)
        .add_systems(OnExit(Page::Players), |mut complaints: ResMut<Complaints>| {
            complaints.forget();
        })
        .add_systems(Update, (fill, answer).run_if(in_state(Page::Players)));
}

/// Where the lines go.
#[derive(Component)]
struct Body;

/// What stands there while nobody else is here.
#[derive(Component)]
struct Nobody;

/// A line: of whom. Whoever comes back under the same number or with the same name is somebody else.
#[derive(Component, Clone, Debug, PartialEq, Eq)]
struct Row {
    id: PilotId,
    name: String,
    bot: bool,
    own: bool,
}

impl Row {
    fn is_of(&self, line: &ScoreLine, scene: &Scene) -> bool {
        (self.id, self.bot, self.own) == (line.id, line.bot, Some(line.id) == scene.me)
            && self.name == line.name
    }
}

/// The player of a button.
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
            panel.spawn((text("", 18.0, theme::DIM), Say("players-none"), Nobody));
            let node = Node { width: percent(100), max_height: vh(56), ..default() };
            scroll::column(panel, node, Body);
            panel.spawn((text("", 18.0, theme::ACCENT), Answer));
            panel.spawn(button("menu-back")).observe(|_: On<Activate>, mut door: Door| door.back());
        });
    });
}

/// Keeps the list as it is who is here. A line stays where it is as long as its player does, with the focus that
/// somebody has put on it.
fn fill(
    scene: Res<Scene>,
    muted: Res<Muted>,
    body: Single<(Entity, Ref<Body>, Option<&Children>)>,
    rows: Query<&Row>,
    mut nobody: Single<&mut Node, With<Nobody>>,
    mut filled: Local<(u64, Option<PilotId>)>,
    mut commands: Commands,
) {
    let (entity, body, children) = &*body;
    // A thousand are compared only when one of them came, went, or won a point.
    let now = (scene.scored, scene.me);
    if !body.is_added() && *filled == now {
        return;
    }
    *filled = now;
    let alone = scene.scores.iter().all(|line| Some(line.id) == scene.me);
    nobody.display = if alone { Display::Flex } else { Display::None };
    let by_id: HashMap<_, _> = scene.scores.iter().map(|line| (line.id, line)).collect();
    let (mut people, mut all, mut stay) = (0, 0, HashSet::new());
    for child in children.iter().flat_map(|children| children.iter()) {
        let Ok(row) = rows.get(child) else { continue };
        if by_id.get(&row.id).is_some_and(|line| row.is_of(line, &scene)) {
            stay.insert(row.id);
            people += usize::from(!row.bot);
            all += 1;
        } else {
            commands.entity(child).despawn();
        }
    }
    // People first: they are whom one may want to mute.
    for line in scene.scores.iter().filter(|line| !stay.contains(&line.id)) {
        let at = if line.bot { all } else { people };
        people += usize::from(!line.bot);
        all += 1;
        let row = player(&mut commands, line, &scene, &muted);
        commands.entity(*entity).insert_child(at, row);
    }
}

fn player(commands: &mut Commands, line: &ScoreLine, scene: &Scene, muted: &Muted) -> Entity {
    let node = Node {
        justify_content: JustifyContent::SpaceBetween,
        align_items: AlignItems::Center,
        padding: UiRect::horizontal(px(12)),
        min_height: px(48),
        ..default()
    };
    let own = Some(line.id) == scene.me;
    let row = Row { id: line.id, name: line.name.clone(), bot: line.bot, own };
    let colour = if own { theme::ACCENT } else { theme::TEXT };
    let mut row = commands.spawn((node, row));
    row.with_child(text(&line.name, 19.0, colour));
    if own || line.bot {
        let what = Say(if own { "players-you" } else { "players-bot" });
        row.with_child((text("", 18.0, theme::DIM), what));
        return row.id();
    }
    row.with_children(|row| {
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
    row.id()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: u16, name: &str, bot: bool) -> ScoreLine {
        ScoreLine { name: name.to_owned(), bot, ..ScoreLine::of(id) }
    }

    /// The lines that are shown, from above.
    fn shown(app: &mut App, scores: Vec<ScoreLine>) -> Vec<(Entity, String)> {
        let mut scene = app.world_mut().resource_mut::<Scene>();
        scene.scores = scores;
        scene.scored += 1;
        app.update();
        let mut bodies = app.world_mut().query_filtered::<&Children, With<Body>>();
        let lines = bodies.single(app.world()).map(|all| all.to_vec()).unwrap_or_default();
        let name = |line: Entity| app.world().get::<Row>(line).unwrap().name.clone();
        lines.into_iter().map(|line| (line, name(line))).collect()
    }

    #[test]
    fn a_line_stays_with_its_player_and_goes_with_it() {
        let mut app = App::new();
        app.init_resource::<Scene>().init_resource::<Muted>().add_systems(Update, fill);
        app.world_mut().spawn(Body);
        app.world_mut().spawn((Node::default(), Nobody));
        let (ann, bo, bot) = (line(1, "Ann", false), line(2, "Bo", false), line(3, "R2", true));
        let first = shown(&mut app, vec![bot.clone(), ann.clone(), bo.clone()]);
        let names: Vec<_> = first.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["Ann", "Bo", "R2"], "people first");
        let next = shown(&mut app, vec![bot.clone(), line(4, "Cy", false), bo.clone(), ann]);
        assert_eq!((next[..2].to_vec(), next[2].1.as_str()), (first[..2].to_vec(), "Cy"));
        assert_eq!(next[3], first[2]);
        // Somebody else sits where Ann did, and Bo came back elsewhere.
        let last = shown(&mut app, vec![line(1, "Dee", false), line(5, "Bo", false), bot]);
        let names: Vec<_> = last.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["Dee", "Bo", "R2"]);
        assert!(!first[..2].contains(&last[0]) && !first[..2].contains(&last[1]));
        assert_eq!(last[2], first[2]);
    }
}
