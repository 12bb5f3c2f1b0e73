//! What is measured: a game's rows as its own server and client code them, in the scenery in which
//! they were recorded.

use crate::solids::{Bodies, Cubes};
use game_sim::{Arena, Greeting, Rules, Scenery, Tumult};
use netcode::Protocol;

/// A protocol that a benchmark can serve.
pub(crate) trait Subject: Protocol<Input: Default> {
    /// What the server would tell a client of the scene with its welcome.
    fn greeting(scene: &str) -> Self::Greeting;
    /// The scenery of the scene.
    fn scenery(scene: &str) -> Self::Scenery;
}

impl Subject for Tumult {
    fn greeting(scene: &str) -> Greeting {
        let Scenery { arena, rules } = Self::scenery(scene);
        Greeting {
            pilot: None,
            arena: arena.name.clone(),
            arena_hash: arena.hash,
            rules,
            free_view: true,
            mode: Default::default(),
        }
    }

    fn scenery(scene: &str) -> Scenery {
        let arena = scene.split('-').next().unwrap_or(scene);
        let arena = Arena::builtin(arena).expect("every build has it").expect("it is tested");
        Scenery { arena, rules: Rules::default() }
    }
}

impl Subject for Cubes {
    fn greeting(_: &str) {}

    fn scenery(_: &str) {}
}

impl Subject for Bodies {
    fn greeting(_: &str) {}

    fn scenery(_: &str) {}
}
