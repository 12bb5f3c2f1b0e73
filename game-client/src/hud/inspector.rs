//! The net graph's middle: which rows and fields the bytes are for, which fields were predicted wrongly,
//! why others had nothing to move towards, how early inputs were.

mod terms;

use bevy::prelude::*;

use self::terms::term;
use super::figures;
use super::netgraph::{LETTERS, TYPE, is_shown, line};
use crate::frame::Frame;
use crate::inspection::{Inspection, Last};
use crate::language::Words;
use crate::render::palette::{self, Rgb};
use crate::scene::Scene;

/// Parts of the bytes that are shown.
const PARTS: usize = 5;
/// Fields that were predicted wrongly that are shown.
const CAUSES: usize = 3;
/// All lines: two headings, and the last correction, starvation and margins below.
const LINES: usize = PARTS + CAUSES + 5;

#[derive(Component)]
struct Finding(usize);

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, draw.in_set(Frame::Overlay).run_if(is_shown));
}

pub(super) fn spawn(lines: &mut ChildSpawnerCommands) {
    for number in 0..LINES {
        lines.spawn((figures("", TYPE, palette::TEXT), Finding(number)));
    }
}

/// The lines with their colours. There are always as many, so that nothing below them jumps.
fn findings(inspection: &Inspection, words: &Words) -> Vec<(String, Rgb)> {
    let say = |key| words.say(key);
    let mut lines = Vec::with_capacity(LINES);
    lines.push((line(&say("net-bytes"), &say("net-most")), palette::TEXT_DIM));
    for place in 0..PARTS {
        let Some(part) = inspection.parts.get(place) else {
            lines.push((String::new(), palette::TEXT));
            continue;
        };
        let name = format!("  {:<9}{:>7.0}", term(part.name, words), part.bytes_per_second);
        let share = |bytes: f32| 100.0 * bytes / part.bytes_per_second.max(0.001);
        let field = part
            .field
            .map(|(field, bytes)| format!("{} {:.0} %", term(field, words), share(bytes)));
        lines.push((line(&name, &field.unwrap_or_default()), palette::TEXT));
    }
    lines.push((line(&say("net-wrong"), &say("net-wrong-most")), palette::TEXT_DIM));
    for place in 0..CAUSES {
        let cause = inspection.causes.get(place).map(|cause| {
            let name = format!("  {}", term(cause.field, words));
            line(&name, &format!("{}{:>10.2}", cause.corrections, cause.largest))
        });
        lines.push((cause.unwrap_or_default(), palette::TEXT));
    }
    lines.push((last(inspection.last.as_ref(), words), palette::TEXT));
    let [late, lost, left_out] = inspection.starved_percent;
    let worst = late + lost + left_out;
    let colour = match worst {
        worst if worst > 2.0 => palette::DANGER,
        worst if worst > 0.5 => palette::WARNING,
        _ => palette::HEALTH,
    };
    let tenths = |value: f64| format!("{value:.1}").into();
    let parts = [("late", tenths(late)), ("lost", tenths(lost)), ("left_out", tenths(left_out))];
    let starved = words.say_with("net-starved-parts", &parts);
    lines.push((line(&say("net-starved-percent"), &starved), colour));
    let margins = inspection.margins.map_or_else(String::new, |[least, one, median]| {
        let parts = [("least", tenths(least)), ("one", tenths(one)), ("median", tenths(median))];
        words.say_with("net-margins", &parts)
    });
    let colour = match inspection.margins {
        Some([_, one, _]) if one < -1.0 => palette::DANGER,
        Some([_, one, _]) if one < 0.0 => palette::WARNING,
        _ => palette::HEALTH,
    };
    lines.push((line(&say("net-inputs-early"), &margins), colour));
    lines
}

/// The last correction in a line; what does not fit is cut.
fn last(last: Option<&Last>, words: &Words) -> String {
    let Some(last) = last else { return String::new() };
    let moved = match last.moved_cm {
        Some(cm) if cm > 0.0 => format!("{cm:.1} cm: "),
        _ => String::new(),
    };
    let missed = if last.missed { words.say("net-missed") } else { "".into() };
    let missed = if missed.is_empty() { String::new() } else { format!("{missed}, ") };
    let fields: Vec<_> = last.fields.iter().map(|field| term(field, words)).collect();
    let said = format!("{}: {moved}{missed}{}", words.say("net-last"), fields.join(", "));
    if said.chars().count() <= LETTERS {
        return said;
    }
    said.chars().take(LETTERS - 3).chain("...".chars()).collect()
}

fn draw(
    scene: Res<Scene>,
    words: Res<Words>,
    mut before: Local<Option<u32>>,
    mut lines: Query<(&Finding, &mut Text, &mut TextColor)>,
) {
    if *before == Some(scene.inspection.number) && !words.is_changed() {
        return;
    }
    *before = Some(scene.inspection.number);
    let findings = findings(&scene.inspection, &words);
    for (Finding(number), mut text, mut colour) in &mut lines {
        if let Some((said, of)) = findings.get(*number) {
            if text.0 != *said {
                text.0.clone_from(said);
            }
            colour.0 = palette::color(*of);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspection::{Cause, Part};
    use crate::language::Language;

    #[test]
    fn as_many_lines_whatever_there_is_to_say_and_none_too_long() {
        let field = Some(("rocket_cooldown_ticks", 99_999.0));
        let part = Part { name: "framing", bytes_per_second: 99_999.0, field };
        let cause =
            Cause { field: "rocket_cooldown_ticks", corrections: 99_999, largest: 4_096.25 };
        let fields = vec!["velocity_x", "velocity_y", "dash_cooldown_ticks", "hurt_from"];
        let full = Inspection {
            parts: vec![part; 9],
            causes: vec![cause; 9],
            last: Some(Last { moved_cm: Some(1_234.5), fields, missed: true }),
            starved_percent: [99.9; 3],
            margins: Some([-15.9; 3]),
            seconds: Vec::new(),
            number: 1,
        };
        for language in [Language::English, Language::Spanish] {
            let words = Words::of(language);
            for inspection in [&Inspection::default(), &full] {
                let lines = findings(inspection, &words);
                assert_eq!(lines.len(), LINES);
                for (said, _) in &lines {
                    assert!(said.chars().count() <= LETTERS, "{said:?}");
                }
                // What stands on the left and on the right must not meet.
                let [.., margins] = &lines[..] else { panic!("there are lines") };
                let name = format!("{} ", words.say("net-inputs-early"));
                assert!(margins.0.starts_with(&name), "{margins:?}");
            }
        }
    }
}
