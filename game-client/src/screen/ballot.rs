//! The vote for what is played next, beside the standings of a round that is over: a mouse, a number, or
//! a gamepad's cross choose. The pilot goes on obeying meanwhile whatever this does not listen to, and what the others
//! want is shown. Who has closed it is told with which key it comes back (`ballot/reminder`). A vote is a pilot's: who only
//! watches sees how it goes, and is told that.

mod reminder;

use bevy::prelude::*;
use bevy::ui_widgets::Activate;
use game_sim::{Choice, Mode};
use leafwing_input_manager::prelude::ActionState;

use crate::frame::Frame;
use crate::input::action::Action;
use crate::language::{Say, Words};
use crate::link::Outbox;
use crate::menu::theme::{self, bold, text};
use crate::menu::widget::{self, Picked};
use crate::render::palette;
use crate::scene::Scene;
use crate::screen::standings::{ABOVE, BELOW, VOTE};
use crate::settings::Settings;
use crate::state::{Door, Page, Stage, settled};

/// The keys of the choices.
const KEYS: [[KeyCode; 2]; 6] = [
    [KeyCode::Digit1, KeyCode::Numpad1],
    [KeyCode::Digit2, KeyCode::Numpad2],
    [KeyCode::Digit3, KeyCode::Numpad3],
    [KeyCode::Digit4, KeyCode::Numpad4],
    [KeyCode::Digit5, KeyCode::Numpad5],
    [KeyCode::Digit6, KeyCode::Numpad6],
];

/// Sizes of words with little room and with more: of arenas, and of what is played there.
const TIGHT: (f32, f32) = (16.0, 12.0);
const WIDE: (f32, f32) = (19.0, 14.0);
/// How much room a name has, in pixels, and how much of it number and votes take with words of their usual size.
const ROOM: f32 = VOTE - 94.0;
const BESIDE: f32 = 34.0;
/// How wide a letter is as a part of its size, how small letters get at least, in pixels, and how many a name keeps.
const LETTER: f32 = 0.56;
const LEAST: f32 = 12.0;
const SHORTEST: usize = 6;
/// Width of the edge that marks what is ahead, in pixels.
const EDGE: f32 = 5.0;

/// The row of a choice.
#[derive(Component)]
struct Row(u8);

/// The arena of a choice, and whether there is no room for more.
#[derive(Component)]
struct Title(Choice, bool);

/// How many voted for a choice.
#[derive(Component)]
struct Count(u8);

/// The edge of a choice that would come if the vote ended now.
#[derive(Component)]
struct Ahead(u8);

/// The line below: how long there is.
#[derive(Component)]
struct Left;

/// Whether the player has closed this vote.
#[derive(Resource, Default)]
struct Closed(bool);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Closed>()
        .add_plugins(reminder::plugin)
        .add_systems(OnEnter(Page::Vote), spawn)
        .add_systems(OnExit(Page::Vote), |mut closed: ResMut<Closed>| closed.0 = true)
        .add_systems(Update, follow.in_set(Frame::Input).run_if(in_state(Stage::Playing)))
        .add_systems(
            Update,
            open.in_set(Frame::Input).run_if(in_state(Page::Fight)).run_if(settled),
        )
        .add_systems(
            Update,
            (
                number.in_set(Frame::Input).run_if(settled).run_if(votes),
                (arenas, counts, ahead, picked, left).in_set(Frame::Overlay),
            )
                .run_if(in_state(Page::Vote)),
        );
}

/// A vote that begins comes up by itself, once, unless the player is busy; it goes when it is over.
fn follow(scene: Res<Scene>, page: Res<State<Page>>, mut closed: ResMut<Closed>, mut door: Door) {
    match (&scene.standing.ballot, page.get()) {
        (None, Page::Vote) => door.back(),
        (None, _) => closed.0 = false,
        (Some(_), Page::Fight) if !closed.0 => door.open(Page::Vote),
        _ => {}
    }
}

/// Brings back what was closed.
fn open(scene: Res<Scene>, actions: Single<&ActionState<Action>>, mut door: Door) {
    if scene.standing.ballot.is_some() && actions.just_pressed(&Action::Vote) {
        door.open(Page::Vote);
    }
}

/// Whether the player has a voice.
fn votes(scene: Res<Scene>) -> bool {
    scene.me.is_some()
}

