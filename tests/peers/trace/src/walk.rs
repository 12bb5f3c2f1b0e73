//! Seeded walkers on a square of 256 m: they turn as people with a keyboard do, stop now and then, and aim somewhere.
//! Positions are whole centimetres and aims whole degrees, so that every library sends the same precision.

use crate::Workload;

/// The square's side.
pub const SIDE_CM: i32 = 25_600;
/// The trace is as long as the longest run; 60 s.
const SECONDS: u32 = 60;

/// By how much walkers gain and lose pace along each axis, in cm/s in a second.
pub const GAIN_CM_S2: u16 = 6_000;
/// How fast a turn fades: by so many times what is left of it, in a second.
pub const FADE_PER_S: u16 = 8;

/// What is replicated of a walker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walker {
    /// 0 to [`SIDE_CM`].
    pub x_cm: u16,
    pub y_cm: u16,
    /// 0 to 359.
    pub aim_deg: u16,
}

impl Walker {
    /// In 39 bits, for libraries that send whole bytes: 15, 15 and 9 of them.
    pub fn pack(self) -> [u8; 5] {
        let [x, y, aim] = [self.x_cm, self.y_cm, self.aim_deg].map(u64::from);
        let bytes = (x | y << 15 | aim << 30).to_le_bytes();
        [bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]]
    }

    /// What [`Walker::pack`] made.
    pub fn unpack([a, b, c, d, e]: [u8; 5]) -> Self {
        let bits = u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]);
        let field = |shift: u32, count: u32| ((bits >> shift) & ((1 << count) - 1)) as u16;
        Self { x_cm: field(0, 15), y_cm: field(15, 15), aim_deg: field(30, 9) }
    }
}

/// All walkers at all ticks.
pub struct Trace {
    ticks: Vec<Vec<Walker>>,
}

/// xorshift64*: the trace must be the same for everybody, and needs no library for it.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }
}

struct Mover {
    at: (f32, f32),
    speed: (f32, f32),
    wish: (f32, f32),
    aim: f32,
    target: f32,
    until_s: f32,
    chance: Chance,
}

impl Mover {
    fn new(seed: u64) -> Self {
        let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let mut place = || 1_000.0 + chance.below(SIDE_CM as u64 - 2_000) as f32;
        let at = (place(), place());
        Self {
            at,
            speed: (0.0, 0.0),
            wish: (0.0, 0.0),
            aim: 0.0,
            target: 0.0,
            until_s: 0.0,
            chance,
        }
    }

    fn step(&mut self, step_s: f32) {
        self.until_s -= step_s;
        if self.until_s <= 0.0 {
            self.until_s = 0.2 + self.chance.below(130) as f32 / 100.0;
            // One of eight directions at 6 m/s, or a stop in one of ten.
            let direction = self.chance.below(8) as f32 * std::f32::consts::FRAC_PI_4;
            let pace = if self.chance.below(10) == 0 { 0.0 } else { 600.0 };
            self.wish = (direction.cos() * pace, direction.sin() * pace);
            self.target = self.chance.below(360) as f32;
        }
        let gain = f32::from(GAIN_CM_S2) * step_s;
        let towards = |speed: f32, wish: f32| speed + (wish - speed).clamp(-gain, gain);
        self.speed = (towards(self.speed.0, self.wish.0), towards(self.speed.1, self.wish.1));
        let side = SIDE_CM as f32;
        self.at = (
            (self.at.0 + self.speed.0 * step_s).clamp(0.0, side),
            (self.at.1 + self.speed.1 * step_s).clamp(0.0, side),
        );
        let turn = (self.target - self.aim + 540.0).rem_euclid(360.0) - 180.0;
        self.aim = (self.aim + turn * (step_s * f32::from(FADE_PER_S)).min(1.0)).rem_euclid(360.0);
    }

    fn walker(&self) -> Walker {
        let whole = |value: f32| value.round() as u16;
        Walker { x_cm: whole(self.at.0), y_cm: whole(self.at.1), aim_deg: whole(self.aim) % 360 }
    }
}

impl Trace {
    /// The walkers of a workload. Another `seed` is another match: tables are trained on one that is not measured.
    #[must_use]
    pub fn new(workload: Workload, seed: u64) -> Self {
        let mut movers: Vec<Mover> = (0..workload.entities as u64)
            .map(|number| Mover::new(seed * 100_003 + number + 1))
            .collect();
        let step_s = 1.0 / workload.rate_hz as f32;
        let ticks = (0..SECONDS * workload.rate_hz)
            .map(|_| {
                movers.iter_mut().take(workload.moving).for_each(|mover| mover.step(step_s));
                movers.iter().map(Mover::walker).collect()
            })
            .collect();
        Self { ticks }
    }

    /// The walkers at a tick; after the end they stand.
    #[must_use]
    pub fn at(&self, tick: usize) -> &[Walker] {
        &self.ticks[tick.min(self.ticks.len() - 1)]
    }
}
