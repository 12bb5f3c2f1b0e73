//! The game as the server runs it, without a socket: sessions, seats, the world, what each may see.
//!
//! A tick is [`Host::begin`], then everything that came goes into [`Host::core`], then [`Host::step`],
//! then everything that [`Host::core`] wants to send goes out. A step has two parts, of which the second can send as it goes. `arena_loop` does that over QUIC, the
//! tests over a simulated network.

use crate::{
    bans::Bans,
    complaints::Complaints,
    interest::Interest,
    options::Options,
    players::Players,
    rotation::{Rotation, Stop},
    shot_audit::{ShotAudit, own_screen},
    stand_ins::StandIns,
};
use game_sim::{
    Arena, Command, Event, Inputs, PilotId, Scenery, Tumult, Vantage, World,
    sightlines::Sightlines, step,
};
use glam::Vec2;
use netcode::{
    Snapshot, Tick, ViewTime,
    server::{Server, ServerConfig},
};
use std::sync::Arc;

/// The first tick, close to where the counter wraps: what breaks there breaks in the first minute of
/// every server, not after two years.
const FIRST_TICK: Tick = Tick(u32::MAX - 1_000);

/// What clients are told when their sessions end because the game goes on in another arena.
const MOVING: &str = "the game moves on to another arena";

/// How often clients are told how it stands with the points, in ticks: four times a second, and only
/// what changed. Between that a client goes on by itself.
const TELL_EVERY: u32 = 15;

/// Snapshots that are packed before they are sent: enough that neither packing nor sending begins with a cold cache
/// for each, few enough that the first do not wait for the last.
const TOLD_AT_ONCE: usize = 64;

/// Everything of one arena but its socket and its clock.
pub struct Host {
    /// The sessions of all clients.
    pub core: Server<Tumult>,
    /// What hits were judged by.
    pub audit: ShotAudit,
    world: World,
    players: Players,
    stand_ins: StandIns,
    interest: Interest,
    inputs: Inputs,
    rotation: Rotation,
    /// What clients were told of the points last.
    told: Option<Event>,
    snapshot_interval: u16,
    /// A snapshot that nobody needs any more.
    spare: Snapshot,
}

impl Host {
    /// An empty arena.
    #[must_use]
    pub fn new(options: &Options, arena: Arc<Arena>, bans: Bans) -> Self {
        let lines = Interest::sightlines_of(&arena, &options.rules, options.snapshot_interval());
        Self::with_sightlines(options, arena, bans, lines)
    }

    /// The same with the [`Host::sightlines`] of another host of the same arena and rules: they are the
    /// same, and take longer than all else.
    #[must_use]
    pub fn with_sightlines(
        options: &Options,
        arena: Arc<Arena>,
        bans: Bans,
        lines: Arc<Sightlines>,
    ) -> Self {
        Self::with_rotation(options, Rotation::only(options, arena, lines), bans)
    }

    /// An empty server that plays a rotation, beginning with its current stop.
    #[must_use]
    pub fn with_rotation(options: &Options, rotation: Rotation, bans: Bans) -> Self {
        let config = ServerConfig {
            tick_rate: options.rate(),
            snapshot_interval: options.snapshot_interval(),
            snapshot_cap_bytes: usize::from(options.snapshot_cap),
            resume_s: options.resume_seconds,
            join_percent: options.join_percent,
            turn_clients: options.snapshot_turn,
        };
        let places = usize::from(options.max_players);
        let Stop { arena, mode, lines } = rotation.current().clone();
        let (rules, interval) = (options.rules.clone(), options.snapshot_interval());
        let scenery = Scenery { arena: arena.clone(), rules: rules.clone() };
        Self {
            core: Server::new(config, scenery, FIRST_TICK),
            audit: ShotAudit::default(),
            interest: Interest::new(&arena, &rules, interval, lines),
            world: World::in_mode(arena, mode, rules, rotation.next_seed(), places, FIRST_TICK),
            players: Players::new(places, options.watching, bans, options.rate()),
            stand_ins: StandIns::new(options.bots, options.seed),
            inputs: Inputs::default(),
            rotation,
            told: None,
            snapshot_interval: interval,
            spare: Snapshot::default(),
        }
    }

