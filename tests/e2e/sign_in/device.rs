//! With a code that is typed at a page of the provider's.

use super::{Person, Server, SigningIn, stored};

/// Providers with a device code, a model of each, and how many questions there are before the third.
const ALL: [(&str, &str); 5] = [
    ("github-copilot", "gpt-4.1"),
    ("kimi-coding", "kimi-for-coding"),
    ("openai-codex", "gpt-5.2-codex"),
    ("qwen-portal", "coder-model"),
    ("xai", "grok-4.3"),
];

#[test]
fn each_provider_with_a_device_code_signs_in_and_answers() {
    for (provider, model) in ALL {
        let server = Server::start();
        let world = server.world(provider, model);
        let sign_in = SigningIn::start(&world, &[provider, "--device", "--yes"]);
        let said = sign_in.end().ok();
        assert!(said.contains("ABCD-1234"), "{said}");
        assert!(said.matches("type this code").count() == 1, "{said}");
        let id = match provider {
            "openai-codex" => "openai-codex:me@example.test".to_owned(),
            other => format!("{other}:default"),
        };
        assert_eq!(stored(&world, &id)["type"], "oauth", "{provider}: {said}");
        {
            let state = server.state();
            assert_eq!((state.polls, state.wrong.len()), (3, 0), "{provider}");
        }
        let run = world.run(&["models", "run", "Hello", "--plain"]);
        assert_eq!(run.ok().trim(), "Hello.", "{provider}");
        server.finds_no_secret(&world, &format!("{said}{run}"));
    }
}

#[test]
fn a_server_that_is_asked_too_often_is_asked_less() {
    let server = Server::start();
    server.state().person = Some(Person::Slowly);
    let world = server.world("xai", "grok-4.3");
    SigningIn::start(&world, &["xai", "--device", "--yes"])
        .end()
        .ok();
    assert_eq!(server.state().polls, 4);
}

#[test]
fn a_code_that_is_refused_or_not_typed_ends_the_sign_in() {
    for (person, words) in [
        (Person::Refuses, "access denied"),
        (Person::Sleeps, "the code was not typed in time"),
    ] {
        for provider in ["github-copilot", "openai-codex", "xai"] {
            if provider == "openai-codex" && person == Person::Refuses {
                // Its server only ever says that a code is pending.
                continue;
            }
            let server = Server::start();
            server.state().person = Some(person);
            let world = server.world(provider, "x");
            let said = SigningIn::start(&world, &[provider, "--device", "--yes"]);
            let said = said.end().failed();
            assert!(said.contains(words), "{provider}: {said}");
            assert!(said.contains("nothing was stored"), "{provider}: {said}");
            assert_eq!(world.read(super::STORE), None, "{provider}");
            server.finds_no_secret(&world, &said);
        }
    }
}

#[test]
fn a_github_token_of_the_environment_is_exchanged() {
    let server = Server::start();
    let token = "gho_-Canary7xQ9999zzW9kLm3";
    server.state().secrets.push(token.to_owned());
    let world = server
        .world("github-copilot", "gpt-4.1")
        .env("GH_TOKEN", token);
    let run = world.run(&["models", "run", "Hello", "--plain"]);
    assert_eq!(run.ok().trim(), "Hello.");
    server.finds_no_secret(&world, &run.to_string());
    let world = server
        .world("github-copilot", "gpt-4.1")
        .env("GH_TOKEN", "gho_-unknown");
    let run = world.run(&["models", "run", "Hello"]);
    assert!(run.failed().contains("Bad credentials"), "{run}");
}
