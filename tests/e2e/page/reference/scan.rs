//! `models scan`

use expect_test::expect_file;
use openclaw_tests::Console;

use super::super::{told, vendors};
use super::furnished;

#[test]
fn scans_as_documented() {
    let vendors = vendors();
    let world = furnished(&vendors);
    let mut console = Console::new(&world);
    console.run("openclaw models scan");
    assert_eq!(world.config_diff(), "");
    console.run("openclaw models scan --yes");
    assert_eq!(world.config_diff(), "");
    console.run("openclaw models scan --yes --set-default");
    console.run("openclaw models scan --yes --set-image");
    console.run("openclaw models scan --min-params 70 --max-age-days 90");
    console.run("openclaw models scan --provider anthropic --yes");
    console.run("openclaw models scan --no-input");
    let json = console
        .unseen("openclaw models scan --provider anthropic --yes --json")
        .json();
    assert!(
        json["selected"].is_object() || json["selected"].is_string(),
        "{json:#}"
    );
    told(
        &console,
        &expect_file!["expected/scan.scans_as_documented.txt"],
    );
    expect_file!["expected/scan.scans_as_documented.2.txt"].assert_eq(&world.config_diff());
}
