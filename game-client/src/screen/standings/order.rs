//! What each row of the table of scores shows: pilots from the best on, and where there are teams, each team with what
//! it has above its pilots, the player's first. Whoever is below the fold still sees the own line.

use crate::render::palette::Side;
use crate::scene::Scene;

/// What a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// The team of a side.
    Team(Side),
    /// A pilot by its index in the scene's scores, and its place among those that it is listed with, from 1.
    Pilot(usize, usize),
    /// Here some are left out.
    Gap,
}

/// Writes what there is room for in so many lines.
pub(super) fn order(scene: &Scene, lines: usize, entries: &mut Vec<Entry>) {
    entries.clear();
    if !scene.has_teams() {
        list(scene, None, lines, entries);
        return;
    }
    // A head for each, and half of the rest; what one team does not need, the other has.
    let room = lines.saturating_sub(2);
    let sides = [Side::Own, Side::Enemy];
    let counts = sides.map(|side| of(scene, Some(side)).count());
    let half = room.div_ceil(2);
    let ours = counts[0].min(half.max(room.saturating_sub(counts[1])));
    for (side, room) in sides.into_iter().zip([ours, room - ours]) {
        entries.push(Entry::Team(side));
        list(scene, Some(side), room, entries);
    }
}

/// The indices of those who are of a side, or of all.
fn of(scene: &Scene, side: Option<Side>) -> impl Iterator<Item = usize> {
    let pilots = scene.scores.iter().enumerate();
    let is_of = move |team| side.is_none_or(|side| scene.side_of(team) == side);
    pilots.filter(move |(_, line)| line.team.map_or(side.is_none(), is_of)).map(|(index, _)| index)
}

fn list(scene: &Scene, side: Option<Side>, room: usize, entries: &mut Vec<Entry>) {
    let numbered = || of(scene, side).zip(1..).map(|(index, place)| Entry::Pilot(index, place));
    let is_own = |entry: &Entry| match entry {
        Entry::Pilot(index, _) => scene.me == Some(scene.scores[*index].id),
        Entry::Team(_) | Entry::Gap => false,
    };
    let below = numbered().skip(room).find(is_own);
    let Some(own) = below.filter(|_| room > 0) else {
        entries.extend(numbered().take(room));
        return;
    };
    // Places that jump without a sign look like a mistake.
    entries.extend(numbered().take(room.saturating_sub(2)));
    entries.extend((room > 1).then_some(Entry::Gap));
    entries.push(own);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::ScoreLine;
    use game_sim::{Mode, PilotId, Team};

    /// The table of these teams, the best first, where the pilot with a number is the player.
    fn table(teams: &[Option<Team>], me: u16, lines: usize) -> Vec<Entry> {
        let line = |(id, team): (u16, &Option<Team>)| ScoreLine {
            id: PilotId(id),
            name: String::new(),
            bot: false,
            score: 0,
            kills: 0,
            deaths: 0,
            team: *team,
        };
        let mut scene = Scene {
            me: Some(PilotId(me)),
            scores: (0..).zip(teams).map(line).collect(),
            teams: teams.to_vec(),
            ..Scene::default()
        };
        if teams.iter().any(Option::is_some) {
            scene.standing.mode = Mode::ControlPoints;
        }
        let mut entries = Vec::new();
        order(&scene, lines, &mut entries);
        entries
    }

    #[test]
    fn without_teams_the_best_come_first_and_the_own_line_is_never_missing() {
        let pilots = |indices: &[usize]| -> Vec<Entry> {
            indices.iter().map(|index| Entry::Pilot(*index, index + 1)).collect()
        };
        assert_eq!(table(&[None; 5], 1, 3), pilots(&[0, 1, 2]));
        assert_eq!(table(&[None; 2], 9, 3), pilots(&[0, 1]));
        let jumps = |before: &[usize], own: usize| {
            [&pilots(before)[..], &[Entry::Gap], &pilots(&[own])].concat()
        };
        assert_eq!(table(&[None; 5], 4, 3), jumps(&[0], 4));
        assert_eq!(table(&[None; 9], 6, 5), jumps(&[0, 1, 2], 6));
    }

    #[test]
    fn no_places_jump_without_a_sign() {
        for (pilots, me, lines) in (1..14).flat_map(|pilots| {
            (0..pilots).flat_map(move |me| (3..9).map(move |lines| (pilots, me, lines)))
        }) {
            let entries = table(&vec![None; usize::from(pilots)], me, lines);
            assert!(entries.len() <= lines);
            for pair in entries.windows(2) {
                if let [Entry::Pilot(_, one), Entry::Pilot(_, next)] = pair {
                    assert_eq!(one + 1, *next, "{pilots} pilots, {me} in {lines} lines");
                }
            }
            let own = Entry::Pilot(me.into(), usize::from(me) + 1);
            assert!(entries.contains(&own), "{pilots} pilots, {me} in {lines} lines");
        }
    }

    #[test]
    fn each_team_stands_by_itself_and_the_players_first() {
        use Entry::{Pilot, Team as Head};
        let (west, east) = (Some(Team::West), Some(Team::East));
        let all = [west, east, east, west, east];
        let [ours, theirs] = [Head(Side::Own), Head(Side::Enemy)];
        let of_west = [Pilot(0, 1), Pilot(3, 2)];
        let of_east = [Pilot(1, 1), Pilot(2, 2), Pilot(4, 3)];
        let whole = [&[ours][..], &of_west, &[theirs], &of_east].concat();
        assert_eq!(table(&all, 3, 9), whole);
        let other = [&[ours][..], &of_east, &[theirs], &of_west].concat();
        assert_eq!(table(&all, 1, 9), other);
        // Little room is shared, and what one team does not need the other has.
        assert_eq!(table(&all, 3, 6), [&[ours][..], &of_west, &[theirs], &of_east[..2]].concat());
        assert_eq!(table(&all, 4, 4), [ours, Pilot(4, 3), theirs, Pilot(0, 1)]);
        assert_eq!(table(&[west; 9], 8, 5), [ours, Pilot(0, 1), Entry::Gap, Pilot(8, 9), theirs]);
    }
}
