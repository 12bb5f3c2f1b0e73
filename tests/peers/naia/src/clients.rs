//! The clients, each with a world of its own. What came is applied at once, not after naia's jitter buffer, because the
//! others are asked for the newest that they have too.

use crate::{Greeting, protocol, socket::Caller, world::Lent, world::World};
use naia_client::{Client, ClientConfig, JitterBufferType};
use naia_shared::Instant;
use std::error::Error;
use trace::{seat::Seat, walk::Trace, walk::Walker, watch::Watch};

/// Plays until the run ends, then reports.
pub fn run(seat: Seat) -> Result<(), Box<dyn Error>> {
    let mut watch = Watch::new(seat, Trace::new(seat.workload, 1));
    let mut players = Vec::new();
    for number in 0..seat.workload.clients {
        let config =
            ClientConfig { jitter_buffer: JitterBufferType::Bypass, ..ClientConfig::default() };
        let mut client = Client::<usize>::new(config, protocol(seat));
        client.auth(Greeting { number: number as u16 });
        client.connect(Caller::open(seat.listen, seat.relay, seat.is_compressed())?);
        players.push((client, World::default()));
    }
    let mut tick = seat.due();
    while seat.wait_half(tick) {
        tick = seat.due() + 1;
        let now = Instant::now();
        for (number, (client, world)) in players.iter_mut().enumerate() {
            client.receive_all_packets();
            // The documented order takes ticks last; then what came is applied a frame later, which is not asked for here.
            let _ = client.take_tick_events(&now);
            client.process_all_packets(Lent(&mut *world), &now);
            let _ = client.take_world_events();
            client.send_all_packets(Lent(&*world));
            watch.look(
                number,
                world.slots.iter().flatten().map(|seen| {
                    let walker = Walker {
                        x_cm: seen.x_cm.to(),
                        y_cm: seen.y_cm.to(),
                        aim_deg: seen.aim_deg.to(),
                    };
                    (seen.number.to(), walker)
                }),
            );
        }
    }
    watch.report();
    Ok(())
}
