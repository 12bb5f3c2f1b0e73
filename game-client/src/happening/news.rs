//! What is told beside the fight: that somebody wrote a line, that the connection is lost, and that it is back.

use bevy::math::Vec2;

use super::{Happening, What};
use crate::chat::Chat;
use crate::link::Link;
use crate::render::palette::Side;

/// What was known of it.
#[derive(Default)]
pub(super) struct News {
    /// The last line that somebody else wrote.
    line: Option<u64>,
    lost: bool,
}

impl News {
    pub(super) fn notice(&mut self, chat: &Chat, link: &Link, tell: &mut impl FnMut(Happening)) {
        let mut say = |what| tell(Happening { what, side: Side::Own, point: Vec2::ZERO });
        let others = chat.lines.iter().rev().find(|line| !line.own && line.name.is_some());
        let line = others.map(|line| line.number);
        if line.is_some() && line > self.line {
            say(What::Said);
        }
        self.line = self.line.max(line);
        let lost = link.broken.is_some();
        match (self.lost, lost) {
            (false, true) => say(What::ConnectionLost),
            (true, false) => say(What::ConnectionBack),
            _ => {}
        }
        self.lost = lost;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Muted;

    #[test]
    fn a_line_of_somebody_else_and_each_turn_of_the_connection_are_told_once() {
        let (mut chat, mut link, mut news) = (Chat::default(), Link::default(), News::default());
        let mut look = |chat: &Chat, link: &Link| {
            let mut told = Vec::new();
            news.notice(chat, link, &mut |happening| told.push(happening.what));
            told
        };
        assert_eq!(look(&chat, &link), []);
        chat.hear(&Muted::default(), "me", "hello", true, false);
        chat.tell("for you alone");
        assert_eq!(look(&chat, &link), [], "the own words are no news");
        chat.hear(&Muted::default(), "Bea", "hello", false, false);
        chat.hear(&Muted::default(), "me", "hello", true, false);
        assert_eq!(look(&chat, &link), [What::Said]);
        assert_eq!(look(&chat, &link), []);
        chat.renew();
        assert_eq!(look(&chat, &link), []);
        chat.hear(&Muted::default(), "Bea", "again", false, true);
        link.broken = Some(("lost the server".to_owned(), 0.0));
        assert_eq!(look(&chat, &link), [What::Said, What::ConnectionLost]);
        link.broken = Some(("lost the server".to_owned(), 1.0));
        assert_eq!(look(&chat, &link), []);
        link.broken = None;
        assert_eq!(look(&chat, &link), [What::ConnectionBack]);
    }
}
