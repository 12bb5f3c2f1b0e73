//! Which server is trusted: the one whose fingerprint was given, or the one that was there the first
//! time (trust on first use, as SSH does it).
//!
//! The remembered fingerprints stand in a text file, a line each: the address, a space, 64 digits.

use crate::address::Address;
use netcode::quic::tls::{Fingerprint, Trust};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Trusts the given fingerprint, or any server: for bots, which have nothing to lose.
#[must_use]
pub fn any(server: &Address) -> Trust {
    let expected = server.fingerprint;
    Arc::new(move |seen| match expected {
        Some(expected) if expected != seen => Err(other_certificate(seen, expected)),
        _ => Ok(()),
    })
}

/// Trusts the given fingerprint, or the one in `file`; the first one seen is written there.
#[must_use]
pub fn on_first_use(server: &Address, file: PathBuf) -> Trust {
    let (expected, place) = (server.fingerprint, server.place());
    Arc::new(move |seen| match expected.or_else(|| remembered(&file, &place)) {
        Some(expected) if expected == seen => Ok(()),
        Some(expected) => Err(format!(
            "{}. If the server was really set up anew, remove its line from {}",
            other_certificate(seen, expected),
            file.display()
        )),
        None => remember(&file, &place, seen)
            .map_err(|error| format!("can't write {}: {error}", file.display())),
    })
}

fn other_certificate(seen: Fingerprint, expected: Fingerprint) -> String {
    format!(
        "this is another server than the one expected: its certificate is {seen}, not {expected}"
    )
}

fn remembered(file: &Path, place: &str) -> Option<Fingerprint> {
    let text = fs::read_to_string(file).ok()?;
    let line =
        text.lines().filter_map(|line| line.split_once(' ')).find(|(known, _)| *known == place);
    line?.1.trim().parse().ok()
}

fn remember(file: &Path, place: &str, fingerprint: Fingerprint) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::OpenOptions::new().create(true).append(true).open(file)?;
    writeln!(file, "{place} {fingerprint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_certificate_is_remembered_and_another_one_refused() {
        let folder = std::env::temp_dir().join(format!("tumult-trust-{}", std::process::id()));
        let file = folder.join("servers");
        let trust = on_first_use(&Address::parse("127.0.0.1:1").unwrap(), file.clone());
        let (first, second) = (Fingerprint([1; 32]), Fingerprint([2; 32]));
        assert_eq!(trust(first), Ok(()));
        assert_eq!(trust(first), Ok(()));
        assert!(trust(second).unwrap_err().contains("another server"));
        let elsewhere = on_first_use(&Address::parse("127.0.0.1:2").unwrap(), file);
        assert_eq!(elsewhere(second), Ok(()));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_given_fingerprint_counts_more_than_a_remembered_one() {
        let digits = "01".repeat(32);
        let server = Address::parse(&format!("127.0.0.1:1#{digits}")).unwrap();
        for trust in [any(&server), on_first_use(&server, PathBuf::from("/no/such/file"))] {
            assert_eq!(trust(Fingerprint([1; 32])), Ok(()));
            assert!(trust(Fingerprint([2; 32])).is_err());
        }
    }
}
