//! How the round goes for the player: its beginning and end, the last seconds, kills in a row, the lead.

use bevy::math::Vec2;

use super::{Happening, What};
use crate::render::palette::Side;
use crate::scene::Scene;
use game_sim::Team;

/// So many seconds before the end are counted.
const COUNTED: u8 = 10;

/// What was known of the round.
#[derive(Default)]
pub(super) struct Round {
    number: u16,
    over: bool,
    seconds: u8,
    kills: u16,
    streak: u16,
    leads: bool,
    warm_up: bool,
    votes: bool,
    owners: Vec<Option<Team>>,
}

impl Round {
    pub(super) fn notice(&mut self, scene: &Scene, tell: &mut impl FnMut(Happening)) {
        let point = scene.own.map_or(Vec2::ZERO, |own| own.position);
        let mut say = |what| tell(Happening { what, side: Side::Own, point });
        let round = scene.round;
        let joined = self.number == 0 && !self.warm_up;
        if round.number > 0 && (round.number, round.over) != (self.number, self.over) {
            if round.over && !joined {
                // Who only watches has neither won nor lost.
                say(What::RoundOver { won: scene.has_won().filter(|_| scene.me.is_some()) });
            } else if !round.over {
                say(What::RoundBegan);
            }
        }
        let seconds = round.left_s.clamp(0.0, 255.0).ceil() as u8;
        if seconds < self.seconds && (1..=COUNTED).contains(&seconds) && !round.over {
            say(What::Seconds(seconds));
        }
        let votes = scene.standing.ballot.is_some();
        if votes && !self.votes && !joined {
            say(What::VoteBegan);
        }
        self.votes = votes;
        let line = scene.me.and_then(|me| scene.line(me));
        let (kills, score) = line.map_or((0, 0), |line| (line.kills, line.score));
        if !scene.own.is_some_and(|own| own.alive) {
            self.streak = 0;
        }
        if kills > self.kills && !joined {
            self.streak = self.streak.saturating_add(kills - self.kills);
            say(What::Kill { streak: self.streak });
        }
        // One point is no lead worth a word.
        let leads = scene.me.is_some() && scene.leader() == scene.me && score > 1;
        if leads && !self.leads && !joined {
            say(What::Lead);
        }
        let owners = || scene.standing.points.iter().map(|point| point.owner);
        if (round.number, self.owners.len()) == (self.number, owners().count()) && !round.over {
            for (before, now) in self.owners.iter().zip(owners()).filter(|(one, two)| **one != *two)
            {
                let gained = now.map(|team| scene.side_of(team) == Side::Own);
                let lost = before.map(|team| scene.side_of(team) == Side::Enemy);
                if let Some(good) = gained.or(lost) {
                    say(What::PointTurned { good });
                }
            }
        }
        self.owners.clear();
        self.owners.extend(owners());
        self.warm_up = round.warm_up;
        (self.number, self.over, self.seconds) = (round.number, round.over, seconds);
        (self.kills, self.leads) = (kills, leads);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Outcome, OwnView, RoundView, ScoreLine};
    use game_bots::standing::Ballot;
    use game_sim::{Own, PilotId, Rules, Winner};

    fn scene(left_s: f32, kills: u16) -> Scene {
        let own = Own { alive: true, ..Own::default() };
        let line = ScoreLine { score: kills as i16, kills, ..ScoreLine::of(1) };
        Scene {
            me: Some(PilotId(1)),
            own: Some(OwnView::new(&own, Vec2::ZERO, &Rules::default())),
            scores: vec![line],
            round: RoundView { number: 1, left_s, ..RoundView::default() },
            ..Scene::default()
        }
    }

    #[test]
    fn a_server_may_let_kills_jump_as_it_likes() {
        let mut round = Round::default();
        for kills in [0, u16::MAX, 0, u16::MAX] {
            round.notice(&scene(30.0, kills), &mut |_| ());
        }
        assert_eq!(round.streak, u16::MAX);
    }

    #[test]
    fn seconds_streaks_and_the_lead_are_told_once() {
        let (mut round, mut told) = (Round::default(), Vec::new());
        let mut look = |scene: &Scene| {
            round.notice(scene, &mut |happening| told.push(happening.what));
            std::mem::take(&mut told)
        };
        assert_eq!(look(&scene(30.0, 0)), [What::RoundBegan]);
        assert_eq!(look(&scene(29.9, 1)), [What::Kill { streak: 1 }]);
        assert_eq!(look(&scene(29.8, 2)), [What::Kill { streak: 2 }, What::Lead]);
        assert_eq!(look(&scene(29.7, 2)), []);
        assert_eq!(look(&scene(9.9, 2)), [What::Seconds(10)]);
        assert_eq!(look(&scene(9.8, 2)), []);
        let over = RoundView {
            over: true,
            outcome: Some(Outcome::Won(Winner::Pilot(PilotId(1)))),
            ..scene(8.0, 2).round
        };
        let mut ended = Scene { round: over, ..scene(8.0, 2) };
        assert_eq!(look(&ended), [What::RoundOver { won: Some(true) }]);
        ended.standing.ballot = Some(Ballot::default());
        assert_eq!(look(&ended), [What::VoteBegan]);
        assert_eq!(look(&ended), []);
    }

    #[test]
    fn only_who_fought_and_only_when_somebody_won_has_won_or_lost() {
        let told = |me: Option<u16>, outcome| {
            let mut round = Round::default();
            round.notice(&scene(8.0, 0), &mut |_| ());
            let mut ended = Scene { me: me.map(PilotId), ..scene(8.0, 0) };
            (ended.round.over, ended.round.outcome) = (true, Some(outcome));
            let mut told = Vec::new();
            round.notice(&ended, &mut |happening| told.push(happening.what));
            told
        };
        let other = Outcome::Won(Winner::Pilot(PilotId(7)));
        assert_eq!(told(Some(1), other), [What::RoundOver { won: Some(false) }]);
        assert_eq!(told(Some(1), Outcome::Draw), [What::RoundOver { won: None }]);
        assert_eq!(told(None, other), [What::RoundOver { won: None }]);
    }
}
