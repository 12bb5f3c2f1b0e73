//! The arenas that every build brings along, so that server and client have the same ones wherever
//! they are started.

use std::sync::{Arc, OnceLock};

use xxhash_rust::xxh3::Xxh3;

use super::{Arena, ArenaError};

/// The name and the map of each.
const MAPS: [(&str, &[u8]); 2] = [
    ("expanse", include_bytes!("../../../assets/arenas/expanse.tmx")),
    ("yard", include_bytes!("../../../assets/arenas/yard.tmx")),
];

/// Each map, read at most once: a process with a thousand bots reads it a thousand times otherwise.
static READ: [OnceLock<Arc<Arena>>; MAPS.len()] = [const { OnceLock::new() }; MAPS.len()];

impl Arena {
    /// The names of the arenas that [`Arena::builtin`] knows, in alphabetical order.
    pub fn builtin_names() -> impl Iterator<Item = &'static str> {
        MAPS.iter().map(|(name, _)| *name)
    }

    /// The arena of that name, or `None` when no build has it.
    ///
    /// # Errors
    /// When the map is broken, which the tests rule out.
    pub fn builtin(name: &str) -> Option<Result<Arc<Self>, ArenaError>> {
        let ((name, bytes), read) =
            MAPS.iter().zip(&READ).find(|((known, _), _)| *known == name)?;
        if let Some(arena) = read.get() {
            return Some(Ok(arena.clone()));
        }
        let arena = Self::from_tmx(name, bytes).map(Arc::new);
        Some(arena.map(|arena| read.get_or_init(|| arena).clone()))
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
