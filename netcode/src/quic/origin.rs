//! Where strangers come from, and how many come from there: nobody shall take all places.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
};

/// What counts as one address: that of IPv4, the network of IPv6, where each client has many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Origin(IpAddr);

impl Origin {
    /// Of an address.
    pub(super) fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) if !address.is_loopback() => {
                Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into()
            }
            address => address,
        })
    }

    /// Whether it is this machine itself: a load test, or a proxy in front of everybody.
    pub(super) fn is_here(self) -> bool {
        self.0.is_loopback()
    }
}

/// How many of something there are from each origin.
#[derive(Debug, Default)]
pub(super) struct Origins {
    counts: BTreeMap<Origin, usize>,
    all: usize,
}

impl Origins {
    /// How many there are in all.
    pub(super) fn all(&self) -> usize {
        self.all
    }

    /// How many there are from there.
    pub(super) fn from(&self, origin: Origin) -> usize {
        self.counts.get(&origin).copied().unwrap_or(0)
    }

    /// One more.
    pub(super) fn add(&mut self, origin: Origin) {
        *self.counts.entry(origin).or_default() += 1;
        self.all += 1;
    }

    /// One less, of those that were added.
    pub(super) fn remove(&mut self, origin: Origin) {
        let Some(count) = self.counts.get_mut(&origin) else { return };
        *count -= 1;
        self.all -= 1;
        if *count == 0 {
            self.counts.remove(&origin);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(address: &str) -> Origin {
        Origin::of(address.parse().expect("it is an address"))
    }

    #[test]
    fn a_network_of_ipv6_is_one_origin_and_an_address_of_ipv4_is_one() {
        assert_eq!(origin("2001:db8:1:2:3::4"), origin("2001:db8:1:2:ffff::"));
        assert_ne!(origin("2001:db8:1:2::4"), origin("2001:db8:1:3::4"));
        assert_ne!(origin("192.0.2.1"), origin("192.0.2.2"));
        assert_eq!(origin("::ffff:192.0.2.1"), origin("192.0.2.1"), "it is written in another way");
        let here = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"];
        assert!(here.iter().all(|address| origin(address).is_here()));
        assert!(!origin("192.0.2.1").is_here() && !origin("::2").is_here());
    }

    #[test]
    fn who_is_gone_is_not_counted_and_not_remembered() {
        let (one, other) = (origin("192.0.2.1"), origin("192.0.2.2"));
        let mut origins = Origins::default();
        [one, other, one].into_iter().for_each(|origin| origins.add(origin));
        assert_eq!((origins.all(), origins.from(one), origins.from(other)), (3, 2, 1));
        [one, one, one].into_iter().for_each(|origin| origins.remove(origin));
        assert_eq!((origins.all(), origins.from(one), origins.from(other)), (1, 0, 1));
        assert_eq!(origins.counts.len(), 1);
    }
}