    /// The state of the game, to look at: only [`Host::step`] changes it.
    ///
    /// ```compile_fail,E0594
    /// fn change(host: &mut game_server::host::Host) {
    ///     host.world().tick = netcode::Tick(0);
    /// }
    /// ```
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// What the last step was given.
    #[must_use]
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// How many clients fly a pilot.
    #[must_use]
    pub fn playing(&self) -> usize {
        self.players.playing()
    }

    /// What is seen from where, for a thread that prepares it.
    #[must_use]
    pub fn sightlines(&self) -> &Arc<Sightlines> {
        self.interest.sightlines()
    }

    /// Where complaints are written.
    pub fn complaints(&mut self) -> &mut Complaints {
        self.players.complaints()
    }

    /// All that is played here.
    #[must_use]
    pub fn rotation(&self) -> &Rotation {
        &self.rotation
    }

    /// Starts the next tick; what comes from now on belongs to it.
    pub fn begin(&mut self) {
        self.core.begin_tick(self.world.tick.next());
    }

    /// Steps the game with what came, and has the core send what changed.
    pub fn step(&mut self) {
        self.advance();
        self.tell(|_| {});
    }

    /// The first part of [`Host::step`]: the game goes on, and what happened is said.
    pub fn advance(&mut self) {
        self.move_on();
        self.players.answer(&mut self.core, &self.world);
        self.tell_newcomers();
        self.players.tell_who_is_here(&mut self.core, &self.world);
        self.stand_ins.adjust(&mut self.players);
        self.collect_inputs();
        step(&mut self.world, &self.inputs);
        self.audit_hits();
        for event in &self.world.events {
            match event {
                // A pickup has its place, so who took one would say where it is.
                Event::PickedUp { pilot, .. } => {
                    if let Some(client) = self.players.client_of(*pilot) {
                        self.core.send(client, event);
                    }
                }
                _ => self.core.broadcast(event),
            }
        }
        self.tell_of_the_match();
    }

    /// The second part of [`Host::step`]: a snapshot for each whose turn it is. Whenever some are packed, `deliver` may
    /// send them off while the others are. Returns how many there were.
    pub fn tell(&mut self, deliver: impl FnMut(&mut Server<Tumult>)) -> usize {
        let is_anybody = self.players.seats().any(|(client, _)| self.core.is_due(client));
        if is_anybody { self.send_snapshots(deliver) } else { 0 }
    }

    /// Goes to another arena if it is time to: everybody is sent away, and comes again into the new one.
    fn move_on(&mut self) {
        let Some(stop) = self.rotation.move_on(&self.world) else { return };
        let (choice, Stop { arena, mode, lines }) = (stop.choice(), stop.clone());
        tracing::info!(arena = choice.arena, %mode, "moving on");
        let (rules, places) = ((*self.world.rules).clone(), self.world.pilots.len());
        self.core.broadcast(&Event::Moving(choice));
        let scenery = Scenery { arena: arena.clone(), rules: rules.clone() };
        self.core.change_scenery(scenery, MOVING);
        self.players.clear(self.world.tick);
        self.stand_ins.clear();
        self.inputs = Inputs::default();
        self.told = None;
        self.interest = Interest::new(&arena, &rules, self.snapshot_interval, lines);
        let (seed, now) = (self.rotation.next_seed(), self.world.tick);
        self.world = World::in_mode(arena, mode, rules, seed, places, now);
    }

    /// Tells who has just come how it stands, and takes what was voted.
    fn tell_newcomers(&mut self) {
        for client in self.players.take_newcomers() {
            let points = points(&self.world);
            for event in points.iter().chain(&self.rotation.tell()) {
                self.core.send(client, event);
            }
        }
        for (pilot, choice) in self.players.take_votes() {
            self.rotation.cast(pilot, choice);
        }
    }

    /// Tells everybody how it stands with the points and with the vote, when that changed.
    fn tell_of_the_match(&mut self) {
        if self.world.tick.0.is_multiple_of(TELL_EVERY) {
            let points = points(&self.world);
            if let Some(points) = points.as_ref().filter(|_| points != self.told) {
                self.core.broadcast(points);
            }
            self.told = points;
        }
        for event in self.rotation.follow(&self.world) {
            self.core.broadcast(&event);
        }
    }

