//! What is packed is what is unpacked, whatever moved, rested, waited, came, went or was lost on the way.

use super::*;
use crate::{
    Protocol, Replicate,
    delta::{RowCode, tests::Walker, unpack::unpack},
    row::{KindId, KindTable},
    tick::{Tick, TickRate},
    wire::bits::BitReader,
};
use proptest::prelude::*;
use std::sync::Arc;

/// Something that stays as it is until somebody moves it, and never says that it will.
#[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
#[replicate(name = "crate")]
struct Crate {
    #[replicate(range = 0..=1000)]
    x: u16,
    open: bool,
    #[replicate(range = 0..=9)]
    load: u8,
    #[replicate(range = 0..=9)]
    paint: u8,
    #[replicate(range = 0..=9)]
    dents: u8,
}

/// A yard with crates and people in it.
enum Yard {}

impl Protocol for Yard {
    const NAME: &'static str = "yard";
    const VERSION: &'static str = "1";
    const KINDS: &'static [&'static KindTable] = &[Crate::TABLE, Walker::TABLE];

    type Input = Crate;
    type Greeting = ();
    type Event = ();
    type Request = ();
    type Own = ();
    type Scenery = ();

    fn own(_: &Snapshot, (): &()) -> Option<()> {
        None
    }

    fn step_own((): &(), (): &mut (), _: &Crate, _: Tick) {}

    fn distance((): &(), (): &()) -> Option<f32> {
        None
    }
}

/// What happens from one snapshot to the next.
#[derive(Clone, Debug)]
struct Step {
    /// Which entities do something, and what: they come or go, or a column changes.
    changes: Vec<(u16, u8)>,
    /// Who is out of sight.
    hidden: Vec<u16>,
    /// How much fits.
    limit_bytes: usize,
    /// Whether the datagram arrives, and how many steps later the server hears of it.
    arrives: Option<usize>,
}

fn step() -> impl Strategy<Value = Step> {
    let changes = prop::collection::vec((0_u16..24, any::<u8>()), 0..4);
    let hidden = prop::collection::vec(0_u16..24, 0..3);
    let limit = prop_oneof![4 => Just(1_200_usize), 1 => 8_usize..60];
    let arrives = prop_oneof![3 => (0_usize..4).prop_map(Some), 1 => Just(None)];
    (changes, hidden, limit, arrives).prop_map(|(changes, hidden, limit_bytes, arrives)| Step {
        changes,
        hidden,
        limit_bytes,
        arrives,
    })
}

/// The columns of an entity: crates have even ids, walkers odd ones.
fn born(id: u16, how: u8) -> (KindId, Vec<i32>) {
    let how = i32::from(how);
    match id % 2 {
        0 => (KindId(0), vec![how, how % 2, how % 10, 3, 4]),
        _ => (KindId(1), vec![how % 3 - 1, 40 * how, 0, how, 50, 1]),
    }
}

proptest! {
    #[test]
    fn a_client_has_what_it_was_shown(steps in prop::collection::vec(step(), 1..40)) {
        let interval = 2;
        let code = || RowCode::new::<Yard>(TickRate::new(60).expect("it is one"), Arc::new(()));
        let (mut shared, mut reader) = (SharedUpdates::new(code(), interval), code());
        let (mut ring, mut packer) = (SnapshotRing::new(16), Packer::default());
        let mut budget = Budget::default();
        let mut entities: [Option<(KindId, Vec<i32>)>; 24] =
            std::array::from_fn(|id| (id % 3 > 0).then(|| born(id as u16, 7)));
        // What the client got and the server knows of from a step on, with what it thinks the client has.
        let mut heard: Vec<(usize, View, Snapshot)> = Vec::new();
        for (number, step) in steps.iter().enumerate() {
            for (id, how) in &step.changes {
                let entity = &mut entities[usize::from(*id)];
                match entity {
                    None => *entity = Some(born(*id, *how)),
                    Some(_) if how % 5 == 0 => *entity = None,
                    Some((_, columns)) => columns[usize::from(how % 3)] ^= 1,
                }
            }
            let tick = Tick(100 + interval * number as u32);
            let mut now = Snapshot::new(tick);
            for (entity, id) in entities.iter().zip(0..) {
                if let Some((kind, columns)) = entity {
                    now.push_columns(EntityId(id), *kind, tick, columns);
                }
            }
            shared.start(&now, ring.newest());
            ring.push(now);
            let now = ring.newest().expect("it was pushed");
            let visible: Vec<Candidate> = (0..now.len())
                .filter(|index| now.id(*index).is_some_and(|id| !step.hidden.contains(&id.0)))
                .map(|index| Candidate { index, weight: 1.0 })
                .collect();
            let baseline = heard.iter().rev().find(|(from, ..)| *from <= number);
            let header = Header { partial: false, tick: 0, baseline: 1, inputs: Report::default() };
            let (bytes, view, partial) = packer.pack(Packing {
                ring: &ring,
                now,
                shared: &mut shared,
                baseline: baseline.map(|(_, view, _)| view),
                anchor: None,
                visible: &visible,
                header,
                sequence: number as u16,
                limit_bytes: step.limit_bytes,
                budget: &mut budget,
                buffer: Vec::new(),
            });
            // Who is held takes two bits even if all wait, and who is gone some more.
            prop_assert!(bytes.len() <= step.limit_bytes.max(40), "{} bytes", bytes.len());
            let mut bits = BitReader::new(&bytes);
            prop_assert_eq!(Header::read(&mut bits).map(|header| header.partial), Ok(partial));
            let empty = Snapshot::new(Tick(0));
            let held = baseline.map_or(&empty, |(.., held)| held);
            let got = unpack(&mut reader, held, tick, partial, bits).expect("it was written");
            prop_assert!(partial || got.len() == visible.len(), "nothing waits");
            for row in got.rows() {
                let was = ring.at(row.as_of).and_then(|then| then.find(row.id));
                prop_assert_eq!(was.map(|then| (then.kind, then.columns)), Some((row.kind, row.columns)));
                prop_assert!(partial || row.as_of == tick, "nothing waits");
            }
            let told = view.rows().collect::<Vec<_>>();
            prop_assert_eq!(told, got.rows().map(|row| (row.id, row.as_of)).collect::<Vec<_>>());
            if let Some(later) = step.arrives {
                heard.push((number + 1 + later, view, got));
            }
        }
    }
}
