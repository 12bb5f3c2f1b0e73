//! The fonts: one for everything that is read, its bold for what must be seen first, and one with equal
//! widths for tables of numbers. All three are part of the program.

use bevy::asset::uuid_handle;
use bevy::prelude::*;

/// For titles and large numbers.
pub const BOLD: Handle<Font> = uuid_handle!("5d6f6c2e-0d0c-4c3f-9d5a-2f6b1a70c0b1");
/// For columns that spaces make.
pub const MONO: Handle<Font> = uuid_handle!("5d6f6c2e-0d0c-4c3f-9d5a-2f6b1a70c0b2");

const REGULAR_DATA: &[u8] = include_bytes!("../../assets/fonts/Play-Regular.ttf");
const BOLD_DATA: &[u8] = include_bytes!("../../assets/fonts/Play-Bold.ttf");

/// Makes them known; the regular one is what every text has that names none.
pub fn plugin(app: &mut App) {
    let mut fonts = app.world_mut().resource_mut::<Assets<Font>>();
    let known = [
        (AssetId::default(), REGULAR_DATA),
        (BOLD.id(), BOLD_DATA),
        (MONO.id(), bevy::text::DEFAULT_FONT_DATA),
    ];
    for (id, data) in known {
        if let Err(error) = fonts.insert(id, Font::from_bytes(data.to_vec())) {
            warn!("a font can't be used: {error}");
        }
    }
}
