//! The windowed client on a screen without a GPU: it plays against a real server, and its picture
//! shows what a player must see.

use image::{ImageReader, RgbImage};
use std::time::Duration;
use tumult_tests::{
    client::Client,
    processes::{Folder, Outcome, Process, ServerProcess, read_json},
};

/// Colours of game-client/src/render/palette.rs that carry meaning, and are drawn unlit.
const OWN: [u8; 3] = [70, 200, 255];
const ENEMY: [u8; 3] = [255, 112, 32];
const WALL_TOP: [u8; 3] = [128, 140, 164];
const HEALTH: [u8; 3] = [64, 220, 140];
/// How far a channel may be off: light, haze and the edges of shapes.
const TOLERANCE: i16 = 24;

/// Runs the client on a virtual screen until it ends.
fn client(arguments: &[&str]) -> Outcome {
    Client::new(&Folder::new()).with(arguments).start().wait(Duration::from_secs(120))
}

/// How many pixels of a part of the picture have a colour. The part is in hundredths.
fn count(picture: &RgbImage, colour: [u8; 3], [left, top, right, bottom]: [u32; 4]) -> usize {
    let (width, height) = picture.dimensions();
    let inside = |x: u32, y: u32| {
        let (x, y) = (x * 100 / width, y * 100 / height);
        (left..right).contains(&x) && (top..bottom).contains(&y)
    };
    let alike = |pixel: &image::Rgb<u8>| {
        let mut channels = pixel.0.iter().zip(colour);
        channels.all(|(is, should)| (i16::from(*is) - i16::from(should)).abs() <= TOLERANCE)
    };
    picture.enumerate_pixels().filter(|(x, y, pixel)| inside(*x, *y) && alike(pixel)).count()
}

const EVERYWHERE: [u32; 4] = [0, 0, 100, 100];
/// Where the own pilot is: the camera leans, but keeps it near the middle.
const MIDDLE: [u32; 4] = [25, 20, 75, 85];
const BOTTOM: [u32; 4] = [0, 75, 100, 100];

/// What is missing in a picture that has to show all of it.
fn missing(picture: &RgbImage) -> Vec<String> {
    let wanted = [
        ("walls", WALL_TOP, EVERYWHERE, 2_000),
        ("the own pilot", OWN, MIDDLE, 80),
        ("another pilot", ENEMY, EVERYWHERE, 40),
        ("the own health", HEALTH, BOTTOM, 300),
    ];
    let found =
        wanted.map(|(what, colour, place, least)| (what, count(picture, colour, place), least));
    let few = found.into_iter().filter(|(_, found, least)| found < least);
    few.map(|(what, found, _)| format!("{what}: only {found} pixels of the picture")).collect()
}

/// All of it in one picture. The own pilot is dead now and then, or behind a wall, and a slow machine
/// draws few frames: so there are several moments, of which one must be whole.
#[test]
fn the_picture_shows_walls_pilots_and_health() {
    let server = ServerProcess::start(&["--bots", "32"]);
    let address = server.address.to_string();
    let mut failures = Vec::new();
    for (number, after) in ["8", "5", "9", "7", "11"].into_iter().enumerate() {
        let folder = Folder::new();
        let (picture, report) = (folder.path("picture.png"), folder.path("report.json"));
        let seed = number.to_string();
        let mut arguments = vec![address.as_str(), "--name", "Ann", "--autopilot", "--seed", &seed];
        arguments.extend(["--screenshot", &picture, "--after", after, "--report", &report]);
        let outcome = client(&arguments);
        assert!(outcome.status.success(), "{}", outcome.stderr);
        // Without a sound card the game is silent, and so is its log.
        for word in ["ALSA", "kira", "panicked", "ERROR"] {
            assert!(!outcome.stderr.contains(word), "{}", outcome.stderr);
        }
        let picture = ImageReader::open(&picture).expect("it was saved");
        let picture = picture.decode().expect("it is a PNG").to_rgb8();
        assert_eq!(picture.dimensions(), (1280, 720));
        let report: game_bots::report::Report = read_json(&report);
        assert_eq!((report.bots, report.connected, report.disconnects), (1, 1, 0));
        assert!(report.snapshots_per_second > 20.0, "{report:?}");
        let missing = missing(&picture);
        if missing.is_empty() {
            return;
        }
        failures.push(format!("after {after} s {}", missing.join(", ")));
    }
    panic!("no moment showed everything: {failures:#?}");
}

