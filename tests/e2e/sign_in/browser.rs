//! In a browser: a listener on this machine, or an answer that is pasted.

use std::net::TcpListener;

use openclaw_tests::pty::key;
use serde_json::json;

use super::server::fields;
use super::{Person, STORE, Server, SigningIn, answer, browser_of, sent_to, stored, visit};

/// The port of the redirect address is fixed: one of these tests at a time.
static PORT: std::sync::Mutex<()> = std::sync::Mutex::new(());

fn alone() -> std::sync::MutexGuard<'static, ()> {
    PORT.lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[test]
fn a_browser_comes_back_with_the_code_and_only_with_the_state() {
    let _alone = alone();
    let server = Server::start();
    let world = server.world("openai-codex", "gpt-5.2-codex");
    let sign_in = SigningIn::start(&world, &["openai-codex", "--browser", "--yes"]);
    let page = sign_in.sent_to();
    let asked = fields(page.split_once('?').unwrap().1);
    let expected = [
        ("client_id", "app_EMoamEEZ73f0CkXaXp7hrann"),
        ("code_challenge_method", "S256"),
        ("originator", "openclaw"),
        ("redirect_uri", "http://localhost:1455/auth/callback"),
        ("response_type", "code"),
        ("scope", "openid profile email offline_access"),
    ];
    for (name, value) in expected {
        assert_eq!(asked[name], value);
    }

    // What other pages of the person's may send here does not count, whatever it says.
    let here = "http://127.0.0.1:1455";
    for (path, status) in [
        ("/auth/callback?code=forged&state=forged", 400),
        ("/auth/callback?error=access_denied", 400),
        ("/auth/callback", 400),
        ("/", 404),
    ] {
        assert_eq!(visit(&format!("{here}{path}")).0, status, "{path}");
    }

    let (status, back) = visit(&page);
    assert_eq!(status, 302);
    let back = back.unwrap().replace("localhost", "127.0.0.1");
    assert_eq!(visit(&back).0, 200);
    let said = sign_in.end().ok();
    assert!(said.contains("openai-codex:me@example.test"), "{said}");
    let profile = stored(&world, "openai-codex:me@example.test");
    assert_eq!(profile["type"], "oauth");
    assert_eq!(profile["email"], "me@example.test");
    assert_eq!(server.state().wrong, [""; 0]);

    // It is used, and renewed with the refresh token of the moment when it has ended.
    assert_eq!(answer(&world), "Hello.");
    let asked = server.upstream.requests();
    let asked = asked.last().unwrap();
    assert_eq!(asked.header("chatgpt-account-id"), Some("acct-7"));
    let body = asked.json().unwrap();
    assert_eq!(
        (&body["stream"], &body["store"], &body["max_output_tokens"]),
        (&json!(true), &json!(false), &json!(null))
    );
    assert_ne!(body["instructions"], json!(null));
    for renewal in 1..=2 {
        expire(&world);
        assert_eq!(answer(&world), "Hello.");
        assert_eq!(server.state().renewals, renewal);
    }
    server.finds_no_secret(&world, &said);
}

/// Ends the stored access token.
fn expire(world: &openclaw_tests::Sandbox) {
    let text = world.read(STORE).unwrap();
    let mut store: serde_json::Value = serde_json::from_str(&text).unwrap();
    store["profiles"]["openai-codex:me@example.test"]["expires"] = json!(1);
    world.write(STORE, store.to_string());
}

#[test]
fn the_providers_refusal_ends_it_with_its_words() {
    let _alone = alone();
    let server = Server::start();
    server.state().person = Some(Person::Refuses);
    let world = server.world("openai-codex", "gpt-5.2-codex");
    let sign_in = SigningIn::start(&world, &["openai-codex", "--browser", "--yes"]);
    let (_, back) = visit(&sign_in.sent_to());
    assert_eq!(
        visit(&back.unwrap().replace("localhost", "127.0.0.1")).0,
        200
    );
    let said = sign_in.end().failed();
    assert!(
        said.contains("refused the sign-in: Not today (access_denied)"),
        "{said}"
    );
    assert_eq!(world.read(STORE), None);
}

#[test]
fn a_taken_port_is_told_with_the_way_around_it() {
    let _alone = alone();
    let _taken = TcpListener::bind("127.0.0.1:1455").unwrap();
    let server = Server::start();
    let world = server.world("openai-codex", "gpt-5.2-codex");
    let said = SigningIn::start(&world, &["openai-codex", "--browser", "--yes"]);
    let said = said.end().failed();
    assert!(said.contains("cannot listen at port 1455"), "{said}");
    assert!(
        said.contains("openclaw models auth login openai-codex --paste"),
        "{said}"
    );
}

