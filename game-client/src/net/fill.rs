//! From what the seat knows to the scene that is drawn, and from its events to the news.

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
                health: pilot.health,
                alive: pilot.alive,
                protected: pilot.protected,
                dashing: pilot.dashing,
                shots: *shots,
                opacity: *opacity,
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
    // A thousand lines are made anew only when one of them has changed.
    let revision = seat.roster().revision();
    if scene.scored != revision {
        scene.scored = revision;
        scene.scores = scores(seat);
        scene.teams.clear();
        for line in scene.scores.iter().filter(|line| line.team.is_some()) {
            let slot = line.id.index();
            scene.teams.resize(scene.teams.len().max(slot + 1), None);
            scene.teams[slot] = line.team;
        }
    }
    if scene.standing != *seat.standing() {
        scene.standing.clone_from(seat.standing());
    }
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

fn scores(seat: &Seat) -> Vec<ScoreLine> {
    let line = |(id, entry): (PilotId, &game_bots::roster::Entry)| ScoreLine {
        id,
        name: entry.name.clone(),
        bot: entry.bot,
        score: entry.score,
        kills: entry.kills,
        deaths: entry.deaths,
        team: entry.team,
    };
    seat.roster().ranking().into_iter().map(line).collect()
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