/// A measurement of the frame rate, as a machine without any screen runs it.
fn frame_rate<'a>(folder: &'a Folder, arguments: &[&str]) -> Client<'a> {
    let client = Client::new(folder).without_screen().sized(640, 360);
    client.with(&["--frame-rate", "5"]).with(arguments)
}

#[test]
fn the_frame_rate_is_that_of_the_whole_picture_and_needs_no_screen() {
    let folder = Folder::new();
    let file = folder.path("picture.png");
    let mut client = frame_rate(&folder, &["--screenshot", &file]).start();
    let lines = client.lines(8);
    let outcome = client.wait(Duration::from_secs(60));
    assert!(outcome.status.success(), "{}", outcome.stderr);
    assert!(lines[1].starts_with("640x360, quality "), "{lines:?}");
    assert!(lines[2].starts_with("5 frames, 1000 pilots in the arena, 100 in sight"), "{lines:?}");
    let rate = lines[3].strip_suffix(" frames a second\n").and_then(|rate| rate.parse().ok());
    assert!(rate.is_some_and(|rate: f64| rate > 0.0), "{lines:?}");
    let picture = ImageReader::open(&file).expect("it was saved");
    let picture = picture.decode().expect("it is a PNG").to_rgb8();
    assert_eq!(picture.dimensions(), (640, 360));
    for (colour, place, least) in
        [(WALL_TOP, EVERYWHERE, 500), (ENEMY, EVERYWHERE, 200), (HEALTH, BOTTOM, 300)]
    {
        let found = count(&picture, colour, place);
        assert!(found >= least, "only {found} pixels of {colour:?}");
    }
}

#[test]
fn where_nothing_draws_the_frame_rate_says_so() {
    let folder = Folder::new();
    let mut command = frame_rate(&folder, &[]).command();
    command.env("WGPU_BACKEND", "vulkan");
    command.env("VK_DRIVER_FILES", "/nonexistent").env("VK_ICD_FILENAMES", "/nonexistent");
    let outcome = Process::spawn(&mut command).wait(Duration::from_secs(20));
    assert!(!outcome.status.success());
    assert!(outcome.stderr.contains("no graphics adapter can draw here"), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
}

#[test]
fn a_client_that_finds_nobody_says_so() {
    let folder = Folder::new();
    let picture = folder.path("picture.png");
    let outcome = client(&["127.0.0.1:9", "--autopilot", "--screenshot", &picture, "--after", "1"]);
    assert!(!outcome.status.success());
    assert!(outcome.stderr.contains("127.0.0.1:9"), "{}", outcome.stderr);
    assert!(!std::path::Path::new(&picture).exists(), "there was nothing to picture");
}

#[test]
fn a_client_that_is_refused_says_why() {
    let server = ServerProcess::start(&["--max-players", "1"]);
    let address = server.address.to_string();
    let place = std::thread::spawn(move || {
        let _ = tumult_tests::processes::bots(server.address, 1, 30.0, &[]);
        server
    });
    std::thread::sleep(Duration::from_secs(1));
    let folder = Folder::new();
    let picture = folder.path("picture.png");
    let outcome = client(&[&address, "--autopilot", "--screenshot", &picture, "--after", "1"]);
    assert!(!outcome.status.success());
    assert!(outcome.stderr.contains("the server is full"), "{}", outcome.stderr);
    drop(place.join());
}
