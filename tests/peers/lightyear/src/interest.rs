//! With interest on: lightyear's network visibility, set by hand for what comes into sight and goes out of it
//! (`VisibilityExt`). Its rooms would be coarser than what is asked for.

use bevy::prelude::*;
use bevy_replicon::server::visibility::client_visibility::ClientVisibility;
use lightyear::prelude::{PeerId, RemoteId, VisibilityExt};
use trace::{Workload, sight::Sight, walk::Walker};

/// What each client may know.
#[derive(Resource)]
struct Interest {
    sight: Sight,
    /// By their numbers.
    walkers: Vec<Entity>,
    clients: Vec<Option<Entity>>,
}

/// Does nothing where everybody sees everything.
pub fn turn_on(app: &mut App, workload: Workload, walkers: &[Entity]) {
    let Some(sight) = Sight::new(workload) else { return };
    let clients = vec![None; workload.clients];
    app.insert_resource(Interest { sight, walkers: walkers.to_vec(), clients });
    app.add_observer(hide);
}

/// A new client sees everything until it is hidden, so that is done before anything is sent. lightyear admits a client to
/// replication by giving it bevy_replicon's `ClientVisibility`.
fn hide(
    client: On<Add, ClientVisibility>,
    mut interest: ResMut<Interest>,
    ids: Query<&RemoteId>,
    mut commands: Commands,
) {
    // The identifiers that the clients give are their numbers.
    let Ok(RemoteId(PeerId::Netcode(number))) = ids.get(client.entity) else { return };
    let number = *number as usize;
    interest.clients[number] = Some(client.entity);
    for (walker, entity) in interest.walkers.iter().enumerate() {
        if !interest.sight.has(number, walker) {
            commands.lose_visibility(*entity, client.entity);
        }
    }
}

/// Looks around for all clients.
pub fn step(world: &mut World, walkers: &[Walker]) {
    if !world.contains_resource::<Interest>() {
        return;
    }
    world.resource_scope(|world, mut interest: Mut<Interest>| {
        let Interest { sight, walkers: entities, clients } = &mut *interest;
        for change in sight.step(walkers) {
            let Some(client) = clients[change.client] else { continue };
            if change.in_sight {
                world.gain_visibility(entities[change.walker], client);
            } else {
                world.lose_visibility(entities[change.walker], client);
            }
        }
    });
}
