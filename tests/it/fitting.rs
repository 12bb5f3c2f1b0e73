//! Every page of the client with the largest words, in both languages: nothing leaves the window, is cut, stands out of
//! its button or lies over something else (the step `fits` of game-client/src/script.rs looks at every box).

use tumult_tests::{
    client::{Client, check},
    processes::{Folder, Process, ServerProcess, workspace},
};

/// The words that lead through the pages in a language.
struct Tongue {
    language: &'static str,
    settings: [&'static str; 4],
    servers: [&'static str; 4],
    players: [&'static str; 2],
    watch: &'static str,
}

const TONGUES: [Tongue; 2] = [
    Tongue {
        language: "en",
        settings: ["Settings", "Picture", "Sound", "Controls"],
        servers: ["Find a server", "Recent", "Local network", "Go to"],
        players: ["Players", "Report"],
        watch: "Leave the seat",
    },
    Tongue {
        language: "es",
        settings: ["Ajustes", "Imagen", "Sonido", "Controles"],
        servers: ["Buscar un servidor", "Recientes", "Red local", "Ir a"],
        players: ["Jugadores", "Denunciar"],
        watch: "Dejar el puesto",
    },
];

/// The usual window with the largest words, and the smallest one with the usual words.
const LARGEST_WORDS: (u32, u32, f32) = (1280, 720, 1.6);
const SMALLEST_WINDOW: (u32, u32, f32) = (960, 540, 1.0);

/// Runs the client in a window of so many pixels with words of so many times their usual size.
fn play((width, height, scale): (u32, u32, f32), tongue: &Tongue, script: &str, more: &[&str]) {
    let folder = Folder::new();
    let settings = format!(
        "text_scale = {scale:?}\nlanguage = \"{}\"\nname = \"A long name here\"\n",
        tongue.language
    );
    let client = Client::new(&folder).sized(width, height).script(script).settings(&settings);
    check(client.with(more).start());
}

/// Every page that needs no server.
fn menus(tongue: &Tongue) {
    let [settings, tabs @ ..] = tongue.settings;
    let [servers, recent, local, go_to] = tongue.servers;
    let open = |words: &str| format!("click {words}\nwait 0.4\nfits\n");
    let (tabs, lists) = (tabs.map(open).concat(), [recent, local].map(open).concat());
    let erase = "key Backspace\n".repeat("192.0.2.1".len());
    play(
        LARGEST_WORDS,
        tongue,
        &format!(
            "page title 30\nwait 0.5\nfits\nclick {settings}\npage settings 5\nwait 0.5\nfits\n{tabs}\
             key Escape\npage title 5\nclick {servers}\npage servers 5\nwait 0.5\nfits\n{lists}\
             click {go_to}\npad South\nsee 2 A:\nwait 0.3\nfits\npad East\ngone 2 A:\n\
             type 192.0.2.1\nkey Enter\npage connecting 5\nwait 0.5\nfits\nkey Escape\n\
             page servers 5\nclick {go_to}\nkey End\n{erase}type 127.0.0.1:9\nkey Enter\n\
             page lost 30\nwait 0.5\nfits\nquit"
        ),
        &[],
    );
}

/// The fight, what lies over it, and looking on.
fn fight(tongue: &Tongue, server: &ServerProcess) {
    let [players, report] = tongue.players;
    play(
        LARGEST_WORDS,
        tongue,
        &format!(
            "page fight 30\nwait 2\nfits\ndown Tab\nwait 0.5\nfits\nup Tab\n\
             key KeyV\npage quick 5\nwait 0.4\nfits\nkey Escape\npage fight 5\n\
             key Enter\npage chat 5\nwait 0.4\nfits\nkey Escape\npage fight 5\n\
             key Escape\npage pause 5\nwait 0.4\nfits\nclick {players}\npage players 5\nwait 0.4\nfits\n\
             click {report}\npage complain 5\nwait 0.4\nfits\nkey Escape\npage players 5\n\
             key Escape\npage pause 5\nclick {}\npage fight 20\nwait 2\nfits\n\
             key Escape\npage pause 5\nwait 0.4\nfits\nquit",
            tongue.watch
        ),
        &[&server.address.to_string()],
    );
}

/// A match of teams from its warm-up to the vote after it.
fn teams(window: (u32, u32, f32), tongue: &Tongue) {
    let folder = Folder::new();
    let config = folder.path("server.toml");
    let options = "mode = \"control_points\"\nrotation = [\"yard\", \"expanse:free_for_all\"]\n\
                   [bots]\nfill = 16\n[rules]\nwarm_up_ticks = 360\nround_ticks = 240\n\
                   intermission_ticks = 900\n";
    std::fs::write(&config, options).expect("the folder is ours");
    let server = ServerProcess::start(&["--config", &config]);
    let look = "wait 1.2\nfits\n".repeat(5);
    play(
        window,
        tongue,
        &format!("page fight 30\n{look}page vote 60\nwait 1\nfits\nquit"),
        &[&server.address.to_string(), "--autopilot"],
    );
    drop(server);
}

#[test]
fn menus_fit_with_the_largest_words() {
    TONGUES.iter().for_each(menus);
}

#[test]
fn the_fight_fits_with_the_largest_words() {
    let server = ServerProcess::start(&["--bots", "11"]);
    let address = server.address.to_string();
    // Whom one can report.
    let other =
        Process::start("game-bots", &["--server", &address, "--bots", "1", "--name", "Bea"]);
    for tongue in &TONGUES {
        fight(tongue, &server);
    }
    drop(other);
}

#[test]
fn a_match_of_teams_fits_with_the_largest_words() {
    for tongue in &TONGUES {
        teams(LARGEST_WORDS, tongue);
    }
}

/// As many choices as a vote may have, of arenas with long names, and the table of scores beside it.
#[test]
fn the_longest_vote_fits_with_the_largest_words() {
    let folder = Folder::new();
    let config = folder.path("server.toml");
    let yard = workspace().join("assets/arenas/yard.tmx");
    let arenas = ["the-old-harbour-by-night", "the-old-harbour-in-the-morning"].map(|name| {
        let arena = folder.path(&format!("{name}.tmx"));
        std::fs::copy(&yard, &arena).expect("the folder is ours");
        arena
    });
    let [night, morning] = arenas;
    let options = format!(
        "mode = \"control_points\"\nrotation = [\"yard\", \"{night}\", \"{night}:free_for_all\", \
         \"{morning}\", \"{morning}:free_for_all\", \"expanse\", \"yard\"]\n[bots]\nfill = 16\n\
         [rules]\nwarm_up_ticks = 60\nround_ticks = 120\nintermission_ticks = 1200\n"
    );
    std::fs::write(&config, options).expect("the folder is ours");
    for tongue in &TONGUES {
        let server = ServerProcess::start(&["--config", &config]);
        play(
            LARGEST_WORDS,
            tongue,
            "page vote 60\nsee 2 6\nsee 1 the-\ngone 1 /the\nwait 1\nfits\nquit",
            &[&server.address.to_string(), "--autopilot"],
        );
    }
}

#[test]
fn a_match_of_teams_fits_in_the_smallest_window() {
    // The language with the longer words.
    teams(SMALLEST_WINDOW, &TONGUES[1]);
}
