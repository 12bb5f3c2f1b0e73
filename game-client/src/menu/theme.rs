//! How screens look: their colours, their sizes, their grounds.

use bevy::prelude::*;

use crate::font;
use crate::hud::Solid;
use crate::render::palette::{self, Rgb};
use crate::settings::REM;
use crate::state::Page;

/// What is chosen, and what leads on.
pub const ACCENT: Rgb = [70, 200, 255];
/// The ground of what can be chosen.
pub const BUTTON: Rgb = [30, 37, 52];
/// The same while it is chosen.
pub const CHOSEN: Rgb = [38, 78, 108];
/// The same while it is pressed.
pub const PRESSED: Rgb = [58, 118, 156];
/// Text that must be read.
pub const TEXT: Rgb = [240, 244, 250];
/// Text that explains.
pub const DIM: Rgb = [164, 174, 192];
/// Something is wrong.
pub const WRONG: Rgb = [255, 112, 104];
/// Something may go wrong.
pub const DOUBT: Rgb = [255, 196, 84];
/// Something is good.
pub const GOOD: Rgb = [88, 222, 152];
/// The ground of a screen.
pub const GROUND: Rgb = [9, 12, 19];
/// The ground of a panel on it.
pub const PANEL: Rgb = [18, 23, 34];

/// Above everything of the fight.
const ABOVE: i32 = 20;

/// A text of one colour; `size` as in [`crate::hud::text`].
pub fn text(words: &str, size: f32, colour: Rgb) -> impl Bundle {
    crate::hud::text(words, size, colour)
}

/// A bold one.
pub fn bold(words: &str, size: f32, colour: Rgb) -> impl Bundle {
    let font =
        TextFont { font_size: FontSize::Rem(size / REM), font: font::BOLD.into(), ..default() };
    (Text::new(words), font, TextColor(palette::color(colour)))
}

/// The root of a page that covers everything, and goes with it.
pub fn screen(page: Page) -> impl Bundle {
    let ground = BackgroundGradient::from(LinearGradient {
        angle: std::f32::consts::PI,
        stops: vec![
            palette::color([20, 30, 48]).into(),
            palette::color(GROUND).into(),
            palette::color([6, 8, 13]).into(),
        ],
        ..default()
    });
    (whole(page), ground)
}

/// The root of a page over the fight, which stays in sight.
pub fn veil(page: Page) -> impl Bundle {
    (whole(page), BackgroundColor(palette::translucent(GROUND, 0.55)))
}

fn whole(page: Page) -> impl Bundle {
    let node = Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        height: percent(100),
        flex_direction: FlexDirection::Column,
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        row_gap: px(14),
        padding: UiRect::axes(px(24), px(18)),
        ..default()
    };
    (node, GlobalZIndex(ABOVE), DespawnOnExit(page))
}

/// A column on a ground of its own.
pub fn panel(node: Node) -> impl Bundle {
    let row_gap = if node.row_gap == Val::ZERO { px(8) } else { node.row_gap };
    let node = Node {
        flex_direction: FlexDirection::Column,
        padding: UiRect::all(px(18)),
        row_gap,
        border_radius: BorderRadius::all(px(10)),
        ..node
    };
    (node, BackgroundColor(palette::color(PANEL)), Solid)
}

/// A row, or with [`FlexDirection::Column`] a column, without a ground.
pub fn line(gap: f32) -> Node {
    Node { align_items: AlignItems::Center, column_gap: px(gap), row_gap: px(gap), ..default() }
}
