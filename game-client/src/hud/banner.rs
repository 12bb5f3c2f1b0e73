//! Large words: dead and when not any more, what a match waits for. They stand at the foot, between health and
//! ammunition: the fight is above, and so is whoever did it to the dead.
//! Below them in small type what more there is to say; neither is ever wider than the room there.

use bevy::prelude::*;

use super::{Hud, panel, text};
use crate::frame::Frame;
use crate::language::Words;
use crate::link::Link;
use crate::render::palette;
use crate::scene::{Scene, team_key};
use crate::screen::standings::Covers;
use crate::state::Page;
use game_sim::{PilotId, TICK_RATE, WhyDied};

/// For how long a round's beginning is told, in seconds.
const TOLD_S: f32 = 5.0;

/// Where the words stand: from the bottom in pixels, from the left, and how wide they are at most, in percent.
const FOOT: f32 = 20.0;
const LEFT: f32 = 32.0;
const WIDTH: f32 = 39.0;

/// The large line, or the small one.
#[derive(Component, Clone, Copy, PartialEq, Eq)]
enum Banner {
    Large,
    Small,
}

/// What both stand on.
#[derive(Component)]
struct Ground;

/// Where that is.
#[derive(Component)]
struct Place;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn).add_systems(Update, say.in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands) {
    let column = Node {
        position_type: PositionType::Absolute,
        bottom: px(FOOT),
        left: percent(LEFT),
        width: percent(WIDTH),
        flex_direction: FlexDirection::Column,
        align_items: AlignItems::Center,
        ..default()
    };
    let line = |size, colour, which| {
        let middle = TextLayout::justify(Justify::Center);
        (text("", size, colour), middle, Node { max_width: percent(100), ..default() }, which)
    };
    // One ground for both lines: two of different widths look like a mistake.
    let ground = Node {
        flex_direction: FlexDirection::Column,
        align_items: AlignItems::Center,
        max_width: percent(100),
        ..default()
    };
    commands.spawn((Hud, column, Place)).with_children(|column| {
        column.spawn((panel(ground), Ground, Visibility::Hidden)).with_children(|lines| {
            lines.spawn(line(32.0, palette::TEXT, Banner::Large));
            lines.spawn(line(19.0, palette::WARNING, Banner::Small));
        });
    });
}

/// What was last said, and of what.
#[derive(Default)]
struct Before {
    of: Option<Facts>,
    words: (String, String),
}

/// All that the words depend on, so that they are made anew only when it has changed.
#[derive(PartialEq)]
struct Facts {
    round: (bool, bool, u32),
    begun: bool,
    /// Who plays, whether that is alive, and for how many seconds not.
    own: Option<(bool, i32)>,
    me: Option<PilotId>,
    teams: bool,
    why: Option<WhyDied>,
    /// Names, sides and how many are here.
    scored: u64,
    rules: [u32; 3],
}

fn facts(scene: &Scene) -> Facts {
    let (round, rules) = (scene.round, &scene.rules);
    Facts {
        round: (round.over, round.warm_up, round.left_s.max(0.0).ceil() as u32),
        begun: is_beginning(scene),
        own: scene.own.map(|own| (own.alive, own.respawn_s.ceil() as i32)),
        me: scene.me,
        teams: scene.has_teams(),
        why: scene.why_died,
        scored: scene.scored,
        rules: [rules.countdown_ticks, rules.warm_up_players.into(), rules.round_ticks],
    }
}

fn say(
    (scene, link): (Res<Scene>, Res<Link>),
    words: Res<Words>,
    (covers, page): (Res<Covers>, Res<State<Page>>),
    mut before: Local<Before>,
    mut ground: Single<&mut Visibility, With<Ground>>,
    mut lines: Query<(&Banner, &mut Text, &mut Node)>,
) {
    let now = facts(&scene);
    if words.is_changed() || before.of.as_ref() != Some(&now) {
        *before = Before { words: banner(&scene, &words), of: Some(now) };
    }
    let wanted = &before.words;
    let free = matches!(page.get(), Page::Fight | Page::Quick | Page::Chat) && !covers.0;
    // While the server is not heard of, no countdown of it is true.
    let shown = !wanted.0.is_empty() && free && link.broken.is_none();
    ground.set_if_neq(if shown { Visibility::Inherited } else { Visibility::Hidden });
    for (which, mut line, mut node) in &mut lines {
        let wanted = match which {
            Banner::Large => wanted.0.as_str(),
            // Between the field of the chat and the foot there is room for a line or two.
            Banner::Small if *page.get() == Page::Chat => "",
            Banner::Small => wanted.1.as_str(),
        };
        if line.0 != wanted {
            wanted.clone_into(&mut line.0);
            node.display = if wanted.is_empty() { Display::None } else { Display::Flex };
        }
    }
}

