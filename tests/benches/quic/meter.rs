//! What both ends count, and what the server's thread costs.

use hdrhistogram::Histogram;
use nix::{
    sched::{CpuSet, sched_setaffinity},
    sys::resource::{UsageWho, getrusage},
    unistd::Pid,
};
use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

/// Counts while both run. Datagrams are counted where they are handed over and where they come out.
pub(crate) struct Meter {
    pub(crate) down_sent: AtomicU64,
    pub(crate) down_received: AtomicU64,
    pub(crate) up_sent: AtomicU64,
    pub(crate) up_received: AtomicU64,
    /// UDP packets that the server sent.
    pub(crate) packets: AtomicU64,
    user_us: AtomicU64,
    system_us: AtomicU64,
    phase_us: Mutex<Histogram<u64>>,
    plays: AtomicBool,
    stops: AtomicBool,
}

/// What a meter shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    pub(crate) down_sent: u64,
    down_received: u64,
    up_sent: u64,
    up_received: u64,
    pub(crate) packets: u64,
    pub(crate) user_us: u64,
    pub(crate) system_us: u64,
    /// From the begin of sending to the last packet's leaving: median and 99th percentile.
    pub(crate) phase_ms: (f64, f64),
}

impl Default for Meter {
    fn default() -> Self {
        let zero = || AtomicU64::new(0);
        Self {
            down_sent: zero(),
            down_received: zero(),
            up_sent: zero(),
            up_received: zero(),
            packets: zero(),
            user_us: zero(),
            system_us: zero(),
            phase_us: Mutex::new(
                Histogram::new_with_bounds(1, 60_000_000, 3).expect("they are valid"),
            ),
            plays: AtomicBool::new(false),
            stops: AtomicBool::new(false),
        }
    }
}

impl Meter {
    /// The server's thread is so far: it sent all of a tick, and that took so long.
    pub(crate) fn note_tick(&self, phase: Duration) {
        let usage = getrusage(UsageWho::RUSAGE_THREAD).expect("Linux tells");
        let us = |time: nix::sys::time::TimeVal| {
            time.tv_sec() as u64 * 1_000_000 + time.tv_usec() as u64
        };
        self.user_us.store(us(usage.user_time()), Relaxed);
        self.system_us.store(us(usage.system_time()), Relaxed);
        self.phase_us.lock().expect("nobody panics").saturating_record(phase.as_micros() as u64);
    }

    pub(crate) fn forget_phases(&self) {
        self.phase_us.lock().expect("nobody panics").reset();
    }

    /// All clients are connected.
    pub(crate) fn play(&self) {
        self.plays.store(true, Relaxed);
    }

    /// Whether they are: until then nobody is sent anything, so that connecting takes no longer than it must.
    pub(crate) fn plays(&self) -> bool {
        self.plays.load(Relaxed)
    }

    /// Waits for that.
    ///
    /// # Panics
    /// When it will never be, because they have ended.
    pub(crate) fn wait_for_play(&self, ended: impl Fn() -> bool) {
        while !self.plays.load(Relaxed) {
            assert!(!ended(), "the clients did not all connect");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// It is over.
    pub(crate) fn stop(&self) {
        self.stops.store(true, Relaxed);
    }

    pub(crate) fn is_over(&self) -> bool {
        self.stops.load(Relaxed)
    }

    pub(crate) fn read(&self) -> Reading {
        let phases = self.phase_us.lock().expect("nobody panics");
        let phase_ms = |quantile| phases.value_at_quantile(quantile) as f64 / 1_000.0;
        Reading {
            down_sent: self.down_sent.load(Relaxed),
            down_received: self.down_received.load(Relaxed),
            up_sent: self.up_sent.load(Relaxed),
            up_received: self.up_received.load(Relaxed),
            packets: self.packets.load(Relaxed),
            user_us: self.user_us.load(Relaxed),
            system_us: self.system_us.load(Relaxed),
            phase_ms: (phase_ms(0.5), phase_ms(0.99)),
        }
    }
}

impl Reading {
    /// What happened since then.
    pub(crate) fn since(&self, begin: &Self) -> Self {
        Self {
            down_sent: self.down_sent - begin.down_sent,
            down_received: self.down_received - begin.down_received,
            up_sent: self.up_sent - begin.up_sent,
            up_received: self.up_received - begin.up_received,
            packets: self.packets - begin.packets,
            user_us: self.user_us - begin.user_us,
            system_us: self.system_us - begin.system_us,
            phase_ms: self.phase_ms,
        }
    }

    pub(crate) fn pairs(&self) -> f64 {
        (self.down_sent + self.up_received) as f64 / 2.0
    }

    /// Processor time of the server for each pair.
    pub(crate) fn pair_us(&self) -> f64 {
        (self.user_us + self.system_us) as f64 / self.pairs()
    }

    pub(crate) fn lost_down_percent(&self) -> f64 {
        (1.0 - self.down_received as f64 / self.down_sent as f64) * 100.0
    }

    pub(crate) fn lost_up_percent(&self) -> f64 {
        (1.0 - self.up_received as f64 / self.up_sent as f64) * 100.0
    }
}

/// Binds the calling thread to a core, where there are so many.
pub(crate) fn pin(core: usize) {
    let mut cores = CpuSet::new();
    cores.set(core).expect("there are not that many cores");
    let _ = sched_setaffinity(Pid::from_raw(0), &cores);
}
