//! Which fields of a row were guessed wrong, as one number: bit n for column n. For a field with a usual residual, bit
//! 32 + n says that it is another one, and only then it is told.

use crate::row::{Field, KindTable};

/// The fields that a set of fields names, in their order: bit n for column n. Of a mask it is the lower half.
pub(crate) fn places(mask: u64) -> impl Iterator<Item = usize> {
    let mut left = mask as u32;
    std::iter::from_fn(move || {
        let place = left.trailing_zeros() as usize;
        left &= left.checked_sub(1)?;
        Some(place)
    })
}

/// The set of fields whose residual is not zero.
pub(crate) fn wrong(residuals: &[i32]) -> u64 {
    residuals.iter().rev().fold(0, |wrong, residual| wrong << 1 | u64::from(*residual != 0))
}

/// The set of a kind's fields of which something is so.
pub(crate) fn fields(table: &KindTable, is_so: fn(&Field) -> bool) -> u64 {
    table.fields.iter().rev().fold(0, |all, field| all << 1 | u64::from(is_so(field)))
}

/// What the mask of a kind's rows tells of residuals, so that they have no word of their own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Usual {
    /// By field: the residual that it has when it has one, as good as always; 0 where there is none. To tell it by the
    /// mask costs less than the least word of a code.
    residuals: Vec<i32>,
    /// Which fields have one.
    fields: u64,
    /// Which fields have two values: what is not the one is the other.
    two_valued: u64,
}

impl Usual {
    /// No field has a usual residual.
    pub(crate) fn new(table: &KindTable) -> Self {
        let two_valued = fields(table, |field| field.span() == 2);
        Self { residuals: vec![0; table.fields.len()], fields: 0, two_valued }
    }

    /// Says what a field's usual residual is. None if there is no such field.
    pub(crate) fn set(&mut self, place: usize, residual: i32) -> Option<()> {
        *self.residuals.get_mut(place)? = residual;
        self.fields = self.fields & !(1 << place) | u64::from(residual != 0) << place;
        Some(())
    }

    /// By field; 0 where there is none.
    pub(crate) fn residuals(&self) -> &[i32] {
        &self.residuals
    }

    /// The mask of a row of which these fields are wrong, by so much.
    pub(crate) fn mask(&self, wrong: u64, residuals: &[i32]) -> u64 {
        let is_unusual = |place: &usize| residuals.get(*place) != self.residuals.get(*place);
        let unusual = places(wrong & self.fields).filter(is_unusual);
        unusual.fold(wrong, |mask, place| mask | 1 << (32 + place))
    }

    /// Which wrong fields' residuals have a word of their own. In a mask that is spelt in full (`escaped`), what is usual
    /// is not told.
    pub(crate) fn told(&self, mask: u64, escaped: bool) -> u64 {
        let by_mask = if escaped { 0 } else { self.fields & !(mask >> 32) };
        mask & !by_mask & !self.two_valued
    }

    /// The residual of a wrong field that has no word.
    pub(crate) fn untold(&self, place: usize) -> i32 {
        if self.two_valued >> place & 1 == 1 {
            return 1; // Whatever its sign is: it is the other value.
        }
        self.residuals.get(place).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delta::tests::KINDS;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_mask_says_who_is_wrong_and_who_is_told(
            residuals in prop::collection::vec(-2_i32..=2, KINDS[0].fields.len()),
            usual in prop::collection::vec(0_i32..=2, KINDS[0].fields.len()),
            escaped: bool,
        ) {
            let mut known = Usual::new(KINDS[0]);
            (0..).zip(&usual).for_each(|(place, residual)| known.set(place, *residual).expect("there is such a field"));
            let mask = known.mask(wrong(&residuals), &residuals);
            let told = known.told(mask, escaped);
            for (place, residual) in residuals.iter().enumerate() {
                let is_wrong = mask >> place & 1 == 1;
                prop_assert_eq!(is_wrong, *residual != 0);
                let has_two = KINDS[0].fields[place].span() == 2;
                let is_usual = !escaped && *residual == usual[place];
                let is_told = places(told).any(|it| it == place);
                prop_assert_eq!(is_told, is_wrong && !has_two && !is_usual);
                if is_wrong && !is_told {
                    prop_assert_eq!(known.untold(place), if has_two { 1 } else { *residual });
                }
            }
        }
    }
}
