//! The first screen.

use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use crate::assets;
use crate::language::{Say, Words};
use crate::menu::theme::{self, bold, text};
use crate::menu::widget::wide_button;
use crate::options::Options;
use crate::render::palette;
use crate::settings::{Notes, Settings};
use crate::state::{Door, Page};

/// Width by height of the picture behind.
const SHAPE: f32 = 16.0 / 9.0;
/// The name of the game, which no language translates.
const NAME: &str = "TUMULT";

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Page::Title), spawn)
        .add_systems(Update, write.run_if(in_state(Page::Title)));
}

/// A text that depends on the settings.
#[derive(Component)]
enum Line {
    Pilot,
    Version,
    Note,
    Hint,
}

fn spawn(mut commands: Commands, server: Res<AssetServer>) {
    commands.spawn(theme::screen(Page::Title)).with_children(|screen| {
        ground(screen, &server);
        let head = Node { margin: UiRect::bottom(px(26)), ..theme::line(4.0) };
        let head = Node { flex_direction: FlexDirection::Column, ..head };
        screen.spawn(head).with_children(|head| {
            head.spawn(bold(NAME, 104.0, theme::ACCENT));
            head.spawn((text("", 22.0, theme::DIM), Say("title-tagline")));
        });
        screen
            .spawn(wide_button("title-play"))
            .observe(|_: On<Activate>, mut door: Door| door.open(Page::Servers));
        screen
            .spawn(wide_button("title-settings"))
            .observe(|_: On<Activate>, mut door: Door| door.open(Page::Settings));
        screen.spawn(wide_button("title-quit")).observe(
            |_: On<Activate>, mut exit: MessageWriter<AppExit>| {
                exit.write(AppExit::Success);
            },
        );
        let note = Node { max_width: percent(70), margin: UiRect::top(px(18)), ..default() };
        screen.spawn(note).with_child((text("", 18.0, theme::DOUBT), Line::Note));
        let foot = Node {
            position_type: PositionType::Absolute,
            bottom: px(16),
            width: percent(100),
            padding: UiRect::horizontal(px(26)),
            justify_content: JustifyContent::SpaceBetween,
            align_items: AlignItems::End,
            column_gap: px(20),
            ..default()
        };
        // Words that are large break into lines and stay apart.
        screen.spawn(foot).with_children(|foot| {
            for (line, justify) in [
                (Line::Pilot, Justify::Left),
                (Line::Hint, Justify::Center),
                (Line::Version, Justify::Right),
            ] {
                foot.spawn((text("", 17.0, theme::DIM), TextLayout::justify(justify), line));
            }
        });
    });
}

/// A fight, darker where words are. It fills a window of any shape and is cut where it does not fit.
fn ground(screen: &mut ChildSpawnerCommands, server: &AssetServer) {
    let around = Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        height: percent(100),
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        overflow: Overflow::clip(),
        ..default()
    };
    let whole = Node {
        width: vw(100),
        min_width: vh(100.0 * SHAPE),
        aspect_ratio: Some(SHAPE),
        flex_shrink: 0.0,
        ..default()
    };
    let picture = ImageNode {
        image: server.load(assets::path("pictures/title.png")),
        image_mode: NodeImageMode::Stretch,
        ..default()
    };
    let stop = |alpha, at| ColorStop::new(palette::translucent(theme::GROUND, alpha), percent(at));
    let shade = |angle, stops| {
        let veil = Node {
            position_type: PositionType::Absolute,
            width: percent(100),
            height: percent(100),
            ..default()
        };
        (veil, BackgroundGradient::from(LinearGradient { angle, stops, ..default() }))
    };
    screen.spawn(around).with_children(|around| {
        around.spawn((whole, picture));
        let across = vec![stop(0.55, 0), stop(0.96, 32), stop(0.96, 68), stop(0.55, 100)];
        around.spawn(shade(std::f32::consts::FRAC_PI_2, across));
        let down = vec![stop(0.0, 0), stop(0.0, 84), stop(0.9, 100)];
        around.spawn(shade(std::f32::consts::PI, down));
    });
}

fn write(
    words: Res<Words>,
    settings: Res<Settings>,
    options: Res<Options>,
    notes: Res<Notes>,
    pads: Query<(), With<Gamepad>>,
    mut lines: Query<(&Line, &mut Text)>,
) {
    for (line, mut text) in &mut lines {
        let said = match line {
            Line::Pilot => {
                let name = options.name.as_ref().unwrap_or(&settings.name);
                words.say_with("title-you-are", &[("name", name.as_str().into())])
            }
            Line::Version => {
                words.say_with("title-version", &[("version", env!("CARGO_PKG_VERSION").into())])
            }
            Line::Hint if pads.is_empty() => words.say("menu-hint-keys").into_owned(),
            Line::Hint => words.say("menu-hint-pad").into_owned(),
            Line::Note => notes.words(&words),
        };
        if text.0 != said {
            text.0 = said;
        }
    }
}
