//! The same seed and inputs give the same state, in every build.

use std::process::Command;
use tumult_tests::processes::workspace;

/// What a match of bots ends in, by a program built with this profile.
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
fn a_match_ends_in_the_same_state_in_debug_and_release() {
    let debug = state_hash("unoptimised");
    assert_eq!(debug, state_hash("unoptimised"), "twice the same build");
    assert_eq!(debug, state_hash("release"), "debug and release");
    assert_eq!(debug, state_hash("dev"), "debug and the profile that everybody plays");
}
