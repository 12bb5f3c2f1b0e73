//! Meshes from simple parts, each with its own colour, merged into one so that a figure is one draw.

use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;

use super::palette::{Rgb, vertex};

/// Parts that become one mesh.
#[derive(Default)]
pub struct Model(Option<Mesh>);

impl Model {
    /// Adds a part of one colour.
    pub fn with(self, part: impl Into<Mesh>, rgb: Rgb, transform: Transform) -> Self {
        self.shaded(part, rgb, 1.0, transform)
    }

    /// Adds a part whose colour is made brighter or darker by `factor`.
    pub fn shaded(
        mut self,
        part: impl Into<Mesh>,
        rgb: Rgb,
        factor: f32,
        transform: Transform,
    ) -> Self {
        let mut part: Mesh = part.into().transformed_by(transform);
        let colors = vec![vertex(rgb, factor); part.count_vertices()];
        part.insert_attribute(Mesh::ATTRIBUTE_COLOR, colors);
        match &mut self.0 {
            None => self.0 = Some(part),
            Some(whole) => {
                // All parts are triangle lists with the same attributes, so this can't fail.
                let merged = whole.merge(&part);
                debug_assert!(merged.is_ok(), "{merged:?}");
            }
        }
        self
    }

    /// The mesh.
    pub fn mesh(self) -> Mesh {
        self.0.unwrap_or_else(|| Quads::default().mesh())
    }
}

/// Flat quadrilaterals with a colour for each corner, as one mesh: walls by the thousand.
#[derive(Default)]
pub struct Quads {
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
    uvs: Vec<[f32; 2]>,
    colors: Vec<[f32; 4]>,
    indices: Vec<u32>,
}

impl Quads {
    /// Adds one, seen from where its corners go round counter-clockwise.
    pub fn push(&mut self, corners: [Vec3; 4], colors: [[f32; 4]; 4]) {
        let first = self.positions.len() as u32;
        let normal = (corners[1] - corners[0]).cross(corners[3] - corners[0]).normalize_or_zero();
        self.positions.extend(corners.map(|corner| corner.to_array()));
        self.normals.extend([normal.to_array(); 4]);
        self.uvs.extend([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]);
        self.colors.extend(colors);
        self.indices.extend([0, 1, 2, 0, 2, 3].map(|corner| first + corner));
    }

    /// The mesh.
    pub fn mesh(self) -> Mesh {
        Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.positions)
            .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, self.normals)
            .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, self.uvs)
            .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, self.colors)
            .with_inserted_indices(Indices::U32(self.indices))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_their_colours_in_one_mesh() {
        let mesh = Model::default()
            .with(Cuboid::default(), [255, 0, 0], Transform::IDENTITY)
            .with(Sphere::default(), [0, 0, 255], Transform::from_xyz(1.0, 0.0, 0.0))
            .mesh();
        let count = mesh.count_vertices();
        assert!(count > Mesh::from(Sphere::default()).count_vertices());
        assert_eq!(mesh.attribute(Mesh::ATTRIBUTE_COLOR).unwrap().len(), count);
    }

    #[test]
    fn quads_face_the_viewer_of_their_corners() {
        let mut quads = Quads::default();
        let floor = [Vec3::ZERO, Vec3::Z, Vec3::new(1.0, 0.0, 1.0), Vec3::X];
        quads.push(floor, [[1.0; 4]; 4]);
        assert_eq!(quads.normals[0], [0.0, 1.0, 0.0]);
    }
}
