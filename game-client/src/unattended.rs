//! The client without anybody in front of it: takes its picture, writes its report, and ends; or says
//! in one sentence why it can't.

use std::path::Path;

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};

use crate::frame::Frame;
use crate::options::Options;
use crate::state::{Place, Stage};

/// How long a server may take to let us in.
const PATIENCE_S: f32 = 20.0;

/// How long the game has been on screen, and what was done about it.
#[derive(Resource, Debug, Default)]
struct Watch {
    playing_s: f32,
    waiting_s: f32,
    asked: bool,
}

/// Counts time and ends the program when it is due.
pub fn plugin(app: &mut App) {
    app.init_resource::<Watch>().add_systems(Update, (wait, play).in_set(Frame::Overlay));
}

/// Ends with a sentence when the game can't be played.
fn wait(
    time: Res<Time<Real>>,
    stage: Res<State<Stage>>,
    options: Res<Options>,
    place: Res<Place>,
    mut watch: ResMut<Watch>,
    mut exit: MessageWriter<AppExit>,
) {
    if !options.is_unattended() {
        return;
    }
    let trouble = match stage.get() {
        Stage::Lost => place.trouble.clone().unwrap_or_else(|| "the server is gone".to_owned()),
        Stage::Connecting | Stage::Menu => {
            watch.waiting_s += time.delta_secs();
            if watch.waiting_s < PATIENCE_S {
                return;
            }
            format!("it did not let us in for {PATIENCE_S} seconds")
        }
        Stage::Playing => return,
    };
    eprintln!("game-client: {}: {trouble}", place.address);
    exit.write(AppExit::error());
}

/// Takes the picture or ends when the time has come.
fn play(
    mut commands: Commands,
    time: Res<Time<Real>>,
    stage: Res<State<Stage>>,
    options: Res<Options>,
    mut watch: ResMut<Watch>,
    mut exit: MessageWriter<AppExit>,
) {
    // A measurement takes its picture by itself.
    if *stage.get() != Stage::Playing || options.measurement().is_some() {
        return;
    }
    watch.playing_s += time.delta_secs();
    let picture = options.screenshot.clone().filter(|_| watch.playing_s >= options.after);
    let over = options.seconds.is_some_and(|seconds| watch.playing_s >= seconds);
    if watch.asked || (picture.is_none() && !over) {
        return;
    }
    watch.asked = true;
    match picture {
        None => {
            exit.write(AppExit::Success);
        }
        Some(path) => {
            commands.spawn(Screenshot::primary_window()).observe(
                move |captured: On<ScreenshotCaptured>, mut exit: MessageWriter<AppExit>| {
                    exit.write(save(&captured.image, &path));
                },
            );
        }
    }
}

/// Whether nothing has been drawn yet: the first pictures of a slow machine are of one colour.
pub fn is_blank(image: &Image) -> bool {
    let Some(pixels) = &image.data else { return true };
    // Four bytes are a pixel in every format that a window has.
    pixels.chunks_exact(4).all(|pixel| Some(pixel) == pixels.get(..4))
}

/// Saves a picture, or says why it can't be.
pub fn save(image: &Image, path: &Path) -> AppExit {
    let saved = match image.clone().try_into_dynamic() {
        _ if is_blank(image) => Err("there is nothing in it".to_owned()),
        Ok(picture) => picture.to_rgb8().save(path).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match saved {
        Ok(()) => AppExit::Success,
        Err(error) => {
            eprintln!("game-client: can't save {}: {error}", path.display());
            AppExit::error()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::asset::RenderAssetUsages;
    use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

    #[test]
    fn a_picture_of_one_colour_is_none() {
        let picture = |pixels: &[u8]| {
            let size = Extent3d { width: 2, height: 1, depth_or_array_layers: 1 };
            let format = TextureFormat::Rgba8UnormSrgb;
            let usage = RenderAssetUsages::MAIN_WORLD;
            Image::new(size, TextureDimension::D2, pixels.to_vec(), format, usage)
        };
        assert!(is_blank(&picture(&[0, 0, 0, 255, 0, 0, 0, 255])));
        assert!(!is_blank(&picture(&[0, 0, 0, 255, 0, 0, 1, 255])));
    }
}
