//! What can be wrong with a map, said so that its author finds the place in the editor.

use thiserror::Error;

/// A map that cannot be an arena.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{file}: {problem}")]
pub struct ArenaError {
    /// The name under which the map was loaded.
    pub file: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// The first thing found wrong with a map. Objects are named by their layer and by the id that
/// Tiled shows.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Problem {
    /// Not a Tiled map at all, or one that needs other files.
    #[error("not a readable Tiled map: {0}")]
    Unreadable(String),
    /// Isometric, hexagonal, infinite, or with tiles of another size.
    #[error("the map must be orthogonal, finite, with tiles of 16 x 16 pixels (a metre each)")]
    Shape,
    /// Larger than positions on the wire can say.
    #[error(
        "the map is {width_m} x {height_m} m, but at most {most_m} x {most_m} m fit, and at least 8 x 8"
    )]
    Size {
        /// Width in metres.
        width_m: u32,
        /// Height in metres.
        height_m: u32,
        /// The most in metres.
        most_m: u32,
    },
    /// One of the three layers is not there.
    #[error("the object layer \"{0}\" is missing")]
    MissingLayer(&'static str),
    /// A layer that means nothing here: probably a misspelled one.
    #[error(
        "unknown layer \"{0}\": an arena has the object layers walls, spawns, pickups and points, and image layers"
    )]
    UnknownLayer(String),
    /// The map has no points, and is to be played in a mode that needs them.
    #[error("{0} needs an object layer \"points\" with at least one point")]
    NoPoints(crate::mode::Mode),
    /// Two layers of the same name.
    #[error("there are two layers \"{0}\"")]
    RepeatedLayer(String),
    /// More objects than an arena may have.
    #[error("layer {layer} has {count} objects, but at most {most} may be")]
    TooMany {
        /// Name of the layer.
        layer: &'static str,
        /// How many there are.
        count: usize,
        /// How many may be.
        most: usize,
    },
    /// One object is wrong.
    #[error("layer {layer}, object {id}: {fault}")]
    Object {
        /// Name of the layer.
        layer: &'static str,
        /// The id that Tiled shows.
        id: u32,
        /// What is wrong with it.
        fault: Fault,
    },
    /// Nobody could enter.
    #[error("layer spawns has no spawn points, at least {least} are needed")]
    NoSpawns {
        /// How many are needed.
        least: usize,
    },
    /// Everybody would appear in the same place.
    #[error("layer spawns has only {count} spawn points, at least {least} are needed")]
    TooFewSpawns {
        /// How many there are.
        count: usize,
        /// How many are needed.
        least: usize,
    },
}

/// What is wrong with one object.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Fault {
    /// Walls are rectangles.
    #[error("a wall must be a rectangle")]
    NotRectangle,
    /// Walls are axis-aligned.
    #[error("a wall cannot be rotated")]
    Rotated,
    /// A rectangle that was clicked, not drawn.
    #[error("a wall must be at least {least_m} m wide and high")]
    ZeroSize {
        /// The least width and height in metres.
        least_m: f32,
    },
    /// A coordinate is not a number.
    #[error("its coordinates must be numbers")]
    NotANumber,
    /// Not on the map.
    #[error("it lies outside the map")]
    Outside,
    /// Spawns and pickups are points.
    #[error("it must be a point")]
    NotPoint,
    /// A property with a value that it cannot have.
    #[error("property {name} must be a number from {least} to {most}")]
    Property {
        /// Name of the property.
        name: &'static str,
        /// The least it may be.
        least: f32,
        /// The most it may be.
        most: f32,
    },
    /// A spawn point belongs to a team that is none.
    #[error("unknown team \"{0}\": it must be west or east")]
    UnknownTeam(String),
    /// Nobody fits there.
    #[error("it is inside a wall, or nearer than {least_m} m to one")]
    InWall {
        /// The least distance in metres.
        least_m: f32,
    },
    /// Pickups have a class.
    #[error("unknown pickup class \"{0}\": it must be health, rifle or rockets")]
    UnknownPickup(String),
    /// Walls cut it off.
    #[error("it cannot be reached from the first spawn point")]
    Unreachable,
}
