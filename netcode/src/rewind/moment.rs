//! The moment at which a player acted: where it drew its own entity, and what it saw of the others.
//!
//! A tick is too coarse for a shot: what runs at 8 m/s covers 13 cm in one of 60 Hz, and whoever draws
//! 144 frames a second acts between two ticks. So an input may carry a [`Glance`]: how far, in 64ths of
//! a tick, the drawn moments lay behind the input's tick, and between which snapshots the others were
//! drawn. The server makes a [`Moment`] of it and looks into its history there. (Valve's "sub-tick" of
//! Counter-Strike 2 is the same thought for the trigger alone.)
//!
//! What a client claims is never believed beyond what the server measured
//! ([`crate::input::buffer`]), and never beyond the cap that the game gives to [`Moment::within`].
//!
//! ```
//! use netcode::{Moment, Tick, rewind::moment::Glance};
//! // Drawn between the snapshots of the ticks 94 and 96, three ticks and a half before the input's.
//! let glance = Glance { own_lag: 64, view_lag: 7 * 32, back: 2, ahead: 0 };
//! let glance = Glance { ahead: 1, back: 1, ..glance };
//! let moment = Moment::new(Tick(99), &glance);
//! assert_eq!((moment.from, moment.to, moment.alpha()), (Tick(94), Tick(96), 0.75));
//! assert!(!moment.within(Tick(99), 12).is_bounded());
//! ```

use crate::{
    tick::{Tick, ViewTime},
    wire::{
        DecodeError,
        bits::{BitReader, BitWriter},
    },
};

/// Parts of a tick that a moment is told in: at 8 m/s and 60 Hz one is 2 mm.
pub const STEPS_PER_TICK: u16 = 64;
/// Bits of how far the others lay behind: up to 256 ticks.
const VIEW_BITS: u32 = 14;
/// Bits of how far the own entity lay behind: up to 16 ticks.
const OWN_BITS: u32 = 10;
/// The order of the code of what changed from one glance to the next.
const CHANGE_ORDER: u32 = 3;
/// Ticks by which the own entity may lie behind: a client that draws ten frames a second.
const OWN_LAG_TICKS: u16 = 6;
/// The most ticks from one snapshot to the next for which the straight line between them counts; when
/// more were lost, what really happened counts.
///
/// ```
/// use netcode::{Moment, Tick, rewind::moment::{BLEND_TICKS, Glance}};
/// let across = |ahead| Moment::new(Tick(90), &Glance { ahead, ..Glance::at_tick(640) });
/// assert_eq!(across(BLEND_TICKS as u8).to, Tick(88));
/// assert_eq!(across(BLEND_TICKS as u8 + 1).to, Tick(81), "too far apart: no straight line");
/// ```
pub const BLEND_TICKS: u32 = 8;
/// The most ticks past the newest snapshot for which it counts where the others' movement led to; when
/// nothing came for longer, what really happened counts.
///
/// ```
/// use netcode::{Moment, Tick, rewind::moment::{BEYOND_TICKS, Glance}};
/// let past = |back| Moment::new(Tick(90), &Glance { back, ahead: 0, ..Glance::at_tick(640) });
/// let last = past(BEYOND_TICKS as u8 - 1);
/// assert!(last.is_beyond && last.from == Tick(77) && last.to == Tick(81));
/// assert!(!past(BEYOND_TICKS as u8).is_beyond, "nobody knew any more");
/// ```
pub const BEYOND_TICKS: u32 = BLEND_TICKS / 2;

/// A moment as it travels, counted back from the tick of its input.
///
/// ```
/// use netcode::{Moment, Tick, rewind::moment::{Glance, STEPS_PER_TICK}};
/// let glance = Glance::at_tick(STEPS_PER_TICK * 2 + STEPS_PER_TICK / 4);
/// assert_eq!(Moment::new(Tick(50), &glance).view.ticks_before(Tick(50)), 2.25);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glance {
    /// How far the own entity, as it was drawn, lay behind: [`STEPS_PER_TICK`]ths of a tick. Who
    /// draws between the last two ticks and acts at the input's tick says one tick.
    pub own_lag: u16,
    /// How far the others, as they were drawn, lay behind, in the same unit.
    pub view_lag: u16,
    /// Ticks from the older of the two snapshots that the others were drawn between to the last whole
    /// tick of the view.
    pub back: u8,
    /// Ticks from that whole tick to the newer of the two snapshots; 0 when there was none yet, so that
    /// the others were drawn where their movement led to since the older one.
    pub ahead: u8,
}

