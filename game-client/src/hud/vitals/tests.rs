//! What the signs show, and that they show it without words.

use bevy::asset::AssetPlugin;
use bevy::ecs::query::QueryFilter;
use game_sim::{Own, PilotId, Rules};

use super::*;
use crate::scene::ScoreLine;

#[test]
fn signs_fill_while_the_magazine_is_changed() {
    let rules = Rules::default();
    let mut own = OwnView::new(&Own::default(), Vec2::ZERO, &rules);
    own.rounds = 12;
    assert_eq!(bright(&own, 30, 30), 12);
    assert_eq!(bright(&own, 60, 30), 6, "each stands for two");
    own.reload = Some(0.5);
    assert_eq!(bright(&own, 30, 30), 15);
}

#[test]
fn the_largest_magazine_that_a_server_may_have_is_short_from_a_quarter_on() {
    assert!(!is_short(250, 250) && !is_short(63, 250));
    assert!(is_short(62, 250) && is_short(0, 250));
    assert!(is_short(0, 1) && !is_short(1, 1));
}

/// The display with these rounds, this health and a leader or none.
fn display(rounds: u8, health: u8, leads: bool) -> App {
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, AssetPlugin::default()))
        .init_asset::<Image>()
        .init_resource::<Sides>()
        .add_plugins(plugin);
    let own = Own { alive: true, rifle_rounds: rounds, health, ..default() };
    let mut scene = Scene { me: Some(PilotId(0)), ..Scene::default() };
    scene.own = Some(OwnView::new(&own, Vec2::ZERO, &scene.rules));
    scene.scores = vec![ScoreLine { score: i16::from(leads), ..ScoreLine::of(7) }];
    app.insert_resource(scene);
    app.update();
    app
}

/// Of all that has no word on it: what a filter finds.
fn wordless<C: Component, F: QueryFilter>(app: &mut App) -> Vec<&C> {
    let mut query = app.world_mut().query_filtered::<&C, (F, Without<Text>)>();
    query.iter(app.world()).collect()
}

#[test]
fn health_rounds_the_own_colour_and_that_somebody_leads_are_told_without_a_word() {
    let health =
        |health| wordless::<Node, With<HealthBar>>(&mut display(30, health, false))[0].width;
    assert_eq!((health(100), health(25)), (percent(100), percent(25)));
    let bright = |rounds| {
        let mut app = display(rounds, 100, false);
        let colours = wordless::<BackgroundColor, With<Round>>(&mut app);
        colours.iter().filter(|colour| colour.0 != palette::color(palette::TRACK)).count()
    };
    assert_eq!((bright(0), bright(12)), (0, 12));
    let mut app = display(30, 100, false);
    let own = palette::color(app.world().resource::<Sides>().of(Side::Own));
    let edges = wordless::<BorderColor, With<Dyed>>(&mut app);
    assert!(edges.len() >= 2 && edges.iter().all(|edge| **edge == BorderColor::all(own)));
    let crown = |leads| {
        let mut app = display(30, 100, leads);
        let shown = wordless::<Node, With<Leader>>(&mut app)[0].display == Display::Flex;
        let crown = crate::assets::icon(app.world().resource::<AssetServer>(), "crown");
        let images = wordless::<ImageNode, With<ChildOf>>(&mut app);
        assert!(images.iter().any(|image| image.image == crown));
        shown
    };
    assert!(crown(true) && !crown(false));
}
