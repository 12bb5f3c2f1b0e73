//! A shooting range: a server, a target that runs to and fro, and a shooter whose frames come at any
//! rate, each over a bad link, in virtual time.
//!
//! `simulated` has frames that are whole ticks. Here a frame may come at any time, and what came from
//! the network keeps the time at which it came, as with the windowed client.

use game_bots::{
    hand::{Hand, Hold},
    seat::Seat,
};
use game_server::{bans::Bans, host::Host, options::Options};
use game_sim::{Arena, PilotId, PilotInput, PilotRow, Rules, arena::Spawn, entity};
use glam::Vec2;
use netcode::{
    ack::Acks,
    input::InputBatch,
    link::{Conditions, Link},
    quic::{PathStats, client::Arrival},
    server::{Action, ClientId, PeerKey},
    wire::{
        bits::{BitReader, BitWriter},
        message::Wish,
    },
};
use std::{collections::VecDeque, sync::Arc, time::Duration};

/// Steps of virtual time: every packet, frame and tick comes in one.
const STEP: Duration = Duration::from_micros(250);
/// The target's frames a second.
const TARGET_RATE: u32 = 60;
/// Ticks that the target runs before it turns back.
const LEG_TICKS: u32 = 31;

/// One client with its two links.
pub struct Stand {
    /// The client's side of the session.
    pub seat: Seat,
    id: ClientId,
    up: Link,
    down: Link,
    stream_up: VecDeque<(Duration, Vec<u8>)>,
    stream_down: VecDeque<(Duration, Vec<u8>)>,
    /// What came and was not looked at yet, with the time at which it came.
    arrived: VecDeque<(Duration, Arrival)>,
    rate: u32,
    frames: u32,
    /// By how much its shots claim to have seen earlier than they did, in 64ths of a tick.
    pub lie: u16,
}

/// All of it.
pub struct Range {
    /// The server without its socket.
    pub host: Host,
    /// Who shoots.
    pub shooter: Stand,
    /// Who runs.
    pub target: Stand,
    /// What the shooter's hand does; device events go in with their own times.
    pub hand: Hand,
    now: Duration,
    ticks: u32,
    stream_delay: Duration,
}

impl Range {
    /// An open field. The shooter draws `rate` frames a second; both are on links of `conditions`.
    #[must_use]
    pub fn new(rate: u32, conditions: Conditions, rules: Rules, seed: u64) -> Self {
        let at = |x, facing| Spawn { position: Vec2::new(x, 0.0), facing };
        let spawns = vec![at(-12.0, 0), at(12.0, 2048)];
        let arena = Arena::new("range", Vec2::splat(40.0), Vec::new(), spawns, Vec::new(), 77);
        Self::in_arena(Arc::new(arena), rate, conditions, rules, seed)
    }

    /// The same in an arena with two places to start from.
    #[must_use]
    pub fn in_arena(
        arena: Arc<Arena>,
        rate: u32,
        conditions: Conditions,
        rules: Rules,
        seed: u64,
    ) -> Self {
        let options = Options { seed, rules, max_players: 2, ..Options::default() };
        let mut host = Host::new(&options, arena.clone(), Bans::default());
        let mut stand = |number: u8, rate| {
            let mut seat = Seat::new(&format!("Pilot {number}"), Wish::Play, Duration::ZERO);
            seat.bring_arena(arena.clone());
            let random = seed.wrapping_mul(1_000).wrapping_add(u64::from(number));
            Stand {
                seat,
                id: host.core.connect(PeerKey([number; 32])),
                up: Link::new(conditions, random ^ 0xaaaa),
                down: Link::new(conditions, random ^ 0x5555),
                stream_up: VecDeque::new(),
                stream_down: VecDeque::new(),
                arrived: VecDeque::new(),
                rate,
                frames: 0,
                lie: 0,
            }
        };
        Self {
            shooter: stand(1, rate),
            target: stand(2, TARGET_RATE),
            hand: Hand::default(),
            host,
            now: Duration::ZERO,
            ticks: 0,
            stream_delay: conditions.delay + conditions.jitter,
        }
    }

