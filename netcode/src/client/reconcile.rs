//! What a snapshot says of the prediction: whether it was right, and if not, what was wrong in it.

use super::{Client, ClientEvent};
use crate::{predict::Reconciled, protocol::Protocol, tick::Tick};

impl<P: Protocol> Client<P> {
    /// Compares the prediction with the snapshot of `tick`, which came just now.
    pub(super) fn reconcile(&mut self, tick: Tick) {
        let Some(game) = self.game.as_mut() else { return };
        let mut correction = None;
        let newer = game.confirmed.is_none_or(|confirmed| tick.is_after(confirmed));
        let truth =
            game.ring.at(tick).and_then(|snapshot| P::own(snapshot, &game.welcome.greeting));
        if let (Some(scenery), Some(truth), true) = (&self.scenery, truth, newer) {
            game.confirmed = Some(tick);
            let mut wrong = Vec::new();
            if let Some(predicted) = game.predictor.state_at(tick).filter(|own| **own != truth) {
                P::differences(predicted, &truth, &mut |difference| wrong.push(difference));
            }
            let step =
                |own: &mut P::Own, input: &P::Input, at| P::step_own(scenery, own, input, at);
            match game.predictor.reconcile(tick, truth, step) {
                Reconciled::Confirmed => correction = Some(0.0),
                Reconciled::Corrected { before, after } => {
                    correction = P::distance(&before, &after);
                    self.stats.corrections +=
                        u64::from(correction.is_some_and(|distance| distance > 0.0));
                    self.inspector.note_correction(tick, correction, wrong);
                    let (before, after) = (Box::new(before), Box::new(after));
                    self.events.push_back(ClientEvent::Corrected { before, after });
                }
                Reconciled::Started | Reconciled::Stale => {}
            }
        }
        self.stats.last_correction = correction.unwrap_or(0.0);
        self.events.push_back(ClientEvent::Snapshot { tick, correction });
    }
}