/// What is played, in the player's words, or in few of them.
fn mode_key(choice: &Choice, tight: bool) -> &'static str {
    match (choice.mode, tight) {
        (Mode::FreeForAll, false) => "mode-free-for-all",
        (Mode::ControlPoints, false) => "mode-control-points",
        (Mode::FreeForAll, true) => "mode-free-for-all-short",
        (Mode::ControlPoints, true) => "mode-control-points-short",
    }
}

fn spawn(mut commands: Commands, scene: Res<Scene>, pads: Query<(), With<Gamepad>>) {
    let choices = scene.standing.ballot.as_ref().map_or(&[][..], |ballot| &ballot.choices);
    let hint = match (scene.me.is_some(), pads.is_empty()) {
        (true, true) => "vote-hint",
        (true, false) => "vote-hint-pad",
        (false, _) => "vote-watching",
    };
    // Beside the standings, which are in the middle.
    let column = Node {
        position_type: PositionType::Absolute,
        left: px(10),
        top: px(ABOVE),
        bottom: px(BELOW),
        align_items: AlignItems::Center,
        ..default()
    };
    let root = (column, GlobalZIndex(20), DespawnOnExit(Page::Vote), Pickable::IGNORE);
    commands.spawn(root).with_children(|root| {
        let node = Node { width: px(VOTE - 14.0), ..default() };
        let node = if is_tight(choices.len()) { Node { row_gap: px(3), ..node } } else { node };
        root.spawn(theme::panel(node)).with_children(|panel| fill(panel, &scene, choices, hint));
    });
}

/// Whether there are so many choices that each has less room: with the largest words six of the usual ones would be
/// higher than the window.
const fn is_tight(choices: usize) -> bool {
    choices > 3
}

fn fill(panel: &mut ChildSpawnerCommands, scene: &Scene, choices: &[Choice], hint: &'static str) {
    let tight = is_tight(choices.len());
    let (large, small) = if tight { TIGHT } else { WIDE };
    panel.spawn((bold("", large + 2.0, theme::TEXT), Say("vote-title")));
    for (choice, number) in choices.iter().take(KEYS.len()).zip(0..) {
        let node = Node {
            width: percent(100),
            padding: UiRect::axes(
                px(if tight { 6.0 } else { 10.0 }),
                px(if tight { 0.0 } else { 4.0 }),
            ),
            justify_content: JustifyContent::SpaceBetween,
            ..theme::line(10.0)
        };
        let mut row = match scene.me {
            Some(_) => panel.spawn((widget::frame(node), Row(number))),
            None => panel.spawn(widget::ground(node)),
        };
        row.with_children(|row| {
            let edge = Node {
                position_type: PositionType::Absolute,
                left: px(0),
                width: px(EDGE),
                height: percent(100),
                ..default()
            };
            let colour = BackgroundColor(palette::color(palette::GOLD));
            row.spawn((edge, colour, Ahead(number), Visibility::Hidden, Pickable::IGNORE));
            row.spawn(bold(&(number + 1).to_string(), 18.0, theme::ACCENT));
            let names = Node {
                flex_direction: FlexDirection::Column,
                flex_grow: 1.0,
                flex_basis: px(0),
                min_width: px(0),
                ..default()
            };
            row.spawn(names).with_children(|names| {
                let line = TextLayout { linebreak: LineBreak::NoWrap, ..default() };
                let title = (text("", large, theme::TEXT), line);
                names.spawn((title, Title(choice.clone(), tight)));
                let stays = tight && is_here(choice, scene);
                let mode = if stays { "vote-stay-short" } else { mode_key(choice, tight) };
                names.spawn((text("", small, theme::DIM), Say(mode)));
            });
            row.spawn((bold("0", 22.0, theme::TEXT), Count(number)));
        })
        .observe(move |_: On<Activate>, mut outbox: ResMut<Outbox>| {
            outbox.vote = Some(number);
        });
    }
    panel.spawn((text("", small + 1.0, theme::DOUBT), Left));
    panel.spawn((text("", small, theme::DIM), Say(hint)));
}

fn number(keys: Res<ButtonInput<KeyCode>>, mut outbox: ResMut<Outbox>) {
    let pressed = KEYS.into_iter().zip(0..).find(|(with, _)| keys.any_just_pressed(*with));
    if let Some((_, number)) = pressed {
        outbox.vote = Some(number);
    }
}

