//! Writes the inputs that the fuzzers start from, a folder for each target, into the folder that is
//! named: `cargo run -p tumult-tests --example seeds -- FOLDER`. `scripts/fuzz` calls it.

use std::{fs, path::Path};
use tumult_tests::fuzz::TARGETS;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "fuzz/corpus".to_owned());
    for target in TARGETS {
        let folder = Path::new(&folder).join(target.name);
        fs::create_dir_all(&folder)?;
        for (number, bytes) in (target.seeds)().iter().enumerate() {
            fs::write(folder.join(format!("seed-{number}")), bytes)?;
        }
    }
    Ok(())
}
