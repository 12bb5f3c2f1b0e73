//! What the player tells whoever runs the server of others, between the screen and the network.

use bevy::ecs::resource::Resource;
use game_sim::{ComplaintAnswer, Misdeed, PilotId};

use crate::scene::Scene;

/// Complaints of this session.
#[derive(Resource, Clone, Debug, Default)]
pub struct Complaints {
    /// Of whom the screen is about, with the name.
    pub about: Option<(PilotId, String)>,
    /// What is to be sent.
    pub outgoing: Vec<(PilotId, Misdeed)>,
    /// What became of the last one, once the server has said so.
    pub answer: Option<ComplaintAnswer>,
    /// Whether the last one was of somebody who had left by then.
    pub gone: bool,
}

impl Complaints {
    /// Has a complaint sent of whom the screen is about: of the name, wherever it sits by now. Somebody else may have
    /// taken the place meanwhile, and nobody is to be reported for another.
    pub fn send(&mut self, misdeed: Misdeed, scene: &Scene) {
        let Some((pilot, name)) = self.about.take() else { return };
        let here = scene.line(pilot).filter(|line| line.name == name);
        let here = here.or_else(|| scene.scores.iter().find(|line| line.name == name));
        (self.answer, self.gone) = (None, here.is_none());
        self.outgoing.extend(here.map(|line| (line.id, misdeed)));
    }

    /// Forgets what became of the last one.
    pub fn forget(&mut self) {
        (self.answer, self.gone) = (None, false);
    }

    /// The key of what became of the last one.
    pub fn key(&self) -> Option<&'static str> {
        if self.gone {
            return Some("complain-gone");
        }
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
    use crate::scene::ScoreLine;

    #[test]
    fn a_complaint_goes_out_once_and_the_answer_is_of_the_last_one() {
        let mut complaints = Complaints {
            about: Some((PilotId(3), "Bo".to_owned())),
            answer: Some(ComplaintAnswer::TooMany),
            ..Complaints::default()
        };
        let scene = scene(&[(3, "Bo")]);
        complaints.send(Misdeed::Spam, &scene);
        complaints.send(Misdeed::Spam, &scene);
        assert_eq!(complaints.outgoing, [(PilotId(3), Misdeed::Spam)]);
        assert_eq!(complaints.key(), None);
    }

    #[test]
    fn whoever_has_taken_the_place_of_another_is_not_reported_for_it() {
        let sent = |scene: &Scene| {
            let about = Some((PilotId(3), "Bo".to_owned()));
            let mut complaints = Complaints { about, ..Complaints::default() };
            complaints.send(Misdeed::Cheating, scene);
            (complaints.outgoing.first().map(|(pilot, _)| *pilot), complaints.key())
        };
        assert_eq!(sent(&scene(&[(3, "Ann"), (5, "Bo")])), (Some(PilotId(5)), None));
        assert_eq!(sent(&scene(&[(3, "Ann")])), (None, Some("complain-gone")));
        assert_eq!(sent(&scene(&[(1, "Bo"), (3, "Bo")])), (Some(PilotId(3)), None));
    }

    fn scene(here: &[(u16, &str)]) -> Scene {
        let line =
            |&(id, name): &(u16, &str)| ScoreLine { name: name.to_owned(), ..ScoreLine::of(id) };
        Scene { scores: here.iter().map(line).collect(), ..Scene::default() }
    }
}
