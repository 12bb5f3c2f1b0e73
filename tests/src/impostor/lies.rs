//! What a liar tells, from a seed.

use game_sim::{
    Arena, Choice, ComplaintAnswer, Event, Greeting, Mode, PickupKind, PilotId, Point, Presence,
    Rules, Scenery, Team, Tumult, Unsaid, Weapon, WhyDied, Winner,
    replicate::{KIND_OWN, KIND_PILOT, KIND_ROUND, entity},
};
use netcode::{EntityId, KindId, Protocol, row::Field};
use std::collections::BTreeMap;

/// Rows that it shows beside the client's own.
const ROWS: usize = 60;

/// The columns of all that is shown, with the kinds.
pub(super) type Rows = BTreeMap<EntityId, (KindId, Vec<i32>)>;

pub(super) struct Liar(u64);

impl Liar {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Splitmix64.
    pub(super) fn any(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed >> 32) as u32
    }

    fn below(&mut self, count: usize) -> usize {
        self.any() as usize % count
    }

    fn one_of<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(4) > 0).then(|| make(self))
    }

    fn number(&mut self) -> u16 {
        let any = self.any() as u16;
        self.one_of(&[0, 1, any, i16::MAX as u16, i16::MIN as u16, u16::MAX])
    }

    /// Numbers that every rule admits, as many as can be at the ends of their ranges.
    pub(super) fn rules(&mut self) -> Rules {
        let ends = [
            0.0, 0.2, 0.3, 0.5, 0.8, 1.0, 3.0, 5.0, 8.0, 20.0, 30.0, 31.0, 60.0, 100.0, 128.0,
            250.0,
        ];
        let whole = [0, 1, 30, 60, 100, 250, 600, 1000, 1200, 3600, 4096, 30_000, 36_000, 432_000];
        let mut kept = Rules::default();
        let names: Vec<String> = match serde_json::to_value(&kept) {
            Ok(serde_json::Value::Object(fields)) => fields.keys().cloned().collect(),
            _ => panic!("rules have fields"),
        };
        for _ in 0..names.len() * 8 {
            let mut fields = serde_json::to_value(&kept).expect("rules are numbers");
            let value = match self.below(2) {
                0 => self.one_of(&ends).into(),
                _ => self.one_of(&whole).into(),
            };
            fields[self.one_of(&names)] = value;
            let changed: Option<Rules> = serde_json::from_value(fields).ok();
            kept = changed.filter(|rules| rules.check().is_ok()).unwrap_or(kept);
        }
        kept
    }

    pub(super) fn scenery(&mut self) -> Scenery {
        let name = self.one_of(&["yard", "expanse"]);
        let arena = Arena::builtin(name).expect("every build has it").expect("it can be read");
        Scenery { arena, rules: self.rules() }
    }

    /// Those that a server may have: with others a client waits for a clock that never settles.
    pub(super) fn tick_rate(&mut self) -> u16 {
        self.one_of(&[10, 60, 60, 60, 240, 240])
    }

    pub(super) fn pilot(&mut self) -> PilotId {
        let any = self.any() as u16 % 4096;
        PilotId(self.one_of(&[0, 1, 2, 3, 4, 5, 4095, any]))
    }

    /// Whom events are about: somebody for whom there may be no row at all.
    fn anybody(&mut self) -> PilotId {
        let pilot = self.pilot();
        PilotId(self.one_of(&[pilot.0, pilot.0, pilot.0, 4096, u16::MAX]))
    }

    pub(super) fn greeting(&mut self, scenery: &Scenery) -> Greeting {
        Greeting {
            pilot: (self.below(5) > 0).then(|| self.pilot()),
            arena: scenery.arena.name.clone(),
            arena_hash: scenery.arena.hash,
            rules: scenery.rules.clone(),
            free_view: self.below(2) == 0,
            mode: self.mode(),
        }
    }

    fn mode(&mut self) -> Mode {
        self.one_of(&[Mode::FreeForAll, Mode::ControlPoints])
    }

    fn team(&mut self) -> Option<Team> {
        self.one_of(&[None, Some(Team::West), Some(Team::East)])
    }

    fn name(&mut self) -> String {
        if self.below(16) == 0 {
            return "W".repeat(4_000);
        }
        self.one_of(&[
            "Ann".to_owned(),
            String::new(),
            "\u{1b}[31m\u{7}\r\n".to_owned(),
            "\u{202e}\u{200b}\u{2066}".to_owned(),
            "z\u{300}\u{301}\u{302}".repeat(200),
            "{ $name } \u{1f1ea}".repeat(40),
            "\u{fdfd}\u{1f468}\u{200d}\u{1f469}".to_owned(),
        ])
    }

    /// A column of a field: one of its ends, its middle, or anything between.
    fn column(&mut self, field: &Field) -> i32 {
        let (lowest, highest) = (i64::from(field.lowest), i64::from(field.highest));
        let within = lowest + i64::from(self.any()) % (highest - lowest + 1);
        self.one_of(&[lowest, highest, 0_i64.clamp(lowest, highest), within, within]) as i32
    }

    fn columns(&mut self, kind: KindId) -> Vec<i32> {
        let fields = Tumult::KINDS[usize::from(kind.0)].fields;
        fields.iter().map(|field| self.column(field)).collect()
    }

    /// Changes what is shown: most of it a little, some of it wholly.
    pub(super) fn shift(&mut self, rows: &mut Rows, me: Option<PilotId>) {
        for (kind, columns) in rows.values_mut() {
            let fields = Tumult::KINDS[usize::from(kind.0)].fields;
            let place = self.below(fields.len());
            columns[place] = self.column(&fields[place]);
            if self.below(30) == 0 {
                *columns = self.columns(*kind);
            }
            // Mostly it lives, or there would be little to see.
            if (*kind == KIND_OWN || *kind == KIND_PILOT) && self.below(40) > 0 {
                columns[0] = 1;
            }
        }
        let known: Vec<EntityId> = rows.keys().copied().collect();
        for id in known {
            if self.below(40) == 0 {
                rows.remove(&id);
            }
        }
        while rows.len() < ROWS {
            let kind = KindId(self.below(Tumult::KINDS.len()) as u8);
            let any = self.any() as u16;
            // Of its own range, or of any other.
            let id = match self.below(8) {
                0 => EntityId(any),
                1..=5 => entity::pilot(self.pilot()),
                6 => entity::pickup(any % 4096),
                _ => entity::rocket(any % 8192),
            };
            let kind = if id.0 < 4096 && self.below(8) > 0 { KIND_PILOT } else { kind };
            rows.insert(id, (kind, self.columns(kind)));
        }
        if let Some(me) = me {
            let columns = self.columns(KIND_OWN);
            rows.entry(entity::own(me)).or_insert((KIND_OWN, columns)).0 = KIND_OWN;
        }
        if self.below(30) > 0 {
            rows.insert(entity::round(), (KIND_ROUND, self.columns(KIND_ROUND)));
        }
    }

    pub(super) fn event(&mut self) -> Event {
        let (pilot, score) = (self.anybody(), self.number() as i16);
        let (kills, deaths) = (self.number(), self.number());
        let what = self.below(20);
        match what {
            0..=3 => {
                let (name, bot, team) = (self.name(), self.below(2) == 0, self.team());
                if what < 2 {
                    Event::Joined { pilot, name, bot, score, kills, deaths, team }
                } else {
                    Event::Present { pilot, name, bot, score, kills, deaths, team }
                }
            }
            4 => Event::Left { pilot },
            5 => Event::Killed {
                killer: self.maybe(Self::anybody),
                victim: pilot,
                weapon: self.one_of(&[Weapon::Rifle, Weapon::Rocket]),
            },
            6 => Event::Respawned { pilot },
            7 => {
                let winners =
                    [Winner::Pilot(pilot), Winner::Team(Team::West), Winner::Team(Team::East)];
                Event::RoundOver { winner: self.maybe(|liar| liar.one_of(&winners)) }
            }
            8 => Event::RoundStarted { number: self.number() },
            9 => Event::Chat { from: pilot, text: self.name() },
            10 => Event::TeamChat { from: pilot, text: self.name() },
            11 => Event::PickedUp { pilot, kind: PickupKind::from_number(self.below(3) as u8) },
            12 => Event::WhyDied(WhyDied {
                killer: pilot,
                victim: self.anybody(),
                seen_ago_ms: kills,
                apart_cm: deaths,
                bounded: self.below(2) == 0,
            }),
            13 => Event::Complaint(self.one_of(&[
                ComplaintAnswer::Taken,
                ComplaintAnswer::TooMany,
                ComplaintAnswer::NotKept,
            ])),
            14 => Event::Sided { pilot, team: self.one_of(&Team::BOTH) },
            15 => Event::PointTurned { point: self.any() as u8, owner: self.team() },
            16 => {
                let count = self.one_of(&[0, 1, 3, 8, 9, 200]);
                Event::Contest {
                    scores: [kills, deaths],
                    points: (0..count).map(|_| self.point()).collect(),
                }
            }
            17 => {
                let count = self.one_of(&[0, 1, 2, 16, 17, 100]);
                let choice = |liar: &mut Self| Choice { arena: liar.name(), mode: liar.mode() };
                let choices: Vec<_> = (0..count).map(|_| choice(self)).collect();
                Event::Ballot {
                    choices: choices
                        .into_iter()
                        .filter(|choice| choice.arena.len() < 300)
                        .collect(),
                }
            }
            18 => {
                let count = self.one_of(&[0, 1, 2, 16, 100]);
                Event::Votes { counts: (0..count).map(|_| self.number()).collect() }
            }
            _ => Event::Unsaid(match self.below(2) {
                0 => Unsaid::TooSoon,
                _ => Unsaid::Muted { seconds: kills },
            }),
        }
    }

    fn point(&mut self) -> Point {
        let here = [Presence::Nobody, Presence::Both, Presence::Only(Team::West)];
        Point { owner: self.team(), lean_ticks: self.number() as i16, here: self.one_of(&here) }
    }
}
