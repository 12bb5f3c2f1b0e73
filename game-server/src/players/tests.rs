//! Who is let in, and as whom.

use super::*;
use crate::names::LOOKS_LIKE_ANOTHER;
use glam::Vec2;
use std::collections::BTreeSet;

fn players(places: usize, watching: Watching) -> Players {
    Players::new(places, watching, Bans::default(), TickRate::new(60).unwrap())
}

fn hello(name: &str) -> Hello {
    let (version, name) = (String::new(), name.to_owned());
    Hello { protocol: 0, version, assets: assets_hash(), name, wish: Wish::Play }
}

#[test]
fn nobody_gets_a_slot_twice_and_the_last_one_is_refused() {
    let mut players = players(3, Watching::default());
    let slots: BTreeSet<_> = (0..3)
        .map(|_| players.admit(PeerKey([1; 32]), &hello("Ann")).unwrap().pilot.unwrap())
        .collect();
    assert_eq!(slots.len(), 3);
    assert_eq!(
        players.admit(PeerKey([1; 32]), &hello("Bo")).unwrap_err(),
        Refusal::Full { players: 3, places: 3 }
    );
    players.release(PilotId(1));
    assert_eq!(players.admit(PeerKey([1; 32]), &hello("Bo")).unwrap().pilot, Some(PilotId(1)));
}

#[test]
fn a_person_takes_the_place_of_a_stand_in() {
    let mut players = players(2, Watching::default());
    let stand_ins = [players.board("One".to_owned()), players.board("Two".to_owned())];
    players.take_changes();
    let pilot = players.admit(PeerKey([1; 32]), &hello("Ann")).unwrap().pilot.unwrap();
    assert_eq!(Some(pilot), stand_ins[1]);
    assert!(!players.is_stand_in(pilot));
    assert_eq!(players.take_changes().1, [pilot]);
}

#[test]
fn no_more_may_watch_than_there_are_places_for_it() {
    let watching = Watching { places: 1, ..Watching::default() };
    let mut players = players(3, watching);
    let watcher = Hello { wish: Wish::Watch, ..hello("Ann") };
    let seat = players.admit(PeerKey([1; 32]), &watcher).unwrap();
    assert_eq!(seat.pilot, None);
    players.sit(ClientId(7), seat);
    assert!(matches!(players.admit(PeerKey([2; 32]), &watcher), Err(Refusal::Full { .. })));
}

#[test]
fn only_who_has_no_pilot_may_look_from_elsewhere_and_from_above_only_if_that_is_allowed() {
    let watching = Watching { free_view: false, ..Watching::default() };
    let mut players = players(3, watching);
    let watcher = Hello { wish: Wish::Watch, ..hello("Ann") };
    for (client, hello) in [(ClientId(0), &watcher), (ClientId(1), &hello("Bo"))] {
        let seat = players.admit(PeerKey([1; 32]), hello).unwrap();
        players.sit(client, seat);
        players.watch(client, Vantage::Pilot(PilotId(2)));
        players.watch(client, Vantage::above(Vec2::ONE));
    }
    assert_eq!(players.vantage(ClientId(0)), Some(Vantage::Pilot(PilotId(2))));
    assert_eq!(players.vantage(ClientId(1)), None);
}

#[test]
fn other_maps_and_bad_names_are_refused() {
    let mut players = players(3, Watching::default());
    let other = Hello { assets: 1, ..hello("Ann") };
    assert!(matches!(players.admit(PeerKey([1; 32]), &other), Err(Refusal::WrongAssets { .. })));
    assert!(matches!(
        players.admit(PeerKey([1; 32]), &hello("a\u{202e}")),
        Err(Refusal::BadName { .. })
    ));
}

fn enter(players: &mut Players, client: u32, key: u8, hello: &Hello) -> Result<String, Refusal> {
    let seat = players.admit(PeerKey([key; 32]), hello)?;
    let name = seat.name.clone();
    players.sit(ClientId(client), seat);
    Ok(name)
}

#[test]
fn watchers_are_seen_by_nobody_and_have_any_name() {
    let mut players = players(4, Watching::default());
    let watcher = Hello { wish: Wish::Watch, ..hello("Ann") };
    for (client, hello) in [&watcher, &hello("Ann"), &watcher].into_iter().enumerate() {
        assert_eq!(enter(&mut players, client as u32, client as u8, hello), Ok("Ann".to_owned()));
    }
    let mimic = enter(&mut players, 3, 3, &hello("\u{391}nn")).unwrap_err();
    assert_eq!(mimic, Refusal::BadName { reason: LOOKS_LIKE_ANOTHER.to_owned() });
}

#[test]
fn a_name_is_free_as_soon_as_its_owner_has_left_and_not_when_it_is_lost() {
    let mut players = players(4, Watching::default());
    enter(&mut players, 0, 1, &hello("Ann")).unwrap();
    players.lost(ClientId(0), "silence", Tick(9));
    assert_eq!(enter(&mut players, 1, 2, &hello("Ann")), Ok("Ann (2)".to_owned()));
    players.left(ClientId(0), "it did not come back in time", Tick(99));
    assert_eq!(enter(&mut players, 2, 3, &hello("Ann")), Ok("Ann".to_owned()));
}

/// A reason comes from the other side, too: what it says must not look like a line of the log.
#[test]
fn what_others_wrote_cannot_break_a_line_of_the_log_and_nobody_fills_it() {
    #[derive(Clone, Default)]
    struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);
    impl std::io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, || {
        let mut players = players(4, Watching::default());
        for client in 0..5_u32 {
            enter(&mut players, client, 1, &hello("Ann \"\\ \u{1f98a}")).unwrap();
            let reason = "bye\n2026-01-01 INFO \u{1b}[31m forged=\"yes\" \u{202e}";
            players.left(ClientId(client), reason, Tick(client * 30));
        }
    });
    let written = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines.len(), 3, "one a second for five in two seconds:\n{written}");
    for line in &lines {
        assert!(line.contains("left client=") && line.contains(r#"name="Ann \"\\ "#), "{line}");
        assert!(line.contains(r#"reason="bye\n2026"#) && line.contains(r"\u{1b}[31m"), "{line}");
        assert!(!line.contains(['\u{202e}', '\u{1b}']), "{line}");
    }
    assert!(lines[1].contains("left_out=1"), "{}", lines[1]);
}
