//! The same seed and inputs give the same state, in every build.

use std::process::Command;
use tumult_tests::processes::workspace;

/// The states of all ticks of a match of bots as one hash, by a program built with this profile.
fn state_hash(profile: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .current_dir(workspace())
        .args(["run", "--quiet", "--package", "game-sim", "--example", "state_hash"])
        .args(["--profile", profile, "--", "7"])
        .output()
        .expect("cargo is there: it runs this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let hash = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert!(!hash.is_empty());
    hash
}

#[test]
fn every_tick_of_a_match_is_the_same_in_debug_and_release() {
    let debug = state_hash("unoptimised");
    assert_eq!(debug, state_hash("unoptimised"), "twice the same build");
    assert_eq!(debug, state_hash("release"), "debug and release");
    assert_eq!(debug, state_hash("dev"), "debug and the profile that everybody plays");
}
