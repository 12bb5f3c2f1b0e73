//! What one seat measures for its report.

use game_sim::{Event, PilotId};
use hdrhistogram::Histogram;
use netcode::quic::PathStats;
use std::time::Duration;

/// Tenths of a millimetre in a metre: the grain of corrections.
const CORRECTION_STEPS: f32 = 10_000.0;
/// The most that a histogram tells apart: a hundred seconds, or ten kilometres.
const MOST: u64 = 100_000_000;
/// What stands for no correction.
const NONE: u64 = 1;
/// From one round trip that counts to the next: it changes slowly, and a thousand histograms lie in no cache.
const ROUND_TRIP_EVERY: Duration = Duration::from_millis(100);

/// One seat's measurements.
#[derive(Clone, Debug)]
pub struct Metrics {
    opened: Duration,
    welcomed: Option<Duration>,
    closed: Option<Duration>,
    path: PathStats,
    /// The counters at the welcome: the handshake is no part of what playing costs.
    path_at_welcome: Option<PathStats>,
    round_trip_us: Histogram<u64>,
    /// When a round trip was counted last.
    counted: Option<Duration>,
    correction: Histogram<u64>,
    /// Snapshots that corrected by less than a tenth of a millimetre: most, and in no histogram.
    exact: u64,
    kills: u64,
    whole: Option<Duration>,
}

impl Metrics {
    /// Begins with the attempt to connect.
    ///
    /// # Panics
    /// Never: the histograms' bounds are valid.
    #[must_use]
    pub fn new(now: Duration) -> Self {
        // It grows as it must: a thousand seats with room for everything would fill half a gigabyte.
        let histogram = || Histogram::new(3).expect("three digits are valid");
        Self {
            opened: now,
            welcomed: None,
            closed: None,
            path: PathStats::default(),
            path_at_welcome: None,
            round_trip_us: histogram(),
            counted: None,
            correction: histogram(),
            exact: 0,
            kills: 0,
            whole: None,
        }
    }

    /// The transport measured.
    pub fn note_path(&mut self, now: Duration, path: PathStats) {
        self.path = path;
        if self.welcomed.is_some() {
            self.path_at_welcome.get_or_insert(path);
            let is_due = |counted| now.saturating_sub(counted) >= ROUND_TRIP_EVERY;
            if self.counted.is_none_or(is_due) {
                self.counted = Some(now);
                note(&mut self.round_trip_us, path.round_trip.as_micros() as u64);
            }
        }
    }

    /// A snapshot came and corrected the own position by so many metres, if that can be said.
    pub fn note_snapshot(&mut self, correction: Option<f32>) {
        match correction.map(|metres| (metres * CORRECTION_STEPS) as u64 + NONE) {
            Some(NONE) => self.exact += 1,
            Some(corrected) => note(&mut self.correction, corrected),
            None => {}
        }
    }

    /// Something of the game happened.
    pub fn note_event(&mut self, event: &Event, me: Option<PilotId>) {
        if let Event::Killed { killer: Some(killer), victim, .. } = event {
            self.kills += u64::from(Some(*killer) == me && killer != victim);
        }
    }

    /// The server let us in.
    pub fn note_welcome(&mut self, now: Duration) {
        self.welcomed.get_or_insert(now);
    }

    /// A view with everything in it is here.
    pub fn note_whole(&mut self, now: Duration) {
        self.whole.get_or_insert(now);
    }

    /// It is over.
    pub fn note_closed(&mut self, now: Duration) {
        self.closed = Some(now);
    }

    /// Whether the server let us in.
    #[must_use]
    pub fn was_welcomed(&self) -> bool {
        self.welcomed.is_some()
    }

    /// How long we were in, up to `now` or the end.
    #[must_use]
    pub fn seconds(&self, now: Duration) -> f64 {
        let end = self.closed.unwrap_or(now);
        self.welcomed.map_or(0.0, |since| end.saturating_sub(since).as_secs_f64())
    }

    /// From the attempt to connect to the first view with everything in it.
    #[must_use]
    pub fn seeing_all(&self) -> Option<Duration> {
        Some(self.whole?.saturating_sub(self.opened))
    }

    /// From the attempt to connect to the welcome.
    #[must_use]
    pub fn joining(&self) -> Option<Duration> {
        Some(self.welcomed?.saturating_sub(self.opened))
    }

    /// Bytes received and sent since the welcome, with IPv4 and UDP headers.
    #[must_use]
    pub fn wire_bytes(&self) -> (u64, u64) {
        let base = self.path_at_welcome.unwrap_or(self.path);
        let down = self.path.wire_bytes_received() - base.wire_bytes_received();
        (down, self.path.wire_bytes_sent() - base.wire_bytes_sent())
    }

    /// Kills of others.
    #[must_use]
    pub fn kills(&self) -> u64 {
        self.kills
    }

    /// Round-trip times, in microseconds: ten a second.
    #[must_use]
    pub fn round_trip_us(&self) -> &Histogram<u64> {
        &self.round_trip_us
    }

    /// Corrections, in tenths of a millimetre plus one.
    #[must_use]
    pub fn correction(&self) -> Histogram<u64> {
        let mut all = self.correction.clone();
        let _ = all.record_n(NONE, self.exact);
        all
    }

    /// The median round trip, in milliseconds.
    #[must_use]
    pub fn round_trip_ms(&self) -> f64 {
        self.round_trip_us.value_at_quantile(0.5) as f64 / 1000.0
    }

    /// A recorded correction in centimetres.
    #[must_use]
    pub fn correction_cm(recorded: u64) -> f64 {
        recorded.saturating_sub(NONE) as f64 / 100.0
    }
}

fn note(histogram: &mut Histogram<u64>, value: u64) {
    // It grows up to the most, so that recording can't fail.
    let _ = histogram.record(value.clamp(1, MOST));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_corrects_nothing_counts_among_corrections() {
        let mut metrics = Metrics::new(Duration::ZERO);
        (0..300).for_each(|_| metrics.note_snapshot(Some(0.0)));
        (0..100).for_each(|_| metrics.note_snapshot(Some(0.5)));
        metrics.note_snapshot(None);
        let corrections = metrics.correction();
        assert_eq!(corrections.len(), 400);
        let cm = |quantile| Metrics::correction_cm(corrections.value_at_quantile(quantile));
        assert_eq!(cm(0.7), 0.0);
        assert!((cm(0.8) - 50.0).abs() < 0.1);
        assert_eq!(Metrics::new(Duration::ZERO).correction().len(), 0);
    }

    #[test]
    fn ten_round_trips_a_second_are_counted_once_it_plays() {
        let mut metrics = Metrics::new(Duration::ZERO);
        let path = PathStats { round_trip: Duration::from_millis(20), ..PathStats::default() };
        let frame = |number: u64| Duration::from_micros(number * 10_000);
        (0..100).for_each(|number| metrics.note_path(frame(number), path));
        assert_eq!(metrics.round_trip_us().len(), 0);
        metrics.note_welcome(frame(100));
        (100..300).for_each(|number| metrics.note_path(frame(number), path));
        assert_eq!(metrics.round_trip_us().len(), 20);
    }
}
