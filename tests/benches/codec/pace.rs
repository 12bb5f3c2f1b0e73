//! How long packing and unpacking take, of a match that goes on: every client sees everything in it
//! and acknowledges each snapshot so late that baselines have the age that is asked for.
//!
//! Only the work of a server's or client's tick is timed: not the acknowledgements, and not which
//! rows a client may see, which is the game's to decide.

use crate::{
    play::Play,
    stage::{Sent, Stage, everything, hello},
    subject::Subject,
};
use netcode::{Snapshot, Tick, client::Client, server::ClientId};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Snapshots before the match goes on, all of its first moment: the time that clients need to hold
/// everything when it does not fit one datagram.
const PRELUDE: u32 = 128;

/// Work that was timed, and how many pairs of a viewer and a row it was for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Timed {
    pub(crate) spent: Duration,
    pub(crate) pairs: usize,
}

/// A server that shows a match to some clients again and again.
pub(crate) struct Showing<'a, P: Subject> {
    play: &'a Play<P>,
    age: usize,
    stage: Stage<P>,
    viewers: Vec<ClientId>,
    /// What the server said to welcome the last of them.
    welcome: Vec<u8>,
    /// The last datagrams for all viewers, the oldest first.
    unacknowledged: VecDeque<Vec<(ClientId, Sent)>>,
    /// Snapshots that were shown, the prelude included.
    shown: u32,
    /// The memory of a snapshot that nobody needs any more.
    spare: Snapshot,
}

impl<'a, P: Subject> Showing<'a, P> {
    /// To `viewers` clients, with baselines of `age` snapshots.
    pub(crate) fn new(play: &'a Play<P>, age: usize, viewers: usize) -> Self {
        let mut stage = Stage::new(play.name, play.config, Tick(0));
        let (mut clients, mut welcome) = (Vec::new(), Vec::new());
        for _ in 0..viewers {
            let (client, said) = stage.join();
            clients.push(client);
            welcome = said;
        }
        Self {
            play,
            age,
            stage,
            viewers: clients,
            welcome,
            unacknowledged: VecDeque::new(),
            shown: 0,
            spare: Snapshot::default(),
        }
    }

    /// Goes on to the next snapshot of the match; after the last it begins anew.
    fn step(&mut self) -> Timed {
        if self.position() == Some(self.play.snapshots.len()) {
            *self = Self::new(self.play, self.age, self.viewers.len());
        }
        while self.position().is_none() {
            self.show();
        }
        self.show()
    }

    /// Which snapshot of the recording comes next; none in the prelude.
    fn position(&self) -> Option<usize> {
        self.shown.checked_sub(PRELUDE).map(|position| position as usize)
    }

    fn show(&mut self) -> Timed {
        let place = self.position().unwrap_or(0);
        let tick = Tick((self.shown + 1) * u32::from(self.play.config.snapshot_interval));
        let spare = std::mem::take(&mut self.spare);
        let snapshot = at_tick(&self.play.snapshots[place], tick, spare);
        let visible = everything(&snapshot);
        self.stage.begin(tick);
        // By then the oldest of them is `age` snapshots old, and becomes the baseline of this one.
        if self.unacknowledged.len() == self.age {
            for (client, sent) in self.unacknowledged.pop_front().unwrap_or_default() {
                self.stage.acknowledge(client, sent.tick);
                // What was streamed is whole by then; a client that has not all of it says so in vain.
                if !sent.stream.is_empty() {
                    self.stage.confirm_view(client);
                }
            }
        }
        let begun = now();
        let unused = self.stage.publish(snapshot);
        for client in &self.viewers {
            self.stage.send(*client, &visible);
        }
        let spent = begun.elapsed();
        self.spare = unused.unwrap_or_default();
        let stage = &mut self.stage;
        self.unacknowledged.push_back(std::iter::from_fn(|| stage.poll()).collect());
        self.shown += 1;
        Timed { spent, pairs: visible.len() * self.viewers.len() }
    }

    /// Shows `count` snapshots.
    pub(crate) fn run(&mut self, count: u64) -> Timed {
        sum(count, || self.step())
    }
}

/// Everything that one client is sent while it watches a match once.
pub(crate) struct Tape {
    scene: &'static str,
    welcome: Vec<u8>,
    sent: Vec<Sent>,
    /// What one snapshot of the match costs, the prelude left out.
    pub(crate) datagram_bytes: f64,
    /// Rows in sight.
    pub(crate) rows: f64,
    /// Of these, the part that the client has at all, and the part that is as new as the snapshot:
    /// the others had to wait.
    pub(crate) held: f64,
    pub(crate) fresh: f64,
}

