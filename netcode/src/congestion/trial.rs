//! What to make of loss: whether sending less makes it less.
//!
//! A narrow place that keeps no queue drops what is too much; radio drops what it likes. From outside
//! they look alike, so it is tried: send less for a while and look. If as much is lost as before, the
//! rate comes back and as much loss is taken for granted for some time.

use crate::tick::Tick;

/// Loss that is never worth a trial.
const ORDINARY: f32 = 0.12;
/// Of how many datagrams the loss is the mean, roughly.
const MEAN_OF: f32 = 90.0;
/// How long a trial lasts, and how long its outcome counts, in seconds.
const TRIAL_S: f32 = 3.0;
const VALID_S: f32 = 30.0;
/// Less loss than this part of what was means that it helped.
const HELPED: f32 = 0.6;
/// How much of what came through is sent in a trial.
const LESS: f32 = 0.95;

/// The loss of one path, and what was tried.
#[derive(Clone, Debug, Default)]
pub(super) struct Trial {
    loss: f32,
    /// Since when a trial runs, the loss then and the rate to come back to.
    running: Option<(Tick, f32, f32)>,
    /// Loss that is not ours to mend, and since when that is known.
    granted: Option<(Tick, f32)>,
}

impl Trial {
    /// So many datagrams were lost, and so many came.
    pub(super) fn note(&mut self, lost: u32, arrived: u32) {
        for _ in 0..lost {
            self.loss += (1.0 - self.loss) / MEAN_OF;
        }
        for _ in 0..arrived {
            self.loss -= self.loss / MEAN_OF;
        }
    }

    pub(super) fn loss(&self) -> f32 {
        self.loss
    }

    /// Another rate than `rate`, if loss asks for one; `sent` is what is really sent in a second.
    pub(super) fn judge(&mut self, tick: Tick, hz: f32, rate: f32, sent: f32) -> Option<f32> {
        let over = |since: Tick, seconds: f32| tick.since(since) as f32 > seconds * hz;
        if let Some((since, loss, before)) = self.running {
            if !over(since, TRIAL_S) {
                return Some(rate);
            }
            self.running = None;
            if self.loss < loss * HELPED {
                return None;
            }
            self.granted = Some((tick, self.loss.max(loss) * 1.5));
            return Some(before.max(rate));
        }
        if self.granted.is_some_and(|(since, _)| over(since, VALID_S)) {
            self.granted = None;
        }
        let bound = self.granted.map_or(ORDINARY, |(_, granted)| granted.max(ORDINARY));
        if self.loss <= bound {
            return None;
        }
        self.running = Some((tick, self.loss, rate));
        Some((sent * (1.0 - self.loss) * LESS).min(rate))
    }
}
