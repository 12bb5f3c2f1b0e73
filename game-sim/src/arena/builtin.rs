//! The arenas that every build brings along, so that server and client have the same ones wherever
//! they are started.

use xxhash_rust::xxh3::Xxh3;

use super::{Arena, ArenaError};

/// The name and the map of each.
const MAPS: [(&str, &[u8]); 2] = [
    ("expanse", include_bytes!("../../../assets/arenas/expanse.tmx")),
    ("yard", include_bytes!("../../../assets/arenas/yard.tmx")),
];

impl Arena {
    /// The names of the arenas that [`Arena::builtin`] knows, in alphabetical order.
    pub fn builtin_names() -> impl Iterator<Item = &'static str> {
        MAPS.iter().map(|(name, _)| *name)
    }

    /// The arena of that name, or `None` when no build has it.
    ///
    /// # Errors
    /// When the map is broken, which the tests rule out.
    pub fn builtin(name: &str) -> Option<Result<Self, ArenaError>> {
        let (name, bytes) = MAPS.iter().find(|(known, _)| *known == name)?;
        Some(Self::from_tmx(name, bytes))
    }
}

/// Stands for all arenas of this build: two builds with different maps must not play together.
pub fn assets_hash() -> u64 {
    let mut hash = Xxh3::new();
    for (name, map) in MAPS {
        hash.update(&(name.len() as u64).to_le_bytes());
        hash.update(name.as_bytes());
        hash.update(&(map.len() as u64).to_le_bytes());
        hash.update(map);
    }
    hash.digest()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_arena_of_the_build_can_be_played() {
        for name in Arena::builtin_names() {
            let arena = Arena::builtin(name).unwrap().unwrap();
            assert_eq!(arena.name, name);
            assert!(!arena.spawns.is_empty());
        }
        assert!(Arena::builtin("nowhere").is_none());
    }
}
