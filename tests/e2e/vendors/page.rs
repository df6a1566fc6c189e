//! `docs/providers.md`: what each bundled provider can do and may touch, as `plugins inspect` says it.

use std::collections::BTreeSet;

use expect_test::expect_file;
use openclaw_tests::Sandbox;
use serde_json::Value;

/// Most hosts of a provider that are named.
const MOST: usize = 6;

const HEAD: &str = "# Bundled providers

Written by a test from what `openclaw plugins inspect <id> --json` says of each; `UPDATE_EXPECT=1 cargo test -p openclaw-tests --test e2e page` writes it anew.

A component can do what its interfaces say, may reach these hosts and no others unless `models.providers.<id>.baseUrl` names another, and may ask for the secrets in these variables without seeing them. \"Pictures\" says whether a component may read the bytes of files; where it may not, the host writes them into the request.

";

fn names<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    let items = list.as_array().into_iter().flatten();
    items.filter_map(|item| item[key].as_str()).collect()
}

/// Returns what each is once, in order, with commas between.
fn once<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut seen = BTreeSet::new();
    let names = names.into_iter().filter(|name| seen.insert(*name));
    names.collect::<Vec<_>>().join(", ")
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

#[test]
fn the_page_of_providers_says_what_each_can_do_and_may_touch() {
    let world = Sandbox::new();
    let listed = world.openclaw("plugins list --json").json();
    let interfaces = [
        "probe",
        "catalog",
        "chat",
        "tokens",
        "embeddings",
        "quota",
        "relay",
    ];
    let mut page = HEAD.to_owned();
    page += &format!(
        "| provider | sign-in | {} | pictures |\n",
        interfaces.join(" | ")
    );
    page += &format!("|---|---|{}---|\n", "---|".repeat(interfaces.len()));
    let mut touched = String::from(
        "\n## What each may touch\n\n| provider | hosts | variables with secrets |\n|---|---|---|\n",
    );
    for id in names(&listed, "id") {
        let told = world
            .openclaw(&format!("plugins inspect {id} --json"))
            .json();
        let has = told["interfaces"].as_array().unwrap();
        let marks = interfaces.map(|name| {
            let is_there = has.iter().any(|one| one == name);
            if is_there { "yes" } else { "" }
        });
        let auth = once(names(&told["auth"], "mode"));
        let pictures = if told["readsMedia"] == true {
            "read"
        } else {
            "not read"
        };
        page += &format!("| {id} | {auth} | {} | {pictures} |\n", marks.join(" | "));
        let rights = &told["rights"];
        let urls = names(&rights["http"], "url");
        let hosts: BTreeSet<&str> = urls.iter().map(|url| host(url)).collect();
        let mut shown: Vec<String> = hosts
            .iter()
            .take(MOST)
            .map(|host| format!("`{host}`"))
            .collect();
        if hosts.len() > MOST {
            shown.push(format!(
                "and {} more, see `openclaw plugins inspect {id}`",
                hosts.len() - MOST
            ));
        }
        let variables = rights["env"].as_array().unwrap().iter();
        let variables = variables.filter(|variable| variable["secret"] == true);
        let variables: Vec<String> = variables
            .filter_map(|variable| Some(format!("`{}`", variable["name"].as_str()?)))
            .collect();
        touched += &format!(
            "| {id} | {} | {} |\n",
            shown.join(", "),
            variables.join(", ")
        );
        assert!(!hosts.is_empty() && !auth.is_empty(), "{told:#}");
    }
    page += &touched;
    expect_file!["../../../docs/providers.md"].assert_eq(&page);
}
