//! Reads an arena from a Tiled map and checks it, so that a broken map is refused when the server
//! starts and not when somebody spawns inside a wall.
//!
//! The bytes come from the caller: nothing here opens a file, and a map that wants another file
//! (a tileset, a template) is refused.

use std::io::{Cursor, Error, ErrorKind};
use std::path::Path;

use glam::Vec2;
use tiled::{
    Layer, LayerType, Loader, Map, Object, ObjectData, ObjectShape, Orientation, PropertyValue,
};
use xxhash_rust::xxh3::xxh3_64;

use super::{Arena, ArenaError, Fault, PickupSpot, PointSpot, Problem, Spawn, Wall};
use crate::angle;
use crate::collide;
use crate::contest::MOST_POINTS;
use crate::pickup::PickupKind;
use crate::quantize;
use crate::team::Team;

/// Pixels of the editor per metre.
const PIXELS_PER_M: f32 = 16.0;

/// Of a map's width and height, in metres.
const SIZE_M: std::ops::RangeInclusive<u32> = 8..=512;

/// Spawn points that an arena needs, so that a newcomer can be put away from an enemy.
const LEAST_SPAWNS: usize = 4;

/// The most objects in a layer. Pickups and spawns must fit the identities of entities.
const MOST_WALLS: usize = 20_000;
const MOST_PLACES: usize = 4096;

/// Thinner walls are drawn by accident.
const LEAST_WALL_M: f32 = 0.05;

/// How far a spawn or pickup must be from walls: a pilot of the largest radius fits.
const LEAST_ROOM_M: f32 = 0.8;

/// Radius of a point without the property, and which radii make sense.
const POINT_RADIUS_M: f32 = 4.0;
const POINT_RADII_M: [f32; 2] = [1.5, 12.0];

/// Height of a wall without the property.
const WALL_HEIGHT_M: f32 = 2.5;

impl Arena {
    /// The arena that a Tiled map describes. `name` is the file's, with or without its ending.
    ///
    /// # Errors
    /// The first thing that is wrong, with layer and object.
    pub fn from_tmx(name: &str, bytes: &[u8]) -> Result<Self, ArenaError> {
        build(name.trim_end_matches(".tmx"), bytes)
            .map_err(|problem| ArenaError { file: name.to_owned(), problem })
    }
}

fn build(name: &str, bytes: &[u8]) -> Result<Arena, Problem> {
    let map = parse(bytes)?;
    let half = check_shape(&map)?;
    let ([walls, spawns, pickups], points) = layers(&map)?;
    let wall_list = read(&walls, "walls", MOST_WALLS, |at, object| wall(half, at, object))?;
    let spawn_list = read(&spawns, "spawns", MOST_PLACES, |at, object| spawn(half, at, object))?;
    let pickup_list =
        read(&pickups, "pickups", MOST_PLACES, |at, object| pickup(half, at, object))?;
    let teams = read(&spawns, "spawns", MOST_PLACES, |_, object| team(object))?;
    let point_list = points.as_ref().map_or(Ok(Vec::new()), |points| {
        read(points, "points", MOST_POINTS, |at, object| contested(half, at, object))
    })?;
    match spawn_list.len() {
        0 => return Err(Problem::NoSpawns { least: LEAST_SPAWNS }),
        count if count < LEAST_SPAWNS => {
            return Err(Problem::TooFewSpawns { count, least: LEAST_SPAWNS });
        }
        _ => {}
    }
    let ids =
        |layer: &Layer<'_>| objects(layer).iter().map(|object| object.id()).collect::<Vec<_>>();
    let arena = Arena::new(name, half, wall_list, spawn_list, pickup_list, xxh3_64(bytes))
        .with_teams(&teams)
        .with_points(point_list);
    let home = arena.nav.nearest(arena.spawns[0].position).map(|cell| arena.nav.region(cell));
    let spawns_at = arena.spawns.iter().map(|spawn| spawn.position).zip(ids(&spawns));
    check_places(&arena, "spawns", home, spawns_at)?;
    let pickups_at = arena.pickups.iter().map(|pickup| pickup.position).zip(ids(&pickups));
    check_places(&arena, "pickups", home, pickups_at)?;
    let ids = points.as_ref().map(ids).unwrap_or_default();
    let points_at = arena.points.iter().map(|point| point.position).zip(ids);
    check_places(&arena, "points", home, points_at)?;
    Ok(arena)
}

