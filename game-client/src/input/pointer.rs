//! Where the player points with the mouse. The pointer is the system's, or it is captured: then it can't leave the
//! window in the middle of a fight, and each count of the mouse moves it by as much as the player wants.
//!
//! Only the fight captures it. Every page that has something to click, another window in front and the player's
//! choice give it back, where it was (docs/decisions/0052-the-fight-captures-the-pointer.md).

use bevy::input::mouse::AccumulatedMouseMotion;
use bevy::prelude::*;
use bevy::window::{CursorGrabMode, CursorOptions, PrimaryWindow};

use crate::frame::Frame;
use crate::options::Options;
use crate::settings::{PointerMode, Settings};
use crate::state::Page;

/// The pointer, whoever moves it.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct Pointer {
    /// In pixels of the window, from the upper left; nothing while it is elsewhere.
    at: Option<Vec2>,
    captured: bool,
    /// The system does not give it away: it stays the system's until the next time.
    refused: bool,
    moved: bool,
}

impl Pointer {
    /// Where it is, in pixels of the window from the upper left; nothing while it is outside.
    pub fn at(&self) -> Option<Vec2> {
        self.at
    }

    /// Whether it moved in this frame.
    pub fn has_moved(&self) -> bool {
        self.moved
    }

    /// Whether the system shows none, so that the game must.
    pub fn is_captured(&self) -> bool {
        self.captured
    }
}

#[cfg(test)]
impl Pointer {
    /// The system's, at a place of the window.
    pub fn free(at: Vec2) -> Self {
        Self { at: Some(at), ..Self::default() }
    }
}

/// Moves the pointer before anything asks for it.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Pointer>()
        .add_systems(Update, (capture, follow).chain().in_set(Frame::Input).before(super::Read));
}

/// Takes the pointer when the fight begins, and gives it back.
fn capture(
    settings: Res<Settings>,
    options: Res<Options>,
    page: Res<State<Page>>,
    window: Single<(&mut Window, &mut CursorOptions), With<PrimaryWindow>>,
    mut pointer: ResMut<Pointer>,
) {
    let (mut window, mut cursor) = window.into_inner();
    let wanted = settings.mouse.pointer == PointerMode::Captured
        && *page.get() == Page::Fight
        && window.focused
        && !options.is_unattended();
    pointer.refused &= wanted;
    if pointer.captured && cursor.grab_mode == CursorGrabMode::None {
        // bevy has tried in the frame before, and says so by this.
        pointer.refused = true;
    }
    let wanted = wanted && !pointer.refused;
    if wanted == pointer.captured {
        return;
    }
    pointer.captured = wanted;
    cursor.visible = !wanted;
    cursor.grab_mode = if wanted { CursorGrabMode::Locked } else { CursorGrabMode::None };
    if wanted {
        pointer.at = Some(window.cursor_position().unwrap_or(window.size() / 2.0));
    } else if window.focused && !pointer.refused {
        // It goes on from where the player saw it last. In another window it is not ours to move.
        window.set_cursor_position(pointer.at);
    }
}

fn follow(
    settings: Res<Settings>,
    motion: Res<AccumulatedMouseMotion>,
    window: Single<&Window, With<PrimaryWindow>>,
    mut cursor: MessageReader<CursorMoved>,
    mut pointer: ResMut<Pointer>,
) {
    let system_moved = cursor.read().count() > 0;
    let next = if pointer.captured {
        let before = pointer.at.unwrap_or(window.size() / 2.0);
        Pointer {
            at: Some(moved(before, motion.delta, &settings, &window)),
            moved: motion.delta != Vec2::ZERO,
            ..*pointer
        }
    } else {
        Pointer { at: window.cursor_position(), moved: system_moved, ..*pointer }
    };
    pointer.set_if_neq(next);
}

