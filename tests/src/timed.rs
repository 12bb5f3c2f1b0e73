//! A whole game in virtual time whose moments are exact: frames of any rate and phase, arrivals
//! between the ticks, clocks that run fast or slow. It measures what players feel of time.
//!
//! [`crate::simulated`] steps in quarters of a tick, which is fine for whether all agree and too coarse
//! for how soon. Here nothing is rounded but what the real programs round: the server learns of an
//! arrival when it drains its socket, a client plays and draws in its frames.

use game_bots::{
    metrics::Metrics,
    seat::{Seat, VIEW_AHEAD_TICKS},
};
use game_server::{bans::Bans, host::Host, options::Options};
use game_sim::{Arena, Mind, PilotId, think};
use glam::Vec2;
use netcode::{
    Tick,
    link::{Conditions, Link},
    quic::{PathStats, client::Arrival},
    server::{Action, ClientId, PeerKey},
    snapshot::SnapshotRing,
    wire::message::Wish,
};
use std::{collections::VecDeque, time::Duration};

/// Seconds until everything has settled; what is felt later is measured.
const SETTLED_S: f64 = 5.0;

/// A frame whose moment is so many ticks before a tick shows the state after that tick well enough.
const NEARLY_TICKS: f64 = 0.1;

/// What the clients' clocks begin with: enough to be set back by.
const COMPUTER_S: f64 = 1e6;

/// What game is played.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How many play.
    pub clients: usize,
    /// The network of each, in each direction.
    pub conditions: Conditions,
    /// Frames a second of each client.
    pub frame_rate: f64,
    /// Snapshots a second.
    pub snapshot_rate: u16,
    /// How often the server drains its socket in a tick.
    pub drains: u16,
    /// How far past the newest snapshot clients draw on purpose, in ticks.
    pub view_ahead: f64,
    /// By which part the clients' clocks run fast.
    pub clock_off: f64,
    /// When the clients' clocks are set, in seconds, and by how many seconds.
    pub clock_set: Option<(f64, f64)>,
    /// When the weather changes, in seconds, and to what.
    pub change: Option<(f64, Conditions)>,
    /// From when on, in seconds, the server has time for one of so many snapshots; the earliest first.
    pub busy: Vec<(f64, u16)>,
    /// What chance begins with.
    pub seed: u64,
    /// How long it is played.
    pub seconds: f64,
}

impl Setup {
    /// Eight clients with 60 frames and snapshots a second for a minute.
    #[must_use]
    pub fn new(conditions: Conditions, seed: u64) -> Self {
        Self {
            clients: 8,
            conditions,
            frame_rate: 60.0,
            snapshot_rate: 60,
            drains: 8,
            view_ahead: VIEW_AHEAD_TICKS,
            clock_off: 0.0,
            clock_set: None,
            change: None,
            busy: Vec::new(),
            seed,
            seconds: 60.0,
        }
    }
}

/// What was felt.
#[derive(Clone, Debug, Default)]
pub struct Felt {
    /// From the frame in which one client gave an input to the frame in which another drew the state
    /// after it, less both ways and half a frame: milliseconds, for each tick after the start.
    pub added_ms: Vec<f64>,
    /// How far from the truth pilots were drawn, in centimetres.
    pub drawn_off_cm: Vec<f32>,
    /// Ticks simulated without their input in each second, over all clients.
    pub late_by_second: Vec<u64>,
    /// Frames with nothing to interpolate towards in each second, over all clients.
    pub starved_by_second: Vec<u64>,
    /// Of all ticks, the part without their input.
    pub late: f64,
    /// Of all frames, the part that had nothing to interpolate towards.
    pub starved: f64,
    /// Of a hundred times that another pilot was drawn, 99 showed it at most so far from where it was
    /// at the moment that was drawn, in centimetres.
    pub drawn_off_cm_p99: f64,
    /// What 99 of 100 snapshots corrected at most, in centimetres.
    pub correction_cm_p99: f64,
    /// From the hello to the first snapshot, the worst client: milliseconds.
    pub join_ms: f64,
    /// Bytes of input datagrams a second, for one client, without any header.
    pub input_bytes_per_second: f64,
    /// Input datagrams a second, for one client.
    pub inputs_per_second: f64,
    /// How early inputs come and how far the view lags behind what could be shown at the earliest, at
    /// the end, the mean over the clients, in ticks.
    pub margin_ticks: f64,
    /// See `margin_ticks`.
    pub delay_ticks: f64,
    /// Times that an input was in a datagram, at the end, the mean over the clients.
    pub copies: f64,
}

