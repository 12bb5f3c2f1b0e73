//! What lies over the picture while playing. Each part is a file: what it says, where it stands, how
//! it changes.

mod banner;
mod contest;
mod cursor;
mod edges;
mod feed;
mod inspector;
mod minimap;
mod netgraph;
mod objective;
mod own;
mod plates;
mod reading;
mod sight;
mod solid;
mod timeline;
mod vitals;
mod watching;

use bevy::prelude::*;

pub use self::contest::team_name;
pub use self::netgraph::Shown as NetGraphShown;
pub use self::reading::clock;
pub use self::solid::Solid;
use crate::font;
use crate::frame::Frame;
use crate::render::palette::{self, Rgb};
use crate::screen::standings::{self, Covers};
use crate::settings::{REM, Settings};
use crate::state::Stage;

/// How dense panels are. Colours are mixed by their light, so that even a twentieth of a white edge behind a panel is seen
/// through its words.
const PANEL_ALPHA: f32 = 1.0;

/// Everything that belongs to playing, shown and hidden together.
#[derive(Component)]
struct Hud;

/// Goes while the table of scores lies over it.
#[derive(Component)]
struct UnderTable;

/// What has a width of its own, in pixels with words of their usual size: what changes in it moves nothing else.
#[derive(Component)]
struct Steady(f32);

/// All parts.
pub fn plugin(app: &mut App) {
    app.add_plugins((
        vitals::plugin,
        reading::plugin,
        contest::plugin,
        objective::plugin,
        feed::plugin,
        banner::plugin,
        (solid::plugin, plates::plugin, own::plugin),
        netgraph::plugin,
        (cursor::plugin, edges::plugin, sight::plugin),
        minimap::plugin,
        watching::plugin,
    ))
    .add_systems(Update, reveal.in_set(Frame::Overlay).after(standings::reveal))
    .add_systems(Update, steady.in_set(Frame::Overlay).run_if(resource_changed::<Settings>));
}

fn reveal(
    (stage, table): (Res<State<Stage>>, Res<Covers>),
    mut parts: Query<(&mut Visibility, Has<UnderTable>), With<Hud>>,
) {
    let playing = *stage.get() == Stage::Playing;
    for (mut visibility, under) in &mut parts {
        let shown = playing && !(under && table.0);
        visibility.set_if_neq(if shown { Visibility::Inherited } else { Visibility::Hidden });
    }
}

/// Gives what stays as wide as it is its width.
fn steady(settings: Res<Settings>, mut parts: Query<(&Steady, &mut Node)>) {
    for (Steady(width), mut node) in &mut parts {
        node.min_width = px(width * settings.text_scale);
    }
}

/// A text of one colour. `size` is in pixels at the usual size of words, which a setting changes.
pub fn text(words: &str, size: f32, colour: Rgb) -> impl Bundle {
    (
        Text::new(words),
        TextFont { font_size: FontSize::Rem(size / REM), ..default() },
        TextColor(palette::color(colour)),
    )
}

/// A line of a table whose columns are made with spaces, in pixels that no setting changes.
pub fn figures(words: &str, size: f32, colour: Rgb) -> impl Bundle {
    let font = TextFont { font_size: FontSize::Px(size), font: font::MONO.into(), ..default() };
    (Text::new(words), font, TextColor(palette::color(colour)))
}

/// The ground of a group of words, so that they can be read over anything.
pub fn panel(node: Node) -> impl Bundle {
    let node = Node {
        padding: UiRect::axes(px(12), px(8)),
        border_radius: BorderRadius::all(px(6)),
        ..node
    };
    (node, BackgroundColor(palette::translucent(palette::PANEL, PANEL_ALPHA)), Solid)
}

/// A sign in a colour.
pub fn icon(server: &AssetServer, name: &str, size_px: f32, colour: Rgb) -> impl Bundle {
    let image = ImageNode {
        image: crate::assets::icon(server, name),
        color: palette::color(colour),
        ..default()
    };
    (image, Node { width: px(size_px), height: px(size_px), ..default() })
}

/// A bar that is filled from the left; the child is the filling.
fn bar(width_px: f32, height_px: f32, colour: Rgb, marker: impl Component) -> impl Bundle {
    let round = BorderRadius::all(px(3));
    let track =
        Node { width: px(width_px), height: px(height_px), border_radius: round, ..default() };
    let fill =
        Node { width: percent(100), height: percent(100), border_radius: round, ..default() };
    (
        track,
        BackgroundColor(palette::color(palette::TRACK)),
        children![(fill, BackgroundColor(palette::color(colour)), marker)],
    )
}
