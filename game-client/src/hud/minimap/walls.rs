//! The walls of an arena as a picture, painted once, that moves below the map's frame.

use bevy::asset::RenderAssetUsages;
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use game_sim::Arena;

use crate::render::palette::{self, Rgb};

/// Pixels of the picture for a metre of the arena, and of one that is seen as a whole, which is smaller than this in
/// metres; and the dark margin around the arena in metres.
const SHARP: f32 = 2.0;
const SHARPER: f32 = 5.0;
const SMALL_M: f32 = 100.0;
const MARGIN_M: f32 = 36.0;

/// From the picture's middle to its edge, in metres of the arena.
pub(super) fn half_m(arena: &Arena) -> Vec2 {
    arena.half_extents + MARGIN_M
}

fn sharp(arena: &Arena) -> f32 {
    if arena.half_extents.max_element() * 2.0 < SMALL_M { SHARPER } else { SHARP }
}

/// Floor and walls.
pub(super) fn picture(arena: &Arena) -> Image {
    let (half, sharp) = (half_m(arena), sharp(arena));
    let size = (half * 2.0 * sharp).ceil().as_uvec2();
    let mut pixels = vec![0; (size.x * size.y * 4) as usize];
    let mut fill = |min: Vec2, max: Vec2, rgb: Rgb, alpha: u8| {
        // The picture's y goes down.
        let low = (Vec2::new(min.x, -max.y) + half) * sharp;
        let high = (Vec2::new(max.x, -min.y) + half) * sharp;
        let (low, high) = (low.round().as_uvec2(), high.round().as_uvec2());
        for y in low.y..high.y.max(low.y + 1).min(size.y) {
            for x in low.x..high.x.max(low.x + 1).min(size.x) {
                let at = ((y * size.x + x) * 4) as usize;
                pixels[at..at + 3].copy_from_slice(&rgb);
                pixels[at + 3] = alpha;
            }
        }
    };
    fill(-arena.half_extents, arena.half_extents, palette::GROUND, 110);
    for wall in &arena.walls {
        fill(wall.min, wall.max, palette::WALL_TOP, 235);
    }
    Image::new(
        Extent3d { width: size.x, height: size.y, depth_or_array_layers: 1 },
        TextureDimension::D2,
        pixels,
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use game_sim::arena::Wall;

    #[test]
    fn walls_stand_on_the_map_where_they_stand_in_the_arena() {
        let wall = Wall::new(Vec2::new(4.0, 6.0), Vec2::new(5.0, 9.0), 2.0);
        let arena = Arena::new("a", Vec2::splat(20.0), vec![wall], Vec::new(), Vec::new(), 0);
        let picture = picture(&arena);
        let width = picture.texture_descriptor.size.width as usize;
        let data = picture.data.unwrap();
        let at = |x: f32, y: f32| {
            let pixel = (Vec2::new(x, -y) + half_m(&arena)) * sharp(&arena);
            let index = (pixel.y as usize * width + pixel.x as usize) * 4;
            [data[index], data[index + 1], data[index + 2]]
        };
        assert_eq!(at(4.5, 7.5), palette::WALL_TOP);
        assert_eq!(at(4.5, -7.5), palette::GROUND);
        assert_eq!(at(30.0, 0.0), [0, 0, 0], "nothing beyond the border");
    }
}
