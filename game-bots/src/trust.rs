//! Which server is trusted: the one whose fingerprint was given, or the one that was there the first
//! time (trust on first use, as SSH does it).
//!
//! The remembered fingerprints stand in a text file, a line each: the address, a space, 64 digits.

use netcode::quic::tls::{Fingerprint, Trust};
use std::{
    fs,
    io::Write,
    net::{SocketAddr, ToSocketAddrs},
    path::{Path, PathBuf},
    sync::Arc,
};

/// The port of a server that says nothing else.
pub const DEFAULT_PORT: u16 = 4455;

/// A server as a person names it: `host`, `host:port` or `host:port#fingerprint`.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerAddress {
    /// As it was given, without the fingerprint, but with the port.
    pub name: String,
    /// Where that is.
    pub address: SocketAddr,
    /// What its certificate must be, if that was said.
    pub fingerprint: Option<Fingerprint>,
}

/// Why an address can't be used.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// Nothing was given.
    #[error("give an address, such as 127.0.0.1:4455")]
    Empty,
    /// The part after `#` is no fingerprint.
    #[error("`{0}` is no fingerprint: it has 64 hexadecimal digits")]
    Fingerprint(String),
    /// The name has no address.
    #[error("`{name}` is not an address: {error}")]
    Unknown {
        /// What was given.
        name: String,
        /// What the system says.
        error: std::io::Error,
    },
}

impl ServerAddress {
    /// Reads and looks up an address. May ask the network for a name.
    ///
    /// # Errors
    /// When it can't be read or has no address.
    pub fn look_up(text: &str) -> Result<Self, AddressError> {
        let (place, fingerprint) = match text.trim().split_once('#') {
            None => (text.trim(), None),
            Some((place, digits)) => {
                let fingerprint =
                    digits.parse().map_err(|_| AddressError::Fingerprint(digits.to_owned()))?;
                (place, Some(fingerprint))
            }
        };
        if place.is_empty() {
            return Err(AddressError::Empty);
        }
        let has_port = place.rsplit_once(':').is_some_and(|(host, port)| {
            port.parse::<u16>().is_ok() && (!host.contains(':') || host.ends_with(']'))
        });
        let name = if has_port { place.to_owned() } else { format!("{place}:{DEFAULT_PORT}") };
        let unknown = |error| AddressError::Unknown { name: place.to_owned(), error };
        let mut addresses = name.to_socket_addrs().map_err(unknown)?;
        let none = || std::io::Error::other("it stands for no address");
        let address = addresses.next().ok_or_else(none).map_err(unknown)?;
        Ok(Self { name, address, fingerprint })
    }

    /// Trusts the given fingerprint, or any server: for bots, which have nothing to lose.
    #[must_use]
    pub fn trust_any(&self) -> Trust {
        let expected = self.fingerprint;
        Arc::new(move |seen| match expected {
            Some(expected) if expected != seen => Err(other_certificate(seen, expected)),
            _ => Ok(()),
        })
    }

    /// Trusts the given fingerprint, or the one in `file`; the first one seen is written there.
    #[must_use]
    pub fn trust_on_first_use(&self, file: PathBuf) -> Trust {
        let (expected, name) = (self.fingerprint, self.name.clone());
        Arc::new(move |seen| match expected.or_else(|| remembered(&file, &name)) {
            Some(expected) if expected == seen => Ok(()),
            Some(expected) => Err(format!(
                "{}. If the server was really set up anew, remove its line from {}",
                other_certificate(seen, expected),
                file.display()
            )),
            None => remember(&file, &name, seen)
                .map_err(|error| format!("can't write {}: {error}", file.display())),
        })
    }
}

fn other_certificate(seen: Fingerprint, expected: Fingerprint) -> String {
    format!(
        "this is another server than the one expected: its certificate is {seen}, not {expected}"
    )
}

fn remembered(file: &Path, name: &str) -> Option<Fingerprint> {
    let text = fs::read_to_string(file).ok()?;
    let line =
        text.lines().filter_map(|line| line.split_once(' ')).find(|(known, _)| *known == name);
    line?.1.trim().parse().ok()
}

fn remember(file: &Path, name: &str, fingerprint: Fingerprint) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::OpenOptions::new().create(true).append(true).open(file)?;
    writeln!(file, "{name} {fingerprint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_with_and_without_port_and_fingerprint() {
        let digits = "ab".repeat(32);
        for (text, name, known) in [
            ("127.0.0.1", "127.0.0.1:4455", false),
            ("127.0.0.1:99", "127.0.0.1:99", false),
            (&format!("127.0.0.1:99#{digits}"), "127.0.0.1:99", true),
            ("[::1]:7", "[::1]:7", false),
        ] {
            let address = ServerAddress::look_up(text).unwrap();
            assert_eq!((address.name.as_str(), address.fingerprint.is_some()), (name, known));
        }
        for nonsense in ["", "  ", "127.0.0.1:99#abc", "no such host:x"] {
            assert!(ServerAddress::look_up(nonsense).is_err(), "{nonsense:?}");
        }
    }

    #[test]
    fn the_first_certificate_is_remembered_and_another_one_refused() {
        let folder = std::env::temp_dir().join(format!("tumult-trust-{}", std::process::id()));
        let file = folder.join("servers");
        let trust = ServerAddress::look_up("127.0.0.1:1").unwrap().trust_on_first_use(file.clone());
        let (first, second) = (Fingerprint([1; 32]), Fingerprint([2; 32]));
        assert_eq!(trust(first), Ok(()));
        assert_eq!(trust(first), Ok(()));
        assert!(trust(second).unwrap_err().contains("another server"));
        let elsewhere = ServerAddress::look_up("127.0.0.1:2").unwrap().trust_on_first_use(file);
        assert_eq!(elsewhere(second), Ok(()));
        fs::remove_dir_all(folder).unwrap();
    }
}