/// Names the arenas, and says which choice is to stay: an arena may be there in two modes.
fn arenas(
    (scene, words, settings): (Res<Scene>, Res<Words>, Res<Settings>),
    mut before: Local<Option<(usize, Mode)>>,
    mut texts: Query<(Ref<Title>, &mut Text, &mut TextFont)>,
) {
    // Words take memory anew each time, and nothing but these changes them.
    let arena = scene.arena.as_ref().map(|arena| std::sync::Arc::as_ptr(arena) as usize);
    let now = arena.map(|arena| (arena, scene.standing.mode));
    let same = *before == now && !words.is_changed() && !settings.is_changed();
    *before = now;
    for (title, mut text, mut font) in &mut texts {
        if same && !title.is_added() {
            continue;
        }
        let Title(choice, tight) = &*title;
        let said = match tight {
            true => words.arena(&choice.arena).into_owned(),
            false => name(choice, &scene, &words),
        };
        let usual = if *tight { TIGHT.0 } else { WIDE.0 };
        let (said, size) = fitted(said, usual, settings.text_scale);
        if text.0 != said {
            text.0 = said;
        }
        if font.font_size != FontSize::Px(size) {
            font.font_size = FontSize::Px(size);
        }
    }
}

/// A name and the size of its letters in pixels with which it fits in the line of a choice: first the letters get
/// smaller, then its middle is left out. `usual` is their size with words of their usual size.
fn fitted(name: String, usual: f32, scale: f32) -> (String, f32) {
    let letters = name.chars().count();
    let room = ROOM - BESIDE * scale;
    let fits = |letters: usize, size: f32| letters as f32 * LETTER * size <= room;
    let size = (room / LETTER / letters.max(1) as f32).clamp(LEAST, usual * scale);
    if fits(letters, size) || letters <= SHORTEST {
        return (name, size);
    }
    let kept = ((room / LETTER / size) as usize).saturating_sub(1).max(SHORTEST);
    // What tells names of one kind apart is more often their end.
    let (begin, end) = (kept / 2, kept - kept / 2);
    let cut = name.chars().take(begin).chain(['…']).chain(name.chars().skip(letters - end));
    (cut.collect(), size)
}

/// Whether a choice is what is played now.
fn is_here(choice: &Choice, scene: &Scene) -> bool {
    let here = scene.arena.as_ref().is_some_and(|arena| arena.name == choice.arena);
    here && scene.standing.mode == choice.mode
}

fn name(choice: &Choice, scene: &Scene, words: &Words) -> String {
    let arena = words.arena(&choice.arena);
    if is_here(choice, scene) {
        return words.say_with("vote-stay", &[("arena", arena.into())]);
    }
    arena.into_owned()
}

/// Whether a choice would come if the vote ended now, or might: without any vote the first does.
fn is_ahead(counts: &[u16], number: usize) -> bool {
    match counts.iter().max() {
        None | Some(0) => number == 0,
        most => counts.get(number) == most,
    }
}

fn ahead(
    scene: Res<Scene>,
    mut edges: Query<(&Ahead, &mut Visibility)>,
    mut counts: Query<(&Count, &mut TextColor)>,
) {
    let Some(ballot) = &scene.standing.ballot else { return };
    let is_ahead = |number: u8| is_ahead(&ballot.counts, number.into());
    for (Ahead(number), mut visibility) in &mut edges {
        let shown = is_ahead(*number);
        visibility.set_if_neq(if shown { Visibility::Inherited } else { Visibility::Hidden });
    }
    for (Count(number), mut colour) in &mut counts {
        let of = if is_ahead(*number) { palette::GOLD } else { theme::TEXT };
        colour.set_if_neq(TextColor(palette::color(of)));
    }
}

fn counts(scene: Res<Scene>, mut texts: Query<(&Count, &mut Text)>) {
    let Some(ballot) = &scene.standing.ballot else { return };
    for (Count(number), mut text) in &mut texts {
        let count = ballot.counts.get(usize::from(*number)).copied().unwrap_or(0);
        if text.0.parse() != Ok(count) {
            text.0 = count.to_string();
        }
    }
}

/// What the player voted for stands out.
fn picked(scene: Res<Scene>, rows: Query<(Entity, &Row, Has<Picked>)>, mut commands: Commands) {
    let mine = scene.standing.ballot.as_ref().and_then(|ballot| ballot.mine);
    for (entity, Row(number), is_picked) in &rows {
        match (mine == Some(*number), is_picked) {
            (true, false) => drop(commands.entity(entity).insert(Picked)),
            (false, true) => drop(commands.entity(entity).remove::<Picked>()),
            _ => {}
        }
    }
}

