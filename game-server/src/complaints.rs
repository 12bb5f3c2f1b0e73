//! What players complain of each other: a line for whoever runs the server, with what was said in the
//! chat before. The server does nothing else with it.
//!
//! Whoever complains is known by the key, so that leaving and coming back gives nobody more complaints,
//! and nobody can fill the disk. A thread writes; no tick waits for it, and what it can't keep up with
//! is dropped and answered as too many.

use game_sim::{ComplaintAnswer, Misdeed, TICK_RATE};
use netcode::{Tick, server::PeerKey};
use serde::Serialize;
use std::{
    collections::VecDeque,
    fs::OpenOptions,
    io::Write,
    path::Path,
    sync::mpsc::{SyncSender, sync_channel},
    time::{SystemTime, UNIX_EPOCH},
};

/// Complaints that one player may make in [`PERIOD_TICKS`].
const MOST: usize = 3;
/// In this time a player may also complain of the same other one only once.
const PERIOD_TICKS: i32 = 10 * 60 * TICK_RATE as i32;
/// Complaints that are remembered for this: a server that is flooded by many takes no more.
const REMEMBERED: usize = 256;
/// Lines of chat that stand in a complaint.
const CHAT_LINES: usize = 20;
/// Lines that may wait for the disk.
const WAITING: usize = 64;

/// Who complains, or of whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Party {
    /// As others see it.
    pub name: String,
    /// Who it is.
    pub key: PeerKey,
}

/// Somebody in the file.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Written {
    name: String,
    key: String,
}

/// A line of chat in the file.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Said {
    tick: u32,
    name: String,
    text: String,
}

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Record {
    /// Seconds since 1970, as the writing thread's clock has it.
    unix_s: u64,
    tick: u32,
    by: Written,
    of: Written,
    misdeed: Misdeed,
    /// The last lines, the oldest first.
    chat: Vec<Said>,
}

/// What was complained of late, and where it is written.
#[derive(Debug, Default)]
pub struct Complaints {
    file: Option<SyncSender<Record>>,
    chat: VecDeque<Said>,
    /// When, by whom and of whom.
    taken: VecDeque<(Tick, PeerKey, PeerKey)>,
}

impl Complaints {
    /// From now on complaints are taken, and put behind those in a file: a JSON object a line.
    ///
    /// # Errors
    /// When the file can't be opened or the thread can't be started.
    pub fn write_to(&mut self, path: &Path) -> std::io::Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        let (sender, records) = sync_channel::<Record>(WAITING);
        std::thread::Builder::new().name("complaints".to_owned()).spawn(move || {
            // Until the server is gone, or the disk is full.
            while let Ok(mut record) = records.recv() {
                let now = SystemTime::now().duration_since(UNIX_EPOCH);
                record.unix_s = now.map_or(0, |since| since.as_secs());
                let line = serde_json::to_string(&record).unwrap_or_default();
                if writeln!(file, "{line}").and_then(|()| file.flush()).is_err() {
                    return;
                }
            }
        })?;
        self.file = Some(sender);
        Ok(())
    }

    /// Remembers a line of chat.
    pub fn hear(&mut self, tick: Tick, name: &str, text: &str) {
        if self.chat.len() == CHAT_LINES {
            self.chat.pop_front();
        }
        self.chat.push_back(Said { tick: tick.0, name: name.to_owned(), text: text.to_owned() });
    }

    /// Takes a complaint, or says why not.
    pub fn take(&mut self, tick: Tick, by: Party, of: Party, misdeed: Misdeed) -> ComplaintAnswer {
        let Some(file) = &self.file else { return ComplaintAnswer::NotKept };
        while self.taken.front().is_some_and(|(at, _, _)| tick.since(*at) >= PERIOD_TICKS) {
            self.taken.pop_front();
        }
        let own = self.taken.iter().filter(|(_, key, _)| *key == by.key);
        let again = own.clone().any(|(_, _, accused)| *accused == of.key);
        if again || own.count() >= MOST || self.taken.len() >= REMEMBERED {
            return ComplaintAnswer::TooMany;
        }
        let (by_key, of_key) = (by.key, of.key);
        let written = |party: Party| Written { name: party.name, key: party.key.to_string() };
        let chat = self.chat.iter().cloned().collect();
        let (by, of) = (written(by), written(of));
        let record = Record { unix_s: 0, tick: tick.0, by, of, misdeed, chat };
        if file.try_send(record).is_err() {
            return ComplaintAnswer::TooMany;
        }
        self.taken.push_back((tick, by_key, of_key));
        ComplaintAnswer::Taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(number: u8) -> Party {
        Party { name: format!("p{number}"), key: PeerKey([number; 32]) }
    }

    fn open() -> (Complaints, std::path::PathBuf) {
        use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let (process, number) = (std::process::id(), NUMBER.fetch_add(1, Relaxed));
        let path = std::env::temp_dir().join(format!("tumult-complaints-{process}-{number}"));
        let mut complaints = Complaints::default();
        complaints.write_to(&path).unwrap();
        (complaints, path)
    }

    #[test]
    fn a_line_names_both_with_their_keys_the_tick_and_what_was_said() {
        let (mut complaints, path) = open();
        for number in 0..CHAT_LINES + 1 {
            complaints.hear(Tick(number as u32), "p2", &format!("line {number} \"quoted\"\n"));
        }
        let answer = complaints.take(Tick(900), party(1), party(2), Misdeed::Insults);
        assert_eq!(answer, ComplaintAnswer::Taken);
        drop(complaints);
        let written = loop {
            let text = std::fs::read_to_string(&path).unwrap();
            if text.ends_with('\n') {
                break text;
            }
            std::thread::yield_now();
        };
        std::fs::remove_file(&path).unwrap();
        assert_eq!(written.lines().count(), 1);
        let line: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!((line["by"]["name"].as_str(), line["tick"].as_u64()), (Some("p1"), Some(900)));
        assert_eq!(line["of"]["key"].as_str(), Some("02".repeat(32).as_str()));
        assert_eq!(line["misdeed"].as_str(), Some("insults"));
        let chat = line["chat"].as_array().unwrap();
        assert_eq!((chat.len(), chat[0]["tick"].as_u64()), (CHAT_LINES, Some(1)));
    }

    #[test]
    fn nobody_complains_too_often_or_twice_of_the_same_and_all_begins_anew_after_a_while() {
        let (mut complaints, path) = open();
        let start = Tick(u32::MAX - 5);
        let mut take = |ticks: u32, by, of| {
            complaints.take(start + ticks, party(by), party(of), Misdeed::Cheating)
        };
        assert_eq!(take(0, 1, 2), ComplaintAnswer::Taken);
        assert_eq!(take(1, 1, 2), ComplaintAnswer::TooMany);
        assert_eq!(take(2, 1, 3), ComplaintAnswer::Taken);
        assert_eq!(take(3, 1, 4), ComplaintAnswer::Taken);
        assert_eq!(take(4, 1, 5), ComplaintAnswer::TooMany);
        assert_eq!(take(5, 6, 2), ComplaintAnswer::Taken, "somebody else still may");
        assert_eq!(take(PERIOD_TICKS as u32 + 9, 1, 2), ComplaintAnswer::Taken);
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn without_a_file_nothing_is_taken() {
        let answer = Complaints::default().take(Tick(1), party(1), party(2), Misdeed::Spam);
        assert_eq!(answer, ComplaintAnswer::NotKept);
    }
}
