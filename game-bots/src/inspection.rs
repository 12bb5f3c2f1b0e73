//! What the inspector counted, as a part of the report and of the net trace: see docs/reports.md.

use netcode::inspect::{Inspector, bits::KindBits};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was counted of one seat, or of many.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Inspection {
    /// Where the bits of the snapshots' datagrams went.
    pub snapshot_bits: SnapshotBits,
    /// When the own state was predicted wrongly, and in what.
    pub corrections: Corrections,
    /// Frames without anything to draw others towards.
    pub starvation: Starvation,
    /// How early or late inputs reached the server.
    pub margins: Margins,
}

/// Bits of the snapshots' datagrams. All parts together are `total`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SnapshotBits {
    /// All: eight times the bytes.
    pub total: u64,
    /// Tick, baseline, what came of the inputs.
    pub header: u64,
    /// How many rows vanished and how many are new.
    pub counts: u64,
    /// Filling up the last byte.
    pub padding: u64,
    /// The rows, by the name of their kind.
    pub kinds: BTreeMap<String, Kind>,
}

/// Bits and rows of one kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kind {
    /// All bits of the kind.
    pub total: u64,
    /// Naming rows that are new or gone.
    pub ids: u64,
    /// Saying how many rows rest.
    pub runs: u64,
    /// Saying whether a row waits.
    pub waits: u64,
    /// Saying which fields were guessed wrong.
    pub masks: u64,
    /// The values of each field that took any.
    pub fields: BTreeMap<String, u64>,
    /// Known rows that were told anew.
    pub told: u64,
    /// Known rows that rested as expected.
    pub resting: u64,
    /// New rows.
    pub spawned: u64,
    /// Rows that vanished.
    pub removed: u64,
    /// Known rows that had to wait.
    pub waiting: u64,
}

/// Wrong predictions of the own state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Corrections {
    /// Snapshots that showed one, in any field.
    pub count: u64,
    /// Those that put the own pilot elsewhere.
    pub moved: u64,
    /// Those with which the server told of inputs that it missed.
    pub with_missed_inputs: u64,
    /// By field: how often it was wrong, and by how much at most.
    pub fields: BTreeMap<String, Wrong>,
}

/// How often a field was wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wrong {
    /// Corrections in which it was.
    pub corrections: u64,
    /// The most that it was wrong by, in its own unit.
    pub largest: f32,
}

/// Frames without anything to draw others towards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Starvation {
    /// Frames that were drawn.
    pub frames: u64,
    /// Those that starved because the next snapshot was late.
    pub late: u64,
    /// Those that starved because it was lost, or never sent.
    pub lost: u64,
    /// Those that starved and no newer snapshot came.
    pub unknown: u64,
    /// Of the others, those in which the budget had left something out.
    pub left_out: u64,
    /// The same, counted for each entity.
    pub entities_left_out: u64,
    /// How long all together starved.
    pub total_ms: f64,
    /// The longest time at once.
    pub longest_ms: f64,
}

/// The least margins of inputs, one for each snapshot that told of one, in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Margins {
    /// How many were told.
    pub told: u64,
    /// How many of them were too late.
    pub late: u64,
    /// The least of all.
    pub least: f64,
    /// Of a hundred, one was at most this.
    pub p1: f64,
    /// The median.
    pub p50: f64,
    /// Of a hundred, 99 were at most this.
    pub p99: f64,
}

impl Inspection {
    /// What an inspector has counted.
    #[must_use]
    pub fn of(inspector: &Inspector) -> Self {
        let (corrections, starvation) = (inspector.corrections(), inspector.starvation());
        let wrong = |cause: &netcode::inspect::corrections::Cause| {
            let wrong = Wrong { corrections: cause.corrections, largest: cause.largest };
            (cause.field.to_owned(), wrong)
        };
        let margins = inspector.margins();
        let ticks = |part| margins.quantile_ticks(part).unwrap_or(0.0);
        Self {
            snapshot_bits: SnapshotBits::of(inspector),
            corrections: Corrections {
                count: corrections.count,
                moved: corrections.moved,
                with_missed_inputs: corrections.with_missed_inputs,
                fields: corrections.causes().iter().map(wrong).collect(),
            },
            starvation: Starvation {
                frames: starvation.frames,
                late: starvation.late,
                lost: starvation.lost,
                unknown: starvation.unknown,
                left_out: starvation.left_out,
                entities_left_out: starvation.entities_left_out,
                total_ms: starvation.total.as_secs_f64() * 1000.0,
                longest_ms: starvation.longest.as_secs_f64() * 1000.0,
            },
            margins: Margins {
                told: margins.count(),
                late: margins.late(),
                least: ticks(0.0),
                p1: ticks(0.01),
                p50: ticks(0.5),
                p99: ticks(0.99),
            },
        }
    }
}

impl SnapshotBits {
    /// The bits that an inspector has counted.
    #[must_use]
    pub fn of(inspector: &Inspector) -> Self {
        let bits = inspector.bits();
        let kind = |kind: &KindBits| (kind.table().name.to_owned(), Kind::of(kind));
        Self {
            total: bits.total(),
            header: bits.header,
            counts: bits.counts,
            padding: bits.padding,
            kinds: bits.kinds().iter().map(kind).collect(),
        }
    }
}

impl Kind {
    fn of(kind: &KindBits) -> Self {
        let named = kind.table().fields.iter().zip(&kind.fields);
        let fields = named.filter(|(_, bits)| **bits > 0);
        Self {
            total: kind.total(),
            ids: kind.ids,
            runs: kind.runs,
            waits: kind.waits,
            masks: kind.masks,
            fields: fields.map(|(field, bits)| (field.name.to_owned(), *bits)).collect(),
            told: kind.rows.told,
            resting: kind.rows.resting,
            spawned: kind.rows.spawned,
            removed: kind.rows.removed,
            waiting: kind.rows.waiting,
        }
    }
}
