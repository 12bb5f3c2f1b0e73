//! Models, icons, sounds and shaders: built into the program, so that it runs from anywhere, and read by bevy's
//! own loaders. The files lie in the repository's assets/, beside the scripts that make them.

use std::path::{Path, PathBuf};

use bevy::asset::io::embedded::EmbeddedAssetRegistry;
use bevy::prelude::*;

/// Lists files below assets/ with their bytes.
macro_rules! files {
    ($($path:literal)*) => {
        &[$(($path, include_bytes!(concat!("../../assets/", $path)))),*]
    };
}

/// Every file, by its path below assets/.
const FILES: &[(&str, &[u8])] = files![
    "models/pilot.glb"
    "models/leg.glb"
    "models/ring-own.glb"
    "models/ring-friend.glb"
    "models/ring-enemy.glb"
    "models/rocket.glb"
    "models/pickup-health.glb"
    "models/pickup-rifle.glb"
    "models/pickup-rockets.glb"
    "models/pad-health.glb"
    "models/pad-rifle.glb"
    "models/pad-rockets.glb"
    "models/crown.glb"
    "models/shard.glb"
    "models/flash.glb"
    "models/puff.glb"
    "icons/health.png"
    "icons/dash.png"
    "icons/cartridge.png"
    "icons/rocket.png"
    "icons/rifle.png"
    "icons/crown.png"
    "icons/skull.png"
    "icons/arrow.png"
    "icons/dot.png"
    "icons/square.png"
    "icons/circle.png"
    "icons/mark.png"
    "icons/hurt.png"
    "icons/sight.png"
    "icons/shield.png"
    "icons/cartridges.png"
    "icons/star.png"
    "icons/star-empty.png"
    "icons/map-own.png"
    "icons/map-friend.png"
    "icons/map-foe.png"
    "icons/map-crown.png"
    "pictures/title.png"
    "shaders/shade.wgsl"
    "shaders/ghost.wgsl"
    "sounds/ambience.wav"
    "sounds/appear.wav"
    "sounds/away.wav"
    "sounds/back.wav"
    "sounds/begin.wav"
    "sounds/blast-far.wav"
    "sounds/blast.wav"
    "sounds/click.wav"
    "sounds/dash.wav"
    "sounds/fall.wav"
    "sounds/given.wav"
    "sounds/health.wav"
    "sounds/hit.wav"
    "sounds/hurt.wav"
    "sounds/kill.wav"
    "sounds/last.wav"
    "sounds/launch.wav"
    "sounds/lead.wav"
    "sounds/lost.wav"
    "sounds/message.wav"
    "sounds/move.wav"
    "sounds/music.wav"
    "sounds/over.wav"
    "sounds/reload.wav"
    "sounds/rockets.wav"
    "sounds/rounds.wav"
    "sounds/shot-far.wav"
    "sounds/shot-own.wav"
    "sounds/shot.wav"
    "sounds/step-1.wav"
    "sounds/step-2.wav"
    "sounds/streak.wav"
    "sounds/taken.wav"
    "sounds/tick.wav"
    "sounds/vote.wav"
    "sounds/wall.wav"
    "sounds/won.wav"
];

/// Makes the files known to the asset server. Must come after bevy's plugins, before any loading.
pub fn plugin(app: &mut App) {
    let registry = app.world().resource::<EmbeddedAssetRegistry>();
    for (path, bytes) in FILES {
        registry.insert_asset(PathBuf::from(path), &Path::new("tumult").join(path), *bytes);
    }
}

/// What the asset server calls a file.
pub fn path(file: &str) -> String {
    debug_assert!(FILES.iter().any(|(path, _)| *path == file), "{file} is not in the list");
    format!("embedded://tumult/{file}")
}

/// Loads an icon: white, to be dyed.
pub fn icon(server: &AssetServer, name: &str) -> Handle<Image> {
    server.load(path(&format!("icons/{name}.png")))
}

#[cfg(test)]
pub fn bytes(file: &str) -> &'static [u8] {
    FILES.iter().find(|(path, _)| *path == file).map(|(_, bytes)| *bytes).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A script's output that nobody loads, or a list that forgot one.
    #[test]
    fn every_file_that_the_scripts_made_is_built_in() {
        for folder in ["models", "icons", "pictures", "sounds", "shaders"] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets").join(folder);
            for file in std::fs::read_dir(path).unwrap() {
                let name = file.unwrap().file_name().into_string().unwrap();
                if !name.ends_with(".py") && !name.ends_with(".md") {
                    bytes(&format!("{folder}/{name}"));
                }
            }
        }
    }
}
