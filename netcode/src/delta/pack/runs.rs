//! Entities that rest as the client expects: they are counted, and told of in runs.

use crate::{delta::shared::SharedUpdates, wire::bits::BitWriter};

/// Counts entities that rest as the client expects.
#[derive(Debug, Default)]
pub(super) struct Resting {
    all: usize,
    /// Whether there are any behind the last item.
    since_item: bool,
    /// Behind the last one that did and no longer does.
    since_run: u32,
    /// How many rest before each of those.
    runs: Vec<u32>,
}

impl Resting {
    pub(super) fn clear(&mut self) {
        (self.all, self.since_item, self.since_run) = (0, false, 0);
        self.runs.clear();
    }

    /// So many more, at least one.
    pub(super) fn count(&mut self, some: u32) {
        self.all += some as usize;
        self.since_item = true;
        self.since_run += some;
    }

    /// The next one did and no longer does.
    pub(super) fn end_run(&mut self) {
        self.runs.push(std::mem::take(&mut self.since_run));
    }

    /// There are no more.
    pub(super) fn end(&mut self) {
        if self.since_run > 0 {
            self.end_run();
        }
    }

    /// How many there are.
    pub(super) fn all(&self) -> usize {
        self.all
    }

    /// Whether any rest behind the last item.
    pub(super) fn since_item(&self) -> bool {
        self.since_item
    }

    /// The same; what follows now is an item.
    pub(super) fn take_since_item(&mut self) -> bool {
        std::mem::take(&mut self.since_item)
    }
}

/// Writes runs of entities that rest. Each is told where it begins: those in it may stand among others that move.
pub(super) struct Runs<'a> {
    runs: std::slice::Iter<'a, u32>,
    /// Whether the run that is passed was told already.
    is_told: bool,
    /// How long the run was that was told last.
    before: u32,
}

impl<'a> Runs<'a> {
    pub(super) fn of(resting: &'a Resting) -> Self {
        Self { runs: resting.runs.iter(), is_told: false, before: 0 }
    }

    /// Some rest here, if any.
    pub(super) fn pass(&mut self, any: bool, shared: &SharedUpdates, writer: &mut BitWriter) {
        if any {
            self.tell(shared, writer);
        }
    }

    /// One did and no longer does.
    pub(super) fn end(&mut self, shared: &SharedUpdates, writer: &mut BitWriter) {
        self.tell(shared, writer);
        self.is_told = false;
    }

    fn tell(&mut self, shared: &SharedUpdates, writer: &mut BitWriter) {
        if !self.is_told {
            let run = self.runs.next().copied().unwrap_or(0);
            shared.write_run(self.before, run, writer);
            (self.before, self.is_told) = (run, true);
        }
    }
}