fn parse(bytes: &[u8]) -> Result<Map, Problem> {
    let map = Path::new("map.tmx");
    let reader = |path: &Path| {
        if path == map {
            return Ok(Cursor::new(bytes));
        }
        Err(Error::new(
            ErrorKind::NotFound,
            format!("an arena is one file, but it names {}", path.display()),
        ))
    };
    Loader::with_reader(reader)
        .load_tmx_map(map)
        .map_err(|error| Problem::Unreadable(error.to_string()))
}

/// Checks the kind and size of the map, and says half its size in metres.
fn check_shape(map: &Map) -> Result<Vec2, Problem> {
    let tiles = (map.tile_width, map.tile_height) == (PIXELS_PER_M as u32, PIXELS_PER_M as u32);
    if map.orientation != Orientation::Orthogonal || map.infinite() || !tiles {
        return Err(Problem::Shape);
    }
    if !SIZE_M.contains(&map.width) || !SIZE_M.contains(&map.height) {
        return Err(Problem::Size {
            width_m: map.width,
            height_m: map.height,
            most_m: *SIZE_M.end(),
        });
    }
    Ok(Vec2::new(map.width as f32, map.height as f32) / 2.0)
}

/// The layers that each map has, in this order: walls, spawns, pickups; and the points, which it may
/// have.
fn layers(map: &Map) -> Result<([Layer<'_>; 3], Option<Layer<'_>>), Problem> {
    const NAMES: [&str; 4] = ["walls", "spawns", "pickups", "points"];
    let mut found: [Option<Layer<'_>>; 4] = [None, None, None, None];
    for layer in map.layers() {
        let place = NAMES.iter().position(|&name| name == layer.name);
        match (layer.layer_type(), place) {
            // A picture to draw the walls upon: the game does not look at it.
            (LayerType::Image(_), _) => {}
            (LayerType::Objects(_), Some(place)) if found[place].is_none() => {
                found[place] = Some(layer)
            }
            (LayerType::Objects(_), Some(_)) => {
                return Err(Problem::RepeatedLayer(layer.name.clone()));
            }
            _ => return Err(Problem::UnknownLayer(layer.name.clone())),
        }
    }
    let [walls, spawns, pickups, points] = found;
    let needed = [
        walls.ok_or(Problem::MissingLayer(NAMES[0]))?,
        spawns.ok_or(Problem::MissingLayer(NAMES[1]))?,
        pickups.ok_or(Problem::MissingLayer(NAMES[2]))?,
    ];
    Ok((needed, points))
}

fn objects<'map>(layer: &Layer<'map>) -> Vec<Object<'map>> {
    layer.as_object_layer().map_or_else(Vec::new, |layer| layer.objects().collect())
}

/// Reads each object of a layer, given its place in the editor's pixels.
fn read<T>(
    layer: &Layer<'_>,
    name: &'static str,
    most: usize,
    one: impl Fn(Vec2, &ObjectData) -> Result<T, Fault>,
) -> Result<Vec<T>, Problem> {
    let objects = objects(layer);
    if objects.len() > most {
        return Err(Problem::TooMany { layer: name, count: objects.len(), most });
    }
    let offset = Vec2::new(layer.offset_x, layer.offset_y);
    objects
        .iter()
        .map(|object| {
            one(Vec2::new(object.x, object.y) + offset, object).map_err(|fault| Problem::Object {
                layer: name,
                id: object.id(),
                fault,
            })
        })
        .collect()
}

fn wall(half: Vec2, at: Vec2, object: &ObjectData) -> Result<Wall, Fault> {
    let ObjectShape::Rect { width, height } = object.shape else { return Err(Fault::NotRectangle) };
    let size = Vec2::new(width, height) / PIXELS_PER_M;
    if !at.is_finite() || !size.is_finite() || !object.rotation.is_finite() {
        return Err(Fault::NotANumber);
    }
    if object.rotation != 0.0 {
        return Err(Fault::Rotated);
    }
    if size.min_element() < LEAST_WALL_M {
        return Err(Fault::ZeroSize { least_m: LEAST_WALL_M });
    }
    let corner = to_plane(half, at);
    let (min, max) =
        (Vec2::new(corner.x, corner.y - size.y), Vec2::new(corner.x + size.x, corner.y));
    // The editor computes in decimals: a millimetre outside is no mistake of the author.
    if min.cmplt(-half - 0.001).any() || max.cmpgt(half + 0.001).any() {
        return Err(Fault::Outside);
    }
    let height_m = number(object, "height", 0.25, 16.0)?.unwrap_or(WALL_HEIGHT_M);
    Ok(Wall::new(quantize::position(min), quantize::position(max), height_m))
}

