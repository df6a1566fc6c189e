//! What is said of a server that was not reached: host, port and reason, once and in plain words.

use std::net::TcpListener;

use super::*;

/// Returns what stands after the model in the list of attempts.
fn told(world: &Sandbox) -> String {
    let output = world.openclaw("models run hi --json");
    let error: serde_json::Value = serde_json::from_str(output.failed()).expect("data");
    let trail = error.pointer("/error/data/trail/0/failure");
    let failure = trail.unwrap_or_else(|| panic!("{error:#}"));
    format!(
        "{}: {}",
        failure["kind"].as_str().unwrap_or_default(),
        failure["message"].as_str().unwrap_or_default()
    )
}

fn check(server: &Server, base: &str, said: &str) {
    let at = format!("127.0.0.1:{}", server.port);
    let said = said.replace("{at}", "127.0.0.1:<port>");
    assert_eq!(told(&lab(&base.replace("{at}", &at), "")), said);
}

#[test]
fn a_connection_that_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let said = "network: connection refused by 127.0.0.1:<port>";
    assert_eq!(told(&lab(&at(port), "")), said);
    let output = lab(&at(port), "").openclaw("models run hi");
    let line = output.failed().lines().next().unwrap();
    assert_eq!(line.matches("refused").count(), 1, "{output}");
    assert!(!output.stderr.contains("os error"), "{output}");
}

#[test]
fn a_name_that_nobody_knows() {
    let said = told(&lab(
        "http://nowhere.invalid:8000/v1",
        "auth: \"none\", allowInsecure: true,",
    ));
    assert!(
        said.starts_with("network: cannot resolve nowhere.invalid"),
        "{said}"
    );
}

#[test]
fn certificates_that_are_not_trusted() {
    for (certificate, why) in [
        ("server", "its issuer is not known"),
        ("own", "it is self-signed"),
    ] {
        let server = Server::with_tls(certificate, hello());
        let said = format!("network: the certificate of {{at}} is not trusted: {why}");
        check(&server, "https://{at}/v1", &said);
        let world = lab(&format!("https://127.0.0.1:{}/v1", server.port), "");
        let hint = "openclaw config set models.providers.lab.network.caFile ca.pem";
        let output = world.openclaw("models run hi");
        assert!(output.failed().contains(hint), "{output}");
    }
}

#[test]
fn tls_where_there_is_none_and_none_where_there_is() {
    let plain = Server::saying(hello());
    check(
        &plain,
        "https://{at}/v1",
        "network: {at} does not speak TLS: the address begins with `https://`, and `http://` may be meant",
    );
    let encrypted = Server::with_tls("server", hello());
    check(
        &encrypted,
        "http://{at}/v1",
        "network: {at} does not answer in HTTP/1.1: if it speaks TLS, `https://` is meant, and the address begins with `http://`",
    );
    for page in [
        "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>",
        "Client sent an HTTP request to an HTTPS server.\n",
    ] {
        let server = Server::saying(reply("400 Bad Request", &[], page.as_bytes()));
        let output = lab(&at(server.port), "").openclaw("models run hi");
        let said = "`baseUrl` begins with `http://`, and `https://` may be meant";
        assert!(output.failed().contains(said), "{output}");
    }
}

#[test]
fn a_server_that_speaks_another_protocol() {
    let http2 = Server::with_tls_for("server", &[b"h2"], hello());
    let network = format!(
        r#"network: {{ caFile: "{}" }},"#,
        certificate_file("ca.pem")
    );
    let base = format!("https://127.0.0.1:{}/v1", http2.port);
    let said = told(&lab(&base, &network));
    assert!(said.contains("speaks HTTP/2 only"), "{said}");
    let settings = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100];
    let clear = Server::saying(settings);
    let mail = Server::saying("220 mail.example ESMTP\r\n");
    for other in [clear, mail] {
        check(
            &other,
            "http://{at}/v1",
            "network: {at} does not answer in HTTP/1.1: if it speaks TLS, `https://` is meant, and the address begins with `http://`",
        );
    }
    let encrypted = Server::with_tls("server", "220 mail.example ESMTP\r\n");
    let said = told(&lab(
        &format!("https://127.0.0.1:{}/v1", encrypted.port),
        &network,
    ));
    assert!(said.ends_with("does not answer in HTTP/1.1"), "{said}");
}

#[test]
fn a_connection_that_is_lost() {
    let silent = Server::saying("");
    check(
        &silent,
        "http://{at}/v1",
        "network: {at} closed the connection before the reply was complete",
    );
    let cut = "HTTP/1.1 500 Oops\r\ncontent-length: 400\r\n\r\n{\"error\":\"half";
    let output = lab(&at(Server::saying(cut).port), "").openclaw("models run hi");
    assert!(output.failed().contains("server error (500)"), "{output}");
}

