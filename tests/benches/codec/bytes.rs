//! What rows cost on the wire, framing included: whole datagrams by the real packer, counted.
//!
//! Rows that moved and rows that did not share a datagram, so neither has a size of its own there. So
//! each probe is a client with a view of its own (only rows that moved, only rows that did not, all of
//! them, ...): it is shown the rows at one snapshot, acknowledges it at once, and is sent them again with each
//! snapshot after that; the one that comes `age` later is counted. A row has moved when a column of it changed in
//! between. A probe sees at most [`ROWS`] rows, so that its first sight of them, which is whole, fits one datagram too.
//!
//! Clients have been in the game for a while, and probe after probe is made with them: what a session is told at its
//! beginning is not what a moving row costs.

use crate::{play::Play, stage::Stage, subject::Subject};
use netcode::{
    EntityId, KindId, Snapshot, budget::Candidate, limits, server::ClientId, wire::bits::BitReader,
};
use std::collections::VecDeque;

/// Rows in the view of one probe.
pub(crate) const ROWS: usize = 64;
/// So many snapshots before the first that counts are of nothing, and then a client is told of its inputs as always.
const PRELUDE: u32 = 32;

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
    client: ClientId,
    ids: Vec<EntityId>,
}

/// A server, and those of its clients that see nothing just now: as many together as a probe takes, who have been
/// sent the same number of snapshots at the same ticks, so that their headers are alike.
struct Audience<P: Subject> {
    stage: Stage<P>,
    idle: Vec<Vec<ClientId>>,
}

/// Counts with baselines of `age` snapshots.
pub(crate) fn measure<P: Subject>(play: &Play<P>, age: usize) -> Bytes {
    let mut audience = Audience::gather(play, age);
    let mut counted =
        Bytes { kinds: vec![KindBytes::default(); P::KINDS.len()], ..Bytes::default() };
    let mut pending: VecDeque<Vec<Probe>> = VecDeque::new();
    for (place, now) in play.snapshots.iter().enumerate() {
        audience.stage.begin(now.tick());
        audience.stage.publish(now.clone());
        let due = if pending.len() == age { pending.pop_front() } else { None };
        for sight in pending.iter().flatten().flat_map(Probe::sights) {
            sight.datagram(&mut audience.stage, now);
        }
        // Before who is counted is free again: so each is counted after one snapshot more than `age`, which falls on
        // each of the three of which one has a report.
        if let Some(later) = play.snapshots.get(place + age) {
            pending.push_back(probes(&mut audience, now, later));
        }
        for probe in due.unwrap_or_default() {
            count(&mut audience, now, probe, &mut counted);
        }
    }
    counted
}

impl<P: Subject> Audience<P> {
    /// As many clients as probes with baselines of `age` snapshots take, who have seen nothing for a while.
    fn gather(play: &Play<P>, age: usize) -> Self {
        let first = play.snapshots.first().expect("a recording shows something").tick();
        let interval = u32::from(play.config.snapshot_interval);
        let mut stage = Stage::<P>::new(play.name, play.config, first - (PRELUDE + 1) * interval);
        let most = play.snapshots.iter().map(|snapshot| snapshot.len().div_ceil(ROWS)).max();
        let probes = most.unwrap_or(0) * (age + 1);
        let mut crew = || (0..3 + 2 * P::KINDS.len()).map(|_| stage.join().0).collect();
        let idle: Vec<Vec<_>> = (0..probes).map(|_| crew()).collect();
        for left in (1..=PRELUDE).rev() {
            let nothing = Snapshot::new(first - left * interval);
            stage.begin(nothing.tick());
            stage.publish(nothing.clone());
            for client in idle.iter().flatten() {
                Sight::begin(&mut stage, &nothing, *client, Vec::new());
            }
        }
        Self { stage, idle }
    }
}

/// Clients for all rows that are in both snapshots, who have seen them in the first.
fn probes<P: Subject>(audience: &mut Audience<P>, now: &Snapshot, later: &Snapshot) -> Vec<Probe> {
    let mut rows: Vec<(EntityId, KindId, bool)> = Vec::new();
    for (row, next) in now.rows().filter_map(|row| Some((row, later.find(row.id)?))) {
        if row.kind == next.kind {
            rows.push((row.id, row.kind, row.columns != next.columns));
        }
    }
    // Each probe gets a fair sample of the kinds, as a client would that sees so many.
    let count = rows.len().div_ceil(ROWS);
    let probe = |part: usize| {
        let mut crew = audience.idle.pop().expect("there are enough").into_iter();
        let mut see = |which: &dyn Fn(KindId, bool) -> bool| {
            let rows = rows.iter().skip(part).step_by(count);
            let ids: Vec<_> = rows.filter(|row| which(row.1, row.2)).map(|row| row.0).collect();
            let client = crew.next().expect("a crew is as many as a probe takes");
            Sight::begin(&mut audience.stage, now, client, ids)
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
fn count<P: Subject>(
    audience: &mut Audience<P>,
    now: &Snapshot,
    probe: Probe,
    counted: &mut Bytes,
) {
    audience.idle.push(probe.sights().map(|sight| sight.client).collect());
    let stage = &mut audience.stage;
    let all = probe.all.datagram(stage, now);
    let moving = probe.moving.datagram(stage, now);
    let still = probe.still.datagram(stage, now);
    add(&mut counted.all, all, &probe.all);
    add(&mut counted.moving, moving, &probe.moving);
    add(&mut counted.still, still, &probe.still);
    if !probe.moving.ids.is_empty() {
        add(&mut counted.still_added, all.saturating_sub(moving), &probe.still);
    }
    for ((of_kind, others), counted) in probe.kinds.iter().zip(&mut counted.kinds) {
        let alone = of_kind.datagram(stage, now);
        let without = others.datagram(stage, now);
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

impl Probe {
    fn sights(&self) -> impl Iterator<Item = &Sight> {
        let kinds = self.kinds.iter().flat_map(|(of_kind, others)| [of_kind, others]);
        [&self.all, &self.moving, &self.still].into_iter().chain(kinds)
    }
}

impl Sight {
    /// A client is shown these rows, and says so.
    fn begin<P: Subject>(
        stage: &mut Stage<P>,
        now: &Snapshot,
        client: ClientId,
        ids: Vec<EntityId>,
    ) -> Self {
        let sight = Self { client, ids };
        sight.datagram(stage, now);
        stage.acknowledge(client, now.tick());
        sight
    }

    /// The bytes of the datagram that the client is sent now.
    fn datagram<P: Subject>(&self, stage: &mut Stage<P>, now: &Snapshot) -> usize {
        // A row may be missing from a snapshot in between.
        let places = self.ids.iter().filter_map(|id| now.index_of(*id));
        let visible: Vec<_> = places.map(|index| Candidate { index, weight: 1.0 }).collect();
        stage.send(self.client, &visible);
        let (_, sent) = stage.poll().expect("a client that is in gets a datagram");
        let datagram = sent.datagram;
        assert!(sent.stream.is_empty(), "a probe's first view fits one datagram");
        assert!(datagram.len() <= limits::DATAGRAM_BYTES);
        assert!(!is_partial(&datagram), "rows that wait would look cheap");
        datagram.len()
    }
}

/// Whether rows had to wait: the third bit of a datagram that is not plain and has lists.
fn is_partial(datagram: &[u8]) -> bool {
    BitReader::new(datagram).bits(3).expect("a datagram has a header") == 0b110
}
