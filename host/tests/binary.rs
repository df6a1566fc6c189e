//! The binary starts. Behaviour is tested in `tests/`; cargo builds a package's binary only for that
//! package's own integration tests, so this one has it built for those too.

use std::process::Command;

#[test]
fn it_says_its_version() {
    let output = Command::new(env!("CARGO_BIN_EXE_openclaw"))
        .arg("--version")
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        said.trim_end(),
        format!("openclaw {}", env!("CARGO_PKG_VERSION"))
    );
}
