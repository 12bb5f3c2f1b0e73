//! The server: one entity for each walker, all in one room. Where everybody sees everything, all users are in it too; with
//! interest on none is, and each user's scope includes and excludes what comes into sight and goes out of it.

use crate::{Greeting, Seen, protocol, socket::Listener, world::Lent, world::World};
use naia_server::{AuthEvent, ConnectEvent, Server, ServerConfig, UserKey};
use naia_shared::{BandwidthConfig, Instant, UnsignedInteger};
use std::{collections::HashMap, error::Error};
use trace::{seat::Seat, sight::Sight, walk::Trace};

/// Serves until the run ends.
pub fn run(seat: Seat) -> Result<(), Box<dyn Error>> {
    let trace = Trace::new(seat.workload, 1);
    let mut config = ServerConfig::default();
    config.connection.bandwidth = BandwidthConfig { target_bytes_per_sec: 10_000_000 };
    let mut server = Server::<usize>::new(config, protocol(seat));
    server.listen(Listener::open(seat.listen, seat.is_compressed())?);
    let room = server.create_room().key();
    let mut world = World::default();
    let mut sight = Sight::new(seat.workload);
    let mut numbers: HashMap<UserKey, usize> = HashMap::new();
    let mut users: Vec<Option<UserKey>> = vec![None; seat.workload.clients];
    for (number, walker) in trace.at(0).iter().enumerate() {
        let mut entity = server.spawn_entity(Lent(&mut world));
        let id = entity.insert_component(Seen::new(number, *walker)).id();
        server.room_mut(&room).add_entity(&id);
    }
    let mut tick = 0;
    while seat.wait(tick) {
        let now = Instant::now();
        server.receive_all_packets();
        server.process_all_packets(Lent(&mut world), &now);
        let mut events = server.take_world_events();
        for (user, greeting) in events.read::<AuthEvent<Greeting>>() {
            numbers.insert(user, usize::from(greeting.number));
            server.accept_connection(&user);
        }
        for user in events.read::<ConnectEvent>() {
            let Some(sight) = &sight else {
                server.room_mut(&room).add_user(&user);
                continue;
            };
            let number = numbers[&user];
            users[number] = Some(user);
            // What it will see at this tick comes below; an entity's number is its walker's.
            for entity in sight.of(number) {
                server.user_scope_mut(&user).include(&entity);
            }
        }
        for change in sight.as_mut().map_or(&[][..], |sight| sight.step(trace.at(tick))) {
            let Some(user) = users[change.client] else { continue };
            let mut scope = server.user_scope_mut(&user);
            if change.in_sight {
                scope.include(&change.walker);
            } else {
                scope.exclude(&change.walker);
            }
        }
        let _ = server.take_tick_events(&now);
        // A property that is assigned is sent, whether or not it is another value, so equal ones are left alone.
        for (seen, walker) in world.slots.iter_mut().flatten().zip(trace.at(tick)) {
            let (x, y, aim) = (walker.x_cm, walker.y_cm, walker.aim_deg);
            (seen.x_cm.to::<u16>() != x).then(|| *seen.x_cm = UnsignedInteger::new(x));
            (seen.y_cm.to::<u16>() != y).then(|| *seen.y_cm = UnsignedInteger::new(y));
            (seen.aim_deg.to::<u16>() != aim).then(|| *seen.aim_deg = UnsignedInteger::new(aim));
        }
        server.send_all_packets(Lent(&world));
        tick = seat.due().max(tick + 1);
    }
    Ok(())
}
