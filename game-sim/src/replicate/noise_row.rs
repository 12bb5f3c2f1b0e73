//! What is heard of a square of the plane. The row's identity is the square's, and the row has
//! nothing else that could tell where in it the noise was, or whose.

use netcode::Replicate;

use crate::noise::NoiseKind;

/// A noise, as those hear it who do not see what made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Replicate)]
#[replicate(name = "noise")]
pub struct NoiseRow {
    /// See [`NoiseKind::number`]: the loudest of the beat.
    #[replicate(range = 0..=1)]
    pub kind: u8,
    /// The quarter of a second of the newest noise, counted from 0 to 15 and again: another beat is
    /// another noise.
    #[replicate(range = 0..=15, wrap)]
    pub beat: u8,
}

impl NoiseRow {
    /// What it sounds like.
    pub fn kind(&self) -> NoiseKind {
        NoiseKind::from_number(self.kind)
    }
}

#[cfg(test)]
mod tests {
    use glam::Vec2;
    use netcode::{Snapshot, Tick};

    use crate::noise::{Noise, cell_at, centre};
    use crate::replicate::write_snapshot;
    use crate::{Arena, Rules, World};

    use super::*;

    /// Whoever reads the bytes learns no more: one shot in a corner of the square and many all over it
    /// give the same rows.
    #[test]
    fn a_row_says_neither_where_in_its_square_nor_how_many_made_the_noise() {
        let arena = Arena::builtin("yard").unwrap().unwrap();
        let rows = |places: &[(f32, f32)]| {
            let mut world = World::new(arena.clone(), Rules::default(), 1, 4, Tick(96));
            let middle = centre(cell_at(Vec2::new(5.0, -13.0)));
            world.noises.extend(places.iter().map(|&(x, y)| Noise {
                tick: Tick(90),
                kind: NoiseKind::Shot,
                place: middle + Vec2::new(x, y),
                shooter: None,
            }));
            let mut snapshot = Snapshot::default();
            write_snapshot(&world, &mut snapshot);
            snapshot
        };
        let one = rows(&[(-3.9, -3.9)]);
        assert!(one == rows(&[(3.9, 1.0), (0.0, 2.0), (-1.0, -3.0)]));
        assert!(one != rows(&[(4.1, 0.0)]), "another square is another row");
        assert!(one != rows(&[]));
    }
}