struct Player {
    seat: Seat,
    id: ClientId,
    mind: Mind,
    up: Link,
    down: Link,
    stream_up: VecDeque<(f64, Vec<u8>)>,
    stream_down: VecDeque<(f64, Vec<u8>)>,
    next_frame: f64,
    /// When the inputs of the last ticks were given.
    given: VecDeque<(Tick, f64)>,
    /// The next tick to be drawn, and when the ones before it were.
    due: Option<Tick>,
    drawn: VecDeque<(Tick, f64)>,
    joined: Option<f64>,
    missed: u64,
    starved: u64,
    sent: (u64, u64),
}

/// Plays and measures.
///
/// # Panics
/// When the game ends for somebody.
#[must_use]
pub fn play(setup: &Setup) -> Felt {
    let options =
        Options { seed: setup.seed, snapshot_rate: setup.snapshot_rate, ..Options::default() };
    let arena = Arena::builtin("yard").expect("every build has it").expect("it can be read");
    let mut host = Host::new(&options, arena, Bans::default());
    let period = 1.0 / f64::from(options.tick_rate);
    let mut players: Vec<Player> =
        (0..setup.clients).map(|number| Player::new(setup, number, &mut host)).collect();
    let mut felt = Felt::default();
    let mut truth = Truth::default();
    let (mut now, mut ticks, mut changed) = (0.0, 0_u32, false);
    while now < setup.seconds {
        let tick_at = f64::from(ticks + 1) * period;
        let first = players.iter().map(|player| player.next_frame).fold(f64::MAX, f64::min);
        now = tick_at.min(first);
        if let Some((at, conditions)) = setup.change
            && now >= at
            && !changed
        {
            changed = true;
            for player in &mut players {
                player.up.set_conditions(conditions);
                player.down.set_conditions(conditions);
            }
        }
        if tick_at <= first {
            ticks += 1;
            serve(&mut host, &mut players, setup, tick_at, period);
            truth.note(&host);
            continue;
        }
        for player in players.iter_mut().filter(|player| player.next_frame <= now) {
            player.frame(setup, now, period);
            truth.compare(&player.seat, &mut felt.drawn_off_cm);
            let second = now as usize;
            let seconds = felt.late_by_second.len().max(second + 1);
            felt.late_by_second.resize(seconds, 0);
            felt.starved_by_second.resize(seconds, 0);
            let stats = player.seat.stats();
            felt.late_by_second[second] += stats.inputs_missed - player.missed;
            felt.starved_by_second[second] += stats.starved_frames - player.starved;
            (player.missed, player.starved) = (stats.inputs_missed, stats.starved_frames);
        }
        if ticks.is_multiple_of(60) {
            compare(&mut players, setup, now, &mut felt.added_ms);
        }
    }
    felt.sum_up(&players, setup);
    felt
}

/// Where everybody really was in the last seconds.
#[derive(Default)]
struct Truth {
    places: VecDeque<(Tick, Vec<(PilotId, Vec2)>)>,
}

impl Truth {
    fn note(&mut self, host: &Host) {
        let world = host.world();
        let alive = world.pilots().filter(|(_, pilot)| pilot.own.alive);
        let places = alive.map(|(id, pilot)| (id, pilot.own.body.position)).collect();
        self.places.push_back((world.tick, places));
        if self.places.len() > 240 {
            self.places.pop_front();
        }
    }

