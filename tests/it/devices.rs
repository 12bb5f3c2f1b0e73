//! The windowed client by one device alone: a gamepad from the title into the game and its chat, and a mouse whose
//! pointer the fight has and gives back.

use tumult_tests::{
    client::{free_port, play, settings},
    processes::{Folder, Process, ServerProcess},
};

/// The letters on screen in English, from above (`assets/lang/en.ftl`).
const LETTERS: [&str; 5] = ["1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm.:#", ",!?'\"/()@_"];

/// Steps that write a text with the letters, which have just come up, by a gamepad's cross and lower button.
pub(crate) fn spell(text: &str) -> String {
    let (mut row, mut column) = (0, 0);
    let mut steps = String::new();
    for letter in text.chars() {
        if letter == ' ' {
            steps += "pad North\n";
            continue;
        }
        let there = LETTERS.iter().enumerate().find_map(|(row, letters)| {
            Some((row, letters.chars().position(|other| other == letter)?))
        });
        let (to_row, to_column) = there.unwrap_or_else(|| panic!("there is no {letter}"));
        let mut walk = |from: usize, to: usize, [more, less]: [&str; 2]| {
            let way = if to > from { more } else { less };
            (0..from.abs_diff(to)).for_each(|_| steps += &format!("pad {way}\n"));
        };
        walk(row, to_row, ["DPadDown", "DPadUp"]);
        walk(column, to_column, ["DPadRight", "DPadLeft"]);
        steps += "pad South\n";
        (row, column) = (to_row, to_column);
    }
    steps
}

#[test]
fn a_gamepad_alone_leads_from_the_title_by_an_address_into_the_game_and_its_chat() {
    let (server, folder) = (ServerProcess::start(&[]), Folder::new());
    let address = server.address.to_string();
    let (typed, said) = (spell(&format!("9{address}")), spell("well met"));
    // The first letter is one too many, and taken back.
    let typed = typed.replacen("pad South\n", "pad South\npad West\n", 1);
    play(
        &folder,
        &format!(
            "page title 30\nwait 0.5\npad South\npage servers 5\nwait 0.5\n\
             pad DPadDown\nwait 0.2\npad South\nsee 2 A: type\n{typed}\
             see 2 {address}|\npad East\ngone 2 A: type\npage servers 1\n\
             pad South\nsee 2 {address}|\npad Start\npage fight 20\nwait 1\n\
             pad DPadRight\npage chat 5\nsee 2 A: type\n{said}see 2 well met|\npad Start\n\
             page fight 5\nsee 10 : well met\n\
             pad Start\npage pause 5\nquit"
        ),
        &[],
    );
    drop(server);
}

#[test]
fn a_gamepad_changes_the_name_and_one_is_kept_with_capitals() {
    let folder = Folder::new();
    play(
        &folder,
        &format!(
            "page title 30\nwait 0.5\npad DPadDown\nwait 0.2\npad South\npage settings 5\nwait 0.5\n\
             pad DPadDown\nwait 0.3\npad DPadUp\nwait 0.2\npad South\nsee 2 A: type\n{}pad LeftTrigger\nsee 1 Q\n\
             pad DPadDown\npad South\npad LeftTrigger\nsee 1 q\npad Start\ngone 2 A: type\n\
             page settings 1\npad East\npage title 5\nsee 2 You fly as\nquit",
            "pad West\n".repeat(16)
        ),
        &[],
    );
    let kept = settings(&folder);
    assert!(kept.lines().any(|line| line == "name = \"Q\""), "{kept}");
}

#[test]
fn the_fight_has_the_pointer_and_gives_it_back_to_menus_and_other_windows() {
    let (server, folder) = (ServerProcess::start(&[]), Folder::new());
    let address = server.address.to_string();
    play(
        &folder,
        "page fight 30\nfocus back\npointer captured 5\nwait 0.5\nkey Escape\npage pause 5\npointer free 2\n\
         click Back to the fight\npage fight 5\npointer captured 2\n\
         key Enter\npage chat 5\npointer free 2\nkey Escape\npage fight 5\npointer captured 2\n\
         key KeyV\npage quick 5\npointer free 2\nkey Escape\npage fight 5\npointer captured 2\n\
         focus lost\npointer free 2\npage fight 1\nfocus back\npointer captured 2\n\
         key Escape\npage pause 5\nwait 0.5\nclick Settings\npage settings 5\nclick Controls\nwait 0.5\n\
         click Mouse sensitivity\nsee 2 105 %\nkey ArrowLeft\nkey ArrowLeft\nsee 2 95 %\n\
         click Mouse pointer\nsee 2 as the system's\nclick Back\npage pause 5\nkey Escape\n\
         page fight 5\nwait 0.5\npointer free 1\nquit",
        &[&address],
    );
    let kept = settings(&folder);
    assert!(kept.contains("pointer = \"system\"") && kept.contains("sensitivity = 0.95"), "{kept}");
    drop(server);
}

/// A server that is kept is among the favourites the next time, one that was visited among the recent ones; both
/// say what they are, and both lead there.
#[test]
fn favourites_and_recent_servers_are_there_the_next_time_with_what_they_say() {
    let folder = Folder::new();
    let identity = folder.path("server.pem");
    let address = format!("127.0.0.1:{}", free_port());
    let bind = ["--bind", &address, "--identity", &identity, "--server-name", "Ann's cellar"];
    let server = Process::start("game-server", &bind);
    play(
        &folder,
        &format!(
            "page title 30\nwait 0.5\nclick Find a server\npage servers 5\nsee 2 No favourites yet\n\
             click Recent\nsee 2 You have not been on any server yet\nwait 0.2\n\
             click Go to\ntype {address}\nclick Keep as favourite\nsee 10 Ann's cellar\nsee 1 Yard\n\
             gone 1 No favourites yet\nclick Ann's cellar\npage fight 20\nwait 0.5\n\
             key Escape\npage pause 5\nclick Leave the server\npage title 5\nquit"
        ),
        &[],
    );
    play(
        &folder,
        "page title 30\nwait 0.5\nclick Find a server\npage servers 5\nsee 10 Ann's cellar\n\
         click Recent\nsee 10 Ann's cellar\nwait 0.3\nclick Ann's cellar\npage fight 20\nwait 0.5\n\
         key Escape\npage pause 5\nclick Leave the server\npage title 5\n\
         click Find a server\npage servers 5\nclick Favourites\nsee 5 Ann's cellar\nwait 0.3\n\
         key ArrowDown\nwait 0.2\nkey ArrowRight\nwait 0.2\nkey ArrowRight\nwait 0.2\nkey Enter\n\
         see 3 No favourites yet\nclick Recent\nsee 3 Ann's cellar\nquit",
        &[],
    );
    let places = std::fs::read_to_string(folder.path("config/tumult/places.toml"));
    let places = places.expect("they are kept");
    assert!(places.contains("favourites = []") && places.contains(&address), "{places}");
    drop(server);
}
