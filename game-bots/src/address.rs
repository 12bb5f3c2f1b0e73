//! A server's address as people write it: `host`, `host:port`, `[v6]:port`, each with an optional
//! `#fingerprint` of the server's certificate.

use std::net::{SocketAddr, ToSocketAddrs};

use netcode::quic::tls::Fingerprint;
use thiserror::Error;

/// Where servers listen unless told otherwise.
pub const DEFAULT_PORT: u16 = 4455;

/// Why a text is not an address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// There is nothing.
    #[error("type the address of a server, such as localhost:4455")]
    Empty,
    /// The part behind the colon.
    #[error("`{0}` is not a port: a port is a number from 1 to 65535")]
    Port(String),
    /// The part behind the hash sign.
    #[error("a fingerprint is 64 hexadecimal digits")]
    Fingerprint,
    /// Nobody knows the host.
    #[error("there is no server called {0}")]
    UnknownHost(String),
}

/// An address that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The name or number of the host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What the server's certificate must be.
    pub fingerprint: Option<Fingerprint>,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (place, fingerprint) = match text.trim().split_once('#') {
            None => (text.trim(), None),
            Some((place, digits)) => {
                let fingerprint = digits.parse().map_err(|_| AddressError::Fingerprint)?;
                (place, Some(fingerprint))
            }
        };
        let (host, port) = split(place)?;
        Ok(Self { host: host.to_owned(), port, fingerprint })
    }

    /// Asks the system for the host's number. May take seconds: not for the frame loop.
    ///
    /// # Errors
    /// When nobody knows the host.
    pub fn resolve(&self) -> Result<SocketAddr, AddressError> {
        let unknown = || AddressError::UnknownHost(self.host.clone());
        let found: Vec<SocketAddr> =
            (self.host.as_str(), self.port).to_socket_addrs().map_err(|_| unknown())?.collect();
        // Servers listen on IPv4 unless told otherwise, and `localhost` often names IPv6 first.
        let first = found.iter().find(|address| address.is_ipv4()).or(found.first());
        first.copied().ok_or_else(unknown)
    }

    /// Host and port, under which a server is remembered.
    pub fn place(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

fn split(place: &str) -> Result<(&str, u16), AddressError> {
    let (host, port) = if let Some(rest) = place.strip_prefix('[') {
        let (host, rest) = rest.split_once(']').ok_or(AddressError::Empty)?;
        (host, rest.strip_prefix(':'))
    } else {
        match place.split_once(':') {
            // More than one colon without brackets is an IPv6 number without a port.
            Some((_, rest)) if rest.contains(':') => (place, None),
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        }
    };
    let host = host.trim();
    if host.is_empty() {
        return Err(AddressError::Empty);
    }
    if host.contains(['[', ']']) {
        // It would be remembered under a place that reads as another address.
        return Err(AddressError::UnknownHost(host.to_owned()));
    }
    let Some(port) = port else { return Ok((host, DEFAULT_PORT)) };
    let number = port.parse().ok().filter(|&number| number != 0);
    number.map(|number| (host, number)).ok_or_else(|| AddressError::Port(port.to_owned()))
}

/// For the command line: the text itself, once it is known to be an address.
///
/// # Errors
/// What is wrong with it.
pub fn check(text: &str) -> Result<String, AddressError> {
    Address::parse(text).map(|_| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (String, u16) {
        let address = Address::parse(text).unwrap();
        (address.host, address.port)
    }

    #[test]
    fn people_write_addresses_in_many_ways() {
        assert_eq!(parsed("localhost"), ("localhost".to_owned(), DEFAULT_PORT));
        assert_eq!(parsed(" 10.0.0.7:9000 "), ("10.0.0.7".to_owned(), 9000));
        assert_eq!(parsed("[::1]:9000"), ("::1".to_owned(), 9000));
        assert_eq!(parsed("[::1]"), ("::1".to_owned(), DEFAULT_PORT));
        assert_eq!(parsed("fe80::1"), ("fe80::1".to_owned(), DEFAULT_PORT));
        assert_eq!(Address::parse("[::1]:9000").unwrap().place(), "[::1]:9000");
    }

    #[test]
    fn a_fingerprint_comes_behind_a_hash_sign() {
        let text = format!("host:1#{}", "0f".repeat(32));
        assert_eq!(Address::parse(&text).unwrap().fingerprint, Some(Fingerprint([15; 32])));
        assert_eq!(Address::parse("host:1#12"), Err(AddressError::Fingerprint));
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(Address::parse("  "), Err(AddressError::Empty));
        assert_eq!(Address::parse(":4455"), Err(AddressError::Empty));
        assert_eq!(Address::parse("[::1"), Err(AddressError::Empty));
        for port in ["0", "65536", "x", ""] {
            assert_eq!(
                Address::parse(&format!("host:{port}")),
                Err(AddressError::Port(port.to_owned()))
            );
        }
    }

    #[test]
    fn a_bracket_in_a_host_is_no_host() {
        // Found by fuzzing: such a place did not read back as the address that it was made of.
        for text in ["[[@[]", "@[]09:2:00", "a]:1"] {
            assert!(matches!(Address::parse(text), Err(AddressError::UnknownHost(_))), "{text}");
        }
        assert_eq!(parsed("[ a ]:1"), ("a".to_owned(), 1));
    }

    #[test]
    fn numbers_resolve_to_themselves() {
        let address = Address::parse("127.0.0.1:5").unwrap().resolve().unwrap();
        assert_eq!(address.to_string(), "127.0.0.1:5");
    }
}
