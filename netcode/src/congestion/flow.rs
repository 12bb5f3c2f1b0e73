//! What is on its way to one client, what came, and at which rates.

use crate::{ack::Acks, tick::Tick};
use std::collections::VecDeque;

/// Seconds over which rates are taken: ten snapshots at 30 a second.
const WINDOW_S: f32 = 0.35;
/// Datagrams that may be unanswered; older ones are forgotten.
const UNDER_WAY: usize = 64;
/// Datagrams that may come late by so many and are still not lost.
const LATE: u16 = 3;

/// A datagram as it was sent.
#[derive(Clone, Copy, Debug)]
struct Sent {
    sequence: u16,
    tick: Tick,
    bytes: u16,
}

/// What an acknowledgement brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Came {
    /// When the newest of them was sent.
    pub(super) sent: Tick,
    pub(super) arrived: u32,
    pub(super) lost: u32,
}

/// Bytes by the tick in which they went or came.
#[derive(Clone, Debug, Default)]
struct Meter {
    recent: VecDeque<(Tick, u32)>,
    sum: u32,
}

impl Meter {
    fn add(&mut self, tick: Tick, bytes: u32, window_ticks: i32) {
        self.recent.push_back((tick, bytes));
        self.sum += bytes;
        while self.recent.len() > 1
            && let Some((at, bytes)) = self.recent.front().copied()
            && tick.since(at) > window_ticks
        {
            self.recent.pop_front();
            self.sum -= bytes;
        }
    }

    /// Bytes in a tick, on average: what came after the first, by the time since the first. `None`
    /// when too short a time is known to tell.
    fn per_tick(&self, window_ticks: i32) -> Option<f32> {
        let ((from, first), (to, _)) = (self.recent.front()?, self.recent.back()?);
        let ticks = to.since(*from);
        (ticks > window_ticks / 2).then(|| (self.sum - first) as f32 / ticks as f32)
    }
}

/// One client's datagrams.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    under_way: VecDeque<Sent>,
    heard: Acks,
    sent: Meter,
    arrived: Meter,
    window_ticks: i32,
}

impl Flow {
    pub(super) fn new(hz: f32) -> Self {
        Self {
            under_way: VecDeque::new(),
            heard: Acks::default(),
            sent: Meter::default(),
            arrived: Meter::default(),
            window_ticks: (WINDOW_S * hz) as i32,
        }
    }

    pub(super) fn send(&mut self, sequence: u16, tick: Tick, bytes: u16) {
        if self.under_way.len() == UNDER_WAY {
            self.under_way.pop_front();
        }
        self.under_way.push_back(Sent { sequence, tick, bytes });
        self.sent.add(tick, u32::from(bytes), self.window_ticks);
    }

    /// Takes the client's word for what came; `None` when it says nothing new.
    pub(super) fn acknowledge(&mut self, acks: &Acks, tick: Tick) -> Option<Came> {
        if *acks == self.heard {
            return None;
        }
        self.heard = *acks;
        let newest = acks.newest()?;
        let (mut bytes, mut arrived, mut lost, mut sent) = (0, 0, 0, None);
        self.under_way.retain(|datagram| {
            let behind = newest.wrapping_sub(datagram.sequence);
            if acks.contains(datagram.sequence) {
                bytes += u32::from(datagram.bytes);
                arrived += 1;
                sent = Some(datagram.tick);
                return false;
            }
            let is_lost = behind > LATE && behind < u16::MAX / 2;
            lost += u32::from(is_lost);
            !is_lost
        });
        let sent = sent?;
        self.arrived.add(tick, bytes, self.window_ticks);
        Some(Came { sent, arrived, lost })
    }

    /// Bytes that were sent and are neither known to have come nor lost.
    pub(super) fn under_way_bytes(&self) -> u32 {
        self.under_way.iter().map(|sent| u32::from(sent.bytes)).sum()
    }

    /// Bytes a second that were sent of late, if that can be told.
    pub(super) fn sent_s(&self, hz: f32) -> Option<f32> {
        Some(self.sent.per_tick(self.window_ticks)? * hz)
    }

    /// Bytes a second that came of late, if that can be told.
    pub(super) fn arrived_s(&self, hz: f32) -> Option<f32> {
        Some(self.arrived.per_tick(self.window_ticks)? * hz)
    }
}