    /// The virtual time.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.now
    }

    /// The pilots of shooter and target, once both are in.
    #[must_use]
    pub fn pilots(&self) -> Option<(PilotId, PilotId)> {
        Some((self.shooter.seat.me()?, self.target.seat.me()?))
    }

    /// Where the shooter sees itself and the target in its newest frame.
    #[must_use]
    pub fn picture(&self) -> Option<(Vec2, Vec2)> {
        let (_, target) = self.pilots()?;
        let seen = self.shooter.seat.pilots().iter().find(|pilot| pilot.id == target)?;
        Some((self.shooter.seat.drawn_position()?, seen.position))
    }

    /// The same at a time between two of the last frames.
    #[must_use]
    pub fn picture_at(&self, at: Duration) -> Option<(Vec2, Vec2)> {
        let (_, target) = self.pilots()?;
        let seat = &self.shooter.seat;
        let moment = seat.moment(at)?;
        let row = |tick| {
            let row = seat.snapshots()?.at(tick)?.find(entity::pilot(target))?;
            Some(row.restore::<PilotRow>())
        };
        let seen = if moment.is_beyond {
            // What was expected then is gone, so it is found once more, as the receiver of a row does.
            let scenery = seat.arena().zip(seat.rules())?;
            let after =
                |ticks| row(moment.from).map(|row| row.expected(ticks, scenery.0, scenery.1));
            let ticks = moment.view.tick.since(moment.from).unsigned_abs();
            after(ticks)?.lerp(after(ticks + 1)?, moment.view.fraction)
        } else {
            row(moment.from)?.position().lerp(row(moment.to)?.position(), moment.alpha())
        };
        Some((seat.position_at(&moment)?, seen))
    }

    /// Plays on to a time. Before each frame of the shooter `hold` is asked what the hand has done since
    /// the frame before; after each frame `look` may look at the picture.
    pub fn run(
        &mut self,
        until: Duration,
        mut hold: impl FnMut(&Self) -> Vec<(Duration, Hold)>,
        mut look: impl FnMut(&Self),
    ) {
        while self.now < until {
            self.now += STEP;
            if is_due(self.now, self.ticks, game_sim::TICK_RATE) {
                self.ticks += 1;
                self.tick();
            }
            let now = self.now;
            for stand in [&mut self.shooter, &mut self.target] {
                stand.receive(now);
            }
            if is_due(now, self.target.frames, TARGET_RATE) {
                let path = self.path();
                self.target.begin(now, path);
                self.target.seat.advance(now, |sight| {
                    let north = (sight.tick.0 / LEG_TICKS).is_multiple_of(2);
                    PilotInput { move_y: if north { 4 } else { -4 }, ..PilotInput::idle(0) }
                });
                self.target.send(now, self.stream_delay);
            }
            if is_due(now, self.shooter.frames, self.shooter.rate) {
                let path = self.path();
                self.shooter.begin(now, path);
                for (at, hold) in hold(self) {
                    self.hand.note(at, hold);
                }
                self.shooter.seat.play(now, &mut self.hand);
                self.shooter.send(now, self.stream_delay);
                look(self);
            }
        }
    }

    fn path(&self) -> PathStats {
        PathStats { round_trip: self.stream_delay * 2, ..PathStats::default() }
    }

    fn tick(&mut self) {
        self.host.begin();
        for stand in [&mut self.shooter, &mut self.target] {
            while let Some(bytes) = stand.up.poll(self.now) {
                self.host.core.handle_datagram(stand.id, &bytes);
            }
            while let Some((_, bytes)) = stand.stream_up.pop_front_if(|(due, _)| *due <= self.now) {
                self.host.core.handle_stream(stand.id, &bytes);
            }
        }
        self.host.step();
        while let Some(transmit) = self.host.core.poll_transmit() {
            let shoots = transmit.client == self.shooter.id;
            let stand = if shoots { &mut self.shooter } else { &mut self.target };
            match transmit.action {
                Action::Datagram(bytes) => stand.down.send(self.now, &bytes),
                Action::Stream(bytes) => {
                    stand.stream_down.push_back((self.now + self.stream_delay, bytes));
                }
                Action::Close(reason) => panic!("closed: {reason}"),
            }
        }
    }
}

impl Stand {
    fn receive(&mut self, now: Duration) {
        while let Some((_, bytes)) = self.stream_down.pop_front_if(|(due, _)| *due <= now) {
            self.arrived.push_back((now, Arrival::Stream(bytes)));
        }
        while let Some(bytes) = self.down.poll(now) {
            self.arrived.push_back((now, Arrival::Datagram(bytes)));
        }
    }

    fn begin(&mut self, now: Duration, path: PathStats) {
        self.frames += 1;
        self.seat.handle(now, Arrival::Path(path));
        for (at, arrival) in self.arrived.drain(..) {
            self.seat.handle(at, arrival);
        }
    }

    fn send(&mut self, now: Duration, stream_delay: Duration) {
        while let Some(action) = self.seat.poll_transmit() {
            match action {
                Action::Datagram(bytes) => {
                    let bytes = if self.lie > 0 { lying(&bytes, self.lie) } else { bytes };
                    self.up.send(now, &bytes);
                }
                Action::Stream(bytes) => self.stream_up.push_back((now + stream_delay, bytes)),
                Action::Close(reason) => panic!("closed: {reason}"),
            }
        }
        while self.seat.poll_event().is_some() {}
    }
}

/// Whether the next of so many events a second is due.
fn is_due(now: Duration, done: u32, rate: u32) -> bool {
    now.as_micros() * u128::from(rate) >= u128::from(done) * 1_000_000
}

/// An input datagram whose shots claim to have seen what lay further back.
fn lying(bytes: &[u8], lie: u16) -> Vec<u8> {
    let mut reader = BitReader::new(bytes);
    let acks = Acks::read(&mut reader).expect("our own datagram");
    let mut batch = InputBatch::<PilotInput>::read(&mut reader).expect("our own datagram");
    for glance in batch.inputs.iter_mut().filter_map(|stamped| stamped.glance.as_mut()) {
        glance.view_lag = glance.view_lag.saturating_add(lie).min((1 << 14) - 1);
    }
    let mut writer = BitWriter::default();
    acks.write(&mut writer);
    batch.write(&mut writer);
    writer.finish()
}