impl Tape {
    /// Records it, and checks that a client understands it.
    pub(crate) fn record<P: Subject>(play: &Play<P>, age: usize) -> Self {
        let mut showing = Showing::new(play, age, 1);
        let mut tape = Self {
            scene: play.name,
            welcome: showing.welcome.clone(),
            sent: Vec::new(),
            datagram_bytes: 0.0,
            rows: 0.0,
            held: 0.0,
            fresh: 0.0,
        };
        let mut client = tape.client::<P>();
        let (mut bytes, mut rows, mut held, mut fresh) = (0, 0, 0, 0);
        while showing.position() != Some(play.snapshots.len()) {
            let truth = showing.position().and_then(|position| play.snapshots.get(position));
            showing.show();
            let latest = showing.unacknowledged.back().and_then(|all| all.first());
            let (_, sent) = latest.expect("the viewer gets a datagram").clone();
            client.handle_stream(Duration::ZERO, &sent.stream);
            client.handle_datagram(Duration::ZERO, &sent.datagram);
            if let Some(truth) = truth {
                bytes += sent.datagram.len();
                rows += truth.len();
                let newest = newest(&client).expect("a snapshot came");
                held += newest.len();
                fresh += check(newest, truth);
            }
            tape.sent.push(sent);
        }
        let count = play.snapshots.len() as f64;
        tape.datagram_bytes = bytes as f64 / count;
        tape.rows = rows as f64 / count;
        tape.held = held as f64 / rows as f64;
        tape.fresh = fresh as f64 / rows as f64;
        tape
    }

    fn client<P: Subject>(&self) -> Client<P> {
        let mut client = Client::new(hello::<P>());
        client.handle_stream(Duration::ZERO, &self.welcome);
        client.enter(P::scenery(self.scene));
        client
    }
}

/// The newest snapshot that the client has.
fn newest<P: Subject>(client: &Client<P>) -> Option<&Snapshot> {
    client.snapshots().and_then(|ring| ring.newest())
}

/// Counts the rows that did not have to wait, all of which must be right.
fn check(newest: &Snapshot, truth: &Snapshot) -> usize {
    let mut fresh = 0;
    for row in newest.rows().filter(|row| row.as_of == newest.tick()) {
        let expected = truth.find(row.id).map(|row| row.columns);
        assert_eq!(Some(row.columns), expected, "entity {} came out wrong", row.id.0);
        fresh += 1;
    }
    fresh
}

/// A client that watches a tape again and again.
pub(crate) struct Watching<'a, P: Subject> {
    tape: &'a Tape,
    client: Client<P>,
    next: usize,
}

impl<'a, P: Subject> Watching<'a, P> {
    pub(crate) fn new(tape: &'a Tape) -> Self {
        Self { tape, client: tape.client(), next: 0 }
    }

    /// Takes the next datagram of the match.
    fn step(&mut self) -> Timed {
        if self.next == self.tape.sent.len() {
            *self = Self::new(self.tape);
        }
        while self.next < PRELUDE as usize {
            self.take();
        }
        self.take()
    }

    fn take(&mut self) -> Timed {
        let sent = &self.tape.sent[self.next];
        self.client.handle_stream(Duration::ZERO, &sent.stream);
        self.next += 1;
        let begun = now();
        self.client.handle_datagram(Duration::ZERO, &sent.datagram);
        let spent = begun.elapsed();
        while self.client.poll_event().is_some() {}
        Timed { spent, pairs: newest(&self.client).map_or(0, Snapshot::len) }
    }

    /// Takes `count` datagrams.
    pub(crate) fn run(&mut self, count: u64) -> Timed {
        sum(count, || self.step())
    }
}

/// The same rows at another tick, in the memory of a snapshot that nobody needs.
fn at_tick(snapshot: &Snapshot, tick: Tick, mut moved: Snapshot) -> Snapshot {
    moved.reset(tick);
    for row in snapshot.rows() {
        moved.push_columns(row.id, row.kind, tick, row.columns);
    }
    moved
}

fn sum(count: u64, mut step: impl FnMut() -> Timed) -> Timed {
    (0..count).map(|_| step()).fold(Timed::default(), |sum, one| Timed {
        spent: sum.spent + one.spent,
        pairs: sum.pairs + one.pairs,
    })
}

#[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock, not the library")]
fn now() -> Instant {
    Instant::now()
}
