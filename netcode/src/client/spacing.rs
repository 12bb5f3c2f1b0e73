//! How far apart a client's snapshots are, so that those that were lost can be told from those that were
//! never sent: to a path that carries little, the server sends only every second one
//! ([`crate::congestion`]), and one that has not the time for all sends everybody fewer.

/// Of so many snapshots at least one is not preceded by a loss, unless hardly any comes at all.
const REMEMBERED: usize = 16;

/// The last gaps between snapshots, in sequence numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Spacing {
    gaps: [u16; REMEMBERED],
    noted: usize,
}

impl Spacing {
    /// A snapshot came so many numbers after the one before. Returns how many between them were lost.
    pub(super) fn note(&mut self, gap: u16) -> u16 {
        self.gaps[self.noted % REMEMBERED] = gap.max(1);
        self.noted += 1;
        (gap.max(1) / self.usual()).saturating_sub(1)
    }

    /// How far apart they are, in sequence numbers: the least gap but one, since when the server goes over to another
    /// rhythm a single gap may be shorter than either. Of the few first ones the least: what is lost there makes no rhythm.
    pub(super) fn usual(&self) -> u16 {
        let mut least = [u16::MAX; 2];
        for &gap in &self.gaps[..self.noted.min(REMEMBERED)] {
            least = [least[0].min(gap), least[1].min(gap.max(least[0]))];
        }
        match self.noted {
            0 => 1,
            1..REMEMBERED => least[0],
            _ => least[1],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many count as lost of a thousand that are sent at this stride, each tenth of them lost.
    fn lost_at(stride: u16, spacing: &mut Spacing) -> u32 {
        let (mut gap, mut lost) = (0, 0);
        for number in 0..1_000 {
            gap += stride;
            if number % 10 != 9 {
                lost += u32::from(spacing.note(gap));
                gap = 0;
            }
        }
        lost
    }

    #[test]
    fn a_gap_between_two_rhythms_is_no_rhythm() {
        let mut spacing = Spacing::default();
        (0..20).for_each(|_| assert_eq!(spacing.note(2), 0));
        assert_eq!(spacing.note(1), 0);
        let lost: u16 = (0..40).map(|_| spacing.note(3)).sum();
        assert_eq!((lost, spacing.usual()), (0, 3));
    }

    #[test]
    fn what_is_lost_at_first_is_no_rhythm() {
        let mut spacing = Spacing::default();
        let lost: u16 = [1, 2, 3, 2, 1].map(|gap| spacing.note(gap)).iter().sum();
        assert_eq!((lost, spacing.usual()), (4, 1));
    }

    #[test]
    fn what_is_not_sent_is_not_lost() {
        let mut spacing = Spacing::default();
        assert_eq!(lost_at(1, &mut spacing), 99);
        let lost = lost_at(2, &mut spacing);
        assert!((99..=99 + REMEMBERED as u32).contains(&lost), "{lost} once every second is sent");
        assert_eq!(lost_at(2, &mut spacing), 99);
        assert!(lost_at(1, &mut spacing).abs_diff(99) <= 1, "and again all");
    }
}
