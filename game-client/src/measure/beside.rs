//! The client's systems that run between bevy's, outside of `Update`: each is wrapped, so that a measurement knows what
//! they cost. While nothing is measured they run as they are.

use std::cell::Cell;
use std::time::{Duration, Instant};

use bevy::ecs::system::{Adapt, IntoAdapterSystem, RunSystemError, System, SystemIn};

thread_local! {
    /// What they took since it was asked last; nothing while nobody measures. A measurement has one thread.
    static SPENT: Cell<Option<Duration>> = const { Cell::new(None) };
    /// How often they asked the allocator since.
    #[cfg(test)]
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

/// Marks a system as the client's own, where it does not run in `Update`.
pub const fn own<S>(system: S) -> IntoAdapterSystem<Own, S> {
    IntoAdapterSystem::new(Own, system)
}

/// Notes what a system costs.
#[derive(Clone, Copy)]
pub struct Own;

impl<S: System<In = (), Out = ()>> Adapt<S> for Own {
    type In = ();
    type Out = ();

    fn adapt(
        &mut self,
        (): (),
        run_system: impl FnOnce(SystemIn<'_, S>) -> Result<(), RunSystemError>,
    ) -> Result<(), RunSystemError> {
        let Some(before) = SPENT.get() else { return run_system(()) };
        let begun = Instant::now();
        let result = counted(|| run_system(()));
        SPENT.set(Some(before + begun.elapsed()));
        result
    }
}

/// What they took since the last call. From the first one on it is measured.
pub(super) fn take_spent() -> Duration {
    SPENT.replace(Some(Duration::ZERO)).unwrap_or_default()
}

/// How often they asked the allocator since the last call.
#[cfg(test)]
pub(super) fn take_asked() -> u64 {
    ASKED.replace(0)
}

#[cfg(not(test))]
fn counted<R>(run: impl FnOnce() -> R) -> R {
    run()
}

#[cfg(test)]
fn counted<R>(run: impl FnOnce() -> R) -> R {
    let mut result = None;
    let count = allocation_counter::measure(|| result = Some(run()));
    ASKED.set(ASKED.get() + count.count_total);
    result.expect("it ran")
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    /// Every source of the client, the sources of measurements aside.
    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() && !path.ends_with("measure") {
                sources(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }

    #[test]
    fn every_system_of_ours_outside_of_update_is_marked_so_that_it_is_counted() {
        let mut found = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        let mut marked = 0;
        for path in found {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("mod tests {").next().unwrap();
            for label in ["First", "PreUpdate", "PostUpdate", "Last", "SpawnScene"] {
                for call in code.split(&format!("add_systems({label},")).skip(1) {
                    let rest = call.trim_start().trim_start_matches('(').trim_start();
                    assert!(rest.starts_with("own("), "{}: {rest:.40}", path.display());
                    marked += 1;
                }
            }
        }
        assert!(marked >= 9, "{marked}");
    }
}
