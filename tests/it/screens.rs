//! The windowed client through its menus, by a script in place of a player: what it presses goes the way
//! that a person's input goes (game-client/src/script.rs).

use std::{
    path::Path,
    time::{Duration, Instant},
};
use tumult_tests::{
    client::{check, free_port, play, settings, start},
    processes::{Folder, Process, ServerProcess},
    visitor::{hello, visit},
};

#[test]
fn a_player_joins_by_address_pauses_by_gamepad_chats_and_leaves() {
    let (server, folder) = (ServerProcess::start(&[]), Folder::new());
    let address = server.address.to_string();
    let script = format!(
        "page title 30\nwait 0.5\nkey Enter\npage servers 5\nwait 0.5\n\
         click Go to\ntype {address}\nkey Enter\npage fight 20\nwait 1\n\
         key Enter\npage chat 5\nwait 0.5\ntype well met\nkey Enter\npage fight 5\nsee 10 : well met\n\
         key KeyV\npage quick 5\nkey Digit2\npage fight 5\nsee 10 : Well played!\n\
         pad Start\npage pause 5\nwait 0.5\npad DPadDown\nwait 0.3\npad South\npage players 5\n\
         pad East\npage pause 5\nclick Leave the server\npage title 5\nquit"
    );
    play(&folder, &script, &[]);
    // Where one was can be found again.
    let places = std::fs::read_to_string(folder.path("config/tumult/places.toml"));
    assert!(places.expect("it is kept").contains(&address));
}

#[test]
fn a_server_on_the_local_network_is_listed_with_what_it_says_and_joined() {
    let port = free_port();
    let sign = ["--beacon-port", &port, "--server-name", "Ann's cellar", "--bots", "2"];
    let (server, folder) = (ServerProcess::start(&sign), Folder::new());
    play(
        &folder,
        "page title 30\nwait 0.5\nclick Find a server\npage servers 5\nclick Local network\n\
         see 10 Ann's cellar\nsee 1 Yard\nsee 1 0 of 64\nsee 1 0.1.0\n\
         click Ann's cellar\npage fight 20\nquit",
        &["--local-port", &port],
    );
    drop(server);
}

#[test]
fn who_is_refused_is_told_why_and_not_sent_back_again_and_again() {
    let (server, folder) = (ServerProcess::start(&[]), Folder::new());
    let (place, address) = (server.address, server.address.to_string());
    // What the client would not send by itself: the name of somebody who is here, in other letters.
    std::thread::spawn(move || visit(place, hello("Alice"), Duration::from_secs(300), |_| None));
    std::thread::sleep(Duration::from_secs(1));
    play(
        &folder,
        "page lost 30\nsee 5 Your name can't be used\nwait 1\ngone 1 Trying again\n\
         see 1 You did not get in\n\
         click Another server\npage servers 5\nkey Escape\npage title 5\nquit",
        &[&address, "--name", "\u{391}lice"],
    );
    // The way from there to another name, and with that one into the game.
    let letters = "key Backspace\n".repeat(6);
    play(
        &folder,
        &format!(
            "page lost 30\nsee 5 Your name can't be used\nwait 0.5\nclick Change your name\n\
             page settings 5\nwait 0.5\nkey End\n{letters}type Bea\nwait 0.3\nkey Escape\n\
             page title 5\nsee 2 You fly as Bea\nclick Find a server\npage servers 5\n\
             click Join\npage fight 20\nkey Enter\npage chat 5\nwait 0.3\ntype here I am\n\
             key Enter\npage fight 5\nsee 10 here I am\nquit"
        ),
        &[&address, "--name", "\u{391}lice"],
    );
    drop(server);
}