fn spawn(half: Vec2, at: Vec2, object: &ObjectData) -> Result<Spawn, Fault> {
    let position = point(half, at, object)?;
    // Tiled turns clockwise, the plane counter-clockwise.
    let turned = if object.rotation.is_finite() { -object.rotation } else { 0.0 };
    let degrees = number(object, "facing", -360.0, 360.0)?.unwrap_or(turned);
    Ok(Spawn { position, facing: angle::from_degrees(degrees) })
}

/// The team that a spawn point is for, if the map says so.
fn team(object: &ObjectData) -> Result<Option<Team>, Fault> {
    match object.properties.get("team") {
        None => Ok(None),
        Some(PropertyValue::StringValue(name)) if name == "west" => Ok(Some(Team::West)),
        Some(PropertyValue::StringValue(name)) if name == "east" => Ok(Some(Team::East)),
        Some(PropertyValue::StringValue(name)) => Err(Fault::UnknownTeam(name.clone())),
        Some(_) => Err(Fault::UnknownTeam(String::new())),
    }
}

fn contested(half: Vec2, at: Vec2, object: &ObjectData) -> Result<PointSpot, Fault> {
    let position = point(half, at, object)?;
    let [least, most] = POINT_RADII_M;
    let radius_m = number(object, "radius", least, most)?.unwrap_or(POINT_RADIUS_M);
    Ok(PointSpot { position, radius_m })
}

fn pickup(half: Vec2, at: Vec2, object: &ObjectData) -> Result<PickupSpot, Fault> {
    let position = point(half, at, object)?;
    let kind = PickupKind::from_class(&object.user_type)
        .ok_or_else(|| Fault::UnknownPickup(object.user_type.clone()))?;
    Ok(PickupSpot { kind, position })
}

fn point(half: Vec2, at: Vec2, object: &ObjectData) -> Result<Vec2, Fault> {
    if !matches!(object.shape, ObjectShape::Point(..)) {
        return Err(Fault::NotPoint);
    }
    if !at.is_finite() {
        return Err(Fault::NotANumber);
    }
    let position = to_plane(half, at);
    if position.abs().cmpgt(half).any() {
        return Err(Fault::Outside);
    }
    Ok(quantize::position(position))
}

/// From pixels right and down of the map's corner to metres right and up of its centre.
fn to_plane(half: Vec2, at: Vec2) -> Vec2 {
    Vec2::new(at.x / PIXELS_PER_M - half.x, half.y - at.y / PIXELS_PER_M)
}

fn number(
    object: &ObjectData,
    name: &'static str,
    least: f32,
    most: f32,
) -> Result<Option<f32>, Fault> {
    let value = match object.properties.get(name) {
        None => return Ok(None),
        Some(PropertyValue::FloatValue(value)) => *value,
        Some(PropertyValue::IntValue(value)) => *value as f32,
        Some(_) => f32::NAN,
    };
    let legal = value >= least && value <= most;
    if legal { Ok(Some(value)) } else { Err(Fault::Property { name, least, most }) }
}

/// Checks that a pilot fits at each place and can walk there from the first spawn point.
fn check_places(
    arena: &Arena,
    layer: &'static str,
    home: Option<u16>,
    places: impl Iterator<Item = (Vec2, u32)>,
) -> Result<(), Problem> {
    for (position, id) in places {
        let outside_borders = position.abs().cmple(arena.half_extents - LEAST_ROOM_M).all();
        let fault = if !outside_borders || !collide::is_clear(arena, position, LEAST_ROOM_M) {
            Fault::InWall { least_m: LEAST_ROOM_M }
        } else if arena.nav.nearest(position).map(|cell| arena.nav.region(cell)) != home
            || home.is_none()
        {
            Fault::Unreachable
        } else {
            continue;
        };
        return Err(Problem::Object { layer, id, fault });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
