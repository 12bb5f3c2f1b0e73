//! Tokens that are forged, too old, used twice or somebody else's: never a way into another's body, and
//! never a reason to be locked out.

use game_server::{bans::Bans, host::Host, options::Options};
use game_sim::{Arena, Greeting, Tumult};
use netcode::{
    Protocol,
    server::{Action, ClientId, PeerKey},
    wire::{
        frame::{self, FrameReader},
        message::{Resume, ToClient, ToServer, Token, Welcome},
    },
};
use tumult_tests::visitor::hello;

/// A server, and what it said on its streams in the last tick.
struct Desk {
    host: Host,
    said: Vec<(ClientId, Vec<u8>)>,
    closed: Vec<ClientId>,
}

impl Desk {
    fn new() -> Self {
        let arena = Arena::builtin("yard").expect("every build has it").expect("it can be read");
        let options = Options { max_players: 3, ..Options::default() };
        Self {
            host: Host::new(&options, arena, Bans::default()),
            said: Vec::new(),
            closed: Vec::new(),
        }
    }

    fn tick(&mut self) {
        self.host.step();
        self.said.clear();
        while let Some(transmit) = self.host.core.poll_transmit() {
            match transmit.action {
                Action::Stream(bytes) => self.said.push((transmit.client, bytes)),
                Action::Close(_) => self.closed.push(transmit.client),
                Action::Datagram(_) => {}
            }
        }
        self.host.begin();
    }

    /// Somebody connects, says this, and is welcomed or not.
    fn enter(&mut self, key: u8, token: Option<Token>) -> (ClientId, Option<Welcome<Greeting>>) {
        let id = self.host.core.connect(PeerKey([key; 32]));
        let hello = hello(&format!("Guest {key}"));
        let message: ToServer<<Tumult as Protocol>::Request> = match token {
            None => ToServer::Hello(hello),
            Some(token) => ToServer::Resume(hello, Resume { token, held: None }),
        };
        let mut bytes = Vec::new();
        frame::write(&message, &mut bytes);
        self.host.core.handle_stream(id, &bytes);
        self.tick();
        let mut frames = FrameReader::new(netcode::limits::MESSAGE_BYTES);
        self.said.iter().filter(|(to, _)| *to == id).for_each(|(_, bytes)| frames.push(bytes));
        let first = frames.pop::<ToClient<Greeting, game_sim::Event>>().expect("it can be read");
        match first {
            Some(ToClient::Welcome(welcome)) => (id, Some(*welcome)),
            _ => (id, None),
        }
    }

    fn lose(&mut self, id: ClientId) {
        self.host.core.handle_lost(id, "no answer any more");
        self.tick();
    }
}

#[test]
fn a_forged_token_is_a_fresh_join_and_its_owner_is_not_locked_out() {
    let mut desk = Desk::new();
    let (first, welcome) = desk.enter(1, None);
    let body = welcome.expect("it is let in").greeting.pilot;
    desk.lose(first);
    let (_, welcome) = desk.enter(1, Some(Token([7; 16])));
    let welcome = welcome.expect("nobody is locked out");
    assert!(!welcome.resumed && welcome.greeting.pilot != body);
    assert_eq!(desk.host.playing(), 1, "the session before is over");
}

#[test]
fn the_token_of_somebody_else_is_worth_nothing() {
    let mut desk = Desk::new();
    let (victim, welcome) = desk.enter(1, None);
    let welcome = welcome.expect("it is let in");
    for lost in [false, true] {
        if lost {
            desk.lose(victim);
        }
        let (thief, entered) = desk.enter(2, Some(welcome.token));
        let entered = entered.expect("it may join as itself");
        assert!(!entered.resumed && entered.greeting.pilot != welcome.greeting.pilot);
        assert_eq!(desk.host.playing(), 2, "the victim's place is untouched");
        desk.host.core.handle_closed(thief, "left");
        desk.tick();
    }
    let (_, back) = desk.enter(1, Some(welcome.token));
    let back = back.expect("the owner comes back");
    assert!(back.resumed && back.greeting.pilot == welcome.greeting.pilot);
}

#[test]
fn a_token_is_good_once_but_a_lost_welcome_locks_nobody_out() {
    let mut desk = Desk::new();
    let (first, welcome) = desk.enter(1, None);
    let first_token = welcome.expect("it is let in").token;
    desk.lose(first);
    let (second, welcome) = desk.enter(1, Some(first_token));
    let second_token = welcome.expect("it comes back").token;
    assert_ne!(first_token, second_token);
    // The second welcome was lost with its connection: the client still has the first token only.
    desk.lose(second);
    let (third, welcome) = desk.enter(1, Some(first_token));
    let welcome = welcome.expect("it comes back");
    assert!(welcome.resumed);
    // This time it answers, and thereby shows that it has the newest.
    let mut bytes = Vec::new();
    let request = game_sim::Request::Chat("here".to_owned());
    frame::write(&ToServer::Request(request), &mut bytes);
    desk.host.core.handle_stream(third, &bytes);
    desk.lose(third);
    let (_, replayed) = desk.enter(1, Some(first_token));
    assert!(!replayed.expect("nobody is locked out").resumed, "an old token was good twice");
}

#[test]
fn a_token_whose_time_is_over_is_a_fresh_join() {
    let mut desk = Desk::new();
    let (first, welcome) = desk.enter(1, None);
    let token = welcome.expect("it is let in").token;
    desk.lose(first);
    for _ in 0..61 * 60 {
        desk.tick();
    }
    assert_eq!(desk.host.playing(), 0);
    let (_, welcome) = desk.enter(1, Some(token));
    assert!(!welcome.expect("nobody is locked out").resumed);
}

#[test]
fn who_leaves_on_purpose_does_not_come_back() {
    let mut desk = Desk::new();
    let (first, welcome) = desk.enter(1, None);
    desk.host.core.handle_closed(first, "left");
    desk.tick();
    assert_eq!(desk.host.playing(), 0);
    let (_, again) = desk.enter(1, Some(welcome.expect("it is let in").token));
    assert!(!again.expect("nobody is locked out").resumed);
}

#[test]
fn a_full_server_keeps_the_places_of_the_lost_and_gives_a_key_only_one() {
    let mut desk = Desk::new();
    let (first, welcome) = desk.enter(1, None);
    let token = welcome.expect("it is let in").token;
    assert!(desk.enter(2, None).1.is_some() && desk.enter(3, None).1.is_some());
    desk.lose(first);
    assert!(desk.enter(4, None).1.is_none(), "the place of a lost one was given away");
    assert!(desk.enter(1, Some(token)).1.is_some_and(|welcome| welcome.resumed));
    // The same player without a token, as after a crash: its own place is the one that becomes free.
    let (_, anew) = desk.enter(1, None);
    assert!(anew.is_some_and(|welcome| !welcome.resumed));
    assert_eq!(desk.host.playing(), 3);
}
