//! The maps that come with the game can be played on.

use game_sim::{Arena, PickupKind};

fn load(name: &str) -> std::sync::Arc<Arena> {
    Arena::builtin(name).expect(name).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_yard_is_fair_to_both_sides() {
    let yard = load("yard");
    assert_eq!(yard.name, "yard");
    assert!(yard.spawns.len() >= 12 && yard.pickups.len() >= 9);
    for spawn in &yard.spawns {
        assert!(yard.spawns.iter().any(|other| other.position == -spawn.position));
    }
    for wall in &yard.walls {
        assert!(yard.walls.iter().any(|other| (other.min, other.max) == (-wall.max, -wall.min)));
    }
}

#[test]
fn the_expanse_has_room_for_a_thousand() {
    let expanse = load("expanse");
    assert_eq!(expanse.half_extents, glam::Vec2::splat(240.0));
    assert!(expanse.spawns.len() >= 200 && expanse.pickups.len() >= 150);
    for kind in [PickupKind::Health, PickupKind::Rifle, PickupKind::Rockets] {
        assert!(expanse.pickups.iter().filter(|spot| spot.kind == kind).count() >= 30);
    }
}
