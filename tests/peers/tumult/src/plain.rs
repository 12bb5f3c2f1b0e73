//! A row with nothing but what the others are sent, and no guess: what is told is how far each walker came.

use crate::{tables, walk::Row};
use netcode::{Replicate, entropy::codes::Codes};
use std::sync::LazyLock;
use trace::walk::Walker;

#[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
pub struct Plain {
    #[replicate(range = 0..=25_600)]
    x_cm: u16,
    #[replicate(range = 0..=25_600)]
    y_cm: u16,
    #[replicate(range = 0..=359, wrap)]
    aim_deg: u16,
}

impl Row for Plain {
    const GUESSED: bool = false;

    fn of(_: Walker, Walker { x_cm, y_cm, aim_deg }: Walker) -> Self {
        Self { x_cm, y_cm, aim_deg }
    }

    fn walker(&self) -> Walker {
        Walker { x_cm: self.x_cm, y_cm: self.y_cm, aim_deg: self.aim_deg }
    }

    fn codes() -> &'static Codes {
        static CODES: LazyLock<Codes> =
            LazyLock::new(|| tables::read::<Plain>(include_str!("plain.codes")));
        &CODES
    }
}