/// A count of the mouse is a pixel of the screen, as the system has it that does not speed the mouse up.
fn moved(before: Vec2, counts: Vec2, settings: &Settings, window: &Window) -> Vec2 {
    let way = counts * settings.mouse.sensitivity / window.scale_factor();
    (before + way).clamp(Vec2::ZERO, window.size())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::state::app::StatesPlugin;
    use clap::Parser;

    /// A program with a window of 800 x 600, the pointer at 100, 100 and the page that is said.
    fn run(settings: Settings, page: Page) -> App {
        let mut app = App::new();
        app.add_plugins(StatesPlugin)
            .insert_resource(Options::parse_from(["game-client"]))
            .insert_resource(settings)
            .init_resource::<AccumulatedMouseMotion>()
            .add_message::<CursorMoved>()
            .insert_state(page);
        let mut window = Window { resolution: (800, 600).into(), ..Window::default() };
        window.set_cursor_position(Some(Vec2::splat(100.0)));
        app.world_mut().spawn((window, CursorOptions::default(), PrimaryWindow));
        plugin(&mut app);
        app.update();
        app
    }

    /// Moves the mouse by so many counts.
    fn motion(app: &mut App, x: f32, y: f32) {
        app.insert_resource(AccumulatedMouseMotion { delta: Vec2::new(x, y) });
        app.update();
        app.insert_resource(AccumulatedMouseMotion::default());
    }

    fn turn_to(app: &mut App, page: Page) {
        app.world_mut().resource_mut::<NextState<Page>>().set(page);
        app.update();
    }

    fn at(app: &App) -> Vec2 {
        app.world().resource::<Pointer>().at().unwrap()
    }

    fn window(app: &mut App) -> (Window, CursorOptions) {
        let mut windows = app.world_mut().query::<(&Window, &CursorOptions)>();
        let (window, cursor) = windows.single(app.world()).unwrap();
        (window.clone(), cursor.clone())
    }

    fn set(app: &mut App, change: impl FnOnce(&mut Window, &mut CursorOptions)) {
        let mut windows = app.world_mut().query::<(&mut Window, &mut CursorOptions)>();
        let (mut window, mut cursor) = windows.single_mut(app.world_mut()).unwrap();
        change(&mut window, &mut cursor);
    }

    #[test]
    fn a_captured_pointer_moves_as_far_as_the_player_wants_and_stays_in_the_window() {
        for (sensitivity, there) in [(1.0, 130.0), (2.0, 160.0), (0.1, 103.0)] {
            let mut settings = Settings::default();
            settings.mouse.sensitivity = sensitivity;
            let mut app = run(settings, Page::Fight);
            assert_eq!(at(&app), Vec2::splat(100.0), "it begins where it was");
            motion(&mut app, 30.0, 30.0);
            assert!((at(&app) - there).length() < 1e-3, "{} with {sensitivity}", at(&app));
            assert!(app.world().resource::<Pointer>().has_moved());
            motion(&mut app, -1e4, 1e5);
            assert_eq!(at(&app), Vec2::new(0.0, 600.0));
        }
    }

    #[test]
    fn the_systems_pointer_is_followed_whatever_the_sensitivity_is() {
        let mut settings = Settings::default();
        (settings.mouse.pointer, settings.mouse.sensitivity) = (PointerMode::System, 5.0);
        let mut app = run(settings, Page::Fight);
        motion(&mut app, 30.0, 30.0);
        assert_eq!(at(&app), Vec2::splat(100.0));
        let (_, cursor) = window(&mut app);
        assert!(cursor.visible && cursor.grab_mode == CursorGrabMode::None);
    }

    #[test]
    fn the_fight_has_the_pointer_and_menus_get_it_where_it_was() {
        let mut app = run(Settings::default(), Page::Fight);
        let (_, cursor) = window(&mut app);
        assert!(!cursor.visible && cursor.grab_mode == CursorGrabMode::Locked);
        motion(&mut app, 200.0, 50.0);
        for page in [Page::Pause, Page::Chat, Page::Quick, Page::Vote, Page::Title] {
            turn_to(&mut app, page);
            let (free, cursor) = window(&mut app);
            assert!(cursor.visible && cursor.grab_mode == CursorGrabMode::None, "{page:?}");
            assert_eq!(free.cursor_position(), Some(Vec2::new(300.0, 150.0)));
            turn_to(&mut app, Page::Fight);
            assert!(app.world().resource::<Pointer>().is_captured());
        }
    }

    #[test]
    fn another_window_in_front_has_the_pointer_and_keeps_it() {
        let mut app = run(Settings::default(), Page::Fight);
        motion(&mut app, 200.0, 50.0);
        set(&mut app, |window, _| window.focused = false);
        app.update();
        let (behind, cursor) = window(&mut app);
        assert!(cursor.visible && cursor.grab_mode == CursorGrabMode::None);
        assert_eq!(behind.cursor_position(), Some(Vec2::splat(100.0)), "it is not moved there");
        set(&mut app, |window, _| window.focused = true);
        app.update();
        assert!(app.world().resource::<Pointer>().is_captured());
    }

    #[test]
    fn where_the_system_gives_it_not_away_its_own_is_used() {
        let mut app = run(Settings::default(), Page::Fight);
        set(&mut app, |_, cursor| cursor.grab_mode = CursorGrabMode::None);
        app.update();
        let pointer = *app.world().resource::<Pointer>();
        assert!(!pointer.is_captured() && window(&mut app).1.visible);
        app.update();
        assert!(!app.world().resource::<Pointer>().is_captured(), "it is not asked in each frame");
        turn_to(&mut app, Page::Pause);
        turn_to(&mut app, Page::Fight);
        assert!(app.world().resource::<Pointer>().is_captured(), "but the next time");
    }
}
