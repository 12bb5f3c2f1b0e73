//! The windowed client as a process: on a virtual screen of its own or without any, with files of its own, and with a
//! script in place of a player (game-client/src/script.rs has its language).

use crate::processes::{Folder, Outcome, Process, program};
use std::{fs, net::UdpSocket, process::Command, time::Duration};

/// The size of the virtual screen, in pixels.
const SCREEN: &str = "-screen 0 1280x720x24";
/// How long a script may take. The time is against one that hangs, on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(300);

/// A client that is not started yet. Its key and all that it keeps are in a folder.
pub struct Client<'a> {
    folder: &'a Folder,
    arguments: Vec<String>,
    on_screen: bool,
}

impl<'a> Client<'a> {
    /// One in the language of no country, whose files are in `folder`.
    #[must_use]
    pub fn new(folder: &'a Folder) -> Self {
        Self { folder, arguments: Vec::new(), on_screen: true }
    }

    /// With more on its command line.
    #[must_use]
    pub fn with(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    /// In a window of so many pixels.
    #[must_use]
    pub fn sized(self, width: u32, height: u32) -> Self {
        self.with(&["--width", &width.to_string(), "--height", &height.to_string()])
    }

    /// Played by a script.
    ///
    /// # Panics
    /// When the script can't be written.
    #[must_use]
    pub fn script(self, script: &str) -> Self {
        let path = self.folder.path("script");
        fs::write(&path, script).expect("the folder is ours");
        self.with(&["--script", &path])
    }

    /// With these settings, in a file that it does not find by itself.
    ///
    /// # Panics
    /// When the file can't be written.
    #[must_use]
    pub fn settings(self, settings: &str) -> Self {
        let path = self.folder.path("settings.toml");
        fs::write(&path, settings).expect("the folder is ours");
        self.with(&["--settings", &path])
    }

    /// Where there is no screen, as a measurement runs.
    #[must_use]
    pub fn without_screen(mut self) -> Self {
        self.on_screen = false;
        self
    }

    /// The command that starts it.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = if self.on_screen {
            let mut command = Command::new("xvfb-run");
            command.args(["-a", "-s", SCREEN]).arg(program("game-client"));
            command
        } else {
            let mut command = Command::new(program("game-client"));
            command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
            command
        };
        let (data, config) = (self.folder.path("data"), self.folder.path("config"));
        command.env("XDG_DATA_HOME", data).env("XDG_CONFIG_HOME", config);
        command.env("LC_ALL", "C").env_remove("LANGUAGE").args(&self.arguments);
        command
    }

    /// Starts it.
    #[must_use]
    pub fn start(&self) -> Process {
        Process::spawn(&mut self.command())
    }
}

/// Starts the client in a window of the usual size with a script.
#[must_use]
pub fn start(folder: &Folder, script: &str, arguments: &[&str]) -> Process {
    Client::new(folder).sized(960, 540).script(script).with(arguments).start()
}

/// Plays a script in a window of the usual size.
///
/// # Panics
/// As [`check`].
pub fn play(folder: &Folder, script: &str, arguments: &[&str]) {
    check(start(folder, script, arguments));
}

/// Waits until the client has played its script.
///
/// # Panics
/// When it fails or does not end.
pub fn check(client: Process) {
    let Outcome { status, stderr, .. } = client.wait(PATIENCE);
    assert!(status.success(), "{stderr}");
}

/// The settings that a client has kept in its folder.
///
/// # Panics
/// When it has kept none.
#[must_use]
pub fn settings(folder: &Folder) -> String {
    fs::read_to_string(folder.path("config/tumult/settings.toml")).expect("they were kept")
}

/// A port that nobody has.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn free_port() -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("there are ports");
    socket.local_addr().expect("it has one").port().to_string()
}
