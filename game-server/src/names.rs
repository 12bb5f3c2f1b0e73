//! Who has which name: nobody gets one that others could take for somebody else's.
//!
//! What present names look like is kept, so that who comes is compared with a thousand others by two
//! look-ups. See docs/decisions/0053-nobody-looks-like-another.md.

use crate::looks;
use game_sim::{PilotId, text};
use netcode::{Tick, limits, server::PeerKey};
use std::collections::BTreeMap;

/// Said to who would look like somebody else.
pub const LOOKS_LIKE_ANOTHER: &str = "it looks like the name of somebody who is here";
/// Said to who would be one too many of the same name.
pub const TOO_MANY: &str = "too many of this name are here";

/// Namesakes that are counted one after the other.
const COUNTED: u32 = 9;
/// Numbers that are tried beyond them; which, follows from the key.
const TRIED: u32 = 32;

/// Whose a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Of a person with this key.
    Person(PeerKey),
    /// Of a pilot that the server flies.
    StandIn(PilotId),
}

/// Present names.
#[derive(Debug, Default)]
pub struct Names {
    /// By what it looks like.
    taken: BTreeMap<String, (Whose, String)>,
    /// Of those who were sent to another arena and have not come yet.
    kept: BTreeMap<PeerKey, Kept>,
}

#[derive(Debug)]
struct Kept {
    asked: String,
    given: String,
    until: Tick,
}

impl Names {
    /// The name that a person gets who asks for a clean one: that, or with a number if a person of the
    /// same name is here. Nothing is taken yet.
    ///
    /// # Errors
    /// Why it can't be had, in words for the player.
    pub fn find(&self, key: PeerKey, asked: &str) -> Result<String, &'static str> {
        if let Some(kept) = self.kept.get(&key).filter(|kept| kept.asked == asked) {
            return Ok(kept.given.clone());
        }
        let mut others = self.others(key, asked).peekable();
        if others.peek().is_none() {
            return Ok(asked.to_owned());
        }
        if !others.all(|other| looks::is_same(other, asked)) {
            return Err(LOOKS_LIKE_ANOTHER);
        }
        let [low, high, ..] = key.0;
        let own = u32::from(u16::from_le_bytes([low, high]));
        // 7,919 is prime to 9,000, so that no number comes twice.
        let scattered = (0..TRIED).map(|n| 10 + (own + n * 7_919) % 9_000);
        (2..=COUNTED)
            .chain(scattered)
            .map(|number| numbered(asked, number))
            .find(|name| looks::of(name).iter().all(|look| self.is_free(look, key)))
            .ok_or(TOO_MANY)
    }

    /// The pilots of the server's own that must go where a person takes this name.
    #[must_use]
    pub fn stand_ins_like(&self, name: &str) -> Vec<PilotId> {
        let mut pilots: Vec<_> = looks::of(name)
            .iter()
            .filter_map(|look| match self.taken.get(look) {
                Some((Whose::StandIn(pilot), _)) => Some(*pilot),
                _ => None,
            })
            .collect();
        pilots.dedup();
        pilots
    }

    /// Whether nobody at all has a name like this one.
    #[must_use]
    pub fn has_none_like(&self, name: &str) -> bool {
        looks::of(name).iter().all(|look| !self.taken.contains_key(look))
    }

    /// A name is somebody's from now on.
    pub fn take(&mut self, whose: Whose, name: &str) {
        if let Whose::Person(key) = whose
            && let Some(kept) = self.kept.remove(&key)
        {
            self.free(whose, &kept.given);
        }
        for look in looks::of(name) {
            self.taken.insert(look, (whose, name.to_owned()));
        }
    }

    /// A name is nobody's any more.
    pub fn free(&mut self, whose: Whose, name: &str) {
        for look in looks::of(name) {
            if self.taken.get(&look).is_some_and(|(holder, _)| *holder == whose) {
                self.taken.remove(&look);
            }
        }
    }

    /// A person was sent to another arena: until then the name that it asked for gives it the one that
    /// it had, and nobody else.
    pub fn keep(&mut self, key: PeerKey, asked: String, given: String, until: Tick) {
        self.kept.insert(key, Kept { asked, given, until });
    }

    /// Whoever has not come by now comes no more.
    pub fn forget(&mut self, now: Tick) {
        // All of an arena are kept until the same tick: those that go are looked for once, not once for each.
        let gone: BTreeMap<_, _> =
            self.kept.extract_if(.., |_, kept| kept.until.since(now) <= 0).collect();
        if gone.is_empty() {
            return;
        }
        self.taken.retain(|_, (holder, name)| match holder {
            Whose::Person(key) => gone.get(key).is_none_or(|kept| kept.given != *name),
            Whose::StandIn(_) => true,
        });
    }

    /// The names of other people that could be taken for this one.
    fn others(&self, key: PeerKey, name: &str) -> impl Iterator<Item = &str> {
        looks::of(name).into_iter().filter_map(move |look| match self.taken.get(&look)? {
            (Whose::Person(other), name) if *other != key => Some(name.as_str()),
            _ => None,
        })
    }

    fn is_free(&self, look: &str, key: PeerKey) -> bool {
        self.taken.get(look).is_none_or(|(whose, _)| *whose == Whose::Person(key))
    }
}

