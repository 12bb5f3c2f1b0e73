//! The servers that the player knows or could: favourites, those visited of late, those on the local
//! network; and what each says of itself.
//!
//! What a server says before there is a connection is a claim, no more: it fills a line of a list.

mod ask;
mod kept;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use bevy::prelude::*;
use game_bots::address::Address;
use game_sim::Tumult;
use netcode::Protocol;
use netcode::beacon::Answer;

use crate::options::Options;
use crate::settings::Notes;
use crate::state::Page;
use ask::{Asker, Heard};

/// Servers visited of late that are remembered.
const RECENT: usize = 12;
/// Servers on the local network that are listed.
const LOCAL: usize = 32;
/// How often those that are looked at are asked anew, in seconds.
const AGAIN_S: f32 = 3.0;
/// How long an answer may take until it counts as none.
const SILENT_S: f32 = 2.0;
/// How old an answer may be until nothing counts that it said: two more were awaited meanwhile.
const OLD_S: f32 = 2.0 * AGAIN_S + SILENT_S;

/// The lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Component)]
pub enum List {
    /// What the player wants to find again.
    #[default]
    Favourites,
    /// Where the player was.
    Recent,
    /// Who answers on the local network.
    Local,
}

/// What is known of one server.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    /// It was asked so many seconds ago and has not answered.
    Asked(f32),
    /// It does not answer.
    Silent,
    /// What it said, so many seconds ago.
    Said(Claim, f32),
}

/// What a server says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What its operator calls it.
    pub name: String,
    /// The arena's name.
    pub arena: String,
    /// How many play.
    pub players: u16,
    /// How many can.
    pub places: u16,
    /// How long its answer took.
    pub ping: Duration,
    /// For people.
    pub version: String,
    /// Whether this build can play there.
    pub fits: bool,
}

/// All that is known of servers.
#[derive(Resource)]
pub struct Servers {
    favourites: Vec<String>,
    recent: Vec<String>,
    local: Vec<String>,
    known: HashMap<String, Known>,
    asker: Option<Asker>,
    keeper: kept::Keeper,
    local_port: u16,
    next_s: f32,
}

/// An address without its fingerprint, which is for machines.
pub fn short(address: &str) -> &str {
    address.split('#').next().unwrap_or_default()
}

/// Keeps the lists, and asks while they are looked at.
pub fn plugin(app: &mut App) {
    let local_port = app.world().resource::<Options>().local_port;
    let (lists, keeper, note) = kept::open();
    app.world_mut().resource_mut::<Notes>().0.extend(note);
    app.insert_resource(Servers {
        favourites: lists.favourites,
        recent: lists.recent,
        local: Vec::new(),
        known: HashMap::new(),
        asker: None,
        keeper,
        local_port,
        next_s: 0.0,
    })
    .add_systems(OnEnter(Page::Servers), begin)
    .add_systems(OnExit(Page::Servers), end)
    .add_systems(Update, (ask, hear).chain().run_if(in_state(Page::Servers)));
}

impl Servers {
    /// The addresses of a list.
    pub fn list(&self, list: List) -> &[String] {
        match list {
            List::Favourites => &self.favourites,
            List::Recent => &self.recent,
            List::Local => &self.local,
        }
    }

    /// What is known of a server.
    pub fn known(&self, address: &str) -> Option<&Known> {
        self.known.get(address)
    }

    /// Whether the player wants to find it again.
    pub fn is_favourite(&self, address: &str) -> bool {
        self.favourites.iter().any(|other| other == address)
    }

    /// Keeps a server as favourite, or no more.
    pub fn toggle_favourite(&mut self, address: &str) {
        if self.is_favourite(address) {
            self.favourites.retain(|other| other != address);
        } else {
            self.favourites.push(address.to_owned());
        }
        self.keep();
        self.next_s = 0.0;
    }

    /// The player was let in there.
    pub fn visited(&mut self, address: &str) {
        self.recent.retain(|other| short(other) != short(address));
        self.recent.insert(0, address.to_owned());
        self.recent.truncate(RECENT);
        self.keep();
    }

    /// Asks all anew, as soon as can be.
    pub fn refresh(&mut self) {
        self.known.clear();
        self.local.clear();
        self.next_s = 0.0;
    }

    /// Lets time pass: what has not been answered for a while is no answer, and nobody near who is silent is listed.
    fn age(&mut self, seconds: f32) {
        for known in self.known.values_mut() {
            let (age_s, most_s) = match known {
                Known::Asked(age_s) => (age_s, SILENT_S),
                Known::Said(_, age_s) => (age_s, OLD_S),
                Known::Silent => continue,
            };
            *age_s += seconds;
            if *age_s > most_s {
                *known = Known::Silent;
            }
        }
        let known = &self.known;
        self.local.retain(|address| known.get(address) != Some(&Known::Silent));
    }

