//! The program under test.
//!
//! Cargo tells a test where a binary is only in the binary's own package, and builds it only for
//! tests of that package. So it is looked for beside the test, and built when it is missing or older
//! than its sources, which cargo has written down beside it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::SystemTime;

/// Returns the path of the binary, building it if need be.
pub(crate) fn path() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let test = std::env::current_exe().expect("a test knows its own path");
        let folder = test
            .parent()
            .and_then(Path::parent)
            .expect("target/<profile>/deps/<test>");
        let binary = folder.join(format!("openclaw{}", std::env::consts::EXE_SUFFIX));
        if !is_fresh(&binary) {
            build(folder);
        }
        binary
    })
}

/// Returns the folder in which components are compiled once for all tests.
pub(crate) fn cache() -> PathBuf {
    let target = path().parent().and_then(Path::parent);
    target
        .expect("target/<profile>/<program>")
        .join("tmp/cache")
}

/// Whether the binary is there and none of its sources is younger.
fn is_fresh(binary: &Path) -> bool {
    let (Some(built), Ok(list)) = (
        modified(binary),
        std::fs::read_to_string(binary.with_extension("d")),
    ) else {
        return false;
    };
    let sources = list.split_once(':').map_or("", |(_, sources)| sources);
    // A space in a path is escaped, and then not found: that only means one more call of cargo.
    sources
        .split_whitespace()
        .all(|source| modified(Path::new(source)).is_some_and(|at| at <= built))
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path)
        .and_then(|metadata| metadata.modified())
        .ok()
}

fn build(folder: &Path) {
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "cargo names itself to tests by this variable"
    )]
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--package",
            "openclaw",
            "--profile",
            profile,
            "--target-dir",
        ])
        .arg(
            folder
                .parent()
                .expect("a profile's folder is in the target folder"),
        )
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the program does not build");
}