#[test]
fn an_answer_is_pasted_where_the_browser_is_elsewhere() {
    let server = Server::start();
    for (form, good) in [
        ("{back}", true),
        ("{code}#{state}", true),
        ("{code}", true),
        ("{code}#other", false),
        (
            "http://localhost:1455/auth/callback?code={code}&state=other",
            false,
        ),
        ("two words", false),
        ("", false),
    ] {
        let world = server.world("openai-codex", "gpt-5.2-codex");
        let mut command = world.command();
        command
            .args([
                "models",
                "auth",
                "login",
                "openai-codex",
                "--paste",
                "--yes",
            ])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut told = String::new();
        let mut lines = std::io::BufReader::new(child.stderr.take().unwrap());
        let page = loop {
            let start = told.len();
            assert!(
                std::io::BufRead::read_line(&mut lines, &mut told).unwrap() > 0,
                "{told}"
            );
            let line = told[start..].trim();
            if line.starts_with("http://") {
                break line.to_owned();
            }
        };
        let back = visit(&page).1.unwrap();
        let came = fields(back.split_once('?').unwrap().1);
        let answer = form
            .replace("{back}", &back)
            .replace("{code}", &came["code"])
            .replace("{state}", &came["state"]);
        let mut stdin = child.stdin.take().unwrap();
        std::io::Write::write_all(&mut stdin, format!("{answer}\n").as_bytes()).unwrap();
        drop(stdin);
        std::io::Read::read_to_string(&mut lines, &mut told).unwrap();
        assert_eq!(child.wait().unwrap().success(), good, "{form}: {told}");
        assert_eq!(world.read(STORE).is_some(), good, "{form}");
        let told = told.replace(&page, "<page>");
        server.finds_no_secret(&world, &told);
    }
}

#[test]
fn at_a_terminal_the_terms_come_first_and_enter_lets_an_address_be_pasted() {
    let _alone = alone();
    let server = Server::start();
    let world = server.world("openai-codex", "gpt-5.2-codex");
    let (browser, address) = browser_of(&world);
    let world = world.env("BROWSER", &browser.display().to_string());
    let arguments = ["models", "auth", "login", "openai-codex", "--browser"];

    let mut pty = world.pty(&arguments);
    pty.wait_for("Log in to openai-codex?")
        .write("n")
        .press(&[key::ENTER]);
    let ended = pty.end();
    assert_ne!(ended.code, 0, "{}", ended.screen);
    assert_eq!(server.upstream.requests().len(), 0, "nothing was sent");

    let mut pty = world.pty(&arguments);
    pty.wait_for("Log in to openai-codex?")
        .write("y")
        .press(&[key::ENTER]);
    pty.wait_for("Waiting for the browser");
    let (_, back) = visit(&sent_to(&address));
    pty.press(&[key::ENTER]).wait_for("Paste the code");
    pty.paste("two words").press(&[key::ENTER]);
    pty.wait_for("neither a code nor an address");
    // What is typed before the question is there is echoed before it.
    pty.wait_for_times("Paste the code", 2);
    pty.paste(&back.unwrap()).press(&[key::ENTER]);
    let ended = pty.end();
    assert_eq!(ended.code, 0, "{}", ended.screen);
    assert_eq!(
        stored(&world, "openai-codex:me@example.test")["type"],
        "oauth"
    );
    server.finds_no_secret(&world, &String::from_utf8_lossy(&ended.raw));
}

/// The login of the vendor's own program is used while it lasts, and nothing of it is changed.
#[test]
fn the_login_of_the_codex_cli_is_read_and_left_alone() {
    let server = Server::start();
    for (ends, usable) in [(3600, true), (-1, false)] {
        let token = server
            .state()
            .token_of_openai("Canary-of-the-cli-9xQ", ends);
        let world = server.world("openai-codex", "gpt-5.2-codex");
        let theirs = json!({ "tokens": { "access_token": token, "refresh_token": "theirs" } });
        world.write(".codex/auth.json", theirs.to_string());
        let run = world.run(&["models", "run", "Hello", "--plain"]);
        assert_eq!(run.code == Some(0), usable, "{run}");
        assert_eq!(world.read(".codex/auth.json").unwrap(), theirs.to_string());
        let kept = world.read(STORE).unwrap_or_default();
        assert!(!kept.contains(&token), "{kept}");
        assert_eq!(server.state().renewals, 0);
    }
}

#[test]
fn a_sign_in_may_end_with_a_key() {
    let server = Server::start();
    let world = server.world("openrouter", "openai/gpt-4o-mini");
    let sign_in = SigningIn::start(&world, &["openrouter"]);
    let (_, back) = visit(&sign_in.sent_to());
    assert_eq!(
        visit(&back.unwrap().replace("localhost", "127.0.0.1")).0,
        200
    );
    let said = sign_in.end().ok();
    let profile = stored(&world, "openrouter:default");
    assert_eq!(profile["type"], "api_key");
    server.finds_no_secret(&world, &said);
    assert_eq!(answer(&world), "Hello.");
}
