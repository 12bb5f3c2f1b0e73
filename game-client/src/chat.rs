//! What players write to each other: what came, what is to go, and whom the player does not want to read.
//!
//! The server has cleaned names and lines of what plays tricks (game-sim/src/name.rs). The client cleans them again by
//! the same rules before it shows them, names where they come in (game-bots/src/roster.rs): a server may be anybody's.

use std::collections::{BTreeSet, VecDeque};

use bevy::ecs::resource::Resource;
use game_sim::{Unsaid, name};

/// Lines that are kept.
const LINES: usize = 60;
/// Letters that a line may have.
pub const LETTERS: usize = name::LINE;
/// How long a line is shown while nobody types, in seconds.
pub const SHOWN_S: f32 = 9.0;

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// No other line of the program has it.
    pub number: u64,
    /// Whose; nobody's when the game itself says something to the player.
    pub name: Option<String>,
    /// What.
    pub text: String,
    /// Whether the player wrote it.
    pub own: bool,
    /// Whether only the own team reads it.
    pub team: bool,
    /// How long ago.
    pub age_s: f32,
}

/// The chat of this session.
#[derive(Resource, Clone, Debug, Default)]
pub struct Chat {
    /// What was said, the oldest first.
    pub lines: VecDeque<Line>,
    /// What is to be sent, and whether only to the own team.
    pub outgoing: Vec<(String, bool)>,
    /// Whether what is typed now is for the own team.
    pub to_team: bool,
    /// Why the server did not pass on what the player wrote, until it is told.
    pub unsaid: Option<Unsaid>,
    /// Lines that there were, those of former sessions too.
    count: u64,
}

/// Whom the player does not want to read, by name: a client knows no more of others.
#[derive(Resource, Clone, Debug, Default)]
pub struct Muted(BTreeSet<String>);

impl Chat {
    /// Takes a line in, unless its writer is muted.
    pub fn hear(&mut self, muted: &Muted, name: &str, text: &str, own: bool, team: bool) {
        if muted.contains(name) {
            return;
        }
        let (name, text) = (Some(clean(name)), clean(text));
        self.push(Line { number: 0, name, text, own, team, age_s: 0.0 });
    }

    /// Has the game itself say something, to the player alone.
    pub fn tell(&mut self, text: &str) {
        let text = text.to_owned();
        self.push(Line { number: 0, name: None, text, own: true, team: false, age_s: 0.0 });
    }

    /// Another session begins.
    pub fn renew(&mut self) {
        *self = Self { count: self.count, ..Self::default() };
    }

    fn push(&mut self, line: Line) {
        self.count += 1;
        let line = Line { number: self.count, ..line };
        if self.lines.len() == LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// Has a line sent to everybody. Nothing is no line.
    pub fn say(&mut self, text: &str) {
        self.send(text, false);
    }

    /// Has a line sent to the own team.
    pub fn say_to_team(&mut self, text: &str) {
        self.send(text, true);
    }

    /// Has a line sent to whom it is typed for.
    pub fn say_typed(&mut self, text: &str) {
        self.send(text, self.to_team);
    }

    fn send(&mut self, text: &str, to_team: bool) {
        let text = clean(text);
        if !text.is_empty() {
            self.outgoing.push((text, to_team));
        }
    }

    /// Lets time pass.
    pub fn age(&mut self, seconds: f32) {
        for line in &mut self.lines {
            line.age_s += seconds;
        }
    }
}

impl Muted {
    /// Whether somebody is.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Mutes somebody, or listens again. Returns whether they are muted now.
    pub fn toggle(&mut self, name: &str) -> bool {
        if self.0.remove(name) {
            return false;
        }
        self.0.insert(name.to_owned())
    }
}

/// A text without what reorders, hides, piles up or breaks lines (UAX 9, UTS 39), and no longer than a line.
pub fn clean(text: &str) -> String {
    name::clean_chat(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_muted_is_not_heard_until_listened_to_again() {
        let (mut chat, mut muted) = (Chat::default(), Muted::default());
        assert!(muted.toggle("Bo"));
        chat.hear(&muted, "Bo", "hello", false, false);
        assert!(chat.lines.is_empty());
        assert!(!muted.toggle("Bo"));
        chat.hear(&muted, "Bo", "hel\u{202e}lo\n", false, false);
        assert_eq!(chat.lines[0].text, "hello");
    }

    #[test]
    fn lines_are_bounded_and_nothing_is_not_said() {
        let mut chat = Chat::default();
        for number in 0..LINES + 5 {
            chat.hear(&Muted::default(), "Bo", &number.to_string(), false, false);
        }
        assert_eq!((chat.lines.len(), chat.lines[0].text.as_str()), (LINES, "5"));
        chat.say("  ");
        chat.say(&"x".repeat(500));
        assert_eq!((chat.outgoing.len(), chat.outgoing[0].0.len()), (1, LETTERS));
    }

    #[test]
    fn what_the_game_says_is_nobodys_line_and_no_player_can_be_nobody() {
        let mut chat = Chat::default();
        chat.tell("Not sent");
        chat.hear(&Muted::default(), "\u{200b}", "Not sent", false, false);
        assert!(chat.lines[0].name.is_none() && chat.lines[1].name.is_some());
    }
}
