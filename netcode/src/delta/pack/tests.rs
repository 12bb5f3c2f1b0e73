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
pub(in crate::delta) struct Crate {
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

/// Something that is expected to stay as it is, and says itself whether it moves.
#[derive(Clone, Copy, Debug, PartialEq, Replicate)]
#[replicate(name = "door")]
struct Door {
    #[replicate(range = 0..=90)]
    angle: u8,
    #[replicate(motion)]
    swings: bool,
}

/// A yard with crates, people and doors in it.
pub(in crate::delta) enum Yard {}

impl Protocol for Yard {
    const NAME: &'static str = "yard";
    const VERSION: &'static str = "1";
    const KINDS: &'static [&'static KindTable] =
        &[Crate::TABLE, Walker::TABLE, Door::TABLE, Crate::TABLE];

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

/// As many as a run that is passed over at once has, and as many again: most of them lie still.
const ENTITIES: usize = 150;

/// What happens from one snapshot to the next.
#[derive(Clone, Debug)]
struct Step {
    /// Which entities do something, and what: they come or go, or a column changes.
    changes: Vec<(u16, u8)>,
    /// Who is out of sight.
    hidden: Vec<u16>,
    /// How many ticks after the one before.
    ticks: u32,
    /// How much fits.
    limit_bytes: usize,
    /// Whether the datagram arrives, and how many steps later the server hears of it.
    arrives: Option<usize>,
}

fn step() -> impl Strategy<Value = Step> {
    let changes = prop::collection::vec((0..ENTITIES as u16, any::<u8>()), 0..4);
    let hidden = prop::collection::vec(0..ENTITIES as u16, 0..3);
    let ticks = prop_oneof![6 => Just(2_u32), 1 => 1_u32..40, 1 => Just(20_000)];
    let limit = prop_oneof![4 => Just(1_200_usize), 1 => 8_usize..60];
    let arrives = prop_oneof![3 => (0_usize..4).prop_map(Some), 1 => Just(None)];
    (changes, hidden, ticks, limit, arrives).prop_map(
        |(changes, hidden, ticks, limit_bytes, arrives)| Step {
            changes,
            hidden,
            ticks,
            limit_bytes,
            arrives,
        },
    )
}

/// Something new, of any kind.
fn born(how: u8) -> (KindId, Vec<i32>) {
    let number = i32::from(how);
    match how % 8 {
        0..=5 => (KindId(0), vec![number, 1, number % 10, 3, 4]),
        6 => (KindId(1), vec![number % 3 - 1, 40 * number, 0, number, 50, 1]),
        _ => (KindId(2), vec![number % 91, number / 91 % 2]),
    }
}

proptest! {
    #[test]
    fn a_client_has_what_it_was_shown(steps in prop::collection::vec(step(), 1..40)) {
        let interval = 2;
        let bits_of_tick = TickBits::new(TickRate::default(), interval as u16);
        let code = || RowCode::new::<Yard>(TickRate::new(60).expect("it is one"), Arc::new(()));
        let (mut shared, mut reader) = (SharedUpdates::new(code(), interval), code());
        let (mut ring, mut packer) = (SnapshotRing::new(16), Packer::default());
        let mut budget = Budget::default();
        let mut entities: [Option<(KindId, Vec<i32>)>; ENTITIES] =
            std::array::from_fn(|id| (id % 70 > 0).then(|| born((id % 32) as u8 * 8)));
        // What the client got and the server knows of from a step on, with what it thinks the client has.
        let mut heard: Vec<(usize, View, Snapshot)> = Vec::new();
        let mut tick = Tick(u32::MAX - 30); // Soon they begin anew.
        for (number, step) in steps.iter().enumerate() {
            for (id, how) in &step.changes {
                let entity = &mut entities[usize::from(*id)];
                match entity {
                    None => *entity = Some(born(*how)),
                    Some(_) if how % 5 == 0 => *entity = None,
                    // Another thing that has the same id, and may look the same.
                    Some((kind, _)) if how % 14 == 0 && kind.0 % 3 == 0 => kind.0 = 3 - kind.0,
                    Some(_) if how % 7 == 0 => *entity = Some(born(how / 7)),
                    Some((_, columns)) => {
                        let place = usize::from(how / 8) % columns.len();
                        columns[place] ^= 1;
                    }
                }
            }
            tick = tick + step.ticks;
            let mut now = Snapshot::new(tick);
            for (entity, id) in entities.iter().zip(0..) {
                if let Some((kind, columns)) = entity {
                    now.push_columns(EntityId(id), *kind, tick, columns);
                }
            }
            ring.push(now);
            shared.start(&ring);
            let now = ring.newest().expect("it was pushed");
            let visible: Vec<Candidate> = (0..now.len())
                .filter(|index| now.id(*index).is_some_and(|id| !step.hidden.contains(&id.0)))
                .map(|index| Candidate { index, weight: 1.0 })
                .collect();
            let baseline = heard.iter().rev().find(|(from, ..)| *from <= number);
            let header = Header {
                has_lists: false,
                partial: false,
                tick: 0,
                baseline: 1,
                inputs: None,
            };
            let (bytes, view, partial) = packer.pack(Packing {
                ring: &ring,
                now,
                shared: &mut shared,
                baseline: baseline.map(|(_, view, _)| view),
                anchor: None,
                visible: &visible,
                header,
                tick_bits: bits_of_tick,
                sequence: number as u16,
                limit_bytes: step.limit_bytes,
                budget: &mut budget,
                buffer: Vec::new(),
            });
            // Who is held takes two bits even if all wait, and who is gone some more.
            prop_assert!(bytes.len() <= step.limit_bytes.max(80), "{} bytes", bytes.len());
            let mut bits = BitReader::new(&bytes);
            let header = Header::read(bits_of_tick, &mut bits).expect("it was written");
            prop_assert_eq!(header.partial, partial);
            let empty = Snapshot::new(Tick(0));
            let held = baseline.map_or(&empty, |(.., held)| held);
            let got = unpack(&mut reader, held, tick, &header, bits).expect("it was written");
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
