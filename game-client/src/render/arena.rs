//! The floor, the walls and the void around them, made once when the arena becomes known.
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
use super::{place, walls};
use crate::frame::Frame;
use crate::scene::Scene;

/// Side of a district.
const DISTRICT_M: f32 = 48.0;
/// The floor goes on so far beyond the border, under the outermost walls.
const MARGIN_M: f32 = 2.0;
/// The void beyond the floor is a lid, above all that lies flat on the floor and would else hang there over
/// nothing. It goes as far as anything that lies there.
const LID_M: f32 = 0.15;
const VOID_M: f32 = 40.0;
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
    commands.spawn((
        Ground,
        Mesh3d(meshes.add(void_mesh(arena))),
        MeshMaterial3d(paints.plain.clone()),
        NotShadowCaster,
    ));
    for blocks in districts(&arena.walls).into_values() {
        let (mut sides, mut tops) = (Quads::default(), Quads::default());
        blocks.iter().for_each(|block| walls::push(block, &mut sides, &mut tops));
        let [sides, tops] = [sides, tops].map(|quads| Mesh3d(meshes.add(quads.mesh())));
        commands.spawn((Ground, sides, MeshMaterial3d(paints.lit.clone())));
        commands.spawn((Ground, tops, MeshMaterial3d(paints.plain.clone())));
    }
}

/// Blocks of walls by the district in which their middle lies.
fn districts(walls: &[Wall]) -> BTreeMap<(i32, i32), Vec<Vec<Wall>>> {
    let mut districts: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for block in walls::blocks(walls) {
        let min = block.iter().fold(Vec2::INFINITY, |min, wall| min.min(wall.min));
        let max = block.iter().fold(Vec2::NEG_INFINITY, |max, wall| max.max(wall.max));
        let cell = ((min + max) * (0.5 / DISTRICT_M)).floor();
        districts.entry((cell.x as i32, cell.y as i32)).or_default().push(block);
    }
    districts
}

/// Counter-clockwise from the lower left.
fn corners(half: Vec2) -> [Vec2; 4] {
    [-half, Vec2::new(half.x, -half.y), half, Vec2::new(-half.x, half.y)]
}

fn void_mesh(arena: &Arena) -> Mesh {
    let half = arena.half_extents + MARGIN_M;
    let (inner, outer) = (corners(half), corners(half + VOID_M));
    let mut quads = Quads::default();
    for side in 0..4 {
        let next = (side + 1) % 4;
        let ring = [outer[side], outer[next], inner[next], inner[side]];
        quads.push(ring.map(|corner| place(corner, LID_M)), [vertex(palette::VOID, 1.0); 4]);
    }
    quads.mesh()
}

fn floor_mesh(arena: &Arena) -> Mesh {
    let corners = corners(arena.half_extents + MARGIN_M);
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
        assert_eq!(districts.values().flatten().map(Vec::len).sum::<usize>(), walls.len());
    }

    #[test]
    fn the_floor_repeats_without_a_step() {
        for at in 0..TILE_PIXELS {
            assert_eq!(tile_pixel(0, at), palette::GROUND_SEAM);
            assert_eq!(tile_pixel(TILE_PIXELS - 1, at), palette::GROUND_SEAM);
        }
    }
}