    /// How far others are drawn from where they were at the moment that is drawn.
    fn compare(&self, seat: &Seat, off_cm: &mut Vec<f32>) {
        let Some(view) = seat.view_time() else { return };
        let at = |tick: Tick| self.places.iter().rev().find(|(known, _)| *known == tick);
        let (Some((_, from)), Some((_, to))) = (at(view.tick), at(view.tick.next())) else {
            return;
        };
        let place = |places: &[(PilotId, Vec2)], id| {
            places.iter().find(|(known, _)| *known == id).map(|(_, place)| *place)
        };
        for pilot in seat.pilots().iter().filter(|pilot| pilot.alive) {
            let (Some(from), Some(to)) = (place(from, pilot.id), place(to, pilot.id)) else {
                continue;
            };
            if Some(pilot.id) != seat.me() && from.distance(to) < 2.0 {
                off_cm.push(from.lerp(to, view.fraction).distance(pilot.position) * 100.0);
            }
        }
    }
}

/// A tick of the server.
fn serve(host: &mut Host, players: &mut [Player], setup: &Setup, now: f64, period: f64) {
    let drains = f64::from(setup.drains);
    // What came since the last tick was read at one of the drains, the last of them this one.
    for player in players.iter_mut() {
        while let Some(due) = player.up.next_due().map(|due| due.as_secs_f64()) {
            if due > now {
                break;
            }
            let early = ((now - due) / period * drains).floor() / drains;
            host.core.set_early(early as f32);
            let bytes = player.up.poll(time(now)).expect("it is due");
            host.core.handle_datagram(player.id, &bytes);
        }
    }
    host.begin();
    for player in players.iter_mut() {
        while let Some((_, bytes)) = player.stream_up.pop_front_if(|(at, _)| *at <= now) {
            host.core.handle_stream(player.id, &bytes);
        }
    }
    let busy = setup.busy.iter().rev().find(|(from, _)| *from <= now);
    host.core.set_stride(busy.map_or(1, |(_, stride)| *stride));
    host.step();
    while let Some(transmit) = host.core.poll_transmit() {
        let player = players.iter_mut().find(|player| player.id == transmit.client);
        let Some(player) = player else { continue };
        match transmit.action {
            Action::Datagram(bytes) => player.down.send(time(now), &bytes),
            Action::Stream(bytes) => player.stream_down.push_back((now + way(setup), bytes)),
            Action::Close(reason) => panic!("the server closed: {reason}"),
        }
    }
}

/// For each pair of neighbours, how long each tick of one took to the other's screen.
fn compare(players: &mut [Player], setup: &Setup, now: f64, added_ms: &mut Vec<f64>) {
    let beyond = 2.0 * way(setup) + 0.5 / setup.frame_rate;
    for to in 0..players.len() {
        let from = (to + 1) % players.len();
        let drawn = std::mem::take(&mut players[to].drawn);
        if now < SETTLED_S {
            continue;
        }
        let given = &players[from].given;
        for (tick, at) in drawn {
            let Some((_, input)) = given.iter().find(|(known, _)| *known == tick) else { continue };
            added_ms.push((at - input - beyond) * 1000.0);
        }
    }
}

impl Player {
    fn new(setup: &Setup, number: usize, host: &mut Host) -> Self {
        let random = setup.seed.wrapping_mul(1_000).wrapping_add(number as u64);
        // The golden ratio spreads phases evenly, whatever the seed.
        let phase = (random as f64 * 0.618_034).fract();
        let mut seat = Seat::new(&format!("Pilot {number}"), Wish::Play, Duration::ZERO);
        seat.set_view_ahead(setup.view_ahead);
        Self {
            seat,
            id: host.core.connect(PeerKey([number as u8; 32])),
            mind: Mind::new(random),
            up: Link::new(setup.conditions, random ^ 0xaaaa),
            down: Link::new(setup.conditions, random ^ 0x5555),
            stream_up: VecDeque::new(),
            stream_down: VecDeque::new(),
            next_frame: phase / setup.frame_rate,
            given: VecDeque::new(),
            due: None,
            drawn: VecDeque::new(),
            joined: None,
            missed: 0,
            starved: 0,
            sent: (0, 0),
        }
    }

