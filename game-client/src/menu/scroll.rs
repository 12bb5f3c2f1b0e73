//! A column that is longer than its place: it is scrolled by the wheel, by walking in it, or by the bar at its side.
//!
//! It never rests in the middle of a row. Whatever moved it, it goes on to the next row in that way, and it ends
//! below the last row that is whole: half a row at its edge looks like a mistake.

use bevy::prelude::*;
use bevy::ui_widgets::{ControlOrientation, ScrollArea, Scrollbar, ScrollbarThumb};

use super::theme;
use crate::frame::Frame;
use crate::render::palette;

/// What rounding makes of places, in pixels.
const ROUNDING: f32 = 0.6;

/// A column that rests at rows only.
#[derive(Component, Default)]
struct Rests {
    /// Where it was in the last frame, in pixels.
    before: f32,
}

/// The place of a column, whose whole height it may have.
#[derive(Component)]
struct Room;

/// Keeps all columns at their rows.
pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, (rest, hide_idle_bars).chain().in_set(Frame::Overlay));
}

/// Adds one; `marker` stands on the column that its rows go into.
pub fn column(panel: &mut ChildSpawnerCommands, node: Node, marker: impl Bundle) {
    let whole = Node { flex_grow: 1.0, min_height: px(0), column_gap: px(8), ..node };
    panel.spawn((whole, Room)).with_children(|whole| {
        let column = Node {
            flex_direction: FlexDirection::Column,
            flex_grow: 1.0,
            row_gap: px(5),
            overflow: Overflow::scroll_y(),
            ..default()
        };
        let column = whole.spawn((column, ScrollArea, Rests::default(), marker)).id();
        let round = BorderRadius::all(px(4));
        let track = Node { width: px(8), flex_shrink: 0.0, border_radius: round, ..default() };
        let ground = BackgroundColor(palette::translucent(theme::GROUND, 0.6));
        let bar = Scrollbar::new(column, ControlOrientation::Vertical, 24.0);
        whole.spawn((track, ground, bar)).with_children(|track| {
            let node = Node { position_type: PositionType::Absolute, ..default() };
            let colour = BackgroundColor(palette::color(theme::CHOSEN));
            let thumb = ScrollbarThumb { border_radius: round, ..default() };
            track.spawn((node, colour, thumb));
        });
    });
}

/// Hides the bars beside columns that have nothing to scroll.
fn hide_idle_bars(mut bars: Query<(&Scrollbar, &mut Visibility)>, columns: Query<&ComputedNode>) {
    for (bar, mut visibility) in &mut bars {
        let scrolls = columns.get(bar.target).is_ok_and(|column| {
            // Half a pixel is what rounding makes of a column that just fits.
            column.content_size().y > column.size().y + 0.5
        });
        visibility.set_if_neq(if scrolls { Visibility::Inherited } else { Visibility::Hidden });
    }
}

type Columns<'a> = (
    &'a mut Rests,
    &'a mut Node,
    &'a mut ScrollPosition,
    &'a Children,
    &'a ChildOf,
    &'a ComputedNode,
    &'a UiGlobalTransform,
);

fn rest(
    mut columns: Query<Columns>,
    rooms: Query<&ComputedNode, With<Room>>,
    nodes: Query<(&ComputedNode, &UiGlobalTransform), Without<Rests>>,
) {
    for (mut rests, mut node, mut position, children, parent, column, place) in &mut columns {
        let Ok(room) = rooms.get(parent.parent()) else { continue };
        let scale = column.inverse_scale_factor();
        let top = place.translation.y - column.size().y / 2.0 - column.scroll_position.y;
        let rows: Vec<(f32, f32)> = children
            .iter()
            .filter_map(|child| nodes.get(child).ok())
            .filter(|(row, _)| !row.is_empty())
            .map(|(row, place)| {
                let middle = place.translation.y - top;
                let half = row.size().y / 2.0;
                ((middle - half) * scale, (middle + half) * scale)
            })
            .collect();
        let room = room.size().y * scale;
        let (at, height) =
            resting(&rows, position.y, rests.before, room).unwrap_or((position.y, room));
        if (position.y - at).abs() > ROUNDING {
            position.y = at;
        }
        rests.before = position.y;
        // What it does not take is air below it, so that its place stays as high.
        let whole = rows.last().is_none_or(|(_, end)| *end <= room + ROUNDING);
        let air = px(if whole { 0.0 } else { (room - height).max(0.0) });
        if node.margin.bottom != air {
            node.margin.bottom = air;
        }
    }
}

/// Where a column of these rows (their tops and bottoms, from the first one's top) rests that was moved from `before`
/// to `now`, and how high it is there with so much room, all in pixels. Nothing where not even a row fits.
fn resting(rows: &[(f32, f32)], now: f32, before: f32, room: f32) -> Option<(f32, f32)> {
    let room = room + ROUNDING;
    let (_, end) = *rows.last()?;
    let last = rows.iter().map(|(top, _)| *top).find(|top| end - top <= room)?;
    let tops = || rows.iter().map(|(top, _)| *top).filter(|top| *top <= last);
    let at = if now > before + ROUNDING {
        tops().find(|top| *top >= now - ROUNDING).unwrap_or(last)
    } else {
        tops().rfind(|top| *top <= now + ROUNDING).unwrap_or(0.0)
    };
    let bottoms = rows.iter().map(|(_, bottom)| bottom - at);
    let height = bottoms.filter(|bottom| *bottom <= room).fold(0.0, f32::max);
    (height > 0.0).then(|| (at, height.round()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two high rows and many low ones, 5 pixels apart.
    fn rows() -> Vec<(f32, f32)> {
        let heights = [36.0, 36.0, 20.0].into_iter().chain([28.0; 18]);
        let row = |from: &mut f32, height| {
            let row = (*from, *from + height);
            *from += height + 5.0;
            Some(row)
        };
        heights.scan(0.0, row).collect()
    }

    #[test]
    fn no_row_is_cut_wherever_the_column_was_moved_to() {
        let rows = rows();
        let end = rows.last().unwrap().1;
        for room in [90.0, 200.0, 463.0] {
            for (now, before) in (0..70).flat_map(|now| [(now, now - 4), (now, now + 4)]) {
                let (now, before) = (now as f32 * 9.3, before as f32 * 9.3);
                let (at, height) = resting(&rows, now.min(end - room), before, room).unwrap();
                assert!(height <= room + ROUNDING, "{room}, {now}");
                for (top, bottom) in rows.iter().map(|(top, bottom)| (top - at, bottom - at)) {
                    let out = bottom <= ROUNDING || top >= height - ROUNDING;
                    let inside = top >= -ROUNDING && bottom <= height + ROUNDING;
                    assert!(out || inside, "{room}, {now}: {top} to {bottom} of {height}");
                }
            }
        }
    }

    #[test]
    fn every_way_leads_to_its_end() {
        let (rows, room) = (rows(), 200.0);
        let end = rows.last().unwrap().1;
        let mut at = 0.0;
        for _ in 0..40 {
            at = resting(&rows, at + 1.0, at, room).unwrap().0;
        }
        let (_, height) = resting(&rows, at, at, room).unwrap();
        assert_eq!(at + height, end, "the last row is there");
        for _ in 0..40 {
            at = resting(&rows, at - 1.0, at, room).unwrap().0;
        }
        assert_eq!(at, 0.0);
        assert_eq!(resting(&rows, 0.0, 0.0, 30.0), None, "no row fits");
        assert_eq!(resting(&[], 0.0, 0.0, 30.0), None);
    }
}
