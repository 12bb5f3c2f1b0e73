//! From what the seat knows to the scene that is drawn, and from its events to the news.

use game_bots::roster::{self, Roster};
use game_bots::seat::Seat;
use game_sim::{Event, PilotId, contest, name};

use super::Session;
use crate::feed::{self, News};
use crate::language::Words;
use crate::scene::{NetGraph, Outcome, OwnView, PilotView, RoundView, Scene, ScoreLine};

/// Makes the scene of what the seat knows now.
pub(super) fn fill(session: &Session, scene: &mut Scene) {
    let seat = &session.seat;
    scene.arena = seat.arena().cloned();
    if let Some(rules) = seat.rules() {
        scene.rules = rules.clone();
    }
    (scene.me, scene.free_view) = (seat.me(), seat.has_free_view());
    let own = seat.own().zip(seat.drawn_position());
    scene.own = own.map(|(own, position)| OwnView::new(own, position, &scene.rules));
    scene.pilots.clear();
    let others = seat.pilots().iter().zip(seat.shots()).zip(seat.opacities());
    for ((pilot, (id, shots)), opacity) in others {
        if Some(*id) != scene.me {
            scene.pilots.push(PilotView {
                id: pilot.id,
                position: pilot.position,
                aim_radians: pilot.aim_degrees.to_radians(),
                health: pilot.health.min(scene.rules.health),
                alive: pilot.alive,
                protected: pilot.protected,
                dashing: pilot.dashing,
                shots: *shots,
                opacity: *opacity,
                hidden: false,
            });
        }
    }
    scene.rockets.clear();
    scene.rockets.extend_from_slice(seat.rockets());
    scene.why_died = seat.why_died();
    scene.pickups.clear();
    scene.pickups.extend_from_slice(seat.pickups());
    scene.noises.clear();
    scene.noises.extend_from_slice(seat.noises());
    score(scene, seat.roster());
    scene.standing.follow(seat.standing());
    let round = seat.round();
    scene.round = RoundView {
        number: round.number,
        left_s: round.seconds_left,
        warm_up: round.number == 0 && round.playing,
        over: round.number > 0 && !round.playing,
        outcome: session.outcome,
    };
    scene.net = net_graph(session);
}

/// Takes the table of scores over. In a fight of a thousand some score changes with nearly every frame: then only
/// numbers are written, and lines with their names made anew when somebody comes, goes or changes sides.
fn score(scene: &mut Scene, roster: &Roster) {
    if scene.scored == roster.revision() {
        return;
    }
    scene.scored = roster.revision();
    if scene.crowd == roster.crowd() {
        for line in &mut scene.scores {
            if let Some(entry) = roster.entry(line.id) {
                (line.score, line.kills, line.deaths) = (entry.score, entry.kills, entry.deaths);
            }
        }
        scene.scores.sort_unstable_by_key(|line| roster::place(line.score, line.deaths, line.id));
        return;
    }
    scene.crowd = roster.crowd();
    let line = |(id, entry): (PilotId, &roster::Entry)| ScoreLine {
        id,
        name: entry.name.clone(),
        bot: entry.bot,
        score: entry.score,
        kills: entry.kills,
        deaths: entry.deaths,
        team: entry.team,
    };
    scene.scores.clear();
    scene.scores.extend(roster.ranking().into_iter().map(line));
    scene.teams.clear();
    for line in scene.scores.iter().filter(|line| line.team.is_some()) {
        let slot = line.id.index();
        scene.teams.resize(scene.teams.len().max(slot + 1), None);
        scene.teams[slot] = line.team;
    }
}

fn net_graph(session: &Session) -> NetGraph {
    let stats = session.seat.stats();
    let tick_ms = 1000.0 / f32::from(session.seat.tick_rate());
    NetGraph {
        rtt_ms: stats.round_trip.as_secs_f32() * 1000.0,
        jitter_ms: stats.jitter_ticks as f32 * tick_ms,
        loss_percent: stats.loss() as f32 * 100.0,
        snapshot_bytes: stats.last_snapshot_bytes as f32,
        corrections: stats.corrections,
        correction_cm: stats.last_correction * 100.0,
        interpolation_delay_ms: stats.interpolation_delay_ticks as f32 * tick_ms,
        snapshots_per_second: session.snapshots_per_second,
    }
}

/// How the round ended, as an event tells.
pub(super) fn outcome(event: &Event, before: Option<Outcome>) -> Option<Outcome> {
    match event {
        Event::RoundOver { winner } => Some(winner.map_or(Outcome::Draw, Outcome::Won)),
        Event::RoundStarted { .. } => None,
        _ => before,
    }
}

/// The name of a pilot, or what to call one who has gone.
pub(super) fn called(seat: &Seat, pilot: PilotId, words: &Words) -> String {
    let name = seat.roster().name(pilot);
    name.map_or_else(|| words.say("feed-somebody").into_owned(), str::to_owned)
}

/// Puts what is worth telling into the feed.
pub(super) fn tell(event: &Event, seat: &Seat, words: &Words, scene: &mut Scene) {
    let named = |pilot: PilotId| (pilot, called(seat, pilot, words));
    let news = match event {
        Event::Killed { killer, victim, weapon } => {
            News::Killed { killer: killer.map(named), victim: named(*victim), weapon: *weapon }
        }
        Event::PointTurned { point, owner } => {
            News::Point(contest::letter((*point).into()), *owner)
        }
        Event::Joined { name, .. } if seat.own().is_some() => News::Joined(name::shown(name)),
        Event::Left { pilot } => {
            let Some(line) = scene.line(*pilot) else { return };
            News::Left(line.name.clone())
        }
        _ => return,
    };
    feed::push(&mut scene.feed, news);
}

#[cfg(test)]
mod tests {
    use super::*;
    use game_sim::{Team, Weapon};

    #[test]
    fn a_kill_among_a_thousand_changes_the_table_and_takes_nothing_from_the_allocator() {
        let (mut roster, mut scene) = (Roster::default(), Scene::default());
        for number in 0..1000 {
            roster.note(&Event::Present {
                pilot: PilotId(number),
                name: format!("p{number}"),
                bot: false,
                score: (number % 7) as i16,
                kills: 0,
                deaths: number % 5,
                team: (number == 3).then_some(Team::East),
            });
        }
        score(&mut scene, &roster);
        let is_the_rosters = |scene: &Scene, roster: &Roster| {
            let ranking = roster.ranking();
            let lines = scene.scores.iter().map(|line| (line.id, line.score, line.deaths));
            lines.eq(ranking.iter().map(|(id, entry)| (*id, entry.score, entry.deaths)))
        };
        assert!(is_the_rosters(&scene, &roster));
        for number in 0..50 {
            let (killer, victim) = (Some(PilotId(number * 3)), PilotId(999 - number));
            roster.note(&Event::Killed { killer, victim, weapon: Weapon::Rifle });
            let took = allocation_counter::measure(|| score(&mut scene, &roster));
            assert_eq!(took.count_total, 0);
            assert!(is_the_rosters(&scene, &roster), "after {number} kills");
        }
        roster.note(&Event::Left { pilot: PilotId(7) });
        roster.note(&Event::Sided { pilot: PilotId(3), team: Team::West });
        score(&mut scene, &roster);
        assert!(scene.scores.len() == 999 && is_the_rosters(&scene, &roster));
        assert_eq!(scene.team(PilotId(3)), Some(Team::West));
    }
}