impl Glance {
    /// At the input's very tick: own entity one tick behind, the others `view_lag`.
    #[must_use]
    pub fn at_tick(view_lag: u16) -> Self {
        Self { own_lag: STEPS_PER_TICK, view_lag, back: 0, ahead: 1 }
    }

    /// Writes it, short when it is as `later`, the glance of a later input.
    pub(crate) fn write(&self, later: Option<&Self>, writer: &mut BitWriter) {
        let own_lag = self.own_lag.min((1 << OWN_BITS) - 1);
        let view_lag = self.view_lag.min((1 << VIEW_BITS) - 1);
        writer.bit(own_lag != STEPS_PER_TICK);
        if own_lag != STEPS_PER_TICK {
            writer.bits(u32::from(own_lag), OWN_BITS);
        }
        match later {
            None => writer.bits(u32::from(view_lag), VIEW_BITS),
            Some(later) => {
                writer.signed_golomb(i32::from(view_lag) - i32::from(later.view_lag), CHANGE_ORDER);
            }
        }
        writer.golomb(u32::from(self.back), 0);
        writer.golomb(u32::from(self.ahead), 0);
    }

    /// Reads what [`Glance::write`] wrote, from hostile bytes.
    pub(crate) fn read(
        later: Option<&Self>,
        reader: &mut BitReader<'_>,
    ) -> Result<Self, DecodeError> {
        let own_lag = if reader.bit()? { reader.bits(OWN_BITS)? as u16 } else { STEPS_PER_TICK };
        let view_lag = match later {
            None => reader.bits(VIEW_BITS)?,
            Some(later) => {
                let change = reader.signed_golomb(CHANGE_ORDER)?;
                let lag = i32::from(later.view_lag).saturating_add(change);
                u32::try_from(lag).map_err(|_| DecodeError::OutOfRange)?
            }
        };
        if view_lag >= 1 << VIEW_BITS {
            return Err(DecodeError::OutOfRange);
        }
        let mut ticks = || u8::try_from(reader.golomb(0)?).map_err(|_| DecodeError::OutOfRange);
        let (back, ahead) = (ticks()?, ticks()?);
        Ok(Self { own_lag, view_lag: view_lag as u16, back, ahead })
    }
}

/// When a player acted, in the game's time.
///
/// ```
/// use netcode::{Moment, Tick, ViewTime};
/// let now = Tick(1_000);
/// let claimed = Moment::at(ViewTime::before(now, 1.0), ViewTime::before(now, 40.5));
/// let granted = claimed.within(now, 12);
/// assert_eq!(granted.view.ticks_before(now), 12.0);
/// assert!(granted.is_bounded() && granted.claimed == claimed.view);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Where the own entity was drawn.
    pub own: ViewTime,
    /// The moment at which the others were drawn, inside of every bound.
    pub view: ViewTime,
    /// The others were drawn on the straight line from where they were at this tick ...
    pub from: Tick,
    /// ... to where they were at this one, which is after it.
    pub to: Tick,
    /// Whether nothing newer than [`Moment::from`] was there: then the others were not between the two,
    /// but where the game's own movement leads to from there, at the view's time.
    pub is_beyond: bool,
    /// The moment that the client claimed to have seen, before any bound.
    pub claimed: ViewTime,
}

impl Moment {
    /// What a glance with the input for `tick` says.
    #[must_use]
    pub fn new(tick: Tick, glance: &Glance) -> Self {
        let back =
            |steps: u16| ViewTime::before(tick, f64::from(steps) / f64::from(STEPS_PER_TICK));
        let view = back(glance.view_lag);
        let (from, to) = (view.tick - u32::from(glance.back), view.tick + u32::from(glance.ahead));
        let own = back(glance.own_lag);
        let moment = Self { own, view, from, to, is_beyond: false, claimed: view };
        if glance.ahead > 0 && to.since(from) <= BLEND_TICKS as i32 {
            moment
        } else if glance.ahead == 0 && u32::from(glance.back) < BEYOND_TICKS {
            Self { to: view.tick.next(), is_beyond: true, ..moment }
        } else {
            moment.exactly(view)
        }
    }

    /// Everybody exactly as at `view`, the own entity as at `own`.
    #[must_use]
    pub fn at(own: ViewTime, view: ViewTime) -> Self {
        let (from, to) = (view.tick, view.tick.next());
        Self { own, view, from, to, is_beyond: false, claimed: view }
    }

