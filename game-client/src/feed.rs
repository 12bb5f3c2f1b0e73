//! The feed: who did what to whom, as lines that fade away after some seconds.

use std::collections::VecDeque;

use game_sim::{PilotId, Team, Weapon};

/// How long a line stays.
pub const LINE_S: f32 = 6.0;

/// How many lines there are at most; the oldest go first.
pub const LINES: usize = 6;

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedLine {
    /// What happened.
    pub news: News,
    /// How long ago.
    pub age_s: f32,
}

/// What happened. Names are kept, because their owners may leave before the line does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Somebody killed somebody.
    Killed {
        /// Who did it, with the name; nobody when the killer had already gone.
        killer: Option<(PilotId, String)>,
        /// Who died, with the name.
        victim: (PilotId, String),
        /// With what.
        weapon: Weapon,
    },
    /// Somebody came.
    Joined(String),
    /// Somebody went.
    Left(String),
    /// A point has another owner, or lost it: its letter, and who has it now.
    Point(char, Option<Team>),
}

/// Adds a line.
pub fn push(feed: &mut VecDeque<FeedLine>, news: News) {
    if feed.len() == LINES {
        feed.pop_front();
    }
    feed.push_back(FeedLine { news, age_s: 0.0 });
}

/// Lets time pass.
pub fn age(feed: &mut VecDeque<FeedLine>, seconds: f32) {
    for line in feed.iter_mut() {
        line.age_s += seconds;
    }
    feed.retain(|line| line.age_s < LINE_S);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_leave_when_they_are_old_or_too_many() {
        let mut feed = VecDeque::new();
        for number in 0..10 {
            push(&mut feed, News::Joined(format!("p{number}")));
        }
        assert_eq!(feed.len(), LINES);
        assert_eq!(feed[0].news, News::Joined("p4".to_owned()));
        age(&mut feed, LINE_S / 2.0);
        push(&mut feed, News::Left("p1".to_owned()));
        age(&mut feed, LINE_S / 2.0);
        assert_eq!(feed.len(), 1);
    }
}
