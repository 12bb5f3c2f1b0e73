//! Where the player is: the one place that says which screens there are and what leads from one to
//! another.
//!
//! There are two machines. [`Stage`] is how it stands with a server, and the connection (`net`) moves it.
//! [`Page`] is what is on screen and takes the keys, and the player moves it, through a [`Door`]. Each
//! stage has pages of its own; when the stage changes beneath a page, the page follows.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use crate::frame::Frame;

/// How it stands with a server.
#[derive(States, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stage {
    /// There is none.
    #[default]
    Menu,
    /// It has not let us in yet.
    Connecting,
    /// In the game.
    Playing,
    /// The server is gone, or never was there. The reason is shown.
    Lost,
}

/// What is on screen.
#[derive(States, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Page {
    /// The first screen.
    #[default]
    Title,
    /// The lists of servers.
    Servers,
    /// What can be set.
    Settings,
    /// On the way to a server.
    Connecting,
    /// The connection is over.
    Lost,
    /// The fight, with nothing over it.
    Fight,
    /// The menu over the fight.
    Pause,
    /// Who is here, and who is muted.
    Players,
    /// What somebody did, to be told to whoever runs the server.
    Complain,
    /// A line of chat is being typed.
    Chat,
    /// The ready-made messages.
    Quick,
    /// The vote for what is played next.
    Vote,
}

impl Page {
    /// Every page, by the name that scripts know it by.
    pub const ALL: [(&'static str, Self); 12] = [
        ("title", Self::Title),
        ("servers", Self::Servers),
        ("settings", Self::Settings),
        ("connecting", Self::Connecting),
        ("lost", Self::Lost),
        ("fight", Self::Fight),
        ("pause", Self::Pause),
        ("players", Self::Players),
        ("complain", Self::Complain),
        ("chat", Self::Chat),
        ("quick", Self::Quick),
        ("vote", Self::Vote),
    ];

    /// Whether it can be shown in a stage.
    const fn fits(self, stage: Stage) -> bool {
        match stage {
            Stage::Menu => matches!(self, Self::Title | Self::Servers | Self::Settings),
            Stage::Connecting => matches!(self, Self::Connecting),
            Stage::Lost => matches!(self, Self::Lost),
            Stage::Playing => matches!(
                self,
                Self::Fight
                    | Self::Pause
                    | Self::Players
                    | Self::Complain
                    | Self::Chat
                    | Self::Quick
                    | Self::Vote
                    | Self::Settings
            ),
        }
    }

    /// What a stage begins with.
    const fn first(stage: Stage) -> Self {
        match stage {
            Stage::Menu => Self::Title,
            Stage::Connecting => Self::Connecting,
            Stage::Playing => Self::Fight,
            Stage::Lost => Self::Lost,
        }
    }

    /// Where back leads from here: a page, and the stage that it belongs to.
    const fn back(self, stage: Stage) -> (Stage, Self) {
        match (self, stage) {
            (Self::Connecting | Self::Lost, _) => (Stage::Menu, Self::Servers),
            (Self::Settings | Self::Players, Stage::Playing) => (stage, Self::Pause),
            (Self::Complain, Stage::Playing) => (stage, Self::Players),
            (_, Stage::Playing) => (stage, Self::Fight),
            _ => (stage, Self::Title),
        }
    }

    /// Whether the pilot obeys keys and sticks while it is shown: all but those that a menu beside the fight listens
    /// to.
    pub const fn plays(self) -> bool {
        matches!(self, Self::Fight | Self::Quick | Self::Vote)
    }
}

/// Where to play, as the player typed it, and why it ended the last time.
#[derive(Resource, Clone, Debug, Default)]
pub struct Place {
    /// The server's address.
    pub address: String,
    /// What went wrong, as the network said it.
    pub trouble: Option<String>,
    /// Whether to look on without a pilot.
    pub watch: bool,
    /// Whether the settings are to begin with the name: a server did not take it.
    pub rename: bool,
}

/// Leads from one screen to another.
#[derive(SystemParam)]
pub struct Door<'w> {
    stage: Res<'w, State<Stage>>,
    page: Res<'w, State<Page>>,
    next_stage: ResMut<'w, NextState<Stage>>,
    next_page: ResMut<'w, NextState<Page>>,
    place: ResMut<'w, Place>,
}

impl Door<'_> {
    /// Shows another page of the same stage.
    pub fn open(&mut self, page: Page) {
        self.next_page.set(page);
    }

    /// Goes back to where this page was reached from.
    pub fn back(&mut self) {
        let (stage, page) = self.page.get().back(*self.stage.get());
        self.go(stage, page);
    }

    /// Goes to a server, to play or to look on.
    pub fn connect(&mut self, address: &str, watch: bool) {
        address.clone_into(&mut self.place.address);
        self.place.watch = watch;
        self.go(Stage::Connecting, Page::Connecting);
    }

    /// Goes to the last server again to look on, or to play.
    pub fn change_sides(&mut self, watch: bool) {
        self.place.watch = watch;
        self.go(Stage::Connecting, Page::Connecting);
    }

    /// Tries the last server again.
    pub fn again(&mut self) {
        self.go(Stage::Connecting, Page::Connecting);
    }

    /// Leads to where the name is changed, away from a server that did not take it.
    pub fn rename(&mut self) {
        self.place.rename = true;
        self.go(Stage::Menu, Page::Settings);
    }

    /// Leaves the server.
    pub fn leave(&mut self) {
        self.go(Stage::Menu, Page::Title);
    }

    fn go(&mut self, stage: Stage, page: Page) {
        if stage != *self.stage.get() {
            self.next_stage.set(stage);
        }
        self.next_page.set(page);
    }
}

/// Sets both machines up; `stage` is where the program begins.
pub fn plugin(stage: Stage) -> impl Fn(&mut App) + Send + Sync + 'static {
    move |app| {
        app.insert_state(stage)
            .insert_state(Page::first(stage))
            .add_systems(Update, follow.before(Frame::Input));
    }
}

/// For what listens to keys: not in the frame in which its page appeared. The key that led here belongs
/// to the page before.
pub fn settled(page: Res<State<Page>>) -> bool {
    !page.is_changed()
}

/// The stage changed beneath the page.
fn follow(stage: Res<State<Stage>>, page: Res<State<Page>>, mut next: ResMut<NextState<Page>>) {
    if !page.get().fits(*stage.get()) {
        next.set(Page::first(*stage.get()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGES: [Stage; 4] = [Stage::Menu, Stage::Connecting, Stage::Playing, Stage::Lost];

    #[test]
    fn every_stage_begins_with_a_page_of_its_own() {
        for stage in STAGES {
            assert!(Page::first(stage).fits(stage), "{stage:?}");
        }
    }

    #[test]
    fn back_leads_from_everywhere_to_the_title_or_into_the_fight() {
        for stage in STAGES {
            for (name, first) in Page::ALL.into_iter().filter(|(_, page)| page.fits(stage)) {
                let (mut stage, mut page) = (stage, first);
                for _ in 0..4 {
                    (stage, page) = page.back(stage);
                    assert!(page.fits(stage), "{name} leads to {page:?} in {stage:?}");
                }
                assert!(matches!(page, Page::Title | Page::Fight), "{name} ends at {page:?}");
            }
        }
    }
}
