//! A process of a peer: on which core it runs, what the kernel says of its time and memory. Linux only.

use std::{
    fs, io,
    process::{Child, Command, Stdio},
};

/// Keeps a process, with the threads that it will start, on one core.
pub fn stay(id: u32, core: usize) -> io::Result<()> {
    let mut command = Command::new("taskset");
    let status =
        command.args(["-cp", &core.to_string(), &id.to_string()]).stdout(Stdio::null()).status()?;
    status.success().then_some(()).ok_or_else(|| io::Error::other("taskset can't choose a core"))
}

/// Ends with its owner.
pub struct Process(Child);

impl Process {
    /// Starts a program on one core, by `taskset`.
    pub fn start(core: usize, program: &std::path::Path, arguments: &[String]) -> io::Result<Self> {
        let mut command = Command::new("taskset");
        command.args(["-c", &core.to_string()]).arg(program).args(arguments).stdout(Stdio::piped());
        command.spawn().map(Self)
    }

    /// Processor time of all its threads so far, system calls included.
    pub fn cpu_ns(&self) -> io::Result<f64> {
        let mut sum = 0.0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.0.id()))? {
            let text = fs::read_to_string(thread?.path().join("schedstat"))?;
            sum += text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or_default();
        }
        Ok(sum)
    }

    /// Resident memory.
    pub fn memory_kb(&self) -> io::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number =
            line.and_then(|line| line.split_whitespace().next()).and_then(|kb| kb.parse().ok());
        number.ok_or_else(|| io::Error::other("no VmRSS"))
    }

    /// Waits for its end, and gives what it printed.
    pub fn finish(mut self) -> io::Result<String> {
        let mut text = String::new();
        if let Some(mut output) = self.0.stdout.take() {
            io::Read::read_to_string(&mut output, &mut text)?;
        }
        let status = self.0.wait()?;
        status
            .success()
            .then_some(text)
            .ok_or_else(|| io::Error::other(format!("ended with {status}")))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
