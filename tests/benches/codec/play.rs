//! A recorded match, read from its file.

use crate::{
    solids::{Bodies, Cubes},
    subject::Subject,
};
use game_sim::Tumult;
use netcode::{
    Snapshot,
    recording::{RecordedKind, RecordingReader},
    server::ServerConfig,
};
use std::marker::PhantomData;

/// The recordings, from few in sight to more than fit one datagram.
const FILES: [(&str, &[u8]); 3] = [
    ("yard-8", include_bytes!("../../data/yard-8.rec")),
    ("expanse-64", include_bytes!("../../data/expanse-64.rec")),
    ("expanse-500", include_bytes!("../../data/expanse-500.rec")),
];

/// What one player was shown of a match.
#[derive(Debug)]
pub(crate) struct Play<P> {
    pub(crate) name: &'static str,
    /// The server that would send it.
    pub(crate) config: ServerConfig,
    pub(crate) snapshots: Vec<Snapshot>,
    of: PhantomData<fn() -> P>,
}

impl Play<Tumult> {
    /// All matches.
    pub(crate) fn matches() -> Vec<Self> {
        FILES.iter().map(|(name, file)| Self::read(name, file)).collect()
    }
}

impl Play<Cubes> {
    /// 901 cubes, most of them at rest.
    pub(crate) fn cubes() -> Self {
        Self::read("cubes-901", include_bytes!("../../data/cubes-901.rec"))
    }
}

impl Play<Bodies> {
    /// 250 bodies, none of them at rest.
    pub(crate) fn bodies() -> Self {
        Self::read("bodies-250", include_bytes!("../../data/bodies-250.rec"))
    }
}

impl<P: Subject> Play<P> {
    fn read(name: &'static str, file: &[u8]) -> Self {
        let mut reader = RecordingReader::open(file).expect("the file is a recording");
        let kinds: Vec<_> = P::KINDS.iter().map(|table| RecordedKind::from(*table)).collect();
        assert_eq!(reader.kinds(), kinds, "{name} has other rows: record it anew");
        let config = ServerConfig {
            tick_rate: reader.tick_rate(),
            snapshot_interval: reader.snapshot_interval(),
            snapshot_cap_bytes: netcode::limits::DATAGRAM_BYTES,
            resume_s: 0,
            ..ServerConfig::default()
        };
        let mut snapshots = Vec::new();
        while let Some(snapshot) = reader.next_snapshot().expect("the recording is whole") {
            snapshots.push(snapshot);
        }
        Self { name, config, snapshots, of: PhantomData }
    }

    /// The age of a baseline in milliseconds.
    pub(crate) fn age_ms(&self, age: usize) -> f64 {
        let ticks = age as f64 * f64::from(self.config.snapshot_interval);
        ticks * 1_000.0 / f64::from(self.config.tick_rate.hz())
    }
}
