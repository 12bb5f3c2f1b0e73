//! What may be compiled into what: the arrows of ARCHITECTURE.md, by cargo's own account.

use std::process::Command;
use tumult_tests::processes::workspace;

/// The crates that a package is built of.
fn tree(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .current_dir(workspace())
        .args(["tree", "--offline", "--edges", "normal,build", "--prefix", "none"])
        .args(arguments)
        .output()
        .expect("cargo is there: it runs this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn contains(tree: &str, name: &str) -> bool {
    tree.lines().any(|line| line.starts_with(name))
}

#[test]
fn netcode_without_quic_has_no_input_and_output() {
    let tree = tree(&["--package", "netcode", "--no-default-features"]);
    assert!(contains(&tree, "postcard"), "the tree is empty: {tree}");
    for forbidden in ["tokio", "quinn", "rustls", "socket2", "mio"] {
        assert!(!contains(&tree, forbidden), "netcode is built of {forbidden}");
    }
}

#[test]
fn netcode_and_the_rules_compile_without_quic() {
    let output = Command::new(env!("CARGO"))
        .current_dir(workspace())
        .args(["check", "--offline", "--quiet", "--no-default-features"])
        .args(["--package", "netcode", "--package", "game-sim"])
        .output()
        .expect("cargo is there: it runs this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn only_the_client_is_built_of_bevy() {
    for package in ["netcode", "game-sim", "game-server", "game-bots", "tumult-tests"] {
        let tree = tree(&["--package", package]);
        assert!(!contains(&tree, "bevy"), "{package} is built of bevy");
    }
    assert!(contains(&tree(&["--package", "game-client"]), "bevy"));
}

#[test]
fn nothing_points_back() {
    for (package, forbidden) in [
        ("netcode", vec!["game-", "tumult"]),
        ("game-sim", vec!["game-server", "game-bots", "game-client", "tokio", "quinn"]),
        ("game-server", vec!["game-bots", "game-client"]),
        ("game-bots", vec!["game-server", "game-client"]),
    ] {
        let tree = tree(&["--package", package, "--no-default-features"]);
        let others = tree.lines().skip(1).collect::<Vec<_>>().join("\n");
        for name in forbidden {
            assert!(!contains(&others, name), "{package} is built of {name}");
        }
    }
}
