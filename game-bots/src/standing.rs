//! How it stands with what is played, as far as the server told: the mode, the points and their scores,
//! and the vote for what comes next. Nothing here decides anything.

use game_sim::{Choice, Event, Mode, Point, contest::MOST_POINTS, name};

/// The most choices of a vote that are listened to.
const MOST_CHOICES: usize = 16;

/// What is known of the match.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// What is played.
    pub mode: Mode,
    /// What the teams have, the western first.
    pub scores: [u16; 2],
    /// In the order of the arena's list; empty until it was told.
    pub points: Vec<Point>,
    /// The vote, while there is one.
    pub ballot: Option<Ballot>,
    /// Where the game moves, once the server said so.
    pub moving: Option<Choice>,
}

/// A vote for what is played next.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ballot {
    /// What can be voted for.
    pub choices: Vec<Choice>,
    /// How many voted for each.
    pub counts: Vec<u16>,
    /// What the player voted for.
    pub mine: Option<u8>,
}

impl Standing {
    /// Nothing is known but the mode.
    #[must_use]
    pub fn of(mode: Mode) -> Self {
        Self { mode, ..Self::default() }
    }

    /// Becomes what another one is, in the memory that this one has: scores and points change many times a second.
    pub fn follow(&mut self, other: &Self) {
        (self.mode, self.scores) = (other.mode, other.scores);
        self.points.clone_from(&other.points);
        if self.ballot != other.ballot {
            self.ballot.clone_from(&other.ballot);
        }
        if self.moving != other.moving {
            self.moving.clone_from(&other.moving);
        }
    }

    /// Takes what an event says of it.
    pub fn note(&mut self, event: &Event) {
        match event {
            Event::Contest { scores, points } if points.len() <= MOST_POINTS => {
                self.scores = *scores;
                self.points.clone_from(points);
            }
            Event::PointTurned { point, owner } => {
                if let Some(point) = self.points.get_mut(usize::from(*point)) {
                    point.owner = *owner;
                }
            }
            Event::Ballot { choices } if choices.len() <= MOST_CHOICES => {
                let counts = vec![0; choices.len()];
                let choices = choices.iter().map(shown).collect();
                self.ballot = Some(Ballot { choices, counts, mine: None });
            }
            Event::Votes { counts } => {
                if let Some(ballot) = &mut self.ballot
                    && ballot.choices.len() == counts.len()
                {
                    ballot.counts.clone_from(counts);
                }
            }
            Event::RoundStarted { .. } => {
                self.ballot = None;
                self.scores = [0; 2];
                self.points.fill(Point::default());
            }
            Event::Moving(choice) => self.moving = Some(shown(choice)),
            _ => {}
        }
    }

    /// Notes what the player votes for. Whether there is such a choice.
    pub(crate) fn vote(&mut self, choice: u8) -> bool {
        let ballot = self.ballot.as_mut();
        let ballot = ballot.filter(|ballot| usize::from(choice) < ballot.choices.len());
        ballot.map(|ballot| ballot.mine = Some(choice)).is_some()
    }
}

/// The same without anything in the arena's name that plays tricks on who reads it.
fn shown(choice: &Choice) -> Choice {
    Choice { arena: name::clean_chat(&choice.arena), mode: choice.mode }
}

#[cfg(test)]
mod tests {
    use super::*;
    use game_sim::Team;

    #[test]
    fn what_a_server_tells_is_kept_and_what_makes_no_sense_is_not() {
        let mut standing = Standing::of(Mode::ControlPoints);
        let points = vec![Point::default(); 3];
        standing.note(&Event::Contest { scores: [4, 7], points });
        standing.note(&Event::PointTurned { point: 2, owner: Some(Team::East) });
        standing.note(&Event::PointTurned { point: 200, owner: Some(Team::East) });
        assert_eq!(standing.points[2].owner, Some(Team::East));
        standing.note(&Event::Contest { scores: [9, 9], points: vec![Point::default(); 200] });
        assert_eq!(standing.scores, [4, 7]);
        assert!(!standing.vote(0), "there is no vote");
        let choice = |name: &str| Choice { arena: name.to_owned(), mode: Mode::FreeForAll };
        standing.note(&Event::Ballot { choices: vec![choice("ya\u{202e}rd"), choice("expanse")] });
        assert_eq!(standing.ballot.clone().unwrap().choices[0], choice("yard"));
        standing.note(&Event::Votes { counts: vec![1, 0, 0] });
        assert!(!standing.vote(2) && standing.vote(1));
        let ballot = standing.ballot.clone().unwrap();
        assert_eq!((ballot.counts, ballot.mine), (vec![0, 0], Some(1)));
        standing.note(&Event::RoundStarted { number: 2 });
        assert_eq!((standing.ballot, standing.scores), (None, [0, 0]));
    }
}
