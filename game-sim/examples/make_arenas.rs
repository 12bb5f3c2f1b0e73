//! Writes the two arenas that come with the game into `assets/arenas`: `yard.tmx`, drawn by hand in
//! numbers, and `expanse.tmx`, grown from a seed. The same program writes the same bytes.
//!
//! Run it with `cargo run -p game-sim --example make_arenas`. What it writes are ordinary Tiled
//! maps: who wants to change an arena may as well open it in Tiled and forget this program.

use std::fmt::Write as _;
use std::path::Path;

use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/arenas");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("yard.tmx"), yard().to_tmx())?;
    std::fs::write(folder.join("expanse.tmx"), expanse().to_tmx())
}

/// A rectangle in metres: left, bottom, right, top; and a height.
#[derive(Clone, Copy)]
struct Block {
    left: f32,
    bottom: f32,
    right: f32,
    top: f32,
    height: f32,
}

/// An arena in metres around its centre, x right and y up.
struct Plan {
    width: f32,
    height: f32,
    walls: Vec<Block>,
    /// Position, and where one looks in degrees.
    spawns: Vec<(f32, f32, f32)>,
    pickups: Vec<(f32, f32, &'static str)>,
    /// What teams fight for: position and radius.
    points: Vec<(f32, f32, f32)>,
}

fn block(left: f32, bottom: f32, right: f32, top: f32, height: f32) -> Block {
    Block { left, bottom, right, top, height }
}

/// A yard for two to sixteen: the same for both halves, turned by half a turn.
fn yard() -> Plan {
    let half = [
        // Four blocks around the middle, with a cross of lanes between them.
        block(2.0, 1.5, 6.0, 4.5, 3.0),
        block(-6.0, 1.5, -2.0, 4.5, 3.0),
        // The long wall and the northern corridor behind it, with two crates for cover.
        block(-10.0, 9.0, 5.0, 10.0, 3.0),
        block(-3.0, 13.0, -1.0, 15.0, 1.5),
        block(7.0, 13.5, 9.0, 15.5, 1.5),
        // The eastern room: three walls, two doors.
        block(12.0, -3.0, 13.0, 7.0, 3.0),
        block(13.0, 6.0, 18.0, 7.0, 3.0),
        block(12.0, -7.5, 17.0, -6.5, 3.0),
        block(16.0, 0.0, 18.0, 2.0, 1.5),
        // The corners.
        block(16.5, 11.0, 20.0, 12.0, 2.0),
        block(19.0, 12.0, 20.0, 14.5, 2.0),
        block(19.5, -14.0, 20.5, -9.0, 2.0),
        block(12.5, -14.5, 15.5, -13.0, 1.5),
        // Crates on the way to the middle.
        block(8.0, -1.0, 9.5, 0.5, 1.5),
        block(1.0, -7.0, 3.0, -5.5, 1.5),
    ];
    let turned =
        half.map(|wall| block(-wall.right, -wall.top, -wall.left, -wall.bottom, wall.height));
    let spawns = [
        (22.0, 16.0, 225.0),
        (22.0, 3.5, 180.0),
        (15.0, 4.0, 270.0),
        (22.0, -16.0, 135.0),
        (3.0, 16.5, 270.0),
        (9.0, 6.0, 225.0),
        (10.0, -11.5, 90.0),
    ];
    let pickups = [
        (15.0, -1.5, "health"),
        (2.0, 12.0, "health"),
        (21.5, 8.5, "rifle"),
        (6.0, -13.5, "rifle"),
        (17.5, -16.0, "rockets"),
    ];
    let mut plan = Plan {
        width: 48.0,
        height: 36.0,
        walls: [half, turned].concat(),
        spawns: Vec::new(),
        pickups: Vec::new(),
        // One in each room, and one between the four blocks.
        points: vec![(-19.0, 3.5, 3.5), (0.0, 0.0, 3.0), (19.0, -3.5, 3.5)],
    };
    for (x, y, facing) in spawns {
        plan.spawns.extend([(x, y, facing), (-x, -y, (facing + 180.0) % 360.0)]);
    }
    plan.pickups.push((0.0, 0.0, "rockets"));
    for (x, y, class) in pickups {
        plan.pickups.extend([(x, y, class), (-x, -y, class)]);
    }
    plan
}

/// Side of a district, and half the street between two.
const DISTRICT_M: f32 = 80.0;
const STREET_M: f32 = 5.0;

/// A city for a thousand: thirty-six districts of five sorts, with streets between them.
fn expanse() -> Plan {
    let mut rng = Pcg32::new(0x6578_7061, 0x006e_7365);
    let mut plan = Plan {
        width: 480.0,
        height: 480.0,
        walls: Vec::new(),
        spawns: Vec::new(),
        pickups: Vec::new(),
        // Crossings of streets in the middle: west, north, centre, south, east.
        points: vec![
            (-80.0, 0.0, 5.0),
            (0.0, 80.0, 5.0),
            (0.0, 0.0, 5.0),
            (0.0, -80.0, 5.0),
            (80.0, 0.0, 5.0),
        ],
    };
    for row in 0..6 {
        for column in 0..6 {
            let left = column as f32 * DISTRICT_M - 240.0 + STREET_M;
            let bottom = row as f32 * DISTRICT_M - 240.0 + STREET_M;
            let side = DISTRICT_M - 2.0 * STREET_M;
            match (column * 2 + row * 3) % 5 {
                0 => town(&mut plan, &mut rng, left, bottom, side),
                1 => plaza(&mut plan, left, bottom, side),
                2 => depot(&mut plan, &mut rng, left, bottom, side),
                3 => ruins(&mut plan, &mut rng, left, bottom, side),
                _ => rows(&mut plan, &mut rng, left, bottom, side),
            }
            furnish(&mut plan, &mut rng, left, bottom, side);
        }
    }
    plan
}

/// Even metres in `low..=high`.
fn even(rng: &mut Pcg32, low: u32, high: u32) -> f32 {
    (low + rng.next_u32() % ((high - low) / 2 + 1) * 2) as f32
}

/// Nine lots: houses, and courtyards with two doors.
fn town(plan: &mut Plan, rng: &mut Pcg32, left: f32, bottom: f32, side: f32) {
    let lot = (side / 3.0).floor();
    for index in 0..9 {
        let (x, y) = (left + (index % 3) as f32 * lot, bottom + (index / 3) as f32 * lot);
        let (width, depth) = (even(rng, 12, 18), even(rng, 12, 18));
        if rng.next_u32().is_multiple_of(3) {
            court(plan, x + 2.0, y + 2.0, width.max(16.0), depth.max(16.0));
        } else {
            plan.walls.push(block(
                x + 2.0,
                y + 2.0,
                x + 2.0 + width,
                y + 2.0 + depth,
                even(rng, 4, 8),
            ));
        }
    }
}

/// Four walls with a door of five metres in the south and in the north.
fn court(plan: &mut Plan, x: f32, y: f32, width: f32, depth: f32) {
    let door = x + width / 2.0 - 2.5;
    for low in [y, y + depth - 1.0] {
        plan.walls.push(block(x, low, door, low + 1.0, 3.0));
        plan.walls.push(block(door + 5.0, low, x + width, low + 1.0, 3.0));
    }
    for low in [x, x + width - 1.0] {
        plan.walls.push(block(low, y + 1.0, low + 1.0, y + depth - 1.0, 3.0));
    }
}

/// An open place with pillars and a monument.
fn plaza(plan: &mut Plan, left: f32, bottom: f32, side: f32) {
    for row in 0..5 {
        for column in 0..5 {
            let (x, y) = (left + 9.0 + column as f32 * 13.0, bottom + 9.0 + row as f32 * 13.0);
            if (column, row) != (2, 2) {
                plan.walls.push(block(x - 1.0, y - 1.0, x + 1.0, y + 1.0, 5.0));
            }
        }
    }
    let (x, y) = (left + side / 2.0, bottom + side / 2.0);
    plan.walls.push(block(x - 4.0, y - 1.5, x + 4.0, y + 1.5, 6.0));
    plan.walls.push(block(x - 1.5, y - 5.0, x + 1.5, y - 1.5, 4.0));
    plan.walls.push(block(x - 1.5, y + 1.5, x + 1.5, y + 5.0, 4.0));
}

/// A warehouse: an outer wall with four gates, and stacks of crates in it.
fn depot(plan: &mut Plan, rng: &mut Pcg32, left: f32, bottom: f32, side: f32) {
    let (low_x, low_y, high_x, high_y) =
        (left + 4.0, bottom + 4.0, left + side - 4.0, bottom + side - 4.0);
    let gate = (left + side / 2.0 - 4.0, bottom + side / 2.0 - 4.0);
    for y in [low_y, high_y - 1.0] {
        plan.walls.push(block(low_x, y, gate.0, y + 1.0, 4.0));
        plan.walls.push(block(gate.0 + 8.0, y, high_x, y + 1.0, 4.0));
    }
    for x in [low_x, high_x - 1.0] {
        plan.walls.push(block(x, low_y + 1.0, x + 1.0, gate.1, 4.0));
        plan.walls.push(block(x, gate.1 + 8.0, x + 1.0, high_y - 1.0, 4.0));
    }
    for row in 0..6 {
        for column in 0..4 {
            let (x, y) = (low_x + 6.0 + column as f32 * 13.0, low_y + 6.0 + row as f32 * 8.5);
            if !rng.next_u32().is_multiple_of(4) {
                plan.walls.push(block(x, y, x + even(rng, 4, 8), y + 3.0, even(rng, 2, 4)));
            }
        }
    }
}

/// Broken walls in both directions, none long enough to close a way.
fn ruins(plan: &mut Plan, rng: &mut Pcg32, left: f32, bottom: f32, side: f32) {
    let cell = side / 5.0;
    for index in 0..25 {
        let (x, y) =
            (left + (index % 5) as f32 * cell + 2.0, bottom + (index / 5) as f32 * cell + 2.0);
        let length = even(rng, 4, 8);
        let high = even(rng, 2, 4);
        if rng.next_u32().is_multiple_of(2) {
            plan.walls.push(block(x, y + 4.0, x + length, y + 5.0, high));
        } else {
            plan.walls.push(block(x + 4.0, y, x + 5.0, y + length, high));
        }
    }
}

/// Long parallel walls with gaps: lines of sight in one direction, cover in the other.
fn rows(plan: &mut Plan, rng: &mut Pcg32, left: f32, bottom: f32, side: f32) {
    for row in 0..6 {
        let y = bottom + 5.0 + row as f32 * 12.0;
        let gap = left + even(rng, 12, 52);
        plan.walls.push(block(left, y, gap, y + 1.0, 3.0));
        plan.walls.push(block(gap + 6.0, y, left + side, y + 1.0, 3.0));
        let crate_at = left + even(rng, 4, 60);
        plan.walls.push(block(crate_at, y + 5.0, crate_at + 3.0, y + 7.0, 1.5));
    }
}

/// Eight spawn points and five pickups for a district, each where there is room.
fn furnish(plan: &mut Plan, rng: &mut Pcg32, left: f32, bottom: f32, side: f32) {
    const CLASSES: [&str; 5] = ["health", "rifle", "rockets", "health", "rifle"];
    for place in 0..8 + CLASSES.len() {
        let (x, y) = loop {
            let x = left + even(rng, 2, side as u32 - 2);
            let y = bottom + even(rng, 2, side as u32 - 2);
            let taken = plan
                .spawns
                .iter()
                .map(|&(x, y, _)| (x, y))
                .chain(plan.pickups.iter().map(|&(x, y, _)| (x, y)));
            let crowded = taken
                .into_iter()
                .any(|(other_x, other_y)| distance(x - other_x, y - other_y) < 6.0);
            if !crowded && plan.walls.iter().all(|wall| wall.distance(x, y) >= 1.5) {
                break (x, y);
            }
        };
        match place.checked_sub(8) {
            None => plan.spawns.push((x, y, (rng.next_u32() % 8 * 45) as f32)),
            Some(kind) => plan.pickups.push((x, y, CLASSES[kind])),
        }
    }
}

/// Not `hypot`, which may differ between platforms.
fn distance(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}

impl Block {
    fn distance(&self, x: f32, y: f32) -> f32 {
        let (dx, dy) = (x - x.clamp(self.left, self.right), y - y.clamp(self.bottom, self.top));
        distance(dx, dy)
    }
}

impl Plan {
    /// The plan as Tiled writes it: y down, sixteen pixels a metre.
    fn to_tmx(&self) -> String {
        let mut tmx = String::new();
        let count = self.walls.len() + self.spawns.len() + self.pickups.len() + self.points.len();
        let mut id = 0;
        let (width, height) = (self.width, self.height);
        let _ = writeln!(tmx, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        let _ = writeln!(
            tmx,
            "<map version=\"1.10\" tiledversion=\"1.11.0\" orientation=\"orthogonal\" renderorder=\"right-down\" \
             width=\"{width}\" height=\"{height}\" tilewidth=\"16\" tileheight=\"16\" infinite=\"0\" \
             nextlayerid=\"5\" nextobjectid=\"{}\">",
            count + 1
        );
        let mut layer = |number: u32, name: &str, colour: &str, objects: &[String]| {
            let _ =
                writeln!(tmx, " <objectgroup id=\"{number}\" name=\"{name}\" color=\"{colour}\">");
            for object in objects {
                id += 1;
                let _ = writeln!(tmx, "  <object id=\"{id}\" {object}");
            }
            let _ = writeln!(tmx, " </objectgroup>");
        };
        let walls: Vec<String> = self.walls.iter().map(|wall| self.wall(wall)).collect();
        let spawns: Vec<String> = self
            .spawns
            .iter()
            .map(|&(x, y, facing)| {
                format!("{}{}<point/></object>", self.at(x, y), property("facing", facing))
            })
            .collect();
        let pickups: Vec<String> = self
            .pickups
            .iter()
            .map(|&(x, y, class)| format!("type=\"{class}\" {}<point/></object>", self.at(x, y)))
            .collect();
        layer(1, "walls", "#a0a0a4", &walls);
        layer(2, "spawns", "#00aa7f", &spawns);
        layer(3, "pickups", "#ffaa00", &pickups);
        let points: Vec<String> = self
            .points
            .iter()
            .map(|&(x, y, radius)| {
                format!("{}{}<point/></object>", self.at(x, y), property("radius", radius))
            })
            .collect();
        layer(4, "points", "#5566ff", &points);
        tmx.push_str("</map>\n");
        tmx
    }

    fn wall(&self, wall: &Block) -> String {
        let size = format!(
            "width=\"{}\" height=\"{}\"",
            (wall.right - wall.left) * 16.0,
            (wall.top - wall.bottom) * 16.0
        );
        let at = self.at(wall.left, wall.top).replace('>', &format!(" {size}>"));
        format!("{at}{}</object>", property("height", wall.height))
    }

    fn at(&self, x: f32, y: f32) -> String {
        format!("x=\"{}\" y=\"{}\">", (x + self.width / 2.0) * 16.0, (self.height / 2.0 - y) * 16.0)
    }
}

fn property(name: &str, value: f32) -> String {
    format!("<properties><property name=\"{name}\" type=\"float\" value=\"{value}\"/></properties>")
}
