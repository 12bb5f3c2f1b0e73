//! Snapshots that come at a wider spacing than agreed for a while: from a server that has not the time for all of
//! them, or over a path that carries only some. Meanwhile the view must lag behind by more, and
//! afterwards it need not. Only a rhythm is forgotten, with what was between it and the next one if that came before it
//! was over: single gaps are losses, which come again.

use std::ops::RangeInclusive;

/// So many wide gaps, one after another, are no losses but a rhythm.
const RHYTHM: usize = 16;
/// With so many others behind it a rhythm is over: a server that tries in vain to send more is back at it sooner.
const OVER: usize = 45;
/// As many of those a single wide gap takes back, so that where a fifth is lost hardly one is ever over.
const TAKEN_BACK: usize = 5;

/// The gaps between snapshots of late, and the rhythm that they made.
#[derive(Clone, Debug, Default)]
pub(super) struct Rhythm {
    /// How many of the last gaps were wide, and when the first of them ended.
    wide: usize,
    since: f64,
    /// How many were not, less what wide ones took back.
    close: usize,
    /// When the first and the last gap of a rhythm ended that may come again.
    span: Option<(f64, f64)>,
}

impl Rhythm {
    /// Notes a gap that ended then. Returns when the gaps of a rhythm ended that is over with this one: what they
    /// needed is not needed any more.
    pub(super) fn note(&mut self, is_wide: bool, at: f64) -> Option<RangeInclusive<f64>> {
        let wide = self.wide + usize::from(is_wide);
        if wide == 1 {
            self.since = at;
        }
        // With the first gap behind a rhythm comes what the last one in it was noted for: the snapshots that were not
        // there, and frames that needed what was there before.
        if wide >= RHYTHM {
            let since = self.span.map_or(self.since, |(since, _)| since);
            self.span = Some((since, at));
        }
        self.wide = if is_wide { wide } else { 0 };
        let close = self.close.min(OVER);
        self.close = if is_wide { close.saturating_sub(TAKEN_BACK) } else { close + 1 };
        let over = self.span.take_if(|_| self.close >= OVER);
        over.map(|(since, until)| since..=until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notes gaps that end one after another, wide ones as `w`, and says what was over.
    fn note(rhythm: &mut Rhythm, at: &mut f64, gaps: &str) -> Option<RangeInclusive<f64>> {
        let mut over = None;
        for gap in gaps.chars() {
            *at += 1.0;
            over = rhythm.note(gap == 'w', *at).or(over);
        }
        over
    }

    #[test]
    fn a_rhythm_is_over_when_it_stays_away_and_not_for_a_try_in_vain() {
        let (mut rhythm, mut at) = (Rhythm::default(), 0.0);
        let (wide, few, many) = ("w".repeat(20), ".".repeat(30), ".".repeat(45));
        assert_eq!(note(&mut rhythm, &mut at, &many), None, "there was none");
        assert_eq!(note(&mut rhythm, &mut at, &wide), None, "what was before it does not count");
        assert_eq!(note(&mut rhythm, &mut at, &few), None);
        assert_eq!(note(&mut rhythm, &mut at, &wide), None, "it goes on");
        assert_eq!(note(&mut rhythm, &mut at, &many), Some(46.0..=116.0), "with its try in vain");
        assert_eq!(note(&mut rhythm, &mut at, &many), None, "once");
    }

    #[test]
    fn losses_are_no_rhythm_and_keep_one_from_being_over() {
        let (mut rhythm, mut at) = (Rhythm::default(), 0.0);
        let lossy = "..w..w.ww......w".repeat(10);
        assert_eq!(note(&mut rhythm, &mut at, &lossy), None);
        assert_eq!(note(&mut rhythm, &mut at, &".".repeat(99)), None);
        assert_eq!(note(&mut rhythm, &mut at, &"w".repeat(16)), None);
        assert_eq!(note(&mut rhythm, &mut at, &lossy), None);
        let begun = at - 160.0 - 15.0;
        assert_eq!(note(&mut rhythm, &mut at, &".".repeat(45)), Some(begun..=begun + 16.0));
    }
}
