//! The models of everything that moves, from the glTF files of assets/models. Each is a mesh of vertices
//! with colours, or two of which the second is white and dyed in a side's colour: so a hundred pilots
//! are a few draws. Every outline is different from above, so that nobody needs the colours.

use bevy::prelude::*;
use game_sim::PickupKind;

use super::palette::Side;
use crate::assets;

/// How far in front of a pilot's centre its muzzle is.
pub const MUZZLE_AHEAD_M: f32 = 0.95;
/// How far to the right of it.
pub const MUZZLE_RIGHT_M: f32 = 0.26;

/// Where a leg begins: how high above the floor, and how far from the middle.
pub const HIP_M: (f32, f32) = (0.53, 0.15);

/// The meshes.
#[derive(Resource)]
pub struct Models {
    /// A pilot above the hips, as it is.
    pub pilot: Handle<Mesh>,
    /// The parts of it that have its side's colour.
    pub armour: Handle<Mesh>,
    /// A leg that hangs from its hip.
    pub leg: Handle<Mesh>,
    /// A rocket.
    pub rocket: Handle<Mesh>,
    /// Over the head of whoever leads.
    pub crown: Handle<Mesh>,
    /// A piece of something that broke, to be dyed.
    pub shard: Handle<Mesh>,
    /// The star at a muzzle, to be dyed.
    pub flash: Handle<Mesh>,
    /// A lump of fire or smoke, to be dyed.
    pub puff: Handle<Mesh>,
    rings: [Handle<Mesh>; 3],
    signs: [Handle<Mesh>; 3],
    pads: [Handle<Mesh>; 3],
}

impl FromWorld for Models {
    fn from_world(world: &mut World) -> Self {
        let server = world.resource::<AssetServer>();
        let load = |name: &str, primitive: usize| {
            let file = assets::path(&format!("models/{name}.glb"));
            server.load(format!("{file}#Mesh0/Primitive{primitive}"))
        };
        Self {
            pilot: load("pilot", 0),
            armour: load("pilot", 1),
            leg: load("leg", 0),
            rocket: load("rocket", 0),
            crown: load("crown", 0),
            shard: load("shard", 0),
            flash: load("flash", 0),
            puff: load("puff", 0),
            rings: ["ring-own", "ring-friend", "ring-enemy"].map(|name| load(name, 0)),
            signs: ["pickup-health", "pickup-rifle", "pickup-rockets"].map(|name| load(name, 0)),
            pads: ["pad-health", "pad-rifle", "pad-rockets"].map(|name| load(name, 0)),
        }
    }
}

impl Models {
    /// The ring under a pilot, with a beak where it aims.
    pub fn ring(&self, side: Side) -> &Handle<Mesh> {
        &self.rings[side as usize]
    }

    /// The sign that floats where a pickup lies.
    pub fn sign(&self, kind: PickupKind) -> &Handle<Mesh> {
        &self.signs[usize::from(kind.number())]
    }

    /// What a pickup lies on, or will.
    pub fn pad(&self, kind: PickupKind) -> &Handle<Mesh> {
        &self.pads[usize::from(kind.number())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::bytes;

    /// The least and greatest corner of a model, as its file says.
    fn bounds(name: &str) -> (Vec3, Vec3) {
        let file = bytes(&format!("models/{name}.glb"));
        let length = u32::from_le_bytes(file[12..16].try_into().unwrap()) as usize;
        let json: serde_json::Value = serde_json::from_slice(&file[20..20 + length]).unwrap();
        let corner = |key: &str, one: fn(Vec3, Vec3) -> Vec3| {
            let all = json["accessors"].as_array().unwrap().iter();
            let corners = all.filter_map(|accessor| accessor[key].as_array()).map(|parts| {
                let at = |axis: usize| parts[axis].as_f64().unwrap() as f32;
                Vec3::new(at(0), at(1), at(2))
            });
            corners.reduce(one).unwrap()
        };
        (corner("min", Vec3::min), corner("max", Vec3::max))
    }

    #[test]
    fn pilots_look_along_x_and_stand_on_the_floor() {
        let (least, most) = bounds("pilot");
        assert!(most.x > 0.8 && most.x > -least.x * 1.4, "the gun shows the aim: {least} {most}");
        assert!((most.x - MUZZLE_AHEAD_M).abs() < 0.1, "shots leave the muzzle, at {}", most.x);
        let (foot, hip) = bounds("leg");
        assert!((foot.y + HIP_M.0).abs() < 0.05 && hip.y <= 0.05, "legs reach the floor: {foot}");
        let (flat, _) = bounds("ring-own");
        assert!(flat.y.abs() < 1e-5, "rings are flat");
    }

    #[test]
    fn sides_differ_in_their_outline_too() {
        let length = |name: &str| bytes(&format!("models/ring-{name}.glb")).len();
        assert_ne!(length("own"), length("enemy"));
        assert_ne!(length("friend"), length("enemy"));
    }
}
