//! With interest on: netcode's own [`Field`], which a game of ours would ask. It answers as the loop of the trace does for
//! the others, which a test holds.

use netcode::{
    Snapshot,
    budget::Candidate,
    interest::{Field, Memory, Place, Viewer},
};
use trace::{
    Workload,
    sight::Reach,
    walk::{SIDE_CM, Walker},
};

/// The side of a cell, a quarter of how far a client sees, as in Tumult.
const CELL_CM: f32 = 800.0;

/// What each client may know.
pub struct Interest {
    reach: Reach,
    field: Field,
    /// By the clients' numbers.
    memories: Vec<Memory>,
}

/// From the middle of the square, in whole centimetres.
fn position(walker: Walker) -> [f32; 2] {
    [walker.x_cm, walker.y_cm].map(|at| (i32::from(at) - SIDE_CM / 2) as f32)
}

impl Interest {
    /// `None` where everybody sees everything.
    pub fn new(workload: Workload) -> Option<Self> {
        let half = SIDE_CM as f32 / 2.0;
        Some(Self {
            reach: workload.reach?,
            field: Field::new([half; 2], CELL_CM),
            memories: vec![Memory::default(); workload.clients],
        })
    }

    /// Takes the newest snapshot, whose rows are the walkers.
    pub fn update(&mut self, snapshot: &Snapshot, walkers: &[Walker]) {
        self.field.update(snapshot, |row| Place::At(position(walkers[usize::from(row.id.0)]), 0));
    }

    /// What a client may know.
    pub fn of(&mut self, client: usize, walkers: &[Walker]) -> &[Candidate] {
        let viewer = Viewer {
            position: position(walkers[client]),
            enter: self.reach.enter_cm as f32,
            leave: self.reach.leave_cm as f32,
            hold_ticks: 0,
            always: &[],
        };
        self.field.visible(&viewer, &mut self.memories[client], |_| true, |_| 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{plain::Plain, walk::snapshot};
    use netcode::Tick;
    use trace::{sight::Sight, walk::Trace};

    #[test]
    fn a_field_shows_what_the_others_are_shown() {
        let w6 = Workload::named("W6").expect("a workload");
        let trace = Trace::new(w6, 1);
        let mut sight = Sight::new(w6).expect("interest is on");
        let mut interest = Interest::new(w6).expect("interest is on");
        for tick in 0..300 {
            let walkers = trace.at(tick);
            sight.step(walkers);
            interest.update(&snapshot::<Plain>(Tick(tick as u32), &trace, tick), walkers);
            for client in 0..w6.clients {
                let shown = interest.of(client, walkers).iter().map(|seen| seen.index);
                assert!(shown.eq(sight.of(client)), "client {client} at tick {tick}");
            }
        }
    }
}