    fn keep(&mut self) {
        let (favourites, recent) = (self.favourites.clone(), self.recent.clone());
        self.keeper.write(kept::Lists { favourites, recent });
    }

    fn take(&mut self, heard: Heard) {
        match heard {
            Heard::Unknown(address) => {
                self.known.insert(address, Known::Silent);
            }
            Heard::Answer { address, from, answer, ping } => {
                let address = address.unwrap_or_else(|| self.found(from, &answer));
                self.known.insert(address, Known::Said(Claim::of(&answer, ping), 0.0));
            }
        }
    }

    /// Somebody on the local network answered.
    fn found(&mut self, from: SocketAddr, answer: &Answer) -> String {
        let address = SocketAddr::new(from.ip(), answer.port).to_string();
        if !self.local.contains(&address) && self.local.len() < LOCAL && answer.port != 0 {
            self.local.push(address.clone());
        }
        address
    }
}

impl Claim {
    fn of(answer: &Answer, ping: Duration) -> Self {
        let plain = |text: &str| crate::chat::clean(text);
        Self {
            name: plain(&answer.name),
            arena: plain(&answer.place),
            version: plain(&answer.version),
            players: answer.players,
            places: answer.places,
            ping,
            fits: answer.protocol == Tumult::hash(),
        }
    }
}

/// What was said before is of another time.
fn begin(mut servers: ResMut<Servers>) {
    servers.asker = Asker::start().ok();
    servers.refresh();
}

fn end(mut servers: ResMut<Servers>) {
    servers.asker = None;
}

fn ask(time: Res<Time<Real>>, mut servers: ResMut<Servers>) {
    let servers = &mut *servers;
    servers.age(time.delta_secs());
    servers.next_s -= time.delta_secs();
    let Some(asker) = servers.asker.as_ref().filter(|_| servers.next_s <= 0.0) else { return };
    servers.next_s = AGAIN_S;
    for address in servers.favourites.iter().chain(&servers.recent) {
        if let Ok(place) = Address::parse(address) {
            asker.ask(address, place);
            // A line that answered before stays as it is until it answers anew, or its answer is old.
            servers.known.entry(address.clone()).or_insert(Known::Asked(0.0));
        }
    }
    asker.call(servers.local_port);
}

fn hear(mut servers: ResMut<Servers>) {
    while let Some(heard) = servers.asker.as_ref().and_then(Asker::heard) {
        servers.take(heard);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nobody() -> Servers {
        Servers {
            favourites: vec![],
            recent: vec![],
            local: vec![],
            known: HashMap::new(),
            asker: None,
            keeper: kept::Keeper::default(),
            local_port: 0,
            next_s: 0.0,
        }
    }

    #[test]
    fn whoever_answers_a_call_is_listed_once_with_what_it_says() {
        let mut servers = nobody();
        let answer = Answer {
            port: 9,
            players: 2,
            places: 8,
            name: "A\u{202e}nn".into(),
            ..Answer::default()
        };
        let from: SocketAddr = "10.0.0.7:4456".parse().unwrap();
        for _ in 0..2 {
            let ping = Duration::from_millis(3);
            servers.take(Heard::Answer { address: None, from, answer: answer.clone(), ping });
        }
        assert_eq!(servers.list(List::Local), ["10.0.0.7:9"]);
        let Some(Known::Said(claim, _)) = servers.known("10.0.0.7:9") else {
            panic!("it answered")
        };
        assert_eq!((claim.name.as_str(), claim.players, claim.fits), ("Ann", 2, false));
    }

    #[test]
    fn whoever_answers_no_more_is_silent_and_nobody_near_any_longer() {
        let mut servers = nobody();
        servers.toggle_favourite("a:1");
        let from: SocketAddr = "10.0.0.7:4456".parse().unwrap();
        let hear = |servers: &mut Servers, address: Option<&str>| {
            let (answer, ping) = (Answer { port: 9, ..Answer::default() }, Duration::ZERO);
            let address = address.map(str::to_owned);
            servers.take(Heard::Answer { address, from, answer, ping });
        };
        hear(&mut servers, Some("a:1"));
        hear(&mut servers, None);
        servers.age(AGAIN_S);
        assert!(matches!(servers.known("a:1"), Some(Known::Said(..))), "one answer may be lost");
        hear(&mut servers, None);
        servers.age(OLD_S - 1.0);
        assert_eq!(servers.known("a:1"), Some(&Known::Silent));
        assert_eq!(servers.list(List::Local), ["10.0.0.7:9"], "it was heard since");
        servers.age(2.0);
        assert_eq!(servers.list(List::Local), [""; 0]);
        assert_eq!(servers.list(List::Favourites), ["a:1"]);
        hear(&mut servers, Some("a:1"));
        assert!(matches!(servers.known("a:1"), Some(Known::Said(..))), "it is back");
    }
}