/// The large line and the small one. In the middle of a fight there is neither, and between rounds the
/// standings say all.
fn banner(scene: &Scene, words: &Words) -> (String, String) {
    let large = |key: &str| (words.say(key).into_owned(), String::new());
    if scene.round.over {
        return (String::new(), String::new());
    }
    match scene.own {
        // The beginning brings back the dead too.
        Some(_) if scene.round.warm_up && begins_soon(scene) => warm_up(scene, words),
        // It is over, and the server's word is on the way.
        Some(own) if !own.alive && own.respawn_s <= 0.0 => (String::new(), String::new()),
        Some(own) if !own.alive => {
            let seconds = ("seconds", (own.respawn_s.ceil() as i32).into());
            (words.say_with("hud-died", &[seconds]), why(scene, words))
        }
        Some(_) if scene.round.warm_up => warm_up(scene, words),
        Some(_) if scene.has_teams() => begun(scene, words),
        Some(_) => (String::new(), String::new()),
        // Who watches is told by `watching`.
        None if scene.me.is_none() => (String::new(), String::new()),
        None => large("hud-waiting"),
    }
}

/// Whether the first round is being counted down to.
fn begins_soon(scene: &Scene) -> bool {
    scene.round.left_s <= (scene.rules.countdown_ticks / TICK_RATE) as f32
}

/// That nothing counts yet, and when it will.
fn warm_up(scene: &Scene, words: &Words) -> (String, String) {
    let seconds = scene.round.left_s.max(0.0).ceil() as u32;
    if begins_soon(scene) {
        let large = words.say_with("hud-begins", &[("seconds", seconds.into())]);
        return (large, side(scene, words));
    }
    let here = scene.scores.iter().filter(|line| !line.bot).count();
    let arguments = [
        ("players", scene.rules.warm_up_players.into()),
        ("here", here.into()),
        ("seconds", seconds.into()),
    ];
    (words.say("hud-warm-up").into_owned(), words.say_with("hud-warm-up-more", &arguments))
}

/// Whether a round has just begun.
fn is_beginning(scene: &Scene) -> bool {
    scene.round.left_s >= scene.rules.round_ticks as f32 / TICK_RATE as f32 - TOLD_S
}

/// What is to be done, for the first seconds of a round.
fn begun(scene: &Scene, words: &Words) -> (String, String) {
    if !is_beginning(scene) {
        return (String::new(), String::new());
    }
    (words.say("hud-hold").into_owned(), side(scene, words))
}

/// For which team the player fights.
fn side(scene: &Scene, words: &Words) -> String {
    let team = scene.me.and_then(|me| scene.team(me));
    team.map_or_else(String::new, |team| {
        words.say_with("hud-team", &[("team", words.say(team_key(team)).into())])
    })
}

