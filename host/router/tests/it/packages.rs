//! What the packages below the command line depend on, as `cargo tree` says it.

use std::collections::BTreeSet;
use std::process::Command;

/// Returns the names of all packages that a package needs on this platform, also indirectly; what
/// only tests and build scripts need does not count.
fn below(package: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", package, "--edges", "normal"])
        .args(["--prefix", "none", "--locked", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout);
    let names = text.lines().filter_map(|line| line.split(' ').next());
    let names: BTreeSet<String> = names
        .filter(|name| !name.is_empty() && *name != package)
        .map(str::to_owned)
        .collect();
    assert!(!names.is_empty(), "{package} needs nothing");
    names
}

#[test]
fn nothing_below_the_command_line_knows_a_terminal() {
    let terminal = [
        "clap",
        "clap_builder",
        "crossterm",
        "indicatif",
        "terminal_size",
    ];
    // The search finds them where they are.
    let program = below("openclaw");
    assert!(terminal.iter().all(|name| program.contains(*name)));
    for package in [
        "openclaw-router",
        "openclaw-store",
        "openclaw-runtime",
        "openclaw-core",
    ] {
        let below = below(package);
        let known: Vec<_> = terminal
            .iter()
            .filter(|name| below.contains(**name))
            .collect();
        assert!(known.is_empty(), "{package} knows {known:?}");
        assert!(!below.contains("openclaw"), "{package} needs the program");
    }
}

#[test]
fn files_know_no_engine_and_core_does_no_input_or_output() {
    let store = below("openclaw-store");
    let engine = ["wasmtime", "wasmtime-wasi", "reqwest", "tokio"];
    assert!(
        engine.iter().all(|name| !store.contains(*name)),
        "{store:?}"
    );
    let core = below("openclaw-core");
    let outside = [
        "cap-std",
        "futures-util",
        "reqwest",
        "rustix",
        "serde_json",
        "tempfile",
        "tokio",
        "wasmtime",
    ];
    let known: Vec<_> = outside
        .iter()
        .filter(|name| core.contains(**name))
        .collect();
    assert!(known.is_empty(), "core knows {known:?}");
}