/// Waits until a client has taken a picture: it is where the script says.
fn wait_for(picture: &str) {
    let begun = Instant::now();
    while !Path::new(picture).exists() && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_server_that_was_lost_is_come_back_to_without_a_hand() {
    let (first, folder) = (ServerProcess::start(&[]), Folder::new());
    let (address, there) = (first.address.to_string(), folder.path("there.png"));
    let script = format!(
        "page fight 30\npicture {there}\npage lost 20\nsee 5 The server was shut down\nsee 1 The connection is over\n\
         see 2 Trying again in\npage fight 30\nquit"
    );
    let client = start(&folder, &script, &[&address]);
    wait_for(&there);
    // The same server again: its certificate is what the client remembers.
    let identity = folder.path("server.pem");
    std::fs::copy(first.folder.path("server.pem"), &identity).expect("it has one");
    let _ = first.finish();
    let again = Process::start(
        "game-server",
        &["--bind", &address, "--identity", &identity, "--beacon-port", "0"],
    );
    check(client);
    drop(again);
}

/// Nobody says goodbye: the process is gone, and another one on its port knows of nobody.
#[test]
fn after_a_server_was_killed_and_restarted_the_client_is_in_its_fight_again_with_all_others() {
    let (first, folder) = (ServerProcess::start(&["--bots", "8"]), Folder::new());
    let (address, there) = (first.address.to_string(), folder.path("there.png"));
    let others =
        Process::start("game-bots", &["--server", &address, "--bots", "3", "--name", "Bea"]);
    // It fights before and after: somebody else is in its sight, and it lives.
    let script = format!(
        "page fight 60\ncrowd 1 60\npicture {there}\nwait 15\ngone 60 Coming back\npage fight 1\ncrowd 1 90\nquit"
    );
    let client = start(&folder, &script, &[&address, "--name", "Ann", "--autopilot"]);
    wait_for(&there);
    let identity = folder.path("server.pem");
    std::fs::copy(first.folder.path("server.pem"), &identity).expect("it has one");
    first.process.kill();
    std::thread::sleep(Duration::from_secs(2));
    let bind = ["--bind", &address, "--identity", &identity, "--beacon-port", "0", "--bots", "8"];
    let again = Process::start("game-server", &bind);
    check(client);
    let log = again.terminate().stderr;
    for name in ["Ann", "Bea 1", "Bea 2", "Bea 3"] {
        let joined = log
            .lines()
            .filter(|line| line.contains("joined") && line.contains(&format!("{name:?}")));
        assert_eq!(joined.count(), 1, "{name}: {log}");
    }
    drop(others);
}

#[test]
fn keys_are_bound_anew_conflicts_are_shown_and_kept() {
    let folder = Folder::new();
    play(
        &folder,
        "page title 30\nwait 0.5\nclick Settings\npage settings 5\nclick Controls\nwait 0.5\n\
         click Space\nsee 2 press a key\nkey KeyR\ngone 2 press a key\nsee 2 Also used for: Reload\n\
         key Enter\nsee 2 press a key\nkey Escape\ngone 2 press a key\n\
         key Enter\nsee 2 press a key\nkey KeyF\ngone 2 Also used for\n\
         key Escape\npage title 5\nquit",
        &[],
    );
    let kept = settings(&folder);
    let dash = kept.split("dash = ").nth(1).and_then(|rest| rest.split(']').next());
    assert!(dash.is_some_and(|keys| keys.contains("KeyF") && keys.contains("PadSouth")), "{kept}");
}

/// The table of keys by each device: keys and buttons are bound, emptied and put back, and no device is caught in
/// a slot of the other's.
#[test]
fn controls_are_bound_by_mouse_keys_and_gamepad_and_there_the_next_time() {
    let folder = Folder::new();
    play(
        &folder,
        "page title 30\nwait 0.5\nclick Settings\npage settings 5\nclick Controls\nwait 0.5\n\
         see 2 Left stick up\nsee 1 Right stick\n\
         click Space\nsee 2 press a key\npress MouseMiddle\nsee 2 Middle button\n\
         key ArrowDown\nkey Enter\nsee 2 press a key\nkey KeyG\ngone 2 press a key\n\
         pad DPadUp\npad DPadRight\npad DPadRight\npad South\nsee 2 press a button\n\
         pad LeftThumb\nsee 2 L3 / LS\n\
         pad DPadRight\npad North\ngone 2 R1 / RB\n\
         pad South\nsee 2 press a button\nkey KeyH\ngone 2 press a button\n\
         click Middle button\nsee 2 press a key\npad East\ngone 2 press a key\n\
         page settings 1\nkey Escape\npage title 5\nquit",
        &[],
    );
    let kept = settings(&folder);
    let keys = |action: &str| -> Vec<&str> {
        let list =
            kept.split(&format!("\n{action} = [")).nth(1).and_then(|rest| rest.split(']').next());
        list.unwrap_or_default().split('"').skip(1).step_by(2).collect()
    };
    assert_eq!(keys("dash"), ["MouseMiddle", "PadLeftThumb"], "{kept}");
    assert_eq!(keys("reload"), ["KeyG", "PadWest"], "{kept}");
    play(
        &folder,
        "page title 30\nwait 0.5\nclick Settings\npage settings 5\nclick Controls\n\
         see 5 Middle button\nsee 1 L3 / LS\nwait 0.5\n\
         click Middle button\nsee 2 press a key\nkey Escape\ngone 2 press a key\n\
         key ArrowDown\nkey ArrowDown\nkey ArrowDown\nkey ArrowDown\n\
         key ArrowDown\nkey ArrowDown\nkey ArrowDown\nkey ArrowDown\nkey ArrowDown\nkey Enter\n\
         see 2 R1 / RB\n\
         see 1 Space\ngone 1 Middle button\nkey Escape\npage title 5\nquit",
        &[],
    );
}

#[test]
fn another_language_counts_at_once_and_the_next_time() {
    let folder = Folder::new();
    play(
        &folder,
        "page title 30\nwait 0.5\nclick Settings\npage settings 5\nwait 0.5\nclick Language\n\
         see 3 Ajustes\nsee 1 Idioma\ngone 1 Language\nkey Escape\npage title 5\n\
         see 1 Buscar un servidor\nquit",
        &[],
    );
    assert!(settings(&folder).contains("language = \"es\""));
    play(&folder, "page title 30\nsee 5 Buscar un servidor\nquit", &[]);
}

/// The renderer still starts when the process ends: one of 25 died of a segmentation fault then.
#[test]
fn a_client_that_is_quit_as_soon_as_it_is_there_ends_well() {
    for _ in 0..8 {
        let folders = [(); 4].map(|()| Folder::new());
        let clients = folders.each_ref().map(|folder| start(folder, "page title 30\nquit", &[]));
        clients.into_iter().for_each(check);
    }
}

/// Each kind of row, by mouse, arrows and gamepad: what is changed counts, is kept, and is there the next time.
#[test]
fn settings_of_every_tab_are_changed_and_there_the_next_time() {
    let folder = Folder::new();
    // From the mouse's row past all actions and the button below them.
    let down = "key ArrowDown\n".repeat(16);
    play(
        &folder,
        &format!(
            "page title 30\nwait 0.5\nclick Settings\npage settings 5\nwait 0.5\n\
         click Text size\nsee 2 105 %\n\
         click Screen shake\nkey ArrowLeft\nkey ArrowLeft\nsee 2 90 %\n\
         click Flashes\npad DPadLeft\npad DPadLeft\npad DPadLeft\nsee 2 85 %\n\
         click Camera leans\nkey ArrowLeft\nkey ArrowLeft\nkey ArrowLeft\nkey ArrowLeft\nsee 2 80 %\n\
         click After your death\nsee 2 Move the view freely\n\
         click Colours\nsee 2 Deuteranopia\nclick Colours\nsee 2 Protanopia\n\
         click Picture\nsee 2 Resolution\nwait 0.3\n\
         click Quality\nsee 2 Low\nclick Field of view\nsee 2 39\n\
         click Resolution\nwait 0.3\nclick Window\nsee 2 Full screen, borderless\nwait 0.3\n\
         click Vertical sync\nsee 2 Off\nclick Most frames\nsee 2 30\n\
         click Sound\nsee 2 Announcer\nwait 0.3\n\
         click Everything\nsee 2 85 %\nclick Effects\nkey ArrowLeft\nsee 2 95 %\n\
         click Announcer\nkey ArrowLeft\nkey ArrowLeft\nsee 2 90 %\n\
         click Ambience\nsee 2 65 %\nclick Music\nkey ArrowLeft\nkey ArrowLeft\nsee 2 55 %\n\
         click Menus and messages\nkey ArrowLeft\nkey ArrowLeft\nsee 2 75 %\n\
         click Controls\nsee 2 Mouse sensitivity\nwait 0.3\nclick Mouse sensitivity\n{down}key ArrowRight\nsee 2 55 %\n\
         key ArrowDown\nkey ArrowRight\nsee 2 25 %\n\
         key Escape\npage title 5\nquit"
        ),
        &[],
    );
    let kept = settings(&folder);
    for line in [
        "text_scale = 1.05",
        "screen_shake = 0.9",
        "flashes = 0.85",
        "look_ahead = 0.8",
        "death_view = \"free\"",
        "palette = \"protanopia\"",
        "quality = \"low\"",
        "field_of_view = 39.0",
        "vsync = false",
        "frame_cap = 30",
        "master = 0.85",
        "effects = 0.95",
        "announcer = 0.9",
        "ambience = 0.65",
        "music = 0.55",
        "aim_assist = 0.55",
        "dead_zone = 0.25",
        "mode = \"borderless\"",
        "interface = 0.75",
    ] {
        assert!(kept.lines().any(|kept| kept.starts_with(line)), "{line} is not in\n{kept}");
    }
    play(
        &folder,
        "page title 30\nwait 0.5\nclick Settings\npage settings 5\n\
         see 5 105 %\nsee 1 90 %\nsee 1 85 %\nsee 1 Move the view freely\nsee 1 Protanopia\nquit",
        &[],
    );
}

#[test]
fn settings_that_cannot_be_read_are_set_aside_and_the_player_is_told() {
    let folder = Folder::new();
    let path = folder.path("mine.toml");
    std::fs::write(&path, "volumes = [").expect("the folder is ours");
    play(
        &folder,
        "page title 30\nsee 5 Your settings could not be read\nquit",
        &["--settings", &path],
    );
    assert!(Path::new(&folder.path("mine.broken-1.toml")).exists());
}

#[test]
fn a_list_of_servers_that_cannot_be_read_is_set_aside_and_the_player_is_told() {
    let folder = Folder::new();
    let kept = folder.path("config/tumult");
    std::fs::create_dir_all(&kept).expect("the folder is ours");
    std::fs::write(format!("{kept}/places.toml"), "favourites = [").expect("it is ours");
    play(&folder, "page title 30\nsee 5 Your list of servers could not be read\nquit", &[]);
    let aside = std::fs::read_to_string(format!("{kept}/places.broken-1.toml"));
    assert_eq!(aside.expect("it is set aside"), "favourites = [");
}

/// While the connection is looked for, the way out is told, and it leads out.
#[test]
fn who_waits_for_a_lost_connection_is_told_how_to_leave() {
    let (server, folder) = (ServerProcess::start(&[]), Folder::new());
    let address = server.address.to_string();
    play(
        &folder,
        "page fight 30\nsee 60 Connection lost\nsee 1 Esc: menu\nkey Escape\npage pause 5\nwait 0.3\n\
         click Leave the server\npage title 5\nquit",
        &[&address, "--link", "blackhole=4s:60s"],
    );
    drop(server);
}

#[test]
fn a_round_is_played_to_its_end_and_the_standings_say_who_won() {
    let folder = Folder::new();
    let config = folder.path("server.toml");
    let rules = "[rules]\nround_ticks = 480\nintermission_ticks = 240\n";
    std::fs::write(&config, rules).expect("the folder is ours");
    let server = ServerProcess::start(&["--config", &config, "--bots", "8"]);
    let address = server.address.to_string();
    play(
        &folder,
        "page fight 30\nsee 30 Next round in\nsee 1 Round 1\nsee 1 Your place\n\
         gone 20 Next round in\npage fight 1\nquit",
        &[&address, "--autopilot"],
    );
}

/// Only a player's vote can keep the game where it is: without one the next in the rotation comes.
#[test]
fn a_gamepad_votes_for_one_more_round_here() {
    let folder = Folder::new();
    let config = folder.path("server.toml");
    let options = "mode = \"control_points\"\nrotation = [\"yard\", \"expanse:free_for_all\"]\n\
                   [rules]\nwarm_up_ticks = 0\nround_ticks = 900\nintermission_ticks = 900\n";
    std::fs::write(&config, options).expect("the folder is ours");
    let server = ServerProcess::start(&["--config", &config]);
    let address = server.address.to_string();
    play(
        &folder,
        "page fight 30\npage vote 40\nsee 2 Yard (stay)\nwait 0.5\n\
         pad DPadDown\nwait 0.3\npad South\n\
         gone 40 What comes next?\nsee 5 Take the points\nsee 1 You fight for\npage fight 1\nquit",
        &[&address],
    );
}

/// The player sees the warm-up, the points and the own team, votes by key and by mouse, and finds itself
/// in the arena that won.
#[test]
fn a_match_of_teams_is_played_and_voted_out_of() {
    let folder = Folder::new();
    let config = folder.path("server.toml");
    let options = "mode = \"control_points\"\nrotation = [\"yard\", \"expanse:free_for_all\"]\n\
                   [bots]\nfill = 4\n[rules]\nwarm_up_ticks = 900\nround_ticks = 900\n\
                   intermission_ticks = 2400\n";
    std::fs::write(&config, options).expect("the folder is ours");
    let server = ServerProcess::start(&["--config", &config]);
    let address = server.address.to_string();
    play(
        &folder,
        "page fight 30\nsee 20 Warm-up\nsee 1 Nothing counts yet\nsee 30 The round begins in\n\
         see 20 Take the points and hold them\nsee 1 You fight for\nreads 1 A\nreads 1 B\nreads 1 C\n\
         page vote 40\nsee 2 What comes next?\nsee 1 Two teams, control points\nsee 1 Next round in\n\
         key Escape\npage fight 5\nsee 2 B: vote\nkey KeyB\npage vote 5\n\
         key Escape\npage fight 5\nkey Escape\npage pause 5\nwait 0.4\nclick Vote for what\npage vote 5\n\
         reads 2 West\nkey Digit2\nwait 0.5\nclick Everybody for themselves\n\
         gone 60 What comes next?\npage fight 10\ngone 20 The game moves on\n\
         see 20 points, place\ngone 5 You fight for\nquit",
        &[&address, "--autopilot"],
    );
}