/// Who did it, and what the shot was judged by.
fn why(scene: &Scene, words: &Words) -> String {
    let Some(why) = scene.why_died else { return String::new() };
    if why.killer == why.victim {
        return words.say("hud-own-hand").into_owned();
    }
    let killer = words.say_with("hud-killed-by", &[("name", scene.name(why.killer).into())]);
    if why.seen_ago_ms == 0 {
        // A bot shoots at what is there now: there is nothing to explain.
        return killer;
    }
    let apart_m = words.decimal(f32::from(why.apart_cm) / 100.0, 1);
    let judged = [("ms", why.seen_ago_ms.into()), ("metres", apart_m.into())];
    format!("{killer}\n{}", words.say_with("hud-judged-by", &judged))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::scene::OwnView;
    use crate::scene::ScoreLine;
    use game_sim::Own;

    /// A program with nothing but the banner, in the fight.
    fn run(scene: Scene) -> App {
        let mut app = App::new();
        app.add_plugins(bevy::state::app::StatesPlugin)
            .insert_resource(Words::of(Language::English))
            .init_resource::<Covers>()
            .init_resource::<Link>()
            .insert_state(Page::Fight)
            .insert_resource(scene)
            .add_systems(Startup, spawn)
            .add_systems(Update, say);
        app
    }

    /// Whether anything is told in the next frame.
    fn is_shown(app: &mut App) -> bool {
        app.update();
        let mut grounds = app.world_mut().query_filtered::<&Visibility, With<Ground>>();
        *grounds.single(app.world()).unwrap() != Visibility::Hidden
    }

    #[test]
    fn a_warm_up_says_how_many_people_it_waits_for_and_counts_no_bots() {
        let words = Words::of(Language::English);
        let line = |id: u16| ScoreLine { bot: id > 2, ..ScoreLine::of(id) };
        let own = Own { alive: true, ..Own::default() };
        let mut scene = Scene {
            me: Some(PilotId(1)),
            own: Some(OwnView::new(&own, Vec2::ZERO, &game_sim::Rules::default())),
            scores: (1..9).map(line).collect(),
            ..Scene::default()
        };
        (scene.round.warm_up, scene.round.left_s) = (true, 20.0);
        let (large, small) = banner(&scene, &words);
        assert_eq!(large, "Warm-up");
        assert!(small.contains("4 people") && small.contains("2 so far"), "{small}");
        assert_eq!(small.lines().count(), 2, "{small}");
    }

    #[test]
    fn words_stand_at_the_foot_and_leave_the_fight_free() {
        let own = Own { alive: true, ..Own::default() };
        let own = OwnView::new(&own, Vec2::ZERO, &game_sim::Rules::default());
        let dead = Scene {
            me: Some(PilotId(1)),
            own: Some(OwnView { alive: false, respawn_s: 1.2, ..own }),
            ..Scene::default()
        };
        let mut warm_up = Scene { own: Some(own), ..dead.clone() };
        warm_up.round.warm_up = true;
        for scene in [dead, warm_up] {
            let mut app = run(scene);
            assert!(is_shown(&mut app));
            let mut places = app.world_mut().query_filtered::<&Node, With<Place>>();
            let node = places.single(app.world()).unwrap();
            let is_low = matches!(node.bottom, Val::Px(least) if least < 40.0);
            assert!(node.top == Val::Auto && is_low, "{:?} {:?}", node.top, node.bottom);
        }
    }

    #[test]
    fn no_countdown_is_told_that_is_over_or_that_nobody_counts() {
        let own = Own { alive: false, respawn_ticks: 90, ..Own::default() };
        let own = OwnView::new(&own, Vec2::ZERO, &game_sim::Rules::default());
        let scene = Scene { me: Some(PilotId(1)), own: Some(own), ..Scene::default() };
        let mut app = run(scene);
        assert!(is_shown(&mut app), "it goes on");
        let broken = Some(("silent".to_owned(), 3.0));
        app.world_mut().resource_mut::<Link>().broken = broken;
        assert!(!is_shown(&mut app), "the connection is lost");
        app.world_mut().resource_mut::<Link>().broken = None;
        assert!(is_shown(&mut app), "it is back");
        app.world_mut().resource_mut::<Scene>().own = Some(OwnView { respawn_s: 0.0, ..own });
        assert!(!is_shown(&mut app), "it is over");
    }

    #[test]
    fn the_dead_are_told_by_whom_and_the_living_nothing() {
        let words = Words::of(Language::English);
        let own = Own { alive: true, ..Own::default() };
        let mut scene = Scene {
            me: Some(PilotId(1)),
            own: Some(OwnView::new(&own, Vec2::ZERO, &game_sim::Rules::default())),
            ..Scene::default()
        };
        assert_eq!(banner(&scene, &words), (String::new(), String::new()));
        scene.own = scene.own.map(|own| OwnView { alive: false, respawn_s: 1.2, ..own });
        let killer = PilotId(2);
        let (seen_ago_ms, apart_cm) = (40, 110);
        let victim = PilotId(1);
        scene.why_died = Some(WhyDied { killer, victim, seen_ago_ms, apart_cm, bounded: false });
        let (large, small) = banner(&scene, &words);
        assert!(large.contains('2'), "{large}");
        assert!(small.contains("40 ms") && small.contains("1.1 m"), "{small}");
        let (_, small) = banner(&scene, &Words::of(Language::Spanish));
        assert!(small.contains("1,1 m"), "{small}");
    }
}