    /// Notes what each hit was judged by, and tells those who died and their killers.
    fn audit_hits(&mut self) {
        for hit in &self.world.hits {
            let seat = |pilot| self.players.client_of(pilot);
            let (shooter, victim) = (seat(hit.shooter), seat(hit.victim));
            let ahead = victim.and_then(|client| {
                own_screen(&self.world, hit.victim, self.core.waiting_inputs(client))
            });
            self.audit.note(hit, ahead);
            let told = self.audit.records().next_back().filter(|_| hit.killed);
            let Some(why) = told.map(|record| Event::WhyDied(record.why_died())) else { continue };
            let killer = shooter.filter(|_| hit.shooter != hit.victim);
            for client in victim.into_iter().chain(killer) {
                self.core.send(client, &why);
            }
        }
    }

    /// Tells every client that it is over.
    pub fn close(&mut self, reason: &str) {
        let clients: Vec<_> = self.core.clients().collect();
        for client in clients {
            self.core.close(client, reason);
        }
    }

    /// Exactly one input for each pilot.
    fn collect_inputs(&mut self) {
        let (joins, leaves) = self.players.take_changes();
        let mut commands = std::mem::take(&mut self.inputs.commands);
        commands.clear();
        for (client, pilot) in self.players.seats() {
            // Who only watches sends inputs too: they carry the acknowledgements.
            let Some(command) = self.core.take_command(client) else { continue };
            // Only shots say what was seen; this is measured.
            let seen = command.earliest.map(|tick| ViewTime { tick, fraction: 0.0 });
            self.interest.note_view(client, self.world.tick.next(), seen);
            if let Some(pilot) = pilot {
                commands.push((pilot, Command { input: command.input, view: command.view }));
            }
        }
        self.stand_ins.think(&self.world, &mut commands);
        self.inputs = Inputs { commands, joins, leaves };
    }

    /// The state, once, and from it what each client may see.
    fn send_snapshots(&mut self, mut deliver: impl FnMut(&mut Server<Tumult>)) -> usize {
        let mut snapshot = std::mem::take(&mut self.spare);
        game_sim::replicate::write_snapshot(&self.world, &mut snapshot);
        self.interest.set_stride(self.core.stride());
        self.interest.retain(self.players.seats().map(|(client, _)| client));
        self.interest.update(&snapshot, &self.world.noises);
        let followed = self.world.pilots().next().map(|(pilot, _)| pilot);
        self.spare = self.core.publish(snapshot).unwrap_or_default();
        let mut told = 0;
        for (client, pilot) in self.players.seats() {
            let Some(newest) = self.core.newest().filter(|_| self.core.is_due(client)) else {
                continue;
            };
            let vantage = self.players.vantage(client);
            let visible = if let Some(above) = vantage.and_then(|vantage| vantage.place()) {
                let most = self.world.arena.half_extents;
                self.interest.visible_from_above(newest, client, above.clamp(-most, most))
            } else {
                let eye = eye(&self.world, pilot.or(watched(&self.world, vantage)).or(followed));
                self.interest.visible(newest, client, pilot, eye)
            };
            self.core.send_snapshot(client, visible);
            told += 1;
            if told % TOLD_AT_ONCE == 0 {
                deliver(&mut self.core);
            }
        }
        told
    }
}

/// Whose eyes somebody who watches chose, as long as that pilot is there.
fn watched(world: &World, vantage: Option<Vantage>) -> Option<PilotId> {
    let Some(Vantage::Pilot(pilot)) = vantage else { return None };
    world.pilot(pilot).map(|_| pilot)
}

/// How it stands with the points of a world, if it has any.
fn points(world: &World) -> Option<Event> {
    let contest = world.contest.as_ref()?;
    Some(Event::Contest { scores: contest.scores(), points: contest.points.clone() })
}

/// From where a pilot looks; without one, from the middle of the arena.
fn eye(world: &World, pilot: Option<PilotId>) -> Vec2 {
    let pilot = pilot.and_then(|pilot| world.pilot(pilot));
    pilot.map_or(Vec2::ZERO, |pilot| pilot.own.body.position)
}
