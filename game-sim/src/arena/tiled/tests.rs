//! Each way in which a map can be broken is refused by name.

use super::*;

/// A map of 16 x 16 m with given objects in its three layers.
fn map(walls: &str, spawns: &str, pickups: &str) -> String {
    let layers = [("walls", walls), ("spawns", spawns), ("pickups", pickups)]
        .map(|(name, objects)| format!("<objectgroup name=\"{name}\">{objects}</objectgroup>"));
    frame("orthogonal", 16, 16, &layers.concat())
}

fn frame(orientation: &str, width: u32, height: u32, layers: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><map version=\"1.10\" orientation=\"{orientation}\" renderorder=\"right-down\" \
         width=\"{width}\" height=\"{height}\" tilewidth=\"16\" tileheight=\"16\" infinite=\"0\">{layers}</map>"
    )
}

fn wall(attributes: &str) -> String {
    format!("<object id=\"7\" {attributes}/>")
}

fn point(id: u32, x: u32, y: u32, attributes: &str) -> String {
    format!("<object id=\"{id}\" x=\"{x}\" y=\"{y}\" {attributes}><point/></object>")
}

/// One spawn point near each corner.
fn corners() -> String {
    [(1, 24, 24), (2, 232, 24), (3, 24, 232), (4, 232, 232)]
        .map(|(id, x, y)| point(id, x, y, ""))
        .concat()
}

fn problem(tmx: &str) -> String {
    Arena::from_tmx("bad.tmx", tmx.as_bytes()).unwrap_err().to_string()
}

#[track_caller]
fn wall_fault(walls: &str, expected: &str) {
    assert_eq!(
        problem(&map(walls, &corners(), "")),
        format!("bad.tmx: layer walls, object 7: {expected}")
    );
}

#[test]
fn a_good_map_is_read_the_right_way_up() {
    let walls = "<object id=\"5\" x=\"64\" y=\"32\" width=\"16\" height=\"32\"><properties>\
                 <property name=\"height\" type=\"float\" value=\"4.5\"/></properties></object>";
    let spawns = corners() + &point(6, 128, 24, "rotation=\"90\"");
    let arena = Arena::from_tmx(
        "good.tmx",
        map(walls, &spawns, &point(8, 128, 200, "type=\"rockets\"")).as_bytes(),
    );
    let arena = arena.unwrap();
    assert_eq!(arena.name, "good");
    assert_eq!(arena.half_extents, Vec2::splat(8.0));
    // Four metres from the left and two from the top, one wide and two high.
    assert_eq!(arena.walls[0], Wall::new(Vec2::new(-4.0, 4.0), Vec2::new(-3.0, 6.0), 4.5));
    assert_eq!(arena.spawns[0], Spawn { position: Vec2::new(-6.5, 6.5), facing: 0 });
    assert_eq!(arena.spawns[4].facing, 3 * angle::TURN / 4, "the editor turns clockwise");
    assert_eq!(
        arena.pickups[0],
        PickupSpot { kind: PickupKind::Rockets, position: Vec2::new(0.0, -4.5) }
    );
}

#[test]
fn files_that_are_no_maps_are_refused() {
    assert!(problem("not xml at all").starts_with("bad.tmx: not a readable Tiled map: "));
    let tileset = frame("orthogonal", 16, 16, "<tileset firstgid=\"1\" source=\"/etc/passwd\"/>");
    assert!(
        problem(&tileset).contains("an arena is one file, but it names"),
        "{}",
        problem(&tileset)
    );
    assert!(problem(&frame("isometric", 16, 16, "")).contains("must be orthogonal"));
    let large = problem(&frame("orthogonal", 513, 16, ""));
    assert_eq!(
        large,
        "bad.tmx: the map is 513 x 16 m, but at most 512 x 512 m fit, and at least 8 x 8"
    );
}

#[test]
fn layers_must_be_the_three_known_ones() {
    let layer = |name: &str| format!("<objectgroup name=\"{name}\"/>");
    let missing = frame("orthogonal", 16, 16, &(layer("walls") + &layer("spawns")));
    assert_eq!(problem(&missing), "bad.tmx: the object layer \"pickups\" is missing");
    let misspelled =
        frame("orthogonal", 16, 16, &(layer("walls") + &layer("spawn") + &layer("pickups")));
    assert!(problem(&misspelled).contains("unknown layer \"spawn\""));
    let twice = frame("orthogonal", 16, 16, &(layer("walls") + &layer("walls")));
    assert_eq!(problem(&twice), "bad.tmx: there are two layers \"walls\"");
}

