//! How much is enough: the least lead, or delay, with which no more comes too late than is spared.

/// The least of which all but `spared` ticks would have been in time, when each of `needs` tells how
/// many ticks it took for one of them. Who needed several ticks more held up one for each: after a
/// burst of losses what was lost comes at once, and each but the last needs a tick more than the next.
///
/// Who needed `outage` ticks more than others was held up by an outage, as long as no more are than are
/// spared: not being late after the next one is not worth being early all the time.
pub(crate) fn enough(mut needs: Vec<f64>, spared: usize, outage: f64) -> Option<f64> {
    let last = needs.len().checked_sub(1)?;
    let (_, least, worse) =
        needs.select_nth_unstable_by(last.saturating_sub(spared), f64::total_cmp);
    let worse: Vec<f64> = worse.iter().copied().filter(|need| need - *least <= outage).collect();
    let late =
        |lead: f64| worse.iter().map(|need| (need - lead).max(0.0).ceil() as usize).sum::<usize>();
    // Only at a need, or whole ticks below one, does the number change.
    let steps = worse.iter().flat_map(|need| (0..=spared).map(move |below| need - below as f64));
    let candidates = steps.filter(|lead| *lead > *least).chain([*least]);
    candidates.filter(|lead| late(*lead) <= spared).reduce(f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spared_are_ticks_not_needs() {
        let needs = |worst: &[f64]| [&[1.0; 60][..], worst].concat();
        assert_eq!(enough(Vec::new(), 3, 8.0), None);
        assert_eq!(enough(needs(&[1.5, 1.25]), 0, 8.0), Some(1.5));
        assert_eq!(enough(needs(&[1.5, 1.25]), 1, 8.0), Some(1.25));
        assert_eq!(enough(needs(&[1.5, 1.25]), 2, 8.0), Some(1.0));
        // A burst of four: with three spared, one of them has to come in time.
        assert_eq!(enough(needs(&[5.0]), 3, 8.0), Some(2.0));
        assert_eq!(enough(needs(&[5.0, 3.5]), 3, 8.0), Some(3.0));
        assert_eq!(enough(needs(&[31.0, 1.5]), 3, 8.0), Some(1.0), "an outage is let pass");
        assert_eq!(enough(needs(&[31.0; 4]), 3, 8.0), Some(31.0), "a longer way is followed");
    }
}