    fn frame(&mut self, setup: &Setup, now: f64, period: f64) {
        self.next_frame += 1.0 / setup.frame_rate;
        let set_s = |at| setup.clock_set.map_or(0.0, |(from, s)| if at >= from { s } else { 0.0 });
        let local = |at: f64| time(COMPUTER_S + at * (1.0 + setup.clock_off) + set_s(at));
        let path = PathStats { round_trip: time(2.0 * way(setup)), ..PathStats::default() };
        self.seat.handle(local(now), Arrival::Path(path));
        while let Some((at, bytes)) = self.stream_down.pop_front_if(|(at, _)| *at <= now) {
            self.seat.handle(local(at), Arrival::Stream(bytes));
        }
        while let Some(due) = self.down.next_due().filter(|due| due.as_secs_f64() <= now) {
            let bytes = self.down.poll(time(now)).expect("it is due");
            self.seat.handle(local(due.as_secs_f64()), Arrival::Datagram(bytes));
        }
        let mind = &mut self.mind;
        let given = &mut self.given;
        self.seat.advance(local(now), |sight| {
            given.push_back((sight.tick, now));
            let (input, next) = think(sight, mind.clone());
            *mind = next;
            input
        });
        while given.len() > 240 {
            given.pop_front();
        }
        let newest = self.seat.snapshots().and_then(SnapshotRing::newest);
        if let Some((view, newest)) = self.seat.view_time().zip(newest) {
            self.joined.get_or_insert(now);
            let due = self.due.get_or_insert(view.tick.next());
            // What is missing of the last tick's movement is counted as the time it would take. Who is
            // drawn past what is known shows nothing of an input that did not come yet.
            while let left = view.ticks_before(*due)
                && left <= NEARLY_TICKS
                && !due.is_after(newest.tick())
            {
                self.drawn.push_back((*due, now + left.max(0.0) * period));
                *due = due.next();
            }
        }
        while let Some(action) = self.seat.poll_transmit() {
            match action {
                Action::Datagram(bytes) => {
                    self.sent = (self.sent.0 + 1, self.sent.1 + bytes.len() as u64);
                    self.up.send(time(now), &bytes);
                }
                Action::Stream(bytes) => self.stream_up.push_back((now + way(setup), bytes)),
                Action::Close(reason) => panic!("a client closed: {reason}"),
            }
        }
    }
}

impl Felt {
    fn sum_up(&mut self, players: &[Player], setup: &Setup) {
        let sum = |of: fn(&Player) -> u64| players.iter().map(of).sum::<u64>() as f64;
        self.late = sum(|p| p.seat.stats().inputs_missed) / sum(|p| p.seat.stats().server_ticks);
        self.starved = sum(|p| p.seat.stats().starved_frames) / sum(|p| p.seat.stats().frames);
        let mut corrections = players[0].seat.metrics().correction();
        for player in &players[1..] {
            corrections.add(player.seat.metrics().correction()).expect("their bounds are the same");
        }
        self.correction_cm_p99 = Metrics::correction_cm(corrections.value_at_quantile(0.99));
        self.join_ms = players.iter().filter_map(|p| p.joined).fold(0.0, f64::max) * 1000.0;
        let seconds = setup.seconds * players.len() as f64;
        self.input_bytes_per_second = sum(|p| p.sent.1) / seconds;
        self.inputs_per_second = sum(|p| p.sent.0) / seconds;
        self.copies = sum(|p| p.seat.stats().input_copies as u64) / players.len() as f64;
        let clients = players.len() as f64;
        let margins = players.iter().filter_map(|p| p.seat.stats().margin_ticks);
        self.margin_ticks = margins.map(f64::from).sum::<f64>() / clients;
        let delays = players.iter().map(|p| p.seat.stats().interpolation_delay_ticks);
        self.delay_ticks = delays.sum::<f64>() / clients;
        self.drawn_off_cm.sort_unstable_by(f32::total_cmp);
        let place = self.drawn_off_cm.len() * 99 / 100;
        self.drawn_off_cm_p99 = self.drawn_off_cm.get(place).copied().unwrap_or(0.0).into();
        self.added_ms.sort_unstable_by(f64::total_cmp);
    }

    /// A quantile of what was added between one client's input and another's screen: milliseconds.
    #[must_use]
    pub fn added(&self, quantile: f64) -> f64 {
        let last = self.added_ms.len().saturating_sub(1);
        self.added_ms.get((last as f64 * quantile) as usize).copied().unwrap_or(f64::NAN)
    }
}

/// One way through the network, in seconds.
fn way(setup: &Setup) -> f64 {
    setup.conditions.delay.as_secs_f64()
}

fn time(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}
