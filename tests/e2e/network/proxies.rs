//! `network.proxy` and `network.caFile`.

use super::*;

const LOGIN: &str = "Basic bWU6cEBzcw==";

fn with_tls(port: u16) -> String {
    format!("https://127.0.0.1:{port}/v1")
}

#[test]
fn a_certificate_of_an_authority_of_ones_own_is_trusted_once_it_is_named() {
    for (certificate, trusted) in [("server", "ca.pem"), ("own", "own.pem")] {
        let server = Server::with_tls(certificate, hello());
        let world = lab(&with_tls(server.port), "");
        world.openclaw("models run hi").failed();
        let file = certificate_file(trusted);
        for key in ["network.caFile", "models.providers.lab.network.caFile"] {
            world.run(&["config", "set", key, &file]).ok();
            assert_eq!(world.openclaw("models run hi").ok(), "Hello\n", "{key}");
            world.run(&["config", "unset", key]).ok();
        }
        world.openclaw("models run hi").failed();
    }
}

#[test]
fn naming_an_authority_trusts_no_wrong_name_and_nothing_out_of_its_time() {
    let file = certificate_file("ca.pem");
    for (certificate, why) in [
        ("other", "it is for another name"),
        ("expired", "it has expired"),
    ] {
        let server = Server::with_tls(certificate, hello());
        let network = format!(r#"network: {{ caFile: "{file}" }},"#);
        let output = lab(&with_tls(server.port), &network).openclaw("models run hi");
        let said = format!("the certificate of 127.0.0.1:<port> is not trusted: {why}");
        assert!(output.failed().contains(&said), "{output}");
    }
}

#[test]
fn a_file_of_certificates_that_cannot_be_used_is_told_before_anything_is_asked() {
    let server = Server::saying(hello());
    let world = lab(&at(server.port), "");
    world.write("empty.pem", "nothing\n");
    for file in ["~/empty.pem", "~/missing.pem"] {
        world.run(&["config", "set", "network.caFile", file]).ok();
        let output = world.openclaw("models run hi");
        let said = format!("cannot use the certificates of `network.caFile`, {file}");
        assert!(output.failed().contains(&said), "{output}");
        assert_eq!(server.lines(), [""; 0]);
        let output = world.openclaw("doctor");
        assert!(output.stdout.contains(&said), "{output}");
    }
}

#[test]
fn a_proxy_of_a_provider_is_used_for_plain_and_encrypted_servers() {
    let proxy = Server::proxy(Some(LOGIN));
    let address = format!("http://me:p%40ss@127.0.0.1:{}", proxy.port);
    let network = format!(
        r#"network: {{ proxy: "{address}", caFile: "{}" }},"#,
        certificate_file("ca.pem")
    );
    let plain = Server::saying(hello());
    let world = lab(&at(plain.port), &network);
    assert_eq!(world.openclaw("models run hi").ok(), "Hello\n");
    let line = format!("POST {}/chat/completions HTTP/1.1", at(plain.port));
    assert_eq!(proxy.lines(), [line]);
    let seen = plain.asked();
    assert_eq!(seen[0].headers.get("proxy-authorization"), None);

    let encrypted = Server::with_tls("server", hello());
    let world = lab(&with_tls(encrypted.port), &network);
    assert_eq!(world.openclaw("models run hi").ok(), "Hello\n");
    assert_eq!(
        proxy.lines(),
        [format!("CONNECT 127.0.0.1:{} HTTP/1.1", encrypted.port)]
    );
    let seen = encrypted.asked();
    assert_eq!(seen[0].headers.get("proxy-authorization"), None);
    let shown = world.openclaw("config get models.providers.lab.network");
    assert!(
        shown.stdout.contains("…@127.0.0.1") && !shown.stdout.contains("p%40ss"),
        "{shown}"
    );
}

#[test]
fn a_proxy_that_refuses_is_named_and_its_password_is_not() {
    let proxy = Server::proxy(Some(LOGIN));
    let server = Server::with_tls("server", hello());
    let port = proxy.port;
    for (login, base, said) in [
        (
            "",
            with_tls(server.port),
            "wants a user and a password (407)",
        ),
        ("", at(server.port), "wants a user and a password (407)"),
        (
            "me:hunter2@",
            with_tls(server.port),
            "refuses the user or the password (407)",
        ),
        (
            "me:hunter2@",
            at(server.port),
            "refuses the user or the password (407)",
        ),
        (
            "me:p%40ss@",
            with_tls(1),
            "cannot reach 127.0.0.1:1, or does not allow it",
        ),
    ] {
        let network = format!(r#"network: {{ proxy: "http://{login}127.0.0.1:{port}" }},"#);
        let output = lab(&base, &network).openclaw("models run hi");
        let said = format!("the proxy 127.0.0.1:<port> {said}");
        assert!(output.failed().contains(&said), "{said}: {output}");
        assert!(!output.to_string().contains("hunter2"), "{output}");
    }
    assert_eq!(server.lines(), [""; 0]);
    let network = r#"network: { proxy: "http://127.0.0.1:1" },"#;
    let output = lab(&with_tls(server.port), network).openclaw("models run hi");
    let said = "connection refused by the proxy 127.0.0.1:1";
    assert!(output.failed().contains(said), "{output}");
}

#[test]
fn a_proxy_for_all_leaves_this_machine_alone_and_the_environment_is_used_when_asked_for() {
    let proxy = Server::proxy(None);
    let server = Server::saying(hello());
    let address = format!("http://127.0.0.1:{}", proxy.port);
    let world = lab(&at(server.port), "").env("HTTP_PROXY", &address);
    let direct = |what: &str| {
        assert_eq!(world.openclaw("models run hi").ok(), "Hello\n", "{what}");
        assert_eq!(proxy.lines(), [""; 0], "{what}");
    };
    direct("the environment alone");
    world
        .run(&["config", "set", "network.proxy", &address])
        .ok();
    direct("a proxy for all");
    world.openclaw("config set network.proxy env").ok();
    direct("the environment's, for all");
    world
        .openclaw("config set models.providers.lab.network.proxy env")
        .ok();
    assert_eq!(world.openclaw("models run hi").ok(), "Hello\n");
    assert_eq!(proxy.lines().len(), 1, "asked for");
    world
        .run(&["config", "set", "network.noProxy", r#"["127.0.0.0/8"]"#])
        .ok();
    direct("an exception");
    world.openclaw("config unset network.noProxy").ok();
    world
        .openclaw("config set models.providers.lab.network.proxy none")
        .ok();
    direct("none");
}

#[test]
fn what_is_no_proxy_is_refused_wherever_it_is_written() {
    for (address, why) in [
        ("socks5://127.0.0.1:1080", "SOCKS proxies are not supported"),
        ("ftp://127.0.0.1", "begins with `http://` or `https://`"),
        ("http://", "names no host"),
        ("http://p:99999", "its port is not a number"),
    ] {
        let world = lab("https://api.lab.test/v1", "apiKey: \"k-0123456789\",");
        let output = world.run(&["config", "set", "network.proxy", address]);
        assert!(output.failed().contains(why), "{output}");
        let world = world.env("ALL_PROXY", address);
        world.openclaw("config set network.proxy env").ok();
        let output = world.openclaw("models run hi");
        assert!(output.failed().contains(why), "{output}");
    }
}

/// The gate looks at the target, whatever the way to it.
#[test]
fn a_proxy_opens_no_way_to_what_is_not_granted() {
    let proxy = Server::proxy(None);
    let network = format!(
        r#"network: {{ proxy: "http://127.0.0.1:{}" }},"#,
        proxy.port
    );
    let output = lab("http://169.254.169.254/v1", &network).openclaw("models run hi");
    assert_eq!(output.code, Some(1), "{output}");
    assert_eq!(proxy.lines(), [""; 0]);
}