    /// The same, but nobody is seen as earlier than `floor`.
    #[must_use]
    pub fn not_before(self, floor: Tick) -> Self {
        let earlier = self.view.ticks_before(floor) > 0.0;
        if earlier { self.exactly(ViewTime { tick: floor, fraction: 0.0 }) } else { self }
    }

    /// The same, but nobody is seen as more than `cap_ticks` before `now`, nor after it; and the own
    /// entity at most six ticks before.
    #[must_use]
    pub fn within(mut self, now: Tick, cap_ticks: u32) -> Self {
        let own_lag = self.own.ticks_before(now).clamp(0.0, f64::from(OWN_LAG_TICKS));
        self.own = ViewTime::before(now, own_lag);
        if self.view.ticks_before(now) < 0.0 {
            return self.exactly(ViewTime { tick: now, fraction: 0.0 });
        }
        self.not_before(now - cap_ticks)
    }

    /// How far the view is on the way from [`Moment::from`] to [`Moment::to`], 0 to 1.
    #[must_use]
    pub fn alpha(&self) -> f32 {
        let span = f64::from(self.to.since(self.from).max(1));
        (-self.view.ticks_before(self.from) / span).clamp(0.0, 1.0) as f32
    }

    /// Whether the client claimed to have seen less than it was granted.
    #[must_use]
    pub fn is_bounded(&self) -> bool {
        self.view != self.claimed
    }

    fn exactly(self, view: ViewTime) -> Self {
        Self { view, from: view.tick, to: view.tick.next(), is_beyond: false, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn glance() -> impl Strategy<Value = Glance> {
        (0_u16..1024, 0_u16..16_384, any::<u8>(), any::<u8>())
            .prop_map(|(own_lag, view_lag, back, ahead)| Glance { own_lag, view_lag, back, ahead })
    }

    proptest! {
        #[test]
        fn a_glance_comes_through(first in glance(), second in glance()) {
            let mut writer = BitWriter::default();
            first.write(None, &mut writer);
            second.write(Some(&first), &mut writer);
            let bytes = writer.finish();
            let mut reader = BitReader::new(&bytes);
            prop_assert_eq!(Glance::read(None, &mut reader), Ok(first));
            prop_assert_eq!(Glance::read(Some(&first), &mut reader), Ok(second));
        }

        /// Whatever a client claims: the line that others are put on lies around the view, is short,
        /// and no bound is passed.
        #[test]
        fn no_claim_leads_out_of_the_bounds(glance in glance(), tick: u32, behind in 0_u32..20, cap in 0_u32..30) {
            let tick = Tick(tick);
            let floor = tick - behind;
            let moment = Moment::new(tick, &glance).not_before(floor).within(tick, cap);
            prop_assert!(moment.view.ticks_before(tick) <= f64::from(cap.min(behind)));
            prop_assert!(moment.own.ticks_before(tick) <= f64::from(OWN_LAG_TICKS));
            prop_assert!(moment.view.ticks_before(moment.from) <= 0.0);
            prop_assert!(moment.view.ticks_before(moment.to) > -1e-4);
            prop_assert!((1..=BLEND_TICKS as i32).contains(&moment.to.since(moment.from)));
            prop_assert!((0.0..=1.0).contains(&moment.alpha()));
            prop_assert!(!moment.is_beyond || moment.to.since(moment.from) <= BEYOND_TICKS as i32);
        }
    }

    #[test]
    fn the_snapshots_that_were_drawn_between_are_kept_until_a_bound_moves_the_view() {
        let tick = Tick(3);
        let glance = Glance { own_lag: 96, view_lag: 64 * 6 + 16, back: 1, ahead: 3 };
        let moment = Moment::new(tick, &glance);
        assert_eq!(moment.own.ticks_before(tick), 1.5);
        assert_eq!((moment.from, moment.to), (tick - 8, tick - 4));
        assert_eq!(moment.alpha(), 1.75 / 4.0);
        assert!(!moment.is_bounded());
        let bounded = moment.within(tick, 5);
        assert_eq!(bounded.view, ViewTime { tick: tick - 5, fraction: 0.0 });
        assert_eq!((bounded.from, bounded.to, bounded.alpha()), (tick - 5, tick - 4, 0.0));
        assert!(bounded.is_bounded());
    }
}
