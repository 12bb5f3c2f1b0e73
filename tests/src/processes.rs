//! Real programs as processes on loopback. Each is ended when its handle goes, whatever the test did.

use serde::de::DeserializeOwned;
use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The path of a program of this workspace, built beside the tests or the program that asks.
///
/// # Panics
/// When it is not there: `./test` builds the programs before the tests run.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let test = env::current_exe().expect("the test knows its own path");
    // Programs lie in a folder, tests in its deps/.
    let path = test.ancestors().skip(1).take(2).map(|folder| folder.join(name));
    path.into_iter().find(|path| path.is_file()).unwrap_or_else(|| {
        panic!("{name} is not built beside {}: run `cargo build --workspace`", test.display())
    })
}

/// The folder of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is in it").to_owned()
}

/// A process that does not outlive its handle.
pub struct Process {
    child: Child,
}

/// What a process came to.
#[derive(Debug)]
pub struct Outcome {
    /// Its exit status.
    pub status: ExitStatus,
    /// What it wrote to standard error.
    pub stderr: String,
    /// How long it took to end since it was asked or waited for.
    pub took: Duration,
}

impl Process {
    /// Starts a program of this workspace with its output caught.
    ///
    /// # Panics
    /// When it can't be started.
    #[must_use]
    pub fn start(name: &str, arguments: &[&str]) -> Self {
        Self::spawn(Command::new(program(name)).args(arguments))
    }

    /// Starts any command with its output caught.
    ///
    /// # Panics
    /// As [`Process::start`].
    #[must_use]
    pub fn spawn(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self { child: command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}")) }
    }

    /// The first line that it prints.
    ///
    /// # Panics
    /// When it ends before it printed one.
    pub fn first_line(&mut self) -> String {
        self.lines(1).remove(0)
    }

    /// The first lines that it prints; they are asked for once.
    ///
    /// # Panics
    /// When it ends before it printed so many.
    pub fn lines(&mut self, count: usize) -> Vec<String> {
        let output = self.child.stdout.as_mut().expect("the output is caught");
        let mut reader = BufReader::new(output);
        let mut lines = vec![String::new(); count];
        for line in &mut lines {
            reader.read_line(line).expect("the output is text");
        }
        if lines.iter().any(String::is_empty) {
            let mut stderr = String::new();
            let _ = self.child.stderr.take().map(|mut pipe| pipe.read_to_string(&mut stderr));
            panic!("it ended without a word: {stderr}");
        }
        lines
    }

    /// The system's number of it.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, as Ctrl-C or an operator's `kill` would, and waits.
    #[must_use]
    pub fn terminate(self) -> Outcome {
        self.signal("TERM");
        self.wait(Duration::from_secs(20))
    }

    /// Ends it without asking.
    pub fn kill(self) {
        drop(self);
    }

    /// Waits until it ends by itself.
    ///
    /// # Panics
    /// When it does not within `limit`.
    #[must_use]
    pub fn wait(mut self, limit: Duration) -> Outcome {
        let begun = Instant::now();
        let pipe = self.child.stderr.take();
        // A full pipe would keep the process from ever ending.
        let reader = thread::spawn(move || {
            let mut text = String::new();
            let _ = pipe.map(|mut pipe| pipe.read_to_string(&mut text));
            text
        });
        loop {
            if let Some(status) = self.child.try_wait().expect("it is our child") {
                let took = begun.elapsed();
                return Outcome { status, stderr: reader.join().unwrap_or_default(), took };
            }
            assert!(begun.elapsed() < limit, "it did not end within {limit:?}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &id]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill -{name} {id}");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server process, its address and a folder for its files.
pub struct ServerProcess {
    /// The process.
    pub process: Process,
    /// Where it listens.
    pub address: SocketAddr,
    /// Its files, removed with the handle.
    pub folder: Folder,
}

impl ServerProcess {
    /// Starts a server on a free port of loopback and waits until it listens.
    ///
    /// # Panics
    /// When it does not.
    #[must_use]
    pub fn start(arguments: &[&str]) -> Self {
        Self::start_as(Command::new(program("game-server")), arguments)
    }

    /// The same by a command that runs the server, with its first arguments.
    ///
    /// # Panics
    /// As [`ServerProcess::start`].
    #[must_use]
    pub fn start_as(mut command: Command, arguments: &[&str]) -> Self {
        let folder = Folder::new();
        let (identity, stats) = (folder.path("server.pem"), folder.path("stats.json"));
        command.args(["--bind", "127.0.0.1:0", "--identity", &identity, "--stats-json", &stats]);
        let mut process = Process::spawn(command.args(arguments));
        let line = process.first_line();
        let address = line.strip_prefix("listening on ").and_then(|rest| rest.split(',').next());
        let address = address.and_then(|address| address.parse().ok());
        Self { process, address: address.unwrap_or_else(|| panic!("it said {line:?}")), folder }
    }

    /// Ends the server properly and reads its report.
    ///
    /// # Panics
    /// When it fails, or wrote none.
    #[must_use]
    pub fn finish(self) -> (Outcome, game_server::stats::ServerReport) {
        let outcome = self.process.terminate();
        (outcome, read_json(&self.folder.path("stats.json")))
    }
}

/// Runs bots against a server and reads their report.
///
/// # Panics
/// When they don't end in time or write no report.
#[must_use]
pub fn bots(
    server: SocketAddr,
    count: u32,
    seconds: f64,
    more: &[&str],
) -> (Outcome, game_bots::report::Report) {
    let folder = Folder::new();
    let (address, report) = (server.to_string(), folder.path("bots.json"));
    let (count, time) = (count.to_string(), seconds.to_string());
    let mut arguments =
        vec!["--server", &address, "--bots", &count, "--seconds", &time, "--report", &report];
    arguments.extend_from_slice(more);
    let limit = Duration::from_secs_f64(seconds + 40.0);
    let outcome = Process::start("game-bots", &arguments).wait(limit);
    (outcome, read_json(&report))
}

/// Reads a JSON file.
///
/// # Panics
/// When it is not there or holds something else.
#[must_use]
pub fn read_json<T: DeserializeOwned>(path: &str) -> T {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}: {text}"))
}

/// A folder of its own for each test, removed at the end.
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A new, empty folder.
    ///
    /// # Panics
    /// When the system has no room for one.
    #[must_use]
    pub fn new() -> Self {
        static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = env::temp_dir().join(format!("tumult-test-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("there is room for a folder");
        Self { path }
    }

    /// The path of a file in it.
    #[must_use]
    pub fn path(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}
