//! What the player tells whoever runs the server of others, between the screen and the network.

use bevy::ecs::resource::Resource;
use game_sim::{ComplaintAnswer, Misdeed, PilotId};

/// Complaints of this session.
#[derive(Resource, Clone, Debug, Default)]
pub struct Complaints {
    /// Of whom the screen is about, with the name.
    pub about: Option<(PilotId, String)>,
    /// What is to be sent.
    pub outgoing: Vec<(PilotId, Misdeed)>,
    /// What became of the last one, once the server has said so.
    pub answer: Option<ComplaintAnswer>,
}

impl Complaints {
    /// Has a complaint sent of whom the screen is about.
    pub fn send(&mut self, misdeed: Misdeed) {
        self.answer = None;
        self.outgoing.extend(self.about.take().map(|(pilot, _)| (pilot, misdeed)));
    }

    /// The key of what became of the last one.
    pub fn key(&self) -> Option<&'static str> {
        Some(match self.answer? {
            ComplaintAnswer::Taken => "complain-taken",
            ComplaintAnswer::TooMany => "complain-too-many",
            ComplaintAnswer::NotKept => "complain-not-kept",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_goes_out_once_and_the_answer_is_of_the_last_one() {
        let mut complaints = Complaints {
            about: Some((PilotId(3), "Bo".to_owned())),
            answer: Some(ComplaintAnswer::TooMany),
            ..Complaints::default()
        };
        complaints.send(Misdeed::Spam);
        complaints.send(Misdeed::Spam);
        assert_eq!(complaints.outgoing, [(PilotId(3), Misdeed::Spam)]);
        assert_eq!(complaints.key(), None);
    }
}
