//! The net trace of all sessions of this run (`--net-trace`).

use std::path::PathBuf;

use bevy::ecs::resource::Resource;
use game_bots::net_trace::NetTrace;

use super::Session;
use crate::options::Options;

/// The net trace, if one is written, and the number of the session in it.
#[derive(Resource, Debug, Default)]
pub struct Trace {
    written: Option<NetTrace>,
    session: usize,
}

impl Trace {
    /// Makes the file, if one is asked for; or says why it can't.
    pub fn begin(options: &Options) -> Result<Self, String> {
        let begin = |path: &PathBuf| {
            NetTrace::create(path).map_err(|e| format!("can't write {}: {e}", path.display()))
        };
        let written = options.net_trace.as_ref().map(begin).transpose()?;
        Ok(Self { written, session: 0 })
    }

    pub(super) fn note(&mut self, session: &Session) {
        if let Some(trace) = &mut self.written {
            trace.note(self.session, &session.seat);
        }
    }

    pub(super) fn end(&mut self, session: &Session) {
        if let Some(trace) = &mut self.written {
            trace.end(self.session, &session.seat);
        }
        self.session += 1;
    }

    pub(super) fn finish(&mut self) {
        if let Some(Err(missing)) = self.written.take().map(NetTrace::finish) {
            eprintln!("game-client: the net trace is not whole: {missing}");
        }
    }
}
