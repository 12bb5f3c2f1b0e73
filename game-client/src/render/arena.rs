//! The floor and the walls, made once when the arena becomes known.
//!
//! Walls are merged by district, so that a thousand of them are a few dozen draws of which the camera
//! skips those out of view.

use std::collections::BTreeMap;
use std::sync::Arc;

use bevy::asset::RenderAssetUsages;
use bevy::image::{ImageAddressMode, ImageSampler, ImageSamplerDescriptor};
use bevy::light::NotShadowCaster;
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use game_sim::Arena;
use game_sim::arena::Wall;

use super::model::Quads;
use super::paint::Paints;
use super::palette::{self, Rgb, vertex};
use super::place;
use crate::frame::Frame;
use crate::scene::Scene;

/// Side of a district.
const DISTRICT_M: f32 = 48.0;
/// Width of the light edge on top of a wall.
const EDGE_M: f32 = 0.14;
/// No wall is drawn higher than this, or it would hide who stands behind it.
const TALLEST_M: f32 = 2.1;
/// The floor goes on so far beyond the border, under the outermost walls.
const MARGIN_M: f32 = 2.0;
/// Side of the repeated piece of floor.
const TILE_M: f32 = 4.0;
/// Pixels along that side: about as many as the screen has for it.
const TILE_PIXELS: usize = 160;

/// Marks what belongs to the present arena.
#[derive(Component)]
struct Ground;

/// The arena whose walls stand.
#[derive(Resource, Default)]
struct Built(Option<Arc<Arena>>);

/// What the floor is made of.
#[derive(Resource)]
struct Floor(Handle<StandardMaterial>);

/// Builds arenas.
pub fn plugin(app: &mut App) {
    app.init_resource::<Built>()
        .add_systems(Startup, lay_floor)
        .add_systems(Update, build.in_set(Frame::Draw));
}

fn lay_floor(
    mut commands: Commands,
    mut images: ResMut<Assets<Image>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let material = materials.add(StandardMaterial {
        base_color_texture: Some(images.add(tile())),
        perceptual_roughness: 0.95,
        reflectance: 0.1,
        ..default()
    });
    commands.insert_resource(Floor(material));
}

/// Replaces the walls when the scene has another arena.
fn build(
    mut commands: Commands,
    scene: Res<Scene>,
    mut built: ResMut<Built>,
    floor: Res<Floor>,
    paints: Res<Paints>,
    mut meshes: ResMut<Assets<Mesh>>,
    old: Query<Entity, With<Ground>>,
) {
    let same = match (&scene.arena, &built.0) {
        (Some(new), Some(old)) => Arc::ptr_eq(new, old),
        (new, old) => new.is_none() && old.is_none(),
    };
    if same {
        return;
    }
    old.iter().for_each(|entity| commands.entity(entity).despawn());
    built.0.clone_from(&scene.arena);
    let Some(arena) = &scene.arena else { return };
    commands.spawn((
        Ground,
        Mesh3d(meshes.add(floor_mesh(arena))),
        MeshMaterial3d(floor.0.clone()),
        NotShadowCaster,
    ));
    for walls in districts(&arena.walls).into_values() {
        let (sides, tops) = wall_meshes(&walls);
        commands.spawn((Ground, Mesh3d(meshes.add(sides)), MeshMaterial3d(paints.lit.clone())));
        commands.spawn((Ground, Mesh3d(meshes.add(tops)), MeshMaterial3d(paints.plain.clone())));
    }
}

/// The walls by the district in which their middle lies.
fn districts(walls: &[Wall]) -> BTreeMap<(i32, i32), Vec<Wall>> {
    let mut districts: BTreeMap<_, Vec<Wall>> = BTreeMap::new();
    for wall in walls {
        let cell = ((wall.min + wall.max) * (0.5 / DISTRICT_M)).floor();
        districts.entry((cell.x as i32, cell.y as i32)).or_default().push(*wall);
    }
    districts
}

/// The sides, which take light and shadow, and the tops, which are drawn as they are.
fn wall_meshes(walls: &[Wall]) -> (Mesh, Mesh) {
    let (mut sides, mut tops) = (Quads::default(), Quads::default());
    for wall in walls {
        push_sides(&mut sides, wall);
        push_top(&mut tops, wall);
    }
    (sides.mesh(), tops.mesh())
}

fn push_sides(quads: &mut Quads, wall: &Wall) {
    let (corners, height_m) = (corners(wall, 0.0), drawn_height_m(wall));
    // Darker at the foot, where the sky does not reach.
    let (foot, head) = (vertex(palette::WALL_SIDE, 0.45), vertex(palette::WALL_SIDE, 1.1));
    for side in 0..4 {
        let (from, to) = (corners[side], corners[(side + 1) % 4]);
        let ring = [place(from, 0.0), place(to, 0.0), place(to, height_m)];
        let last = place(from, height_m);
        quads.push([ring[0], ring[1], ring[2], last], [foot, foot, head, head]);
    }
}

