//! With interest on: a visibility scope of whole entities that is set by hand for what comes into sight and goes out of it,
//! which bevy_replicon's documentation recommends where visibility changes for some entities and clients only.

use bevy::prelude::*;
use bevy_replicon::{
    prelude::*,
    server::visibility::{
        client_visibility::ClientVisibility, filters_mask::FilterBit, registry::FilterRegistry,
    },
    shared::{backend::connected_client::NetworkId, replication::registry::ReplicationRegistry},
};
use trace::{Workload, sight::Sight, walk::Walker};

/// What each client may know.
#[derive(Resource)]
struct Interest {
    sight: Sight,
    bit: FilterBit,
    /// By their numbers.
    walkers: Vec<Entity>,
    clients: Vec<Option<Entity>>,
}

/// Does nothing where everybody sees everything.
pub fn turn_on(app: &mut App, workload: Workload, walkers: &[Entity]) {
    let Some(sight) = Sight::new(workload) else { return };
    let bit = app.world_mut().resource_scope(|world, mut filters: Mut<FilterRegistry>| {
        world.resource_scope(|world, mut registry: Mut<ReplicationRegistry>| {
            filters.register_scope::<Entity>(world, &mut registry, ScopeLifetime::WhileVisible)
        })
    });
    let clients = vec![None; workload.clients];
    app.insert_resource(Interest { sight, bit, walkers: walkers.to_vec(), clients });
    app.add_observer(hide);
}

/// A new client sees everything until it is hidden, so that is done before anything is sent.
fn hide(
    client: On<Add, ClientVisibility>,
    mut interest: ResMut<Interest>,
    mut clients: Query<(&NetworkId, &mut ClientVisibility)>,
) {
    let Ok((id, mut visibility)) = clients.get_mut(client.entity) else { return };
    // The identifiers that the clients give are their numbers.
    let number = id.get() as usize;
    interest.clients[number] = Some(client.entity);
    for (walker, entity) in interest.walkers.iter().enumerate() {
        visibility.set(*entity, interest.bit, interest.sight.has(number, walker));
    }
}

/// Looks around for all clients.
pub fn step(world: &mut World, walkers: &[Walker]) {
    if !world.contains_resource::<Interest>() {
        return;
    }
    world.resource_scope(|world, mut interest: Mut<Interest>| {
        let Interest { sight, bit, walkers: entities, clients } = &mut *interest;
        for change in sight.step(walkers) {
            let client = clients[change.client];
            if let Some(mut visibility) =
                client.and_then(|client| world.get_mut::<ClientVisibility>(client))
            {
                visibility.set(entities[change.walker], *bit, change.in_sight);
            }
        }
    });
}