#[test]
fn points_and_teams_are_read_and_their_faults_are_named() {
    let with_points = |spawns: &str, points: &str| {
        let layer = |name: &str, objects: &str| {
            format!("<objectgroup name=\"{name}\">{objects}</objectgroup>")
        };
        let layers = [
            layer("walls", ""),
            layer("spawns", &(corners() + spawns)),
            layer("pickups", ""),
            layer("points", points),
        ];
        frame("orthogonal", 16, 16, &layers.concat())
    };
    let property = |id: u32, name: &str, kind: &str, value: &str| {
        format!(
            "<object id=\"{id}\" x=\"128\" y=\"96\"><properties><property name=\"{name}\" \
             type=\"{kind}\" value=\"{value}\"/></properties><point/></object>"
        )
    };
    let points = point(9, 128, 128, "") + &property(10, "radius", "float", "2.5");
    let east = property(5, "team", "string", "east");
    let arena = Arena::from_tmx("good.tmx", with_points(&east, &points).as_bytes()).unwrap();
    assert_eq!(arena.points[0], PointSpot { position: Vec2::ZERO, radius_m: POINT_RADIUS_M });
    assert_eq!(arena.points[1], PointSpot { position: Vec2::new(0.0, 2.0), radius_m: 2.5 });
    assert_eq!(arena.team_spawns[Team::East.index()], [4]);
    let large = problem(&with_points("", &property(9, "radius", "float", "40")));
    assert_eq!(
        large,
        "bad.tmx: layer points, object 9: property radius must be a number from 1.5 to 12"
    );
    let red = problem(&with_points(&property(5, "team", "string", "red"), ""));
    assert_eq!(
        red,
        "bad.tmx: layer spawns, object 5: unknown team \"red\": it must be west or east"
    );
    let many = problem(&with_points("", &point(9, 99, 99, "").repeat(9)));
    assert!(many.contains("layer points has 9 objects, but at most 8"), "{many}");
}

#[test]
fn walls_must_be_rectangles_on_the_map() {
    let size = "width=\"16\" height=\"16\"";
    wall_fault(
        "<object id=\"7\" x=\"64\" y=\"64\" width=\"9\" height=\"9\"><ellipse/></object>",
        "a wall must be a rectangle",
    );
    wall_fault(
        &wall(&format!("x=\"64\" y=\"64\" {size} rotation=\"30\"")),
        "a wall cannot be rotated",
    );
    wall_fault(
        &wall("x=\"64\" y=\"64\" width=\"16\""),
        "a wall must be at least 0.05 m wide and high",
    );
    wall_fault(&wall(&format!("x=\"NaN\" y=\"64\" {size}")), "its coordinates must be numbers");
    wall_fault(&wall(&format!("x=\"64\" y=\"250\" {size}")), "it lies outside the map");
    let height = "<object id=\"7\" x=\"64\" y=\"64\" width=\"16\" height=\"16\"><properties>\
                  <property name=\"height\" type=\"float\" value=\"99\"/></properties></object>";
    wall_fault(height, "property height must be a number from 0.25 to 16");
}

#[test]
fn places_must_be_free_and_reachable() {
    let block = wall("x=\"96\" y=\"96\" width=\"32\" height=\"32\"");
    let in_wall = problem(&map(&block, &(corners() + &point(9, 100, 100, "")), ""));
    assert_eq!(
        in_wall,
        "bad.tmx: layer spawns, object 9: it is inside a wall, or nearer than 0.8 m to one"
    );
    let near = problem(&map(&block, &(corners() + &point(9, 90, 112, "")), ""));
    assert_eq!(near, in_wall);
    let outside = problem(&map("", &(corners() + &point(9, 300, 100, "")), ""));
    assert_eq!(outside, "bad.tmx: layer spawns, object 9: it lies outside the map");
    let bar = wall("x=\"0\" y=\"120\" width=\"256\" height=\"16\"");
    let cut_off = problem(&map(&bar, &corners(), ""));
    assert_eq!(
        cut_off,
        "bad.tmx: layer spawns, object 3: it cannot be reached from the first spawn point"
    );
    let rectangle = problem(&map(
        "",
        &(corners() + "<object id=\"9\" x=\"99\" y=\"99\" width=\"9\" height=\"9\"/>"),
        "",
    ));
    assert_eq!(rectangle, "bad.tmx: layer spawns, object 9: it must be a point");
}

#[test]
fn there_must_be_spawns_and_known_pickups() {
    assert!(problem(&map("", "", "")).contains("no spawn points, at least 4"));
    assert!(
        problem(&map("", &point(1, 99, 99, ""), "")).contains("only 1 spawn points, at least 4")
    );
    let unknown = problem(&map("", &corners(), &point(9, 99, 99, "type=\"cake\"")));
    assert_eq!(
        unknown,
        "bad.tmx: layer pickups, object 9: unknown pickup class \"cake\": it must be health, rifle or rockets"
    );
    let many = point(9, 99, 99, "type=\"health\"").repeat(4097);
    assert!(
        problem(&map("", &corners(), &many))
            .contains("layer pickups has 4097 objects, but at most 4096")
    );
}