fn left(
    (scene, words): (Res<Scene>, Res<Words>),
    mut before: Local<Option<u32>>,
    line: Single<(Ref<Left>, &mut Text)>,
) {
    let seconds = scene.round.left_s.max(0.0).ceil() as u32;
    let (left, mut text) = line.into_inner();
    if *before != Some(seconds) || words.is_changed() || left.is_added() {
        *before = Some(seconds);
        text.0 = words.say_with("vote-left", &[("seconds", seconds.into())]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::state::Place;
    use game_sim::Arena;
    use std::sync::Arc;

    #[test]
    fn a_vote_that_was_closed_comes_back_by_its_key_while_it_runs() {
        let mut app = App::new();
        app.add_plugins(bevy::state::app::StatesPlugin)
            .init_resource::<Closed>()
            .init_resource::<Place>()
            .init_resource::<Scene>()
            .insert_state(Stage::Playing)
            .insert_state(Page::Fight)
            .add_systems(OnExit(Page::Vote), |mut closed: ResMut<Closed>| closed.0 = true)
            .add_systems(Update, follow)
            .add_systems(Update, open.run_if(in_state(Page::Fight)).run_if(settled));
        let player = app.world_mut().spawn(ActionState::<Action>::default()).id();
        let turn = |app: &mut App, key: bool| {
            let mut actions = app.world_mut().get_mut::<ActionState<Action>>(player).unwrap();
            if key {
                actions.press(&Action::Vote);
            }
            (0..3).for_each(|_| app.update());
            let mut actions = app.world_mut().get_mut::<ActionState<Action>>(player).unwrap();
            actions.release(&Action::Vote);
            *app.world().resource::<State<Page>>().get()
        };
        let vote = |app: &mut App, runs: bool| {
            let ballot = runs.then(game_bots::standing::Ballot::default);
            app.world_mut().resource_mut::<Scene>().standing.ballot = ballot;
        };
        assert_eq!(turn(&mut app, true), Page::Fight, "there is none");
        vote(&mut app, true);
        assert_eq!(turn(&mut app, false), Page::Vote, "it comes up by itself");
        app.world_mut().resource_mut::<NextState<Page>>().set(Page::Fight);
        assert_eq!(turn(&mut app, false), Page::Fight, "once");
        assert_eq!(turn(&mut app, true), Page::Vote);
        vote(&mut app, false);
        assert_eq!(turn(&mut app, false), Page::Fight);
    }

    #[test]
    fn only_the_same_arena_in_the_same_mode_is_to_stay() {
        let arena = Arena::new("yard", Vec2::splat(9.0), Vec::new(), Vec::new(), Vec::new(), 0);
        let scene = Scene { arena: Some(Arc::new(arena)), ..Scene::default() };
        let words = Words::of(Language::English);
        let said =
            |arena: &str, mode| name(&Choice { arena: arena.to_owned(), mode }, &scene, &words);
        assert_eq!(said("yard", Mode::FreeForAll), "Yard (stay)");
        assert_eq!(said("yard", Mode::ControlPoints), "Yard");
        assert_eq!(said("expanse", Mode::FreeForAll), "Expanse");
        assert_eq!(said("/srv/arenas/mill", Mode::FreeForAll), "mill", "where it lies is nobody's");
    }

    #[test]
    fn what_would_come_now_is_marked() {
        let ahead = |counts: &[u16]| -> Vec<usize> {
            (0..counts.len()).filter(|number| is_ahead(counts, *number)).collect()
        };
        assert_eq!(ahead(&[0, 0, 0]), [0], "without a vote the next in the list");
        assert_eq!(ahead(&[0, 2, 1]), [1]);
        assert_eq!(ahead(&[2, 0, 2]), [0, 2], "chance decides");
    }

    #[test]
    fn a_long_name_of_an_arena_fits_and_its_ends_are_kept() {
        for scale in [0.8, 1.0, 1.6] {
            assert_eq!(
                fitted("yard".to_owned(), WIDE.0, scale),
                ("yard".to_owned(), WIDE.0 * scale)
            );
            for letters in [7, 16, 24, 60] {
                let long: String = ('a'..='z').cycle().take(letters).collect();
                let (said, size) = fitted(long.clone(), TIGHT.0, scale);
                let width = said.chars().count() as f32 * LETTER * size;
                assert!(width <= ROOM - BESIDE * scale && size >= LEAST, "{said}: {width}, {size}");
                assert!(said.starts_with('a') && said.ends_with(&long[letters - 1..]), "{said}");
            }
        }
    }
}
