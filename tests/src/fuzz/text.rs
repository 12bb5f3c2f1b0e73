//! Texts that people write: the description of a link, a server's address, a name.

use game_bots::address::Address;
use game_server::names::{Names, Whose};
use game_sim::{name, text};
use netcode::{
    limits,
    link::{Conditions, Link},
    quic::tls::Fingerprint,
    server::PeerKey,
};
use std::time::Duration;

/// A link's description; what is read is a link that packets can be given to.
pub fn conditions(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(conditions) = text.parse::<Conditions>() else { return };
    let parts = [
        conditions.loss,
        conditions.burst,
        conditions.duplicate,
        conditions.reorder,
        conditions.corrupt,
    ];
    assert!(parts.iter().all(|part| (0.0..=1.0).contains(part)), "{conditions:?}");
    let mut link = Link::new(conditions, 7);
    let mut came = 0;
    for number in 0..32_u32 {
        let now = Duration::from_millis(u64::from(number) * 16);
        link.send(now, &number.to_le_bytes());
        while let Some(packet) = link.poll(now) {
            came += 1;
            link.recycle(packet);
        }
    }
    while let Some(due) = link.next_due() {
        while link.poll(due).is_some() {
            came += 1;
        }
    }
    assert!(came <= 64, "{came} of 32 packets came");
}

/// An address, a fingerprint, a name and a line of chat: all are texts of somebody else's choosing.
pub fn addresses(bytes: &[u8]) {
    let Ok(written) = std::str::from_utf8(bytes) else { return };
    if let Ok(address) = Address::parse(written) {
        assert!(address.port != 0 && !address.host.is_empty());
        let again = Address::parse(&address.place()).map(|again| (again.host, again.port));
        assert_eq!(again, Ok((address.host.clone(), address.port)), "{:?}", address.place());
    }
    if let Ok(fingerprint) = written.parse::<Fingerprint>() {
        assert_eq!(fingerprint.to_string(), written.to_ascii_lowercase());
    }
    if let Ok(name) = name::clean(written) {
        assert!(name.len() <= limits::NAME_BYTES, "{name:?}");
        assert!(text::graphemes(&name) <= limits::NAME_CHARACTERS, "{name:?}");
        assert_eq!(text::fault(&name), None, "{name:?}");
        assert_eq!(name::clean(&name).as_deref(), Ok(name.as_str()), "cleaned twice");
        names(&name);
    }
    let shown = name::shown(written);
    assert!(name::clean(&shown).as_ref() == Ok(&shown), "{shown:?}");
    let line = name::clean_chat(written);
    assert_eq!(text::fault(&line), None, "{line:?}");
    assert!(line.chars().count() <= name::LINE, "{line:?}");
    assert_eq!(name::clean_chat(&line), line, "cleaned twice");
}

/// Of those who come with one name each gets another, which is as good a name.
fn names(name: &str) {
    let mut names = Names::default();
    for number in 0..3 {
        let key = PeerKey([number; 32]);
        let given = names.find(key, name).expect("they are few");
        assert_eq!(name::clean(&given).as_ref(), Ok(&given), "of {name:?}");
        assert!(names.has_none_like(&given), "{given:?} is another's");
        names.take(Whose::Person(key), &given);
    }
}
