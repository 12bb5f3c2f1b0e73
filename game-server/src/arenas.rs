//! Finds the arena that the operator asks for: one of the build's own, or a file.

use game_sim::Arena;
use std::{fs, path::Path, sync::Arc};

/// Why there is no arena to play in.
#[derive(Debug, thiserror::Error)]
pub enum ArenaLoadError {
    /// Neither a known name nor a file.
    #[error("there is no arena `{name}`: known are {known}, or give the path of a .tmx file")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What would have been found.
        known: String,
    },
    /// The file can't be read.
    #[error("can't read the arena {path}: {error}")]
    File {
        /// Which file.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The map is broken.
    #[error(transparent)]
    Broken(#[from] game_sim::ArenaError),
}

/// The arena with this name, or in this file.
///
/// # Errors
/// When it is not there or its map is broken.
pub fn load(name: &str) -> Result<Arc<Arena>, ArenaLoadError> {
    if let Some(arena) = Arena::builtin(name) {
        return Ok(arena?);
    }
    let path = Path::new(name);
    if path.extension().is_none_or(|extension| extension != "tmx") {
        let known = Arena::builtin_names().collect::<Vec<_>>().join(", ");
        return Err(ArenaLoadError::Unknown { name: name.to_owned(), known });
    }
    let bytes = fs::read(path)
        .map_err(|error| ArenaLoadError::File { path: path.display().to_string(), error })?;
    Ok(Arc::new(Arena::from_tmx(&path.display().to_string(), &bytes)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_named_with_what_is() {
        let said = load("nowhere").unwrap_err().to_string();
        assert!(said.contains("nowhere") && said.contains("yard"), "{said}");
        let said = load("no/such.tmx").unwrap_err().to_string();
        assert!(said.contains("no/such.tmx"), "{said}");
    }
}
