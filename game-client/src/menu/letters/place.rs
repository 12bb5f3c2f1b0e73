//! Where keys lie among the letters on screen, and which lies beside which.

use bevy::math::CompassOctant;
use bevy::prelude::*;

use super::ROWS;

/// Where a key is: its row from above, and its middle from the left in keys.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Place {
    pub row: usize,
    pub middle: f32,
}

/// The key that lies this way from another one; at an end it goes on at the other.
pub fn beside(from: Place, way: CompassOctant, keys: &Query<(Entity, &Place)>) -> Option<Entity> {
    let all = || keys.iter().map(|(entity, place)| (entity, *place));
    next(from, way, all())
}

fn next<T>(
    from: Place,
    way: CompassOctant,
    keys: impl Iterator<Item = (T, Place)> + Clone,
) -> Option<T> {
    let rows = ROWS.len() + 1;
    let row = match way {
        CompassOctant::North => (from.row + rows - 1) % rows,
        CompassOctant::South => (from.row + 1) % rows,
        _ => from.row,
    };
    let row = keys.filter(|(_, place)| place.row == row);
    let by = |ahead: f32| if ahead > 0.0 { ahead } else { ahead + 100.0 };
    let far = |place: Place| match way {
        CompassOctant::East => by(place.middle - from.middle),
        CompassOctant::West => by(from.middle - place.middle),
        _ => (place.middle - from.middle).abs(),
    };
    row.min_by(|(_, one), (_, other)| far(*one).total_cmp(&far(*other))).map(|(key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walking_goes_round_and_from_a_wide_key_to_what_is_above_it() {
        let letter = |row, column: f32| Place { row, middle: column + 0.5 };
        let mut keys: Vec<Place> = Vec::new();
        for row in 0..ROWS.len() {
            keys.extend((0..10).map(|column| letter(row, column as f32)));
        }
        let lowest = [1.0, 4.0, 7.0, 9.0].map(|middle| Place { row: ROWS.len(), middle });
        keys.extend(lowest);
        let walk = |from, way| next(from, way, keys.iter().map(|key| (*key, *key)));
        use CompassOctant::{East, North, South, West};
        assert_eq!(walk(letter(0, 9.0), East), Some(letter(0, 0.0)));
        assert_eq!(walk(letter(2, 0.0), West), Some(letter(2, 9.0)));
        assert_eq!(walk(letter(0, 4.0), North), Some(lowest[1]));
        assert_eq!(walk(lowest[3], South), Some(letter(0, 8.0)));
        assert_eq!(walk(lowest[2], East), Some(lowest[3]));
        assert_eq!(walk(letter(3, 2.0), South), Some(letter(4, 2.0)));
    }
}
