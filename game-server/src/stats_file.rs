//! The file of the server's report, kept up to date while it runs: a thread writes it, so that no tick
//! waits for a disk.
//!
//! Who reads it finds a whole report at any time: each is written beside the file and then put in its
//! place.

use crate::stats::ServerReport;
use anyhow::Context;
use std::{
    path::{Path, PathBuf},
    sync::mpsc::{SyncSender, sync_channel},
    thread::JoinHandle,
};

/// The file, and the thread that writes it.
#[derive(Debug)]
pub struct StatsFile {
    path: PathBuf,
    reports: SyncSender<ServerReport>,
    thread: JoinHandle<()>,
}

impl StatsFile {
    /// Begins with a file that says nothing yet: `{}`.
    ///
    /// # Errors
    /// When it can't be written, or the system has no thread for us.
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        put(path, "{}\n")?;
        let (reports, newest) = sync_channel::<ServerReport>(1);
        let of = path.to_owned();
        let thread = std::thread::Builder::new().name("stats-file".to_owned());
        let thread = thread.spawn(move || {
            // A disk that is full for a while spoils nothing but what is read meanwhile.
            newest.iter().for_each(|report| drop(write(&of, &report)));
        });
        let thread = thread.context("can't start a thread")?;
        Ok(Self { path: path.to_owned(), reports, thread })
    }

    /// Has the file say this, unless the disk has still to do with what came before. Never waits.
    pub fn update(&self, report: ServerReport) {
        let _ = self.reports.try_send(report);
    }

    /// Writes the last report, and returns when it is there.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn finish(self, report: &ServerReport) -> anyhow::Result<()> {
        drop(self.reports);
        // It panics never, and what it wrote is overwritten anyway.
        let _ = self.thread.join();
        write(&self.path, report)
    }
}

fn write(path: &Path, report: &ServerReport) -> anyhow::Result<()> {
    put(path, &(serde_json::to_string_pretty(report)? + "\n"))
}

fn put(path: &Path, text: &str) -> anyhow::Result<()> {
    // A pipe, a device or a link is written to, not replaced.
    if path.symlink_metadata().is_ok_and(|there| !there.is_file()) {
        return std::fs::write(path, text)
            .with_context(|| format!("can't write {}", path.display()));
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let written = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, path));
    written.with_context(|| format!("can't write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_a_whole_report_at_any_time_and_ends_with_the_last_one() {
        let name = format!("tumult-stats-file-{}.json", std::process::id());
        let path = std::env::temp_dir().join(name);
        let file = StatsFile::create(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{}\n");
        for ticks in 1..=200 {
            file.update(ServerReport { ticks, ..ServerReport::default() });
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(
                text == "{}\n" || serde_json::from_str::<ServerReport>(&text).is_ok(),
                "{text}"
            );
        }
        let last = ServerReport { ended: true, ticks: 999, ..ServerReport::default() };
        file.finish(&last).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(serde_json::from_str::<ServerReport>(&text).unwrap(), last);
        std::fs::remove_file(&path).unwrap();
    }
}
