//! Binding the arena's thread to one processor core, so that the system does not move it about and its
//! caches stay warm.

use anyhow::Context;

/// Binds the calling thread to this core, counted from 0.
///
/// # Errors
/// When there is no such core for us, or the system can't do it.
#[cfg(target_os = "linux")]
pub fn pin(core: u16) -> anyhow::Result<()> {
    use nix::{
        sched::{CpuSet, sched_setaffinity},
        unistd::Pid,
    };
    let mut cores = CpuSet::new();
    let set = cores.set(core.into());
    // A process of 0 is the calling thread.
    set.and_then(|()| sched_setaffinity(Pid::from_raw(0), &cores))
        .with_context(|| format!("can't bind to core {core}"))
}

/// Says that this system can't.
///
/// # Errors
/// Always.
#[cfg(not(target_os = "linux"))]
pub fn pin(core: u16) -> anyhow::Result<()> {
    Err(std::io::Error::from(std::io::ErrorKind::Unsupported))
        .with_context(|| format!("can't bind to core {core}"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use nix::{
        sched::{CpuSet, sched_getaffinity},
        unistd::Pid,
    };

    #[test]
    fn a_thread_stays_on_the_core_that_it_was_bound_to() {
        let bound = std::thread::spawn(|| {
            let may = sched_getaffinity(Pid::from_raw(0)).unwrap();
            let core = (0..CpuSet::count()).find(|core| may.is_set(*core).unwrap()).unwrap();
            super::pin(core as u16).unwrap();
            let now = sched_getaffinity(Pid::from_raw(0)).unwrap();
            (0..CpuSet::count()).filter(|core| now.is_set(*core).unwrap()).collect::<Vec<_>>()
                == [core]
        });
        assert!(bound.join().unwrap());
        let error = super::pin(1_023).unwrap_err();
        assert!(format!("{error:#}").contains("can't bind to core 1023"), "{error:#}");
    }
}