#[test]
fn a_redirect_names_the_address_that_is_meant() {
    let headers = ["location: https://lab.test/api/v1/chat/completions"];
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let server = Server::saying(reply(status, &headers, b""));
        check(
            &server,
            "http://{at}/v1",
            "other: the server redirects to https://lab.test/api/v1/chat/completions: set `baseUrl` to https://lab.test/api/v1",
        );
    }
}

#[test]
fn statuses_that_are_about_the_address_go_on_to_the_next_model() {
    for (status, body, kind, said) in [
        (
            "404 Not Found",
            "<html>404</html>",
            "other",
            "is `baseUrl` the address of the API?",
        ),
        (
            "404 Not Found",
            "404 page not found",
            "other",
            "is `baseUrl` the address of the API?",
        ),
        (
            "404 Not Found",
            "{\"detail\":\"Not Found\"}",
            "model_not_found",
            "`baseUrl` the address of the API?",
        ),
        (
            "405 Method Not Allowed",
            "{\"detail\":\"Method Not Allowed\"}",
            "other",
            "is `baseUrl` the address of the API?",
        ),
        ("407 Proxy Authentication Required", "", "network", ""),
        ("418 I'm a teapot", "", "other", ""),
        (
            "421 Misdirected Request",
            "",
            "other",
            "is `baseUrl` the address of the API?",
        ),
        ("424 Failed Dependency", "", "server", ""),
        ("451 Unavailable For Legal Reasons", "", "permission", ""),
        ("499 Client Closed Request", "", "server", ""),
    ] {
        let first = Server::saying(reply(status, &[], body.as_bytes()));
        let second = Server::saying(hello());
        let world = Sandbox::new().cache(crate::CACHE).config(&format!(
            r#"{{
                agents: {{ defaults: {{ model: {{ primary: "lab/m1", fallbacks: ["fb/m2"] }} }} }},
                models: {{ providers: {{
                    lab: {{ baseUrl: "{}", api: "openai-completions", models: [{{ id: "m1" }}] }},
                    fb: {{ baseUrl: "{}", api: "openai-completions", models: [{{ id: "m2" }}] }},
                }} }},
            }}"#,
            at(first.port),
            at(second.port)
        ));
        let output = world.openclaw("models run hi --json");
        let answer = output.json();
        assert_eq!(answer["text"], "Hello", "{status}: {output}");
        let failure = &answer["trail"][0]["failure"];
        assert_eq!(failure["kind"], kind, "{status}: {output}");
        let message = failure["message"].as_str().unwrap_or_default();
        assert!(message.contains(said), "{status}: {message}");
    }
}

#[test]
fn settings_of_the_environment_that_are_not_used_are_told() {
    let world = lab("http://127.0.0.1:1/v1", "")
        .env("HTTPS_PROXY", "http://proxy.corp.test:3128")
        .env("NODE_EXTRA_CA_CERTS", "/etc/corp/ca.pem");
    let output = world.openclaw("models run hi");
    for hint in [
        "`HTTPS_PROXY` is set and not used; to use it: `openclaw config set network.proxy env`",
        "`NODE_EXTRA_CA_CERTS` is set and not used; to trust its certificates: `openclaw config set network.caFile /etc/corp/ca.pem`",
    ] {
        assert!(output.failed().contains(hint), "{hint}: {output}");
    }
    let doctor = world.openclaw("doctor --json").json();
    let findings = doctor["findings"].as_array().unwrap();
    let unused: Vec<_> = findings
        .iter()
        .filter(|finding| finding["id"] == "variable-unused")
        .map(|finding| finding["fix"].to_string())
        .collect();
    assert_eq!(unused.len(), 2, "{doctor:#}");
    world.openclaw("config set network.proxy env").ok();
    world
        .openclaw("config set network.caFile /etc/corp/ca.pem")
        .ok();
    let output = world.openclaw("doctor");
    assert!(!output.stdout.contains("set and not used"), "{output}");
}

#[test]
fn the_variable_of_ollamas_own_program_is_told_of_and_not_read() {
    let elsewhere = Server::saying(hello());
    let world = Sandbox::new()
        .cache(crate::CACHE)
        .config(r#"{ agents: { defaults: { model: { primary: "ollama/llama3" } } } }"#)
        .env("OLLAMA_HOST", &format!("0.0.0.0:{}", elsewhere.port));
    let command = "openclaw config set models.providers.ollama.baseUrl http://127.0.0.1:<port>";
    let output = world.openclaw("models run hi");
    let hint = format!("`OLLAMA_HOST` is set and not used; to use that server: `{command}`");
    assert!(output.failed().contains(&hint), "{output}");
    assert!(
        output
            .stderr
            .contains("connection refused by 127.0.0.1:11434"),
        "{output}"
    );
    assert_eq!(elsewhere.lines(), [""; 0]);
    let output = world.openclaw("doctor");
    assert!(output.stdout.contains(command), "{output}");
}
