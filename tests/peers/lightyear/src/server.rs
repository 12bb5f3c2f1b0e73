//! The server: one entity for each walker; whose state is another is written, and bevy's change detection does the rest.

use crate::{KEY, Number, PROTOCOL, Seen, app, interest};
use bevy::{prelude::*, time::TimeUpdateStrategy};
use lightyear::prelude::{server::*, *};
use std::error::Error;
use trace::{seat::Seat, walk::Trace};

/// Serves until the run ends.
pub fn run(seat: Seat) -> Result<(), Box<dyn Error>> {
    let trace = Trace::new(seat.workload, 1);
    let mut app = app(seat, ServerPlugins { tick_duration: seat.step() });
    // Each update is one tick, so that neither none nor two fall into one.
    app.insert_resource(TimeUpdateStrategy::ManualDuration(seat.step()));
    app.add_observer(replicate_to);
    app.finish();
    app.cleanup();
    let config = NetcodeConfig {
        protocol_id: PROTOCOL,
        private_key: KEY,
        additional_expected_addresses: vec![seat.relay],
        ..NetcodeConfig::default()
    };
    let server = (NetcodeServer::new(config), LocalAddr(seat.listen), ServerUdpIo::default());
    let entity = app.world_mut().spawn(server).id();
    app.world_mut().trigger(Start { entity });
    let walkers: Vec<Entity> = trace
        .at(0)
        .iter()
        .enumerate()
        .map(|(number, walker)| {
            let walker =
                (Replicate::to_clients(NetworkTarget::All), Number(number as u16), Seen(*walker));
            app.world_mut().spawn(walker).id()
        })
        .collect();
    interest::turn_on(&mut app, seat.workload, &walkers);
    let mut seen = app.world_mut().query::<&mut Seen>();
    let mut tick = 0;
    while seat.wait(tick) {
        for (entity, walker) in walkers.iter().zip(trace.at(tick)) {
            seen.get_mut(app.world_mut(), *entity)?.set_if_neq(Seen(*walker));
        }
        interest::step(app.world_mut(), trace.at(tick));
        app.update();
        tick = seat.due().max(tick + 1);
    }
    Ok(())
}

/// Lets a new client have what is replicated.
fn replicate_to(link: On<Add, LinkOf>, mut commands: Commands) {
    commands.entity(link.entity).insert(ReplicationSender);
}