/// A name with a number behind it, the end of the name being cut off as far as there is no room.
fn numbered(name: &str, number: u32) -> String {
    let number = format!(" ({number})");
    let mut most = limits::NAME_CHARACTERS - number.len();
    loop {
        let name = format!("{}{number}", text::beginning(name, most).trim_end());
        if name.len() <= limits::NAME_BYTES || most == 0 {
            return name;
        }
        most -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use game_sim::name;

    const ANN: PeerKey = PeerKey([1; 32]);
    const BO: PeerKey = PeerKey([2; 32]);

    fn with(present: &[(PeerKey, &str)]) -> Names {
        let mut names = Names::default();
        for (key, name) in present {
            names.take(Whose::Person(*key), name);
        }
        names
    }

    #[test]
    fn who_would_look_like_somebody_else_is_refused() {
        let names = with(&[(ANN, "Alice")]);
        for name in ["AIice", "\u{410}lice", "A1ice"] {
            assert_eq!(names.find(BO, name), Err(LOOKS_LIKE_ANOTHER), "{name}");
        }
        assert_eq!(names.find(BO, "Alison"), Ok("Alison".to_owned()));
    }

    #[test]
    fn who_has_the_same_name_gets_a_number_and_no_two_have_one() {
        let mut names = Names::default();
        let mut given = std::collections::BTreeSet::new();
        for number in 0..1_200_u16 {
            let [low, high] = number.to_le_bytes();
            let key = PeerKey(std::array::from_fn(|byte| [low, high, 0][byte.min(2)]));
            let asked = if number % 2 == 0 { "pilot" } else { "Pilot" };
            let name = names.find(key, asked).unwrap();
            assert_eq!(name::clean(&name).as_ref(), Ok(&name));
            names.take(Whose::Person(key), &name);
            given.insert(name.to_lowercase());
        }
        assert_eq!(given.len(), 1_200);
        assert!(given.contains("pilot") && given.contains("pilot (2)"), "{given:?}");
    }

    #[test]
    fn a_number_finds_room_in_long_names() {
        for name in ["sixteen letters!", &"\u{1f98a}".repeat(16), &"e\u{323}\u{30c}".repeat(12)] {
            let numbered = numbered(&name::clean(name).unwrap(), 9_009);
            assert_eq!(name::clean(&numbered).as_ref(), Ok(&numbered));
            assert!(numbered.ends_with(" (9009)"), "{numbered}");
        }
    }

    #[test]
    fn ones_own_name_is_no_obstacle_and_one_that_is_free_again_neither() {
        let mut names = with(&[(ANN, "Ann")]);
        assert_eq!(names.find(ANN, "\u{410}nn"), Ok("\u{410}nn".to_owned()));
        names.free(Whose::Person(BO), "Ann");
        assert!(names.find(BO, "\u{410}nn").is_err(), "nobody frees another's name");
        names.free(Whose::Person(ANN), "Ann");
        assert_eq!(names.find(BO, "Ann"), Ok("Ann".to_owned()));
    }

    #[test]
    fn who_is_sent_to_another_arena_has_the_same_name_there_however_late_it_comes() {
        // Somebody between the two has gone.
        let mut names = with(&[(ANN, "Ann"), (BO, "Ann (3)")]);
        let start = Tick(u32::MAX - 5);
        names.keep(ANN, "Ann".to_owned(), "Ann".to_owned(), start + 60);
        names.keep(BO, "Ann".to_owned(), "Ann (3)".to_owned(), start + 60);
        names.forget(start + 59);
        let name = names.find(BO, "Ann").unwrap();
        assert_eq!(name, "Ann (3)");
        names.take(Whose::Person(BO), &name);
        assert_eq!(names.find(PeerKey([3; 32]), "Ann"), Ok("Ann (2)".to_owned()));
        assert_eq!(names.find(ANN, "Ann"), Ok("Ann".to_owned()));
        names.forget(start + 60);
        assert_eq!(names.find(PeerKey([3; 32]), "Ann"), Ok("Ann".to_owned()), "she never came");
        assert!(!names.has_none_like("Ann (3)"), "who has come keeps it");
    }

    #[test]
    fn people_come_before_stand_ins() {
        let mut names = Names::default();
        names.take(Whose::StandIn(PilotId(4)), "Falcon");
        assert_eq!(names.find(ANN, "FaIcon"), Ok("FaIcon".to_owned()));
        assert_eq!(names.stand_ins_like("FaIcon"), [PilotId(4)]);
        assert!(!names.has_none_like("Falcon") && names.has_none_like("Heron"));
    }
}
