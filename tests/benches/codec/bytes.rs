//! What rows cost on the wire, framing included: whole datagrams by the real packer, counted.
//!
//! Rows that moved and rows that did not share a datagram, so neither has a size of its own there. So
//! each probe is a client with a view of its own (only rows that moved, only rows that did not, all of
//! them, ...): it is shown the rows at one snapshot, acknowledges it at once, and is sent them again
//! `age` snapshots later. A row has moved when a column of it changed in between. A probe sees at
//! most [`ROWS`] rows, so that its first sight of them, which is whole, fits one datagram too.

use crate::{play::Play, stage::Stage, subject::Subject};
use netcode::{
    EntityId, KindId, Snapshot, budget::Candidate, limits, server::ClientId, wire::bits::BitReader,
};
use std::collections::VecDeque;

/// Rows in the view of one probe.
pub(crate) const ROWS: usize = 64;

/// Datagrams of one sort, and the rows in them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) bytes: usize,
    pub(crate) rows: usize,
}

impl Tally {
    /// Bytes for each row; `None` when there was no row.
    pub(crate) fn mean(self) -> Option<f64> {
        (self.rows > 0).then(|| self.bytes as f64 / self.rows as f64)
    }
}

/// What was counted with baselines of one age.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bytes {
    /// Datagrams with all rows.
    pub(crate) all: Tally,
    /// Datagrams with nothing but rows that moved.
    pub(crate) moving: Tally,
    /// Datagrams with nothing but rows that did not.
    pub(crate) still: Tally,
    /// What rows that did not move add to a datagram with those that did.
    pub(crate) still_added: Tally,
    /// By kind.
    pub(crate) kinds: Vec<KindBytes>,
}

/// What was counted of one kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct KindBytes {
    /// Datagrams with nothing but moving rows of the kind.
    pub(crate) alone: Tally,
    /// What the kind's moving rows add to a datagram with everything else.
    pub(crate) added: Tally,
}

/// Some rows of one moment, seen by one client each: all, and some of them.
struct Probe {
    all: Sight,
    moving: Sight,
    still: Sight,
    /// By kind: its moving rows, and everything but these.
    kinds: Vec<(Sight, Sight)>,
}

struct Sight {
    client: Option<ClientId>,
    ids: Vec<EntityId>,
}

/// Counts with baselines of `age` snapshots.
pub(crate) fn measure<P: Subject>(play: &Play<P>, age: usize) -> Bytes {
    let first = play.snapshots.first().expect("a recording shows something").tick();
    let mut stage = Stage::<P>::new(play.name, play.config, first - 1);
    let mut counted =
        Bytes { kinds: vec![KindBytes::default(); P::KINDS.len()], ..Bytes::default() };
    let mut pending = VecDeque::new();
    for (place, now) in play.snapshots.iter().enumerate() {
        stage.begin(now.tick());
        stage.publish(now.clone());
        if pending.len() == age {
            for probe in pending.pop_front().unwrap_or_default() {
                count(&mut stage, now, &probe, &mut counted);
            }
        }
        let Some(later) = play.snapshots.get(place + age) else { continue };
        pending.push_back(probes(&mut stage, now, later));
    }
    counted
}

/// Clients for all rows that are in both snapshots, who have seen them in the first.
fn probes<P: Subject>(stage: &mut Stage<P>, now: &Snapshot, later: &Snapshot) -> Vec<Probe> {
    let mut rows: Vec<(EntityId, KindId, bool)> = Vec::new();
    for (row, next) in now.rows().filter_map(|row| Some((row, later.find(row.id)?))) {
        if row.kind == next.kind {
            rows.push((row.id, row.kind, row.columns != next.columns));
        }
    }
    // Each probe gets a fair sample of the kinds, as a client would that sees so many.
    let count = rows.len().div_ceil(ROWS);
    let probe = |part: usize| {
        let mut see = |which: &dyn Fn(KindId, bool) -> bool| {
            let rows = rows.iter().skip(part).step_by(count);
            let ids: Vec<_> = rows.filter(|row| which(row.1, row.2)).map(|row| row.0).collect();
            Sight::new(stage, now, ids)
        };
        Probe {
            all: see(&|_, _| true),
            moving: see(&|_, moved| moved),
            still: see(&|_, moved| !moved),
            kinds: (0..P::KINDS.len() as u8)
                .map(|kind| {
                    let of_kind = move |of: KindId, moved| moved && of.0 == kind;
                    (see(&of_kind), see(&|of, moved| !of_kind(of, moved)))
                })
                .collect(),
        }
    };
    (0..count).map(probe).collect()
}

/// Sends the probe's rows once more and counts the bytes.
fn count<P: Subject>(stage: &mut Stage<P>, now: &Snapshot, probe: &Probe, counted: &mut Bytes) {
    let all = probe.all.datagram_bytes(stage, now);
    let moving = probe.moving.datagram_bytes(stage, now);
    let still = probe.still.datagram_bytes(stage, now);
    add(&mut counted.all, all, &probe.all);
    add(&mut counted.moving, moving, &probe.moving);
    add(&mut counted.still, still, &probe.still);
    if !probe.moving.ids.is_empty() {
        add(&mut counted.still_added, all.saturating_sub(moving), &probe.still);
    }
    for ((of_kind, others), counted) in probe.kinds.iter().zip(&mut counted.kinds) {
        let alone = of_kind.datagram_bytes(stage, now);
        let without = others.datagram_bytes(stage, now);
        add(&mut counted.alone, alone, of_kind);
        if !others.ids.is_empty() {
            add(&mut counted.added, all.saturating_sub(without), of_kind);
        }
    }
}

fn add(tally: &mut Tally, bytes: usize, sight: &Sight) {
    if !sight.ids.is_empty() {
        tally.bytes += bytes;
        tally.rows += sight.ids.len();
    }
}

impl Sight {
    /// A client that is shown these rows and says so; nobody when there are none.
    fn new<P: Subject>(stage: &mut Stage<P>, now: &Snapshot, ids: Vec<EntityId>) -> Self {
        if ids.is_empty() {
            return Self { client: None, ids };
        }
        let (client, _) = stage.join();
        let sight = Self { client: Some(client), ids };
        let datagram = sight.receive(stage, now, client);
        stage.acknowledge(client, &datagram);
        sight
    }

    /// The bytes of the datagram that the client is sent now, its last.
    fn datagram_bytes<P: Subject>(&self, stage: &mut Stage<P>, now: &Snapshot) -> usize {
        let Some(client) = self.client else { return 0 };
        let bytes = self.receive(stage, now, client).len();
        stage.leave(client);
        bytes
    }

    fn receive<P: Subject>(
        &self,
        stage: &mut Stage<P>,
        now: &Snapshot,
        client: ClientId,
    ) -> Vec<u8> {
        let candidate = |id: &EntityId| Candidate {
            index: now.index_of(*id).expect("a probe is of rows in both snapshots"),
            weight: 1.0,
        };
        let visible: Vec<_> = self.ids.iter().map(candidate).collect();
        stage.send(client, &visible);
        let (_, sent) = stage.poll().expect("a client that is in gets a datagram");
        let datagram = sent.datagram;
        assert!(sent.stream.is_empty(), "a probe's first view fits one datagram");
        assert!(datagram.len() <= limits::DATAGRAM_BYTES);
        assert!(!is_partial(&datagram), "rows that wait would look cheap");
        datagram
    }
}

/// Whether rows had to wait: the first bit of a datagram.
fn is_partial(datagram: &[u8]) -> bool {
    BitReader::new(datagram).bit().expect("a datagram has a header")
}
