//! How much a player may say: not two lines within a second, and not one after the other for long.
//!
//! Each line adds to a score that time takes off again; who has too much of it is silent for a minute
//! (the numbers are DDNet's). It hangs on the player's key, so that neither a lost connection nor
//! leaving and coming back nor another arena makes anybody's slate clean.

use game_sim::Unsaid;
use game_sim::name;
use netcode::{Tick, TickRate, server::PeerKey};
use std::collections::BTreeMap;

/// What a line costs.
const LINE: i32 = 250;
/// With more than this one is muted.
const MOST: i32 = 1_000;
/// What time takes off, in a second.
const FORGIVEN: i32 = 60;
/// From one line to the next.
const APART_S: i32 = 1;
/// For how long one is muted.
const MUTED_S: i32 = 60;

/// Who said how much of late.
#[derive(Debug)]
pub struct Talk {
    rate: i32,
    talkers: BTreeMap<PeerKey, Talker>,
    swept: Tick,
}

/// As it was at the last line that was let through.
#[derive(Clone, Copy, Debug)]
struct Talker {
    score: i32,
    said: Tick,
    muted: bool,
    /// When it was told last that a line was not.
    told: Option<Tick>,
}

impl Talk {
    /// Nobody has said anything.
    #[must_use]
    pub fn new(rate: TickRate) -> Self {
        Self { rate: rate.hz().into(), talkers: BTreeMap::new(), swept: Tick(0) }
    }

    /// What of a line others hear. Of some lines nothing is left: they cost nothing but the second until the next.
    ///
    /// # Errors
    /// Why nobody hears it; or nothing, when the player was told so within the last second.
    pub fn hear(
        &mut self,
        key: PeerKey,
        text: &str,
        now: Tick,
    ) -> Result<Option<String>, Option<Unsaid>> {
        self.sweep(now);
        let rate = self.rate;
        // What is not heard is not looked at: it may be long, and there may be much of it.
        if let Some(talker) = self.talkers.get_mut(&key)
            && let Some(why) = talker.silence(now, rate)
        {
            return Err(talker.tell(why, now, rate));
        }
        let text = Some(name::clean_chat(text)).filter(|text| !text.is_empty());
        let before = self.talkers.get(&key).map_or(0, |talker| talker.left(now, rate));
        let score = before + text.as_ref().map_or(0, |_| LINE);
        let muted = score > MOST;
        let talker = Talker { score: if muted { 0 } else { score }, said: now, muted, told: None };
        let talker = self.talkers.entry(key).insert_entry(talker).into_mut();
        match talker.silence(now, rate).filter(|_| muted) {
            Some(why) => Err(talker.tell(why, now, rate)),
            None => Ok(text),
        }
    }

    /// Forgets those of whom nothing is left, once a second.
    fn sweep(&mut self, now: Tick) {
        let rate = self.rate;
        if now.since(self.swept).abs() >= rate {
            self.swept = now;
            self.talkers.retain(|_, talker| {
                talker.silence(now, rate).is_some() || talker.left(now, rate) > 0
            });
        }
    }
}

impl Talker {
    /// What is left of the score.
    fn left(&self, now: Tick, rate: i32) -> i32 {
        let ticks = i64::from(now.since(self.said).max(0));
        let forgiven = ticks * i64::from(FORGIVEN) / i64::from(rate);
        (i64::from(self.score) - forgiven).max(0) as i32
    }

    /// Why it is not heard now, if it is not.
    fn silence(&self, now: Tick, rate: i32) -> Option<Unsaid> {
        let until = self.said + (if self.muted { MUTED_S } else { APART_S } * rate) as u32;
        let left = until.since(now);
        if left <= 0 {
            return None;
        }
        let seconds = u16::try_from((left + rate - 1) / rate).unwrap_or(u16::MAX);
        Some(if self.muted { Unsaid::Muted { seconds } } else { Unsaid::TooSoon })
    }

    fn tell(&mut self, why: Unsaid, now: Tick, rate: i32) -> Option<Unsaid> {
        let again = self.told.is_none_or(|told| now.since(told) >= rate);
        again.then(|| {
            self.told = Some(now);
            why
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: PeerKey = PeerKey([1; 32]);
    const BO: PeerKey = PeerKey([2; 32]);
    /// Close to the wrap.
    const START: Tick = Tick(u32::MAX - 100);

    fn talk(rate: u16) -> Talk {
        Talk::new(TickRate::new(rate).unwrap())
    }

    fn said(text: &str) -> Result<Option<String>, Option<Unsaid>> {
        Ok(Some(text.to_owned()))
    }

    #[test]
    fn two_lines_within_a_second_are_one_and_the_player_is_told_once() {
        let mut talk = talk(60);
        assert_eq!(talk.hear(ANN, "hello", START), said("hello"));
        assert_eq!(talk.hear(ANN, "there", START + 30), Err(Some(Unsaid::TooSoon)));
        assert_eq!(talk.hear(ANN, "there", START + 59), Err(None), "told half a second ago");
        assert_eq!(talk.hear(BO, "hello", START + 59), said("hello"), "somebody else");
        assert_eq!(talk.hear(ANN, "there", START + 60), said("there"));
    }

    /// 250 for a line, 60 a second off: the fifth of five in four seconds makes 1,010.
    #[test]
    fn who_goes_on_and_on_is_muted_for_a_minute_at_any_rate_of_ticks() {
        for rate in [10_u16, 60, 128] {
            let mut talk = talk(rate);
            let at = |seconds: u32| START + seconds * u32::from(rate);
            for second in 0..4 {
                assert_eq!(talk.hear(ANN, "me", at(second)), said("me"));
            }
            let muted = |seconds| Err(Some(Unsaid::Muted { seconds }));
            assert_eq!(talk.hear(ANN, "me", at(4)), muted(60), "at {rate}");
            assert_eq!(talk.hear(ANN, "me", at(30)), muted(34));
            assert_eq!(
                talk.hear(ANN, "me", at(64) - 1),
                muted(1),
                "asking again lengthens nothing"
            );
            assert_eq!(talk.hear(ANN, "me", at(64)), said("me"));
        }
    }

    #[test]
    fn who_talks_at_leisure_is_never_muted() {
        let mut talk = talk(60);
        for line in 0..200 {
            assert_eq!(talk.hear(ANN, "me", START + line * 250), said("me"));
        }
    }

    #[test]
    fn a_line_of_nothing_costs_nothing_but_the_second() {
        let mut talk = talk(60);
        for second in 0..50 {
            assert_eq!(talk.hear(ANN, "\u{200b} ", START + second * 60), Ok(None));
        }
        assert!(
            talk.hear(ANN, "\u{200b} ", START + 49 * 60 + 1).is_err(),
            "it is work all the same"
        );
        assert_eq!(talk.hear(ANN, "hello", START + 50 * 60), said("hello"));
    }

    #[test]
    fn whoever_has_been_silent_is_forgotten_and_whoever_is_muted_is_not() {
        let mut talk = talk(60);
        assert_eq!(talk.hear(BO, "hello", START), said("hello"));
        for second in 0..5 {
            let _ = talk.hear(ANN, "me", START + second * 60);
        }
        assert_eq!(talk.hear(PeerKey([3; 32]), "hello", START + 50 * 60), said("hello"));
        assert_eq!(talk.talkers.len(), 2, "she is muted, he is forgotten");
        assert!(talk.hear(ANN, "me", START + 51 * 60).is_err());
    }
}