fn push_top(quads: &mut Quads, wall: &Wall) {
    let inset = EDGE_M.min((wall.max - wall.min).min_element() * 0.35);
    let (outer, inner) = (corners(wall, 0.0), corners(wall, inset));
    let height_m = drawn_height_m(wall);
    let up = |point| place(point, height_m);
    let (edge, middle) = (vertex(palette::WALL_EDGE, 1.0), vertex(palette::WALL_TOP, 1.0));
    for side in 0..4 {
        let next = (side + 1) % 4;
        let ring = [up(outer[side]), up(outer[next]), up(inner[next]), up(inner[side])];
        quads.push(ring, [edge; 4]);
    }
    quads.push(inner.map(up), [middle; 4]);
}

/// Higher walls look higher, but the differences shrink towards the tallest.
fn drawn_height_m(wall: &Wall) -> f32 {
    let height_m = wall.height_m.max(0.1);
    TALLEST_M * height_m / (height_m + 1.5)
}

/// The corners of a wall, counter-clockwise from the lower left, `inset_m` inside it.
fn corners(wall: &Wall, inset_m: f32) -> [Vec2; 4] {
    let (min, max) = (wall.min + inset_m, wall.max - inset_m);
    [min, Vec2::new(max.x, min.y), max, Vec2::new(min.x, max.y)]
}

fn floor_mesh(arena: &Arena) -> Mesh {
    let half = arena.half_extents + MARGIN_M;
    let corners = [
        Vec2::new(-half.x, -half.y),
        Vec2::new(half.x, -half.y),
        Vec2::new(half.x, half.y),
        Vec2::new(-half.x, half.y),
    ];
    let mut quads = Quads::default();
    quads.push(corners.map(|corner| place(corner, 0.0)), [[1.0; 4]; 4]);
    let uvs: Vec<[f32; 2]> = corners.iter().map(|corner| (*corner / TILE_M).to_array()).collect();
    quads.mesh().with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, uvs)
}

/// The repeated piece of floor: plates of a metre with fine joints, four of them in a coarser frame.
fn tile() -> Image {
    let mut pixels = Vec::with_capacity(TILE_PIXELS * TILE_PIXELS * 4);
    for y in 0..TILE_PIXELS {
        for x in 0..TILE_PIXELS {
            pixels.extend(tile_pixel(x, y));
            pixels.push(255);
        }
    }
    let side = TILE_PIXELS as u32;
    let mut image = Image::new(
        Extent3d { width: side, height: side, depth_or_array_layers: 1 },
        TextureDimension::D2,
        pixels,
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        address_mode_u: ImageAddressMode::Repeat,
        address_mode_v: ImageAddressMode::Repeat,
        ..ImageSamplerDescriptor::linear()
    });
    image
}

fn tile_pixel(x: usize, y: usize) -> Rgb {
    let plate = TILE_PIXELS / TILE_M as usize;
    let near = |value: usize, period: usize, width: usize| {
        let within = value % period;
        within < width || within >= period - width
    };
    if near(x, TILE_PIXELS, 2) || near(y, TILE_PIXELS, 2) {
        return palette::GROUND_SEAM;
    }
    if near(x, plate, 1) || near(y, plate, 1) {
        return palette::GROUND_JOINT;
    }
    // A chessboard so faint that it only shows that one moves.
    let odd = (x / plate + y / plate) % 2 == 1;
    palette::GROUND.map(|part| if odd { part + 3 } else { part })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wall_stands_in_one_district() {
        let walls: Vec<Wall> = (0..50)
            .map(|n| Vec2::new((n * 37 % 400) as f32 - 200.0, (n * 91 % 400) as f32 - 200.0))
            .map(|corner| Wall::new(corner, corner + 3.0, 2.0))
            .collect();
        let districts = districts(&walls);
        assert!(districts.len() > 5);
        assert_eq!(districts.values().map(Vec::len).sum::<usize>(), walls.len());
    }

    #[test]
    fn thin_walls_keep_a_middle() {
        let wall = Wall::new(Vec2::ZERO, Vec2::new(0.2, 4.0), 2.0);
        let mut quads = Quads::default();
        push_top(&mut quads, &wall);
        assert_eq!(quads.mesh().count_vertices(), 5 * 4);
    }

    #[test]
    fn higher_walls_look_higher_but_never_hide_much() {
        let drawn = |height_m| drawn_height_m(&Wall::new(Vec2::ZERO, Vec2::ONE, height_m));
        assert!(drawn(1.5) < drawn(3.0) && drawn(3.0) < drawn(8.0));
        assert!(drawn(1e6) <= TALLEST_M && drawn(-1.0) > 0.0);
    }

    #[test]
    fn the_floor_repeats_without_a_step() {
        for at in 0..TILE_PIXELS {
            assert_eq!(tile_pixel(0, at), palette::GROUND_SEAM);
            assert_eq!(tile_pixel(TILE_PIXELS - 1, at), palette::GROUND_SEAM);
        }
    }
}
