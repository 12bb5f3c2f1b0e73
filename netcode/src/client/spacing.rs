//! How far apart a client's snapshots are, so that those that were lost can be told from those that were
//! never sent: to a path that carries little, the server sends only every second one
//! ([`crate::congestion`]).

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
        let known = &self.gaps[..self.noted.min(REMEMBERED)];
        let usual = known.iter().min().copied().unwrap_or(1);
        gap.max(1) / usual - 1
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
    fn what_is_not_sent_is_not_lost() {
        let mut spacing = Spacing::default();
        assert_eq!(lost_at(1, &mut spacing), 99);
        let lost = lost_at(2, &mut spacing);
        assert!((99..=99 + REMEMBERED as u32).contains(&lost), "{lost} once every second is sent");
        assert_eq!(lost_at(2, &mut spacing), 99);
        assert_eq!(lost_at(1, &mut spacing), 99, "and again all");
    }
}
